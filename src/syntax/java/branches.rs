//! `try` and `switch` of Java.

use tree_sitter::Node;

use crate::syntax::facts::{Stmt, Target};
use crate::syntax::lower::Lower;

/// A handler runs instead of some part of the body; resources are there before it.
pub(super) fn attempt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    for resource in lower.child(node, "resources").map_or_else(Vec::new, |list| lower.children(list)) {
        let (name, value) = (lower.child(resource, "name"), lower.child(resource, "value"));
        if let (Some(name), Some(value)) = (name, value) {
            let (name, value) = (lower.ident(name), lower.expr(value));
            block.push(Stmt::Bind { target: Target::Name(name), value, env: false });
        }
    }
    let mut arms: Vec<_> = lower.child(node, "body").map(|body| lower.arm(body)).into_iter().collect();
    for clause in lower.children(node).into_iter().filter(|clause| clause.kind() == "catch_clause") {
        arms.extend(lower.child(clause, "body").map(|body| lower.arm(body)));
    }
    block.push(Stmt::Branch { test: None, arms, exhaustive: true });
    if let Some(clause) = lower.child_of(node, &["finally_clause"]) {
        lower.stmt(clause, block);
    }
}

/// Each case is an alternative. `yields`: what an arrow points to is what the whole gives.
pub(super) fn switch(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>, yields: bool) {
    let mut arms = Vec::new();
    let mut exhaustive = yields;
    for case in lower.child(node, "body").map_or_else(Vec::new, |body| lower.children(body)) {
        let mut arm = Vec::new();
        for part in lower.children(case) {
            match part.kind() {
                "switch_label" => exhaustive |= lower.slice(part).starts_with("default"),
                _ => lower.stmt(part, &mut arm),
            }
        }
        if yields && case.kind() == "switch_rule" {
            Lower::yields(&mut arm);
        }
        arms.push(arm);
    }
    block.push(Stmt::Branch { test: None, arms, exhaustive });
}
