//! The pass over the text.

mod markup;
mod operator;
mod word;

use std::ops::Range;
use std::sync::Arc;

use super::heading;
use super::names::{Context, Token};
use super::shape::{self, is_name, is_value, is_word};
use crate::source::Span;
use crate::syntax::facts::{Literal, LiteralRole};

/// Strings are read for what stands inside them, and strings inside those.
const MAX_INSIDE: usize = 2;
const MAX_BLOCKS: usize = 32;

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
    /// Whether words name what follows them: a comment, documentation.
    prose: bool,
    /// Inside a sample of a Markdown text, where `#` begins no heading.
    fenced: bool,
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
    pub(super) fn new(text: &'a str, role: LiteralRole, prose: bool) -> Self {
        Self {
            text,
            role,
            prose,
            fenced: false,
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
            if self.prose {
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
        self.fenced ^= trimmed.starts_with("```") || trimmed.starts_with("~~~");
        if self.prose
            && !self.fenced
            && let Some(name) = heading(trimmed)
        {
            self.section = vec![name];
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
                // R assigns with an arrow.
                b'<' if self.tag.is_none() && self.text[at..range.end].starts_with("<- ") => {
                    self.context.push(Token::Assign { colon: false });
                    at + 2
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
        let mut inner = Reader::new(self.text, self.role, self.prose);
        std::mem::swap(&mut inner.outer, &mut names);
        inner.line = range.clone();
        inner.scan(range.clone(), inside);
        let whole = Span::new(range.start, range.end);
        self.literals.extend(inner.literals.into_iter().filter(|literal| literal.span != whole));
    }

    /// The names of a value that comes next.
    fn names(&self) -> Vec<Arc<str>> {
        let mut names = self.context.names(self.text, self.tag.is_some());
        if self.prose
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
        let around = blocks.chain(&self.section).chain(&self.scope);
        // What a URL holds is for its host, whatever the section is about: a badge, a link.
        let around = around.filter(|_| !self.host.as_deref().is_some_and(shape::is_host));
        for name in self.outer.iter().chain(&self.host).chain(around) {
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

/// Where a string closes that starts at `from`.
fn close(bytes: &[u8], from: usize, end: usize, quote: u8, escaped: bool) -> Option<usize> {
    let mut at = from;
    while at < end {
        match bytes[at] {
            b'\\' if escaped && at + 1 < end && bytes[at + 1] == quote => return Some(at),
            b'\\' => at += 1,
            byte if byte == quote => return (!escaped).then_some(at),
            _ => {}
        }
        at += 1;
    }
    None
}
