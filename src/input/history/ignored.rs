//! What `.mpcheckignore` leaves out, as `HEAD` has it: one that was never committed is no colleague's.
//!
//! `.gitignore` has no say here: what was committed was committed, whatever is ignored today.

use gix::ObjectId;
use gix::objs::{Find, TreeRefIter};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::input::skip;

const NAME: &str = ".mpcheckignore";
/// How deep folders are looked into.
const DEEPEST: usize = 64;

/// The patterns of all `.mpcheckignore` files, the innermost folder's first.
#[derive(Default)]
pub(super) struct Ignored {
    files: Vec<(String, Gitignore)>,
}

impl Ignored {
    /// Reads those of a tree.
    pub(super) fn new(repository: &gix::Repository, tree: Option<ObjectId>) -> Self {
        let mut ignored = Self::default();
        if let Some(tree) = tree {
            ignored.collect(repository, tree, "", 0);
        }
        ignored.files.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        ignored
    }

    fn collect(&mut self, repository: &gix::Repository, tree: ObjectId, folder: &str, depth: usize) {
        let mut buffer = Vec::new();
        let Ok(Some(data)) = repository.objects.try_find(&tree, &mut buffer) else { return };
        for entry in TreeRefIter::from_bytes(data.data, data.object_hash).flatten() {
            let name = String::from_utf8_lossy(entry.filename);
            if entry.mode.is_blob() && name == NAME {
                self.add(repository, entry.oid.to_owned(), folder);
            } else if entry.mode.is_tree() && depth < DEEPEST && !skip::folder((*name).as_ref()) {
                self.collect(repository, entry.oid.to_owned(), &format!("{folder}{name}/"), depth + 1);
            }
        }
    }

    fn add(&mut self, repository: &gix::Repository, blob: ObjectId, folder: &str) {
        let Ok(blob) = repository.find_blob(blob) else { return };
        let mut builder = GitignoreBuilder::new("");
        for line in String::from_utf8_lossy(&blob.data).lines() {
            // The walk names a pattern that isn't one.
            let _ = builder.add_line(None, line);
        }
        if let Ok(patterns) = builder.build() {
            self.files.push((folder.to_owned(), patterns));
        }
    }

    /// Whether a path from the repository's top is left out.
    pub(super) fn holds(&self, path: &str, folder: bool) -> bool {
        for (base, patterns) in &self.files {
            let Some(inside) = path.strip_prefix(base.as_str()) else { continue };
            let found = patterns.matched(inside, folder);
            if !found.is_none() {
                return found.is_ignore();
            }
        }
        false
    }
}
