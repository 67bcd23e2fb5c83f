//! Names and members that are called where they are functions, and read where they aren't; and whom a bare name is
//! called on.

use std::rc::Rc;
use std::sync::Arc;

use super::Run;
use super::call::Arguments;
use super::value::{Closure, Core, Value};
use crate::source::Place;
use crate::syntax::facts::{Expr, ExprKind};

impl Run<'_> {
    /// The value of a name or member without arguments.
    pub(super) fn ask(&mut self, unit: usize, scope: usize, inner: &Expr, place: &Place) -> Value {
        let none = Arguments::default();
        match &inner.kind {
            ExprKind::Name(name) => {
                if let Some(receiver) = self.bare_receiver(unit, scope, name) {
                    return self.ask_member(unit, &receiver, name, place, None);
                }
                if let Some(value) = self.heap.lookup(scope, name).cloned() {
                    return match &value.core {
                        Core::Function(closure) if self.is_named(closure) => {
                            let closure = closure.clone();
                            self.invoke(&closure, Some(&none), place, None)
                        }
                        _ => value,
                    };
                }
                self.call_foreign(unit, Some(scope), name, None, &none, place, None, false)
            }
            ExprKind::Member(object, key) => {
                let name = super::call::last_name(object);
                let object = self.eval(unit, scope, object);
                let Some(key) = self.eval(unit, scope, key).text() else { return Value::unknown() };
                let mut values = Vec::new();
                for one in object.alternatives().iter().take(8) {
                    values.push(self.ask_member(unit, one, &key, place, name.as_deref()));
                }
                Value::choice(values)
            }
            _ => self.eval(unit, scope, inner),
        }
    }

    /// A member of a value, called where it is a method.
    fn ask_member(
        &mut self,
        unit: usize,
        object: &Value,
        key: &Arc<str>,
        place: &Place,
        receiver_name: Option<&str>,
    ) -> Value {
        let language = self.language(unit);
        let called = match &object.core {
            Core::Object(id) => {
                let known = self.heap.object(*id);
                let entry = known.get(key).is_some();
                let path = known.foreign.as_ref().map(|foreign| format!("{foreign}.{key}"));
                let slot = path.as_ref().is_some_and(|path| self.index.member(language, path).is_some());
                let method = match known.class.clone() {
                    Some(class) => self.find_method(&class, key, Some(0)).is_some(),
                    None => false,
                };
                !entry && !slot && (method || self.is_call(language, path.as_deref(), key))
            }
            Core::Class(class) => {
                let class = class.clone();
                let field = self.class(&class).fields.iter().any(|(field, _)| field.name == *key);
                !field && (self.find_method(&class, key, Some(0)).is_some() || self.class_client(&class, key).is_some())
            }
            Core::Foreign(path) if self.index.is_environment(path) => false,
            Core::Foreign(path) => self.is_call(language, Some(&format!("{path}.{key}")), ""),
            Core::Unknown => {
                let name = object.trail.last().and_then(|step| step.name.as_ref());
                let path = name.map(|name| format!("{name}.{key}"));
                self.is_call(language, path.as_deref(), key)
            }
            _ => self.is_call(language, None, key),
        };
        if called {
            let none = Arguments::default();
            return self.call_method(unit, object, key, &none, place, receiver_name, false);
        }
        self.member_of(unit, object, key, place)
    }

    /// Whether some row speaks of a call of this path, or of this method on anything.
    fn is_call(&self, language: &str, path: Option<&str>, method: &str) -> bool {
        let exact = path.is_some_and(|path| {
            self.index.http(language, path).is_some()
                || self.index.entry(language, path).is_some()
                || self.index.functions(language, path).next().is_some()
        });
        exact || !method.is_empty() && self.index.functions(language, &format!("*.{method}")).next().is_some()
    }

    /// Whether a function has a name of its own, so that to say it is to call it.
    fn is_named(&self, closure: &Closure) -> bool {
        self.unit(closure.unit).facts.functions.get(closure.index).is_some_and(|function| !function.name.is_empty())
    }

    /// Whom a bare name is called on: the class around with its members in scope, if it has the name, or if the
    /// library's class that it extends does.
    pub(super) fn bare_receiver(&mut self, unit: usize, scope: usize, name: &Arc<str>) -> Option<Value> {
        if &**name == "super" || &**name == "this" {
            return None;
        }
        let around = self.heap.owner(scope, name)?;
        if let Some(owner) = self.owner(unit, around, name) {
            return Some(owner);
        }
        if self.heap.lookup(scope, name).is_some() {
            return None;
        }
        let language = self.language(unit);
        let this = self.heap.scope(around).this.clone()?;
        match &this.core {
            Core::Object(id) => {
                let foreign = self.heap.object(*id).foreign.clone()?;
                self.is_call(language, Some(&format!("{foreign}.{name}")), "").then_some(this)
            }
            Core::Class(class) => {
                let class = class.clone();
                self.class_client(&class, name)
            }
            _ => None,
        }
    }

    /// The client that a class is which extends a library's, where that has a method of this name: an instance as the
    /// body of the class leaves it.
    pub(super) fn class_client(&mut self, class: &Rc<Closure>, name: &str) -> Option<Value> {
        let mut root = class.clone();
        let mut path = None;
        for _ in 0..8 {
            match self.base(&root) {
                Ok(base) => root = base,
                Err(foreign) => {
                    path = foreign;
                    break;
                }
            }
        }
        let path = path?;
        let language = self.language(class.unit);
        let makes = self.index.http(language, &path)?.makes.clone()?;
        if !self.is_call(language, Some(&format!("{makes}.{name}")), "") {
            return None;
        }
        let key = (class.unit, class.index);
        if let Some(known) = self.class_clients.get(&key) {
            return Some(Value::new(Core::Object(*known)));
        }
        let object = super::heap::Object { class: Some(class.clone()), sent: true, ..Default::default() };
        let id = self.heap.add(object);
        self.class_clients.insert(key, id);
        let this = Value::new(Core::Object(id));
        let place = self.place(class.unit, self.class(class).span);
        self.inherit_foreign(class.unit, &this, &path, Some(&Arguments::default()), &place);
        if root.index != class.index {
            self.fields(&root, &this);
        }
        self.fields(class, &this);
        self.heap.change(id).open = false;
        Some(this)
    }
}
