//! Elixir. Nearly everything is a call: modules, functions, branches and bindings are told by what is called.

use tree_sitter::Node;

use super::facts::{
    Arg, Block, Call, Entry, Expr, ExprKind, Function, Ident, Linkage, Resolution, Stmt, Target, Traits,
};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::lower::Lower;
use super::strings::{concat, operator};
use crate::source::Span;

mod modules;
mod special;
#[cfg(test)]
mod tests;

/// Elixir's table.
pub static ELIXIR: Spec = Spec {
    name: "elixir",
    grammar: || tree_sitter_elixir::LANGUAGE.into(),
    forms: &[
        ("source", Form::Block),
        ("block", Form::Own),
        ("body", Form::Block),
        ("comment", Form::Comment),
        ("string", Form::Own),
        ("charlist", Form::Text),
        ("quoted_atom", Form::Text),
        ("sigil", Form::Own),
        ("interpolation", Form::Inner("")),
        ("atom", Form::Own),
        ("integer", Form::Number),
        ("float", Form::Number),
        ("char", Form::Number),
        ("boolean", Form::Own),
        ("nil", Form::Nothing),
        ("identifier", Form::Own),
        ("alias", Form::Own),
        ("dot", Form::Own),
        ("call", Form::Own),
        ("access_call", Form::Index("target", "key")),
        ("binary_operator", Form::Own),
        ("unary_operator", Form::Own),
        ("map", Form::Own),
        ("list", Form::Own),
        ("tuple", Form::List),
        ("keywords", Form::Own),
        ("anonymous_function", Form::Own),
    ],
    fragments: &["quoted_content"],
    escapes: &["escape_sequence"],
    unescape: unescape_c,
    operators: &[
        ("<>", Operation::Concat),
        ("||", Operation::Choice),
        ("or", Operation::Choice),
        ("==", Operation::Equal),
        ("!=", Operation::Differ),
    ],
    declares: false,
    traits: Traits::NONE,
    linkage: Linkage::Named,
    resolution: Resolution::Nowhere,
    expr,
    stmt,
    target,
    own_kinds: &[
        "arguments",
        "do_block",
        "else_block",
        "rescue_block",
        "catch_block",
        "after_block",
        "stab_clause",
        "pair",
        "map_content",
        "struct",
        "sigil_name",
    ],
    own_fields: &["target", "left", "right", "operator", "operand", "key", "value"],
};

/// A name or member that is called where it is a function.
fn ask(kind: ExprKind, span: Span) -> Expr {
    Expr::new(ExprKind::Ask(Box::new(Expr::new(kind, span))), span)
}

fn name(text: &str, span: Span) -> Expr {
    Expr::new(ExprKind::Name(text.into()), span)
}

fn member(object: Expr, key: &str, at: Span) -> ExprKind {
    ExprKind::Member(Box::new(object), Box::new(Expr::text(key, at)))
}

/// The whole name of a module as it is written, without blanks.
fn alias_of(lower: &Lower<'_>, node: Node<'_>) -> String {
    lower.slice(node).split_whitespace().collect()
}

/// The word of an atom or a keyword, with where it stands.
fn word(lower: &Lower<'_>, node: Node<'_>) -> Expr {
    let text = lower.slice(node);
    let body = text.strip_prefix(':').unwrap_or(text).trim_end().trim_end_matches(':');
    let plain = body.trim_start_matches('"');
    let start = node.start_byte() + usize::from(text.starts_with(':')) + body.len() - plain.len();
    let plain = plain.trim_end_matches('"');
    Expr::text(plain, Span::new(start, start + plain.len()))
}

fn operator_of(lower: &Lower<'_>, node: Node<'_>) -> String {
    lower.child(node, "operator").map_or("", |operator| lower.slice(operator)).to_owned()
}

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        // `"""` takes off what its lines are indented by.
        "string" => {
            let text = lower.string(node);
            return Some(if lower.slice(node).starts_with("\"\"\"") { super::strings::dedent(text) } else { text });
        }
        "identifier" => return Some(ask(ExprKind::Name(lower.slice(node).into()), span)),
        "alias" => match alias_of(lower, node).as_str() {
            "__MODULE__" => ExprKind::Name("this".into()),
            alias => ExprKind::Name(alias.into()),
        },
        "atom" => return Some(word(lower, node)),
        "boolean" if lower.slice(node) == "true" => ExprKind::Number("true".into()),
        "boolean" => ExprKind::Nothing,
        "sigil" => return Some(sigil(lower, node)),
        "dot" => {
            let right = lower.child(node, "right")?;
            let key = alias_of(lower, right);
            member(lower.expr_of(node, "left"), &key, lower.span(right))
        }
        "block" => match lower.children(node)[..] {
            [only] if only.kind() != "stab_clause" => return Some(lower.expr(only)),
            _ => {
                let body = lower.block(node);
                return Some(special::value(lower, body, span));
            }
        },
        "call" => return Some(call(lower, node, None)),
        "binary_operator" => return binary(lower, node),
        "unary_operator" => return unary(lower, node),
        "map" => return Some(map(lower, node)),
        "list" => {
            let parts = lower.children(node);
            match parts[..] {
                [only] if only.kind() == "keywords" => return Some(lower.expr(only)),
                _ => ExprKind::List(parts.into_iter().map(|part| lower.expr(part)).collect()),
            }
        }
        "keywords" => {
            let mut entries = Vec::new();
            pairs(lower, node, &mut entries);
            ExprKind::Map(entries)
        }
        "anonymous_function" => {
            let clauses = lower.children(node);
            return Some(special::clauses(lower, &clauses, span));
        }
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

/// `~s(..)` is a text, `~w(..)` a list of words.
fn sigil(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let sign = lower.child_of(node, &["sigil_name"]).map_or("", |sign| lower.slice(sign)).to_owned();
    let text = lower.string(node);
    match (&*sign, text.as_text()) {
        ("w" | "W", Some(words)) => {
            let words = words.split_whitespace().map(|word| Expr::text(word, text.span)).collect();
            Expr::new(ExprKind::List(words), text.span)
        }
        _ => text,
    }
}

fn pairs(lower: &mut Lower<'_>, keywords: Node<'_>, entries: &mut Vec<Entry>) {
    for pair in lower.children(keywords) {
        let (Some(key), Some(value)) = (lower.child(pair, "key"), lower.child(pair, "value")) else {
            continue;
        };
        entries.push(Entry { key: word(lower, key), value: lower.expr(value), env: false });
    }
}

/// `%{..}`, `%{map | ..}` and `%Struct{..}`.
fn map(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut entries = Vec::new();
    let content = lower.child_of(node, &["map_content"]).map_or_else(Vec::new, |content| lower.children(content));
    for part in content {
        entry(lower, part, &mut entries);
    }
    let Some(of) = lower.child_of(node, &["struct"]) else { return Expr::new(ExprKind::Map(entries), span) };
    let callee = lower.expr_of(of, "");
    let args = entries.into_iter().map(|entry| Arg {
        name: entry.key.as_text().map(|name| Ident { name: name.clone(), span: entry.key.span }),
        value: entry.value,
    });
    let args = args.collect();
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: true })), span)
}

fn entry(lower: &mut Lower<'_>, part: Node<'_>, entries: &mut Vec<Entry>) {
    let sign = operator_of(lower, part);
    let sides = (lower.child(part, "left"), lower.child(part, "right"));
    match (part.kind(), &*sign, sides) {
        ("keywords", ..) => pairs(lower, part, entries),
        ("binary_operator", "=>", (Some(left), Some(right))) => {
            entries.push(Entry { key: lower.expr(left), value: lower.expr(right), env: false });
        }
        ("binary_operator", "|", (Some(left), Some(right))) => {
            let at = lower.span(left);
            let old = lower.expr(left);
            let value = Expr::new(ExprKind::Spread(Box::new(old)), at);
            entries.push(Entry { key: Expr::new(ExprKind::Nothing, at), value, env: false });
            if operator_of(lower, right) != "|" {
                entry(lower, right, entries);
            }
        }
        _ => {
            let value = lower.expr(part);
            let at = value.span;
            let value = Expr::new(ExprKind::Spread(Box::new(value)), at);
            entries.push(Entry { key: Expr::new(ExprKind::Nothing, at), value, env: false });
        }
    }
}

fn binary(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let sign = operator_of(lower, node);
    let (left, right) = (lower.child(node, "left")?, lower.child(node, "right")?);
    let kind = match &*sign {
        "|>" => {
            let value = lower.expr(left);
            return Some(match right.kind() {
                "call" => call(lower, right, Some(value)),
                _ => {
                    let callee = match lower.expr(right).kind {
                        ExprKind::Ask(inner) => *inner,
                        kind => Expr::new(kind, span),
                    };
                    let args = vec![Arg { name: None, value }];
                    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span)
                }
            });
        }
        "=" => {
            let value = lower.expr(right);
            ExprKind::Assign(Box::new(lower.target(left)), Box::new(value))
        }
        "++" => {
            let parts = [left, right].map(|part| {
                let at = lower.span(part);
                Expr::new(ExprKind::Spread(Box::new(lower.expr(part))), at)
            });
            ExprKind::List(parts.into())
        }
        "<>" | "||" | "or" | "==" | "!=" => {
            let (left, right) = (lower.expr(left), lower.expr(right));
            return Some(match &*sign {
                "<>" => concat(vec![left, right], span),
                "==" | "!=" => operator(&sign, vec![left, right], span),
                _ => Expr::new(ExprKind::Choice(vec![left, right]), span),
            });
        }
        // `value <- source` in a `with`, `pattern when guard`
        "<-" => return Some(lower.expr(right)),
        "when" => return Some(lower.expr(left)),
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

fn unary(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let operand = lower.child(node, "operand")?;
    match &*operator_of(lower, node) {
        // `@token`: what the module sets it to.
        "@" => {
            let key = lower.slice(operand).to_owned();
            Some(Expr::new(member(name("this", span), &key, lower.span(operand)), span))
        }
        "&" if operand.kind() == "integer" => Some(name(lower.slice(node), span)),
        "&" if operand.kind() != "binary_operator" => {
            let params = ["&1", "&2"].map(|name| special::param(lower, name, span)).into();
            let body = vec![Stmt::Return(lower.expr(operand))];
            let index = lower.function(Function { name: "".into(), params, receiver: None, body, span });
            Some(Expr::new(ExprKind::Function(index), span))
        }
        _ => None,
    }
}

/// The arguments of a call; keywords are named ones.
fn args(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Arg> {
    let mut all = Vec::new();
    let list = lower.child_of(node, &["arguments"]);
    for part in list.map_or_else(Vec::new, |list| lower.children(list)) {
        if part.kind() != "keywords" {
            all.push(Arg { name: None, value: lower.expr(part) });
            continue;
        }
        for pair in lower.children(part) {
            let (Some(key), Some(value)) = (lower.child(pair, "key"), lower.child(pair, "value")) else {
                continue;
            };
            let key = word(lower, key);
            let name = key.as_text().map(|name| Ident { name: name.clone(), span: key.span });
            all.push(Arg { name, value: lower.expr(value) });
        }
    }
    all
}

/// A call; `first` is what a pipe hands it.
fn call(lower: &mut Lower<'_>, node: Node<'_>, first: Option<Expr>) -> Expr {
    let span = lower.span(node);
    if let Some(value) = special::expr(lower, node) {
        return value;
    }
    let Some(of) = lower.child(node, "target") else { return Expr::opaque(span) };
    let callee = match of.kind() {
        "identifier" => name(lower.slice(of), lower.span(of)),
        "dot" => match lower.child(of, "right") {
            Some(right) => {
                let (key, at) = (lower.slice(right).to_owned(), lower.span(right));
                let whole = lower.span(of);
                Expr::new(member(lower.expr_of(of, "left"), &key, at), whole)
            }
            // `fun.(x)`
            None => lower.expr_of(of, "left"),
        },
        _ => lower.expr(of),
    };
    let mut given: Vec<Arg> = first.into_iter().map(|value| Arg { name: None, value }).collect();
    given.extend(args(lower, node));
    if let Some(block) = lower.child_of(node, &["do_block"]) {
        let at = lower.span(block);
        let value = special::do_function(lower, block);
        given.push(Arg { name: Some(Ident { name: super::ruby::BLOCK.into(), span: at }), value });
    }
    let plain = matches!(callee.kind, ExprKind::Name(_) | ExprKind::Member(..));
    if given.is_empty() && plain {
        return Expr::new(ExprKind::Ask(Box::new(callee)), span);
    }
    Expr::new(ExprKind::Call(Box::new(Call { callee, args: given, construct: false })), span)
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "call" => modules::stmt(lower, node, block) || special::stmt(lower, node, block),
        "block" => {
            let inner: Block = lower.block(node);
            block.extend(inner);
            true
        }
        _ => false,
    }
}

fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    let sides = (lower.child(node, "left"), lower.child(node, "right"));
    match (node.kind(), &*operator_of(lower, node), sides) {
        ("identifier", ..) => Target::Name(lower.ident(node)),
        ("tuple", ..) => {
            let parts = lower.children(node);
            // `{:ok, value}`: what follows the word is what a call gives.
            match parts[..] {
                [status, value] if status.kind() == "atom" => Target::List(vec![Target::Ignored, lower.target(value)]),
                _ => Target::List(parts.into_iter().map(|part| lower.target(part)).collect()),
            }
        }
        ("list", ..) => {
            let parts = lower.children(node);
            Target::List(parts.into_iter().map(|part| lower.target(part)).collect())
        }
        ("binary_operator", "=", (Some(left), Some(right))) => {
            Target::All(vec![lower.target(left), lower.target(right)])
        }
        ("binary_operator", "when" | "<-", (Some(left), _)) => lower.target(left),
        ("map", ..) => {
            let content =
                lower.child_of(node, &["map_content"]).map_or_else(Vec::new, |content| lower.children(content));
            let mut parts = Vec::new();
            for part in content {
                let found: Vec<(Node<'_>, Node<'_>)> = match part.kind() {
                    "keywords" => lower
                        .children(part)
                        .into_iter()
                        .filter_map(|pair| Some((lower.child(pair, "key")?, lower.child(pair, "value")?)))
                        .collect(),
                    _ => lower.child(part, "left").zip(lower.child(part, "right")).into_iter().collect(),
                };
                for (key, value) in found {
                    let key = if key.kind() == "string" { lower.expr(key) } else { word(lower, key) };
                    let inner = lower.target(value);
                    parts.extend(key.as_text().map(|key| (key.clone(), inner, None)));
                }
            }
            Target::Map(parts)
        }
        _ => Target::Ignored,
    }
}
