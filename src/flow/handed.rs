//! What a server hands to clients without a request: what the functions of a framework give back, and what it passes to
//! components that run in browsers.

use std::rc::Rc;
use std::sync::Arc;

use super::call::Arguments;
use super::value::{Closure, Value};
use super::{Run, What};
use crate::catalog::{Handed, fits};
use crate::source::Place;
use crate::syntax::facts::{Expr, ExprKind, Facts, Stmt, Target};

impl<'a> Run<'a> {
    /// A function of the file at hand has run: where a row says that what it gives back goes to clients, that is an
    /// event.
    pub(super) fn handed_back(&mut self, closure: &Rc<Closure>, value: &Value) {
        for row in self.hands_back(closure) {
            let Some(span) = self.unit(closure.unit).facts.functions.get(closure.index).map(|one| one.span) else {
                return;
            };
            let site = self.place(closure.unit, span);
            let shape = self.shape(value);
            self.emit(closure.unit, What::Handed { row, value: shape }, site);
        }
    }

    /// The rows that say that what a function gives back goes to clients.
    pub(super) fn hands_back(&self, closure: &Closure) -> Vec<&'a Handed> {
        if !self.is_script(closure.unit) {
            return Vec::new();
        }
        let piece = &self.units[closure.unit];
        let (facts, path) = (&self.unit(closure.unit).facts, piece.document.source.path());
        let fitting = |row: &&Handed| !row.exports.is_empty() && (row.files.is_empty() || fits(&row.files, path));
        let exports = |row: &&Handed| row.exports.iter().any(|name| is_exported(facts, name, closure.index));
        self.index.catalog.surfaces.handed.iter().filter(fitting).filter(exports).collect()
    }

    /// A function of another file is called: where that file is client code by what it opens with, all that is passed is
    /// an event.
    pub(super) fn handed_across(&mut self, closure: &Closure, args: &Arguments, site: &Place) {
        if !self.is_script(closure.unit) || self.units[closure.unit].document.source.path() == &site.path {
            return;
        }
        let document = self.units[closure.unit].document.clone();
        let facts = &document.units[self.units[closure.unit].at].facts;
        let Some(Stmt::Expr(Expr { kind: ExprKind::Text(text), .. })) = facts.body.first() else { return };
        let rows = &self.index.catalog.surfaces.handed;
        let Some(row) = rows.iter().find(|row| row.directives.iter().any(|directive| **directive == **text)) else {
            return;
        };
        for passed in &args.list {
            let shape = self.shape(&passed.value);
            self.emit(closure.unit, What::Handed { row, value: shape }, passed.place.clone());
        }
    }
}

/// Whether the module exports a function under a name.
fn is_exported(facts: &Facts, name: &str, function: usize) -> bool {
    let is = |expr: &Expr| matches!(expr.kind, ExprKind::Function(at) if at == function);
    let named = |found: &Arc<str>| **found == *name;
    facts.body.iter().any(|stmt| match stmt {
        Stmt::Function(ident, at) => named(&ident.name) && *at == function,
        Stmt::Bind { target: Target::Name(ident), value, .. } => named(&ident.name) && is(value),
        Stmt::Export(found, value) => named(found) && is(value),
        _ => false,
    })
}
