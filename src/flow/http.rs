//! Requests: the parts that calls and members give them, and when they are sent.

use std::sync::Arc;

use super::Run;
use super::arguments::Found;
use super::call::Arguments;
use super::events::What;
use super::heap::{Fill, Made, Object};
use super::value::{Core, How, ObjectId, Value};
use crate::catalog::HttpCall;
use crate::source::Place;

/// Slots that hold a map when nothing is there yet.
const MAPS: &[&str] = &["headers", "query", "body"];

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
            !plain && altering.iter().any(|known| known == name)
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
                    // The parameters that a URL was given as a map are the request's.
                    if let (Core::Object(id), true) = (&fill.value.core, made) {
                        let given = self.heap.object(*id).fills.iter();
                        let given =
                            given.filter(|part| &*part.slot == "query" && matches!(part.value.core, Core::Object(_)));
                        merged.extend(given.cloned().collect::<Vec<_>>());
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
        for slot in &object.entries {
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
                    self.send(unit, &fills, true, false, &place);
                }
            }
        }
    }

    /// The parts of a request that the arguments of a call give.
    pub(super) fn fills(
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
        for (slot, text) in &row.gives {
            let value = Value::new(Core::Text(text.as_str().into())).step(How::Written, place.clone(), None);
            fills.push(Fill { slot: slot.as_str().into(), name: None, value, place: place.clone() });
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
            let found = match self.first_fitting(args, receiver, paths, slot) {
                // What stands nowhere else stands at the call.
                Found::Here(value, at) if at.path.is_empty() => Found::Here(value, place.clone()),
                found => found,
            };
            match found {
                Found::Here(value, place) if slot == "header-lines" => {
                    let (lines, open) = self.header_lines(&value, &place);
                    fills.extend(lines);
                    hidden |= open;
                }
                Found::Here(value, place) => {
                    let nothing = matches!(value.core, Core::Nothing);
                    if matches!(value.core, Core::Function(_)) || (nothing && slot != "insecure") {
                        continue;
                    }
                    let value = if slot == "method" { method_name(value) } else { value };
                    let (slot, name) = match slot.as_str() {
                        "authorization" => ("header-value", Some(Value::new(Core::Text("Authorization".into())))),
                        slot => (slot, name),
                    };
                    fills.push(Fill { slot: slot.into(), name, value, place });
                }
                Found::Hidden => hidden = true,
                Found::Absent => {}
            }
        }
        self.place_members(&mut fills);
        (fills, hidden)
    }

    /// Lines `Name: value`, one or a list of them, as headers. Whether some can't be read comes second.
    fn header_lines(&self, value: &Value, place: &Place) -> (Vec<Fill>, bool) {
        if let Core::Object(id) = value.core
            && self.heap.object(id).list
        {
            let lines = self.heap.object(id).entries.iter().map(|slot| self.header_lines(&slot.value, &slot.place));
            let (fills, open): (Vec<_>, Vec<_>) = lines.unzip();
            return (fills.concat(), open.contains(&true));
        }
        let (text, rest) = match &value.core {
            Core::Text(text) => (text.clone(), &[][..]),
            Core::Concat(parts) => match parts.split_first().and_then(|(first, rest)| Some((first.text()?, rest))) {
                Some(parts) => parts,
                None => return (Vec::new(), true),
            },
            _ => return (Vec::new(), true),
        };
        let Some((name, front)) = text.split_once(':') else { return (Vec::new(), true) };
        let front = Value { core: Core::Text(front.trim_start().into()), trail: value.trail.clone() };
        let value = match rest {
            [] => front,
            rest => Value::new(Core::Concat(std::iter::once(front).chain(rest.iter().cloned()).collect())),
        };
        let name = Some(Value::new(Core::Text(name.trim().into())));
        (vec![Fill { slot: "header-value".into(), name, value, place: place.clone() }], false)
    }

    /// `body-or-query`: the members of a map go into the query of a request that has no body, whatever else goes into
    /// the body.
    fn place_members(&self, fills: &mut [Fill]) {
        let method = fills.iter().find(|fill| &*fill.slot == "method").map(|fill| fill.value.text());
        let bare = match method {
            Some(Some(method)) => matches!(&*method.to_uppercase(), "GET" | "HEAD"),
            Some(None) => false,
            None => true,
        };
        for fill in fills.iter_mut().filter(|fill| &*fill.slot == "body-or-query") {
            let map = matches!(fill.value.core, Core::Object(id) if !self.heap.object(id).list);
            fill.slot = if map && bare { "query" } else { "body" }.into();
        }
    }

    /// The first of several argument paths with a value that the slot can hold: a text is no map of headers, a map is
    /// no URL.
    pub(super) fn first_fitting(
        &self,
        args: &Arguments,
        receiver: Option<&Value>,
        paths: &[String],
        slot: &str,
    ) -> Found {
        let mut hidden = false;
        for path in paths {
            match self.argument(args, receiver, path) {
                Found::Absent => {}
                Found::Hidden => hidden = true,
                Found::Here(value, place) => {
                    if self.can_hold(slot, &value) {
                        return Found::Here(value, place);
                    }
                    // An instance of the repository's that shows no parts of a client may still bring some.
                    let own = |id: ObjectId| self.heap.object(id).class.is_some();
                    hidden |= slot == "client" && matches!(value.core, Core::Object(id) if own(id));
                }
            }
        }
        if hidden { Found::Hidden } else { Found::Absent }
    }

    pub(super) fn can_hold(&self, slot: &str, value: &Value) -> bool {
        let object = match value.core {
            Core::Object(id) => Some(self.heap.object(id)),
            _ => None,
        };
        let text = matches!(value.core, Core::Text(_) | Core::Concat(_) | Core::Number(_) | Core::Base64(_));
        match slot {
            // A client or its options are no base, but what brings one.
            "base" => match value.core {
                Core::Object(id) => {
                    !object.is_some_and(|object| object.fills.is_empty()) && !self.is_request(id, "url")
                }
                _ => true,
            },
            // A text without names is none.
            "query" => value.text().is_none_or(|text| text.is_empty() || text.contains('=')),
            "client" if matches!(value.core, Core::Unknown) => true,
            "url" | "host" | "path" | "scheme" | "method" | "header-name" | "header-value" | "authorization"
            | "bearer" => object.is_none_or(|object| !object.fills.is_empty() && slot != "header-name"),
            "header" => object.is_none(),
            "headers" => !text,
            // Headers or a request that are handed over alone are no body.
            "body" => object.is_none_or(|object| {
                let url = object.foreign.as_deref().is_some_and(|foreign| foreign.starts_with("URL"));
                object.fills.is_empty() || url
            }),
            "request" | "client" => {
                object.is_some_and(|object| !object.fills.is_empty() || object.open || object.class.is_some())
            }
            _ => true,
        }
    }

    /// Adds parts to a client or request; a slot that holds one value is replaced.
    pub(super) fn fill(&mut self, id: ObjectId, fills: Vec<Fill>) {
        let object = self.heap.change(id);
        for mut fill in fills {
            if &*fill.slot == "segment" {
                let known = object.fills.iter().rev().find(|known| &*known.slot == "path");
                let slash = Value::new(Core::Text("/".into()));
                let front = known.map(|known| known.value.clone()).into_iter();
                fill.value = Value::new(Core::Concat(front.chain([slash, fill.value]).collect()));
                fill.slot = "path".into();
            }
            let many = fill.name.is_some() || matches!(&*fill.slot, "headers" | "header" | "query" | "body");
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
        // Options that are set as a whole have members of their own (`dio.options.headers`).
        let whole = |slot: &str| slot == "request" && self.index.leads_to_member(&path);
        match self.index.member(self.language(unit), &path).filter(|row| !whole(&row.slot)) {
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
        let Some(row) = self.index.member(self.language(unit), &format!("{foreign}.{key}")) else {
            // `request["Authorization"] = ..`: any other member is a header, or whatever the row says.
            let Some(row) = self.index.member(self.language(unit), &format!("{foreign}.*")) else { return false };
            let name = Some(Value::new(Core::Text(key.into())));
            let fill = Fill { slot: row.slot.as_str().into(), name, value: value.clone(), place: place.clone() };
            self.fill(root, vec![fill]);
            return true;
        };
        let slot: Arc<str> = row.slot.as_str().into();
        let written = value.trail.last().filter(|step| step.place.path == place.path && step.how == How::Written);
        let place = written.map_or_else(|| place.clone(), |step| step.place.clone());
        self.heap.change(root).fills.retain(|fill| fill.slot != slot);
        let value = if &*slot == "method" { method_name(value.clone()) } else { value.clone() };
        self.fill(root, vec![Fill { slot, name: None, value, place }]);
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
}

/// A method that a constant of the library names (`HttpMethod.Post`) as its text.
fn method_name(value: Value) -> Value {
    let name = match &value.core {
        Core::Foreign(path) => Some(path.clone()),
        // The type is not written: `.post`.
        Core::Unknown => value.trail.last().and_then(|step| step.name.clone()),
        _ => None,
    };
    let name = name.and_then(|name| name.rsplit('.').next().map(str::to_uppercase)).unwrap_or_default();
    let known = matches!(name.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS");
    if known { Value { core: Core::Text(name.into()), trail: value.trail } } else { value }
}

fn first_segment(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}
