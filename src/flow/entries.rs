//! The members of an object. Copies share them until one of them changes, and where there are many, a key is looked up.

use std::collections::HashMap;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use super::heap::Slot;

/// From so many members on, they are found by an index.
const MANY: usize = 24;

/// Members in the order in which they were set.
#[derive(Clone, Default)]
pub struct Entries {
    slots: Rc<Vec<Slot>>,
    /// Where the last member of each key is, once there are many.
    index: Option<Rc<HashMap<Arc<str>, usize>>>,
}

impl Entries {
    /// Where the last member of this key is.
    pub fn find(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.slots.iter().rposition(|slot| &*slot.key == key),
        }
    }

    /// Sets a member: where it is already, else behind all others.
    pub fn set(&mut self, slot: Slot) {
        match self.find(&slot.key) {
            Some(at) => Rc::make_mut(&mut self.slots)[at] = slot,
            None => self.push(slot),
        }
    }

    /// Appends a member.
    pub fn push(&mut self, slot: Slot) {
        if let Some(index) = &mut self.index {
            Rc::make_mut(index).insert(slot.key.clone(), self.slots.len());
        }
        Rc::make_mut(&mut self.slots).push(slot);
        if self.index.is_none() && self.slots.len() >= MANY {
            self.index =
                Some(Rc::new(self.slots.iter().enumerate().map(|(at, slot)| (slot.key.clone(), at)).collect()));
        }
    }

    /// Takes all members out.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Deref for Entries {
    type Target = [Slot];

    fn deref(&self) -> &[Slot] {
        &self.slots
    }
}

impl IntoIterator for Entries {
    type Item = Slot;
    type IntoIter = std::vec::IntoIter<Slot>;

    fn into_iter(self) -> Self::IntoIter {
        Rc::unwrap_or_clone(self.slots).into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::value::Value;
    use crate::source::{Place, Span};

    #[test]
    fn members_are_found_however_many_there_are() {
        let slot = |key: usize, at: usize| Slot {
            key: key.to_string().into(),
            value: Value::unknown(),
            place: Place { path: "a".into(), span: Span::new(at, at) },
        };
        let mut entries = Entries::default();
        for round in 0..2 {
            for key in 0..3 * MANY {
                entries.set(slot(key, round));
                assert_eq!(entries.find(&key.to_string()), Some(key));
            }
        }
        let copy = entries.clone();
        entries.set(slot(7, 9));
        assert_eq!((entries[7].place.span.start, copy[7].place.span.start), (9, 1));
        assert_eq!((entries.len(), copy.into_iter().count()), (3 * MANY, 3 * MANY));
        entries.clear();
        assert!(entries.find("7").is_none() && entries.is_empty());
    }
}
