//! Templates in YAML: Helm, Jinja, ERB and workflow expressions.
//!
//! Their braces, quotes and colons would tear the YAML apart, so the grammar is shown a copy of the same length in
//! which each template is a plain word, or a comment where it stands alone on its line. Values are then cut from the
//! real text, in which they are seen as references.

use crate::source::Span;
use crate::syntax::lexical::lines;

/// A template that doesn't close within so many bytes is none.
const MAX_LENGTH: usize = 4_096;
/// And after so many openings in vain the file isn't one that has templates.
const MAX_FAILURES: usize = 1_000;

/// The text with its templates made harmless, byte for byte as long.
pub(super) fn mask(text: &str) -> Vec<u8> {
    let mut out = text.as_bytes().to_vec();
    let bytes = text.as_bytes();
    let (mut at, mut failures) = (0, 0);
    while at + 1 < bytes.len() && failures < MAX_FAILURES {
        let close: &[u8] = match &bytes[at..at + 2] {
            b"{{" => b"}}",
            b"{%" => b"%}",
            b"{#" => b"#}",
            b"<%" => b"%>",
            b"${" if bytes.get(at + 2) != Some(&b'{') => b"}",
            _ => {
                at += 1;
                continue;
            }
        };
        let limit = bytes.len().min(at + MAX_LENGTH);
        let Some(length) = bytes[at + 2..limit].windows(close.len()).position(|window| window == close) else {
            failures += 1;
            at += 2;
            continue;
        };
        if bytes[at] == b'$' && bytes[at..at + 2 + length].contains(&b'\n') {
            at += 2;
            continue;
        }
        let end = at + 2 + length + close.len();
        // `$` of `${{` stays: it is a plain character.
        cover(&mut out[at..end]);
        // Braces of a shell are never alone in the sense of a template: they are a value, or part of a script.
        if bytes[at] != b'$'
            && let Some(start) = alone(bytes, at, end)
        {
            out[start] = b'#';
        }
        at = end;
    }
    out
}

/// The grammar's scanner keeps its levels of indentation in a buffer of a fixed size and aborts where it is full, and
/// its columns in sixteen bits. One column has two levels at most (a list in a map may stand as far left as the map).
const MAX_COLUMNS: usize = 100;
const MAX_LINE: usize = 30_000;

/// Makes comments of the lines that the grammar can't take, and gives their spans. Each column in which something may
/// begin counts, also where it is inside a string.
pub(super) fn guard(text: &str, masked: &mut [u8]) -> Vec<Span> {
    let mut unread = Vec::new();
    let mut columns: Vec<usize> = Vec::new();
    for line in lines(text, Span::new(0, text.len())) {
        let bytes = &mut masked[line.range()];
        let Some(indent) = bytes.iter().position(|byte| !matches!(byte, b' ' | b'\t')) else {
            continue;
        };
        let begins = |at: &usize| matches!(bytes[at - 1], b'-' | b'?' | b':') && matches!(bytes[*at], b' ' | b'\t');
        let further = (indent + 1..bytes.len()).filter(begins).take(MAX_COLUMNS);
        while columns.last().is_some_and(|column| *column >= indent) {
            columns.pop();
        }
        let kept = columns.len();
        if bytes.len() <= MAX_LINE {
            columns.push(indent);
            columns.extend(further);
        }
        if bytes.len() > MAX_LINE || columns.len() > MAX_COLUMNS {
            columns.truncate(kept);
            bytes.fill(b' ');
            bytes[0] = b'#';
            unread.push(line);
        }
    }
    unread
}

/// A plain word on the first line; nothing on those after, so that they don't look like keys or indentation.
fn cover(template: &mut [u8]) {
    let mut fill = b'_';
    for byte in template {
        match *byte {
            b'\n' => fill = b' ',
            b'\r' => {}
            _ => *byte = fill,
        }
    }
}

/// Where a template starts that has its lines to itself.
fn alone(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    let seen = |byte: &&u8| !matches!(**byte, b' ' | b'\t');
    let before = bytes[..start].iter().rev().find(seen);
    let after = bytes[end..].iter().find(seen);
    (matches!(before, None | Some(b'\n')) && matches!(after, None | Some(b'\n' | b'\r'))).then_some(start)
}
