//! Rust's macros: the grammar gives their arguments as mere tokens. They are split at the commas, and what stands
//! between is read as JSON, as a list, or parsed as an expression of its own.

use tree_sitter::{Node, Parser, Point, Range};

use crate::source::Span;
use crate::syntax::facts::{Arg, Entry, Expr, ExprKind, Ident, LiteralRole, Stmt, Target};
use crate::syntax::lexical;
use crate::syntax::lower::Lower;
use crate::syntax::strings;

/// Longer arguments are generated, or a language of their own.
const LONGEST: usize = 40_000;

/// A part of a token tree between two separators.
struct Segment<'t> {
    span: Span,
    tokens: Vec<Node<'t>>,
}

/// A call of a macro, under its name with `!` at the end.
pub(super) fn call(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let callee = match lower.child(node, "macro") {
        Some(name) => named(lower, name),
        None => Expr::opaque(span),
    };
    let mut args = lower.child_of(node, &["token_tree"]).map_or_else(Vec::new, |tree| arguments(lower, tree));
    if matches!(&callee.kind, ExprKind::Name(name) if &**name == "concat!") {
        return strings::concat(args.into_iter().map(|arg| arg.value).collect(), span);
    }
    inline(lower, &mut args);
    strings::call(callee, args, span)
}

fn named(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let mut callee = lower.expr(node);
    match &mut callee.kind {
        ExprKind::Name(name) => *name = format!("{name}!").into(),
        ExprKind::Member(_, key) => {
            if let ExprKind::Text(text) = &mut key.kind {
                *text = format!("{text}!").into();
            }
        }
        _ => {}
    }
    callee
}

/// A macro that stands for items: `lazy_static! { static ref NAME: String = value; }`.
pub(super) fn statement(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    let Some(tree) = lower.child_of(node, &["token_tree"]) else { return false };
    if !lower.slice(tree).contains("static") {
        return false;
    }
    let mut found = false;
    for segment in split(lower, tree, ';') {
        let text = lower.text(segment.span.range()).to_owned();
        let Some(equals) = text.find('=').filter(|_| text.contains("static ")) else { continue };
        let name =
            segment.tokens.iter().take_while(|token| (token.start_byte()) < segment.span.start as usize + equals);
        let name = name.into_iter().find(|token| {
            token.kind() == "identifier" && lower.slice(**token).bytes().all(|b| !b.is_ascii_lowercase())
        });
        let Some(name) = name else { continue };
        let target = Target::Name(lower.ident(*name));
        let value = part(lower, &segment, segment.span.start as usize + equals + 1);
        block.push(Stmt::Bind { target, value, env: false });
        found = true;
    }
    found
}

/// The arguments of a macro: a map where they are pairs, a list where they stand in brackets.
fn arguments(lower: &mut Lower<'_>, tree: Node<'_>) -> Vec<Arg> {
    let positional = |value: Expr| vec![Arg { name: None, value }];
    if lower.slice(tree).len() > LONGEST {
        unread(lower, lower.span(tree));
        return Vec::new();
    }
    match self::map(lower, tree) {
        Some(map) => positional(map),
        None if lower.slice(tree).starts_with('[') => positional(list(lower, tree)),
        None => args(lower, tree),
    }
}

/// Arguments with or without names: `"{}", a, name = b, %c`.
pub(super) fn args(lower: &mut Lower<'_>, tree: Node<'_>) -> Vec<Arg> {
    let segments = split(lower, tree, ',');
    segments.iter().map(|segment| arg(lower, segment)).collect()
}

fn arg(lower: &mut Lower<'_>, segment: &Segment<'_>) -> Arg {
    if let [name, rest @ ..] = &segment.tokens[..]
        && matches!(name.kind(), "identifier" | "crate" | "self")
    {
        let after = lower.text(name.end_byte()..segment.span.end as usize);
        let trimmed = after.trim_start();
        let named = trimmed.starts_with('=') && !trimmed.starts_with("==") && !trimmed.starts_with("=>");
        let labelled = trimmed.starts_with(':') && !trimmed.starts_with("::");
        if (named || labelled) && (!rest.is_empty() || trimmed.len() > 1) {
            let ident = lower.ident(*name);
            let start = name.end_byte() + (after.len() - trimmed.len()) + 1;
            return Arg { name: Some(ident), value: part(lower, segment, start) };
        }
    }
    Arg { name: None, value: part(lower, segment, segment.span.start as usize) }
}

/// A token tree in the place of a value: an object, an array or a tuple.
pub(super) fn tree(lower: &mut Lower<'_>, tree: Node<'_>) -> Expr {
    match self::map(lower, tree) {
        Some(map) => map,
        None => list(lower, tree),
    }
}

fn list(lower: &mut Lower<'_>, tree: Node<'_>) -> Expr {
    let span = lower.span(tree);
    // `[value; count]`
    let separator = if lower.slice(tree).contains(';') { ';' } else { ',' };
    let segments = split(lower, tree, separator);
    let kept = if separator == ';' { 1 } else { segments.len() };
    let elements = segments[..kept.min(segments.len())].iter();
    Expr::new(ExprKind::List(elements.map(|segment| part(lower, segment, segment.span.start as usize)).collect()), span)
}

/// The map that a token tree is: `{ "key": value }`, `{ "key" => value }`, `{}`.
fn map(lower: &mut Lower<'_>, tree: Node<'_>) -> Option<Expr> {
    let span = lower.span(tree);
    let segments = split(lower, tree, ',');
    if segments.is_empty() {
        return lower.slice(tree).starts_with('{').then(|| Expr::new(ExprKind::Map(Vec::new()), span));
    }
    let value_at = |lower: &Lower<'_>, segment: &Segment<'_>| {
        let key = segment.tokens.first()?;
        let after = lower.text(key.end_byte()..segment.span.end as usize);
        let trimmed = after.trim_start();
        let mark = ["=>", ":"].into_iter().find(|mark| trimmed.starts_with(mark) && !trimmed.starts_with("::"))?;
        Some(key.end_byte() + (after.len() - trimmed.len()) + mark.len())
    };
    let first = segments.first().filter(|first| {
        let key = first.tokens.first().map_or("", |key| key.kind());
        matches!(key, "string_literal" | "raw_string_literal" | "token_tree")
            || (key == "identifier" && lower.slice(tree).starts_with('{'))
    })?;
    value_at(lower, first)?;
    let mut entries = Vec::new();
    for segment in &segments {
        let Some(start) = value_at(lower, segment) else { continue };
        let key = segment.tokens.first().map(|key| match key.kind() {
            // `(NAME): value`
            "token_tree" => lower.child_of(*key, &["identifier"]).unwrap_or(*key),
            _ => *key,
        });
        let Some(key) = key else { continue };
        let key = lower.expr(key);
        entries.push(Entry { key, value: part(lower, segment, start), env: false });
    }
    Some(Expr::new(ExprKind::Map(entries), span))
}

/// The parts of a token tree between separators, its brackets left off.
fn split<'t>(lower: &Lower<'_>, tree: Node<'t>, separator: char) -> Vec<Segment<'t>> {
    let mut segments = Vec::new();
    let (open, close) = match lower.slice(tree).as_bytes() {
        [b'(', ..] => ("(", ")"),
        [b'[', ..] => ("[", "]"),
        _ => ("{", "}"),
    };
    let inside = lower.inside(tree, open, close);
    let (mut start, end) = (inside.start as usize, inside.end as usize);
    let mut tokens: Vec<Node<'t>> = Vec::new();
    let mut at = start;
    let named: Vec<Node<'t>> = tree.named_children(&mut tree.walk()).collect();
    for token in named.into_iter().map(Some).chain([None]) {
        let until = token.map_or(end, |token| token.start_byte());
        for (offset, _) in lower.text(at..until).match_indices(separator) {
            push(&mut segments, start, at + offset, &mut tokens);
            start = at + offset + 1;
        }
        if let Some(token) = token {
            at = token.end_byte();
            if !token.is_extra() {
                tokens.push(token);
            }
        }
    }
    push(&mut segments, start, end, &mut tokens);
    segments
}

fn push<'t>(segments: &mut Vec<Segment<'t>>, start: usize, end: usize, tokens: &mut Vec<Node<'t>>) {
    if !tokens.is_empty() {
        segments.push(Segment { span: Span::new(start, end), tokens: std::mem::take(tokens) });
    }
}

/// The value of a segment from a byte on.
fn part(lower: &mut Lower<'_>, segment: &Segment<'_>, start: usize) -> Expr {
    let end = segment.span.end as usize;
    let text = lower.text(start..end);
    // `%value`, `?value` say how a value is written to a log.
    let body = text.trim_start().trim_start_matches(['%', '?']);
    let start = end - body.len();
    let tokens: Vec<Node<'_>> = segment.tokens.iter().copied().filter(|token| token.start_byte() >= start).collect();
    let Some(first) = tokens.first() else { return Expr::opaque(Span::new(start, end)) };
    let alone = tokens.len() == 1
        && lower.text(start..first.start_byte()).trim_matches(|c: char| c == '&' || c.is_whitespace()).is_empty()
        && lower.text(first.end_byte()..end).trim().is_empty();
    match first.kind() {
        "token_tree" if alone && !lower.slice(*first).starts_with('(') => lower.expr(*first),
        "string_literal" | "raw_string_literal" | "integer_literal" | "identifier" | "boolean_literal" if alone => {
            lower.expr(*first)
        }
        _ => parsed(lower, start, end),
    }
}

/// A range of the text parsed as an expression.
fn parsed(lower: &mut Lower<'_>, start: usize, end: usize) -> Expr {
    let span = Span::new(start, end);
    let mut ranges = vec![range(start, end)];
    // A `;` that stands further on makes it a statement, or the braces around it a block.
    let after = lower.text(end..lower.length());
    let braces = || Some((lower.text(0..start).rfind('{')?, end + after.find('}')?));
    if let Some(semicolon) = after.find(';') {
        ranges.push(range(end + semicolon, end + semicolon + 1));
    } else if let Some((open, close)) = braces() {
        ranges.insert(0, range(open, open + 1));
        ranges.push(range(close, close + 1));
    }
    let mut parser = Parser::new();
    let ready =
        parser.set_language(&tree_sitter_rust::LANGUAGE.into()).is_ok() && parser.set_included_ranges(&ranges).is_ok();
    let tree = ready.then(|| lower.parse(&mut parser)).flatten();
    let Some(tree) = tree else { return Expr::opaque(span) };
    let root = tree.root_node();
    let mut value = lower.children(root).into_iter().next().filter(|_| !root.has_error());
    let mut around = ranges.len() == 3;
    while let Some(node) =
        value.filter(|node| node.kind() == "expression_statement" || (around && node.kind() == "block"))
    {
        around &= node.kind() != "block";
        value = lower.field(node, "");
    }
    match value {
        Some(value) => lower.expr(value),
        None => {
            unread(lower, span);
            Expr::opaque(span)
        }
    }
}

fn range(start: usize, end: usize) -> Range {
    let point = Point { row: 0, column: 0 };
    Range { start_byte: start, end_byte: end, start_point: point, end_point: point }
}

/// What can't be parsed is read lexically; a macro with a syntax of its own is no mistake.
fn unread(lower: &mut Lower<'_>, span: Span) {
    let literals = lexical::read(lower.text(0..lower.length()), span, LiteralRole::Plain);
    lower.facts.literals.extend(literals);
}

/// Names inside a format text (`"{secret}"`) are arguments too.
fn inline(lower: &Lower<'_>, args: &mut Vec<Arg>) {
    let Some(text) = args.iter().take(3).find(|arg| arg.name.is_none() && arg.value.as_text().is_some()) else {
        return;
    };
    let span = text.value.span;
    let source = lower.text(span.range());
    let mut found: Vec<Ident> = Vec::new();
    for (at, _) in source.match_indices('{') {
        let rest = &source[at + 1..];
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let closes = rest[length..].starts_with(['}', ':']);
        let is_name = rest.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_uppercase() || c == '_');
        if closes && is_name && !source[..at].ends_with('{') {
            let start = span.start as usize + at + 1;
            found.push(Ident { name: rest[..length].into(), span: Span::new(start, start + length) });
        }
    }
    for name in found.into_iter().take(40) {
        if !args.iter().any(|arg| arg.name.as_ref().is_some_and(|known| known.name == name.name)) {
            let value = Expr::new(ExprKind::Name(name.name.clone()), name.span);
            args.push(Arg { name: Some(name), value });
        }
    }
}
