//! mpcheck as git's own pre-commit hook: git says by its environment which index the commit is made from.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{Repo, leak};

/// A repository whose commits go through `mpcheck --staged`.
fn hooked() -> Repo {
    let repo = Repo::new();
    repo.stage("a.py", "x = 1\n");
    repo.stage("b.py", "x = 1\n");
    repo.commit("first");
    hook(&repo);
    repo
}

fn hook(repo: &Repo) {
    let hook = format!("#!/bin/sh\nexec '{}' --staged -f compact -q\n", env!("CARGO_BIN_EXE_mpcheck"));
    repo.write(".git/hooks/pre-commit", hook);
    fs::set_permissions(repo.at(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o755)).unwrap();
}

/// Whether a commit goes through, and what was printed.
fn commits(repo: &Repo, arguments: &[&str]) -> (bool, String) {
    let output = repo.try_git(&[&["commit", "-q", "-m", "next"], arguments].concat());
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[test]
fn a_commit_of_what_is_staged() {
    let repo = hooked();
    repo.stage("a.py", leak(1));
    let (through, printed) = commits(&repo, &[]);
    assert!(!through && printed.contains("a.py:1:24: error[hardcoded-secret]"), "{printed}");
    repo.stage("a.py", "x = 2\n");
    repo.write("a.py", leak(1));
    assert_eq!(commits(&repo, &[]), (true, String::new()));
    assert_eq!(commits(&repo, &["--allow-empty"]), (true, String::new()));
}

#[test]
fn a_commit_of_all_that_changed_and_of_one_file() {
    let repo = hooked();
    repo.write("a.py", leak(1));
    let (through, printed) = commits(&repo, &["-a"]);
    assert!(!through && printed.contains("a.py:1"), "{printed}");
    repo.stage("a.py", leak(1));
    repo.write("b.py", "x = 2\n");
    assert_eq!(commits(&repo, &["--", "b.py"]), (true, String::new()), "what else is staged is no part of it");
    let (through, printed) = commits(&repo, &["--", "a.py"]);
    assert!(!through && printed.contains("a.py:1"), "{printed}");
}

#[test]
fn commits_in_worktrees_subfolders_and_before_the_first() {
    let repo = hooked();
    repo.git(&["worktree", "add", "-q", "wt"]);
    repo.write("wt/a.py", leak(1));
    repo.git(&["-C", "wt", "add", "a.py"]);
    let output = repo.try_git(&["-C", "wt", "commit", "-q", "-m", "next"]);
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("a.py:1"), "{output:?}");
    repo.write("sub/c.py", leak(2));
    repo.git(&["-C", "sub", "add", "c.py"]);
    let output = repo.try_git(&["-C", "sub", "commit", "-q", "-m", "next"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("sub/c.py:1"), "{output:?}");
    let fresh = Repo::new();
    hook(&fresh);
    assert_eq!(commits(&fresh, &["--allow-empty"]), (true, String::new()), "an empty first commit");
    let fresh = Repo::new();
    hook(&fresh);
    fresh.stage("a.py", leak(3));
    let (through, printed) = commits(&fresh, &[]);
    assert!(!through && printed.contains("a.py:1"), "{printed}");
}
