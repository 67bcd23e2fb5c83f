//! What a server hands to clients: a secret in it ships with the page, though its code does not.

use std::collections::HashMap;

use super::exposure::label;
use super::fit::{article, capital};
use super::observe::{Candidate, Observed, Use};
use super::{Ground, rule};
use crate::catalog::names::{Around, KindSet};
use crate::catalog::{Handed, coverage};
use crate::finding::Label;
use crate::flow::{Event, Modules, Shape, ShapeKind};
use crate::source::Place;

/// No credential is shorter, in bytes.
const MIN_LENGTH: usize = 16;
/// How deep what is handed over is looked into.
const MAX_DEPTH: usize = 6;

impl Ground<'_> {
    /// Judges what is handed over: of literals it becomes known that they ship, variables are a finding of their own.
    pub(super) fn handed_to_clients(
        &self,
        event: &Event<'_>,
        row: &Handed,
        value: &Shape,
        modules: &dyn Modules,
        out: &mut Observed,
    ) {
        if !row.packages.is_empty() {
            let known = self.sides.manifests.packages(&event.site.path, modules);
            if !row.packages.iter().any(|package| known.contains(package)) {
                return;
            }
        }
        match &row.inside {
            Some(key) => value.alternatives().iter().for_each(|value| {
                let ShapeKind::Map(members, _) = &value.kind else { return };
                let member = members.iter().find(|member| *member.key == **key);
                member
                    .into_iter()
                    .for_each(|member| self.handed_part(event, row, &member.value, &member.place, 0, out));
            }),
            None => self.handed_part(event, row, value, &event.site, 0, out),
        }
    }

    fn handed_part(
        &self,
        event: &Event<'_>,
        row: &Handed,
        value: &Shape,
        place: &Place,
        depth: usize,
        out: &mut Observed,
    ) {
        if depth > MAX_DEPTH {
            return;
        }
        match &value.kind {
            ShapeKind::Choice(all) => {
                all.iter().for_each(|one| self.handed_part(event, row, one, place, depth + 1, out))
            }
            ShapeKind::Map(members, _) | ShapeKind::List(members, _) => {
                for member in members {
                    self.handed_part(event, row, &member.value, &member.place, depth + 1, out);
                }
            }
            ShapeKind::Concat(parts) => {
                parts.iter().for_each(|part| self.handed_part(event, row, part, place, depth + 1, out));
            }
            ShapeKind::Base64(inner) => self.handed_part(event, row, inner, place, depth + 1, out),
            // What the literal is, other evidence may say: the name of the variable whose default it is.
            ShapeKind::Text(text) if text.len() >= MIN_LENGTH => {
                let leaf = self.leaf(value, Around::Nothing);
                if let Some(used) = Use::of(&leaf, KindSet::default()) {
                    coverage::used(row);
                    out.use_of(Some(Use { handed: Some(place.clone()), ..used }));
                }
            }
            ShapeKind::Env(name) => {
                let leaf = self.leaf(value, Around::Nothing);
                if !leaf.own || !self.kinds.all_secret(leaf.kinds) || self.names.inlined_by(name).is_some() {
                    return;
                }
                coverage::used(row);
                let kind =
                    leaf.kinds.iter().next().map_or_else(|| "secret".to_owned(), |kind| self.kinds.title(kind).into());
                let message = format!(
                    "{} hands {} to client code, so everybody who uses the client has it",
                    row.by,
                    article(&kind)
                );
                let mut finding = self.finding(rule::CLIENT_SIDE_SECRET, capital(&message), place.clone(), kind);
                finding.flow = self.flow(&leaf);
                out.push(Candidate::new(finding, event, place.clone(), &leaf));
            }
            _ => {}
        }
    }
}

/// The label of the place where a literal is handed over.
pub(super) fn handed_label(place: &Place) -> Label {
    label(place, "handed to client code here")
}

/// Where a literal is handed over, by the literal.
pub(super) fn handed_over<'u>(uses: impl Iterator<Item = &'u Use>) -> HashMap<&'u Place, &'u Place> {
    let mut found = HashMap::new();
    for used in uses {
        if let Some(handed) = &used.handed {
            found.entry(&used.literal).or_insert(handed);
        }
    }
    found
}
