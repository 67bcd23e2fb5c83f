//! The same value in several places: what it is in one, it is in all.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::Ground;
use super::account::Because;
use super::exposure::Sighting;
use super::file::Judged;
use super::tree::settled;
use crate::catalog::names::KindSet;
use crate::input::Texts;
use crate::source::{Place, Span};
use crate::syntax::facts::LiteralRole;

/// The secrets that are written into these files, for a look at files that hold one and say nothing of Mixpanel.
pub fn written_secrets(ground: &Ground<'_>, files: &[Judged]) -> BTreeSet<Arc<str>> {
    let sightings = settled(ground, files);
    sightings.into_iter().filter(|sighting| is_written(ground, sighting)).map(|sighting| sighting.text).collect()
}

/// Whether a sighting is of a secret by its own text, so that the same text elsewhere is that secret.
fn is_written(ground: &Ground<'_>, sighting: &Sighting) -> bool {
    !sighting.near_miss && ground.is_secret_sighting(sighting) && !ground.kinds.is_placeholder(&sighting.text)
}

/// A value that is known somewhere by stronger evidence is the same thing everywhere.
pub(super) fn everywhere(ground: &Ground<'_>, sightings: &mut [Sighting]) {
    let mut known: HashMap<Arc<str>, (KindSet, Place)> = HashMap::new();
    let tells = |sighting: &&Sighting| sighting.kinds.only().is_some() || ground.is_secret_sighting(sighting);
    for sighting in sightings.iter().filter(tells) {
        let here = || (sighting.kinds, sighting.place.clone());
        let entry = known.entry(sighting.text.clone()).or_insert_with(here);
        // Where names disagree, the secret is the one to fear; and of secrets, the one whose kind is known.
        let surer = entry.0.only().is_none() || !ground.kinds.all_secret(entry.0);
        if ground.is_secret_sighting(sighting) && (surer || sighting.kinds.only().is_some()) {
            *entry = here();
        }
    }
    for sighting in sightings.iter_mut().filter(|sighting| sighting.kinds.only().is_none()) {
        if let Some((kinds, place)) = known.get(&sighting.text) {
            sighting.kinds = *kinds;
            sighting.because = Because::Elsewhere(place.clone());
        }
    }
}

/// Known secrets where no syntax makes a literal of them: in a sentence, a log, a format that nothing here reads.
pub(super) fn occurrences(ground: &Ground<'_>, files: &[Judged], sightings: &mut Vec<Sighting>) {
    let mut secrets: BTreeMap<Arc<str>, (KindSet, Place)> = BTreeMap::new();
    for sighting in sightings.iter().filter(|sighting| is_written(ground, sighting)) {
        secrets.insert(sighting.text.clone(), (sighting.kinds, sighting.place.clone()));
    }
    let Some(texts) = Texts::new(secrets.keys().map(|secret| &**secret)) else { return };
    let mut known: HashMap<Arc<str>, Vec<Span>> = HashMap::new();
    for sighting in sightings.iter().filter(|sighting| !sighting.kinds.is_empty()) {
        known.entry(sighting.place.path.clone()).or_default().push(sighting.place.span);
    }
    known.values_mut().for_each(|spans| spans.sort_unstable());
    for file in files {
        let source = &file.document.source;
        let known = known.get(source.path()).map_or(&[][..], Vec::as_slice);
        let mut taken = 0;
        for (range, _) in texts.places(source.text()) {
            let span = Span::new(range.start, range.end);
            // Literals seldom lie within one another: the last that start before it are enough.
            let after = known.partition_point(|known| known.start < span.end);
            let is_known = known[after.saturating_sub(8)..after].iter().any(|known| span.start < known.end);
            let secret = secrets.get_key_value(&source.text()[range.clone()]);
            // A pair speaks for the secret in it.
            let free = !is_known && range.start >= taken && stands_alone(source.text(), range.clone());
            if let Some((text, (kinds, place))) = secret.filter(|_| free) {
                taken = range.end;
                let because = Because::Elsewhere(place.clone());
                sightings.push(Sighting { because, ..occurrence(ground, file, span, text.clone(), *kinds) });
            }
        }
    }
}

/// Whether a range is no part of a longer word.
fn stands_alone(text: &str, range: std::ops::Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    ![before, after].into_iter().flatten().any(char::is_alphanumeric)
}

fn occurrence(ground: &Ground<'_>, file: &Judged, span: Span, text: Arc<str>, kinds: KindSet) -> Sighting {
    let path = file.document.source.path();
    let units = &file.document.units;
    let in_comment = units.iter().flat_map(|unit| &unit.facts.comments).any(|comment| comment.span.contains(span));
    Sighting {
        place: Place { path: path.clone(), span },
        line: file.document.source.line(span.start),
        language: units.first().map(|unit| unit.language).unwrap_or_default(),
        because: Because::Nothing,
        text,
        kinds,
        own: false,
        malformed: None,
        near_miss: false,
        role: if in_comment { LiteralRole::Comment } else { LiteralRole::Plain },
        name: None,
        inlined_by: None,
        side: file.side.at,
        test: ground.sides.is_test(path),
        doc: ground.sides.is_doc(path),
        shipped_by: ground.sides.shipped(path).cloned().unwrap_or_default(),
        paired: false,
        in_url: false,
        handed: None,
        unused: false,
    }
}
