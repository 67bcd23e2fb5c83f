//! `--baseline` and `--update-baseline`, as the program does them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::{Repo, leak, secret};

fn mpcheck(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mpcheck"));
    command.current_dir(folder).args(["-f", "compact", "-q"]).args(arguments);
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

/// The lines of a compact report, each up to its message, and the exit status.
fn run(folder: &Path, arguments: &[&str]) -> (Vec<String>, i32) {
    let output = mpcheck(folder, arguments);
    let status = output.status.code().unwrap();
    assert!(status < 2, "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    (text.lines().map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(" ")).collect(), status)
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().skip(2).map(str::to_owned).collect()
}

#[test]
fn known_findings_are_set_aside_and_new_ones_reported() {
    let repo = Repo::new();
    repo.write("src/a.py", format!("{}{}", leak(1), leak(2)));
    repo.write("b.py", leak(1));
    let file = repo.at("known.txt");
    assert_eq!(run(repo.path(), &[".", "--baseline", "known.txt", "--update-baseline"]), (vec![], 0));
    let text = fs::read_to_string(&file).unwrap();
    assert!(!text.contains(&secret(1)[..8]) && text.lines().count() == 5, "{text}");
    assert!(lines(&file).is_sorted_by_key(|line| line.rsplit(' ').next().unwrap().to_owned()), "{text}");
    // Moved lines are still known; a new secret and a second copy of a known one are not.
    repo.write("src/a.py", format!("import os\n\n{}{}{}", leak(2), leak(1), leak(3)));
    repo.write("b.py", format!("{}x = 1\n{}", leak(1), leak(1).replace("API", "OTHER")));
    let (found, status) = run(repo.path(), &[".", "--baseline", "known.txt"]);
    assert_eq!((found.len(), status), (2, 1), "{found:?}");
    assert!(found[0].starts_with("b.py:") && found[1].starts_with("src/a.py:5:"), "{found:?}");
    // The same from a subfolder, whose paths differ.
    let (found, _) = run(&repo.at("src"), &["--baseline", "../known.txt"]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn entries_that_match_nothing_are_told_and_dropped() {
    let repo = Repo::new();
    repo.write("src/a.py", leak(1));
    repo.write("lib/b.py", leak(2));
    run(repo.path(), &["--baseline", "known.txt", "--update-baseline"]);
    fs::remove_file(repo.at("lib/b.py")).unwrap();
    repo.write("src/a.py", "x = 1\n");
    let (found, status) = run(repo.path(), &["--baseline", "known.txt"]);
    assert_eq!(found, ["known.txt:3:1 note[unused-ignore]", "known.txt:4:1 note[unused-ignore]"]);
    assert_eq!(status, 0);
    let (found, _) = run(repo.path(), &["src", "--baseline", "known.txt"]);
    assert_eq!(found, ["known.txt:4:1 note[unused-ignore]"], "of lib nothing was seen");
    // A run that sees a part keeps what it didn't see.
    run(repo.path(), &["src", "--baseline", "known.txt", "--update-baseline"]);
    assert_eq!(lines(&repo.at("known.txt")).len(), 1);
    run(repo.path(), &["--select", "secret-in-url", "--baseline", "known.txt", "--update-baseline"]);
    assert_eq!(lines(&repo.at("known.txt")).len(), 1);
    run(repo.path(), &["--baseline", "known.txt", "--update-baseline"]);
    assert_eq!(lines(&repo.at("known.txt")), [""; 0]);
}

#[test]
fn sarif_says_what_is_new_and_what_was_there() {
    let repo = Repo::new();
    repo.write("a.py", leak(1));
    run(repo.path(), &["--baseline", "known.txt", "--update-baseline"]);
    repo.write("a.py", format!("{}{}", leak(1), leak(2)));
    let output = mpcheck(repo.path(), &["--baseline", "known.txt", "-o", "sarif=out.sarif", "-o", "json=out.json"]);
    assert_eq!(output.status.code(), Some(1));
    let sarif: Value = serde_json::from_slice(&fs::read(repo.at("out.sarif")).unwrap()).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let state = |result: &Value| (result["baselineState"].clone(), result["suppressions"][0]["kind"].clone());
    let states: Vec<_> = results.iter().map(state).collect();
    assert_eq!(states, [("new".into(), Value::Null), ("unchanged".into(), "external".into())]);
    let json: Value = serde_json::from_slice(&fs::read(repo.at("out.json")).unwrap()).unwrap();
    assert_eq!((&json["summary"]["baselined"], &json["summary"]["ignored"]), (&1.into(), &0.into()));
}

#[test]
fn a_change_goes_by_the_baseline_of_its_own_state() {
    let repo = Repo::new();
    repo.stage("a.py", leak(1));
    run(repo.path(), &["--baseline", "known.txt", "--update-baseline"]);
    let empty = "# mpcheck baseline 1\n";
    let full = fs::read_to_string(repo.at("known.txt")).unwrap();
    repo.stage("known.txt", empty);
    repo.write("known.txt", &full);
    let (found, _) = run(repo.path(), &["--staged", "--baseline", "known.txt"]);
    assert_eq!(found, ["a.py:1:1 error[hardcoded-secret]"].map(|line| line.replace(":1:1", ":1:24")));
    repo.stage("known.txt", &full);
    let (found, status) = run(repo.path(), &["--staged", "--baseline", "known.txt"]);
    assert_eq!((found.len(), status), (1, 0));
    assert!(found[0].starts_with("known.txt:3:1 note[loosening]"), "{found:?}");
}

#[test]
fn mistakes_name_their_remedy() {
    let repo = Repo::new();
    repo.write("a.py", leak(1));
    let error = |arguments: &[&str]| {
        let output = mpcheck(repo.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(error(&["--baseline", "missing.txt"]).contains("--update-baseline makes it"));
    assert!(error(&["--baseline", "a.py"]).contains("a.py:1: this is no baseline"));
    assert!(error(&["--baseline", "a.py", "--update-baseline"]).contains("no baseline"), "nothing else is overwritten");
    assert!(error(&["--baseline", "no/such/folder.txt", "--update-baseline"]).contains("can't be written"));
    assert_eq!(fs::read_to_string(repo.at("a.py")).unwrap(), leak(1));
}
