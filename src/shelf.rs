//! What the files at hand may need of the rest of the tree: documents that they import, each read once, and who imports
//! whom.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;

use crate::catalog;
use crate::flow::Modules;
use crate::flow::resolve::Resolver;
use crate::input::{Tree, decode};
use crate::source::Source;
use crate::syntax::document::Document;
use crate::syntax::lexical;

/// Whether a file is one that JavaScript can import.
pub(crate) fn is_module(path: &str) -> bool {
    use crate::syntax::language::{Language, detect};
    let language = detect(path, "");
    language.family() == "javascript"
        || matches!(language, Language::Vue | Language::Svelte | Language::Astro | Language::Html)
        || language == Language::Json
}

/// A place on the shelf, filled by whoever asks first.
type Slot = Arc<OnceLock<Option<Arc<Document>>>>;

/// Documents that files import, each read once.
pub(crate) struct Shelf {
    /// The tree.
    pub(crate) tree: Arc<dyn Tree>,
    /// The folders whose files may be looked at for what the candidates need.
    pub(crate) folders: Vec<String>,
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
    pub(crate) fn new(tree: Arc<dyn Tree>, folders: Vec<String>) -> Self {
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
