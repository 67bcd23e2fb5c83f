//! The pipeline on one screen: walk, read, judge each file, judge the tree, report.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, Once, OnceLock};

use rayon::prelude::*;

use crate::catalog;
use crate::fault::{self, Room};
use crate::finding::{Counts, Finding, Problem, Report};
use crate::flow::Modules;
use crate::input::{self, Candidate, Tree, WalkError, WalkOptions, decode};
use crate::judge::{Ground, Judged, judge_file, judge_tree};
use crate::secret::Secret;
use crate::source::Source;
use crate::syntax::document::Document;

/// What a run looks at.
pub struct Scope<'a> {
    /// Paths as they were given; none for everything below `root`.
    pub paths: Vec<String>,
    /// How to walk.
    pub walk: WalkOptions,
    /// A file whose text comes from elsewhere (standard input): its path and its bytes.
    pub instead: Option<(String, Vec<u8>)>,
    /// Which rules are reported.
    pub judges: &'a (dyn Fn(&str) -> bool + Sync),
}

/// Runs mpcheck over files and folders.
///
/// # Errors
/// When a path doesn't exist.
pub fn run(root: &Path, tree: &dyn Tree, scope: &Scope<'_>) -> Result<Report, WalkError> {
    let (mut candidates, seen, mut problems) = match &scope.instead {
        Some((path, bytes)) => {
            (vec![Candidate { path: path.as_str().into(), bytes: bytes.clone(), named: true }], 1, Vec::new())
        }
        None => {
            let found = Mutex::new(Vec::new());
            let keep = |candidate: Candidate| found.lock().unwrap_or_else(|poison| poison.into_inner()).push(candidate);
            let walked = input::walk(root, &scope.paths, scope.walk, &keep)?;
            (found.into_inner().unwrap_or_else(|poison| poison.into_inner()), walked.seen, walked.problems)
        }
    };
    candidates.sort_by(|a, b| a.path.cmp(&b.path));
    let around = Surroundings { folders: folders(root, tree, scope), roots: roots(tree, &scope.paths) };
    let mut report = check(tree, candidates, &around, scope.judges, &mut problems);
    report.files.seen = seen;
    Ok(report)
}

/// Files that make a folder a project.
const MANIFESTS: &[&str] = &[
    "package.json",
    "pyproject.toml",
    "setup.py",
    "requirements.txt",
    "Cargo.toml",
    "go.mod",
    "Gemfile",
    "composer.json",
    "pubspec.yaml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "Package.swift",
    "README.md",
];

/// Those of the named folders that are projects of their own.
fn roots(tree: &dyn Tree, paths: &[String]) -> Vec<String> {
    let folders = paths.iter().map(|path| input::path::normalise(path)).filter(|path| path != "." && !path.is_empty());
    folders.filter(|path| is_project(tree, path)).collect()
}

fn is_project(tree: &dyn Tree, folder: &str) -> bool {
    let slash = if folder.is_empty() { "" } else { "/" };
    MANIFESTS.iter().any(|manifest| tree.exists(&format!("{folder}{slash}{manifest}")))
}

/// The folders that a run may look around in: those that were named, and of each file that was named its project's.
fn folders(root: &Path, tree: &dyn Tree, scope: &Scope<'_>) -> Vec<String> {
    let paths = scope.instead.iter().map(|(path, _)| path).chain(&scope.paths);
    let mut folders: Vec<String> = Vec::new();
    for path in paths {
        let path = input::path::normalise(path);
        let path = if path == "." { String::new() } else { path };
        if scope.instead.is_none() && root.join(&path).is_dir() {
            folders.push(path);
            continue;
        }
        let above: Vec<&str> = path.match_indices('/').map(|(at, _)| &path[..at]).rev().chain([""]).collect();
        let project = above.iter().find(|folder| is_project(tree, folder)).or(above.first());
        folders.extend(project.map(|folder| (*folder).to_owned()));
    }
    if folders.is_empty() {
        folders.push(String::new());
    }
    folders.sort();
    folders.dedup();
    folders
}

/// What lies around the files that are judged.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The folders whose files may be read for what the judged ones need; the empty path is the tree's root.
    pub folders: Vec<String>,
    /// Folders that are projects of their own: what lies above them says nothing about their files.
    pub roots: Vec<String>,
}

/// Judges files that are already in hand.
pub fn check(
    tree: &dyn Tree,
    candidates: Vec<Candidate>,
    around: &Surroundings,
    judges: &(dyn Fn(&str) -> bool + Sync),
    problems: &mut Vec<Problem>,
) -> Report {
    quiet_panics();
    let ground = Ground::new(catalog::builtin()).with_roots(around.roots.clone());
    let folders = around.folders.clone();
    let shelf = Shelf { tree, folders, index: OnceLock::new(), documents: Mutex::new(HashMap::new()) };
    let outcomes: Vec<(Option<Judged>, Vec<Problem>)> =
        candidates.into_par_iter().map(|candidate| guarded(&ground, &shelf, candidate)).collect();
    let mut files = Vec::new();
    for (judged, found) in outcomes {
        problems.extend(found);
        files.extend(judged);
    }
    files.sort_by(|a, b| a.document.source.path().cmp(b.document.source.path()));
    let (mut findings, secrets) = judged_tree(&ground, &files, problems);
    findings.retain(|finding| judges(finding.rule));
    problems.extend(files.iter().flat_map(|file| file.problems.iter().cloned()));
    problems.sort();
    problems.dedup();
    let sources = sources(&findings, problems, &files, &shelf);
    let files = Counts { seen: files.len(), parsed: files.len() };
    Report { findings, problems: std::mem::take(problems), sources, secrets, files }
}

thread_local! {
    /// While a file is judged: where in mpcheck a panic came from, if there was one.
    static GUARDED: RefCell<Option<String>> = const { RefCell::new(None) };
    /// Whether a file is being judged on this thread.
    static JUDGING: Cell<bool> = const { Cell::new(false) };
}

/// A panic's message may quote the text that was at hand, and with it a secret: while a file is judged it is never
/// printed, only the place in mpcheck is kept.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if JUDGING.get() {
                let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
                GUARDED.set(place);
            } else {
                before(panic);
            }
        }));
    });
}

/// What is said of a panic that was caught: where in mpcheck it was, and what is lost by it.
fn failure(over: &str, lost: &str) -> String {
    let place = GUARDED.take().map(|place| format!(" (at {place})")).unwrap_or_default();
    format!("mpcheck failed{over}{place}; this is a mistake in mpcheck, and worth a report. {lost}")
}

/// Judges the tree. A panic becomes a problem, and what each file shows by itself is lost with it: no finding is better
/// than one that may be wrong, and the problem says so.
fn judged_tree(ground: &Ground<'_>, files: &[Judged], problems: &mut Vec<Problem>) -> (Vec<Finding>, Vec<Secret>) {
    JUDGING.set(true);
    let judge = || {
        fault::here(Room::Tree, &|| files.iter().map(|file| file.document.source.text()).collect());
        judge_tree(ground, files)
    };
    let result = catch_unwind(AssertUnwindSafe(judge));
    JUDGING.set(false);
    result.unwrap_or_else(|_| {
        let message = failure("", "Nothing was judged");
        problems.push(Problem { path: ".".into(), span: None, message });
        Default::default()
    })
}

/// Reads and judges one file. A panic becomes a problem of that file.
fn guarded(ground: &Ground<'_>, shelf: &Shelf<'_>, candidate: Candidate) -> (Option<Judged>, Vec<Problem>) {
    let path = candidate.path.clone();
    let problem = |message: String| Problem { path: path.clone(), span: None, message };
    JUDGING.set(true);
    let result = catch_unwind(AssertUnwindSafe(|| {
        let decoded = decode(candidate.bytes);
        fault::here(Room::Input, &|| decoded.text.clone());
        if decoded.binary {
            let source = crate::syntax::language::detect(&path, "") != crate::syntax::language::Language::Lexical;
            let named =
                (candidate.named || source).then(|| problem("this file has NUL bytes in it; it was not read".into()));
            return (None, named.into_iter().collect());
        }
        fault::here(Room::Syntax, &|| decoded.text.clone());
        let document = crate::syntax::read(Source::new(path.clone(), decoded.text));
        fault::here(Room::Judge, &|| document.source.text().to_owned());
        let judged = judge_file(ground, shelf, document);
        (Some(judged), decoded.problem.map(problem).into_iter().collect())
    }));
    JUDGING.set(false);
    result.unwrap_or_else(|_| (None, vec![problem(failure(" on this file", "The file was not judged"))]))
}

/// The sources that findings and problems point into, sorted by path.
fn sources(findings: &[Finding], problems: &[Problem], files: &[Judged], shelf: &Shelf<'_>) -> Vec<Arc<Source>> {
    let mut paths: Vec<Arc<str>> = Vec::new();
    for finding in findings {
        let labels = std::iter::once(&finding.primary).chain(&finding.flow).chain(&finding.related);
        paths.extend(labels.map(|label| label.place.path.clone()));
    }
    paths.extend(problems.iter().map(|problem| problem.path.clone()));
    paths.sort();
    paths.dedup();
    let find = |path: &Arc<str>| {
        let judged = files.binary_search_by(|file| file.document.source.path().cmp(path)).ok();
        let document = judged.map(|at| files[at].document.clone()).or_else(|| shelf.document(path))?;
        Some(document.source.clone())
    };
    paths.iter().filter_map(find).collect()
}

/// A place on the shelf, filled by whoever asks first.
type Slot = Arc<OnceLock<Option<Arc<Document>>>>;

/// Documents that files import, each read once.
struct Shelf<'a> {
    tree: &'a dyn Tree,
    /// The folders whose files may be looked at for what the candidates need.
    folders: Vec<String>,
    index: OnceLock<Names>,
    documents: Mutex<HashMap<String, Slot>>,
}

impl Modules for Shelf<'_> {
    fn document(&self, path: &str) -> Option<Arc<Document>> {
        let slot = {
            let mut documents = self.documents.lock().unwrap_or_else(|poison| poison.into_inner());
            documents.entry(path.to_owned()).or_default().clone()
        };
        let read = || {
            let decoded = decode(self.tree.read(path).ok()?);
            let readable = !decoded.binary;
            readable.then(|| Arc::new(crate::syntax::read(Source::new(path, decoded.text))))
        };
        slot.get_or_init(read).clone()
    }

    fn exists(&self, path: &str) -> bool {
        self.tree.exists(path)
    }

    fn files_named(&self, stem: &str) -> Vec<String> {
        let names = self.names();
        names.files.get(&plain(stem)).into_iter().flatten().map(|at| names.paths[*at].clone()).collect()
    }

    fn folders_named(&self, name: &str) -> Vec<String> {
        self.names().folders.get(name).map_or_else(Vec::new, |folders| folders.iter().cloned().collect())
    }

    fn mentions(&self, path: &str, text: &str) -> bool {
        let bytes = self.tree.read(path).unwrap_or_default();
        bytes.windows(text.len().max(1)).any(|window| window == text.as_bytes())
    }

    fn files_in(&self, folder: &str) -> Vec<String> {
        let paths = &self.names().paths;
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let from = paths.partition_point(|path| path.as_str() < prefix.as_str());
        let inside = paths[from..].iter().take_while(|path| path.starts_with(&prefix));
        inside.filter(|path| !path[prefix.len()..].contains('/')).cloned().collect()
    }
}

/// A name as names of files are compared: without case, `_` and `-`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// The files of a tree by their names.
#[derive(Default)]
struct Names {
    /// All paths, sorted.
    paths: Vec<String>,
    /// Which paths have a stem.
    files: HashMap<String, Vec<usize>>,
    /// Which folders have a last name.
    folders: HashMap<String, BTreeSet<String>>,
}

impl Shelf<'_> {
    /// The names of all files, listed when they are first asked for.
    fn names(&self) -> &Names {
        self.index.get_or_init(|| {
            let mut names = Names { paths: self.tree.list(&self.folders), ..Names::default() };
            for (at, path) in names.paths.iter().enumerate() {
                let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
                let stem = file.split('.').next().unwrap_or(file);
                names.files.entry(plain(stem)).or_default().push(at);
                let name = folder.rsplit('/').next().unwrap_or_default();
                names.folders.entry(name.to_owned()).or_default().insert(folder.to_owned());
            }
            names
        })
    }
}
