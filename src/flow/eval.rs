//! The value of an expression.

use std::rc::Rc;
use std::sync::Arc;

use super::call::Arguments;
use super::events::{Event, What};
use super::heap::Object;
use super::shape::Shape;
use super::value::{Closure, Core, How, Value};
use super::{MAX_DEPTH, Run};
use crate::catalog::coverage::used;
use crate::source::Place;
use crate::syntax::facts::{Entry, Expr, ExprKind, Role};

impl<'a> Run<'a> {
    /// The value of an expression of a unit, in a scope.
    pub(super) fn eval(&mut self, unit: usize, scope: usize, expr: &Expr) -> Value {
        if self.fuel == 0 || self.depth >= MAX_DEPTH || self.stack.is_deep() {
            // A function that calls too much is no loss: what it calls runs by itself, too.
            self.exhausted |= self.fuel == 0 && (self.top_level || self.total == 0);
            return Value::unknown();
        }
        self.fuel -= 1;
        self.total = self.total.saturating_sub(1);
        self.depth += 1;
        let value = self.eval_here(unit, scope, expr);
        self.depth -= 1;
        value
    }

    fn eval_here(&mut self, unit: usize, scope: usize, expr: &Expr) -> Value {
        let place = self.place(unit, expr.span);
        match &expr.kind {
            ExprKind::Text(text) => Value::new(Core::Text(text.clone())).step(How::Written, place, None),
            ExprKind::Number(text) => Value::new(Core::Number(text.clone())).step(How::Written, place, None),
            ExprKind::Nothing => Value::new(Core::Nothing),
            ExprKind::Name(name) => self.name(unit, scope, name, &place),
            ExprKind::Env(name) => match self.heap.lookup(scope, name) {
                Some(value) => value.clone(),
                None => match self.defined_around(unit, name) {
                    Some(value) => value,
                    None => self.environment(unit, name, "the environment", &place),
                },
            },
            ExprKind::Member(object, key) => {
                let object = self.eval(unit, scope, object);
                let key = self.eval(unit, scope, key);
                self.member(unit, &object, &key, &place)
            }
            ExprKind::Call(call) => self.call(unit, scope, call, &place),
            ExprKind::Ask(inner) => self.ask(unit, scope, inner, &place),
            ExprKind::Concat(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.eval(unit, scope, part)).collect();
                Value::new(Core::Concat(parts.into()))
            }
            ExprKind::Map(entries) => self.map(unit, scope, entries),
            ExprKind::List(elements) => self.list(unit, scope, elements),
            ExprKind::Results(values) => {
                let list = self.list(unit, scope, values);
                if let Core::Object(id) = list.core {
                    self.heap.change(id).results = true;
                }
                list
            }
            ExprKind::Choice(arms) => {
                let mut values = Vec::new();
                for arm in arms {
                    let value = self.eval(unit, scope, arm);
                    values.push(value);
                }
                self.name_defaults(unit, &values);
                Value::choice(values)
            }
            ExprKind::Function(index) => {
                let closure = self.closure(unit, *index, scope, false);
                Value::new(Core::Function(closure))
            }
            ExprKind::Class(index) => {
                let closure = self.closure(unit, *index, scope, true);
                Value::new(Core::Class(closure))
            }
            ExprKind::Spread(inner) => self.eval(unit, scope, inner),
            ExprKind::Instance(class) => self.instance(unit, scope, class).unwrap_or_else(Value::unknown),
            ExprKind::Assign(target, value) => {
                let value = self.eval_named(unit, scope, target, value);
                self.bind(unit, scope, target, value.clone(), false);
                value
            }
            ExprKind::Opaque(inside) => {
                for inner in inside {
                    let value = self.eval(unit, scope, inner);
                    self.escape(&value);
                }
                Value::unknown()
            }
        }
    }

    /// A variable, a member of the class around, `this`, or a global.
    pub(super) fn name(&mut self, unit: usize, scope: usize, name: &Arc<str>, place: &Place) -> Value {
        if let Some(owner) = self.owner_of(unit, scope, name) {
            return self.member_of(unit, &owner, name, place);
        }
        if let Some(value) = self.heap.lookup(scope, name) {
            return value.clone();
        }
        if self.import_now(scope, name)
            && let Some(value) = self.heap.lookup(scope, name)
        {
            return value.clone();
        }
        if matches!(&**name, "this" | "super") {
            return self.heap.this(scope).unwrap_or_else(Value::unknown);
        }
        let globals = &self.index.catalog.functions.globals;
        if let Some(global) = globals.iter().find(|global| ***global == **name) {
            used(global);
            return Value::new(Core::Foreign("".into()));
        }
        match self.elsewhere(unit, name) {
            Some(value) => value,
            // All that is known of it is what it is called.
            None if self.units[unit].wild.is_empty() => self.foreign_name(name.clone(), place),
            None => {
                let path = self.in_wild(unit, name).unwrap_or_else(|| name.clone());
                self.foreign_name(path, place)
            }
        }
    }

    /// The object or class that a bare name is a member of, from a scope outwards: of the classes around whose members
    /// are in scope, and of the receivers that functions around run on.
    pub(super) fn owner_of(&mut self, unit: usize, scope: usize, name: &str) -> Option<Value> {
        let mut at = scope;
        for _ in 0..20 {
            let inner = self.heap.owner(at, name)?;
            if let Some(owner) = self.owner(unit, inner, name) {
                return Some(owner);
            }
            at = self.heap.scope(inner).parent?;
        }
        None
    }

    /// Whether rows know a member of a foreign type.
    fn has_member(&self, unit: usize, foreign: &str, name: &str) -> bool {
        let (language, path, any) = (self.language(unit), format!("{foreign}.{name}"), format!("*.{name}"));
        self.index.http(language, &path).is_some()
            || self.index.member(language, &path).is_some()
            || self.index.leads_to_member(&path)
            || self.index.entry(language, &path).is_some()
            || self.index.functions(language, &path).next().is_some()
            || self.index.functions(language, &any).next().is_some()
    }

    /// The object or class that a bare name is a member of, in a scope whose receiver has its members in scope.
    pub(super) fn owner(&mut self, unit: usize, scope: usize, name: &str) -> Option<Value> {
        let this = self.heap.scope(scope).this.clone()?;
        let class = match (self.heap.scope(scope).class.clone(), &this.core) {
            (Some(class), _) => class,
            (None, Core::Object(id)) => match (self.heap.object(*id).class.clone(), &self.heap.object(*id).foreign) {
                (Some(class), _) => class,
                // A variable goes before what a receiver has, an imported name does not.
                (None, Some(foreign)) => {
                    let known = self.heap.lookup(scope, name);
                    let free = known.is_none_or(|value| matches!(value.core, Core::Foreign(_)));
                    return (free && self.has_member(unit, foreign, name)).then_some(this);
                }
                (None, None) => return None,
            },
            _ => return None,
        };
        if let Core::Object(id) = this.core
            && self.heap.object(id).get(name).is_some()
        {
            return Some(this);
        }
        if self.find_method(&class, name, None).is_some() {
            return Some(this);
        }
        let mut at = class;
        for _ in 0..8 {
            if self.class(&at).fields.iter().any(|(field, _)| &*field.name == name) {
                // Of an instance that doesn't have it, it is static.
                let made = matches!(this.core, Core::Object(_)) && !self.is_static(&at, name);
                return Some(if made { this } else { Value::new(Core::Class(at)) });
            }
            at = self.base(&at).ok()?;
        }
        None
    }

    fn is_static(&self, class: &Rc<Closure>, name: &str) -> bool {
        let field = self.class(class).fields.iter().find(|(field, _)| &*field.name == name);
        field.is_some_and(|(_, value)| !matches!(value.kind, ExprKind::Opaque(_) | ExprKind::Instance(_)))
    }

    /// The value of an environment variable.
    pub(super) fn environment(&mut self, unit: usize, name: &Arc<str>, from: &str, place: &Place) -> Value {
        let what = What::Read { name: name.clone(), from: from.into() };
        self.emit(unit, what, place.clone());
        Value::new(Core::Env(name.clone())).step(How::Read, place.clone(), Some(name.clone()))
    }

    /// What the file around a piece of code (a workflow) gives an environment variable.
    fn defined_around(&mut self, unit: usize, name: &Arc<str>) -> Option<Value> {
        let document = self.units[unit].document.clone();
        let of_unit = |unit: &'_ crate::syntax::document::Unit| unit.environment.iter().any(|(known, _)| known == name);
        let at = document.units.iter().position(of_unit)?;
        let (_, expr) = document.units[at].environment.iter().find(|(known, _)| known == name)?;
        let place = self.place(unit, expr.span);
        let value = match &expr.kind {
            ExprKind::Text(text) => Value::new(Core::Text(text.clone())).step(How::Written, place.clone(), None),
            ExprKind::Env(inner) => {
                Value::new(Core::Env(inner.clone())).step(How::Read, place.clone(), Some(inner.clone()))
            }
            _ => return None,
        };
        Some(value.step(How::Bound, place, Some(name.clone())))
    }

    /// Records an event.
    pub(super) fn emit(&mut self, unit: usize, what: What<'a>, site: Place) {
        const MAX: usize = 200_000;
        if self.events.len() < MAX {
            let calls = self.calls.iter().filter(|call| !call.root).map(|call| call.site.clone()).collect();
            let called = if matches!(what, What::Request { .. }) { self.called(unit, &site) } else { "".into() };
            self.events.push(Event {
                what,
                site,
                language: self.language(unit),
                resolution: self.unit(unit).facts.resolution,
                called,
                calls,
            });
        }
    }

    /// A value as it is now.
    pub(super) fn shape(&self, value: &Value) -> Shape {
        Shape::of(&self.heap, value)
    }

    /// A name with the names around it in front, as steps carry it.
    pub(super) fn qualified(&self, scope: usize, name: &str) -> Arc<str> {
        let mut path = String::new();
        let around = &self.heap.scope(scope).context;
        for part in std::iter::once(&**around).chain(self.context.iter().map(|part| &**part)) {
            if !part.is_empty() {
                path.push_str(part);
                path.push('.');
            }
        }
        path.push_str(name);
        path.into()
    }

    fn map(&mut self, unit: usize, scope: usize, entries: &[Entry]) -> Value {
        let mut object = Object::default();
        for entry in entries {
            if let ExprKind::Spread(inner) = &entry.value.kind {
                let value = self.eval(unit, scope, inner);
                self.spread(&mut object, &value);
                continue;
            }
            let key = self.eval(unit, scope, &entry.key);
            let Some(key) = key.text() else {
                let value = self.eval(unit, scope, &entry.value);
                object.open = true;
                self.escape(&value);
                continue;
            };
            let name = self.qualified(scope, &key);
            self.context.push(key.clone());
            let value = self.eval(unit, scope, &entry.value);
            self.context.pop();
            let place = self.place(unit, entry.value.span);
            let value = self.bound(unit, value, name, &place);
            object.set(key, value, place);
        }
        self.new_object(object)
    }

    /// Puts all members of a value into an object.
    pub(super) fn spread(&mut self, object: &mut Object, value: &Value) {
        match &value.core {
            Core::Nothing => {}
            Core::Object(id) => {
                let source = self.heap.object(*id).clone();
                object.open |= source.open || source.entries.len() > super::MOST_SPREAD;
                for slot in source.entries.into_iter().take(super::MOST_SPREAD) {
                    object.set(slot.key, slot.value, slot.place);
                }
            }
            Core::Choice(all) => {
                // `...(x && { a })`: members that may be there.
                for one in all.iter() {
                    self.spread(object, one);
                }
            }
            _ => object.open = true,
        }
    }

    fn list(&mut self, unit: usize, scope: usize, elements: &[Expr]) -> Value {
        let mut object = Object { list: true, ..Object::default() };
        for element in elements {
            if let ExprKind::Spread(inner) = &element.kind {
                match self.eval(unit, scope, inner).core {
                    Core::Object(id) if self.heap.object(id).list => {
                        let source = self.heap.object(id).clone();
                        object.open |= source.open || source.entries.len() > super::MOST_SPREAD;
                        let slots = source.entries.into_iter().take(super::MOST_SPREAD);
                        slots.for_each(|slot| object.push(slot.value, slot.place));
                    }
                    _ => object.open = true,
                }
                continue;
            }
            let value = self.eval(unit, scope, element);
            let place = self.place(unit, element.span);
            object.push(value, place);
        }
        self.new_object(object)
    }

    /// Something may change an object, or read it out of sight: what it holds is no longer wholly known.
    pub(super) fn escape(&mut self, value: &Value) {
        match &value.core {
            Core::Object(id) if !self.heap.object(*id).open => self.heap.change(*id).open = true,
            Core::Choice(all) => all.clone().iter().for_each(|one| self.escape(one)),
            _ => {}
        }
    }

    /// A closure, remembered so that it runs at least once.
    pub(super) fn closure(&mut self, unit: usize, index: usize, scope: usize, class: bool) -> Rc<Closure> {
        let closure = Rc::new(Closure { unit, index, scope });
        if self.known_closures.insert((unit, index, class)) {
            if class { &mut self.classes } else { &mut self.closures }.push(closure.clone());
        }
        closure
    }

    /// A member of a value.
    pub(super) fn member(&mut self, unit: usize, object: &Value, key: &Value, place: &Place) -> Value {
        let keys: Vec<Value> = key.alternatives();
        let known: Vec<Arc<str>> = keys.iter().filter_map(Value::text).collect();
        if known.is_empty() || known.len() < keys.len() {
            return self.any_member(object);
        }
        let mut values = Vec::new();
        for alternative in object.alternatives() {
            for key in &known {
                values.push(self.member_of(unit, &alternative, key, place));
            }
        }
        Value::choice(values)
    }

    /// A member under a key that isn't known: any of them.
    fn any_member(&self, object: &Value) -> Value {
        match &object.core {
            Core::Object(id) if self.heap.object(*id).class.is_none() => {
                let object = self.heap.object(*id);
                let values = object.entries.iter().map(|slot| slot.value.clone());
                Value::choice(values.chain(object.open.then(Value::unknown)))
            }
            _ => Value::unknown(),
        }
    }

    pub(super) fn member_of(&mut self, unit: usize, object: &Value, key: &Arc<str>, place: &Place) -> Value {
        if !matches!(object.core, Core::Object(_) | Core::Class(_) | Core::Nothing)
            && let Some(value) = self.property(unit, object, key, place)
        {
            return value;
        }
        match &object.core {
            Core::Object(id) => self.object_member(unit, *id, object, key, place),
            Core::Foreign(path) => {
                // `$config.public` holds variables as well as `$config` does.
                if self.index.is_environment(path) && !self.index.is_environment(&format!("{path}.{key}")) {
                    return self.environment(unit, key, path, place);
                }
                let functions = &self.index.catalog.functions;
                let globals = &functions.globals;
                let path: Arc<str> = match (path.is_empty(), &**key) {
                    (true, key)
                        if globals.iter().find(|global| *global == key).inspect(|global| used(*global)).is_some() =>
                    {
                        "".into()
                    }
                    (true, key) => key.into(),
                    (false, "default") => path.clone(),
                    (false, key) => format!("{path}.{key}").into(),
                };
                let row = self.index.member(self.language(unit), &path);
                if let Some(row) = row.filter(|row| !self.has_parts(&row.slot, &path)) {
                    let slot = row.slot.clone();
                    let id = self.foreign_object(&path);
                    return self.slot_value(id, &slot, place);
                }
                self.foreign_name(path, place)
            }
            Core::Class(class) => self.static_member(class, key, place),
            Core::Unknown => {
                let steps = object.trail.steps();
                // What it is by origin, and what it is called here: either may be the telling name.
                let origin = steps.iter().rev().find(|step| matches!(step.how, How::Named | How::Called));
                let mut value = Value::unknown();
                if let Some((step, name)) = origin.and_then(|step| Some((step, step.name.as_ref()?))) {
                    let called = if step.how == How::Called { "()" } else { "" };
                    let path: Arc<str> = format!("{name}{called}.{key}").into();
                    if self.index.is_environment(&path) {
                        return Value::new(Core::Foreign(path));
                    }
                    value = value.step(How::Named, place.clone(), Some(path));
                }
                match object.trail.last().filter(|step| origin.is_none_or(|origin| origin.place != step.place)) {
                    Some(last) => {
                        let name =
                            last.name.as_ref().map_or_else(|| key.clone(), |name| format!("{name}.{key}").into());
                        value.step(How::Named, place.clone(), Some(name))
                    }
                    None if origin.is_none() => value.step(How::Named, place.clone(), Some(key.clone())),
                    None => value,
                }
            }
            // What a build puts into client code may be a map of variables.
            Core::Env(_) if self.index.may_name_credential(key) => {
                self.environment(unit, key, "the environment", place)
            }
            _ => Value::unknown(),
        }
    }

    /// A property that gives its owner in another dress, or nothing of it: Swift's `text.utf8`, `text.count`.
    fn property(&mut self, unit: usize, object: &Value, key: &str, place: &Place) -> Option<Value> {
        let (index, language) = (self.index, self.language(unit));
        let path = match &object.core {
            Core::Foreign(path) => format!("{path}.{key}"),
            _ => format!("*.{key}"),
        };
        let row = index.functions(language, &path).find(|row| row.property)?;
        let made = self.make(unit, "", row, Some(object), &Arguments::default(), place)?;
        used(row);
        Some(made)
    }

    fn object_member(&mut self, unit: usize, id: usize, whole: &Value, key: &Arc<str>, place: &Place) -> Value {
        if let Some(slot) = self.heap.object(id).get(key) {
            let value = slot.value.clone();
            // A member of an argument is passed with it.
            let passed = whole.trail.steps().iter().any(|step| step.how == How::Passed);
            let plain = !matches!(value.core, Core::Function(_) | Core::Class(_) | Core::Foreign(_));
            return match passed && plain && self.heap.object(id).class.is_none() {
                true => value.step(How::Passed, slot.place.clone(), Some(key.clone())),
                false => value,
            };
        }
        if let Some(value) = self.slot_member(unit, id, key, place) {
            return value;
        }
        if let Some(class) = self.heap.object(id).class.clone()
            && let Some((owner, method, role)) = self.find_method(&class, key, None)
        {
            let site = place.clone();
            return match role {
                Role::Getter => self.invoke_method(&method, &owner, whole.clone(), Some(&[]), &site),
                _ => Value::new(Core::Function(Rc::new(method))),
            };
        }
        let object = self.heap.object(id);
        if object.list {
            return self.property(unit, whole, key, place).unwrap_or_else(Value::unknown);
        }
        if let Some(foreign) = &object.foreign {
            let path: Arc<str> = format!("{foreign}.{key}").into();
            return Value::unknown().step(How::Named, place.clone(), Some(path));
        }
        if !object.open && object.class.is_none() {
            return self.property(unit, whole, key, place).unwrap_or_else(|| Value::new(Core::Nothing));
        }
        let owner = match &object.class {
            Some(class) => Some(self.class(class).name.clone()),
            // An argument of which a member was set.
            None => whole.trail.last().and_then(|step| step.name.clone()),
        };
        let owner = owner.filter(|owner| !owner.is_empty());
        let name: Arc<str> = owner.map_or_else(|| key.clone(), |owner| format!("{owner}.{key}").into());
        Value::unknown().step(How::Named, place.clone(), Some(name))
    }
}
