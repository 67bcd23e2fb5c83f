//! The rows of the catalog by the calls that they name.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::coverage::used;
use super::model::{Catalog, Command, Entry, Function, HttpCall, HttpMember, Log};

/// Finds the rows for a call.
pub struct Index<'a> {
    /// The catalog behind it.
    pub catalog: &'a Catalog,
    functions: HashMap<&'a str, Vec<&'a Function>>,
    calls: HashMap<&'a str, Vec<&'a HttpCall>>,
    members: HashMap<&'a str, Vec<&'a HttpMember>>,
    entries: HashMap<&'a str, Vec<&'a Entry>>,
    /// The last words of those entry points that are properties.
    options: HashSet<&'a str>,
    commands: HashMap<&'a str, &'a Command>,
    logs: HashMap<&'a str, Vec<&'a Log>>,
    log_endings: Vec<(&'a str, &'a Log)>,
    /// With the row that says so.
    environment: HashMap<String, &'a String>,
    environment_endings: Vec<(&'a str, &'a String)>,
    last_words: HashSet<&'a str>,
    /// Made when they are first asked for.
    words: OnceLock<Words>,
}

/// The last words of the paths that rows name: cheap questions. Each with the languages of its rows.
#[derive(Default)]
struct Words {
    /// Of what sends, logs or reads something.
    deeds: Known,
    /// Of functions whose value rows tell.
    functions: Known,
    /// Of what holds environment variables.
    environment: HashSet<String>,
}

type Known = HashMap<String, Vec<Arc<[String]>>>;

impl Words {
    fn new(catalog: &Catalog) -> Self {
        let mut words = Self::default();
        let calls = catalog.http.call.iter().map(|row| (&row.on, &row.languages));
        let entries = catalog.sdks.iter().map(|row| (&row.on, &row.languages));
        let logs = catalog.functions.log.iter().map(|row| (&row.on, &row.languages));
        calls.chain(entries).chain(logs).for_each(|(on, languages)| add(&mut words.deeds, on, languages));
        for row in &catalog.functions.function {
            let deed = matches!(row.makes.as_str(), "environment" | "command" | "partial" | "instance" | "build");
            add(if deed { &mut words.deeds } else { &mut words.functions }, &row.on, &row.languages);
        }
        let reads = catalog.functions.environment.iter().chain(&catalog.surfaces.reads);
        words.environment.extend(reads.map(|path| last_word(path).to_owned()));
        words
    }
}

fn add(words: &mut Known, on: &[String], languages: &[String]) {
    let languages: Arc<[String]> = languages.into();
    for path in on {
        words.entry(last_word(path).to_owned()).or_default().push(languages.clone());
    }
}

fn is_among(words: &Known, language: &str, word: &str) -> bool {
    words.get(word).is_some_and(|rows| rows.iter().any(|languages| speaks(languages, language)))
}

/// The last word of a path, without the marks of a call.
pub(super) fn last_word(path: &str) -> &str {
    let path = path.trim_end_matches("()");
    path.rsplit('.').next().unwrap_or(path)
}

pub(super) fn speaks(languages: &[String], language: &str) -> bool {
    languages.is_empty() || languages.iter().any(|known| known == language)
}

impl<'a> Index<'a> {
    /// The index of a catalog.
    pub fn new(catalog: &'a Catalog) -> Self {
        let mut index = Self {
            catalog,
            functions: HashMap::new(),
            calls: HashMap::new(),
            members: HashMap::new(),
            entries: HashMap::new(),
            options: HashSet::new(),
            commands: HashMap::new(),
            logs: HashMap::new(),
            log_endings: Vec::new(),
            environment: HashMap::new(),
            environment_endings: Vec::new(),
            last_words: HashSet::new(),
            words: OnceLock::new(),
        };
        let phrases = catalog.kinds.name.iter().flat_map(|name| &name.words);
        index.last_words.extend(phrases.filter_map(|phrase| phrase.split_whitespace().last()));
        let reads = catalog.functions.environment.iter().chain(&catalog.surfaces.reads);
        for path in reads {
            match path.strip_prefix('*') {
                Some(ending) => index.environment_endings.push((ending, path)),
                None => {
                    index.environment.entry(path.replace(".default", "")).or_insert(path);
                }
            }
        }
        for row in &catalog.functions.function {
            row.on.iter().for_each(|on| index.functions.entry(on).or_default().push(row));
        }
        for row in &catalog.http.call {
            row.on.iter().for_each(|on| index.calls.entry(on).or_default().push(row));
        }
        for row in &catalog.http.member {
            row.on.iter().for_each(|on| index.members.entry(on).or_default().push(row));
        }
        for row in &catalog.sdks {
            row.on.iter().for_each(|on| index.entries.entry(on).or_default().push(row));
        }
        let properties = index.entries.keys().filter_map(|on| on.strip_suffix('='));
        index.options = properties.map(last_word).collect();
        for row in &catalog.http.command {
            row.on.iter().for_each(|on| {
                index.commands.entry(on).or_insert(row);
            });
        }
        for row in &catalog.functions.log {
            for on in &row.on {
                match on.strip_prefix('*') {
                    Some(ending) if !ending.starts_with('.') => index.log_endings.push((ending, row)),
                    _ => index.logs.entry(on).or_default().push(row),
                }
            }
        }
        index
    }

    /// What a library function makes, for every row of this name: rows with a condition first, as they are written.
    pub fn functions(&self, language: &str, path: &str) -> impl Iterator<Item = &'a Function> {
        self.functions.get(path).into_iter().flatten().copied().filter(move |row| speaks(&row.languages, language))
    }

    /// The call of an HTTP client.
    pub fn http(&self, language: &str, path: &str) -> Option<&'a HttpCall> {
        self.http_rows(language, path).next()
    }

    /// All rows for a call of an HTTP client, as they are written.
    pub fn http_rows(&self, language: &str, path: &str) -> impl Iterator<Item = &'a HttpCall> {
        self.calls.get(path).into_iter().flatten().copied().filter(move |row| speaks(&row.languages, language))
    }

    /// The slot that a member of a client or request is.
    pub fn member(&self, language: &str, path: &str) -> Option<&'a HttpMember> {
        self.members.get(path)?.iter().copied().find(|row| speaks(&row.languages, language)).inspect(|row| used(*row))
    }

    /// Whether the members of a foreign name are environment variables, or constants that a build makes of them.
    pub fn is_environment(&self, path: &str) -> bool {
        // `*.BuildConfig` is one of any package.
        let ends = || self.environment_endings.iter().find(|(end, _)| path.ends_with(end)).map(|(_, row)| *row);
        let row = self.environment.get(path).copied().or_else(ends);
        row.inspect(|row| used(*row)).is_some()
    }

    /// Whether a dotted name has a word that some phrase for credentials ends with: a cheap question before a dear one.
    pub fn may_name_credential(&self, name: &str) -> bool {
        let last = name.rsplit('.').next().unwrap_or(name);
        crate::catalog::names::words(last).iter().any(|word| self.last_words.contains(word.as_str()))
    }

    fn words(&self) -> &Words {
        self.words.get_or_init(|| Words::new(self.catalog))
    }

    /// Whether a call of this name may send, log or read something, by whatever row of a language.
    pub fn is_deed(&self, language: &str, word: &str) -> bool {
        let ends = |(ending, row): &(&str, &Log)| word.ends_with(ending) && speaks(&row.languages, language);
        is_among(&self.words().deeds, language, word) || self.log_endings.iter().any(ends)
    }

    /// Whether rows of a language tell what a function of this name gives.
    pub fn has_function(&self, language: &str, word: &str) -> bool {
        is_among(&self.words().functions, language, word)
    }

    /// Whether something of this name may hold environment variables.
    pub fn is_environment_word(&self, word: &str) -> bool {
        self.words().environment.contains(word)
    }

    /// Whether environment variables come from a module of this name.
    pub fn is_environment_module(&self, module: &str) -> bool {
        let from = |path: &&str| path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.environment.keys().map(String::as_str).any(|path| from(&path))
            || self.environment_endings.iter().any(|(ending, _)| module.ends_with(ending))
    }

    /// Whether the members of a foreign name are what a build put into client code, and nothing else.
    pub fn is_client_read(&self, path: &str) -> bool {
        self.is_environment(path) && !self.catalog.functions.environment.iter().any(|known| known == path)
    }

    /// Whether a path is the front of a member's that is a slot.
    pub fn leads_to_member(&self, path: &str) -> bool {
        self.members.keys().any(|known| known.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
    }

    /// Whether rows speak of a path, or of what is in it.
    pub fn knows(&self, language: &str, path: &str) -> bool {
        let inside =
            |known: &&str| known.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let functions = self.functions.iter().filter(|(on, _)| inside(on)).flat_map(|(_, rows)| rows);
        let calls = self.calls.iter().filter(|(on, _)| inside(on)).flat_map(|(_, rows)| rows);
        let entries = self.entries.iter().filter(|(on, _)| inside(on)).flat_map(|(_, rows)| rows);
        functions
            .map(|row| &row.languages)
            .chain(calls.map(|row| &row.languages))
            .chain(entries.map(|row| &row.languages))
            .any(|languages| speaks(languages, language))
    }

    /// Whether a property of this name may be an entry point, by whatever row.
    pub fn is_option(&self, word: &str) -> bool {
        self.options.contains(word)
    }

    /// The entry point of an SDK.
    pub fn entry(&self, language: &str, path: &str) -> Option<&'a Entry> {
        self.entries.get(path)?.iter().copied().find(|row| speaks(&row.languages, language))
    }

    /// The command-line client of this name.
    pub fn command(&self, name: &str) -> Option<&'a Command> {
        self.commands.get(name).copied().inspect(|row| used(*row))
    }

    /// The call that writes to a log: by its whole path, by the method's name and the receiver's, or by its ending.
    pub fn log(&self, language: &str, path: &str, receiver: Option<&str>) -> Option<&'a Log> {
        self.log_row(language, path, receiver).inspect(|row| used(*row))
    }

    fn log_row(&self, language: &str, path: &str, receiver: Option<&str>) -> Option<&'a Log> {
        let exact = self.logs.get(path).into_iter().flatten().copied();
        if let Some(row) = exact.into_iter().find(|row| speaks(&row.languages, language)) {
            return Some(row);
        }
        if let (Some(receiver), Some((_, method))) = (receiver, path.rsplit_once('.')) {
            let any = format!("*.{method}");
            let words = crate::catalog::names::words(receiver);
            let named = |row: &&Log| {
                row.receivers.is_empty()
                    || words.last().is_some_and(|last| row.receivers.iter().any(|known| known == last))
            };
            let rows = self.logs.get(any.as_str()).into_iter().flatten().copied();
            if let Some(row) = rows.filter(|row| speaks(&row.languages, language)).find(named) {
                return Some(row);
            }
        }
        let ending =
            self.log_endings.iter().find(|(ending, row)| path.ends_with(ending) && speaks(&row.languages, language));
        ending.map(|(_, row)| *row)
    }
}
