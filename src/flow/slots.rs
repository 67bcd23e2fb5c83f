//! The slots of requests: what the arguments of a call put into them, and what each can hold.

use super::Run;
use super::arguments::Found;
use super::call::Arguments;
use super::heap::Fill;
use super::value::{Core, How, ObjectId, Value};
use crate::catalog::HttpCall;
use crate::source::Place;

impl Run<'_> {
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
            if slot == "header-pairs" {
                let given: Vec<_> =
                    paths.iter().flat_map(|path| self.arguments_at(args, receiver, &format!("{path}.."))).collect();
                fills.extend(given.chunks_exact(2).map(|pair| Fill {
                    slot: "header-value".into(),
                    name: Some(pair[0].0.clone()),
                    value: pair[1].0.clone(),
                    place: pair[1].1.clone(),
                }));
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
                    let value = match slot.as_str() {
                        "method" => method_name(value),
                        "body" => self.of_pairs(value),
                        _ => value,
                    };
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

    /// A list of pairs as the map that it stands for: the fields of a form. Anything else as it is.
    fn of_pairs(&mut self, value: Value) -> Value {
        let Core::Object(id) = value.core else { return value };
        let object = self.heap.object(id);
        if !object.list || object.entries.is_empty() {
            return value;
        }
        let pair = |slot: &super::heap::Slot| {
            let Core::Object(pair) = slot.value.core else { return None };
            let pair = self.heap.object(pair);
            match &pair.entries[..] {
                [name, value] if pair.list => Some((name.value.text()?, value.value.clone(), value.place.clone())),
                _ => None,
            }
        };
        let Some(pairs) = object.entries.iter().map(pair).collect::<Option<Vec<_>>>() else { return value };
        let mut map = super::heap::Object { open: object.open, ..Default::default() };
        pairs.into_iter().for_each(|(name, value, place)| map.set(name, value, place));
        self.new_object(map)
    }

    /// Lines `Name: value`, one or a list of them, as headers. Whether some can't be read comes second.
    pub(super) fn header_lines(&self, value: &Value, place: &Place) -> (Vec<Fill>, bool) {
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
    pub(super) fn place_members(&self, fills: &mut [Fill]) {
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
            "client" if matches!(value.core, Core::Unknown | Core::Env(_)) => true,
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
}

/// A method that a constant of the library names (`HttpMethod.Post`) as its text.
pub(super) fn method_name(value: Value) -> Value {
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
