//! How the tests run mpcheck over a change, in process, and how its findings are compared.

use std::path::Path;

use mpcheck::change::{self, ChangeError, ConfigFrom, Scope, Which};
use mpcheck::finding::Report;
use mpcheck::policy::Policy;

use super::Repo;
use crate::support;

/// Runs mpcheck over a change from a folder.
pub(super) fn run(folder: &Path, which: Which, paths: &[&str], config_from: ConfigFrom) -> Result<Report, ChangeError> {
    let policy = Policy::default();
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    let scope =
        Scope { which, paths, config_from, config: None, baseline: None, policy: &policy, max_file_size: 1 << 24 };
    change::run(folder, &scope)
}

/// What `--staged` comes to, narrowed to some paths.
pub(super) fn report(repo: &Repo, paths: &[&str]) -> Report {
    run(repo.path(), Which::Staged, paths, ConfigFrom::Head).unwrap_or_else(|error| panic!("{error}"))
}

/// What `--staged` reports: `path:line rule`.
pub(super) fn staged(repo: &Repo) -> Vec<String> {
    lines(&report(repo, &[]))
}

/// The same, started in a folder of the repository.
pub(super) fn staged_in(repo: &Repo, folder: &str) -> Vec<String> {
    let report = run(&repo.at(folder), Which::Staged, &[], ConfigFrom::Head);
    lines(&report.unwrap_or_else(|error| panic!("{error}")))
}

/// What `--diff` reports.
pub(super) fn diff(repo: &Repo, range: &str) -> Vec<String> {
    let report = run(repo.path(), Which::Diff(range.to_owned()), &[], ConfigFrom::Head);
    lines(&report.unwrap_or_else(|error| panic!("{range}: {error}")))
}

/// What a run over the whole work tree reports.
pub(super) fn whole(repo: &Repo) -> Vec<String> {
    lines(&support::check_folder(repo.path()).unwrap())
}

/// Findings as `path:line rule`.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let found = support::found(report);
    found.iter().map(|one| format!("{}:{} {}", one.path, one.line, one.rule)).collect()
}

/// Problems as `path: message`.
pub(super) fn problems(report: &Report) -> Vec<String> {
    report.problems.iter().map(|problem| format!("{}: {}", problem.path, problem.message)).collect()
}
