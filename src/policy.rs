//! What a run goes by: the catalog, the configuration, and which rules the command line chose.

use std::borrow::Cow;

use crate::catalog::{self, Catalog};
use crate::config::{Config, Setting};
use crate::finding::{Finding, Level};
use crate::input::Prefilter;
use crate::judge::rule;
use crate::judge::side::{Side, Where};
use crate::source::Place;
use crate::triage::Allow;

/// What a run goes by.
#[derive(Clone, Debug)]
pub struct Policy {
    /// All rows.
    pub catalog: Cow<'static, Catalog>,
    /// What files are looked through for.
    pub prefilter: Prefilter,
    /// The configuration.
    pub config: Config,
    /// Only these rules are judged, if there are any: slugs that exist.
    pub select: Vec<String>,
    /// These rules are not judged: slugs that exist.
    pub ignore: Vec<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            catalog: Cow::Borrowed(catalog::builtin()),
            prefilter: Prefilter::default(),
            config: Config::default(),
            select: Vec::new(),
            ignore: Vec::new(),
        }
    }
}

impl Policy {
    /// What a run goes by that has this configuration and, with or without a folder of its own, these house rules.
    pub fn new(config: Config, rules: Option<Catalog>) -> Self {
        let own = config.rows();
        let policy = Self { config, ..Self::default() };
        let plain = own.kinds.name.is_empty() && own.sdks.is_empty() && own.apis.proxies.is_empty();
        if plain && rules.is_none() {
            return policy;
        }
        let house = rules.unwrap_or_default().with_house(own);
        let prefilter = Prefilter::with_house(&catalog::needles(&house));
        Self { catalog: Cow::Owned(catalog::builtin().with_house(house)), prefilter, ..policy }
    }

    /// Whether the command line lets a rule be judged.
    pub fn judges(&self, rule: &str) -> bool {
        let named = |rules: &[String]| rules.iter().any(|name| name == rule);
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }

    /// Whether the command line lets all rules be judged.
    pub fn judges_all(&self) -> bool {
        rule::ALL.iter().all(|rule| self.judges(rule))
    }

    /// The level at which a finding is reported; `None` where it isn't. What the command line selects is judged even
    /// where `[rules]` has it off; levels by path count all the same.
    pub fn level(&self, finding: &Finding) -> Option<Level> {
        let (rule, path) = (finding.rule, &*finding.primary.place.path);
        if !self.judges(rule) {
            return None;
        }
        let by_path = self.config.setting_by_path(rule, path);
        match by_path.or(self.config.rules.get(rule).map(|setting| setting.value)) {
            None => Some(finding.level),
            Some(Setting::Off) if by_path.is_none() && !self.select.is_empty() => Some(finding.level),
            Some(setting) => setting.level(),
        }
    }

    /// The side that the configuration gives a file.
    pub fn side(&self, path: &str) -> Option<Side> {
        let (at, pattern) = self.config.side(path)?;
        let name = if at == Where::Client { "client" } else { "server" };
        Some(Side { at, because: format!("is {name} code by `{pattern}` in {}", self.config.path), pending: false })
    }

    /// The allow entries, each with its place in the configuration file.
    pub fn allow(&self) -> Vec<(Allow, Place)> {
        let place = |span| Place { path: self.config.path.clone(), span };
        self.config.allow.iter().map(|entry| (entry.value.clone(), place(entry.span))).collect()
    }
}
