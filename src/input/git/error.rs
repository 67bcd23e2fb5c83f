//! Why a repository, one of its revisions or one of its objects can't be used, and what to do about it.

use std::path::PathBuf;

use gix::ObjectId;

/// What went wrong with git's side of a run. Every message names its remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// No repository lies here or above.
    #[error(
        "{0:?} lies in no git repository; start mpcheck in a clone of one (`git clone`, `git init`), \
         or check files without git: `mpcheck PATH`"
    )]
    NoRepository(PathBuf),
    /// A repository was found that can't be opened.
    #[error(
        "the git repository can't be opened: {0}; `git status` shows whether git itself can, `git fsck` what is broken"
    )]
    Unusable(String),
    /// It has no work tree, hence no index.
    #[error(
        "this repository is bare: it has no index, so nothing can be staged in it; \
         name what to check instead: `mpcheck --diff BASE..HEAD` or `mpcheck --history`"
    )]
    Bare,
    /// It has no index.
    #[error(
        "nothing has been staged: the repository has no index ({path:?} does not exist); \
         {}",
        if *unborn { "`git add` the files of the first commit, and run mpcheck again" }
        else { "`git reset` builds it anew from the last commit, without touching your files; then `git add` what the next commit is to hold" }
    )]
    NoIndex {
        /// Where it would be.
        path: PathBuf,
        /// Whether there is no commit either.
        unborn: bool,
    },
    /// Another git process is about to change the index.
    #[error(
        "the index is locked by another git process ({0:?} exists); wait until it is done and run mpcheck again. \
         If no git process runs any more, it has crashed: remove that file"
    )]
    Locked(PathBuf),
    /// The index can't be understood.
    #[error(
        "the index {path:?} can't be read: {detail}; if it is damaged, remove it and run `git reset`, which builds it anew without touching your files"
    )]
    Index {
        /// Where it is.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// There is no commit yet.
    #[error(
        "the repository has no commit yet, so there is nothing to compare with; check what the first one will hold with `mpcheck --staged`"
    )]
    NoCommit,
    /// A revision that doesn't exist here.
    #[error(
        "there is no commit `{revision}` here; {}",
        match shallow {
            Some(shallow) => format!("{shallow}. {}", deepen(revision)),
            None => "check the spelling; a branch of a remote is called `origin/NAME` and has to be fetched first (`git fetch origin`)".to_owned(),
        }
    )]
    UnknownRevision {
        /// As it was given.
        revision: String,
        /// Where history is cut off, if it is.
        shallow: Option<Shallow>,
    },
    /// What was asked for is no commit.
    #[error("`{0}` is not a commit but a {1}; name a commit, a branch or a tag")]
    NotACommit(String, String),
    /// Two revisions share no commit.
    #[error(
        "`{base}` and `{head}` have no commit in common{}",
        match shallow {
            Some(shallow) => format!(" in this clone: {shallow}. {}", deepen(base)),
            None => "; name a base that the change has grown from".to_owned(),
        }
    )]
    NoMergeBase {
        /// The base, as it was given.
        base: String,
        /// The head, as it was given.
        head: String,
        /// Where history is cut off, if it is.
        shallow: Option<Shallow>,
    },
    /// An object that isn't there.
    #[error(
        "the object {id}{} is missing; {}",
        path.as_ref().map(|path| format!(" (`{path}`)")).unwrap_or_default(),
        if *partial { "this is a partial clone (`git clone --filter`) that never fetched it: `git fetch --refetch --no-filter` gets all there is" }
        else { "the repository is damaged: `git fsck` lists what else is missing, `git fetch --refetch` or a fresh clone brings it back" }
    )]
    Missing {
        /// Its id.
        id: ObjectId,
        /// Where it belongs, as seen from the repository's top.
        path: Option<String>,
        /// Whether the repository was cloned with a filter, so that this is to be expected.
        partial: bool,
    },
    /// An object that is there and can't be read.
    #[error(
        "the object {id}{} can't be read: {detail}; the repository is damaged: `git fsck` lists what else is, a fresh clone brings it back",
        path.as_ref().map(|path| format!(" (`{path}`)")).unwrap_or_default()
    )]
    Corrupt {
        /// Its id.
        id: ObjectId,
        /// Where it belongs, as seen from the repository's top.
        path: Option<String>,
        /// What is wrong with it.
        detail: String,
    },
    /// History that can't be followed.
    #[error(
        "`{revision}` can't be read: {detail}; the repository is damaged: `git fsck` lists what is broken, a fresh clone brings it back"
    )]
    Damaged {
        /// As it was given.
        revision: String,
        /// What is wrong.
        detail: String,
    },
    /// A path on the command line that is no part of the repository.
    #[error(
        "{0:?} lies outside of the repository {1:?}; name a path inside, or start mpcheck in the repository that it belongs to"
    )]
    Outside(String, PathBuf),
    /// A path on the command line that neither state of the repository knows.
    #[error(
        "{0:?} is in neither of the two states that are compared; check the spelling, and that it is tracked by git"
    )]
    Untracked(String),
}

/// A clone that was made with a depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shallow {
    /// How many commits it holds from the one that is checked out, along first parents.
    pub depth: usize,
}

impl std::fmt::Display for Shallow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.depth {
            1 => f.write_str("this is a shallow clone that holds the last commit only"),
            depth => write!(f, "this is a shallow clone that holds the last {depth} commits only"),
        }
    }
}

/// How to get the commits that a shallow clone lacks.
fn deepen(revision: &str) -> String {
    let branch = revision.strip_prefix("origin/").unwrap_or(revision);
    let plain = branch.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'));
    let fetch = match plain {
        true => format!("`git fetch --unshallow origin {branch}`"),
        false => "`git fetch --unshallow origin`".to_owned(),
    };
    format!("Fetch the rest: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab, or {fetch}")
}

/// What an error of gix says, on one line, down to its cause.
pub(crate) fn said(error: &gix::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    for one in error.iter_errors() {
        let text = one.to_string().lines().next().unwrap_or_default().trim().to_owned();
        if !text.is_empty() && !texts.iter().any(|known| known.contains(&text)) {
            texts.push(text);
        }
    }
    texts.join(": ")
}
