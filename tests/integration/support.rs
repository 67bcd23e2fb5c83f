//! What all tests share: small trees in memory, runs over folders, and findings in a form that can be compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use mpcheck::finding::Report;
use mpcheck::input::{Candidate, MemoryTree, Tree, WalkOptions, WorkTree, is_candidate};
use mpcheck::pipeline::{self, Scope, Surroundings};
use mpcheck::policy::Policy;
use rayon::prelude::*;

/// A small tree: path and bytes of each file.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Where a finding is and what it says, as far as tests compare it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) rule: String,
    pub(crate) level: String,
}

/// The repository.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A tree from texts.
pub(crate) fn files<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Files {
    texts.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect()
}

/// Runs mpcheck over a small tree without touching a disk.
pub(crate) fn check(files: &Files) -> Report {
    let tree: MemoryTree = files.iter().map(|(path, bytes)| (path.as_str(), bytes.clone())).collect();
    check_in(Arc::new(tree), files)
}

/// Runs mpcheck over a small tree whose further files come from `tree`.
pub(crate) fn check_in(tree: Arc<dyn Tree>, files: &Files) -> Report {
    let candidates = files.iter().filter(|(_, bytes)| is_candidate(bytes)).map(|(path, bytes)| Candidate {
        path: path.as_str().into(),
        bytes: bytes.clone(),
        named: false,
    });
    let around = Surroundings { folders: vec![String::new()], whole: true, roots: Vec::new() };
    pipeline::check(tree, candidates.collect(), &around, &Policy::default(), &mut Vec::new())
}

/// Runs mpcheck over a folder, as the program does when it is started there.
pub(crate) fn check_folder(root: &Path) -> Result<Report, String> {
    let walk = WalkOptions { threads: Some(1), ..WalkOptions::default() };
    let scope = Scope { paths: vec![".".into()], walk, instead: None, policy: &Policy::default() };
    pipeline::run(root, Arc::new(WorkTree::new(root)), &scope).map_err(|error| error.to_string())
}

/// What a run reports, in its order.
pub(crate) fn found(report: &Report) -> Vec<Found> {
    let one = |finding: &mpcheck::finding::Finding| {
        let place = &finding.primary.place;
        let past = finding.past.as_ref().map(|past| &past.source).filter(|source| source.path() == &place.path);
        let source = past.or_else(|| report.source(&place.path));
        let source = source.unwrap_or_else(|| panic!("{}: its source is missing", place.path));
        Found {
            path: place.path.to_string(),
            line: source.position(place.span.start).line,
            rule: finding.rule.to_owned(),
            level: finding.level.name().to_owned(),
        }
    };
    report.findings.iter().map(one).collect()
}

/// All files below a folder, with their paths from there.
pub(crate) fn read_folder(root: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Writes a tree into a folder.
pub(crate) fn write_folder(root: &Path, files: &Files) {
    for (name, bytes) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// A case: a folder that looks like a small repository, with an `expected.txt`.
pub(crate) struct Case {
    /// `hs-env-committed`, or `shared/ts-opaque-pair-ok` for one from outside of the repository.
    pub(crate) name: String,
    /// Its files without `expected.txt`.
    pub(crate) files: Files,
    /// The text of `expected.txt`.
    pub(crate) expected: String,
}

/// All cases: those of the repository, and those of the folder that is shared between work trees, if it is there.
fn cases() -> Vec<Case> {
    let repository = repository();
    let mut cases = cases_in(&repository.join("fixtures/cases"), "");
    assert!(!cases.is_empty(), "there are no cases");
    for shared in ["../shared/cases", "../../shared/cases"] {
        let shared = repository.join(shared);
        if shared.is_dir() {
            cases.extend(cases_in(&shared, "shared/"));
            break;
        }
    }
    cases
}

fn cases_in(root: &Path, prefix: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        if folder.join("expected.txt").is_file() {
            let mut files = read_folder(&folder);
            let expected = String::from_utf8(files.remove("expected.txt").unwrap()).unwrap();
            let name = folder.strip_prefix(root).unwrap().to_str().unwrap();
            cases.push(Case { name: format!("{prefix}{name}"), files, expected });
        } else {
            folders
                .extend(fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()));
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// Every case and what a run over it reports, once for all tests.
pub(crate) fn judged_cases() -> &'static [(Case, Result<Report, String>)] {
    static JUDGED: LazyLock<Vec<(Case, Result<Report, String>)>> = LazyLock::new(|| {
        let judge = |case: Case| {
            let report = run_case(&case);
            (case, report)
        };
        cases().into_par_iter().map(judge).collect()
    });
    &JUDGED
}

/// Runs a case as `score` does: in a copy of its folder.
fn run_case(case: &Case) -> Result<Report, String> {
    let copy = tempfile::tempdir().unwrap();
    write_folder(copy.path(), &case.files);
    check_folder(copy.path())
}
