//! Command lines of curl, wget, HTTPie: words become the parts of a request.

use std::sync::Arc;

use super::Run;
use super::call::{Arguments, Passed};
use super::heap::Fill;
use super::value::{Core, How, Value};
use crate::catalog::Command;
use crate::catalog::coverage::used;
use crate::source::Place;
use crate::syntax::shell::INPUT;

/// What a command line comes to.
#[derive(Default)]
struct Line {
    fills: Vec<Fill>,
    hidden: bool,
    /// `-G`: what would be the body goes into the query.
    body_is_query: bool,
    /// The scheme of `auth` is a bearer token.
    bearer: bool,
    words: usize,
}

impl Run<'_> {
    /// Runs a command that sends a request.
    pub(super) fn run_command(&mut self, unit: usize, command: &Command, args: &Arguments, place: &Place) -> Value {
        let (words, hidden) = self.words(args);
        let mut line = Line { hidden: args.open || hidden, ..Line::default() };
        let mut at = 0;
        while at < words.len() {
            let word = &words[at];
            at += 1;
            let lead = leading_text(&word.value);
            if lead.starts_with("--") {
                let (name, length) = match lead.find('=') {
                    Some(end) => (&lead[..end], end + 1),
                    None => (&*lead, lead.len()),
                };
                if let Some(flag) = command.flags.get(name) {
                    used(flag);
                    line.flag(flag, place);
                } else if let Some(slot) = command.options.get(name) {
                    used(slot);
                    let given = if length == lead.len() && !lead.contains('=') {
                        words.get(at).cloned()
                    } else {
                        Some(word.without(length))
                    };
                    at += usize::from(!lead.contains('='));
                    line.option(command, slot, name, given);
                }
            } else if lead.starts_with('-') && lead.len() > 1 {
                at += self.short_options(command, word, &lead, words.get(at), &mut line, place);
            } else {
                line.word(command, word, &lead);
            }
        }
        let input = args.list.iter().find(|arg| arg.name.as_deref() == Some(INPUT));
        line.finish(input);
        self.send(unit, &line.fills, line.hidden, true, place);
        Value::unknown().step(How::Called, place.clone(), None)
    }

    /// The words of a command line, and whether some of them can't be seen. An array stands for its elements, and a
    /// variable that holds several options in one text for all of them.
    fn words(&self, args: &Arguments) -> (Vec<Passed>, bool) {
        let mut words = Vec::new();
        let mut hidden = false;
        for arg in args.list.iter().filter(|arg| arg.name.is_none()) {
            let bound = arg.value.trail.steps().iter().any(|step| step.how == How::Bound);
            match &arg.value.core {
                Core::Object(id) if self.heap.object(*id).list => words.extend(self.elements(*id)),
                // An array that is longer in some cases: what may be there is judged, what isn't can't be missed.
                Core::Choice(all) if all.iter().any(|one| self.list_length(one).is_some()) => {
                    hidden = true;
                    let longest = all.iter().max_by_key(|one| self.list_length(one));
                    if let Some(Core::Object(id)) = longest.map(|one| &one.core) {
                        words.extend(self.elements(*id));
                    }
                }
                Core::Text(text) if bound && text.starts_with('-') && text.contains(char::is_whitespace) => {
                    let word = |word: &str| Passed {
                        name: None,
                        value: Value { core: Core::Text(word.into()), trail: arg.value.trail.clone() },
                        place: arg.place.clone(),
                    };
                    words.extend(text.split_whitespace().map(word));
                }
                Core::Concat(_) | Core::Choice(_) if bound && self.starts_with_option(&arg.value) => hidden = true,
                _ => words.push(arg.clone()),
            }
        }
        (words, hidden)
    }

    /// The elements of a list, as words.
    fn elements(&self, list: usize) -> Vec<Passed> {
        let element =
            |slot: &super::heap::Slot| Passed { name: None, value: slot.value.clone(), place: slot.place.clone() };
        self.heap.object(list).entries.iter().map(element).collect()
    }

    /// How long a list is; `None` where it is none.
    fn list_length(&self, value: &Value) -> Option<usize> {
        let Core::Object(id) = value.core else { return None };
        let object = self.heap.object(id);
        object.list.then_some(object.entries.len())
    }

    /// Whether a text, or one of those that it may be, is an option.
    fn starts_with_option(&self, value: &Value) -> bool {
        value.alternatives().iter().any(|one| leading_text(one).starts_with('-'))
    }

    /// `-sSfu user:password`: letters without a value, then one with it. Gives how many further words it took.
    fn short_options(
        &self,
        command: &Command,
        word: &Passed,
        lead: &str,
        next: Option<&Passed>,
        line: &mut Line,
        place: &Place,
    ) -> usize {
        for (at, letter) in lead.char_indices().skip(1) {
            let name = format!("-{letter}");
            if let Some(flag) = command.flags.get(&name) {
                used(flag);
                line.flag(flag, place);
                continue;
            }
            let Some(slot) = command.options.get(&name) else { continue };
            used(slot);
            let end = at + letter.len_utf8();
            let attached = end < lead.len() || word.value.text().is_none();
            let given = if attached { Some(word.without(end)) } else { next.cloned() };
            line.option(command, slot, &name, given);
            return usize::from(!attached);
        }
        0
    }
}

impl Passed {
    /// The argument without its first bytes, which are known text.
    pub(super) fn without(&self, bytes: usize) -> Passed {
        let cut = |text: &str| -> Arc<str> { text.get(bytes..).unwrap_or_default().into() };
        let core = match &self.value.core {
            Core::Text(text) => Core::Text(cut(text)),
            Core::Concat(parts) => {
                let mut parts = parts.to_vec();
                if let Some(first) = parts.first_mut()
                    && let Core::Text(text) = &first.core
                {
                    first.core = Core::Text(cut(text));
                }
                parts.retain(|part| !matches!(&part.core, Core::Text(text) if text.is_empty()));
                match parts.len() {
                    1 => parts.remove(0).core,
                    _ => Core::Concat(parts.into()),
                }
            }
            other => other.clone(),
        };
        let trail = match (&self.value.core, &core) {
            (Core::Concat(parts), Core::Text(_) | Core::Env(_) | Core::Unknown) => {
                parts.last().map_or_else(|| self.value.trail.clone(), |part| part.trail.clone())
            }
            _ => self.value.trail.clone(),
        };
        Passed { name: None, value: Value { core, trail }, place: self.place.clone() }
    }
}

/// The known text at the front of a value.
pub(super) fn leading_text(value: &Value) -> Arc<str> {
    match &value.core {
        Core::Text(text) => text.clone(),
        Core::Concat(parts) => parts.first().map_or_else(|| "".into(), leading_text),
        _ => "".into(),
    }
}

impl Line {
    fn push(&mut self, slot: &str, name: Option<&str>, given: Passed) {
        let name = name.map(|name| Value::new(Core::Text(name.into())));
        self.fills.push(Fill { slot: slot.into(), name, value: given.value, place: given.place });
    }

    fn flag(&mut self, flag: &str, place: &Place) {
        match flag.split_once(':') {
            Some((slot, text)) => {
                let value = Value::new(Core::Text(text.into()));
                self.push(slot, None, Passed { name: None, value, place: place.clone() });
            }
            None if flag == "body-is-query" => self.body_is_query = true,
            None if flag == "hidden" => self.hidden = true,
            None => {}
        }
    }

    fn option(&mut self, command: &Command, slot: &str, name: &str, given: Option<Passed>) {
        let Some(given) = given else { return };
        if let Some(scheme) = command.bearer.get(name) {
            used(scheme);
            self.bearer |= given.value.text().as_deref() == Some(scheme.as_str());
            return;
        }
        match slot {
            "skip" => {}
            "hidden" => self.hidden = true,
            "json" => self.push("body", None, given),
            "form" => {
                let lead = leading_text(&given.value);
                match lead.split_once('=') {
                    Some((key, _)) if !key.is_empty() => {
                        let key = key.to_owned();
                        let given = given.without(key.len() + 1);
                        self.push("body-value", Some(&key), given);
                    }
                    _ => self.push("body", None, given),
                }
            }
            _ => self.push(slot, None, given),
        }
    }

    fn word(&mut self, command: &Command, word: &Passed, lead: &str) {
        self.words += 1;
        if command.words != "httpie" {
            // A word that is wholly unknown may be an option as well as a URL, if another word is the URL.
            let unknown = |value: &Value| matches!(value.core, Core::Unknown | Core::Env(_));
            let mut urls = self.fills.iter().filter(|fill| &*fill.slot == "url");
            // Behind a URL, what can be none is a part of the call that is passed on (`curl .. "$url" "$@"`).
            if urls.clone().any(|fill| leading_text(&fill.value).contains("://")) && !lead.contains(['.', '/', ':']) {
                self.hidden = true;
                return;
            }
            let before = urls.any(|fill| unknown(&fill.value));
            self.hidden |= before || unknown(&word.value) && self.has("url");
            return self.push("url", None, word.clone());
        }
        let is_method = !lead.is_empty() && lead.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_method && !self.has("method") && !self.has("url") && word.value.text().is_some() {
            return self.push("method", None, word.clone());
        }
        if !self.has("url") {
            return self.push("url", None, word.clone());
        }
        self.item(word, lead);
    }

    /// An item of HTTPie: `Header:value`, `query==value`, `field=value`, `field:=json`.
    fn item(&mut self, word: &Passed, lead: &str) {
        let Some(end) = lead.find([':', '=', '@']) else {
            self.hidden = true;
            return;
        };
        let (key, rest) = lead.split_at(end);
        let (slot, length) = match rest {
            _ if rest.starts_with(":=") => ("body-value", 2),
            _ if rest.starts_with("==") => ("query-value", 2),
            _ if rest.starts_with('=') => ("body-value", 1),
            _ if rest.starts_with(':') => ("header-value", 1),
            _ => return,
        };
        let key = key.to_owned();
        self.push(slot, Some(&key), word.without(end + length));
    }

    fn has(&self, slot: &str) -> bool {
        self.fills.iter().any(|fill| &*fill.slot == slot)
    }

    /// What depends on the whole line.
    fn finish(&mut self, input: Option<&Passed>) {
        for fill in &mut self.fills {
            if self.bearer && &*fill.slot == "auth" {
                fill.slot = "bearer".into();
            }
            if &*fill.slot == "body" {
                let text = leading_text(&fill.value);
                match (&*text, input) {
                    ("@-", Some(input)) => fill.value = input.value.clone(),
                    _ if text.starts_with('@') => fill.value = Value::unknown(),
                    _ => {}
                }
            }
            if self.body_is_query && fill.slot.starts_with("body") {
                fill.slot = if &*fill.slot == "body" { "query".into() } else { "query-value".into() };
            }
        }
    }
}
