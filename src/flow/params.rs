//! Parameters: what each is bound to, and values of which only the declared type is known.

use super::Run;
use super::call::{Arguments, Passed};
use super::heap::Object;
use super::value::{Core, How, Value};
use crate::catalog::coverage;
use crate::syntax::facts::{Expr, Param, Target};

impl Run<'_> {
    pub(super) fn bind_params(
        &mut self,
        unit: usize,
        scope: usize,
        params: &[Param],
        args: Option<&Arguments>,
        this: Option<&Value>,
    ) {
        let positional: Vec<&Passed> =
            args.map_or_else(Vec::new, |args| args.list.iter().filter(|arg| arg.name.is_none()).collect());
        let named: Vec<&Passed> =
            args.map_or_else(Vec::new, |args| args.list.iter().filter(|arg| arg.name.is_some()).collect());
        let open = args.is_none_or(|args| args.open);
        // What is named takes no place among the others: `send(to: url, payload)`.
        let mut next = 0;
        for (at, param) in params.iter().enumerate() {
            let by_name = named.iter().find(|arg| arg.is_named(&param.name));
            let found = match by_name {
                _ if param.rest => None,
                Some(arg) => Some(*arg),
                None => {
                    next += 1;
                    positional.get(next - 1).copied()
                }
            };
            let value = match found {
                Some(arg) => {
                    let name = Some(self.qualified(scope, &param.name)).filter(|_| !param.name.is_empty());
                    let value = arg.value.clone();
                    match value.core {
                        Core::Function(_) | Core::Class(_) | Core::Foreign(_) => value,
                        _ => value.step(How::Passed, arg.place.clone(), name),
                    }
                }
                None if param.rest => {
                    let rest: Vec<_> =
                        positional.iter().skip(at).map(|arg| (arg.value.clone(), arg.place.clone())).collect();
                    let taken = |arg: &&&Passed| params.iter().any(|param| !param.rest && arg.is_named(&param.name));
                    let others: Vec<&Passed> = named.iter().filter(|arg| !taken(arg)).copied().collect();
                    if rest.is_empty() && !others.is_empty() {
                        // `**options`
                        let mut map = Object { open, ..Object::default() };
                        for arg in others {
                            map.set(arg.name.clone().unwrap_or_default(), arg.value.clone(), arg.place.clone());
                        }
                        self.new_object(map)
                    } else {
                        let list = self.list_of(rest);
                        self.escape(&list);
                        list
                    }
                }
                None => {
                    let unknown = self.typed_parameter(unit, scope, param);
                    match &param.default {
                        Some(default) => {
                            self.context.push(param.name.clone());
                            let default = self.eval(unit, scope, default);
                            self.context.pop();
                            match default.core {
                                _ if !open => default,
                                // That nothing is the default says nothing of what may be passed.
                                Core::Nothing => unknown,
                                _ => Value::choice([default, unknown]),
                            }
                        }
                        None if open => unknown,
                        None => Value::new(Core::Nothing),
                    }
                }
            };
            if param.field
                && let (Some(this), Target::Name(ident)) = (this, &param.target)
            {
                let place = self.place(unit, ident.span);
                // The field goes by the parameter's name, which need not be the variable's (PHP's `$token`).
                let field = if param.name.is_empty() { &ident.name } else { &param.name };
                self.set_member(unit, scope, this, Some(field.clone()), value.clone(), &place);
            }
            self.bind(unit, scope, &param.target, value, true);
        }
    }

    /// A parameter whose argument isn't known; its declared type may say that it is a client.
    pub(super) fn typed_parameter(&mut self, unit: usize, scope: usize, param: &Param) -> Value {
        let instance = param.class.as_ref().and_then(|class| self.instance(unit, scope, class));
        // Where it can't be named at the call it goes by what it is called inside.
        let name = match &param.target {
            Target::Name(ident) if param.name.is_empty() => &ident.name,
            _ => &param.name,
        };
        instance.unwrap_or_else(|| self.parameter(unit, scope, name, param.span))
    }

    /// A value of a declared type, where that is a client, a request or what an SDK makes: all it holds is unknown.
    pub(super) fn instance(&mut self, unit: usize, scope: usize, class: &Expr) -> Option<Value> {
        let path = match self.eval(unit, scope, class).core {
            Core::Foreign(path) => path,
            Core::Class(class) => return self.received(&class),
            _ => return None,
        };
        let language = self.language(unit);
        let (makes, bare) = match self.index.http(language, &path) {
            Some(row) => {
                coverage::used(row);
                (row.makes.as_deref(), row.bare)
            }
            None => {
                let entry = self.index.entry(language, &path).inspect(|row| coverage::used(*row));
                (entry.and_then(|entry| entry.makes.as_deref()), false)
            }
        };
        let foreign = Some(makes?.into());
        Some(self.new_object(Object { foreign, open: !bare, sent: true, ..Object::default() }))
    }
}
