//! Ruby.
//!
//! A name or a member without arguments may be a call: both are an [`ExprKind::Ask`]. A block is an argument named
//! [`BLOCK`].

use tree_sitter::Node;

use super::facts::{Arg, Block, Call, Entry, Expr, ExprKind, Function, Ident, Import, Linkage, Param, Stmt, Target};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::lower::Lower;
use super::strings::{concat, operator};
use crate::source::Span;

mod classes;
mod heredoc;
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
        ("==", Operation::Equal),
        ("!=", Operation::Differ),
    ],
    declares: false,
    linkage: Linkage::Named,
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

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
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
            let name = node.child_by_field_name("name")?;
            match node.child_by_field_name("scope") {
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
            let at = Span { start: span.start + 1, end: span.end };
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
            return Some(operator("`", vec![line], span));
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
            let sign = node.child_by_field_name("operator").map_or("", |sign| lower.slice(sign)).to_owned();
            let value = match &*sign {
                "+=" => concat(vec![current, value], span),
                "<<=" => operator("<<", vec![current, value], span),
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
            let body = node.child_by_field_name("body");
            let inner = body.and_then(|body| body.child_by_field_name("body"));
            return Some(block_function(lower, node.child_by_field_name("parameters"), inner, span));
        }
        "binary" => match lower.text(operator_range(node)?).trim() {
            // To append to a list or a text.
            "<<" => {
                let (left, right) = (lower.expr_of(node, "left"), lower.expr_of(node, "right"));
                return Some(operator("<<", vec![left, right], span));
            }
            _ => return None,
        },
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

fn operator_range(node: Node<'_>) -> Option<std::ops::Range<usize>> {
    node.child_by_field_name("operator").map(|operator| operator.byte_range())
}

/// The right side of an assignment; a class made by a call gets the name it is bound to.
fn assigned(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let value = lower.expr_of(node, "right");
    if let (ExprKind::Class(index), Some(left)) = (&value.kind, node.child_by_field_name("left")) {
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
                let Some(key) = member.child_by_field_name("key") else { continue };
                match member.child_by_field_name("value") {
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

/// The arguments of a list. Pairs with a symbol as their key are named arguments; others make a last map.
fn args(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Arg> {
    let (mut all, mut pairs) = (Vec::new(), Vec::new());
    for node in lower.children(list) {
        match node.kind() {
            "pair" => {
                let (Some(key), value) = (node.child_by_field_name("key"), node.child_by_field_name("value")) else {
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

fn block_name(span: Span) -> Ident {
    Ident { name: BLOCK.into(), span }
}

fn call(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let (receiver, method) = (node.child_by_field_name("receiver"), node.child_by_field_name("method"));
    let name = method.map_or("call", |method| lower.slice(method)).to_owned();
    let at = method.map_or(span, |method| lower.span(method));
    let list = node.child_by_field_name("arguments");
    let mut given = list.map_or_else(Vec::new, |list| args(lower, list));
    if let Some(block) = node.child_by_field_name("block") {
        let at = lower.span(block);
        let inner = block.child_by_field_name("body");
        let value = block_function(lower, block.child_by_field_name("parameters"), inner, at);
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

fn made(callee: Expr, args: Vec<Arg>, span: Span) -> Expr {
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: true })), span)
}

/// `super`: the method of this name in the base, with the arguments of this one where none are written.
fn base_call(lower: &mut Lower<'_>, given: Option<Vec<Arg>>, span: Span) -> Expr {
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

/// A block or lambda.
fn block_function(lower: &mut Lower<'_>, params: Option<Node<'_>>, body: Option<Node<'_>>, span: Span) -> Expr {
    let params = params.map_or_else(Vec::new, |params| parameters(lower, params));
    let mut body = body.map_or_else(Vec::new, |body| lower.arm(body));
    Lower::bindings_yield(&mut body);
    Lower::yields(&mut body);
    assign_outward(&mut body);
    let index = lower.function(Function { name: "".into(), params, receiver: None, body, span });
    Expr::new(ExprKind::Function(index), span)
}

fn function(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let span = lower.span(node);
    let name: std::sync::Arc<str> = node.child_by_field_name("name").map_or("", |name| lower.slice(name)).into();
    let mut params = node.child_by_field_name("parameters").map_or_else(Vec::new, |list| parameters(lower, list));
    let body = node.child_by_field_name("body");
    if !params.iter().any(|param| &*param.name == BLOCK) && body.is_some_and(|body| lower.slice(body).contains("yield"))
    {
        params.push(block_param(block_name(Span::new(node.start_byte(), node.start_byte()))));
    }
    lower.methods.push((name.clone(), params.clone()));
    let mut body = body.map_or_else(Vec::new, |body| lower.arm(body));
    lower.methods.pop();
    Lower::bindings_yield(&mut body);
    Lower::yields(&mut body);
    lower.function(Function { name, params, receiver: None, body, span })
}

fn block_param(ident: Ident) -> Param {
    Param {
        name: BLOCK.into(),
        span: ident.span,
        default: Some(Expr::new(ExprKind::Nothing, ident.span)),
        target: Target::Name(ident),
        rest: false,
        field: false,
        class: None,
    }
}

fn parameters(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Param> {
    lower.children(list).into_iter().filter_map(|node| parameter(lower, node)).collect()
}

fn parameter(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Param> {
    if node.kind() == "destructured_parameter" {
        let parts = lower.children(node).into_iter().map(|part| lower.target(part)).collect();
        let plain = lower.plain_param(node);
        return Some(Param { target: Target::List(parts), name: "".into(), ..plain });
    }
    let name = if node.kind() == "identifier" { node } else { node.child_by_field_name("name")? };
    let mut param = lower.plain_param(name);
    match node.kind() {
        // Only a keyword can be named at the call.
        "identifier" => param.name = param.name.clone(),
        "optional_parameter" => param.default = Some(lower.expr_of(node, "value")),
        "keyword_parameter" => {
            param.default = node.child_by_field_name("value").map(|value| lower.expr(value));
        }
        "splat_parameter" | "hash_splat_parameter" => param.rest = true,
        "block_parameter" => return Some(block_param(lower.ident(name))),
        _ => return None,
    }
    Some(param)
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "if" | "elsif" | "unless" => {
            let condition = lower.expr_of(node, "condition");
            let arms: Vec<_> = ["consequence", "alternative"].map(|field| node.child_by_field_name(field)).to_vec();
            let exhaustive = arms[1].is_some();
            let then = arms[0].map_or_else(Vec::new, |arm| lower.arm(arm));
            let other = arms[1].map(|arm| lower.arm(arm));
            push_branch(node.kind() == "unless", condition, then, other, exhaustive, block);
        }
        "if_modifier" | "unless_modifier" => {
            let condition = lower.expr_of(node, "condition");
            let then = node.child_by_field_name("body").map_or_else(Vec::new, |body| lower.arm(body));
            push_branch(node.kind() == "unless_modifier", condition, then, None, false, block);
        }
        "rescue_modifier" => {
            let arms = ["body", "handler"].map(|field| node.child_by_field_name(field));
            let arms = arms.into_iter().flatten().map(|arm| lower.arm(arm)).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
        }
        "case" | "case_match" => {
            if let Some(value) = node.child_by_field_name("value") {
                let value = lower.expr(value);
                if matches!(value.kind, ExprKind::Call(_) | ExprKind::Assign(..)) {
                    block.push(Stmt::Expr(value));
                }
            }
            let (mut arms, mut exhaustive) = (Vec::new(), false);
            for part in lower.children(node) {
                match part.kind() {
                    "when" | "in_clause" => {
                        let body = part.child_by_field_name("body");
                        arms.push(body.map_or_else(Vec::new, |body| lower.arm(body)));
                    }
                    "else" => {
                        exhaustive = true;
                        arms.push(lower.arm(part));
                    }
                    _ => {}
                }
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive });
        }
        "begin" | "body_statement" => protected(lower, node, block),
        "parenthesized_statements" => block.extend(lower.block(node)),
        "method" => {
            let Some(name) = node.child_by_field_name("name") else { return false };
            let (name, index) = (lower.ident(name), function(lower, node));
            block.push(Stmt::Function(name, index));
        }
        "class" | "module" => return classes::declare(lower, node, block),
        "singleton_class" => {
            if let Some(body) = node.child_by_field_name("body") {
                lower.stmt(body, block);
            }
        }
        "return" | "next" => {
            let list = node.named_child(0).map_or_else(Vec::new, |list| lower.children(list));
            if list.is_empty() && node.kind() == "next" {
                return true;
            }
            let span = lower.span(node);
            let mut values: Vec<_> = list.into_iter().map(|value| lower.expr(value)).collect();
            let value = match values.len() {
                0 => Expr::new(ExprKind::Nothing, span),
                1 => values.remove(0),
                _ => Expr::new(ExprKind::List(values), span),
            };
            block.push(Stmt::Return(value));
        }
        "call" => return statement_call(lower, node, block),
        "assignment" | "operator_assignment" => {
            let global = node.child_by_field_name("left").is_some_and(|left| left.kind() == "global_variable");
            if !global {
                return false;
            }
            if let ExprKind::Assign(target, value) = lower.expr(node).kind {
                block.push(Stmt::Assign { target: *target, value: *value });
            }
        }
        _ => return false,
    }
    true
}

/// `unless` turns the question around, so that nothing is decided by it.
fn push_branch(
    negated: bool,
    condition: Expr,
    then: Block,
    other: Option<Block>,
    exhaustive: bool,
    block: &mut Vec<Stmt>,
) {
    let asks = matches!(&condition.kind, ExprKind::Call(call)
        if matches!(&call.callee.kind, ExprKind::Name(name) if matches!(&**name, "==" | "!=")));
    let test = if asks && !negated {
        Some(condition)
    } else {
        block.push(Stmt::Expr(condition));
        None
    };
    let arms = std::iter::once(then).chain(other).collect();
    block.push(Stmt::Branch { test, arms, exhaustive });
}

/// A body with `rescue`, `else` and `ensure`: a handler runs instead of some part of it.
fn protected(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let (mut body, mut handlers, mut ensure) = (Vec::new(), Vec::new(), Vec::new());
    for child in lower.children(node) {
        match child.kind() {
            "rescue" => {
                let handler = child.child_by_field_name("body");
                handlers.push(handler.map_or_else(Vec::new, |handler| lower.arm(handler)));
            }
            "ensure" => lower.stmt(child, &mut ensure),
            _ => lower.stmt(child, &mut body),
        }
    }
    if handlers.is_empty() {
        block.extend(body);
    } else {
        let arms = std::iter::once(body).chain(handlers).collect();
        block.push(Stmt::Branch { test: None, arms, exhaustive: true });
    }
    // What is ensured gives no value: it stands in front of what does.
    let at = block.len().saturating_sub(1);
    block.splice(at..at, ensure);
}

/// `require` and `raise` as statements.
fn statement_call(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    if node.child_by_field_name("receiver").is_some() {
        return false;
    }
    let name = node.child_by_field_name("method").map_or("", |method| lower.slice(method)).to_owned();
    if !matches!(&*name, "require" | "require_relative" | "load" | "raise" | "fail") {
        return false;
    }
    let Some(list) = node.child_by_field_name("arguments") else { return false };
    let mut given = args(lower, list);
    given.retain(|arg| arg.name.is_none());
    let Some(last) = given.pop() else { return false };
    if matches!(&*name, "raise" | "fail") {
        // `raise Failure, "message"`
        block.push(Stmt::Throw(last.value));
        return true;
    }
    let Some(module) = last.value.as_text().cloned() else { return false };
    let relative = name == "require_relative" && !module.starts_with('.');
    let module = if relative { format!("./{module}").into() } else { module };
    let module = Ident { name: module, span: last.value.span };
    block.push(Stmt::Import(Import { module: module.clone(), names: Vec::new(), type_only: false }));
    block.push(Stmt::ExportAll(module));
    true
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
