//! Statements of PHP, and what is assigned to.

use tree_sitter::Node;

use super::functions::function;
use super::{classes, imports};
use crate::syntax::facts::{Block, Ident, Stmt, Target};
use crate::syntax::lower::Lower;
use crate::syntax::strings::operator;

pub(super) fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) -> bool {
    match node.kind() {
        "include_expression" | "include_once_expression" | "require_expression" | "require_once_expression" => {
            // What the file defines is there from now on.
            let file = lower.expr_of(node, "");
            if let Some(path) = file.as_text() {
                block.push(Stmt::ExportAll(Ident { name: path.clone(), span: file.span }));
            }
        }
        "echo_statement" => {
            // In a page (`<?php echo $x ?>`) it writes the page.
            let before = lower.text(node.start_byte().saturating_sub(12)..node.start_byte());
            let island = before.trim_end().ends_with("<?php");
            for value in lower.children(node) {
                let parts = if value.kind() == "sequence_expression" { lower.children(value) } else { vec![value] };
                let parts: Vec<_> = parts.into_iter().map(|part| lower.expr(part)).collect();
                let span = lower.span(node);
                let name = if island { "<?=" } else { "echo" };
                block.push(Stmt::Expr(operator(name, parts, span)));
            }
        }
        "exit_statement" => {
            let span = lower.span(node);
            let values: Vec<_> = lower.children(node).into_iter().map(|value| lower.expr(value)).collect();
            block.push(Stmt::Expr(operator("exit", values, span)));
        }
        "namespace_definition" => {
            imports::neighbours(lower, node, block);
            if let Some(body) = lower.child(node, "body") {
                lower.stmt(body, block);
            }
        }
        "namespace_use_declaration" => imports::uses(lower, node, block),
        "function_definition" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, index) = (lower.ident(name), function(lower, node));
            block.push(Stmt::Function(name, index));
        }
        "class_declaration" | "interface_declaration" | "trait_declaration" | "enum_declaration" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, index) = (lower.ident(name), classes::class(lower, node));
            block.push(Stmt::Class(name, index));
        }
        "const_declaration" => {
            for (name, value) in classes::constants(lower, node) {
                block.push(Stmt::Bind { target: Target::Name(name), value, env: false });
            }
        }
        "function_static_declaration" => {
            for variable in lower.children(node) {
                let (Some(name), Some(value)) = (lower.child(variable, "name"), lower.child(variable, "value")) else {
                    continue;
                };
                let value = lower.expr(value);
                block.push(Stmt::Bind { target: Target::Name(lower.ident(name)), value, env: false });
            }
        }
        "switch_statement" => {
            let condition = lower.expr_of(node, "condition");
            block.push(Stmt::Expr(condition));
            let body = lower.child(node, "body").unwrap_or(node);
            let cases = lower.children(body);
            let exhaustive = cases.iter().any(|case| case.kind() == "default_statement");
            let arms = cases.into_iter().map(|case| lower.arm(case)).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive });
        }
        "try_statement" => {
            // A handler runs instead of some part of the body.
            let mut arms: Vec<_> = lower.child(node, "body").map(|body| lower.arm(body)).into_iter().collect();
            for clause in lower.children(node).into_iter().filter(|clause| clause.kind() == "catch_clause") {
                arms.extend(lower.child(clause, "body").map(|body| lower.arm(body)));
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
            for clause in lower.children(node).into_iter().filter(|clause| clause.kind() == "finally_clause") {
                lower.stmt(clause, block);
            }
        }
        "foreach_statement" => {
            let body = lower.child(node, "body");
            let parts: Vec<_> = lower.children(node).into_iter().filter(|part| Some(*part) != body).collect();
            let over = match parts[..] {
                [iterated, variable] => {
                    // `$key => $value`
                    let variable = match variable.kind() {
                        "pair" => lower.children(variable).last().copied().unwrap_or(variable),
                        _ => variable,
                    };
                    let iterated = lower.expr(iterated);
                    Some((lower.target(variable), iterated))
                }
                _ => None,
            };
            let body = body.map_or_else(Vec::new, |body| lower.arm(body));
            block.push(Stmt::Loop { over, body });
        }
        "for_statement" => {
            if let Some(start) = lower.child(node, "initialize") {
                lower.stmt(start, block);
            }
            let mut body = Vec::new();
            for part in lower.fields(node, "body") {
                lower.stmt(part, &mut body);
            }
            block.push(Stmt::Loop { over: None, body });
        }
        _ => return false,
    }
    true
}

pub(super) fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    match node.kind() {
        "variable_name" => Target::Name(lower.ident(node)),
        "by_ref" | "parenthesized_expression" => lower.target_of(node, ""),
        "list_literal" | "array_creation_expression" => list_target(lower, node),
        _ => lower.target_from(node),
    }
}

/// `[$a, $b] = ..`, `['key' => $a] = ..`, `list($a, , $b) = ..`
fn list_target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    let (mut places, mut keyed) = (Vec::new(), Vec::new());
    let mut pending: Option<Node<'_>> = None;
    let mut key: Option<Node<'_>> = None;
    let parts: Vec<_> = node.children(&mut node.walk()).collect();
    for part in parts {
        match part.kind() {
            "=>" => key = pending.take(),
            "," | "]" | ")" => match (key.take(), pending.take()) {
                (Some(key), Some(place)) => {
                    if let Some(text) = lower.expr(key).as_text() {
                        let text = text.clone();
                        keyed.push((text, lower.target(place), None));
                    }
                }
                (None, Some(place)) => places.push(lower.target(place)),
                // A comma alone leaves an element out.
                _ if part.kind() == "," => places.push(Target::Ignored),
                _ => {}
            },
            // In the place of an expression the grammar reads an array.
            "array_element_initializer" => {
                let inside = lower.children(part);
                if let [name, place] = inside[..] {
                    (key, pending) = (Some(name), Some(place));
                } else {
                    pending = inside.first().copied();
                }
            }
            _ if part.is_named() => pending = Some(part),
            _ => {}
        }
    }
    if keyed.is_empty() { Target::List(places) } else { Target::Map(keyed) }
}
