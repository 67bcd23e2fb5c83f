//! Walks over all statements and expressions of facts. Depth is bounded by the lowering.

use super::facts::{Block, Expr, ExprKind, Facts, Function, Stmt, Target};

/// Calls `see` for every statement, also inside functions.
pub fn statements<'f>(facts: &'f Facts, see: &mut dyn FnMut(&'f Stmt)) {
    block(&facts.body, see);
    facts.functions.iter().for_each(|function| block(&function.body, see));
}

/// Calls `see` for every statement of a block, also inside branches and loops.
pub fn block<'f>(stmts: &'f Block, see: &mut dyn FnMut(&'f Stmt)) {
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
    in_block(&facts.body, see);
    facts.functions.iter().for_each(|function| in_function(function, see));
    for class in &facts.classes {
        class.bases.iter().chain(class.fields.iter().map(|(_, value)| value)).for_each(|value| expr(value, see));
    }
}

/// The same for what one function does and the defaults of its parameters, without the functions inside it.
pub fn in_function<'f>(function: &'f Function, see: &mut dyn FnMut(&'f Expr)) {
    in_block(&function.body, see);
    function.params.iter().filter_map(|param| param.default.as_ref()).for_each(|default| expr(default, see));
}

fn in_block<'f>(stmts: &'f Block, see: &mut dyn FnMut(&'f Expr)) {
    let mut exprs = Vec::new();
    block(stmts, &mut |stmt| match stmt {
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
        ExprKind::Spread(inner) | ExprKind::Instance(inner) | ExprKind::Ask(inner) => expr(inner, see),
        ExprKind::Assign(target, inner) => {
            let mut inside = Vec::new();
            targets(target, &mut inside);
            inside.into_iter().for_each(|one| expr(one, see));
            expr(inner, see);
        }
        _ => {}
    }
}

/// The documents of a data file: what stands in it as such, and what it binds to names.
pub fn documents(facts: &Facts) -> impl Iterator<Item = &Expr> {
    facts.body.iter().filter_map(|stmt| match stmt {
        Stmt::Expr(value) | Stmt::Bind { value, .. } => Some(value),
        _ => None,
    })
}

/// The steps of a key path; an empty one has none.
pub fn steps(path: &str) -> Vec<&str> {
    path.split('.').filter(|step| !step.is_empty()).collect()
}

/// Calls `see` for every expression at a key path in data; `*` is one key or index, `**` any number. What a function
/// is handed counts as being where the call stands (`jsonencode({ .. })`).
pub fn at_path<'e>(expr: &'e Expr, path: &[&str], see: &mut dyn FnMut(&'e Expr)) {
    if let ExprKind::Call(call) = &expr.kind {
        return call.args.iter().for_each(|arg| at_path(&arg.value, path, see));
    }
    let Some((first, rest)) = path.split_first() else { return see(expr) };
    if *first == "**" {
        at_path(expr, rest, see);
    }
    let mut inside = |key: Option<&str>, value: &'e Expr| match *first {
        "**" => at_path(value, path, see),
        "*" => at_path(value, rest, see),
        name if key == Some(name) => at_path(value, rest, see),
        // A key that holds dots itself (`"terminal.integrated.env.linux"`) is as many steps as it has parts.
        _ => {
            if let Some(parts) = key.filter(|key| key.contains('.')).map(|key| key.split('.'))
                && let Some(behind) = behind(path, parts)
            {
                at_path(value, behind, see);
            }
        }
    };
    match &expr.kind {
        ExprKind::Map(entries) => {
            entries.iter().for_each(|entry| inside(entry.key.as_text().map(|key| &**key), &entry.value));
        }
        ExprKind::List(items) => items.iter().for_each(|item| inside(None, item)),
        _ => {}
    }
}

/// What is left of a path behind the parts of a key.
fn behind<'p, 's>(path: &'p [&'s str], parts: std::str::Split<'_, char>) -> Option<&'p [&'s str]> {
    let mut rest = path;
    for part in parts {
        let (first, behind) = rest.split_first()?;
        if *first != "*" && *first != part {
            return None;
        }
        rest = behind;
    }
    Some(rest)
}
