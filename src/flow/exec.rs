//! What statements do.

use std::sync::Arc;

use super::Run;
use super::call::{Arguments, Passed};
use super::events::{Argument, What};
use super::heap::Object;
use super::value::{Core, How, Value};
use crate::source::Place;
use crate::syntax::facts::{Block, Expr, ExprKind, Stmt, Target};

/// How a block ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// What follows it runs.
    Open,
    /// It returned or threw.
    Closed,
}

/// What is known of the answer to a question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    /// It asks for something that is there unless a setting is empty.
    There,
    /// Nothing.
    Open,
}

/// Whether a value is one that a question for it finds: what the environment holds is meant to be there.
fn is_there(value: &Value) -> bool {
    match &value.core {
        Core::Text(text) => !text.trim().is_empty(),
        Core::Env(_) | Core::Concat(_) | Core::Base64(_) | Core::Object(_) => true,
        Core::Choice(all) => all.iter().any(is_there),
        _ => false,
    }
}

impl Run<'_> {
    /// Runs a block. What it returns is collected in `returns`.
    pub(super) fn exec(&mut self, unit: usize, scope: usize, block: &Block, returns: &mut Vec<Value>) -> End {
        if self.depth >= super::MAX_DEPTH || self.stack.is_deep() {
            return End::Open;
        }
        self.depth += 1;
        self.hoist(unit, scope, block);
        let mut end = End::Open;
        for stmt in block {
            end = self.stmt(unit, scope, stmt, returns);
            if end == End::Closed {
                break;
            }
        }
        self.depth -= 1;
        end
    }

    /// Functions and classes are there before anything runs.
    fn hoist(&mut self, unit: usize, scope: usize, block: &Block) {
        for stmt in block {
            let (ident, value) = match stmt {
                Stmt::Function(ident, index) => {
                    (ident, Value::new(Core::Function(self.closure(unit, *index, scope, false))))
                }
                Stmt::Class(ident, index) => (ident, Value::new(Core::Class(self.closure(unit, *index, scope, true)))),
                _ => continue,
            };
            self.heap.bind(scope, &ident.name, value);
        }
    }

    fn stmt(&mut self, unit: usize, scope: usize, stmt: &Stmt, returns: &mut Vec<Value>) -> End {
        match stmt {
            Stmt::Bind { target, value, .. } => {
                let at = self.place(unit, value.span);
                let value = self.eval_named(unit, scope, target, value);
                self.bind_at(unit, scope, target, value, true, Some(&at));
            }
            Stmt::Assign { target, value } => {
                let at = self.place(unit, value.span);
                let value = self.eval_named(unit, scope, target, value);
                self.bind_at(unit, scope, target, value, false, Some(&at));
            }
            Stmt::Expr(expr) => {
                self.statement = matches!(expr.kind, ExprKind::Call(_));
                self.eval(unit, scope, expr);
                self.statement = false;
            }
            Stmt::Return(expr) => {
                // Where to give is to write: where the call's output goes nowhere, so does this.
                let writes = self.unit(unit).facts.traits.writes && matches!(expr.kind, ExprKind::Call(_));
                self.statement = writes && self.calls.last().is_none_or(|call| call.statement);
                let value = self.eval(unit, scope, expr);
                returns.push(value);
                return End::Closed;
            }
            Stmt::Throw(expr) => {
                let value = self.eval(unit, scope, expr);
                if !matches!(value.core, Core::Object(_) | Core::Unknown) {
                    let place = self.place(unit, expr.span);
                    let args = vec![Argument { value: self.shape(&value), place: place.clone() }];
                    self.emit(unit, What::Log { what: "exception", args }, place);
                }
                return End::Closed;
            }
            Stmt::Branch { test, arms, exhaustive } => {
                let answer = test.as_ref().map_or(Answer::Open, |test| self.decide(unit, scope, test));
                return match (answer, arms.split_first()) {
                    (Answer::Yes, Some((first, _))) => self.exec(unit, scope, first, returns),
                    (Answer::No, Some((_, [other]))) if *exhaustive => self.exec(unit, scope, other, returns),
                    (Answer::No, Some((_, others))) => self.branch(unit, scope, others, *exhaustive, false, returns),
                    // Where there is one only for what is there, it is as good as run.
                    (Answer::There, Some((_, []))) => self.branch(unit, scope, arms, *exhaustive, true, returns),
                    _ => self.branch(unit, scope, arms, *exhaustive, false, returns),
                };
            }
            Stmt::Loop { over, body } => {
                if let Some((target, iterated)) = over {
                    let iterated = self.eval(unit, scope, iterated);
                    let element = self.element(&iterated);
                    self.bind(unit, scope, target, element, true);
                }
                self.exec(unit, scope, body, returns);
            }
            Stmt::Function(..) | Stmt::Class(..) => {}
            Stmt::Import(import) => self.import_later(unit, scope, import),
            Stmt::Export(name, expr) if self.export_later(unit, scope, name, expr) => {}
            Stmt::Export(name, expr) => {
                let value = self.eval(unit, scope, expr);
                let place = self.place(unit, expr.span);
                let exports = self.units[unit].exports;
                self.heap.change(exports).set(name.clone(), value, place);
            }
            Stmt::ExportAll(module) => self.export_all(unit, scope, module),
        }
        End::Open
    }

    /// The answer to a question whose two sides are known texts: `endpoint === '/import'`; or whether it only asks for
    /// something that is there, as far as anybody can see: `if (secret)`, `secret !== undefined`.
    fn decide(&mut self, unit: usize, scope: usize, test: &Expr) -> Answer {
        let value = self.eval(unit, scope, test);
        let operator = match &test.kind {
            ExprKind::Call(call) => match &call.callee.kind {
                ExprKind::Name(operator) if matches!(&**operator, "==" | "!=") => Some(&**operator == "=="),
                _ => return Answer::Open,
            },
            ExprKind::Name(_) | ExprKind::Member(..) | ExprKind::Ask(_) => None,
            _ => return Answer::Open,
        };
        let Some(equal) = operator else {
            return if is_there(&value) { Answer::There } else { Answer::Open };
        };
        let Core::Object(id) = value.core else { return Answer::Open };
        let [left, right] = &self.heap.object(id).entries[..] else { return Answer::Open };
        match (left.value.text(), right.value.text()) {
            (Some(left), Some(right)) if (left == right) == equal => Answer::Yes,
            (Some(_), Some(_)) => Answer::No,
            _ => {
                let (left, right) = (&left.value, &right.value);
                let asks = left.is_empty() && is_there(right) || right.is_empty() && is_there(left);
                if asks && !equal { Answer::There } else { Answer::Open }
            }
        }
    }

    /// Runs the alternatives one by one from the same state, and joins what those left that go on. `there`: one of them
    /// runs, as far as anybody can see.
    fn branch(
        &mut self,
        unit: usize,
        scope: usize,
        arms: &[Block],
        exhaustive: bool,
        there: bool,
        returns: &mut Vec<Value>,
    ) -> End {
        let mut outcomes = Vec::new();
        for arm in arms {
            let mark = self.heap.mark();
            let end = self.exec(unit, scope, arm, returns);
            let outcome = self.heap.rewind(&mark);
            if end == End::Open {
                outcomes.push(outcome);
            }
        }
        if outcomes.is_empty() && exhaustive && !arms.is_empty() {
            return End::Closed;
        }
        let fallthrough = !exhaustive && !there;
        if !outcomes.is_empty() {
            self.heap.join(outcomes, fallthrough);
        }
        End::Open
    }

    /// One element of what is iterated.
    pub(super) fn element(&self, iterated: &Value) -> Value {
        match &iterated.core {
            Core::Object(id) if self.heap.object(*id).list => {
                let object = self.heap.object(*id);
                let elements = object.entries.iter().map(|slot| slot.value.clone());
                Value::choice(elements.chain(object.open.then(Value::unknown)))
            }
            _ => Value::unknown(),
        }
    }

    /// The value of an expression that is about to be bound, with the name known to what is inside it.
    pub(super) fn eval_named(&mut self, unit: usize, scope: usize, target: &Target, value: &Expr) -> Value {
        let name = match target {
            Target::Name(ident) => Some(ident.name.clone()),
            Target::Member(_, key) => key.as_text().cloned(),
            _ => None,
        };
        let Some(name) = name else { return self.eval(unit, scope, value) };
        let full = self.qualified(scope, &name);
        self.context.push(name);
        let expr = value;
        let value = self.eval(unit, scope, expr);
        self.context.pop();
        self.name_given(unit, &full, expr, &value);
        value
    }

    /// Binds a value to a target. `declares`: a new variable of this scope rather than one found outwards.
    pub(super) fn bind(&mut self, unit: usize, scope: usize, target: &Target, value: Value, declares: bool) {
        self.bind_at(unit, scope, target, value, declares, None);
    }

    /// Binds a value that an expression at `at` gives.
    fn bind_at(
        &mut self,
        unit: usize,
        scope: usize,
        target: &Target,
        value: Value,
        declares: bool,
        at: Option<&Place>,
    ) {
        match target {
            Target::Name(ident) => {
                let place = self.place(unit, ident.span);
                let name = self.qualified(scope, &ident.name);
                let value = self.bound(unit, value, name, &place);
                let owner = if declares { None } else { self.owner_of(unit, scope, &ident.name) };
                if let Some(owner) = owner {
                    let place = at.cloned().unwrap_or(place);
                    self.set_member(unit, scope, &owner, Some(ident.name.clone()), value, &place);
                } else if declares && !self.outer_assignment(unit, scope, &ident.name) {
                    self.heap.bind(scope, &ident.name, value);
                } else {
                    self.heap.assign(scope, &ident.name, value);
                }
            }
            Target::Member(object, key) => {
                let object = self.place_for_member(unit, scope, object);
                let key_value = self.eval(unit, scope, key);
                let place = at.cloned().unwrap_or_else(|| self.place(unit, key.span));
                self.set_member(unit, scope, &object, key_value.text(), value, &place);
            }
            Target::Map(parts) => {
                for (key, part, default) in parts {
                    let place = self.place(unit, part_span(part).unwrap_or_default());
                    let key = Value::new(Core::Text(key.clone()));
                    let mut member = self.member(unit, &value, &key, &place);
                    if let Some(default) = default {
                        let default = self.eval(unit, scope, default);
                        // A member that is there is taken, whatever it may turn out to be.
                        let there = matches!(value.core, Core::Object(_)) && !matches!(member.core, Core::Unknown);
                        member = match member.core {
                            Core::Nothing => default,
                            _ if there => member,
                            _ => Value::choice([member, default]),
                        };
                    }
                    self.bind(unit, scope, part, member, declares);
                }
            }
            Target::List(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    let place = self.place(unit, part_span(part).unwrap_or_default());
                    let key = Value::new(Core::Text(at.to_string().into()));
                    let element = self.member(unit, &value, &key, &place);
                    self.bind(unit, scope, part, element, declares);
                }
            }
            Target::Results(parts) => {
                let given = value.alternatives();
                for (at, part) in parts.iter().enumerate() {
                    let place = self.place(unit, part_span(part).unwrap_or_default());
                    let mut results = Vec::new();
                    for one in &given {
                        let known = matches!(&one.core, Core::Object(id) if self.heap.object(*id).results);
                        let key = Value::new(Core::Text(at.to_string().into()));
                        results.push(match (known, at) {
                            (true, _) => self.member(unit, one, &key, &place),
                            (false, 0) => one.clone(),
                            (false, _) => Value::unknown(),
                        });
                    }
                    self.bind(unit, scope, part, Value::choice(results), declares);
                }
            }
            Target::All(parts) => parts.iter().for_each(|part| self.bind(unit, scope, part, value.clone(), declares)),
            Target::Ignored => {}
        }
    }

    /// What a member is set of. Where nothing is there yet in a map, a map comes to be (`$options['query']['a'] = 1`), and
    /// an argument that isn't known is from then on one of which this member is.
    fn place_for_member(&mut self, unit: usize, scope: usize, object: &Expr) -> Value {
        let value = self.eval(unit, scope, object);
        let unknown = matches!(value.core, Core::Unknown) && self.is_of_caller(scope, object);
        if !(unknown || matches!(value.core, Core::Nothing)) {
            return value;
        }
        let place = self.place(unit, object.span);
        let mut made = self.new_object(Object { open: unknown, ..Object::default() });
        made.trail = value.trail.clone();
        match &object.kind {
            ExprKind::Name(name) if unknown => self.heap.assign(scope, name, made.clone()),
            ExprKind::Member(around, key) => {
                let key = self.eval(unit, scope, key).text();
                let around =
                    if unknown { self.place_for_member(unit, scope, around) } else { self.eval(unit, scope, around) };
                match (&around.core, key) {
                    (Core::Object(id), Some(key)) if unknown => self.heap.change(*id).set(key, made.clone(), place),
                    (_, key) => self.set_member(unit, scope, &around, key, made.clone(), &place),
                }
            }
            _ => return value,
        }
        made
    }

    /// Whether an expression is an argument that isn't known, or leads into one or into a map that holds more than is known.
    fn is_of_caller(&self, scope: usize, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Member(around, _) => self.is_of_caller(scope, around),
            ExprKind::Name(name) => self.heap.lookup(scope, name).is_some_and(|value| match value.core {
                Core::Unknown => value.trail.steps().iter().any(|step| step.how == How::Parameter),
                Core::Object(id) => {
                    let object = self.heap.object(id);
                    object.open && !object.list && object.class.is_none() && object.foreign.is_none()
                }
                _ => false,
            }),
            _ => false,
        }
    }

    /// Whether a variable of an outer scope is the one that is meant, though the assignment might make a new one.
    fn outer_assignment(&self, unit: usize, scope: usize, name: &Arc<str>) -> bool {
        self.unit(unit).facts.traits.outer
            && !self.heap.scope(scope).names.contains_key(name)
            && self.heap.lookup(scope, name).is_some()
    }

    /// Sets a member of an object.
    pub(super) fn set_member(
        &mut self,
        unit: usize,
        scope: usize,
        object: &Value,
        key: Option<Arc<str>>,
        value: Value,
        place: &Place,
    ) {
        if let Some(key) = key.as_ref().filter(|key| self.index.is_option(key)) {
            self.set_option(unit, object, key, &value, place);
        }
        match &object.core {
            Core::Object(id) => {
                let Some(key) = key else {
                    self.heap.change(*id).open = true;
                    return;
                };
                if self.set_slot(unit, *id, &key, &value, place) {
                    return;
                }
                let class = self.heap.object(*id).class.as_ref().map(|class| self.class(class).name.clone());
                let name = match class {
                    Some(class) => format!("{class}.{key}").into(),
                    None => self.member_name(scope, object, &key),
                };
                let instance = self.heap.object(*id).class.is_some();
                let value =
                    match instance && !matches!(value.core, Core::Function(_) | Core::Class(_) | Core::Foreign(_)) {
                        true => self.bound(unit, value, name.clone(), place).step(How::Set, place.clone(), Some(name)),
                        false => self.bound(unit, value, name, place),
                    };
                self.heap.change(*id).set(key, value, place.clone());
            }
            Core::Choice(all) => {
                for one in all.clone().iter() {
                    self.set_member(unit, scope, one, key.clone(), value.clone(), place);
                }
            }
            Core::Foreign(path) => {
                if let Some(key) = key {
                    let path: Arc<str> = format!("{path}.{key}").into();
                    self.set_foreign(unit, &path, &value, place);
                }
            }
            Core::Unknown => {
                if let Some(key) = key {
                    let name = self.member_name(scope, object, &key);
                    self.bound(unit, value, name, place);
                }
            }
            _ => {}
        }
    }

    /// A property of an SDK's that is set is an entry point as its setter is (`mixpanel.serverURL = ..`); rows name it
    /// with `=` at the end.
    fn set_option(&mut self, unit: usize, object: &Value, key: &Arc<str>, value: &Value, place: &Place) {
        let foreign = match &object.core {
            Core::Object(id) => self.heap.object(*id).foreign.clone(),
            Core::Foreign(path) => Some(path.clone()),
            _ => None,
        };
        let own = foreign.map(|foreign| format!("{foreign}.{key}="));
        let paths = own.into_iter().chain([format!("*.{key}=")]);
        let language = self.language(unit);
        let Some(path) = paths.into_iter().find(|path| self.index.entry(language, path).is_some()) else { return };
        let written = value.trail.last().filter(|step| step.how == How::Written).map(|step| step.place.clone());
        let at = written.unwrap_or_else(|| place.clone());
        let list = vec![Passed { name: None, value: value.clone(), place: at }];
        self.call_foreign(unit, None, &path.into(), Some(object), &Arguments { list, open: false }, place, None, true);
    }

    fn member_name(&self, scope: usize, object: &Value, key: &str) -> Arc<str> {
        match object.trail.last().and_then(|step| step.name.as_ref()) {
            Some(owner) => format!("{owner}.{key}").into(),
            None => self.qualified(scope, key),
        }
    }

    /// A parameter whose argument isn't known.
    pub(super) fn parameter(&self, unit: usize, scope: usize, name: &str, span: crate::source::Span) -> Value {
        let place = self.place(unit, span);
        Value::unknown().step(How::Parameter, place, Some(self.qualified(scope, name)))
    }

    /// A list as a value.
    pub(super) fn list_of(&mut self, values: Vec<(Value, Place)>) -> Value {
        let mut object = Object { list: true, ..Object::default() };
        values.into_iter().for_each(|(value, place)| object.push(value, place));
        self.new_object(object)
    }
}

fn part_span(target: &Target) -> Option<crate::source::Span> {
    match target {
        Target::Name(ident) => Some(ident.span),
        Target::Member(_, key) => Some(key.span),
        _ => None,
    }
}
