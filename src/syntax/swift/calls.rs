//! Calls, members and subscripts of Swift, and what stands behind an operator's last operand.

use tree_sitter::Node;

use crate::source::Span;
use crate::syntax::facts::{Arg, Call, Expr, ExprKind};
use crate::syntax::lower::Lower;

pub(super) fn call(callee: Expr, args: Vec<Arg>, span: Span) -> Expr {
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span)
}

pub(super) fn member(object: Expr, key: Expr) -> ExprKind {
    ExprKind::Member(Box::new(object), Box::new(key))
}

/// `a.b`, `a?.b`. `X.init` is `X`, and what only changes the dress of a text is the text.
pub(super) fn navigation(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let object = lower.expr_of(node, "target");
    let suffix = lower.child(node, "suffix").and_then(|suffix| lower.child(suffix, "suffix"));
    let Some(suffix) = suffix else { return Expr::opaque(span) };
    let key = Expr::text(lower.slice(suffix).trim_matches('`'), lower.span(suffix));
    on_last(object, is_loose(node), |object| match key.as_text().map(|key| &**key) {
        Some("init") if !matches!(&object.kind, ExprKind::Name(name) if &**name == "this") => object,
        Some("self") => object,
        _ => Expr::new(member(object, key.clone()), span),
    })
}

/// Whether what a suffix stands behind is an operator's result: the grammar reads `a + b.c(d)` as `(a + b.c)(d)`.
fn is_loose(node: Node<'_>) -> bool {
    let mut at = node;
    for _ in 0..200 {
        at = match at.kind() {
            "navigation_expression" | "postfix_expression" => match at.child_by_field_name("target") {
                Some(next) => next,
                None => return false,
            },
            "call_expression" => match at.named_child(0) {
                Some(next) => next,
                None => return false,
            },
            kind => return matches!(kind, "additive_expression" | "nil_coalescing_expression" | "ternary_expression"),
        };
    }
    false
}

/// Puts a suffix behind an expression, or, where it is `loose`, behind the last of its operands.
fn on_last(expr: Expr, loose: bool, apply: impl FnOnce(Expr) -> Expr) -> Expr {
    let span = expr.span;
    match expr.kind {
        ExprKind::Concat(mut parts) if loose => {
            let last = parts.pop().map(apply);
            parts.extend(last);
            Expr::new(ExprKind::Concat(parts), span)
        }
        ExprKind::Choice(mut parts) if loose => {
            let last = parts.pop().map(apply);
            parts.extend(last);
            Expr::new(ExprKind::Choice(parts), span)
        }
        kind => apply(Expr::new(kind, span)),
    }
}

/// `.post` is a member of a type that isn't written; `&x` is `x`.
pub(super) fn prefix(lower: &mut Lower<'_>, node: Node<'_>) -> Option<ExprKind> {
    let operation = lower.child(node, "operation")?;
    match lower.slice(operation) {
        "." => {
            let target = lower.child(node, "target")?;
            let key = Expr::text(lower.slice(target), lower.span(target));
            Some(member(Expr::opaque(lower.span(operation)), key))
        }
        "&" => Some(lower.expr_of(node, "target").kind),
        _ => None,
    }
}

/// A call, or a subscript, which the grammar doesn't tell apart from one. `implied` is the type of an `.init(..)`.
pub(super) fn calling(lower: &mut Lower<'_>, node: Node<'_>, implied: Option<Expr>) -> Option<Expr> {
    let span = lower.span(node);
    let callee = lower.field(node, "")?;
    let suffix = lower.child_of(node, &["call_suffix"])?;
    let list = lower.child_of(suffix, &["value_arguments"]);
    if let Some(list) = list.filter(|list| lower.slice(*list).starts_with('[')) {
        let object = lower.expr(callee);
        let args = arguments(lower, list);
        let key = args.into_iter().next().map_or_else(|| Expr::opaque(span), |arg| arg.value);
        return Some(on_last(object, is_loose(node), |object| Expr::new(member(object, key), span)));
    }
    let args = call_arguments(lower, suffix);
    // `f(x) { .. }`: the grammar makes the closure a call of what `f` gives, and in `try await f(x) { .. }` puts it behind
    // all that `try` says.
    if matches!(callee.kind(), "call_expression" | "try_expression" | "await_expression") && list.is_none() {
        return Some(match lower.expr(callee) {
            Expr { kind: ExprKind::Call(mut call), span } => {
                call.args.extend(args);
                Expr::new(ExprKind::Call(call), span)
            }
            other => call(other, args, span),
        });
    }
    let implicit = callee.kind() == "prefix_expression" && lower.slice(callee).starts_with('.');
    let callee = match (callee.kind(), implied) {
        // `[String: String]()`
        ("dictionary_literal", _) => return Some(Expr::new(ExprKind::Map(Vec::new()), span)),
        ("array_literal", _) => return Some(Expr::new(ExprKind::List(Vec::new()), span)),
        (_, Some(class)) if implicit && lower.slice(callee) == ".init" => class,
        (_, Some(class)) if implicit => {
            let key = lower.slice(callee).trim_start_matches('.').to_owned();
            let at = lower.span(callee);
            Expr::new(member(class, Expr::text(key, at)), at)
        }
        _ => lower.expr(callee),
    };
    Some(on_last(callee, is_loose(node), |callee| call(callee, args, span)))
}

/// `[String: Any]()` and `Foo<Bar>(..)`.
pub(super) fn constructing(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let Some(class) = lower.child(node, "constructed_type") else { return Expr::opaque(span) };
    match class.kind() {
        "dictionary_type" => return Expr::new(ExprKind::Map(Vec::new()), span),
        "array_type" => return Expr::new(ExprKind::List(Vec::new()), span),
        _ => {}
    }
    let callee = lower.expr(class);
    let args = lower.child_of(node, &["constructor_suffix"]).map_or_else(Vec::new, |list| call_arguments(lower, list));
    call(callee, args, span)
}

/// All arguments of a call: those in parentheses, then the trailing closures.
fn call_arguments(lower: &mut Lower<'_>, suffix: Node<'_>) -> Vec<Arg> {
    let mut args = Vec::new();
    let mut label = None;
    for part in suffix.named_children(&mut suffix.walk()).collect::<Vec<_>>() {
        match part.kind() {
            "value_arguments" => args.extend(arguments(lower, part)),
            "simple_identifier" => label = Some(lower.ident(part)),
            "lambda_literal" => args.push(Arg { name: label.take(), value: lower.expr(part) }),
            _ => {}
        }
    }
    args
}

fn arguments(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Arg> {
    let mut args = Vec::new();
    for part in lower.children(list) {
        let Some(value) = lower.child(part, "value") else { continue };
        let name = lower.child(part, "name").map(|label| lower.ident(label));
        args.push(Arg { name, value: lower.expr(value) });
    }
    args
}
