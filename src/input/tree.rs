//! The tree: what later rooms ask when they need another file (an imported module, a manifest), so that the same
//! question can be answered from the work tree, the index, a commit or a test's memory.

use std::collections::BTreeMap;
use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::DEFAULT_MAX_FILE_SIZE;
use super::decode::Content;
use super::path::{is_inside, normalise};
use super::prefilter::Prefilter;
use super::scan::Scanner;
use super::texts::Texts;

/// A set of files that can be read by path: relative to where mpcheck was started, with forward slashes.
pub trait Tree: Send + Sync {
    /// The bytes of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;

    /// Whether there is a regular file at this path.
    fn exists(&self, path: &str) -> bool;

    /// Whether a path is a folder of the tree.
    fn is_folder(&self, path: &str) -> bool;

    /// The paths of all files that a run over these folders would meet, sorted; the empty path is the tree's root.
    fn list(&self, folders: &[String]) -> Vec<String>;

    /// Those of the files that a run over these folders would meet that have this name, sorted; `None` where it takes no
    /// less than to list them all.
    fn named(&self, _folders: &[String], _name: &str) -> Option<Vec<String>> {
        None
    }

    /// Those of the files that a run would meet which lie in this folder and in no folder of it, sorted; `None` where it
    /// takes no less than to list them all.
    fn files_in(&self, _folder: &str) -> Option<Vec<String>> {
        None
    }

    /// Those of the files that a run over these folders would meet which hold one of these texts, sorted.
    fn holding(&self, folders: &[String], texts: &Texts) -> Vec<String> {
        let holds = |path: &String| match self.read(path) {
            Ok(bytes) => match Content::of(&bytes) {
                Content::Binary => false,
                content => texts.are_in(&bytes, content.is_wide()),
            },
            Err(_) => false,
        };
        self.list(folders).into_par_iter().filter(holds).collect()
    }
}

/// Why a file could not be read. The messages speak of "the file": who shows one names the path before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("the file does not exist; check the spelling, and that it has been checked out")]
    NotFound,
    /// The user who runs mpcheck may not read it.
    #[error("permission to read it is denied; allow it for the user who runs mpcheck, or list it in .mpcheckignore")]
    PermissionDenied,
    /// A folder, FIFO, device or socket: never opened, since that may block for ever.
    #[error("it is a {0}, not a regular file; leave it out, or write what it gives to a file")]
    NotAFile(&'static str),
    /// It was there a moment ago.
    #[error("the file vanished while mpcheck was running; run mpcheck again when nothing else changes the tree")]
    Vanished,
    /// It is larger than `--max-file-size` allows.
    #[error("the file has {size} bytes, more than the {limit} that are read; raise --max-file-size to have it read")]
    TooLarge {
        /// How large it is.
        size: u64,
        /// How large it may be.
        limit: u64,
    },
    /// Git holds something else in its place.
    #[error("{0}")]
    StandIn(&'static str),
    /// The system says otherwise.
    #[error("the file can't be read: {0}; see that the disk and the file system are well, and run mpcheck again")]
    System(String),
    /// Git can't give it; the message is a whole sentence with its remedy.
    #[error("{0}")]
    Git(String),
}

impl ReadError {
    /// The error for what the system says about a file that `stat` or a folder's listing had shown to be there.
    pub(crate) fn while_reading(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Vanished,
            io::ErrorKind::PermissionDenied => Self::PermissionDenied,
            io::ErrorKind::IsADirectory => Self::NotAFile("folder"),
            _ => Self::System(error.to_string()),
        }
    }

    /// The error for what the system says about a path that nobody has looked at yet.
    fn at_first_sight(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NotFound,
            _ => Self::while_reading(error),
        }
    }
}

/// What a thing that isn't a regular file is called.
pub(crate) fn kind_name(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "named pipe";
        } else if kind.is_socket() {
            return "socket";
        } else if kind.is_char_device() || kind.is_block_device() {
            return "device";
        }
    }
    if kind.is_dir() { "folder" } else { "special file" }
}

/// The files on disk.
#[derive(Clone, Debug)]
pub struct WorkTree {
    /// Where mpcheck was started.
    pub root: PathBuf,
    /// How large a file may be.
    pub max_file_size: u64,
}

impl WorkTree {
    /// The files below `root` (and beside it, by `..`), up to the usual size.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), max_file_size: DEFAULT_MAX_FILE_SIZE }
    }

    /// Where a path lies on disk.
    fn locate(&self, path: &str) -> PathBuf {
        self.root.join(normalise(path))
    }
}

impl Tree for WorkTree {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let path = self.locate(path);
        // Asked before it is opened: opening a named pipe waits for a writer.
        let metadata = fs::metadata(&path).map_err(|error| ReadError::at_first_sight(&error))?;
        if !metadata.is_file() {
            return Err(ReadError::NotAFile(kind_name(metadata.file_type())));
        }
        let file = File::open(&path).map_err(|error| ReadError::while_reading(&error))?;
        read_up_to(file, metadata.len(), self.max_file_size)
    }

    fn exists(&self, path: &str) -> bool {
        Path::is_file(&self.locate(path))
    }

    fn is_folder(&self, path: &str) -> bool {
        Path::is_dir(&self.locate(path))
    }

    fn list(&self, folders: &[String]) -> Vec<String> {
        super::walk::list(&self.root, folders)
    }

    /// By chunks, so that no large file has to be held for it.
    fn holding(&self, folders: &[String], texts: &Texts) -> Vec<String> {
        let paths = self.list(folders);
        let scanner = || Scanner::new(u64::MAX, Prefilter::default());
        let holds = |scanner: &mut Scanner, path: String| {
            let found = scanner.holds(&self.locate(&path), texts);
            found.then_some(path)
        };
        paths.into_par_iter().map_init(scanner, holds).flatten().collect()
    }
}

/// All bytes of a file of about `size` bytes, unless they are more than `limit`.
pub(crate) fn read_up_to(file: impl Read, size: u64, limit: u64) -> Result<Vec<u8>, ReadError> {
    if size > limit {
        return Err(ReadError::TooLarge { size, limit });
    }
    // The size is a hint: files of /proc have none, and a log grows while it is read.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| ReadError::while_reading(&error))?;
    match bytes.len() as u64 {
        size if size > limit => Err(ReadError::TooLarge { size, limit }),
        _ => Ok(bytes),
    }
}

/// Files that live in memory: for tests, which then need no disk.
#[derive(Clone, Default)]
pub struct MemoryTree {
    files: BTreeMap<String, Vec<u8>>,
}

impl<P: AsRef<str>, B: Into<Vec<u8>>> FromIterator<(P, B)> for MemoryTree {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        Self { files: files.into_iter().map(|(path, bytes)| (normalise(path.as_ref()), bytes.into())).collect() }
    }
}

impl Tree for MemoryTree {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.files.get(&normalise(path)).cloned().ok_or(ReadError::NotFound)
    }

    fn exists(&self, path: &str) -> bool {
        self.files.contains_key(&normalise(path))
    }

    fn is_folder(&self, path: &str) -> bool {
        let path = normalise(path);
        let folder = if path == "." { String::new() } else { path };
        self.files.keys().any(|path| is_inside(path, &folder))
    }

    fn list(&self, folders: &[String]) -> Vec<String> {
        let inside = |path: &&String| folders.iter().any(|folder| is_inside(path, folder));
        self.files.keys().filter(inside).cloned().collect()
    }
}

/// Another tree with one file put over it: what `--stdin PATH` judges.
#[derive(Clone)]
pub struct Overlay<T> {
    under: T,
    path: String,
    bytes: Vec<u8>,
}

impl<T: Tree> Overlay<T> {
    /// `under`, but for `path`, which holds `bytes` whether or not it is there below.
    pub fn new(under: T, path: &str, bytes: Vec<u8>) -> Self {
        Self { under, path: normalise(path), bytes }
    }
}

impl<T: Tree> Tree for Overlay<T> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if normalise(path) == self.path { Ok(self.bytes.clone()) } else { self.under.read(path) }
    }

    fn exists(&self, path: &str) -> bool {
        normalise(path) == self.path || self.under.exists(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.under.is_folder(path) || is_inside(&self.path, &normalise(path))
    }

    fn list(&self, folders: &[String]) -> Vec<String> {
        let mut paths = self.under.list(folders);
        if let Err(at) = paths.binary_search(&self.path)
            && folders.iter().any(|folder| is_inside(&self.path, folder))
        {
            paths.insert(at, self.path.clone());
        }
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_tree_reads_files_and_names_what_is_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("src/a.js"), "hello").unwrap();
        let tree = WorkTree::new(folder.path().join("src"));
        assert_eq!(tree.read("./a.js").unwrap(), b"hello");
        assert_eq!(tree.read("../src/a.js").unwrap(), b"hello");
        assert!(tree.exists("a.js") && !tree.exists(".") && !tree.exists("b.js"));
        assert_eq!(WorkTree::new(folder.path()).list(&[String::new()]), ["src/a.js"]);
        assert_eq!(tree.read("b.js"), Err(ReadError::NotFound));
        assert_eq!(tree.read("a.js/b"), Err(ReadError::NotFound));
        assert_eq!(tree.read("."), Err(ReadError::NotAFile("folder")));
        let small = WorkTree { max_file_size: 4, ..tree };
        assert_eq!(small.read("a.js"), Err(ReadError::TooLarge { size: 5, limit: 4 }));
    }

    #[test]
    #[cfg(unix)]
    fn a_pipe_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let tree = WorkTree::new(folder.path());
        assert_eq!(tree.read("pipe"), Err(ReadError::NotAFile("named pipe")));
        assert!(!tree.exists("pipe"));
        assert_eq!(WorkTree::new("/").read("dev/null"), Err(ReadError::NotAFile("device")));
    }

    #[test]
    fn a_file_that_grows_past_the_limit_is_not_swallowed() {
        assert_eq!(read_up_to(&b"123456"[..], 2, 5), Err(ReadError::TooLarge { size: 6, limit: 5 }));
        assert_eq!(read_up_to(&b"12345"[..], 0, 5).unwrap(), b"12345");
    }

    #[test]
    fn memory_and_overlay_speak_the_same_paths() {
        let tree: MemoryTree = [("./a.js", "one"), ("lib/b.js", "two")].into_iter().collect();
        assert_eq!(tree.read("lib/../a.js").unwrap(), b"one");
        let over = Overlay::new(tree, "./lib/./new.js", b"three".to_vec());
        assert_eq!(over.read("lib/new.js").unwrap(), b"three");
        assert_eq!(over.read("lib/b.js").unwrap(), b"two");
        assert!(over.exists("lib/new.js") && over.exists("a.js") && !over.exists("lib"));
        assert_eq!(over.list(&[String::new()]), ["a.js", "lib/b.js", "lib/new.js"]);
        assert_eq!(over.list(&["lib".into()]), ["lib/b.js", "lib/new.js"]);
        assert_eq!(over.read("lib"), Err(ReadError::NotFound));
    }
}
