//! References to variables inside values: `${X}`, `${X:-default}`, `$X`, `${{ secrets.X }}`, `{{ x }}`, `<%= ENV["X"] %>`.

use std::ops::Range;

use crate::source::Span;
use crate::syntax::facts::{Expr, ExprKind};

/// Which references a format knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct References {
    /// `$X` and `$(X)` without braces, with a name in capitals.
    pub bare: bool,
    /// `$x` in any case, as in `.env` files.
    pub bare_any_case: bool,
}

/// More references than this in one value are hardly meant as ones; the rest is text.
const MAX_REFERENCES: usize = 256;
/// A reference is short; a brace that closes further away belongs to something else.
const MAX_LENGTH: usize = 2_048;
const MAX_DEPTH: usize = 4;

impl References {
    /// The expression of a raw value that starts at byte `start` of the file. The raw text is cut at its references
    /// first and each piece decoded on its own, so that every piece keeps its exact span.
    pub fn lower(self, raw: &str, start: usize, decode: &dyn Fn(&str) -> String) -> Expr {
        self.pieces(raw, start, decode, 0)
    }

    fn pieces(self, raw: &str, start: usize, decode: &dyn Fn(&str) -> String, depth: usize) -> Expr {
        let whole = Span::new(start, start + raw.len());
        let (mut parts, mut text_from, mut at, mut count) = (Vec::new(), 0, 0, 0);
        let bytes = raw.as_bytes();
        while at < bytes.len() && count < MAX_REFERENCES && depth < MAX_DEPTH {
            if !matches!(bytes[at], b'$' | b'{' | b'<') {
                at += 1;
                continue;
            }
            if raw[at..].starts_with("$$") {
                at += 2;
                continue;
            }
            let Some((end, kind)) = self.reference(raw, at, start, decode, depth) else {
                // Only what may open a reference counts: text with many dollars must stay cheap too.
                count += usize::from(matches!(bytes.get(at + 1), Some(b'{' | b'%' | b'(')));
                at += 1;
                continue;
            };
            count += 1;
            if text_from < at {
                let span = Span::new(start + text_from, start + at);
                parts.push(Expr::text(decode(&raw[text_from..at]), span));
            }
            parts.push(Expr::new(kind, Span::new(start + at, start + end)));
            (at, text_from) = (end, end);
        }
        if parts.is_empty() {
            return Expr::text(decode(raw), whole);
        }
        if text_from < raw.len() {
            parts.push(Expr::text(decode(&raw[text_from..]), Span::new(start + text_from, whole.end as usize)));
        }
        if parts.len() == 1 {
            return parts.remove(0);
        }
        Expr::new(ExprKind::Concat(parts), whole)
    }

    /// The reference that starts at byte `at`, with its end.
    fn reference(
        self,
        raw: &str,
        at: usize,
        start: usize,
        decode: &dyn Fn(&str) -> String,
        depth: usize,
    ) -> Option<(usize, ExprKind)> {
        let rest = &raw[at..];
        let opaque = ExprKind::Opaque(Vec::new());
        if rest.starts_with("${{") {
            let end = close(rest, 3, "}}")?;
            return Some((at + end, expression(rest, 3..end - 2, start + at)));
        }
        if rest.starts_with("{{") {
            return Some((at + close(rest, 2, "}}")?, opaque));
        }
        if rest.starts_with("{%") {
            return Some((at + close(rest, 2, "%}")?, opaque));
        }
        if rest.starts_with("<%") {
            let end = close(rest, 2, "%>")?;
            return Some((at + end, expression(rest, 2..end - 2, start + at)));
        }
        if rest.starts_with("${") {
            let end = close_brace(rest)?;
            return Some((at + end, self.braces(rest, 2..end - 1, start + at, decode, depth)));
        }
        if !self.bare || !rest.starts_with('$') {
            return None;
        }
        if rest.starts_with("$(") {
            let end = close(rest, 2, ")")?;
            let name = &rest[2..end - 1];
            return is_variable(name).then(|| (at + end, ExprKind::Env(name.into())));
        }
        let length = rest[1..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let name = &rest[1..1 + length];
        let fits = is_variable(name) && (self.bare_any_case || !name.bytes().any(|byte| byte.is_ascii_lowercase()));
        (fits && length > 1).then(|| (at + 1 + length, ExprKind::Env(name.into())))
    }

    /// What stands inside `${...}`; `range` is that of the inside in `rest`, which starts at byte `start` of the file.
    fn braces(
        self,
        rest: &str,
        range: Range<usize>,
        start: usize,
        decode: &dyn Fn(&str) -> String,
        depth: usize,
    ) -> ExprKind {
        let inside = &rest[range.clone()];
        let length = inside.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')).count();
        let (name, after) = inside.split_at(length);
        // `${env:X}`, `${env.X}` and `${env:X, 'default'}` of editors and of the Serverless Framework.
        if let Some(variable) = inside.strip_prefix("env:").or_else(|| inside.strip_prefix("env.")) {
            let length = variable.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            let (name, after) = variable.split_at(length);
            if !is_variable(name) {
                return ExprKind::Opaque(Vec::new());
            }
            let from = range.end - after.len();
            return with_default(name, quoted(rest, from..range.end, start));
        }
        let default = |skip: usize| {
            let from = range.start + length + skip;
            self.pieces(&rest[from..range.end], start + from, decode, depth + 1)
        };
        let variable = is_variable(name);
        let mut marks = after.bytes();
        match (marks.next(), marks.next()) {
            (None, _) if variable => ExprKind::Env(name.into()),
            (Some(b':'), Some(b'-' | b'=')) if variable => with_default(name, Some(default(2))),
            (Some(b'-' | b'='), _) if variable => with_default(name, Some(default(1))),
            (Some(b':'), Some(b'?')) | (Some(b'?'), _) if variable => ExprKind::Env(name.into()),
            (Some(b':'), Some(b'+')) | (Some(b'+'), _) => ExprKind::Opaque(Vec::new()),
            // Spring: `${MIXPANEL_SECRET:default}`, `${mixpanel.secret:default}`.
            (Some(b':'), _) if variable && !name.bytes().any(|byte| byte.is_ascii_lowercase()) => {
                with_default(name, Some(default(1)))
            }
            (Some(b':'), _) if name.contains('.') => {
                ExprKind::Choice(vec![Expr::opaque(Span::new(start, start)), default(1)])
            }
            _ => ExprKind::Opaque(Vec::new()),
        }
    }
}

fn with_default(name: &str, default: Option<Expr>) -> ExprKind {
    match default {
        // An empty default is no value, yet the read is one that can't fail.
        Some(default) => {
            let env =
                Expr::new(ExprKind::Env(name.into()), Span { start: default.span.start, end: default.span.start });
            ExprKind::Choice(vec![env, default])
        }
        None => ExprKind::Env(name.into()),
    }
}

/// An expression of a workflow (`secrets.X || 'default'`) or of ERB (`ENV["X"]`, `ENV.fetch("X", "default")`).
fn expression(rest: &str, range: Range<usize>, start: usize) -> ExprKind {
    let inside = &rest[range.clone()];
    for context in ["secrets.", "vars.", "env.", "ENV[", "ENV.fetch("] {
        let Some(found) = inside.find(context) else {
            continue;
        };
        let from = found + context.len();
        let from = from + inside[from..].len() - inside[from..].trim_start_matches(['"', '\'', ' ']).len();
        let length = inside[from..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let name = &inside[from..from + length];
        if is_variable(name) {
            // The name's own closing quote must not open the default.
            let after = from + length;
            let after = after + inside[after..].len() - inside[after..].trim_start_matches(['"', '\'']).len();
            return with_default(name, quoted(rest, range.start + after..range.end, start));
        }
    }
    ExprKind::Opaque(Vec::new())
}

/// The first quoted string in a range.
fn quoted(rest: &str, range: Range<usize>, start: usize) -> Option<Expr> {
    let inside = &rest[range.clone()];
    let open = inside.find(['\'', '"'])?;
    let length = inside[open + 1..].find(inside[open..].chars().next()?)?;
    let from = range.start + open + 1;
    Some(Expr::text(&rest[from..from + length], Span::new(start + from, start + from + length)))
}

fn is_variable(name: &str) -> bool {
    name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The end of what `mark` closes, searched from byte `from`.
fn close(rest: &str, from: usize, mark: &str) -> Option<usize> {
    let limit = rest.len().min(MAX_LENGTH);
    let window = rest.as_bytes().get(from..limit)?;
    let found = window.windows(mark.len()).position(|window| window == mark.as_bytes())?;
    Some(from + found + mark.len())
}

/// The end of the `${` at the start of `rest`, past its `}`.
fn close_brace(rest: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in rest.bytes().enumerate().take(MAX_LENGTH) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
