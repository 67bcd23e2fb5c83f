//! The pass over the text.

use std::ops::Range;
use std::sync::Arc;

use super::names::{Context, Token};
use super::shape::{self, SERVICE_ACCOUNT, bare_end, is_name, is_screaming, is_value, is_word};
use crate::source::Span;
use crate::syntax::facts::{Literal, LiteralRole};

/// Strings are read for what stands inside them, and strings inside those.
const MAX_INSIDE: usize = 2;
const MAX_BLOCKS: usize = 32;
const MAX_ATTEMPTS: usize = 8;

/// Calls whose argument is the name of an environment variable.
const ENVIRONMENT: &[&str] = &[
    "getenv",
    "Getenv",
    "GetEnvironmentVariable",
    "env",
    "ENV",
    "environ",
    "get_env",
    "fetch_env",
    "LookupEnv",
    "var",
    "GetEnv",
    "getEnv",
    "get_environ",
    "config_env",
    "Environment",
    "environment",
    "option_env",
];

/// Reads lines one after another and keeps what spans them: brackets, tags, sections.
pub(super) struct Reader<'a> {
    text: &'a str,
    role: LiteralRole,
    pub(super) literals: Vec<Literal>,
    context: Context,
    /// `[section]`, or a heading of prose.
    section: Vec<Arc<str>>,
    /// The last class or module.
    scope: Option<Arc<str>>,
    /// `name:` lines with their indentation.
    blocks: Vec<(usize, Arc<str>)>,
    /// The last `<key>` of a property list.
    key: Option<Arc<str>>,
    tag: Option<Tag>,
    elements: Vec<Arc<str>>,
    /// The environment variable that the line reads.
    variable: Option<Arc<str>>,
    /// The host of the URL that is being read.
    host: Option<Arc<str>>,
    /// Names around the text that is read, for the inside of a string.
    outer: Vec<Arc<str>>,
    /// Quotes that aren't closed on this line: `"`, `'`, `` ` ``.
    unclosed: [bool; 4],
    line: Range<usize>,
    definition: bool,
    /// Where the last bare run ends that was no value, and how many values were sought in it.
    attempts: (usize, usize),
}

/// A tag whose `>` is still to come.
struct Tag {
    element: Arc<str>,
    name: Option<Arc<str>>,
    /// The literal that is its `value`, as long as its name isn't known.
    value: Option<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, role: LiteralRole) -> Self {
        Self {
            text,
            role,
            literals: Vec::new(),
            context: Context::default(),
            section: Vec::new(),
            scope: None,
            blocks: Vec::new(),
            key: None,
            tag: None,
            elements: Vec::new(),
            variable: None,
            host: None,
            outer: Vec::new(),
            unclosed: [false; 4],
            line: 0..0,
            definition: false,
            attempts: (0, 0),
        }
    }

    pub(super) fn line(&mut self, span: Span) {
        self.line = span.range();
        self.context.new_line();
        self.variable = None;
        self.host = None;
        self.unclosed = [false; 4];
        self.definition = false;
        self.around();
        self.scan(span.range(), 0);
    }

    /// What a line says about those after it.
    fn around(&mut self) {
        let line = &self.text[self.line.clone()];
        let trimmed = line.trim();
        if trimmed.is_empty() {
            // Prose has brackets that never close.
            if self.role == LiteralRole::Comment {
                self.context.forget_brackets();
            }
            return;
        }
        if trimmed.len() > 200 {
            return;
        }
        if let Some(inside) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
            && is_name(inside.trim_matches(['[', ']']))
        {
            self.section = shape::path(inside.trim_matches(['[', ']']));
        }
        if self.role == LiteralRole::Comment && trimmed.starts_with('#') {
            let words = trimmed.trim_start_matches('#').split_whitespace().take(6).collect::<Vec<_>>();
            self.section = vec![words.join("_").into()];
        }
        let indent = line.len() - line.trim_start().len();
        while self.blocks.last().is_some_and(|(outer, _)| *outer >= indent) {
            self.blocks.pop();
        }
        if let Some(name) = trimmed.trim_start_matches("- ").strip_suffix(':')
            && self.blocks.len() < MAX_BLOCKS
            && !name.contains(' ')
            && is_name(name.trim_matches(['"', '\'']))
        {
            self.blocks.push((indent, name.trim_matches(['"', '\'']).into()));
        }
    }

    fn scan(&mut self, range: Range<usize>, inside: usize) {
        let bytes = self.text.as_bytes();
        let mut at = range.start;
        while at < range.end {
            let byte = bytes[at];
            let next = bytes[at + 1..range.end].first().copied().unwrap_or_default();
            at = match byte {
                b' ' | b'\t' => {
                    self.host = None;
                    at + 1
                }
                b'\\' if matches!(next, b'"' | b'\'') => self.string(at, at + 2, &range, inside),
                b'"' | b'\'' | b'`' => self.string(at, at + 1, &range, inside),
                b'(' | b'[' | b'{' => {
                    self.context.open(self.text);
                    at + 1
                }
                b')' | b']' | b'}' => {
                    self.context.close();
                    at + 1
                }
                b',' => {
                    self.context.push(Token::Comma);
                    at + 1
                }
                b';' => {
                    self.tag = None;
                    self.context.push(Token::Other);
                    at + 1
                }
                b'<' => self.less(at, &range),
                b'>' if self.tag.is_some() => self.greater(at, &range),
                b'=' | b':' => self.operator(at, &range),
                _ if is_word(byte) || (matches!(byte, b'-' | b'.') && (is_word(next) || next == b'-')) => {
                    self.word(at, &range)
                }
                _ => {
                    self.context.push(Token::Other);
                    at + 1
                }
            };
        }
    }

    /// A quote at `open`; the content would start at `start`. Gives where to go on.
    fn string(&mut self, open: usize, start: usize, range: &Range<usize>, inside: usize) -> usize {
        let bytes = self.text.as_bytes();
        self.host = None;
        let quote = bytes[start - 1];
        let escaped = start - open == 2;
        let slot = match quote {
            _ if escaped => 3,
            b'"' => 0,
            b'\'' => 1,
            _ => 2,
        };
        let prefix = open > range.start && is_word(bytes[open - 1]);
        // `@"..."`, `b"..."`, `f'...'`; but in `don't` the quote is none.
        let prefixed =
            prefix && matches!(self.context.last(), Some(Token::Word(word)) if word.len() <= 2 && word.end == open);
        if prefix && quote == b'\'' && !prefixed || self.unclosed[slot] {
            return start;
        }
        let Some(end) = close(bytes, start, range.end, quote, escaped) else {
            self.unclosed[slot] = true;
            self.context.push(Token::Other);
            return start;
        };
        if prefixed {
            self.context.pop();
        }
        let after = end + (start - open);
        let content = &self.text[start..end];
        let is_key = self.tag.is_none() && self.is_key(after, range.end);
        if is_value(content) && !is_key {
            self.definition = self.text[..open].ends_with('=') && self.context.is_assigned() && self.defines();
            self.emit(unquoted(self.text, start..end));
            self.definition = false;
        } else if is_name(content) {
            self.note(content);
        }
        if inside < MAX_INSIDE && content.bytes().any(|byte| matches!(byte, b' ' | b':' | b'=')) && content.len() >= 12
        {
            self.inside(start..end, inside + 1);
        }
        self.context.push(Token::Text(start..end));
        after
    }

    /// Whether what ends at `at` is the key of what follows.
    fn is_key(&self, at: usize, end: usize) -> bool {
        let mut rest = &self.text.as_bytes()[at..end.min(at + 32)];
        while let [b' ' | b'\t' | b']', after @ ..] = rest {
            rest = after;
        }
        let assigned = rest.starts_with(b"=>") || rest.starts_with(b"=") && !rest.starts_with(b"==");
        assigned || rest.starts_with(b":") && !rest.starts_with(b"::")
    }

    /// What a string that is a name says about what follows it.
    fn note(&mut self, name: &str) {
        if let Some(tag) = &mut self.tag {
            let attribute = self.context.names(self.text, true);
            let attribute = attribute.first().map(|name| name.as_ref()).unwrap_or_default();
            if matches!(attribute, "name" | "key" | "id" | "property" | "itemprop" | "http-equiv") {
                tag.name = Some(name.into());
                if let Some(literal) = tag.value.take().and_then(|at| self.literals.get_mut(at)) {
                    literal.names.insert(0, name.into());
                }
            }
            return;
        }
        let around = self.context.innermost();
        if around.iter().any(|callee| ENVIRONMENT.contains(&callee.as_ref())) {
            self.variable = Some(name.into());
        }
        self.context.note_name(name);
    }

    /// Reads the inside of a string as a text of its own, for the pairs, headers and URLs in it.
    fn inside(&mut self, range: Range<usize>, inside: usize) {
        let mut names = self.names();
        let mut inner = Reader::new(self.text, self.role);
        std::mem::swap(&mut inner.outer, &mut names);
        inner.line = range.clone();
        inner.scan(range.clone(), inside);
        let whole = Span::new(range.start, range.end);
        self.literals.extend(inner.literals.into_iter().filter(|literal| literal.span != whole));
    }

    fn word(&mut self, start: usize, range: &Range<usize>) -> usize {
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
        if !word.starts_with('-') && !(directive && is_screaming(word)) {
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
        let end = bytes[start..limit].iter().position(|byte| stop(byte)).map_or(limit, |length| start + length);
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

    /// `=` or `:` and what they begin.
    fn operator(&mut self, at: usize, range: &Range<usize>) -> usize {
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
    fn defines(&self) -> bool {
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

    /// `<`: a tag, or just less than.
    fn less(&mut self, at: usize, range: &Range<usize>) -> usize {
        let bytes = self.text.as_bytes();
        let rest = &self.text[at..range.end];
        self.host = None;
        if rest.starts_with("</") {
            self.elements.pop();
            self.tag = None;
            return rest.bytes().take(100).position(|byte| byte == b'>').map_or(at + 2, |length| at + length + 1);
        }
        let follows = rest[1..].bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
        if !follows || at > range.start && is_word(bytes[at - 1]) {
            self.context.push(Token::Other);
            return at + 1;
        }
        let length = rest[1..].bytes().take(80).take_while(|b| is_word(*b) || matches!(b, b'-' | b':' | b'.')).count();
        let Some(element) = rest.get(1..1 + length) else {
            return at + 1;
        };
        self.tag = Some(Tag { element: element.into(), name: None, value: None });
        self.context.push(Token::Other);
        at + 1 + length
    }

    /// The end of a tag, and the text of its element where that closes on the line.
    fn greater(&mut self, at: usize, range: &Range<usize>) -> usize {
        let Some(tag) = self.tag.take() else {
            return at + 1;
        };
        self.context.push(Token::Other);
        if self.text.as_bytes()[at - 1] == b'/' {
            return at + 1;
        }
        let (mut start, limit) = (at + 1, range.end.min(at + 1 + shape::LONGEST));
        if self.text[start..range.end].starts_with("<![CDATA[") {
            start += "<![CDATA[".len();
        }
        let length = self.text.as_bytes()[start..limit.max(start)].iter().position(|byte| matches!(byte, b'<' | b']'));
        if let Some(raw) = length.and_then(|length| self.text.get(start..start + length)) {
            let trimmed = raw.trim();
            if tag.element.as_ref() == "key" {
                self.key = is_name(trimmed).then(|| trimmed.into());
            } else if is_value(trimmed) && !trimmed.contains(' ') {
                let from = start + raw.len() - raw.trim_start().len();
                let names = tag.name.into_iter().chain(self.key.take()).chain([tag.element.clone()]);
                let names = names.chain(self.elements.iter().rev().cloned()).collect();
                self.emit_as(from..from + trimmed.len(), names, self.role);
                self.elements_push(tag.element);
                return start + raw.len();
            }
        }
        self.elements_push(tag.element);
        start
    }

    fn elements_push(&mut self, element: Arc<str>) {
        if self.elements.len() < MAX_BLOCKS {
            self.elements.push(element);
        }
    }

    /// The names of a value that comes next.
    fn names(&self) -> Vec<Arc<str>> {
        let mut names = self.context.names(self.text, self.tag.is_some());
        if self.role == LiteralRole::Comment
            && self.tag.is_none()
            && let Some(phrase) = self.context.phrase(self.text)
            && !names.contains(&phrase)
        {
            names.push(phrase);
        }
        names
    }

    fn emit(&mut self, range: Range<usize>) {
        let mut names = self.names();
        let mut role = self.role;
        if role != LiteralRole::Comment {
            if self.definition {
                role = LiteralRole::EnvDefinition;
            } else if let Some(variable) = self.variable.clone().filter(|_| !self.context.is_assigned()) {
                names.retain(|name| *name != variable);
                names.insert(0, variable);
                role = LiteralRole::EnvDefault;
            }
        }
        if let Some(tag) = &mut self.tag {
            let attribute = names.first().map(|name| name.as_ref()).unwrap_or_default();
            if matches!(attribute, "value" | "content" | "default" | "defaultValue") {
                match &tag.name {
                    Some(name) => names.insert(0, name.clone()),
                    None => tag.value = Some(self.literals.len()),
                }
            }
            if tag.element.as_ref() == "env" && role != LiteralRole::Comment {
                role = LiteralRole::EnvDefinition;
            }
            names.push(tag.element.clone());
        }
        self.emit_as(range, names, role);
    }

    fn emit_as(&mut self, range: Range<usize>, mut names: Vec<Arc<str>>, role: LiteralRole) {
        let blocks = self.blocks.iter().rev().map(|(_, name)| name);
        let around = self.outer.iter().chain(&self.host).chain(blocks).chain(&self.section).chain(&self.scope);
        for name in around {
            if !names.contains(name) && names.len() < 16 {
                names.push(name.clone());
            }
        }
        let span = Span::new(range.start, range.end);
        self.literals.push(Literal { text: self.text[range].into(), span, names, role });
    }
}

/// A string in a string, as Gradle and bundlers have it: `"\"x\""`, `'"x"'`.
fn unquoted(text: &str, range: Range<usize>) -> Range<usize> {
    let content = &text[range.clone()];
    for quote in ["\\\"", "\\'", "\"", "'"] {
        let inside = content.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if inside.is_some_and(|inside| !inside.contains(quote) && inside.len() >= shape::SHORTEST) {
            return range.start + quote.len()..range.end - quote.len();
        }
    }
    range
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

/// Where a string closes that starts at `from`.
fn close(bytes: &[u8], from: usize, end: usize, quote: u8, escaped: bool) -> Option<usize> {
    let mut at = from;
    while at < end {
        match bytes[at] {
            b'\\' if escaped && bytes.get(at + 1) == Some(&quote) => return Some(at),
            b'\\' => at += 1,
            byte if byte == quote => return (!escaped).then_some(at),
            _ => {}
        }
        at += 1;
    }
    None
}
