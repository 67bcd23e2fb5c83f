//! What a row about inlining finds in one file: the names that a build puts into client code.

use std::collections::BTreeMap;

use crate::catalog::{Functions, Inlined};
use crate::flow::configured::maps_with;
use crate::source::Span;
use crate::syntax::document::Unit;
use crate::syntax::facts::{Entry, Expr, ExprKind, Facts, Stmt, Target};
use crate::syntax::visit::{self, at_path};

/// Takes a name, where it stands, and what its value spans.
type See<'s> = dyn FnMut(&str, Span, Option<Span>) + 's;

/// How far variables are followed to the map that they hold.
const MAX_HOPS: usize = 4;

/// Whether a text may hold what a row is about: it has the name of the plugin that is called, or of its package.
pub(super) fn is_mentioned(row: &Inlined, text: &str) -> bool {
    let Some(call) = &row.call else { return true };
    let name = call.strip_prefix("*.").or_else(|| call.rsplit_once('.').map(|(package, _)| package)).unwrap_or(call);
    text.contains(name)
}

/// The names that one row finds in a unit, with the place of each. `functions` says which calls put members into a map.
pub(super) fn inlined_in(unit: &Unit, row: &Inlined, functions: &Functions, see: &mut See) {
    let facts = &unit.facts;
    if let Some(path) = &row.path {
        let segments = visit::steps(path);
        let mut roots: Vec<&Expr> = Vec::new();
        if facts.data {
            roots.extend(visit::documents(facts));
        } else if !segments.is_empty() {
            // In code, the configured object stands inside functions and calls: any map may be it.
            visit::expressions(facts, &mut |expr| {
                if matches!(expr.kind, ExprKind::Map(_)) {
                    roots.push(expr);
                }
            });
        }
        for root in roots {
            at_path(root, &segments, &mut |place| keys(facts, row, place, MAX_HOPS, see));
        }
    }
    if !facts.data
        && let Some(path) = row.path.as_deref()
        && let Some(last) = visit::steps(path).pop().filter(|last| !last.starts_with('*'))
    {
        let puts = |method: &str| functions.puts_members(unit.language, method);
        assigned(facts, row, &[last, path], &puts, see);
    }
    let Some(call) = &row.call else { return };
    let (at, inside) = match row.at.as_deref().map(|at| at.split_once('.').unwrap_or((at, ""))) {
        Some((at, inside)) => (at.parse().unwrap_or(0), inside),
        None => (0_usize, ""),
    };
    let mut locals = None;
    let out = row.unless.as_ref().map_or_else(Vec::new, |(key, value)| maps_with(facts, key, value));
    visit::expressions(facts, &mut |expr| {
        let args: Vec<&Expr> = match &expr.kind {
            ExprKind::Call(made)
                if is_called(&made.callee, call, || locals.get_or_insert_with(|| imported(facts)).clone()) =>
            {
                made.args.iter().map(|arg| &arg.value).collect()
            }
            // `["plugin", { options }]`, as Babel's configuration calls a plugin.
            ExprKind::List(items) => match &items[..] {
                [name, options @ ..] if name.as_text().is_some_and(|name| **name == **call) => options.iter().collect(),
                _ => return,
            },
            _ => return,
        };
        if out.iter().any(|span| span.contains(expr.span) || args.iter().any(|arg| arg.span == *span)) {
            return;
        }
        let Some(arg) = args.get(at).copied() else { return };
        match &arg.kind {
            ExprKind::List(items) if inside.is_empty() => {
                items
                    .iter()
                    .filter_map(|item| Some((item.as_text()?, item.span)))
                    .for_each(|(text, span)| see(text, span, None));
            }
            ExprKind::Text(text) if inside.is_empty() => {
                let value = row.value.as_deref().and_then(|value| args.get(value.parse::<usize>().ok()?));
                see(text, arg.span, value.map(|value| value.span));
            }
            _ if inside.is_empty() => keys(facts, row, arg, MAX_HOPS, see),
            _ => {
                // A key may hold dots itself (`'process.env': { .. }`).
                let whole = [inside];
                at_path(arg, &whole, &mut |place| keys(facts, row, place, MAX_HOPS, see));
                let steps = visit::steps(inside);
                if steps.len() > 1 {
                    at_path(arg, &steps, &mut |place| keys(facts, row, place, MAX_HOPS, see));
                }
            }
        }
    });
}

/// What is assigned to or put into a variable or member of one of these names, as a whole or key by key:
/// `manifestPlaceholders = [..]`, `manifestPlaceholders["x"] = ..`, `manifestPlaceholders.put("x", ..)`.
fn assigned(facts: &Facts, row: &Inlined, names: &[&str], puts: &dyn Fn(&str) -> bool, see: &mut See) {
    let is_named = |expr: &Expr| match &expr.kind {
        ExprKind::Name(found) => names.contains(&&**found),
        ExprKind::Member(_, key) => key.as_text().is_some_and(|key| names.contains(&&**key)),
        _ => false,
    };
    let one = |target: &Target, value: &Expr, see: &mut See| match target {
        Target::Name(ident) if names.contains(&&*ident.name) => keys(facts, row, value, MAX_HOPS, see),
        Target::Member(object, key) => match key.as_text() {
            Some(found) if names.contains(&&**found) => keys(facts, row, value, MAX_HOPS, see),
            Some(found) if is_named(object) => see(found, key.span, Some(value.span)),
            _ => {}
        },
        _ => {}
    };
    visit::statements(facts, &mut |stmt| {
        if let Stmt::Assign { target, value } = stmt {
            one(target, value, see);
        }
    });
    visit::expressions(facts, &mut |expr| match &expr.kind {
        ExprKind::Assign(target, value) => one(target, value, see),
        ExprKind::Call(call) => {
            let ExprKind::Member(object, method) = &call.callee.kind else { return };
            if !is_named(object) || !method.as_text().is_some_and(|method| puts(method)) {
                return;
            }
            match &call.args[..] {
                [map] => keys(facts, row, &map.value, MAX_HOPS, see),
                [key, value] => {
                    key.value.as_text().into_iter().for_each(|text| see(text, key.value.span, Some(value.value.span)));
                }
                _ => {}
            }
        }
        _ => {}
    });
}

/// The keys of a map, of the maps spread into it and of the map that a variable holds, and the texts of a list.
fn keys(facts: &Facts, row: &Inlined, place: &Expr, hops: usize, see: &mut See) {
    match &place.kind {
        ExprKind::Map(entries) => {
            for entry in entries {
                if let ExprKind::Spread(inner) = &entry.value.kind {
                    keys(facts, row, inner, hops, see);
                } else if let Some(key) = entry.key.as_text()
                    && row.having.as_ref().is_none_or(|(name, value)| has(&entry.value, name, value))
                {
                    see(key, entry.key.span, Some(entry.value.span));
                    if row.nested {
                        // The name of a section may be what makes its keys Mixpanel's.
                        let mut inside = |inner: &str, at: Span, value: Option<Span>| {
                            see(inner, at, value);
                            see(&format!("{key}_{inner}"), at, value);
                        };
                        if hops > 0 && matches!(entry.value.kind, ExprKind::Map(_)) {
                            keys(facts, row, &entry.value, hops - 1, &mut inside);
                        }
                    }
                }
            }
        }
        ExprKind::List(items) => {
            for item in items {
                item.as_text().into_iter().for_each(|text| see(text, item.span, None));
            }
        }
        // `placeholders + mapOf(..)`
        ExprKind::Concat(all) | ExprKind::Choice(all) if hops > 0 => {
            all.iter().for_each(|one| keys(facts, row, one, hops - 1, see));
        }
        // `mapOf("x" to ..)`, and functions that give back the map that they are handed
        ExprKind::Call(call) if hops > 0 => {
            for arg in &call.args {
                match pair(&arg.value) {
                    Some((key, value)) => {
                        key.as_text().into_iter().for_each(|text| see(text, key.span, Some(value.span)));
                    }
                    None => keys(facts, row, &arg.value, hops - 1, see),
                }
            }
        }
        ExprKind::Name(name) if hops > 0 => {
            for stmt in &facts.body {
                if let Stmt::Bind { target: Target::Name(ident), value, .. } = stmt
                    && ident.name == *name
                {
                    keys(facts, row, value, hops - 1, see);
                }
            }
        }
        _ => {}
    }
}

/// The two sides of an entry that is written as a call on its key: Kotlin's `"x" to value`.
fn pair(expr: &Expr) -> Option<(&Expr, &Expr)> {
    let ExprKind::Call(call) = &expr.kind else { return None };
    let ExprKind::Member(key, _) = &call.callee.kind else { return None };
    let [value] = &call.args[..] else { return None };
    key.as_text().map(|_| (&**key, &value.value))
}

/// Whether a map, or one that a call is handed, has a member with this value.
fn has(value: &Expr, name: &str, wanted: &str) -> bool {
    let member = |entry: &Entry| {
        let found = match &entry.value.kind {
            ExprKind::Text(text) | ExprKind::Number(text) => &**text == wanted,
            _ => false,
        };
        found && entry.key.as_text().is_some_and(|key| &**key == name)
    };
    match &value.kind {
        ExprKind::Map(entries) => entries.iter().any(member),
        ExprKind::Call(call) => call.args.iter().any(|arg| has(&arg.value, name, wanted)),
        _ => false,
    }
}

/// Whether a callee is what a row calls `module.name`, `*.name` (a member of anything) or `name`.
fn is_called<'f>(callee: &'f Expr, wanted: &str, locals: impl FnOnce() -> BTreeMap<&'f str, String>) -> bool {
    let last = wanted.rsplit('.').next().unwrap_or(wanted);
    if let Some(member) = wanted.strip_prefix("*.") {
        return matches!(&callee.kind, ExprKind::Member(_, key) if key.as_text().is_some_and(|key| &**key == member));
    }
    if last == wanted {
        return matches!(&callee.kind, ExprKind::Name(name) if &**name == wanted);
    }
    let locals = locals();
    let bare = |path: &str| path.split('.').filter(|step| *step != "default").collect::<Vec<_>>().join(".");
    path(callee, &locals).is_some_and(|path| bare(&path) == bare(wanted))
}

/// The path of what an expression names in a module.
fn path(expr: &Expr, locals: &BTreeMap<&str, String>) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => locals.get(&**name).cloned(),
        ExprKind::Member(object, key) => Some(format!("{}.{}", path(object, locals)?, key.as_text()?)),
        _ => required(expr).map(str::to_string),
    }
}

/// The module that `require('module')` loads.
fn required(expr: &Expr) -> Option<&str> {
    let ExprKind::Call(call) = &expr.kind else { return None };
    let ExprKind::Name(name) = &call.callee.kind else { return None };
    (&**name == "require").then(|| call.args.first()?.value.as_text().map(|text| &**text))?
}

/// The names that a file binds to other modules, each with its path there.
fn imported(facts: &Facts) -> BTreeMap<&str, String> {
    let mut locals = BTreeMap::new();
    visit::statements(facts, &mut |stmt| match stmt {
        Stmt::Import(import) => {
            for name in &import.names {
                let module = &import.module.name;
                let path = name.exported.as_ref().map_or(module.to_string(), |exported| format!("{module}.{exported}"));
                locals.insert(&*name.local.name, path);
            }
        }
        Stmt::Bind { target, value, .. } => {
            let Some(module) = required(value) else { return };
            match target {
                Target::Name(ident) => {
                    locals.insert(&*ident.name, module.to_string());
                }
                Target::Map(parts) => parts.iter().for_each(|(key, part, _)| {
                    if let Target::Name(ident) = part {
                        locals.insert(&*ident.name, format!("{module}.{key}"));
                    }
                }),
                _ => {}
            }
        }
        _ => {}
    });
    locals
}
