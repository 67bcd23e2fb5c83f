//! POSIX shell and bash. A command is a call whose callee is the program; what it reads from a pipe, a here-document
//! or a here-string is an argument named `<`.

mod written;

use tree_sitter::Node;

use super::facts::{Arg, Call, Expr, ExprKind, Function, Ident, Linkage, Param, Resolution, Stmt, Target, Traits};
use super::forms::{Form, Spec};
use super::lower::Lower;
use super::strings::concat;
use crate::catalog::Functions;
use crate::source::Span;

/// The name of the argument that stands for standard input.
pub const INPUT: &str = "<";
/// The callee that a command redirected into a file is an argument of.
pub const INTO_FILE: &str = ">";

/// The shell's table.
pub static SHELL: Spec = Spec {
    name: "shell",
    grammar: || tree_sitter_bash::LANGUAGE.into(),
    forms: &[
        ("program", Form::Block),
        ("compound_statement", Form::Block),
        ("do_group", Form::Block),
        ("subshell", Form::Block),
        ("else_clause", Form::Block),
        ("elif_clause", Form::Block),
        ("list", Form::Block),
        ("negated_command", Form::Block),
        ("if_statement", Form::Own),
        ("case_statement", Form::Own),
        ("for_statement", Form::Loop("variable", "value", "body")),
        ("while_statement", Form::Own),
        ("test_command", Form::Skip),
        ("function_definition", Form::Own),
        ("declaration_command", Form::Own),
        ("variable_assignment", Form::Own),
        ("command", Form::Own),
        ("pipeline", Form::Own),
        ("redirected_statement", Form::Own),
        ("comment", Form::Comment),
        ("string", Form::Own),
        ("translated_string", Form::Inner("")),
        ("raw_string", Form::Own),
        ("ansi_c_string", Form::Own),
        ("word", Form::Own),
        ("number", Form::Own),
        ("concatenation", Form::Own),
        ("simple_expansion", Form::Own),
        ("expansion", Form::Own),
        ("command_substitution", Form::Own),
        ("heredoc_body", Form::Own),
        ("array", Form::List),
        ("variable_name", Form::Own),
        ("special_variable_name", Form::Own),
    ],
    fragments: &[],
    escapes: &[],
    unescape: unquote,
    operators: &[],
    linkage: Linkage::Imports,
    resolution: Resolution::Path,
    declares: false,
    traits: Traits { programs: true, writes: true, outer: true },
    expr,
    stmt,
    target: |lower, node| match node.kind() {
        "variable_name" => Target::Name(lower.ident(node)),
        _ => Target::Ignored,
    },
    own_kinds: &[
        "command_name",
        "file_redirect",
        "heredoc_redirect",
        "herestring_redirect",
        "case_item",
        "heredoc_content",
        "string_content",
    ],
    own_fields: &["name", "value", "argument", "body", "redirect", "destination", "condition", "descriptor", "index"],
};

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "word" | "number" => ExprKind::Text(unescape(lower.slice(node)).into()),
        "raw_string" => {
            let inner = lower.inside(node, "'", "'");
            return Some(Expr::text(lower.text(inner.range()), inner));
        }
        "ansi_c_string" => {
            let inner = lower.inside(node, "$'", "'");
            let text = lower.text(inner.range()).replace("\\n", "\n").replace("\\t", "\t");
            return Some(Expr::text(text, inner));
        }
        "concatenation" => {
            let parts = lower.children(node);
            let parts = parts.into_iter().map(|part| lower.expr(part)).collect();
            return Some(concat(parts, span));
        }
        "simple_expansion" => variable(lower, lower.children(node).first().copied()?),
        "variable_name" | "special_variable_name" => variable(lower, node),
        "expansion" => expansion(lower, node),
        "heredoc_body" => return Some(quoted(lower, node, span)),
        "string" => {
            return Some(quoted(lower, node, lower.inside(node, "\"", "\"")));
        }
        "command_substitution" => {
            let mut block = Vec::new();
            for child in lower.children(node) {
                lower.stmt(child, &mut block);
            }
            match block.pop() {
                Some(Stmt::Expr(value)) if block.is_empty() => return Some(value),
                // All but the last are run, too.
                last => {
                    block.extend(last);
                    return Some(lower.block_value(block, span));
                }
            }
        }
        "command" => return command(lower, node, None),
        "pipeline" => return pipeline(lower, node),
        "redirected_statement" => return redirected(lower, node, None),
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

fn unescape(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    let mut chars = word.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.extend(chars.next().filter(|next| *next != '\n')),
            _ => text.push(c),
        }
    }
    text
}

/// Inside double quotes only these are escaped.
fn unquote(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('"' | '\\' | '$' | '`')) => out.extend(chars.next()),
            ('\\', Some('\n')) => {
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

fn variable(lower: &Lower<'_>, node: Node<'_>) -> ExprKind {
    let (Some(name), Some(index)) = (lower.child(node, "name"), lower.child(node, "index")) else {
        return ExprKind::Env(lower.slice(node).into());
    };
    // `${words[@]}` is the whole array, `${words[0]}` an element.
    let array = ExprKind::Env(lower.slice(name).into());
    match lower.slice(index) {
        "@" | "*" => array,
        key => {
            let key = Expr::text(key.trim_matches(['"', '\'']), lower.span(index));
            ExprKind::Member(Box::new(Expr::new(array, lower.span(name))), Box::new(key))
        }
    }
}

/// `${X}`, `${X:-default}` and the operators that give a part of a value.
fn expansion(lower: &mut Lower<'_>, node: Node<'_>) -> ExprKind {
    let span = lower.span(node);
    let operator = lower.child_of(node, &[":-", "-", ":=", "=", "#", "##", "%", "%%", ":", "/", "//", ":+", "+"]);
    let operator = operator.map(|operator| lower.slice(operator).to_owned());
    let children = lower.children(node);
    let Some((name, rest)) = children.split_first() else { return ExprKind::Opaque(Vec::new()) };
    let variable = variable(lower, *name);
    match operator.as_deref() {
        Some(":-" | "-" | ":=" | "=") if !rest.is_empty() => {
            let default: Vec<_> = rest.iter().map(|part| lower.expr(*part)).collect();
            let at = Span::new(rest[0].start_byte(), rest[rest.len() - 1].end_byte());
            ExprKind::Choice(vec![Expr::new(variable, span), concat(default, at)])
        }
        // `${#X}` is a length, `${X:0:4}` a slice: no credential any more.
        Some(":" | "/" | "//" | ":+" | "+") => ExprKind::Opaque(Vec::new()),
        Some("#") if lower.slice(node).starts_with("${#") => ExprKind::Opaque(Vec::new()),
        _ => variable,
    }
}

/// Text with expansions in it. The grammar leaves some characters between two expansions without a node, so what lies
/// between the expansions is taken from the text.
fn quoted(lower: &mut Lower<'_>, node: Node<'_>, inside: Span) -> Expr {
    let mut parts = Vec::new();
    let mut at = inside.start as usize;
    for child in lower.children(node) {
        if matches!(child.kind(), "heredoc_content" | "string_content") {
            continue;
        }
        push_text(lower, at..child.start_byte(), &mut parts);
        parts.push(lower.expr(child));
        at = child.end_byte();
    }
    push_text(lower, at..inside.end as usize, &mut parts);
    match parts.len() {
        0 => Expr::text("", inside),
        1 => parts.remove(0),
        _ => concat(parts, inside),
    }
}

fn push_text(lower: &Lower<'_>, range: std::ops::Range<usize>, parts: &mut Vec<Expr>) {
    let text = lower.text(range.clone());
    if !text.is_empty() {
        parts.push(Expr::text(unquote(text), Span::new(range.start, range.end)));
    }
}

/// A command, with what it reads.
fn command(lower: &mut Lower<'_>, node: Node<'_>, input: Option<Expr>) -> Option<Expr> {
    let name = lower.child(node, "name")?;
    // Assignments in front are no part of the call; the grammar even counts those of lines before.
    let span = Span::new(name.start_byte(), node.end_byte());
    let callee = match lower.field(name, "") {
        Some(inner) => lower.expr(inner),
        None => Expr::text(lower.slice(name), lower.span(name)),
    };
    // A program is a global of its name, so that rows find it as they find functions.
    let callee = match callee.as_text() {
        Some(text) => {
            let program: &str = text.rsplit('/').next().unwrap_or(text);
            Expr::new(ExprKind::Name(program.into()), callee.span)
        }
        None => callee,
    };
    let mut args = Vec::new();
    for arg in lower.fields(node, "argument") {
        args.push(Arg { name: None, value: lower.expr(arg) });
    }
    for redirect in lower.fields(node, "redirect") {
        args.extend(input_of(lower, redirect).map(stdin));
    }
    args.extend(input.map(stdin));
    let callee = wrapped(lower.rows, callee, &mut args);
    Some(Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span))
}

/// The program that a command runs by another: `env X=1 curl ...`, `op run -- curl ...`.
fn wrapped(rows: &Functions, callee: Expr, args: &mut Vec<Arg>) -> Expr {
    let ExprKind::Name(name) = &callee.kind else { return callee };
    let text = |arg: &Arg| arg.value.as_text().filter(|_| arg.name.is_none()).cloned();
    let at = match rows.program(name).and_then(|row| row.runs.as_deref()) {
        Some("first") => args.iter().position(|arg| definition(&arg.value).is_none()),
        Some("--") => args.iter().position(|arg| text(arg).is_some_and(|text| &*text == "--")).map(|at| at + 1),
        _ => None,
    };
    // Behind options nobody knows which word is the program.
    match at.and_then(|at| Some((at, text(args.get(at)?)?))).filter(|(_, program)| !program.starts_with('-')) {
        Some((at, program)) => {
            let span = args[at].value.span;
            args.drain(..=at);
            let program: &str = program.rsplit('/').next().unwrap_or(&program);
            wrapped(rows, Expr::new(ExprKind::Name(program.into()), span), args)
        }
        None => callee,
    }
}

/// The name and the value of an argument `NAME=value`.
fn definition(arg: &Expr) -> Option<(Ident, Expr)> {
    let first = match &arg.kind {
        ExprKind::Text(_) => arg,
        ExprKind::Concat(parts) => parts.first()?,
        _ => return None,
    };
    let (name, rest) = first.as_text()?.split_once('=')?;
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if name.is_empty() || !name.bytes().all(fits) || name.as_bytes()[0].is_ascii_digit() {
        return None;
    }
    // What follows may be longer in the file than it is, with its escapes.
    let end = first.span.end.min(first.span.start + name.len() as u32);
    let from = first.span.end.min(end + 1);
    let ident = Ident { name: name.into(), span: Span { start: first.span.start, end } };
    let rest = Expr::text(rest, Span { start: from, end: first.span.end });
    let value = match &arg.kind {
        ExprKind::Concat(parts) => {
            let empty = rest.as_text().is_some_and(|text| text.is_empty());
            let first = (!empty).then_some(rest);
            concat(first.into_iter().chain(parts[1..].iter().cloned()).collect(), arg.span)
        }
        _ => rest,
    };
    Some((ident, value))
}

fn stdin(value: Expr) -> Arg {
    Arg { name: Some(Ident { name: INPUT.into(), span: value.span }), value }
}

/// What a here-document or here-string gives a command to read.
fn input_of(lower: &mut Lower<'_>, redirect: Node<'_>) -> Option<Expr> {
    match redirect.kind() {
        "herestring_redirect" => Some(lower.expr_of(redirect, "")),
        "heredoc_redirect" => {
            let body = lower.child_of(redirect, &["heredoc_body"])?;
            Some(lower.expr(body))
        }
        _ => None,
    }
}

/// `a | b`: what `a` writes is what `b` reads.
fn pipeline(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    /// Each stage holds the one before it.
    const MOST: usize = 100;
    let mut input = None;
    for child in lower.children(node).into_iter().take(MOST) {
        input = match child.kind() {
            "command" => command(lower, child, input),
            "redirected_statement" => redirected(lower, child, input),
            _ => Some(lower.expr(child)),
        };
    }
    input
}

fn redirected(lower: &mut Lower<'_>, node: Node<'_>, input: Option<Expr>) -> Option<Expr> {
    let span = lower.span(node);
    let body = lower.child(node, "body")?;
    let redirects = lower.fields(node, "redirect");
    let mut input = input;
    let mut into_file = false;
    for redirect in &redirects {
        if redirect.kind() == "heredoc_redirect" {
            // A here-document is followed by the rest of its command line: arguments and pipes.
            input = input_of(lower, *redirect).or(input);
        } else if redirect.kind() == "herestring_redirect" {
            input = input_of(lower, *redirect).or(input);
        } else {
            let text = lower.slice(*redirect);
            let to_stream = text.contains("/dev/stderr") || text.contains("/dev/stdout") || text.contains("/dev/tty");
            into_file |= (text.starts_with('>') || text.starts_with("1>") || text.starts_with("&>"))
                && !text.contains(">&")
                && !to_stream;
        }
    }
    let mut value = match body.kind() {
        "command" => command(lower, body, input)?,
        "pipeline" => pipeline(lower, body)?,
        _ => lower.expr(body),
    };
    if let ExprKind::Call(call) = &mut value.kind {
        for redirect in redirects.iter().filter(|redirect| redirect.kind() == "heredoc_redirect") {
            for arg in lower.fields(*redirect, "argument") {
                call.args.push(Arg { name: None, value: lower.expr(arg) });
            }
        }
    }
    if into_file {
        let callee = Expr::new(ExprKind::Name(INTO_FILE.into()), span);
        let args = vec![Arg { name: None, value }];
        value = Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span);
    }
    Some(value)
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "command" => {
            prefixes(lower, node, block);
            let value = command(lower, node, None);
            block.extend(value.map(Stmt::Expr));
        }
        "pipeline" | "redirected_statement" => {
            let first = lower.child(node, "body").unwrap_or(node);
            for child in std::iter::once(first).chain(lower.children(first)).filter(|child| child.kind() == "command") {
                prefixes(lower, child, block);
            }
            written::define(lower, node, block);
            return false;
        }
        "variable_assignment" => assignment(lower, node, false, block),
        "declaration_command" => {
            let exports = lower.slice(node).starts_with("export") || lower.slice(node).starts_with("declare -x");
            for child in lower.children(node).into_iter().filter(|child| child.kind() == "variable_assignment") {
                assignment(lower, child, exports, block);
            }
        }
        "function_definition" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let name = lower.ident(name);
            let mut body = lower.child(node, "body").map_or_else(Vec::new, |body| lower.arm(body));
            // What a function gives is what it writes, which is mostly what its last command writes.
            if let Some(Stmt::Expr(last)) = body.pop_if(|last| matches!(last, Stmt::Expr(_))) {
                body.push(Stmt::Return(last));
            }
            let positional = |at: usize| {
                let name: std::sync::Arc<str> = at.to_string().into();
                let target = Target::Name(Ident { name: name.clone(), span: Span::default() });
                Param { target, name, default: None, rest: false, field: false, class: None, span: Span::default() }
            };
            let params = (1..10).map(positional).collect();
            let span = lower.span(node);
            let function = Function { name: name.name.clone(), params, receiver: None, body, span };
            let index = lower.function(function);
            block.push(Stmt::Function(name, index));
        }
        "if_statement" => {
            let (mut arms, mut own, mut exhaustive) = (Vec::new(), Vec::new(), false);
            for child in lower.children(node) {
                match child.kind() {
                    "elif_clause" | "else_clause" => {
                        exhaustive |= child.kind() == "else_clause";
                        arms.push(lower.arm(child));
                    }
                    _ => lower.stmt(child, &mut own),
                }
            }
            arms.insert(0, own);
            block.push(Stmt::Branch { test: None, arms, exhaustive });
        }
        "while_statement" => {
            let body = lower.child(node, "body").map_or_else(Vec::new, |body| lower.arm(body));
            block.push(Stmt::Loop { over: None, body });
        }
        "case_statement" => {
            let mut arms = Vec::new();
            for item in lower.children(node).into_iter().filter(|child| child.kind() == "case_item") {
                let mut arm = Vec::new();
                for child in lower.children(item).into_iter().skip(1) {
                    lower.stmt(child, &mut arm);
                }
                arms.push(arm);
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive: false });
        }
        _ => return false,
    }
    true
}

/// `X=1 program` defines X in the program's environment. The grammar also counts the assignments of the lines before a
/// program as such.
fn prefixes(lower: &mut Lower<'_>, command: Node<'_>, block: &mut Vec<Stmt>) {
    let line = lower.child(command, "name").map(|name| name.start_position().row);
    for child in lower.children(command).into_iter().filter(|child| child.kind() == "variable_assignment") {
        assignment(lower, child, Some(child.end_position().row) == line, block);
    }
    let name = lower.child(command, "name").map_or("", |name| lower.slice(name));
    let program = name.rsplit('/').next().unwrap_or(name);
    let args = lower.fields(command, "argument");
    if lower.rows.program(program).is_some_and(|row| row.defines) {
        for arg in args {
            let value = lower.expr(arg);
            if let Some((ident, value)) = definition(&value) {
                block.push(Stmt::Bind { target: Target::Name(ident), value, env: true });
            }
        }
    }
}

fn assignment(lower: &mut Lower<'_>, node: Node<'_>, env: bool, block: &mut Vec<Stmt>) {
    let (Some(name), Some(value)) = (lower.child(node, "name"), lower.child(node, "value")) else {
        return;
    };
    let target = lower.target(name);
    let mut value = lower.expr(value);
    if lower.child_of(node, &["+="]).is_some() {
        // What is added goes behind what is there.
        let before = Expr::new(variable(lower, name), lower.span(name));
        let span = value.span;
        value = match value.kind {
            ExprKind::List(mut items) => {
                items.insert(0, Expr::new(ExprKind::Spread(Box::new(before)), lower.span(name)));
                Expr::new(ExprKind::List(items), span)
            }
            _ => concat(vec![before, value], span),
        };
    }
    block.push(Stmt::Bind { target, value, env });
}
