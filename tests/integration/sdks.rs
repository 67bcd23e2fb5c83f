//! The SDK matrix: every entry point, every kind of credential handed to it. Each file `tests/sdks/<language>.txt` opens
//! with lines `@key value`:
//!
//! - `@file jobs/app.py` - where the programs stand
//! - `@env os.environ["{}"]` - a read of an environment variable
//! - `@client` - such code runs in an app: that a secret stands in it is another rule's business
//!
//! and goes on with entries: a line `== name`, lines `takes KIND...` (right), `discourages KIND...` (a note),
//! `misplaces KIND...` (another slot that the
//! call fills takes them) and `skips KIND...` (nothing is asked), then the program,
//! in which `{credential}` is the argument. Every kind that no line names is wrong there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use mpcheck::catalog::{builtin, coverage};

use crate::support::{Files, Found, check, found, repository};

/// The kinds, each with a variable whose name says which it is.
const KINDS: [(&str, &str); 6] = [
    ("project-token", "MIXPANEL_PROJECT_TOKEN"),
    ("project-secret", "MIXPANEL_API_SECRET"),
    ("api-key", "MIXPANEL_LEGACY_API_KEY"),
    ("service-account-username", "MIXPANEL_SERVICE_ACCOUNT_USERNAME"),
    ("service-account-secret", "MIXPANEL_SERVICE_ACCOUNT_SECRET"),
    ("oauth-token", "MIXPANEL_OAUTH_TOKEN"),
];

/// One entry point with one kind.
struct Try {
    name: String,
    path: String,
    line: u32,
    expected: Option<&'static str>,
    client: bool,
    program: String,
}

fn tries(language: &str, text: &str) -> Vec<Try> {
    let mut entries = text.split("\n== ");
    let mut head: BTreeMap<&str, &str> = BTreeMap::new();
    for line in entries.next().unwrap_or_default().lines().filter(|line| line.starts_with('@')) {
        let (key, value) = line[1..].split_once(' ').unwrap_or((&line[1..], ""));
        head.insert(key, value);
    }
    let key = |key: &str| *head.get(key).unwrap_or_else(|| panic!("tests/sdks/{language}.txt: no @{key}"));
    let mut all = Vec::new();
    for (number, entry) in entries.enumerate() {
        let (title, rest) = entry.split_once('\n').unwrap();
        let mut verdicts: BTreeMap<&str, Option<&'static str>> = BTreeMap::new();
        let mut skipped = Vec::new();
        let mut lines = rest.lines().peekable();
        while let Some(line) = lines.peek() {
            let mut words = line.split_whitespace();
            let verdict = match words.next() {
                Some("takes") => None,
                Some("discourages") => Some("discouraged-credential@note"),
                Some("misplaces") => Some("misplaced-credential@error"),
                Some("skips") => {
                    skipped.extend(words);
                    lines.next();
                    continue;
                }
                _ => break,
            };
            verdicts.extend(words.map(|kind| (kind, verdict)));
            lines.next();
        }
        let known = |kind: &&str| KINDS.iter().any(|(known, _)| known == kind);
        assert!(verdicts.keys().chain(&skipped).all(known), "{title}: a kind that there is not");
        assert!(!verdicts.is_empty(), "{title}: it takes nothing");
        let program: Vec<&str> = lines.collect();
        let line = program.iter().position(|line| line.contains("{credential}"));
        let line = line.unwrap_or_else(|| panic!("{title}: no {{credential}}")) as u32 + 1;
        for (kind, variable) in KINDS.iter().filter(|(kind, _)| !skipped.contains(kind)) {
            let read = key("env").replace("{}", variable);
            all.push(Try {
                name: format!("{language}: {title} <- {kind}"),
                path: format!("{language}-{number}-{kind}/{}", key("file")),
                line,
                expected: verdicts.get(kind).copied().unwrap_or(Some("wrong-credential@error")),
                client: head.contains_key("client"),
                program: format!("{}\n", program.join("\n").replace("{credential}", &read)),
            });
        }
    }
    all
}

fn every_try() -> Vec<Try> {
    let mut all = Vec::new();
    let mut paths: Vec<_> =
        fs::read_dir(repository().join("tests/sdks")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        all.extend(tries(&path.file_stem().unwrap().to_string_lossy(), &fs::read_to_string(&path).unwrap()));
    }
    all
}

/// All programs.
pub(crate) fn all() -> Files {
    every_try().into_iter().map(|one| (one.path, one.program.into_bytes())).collect()
}

/// Runs in a process of its own, where no other test hits a row.
#[test]
#[ignore = "started by the test below"]
fn collect() {
    coverage::watch();
    check(&all());
    for row in coverage::unused() {
        println!("\n{MARK}{row}");
    }
}

const MARK: &str = "unhit row: ";

/// What takes no credential isn't tried with one: a project's id, and calls that only make something or name a host.
#[test]
fn every_entry_point_is_tried() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sdks::collect", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{out}");
    let mut taking = BTreeSet::new();
    for row in &builtin().sdks {
        let title = format!("sdk: {} {}", row.languages.join(","), row.on[0]);
        let credentials = row.args.iter().filter(|arg| arg.kinds.iter().any(|kind| kind != "project-id"));
        taking.extend(credentials.map(|arg| format!("{title} {}", arg.name)));
    }
    let untried = out.lines().filter_map(|line| line.strip_prefix(MARK)).filter(|row| taking.contains(*row));
    assert_eq!(untried.collect::<Vec<_>>(), [""; 0], "write an entry in tests/sdks");
}

#[test]
fn every_entry_point_takes_its_kinds() {
    let all = every_try();
    let files: Files = all.iter().map(|one| (one.path.clone(), one.program.clone().into_bytes())).collect();
    let report = check(&files);
    assert_eq!(report.problems, []);
    let mut by_path: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for one in found(&report) {
        by_path.entry(one.path.clone()).or_default().push(one);
    }
    let mut faults = Vec::new();
    for one in &all {
        let exposed =
            |found: &&Found| one.client && ["client-side-secret", "public-env-secret"].contains(&found.rule.as_str());
        let got = by_path.get(&one.path).into_iter().flatten().filter(|found| !exposed(found));
        let got: Vec<String> =
            got.map(|found| format!("{}@{} in line {}", found.rule, found.level, found.line)).collect();
        let wanted: Vec<String> =
            one.expected.iter().map(|expected| format!("{expected} in line {}", one.line)).collect();
        if got != wanted {
            faults.push(format!("{}\n    wanted {wanted:?}\n    got    {got:?}", one.name));
        }
    }
    assert!(faults.is_empty(), "\n{}\n\n{} of {} disagree", faults.join("\n"), faults.len(), all.len());
}
