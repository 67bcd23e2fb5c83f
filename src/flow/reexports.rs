//! What a module of JavaScript only passes on (`export { a } from './a'`, `export * from './b'`): it is looked up when
//! somebody takes it, so that who takes one name of a barrel doesn't run all that stands behind the others.

use std::rc::Rc;
use std::sync::Arc;

use super::Run;
use super::modules::Loaded;
use super::value::Value;
use crate::syntax::facts::{Expr, ExprKind, Facts, Ident, Resolution, Stmt};

/// Something that an imported module passes on.
#[derive(Clone)]
pub(super) struct Reexport {
    unit: usize,
    scope: usize,
    what: Passed,
}

#[derive(Clone)]
enum Passed {
    /// An imported name, under a name of the module's own.
    One(Arc<str>, Expr),
    /// All names of another module.
    All(Ident),
}

/// What is asked for where all names are.
const EVERYTHING: &str = "*";

impl Run<'_> {
    /// Puts off an export of an imported module that only passes an import on. Whether it is one.
    pub(super) fn export_later(&mut self, unit: usize, scope: usize, name: &Arc<str>, expr: &Expr) -> bool {
        let passes_on = |local: &Arc<str>| self.later.contains_key(&(scope, local.clone()));
        if !self.units[unit].imported || !matches!(&expr.kind, ExprKind::Name(local) if passes_on(local)) {
            return false;
        }
        self.pass_on(unit, scope, Passed::One(name.clone(), expr.clone()));
        true
    }

    /// Puts off `export * from ..` of an imported module of JavaScript. Whether it is one.
    pub(super) fn export_all_later(&mut self, unit: usize, scope: usize, module: &Ident) -> bool {
        if !self.units[unit].imported || self.unit(unit).facts.resolution != Resolution::Script {
            return false;
        }
        self.pass_on(unit, scope, Passed::All(module.clone()));
        true
    }

    fn pass_on(&mut self, unit: usize, scope: usize, what: Passed) {
        let exports = self.units[unit].exports;
        Rc::make_mut(self.passed_on.entry(exports).or_default()).push(Reexport { unit, scope, what });
    }

    /// What a module passes on under a name.
    pub(super) fn passed_on(&mut self, loaded: Loaded, name: &str) -> Option<Value> {
        let all = self.passed_on.get(&loaded.exports)?.clone();
        let asked = (loaded.exports, Arc::from(name));
        if !self.asked.insert(asked.clone()) {
            return None;
        }
        let one = all.iter().find(|reexport| matches!(&reexport.what, Passed::One(own, _) if **own == *name));
        let value = match one {
            Some(reexport) => self.take(loaded, reexport),
            None if name == "default" => None,
            None => all.iter().find_map(|reexport| match &reexport.what {
                Passed::All(module) if self.may_export(reexport.unit, &module.name, name) => {
                    let from = self.load(reexport.unit, &module.name)?;
                    self.exported(from, name)
                }
                _ => None,
            }),
        };
        self.asked.remove(&asked);
        value
    }

    /// Runs all that a module passes on: it is wanted as a whole.
    pub(super) fn take_everything(&mut self, loaded: Loaded) {
        let Some(all) = self.passed_on.get(&loaded.exports).cloned() else { return };
        let asked = (loaded.exports, Arc::from(EVERYTHING));
        if !self.asked.insert(asked.clone()) {
            return;
        }
        for reexport in all.iter() {
            match &reexport.what {
                Passed::One(..) => drop(self.take(loaded, reexport)),
                Passed::All(module) => match self.load(reexport.unit, &module.name) {
                    Some(from) => {
                        self.take_everything(from);
                        let slots = self.heap.object(from.exports).entries.clone();
                        let alternatives = self.heap.pause();
                        for slot in slots.into_iter().filter(|slot| !matches!(&*slot.key, "default" | "module.exports"))
                        {
                            if self.heap.object(loaded.exports).get(&slot.key).is_none() {
                                self.heap.change(loaded.exports).set(slot.key, slot.value, slot.place);
                            }
                        }
                        self.heap.resume(alternatives);
                    }
                    None => self.units[reexport.unit].wild.push(module.name.clone()),
                },
            }
        }
        self.asked.remove(&asked);
    }

    /// Takes one name that is passed on, for good, whatever runs now.
    fn take(&mut self, loaded: Loaded, reexport: &Reexport) -> Option<Value> {
        let Passed::One(name, expr) = &reexport.what else { return None };
        let value = self.eval(reexport.unit, reexport.scope, expr);
        let place = self.place(reexport.unit, expr.span);
        let alternatives = self.heap.pause();
        self.heap.change(loaded.exports).set(name.clone(), value.clone(), place);
        self.heap.resume(alternatives);
        Some(value)
    }

    /// Whether a module may export a name, as its syntax says: what can't doesn't run for it.
    fn may_export(&mut self, unit: usize, module: &str, name: &str) -> bool {
        let from = self.units[unit].document.source.path().clone();
        let Some(path) = self.modules.resolve(&from, module) else { return false };
        let Some(document) = self.modules.document(&path) else { return false };
        document
            .units
            .first()
            .is_some_and(|unit| unit.facts.resolution != Resolution::Script || exports(&unit.facts, name))
    }
}

/// Whether facts export a name, or may: what CommonJS exports can't be told.
fn exports(facts: &Facts, name: &str) -> bool {
    let mut says = false;
    let may = facts.body.iter().any(|stmt| match stmt {
        Stmt::Export(own, _) => {
            says = true;
            **own == *name
        }
        Stmt::ExportAll(_) => true,
        _ => false,
    });
    may || !says
}
