//! Modules and their functions, attributes and what they use.

use tree_sitter::Node;

use super::super::facts::{
    Class, Expr, ExprKind, Function, Ident, Import, ImportName, Method, Param, Role, Stmt, Target,
};
use super::super::lower::Lower;
use super::special;

/// Lowers a definition into a block; `false` where the call is none.
pub(super) fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match special::called(lower, node) {
        "defmodule" | "defprotocol" | "defimpl" => module(lower, node, block).is_some(),
        "def" | "defp" | "defmacro" => {
            let Some((name, index)) = function(lower, node) else { return false };
            block.push(Stmt::Function(name, index));
            true
        }
        "alias" | "import" | "require" | "use" => import(lower, node, block),
        "config" => {
            let value = special::config(lower, node);
            block.extend(value.map(Stmt::Expr));
            true
        }
        _ => false,
    }
}

fn module(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> Option<()> {
    let span = lower.span(node);
    let given = *special::positional(lower, node).first()?;
    let whole = super::alias_of(lower, given);
    let at = lower.span(given);
    let last: std::sync::Arc<str> = whole.rsplit('.').next().unwrap_or(&whole).into();
    let (bases, fields, methods) = (Vec::new(), Vec::new(), Vec::new());
    let mut class = Class { name: last.clone(), bases, fields, methods, members_in_scope: true, span };
    let inner = lower.child_of(node, &["do_block"]).map_or_else(Vec::new, |inner| lower.children(inner));
    for child in inner {
        member(lower, child, &mut class, block);
    }
    lower.facts.classes.push(class);
    let value = Expr::new(ExprKind::Class(lower.facts.classes.len() - 1), span);
    let whole = Ident { name: whole.as_str().into(), span: at };
    let short = Ident { name: last, span: at };
    let target = match whole.name == short.name {
        true => Target::Name(whole),
        // Under its whole name, and under the last word of it, by which other files find it.
        false => Target::All(vec![Target::Name(short), Target::Name(whole)]),
    };
    block.push(Stmt::Bind { target, value, env: false });
    Some(())
}

fn member(lower: &mut Lower<'_>, child: Node<'_>, class: &mut Class, block: &mut Vec<Stmt>) {
    let span = lower.span(child);
    if child.kind() == "unary_operator" {
        // `@token "..."`
        let Some(operand) = lower.child(child, "operand").filter(|operand| operand.kind() == "call") else {
            return;
        };
        let Some(name) = lower.child(operand, "target") else { return };
        let name = lower.ident(name);
        if matches!(&*name.name, "spec" | "type" | "typep" | "callback" | "impl" | "opaque") {
            return;
        }
        let value = match special::positional(lower, operand).first() {
            Some(value) => lower.expr(*value),
            None => lower
                .child_of(operand, &["arguments"])
                .map_or_else(|| Expr::opaque(span), |list| lower.expr_of(list, "")),
        };
        class.fields.push((name, value));
        return;
    }
    match special::called(lower, child) {
        "def" | "defp" | "defmacro" | "defmacrop" if child.kind() == "call" => {
            if let Some((name, function)) = function(lower, child) {
                class.methods.push(Method { name, function, role: Role::Static });
            }
        }
        "use" if child.kind() == "call" => {
            if let Some(used) = special::positional(lower, child).first() {
                let used = lower.expr(*used);
                class.bases.push(used);
            }
            import(lower, child, block);
        }
        // Through the walk, which bounds how deep it goes.
        "alias" | "import" | "require" | "defmodule" => lower.stmt(child, block),
        "defstruct" => {
            let given = super::args(lower, child);
            for arg in given {
                match (arg.name, arg.value.kind) {
                    (Some(name), kind) => class.fields.push((name, Expr::new(kind, arg.value.span))),
                    (None, ExprKind::List(parts)) => class.fields.extend(parts.into_iter().filter_map(|part| {
                        let name = part.as_text()?.clone();
                        Some((Ident { name, span: part.span }, Expr::opaque(part.span)))
                    })),
                    _ => {}
                }
            }
        }
        _ => {
            let mut inner = Vec::new();
            lower.stmt(child, &mut inner);
            if inner.is_empty() {
                return;
            }
            let value = match inner.pop() {
                Some(Stmt::Expr(value)) if inner.is_empty() => value,
                last => {
                    inner.extend(last);
                    lower.block_value(inner, span)
                }
            };
            class.fields.push((Ident { name: "".into(), span }, value));
        }
    }
}

/// `def name(params) when guard do .. end`, `def name, do: value`.
fn function(lower: &mut Lower<'_>, node: Node<'_>) -> Option<(Ident, usize)> {
    let span = lower.span(node);
    let mut head = *special::positional(lower, node).first()?;
    if head.kind() == "binary_operator" {
        head = lower.child(head, "left")?;
    }
    let name = match head.kind() {
        "call" => lower.ident(lower.child(head, "target")?),
        "identifier" => lower.ident(head),
        _ => return None,
    };
    let list = lower.child_of(head, &["arguments"]).filter(|_| head.kind() == "call");
    let parts = list.map_or_else(Vec::new, |list| lower.children(list));
    let params = parts.into_iter().map(|part| parameter(lower, part)).collect();
    let mut body = special::body(lower, node);
    Lower::yields(&mut body);
    let function = Function { name: name.name.clone(), params, receiver: None, body, span };
    Some((name, lower.function(function)))
}

fn parameter(lower: &mut Lower<'_>, node: Node<'_>) -> Param {
    let span = lower.span(node);
    let (pattern, default) = match &*super::operator_of(lower, node) {
        "\\\\" => (lower.child(node, "left").unwrap_or(node), lower.child(node, "right")),
        _ => (node, None),
    };
    let mut param = special::param(lower, "", span);
    param.default = default.map(|default| lower.expr(default));
    param.target = lower.target(pattern);
    let named = match &param.target {
        Target::Name(ident) => Some(ident.name.clone()),
        Target::All(parts) => parts.iter().find_map(|part| match part {
            Target::Name(ident) => Some(ident.name.clone()),
            _ => None,
        }),
        _ => None,
    };
    param.name = named.unwrap_or_default();
    param
}

/// `alias A.B`, `alias A.{B, C}`, `alias A.B, as: C`; the others bind nothing.
fn import(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    let Some(given) = special::positional(lower, node).first().copied() else { return false };
    let binds = special::called(lower, node) == "alias";
    let renamed = special::keyword(lower, node, "as").map(|name| super::alias_of(lower, name));
    let mut paths = Vec::new();
    match (given.kind(), lower.child(given, "left"), lower.child(given, "right")) {
        ("dot", Some(left), Some(right)) if right.kind() == "tuple" => {
            let front = super::alias_of(lower, left);
            paths.extend(
                lower.children(right).into_iter().map(|part| format!("{front}.{}", super::alias_of(lower, part))),
            );
        }
        _ => paths.push(super::alias_of(lower, given)),
    }
    let span = lower.span(given);
    for path in paths {
        let local = renamed.clone().unwrap_or_else(|| path.rsplit('.').next().unwrap_or(&path).to_owned());
        let local = Ident { name: local.as_str().into(), span };
        // A module of this very file is there by its whole name.
        if binds && lower.text.contains(&format!("defmodule {path} ")) {
            if *local.name != *path {
                let value = Expr::new(ExprKind::Name(path.as_str().into()), span);
                block.push(Stmt::Bind { target: Target::Name(local), value, env: false });
            }
            continue;
        }
        let names = if binds { vec![ImportName { exported: None, local }] } else { Vec::new() };
        let module = Ident { name: path.as_str().into(), span };
        block.push(Stmt::Import(Import { module, names, type_only: false }));
    }
    true
}
