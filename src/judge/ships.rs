//! Which modules ship though nothing in them says so: those that client code imports, directly or through others.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::Ground;
use super::side::Where;
use super::stripped::{is_used_within, within};
use crate::catalog::coverage::used;
use crate::flow::importers::{Importing, in_page};
use crate::flow::{Modules, configured};
use crate::input::path::from_root_or_folder;
use crate::source::{Place, Span};
use crate::syntax::document::{Document, Unit};
use crate::syntax::facts::{Expr, ExprKind, ImportName, Stmt};
use crate::syntax::lexical::imports::in_folder;
use crate::syntax::visit;

/// The way from client code to a module: each import on it, the client's own first. It ends at the module. It is empty
/// where a module is taken to ship though no way was found.
pub type Chain = Vec<Place>;

/// How many modules are met at most on the way from one that holds a secret.
const MAX_MET: usize = 20_000;

/// How often a way may turn out to be none before each import is looked into as soon as it is met.
const MAX_WRONG_WAYS: usize = 20;

/// Who imports what, as far as it was asked: each module is asked once, whatever the number of secrets.
///
/// A file whose text can't say where it runs is parsed only where a way leads through it.
pub struct Importers<'g> {
    ground: &'g Ground<'g>,
    modules: &'g dyn Modules,
    known: HashMap<Arc<str>, Vec<Importer>>,
    /// What was assumed of files that weren't parsed; nothing of tests.
    assumed: HashMap<Arc<str>, Option<Where>>,
    /// Modules that no client code imports.
    kept: HashSet<Arc<str>>,
}

/// A file that imports a module.
#[derive(Clone)]
struct Importer {
    path: Arc<str>,
    side: Where,
    /// Where the import stands; `None` where nobody has looked yet.
    span: Option<Span>,
}

/// An import on a way: the importer, and the module that it imports.
type Step = (Importer, Arc<str>);

impl<'g> Importers<'g> {
    /// Nobody was asked yet.
    pub fn new(ground: &'g Ground<'g>, modules: &'g dyn Modules) -> Self {
        let (known, assumed, kept) = Default::default();
        Self { ground, modules, known, assumed, kept }
    }

    /// The shortest way by which client code imports a module; of several the first by name.
    pub fn chain_to(&mut self, path: &Arc<str>) -> Option<Chain> {
        let mut wrong_ways = 0;
        loop {
            let way = self.way_to(path, wrong_ways >= MAX_WRONG_WAYS)?;
            if let Some(chain) = self.looked_into(way) {
                return Some(chain);
            }
            wrong_ways += 1;
        }
    }

    /// The shortest way by what is known; `wary` of imports that nobody has looked into.
    fn way_to(&mut self, path: &Arc<str>, wary: bool) -> Option<Vec<Step>> {
        // Each module that was met, with the import that leads from it towards the one that is asked for.
        let mut towards: HashMap<Arc<str>, Step> = HashMap::new();
        let mut queue = VecDeque::from([path.clone()]);
        let mut seen = HashSet::from([path.clone()]);
        while let Some(module) = queue.pop_front() {
            if seen.len() > MAX_MET {
                return None;
            }
            for importer in self.of(&module, wary) {
                let (from, side) = (importer.path.clone(), importer.side);
                if self.kept.contains(&from) || !seen.insert(from.clone()) {
                    continue;
                }
                towards.insert(from.clone(), (importer, module.clone()));
                match side {
                    Where::Client => return Some(follow(&mut towards, from)),
                    Where::Unknown => queue.push_back(from),
                    Where::Server => {}
                }
            }
        }
        self.kept.extend(seen);
        None
    }

    /// The places of the imports on a way, the client's own first; `None` where one of them is not as it was assumed.
    fn looked_into(&mut self, way: Vec<Step>) -> Option<Chain> {
        let mut chain = Some(Chain::new());
        for (importer, module) in way {
            let found = match importer.span {
                Some(_) => Some(importer.clone()),
                None => self.look(&importer.path, &module),
            };
            if let Some(known) = self.known.get_mut(&module)
                && let Some(at) = known.iter().position(|one| one.path == importer.path)
            {
                match &found {
                    Some(found) => known[at] = found.clone(),
                    None => drop(known.remove(at)),
                }
            }
            match found {
                Some(Importer { path, side, span: Some(span) }) if side == importer.side => {
                    chain.iter_mut().for_each(|chain| chain.push(Place { path: path.clone(), span }));
                }
                _ => chain = None,
            }
        }
        chain
    }

    /// The importers of a module, as far as it is known; `wary` ones are all looked into.
    fn of(&mut self, module: &Arc<str>, wary: bool) -> Vec<Importer> {
        let known = self.known.remove(module).unwrap_or_else(|| self.met(module));
        let look = |one: Importer| if wary && one.span.is_none() { self.look(&one.path, module) } else { Some(one) };
        let found: Vec<Importer> = known.into_iter().filter_map(look).collect();
        self.known.insert(module.clone(), found.clone());
        found
    }

    /// The files that seem to import a module.
    fn met(&mut self, module: &str) -> Vec<Importer> {
        let mut found = Vec::new();
        for Importing { path, silent } in self.modules.importers(module) {
            let path: Arc<str> = path.into();
            let assume = || {
                let sides = &self.ground.sides;
                (!sides.is_test(&path)).then(|| sides.of_silent(&path, self.modules).at)
            };
            let Some(side) = *self.assumed.entry(path.clone()).or_insert_with(assume) else { continue };
            found.extend(if silent { Some(Importer { path, side, span: None }) } else { self.look(&path, module) });
        }
        found
    }

    /// The import of a module in a file; `None` where there is none that ships.
    fn look(&self, path: &Arc<str>, module: &str) -> Option<Importer> {
        let document = self.modules.document(path)?;
        let (side, span) = self.ground.imports(&document, module, self.modules)?;
        Some(Importer { path: path.clone(), side, span: Some(span) })
    }
}

impl Ground<'_> {
    /// The side of the unit of a file that imports a module, and where; `None` where the import is for types alone, or
    /// serves only what is stripped from the client build.
    fn imports(&self, document: &Document, module: &str, modules: &dyn Modules) -> Option<(Where, Span)> {
        let path = document.source.path();
        let surfaces = &self.catalog.surfaces;
        if configured::is_configuration(surfaces, path) {
            // What a build starts with ships, wherever the configuration itself runs.
            let has = |package: &str| self.sides.manifests.packages(path, modules).contains(package);
            let entries = configured::entries(surfaces, document, &has);
            let named = |name: &str| configured::resolve(modules, path, name).as_deref() == Some(module);
            if let Some((_, span)) = entries.into_iter().find(|(name, _)| named(name)) {
                return Some((Where::Client, span));
            }
        }
        let mut best: Option<(Where, Span)> = None;
        for unit in &document.units {
            let stripped = self.sides.stripped(document, unit, modules);
            for import in self.imported(document, unit) {
                if within(&stripped, import.span) || !import.leads_to(module, path, modules) {
                    continue;
                }
                let gone = |local: &ImportName| is_used_within(&unit.facts, &local.local.name, &stripped);
                if !import.names.is_empty() && !stripped.is_empty() && import.names.iter().all(gone) {
                    continue;
                }
                let side = self.sides.of(document, unit, modules).at;
                if best.is_none() || side == Where::Client {
                    best = Some((side, import.span));
                }
            }
        }
        if best.is_none() && document.units.iter().any(|unit| unit.language == "html") {
            // `<script src>` of a page.
            let text = document.source.text();
            let names = crate::syntax::lexical::imports::imports(text);
            let leads =
                |name: &str| configured::resolve(modules, path, &in_page(path, name)).as_deref() == Some(module);
            let name = names.into_iter().find(|name| leads(name))?;
            let start = name.as_ptr() as usize - text.as_ptr() as usize;
            best = Some((Where::Client, Span::new(start, start + name.len())));
        }
        best
    }

    /// What a unit imports at run time.
    pub(super) fn imported(&self, document: &Document, unit: &Unit) -> Vec<Imported> {
        let mut found = Vec::new();
        visit::statements(&unit.facts, &mut |stmt| match stmt {
            Stmt::Import(import) if !import.type_only => {
                found.push(Imported {
                    what: What::Module(import.module.name.clone()),
                    span: import.module.span,
                    names: import.names.clone(),
                    all: false,
                });
            }
            Stmt::ExportAll(module) => {
                let what = What::Module(module.name.clone());
                found.push(Imported { what, span: module.span, names: Vec::new(), all: true });
            }
            _ => {}
        });
        visit::expressions(&unit.facts, &mut |expr| {
            if let ExprKind::Call(call) = &expr.kind
                && let Some(arg) = call.args.first()
            {
                let whats = self.loaded(document, &call.callee, &arg.value);
                let import = |what| Imported { what, span: arg.value.span, names: Vec::new(), all: false };
                found.extend(whats.into_iter().map(import));
            }
        });
        found
    }

    /// What a call loads: the module that its first text names, or all that fit a pattern.
    fn loaded(&self, document: &Document, callee: &Expr, arg: &Expr) -> Vec<What> {
        let surfaces = &self.catalog.surfaces;
        let written = document.source.slice(callee.span);
        if let Some(row) = surfaces.globs.iter().find(|row| row.trim_end_matches('/') == written) {
            used(row);
            let mut texts = Vec::new();
            visit::expr(arg, &mut |inner| texts.extend(inner.as_text().cloned()));
            let pattern = |text: Arc<str>| match row.ends_with('/') {
                true => in_folder(&text, true),
                false => text.to_string(),
            };
            return texts.into_iter().map(|text| What::Pattern(pattern(text))).collect();
        }
        let Some(name) = configured::called(callee) else { return Vec::new() };
        let Some(row) = surfaces.loads.iter().find(|row| *row == name || *row == written) else { return Vec::new() };
        used(row);
        match &arg.kind {
            ExprKind::Text(text) => vec![What::Module(text.clone())],
            // `` import(`./lang/${name}.json`) ``
            ExprKind::Concat(parts) => {
                let parts: Vec<&str> = parts.iter().map(|part| part.as_text().map_or("*", |text| &**text)).collect();
                let pattern = parts.concat();
                if pattern.starts_with('.') { vec![What::Pattern(pattern)] } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }
}

/// An import of a unit.
pub(super) struct Imported {
    what: What,
    /// Where.
    pub span: Span,
    /// The names that it binds; none for calls.
    pub names: Vec<ImportName>,
    /// Whether it gives all names on (`export * from`).
    pub all: bool,
}

enum What {
    /// A module as it is written.
    Module(Arc<str>),
    /// All files that fit.
    Pattern(String),
}

impl Imported {
    /// Whether it imports this module.
    pub(super) fn leads_to(&self, module: &str, from: &str, modules: &dyn Modules) -> bool {
        match &self.what {
            What::Module(name) => modules.resolve(from, name).as_deref() == Some(module),
            What::Pattern(pattern) => {
                let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
                fast_glob::glob_match(from_root_or_folder(folder, pattern), module)
            }
        }
    }
}

/// The way from a client module down to the one that was asked for.
fn follow(towards: &mut HashMap<Arc<str>, Step>, from: Arc<str>) -> Vec<Step> {
    std::iter::successors(towards.remove(&from), |(_, module)| towards.remove(module)).collect()
}
