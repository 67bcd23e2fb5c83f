//! History: what a file of some commit gives away by its own text, and what is to be said of a credential once all
//! commits have been read.

use std::sync::Arc;

use super::fit::written_into;
use super::{Ground, judge_file, judge_tree, rule};
use crate::catalog::Kind;
use crate::finding::{Finding, Past};
use crate::flow::Modules;
use crate::flow::importers::Importing;
use crate::secret::Secret;
use crate::source::Place;
use crate::syntax::document::Document;
use crate::time::{self, DAY};

/// A secret in one file.
#[derive(Clone)]
pub struct Sighted {
    /// The credential freed of its form: a secret in a pair or in base64 is the same as by itself.
    pub core: Secret,
    /// What an ordinary run says of it, judged by this file alone.
    pub finding: Finding,
}

/// The secrets in a file, judged by its own text and path, and all texts that no output may hold; with the file itself.
pub fn secrets_in(ground: &Ground<'_>, document: Document) -> (Arc<Document>, Vec<Sighted>, Vec<Secret>) {
    let judged = judge_file(ground, &Nothing, Arc::new(document));
    let verdict = judge_tree(ground, std::slice::from_ref(&judged));
    let exposed = verdict.findings.into_iter().filter(|finding| rule::EXPOSURE.contains(&finding.rule));
    let sighted = exposed.filter_map(|finding| {
        let core = ground.core(finding.secret.as_ref()?);
        Some(Sighted { core, finding })
    });
    let sighted = sighted.collect();
    (judged.document, sighted, verdict.secrets)
}

/// After so many days a credential is stale, unless somebody says otherwise.
pub const MAX_AGE: u32 = 90;

/// How old a credential may be.
#[derive(Clone, Copy, Debug)]
pub struct Age {
    /// In days.
    pub most: u32,
    /// Today, in seconds since the start of 1970.
    pub today: i64,
}

impl Ground<'_> {
    /// A credential without what a pair or an encoding put around it.
    fn core(&self, secret: &Secret) -> Secret {
        let text = secret.text_to_hide();
        // `Authorization: Basic <base64>`: a credential has no blanks in it.
        let text = text.split_whitespace().next_back().unwrap_or(text);
        let decoded = self.kinds.decode_pair(text).filter(|(user, _)| {
            self.kinds.own_kind(user) == Some(self.kinds.username) || self.kinds.fits(self.kinds.token, user)
        });
        let plain = text.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()));
        let plain = plain.filter(|(user, _)| self.kinds.own_kind(user) == Some(self.kinds.username));
        match decoded.or(plain) {
            Some((user, password)) if password.is_empty() => Secret::new(user),
            Some((_, password)) => Secret::new(password),
            None => Secret::new(text),
        }
    }

    /// A credential that is no longer in the tree, found where it first stood.
    pub fn leaked(&self, first: &Sighted, past: Arc<Past>) -> Finding {
        let title = first.finding.primary.text.clone();
        let since = match &past.commit {
            Some(commit) => format!(
                "but commit {} of {} still gives it to everybody who has the history",
                commit.short(),
                commit.day()
            ),
            None => "but a ref still gives it to everybody who has the history".to_owned(),
        };
        let message = format!("This {title} is no longer in the tree, {since}");
        let mut finding = self.past(rule::LEAKED_IN_HISTORY, message, first, past);
        finding.help = format!(
            "{} Then record it in mpcheck.toml: an [[allow]] entry with rule = \"{}\", fingerprint = \"{}\" and a reason, \
             such as \"rotated on 2026-05-31\".",
            finding.help,
            rule::LEAKED_IN_HISTORY,
            first.core.digest()
        );
        finding
    }

    /// A credential that is still in the tree though it was committed too long ago; none where it wasn't.
    pub fn stale(&self, now: &Sighted, past: Arc<Past>, age: Age) -> Option<Finding> {
        let commit = past.commit.clone()?;
        let seconds = age.today.saturating_sub(commit.seconds);
        if seconds <= i64::from(age.most) * DAY {
            return None;
        }
        let title = now.finding.primary.text.clone();
        let message = format!(
            "This {title} was committed on {} (in {}), {} days before {}, and is still in use here",
            commit.day(),
            commit.short(),
            seconds / DAY,
            time::day(age.today)
        );
        Some(self.past(rule::STALE_CREDENTIAL, message, now, past))
    }

    /// The same secret at a place that says nothing of it by itself.
    pub fn same_secret(&self, known: &Sighted, place: Place) -> Sighted {
        let mut finding = known.finding.clone();
        let title = finding.primary.text.clone();
        let said = self.finding(rule::HARDCODED_SECRET, written_into(&title), place, title);
        (finding.rule, finding.level, finding.message) = (said.rule, said.level, said.message);
        finding.help = self.helped(&said.help, &said.primary.text);
        finding.primary = said.primary;
        finding.related.clear();
        finding.secret = Some(known.core.clone());
        Sighted { core: known.core.clone(), finding }
    }

    fn past(&self, rule: &'static str, message: String, at: &Sighted, past: Arc<Past>) -> Finding {
        let label = &at.finding.primary;
        let mut finding = self.finding(rule, message, label.place.clone(), label.text.clone());
        finding.why.clone_from(&at.finding.why);
        finding.help = self.helped(&finding.help, &label.text);
        finding.secret = Some(at.core.clone());
        finding.past = Some(past);
        finding
    }

    /// A rule's help, and how a kind of this title is rotated.
    fn helped(&self, help: &str, title: &str) -> String {
        let row: Option<&Kind> = self.catalog.kinds.kind.iter().find(|kind| kind.title == title);
        row.map_or_else(|| help.to_owned(), |row| format!("{help} {}", row.rotate))
    }
}

/// The surroundings of a file of some commit: none, since history is judged blob by blob.
struct Nothing;

impl Modules for Nothing {
    fn has_gaps(&self, _: &str) -> bool {
        false
    }

    fn document(&self, _: &str) -> Option<Arc<Document>> {
        None
    }

    fn exists(&self, _: &str) -> bool {
        false
    }

    fn resolve(&self, _: &str, _: &str) -> Option<String> {
        None
    }

    fn importers(&self, _: &str) -> Vec<Importing> {
        Vec::new()
    }

    fn files_named(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn folders_named(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn files_in(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn mentions(&self, _: &str, _: &str) -> bool {
        false
    }
}
