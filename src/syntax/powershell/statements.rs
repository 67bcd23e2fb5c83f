//! Statements, functions and script blocks of PowerShell.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::facts::{Block, Expr, ExprKind, Function, Ident, Import, Param, Stmt, Target};
use super::super::lower::Lower;
use super::super::strings::concat;
use super::{commands, peel, spelled, types, value};
use crate::source::Span;

/// Longer paths are none.
const LONGEST_PATH: usize = 300;

/// An assignment: target, value, and whether it reaches outwards (`$script:x = ..`).
pub(super) fn assignment(lower: &mut Lower<'_>, node: Node<'_>) -> Option<(Target, Expr, bool)> {
    let left = peel(*lower.children(node).first()?);
    let left = if left.kind() == "left_assignment_expression" { peel(lower.field(left, "")?) } else { left };
    let given = lower.child(node, "value")?;
    let given = value(lower, given);
    let sign = lower.child_of(node, &["assignement_operator"]).map_or("=", |sign| lower.slice(sign)).to_owned();
    let span = lower.span(node);
    let given = match sign.as_str() {
        "=" => given,
        "%=" => Expr::new(ExprKind::Choice(vec![value(lower, left), given]), span),
        "+=" => concat(vec![value(lower, left), given], span),
        _ => Expr::new(ExprKind::Opaque(vec![given]), span),
    };
    let scoped = left.kind() == "variable" && lower.slice(left).contains(':');
    Some((lower.target(left), given, scoped))
}

/// Whether an assignment defines an environment variable: `$env:X = ..`.
pub(super) fn is_environment(lower: &Lower<'_>, node: Node<'_>) -> bool {
    let text = lower.slice(node).trim_start_matches("${").trim_start_matches('$');
    text.get(..4).is_some_and(|front| front.eq_ignore_ascii_case("env:"))
}

/// A function, method or script block: parameters, and a body of which the last expression is what it gives.
pub(super) fn script_block(lower: &mut Lower<'_>, node: Node<'_>, name: Arc<str>, list: Option<Node<'_>>) -> usize {
    let mut params = list.map_or_else(Vec::new, |list| parameters(lower, list));
    let mut body = Vec::new();
    for child in lower.children(node) {
        if let "script_block" | "param_block" = child.kind() {
            collect(lower, child, &mut params, &mut body);
        }
    }
    if params.is_empty() && name.is_empty() {
        // What comes through a pipe.
        let span = Span::new(node.start_byte(), node.start_byte());
        params.push(param("_".into(), span));
    }
    Lower::yields(&mut body);
    let span = lower.span(node);
    lower.function(Function { name, params, receiver: None, body, span })
}

pub(super) fn collect(lower: &mut Lower<'_>, node: Node<'_>, params: &mut Vec<Param>, body: &mut Block) {
    if node.kind() == "param_block" {
        if let Some(list) = lower.child_of(node, &["parameter_list"]) {
            params.extend(parameters(lower, list));
        }
        return;
    }
    for child in lower.children(node) {
        match child.kind() {
            "param_block" => collect(lower, child, params, body),
            _ => lower.stmt(child, body),
        }
    }
}

pub(super) fn param(name: Arc<str>, span: Span) -> Param {
    let target = Target::Name(Ident { name: name.clone(), span });
    Param { target, name, default: None, rest: false, field: false, class: None, span }
}

pub(super) fn parameters(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Param> {
    let mut params = Vec::new();
    let nodes = lower.children(list);
    for node in nodes.into_iter().filter(|node| node.kind() == "script_parameter") {
        let Some(variable) = lower.child_of(node, &["variable"]) else { continue };
        let text = lower.slice(variable).trim_start_matches('$').to_owned();
        let mut param = param(spelled(lower, &text), lower.span(variable));
        param.span = lower.span(node);
        let default = lower.child_of(node, &["script_parameter_default"]).and_then(|node| lower.field(node, ""));
        param.default = default.map(|default| value(lower, default));
        params.push(param);
    }
    params
}

/// The script whose definitions a statement takes over: `. "$PSScriptRoot/shared.ps1"`, `. ./shared.ps1`,
/// `. (Join-Path $PSScriptRoot 'shared.ps1')`.
fn sourced(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Ident> {
    if node.kind() != "pipeline" {
        return None;
    }
    let rest = lower.slice(node).strip_prefix('.')?;
    if !rest.starts_with(char::is_whitespace) || rest.len() > LONGEST_PATH {
        return None;
    }
    let text = rest.trim().trim_matches(['(', ')', '"', '\'']).replace('\\', "/");
    let text = match text.strip_prefix("Join-Path ") {
        Some(parts) => parts.rsplit(['"', '\'', ' ']).next()?.to_owned(),
        None => text,
    };
    let path = text.strip_prefix("$PSScriptRoot/").unwrap_or(&text);
    let plain = path.ends_with(".ps1") && !path.contains(['$', '"', '\'', '\n']);
    plain.then(|| Ident { name: path.into(), span: lower.span(node) })
}

pub(super) fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    if let Some(module) = sourced(lower, node) {
        block.push(Stmt::Import(Import { module: module.clone(), names: Vec::new(), type_only: false }));
        block.push(Stmt::ExportAll(module));
        return true;
    }
    match node.kind() {
        "pipeline" | "pipeline_chain" | "assignment_expression" => effect(lower, node, block),
        "param_block" => {
            // Parameters of the script: variables with a default, or with what the caller gives.
            let Some(list) = lower.child_of(node, &["parameter_list"]) else { return true };
            for param in parameters(lower, list) {
                let value = param.default.unwrap_or_else(|| Expr::opaque(param.span));
                block.push(Stmt::Bind { target: param.target, value, env: false });
            }
        }
        "function_statement" => {
            let Some(word) = lower.child_of(node, &["function_name"]) else { return false };
            let text = lower.slice(word).rsplit(':').next().unwrap_or_default().to_owned();
            let spelled = commands::defined(lower, &text).unwrap_or_else(|| text.as_str().into());
            let ident = Ident { name: spelled, span: lower.span(word) };
            let list = lower.child_of(node, &["function_parameter_declaration"]);
            let list = list.and_then(|list| lower.child_of(list, &["parameter_list"]));
            let index = script_block(lower, node, ident.name.clone(), list);
            block.push(Stmt::Function(ident, index));
        }
        "class_statement" => return types::class(lower, node, block),
        "if_statement" => {
            let test = lower.child(node, "condition").map(|condition| value(lower, condition));
            let mut arms: Vec<Block> =
                lower.child_of(node, &["statement_block"]).map(|body| lower.arm(body)).into_iter().collect();
            let clauses = lower.child(node, "elseif_clauses");
            for clause in clauses.map_or_else(Vec::new, |clauses| lower.children(clauses)) {
                arms.extend(lower.child_of(clause, &["statement_block"]).map(|body| lower.arm(body)));
            }
            let otherwise = lower.child(node, "else_clause");
            arms.extend(otherwise.map(|clause| lower.arm(clause)));
            block.push(Stmt::Branch { test, arms, exhaustive: otherwise.is_some() });
        }
        "switch_statement" => {
            let body = lower.child_of(node, &["switch_body"]).and_then(|body| lower.field(body, ""));
            let clauses = body.map_or_else(Vec::new, |body| lower.children(body));
            let default = |clause: &Node<'_>| {
                lower.slice(*clause).get(..7).is_some_and(|front| front.eq_ignore_ascii_case("default"))
            };
            let exhaustive = clauses.iter().any(default);
            let bodies: Vec<_> =
                clauses.into_iter().filter_map(|clause| lower.child_of(clause, &["statement_block"])).collect();
            let arms = bodies.into_iter().map(|body| lower.arm(body)).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive });
        }
        "foreach_statement" => {
            let children = lower.children(node);
            let variable = children.iter().find(|child| child.kind() == "variable");
            let iterated = children.iter().find(|child| child.kind() == "pipeline");
            let over = match (variable, iterated) {
                (Some(variable), Some(iterated)) => {
                    let iterated = value(lower, *iterated);
                    Some((lower.target(*variable), iterated))
                }
                _ => None,
            };
            let body = lower.child_of(node, &["statement_block"]).map_or_else(Vec::new, |body| lower.arm(body));
            block.push(Stmt::Loop { over, body });
        }
        "for_statement" | "while_statement" | "do_statement" => {
            let initialiser = lower.child(node, "for_initializer").and_then(|first| lower.field(first, ""));
            if let Some(first) = initialiser {
                lower.stmt(first, block);
            }
            let body = lower.child_of(node, &["statement_block"]).map_or_else(Vec::new, |body| lower.arm(body));
            block.push(Stmt::Loop { over: None, body });
        }
        "try_statement" => {
            let mut arms: Vec<Block> =
                lower.child_of(node, &["statement_block"]).map(|body| lower.arm(body)).into_iter().collect();
            let clauses = lower.child_of(node, &["catch_clauses"]);
            for clause in clauses.map_or_else(Vec::new, |clauses| lower.children(clauses)) {
                arms.extend(lower.child_of(clause, &["statement_block"]).map(|body| lower.arm(body)));
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
            if let Some(finally) = lower.child_of(node, &["finally_clause"]) {
                lower.stmt(finally, block);
            }
        }
        "flow_control_statement" => {
            let word = lower.slice(node).split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
            let word = word.to_ascii_lowercase();
            let given = lower.child_of(node, &["pipeline"]).map(|given| value(lower, given));
            let nothing = || Expr::new(ExprKind::Nothing, lower.span(node));
            match word.as_str() {
                "throw" => block.push(Stmt::Throw(given.unwrap_or_else(nothing))),
                "return" => block.push(Stmt::Return(given.unwrap_or_else(nothing))),
                _ => block.extend(given.map(Stmt::Expr)),
            }
        }
        _ => return false,
    }
    true
}

/// A pipeline as a statement.
pub(super) fn effect(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let here = peel(node);
    if here.kind() != "assignment_expression" {
        if here.kind() == "pipeline" {
            // `a && b`, `a || b`
            for chain in lower.children(here).into_iter().filter(|chain| chain.kind() == "pipeline_chain") {
                effect(lower, chain, block);
            }
            return;
        }
        let expr = value(lower, here);
        block.push(Stmt::Expr(expr));
        return;
    }
    let left = lower.children(here).first().copied();
    let env = left.is_some_and(|left| is_environment(lower, left));
    // `$a = $b = x`
    if let Some((target, value, scoped)) = assignment(lower, here) {
        block.push(match scoped && !env {
            true => Stmt::Assign { target, value },
            false => Stmt::Bind { target, value, env },
        });
    }
}
