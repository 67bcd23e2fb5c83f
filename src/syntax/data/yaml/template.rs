//! Templates in YAML: Helm, Jinja, ERB and workflow expressions.
//!
//! Their braces, quotes and colons would tear the YAML apart, so the grammar is shown a copy of the same length in
//! which each template is a plain word, or a comment where it stands alone on its line. Values are then cut from the
//! real text, in which they are seen as references.

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
            _ => {
                at += 1;
                continue;
            }
        };
        let limit = bytes.len().min(at + MAX_LENGTH);
        let Some(length) = bytes[at + 2..limit].windows(2).position(|window| window == close) else {
            failures += 1;
            at += 2;
            continue;
        };
        let end = at + 2 + length + 2;
        // `$` of `${{` stays: it is a plain character.
        cover(&mut out[at..end]);
        if let Some(start) = alone(bytes, at, end) {
            out[start] = b'#';
        }
        at = end;
    }
    out
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
    let blank = |byte: &&u8| matches!(**byte, b' ' | b'\t');
    let before = bytes[..start].iter().rev().skip_while(blank).next();
    let after = bytes[end..].iter().skip_while(blank).next();
    (matches!(before, None | Some(b'\n')) && matches!(after, None | Some(b'\n' | b'\r'))).then_some(start)
}
