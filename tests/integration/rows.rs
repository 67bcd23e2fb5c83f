//! Every row under `rules/` is hit by something that is held to a verdict: a case, a cell of a matrix, a seed of the
//! mutator, an example of a rule's page.

use std::process::Command;

use mpcheck::catalog::coverage;

use crate::{matrix, mutate, pages, programs, sdks, support};

/// Rows that nothing hits, as they are printed, with the reason.
const UNHIT: &[(&str, &str)] = &[];

const MARK: &str = "unhit row: ";

/// Runs in a process of its own, where no other test hits a row.
#[test]
#[ignore = "started by the test below"]
fn collect() {
    coverage::watch();
    support::judged_cases();
    let small = programs::all().into_iter().flat_map(|program| program.files).collect();
    for files in [matrix::all(), sdks::all(), small] {
        support::check(&files);
    }
    for files in mutate::all().into_iter().chain(pages::all()) {
        support::check(&files);
    }
    support::check_folder(&support::repository().join("fixtures/demo")).unwrap();
    for row in coverage::unused() {
        println!("\n{MARK}{row}");
    }
}

#[test]
#[ignore = "rows of languages that are being added are not all hit yet"]
fn every_row_is_hit() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "rows::collect", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{out}");
    let unhit: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix(MARK)).collect();
    let mut faults: Vec<String> = Vec::new();
    for row in &unhit {
        if !UNHIT.iter().any(|(known, _)| known == row) {
            faults.push(format!("nothing hits {row}"));
        }
    }
    for (known, _) in UNHIT.iter().filter(|(known, _)| !unhit.contains(known)) {
        faults.push(format!("take it off UNHIT, it is hit, or it is gone: {known}"));
    }
    assert!(faults.is_empty(), "\n{}\n{} faults", faults.join("\n"), faults.len());
}
