//! Classes of the repository: instances, inheritance, static members.

use std::rc::Rc;
use std::sync::Arc;

use super::Run;
use super::call::{Arguments, Passed};
use super::heap::{Object, Scope};
use super::value::{Closure, Core, How, Value};
use crate::source::Place;
use crate::syntax::facts::{Expr, ExprKind, Role};

impl Run<'_> {
    /// A new instance. Without arguments known, the constructor's parameters are unknown.
    pub(super) fn construct(&mut self, class: &Rc<Closure>, args: Option<&Arguments>, site: &Place) -> Value {
        let written = self.unit(class.unit).facts.written.get(&class.index).map(|names| names.as_slice().into());
        // Of one that comes from elsewhere nobody knows what it holds.
        let open = written.is_some() && args.is_none_or(|args| args.open);
        let object = Object { class: Some(class.clone()), written, open, ..Object::default() };
        let id = self.heap.add(object);
        let this = Value::new(Core::Object(id));
        self.initialise(class, &this, args, site, 0);
        this
    }

    /// A new instance, by a constructor with a name of its own.
    pub(super) fn construct_by(&mut self, class: &Rc<Closure>, by: &Closure, args: &Arguments, site: &Place) -> Value {
        let object = Object { class: Some(class.clone()), ..Object::default() };
        let this = Value::new(Core::Object(self.heap.add(object)));
        match self.base(class) {
            Ok(base) => self.fields(&base, &this),
            Err(Some(path)) => self.inherit_foreign(class.unit, &this, &path, None, site),
            Err(None) => {}
        }
        self.fields(class, &this);
        self.invoke_method(by, class, this.clone(), Some(&args.list), site);
        this
    }

    /// Runs the initialisers and the constructor of a class on an instance.
    pub(super) fn initialise(
        &mut self,
        class: &Rc<Closure>,
        this: &Value,
        args: Option<&Arguments>,
        site: &Place,
        depth: usize,
    ) {
        if depth > 6 || self.fuel == 0 {
            return;
        }
        let base = self.base(class);
        let constructors = self.class(class).methods.iter().filter(|method| method.role == Role::Constructor);
        let constructors: Vec<usize> = constructors.map(|method| method.function).collect();
        // `new X(a) { B = c }`: what is named after a field, and no parameter, is set on what was made.
        let (given, set) = self.initialisers(class, &constructors, args);
        let args = given.as_ref().or(args);
        let constructor = self.overload(class.unit, &constructors, args.map(|args| args.list.len()));
        if let (Ok(base), None) = (&base, constructor) {
            self.initialise(base, this, args, site, depth + 1);
        } else if let Ok(base) = &base {
            self.fields(base, this);
        }
        if let Err(Some(path)) = &base {
            self.inherit_foreign(class.unit, this, path, constructor.is_none().then_some(args).flatten(), site);
        }
        self.fields(class, this);
        match constructor {
            Some(function) => {
                let method = Closure { unit: class.unit, index: function, scope: class.scope };
                self.invoke_method(&method, class, this.clone(), args.map(|args| &*args.list), site);
            }
            None => self.fill_declared(class, this, args),
        }
        for arg in set {
            self.set_member(class.unit, class.scope, this, arg.name.clone(), arg.value, &arg.place);
        }
    }

    /// The arguments of a constructor, and apart from them those that set fields of the new instance (an object
    /// initialiser's). No arguments where there are none of these.
    fn initialisers(
        &mut self,
        class: &Rc<Closure>,
        constructors: &[usize],
        args: Option<&Arguments>,
    ) -> (Option<Arguments>, Vec<Passed>) {
        let Some(args) = args.filter(|args| !constructors.is_empty() && args.list.iter().any(|arg| arg.name.is_some()))
        else {
            return (None, Vec::new());
        };
        let functions = &self.unit(class.unit).facts.functions;
        let params: Vec<Arc<str>> =
            constructors.iter().flat_map(|at| functions[*at].params.iter().map(|param| param.name.clone())).collect();
        let fields: Vec<Arc<str>> = self.class(class).fields.iter().map(|(field, _)| field.name.clone()).collect();
        let sets = |arg: &Passed| arg.name.as_ref().is_some_and(|name| !params.contains(name) && fields.contains(name));
        let (set, given): (Vec<_>, Vec<_>) = args.list.iter().cloned().partition(sets);
        (Some(Arguments { list: given, open: args.open }), set)
    }

    /// `this(...)` at the front of a constructor: another one of the same class runs first.
    pub(super) fn construct_otherwise(&mut self, scope: usize, args: &Arguments, site: &Place) {
        let (Some(class), Some(this)) = (self.heap.class(scope), self.heap.this(scope)) else { return };
        let constructors = self.class(&class).methods.iter().filter(|method| method.role == Role::Constructor);
        let constructors: Vec<usize> = constructors.map(|method| method.function).collect();
        let Some(index) = self.overload(class.unit, &constructors, Some(args.list.len())) else { return };
        let method = Closure { unit: class.unit, index, scope: class.scope };
        self.invoke_method(&method, &class, this, Some(&args.list), site);
    }

    pub(super) fn fields(&mut self, class: &Rc<Closure>, this: &Value) {
        let document = self.units[class.unit].document.clone();
        let facts = &document.units[self.units[class.unit].at].facts;
        let context = facts.classes[class.index].name.clone();
        let scope = Scope {
            parent: Some(class.scope),
            this: Some(this.clone()),
            class: Some(class.clone()),
            context: context.clone(),
            members: facts.classes[class.index].members_in_scope,
            ..Scope::default()
        };
        let scope = self.heap.open(scope);
        let Core::Object(id) = this.core else { return };
        for (name, value) in &facts.classes[class.index].fields {
            if matches!(&value.kind, ExprKind::Opaque(inside) if inside.is_empty()) {
                continue;
            }
            self.context.push(name.name.clone());
            let expr = value;
            let value = self.eval(class.unit, scope, expr);
            self.context.pop();
            if name.name.is_empty() {
                // What a class body does besides.
                continue;
            }
            let place = self.place(class.unit, name.span);
            let full: Arc<str> = format!("{context}.{}", name.name).into();
            self.name_given(class.unit, &full, expr, &value);
            let value = self.bound(class.unit, value, full, &place);
            self.heap.change(id).set(name.name.clone(), value, place);
        }
    }

    /// A class without a constructor takes its declared fields as arguments (data classes, settings).
    pub(super) fn fill_declared(&mut self, class: &Rc<Closure>, this: &Value, args: Option<&Arguments>) {
        let (Core::Object(id), Some(args)) = (&this.core, args) else { return };
        let fields = self.class(class).fields.iter();
        let fields = fields.filter(|(name, value)| {
            !name.name.is_empty() && !matches!(&value.kind, ExprKind::Name(known) if *known == name.name)
        });
        let declared: Vec<Arc<str>> = fields.map(|(name, _)| name.name.clone()).collect();
        for (at, arg) in args.list.iter().enumerate() {
            let key = arg.name.clone().or_else(|| declared.get(at).cloned());
            if let Some(key) = key {
                let name: Arc<str> = format!("{}.{key}", self.class(class).name).into();
                // A named one sets the field; nothing is called that could pass it on.
                let how = if arg.name.is_some() { How::Set } else { How::Passed };
                let value = arg.value.clone().step(how, arg.place.clone(), Some(name));
                self.heap.change(*id).set(key, value, arg.place.clone());
            }
        }
    }

    /// `super(...)`.
    pub(super) fn construct_base(&mut self, scope: usize, args: &Arguments, site: &Place) {
        let (Some(class), Some(this)) = (self.heap.class(scope), self.heap.this(scope)) else { return };
        match self.base(&class) {
            Ok(base) => self.initialise(&base, &this, Some(args), site, 1),
            Err(Some(path)) => self.inherit_foreign(class.unit, &this, &path, Some(args), site),
            Err(None) => {}
        }
    }

    /// `super().method(...)` and `super.method(...)`.
    pub(super) fn call_base(&mut self, scope: usize, key: &str, args: &Arguments, site: &Place) -> Value {
        let (Some(class), Some(this)) = (self.heap.class(scope), self.heap.this(scope)) else {
            return Value::unknown();
        };
        match self.base(&class) {
            Ok(base) if key == "__init__" => {
                self.initialise(&base, &this, Some(args), site, 1);
                Value::new(Core::Nothing)
            }
            Ok(base) => match self.find_method(&base, key, Some(args.list.len())) {
                Some((owner, method, _)) => self.invoke_method(&method, &owner, this, Some(&args.list), site),
                None => Value::unknown(),
            },
            Err(Some(path)) if key == "__init__" => {
                self.inherit_foreign(class.unit, &this, &path, Some(args), site);
                Value::new(Core::Nothing)
            }
            Err(Some(path)) => {
                let path: Arc<str> = format!("{path}.{key}").into();
                self.call_foreign(class.unit, None, &path, Some(&this), args, site, None, false)
            }
            Err(None) => Value::unknown(),
        }
    }

    /// Whether a function is the constructor of a class.
    pub(super) fn is_constructor(&self, class: &Closure, function: usize) -> bool {
        let constructs = |role: Role| matches!(role, Role::Constructor | Role::NamedConstructor);
        self.class(class).methods.iter().any(|method| method.function == function && constructs(method.role))
    }

    pub(super) fn static_member(&mut self, class: &Rc<Closure>, key: &Arc<str>, place: &Place) -> Value {
        let document = self.units[class.unit].document.clone();
        let facts = &document.units[self.units[class.unit].at].facts;
        let declared = &facts.classes[class.index];
        if let Some((name, value)) = declared.fields.iter().find(|(name, _)| name.name == *key) {
            // Other members of the class are in scope where a field is initialised.
            let scope = self.heap.open(Scope {
                parent: Some(class.scope),
                this: Some(Value::new(Core::Class(class.clone()))),
                class: Some(class.clone()),
                context: declared.name.clone(),
                members: declared.members_in_scope,
                ..Scope::default()
            });
            // What a field of its own name is made of stands around the class.
            let around = matches!(&value.kind, ExprKind::Name(own) if own == key);
            let value = self.eval(class.unit, if around { class.scope } else { scope }, value);
            let at = self.place(class.unit, name.span);
            let name: Arc<str> = format!("{}.{key}", declared.name).into();
            return value.step(How::Bound, at, Some(name));
        }
        if let Some((owner, method, role)) = self.find_method(class, key, None) {
            if role == Role::Getter && declared.members_in_scope {
                let this = Value::new(Core::Class(class.clone()));
                return self.invoke_method(&method, &owner, this, Some(&[]), place);
            }
            return Value::new(Core::Function(Rc::new(method)));
        }
        let name: Arc<str> = format!("{}.{key}", declared.name).into();
        let language = self.language(class.unit);
        if self.index.entry(language, &name).is_some() || self.index.http(language, &name).is_some() {
            // A module of a library that is opened again here.
            return Value::new(Core::Foreign(name));
        }
        Value::unknown().step(How::Named, place.clone(), Some(name))
    }

    /// A method of a class or of what it inherits from, with the class that has it; of several, the one that takes as
    /// many arguments as are given.
    pub(super) fn find_method(
        &mut self,
        class: &Rc<Closure>,
        name: &str,
        arguments: Option<usize>,
    ) -> Option<(Rc<Closure>, Closure, Role)> {
        let mut class = class.clone();
        for _ in 0..8 {
            let named = self.class(&class).methods.iter().filter(|method| &*method.name.name == name);
            let named: Vec<(usize, Role)> = named.map(|method| (method.function, method.role)).collect();
            let functions: Vec<usize> = named.iter().map(|(function, _)| *function).collect();
            if let Some(index) = self.overload(class.unit, &functions, arguments) {
                let role = named.iter().find(|(function, _)| *function == index).map_or(Role::Plain, |(_, role)| *role);
                let closure = Closure { unit: class.unit, index, scope: class.scope };
                return Some((class.clone(), closure, role));
            }
            class = self.base(&class).ok()?;
        }
        None
    }

    /// Of several functions of one name, the last that can take so many arguments, else the last.
    fn overload(&self, unit: usize, functions: &[usize], arguments: Option<usize>) -> Option<usize> {
        let takes = |function: &&usize| {
            let params = &self.unit(unit).facts.functions[**function].params;
            let needed = params.iter().filter(|param| param.default.is_none() && !param.rest).count();
            let open = params.iter().any(|param| param.rest);
            arguments.is_none_or(|given| needed <= given && (open || given <= params.len()))
        };
        functions.iter().rev().find(takes).or(functions.last()).copied()
    }

    /// The class that a class inherits from, or the path of the foreign one.
    pub(super) fn base(&mut self, class: &Rc<Closure>) -> Result<Rc<Closure>, Option<Arc<str>>> {
        let document = self.units[class.unit].document.clone();
        let facts = &document.units[self.units[class.unit].at].facts;
        // Of several the first that says something: a class of the repository, or one of a client library.
        let mut foreign: Option<Arc<str>> = None;
        for base in facts.classes[class.index].bases.iter().take(8) {
            match self.eval(class.unit, class.scope, base).core {
                Core::Class(base) if base.index != class.index || base.unit != class.unit => return Ok(base),
                Core::Foreign(path) => {
                    let client = self.index.http(self.language(class.unit), &path).is_some();
                    if foreign.is_none() || client {
                        foreign = Some(path);
                    }
                }
                _ => {}
            }
        }
        Err(foreign)
    }
}

pub(super) fn is_super(callee: &Expr) -> bool {
    let ExprKind::Member(object, _) = &callee.kind else { return false };
    match &object.kind {
        ExprKind::Name(name) => &**name == "super",
        ExprKind::Call(call) => matches!(&call.callee.kind, ExprKind::Name(name) if &**name == "super"),
        _ => false,
    }
}
