//! `=` and `:`, and the bare values behind them.

use std::ops::Range;

use super::Reader;
use crate::syntax::lexical::names::Token;
use crate::syntax::lexical::shape::{SERVICE_ACCOUNT, bare_end, is_name, is_screaming, is_value, is_word};

/// A run of characters without a blank is searched for values so many times.
const MAX_ATTEMPTS: usize = 8;

impl Reader<'_> {
    /// `=` or `:` and what they begin.
    pub(super) fn operator(&mut self, at: usize, range: &Range<usize>) -> usize {
        let bytes = self.text.as_bytes();
        let rest = &bytes[at..range.end];
        // `:name value` of Elixir, Ruby and Clojure.
        let symbol = rest[0] == b':' && rest.get(1).is_some_and(|byte| is_word(*byte));
        if symbol && (at == range.start || !is_word(bytes[at - 1]) && !matches!(bytes[at - 1], b'"' | b'\'')) {
            return at + 1;
        }
        let length = rest.iter().take_while(|byte| matches!(byte, b'=' | b':' | b'>' | b'~')).count();
        let operator = &rest[..length];
        if matches!(operator, b"==" | b"===" | b"::" | b"=~") {
            self.context.push(Token::Other);
            return at + length;
        }
        let length = if operator.starts_with(b"=>") || operator.starts_with(b":=") { 2 } else { 1 };
        self.context.push(Token::Assign { colon: rest[0] == b':' && length == 1 });
        let after = at + length;
        let blanks =
            self.text[after..range.end].len() - self.text[after..range.end].trim_start_matches([' ', '\t']).len();
        let value = after + blanks;
        // A run full of operators is looked at a few times, not once for each.
        if value >= self.attempts.0 {
            self.attempts = (value, 0);
        } else if self.attempts.1 > MAX_ATTEMPTS {
            return after;
        }
        let end = bare_end(self.text, value, range.end);
        self.attempts = (self.attempts.0.max(end), self.attempts.1 + 1);
        let Some(text) = self.text.get(value..end) else {
            return after;
        };
        let called = bytes.get(end).is_some_and(|byte| *byte == b'(');
        if self.tag.is_some() && blanks > 0 || called || !is_value(text) || text.contains("://") || self.is_code(text) {
            return after;
        }
        if let Some((before, _)) = text.split_once(':')
            && !text.contains(SERVICE_ACCOUNT)
            && (is_name(before) && before.len() > 2)
        {
            // `a: b:c` of a `type:name=value` kind: the inner pair is read on its own.
            if !matches!(self.last_name(), Some("user" | "auth" | "credentials")) {
                return after;
            }
        }
        self.definition = blanks == 0 && rest[0] == b'=' && self.defines();
        self.emit(value..end);
        self.definition = false;
        self.context.push(Token::Text(value..end));
        end
    }

    /// A bare word with the marks of code: a member, an index, a variable.
    fn is_code(&self, text: &str) -> bool {
        text.starts_with(['$', '@', '%', '.']) || text.contains("->") || text.contains("::") || text.contains("${")
    }

    fn last_name(&self) -> Option<&str> {
        let tokens = self.context.tokens();
        match tokens.len().checked_sub(2).and_then(|at| tokens.get(at)) {
            Some(Token::Word(range)) => Some(self.text[range.clone()].trim_start_matches('-')),
            _ => None,
        }
    }

    /// Whether the assignment that was just read defines an environment variable: `NAME=` at the start of a line or
    /// behind `export`, `ENV`, `-e`.
    pub(super) fn defines(&self) -> bool {
        let tokens = self.context.tokens();
        let words: Vec<&str> = tokens
            .iter()
            .rev()
            .skip(1)
            .take(2)
            .map_while(|token| match token {
                Token::Word(range) => Some(&self.text[range.clone()]),
                _ => None,
            })
            .collect();
        match (tokens.len(), words.as_slice()) {
            (_, [_, "export" | "ENV" | "-e" | "--env" | "env" | "set" | "-x" | "setx"]) => true,
            (2, [name]) => is_screaming(name),
            (_, [name, ..]) if is_screaming(name) => match tokens.front() {
                // `ENV A=1 B=2`, `- NAME=value` of a list.
                Some(Token::Word(first)) => &self.text[first.clone()] == "ENV",
                _ => tokens.len() == 3,
            },
            _ => false,
        }
    }
}
