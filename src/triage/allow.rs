//! Entries of the configuration that let a credential stay, by its fingerprint.

use super::{HISTORY, idle};
use crate::catalog::Catalog;
use crate::finding::Finding;
use crate::judge::rule;
use crate::secret::Secret;
use crate::source::Place;

/// A credential that may stay.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allow {
    /// [`Secret::digest`] of the credential.
    pub fingerprint: String,
    /// The slug of the rule that is silenced for it.
    pub rule: String,
    /// Why; never empty.
    pub reason: String,
}

impl Allow {
    /// Whether it silences a rule for the credential of a digest.
    pub fn covers(&self, rule: &str, digest: &str) -> bool {
        self.fingerprint == digest && rule::silences(&self.rule, rule)
    }
}

/// The entries of a run, and which of them have silenced something.
pub(super) struct Allowed<'a> {
    entries: &'a [(Allow, Place)],
    used: Vec<bool>,
}

impl<'a> Allowed<'a> {
    pub(super) fn new(entries: &'a [(Allow, Place)]) -> Self {
        Self { entries, used: vec![false; entries.len()] }
    }

    /// Why a finding may stay, if it may.
    pub(super) fn reason(&mut self, finding: &Finding) -> Option<String> {
        if self.entries.is_empty() {
            return None;
        }
        let digest = finding.secret.as_ref().map(Secret::digest)?;
        let at = self.entries.iter().position(|(entry, _)| entry.covers(finding.rule, &digest))?;
        self.used[at] = true;
        Some(self.entries[at].0.reason.clone())
    }

    /// A finding for each entry that silenced nothing.
    pub(super) fn unused(&self, catalog: &Catalog) -> Vec<Finding> {
        let idle_ones = self.entries.iter().zip(&self.used).filter(|(_, used)| !**used).map(|(entry, _)| entry);
        let judged = idle_ones.filter(|(entry, _)| !HISTORY.contains(&entry.rule.as_str()));
        let finding = |(entry, place): &(Allow, Place)| {
            let message = format!("Nothing of `{}` is allowed by the entry for {}", entry.rule, entry.fingerprint);
            let help = "Take the entry out of the configuration.".into();
            Finding { help, ..idle(catalog, message, place.clone(), "allows nothing") }
        };
        judged.map(finding).collect()
    }
}
