//! `mpcheck init` in folders of every kind: it finds out what it can, overwrites nothing, and says what it did.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::{files, read_folder, write_folder};

/// A folder with these files, a git repository of its own with a branch `trunk`.
fn repository(texts: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    write_folder(folder.path(), &files(texts.iter().copied()));
    folder
}

fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git").args(arguments).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn init(folder: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mpcheck")).arg("init").current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn a_plain_repository_gets_a_hook_and_a_configuration() {
    let folder = repository(&[]);
    let said = init(folder.path());
    assert!(said.contains("wrote    mpcheck.toml") && said.contains("hooks/pre-commit"), "{said}");
    assert!(said.contains("no workflow"), "{said}");
    let hook = read(folder.path(), ".git/hooks/pre-commit");
    assert!(hook.starts_with("#!/bin/sh\n") && hook.contains("exec mpcheck --staged"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join(".git/hooks/pre-commit")).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111);
    }
    // The configuration is one that mpcheck reads.
    let run = Command::new(env!("CARGO_BIN_EXE_mpcheck")).current_dir(folder.path()).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let before = read_folder(folder.path());
    let again = init(folder.path());
    assert!(again.contains("kept     mpcheck.toml") && again.contains("kept     the pre-commit hook"), "{again}");
    assert!(read_folder(folder.path()) == before, "a second run changes nothing");
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let texts = [
        ("mpcheck.toml", "# ours\n"),
        (".github/workflows/mpcheck.yml", "# ours\n"),
        (".git/hooks/pre-commit", "#!/bin/sh\n"),
    ];
    let folder = repository(&texts);
    let said = init(folder.path());
    for (path, text) in texts {
        assert_eq!(read(folder.path(), path), text, "{said}");
    }
    assert_eq!(said.matches("kept ").count(), 3, "{said}");
    assert!(said.contains("add the line `mpcheck --staged`"), "{said}");
}

#[test]
fn the_configuration_of_pre_commit_gets_the_hook_at_its_end() {
    let ours = "repos:\n  - repo: https://hooks.example/x\n    rev: v1\n    hooks:\n      - id: x\n";
    let folder = repository(&[(".pre-commit-config.yaml", ours)]);
    let said = init(folder.path());
    let now = read(folder.path(), ".pre-commit-config.yaml");
    assert!(now.starts_with(ours) && now.contains("entry: mpcheck --hook"), "{said}\n{now}");
    assert!(!folder.path().join(".git/hooks/pre-commit").exists());
    assert!(init(folder.path()).contains("runs mpcheck already"));
    assert_eq!(read(folder.path(), ".pre-commit-config.yaml"), now);
}

#[test]
fn other_managers_of_hooks_are_told_what_to_add() {
    for (file, line) in [(".husky/pre-commit", "mpcheck --staged"), ("lefthook.yml", "run: mpcheck --staged")] {
        let folder = repository(&[(file, "x\n")]);
        let said = init(folder.path());
        assert!(said.contains("to do") && said.contains(line), "{said}");
        assert_eq!(read(folder.path(), file), "x\n");
        assert!(!folder.path().join(".git/hooks/pre-commit").exists());
    }
}

#[test]
fn a_repository_on_github_gets_a_workflow_for_its_own_branch() {
    let folder = repository(&[("src/a.js", "\n")]);
    git(folder.path(), &["remote", "add", "origin", "git@github.com:acme/shop.git"]);
    // From anywhere within.
    let said = init(&folder.path().join("src"));
    let workflow = read(folder.path(), ".github/workflows/mpcheck.yml");
    assert!(workflow.contains("branches: [\"trunk\"]"), "{said}\n{workflow}");
    assert!(workflow.contains(&format!("mpcheck=={}", env!("CARGO_PKG_VERSION"))) && !workflow.contains("{BRANCH}"));
    assert!(workflow.contains("permissions: {}") && !workflow.contains("${{ github.event.pull_request.title"));
}

#[test]
fn hooks_go_where_git_looks_for_them() {
    let folder = repository(&[]);
    git(folder.path(), &["config", "core.hooksPath", ".githooks"]);
    let said = init(folder.path());
    assert!(folder.path().join(".githooks/pre-commit").is_file(), "{said}");
}

#[test]
fn a_folder_outside_git_gets_a_configuration_alone() {
    let folder = tempfile::tempdir().unwrap();
    let said = init(folder.path());
    assert!(folder.path().join("mpcheck.toml").is_file() && said.contains("no git repository"), "{said}");
}
