//! The `.env` family: one map of definitions of environment variables.

use super::data::References;
use super::facts::{Comment, Entry, Expr, ExprKind, Facts, Stmt};
use super::lexical::lines;
use crate::source::Span;

/// A value in quotes may run over lines; a quote that closes further away was never meant to.
const LONGEST_QUOTED: usize = 64 * 1024;
/// After so many quotes without an end, each one is taken as it is.
const MAX_UNCLOSED: usize = 100;

const QUOTED: References = References { bare: true, bare_any_case: true };

/// The facts of a `.env` file. A line that is no definition is left to the lexical reading.
pub fn lower(text: &str) -> Facts {
    let mut facts = Facts { data: true, ..Facts::default() };
    let mut entries = Vec::new();
    let (mut skip_to, mut unclosed) = (0, 0);
    for line in lines(text, Span::new(0, text.len())) {
        if (line.start as usize) < skip_to {
            continue;
        }
        let raw = &text[line.range()];
        let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
        let start = line.start as usize + raw.len() - raw.trim_start_matches(blank).len();
        let trimmed = raw.trim_matches(blank);
        if trimmed.is_empty() {
            continue;
        }
        if trimmed.starts_with('#') {
            let span = Span::new(start + 1, start + trimmed.len());
            facts.comments.push(Comment { text: text[span.range()].to_owned(), span });
            continue;
        }
        let Some((key, value_at)) = key(trimmed) else {
            facts.unread.push(line);
            continue;
        };
        let key = Expr::text(&trimmed[key.clone()], Span::new(start + key.start, start + key.end));
        let (value, end) = value(text, start + value_at, line.end as usize, &mut unclosed);
        // A value in quotes may have ended some lines further down.
        let rest = text[end..].split('\n').next().unwrap_or_default().trim_end_matches('\r');
        if let Some(at) = rest.find('#') {
            let span = Span::new(end + at + 1, end + rest.len());
            facts.comments.push(Comment { text: text[span.range()].to_owned(), span });
        }
        skip_to = end;
        entries.push(Entry { key, value, env: true });
    }
    facts.body.push(Stmt::Expr(Expr::new(ExprKind::Map(entries), Span::new(0, text.len()))));
    facts
}

/// The range of the name in `export NAME = value`, and where the value starts.
fn key(line: &str) -> Option<(std::ops::Range<usize>, usize)> {
    let mut start = 0;
    for word in ["export", "set", "setenv"] {
        if let Some(rest) = line.strip_prefix(word).filter(|rest| rest.starts_with([' ', '\t'])) {
            start = line.len() - rest.trim_start().len();
            break;
        }
    }
    let length = line[start..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte)).count();
    let after = line[start + length..].trim_start_matches([' ', '\t']);
    // `NAME: value` is taken by most readers too.
    let value = after.strip_prefix('=').or_else(|| after.strip_prefix(':'))?;
    if length == 0 {
        return None;
    }
    Some((start..start + length, line.len() - value.trim_start_matches([' ', '\t']).len()))
}

/// The value at byte `at`, and the byte after it (past its quote).
fn value(text: &str, at: usize, line_end: usize, unclosed: &mut usize) -> (Expr, usize) {
    let rest = &text[at..];
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'));
    if let Some(quote) = quote.filter(|_| *unclosed < MAX_UNCLOSED) {
        if let Some(length) = closing(rest, quote) {
            let inside = &rest[1..length];
            let expr = match quote {
                '"' => QUOTED.lower(inside, at + 1, &|raw| raw.replace("\\n", "\n").replace("\\\"", "\"")),
                _ => Expr::text(inside, Span::new(at + 1, at + length)),
            };
            return (expr, at + length + 1);
        }
        *unclosed += 1;
    }
    let line = &text[at..line_end.max(at)];
    // A `#` begins a comment only after a blank.
    let end =
        if line.starts_with('#') { 0 } else { line.find(" #").or_else(|| line.find("\t#")).unwrap_or(line.len()) };
    let raw = line[..end].trim_end();
    if raw.is_empty() {
        return (Expr::new(ExprKind::Nothing, Span::new(at, at)), at);
    }
    (QUOTED.lower(raw, at, &str::to_owned), at + raw.len())
}

/// Where the quote closes that opens `rest`.
fn closing(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1).take(LONGEST_QUOTED) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quote == '"' => escaped = true,
            _ if byte == quote as u8 => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::facts::LiteralRole;
    use crate::syntax::literals::collect;

    #[test]
    fn lines_of_all_kinds() {
        let text = "\u{feff}# MIXPANEL_API_SECRET=8c0e55d1a7\r\nexport A=b3f1c2d4e5 # note\r\nB = 'c d#e '\n  C=\"x\ny\" # z\nD=\nE=p#q\nF=${A:-d0d1d2d3d4}\nG: \"\u{1f600}\\n\"\nnonsense here\nH=\"open\nI='$x'\n";
        let mut facts = lower(text);
        let Stmt::Expr(Expr { kind: ExprKind::Map(entries), .. }) = &facts.body[0] else { panic!() };
        let values: Vec<_> = entries
            .iter()
            .map(|entry| {
                assert!(entry.env);
                (entry.key.as_text().expect("a key").to_string(), &text[entry.value.span.range()])
            })
            .collect();
        let expected = [
            ("A", "b3f1c2d4e5"),
            ("B", "c d#e "),
            ("C", "x\ny"),
            ("D", ""),
            ("E", "p#q"),
            ("F", "${A:-d0d1d2d3d4}"),
            ("G", "\u{1f600}\\n"),
            ("H", "\"open"),
            ("I", "$x"),
        ];
        assert_eq!(values, expected.map(|(key, value)| (key.to_owned(), value)));
        assert_eq!(facts.comments.len(), 3);
        assert_eq!(facts.unread.len(), 1);
        collect(&mut facts, text);
        let found: Vec<_> =
            facts.literals.iter().map(|one| (one.text.as_ref(), one.names[0].as_ref(), one.role)).collect();
        assert!(found.contains(&("b3f1c2d4e5", "A", LiteralRole::EnvDefinition)), "{found:?}");
        assert!(found.contains(&("d0d1d2d3d4", "A", LiteralRole::EnvDefault)), "{found:?}");
        assert!(found.contains(&("8c0e55d1a7", "MIXPANEL_API_SECRET", LiteralRole::Comment)), "{found:?}");
    }

    #[test]
    fn hostile_files() {
        for unit in ["A=\"", "A='\n", "A=\"\n", "=\n", "${", "A=${B:-\n", "#", "\n", "A=B #"] {
            lower(&unit.repeat(2_000_000 / unit.len()));
        }
    }
}
