//! Strings and bare words of PowerShell.

use tree_sitter::Node;

use super::super::facts::Expr;
use super::super::lower::Lower;
use super::super::strings::concat;
use super::{value, variable_value};
use crate::source::Span;

/// A string of any of the four kinds.
pub(super) fn string(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let inside = lower.field(node, "")?;
    let (text, start) = (lower.slice(inside).to_owned(), inside.start_byte());
    let lines = |text: &str| {
        // `@"`, a line break, the content, a line break, `"@`.
        let from = text.find('\n').map_or(text.len(), |at| at + 1);
        let to = text.rfind('\n').unwrap_or(from);
        (from.min(to), if text[..to].ends_with('\r') { to - 1 } else { to }.max(from.min(to)))
    };
    Some(match inside.kind() {
        "verbatim_string_characters" => {
            let content = lower.inside(inside, "'", "'");
            Expr::text(lower.text(content.range()).replace("''", "'"), content)
        }
        "verbatim_here_string_characters" => {
            let (from, to) = lines(&text);
            Expr::text(&text[from..to], Span::new(start + from, start + to))
        }
        "expandable_here_string_literal" => {
            let (from, to) = lines(&text);
            expanded(lower, inside, start + from, start + to)
        }
        _ => {
            let content = lower.inside(inside, "\"", "\"");
            expanded(lower, inside, content.start as usize, content.end as usize)
        }
    })
}

/// The text between two places of a node, with the values that stand in it.
fn expanded(lower: &mut Lower<'_>, node: Node<'_>, from: usize, to: usize) -> Expr {
    let mut parts = Vec::new();
    let mut at = from;
    let push = |lower: &Lower<'_>, from: usize, to: usize, parts: &mut Vec<Expr>| {
        if from < to {
            parts.push(Expr::text(unescape(lower.text(from..to)), Span::new(from, to)));
        }
    };
    for child in lower.children(node) {
        push(lower, at, child.start_byte(), &mut parts);
        parts.push(value(lower, child));
        at = child.end_byte();
    }
    push(lower, at, to, &mut parts);
    match parts.is_empty() {
        true => Expr::text("", Span::new(from, from)),
        false => concat(parts, Span::new(from, to)),
    }
}

/// Decodes backticks and doubled quotes.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '`' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('0') => out.push('\0'),
                Some('\n') | None => {}
                Some(other) => out.push(other),
            },
            '"' if chars.peek() == Some(&'"') => {
                chars.next();
                out.push('"');
            }
            _ => out.push(c),
        }
    }
    out
}

/// A bare word, in which variables are expanded: `https://x/$id`.
pub(super) fn token(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let (text, start) = (lower.slice(node).to_owned(), node.start_byte());
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('$').map(|found| at + found) {
        let length =
            text[found + 1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':')).count();
        if length == 0 {
            break;
        }
        if found > at {
            parts.push(Expr::text(&text[at..found], Span::new(start + at, start + found)));
        }
        let end = found + 1 + length;
        parts.push(variable_value(lower, &text[found..end], Span::new(start + found, start + end)));
        at = end;
    }
    if at < text.len() || parts.is_empty() {
        parts.push(Expr::text(&text[at..], Span::new(start + at, start + text.len())));
    }
    concat(parts, lower.span(node))
}
