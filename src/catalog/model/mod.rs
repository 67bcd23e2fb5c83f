//! The shape of what `rules/` says, a file for each table. These files are compiled twice: into mpcheck, and into
//! `build.rs`, which reads the TOML rows and Markdown pages, checks them and packs them, so that nothing is parsed from
//! text at start-up.

mod apis;
mod builds;
mod data;
mod functions;
mod http;
mod idioms;
mod kinds;
mod sdks;
mod surfaces;

use serde::{Deserialize, Serialize};

pub use apis::*;
pub use builds::*;
pub use data::*;
pub use functions::*;
pub use http::*;
pub use idioms::*;
pub use kinds::*;
pub use sdks::*;
pub use surfaces::*;

/// Everything in `rules/`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Catalog {
    /// One per `rules/<slug>.md`, sorted by slug.
    pub rules: Vec<Rule>,
    /// `rules/kinds.toml`.
    pub kinds: Kinds,
    /// `rules/apis.toml`.
    pub apis: Apis,
    /// `rules/surfaces.toml`.
    pub surfaces: Surfaces,
    /// `rules/functions/*.toml`.
    pub functions: Functions,
    /// All rows of `rules/sdks/*.toml`.
    pub sdks: Vec<Entry>,
    /// All rows of `rules/http/*.toml`.
    pub http: Http,
    /// `rules/idioms.toml`.
    pub idioms: Idioms,
}

/// A rule: the front matter of its page, and the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    /// The file's stem; not written in the front matter.
    #[serde(default)]
    pub slug: String,
    /// `error`, `warning` or `note`.
    pub level: String,
    /// Name of a few words, for SARIF's `name` and headings.
    pub title: String,
    /// What the rule finds, in one sentence of at most 200 characters.
    pub short: String,
    /// Why it matters, in one to three sentences of plain text.
    pub why: String,
    /// The next step, in one to three sentences of plain text.
    pub help: String,
    /// SARIF tags: `security` and `external/cwe/cwe-NNN`, at most ten.
    pub tags: Vec<String>,
    /// SARIF `security-severity`, a number above 0 and up to 10.
    pub security_severity: String,
    /// SARIF `precision`: `very-high`, `high`, `medium` or `low`.
    pub precision: String,
    /// The Markdown after the front matter; not written in it.
    #[serde(default)]
    pub page: String,
}
