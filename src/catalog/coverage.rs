//! Which rows of the catalog a run used: a test asks, and names those that no case ever hits.
//!
//! No input and no option reaches this; a run that no test watches asks one atomic for each row that it uses.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Catalog;
use super::model::{Apis, Functions, Http, Kinds, Surfaces};

static WATCHED: AtomicBool = AtomicBool::new(false);
static USED: Mutex<Option<HashSet<usize>>> = Mutex::new(None);

/// Watches from now on.
pub fn watch() {
    WATCHED.store(true, Ordering::Relaxed);
}

/// Whether a test watches.
pub(crate) fn watched() -> bool {
    WATCHED.load(Ordering::Relaxed)
}

/// Notes that a row was used.
pub(crate) fn used<T>(row: &T) {
    used_at(address(row));
}

/// The same, for a row that is known by its [address].
pub(crate) fn used_at(row: usize) {
    if watched() {
        USED.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(row);
    }
}

/// By what a row is known here.
pub(crate) fn address<T>(row: &T) -> usize {
    std::ptr::from_ref(row) as usize
}

/// The rows of the built-in catalog that were not used since it is watched: table and what the row is about.
pub fn unused() -> Vec<String> {
    let used = USED.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default();
    let rows = rows(super::builtin());
    rows.into_iter().filter(|(_, row)| !used.contains(row)).map(|(name, _)| name).collect()
}

/// What is known of a catalog's rows: what each is about, and its [address].
#[derive(Default)]
struct Rows(Vec<(String, usize)>);

impl Rows {
    fn add<T>(&mut self, table: &str, about: &str, row: &T) {
        self.0.push((format!("{table}: {about}"), address(row)));
    }

    /// A list of texts, each of which is a fact by itself.
    fn each<'t>(&mut self, table: &str, texts: impl IntoIterator<Item = &'t String>) {
        texts.into_iter().for_each(|text| self.add(table, text, text));
    }
}

fn rows(catalog: &Catalog) -> Vec<(String, usize)> {
    let mut rows = Rows::default();
    rows.kinds(&catalog.kinds);
    rows.apis(&catalog.apis);
    rows.surfaces(&catalog.surfaces);
    rows.functions(&catalog.functions);
    rows.http(&catalog.http);
    for row in &catalog.sdks {
        let title = format!("{} {}", row.languages.join(","), first(&row.on));
        rows.add("sdk", &title, row);
        row.args.iter().for_each(|parameter| rows.add("sdk", &format!("{title} {}", parameter.name), parameter));
    }
    rows.0
}

fn first(on: &[String]) -> &str {
    on.first().map_or("", String::as_str)
}

impl Rows {
    fn kinds(&mut self, kinds: &Kinds) {
        kinds.kind.iter().for_each(|row| self.add("kind", &row.id, row));
        self.each("name", kinds.name.iter().flat_map(|row| &row.words));
        self.each("placeholder", &kinds.placeholder.patterns);
        self.each("sample", &kinds.placeholder.digests);
        for (table, words) in [
            ("vendor", &kinds.vendor),
            ("weak vendor", &kinds.weak_vendor),
            ("other vendor", &kinds.other_vendor),
            ("noise", &kinds.noise),
            ("about", &kinds.about),
            ("lead", &kinds.lead),
        ] {
            self.each(table, words);
        }
    }

    fn apis(&mut self, apis: &Apis) {
        self.each("host", &apis.hosts);
        self.each("project name", &apis.project_names);
        self.each("structure", &apis.structures);
        self.each("payload wrapper", apis.wrapper.iter().flat_map(|row| &row.on));
        self.each("signature", apis.signature.key.iter().chain(&apis.signature.beside));
        for row in &apis.api {
            self.add("api", &row.id, row);
            self.each("api path", &row.paths);
            row.takes.iter().for_each(|(kind, takes)| self.add("api takes", &format!("{} {kind}", row.id), takes));
        }
    }

    fn surfaces(&mut self, surfaces: &Surfaces) {
        surfaces.prefix.iter().for_each(|row| self.add("prefix", &row.prefix, row));
        surfaces.signal.iter().for_each(|row| self.add("signal", &format!("{} {}", row.side, row.because), row));
        for row in &surfaces.inlined {
            let listed = row.listed.as_ref().map(|(_, list)| list);
            let place = [row.path.as_ref(), row.call.as_ref(), row.option.as_ref(), listed].into_iter().flatten();
            let place: Vec<&str> = place.map(String::as_str).collect();
            self.add("inlined", &format!("{} {} {}", row.by, first(&row.files), place.join(" ")), row);
        }
        for row in &surfaces.manifest {
            self.add("manifest", first(&row.files), row);
            row.text
                .iter()
                .for_each(|text| self.add("manifest text", &format!("{} {}", first(&row.files), text.name), text));
        }
        self.each("project", &surfaces.projects);
        self.each("read", &surfaces.reads);
        self.each("load", &surfaces.loads);
        self.each("glob", &surfaces.globs);
        for row in &surfaces.build_alias {
            self.add("build alias", &format!("{} {}", row.by, first(&row.files)), row);
        }
        for row in &surfaces.build_entry {
            let place = row.path.as_deref().or(row.call.as_deref()).unwrap_or_default();
            self.add("build entry", &format!("{} {} {place}", row.by, first(&row.files)), row);
        }
        for row in &surfaces.build_prefix {
            self.add("build prefix", &format!("{} {}", row.by, first(&row.files)), row);
        }
        surfaces.handed.iter().for_each(|row| self.add("handed", &row.by, row));
        surfaces.alias.iter().for_each(|row| self.add("alias", &format!("{} {}", row.by, row.from), row));
        surfaces.reading.iter().for_each(|row| self.add("reading", &row.by, row));
        surfaces.stripped.iter().for_each(|row| self.add("stripped", &row.by, row));
        self.each("test", &surfaces.tests);
        self.each("doc", &surfaces.docs);
        for row in &surfaces.environment {
            self.add("environment", &format!("{} {}", first(&row.files), row.path), row);
        }
        surfaces.encoded.iter().for_each(|row| self.add("encoded", &row.path, row));
        for row in &surfaces.script {
            let path = row.path.as_deref().unwrap_or_default();
            self.add("script", &format!("{} {path} {}", first(&row.files), first(&row.keys)), row);
        }
        surfaces.marked.iter().for_each(|row| self.add("marked", &row.from, row));
        surfaces.section.iter().for_each(|row| self.add("section", &row.path, row));
    }

    fn functions(&mut self, functions: &Functions) {
        for row in &functions.function {
            let when = row.when.as_ref().map(|(at, text)| format!(" when {at} is {text}")).unwrap_or_default();
            self.add("function", &format!("{} {} {}{when}", row.languages.join(","), row.makes, first(&row.on)), row);
        }
        for row in &functions.log {
            self.add("log", &format!("{} {}", row.languages.join(","), first(&row.on)), row);
        }
        self.each("environment read", &functions.environment);
        functions.constants.iter().for_each(|(name, text)| self.add("constant", name, text));
        self.each("global", &functions.globals);
        self.each("altering", &functions.altering);
        self.each("harmless", &functions.harmless);
        self.each("module prefix", &functions.module_prefixes);
        self.each("package prefix", &functions.package_prefixes);
        for row in &functions.program {
            self.add("program", first(&row.on), row);
        }
        functions.aliases.iter().for_each(|(name, command)| self.add("other name", name, command));
        self.each("switch", &functions.switches);
        for row in &functions.types {
            self.add("type", &format!("{} {} {}", row.languages.join(","), row.is, first(&row.on)), row);
        }
        for row in &functions.tag {
            self.add("tag", &format!("{} {} {}", row.languages.join(","), row.says, first(&row.on)), row);
        }
    }

    fn http(&mut self, http: &Http) {
        for row in &http.call {
            let when: Vec<&str> = row.when.iter().map(|(_, text)| text.as_str()).collect();
            let when = if when.is_empty() { String::new() } else { format!(" when {}", when.join(" ")) };
            self.add("http call", &format!("{} {}{when}", row.languages.join(","), first(&row.on)), row);
        }
        for row in &http.member {
            self.add("http member", &format!("{} {}", row.languages.join(","), first(&row.on)), row);
        }
        for row in &http.command {
            let program = first(&row.on).to_owned();
            self.add("command", &program, row);
            for (name, slot) in row.options.iter().chain(&row.flags).chain(&row.bearer) {
                self.add("command option", &format!("{program} {name}"), slot);
            }
        }
        for row in &http.data {
            self.add("http data", &row.slots.keys().cloned().collect::<Vec<_>>().join(" "), row);
        }
    }
}
