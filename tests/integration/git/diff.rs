//! `--diff`: what a pull request adds or causes, from the merge base, also in the clones that CI makes.

use mpcheck::change::{ConfigFrom, Which};

use super::change::{diff, lines, run};
use super::{Repo, leak};

/// `main` with a commit after the one that `topic` grew from; each leaks something of its own.
fn forked() -> Repo {
    let repo = Repo::new();
    repo.stage("old.py", leak(1));
    repo.commit("base");
    repo.git(&["switch", "-qc", "topic"]);
    repo.stage("topic.py", leak(2));
    repo.stage("old.py", format!("import os\n\n{}", leak(1)));
    repo.commit("on topic");
    repo.git(&["switch", "-q", "main"]);
    repo.stage("main.py", leak(3));
    repo.commit("on main");
    repo.git(&["switch", "-q", "topic"]);
    repo
}

fn failure(repo: &Repo, range: &str) -> String {
    match run(repo.path(), Which::Diff(range.to_owned()), &[], ConfigFrom::Head) {
        Ok(report) => panic!("{range}: {:?}", lines(&report)),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_change_is_counted_from_where_the_lines_of_history_parted() {
    let repo = forked();
    for range in ["main", "main..topic", "main...topic", "main..", "HEAD~", "HEAD~..HEAD"] {
        assert_eq!(diff(&repo, range), ["topic.py:1 hardcoded-secret"], "{range}");
    }
    assert_eq!(diff(&repo, "topic..main"), ["main.py:1 hardcoded-secret"]);
    assert_eq!(diff(&repo, "HEAD"), [""; 0]);
    repo.write("topic.py", "x = 1\n");
    assert_eq!(diff(&repo, "main"), ["topic.py:1 hardcoded-secret"], "commits are compared, not the work tree");
}

#[test]
fn detached_heads_tags_and_ids_are_revisions() {
    let repo = forked();
    repo.git(&["tag", "-a", "v1", "-m", "one", "main~"]);
    repo.git(&["switch", "-q", "--detach", "topic"]);
    let id = repo.git(&["rev-parse", "v1^{commit}"]);
    for range in ["v1", id.as_str(), &id[..10]] {
        assert_eq!(diff(&repo, range), ["topic.py:1 hardcoded-secret"], "{range}");
    }
}

#[test]
fn a_merge_commit_that_ci_checks_out_is_compared_with_its_first_parent() {
    let repo = forked();
    repo.git(&["switch", "-q", "--detach", "main"]);
    repo.git(&["merge", "-q", "--no-ff", "-m", "merged", "topic"]);
    repo.git(&["update-ref", "refs/pull/1/merge", "HEAD"]);
    assert_eq!(diff(&repo, "HEAD^1"), ["topic.py:1 hardcoded-secret"]);
    // What `fetch-depth: 2` gives: the merge and its parents.
    let clone = repo.clone_with(&["--depth", "2", "--no-checkout"]);
    clone.git(&["fetch", "-q", "--depth", "2", "origin", "refs/pull/1/merge"]);
    clone.git(&["checkout", "-q", "--detach", "FETCH_HEAD"]);
    assert_eq!(diff(&clone, "HEAD^1"), ["topic.py:1 hardcoded-secret"]);
}

#[test]
fn a_shallow_clone_says_which_depth_is_missing() {
    let repo = forked();
    let clone = repo.clone_with(&["--depth", "1", "--branch", "topic"]);
    let error = failure(&clone, "origin/main");
    assert!(error.contains("`origin/main`") && error.contains("last commit only"), "{error}");
    assert!(error.contains("`fetch-depth: 0`") && error.contains("git fetch --unshallow origin main"), "{error}");
    // Both ends are there, and where they parted isn't.
    clone.git(&["fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main"]);
    let error = failure(&clone, "origin/main");
    assert!(error.contains("no commit in common in this clone"), "{error}");
    clone.git(&["fetch", "-q", "--unshallow", "origin", "main:refs/remotes/origin/main"]);
    assert_eq!(diff(&clone, "origin/main"), ["topic.py:1 hardcoded-secret"]);
}

#[test]
fn worktrees_alternates_and_bare_repositories() {
    let repo = forked();
    repo.git(&["worktree", "add", "-q", "--detach", "wt", "topic"]);
    let from = |folder: &std::path::Path| {
        let report = run(folder, Which::Diff("main".into()), &[], ConfigFrom::Head);
        lines(&report.unwrap_or_else(|error| panic!("{error}")))
    };
    assert_eq!(from(&repo.at("wt")), ["topic.py:1 hardcoded-secret"]);
    let clone = Repo::new();
    let objects = repo.at(".git/objects");
    clone.write(".git/objects/info/alternates", format!("{}\n", objects.display()));
    clone.git(&["update-ref", "refs/heads/main", &repo.git(&["rev-parse", "main"])]);
    clone.git(&["update-ref", "refs/heads/topic", &repo.git(&["rev-parse", "topic"])]);
    assert_eq!(diff(&clone, "main..topic"), ["topic.py:1 hardcoded-secret"]);
    let bare = repo.clone_with(&["--bare"]);
    bare.git(&["gc", "-q"]);
    assert_eq!(diff(&bare, "main..topic"), ["topic.py:1 hardcoded-secret"]);
}

#[test]
fn a_partial_clone_names_what_it_never_fetched() {
    let repo = forked();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = repo.clone_with(&["--filter=blob:none", "--no-checkout", "--branch", "topic"]);
    let error = failure(&clone, "origin/main");
    assert!(error.contains("partial clone") && error.contains("--refetch"), "{error}");
    clone.git(&["checkout", "-q", "topic"]);
    assert!(failure(&clone, "origin/main").contains("`old.py`"), "the old state of a file that differs");
}

#[test]
fn findings_of_a_deletion_and_of_what_is_left() {
    let repo = Repo::new();
    repo.stage("a.py", format!("{}{}", leak(1), leak(2)));
    repo.stage("b.py", leak(3));
    repo.commit("base");
    repo.stage("a.py", leak(2));
    repo.git(&["rm", "-q", "b.py"]);
    repo.commit("less");
    assert_eq!(diff(&repo, "HEAD~"), [""; 0]);
    assert_eq!(diff(&repo, "HEAD..HEAD~"), [""; 0], "the merge base of a commit and its parent is the parent");
}
