//! Which modules ship though nothing in them says so: those that client code imports, directly or through others.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Arc;

use super::Ground;
use super::side::Where;
use super::stripped::{is_used_within, within};
use crate::flow::Modules;
use crate::source::{Place, Span};
use crate::syntax::document::{Document, Unit};
use crate::syntax::facts::{ExprKind, ImportName, Stmt};
use crate::syntax::visit;

/// The way from client code to a module: each import on it, the client's own first. It ends at the module.
pub type Chain = Vec<Place>;

/// How many modules are asked at most who imports them, for one that holds a secret.
const MAX_ASKED: usize = 400;

impl Ground<'_> {
    /// The shortest way by which client code imports a module; of several the first by name.
    pub fn chain_to(&self, path: &Arc<str>, modules: &dyn Modules) -> Option<Chain> {
        // Each module that was met, with the import that leads from it towards the one that is asked for.
        let mut towards: BTreeMap<Arc<str>, (Arc<str>, Place)> = BTreeMap::new();
        let mut queue = VecDeque::from([path.clone()]);
        let mut seen = HashSet::from([path.clone()]);
        while let Some(module) = queue.pop_front() {
            if seen.len() > MAX_ASKED {
                return None;
            }
            for importer in modules.importers(&module) {
                let importer: Arc<str> = importer.into();
                if seen.contains(&importer) || self.sides.is_test(&importer) {
                    continue;
                }
                let Some(document) = modules.document(&importer) else { continue };
                let Some((side, span)) = self.imports(&document, &module, modules) else { continue };
                seen.insert(importer.clone());
                let place = Place { path: importer.clone(), span };
                towards.insert(importer.clone(), (module.clone(), place));
                match side {
                    Where::Client => return Some(follow(&towards, importer, path)),
                    Where::Unknown => queue.push_back(importer),
                    Where::Server => {}
                }
            }
        }
        None
    }

    /// The side of the unit of a file that imports a module, and where; `None` where the import is for types alone, or
    /// serves only what is stripped from the client build.
    fn imports(&self, document: &Document, module: &str, modules: &dyn Modules) -> Option<(Where, Span)> {
        let mut best: Option<(Where, Span)> = None;
        for unit in &document.units {
            let stripped = self.sides.stripped(document, unit, modules);
            let leads = |name: &str| modules.resolve(document.source.path(), name).as_deref() == Some(module);
            for (name, span, locals) in imported(unit) {
                if within(&stripped, span) || !leads(&name) {
                    continue;
                }
                let gone = |local: &ImportName| is_used_within(&unit.facts, &local.local.name, &stripped);
                if !locals.is_empty() && !stripped.is_empty() && locals.iter().all(gone) {
                    continue;
                }
                let side = self.sides.of(document, unit, modules).at;
                if best.is_none() || side == Where::Client {
                    best = Some((side, span));
                }
            }
        }
        if best.is_none() && document.units.iter().any(|unit| unit.language == "html") {
            // `<script src>` of a page.
            let text = document.source.text();
            let names = crate::syntax::lexical::imports::imports(text);
            let name = names
                .into_iter()
                .find(|name| modules.resolve(document.source.path(), name).as_deref() == Some(module))?;
            let start = name.as_ptr() as usize - text.as_ptr() as usize;
            best = Some((Where::Client, Span::new(start, start + name.len())));
        }
        best
    }
}

/// The way from a client module down to the one that was asked for.
fn follow(towards: &BTreeMap<Arc<str>, (Arc<str>, Place)>, from: Arc<str>, to: &Arc<str>) -> Chain {
    let mut chain = Vec::new();
    let mut at = from;
    while at != *to {
        let Some((next, place)) = towards.get(&at) else { break };
        chain.push(place.clone());
        at = next.clone();
    }
    chain
}

/// What a unit imports at run time: the module as it is written, where, and the names that it binds.
fn imported(unit: &Unit) -> Vec<(Arc<str>, Span, Vec<ImportName>)> {
    let mut found = Vec::new();
    visit::statements(&unit.facts, &mut |stmt| match stmt {
        Stmt::Import(import) if !import.type_only => {
            found.push((import.module.name.clone(), import.module.span, import.names.clone()));
        }
        Stmt::ExportAll(module) => found.push((module.name.clone(), module.span, Vec::new())),
        _ => {}
    });
    visit::expressions(&unit.facts, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind
            && let ExprKind::Name(name) = &call.callee.kind
            && matches!(&**name, "require" | "import")
            && let Some(arg) = call.args.first()
            && let Some(module) = arg.value.as_text()
        {
            found.push((module.clone(), arg.value.span, Vec::new()));
        }
    });
    found
}
