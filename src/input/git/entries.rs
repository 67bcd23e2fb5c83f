//! What a state of the repository holds, folder by folder: a commit's tree objects, or the index, whose cache of tree
//! objects says which folders are as a commit has them.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice};
use gix::index::entry::{Flags, Mode, Stage};
use gix::objs::tree::EntryKind;

use super::{GitError, Repository};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file, executable or not: that makes no difference here.
    File,
    /// A symbolic link, which is not followed.
    Link,
    /// A commit of another repository.
    Submodule,
    /// A folder.
    Folder,
}

/// A name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name alone.
    pub name: BString,
    /// What it stands for.
    pub kind: Kind,
    /// The object that holds it; `None` for a folder of the index that no tree object describes.
    pub id: Option<ObjectId>,
}

impl Entry {
    /// Entries of a folder stand in this order, in tree objects and in the index: by name, as if folders ended in `/`.
    pub(super) fn order(&self, other: &Self) -> std::cmp::Ordering {
        let slash = |entry: &Self| (entry.kind == Kind::Folder).then_some(b'/');
        let key = |entry| entry_bytes(entry).chain(slash(entry));
        fn entry_bytes(entry: &Entry) -> impl Iterator<Item = u8> {
            entry.name.iter().copied()
        }
        key(self).cmp(key(other))
    }
}

/// A state of the repository.
pub(super) enum Listing {
    /// What the next commit would hold.
    Index(Box<gix::index::File>, Folders),
    /// What a commit holds; `None` for nothing at all.
    Commit(Option<ObjectId>, Folders),
}

/// Tree objects by their id, each read once.
#[derive(Default)]
pub(super) struct Folders(Mutex<HashMap<ObjectId, Arc<Vec<Entry>>>>);

impl Folders {
    /// The entries of a tree object.
    fn read(&self, repository: &Repository, id: ObjectId, path: &str) -> Result<Arc<Vec<Entry>>, GitError> {
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(known.clone());
        }
        let data = repository.object(id, Some(path))?;
        let mut entries = Vec::new();
        for entry in gix::objs::TreeRefIter::from_bytes(&data, id.kind()) {
            let corrupt = |detail| GitError::Corrupt { id, path: Some(path.to_owned()), detail };
            let entry = entry.map_err(|error| corrupt(error.to_string()))?;
            let kind = match entry.mode.kind() {
                EntryKind::Tree => Kind::Folder,
                EntryKind::Blob | EntryKind::BlobExecutable => Kind::File,
                EntryKind::Link => Kind::Link,
                EntryKind::Commit => Kind::Submodule,
            };
            entries.push(Entry { name: entry.filename.into(), kind, id: Some(entry.oid.to_owned()) });
        }
        let entries = Arc::new(entries);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, entries.clone());
        Ok(entries)
    }

    /// The entry at a path below a tree object.
    fn find(&self, repository: &Repository, root: ObjectId, path: &str) -> Result<Option<Entry>, GitError> {
        let mut folder = root;
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let entries = self.read(repository, folder, path)?;
            let Some(entry) = entries.iter().find(|entry| entry.name == part.as_bytes()) else { return Ok(None) };
            match (parts.peek(), entry.kind, entry.id) {
                (None, _, _) => return Ok(Some(entry.clone())),
                (Some(_), Kind::Folder, Some(id)) => folder = id,
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}

impl Listing {
    /// The entry at a path from the repository's top.
    pub(super) fn entry(&self, repository: &Repository, path: &str) -> Result<Option<Entry>, GitError> {
        let folder = |id| Entry { name: BString::default(), kind: Kind::Folder, id };
        match self {
            Self::Commit(None, _) => Ok(path.is_empty().then(|| folder(None))),
            Self::Commit(Some(root), _) if path.is_empty() => Ok(Some(folder(Some(*root)))),
            Self::Commit(Some(root), folders) => folders.find(repository, *root, path),
            Self::Index(index, folders) => {
                if let Some(entry) = staged(index, path.into()) {
                    return Ok(Some(entry));
                }
                if let Some(id) = sparse(index, path) {
                    return Ok(Some(folder(Some(id))));
                }
                if path.is_empty() || !below(index, path.into()).is_empty() {
                    return Ok(Some(folder(None)));
                }
                for (at, _) in path.match_indices('/') {
                    if let Some(id) = sparse(index, &path[..at]) {
                        return folders.find(repository, id, &path[at + 1..]);
                    }
                }
                Ok(None)
            }
        }
    }

    /// The entries of a folder, in their order; none where there is no such folder.
    pub(super) fn children(&self, repository: &Repository, folder: &str) -> Result<Arc<Vec<Entry>>, GitError> {
        match self {
            Self::Commit(None, _) => Ok(Arc::default()),
            Self::Commit(Some(root), folders) if folder.is_empty() => folders.read(repository, *root, folder),
            Self::Index(index, folders) => {
                let range = below(index, folder.into());
                if !folder.is_empty() && (range.is_empty() || sparse(index, folder).is_some()) {
                    let entry = self.entry(repository, folder)?;
                    return match entry.and_then(|entry| entry.id.filter(|_| entry.kind == Kind::Folder)) {
                        Some(id) => folders.read(repository, id, folder),
                        None => Ok(Arc::default()),
                    };
                }
                Ok(Arc::new(of_index(index, folder, range)))
            }
            Self::Commit(..) => match self.entry(repository, folder)? {
                Some(Entry { kind: Kind::Folder, id: Some(id), .. }) => self.read(repository, id, folder),
                _ => Ok(Arc::default()),
            },
        }
    }

    /// Shows all regular files below a folder, in the order of their paths, and the folders that can't be read.
    pub(super) fn each_file(
        &self,
        repository: &Repository,
        folder: &str,
        found: &mut dyn FnMut(&BStr),
        failed: &mut dyn FnMut(&str, &GitError),
    ) {
        if let Self::Index(index, _) = self
            && (folder.is_empty() || sparse(index, folder).is_none())
        {
            // One look at each entry: an index may hold as many folders as files, and each costs a search.
            let range = below(index, folder.into());
            if !range.is_empty() {
                for entry in &index.entries()[range] {
                    match held(entry) {
                        Some(Kind::File) => found(entry.path(index)),
                        Some(Kind::Folder) => {
                            let path = entry.path(index).to_str_lossy();
                            self.each_child_file(repository, path.trim_end_matches('/'), found, failed);
                        }
                        _ => {}
                    }
                }
                return;
            }
        }
        self.each_child_file(repository, folder, found, failed);
    }

    /// The same, folder by folder.
    fn each_child_file(
        &self,
        repository: &Repository,
        folder: &str,
        found: &mut dyn FnMut(&BStr),
        failed: &mut dyn FnMut(&str, &GitError),
    ) {
        let entries = match self.children(repository, folder) {
            Ok(entries) => entries,
            Err(error) => return failed(folder, &error),
        };
        for entry in entries.iter() {
            let slash = if folder.is_empty() { "" } else { "/" };
            let path = || [folder.as_bytes(), slash.as_bytes(), &entry.name].concat();
            match entry.kind {
                Kind::File => found(path().as_bstr()),
                Kind::Folder => self.each_child_file(repository, &path().to_str_lossy(), found, failed),
                Kind::Link | Kind::Submodule => {}
            }
        }
    }

    /// The entries of a folder whose tree object is known.
    pub(super) fn read(&self, repository: &Repository, id: ObjectId, path: &str) -> Result<Arc<Vec<Entry>>, GitError> {
        match self {
            Self::Index(_, folders) | Self::Commit(_, folders) => folders.read(repository, id, path),
        }
    }
}

/// The tree object that a sparse index holds for a folder: one that isn't checked out is one entry.
fn sparse(index: &gix::index::State, folder: &str) -> Option<ObjectId> {
    if !index.is_sparse() {
        return None;
    }
    let entry = index.entry_by_path(format!("{folder}/").as_bytes().into())?;
    (entry.mode == Mode::DIR).then_some(entry.id)
}

/// The entries of the index that lie in a folder.
fn below(index: &gix::index::State, folder: &BStr) -> Range<usize> {
    let entries = index.entries();
    if folder.is_empty() {
        return 0..entries.len();
    }
    let prefix = [folder.as_bytes(), b"/"].concat();
    let low = entries.partition_point(|entry| entry.path(index).as_bytes() < prefix.as_slice());
    let inside = entries[low..].partition_point(|entry| entry.path(index).starts_with(&prefix));
    low..low + inside
}

/// A file of the index. One with conflicts is what `git checkout --ours` would give; one that is only announced
/// (`git add --intent-to-add`) isn't there yet.
fn staged(index: &gix::index::State, path: &BStr) -> Option<Entry> {
    let stages = [Stage::Unconflicted, Stage::Ours, Stage::Theirs];
    let entry = stages.into_iter().find_map(|stage| index.entry_by_path_and_stage(path, stage))?;
    let kind = kind_of(entry.mode)?;
    let there = kind != Kind::Folder && !entry.flags.contains(Flags::INTENT_TO_ADD);
    there.then(|| Entry { name: path.to_owned(), kind, id: Some(entry.id) })
}

/// What a commit will hold of an entry of the index: of a file with conflicts none of its stages, and nothing of what is
/// only announced.
fn held(entry: &gix::index::Entry) -> Option<Kind> {
    let there = entry.stage() == Stage::Unconflicted && !entry.flags.contains(Flags::INTENT_TO_ADD);
    kind_of(entry.mode).filter(|_| there)
}

fn kind_of(mode: Mode) -> Option<Kind> {
    match mode {
        Mode::FILE | Mode::FILE_EXECUTABLE => Some(Kind::File),
        Mode::SYMLINK => Some(Kind::Link),
        Mode::COMMIT => Some(Kind::Submodule),
        Mode::DIR => Some(Kind::Folder),
        _ => None,
    }
}

/// What lies directly in a folder of the index, `range` being all that lies below it.
fn of_index(index: &gix::index::State, folder: &str, range: Range<usize>) -> Vec<Entry> {
    let cached = cached(index, folder);
    let start = if folder.is_empty() { 0 } else { folder.len() + 1 };
    let mut entries: Vec<Entry> = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let entry = &index.entries()[at];
        let path = entry.path(index);
        let name = &path[start..];
        match name.find_byte(b'/') {
            Some(slash) if !(entry.mode == Mode::DIR && slash + 1 == name.len()) => {
                let name: &BStr = name[..slash].as_bstr();
                let prefix = &path[..start + slash + 1];
                at += index.entries()[at..range.end]
                    .partition_point(|entry| entry.path(index).as_bytes().starts_with(prefix.as_bytes()));
                let cache = cached.and_then(|cache| cache.children.iter().find(|child| child.name[..] == **name));
                let id = cache.filter(|cache| cache.num_entries.is_some()).map(|cache| cache.id);
                entries.push(Entry { name: name.to_owned(), kind: Kind::Folder, id });
            }
            slash => {
                at += 1;
                let name = slash.map_or(name, |slash| name[..slash].as_bstr());
                if let Some(kind) = held(entry) {
                    entries.push(Entry { name: name.to_owned(), kind, id: Some(entry.id) });
                }
            }
        }
    }
    entries
}

/// What the index remembers of a folder's tree object.
fn cached<'i>(index: &'i gix::index::State, folder: &str) -> Option<&'i gix::index::extension::Tree> {
    let mut tree = index.tree()?;
    for part in folder.split('/').filter(|part| !part.is_empty()) {
        tree = tree.children.iter().find(|child| child.name[..] == *part.as_bytes())?;
    }
    Some(tree)
}
