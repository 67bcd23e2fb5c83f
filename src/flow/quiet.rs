//! Functions that show nothing of credentials whatever they are called with: they call nothing that rows or the
//! repository know to send, log or read something, bind nothing to a credential's name and change nothing outside. Such a
//! function isn't run by itself, and what it alone takes from other modules isn't loaded. Told by the syntax, which is
//! less than the run would know: where that is not enough, the function isn't quiet.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::Run;
use super::value::Closure;
use crate::catalog::index::Index;
use crate::syntax::document::Unit;
use crate::syntax::facts::{Block, Call, Expr, ExprKind, Facts, Function, Ident, Resolution, Stmt, Target};
use crate::syntax::visit;

/// What is known of a unit's names and functions.
#[derive(Default)]
pub(super) struct Hush {
    /// All names that the unit binds, wherever, and how often.
    names: HashMap<Arc<str>, u32>,
    /// Those that are imported, and whether what is imported is an environment variable.
    imported: HashMap<Arc<str>, bool>,
    /// Functions that the top level declares, under names that nothing else has.
    functions: HashMap<Arc<str>, usize>,
    /// Which functions are quiet; one that is being looked at isn't yet.
    known: HashMap<usize, bool>,
    /// The names that functions take from around them.
    taken: RefCell<HashMap<usize, Rc<HashSet<Arc<str>>>>>,
}

/// How many statements and expressions of a function are looked at, and how deep.
const MOST: usize = 4_000;
const DEEPEST: usize = 50;

impl Run<'_> {
    /// Whether a function shows nothing of credentials.
    pub(super) fn is_quiet(&mut self, closure: &Closure) -> bool {
        let piece = &self.units[closure.unit];
        let document = piece.document.clone();
        let unit = &document.units[piece.at];
        let facts = &unit.facts;
        // Where names may come from elsewhere without an import, nothing can be said of them.
        if facts.resolution != Resolution::Script || !piece.wild.is_empty() {
            return false;
        }
        let index = self.index;
        let hush = self.hushed.entry(closure.unit).or_insert_with(|| Hush::new(facts, index));
        let quiet = Ear::new(index, unit, hush).own(closure.index);
        // What such a function gives back may go to clients all the same.
        quiet && self.hands_back(closure).is_empty()
    }
}

impl Hush {
    fn new(facts: &Facts, index: &Index<'_>) -> Self {
        let mut hush = Self::default();
        let Self { names, imported, functions, .. } = &mut hush;
        let mut bind = |name: &Arc<str>| *names.entry(name.clone()).or_default() += 1;
        visit::statements(facts, &mut |stmt| match stmt {
            Stmt::Import(import) => {
                let variables = index.is_environment_module(&import.module.name);
                imported.extend(import.names.iter().map(|name| (name.local.name.clone(), variables)));
            }
            stmt => bound_by(stmt, &mut bind),
        });
        let params = facts.functions.iter().flat_map(|function| &function.params);
        params.for_each(|param| bound_to(&param.target, &mut bind));
        let declared = facts.body.iter().filter_map(|stmt| match stmt {
            Stmt::Function(ident, at) if names.get(&ident.name) == Some(&1) => Some((ident.name.clone(), *at)),
            _ => None,
        });
        functions.extend(declared);
        hush
    }

    /// The names that a function, with those inside it, takes from around it.
    fn taken(&self, facts: &Facts, at: usize) -> Rc<HashSet<Arc<str>>> {
        if let Some(known) = self.taken.borrow().get(&at) {
            return known.clone();
        }
        // One inside itself there is not, but for a mistake of ours.
        self.taken.borrow_mut().insert(at, Rc::default());
        let (mut taken, mut own) = (HashSet::new(), HashSet::new());
        if let Some(function) = facts.functions.get(at) {
            visit::in_function(function, &mut |expr| match &expr.kind {
                ExprKind::Name(name) => taken.extend([name.clone()]),
                ExprKind::Function(inner) => taken.extend(self.taken(facts, *inner).iter().cloned()),
                _ => {}
            });
            let mut bind = |name: &Arc<str>| own.extend([name.clone()]);
            visit::block(&function.body, &mut |stmt| {
                if !matches!(stmt, Stmt::Assign { .. }) {
                    bound_by(stmt, &mut bind);
                }
                if let Stmt::Function(_, inner) = stmt {
                    taken.extend(self.taken(facts, *inner).iter().cloned());
                }
            });
            function.params.iter().for_each(|param| bound_to(&param.target, &mut bind));
        }
        let taken: Rc<HashSet<_>> = Rc::new(taken.difference(&own).cloned().collect());
        self.taken.borrow_mut().insert(at, taken.clone());
        taken
    }

    /// Whether a name is one of the unit's or of another's: what it stands for may be anything.
    fn knows(&self, name: &Arc<str>) -> bool {
        self.names.contains_key(name) || self.imported.contains_key(name)
    }
}

/// Listens to one function.
struct Ear<'e> {
    index: &'e Index<'e>,
    language: &'static str,
    facts: &'e Facts,
    hush: &'e mut Hush,
    /// Names that the function binds itself to what it made or was given: nothing that others know.
    bound: Vec<Arc<str>>,
    left: usize,
    depth: usize,
}

impl<'e> Ear<'e> {
    fn new(index: &'e Index<'e>, unit: &'e Unit, hush: &'e mut Hush) -> Self {
        Self { index, language: unit.language, facts: &unit.facts, hush, bound: Vec::new(), left: MOST, depth: 0 }
    }

    /// Whether a function, with the names around it that are bound so far, is quiet.
    fn function(&mut self, at: usize) -> bool {
        let Some(function) = self.facts.functions.get(at) else { return false };
        let around = self.bound.len();
        let quiet = self.params(function) && self.block(&function.body);
        self.bound.truncate(around);
        quiet
    }

    fn params(&mut self, function: &Function) -> bool {
        function.params.iter().all(|param| {
            let default = param.default.as_ref().is_none_or(|default| self.expr(default));
            default && !param.field && self.bind(&param.target, param.default.as_ref())
        })
    }

    fn block(&mut self, block: &Block) -> bool {
        let around = self.bound.len();
        self.depth += 1;
        let quiet = self.depth < DEEPEST && block.iter().all(|stmt| self.stmt(stmt));
        self.depth -= 1;
        self.bound.truncate(around);
        quiet
    }

    fn stmt(&mut self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Bind { target, value, env } => !env && self.expr(value) && self.bind(target, Some(value)),
            Stmt::Assign { target, value } => self.expr(value) && self.assign(target, value),
            Stmt::Expr(value) | Stmt::Return(value) => self.expr(value),
            Stmt::Branch { test, arms, .. } => {
                test.as_ref().is_none_or(|test| self.expr(test)) && arms.iter().all(|arm| self.block(arm))
            }
            Stmt::Loop { over, body } => {
                let around = self.bound.len();
                let over = over.as_ref();
                let quiet = over.is_none_or(|(target, value)| self.expr(value) && self.bind(target, Some(value)));
                let quiet = quiet && self.block(body);
                self.bound.truncate(around);
                quiet
            }
            Stmt::Function(ident, at) => {
                self.bound.push(ident.name.clone());
                self.function(*at)
            }
            // What is thrown is shown.
            Stmt::Throw(_) | Stmt::Class(..) | Stmt::Import(_) | Stmt::Export(..) | Stmt::ExportAll(_) => false,
        }
    }

    /// Whether nothing is made of names that are bound to a value. Those that may stand for something known outside are
    /// not the function's own.
    fn bind(&mut self, target: &Target, value: Option<&Expr>) -> bool {
        let own = value.is_none_or(|value| !self.holds(value, &Hush::knows));
        self.bind_parts(target, own)
    }

    fn bind_parts(&mut self, target: &Target, own: bool) -> bool {
        match target {
            Target::Name(ident) => {
                if own {
                    self.bound.push(ident.name.clone());
                }
                !self.index.may_name_credential(&ident.name)
            }
            Target::Map(parts) => parts.iter().all(|(_, part, default)| {
                let default = default.as_ref();
                let own = own && default.is_none_or(|default| !self.holds(default, &Hush::knows));
                default.is_none_or(|default| self.expr(default)) && self.bind_parts(part, own)
            }),
            Target::List(parts) | Target::Results(parts) | Target::All(parts) => {
                parts.iter().all(|part| self.bind_parts(part, own))
            }
            Target::Ignored => true,
            Target::Member(..) => false,
        }
    }

    /// An assignment changes nothing outside where the variable is the function's own, and stays so.
    fn assign(&mut self, target: &Target, value: &Expr) -> bool {
        let Target::Name(ident) = target else { return false };
        self.bound.contains(&ident.name)
            && !self.index.may_name_credential(&ident.name)
            && !self.holds(value, &Hush::knows)
    }

    fn expr(&mut self, expr: &Expr) -> bool {
        if self.left == 0 || self.depth >= DEEPEST {
            return false;
        }
        self.left -= 1;
        self.depth += 1;
        let quiet = match &expr.kind {
            ExprKind::Text(_) | ExprKind::Number(_) | ExprKind::Nothing => true,
            ExprKind::Name(name) => self.name(name),
            ExprKind::Member(object, key) => {
                key.as_text().is_none_or(|key| !self.index.is_environment_word(key))
                    && self.expr(object)
                    && self.expr(key)
            }
            ExprKind::Call(call) => self.call(call),
            ExprKind::Concat(all) | ExprKind::List(all) | ExprKind::Choice(all) | ExprKind::Opaque(all) => {
                all.iter().all(|one| self.expr(one))
            }
            ExprKind::Map(entries) => entries.iter().all(|entry| {
                let named = entry.key.as_text().is_some_and(|key| self.index.may_name_credential(key));
                !named && !entry.env && self.expr(&entry.key) && self.expr(&entry.value)
            }),
            ExprKind::Function(at) => self.function(*at),
            ExprKind::Spread(inner) => self.expr(inner),
            ExprKind::Assign(target, value) => self.expr(value) && self.assign(target, value),
            ExprKind::Ask(_) | ExprKind::Results(_) | ExprKind::Env(_) | ExprKind::Class(_) | ExprKind::Instance(_) => {
                false
            }
        };
        self.depth -= 1;
        quiet
    }

    fn name(&self, name: &Arc<str>) -> bool {
        !self.index.is_environment_word(name) && self.hush.imported.get(name) != Some(&true)
    }

    fn call(&mut self, call: &Call) -> bool {
        if call.construct || !call.args.iter().all(|arg| self.arg(arg.name.as_ref(), &arg.value)) {
            return false;
        }
        let (word, receiver) = match &call.callee.kind {
            ExprKind::Name(name) => (name, None),
            ExprKind::Member(object, key) => match key.as_text() {
                Some(key) => (key, Some(&**object)),
                None => return false,
            },
            _ => return false,
        };
        if matches!(&**word, "require" | "import" | "super" | "this") || self.index.is_deed(self.language, word) {
            return false;
        }
        let gives = || call.args.iter().any(|arg| self.holds(&arg.value, &Hush::knows));
        match receiver {
            // What the function was given or made itself is nothing that anybody knows; of what is known outside, it
            // would have to be known what the method does.
            Some(receiver) => {
                let known = self.holds(receiver, &Hush::knows) || is_this(receiver);
                !known && self.expr(receiver) && self.is_harmless(word, call)
            }
            None if self.bound.contains(word) => !gives(),
            None => match self.hush.functions.get(word).copied() {
                Some(at) => !gives() && self.own(at),
                None => !self.hush.knows(word) && self.is_harmless(word, call),
            },
        }
    }

    /// Whether a call of something that nothing here knows leaves alone what the unit made: it isn't given it. What other
    /// modules made they keep, as far as anybody can tell; but what rows tell of a function may be that it calls what it
    /// is given. A function that is written there has been listened to.
    fn is_harmless(&self, word: &str, call: &Call) -> bool {
        let written = |arg: &&Expr| !matches!(arg.kind, ExprKind::Function(_));
        let given = |is: &dyn Fn(&Hush, &Arc<str>) -> bool| {
            call.args.iter().map(|arg| &arg.value).filter(written).any(|arg| self.holds(arg, is))
        };
        let own = given(&|hush, name| hush.names.contains_key(name));
        let called = self.index.has_function(self.language, word) && given(&Hush::knows);
        !own && !called
    }

    fn arg(&mut self, name: Option<&Ident>, value: &Expr) -> bool {
        !name.is_some_and(|name| self.index.may_name_credential(&name.name)) && self.expr(value)
    }

    /// Another function of the unit, by itself.
    fn own(&mut self, at: usize) -> bool {
        if let Some(known) = self.hush.known.get(&at) {
            return *known;
        }
        self.hush.known.insert(at, false);
        let bound = std::mem::take(&mut self.bound);
        let quiet = self.function(at);
        self.bound = bound;
        self.hush.known.insert(at, quiet);
        quiet
    }

    /// Whether an expression, or a function in it, takes a name for which `is` holds and that the function at hand doesn't
    /// bind itself.
    fn holds(&self, expr: &Expr, is: &dyn Fn(&Hush, &Arc<str>) -> bool) -> bool {
        let mut found = false;
        let outer = |name: &Arc<str>| !self.bound.contains(name) && is(self.hush, name);
        visit::expr(expr, &mut |inner| {
            found |= match &inner.kind {
                ExprKind::Name(name) => outer(name),
                ExprKind::Function(at) => self.hush.taken(self.facts, *at).iter().any(outer),
                _ => false,
            };
        });
        found
    }
}

fn is_this(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Name(name) if matches!(&**name, "this" | "super"))
}

/// Calls `see` for the names that a statement binds.
fn bound_by(stmt: &Stmt, see: &mut dyn FnMut(&Arc<str>)) {
    match stmt {
        Stmt::Bind { target, .. } | Stmt::Assign { target, .. } => bound_to(target, see),
        Stmt::Loop { over: Some((target, _)), .. } => bound_to(target, see),
        Stmt::Function(ident, _) | Stmt::Class(ident, _) => see(&ident.name),
        _ => {}
    }
}

/// Calls `see` for the names that a target binds.
fn bound_to(target: &Target, see: &mut dyn FnMut(&Arc<str>)) {
    match target {
        Target::Name(ident) => see(&ident.name),
        Target::Map(parts) => parts.iter().for_each(|(_, part, _)| bound_to(part, see)),
        Target::List(parts) | Target::Results(parts) | Target::All(parts) => {
            parts.iter().for_each(|part| bound_to(part, see));
        }
        Target::Member(..) | Target::Ignored => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::catalog::builtin;
    use crate::catalog::index::Index;
    use crate::flow::{Modules, run};
    use crate::input::MemoryTree;
    use crate::shelf::Shelf;

    /// Whether a function makes the run look into the module that it takes `b` from.
    fn looks(function: &str) -> bool {
        looks_in("a.js", function)
    }

    fn looks_in(path: &str, function: &str) -> bool {
        let text =
            format!("import b from './b.js';\nconst own = [];\nfunction add(n) {{ return n + 1; }}\n{function}\n");
        let files = [(path, text.as_str()), ("b.js", "export default { x: 'y', go() { return 1; } };\n")];
        let tree: MemoryTree = files.into_iter().map(|(path, text)| (path, text.as_bytes())).collect();
        let shelf = Shelf::new(Arc::new(tree), vec![String::new()], builtin());
        let document = shelf.document(path).unwrap();
        let index = Index::new(builtin());
        run(&index, &shelf, &document).loaded.contains_key("b.js")
    }

    #[test]
    fn a_function_that_shows_nothing_loads_nothing() {
        for function in [
            "export const f = (n) => Math.max(n, b);",
            "export function f(all) { return all.map((one) => one.size * 2).filter(Boolean).length * b; }",
            "export function f(n) { let sum = 0; for (const one of n) { sum = sum + one.size; } return sum < b; }",
            "export const f = (n) => add(n.length) + b;",
            "const f = (n) => { const inner = (x) => x.trim(); return [inner(n), b]; };",
            "function f({ width, height = 2 }) { if (width > b) { return height; } return `${b} px`; }",
        ] {
            assert!(!looks(function), "{function}");
        }
    }

    #[test]
    fn what_goes_to_clients_runs_whoever_calls_it() {
        let load = "function a() { return load(); }\nexport function load() { return { size: b }; }";
        assert!(!looks_in("lib.js", load));
        assert!(looks_in("+page.server.js", load));
    }

    #[test]
    fn all_others_run() {
        for function in [
            "const f = () => b.go();",
            "const f = () => b();",
            "const f = () => new b();",
            "const f = () => { const c = b; c.go(); };",
            "const f = () => { const { go } = b; go(); };",
            "const f = (c = b) => c.go();",
            "const f = ({ c = b }) => c.go();",
            "const f = () => { let c = 1; c = b; c.go(); };",
            "const f = () => { for (const c of b) { c.go(); } };",
            "const f = () => { const add = b; add(1); };",
            "const f = () => [1].forEach(b);",
            "const f = (all) => all.map((one) => b.go(one));",
            "const f = (all) => all.map((one) => own.push(b));",
            "const f = () => { own[0] = b; };",
            "const f = () => { own.x = b; };",
            "const f = (n) => { n.x = b; };",
            "let kept; const f = () => { kept = b; };",
            "const f = () => { const apiSecret = b; };",
            "const f = () => ({ token: b });",
            "const f = () => fetch('/x', { body: b });",
            "const f = () => console.log(b);",
            "const f = (n) => { throw new Error(b); };",
            "const f = (n) => { throw 'no ' + b.key; };",
            "const f = () => process.env[b];",
            "const g = (c) => c.go(); const f = () => g(b);",
            "function g(c) { own.push(c); } const f = () => g(b);",
            "function g(c) { return c.go(); } const f = () => g(b);",
            "const f = () => { class C extends b {} return new C(); };",
            "const f = async () => (await import('./b.js')).default;",
            "const f = () => <b x={1} />;",
            "const f = (mixpanel) => mixpanel.init(b);",
            "function g(c) { return c().go(); } const f = () => g(() => b);",
            "const f = () => [1].map(() => b).map((c) => c.go());",
            "const f = () => { const c = [1].map(() => b); c.go(); };",
        ] {
            assert!(looks(function), "{function}");
        }
    }
}
