//! Objects and scopes, and the log that lets a branch be undone and joined with its alternatives.

use std::collections::HashMap;
use std::sync::Arc;

use super::value::{Closure, Core, ObjectId, Value};
use crate::source::Place;
use std::rc::Rc;

/// A map, list, instance, client or request.
#[derive(Clone, Default)]
pub struct Object {
    /// Members in the order in which they were set; a list's are `0`, `1`, ...
    pub entries: Vec<Slot>,
    /// Whether members are there that aren't known.
    pub open: bool,
    /// Whether it is a list.
    pub list: bool,
    /// The class that it is an instance of.
    pub class: Option<Rc<Closure>>,
    /// The foreign type that it is of, by dotted path.
    pub foreign: Option<Arc<str>>,
    /// Parts of a request that it carries, if it is a client, session or request.
    pub fills: Vec<Fill>,
    /// Whether a request was sent with it.
    pub sent: bool,
    /// The client that it is a part of (`client.defaults`).
    pub owner: Option<ObjectId>,
}

/// A member of an object.
#[derive(Clone)]
pub struct Slot {
    /// Its key.
    pub key: Arc<str>,
    /// Its value.
    pub value: Value,
    /// Where the value stands.
    pub place: Place,
}

/// A part of a request, with where it was given.
#[derive(Clone)]
pub struct Fill {
    /// The slot, as rows in `rules/http` name it.
    pub slot: Arc<str>,
    /// For `header-value`, `query-value` and `body-value`: the name that goes with it.
    pub name: Option<Value>,
    /// The value.
    pub value: Value,
    /// The expression that gives it.
    pub place: Place,
}

impl Object {
    /// The member of this key.
    pub fn get(&self, key: &str) -> Option<&Slot> {
        self.entries.iter().rev().find(|slot| &*slot.key == key)
    }

    /// Sets a member.
    pub fn set(&mut self, key: Arc<str>, value: Value, place: Place) {
        match self.entries.iter_mut().find(|slot| slot.key == key) {
            Some(slot) => {
                slot.value = value;
                slot.place = place;
            }
            None => self.entries.push(Slot { key, value, place }),
        }
    }

    /// Appends to a list.
    pub fn push(&mut self, value: Value, place: Place) {
        let key = self.entries.len().to_string().into();
        self.entries.push(Slot { key, value, place });
    }
}

/// Variables of a function, block or module.
#[derive(Default)]
pub struct Scope {
    /// The scope around it.
    pub parent: Option<usize>,
    /// The variables.
    pub names: HashMap<Arc<str>, Value>,
    /// The receiver, in a method.
    pub this: Option<Value>,
    /// The class whose method this is, for `super`.
    pub class: Option<Rc<Closure>>,
    /// The names around what is evaluated here (class, function).
    pub context: Arc<str>,
}

/// What a write changed, so that it can be taken back.
enum Undo {
    Name(usize, Arc<str>, Option<Value>),
    Object(ObjectId, Object),
}

/// All objects and scopes of one run.
#[derive(Default)]
pub struct Heap {
    objects: Vec<Object>,
    scopes: Vec<Scope>,
    undo: Vec<Undo>,
    recording: usize,
}

/// What one alternative of a branch left behind.
#[derive(Default)]
pub struct Outcome {
    names: Vec<(usize, Arc<str>, Value)>,
    objects: Vec<(ObjectId, Object)>,
}

/// Where a branch began.
pub struct Mark(usize);

impl Heap {
    /// A new object.
    pub fn add(&mut self, object: Object) -> ObjectId {
        self.objects.push(object);
        self.objects.len() - 1
    }

    /// An object, to read.
    pub fn object(&self, id: ObjectId) -> &Object {
        &self.objects[id]
    }

    /// How many objects there are.
    pub fn count(&self) -> usize {
        self.objects.len()
    }

    /// An object, to change.
    pub fn change(&mut self, id: ObjectId) -> &mut Object {
        if self.recording > 0 {
            self.undo.push(Undo::Object(id, self.objects[id].clone()));
        }
        &mut self.objects[id]
    }

    /// A new scope.
    pub fn open(&mut self, scope: Scope) -> usize {
        self.scopes.push(scope);
        self.scopes.len() - 1
    }

    /// A scope.
    pub fn scope(&self, id: usize) -> &Scope {
        &self.scopes[id]
    }

    /// Finds a variable from a scope outwards.
    pub fn lookup(&self, mut scope: usize, name: &str) -> Option<&Value> {
        loop {
            if let Some(value) = self.scopes[scope].names.get(name) {
                return Some(value);
            }
            scope = self.scopes[scope].parent?;
        }
    }

    /// The receiver that `this` means in a scope.
    pub fn this(&self, mut scope: usize) -> Option<Value> {
        loop {
            if let Some(value) = &self.scopes[scope].this {
                return Some(value.clone());
            }
            scope = self.scopes[scope].parent?;
        }
    }

    /// The class whose method a scope belongs to.
    pub fn class(&self, mut scope: usize) -> Option<Rc<Closure>> {
        loop {
            if let Some(class) = &self.scopes[scope].class {
                return Some(class.clone());
            }
            scope = self.scopes[scope].parent?;
        }
    }

    /// Binds a variable: in the scope that has it, else in this one.
    pub fn assign(&mut self, scope: usize, name: &Arc<str>, value: Value) {
        let mut at = scope;
        let home = loop {
            if self.scopes[at].names.contains_key(name) {
                break at;
            }
            match self.scopes[at].parent {
                Some(parent) => at = parent,
                None => break scope,
            }
        };
        self.bind(home, name, value);
    }

    /// Binds a variable in this very scope.
    pub fn bind(&mut self, scope: usize, name: &Arc<str>, value: Value) {
        let before = self.scopes[scope].names.insert(name.clone(), value);
        if self.recording > 0 {
            self.undo.push(Undo::Name(scope, name.clone(), before));
        }
    }

    /// Begins an alternative.
    pub fn mark(&mut self) -> Mark {
        self.recording += 1;
        Mark(self.undo.len())
    }

    /// Ends an alternative: takes back what it changed, and gives that.
    pub fn rewind(&mut self, mark: &Mark) -> Outcome {
        let mut outcome = Outcome::default();
        for undo in self.undo.drain(mark.0..).rev().collect::<Vec<_>>() {
            match undo {
                Undo::Name(scope, name, before) => {
                    let after = match before {
                        Some(before) => self.scopes[scope].names.insert(name.clone(), before),
                        None => self.scopes[scope].names.remove(&name),
                    };
                    if let Some(after) = after
                        && !outcome.names.iter().any(|(other, known, _)| *other == scope && *known == name)
                    {
                        outcome.names.push((scope, name, after));
                    }
                }
                Undo::Object(id, before) => {
                    let after = std::mem::replace(&mut self.objects[id], before);
                    if !outcome.objects.iter().any(|(other, _)| *other == id) {
                        outcome.objects.push((id, after));
                    }
                }
            }
        }
        self.recording -= 1;
        outcome
    }

    /// Joins the alternatives of a branch into the state before it. `fallthrough`: none of them may have run.
    pub fn join(&mut self, outcomes: Vec<Outcome>, fallthrough: bool) {
        let mut names: Vec<(usize, Arc<str>)> = Vec::new();
        let mut objects: Vec<ObjectId> = Vec::new();
        for outcome in outcomes.iter().rev() {
            for (scope, name, _) in outcome.names.iter().rev() {
                if !names.iter().any(|(s, n)| s == scope && n == name) {
                    names.push((*scope, name.clone()));
                }
            }
            for (id, _) in &outcome.objects {
                if !objects.contains(id) {
                    objects.push(*id);
                }
            }
        }
        for (scope, name) in names {
            let before = self.scopes[scope].names.get(&name).cloned();
            let mut values = Vec::new();
            for outcome in &outcomes {
                let after = outcome.names.iter().find(|(s, n, _)| *s == scope && *n == name).map(|(_, _, v)| v.clone());
                values.extend(after.or_else(|| before.clone()));
            }
            if fallthrough {
                values.extend(before);
            }
            self.bind(scope, &name, Value::choice(values));
        }
        for id in objects {
            let before = self.objects[id].clone();
            let mut versions: Vec<Object> = Vec::new();
            for outcome in &outcomes {
                let after = outcome.objects.iter().find(|(other, _)| *other == id).map(|(_, object)| object.clone());
                versions.push(after.unwrap_or_else(|| before.clone()));
            }
            if fallthrough {
                versions.push(before);
            }
            *self.change(id) = join_objects(versions);
        }
    }
}

fn join_objects(mut versions: Vec<Object>) -> Object {
    if versions.len() == 1 {
        return versions.remove(0);
    }
    let mut joined = versions[0].clone();
    joined.open = versions.iter().any(|version| version.open);
    joined.sent = versions.iter().any(|version| version.sent);
    joined.entries.clear();
    joined.fills.clear();
    for version in &versions {
        for slot in &version.entries {
            if joined.get(&slot.key).is_some() {
                continue;
            }
            let found: Vec<_> = versions.iter().map(|version| version.get(&slot.key)).collect();
            let place = found.iter().flatten().map(|slot| slot.place.clone()).next_back();
            let values = found.iter().map(|slot| slot.map_or(Value::new(Core::Nothing), |slot| slot.value.clone()));
            let value = Value::choice(values);
            joined.entries.push(Slot {
                key: slot.key.clone(),
                value,
                place: place.unwrap_or_else(|| slot.place.clone()),
            });
        }
        for fill in &version.fills {
            if !joined.fills.iter().any(|known| known.slot == fill.slot && known.place == fill.place) {
                joined.fills.push(fill.clone());
            }
        }
    }
    joined
}
