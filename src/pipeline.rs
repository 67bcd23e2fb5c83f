//! The pipeline on one screen: walk, read, judge each file, judge the tree, report.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;

use crate::catalog;
use crate::fault::{self, Room};
use crate::finding::{Counts, Credential, Finding, Problem, Report};
use crate::flow::Modules;
use crate::flow::resolve::Resolver;
use crate::guard::{failure, guard};
use crate::input::{self, Candidate, Tree, WalkError, WalkOptions, decode};
use crate::judge::ships::Chain;
use crate::judge::{Ground, Judged, Verdict, judge_file, judge_tree, unsettled};
use crate::policy::Policy;
use crate::source::Source;
use crate::syntax::document::Document;
use crate::syntax::lexical;
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
            let keep = |candidate: Candidate| found.lock().unwrap_or_else(|poison| poison.into_inner()).push(candidate);
            let walked = input::walk(root, &scope.paths, scope.walk, &keep)?;
            (found.into_inner().unwrap_or_else(|poison| poison.into_inner()), walked.seen, walked.problems)
        }
    };
    candidates.sort_by(|a, b| a.path.cmp(&b.path));
    let whole = scope.instead.is_none() && scope.paths.iter().all(|path| root.join(path).is_dir());
    let around = Surroundings { folders: folders(root, &*tree, scope), whole, roots: roots(&*tree, &scope.paths) };
    let kept = |candidate: &Candidate| candidate.named || scope.policy.config.excludes(&candidate.path).is_none();
    candidates.retain(kept);
    let mut report = check(tree, candidates, &around, scope.policy, &mut problems);
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
    let ground = Ground::new(&policy.catalog).with_roots(around.roots.clone()).with_told(told);
    let shelf = Shelf::new(tree, around.folders.clone());
    let outcomes: Vec<(Option<Judged>, Vec<Problem>)> =
        candidates.into_par_iter().map(|candidate| guarded(&ground, &shelf, candidate)).collect();
    let mut files = Vec::new();
    for (judged, found) in outcomes {
        problems.extend(found);
        files.extend(judged);
    }
    files.sort_by(|a, b| a.document.source.path().cmp(b.document.source.path()));
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
    let sources = sources(shown, &credentials, problems, &files, &shelf);
    let files = Counts { seen: files.len(), parsed: files.len() };
    let problems = std::mem::take(problems);
    Report { findings, suppressed, problems, sources, secrets, credentials, files, history: None }
}

/// Gives a finding the level that it is reported at; whether it is reported at all.
pub(crate) fn set_level(policy: &Policy, finding: &mut Finding) -> bool {
    policy.level(finding).is_some_and(|level| {
        finding.level = level;
        true
    })
}

/// The modules that say nothing of their side and ship because client code imports them. Asked only of those that hold or
/// present a secret.
fn shipped(
    ground: &Ground<'_>,
    shelf: &Shelf,
    files: &[Judged],
    problems: &mut Vec<Problem>,
) -> HashMap<Arc<str>, Chain> {
    let ask = || {
        let paths = unsettled(ground, files);
        let scripts = paths.iter().filter(|path| is_module(path));
        scripts.filter_map(|path| Some((path.clone(), ground.chain_to(path, shelf)?))).collect()
    };
    let result = guard(ask);
    result.unwrap_or_else(|_| {
        let message = failure(" while it looked for who imports a module", "Whether it ships was not judged");
        problems.push(Problem { path: ".".into(), span: None, message });
        HashMap::new()
    })
}

/// Judges those files again whose code or whose imports' code turned out to ship.
fn rejudge(ground: &Ground<'_>, shelf: &Shelf, files: &mut [Judged], problems: &mut Vec<Problem>) {
    let concerned = |file: &&mut Judged| {
        let ships = |path: &str| ground.sides.shipped(path).is_some();
        ships(file.document.source.path())
            || file.presents.iter().any(|path| ships(path))
            || file.borrowed.iter().any(|sighting| ships(&sighting.place.path))
    };
    for file in files.iter_mut().filter(concerned) {
        let path = file.document.source.path().clone();
        let text = file.document.source.text().to_owned();
        match guard(|| judge_file(ground, shelf, crate::syntax::read(Source::new(path.clone(), text)))) {
            Ok(judged) => *file = judged,
            Err(_) => {
                let message = failure(" on this file", "That it ships was not judged");
                problems.push(Problem { path, span: None, message });
            }
        }
    }
}

/// Whether a file is one that JavaScript can import.
fn is_module(path: &str) -> bool {
    use crate::syntax::language::{Language, detect};
    let language = detect(path, "");
    language.family() == "javascript"
        || matches!(language, Language::Vue | Language::Svelte | Language::Astro | Language::Html)
        || language == Language::Json
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
fn guarded(ground: &Ground<'_>, shelf: &Shelf, candidate: Candidate) -> (Option<Judged>, Vec<Problem>) {
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
        let document = crate::syntax::read(Source::new(path.clone(), decoded.text));
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
    files: &[Judged],
    shelf: &Shelf,
) -> Vec<Arc<Source>> {
    let mut paths: Vec<Arc<str>> = Vec::new();
    for finding in findings {
        let labels = std::iter::once(&finding.primary).chain(&finding.flow).chain(&finding.related);
        paths.extend(labels.map(|label| label.place.path.clone()));
    }
    paths.extend(credentials.iter().flat_map(|one| &one.places).map(|place| place.path.clone()));
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
struct Shelf {
    tree: Arc<dyn Tree>,
    /// The folders whose files may be looked at for what the candidates need.
    folders: Vec<String>,
    index: OnceLock<Names>,
    resolver: OnceLock<Resolver>,
    imports: OnceLock<Imports>,
    documents: Mutex<HashMap<String, Slot>>,
}

impl Modules for Shelf {
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

    fn resolve(&self, from: &str, specifier: &str) -> Option<String> {
        let aliases = || catalog::builtin().surfaces.alias.clone();
        let resolver = || Resolver::new(self.tree.clone(), self.folders.clone(), aliases());
        self.resolver.get_or_init(resolver).resolve(from, specifier)
    }

    fn importers(&self, path: &str) -> Vec<String> {
        let imports = self.imports();
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = plain(file.split('.').next().unwrap_or(file));
        let mut keys = vec![stem.clone()];
        if stem == "index" || stem == "main" {
            keys.extend([plain(folder.rsplit('/').next().unwrap_or_default()), String::new()]);
        }
        // What a package exports goes by the package's name.
        let projects = path.match_indices('/').map(|(at, _)| &path[..at]).rev().chain([""]);
        let name = projects.filter_map(|folder| self.package_name(folder)).next();
        keys.extend(name.map(|name| format!("package {name}")));
        let mut found: Vec<String> = Vec::new();
        for (from, specifier) in keys.iter().filter_map(|key| imports.get(key)).flatten() {
            if from != path && found.last() != Some(from) && self.resolve(from, specifier).as_deref() == Some(path) {
                found.push(from.clone());
            }
        }
        found.sort();
        found.dedup();
        found
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

/// Which files import what, by the last name of the import and by its package: file, and the import as it is written.
type Imports = HashMap<String, Vec<(String, String)>>;

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

impl Shelf {
    fn new(tree: Arc<dyn Tree>, folders: Vec<String>) -> Self {
        let (index, resolver, imports) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { tree, folders, index, resolver, imports, documents: Mutex::default() }
    }

    /// The imports of all JavaScript and TypeScript modules, components and pages, found without a parse when they are
    /// first asked for; nothing else may run on the threads of the pool then.
    fn imports(&self) -> &Imports {
        self.imports.get_or_init(|| {
            let modules: Vec<&String> =
                self.names().paths.iter().filter(|path| is_module(path) && !path.ends_with(".json")).collect();
            let found: Vec<Vec<(String, String, String)>> = modules
                .par_iter()
                .map(|path| {
                    let bytes = self.tree.read(path).unwrap_or_default();
                    let text = decode(bytes).text;
                    let mut found = Vec::new();
                    for specifier in lexical::imports::imports(&text) {
                        let bare = specifier.split(['?', '#']).next().filter(|b| !b.is_empty()).unwrap_or(specifier);
                        let last = bare.rsplit('/').next().unwrap_or(bare).trim_start_matches('#');
                        let last = plain(last.trim_start_matches('.').split('.').next().unwrap_or_default());
                        found.push((last, (*path).clone(), specifier.to_owned()));
                        if !specifier.starts_with(['.', '/', '#']) {
                            let parts = if specifier.starts_with('@') { 2 } else { 1 };
                            let name: Vec<&str> = specifier.splitn(parts + 1, '/').take(parts).collect();
                            let key = format!("package {}", name.join("/"));
                            found.push((key, (*path).clone(), specifier.to_owned()));
                        }
                    }
                    found
                })
                .collect();
            let mut imports = Imports::new();
            for (key, path, specifier) in found.into_iter().flatten() {
                imports.entry(key).or_default().push((path, specifier));
            }
            imports
        })
    }

    /// The name in the `package.json` of a folder.
    fn package_name(&self, folder: &str) -> Option<String> {
        let slash = if folder.is_empty() { "" } else { "/" };
        let bytes = self.tree.read(&format!("{folder}{slash}package.json")).ok()?;
        let manifest: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
        Some(manifest.get("name")?.as_str()?.to_owned())
    }

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
