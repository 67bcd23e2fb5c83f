//! A repository in a temporary folder, with git's own program at hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A repository that vanishes with the test.
pub(crate) struct Repo {
    folder: tempfile::TempDir,
}

impl Repo {
    /// A new one, without a commit.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// A new one, made with further arguments of `git init`.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let repo = Self { folder: tempfile::tempdir().unwrap() };
        repo.git(&[&["init", "-q", "-b", "main"], arguments].concat());
        repo
    }

    /// A clone into another folder.
    pub(crate) fn clone_with(&self, arguments: &[&str]) -> Self {
        let clone = Self { folder: tempfile::tempdir().unwrap() };
        let url = format!("file://{}", self.path().display());
        clone.git(&[&["clone", "-q"], arguments, &[&url, "."]].concat());
        clone
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A path inside.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Runs git, without the configuration of whoever runs the tests, and gives what it printed.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Runs git, whatever comes of it.
    pub(crate) fn try_git(&self, arguments: &[&str]) -> Output {
        git_in(self.path()).args(arguments).output().unwrap()
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a file and stages it.
    pub(crate) fn stage(&self, path: &str, text: impl AsRef<[u8]>) {
        self.write(path, text);
        self.git(&["add", "-f", "--", path]);
    }

    /// Commits what is staged, and gives the commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }
}

/// Git in a folder, undisturbed by the user's configuration and by a hook's environment.
fn git_in(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "A")
        .env("GIT_AUTHOR_EMAIL", "a@example.org")
        .env("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z")
        .env("GIT_COMMITTER_NAME", "A")
        .env("GIT_COMMITTER_EMAIL", "a@example.org")
        .env("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z");
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"] {
        git.env_remove(name);
    }
    git.args(["-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always", "-c", "core.autocrlf=false"]);
    git
}
