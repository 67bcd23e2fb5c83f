//! Requests: the parts that calls and members give them, and when they are sent.

use std::sync::Arc;

use super::Run;
use super::arguments::Found;
use super::call::Arguments;
use super::events::What;
use super::heap::{Fill, Made, Object};
use super::members::first_segment;
use super::value::{Core, How, ObjectId, Value};
use crate::catalog::HttpCall;
use crate::catalog::coverage::used;
use crate::source::Place;

impl Run<'_> {
    /// A call of an HTTP client.
    pub(super) fn call_http(
        &mut self,
        unit: usize,
        path: &Arc<str>,
        row: &HttpCall,
        receiver: Option<&Value>,
        args: &Arguments,
        place: &Place,
    ) -> Value {
        let wanted = row.slots.values().flatten().any(|path| path == super::call::NAMED);
        let with_named = wanted.then(|| self.with_named(args));
        let args = with_named.as_ref().unwrap_or(args);
        let configured = row.configures.iter().find_map(|path| self.configurer(args, receiver, path));
        if configured.is_none() {
            self.callbacks(args);
        }
        let (fills, mut hidden) = self.fills(path, row, receiver, args, place);
        hidden |= row.hides || configured.is_none() && self.is_altered(args);
        let owner = match receiver.map(|value| &value.core) {
            Some(Core::Object(id)) => Some(*id),
            // What a library sets for all its calls: `$.ajaxSetup(..)`. What makes a request sets it there.
            Some(Core::Foreign(_)) if row.sets && !row.sends && (row.makes.is_none() || !row.configures.is_empty()) => {
                Some(self.foreign_object(path))
            }
            _ => None,
        };
        if row.sets
            && let Some(id) = owner
        {
            self.fill(id, fills.clone());
            if !row.sends {
                if let Some(function) = &configured {
                    // What is configured is a part of the receiver, and what it is given the receiver's.
                    let foreign = row.makes.clone().unwrap_or_else(|| format!("{path}.block"));
                    let fills = self.heap.object(id).fills.clone();
                    let part = Object { foreign: Some(foreign.into()), fills, sent: true, ..Object::default() };
                    let part = self.new_object(part);
                    self.configure(&part, function, place);
                    let Core::Object(part) = part.core else { return part };
                    hidden |= self.heap.object(part).open;
                    let fills = self.heap.object(part).fills.clone();
                    self.heap.change(id).fills = fills;
                }
                self.heap.change(id).open |= hidden;
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
        if let Some(function) = configured {
            let foreign = row.makes.clone().unwrap_or_else(|| format!("{path}.block"));
            let request = Object { foreign: Some(foreign.into()), fills: all, sent: true, ..Object::default() };
            let request = self.new_object(request);
            self.configure(&request, &function, place);
            let Core::Object(id) = request.core else { return request };
            all = self.heap.object(id).fills.clone();
            hidden |= self.heap.object(id).open;
        }
        if row.makes.as_deref() == Some("URL") {
            self.merge_urls(&mut all);
        }
        self.merge_requests(&mut all, &mut hidden);
        hidden |= row.hidden;
        let later = row.sends && row.makes.is_some();
        if row.sends && !later {
            if let Some(id) = owner {
                self.heap.change(id).sent = true;
            }
            self.send(unit, &all, hidden, true, place);
        }
        match &row.makes {
            Some(makes) => self.new_object(Object {
                foreign: Some(makes.as_str().into()),
                fills: all,
                made: Some(Made {
                    site: place.clone(),
                    calls: self.calls.iter().filter(|call| !call.root).map(|call| call.site.clone()).collect(),
                    sends: row.sends,
                }),
                open: hidden,
                ..Object::default()
            }),
            None => Value::unknown().step(How::Called, place.clone(), None),
        }
    }

    /// The function that an argument path leads to: the argument itself, or a method of an object of the repository.
    fn configurer(&mut self, args: &Arguments, receiver: Option<&Value>, path: &str) -> Option<Value> {
        if let Found::Here(value, _) = self.argument(args, receiver, path)
            && matches!(value.core, Core::Function(_))
        {
            return Some(value);
        }
        let (object, method) = path.rsplit_once('.')?;
        let Found::Here(object, _) = self.argument(args, receiver, object) else { return None };
        let Core::Object(id) = object.core else { return None };
        let class = self.heap.object(id).class.clone()?;
        let (owner, closure, _) = self.find_method(&class, method, Some(1))?;
        let partial = super::value::Method { class: owner, closure, this: object };
        Some(Value::new(Core::Method(std::rc::Rc::new(partial))))
    }

    /// Whether an option hands the request to code that may add to it: a function, an object, something unknown.
    fn is_altered(&self, args: &Arguments) -> bool {
        let altering = &self.index.catalog.functions.altering;
        let alters = |name: &str, value: &Value| {
            let plain = matches!(value.core, Core::Text(_) | Core::Number(_) | Core::Nothing);
            !plain && altering.iter().find(|known| *known == name).inspect(|known| used(*known)).is_some()
        };
        args.list.iter().any(|arg| {
            arg.name.as_ref().is_some_and(|name| alters(name, &arg.value))
                || match arg.value.core {
                    Core::Object(id) => self.heap.object(id).entries.iter().any(|slot| alters(&slot.key, &slot.value)),
                    _ => false,
                }
        })
    }

    /// Runs a function that configures a value: it is handed it as its first argument and as its receiver.
    pub(super) fn configure(&mut self, value: &Value, function: &Value, place: &Place) -> Option<Value> {
        let passed = super::call::Passed { name: None, value: value.clone(), place: place.clone() };
        let args = Arguments { list: vec![passed], open: false };
        match &function.core {
            Core::Function(closure) => {
                let closure = closure.clone();
                Some(self.invoke_on(&closure, &args, place, value.clone()))
            }
            Core::Method(method) => {
                let method = method.clone();
                let this = method.this.clone();
                Some(self.invoke_method(&method.closure, &method.class, this, Some(&args.list), place))
            }
            _ => None,
        }
    }

    /// A URL that is made of another has its parts.
    fn merge_urls(&mut self, fills: &mut Vec<Fill>) {
        let Some(at) = fills.iter().position(|fill| &*fill.slot == "url") else { return };
        let Core::Object(id) = fills[at].value.core else { return };
        let object = self.heap.object(id);
        if object.foreign.as_deref() == Some("URL") {
            let parts = object.fills.clone();
            fills.splice(at..=at, parts);
        }
    }

    /// A request or client that is handed over brings its own parts.
    pub(super) fn merge_requests(&mut self, fills: &mut Vec<Fill>, hidden: &mut bool) {
        self.merge_within(fills, hidden, 0);
    }

    fn merge_within(&mut self, fills: &mut Vec<Fill>, hidden: &mut bool, depth: usize) {
        let mut merged = Vec::new();
        for fill in fills.drain(..) {
            let made = matches!(&*fill.slot, "request" | "client" | "url");
            if &*fill.slot == "headers" {
                let (parts, all) = self.made_headers(&fill.value);
                merged.extend(parts);
                if all {
                    continue;
                }
            }
            match &fill.value.core {
                Core::Object(id) if made && self.is_request(*id, &fill.slot) => {
                    self.heap.change(*id).sent = true;
                    *hidden |= self.heap.object(*id).open;
                    // A client may have been handed another client.
                    let mut inner = self.heap.object(*id).fills.clone();
                    if depth < 4 {
                        self.merge_within(&mut inner, hidden, depth + 1);
                    }
                    merged.extend(inner);
                }
                _ => {
                    // What a URL was given besides the URL itself is the request's.
                    if let (Core::Object(id), true) = (&fill.value.core, made) {
                        self.heap.change(*id).sent = true;
                        let given = self.heap.object(*id).fills.iter();
                        let own = |slot: &str| {
                            matches!(slot, "query" | "query-value" | "user" | "password" | "auth" | "bearer")
                        };
                        merged.extend(given.filter(|part| own(&part.slot)).cloned().collect::<Vec<_>>());
                    }
                    // One of several requests: what each brings isn't told apart.
                    let several = match &fill.value.core {
                        Core::Choice(all) if made => all.iter().any(|one| match one.core {
                            Core::Object(id) => self.is_request(id, &fill.slot),
                            _ => false,
                        }),
                        _ => false,
                    };
                    if let (Core::Object(id), "url") = (&fill.value.core, &*fill.slot) {
                        // Members of the URL's query, which are no text in it.
                        let object = self.heap.object(*id);
                        let map = |fill: &&Fill| &*fill.slot == "query" && matches!(fill.value.core, Core::Object(_));
                        let members = |fill: &&Fill| &*fill.slot == "query-value" || map(fill);
                        merged.extend(object.fills.iter().filter(members).cloned());
                    }
                    *hidden |= several
                        || matches!(&*fill.slot, "request" | "client") && !matches!(fill.value.core, Core::Text(_));
                    merged.push(fill);
                }
            }
        }
        // A URL stays a part of its own, but its parameters are the request's.
        let mut parameters = Vec::new();
        for fill in merged.iter().filter(|fill| &*fill.slot == "url") {
            if let Core::Object(id) = &fill.value.core {
                let named = |fill: &&Fill| &*fill.slot == "query-value";
                parameters.extend(self.heap.object(*id).fills.iter().filter(named).cloned());
            }
        }
        merged.extend(parameters);
        *fills = merged;
    }

    /// Parts of a request that headers carry which were made one by one (`[.authorization(bearerToken: token)]`), and
    /// whether that is all that they hold.
    fn made_headers(&mut self, headers: &Value) -> (Vec<Fill>, bool) {
        let Core::Object(id) = headers.core else { return (Vec::new(), false) };
        let object = self.heap.object(id);
        let mut all = object.list && !object.open && !object.entries.is_empty();
        let mut made = vec![id];
        for slot in object.entries.iter() {
            match slot.value.core {
                Core::Object(one) if self.heap.object(one).foreign.is_some() => made.push(one),
                _ => all = false,
            }
        }
        let mut fills = Vec::new();
        for one in made {
            if !self.heap.object(one).fills.is_empty() {
                fills.extend(self.heap.object(one).fills.clone());
                self.heap.change(one).sent = true;
            }
        }
        (fills, all)
    }

    /// Whether an object is a request (and no URL, which stays a part of its own).
    pub(super) fn is_request(&self, id: ObjectId, slot: &str) -> bool {
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
        let hidden = hidden || self.unit(unit).partial;
        self.emit(unit, What::Request { parts, hidden, sent }, place.clone());
    }

    /// The name of the call at a place, as it is written.
    pub(super) fn called(&self, unit: usize, site: &Place) -> Arc<str> {
        const LONGEST: usize = 60;
        let source = &self.units[unit].document.source;
        let text = if source.path() == &site.path { source.slice(site.span) } else { "" };
        let call = text.strip_prefix("await ").unwrap_or(text);
        let end = call.find(|c: char| c == '(' || c.is_whitespace()).unwrap_or(call.len());
        if end <= LONGEST { call[..end].into() } else { "".into() }
    }

    /// Reports a client or request that nothing sends.
    pub(super) fn emit_unsent(&mut self, id: ObjectId) {
        let fills = self.heap.object(id).fills.clone();
        let made = self.heap.object(id).made.clone();
        let place =
            made.as_ref().map(|made| made.site.clone()).or_else(|| fills.first().map(|fill| fill.place.clone()));
        let Some(place) = place else { return };
        let Some(unit) = self.units.iter().position(|piece| *piece.document.source.path() == place.path) else {
            return;
        };
        let sends = made.as_ref().is_some_and(|made| made.sends);
        let hidden = !sends || self.heap.object(id).open;
        let count = self.events.len();
        self.send(unit, &fills, hidden, sends, &place);
        if let (Some(event), Some(made)) = (self.events.get_mut(count), made) {
            event.calls = made.calls;
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
                    used(row);
                    self.send(unit, &fills, true, false, &place);
                }
            }
        }
    }
}
