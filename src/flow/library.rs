//! What library functions make of their arguments, by the rows of `rules/functions/*.toml`.

use std::rc::Rc;
use std::sync::Arc;

use super::Run;
use super::arguments::Found;
use super::call::{Arguments, Passed};
use super::heap::{Fill, Object};
use super::value::{Core, How, ObjectId, Value};
use crate::catalog::{Function, coverage};
use crate::source::Place;

impl Run<'_> {
    /// A library function, by the first of its rows that holds.
    pub(super) fn call_function(
        &mut self,
        unit: usize,
        path: &str,
        receiver: Option<&Value>,
        args: &Arguments,
        place: &Place,
    ) -> Option<Value> {
        let index = self.index;
        for row in index.functions(self.language(unit), path) {
            if let Some((at, text)) = &row.when {
                let Found::Here(value, _) = self.argument(args, receiver, at) else { continue };
                if value.text().as_deref() != Some(text.as_str()) {
                    continue;
                }
            }
            if let Some(value) = self.make(unit, path, row, receiver, args, place) {
                coverage::used(row);
                return Some(value);
            }
        }
        None
    }

    pub(super) fn make(
        &mut self,
        unit: usize,
        path: &str,
        row: &Function,
        receiver: Option<&Value>,
        args: &Arguments,
        place: &Place,
    ) -> Option<Value> {
        let wanted = row.args.iter().any(|path| path.split('|').any(|path| path == super::call::NAMED));
        let with_named = wanted.then(|| self.with_named(args));
        let args = with_named.as_ref().unwrap_or(args);
        let given: Vec<(Value, Place)> =
            row.args.iter().flat_map(|path| self.arguments_at(args, receiver, path)).collect();
        let value = |at: usize| given.get(at).map(|(value, _)| value.clone());
        if !matches!(
            row.makes.as_str(),
            "each" | "apply" | "run" | "choice" | "build" | "call" | "environment" | "member"
        ) {
            self.callbacks(args);
        }
        let made = match row.makes.as_str() {
            "same" => value(0)?,
            // A list alone is what was put into it (`StringBuilder`).
            "concat" => match &given[..] {
                [(Value { core: Core::Object(id), .. }, _)] if self.heap.object(*id).list => {
                    let object = self.heap.object(*id);
                    let parts = object.entries.iter().map(|slot| slot.value.clone());
                    Value::new(Core::Concat(parts.chain(object.open.then(Value::unknown)).collect()))
                }
                [(alone, _)] => alone.clone(),
                _ => Value::new(Core::Concat(given.into_iter().map(|(value, _)| value).collect())),
            },
            "base64" => self.base64(&value(0)?),
            "unbase64" => self.unbase64(&value(0)?, place),
            "join" => match &given[..] {
                [(separator, _), (list, _)] if matches!(list.core, Core::Object(_)) => self.join(separator, list)?,
                [(separator, _), parts @ ..] if parts.len() > 1 => {
                    let list = self.list_of(parts.to_vec());
                    self.join(separator, &list)?
                }
                _ => return None,
            },
            "basic" => {
                let text = |text: &str| Value::new(Core::Text(text.into()));
                let pair = Value::new(Core::Concat([value(0)?, text(":"), value(1)?].into()));
                Value::new(Core::Concat([text("Basic "), self.base64(&pair)].into()))
            }
            "format" | "printf" => self.format(&value(0)?, args, row),
            "map" => self.new_map(&given, args),
            "merge" => {
                let target = value(0)?;
                if let Core::Object(id) = target.core {
                    let mut object = self.heap.object(id).clone();
                    given.iter().skip(1).for_each(|(value, _)| self.spread(&mut object, value));
                    args.list.iter().filter(|arg| arg.name.is_some()).for_each(|arg| set_named(&mut object, arg));
                    *self.heap.change(id) = object;
                }
                target
            }
            "set" | "set-made" => {
                let target = value(0)?;
                let (new, at) = given.get(2)?.clone();
                let new = if row.makes == "set-made" { self.given(new) } else { new };
                let Core::Object(id) = target.core else { return None };
                // An empty list that gets a key is an empty map (Elixir's keywords).
                if self.heap.object(id).list && self.heap.object(id).entries.is_empty() {
                    self.heap.change(id).list = false;
                }
                self.set_member(unit, 0, &target, value(1)?.text(), new, &at);
                target
            }
            "append" => {
                let list = value(0).unwrap_or_else(|| Value::new(Core::Nothing));
                let mut object = match &list.core {
                    Core::Object(id) if self.heap.object(*id).list => self.heap.object(*id).clone(),
                    Core::Nothing => Object { list: true, ..Object::default() },
                    _ => Object { list: true, open: true, ..Object::default() },
                };
                object.open |= args.open;
                given.iter().skip(1).cloned().for_each(|(value, place)| object.push(value, place));
                self.new_object(object)
            }
            "choice" => {
                let mut values = Vec::new();
                for (value, _) in given {
                    values.push(match &value.core {
                        Core::Function(closure) => self.invoke_fresh(&closure.clone()),
                        _ => value,
                    });
                }
                self.name_defaults(unit, &values);
                Value::choice(values)
            }
            "nothing" => Value::new(Core::Nothing),
            "command" => {
                if !self.run_words(unit, &given, args.open, place) {
                    return None;
                }
                Value::unknown().step(How::Called, place.clone(), None)
            }
            "push" => {
                let list = value(0)?;
                let Core::Object(id) = list.core else { return None };
                let (new, at) = given.get(1)?.clone();
                // An empty array may become a list or a map.
                let object = self.heap.object(id);
                let empty = object.entries.is_empty() && !object.open && object.class.is_none();
                if empty && object.foreign.is_none() {
                    self.heap.change(id).list = true;
                }
                if self.heap.object(id).list
                    || matches!(new.core, Core::Object(new) if self.heap.object(new).foreign.is_some())
                {
                    self.heap.change(id).push(new, at);
                } else {
                    self.heap.change(id).open = true;
                }
                list
            }
            "apply" | "run" => {
                let (value, function) = (value(0)?, value(1)?);
                let given = self.configure(&value, &function, place)?;
                if row.makes == "apply" { value } else { given }
            }
            "each" => self.each(unit, &value(0)?, &value(1)?, place),
            "member" => {
                let (map, key) = (value(0)?, value(1)?);
                // What a build put in is asked for by its name: `context.getString(R.string.x)`.
                if matches!((&map.core, &key.core), (Core::Unknown | Core::Foreign(_), Core::Env(_))) {
                    return Some(key);
                }
                let found = self.member(unit, &map, &key, place);
                match value(2).map(|default| self.given(default)) {
                    Some(default) if matches!(found.core, Core::Nothing) => default,
                    Some(default) => Value::choice([found, default]),
                    None => found,
                }
            }
            "call" => {
                let Core::Function(closure) = value(0)?.core else { return None };
                let rest = args.list.clone();
                self.invoke(&closure, Some(&Arguments { list: rest, open: args.open }), place, None)
            }
            "environment" => {
                let name = value(0)?.text()?;
                // A call that `reads` lists gives what a build put into client code.
                let asked = format!("{path}()");
                let from = if self.index.is_environment(&asked) { &asked } else { "the environment" };
                let read = self.environment(unit, &name, from, place);
                match value(1).map(|default| self.given(default)) {
                    Some(default) if !matches!(default.core, Core::Nothing) => {
                        self.name_defaults(unit, &[read.clone(), default.clone()]);
                        Value::choice([read, default])
                    }
                    _ => read,
                }
            }
            "url" => {
                let (base, reference) = (given.first()?.clone(), given.get(1)?.clone());
                let fill =
                    |slot: &str, (value, place): (Value, Place)| Fill { slot: slot.into(), name: None, value, place };
                let fills = vec![fill("base", base), fill("url", reference)];
                self.new_object(Object { foreign: Some("URL".into()), fills, sent: true, ..Object::default() })
            }
            "named" => {
                let words: Vec<_> = given.iter().filter_map(|(value, _)| value.text()).collect();
                Value::unknown().step(How::Named, place.clone(), Some(words.join(".").into()))
            }
            "pair" => self.list_of(given),
            "pairs" => {
                let mut object = Object { open: args.open || given.len() % 2 == 1, ..Object::default() };
                for pair in given.chunks_exact(2) {
                    match pair[0].0.text() {
                        Some(key) => object.set(key, pair[1].0.clone(), pair[1].1.clone()),
                        None => object.open = true,
                    }
                }
                self.new_object(object)
            }
            "entries" => {
                let mut object = Object { open: args.open, ..Object::default() };
                if let Core::Object(list) = self.list_of(given).core {
                    self.pairs(list, &mut object);
                }
                self.new_object(object)
            }
            "build" => {
                let function = value(0)?;
                let made =
                    self.new_object(Object { foreign: row.typed.as_deref().map(Arc::from), ..Object::default() });
                self.configure(&made, &function, place)?;
                made
            }
            "instance" => {
                let Core::Class(class) = value(0)?.core else { return None };
                let made = self.construct(&class, None, place);
                if let (Core::Object(id), Some(Value { core: Core::Object(client), .. })) = (&made.core, value(1)) {
                    let (fills, open) = (self.heap.object(client).fills.clone(), self.heap.object(client).open);
                    let object = self.heap.change(*id);
                    object.fills.extend(fills);
                    object.open |= open;
                    object.sent = true;
                }
                made
            }
            "partial" => {
                let function = value(0)?;
                let list = args.list.iter().skip(1).cloned().collect();
                Value::new(Core::Partial(Rc::new((function, Arguments { list, open: args.open }))))
            }
            _ => Value::unknown(),
        };
        if let (Some(typed), Core::Object(id)) = (&row.typed, &made.core) {
            self.heap.change(*id).foreign = Some(typed.as_str().into());
        }
        Some(made)
    }

    /// A default that a function gives.
    fn given(&mut self, default: Value) -> Value {
        match &default.core {
            Core::Function(closure) => {
                let closure = closure.clone();
                self.invoke_fresh(&closure)
            }
            _ => default,
        }
    }

    pub(super) fn base64(&self, value: &Value) -> Value {
        match &value.core {
            Core::Choice(all) => Value::choice(all.iter().map(|one| self.base64(one)).collect::<Vec<_>>()),
            _ => Value::new(Core::Base64(value.clone().into())),
        }
    }

    /// Decoding gives what was encoded; a literal is decoded here.
    pub(super) fn unbase64(&self, value: &Value, place: &Place) -> Value {
        match &value.core {
            Core::Base64(inner) => (**inner).clone(),
            Core::Text(text) => match crate::flow::decode_base64(text) {
                Some(text) => Value { core: Core::Text(text.into()), trail: value.trail.clone() },
                None => Value::unknown().step(How::Called, place.clone(), None),
            },
            _ => Value { core: Core::Unknown, trail: value.trail.clone() },
        }
    }

    pub(super) fn join(&self, separator: &Value, list: &Value) -> Option<Value> {
        let Core::Object(id) = list.core else { return None };
        let object = self.heap.object(id);
        if !object.list {
            return None;
        }
        let mut parts = Vec::new();
        for slot in object.entries.iter() {
            if !parts.is_empty() {
                parts.push(separator.clone());
            }
            parts.push(slot.value.clone());
        }
        if object.open {
            parts.push(Value::unknown());
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Value::new(Core::Concat(parts.into())) })
    }

    /// Fills a format text: `{}`, `{0}`, `{name}`, `%s`, `%(name)s`, `%d`, `%@`.
    pub(super) fn format(&self, format: &Value, args: &Arguments, row: &Function) -> Value {
        let Some(text) = format.text() else { return Value::unknown() };
        let first = row.args.iter().find_map(|path| path.strip_suffix("..")).and_then(|first| first.parse().ok());
        let first: usize = first.unwrap_or(if row.args.first().is_some_and(|path| path == "?") { 0 } else { 1 });
        let mut values: Vec<Value> =
            args.list.iter().filter(|arg| arg.name.is_none()).skip(first).map(|arg| arg.value.clone()).collect();
        let mut named: Vec<(Arc<str>, Value)> =
            args.list.iter().filter_map(|arg| Some((arg.name.clone()?, arg.value.clone()))).collect();
        // `"..." % (a, b)` and `"..." % {"a": b}` hand over one object.
        if let [Value { core: Core::Object(id), .. }] = values[..] {
            let object = self.heap.object(id).clone();
            if object.list {
                values = object.entries.into_iter().map(|slot| slot.value).collect();
            } else {
                named.extend(object.entries.into_iter().map(|slot| (slot.key, slot.value)));
            }
        }
        let mut parts = Vec::new();
        let mut next = 0;
        for piece in pieces(&text, row.makes != "printf") {
            match piece {
                Piece::Text(text) => {
                    parts.push(Value { core: Core::Text(text.into()), trail: format.trail.clone() });
                }
                Piece::Hole(name) => {
                    let value = match name.parse::<usize>() {
                        Ok(at) => values.get(at).cloned(),
                        Err(_) if name.is_empty() => {
                            next += 1;
                            values.get(next - 1).cloned()
                        }
                        Err(_) => named.iter().find(|(known, _)| **known == *name).map(|(_, value)| value.clone()),
                    };
                    parts.push(value.unwrap_or_else(Value::unknown));
                }
            }
        }
        Value::new(Core::Concat(parts.into()))
    }

    pub(super) fn new_map(&mut self, given: &[(Value, Place)], args: &Arguments) -> Value {
        let mut object = Object { open: args.open, ..Object::default() };
        for (value, place) in given {
            match value.text() {
                Some(text) => parse_query(&text, value, place, &mut object),
                None => match value.core {
                    Core::Object(id) if self.heap.object(id).list => self.pairs(id, &mut object),
                    _ => self.spread(&mut object, value),
                },
            }
        }
        args.list.iter().filter(|arg| arg.name.is_some()).for_each(|arg| set_named(&mut object, arg));
        self.new_object(object)
    }

    /// A list of pairs as members of a map.
    pub(super) fn pairs(&self, id: ObjectId, object: &mut Object) {
        let list = self.heap.object(id);
        object.open |= list.open;
        for slot in list.entries.iter() {
            let Core::Object(pair) = slot.value.core else {
                object.open = true;
                continue;
            };
            match &self.heap.object(pair).entries[..] {
                [key, value] => match key.value.text() {
                    Some(key) => object.set(key, value.value.clone(), value.place.clone()),
                    None => object.open = true,
                },
                _ => object.open = true,
            }
        }
    }

    /// A list of what a function gives for the elements of a list.
    pub(super) fn each(&mut self, unit: usize, list: &Value, function: &Value, place: &Place) -> Value {
        // Of a short list that is known as a whole, each element is told apart.
        const SHORT: usize = 6;
        let elements: Vec<Value> = match list.core {
            Core::Object(id) if self.heap.object(id).is_short_list(SHORT) => {
                self.heap.object(id).entries.iter().map(|slot| slot.value.clone()).collect()
            }
            _ => vec![self.element(list)],
        };
        let mut made = Vec::new();
        for element in elements {
            let known = !matches!(element.core, Core::Unknown);
            let args =
                Arguments { list: vec![Passed { name: None, value: element, place: place.clone() }], open: true };
            let value = match &function.core {
                Core::Function(closure) if known => self.invoke(&closure.clone(), Some(&args), place, None),
                Core::Function(closure) => self.invoke_fresh(&closure.clone()),
                Core::Foreign(path) if known => {
                    let args = Arguments { open: false, ..args };
                    self.call_foreign(unit, None, &path.clone(), None, &args, place, None, false)
                }
                _ => return Value::unknown(),
            };
            made.push((value, place.clone()));
        }
        self.list_of(made)
    }
}

fn set_named(object: &mut Object, arg: &Passed) {
    if let Some(name) = &arg.name {
        object.set(name.clone(), arg.value.clone(), arg.place.clone());
    }
}

/// The members of a query text, each with the history of the whole.
fn parse_query(text: &str, whole: &Value, place: &Place, object: &mut Object) {
    for pair in text.trim_start_matches('?').split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = Value { core: Core::Text(value.into()), trail: whole.trail.clone() };
        object.set(key.into(), value, place.clone());
    }
}

enum Piece {
    Text(String),
    Hole(String),
}

/// A hole that says which argument belongs there, from 1 on (`%2$s`): the argument's index, and how long it is.
fn place_of(text: &str) -> Option<(String, usize)> {
    let digits = text[1..].bytes().take_while(u8::is_ascii_digit).count();
    let at: usize = text[1..=digits].parse().ok()?;
    let verb = text[digits + 1..].strip_prefix('$')?.chars().next()?;
    Some((at.checked_sub(1)?.to_string(), digits + 2 + verb.len_utf8()))
}

/// The pieces of a format text; `braces` says whether holes may be written with them.
fn pieces(format: &str, braces: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let hole = match c {
            '{' if rest.starts_with("{{") => None,
            // Braces around what is no name are the text's own (JSON).
            '{' if braces => rest[1..].find('}').and_then(|end| {
                let name = rest[1..=end].split([':', '!', ',']).next().unwrap_or_default();
                let named =
                    name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'[' | b']' | b'$'));
                named.then(|| (name.to_owned(), end + 2))
            }),
            '%' if place_of(rest).is_some() => place_of(rest),
            '%' if rest.starts_with("%(") => rest.find(")s").map(|end| (rest[2..end].to_owned(), end + 2)),
            '%' if rest.starts_with("%s")
                || rest.starts_with("%d")
                || rest.starts_with("%v")
                || rest.starts_with("%q")
                || rest.starts_with("%w")
                || rest.starts_with("%@") =>
            {
                Some((String::new(), 2))
            }
            '%' if rest.starts_with("%+v") || rest.starts_with("%#v") || rest.starts_with("%.") => {
                let verb = rest.find(|c: char| c.is_ascii_alphabetic()).filter(|end| *end <= 5);
                verb.map(|end| (String::new(), end + 1))
            }
            '%' if rest.starts_with("%0") && rest.as_bytes().get(3) == Some(&b'd') => Some((String::new(), 4)),
            _ => None,
        };
        match hole {
            Some((name, length)) => {
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                pieces.push(Piece::Hole(name));
                rest = &rest[length..];
            }
            None => {
                let doubled = braces && (rest.starts_with("{{") || rest.starts_with("}}"));
                let step = if doubled || rest.starts_with("%%") { 2 } else { c.len_utf8() };
                text.push(c);
                rest = &rest[step..];
            }
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}
