//! Methods, blocks and their parameters.

use tree_sitter::Node;

use super::super::facts::{Expr, ExprKind, Function, Ident, Param, Target};
use super::super::lower::Lower;
use super::calls::block_name;
use super::{BLOCK, assign_outward};
use crate::source::Span;

/// A block or lambda.
pub(super) fn block_function(
    lower: &mut Lower<'_>,
    params: Option<Node<'_>>,
    body: Option<Node<'_>>,
    span: Span,
) -> Expr {
    let params = params.map_or_else(Vec::new, |params| parameters(lower, params));
    let mut body = body.map_or_else(Vec::new, |body| lower.arm(body));
    Lower::bindings_yield(&mut body);
    Lower::yields(&mut body);
    assign_outward(&mut body);
    let index = lower.function(Function { name: "".into(), params, receiver: None, body, span });
    Expr::new(ExprKind::Function(index), span)
}

pub(super) fn function(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let span = lower.span(node);
    let name: std::sync::Arc<str> = lower.child(node, "name").map_or("", |name| lower.slice(name)).into();
    let mut params = lower.child(node, "parameters").map_or_else(Vec::new, |list| parameters(lower, list));
    let body = lower.child(node, "body");
    if !params.iter().any(|param| &*param.name == BLOCK) && body.is_some_and(|body| lower.slice(body).contains("yield"))
    {
        params.push(block_param(block_name(Span::new(node.start_byte(), node.start_byte()))));
    }
    lower.methods.push((name.clone(), params.clone()));
    let mut body = body.map_or_else(Vec::new, |body| lower.arm(body));
    lower.methods.pop();
    Lower::bindings_yield(&mut body);
    Lower::yields(&mut body);
    lower.function(Function { name, params, receiver: None, body, span })
}

pub(super) fn block_param(ident: Ident) -> Param {
    Param {
        name: BLOCK.into(),
        span: ident.span,
        default: Some(Expr::new(ExprKind::Nothing, ident.span)),
        target: Target::Name(ident),
        rest: false,
        field: false,
        class: None,
    }
}

pub(super) fn parameters(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Param> {
    lower.children(list).into_iter().filter_map(|node| parameter(lower, node)).collect()
}

pub(super) fn parameter(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Param> {
    if node.kind() == "destructured_parameter" {
        let parts = lower.children(node).into_iter().map(|part| lower.target(part)).collect();
        let plain = lower.plain_param(node);
        return Some(Param { target: Target::List(parts), name: "".into(), ..plain });
    }
    let name = if node.kind() == "identifier" { node } else { lower.child(node, "name")? };
    let mut param = lower.plain_param(name);
    match node.kind() {
        // Only a keyword can be named at the call.
        "identifier" => param.name = param.name.clone(),
        "optional_parameter" => param.default = Some(lower.expr_of(node, "value")),
        "keyword_parameter" => {
            param.default = lower.child(node, "value").map(|value| lower.expr(value));
        }
        "splat_parameter" | "hash_splat_parameter" => param.rest = true,
        "block_parameter" => return Some(block_param(lower.ident(name))),
        _ => return None,
    }
    Some(param)
}
