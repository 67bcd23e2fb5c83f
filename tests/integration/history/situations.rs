//! Every kind of repository, and every way to reach a commit, one test each.

use std::fs;

use mpcheck::input::history::HistoryOptions;

use super::repo::{CLEAN, Repo, git, history_of, leak, leaked, lines, standing};

/// A repository in which secret 1 came and went.
fn gone() -> (Repo, String) {
    let repo = Repo::new();
    let commit = repo.change(1, "a.py", &leak(1));
    repo.change(2, "a.py", CLEAN);
    (repo, commit)
}

#[test]
fn a_branch_that_was_never_merged() {
    let repo = Repo::new();
    repo.change(1, "a.py", CLEAN);
    repo.git(&["checkout", "-q", "-b", "side"]);
    let commit = repo.change(2, "b.py", &leak(1));
    repo.git(&["checkout", "-q", "main"]);
    assert_eq!(lines(&repo.history()), [leaked("b.py", 1, &commit)]);
}

#[test]
fn a_remote_branch() {
    let (origin, commit) = gone();
    let clone = Repo::with(&["clone", "-q", origin.path.to_str().unwrap(), "."]);
    clone.git(&["checkout", "-q", "--orphan", "own"]);
    clone.change(3, "a.py", CLEAN);
    clone.git(&["branch", "-D", "main"]);
    assert_eq!(lines(&clone.history()), [leaked("a.py", 1, &commit)]);
}

#[test]
fn a_tag_alone() {
    for annotated in [false, true] {
        let repo = Repo::new();
        repo.change(1, "a.py", CLEAN);
        let commit = repo.change(2, "a.py", &leak(1));
        let words: &[&str] = if annotated { &["tag", "-a", "-m", "old", "old"] } else { &["tag", "old"] };
        repo.git(words);
        repo.git(&["reset", "-q", "--hard", "HEAD~"]);
        assert_eq!(lines(&repo.history()), [leaked("a.py", 1, &commit)]);
    }
}

#[test]
fn tags_on_a_tree_and_on_a_blob() {
    let repo = Repo::new();
    repo.change(1, "a.py", CLEAN);
    repo.write("key.py", &leak(1));
    let blob = repo.git(&["hash-object", "-w", "key.py"]);
    repo.git(&["tag", "key.py", &blob]);
    repo.write("folder/b.py", &leak(2));
    repo.git(&["add", "folder"]);
    let tree = repo.git(&["write-tree"]);
    repo.git(&["tag", "-a", "-m", "a tree", "tree", &tree]);
    let lines = lines(&repo.history());
    assert_eq!(lines, ["folder/b.py:1 leaked-in-history -", "refs/tags/key.py:1 leaked-in-history -"]);
}

#[test]
fn all_of_the_stash() {
    let repo = Repo::new();
    repo.change(1, "a.py", CLEAN);
    for number in [1, 2] {
        repo.write("a.py", &leak(number));
        repo.git(&["stash", "-q"]);
    }
    // What was not tracked is in a commit of its own.
    repo.write("new.py", &leak(3));
    repo.git(&["stash", "-q", "-u"]);
    let commit = |name: &str| repo.git(&["rev-parse", name]);
    let expected = [
        leaked("a.py", 1, &commit("stash@{2}")),
        leaked("a.py", 1, &commit("stash@{1}")),
        leaked("new.py", 1, &commit("stash@{0}^3")),
    ];
    let mut found = lines(&repo.history());
    found.sort();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn notes() {
    let repo = Repo::new();
    let commit = repo.change(1, "a.py", CLEAN);
    repo.git(&["notes", "add", "-m", leak(1).trim(), "HEAD"]);
    let note = repo.git(&["rev-parse", "refs/notes/commits"]);
    assert_eq!(lines(&repo.history()), [leaked(&commit, 1, &note)]);
}

#[test]
fn a_detached_head() {
    let repo = Repo::new();
    repo.change(1, "a.py", CLEAN);
    repo.git(&["checkout", "-q", "--detach"]);
    let commit = repo.change(2, "a.py", &leak(1));
    assert_eq!(lines(&repo.history()), [standing("a.py", 1, &commit)]);
}

#[test]
fn what_no_ref_reaches_is_not_read() {
    let repo = Repo::new();
    repo.change(1, "a.py", CLEAN);
    repo.change(2, "a.py", &leak(1));
    repo.git(&["reset", "-q", "--hard", "HEAD~"]);
    assert!(repo.history().findings.is_empty());
    repo.git(&["-c", "gc.cruftPacks=true", "gc", "-q", "--prune=never"]);
    assert!(repo.history().findings.is_empty());
}

#[test]
fn bare_repositories() {
    let (repo, commit) = gone();
    let bare = Repo::with(&["clone", "-q", "--bare", repo.path.to_str().unwrap(), "."]);
    assert_eq!(lines(&bare.history()), [leaked("a.py", 1, &commit)]);
}

#[test]
fn linked_work_trees_share_a_history_and_have_heads_of_their_own() {
    let (repo, commit) = gone();
    let tree = repo.beside("tree");
    repo.git(&["worktree", "add", "-q", "--detach", tree.to_str().unwrap()]);
    fs::write(tree.join("b.py"), leak(2)).unwrap();
    git(&tree, "2024-01-03T12:00:00+0000", &["add", "-A"]);
    git(&tree, "2024-01-03T12:00:00+0000", &["commit", "-q", "-m", "a change"]);
    let other = git(&tree, "", &["rev-parse", "HEAD"]);
    // In each of them what its own HEAD holds is the tree.
    assert_eq!(lines(&repo.history()), [leaked("a.py", 1, &commit), leaked("b.py", 1, &other)]);
    let report = history_of(&tree, &HistoryOptions::default(), "2024-02-01").unwrap();
    assert_eq!(lines(&report), [leaked("a.py", 1, &commit), standing("b.py", 1, &other)]);
}

#[test]
fn objects_of_an_alternate() {
    let (repo, commit) = gone();
    for packed in [false, true] {
        if packed {
            repo.git(&["repack", "-a", "-d", "-q"]);
        }
        let clone = Repo::with(&["clone", "-q", "--shared", repo.path.to_str().unwrap(), "."]);
        assert!(!clone.git(&["count-objects", "-v"]).contains("in-pack: 1"));
        assert_eq!(lines(&clone.history()), [leaked("a.py", 1, &commit)]);
    }
}

#[test]
fn loose_packed_and_mixed_objects() {
    let repo = Repo::new();
    let mut expected = Vec::new();
    // Long files that differ by little: git packs them as chains of deltas.
    let padding: String = (0..400).map(|line| format!("# line {line} of a long file\n")).collect();
    for number in 1..=25 {
        let text = format!("{padding}{}{padding}", leak(number));
        expected.push(leaked("a.py", 401, &repo.change(number, "a.py", &text)));
    }
    repo.change(26, "a.py", CLEAN);
    let found = |repo: &Repo| {
        let mut found = lines(&repo.history());
        found.sort();
        found
    };
    expected.sort();
    assert_eq!(found(&repo), expected, "loose");
    repo.git(&["repack", "-a", "-d", "-f", "-q"]);
    assert!(repo.git(&["verify-pack", "-v", &idx(&repo)]).contains("chain length = 1"), "no deltas");
    assert_eq!(found(&repo), expected, "packed");
    expected.push(standing("b.py", 1, &repo.change(27, "b.py", &leak(99))));
    expected.sort();
    assert_eq!(found(&repo), expected, "mixed");
    repo.git(&["repack", "-d", "-q"]);
    repo.git(&["multi-pack-index", "write"]);
    assert_eq!(found(&repo), expected, "two packs and an index over both");
    repo.git(&["-c", "repack.useDeltaBaseOffset=false", "repack", "-a", "-d", "-f", "-q"]);
    assert_eq!(found(&repo), expected, "deltas that name their base by its id");
    repo.git(&["commit-graph", "write", "--reachable"]);
    assert_eq!(found(&repo), expected, "with a commit graph");
}

#[test]
fn long_chains_of_deltas() {
    let repo = Repo::new();
    // What fast-import writes is a delta of what it wrote before, fifty deep.
    let padding: String = (0..100).map(|line| format!("# line {line} of a long file\n")).collect();
    let mut stream = String::new();
    for number in 1..=200u32 {
        let text = format!("{padding}{}{padding}", leak(number));
        let day = 1_704_067_200 + u64::from(number) * 60;
        stream += &format!("commit refs/heads/main\ncommitter A <a@example.org> {day} +0000\ndata 1\nx\n");
        stream += &format!("M 100644 inline a.py\ndata {}\n{text}\n", text.len());
    }
    repo.import(&stream);
    assert!(repo.git(&["verify-pack", "-v", &idx(&repo)]).contains("chain length = 49"), "no chain");
    let report = repo.history();
    assert_eq!((report.findings.len(), report.files.seen, report.history), (200, 200, Some(200)));
    assert_eq!(report.findings.iter().filter(|one| one.rule == "leaked-in-history").count(), 199);
}

fn idx(repo: &Repo) -> String {
    let packs = fs::read_dir(repo.path.join(".git/objects/pack")).unwrap().map(|entry| entry.unwrap().path());
    packs
        .filter(|path| path.extension().is_some_and(|end| end == "idx"))
        .map(|path| path.display().to_string())
        .next()
        .unwrap()
}

#[test]
fn sha_256_repositories() {
    let repo = Repo::with(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    let commit = repo.change(1, "a.py", &leak(1));
    repo.change(2, "a.py", CLEAN);
    assert_eq!(commit.len(), 64);
    assert_eq!(lines(&repo.history()), [leaked("a.py", 1, &commit)]);
    repo.git(&["repack", "-a", "-d", "-q"]);
    assert_eq!(lines(&repo.history()), [leaked("a.py", 1, &commit)]);
}

#[test]
fn partial_clones_name_what_they_lack() {
    let (origin, _) = gone();
    origin.change(3, "b.py", &leak(2));
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", origin.path.display());
    let clone = Repo::with(&["clone", "-q", "--filter=blob:none", &url, "."]);
    let report = clone.history();
    let last = origin.git(&["rev-parse", "HEAD"]);
    assert_eq!(lines(&report), [standing("b.py", 1, &last)], "what was checked out is there");
    let problems: Vec<_> = report.problems.iter().map(|problem| (&*problem.path, &*problem.message)).collect();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].0, "a.py");
    assert!(problems[0].1.contains("is missing") && problems[0].1.contains("git fetch --refetch"), "{problems:?}");
    // Without trees, too.
    let clone = Repo::with(&["clone", "-q", "--filter=tree:0", &url, "."]);
    let report = clone.history();
    assert!(report.problems.iter().any(|problem| problem.message.contains("tree")), "{:?}", report.problems);
    assert_eq!(lines(&report), [standing("b.py", 1, &last)]);
}

#[test]
fn shallow_clones_say_that_they_are() {
    let (origin, _) = gone();
    let last = origin.change(3, "b.py", &leak(2));
    let url = format!("file://{}", origin.path.display());
    let clone = Repo::with(&["clone", "-q", "--depth=1", &url, "."]);
    let report = clone.history();
    assert_eq!(lines(&report), [standing("b.py", 1, &last)]);
    assert_eq!(report.problems.len(), 1);
    assert!(report.problems[0].message.contains("git fetch --unshallow"), "{:?}", report.problems);
}

#[test]
fn ranges() {
    let repo = Repo::new();
    let one = repo.change(1, "a.py", &leak(1));
    let two = repo.change(2, "a.py", &leak(2));
    repo.git(&["tag", "v1"]);
    let three = repo.change(3, "a.py", &leak(3));
    let four = repo.change(4, "b.py", &leak(4));
    repo.change(5, "a.py", CLEAN);
    let found = |range: &str| {
        let mut found = lines(&repo.history_of_range(range).unwrap());
        found.sort();
        found
    };
    let sorted = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };
    let [one, two, three] = [leaked("a.py", 1, &one), leaked("a.py", 1, &two), leaked("a.py", 1, &three)];
    let four = standing("b.py", 1, &four);
    assert_eq!(found("v1..main"), sorted(vec![three.clone(), four.clone()]));
    assert_eq!(found("v1.."), sorted(vec![three.clone(), four.clone()]));
    assert_eq!(found("v1"), sorted(vec![one.clone(), two.clone()]));
    assert_eq!(found("v1^!"), vec![two.clone()]);
    assert_eq!(found("main ^v1 ^main~1"), Vec::<String>::new());
    assert_eq!(found("main~3...v1"), Vec::<String>::new());
    assert_eq!(found("main~2...v1"), vec![three.clone()]);
    assert_eq!(found("main"), sorted(vec![one, two, three, four]));
}

#[test]
fn a_range_knows_what_the_tree_holds_though_others_brought_it() {
    let repo = Repo::new();
    repo.change(1, "a.py", &leak(1));
    let two = repo.change(2, "b.py", &leak(1));
    repo.change(3, "a.py", &format!("# later\n{}", leak(1)));
    // The second commit brought b.py; a.py in HEAD is the third's.
    let report = repo.history_of_range(&format!("{two}^!")).unwrap();
    assert_eq!(lines(&report), [standing("a.py", 2, &two), standing("b.py", 1, &two)]);
}

#[test]
fn folders_and_files_of_the_repository() {
    let repo = Repo::new();
    let one = repo.change(1, "src/app/a.py", &leak(1));
    let two = repo.change(2, "lib/b.py", &leak(2));
    repo.change(3, "src/app/a.py", CLEAN);
    repo.change(4, "lib/b.py", CLEAN);
    let found = |root: &str, paths: &[&str]| {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        let options = HistoryOptions { paths, ..HistoryOptions::default() };
        lines(&history_of(&repo.path.join(root), &options, "2024-02-01").unwrap())
    };
    assert_eq!(found("", &["src"]), [leaked("src/app/a.py", 1, &one)]);
    assert_eq!(found("", &["lib/b.py", "nothing"]), [leaked("lib/b.py", 1, &two)]);
    // From a folder inside, paths are seen from there, and all of the repository is read unless told otherwise.
    assert_eq!(found("src", &[]), [leaked("../lib/b.py", 1, &two), leaked("app/a.py", 1, &one)]);
    assert_eq!(found("src", &["app"]), [leaked("app/a.py", 1, &one)]);
    assert_eq!(found("src", &["../lib"]), [leaked("../lib/b.py", 1, &two)]);
}
