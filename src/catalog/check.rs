//! Whether the rows of a rules folder make sense: names of kinds, slots and languages, patterns and paths. The built-in
//! rows are checked by a test, a house's when they are read.

use std::collections::HashSet;

use regex::Regex;

use super::model::{Api, Catalog, Function, HttpCall, Inlined, Kind, Signal};
use super::reader::{Folder, Mistake, Origin};
use super::rows::{argument_mistake, call_mistake, host_mistake};

/// The most kinds that there may be: a set of them is a number of as many bits.
const MOST_KINDS: usize = 16;

/// The slots of a request.
const SLOTS: &[&str] = &[
    "header",
    "url",
    "base",
    "host",
    "path",
    "scheme",
    "method",
    "headers",
    "header-name",
    "header-value",
    "authorization",
    "auth",
    "user",
    "password",
    "bearer",
    "query",
    "query-name",
    "query-value",
    "body",
    "body-name",
    "body-value",
    "body-or-query",
    "segment",
    "header-lines",
    "header-pairs",
    "request",
    "client",
    "insecure",
    "self",
];

/// What the options of a command may be, beside slots.
const OPTIONS: &[&str] = &["header", "form", "json", "skip", "hidden", "body-is-query"];

/// Where a program's arguments may begin to be another command.
const RUNS: &[&str] = &["first", "--", "-c"];

/// What a function may make.
const MAKES: &[&str] = &[
    "same",
    "concat",
    "base64",
    "unbase64",
    "join",
    "format",
    "printf",
    "merge",
    "map",
    "set",
    "set-made",
    "push",
    "append",
    "each",
    "member",
    "environment",
    "url",
    "apply",
    "run",
    "call",
    "pair",
    "pairs",
    "entries",
    "named",
    "build",
    "instance",
    "choice",
    "basic",
    "nothing",
    "partial",
    "command",
    "drop",
];

/// Everything that is wrong with a folder of rules: what could not be read, and rows that make no sense. `base` is the
/// catalog that it extends, `known` says which languages there are.
pub fn check(folder: &Folder, base: &Catalog, known: &dyn Fn(&str) -> bool) -> Vec<Mistake> {
    let mut check = Check { folder, base, known, mistakes: folder.mistakes.clone() };
    check.kinds();
    check.apis();
    check.surfaces();
    check.idioms();
    check.functions();
    check.http();
    check.sdks();
    check.mistakes.sort();
    check.mistakes.dedup();
    check.mistakes
}

struct Check<'a> {
    folder: &'a Folder,
    base: &'a Catalog,
    known: &'a dyn Fn(&str) -> bool,
    mistakes: Vec<Mistake>,
}

/// One of a few words.
fn one_of(what: &str, word: &str, words: &[&str]) -> Option<String> {
    (!words.contains(&word)).then(|| format!("{what} is one of {}, and not `{word}`", words.join(", ")))
}

impl<'a> Check<'a> {
    /// The rows of a table, each with where it is written.
    fn rows<T>(&self, table: &str, rows: &'a [T]) -> Vec<(&'a T, &'a Origin)> {
        let origins = self.folder.origins.get(table).map_or(&[][..], Vec::as_slice);
        rows.iter().zip(origins).collect()
    }

    /// Adds what is wrong with a column of a row, if anything is.
    fn add(&mut self, origin: &Origin, column: &str, mistake: Option<impl Into<String>>) {
        let line = origin.columns.get(column).copied().unwrap_or(origin.line);
        let mistake = mistake.map(|message| Mistake { file: origin.file.clone(), line, message: message.into() });
        self.mistakes.extend(mistake);
    }

    fn kind_mistake(&self, kind: &str) -> Option<String> {
        let kinds = || self.base.kinds.kind.iter().chain(&self.folder.catalog.kinds.kind);
        (!kinds().any(|known| known.id == kind)).then(|| {
            let all: Vec<&str> = kinds().map(|kind| kind.id.as_str()).collect();
            format!("there is no kind of credential `{kind}`; there are {}", all.join(", "))
        })
    }

    fn languages(&mut self, origin: &Origin, languages: &[String]) {
        for language in languages.iter().filter(|language| !(self.known)(language)) {
            self.add(origin, "languages", Some(format!("there is no language `{language}`")));
        }
    }

    fn calls(&mut self, origin: &Origin, on: &[String]) {
        self.add(origin, "on", on.is_empty().then_some("the row names no call"));
        for call in on {
            self.add(origin, "on", call_mistake(call).map(|mistake| format!("`{call}`: {mistake}")));
        }
    }

    fn arguments<'t>(&mut self, origin: &Origin, column: &str, paths: impl IntoIterator<Item = &'t String>) {
        for path in paths {
            self.add(origin, column, argument_mistake(path).map(|mistake| format!("`{path}`: {mistake}")));
        }
    }

    fn patterns(&mut self, origin: &Origin, column: &str, patterns: &[String]) {
        for pattern in patterns {
            let mistake = pattern_mistake(pattern).map(|mistake| format!("`{pattern}`: {mistake}"));
            self.add(origin, column, mistake);
        }
    }

    fn kinds(&mut self) {
        let folder = self.folder;
        let kinds = &folder.catalog.kinds;
        let count = self.base.kinds.kind.len() + kinds.kind.len();
        let mut ids: HashSet<&str> = self.base.kinds.kind.iter().map(|kind| kind.id.as_str()).collect();
        for (row, origin) in self.rows("kinds.kind", &kinds.kind) {
            let Kind { id, class, shape, own_shape, .. } = row;
            self.add(origin, "id", (!ids.insert(id)).then(|| format!("there is a kind `{id}` already")));
            self.add(origin, "id", (count > MOST_KINDS).then(|| format!("there are more than {MOST_KINDS} kinds")));
            self.add(origin, "class", one_of("a class", class, &["identifier", "secret"]));
            self.add(origin, "shape", regex_mistake(shape));
            self.add(origin, "own-shape", own_shape.as_deref().and_then(regex_mistake));
        }
        for (row, origin) in self.rows("kinds.name", &kinds.name) {
            self.add(origin, "words", row.words.is_empty().then_some("the row has no phrase"));
            for phrase in &row.words {
                let plain = phrase
                    .split(' ')
                    .all(|word| word == word.to_lowercase() && (!word.is_empty() || phrase.is_empty()));
                let message = format!("`{phrase}`: a phrase is words in small letters, with one blank between them");
                self.add(origin, "words", (!plain).then_some(message));
            }
            for kind in &row.kinds {
                self.add(origin, "kinds", self.kind_mistake(kind));
            }
        }
        let whole = Origin { file: "kinds.toml".into(), line: 0, columns: Default::default() };
        for pattern in &kinds.placeholder.patterns {
            self.add(&whole, "", regex_mistake(pattern));
        }
        for digest in &kinds.placeholder.digests {
            let fits = digest.len() == 16 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
            self.add(&whole, "", (!fits).then(|| format!("`{digest}` is no digest of 16 hexadecimal digits")));
        }
    }

    fn apis(&mut self) {
        let folder = self.folder;
        let apis = &folder.catalog.apis;
        let whole = Origin { file: "apis.toml".into(), line: 0, columns: Default::default() };
        for host in &apis.hosts {
            self.add(&whole, "", api_host_mistake(host));
        }
        let mut names = apis.project_names.iter().chain(&apis.structures);
        let empty = names.any(|name| name.is_empty());
        self.add(&whole, "", empty.then_some("a name in `project-names` or `structures` is empty"));
        for (row, origin) in self.rows("apis.wrapper", &apis.wrapper) {
            self.add(origin, "on", row.on.is_empty().then_some("the row names no member"));
        }
        let mut ids: HashSet<&str> = self.base.apis.api.iter().map(|api| api.id.as_str()).collect();
        for (row, origin) in self.rows("apis.api", &apis.api) {
            let Api { id, paths, methods, hosts, project_id, takes, also_needs, .. } = row;
            self.add(origin, "id", (!ids.insert(id)).then(|| format!("there is an API `{id}` already")));
            self.add(origin, "paths", paths.is_empty().then_some("the row names no path"));
            for path in paths {
                let good = path.starts_with('/') && !path.contains("//") && !path.contains(['?', '#', ' ']);
                let message = format!("`{path}`: a path begins with a slash and has no query");
                self.add(origin, "paths", (!good).then_some(message));
            }
            for method in methods {
                let good = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
                self.add(origin, "methods", (!good).then(|| format!("`{method}`: methods are written in capitals")));
            }
            for host in hosts {
                self.add(origin, "hosts", api_host_mistake(host));
            }
            let places = ["query", "query-or-body", "path", "none"];
            self.add(origin, "project-id", one_of("the project's place", project_id, &places));
            for (kind, takes) in takes {
                self.add(origin, "takes", self.kind_mistake(kind));
                self.add(origin, "takes", one_of("a verdict", &takes.verdict, &["accept", "discourage", "reject"]));
                let level = takes.level.as_deref().and_then(|level| one_of("a level", level, &["note", "warning"]));
                self.add(origin, "takes", level);
                for at in takes.at.iter().chain(&takes.beside) {
                    self.add(origin, "takes", place_mistake(at));
                }
            }
            self.add(origin, "also-needs", also_needs.as_deref().and_then(place_mistake));
        }
    }

    fn surfaces(&mut self) {
        let folder = self.folder;
        let surfaces = &folder.catalog.surfaces;
        for (row, origin) in self.rows("surfaces.prefix", &surfaces.prefix) {
            self.add(origin, "prefix", row.prefix.is_empty().then_some("the prefix is empty, and fits all variables"));
        }
        for (row, origin) in self.rows("surfaces.signal", &surfaces.signal) {
            let Signal { side, paths, imports, directives, globals, exports, packages, keys, .. } = row;
            self.add(origin, "side", one_of("a side", side, &["client", "server"]));
            let conditions = [paths, imports, directives, globals, exports, packages, keys];
            let none = conditions.iter().all(|list| list.is_empty());
            self.add(origin, "side", none.then_some("the row has no condition, and fits all files"));
            self.patterns(origin, "paths", paths);
        }
        for (row, origin) in self.rows("surfaces.inlined", &surfaces.inlined) {
            let Inlined { files, path, call, option, at, .. } = row;
            let given = [path, call, option].iter().filter(|one| one.is_some()).count();
            self.add(origin, "path", (given != 1).then_some("the row has one of `path`, `call` and `option`"));
            self.add(origin, "call", call.as_deref().and_then(call_mistake));
            self.arguments(origin, "at", at);
            self.patterns(origin, "files", files);
        }
        for (row, origin) in self.rows("surfaces.manifest", &surfaces.manifest) {
            self.add(origin, "files", row.files.is_empty().then_some("the row names no file"));
            let none = row.keys.is_empty() && row.text.is_empty() && row.gives.is_none();
            self.add(origin, "files", none.then_some("the row has one of `keys`, `text` and `gives`"));
            for text in &row.text {
                let mark = text.mark.as_ref().map(|(pattern, _)| pattern);
                for pattern in text.within.iter().chain([&text.name]).chain(mark) {
                    self.add(origin, "text", regex_mistake(pattern));
                }
            }
        }
        for (row, origin) in self.rows("surfaces.build-alias", &surfaces.build_alias) {
            self.patterns(origin, "files", &row.files);
        }
        for (row, origin) in self.rows("surfaces.build-entry", &surfaces.build_entry) {
            self.patterns(origin, "files", &row.files);
            let given = row.path.is_some() as usize + row.call.is_some() as usize;
            self.add(origin, "path", (given != 1).then_some("the row has one of `path` and `call`"));
        }
        for (row, origin) in self.rows("surfaces.handed", &surfaces.handed) {
            self.patterns(origin, "files", &row.files);
            let none = row.exports.is_empty() && row.directives.is_empty();
            self.add(origin, "exports", none.then_some("the row names no export and no directive"));
        }
        for (row, origin) in self.rows("surfaces.environment", &surfaces.environment) {
            self.patterns(origin, "files", &row.files);
        }
        for (row, origin) in self.rows("surfaces.script", &surfaces.script) {
            self.patterns(origin, "files", &row.files);
            self.add(origin, "keys", row.keys.is_empty().then_some("the row names no key"));
            self.languages(origin, std::slice::from_ref(&row.language));
        }
        for (row, origin) in self.rows("surfaces.marked", &surfaces.marked) {
            self.patterns(origin, "files", &row.files);
            let none = row.files.is_empty() && row.path.is_none();
            self.add(origin, "files", none.then_some("the row has one of `files` and `path`"));
            self.add(origin, "from", row.from.is_empty().then_some("the mark is empty, and stands everywhere"));
            self.languages(origin, std::slice::from_ref(&row.language));
        }
        for (row, origin) in self.rows("surfaces.section", &surfaces.section) {
            self.patterns(origin, "files", &row.files);
        }
        for (row, origin) in self.rows("surfaces.encoded", &surfaces.encoded) {
            self.add(origin, "encoding", one_of("an encoding", &row.encoding, &["base64"]));
        }
        let whole = Origin { file: "surfaces.toml".into(), line: 0, columns: Default::default() };
        self.patterns(&whole, "", &surfaces.tests);
        self.patterns(&whole, "", &surfaces.docs);
    }

    fn idioms(&mut self) {
        let folder = self.folder;
        for (row, origin) in self.rows("idioms.variable", &folder.catalog.idioms.variable) {
            self.languages(origin, &row.languages);
            self.patterns(origin, "files", &row.files);
            let none = row.languages.is_empty() && row.files.is_empty();
            self.add(origin, "languages", none.then_some("the row names neither languages nor files"));
            let named = row.read.contains("{NAME}") || row.read.contains("{name}");
            self.add(origin, "read", (!named).then_some("the variable's place is written {NAME} or {name}"));
        }
        for (row, origin) in self.rows("idioms.account", &folder.catalog.idioms.account) {
            self.languages(origin, &row.languages);
            self.add(origin, "languages", row.languages.is_empty().then_some("the row names no language"));
        }
    }

    fn functions(&mut self) {
        let folder = self.folder;
        for (row, origin) in self.rows("functions.function", &folder.catalog.functions.function) {
            let Function { languages, on, makes, args, .. } = row;
            self.languages(origin, languages);
            self.calls(origin, on);
            self.add(origin, "makes", one_of("what a function makes", makes, MAKES));
            self.add(origin, "args", args.iter().any(String::is_empty).then_some("an argument's path is empty"));
        }
        for (row, origin) in self.rows("functions.log", &folder.catalog.functions.log) {
            self.languages(origin, &row.languages);
            self.add(origin, "on", row.on.is_empty().then_some("the row names no call"));
            self.add(origin, "what", one_of("what is written", &row.what, &["log", "print", "exception"]));
        }
        for (row, origin) in self.rows("functions.program", &folder.catalog.functions.program) {
            self.add(origin, "on", row.on.is_empty().then_some("the row names no program"));
            let runs = row.runs.as_deref().and_then(|runs| one_of("where the other command stands", runs, RUNS));
            self.add(origin, "runs", runs);
        }
        for (row, origin) in self.rows("functions.tag", &folder.catalog.functions.tag) {
            self.languages(origin, &row.languages);
            self.add(origin, "on", row.on.is_empty().then_some("the row names no key"));
            self.add(origin, "says", one_of("what a key says", &row.says, &["variable", "default", "key"]));
        }
        for (row, origin) in self.rows("functions.type", &folder.catalog.functions.types) {
            self.languages(origin, &row.languages);
            self.add(origin, "on", row.on.is_empty().then_some("the row names no type"));
            self.add(origin, "is", one_of("a sort of type", &row.is, &["wrapper", "plain", "namespace"]));
        }
    }

    fn http(&mut self) {
        let folder = self.folder;
        let http = &folder.catalog.http;
        for (row, origin) in self.rows("http.call", &http.call) {
            let HttpCall { languages, on, slots, gives, .. } = row;
            self.languages(origin, languages);
            self.calls(origin, on);
            for slot in slots.keys().chain(gives.keys()) {
                self.add(origin, "slots", one_of("a slot", slot, SLOTS));
            }
            self.arguments(origin, "slots", slots.values().flatten());
        }
        for (row, origin) in self.rows("http.member", &http.member) {
            self.languages(origin, &row.languages);
            self.calls(origin, &row.on);
            self.add(origin, "slot", one_of("a slot", &row.slot, SLOTS));
        }
        for (row, origin) in self.rows("http.command", &http.command) {
            self.add(origin, "on", row.on.is_empty().then_some("the row names no program"));
            self.add(origin, "words", one_of("what words mean", &row.words, &["url", "httpie"]));
            for slot in row.options.values().chain(row.flags.values()) {
                let known = [SLOTS, OPTIONS].concat();
                let name = if slot.starts_with("method:") { "method" } else { slot };
                self.add(origin, "options", one_of("what an option fills", name, &known));
            }
        }
        for (row, origin) in self.rows("http.data", &http.data) {
            for slot in row.slots.keys() {
                self.add(origin, "slots", one_of("a slot", slot, SLOTS));
            }
        }
    }

    fn sdks(&mut self) {
        let folder = self.folder;
        for (row, origin) in self.rows("sdks.entry", &folder.catalog.sdks) {
            self.languages(origin, &row.languages);
            self.calls(origin, &row.on);
            self.add(origin, "title", row.title.is_empty().then_some("the title is empty"));
            for parameter in &row.args {
                self.arguments(origin, "args", &parameter.at);
                self.add(origin, "args", parameter.at.is_empty().then_some("a parameter stands nowhere"));
                self.add(origin, "args", parameter.kinds.is_empty().then_some("a parameter takes no kind"));
                for kind in &parameter.kinds {
                    self.add(origin, "args", self.kind_mistake(kind));
                }
            }
        }
    }
}

fn regex_mistake(pattern: &str) -> Option<String> {
    let error = Regex::new(pattern).err()?.to_string();
    let last = error.lines().last().unwrap_or_default().trim().to_owned();
    Some(format!("`{pattern}` is no regular expression: {last}"))
}

/// A pattern of paths whose brackets don't pair up fits nothing, and the matcher says nothing of it.
fn pattern_mistake(pattern: &str) -> Option<&'static str> {
    let count = |c: char| pattern.matches(c).count();
    if pattern.is_empty() {
        Some("the pattern is empty")
    } else if count('{') != count('}') || count('[') != count(']') {
        Some("the brackets of the pattern don't pair up")
    } else {
        None
    }
}

fn api_host_mistake(host: &str) -> Option<String> {
    let mistake =
        host_mistake(host.strip_prefix("*.").unwrap_or(host)).or(host.contains('/').then_some("a host has no path"));
    mistake.map(|mistake| format!("`{host}`: {mistake}"))
}

/// What is wrong with a place in a request: `bearer`, `query:token`, `body:properties.token`.
fn place_mistake(place: &str) -> Option<String> {
    let plain = ["basic-user", "basic", "bearer", "bearer-basic", "signature"].contains(&place);
    let named = ["query:", "body:", "header:"]
        .iter()
        .any(|front| place.strip_prefix(front).is_some_and(|name| !name.is_empty()));
    (!plain && !named).then(|| {
        format!(
            "`{place}` is no place: write basic-user, basic, bearer, bearer-basic, signature, query:NAME or body:PATH"
        )
    })
}
