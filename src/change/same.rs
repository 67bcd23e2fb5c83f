//! Which findings of two states are the same one: by rule, by path (through renames) and by credential or message, never
//! by line.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use gix::diff::blob::{Algorithm, Diff, InternedInput};

use super::files::Files;
use crate::finding::{Finding, Report};
use crate::judge::rule;
use crate::secret::Secret;
use crate::source::Place;

/// The two states whose findings are paired.
pub(super) struct Pairing<'a> {
    /// The files that were judged.
    pub(super) files: &'a Files,
    /// What the old state came to.
    pub(super) old: &'a Report,
    /// What the new state came to.
    pub(super) new: &'a Report,
    /// The lines that were added, by file.
    added: RefCell<HashMap<Arc<str>, Option<Vec<bool>>>>,
}

/// What stays the same of a finding when lines move. The three rules of exposure are one here: they say the same of a
/// literal, each under other circumstances.
type Identity = (&'static str, String, String);

impl<'a> Pairing<'a> {
    pub(super) fn new(files: &'a Files, old: &'a Report, new: &'a Report) -> Self {
        Self { files, old, new, added: RefCell::default() }
    }

    /// Those of `new` that no finding of `old` is the same as, by their indexes, in their order. Where there are more of one kind than there
    /// were, those on changed lines are the new ones.
    pub(super) fn fresh(&self, old: &[&Finding], new: &[&Finding]) -> Vec<usize> {
        let mut known: HashMap<Identity, Vec<&Finding>> = HashMap::new();
        for finding in old {
            known.entry(self.identity_of_old(finding)).or_default().push(finding);
        }
        let mut groups: BTreeMap<Identity, Vec<usize>> = BTreeMap::new();
        for (at, finding) in new.iter().enumerate() {
            groups.entry(identity(finding)).or_default().push(at);
        }
        let mut fresh: BTreeSet<usize> = BTreeSet::new();
        for (identity, mut group) in groups {
            let mut olds = known.remove(&identity).unwrap_or_default();
            if !olds.is_empty() && group.len() > 1 {
                group.sort_by_cached_key(|at| (self.is_touched(new[*at]), *at));
            }
            for at in group {
                match olds.iter().position(|old| covers(old, new[at])) {
                    Some(mate) => drop(olds.remove(mate)),
                    None => drop(fresh.insert(at)),
                }
            }
        }
        fresh.into_iter().collect()
    }

    fn identity_of_old(&self, finding: &Finding) -> Identity {
        let (rule, path, mut subject) = identity(finding);
        let Some(renamed) = self.files.renamed().get(&path) else { return (rule, path, subject) };
        if finding.secret.is_none() {
            // A message may name its own file.
            subject = subject.replace(&path, renamed);
        }
        (rule, renamed.clone(), subject)
    }

    /// Whether a line of the new state that the finding rests on was added.
    fn is_touched(&self, finding: &Finding) -> bool {
        let place = &finding.primary.place;
        let steps = finding.flow.iter().map(|label| &label.place).filter(|step| step.path == place.path);
        std::iter::once(place).chain(steps).any(|place| self.is_new(place))
    }

    /// Whether the line of a place in the new state was added.
    pub(super) fn is_new(&self, place: &Place) -> bool {
        let mut known = self.added.borrow_mut();
        let added = known.entry(place.path.clone()).or_insert_with(|| self.added_lines(&place.path));
        let line = self.new.source(&place.path).map_or(0, |source| source.line(place.span.start));
        // What has no old state is new as a whole.
        added.as_ref().is_none_or(|added| added.get((line as usize).saturating_sub(1)).copied().unwrap_or(false))
    }

    /// Which lines of a file were added; `None` where it had no old state.
    fn added_lines(&self, path: &str) -> Option<Vec<bool>> {
        let (old, new) = (self.files.old_text(path)?, self.new.source(path)?);
        let input = InternedInput::new(old.as_str(), new.text());
        let diff = Diff::compute(Algorithm::Histogram, &input);
        Some((0..input.after.len() as u32).map(|line| diff.is_added(line)).collect())
    }
}

fn identity(finding: &Finding) -> Identity {
    let rule = if rule::EXPOSURE.contains(&finding.rule) { "exposure" } else { finding.rule };
    let subject = finding.secret.as_ref().map_or_else(|| finding.message.clone(), Secret::digest);
    (rule, finding.primary.place.path.to_string(), subject)
}

/// Whether an old finding says at least as much as a new one of the same identity: a literal that begins to ship to
/// clients, or a finding that becomes an error, is the change's.
fn covers(old: &Finding, new: &Finding) -> bool {
    let rank = |finding: &Finding| rule::EXPOSURE.iter().position(|rule| *rule == finding.rule);
    old.level >= new.level && rank(old) <= rank(new)
}
