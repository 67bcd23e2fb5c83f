//! Strings of Swift: sums, texts of several lines, raw texts.

use tree_sitter::Node;

use crate::source::Span;
use crate::syntax::facts::{Expr, ExprKind};
use crate::syntax::lower::Lower;
use crate::syntax::strings;

/// `a + b + c` leans to the left; it is unrolled.
pub(super) fn sum(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut operands = Vec::new();
    let mut at = node;
    while at.kind() == "additive_expression" {
        let (Some(left), Some(right)) = (lower.child(at, "lhs"), lower.child(at, "rhs")) else { break };
        operands.push(right);
        at = left;
    }
    operands.push(at);
    let operands = operands.into_iter().rev().map(|operand| lower.expr(operand)).collect();
    strings::concat(operands, span)
}

/// A text of several lines begins after its first line break, and ends before its last; what all lines are indented by is
/// no part of it.
pub(super) fn without_margin(text: Expr) -> Expr {
    let blanks = |line: &str| line.len() - line.trim_start().len();
    let texts = match &text.kind {
        ExprKind::Concat(parts) => parts.iter().filter_map(Expr::as_text).cloned().collect(),
        _ => text.as_text().cloned().into_iter().collect::<Vec<_>>(),
    };
    let lines = texts.iter().flat_map(|text| text.split('\n').skip(1)).filter(|line| !line.trim().is_empty());
    let margin = lines.map(blanks).min().unwrap_or(0);
    let trim = |part: &mut Expr, first: bool, last: bool| {
        let ExprKind::Text(text) = &part.kind else { return };
        let strip = |line: &'_ str| blanks(line).min(margin);
        let begun = if first { text.trim_start_matches(['\r', '\n']) } else { text };
        let cut = if first { &begun[strip(begun)..] } else { begun };
        let start = text.len() - cut.len();
        let kept = if last { cut.trim_end() } else { cut };
        let lines: Vec<&str> =
            kept.split('\n').enumerate().map(|(at, line)| if at == 0 { line } else { &line[strip(line)..] }).collect();
        part.span =
            Span { start: part.span.start + start as u32, end: part.span.end - (cut.len() - kept.len()) as u32 };
        part.kind = ExprKind::Text(lines.join("\n").into());
    };
    let mut text = text;
    match &mut text.kind {
        ExprKind::Text(_) => trim(&mut text, true, true),
        ExprKind::Concat(parts) => {
            let last = parts.len().saturating_sub(1);
            parts.iter_mut().enumerate().for_each(|(at, part)| trim(part, at == 0, at == last));
        }
        _ => {}
    }
    text
}

/// `#"raw \#(x)"#`: the marks stand inside the parts.
pub(super) fn raw_string(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut parts = Vec::new();
    for child in lower.children(node) {
        let text = lower.slice(child);
        let mut at = lower.span(child);
        match child.kind() {
            "raw_str_part" | "raw_str_end_part" => {
                let mut cut = text;
                if child.start_byte() == node.start_byte() {
                    cut = cut.trim_start_matches('#').trim_start_matches('"');
                }
                at.start += (text.len() - cut.len()) as u32;
                let mut kept = cut;
                if child.end_byte() == node.end_byte() {
                    kept = kept.trim_end_matches('#').trim_end_matches('"');
                }
                at.end -= (cut.len() - kept.len()) as u32;
                parts.push(Expr::text(kept, at));
            }
            "raw_str_interpolation" => {
                let inner = lower.child(child, "interpolation");
                parts.push(inner.map_or_else(|| Expr::opaque(at), |inner| lower.expr(inner)));
            }
            _ => {}
        }
    }
    strings::concat(parts, span)
}
