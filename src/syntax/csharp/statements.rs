//! Statements of C#.

use tree_sitter::Node;

use super::super::facts::{Expr, ExprKind, Ident, Import, ImportName, Stmt, Target};
use super::super::lower::Lower;
use super::creation::declared_value;
use super::{classes, function, inner, type_name};

pub(super) fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "using_directive" => import(lower, node, block),
        "namespace_declaration" => {
            if let Some(body) = lower.child(node, "body") {
                lower.stmt(body, block);
            }
        }
        "class_declaration" | "struct_declaration" | "record_declaration" | "interface_declaration" => {
            let Some(ident) = lower.child(node, "name") else { return false };
            let (ident, index) = (lower.ident(ident), classes::class(lower, node));
            block.push(Stmt::Class(ident, index));
        }
        "local_function_statement" | "method_declaration" => {
            let Some(ident) = lower.child(node, "name") else { return false };
            let ident = lower.ident(ident);
            let index = function(lower, node, ident.name.clone());
            block.push(Stmt::Function(ident, index));
        }
        "property_declaration" => {
            let (Some(ident), Some(given)) = (lower.child(node, "name"), lower.child(node, "value")) else {
                return true;
            };
            let given = if given.kind() == "arrow_expression_clause" {
                inner(lower, given)
            } else {
                Some(declared_value(lower, lower.child(node, "type"), given))
            };
            let target = Target::Name(lower.ident(ident));
            block.extend(given.map(|value| Stmt::Bind { target, value, env: false }));
        }
        "local_declaration_statement" | "field_declaration" => {
            if let Some(declaration) = lower.child_of(node, &["variable_declaration"]) {
                variables(lower, declaration, block);
            }
        }
        "variable_declaration" => variables(lower, node, block),
        "return_statement" => {
            let value = inner(lower, node).unwrap_or_else(|| Expr::new(ExprKind::Nothing, lower.span(node)));
            block.push(Stmt::Return(value));
        }
        "if_statement" => {
            let test = lower.child(node, "condition").map(|condition| lower.expr(condition));
            let arms = ["consequence", "alternative"].map(|field| lower.child(node, field));
            let exhaustive = arms[1].is_some();
            let arms = arms.into_iter().flatten().map(|arm| lower.arm(arm)).collect();
            block.push(Stmt::Branch { test, arms, exhaustive });
        }
        "switch_statement" => {
            if let Some(asked) = lower.child(node, "value") {
                let asked = lower.expr(asked);
                block.push(Stmt::Expr(asked));
            }
            let sections = lower.child(node, "body").map_or_else(Vec::new, |body| lower.children(body));
            let exhaustive = sections.iter().any(|section| lower.child_of(*section, &["default"]).is_some());
            let arms = sections.into_iter().map(|section| section_arm(lower, section)).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive });
        }
        "try_statement" => {
            let mut arms: Vec<_> = lower.child(node, "body").map(|body| lower.arm(body)).into_iter().collect();
            for clause in lower.children(node).into_iter().filter(|clause| clause.kind() == "catch_clause") {
                arms.extend(lower.child(clause, "body").map(|body| lower.arm(body)));
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
            if let Some(finally) = lower.child_of(node, &["finally_clause"]) {
                lower.stmt(finally, block);
            }
        }
        "for_statement" => {
            for initialiser in lower.fields(node, "initializer") {
                lower.stmt(initialiser, block);
            }
            let body = lower.child(node, "body").map_or_else(Vec::new, |body| lower.arm(body));
            block.push(Stmt::Loop { over: None, body });
        }
        "preproc_if" => preprocessed(lower, node, block),
        _ => return false,
    }
    true
}

/// What stands between `#if` and `#else` runs, or what follows.
pub(super) fn preprocessed(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let condition = lower.child(node, "condition");
    let alternative = lower.child(node, "alternative");
    let mut first = Vec::new();
    for child in
        lower.children(node).into_iter().filter(|child| Some(*child) != condition && Some(*child) != alternative)
    {
        lower.stmt(child, &mut first);
    }
    let mut second = Vec::new();
    if let Some(alternative) = alternative {
        preprocessed(lower, alternative, &mut second);
    }
    let declares = |stmt: &Stmt| matches!(stmt, Stmt::Class(..) | Stmt::Function(..) | Stmt::Import(_));
    if second.is_empty() || first.iter().chain(&second).any(declares) {
        block.extend(first);
        block.extend(second);
    } else {
        block.push(Stmt::Branch { test: None, arms: vec![first, second], exhaustive: true });
    }
}

/// The statements of `case x: ..`.
pub(super) fn section_arm(lower: &mut Lower<'_>, section: Node<'_>) -> Vec<Stmt> {
    let mut arm = Vec::new();
    for child in lower.children(section) {
        if child.kind() == "block" || child.kind().ends_with("_statement") {
            lower.stmt(child, &mut arm);
        }
    }
    arm
}

/// `using A.B;` binds nothing; `using X = A.B;` binds X.
pub(super) fn import(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let alias = lower.child(node, "name");
    let Some(module) = lower.children(node).into_iter().find(|child| Some(*child) != alias) else { return };
    let module = Ident { name: lower.slice(module).trim_start_matches("global::").into(), span: lower.span(module) };
    let names = alias.map(|alias| ImportName { exported: None, local: lower.ident(alias) }).into_iter().collect();
    block.push(Stmt::Import(Import { module, names, type_only: false }));
}

pub(super) fn variables(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let class = lower.child(node, "type");
    for declarator in lower.children(node).into_iter().filter(|child| child.kind() == "variable_declarator") {
        let (target, value) = declarator_parts(lower, class, declarator);
        if let Some(value) = value {
            block.push(Stmt::Bind { target, value, env: false });
        } else if let Some(class) = class.and_then(|class| type_name(lower, class)) {
            let value = Expr::new(ExprKind::Instance(Box::new(class)), lower.span(declarator));
            block.push(Stmt::Bind { target, value, env: false });
        }
    }
}

/// What a declarator binds, and to which value.
pub(super) fn declarator_parts(
    lower: &mut Lower<'_>,
    class: Option<Node<'_>>,
    node: Node<'_>,
) -> (Target, Option<Expr>) {
    let children = lower.children(node);
    let target = children.first().map_or(Target::Ignored, |target| lower.target(*target));
    let value = children.get(1..).and_then(<[_]>::last).filter(|value| value.kind() != "bracketed_argument_list");
    (target, value.map(|value| declared_value(lower, class, *value)))
}
