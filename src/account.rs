//! What a run saw of one file, and why it spoke or kept silent: what `mpcheck why` tells.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::source::Place;

/// Something that is known of a thing at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// What it is, and on which evidence.
    Is(String),
    /// What is handed over in it, and where.
    Has(String),
    /// What a rule made of it.
    Rule(&'static str, String),
    /// What would change that.
    Hint(String),
}

/// A thing at a place, with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// Where it stands.
    pub place: Place,
    /// What it is, in a few words.
    pub what: String,
    /// What is known of it: what it is first, what rules made of it behind that.
    pub notes: Vec<Note>,
}

/// What is known of one file.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// The file.
    pub path: Arc<str>,
    /// Where its code runs, and what decides it, in words that go behind its path.
    pub side: String,
    /// The imports by which it ships, the client's own first, each with a few words.
    pub chain: Vec<(Place, String)>,
    /// What else is to be said of the file as a whole: that runs pass over it, that it is a test.
    pub remarks: Vec<String>,
    /// What was seen in it, by place.
    pub seen: Vec<Seen>,
}

/// Where a run writes down what it sees of one file.
#[derive(Debug, Default)]
pub struct Notebook {
    path: Arc<str>,
    file: Mutex<Account>,
    seen: Mutex<BTreeMap<(Place, String), BTreeSet<Note>>>,
}

impl Notebook {
    /// A notebook about one file.
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// The file that it is about.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// Writes down something of a thing at a place of the file; a place elsewhere is no concern of it.
    pub fn add(&self, place: &Place, what: &str, note: Note) {
        if place.path == self.path {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.entry((place.clone(), what.to_owned())).or_default().insert(note);
        }
    }

    /// Writes down where the file's code runs, the imports by which it ships, and what else is to be said of it whole.
    pub fn tell(&self, side: String, chain: Vec<(Place, String)>, remarks: Vec<String>) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        *file = Account { path: self.path.clone(), side, chain, remarks, seen: Vec::new() };
    }

    /// Drops all that was written down: the file is judged anew.
    pub fn clear(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// All that was written down, by place.
    pub fn account(&self) -> Account {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Account { path: self.path.clone(), seen: self.seen(), ..file }
    }

    fn seen(&self) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let one = |((place, what), notes): (&(Place, String), &BTreeSet<Note>)| Seen {
            place: place.clone(),
            what: what.clone(),
            notes: notes.iter().cloned().collect(),
        };
        seen.iter().map(one).collect()
    }
}
