//! The repository around the folder in which mpcheck was started: found, opened, and handed to threads.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use gix::ObjectId;
use gix::bstr::ByteSlice;

use super::error::{GitError, said};
use crate::input::path::{normalise, slashed};

/// How long a lock of the index may stand before it is an error: longer than an editor's `git status` takes.
const PATIENCE: Duration = Duration::from_millis(1500);

/// An open repository. It may be asked from several threads: each borrows a handle of its own, with its own caches.
pub struct Repository {
    shared: gix::ThreadSafeRepository,
    handles: Mutex<Vec<gix::Repository>>,
    /// From the top of the work tree to where mpcheck was started; empty at the top and in a bare repository.
    prefix: String,
    /// Whether it was cloned with a filter, so that objects may be missing.
    partial: bool,
}

impl Repository {
    /// Opens the repository that holds the folder `start`, or the one that `GIT_DIR` names, as git does in its hooks.
    ///
    /// # Errors
    ///
    /// When there is none, or it can't be opened.
    pub fn open(start: &Path) -> Result<Self, GitError> {
        let start = std::path::absolute(start).unwrap_or_else(|_| start.to_path_buf());
        let start = start.canonicalize().unwrap_or(start);
        let shared = gix::ThreadSafeRepository::discover_with_environment_overrides(&start);
        let shared = shared.map_err(|error| match found(&start) {
            true => GitError::Unusable(said(&error)),
            false => GitError::NoRepository(start.clone()),
        })?;
        let repo = shared.to_thread_local();
        let top = repo.workdir().map(|top| top.canonicalize().unwrap_or_else(|_| top.to_path_buf()));
        let prefix = match &top {
            Some(top) => match start.strip_prefix(top) {
                Ok(inside) => normalise(&slashed(inside)),
                Err(_) => return Err(GitError::Outside(slashed(&start).into_owned(), top.clone())),
            },
            None => String::new(),
        };
        let prefix = if prefix == "." { String::new() } else { prefix };
        let partial = repo.config_snapshot().string("extensions.partialClone").is_some()
            || repo.remote_names().iter().any(|name| {
                let key = format!("remote.{}.promisor", name.to_str_lossy());
                repo.config_snapshot().boolean(key.as_str()).unwrap_or(false)
            });
        Ok(Self { shared, handles: Mutex::new(vec![repo]), prefix, partial })
    }

    /// Asks the repository something, on this thread.
    pub fn with<T>(&self, ask: impl FnOnce(&gix::Repository) -> T) -> T {
        let kept = self.handles.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = kept.unwrap_or_else(|| {
            let mut handle = self.shared.to_thread_local();
            handle.object_cache_size_if_unset(4 * 1024 * 1024);
            handle
        });
        let answer = ask(&handle);
        self.handles.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        answer
    }

    /// The repository, for those who make their own handles.
    pub fn shared(&self) -> &gix::ThreadSafeRepository {
        &self.shared
    }

    /// Whether it was cloned with a filter (`git clone --filter`), so that objects may be missing.
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    /// The top of the work tree; the repository's own folder where there is none.
    pub fn top(&self) -> PathBuf {
        self.with(|repo| repo.workdir().unwrap_or(repo.git_dir()).to_path_buf())
    }

    /// A path as seen from where mpcheck was started, for one as seen from the repository's top.
    pub fn shown(&self, inside: &str) -> String {
        if self.prefix.is_empty() {
            return inside.to_owned();
        }
        let (from, to): (Vec<&str>, Vec<&str>) = (self.prefix.split('/').collect(), inside.split('/').collect());
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let mut way = vec![".."; from.len() - shared];
        way.extend(to[shared..].iter().filter(|part| !part.is_empty()));
        if way.is_empty() { ".".into() } else { way.join("/") }
    }

    /// A path as seen from the repository's top, for one as seen from where mpcheck was started. The top itself is the
    /// empty path; `None` for what lies outside.
    pub fn inside(&self, shown: &str) -> Option<String> {
        let path = normalise(shown);
        if path.starts_with('/') {
            return None;
        }
        let path = normalise(&format!("{}/{path}", if self.prefix.is_empty() { "." } else { &self.prefix }));
        match path.as_str() {
            "." => Some(String::new()),
            outside if outside == ".." || outside.starts_with("../") => None,
            _ => Some(path),
        }
    }

    /// Opens the index. Where another git process holds its lock, it is given a moment; in a hook, the lock is git's own
    /// (`GIT_INDEX_FILE` then names the index that the commit is made from).
    ///
    /// # Errors
    ///
    /// When there is none, it is locked, or it is damaged.
    pub fn index(&self) -> Result<gix::index::File, GitError> {
        self.with(|repo| {
            if repo.workdir().is_none() {
                return Err(GitError::Bare);
            }
            let path = repo.index_path();
            if std::env::var_os("GIT_INDEX_FILE").is_none() {
                unlocked(&path)?;
            }
            if !path.exists() {
                return Err(GitError::NoIndex { path, unborn: repo.head_id().is_err() });
            }
            // As git does, the index is read without the checksum over all of it, which takes longer than the rest.
            let options = gix::index::decode::Options::default();
            gix::index::File::at(&path, repo.object_hash(), true, options)
                .map_err(|error| GitError::Index { path, detail: said(&error) })
        })
    }

    /// The bytes of an object of any kind; `path`, from the repository's top, is for the error's message.
    ///
    /// # Errors
    ///
    /// When it is missing or damaged.
    pub fn object(&self, id: ObjectId, path: Option<&str>) -> Result<Vec<u8>, GitError> {
        self.with(|repo| match repo.try_find_object(id) {
            Ok(Some(mut object)) => Ok(std::mem::take(&mut object.data)),
            Ok(None) => Err(self.missing(id, path)),
            Err(error) => Err(GitError::Corrupt { id, path: path.map(str::to_owned), detail: said(&error) }),
        })
    }

    /// How many bytes an object has, without reading it.
    ///
    /// # Errors
    ///
    /// When it is missing or damaged.
    pub fn size(&self, id: ObjectId, path: Option<&str>) -> Result<u64, GitError> {
        self.with(|repo| match repo.try_find_header(id) {
            Ok(Some(header)) => Ok(header.size()),
            Ok(None) => Err(self.missing(id, path)),
            Err(error) => Err(GitError::Corrupt { id, path: path.map(str::to_owned), detail: said(&error) }),
        })
    }

    /// The error for an object that isn't there.
    pub fn missing(&self, id: ObjectId, path: Option<&str>) -> GitError {
        GitError::Missing { id, path: path.map(str::to_owned), partial: self.partial }
    }
}

/// Whether something that git would take for a repository lies here or above.
fn found(start: &Path) -> bool {
    std::env::var_os("GIT_DIR").is_some() || start.ancestors().any(|folder| folder.join(".git").exists())
}

/// Waits for the index's lock to go.
fn unlocked(index: &Path) -> Result<(), GitError> {
    let mut lock = index.as_os_str().to_owned();
    lock.push(".lock");
    let lock = PathBuf::from(lock);
    let start = Instant::now();
    while lock.exists() {
        if start.elapsed() > PATIENCE {
            return Err(GitError::Locked(lock));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
