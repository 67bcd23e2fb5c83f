//! What each commit changed against all of its parents: every blob that a history reaches comes out with each of its
//! paths, at the first commit that brought it there.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use gix::ObjectId;
use gix::objs::tree::{EntryRef, name_order};
use gix::objs::{Find, TreeRefIter};
use gix::odb::pack::cache::lru::MemoryCappedHashmap;
use rayon::prelude::*;

use super::graph::Graph;
use super::paths::{Met, Paths};
use super::tips::problem;
use crate::finding::Problem;
use crate::input::git::{GitTree, Repository, said};
use crate::input::skip;

/// No commit of the range brought it.
pub(super) const NONE: u32 = u32::MAX;
/// How many commits a thread takes at a time: neighbours share most of their trees.
const RUN: usize = 128;
/// How much of the trees that were read last each thread keeps.
const CACHE: usize = 24 << 20;
/// Folders deeper than this are not looked into: only a tree that is made to harm has them.
const DEEPEST: usize = 512;

/// So many trees that could not be read are kept in mind by each thread's run.
const LOST: usize = 1000;

/// A blob at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Standing {
    pub(super) blob: ObjectId,
    pub(super) path: u32,
    /// The number of the first commit that brought it there, or [`NONE`].
    pub(super) commit: u32,
    /// Whether it stands there in `HEAD`'s tree.
    pub(super) in_tree: bool,
}

/// A collection of what was changed.
pub(super) struct Changes<'a> {
    repository: &'a Repository,
    met: Met<'a>,
    stood: Vec<Standing>,
    /// How many folders of one commit are looked into.
    most_folders: u32,
    /// Trees that could not be read, with their paths and what is wrong.
    lost: BTreeMap<ObjectId, (String, String)>,
}

impl<'a> Changes<'a> {
    /// Nothing yet. The ignore files of `tree` count; `only` are the folders and files to look at, from the repository's
    /// top.
    pub(super) fn new(repository: &'a Repository, tree: &'a GitTree, only: Vec<String>, most_folders: u32) -> Self {
        Self { repository, met: Met::new(tree, only), stood: Vec::new(), most_folders, lost: BTreeMap::new() }
    }

    /// What all commits changed. The newest come first: a pack has older trees as deltas of newer ones, which are then at
    /// hand.
    pub(super) fn commits(&mut self, graph: &Graph) {
        let (repository, met, most_folders) = (self.repository, &self.met, self.most_folders);
        let newest_first: Vec<u32> = (0..graph.len() as u32).rev().collect();
        let look = |odb: &mut gix::OdbHandle, run: &[u32]| {
            let mut differ = Differ::new(odb, repository, met);
            for number in run {
                let node = &graph.nodes[*number as usize];
                let parents: Vec<Option<ObjectId>> = node.parents.iter().copied().map(Some).collect();
                differ.left = most_folders;
                differ.tree(node.tree, &parents, *number, 0);
            }
            differ.end()
        };
        let found: Vec<Found> = newest_first.par_chunks(RUN).map_init(|| handle(repository), look).collect();
        found.into_iter().for_each(|found| self.take(found, false));
    }

    /// All of a tree that a ref points at itself.
    pub(super) fn tree(&mut self, tree: &ObjectId) {
        self.whole(*tree, false);
    }

    /// All of `HEAD`'s tree.
    pub(super) fn head(&mut self, tree: ObjectId) {
        self.whole(tree, true);
    }

    fn whole(&mut self, tree: ObjectId, in_tree: bool) {
        let odb = handle(self.repository);
        let mut differ = Differ::new(&odb, self.repository, &self.met);
        differ.left = self.most_folders;
        differ.tree(tree, &[], NONE, 0);
        let found = differ.end();
        self.take(found, in_tree);
    }

    /// A blob that a ref points at itself.
    pub(super) fn blob(&mut self, blob: ObjectId, name: &str) {
        if let Some(path) = self.met.number(name) {
            self.stood.push(Standing { blob, path, commit: NONE, in_tree: false });
        }
    }

    fn take(&mut self, found: Found, in_tree: bool) {
        let numbers: Vec<Option<u32>> = found.paths.iter().map(|path| self.met.number(path)).collect();
        let standing = |(blob, path, commit): (ObjectId, u32, u32)| {
            numbers[path as usize].map(|path| Standing { blob, path, commit, in_tree })
        };
        self.stood.extend(found.stood.into_iter().filter_map(standing));
        self.lost.extend(found.lost);
    }

    /// The paths, and each blob at each of them once.
    pub(super) fn finish(mut self) -> (Vec<Arc<str>>, Vec<Standing>, Vec<Problem>) {
        self.stood.par_sort_unstable();
        self.stood.dedup_by(|later, first| {
            let same = (later.blob, later.path) == (first.blob, first.path);
            first.in_tree |= same && later.in_tree;
            same
        });
        let shown = |path: &str| self.repository.shown(path);
        let problems = self.lost.values().map(|(path, message)| problem(&shown(path), message));
        let problems = super::few(problems.collect());
        (self.met.paths().iter().map(|path| shown(path).into()).collect(), self.stood, problems)
    }
}

/// A thread's way to the objects, with caches that suit trees: what was read last, and what deltas of it need.
fn handle(repository: &Repository) -> gix::OdbHandle {
    let mut local = repository.shared().to_thread_local();
    local.object_cache_size(CACHE);
    let mut odb = local.objects;
    odb.set_pack_cache(|| Box::new(MemoryCappedHashmap::new(CACHE)));
    odb.ignore_replacements = true;
    odb.refresh_never();
    odb
}

/// What was found in some commits.
struct Found {
    paths: Vec<Arc<str>>,
    /// Blob, path, commit.
    stood: Vec<(ObjectId, u32, u32)>,
    lost: BTreeMap<ObjectId, (String, String)>,
}

/// Compares trees; each thread has its own.
struct Differ<'a> {
    odb: &'a gix::OdbHandle,
    hash: gix::hash::Kind,
    met: &'a Met<'a>,
    paths: Paths,
    /// The path of the folder at hand, with a slash at its end.
    folder: String,
    /// Blob, path, commit.
    found: Vec<(ObjectId, u32, u32)>,
    lost: BTreeMap<ObjectId, (String, String)>,
    spare: Vec<Vec<u8>>,
    /// How many more folders of the commit at hand may be looked into.
    left: u32,
}

impl<'a> Differ<'a> {
    fn new(odb: &'a gix::OdbHandle, repository: &Repository, met: &'a Met<'a>) -> Self {
        Self {
            odb,
            hash: repository.with(|local| local.object_hash()),
            met,
            paths: Paths::default(),
            folder: String::new(),
            found: Vec::new(),
            lost: BTreeMap::new(),
            spare: Vec::new(),
            left: 0,
        }
    }

    fn end(self) -> Found {
        Found { paths: self.paths.all(), stood: self.found, lost: self.lost }
    }

    /// What a tree holds that stands at the same path in none of the parents' trees.
    fn tree(&mut self, tree: ObjectId, parents: &[Option<ObjectId>], commit: u32, depth: usize) {
        if parents.contains(&Some(tree)) {
            return;
        }
        if depth > DEEPEST || self.left == 0 {
            return self.lose(tree, "is one folder too many, and was not looked into".into());
        }
        self.left -= 1;
        let Some(bytes) = self.read(tree, true) else { return };
        let olds: Vec<Vec<u8>> =
            parents.iter().map(|old| old.and_then(|old| self.read(old, false)).unwrap_or_default()).collect();
        let mut cursors: Vec<Cursor<'_>> = olds.iter().map(|old| Cursor::new(old, self.hash)).collect();
        let mut found: Vec<Option<EntryRef<'_>>> = Vec::with_capacity(cursors.len());
        for entry in TreeRefIter::from_bytes(&bytes, self.hash).flatten() {
            found.clear();
            found.extend(cursors.iter_mut().map(|cursor| cursor.find(&entry)));
            let folder = entry.mode.is_tree();
            let same = |old: &EntryRef<'_>| old.oid == entry.oid && old.mode.is_tree() == folder;
            if found.iter().flatten().any(same) {
                continue;
            }
            let tree = |old: &Option<EntryRef<'_>>| old.filter(|old| old.mode.is_tree()).map(|old| old.oid.to_owned());
            let before: Vec<Option<ObjectId>> = if folder { found.iter().map(tree).collect() } else { Vec::new() };
            self.entry(&entry, &before, commit, depth);
        }
        self.spare.push(bytes);
        self.spare.extend(olds);
    }

    fn entry(&mut self, entry: &EntryRef<'_>, before: &[Option<ObjectId>], commit: u32, depth: usize) {
        let name = String::from_utf8_lossy(entry.filename);
        let length = self.folder.len();
        if entry.mode.is_tree() {
            if skip::folder((*name).as_ref()) {
                return;
            }
            self.folder.push_str(&name);
            if self.met.enters(&self.folder) {
                self.folder.push('/');
                self.tree(entry.oid.to_owned(), before, commit, depth + 1);
            }
        } else if entry.mode.is_blob() && !skip::file((*name).as_ref()) {
            // A link's target is met by itself, and a submodule is another repository.
            self.folder.push_str(&name);
            let path = self.paths.number(&self.folder);
            self.found.push((entry.oid.to_owned(), path, commit));
        }
        self.folder.truncate(length);
    }

    /// The bytes of a tree. One that isn't there is a problem, unless it is only asked for in order to compare.
    fn read(&mut self, id: ObjectId, needed: bool) -> Option<Vec<u8>> {
        let mut buffer = self.spare.pop().unwrap_or_default();
        let wrong = match self.odb.try_find(&id, &mut buffer) {
            Ok(Some(data)) if data.kind == gix::objs::Kind::Tree => {
                // The cache hands out its own copy, a pack the buffer itself.
                return Some(buffer);
            }
            Ok(Some(data)) => format!("is a {} where a folder should be; `git fsck` says more", data.kind),
            Ok(None) => {
                "is missing, and what it holds was not read; in a partial clone, `git fetch --refetch` gets it".into()
            }
            Err(error) => format!("can't be read ({}); `git fsck` says more", said(&error)),
        };
        if needed {
            self.lose(id, wrong);
        }
        None
    }

    /// Says of a tree what is wrong with it.
    fn lose(&mut self, id: ObjectId, wrong: String) {
        // A bomb has more of them than anybody reads about.
        if self.lost.len() < LOST {
            let folder = self.folder.trim_end_matches('/');
            let folder = if folder.is_empty() { "." } else { folder };
            let message = format!("the tree {} {wrong}", id.to_hex_with_len(12));
            self.lost.entry(id).or_insert_with(|| (folder.to_owned(), message));
        }
    }
}

/// Goes through a parent's tree beside the child's, since both have one order.
struct Cursor<'t> {
    entries: TreeRefIter<'t>,
    next: Option<EntryRef<'t>>,
}

impl<'t> Cursor<'t> {
    fn new(bytes: &'t [u8], hash: gix::hash::Kind) -> Self {
        let mut entries = TreeRefIter::from_bytes(bytes, hash);
        let next = entries.next().and_then(Result::ok);
        Self { entries, next }
    }

    /// The parent's entry of the same name and kind. An entry that became a folder or ceased to be one is none.
    fn find(&mut self, entry: &EntryRef<'_>) -> Option<EntryRef<'t>> {
        loop {
            let old = self.next?;
            match name_order(old.filename, old.mode.is_tree(), entry.filename, entry.mode.is_tree()) {
                Ordering::Less => self.next = self.entries.next().and_then(Result::ok),
                Ordering::Equal => return Some(old),
                Ordering::Greater => return None,
            }
        }
    }
}
