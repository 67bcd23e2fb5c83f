//! What the configurations of bundlers say of modules, where they say it literally: beginnings of imports (aliases), and
//! the modules that a client starts with.

use std::sync::Arc;

use super::Modules;
use crate::catalog::{Surfaces, coverage, fits};
use crate::input::path::normalise;
use crate::source::Span;
use crate::syntax::document::Document;
use crate::syntax::facts::{Expr, ExprKind, Facts, Stmt, Target};
use crate::syntax::visit::{self, at_path};

/// An alias of a build configuration. It holds for what lies in the configuration's folder.
pub struct Configured {
    /// What an import begins with.
    pub from: String,
    /// Whether nothing may follow.
    pub exact: bool,
    /// The path that it stands for, from the tree's root.
    pub to: String,
}

impl Configured {
    /// What follows the alias in an import that begins with it.
    pub fn rest<'s>(&self, specifier: &'s str) -> Option<&'s str> {
        let rest = specifier.strip_prefix(self.from.as_str())?;
        let whole = rest.is_empty() || !self.exact && (rest.starts_with('/') || self.from.ends_with('/'));
        whole.then_some(rest)
    }
}

/// How far variables and calls are followed to the text of a path.
const MAX_HOPS: usize = 6;

/// Whether a file is a configuration that names modules or sets aliases.
pub fn is_configuration(surfaces: &Surfaces, path: &str) -> bool {
    sets_aliases(surfaces, path) || names_entries(surfaces, path)
}

/// Whether a file is a configuration that can set aliases.
pub fn sets_aliases(surfaces: &Surfaces, path: &str) -> bool {
    surfaces.build_alias.iter().any(|row| fits(&row.files, path))
}

/// Whether a file is a configuration that can name modules.
pub fn names_entries(surfaces: &Surfaces, path: &str) -> bool {
    surfaces.build_entry.iter().any(|row| fits(&row.files, path))
}

/// The aliases that a configuration sets.
pub fn aliases(surfaces: &Surfaces, document: &Document) -> Vec<Configured> {
    let path = document.source.path();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = Vec::new();
    for row in surfaces.build_alias.iter().filter(|row| fits(&row.files, path)) {
        for unit in &document.units {
            places(&unit.facts, &row.path, &mut |place| {
                pairs(&unit.facts, place, &mut |from, to| {
                    let exact = from.ends_with('$');
                    let from = from.trim_end_matches('$').trim_end_matches("/*").to_owned();
                    let to = to.trim_end_matches("/*").trim_start_matches('/');
                    coverage::used(row);
                    found.push(Configured { from, exact, to: normalise(&join(folder, to)) });
                });
            });
        }
    }
    found
}

/// The modules that a configuration names as what a client starts with, with the place of each.
pub fn entries(surfaces: &Surfaces, document: &Document, packages: &dyn Fn(&str) -> bool) -> Vec<(String, Span)> {
    let path = document.source.path();
    let mut found = Vec::new();
    for row in surfaces.build_entry.iter().filter(|row| fits(&row.files, path)) {
        if !row.packages.is_empty() && !row.packages.iter().any(|package| packages(package)) {
            continue;
        }
        for unit in &document.units {
            let before = found.len();
            let out = row.unless.as_ref().map_or_else(Vec::new, |(key, value)| maps_with(&unit.facts, key, value));
            let mut see = |place: &Expr| {
                if !out.iter().any(|span| span.contains(place.span)) {
                    leaves(&unit.facts, place, MAX_HOPS, &mut found);
                }
            };
            if let Some(key_path) = &row.path {
                places(&unit.facts, key_path, &mut see);
            }
            if let Some(call) = &row.call {
                let last = call.rsplit('.').next().unwrap_or(call);
                visit::expressions(&unit.facts, &mut |expr| {
                    if let ExprKind::Call(made) = &expr.kind
                        && called(&made.callee) == Some(last)
                        && let Some(arg) = made.args.first()
                    {
                        see(&arg.value);
                    }
                });
            }
            if found.len() > before {
                coverage::used(row);
            }
        }
    }
    found
}

/// The texts at a key path of a configuration.
pub fn texts(document: &Document, key_path: &str) -> Vec<Arc<str>> {
    let mut found = Vec::new();
    for unit in &document.units {
        places(&unit.facts, key_path, &mut |place| {
            visit::expr(place, &mut |expr| found.extend(expr.as_text().cloned()));
        });
    }
    found
}

/// The file that a name in a configuration means.
pub fn resolve(modules: &dyn Modules, from: &str, name: &str) -> Option<String> {
    let dotted = if name.starts_with(['.', '/', '@']) { name.to_owned() } else { format!("./{name}") };
    modules.resolve(from, &dotted)
}

/// The last name of what is called.
pub fn called(callee: &Expr) -> Option<&str> {
    match &callee.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Member(_, key) => key.as_text().map(|key| &**key),
        _ => None,
    }
}

/// The maps that have a member whose text begins so: a build for another target than clients.
pub fn maps_with(facts: &Facts, key: &str, value: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    visit::expressions(facts, &mut |expr| {
        let ExprKind::Map(entries) = &expr.kind else { return };
        let has = entries.iter().any(|entry| {
            entry.key.as_text().is_some_and(|found| &**found == key)
                && texts_of(&entry.value).iter().any(|text| text.starts_with(value))
        });
        if has {
            spans.push(expr.span);
        }
    });
    spans
}

fn texts_of(expr: &Expr) -> Vec<&Arc<str>> {
    let mut found = Vec::new();
    visit::expr(expr, &mut |inner| found.extend(inner.as_text()));
    found
}

/// Calls `see` for each expression at a key path: of the document in data, of any map in code.
fn places<'f>(facts: &'f Facts, key_path: &str, see: &mut dyn FnMut(&'f Expr)) {
    let steps = visit::steps(key_path);
    if facts.data {
        return visit::documents(facts).for_each(|root| at_path(root, &steps, see));
    }
    let mut roots = Vec::new();
    visit::expressions(facts, &mut |expr| {
        if matches!(expr.kind, ExprKind::Map(_)) {
            roots.push(expr);
        }
    });
    roots.into_iter().for_each(|root| at_path(root, &steps, see));
}

/// The members of a map of aliases, or of a list of maps with `find` and `replacement`.
fn pairs(facts: &Facts, place: &Expr, see: &mut dyn FnMut(&str, &str)) {
    match &place.kind {
        ExprKind::Map(entries) => {
            for entry in entries {
                if let (Some(from), Some(to)) = (entry.key.as_text(), path_of(facts, &entry.value, MAX_HOPS)) {
                    see(from, &to);
                }
            }
        }
        ExprKind::List(items) => {
            for item in items {
                let ExprKind::Map(entries) = &item.kind else { continue };
                let get = |name: &str| {
                    let named = |key: &Arc<str>| **key == *name;
                    entries.iter().find(|entry| entry.key.as_text().is_some_and(named)).map(|entry| &entry.value)
                };
                if let (Some(from), Some(to)) = (get("find").and_then(|find| find.as_text()), get("replacement"))
                    && let Some(to) = path_of(facts, to, MAX_HOPS)
                {
                    see(from, &to);
                }
            }
        }
        _ => {}
    }
}

/// The paths in what names modules: a text, or texts in lists, maps and calls.
fn leaves(facts: &Facts, place: &Expr, hops: usize, found: &mut Vec<(String, Span)>) {
    match &place.kind {
        ExprKind::List(items) => items.iter().for_each(|item| leaves(facts, item, hops, found)),
        ExprKind::Choice(items) => items.iter().for_each(|item| leaves(facts, item, hops, found)),
        ExprKind::Map(entries) => entries.iter().for_each(|entry| leaves(facts, &entry.value, hops, found)),
        ExprKind::Name(name) if hops > 0 => {
            if let Some(value) = bound(facts, name) {
                leaves(facts, value, hops - 1, found);
            }
        }
        _ => found.extend(path_of(facts, place, hops).map(|path| (path, place.span))),
    }
}

/// A path as it is put together in configurations: `'./src'`, `path.resolve(__dirname, 'src')`,
/// `fileURLToPath(new URL('./src', import.meta.url))`.
fn path_of(facts: &Facts, expr: &Expr, hops: usize) -> Option<String> {
    if hops == 0 {
        return None;
    }
    let joined = |parts: &mut dyn Iterator<Item = &Expr>, between: &str| {
        let parts: Vec<String> = parts.filter_map(|part| path_of(facts, part, hops - 1)).collect();
        (!parts.is_empty()).then(|| parts.join(between))
    };
    match &expr.kind {
        ExprKind::Text(text) => Some(text.to_string()),
        ExprKind::Concat(parts) => joined(&mut parts.iter(), ""),
        ExprKind::Call(call) => joined(&mut call.args.iter().map(|arg| &arg.value), "/"),
        ExprKind::Name(name) => path_of(facts, bound(facts, name)?, hops - 1),
        _ => None,
    }
}

/// What the file binds a name to at its top.
fn bound<'f>(facts: &'f Facts, name: &Arc<str>) -> Option<&'f Expr> {
    facts.body.iter().find_map(|stmt| match stmt {
        Stmt::Bind { target: Target::Name(ident), value, .. } if ident.name == *name => Some(value),
        _ => None,
    })
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
