//! Statements of Kotlin: declarations, jumps, branches, loops and imports.

use tree_sitter::Node;

use super::{annotations_of, body, classes, declared, function, made_call};
use crate::syntax::annotations;
use crate::syntax::facts::{Arg, Expr, ExprKind, Import, ImportName, Stmt, Target};
use crate::syntax::lower::Lower;

pub(super) fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "import" => import(lower, node, block),
        "class_declaration" | "object_declaration" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, index) = (lower.ident(name), classes::class(lower, node));
            block.push(Stmt::Class(name, index));
        }
        "function_declaration" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, index) = (lower.ident(name), function(lower, node));
            block.push(Stmt::Function(name, index));
        }
        "property_declaration" => {
            let Some((target, value, _)) = property(lower, node) else { return true };
            block.push(Stmt::Bind { target, value, env: false });
        }
        "return_expression" => {
            let label = lower.child(node, "label");
            let value = lower.children(node).into_iter().find(|child| Some(*child) != label);
            let value = match value {
                Some(value) => lower.expr(value),
                None => Expr::new(ExprKind::Nothing, lower.span(node)),
            };
            block.push(Stmt::Return(value));
        }
        "throw_expression" => {
            let value = lower.expr_of(node, "");
            block.push(Stmt::Throw(value));
        }
        "if_expression" => {
            let Some(condition) = lower.child(node, "condition") else { return false };
            let test = lower.expr(condition);
            let arms: Vec<_> = lower.children(node).into_iter().filter(|child| *child != condition).collect();
            let arms: Vec<_> = arms.into_iter().map(|arm| lower.arm(arm)).collect();
            let exhaustive = arms.len() > 1;
            block.push(Stmt::Branch { test: Some(test), arms, exhaustive });
        }
        "when_expression" => when(lower, node, block),
        "try_expression" => {
            let (mut arms, mut last) = (Vec::new(), None);
            for part in lower.children(node) {
                match part.kind() {
                    "block" => arms.push(lower.arm(part)),
                    "catch_block" => arms.extend(lower.child_of(part, &["block"]).map(|body| lower.arm(body))),
                    _ => last = Some(part),
                }
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
            if let Some(last) = last {
                lower.stmt(last, block);
            }
        }
        "for_statement" => {
            let mut over = (None, None);
            let mut body = Vec::new();
            for part in lower.children(node) {
                match part.kind() {
                    "variable_declaration" | "multi_variable_declaration" => over.0 = Some(lower.target(part)),
                    "annotation" | "label" => {}
                    _ if over.1.is_none() => over.1 = Some(lower.expr(part)),
                    _ => lower.stmt(part, &mut body),
                }
            }
            block.push(Stmt::Loop { over: over.0.zip(over.1), body });
        }
        "while_statement" | "do_while_statement" => {
            let condition = lower.child(node, "condition");
            let mut body = Vec::new();
            for part in lower.children(node).into_iter().filter(|part| Some(*part) != condition) {
                lower.stmt(part, &mut body);
            }
            block.push(Stmt::Loop { over: None, body });
        }
        _ => return false,
    }
    true
}

/// What a property is bound to and its value: its initialiser, what its delegate gives, or what its getter returns.
pub(super) fn property(lower: &mut Lower<'_>, node: Node<'_>) -> Option<(Target, Expr, bool)> {
    let declared_at = lower.child_of(node, &["variable_declaration", "multi_variable_declaration"])?;
    let target = lower.target(declared_at);
    let kinds = ["property_delegate", "getter", "setter", "modifiers", "type_constraints", "type_parameters"];
    let children = lower.children(node);
    let behind = |child: &&Node<'_>| child.start_byte() >= declared_at.end_byte() && !kinds.contains(&child.kind());
    let value = children.iter().find(behind).copied();
    if let Some(value) = value {
        return Some((target, lower.expr(value), true));
    }
    let span = lower.span(declared_at);
    if let Some(delegate) = lower.child_of(node, &["property_delegate"]) {
        let given = lower.expr_of(delegate, "");
        // `by lazy { .. }` gives what the block gives.
        if let ExprKind::Call(call) = &given.kind
            && let Some(Arg { value: Expr { kind: ExprKind::Function(index), span }, .. }) = call.args.last()
            && matches!(&call.callee.kind, ExprKind::Name(name) if &**name == "lazy")
        {
            let callee = Expr::new(ExprKind::Function(*index), *span);
            return Some((target, made_call(callee, Vec::new(), *span), true));
        }
    } else if let Some(getter) = lower.child_of(node, &["getter"])
        && let Some(body) = body(lower, getter)
    {
        return Some((target, lower.block_value(body, span), true));
    }
    let annotations = annotations_of(lower, node);
    let value = annotations::setting(&annotations);
    let known = value.is_some();
    let value = value.unwrap_or_else(|| match declared(lower, declared_at) {
        Some(class) => Expr::new(ExprKind::Instance(Box::new(class)), span),
        None => Expr::opaque(span),
    });
    Some((target, value, known))
}

/// Each entry is an alternative.
fn when(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let (mut arms, mut exhaustive) = (Vec::new(), false);
    for part in lower.children(node) {
        if part.kind() != "when_entry" {
            // The subject may bind a variable.
            for inner in lower.children(part) {
                let value = lower.expr(inner);
                block.push(Stmt::Expr(value));
            }
            continue;
        }
        let conditions = lower.fields(part, "condition");
        exhaustive |= conditions.is_empty();
        let body = lower.children(part).into_iter().rfind(|child| !conditions.contains(child));
        arms.push(body.map_or_else(Vec::new, |body| lower.arm(body)));
    }
    block.push(Stmt::Branch { test: None, arms, exhaustive });
}

/// `import a.b.C as D`; `import a.b.*` binds nothing.
fn import(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let children = lower.children(node);
    let Some(path) = children.iter().find(|child| child.kind() == "qualified_identifier") else { return };
    let module = lower.ident(*path);
    let last = lower.children(*path).last().copied().unwrap_or(*path);
    let alias = children.iter().find(|child| child.kind() == "identifier");
    let wild = lower.slice(node).trim_end().ends_with('*');
    let local = lower.ident(alias.copied().unwrap_or(last));
    let names = if wild { Vec::new() } else { vec![ImportName { exported: None, local }] };
    if wild {
        block.push(Stmt::ExportAll(module.clone()));
    }
    block.push(Stmt::Import(Import { module, names, type_only: false }));
}
