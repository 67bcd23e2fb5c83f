//! Bare words: usernames that identify themselves, pairs, `Basic` and `Bearer`, URLs, values behind a blank.

use std::ops::Range;

use super::Reader;
use crate::syntax::lexical::names::Token;
use crate::syntax::lexical::shape::{self, SERVICE_ACCOUNT, bare_end, is_screaming, is_value, is_word};

impl Reader<'_> {
    pub(super) fn word(&mut self, start: usize, range: &Range<usize>) -> usize {
        let bytes = self.text.as_bytes();
        let mut end = start + 1;
        while end < range.end {
            let next = bytes[end + 1..range.end].first().copied().unwrap_or_default();
            let connects = match bytes[end] {
                b'.' => is_word(next),
                b'-' => is_word(next) || next == b'-' || next == b'>',
                b'>' => bytes[end - 1] == b'-' && is_word(next),
                b':' => next == b':' || (bytes[end - 1] == b':' && is_word(next)),
                other => is_word(other),
            };
            if !connects {
                break;
            }
            end += 1;
        }
        let word = &self.text[start..end];
        if bytes[end..range.end].starts_with(b"://") {
            return self.url(end + 3, range);
        }
        if is_scheme(word) && bytes.get(end).is_some_and(|byte| *byte == b' ') {
            if let Some(end) = self.scheme(start, end, range.end) {
                return end;
            }
        } else if is_account(word) && !self.is_key(end, range.end) || self.pair_follows(start, end, range.end) {
            let end = bare_end(self.text, start, range.end);
            self.emit(start..end);
            self.context.push(Token::Text(start..end));
            return end;
        }
        // `the project secret is 5d3c..`: the words before name it.
        if self.prose && shape::is_key_like(word) && self.context.phrase(self.text).is_some() {
            self.emit(start..end);
            self.context.push(Token::Text(start..end));
            return end;
        }
        if let Some(variable) = environment_member(word) {
            self.variable = Some(variable.into());
        }
        if let Some(Token::Word(before)) = self.context.last()
            && matches!(
                &self.text[before.clone()],
                "class" | "module" | "defmodule" | "namespace" | "object" | "struct"
            )
        {
            self.scope = shape::path(word).into_iter().next();
        }
        self.context.push(Token::Word(start..end));
        self.spaced(start, end, range)
    }

    /// Values that only a blank separates from their name: `ENV NAME value`, `#define NAME value`, `--flag value`.
    fn spaced(&mut self, start: usize, end: usize, range: &Range<usize>) -> usize {
        let rest = &self.text[end..range.end];
        let value = end + rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let word = &self.text[start..end];
        if value == end || self.is_key(end, range.end) {
            return end;
        }
        let tokens = self.context.tokens();
        let directive = match (tokens.len(), tokens.front()) {
            (2 | 3, Some(Token::Word(first))) => {
                matches!(&self.text[first.clone()], "ENV" | "setx" | "setenv" | "define" | "SET")
            }
            (3, Some(Token::Other)) => true,
            _ => false,
        };
        if !(word.starts_with('-') || directive && is_screaming(word)) {
            return end;
        }
        let stop = bare_end(self.text, value, range.end);
        if is_value(&self.text[value..stop]) && !self.text[value..stop].contains("://") {
            self.definition = directive && !self.text[self.line.clone()].trim_start().starts_with('#');
            self.emit(value..stop);
            self.definition = false;
            self.context.push(Token::Text(value..stop));
            return stop;
        }
        end
    }

    /// A pair behind `-u` or `--user`, with or without a blank.
    fn pair_follows(&self, start: usize, end: usize, line_end: usize) -> bool {
        let Some(Token::Word(before)) = self.context.last() else {
            return false;
        };
        matches!(&self.text[before.clone()], "-u" | "--user" | "--auth" | "-a")
            && self.text.as_bytes().get(end) == Some(&b':')
            && is_value(&self.text[start..bare_end(self.text, start, line_end)])
    }

    /// `Basic <blob>`, `Bearer <token>`, `Bearer Basic <blob>`: the value with the word in front.
    fn scheme(&mut self, start: usize, first_end: usize, line_end: usize) -> Option<usize> {
        let mut from = first_end + 1;
        let mut end = bare_end(self.text, from, line_end);
        if is_scheme(&self.text[from..end]) {
            from = end + 1;
            if from >= line_end || !self.text.is_char_boundary(from) {
                return None;
            }
            end = bare_end(self.text, from, line_end);
        }
        if !is_value(self.text.get(from..end)?) {
            return None;
        }
        self.emit(start..end);
        self.context.push(Token::Text(start..end));
        Some(end)
    }

    /// A URL whose authority starts at `start`: the user information in it is a value.
    fn url(&mut self, start: usize, range: &Range<usize>) -> usize {
        let limit = range.end.min(start + 300);
        let stop =
            |byte: &u8| matches!(byte, b'/' | b'?' | b'#' | b' ' | b'\t' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\');
        let bytes = self.text.as_bytes();
        let end = bytes[start..limit].iter().position(stop).map_or(limit, |length| start + length);
        let authority = self.text.get(start..end).unwrap_or_default();
        if let Some((user, host)) = authority.rsplit_once('@') {
            self.host = Some(host.into());
            if is_value(user) {
                let names = vec!["userinfo".into(), host.into()];
                self.emit_as(start..start + user.len(), names, self.role);
            }
        } else if !authority.is_empty() {
            self.host = Some(authority.into());
        }
        self.context.push(Token::Other);
        if authority.is_empty() { start } else { end }
    }
}

/// Whether a word has a name in front of what the usernames of service accounts end in.
fn is_account(word: &str) -> bool {
    word.find(SERVICE_ACCOUNT).is_some_and(|at| at > 0)
}

fn is_scheme(word: &str) -> bool {
    ["basic", "bearer"].iter().any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// `process.env.NAME`, `ENV.NAME`.
fn environment_member(word: &str) -> Option<&str> {
    let (object, name) = word.rsplit_once('.')?;
    (object.ends_with("env") && is_screaming(name)).then_some(name)
}
