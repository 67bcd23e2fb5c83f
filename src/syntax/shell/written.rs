//! Files of variables that a script writes.

use tree_sitter::Node;

use super::super::facts::{Expr, ExprKind, Stmt, Target};
use super::super::lower::Lower;
use super::{definition, input_of};
use crate::source::Span;

/// Lines that a command writes into a file of variables define them: `echo "X=$Y" >> .env`, `cat > .env <<EOF`.
pub(super) fn define(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let redirects = lower.fields(node, "redirect");
    let into = |redirect: &Node<'_>| {
        let text = lower.slice(*redirect);
        redirect.kind() == "file_redirect" && text.contains('>') && (text.contains(".env") || text.contains("_ENV"))
    };
    let nested = |redirect: &Node<'_>| lower.fields(*redirect, "redirect").iter().any(into);
    if !redirects.iter().any(|redirect| into(redirect) || nested(redirect)) {
        return;
    }
    let Some(body) = node.child_by_field_name("body").filter(|body| body.kind() == "command") else { return };
    let mut lines: Vec<Expr> = lower.fields(body, "argument").into_iter().map(|arg| lower.expr(arg)).collect();
    for redirect in redirects {
        let Some(Expr { kind, span }) = input_of(lower, redirect) else { continue };
        let text = match &kind {
            ExprKind::Text(text) => text.to_string(),
            _ => lower.text[span.range()].to_owned(),
        };
        if text.len() != span.range().len() {
            continue;
        }
        let mut at = span.start as usize;
        for line in text.split_inclusive('\n') {
            lines.push(Expr::text(line.trim_end(), Span::new(at, at + line.trim_end().len())));
            at += line.len();
        }
    }
    for (ident, value) in lines.iter().filter_map(definition) {
        block.push(Stmt::Bind { target: Target::Name(ident), value, env: true });
    }
}
