//! Calls of what is known: functions, methods and classes of the repository.

use std::rc::Rc;
use std::sync::Arc;

use super::classes::is_super;
use super::heap::{COMPARISON, Object, Scope};
use super::value::{Closure, Core, How, Value};
use super::{CallFrame, MAX_CALLS, Run};
use crate::source::Place;
use crate::syntax::facts::{Call, Expr, ExprKind, Role};

/// An evaluated argument.
#[derive(Clone)]
pub struct Passed {
    /// Its name, for a named one.
    pub name: Option<Arc<str>>,
    /// Its value.
    pub value: Value,
    /// Where it stands.
    pub place: Place,
}

impl Passed {
    /// Whether it is the argument of this name. Cases don't count: in PowerShell they don't, and nowhere else are there
    /// parameters that differ in nothing else.
    pub fn is_named(&self, name: &str) -> bool {
        self.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
    }
}

/// The arguments of a call, and whether some of them can't be seen (`...args`).
#[derive(Clone, Default)]
pub struct Arguments {
    /// The arguments in order.
    pub list: Vec<Passed>,
    /// Whether there may be more.
    pub open: bool,
}

/// The argument path of a map of all named arguments.
pub(super) const NAMED: &str = "**";

impl Run<'_> {
    /// The value of a call.
    pub(super) fn call(&mut self, unit: usize, scope: usize, call: &Call, place: &Place) -> Value {
        let statement = std::mem::take(&mut self.statement);
        // The receiver runs before the arguments, and once.
        let (receiver, key) = match &call.callee.kind {
            // A bare name that is a member of the class around, or of the library's class that this one extends.
            ExprKind::Name(name) => match self.bare_receiver(unit, scope, name) {
                Some(receiver) => (Some(receiver), Some(name.clone())),
                None => (None, None),
            },
            ExprKind::Member(object, key) => {
                // A list comes to be with the first element that is added to it (`$events[] = ..`).
                if let (ExprKind::Name(name), Some("[]")) = (&object.kind, key.as_text().map(|key| &**key))
                    && self.heap.lookup(scope, name).is_none()
                {
                    let list = self.new_object(Object { list: true, ..Object::default() });
                    self.heap.bind(scope, name, list);
                }
                let object = self.eval(unit, scope, object);
                let key = self.eval(unit, scope, key).text();
                (Some(object), key)
            }
            _ => (None, None),
        };
        if let ExprKind::Name(name) = &call.callee.kind
            && &**name == "super"
        {
            let args = self.arguments(unit, scope, call);
            self.construct_base(scope, &args, place);
            return Value::new(Core::Nothing);
        }
        if let ExprKind::Name(name) = &call.callee.kind
            && &**name == "this"
        {
            let args = self.arguments(unit, scope, call);
            self.construct_otherwise(scope, &args, place);
            return Value::new(Core::Nothing);
        }
        let args = self.arguments(unit, scope, call);
        if let ExprKind::Name(name) = &call.callee.kind
            && matches!(&**name, "==" | "!=")
        {
            // The sides of a comparison, for whoever decides it; to all others it gives nothing of them.
            let sides = self.list_of(args.list.into_iter().map(|arg| (arg.value, arg.place)).collect());
            if let Core::Object(id) = sides.core {
                self.heap.change(id).foreign = Some(COMPARISON.into());
            }
            return sides;
        }
        self.called_as_statement = statement;
        let receiver_name = receiver_name(&call.callee);
        if let (Some(receiver), Some(key)) = (&receiver, &key) {
            if is_super(&call.callee) {
                return self.call_base(scope, key, &args, place);
            }
            if let Some(closure) = self.extension(scope, key) {
                return self.invoke(&closure, Some(&args), place, Some(receiver.clone()));
            }
            let mut values = Vec::new();
            for one in receiver.alternatives().iter().take(4) {
                let value = self.call_method(unit, one, key, &args, place, receiver_name.as_deref(), statement);
                values.push(value);
            }
            return Value::choice(values);
        }
        // A bare name that is a member of what is around: the receiver comes with it.
        if let ExprKind::Name(name) = &call.callee.kind
            && let Some(owner) = self.owner_of(unit, scope, name)
        {
            return self.call_method(unit, &owner, name, &args, place, None, statement);
        }
        let callee = match receiver {
            Some(_) => Value::unknown(),
            None => self.eval(unit, scope, &call.callee),
        };
        // `new this(..)`, `new self(..)`: another of its class.
        let class = match callee.core {
            Core::Object(id) if call.construct => self.heap.object(id).class.clone(),
            _ => None,
        };
        let callee = class.map_or(callee, |class| Value::new(Core::Class(class)));
        self.apply(unit, scope, &callee, &args, place, statement)
    }

    /// A function of the repository that adds a method to a type: it names its receiver, and is no method itself.
    fn extension(&self, scope: usize, name: &str) -> Option<Rc<Closure>> {
        let Core::Function(closure) = &self.heap.lookup(scope, name)?.core else { return None };
        let receiver = self.unit(closure.unit).facts.functions.get(closure.index)?.receiver.as_deref();
        (receiver == Some("this")).then(|| closure.clone())
    }

    /// Calls a value.
    pub(super) fn apply(
        &mut self,
        unit: usize,
        scope: usize,
        callee: &Value,
        args: &Arguments,
        place: &Place,
        statement: bool,
    ) -> Value {
        match &callee.core {
            Core::Function(closure) => {
                let closure = closure.clone();
                self.invoke(&closure, Some(args), place, None)
            }
            Core::Class(class) => {
                let class = class.clone();
                self.construct(&class, Some(args), place)
            }
            Core::Foreign(path) => {
                let path = path.clone();
                self.call_foreign(unit, Some(scope), &path, None, args, place, None, statement)
            }
            Core::Partial(partial) => {
                let (function, given) = (partial.0.clone(), partial.1.clone());
                let list = given.list.into_iter().chain(args.list.iter().cloned()).collect();
                let all = Arguments { list, open: given.open || args.open };
                self.apply(unit, scope, &function, &all, place, statement)
            }
            Core::Choice(all) => {
                let mut values = Vec::new();
                for one in all.clone().iter().take(4) {
                    values.push(self.apply(unit, scope, one, args, place, statement));
                }
                Value::choice(values)
            }
            // A client that is a function, too: `const api = axios.create(..); api({ url })`.
            Core::Object(id) if self.sends(unit, *id) => {
                let path = self.heap.object(*id).foreign.clone().unwrap_or_default();
                self.call_foreign(unit, Some(scope), &path, Some(callee), args, place, None, statement)
            }
            _ => {
                let name = callee.trail.last().and_then(|step| step.name.clone());
                // A parameter that is called as a client is, and is one as far as anybody can see: `({ fetch }) => fetch(..)`.
                // It may bring parts of its own.
                let own = name.as_deref().and_then(|name| name.rsplit('.').next());
                match own.filter(|own| self.index.http(self.language(unit), own).is_some_and(|row| row.sends)) {
                    Some(own) if matches!(callee.core, Core::Unknown) => {
                        let args = Arguments { list: args.list.clone(), open: true };
                        self.call_foreign(unit, Some(scope), &own.into(), None, &args, place, None, statement)
                    }
                    _ => self.call_unknown(name, args, place),
                }
            }
        }
    }

    /// Whether an object of a library's sends a request when it is called itself.
    fn sends(&self, unit: usize, id: usize) -> bool {
        let Some(path) = &self.heap.object(id).foreign else { return false };
        self.index.http_rows(self.language(unit), path).any(|row| row.sends)
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn call_method(
        &mut self,
        unit: usize,
        receiver: &Value,
        key: &Arc<str>,
        args: &Arguments,
        place: &Place,
        receiver_name: Option<&str>,
        statement: bool,
    ) -> Value {
        if let Core::Object(id) = receiver.core {
            let entry = self.heap.object(id).get(key).map(|slot| slot.value.clone());
            if let Some(Value { core: Core::Function(closure), .. }) = &entry {
                return self.invoke(closure, Some(args), place, Some(receiver.clone()));
            }
            if let Some(Value { core: Core::Class(class), .. }) = &entry {
                return self.construct(class, Some(args), place);
            }
            // A field may have the name of the method that reads it.
            if let Some(class) = self.heap.object(id).class.clone()
                && let Some((owner, method, _)) = self.find_method(&class, key, Some(args.list.len()))
            {
                self.invoked.insert((method.unit, method.index, Some(id)));
                return self.invoke_method(&method, &owner, receiver.clone(), Some(&args.list), place);
            }
            if let Some(entry) = entry.filter(|value| !matches!(value.core, Core::Unknown)) {
                return self.apply(unit, 0, &entry, args, place, statement);
            }
        }
        if let Core::Class(class) = &receiver.core {
            let class = class.clone();
            if let Some((owner, method, role)) = self.find_method(&class, key, Some(args.list.len())) {
                if role == Role::NamedConstructor {
                    return self.construct_by(&class, &method, args, place);
                }
                if role == Role::Constructor {
                    // Objective-C's initialisers have names of their own.
                    let this = self.new_object(Object { class: Some(class.clone()), ..Object::default() });
                    self.fields(&class, &this);
                    self.invoke_method(&method, &owner, this.clone(), Some(&args.list), place);
                    return this;
                }
                let class = Value::new(Core::Class(class));
                return self.invoke_method(&method, &owner, class, Some(&args.list), place);
            }
            // What the class has from a library's class is called on the one client that its body configures.
            if let Some(client) = self.class_client(&class, key) {
                return self.call_method(unit, &client, key, args, place, receiver_name, statement);
            }
            let inner = self.static_member(&class, key, place);
            if matches!(inner.core, Core::Function(_) | Core::Foreign(_) | Core::Partial(_)) {
                return self.apply(unit, 0, &inner, args, place, statement);
            }
        }
        let path: Arc<str> = match &receiver.core {
            Core::Foreign(path) if path.is_empty() => key.clone(),
            Core::Foreign(path) => format!("{path}.{key}").into(),
            Core::Object(id) => match &self.heap.object(*id).foreign {
                Some(foreign) => format!("{foreign}.{key}").into(),
                // An argument of which a member was set goes by its name still.
                None => match receiver.trail.last().and_then(|step| step.name.as_ref()) {
                    Some(name) if self.heap.object(*id).open => self.method_path(unit, name, key),
                    _ => format!("*.{key}").into(),
                },
            },
            _ => match receiver.trail.last().and_then(|step| step.name.as_ref()) {
                Some(name) if matches!(receiver.core, Core::Unknown) => self.method_path(unit, name, key),
                _ => format!("*.{key}").into(),
            },
        };
        self.call_foreign(unit, None, &path, Some(receiver), args, place, receiver_name, statement)
    }

    /// The path of a method of something that is known by its name alone. Rows know a parameter by what it is called in
    /// its own scope: `mixpanel` in `start`, where its name is `start.mixpanel`.
    fn method_path(&self, unit: usize, name: &str, key: &str) -> Arc<str> {
        let path: Arc<str> = format!("{name}.{key}").into();
        let Some((_, own)) = name.rsplit_once('.') else { return path };
        let (language, short) = (self.language(unit), format!("{own}.{key}"));
        let knows =
            |path: &str| self.index.entry(language, path).is_some() || self.index.http(language, path).is_some();
        if !knows(&path) && knows(&short) { short.into() } else { path }
    }

    /// Evaluates the arguments of a call.
    fn arguments(&mut self, unit: usize, scope: usize, call: &Call) -> Arguments {
        let mut args = Arguments::default();
        for arg in &call.args {
            let place = self.place(unit, arg.value.span);
            if let ExprKind::Spread(inner) = &arg.value.kind {
                let value = self.eval(unit, scope, inner);
                self.spread_arguments(&value, &mut args);
                continue;
            }
            let name = arg.name.as_ref().map(|name| name.name.clone());
            let value = match name.as_ref().filter(|name| is_word(name)) {
                Some(name) => {
                    self.context.push(name.clone());
                    let value = self.eval(unit, scope, &arg.value);
                    self.context.pop();
                    value
                }
                None => self.eval(unit, scope, &arg.value),
            };
            args.list.push(Passed { name, value, place });
        }
        args
    }

    /// The arguments with one more, named `**`: a map of all that are named.
    pub(super) fn with_named(&mut self, args: &Arguments) -> Arguments {
        let mut all = args.clone();
        let named = args.list.iter().filter(|arg| arg.name.as_ref().is_some_and(|name| is_word(name)));
        let named: Vec<Passed> = named.cloned().collect();
        if let Some(place) = named.first().map(|arg| arg.place.clone()) {
            let mut object = Object::default();
            named.into_iter().for_each(|arg| object.set(arg.name.unwrap_or_default(), arg.value, arg.place));
            let value = self.new_object(object);
            all.list.push(Passed { name: Some(NAMED.into()), value, place });
        }
        all
    }

    /// `*args` gives positional arguments, `**options` named ones.
    fn spread_arguments(&mut self, value: &Value, args: &mut Arguments) {
        let Core::Object(id) = value.core else {
            args.open = true;
            return;
        };
        let object = self.heap.object(id).clone();
        args.open |= object.open;
        for slot in object.entries {
            let name = (!object.list).then_some(slot.key);
            args.list.push(Passed { name, value: slot.value, place: slot.place });
        }
    }

    /// Calls a function; without arguments known, each parameter is unknown under its name.
    pub(super) fn invoke(
        &mut self,
        closure: &Rc<Closure>,
        args: Option<&Arguments>,
        site: &Place,
        this: Option<Value>,
    ) -> Value {
        if let Some(args) = args {
            self.handed_across(closure, args, site);
        }
        let scope = Scope { parent: Some(closure.scope), this, ..Scope::default() };
        self.run_function(closure, scope, args, site)
    }

    /// Calls a function that configures a value: its bare names may mean members of it.
    pub(super) fn invoke_on(&mut self, closure: &Rc<Closure>, args: &Arguments, site: &Place, this: Value) -> Value {
        let scope = Scope { parent: Some(closure.scope), this: Some(this), members: true, ..Scope::default() };
        self.run_function(closure, scope, Some(args), site)
    }

    /// Runs a function with nothing known of its arguments.
    pub(super) fn invoke_unknown(&mut self, closure: &Rc<Closure>, this: Option<Value>) -> Value {
        let scope = Scope { parent: Some(closure.scope), this, ..Scope::default() };
        let site = self.place(closure.unit, crate::source::Span::default());
        self.run_function(closure, scope, None, &site)
    }

    /// Calls a method with its receiver.
    pub(super) fn invoke_method(
        &mut self,
        method: &Closure,
        class: &Rc<Closure>,
        this: Value,
        args: Option<&[Passed]>,
        site: &Place,
    ) -> Value {
        let context = self.class(class).name.clone();
        let scope = Scope {
            parent: Some(method.scope),
            this: Some(this),
            class: Some(class.clone()),
            context,
            members: self.class(class).members_in_scope,
            ..Scope::default()
        };
        let args = args.map(|list| Arguments { list: list.to_vec(), open: false });
        self.run_function(method, scope, args.as_ref(), site)
    }

    /// Calls a function value with nothing known, and gives what it returns.
    pub(super) fn invoke_fresh(&mut self, closure: &Rc<Closure>) -> Value {
        let scope = Scope { parent: Some(closure.scope), ..Scope::default() };
        let site = self.place(closure.unit, crate::source::Span::default());
        self.run_function(closure, scope, None, &site)
    }

    fn run_function(&mut self, closure: &Closure, mut scope: Scope, args: Option<&Arguments>, site: &Place) -> Value {
        let statement = std::mem::take(&mut self.called_as_statement) && args.is_some();
        let function_id = (closure.unit, closure.index);
        let running = self.calls.iter().filter(|call| call.function == function_id).count();
        if self.fuel == 0 || running >= 2 || self.calls.len() >= MAX_CALLS || self.depth >= super::MAX_DEPTH - 20 {
            return Value::unknown();
        }
        let document = self.units[closure.unit].document.clone();
        let facts = &document.units[self.units[closure.unit].at].facts;
        let Some(function) = facts.functions.get(closure.index) else { return Value::unknown() };
        let around = self.heap.scope(closure.scope).context.clone();
        if scope.context.is_empty() {
            scope.context = around;
        }
        if !function.name.is_empty() {
            scope.context = match scope.context.is_empty() {
                true => function.name.clone(),
                false => format!("{}.{}", scope.context, function.name).into(),
            };
        }
        let receiver = scope.this.clone();
        let context = std::mem::take(&mut self.context);
        let scope = self.heap.open(scope);
        if let (Some(name), Some(this)) = (&function.receiver, receiver.clone()) {
            self.heap.bind(scope, name, this);
        }
        self.calls.push(CallFrame { site: site.clone(), function: function_id, root: args.is_none(), statement });
        self.bind_params(closure.unit, scope, &function.params, args, receiver.as_ref());
        let mut returns = Vec::new();
        self.exec(closure.unit, scope, &function.body, &mut returns);
        self.calls.pop();
        self.context = context;
        let name = (!function.name.is_empty()).then(|| function.name.clone());
        match returns.is_empty() {
            true => Value::new(Core::Nothing),
            false => {
                let value = Value::choice(returns);
                match value.core {
                    Core::Object(_) | Core::Function(_) | Core::Class(_) | Core::Foreign(_) => value,
                    _ => value.step(How::Returned, site.clone(), name),
                }
            }
        }
    }

    /// An instance of a class of the repository that was made elsewhere: what it holds is known by the names of its
    /// fields, and it has their methods. `None` where nothing is known of the class or it is being made already.
    pub(super) fn received(&mut self, class: &Rc<Closure>) -> Option<Value> {
        let known = self.class(class);
        if known.fields.is_empty() && known.methods.is_empty() {
            return None;
        }
        Some(self.new_object(Object { class: Some(class.clone()), open: true, sent: true, ..Object::default() }))
    }
}

/// Whether an argument's name is one that people read, and not a sign (`&` for a block).
fn is_word(name: &str) -> bool {
    name.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

/// The last name of a call's receiver: `logger` in `this.logger.info()`, `getLogger` in `getLogger().info()`.
fn receiver_name(callee: &Expr) -> Option<Arc<str>> {
    let ExprKind::Member(object, _) = &callee.kind else { return None };
    last_name(object)
}

pub(super) fn last_name(expr: &Expr) -> Option<Arc<str>> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Member(_, key) => key.as_text().cloned(),
        ExprKind::Call(call) => last_name(&call.callee),
        ExprKind::Ask(inner) => last_name(inner),
        _ => None,
    }
}
