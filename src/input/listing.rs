//! The files of a run's folders, listed once for all who ask.

use std::sync::{Arc, OnceLock};

use super::Tree;
use super::path::is_inside;

/// The files of a tree that a run over some folders would meet.
pub struct Listing {
    tree: Arc<dyn Tree>,
    folders: Vec<String>,
    paths: OnceLock<Vec<String>>,
}

impl Listing {
    /// The files in these folders; the empty path is the tree's root. Nothing is listed yet.
    pub fn new(tree: Arc<dyn Tree>, folders: Vec<String>) -> Self {
        Self { tree, folders, paths: OnceLock::new() }
    }

    /// The tree that they are files of.
    pub fn tree(&self) -> &dyn Tree {
        &*self.tree
    }

    /// The folders that they lie in.
    pub fn folders(&self) -> &[String] {
        &self.folders
    }

    /// Their paths, sorted.
    pub fn paths(&self) -> &[String] {
        self.paths.get_or_init(|| self.tree.list(&self.folders))
    }

    /// The paths of those that have this name, sorted.
    pub fn named(&self, name: &str) -> Vec<String> {
        if self.paths.get().is_none()
            && let Some(found) = self.tree.named(&self.folders, name)
        {
            return found;
        }
        let named = |path: &&String| path.rsplit('/').next() == Some(name);
        self.paths().iter().filter(named).cloned().collect()
    }

    /// The paths of those that lie in a folder itself and in no folder of it, sorted.
    pub fn directly_in(&self, folder: &str) -> Vec<String> {
        let within = |one: &String| one == folder || is_inside(folder, one);
        if self.paths.get().is_none()
            && self.folders.iter().any(within)
            && let Some(found) = self.tree.files_in(folder)
        {
            return found;
        }
        let paths = self.paths();
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let from = paths.partition_point(|path| path.as_str() < prefix.as_str());
        let inside = paths[from..].iter().take_while(|path| path.starts_with(&prefix));
        inside.filter(|path| !path[prefix.len()..].contains('/')).cloned().collect()
    }
}
