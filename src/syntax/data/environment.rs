//! Which entries of a data file define environment variables.

use crate::source::Span;
use crate::syntax::facts::{Entry, Expr, ExprKind, Facts, Stmt};

/// No path of a configuration is longer.
const MAX_DEPTH: usize = 40;

/// Marks the definitions of environment variables at a path of keys: `jobs.*.steps.*.env`, `services.*.environment`,
/// `**.containers.*.env`. A `*` is one key or one item of a list, a `**` any number of them.
///
/// What stands there is a map of variables; or a list of `{name, value}` maps, in which the value is marked; or a list
/// of texts `NAME=value`, each of which becomes a map of one marked entry.
pub fn mark_environment(facts: &mut Facts, path: &str) {
    let steps: Vec<&str> = path.split('.').collect();
    for stmt in &mut facts.body {
        if let Stmt::Expr(expr) = stmt {
            walk(expr, &steps, 0);
        }
    }
}

fn walk(expr: &mut Expr, steps: &[&str], depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    let Some((step, rest)) = steps.split_first() else { return mark(expr) };
    if *step == "**" {
        walk(expr, rest, depth + 1);
    }
    let further = if *step == "**" { steps } else { rest };
    match &mut expr.kind {
        ExprKind::Map(entries) => {
            for entry in entries {
                let fits = matches!(*step, "*" | "**") || entry.key.as_text().is_some_and(|key| key.as_ref() == *step);
                if fits {
                    walk(&mut entry.value, further, depth + 1);
                }
            }
        }
        ExprKind::List(items) if matches!(*step, "*" | "**") => {
            items.iter_mut().for_each(|item| walk(item, further, depth + 1));
        }
        _ => {}
    }
}

fn mark(expr: &mut Expr) {
    match &mut expr.kind {
        ExprKind::Map(entries) => entries.iter_mut().for_each(|entry| entry.env = true),
        ExprKind::List(items) => {
            for item in items {
                match &mut item.kind {
                    ExprKind::Map(entries) => {
                        let value = |entry: &&mut Entry| {
                            entry.key.as_text().is_some_and(|key| key.eq_ignore_ascii_case("value"))
                        };
                        entries.iter_mut().filter(value).for_each(|entry| entry.env = true);
                    }
                    _ => split(item),
                }
            }
        }
        _ => {}
    }
}

/// Makes a map of a text `NAME=value`, also of one with references in its value.
fn split(item: &mut Expr) {
    let whole = item.span;
    let mut parts = match std::mem::replace(&mut item.kind, ExprKind::Nothing) {
        ExprKind::Concat(parts) => parts,
        kind => vec![Expr::new(kind, whole)],
    };
    let cut = parts.first().and_then(cut);
    let Some((key, value)) = cut else {
        *item = join(parts, whole);
        return;
    };
    // `NAME=${X}` has nothing in front of the reference.
    match value.as_text().is_some_and(|text| text.is_empty()) && parts.len() > 1 {
        true => drop(parts.remove(0)),
        false => parts[0] = value,
    }
    let value = join(parts, Span { start: key.span.end + 1, end: whole.end });
    item.kind = ExprKind::Map(vec![Entry { key, value, env: true }]);
}

/// The name and the value of a text `NAME=value`.
fn cut(text: &Expr) -> Option<(Expr, Expr)> {
    let Span { start, end } = text.span;
    let text = text.as_text()?;
    let (name, value) = text.split_once('=')?;
    // Escapes before the sign would move it.
    if (end - start) as usize != text.len() || name.is_empty() || name.contains(' ') {
        return None;
    }
    let sign = start + name.len() as u32;
    Some((Expr::text(name, Span { start, end: sign }), Expr::text(value, Span { start: sign + 1, end })))
}

fn join(mut parts: Vec<Expr>, span: Span) -> Expr {
    if parts.len() == 1 { parts.remove(0) } else { Expr::new(ExprKind::Concat(parts), span) }
}
