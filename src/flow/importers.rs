//! Who imports a module: the imports of all JavaScript and TypeScript files of a tree, found without a parse.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;

use super::configured;
use super::resolve::by_path;
use crate::catalog::Surfaces;
use crate::input::path::{from_folder, from_root_or_folder, is_inside};
use crate::syntax::language::detect;
use crate::syntax::lexical::imports;
use crate::syntax::lexical::telling::Telling;

/// The imports of a tree, to be asked from their far end.
#[derive(Default)]
pub struct Importers {
    files: Vec<Module>,
    /// The files that import another, by the other.
    by_target: HashMap<String, Vec<usize>>,
    /// Patterns that stand for all files which fit: file and pattern from the tree's root.
    patterns: Vec<(usize, String)>,
    /// The files with an import by path that leads to no file of the tree.
    gaps: Vec<usize>,
}

/// A file that imports.
struct Module {
    path: String,
    silent: bool,
}

/// A file that seems to import another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Importing {
    /// Its path.
    pub path: String,
    /// Whether nothing in its text can say on which side it runs.
    pub silent: bool,
}

/// What the index asks of the tree.
pub trait Ask: Sync {
    /// The text of a file.
    fn text(&self, path: &str) -> String;
    /// The file that an import means.
    fn resolve(&self, from: &str, specifier: &str) -> Option<String>;
    /// Whether a path is a file.
    fn exists(&self, path: &str) -> bool;
    /// Whether a path is a folder.
    fn is_folder(&self, path: &str) -> bool;
}

/// Files that settle what an import by name means below their folder.
const SCOPES: [&str; 3] = ["package.json", "tsconfig.json", "jsconfig.json"];

/// What one file was found to import.
struct Found {
    silent: bool,
    /// Files that it imports by their paths.
    files: Vec<String>,
    /// Other imports, as they are written: their name alone says nothing of the file behind it.
    others: Vec<String>,
    patterns: Vec<String>,
}

impl Importers {
    /// Reads the imports of those files of a sorted listing that are modules. It works on all threads of the pool, so
    /// nothing else may run on them then.
    pub fn read(listing: &[String], is_module: &dyn Fn(&str) -> bool, surfaces: &Surfaces, ask: &dyn Ask) -> Self {
        let paths: Vec<&str> = listing.iter().map(String::as_str).filter(|path| is_module(path)).collect();
        let eye = Eye {
            ask,
            surfaces,
            telling: Telling::new(&surfaces.signal),
            listed: listing.iter().map(String::as_str).collect(),
        };
        let neighbours: Vec<&[&str]> = paths.chunk_by(|one, next| folder(one) == folder(next)).collect();
        let found: Vec<Vec<Found>> = neighbours.into_par_iter().map(|paths| eye.folder(paths)).collect();
        let mut index = Self::default();
        let mut scopes: HashMap<String, String> = HashMap::new();
        let mut others: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (at, (path, found)) in paths.into_iter().zip(found.into_iter().flatten()).enumerate() {
            let folder = folder(path).to_owned();
            found.files.into_iter().for_each(|target| index.by_target.entry(target).or_default().push(at));
            for specifier in found.others {
                // The files of one project agree on what a name means, those of one folder on what a path means.
                let scope = match specifier.starts_with('.') {
                    true => folder.clone(),
                    false => scopes.entry(folder.clone()).or_insert_with(|| scope(&folder, ask)).clone(),
                };
                others.entry((scope, specifier)).or_default().push(at);
            }
            index.patterns.extend(found.patterns.into_iter().map(|pattern| (at, pattern)));
            index.files.push(Module { path: path.to_owned(), silent: found.silent });
        }
        let resolved: Vec<_> = others
            .into_par_iter()
            .map(|((_, specifier), importers)| {
                let from = &index.files[importers[0]].path;
                let target = ask.resolve(from, &specifier);
                let gap = target.is_none() && is_gap(from, &specifier, ask);
                (importers, target, gap)
            })
            .collect();
        for (importers, target, gap) in resolved {
            if gap {
                index.gaps.extend(&importers);
            }
            if let Some(target) = target {
                index.by_target.entry(target).or_default().extend(importers);
            }
        }
        index
    }

    /// The files that seem to import a file, sorted.
    pub fn of(&self, path: &str) -> Vec<Importing> {
        let fitting = self.patterns.iter().filter(|(_, pattern)| fast_glob::glob_match(pattern, path));
        let mut found: Vec<usize> = self.by_target.get(path).cloned().unwrap_or_default();
        found.extend(fitting.map(|(from, _)| *from));
        let modules = found.into_iter().map(|at| &self.files[at]).filter(|module| module.path != path);
        let mut found: Vec<Importing> =
            modules.map(|module| Importing { path: module.path.clone(), silent: module.silent }).collect();
        found.sort();
        found.dedup();
        found
    }

    /// Whether an import by path in a folder leads to no file of the tree, so that who imports what can't be told.
    pub fn has_gaps(&self, folder: &str) -> bool {
        self.gaps.iter().any(|at| is_inside(&self.files[*at].path, folder))
    }
}

/// What files are looked at with.
struct Eye<'a> {
    ask: &'a dyn Ask,
    surfaces: &'a Surfaces,
    telling: Telling,
    listed: HashSet<&'a str>,
}

impl Eye<'_> {
    /// Reads the imports of files that lie in one folder.
    fn folder(&self, paths: &[&str]) -> Vec<Found> {
        let folder = paths.first().map_or("", |path| folder(path));
        let remapped = self.is_remapped(folder);
        paths.par_iter().map(|path| self.file(path, folder, remapped)).collect()
    }

    /// Whether the manifest of a folder's package may have one file stand for another in browsers, so that a path alone
    /// doesn't tell what it means.
    fn is_remapped(&self, mut folder: &str) -> bool {
        loop {
            let manifest = if folder.is_empty() { "package.json".to_owned() } else { format!("{folder}/package.json") };
            if self.listed.contains(&*manifest) {
                return self.ask.text(&manifest).contains("\"browser\"");
            }
            if folder.is_empty() {
                return false;
            }
            folder = self::folder(folder);
        }
    }

    fn file(&self, path: &str, folder: &str, remapped: bool) -> Found {
        let text = self.ask.text(path);
        let specifiers = imports::imports(&text);
        let silent = detect(path, "").family() == "javascript"
            && !configured::is_configuration(self.surfaces, path)
            && !self.telling.is_in(&text, &specifiers);
        let (mut files, mut others) = (Vec::new(), Vec::new());
        for specifier in specifiers {
            let specifier = in_page(path, specifier);
            let file = (!remapped).then(|| by_path(folder, &specifier, &|path| self.listed.contains(path))).flatten();
            match file {
                Some(file) => files.push(file),
                None => others.push(specifier),
            }
        }
        let patterns = imports::patterns(&text).iter().map(|pattern| from_root_or_folder(folder, pattern)).collect();
        Found { silent, files, others, patterns }
    }
}

/// Whether what an import by path means is missing.
fn is_gap(from: &str, specifier: &str, ask: &dyn Ask) -> bool {
    if !specifier.starts_with('.') || !is_code(specifier) {
        return false;
    }
    let path = from_folder(folder(from), specifier);
    // A folder is what an asset's or an alias' URL may name.
    !ask.exists(&path) && !ask.is_folder(&path)
}

/// An import as it resolves: the address of a script in a page is a path, with or without a dot before it.
pub fn in_page(path: &str, specifier: &str) -> String {
    let page = path.ends_with(".html") || path.ends_with(".htm");
    let plain = specifier.starts_with(|c: char| c.is_alphanumeric() || c == '_') && !specifier.contains(':');
    if page && plain { format!("./{specifier}") } else { specifier.to_owned() }
}

/// Whether what is imported can import in turn: not a style sheet or a picture.
fn is_code(specifier: &str) -> bool {
    let bare = specifier.split(['?', '#']).next().unwrap_or(specifier);
    let name = bare.rsplit('/').next().unwrap_or(bare);
    let Some((_, ending)) = name.rsplit_once('.') else { return true };
    !matches!(
        ending,
        "css"
            | "scss"
            | "sass"
            | "less"
            | "styl"
            | "svg"
            | "png"
            | "jpg"
            | "jpeg"
            | "gif"
            | "webp"
            | "avif"
            | "ico"
            | "woff"
            | "woff2"
            | "ttf"
            | "mp3"
            | "mp4"
            | "webm"
            | "md"
            | "mdx"
            | "txt"
            | "graphql"
            | "gql"
            | "wasm"
            | "pdf"
    )
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The nearest folder above whose files agree on what an import by name means.
fn scope(from: &str, ask: &dyn Ask) -> String {
    let mut here = from;
    loop {
        let prefix = if here.is_empty() { String::new() } else { format!("{here}/") };
        if here.is_empty() || SCOPES.iter().any(|name| ask.exists(&format!("{prefix}{name}"))) {
            return here.to_owned();
        }
        here = folder(here);
    }
}
