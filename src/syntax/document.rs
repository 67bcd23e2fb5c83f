//! A file that has been read: its source and the facts of each piece of code or data in it.

use std::fmt;
use std::sync::Arc;

use super::facts::Facts;
use crate::source::Source;

/// A file and what its syntax says.
#[derive(Clone)]
pub struct Document {
    /// The text.
    pub source: Arc<Source>,
    /// The pieces of code or data, in order. A plain file is one piece.
    pub units: Vec<Unit>,
}

/// One piece of code or data.
#[derive(Clone)]
pub struct Unit {
    /// The family of languages (`javascript`, `python`, `shell`, `data`, `text`), as rows in `rules/` name it.
    pub language: &'static str,
    /// Its facts, with spans in the whole file.
    pub facts: Facts,
    /// Environment variables that the piece defines for code in the same file, with their values.
    pub environment: Vec<(Arc<str>, super::facts::Expr)>,
    /// Whether the format itself says that the piece runs on a server (`true`) or a client (`false`).
    pub server: Option<bool>,
    /// Whether the piece only shows a part of what it is about (a sample in documentation, a recording): what it leaves
    /// out is not missing.
    pub partial: bool,
}

impl Unit {
    /// A piece of which nothing but its facts is known.
    pub fn new(language: &'static str, facts: Facts) -> Self {
        Self { language, facts, environment: Vec::new(), server: None, partial: false }
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({:?}, {} units)", self.source, self.units.len())
    }
}
