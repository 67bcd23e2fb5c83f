//! Names that nothing in a file binds, found in the other files of its repository: types in files of their name,
//! packages that are folders.

use std::sync::Arc;

use super::Run;
use super::heap::Object;
use super::value::{Core, Value};
use crate::syntax::document::Unit;
use crate::syntax::facts::{Linkage, Stmt, Target};

/// How many files of a folder are read for a name, and how many files of one name.
const MAX_SIBLINGS: usize = 12;
const MAX_NAMESAKES: usize = 4;

/// A name that was looked for: the language, the folder where that matters, the name.
pub(super) type Asked = (&'static str, Arc<str>, Arc<str>);

impl Run<'_> {
    /// What a name that nothing binds means in another file; `None` where no file defines it.
    pub(super) fn elsewhere(&mut self, unit: usize, name: &Arc<str>) -> Option<Value> {
        let linkage = self.unit(unit).facts.linkage;
        if linkage == Linkage::Named && name.contains('.') {
            // A module by its whole name (Elixir).
            let key = (self.language(unit), "".into(), name.clone());
            if let Some(known) = self.elsewhere.get(&key) {
                return known.clone();
            }
            self.elsewhere.insert(key.clone(), None);
            let found = self.package(unit, name);
            self.elsewhere.insert(key, found.clone());
            return found;
        }
        if linkage == Linkage::Imports
            || name.len() < 2
            || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        {
            return None;
        }
        let from = self.units[unit].document.source.path().clone();
        let home: Arc<str> = folder(&from).into();
        let key = (self.language(unit), home, name.clone());
        if let Some(known) = self.elsewhere.get(&key) {
            return known.clone();
        }
        // A name that is asked for while it is looked for is nothing yet.
        self.elsewhere.insert(key.clone(), None);
        let found = match linkage {
            Linkage::Imports => None,
            // What isn't in a file of its own stands in one beside it.
            Linkage::Named => self.namesake(unit, &from, name, &[]).or_else(|| self.sibling(unit, &from, name)),
            Linkage::Folder => self.sibling(unit, &from, name),
        };
        self.elsewhere.insert(key, found.clone());
        found
    }

    /// What a package path (`com.acme.Config`, `example.com/app/config`) means in the repository.
    pub(super) fn package(&mut self, unit: usize, path: &str) -> Option<Value> {
        let from = self.units[unit].document.source.path().clone();
        match self.unit(unit).facts.linkage {
            Linkage::Imports => None,
            Linkage::Named => {
                let mut segments: Vec<&str> = path.split('.').collect();
                let name: Arc<str> = segments.pop()?.into();
                self.namesake(unit, &from, &name, &segments)
            }
            Linkage::Folder => self.folder_of(unit, path),
        }
    }

    /// The definition of a name in a file that bears it, in the folders that the package says; of several the nearest.
    fn namesake(&mut self, unit: usize, from: &str, name: &Arc<str>, package: &[&str]) -> Option<Value> {
        let mut paths = self.modules.files_named(name);
        let capital = name.starts_with(|c: char| c.is_uppercase());
        let last = package.last().copied();
        paths.retain(|path| {
            let stem = path.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap_or_default();
            let home = folder(path).rsplit('/').next().unwrap_or_default().to_owned();
            let same = |a: &str, b: &str| a.replace(['_', '-'], "").eq_ignore_ascii_case(&b.replace(['_', '-'], ""));
            path != from && (capital || stem == &**name) && last.is_none_or(|last| home.is_empty() || same(&home, last))
        });
        paths.sort_by_key(|path| std::cmp::Reverse(shared(path, from)));
        paths.truncate(MAX_NAMESAKES);
        for path in paths {
            if !self.speaks(unit, &path) {
                continue;
            }
            let Some(loaded) = self.load_path(&path) else { continue };
            if let Some(slot) = self.heap.object(loaded.exports).get(name) {
                return Some(slot.value.clone());
            }
            if let Some(inner) = self.inside_module(loaded.exports, name) {
                return Some(inner);
            }
            if !capital {
                return Some(Value::new(Core::Object(loaded.exports)));
            }
        }
        None
    }

    /// A type inside a module that a file opens: Ruby's `module Acme; module Settings`.
    fn inside_module(&mut self, exports: usize, name: &Arc<str>) -> Option<Value> {
        let modules: Vec<_> = self.heap.object(exports).entries.iter().map(|slot| slot.value.clone()).collect();
        modules.into_iter().find_map(|module| {
            let Core::Class(class) = &module.core else { return None };
            let declared = self.class(class).fields.iter().find(|(field, _)| field.name == *name)?;
            let place = self.place(class.unit, declared.0.span);
            let found = self.static_member(class, name, &place);
            matches!(found.core, Core::Class(_)).then_some(found)
        })
    }

    /// The definition of a name in another file of the same folder.
    fn sibling(&mut self, unit: usize, from: &str, name: &Arc<str>) -> Option<Value> {
        let paths = self.modules.files_in(folder(from));
        let paths: Vec<String> = paths.into_iter().filter(|path| path != from && self.speaks(unit, path)).collect();
        // `local.x` is declared as `x`.
        let word = name.rsplit('.').next().unwrap_or(name);
        let paths = paths.into_iter().filter(|path| self.modules.mentions(path, word));
        for path in paths.take(MAX_SIBLINGS).collect::<Vec<_>>() {
            // Only what defines the name is run.
            let document = self.modules.document(&path);
            let defines = |unit: &Unit| unit.facts.body.iter().any(|stmt| binds(stmt, name));
            if !document.is_some_and(|document| document.units.first().is_some_and(defines)) {
                continue;
            }
            let Some(loaded) = self.load_path(&path) else { continue };
            if let Some(slot) = self.heap.object(loaded.exports).get(name) {
                return Some(slot.value.clone());
            }
        }
        None
    }

    /// All that the files of a package's folder define.
    fn folder_of(&mut self, unit: usize, path: &str) -> Option<Value> {
        let from = self.units[unit].document.source.path().clone();
        let parts: Vec<&str> = path.split('/').collect();
        let mut folders = self.modules.folders_named(parts.last()?);
        folders.retain(|folder| *folder != crate::flow::elsewhere::folder(&from));
        let fits = |folder: &String| folder.rsplit('/').zip(parts.iter().rev()).take_while(|(a, b)| a == *b).count();
        let folder = folders.into_iter().max_by_key(fits)?;
        let depth = folder.split('/').count();
        // A package of another module may end with the same word.
        if fits(&folder) < depth.min(parts.len().saturating_sub(1)).min(2) {
            return None;
        }
        let mut package = Object { open: true, ..Object::default() };
        let files = self.modules.files_in(&folder);
        let files: Vec<String> = files.into_iter().filter(|path| self.speaks(unit, path)).take(MAX_SIBLINGS).collect();
        for path in files {
            let Some(loaded) = self.load_path(&path) else { continue };
            for slot in self.heap.object(loaded.exports).entries.clone() {
                package.set(slot.key, slot.value, slot.place);
            }
        }
        (!package.entries.is_empty()).then(|| self.new_object(package))
    }

    /// Whether a file is written in the language of a unit, by its ending.
    fn speaks(&self, unit: usize, path: &str) -> bool {
        crate::syntax::language::detect(path, "").family() == self.language(unit)
    }
}

/// Whether a statement of a module binds a name, or may.
fn binds(stmt: &Stmt, name: &Arc<str>) -> bool {
    match stmt {
        Stmt::Bind { target, .. } | Stmt::Assign { target, .. } => match target {
            Target::Name(ident) => ident.name == *name,
            _ => true,
        },
        Stmt::Function(ident, _) | Stmt::Class(ident, _) => ident.name == *name,
        Stmt::Branch { arms, .. } => arms.iter().flatten().any(|stmt| binds(stmt, name)),
        _ => false,
    }
}

/// The folder of a path, without a slash at the end; empty for the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// How many folders two paths share.
fn shared(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}
