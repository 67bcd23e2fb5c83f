//! Reads `rules/`, checks it and packs it into one file that mpcheck unpacks when it starts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[allow(dead_code, missing_docs, unreachable_pub)]
#[path = "src/catalog/model.rs"]
mod model;

use model::{Catalog, Entry, Functions, Http, Rule};
use serde::de::DeserializeOwned;

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/catalog/model.rs");
    let catalog = Catalog {
        rules: pages(),
        kinds: table("rules/kinds.toml"),
        apis: table("rules/apis.toml"),
        surfaces: table("rules/surfaces.toml"),
        functions: functions(),
        sdks: sdks(),
        http: http(),
        idioms: table("rules/idioms.toml"),
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("catalog.bin");
    fs::write(out, postcard::to_stdvec(&catalog).expect("the catalog packs")).expect("OUT_DIR can be written");
}

/// The files of a folder with this ending, sorted.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == ending));
    files.sort();
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn table<T: DeserializeOwned>(path: &str) -> T {
    parse(Path::new(path), &read(Path::new(path)))
}

/// Each page opens with TOML front matter between two lines of `+++`.
fn pages() -> Vec<Rule> {
    let page = |path: PathBuf| {
        let text = read(&path);
        let (front, page) = text
            .strip_prefix("+++\n")
            .and_then(|rest| rest.split_once("\n+++\n"))
            .unwrap_or_else(|| panic!("{}: front matter between two lines of +++ is missing", path.display()));
        let mut rule: Rule = parse(&path, front);
        rule.slug = path.file_stem().expect("a page has a name").to_string_lossy().into_owned();
        rule.page = page.trim_start().to_owned();
        rule
    };
    files("rules", "md").into_iter().map(page).collect()
}

fn sdks() -> Vec<Entry> {
    let mut entries = Vec::new();
    for path in files("rules/sdks", "toml") {
        let mut tables: BTreeMap<String, Vec<Entry>> = parse(&path, &read(&path));
        entries.extend(tables.remove("entry").unwrap_or_default());
        assert!(tables.is_empty(), "{}: only [[entry]] rows belong here", path.display());
    }
    entries
}

/// The languages that a file of rows is for stand once at its top.
fn languages(path: &Path, table: &mut toml::Table) -> Vec<String> {
    table.remove("languages").map_or(Vec::new(), |value| {
        value.try_into().unwrap_or_else(|error| panic!("{}: languages: {error}", path.display()))
    })
}

fn functions() -> Functions {
    let mut all = Functions::default();
    for path in files("rules/functions", "toml") {
        let mut table: toml::Table = parse(&path, &read(&path));
        let languages = languages(&path, &mut table);
        let mut one: Functions = table.try_into().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        one.function.iter_mut().for_each(|row| row.languages.clone_from(&languages));
        one.log.iter_mut().for_each(|row| row.languages.clone_from(&languages));
        all.function.extend(one.function);
        all.log.extend(one.log);
        all.environment.extend(one.environment);
        all.constants.extend(one.constants);
        all.globals.extend(one.globals);
        all.altering.extend(one.altering);
        all.harmless.extend(one.harmless);
        all.module_prefixes.extend(one.module_prefixes);
        all.package_prefixes.extend(one.package_prefixes);
    }
    all
}

fn http() -> Http {
    let mut all = Http::default();
    for path in files("rules/http", "toml") {
        let mut table: toml::Table = parse(&path, &read(&path));
        let languages = languages(&path, &mut table);
        let mut http: Http = table.try_into().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        http.call.iter_mut().for_each(|row| row.languages.clone_from(&languages));
        http.member.iter_mut().for_each(|row| row.languages.clone_from(&languages));
        all.call.extend(http.call);
        all.member.extend(http.member);
        all.command.extend(http.command);
        all.data.extend(http.data);
    }
    all
}
