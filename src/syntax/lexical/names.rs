//! What stands to the left of a value, and around it.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::shape::{is_name, is_screaming, path};

/// One token of a line. Ranges are bytes of the text.
#[derive(Clone, Debug)]
pub(super) enum Token {
    /// A word, with the dots and arrows inside it.
    Word(Range<usize>),
    /// The content of a string.
    Text(Range<usize>),
    /// `=`, `:`, `=>`, `:=`: what is left of it names what is right of it.
    Assign { colon: bool },
    /// `,`
    Comma,
    /// An opening bracket.
    Open,
    /// A closing bracket; the names of what it closed.
    Close(Vec<Arc<str>>),
    /// Anything else.
    Other,
}

/// An open bracket.
struct Frame {
    names: Vec<Arc<str>>,
    /// The last string in it that was a name: `define('NAME', ...)`.
    name: Option<Arc<str>>,
}

const MAX_TOKENS: usize = 24;
const MAX_FRAMES: usize = 64;
const MAX_NAMES: usize = 12;

/// Words that name nothing.
const KEYWORDS: &[&str] = &[
    "return", "in", "is", "and", "or", "not", "if", "else", "elif", "then", "do", "when", "case", "echo", "print",
    "puts", "new", "await", "yield", "throw", "raise", "export", "ENV", "RUN", "ARG", "the", "a", "an", "with", "to",
    "as", "by", "be", "from", "var", "let", "const", "val", "string", "String",
];

/// The tokens of the line so far and the brackets around it.
#[derive(Default)]
pub(super) struct Context {
    tokens: VecDeque<Token>,
    frames: Vec<Frame>,
    /// Brackets deeper than the bound.
    uncounted: usize,
}

impl Context {
    pub(super) fn new_line(&mut self) {
        self.tokens.clear();
    }

    pub(super) fn forget_brackets(&mut self) {
        self.frames.clear();
        self.uncounted = 0;
    }

    pub(super) fn push(&mut self, token: Token) {
        if self.tokens.len() == MAX_TOKENS {
            self.tokens.pop_front();
        }
        self.tokens.push_back(token);
    }

    pub(super) fn last(&self) -> Option<&Token> {
        self.tokens.back()
    }

    pub(super) fn pop(&mut self) {
        self.tokens.pop_back();
    }

    /// The tokens of the line, as far as they are kept.
    pub(super) fn tokens(&self) -> &VecDeque<Token> {
        &self.tokens
    }

    pub(super) fn open(&mut self, text: &str) {
        if self.frames.len() < MAX_FRAMES {
            let mut names = self.left(text, self.tokens.len(), false);
            names.truncate(4);
            self.frames.push(Frame { names, name: None });
        } else {
            self.uncounted += 1;
        }
        self.push(Token::Open);
    }

    pub(super) fn close(&mut self) {
        if self.uncounted > 0 {
            self.uncounted -= 1;
            return self.push(Token::Other);
        }
        let names = self.frames.pop().map(|frame| frame.names).unwrap_or_default();
        self.push(Token::Close(names));
    }

    /// Notes a string that is a name for what follows it in the same brackets.
    pub(super) fn note_name(&mut self, name: &str) {
        if let Some(frame) = self.frames.last_mut() {
            frame.name = Some(name.into());
        }
    }

    /// The names of the call or block that is innermost.
    pub(super) fn innermost(&self) -> &[Arc<str>] {
        self.frames.last().map(|frame| frame.names.as_slice()).unwrap_or_default()
    }

    /// The names of a value that follows the tokens so far, innermost first.
    pub(super) fn names(&self, text: &str, in_tag: bool) -> Vec<Arc<str>> {
        let mut names = self.left(text, self.tokens.len(), in_tag);
        for (at, frame) in self.frames.iter().rev().enumerate() {
            let beside = frame.name.iter().filter(|_| at == 0 && !self.is_assigned());
            for name in beside.chain(&frame.names) {
                if names.len() < MAX_NAMES && !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        names
    }

    /// Whether the last token gives what follows a name.
    pub(super) fn is_assigned(&self) -> bool {
        matches!(self.last(), Some(Token::Assign { .. }))
    }

    /// The names that the tokens before number `end` give to what follows them.
    fn left(&self, text: &str, end: usize, in_tag: bool) -> Vec<Arc<str>> {
        let slice = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        let token = |back: usize| end.checked_sub(back).and_then(|at| self.tokens.get(at));
        match token(1) {
            Some(Token::Assign { .. }) => self.assigned(text, end - 1, in_tag),
            Some(Token::Word(range)) => {
                let word = slice(range);
                // `x = call(`: both name what is inside.
                let before = matches!(token(2), Some(Token::Assign { .. }));
                let outer = if before { self.assigned(text, end - 2, in_tag) } else { Vec::new() };
                match (word, KEYWORDS.contains(&word)) {
                    ("-u", _) => vec!["user".into()],
                    (_, true) => outer,
                    _ => path(word).into_iter().chain(outer).collect(),
                }
            }
            // `resource "x" "y" {`
            Some(Token::Text(range)) if is_name(slice(range)) => path(slice(range)),
            // `func setUp() {`
            Some(Token::Close(names)) => names.clone(),
            // `resValue "string", "mixpanel_token", "..."`: a command without brackets.
            Some(Token::Comma) => match (token(2), token(3)) {
                (Some(Token::Text(range)), Some(Token::Comma | Token::Word(_))) if is_name(slice(range)) => {
                    path(slice(range))
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The names left of the assignment that is token number `at`.
    fn assigned(&self, text: &str, at: usize, in_tag: bool) -> Vec<Arc<str>> {
        let slice = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        let token = |back: usize| at.checked_sub(back).and_then(|at| self.tokens.get(at));
        let equals = matches!(self.tokens.get(at), Some(Token::Assign { colon: false }));
        // `const NAME: &'static str =`, `let name: [String] =`, `name: str =`: the name stands before the type.
        let constant = |token: Option<&Token>| match token {
            Some(Token::Word(range)) => slice(range).contains('_') && is_screaming(slice(range)),
            _ => false,
        };
        if equals && !in_tag && !constant(token(1)) {
            for back in 1..8.min(at) {
                match (token(back), token(back + 1)) {
                    (Some(Token::Assign { colon: true }), Some(Token::Word(range))) => {
                        return path(slice(range));
                    }
                    (Some(Token::Comma | Token::Assign { .. }) | None, _) => break,
                    _ => {}
                }
            }
        }
        match token(1) {
            Some(Token::Word(range)) => {
                let word = slice(range);
                // Go: `var token string = "..."`
                if let (true, Some(Token::Word(name)), Some(Token::Word(_))) = (word == "string", token(2), token(3)) {
                    return path(slice(name));
                }
                path(word)
            }
            Some(Token::Text(range)) => path(slice(range)),
            // `config["secret"] =`
            Some(Token::Close(names)) => match token(2) {
                Some(Token::Text(range) | Token::Word(range)) => {
                    path(slice(range)).into_iter().chain(names.iter().cloned()).collect()
                }
                _ => names.clone(),
            },
            _ => Vec::new(),
        }
    }

    /// The words just before, joined: prose says `the project secret is`.
    pub(super) fn phrase(&self, text: &str) -> Option<Arc<str>> {
        const FILLERS: &[&str] = &[
            "is", "the", "a", "an", "was", "are", "our", "my", "to", "this", "set", "use", "with", "and", "its", "for",
            "of",
        ];
        let mut words = Vec::new();
        for token in self.tokens.iter().rev() {
            match token {
                Token::Word(range) => {
                    let word = text.get(range.clone()).unwrap_or_default();
                    if !FILLERS.iter().any(|filler| filler.eq_ignore_ascii_case(word)) {
                        words.push(word.trim_matches('-'));
                    }
                }
                Token::Assign { .. } | Token::Other | Token::Open if words.is_empty() => {}
                // Two backticks of reStructuredText.
                Token::Text(range) if range.is_empty() && words.is_empty() => {}
                _ => break,
            }
            if words.len() == 5 {
                break;
            }
        }
        words.retain(|word| !word.is_empty() && is_name(word));
        words.reverse();
        (!words.is_empty()).then(|| words.join("_").into())
    }
}
