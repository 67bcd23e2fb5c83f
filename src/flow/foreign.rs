//! Calls of what isn't in the repository: libraries, the runtime, SDKs. Rows of the catalog say what they do.

use std::sync::Arc;

use super::Run;
use super::arguments::Found;
use super::call::{Arguments, Passed};
use super::events::{Argument, What};
use super::heap::Object;
use super::value::{Core, How, Value};
use crate::catalog::coverage::used;
use crate::source::Place;

impl<'a> Run<'a> {
    /// Calls something foreign, by its dotted path.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn call_foreign(
        &mut self,
        unit: usize,
        scope: Option<usize>,
        path: &Arc<str>,
        receiver: Option<&Value>,
        args: &Arguments,
        place: &Place,
        receiver_name: Option<&str>,
        statement: bool,
    ) -> Value {
        let language = self.language(unit);
        if let (Some(scope), "require" | "import") = (scope, &**path)
            && let Some(module) = args.list.first().and_then(|arg| arg.value.text())
        {
            return self.module(unit, scope, &module, place);
        }
        let index = self.index;
        let log = index.log(language, path, receiver_name);
        if let Some(row) = log
            && (!row.statement || statement)
            && !self.is_excepted(row, args)
            && self.is_written_there(row, receiver, args)
        {
            self.log(unit, &row.what, args, place);
        }
        // A method that is known on anything (`url.WithBasicAuth(..)` on any text).
        let any: Option<Arc<str>> = receiver.and(path.rsplit_once('.')).map(|(_, method)| format!("*.{method}").into());
        if let Some(entry) = index.entry(language, path).or_else(|| index.entry(language, any.as_deref()?)) {
            used(entry);
            let mut seen = Vec::new();
            for (at, parameter) in entry.args.iter().enumerate() {
                if let Found::Here(value, place) = self.first_of(args, receiver, &parameter.at) {
                    used(parameter);
                    seen.push((at, Argument { value: self.shape(&value), place }));
                }
            }
            // As they are written: of a swapped pair the first one is named.
            seen.sort_by_key(|(_, arg): &(usize, Argument)| arg.place.span.start);
            let transport = |this: &Self, paths: &[String]| match this.first_of(args, receiver, paths) {
                Found::Here(value, place) => Some(Argument { value: this.shape(&value), place }),
                _ => None,
            };
            // Of several hosts the one that is reached without TLS, if there is one.
            let plain = |arg: &Argument| arg.value.text().is_some_and(|text| text.starts_with("http://"));
            let hosts = || entry.host.iter().map(std::slice::from_ref);
            let host = hosts().find_map(|path| transport(self, path).filter(plain));
            let host = host.or_else(|| transport(self, &entry.host));
            let scheme = transport(self, &entry.scheme);
            self.emit(unit, What::Entry { entry, args: seen, host, scheme }, place.clone());
            self.callbacks(args);
            let foreign = entry.makes.as_deref().map_or_else(|| path.clone(), Arc::from);
            return self.new_object(Object { foreign: Some(foreign), open: true, ..Object::default() });
        }
        let row = self.http_row(language, path, receiver, args);
        if let Some(row) = row.or_else(|| self.http_row(language, any.as_deref()?, receiver, args)) {
            // What is changed or sent may be an argument: `curl_setopt($handle, ..)`.
            let handle = row.target.as_deref().and_then(|at| match self.argument(args, receiver, at) {
                Found::Here(value, _) => Some(value),
                _ => None,
            });
            return self.call_http(unit, path, row, handle.as_ref().or(receiver), args, place);
        }
        if self.unit(unit).facts.traits.programs
            && let Some(command) = index.command(path)
        {
            return self.run_command(unit, command, args, place);
        }
        if let Some(value) = self.call_function(unit, path, receiver, args, place) {
            return value;
        }
        if let Some(value) = any.and_then(|any| self.call_function(unit, &any, receiver, args, place)) {
            return value;
        }
        if log.is_some() {
            // What is written to a log stays as it is.
            self.callbacks(args);
            return Value::unknown().step(How::Called, place.clone(), Some(path.clone()));
        }
        if let Some(receiver) = receiver {
            self.altered_by_method(receiver, path, args);
        }
        self.call_unknown(Some(path.clone()), args, place)
    }

    /// A method of a client or request that no row knows may hand it to code out of sight (`f.use VaultAuth`,
    /// `client.OnBeforeRequest(sign)`), which may then set any part.
    fn altered_by_method(&mut self, receiver: &Value, path: &str, args: &Arguments) {
        let Core::Object(id) = receiver.core else { return };
        let object = self.heap.object(id);
        if object.made.is_none() && object.fills.is_empty() && object.owner.is_none() {
            return;
        }
        let harmless = &self.index.catalog.functions.harmless;
        let is_harmless = |name: &str| {
            let last = name.rsplit(['.', ':']).next().unwrap_or(name).to_ascii_lowercase();
            harmless.iter().find(|word| last.contains(word.as_str())).inspect(|word| used(*word)).is_some()
        };
        // What an argument is called: `Tesla.Middleware.Timeout`, `HTTPAdapter(max_retries=3)`.
        let name = |value: &Value| match &value.core {
            Core::Foreign(name) => Some(name.clone()),
            _ => value.trail.last().and_then(|step| step.name.clone()),
        };
        let first = args.list.first().and_then(|arg| name(&arg.value));
        let alters = |arg: &Passed| match &arg.value.core {
            Core::Function(_) | Core::Object(_) | Core::Class(_) | Core::Method(_) => true,
            Core::Foreign(_) | Core::Unknown => !name(&arg.value).is_some_and(|name| is_harmless(&name)),
            _ => false,
        };
        let harmless = is_harmless(path) || first.is_some_and(|first| is_harmless(&first));
        if !harmless && args.list.iter().any(alters) {
            let root = object.owner.unwrap_or(id);
            self.heap.change(root).open = true;
            self.heap.change(id).open = true;
        }
    }

    /// The row of an HTTP client for a call: the first whose conditions hold. Where it can't be seen whether one's do,
    /// anything may be set.
    fn http_row(
        &mut self,
        language: &str,
        path: &str,
        receiver: Option<&Value>,
        args: &Arguments,
    ) -> Option<&'a crate::catalog::HttpCall> {
        let index = self.index;
        let mut uncertain = false;
        let row = index.http_rows(language, path).find(|row| {
            let mut holds = true;
            for (at, text) in &row.when {
                holds &= match self.argument(args, receiver, at) {
                    Found::Here(Value { core: Core::Foreign(known), .. }, _) => *known == **text,
                    Found::Here(value, _) => match value.text() {
                        Some(known) => known.eq_ignore_ascii_case(text),
                        None => {
                            uncertain = true;
                            false
                        }
                    },
                    Found::Hidden => {
                        uncertain = true;
                        false
                    }
                    Found::Absent => false,
                };
            }
            holds
        })?;
        if uncertain
            && let Some(Found::Here(handle, _)) = row.target.as_deref().map(|at| self.argument(args, receiver, at))
        {
            self.escape(&handle);
        }
        used(row);
        Some(row)
    }

    /// Reports that the arguments of a call are written to a log.
    fn log(&mut self, unit: usize, what: &'a str, args: &Arguments, place: &Place) {
        let shown = |arg: &Passed| Argument { value: self.shape(&arg.value), place: arg.place.clone() };
        let args = args.list.iter().map(shown).collect();
        self.emit(unit, What::Log { what, args }, place.clone());
    }

    /// Whether a call that can write to many places writes to the one that the row is for.
    fn is_written_there(&self, row: &crate::catalog::Log, receiver: Option<&Value>, args: &Arguments) -> bool {
        row.when.as_ref().is_none_or(|(at, wanted)| match self.argument(args, receiver, at) {
            Found::Here(Value { core: Core::Foreign(path), .. }, _) => *path == **wanted,
            _ => false,
        })
    }

    /// Something foreign by its path: a constant of which the text is known, by the path or by its last two names
    /// (`io.ktor.http.HttpHeaders.Authorization`, in whatever package a library keeps it), or just the name.
    pub(super) fn foreign_name(&self, path: Arc<str>, place: &Place) -> Value {
        let constants = &self.index.catalog.functions.constants;
        let last_two = || path.rmatch_indices('.').nth(1).and_then(|(dot, _)| constants.get(&path[dot + 1..]));
        let core = match constants.get(&*path).or_else(last_two) {
            Some(text) => {
                used(text);
                Core::Text(text.as_str().into())
            }
            None => Core::Foreign(path.clone()),
        };
        Value::new(core).step(How::Named, place.clone(), Some(path))
    }

    /// Whether what is written begins with a text that makes it no log.
    pub(super) fn is_excepted(&self, row: &crate::catalog::Log, args: &Arguments) -> bool {
        let front = |value: &Value| match &value.core {
            Core::Text(text) => Some(text.clone()),
            Core::Concat(parts) => parts.first().and_then(Value::text),
            _ => None,
        };
        let written: Vec<_> = args.list.iter().filter_map(|arg| front(&arg.value)).collect();
        row.except.iter().any(|except| written.iter().any(|text| text.starts_with(except.as_str())))
    }

    /// A call of which nothing is known. It may call the functions that it is handed, and change the objects. What it
    /// gives goes by the name that it is asked for, or by its own.
    pub(super) fn call_unknown(&mut self, path: Option<Arc<str>>, args: &Arguments, place: &Place) -> Value {
        self.callbacks(args);
        for arg in &args.list {
            self.escape(&arg.value);
        }
        let asked = args.list.first().filter(|arg| arg.name.is_none()).and_then(|arg| arg.value.text());
        let asked = asked.filter(|text| text.len() < 100 && text.bytes().all(is_name_byte));
        match (asked, path) {
            (Some(text), Some(path)) => {
                // The names around the question say whose it is: `config.mixpanel.get("token")`.
                let owner = path.rsplit_once('.').map(|(owner, _)| owner).filter(|owner| *owner != "*");
                let name = owner.map_or_else(|| text.clone(), |owner| format!("{owner}.{text}").into());
                Value::unknown().step(How::Named, place.clone(), Some(name))
            }
            (_, Some(path)) => Value::unknown().step(How::Called, place.clone(), Some(path)),
            _ => Value::unknown(),
        }
    }

    /// Functions among the arguments run, with nothing known of what they get.
    pub(super) fn callbacks(&mut self, args: &Arguments) {
        for arg in &args.list {
            if let Core::Function(closure) = &arg.value.core {
                let closure = closure.clone();
                if !self.is_quiet(&closure) {
                    self.invoke_unknown(&closure, None);
                }
            }
        }
    }

    /// An instance of a repository's class gets what the foreign class that it inherits from is made with.
    pub(super) fn inherit_foreign(
        &mut self,
        unit: usize,
        this: &Value,
        path: &Arc<str>,
        args: Option<&Arguments>,
        place: &Place,
    ) {
        let Core::Object(id) = this.core else { return };
        if let (Some(row), Some(args)) = (self.index.log(self.language(unit), path, None), args) {
            self.log(unit, &row.what, args, place);
        }
        let Some(row) = self.index.http(self.language(unit), path) else {
            let object = self.heap.change(id);
            object.foreign = Some(path.clone());
            object.open = true;
            return;
        };
        used(row);
        let makes = row.makes.as_deref().map_or_else(|| path.clone(), Arc::from);
        let fills = match args {
            Some(args) => self.fills(path, row, None, args, place).0,
            None => Vec::new(),
        };
        let sends = self.overrides_sending(unit, id, &makes);
        let object = self.heap.change(id);
        object.foreign = Some(makes);
        object.fills.extend(fills);
        object.open |= sends;
    }

    /// Whether the class of an instance has a method of its own in the place of one by which the library sends: all that
    /// the library sends may then pass through it, and get more parts.
    fn overrides_sending(&self, unit: usize, id: usize, library: &str) -> bool {
        let Some(class) = &self.heap.object(id).class else { return false };
        let functions = &self.unit(class.unit).facts.functions;
        self.class(class).methods.iter().filter_map(|method| functions.get(method.function)).any(|function| {
            let path = format!("{library}.{}", function.name);
            self.index.http(self.language(unit), &path).is_some_and(|row| row.sends)
        })
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/' | b':')
}
