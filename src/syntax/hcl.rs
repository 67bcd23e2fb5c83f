//! HCL: Terraform and its like. A block is bound to the name by which expressions refer to it (`var.x`, `local.x`,
//! `aws_ssm_parameter.x`), and is a call of what it is a block of (`provider.mixpanel`, `data.http`).

mod template;

use std::collections::HashSet;
use std::sync::Arc;

use tree_sitter::Node;

use super::facts::{Arg, Call, Comment, Entry, Expr, ExprKind, Facts, Ident, Linkage, Stmt, Target};
use super::grammar::{self, MAX_DEPTH};
use super::strings::concat;
use crate::source::Span;

/// More locals than this are taken in the order in which they are written.
const MOST_SORTED: usize = 200;

/// The facts of an HCL text.
pub fn lower(text: &str) -> Facts {
    let mut hcl = Hcl {
        text,
        facts: Facts { data: true, linkage: Linkage::Folder, ..Facts::default() },
        declared: HashSet::new(),
    };
    if template::is_tower(text) {
        hcl.facts.unread.push(Span::new(0, text.len()));
        return hcl.facts;
    }
    match grammar::parse(&tree_sitter_hcl::LANGUAGE.into(), text.as_bytes()) {
        Some(tree) => hcl.file(tree.root_node()),
        None => hcl.facts.unread.push(Span::new(0, text.len())),
    }
    hcl.facts
}

struct Hcl<'a> {
    text: &'a str,
    facts: Facts,
    /// The names that the file itself binds.
    declared: HashSet<Arc<str>>,
}

/// What a file declares, each group before those that refer to it.
#[derive(Default)]
struct Program {
    /// Attributes outside of blocks: the values of a `.tfvars` file, Terragrunt's inputs.
    top: Vec<Entry>,
    variables: Vec<Stmt>,
    locals: Vec<(Ident, Expr)>,
    blocks: Vec<Stmt>,
    calls: Vec<Stmt>,
}

impl Hcl<'_> {
    fn file(&mut self, root: Node<'_>) {
        let mut program = Program::default();
        self.declare(root, 0);
        self.body(root, &mut program, 0);
        self.survey(root);
        let span = Span::new(0, self.text.len());
        let body = &mut self.facts.body;
        if !program.top.is_empty() {
            body.push(Stmt::Expr(Expr::new(ExprKind::Map(program.top), span)));
        }
        body.append(&mut program.variables);
        body.extend(sorted(program.locals).into_iter().map(|(name, value)| bind(name, value)));
        body.append(&mut program.blocks);
        body.append(&mut program.calls);
    }

    /// Notes the names of the blocks at the top.
    fn declare(&mut self, node: Node<'_>, depth: usize) {
        for child in children(node) {
            match child.kind() {
                "body" | "ERROR" if depth < 4 => self.declare(child, depth + 1),
                "block" => {
                    let (labels, body) = self.header(child);
                    let path: Vec<&str> = labels.iter().map(|label| &*label.name).collect();
                    if let ["locals"] = path[..] {
                        for local in body.iter().flat_map(|body| children(*body)) {
                            let name = children(local).first().map(|name| self.slice(grammar::span(*name)));
                            let name = name.map(|name| Arc::from(format!("local.{name}")));
                            self.declared.extend(name);
                        }
                    }
                    self.declared.extend(address(&path).map(Arc::from));
                }
                _ => {}
            }
        }
    }

    /// What stands at the top, also within the ranges that the grammar could not read whole.
    fn body(&mut self, node: Node<'_>, program: &mut Program, depth: usize) {
        for child in children(node) {
            match child.kind() {
                "body" | "ERROR" if depth < 4 => self.body(child, program, depth + 1),
                "object" => {
                    let value = self.term(child, 0);
                    program.blocks.push(Stmt::Expr(value));
                }
                "attribute" => program.top.extend(self.attribute(child, 0)),
                "block" => self.top_block(child, program),
                _ => {}
            }
        }
    }

    fn top_block(&mut self, node: Node<'_>, program: &mut Program) {
        let (labels, body) = self.header(node);
        let span = grammar::span(node);
        let entries = body.map_or_else(Vec::new, |body| self.entries(body, 1));
        let path: Vec<&str> = labels.iter().map(|label| &*label.name).collect();
        let at = labels.last().map_or(span, |label| label.span);
        let ident = |name: String| Ident { name: name.into(), span: at };
        match path[..] {
            ["locals"] => {
                let local = |entry: Entry| {
                    let name = entry.key.as_text()?.clone();
                    Some((Ident { name: format!("local.{name}").into(), span: entry.key.span }, entry.value))
                };
                program.locals.extend(entries.into_iter().filter_map(local));
            }
            ["variable", _] => {
                let (default, rest): (Vec<_>, Vec<_>) =
                    entries.into_iter().partition(|entry| entry.key.as_text().is_some_and(|key| &**key == "default"));
                // Whoever runs it may give another value than the default.
                let mut values = vec![Expr::opaque(at)];
                values.extend(default.into_iter().map(|entry| entry.value));
                let value = Expr::new(ExprKind::Choice(values), at);
                program.variables.extend(address(&path).map(|address| bind(ident(address), value)));
                program.calls.push(Stmt::Expr(Expr::new(ExprKind::Map(rest), span)));
            }
            ["module", _] | [_, _, _, ..] => {
                // `resource "aws_ssm_parameter"`: what it is, is a member of it.
                let mut entries = entries;
                if let [kind, of, _, ..] = &labels[..] {
                    let key = Expr::text(kind.name.clone(), kind.span);
                    let value = Expr::text(of.name.clone(), of.span);
                    entries.insert(0, Entry { key, value, env: false });
                }
                let value = Expr::new(ExprKind::Map(entries), span);
                let Some(address) = address(&path) else { return };
                program.blocks.push(bind(ident(address.clone()), value));
                let whole = Expr::new(ExprKind::Name(address.into()), span);
                program.calls.push(declaration(&path[..path.len() - 1], whole, span));
            }
            _ => program.calls.push(declaration(&path, Expr::new(ExprKind::Map(entries), span), span)),
        }
    }

    /// A block's kind and labels, and its body.
    fn header<'t>(&self, node: Node<'t>) -> (Vec<Ident>, Option<Node<'t>>) {
        let (mut labels, mut body) = (Vec::new(), None);
        for child in children(node) {
            match child.kind() {
                "identifier" => labels.push(self.ident(grammar::span(child))),
                "string_lit" => labels.push(self.ident(template::inside(self.text, grammar::span(child)))),
                "body" => body = Some(child),
                _ => {}
            }
        }
        (labels, body)
    }

    /// The attributes and blocks of a body. A labelled block stands below its labels.
    fn entries(&mut self, body: Node<'_>, depth: usize) -> Vec<Entry> {
        let mut entries = Vec::new();
        if depth > MAX_DEPTH {
            self.facts.unread.push(grammar::span(body));
            return entries;
        }
        for child in children(body) {
            match child.kind() {
                "attribute" => entries.extend(self.attribute(child, depth)),
                "block" => {
                    let (labels, body) = self.header(child);
                    let inside = body.map_or_else(Vec::new, |body| self.entries(body, depth + 1));
                    let span = grammar::span(child);
                    let mut value = Expr::new(ExprKind::Map(inside), span);
                    // `dynamic "env" { content { .. } }` is a block `env`.
                    let labels = match &labels[..] {
                        [first, rest @ ..] if &*first.name == "dynamic" && !rest.is_empty() => rest,
                        all => all,
                    };
                    for (at, label) in labels.iter().enumerate().rev() {
                        let entry = Entry { key: Expr::text(label.name.clone(), label.span), value, env: false };
                        if at == 0 {
                            entries.push(entry);
                            break;
                        }
                        value = Expr::new(ExprKind::Map(vec![entry]), span);
                    }
                }
                _ => {}
            }
        }
        entries
    }

    fn attribute(&mut self, node: Node<'_>, depth: usize) -> Option<Entry> {
        let mut key = None;
        for child in children(node) {
            match child.kind() {
                "identifier" => key = Some(grammar::span(child)),
                "expression" => {
                    let key = key?;
                    let value = self.expr(child, depth + 1);
                    return Some(Entry { key: Expr::text(self.slice(key), key), value, env: false });
                }
                _ => {}
            }
        }
        None
    }

    /// The value of an expression, or of anything that holds terms.
    fn expr(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let span = grammar::span(node);
        if depth > MAX_DEPTH {
            self.facts.unread.push(span);
            return Expr::opaque(span);
        }
        let mut terms = self.terms(node, depth);
        if terms.len() == 1 {
            return terms.remove(0);
        }
        Expr::new(ExprKind::Opaque(terms), span)
    }

    /// The terms of a node: the grammar puts `.name` and `[index]` beside what they belong to.
    fn terms(&mut self, node: Node<'_>, depth: usize) -> Vec<Expr> {
        let mut terms: Vec<Expr> = Vec::new();
        // The dotted name that the last term is, while it may still become the address of a block.
        let mut address: Option<String> = None;
        for child in children(node) {
            let span = grammar::span(child);
            let step = match child.kind() {
                "get_attr" => children(child).first().map(|name| Expr::text(self.slice(grammar::span(*name)), span)),
                "index" => Some(match children(child).first().and_then(|index| children(*index).into_iter().next()) {
                    Some(index) => self.expr(index, depth + 1),
                    None => Expr::new(ExprKind::Number(self.slice(span).trim_matches(['.', '[', ']']).into()), span),
                }),
                "splat" => Some(Expr::opaque(span)),
                _ => None,
            };
            let (Some(step), Some(object)) = (step, terms.pop()) else {
                address = (child.kind() == "variable_expr").then(|| self.slice(span).to_owned());
                terms.push(self.term(child, depth + 1));
                continue;
            };
            let whole = Span { start: object.span.start, end: span.end };
            let kind = match (address.take(), step.as_text()) {
                (Some(before), Some(name)) if child.kind() == "get_attr" => {
                    let longer = format!("{before}.{name}");
                    let kind = match self.declared.get(longer.as_str()) {
                        Some(known) => ExprKind::Name(known.clone()),
                        // Another file of the folder may declare it.
                        None if matches!(before.as_str(), "var" | "local") => ExprKind::Name(longer.as_str().into()),
                        None => ExprKind::Member(Box::new(object), Box::new(step)),
                    };
                    if longer.split('.').count() < 3 {
                        address = Some(longer);
                    }
                    kind
                }
                _ => ExprKind::Member(Box::new(object), Box::new(step)),
            };
            terms.push(Expr::new(kind, whole));
        }
        terms
    }

    fn term(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let span = grammar::span(node);
        if depth > MAX_DEPTH {
            self.facts.unread.push(span);
            return Expr::opaque(span);
        }
        let kind = match node.kind() {
            "expression" | "collection_value" | "template_expr" | "literal_value" => return self.expr(node, depth + 1),
            "string_lit" => {
                let inside = template::inside(self.text, span);
                return Expr::text(template::unescape(self.slice(inside)), inside);
            }
            "quoted_template" | "heredoc_template" | "template_if" | "template_for" => {
                return self.template(node, depth);
            }
            "numeric_lit" => ExprKind::Number(self.slice(span).into()),
            "bool_lit" if self.slice(span) == "true" => ExprKind::Number("true".into()),
            "bool_lit" | "null_lit" => ExprKind::Nothing,
            "variable_expr" => ExprKind::Name(self.slice(span).into()),
            "tuple" => ExprKind::List(
                children(node).into_iter().filter(is_value).map(|item| self.expr(item, depth + 1)).collect(),
            ),
            "object" => ExprKind::Map(
                children(node)
                    .into_iter()
                    .filter(|item| item.kind() == "object_elem")
                    .filter_map(|item| self.element(item, depth))
                    .collect(),
            ),
            "conditional" => {
                let arms: Vec<Expr> = children(node).iter().map(|arm| self.expr(*arm, depth + 1)).collect();
                ExprKind::Choice(arms.into_iter().skip(1).collect())
            }
            "function_call" => return self.call(node, depth),
            _ => ExprKind::Opaque(
                children(node).into_iter().filter(is_value).map(|inner| self.term(inner, depth + 1)).collect(),
            ),
        };
        Expr::new(kind, span)
    }

    fn element(&mut self, node: Node<'_>, depth: usize) -> Option<Entry> {
        let (key, value) = (node.child_by_field_name("key")?, node.child_by_field_name("val")?);
        let key = match self.expr(key, depth + 1) {
            Expr { kind: ExprKind::Name(name), span } if !name.contains('.') => Expr::text(name, span),
            other => other,
        };
        Some(Entry { key, value: self.expr(value, depth + 1), env: false })
    }

    fn call(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let (mut callee, mut args) = (Expr::opaque(grammar::span(node)), Vec::new());
        for child in children(node) {
            match child.kind() {
                "identifier" => {
                    let span = grammar::span(child);
                    callee = Expr::new(ExprKind::Name(self.slice(span).into()), span);
                }
                "function_arguments" => {
                    for arg in children(child).into_iter().filter(is_value) {
                        args.push(Arg { name: None, value: self.expr(arg, depth + 1) });
                    }
                }
                _ => {}
            }
        }
        Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), grammar::span(node))
    }

    /// A string with `${..}` in it, in quotes or as a here-document.
    fn template(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let quoted = node.kind() == "quoted_template";
        let (mut parts, mut inside): (Vec<Expr>, Option<Span>) = (Vec::new(), None);
        let pieces = children(node);
        for (at, child) in pieces.iter().copied().enumerate() {
            let mut here = grammar::span(child);
            if child.kind() == "template_literal" {
                // Blanks at the edge of an interpolation are left out by the grammar, but belong to the text.
                let is_inside = |piece: &&Node<'_>| piece.kind() == "template_interpolation";
                let before = at.checked_sub(1).and_then(|at| pieces.get(at)).filter(is_inside);
                here.start = before.map_or(here.start, |piece| grammar::span(*piece).end);
                here.end = pieces.get(at + 1).filter(is_inside).map_or(here.end, |piece| grammar::span(*piece).start);
            }
            let part = match child.kind() {
                "template_literal" => {
                    let raw = self.slice(here);
                    Expr::text(if quoted { template::unescape(raw) } else { raw.to_owned() }, here)
                }
                "template_interpolation" => {
                    let inner = children(child).into_iter().find(|inner| inner.kind() == "expression");
                    inner.map_or_else(|| Expr::opaque(here), |inner| self.expr(inner, depth + 1))
                }
                "template_directive" => self.expr(child, depth + 1),
                _ => continue,
            };
            parts.push(part);
            inside = Some(inside.map_or(here, |span| Span { end: here.end, ..span }));
        }
        let Some(span) = inside else { return Expr::text("", template::inside(self.text, grammar::span(node))) };
        if parts.len() == 1 { parts.remove(0) } else { concat(parts, span) }
    }

    /// Comments, wherever they stand, and what could not be read.
    fn survey(&mut self, root: Node<'_>) {
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            let span = grammar::span(node);
            if node.is_error() {
                if grammar::is_worth_reading(self.text, span) {
                    self.facts.unread.push(span);
                }
            } else if node.kind() == "comment" {
                let raw = self.slice(span);
                let body = raw.trim_start_matches(['#', '/', '*']);
                let start = span.start as usize + raw.len() - body.len();
                let body = body.strip_suffix("*/").unwrap_or(body);
                let span = Span::new(start, start + body.len());
                self.facts.comments.push(Comment { text: self.slice(span).to_owned(), span });
            }
            if !node.is_error() && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    fn ident(&self, span: Span) -> Ident {
        Ident { name: self.slice(span).into(), span }
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// The named children that are no comments.
fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect()
}

/// Whether a node is a value and not a bracket of its parent, which the grammar names too.
fn is_value(node: &Node<'_>) -> bool {
    !node.kind().ends_with("_start") && !node.kind().ends_with("_end") && node.kind() != "ellipsis"
}

fn bind(ident: Ident, value: Expr) -> Stmt {
    Stmt::Bind { target: Target::Name(ident), value, env: false }
}

/// The name by which expressions refer to a block of this kind and with these labels.
fn address(path: &[&str]) -> Option<String> {
    match path {
        ["variable", name] => Some(format!("var.{name}")),
        ["module", name] => Some(format!("module.{name}")),
        ["resource", kind, name] => Some(format!("{kind}.{name}")),
        [kind, labels @ ..] if labels.len() >= 2 => Some(format!("{kind}.{}", labels.join("."))),
        _ => None,
    }
}

/// The call that a block of this kind is.
fn declaration(path: &[&str], body: Expr, span: Span) -> Stmt {
    let callee = Expr::new(ExprKind::Name(path.join(".").into()), Span { end: span.start, ..span });
    let args = vec![Arg { name: None, value: body }];
    Stmt::Expr(Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span))
}

/// Locals, each after those that it refers to.
fn sorted(mut locals: Vec<(Ident, Expr)>) -> Vec<(Ident, Expr)> {
    let mut sorted = Vec::with_capacity(locals.len());
    let mut waiting: HashSet<Arc<str>> = locals.iter().map(|(name, _)| name.name.clone()).collect();
    while !locals.is_empty() && waiting.len() <= MOST_SORTED {
        let (ready, rest): (Vec<_>, Vec<_>) = locals.into_iter().partition(|(_, value)| !refers(value, &waiting));
        locals = rest;
        if ready.is_empty() {
            break;
        }
        waiting.retain(|name| !ready.iter().any(|(ident, _)| ident.name == *name));
        sorted.extend(ready);
    }
    sorted.extend(locals);
    sorted
}

/// Whether an expression names one of these.
fn refers(expr: &Expr, names: &HashSet<Arc<str>>) -> bool {
    let any = |parts: &[Expr]| parts.iter().any(|part| refers(part, names));
    match &expr.kind {
        ExprKind::Name(name) => names.contains(name),
        ExprKind::Member(object, key) => refers(object, names) || refers(key, names),
        ExprKind::Call(call) => call.args.iter().any(|arg| refers(&arg.value, names)),
        ExprKind::Map(entries) => entries.iter().any(|entry| refers(&entry.value, names)),
        ExprKind::Concat(parts) | ExprKind::List(parts) | ExprKind::Choice(parts) | ExprKind::Opaque(parts) => {
            any(parts)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
