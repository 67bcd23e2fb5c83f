//! Imports: which file a module name means, and what it exports.

use std::rc::Rc;
use std::sync::Arc;

use super::folders::join;
use super::heap::{Object, Scope};
use super::importers::Importing;
use super::value::{Core, How, Value};
use super::{Piece, Run};
use crate::catalog::coverage::used;
use crate::source::Place;
use crate::syntax::document::Document;
use crate::syntax::facts::{Ident, Import, Linkage, Resolution};

/// Where modules come from.
pub trait Modules {
    /// The document of a file of the tree; `None` where there is none that can be read as code or data.
    fn document(&self, path: &str) -> Option<Arc<Document>>;
    /// Whether a path is a file of the tree.
    fn exists(&self, path: &str) -> bool;
    /// The file that an import of JavaScript or TypeScript means.
    fn resolve(&self, from: &str, specifier: &str) -> Option<String>;
    /// The JavaScript and TypeScript modules, components and pages that seem to import a file, sorted; whoever relies on
    /// it looks into them.
    fn importers(&self, path: &str) -> Vec<Importing>;
    /// Whether an import by path of a file in a folder leads nowhere, so that who imports what can't be told there.
    fn has_gaps(&self, folder: &str) -> bool;
    /// The files of the tree with this stem, without regard to case, `_` and `-`, sorted.
    fn files_named(&self, stem: &str) -> Vec<String>;
    /// The folders of the tree with this last name, sorted.
    fn folders_named(&self, name: &str) -> Vec<String>;
    /// The files that stand in a folder themselves, sorted; the empty path is the root.
    fn files_in(&self, folder: &str) -> Vec<String>;
    /// Whether a text stands in a file.
    fn mentions(&self, path: &str, text: &str) -> bool;
}

/// A module that runs or has run.
#[derive(Clone, Copy)]
pub(super) struct Loaded {
    /// The object of its exports.
    pub exports: usize,
    /// The unit.
    pub unit: usize,
}

/// Whether the name of a module is the path of a file: no package is called like one.
fn is_file(module: &str) -> bool {
    module.starts_with(['.', '/']) || module.starts_with("~/") || module.starts_with("@/")
}

/// How many modules one run loads at most.
const MAX_MODULES: usize = 40;

impl Run<'_> {
    /// Runs a unit's body, and gives its index.
    pub(super) fn load_unit(&mut self, document: &Arc<Document>, at: usize, imported: bool) -> usize {
        let exports = self.heap.add(Object::default());
        self.units.push(Piece { document: document.clone(), at, exports, imported, wild: Vec::new() });
        let unit = self.units.len() - 1;
        let path = document.source.path().clone();
        if at == 0 {
            self.loaded.insert(path, Some(Loaded { exports, unit }));
        }
        let scope = self.heap.open(Scope::default());
        let value = Value::new(Core::Object(exports));
        let place = Place { path: document.source.path().clone(), span: Default::default() };
        let mut module = Object { open: true, ..Object::default() };
        module.set("exports".into(), value.clone(), place);
        let module = self.new_object(module);
        if self.is_script(unit) {
            self.heap.bind(scope, &"exports".into(), value);
            self.heap.bind(scope, &"module".into(), module.clone());
        }
        let facts = &document.units[at].facts;
        let calls = std::mem::take(&mut self.calls);
        let context = std::mem::take(&mut self.context);
        let mut returns = Vec::new();
        self.exec(unit, scope, &facts.body, &mut returns);
        self.calls = calls;
        self.context = context;
        self.settle(unit, scope, &module);
        if !returns.is_empty() {
            // A file that returns a value is that value to whoever includes it.
            let place = self.place(unit, Default::default());
            self.heap.change(exports).set("module.exports".into(), Value::choice(returns), place);
        }
        unit
    }

    /// What a module exports once it has run: `module.exports` in CommonJS, every variable in Python, the document
    /// itself in data.
    fn settle(&mut self, unit: usize, scope: usize, module: &Value) {
        let exports = self.units[unit].exports;
        if self.is_script(unit) {
            let Core::Object(module) = module.core else { return };
            let assigned = self.heap.object(module).get("exports").map(|slot| slot.value.clone());
            match assigned {
                Some(Value { core: Core::Object(id), .. }) if id != exports => {
                    let object = self.heap.object(id).clone();
                    let before = std::mem::take(&mut self.heap.change(exports).entries);
                    *self.heap.change(exports) = object;
                    let own = self.heap.change(exports);
                    before.into_iter().for_each(|slot| {
                        if own.get(&slot.key).is_none() {
                            own.entries.push(slot);
                        }
                    });
                }
                Some(value) if !matches!(value.core, Core::Object(_)) => {
                    let place = self.place(unit, Default::default());
                    self.heap.change(exports).set("default".into(), value.clone(), place.clone());
                    self.heap.change(exports).set("module.exports".into(), value, place);
                }
                _ => {}
            }
        } else {
            let mut names: Vec<_> =
                self.heap.scope(scope).names.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            names.sort_by(|a, b| a.0.cmp(&b.0));
            let place = self.place(unit, Default::default());
            let object = self.heap.change(exports);
            names.into_iter().for_each(|(name, value)| object.set(name, value, place.clone()));
        }
    }

    /// A module by the name under which a file imports it: its exports, or a foreign name.
    pub(super) fn module(&mut self, unit: usize, _scope: usize, name: &str, place: &Place) -> Value {
        match self.load(unit, name) {
            Some(loaded) => {
                self.take_everything(loaded);
                let whole = self.heap.object(loaded.exports).get("module.exports").map(|slot| slot.value.clone());
                whole.unwrap_or_else(|| Value::new(Core::Object(loaded.exports)))
            }
            None => self.foreign_module(name, place),
        }
    }

    fn foreign_module(&self, name: &str, place: &Place) -> Value {
        let prefixes = &self.index.catalog.functions.module_prefixes;
        let bare = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix.as_str()).inspect(|_| used(prefix)));
        let name = bare.unwrap_or(name);
        let packages = &self.index.catalog.functions.package_prefixes;
        let package = packages.iter().find_map(|prefix| name.strip_prefix(prefix.as_str()).inspect(|_| used(prefix)));
        let name = package.map_or(name, |name| name.split('/').next().unwrap_or(name));
        if is_file(name) {
            // A file of the repository that isn't there: nothing is known but the names it is used by.
            let name = name.trim_start_matches(['.', '/', '~', '@']).replace('/', ".");
            return Value::unknown().step(How::Named, place.clone(), Some(name.into()));
        }
        Value::new(Core::Foreign(name.into()))
    }

    pub(super) fn load(&mut self, unit: usize, name: &str) -> Option<Loaded> {
        let from = self.units[unit].document.source.path().clone();
        let path = match self.unit(unit).facts.resolution {
            Resolution::Script => self.modules.resolve(&from, name)?,
            Resolution::Package => self.resolve_python(&from, name)?,
            Resolution::Crate => self.resolve_rust(&from, name)?,
            Resolution::Path => join(&from, name).filter(|path| self.modules.exists(path))?,
            Resolution::Library => self.resolve_library(&from, name)?,
            Resolution::Include if name.contains(['/', '\\']) || name.ends_with(".php") => {
                join(&from, name.trim_start_matches('/')).filter(|path| self.modules.exists(path) && *path != *from)?
            }
            Resolution::Include => self.resolve_class(&from, name, "php")?,
            Resolution::Pub => self.resolve_package(&from, name)?,
            Resolution::Nowhere => return None,
        };
        self.load_path(&path)
    }

    pub(super) fn load_path(&mut self, path: &str) -> Option<Loaded> {
        if let Some(known) = self.loaded.get(path) {
            return *known;
        }
        if self.loaded.len() >= MAX_MODULES || self.depth > super::MAX_DEPTH - 40 {
            return None;
        }
        self.loaded.insert(path.into(), None);
        let document = self.modules.document(path)?;
        if document.units.is_empty() {
            return None;
        }
        let facts = &document.units[0].facts;
        // A data file gives what stands in it, one that shares the names of its folder what it declares.
        if let Some(value) = (facts.data && facts.linkage != Linkage::Folder).then_some(&document) {
            return Some(self.load_data(path, value));
        }
        let unit = self.load_unit(&document, 0, true);
        let loaded = Loaded { exports: self.units[unit].exports, unit };
        self.loaded.insert(path.into(), Some(loaded));
        Some(loaded)
    }

    fn load_data(&mut self, path: &str, document: &Arc<Document>) -> Loaded {
        let exports = self.heap.add(Object::default());
        self.units.push(Piece { document: document.clone(), at: 0, exports, imported: true, wild: Vec::new() });
        let unit = self.units.len() - 1;
        let scope = self.heap.open(Scope::default());
        if let Some(crate::syntax::facts::Stmt::Expr(expr)) = document.units[0].facts.body.first() {
            let value = self.eval(unit, scope, expr);
            if let Core::Object(id) = value.core {
                let mut object = self.heap.object(id).clone();
                let place = self.place(unit, expr.span);
                object.set("default".into(), value, place);
                *self.heap.change(exports) = object;
            }
        }
        let loaded = Loaded { exports, unit };
        self.loaded.insert(path.into(), Some(loaded));
        loaded
    }

    /// An import of JavaScript is carried out when one of its names is used: most modules that a file can reach have no
    /// part in what it does. One for its effects alone is carried out at once.
    pub(super) fn import_later(&mut self, unit: usize, scope: usize, import: &Import) {
        if !self.is_script(unit) || import.names.is_empty() {
            return self.import(unit, scope, import);
        }
        let shared = Rc::new(import.clone());
        for name in &import.names {
            self.later.insert((scope, name.local.name.clone()), (unit, shared.clone()));
        }
    }

    /// Carries out the import of a name that no scope binds yet. Whether one does afterwards.
    pub(super) fn import_now(&mut self, scope: usize, name: &Arc<str>) -> bool {
        if self.later.is_empty() {
            return false;
        }
        let mut at = Some(scope);
        let found = loop {
            let Some(here) = at else { return false };
            if let Some(found) = self.later.remove(&(here, name.clone())) {
                break (here, found);
            }
            at = self.heap.scope(here).parent;
        };
        let (home, (unit, import)) = found;
        // The other names of the same import may stand for other modules, behind a barrel.
        let names = import.names.iter().filter(|one| one.local.name == *name).cloned().collect();
        let import = Import { names, ..(*import).clone() };
        // As if it had been carried out where it stands, whatever runs now.
        let alternatives = self.heap.pause();
        let (fuel, top_level) = (self.fuel, self.top_level);
        let (statement, called) = (self.statement, self.called_as_statement);
        self.fuel = super::TOP_FUEL.min(self.total);
        self.top_level = true;
        self.import(unit, home, &import);
        (self.fuel, self.top_level) = (fuel.min(self.total), top_level);
        (self.statement, self.called_as_statement) = (statement, called);
        self.heap.resume(alternatives);
        true
    }

    /// Whether a unit is a module of JavaScript or TypeScript.
    pub(super) fn is_script(&self, unit: usize) -> bool {
        self.unit(unit).facts.resolution == Resolution::Script
    }

    /// Binds imported names.
    pub(super) fn import(&mut self, unit: usize, scope: usize, import: &Import) {
        let place = self.place(unit, import.module.span);
        let packages = self.unit(unit).facts.resolution == Resolution::Package;
        let module = self.load(unit, &import.module.name);
        for name in &import.names {
            let at = self.place(unit, name.local.span);
            let value = match (&module, &name.exported) {
                (Some(loaded), None) => self.whole(*loaded, &import.module.name),
                (Some(loaded), Some(exported)) => match self.exported(*loaded, exported) {
                    Some(value) => value,
                    None if packages => {
                        self.submodule(unit, &import.module.name, exported).unwrap_or_else(Value::unknown)
                    }
                    None => Value::unknown().step(How::Named, at, Some(exported.clone())),
                },
                (None, Some(exported)) if packages => match self.submodule(unit, &import.module.name, exported) {
                    Some(value) => value,
                    None => self.foreign_member(&import.module.name, exported, &at),
                },
                // A default export is known by the name it is given here.
                (None, Some(exported)) if &**exported == "default" && is_file(&import.module.name) => {
                    Value::unknown().step(How::Named, at, Some(name.local.name.clone()))
                }
                (None, None) => match self.package(unit, &import.module.name) {
                    Some(value) => value,
                    None => self.foreign_module(&import.module.name, &place),
                },
                (None, Some(exported)) if self.is_variable_of(&import.module.name, exported) => {
                    self.environment(unit, exported, &import.module.name, &at)
                }
                (None, Some(exported)) => match self.package(unit, &import.module.name).map(|value| value.core) {
                    Some(Core::Object(id)) => match self.heap.object(id).get(exported) {
                        Some(slot) => slot.value.clone(),
                        None => self.foreign_member(&import.module.name, exported, &at),
                    },
                    Some(Core::Class(class)) => self.static_member(&class, exported, &at),
                    _ => self.foreign_member(&import.module.name, exported, &at),
                },
            };
            self.heap.bind(scope, &name.local.name, value);
        }
    }

    /// A module as one value: all that it exports, or the class that it is named after (`App.Services.Client`).
    fn whole(&mut self, loaded: Loaded, name: &str) -> Value {
        self.take_everything(loaded);
        let exports = self.heap.object(loaded.exports);
        let named = name.rsplit('.').next().and_then(|last| exports.get(last)).map(|slot| slot.value.clone());
        let class = named.filter(|value| matches!(value.core, Core::Class(_)));
        class.unwrap_or_else(|| Value::new(Core::Object(loaded.exports)))
    }

    /// Whether what a module exports are variables of the environment, and this is one of them rather than the object
    /// that holds them all (`import Config from 'react-native-config'`).
    fn is_variable_of(&self, module: &str, exported: &str) -> bool {
        let holder = exported == "default" || self.index.is_environment(&format!("{module}.{exported}"));
        !holder && self.index.is_environment(module)
    }

    fn foreign_member(&mut self, module: &str, exported: &Arc<str>, place: &Place) -> Value {
        let module = self.foreign_module(module, place);
        match &module.core {
            Core::Foreign(path) => {
                let path: Arc<str> =
                    if &**exported == "default" { path.clone() } else { format!("{path}.{exported}").into() };
                self.foreign_name(path, place)
            }
            _ => Value::unknown().step(How::Named, place.clone(), Some(exported.clone())),
        }
    }

    /// What a module exports under a name. The default of a CommonJS module is all that it exports.
    pub(super) fn exported(&mut self, loaded: Loaded, name: &str) -> Option<Value> {
        if let Some(slot) = self.heap.object(loaded.exports).get(name) {
            return Some(slot.value.clone());
        }
        if let Some(value) = self.passed_on(loaded, name) {
            return Some(value);
        }
        let scripts = self.is_script(loaded.unit);
        if name == "default" && scripts {
            self.take_everything(loaded);
        }
        let exports = self.heap.object(loaded.exports);
        (name == "default" && scripts && !exports.entries.is_empty()).then(|| Value::new(Core::Object(loaded.exports)))
    }

    /// `from package import module`.
    fn submodule(&mut self, unit: usize, package: &str, name: &str) -> Option<Value> {
        let separator = if package.ends_with('.') { "" } else { "." };
        let loaded = self.load(unit, &format!("{package}{separator}{name}"))?;
        Some(Value::new(Core::Object(loaded.exports)))
    }

    /// `export * from 'x'`, `from x import *`.
    pub(super) fn export_all(&mut self, unit: usize, scope: usize, module: &Ident) {
        if self.export_all_later(unit, scope, module) {
            return;
        }
        let Some(loaded) = self.load(unit, &module.name) else {
            self.units[unit].wild.push(module.name.clone());
            return;
        };
        let entries = self.heap.object(loaded.exports).entries.clone();
        let script = self.is_script(unit);
        for slot in entries.into_iter().filter(|slot| !matches!(&*slot.key, "default" | "module.exports")) {
            if !script {
                self.heap.bind(scope, &slot.key, slot.value);
            } else {
                let exports = self.units[unit].exports;
                self.heap.change(exports).set(slot.key, slot.value, slot.place);
            }
        }
    }

    /// The path of a bare name that rows know in one of the libraries whose names are imported all at once.
    pub(super) fn in_wild(&mut self, unit: usize, name: &Arc<str>) -> Option<Arc<str>> {
        let key = (unit, name.clone());
        if let Some(known) = self.wild.get(&key) {
            return known.clone();
        }
        let paths = self.units[unit].wild.iter().map(|module| format!("{module}.{name}"));
        let language = self.language(unit);
        let found = paths.into_iter().find(|path| self.index.knows(language, path)).map(Arc::from);
        self.wild.insert(key, found.clone());
        found
    }
}
