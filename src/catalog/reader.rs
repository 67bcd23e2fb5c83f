//! Reads a folder of rules: `rules/` when mpcheck is built, a house's own when it runs. This file is compiled twice, as
//! [`model`](super::model) is, so that both are read by the same code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::model::{Apis, Catalog, Functions, Http, Idioms, Kinds, Rule, Surfaces};

/// Something in a folder of rules that can't be read or understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file, as seen from the folder; empty for the folder itself.
    pub file: String,
    /// The line, from 1; 0 where it is about the whole file.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// Where a row is written.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The file, as seen from the folder.
    pub file: String,
    /// The line in which the row begins.
    pub line: usize,
    /// The lines of its columns.
    pub columns: BTreeMap<String, usize>,
}

/// What a folder of rules says.
#[derive(Debug, Default)]
pub struct Folder {
    /// All rows that could be read.
    pub catalog: Catalog,
    /// Where the rows of each table are written (`http.call`), in the order in which the catalog has them.
    pub origins: BTreeMap<&'static str, Vec<Origin>>,
    /// What could not be read.
    pub mistakes: Vec<Mistake>,
}

/// What a folder of rules may hold, each as seen from it.
pub const LAYOUT: &[&str] =
    &["kinds.toml", "apis.toml", "surfaces.toml", "idioms.toml", "functions/*.toml", "http/*.toml", "sdks/*.toml"];

/// Reads a folder of rules. `pages` says whether its Markdown files are the pages of rules, too: a house has none of its
/// own.
pub fn read(folder: &Path, pages: bool) -> Folder {
    let mut all = Folder::default();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            all.mistakes.push(Mistake {
                file: String::new(),
                line: 0,
                message: format!("the folder can't be read: {error}"),
            });
            return all;
        }
    };
    let mut names: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    names.sort();
    for path in names {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        match (name.as_str(), ending.as_str()) {
            ("functions" | "http" | "sdks", _) if path.is_dir() => {
                let mut files: Vec<PathBuf> =
                    fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
                files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
                files.sort();
                for file in files {
                    let shown = format!("{name}/{}", file.file_name().unwrap_or_default().to_string_lossy());
                    all.file(&file, shown, &name);
                }
            }
            ("kinds.toml" | "apis.toml" | "surfaces.toml" | "idioms.toml", _) => all.file(&path, name.clone(), &name),
            (_, "toml") => {
                let message = format!("no such file is read; rows stand in {}", LAYOUT.join(", "));
                all.mistakes.push(Mistake { file: name, line: 0, message });
            }
            (_, "md") if pages => all.page(&path, name),
            _ => {}
        }
    }
    all.mistakes.sort();
    all
}

impl Folder {
    /// Reads a file of rows into the catalog.
    fn file(&mut self, path: &Path, shown: String, kind: &str) {
        let Some(text) = self.text(path, &shown) else { return };
        let (table, errors) = DeTable::parse_recoverable(&text);
        let mut file = Reader { file: shown, text: &text, table: table.into_inner(), folder: self };
        for error in errors {
            file.mistake(error.span().unwrap_or_default().start, error.message());
        }
        match kind {
            "kinds.toml" => file.kinds(),
            "apis.toml" => file.apis(),
            "surfaces.toml" => file.surfaces(),
            "idioms.toml" => file.idioms(),
            "functions" => file.functions(),
            "http" => file.http(),
            _ => file.sdks(),
        }
        file.finish();
    }

    fn text(&mut self, path: &Path, shown: &str) -> Option<String> {
        match fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) => {
                let message = format!("the file can't be read: {error}");
                self.mistakes.push(Mistake { file: shown.to_owned(), line: 0, message });
                None
            }
        }
    }

    /// A page opens with TOML front matter between two lines of `+++`.
    fn page(&mut self, path: &Path, shown: String) {
        let Some(text) = self.text(path, &shown) else { return };
        let Some((front, page)) = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n")) else {
            let message = "front matter between two lines of +++ is missing".to_owned();
            return self.mistakes.push(Mistake { file: shown, line: 1, message });
        };
        match toml::from_str::<Rule>(front) {
            Ok(mut rule) => {
                rule.slug = shown.trim_end_matches(".md").to_owned();
                rule.page = page.trim_start().to_owned();
                self.catalog.rules.push(rule);
            }
            Err(error) => {
                let line = line_of(front, error.span().unwrap_or_default().start) + 1;
                self.mistakes.push(Mistake { file: shown, line, message: error.message().to_owned() });
            }
        }
    }
}

/// The line of a byte, from 1.
fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

/// One file of rows.
struct Reader<'t, 'f> {
    file: String,
    text: &'t str,
    table: DeTable<'t>,
    folder: &'f mut Folder,
}

impl Reader<'_, '_> {
    fn mistake(&mut self, byte: usize, message: impl Into<String>) {
        let line = line_of(self.text, byte);
        self.folder.mistakes.push(Mistake { file: self.file.clone(), line, message: message.into() });
    }

    /// The rows of a table, each read by itself, so that a mistake in one hides none in another. `table` is what
    /// [`Folder::origins`] calls it.
    fn rows<T: DeserializeOwned>(&mut self, table: &'static str, name: &str) -> Vec<T> {
        let Some(value) = self.table.remove(name) else { return Vec::new() };
        let at = value.span().start;
        let DeValue::Array(items) = value.into_inner() else {
            self.mistake(at, format!("`{name}` is a list of tables: write [[{name}]]"));
            return Vec::new();
        };
        let mut rows = Vec::new();
        for item in items {
            let start = item.span().start;
            let columns = match item.get_ref() {
                DeValue::Table(table) => table
                    .iter()
                    .map(|(key, _)| (key.get_ref().to_string(), line_of(self.text, key.span().start)))
                    .collect(),
                _ => BTreeMap::new(),
            };
            match T::deserialize(ValueDeserializer::from(item)) {
                Ok(row) => {
                    let origin = Origin { file: self.file.clone(), line: line_of(self.text, start), columns };
                    self.folder.origins.entry(table).or_default().push(origin);
                    rows.push(row);
                }
                Err(error) => self.mistake(error.span().map_or(start, |span| span.start), error.message()),
            }
        }
        rows
    }

    /// A value that stands at the top of the file.
    fn value<T: DeserializeOwned + Default>(&mut self, name: &str) -> T {
        let Some(value) = self.table.remove(name) else { return T::default() };
        let start = value.span().start;
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => value,
            Err(error) => {
                self.mistake(error.span().map_or(start, |span| span.start), error.message());
                T::default()
            }
        }
    }

    /// What is left over has no meaning.
    fn finish(mut self) {
        let left: Vec<(String, usize)> =
            self.table.iter().map(|(key, _)| (key.get_ref().to_string(), key.span().start)).collect();
        for (key, at) in left {
            self.mistake(at, format!("unknown field `{key}`"));
        }
    }

    fn kinds(&mut self) {
        let kinds = Kinds {
            kind: self.rows("kinds.kind", "kind"),
            name: self.rows("kinds.name", "name"),
            vendor: self.value("vendor"),
            weak_vendor: self.value("weak-vendor"),
            other_vendor: self.value("other-vendor"),
            noise: self.value("noise"),
            about: self.value("about"),
            lead: self.value("lead"),
            placeholder: self.value("placeholder"),
        };
        self.folder.catalog.kinds = kinds;
    }

    fn apis(&mut self) {
        let apis = Apis {
            hosts: self.value("hosts"),
            proxies: Vec::new(),
            api: self.rows("apis.api", "api"),
            project_names: self.value("project-names"),
            structures: self.value("structures"),
            wrapper: self.rows("apis.wrapper", "wrapper"),
            signature: self.value("signature"),
        };
        self.folder.catalog.apis = apis;
    }

    fn surfaces(&mut self) {
        let surfaces = Surfaces {
            prefix: self.rows("surfaces.prefix", "prefix"),
            signal: self.rows("surfaces.signal", "signal"),
            inlined: self.rows("surfaces.inlined", "inlined"),
            reads: self.value("reads"),
            alias: self.rows("surfaces.alias", "alias"),
            reading: self.rows("surfaces.reading", "reading"),
            stripped: self.rows("surfaces.stripped", "stripped"),
            manifest: self.rows("surfaces.manifest", "manifest"),
            projects: self.value("projects"),
            tests: self.value("tests"),
            docs: self.value("docs"),
            environment: self.rows("surfaces.environment", "environment"),
            encoded: self.rows("surfaces.encoded", "encoded"),
            script: self.rows("surfaces.script", "script"),
            marked: self.rows("surfaces.marked", "marked"),
            section: self.rows("surfaces.section", "section"),
            loads: self.value("loads"),
            globs: self.value("globs"),
            build_alias: self.rows("surfaces.build-alias", "build-alias"),
            build_entry: self.rows("surfaces.build-entry", "build-entry"),
            build_prefix: self.rows("surfaces.build-prefix", "build-prefix"),
            handed: self.rows("surfaces.handed", "handed"),
        };
        self.folder.catalog.surfaces = surfaces;
    }

    fn idioms(&mut self) {
        let variable = self.rows("idioms.variable", "variable");
        let account = self.rows("idioms.account", "account");
        self.folder.catalog.idioms = Idioms { variable, account };
    }

    fn functions(&mut self) {
        let languages: Vec<String> = self.value("languages");
        let mut one = Functions {
            function: self.rows("functions.function", "function"),
            environment: self.value("environment"),
            constants: self.value("constants"),
            log: self.rows("functions.log", "log"),
            globals: self.value("globals"),
            altering: self.value("altering"),
            harmless: self.value("harmless"),
            module_prefixes: self.value("module-prefixes"),
            package_prefixes: self.value("package-prefixes"),
            program: self.rows("functions.program", "program"),
            aliases: self.value("aliases"),
            switches: self.value("switches"),
            tag: self.rows("functions.tag", "tag"),
            types: self.rows("functions.type", "type"),
        };
        one.function.iter_mut().for_each(|row| row.languages.clone_from(&languages));
        one.log.iter_mut().for_each(|row| row.languages.clone_from(&languages));
        one.tag.iter_mut().for_each(|row| row.languages.clone_from(&languages));
        one.types.iter_mut().for_each(|row| row.languages.clone_from(&languages));
        self.folder.catalog.functions.extend(one);
    }

    fn http(&mut self) {
        let languages: Vec<String> = self.value("languages");
        let mut one = Http {
            call: self.rows("http.call", "call"),
            member: self.rows("http.member", "member"),
            command: self.rows("http.command", "command"),
            data: self.rows("http.data", "data"),
        };
        one.call.iter_mut().for_each(|row| row.languages.clone_from(&languages));
        one.member.iter_mut().for_each(|row| row.languages.clone_from(&languages));
        self.folder.catalog.http.extend(one);
    }

    fn sdks(&mut self) {
        let entries = self.rows("sdks.entry", "entry");
        self.folder.catalog.sdks.extend(entries);
    }
}

impl Functions {
    /// Adds further rows behind these.
    pub fn extend(&mut self, more: Functions) {
        self.function.extend(more.function);
        self.log.extend(more.log);
        self.environment.extend(more.environment);
        self.constants.extend(more.constants);
        self.globals.extend(more.globals);
        self.altering.extend(more.altering);
        self.harmless.extend(more.harmless);
        self.module_prefixes.extend(more.module_prefixes);
        self.package_prefixes.extend(more.package_prefixes);
        self.program.extend(more.program);
        self.aliases.extend(more.aliases);
        self.switches.extend(more.switches);
        self.tag.extend(more.tag);
        self.types.extend(more.types);
    }
}

impl Http {
    /// Adds further rows behind these.
    pub fn extend(&mut self, more: Http) {
        self.call.extend(more.call);
        self.member.extend(more.member);
        self.command.extend(more.command);
        self.data.extend(more.data);
    }
}
