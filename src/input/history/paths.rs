//! Paths by numbers, and which of them are looked at.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::input::git::GitTree;

/// Paths, each once.
#[derive(Default)]
pub(super) struct Paths {
    numbers: HashMap<Arc<str>, u32>,
    paths: Vec<Arc<str>>,
}

impl Paths {
    /// The number of a path.
    pub(super) fn number(&mut self, path: &str) -> u32 {
        if let Some(number) = self.numbers.get(path) {
            return *number;
        }
        let (number, path): (u32, Arc<str>) = (self.paths.len() as u32, path.into());
        self.paths.push(path.clone());
        self.numbers.insert(path, number);
        number
    }

    /// All of them, by their numbers.
    pub(super) fn all(self) -> Vec<Arc<str>> {
        self.paths
    }
}

/// The paths that are looked at: those that the command line names, and no ignore file of `HEAD` leaves out.
///
/// `.gitignore` has no say: what was committed was committed, whatever is ignored today.
pub(super) struct Met<'a> {
    tree: &'a GitTree,
    only: Vec<String>,
    paths: Paths,
    /// What was asked of other paths.
    passed_over: HashSet<Arc<str>>,
}

impl<'a> Met<'a> {
    /// None yet; `only` are paths from the repository's top, of which the empty one is all there is.
    pub(super) fn new(tree: &'a GitTree, mut only: Vec<String>) -> Self {
        if only.iter().any(String::is_empty) {
            only.clear();
        }
        Self { tree, only, paths: Paths::default(), passed_over: HashSet::new() }
    }

    /// Whether a folder leads to what is looked at, or lies in it.
    pub(super) fn enters(&self, folder: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| within(folder, only) || within(only, folder))
    }

    /// The number of a path, if it is looked at. Ignore files are asked once for each.
    pub(super) fn number(&mut self, path: &str) -> Option<u32> {
        if let Some(number) = self.paths.numbers.get(path) {
            return Some(*number);
        }
        if self.passed_over.contains(path) {
            return None;
        }
        let named = self.only.is_empty() || self.only.iter().any(|only| within(path, only));
        if named && self.tree.meets(path) {
            return Some(self.paths.number(path));
        }
        self.passed_over.insert(path.into());
        None
    }

    /// The paths by their numbers.
    pub(super) fn paths(&self) -> &[Arc<str>] {
        &self.paths.paths
    }
}

/// Whether a path is a folder's or lies in it.
fn within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_lies_in_its_folders_alone() {
        assert!(within("a/b", "a") && within("a", "a") && within("a/b/c", "a/b"));
        assert!(!within("ab", "a") && !within("a", "a/b") && !within("b/a", "a"));
    }

    #[test]
    fn paths_are_numbered_once() {
        let mut paths = Paths::default();
        assert_eq!(["a", "b", "a"].map(|path| paths.number(path)), [0, 1, 0]);
        assert_eq!(paths.all().len(), 2);
    }
}
