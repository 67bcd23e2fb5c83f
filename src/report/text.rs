//! Words for people: wrapping, counting, and what must never reach a terminal or a URL as it is.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character moves the cursor, changes colours or turns text around instead of showing.
pub(crate) fn is_unruly(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// The text on one line, with every unruly character written as an escape.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unruly) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_unruly(character) { line.extend(character.escape_default()) } else { line.push(character) }
    }
    Cow::Owned(line)
}

/// How many columns a character takes on a terminal, near enough for choosing where to cut.
pub(crate) fn columns(character: char) -> usize {
    match character {
        '\t' => 4,
        '\u{0300}'..='\u{036f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The words of a text in lines of at most `width` columns, indents included; a longer word has a line to itself.
pub(crate) fn wrap(text: &str, columns: usize, first: &str, rest: &str) -> String {
    let mut wrapped = first.to_owned();
    let mut at = width(first);
    let mut fresh = true;
    for word in text.split_whitespace() {
        let word = one_line(word);
        let length = width(&word);
        if !fresh && at + 1 + length > columns {
            wrapped.push('\n');
            wrapped.push_str(rest);
            at = width(rest);
            fresh = true;
        }
        if !fresh {
            wrapped.push(' ');
            at += 1;
        }
        wrapped.push_str(&word);
        at += length;
        fresh = false;
    }
    wrapped
}

/// `1 error`, `2 errors`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {word} {last}", most.join(", ")),
    }
}

/// A text with a full stop at its end, as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    format!("{text}{}", if text.is_empty() || text.ends_with(['.', '!', '?']) { "" } else { "." })
}

/// Percent-encoding of all but unreserved characters and those in `also`.
pub(crate) fn percent_encoded(text: &str, also: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let character = char::from(byte);
        if byte.is_ascii_alphanumeric() || "-._~".contains(character) || (byte.is_ascii() && also.contains(character)) {
            encoded.push(character);
        } else {
            // Writing into a string can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_at_words() {
        assert_eq!(wrap("one two  three\nfour", 9, "- ", "  "), "- one two\n  three\n  four");
        assert_eq!(wrap("overlongword x", 5, "", ""), "overlongword\nx");
    }

    #[test]
    fn nothing_unruly_is_left_on_a_line() {
        assert_eq!(one_line("a\u{1b}[31m\r\nb\u{202e}"), "a\\u{1b}[31m\\r\\nb\\u{202e}");
        assert_eq!(one_line("plain \u{1f600}"), "plain \u{1f600}");
    }

    #[test]
    fn urls_are_encoded() {
        assert_eq!(percent_encoded("a b/[id]#1%?é:x", "/"), "a%20b/%5Bid%5D%231%25%3F%C3%A9%3Ax");
    }

    #[test]
    fn words_are_counted_and_listed() {
        assert_eq!(count(1, "error"), "1 error");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()], "and"), "a, b and c");
        assert_eq!(sentence("Rotate it"), "Rotate it.");
    }
}
