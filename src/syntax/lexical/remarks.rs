//! Comments of languages without a grammar, by the marks that languages open them with.

use super::lines;
use crate::source::Span;
use crate::syntax::facts::Comment;

/// What opens a comment at the start of a line.
const AT_START: &[&str] = &[
    "//", "/*", "<!--", "<%#", "{-", "(*", "@*", "--", "::", "..", "#", ";", "%", "'", "\"", "!", "*", "REM ", "Rem ",
    "rem ", "dnl ",
];

/// What opens one behind code too.
const BEHIND: &[&str] = &["//", "/*", "<!--", "<%#", "{-", "(*", "@*", "--", "#", ";", "%"];

/// More than these no file has that people write.
const MAX_COMMENTS: usize = 20_000;

/// The comments of a text whose language nobody told, line by line, without what opens them. What stands in quotes is
/// none.
pub fn remarks(text: &str) -> Vec<Comment> {
    let found = lines(text, Span::new(0, text.len())).filter_map(|line| {
        let raw = &text[line.range()];
        let at = opened(raw)?;
        let body = raw[at..].trim();
        let start = line.start as usize + at + (raw[at..].len() - raw[at..].trim_start().len());
        (!body.is_empty()).then(|| Comment { text: body.to_owned(), span: Span::new(start, start + body.len()) })
    });
    found.take(MAX_COMMENTS).collect()
}

/// Where a line's comment starts, behind what opens it.
fn opened(line: &str) -> Option<usize> {
    let lead = line.len() - line.trim_start().len();
    if let Some(open) = AT_START.iter().find(|open| line[lead..].starts_with(**open)) {
        return Some(lead + open.len());
    }
    let mut quote = None;
    let mut blank = false;
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if open == c => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if blank => {
                if let Some(open) = BEHIND.iter().find(|open| line[at..].starts_with(**open)) {
                    return Some(at + open.len());
                }
            }
            None => {}
        }
        blank = c.is_whitespace();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_many_languages() {
        let text = "-- a\n  REM b \nx = '-- no' -- c\nlet s = \"# no\"\n(* d *)\ne;f#g\n#\n";
        let found: Vec<String> = remarks(text).into_iter().map(|one| text[one.span.range()].to_owned()).collect();
        assert_eq!(found, ["a", "b", "c", "d *)"]);
    }
}
