//! The pipeline on one screen: walk, read, judge each file, judge the tree, report.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use crate::catalog::coverage::used;
use crate::fault::{self, Room};
use crate::finding::{Counts, Credential, Finding, Problem, Report};
use crate::flow::Modules;
use crate::guard::{failure, guard};
use crate::input::{self, Candidate, Texts, Tree, WalkError, WalkOptions, decode};
use crate::judge::manifests::project;
use crate::judge::ships::{Chain, Importers};
use crate::judge::{Ground, Judged, Verdict, judge_file, judge_tree, unsettled, written_secrets};
use crate::policy::Policy;
use crate::shelf::{Shelf, is_module};
use crate::source::Source;
use crate::syntax::document::Document;
use crate::triage::triage;

/// What a run looks at.
pub struct Scope<'a> {
    /// Paths as they were given; none for everything below `root`.
    pub paths: Vec<String>,
    /// How to walk.
    pub walk: WalkOptions,
    /// A file whose text comes from elsewhere (standard input): its path and its bytes.
    pub instead: Option<(String, Vec<u8>)>,
    /// What it goes by.
    pub policy: &'a Policy,
}

/// Runs mpcheck over files and folders.
///
/// # Errors
/// When a path doesn't exist.
pub fn run(root: &Path, tree: Arc<dyn Tree>, scope: &Scope<'_>) -> Result<Report, WalkError> {
    let (mut candidates, seen, mut problems) = match &scope.instead {
        Some((path, bytes)) => {
            (vec![Candidate { path: path.as_str().into(), bytes: bytes.clone(), named: true }], 1, Vec::new())
        }
        None => {
            let found = Mutex::new(Vec::new());
            let keep = |candidate: Candidate| {
                scope.policy.progress.found();
                found.lock().unwrap_or_else(|poison| poison.into_inner()).push(candidate);
            };
            let walked = input::walk(root, &scope.paths, scope.walk, &scope.policy.prefilter, &keep)?;
            (found.into_inner().unwrap_or_else(|poison| poison.into_inner()), walked.seen, walked.problems)
        }
    };
    candidates.sort_by(|a, b| a.path.cmp(&b.path));
    // The file that is asked about is named beside the folders that are judged.
    let asked = |path: &String| scope.policy.notebook.as_ref().is_some_and(|book| **book.path() == **path);
    let whole = scope.instead.is_none() && scope.paths.iter().all(|path| asked(path) || root.join(path).is_dir());
    let around = Surroundings { folders: folders(root, &*tree, scope), whole, roots: roots(&*tree, scope) };
    let kept = |candidate: &Candidate| candidate.named || scope.policy.config.excludes(&candidate.path).is_none();
    candidates.retain(kept);
    let mut report = check(tree, candidates, &around, scope.policy, &mut problems);
    report.files.seen = seen;
    Ok(report)
}

/// Those of the named folders that are projects of their own.
fn roots(tree: &dyn Tree, scope: &Scope<'_>) -> Vec<String> {
    let projects = &scope.policy.catalog.surfaces.projects;
    let folders =
        scope.paths.iter().map(|path| input::path::normalise(path)).filter(|path| path != "." && !path.is_empty());
    folders.filter(|path| is_project(tree, path, projects)).collect()
}

/// Whether a file in a folder makes it a project.
fn is_project(tree: &dyn Tree, folder: &str, projects: &[String]) -> bool {
    let slash = if folder.is_empty() { "" } else { "/" };
    let found = projects.iter().find(|file| tree.exists(&format!("{folder}{slash}{file}")));
    found.inspect(|file| used(*file)).is_some()
}

/// The folders that a run may look around in: those that were named, and of each file that was named its project's.
fn folders(root: &Path, tree: &dyn Tree, scope: &Scope<'_>) -> Vec<String> {
    let projects = &scope.policy.catalog.surfaces.projects;
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
        let project = above.iter().find(|folder| is_project(tree, folder, projects)).or(above.first());
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
    /// Whether the files that are judged are all there are, so that what is missing among them is missing.
    pub whole: bool,
    /// Folders that are projects of their own: what lies above them says nothing about their files.
    pub roots: Vec<String>,
}

/// Judges files that are already in hand.
pub fn check(
    tree: Arc<dyn Tree>,
    candidates: Vec<Candidate>,
    around: &Surroundings,
    policy: &Policy,
    problems: &mut Vec<Problem>,
) -> Report {
    let told = Box::new(|path: &str| policy.side(path));
    let ground =
        Ground::new(&policy.catalog).with_roots(around.roots.clone()).of_whole_tree(around.whole).with_told(told);
    let ground = ground.with_notebook(policy.notebook.as_deref());
    let shelf = Shelf::new(tree, around.folders.clone(), &policy.catalog);
    policy.progress.begin(candidates.len());
    let judge = |candidate: Candidate| {
        let outcome = guarded(&ground, &shelf, candidate);
        policy.progress.judged();
        outcome
    };
    let mut files = Vec::new();
    gather(candidates, &judge, &mut files, problems);
    if around.whole {
        elsewhere(&ground, &shelf, policy, &mut files, problems);
    }
    // Of a part of a tree nobody expects to know who else imports it.
    let shipped = if around.whole { shipped(&ground, &shelf, &files, problems) } else { HashMap::new() };
    let ground = ground.with_shipped(shipped);
    rejudge(&ground, &shelf, &mut files, problems);
    let Verdict { mut findings, secrets, credentials } = judged_tree(&ground, &files, problems);
    let documents: Vec<Arc<Document>> = files.iter().map(|file| file.document.clone()).collect();
    // What is found in a file that isn't judged, by judging one that uses it, is no finding.
    let judged = |path: &Arc<str>| files.binary_search_by(|file| file.document.source.path().cmp(path)).is_ok();
    findings.retain(|finding| {
        let path = &finding.primary.place.path;
        policy.config.excludes(path).is_none() || judged(path)
    });
    let all = around.whole && policy.judges_all();
    let mut suppressed = triage(ground.catalog, &documents, &policy.allow(), &mut findings, all);
    findings.retain_mut(|finding| set_level(policy, finding));
    suppressed.retain_mut(|one| set_level(policy, &mut one.finding));
    problems.extend(files.iter().flat_map(|file| file.problems.iter().cloned()));
    problems.sort();
    problems.dedup();
    let shown = findings.iter().chain(suppressed.iter().map(|one| &one.finding));
    let asked = policy.notebook.iter().map(|book| book.path().clone());
    let sources = sources(shown, &credentials, problems, asked, &files, &shelf);
    let counts = Counts { seen: files.len(), parsed: files.len() };
    // To take down what was read takes long, and nobody needs to wait for it.
    let read = (files, documents, shelf.into_documents());
    rayon::spawn(move || drop(read));
    let problems = std::mem::take(problems);
    Report { findings, suppressed, problems, sources, secrets, credentials, files: counts, ..Report::default() }
}

/// Gives a finding the level that it is reported at; whether it is reported at all.
pub(crate) fn set_level(policy: &Policy, finding: &mut Finding) -> bool {
    policy.level(finding).is_some_and(|level| {
        finding.level = level;
        true
    })
}

/// Judges those files too that say nothing of Mixpanel but hold a secret which another file shows to be one.
fn elsewhere(
    ground: &Ground<'_>,
    shelf: &Shelf<'_>,
    policy: &Policy,
    files: &mut Vec<Judged>,
    problems: &mut Vec<Problem>,
) {
    // What fails here fails again where the tree is judged, and is said there.
    let Ok(secrets) = guard(|| written_secrets(ground, files)) else { return };
    let Some(texts) = Texts::new(secrets.iter().map(|secret| &**secret)) else { return };
    let known = |path: &str| files.binary_search_by(|file| (**file.document.source.path()).cmp(path)).is_ok();
    let mut candidates = Vec::new();
    for (path, bytes) in shelf.holding(&texts, &|path| !known(path) && policy.config.excludes(path).is_none()) {
        match bytes {
            Ok(bytes) => candidates.push(Candidate { path: path.into(), bytes, named: false }),
            Err(error) => problems.push(Problem { path: path.into(), span: None, message: error.to_string() }),
        }
    }
    gather(candidates, &|candidate| guarded(ground, shelf, candidate), files, problems);
}

/// What came of judging a file: the file, unless it could not be judged, and what is to be said of it.
type Outcome = (Option<Judged>, Vec<Problem>);

/// Judges files side by side and adds them to those that are judged already, which stay sorted by path.
fn gather(
    candidates: Vec<Candidate>,
    judge: &(dyn Fn(Candidate) -> Outcome + Sync),
    files: &mut Vec<Judged>,
    problems: &mut Vec<Problem>,
) {
    let outcomes: Vec<Outcome> = candidates.into_par_iter().map(judge).collect();
    for (judged, found) in outcomes {
        problems.extend(found);
        files.extend(judged);
    }
    files.sort_by(|a, b| a.document.source.path().cmp(b.document.source.path()));
}

/// The modules that say nothing of their side and ship because client code imports them. Asked only of those that hold or
/// present a secret.
fn shipped(
    ground: &Ground<'_>,
    shelf: &Shelf<'_>,
    files: &[Judged],
    problems: &mut Vec<Problem>,
) -> HashMap<Arc<str>, Chain> {
    let ask = || {
        let paths = unsettled(ground, files);
        let mut importers = Importers::new(ground, shelf);
        let mut gaps: HashMap<String, bool> = HashMap::new();
        let mut shipped = HashMap::new();
        for path in paths.iter().filter(|path| is_module(path)) {
            let mut chain = importers.chain_to(path);
            // Where imports lead to files that aren't there, nobody can tell that nothing imports a module of an app.
            if chain.is_none() && files.iter().any(|file| file.side.pending && file.document.source.path() == path) {
                let project = project(path, shelf);
                let gap = gaps.entry(project.clone()).or_insert_with(|| shelf.has_gaps(project.trim_end_matches('/')));
                chain = gap.then(Vec::new);
            }
            shipped.extend(chain.map(|chain| (path.clone(), chain)));
        }
        shipped
    };
    let result = guard(ask);
    result.unwrap_or_else(|_| {
        let message = failure(" while it looked for who imports a module", "Whether it ships was not judged");
        problems.push(Problem { path: ".".into(), span: None, message });
        HashMap::new()
    })
}

/// Judges those files again whose code or whose imports' code turned out to ship.
fn rejudge(ground: &Ground<'_>, shelf: &Shelf<'_>, files: &mut [Judged], problems: &mut Vec<Problem>) {
    let concerned = |file: &&mut Judged| {
        let ships = |path: &str| ground.sides.shipped(path).is_some();
        ships(file.document.source.path())
            || file.presents.iter().any(|path| ships(path))
            || file.borrowed.iter().any(|sighting| ships(&sighting.place.path))
    };
    let judge = |file: &mut Judged| {
        let path = file.document.source.path().clone();
        if let Some(book) = ground.notebook.filter(|book| *book.path() == path) {
            book.clear();
        }
        // As it was read, and not as it was marked while it was judged.
        let again = || Arc::new(shelf.read(Source::new(path.clone(), file.document.source.text().to_owned())));
        let document = || shelf.document(&path).unwrap_or_else(again);
        match guard(|| judge_file(ground, shelf, document())) {
            Ok(judged) => {
                *file = judged;
                None
            }
            Err(_) => {
                let message = failure(" on this file", "That it ships was not judged");
                Some(Problem { path, span: None, message })
            }
        }
    };
    let failed: Vec<Problem> = files.par_iter_mut().filter(concerned).filter_map(judge).collect();
    problems.extend(failed);
}

/// Judges the tree. A panic becomes a problem, and what each file shows by itself is lost with it: no finding is better
/// than one that may be wrong, and the problem says so.
fn judged_tree(ground: &Ground<'_>, files: &[Judged], problems: &mut Vec<Problem>) -> Verdict {
    let judge = || {
        fault::here(Room::Tree, &|| files.iter().map(|file| file.document.source.text()).collect());
        judge_tree(ground, files)
    };
    let result = guard(judge);
    result.unwrap_or_else(|_| {
        let message = failure("", "Nothing was judged");
        problems.push(Problem { path: ".".into(), span: None, message });
        Default::default()
    })
}

/// Reads and judges one file. A panic becomes a problem of that file.
fn guarded(ground: &Ground<'_>, shelf: &Shelf<'_>, candidate: Candidate) -> Outcome {
    let path = candidate.path.clone();
    let problem = |message: String| Problem { path: path.clone(), span: None, message };
    let result = guard(|| {
        let decoded = decode(candidate.bytes);
        fault::here(Room::Input, &|| decoded.text.clone());
        if decoded.binary {
            let source = crate::syntax::language::detect(&path, "") != crate::syntax::language::Language::Lexical;
            let named =
                (candidate.named || source).then(|| problem("this file has NUL bytes in it; it was not read".into()));
            return (None, named.into_iter().collect());
        }
        fault::here(Room::Syntax, &|| decoded.text.clone());
        let document = shelf.judged(&path, decoded.text);
        fault::here(Room::Judge, &|| document.source.text().to_owned());
        let judged = judge_file(ground, shelf, document);
        (Some(judged), decoded.problem.map(problem).into_iter().collect())
    });
    result.unwrap_or_else(|_| (None, vec![problem(failure(" on this file", "The file was not judged"))]))
}

/// The sources that findings, credentials and problems point into, sorted by path.
fn sources<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    credentials: &[Credential],
    problems: &[Problem],
    asked: impl Iterator<Item = Arc<str>>,
    files: &[Judged],
    shelf: &Shelf<'_>,
) -> Vec<Arc<Source>> {
    let mut paths: Vec<Arc<str>> = Vec::new();
    for finding in findings {
        let labels = std::iter::once(&finding.primary).chain(&finding.flow).chain(&finding.related);
        paths.extend(labels.map(|label| label.place.path.clone()));
    }
    paths.extend(credentials.iter().flat_map(|one| &one.places).map(|place| place.path.clone()));
    paths.extend(problems.iter().map(|problem| problem.path.clone()));
    paths.extend(asked);
    paths.sort();
    paths.dedup();
    let find = |path: &Arc<str>| {
        let judged = files.binary_search_by(|file| file.document.source.path().cmp(path)).ok();
        let document = judged.map(|at| files[at].document.clone()).or_else(|| shelf.document(path))?;
        Some(document.source.clone())
    };
    paths.iter().filter_map(find).collect()
}
