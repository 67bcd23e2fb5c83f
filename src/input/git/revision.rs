//! Revisions: what a name on the command line means, and where two lines of history part.

use gix::ObjectId;
use gix::bstr::BStr;

use super::Repository;
use super::error::{GitError, Shallow, said};

/// The two ends of a change: the commit that it grew from, and the one that it led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The merge base.
    pub base: ObjectId,
    /// The head.
    pub head: ObjectId,
}

/// `BASE`, `BASE..HEAD` or `BASE...HEAD` in its parts; a part that is left out is `HEAD`, as git has it.
pub fn parts(range: &str) -> (&str, &str) {
    let (base, head) = range.split_once("...").or_else(|| range.split_once("..")).unwrap_or((range, "HEAD"));
    let or_head = |part: &'_ str| part.is_empty();
    (if or_head(base) { "HEAD" } else { base }, if or_head(head) { "HEAD" } else { head })
}

impl Repository {
    /// The commit that a revision means (`main`, `HEAD~2`, `v1.0`, an id or its beginning).
    ///
    /// # Errors
    ///
    /// When there is none, or it is something else.
    pub fn commit(&self, revision: &str) -> Result<ObjectId, GitError> {
        let unknown = || GitError::UnknownRevision { revision: revision.to_owned(), shallow: self.shallow() };
        self.with(|repo| {
            if revision == "HEAD" && repo.head().is_ok_and(|head| head.is_unborn()) {
                return Err(GitError::NoCommit);
            }
            let id = repo.rev_parse_single(<&BStr>::from(revision)).map_err(|error| {
                let damaged = error.is_corrupted() && self.shallow().is_none();
                let detail = || said(&error);
                if damaged { GitError::Damaged { revision: revision.to_owned(), detail: detail() } } else { unknown() }
            });
            let id = id?.detach();
            let object = repo.try_find_object(id);
            let object = object.map_err(|error| GitError::Corrupt { id, path: None, detail: said(&error) })?;
            let object = object.ok_or_else(unknown)?;
            let kind = object.kind;
            let commit = object.peel_to_commit();
            commit.map(|commit| commit.id).map_err(|_| GitError::NotACommit(revision.to_owned(), kind.to_string()))
        })
    }

    /// The tree of a commit.
    ///
    /// # Errors
    ///
    /// When the commit is missing or damaged.
    pub fn tree_of(&self, commit: ObjectId) -> Result<ObjectId, GitError> {
        let data = self.object(commit, None)?;
        let kind = commit.kind();
        let tree = gix::objs::CommitRefIter::from_bytes(&data, kind).tree_id();
        tree.map_err(|error| GitError::Corrupt { id: commit, path: None, detail: error.to_string() })
    }

    /// The tree of the commit that is checked out; `None` where there is no commit yet.
    ///
    /// # Errors
    ///
    /// When the commit is missing or damaged.
    pub fn head_tree(&self) -> Result<Option<ObjectId>, GitError> {
        match self.commit("HEAD") {
            Ok(commit) => self.tree_of(commit).map(Some),
            Err(GitError::NoCommit) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The ends of a change that is given as `BASE[..HEAD]`: its base is where the two lines of history parted, so that
    /// what happened on the base's line since then isn't the change's.
    ///
    /// # Errors
    ///
    /// When a revision is unknown, or the two share no commit (that this clone holds).
    pub fn ends(&self, range: &str) -> Result<Ends, GitError> {
        let (base_name, head_name) = parts(range);
        let (base, head) = (self.commit(base_name)?, self.commit(head_name)?);
        let found = self.with(|repo| repo.merge_base(base, head).map(|id| id.map(gix::Id::detach)));
        let none = || GitError::NoMergeBase {
            base: base_name.to_owned(),
            head: head_name.to_owned(),
            shallow: self.shallow(),
        };
        match found {
            Ok(Some(base)) => Ok(Ends { base, head }),
            Ok(None) => Err(none()),
            Err(error) => match self.shallow() {
                Some(_) => Err(none()),
                None => Err(GitError::Corrupt { id: base, path: None, detail: said(&error) }),
            },
        }
    }

    /// Where history is cut off, if this clone was made with a depth.
    pub fn shallow(&self) -> Option<Shallow> {
        self.with(|repo| {
            let cut = repo.shallow_commits().ok().flatten()?;
            let mut depth = 0;
            let mut next = repo.head_id().ok().map(gix::Id::detach);
            while let Some(id) = next {
                depth += 1;
                let parent = || repo.find_commit(id).ok()?.parent_ids().next().map(gix::Id::detach);
                next = if cut.contains(&id) { None } else { parent() };
            }
            Some(Shallow { depth })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_taken_apart_as_git_does() {
        for (range, expected) in [
            ("main", ("main", "HEAD")),
            ("main..topic", ("main", "topic")),
            ("main...topic", ("main", "topic")),
            ("..topic", ("HEAD", "topic")),
            ("main..", ("main", "HEAD")),
            ("HEAD~", ("HEAD~", "HEAD")),
        ] {
            assert_eq!(parts(range), expected, "{range}");
        }
    }
}
