//! Facts are kept until the run ends, and lists that grew while they were made have room for as much again.

use super::facts::{Block, Expr, ExprKind, Facts, Stmt, Target};

/// Gives back what the lists of facts don't need.
pub(super) fn shrink(facts: &mut Facts) {
    block(&mut facts.body);
    facts.functions.shrink_to_fit();
    for function in &mut facts.functions {
        function.params.shrink_to_fit();
        for param in &mut function.params {
            target(&mut param.target);
            param.default.iter_mut().for_each(expr);
        }
        block(&mut function.body);
    }
    facts.classes.shrink_to_fit();
    for class in &mut facts.classes {
        class.bases.shrink_to_fit();
        class.bases.iter_mut().for_each(expr);
        class.fields.shrink_to_fit();
        class.fields.iter_mut().for_each(|(_, value)| expr(value));
        class.methods.shrink_to_fit();
    }
    facts.comments.shrink_to_fit();
    facts.literals.shrink_to_fit();
    facts.literals.iter_mut().for_each(|literal| literal.names.shrink_to_fit());
}

fn block(stmts: &mut Block) {
    stmts.shrink_to_fit();
    for stmt in stmts {
        match stmt {
            Stmt::Bind { target: bound, value, .. } | Stmt::Assign { target: bound, value } => {
                target(bound);
                expr(value);
            }
            Stmt::Expr(value) | Stmt::Return(value) | Stmt::Throw(value) | Stmt::Export(_, value) => expr(value),
            Stmt::Branch { test, arms, .. } => {
                test.iter_mut().for_each(expr);
                arms.shrink_to_fit();
                arms.iter_mut().for_each(block);
            }
            Stmt::Loop { over, body } => {
                if let Some((bound, value)) = over {
                    target(bound);
                    expr(value);
                }
                block(body);
            }
            Stmt::Import(import) => import.names.shrink_to_fit(),
            Stmt::Function(..) | Stmt::Class(..) | Stmt::ExportAll(_) => {}
        }
    }
}

fn target(bound: &mut Target) {
    match bound {
        Target::Member(object, key) => {
            expr(object);
            expr(key);
        }
        Target::Map(parts) => {
            parts.shrink_to_fit();
            for (_, part, default) in parts {
                target(part);
                default.iter_mut().for_each(expr);
            }
        }
        Target::List(parts) | Target::Results(parts) | Target::All(parts) => {
            parts.shrink_to_fit();
            parts.iter_mut().for_each(target);
        }
        Target::Name(_) | Target::Ignored => {}
    }
}

fn expr(value: &mut Expr) {
    match &mut value.kind {
        ExprKind::Member(object, key) => {
            expr(object);
            expr(key);
        }
        ExprKind::Call(call) => {
            expr(&mut call.callee);
            call.args.shrink_to_fit();
            call.args.iter_mut().for_each(|arg| expr(&mut arg.value));
        }
        ExprKind::Concat(all)
        | ExprKind::List(all)
        | ExprKind::Results(all)
        | ExprKind::Choice(all)
        | ExprKind::Opaque(all) => {
            all.shrink_to_fit();
            all.iter_mut().for_each(expr);
        }
        ExprKind::Map(entries) => {
            entries.shrink_to_fit();
            for entry in entries {
                expr(&mut entry.key);
                expr(&mut entry.value);
            }
        }
        ExprKind::Spread(inner) | ExprKind::Instance(inner) | ExprKind::Ask(inner) => expr(inner),
        ExprKind::Assign(bound, inner) => {
            target(bound);
            expr(inner);
        }
        _ => {}
    }
}
