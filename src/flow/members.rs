//! Members of clients and requests that are slots, read and assigned.

use std::sync::Arc;

use super::Run;
use super::heap::{Fill, Object};
use super::slots::method_name;
use super::value::{Core, How, ObjectId, Value};
use crate::source::Place;

/// Slots that hold a map when nothing is there yet.
const MAPS: &[&str] = &["headers", "query", "body"];

impl Run<'_> {
    /// Reads a member that is a slot of a client or request.
    pub(super) fn slot_member(&mut self, unit: usize, id: ObjectId, key: &str, place: &Place) -> Option<Value> {
        let object = self.heap.object(id);
        let foreign = object.foreign.clone()?;
        let root = object.owner.unwrap_or(id);
        let path = format!("{foreign}.{key}");
        let whole = |slot: &str| self.has_parts(slot, &path);
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
            _ => self.part_of_url(id, slot).unwrap_or_else(Value::unknown),
        }
    }

    /// The host, the path or the scheme of a URL that was given as a whole, as far as its text is known.
    fn part_of_url(&self, id: ObjectId, slot: &str) -> Option<Value> {
        let url = self.heap.object(id).fills.iter().rev().find(|fill| &*fill.slot == "url")?;
        let (text, whole) = match &url.value.core {
            // Of an assembled text the front is enough, if it holds all of the part.
            Core::Concat(parts) => (parts.first()?.text()?, false),
            _ => (url.value.text()?, true),
        };
        let (scheme, rest) = text.split_once("://")?;
        let host = rest.find(['/', '?', '#']).or(whole.then_some(rest.len()))?;
        let path = Some(&rest[host..]).filter(|path| whole || path.contains(['?', '#']));
        let part = match slot {
            "scheme" => scheme,
            "host" => rest[..host].rsplit('@').next()?,
            "path" => path?.split(['?', '#']).next()?,
            _ => return None,
        };
        Some(Value { core: Core::Text(part.into()), trail: url.value.trail.clone() })
    }

    /// Whether a slot that is set as a whole has members that are slots of their own (`dio.options.headers`,
    /// `axios.defaults.auth.username`).
    pub(super) fn has_parts(&self, slot: &str, path: &str) -> bool {
        matches!(slot, "request" | "auth") && self.index.leads_to_member(path)
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

pub(super) fn first_segment(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}
