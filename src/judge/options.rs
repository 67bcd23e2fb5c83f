//! Options of command lines that put variables into client code: `--dart-define=NAME=value`, in a shell, a list of
//! arguments, or a text that holds a whole command.

use std::sync::Arc;

use crate::source::Span;
use crate::syntax::facts::{Expr, ExprKind, Facts, Literal, LiteralRole};
use crate::syntax::visit;

/// A variable that an option defines: its name, where it stands, and its value with its place.
type Defined = (Arc<str>, Span, Option<(String, Span)>);

/// Names each variable that an option defines, and makes its value a literal of that name.
pub(super) fn collect(facts: &mut Facts, option: &str, see: &mut dyn FnMut(Arc<str>, Span)) {
    let mut found: Vec<Defined> = Vec::new();
    visit::expressions(facts, &mut |expr| {
        let words: Vec<&Expr> = match &expr.kind {
            ExprKind::Text(_) | ExprKind::Concat(_) => return found.extend(texts(expr, option)),
            ExprKind::Call(call) => call.args.iter().map(|arg| &arg.value).collect(),
            ExprKind::List(items) => items.iter().collect(),
            _ => return,
        };
        // `--dart-define NAME=value`: two words.
        for pair in words.windows(2) {
            if pair[0].as_text().is_some_and(|text| **text == *option) {
                found.extend(lead(pair[1]).and_then(|(text, _)| definition(&text, pair[1].span, pair[1].span.start)));
            }
        }
    });
    // A text with something filled in is found with its first part.
    let mut starts: Vec<(Arc<str>, u32)> = Vec::new();
    for (name, span, value) in found {
        if starts.contains(&(name.clone(), span.start)) {
            continue;
        }
        starts.push((name.clone(), span.start));
        if let Some((text, span)) = value {
            facts.literals.retain(|literal| literal.span != span);
            let names = vec![name.clone()];
            facts.literals.push(Literal { text: text.into(), span, names, role: LiteralRole::EnvDefinition });
        }
        see(name, span);
    }
}

/// The definitions in a text with an option: a word, or a whole command.
fn texts(expr: &Expr, option: &str) -> Vec<Defined> {
    let Some((text, piece)) = lead(expr) else { return Vec::new() };
    let exact = text.len() == (piece.end - piece.start) as usize;
    if !exact && text.contains('\n') {
        // A block of YAML, which is read as a script of its own.
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, _) in text.match_indices(option) {
        let rest = &text[at + option.len()..];
        let Some(rest) = rest.strip_prefix(['=', ' ', ':']) else { continue };
        let word = rest.split([' ', '\n', '\t', '"', '\'', '\\']).next().unwrap_or_default();
        let start = expr.span.start + u32::try_from(at + option.len() + 1).unwrap_or(0);
        let span = if exact { Span { start, end: start + word.len() as u32 } } else { expr.span };
        // The rest of a text with something filled in isn't known.
        let span = if span.end > expr.span.end { expr.span } else { span };
        found.extend(definition(word, span, span.start));
    }
    found
}

/// `NAME=value`, with where the value stands.
fn definition(word: &str, span: Span, start: u32) -> Option<Defined> {
    let (name, value) = word.split_once('=')?;
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte));
    let at = start + name.len() as u32 + 1;
    let value = (value.len() >= 8 && at + value.len() as u32 == span.end)
        .then(|| (value.to_owned(), Span { start: at, end: span.end }));
    plain.then(|| (name.into(), span, value))
}

/// The text that an expression begins with, and where it stands.
fn lead(expr: &Expr) -> Option<(String, Span)> {
    match &expr.kind {
        ExprKind::Text(text) => Some((text.to_string(), expr.span)),
        ExprKind::Concat(parts) => lead(parts.first()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::syntax::read;

    fn names(path: &str, text: &str) -> Vec<String> {
        let mut document = read(Source::new(path, text.to_owned()));
        let mut names = Vec::new();
        for unit in &mut document.units {
            collect(&mut unit.facts, "--dart-define", &mut |name, _| names.push(name.to_string()));
        }
        names.sort();
        names
    }

    #[test]
    fn words_lists_and_commands() {
        let shell = "flutter run --dart-define=A_B=$X --dart-define C=\"d e\" --dart-define-from-file=x.json\n";
        assert_eq!(names("run.sh", shell), ["A_B", "C"]);
        let json = r#"{"args": ["--dart-define=A=1", "--dart-define", "B=2"], "cmd": "flutter run --dart-define=C=3"}"#;
        assert_eq!(names("launch.json", json), ["A", "B", "C"]);
    }
}
