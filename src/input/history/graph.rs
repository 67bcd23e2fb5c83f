//! The commits of a history, oldest first: every parent before its children, and among those that don't depend on one
//! another the one whose author wrote it first.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use gix::ObjectId;
use gix::objs::{CommitRef, Find};

use super::tips::problem;
use crate::finding::{Commit, Problem};
use crate::input::git::said;

/// The commits, by their numbers.
#[derive(Default)]
pub(super) struct Graph {
    /// Oldest first.
    pub(super) nodes: Vec<Node>,
    /// Whether the history of a shallow clone was cut off.
    pub(super) cut: bool,
}

/// One commit.
pub(super) struct Node {
    id: ObjectId,
    /// Its tree.
    pub(super) tree: ObjectId,
    /// The trees of its parents, also of those that are no part of the range.
    pub(super) parents: Vec<ObjectId>,
    seconds: i64,
    offset: i32,
}

/// A commit as it was read.
struct Read {
    tree: ObjectId,
    parents: Vec<ObjectId>,
    seconds: i64,
    offset: i32,
}

impl Graph {
    /// Reads all commits that `include` reaches and `exclude` doesn't.
    pub(super) fn load(
        repository: &gix::Repository,
        include: &[ObjectId],
        exclude: &[ObjectId],
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut reader = Reader::new(repository);
        let left_out = reader.reach(exclude, &HashSet::new());
        let kept = reader.reach(include, &left_out);
        problems.append(&mut reader.problems);
        let order = order(&kept, &reader.read);
        let tree = |parent: &ObjectId| reader.read.get(parent).map(|read| read.tree);
        let nodes = order.iter().filter_map(|id| {
            let read = reader.read.get(id)?;
            let parents = read.parents.iter().filter_map(tree).collect();
            Some(Node { id: *id, tree: read.tree, parents, seconds: read.seconds, offset: read.offset })
        });
        Self { nodes: nodes.collect(), cut: reader.cut }
    }

    /// How many commits there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// What reports say of a commit.
    pub(super) fn commit(&self, number: u32) -> Commit {
        let node = &self.nodes[number as usize];
        Commit { id: node.id.to_string(), seconds: node.seconds, offset: node.offset }
    }
}

struct Reader<'r> {
    repository: &'r gix::Repository,
    shallow: HashSet<ObjectId>,
    read: HashMap<ObjectId, Read>,
    buffer: Vec<u8>,
    cut: bool,
    problems: Vec<Problem>,
}

impl<'r> Reader<'r> {
    fn new(repository: &'r gix::Repository) -> Self {
        let shallow = repository.shallow_commits().ok().flatten();
        let shallow = shallow.map(|commits| commits.iter().copied().collect()).unwrap_or_default();
        Self { repository, shallow, read: HashMap::new(), buffer: Vec::new(), cut: false, problems: Vec::new() }
    }

    /// All commits that these reach without passing one of `stop`. The parents of each are read too, for their trees.
    fn reach(&mut self, from: &[ObjectId], stop: &HashSet<ObjectId>) -> HashSet<ObjectId> {
        let mut reached: HashSet<ObjectId> = HashSet::new();
        let mut left: Vec<ObjectId> = from.to_vec();
        while let Some(id) = left.pop() {
            if stop.contains(&id) || reached.contains(&id) || !self.load(id) {
                continue;
            }
            reached.insert(id);
            left.extend(&self.read[&id].parents);
        }
        reached
    }

    /// Reads a commit, unless it has been; whether it could be.
    fn load(&mut self, id: ObjectId) -> bool {
        if self.read.contains_key(&id) {
            return true;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let read = match self.repository.objects.try_find(&id, &mut buffer) {
            Ok(Some(data)) => self.parse(id, data.data),
            Ok(None) => {
                Err(format!("the commit {} is missing, and what it alone reaches was not read; fetch it", short(id)))
            }
            Err(error) => Err(format!(
                "the commit {} can't be read ({}), and what it alone reaches was not; `git fsck` says more",
                short(id),
                said(&error)
            )),
        };
        self.buffer = buffer;
        match read {
            Ok(read) => {
                self.read.insert(id, read);
                true
            }
            Err(message) => {
                self.problems.push(problem(".", &message));
                false
            }
        }
    }

    fn parse(&mut self, id: ObjectId, data: &[u8]) -> Result<Read, String> {
        let broken = |_| format!("the commit {} can't be understood; `git fsck` says more", short(id));
        let commit = CommitRef::from_bytes(data, self.repository.object_hash()).map_err(broken)?;
        let time = commit.author().and_then(|author| author.time()).or_else(|_| commit.time()).unwrap_or_default();
        let mut parents: Vec<ObjectId> = commit.parents().collect();
        if self.shallow.contains(&id) {
            self.cut |= !parents.is_empty();
            parents.clear();
        }
        Ok(Read { tree: commit.tree(), parents, seconds: time.seconds, offset: time.offset })
    }
}

fn short(id: ObjectId) -> impl std::fmt::Display {
    id.to_hex_with_len(12).to_string()
}

/// Parents before children, then by the authors' dates, then by id.
fn order(kept: &HashSet<ObjectId>, read: &HashMap<ObjectId, Read>) -> Vec<ObjectId> {
    let mut waits: HashMap<ObjectId, usize> = HashMap::with_capacity(kept.len());
    let mut children: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
    for id in kept {
        let mut parents: Vec<ObjectId> =
            read[id].parents.iter().filter(|parent| kept.contains(*parent)).copied().collect();
        parents.sort_unstable();
        parents.dedup();
        waits.insert(*id, parents.len());
        parents.into_iter().for_each(|parent| children.entry(parent).or_default().push(*id));
    }
    let entry = |id: ObjectId| Reverse((read[&id].seconds, id));
    let mut ready: BinaryHeap<_> = waits.iter().filter(|(_, count)| **count == 0).map(|(id, _)| entry(*id)).collect();
    let mut order = Vec::with_capacity(kept.len());
    while let Some(Reverse((_, id))) = ready.pop() {
        order.push(id);
        for child in children.remove(&id).unwrap_or_default() {
            if let Some(count) = waits.get_mut(&child) {
                *count -= 1;
                if *count == 0 {
                    ready.push(entry(child));
                }
            }
        }
    }
    order
}
