//! Entry points of SDKs and tools: `rules/sdks/*.toml`.

use serde::{Deserialize, Serialize};

/// An entry point of an SDK or tool: a call whose arguments take credentials of known kinds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Entry {
    /// What messages call it: `mixpanel.init`.
    pub title: String,
    /// Languages.
    pub languages: Vec<String>,
    /// Calls, by dotted path after imports are resolved: `mixpanel-browser.init`. With `=` at the end it is a property
    /// that is set, whose value is the one argument.
    pub on: Vec<String>,
    /// Arguments.
    pub args: Vec<Parameter>,
    /// Argument paths of the host that it sends to; without one it is Mixpanel's.
    #[serde(default)]
    pub host: Vec<String>,
    /// Argument paths of the scheme that it sends by.
    #[serde(default)]
    pub scheme: Vec<String>,
    /// The foreign type of what it gives, so that rows can name its methods: `mixpanel-node`.
    #[serde(default)]
    pub makes: Option<String>,
}

/// A parameter that takes a credential.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameter {
    /// Argument paths: `0` is the first positional argument, `token` a named one, `1.secret` a key of the second.
    /// The first that is there counts.
    pub at: Vec<String>,
    /// The kinds it takes.
    pub kinds: Vec<String>,
    /// What messages call it.
    pub name: String,
    /// Whether using it is discouraged (`note`), and why Where `kinds` also
    /// holds a kind that isn't retired (not a project secret or an API key), it is not discouraged for that kind.
    #[serde(default)]
    pub discouraged: Option<String>,
}
