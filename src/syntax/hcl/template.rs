//! HCL's strings: escapes, the range between the quotes, and how deep templates nest.

use crate::source::Span;

/// The range between the quotes of a string.
pub(super) fn inside(text: &str, span: Span) -> Span {
    let raw = text.get(span.range()).unwrap_or_default();
    let (open, close) = (raw.starts_with('"'), raw.len() > 1 && raw.ends_with('"'));
    Span { start: span.start + u32::from(open), end: span.end - u32::from(close) }
}

/// A string without its escapes: those of C, `$${` for `${` and `%%{` for `%{`.
pub(super) fn unescape(raw: &str) -> String {
    if !raw.contains(['\\', '$', '%']) {
        return raw.to_owned();
    }
    crate::syntax::data::unescape(&raw.replace("$${", "${").replace("%%{", "%{"))
}

/// Whether templates or brackets nest deeper than the grammar's scanner keeps count of.
pub(super) fn is_tower(text: &str) -> bool {
    const MOST: usize = 500;
    let (mut open, mut before) = (0usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' if matches!(before, b'$' | b'%') => open += 1,
            b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        before = byte;
        if open > MOST {
            return true;
        }
    }
    false
}
