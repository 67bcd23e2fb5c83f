//! What differs between two states of a repository, file by file. Folders that are the same object in both are never
//! looked into.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use gix::ObjectId;
use gix::bstr::ByteSlice;

use super::entries::{Entry, Kind, Listing};
use super::{GitError, GitTree, Repository};

/// A file in one state: its path from the repository's top, and the blob that holds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Side {
    /// From the repository's top; what isn't UTF-8 in it is replaced.
    pub path: String,
    /// The blob.
    pub id: ObjectId,
}

/// A file that differs between two states. A file that was moved unchanged has both sides, with different paths and the
/// same blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// As it was; `None` where it is new.
    pub old: Option<Side>,
    /// As it is; `None` where it is gone.
    pub new: Option<Side>,
}

/// The regular files that differ, sorted by path. Links and submodules count as absent, so that a file that became a link
/// is gone.
///
/// # Errors
///
/// When a tree object is missing or damaged.
pub fn changes(old: &GitTree, new: &GitTree) -> Result<Vec<Changed>, GitError> {
    let mut found = Found { repository: new.repository(), old: BTreeMap::new(), new: BTreeMap::new() };
    found.folder((&old.listing, &new.listing), "")?;
    let mut changed = Vec::new();
    let (mut gone, mut fresh): (Vec<Side>, Vec<Side>) = (Vec::new(), Vec::new());
    for (path, id) in &found.old {
        let side = Side { path: path.clone(), id: *id };
        match found.new.get(path) {
            Some(new) => changed.push(Changed { old: Some(side), new: Some(Side { path: path.clone(), id: *new }) }),
            None => gone.push(side),
        }
    }
    for (path, id) in found.new {
        if !found.old.contains_key(&path) {
            fresh.push(Side { path, id });
        }
    }
    moved(&mut gone, &mut fresh, &mut changed);
    changed.extend(gone.into_iter().map(|side| Changed { old: Some(side), new: None }));
    changed.extend(fresh.into_iter().map(|side| Changed { old: None, new: Some(side) }));
    let path = |change: &Changed| change.new.as_ref().or(change.old.as_ref()).map(|side| side.path.clone());
    changed.sort_by_cached_key(path);
    Ok(changed)
}

/// Pairs files that are gone with new ones of the same content: of several, those with the same name, then the first.
fn moved(gone: &mut Vec<Side>, fresh: &mut Vec<Side>, changed: &mut Vec<Changed>) {
    let mut by_blob: HashMap<ObjectId, Vec<Side>> = HashMap::new();
    for side in gone.drain(..) {
        by_blob.entry(side.id).or_default().push(side);
    }
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    for same_name in [true, false] {
        fresh.retain(|new| {
            let Some(olds) = by_blob.get_mut(&new.id) else { return true };
            let at = olds.iter().position(|old| !same_name || name(&old.path) == name(&new.path));
            let Some(at) = at else { return true };
            changed.push(Changed { old: Some(olds.remove(at)), new: Some(new.clone()) });
            false
        });
    }
    gone.extend(by_blob.into_values().flatten());
    gone.sort();
}

/// Files that differ, as they are met.
struct Found<'r> {
    repository: &'r Repository,
    old: BTreeMap<String, ObjectId>,
    new: BTreeMap<String, ObjectId>,
}

impl Found<'_> {
    fn folder(&mut self, listings: (&Listing, &Listing), folder: &str) -> Result<(), GitError> {
        let old = listings.0.children(self.repository, folder)?;
        let new = listings.1.children(self.repository, folder)?;
        let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => old.order(new),
            };
            let old = if order.is_le() { old.next() } else { None };
            let new = if order.is_ge() { new.next() } else { None };
            self.entry(listings, folder, (old, new))?;
        }
    }

    /// One name, as it is in one of the states or in both.
    fn entry(
        &mut self,
        listings: (&Listing, &Listing),
        folder: &str,
        (old, new): (Option<&Entry>, Option<&Entry>),
    ) -> Result<(), GitError> {
        if let (Some(old), Some(new)) = (old, new)
            && old.kind == new.kind
            && old.id.is_some()
            && old.id == new.id
        {
            return Ok(());
        }
        let Some(entry) = old.or(new) else { return Ok(()) };
        let slash = if folder.is_empty() { "" } else { "/" };
        let path = format!("{folder}{slash}{}", entry.name.to_str_lossy());
        if entry.kind == Kind::Folder {
            return self.folder(listings, &path);
        }
        let file = |entry: Option<&Entry>| entry.filter(|entry| entry.kind == Kind::File).and_then(|entry| entry.id);
        if let Some(id) = file(old) {
            self.old.insert(path.clone(), id);
        }
        if let Some(id) = file(new) {
            self.new.insert(path, id);
        }
        Ok(())
    }
}
