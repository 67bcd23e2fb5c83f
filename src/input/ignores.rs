//! Ignore files of a tree that isn't on disk: what the walk takes from its folders, for the index and for commits.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::sync::{Arc, Mutex, PoisonError};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::skip;

/// The names of ignore files, those that count most first. `.gitignore` is none of them: what git tracks, no
/// `.gitignore` hides.
pub(crate) const IGNORE_FILES: [&str; 2] = [".mpcheckignore", ".ignore"];

/// What the ignore files of a tree say, each folder's read when it is first asked for.
#[derive(Default)]
pub(crate) struct Ignores {
    folders: Mutex<HashMap<String, Arc<Said>>>,
}

/// What is known of a folder.
struct Said {
    /// Its ignore files.
    files: [Option<Gitignore>; 2],
    /// Whether a walk would not go into it.
    closed: bool,
    /// Whether neither it nor a folder above it has an ignore file, so that names alone decide.
    quiet: bool,
}

/// How an ignore file is read: its text by its path from the tree's top.
type Text<'t> = &'t dyn Fn(&str) -> Option<String>;

impl Ignores {
    /// Whether a walk from the tree's top meets this file.
    pub(crate) fn meets(&self, path: &str, text: Text<'_>) -> bool {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        !self.said(folder, text).closed && !self.passes_over(path, false, text)
    }

    /// Whether a walk that has come to the folder of a file or folder passes over it.
    pub(crate) fn passes_over(&self, path: &str, is_folder: bool, text: Text<'_>) -> bool {
        let (mut folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let passed = if is_folder { skip::folder } else { skip::file };
        if passed(OsStr::new(name)) {
            return true;
        }
        // All folders' `.mpcheckignore`, the nearest first, before all `.ignore`.
        let mut found: [Option<bool>; 2] = [None, None];
        loop {
            let said = self.said(folder, text);
            if said.quiet {
                return found[0].or(found[1]).unwrap_or(false);
            }
            for (file, found) in said.files.iter().zip(&mut found) {
                if let (Some(file), None) = (file, &found) {
                    *found = match file.matched(path, is_folder) {
                        Match::Ignore(_) => Some(true),
                        Match::Whitelist(_) => Some(false),
                        Match::None => None,
                    };
                }
            }
            if folder.is_empty() {
                return found[0].or(found[1]).unwrap_or(false);
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    fn said(&self, folder: &str, text: Text<'_>) -> Arc<Said> {
        if let Some(known) = self.folders.lock().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return known.clone();
        }
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        let closed = !folder.is_empty() && (self.said(above, text).closed || self.passes_over(folder, true, text));
        let files = IGNORE_FILES.map(|name| {
            let slash = if folder.is_empty() { "" } else { "/" };
            let text = text(&format!("{folder}{slash}{name}"))?;
            let mut builder = GitignoreBuilder::new(folder);
            for line in text.lines() {
                // A pattern that isn't understood is left out, as in a walk.
                let _ = builder.add_line(None, line);
            }
            builder.build().ok()
        });
        let quiet = files.iter().all(Option::is_none) && !closed && (folder.is_empty() || self.said(above, text).quiet);
        let said = Arc::new(Said { files, closed, quiet });
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned(), said.clone());
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignore_files_are_read_as_a_walk_reads_them() {
        let text = |path: &str| -> Option<String> {
            let text = match path {
                ".mpcheckignore" => "old/\n*.gen.js\n/top.js\n",
                ".ignore" => "quiet.js\n",
                "src/.mpcheckignore" => "!keep.gen.js\n!quiet.js\n",
                _ => return None,
            };
            Some(text.to_owned())
        };
        let ignores = Ignores::default();
        for (path, met) in [
            ("a.js", true),
            ("old/a.js", false),
            ("src/old/deep/a.js", false),
            ("top.js", false),
            ("src/top.js", true),
            ("a.gen.js", false),
            ("src/a.gen.js", false),
            ("src/keep.gen.js", true),
            ("quiet.js", false),
            ("src/quiet.js", true),
            ("vendor/a.js", false),
            ("src/node_modules/x/a.js", false),
            ("yarn.lock", false),
            ("a.png", false),
            (".github/workflows/ci.yml", true),
        ] {
            assert_eq!(ignores.meets(path, &text), met, "{path}");
        }
    }
}
