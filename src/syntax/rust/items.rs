//! Rust's types: structs and enums with their `impl` blocks as classes, and struct literals.

use std::collections::HashMap;

use tree_sitter::Node;

use super::{function, macros};
use crate::syntax::facts::{Arg, Class, Expr, ExprKind, Ident, Method, Role, Stmt};
use crate::syntax::lower::Lower;
use crate::syntax::strings;

/// Declares the types of a block or module, with the functions of their `impl` blocks, wherever those stand.
pub(super) fn declare(lower: &mut Lower<'_>, children: &[Node<'_>], block: &mut Vec<Stmt>) {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut attributes = Vec::new();
    for child in children {
        match child.kind() {
            "attribute_item" => attributes.push(*child),
            "struct_item" | "enum_item" | "union_item" => {
                let Some(name) = lower.child(*child, "name") else { continue };
                let name = lower.ident(name);
                let index = class(lower, *child, &name);
                known.insert(name.name.to_string(), index);
                block.push(Stmt::Class(name, index));
                attributes.clear();
            }
            _ => attributes.clear(),
        }
    }
    for child in children.iter().filter(|child| matches!(child.kind(), "impl_item" | "trait_item")) {
        let class = lower.child(*child, "type").and_then(|class| named(lower, class));
        let name = match &class {
            Some(Expr { kind: ExprKind::Name(name), .. }) => known.get(&**name).copied(),
            _ => None,
        };
        let members = lower.child(*child, "body").map_or_else(Vec::new, |body| lower.children(body));
        for member in members {
            match (member.kind(), name) {
                ("function_item", _) => method(lower, member, class.as_ref(), name, block),
                ("const_item", Some(index)) => {
                    let (Some(name), Some(value)) = (lower.child(member, "name"), lower.child(member, "value")) else {
                        continue;
                    };
                    let field = (lower.ident(name), lower.expr(value));
                    lower.facts.classes[index].fields.push(field);
                }
                ("macro_invocation", _) => lower.stmt(member, block),
                _ => {}
            }
        }
    }
}

fn method(lower: &mut Lower<'_>, node: Node<'_>, class: Option<&Expr>, at: Option<usize>, block: &mut Vec<Stmt>) {
    let Some(name) = lower.child(node, "name") else { return };
    let name = lower.ident(name);
    let (function, receives) = function(lower, node, class);
    match at {
        Some(at) => {
            let role = if receives { Role::Plain } else { Role::Static };
            lower.facts.classes[at].methods.push(Method { name, function, role });
        }
        // What belongs to a type of another file, or to a trait, still runs.
        None => block.push(Stmt::Expr(Expr::new(ExprKind::Function(function), name.span))),
    }
}

fn class(lower: &mut Lower<'_>, node: Node<'_>, name: &Ident) -> usize {
    let mut class = Class {
        name: name.name.clone(),
        bases: Vec::new(),
        fields: Vec::new(),
        methods: Vec::new(),
        members_in_scope: false,
        span: lower.span(node),
    };
    let mut written = Vec::new();
    let body = lower.child(node, "body").filter(|_| node.kind() != "enum_item");
    match body {
        Some(list) if list.kind() == "field_declaration_list" => {
            let mut attributes = Vec::new();
            for child in lower.children(list) {
                match child.kind() {
                    "attribute_item" => attributes.push(child),
                    "field_declaration" => {
                        let Some(name) = lower.child(child, "name") else { continue };
                        let name = lower.ident(name);
                        let value = field(lower, child, &name, &attributes, &mut written);
                        class.fields.push((name, value));
                        attributes.clear();
                    }
                    _ => {}
                }
            }
        }
        // `struct Secret(String)`: its fields are numbered.
        Some(list) => {
            for (at, inner) in lower.fields(list, "type").into_iter().enumerate() {
                let span = lower.span(inner);
                class.fields.push((Ident { name: at.to_string().into(), span }, Expr::opaque(span)));
            }
        }
        None => {}
    }
    lower.facts.classes.push(class);
    let index = lower.facts.classes.len() - 1;
    if is_written(lower, node) {
        lower.facts.written.insert(index, written);
    }
    index
}

/// Whether instances are written as data: `#[derive(Serialize)]` stands in front.
fn is_written(lower: &Lower<'_>, node: Node<'_>) -> bool {
    let mut before = node.prev_sibling();
    for _ in 0..12 {
        let Some(here) = before.filter(|here| here.is_extra() || here.kind() == "attribute_item") else { return false };
        let text = lower.slice(here);
        if here.kind() == "attribute_item" && text.contains("derive") && text.contains("Serialize") {
            return true;
        }
        before = here.prev_sibling();
    }
    false
}

/// The value of a field before anything is assigned: what its attributes say, or its declared type.
fn field(
    lower: &mut Lower<'_>,
    node: Node<'_>,
    name: &Ident,
    attributes: &[Node<'_>],
    written: &mut Vec<(std::sync::Arc<str>, std::sync::Arc<str>)>,
) -> Expr {
    let span = name.span;
    let (mut variable, mut default) = (None, None);
    for attribute in attributes {
        let Some(attribute) = lower.field(*attribute, "") else { continue };
        let Some(tree) = lower.child(attribute, "arguments") else { continue };
        for arg in macros::args(lower, tree) {
            let (key, named) = match (&arg.name, &arg.value.kind) {
                (Some(key), _) => (key.name.clone(), true),
                (None, ExprKind::Name(word)) => (word.clone(), false),
                _ => continue,
            };
            match (lower.rows.tag(lower.table.spec.name, &key), &arg.value.kind) {
                (Some("key"), ExprKind::Text(text)) => written.push((name.name.clone(), text.clone())),
                (Some("variable"), ExprKind::Text(text)) => {
                    variable = Some(Expr::new(ExprKind::Env(text.clone()), arg.value.span));
                }
                // clap's bare `env` is the field's name in capitals.
                (Some("variable"), ExprKind::Name(_)) if !named => {
                    let text = name.name.to_uppercase();
                    variable = Some(Expr::new(ExprKind::Env(text.into()), arg.value.span));
                }
                (Some("default"), _) if named => default = Some(arg.value),
                _ => {}
            }
        }
    }
    match (variable, default) {
        (Some(variable), Some(default)) => Expr::new(ExprKind::Choice(vec![variable, default]), span),
        (Some(value), None) | (None, Some(value)) => value,
        (None, None) => match lower.child(node, "type").and_then(|class| named(lower, class)) {
            Some(class) => Expr::new(ExprKind::Instance(Box::new(class)), span),
            None => Expr::opaque(span),
        },
    }
}

/// The type as an expression, where it is a name: `&Client`, `Arc<reqwest::Client>`.
pub(super) fn named(lower: &mut Lower<'_>, class: Node<'_>) -> Option<Expr> {
    match class.kind() {
        "type_identifier" | "scoped_type_identifier" => Some(lower.expr(class)),
        "reference_type" => named(lower, lower.child(class, "type")?),
        "generic_type" => {
            let outer = lower.child(class, "type")?;
            let name = lower.slice(outer).rsplit("::").next().unwrap_or_default().to_owned();
            if !lower.rows.is_type(lower.table.spec.name, &name, "wrapper") {
                return named(lower, outer);
            }
            let inner = lower.field(lower.child(class, "type_arguments")?, "")?;
            named(lower, inner)
        }
        _ => None,
    }
}

/// `Config { secret: x, ..base }`: what the base has comes first.
pub(super) fn literal(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let callee = lower.expr_of(node, "name");
    let (mut args, mut base) = (Vec::new(), Vec::new());
    for child in lower.child(node, "body").map_or_else(Vec::new, |body| lower.children(body)) {
        match child.kind() {
            "field_initializer" => {
                let name = lower.child(child, "field").map(|name| lower.ident(name));
                args.push(Arg { name, value: lower.expr_of(child, "value") });
            }
            "shorthand_field_initializer" => {
                let ident = lower.ident(child);
                let value = Expr::new(ExprKind::Name(ident.name.clone()), ident.span);
                args.push(Arg { name: Some(ident), value });
            }
            "base_field_initializer" => {
                let value = lower.expr_of(child, "");
                let at = value.span;
                base.push(Arg { name: None, value: Expr::new(ExprKind::Spread(Box::new(value)), at) });
            }
            _ => {}
        }
    }
    base.extend(args);
    strings::construct(callee, base, span)
}
