//! Parsing with a linked grammar, with a bound on the work that a hostile file can cause.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;

use tree_sitter::{Language, Node, ParseOptions, ParseState, Parser, Tree};

use crate::source::Span;

/// How many levels of a syntax tree are walked; what lies deeper is read lexically.
pub const MAX_DEPTH: usize = 200;

/// Steps between two calls of the progress callback are about a hundred, so this allows some ten steps a byte: several
/// times what the worst honest file takes, and a bound where error recovery would search for minutes.
const CALLS_PER_BYTE: f64 = 0.1;
const CALLS_AT_LEAST: usize = 1_000;

/// How much of the text the scanner is handed at a time.
const CHUNK: usize = 4 * 1024;

/// A scanner that looks ahead to the end of the text at each token would read it as often as it has tokens. An honest
/// file is read a few times over.
const READ_PER_BYTE: usize = 50;
const READ_AT_LEAST: usize = 4 * 1024 * 1024;

thread_local! {
    /// A parser keeps what it allocated for the next text.
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

/// The tree of a text with more tokens would take more memory than a run may: up to a few hundred bytes each. The
/// longest files that people write by hand have not half as many.
const MOST_TOKENS: usize = 1_250_000;

/// Parses `text`; `None` where the grammar can't be used or gives up, or the tree would be too large.
pub fn parse(language: &Language, text: &[u8]) -> Option<Tree> {
    if has_more_tokens(text, MOST_TOKENS) {
        return None;
    }
    PARSER.with_borrow_mut(|parser| {
        parser.reset();
        parser.set_language(language).ok()?;
        parse_with(parser, text)
    })
}

/// Parses `text`, or those ranges of it that a parser is set to, with its language.
pub fn parse_with(parser: &mut Parser, text: &[u8]) -> Option<Tree> {
    let allowed = CALLS_AT_LEAST + (text.len() as f64 * CALLS_PER_BYTE) as usize;
    let mut calls = 0;
    let mut left = READ_AT_LEAST.saturating_add(text.len().saturating_mul(READ_PER_BYTE));
    let exhausted = Cell::new(false);
    let mut progress = |_: &ParseState| {
        calls += 1;
        if calls > allowed || exhausted.get() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut read = |at: usize, _| {
        let rest = text.get(at..).unwrap_or_default();
        // Within a few steps the callback above ends what is told here that nothing more follows.
        let chunk = if left == 0 { &[][..] } else { &rest[..rest.len().min(CHUNK)] };
        left = left.saturating_sub(chunk.len());
        exhausted.set(left == 0);
        chunk
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let tree = parser.parse_with_options(&mut read, None, Some(options))?;
    (!exhausted.get()).then_some(tree)
}

/// Whether a text has more than so many words and marks.
fn has_more_tokens(text: &[u8], most: usize) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
    let begins = |(at, byte): (usize, &u8)| match is_word(*byte) {
        true => at == 0 || !is_word(text[at - 1]),
        false => !byte.is_ascii_whitespace(),
    };
    text.len() > most && text.iter().enumerate().filter(|(at, byte)| begins((*at, byte))).nth(most).is_some()
}

/// The span of a node.
pub fn span(node: Node<'_>) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

/// What stands between the delimiters of a node. Where a file is broken, the grammar makes up those it misses: what the
/// text doesn't hold is not taken off.
pub fn inside(text: &str, whole: Span, open: &str, close: &str) -> Span {
    let raw = text.get(whole.range()).unwrap_or_default();
    let rest = raw.strip_prefix(open).unwrap_or(raw);
    let start = whole.start as usize + raw.len() - rest.len();
    Span::new(start, start + rest.strip_suffix(close).unwrap_or(rest).len())
}

/// Whether an error node is worth a lexical reading: a lone comma or bracket is not.
pub fn is_worth_reading(text: &str, span: Span) -> bool {
    text.get(span.range()).is_some_and(|text| text.bytes().filter(u8::is_ascii_alphanumeric).count() >= 8)
}

#[cfg(test)]
mod tests {
    use super::has_more_tokens;

    #[test]
    fn tokens_are_words_and_marks() {
        let text = b"f(a_1, \"b c\");\n\n";
        let count = (0..).find(|most| !has_more_tokens(text, *most));
        assert_eq!(count, Some(10));
        assert!(!has_more_tokens("über".as_bytes(), 1) && !has_more_tokens(b"", 0));
    }
}
