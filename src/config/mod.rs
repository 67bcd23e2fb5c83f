//! `mpcheck.toml`: what a house decides for itself, and what is wrong with the way in which it says so.

mod at;
mod check;
mod error;
mod file;
mod find;
mod house;
mod patterns;
mod schema;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use at::At;
pub use error::ConfigError;
pub use file::Setting;
pub use find::{FILE_NAME, Found, find};
pub use house::{RulesError, rules};
pub use patterns::Patterns;
pub use schema::schema;

use crate::input::path::normalise;
use crate::judge::side::Where;
use crate::triage::Allow;

/// What a configuration file says. Two of them are equal if they say the same, wherever in the file it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The file, as seen from where mpcheck was started; empty where there is none.
    pub path: Arc<str>,
    /// The folder where mpcheck was started, as seen from the one that patterns start from; empty where they are the
    /// same.
    pub base: String,
    /// Rules, by slug, and what they are set to.
    pub rules: BTreeMap<String, At<Setting>>,
    /// Levels by path, in their order.
    pub levels: Vec<At<Levels>>,
    /// Files that run on machines of users.
    pub client: Patterns,
    /// Files that run on servers.
    pub server: Patterns,
    /// Files that are not judged.
    pub exclude: Patterns,
    /// Credentials that may stay.
    pub allow: Vec<At<Allow>>,
    /// House names.
    pub names: Vec<At<Name>>,
    /// House wrappers.
    pub sdk: Vec<At<Sdk>>,
    /// First-party proxies in front of Mixpanel: hosts, each with or without a path.
    pub proxies: Vec<At<String>>,
    /// How many days a secret may be old.
    pub max_age: Option<u32>,
}

/// Levels of rules for some paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    /// The files.
    pub paths: Patterns,
    /// Rules, by slug, and what they are set to there.
    pub rules: BTreeMap<String, At<Setting>>,
}

/// A house name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The words of the name, in small letters.
    pub words: Vec<String>,
    /// The kind of credential, by its slug.
    pub kind: String,
}

/// A house wrapper.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sdk {
    /// The call, by its dotted path.
    pub call: String,
    /// The argument, by its path.
    pub argument: String,
    /// The kind of credential, by its slug.
    pub kind: String,
    /// Language families; all where this is empty.
    pub languages: Vec<String>,
}

impl Config {
    /// Reads a configuration file's text.
    ///
    /// # Errors
    /// The first mistake in it, with its place.
    pub fn parse(path: &str, text: &str) -> Result<Self, ConfigError> {
        let file = toml::from_str(text).map_err(|error| ConfigError::parser(path, text, &error))?;
        check::Check { path, text, catalog: crate::catalog::builtin() }.file(file)
    }

    /// The same configuration, for a run that starts in `base`, as seen from the folder that patterns start from.
    pub fn with_base(mut self, base: &str) -> Self {
        self.base = if base == "." { String::new() } else { base.to_owned() };
        self
    }

    /// A path of the run as patterns see it.
    fn local(&self, path: &str) -> String {
        match self.base.as_str() {
            "" => normalise(path),
            base => normalise(&format!("{base}/{path}")),
        }
    }

    /// What the levels by path set a rule to for a file; of several that fit, the last counts.
    pub fn setting_by_path(&self, rule: &str, path: &str) -> Option<Setting> {
        let mut named = self.levels.iter().rev().filter_map(|levels| Some((levels, levels.value.rules.get(rule)?)));
        let fits = |(levels, _): &(&At<Levels>, _)| levels.value.paths.fits(&self.local(path)).is_some();
        named.find(fits).map(|(_, setting)| setting.value)
    }

    /// The pattern that excludes a file from being judged.
    pub fn excludes(&self, path: &str) -> Option<&str> {
        if self.exclude.written.is_empty() { None } else { self.exclude.fits(&self.local(path)) }
    }

    /// The side that is said of a file, and the pattern that says it.
    pub fn side(&self, path: &str) -> Option<(Where, &str)> {
        if self.client.written.is_empty() && self.server.written.is_empty() {
            return None;
        }
        let local = self.local(path);
        match (self.client.fits(&local), self.server.fits(&local)) {
            (Some(client), Some(server)) if server.len() > client.len() => Some((Where::Server, server)),
            (Some(client), _) => Some((Where::Client, client)),
            (None, Some(server)) => Some((Where::Server, server)),
            (None, None) => None,
        }
    }

    /// The first allow entry that silences a rule for the credential of a digest.
    pub fn allowed(&self, rule: &str, digest: &str) -> Option<&At<Allow>> {
        self.allow.iter().find(|entry| entry.value.covers(rule, digest))
    }
}
