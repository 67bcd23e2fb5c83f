//! The walk: every file of the folders and files that were named, in parallel, each through the prefilter on the thread
//! that met it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkState};

use super::DEFAULT_MAX_FILE_SIZE;
use super::path::slashed;
use super::prefilter::Prefilter;
use super::scan::{Scanned, Scanner};
use super::starts::Starts;
use super::tree::ReadError;
use crate::finding::Problem;

/// How to walk.
#[derive(Clone, Copy, Debug)]
pub struct WalkOptions {
    /// How many threads walk; as many as the machine has where this is `None`.
    pub threads: Option<usize>,
    /// Files larger than this are not read whole.
    pub max_file_size: u64,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self { threads: None, max_file_size: DEFAULT_MAX_FILE_SIZE }
    }
}

/// A file worth a closer look.
pub struct Candidate {
    /// Relative to where mpcheck was started, with forward slashes.
    pub path: Arc<str>,
    /// What it holds, not yet decoded.
    pub bytes: Vec<u8>,
    /// Whether it was named on the command line itself; then it may say nothing of Mixpanel.
    pub named: bool,
}

/// What a walk came to, apart from the candidates that it handed out.
#[derive(Debug, Default)]
pub struct Walked {
    /// How many files were looked into.
    pub seen: usize,
    /// What could not be read, sorted.
    pub problems: Vec<Problem>,
}

/// Why a walk could not begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WalkError {
    /// A path on the command line leads nowhere.
    #[error("{0:?} does not exist; check the spelling, and that mpcheck runs in the folder that the path starts from")]
    Missing(String),
}

/// Walks `paths`, as they were typed in the folder `root`, and hands each candidate to `visit`, in no order and from
/// several threads at once. With no path, `root` itself is walked.
///
/// A file that is named is read whatever it is called and whatever ignores it; a folder that is named is walked though
/// a walk from above would pass over it.
pub fn walk(
    root: &Path,
    paths: &[String],
    options: WalkOptions,
    prefilter: &Prefilter,
    visit: &(dyn Fn(Candidate) + Sync),
) -> Result<Walked, WalkError> {
    let starts = Starts::new(root, paths)?;
    let walked = Mutex::new(Walked { seen: 0, problems: starts.problems.clone() });
    if let Some(builder) = starts.builder(options.threads) {
        let met = (starts.folders.len() > 1).then(Mutex::default);
        let room = Room { root, starts: &starts, options, prefilter, visit, walked: &walked, met };
        builder.build_parallel().visit(&mut Walkers(&room));
    }
    let mut walked = walked.into_inner().unwrap_or_else(PoisonError::into_inner);
    walked.problems.sort();
    walked.problems.dedup();
    Ok(walked)
}

/// What all threads of one walk share.
/// The paths of all files that a walk of these folders meets, sorted. None is opened.
pub(super) fn list(root: &Path, folders: &[String]) -> Vec<String> {
    let named: Vec<String> =
        folders.iter().map(|folder| if folder.is_empty() { ".".into() } else { folder.clone() }).collect();
    let Some(builder) = Starts::new(root, &named).ok().and_then(|starts| starts.builder(None)) else {
        return Vec::new();
    };
    let paths = Mutex::new(Vec::new());
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            if let Ok(entry) = entry
                && entry.file_type().is_some_and(|kind| kind.is_file())
                && let Ok(path) = entry.path().strip_prefix(root)
            {
                paths.lock().unwrap_or_else(PoisonError::into_inner).push(slashed(path).into_owned());
            }
            WalkState::Continue
        })
    });
    let mut paths = paths.into_inner().unwrap_or_else(PoisonError::into_inner);
    paths.sort();
    paths.dedup();
    paths
}

struct Room<'a> {
    root: &'a Path,
    starts: &'a Starts,
    options: WalkOptions,
    prefilter: &'a Prefilter,
    visit: &'a (dyn Fn(Candidate) + Sync),
    walked: &'a Mutex<Walked>,
    /// Files met so far, where folders that were named may lie within one another.
    met: Option<Mutex<HashSet<PathBuf>>>,
}

/// Makes each thread's [`Walker`].
struct Walkers<'a>(&'a Room<'a>);

impl<'a> ParallelVisitorBuilder<'a> for Walkers<'a> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'a> {
        let scanner = Scanner::new(self.0.options.max_file_size, self.0.prefilter.clone());
        Box::new(Walker { room: self.0, scanner, seen: 0, problems: Vec::new() })
    }
}

/// One thread of a walk; what it counts and finds wrong is added to the rest when it ends.
struct Walker<'a> {
    room: &'a Room<'a>,
    scanner: Scanner,
    seen: usize,
    problems: Vec<Problem>,
}

impl ParallelVisitor for Walker<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) => {
                // A folder's ignore files that can't be read or understood: the folder is walked with the rest of them.
                if let Some(error) = entry.error() {
                    self.complain(error, entry.path());
                }
                self.meet(&entry);
            }
            Err(error) => self.complain(&error, self.room.root),
        }
        WalkState::Continue
    }
}

impl Walker<'_> {
    /// Reads an entry, if it is a file whose turn this is.
    fn meet(&mut self, entry: &DirEntry) {
        let Some(kind) = entry.file_type() else { return };
        let path = entry.path();
        // A file at depth 0, or a link to one, was named. Further down, a link's target is met by itself or lies outside;
        // pipes, sockets and devices are no part of a repository.
        let named = entry.depth() == 0;
        let turn = match named {
            true => !kind.is_dir(),
            false => kind.is_file() && !self.room.starts.files.contains(path) && self.first_time(path),
        };
        if !turn {
            return;
        }
        self.seen += 1;
        match self.scanner.scan(path, named) {
            Ok(Scanned::Silent) => {}
            Ok(Scanned::Binary) if named => self.problem(path, "the file is not text, which is all that mpcheck reads"),
            Ok(Scanned::Binary) => {}
            Ok(Scanned::Candidate(bytes)) => self.hand_out(path, bytes, named),
            Err(error) => self.problem(path, error),
        }
    }

    fn hand_out(&mut self, path: &Path, bytes: Vec<u8>, named: bool) {
        if path.to_str().is_none() {
            self.problem(path, "the file's name is not UTF-8; reports show it with replacement characters; rename it");
        }
        (self.room.visit)(Candidate { path: self.shown(path), bytes, named });
    }

    /// Whether no folder that was named has led to this file yet.
    fn first_time(&self, path: &Path) -> bool {
        let Some(met) = &self.room.met else { return true };
        met.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_path_buf())
    }

    /// A path as reports show it.
    fn shown(&self, path: &Path) -> Arc<str> {
        slashed(path.strip_prefix(self.room.root).unwrap_or(path)).into()
    }

    fn problem(&mut self, path: &Path, message: impl ToString) {
        self.problems.push(problem(self.shown(path), message));
    }

    /// Turns an error of the walk into problems, one for each thing that is wrong, at the path that it names.
    fn complain(&mut self, error: &ignore::Error, path: &Path) {
        match error {
            ignore::Error::Partial(errors) => errors.iter().for_each(|error| self.complain(error, path)),
            ignore::Error::WithPath { path, err } => self.complain(err, path),
            ignore::Error::WithDepth { err, .. } => self.complain(err, path),
            ignore::Error::Io(error) => self.problem(path, ReadError::while_reading(error)),
            // With its line, where it has one.
            other => {
                self.problem(path, format!("a pattern in it is not understood and was left out ({other}); mend it"))
            }
        }
    }
}

impl Drop for Walker<'_> {
    fn drop(&mut self) {
        let mut walked = self.room.walked.lock().unwrap_or_else(PoisonError::into_inner);
        walked.seen += self.seen;
        walked.problems.append(&mut self.problems);
    }
}

/// A problem with a whole file or folder.
pub(crate) fn problem(path: impl Into<Arc<str>>, message: impl ToString) -> Problem {
    Problem { path: path.into(), span: None, message: message.to_string() }
}

#[cfg(test)]
mod tests;
