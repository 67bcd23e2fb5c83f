//! Statements and directives of Dart.

use tree_sitter::Node;

use super::expressions::type_path;
use super::members::{body, class, function};
use crate::syntax::facts::{Block, Expr, ExprKind, Ident, Import, ImportName, Stmt, Target};
use crate::syntax::lower::Lower;

pub(super) fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) -> bool {
    match node.kind() {
        "library_import" => import(lower, node, block),
        "library_export" | "part_directive" | "part_of_directive" => {
            if let Some(uri) = uri(lower, node) {
                block.push(Stmt::ExportAll(uri));
            }
        }
        "class_declaration"
        | "mixin_declaration"
        | "extension_declaration"
        | "extension_type_declaration"
        | "enum_declaration" => {
            let ident = lower.child(node, "name").map(|found| lower.ident(found));
            let ident = ident.unwrap_or_else(|| Ident { name: "".into(), span: lower.span(node) });
            let index = class(lower, node);
            block.push(Stmt::Class(ident, index));
        }
        "function_declaration" | "local_function_declaration" => match function(lower, node) {
            Some((ident, index)) => block.push(Stmt::Function(ident, index)),
            None => return false,
        },
        // A getter runs when its name is read; here it runs once.
        "getter_declaration" => {
            let signature = lower.child(node, "signature");
            let (Some(found), Some(inside)) =
                (signature.and_then(|one| lower.child(one, "name")), lower.child(node, "body"))
            else {
                return false;
            };
            let ident = lower.ident(found);
            let inside = body(lower, inside);
            let value = lower.block_value(inside, lower.span(node));
            block.push(Stmt::Bind { target: Target::Name(ident), value, env: false });
        }
        "top_level_variable_declaration" => {
            let Some(list) = lower.child_of(node, &["static_final_declaration_list", "initialized_identifier_list"])
            else {
                return false;
            };
            for one in lower.children(list) {
                variable(lower, one, node, block);
            }
        }
        "local_variable_declaration" => match lower.child_of(node, &["initialized_variable_declaration"]) {
            Some(inner) => {
                variable(lower, inner, inner, block);
                let more = lower.children(inner).into_iter().filter(|part| part.kind() == "initialized_identifier");
                more.collect::<Vec<_>>().into_iter().for_each(|one| variable(lower, one, inner, block));
            }
            None => return false,
        },
        "for_statement" => {
            let (variable, value) = (lower.child(node, "name"), lower.child(node, "value"));
            for start in lower.fields(node, "init") {
                lower.stmt(start, block);
            }
            let over = match (variable, value) {
                (Some(variable), Some(value)) => {
                    let value = lower.expr(value);
                    Some((Target::Name(lower.ident(variable)), value))
                }
                _ => None,
            };
            let inside = lower.child(node, "body").map_or_else(Vec::new, |inside| lower.arm(inside));
            block.push(Stmt::Loop { over, body: inside });
        }
        "switch_statement" => {
            let condition = lower.expr_of(node, "condition");
            block.push(Stmt::Expr(condition));
            let cases = lower.child(node, "body").map_or_else(Vec::new, |inside| lower.children(inside));
            let exhaustive = cases.iter().any(|case| case.kind() == "switch_statement_default");
            let arms = cases.into_iter().map(|case| lower.arm(case)).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive });
        }
        "try_statement" => {
            // A handler runs instead of some part of the body.
            let blocks: Vec<_> = lower.children(node).into_iter().filter(|part| part.kind() == "block").collect();
            let arms = blocks.into_iter().map(|part| lower.arm(part)).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
            if let Some(last) = lower.child_of(node, &["finally_clause"]) {
                lower.stmt(last, block);
            }
        }
        _ => return false,
    }
    true
}

/// A variable with its value, or with its declared type alone.
fn variable(lower: &mut Lower<'_>, one: Node<'_>, around: Node<'_>, block: &mut Block) {
    let Some(found) = lower.child(one, "name") else { return };
    let ident = lower.ident(found);
    let value = match lower.child(one, "value") {
        Some(value) => lower.expr(value),
        None => match type_path(lower, around) {
            Some(class) => Expr::new(ExprKind::Instance(Box::new(class)), ident.span),
            None => Expr::opaque(ident.span),
        },
    };
    block.push(Stmt::Bind { target: Target::Name(ident), value, env: false });
}

/// `import 'package:http/http.dart' as http show Client;`
fn import(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) {
    let Some(inner) = lower.child_of(node, &["import_specification"]) else { return };
    let Some(module) = uri(lower, inner) else { return };
    let alias = lower.child(inner, "alias").map(|alias| lower.ident(alias));
    let mut names = Vec::new();
    let mut all = alias.is_none();
    if let Some(local) = alias {
        names.push(ImportName { exported: None, local });
    } else {
        for combinator in lower.children(inner).into_iter().filter(|child| child.kind() == "combinator") {
            if lower.slice(combinator).starts_with("show") {
                all = false;
                let shown = lower.children(combinator);
                names.extend(shown.into_iter().map(|shown| {
                    let local = lower.ident(shown);
                    ImportName { exported: Some(local.name.clone()), local }
                }));
            }
        }
    }
    block.push(Stmt::Import(Import { module: module.clone(), names, type_only: false }));
    if all {
        block.push(Stmt::ExportAll(module));
    }
}

/// The address in a directive.
fn uri(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Ident> {
    let mut here = lower.child(node, "uri").or_else(|| lower.child_of(node, &["uri"]))?;
    while here.kind() != "string_literal" {
        here = lower.field(here, "")?;
    }
    let text = lower.expr(here);
    text.as_text().map(|name| Ident { name: name.clone(), span: text.span })
}
