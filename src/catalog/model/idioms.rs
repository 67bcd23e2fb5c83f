//! How languages say what a finding advises: `rules/idioms.toml`.

use serde::{Deserialize, Serialize};

/// How languages say what a finding advises.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Idioms {
    /// How an environment variable is read; the first row that fits counts.
    pub variable: Vec<VariableIdiom>,
    /// How a service account is presented; the first row that fits counts.
    pub account: Vec<AccountIdiom>,
}

/// How a language, or a kind of file, reads an environment variable.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VariableIdiom {
    /// Languages (see `Language::family`).
    #[serde(default)]
    pub languages: Vec<String>,
    /// Globs of paths, for files that are no programs.
    #[serde(default)]
    pub files: Vec<String>,
    /// The expression, with `{NAME}` for the variable and `{name}` for it in lower case.
    pub read: String,
}

/// How a language presents a service account to a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AccountIdiom {
    /// Languages (see `Language::family`).
    pub languages: Vec<String>,
    /// Parts of the name of the call that the row is for; empty for all calls of the language.
    #[serde(default)]
    pub called: Vec<String>,
    /// The argument, option or line, with `{USERNAME}` and `{SECRET}` for the variables as the language reads them.
    pub form: String,
}
