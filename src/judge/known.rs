//! The same value elsewhere: a secret that is known from one file is one in every other, whatever that says of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use super::exposure::Sighting;
use super::file::Judged;
use super::tree::settled;
use super::{Ground, kinds};
use crate::catalog::names::KindSet;
use crate::source::{Place, Span};
use crate::syntax::facts::LiteralRole;

/// The texts of secrets, ready to be sought.
pub struct Known {
    values: Vec<Arc<str>>,
    search: AhoCorasick,
}

impl Known {
    /// The secrets that stand in these files; `None` where there are none.
    pub fn of(ground: &Ground<'_>, files: &[Judged]) -> Option<Self> {
        let secrets = settled(ground, files);
        let secrets = secrets.into_iter().filter(|one| !one.near_miss && ground.is_secret_sighting(one));
        let values: BTreeSet<Arc<str>> = secrets.map(|one| one.text).filter(|text| text.len() >= SHORTEST).collect();
        let values: Vec<Arc<str>> = values.into_iter().collect();
        let search = AhoCorasick::new(values.iter().map(|value| value.as_bytes())).ok()?;
        (!values.is_empty()).then_some(Self { values, search })
    }

    /// Whether one of them stands in a file's bytes.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.search.is_match(bytes)
    }

    /// Adds to what was seen in a file each of them that was seen neither by itself nor as a part of something.
    pub fn sight(&self, ground: &Ground<'_>, file: &mut Judged) {
        let source = file.document.source.clone();
        let (text, path) = (source.text(), source.path());
        for found in self.search.find_iter(text) {
            let span = Span::new(found.start(), found.end());
            let touches =
                |at: Option<&u8>| at.is_some_and(|byte| kinds::is_base64_byte(*byte) && *byte != b'=' && *byte != b'-');
            let inside = touches(found.start().checked_sub(1).and_then(|at| text.as_bytes().get(at)))
                || touches(text.as_bytes().get(found.end()));
            let seen = |one: &Sighting| one.place.path == *path && one.place.span.contains(span);
            if inside || file.sightings.iter().any(seen) {
                continue;
            }
            file.sightings.push(Sighting {
                place: Place { path: path.clone(), span },
                text: self.values[found.pattern().as_usize()].clone(),
                kinds: KindSet::default(),
                own: false,
                malformed: None,
                near_miss: false,
                role: LiteralRole::Plain,
                name: None,
                inlined_by: None,
                side: file.side.at,
                test: ground.sides.is_test(path),
                doc: ground.sides.is_doc(path),
                shipped_by: Vec::new(),
                handed: None,
                unused: false,
                paired: false,
                in_url: false,
                because: super::account::Because::Nothing,
            });
        }
    }
}

/// Shorter values are no secrets that could be told from other texts.
const SHORTEST: usize = 24;
