//! Svelte's attributes whose value is code between braces.

use super::Embedded;
use crate::source::Span;
use crate::syntax::html::scripts_of;

/// The code of `onclick={() => go()}` and its like: what stands between the braces after an attribute's name, outside of
/// scripts. A brace in a string, a template or a comment is none.
pub fn braced(text: &str) -> Vec<Embedded> {
    let scripts = scripts_of(text, 0);
    let mut found: Vec<Embedded> = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices("={") {
        let named = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let covered = scripts.iter().any(|script| script.span.range().contains(&at));
        if at < from || covered || !named {
            continue;
        }
        let start = at + "={".len();
        let Some(length) = length(&text.as_bytes()[start..]) else { break };
        found.push(Embedded::new(Span::new(start, start + length), "typescript"));
        from = start + length;
    }
    found
}

/// How long code is until the brace that closes it; `None` where none does.
fn length(code: &[u8]) -> Option<usize> {
    // What is open: braces, and templates in which code may stand between braces again.
    let mut open = vec![b'}'];
    let mut at = 0;
    while let Some(byte) = code.get(at) {
        let in_template = open.last() == Some(&b'`');
        match byte {
            b'\\' => at += 1,
            b'`' if in_template => drop(open.pop()),
            b'$' if in_template && code.get(at + 1) == Some(&b'{') => {
                open.push(b'}');
                at += 1;
            }
            _ if in_template => {}
            b'`' => open.push(b'`'),
            b'{' => open.push(b'}'),
            b'}' => {
                open.pop();
                if open.is_empty() {
                    return Some(at);
                }
            }
            b'"' | b'\'' => at += string(&code[at..]),
            b'/' if code.get(at + 1) == Some(&b'*') => {
                at += 3 + code[at..].windows(2).skip(2).position(|two| two == b"*/")?;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// How far a string's closing quote is from its opening one; an apostrophe alone is no string.
fn string(code: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = code.get(at).filter(|byte| **byte != b'\n') {
        match byte {
            b'\\' => at += 1,
            byte if *byte == code[0] => return at,
            _ => {}
        }
        at += 1;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_in_strings_are_none() {
        let text = "<script>a={b}</script>\n<x on:a={() => { f('}', \"{\", `}${ {a: `}`} }`) /* } */ }} {...rest} b={1} c='{d}'/>";
        let found: Vec<&str> = braced(text).iter().map(|piece| &text[piece.span.range()]).collect();
        assert_eq!(found, ["() => { f('}', \"{\", `}${ {a: `}`} }`) /* } */ }", "1"]);
        assert!(braced("<a b={ it's {").is_empty());
    }

    #[test]
    fn what_never_closes_is_sought_once() {
        let start = std::time::Instant::now();
        for unit in ["a={", "a={`${", "a={/*", "a={'"] {
            let _ = braced(&unit.repeat(200_000));
        }
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}
