//! Values as they are at one moment, with objects copied: later changes to an object don't reach an event.

use std::sync::Arc;

use super::heap::{COMPARISON, Heap};
use super::value::{Core, Step, Trail, Value};
use crate::source::Place;

/// A value at one moment.
#[derive(Clone)]
pub struct Shape {
    /// What it is.
    pub kind: ShapeKind,
    /// How it came here: all steps, also those of the values that it was part of.
    pub trail: Trail,
}

/// The kinds of shape.
#[derive(Clone)]
pub enum ShapeKind {
    /// A known text.
    Text(Arc<str>),
    /// A known number.
    Number(Arc<str>),
    /// Nothing.
    Nothing,
    /// Texts put together.
    Concat(Vec<Shape>),
    /// Base64 of a text.
    Base64(Box<Shape>),
    /// A map, and whether it has members that aren't known.
    Map(Vec<Member>, bool),
    /// A list, and whether it has elements that aren't known.
    List(Vec<Member>, bool),
    /// A URL, client or request made elsewhere.
    Request(Vec<Part>),
    /// What an environment variable holds.
    Env(Arc<str>),
    /// One of several values.
    Choice(Vec<Shape>),
    /// Anything.
    Unknown,
}

/// A member of a map or list.
#[derive(Clone)]
pub struct Member {
    /// The key, or index.
    pub key: Arc<str>,
    /// The value.
    pub value: Shape,
    /// Where the value stands.
    pub place: Place,
}

/// A part of a request.
#[derive(Clone)]
pub struct Part {
    /// The slot, as rows in `rules/http` name it.
    pub slot: Arc<str>,
    /// The name that goes with the value (a header's).
    pub name: Option<Shape>,
    /// The value.
    pub value: Shape,
    /// The expression that gives it.
    pub place: Place,
}

/// How deep objects in objects are copied.
const MAX_DEPTH: usize = 14;

impl Shape {
    /// A value as it is now.
    pub fn of(heap: &Heap, value: &Value) -> Self {
        shape(heap, value, &[], 0, &mut 4000)
    }

    /// The alternatives of a choice, or the shape itself.
    pub fn alternatives(&self) -> &[Shape] {
        match &self.kind {
            ShapeKind::Choice(all) => all,
            _ => std::slice::from_ref(self),
        }
    }

    /// The text, where all of it is known.
    pub fn text(&self) -> Option<String> {
        match &self.kind {
            ShapeKind::Text(text) | ShapeKind::Number(text) => Some(text.to_string()),
            ShapeKind::Concat(parts) => parts.iter().map(Shape::text).collect(),
            _ => None,
        }
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        match &self.kind {
            ShapeKind::Nothing => true,
            ShapeKind::Text(text) => text.trim().is_empty(),
            ShapeKind::Concat(parts) => parts.iter().all(Shape::is_empty),
            _ => false,
        }
    }
}

fn shape(heap: &Heap, value: &Value, later: &[Step], depth: usize, budget: &mut usize) -> Shape {
    let trail = later.iter().fold(value.trail.clone(), |trail, step| trail.with(step.clone()));
    if depth > MAX_DEPTH || *budget == 0 {
        return Shape { kind: ShapeKind::Unknown, trail };
    }
    *budget -= 1;
    let inner = |value: &Value, budget: &mut usize| {
        // A part has the steps of the whole behind its own.
        let steps: Vec<Step> = trail.steps().into_iter().take(24).cloned().collect();
        shape(heap, value, &steps, depth + 1, budget)
    };
    let kind = match &value.core {
        Core::Text(text) => ShapeKind::Text(text.clone()),
        Core::Number(text) => ShapeKind::Number(text.clone()),
        Core::Nothing => ShapeKind::Nothing,
        Core::Concat(parts) => ShapeKind::Concat(parts.iter().map(|part| inner(part, budget)).collect()),
        Core::Base64(of) => ShapeKind::Base64(Box::new(inner(of, budget))),
        Core::Choice(all) => ShapeKind::Choice(all.iter().map(|one| inner(one, budget)).collect()),
        Core::Env(name) => ShapeKind::Env(name.clone()),
        Core::Object(id) => object(heap, *id, depth, budget),
        Core::Partial(_) | Core::Method(_) | Core::Foreign(_) | Core::Function(_) | Core::Class(_) | Core::Unknown => {
            ShapeKind::Unknown
        }
    };
    Shape { kind, trail }
}

fn object(heap: &Heap, id: usize, depth: usize, budget: &mut usize) -> ShapeKind {
    let object = heap.object(id);
    if object.foreign.as_deref() == Some(COMPARISON) {
        return ShapeKind::Unknown;
    }
    if !object.fills.is_empty() {
        let part = |fill: &super::heap::Fill, budget: &mut usize| Part {
            slot: fill.slot.clone(),
            name: fill.name.as_ref().map(|name| shape(heap, name, &[], depth + 1, budget)),
            value: shape(heap, &fill.value, &[], depth + 1, budget),
            place: fill.place.clone(),
        };
        return ShapeKind::Request(object.fills.iter().map(|fill| part(fill, budget)).collect());
    }
    let renamed = object.class.is_some();
    let members = object
        .entries
        .iter()
        .map(|slot| Member {
            key: if renamed { serialised(&slot.key) } else { object.written_as(&slot.key) },
            value: shape(heap, &slot.value, &[], depth + 1, budget),
            place: slot.place.clone(),
        })
        .collect();
    let open = object.open || (object.class.is_some() && object.written.is_none());
    if object.list { ShapeKind::List(members, open) } else { ShapeKind::Map(members, open) }
}

/// A member of an instance as it is written into JSON: without its capital.
fn serialised(key: &Arc<str>) -> Arc<str> {
    let mut letters = key.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if first.is_ascii_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect::<String>().into()
        }
        _ => key.clone(),
    }
}
