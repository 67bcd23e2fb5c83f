//! The manifests of a file's project: where it begins, which packages it names, what it lists.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use regex::Regex;

use crate::catalog::coverage::used;
use crate::catalog::{Manifest, ManifestText, fits};
use crate::flow::Modules;
use crate::syntax::document::Document;
use crate::syntax::facts::{Expr, ExprKind, Stmt};
use crate::syntax::visit;

/// The packages that manifests name, each folder asked once.
pub struct Manifests<'a> {
    rows: Vec<Row<'a>>,
    known: Mutex<HashMap<String, Arc<HashSet<String>>>>,
}

/// A row with its patterns, which are compiled where a manifest of it is there.
struct Row<'a> {
    row: &'a Manifest,
    patterns: OnceLock<Vec<Option<Pattern>>>,
}

/// How [`ManifestText`] finds names.
struct Pattern {
    within: Option<Regex>,
    name: Regex,
    mark: Option<(Regex, String)>,
}

impl<'a> Manifests<'a> {
    /// Prepares the rows.
    pub fn new(rows: &'a [Manifest]) -> Self {
        let rows = rows.iter().map(|row| Row { row, patterns: OnceLock::new() }).collect();
        Self { rows, known: Mutex::default() }
    }

    /// The packages that the nearest manifests of a file name.
    pub fn packages(&self, path: &str, modules: &dyn Modules) -> Arc<HashSet<String>> {
        let mut folder = path;
        let mut passed = Vec::new();
        let found = loop {
            folder = above(folder);
            if let Some(known) = self.known().get(folder) {
                break known.clone();
            }
            passed.push(folder);
            if let Some(found) = self.named_in(folder, modules) {
                break Arc::new(found);
            }
            if folder.is_empty() {
                break Arc::default();
            }
        };
        let mut known = self.known();
        passed.into_iter().for_each(|folder| {
            known.insert(folder.to_owned(), found.clone());
        });
        found
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Arc<HashSet<String>>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The packages that the manifests in a folder name; `None` where there are none, and the folder above is to be asked.
    fn named_in(&self, folder: &str, modules: &dyn Modules) -> Option<HashSet<String>> {
        let mut found = HashSet::new();
        for row in &self.rows {
            let before = found.len();
            let is_there = row.read(folder, modules, &mut found);
            if found.len() > before {
                used(row.row);
            }
            if is_there && row.row.alone {
                return Some(found);
            }
        }
        (!found.is_empty()).then_some(found)
    }
}

impl Row<'_> {
    /// Adds the packages that the row's files in a folder name, and says whether one of them is there.
    fn read(&self, folder: &str, modules: &dyn Modules, found: &mut HashSet<String>) -> bool {
        let Manifest { files, keys, text, gives, .. } = self.row;
        let mut is_there = false;
        for path in files.iter().flat_map(|file| paths_of(file, folder, modules)) {
            if let Some(name) = gives.as_ref().filter(|_| modules.exists(&path)) {
                found.insert(name.clone());
                is_there = true;
            }
            if keys.is_empty() && text.is_empty() {
                continue;
            }
            let Some(document) = modules.document(&path) else { continue };
            is_there = true;
            keys.iter().for_each(|key| keys_of(&document, key, found));
            if !text.is_empty() {
                let text = without_comments(document.source.text(), self.row.comment.as_deref());
                for (row, pattern) in self.row.text.iter().zip(self.patterns()) {
                    let Some(pattern) = pattern else { continue };
                    pattern.find(&text, &mut |name| {
                        used(row);
                        found.insert(name);
                    });
                }
            }
        }
        is_there
    }

    fn patterns(&self) -> &[Option<Pattern>] {
        self.patterns.get_or_init(|| self.row.text.iter().map(Pattern::new).collect())
    }
}

impl Pattern {
    /// A pattern that is none was named when the rows were checked.
    fn new(row: &ManifestText) -> Option<Self> {
        let mark = row.mark.as_ref().map(|(pattern, mark)| Some((Regex::new(pattern).ok()?, mark.clone())));
        let within = row.within.as_deref().and_then(|within| Regex::new(within).ok());
        Some(Self { within, name: Regex::new(&row.name).ok()?, mark: mark.flatten() })
    }

    fn find(&self, text: &str, see: &mut dyn FnMut(String)) {
        match &self.within {
            Some(within) => each(within, text, &mut |stretch| self.names(stretch, see)),
            None => self.names(text, see),
        }
    }

    fn names(&self, stretch: &str, see: &mut dyn FnMut(String)) {
        let mark = self.mark.as_ref().filter(|(pattern, _)| pattern.is_match(stretch)).map_or("", |(_, mark)| mark);
        each(&self.name, stretch, &mut |name| see(format!("{name}{mark}")));
    }
}

/// Calls `see` for the first group of each match, or for all of it where the pattern has no group.
fn each<'t>(pattern: &Regex, text: &'t str, see: &mut dyn FnMut(&'t str)) {
    for found in pattern.captures_iter(text) {
        found.get(1).or_else(|| found.get(0)).into_iter().for_each(|part| see(part.as_str()));
    }
}

/// The paths of a manifest in a folder: one, or those of the folder's files whose names fit a pattern.
fn paths_of(file: &String, folder: &str, modules: &dyn Modules) -> Vec<String> {
    if file.contains('*') {
        let named = |path: &String| fits(std::slice::from_ref(file), path.rsplit('/').next().unwrap_or(path));
        return modules.files_in(folder).into_iter().filter(named).collect();
    }
    vec![if folder.is_empty() { file.clone() } else { format!("{folder}/{file}") }]
}

fn without_comments<'t>(text: &'t str, mark: Option<&str>) -> Cow<'t, str> {
    let Some(mark) = mark else { return text.into() };
    let lines = text.split_inclusive('\n').filter(|line| !line.trim_start().starts_with(mark));
    lines.collect::<String>().into()
}

/// The folder that a path lies in; the root is empty, and lies in itself.
fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder of the nearest `package.json`, with a slash behind it; empty for the root.
pub fn project(path: &str, modules: &dyn Modules) -> String {
    let mut folder = path;
    loop {
        folder = above(folder);
        if folder.is_empty() {
            return String::new();
        }
        if modules.exists(&format!("{folder}/package.json")) {
            return format!("{folder}/");
        }
    }
}

/// Whether the list at a key path of the nearest file of this name names a file, or a folder that it lies in.
pub fn is_listed((manifest, list): &(String, String), path: &str, modules: &dyn Modules) -> bool {
    let mut folder = path;
    loop {
        folder = above(folder);
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        if let Some(document) = modules.document(&format!("{prefix}{manifest}")) {
            let local = &path[prefix.len()..];
            let names = |item: &Arc<str>| **item == *local || item.ends_with('/') && local.starts_with(&**item);
            let mut listed = false;
            inside(&document, list, &mut |place| {
                if let ExprKind::List(items) = &place.kind {
                    listed |= items.iter().any(|item| item.as_text().is_some_and(names));
                }
            });
            return listed;
        }
        if folder.is_empty() {
            return false;
        }
    }
}

/// The keys of the map at a key path.
fn keys_of(document: &Document, path: &str, found: &mut HashSet<String>) {
    inside(document, path, &mut |place| {
        if let ExprKind::Map(entries) = &place.kind {
            found.extend(entries.iter().filter_map(|entry| entry.key.as_text()).map(|key| key.to_string()));
        }
    });
}

/// Calls `see` for what stands at a key path of a data file.
fn inside(document: &Document, path: &str, see: &mut dyn FnMut(&Expr)) {
    if let Some(Stmt::Expr(whole)) = document.units.first().and_then(|unit| unit.facts.body.first()) {
        visit::at_path(whole, &visit::steps(path), &mut |place| see(place));
    }
}
