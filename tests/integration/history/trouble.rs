//! Broken repositories and wrong questions: named, with a remedy, and all the rest is still read.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use mpcheck::input::history::HistoryOptions;

use super::repo::{CLEAN, Repo, history_of, leak, leaked, lines, secret};

fn loose(repo: &Repo, id: &str) -> PathBuf {
    repo.path.join(".git/objects").join(&id[..2]).join(&id[2..])
}

/// Damages a file that git made read-only.
fn damage(path: &PathBuf, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    let end = (at + 8).min(bytes.len());
    bytes[at..end].iter_mut().for_each(|byte| *byte ^= 0x5a);
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Secrets 1, 2 and 3 in files of their own, all gone from the tree.
fn three() -> (Repo, [String; 3]) {
    let repo = Repo::new();
    let commits = [1, 2, 3].map(|number| repo.change(number, &format!("{number}.py"), &leak(number)));
    repo.git(&["rm", "-q", "-r", "."]);
    repo.write("a.py", CLEAN);
    repo.commit("2024-01-04T12:00:00+0000");
    (repo, commits)
}

#[test]
fn a_corrupt_blob_is_named_and_the_rest_is_read() {
    let (repo, commits) = three();
    let blob = repo.git(&["rev-parse", &format!("{}:2.py", commits[1])]);
    damage(&loose(&repo, &blob), 10);
    let report = repo.history();
    assert_eq!(lines(&report), [leaked("1.py", 1, &commits[0]), leaked("3.py", 1, &commits[2])]);
    assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
    let problem = &report.problems[0];
    assert_eq!(&*problem.path, "2.py");
    for word in [&blob[..12], &commits[1][..12], "can't be read", "git fsck"] {
        assert!(problem.message.contains(word), "{}", problem.message);
    }
    assert!(!problem.message.contains(&secret(2)));
}

#[test]
fn corrupt_trees_and_commits_are_named_and_the_rest_is_read() {
    let (repo, commits) = three();
    let tree = repo.git(&["rev-parse", &format!("{}^{{tree}}", commits[1])]);
    damage(&loose(&repo, &tree), 10);
    let report = repo.history();
    // What the broken tree brought stands in the next one too.
    assert_eq!(
        lines(&report),
        [leaked("1.py", 1, &commits[0]), leaked("2.py", 1, &commits[2]), leaked("3.py", 1, &commits[2])]
    );
    assert!(report.problems.iter().any(|one| one.message.contains(&tree[..12])), "{:?}", report.problems);
    damage(&loose(&repo, &commits[1]), 10);
    let report = repo.history();
    assert!(lines(&report).contains(&leaked("3.py", 1, &commits[2])), "{:?}", lines(&report));
    assert!(report.problems.iter().any(|one| one.message.contains(&commits[1][..12])), "{:?}", report.problems);
}

#[test]
fn a_corrupt_pack_costs_what_depends_on_the_damage_alone() {
    let repo = Repo::new();
    let padding: String = (0..300).map(|line| format!("# line {line} of a long file\n")).collect();
    for number in 1..=20 {
        repo.change(number, "a.py", &format!("{padding}{}", leak(number)));
    }
    repo.change(21, "a.py", CLEAN);
    let other = repo.change(22, "b.py", &leak(99));
    repo.change(23, "b.py", CLEAN);
    repo.git(&["repack", "-a", "-d", "-f", "-q"]);
    let mut packs = fs::read_dir(repo.path.join(".git/objects/pack")).unwrap().map(|entry| entry.unwrap().path());
    let pack = packs.find(|path| path.extension().is_some_and(|end| end == "pack")).unwrap();
    // An entry that others are deltas of: the blob with the largest size in the pack that is no delta itself.
    let listing = repo.git(&["verify-pack", "-v", pack.with_extension("idx").to_str().unwrap()]);
    let base = listing.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let base = base
        .filter(|parts| parts.len() == 5 && parts[1] == "blob")
        .max_by_key(|parts| parts[2].parse::<u32>().unwrap());
    let offset: usize = base.unwrap()[4].parse().unwrap();
    damage(&pack, offset + 20);
    let report = repo.history();
    assert!(lines(&report).contains(&leaked("b.py", 1, &other)), "{:?}", lines(&report));
    assert!(!report.problems.is_empty());
    assert_eq!(lines(&report).len() + report.problems.len(), 21, "each blob is read or named");
}

#[test]
fn large_blobs_are_named_where_they_speak_of_mixpanel() {
    let repo = Repo::new();
    let silent: String = "x = 1\n".repeat(400);
    let speaking = format!("{silent}{}", leak(1));
    let one = repo.change(1, "silent.py", &silent);
    let two = repo.change(2, "speaking.py", &speaking);
    let options = HistoryOptions { max_file_size: 1000, ..HistoryOptions::default() };
    let report = history_of(&repo.path, &options, "2024-02-01").unwrap();
    assert!(report.findings.is_empty() && report.problems.len() == 1, "{one} {:?}", report.problems);
    let problem = &report.problems[0];
    assert_eq!(&*problem.path, "speaking.py");
    assert!(problem.message.contains("--max-file-size") && problem.message.contains(&two[..12]), "{}", problem.message);
}

#[test]
fn an_empty_repository_has_an_empty_history() {
    let repo = Repo::new();
    let report = repo.history();
    assert!(report.findings.is_empty() && report.problems.is_empty(), "{:?}", report.problems);
    assert_eq!((report.history, report.files.seen), (Some(0), 0));
    repo.write("a.py", &leak(1));
    repo.git(&["add", "-A"]);
    assert!(repo.history().findings.is_empty(), "what is only staged was never committed");
}

#[test]
fn mistakes_end_with_2_and_a_remedy() {
    let outside = tempfile::tempdir().unwrap();
    let (repo, _) = three();
    let run = |folder: &std::path::Path, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mpcheck"));
        let output = command.current_dir(folder).arg("--history").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let error = run(outside.path(), &[]);
    assert!(error.contains("git repository"), "{error}");
    let error = run(&repo.path, &["no-such-branch"]);
    assert!(error.contains("no-such-branch"), "{error}");
    let error = run(&repo.path, &["a.py"]);
    assert!(error.contains("`mpcheck a.py --history`"), "{error}");
    let error = run(&repo.path, &["v9..main"]);
    assert!(error.contains("v9"), "{error}");
}

#[test]
fn the_program_reports_history_in_every_format() {
    let (repo, commits) = three();
    let run = |format: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mpcheck"));
        let words = ["--history", "--as-of", "2024-02-01", "--no-config", "-f", format];
        let output = command.current_dir(&repo.path).args(words).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.contains(&secret(1)) && !text.contains(&secret(1)[..5]), "{format}");
        text
    };
    for format in ["human", "compact", "github"] {
        let text = run(format);
        assert!(
            text.contains("leaked-in-history") && text.contains(&commits[0][..12]) && text.contains("2024-01-01"),
            "{text}"
        );
    }
    let json: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
    let history = &json["findings"][0]["history"];
    assert_eq!(history["in_tree"], false);
    assert_eq!(history["commit"]["id"], commits[0].as_str());
    assert_eq!(history["commit"]["author_date"], "2024-01-01T12:00:00+00:00");
    assert_eq!(history["places"][0]["path"], "1.py");
    assert_eq!(history["places"][0]["range"]["start"]["line"], 1);
    let sarif: serde_json::Value = serde_json::from_str(&run("sarif")).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["properties"]["commit"]["id"], commits[0].as_str());
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "1.py");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
}

#[test]
fn allow_entries_and_levels_of_the_configuration_count() {
    let (repo, _) = three();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mpcheck"));
        let words = ["--history", "--as-of", "2024-02-01", "-f", "json"];
        let output = command.current_dir(&repo.path).args(words).args(arguments).output().unwrap();
        assert!(output.status.code().unwrap() < 2, "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let report = run(&[]);
    let finding = &report["findings"][0];
    // What the finding says to paste, pasted.
    let digest = finding["credential"]["fingerprint"].as_str().unwrap();
    assert!(finding["help"].as_str().unwrap().contains(&format!("fingerprint = \"{digest}\"")));
    let entry =
        |rule: &str| format!("[[allow]]\nrule = \"{rule}\"\nfingerprint = \"{digest}\"\nreason = \"rotated\"\n");
    let paths = |report: &serde_json::Value| -> Vec<String> {
        let findings = report["findings"].as_array().unwrap();
        findings.iter().map(|one| one["path"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(paths(&report), ["1.py", "2.py", "3.py"]);
    repo.write("mpcheck.toml", &entry("leaked-in-history"));
    let report = run(&[]);
    assert_eq!(paths(&report), ["2.py", "3.py"]);
    assert_eq!(report["summary"]["ignored"], 1);
    // It silences this rule alone, and no other rule's entry silences it.
    repo.write("mpcheck.toml", &entry("hardcoded-secret"));
    assert_eq!(paths(&run(&[])), ["1.py", "2.py", "3.py"]);
    repo.write(
        "mpcheck.toml",
        "[rules]\nleaked-in-history = \"note\"\n[paths]\nexclude = [\"2.py\"]\n[history]\nmax-age = 7\n",
    );
    let report = run(&[]);
    assert_eq!(paths(&report), ["1.py", "3.py"]);
    assert_eq!(report["findings"][0]["level"], "note");
    repo.write("4.py", &leak(4));
    repo.commit("2024-01-05T12:00:00+0000");
    let stale = |arguments: &[&str]| {
        let report = run(arguments);
        report["findings"].as_array().unwrap().iter().any(|one| one["rule"] == "stale-credential")
    };
    assert!(stale(&[]) && !stale(&["--max-age", "60"]) && !stale(&["--ignore", "stale-credential"]));
}

#[test]
fn a_tree_that_is_made_to_harm_ends() {
    // Ten entries to a folder, ten folders deep, each time the same one: ten thousand million paths.
    let repo = Repo::new();
    let one = repo.change(1, "a.py", &leak(1));
    let mut tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    for _ in 0..10 {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        let listing: String = names.iter().map(|name| format!("040000 tree {tree}\t{name}\n")).collect();
        repo.write("listing", &listing);
        tree = repo.git(&["-c", "alias.mk=!git mktree < listing", "mk"]);
    }
    fs::remove_file(repo.path.join("listing")).unwrap();
    let bomb = repo.git(&["commit-tree", "-m", "a bomb", "-p", "HEAD", &tree]);
    repo.git(&["branch", "bomb", &bomb]);
    let options = HistoryOptions { most_folders: 500, ..HistoryOptions::default() };
    let report = history_of(&repo.path, &options, "2024-02-01").unwrap();
    assert_eq!(lines(&report), [super::repo::standing("a.py", 1, &one)]);
    assert!(report.problems.iter().any(|one| one.message.contains("one folder too many")), "{:?}", report.problems);
}
