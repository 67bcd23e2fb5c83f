//! The facts of a program as lines in one normal form, which doesn't tell what language it was written in.
//!
//! Names are split into words in small letters, variables that are bound once stand for what they are bound to, and
//! what a row of the catalog says of a library's function stands in the place of its call.

use std::collections::{BTreeMap, BTreeSet};

use mpcheck::catalog::index::Index;
use mpcheck::catalog::names::words;
use mpcheck::source::Span;
use mpcheck::syntax::facts::{Arg, Block, Call, Class, Expr, ExprKind, Facts, Function, Role, Stmt, Target};

/// What isn't known, or no matter of the listing.
const UNKNOWN: &str = "?";

/// Deeper than any expression of these programs.
const DEEPEST: usize = 40;

/// A line, and where in the file it comes from.
pub(super) type Line = (String, Span);

/// A name in words.
fn plain(name: &str) -> String {
    words(name).join(" ")
}

/// The listing of a program.
pub(super) fn listing(facts: &Facts, language: &str, index: &Index<'_>) -> Vec<Line> {
    let mut program = Program {
        facts,
        language,
        index,
        imports: BTreeMap::new(),
        functions: BTreeSet::new(),
        classes: BTreeSet::new(),
        constants: BTreeSet::new(),
        lines: Vec::new(),
    };
    program.collect(&facts.body);
    program.list();
    program.lines
}

struct Program<'f> {
    facts: &'f Facts,
    language: &'f str,
    index: &'f Index<'f>,
    imports: BTreeMap<&'f str, String>,
    functions: BTreeSet<String>,
    /// The classes by their names in words; the one around the whole program is none.
    classes: BTreeSet<String>,
    constants: BTreeSet<String>,
    lines: Vec<Line>,
}

/// What is known inside of a function.
#[derive(Clone, Default)]
struct Scope<'f> {
    label: String,
    params: BTreeSet<&'f str>,
    /// Variables that are bound once, and to what.
    locals: BTreeMap<&'f str, &'f Expr>,
    receiver: Option<&'f str>,
    /// The class around it, in words.
    class: Option<String>,
    /// Fields that go by their bare names.
    fields: BTreeSet<String>,
}

/// The class that some languages put around a whole program.
fn is_module(class: &Class) -> bool {
    plain(&class.name) == "app"
}

impl<'f> Program<'f> {
    fn collect(&mut self, block: &'f Block) {
        for stmt in block {
            match stmt {
                Stmt::Import(import) => {
                    for name in &import.names {
                        let module = import.module.name.replace("node:", "");
                        let path = match &name.exported {
                            Some(exported) if **exported == *"default" => module,
                            Some(exported) => format!("{module}.{exported}"),
                            None => module,
                        };
                        self.imports.insert(&name.local.name, path);
                    }
                }
                Stmt::Bind { target: Target::Name(name), value, .. } => match required(value) {
                    Some(module) => {
                        self.imports.insert(&name.name, module);
                    }
                    None if matches!(value.kind, ExprKind::Function(_)) => {
                        self.functions.insert(plain(&name.name));
                    }
                    None => {
                        self.constants.insert(plain(&name.name));
                    }
                },
                Stmt::Function(name, _) => {
                    self.functions.insert(plain(&name.name));
                }
                _ => {}
            }
        }
        for class in &self.facts.classes {
            if is_module(class) {
                self.constants.extend(class.fields.iter().map(|(name, _)| plain(&name.name)));
                self.functions.extend(class.methods.iter().map(|method| plain(&method.name.name)));
            } else {
                self.classes.insert(plain(&class.name));
            }
        }
    }

    fn line(&mut self, scope: &Scope<'f>, text: &str, span: Span) {
        // How a request says its method is a matter of the client.
        if ["\"GET\"", "\"POST\""].iter().any(|verb| text.to_uppercase().ends_with(verb)) {
            return;
        }
        // What stands for a constructor gives what it constructs.
        if scope.label.starts_with("new ") && text.trim_start_matches("gives ").starts_with(&scope.label) {
            return;
        }
        let text = if scope.label.is_empty() { text.to_owned() } else { format!("{}: {text}", scope.label) };
        self.lines.push((text, span));
    }

    fn list(&mut self) {
        let facts = self.facts;
        let top = Scope::default();
        for stmt in &facts.body {
            match stmt {
                Stmt::Bind { value, .. } if required(value).is_some() => {}
                Stmt::Bind { target: Target::Name(name), value, .. } => self.constant(&name.name, value),
                Stmt::Function(name, at) => self.function(&plain(&name.name), &facts.functions[*at], None),
                stmt => self.statement(&top, stmt),
            }
        }
        for class in &facts.classes {
            self.class(class);
        }
        for literal in &facts.literals {
            let Some(name) = literal.names.first().map(|name| plain(name)) else { continue };
            // The default of an environment variable goes by that one's name in some languages.
            let is_text = |line: &Line| line.0 == format!("constant {name} = {:?}", literal.text);
            if self.lines.iter().any(is_text) {
                self.lines.push((format!("literal {:?} named {name}", literal.text), literal.span));
            }
        }
    }

    fn constant(&mut self, name: &str, value: &'f Expr) {
        if let ExprKind::Function(at) = value.kind {
            return self.function(&plain(name), &self.facts.functions[at], None);
        }
        let shown = self.show(&Scope::default(), value, 0);
        if shown == UNKNOWN {
            let scope = Scope { label: plain(name), ..Scope::default() };
            return self.expr(&scope, value);
        }
        self.lines.push((format!("constant {} = {shown}", plain(name)), value.span));
    }

    fn class(&mut self, class: &'f Class) {
        if is_module(class) {
            for (name, value) in &class.fields {
                self.constant(&name.name, value);
            }
            for method in &class.methods {
                self.function(&plain(&method.name.name), &self.facts.functions[method.function], None);
            }
            return;
        }
        let name = plain(&class.name);
        self.lines.push((format!("class {name}"), class.span));
        for (field, _) in &class.fields {
            self.lines.push((format!("field {name}.{}", plain(&field.name)), field.span));
        }
        for method in &class.methods {
            let function = &self.facts.functions[method.function];
            let own = plain(&method.name.name);
            let title = match method.role {
                Role::Constructor | Role::NamedConstructor => format!("new {name}"),
                _ if own == "new" => format!("new {name}"),
                _ => format!("{name} {own}"),
            };
            self.function(&title, function, Some(class));
        }
    }

    fn function(&mut self, label: &str, function: &'f Function, class: Option<&'f Class>) {
        let params: Vec<String> = function
            .params
            .iter()
            .map(|param| match &param.target {
                Target::Name(name) => plain(&name.name),
                _ => UNKNOWN.to_owned(),
            })
            .collect();
        self.lines.push((format!("function {label}({})", params.join(", ")), function.span));
        let mut scope = self.scope(&Scope { label: label.to_owned(), ..Scope::default() }, function);
        scope.class = class.map(|class| plain(&class.name));
        if let Some(class) = class.filter(|class| class.members_in_scope) {
            scope.fields.extend(class.fields.iter().map(|(name, _)| plain(&name.name)));
        }
        if class.is_some_and(|class| class.members_in_scope) || class.is_some() {
            let fields = class
                .into_iter()
                .flat_map(|class| &class.methods)
                .flat_map(|method| self.facts.functions[method.function].params.iter().filter(|param| param.field));
            scope.fields.extend(fields.map(|param| plain(&param.name)).filter(|name| !name.is_empty()));
        }
        for param in function.params.iter().filter(|param| param.field) {
            if let Target::Name(name) = &param.target {
                let name = plain(&name.name);
                self.field(&scope, &name, &name, param.span);
            }
        }
        function.body.iter().for_each(|stmt| self.statement(&scope, stmt));
    }

    /// The scope inside of a function.
    fn scope(&self, around: &Scope<'f>, function: &'f Function) -> Scope<'f> {
        let mut scope = around.clone();
        for param in &function.params {
            if let Target::Name(name) = &param.target {
                scope.params.insert(&name.name);
                scope.locals.remove(&*name.name);
            }
        }
        if let Some(receiver) = &function.receiver {
            scope.receiver = Some(receiver);
        }
        let mut twice = BTreeSet::new();
        locals(&function.body, &mut scope.locals, &mut twice);
        twice.iter().for_each(|name| {
            scope.locals.remove(name);
        });
        scope
    }

    fn statement(&mut self, scope: &Scope<'f>, stmt: &'f Stmt) {
        match stmt {
            Stmt::Bind { target, value, .. } | Stmt::Assign { target, value } => self.assign(scope, target, value),
            Stmt::Expr(value) | Stmt::Throw(value) | Stmt::Export(_, value) => self.expr(scope, value),
            Stmt::Return(value) => {
                let shown = self.show(scope, value, 0);
                if is_telling(&shown) {
                    self.line(scope, &format!("gives {shown}"), value.span);
                    if shown.contains("concat(") {
                        return;
                    }
                }
                self.expr(scope, value);
            }
            Stmt::Branch { test, arms, .. } => {
                test.iter().for_each(|test| self.expr(scope, test));
                arms.iter().flatten().for_each(|stmt| self.statement(scope, stmt));
            }
            Stmt::Loop { over, body } => {
                over.iter().for_each(|(_, value)| self.expr(scope, value));
                body.iter().for_each(|stmt| self.statement(scope, stmt));
            }
            Stmt::Function(name, at) => self.function(&plain(&name.name), &self.facts.functions[*at], None),
            _ => {}
        }
    }

    fn assign(&mut self, scope: &Scope<'f>, target: &'f Target, value: &'f Expr) {
        if let Target::Member(object, key) = target {
            let (shown, key) = (self.show(scope, value, 0), key.as_text().map(|key| plain(key)));
            if let Some(key) = key {
                let this = self.show(scope, object, 0) == "this";
                if this || is_telling(&shown) {
                    return match this {
                        true => self.field(scope, &key, &shown, value.span),
                        false => self.line(scope, &format!("{key} = {shown}"), value.span),
                    };
                }
            }
        }
        if let Target::Name(name) = target
            && scope.fields.contains(&plain(&name.name))
        {
            let shown = self.show(scope, value, 0);
            return self.field(scope, &plain(&name.name), &shown, value.span);
        }
        // What is bound once stands where it is used.
        if let Target::Name(name) = target
            && scope.locals.contains_key(&*name.name)
            && self.show(scope, value, 0).starts_with(['c', '"', 'b'])
        {
            let shown = self.show(scope, value, 0);
            if shown.starts_with("concat(") || shown.starts_with("base64(") {
                return;
            }
        }
        self.expr(scope, value);
    }

    /// The lines of an expression.
    fn expr(&mut self, scope: &Scope<'f>, expr: &'f Expr) {
        let shown = self.show(scope, expr, 0);
        if is_telling(&shown) {
            self.line(scope, &shown, expr.span);
        }
        if shown.starts_with("concat(") || shown.starts_with('"') || shown.starts_with("environment ") {
            return;
        }
        let own = is_own(&shown);
        match &expr.kind {
            ExprKind::Member(object, _) => self.expr(scope, object),
            ExprKind::Ask(inner) | ExprKind::Spread(inner) | ExprKind::Instance(inner) => self.expr(scope, inner),
            ExprKind::Call(call) => {
                self.expr(scope, &call.callee);
                if own {
                    self.fields(scope, call);
                    return;
                }
                self.arguments(scope, call);
            }
            ExprKind::Concat(all) | ExprKind::Choice(all) | ExprKind::Results(all) | ExprKind::Opaque(all) => {
                all.iter().for_each(|one| self.expr(scope, one));
            }
            ExprKind::List(all) => match &all[..] {
                [key, value] if key.as_text().is_some() => self.pair(scope, key, value),
                _ => all.iter().for_each(|one| self.expr(scope, one)),
            },
            ExprKind::Map(entries) => entries.iter().for_each(|entry| self.pair(scope, &entry.key, &entry.value)),
            ExprKind::Assign(target, value) => self.assign(scope, target, value),
            ExprKind::Function(at) => {
                let function = &self.facts.functions[*at];
                let inner = self.scope(scope, function);
                function.body.iter().for_each(|stmt| self.statement(&inner, stmt));
            }
            _ => {}
        }
    }

    /// What stands in the arguments of a library's function.
    fn arguments(&mut self, scope: &Scope<'f>, call: &'f Call) {
        let receiver = match &call.callee.kind {
            ExprKind::Member(object, _) => self.show(scope, object, 0),
            _ => UNKNOWN.to_owned(),
        };
        if receiver.starts_with("sdk(") {
            return call.args.iter().for_each(|arg| self.texts(scope, &arg.value));
        }
        match &call.args[..] {
            [key, value]
                if key.name.is_none() && value.name.is_none() && self.is_pair(scope, &key.value, &value.value) =>
            {
                self.pair(scope, &key.value, &value.value);
            }
            // `setValue(value, forHTTPHeaderField: key)`
            [value, key] if value.name.is_none() && key.name.is_some() && key.value.as_text().is_some() => {
                self.pair(scope, &key.value, &value.value);
            }
            all => {
                for arg in all {
                    let shown = self.show(scope, &arg.value, 0);
                    match &arg.name {
                        Some(name) if is_own(&shown) => {
                            self.line(scope, &format!("{} = {shown}", plain(&name.name)), arg.value.span);
                        }
                        _ => self.expr(scope, &arg.value),
                    }
                }
            }
        }
    }

    /// The texts that an SDK is handed, without the names that it wants them under.
    fn texts(&mut self, scope: &Scope<'f>, value: &'f Expr) {
        match &value.kind {
            ExprKind::Map(entries) => entries.iter().for_each(|entry| self.texts(scope, &entry.value)),
            ExprKind::Call(call) if call.construct => {
                call.args.iter().for_each(|arg| self.texts(scope, &arg.value));
            }
            _ => self.expr(scope, value),
        }
    }

    /// What a construction of the program's own class by named fields sets, in the function that stands for its
    /// constructor.
    fn fields(&mut self, scope: &Scope<'f>, call: &'f Call) {
        if call.construct && scope.label.starts_with("new ") {
            for arg in &call.args {
                if let Some(name) = &arg.name {
                    let shown = self.show(scope, &arg.value, 0);
                    self.field(scope, &plain(&name.name), &shown, arg.value.span);
                }
            }
        }
    }

    /// A field is set, and thereby declared where the language declares none.
    fn field(&mut self, scope: &Scope<'f>, name: &str, shown: &str, span: Span) {
        let class = scope.class.as_deref().or_else(|| scope.label.strip_prefix("new ")).unwrap_or(UNKNOWN);
        self.lines.push((format!("field {class}.{name}"), span));
        self.line(scope, &format!("this.{name} = {shown}"), span);
    }

    fn is_pair(&self, scope: &Scope<'f>, key: &'f Expr, value: &'f Expr) -> bool {
        let shown = self.show(scope, value, 0);
        key.as_text().is_some() && (is_own(&shown) || shown.starts_with('"'))
    }

    fn pair(&mut self, scope: &Scope<'f>, key: &'f Expr, value: &'f Expr) {
        match key.as_text() {
            Some(name) if self.is_pair(scope, key, value) => {
                let shown = self.show(scope, value, 0);
                self.line(scope, &format!("{} = {shown}", plain(name)), value.span);
            }
            Some(_) => self.expr(scope, value),
            None => {
                self.expr(scope, key);
                self.expr(scope, value);
            }
        }
    }

    /// An expression in one line.
    fn show(&self, scope: &Scope<'f>, expr: &'f Expr, depth: usize) -> String {
        if depth > DEEPEST {
            return UNKNOWN.to_owned();
        }
        let deeper = |expr: &'f Expr| self.show(scope, expr, depth + 1);
        match &expr.kind {
            ExprKind::Text(text) => format!("{text:?}"),
            ExprKind::Env(name) => match self.name(scope, name, depth) {
                shown if shown == UNKNOWN => format!("environment {name}"),
                shown => shown,
            },
            ExprKind::Name(name) => self.name(scope, name, depth),
            ExprKind::Spread(inner) | ExprKind::Ask(inner) if !self.is_called(scope, inner) => deeper(inner),
            ExprKind::Ask(inner) => self.called(scope, inner, &[], false, depth),
            ExprKind::Concat(parts) => concat(parts.iter().map(deeper)),
            ExprKind::Choice(all) => choice(all.iter().map(deeper)),
            ExprKind::Opaque(all) if all.len() == 1 => deeper(&all[0]),
            ExprKind::Assign(_, value) => deeper(value),
            ExprKind::Function(at) => match &self.facts.functions[*at].body[..] {
                [Stmt::Return(value)] => deeper(value),
                _ => UNKNOWN.to_owned(),
            },
            ExprKind::Member(object, key) => self.member(scope, object, key, depth),
            ExprKind::Call(call) => self.called(scope, &call.callee, &call.args, call.construct, depth),
            _ => UNKNOWN.to_owned(),
        }
    }

    fn name(&self, scope: &Scope<'f>, name: &str, depth: usize) -> String {
        let bare = plain(name);
        if name == "this" || scope.receiver == Some(name) {
            "this".to_owned()
        } else if scope.params.contains(name) {
            bare
        } else if let Some(value) = scope.locals.get(name) {
            self.show(scope, value, depth + 1)
        } else if scope.fields.contains(&bare) {
            format!("this.{bare}")
        } else if self.constants.contains(&bare) {
            bare
        } else {
            UNKNOWN.to_owned()
        }
    }

    fn member(&self, scope: &Scope<'f>, object: &'f Expr, key: &'f Expr, depth: usize) -> String {
        let Some(key) = key.as_text() else { return UNKNOWN.to_owned() };
        let owner = self.show(scope, object, depth + 1);
        if owner == "this" {
            return match self.constants.contains(&plain(key)) {
                true => plain(key),
                false => format!("this.{}", plain(key)),
            };
        }
        let path = self.path(scope, object, depth);
        if path.as_ref().is_some_and(|path| self.index.is_environment(path)) {
            return format!("environment {key}");
        }
        if path.is_some_and(|path| plain(&path) == "app") {
            return plain(key);
        }
        let rows = [self.path_of(scope, object, key, depth), Some(format!("*.{key}"))];
        for path in rows.into_iter().flatten() {
            if let Some(row) = self.index.functions(self.language, &path).find(|row| row.makes == "same")
                && row.args.first().is_some_and(|at| at == "?")
            {
                return owner;
            }
        }
        UNKNOWN.to_owned()
    }

    /// Whether a name or member that may be called without arguments is the name of something that is.
    fn is_called(&self, scope: &Scope<'f>, callee: &'f Expr) -> bool {
        match &callee.kind {
            ExprKind::Name(name) => self.functions.contains(&plain(name)) && !scope.locals.contains_key(&**name),
            ExprKind::Member(..) => self.show(scope, callee, 0) == UNKNOWN,
            _ => false,
        }
    }

    /// The dotted path of something foreign.
    fn path(&self, scope: &Scope<'f>, expr: &'f Expr, depth: usize) -> Option<String> {
        if depth > DEEPEST {
            return None;
        }
        match &expr.kind {
            ExprKind::Name(name) if scope.params.contains(&**name) => None,
            ExprKind::Name(name) => match scope.locals.get(&**name) {
                Some(value) => self.path(scope, value, depth + 1),
                None => Some(self.imports.get(&**name).cloned().unwrap_or_else(|| name.to_string())),
            },
            ExprKind::Member(object, key) => self.path_of(scope, object, key.as_text()?, depth),
            ExprKind::Call(call) => {
                let path = self.path(scope, &call.callee, depth + 1)?;
                let makes = self.index.entry(self.language, &path).and_then(|entry| entry.makes.clone());
                let makes = makes.or_else(|| self.index.http(self.language, &path)?.makes.clone());
                let typed = || self.index.functions(self.language, &path).find_map(|row| row.typed.clone());
                Some(makes.or_else(typed).unwrap_or(path))
            }
            ExprKind::Ask(inner) | ExprKind::Instance(inner) => self.path(scope, inner, depth + 1),
            _ => None,
        }
    }

    fn path_of(&self, scope: &Scope<'f>, object: &'f Expr, key: &str, depth: usize) -> Option<String> {
        Some(format!("{}.{key}", self.path(scope, object, depth + 1)?))
    }

    fn called(&self, scope: &Scope<'f>, callee: &'f Expr, args: &'f [Arg], construct: bool, depth: usize) -> String {
        let shown = || {
            let all: Vec<String> = args.iter().map(|arg| self.show(scope, &arg.value, depth + 1)).collect();
            all.join(", ")
        };
        let (receiver, last) = match &callee.kind {
            ExprKind::Name(name) => (None, Some(name.clone())),
            ExprKind::Member(object, key) => (Some(&**object), key.as_text().cloned()),
            _ => (None, None),
        };
        let Some(last) = last else { return UNKNOWN.to_owned() };
        let own = plain(&last);
        let owner = receiver.map(|receiver| (self.path(scope, receiver, depth), self.show(scope, receiver, depth + 1)));
        let of_module = match &owner {
            None => true,
            Some((path, value)) => path.as_ref().is_some_and(|path| plain(path) == "app") || value == "this",
        };
        if of_module && self.functions.contains(&own) {
            return format!("{own}({})", shown());
        }
        let own = match &scope.class {
            Some(class) if construct && &*last == "Self" => class.clone(),
            _ => own,
        };
        if receiver.is_none()
            && self.classes.contains(&own)
            && (construct || self.facts.classes.iter().any(|class| *class.name == *last))
        {
            return format!("new {own}({})", shown());
        }
        if let Some((path, value)) = &owner {
            let class = path.as_ref().map(|path| plain(path)).filter(|path| self.classes.contains(path));
            if let Some(class) = class.filter(|_| value == UNKNOWN) {
                let makes = ["new", "init", "alloc"].iter().any(|word| words(&last).first().is_some_and(|w| w == word));
                return if own == "alloc" {
                    UNKNOWN.to_owned()
                } else if makes {
                    format!("new {class}({})", shown())
                } else {
                    format!("{class}.{own}")
                };
            }
            if value.starts_with("new ") {
                return format!("{value}.{own}");
            }
            // `[[Importer alloc] initWithToken:..]`
            let front = path.as_ref().and_then(|path| path.strip_suffix(".alloc")).map(plain);
            if let Some(class) = front.filter(|front| self.classes.contains(front)) {
                return format!("new {class}({})", shown());
            }
        }
        let path = match receiver {
            Some(object) => self.path_of(scope, object, &last, depth),
            None => self.path(scope, callee, depth),
        };
        if let Some(entry) = path.as_ref().and_then(|path| self.index.entry(self.language, path)) {
            let mut given = Vec::new();
            for parameter in &entry.args {
                let found = parameter.at.iter().find_map(|at| self.argument(scope, receiver, args, at, depth));
                given.extend(found.map(|shown| format!("{} = {shown}", parameter.kinds.join("|"))));
            }
            return if given.is_empty() { UNKNOWN.to_owned() } else { format!("sdk({})", given.join(", ")) };
        }
        let any = receiver.map(|_| format!("*.{last}"));
        for path in path.into_iter().chain(any) {
            for row in self.index.functions(self.language, &path) {
                let holds = row.when.as_ref().is_none_or(|(at, text)| {
                    self.argument(scope, receiver, args, at, depth).is_some_and(|shown| shown == format!("{text:?}"))
                });
                let made = if holds { self.made(scope, receiver, args, row, depth) } else { UNKNOWN.to_owned() };
                if made != UNKNOWN {
                    return made;
                }
            }
        }
        UNKNOWN.to_owned()
    }

    fn made(
        &self,
        scope: &Scope<'f>,
        receiver: Option<&'f Expr>,
        args: &'f [Arg],
        row: &mpcheck::catalog::Function,
        depth: usize,
    ) -> String {
        let get = |at: &str| self.argument(scope, receiver, args, at, depth);
        let mut all = Vec::new();
        for at in &row.args {
            match at.strip_suffix("..") {
                Some(from) => all.extend((from.parse().unwrap_or(0)..args.len()).filter_map(|at| get(&at.to_string()))),
                None => all.extend(get(at)),
            }
        }
        match &*row.makes {
            "same" | "call" | "run" => all.into_iter().next().unwrap_or_else(|| UNKNOWN.to_owned()),
            "base64" => format!("base64({})", all.first().map_or(UNKNOWN, String::as_str)),
            "environment" => match &all[..] {
                [name, rest @ ..] => {
                    let read = format!("environment {}", name.trim_matches('"'));
                    choice(std::iter::once(read).chain(rest.iter().cloned()))
                }
                [] => UNKNOWN.to_owned(),
            },
            "choice" => choice(all.into_iter()),
            "concat" => concat(all.into_iter()),
            "join" => match (row.args.get(1).map(String::as_str), args) {
                _ if all.len() < 2 => UNKNOWN.to_owned(),
                _ => {
                    let separator = all.remove(0);
                    let mut parts = Vec::new();
                    for part in all {
                        if !parts.is_empty() {
                            parts.push(separator.clone());
                        }
                        parts.push(part);
                    }
                    concat(parts.into_iter())
                }
            },
            "format" | "printf" if !all.is_empty() => {
                let template = all.remove(0);
                let template = template.trim_matches('"');
                let holes = regex::Regex::new(r"\{(\w*)\}|%[@sd]").unwrap();
                let (mut parts, mut from, mut rest) = (Vec::new(), 0, all.into_iter());
                for hole in holes.captures_iter(template) {
                    let whole = hole.get(0).unwrap();
                    parts.push(format!("{:?}", &template[from..whole.start()]));
                    from = whole.end();
                    let named = hole.get(1).map(|name| name.as_str()).filter(|name| !name.is_empty());
                    let named = named.and_then(|name| self.argument(scope, receiver, args, name, depth));
                    parts.push(named.or_else(|| rest.next()).unwrap_or_else(|| UNKNOWN.to_owned()));
                }
                parts.push(format!("{:?}", &template[from..]));
                concat(parts.into_iter())
            }
            _ => UNKNOWN.to_owned(),
        }
    }

    /// The argument at a path of a row.
    fn argument(
        &self,
        scope: &Scope<'f>,
        receiver: Option<&'f Expr>,
        args: &'f [Arg],
        at: &str,
        depth: usize,
    ) -> Option<String> {
        at.split('|').find_map(|at| {
            let (first, rest) = at.split_once('.').map_or((at, None), |(first, rest)| (first, Some(rest)));
            if let Some(text) = first.strip_prefix('\'') {
                return Some(format!("{:?}", text.trim_end_matches('\'')));
            }
            let value = match first.parse::<usize>() {
                _ if first == "?" => receiver?,
                Ok(at) => &args.iter().filter(|arg| arg.name.is_none()).nth(at)?.value,
                Err(_) => &args.iter().find(|arg| arg.name.as_ref().is_some_and(|name| *name.name == *first))?.value,
            };
            let value = match (rest, &value.kind) {
                (Some(key), ExprKind::Map(entries)) => {
                    &entries.iter().find(|entry| entry.key.as_text().is_some_and(|known| **known == *key))?.value
                }
                (Some(_), _) => return None,
                (None, _) => value,
            };
            Some(self.show(scope, value, depth + 1))
        })
    }
}

/// Whether a line is worth its place: it says what a function of the program, an SDK or a text is made of.
fn is_telling(shown: &str) -> bool {
    let concat = shown.starts_with("concat(") || shown.starts_with("base64(");
    concat || is_own(shown) || shown.starts_with('"') && shown.len() > 2 || shown.starts_with("environment ")
}

/// Whether this is a call of what the program itself defines, or of an SDK.
fn is_own(shown: &str) -> bool {
    shown.contains('(')
        && !shown.starts_with(['"', '?'])
        && !shown.starts_with("concat(")
        && !shown.starts_with("base64(")
        || shown.starts_with("new ")
}

/// Variables that a body binds, and those that it binds more than once.
fn locals<'f>(body: &'f Block, found: &mut BTreeMap<&'f str, &'f Expr>, twice: &mut BTreeSet<&'f str>) {
    for stmt in body {
        match stmt {
            Stmt::Bind { target, value, .. } | Stmt::Assign { target, value } => {
                let target = match target {
                    Target::Results(all) => all.first().unwrap_or(target),
                    target => target,
                };
                if let Target::Name(name) = target
                    && found.insert(&name.name, value).is_some()
                {
                    twice.insert(&name.name);
                }
            }
            Stmt::Branch { arms, .. } => arms.iter().for_each(|arm| locals(arm, found, twice)),
            Stmt::Loop { body, .. } => locals(body, found, twice),
            _ => {}
        }
    }
}

/// The module of `require('x')`.
fn required(value: &Expr) -> Option<String> {
    match &value.kind {
        ExprKind::Call(call) => match &call.callee.kind {
            ExprKind::Name(name) if **name == *"require" => Some(call.args.first()?.value.as_text()?.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Texts put together, as flat as can be.
fn concat(parts: impl Iterator<Item = String>) -> String {
    let mut flat: Vec<String> = Vec::new();
    for part in parts {
        let inner = part.strip_prefix("concat(").and_then(|part| part.strip_suffix(')'));
        for part in inner.map_or_else(|| vec![part.clone()], split_arguments) {
            if part == "\"\"" {
                continue;
            }
            match flat.last_mut() {
                Some(last) if last.starts_with('"') && part.starts_with('"') => {
                    last.pop();
                    last.push_str(&part[1..]);
                }
                _ => flat.push(part),
            }
        }
    }
    match &flat[..] {
        [] => "\"\"".to_owned(),
        [one] => one.clone(),
        all if all.iter().all(|part| part == UNKNOWN) => UNKNOWN.to_owned(),
        all => format!("concat({})", all.join(", ")),
    }
}

/// What stands between the commas of the outermost level.
fn split_arguments(text: &str) -> Vec<String> {
    let (mut parts, mut depth, mut quoted) = (vec![String::new()], 0, false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().unwrap().push(c);
    }
    parts.into_iter().map(|part| part.trim_start().to_owned()).collect()
}

/// One of several.
fn choice(all: impl Iterator<Item = String>) -> String {
    let mut known: Vec<String> = Vec::new();
    for one in all.filter(|one| one != UNKNOWN) {
        if !known.contains(&one) {
            known.push(one);
        }
    }
    if known.is_empty() { UNKNOWN.to_owned() } else { known.join(" or ") }
}
