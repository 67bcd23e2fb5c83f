//! What can be wrong with a repository: each is one clear message that names a remedy, and exit status 2.

use std::fs;
use std::process::Command;

use super::{Repo, leak};

/// What mpcheck prints on standard error, started in a folder of the repository; the run has to fail.
fn failure_in(repo: &Repo, folder: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mpcheck"));
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(name);
    }
    let output = command.current_dir(repo.at(folder)).args(arguments).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}

fn failure(repo: &Repo, arguments: &[&str]) -> String {
    failure_in(repo, ".", arguments)
}

fn has(error: &str, words: &[&str]) {
    for word in words {
        assert!(error.contains(word), "{word:?} is missing in: {error}");
    }
}

fn committed() -> Repo {
    let repo = Repo::new();
    repo.stage("src/a.py", "x = 1\n");
    repo.commit("first");
    repo.stage("src/a.py", leak(1));
    repo
}

/// Where a loose object lies.
fn object(repo: &Repo, revision: &str) -> std::path::PathBuf {
    let id = repo.git(&["rev-parse", revision]);
    repo.at(&format!(".git/objects/{}/{}", &id[..2], &id[2..]))
}

fn overwrite(path: &std::path::Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn no_repository() {
    let repo = Repo::new();
    fs::remove_dir_all(repo.at(".git")).unwrap();
    has(&failure(&repo, &["--staged"]), &["no git repository", "git clone"]);
    has(&failure(&repo, &["--diff", "main"]), &["no git repository"]);
}

#[test]
fn an_empty_repository_and_an_unborn_branch() {
    let repo = Repo::new();
    has(&failure(&repo, &["--staged"]), &["nothing has been staged", "git add"]);
    has(&failure(&repo, &["--diff", "HEAD"]), &["no commit yet", "--staged"]);
    has(&failure(&repo, &["--diff", "main"]), &["no commit `main`"]);
    let repo = committed();
    repo.commit("second");
    repo.git(&["switch", "-q", "--orphan", "fresh"]);
    has(&failure(&repo, &["--diff", "main"]), &["no commit yet"]);
}

#[test]
fn a_missing_index() {
    let repo = committed();
    fs::remove_file(repo.at(".git/index")).unwrap();
    has(&failure(&repo, &["--staged"]), &["no index", "git reset"]);
}

#[test]
fn a_locked_index() {
    let repo = committed();
    fs::write(repo.at(".git/index.lock"), "").unwrap();
    has(&failure(&repo, &["--staged"]), &["locked", "index.lock", "remove that file"]);
}

#[test]
fn a_damaged_index() {
    let repo = committed();
    let bytes = fs::read(repo.at(".git/index")).unwrap();
    for broken in [&b"DIRC"[..], b"not an index at all, however long it may be", &bytes[..bytes.len() / 2], b""] {
        fs::write(repo.at(".git/index"), broken).unwrap();
        has(&failure(&repo, &["--staged"]), &["the index", "git reset"]);
    }
}

#[test]
fn a_bare_repository() {
    let repo = Repo::with(&["--bare"]);
    has(&failure(&repo, &["--staged"]), &["bare", "--diff"]);
}

#[test]
fn damaged_and_missing_objects() {
    for (object_of, damage) in [(":src/a.py", true), (":src/a.py", false), ("HEAD:src", false), ("HEAD^{tree}", true)] {
        let repo = committed();
        let id = repo.git(&["rev-parse", object_of]);
        let path = object(&repo, object_of);
        match damage {
            true => overwrite(&path, b"no zlib stream"),
            false => fs::remove_file(&path).unwrap(),
        }
        let error = failure(&repo, &["--staged"]);
        has(&error, &["git fsck", &id]);
        assert!(!error.contains(&super::secret(1)));
    }
    let repo = committed();
    overwrite(&object(&repo, "HEAD"), b"no zlib stream");
    has(&failure(&repo, &["--diff", "HEAD"]), &["damaged", "git fsck"]);
    let pack = committed();
    pack.commit("second");
    pack.git(&["gc", "-q", "--prune=now"]);
    let packs: Vec<_> =
        fs::read_dir(pack.at(".git/objects/pack")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let packed = packs.iter().find(|path| path.extension().is_some_and(|ending| ending == "pack")).unwrap();
    let mut bytes = fs::read(packed).unwrap();
    let middle = bytes.len() - 20;
    bytes[12..middle].fill(0);
    overwrite(packed, &bytes);
    has(&failure(&pack, &["--diff", "HEAD~"]), &["damaged"]);
}

#[test]
fn paths_outside_and_paths_unknown() {
    let repo = committed();
    has(&failure(&repo, &["--staged", "/etc/passwd"]), &["outside of the repository"]);
    has(&failure_in(&repo, "src", &["--staged", "../../elsewhere"]), &["outside of the repository"]);
    has(&failure(&repo, &["--staged", "no-such.py"]), &["no-such.py", "tracked by git"]);
    has(&failure(&repo, &["--diff", "HEAD", "no-such.py"]), &["no-such.py"]);
}

#[test]
fn unknown_revisions() {
    let repo = committed();
    for revision in
        ["no-such-branch", "HEAD~9", "0123456789abcdef0123456789abcdef01234567", "@{u}", ":/no such message", "a b"]
    {
        let error = failure(&repo, &["--diff", &format!("{revision}..HEAD~0")]);
        has(&error, &[revision, "check the spelling"]);
    }
    has(&failure(&repo, &["--diff", "HEAD:src"]), &["not a commit but a tree"]);
    has(&failure(&repo, &["--diff", "HEAD..nothing"]), &["`nothing`"]);
    repo.commit("second");
    repo.git(&["switch", "-q", "--orphan", "other"]);
    repo.commit("unrelated");
    has(&failure(&repo, &["--diff", "main"]), &["no commit in common", "grown from"]);
}

#[test]
fn a_mistake_in_the_staged_configuration() {
    let repo = committed();
    repo.stage("mpcheck.toml", "[rules]\nno-such-rule = \"off\"\n");
    repo.write("mpcheck.toml", "");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mpcheck"));
    let output = command.current_dir(repo.path()).arg("--staged").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    has(&String::from_utf8(output.stderr).unwrap(), &["mpcheck.toml", "no-such-rule"]);
}
