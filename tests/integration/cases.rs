//! Every case is scored as the script `score` does: what `expected.txt` demands is found, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::LazyLock;

use mpcheck::finding::Report;
use regex::Regex;

use crate::support::{Case, Found, found, judged_cases, repository};

static LINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(\?\s*)?(.+?):([\d,]+)\s+([a-z-]+)(?:@(error|warning|note))?\s*(?:#.*)?$").unwrap());

/// A line of `expected.txt`.
pub(crate) struct Expected {
    /// Whether it may be missing.
    pub(crate) optional: bool,
    pub(crate) path: String,
    pub(crate) lines: BTreeSet<u32>,
    pub(crate) rule: String,
    pub(crate) level: Option<String>,
}

/// Reads an `expected.txt`.
pub(crate) fn expectations(case: &str, text: &str) -> Vec<Expected> {
    let mut all = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some(parts) = LINE.captures(line) else {
            panic!("{case}/expected.txt:{}: cannot read this line: {line}", number + 1);
        };
        all.push(Expected {
            optional: parts.get(1).is_some(),
            path: parts[2].to_owned(),
            lines: parts[3].split(',').map(|line| line.parse().unwrap()).collect(),
            rule: parts[4].to_owned(),
            level: parts.get(5).map(|level| level.as_str().to_owned()),
        });
    }
    all
}

impl Expected {
    fn fits(&self, found: &Found) -> bool {
        found.path == self.path && self.lines.contains(&found.line) && found.rule == self.rule
    }
}

/// What is wrong with what was found: misses and false alarms, one a line.
fn wrong(expected: &[Expected], found: Vec<Found>) -> Vec<String> {
    let mut left: BTreeSet<Found> = found.into_iter().collect();
    let mut notes = Vec::new();
    for must in expected.iter().filter(|expected| !expected.optional) {
        let before = left.len();
        left.retain(|found| !(must.fits(found) && must.level.as_ref().is_none_or(|level| *level == found.level)));
        if left.len() == before {
            let lines: Vec<String> = must.lines.iter().map(u32::to_string).collect();
            let level = must.level.as_ref().map_or(String::new(), |level| format!("@{level}"));
            notes.push(format!("missed      {}:{} {}{level}", must.path, lines.join(","), must.rule));
        }
    }
    for may in expected.iter().filter(|expected| expected.optional) {
        left.retain(|found| !may.fits(found));
    }
    notes.extend(left.iter().map(|f| format!("false alarm {}:{} {}@{}", f.path, f.line, f.rule, f.level)));
    notes
}

fn check(case: &Case, report: &Result<Report, String>) -> Vec<String> {
    match report {
        Ok(report) => {
            let mut notes = wrong(&expectations(&case.name, &case.expected), found(report));
            let broken = report.problems.iter().filter(|problem| problem.message.contains("mistake in mpcheck"));
            notes.extend(broken.map(|problem| format!("panic       {}", problem.path)));
            notes
        }
        Err(error) => vec![format!("run failed: {error}")],
    }
}

/// Cases that are known to fail, with the reason.
fn known_gaps() -> BTreeMap<String, String> {
    let path = repository().join("tests/known-gaps.txt");
    let text = fs::read_to_string(&path).unwrap();
    let mut gaps = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (name, reason) = line.split_once(" # ").unwrap_or_else(|| panic!("{line}: write it as `name # reason`"));
        let old = gaps.insert(name.trim().to_owned(), reason.trim().to_owned());
        assert!(old.is_none(), "{name} is listed twice");
    }
    gaps
}

#[test]
fn every_case_is_judged_as_expected() {
    let gaps = known_gaps();
    let cases = judged_cases();
    let outside = cases.iter().any(|(case, _)| case.name.starts_with("shared/"));
    let outcomes: Vec<(&str, Vec<String>)> =
        cases.iter().map(|(case, report)| (case.name.as_str(), check(case, report))).collect();
    let mut faults = Vec::new();
    for (name, notes) in &outcomes {
        match (notes.is_empty(), gaps.contains_key(*name)) {
            (true, true) => {
                faults.push(format!("{name}\n  mark is stale: it passes; take it off tests/known-gaps.txt"))
            }
            (false, false) => faults.push(format!("{name}\n  {}", notes.join("\n  "))),
            _ => {}
        }
    }
    for name in gaps.keys().filter(|name| outside || !name.starts_with("shared/")) {
        if !outcomes.iter().any(|(case, _)| case == name) {
            faults.push(format!("{name}\n  is on tests/known-gaps.txt, and there is no such case"));
        }
    }
    let exact = outcomes.iter().filter(|(_, notes)| notes.is_empty()).count();
    assert!(faults.is_empty(), "\n{}\n\ncases exact {exact}/{}", faults.join("\n"), outcomes.len());
}

#[test]
fn scoring_tells_misses_alarms_and_levels_apart() {
    let expected = expectations("x", "a.js:1,3 hardcoded-secret@error # why\n? a.js:4 secret-in-log\n# nothing\n");
    let one = |line: u32, rule: &str, level: &str| Found {
        path: "a.js".into(),
        line,
        rule: rule.into(),
        level: level.into(),
    };
    let secret = one(3, "hardcoded-secret", "error");
    assert!(wrong(&expected, vec![secret.clone()]).is_empty());
    assert!(wrong(&expected, vec![secret.clone(), one(4, "secret-in-log", "warning")]).is_empty());
    assert_eq!(wrong(&expected, vec![]).len(), 1);
    assert_eq!(wrong(&expected, vec![secret.clone(), one(2, "hardcoded-secret", "error")]).len(), 1);
    assert_eq!(wrong(&expected, vec![one(1, "hardcoded-secret", "warning")]).len(), 2);
    assert_eq!(wrong(&expected, vec![secret, one(5, "secret-in-log", "warning")]).len(), 1);
}
