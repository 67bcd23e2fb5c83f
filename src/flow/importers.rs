//! Who imports a module: the imports of all JavaScript and TypeScript files of a tree, found without a parse.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::input::path::normalise;
use crate::syntax::lexical::imports;

/// The imports of a tree, to be asked from their far end. Those by path are kept by the last name of the path and
/// resolved when somebody asks; all others (packages, aliases) are resolved once for each project that has them, since
/// their name says nothing of the file behind it.
#[derive(Default)]
pub struct Importers {
    files: Vec<String>,
    /// Imports by path: their last name; file, and the import as it is written.
    by_path: HashMap<String, Vec<(usize, String)>>,
    /// All others by the file that they mean.
    by_name: HashMap<String, Vec<(usize, String)>>,
    /// Patterns that stand for all files which fit: file and pattern from the tree's root.
    patterns: Vec<(usize, String)>,
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

impl Importers {
    /// Reads the imports of these files. It works on all threads of the pool, so nothing else may run on them then.
    pub fn read(files: Vec<String>, ask: &dyn Ask) -> Self {
        let found: Vec<(Vec<String>, Vec<String>)> = files
            .par_iter()
            .map(|path| {
                let text = ask.text(path);
                let named = imports::imports(&text).into_iter().map(|name| in_page(path, name)).collect();
                (named, imports::patterns(&text))
            })
            .collect();
        let mut index = Self { files, ..Self::default() };
        let mut scopes: HashMap<String, String> = HashMap::new();
        let mut named: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (at, (specifiers, patterns)) in found.into_iter().enumerate() {
            let folder = folder(&index.files[at]).to_owned();
            for specifier in specifiers {
                if specifier.starts_with('.') {
                    index.by_path.entry(last_name(&specifier)).or_default().push((at, specifier));
                } else {
                    let scope = scopes.entry(folder.clone()).or_insert_with(|| scope(&folder, ask)).clone();
                    named.entry((scope, specifier)).or_default().push(at);
                }
            }
            let absolute = patterns.into_iter().map(|pattern| match pattern.strip_prefix('/') {
                Some(rest) => rest.to_owned(),
                None => normalise(&format!("{folder}/{pattern}")),
            });
            index.patterns.extend(absolute.map(|pattern| (at, pattern)));
        }
        for ((_, specifier), importers) in named {
            // The files of one project agree on what a name means.
            let first = &index.files[importers[0]];
            if let Some(target) = ask.resolve(first, &specifier) {
                let known = index.by_name.entry(target).or_default();
                known.extend(importers.into_iter().map(|at| (at, specifier.clone())));
            }
        }
        index
    }

    /// The files that seem to import a file, sorted.
    pub fn of(&self, path: &str, ask: &dyn Ask) -> Vec<String> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = plain(file.split('.').next().unwrap_or(file));
        let mut keys = vec![stem.clone()];
        if stem == "index" || stem == "main" || file == "package.json" {
            keys.extend([plain(folder.rsplit('/').next().unwrap_or_default()), String::new()]);
        } else {
            // A folder's `package.json` may name any file in it as what the folder is.
            keys.push(plain(folder.rsplit('/').next().unwrap_or_default()));
        }
        let mut found: Vec<usize> = Vec::new();
        for (from, specifier) in keys.iter().filter_map(|key| self.by_path.get(key)).flatten() {
            if found.last() != Some(from) && ask.resolve(&self.files[*from], specifier).as_deref() == Some(path) {
                found.push(*from);
            }
        }
        found.extend(self.by_name.get(path).into_iter().flatten().map(|(from, _)| *from));
        let fitting = self.patterns.iter().filter(|(_, pattern)| fast_glob::glob_match(pattern, path));
        found.extend(fitting.map(|(from, _)| *from));
        let mut found: Vec<String> = found.into_iter().map(|at| self.files[at].clone()).collect();
        found.retain(|from| from != path);
        found.sort();
        found.dedup();
        found
    }

    /// Whether an import by path in a folder leads to no file of the tree, so that who imports what can't be told.
    pub fn has_gaps(&self, folder: &str, ask: &dyn Ask) -> bool {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let imports: Vec<&(usize, String)> = self.by_path.values().flatten().collect();
        imports.into_par_iter().any(|(from, specifier)| {
            let from = &self.files[*from];
            if !from.starts_with(&prefix) || !is_code(specifier) || ask.resolve(from, specifier).is_some() {
                return false;
            }
            let path = normalise(&format!("{}/{specifier}", self::folder(from)));
            // A folder is what an asset's or an alias' URL may name.
            !ask.exists(&path) && !ask.is_folder(&path)
        })
    }
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

/// A name as names of files are compared: without case, `_` and `-`.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// The last name of a path, without its ending.
fn last_name(specifier: &str) -> String {
    let bare = specifier.split(['?', '#']).next().filter(|bare| !bare.is_empty()).unwrap_or(specifier);
    let last = bare.rsplit('/').next().unwrap_or(bare);
    plain(last.trim_start_matches('.').split('.').next().unwrap_or_default())
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
