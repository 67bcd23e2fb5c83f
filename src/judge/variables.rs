//! Environment variables: where they are defined, who inlines them into client code, and where data is encoded.

use std::sync::Arc;

use super::Ground;
use super::observe::{Observed, Variable};
use super::side::fits;
use crate::catalog::names::Around;
use crate::catalog::{Inlined, Surfaces};
use crate::flow::decode_base64;
use crate::source::{Place, Span};
use crate::syntax::document::Document;
use crate::syntax::facts::{Entry, Expr, ExprKind, Facts, Literal, LiteralRole, Stmt, Target};
use crate::syntax::visit;

impl Ground<'_> {
    /// Marks the literals of a data file that define environment variables, decodes those that are encoded, and lists
    /// the variables that are defined.
    pub fn environment(&self, document: &mut Document, out: &mut Observed) {
        let path = document.source.path().clone();
        let surfaces = &self.catalog.surfaces;
        for unit in &mut document.units {
            let mut found: Vec<Definition> = Vec::new();
            if unit.facts.data {
                data_definitions(&unit.facts, &path, surfaces, &mut found);
                decode(&mut unit.facts, surfaces);
            }
            statements(&unit.facts, &mut found);
            for row in surfaces.inlined.iter().filter(|row| row.value.is_some()) {
                if row.files.is_empty() || fits(&row.files, &path) {
                    inlined_in(&unit.facts, row, &mut |name, at, value| {
                        let value = value.unwrap_or(at);
                        found.push(Definition { name: name.into(), at, value, given: None });
                    });
                }
            }
            for definition in found {
                for literal in &mut unit.facts.literals {
                    let inside = definition.value.contains(literal.span);
                    if inside && matches!(literal.role, LiteralRole::Plain | LiteralRole::EnvDefault) {
                        unquote(literal);
                        literal.role = LiteralRole::EnvDefinition;
                        if literal.names.first() != Some(&definition.name) {
                            literal.names.insert(0, definition.name.clone());
                        }
                    }
                }
                if let Some(given) = definition.given {
                    unit.environment.push((definition.name.clone(), given));
                }
                let place = Place { path: path.clone(), span: definition.at };
                out.definitions.push(Variable { place, name: definition.name, by: None, inlined_read: false });
            }
        }
    }

    /// Names that a build configuration puts into client code.
    pub fn inlined(&self, document: &Document, out: &mut Observed) {
        let path = document.source.path();
        for row in &self.catalog.surfaces.inlined {
            if !row.files.is_empty() && !fits(&row.files, path) {
                continue;
            }
            if !row.packages.is_empty() {
                continue;
            }
            for unit in &document.units {
                inlined_in(&unit.facts, row, &mut |name, span, _| {
                    let place = Place { path: path.clone(), span };
                    let bare = row.strip.iter().find_map(|prefix| name.strip_prefix(prefix.as_str())).unwrap_or(name);
                    let by = Some(row.by.as_str().into());
                    out.inlined.push(Variable { place, name: bare.into(), by, inlined_read: false });
                });
            }
        }
    }

    /// Whether a variable of this name holds a secret of Mixpanel's.
    pub fn is_secret_variable(&self, name: &str) -> bool {
        self.names.meaning(name, Around::Nothing).is_some_and(|meaning| self.kinds.all_secret(meaning.kinds))
    }
}

/// A value that is itself the source of a string (`"\"text\""`) is what stands between the quotes.
fn unquote(literal: &mut Literal) {
    let Some(inner) = literal.text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else { return };
    let escaped = literal.span.range().len().saturating_sub(inner.len()) / 2;
    let span = literal.span;
    literal.span = Span { start: span.start + escaped as u32, end: span.end.saturating_sub(escaped as u32) };
    literal.text = inner.into();
}

/// A definition of a variable in a file.
struct Definition {
    name: Arc<str>,
    /// What the finding points at: the value, or the name where there is none.
    at: Span,
    /// What the value spans.
    value: Span,
    /// The value, where a data file gives it to code in the same file.
    given: Option<Expr>,
}

/// `.env` entries, `export X=...`, `X=... program`.
fn statements(facts: &Facts, found: &mut Vec<Definition>) {
    visit::statements(facts, &mut |stmt| {
        if let Stmt::Bind { target: Target::Name(ident), value, env: true } = stmt {
            found.push(Definition { name: ident.name.clone(), at: ident.span, value: value.span, given: None });
        }
    });
    visit::expressions(facts, &mut |expr| {
        if let ExprKind::Map(entries) = &expr.kind {
            entries.iter().filter(|entry| entry.env).for_each(|entry| push_entry(entry, found));
        }
    });
}

fn push_entry(entry: &Entry, found: &mut Vec<Definition>) {
    if let Some(name) = entry.key.as_text() {
        let (at, value) = (entry.key.span, entry.value.span);
        found.push(Definition { name: name.clone(), at, value, given: Some(entry.value.clone()) });
    }
}

/// The maps and lists in a data file that define variables.
fn data_definitions(facts: &Facts, path: &str, surfaces: &Surfaces, found: &mut Vec<Definition>) {
    let rows: Vec<_> =
        surfaces.environment.iter().filter(|row| row.files.is_empty() || fits(&row.files, path)).collect();
    for stmt in &facts.body {
        let Stmt::Expr(document) = stmt else { continue };
        for row in &rows {
            if row.when.as_ref().is_some_and(|(key, value)| !has(document, key, value)) {
                continue;
            }
            let segments: Vec<&str> = row.path.split('.').filter(|segment| !segment.is_empty()).collect();
            at_path(document, &segments, &mut |place| match &place.kind {
                ExprKind::Map(entries) => entries.iter().for_each(|entry| push_entry(entry, found)),
                ExprKind::List(items) => items.iter().for_each(|item| list_item(item, found)),
                _ => {}
            });
        }
    }
}

/// `{name: X, value: Y}` or `X=Y`.
fn list_item(item: &Expr, found: &mut Vec<Definition>) {
    match &item.kind {
        ExprKind::Map(entries) => {
            let get = |wanted: &[&str]| {
                entries.iter().find(|entry| entry.key.as_text().is_some_and(|key| wanted.contains(&&**key)))
            };
            if let (Some(name), Some(value)) = (get(&["name", "key"]), get(&["value"]))
                && let Some(name) = name.value.as_text()
            {
                let at = value.value.span;
                found.push(Definition { name: name.clone(), at, value: at, given: Some(value.value.clone()) });
            }
        }
        ExprKind::Text(text) => {
            if let Some((name, _)) = text.split_once('=') {
                found.push(Definition { name: name.into(), at: item.span, value: item.span, given: None });
            }
        }
        ExprKind::Concat(parts) => {
            if let Some((name, _)) = parts.first().and_then(|part| part.as_text()).and_then(|text| text.split_once('='))
            {
                found.push(Definition { name: name.into(), at: item.span, value: item.span, given: None });
            }
        }
        _ => {}
    }
}

fn has(document: &Expr, key: &str, value: &str) -> bool {
    let ExprKind::Map(entries) = &document.kind else { return false };
    entries.iter().any(|entry| {
        entry.key.as_text().is_some_and(|found| &**found == key)
            && entry.value.as_text().is_some_and(|found| &**found == value)
    })
}

/// Calls `see` for every expression at a key path; `*` is one key or index, `**` any number.
fn at_path<'e>(expr: &'e Expr, path: &[&str], see: &mut dyn FnMut(&'e Expr)) {
    let Some((first, rest)) = path.split_first() else { return see(expr) };
    if *first == "**" {
        at_path(expr, rest, see);
    }
    let mut inside = |key: Option<&str>, value: &'e Expr| match *first {
        "**" => at_path(value, path, see),
        "*" => at_path(value, rest, see),
        name if key == Some(name) => at_path(value, rest, see),
        _ => {}
    };
    match &expr.kind {
        ExprKind::Map(entries) => {
            entries.iter().for_each(|entry| inside(entry.key.as_text().map(|key| &**key), &entry.value));
        }
        ExprKind::List(items) => items.iter().for_each(|item| inside(None, item)),
        _ => {}
    }
}

/// Decodes the literals that a format holds in an encoding.
fn decode(facts: &mut Facts, surfaces: &Surfaces) {
    let mut spans: Vec<Span> = Vec::new();
    for stmt in &facts.body {
        let Stmt::Expr(document) = stmt else { continue };
        for row in &surfaces.encoded {
            if !has(document, &row.when.0, &row.when.1) {
                continue;
            }
            let segments: Vec<&str> = row.path.split('.').collect();
            at_path(document, &segments, &mut |place| {
                if let ExprKind::Map(entries) = &place.kind {
                    spans.extend(entries.iter().map(|entry| entry.value.span));
                }
            });
        }
    }
    for literal in &mut facts.literals {
        if spans.contains(&literal.span)
            && let Some(text) = decode_base64(&literal.text)
        {
            literal.text = text.trim_end_matches('\n').into();
        }
    }
}

/// The names that one row finds in facts, with the place of each.
fn inlined_in(facts: &Facts, row: &Inlined, see: &mut dyn FnMut(&str, Span, Option<Span>)) {
    if let Some(path) = &row.path {
        let segments: Vec<&str> = path.split('.').filter(|segment| !segment.is_empty()).collect();
        let mut roots: Vec<&Expr> = Vec::new();
        if facts.data {
            roots.extend(facts.body.iter().filter_map(|stmt| match stmt {
                Stmt::Expr(expr) => Some(expr),
                _ => None,
            }));
        } else if !segments.is_empty() {
            // In code, the configured object stands inside functions and calls: any map may be it.
            visit::expressions(facts, &mut |expr| {
                if matches!(expr.kind, ExprKind::Map(_)) {
                    roots.push(expr);
                }
            });
        }
        for root in roots {
            at_path(root, &segments, &mut |place| {
                if let ExprKind::Map(entries) = &place.kind {
                    for entry in entries {
                        if let Some(key) = entry.key.as_text() {
                            see(key, entry.key.span, Some(entry.value.span));
                        }
                    }
                }
            });
        }
    }
    let Some(call) = &row.call else { return };
    let at: usize = row.at.as_deref().and_then(|at| at.parse().ok()).unwrap_or(0);
    visit::expressions(facts, &mut |expr| {
        let ExprKind::Call(made) = &expr.kind else { return };
        let name = match &made.callee.kind {
            ExprKind::Name(name) => name.to_string(),
            ExprKind::Member(_, key) => key.as_text().map(|key| key.to_string()).unwrap_or_default(),
            _ => return,
        };
        let wanted = call.rsplit('.').next().unwrap_or(call);
        if name != wanted {
            return;
        }
        let Some(arg) = made.args.get(at) else { return };
        match &arg.value.kind {
            ExprKind::Map(entries) => {
                for entry in entries {
                    if let Some(key) = entry.key.as_text() {
                        see(key, entry.key.span, Some(entry.value.span));
                    }
                }
            }
            ExprKind::List(items) => {
                items
                    .iter()
                    .filter_map(|item| Some((item.as_text()?, item.span)))
                    .for_each(|(text, span)| see(text, span, None));
            }
            ExprKind::Text(text) => {
                let value = row.value.as_deref().and_then(|value| made.args.get(value.parse::<usize>().ok()?));
                see(text, arg.value.span, value.map(|value| value.value.span));
            }
            _ => {}
        }
    });
}
