//! Where the configuration comes from: the nearest `mpcheck.toml` from the start folder upward, up to the repository's
//! root.

use std::path::Path;

use super::{Config, ConfigError};
use crate::input::{ReadError, Tree};

/// What a configuration file is called.
pub const FILE_NAME: &str = "mpcheck.toml";

/// A configuration file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its path, as seen from the start folder: `mpcheck.toml`, `../mpcheck.toml`.
    pub path: String,
    /// The start folder, as seen from the file's folder; empty where they are the same.
    pub base: String,
}

/// The nearest configuration file of a tree, from the start folder upward. `root` is where that folder lies on disk: its
/// name is needed for what lies above it.
pub fn find(root: &Path, tree: &dyn Tree) -> Option<Found> {
    let root = std::path::absolute(root).ok()?;
    let mut base = String::new();
    let mut up = String::new();
    for folder in root.ancestors() {
        let path = format!("{up}{FILE_NAME}");
        if tree.exists(&path) {
            return Some(Found { path, base });
        }
        // A repository's own settings end at its root. `.git` is a file in a work tree of its own.
        if folder.join(".git").exists() {
            return None;
        }
        let name = folder.file_name()?.to_str()?;
        base = if base.is_empty() { name.to_owned() } else { format!("{name}/{base}") };
        up.push_str("../");
    }
    None
}

impl Config {
    /// The configuration that a run from `root` goes by: of the file that is named, else of the one that is
    /// [found](find), else none. Patterns of a file that is named start from `root`.
    ///
    /// # Errors
    /// A named file that can't be read, and the first mistake in a file.
    pub fn load(root: &Path, tree: &dyn Tree, named: Option<&str>) -> Result<Self, ConfigError> {
        let found = match named {
            Some(named) => Found { path: named.to_owned(), base: String::new() },
            None => match find(root, tree) {
                Some(found) => found,
                None => return Ok(Self::default()),
            },
        };
        let bytes = tree.read(&found.path).map_err(|error| unreadable(&found.path, &error))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| ConfigError::whole(&found.path, "the configuration is not UTF-8; save it as UTF-8"))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        Ok(Self::parse(&found.path, text)?.with_base(&found.base))
    }
}

fn unreadable(path: &str, error: &ReadError) -> ConfigError {
    ConfigError::whole(path, format!("the configuration can't be read: {error}"))
}
