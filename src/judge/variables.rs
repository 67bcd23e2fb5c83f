//! Environment variables: where they are defined, who inlines them into client code, and where data is encoded.

use std::sync::Arc;

use super::Ground;
use super::inlined::{inlined_in, is_mentioned};
use super::manifests;
use super::observe::{Observed, Variable};
use super::options;
use crate::catalog::coverage::used;
use crate::catalog::names::Around;
use crate::catalog::{Inlined, Surfaces, fits};
use crate::flow::{Modules, configured, decode_base64};
use crate::source::{Place, Span};
use crate::syntax::document::{Document, Unit};
use crate::syntax::facts::{Entry, Expr, ExprKind, Facts, Literal, LiteralRole, Stmt, Target};
use crate::syntax::visit::{self, at_path};

impl Ground<'_> {
    /// Marks the literals of a data file that define environment variables, decodes those that are encoded, and lists
    /// the variables that are defined.
    pub fn environment(&self, document: &mut Arc<Document>, out: &mut Observed) {
        let path = document.source.path().clone();
        let surfaces = &self.catalog.surfaces;
        let concerned = |row: &&Inlined| {
            row.value.is_some()
                && (row.files.is_empty() || fits(&row.files, &path))
                && is_mentioned(row, document.source.text())
        };
        let rows: Vec<&Inlined> = surfaces.inlined.iter().filter(concerned).collect();
        for at in 0..document.units.len() {
            let mut found: Vec<Definition> = Vec::new();
            let unit = &document.units[at];
            if unit.facts.data {
                data_definitions(&unit.facts, document.source.text(), &path, surfaces, &mut found);
                let encoded = encoded(&unit.facts, surfaces);
                if !encoded.is_empty() {
                    decode(&mut Arc::make_mut(document).units[at].facts, &encoded);
                }
            }
            let unit = &document.units[at];
            statements(&unit.facts, &mut found);
            for row in &rows {
                inlined_in(unit, row, &self.catalog.functions, &mut |name, at, value| {
                    used(*row);
                    let value = value.unwrap_or(at);
                    found.push(Definition { name: name.into(), at, value, given: None });
                });
            }
            if found.is_empty() {
                continue;
            }
            // Whoever follows a value into this file goes by what is written there.
            let unit = &mut Arc::make_mut(document).units[at];
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
                out.definitions.push(Variable {
                    place,
                    name: definition.name,
                    by: None,
                    inlined_read: false,
                    under: None,
                });
            }
        }
    }

    /// Names that a build configuration puts into client code.
    pub fn inlined(&self, document: &mut Arc<Document>, modules: &dyn Modules, out: &mut Observed) {
        let path = &document.source.path().clone();
        let mut packages = None;
        for row in &self.catalog.surfaces.inlined {
            if !row.files.is_empty() && !fits(&row.files, path) {
                continue;
            }
            if !row.packages.is_empty() {
                let found = packages.get_or_insert_with(|| self.sides.manifests.packages(path, modules));
                if !row.packages.iter().any(|package| found.contains(package)) {
                    continue;
                }
            }
            if row.listed.as_ref().is_some_and(|list| !manifests::is_listed(list, path, modules)) {
                continue;
            }
            let text = document.source.text();
            let elsewhere = row.unless.as_ref().is_some_and(|(key, value)| text.contains(&format!("{key}={value}")));
            if let Some(option) = row.option.as_ref().filter(|option| !elsewhere && text.contains(option.as_str())) {
                for unit in &mut Arc::make_mut(document).units {
                    options::collect(&mut unit.facts, option, &mut |name, span| {
                        used(row);
                        let name = bare(row, &name);
                        let place = Place { path: path.clone(), span };
                        let by = Some(row.by.as_str().into());
                        out.inlined.push(Variable { place, name, by, inlined_read: false, under: None });
                    });
                }
            }
            if !is_mentioned(row, document.source.text()) {
                continue;
            }
            for at in 0..document.units.len() {
                let unit = &document.units[at];
                let mut values: Vec<Span> = Vec::new();
                inlined_in(unit, row, &self.catalog.functions, &mut |name, span, value| {
                    used(row);
                    values.extend(value);
                    let place = Place { path: path.clone(), span };
                    let bare = bare(row, name);
                    let by: Option<Arc<str>> = Some(row.by.as_str().into());
                    if !self.is_secret_variable(&bare) {
                        for (name, span) in value.map_or_else(Vec::new, |value| self.values_of(unit, value)) {
                            let (by, under) = (by.clone(), Some(bare.clone()));
                            let place = Place { path: path.clone(), span };
                            out.inlined.push(Variable { place, name, by, inlined_read: false, under });
                        }
                    }
                    out.inlined.push(Variable { place, name: bare, by, inlined_read: false, under: None });
                });
                // What stands for a name in code is itself code: `"'text'"`.
                if !values.is_empty() {
                    let literals = &mut Arc::make_mut(document).units[at].facts.literals;
                    literals.iter_mut().filter(|literal| values.contains(&literal.span)).for_each(unquote);
                }
            }
        }
        for at in 0..out.definitions.len() {
            let Variable { place, name, .. } = out.definitions[at].clone();
            if let Some(by) = self.prefixed_by_build(path, &name, modules) {
                out.inlined.push(Variable { place, name, by: Some(by), inlined_read: false, under: None });
            }
        }
    }

    /// The variables of which an inlined value is one, whole: `JSON.stringify(process.env.X ?? '')`.
    fn values_of(&self, unit: &Unit, value: Span) -> Vec<(Arc<str>, Span)> {
        let same = |name: &str| self.catalog.functions.gives_argument(unit.language, name);
        let mut found = Vec::new();
        visit::expressions(&unit.facts, &mut |expr| {
            if expr.span == value && found.is_empty() {
                whole(expr, &same, &mut found);
            }
        });
        found
    }

    /// Who inlines a secret's variable because the build's configuration says so of its prefix.
    pub(super) fn prefixed_by_build(&self, path: &str, name: &str, modules: &dyn Modules) -> Option<Arc<str>> {
        if !self.is_secret_variable(name) || self.names.inlined_by(name).is_some() {
            return None;
        }
        let project = manifests::project(path, modules);
        for row in &self.catalog.surfaces.build_prefix {
            let rest = row.prefix.as_ref().and_then(|prefix| name.strip_prefix(prefix.as_str()));
            if rest.is_some_and(|rest| self.is_secret_variable(rest)) {
                let known = self.sides.manifests.packages(path, modules);
                if row.packages.iter().any(|package| known.contains(package)) {
                    used(row);
                    return Some(row.by.as_str().into());
                }
            }
            for file in &row.files {
                let Some(document) = modules.document(&format!("{project}{file}")) else { continue };
                let prefixes = configured::texts(&document, &row.path);
                if prefixes.iter().any(|prefix| !prefix.is_empty() && name.starts_with(&**prefix)) {
                    used(row);
                    return Some(row.by.as_str().into());
                }
            }
        }
        None
    }

    /// Whether a variable of this name holds a secret of Mixpanel's.
    pub fn is_secret_variable(&self, name: &str) -> bool {
        self.names.meaning(name, Around::Nothing).is_some_and(|meaning| self.kinds.all_secret(meaning.kinds))
    }
}

/// The name of a variable without what the row says to strip.
fn bare(row: &Inlined, name: &str) -> Arc<str> {
    row.strip.iter().find_map(|prefix| name.strip_prefix(prefix.as_str())).unwrap_or(name).into()
}

fn whole(expr: &Expr, same: &dyn Fn(&str) -> bool, found: &mut Vec<(Arc<str>, Span)>) {
    match &expr.kind {
        ExprKind::Env(name) => found.push((name.clone(), expr.span)),
        ExprKind::Member(_, key) => found.extend(key.as_text().map(|name| (name.clone(), expr.span))),
        ExprKind::Choice(all) | ExprKind::Concat(all) => all.iter().for_each(|one| whole(one, same, found)),
        ExprKind::Call(call) if configured::called(&call.callee).is_some_and(same) => {
            call.args.iter().for_each(|arg| whole(&arg.value, same, found));
        }
        _ => {}
    }
}

/// A value that is itself the source of a string (`"\"text\""`) is what stands between the quotes.
fn unquote(literal: &mut Literal) {
    let within = |quote| literal.text.strip_prefix(quote).and_then(|text: &str| text.strip_suffix(quote));
    let Some(inner) = within('"').or_else(|| within('\'')) else { return };
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
fn data_definitions(facts: &Facts, text: &str, path: &str, surfaces: &Surfaces, found: &mut Vec<Definition>) {
    let rows: Vec<_> =
        surfaces.environment.iter().filter(|row| row.files.is_empty() || fits(&row.files, path)).collect();
    for document in visit::documents(facts) {
        for row in &rows {
            let before = found.len();
            started(document, row.when.as_ref(), &row.path, &mut |place| match &place.kind {
                // A block or element that is one pair: `env { name = .. value = .. }`, `<env name=".." value=".."/>`.
                ExprKind::Map(entries) if pair(entries).is_none() => {
                    entries.iter().for_each(|entry| push_entry(entry, found));
                }
                ExprKind::Map(_) => list_item(place, found),
                ExprKind::List(items) => items.iter().for_each(|item| list_item(item, found)),
                ExprKind::Text(_) | ExprKind::Concat(_) => lines(place.span, text, found),
                _ => {}
            });
            if found.len() > before {
                used(*row);
            }
        }
    }
}

/// A text with a definition `X=Y` on each of its lines.
fn lines(span: Span, text: &str, found: &mut Vec<Definition>) {
    let mut at = span.range().start;
    for line in text.get(span.range()).unwrap_or_default().split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        let written = line.trim();
        let Some((name, value)) = written.split_once('=') else { continue };
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            continue;
        }
        let end = start + written.len();
        let value = Span::new(end - value.len(), end);
        found.push(Definition { name: name.into(), at: Span::new(start, end), value, given: None });
    }
}

/// `{name: X, value: Y}` or `X=Y`.
fn list_item(item: &Expr, found: &mut Vec<Definition>) {
    match &item.kind {
        ExprKind::Map(entries) => {
            if let Some((name, value)) = pair(entries) {
                found.push(Definition {
                    name: name.clone(),
                    at: value.span,
                    value: value.span,
                    given: Some(value.clone()),
                });
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

/// The name and the value of `{name: X, value: Y}`.
fn pair(entries: &[Entry]) -> Option<(&Arc<str>, &Expr)> {
    let get = |wanted: &[&str]| {
        let wanted = |entry: &&Entry| entry.key.as_text().is_some_and(|key| wanted.contains(&&**key));
        entries.iter().find(wanted).map(|entry| &entry.value)
    };
    Some((get(&["name", "key"])?.as_text()?, get(&["value"])?))
}

/// Calls `see` for every expression at a key path that starts at the document, or at each map in it that has the wanted
/// member.
fn started<'e>(document: &'e Expr, when: Option<&(String, String)>, path: &str, see: &mut dyn FnMut(&'e Expr)) {
    let steps = visit::steps(path);
    let Some((key, value)) = when else { return at_path(document, &steps, see) };
    at_path(document, &["**"], &mut |map| {
        if has(map, key, value) {
            at_path(map, &steps, see);
        }
    });
}

fn has(document: &Expr, key: &str, value: &str) -> bool {
    let ExprKind::Map(entries) = &document.kind else { return false };
    entries.iter().any(|entry| {
        entry.key.as_text().is_some_and(|found| &**found == key)
            && entry.value.as_text().is_some_and(|found| &**found == value)
    })
}

/// The texts of a data file that rows say are base64.
fn encoded(facts: &Facts, surfaces: &Surfaces) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for document in visit::documents(facts) {
        for row in &surfaces.encoded {
            started(document, Some(&row.when), &row.path, &mut |place| {
                if let ExprKind::Map(entries) = &place.kind {
                    used(row);
                    spans.extend(entries.iter().map(|entry| entry.value.span));
                }
            });
        }
    }
    spans
}

/// Puts what base64 stands for in its place.
fn decode(facts: &mut Facts, encoded: &[Span]) {
    for literal in &mut facts.literals {
        if encoded.contains(&literal.span)
            && let Some(text) = decode_base64(&literal.text)
        {
            literal.text = text.trim_end_matches('\n').into();
        }
    }
}
