//! Where a reading of history begins: the repository, and what its refs or a range point at.

use std::collections::BTreeSet;
use std::path::Path;

use gix::ObjectId;
use gix::objs::Kind;
use gix::revision::plumbing::Spec;

use super::HistoryError;
use crate::finding::Problem;

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

/// The repository around a folder.
pub(super) fn open(root: &Path) -> Result<gix::Repository, HistoryError> {
    let shown = || root.canonicalize().unwrap_or_else(|_| root.to_path_buf()).display().to_string();
    let mut repository = gix::discover(root).map_err(|_| HistoryError::NoRepository(shown()))?;
    // What is really there, not what `git replace` puts in its place: the refs of replacements are read as well.
    repository.objects.ignore_replacements = true;
    Ok(repository)
}

/// What all refs point at, or what a range does.
pub(super) fn tips(repository: &gix::Repository, range: Option<&str>) -> Result<Tips, HistoryError> {
    let mut tips = Tips::default();
    tips.head = head_tree(repository, &mut tips.problems);
    if repository.is_shallow().unwrap_or_default() {
        let message = "this clone is shallow: what was committed before its oldest commits was not read; \
                       `git fetch --unshallow` gets the rest";
        tips.shallow = Some(problem(".", message));
    }
    match range {
        Some(range) => ranged(repository, range, &mut tips)?,
        None => all(repository, &mut tips)?,
    }
    Ok(tips)
}

fn head_tree(repository: &gix::Repository, problems: &mut Vec<Problem>) -> Option<ObjectId> {
    let head = repository.head().ok()?;
    if head.is_unborn() {
        return None;
    }
    match repository.head_tree_id() {
        Ok(tree) => Some(tree.detach()),
        Err(error) => {
            let message = format!("HEAD's commit can't be read ({}); `git fsck` says more", one_line(&error));
            problems.push(problem(".", &message));
            None
        }
    }
}

fn ranged(repository: &gix::Repository, range: &str, tips: &mut Tips) -> Result<(), HistoryError> {
    for word in range.split_whitespace() {
        let spec = repository.rev_parse(word).map_err(|error| {
            let shallow = match tips.shallow.is_some() {
                true => "; this clone is shallow, and `git fetch --unshallow` gets the rest",
                false => "",
            };
            HistoryError::Range(format!(
                "`{word}` is not a revision or range of this repository ({}){shallow}; \
                 write it as for `git log`, as in `main` or `v1.0..main`; paths go before --history",
                one_line(&error)
            ))
        })?;
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
fn all(repository: &gix::Repository, tips: &mut Tips) -> Result<(), HistoryError> {
    let broken = |error: gix::Error| HistoryError::Broken(one_line(&error));
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
                    one_line(&error)
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
                    format!("{name} points at {id}, which can't be read ({}); `git fsck` says more", one_line(&error));
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
                    return tips.problems.push(problem(".", &format!("the tag {name} is broken; `git fsck` says more")));
                }
            },
        }
    }
}

/// A problem with the repository itself.
pub(super) fn problem(path: &str, message: &str) -> Problem {
    Problem { path: path.into(), span: None, message: message.to_owned() }
}

/// What gix says, on one line.
pub(super) fn one_line(error: &gix::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}
