//! Whether anything on the way from client code to a secret uses it. Where nothing does, a production build may leave it
//! out (tree shaking), which is luck: the module is imported all the same, and a development build ships it.

use std::collections::HashSet;
use std::sync::Arc;

use super::Ground;
use super::ships::Chain;
use crate::flow::Modules;
use crate::source::Span;
use crate::syntax::document::Document;
use crate::syntax::facts::{ExprKind, Facts, Resolution, Stmt, Target};
use crate::syntax::visit;

impl Ground<'_> {
    /// Whether nothing on a way uses what a literal at its end is exported as. In doubt it is used.
    pub fn is_unused(&self, chain: &Chain, document: &Document, literal: Span, modules: &dyn Modules) -> bool {
        let Some(unit) = document.units.first().filter(|unit| unit.facts.resolution == Resolution::Script) else {
            return false;
        };
        let Given::Names(mut exported) = given(&unit.facts, &HashSet::new(), Some(literal)) else { return false };
        let mut path: Arc<str> = document.source.path().clone();
        for (at, place) in chain.iter().enumerate().rev() {
            if exported.is_empty() {
                return true;
            }
            let Some(importer) = modules.document(&place.path) else { return false };
            let Some(unit) = importer.units.iter().find(|unit| unit.facts.resolution == Resolution::Script) else {
                return false;
            };
            let mut locals: HashSet<Arc<str>> = HashSet::new();
            let mut passed_on: HashSet<Arc<str>> = HashSet::new();
            for import in self.imported(&importer, unit) {
                if !import.leads_to(&path, &place.path, modules) {
                    continue;
                }
                if import.all {
                    passed_on.extend(exported.iter().filter(|name| &***name != "default").cloned());
                    continue;
                }
                // Taken for its effect, or whole by a call.
                let is_statement = unit
                    .facts
                    .body
                    .iter()
                    .any(|stmt| matches!(stmt, Stmt::Import(statement) if statement.module.span == import.span));
                if !is_statement {
                    return false;
                }
                for name in &import.names {
                    if name.exported.as_ref().is_none_or(|wanted| exported.contains(wanted)) {
                        locals.insert(name.local.name.clone());
                    }
                }
            }
            match given(&unit.facts, &locals, None) {
                Given::Used => return false,
                Given::Names(names) => {
                    exported = names;
                    exported.extend(passed_on);
                }
            }
            // Whatever client code exports is used, for all that is known.
            if at == 0 && !exported.is_empty() {
                return false;
            }
            path = place.path.clone();
        }
        true
    }
}

/// What becomes of something in a module.
enum Given {
    /// It is used when the module runs.
    Used,
    /// The names under which others may use it.
    Names(HashSet<Arc<str>>),
}

/// What becomes of local names, or of a literal, in a module: the exports that hold or use them.
fn given(facts: &Facts, locals: &HashSet<Arc<str>>, literal: Option<Span>) -> Given {
    let mut uses: Vec<(&Arc<str>, Span)> = Vec::new();
    visit::expressions(facts, &mut |expr| {
        if let ExprKind::Name(name) = &expr.kind {
            uses.push((name, expr.span));
        }
    });
    let mut tainted = locals.clone();
    let mut exported: HashSet<Arc<str>> = HashSet::new();
    let touches = |span: Span, tainted: &HashSet<Arc<str>>| {
        literal.is_some_and(|literal| span.contains(literal))
            || uses.iter().any(|(name, at)| span.contains(*at) && tainted.contains(*name))
    };
    loop {
        let before = tainted.len() + exported.len();
        for stmt in &facts.body {
            match stmt {
                Stmt::Bind { target: Target::Name(name), value, .. } if touches(value.span, &tainted) => {
                    tainted.insert(name.name.clone());
                }
                Stmt::Function(name, at)
                    if facts.functions.get(*at).is_some_and(|function| touches(function.span, &tainted)) =>
                {
                    tainted.insert(name.name.clone());
                }
                Stmt::Class(name, at) if facts.classes.get(*at).is_some_and(|class| touches(class.span, &tainted)) => {
                    tainted.insert(name.name.clone());
                }
                Stmt::Export(name, value) => {
                    let same = matches!(&value.kind, ExprKind::Name(local) if tainted.contains(local));
                    if same || touches(value.span, &tainted) {
                        exported.insert(name.clone());
                    }
                }
                Stmt::Bind { value, .. } | Stmt::Assign { value, .. } | Stmt::Expr(value) | Stmt::Throw(value)
                    if touches(value.span, &tainted) =>
                {
                    return Given::Used;
                }
                Stmt::Branch { .. } | Stmt::Loop { .. } if !tainted.is_empty() => return Given::Used,
                _ => {}
            }
        }
        if tainted.len() + exported.len() == before {
            return Given::Names(exported);
        }
    }
}
