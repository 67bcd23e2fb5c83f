//! Maps that are put together from dotted paths: TOML's tables, the sections of an INI file.

use std::collections::HashMap;
use std::sync::Arc;

use crate::source::Span;
use crate::syntax::facts::{Entry, Expr, ExprKind, Ident};

/// Deeper paths lose the steps between, so that a line of dots can't build a tower of maps.
const MAX_PATH: usize = 32;

/// A map that grows by paths; keeps the order in which keys first appear.
#[derive(Default)]
pub(in crate::syntax) struct Nest {
    slots: Vec<Slot>,
    index: HashMap<Arc<str>, usize>,
}

/// All that stands under one key. A key that is there twice keeps all its values: each may be a credential.
struct Slot {
    key: Ident,
    leaves: Vec<(Span, Expr)>,
    maps: Vec<Nest>,
    list: bool,
}

impl Nest {
    /// The map at this path, made where it isn't there; in a list of maps, the last one.
    pub(in crate::syntax) fn at(&mut self, path: &[Ident]) -> &mut Nest {
        let mut here = self;
        for step in path.iter().take(MAX_PATH) {
            let slot = here.slot(step);
            if slot.maps.is_empty() {
                slot.maps.push(Nest::default());
            }
            let last = slot.maps.len() - 1;
            here = &mut slot.maps[last];
        }
        here
    }

    /// Adds a map to the list at this path.
    pub(in crate::syntax) fn append(&mut self, path: &[Ident]) {
        let Some((last, before)) = path.split_last() else {
            return;
        };
        let slot = self.at(before).slot(last);
        slot.list = true;
        slot.maps.push(Nest::default());
    }

    /// Puts a value at this path.
    pub(in crate::syntax) fn put(&mut self, path: &[Ident], value: Expr) {
        let Some((last, before)) = path.split_last() else {
            return;
        };
        self.at(before).slot(last).leaves.push((last.span, value));
    }

    fn slot(&mut self, step: &Ident) -> &mut Slot {
        let at = *self.index.entry(step.name.clone()).or_insert(self.slots.len());
        if at == self.slots.len() {
            self.slots.push(Slot { key: step.clone(), leaves: Vec::new(), maps: Vec::new(), list: false });
        }
        &mut self.slots[at]
    }

    /// The map as an expression.
    pub(in crate::syntax) fn into_map(self, span: Span) -> Expr {
        let mut entries = Vec::new();
        for Slot { key, leaves, maps, list } in self.slots {
            let entry = |span, value| Entry { key: Expr::text(key.name.clone(), span), value, env: false };
            entries.extend(leaves.into_iter().map(|(span, value)| entry(span, value)));
            let maps: Vec<Expr> = maps.into_iter().map(|nest| nest.into_nested(key.span)).collect();
            if list {
                let span = maps.iter().fold(key.span, |span, map| cover(span, map.span));
                entries.push(entry(key.span, Expr::new(ExprKind::List(maps), span)));
            } else {
                entries.extend(maps.into_iter().map(|map| entry(key.span, map)));
            }
        }
        Expr::new(ExprKind::Map(entries), span)
    }

    /// The map with the span of all that is in it, or that of its own key where nothing is.
    fn into_nested(self, key: Span) -> Expr {
        let mut map = self.into_map(key);
        if let ExprKind::Map(entries) = &map.kind {
            let spans = entries.iter().map(|entry| cover(entry.key.span, entry.value.span));
            map.span = spans.reduce(cover).unwrap_or(key);
        }
        map
    }
}

fn cover(a: Span, b: Span) -> Span {
    Span { start: a.start.min(b.start), end: a.end.max(b.end) }
}
