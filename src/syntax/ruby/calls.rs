//! Calls: receiver, arguments, block.

use tree_sitter::Node;

use super::super::facts::{Arg, Call, Expr, ExprKind, Ident, Param, Target};
use super::super::lower::Lower;
use super::functions::block_function;
use super::{BLOCK, ask, classes, key_of, map, member, this};
use crate::source::Span;

/// The arguments of a list. Pairs with a symbol as their key are named arguments; others make a last map.
pub(super) fn args(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Arg> {
    let (mut all, mut pairs) = (Vec::new(), Vec::new());
    for node in lower.children(list) {
        match node.kind() {
            "pair" => {
                let (Some(key), value) = (lower.child(node, "key"), lower.child(node, "value")) else {
                    continue;
                };
                let start = key.start_byte();
                let between = lower.text(key.end_byte()..value.map_or(key.end_byte(), |value| value.start_byte()));
                let named = !(key.kind() == "string" && between.contains("=>"));
                let name = key_of(lower, key).as_text().filter(|_| named).cloned();
                match (name, value) {
                    (Some(name), Some(value)) => {
                        let name = Ident { name, span: Span::new(start, key.end_byte()) };
                        all.push(Arg { name: Some(name), value: lower.expr(value) });
                    }
                    (Some(name), None) => {
                        let at = lower.span(key);
                        let value = ask(ExprKind::Name(name.clone()), at);
                        all.push(Arg { name: Some(Ident { name, span: at }), value });
                    }
                    (None, _) => pairs.push(node),
                }
            }
            "block_argument" => {
                let Some(given) = lower.field(node, "") else { continue };
                // `&:name` calls a method of each element: nothing that matters here.
                if given.kind() != "simple_symbol" {
                    let value = lower.expr(given);
                    all.push(Arg { name: Some(block_name(lower.span(node))), value });
                }
            }
            "forward_argument" => {
                let value = Expr::opaque(lower.span(node));
                let span = value.span;
                all.push(Arg { name: None, value: Expr::new(ExprKind::Spread(Box::new(value)), span) });
            }
            _ => all.push(Arg { name: None, value: lower.expr(node) }),
        }
    }
    if let (Some(first), Some(last)) = (pairs.first(), pairs.last()) {
        let span = Span::new(first.start_byte(), last.end_byte());
        let value = map(lower, &pairs, span);
        all.push(Arg { name: None, value });
    }
    all
}

pub(super) fn block_name(span: Span) -> Ident {
    Ident { name: BLOCK.into(), span }
}

pub(super) fn call(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let (receiver, method) = (lower.child(node, "receiver"), lower.child(node, "method"));
    let name = method.map_or("call", |method| lower.slice(method)).to_owned();
    let at = method.map_or(span, |method| lower.span(method));
    let list = lower.child(node, "arguments");
    let mut given = list.map_or_else(Vec::new, |list| args(lower, list));
    if let Some(block) = lower.child(node, "block") {
        let at = lower.span(block);
        let inner = lower.child(block, "body");
        let value = block_function(lower, lower.child(block, "parameters"), inner, at);
        given.push(Arg { name: Some(block_name(at)), value });
    }
    if method.is_some_and(|method| method.kind() == "super") {
        return base_call(lower, Some(given), span);
    }
    let Some(receiver) = receiver else {
        if matches!(&*name, "lambda" | "proc") && given.len() == 1 {
            return given.remove(0).value;
        }
        if name == "new" {
            return made(this(span), given, span);
        }
        let capital = name.starts_with(|c: char| c.is_uppercase());
        if given.is_empty() && !capital {
            return ask(ExprKind::Name(name.into()), span);
        }
        let callee = Expr::new(ExprKind::Name(name.into()), at);
        return Expr::new(ExprKind::Call(Box::new(Call { callee, args: given, construct: false })), span);
    };
    let owner = lower.slice(receiver).to_owned();
    match (&*owner, &*name) {
        ("self", "class") if given.is_empty() => return this(span),
        ("Proc", "new") if given.len() == 1 => return given.remove(0).value,
        ("Struct", "new") | ("Data", "define") => return classes::record(lower, given, span),
        _ => {}
    }
    let object = lower.expr(receiver);
    if name == "new" {
        return made(object, given, span);
    }
    let callee = member(object, &name, at);
    if given.is_empty() {
        return ask(callee, span);
    }
    let callee = Expr::new(callee, Span { start: span.start, end: at.end });
    Expr::new(ExprKind::Call(Box::new(Call { callee, args: given, construct: false })), span)
}

pub(super) fn made(callee: Expr, args: Vec<Arg>, span: Span) -> Expr {
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: true })), span)
}

/// `super`: the method of this name in the base, with the arguments of this one where none are written.
pub(super) fn base_call(lower: &mut Lower<'_>, given: Option<Vec<Arg>>, span: Span) -> Expr {
    let (name, params) = lower.methods.last().cloned().unwrap_or_else(|| ("initialize".into(), Vec::new()));
    let own = |param: Param| {
        let Target::Name(ident) = param.target else { return None };
        let keyword = (!param.name.is_empty() && !param.rest).then(|| ident.clone());
        let value = Expr::new(ExprKind::Name(ident.name), span);
        let spread = Expr::new(ExprKind::Spread(Box::new(value.clone())), span);
        Some(Arg { name: keyword, value: if param.rest { spread } else { value } })
    };
    let args = given.unwrap_or_else(|| params.into_iter().filter_map(own).collect());
    let base = ExprKind::Name("super".into());
    let callee = match &*name {
        "initialize" => Expr::new(base, span),
        _ => Expr::new(member(Expr::new(base, span), &name, span), span),
    };
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span)
}
