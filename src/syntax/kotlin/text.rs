//! Strings of Kotlin with what is interpolated in them.

use tree_sitter::Node;

use crate::source::Span;
use crate::syntax::facts::{Expr, ExprKind};
use crate::syntax::lower::Lower;

/// `\u0041`, which the grammar has no node for.
fn with_characters(text: &str) -> String {
    let mut parts = text.split("\\u");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        match code {
            Some(character) => {
                out.push(character);
                out.push_str(&part[4..]);
            }
            None => {
                out.push_str("\\u");
                out.push_str(part);
            }
        }
    }
    out
}

/// A string. The grammar leaves `$name` as a dollar sign and the text behind it.
pub(super) fn string(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let whole = lower.span(node);
    let mut dollar: Option<Span> = None;
    let mut pieces: Vec<(Option<Expr>, String, Span)> = Vec::new();
    for child in node.named_children(&mut node.walk()).collect::<Vec<_>>() {
        let span = lower.span(child);
        if child.kind() == "interpolation" {
            let value = lower.expr(child);
            pieces.push((Some(value), String::new(), span));
            continue;
        }
        let text = lower.fragment(child);
        if text == "$" && child.kind() == "string_content" {
            dollar = Some(span);
            pieces.push((None, text, span));
            continue;
        }
        let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let is_name = length > 0 && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if let Some(mark) = dollar.take()
            && mark.end == span.start
            && is_name
            && child.kind() == "string_content"
        {
            pieces.pop();
            let end = span.start as usize + length;
            let name = Span::new(span.start as usize, end);
            pieces.push((Some(Expr::new(ExprKind::Name(text[..length].into()), name)), String::new(), name));
            if length < text.len() {
                pieces.push((None, text[length..].to_owned(), Span::new(end, span.end as usize)));
            }
            continue;
        }
        pieces.push((None, text, span));
    }
    let mut joined: Vec<Expr> = Vec::new();
    for (value, text, span) in pieces {
        match value {
            Some(value) => joined.push(value),
            None => match joined.last_mut() {
                Some(Expr { kind: ExprKind::Text(known), span: known_span }) => {
                    *known = format!("{known}{text}").into();
                    known_span.end = span.end;
                }
                _ => joined.push(Expr::text(text, span)),
            },
        }
    }
    if node.kind() == "string_literal" {
        for part in &mut joined {
            if let ExprKind::Text(text) = &mut part.kind
                && text.contains("\\u")
            {
                *text = with_characters(text).into();
            }
        }
    }
    match joined.len() {
        0 => Expr::text("", whole),
        1 if joined[0].as_text().is_some() => joined.remove(0),
        _ => Expr::new(ExprKind::Concat(joined), whole),
    }
}
