//! A repository of the real git program, in a temporary folder.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use mpcheck::finding::{Finding, Report};
use mpcheck::input::git::GitError;
use mpcheck::input::history::HistoryOptions;
use mpcheck::judge::history::Age;
use mpcheck::policy::Policy;
use mpcheck::{history, time};
use tempfile::TempDir;

/// A made-up secret of a project, the same for the same number.
pub(crate) fn secret(number: u32) -> String {
    mpcheck::secret::digest("made up", &format!("a {number}"))
        + &mpcheck::secret::digest("made up", &format!("b {number}"))
}

/// A line of Python that gives a secret away.
pub(crate) fn leak(number: u32) -> String {
    format!("MIXPANEL_API_SECRET = '{}'\n", secret(number))
}

/// A line that doesn't.
pub(crate) const CLEAN: &str = "MIXPANEL_API_SECRET = os.environ['MIXPANEL_API_SECRET']\n";

pub(crate) struct Repo {
    /// Keeps the folder.
    _folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Repo {
    pub(crate) fn new() -> Self {
        Self::with(&["init", "-q", "-b", "main"])
    }

    /// A repository made by these words, in the folder `repo`.
    pub(crate) fn with(words: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("repo");
        let repo = Self { path: path.clone(), _folder: folder };
        fs::create_dir(&path).unwrap();
        repo.git(words);
        repo
    }

    /// A folder beside the repository.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.path.parent().unwrap().join(name)
    }

    /// Runs git, which must succeed, and gives what it printed.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        git(&self.path, "2024-01-01T12:00:00+0000", words)
    }

    /// Feeds a stream to `git fast-import`, which keeps it as one pack.
    pub(crate) fn import(&self, stream: &str) {
        let mut command = Command::new("git");
        command.current_dir(&self.path).args(["-c", "fastimport.unpackLimit=0", "fast-import", "--quiet"]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.path.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Commits all that is there, at a moment, and gives the commit's id.
    pub(crate) fn commit(&self, moment: &str) -> String {
        git(&self.path, moment, &["add", "-A"]);
        git(&self.path, moment, &["commit", "-q", "--allow-empty", "-m", "a change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Writes one file and commits it, on a day of January 2024.
    pub(crate) fn change(&self, day: u32, path: &str, text: &str) -> String {
        self.write(path, text);
        self.commit(&format!("2024-01-{day:02}T12:00:00+0000"))
    }

    pub(crate) fn history(&self) -> Report {
        self.history_as_of("2024-02-01")
    }

    pub(crate) fn history_as_of(&self, day: &str) -> Report {
        history_of(&self.path, &HistoryOptions::default(), day).unwrap()
    }

    pub(crate) fn history_of_range(&self, range: &str) -> Result<Report, GitError> {
        history_of(&self.path, &HistoryOptions { range: Some(range.into()), ..HistoryOptions::default() }, "2024-02-01")
    }
}

/// Reads a history as of a day, with the usual age.
pub(crate) fn history_of(root: &Path, options: &HistoryOptions, day: &str) -> Result<Report, GitError> {
    history::run(root, options, Age { most: 90, today: time::parse(day).unwrap() }, &Policy::default())
}

/// Runs git in a folder, at a moment, without anybody's configuration.
pub(crate) fn git(folder: &Path, moment: &str, words: &[&str]) -> String {
    let output = try_git(folder, moment, words);
    assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

pub(crate) fn try_git(folder: &Path, moment: &str, words: &[&str]) -> Output {
    Command::new("git")
        .current_dir(folder)
        .args(["-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false", "-c", "gc.auto=0"])
        .args(words)
        .env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("GIT_DIR")
        .envs([("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@example.org"), ("GIT_AUTHOR_DATE", moment)])
        .envs([("GIT_COMMITTER_NAME", "C"), ("GIT_COMMITTER_EMAIL", "c@example.org"), ("GIT_COMMITTER_DATE", moment)])
        .output()
        .unwrap()
}

/// Path, line, rule and the first commit's short id of each finding.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    let line = |finding: &Finding| {
        let past = finding.past.as_ref().unwrap();
        let place = &finding.primary.place;
        let commit = past.commit.as_ref().map_or("-", |commit| commit.short());
        format!("{}:{} {} {commit}", place.path, past.source.line(place.span.start), finding.rule)
    };
    report.findings.iter().map(line).collect()
}

/// What [`lines`] gives for a credential that is gone.
pub(crate) fn leaked(path: &str, line: u32, commit: &str) -> String {
    format!("{path}:{line} leaked-in-history {}", &commit[..12])
}

/// What [`lines`] gives for one that is still there and not old.
pub(crate) fn standing(path: &str, line: u32, commit: &str) -> String {
    format!("{path}:{line} hardcoded-secret {}", &commit[..12])
}
