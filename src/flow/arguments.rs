//! Argument paths: what `0`, `params`, `1.headers` and `?` of a row mean in a call.

use super::Run;
use super::call::Arguments;
use super::command::leading_text;
use super::value::{Core, Value};
use crate::source::Place;

/// What an argument path leads to.
pub(super) enum Found {
    /// A value, and the expression that gives it.
    Here(Value, Place),
    /// Nothing is there.
    Absent,
    /// It can't be seen whether something is there.
    Hidden,
}

impl Run<'_> {
    /// What an argument path leads to: the first of its alternatives that is there.
    pub(super) fn argument(&self, args: &Arguments, receiver: Option<&Value>, path: &str) -> Found {
        let mut hidden = false;
        for path in path.split('|') {
            match self.one_argument(args, receiver, path) {
                Found::Absent => {}
                Found::Hidden => hidden = true,
                found => return found,
            }
        }
        if hidden { Found::Hidden } else { Found::Absent }
    }

    /// The first of several argument paths that is there.
    pub(super) fn first_of(&self, args: &Arguments, receiver: Option<&Value>, paths: &[String]) -> Found {
        let mut hidden = false;
        for path in paths {
            match self.argument(args, receiver, path) {
                Found::Absent => {}
                Found::Hidden => hidden = true,
                found => return found,
            }
        }
        if hidden { Found::Hidden } else { Found::Absent }
    }

    pub(super) fn one_argument(&self, args: &Arguments, receiver: Option<&Value>, path: &str) -> Found {
        if let Some(text) = path.strip_prefix('\'').and_then(|path| path.strip_suffix('\'')) {
            // A text of the row's own.
            return Found::Here(Value::new(Core::Text(text.into())), no_place());
        }
        if path.starts_with("--") {
            return option(args, path);
        }
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let start = if first == "?" {
            receiver.map(|value| {
                let made = match value.core {
                    Core::Object(id) => self.heap.object(id).made.as_ref().map(|made| made.site.clone()),
                    _ => None,
                };
                (value.clone(), value.trail.last().map(|step| step.place.clone()).or(made))
            })
        } else {
            let found = match first.parse::<usize>() {
                Ok(at) => args.list.iter().filter(|arg| arg.name.is_none()).nth(at),
                Err(_) if first == "last" => args.list.iter().rfind(|arg| arg.name.is_none()),
                Err(_) => args.list.iter().find(|arg| arg.is_named(first)),
            };
            found.map(|arg| (arg.value.clone(), Some(arg.place.clone())))
        };
        let Some((value, place)) = start else {
            return if args.open { Found::Hidden } else { Found::Absent };
        };
        let place = place.or_else(|| args.list.first().map(|arg| arg.place.clone())).unwrap_or_else(no_place);
        self.drill(value, place, rest)
    }

    /// Follows member names into a value.
    pub(super) fn drill(&self, value: Value, place: Place, rest: &str) -> Found {
        if rest.is_empty() {
            return Found::Here(value, place);
        }
        let (key, rest) = rest.split_once('.').unwrap_or((rest, ""));
        match &value.core {
            Core::Object(id) => {
                let object = self.heap.object(*id);
                match object.get(key) {
                    Some(slot) => self.drill(slot.value.clone(), slot.place.clone(), rest),
                    None if object.open => Found::Hidden,
                    None => Found::Absent,
                }
            }
            Core::Choice(all) => {
                let (mut values, mut at, mut hidden) = (Vec::new(), place.clone(), false);
                let rest = if rest.is_empty() { key.to_owned() } else { format!("{key}.{rest}") };
                for one in all.iter() {
                    match self.drill(one.clone(), place.clone(), &rest) {
                        Found::Here(value, place) => {
                            values.push(value);
                            at = place;
                        }
                        Found::Hidden => hidden = true,
                        Found::Absent => {}
                    }
                }
                match (values.is_empty(), hidden) {
                    (false, _) => Found::Here(Value::choice(values), at),
                    (true, true) => Found::Hidden,
                    (true, false) => Found::Absent,
                }
            }
            Core::Unknown | Core::Env(_) | Core::Foreign(_) => Found::Hidden,
            _ => Found::Absent,
        }
    }

    /// All values that an argument path names: `1..` is every positional argument from that one on.
    pub(super) fn arguments_at(&self, args: &Arguments, receiver: Option<&Value>, path: &str) -> Vec<(Value, Place)> {
        if let Some(first) = path.strip_suffix("..").and_then(|first| first.parse::<usize>().ok()) {
            let positional = args.list.iter().filter(|arg| arg.name.is_none()).skip(first);
            return positional.map(|arg| (arg.value.clone(), arg.place.clone())).collect();
        }
        match self.argument(args, receiver, path) {
            Found::Here(value, place) => vec![(value, place)],
            _ => Vec::new(),
        }
    }
}

/// The value of an option of a command line: `--secret x`, `--secret=x`.
fn option(args: &Arguments, name: &str) -> Found {
    let words: Vec<_> = args.list.iter().filter(|arg| arg.name.is_none()).collect();
    for (at, word) in words.iter().enumerate() {
        let lead = leading_text(&word.value);
        if &*lead == name {
            return words.get(at + 1).map_or(Found::Absent, |next| Found::Here(next.value.clone(), next.place.clone()));
        }
        if lead.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')) {
            let given = word.without(name.len() + 1);
            return Found::Here(given.value, given.place);
        }
    }
    Found::Absent
}

fn no_place() -> Place {
    Place { path: "".into(), span: crate::source::Span::default() }
}
