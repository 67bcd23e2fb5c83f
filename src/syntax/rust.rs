//! Rust.

use tree_sitter::Node;

use super::facts::{Expr, ExprKind, Function, Ident, Linkage, Param, Resolution, Stmt, Target, Traits};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::lower::Lower;
use crate::source::Span;

mod imports;
mod items;
mod macros;

/// Rust's table.
pub static RUST: Spec = Spec {
    name: "rust",
    grammar: || tree_sitter_rust::LANGUAGE.into(),
    forms: &[
        ("source_file", Form::Own),
        ("block", Form::Own),
        ("unsafe_block", Form::Own),
        ("async_block", Form::Own),
        ("const_block", Form::Own),
        ("try_block", Form::Own),
        ("expression_statement", Form::Effect),
        ("mod_item", Form::Own),
        ("use_declaration", Form::Own),
        ("extern_crate_declaration", Form::Skip),
        ("const_item", Form::Own),
        ("static_item", Form::Own),
        ("let_declaration", Form::Own),
        ("function_item", Form::Own),
        ("struct_item", Form::Skip),
        ("enum_item", Form::Skip),
        ("union_item", Form::Skip),
        ("impl_item", Form::Skip),
        ("trait_item", Form::Skip),
        ("type_item", Form::Skip),
        ("attribute_item", Form::Skip),
        ("inner_attribute_item", Form::Skip),
        ("macro_definition", Form::Skip),
        ("label", Form::Skip),
        ("return_expression", Form::Return),
        ("break_expression", Form::Skip),
        ("continue_expression", Form::Skip),
        ("if_expression", Form::Own),
        ("else_clause", Form::Inner("")),
        ("match_expression", Form::Own),
        ("for_expression", Form::Own),
        ("while_expression", Form::Own),
        ("loop_expression", Form::Own),
        ("line_comment", Form::Comment),
        ("block_comment", Form::Comment),
        ("string_literal", Form::Text),
        ("raw_string_literal", Form::Text),
        ("char_literal", Form::Own),
        ("integer_literal", Form::Number),
        ("float_literal", Form::Number),
        ("negative_literal", Form::Number),
        ("boolean_literal", Form::Own),
        ("unit_expression", Form::Nothing),
        ("identifier", Form::Name),
        ("field_identifier", Form::Name),
        ("shorthand_field_identifier", Form::Name),
        ("type_identifier", Form::Name),
        ("primitive_type", Form::Name),
        ("self", Form::Own),
        ("crate", Form::Name),
        ("super", Form::Name),
        ("scoped_identifier", Form::Own),
        ("scoped_type_identifier", Form::Own),
        ("generic_type", Form::Inner("type")),
        ("generic_type_with_turbofish", Form::Inner("type")),
        ("generic_function", Form::Inner("function")),
        ("bracketed_type", Form::Inner("")),
        ("qualified_type", Form::Inner("type")),
        ("field_expression", Form::Member("value", "field")),
        ("index_expression", Form::Own),
        ("call_expression", Form::Call("function", "arguments")),
        ("macro_invocation", Form::Own),
        ("token_tree", Form::Own),
        ("struct_expression", Form::Own),
        ("array_expression", Form::List),
        ("tuple_expression", Form::List),
        ("closure_expression", Form::Own),
        ("reference_expression", Form::Inner("value")),
        ("unary_expression", Form::Own),
        ("try_expression", Form::Inner("")),
        ("await_expression", Form::Inner("")),
        ("parenthesized_expression", Form::Inner("")),
        ("type_cast_expression", Form::Inner("value")),
        ("binary_expression", Form::Binary),
        ("assignment_expression", Form::Assign("left", "right")),
        ("compound_assignment_expr", Form::Update("left", "right")),
    ],
    fragments: &["string_content"],
    escapes: &["escape_sequence"],
    unescape: unescape_c,
    operators: &[("+", Operation::Concat), ("==", Operation::Equal), ("!=", Operation::Differ)],
    linkage: Linkage::Imports,
    resolution: Resolution::Crate,
    declares: true,
    traits: Traits::NONE,
    expr,
    stmt,
    target,
    own_kinds: &[
        "let_condition",
        "let_chain",
        "match_arm",
        "match_pattern",
        "tuple_struct_pattern",
        "tuple_pattern",
        "struct_pattern",
        "field_pattern",
        "captured_pattern",
        "ref_pattern",
        "mut_pattern",
        "reference_pattern",
        "slice_pattern",
        "or_pattern",
        "parameter",
        "self_parameter",
        "closure_parameters",
        "field_declaration",
        "field_declaration_list",
        "ordered_field_declaration_list",
        "field_initializer",
        "base_field_initializer",
        "shorthand_field_initializer",
        "attribute",
        "use_as_clause",
        "use_list",
        "scoped_use_list",
        "use_wildcard",
        "range_expression",
        "reference_type",
        "mutable_specifier",
        "async_block",
    ],
    own_fields: &[
        "name",
        "path",
        "alias",
        "list",
        "argument",
        "arguments",
        "value",
        "type",
        "type_arguments",
        "body",
        "parameters",
        "pattern",
        "condition",
        "consequence",
        "alternative",
        "macro",
        "field",
        "left",
        "right",
        "return_type",
    ],
};

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "self" => ExprKind::Name("self".into()),
        "boolean_literal" => match lower.slice(node) {
            "false" => ExprKind::Nothing,
            text => ExprKind::Number(text.into()),
        },
        // A letter is a text, as `'='` is between two others.
        "char_literal" => {
            let open = if lower.slice(node).starts_with('b') { "b'" } else { "'" };
            let inner = lower.inside(node, open, "'");
            return Some(Expr::text(unescape_c(lower.text(inner.range())), inner));
        }
        "scoped_identifier" | "scoped_type_identifier" => return Some(imports::path(lower, node)),
        "index_expression" => {
            let parts = lower.children(node);
            let [object, key] = parts[..] else { return None };
            // A slice is no longer the whole.
            if key.kind() == "range_expression" {
                let whole = lower.slice(key) == "..";
                return whole.then(|| lower.expr(object));
            }
            let (object, key) = (lower.expr(object), lower.expr(key));
            ExprKind::Member(Box::new(object), Box::new(key))
        }
        "unary_expression" => {
            let deref = lower.slice(node).starts_with('*');
            return deref.then(|| lower.expr_of(node, ""));
        }
        "macro_invocation" => return Some(macros::call(lower, node)),
        "token_tree" => return Some(macros::tree(lower, node)),
        "struct_expression" => return Some(items::literal(lower, node)),
        "closure_expression" => ExprKind::Function(closure(lower, node)),
        "block" | "unsafe_block" | "async_block" | "const_block" | "try_block" | "if_expression"
        | "match_expression" | "loop_expression" | "while_expression" | "for_expression" => {
            let mut block = Vec::new();
            match node.kind() {
                "block" => block = body(lower, node),
                _ => {
                    stmt(lower, node, &mut block);
                }
            }
            leave(&mut block);
            return Some(lower.block_value(block, span));
        }
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

/// What a block that stands for a value returns from is the function around it: it gives no value then.
fn leave(block: &mut Vec<Stmt>) {
    let mut at = 0;
    while at < block.len() {
        match &mut block[at] {
            Stmt::Return(value) => {
                let value = std::mem::replace(value, Expr::opaque(Span::default()));
                let span = value.span;
                block[at] = Stmt::Expr(value);
                block.insert(at + 1, Stmt::Throw(Expr::opaque(span)));
                at += 1;
            }
            Stmt::Branch { arms, .. } => arms.iter_mut().for_each(leave),
            Stmt::Loop { body, .. } => leave(body),
            _ => {}
        }
        at += 1;
    }
}

/// The statements of a block; one whose last is closed by `;` gives nothing.
fn body(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Stmt> {
    let mut block = Vec::new();
    statements(lower, node, &mut block);
    let last = lower.children(node).into_iter().rev().find(|child| !child.kind().ends_with("comment"));
    if last.is_some_and(|last| lower.slice(last).ends_with(';')) && matches!(block.last(), Some(Stmt::Expr(_))) {
        let span = lower.span(node);
        block.push(Stmt::Expr(Expr::new(ExprKind::Nothing, span)));
    }
    block
}

/// The items and statements of a block or module; types stand before all else.
fn statements(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let children = lower.children(node);
    items::declare(lower, &children, block);
    children.into_iter().for_each(|child| lower.stmt(child, block));
}

fn function(lower: &mut Lower<'_>, node: Node<'_>, owner: Option<&Expr>) -> (usize, bool) {
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let (mut params, mut receiver) = (Vec::new(), None);
    for child in lower.child(node, "parameters").map_or_else(Vec::new, |list| lower.children(list)) {
        match child.kind() {
            "self_parameter" => receiver = Some("self".into()),
            "parameter" => params.push(param(lower, child)),
            _ => {}
        }
    }
    let mut block = Vec::new();
    if let Some(owner) = owner {
        // `Self` is the type that the function belongs to.
        let target = Target::Name(Ident { name: "Self".into(), span: owner.span });
        block.push(Stmt::Bind { target, value: owner.clone(), env: false });
    }
    if let Some(inner) = lower.child(node, "body") {
        block.extend(body(lower, inner));
    }
    Lower::yields(&mut block);
    let span = lower.span(node);
    let is_method = receiver.is_some();
    (lower.function(Function { name, params, receiver, body: block, span }), is_method)
}

fn param(lower: &mut Lower<'_>, node: Node<'_>) -> Param {
    let pattern = lower.child(node, "pattern").unwrap_or(node);
    let mut param = lower.plain_param(pattern);
    param.target = lower.target(pattern);
    if let Target::Name(ident) = &param.target {
        param.name = ident.name.clone();
    }
    param.class = lower.child(node, "type").and_then(|class| items::named(lower, class));
    param
}

fn closure(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let mut params = Vec::new();
    for child in lower.child(node, "parameters").map_or_else(Vec::new, |list| lower.children(list)) {
        params.push(param(lower, child));
    }
    let block = match lower.child(node, "body") {
        Some(inner) if inner.kind() == "block" => {
            let mut block = body(lower, inner);
            Lower::yields(&mut block);
            block
        }
        Some(inner) => vec![Stmt::Return(lower.expr(inner))],
        None => Vec::new(),
    };
    let span = lower.span(node);
    lower.function(Function { name: "".into(), params, receiver: None, body: block, span })
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "source_file" => {
            // `None` is a name that every file knows.
            let span = Span::new(0, 0);
            let target = Target::Name(Ident { name: "None".into(), span });
            block.push(Stmt::Bind { target, value: Expr::new(ExprKind::Nothing, span), env: false });
            statements(lower, node, block);
        }
        "block" => statements(lower, node, block),
        "unsafe_block" | "async_block" | "const_block" | "try_block" | "loop_expression" => {
            let inner = lower.child_of(node, &["block"]);
            let body = inner.map_or_else(Vec::new, |inner| body(lower, inner));
            match node.kind() {
                "loop_expression" => block.push(Stmt::Loop { over: None, body }),
                _ => block.extend(body),
            }
        }
        "mod_item" => match lower.child(node, "body") {
            Some(inner) => statements(lower, inner, block),
            None => imports::module(lower, node, block),
        },
        "use_declaration" => imports::declare(lower, node, block),
        "const_item" | "static_item" => {
            let (Some(name), Some(value)) = (lower.child(node, "name"), lower.child(node, "value")) else {
                return true;
            };
            let target = Target::Name(lower.ident(name));
            let value = lower.expr(value);
            block.push(Stmt::Bind { target, value, env: false });
        }
        "function_item" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, (index, _)) = (lower.ident(name), function(lower, node, None));
            block.push(Stmt::Function(name, index));
        }
        "let_declaration" => {
            let Some(value) = lower.child(node, "value") else { return true };
            let value = lower.expr(value);
            let target = lower.target_of(node, "pattern");
            if let Some(otherwise) = lower.child(node, "alternative") {
                let arms = vec![lower.arm(otherwise)];
                block.push(Stmt::Branch { test: None, arms, exhaustive: false });
            }
            block.push(Stmt::Bind { target, value, env: false });
        }
        "if_expression" => {
            let mut first = Vec::new();
            let test = lower.child(node, "condition").and_then(|test| condition(lower, test, &mut first));
            if let Some(inner) = lower.child(node, "consequence") {
                first.extend(body(lower, inner));
            }
            let mut arms = vec![first];
            let otherwise = lower.child(node, "alternative").and_then(|clause| lower.field(clause, ""));
            if let Some(otherwise) = otherwise {
                arms.push(arm(lower, otherwise));
            }
            let exhaustive = arms.len() > 1;
            block.push(Stmt::Branch { test, arms, exhaustive });
        }
        "match_expression" => {
            let value = lower.expr_of(node, "value");
            let cases = lower.child(node, "body").map_or_else(Vec::new, |body| lower.children(body));
            let mut arms = Vec::new();
            for case in cases.into_iter().filter(|case| case.kind() == "match_arm") {
                let mut inside = Vec::new();
                if let Some(pattern) = lower.child(case, "pattern").and_then(|all| lower.field(all, "")) {
                    let target = lower.target(pattern);
                    inside.push(Stmt::Bind { target, value: value.clone(), env: false });
                }
                if let Some(result) = lower.child(case, "value") {
                    inside.extend(arm(lower, result));
                }
                arms.push(inside);
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
        }
        "for_expression" => {
            let iterated = lower.expr_of(node, "value");
            let target = lower.target_of(node, "pattern");
            let body = lower.child(node, "body").map_or_else(Vec::new, |inner| body(lower, inner));
            block.push(Stmt::Loop { over: Some((target, iterated)), body });
        }
        "while_expression" => {
            let mut inside = Vec::new();
            if let Some(test) = lower.child(node, "condition") {
                inside.extend(condition(lower, test, &mut Vec::new()).map(Stmt::Expr));
            }
            if let Some(inner) = lower.child(node, "body") {
                inside.extend(body(lower, inner));
            }
            block.push(Stmt::Loop { over: None, body: inside });
        }
        "macro_invocation" => return macros::statement(lower, node, block),
        _ => return false,
    }
    true
}

/// An arm, which may be a block or an expression; its last value is what it gives.
fn arm(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Stmt> {
    match node.kind() {
        "block" => body(lower, node),
        _ => lower.arm(node),
    }
}

/// A condition; what `if let` matches is bound at the front of the arm.
fn condition(lower: &mut Lower<'_>, node: Node<'_>, arm: &mut Vec<Stmt>) -> Option<Expr> {
    match node.kind() {
        "let_condition" => {
            let value = lower.expr_of(node, "value");
            let target = lower.target_of(node, "pattern");
            arm.push(Stmt::Bind { target, value, env: false });
            None
        }
        "let_chain" => {
            for part in lower.children(node) {
                condition(lower, part, arm);
            }
            None
        }
        _ => Some(lower.expr(node)),
    }
}

fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    match node.kind() {
        // A constant or a variant in a pattern binds nothing.
        "identifier" if lower.slice(node).starts_with(|c: char| c.is_ascii_uppercase()) && is_pattern(node) => {
            Target::Ignored
        }
        "identifier" | "shorthand_field_identifier" => Target::Name(lower.ident(node)),
        "mut_pattern" | "ref_pattern" | "reference_pattern" | "captured_pattern" => {
            let parts = lower.children(node);
            let inner = parts.into_iter().find(|part| part.kind() != "mutable_specifier");
            inner.map_or(Target::Ignored, |inner| lower.target(inner))
        }
        "tuple_struct_pattern" => {
            let variant = lower.child(node, "type").map_or("", |class| lower.slice(class)).to_owned();
            let parts: Vec<_> = lower.children(node).into_iter().skip(1).collect();
            match (variant.rsplit("::").next(), &parts[..]) {
                // What went wrong isn't the value.
                (Some("Err"), _) => Target::Ignored,
                (_, [one]) => lower.target(*one),
                _ => Target::Ignored,
            }
        }
        "tuple_pattern" | "slice_pattern" => {
            let parts = lower.children(node);
            Target::List(parts.into_iter().map(|part| lower.target(part)).collect())
        }
        "struct_pattern" => {
            let mut parts = Vec::new();
            for field in lower.children(node).into_iter().filter(|child| child.kind() == "field_pattern") {
                let Some(name) = lower.child(field, "name") else { continue };
                let inner = lower.child(field, "pattern").unwrap_or(name);
                parts.push((lower.slice(name).into(), lower.target(inner), None));
            }
            Target::Map(parts)
        }
        "field_expression" | "index_expression" | "unary_expression" => lower.target_from(node),
        _ => Target::Ignored,
    }
}

/// Whether a name in capitals stands in a pattern of its own rather than left of an assignment.
fn is_pattern(node: Node<'_>) -> bool {
    node.next_sibling().is_none_or(|next| next.kind() != "=")
}

#[cfg(test)]
mod tests;
