//! Calls that are the language's own statements: branches, comprehensions, anonymous functions.

use tree_sitter::Node;

use super::super::facts::{Block, Call, Expr, ExprKind, Function, Ident, Param, Stmt, Target};
use super::super::lower::Lower;
use crate::source::Span;

/// What is called, where that is a plain word.
pub(super) fn called<'a>(lower: &'a Lower<'_>, node: Node<'_>) -> &'a str {
    match lower.child(node, "target") {
        Some(of) if of.kind() == "identifier" => lower.slice(of),
        _ => "",
    }
}

/// The arguments of a call that are no keywords.
pub(super) fn positional<'t>(lower: &Lower<'_>, node: Node<'t>) -> Vec<Node<'t>> {
    let list = lower.child_of(node, &["arguments"]);
    let mut parts = list.map_or_else(Vec::new, |list| lower.children(list));
    parts.retain(|part| part.kind() != "keywords");
    parts
}

/// The value of a keyword of a call: `do` in `if x, do: y, else: z`.
pub(super) fn keyword<'t>(lower: &Lower<'_>, node: Node<'t>, wanted: &str) -> Option<Node<'t>> {
    let list = lower.child_of(node, &["arguments"])?;
    let words = lower.children(list).into_iter().find(|part| part.kind() == "keywords")?;
    let pairs = lower.children(words);
    let fits = |pair: &&Node<'t>| {
        lower.child(**pair, "key").is_some_and(|key| lower.slice(key).trim_end().trim_end_matches(':') == wanted)
    };
    pairs.iter().find(fits)?.child_by_field_name("value")
}

const BLOCKS: &[&str] = &["else_block", "rescue_block", "catch_block", "after_block"];

/// The statements of a `do` block, without those of its further blocks.
fn inside(lower: &mut Lower<'_>, block: Node<'_>) -> Block {
    let mut body = Vec::new();
    for child in lower.children(block).into_iter().filter(|child| !BLOCKS.contains(&child.kind())) {
        lower.stmt(child, &mut body);
    }
    body
}

/// What runs under `do`, whichever way it is written.
pub(super) fn body(lower: &mut Lower<'_>, node: Node<'_>) -> Block {
    let mut body = match (lower.child_of(node, &["do_block"]), keyword(lower, node, "do")) {
        (Some(block), _) => protected(lower, block),
        (None, Some(value)) => lower.arm(value),
        _ => Vec::new(),
    };
    Lower::bindings_yield(&mut body);
    body
}

/// A `do` block; one with handlers is a branch, since a handler runs instead of some part of it.
fn protected(lower: &mut Lower<'_>, block: Node<'_>) -> Block {
    let plain = inside(lower, block);
    let handlers: Vec<_> = lower
        .children(block)
        .into_iter()
        .filter(|child| matches!(child.kind(), "rescue_block" | "catch_block"))
        .collect();
    if handlers.is_empty() {
        return plain;
    }
    let mut arms = vec![plain];
    for handler in handlers {
        arms.extend(arms_of(lower, &lower.children(handler)));
    }
    vec![Stmt::Branch { test: None, arms, exhaustive: true }]
}

/// The right sides of clauses (`pattern -> body`).
fn arms_of(lower: &mut Lower<'_>, clauses: &[Node<'_>]) -> Vec<Block> {
    let clauses = clauses.iter().filter(|clause| clause.kind() == "stab_clause");
    let bodies: Vec<_> = clauses.map(|clause| lower.child(*clause, "right")).collect();
    bodies.into_iter().map(|body| body.map_or_else(Vec::new, |body| lower.arm(body))).collect()
}

/// Statements in the place of an expression.
pub(super) fn value(lower: &mut Lower<'_>, mut block: Block, span: Span) -> Expr {
    if let [Stmt::Branch { test: None, arms, exhaustive }] = &mut block[..]
        && arms.iter().all(|arm| matches!(&arm[..], [Stmt::Expr(_)]))
    {
        let values = arms.drain(..).flatten().filter_map(|stmt| match stmt {
            Stmt::Expr(value) => Some(value),
            _ => None,
        });
        let mut values: Vec<Expr> = values.collect();
        if !*exhaustive {
            values.push(Expr::new(ExprKind::Nothing, span));
        }
        return Expr::new(ExprKind::Choice(values), span);
    }
    Lower::bindings_yield(&mut block);
    lower.block_value(block, span)
}

/// A branch or loop in the place of an expression.
pub(super) fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    if !is_special(lower, node) {
        return None;
    }
    if called(lower, node) == "for" {
        // A list of the one value that its body gives.
        let mut block = Vec::new();
        bindings(lower, node, &mut block);
        let mut body = body(lower, node);
        block.append(&mut body);
        let value = lower.block_value(block, span);
        return Some(Expr::new(ExprKind::List(vec![value]), span));
    }
    let mut block = Vec::new();
    stmt(lower, node, &mut block);
    Some(value(lower, block, span))
}

fn is_special(lower: &Lower<'_>, node: Node<'_>) -> bool {
    matches!(called(lower, node), "if" | "unless" | "case" | "cond" | "with" | "try" | "for" | "receive" | "quote")
}

/// `pattern <- source` and `pattern = value` among the arguments of `with` and `for`.
fn bindings(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    for part in positional(lower, node) {
        let sign = super::operator_of(lower, part);
        match (lower.child(part, "left"), lower.child(part, "right")) {
            (Some(left), Some(right)) if matches!(&*sign, "<-" | "=") => {
                let value = lower.expr(right);
                let target = lower.target(left);
                if called(lower, node) == "for" && sign == "<-" {
                    block.push(Stmt::Loop { over: Some((target, value)), body: Vec::new() });
                } else {
                    block.push(Stmt::Bind { target, value, env: false });
                }
            }
            _ => {
                let value = lower.expr(part);
                block.push(Stmt::Expr(value));
            }
        }
    }
}

/// Lowers one of the language's statements into a block; `false` where the call is none of them.
pub(super) fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    let what = called(lower, node).to_owned();
    if what == "raise" {
        // `raise Failure, "message"` and `raise Failure, message: "..."`
        let given = super::args(lower, node);
        let Some(last) = given.into_iter().next_back() else { return false };
        block.push(Stmt::Throw(last.value));
        return true;
    }
    if !is_special(lower, node) {
        return false;
    }
    let further = lower.child_of(node, &["do_block"]);
    let other = further.and_then(|block| lower.child_of(block, &["else_block"]));
    match &*what {
        "if" | "unless" => {
            let condition = positional(lower, node).first().map(|condition| lower.expr(*condition));
            let then = body(lower, node);
            let other = match (other, keyword(lower, node, "else")) {
                (Some(other), _) => Some(lower.children(other)),
                (None, Some(other)) => Some(vec![other]),
                _ => None,
            };
            let exhaustive = other.is_some();
            let mut arms = vec![then];
            if let Some(other) = other {
                let mut arm = Vec::new();
                other.into_iter().for_each(|child| lower.stmt(child, &mut arm));
                Lower::bindings_yield(&mut arm);
                arms.push(arm);
            }
            let asks = condition.as_ref().is_some_and(|condition| matches!(condition.kind, ExprKind::Call(_)));
            let (test, effect) = if asks && what == "if" { (condition, None) } else { (None, condition) };
            // A plain name needs no run.
            block.extend(effect.filter(|effect| !matches!(effect.kind, ExprKind::Ask(_))).map(Stmt::Expr));
            block.push(Stmt::Branch { test, arms, exhaustive });
        }
        "case" | "cond" | "receive" => {
            let clauses = further.map_or_else(Vec::new, |block| lower.children(block));
            let subject = positional(lower, node).first().map(|subject| lower.expr(*subject));
            let mut arms = Vec::new();
            for clause in clauses.iter().filter(|clause| clause.kind() == "stab_clause") {
                let mut arm = Vec::new();
                let pattern = lower.child(*clause, "left").filter(|_| what == "case");
                if let (Some(pattern), Some(subject)) = (pattern.and_then(|left| lower.field(left, "")), &subject) {
                    let target = lower.target(pattern);
                    if !matches!(target, Target::Ignored) {
                        arm.push(Stmt::Bind { target, value: again(subject), env: false });
                    }
                }
                if let Some(right) = lower.child(*clause, "right") {
                    lower.stmt(right, &mut arm);
                }
                Lower::bindings_yield(&mut arm);
                arms.push(arm);
            }
            block.extend(subject.filter(|subject| !matches!(subject.kind, ExprKind::Ask(_))).map(Stmt::Expr));
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
        }
        "with" | "for" => {
            bindings(lower, node, block);
            let inner = body(lower, node);
            block.extend(inner);
        }
        _ => {
            let inner = body(lower, node);
            block.extend(inner);
        }
    }
    true
}

/// A value that is asked a second time: a call isn't made again.
fn again(subject: &Expr) -> Expr {
    match subject.kind {
        ExprKind::Call(_) => Expr::opaque(subject.span),
        _ => subject.clone(),
    }
}

/// A `do` block that is handed to a call.
pub(super) fn do_function(lower: &mut Lower<'_>, block: Node<'_>) -> Expr {
    let span = lower.span(block);
    let clauses: Vec<_> = lower.children(block).into_iter().filter(|child| child.kind() == "stab_clause").collect();
    if !clauses.is_empty() {
        return self::clauses(lower, &clauses, span);
    }
    let mut body = protected(lower, block);
    Lower::bindings_yield(&mut body);
    Lower::yields(&mut body);
    let index = lower.function(Function { name: "".into(), params: Vec::new(), receiver: None, body, span });
    Expr::new(ExprKind::Function(index), span)
}

/// `fn a -> b end`; of several clauses one runs, with the parameters of each.
pub(super) fn clauses(lower: &mut Lower<'_>, clauses: &[Node<'_>], span: Span) -> Expr {
    let mut params: Vec<Param> = Vec::new();
    let mut arms = Vec::new();
    for clause in clauses.iter().filter(|clause| clause.kind() == "stab_clause") {
        let left = lower.child(*clause, "left");
        let left =
            left.map(|left| if left.kind() == "arguments" { left } else { lower.field(left, "").unwrap_or(left) });
        let mut arm = Vec::new();
        for (at, part) in left.map_or_else(Vec::new, |left| lower.children(left)).into_iter().enumerate() {
            let name = format!("argument {at}");
            let here = lower.span(part);
            let target = lower.target(part);
            if params.len() <= at {
                params.push(param(lower, &name, here));
            }
            let value = Expr::new(ExprKind::Name(name.as_str().into()), here);
            arm.push(Stmt::Bind { target, value, env: false });
        }
        if let Some(right) = lower.child(*clause, "right") {
            lower.stmt(right, &mut arm);
        }
        Lower::bindings_yield(&mut arm);
        arms.push(arm);
    }
    let mut body = match arms.len() {
        1 => arms.remove(0),
        _ => vec![Stmt::Branch { test: None, arms, exhaustive: true }],
    };
    // With one clause the parameters are what the patterns bind.
    if let [first, ..] = &body[..]
        && params.len() == 1
        && let Stmt::Bind { target: Target::Name(ident), .. } = first
    {
        params[0].target = Target::Name(ident.clone());
        params[0].name = ident.name.clone();
        body.remove(0);
    }
    Lower::yields(&mut body);
    let index = lower.function(Function { name: "".into(), params, receiver: None, body, span });
    Expr::new(ExprKind::Function(index), span)
}

/// A parameter of this name.
pub(super) fn param(_lower: &Lower<'_>, name: &str, span: Span) -> Param {
    let ident = Ident { name: name.into(), span };
    Param {
        name: ident.name.clone(),
        target: Target::Name(ident),
        default: None,
        rest: false,
        field: false,
        class: None,
        span,
    }
}

/// A call of a library's settings: `config :app, Key, token: ".."` is a call named by its section.
pub(super) fn config(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let mut given = super::args(lower, node);
    let mut callee = super::name("config", span);
    let section = |value: &Expr| match &value.kind {
        ExprKind::Text(text) => Some(text.clone()),
        ExprKind::Name(alias) => Some(alias.clone()),
        _ => None,
    };
    let count = given.iter().filter(|arg| arg.name.is_none()).count();
    let named = given.len() > count;
    // `config :app, :key, value`: the key stays an argument, and names the value.
    let sections = if named { count } else { count.saturating_sub(2) };
    for _ in 0..sections.min(2) {
        let Some(part) = section(&given[0].value) else { break };
        let at = given.remove(0).value.span;
        callee = Expr::new(super::member(callee, &part, at), span);
    }
    Some(Expr::new(ExprKind::Call(Box::new(Call { callee, args: given, construct: false })), span))
}
