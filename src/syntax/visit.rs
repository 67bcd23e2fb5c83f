//! Walks over all statements and expressions of facts. Depth is bounded by the lowering.

use super::facts::{Block, Expr, ExprKind, Facts, Stmt, Target};

/// Calls `see` for every statement, also inside functions.
pub fn statements<'f>(facts: &'f Facts, see: &mut dyn FnMut(&'f Stmt)) {
    block(&facts.body, see);
    facts.functions.iter().for_each(|function| block(&function.body, see));
}

fn block<'f>(stmts: &'f Block, see: &mut dyn FnMut(&'f Stmt)) {
    for stmt in stmts {
        see(stmt);
        match stmt {
            Stmt::Branch { arms, .. } => arms.iter().for_each(|arm| block(arm, see)),
            Stmt::Loop { body, .. } => block(body, see),
            _ => {}
        }
    }
}

/// Calls `see` for every expression, outer ones first.
pub fn expressions<'f>(facts: &'f Facts, see: &mut dyn FnMut(&'f Expr)) {
    let mut exprs = Vec::new();
    statements(facts, &mut |stmt| match stmt {
        Stmt::Bind { target, value, .. } | Stmt::Assign { target, value } => {
            targets(target, &mut exprs);
            exprs.push(value);
        }
        Stmt::Expr(value) | Stmt::Return(value) | Stmt::Throw(value) | Stmt::Export(_, value) => exprs.push(value),
        Stmt::Branch { test: Some(test), .. } => exprs.push(test),
        Stmt::Loop { over: Some((target, value)), .. } => {
            targets(target, &mut exprs);
            exprs.push(value);
        }
        _ => {}
    });
    for function in &facts.functions {
        exprs.extend(function.params.iter().filter_map(|param| param.default.as_ref()));
    }
    for class in &facts.classes {
        exprs.extend(class.bases.iter().chain(class.fields.iter().map(|(_, value)| value)));
    }
    exprs.into_iter().for_each(|value| expr(value, see));
}

fn targets<'f>(target: &'f Target, exprs: &mut Vec<&'f Expr>) {
    match target {
        Target::Member(object, key) => exprs.extend([object, key]),
        Target::Map(parts) => parts.iter().for_each(|(_, part, default)| {
            targets(part, exprs);
            exprs.extend(default);
        }),
        Target::List(parts) | Target::Results(parts) | Target::All(parts) => {
            parts.iter().for_each(|part| targets(part, exprs))
        }
        Target::Name(_) | Target::Ignored => {}
    }
}

/// Calls `see` for an expression and all inside it.
pub fn expr<'f>(value: &'f Expr, see: &mut dyn FnMut(&'f Expr)) {
    see(value);
    match &value.kind {
        ExprKind::Member(object, key) => {
            expr(object, see);
            expr(key, see);
        }
        ExprKind::Call(call) => {
            expr(&call.callee, see);
            call.args.iter().for_each(|arg| expr(&arg.value, see));
        }
        ExprKind::Concat(all)
        | ExprKind::List(all)
        | ExprKind::Results(all)
        | ExprKind::Choice(all)
        | ExprKind::Opaque(all) => {
            all.iter().for_each(|one| expr(one, see));
        }
        ExprKind::Map(entries) => entries.iter().for_each(|entry| {
            expr(&entry.key, see);
            expr(&entry.value, see);
        }),
        ExprKind::Spread(inner) | ExprKind::Instance(inner) => expr(inner, see),
        ExprKind::Assign(target, inner) => {
            let mut inside = Vec::new();
            targets(target, &mut inside);
            inside.into_iter().for_each(|one| expr(one, see));
            expr(inner, see);
        }
        _ => {}
    }
}
