//! All files of a state: those that git tracks, and those of them that a walk would meet.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::sync::Arc;

use gix::bstr::ByteSlice;

use super::changes::Changed;
use super::tree::GitTree;
use crate::input::ignores::IGNORE_FILES;
use crate::input::path::is_inside;
use crate::input::skip;

/// Another state, and how its files differ from this one's.
pub(super) struct Near {
    state: Arc<GitTree>,
    /// Files that only this state has.
    only_here: BTreeSet<String>,
    /// Files that only the other one has.
    only_there: BTreeSet<String>,
}

/// Which files are asked for, by their paths from the repository's top.
type Wanted<'w> = &'w dyn Fn(&[u8]) -> bool;

impl GitTree {
    /// Takes note of what led from this state to another, so that this one's files are listed from the other's: an index
    /// is one file, a commit a tree object for each folder.
    pub fn is_before(&self, state: Arc<GitTree>, changes: &[Changed]) {
        let paths = |side: fn(&Changed) -> Option<&super::changes::Side>| -> BTreeSet<String> {
            changes.iter().filter_map(side).map(|side| side.path.clone()).collect()
        };
        let (old, new) = (paths(|changed| changed.old.as_ref()), paths(|changed| changed.new.as_ref()));
        let only_here = old.difference(&new).cloned().collect();
        let only_there = new.difference(&old).cloned().collect();
        let _ = self.near.set(Near { state, only_here, only_there });
    }

    /// All files below a folder that git tracks, by their paths from the repository's top, whatever ignores them; sorted.
    pub fn tracked(&self, folder: &str) -> Vec<String> {
        self.tracked_where(folder, &|_| true)
    }

    fn tracked_where(&self, folder: &str, wanted: Wanted<'_>) -> Vec<String> {
        if let Some(near) = self.near.get() {
            let mut found = near.state.tracked_where(folder, wanted);
            if !near.only_there.is_empty() {
                found.retain(|path| !near.only_there.contains(path));
            }
            let inside = |path: &&String| is_inside(path, folder) && wanted(path.as_bytes());
            let here = near.only_here.iter().filter(inside);
            found.extend(here.cloned());
            found.sort();
            return found;
        }
        let mut found = Vec::new();
        self.listing.each_file(
            &self.repository,
            folder,
            &mut |path| {
                if wanted(path) {
                    found.push(path.to_str_lossy().into_owned());
                }
            },
            &mut |folder, error| self.fault(&self.repository.shown(folder), &error.to_string()),
        );
        found
    }

    /// The files in some folders, as seen from where mpcheck was started, that a walk over these folders would meet and
    /// that are asked for; sorted.
    pub(super) fn met(&self, folders: &[String], wanted: Wanted<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for folder in folders {
            let Some(inside) = self.repository.inside(folder) else { continue };
            let mut walk = Walk { tree: self, start: inside.len(), folder: inside.clone(), closed: false, rules: None };
            let paths = self.tracked_where(&inside, wanted);
            found.extend(paths.into_iter().filter(|path| walk.meets(path)).map(|path| self.repository.shown(&path)));
        }
        if !found.is_sorted() {
            found.sort();
        }
        found.dedup();
        found
    }
}

/// The last part of a path.
pub(super) fn file_name(path: &[u8]) -> &[u8] {
    path.rfind_byte(b'/').map_or(path, |slash| &path[slash + 1..])
}

/// What a walk from a folder meets, asked path by path in their order.
struct Walk<'t> {
    tree: &'t GitTree,
    /// How long the path of the folder is that the walk starts in.
    start: usize,
    /// The folder of the last path.
    folder: String,
    /// Whether the walk doesn't come into it.
    closed: bool,
    /// Whether any ignore file is there, so that names alone don't decide.
    rules: Option<bool>,
}

impl Walk<'_> {
    fn meets(&mut self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let tree = self.tree;
        let rules = *self.rules.get_or_insert_with(|| {
            let is_ignore_file = |path: &[u8]| IGNORE_FILES.iter().any(|name| file_name(path) == name.as_bytes());
            !tree.tracked_where("", &is_ignore_file).is_empty()
        });
        if folder != self.folder {
            self.closed = self.closes(folder, rules);
            self.folder.clear();
            self.folder.push_str(folder);
        }
        let passed = || match rules {
            true => tree.ignores.passes_over(path, false, &|path| tree.text(path)),
            false => skip::file(OsStr::new(name)),
        };
        !self.closed && !passed()
    }

    /// Whether the walk doesn't come into a folder: it doesn't where it passes over one of the folders on the way.
    fn closes(&self, folder: &str, rules: bool) -> bool {
        // The way that it shares with the last folder is known to be open, if that folder was.
        let shared = if self.closed { 0 } else { shared_folders(&self.folder, folder) };
        let from = shared.max(self.start);
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]).filter(|end| *end > from);
        ends.into_iter().any(|end| {
            let path = &folder[..end];
            match rules {
                true => self.tree.ignores.passes_over(path, true, &|path| self.tree.text(path)),
                false => skip::folder(OsStr::new(path.rsplit('/').next().unwrap_or(path))),
            }
        })
    }
}

/// How long the path of the deepest folder is that holds both.
fn shared_folders(one: &str, other: &str) -> usize {
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let whole = |path: &str| path.len() == same || path.as_bytes().get(same) == Some(&b'/');
    match whole(one) && whole(other) {
        true => same,
        false => one.as_bytes()[..same].rfind_byte(b'/').unwrap_or(0),
    }
}
