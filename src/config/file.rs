//! `mpcheck.toml` as it is written. The comments on its columns are what its JSON schema tells an editor.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::at::At;
use super::schema;
use crate::finding::Level;

/// What a rule is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Setting {
    /// Nothing that the rule finds is reported.
    Off,
    /// Worth knowing; fails no run by default.
    Note,
    /// Should be mended; fails a run by default.
    Warning,
    /// A leak, or a request that can't work.
    Error,
}

impl Setting {
    /// The level, where the rule isn't off.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Off => None,
            Self::Note => Some(Level::Note),
            Self::Warning => Some(Level::Warning),
            Self::Error => Some(Level::Error),
        }
    }
}

/// Rules and what they are set to.
pub(super) type Settings = BTreeMap<At<String>, At<Setting>>;

/// Configuration of mpcheck, a linter for Mixpanel credentials.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct File {
    /// Rules that are off, or have another level than their own.
    #[schemars(schema_with = "schema::settings")]
    pub(super) rules: Settings,
    /// Levels of rules by path. Of several entries that fit, the last one counts.
    pub(super) levels: Vec<At<LevelsFile>>,
    /// What paths say. Patterns are those of `.gitignore`, seen from the folder of this file.
    pub(super) paths: PathsFile,
    /// Credentials that may stay as they are, each with a reason.
    pub(super) allow: Vec<At<AllowFile>>,
    /// What this house calls its credentials.
    pub(super) names: Vec<At<NameFile>>,
    /// Functions of this house that take a credential.
    pub(super) sdk: Vec<At<SdkFile>>,
    /// Hosts of this house.
    pub(super) hosts: HostsFile,
    /// For runs with `--history`.
    pub(super) history: HistoryFile,
}

/// Levels of rules for some paths.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Levels")]
pub(super) struct LevelsFile {
    /// The files, as patterns like those of `.gitignore`.
    #[schemars(schema_with = "schema::patterns")]
    pub(super) paths: Vec<At<String>>,
    /// Rules and what they are set to there.
    #[schemars(schema_with = "schema::settings")]
    pub(super) rules: Settings,
}

/// What paths say.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(rename = "Paths")]
pub(super) struct PathsFile {
    /// Files that run on machines of users, whatever else they look like.
    #[schemars(schema_with = "schema::patterns")]
    pub(super) client: Vec<At<String>>,
    /// Files that run on servers alone, whatever else they look like. Where a file fits both lists, the longer pattern
    /// counts.
    #[schemars(schema_with = "schema::patterns")]
    pub(super) server: Vec<At<String>>,
    /// Files that are not judged, unless they are named on the command line.
    #[schemars(schema_with = "schema::patterns")]
    pub(super) exclude: Vec<At<String>>,
}

/// A credential that may stay.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Allow")]
pub(super) struct AllowFile {
    /// The credential's fingerprint, as reports show it: 16 hexadecimal digits.
    #[schemars(regex(pattern = "^[0-9a-f]{16}$"))]
    pub(super) fingerprint: At<String>,
    /// The rule that is silenced for this credential. One of the three exposure rules stands for all three of them.
    #[schemars(schema_with = "schema::rule")]
    pub(super) rule: At<String>,
    /// Why, and what has been done about it.
    #[schemars(regex(pattern = "\\S"))]
    pub(super) reason: At<String>,
}

/// A name that this house gives to a credential.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Name")]
pub(super) struct NameFile {
    /// The name, in any spelling: `ACME_ANALYTICS_KEY` is `acmeAnalyticsKey` too.
    #[schemars(regex(pattern = "[0-9A-Za-z]"))]
    pub(super) name: At<String>,
    /// The kind of credential that it names.
    #[schemars(schema_with = "schema::kind")]
    pub(super) kind: At<String>,
}

/// A function of this house that takes a credential.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Sdk")]
pub(super) struct SdkFile {
    /// The call: the module or package that it is imported from, a dot, and its name there, as in
    /// `@acme/analytics.start`; or `*.name` for a method of this name on anything.
    #[schemars(length(min = 1))]
    pub(super) call: At<String>,
    /// The argument: `0` for the first, `key` for one that is named, `0.key` for a member of the first.
    #[schemars(length(min = 1))]
    pub(super) argument: At<String>,
    /// The kind of credential that it takes.
    #[schemars(schema_with = "schema::kind")]
    pub(super) kind: At<String>,
    /// The languages that have it; all without this.
    #[serde(default)]
    #[schemars(schema_with = "schema::languages")]
    pub(super) languages: Vec<At<String>>,
}

/// Hosts of this house.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(rename = "Hosts")]
pub(super) struct HostsFile {
    /// First-party proxies in front of Mixpanel: a host, as in `mp.example.com`, or a host and a path, as in
    /// `www.example.com/mp`. What comes behind is the path of Mixpanel's API.
    #[schemars(schema_with = "schema::patterns")]
    pub(super) proxy: Vec<At<String>>,
}

/// For runs with `--history`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(rename = "History")]
pub(super) struct HistoryFile {
    /// How many days a secret may be old before `stale-credential` is reported; `--max-age` goes before it.
    #[schemars(range(min = 1, max = 36500))]
    pub(super) max_age: Option<At<i64>>,
}
