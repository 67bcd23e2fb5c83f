//! The files that others ask for while one is judged, each read once: what is imported, manifests, configurations of
//! builds; and how imports lead from file to file.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use crate::catalog::Surfaces;
use crate::flow::Modules;
use crate::flow::configured::{self, Configured};
use crate::flow::importers::{self, Importers, plain};
use crate::flow::resolve::Resolver;
use crate::input::{Tree, decode};
use crate::source::Source;
use crate::syntax::document::Document;

/// Whether a file is one that JavaScript can import.
pub fn is_module(path: &str) -> bool {
    use crate::syntax::language::{Language, detect};
    let language = detect(path, "");
    language.family() == "javascript"
        || matches!(language, Language::Vue | Language::Svelte | Language::Astro | Language::Html)
        || language == Language::Json
}

/// A place on the shelf, filled by whoever asks first.
type Slot = Arc<OnceLock<Option<Arc<Document>>>>;

/// Documents that files import, each read once.
pub struct Shelf<'a> {
    surfaces: &'a Surfaces,
    tree: Arc<dyn Tree>,
    /// The folders whose files may be looked at for what the candidates need.
    folders: Vec<String>,
    index: OnceLock<Names>,
    resolver: OnceLock<Resolver>,
    imports: OnceLock<Importers>,
    /// Configurations of bundlers, and what they say.
    configurations: OnceLock<Vec<Arc<Document>>>,
    aliases: OnceLock<Vec<Configured>>,
    entries: OnceLock<HashMap<String, Vec<String>>>,
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
            readable.then(|| Arc::new(self.read(Source::new(path, decoded.text))))
        };
        slot.get_or_init(read).clone()
    }

    fn exists(&self, path: &str) -> bool {
        self.tree.exists(path)
    }

    fn resolve(&self, from: &str, specifier: &str) -> Option<String> {
        let resolver = || Resolver::new(self.tree.clone(), self.folders.clone(), &self.surfaces.alias);
        self.resolver.get_or_init(resolver).resolve(from, specifier, &|| self.aliases())
    }

    fn importers(&self, path: &str) -> Vec<String> {
        let mut found = self.imports().of(path, self);
        let configured = &self.entries();
        found.extend(configured.get(path).into_iter().flatten().cloned());
        found.sort();
        found.dedup();
        found
    }

    fn has_gaps(&self, folder: &str) -> bool {
        self.imports().has_gaps(folder, self)
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

impl importers::Ask for Shelf<'_> {
    fn text(&self, path: &str) -> String {
        decode(self.tree.read(path).unwrap_or_default()).text
    }

    fn resolve(&self, from: &str, specifier: &str) -> Option<String> {
        Modules::resolve(self, from, specifier)
    }

    fn exists(&self, path: &str) -> bool {
        self.tree.exists(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.tree.is_folder(path)
    }
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

impl<'a> Shelf<'a> {
    /// A text as a document, by the rows that the run goes by.
    pub fn read(&self, source: Source) -> Document {
        crate::syntax::read_by(source, &self.surfaces.script)
    }

    /// An empty shelf over a tree, of which these folders may be looked at.
    pub fn new(tree: Arc<dyn Tree>, folders: Vec<String>, surfaces: &'a Surfaces) -> Self {
        Self {
            surfaces,
            tree,
            folders,
            index: OnceLock::new(),
            resolver: OnceLock::new(),
            imports: OnceLock::new(),
            configurations: OnceLock::new(),
            aliases: OnceLock::new(),
            entries: OnceLock::new(),
            documents: Mutex::default(),
        }
    }

    /// The imports of all JavaScript and TypeScript modules, components and pages, found without a parse when they are
    /// first asked for; nothing else may run on the threads of the pool then.
    fn imports(&self) -> &Importers {
        self.imports.get_or_init(|| {
            let paths = self.names().paths.iter();
            let modules = paths.filter(|path| is_module(path) && !path.ends_with(".json")).cloned().collect();
            Importers::read(modules, self)
        })
    }

    /// The configurations of bundlers in the tree.
    fn configurations(&self) -> &[Arc<Document>] {
        self.configurations.get_or_init(|| {
            let surfaces = self.surfaces;
            let paths = self.names().paths.iter().filter(|path| configured::is_configuration(surfaces, path));
            paths.filter_map(|path| self.document(path)).collect()
        })
    }

    fn aliases(&self) -> &[Configured] {
        self.aliases.get_or_init(|| {
            let surfaces = self.surfaces;
            self.configurations().iter().flat_map(|document| configured::aliases(surfaces, document)).collect()
        })
    }

    /// The configurations that name a module as one that a client starts with, by the module.
    fn entries(&self) -> &HashMap<String, Vec<String>> {
        self.entries.get_or_init(|| {
            let surfaces = self.surfaces;
            let mut entries: HashMap<String, Vec<String>> = HashMap::new();
            for document in self.configurations() {
                let path = document.source.path();
                for (name, _) in configured::entries(surfaces, document, &|_| true) {
                    if let Some(module) = configured::resolve(self, path, &name) {
                        entries.entry(module).or_default().push(path.to_string());
                    }
                }
            }
            entries
        })
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
