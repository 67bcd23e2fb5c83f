//! Who gets to see a file: client or server.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::manifests::{Manifests, project};
use super::ships::Chain;
use crate::catalog::coverage::used;
use crate::catalog::globs::{Fitting, Globs};
use crate::catalog::{Signal, Surfaces};
use crate::flow::Modules;
use crate::syntax::document::{Document, Unit};
use crate::syntax::facts::{Expr, ExprKind, Stmt};
use crate::syntax::visit;

/// Where code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Where {
    /// On machines of users.
    Client,
    /// On machines of the owner.
    Server,
    /// Nothing says where; it is treated as a server.
    Unknown,
}

/// Where code runs, and what says so.
#[derive(Clone, Debug)]
pub struct Side {
    /// Where.
    pub at: Where,
    /// What decides it, to go behind "the file".
    pub because: String,
    /// Whether its project ships, and it is to be asked who imports it.
    pub pending: bool,
}

/// What the configuration says of a file's side, by the file's path.
pub type Told<'a> = Box<dyn Fn(&str) -> Option<Side> + Send + Sync + 'a>;

/// The rows of `rules/surfaces.toml` about files, with their globs.
pub struct Sides<'a> {
    pub(super) surfaces: &'a Surfaces,
    told: Told<'a>,
    roots: Vec<String>,
    /// Modules that say nothing of their side, and the way by which client code imports them.
    shipped: HashMap<Arc<str>, Chain>,
    /// Whether all files there are take part, so that who imports a module can be told.
    whole: bool,
    /// The globs of the signals, then those of tests and of documentation.
    globs: Globs<'a>,
    /// What the manifests around files say.
    pub(super) manifests: Manifests<'a>,
}

impl<'a> Sides<'a> {
    /// Prepares the rows.
    pub fn new(surfaces: &'a Surfaces) -> Self {
        let signals = surfaces.signal.iter().map(|signal| &*signal.paths);
        let globs = Globs::new(signals.chain([&*surfaces.tests, &*surfaces.docs]));
        Self {
            surfaces,
            told: Box::new(|_| None),
            roots: Vec::new(),
            shipped: HashMap::new(),
            whole: false,
            globs,
            manifests: Manifests::new(&surfaces.manifest),
        }
    }

    /// Names the folders that are projects of their own: what lies above them says nothing about their files.
    pub fn set_roots(&mut self, roots: Vec<String>) {
        self.roots = roots;
    }

    /// Says whether all files there are take part.
    pub fn set_whole(&mut self, whole: bool) {
        self.whole = whole;
    }

    /// Takes over what the configuration says of files; it goes before all that they show.
    pub fn set_told(&mut self, told: Told<'a>) {
        self.told = told;
    }

    /// Names the modules that ship because client code imports them.
    pub fn set_shipped(&mut self, shipped: HashMap<Arc<str>, Chain>) {
        self.shipped = shipped;
    }

    /// The way by which client code imports a module that says nothing of its side by itself.
    pub fn shipped(&self, path: &str) -> Option<&Chain> {
        self.shipped.get(path)
    }

    /// A path from its project on.
    fn local<'p>(&self, path: &'p str) -> &'p str {
        let inside = |root: &String| path.strip_prefix(root.as_str()).and_then(|rest| rest.strip_prefix('/'));
        self.roots.iter().filter_map(inside).min_by_key(|rest| rest.len()).unwrap_or(path)
    }

    /// Whether a path is a test's.
    pub fn is_test(&self, path: &str) -> bool {
        self.is_test_of(&self.globs.fitting(self.local(path)))
    }

    fn is_test_of(&self, fitting: &Fitting<'_, '_>) -> bool {
        fitting.has(self.surfaces.signal.len())
    }

    /// Whether a path is documentation's.
    pub fn is_doc(&self, path: &str) -> bool {
        self.globs.fitting(self.local(path)).has(self.surfaces.signal.len() + 1)
    }

    /// The side of a unit: what the configuration says of its file, else what its format says, else the first signal
    /// that fits.
    pub fn of(&self, document: &Document, unit: &Unit, modules: &dyn Modules) -> Side {
        let path = document.source.path();
        if let Some(side) = (self.told)(path) {
            return side;
        }
        if let Some(server) = unit.server {
            let at = if server { Where::Server } else { Where::Client };
            let because = if server { "runs on the server" } else { "is a script of the page" };
            return Side { at, because: because.into(), pending: false };
        }
        self.by_signals(path, Some(unit), modules)
    }

    /// The side of a module whose text says nothing of it: what the configuration says of the file, else the first
    /// signal about its path and its project that fits.
    pub fn of_silent(&self, path: &str, modules: &dyn Modules) -> Side {
        (self.told)(path).unwrap_or_else(|| self.by_signals(path, None, modules))
    }

    fn by_signals(&self, path: &str, unit: Option<&Unit>, modules: &dyn Modules) -> Side {
        let fitting = self.globs.fitting(self.local(path));
        let mut clues = unit.map(|unit| Clues { unit, imports: None, globals: None, exports: None });
        let mut packages = None;
        let mut in_project = |signal: &Signal| {
            if signal.packages.is_empty() && signal.unless_packages.is_empty() {
                return true;
            }
            let packages = packages.get_or_insert_with(|| self.manifests.packages(path, modules));
            (signal.packages.is_empty() || signal.packages.iter().any(|wanted| packages.contains(wanted)))
                && !signal.unless_packages.iter().any(|unwanted| packages.contains(unwanted))
        };
        let mut pending = None;
        for (at, signal) in self.surfaces.signal.iter().enumerate() {
            let inside = signal.looks_inside();
            if inside && clues.is_none() || !signal.paths.is_empty() && !fitting.has(at) {
                continue;
            }
            let shows = !inside || clues.as_mut().is_some_and(|clues| clues.fit(signal));
            if shows && in_project(signal) {
                used(signal);
                // The project ships, and the module with it if anything imports it.
                let asks = !signal.entries.is_empty()
                    && (self.is_test_of(&fitting) || self.whole && has_entry(path, &signal.entries, modules));
                if asks {
                    pending = Some(signal);
                    continue;
                }
                let at = if signal.side == "client" { Where::Client } else { Where::Server };
                return Side { at, because: signal.because.clone(), pending: false };
            }
        }
        if let Some(chain) = self.shipped.get(path) {
            let because = match (chain.first(), pending) {
                (Some(first), _) => format!("is imported by client code, from {} on", first.path),
                (None, Some(signal)) => signal.because.clone(),
                (None, None) => "ships with the client".into(),
            };
            return Side { at: Where::Client, because, pending: false };
        }
        let because = match pending {
            Some(_) => "lies in an app, but nothing that ships imports it",
            None => "gives no sign of where it runs",
        };
        Side { at: Where::Unknown, because: because.into(), pending: pending.is_some() }
    }
}

/// Whether the project of a file has one of these files.
fn has_entry(path: &str, entries: &[String], modules: &dyn Modules) -> bool {
    let prefix = project(path, modules);
    entries.iter().any(|entry| modules.exists(&format!("{prefix}{entry}")))
}

/// What a file shows, gathered when it is first asked for.
struct Clues<'a> {
    unit: &'a Unit,
    imports: Option<HashSet<Arc<str>>>,
    globals: Option<HashSet<String>>,
    exports: Option<HashSet<Arc<str>>>,
}

impl Clues<'_> {
    fn fit(&mut self, signal: &Signal) -> bool {
        let any =
            |wanted: &[String], has: &dyn Fn(&str) -> bool| wanted.is_empty() || wanted.iter().any(|one| has(one));
        if !any(&signal.directives, &|wanted| directives(self.unit).any(|found| &*found == wanted)) {
            return false;
        }
        if !any(&signal.keys, &|wanted| has_key(self.unit, wanted)) {
            return false;
        }
        if !signal.imports.is_empty() {
            let imports = self.imports.get_or_insert_with(|| imports(self.unit));
            let from = |wanted: &str, found: &str| {
                found == wanted || found.strip_prefix(wanted).is_some_and(|rest| rest.starts_with(['/', '.']))
            };
            if !signal.imports.iter().any(|wanted| imports.iter().any(|found| from(wanted, found))) {
                return false;
            }
        }
        if !signal.globals.is_empty() {
            let globals = self.globals.get_or_insert_with(|| globals(self.unit));
            if !signal.globals.iter().any(|wanted| globals.contains(wanted)) {
                return false;
            }
        }
        if !signal.exports.is_empty() {
            let exports = self.exports.get_or_insert_with(|| exports(self.unit));
            if !signal.exports.iter().any(|wanted| exports.contains(&**wanted)) {
                return false;
            }
        }
        true
    }
}

fn directives(unit: &Unit) -> impl Iterator<Item = Arc<str>> {
    let leading = unit.facts.body.iter().map_while(|stmt| match stmt {
        Stmt::Expr(Expr { kind: ExprKind::Text(text), .. }) => Some(text.clone()),
        _ => None,
    });
    leading.collect::<Vec<_>>().into_iter()
}

fn has_key(unit: &Unit, wanted: &str) -> bool {
    let Some(Stmt::Expr(Expr { kind: ExprKind::Map(entries), .. })) = unit.facts.body.first() else { return false };
    entries.iter().any(|entry| entry.key.as_text().is_some_and(|key| &**key == wanted))
}

fn imports(unit: &Unit) -> HashSet<Arc<str>> {
    let mut found = HashSet::new();
    visit::statements(&unit.facts, &mut |stmt| match stmt {
        Stmt::Import(import) if !import.type_only => {
            found.insert(import.module.name.clone());
        }
        _ => {}
    });
    visit::expressions(&unit.facts, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind
            && let ExprKind::Name(name) = &call.callee.kind
            && matches!(&**name, "require" | "import")
            && let Some(module) = call.args.first().and_then(|arg| arg.value.as_text())
        {
            found.insert(module.clone());
        }
    });
    found
}

/// Names and their members that the code uses: `window`, `window.location`.
fn globals(unit: &Unit) -> HashSet<String> {
    let mut found = HashSet::new();
    visit::expressions(&unit.facts, &mut |expr| match &expr.kind {
        ExprKind::Name(name) => {
            found.insert(name.to_string());
        }
        ExprKind::Member(object, key) => {
            if let (ExprKind::Name(name), Some(key)) = (&object.kind, key.as_text()) {
                found.insert(format!("{name}.{key}"));
            }
        }
        _ => {}
    });
    found
}

fn exports(unit: &Unit) -> HashSet<Arc<str>> {
    let mut found = HashSet::new();
    for stmt in &unit.facts.body {
        match stmt {
            Stmt::Export(name, _) => found.insert(name.clone()),
            Stmt::Function(name, _) | Stmt::Class(name, _) => found.insert(name.name.clone()),
            _ => false,
        };
    }
    found
}
