//! Where a walk starts: the paths of the command line, sorted into folders and files.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::path::relative;
use super::skip;
use super::tree::{ReadError, kind_name};
use super::walk::{WalkError, problem};
use crate::finding::Problem;

/// The command line's paths, sorted out.
#[derive(Default)]
pub(crate) struct Starts {
    /// Folders to walk.
    pub(crate) folders: BTreeSet<PathBuf>,
    /// Files that were named themselves.
    pub(crate) files: BTreeSet<PathBuf>,
    /// What was named and is neither.
    pub(crate) problems: Vec<Problem>,
}

impl Starts {
    /// Looks at each path, as it was typed in the folder `root`; with none, that folder is meant.
    pub(crate) fn new(root: &Path, paths: &[String]) -> Result<Self, WalkError> {
        let mut starts = Self::default();
        if paths.is_empty() {
            starts.folders.insert(root.to_path_buf());
        }
        for typed in paths {
            let path = relative(root, typed);
            let full = if path == "." { root.to_path_buf() } else { root.join(&path) };
            match fs::metadata(&full) {
                // The slash at the end has a link to a folder followed.
                Ok(metadata) if metadata.is_dir() && full.is_symlink() => drop(starts.folders.insert(full.join(""))),
                Ok(metadata) if metadata.is_dir() => drop(starts.folders.insert(full)),
                Ok(metadata) if metadata.is_file() => drop(starts.files.insert(full)),
                Ok(metadata) => {
                    let error = ReadError::NotAFile(kind_name(metadata.file_type()));
                    starts.problems.push(problem(path, error));
                }
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    return Err(WalkError::Missing(typed.clone()));
                }
                Err(error) => starts.problems.push(problem(path, ReadError::while_reading(&error))),
            }
        }
        Ok(starts)
    }

    /// The walk that begins here; none where there is nothing to walk.
    pub(crate) fn builder(&self, threads: Option<usize>) -> Option<WalkBuilder> {
        let mut roots = self.folders.iter().chain(&self.files);
        let mut builder = WalkBuilder::new(roots.next()?);
        for path in roots {
            builder.add(path);
        }
        builder
            .threads(threads.unwrap_or(0))
            .hidden(false)
            .follow_links(false)
            .add_custom_ignore_filename(".mpcheckignore")
            // What a user's home ignores must not decide a verdict that a colleague's machine shares.
            .git_global(false)
            // Without a repository, .gitignore counts nevertheless. In one, it has to be known as such: git, and so the
            // walk, asks no .gitignore above the repository's own folder (which in a home may well say `*`).
            .require_git(self.folders.iter().all(|folder| in_repository(folder)))
            .filter_entry(|entry| {
                let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                let passed_over = if is_folder { skip::folder } else { skip::file };
                entry.depth() == 0 || !passed_over(entry.file_name())
            });
        Some(builder)
    }
}

/// Whether a folder lies in a repository.
fn in_repository(folder: &Path) -> bool {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    folder.ancestors().any(|above| above.join(".git").exists() || above.join(".jj").exists())
}
