//! What editors and GitHub read `compact` with: the problem matchers and what the README shows for VS Code.

use std::fs;
use std::process::Command;

use regex::Regex;
use serde_json::Value;

use crate::support::repository;

/// The compact report of the demonstration.
fn report() -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_mpcheck"))
        .args(["--no-config", "--format", "compact", "--quiet", "--fail-on", "never", "fixtures/demo"])
        .current_dir(repository())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// What a pattern of a matcher takes from a line, by the names that the matcher gives to its groups.
fn read<'l>(pattern: &Value, line: &'l str, name: &str) -> Option<&'l str> {
    let regexp = Regex::new(pattern["regexp"].as_str().unwrap()).unwrap();
    let group = pattern[name].as_u64()? as usize;
    Some(regexp.captures(line)?.get(group)?.as_str())
}

/// Holds what a pattern reads of a line against what stands in it.
fn agrees(pattern: &Value, line: &str) -> bool {
    let [file, row, column] = ["file", "line", "column"].map(|name| read(pattern, line, name));
    let (Some(file), Some(row), Some(column)) = (file, row, column) else { return false };
    assert!(line.starts_with(&format!("{file}:{row}:{column}: ")), "{line}");
    assert!(repository().join(file).is_file(), "{line}");
    let text = fs::read_to_string(repository().join(file)).unwrap();
    assert!((1..=text.lines().count()).contains(&row.parse().unwrap()), "{line}");
    let rule = read(pattern, line, "code").unwrap();
    assert!(mpcheck::catalog::builtin().rule(rule).is_some(), "{line}");
    assert!(line.ends_with(read(pattern, line, "message").unwrap()), "{line}");
    true
}

#[test]
fn githubs_matchers_read_each_line_once() {
    let text = fs::read_to_string(repository().join(".github/mpcheck-matcher.json")).unwrap();
    let matchers: Value = serde_json::from_str(&text).unwrap();
    let patterns: Vec<&Value> =
        matchers["problemMatcher"].as_array().unwrap().iter().map(|matcher| &matcher["pattern"][0]).collect();
    let lines = report();
    assert!(lines.iter().any(|line| line.contains(": error[")) && lines.iter().any(|line| line.contains(": note[")));
    for line in &lines {
        assert_eq!(patterns.iter().filter(|pattern| agrees(pattern, line)).count(), 1, "{line}");
    }
}

#[test]
fn what_the_readme_shows_for_vs_code_reads_each_line() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let blocks = readme.split("```json\n").skip(1).filter_map(|rest| rest.split_once("\n```"));
    let tasks: Vec<Value> = blocks.filter_map(|(block, _)| serde_json::from_str(block).ok()).collect();
    let task = tasks.iter().find_map(|block| block["tasks"].get(0)).expect("the README shows a task");
    assert!(task["command"].as_str().unwrap().contains("--format compact"));
    for line in report() {
        let pattern = &task["problemMatcher"]["pattern"];
        assert!(agrees(pattern, &line), "{line}");
        assert!(["error", "warning", "note"].contains(&read(pattern, &line, "severity").unwrap()), "{line}");
    }
}
