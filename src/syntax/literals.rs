//! From facts to literals: every string with the names around it.

use std::sync::Arc;

use super::facts::{Block, Entry, Expr, ExprKind, Facts, Function, Ident, Literal, LiteralRole, Param, Stmt, Target};
use super::lexical;
use crate::source::Span;

/// Shorter strings are no credentials.
const SHORTEST: usize = 8;
/// Names kept for one literal.
const MAX_NAMES: usize = 16;
/// Deeper facts than any lowering makes.
const MAX_DEPTH: usize = 600;

/// Fills `facts.literals`: all strings of the body, the functions and the classes, and what the lexical reading finds
/// in comments, in unread ranges and inside longer strings of data. `text` is what the facts were lowered from.
///
/// The names of an argument that has none of its own are those of what is called, as in the lexical reading:
/// `mixpanel.init("...")` gives `init`, `mixpanel`.
pub fn collect(facts: &mut Facts, text: &str) {
    let mut literals = std::mem::take(&mut facts.literals);
    let mut walk = Walk {
        facts,
        text,
        names: Vec::new(),
        depth: 0,
        role: LiteralRole::Plain,
        seen: vec![false; facts.functions.len()],
        seen_classes: vec![false; facts.classes.len()],
        literals: &mut literals,
    };
    walk.block(&facts.body);
    // What nothing refers to is walked for itself.
    for at in 0..facts.classes.len() {
        walk.class(at);
    }
    for at in 0..facts.functions.len() {
        walk.function(at);
    }
    for comment in &facts.comments {
        literals.extend(lexical::read(text, comment.span, LiteralRole::Comment));
    }
    for span in &facts.unread {
        literals.extend(lexical::read(text, *span, LiteralRole::Plain));
    }
    facts.literals = literals;
}

struct Walk<'a> {
    facts: &'a Facts,
    text: &'a str,
    /// Outermost first.
    names: Vec<Arc<str>>,
    depth: usize,
    role: LiteralRole,
    seen: Vec<bool>,
    seen_classes: Vec<bool>,
    literals: &'a mut Vec<Literal>,
}

impl<'a> Walk<'a> {
    /// Runs with further names, the innermost last, and takes them away again.
    fn named(&mut self, names: impl IntoIterator<Item = Arc<str>>, run: impl FnOnce(&mut Self)) {
        let before = self.names.len();
        self.names.extend(names.into_iter().filter(|name| !name.is_empty()));
        run(self);
        self.names.truncate(before);
    }

    fn with_role(&mut self, role: LiteralRole, run: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.role, role);
        run(self);
        self.role = before;
    }

    fn block(&mut self, block: &'a Block) {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            block.iter().for_each(|stmt| self.stmt(stmt));
        }
        self.depth -= 1;
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Bind { target, value, env } => {
                let role = if *env { LiteralRole::EnvDefinition } else { self.role };
                self.with_role(role, |walk| walk.bind(target, value));
            }
            Stmt::Assign { target, value } => self.bind(target, value),
            Stmt::Expr(expr) | Stmt::Return(expr) | Stmt::Throw(expr) => self.expr(expr),
            Stmt::Branch { test, arms, .. } => {
                test.iter().for_each(|test| self.expr(test));
                arms.iter().for_each(|arm| self.block(arm));
            }
            Stmt::Loop { over, body } => {
                if let Some((target, expr)) = over {
                    self.bind(target, expr);
                }
                self.block(body);
            }
            Stmt::Function(_, at) => self.function(*at),
            Stmt::Class(_, at) => self.class(*at),
            Stmt::Export(name, expr) => {
                let name = (name.as_ref() != "default").then(|| name.clone());
                self.named(name, |walk| walk.expr(expr));
            }
            Stmt::Import(_) | Stmt::ExportAll(_) => {}
        }
    }

    /// A value with the names of what it is bound to.
    fn bind(&mut self, target: &'a Target, value: &'a Expr) {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            match (target, &value.kind) {
                // `a, b = "x", "y"`
                (
                    Target::List(targets) | Target::Results(targets),
                    ExprKind::List(values) | ExprKind::Results(values),
                ) if targets.len() == values.len() => {
                    targets.iter().zip(values).for_each(|(target, value)| self.bind(target, value));
                }
                _ => {
                    let names = self.target(target);
                    self.named(names, |walk| walk.expr(value));
                }
            }
        }
        self.depth -= 1;
    }

    /// The names of a target, outermost first. Walks the defaults in it on the way.
    fn target(&mut self, target: &'a Target) -> Vec<Arc<str>> {
        match target {
            Target::Name(ident) => vec![ident.name.clone()],
            Target::Member(object, key) => path(object).into_iter().chain(key.as_text().cloned()).collect(),
            Target::Map(parts) => {
                self.depth += 1;
                let parts = if self.depth <= MAX_DEPTH { parts.as_slice() } else { &[] };
                for (key, target, default) in parts {
                    let names = self.target(target);
                    if let Some(default) = default {
                        let renamed = names.into_iter().filter(|name| name != key);
                        self.named(renamed.chain([key.clone()]), |walk| walk.expr(default));
                    }
                }
                self.depth -= 1;
                Vec::new()
            }
            Target::All(targets) => targets.iter().rev().flat_map(|target| self.target(target)).collect(),
            Target::List(_) | Target::Results(_) | Target::Ignored => Vec::new(),
        }
    }

    fn function(&mut self, at: usize) {
        let facts = self.facts;
        let Some(Function { name, params, body, .. }) = facts.functions.get(at).filter(|_| !self.seen[at]) else {
            return;
        };
        self.seen[at] = true;
        self.named([name.clone()], |walk| {
            for Param { target, name, default, .. } in params {
                let mut names = walk.target(target);
                if !names.contains(name) {
                    names.push(name.clone());
                }
                if let Some(default) = default {
                    walk.named(names, |walk| walk.expr(default));
                }
            }
            walk.block(body);
        });
    }

    fn class(&mut self, at: usize) {
        let facts = self.facts;
        let Some(class) = facts.classes.get(at).filter(|_| !self.seen_classes[at]) else {
            return;
        };
        self.seen_classes[at] = true;
        self.named([class.name.clone()], |walk| {
            class.bases.iter().for_each(|base| walk.expr(base));
            for (field, value) in &class.fields {
                walk.named([field.name.clone()], |walk| walk.expr(value));
            }
            for method in &class.methods {
                walk.function(method.function);
            }
        });
    }

    fn expr(&mut self, expr: &'a Expr) {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            self.inside(expr);
        }
        self.depth -= 1;
    }

    fn inside(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Text(text) => self.literal(text, expr.span),
            ExprKind::Concat(parts) => {
                // `NAME=${X}rest` in a list of definitions.
                let name = parts.first().and_then(Expr::as_text).and_then(|text| definition(text, self.facts.data));
                self.named(name.map(|(name, _)| Arc::from(name)), |walk| parts.iter().for_each(|part| walk.expr(part)));
            }
            ExprKind::Choice(parts) => self.choice(parts),
            ExprKind::Map(entries) => self.map(entries),
            ExprKind::List(parts) | ExprKind::Results(parts) | ExprKind::Opaque(parts) => {
                parts.iter().for_each(|part| self.expr(part))
            }
            ExprKind::Member(object, key) => {
                self.expr(object);
                // A static key is a name, not a value.
                if key.as_text().is_none() {
                    self.expr(key);
                }
            }
            ExprKind::Call(call) => {
                self.expr(&call.callee);
                let callee = path(&call.callee);
                // `setenv("NAME", "value")`, `set("section.name", "value")`: the first text names the second; so does
                // one behind where it goes to: `StringVar(&secret, "name", "value", ..)`.
                let asked = match &call.args[..] {
                    // A block that gives the second is an argument by the name of a sign.
                    [first, second, ..] if first.name.is_none() && !second.name.as_ref().is_some_and(is_word) => {
                        let name = |arg: &'a Expr| arg.as_text().filter(|text| is_name(text)).cloned();
                        match first.value.as_text() {
                            Some(_) => name(&first.value).map(|name| (1, name)),
                            None if call.args.len() > 2 => name(&second.value).map(|name| (2, name)),
                            None => None,
                        }
                    }
                    _ => None,
                };
                for (at, arg) in call.args.iter().enumerate() {
                    if let Some((named, name)) = &asked
                        && at == *named
                    {
                        let names = callee.iter().cloned().chain([name.clone()]).collect::<Vec<_>>();
                        self.named(names, |walk| walk.expr(&arg.value));
                        continue;
                    }
                    match &arg.name {
                        Some(name) if is_word(name) => {
                            // `add_argument("--secret", default="value")`: the option names its default.
                            let option = call.args[..at].iter().find(|arg| arg.name.is_none());
                            let option = option.and_then(|arg| arg.value.as_text()).filter(|text| is_key(text));
                            let names = callee.iter().chain(option).chain([&name.name]).cloned().collect::<Vec<_>>();
                            self.named(names, |walk| walk.expr(&arg.value));
                        }
                        _ => self.named(callee.iter().cloned(), |walk| walk.expr(&arg.value)),
                    }
                }
            }
            ExprKind::Function(at) => self.function(*at),
            ExprKind::Class(at) => self.class(*at),
            ExprKind::Spread(inside) | ExprKind::Instance(inside) | ExprKind::Ask(inside) => self.expr(inside),
            ExprKind::Assign(target, value) => self.bind(target, value),
            ExprKind::Number(_) | ExprKind::Nothing | ExprKind::Name(_) | ExprKind::Env(_) => {}
        }
    }

    /// Beside the read of a variable, the other values are its default.
    fn choice(&mut self, parts: &'a [Expr]) {
        let variable = parts.iter().find_map(|part| match &part.kind {
            ExprKind::Env(name) => Some(name.clone()),
            _ => None,
        });
        let role = if variable.is_some() { LiteralRole::EnvDefault } else { self.role };
        self.with_role(role, |walk| {
            walk.named(variable, |walk| parts.iter().for_each(|part| walk.expr(part)));
        });
    }

    fn map(&mut self, entries: &'a [Entry]) {
        // `{name: X, value: Y}`, as Kubernetes, Postman and many more list their pairs.
        let member = |keys: &[&str]| {
            let fits = |entry: &&Entry| {
                entry.key.as_text().is_some_and(|key| keys.iter().any(|one| key.eq_ignore_ascii_case(one)))
            };
            entries.iter().find(fits)
        };
        let name = member(&["name", "key", "parameterkey"]).and_then(|entry| entry.value.as_text());
        for entry in entries {
            let key = entry.key.as_text();
            let role = if entry.env { LiteralRole::EnvDefinition } else { self.role };
            let is_value = key.is_some_and(|key| {
                ["value", "values", "parametervalue", "default", "currentvalue"]
                    .iter()
                    .any(|one| key.eq_ignore_ascii_case(one))
            });
            let paired = name.filter(|_| is_value).cloned();
            self.with_role(role, |walk| {
                walk.named(key.cloned().into_iter().chain(paired), |walk| walk.expr(&entry.value))
            });
            if key.is_none() {
                self.expr(&entry.key);
            }
        }
    }

    fn literal(&mut self, text: &Arc<str>, span: Span) {
        if text.len() < SHORTEST {
            return;
        }
        if let Some((name, value)) = definition(text, self.facts.data) {
            // `- NAME=value`: the value is a literal of that name.
            let start = span.start as usize + (text.len() - value.len());
            let exact = self.text.get(start..span.end as usize) == Some(value);
            if value.len() >= SHORTEST && exact {
                // In code, such a text is written to a file of definitions.
                let role = if self.facts.data { self.role } else { LiteralRole::EnvDefinition };
                self.with_role(role, |walk| {
                    walk.named([name.into()], |walk| walk.push(value.into(), Span::new(start, span.end as usize)));
                });
                return;
            }
        }
        self.push(text.clone(), span);
        // Data holds whole files and commands as strings.
        if self.facts.data && text.bytes().any(|byte| matches!(byte, b' ' | b'\n' | b'"' | b'&' | b'=')) {
            for mut inner in lexical::read(self.text, span, self.role) {
                if inner.span != span {
                    let outer = self.names.iter().rev().filter(|name| !inner.names.contains(name)).cloned();
                    let outer: Vec<_> = outer.take(MAX_NAMES.saturating_sub(inner.names.len())).collect();
                    inner.names.extend(outer);
                    self.literals.push(inner);
                }
            }
        }
    }

    fn push(&mut self, text: Arc<str>, span: Span) {
        // `X: ${X:-default}` would name it twice.
        let mut names: Vec<Arc<str>> = self.names.iter().rev().take(MAX_NAMES).cloned().collect();
        names.dedup();
        self.literals.push(Literal { text, span, names, role: self.role });
    }
}

/// The name and the value of a text `NAME=value`, in data also of `--name=value`.
fn definition(text: &str, data: bool) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let option = name.strip_prefix("--").filter(|_| data);
    let name = option.unwrap_or(name);
    let fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || (option.is_some() && byte == b'-'))
        && (data || !name.bytes().any(|byte| byte.is_ascii_lowercase()))
        && !value.contains([' ', '\n']);
    fits.then_some((name, value))
}

/// The names of an expression that is a path (`a.b["c"]`), outermost first.
fn path(expr: &Expr) -> Vec<Arc<str>> {
    let (mut names, mut here) = (Vec::new(), expr);
    while names.len() < 6 {
        match &here.kind {
            ExprKind::Name(name) => {
                names.push(name.clone());
                break;
            }
            ExprKind::Member(object, key) => {
                names.extend(key.as_text().cloned());
                here = object;
            }
            ExprKind::Call(call) => {
                // `querySelector("#mixpanel-secret").value`, `get("mixpanel.secret").orElse(..)`: what was asked for.
                if let [asked] = &call.args[..]
                    && let Some(text) = asked.value.as_text()
                    && is_key(text)
                {
                    names.push(text.trim_start_matches('#').into());
                }
                here = &call.callee;
            }
            ExprKind::Ask(inner) => here = inner,
            _ => break,
        }
    }
    names.retain(|name| !matches!(name.as_ref(), "this" | "self"));
    names.reverse();
    names
}

/// Whether an argument's name is one that people read, and not the sign of a block.
fn is_word(name: &Ident) -> bool {
    name.name.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

/// Whether a text looks like a name: a variable's, or a dotted key.
fn is_name(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b':'));
    // A value is no name of the one behind it: `Mixpanel('3f..', '9c..')`.
    let named = text.bytes().any(|byte| byte.is_ascii_alphabetic()) && !lexical::is_key_like(text);
    plain && (3..80).contains(&text.len()) && named
}

/// Whether a text looks like a name of several words, which no credential does: `--secret`, `#mixpanel-token`,
/// `mixpanel.secret`.
fn is_key(text: &str) -> bool {
    let bare = text.trim_start_matches('#');
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    is_name(bare) && bare.contains(['-', '_', '.']) && digits < 5
}

#[cfg(test)]
mod tests;
