//! Statements: branches, bodies with handlers, returns, imports.

use tree_sitter::Node;

use super::super::facts::{Block, Expr, ExprKind, Ident, Import, Stmt};
use super::super::lower::Lower;
use super::calls::args;
use super::functions::function;

pub(super) fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "if" | "elsif" | "unless" => {
            let condition = lower.expr_of(node, "condition");
            let arms: Vec<_> = ["consequence", "alternative"].map(|field| lower.child(node, field)).to_vec();
            let exhaustive = arms[1].is_some();
            let then = arms[0].map_or_else(Vec::new, |arm| lower.arm(arm));
            let other = arms[1].map(|arm| lower.arm(arm));
            push_branch(node.kind() == "unless", condition, then, other, exhaustive, block);
        }
        "if_modifier" | "unless_modifier" => {
            let condition = lower.expr_of(node, "condition");
            let then = lower.child(node, "body").map_or_else(Vec::new, |body| lower.arm(body));
            push_branch(node.kind() == "unless_modifier", condition, then, None, false, block);
        }
        "rescue_modifier" => {
            let arms = ["body", "handler"].map(|field| lower.child(node, field));
            let arms = arms.into_iter().flatten().map(|arm| lower.arm(arm)).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
        }
        "case" | "case_match" => {
            if let Some(value) = lower.child(node, "value") {
                let value = lower.expr(value);
                if matches!(value.kind, ExprKind::Call(_) | ExprKind::Assign(..)) {
                    block.push(Stmt::Expr(value));
                }
            }
            let (mut arms, mut exhaustive) = (Vec::new(), false);
            for part in lower.children(node) {
                match part.kind() {
                    "when" | "in_clause" => {
                        let body = lower.child(part, "body");
                        arms.push(body.map_or_else(Vec::new, |body| lower.arm(body)));
                    }
                    "else" => {
                        exhaustive = true;
                        arms.push(lower.arm(part));
                    }
                    _ => {}
                }
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive });
        }
        "begin" | "body_statement" => protected(lower, node, block),
        "parenthesized_statements" => block.extend(lower.block(node)),
        "method" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, index) = (lower.ident(name), function(lower, node));
            block.push(Stmt::Function(name, index));
        }
        "class" | "module" => return super::classes::declare(lower, node, block),
        "singleton_class" => {
            if let Some(body) = lower.child(node, "body") {
                lower.stmt(body, block);
            }
        }
        "return" | "next" => {
            let list = node.named_child(0).map_or_else(Vec::new, |list| lower.children(list));
            if list.is_empty() && node.kind() == "next" {
                return true;
            }
            let span = lower.span(node);
            let mut values: Vec<_> = list.into_iter().map(|value| lower.expr(value)).collect();
            let value = match values.len() {
                0 => Expr::new(ExprKind::Nothing, span),
                1 => values.remove(0),
                _ => Expr::new(ExprKind::List(values), span),
            };
            block.push(Stmt::Return(value));
        }
        "call" => return statement_call(lower, node, block),
        "assignment" | "operator_assignment" => {
            let global = lower.child(node, "left").is_some_and(|left| left.kind() == "global_variable");
            if !global {
                return false;
            }
            if let ExprKind::Assign(target, value) = lower.expr(node).kind {
                block.push(Stmt::Assign { target: *target, value: *value });
            }
        }
        _ => return false,
    }
    true
}

/// `unless` turns the question around, so that nothing is decided by it.
fn push_branch(
    negated: bool,
    condition: Expr,
    then: Block,
    other: Option<Block>,
    exhaustive: bool,
    block: &mut Vec<Stmt>,
) {
    let asks = match &condition.kind {
        ExprKind::Call(call) => {
            matches!(&call.callee.kind, ExprKind::Name(name) if matches!(&**name, "==" | "!="))
        }
        ExprKind::Name(_) | ExprKind::Ask(_) | ExprKind::Member(..) => true,
        _ => false,
    };
    let test = if asks && !negated {
        Some(condition)
    } else {
        block.push(Stmt::Expr(condition));
        None
    };
    let arms = std::iter::once(then).chain(other).collect();
    block.push(Stmt::Branch { test, arms, exhaustive });
}

/// A body with `rescue`, `else` and `ensure`: a handler runs instead of some part of it.
fn protected(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let (mut body, mut handlers, mut ensure) = (Vec::new(), Vec::new(), Vec::new());
    for child in lower.children(node) {
        match child.kind() {
            "rescue" => {
                let handler = lower.child(child, "body");
                handlers.push(handler.map_or_else(Vec::new, |handler| lower.arm(handler)));
            }
            "ensure" => lower.stmt(child, &mut ensure),
            _ => lower.stmt(child, &mut body),
        }
    }
    if handlers.is_empty() {
        block.extend(body);
    } else {
        let arms = std::iter::once(body).chain(handlers).collect();
        block.push(Stmt::Branch { test: None, arms, exhaustive: true });
    }
    // What is ensured gives no value: it stands in front of what does.
    let at = block.len().saturating_sub(1);
    block.splice(at..at, ensure);
}

/// `require` and `raise` as statements.
fn statement_call(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    if lower.child(node, "receiver").is_some() {
        return false;
    }
    let name = lower.child(node, "method").map_or("", |method| lower.slice(method)).to_owned();
    if !matches!(&*name, "require" | "require_relative" | "load" | "raise" | "fail") {
        return false;
    }
    let Some(list) = lower.child(node, "arguments") else { return false };
    let mut given = args(lower, list);
    given.retain(|arg| arg.name.is_none());
    let Some(last) = given.pop() else { return false };
    if matches!(&*name, "raise" | "fail") {
        // `raise Failure, "message"`
        block.push(Stmt::Throw(last.value));
        return true;
    }
    let Some(module) = last.value.as_text().cloned() else { return false };
    let relative = name == "require_relative" && !module.starts_with('.');
    let module = if relative { format!("./{module}").into() } else { module };
    let module = Ident { name: module, span: last.value.span };
    block.push(Stmt::Import(Import { module: module.clone(), names: Vec::new(), type_only: false }));
    block.push(Stmt::ExportAll(module));
    true
}
