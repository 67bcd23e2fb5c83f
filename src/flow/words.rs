//! Commands that a program runs: a text is split into words as a shell does, a list of words is taken as it is.

use std::sync::Arc;

use super::Run;
use super::call::{Arguments, Passed};
use super::value::{Core, How, Trail, Value};
use crate::source::{Place, Span};

/// How many programs that run another stand in front of a command at most.
const DEEPEST: usize = 8;
/// More commands than this has no line that people write.
const MOST: usize = 20;

impl Run<'_> {
    /// Runs what a function is told to run. Gives whether one of the programs is known.
    pub(super) fn run_words(&mut self, unit: usize, given: &[(Value, Place)], open: bool, place: &Place) -> bool {
        let (mut words, mut open) = (Vec::new(), open);
        for (value, place) in given {
            match &value.core {
                Core::Object(id) if self.heap.object(*id).list => {
                    let object = self.heap.object(*id);
                    open |= object.open;
                    let word = |slot: &super::heap::Slot| Passed {
                        name: None,
                        value: slot.value.clone(),
                        place: slot.place.clone(),
                    };
                    words.extend(object.entries.iter().map(word));
                }
                // Options and the environment.
                Core::Object(_) | Core::Function(_) => {}
                _ => words.push(Passed { name: None, value: value.clone(), place: place.clone() }),
            }
        }
        let commands = match words.first() {
            Some(first) if has_blank(&first.value) => split(&first.value, &first.place),
            _ => vec![words],
        };
        let mut known = false;
        for command in commands.into_iter().take(MOST) {
            known |= self.run_program(unit, command, open, place, 0);
        }
        known
    }

    fn run_program(&mut self, unit: usize, mut words: Vec<Passed>, open: bool, place: &Place, depth: usize) -> bool {
        let index = self.index;
        let start = words.iter().position(|word| !is_definition(&word.value));
        let Some(start) = start else { return false };
        words.drain(..start);
        let name = words.remove(0);
        let Some(name) = name.value.text() else { return false };
        let name = program(&name);
        let runs = index.catalog.functions.program(name).and_then(|row| row.runs.as_deref());
        match runs.filter(|_| depth < DEEPEST) {
            Some("first") => return self.run_program(unit, words, open, place, depth + 1),
            Some("--") => {
                let at = words.iter().position(|word| word.value.text().as_deref() == Some("--"));
                words.drain(..at.map_or(words.len(), |at| at + 1));
                return self.run_program(unit, words, open, place, depth + 1);
            }
            Some("-c") => {
                let option = |text: Arc<str>| text.starts_with('-') && text.ends_with('c');
                let at = words.iter().position(|word| word.value.text().is_some_and(option));
                let Some(script) = at.and_then(|at| words.get(at + 1)) else { return false };
                let mut known = false;
                for command in split(&script.value, &script.place).into_iter().take(MOST) {
                    known |= self.run_program(unit, command, open, place, depth + 1);
                }
                return known;
            }
            _ => {}
        }
        let Some(command) = index.command(name) else { return false };
        let place = words.first().filter(|_| depth > 0).map_or(place, |word| &word.place).clone();
        self.run_command(unit, command, &Arguments { list: words, open }, &place);
        true
    }
}

/// The last segment of a program's path.
fn program(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// `NAME=value` in front of a program.
fn is_definition(value: &Value) -> bool {
    let first = match &value.core {
        Core::Concat(parts) => parts.first().and_then(Value::text),
        _ => value.text(),
    };
    let name = first.as_deref().and_then(|text| text.split_once('=')).map(|(name, _)| name);
    name.is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

fn has_blank(value: &Value) -> bool {
    match &value.core {
        Core::Text(text) => text.contains([' ', '\n']),
        Core::Concat(parts) => parts.iter().any(has_blank),
        _ => false,
    }
}

/// What is known of the word that is being read.
#[derive(Default)]
struct Reader {
    commands: Vec<Vec<Passed>>,
    words: Vec<Passed>,
    parts: Vec<Value>,
    text: String,
    /// Where the text stands.
    text_at: Option<Place>,
    /// Where the word stands.
    word_at: Option<Place>,
    /// Whether there is a word, if an empty one.
    begun: bool,
    /// The next word belongs to a redirection.
    redirect: bool,
    quote: Option<char>,
    /// Where the latest text ends.
    last: Option<Place>,
}

/// Splits a command line into commands and those into words.
fn split(value: &Value, place: &Place) -> Vec<Vec<Passed>> {
    let mut reader = Reader::default();
    reader.value(value, place, 0);
    reader.command();
    reader.commands
}

impl Reader {
    fn value(&mut self, value: &Value, place: &Place, depth: usize) {
        let steps = value.trail.steps();
        let written = steps.first().map(|step| step.place.clone());
        // What a variable holds is a part of the word at the variable, unless it is a line by itself.
        let whole = depth == 0 || has_blank(value) || steps.iter().all(|step| step.how == How::Written);
        match &value.core {
            Core::Text(text) if whole && (depth == 0 || written.is_some()) => {
                self.line(text, &written.unwrap_or_else(|| place.clone()));
            }
            Core::Concat(parts) if depth < 20 && whole && (depth == 0 || has_blank(value)) => {
                parts.iter().for_each(|part| self.value(part, place, depth + 1));
            }
            _ => {
                // What is written in the line itself stands where it is written.
                let direct = steps.first().filter(|step| steps.len() == 1 && step.how == How::Read);
                let direct = direct.map(|step| step.place.clone()).filter(|here| here.path == place.path);
                let place = direct.or_else(|| self.last.clone()).unwrap_or_else(|| place.clone());
                self.part(value.clone(), &place);
            }
        }
    }

    fn part(&mut self, value: Value, place: &Place) {
        self.close_text();
        self.begun = true;
        self.word_at.get_or_insert_with(|| place.clone());
        self.parts.push(value);
    }

    fn line(&mut self, text: &Arc<str>, place: &Place) {
        // A text with escapes is shorter than what is written.
        let exact = (place.span.end - place.span.start) as usize == text.len();
        let at = |from: usize| {
            if !exact {
                return place.clone();
            }
            let start = place.span.start + from as u32;
            Place { path: place.path.clone(), span: Span { start, end: place.span.end } }
        };
        let mut chars = text.char_indices().peekable();
        while let Some((from, c)) = chars.next() {
            match (self.quote, c) {
                (Some(quote), _) if c == quote => self.quote = None,
                (None, '\'' | '"') => {
                    self.quote = Some(c);
                    self.begun = true;
                }
                (None | Some('"'), '\\') => match chars.next() {
                    Some((_, '\n')) | None => {}
                    Some((_, next)) => {
                        if self.quote.is_some() && !matches!(next, '"' | '\\' | '$' | '`') {
                            self.push('\\', &at(from));
                        }
                        self.push(next, &at(from));
                    }
                },
                (None | Some('"'), '$') => {
                    let rest = &text[from + 1..];
                    let braced = rest.starts_with('{');
                    let name = &rest[usize::from(braced)..];
                    let end = name.bytes().position(|b| !b.is_ascii_alphanumeric() && b != b'_').unwrap_or(name.len());
                    let name = &name[..end];
                    if name.is_empty() || name.as_bytes()[0].is_ascii_digit() {
                        self.part(Value::unknown(), &at(from));
                        continue;
                    }
                    let length = if braced { rest.find('}').map_or(rest.len(), |end| end + 1) } else { end };
                    while chars.peek().is_some_and(|(next, _)| *next <= from + length) {
                        chars.next();
                    }
                    let env = Value::new(Core::Env(name.into())).step(How::Read, at(from), Some(name.into()));
                    self.part(env, &at(from));
                }
                (None, '|' | ';' | '\n') => self.command(),
                (None, '&') if chars.peek().is_none_or(|(_, next)| matches!(next, '&' | ' ')) => self.command(),
                (None, '>' | '<') => {
                    if self.parts.is_empty() && self.text.bytes().all(|byte| byte.is_ascii_digit()) {
                        self.text.clear();
                        self.begun = false;
                    }
                    self.word();
                    self.redirect = true;
                }
                (None, ' ' | '\t' | '\r') => self.word(),
                _ => self.push(c, &at(from)),
            }
        }
        let end = place.span.end;
        self.last = Some(Place { path: place.path.clone(), span: Span { start: end, end } });
        self.close_text();
    }

    fn push(&mut self, c: char, place: &Place) {
        self.begun = true;
        self.text.push(c);
        self.text_at.get_or_insert_with(|| place.clone());
        self.word_at.get_or_insert_with(|| place.clone());
    }

    fn close_text(&mut self) {
        let place = self.text_at.take();
        if !self.text.is_empty() {
            let text: Arc<str> = std::mem::take(&mut self.text).into();
            let trail = place.map_or_else(Trail::default, |mut place| {
                let end = place.span.start + text.len() as u32;
                place.span.end = place.span.end.min(end);
                Trail::written(place)
            });
            self.parts.push(Value { core: Core::Text(text), trail });
        }
    }

    fn word(&mut self) {
        self.close_text();
        let mut parts = std::mem::take(&mut self.parts);
        let place = self.word_at.take();
        if !std::mem::take(&mut self.begun) || (std::mem::take(&mut self.redirect)) {
            return;
        }
        let value = match parts.len() {
            0 => Value::new(Core::Text("".into())),
            1 => parts.remove(0),
            _ => Value::new(Core::Concat(parts.into())),
        };
        let place = place.unwrap_or_else(|| Place { path: "".into(), span: Span::default() });
        self.words.push(Passed { name: None, value, place });
    }

    fn command(&mut self) {
        self.word();
        self.redirect = false;
        let words = std::mem::take(&mut self.words);
        if !words.is_empty() {
            self.commands.push(words);
        }
    }
}
