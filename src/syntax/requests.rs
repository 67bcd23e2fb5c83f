//! Requests that files describe rather than send: each becomes a call of `request` with its parts as named arguments.
//!
//! Collections of API clients (Postman, Insomnia, Bruno), `.http` files, recordings of browsers and the servers of MCP
//! clients come down to the same small program: variables are bound, then each request is called. What follows it
//! needs to know none of the formats; the row for `request` is in `rules/http/described.toml`.

mod bruno;
mod har;
mod insomnia;
mod mcp;
mod postman;
mod rest;

use std::sync::Arc;

use super::data::{self, Format, References};
use super::embed::{Inner, place_expr};
use super::facts::{Arg, Call, Entry, Expr, ExprKind, Facts, Ident, Stmt, Target};
use crate::source::Span;

pub use bruno::bruno;
pub use rest::rest;

/// Deeper nesting of folders has no collection.
const MAX_DEPTH: usize = 40;

/// The requests that a data file describes, and whether it shows them only in part. `None` where it describes none.
pub fn described(facts: &Facts, text: &str) -> Option<(Facts, bool)> {
    let Some(Stmt::Expr(document)) = facts.body.first() else { return None };
    let file = File { text };
    let mut program = Program::default();
    let partial = if postman::is(document) {
        postman::read(&file, document, &mut program);
        false
    } else if har::is(document) {
        har::read(&file, document, &mut program);
        true
    } else if insomnia::is(document) {
        insomnia::read(&file, document, &mut program);
        false
    } else {
        mcp::read(&file, document, &mut program);
        false
    };
    (!program.requests.is_empty()).then(|| (program.facts(), partial))
}

/// What is described: variables and requests.
#[derive(Default)]
struct Program {
    variables: Vec<Stmt>,
    requests: Vec<Stmt>,
}

impl Program {
    /// A variable with a value; one without a value is set elsewhere.
    fn variable(&mut self, name: Option<&str>, value: Expr) {
        let empty = match &value.kind {
            ExprKind::Text(text) => text.trim().is_empty(),
            ExprKind::Nothing | ExprKind::Map(_) | ExprKind::List(_) => true,
            _ => false,
        };
        if let Some(name) = name.filter(|_| !empty) {
            let target = Target::Name(Ident { name: name.into(), span: value.span });
            self.variables.push(Stmt::Bind { target, value, env: false });
        }
    }

    fn facts(mut self) -> Facts {
        self.variables.append(&mut self.requests);
        Facts { body: self.variables, ..Facts::default() }
    }
}

/// The parts of a request.
#[derive(Clone, Default)]
struct Request {
    parts: Vec<(&'static str, Expr)>,
    headers: Vec<Entry>,
    query: Vec<Entry>,
    /// Whether there may be more than is seen.
    open: bool,
}

impl Request {
    fn part(&mut self, name: &'static str, value: Option<Expr>) {
        self.parts.extend(value.map(|value| (name, value)));
    }

    fn has(&self, name: &str) -> bool {
        self.parts.iter().any(|(known, _)| *known == name)
    }

    /// The call.
    fn send(mut self, span: Span, program: &mut Program) {
        for (name, entries) in [("headers", self.headers), ("query", self.query)] {
            if !entries.is_empty() {
                self.parts.push((name, Expr::new(ExprKind::Map(entries), span)));
            }
        }
        let named = |(name, value): (&str, Expr)| {
            let ident = Ident { name: name.into(), span: value.span };
            Arg { name: Some(ident), value }
        };
        let mut args: Vec<Arg> = self.parts.into_iter().map(named).collect();
        if self.open {
            let unknown = Expr::new(ExprKind::Spread(Box::new(Expr::opaque(span))), span);
            args.push(Arg { name: None, value: unknown });
        }
        let callee = Expr::new(ExprKind::Name("request".into()), span);
        let call = Call { callee, args, construct: false };
        program.requests.push(Stmt::Expr(Expr::new(ExprKind::Call(Box::new(call)), span)));
    }
}

/// The text of a file that describes requests.
struct File<'a> {
    text: &'a str,
}

impl File<'_> {
    /// A value with its variables: `{{name}}` is one by that name.
    fn value(&self, expr: &Expr) -> Expr {
        variables(expr, self.text)
    }

    /// The value of a key, if there is one.
    fn get(&self, expr: &Expr, key: &str) -> Option<Expr> {
        get(expr, key).filter(|value| !matches!(value.kind, ExprKind::Nothing)).map(|value| self.value(value))
    }

    /// The entries of a list of `{key, value}` or `{name, value}`, or of a map, without those that are switched off.
    fn pairs(&self, list: Option<&Expr>) -> Vec<Entry> {
        let mut found = Vec::new();
        match list.map(|list| &list.kind) {
            Some(ExprKind::List(items)) => {
                for item in items {
                    let off = ["disabled", "enabled"].iter().any(|key| match get(item, key).map(|value| &value.kind) {
                        Some(ExprKind::Number(_)) => *key == "disabled",
                        Some(ExprKind::Nothing) => *key == "enabled",
                        _ => false,
                    });
                    let key = get(item, "key").or_else(|| get(item, "name"));
                    if let (Some(key), Some(value), false) = (key, get(item, "value"), off) {
                        found.push(Entry { key: self.value(key), value: self.value(value), env: false });
                    }
                }
            }
            Some(ExprKind::Map(entries)) => {
                let entry = |entry: &Entry| Entry { value: self.value(&entry.value), ..entry.clone() };
                found.extend(entries.iter().map(entry));
            }
            _ => {}
        }
        found
    }

    /// A body of a data file: its JSON where it is JSON, else its text.
    fn body(&self, expr: &Expr) -> Expr {
        let is_string = matches!(expr.kind, ExprKind::Text(_) | ExprKind::Concat(_));
        if is_string && self.text.get(..expr.span.start as usize).is_some_and(|before| before.ends_with('"')) {
            return json_body(Inner::json(self.text, expr.span)).unwrap_or_else(|| self.value(expr));
        }
        if is_string {
            return json_body(Inner::slice(self.text, expr.span)).unwrap_or_else(|| self.value(expr));
        }
        self.value(expr)
    }

    /// A raw piece of the text with its variables.
    fn raw(&self, span: Span) -> Expr {
        let raw = self.text.get(span.range()).unwrap_or_default();
        let expr = References::default().lower(raw, span.start as usize, &str::to_owned);
        self.value(&expr)
    }
}

/// The value of a key.
fn get<'f>(expr: &'f Expr, key: &str) -> Option<&'f Expr> {
    let ExprKind::Map(entries) = &expr.kind else { return None };
    let fits = |entry: &&Entry| entry.key.as_text().is_some_and(|known| known.as_ref() == key);
    entries.iter().find(fits).map(|entry| &entry.value)
}

fn text_of<'f>(expr: &'f Expr, key: &str) -> Option<&'f str> {
    get(expr, key).and_then(Expr::as_text).map(Arc::as_ref)
}

/// An expression in which every `{{name}}` is a read of the variable of that name.
fn variables(expr: &Expr, text: &str) -> Expr {
    let kind = match &expr.kind {
        ExprKind::Opaque(_) => match text.get(expr.span.range()).and_then(variable) {
            Some(name) => ExprKind::Env(name.into()),
            None => return expr.clone(),
        },
        // What `json_body` made of a variable without quotes.
        ExprKind::Text(inside) => match inside.strip_prefix('\u{1}').and_then(|rest| rest.strip_suffix('\u{1}')) {
            Some(name) => match variable(&format!("{{{{{name}}}}}")) {
                Some(name) => ExprKind::Env(name.into()),
                None => ExprKind::Opaque(Vec::new()),
            },
            None => return expr.clone(),
        },
        ExprKind::Concat(parts) => ExprKind::Concat(parts.iter().map(|part| variables(part, text)).collect()),
        ExprKind::List(items) => ExprKind::List(items.iter().map(|item| variables(item, text)).collect()),
        ExprKind::Map(entries) => {
            let entry = |entry: &Entry| Entry { value: variables(&entry.value, text), ..entry.clone() };
            ExprKind::Map(entries.iter().map(entry).collect())
        }
        _ => return expr.clone(),
    };
    Expr::new(kind, expr.span)
}

/// The name in `{{name}}`, `{{ _.name }}`, `{{$dotenv NAME}}`; none in what makes up a value (`{{$guid}}`).
fn variable(reference: &str) -> Option<&str> {
    let inside = reference.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    let inside = inside.strip_prefix("_.").unwrap_or(inside);
    let inside = ["process.env.", "$processEnv %", "$processEnv ", "$dotenv %", "$dotenv ", "$env."]
        .iter()
        .find_map(|prefix| inside.strip_prefix(prefix))
        .unwrap_or(inside)
        .trim();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':');
    (!inside.is_empty() && inside.bytes().all(fits)).then_some(inside)
}

/// The JSON in a body, with places in the file around it. `None` where it is no JSON.
fn json_body(inner: Inner) -> Option<Expr> {
    if !inner.text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let quoted = quoted(&inner.text);
    let inner = inner.with_text(quoted);
    let facts = data::lower(Format::Json, &inner.text);
    let Some(Stmt::Expr(body)) = facts.body.first().filter(|_| facts.unread.is_empty()) else { return None };
    let mut body = variables(body, &inner.text);
    place_expr(&mut body, &|span| inner.outer(span));
    Some(body)
}

/// Where the braces close that open at the start of a text; a variable's name is short.
fn name_end(text: &str) -> Option<usize> {
    const LONGEST: usize = 120;
    let window = &text.as_bytes()[..text.len().min(LONGEST)];
    window.windows(2).position(|pair| pair == b"}}").filter(|_| text.starts_with("{{"))
}

/// JSON with its bare `{{name}}` put into quotes, in as many bytes.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut in_string) = (text, false);
    while let Some(at) = rest.find(['"', '\\', '{']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = name_end(rest);
        let length = match (rest.as_bytes()[0], end) {
            (b'{', Some(end)) if !in_string && rest.starts_with("{{") && !rest[2..end].contains(['"', '{', '\n']) => {
                out.push_str("\"\u{1}");
                out.push_str(&rest[2..end]);
                out.push_str("\u{1}\"");
                rest = &rest[end + 2..];
                continue;
            }
            (b'"', _) => {
                in_string = !in_string;
                1
            }
            (b'\\', _) => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => 1,
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}
