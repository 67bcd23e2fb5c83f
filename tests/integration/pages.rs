//! A rule, its page, its examples and the judge can't disagree.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::sync::LazyLock;

use mpcheck::catalog;
use mpcheck::judge::rule;
use rayon::prelude::*;
use regex::Regex;

use crate::history;
use crate::support::{Files, check, found, repository};

static INFO: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"^(\S+) path=(\S+)(?: at=(\S+))? finds="([^"]*)"$"#).unwrap());
static FINDS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(\d+) ([a-z-]+)(?:@(error|warning|note))?$").unwrap());

/// Examples that are known to be judged otherwise, with the reason. One that comes right fails the test.
const KNOWN: &[(&str, &str)] = &[];

/// A small tree of a page, under one `###` heading.
struct Example {
    /// `wrong-credential: A secret handed to the SDK`.
    title: String,
    files: Files,
    /// Of an example of history: the day of a commit, and a file that it writes.
    steps: Vec<(String, String, String)>,
    /// Path, line, rule and level of each finding.
    finds: Vec<(String, u32, String, Option<String>)>,
}

/// The examples of a page.
fn examples(slug: &str, page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let (_, text) = page.split_once("\n## Examples\n").unwrap_or_else(|| panic!("{slug}: no `## Examples`"));
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("### ") {
            examples.push(Example {
                title: format!("{slug}: {heading}"),
                files: Files::new(),
                steps: Vec::new(),
                finds: Vec::new(),
            });
        }
        let fence: String = line.chars().take_while(|c| *c == '`').collect();
        if fence.len() < 3 {
            continue;
        }
        let info = &line[fence.len()..];
        let code: Vec<&str> = lines.by_ref().take_while(|line| line.trim_end() != fence).collect();
        let parts = INFO.captures(info).unwrap_or_else(|| panic!("{slug}: cannot read the fence `{info}`"));
        let example = examples.last_mut().unwrap_or_else(|| panic!("{slug}: a fence before the first heading"));
        let path = parts[2].to_owned();
        for part in parts[4].split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let find = FINDS.captures(part).unwrap_or_else(|| panic!("{}: cannot read `{part}`", example.title));
            let level = find.get(3).map(|level| level.as_str().to_owned());
            let line = find[1].parse().unwrap();
            assert!(line <= code.len() as u32, "{}: {path} has no line {line}", example.title);
            assert!(rule::ALL.contains(&&find[2]), "{}: there is no rule `{}`", example.title, &find[2]);
            example.finds.push((path.clone(), line, find[2].to_owned(), level));
        }
        if let Some(day) = parts.get(3) {
            example.steps.push((day.as_str().to_owned(), path, format!("{}\n", code.join("\n"))));
            continue;
        }
        let old = example.files.insert(path, format!("{}\n", code.join("\n")).into_bytes());
        assert!(old.is_none(), "{}: two files of one name", example.title);
    }
    examples
}

/// The trees of all examples.
pub(crate) fn all() -> Vec<Files> {
    let rules = &catalog::builtin().rules;
    rules
        .iter()
        .flat_map(|rule| examples(&rule.slug, &rule.page))
        .map(|example| example.files)
        .filter(|files| !files.is_empty())
        .collect()
}

/// Whether a finding without a level in `finds` is one with any level.
fn agrees(expected: &[(String, u32, String, Option<String>)], got: &[(String, u32, String, Option<String>)]) -> bool {
    expected.len() == got.len()
        && expected.iter().zip(got).all(|(one, other)| {
            (&one.0, one.1, &one.2) == (&other.0, other.1, &other.2) && (one.3.is_none() || one.3 == other.3)
        })
}

fn run(example: &Example) -> Option<String> {
    let report = match example.steps.is_empty() {
        true => check(&example.files),
        false => history::of_steps(&example.steps, "2024-06-01"),
    };
    let mut got: Vec<_> =
        found(&report).into_iter().map(|found| (found.path, found.line, found.rule, Some(found.level))).collect();
    let mut expected = example.finds.clone();
    got.sort();
    expected.sort();
    match (agrees(&expected, &got), KNOWN.iter().any(|(title, _)| *title == example.title)) {
        (false, false) => Some(format!("{}\n  expected {expected:?}\n  got      {got:?}", example.title)),
        (true, true) => Some(format!("{}\n  is on KNOWN and has come right: take it off", example.title)),
        _ => None,
    }
}

#[test]
fn every_example_is_judged_as_its_page_says() {
    let rules = &catalog::builtin().rules;
    let all: Vec<Example> = rules.iter().flat_map(|rule| examples(&rule.slug, &rule.page)).collect();
    for (title, _) in KNOWN {
        assert!(all.iter().any(|example| example.title == *title), "KNOWN names no example: {title}");
    }
    let faults: Vec<String> = all.par_iter().filter_map(run).collect();
    assert!(faults.is_empty(), "\n{}\n\n{} of {} examples disagree", faults.join("\n"), faults.len(), all.len());
}

#[test]
fn every_page_has_bad_and_good_examples() {
    for rule in &catalog::builtin().rules {
        let examples = examples(&rule.slug, &rule.page);
        let shows = |example: &Example| example.finds.iter().any(|find| find.2 == rule.slug);
        assert!(examples.iter().any(shows), "{}: no example has the finding", rule.slug);
        assert!(examples.iter().any(|example| example.finds.is_empty()), "{}: no example is right", rule.slug);
        assert!(
            examples.iter().all(|example| !example.files.is_empty() || !example.steps.is_empty()),
            "{}: a heading without code",
            rule.slug
        );
    }
}

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let folder = fs::read_dir(repository().join("rules")).unwrap().map(|entry| entry.unwrap().path());
    let pages: BTreeSet<String> = folder
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let rules: BTreeSet<String> = rule::ALL.iter().map(|slug| (*slug).to_owned()).collect();
    let packed: BTreeSet<String> = catalog::builtin().rules.iter().map(|rule| rule.slug.clone()).collect();
    assert_eq!(pages, rules, "rules/*.md and judge::rule::ALL");
    assert_eq!(packed, rules, "the packed catalog and judge::rule::ALL");
    assert_eq!(rules.len(), rule::ALL.len(), "a slug stands twice in judge::rule::ALL");
}

#[test]
fn front_matter_is_fit_for_reports() {
    for rule in &catalog::builtin().rules {
        let slug = &rule.slug;
        for (name, text, most) in [("short", &rule.short, 200), ("why", &rule.why, 1024), ("help", &rule.help, 1024)] {
            assert!(text.ends_with('.'), "{slug}: `{name}` ends without a full stop");
            assert!(text.chars().count() <= most, "{slug}: `{name}` has more than {most} characters");
            assert!(!text.contains('\n') && !text.contains("  "), "{slug}: `{name}` has stray white space");
        }
        assert!(!rule.title.is_empty() && !rule.title.ends_with('.'), "{slug}: title");
        assert!(["error", "warning", "note"].contains(&rule.level.as_str()), "{slug}: level");
        assert!(["very-high", "high", "medium", "low"].contains(&rule.precision.as_str()), "{slug}: precision");
        let severity: f64 = rule.security_severity.parse().unwrap();
        assert!(severity > 0.0 && severity <= 10.0, "{slug}: security-severity");
        assert!(rule.tags.len() <= 10 && rule.tags.iter().any(|tag| tag == "security"), "{slug}: tags");
        assert!(rule.tags.iter().any(|tag| tag.starts_with("external/cwe/cwe-")), "{slug}: no CWE");
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)#:]+)\)").unwrap();
    for rule in &catalog::builtin().rules {
        for found in link.captures_iter(&rule.page) {
            let target = repository().join("rules").join(&found[1]);
            assert!(target.exists(), "{}: the link to {} is broken", rule.slug, &found[1]);
        }
    }
}

#[test]
fn explain_and_rules_show_every_rule() {
    let mpcheck = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_mpcheck")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let table = mpcheck(&["rules"]);
    assert_eq!(table.lines().count(), rule::ALL.len());
    for rule in &catalog::builtin().rules {
        let row = table.lines().find(|line| line.split_whitespace().next() == Some(&rule.slug)).unwrap();
        assert!(row.contains(&rule.level) && row.ends_with(&rule.short), "{row}");
        let page = mpcheck(&["explain", &rule.slug]);
        assert!(page.starts_with(&format!("{} ({})", rule.slug, rule.level)), "{}", rule.slug);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&page).contains(&words(&rule.help)), "{}: help is missing", rule.slug);
        assert!(!page.contains('\u{1b}'), "{}: colours in a pipe", rule.slug);
    }
}
