//! Functions, methods and closures of PHP.

use tree_sitter::Node;

use super::expressions::{bare, path};
use crate::syntax::facts::{Expr, Function, Param, Stmt};
use crate::syntax::lower::Lower;

/// A function, method or closure: its index.
pub(super) fn function(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let list = lower.child(node, "parameters");
    let mut params = Vec::new();
    for child in list.map_or_else(Vec::new, |list| lower.children(list)) {
        params.extend(param(lower, child));
    }
    let body = match lower.child(node, "body") {
        Some(body) if body.kind() == "compound_statement" => lower.block(body),
        Some(body) => vec![Stmt::Return(lower.expr(body))],
        None => Vec::new(),
    };
    let span = lower.span(node);
    lower.function(Function { name, params, receiver: None, body, span })
}

fn param(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Param> {
    if !matches!(node.kind(), "simple_parameter" | "variadic_parameter" | "property_promotion_parameter") {
        return None;
    }
    let mut name = lower.child(node, "name")?;
    if name.kind() == "by_ref" {
        name = lower.field(name, "")?;
    }
    let mut param = lower.plain_param(name);
    param.name = bare(lower, name).into();
    param.default = lower.child(node, "default_value").map(|value| lower.expr(value));
    param.rest = node.kind() == "variadic_parameter";
    param.field = node.kind() == "property_promotion_parameter";
    param.class = declared(lower, node);
    param.span = lower.span(node);
    Some(param)
}

/// The declared type, where it is a class.
pub(super) fn declared(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let mut class = lower.child(node, "type")?;
    while matches!(class.kind(), "optional_type" | "type") {
        class = lower.field(class, "")?;
    }
    let name = if class.kind() == "named_type" { lower.field(class, "")? } else { return None };
    Some(path(lower, name))
}
