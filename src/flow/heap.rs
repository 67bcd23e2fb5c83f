//! Objects and scopes, and the log that lets a branch be undone and joined with its alternatives.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::entries::Entries;
use super::value::{Closure, Core, ObjectId, Value};
use crate::source::Place;
use crate::syntax::facts::Renamed;
use std::rc::Rc;

/// What the two sides of a comparison are called, as an object.
pub const COMPARISON: &str = "==";

/// A map, list, instance, client or request.
#[derive(Clone, Default)]
pub struct Object {
    /// Members in the order in which they were set; a list's are `0`, `1`, ...
    pub entries: Entries,
    /// Whether members are there that aren't known.
    pub open: bool,
    /// Whether it is a list.
    pub list: bool,
    /// Whether it is what a function gives at once, of which each is bound to a variable of its own.
    pub results: bool,
    /// For an instance that can be written as data: the names that its fields have there.
    pub written: Option<Rc<[Renamed]>>,
    /// The class that it is an instance of.
    pub class: Option<Rc<Closure>>,
    /// The foreign type that it is of, by dotted path.
    pub foreign: Option<Arc<str>>,
    /// Parts of a request that it carries, if it is a client, session or request.
    pub fills: Vec<Fill>,
    /// Whether a request was sent with it.
    pub sent: bool,
    /// Where it was made, with the calls around, if it is a request or client.
    pub made: Option<Made>,
    /// The client that it is a part of (`client.defaults`).
    pub owner: Option<ObjectId>,
}

/// Where a request or client was made.
#[derive(Clone)]
pub struct Made {
    /// The call.
    pub site: Place,
    /// The calls around it, outermost first.
    pub calls: Vec<Place>,
    /// Whether making it is to send it, with all that is set on it afterwards.
    pub sends: bool,
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
    /// Whether it is a list of a few elements, all of which are known.
    pub(super) fn is_short_list(&self, most: usize) -> bool {
        self.list && !self.open && (2..=most).contains(&self.entries.len())
    }

    /// The member of this key.
    pub fn get(&self, key: &str) -> Option<&Slot> {
        self.entries.find(key).map(|at| &self.entries[at])
    }

    /// Sets a member.
    pub fn set(&mut self, key: Arc<str>, value: Value, place: Place) {
        self.entries.set(Slot { key, value, place });
    }

    /// What a member is called where the object is written as data.
    pub fn written_as(&self, key: &Arc<str>) -> Arc<str> {
        let written = self.written.iter().flat_map(|names| names.iter()).find(|(name, _)| name == key);
        written.map_or_else(|| key.clone(), |(_, name)| name.clone())
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
    /// Whether the receiver's members are in scope by their bare names.
    pub members: bool,
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
    /// What the alternatives that are open have changed so far, the innermost last: each is logged once.
    touched: Vec<Touched>,
}

/// What one alternative has changed.
#[derive(Default)]
struct Touched {
    names: HashSet<(usize, Arc<str>)>,
    objects: HashSet<ObjectId>,
}

/// What one alternative of a branch left behind.
#[derive(Default)]
pub struct Outcome {
    names: BTreeMap<(usize, Arc<str>), Value>,
    objects: BTreeMap<ObjectId, Object>,
}

/// The alternatives that are open.
pub struct Alternatives(Vec<Touched>);

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
        if let Some(touched) = self.touched.last_mut()
            && touched.objects.insert(id)
        {
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

    /// The innermost scope, on the way to the one that has a variable, of a method whose class has its members in scope.
    pub fn owner(&self, mut scope: usize, name: &str) -> Option<usize> {
        loop {
            let here = &self.scopes[scope];
            if here.names.contains_key(name) {
                return None;
            }
            if here.members {
                return Some(scope);
            }
            scope = here.parent?;
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
        if let Some(touched) = self.touched.last_mut()
            && touched.names.insert((scope, name.clone()))
        {
            self.undo.push(Undo::Name(scope, name.clone(), before));
        }
    }

    /// From here on changes are for good, whatever alternatives are open.
    pub fn pause(&mut self) -> Alternatives {
        Alternatives(std::mem::take(&mut self.touched))
    }

    /// The alternatives go on.
    pub fn resume(&mut self, alternatives: Alternatives) {
        self.touched = alternatives.0;
    }

    /// Begins an alternative.
    pub fn mark(&mut self) -> Mark {
        self.touched.push(Touched::default());
        Mark(self.undo.len())
    }

    /// Ends an alternative: takes back what it changed, and gives that.
    pub fn rewind(&mut self, mark: &Mark) -> Outcome {
        let mut outcome = Outcome::default();
        for undo in self.undo.drain(mark.0..).rev() {
            match undo {
                Undo::Name(scope, name, before) => {
                    let names = &mut self.scopes[scope].names;
                    let after = match before {
                        Some(before) => names.insert(name.clone(), before),
                        None => names.remove(&name),
                    };
                    outcome.names.extend(after.map(|after| ((scope, name), after)));
                }
                Undo::Object(id, before) => {
                    outcome.objects.insert(id, std::mem::replace(&mut self.objects[id], before));
                }
            }
        }
        self.touched.pop();
        outcome
    }

    /// Joins the alternatives of a branch into the state before it. `fallthrough`: none of them may have run.
    pub fn join(&mut self, outcomes: Vec<Outcome>, fallthrough: bool) {
        let names: BTreeSet<&(usize, Arc<str>)> = outcomes.iter().flat_map(|outcome| outcome.names.keys()).collect();
        let names: Vec<(usize, Arc<str>)> = names.into_iter().cloned().collect();
        for key in names {
            let before = self.scopes[key.0].names.get(&key.1).cloned();
            let after = |outcome: &Outcome| outcome.names.get(&key).cloned().or_else(|| before.clone());
            let mut values: Vec<Value> = outcomes.iter().filter_map(after).collect();
            if fallthrough {
                values.extend(before.clone());
            }
            self.bind(key.0, &key.1, Value::choice(values));
        }
        let objects: BTreeSet<ObjectId> = outcomes.iter().flat_map(|outcome| outcome.objects.keys().copied()).collect();
        for id in objects {
            let before = &self.objects[id];
            let mut versions: Vec<&Object> =
                outcomes.iter().map(|outcome| outcome.objects.get(&id).unwrap_or(before)).collect();
            if fallthrough {
                versions.push(before);
            }
            let joined = join_objects(&versions);
            *self.change(id) = joined;
        }
    }
}

fn join_objects(versions: &[&Object]) -> Object {
    let [first, others @ ..] = versions else { return Object::default() };
    let mut joined = (*first).clone();
    if others.is_empty() {
        return joined;
    }
    joined.open = versions.iter().any(|version| version.open);
    joined.sent = versions.iter().any(|version| version.sent);
    joined.entries.clear();
    joined.fills.clear();
    for version in versions {
        for slot in version.entries.iter() {
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
