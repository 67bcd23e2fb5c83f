//! Calls of libraries and the runtime, read by the rows of the catalog.

use std::rc::Rc;
use std::sync::Arc;

use super::Run;
use super::call::{Arguments, Passed};
use super::events::{Argument, What};
use super::heap::{Fill, Object};
use super::value::{Core, How, ObjectId, Value};
use crate::catalog::{Function, HttpCall};
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

/// Slots that hold a map when nothing is there yet.
const MAPS: &[&str] = &["headers", "query", "body"];

impl Run<'_> {
    /// Calls something foreign, by its dotted path.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn call_foreign(
        &mut self,
        unit: usize,
        scope: Option<usize>,
        path: &Arc<str>,
        receiver: Option<&Value>,
        args: &Arguments,
        place: &Place,
        receiver_name: Option<&str>,
        statement: bool,
    ) -> Value {
        let language = self.language(unit);
        if let (Some(scope), "require" | "import") = (scope, &**path)
            && let Some(module) = args.list.first().and_then(|arg| arg.value.text())
        {
            return self.module(unit, scope, &module, place);
        }
        let index = self.index;
        if let Some(row) = index.log(language, path, receiver_name)
            && (!row.statement || statement)
            && !self.is_excepted(row, args)
        {
            let args = args.list.iter().map(|arg| Argument { value: self.shape(&arg.value), place: arg.place.clone() });
            let args = args.collect();
            self.emit(unit, What::Log { what: &row.what, args }, place.clone());
        }
        if let Some(entry) = index.entry(language, path) {
            let mut seen = Vec::new();
            for (at, parameter) in entry.args.iter().enumerate() {
                if let Found::Here(value, place) = self.first_of(args, receiver, &parameter.at) {
                    seen.push((at, Argument { value: self.shape(&value), place }));
                }
            }
            let transport = |this: &Self, paths: &[String]| match this.first_of(args, receiver, paths) {
                Found::Here(value, place) => Some(Argument { value: this.shape(&value), place }),
                _ => None,
            };
            let (host, scheme) = (transport(self, &entry.host), transport(self, &entry.scheme));
            self.emit(unit, What::Entry { entry, args: seen, host, scheme }, place.clone());
            self.callbacks(args);
            let foreign = entry.makes.as_deref().map_or_else(|| path.clone(), Arc::from);
            return self.new_object(Object { foreign: Some(foreign), open: true, ..Object::default() });
        }
        if let Some(row) = index.http(language, path) {
            return self.call_http(unit, path, row, receiver, args, place);
        }
        if language == "shell"
            && let Some(command) = index.command(path)
        {
            return self.run_command(unit, command, args, place);
        }
        if let Some(value) = self.call_function(unit, path, receiver, args, place) {
            return value;
        }
        if receiver.is_some()
            && let Some((_, method)) = path.rsplit_once('.')
        {
            let any: Arc<str> = format!("*.{method}").into();
            if let Some(value) = self.call_function(unit, &any, receiver, args, place) {
                return value;
            }
        }
        self.call_unknown(unit, Some(path.clone()), args, place)
    }

    /// Whether what is written begins with a text that makes it no log.
    fn is_excepted(&self, row: &crate::catalog::Log, args: &Arguments) -> bool {
        let front = |value: &Value| match &value.core {
            Core::Text(text) => Some(text.clone()),
            Core::Concat(parts) => parts.first().and_then(Value::text),
            _ => None,
        };
        let written: Vec<_> = args.list.iter().filter_map(|arg| front(&arg.value)).collect();
        row.except.iter().any(|except| written.iter().any(|text| text.starts_with(except.as_str())))
    }

    /// A call of which nothing is known. It may call the functions that it is handed, and change the objects. What it
    /// gives goes by the name that it is asked for, or by its own.
    pub(super) fn call_unknown(
        &mut self,
        unit: usize,
        path: Option<Arc<str>>,
        args: &Arguments,
        place: &Place,
    ) -> Value {
        self.callbacks(args);
        for arg in &args.list {
            self.escape(&arg.value);
        }
        let _ = unit;
        let asked = args.list.first().filter(|arg| arg.name.is_none()).and_then(|arg| arg.value.text());
        let asked = asked.filter(|text| text.len() < 100 && text.bytes().all(is_name_byte));
        match (asked, path) {
            (Some(text), Some(path)) => {
                // The names around the question say whose it is: `config.mixpanel.get("token")`.
                let owner = path.rsplit_once('.').map(|(owner, _)| owner).filter(|owner| *owner != "*");
                let name = owner.map_or_else(|| text.clone(), |owner| format!("{owner}.{text}").into());
                Value::unknown().step(How::Named, place.clone(), Some(name))
            }
            (_, Some(path)) => Value::unknown().step(How::Called, place.clone(), Some(path)),
            _ => Value::unknown(),
        }
    }

    /// Functions among the arguments run, with nothing known of what they get.
    fn callbacks(&mut self, args: &Arguments) {
        for arg in &args.list {
            if let Core::Function(closure) = &arg.value.core {
                let closure = closure.clone();
                self.invoke_unknown(&closure, None);
            }
        }
    }

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

    fn one_argument(&self, args: &Arguments, receiver: Option<&Value>, path: &str) -> Found {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let start = if first == "?" {
            receiver.map(|value| (value.clone(), value.trail.last().map(|step| step.place.clone())))
        } else {
            let found = match first.parse::<usize>() {
                Ok(at) => args.list.iter().filter(|arg| arg.name.is_none()).nth(at),
                Err(_) if first == "last" => args.list.iter().rfind(|arg| arg.name.is_none()),
                Err(_) => args.list.iter().find(|arg| arg.name.as_deref() == Some(first)),
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
    fn drill(&self, value: Value, place: Place, rest: &str) -> Found {
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

    /// A call of an HTTP client.
    fn call_http(
        &mut self,
        unit: usize,
        path: &Arc<str>,
        row: &HttpCall,
        receiver: Option<&Value>,
        args: &Arguments,
        place: &Place,
    ) -> Value {
        self.callbacks(args);
        let (fills, mut hidden) = self.fills(path, row, receiver, args, place);
        let owner = match receiver.map(|value| &value.core) {
            Some(Core::Object(id)) => Some(*id),
            _ => None,
        };
        if row.sets
            && let Some(id) = owner
        {
            self.fill(id, fills.clone());
            if !row.sends {
                return receiver.cloned().unwrap_or_else(Value::unknown);
            }
        }
        let mut all = Vec::new();
        if let Some(id) = owner {
            hidden |= self.heap.object(id).open;
            all = self.heap.object(id).fills.clone();
        }
        if let Some(id) = self.foreign.get(first_segment(path)) {
            let defaults = self.heap.object(*id).fills.clone();
            all = defaults.into_iter().chain(all).collect();
        }
        if !row.sets || owner.is_none() {
            all.extend(fills);
        }
        self.merge_requests(&mut all, &mut hidden);
        if row.sends {
            if let Some(id) = owner {
                self.heap.change(id).sent = true;
            }
            self.send(unit, &all, hidden, true, place);
        }
        match &row.makes {
            Some(makes) => self.new_object(Object {
                foreign: Some(makes.as_str().into()),
                fills: all,
                sent: row.sends,
                open: hidden,
                ..Object::default()
            }),
            None => Value::unknown().step(How::Called, place.clone(), None),
        }
    }

    /// A request or client that is handed over brings its own parts.
    fn merge_requests(&mut self, fills: &mut Vec<Fill>, hidden: &mut bool) {
        let mut merged = Vec::new();
        for fill in fills.drain(..) {
            let made = matches!(&*fill.slot, "request" | "client" | "url");
            match &fill.value.core {
                Core::Object(id) if made && self.is_request(*id, &fill.slot) => {
                    self.heap.change(*id).sent = true;
                    *hidden |= self.heap.object(*id).open;
                    merged.extend(self.heap.object(*id).fills.clone());
                }
                _ => {
                    *hidden |= matches!(&*fill.slot, "request" | "client") && !matches!(fill.value.core, Core::Text(_));
                    merged.push(fill);
                }
            }
        }
        *fills = merged;
    }

    /// Whether an object is a request (and no URL, which stays a part of its own).
    fn is_request(&self, id: ObjectId, slot: &str) -> bool {
        let object = self.heap.object(id);
        let is_url = object.foreign.as_deref().is_some_and(|foreign| foreign.starts_with("URL"));
        !object.fills.is_empty() && (slot != "url" || !is_url)
    }

    /// Reports a request.
    pub(super) fn send(&mut self, unit: usize, fills: &[Fill], hidden: bool, sent: bool, place: &Place) {
        let part = |fill: &Fill| super::Part {
            slot: fill.slot.clone(),
            name: fill.name.as_ref().map(|name| self.shape(name)),
            value: self.shape(&fill.value),
            place: fill.place.clone(),
        };
        let parts = fills.iter().map(part).collect();
        self.emit(unit, What::Request { parts, hidden, sent }, place.clone());
    }

    /// Reports a client or request that nothing sends.
    pub(super) fn emit_unsent(&mut self, id: ObjectId) {
        let fills = self.heap.object(id).fills.clone();
        let Some(place) = fills.first().map(|fill| fill.place.clone()) else { return };
        if let Some(unit) = self.units.iter().position(|piece| *piece.document.source.path() == place.path) {
            self.send(unit, &fills, true, false, &place);
        }
    }

    /// Requests that a data file describes: maps with a URL and what goes with it.
    pub(super) fn described(&mut self, unit: usize) {
        let document = self.units[unit].document.clone();
        let rows = &self.index.catalog.http.data;
        let mut maps: Vec<&crate::syntax::facts::Expr> = Vec::new();
        crate::syntax::visit::expressions(&document.units[self.units[unit].at].facts, &mut |expr| {
            if let crate::syntax::facts::ExprKind::Map(entries) = &expr.kind
                && entries.iter().any(|entry| entry.value.as_text().is_some_and(|text| text.contains("://")))
            {
                maps.push(expr);
            }
        });
        let scope = self.heap.open(super::heap::Scope::default());
        for map in maps {
            self.refuel();
            let value = self.eval(unit, scope, map);
            let place = self.place(unit, map.span);
            for row in rows {
                let mut fills = Vec::new();
                for (slot, paths) in &row.slots {
                    let found = paths.iter().find_map(|path| match self.drill(value.clone(), place.clone(), path) {
                        Found::Here(value, place) => Some((value, place)),
                        _ => None,
                    });
                    if let Some((value, place)) = found {
                        fills.push(Fill { slot: slot.as_str().into(), name: None, value, place });
                    }
                }
                if fills.iter().any(|fill| &*fill.slot == "url") {
                    self.send(unit, &fills, true, false, &place);
                }
            }
        }
    }

    /// The parts of a request that the arguments of a call give.
    fn fills(
        &mut self,
        path: &str,
        row: &HttpCall,
        receiver: Option<&Value>,
        args: &Arguments,
        place: &Place,
    ) -> (Vec<Fill>, bool) {
        let mut fills = Vec::new();
        let mut hidden = args.open;
        let method = match row.method.as_deref() {
            Some("name") => path.rsplit('.').next().map(str::to_uppercase),
            other => other.map(str::to_owned),
        };
        if let Some(method) = method {
            let value = Value::new(Core::Text(method.into()));
            fills.push(Fill { slot: "method".into(), name: None, value, place: place.clone() });
        }
        for (slot, paths) in &row.slots {
            if slot.ends_with("-name") {
                continue;
            }
            let name = slot.strip_suffix("-value").and_then(|stem| row.slots.get(&format!("{stem}-name")));
            let name = name.and_then(|paths| match self.first_of(args, receiver, paths) {
                Found::Here(value, _) => Some(value),
                _ => None,
            });
            match self.first_fitting(args, receiver, paths, slot) {
                Found::Here(value, place) => {
                    let nothing = matches!(value.core, Core::Nothing);
                    if matches!(value.core, Core::Function(_)) || (nothing && slot != "insecure") {
                        continue;
                    }
                    fills.push(Fill { slot: slot.as_str().into(), name, value, place });
                }
                Found::Hidden => hidden = true,
                Found::Absent => {}
            }
        }
        (fills, hidden)
    }

    /// The first of several argument paths with a value that the slot can hold: a text is no map of headers, a map is
    /// no URL.
    fn first_fitting(&self, args: &Arguments, receiver: Option<&Value>, paths: &[String], slot: &str) -> Found {
        let mut hidden = false;
        for path in paths {
            match self.argument(args, receiver, path) {
                Found::Absent => {}
                Found::Hidden => hidden = true,
                Found::Here(value, place) => {
                    if self.can_hold(slot, &value) {
                        return Found::Here(value, place);
                    }
                }
            }
        }
        if hidden { Found::Hidden } else { Found::Absent }
    }

    fn can_hold(&self, slot: &str, value: &Value) -> bool {
        let object = match value.core {
            Core::Object(id) => Some(self.heap.object(id)),
            _ => None,
        };
        let text = matches!(value.core, Core::Text(_) | Core::Concat(_) | Core::Number(_) | Core::Base64(_));
        match slot {
            "url" | "base" | "host" | "path" | "scheme" | "method" | "header-name" | "header-value" | "bearer" => {
                object.is_none_or(|object| !object.fills.is_empty() && slot != "header-name")
            }
            "headers" => !text,
            "request" | "client" => object.is_some_and(|object| !object.fills.is_empty() || object.open),
            _ => true,
        }
    }

    /// Adds parts to a client or request; a slot that holds one value is replaced.
    fn fill(&mut self, id: ObjectId, fills: Vec<Fill>) {
        let object = self.heap.change(id);
        for fill in fills {
            let many = fill.name.is_some() || matches!(&*fill.slot, "headers" | "query" | "body");
            if !many {
                object.fills.retain(|known| known.slot != fill.slot);
            }
            object.fills.push(fill);
        }
    }

    /// Reads a member that is a slot of a client or request.
    pub(super) fn slot_member(&mut self, unit: usize, id: ObjectId, key: &str, place: &Place) -> Option<Value> {
        let object = self.heap.object(id);
        let foreign = object.foreign.clone()?;
        let root = object.owner.unwrap_or(id);
        let path = format!("{foreign}.{key}");
        match self.index.member(self.language(unit), &path) {
            Some(row) => Some(self.slot_value(root, &row.slot, place)),
            None if self.index.leads_to_member(&path) => {
                let object = Object { foreign: Some(path.into()), owner: Some(root), ..Object::default() };
                Some(self.new_object(object))
            }
            None => None,
        }
    }

    /// The value of a slot; a slot for a map gets an empty one first.
    pub(super) fn slot_value(&mut self, id: ObjectId, slot: &str, place: &Place) -> Value {
        if slot == "self" || slot == "url" {
            return Value::new(Core::Object(id));
        }
        let known =
            self.heap.object(id).fills.iter().rev().find(|fill| &*fill.slot == slot).map(|fill| fill.value.clone());
        match known {
            Some(value) if matches!(value.core, Core::Object(_)) || !MAPS.contains(&slot) => value,
            _ if MAPS.contains(&slot) => {
                let map = self.new_object(Object { foreign: Some("map".into()), ..Object::default() });
                let fill = Fill { slot: slot.into(), name: None, value: map.clone(), place: place.clone() };
                self.heap.change(id).fills.push(fill);
                map
            }
            _ => Value::unknown(),
        }
    }

    /// Sets a member that is a slot. `false` where it is none.
    pub(super) fn set_slot(&mut self, unit: usize, id: ObjectId, key: &str, value: &Value, place: &Place) -> bool {
        let object = self.heap.object(id);
        let Some(foreign) = object.foreign.clone() else { return false };
        let root = object.owner.unwrap_or(id);
        let Some(row) = self.index.member(self.language(unit), &format!("{foreign}.{key}")) else { return false };
        let slot: Arc<str> = row.slot.as_str().into();
        let written = value.trail.last().filter(|step| step.place.path == place.path && step.how == How::Written);
        let place = written.map_or_else(|| place.clone(), |step| step.place.clone());
        self.heap.change(root).fills.retain(|fill| fill.slot != slot);
        self.fill(root, vec![Fill { slot, name: None, value: value.clone(), place }]);
        true
    }

    /// Sets a slot of a library's own client (`axios.defaults.baseURL = ...`).
    pub(super) fn set_foreign(&mut self, unit: usize, path: &str, value: &Value, place: &Place) {
        if let Some(row) = self.index.member(self.language(unit), path) {
            let slot: Arc<str> = row.slot.as_str().into();
            let id = self.foreign_object(path);
            self.fill(id, vec![Fill { slot, name: None, value: value.clone(), place: place.clone() }]);
        }
    }

    /// The client that a library keeps for all its calls.
    pub(super) fn foreign_object(&mut self, path: &str) -> ObjectId {
        let key: Arc<str> = first_segment(path).into();
        if let Some(id) = self.foreign.get(&key) {
            return *id;
        }
        let id = self.heap.add(Object { foreign: Some(key.clone()), sent: true, ..Object::default() });
        self.foreign.insert(key, id);
        id
    }

    /// An instance of a repository's class gets what the foreign class that it inherits from is made with.
    pub(super) fn inherit_foreign(
        &mut self,
        unit: usize,
        this: &Value,
        path: &Arc<str>,
        args: Option<&Arguments>,
        place: &Place,
    ) {
        let Core::Object(id) = this.core else { return };
        if let (Some(row), Some(args)) = (self.index.log(self.language(unit), path, None), args) {
            let args = args.list.iter().map(|arg| Argument { value: self.shape(&arg.value), place: arg.place.clone() });
            let args = args.collect();
            self.emit(unit, What::Log { what: &row.what, args }, place.clone());
        }
        let Some(row) = self.index.http(self.language(unit), path) else {
            let object = self.heap.change(id);
            object.foreign = Some(path.clone());
            object.open = true;
            return;
        };
        let makes = row.makes.as_deref().map_or_else(|| path.clone(), Arc::from);
        let fills = match args {
            Some(args) => self.fills(path, row, None, args, place).0,
            None => Vec::new(),
        };
        let object = self.heap.change(id);
        object.foreign = Some(makes);
        object.fills.extend(fills);
    }

    /// A library function, by the first of its rows that holds.
    fn call_function(
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
            if let Some(value) = self.make(unit, row, receiver, args, place) {
                return Some(value);
            }
        }
        None
    }

    /// All values that an argument path names: `1..` is every positional argument from that one on.
    fn arguments_at(&self, args: &Arguments, receiver: Option<&Value>, path: &str) -> Vec<(Value, Place)> {
        if let Some(first) = path.strip_suffix("..").and_then(|first| first.parse::<usize>().ok()) {
            let positional = args.list.iter().filter(|arg| arg.name.is_none()).skip(first);
            return positional.map(|arg| (arg.value.clone(), arg.place.clone())).collect();
        }
        match self.argument(args, receiver, path) {
            Found::Here(value, place) => vec![(value, place)],
            _ => Vec::new(),
        }
    }

    fn make(
        &mut self,
        unit: usize,
        row: &Function,
        receiver: Option<&Value>,
        args: &Arguments,
        place: &Place,
    ) -> Option<Value> {
        let given: Vec<(Value, Place)> =
            row.args.iter().flat_map(|path| self.arguments_at(args, receiver, path)).collect();
        let value = |at: usize| given.get(at).map(|(value, _)| value.clone());
        if row.makes != "each" {
            self.callbacks(args);
        }
        let made = match row.makes.as_str() {
            "same" => value(0)?,
            "concat" => Value::new(Core::Concat(given.into_iter().map(|(value, _)| value).collect())),
            "base64" => self.base64(&value(0)?),
            "unbase64" => self.unbase64(&value(0)?, place),
            "join" => self.join(&value(0)?, &value(1)?)?,
            "format" => self.format(&value(0)?, args, row),
            "map" => self.new_map(row, &given, args),
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
            "set" => {
                let target = value(0)?;
                let (new, at) = given.get(2)?.clone();
                if !matches!(target.core, Core::Object(_)) {
                    return None;
                }
                self.set_member(unit, 0, &target, value(1)?.text(), new, &at);
                target
            }
            "push" => {
                let Core::Object(id) = value(0)?.core else { return None };
                let (new, at) = given.get(1)?.clone();
                if self.heap.object(id).list {
                    self.heap.change(id).push(new, at);
                } else {
                    self.heap.change(id).open = true;
                }
                Value::unknown()
            }
            "each" => self.each(&value(0)?, &value(1)?, place),
            "member" => {
                let (map, key) = (value(0)?, value(1)?);
                let found = self.member(unit, &map, &key, place);
                match value(2) {
                    Some(default) if matches!(found.core, Core::Nothing) => default,
                    Some(default) => Value::choice([found, default]),
                    None => found,
                }
            }
            "environment" => {
                let name = value(0)?.text()?;
                let read = self.environment(unit, &name, "the environment", place);
                match value(1) {
                    Some(default) if !matches!(default.core, Core::Nothing) => Value::choice([read, default]),
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
            "pair" => self.list_of(given),
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

    fn base64(&self, value: &Value) -> Value {
        match &value.core {
            Core::Choice(all) => Value::choice(all.iter().map(|one| self.base64(one)).collect::<Vec<_>>()),
            _ => Value::new(Core::Base64(value.clone().into())),
        }
    }

    /// Decoding gives what was encoded; a literal is decoded here.
    fn unbase64(&self, value: &Value, place: &Place) -> Value {
        match &value.core {
            Core::Base64(inner) => (**inner).clone(),
            Core::Text(text) => match crate::flow::decode_base64(text) {
                Some(text) => Value { core: Core::Text(text.into()), trail: value.trail.clone() },
                None => Value::unknown().step(How::Called, place.clone(), None),
            },
            _ => Value { core: Core::Unknown, trail: value.trail.clone() },
        }
    }

    fn join(&self, separator: &Value, list: &Value) -> Option<Value> {
        let Core::Object(id) = list.core else { return None };
        let object = self.heap.object(id);
        if !object.list {
            return None;
        }
        let mut parts = Vec::new();
        for slot in &object.entries {
            if !parts.is_empty() {
                parts.push(separator.clone());
            }
            parts.push(slot.value.clone());
        }
        if object.open {
            parts.push(Value::unknown());
        }
        Some(Value::new(Core::Concat(parts.into())))
    }

    /// Fills a format text: `{}`, `{0}`, `{name}`, `%s`, `%(name)s`, `%d`.
    fn format(&self, format: &Value, args: &Arguments, row: &Function) -> Value {
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
        for piece in pieces(&text) {
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

    fn new_map(&mut self, row: &Function, given: &[(Value, Place)], args: &Arguments) -> Value {
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
        let _ = row;
        args.list.iter().filter(|arg| arg.name.is_some()).for_each(|arg| set_named(&mut object, arg));
        self.new_object(object)
    }

    /// A list of pairs as members of a map.
    fn pairs(&self, id: ObjectId, object: &mut Object) {
        let list = self.heap.object(id);
        object.open |= list.open;
        for slot in &list.entries {
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
    fn each(&mut self, list: &Value, function: &Value, place: &Place) -> Value {
        let Core::Function(closure) = &function.core else { return Value::unknown() };
        let closure = closure.clone();
        let element = self.element(list);
        let element_known = !matches!(element.core, Core::Unknown);
        let args = Arguments { list: vec![Passed { name: None, value: element, place: place.clone() }], open: true };
        let args = if element_known { Some(&args) } else { None };
        let value = match args {
            Some(args) => self.invoke(&closure, Some(args), place, None),
            None => self.invoke_fresh(&closure),
        };
        self.list_of(vec![(value, place.clone())])
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

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/' | b':')
}

fn first_segment(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

fn no_place() -> Place {
    Place { path: "".into(), span: crate::source::Span::default() }
}

enum Piece {
    Text(String),
    Hole(String),
}

/// The pieces of a format text.
fn pieces(format: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let hole = match c {
            '{' if rest.starts_with("{{") => None,
            '{' => rest[1..].find('}').map(|end| {
                let name = rest[1..=end].split([':', '!']).next().unwrap_or_default();
                (name.to_owned(), end + 2)
            }),
            '%' if rest.starts_with("%(") => rest.find(")s").map(|end| (rest[2..end].to_owned(), end + 2)),
            '%' if rest.starts_with("%s")
                || rest.starts_with("%d")
                || rest.starts_with("%v")
                || rest.starts_with("%q") =>
            {
                Some((String::new(), 2))
            }
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
                let step = if rest.starts_with("{{") || rest.starts_with("}}") || rest.starts_with("%%") {
                    2
                } else {
                    c.len_utf8()
                };
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
