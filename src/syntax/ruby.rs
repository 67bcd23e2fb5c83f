//! Ruby.
//!
//! A name or a member without arguments may be a call: both are an [`ExprKind::Ask`]. A block is an argument named
//! [`BLOCK`].

use tree_sitter::Node;

use calls::{args, base_call, call};
use functions::{block_function, function};
use statements::stmt;

use super::facts::{Arg, Block, Call, Entry, Expr, ExprKind, Linkage, Resolution, Stmt, Target, Traits};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::lower::Lower;
use super::strings::concat;
use crate::source::Span;

mod calls;
mod classes;
mod functions;
mod heredoc;
mod statements;
#[cfg(test)]
mod tests;

/// The name of the argument that is a call's block.
pub const BLOCK: &str = "&";

/// Ruby's table.
pub static RUBY: Spec = Spec {
    name: "ruby",
    grammar: || tree_sitter_ruby::LANGUAGE.into(),
    forms: &[
        ("program", Form::Block),
        ("block_body", Form::Block),
        ("body_statement", Form::Own),
        ("then", Form::Block),
        ("do", Form::Block),
        ("else", Form::Block),
        ("ensure", Form::Block),
        ("begin_block", Form::Block),
        ("end_block", Form::Block),
        ("begin", Form::Own),
        ("parenthesized_statements", Form::Own),
        ("assignment", Form::Own),
        ("operator_assignment", Form::Own),
        ("method", Form::Own),
        ("singleton_method", Form::Own),
        ("class", Form::Own),
        ("module", Form::Own),
        ("singleton_class", Form::Own),
        ("return", Form::Own),
        ("next", Form::Own),
        ("if", Form::Own),
        ("elsif", Form::Own),
        ("unless", Form::Own),
        ("if_modifier", Form::Own),
        ("unless_modifier", Form::Own),
        ("rescue_modifier", Form::Own),
        ("while_modifier", Form::Loop("condition", "condition", "body")),
        ("until_modifier", Form::Loop("condition", "condition", "body")),
        ("while", Form::Loop("condition", "condition", "body")),
        ("until", Form::Loop("condition", "condition", "body")),
        ("for", Form::Loop("pattern", "value", "body")),
        ("in", Form::Inner("")),
        ("case", Form::Own),
        ("case_match", Form::Own),
        ("comment", Form::Comment),
        ("heredoc_body", Form::Skip),
        ("uninterpreted", Form::Skip),
        ("alias", Form::Skip),
        ("undef", Form::Skip),
        ("empty_statement", Form::Skip),
        ("string", Form::Text),
        ("bare_string", Form::Text),
        ("bare_symbol", Form::Text),
        ("delimited_symbol", Form::Text),
        ("simple_symbol", Form::Own),
        ("chained_string", Form::Own),
        ("subshell", Form::Own),
        ("heredoc_beginning", Form::Own),
        ("interpolation", Form::Own),
        ("integer", Form::Number),
        ("float", Form::Number),
        ("true", Form::Number),
        ("regex", Form::Number),
        ("false", Form::Nothing),
        ("nil", Form::Nothing),
        ("constant", Form::Name),
        ("global_variable", Form::Name),
        ("identifier", Form::Own),
        ("instance_variable", Form::Own),
        ("class_variable", Form::Own),
        ("self", Form::Own),
        ("super", Form::Own),
        ("scope_resolution", Form::Own),
        ("element_reference", Form::Own),
        ("call", Form::Own),
        ("yield", Form::Own),
        ("lambda", Form::Own),
        ("binary", Form::Binary),
        ("conditional", Form::Choice(&["consequence", "alternative"])),
        ("hash", Form::Own),
        ("array", Form::Own),
        ("string_array", Form::List),
        ("symbol_array", Form::List),
        ("right_assignment_list", Form::List),
        ("splat_argument", Form::Spread),
        ("hash_splat_argument", Form::Spread),
    ],
    fragments: &["string_content"],
    escapes: &["escape_sequence"],
    unescape: unescape_c,
    operators: &[
        ("+", Operation::Concat),
        ("||", Operation::Choice),
        ("or", Operation::Choice),
        ("%", Operation::Format),
        // To append to a list.
        ("<<", Operation::Method("<<")),
        ("==", Operation::Equal),
        ("!=", Operation::Differ),
    ],
    declares: false,
    traits: Traits::NONE,
    linkage: Linkage::Named,
    resolution: Resolution::Library,
    expr,
    stmt,
    target,
    own_kinds: &[
        "argument_list",
        "pair",
        "hash_key_symbol",
        "block",
        "do_block",
        "block_argument",
        "forward_argument",
        "block_parameters",
        "optional_parameter",
        "keyword_parameter",
        "splat_parameter",
        "hash_splat_parameter",
        "block_parameter",
        "destructured_parameter",
        "left_assignment_list",
        "destructured_left_assignment",
        "rest_assignment",
        "rescue",
        "when",
        "in_clause",
        "superclass",
        "heredoc_content",
        "heredoc_end",
    ],
    own_fields: &[
        "receiver",
        "method",
        "arguments",
        "block",
        "parameters",
        "name",
        "scope",
        "object",
        "left",
        "right",
        "operator",
        "key",
        "value",
        "body",
        "handler",
        "superclass",
        "condition",
        "consequence",
        "alternative",
    ],
};

/// A name or member that is called where it is a method.
fn ask(kind: ExprKind, span: Span) -> Expr {
    Expr::new(ExprKind::Ask(Box::new(Expr::new(kind, span))), span)
}

fn this(span: Span) -> Expr {
    Expr::new(ExprKind::Name("this".into()), span)
}

fn member(object: Expr, key: &str, at: Span) -> ExprKind {
    ExprKind::Member(Box::new(object), Box::new(Expr::text(key, at)))
}

/// The frames of this walk are large, so that a level counts twice.
fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    lower.deeper(node, |lower| own_expr(lower, node)).unwrap_or_else(|| Some(Expr::opaque(lower.span(node))))
}

fn own_expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "identifier" => return Some(ask(ExprKind::Name(lower.slice(node).into()), span)),
        "self" => return Some(this(span)),
        "instance_variable" | "class_variable" => {
            let name = lower.slice(node).trim_start_matches('@').to_owned();
            member(this(span), &name, span)
        }
        "super" => return Some(base_call(lower, None, span)),
        "scope_resolution" => {
            let name = lower.child(node, "name")?;
            match lower.child(node, "scope") {
                Some(scope) => {
                    let (key, at) = (lower.slice(name).to_owned(), lower.span(name));
                    member(lower.expr(scope), &key, at)
                }
                None => ExprKind::Name(lower.slice(name).into()),
            }
        }
        "element_reference" => {
            let object = lower.expr_of(node, "object");
            let given = lower.children(node);
            let keys: Vec<_> = given.into_iter().skip(1).map(|key| lower.expr(key)).collect();
            match <[Expr; 1]>::try_from(keys) {
                Ok([key]) => ExprKind::Member(Box::new(object), Box::new(key)),
                Err(keys) => ExprKind::Opaque(std::iter::once(object).chain(keys).collect()),
            }
        }
        "simple_symbol" => {
            let at = lower.inside(node, ":", "");
            return Some(Expr::text(lower.slice(node).trim_start_matches(':'), at));
        }
        "chained_string" => {
            let parts = lower.children(node);
            let parts = parts.into_iter().map(|part| lower.expr(part)).collect();
            return Some(concat(parts, span));
        }
        "heredoc_beginning" => return Some(heredoc::text(lower, node)),
        // Several statements, of which the last gives the value; `"#@token"` has a variable alone.
        "interpolation" | "parenthesized_statements" => match lower.children(node)[..] {
            [only] => return Some(lower.expr(only)),
            _ => return Some(value_of(lower, node)),
        },
        "subshell" => {
            let line = lower.string(node);
            let callee = Expr::new(ExprKind::Name("`".into()), span);
            let args = vec![Arg { name: None, value: line }];
            ExprKind::Call(Box::new(Call { callee, args, construct: false }))
        }
        "hash" => {
            let members = lower.children(node);
            return Some(map(lower, &members, span));
        }
        "array" => {
            let parts = lower.children(node);
            // `["a" => b]` is a list with one map.
            let (pairs, parts): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.kind() == "pair");
            let mut parts: Vec<_> = parts.into_iter().map(|part| lower.expr(part)).collect();
            if !pairs.is_empty() {
                parts.push(map(lower, &pairs, span));
            }
            ExprKind::List(parts)
        }
        "assignment" => {
            let value = assigned(lower, node);
            ExprKind::Assign(Box::new(lower.target_of(node, "left")), Box::new(value))
        }
        "operator_assignment" => {
            let (current, value) = (lower.expr_of(node, "left"), lower.expr_of(node, "right"));
            let sign = lower.child(node, "operator").map_or("", |sign| lower.slice(sign)).to_owned();
            let value = match &*sign {
                "+=" => concat(vec![current, value], span),
                "||=" => Expr::new(ExprKind::Choice(vec![current, value]), span),
                "&&=" => value,
                _ => Expr::new(ExprKind::Opaque(vec![current, value]), span),
            };
            ExprKind::Assign(Box::new(lower.target_of(node, "left")), Box::new(value))
        }
        "call" => return Some(call(lower, node)),
        "yield" => {
            let args = node.named_child(0).map_or_else(Vec::new, |list| args(lower, list));
            let callee = Expr::new(ExprKind::Name(BLOCK.into()), span);
            ExprKind::Call(Box::new(Call { callee, args, construct: false }))
        }
        "lambda" => {
            let body = lower.child(node, "body");
            let inner = body.and_then(|body| lower.child(body, "body"));
            return Some(block_function(lower, lower.child(node, "parameters"), inner, span));
        }
        "method" | "singleton_method" => {
            // `private def x`, outside of a class.
            let index = function(lower, node);
            ExprKind::Function(index)
        }
        "return" | "next" => ExprKind::Opaque(lower.children(node).into_iter().map(|part| lower.expr(part)).collect()),
        "if" | "unless" | "elsif" | "if_modifier" | "unless_modifier" | "rescue_modifier" | "case" | "case_match"
        | "begin" | "body_statement" => return Some(value_of(lower, node)),
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

/// The right side of an assignment; a class made by a call gets the name it is bound to.
fn assigned(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let value = lower.expr_of(node, "right");
    if let (ExprKind::Class(index), Some(left)) = (&value.kind, lower.child(node, "left")) {
        let name = lower.slice(left).into();
        lower.facts.classes[*index].name = name;
    }
    value
}

/// Statements in the place of an expression.
fn value_of(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut block = Vec::new();
    match node.kind() {
        "interpolation" | "parenthesized_statements" => block = lower.block(node),
        _ => lower.stmt(node, &mut block),
    }
    // Alternatives that are values, and nothing besides.
    if let [Stmt::Branch { test: None, arms, exhaustive }] = &mut block[..]
        && arms.iter().all(|arm| matches!(&arm[..], [Stmt::Expr(_)]))
    {
        let mut values: Vec<Expr> = arms
            .drain(..)
            .flatten()
            .filter_map(|stmt| match stmt {
                Stmt::Expr(value) => Some(value),
                _ => None,
            })
            .collect();
        if !*exhaustive {
            values.push(Expr::new(ExprKind::Nothing, span));
        }
        return Expr::new(ExprKind::Choice(values), span);
    }
    if let [Stmt::Expr(_)] = &block[..]
        && let Some(Stmt::Expr(value)) = block.pop()
    {
        return value;
    }
    Lower::bindings_yield(&mut block);
    assign_outward(&mut block);
    lower.block_value(block, span)
}

/// Inside a block of code that isn't a method, an assignment means a variable that is there already, if there is one.
fn assign_outward(block: &mut Block) {
    for stmt in block {
        match stmt {
            Stmt::Bind { target, value, env: false } => {
                let target = std::mem::replace(target, Target::Ignored);
                let value = std::mem::replace(value, Expr::opaque(Span::default()));
                *stmt = Stmt::Assign { target, value };
            }
            Stmt::Branch { arms, .. } => arms.iter_mut().for_each(assign_outward),
            Stmt::Loop { body, .. } => assign_outward(body),
            _ => {}
        }
    }
}

fn map(lower: &mut Lower<'_>, members: &[Node<'_>], span: Span) -> Expr {
    let mut entries = Vec::new();
    for member in members {
        let at = lower.span(*member);
        let (key, value) = match member.kind() {
            "pair" => {
                let Some(key) = lower.child(*member, "key") else { continue };
                match lower.child(*member, "value") {
                    Some(value) => (key_of(lower, key), lower.expr(value)),
                    None => (key_of(lower, key), ask(ExprKind::Name(lower.slice(key).into()), at)),
                }
            }
            _ => (Expr::new(ExprKind::Nothing, at), lower.expr(*member)),
        };
        entries.push(Entry { key, value, env: false });
    }
    Expr::new(ExprKind::Map(entries), span)
}

fn key_of(lower: &mut Lower<'_>, key: Node<'_>) -> Expr {
    match key.kind() {
        "hash_key_symbol" => Expr::text(lower.slice(key), lower.span(key)),
        _ => lower.expr(key),
    }
}

fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    match node.kind() {
        "identifier" | "constant" | "global_variable" => Target::Name(lower.ident(node)),
        "left_assignment_list" | "destructured_left_assignment" => {
            let parts = lower.children(node);
            Target::List(parts.into_iter().map(|part| lower.target(part)).collect())
        }
        "instance_variable" | "class_variable" | "element_reference" | "scope_resolution" => lower.target_from(node),
        "call" => match lower.expr(node).kind {
            ExprKind::Ask(inner) => match inner.kind {
                ExprKind::Member(object, key) => Target::Member(*object, *key),
                _ => Target::Ignored,
            },
            _ => Target::Ignored,
        },
        _ => Target::Ignored,
    }
}
