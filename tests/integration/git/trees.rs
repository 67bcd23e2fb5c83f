//! The index and commits as trees, and what differs between them.

use std::sync::Arc;

use mpcheck::input::git::{GitError, GitTree, Repository, changes};
use mpcheck::input::{ReadError, Tree};

use super::Repo;

fn open(repo: &Repo) -> Arc<Repository> {
    Arc::new(Repository::open(repo.path()).unwrap_or_else(|error| panic!("{error}")))
}

fn index(repo: &Repo) -> GitTree {
    GitTree::index(open(repo)).unwrap_or_else(|error| panic!("{error}"))
}

fn commit(repo: &Repo, revision: &str) -> GitTree {
    let repository = open(repo);
    let tree = repository.tree_of(repository.commit(revision).unwrap()).unwrap();
    GitTree::commit(repository, Some(tree))
}

/// `old -> new` of each file that differs; `-` for none.
fn differences(old: &GitTree, new: &GitTree) -> Vec<String> {
    let path =
        |side: &Option<mpcheck::input::git::Side>| side.as_ref().map_or("-".to_owned(), |side| side.path.clone());
    let changed = changes(old, new).unwrap_or_else(|error| panic!("{error}"));
    changed.iter().map(|change| format!("{} -> {}", path(&change.old), path(&change.new))).collect()
}

#[test]
fn both_give_what_git_holds_and_not_the_work_tree() {
    for hash in ["sha1", "sha256"] {
        let repo = Repo::with(&["--object-format", hash]);
        repo.stage("a/b/c.js", "one");
        repo.stage("a-b.js", "two");
        repo.stage("vendor/x.js", "three");
        repo.commit("first");
        repo.stage("a/b/c.js", "staged");
        repo.write("a/b/c.js", "edited");
        repo.write("untracked.js", "edited");
        let (index, commit) = (index(&repo), commit(&repo, "HEAD"));
        assert_eq!(index.read("./a/b/c.js").unwrap(), b"staged");
        assert_eq!(commit.read("a/b/c.js").unwrap(), b"one");
        for tree in [&index, &commit] {
            assert_eq!(tree.list(&[String::new()]), ["a-b.js", "a/b/c.js"]);
            assert_eq!(tree.list(&["a/b".into()]), ["a/b/c.js"]);
            assert!(tree.exists("vendor/x.js") && tree.is_folder("a/b") && tree.is_folder("."));
            assert!(!tree.exists("a/b") && !tree.exists("untracked.js") && !tree.is_folder("a/b/c.js"));
            assert_eq!(tree.read("untracked.js"), Err(ReadError::NotFound));
            assert_eq!(tree.read("../outside.js"), Err(ReadError::NotFound));
            assert_eq!(tree.read("a"), Err(ReadError::NotAFile("folder")));
        }
        assert_eq!(differences(&commit, &index), ["a/b/c.js -> a/b/c.js"]);
    }
}

#[test]
fn a_sparse_or_split_index_and_skipped_files_are_whole() {
    let repo = Repo::new();
    for path in ["in/a.js", "out/deep/b.js", "out/c.js", "out.js", "top.js"] {
        repo.stage(path, path);
    }
    repo.commit("first");
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    assert!(!repo.at("out/c.js").exists());
    repo.stage("in/a.js", "changed");
    let sparse = index(&repo);
    assert_eq!(sparse.read("out/deep/b.js").unwrap(), b"out/deep/b.js");
    assert!(sparse.is_folder("out") && sparse.is_folder("out/deep") && !sparse.exists("out/x.js"));
    assert_eq!(sparse.list(&[String::new()]), ["in/a.js", "out.js", "out/c.js", "out/deep/b.js", "top.js"]);
    assert_eq!(differences(&commit(&repo, "HEAD"), &sparse), ["in/a.js -> in/a.js"]);
    repo.git(&["sparse-checkout", "disable"]);
    repo.git(&["update-index", "--skip-worktree", "out/c.js"]);
    std::fs::remove_file(repo.at("out/c.js")).unwrap();
    repo.git(&["update-index", "--split-index"]);
    repo.stage("top.js", "changed too");
    let split = index(&repo);
    assert_eq!(split.read("top.js").unwrap(), b"changed too");
    assert_eq!(split.read("out/c.js").unwrap(), b"out/c.js");
    assert_eq!(differences(&commit(&repo, "HEAD"), &split), ["in/a.js -> in/a.js", "top.js -> top.js"]);
}

#[test]
fn every_kind_of_change_is_seen() {
    let repo = Repo::new();
    for path in ["edit.js", "gone.js", "from/moved.js", "mode.js", "link.js", "kind", "dir/x.js", "same/a.js"] {
        repo.stage(path, format!("{path}\n"));
    }
    repo.commit("first");
    repo.stage("edit.js", "edited");
    repo.git(&["rm", "-q", "gone.js"]);
    std::fs::create_dir(repo.at("to")).unwrap();
    repo.git(&["mv", "from/moved.js", "to/moved.js"]);
    repo.git(&["update-index", "--chmod=+x", "mode.js"]);
    std::fs::remove_file(repo.at("link.js")).unwrap();
    std::os::unix::fs::symlink("edit.js", repo.at("link.js")).unwrap();
    repo.git(&["add", "link.js"]);
    repo.git(&["rm", "-q", "kind"]);
    repo.stage("kind/a.js", "a folder now");
    repo.git(&["rm", "-qr", "dir"]);
    repo.stage("dir", "a file now");
    repo.write("announced.js", "later");
    repo.git(&["add", "--intent-to-add", "announced.js"]);
    repo.stage("new.js", "new");
    let (old, new) = (commit(&repo, "HEAD"), index(&repo));
    let expected = [
        "- -> dir",
        "dir/x.js -> -",
        "edit.js -> edit.js",
        "gone.js -> -",
        "kind -> -",
        "- -> kind/a.js",
        "link.js -> -",
        "- -> new.js",
        "from/moved.js -> to/moved.js",
    ];
    assert_eq!(differences(&old, &new), expected);
    assert_eq!(new.read("link.js"), Err(ReadError::NotAFile("symbolic link")));
    assert!(!new.exists("announced.js"));
    repo.commit("second");
    assert_eq!(differences(&old, &commit(&repo, "HEAD")), expected, "a commit of the index differs as the index does");
}

#[test]
fn paths_are_those_of_the_folder_in_which_mpcheck_was_started() {
    let repo = Repo::new();
    repo.stage("app/src/a.js", "one");
    repo.stage("lib/b.js", "two");
    let repository = Arc::new(Repository::open(&repo.at("app/src")).unwrap());
    let tree = GitTree::index(repository.clone()).unwrap();
    assert_eq!(tree.read("a.js").unwrap(), b"one");
    assert_eq!(tree.read("../../lib/b.js").unwrap(), b"two");
    assert_eq!(tree.list(&["../..".into()]), ["../../lib/b.js", "a.js"]);
    assert_eq!((repository.shown("lib/b.js"), repository.shown("app/src")), ("../../lib/b.js".into(), ".".into()));
    assert_eq!((repository.inside("../x"), repository.inside("../../../x")), (Some("app/x".into()), None));
}

#[test]
fn submodules_are_left_alone_and_stand_ins_are_named() {
    let inner = Repo::new();
    inner.stage("a.js", "inner");
    inner.commit("inner");
    let repo = Repo::new();
    repo.git(&["submodule", "-q", "add", &format!("file://{}", inner.path().display()), "sub"]);
    repo.stage(
        "big.js",
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 9\n", "ab".repeat(32)),
    );
    repo.stage("locked.js", b"\0GITCRYPT\0\x01\x02\x03");
    let tree = index(&repo);
    assert_eq!(tree.list(&[String::new()]), [".gitmodules", "big.js", "locked.js"]);
    assert_eq!(tree.read("sub"), Err(ReadError::NotAFile("submodule")));
    assert!(!tree.exists("sub/a.js"));
    assert!(tree.read("big.js").unwrap_err().to_string().contains("git lfs pull"));
    assert!(tree.read("locked.js").unwrap_err().to_string().contains("git-crypt unlock"));
    assert_eq!(tree.faults().len(), 2);
}

#[test]
fn of_a_file_with_conflicts_our_side_is_read_and_none_is_staged() {
    let repo = Repo::new();
    repo.stage("a.js", "base\n");
    repo.commit("base");
    repo.git(&["switch", "-qc", "topic"]);
    repo.stage("a.js", "theirs\n");
    repo.commit("theirs");
    repo.git(&["switch", "-q", "main"]);
    repo.stage("a.js", "ours\n");
    repo.commit("ours");
    assert!(!repo.try_git(&["merge", "-q", "topic"]).status.success());
    let tree = index(&repo);
    assert_eq!(tree.conflicts(), ["a.js"]);
    assert_eq!(tree.read("a.js").unwrap(), b"ours\n");
    assert_eq!(differences(&commit(&repo, "HEAD"), &tree), ["a.js -> -"]);
}

#[test]
fn merge_bases_are_found_in_worktrees_and_bare_repositories() {
    let repo = Repo::new();
    let base = repo.commit("base");
    repo.git(&["switch", "-qc", "topic"]);
    let head = repo.commit("on topic");
    repo.git(&["switch", "-q", "main"]);
    repo.commit("on main");
    repo.git(&["worktree", "add", "-q", "--detach", "wt", "topic"]);
    let ends = Repository::open(&repo.at("wt")).unwrap().ends("main").unwrap();
    assert_eq!((ends.base.to_string(), ends.head.to_string()), (base.clone(), head));
    let bare = repo.clone_with(&["--bare"]);
    let repository = open(&bare);
    assert_eq!(repository.ends("main..topic").unwrap().base.to_string(), base);
    assert_eq!(GitTree::index(repository).err(), Some(GitError::Bare));
}
