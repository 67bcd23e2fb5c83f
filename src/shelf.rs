//! The files that others ask for while one is judged, each read once: what is imported, manifests, configurations of
//! builds; and how imports lead from file to file.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use crate::catalog::Catalog;
use crate::flow::Modules;
use crate::flow::configured::{self, Configured};
use crate::flow::importers::{self, Importers, Importing};
use crate::flow::resolve::Resolver;
use crate::input::{Listing, ReadError, Texts, Tree, decode};
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
    catalog: &'a Catalog,
    /// The files that may be looked at for what the candidates need.
    files: Arc<Listing>,
    index: OnceLock<Names>,
    resolver: OnceLock<Resolver>,
    imports: OnceLock<Importers>,
    /// What configurations of bundlers say: aliases by the folder of the configuration, and modules that clients start with.
    aliases: Mutex<HashMap<String, Arc<[Configured]>>>,
    entries: OnceLock<HashMap<String, Vec<String>>>,
    documents: Mutex<HashMap<String, Slot>>,
}

impl Modules for Shelf<'_> {
    fn document(&self, path: &str) -> Option<Arc<Document>> {
        let slot = self.slot(path);
        let read = || {
            let decoded = decode(self.files.tree().read(path).ok()?);
            let readable = !decoded.binary;
            readable.then(|| Arc::new(self.read(Source::new(path, decoded.text))))
        };
        slot.get_or_init(read).clone()
    }

    fn exists(&self, path: &str) -> bool {
        self.files.tree().exists(path)
    }

    fn resolve(&self, from: &str, specifier: &str) -> Option<String> {
        let resolver = || Resolver::new(self.files.clone(), &self.catalog.surfaces.alias);
        self.resolver.get_or_init(resolver).resolve(from, specifier, &|folder| self.aliases(folder))
    }

    fn importers(&self, path: &str) -> Vec<Importing> {
        let mut found = self.imports().of(path);
        let configured = self.entries().get(path).into_iter().flatten().cloned();
        found.extend(configured.map(|path| Importing { path, silent: false }));
        found.sort();
        found.dedup();
        found
    }

    fn has_gaps(&self, folder: &str) -> bool {
        self.imports().has_gaps(folder)
    }

    fn files_named(&self, stem: &str) -> Vec<String> {
        let names = self.names();
        let paths = self.files.paths();
        names.files.get(&plain(stem)).into_iter().flatten().map(|at| paths[*at].clone()).collect()
    }

    fn folders_named(&self, name: &str) -> Vec<String> {
        self.names().folders.get(name).map_or_else(Vec::new, |folders| folders.iter().cloned().collect())
    }

    fn mentions(&self, path: &str, text: &str) -> bool {
        let bytes = self.files.tree().read(path).unwrap_or_default();
        bytes.windows(text.len().max(1)).any(|window| window == text.as_bytes())
    }

    fn files_in(&self, folder: &str) -> Vec<String> {
        self.files.directly_in(folder)
    }
}

impl importers::Ask for Shelf<'_> {
    fn text(&self, path: &str) -> String {
        decode(self.files.tree().read(path).unwrap_or_default()).text
    }

    fn resolve(&self, from: &str, specifier: &str) -> Option<String> {
        Modules::resolve(self, from, specifier)
    }

    fn exists(&self, path: &str) -> bool {
        self.files.tree().exists(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.files.tree().is_folder(path)
    }
}

/// The files of a tree by their names.
#[derive(Default)]
struct Names {
    /// Which paths have a stem: their places among all paths.
    files: HashMap<String, Vec<usize>>,
    /// Which folders have a last name.
    folders: HashMap<String, BTreeSet<String>>,
}

impl<'a> Shelf<'a> {
    fn slot(&self, path: &str) -> Slot {
        let mut documents = self.documents.lock().unwrap_or_else(|poison| poison.into_inner());
        documents.entry(path.to_owned()).or_default().clone()
    }

    /// A file that is judged, with its text: read once, whoever asks for it first.
    pub fn judged(&self, path: &Arc<str>, text: String) -> Arc<Document> {
        let mut text = Some(text);
        let mut read = || Arc::new(self.read(Source::new(path.clone(), text.take().unwrap_or_default())));
        let slot = self.slot(path);
        let known = slot.get_or_init(|| Some(read())).clone();
        known.unwrap_or_else(read)
    }

    /// A text as a document, by the rows that the run goes by.
    pub fn read(&self, source: Source) -> Document {
        crate::syntax::read_by(source, self.catalog)
    }

    /// An empty shelf over a tree, of which these folders may be looked at.
    pub fn new(tree: Arc<dyn Tree>, folders: Vec<String>, catalog: &'a Catalog) -> Self {
        Self {
            catalog,
            files: Arc::new(Listing::new(tree, folders)),
            index: OnceLock::new(),
            resolver: OnceLock::new(),
            imports: OnceLock::new(),
            aliases: Mutex::default(),
            entries: OnceLock::new(),
            documents: Mutex::default(),
        }
    }

    /// All documents that it holds, of which somebody has to dispose.
    pub fn into_documents(self) -> impl Send + 'static {
        self.documents
    }

    /// The files that hold one of these texts, and are asked for, with their bytes.
    pub fn holding(&self, texts: &Texts, wanted: &dyn Fn(&str) -> bool) -> Vec<(String, Result<Vec<u8>, ReadError>)> {
        let paths = self.files.tree().holding(self.files.folders(), texts).into_iter().filter(|path| wanted(path));
        paths.map(|path| (path.clone(), self.files.tree().read(&path))).collect()
    }

    /// The imports of all JavaScript and TypeScript modules, components and pages, found without a parse when they are
    /// first asked for; nothing else may run on the threads of the pool then.
    fn imports(&self) -> &Importers {
        self.imports.get_or_init(|| {
            let imports = |path: &str| is_module(path) && !path.ends_with(".json");
            Importers::read(self.files.paths(), &imports, &self.catalog.surfaces, self)
        })
    }

    /// The aliases that the configurations of bundlers in a folder set.
    fn aliases(&self, folder: &str) -> Arc<[Configured]> {
        let known = || self.aliases.lock().unwrap_or_else(|poison| poison.into_inner());
        if let Some(aliases) = known().get(folder) {
            return aliases.clone();
        }
        let surfaces = &self.catalog.surfaces;
        let paths = self.files.directly_in(folder).into_iter().filter(|path| configured::sets_aliases(surfaces, path));
        let documents = paths.filter_map(|path| self.document(&path));
        let aliases: Arc<[Configured]> =
            documents.flat_map(|document| configured::aliases(surfaces, &document)).collect();
        known().insert(folder.to_owned(), aliases.clone());
        aliases
    }

    /// The configurations that name a module as one that a client starts with, by the module.
    fn entries(&self) -> &HashMap<String, Vec<String>> {
        self.entries.get_or_init(|| {
            let surfaces = &self.catalog.surfaces;
            let mut entries: HashMap<String, Vec<String>> = HashMap::new();
            let paths = self.files.paths().iter().filter(|path| configured::names_entries(surfaces, path));
            for document in paths.filter_map(|path| self.document(path)) {
                let path = document.source.path();
                for (name, _) in configured::entries(surfaces, &document, &|_| true) {
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
            let mut names = Names::default();
            for (at, path) in self.files.paths().iter().enumerate() {
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

/// A name as names of files are compared: without case, `_` and `-`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}
