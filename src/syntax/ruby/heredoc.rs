//! Here-documents: the text stands on the lines after the one that begins it.

use tree_sitter::Node;

use super::super::facts::{Expr, ExprKind};
use super::super::lower::Lower;
use crate::source::Span;

/// How far up the tree the body is looked for, and how many bodies are passed over.
const MAX_STEPS: usize = 40;

/// The text of a here-document, by the node that begins it.
pub(super) fn text(lower: &mut Lower<'_>, beginning: Node<'_>) -> Expr {
    let span = lower.span(beginning);
    let sign = lower.slice(beginning).to_owned();
    let Some(body) = body(lower, beginning, tag(&sign)) else { return Expr::opaque(span) };
    let indent = if sign.starts_with("<<~") { indent(&inside(lower, body)) } else { 0 };
    let mut parts = Vec::new();
    for child in body.named_children(&mut body.walk()).collect::<Vec<_>>() {
        match child.kind() {
            "heredoc_content" | "escape_sequence" => {
                let text = lower.fragment(child);
                parts.push((text, lower.span(child), None));
            }
            "interpolation" => {
                let value = lower.expr(child);
                parts.push((String::new(), value.span, Some(value)));
            }
            _ => {}
        }
    }
    let count = parts.len();
    let texts = parts.into_iter().enumerate().map(|(at, (text, here, value))| match value {
        Some(value) => value,
        None => content(&text, here, indent, at == 0, at + 1 == count),
    });
    let texts: Vec<Expr> = texts.collect();
    match super::super::strings::concat(texts, lower.span(body)) {
        Expr { kind: ExprKind::Concat(parts), span } if parts.is_empty() => Expr::text("", span),
        joined => joined,
    }
}

/// A piece of the text without its indentation, and the first and last without what surrounds them.
fn content(text: &str, span: Span, indent: usize, first: bool, last: bool) -> Expr {
    let whole = text.len();
    let front = if first { text.trim_start_matches(['\n', '\r']) } else { text };
    let front = if first && indent > 0 { front.trim_start_matches([' ', '\t']) } else { front };
    let kept = if last { front.trim_end_matches(['\n', '\r', ' ', '\t']) } else { front };
    let start = span.start as usize + (whole - front.len());
    let end = span.end as usize - (front.len() - kept.len());
    let mut lines = kept.split('\n');
    let mut plain = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        plain.push('\n');
        plain.push_str(&line[blanks.min(indent)..]);
    }
    Expr::text(plain, Span::new(start.min(end), end.max(start)))
}

/// The lines of a body, without the one that ends it.
fn inside(lower: &Lower<'_>, body: Node<'_>) -> String {
    let text = lower.slice(body).trim_end();
    text.rsplit_once('\n').map_or("", |(lines, _)| lines).to_owned()
}

/// The least indentation of the lines.
fn indent(text: &str) -> usize {
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    text.lines().filter(|line| !line.trim().is_empty()).map(blanks).min().unwrap_or(0)
}

/// `SQL` of `<<~SQL` and `<<-'SQL'`.
fn tag(sign: &str) -> &str {
    sign.trim_start_matches(['<', '~', '-']).trim_matches(['\'', '"', '`'])
}

/// The body that ends with a tag: the first one after the line.
fn body<'t>(lower: &Lower<'_>, beginning: Node<'t>, tag: &str) -> Option<Node<'t>> {
    let from = beginning.end_byte();
    let line = lower.text(from..lower.text.len()).find('\n')? + from;
    let mut around = beginning;
    for _ in 0..MAX_STEPS {
        around = around.parent()?;
        if around.end_byte() > line {
            let mut cursor = around.walk();
            let bodies = around.children(&mut cursor).filter(|child| {
                child.kind() == "heredoc_body" && child.start_byte() >= from && child.end_byte() > line
            });
            let ends = |body: &Node<'_>| {
                let end = body.child(body.child_count().saturating_sub(1) as u32);
                end.is_some_and(|end| lower.slice(end).trim() == tag)
            };
            if let Some(found) = bodies.take(MAX_STEPS).find(ends) {
                return Some(found);
            }
        }
    }
    None
}
