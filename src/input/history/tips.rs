//! Where a reading of history begins: the repository, and what its refs or a range point at.

use std::collections::BTreeSet;

use gix::ObjectId;
use gix::objs::Kind;
use gix::revision::plumbing::Spec;

use crate::finding::Problem;
use crate::input::git::{GitError, Repository, said};

/// Where to begin, and where to end.
#[derive(Default)]
pub(super) struct Tips {
    /// Commits whose history is read.
    pub(super) include: Vec<ObjectId>,
    /// Commits whose history is left out.
    pub(super) exclude: Vec<ObjectId>,
    /// Trees that a ref points at itself.
    pub(super) trees: Vec<ObjectId>,
    /// Blobs that a ref points at itself, and the ref's name.
    pub(super) blobs: Vec<(ObjectId, String)>,
    /// The tree of `HEAD`, if there is a commit.
    pub(super) head: Option<ObjectId>,
    /// What is said where history turns out to be cut off, if this is a shallow clone.
    pub(super) shallow: Option<Problem>,
    /// What could not be followed.
    pub(super) problems: Vec<Problem>,
}

/// What all refs point at, or what a range does.
pub(super) fn tips(whole: &Repository, repository: &gix::Repository, range: Option<&str>) -> Result<Tips, GitError> {
    let mut tips = Tips::default();
    match whole.head_tree() {
        Ok(tree) => tips.head = tree,
        Err(error) => tips.problems.push(problem(".", &error.to_string())),
    }
    if let Some(shallow) = whole.shallow() {
        let message = format!(
            "{shallow}: what was committed before was not read; `git fetch --unshallow` gets the rest \
             (`fetch-depth: 0` for actions/checkout)"
        );
        tips.shallow = Some(problem(".", &message));
    }
    match range {
        Some(range) => ranged(whole, repository, range, &mut tips)?,
        None => all(repository, &mut tips)?,
    }
    Ok(tips)
}

fn ranged(whole: &Repository, repository: &gix::Repository, range: &str, tips: &mut Tips) -> Result<(), GitError> {
    for word in range.split_whitespace() {
        let unknown = |_| GitError::UnknownRevision { revision: word.to_owned(), shallow: whole.shallow() };
        let spec = repository.rev_parse(word).map_err(unknown)?;
        let mut ends = |include: &[ObjectId], exclude: &[ObjectId]| {
            for id in include {
                follow(repository, *id, word, tips);
            }
            for id in exclude {
                let commit = repository.find_object(*id).and_then(|object| object.peel_to_kind(Kind::Commit));
                tips.exclude.extend(commit.map(|commit| commit.id));
            }
        };
        let parents = |id: ObjectId| -> Vec<ObjectId> {
            let commit = repository.find_commit(id);
            commit.map(|commit| commit.parent_ids().map(gix::Id::detach).collect()).unwrap_or_default()
        };
        match spec.detach() {
            Spec::Include(id) => ends(&[id], &[]),
            Spec::Exclude(id) => ends(&[], &[id]),
            Spec::Range { from, to } => ends(&[to], &[from]),
            Spec::Merge { theirs, ours } => {
                let base = repository.merge_base(theirs, ours).ok().flatten().map(gix::Id::detach);
                ends(&[theirs, ours], base.as_slice());
            }
            Spec::IncludeOnlyParents(id) => ends(&parents(id), &[]),
            Spec::ExcludeParents(id) => ends(&[id], &parents(id)),
        }
    }
    Ok(())
}

/// Every ref, what the stash remembers, and the heads of all work trees.
fn all(repository: &gix::Repository, tips: &mut Tips) -> Result<(), GitError> {
    let broken = |error: gix::Error| GitError::Unusable(said(&error));
    let platform = repository.references().map_err(broken)?;
    let mut found: BTreeSet<(ObjectId, String)> = BTreeSet::new();
    for reference in platform.all().map_err(broken)? {
        match reference {
            Ok(reference) => {
                let name = reference.name().as_bstr().to_string();
                found.extend(reference.try_id().map(|id| (id.detach(), name)));
            }
            Err(error) => tips.problems.push(problem(
                ".",
                &format!(
                    "a ref can't be read, and what it alone reaches was not ({}); mend or delete it",
                    said(&error)
                ),
            )),
        }
    }
    // Of the stash, all but the last entry are reachable from its log alone.
    if let Ok(Some(stash)) = repository.try_find_reference("refs/stash") {
        let mut log = stash.log_iter();
        for line in log.all().ok().flatten().into_iter().flatten().flatten() {
            found.insert((line.new_oid(), "refs/stash".into()));
        }
    }
    let heads = repository.worktrees_including_main().map_err(broken)?;
    let heads =
        heads.filter_map(Result::ok).filter_map(|one| one.head().ok().and_then(|head| head.id()).map(|id| id.detach()));
    found.extend(heads.map(|id| (id, "HEAD".to_owned())));
    found.extend(repository.head().ok().and_then(|head| head.id()).map(|id| (id.detach(), "HEAD".to_owned())));
    for (id, name) in found {
        follow(repository, id, &name, tips);
    }
    tips.include.sort();
    tips.include.dedup();
    Ok(())
}

/// Follows tags to what they are about.
fn follow(repository: &gix::Repository, mut id: ObjectId, name: &str, tips: &mut Tips) {
    loop {
        let object = match repository.find_object(id) {
            Ok(object) => object,
            Err(error) => {
                let message =
                    format!("{name} points at {id}, which can't be read ({}); `git fsck` says more", said(&error));
                return tips.problems.push(problem(".", &message));
            }
        };
        match object.kind {
            Kind::Commit => return tips.include.push(id),
            Kind::Tree => return tips.trees.push(id),
            Kind::Blob => return tips.blobs.push((id, name.to_owned())),
            Kind::Tag => match object.try_to_tag_ref().map(|tag| tag.target()) {
                Ok(target) => id = target,
                Err(_) => {
                    return tips
                        .problems
                        .push(problem(".", &format!("the tag {name} is broken; `git fsck` says more")));
                }
            },
        }
    }
}

/// A problem with the repository itself.
pub(super) fn problem(path: &str, message: &str) -> Problem {
    Problem { path: path.into(), span: None, message: message.to_owned() }
}
