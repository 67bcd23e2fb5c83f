//! Strings: fragments, escapes and interpolations, and operators that put strings together.

use std::sync::Arc;

use tree_sitter::Node;

use super::facts::{Arg, Call, Entry, Expr, ExprKind};
use super::forms::{Form, Operation};
use super::grammar;
use super::lower::Lower;
use crate::source::Span;

impl Lower<'_> {
    /// What stands between a node's delimiters.
    pub(super) fn inside(&self, node: Node<'_>, open: &str, close: &str) -> Span {
        grammar::inside(self.text(0..self.length()), self.span(node), open, close)
    }

    /// A string: its fragments put together, decoded; what is interpolated stands between them.
    pub(super) fn string(&mut self, node: Node<'_>) -> Expr {
        let mut parts: Vec<Expr> = Vec::new();
        let mut text = String::new();
        let mut span: Option<Span> = None;
        let flush = |text: &mut String, span: &mut Option<Span>, parts: &mut Vec<Expr>| {
            if let Some(span) = span.take() {
                parts.push(Expr::text(std::mem::take(text), span));
            }
        };
        let children: Vec<_> = node.named_children(&mut node.walk()).collect();
        for child in children {
            let here = self.span(child);
            let kind = child.kind();
            let spec = self.table.spec;
            if spec.fragments.contains(&kind) || spec.escapes.contains(&kind) {
                text.push_str(&self.fragment(child));
                span = Some(span.map_or(here, |span| Span { start: span.start, end: here.end }));
            } else if self.form(child).is_some_and(|form| !matches!(form, Form::Skip | Form::Comment)) {
                flush(&mut text, &mut span, &mut parts);
                parts.push(self.expr(child));
            }
        }
        flush(&mut text, &mut span, &mut parts);
        let whole = self.span(node);
        match parts.len() {
            0 => Expr::text("", whole),
            1 if parts[0].as_text().is_some() => parts.remove(0),
            _ => Expr::new(ExprKind::Concat(parts), whole),
        }
    }

    /// A fragment's text with the escapes inside it decoded.
    pub(super) fn fragment(&self, node: Node<'_>) -> String {
        let spec = self.table.spec;
        if spec.escapes.contains(&node.kind()) {
            return (spec.unescape)(self.slice(node));
        }
        let mut text = String::new();
        let mut at = node.start_byte();
        for child in node.named_children(&mut node.walk()) {
            text.push_str(self.text.get(at..child.start_byte()).unwrap_or_default());
            text.push_str(&self.fragment(child));
            at = child.end_byte();
        }
        text.push_str(self.text.get(at..node.end_byte()).unwrap_or_default());
        text
    }

    /// `a + b + c` leans to the left: it is unrolled, so that a long sum isn't a deep one.
    pub(super) fn binary(&mut self, node: Node<'_>) -> Expr {
        let span = self.span(node);
        let Some(operation) = self.operation(node) else {
            let inside = self.unknown(node);
            return Expr::new(inside, span);
        };
        if let (Operation::Method(name), Some(left), Some(right)) =
            (operation, node.child_by_field_name("left"), node.child_by_field_name("right"))
        {
            let (object, value) = (self.expr(left), self.expr(right));
            let key = Expr::text(name, span);
            let callee = Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), span);
            let call = Call { callee, args: vec![Arg { name: None, value }], construct: false };
            return Expr::new(ExprKind::Call(Box::new(call)), span);
        }
        let mut operands = Vec::new();
        let mut left = node;
        while self.operation(left) == Some(operation) && matches!(self.form(left), Some(Form::Binary)) {
            let (Some(next), Some(right)) = (left.child_by_field_name("left"), left.child_by_field_name("right"))
            else {
                break;
            };
            operands.push(right);
            left = next;
        }
        operands.push(left);
        let operands: Vec<_> = operands.into_iter().rev().map(|operand| self.expr(operand)).collect();
        match operation {
            Operation::Concat => concat(operands, span),
            Operation::Choice | Operation::Method(_) => Expr::new(ExprKind::Choice(operands), span),
            Operation::Union if operands.iter().any(|operand| matches!(operand.kind, ExprKind::Map(_))) => {
                let entry = |operand: Expr| {
                    let span = operand.span;
                    let value = Expr::new(ExprKind::Spread(Box::new(operand)), span);
                    Entry { key: Expr::new(ExprKind::Nothing, span), value, env: false }
                };
                // What comes last wins.
                Expr::new(ExprKind::Map(operands.into_iter().rev().map(entry).collect()), span)
            }
            Operation::Union => Expr::new(ExprKind::Opaque(operands), span),
            Operation::Format => operator("%", operands, span),
            Operation::Equal => operator("==", operands, span),
            Operation::Differ => operator("!=", operands, span),
        }
    }

    pub(super) fn operation(&self, node: Node<'_>) -> Option<Operation> {
        let operator = node.child_by_field_name("operator")?;
        let operator = self.slice(operator);
        self.table.spec.operators.iter().find(|(name, _)| *name == operator).map(|(_, operation)| *operation)
    }
}

/// An operator as a call of a global of its name.
pub fn operator(name: &str, operands: Vec<Expr>, span: Span) -> Expr {
    let callee = Expr::new(ExprKind::Name(name.into()), span);
    call(callee, operands.into_iter().map(|value| Arg { name: None, value }).collect(), span)
}

/// A call.
pub fn call(callee: Expr, args: Vec<Arg>, span: Span) -> Expr {
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span)
}

/// A construction.
pub fn construct(callee: Expr, args: Vec<Arg>, span: Span) -> Expr {
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: true })), span)
}

/// Strings put together; neighbours that are literal become one literal that spans them.
pub fn concat(parts: Vec<Expr>, span: Span) -> Expr {
    let mut joined: Vec<Expr> = Vec::new();
    for part in parts {
        let parts = match part.kind {
            ExprKind::Concat(inner) => inner,
            kind => vec![Expr::new(kind, part.span)],
        };
        for part in parts {
            let merged = match (joined.last().map(|last| &last.kind), &part.kind) {
                (Some(ExprKind::Text(a)), ExprKind::Text(b)) => Some(Arc::from(format!("{a}{b}"))),
                _ => None,
            };
            match (merged, joined.last_mut()) {
                (Some(text), Some(last)) => {
                    last.kind = ExprKind::Text(text);
                    // The text of a here-document stands behind what is added to it.
                    last.span.start = last.span.start.min(part.span.start);
                    last.span.end = last.span.end.max(part.span.end);
                }
                _ => joined.push(part),
            }
        }
    }
    if joined.len() == 1 && joined[0].as_text().is_some() {
        return joined.remove(0);
    }
    Expr::new(ExprKind::Concat(joined), span)
}

/// A string over several lines without the indentation that its lines share, and without the line break behind the
/// opening quotes.
pub fn dedent(text: Expr) -> Expr {
    let span = text.span;
    let mut parts = match text.kind {
        ExprKind::Concat(parts) => parts,
        kind => vec![Expr::new(kind, span)],
    };
    let texts = || parts.iter().enumerate().filter_map(|(at, part)| Some((at + 1 == parts.len(), part.as_text()?)));
    let indents = texts().flat_map(|(last, text)| {
        let lines: Vec<&str> = text.split('\n').skip(1).collect();
        let count = lines.len();
        let indent = move |(at, line): (usize, &str)| {
            let blank = line.trim().is_empty() && (last || at + 1 < count);
            (!blank).then(|| line.len() - line.trim_start().len())
        };
        lines.into_iter().enumerate().filter_map(indent).collect::<Vec<_>>()
    });
    let indent = indents.min().unwrap_or(0);
    let count = parts.len();
    for (at, part) in parts.iter_mut().enumerate() {
        let Some(text) = part.as_text().cloned() else { continue };
        let strip = |line: &str| {
            let blanks = line.len() - line.trim_start().len();
            line.get(blanks.min(indent)..).unwrap_or_default().to_owned()
        };
        let mut lines: Vec<String> =
            text.split('\n').enumerate().map(|(n, line)| if n == 0 { line.to_owned() } else { strip(line) }).collect();
        if at == 0 && lines.len() > 1 && lines[0].trim().is_empty() {
            let skipped = text.find('\n').unwrap_or_default() + 1;
            let rest = &text[skipped..];
            part.span.start += (skipped + (rest.len() - rest.trim_start_matches([' ', '\t']).len()).min(indent)) as u32;
            lines.remove(0);
        }
        if at + 1 == count && lines.len() > 1 && lines.last().is_some_and(|line| line.trim().is_empty()) {
            let tail = text.len() - text.trim_end_matches([' ', '\t']).len();
            part.span.end -= tail as u32;
            if let Some(last) = lines.last_mut() {
                last.clear();
            }
        }
        part.kind = ExprKind::Text(lines.join("\n").into());
    }
    if parts.len() == 1 { parts.remove(0) } else { Expr::new(ExprKind::Concat(parts), span) }
}
