//! New objects of C#: constructions, initialisers, collections.

use tree_sitter::Node;

use super::super::facts::{Arg, Call, Entry, Expr, ExprKind, Ident};
use super::super::lower::Lower;
use super::{arguments, key_text, last_name, name, subscript, type_name, value};

/// `new X(..) { A = b, ["k"] = v, { "k", v }, element }`: the members become named arguments, the elements positional
/// ones.
pub(super) fn creation(lower: &mut Lower<'_>, node: Node<'_>, callee: Expr) -> Expr {
    let list = lower.child_of(node, &["argument_list"]);
    let mut args = list.map_or_else(Vec::new, |list| arguments(lower, list));
    if let Some(list) = lower.child_of(node, &["initializer_expression"]) {
        let span = lower.span(list);
        let mut entries = Vec::new();
        for element in lower.children(list) {
            match member(lower, element) {
                Some(Entry { key, value, .. }) => match key.as_text() {
                    Some(name) if element.kind() == "assignment_expression" => {
                        let name = Some(Ident { name: name.clone(), span: key.span });
                        args.push(Arg { name, value });
                    }
                    _ => entries.push(Entry { key, value, env: false }),
                },
                None => args.push(Arg { name: None, value: lower.expr(element) }),
            }
        }
        if !entries.is_empty() {
            let map = Expr::new(ExprKind::Map(entries), span);
            args.push(Arg { name: None, value: Expr::new(ExprKind::Spread(Box::new(map)), span) });
        }
    }
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: true })), lower.span(node))
}

/// An element of an initialiser that has a key.
pub(super) fn member(lower: &mut Lower<'_>, element: Node<'_>) -> Option<Entry> {
    let (key, given) = match element.kind() {
        "assignment_expression" => {
            let (left, right) = (lower.child(element, "left")?, lower.child(element, "right")?);
            let key = match left.kind() {
                "identifier" => key_text(lower, left),
                _ => subscript(lower, left),
            };
            (key, assigned(lower, left, right))
        }
        "initializer_expression" => {
            let [key, given] = lower.children(element)[..] else { return None };
            (lower.expr(key), lower.expr(given))
        }
        _ => return None,
    };
    Some(Entry { key, value: given, env: false })
}

/// `{ .. }` behind a `=`: members of an object that is there, or elements.
pub(super) fn initialiser(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut entries = Vec::new();
    let mut elements = Vec::new();
    for element in lower.children(node) {
        match member(lower, element) {
            Some(entry) => entries.push(entry),
            None => elements.push(lower.expr(element)),
        }
    }
    let kind =
        if elements.is_empty() && !entries.is_empty() { ExprKind::Map(entries) } else { ExprKind::List(elements) };
    Expr::new(kind, span)
}

/// The right side of an assignment. What a `new(..)` without a type makes is told by what it is assigned to: it is a
/// call of `<member>.new`.
pub(super) fn assigned(lower: &mut Lower<'_>, left: Node<'_>, right: Node<'_>) -> Expr {
    if right.kind() != "implicit_object_creation_expression" {
        return value(lower, right);
    }
    let key = match left.kind() {
        "member_access_expression" => lower.child(left, "name").and_then(|key| last_name(lower, key)),
        "identifier" => Some(left),
        _ => None,
    };
    let callee = key.map(|key| name(&format!("{}.new", lower.slice(key)), lower, key));
    implicit(lower, right, callee)
}

/// `new(..) { .. }` of a type that is told by what is around it.
pub(super) fn implicit(lower: &mut Lower<'_>, node: Node<'_>, callee: Option<Expr>) -> Expr {
    match callee {
        Some(callee) => creation(lower, node, callee),
        None => {
            let callee = name("new", lower, node);
            creation(lower, node, callee)
        }
    }
}

/// A value for a variable or member of a declared type.
pub(super) fn declared_value(lower: &mut Lower<'_>, class: Option<Node<'_>>, node: Node<'_>) -> Expr {
    match node.kind() {
        "implicit_object_creation_expression" => {
            let callee = class.and_then(|class| type_name(lower, class));
            implicit(lower, node, callee)
        }
        _ => value(lower, node),
    }
}

/// `new { a, b = c }`
pub(super) fn anonymous(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let children: Vec<_> = node.children(&mut node.walk()).filter(|child| !child.is_extra()).collect();
    let mut entries = Vec::new();
    let mut at = 0;
    while let Some(child) = children.get(at) {
        at += 1;
        if !child.is_named() && !matches!(child.kind(), "this" | "base") {
            continue;
        }
        if children.get(at).is_some_and(|next| next.kind() == "=") {
            let Some(given) = children.get(at + 1) else { break };
            entries.push(Entry { key: key_text(lower, *child), value: value(lower, *given), env: false });
            at += 2;
            continue;
        }
        // `new { x, config.Token }` names the members after what is read.
        let key = match child.kind() {
            "member_access_expression" => lower.child(*child, "name").unwrap_or(*child),
            _ => *child,
        };
        entries.push(Entry { key: key_text(lower, key), value: value(lower, *child), env: false });
    }
    Expr::new(ExprKind::Map(entries), lower.span(node))
}

/// An element of `[a, ..b]`.
pub(super) fn collected(lower: &mut Lower<'_>, element: Node<'_>) -> Expr {
    let mut here = element;
    while matches!(here.kind(), "collection_element" | "expression_element") {
        let Some(inside) = lower.field(here, "") else { break };
        here = inside;
    }
    let span = lower.span(here);
    match here.kind() {
        "spread_element" => {
            let spread = lower.expr_of(here, "");
            Expr::new(ExprKind::Spread(Box::new(spread)), span)
        }
        _ => lower.expr(here),
    }
}

/// `new[] { .. }`, `new T[] { .. }`
pub(super) fn array(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let elements = lower.child_of(node, &["initializer_expression"]);
    let elements = elements.map_or_else(Vec::new, |list| lower.children(list));
    let elements = elements.into_iter().map(|element| lower.expr(element)).collect();
    Expr::new(ExprKind::List(elements), lower.span(node))
}

/// `[a, ..b]`, `(a, b)`
pub(super) fn collection(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let elements = lower.children(node);
    let elements = elements.into_iter().map(|element| collected(lower, element)).collect();
    Expr::new(ExprKind::List(elements), lower.span(node))
}

/// `x with { A = b }`
pub(super) fn with(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let mut parts = lower.children(node).into_iter();
    let first = value(lower, parts.next()?);
    let span = first.span;
    let spread = Expr::new(ExprKind::Spread(Box::new(first)), span);
    let mut entries = vec![Entry { key: Expr::new(ExprKind::Nothing, span), value: spread, env: false }];
    for part in parts {
        if let [key, given] = lower.children(part)[..] {
            entries.push(Entry { key: key_text(lower, key), value: lower.expr(given), env: false });
        }
    }
    Some(Expr::new(ExprKind::Map(entries), lower.span(node)))
}
