//! Expressions of Dart.

use tree_sitter::Node;

use crate::source::Span;
use crate::syntax::facts::{Arg, Call, Entry, Expr, ExprKind, Ident, Stmt, Target};
use crate::syntax::forms::unescape_c;
use crate::syntax::lower::Lower;
use crate::syntax::strings::{concat, operator};

/// The receiver of a cascade, inside it.
const CASCADE: &str = "..";

/// The value of a node. The arms are functions of their own: what they need must not lie on the stack of all others.
pub(super) fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    match node.kind() {
        "string_literal" => Some(strings(lower, node)),
        "assignable_expression"
        | "member_expression"
        | "null_aware_member_expression"
        | "index_expression"
        | "null_aware_index_expression"
        | "cascade_member_expression"
        | "cascade_null_aware_member_expression"
        | "cascade_index_expression"
        | "cascade_null_aware_index_expression" => member(lower, node),
        "cascade_selector" => selector(lower, node),
        "cascade_call_expression" => Some(cascade_call(lower, node)),
        "cascade" => Some(cascade(lower, node)),
        "call_expression" => plain_call(lower, node),
        "new_expression" | "const_object_expression" | "constructor_invocation" => construction(lower, node),
        "unary_expression" => match lower.field(node, "")? {
            inner if inner.kind() == "await_expression" => Some(lower.expr(inner)),
            _ => None,
        },
        "additive_expression" => additive(lower, node),
        "if_null_expression" => if_null(lower, node),
        "equality_expression" => equality(lower, node),
        "switch_expression" => Some(switch(lower, node)),
        "assignment_expression" => assignment(lower, node),
        "list_literal" => Some(list(lower, node)),
        "set_or_map_literal" => Some(set_or_map(lower, node)),
        "record_field" => lower.children(node).pop().map(|value| lower.expr(value)),
        "if_element" => Some(if_element(lower, node)),
        "function_expression" => {
            let kind = ExprKind::Function(super::members::closure(lower, node)?);
            Some(Expr::new(kind, lower.span(node)))
        }
        _ => None,
    }
}

fn strings(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let pieces = lower.children(node);
    let pieces = pieces.into_iter().map(|piece| string(lower, piece)).collect();
    concat(pieces, lower.span(node))
}

/// `..name` and `..[key]`
fn selector(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let key = lower.field(node, "")?;
    let key = if lower.slice(node).starts_with(['[', '?']) { lower.expr(key) } else { lower.key(key) };
    Some(Expr::new(ExprKind::Member(Box::new(name(CASCADE, span)), Box::new(key)), span))
}

fn cascade_call(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let callee = match lower.child(node, "property") {
        Some(property) => {
            let key = lower.key(property);
            Expr::new(ExprKind::Member(Box::new(name(CASCADE, span)), Box::new(key)), span)
        }
        None => lower.expr_of(node, "function"),
    };
    let args = arguments(lower, node);
    Expr::new(call(callee, args, false), span)
}

fn plain_call(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let callee = callee(lower, lower.child(node, "function")?);
    let args = arguments(lower, node);
    Some(Expr::new(call(callee, args, false), lower.span(node)))
}

/// `new A()`, `const A.b()`, `A<int>.c()`
fn construction(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let mut class = type_path(lower, node)?;
    if let Some(constructor) = lower.child(node, "constructor").filter(|name| name.is_named()) {
        let key = lower.key(constructor);
        class = Expr::new(ExprKind::Member(Box::new(class), Box::new(key)), span);
    }
    let args = arguments(lower, node);
    Some(Expr::new(call(class, args, false), span))
}

/// `a ?? b ?? c` leans to the left: it is unrolled.
fn if_null(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let (mut operands, mut here) = (Vec::new(), node);
    while here.kind() == "if_null_expression" {
        let [left, right] = lower.children(here)[..] else { return None };
        operands.push(right);
        here = left;
    }
    operands.push(here);
    let operands = operands.into_iter().rev().map(|operand| lower.expr(operand)).collect();
    Some(Expr::new(ExprKind::Choice(operands), lower.span(node)))
}

fn equality(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let sign = lower.child(node, "operator")?;
    let operands: Vec<_> = lower.children(node).into_iter().filter(|part| *part != sign).collect();
    let operands = operands.into_iter().map(|operand| lower.expr(operand)).collect();
    Some(operator(if lower.slice(sign) == "==" { "==" } else { "!=" }, operands, lower.span(node)))
}

fn switch(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let cases = lower.children(node).into_iter().filter(|case| case.kind() == "switch_expression_case");
    let values: Vec<_> = cases.filter_map(|case| lower.children(case).pop()).collect();
    let values = values.into_iter().map(|value| lower.expr(value)).collect();
    Expr::new(ExprKind::Choice(values), lower.span(node))
}

fn assignment(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let (left, right) = (lower.child(node, "left")?, lower.child(node, "right")?);
    let sign = lower.text(left.end_byte()..right.start_byte()).trim().to_owned();
    let value = lower.expr(right);
    let target = lower.target(left);
    Some(assign(lower, &sign, left, target, value, lower.span(node)))
}

fn list(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let elements = elements(lower, node);
    let elements = elements.into_iter().map(|element| lower.expr(element)).collect();
    Expr::new(ExprKind::List(elements), lower.span(node))
}

fn set_or_map(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let elements = elements(lower, node);
    if !elements.iter().all(|element| is_entry(*element)) {
        return list(lower, node);
    }
    let entries = elements.into_iter().flat_map(|element| entry(lower, element)).collect();
    Expr::new(ExprKind::Map(entries), lower.span(node))
}

/// An element that may be there.
fn if_element(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let arms = ["consequence", "alternative"].into_iter().filter_map(|field| lower.child(node, field));
    let arms: Vec<_> = arms.collect();
    let arms = arms.into_iter().map(|arm| lower.expr(arm)).collect();
    Expr::new(ExprKind::Choice(arms), lower.span(node))
}

pub(super) fn name(text: &str, span: Span) -> Expr {
    Expr::new(ExprKind::Name(text.into()), span)
}

fn call(callee: Expr, args: Vec<Arg>, construct: bool) -> ExprKind {
    ExprKind::Call(Box::new(Call { callee, args, construct }))
}

/// What is called or asked for a member; `this` and `super` are words without a node of their own kind.
fn callee(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    match node.kind() {
        word @ ("this" | "super") => name(word, lower.span(node)),
        _ => lower.expr(node),
    }
}

/// `object.property`, `object[index]`, with or without `?`; or a plain name that is assigned to.
fn member(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let Some(object) = lower.child(node, "object") else {
        return lower.field(node, "").map(|name| lower.expr(name));
    };
    let object = callee(lower, object);
    let key = match lower.child(node, "property") {
        Some(property) => Expr::text(lower.slice(property), lower.span(property)),
        None => lower.expr_of(node, "index"),
    };
    Some(Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), span))
}

/// The path of a type: `http.Client`.
pub(super) fn type_path(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let class = lower.child(node, "type").or_else(|| lower.child_of(node, &["type"]))?;
    if class.kind() == "type_identifier" {
        // `Foo.new(..)`: the fields name each part.
        return Some(name(lower.slice(class), lower.span(class)));
    }
    let parts: Vec<_> = lower.children(class).into_iter().filter(|part| part.kind() == "type_identifier").collect();
    let mut parts = parts.into_iter();
    let first = parts.next()?;
    let first = name(lower.slice(first), lower.span(first));
    Some(parts.fold(first, |object, part| {
        let key = Expr::text(lower.slice(part), lower.span(part));
        Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), lower.span(part))
    }))
}

/// The arguments of a call.
pub(super) fn arguments(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Arg> {
    let list = lower.child(node, "arguments").or_else(|| lower.child_of(node, &["arguments"]));
    list.map_or_else(Vec::new, |list| argument_list(lower, list))
}

/// The arguments of a list: `value`, `name: value`.
pub(super) fn argument_list(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Arg> {
    let mut args = Vec::new();
    for child in lower.children(list).into_iter().filter(|child| child.kind() != "annotation_open_paren") {
        if child.kind() != "named_argument" {
            args.push(Arg { name: None, value: lower.expr(child) });
            continue;
        }
        if let [label, value] = lower.children(child)[..] {
            let label = lower.field(label, "").unwrap_or(label);
            let name = lower.ident(label);
            args.push(Arg { name: Some(name), value: lower.expr(value) });
        }
    }
    args
}

/// One quoted string: all between its quotes, with escapes decoded and values filled in.
fn string(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let whole = lower.span(node);
    let text = lower.slice(node);
    let raw = text.starts_with('r');
    let quotes = text.trim_start_matches('r');
    let width = if quotes.starts_with("'''") || quotes.starts_with("\"\"\"") { 3 } else { 1 };
    let inside = lower.inside(
        node,
        text.get(..usize::from(raw) + width).unwrap_or(text),
        quotes.get(..width).unwrap_or_default(),
    );
    let (start, end) = (inside.start as usize, inside.end as usize);
    let (mut parts, mut piece, mut from, mut at) = (Vec::new(), String::new(), start, start);
    let holes: Vec<_> = if raw { Vec::new() } else { node.named_children(&mut node.walk()).collect() };
    for hole in holes {
        match hole.kind() {
            "escape_sequence" => {
                piece.push_str(lower.text(at..hole.start_byte()));
                piece.push_str(&unescape(lower.slice(hole)));
                at = hole.end_byte();
            }
            "template_substitution" => {
                piece.push_str(lower.text(at..hole.start_byte()));
                if !piece.is_empty() {
                    parts.push(Expr::text(std::mem::take(&mut piece), Span::new(from, hole.start_byte())));
                }
                parts.push(lower.expr(hole));
                (from, at) = (hole.end_byte(), hole.end_byte());
            }
            _ => {}
        }
    }
    piece.push_str(lower.text(at..end));
    if !piece.is_empty() || parts.is_empty() {
        let span = if piece.is_empty() { whole } else { Span::new(from, end) };
        parts.push(Expr::text(piece, span));
    }
    if parts.len() == 1 && parts[0].as_text().is_some() {
        return parts.remove(0);
    }
    Expr::new(ExprKind::Concat(parts), whole)
}

/// An escape: what is no escape stands for itself (`\d` is `d`).
fn unescape(sequence: &str) -> String {
    let decoded = unescape_c(sequence);
    if decoded == sequence { decoded.trim_start_matches('\\').to_owned() } else { decoded }
}

/// `a + b + c` leans to the left: it is unrolled.
fn additive(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let (mut operands, mut here) = (Vec::new(), node);
    while here.kind() == "additive_expression" {
        let sign = lower.child(here, "operator")?;
        if lower.slice(sign) != "+" {
            break;
        }
        let parts: Vec<_> = lower.children(here).into_iter().filter(|part| *part != sign).collect();
        let [left, right] = parts[..] else { return None };
        operands.push(right);
        here = left;
    }
    if operands.is_empty() {
        return None;
    }
    operands.push(here);
    let operands = operands.into_iter().rev().map(|operand| lower.expr(operand)).collect();
    Some(concat(operands, span))
}

/// An assignment by its sign.
fn assign(lower: &mut Lower<'_>, sign: &str, left: Node<'_>, target: Target, value: Expr, span: Span) -> Expr {
    let value = match sign {
        "=" => value,
        "+=" => concat(vec![lower.expr(left), value], span),
        "??=" => Expr::new(ExprKind::Choice(vec![lower.expr(left), value]), span),
        _ => Expr::new(ExprKind::Opaque(vec![lower.expr(left), value]), span),
    };
    Expr::new(ExprKind::Assign(Box::new(target), Box::new(value)), span)
}

/// `a..b = 1..c()` does things to `a`, and is `a`: a block that binds it, runs the sections and gives it back.
fn cascade(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut body = Vec::new();
    let mut receiver = span;
    for part in lower.children(node) {
        if part.kind() != "cascade_section" {
            receiver = lower.span(part);
            let value = lower.expr(part);
            let target = Target::Name(Ident { name: CASCADE.into(), span: receiver });
            body.push(Stmt::Bind { target, value, env: false });
            continue;
        }
        match lower.children(part)[..] {
            [subject] => {
                let value = lower.expr(subject);
                body.push(Stmt::Expr(value));
            }
            [subject, value] => {
                let sign = lower.text(subject.end_byte()..value.start_byte()).trim().to_owned();
                let value = lower.expr(value);
                let target = lower.target_from(subject);
                let done = assign(lower, &sign, subject, target, value, span);
                if let ExprKind::Assign(target, value) = done.kind {
                    body.push(Stmt::Assign { target: *target, value: *value });
                }
            }
            _ => {}
        }
    }
    body.push(Stmt::Expr(name(CASCADE, receiver)));
    lower.block_value(body, span)
}

/// The elements of a collection, without its type arguments.
fn elements<'t>(lower: &Lower<'_>, node: Node<'t>) -> Vec<Node<'t>> {
    lower.children(node).into_iter().filter(|child| child.kind() != "type_arguments").collect()
}

/// Whether an element of `{..}` makes it a map; a spread may stand in a set or in a map.
fn is_entry(node: Node<'_>) -> bool {
    match node.kind() {
        "map_element" | "null_aware_map_element" | "spread_element" => true,
        "if_element" => node.child_by_field_name("consequence").is_some_and(|inner| is_entry(inner)),
        "for_element" => node.child_by_field_name("body").is_some_and(|inner| is_entry(inner)),
        _ => false,
    }
}

fn entry(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Entry> {
    let span = lower.span(node);
    let spread = |value: Expr| {
        let value = Expr::new(ExprKind::Spread(Box::new(value)), span);
        vec![Entry { key: Expr::new(ExprKind::Nothing, span), value, env: false }]
    };
    match node.kind() {
        "map_element" | "null_aware_map_element" => {
            let (key, value) = (lower.expr_of(node, "key"), lower.expr_of(node, "value"));
            vec![Entry { key, value, env: false }]
        }
        "spread_element" => {
            let value = lower.expr_of(node, "value");
            spread(value)
        }
        // Members that may be there.
        "if_element" => {
            let mut maps = Vec::new();
            for field in ["consequence", "alternative"] {
                if let Some(arm) = lower.child(node, field) {
                    let span = lower.span(arm);
                    let entries = entry(lower, arm);
                    maps.push(Expr::new(ExprKind::Map(entries), span));
                }
            }
            spread(Expr::new(ExprKind::Choice(maps), span))
        }
        _ => spread(Expr::opaque(span)),
    }
}

pub(super) fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    match node.kind() {
        "identifier" => Target::Name(lower.ident(node)),
        _ => lower.target_from(node),
    }
}
