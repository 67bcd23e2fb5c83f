//! Strings of C# that are no plain ones: verbatim, raw and interpolated.

use tree_sitter::Node;

use super::super::facts::{Expr, ExprKind};
use super::super::lower::Lower;
use crate::source::Span;

/// The value of a string that isn't written in the plain way.
pub(super) fn string(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    match node.kind() {
        "verbatim_string_literal" => {
            // `@"C:\x ""y"""`, perhaps with `u8` behind it.
            let text = lower.slice(node);
            let end = text.rfind('"').unwrap_or(text.len());
            let content = text.get(2..end).unwrap_or_default();
            Expr::text(content.replace("\"\"", "\""), Span::new(node.start_byte() + 2, node.start_byte() + end.max(2)))
        }
        "raw_string_literal" => match lower.child_of(node, &["raw_string_content"]) {
            Some(content) => raw(lower.slice(content), content.start_byte()),
            None => Expr::text("", lower.span(node)),
        },
        _ => interpolated(lower, node),
    }
}

/// The content of a raw string. Over several lines it begins and ends with a line break of its own, and each line is
/// indented as its end is.
fn raw(text: &str, start: usize) -> Expr {
    let Some(body) = text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')) else {
        return Expr::text(text, Span::new(start, start + text.len()));
    };
    let (body, margin) = body.rsplit_once('\n').unwrap_or((body, ""));
    let body = body.strip_suffix('\r').unwrap_or(body);
    let lines: Vec<&str> = body.lines().map(|line| line.strip_prefix(margin).unwrap_or(line.trim_start())).collect();
    let from = start + (text.len() - text.trim_start().len());
    let to = start + text.trim_end().len();
    Expr::text(lines.join("\n"), Span::new(from, to.max(from)))
}

/// `$"{x}"`, `$@"{x}"`, `$"""{x}"""`, `$$"""{{x}}"""`.
fn interpolated(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let start = lower.child_of(node, &["interpolation_start"]).map_or("", |start| lower.slice(start)).to_owned();
    let whole = lower.string(node);
    let dollars = start.matches('$').count();
    let verbatim = start.contains('@');
    let clean = |text: &str| {
        let mut text = text.to_owned();
        if dollars < 2 {
            text = text.replace("{{", "{").replace("}}", "}");
        }
        if verbatim { text.replace("\"\"", "\"") } else { text }
    };
    let part = |part: Expr| match &part.kind {
        ExprKind::Text(text) => Expr::text(clean(text), part.span),
        _ => part,
    };
    match whole.kind {
        ExprKind::Concat(parts) => Expr::new(ExprKind::Concat(parts.into_iter().map(part).collect()), whole.span),
        _ => part(whole),
    }
}
