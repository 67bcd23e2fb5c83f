//! Which credentials there are, whether or not anything is wrong with them: each once, with where it is written, who gets
//! to see it and what it is presented to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Ground;
use super::exposure::Sighting;
use super::file::Judged;
use super::leaf::Leaf;
use super::observe::Observed;
use super::request::{Credential as What, Presented, Request};
use super::side::Where;
use crate::catalog::Entry;
use crate::catalog::names::{Around, KindSet};
use crate::finding::Credential;
use crate::flow::Argument;
use crate::secret::Secret;
use crate::source::Place;
use crate::syntax::facts::LiteralRole;

/// A credential that is handed to an API or an SDK.
#[derive(Clone)]
pub struct Presentation {
    /// Where its text is written, if it is.
    pub literal: Option<Place>,
    /// The environment variable that it is read from otherwise.
    pub variable: Option<Arc<str>>,
    /// The kinds that it can be.
    pub kinds: KindSet,
    /// What it is handed to.
    pub to: Arc<str>,
    /// Where that happens.
    pub place: Place,
    /// The side of the code there.
    pub side: Where,
}

impl Ground<'_> {
    /// What a request presents.
    pub fn presentations(&self, request: &Request<'_>, side: Where, out: &mut Observed) {
        for Presented { what, place, .. } in &request.presented {
            let mut add = |leaf: &Leaf, kinds: KindSet| present(leaf, kinds, &request.api.title, place, side, out);
            match what {
                What::One(leaf) => add(leaf, leaf.kinds),
                What::Encoded(leaf) => add(leaf, KindSet::one(self.kinds.pair)),
                What::Pair(user, password) => {
                    let or = |leaf: &Leaf, kind| if leaf.kinds.is_empty() { KindSet::one(kind) } else { leaf.kinds };
                    add(user, or(user, self.kinds.username));
                    add(password, or(password, self.kinds.account_secret));
                }
                What::Broken(_) => {}
            }
        }
    }

    /// What an SDK is handed.
    pub fn handed(&self, entry: &Entry, args: &[(usize, Argument)], side: Where, out: &mut Observed) {
        for (at, argument) in args {
            let wanted = self.kinds.set(&entry.args[*at].kinds);
            for one in argument.value.alternatives() {
                let leaf = self.leaf(one, Around::Flow);
                let placeholder = leaf.text.as_deref().is_some_and(|text| self.kinds.is_placeholder(text));
                let kinds = if leaf.kinds.is_empty() { wanted } else { leaf.kinds };
                if !leaf.empty && !placeholder {
                    present(&leaf, kinds, &format!("`{}`", entry.title), &argument.place, side, out);
                }
            }
        }
    }
}

fn present(leaf: &Leaf, kinds: KindSet, to: &str, place: &Place, side: Where, out: &mut Observed) {
    if leaf.literal.is_some() || leaf.variable.is_some() {
        out.presentations.push(Presentation {
            literal: leaf.literal.clone(),
            variable: leaf.variable.clone(),
            kinds,
            to: to.into(),
            place: place.clone(),
            side,
        });
    }
}

/// What tells credentials apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Text(Arc<str>),
    Variable(Arc<str>),
}

/// What is known of one credential.
#[derive(Default)]
struct Known {
    kinds: KindSet,
    defined: BTreeSet<Place>,
    client: bool,
    server: bool,
    presented: BTreeSet<Arc<str>>,
}

impl Known {
    fn seen_on(&mut self, side: Where) {
        self.client |= side == Where::Client;
        self.server |= side != Where::Client;
    }
}

/// The credentials of a tree, in the order of the places where they are first met.
pub(super) fn inventory(ground: &Ground<'_>, files: &[Judged], sightings: &[Sighting]) -> Vec<Credential> {
    let mut known: BTreeMap<Key, Known> = BTreeMap::new();
    let mut written: BTreeMap<&Place, Key> = BTreeMap::new();
    let mut variables: BTreeMap<&str, Vec<Key>> = BTreeMap::new();
    let is_credential = |kinds: KindSet| kinds.only() != Some(ground.kinds.project_id);
    for sighting in sightings.iter().filter(|sighting| !sighting.near_miss && is_credential(sighting.kinds)) {
        let key = Key::Text(sighting.text.clone());
        let entry = known.entry(key.clone()).or_default();
        entry.kinds = narrower(entry.kinds, sighting.kinds);
        entry.defined.insert(sighting.place.clone());
        entry.seen_on(if sighting.inlined_by.is_some() { Where::Client } else { sighting.side });
        if let Some(name) = sighting.name.as_deref().filter(|_| sighting.role == LiteralRole::EnvDefinition) {
            variables.entry(name).or_default().push(key.clone());
        }
        written.insert(&sighting.place, key);
    }
    for presentation in files.iter().flat_map(|file| &file.presentations).filter(|one| is_credential(one.kinds)) {
        let keys: Vec<Key> = match (&presentation.literal, &presentation.variable) {
            (Some(place), _) => written.get(place).cloned().into_iter().collect(),
            (None, Some(name)) => match variables.get(&**name) {
                // The variable's values stand in the tree.
                Some(keys) => keys.clone(),
                None => vec![Key::Variable(name.clone())],
            },
            _ => Vec::new(),
        };
        for key in keys {
            let entry = known.entry(key.clone()).or_default();
            if let Key::Variable(_) = key {
                entry.kinds = narrower(entry.kinds, presentation.kinds);
                entry.defined.insert(presentation.place.clone());
            }
            entry.seen_on(presentation.side);
            entry.presented.insert(presentation.to.clone());
        }
    }
    let mut all: Vec<Credential> = known.into_iter().map(|(key, known)| credential(ground, key, known)).collect();
    all.sort_by(|a, b| (a.secret.is_none(), a.places.first()).cmp(&(b.secret.is_none(), b.places.first())));
    all
}

/// What is left where two places say what a credential can be.
fn narrower(one: KindSet, other: KindSet) -> KindSet {
    let both = one.and(other);
    if one.is_empty() || !both.is_empty() && other.only().is_some() { other } else { one }
}

fn credential(ground: &Ground<'_>, key: Key, known: Known) -> Credential {
    let titles: Vec<&str> = known.kinds.iter().map(|kind| ground.kinds.title(kind)).collect();
    let kind = match titles.split_last() {
        Some((last, most)) if !most.is_empty() => format!("{} or {last}", most.join(", ")),
        _ => titles.concat(),
    };
    let (secret, variable) = match key {
        Key::Text(text) => (Some(Secret::new(&*text)), None),
        Key::Variable(name) => (None, Some(name)),
    };
    Credential {
        secret,
        variable,
        kind,
        is_secret: ground.kinds.all_secret(known.kinds),
        places: known.defined.into_iter().collect(),
        client: known.client,
        server: known.server,
        presented_to: known.presented.into_iter().collect(),
    }
}
