//! Everything that was ever committed: the blobs that commits brought, each with its paths and the first commit that
//! brought it there, handed out once and in parallel.
//!
//! Three steps: the [commits](graph) that refs or a range reach, oldest first; what each of them
//! [changed](changes) against all of its parents, which gives every reachable blob its paths; and the
//! [blobs](blobs) themselves, read from packs in the order in which they lie there, every delta chain resolved once.

mod blobs;
mod changes;
mod delta;
mod graph;
mod pack;
mod paths;
mod tips;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use gix::ObjectId;

use crate::finding::{Commit, Problem};
use crate::input::git::{GitError, GitTree, Repository};
use changes::Changes;

/// What of a history is read.
#[derive(Clone, Debug)]
pub struct HistoryOptions {
    /// Revisions as `git log` takes them (`main`, `v1..main`); none for all that any ref reaches.
    pub range: Option<String>,
    /// Blobs with more bytes are not read, and named where they speak of Mixpanel.
    pub max_file_size: u64,
    /// The files and folders to look at, as seen from where mpcheck was started; none for all of the repository.
    pub paths: Vec<String>,
    /// So many folders of one commit are looked into. More has only a tree that is made to harm, by holding the same folder
    /// over and over.
    pub most_folders: u32,
}

impl Default for HistoryOptions {
    fn default() -> Self {
        Self { range: None, max_file_size: super::DEFAULT_MAX_FILE_SIZE, paths: Vec::new(), most_folders: 2_000_000 }
    }
}

/// A blob, and where it stood.
pub struct Found<'a> {
    /// Its bytes, which speak of Mixpanel.
    pub bytes: &'a [u8],
    /// Its paths, sorted by the age of the commits that brought it there.
    pub stood: Vec<Stood>,
}

/// One path of a blob.
#[derive(Clone, Debug)]
pub struct Stood {
    /// As seen from where mpcheck was started.
    pub path: Arc<str>,
    /// The first commit that brought the blob there, by its [number](History::commit); none where none in the range did.
    pub commit: Option<u32>,
    /// Whether the blob stands there in the tree of `HEAD`.
    pub in_tree: bool,
}

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// Commits.
    pub commits: usize,
    /// Distinct blobs.
    pub blobs: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// A history that is ready to be read.
pub struct History {
    repository: Arc<Repository>,
    graph: graph::Graph,
    paths: Vec<Arc<str>>,
    /// Blob, path, commit, in the tree: sorted by blob, then path.
    stood: Vec<changes::Standing>,
    /// The distinct blobs: sorted, with the range of `stood` that is theirs.
    blobs: Vec<(ObjectId, u32)>,
    max_file_size: u64,
    problems: Vec<Problem>,
}

impl History {
    /// Finds out which blobs there are, and where they stood.
    ///
    /// # Errors
    /// When there is no repository around `root`, or the range names what isn't there.
    pub fn open(root: &Path, options: &HistoryOptions) -> Result<Self, GitError> {
        let repository = Arc::new(Repository::open(root)?);
        let only: Result<Vec<String>, GitError> = options.paths.iter().map(|path| inside(&repository, path)).collect();
        let tips = repository.with(|local| tips::tips(&repository, local, options.range.as_deref()))?;
        let mut problems = tips.problems;
        let graph = repository.with(|local| graph::Graph::load(local, &tips.include, &tips.exclude, &mut problems));
        let tree = GitTree::commit(repository.clone(), tips.head);
        let mut changes = Changes::new(&repository, &tree, only?, options.most_folders);
        changes.commits(&graph);
        for tree in &tips.trees {
            changes.tree(tree);
        }
        for (blob, name) in &tips.blobs {
            changes.blob(*blob, name);
        }
        if let Some(head) = tips.head {
            changes.head(head);
        }
        let (paths, stood, lost) = changes.finish();
        problems.extend(lost);
        problems.extend(tips.shallow.filter(|_| graph.cut));
        let mut blobs: Vec<(ObjectId, u32)> = Vec::new();
        for (at, standing) in stood.iter().enumerate() {
            if blobs.last().is_none_or(|(last, _)| *last != standing.blob) {
                blobs.push((standing.blob, at as u32));
            }
        }
        Ok(Self { repository, graph, paths, stood, blobs, max_file_size: options.max_file_size, problems })
    }

    /// A commit by its number; the numbers grow with age's opposite: a parent's is smaller than its children's.
    pub fn commit(&self, number: u32) -> Commit {
        self.graph.commit(number)
    }

    /// Reads every blob once and hands out those that `wanted` asks for, in no order and from several threads at once.
    pub fn read(
        &self,
        wanted: &(dyn Fn(&[u8]) -> bool + Sync),
        visit: &(dyn Fn(Found<'_>) + Sync),
    ) -> (Volume, Vec<Problem>) {
        self.read_these(&self.blobs, wanted, visit)
    }

    /// The same for the blobs of `HEAD`'s tree alone.
    pub fn read_tree(
        &self,
        wanted: &(dyn Fn(&[u8]) -> bool + Sync),
        visit: &(dyn Fn(Found<'_>) + Sync),
    ) -> (Volume, Vec<Problem>) {
        let in_tree = |(_, from): &&(ObjectId, u32)| self.standings(*from).iter().any(|standing| standing.in_tree);
        let blobs: Vec<(ObjectId, u32)> = self.blobs.iter().filter(in_tree).copied().collect();
        self.read_these(&blobs, wanted, visit)
    }

    /// What kept parts of the history from being known.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    fn read_these(
        &self,
        these: &[(ObjectId, u32)],
        wanted: &(dyn Fn(&[u8]) -> bool + Sync),
        visit: &(dyn Fn(Found<'_>) + Sync),
    ) -> (Volume, Vec<Problem>) {
        let problems = Mutex::new(Vec::new());
        let complain = |at: usize, message: String| {
            let (blob, from) = these[at];
            let stood = self.stood(from);
            let Some(first) = stood.first() else { return };
            let commit = first.commit.map(|commit| self.commit(commit));
            let commit = commit.map(|commit| format!(" of commit {}", commit.short())).unwrap_or_default();
            let message = format!("the blob {}{commit} {message}", blob.to_hex_with_len(12));
            let problem = Problem { path: first.path.clone(), span: None, message };
            problems.lock().unwrap_or_else(PoisonError::into_inner).push(problem);
        };
        let look = |at: usize, bytes: &[u8]| {
            if super::decode::is_binary(bytes) || !wanted(bytes) {
                return;
            }
            if bytes.len() as u64 > self.max_file_size {
                let (size, limit) = (bytes.len() as u64, self.max_file_size);
                let message = format!("has {size} bytes, more than the {limit} that are read; raise --max-file-size");
                return complain(at, message);
            }
            visit(Found { bytes, stood: self.stood(these[at].1) });
        };
        let ids: Vec<ObjectId> = these.iter().map(|(id, _)| *id).collect();
        let bytes = blobs::read(self.repository.shared(), &ids, &look, &complain);
        let problems = few(problems.into_inner().unwrap_or_else(PoisonError::into_inner));
        (Volume { commits: self.graph.len(), blobs: ids.len(), bytes }, problems)
    }

    fn standings(&self, from: u32) -> &[changes::Standing] {
        let from = from as usize;
        let blob = self.stood[from].blob;
        let count = self.stood[from..].iter().take_while(|standing| standing.blob == blob).count();
        &self.stood[from..from + count]
    }

    fn stood(&self, from: u32) -> Vec<Stood> {
        let one = |standing: &changes::Standing| Stood {
            path: self.paths[standing.path as usize].clone(),
            commit: (standing.commit != changes::NONE).then_some(standing.commit),
            in_tree: standing.in_tree,
        };
        let mut stood: Vec<Stood> = self.standings(from).iter().map(one).collect();
        stood.sort_by(|a, b| (a.commit.unwrap_or(u32::MAX), &a.path).cmp(&(b.commit.unwrap_or(u32::MAX), &b.path)));
        stood
    }
}

/// So many objects that can't be read are named one by one: a partial clone lacks thousands.
const NAMED: usize = 100;

/// The first of these problems, and how many more there are.
fn few(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort();
    let more = problems.len().saturating_sub(NAMED);
    if more > 0 {
        problems.truncate(NAMED);
        let message =
            format!("{more} more objects of the history could not be read, for reasons like those that are named");
        problems.push(tips::problem(".", &message));
    }
    problems
}

/// A path of the command line, as seen from the repository's top.
fn inside(repository: &Repository, path: &str) -> Result<String, GitError> {
    repository.inside(path).ok_or_else(|| GitError::Outside(path.to_owned(), repository.top()))
}
