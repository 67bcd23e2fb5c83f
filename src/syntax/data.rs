//! Data files: JSON, YAML and TOML become one map a document.

mod json;
mod nest;
mod references;
mod toml;
mod yaml;

pub use references::References;

pub(super) use json::decode_escape;
pub(super) use nest::Nest;

use super::facts::Facts;

/// A data format with a grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON, with comments allowed, and several documents in a row (JSON lines).
    Json,
    /// YAML, with several documents, and with the templates of Helm, Jinja and ERB in it.
    Yaml,
    /// TOML.
    Toml,
}

/// The facts of a data file: each document is one `Stmt::Expr`. Literals are left to [`super::literals::collect`].
pub fn lower(format: Format, text: &str) -> Facts {
    let mut facts = match format {
        Format::Json => json::lower(text),
        Format::Yaml => yaml::lower(text),
        Format::Toml => toml::lower(text),
    };
    facts.data = true;
    facts
}

#[cfg(test)]
mod tests;
