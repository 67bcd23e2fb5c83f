//! Every row under `rules/` is hit by something that is held to a verdict: a case, a cell of a matrix, a seed of the
//! mutator, an example of a rule's page.

use std::process::Command;
use std::sync::Arc;

use mpcheck::catalog::{builtin, coverage};
use mpcheck::finding::Level;
use mpcheck::input::{WalkOptions, WorkTree};
use mpcheck::pipeline::{self, Scope};
use mpcheck::policy::Policy;
use rayon::prelude::*;

use crate::{matrix, mutate, pages, programs, sdks, support};

/// Rows that nothing hits, by the front of what is printed of them, with the reason.
const UNHIT: &[(&str, &str)] =
    &[("sample: ", "values of Mixpanel's own pages, known by their digests: their text stands nowhere in here")];

const MARK: &str = "unhit row: ";

/// Runs in a process of its own, where no other test hits a row.
#[test]
#[ignore = "started by the test below"]
fn collect() {
    coverage::watch();
    support::judged_cases();
    programs::all().par_iter().for_each(|program| drop(support::check(&program.files)));
    // The matrix says the same in each client many times: a part of it hits all rows of the client.
    const PART: usize = 3;
    for files in [matrix::all().into_iter().step_by(PART).collect(), sdks::all()] {
        support::check(&files);
    }
    for files in mutate::all().into_iter().chain(pages::all()) {
        support::check(&files);
    }
    support::check_folder(&support::repository().join("fixtures/demo")).unwrap();
    builtin().surfaces.projects.iter().for_each(|file| drop(in_a_folder_of_tests(Some(file))));
    for row in coverage::unused() {
        println!("\n{MARK}{row}");
    }
}

#[test]
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
        if !UNHIT.iter().any(|(known, _)| row.starts_with(known)) {
            faults.push(format!("nothing hits {row}"));
        }
    }
    for (known, _) in UNHIT.iter().filter(|(known, _)| !unhit.iter().any(|row| row.starts_with(known))) {
        faults.push(format!("take it off UNHIT, it is hit, or it is gone: {known}"));
    }
    let help = "write a program in tests/programs that needs the row, or a case; or the row is no fact that is used";
    assert!(faults.is_empty(), "\n{}\n{} faults: {help}", faults.join("\n"), faults.len());
}

/// The levels of what is found in a folder below `tests/` that is named, with a file in it or without.
fn in_a_folder_of_tests(file: Option<&str>) -> Vec<Level> {
    let folder = tempfile::tempdir().unwrap();
    let code = "export const mixpanelToken = '5e0c93b7d1f24a86b38f7d60e1c952aa';\n";
    let manifest = file.map(|file| (format!("tests/app/{file}"), Vec::new()));
    let files = [("tests/app/keys.js".to_owned(), code.into())].into_iter().chain(manifest).collect();
    support::write_folder(folder.path(), &files);
    let walk = WalkOptions { threads: Some(1), ..WalkOptions::default() };
    let scope = Scope { paths: vec!["tests/app".into()], walk, instead: None, policy: &Policy::default() };
    let report = pipeline::run(folder.path(), Arc::new(WorkTree::new(folder.path())), &scope).unwrap();
    report.findings.iter().map(|finding| finding.level).collect()
}

#[test]
fn a_named_folder_is_a_project_by_a_file_in_it() {
    assert_eq!(in_a_folder_of_tests(None), [Level::Note]);
    for file in &builtin().surfaces.projects {
        assert_eq!(in_a_folder_of_tests(Some(file)), [Level::Warning], "{file}");
    }
}
