//! The evidence for what a value is: its own shape, then the names that it goes by.

use std::sync::Arc;

use super::Ground;
use crate::catalog::names::{Around, KindSet};
use crate::flow::value::{How, Step};
use crate::flow::{Shape, ShapeKind};
use crate::source::Place;

/// One value without alternatives, with what is known of its kind.
#[derive(Clone)]
pub struct Leaf {
    /// Its text, if it is known.
    pub text: Option<Arc<str>>,
    /// Whether it is a value at all, and no credential can be told from its absence.
    pub empty: bool,
    /// The kinds that it can be by evidence; empty where nothing is known.
    pub kinds: KindSet,
    /// Whether the evidence is a name of Mixpanel's own or a shape, and not a generic name.
    pub own: bool,
    /// The name that is the evidence.
    pub name: Option<Arc<str>>,
    /// The environment variable it is read from.
    pub variable: Option<Arc<str>>,
    /// Where its text is written, if it is a literal.
    pub literal: Option<Place>,
    /// Its steps, from the origin on.
    pub steps: Vec<Step>,
}

impl Leaf {
    /// The argument at the outermost call that brought the value here, if it came as one.
    pub fn passed(&self) -> Option<&Place> {
        self.steps.iter().find(|step| step.how == How::Passed).map(|step| &step.place)
    }
}

impl Ground<'_> {
    /// The leaf of a shape that has no alternatives.
    pub fn leaf(&self, shape: &Shape, around: Around) -> Leaf {
        self.leaf_in(shape, around, None)
    }

    /// The same for a value that fills a client's own slot there: that the slot is called `username` (`auth: { username:
    /// .. }`) says nothing of the value.
    pub fn leaf_in(&self, shape: &Shape, around: Around, slot: Option<&Place>) -> Leaf {
        let mut steps: Vec<Step> = shape.trail.steps().into_iter().cloned().collect();
        let of_user = |name: &str| {
            let meaning = self.name_kinds(name, How::Bound, around);
            meaning.is_some_and(|(kinds, _)| kinds.only() == Some(self.kinds.username))
        };
        if let Some(Step { how: How::Bound, place, name: Some(name) }) = steps.last()
            && Some(place) == slot
            && of_user(name)
        {
            steps.pop();
        }
        let text: Option<Arc<str>> = shape.text().map(Arc::from);
        let literal = match &shape.kind {
            ShapeKind::Text(_) => steps.iter().find(|step| step.how == How::Written).map(|step| step.place.clone()),
            ShapeKind::Concat(parts) if text.is_some() => first_written(parts),
            _ => None,
        };
        let variable = match &shape.kind {
            ShapeKind::Env(name) => Some(name.clone()),
            _ => None,
        };
        let mut leaf = Leaf {
            empty: shape.is_empty(),
            text,
            kinds: KindSet::default(),
            own: false,
            name: None,
            variable,
            literal,
            steps,
        };
        let placeholder = leaf.text.as_deref().is_some_and(|text| self.kinds.is_placeholder(text));
        if let Some(kind) = leaf.text.as_deref().and_then(|text| self.kinds.own_kind(text)) {
            leaf.kinds = KindSet::one(kind);
            leaf.own = true;
        } else if !leaf.empty {
            self.name_evidence(&mut leaf, around);
        }
        if let Some(text) = leaf.text.as_deref().filter(|_| !placeholder)
            && !leaf.kinds.is_empty()
        {
            // A name that can mean several kinds is settled by the shape.
            let fitting = self.kinds.fitting(leaf.kinds, text);
            if !fitting.is_empty() {
                leaf.kinds = fitting;
            }
        }
        if placeholder && !leaf.own {
            leaf.literal = None;
        }
        leaf
    }

    /// What the names say that a value goes by: the first that is Mixpanel's own, else the first that counts here.
    fn name_evidence(&self, leaf: &mut Leaf, around: Around) {
        let mut generic: Option<(KindSet, Arc<str>)> = None;
        for step in &leaf.steps {
            let Some(name) = &step.name else { continue };
            let Some((kinds, own)) = self.name_kinds(name, step.how, around) else { continue };
            if self.is_denied(kinds, leaf.text.as_deref()) {
                continue;
            }
            if own {
                if kinds.is_empty() {
                    return;
                }
                leaf.kinds = kinds;
                leaf.own = true;
                leaf.name = Some(name.clone());
                return;
            }
            if generic.is_none() {
                generic = Some((kinds, name.clone()));
            }
        }
        if let Some((kinds, name)) = generic {
            leaf.kinds = kinds;
            leaf.name = Some(name);
        }
    }

    /// Whether a text can't be what a name says: `username` says little of a text that has the shape of a token or
    /// secret, and not that of a service account's name.
    fn is_denied(&self, kinds: KindSet, text: Option<&str>) -> bool {
        let (Some(text), true) = (text, kinds.only() == Some(self.kinds.username)) else { return false };
        self.kinds.own_kind(text).is_none()
            && [self.kinds.token, self.kinds.account_secret].into_iter().any(|kind| self.kinds.fits(kind, text))
    }

    /// What a dotted name says: its last segment that isn't noise, with those before it around it.
    pub fn name_kinds(&self, name: &str, how: How, around: Around) -> Option<(KindSet, bool)> {
        let segments: Vec<&str> = name.split(['.', '/', ':', '[', ']']).filter(|segment| !segment.is_empty()).collect();
        let at =
            segments.iter().rposition(|segment| !self.names.is_noise(segment)).or(segments.len().checked_sub(1))?;
        let outer = &segments[..at];
        let outer_vendor = outer.iter().any(|segment| self.names.is_vendor(segment));
        let around = if outer_vendor && around == Around::Nothing { Around::Section } else { around };
        let last = segments[at];
        if how == How::Called && !self.names.asks(last) {
            return None;
        }
        if let Some(meaning) = self.names.meaning(last, around) {
            return Some((meaning.kinds, meaning.own || outer_vendor));
        }
        // `mixpanel.project.token`: the words of the last two segments make the name.
        let joined = outer.last().map(|before| format!("{before}_{last}"))?;
        let meaning = self.names.meaning(&joined, around)?;
        Some((meaning.kinds, meaning.own || outer_vendor))
    }
}

fn first_written(parts: &[Shape]) -> Option<Place> {
    let steps = parts.first()?.trail.steps().into_iter().cloned().collect::<Vec<_>>();
    steps.into_iter().find(|step| step.how == How::Written).map(|step| step.place)
}
