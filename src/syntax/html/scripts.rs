//! Where the scripts of a page are, and in which language.

use crate::source::Span;
use crate::syntax::embed::{Embedded, slug};

/// The contents of the `<script>` elements from byte `from` on. Found by their tags alone, which is how browsers find
/// them too: nothing inside a script but `</script` ends it.
pub(in crate::syntax) fn scripts_of(text: &str, from: usize) -> Vec<Embedded> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(length) = find(&bytes[at..], b"<") {
        let open = at + length;
        let rest = &bytes[open..];
        if rest.starts_with(b"<!--") {
            // What is commented out is no script.
            let Some(length) = find(rest, b"-->") else {
                break;
            };
            at = open + length + 3;
        } else if starts_with(rest, b"<script") && rest.get(7).is_some_and(|byte| b" \t\r\n>/".contains(byte)) {
            let Some(tag_end) = tag_end(bytes, open + 7) else {
                break;
            };
            at = tag_end + 1;
            if bytes[tag_end - 1] == b'/' {
                continue;
            }
            let end = find(&bytes[at..], b"</script").map_or(bytes.len(), |length| at + length);
            if let (Some(attributes), true) = (text.get(open + 7..tag_end), at < end) {
                found.push(Embedded::new(Span::new(at, end), script_language(attributes)));
            }
            at = end;
        } else {
            at = open + 1;
        }
    }
    found
}

/// The language of a script by its `type` and `lang`. Templates and unknown data are read lexically.
fn script_language(attributes: &str) -> &'static str {
    let attributes = attributes.to_ascii_lowercase();
    let value = |name: &str| {
        let mut rest = attributes.as_str();
        while let Some(at) = rest.find(name) {
            let before = rest[..at].bytes().next_back().unwrap_or(b' ');
            let after = rest[at + name.len()..].trim_start();
            if let Some(value) = after.strip_prefix('=').filter(|_| before.is_ascii_whitespace()) {
                let value = value.trim_start();
                let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
                return Some(match quote {
                    Some(quote) => value[1..].split(quote).next().unwrap_or_default().to_owned(),
                    None => value.split_ascii_whitespace().next().unwrap_or_default().to_owned(),
                });
            }
            rest = &rest[at + name.len()..];
        }
        None
    };
    if let Some(lang) = value("lang") {
        return slug(&lang);
    }
    let kind = value("type").unwrap_or_default();
    match kind.trim() {
        "" | "module" | "text/babel" | "text/jsx" | "text/partytown" | "text/plain" | "text/rocketscript" => {
            "javascript"
        }
        "text/typescript" | "application/typescript" => "typescript",
        "importmap" | "speculationrules" => "json",
        kind if kind.contains("javascript") || kind.contains("ecmascript") => "javascript",
        kind if kind.contains("json") => "json",
        _ => "lexical",
    }
}

/// Where a tag's `>` is, past its quoted values.
fn tag_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'')
                if bytes[..at].iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'=') =>
            {
                quote = Some(*byte);
            }
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}

fn starts_with(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark))
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window.eq_ignore_ascii_case(mark))
}
