//! A state of the repository as a tree: what mpcheck reads in place of the work tree.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use gix::ObjectId;
use gix::bstr::ByteSlice;

use super::entries::{Entry, Folders, Kind, Listing};
use super::files::{Near, file_name};
use super::{GitError, Repository};
use crate::finding::Problem;
use crate::input::DEFAULT_MAX_FILE_SIZE;
use crate::input::ignores::Ignores;
use crate::input::tree::{ReadError, Tree};

/// The index, a commit, or nothing at all, as a tree. Links are not followed, and submodules are other repositories.
pub struct GitTree {
    pub(super) repository: Arc<Repository>,
    pub(super) listing: Listing,
    pub(super) ignores: Ignores,
    /// How large a file may be.
    pub max_file_size: u64,
    /// Objects that later rooms asked for and that couldn't be read.
    faults: Mutex<Vec<Problem>>,
    /// The folders that were first listed, and what is in them.
    listed: OnceLock<(Vec<String>, Vec<String>)>,
    /// A state whose files are quicker to list.
    pub(super) near: OnceLock<Near>,
}

impl GitTree {
    /// What the next commit would hold.
    ///
    /// # Errors
    ///
    /// As [`Repository::index`].
    pub fn index(repository: Arc<Repository>) -> Result<Self, GitError> {
        let index = repository.index()?;
        Ok(Self::new(repository, Listing::Index(Box::new(index), Folders::default())))
    }

    /// What a tree object holds; `None` for the state before the first commit.
    pub fn commit(repository: Arc<Repository>, tree: Option<ObjectId>) -> Self {
        Self::new(repository, Listing::Commit(tree, Folders::default()))
    }

    fn new(repository: Arc<Repository>, listing: Listing) -> Self {
        let max_file_size = DEFAULT_MAX_FILE_SIZE;
        Self {
            repository,
            listing,
            ignores: Ignores::default(),
            max_file_size,
            faults: Mutex::default(),
            listed: OnceLock::new(),
            near: OnceLock::new(),
        }
    }

    /// The repository that it is a state of.
    pub fn repository(&self) -> &Arc<Repository> {
        &self.repository
    }

    /// Files of the index with conflicts that aren't resolved, as seen from the repository's top.
    pub fn conflicts(&self) -> Vec<String> {
        let Listing::Index(index, _) = &self.listing else { return Vec::new() };
        let unmerged = index.entries().iter().filter(|entry| entry.stage_raw() != 0);
        let mut paths: Vec<String> = unmerged.map(|entry| entry.path(index).to_str_lossy().into_owned()).collect();
        paths.dedup();
        paths
    }

    /// Whether a walk over the tree would meet a file, by the names that a walk passes over and by the ignore files of
    /// this state. `.gitignore` says nothing of files that git tracks.
    pub fn meets(&self, inside: &str) -> bool {
        self.ignores.meets(inside, &|path| self.text(path))
    }

    /// Whether there is a file or a folder at a path from the repository's top, or a file with conflicts.
    ///
    /// # Errors
    ///
    /// When a tree object is missing or damaged.
    pub fn knows(&self, inside: &str) -> Result<bool, GitError> {
        Ok(self.listing.entry(&self.repository, inside)?.is_some())
    }

    /// The bytes of a file, by its path from the repository's top.
    ///
    /// # Errors
    ///
    /// When there is no such file, it is too large, or git holds something else in its place.
    pub fn read_inside(&self, inside: &str) -> Result<Vec<u8>, ReadError> {
        let entry = self.listing.entry(&self.repository, inside).map_err(unreadable)?;
        let Some(Entry { kind, id, .. }) = entry else { return Err(ReadError::NotFound) };
        match (kind, id) {
            (Kind::File, Some(id)) => self.blob(id, inside),
            (Kind::Link, _) => Err(ReadError::NotAFile("symbolic link")),
            (Kind::Submodule, _) => Err(ReadError::NotAFile("submodule")),
            _ => Err(ReadError::NotAFile("folder")),
        }
    }

    /// The bytes of a blob; `inside` is where it stands.
    ///
    /// # Errors
    ///
    /// When it is missing, damaged or too large, or stands in for a file's content.
    pub fn blob(&self, id: ObjectId, inside: &str) -> Result<Vec<u8>, ReadError> {
        let size = self.repository.size(id, Some(inside)).map_err(unreadable)?;
        if size > self.max_file_size {
            return Err(ReadError::TooLarge { size, limit: self.max_file_size });
        }
        let bytes = self.repository.object(id, Some(inside)).map_err(unreadable)?;
        match stand_in(&bytes) {
            Some(error) => Err(error),
            None => Ok(bytes),
        }
    }

    /// Objects that couldn't be read when a later room asked for them, sorted.
    pub fn faults(&self) -> Vec<Problem> {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone();
        faults.sort();
        faults.dedup();
        faults
    }

    /// The text of a small file, for what ignore files say.
    pub(super) fn text(&self, inside: &str) -> Option<String> {
        let bytes = self.read_inside(inside).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn entry(&self, shown: &str) -> Option<Entry> {
        let inside = self.repository.inside(shown)?;
        match self.listing.entry(&self.repository, &inside) {
            Ok(entry) => entry,
            Err(error) => {
                self.fault(shown, &error.to_string());
                None
            }
        }
    }

    pub(super) fn fault(&self, shown: &str, message: &str) {
        let problem = Problem { path: shown.into(), span: None, message: message.to_owned() };
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).push(problem);
    }
}

impl Tree for GitTree {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let inside = self.repository.inside(path).ok_or(ReadError::NotFound)?;
        let bytes = self.read_inside(&inside);
        if let Err(error @ (ReadError::Git(_) | ReadError::StandIn(_))) = &bytes {
            self.fault(path, &error.to_string());
        }
        bytes
    }

    fn exists(&self, path: &str) -> bool {
        self.entry(path).is_some_and(|entry| entry.kind == Kind::File)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.entry(path).is_some_and(|entry| entry.kind == Kind::Folder)
    }

    fn list(&self, folders: &[String]) -> Vec<String> {
        // A run asks for the same folders again and again.
        if let Some((asked, listed)) = self.listed.get()
            && asked == folders
        {
            return listed.clone();
        }
        let found = self.met(folders, &|_| true);
        let _ = self.listed.set((folders.to_vec(), found.clone()));
        found
    }

    /// By one look at each path of the index, without the ignore files of folders that hold no such file.
    fn named(&self, folders: &[String], name: &str) -> Option<Vec<String>> {
        Some(self.met(folders, &|path| file_name(path) == name.as_bytes()))
    }

    fn files_in(&self, folder: &str) -> Option<Vec<String>> {
        let inside = self.repository.inside(folder)?;
        let entries = match self.listing.children(&self.repository, &inside) {
            Ok(entries) => entries,
            Err(error) => {
                self.fault(folder, &error.to_string());
                return Some(Vec::new());
            }
        };
        let slash = if inside.is_empty() { "" } else { "/" };
        let files = entries.iter().filter(|entry| entry.kind == Kind::File);
        let paths = files.map(|entry| format!("{inside}{slash}{}", entry.name.to_str_lossy()));
        Some(paths.filter(|path| self.meets(path)).map(|path| self.repository.shown(&path)).collect())
    }
}

/// What stands in git's store in place of a file's content, if it is that.
pub fn stand_in(bytes: &[u8]) -> Option<ReadError> {
    let pointer = bytes.starts_with(b"version https://git-lfs.github.com/spec/") && bytes.len() < 1024;
    let cipher = bytes.starts_with(b"\0GITCRYPT\0");
    match (pointer, cipher) {
        (true, _) => Some(ReadError::StandIn(
            "git holds a Git LFS pointer in place of the file, and its content elsewhere; it was not read. \
             `git lfs pull` fetches it, and `mpcheck PATH` then reads it",
        )),
        (_, true) => Some(ReadError::StandIn(
            "git holds it encrypted by git-crypt; it was not read. `git-crypt unlock` decrypts the work tree, and \
             `mpcheck PATH` then reads it",
        )),
        _ => None,
    }
}

fn unreadable(error: GitError) -> ReadError {
    ReadError::Git(error.to_string())
}
