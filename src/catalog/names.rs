//! What a name says: `NEXT_PUBLIC_MIXPANEL_API_SECRET` is the words `next public mixpanel api secret`.

use std::collections::HashMap;

use super::coverage::{address, used_at};
use super::model::{Kinds, Surfaces};

/// A name split into lower-case words: at case changes, digits' ends and everything that is no letter or digit.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            flush(&mut word, &mut words);
            continue;
        }
        let before = at.checked_sub(1).map(|at| chars[at]);
        let next = chars.get(at + 1);
        let starts = c.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || before.is_ascii_digit() || next.is_some_and(|next| next.is_lowercase())
            });
        if starts {
            flush(&mut word, &mut words);
        }
        word.extend(c.to_lowercase());
    }
    flush(&mut word, &mut words);
    words
}

fn flush(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// A set of kinds of credential, by their index in the catalog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindSet(u16);

impl KindSet {
    /// The set of one kind.
    pub fn one(kind: usize) -> Self {
        Self(1 << kind)
    }

    /// Both sets together.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both sets have.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The set without a kind.
    pub fn without(self, kind: usize) -> Self {
        Self(self.0 & !(1 << kind))
    }

    /// Whether no kind is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The indexes of the kinds in it.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..16).filter(move |kind| self.0 & (1 << kind) != 0)
    }

    /// Whether a kind is in it.
    pub fn has(self, kind: usize) -> bool {
        self.0 & (1 << kind) != 0
    }

    /// The kind, if there is exactly one.
    pub fn only(self) -> Option<usize> {
        (self.0.count_ones() == 1).then(|| self.0.trailing_zeros() as usize)
    }
}

/// What a name says of the credential that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The kinds that it can be.
    pub kinds: KindSet,
    /// Whether the name is Mixpanel's by itself, and not by what is around it.
    pub own: bool,
}

/// What is around a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// Nothing of Mixpanel's.
    Nothing,
    /// A section, object, class or file that is Mixpanel's.
    Section,
    /// Mixpanel itself: the value is handed to one of its APIs or SDKs.
    Flow,
}

/// Reads names by the rows of `rules/kinds.toml`.
pub struct Names {
    rows: Vec<Row>,
    /// The rows, longest phrase first, by the last word of their phrase.
    by_last: HashMap<String, Vec<usize>>,
    vendor: Vec<Vendor>,
    weak: Vec<Vendor>,
    others: Vec<Vendor>,
    noise: Words,
    about: Words,
    lead: Words,
    prefixes: Vec<(String, String, usize)>,
}

/// The words of a vendor's name.
struct Vendor {
    words: Vec<String>,
    /// The text in the catalog.
    row: usize,
}

/// Words, each with its text in the catalog.
struct Words(HashMap<String, usize>);

impl Words {
    fn new(words: &[String]) -> Self {
        Self(words.iter().map(|word| (word.clone(), address(word))).collect())
    }

    fn has(&self, word: &str) -> bool {
        self.0.get(word).inspect(|row| used_at(**row)).is_some()
    }
}

struct Row {
    phrase: Vec<String>,
    kinds: KindSet,
    generic: bool,
    own: bool,
    /// The phrase in the catalog.
    row: usize,
}

impl Names {
    /// Prepares the rows.
    pub fn new(kinds: &Kinds, surfaces: &Surfaces) -> Self {
        let set = |ids: &[String]| {
            let index = |id: &String| kinds.kind.iter().position(|kind| kind.id == *id);
            ids.iter().filter_map(index).fold(KindSet::default(), |set, kind| set.with(KindSet::one(kind)))
        };
        let split = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let vendor = |text: &String| Vendor { words: split(text), row: address(text) };
        let mut rows = Vec::new();
        for name in &kinds.name {
            for phrase in &name.words {
                rows.push(Row {
                    phrase: split(phrase),
                    kinds: set(&name.kinds),
                    generic: name.generic,
                    own: name.own,
                    row: address(phrase),
                });
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.phrase.len()));
        let mut by_last: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            by_last.entry(row.phrase.last().cloned().unwrap_or_default()).or_default().push(at);
        }
        Self {
            by_last,
            rows,
            vendor: kinds.vendor.iter().map(vendor).collect(),
            weak: kinds.weak_vendor.iter().map(vendor).collect(),
            others: kinds.other_vendor.iter().map(vendor).collect(),
            noise: Words::new(&kinds.noise),
            about: Words::new(&kinds.about),
            lead: Words::new(&kinds.lead),
            prefixes: surfaces.prefix.iter().map(|row| (row.prefix.clone(), row.by.clone(), address(row))).collect(),
        }
    }

    /// Whether a name has the vendor's name in it.
    pub fn is_vendor(&self, name: &str) -> bool {
        let words = words(name);
        let has = |vendor: &&Vendor| {
            let own = vendor.words.as_slice();
            words.windows(own.len()).any(|window| window == own)
                || own.len() == 1 && words.iter().any(|word| word.contains(&own[0]))
        };
        self.vendor.iter().find(has).inspect(|vendor| used_at(vendor.row)).is_some()
    }

    /// Who inlines an environment variable of this name into client code.
    pub fn inlined_by(&self, variable: &str) -> Option<&str> {
        let (_, by, row) = self.prefixes.iter().find(|(prefix, _, _)| variable.starts_with(prefix.as_str()))?;
        used_at(*row);
        Some(by)
    }

    /// What a name says, where it says anything: an empty set of kinds is a name that is no credential's.
    pub fn meaning(&self, name: &str, around: Around) -> Option<Meaning> {
        let bare = self.prefixes.iter().find_map(|(prefix, _, _)| name.strip_prefix(prefix.as_str())).unwrap_or(name);
        let mut words = words(bare);
        if words.is_empty() || words.len() > 16 || !self.may_mean(&words) || self.is_others(&words) {
            return None;
        }
        let given = words.clone();
        let mut own = self.take(&mut words, &self.vendor, true);
        let weak = self.take(&mut words, &self.weak, false);
        own |= weak && around != Around::Nothing;
        while words.len() > 1 && words.last().is_some_and(|last| self.is_noise_word(last)) {
            words.pop();
        }
        // `build id` is a phrase, though `build` in front of another says nothing.
        let before = words.clone();
        while words.len() > 1 && self.lead.has(&words[0]) {
            words.remove(0);
        }
        let fits = |row: &&Row, words: &[String]| {
            let phrase = &row.phrase;
            if row.own {
                return given.ends_with(phrase);
            }
            let whole = words.len() == phrase.len();
            // `NIGHTLY_SERVICE_ACCOUNT_SECRET`: a long phrase is telling whatever stands in front of it.
            let telling = whole || phrase.len() > 2;
            let generic = row.generic && !weak && (telling && around != Around::Nothing || around == Around::Flow);
            words.ends_with(phrase) && (!phrase.is_empty() || words.is_empty()) && (own || generic)
        };
        let find = |words: &[String], fits: &dyn Fn(&&Row, &[String]) -> bool| {
            let ending = |words: &[String]| self.by_last.get(words.last().map_or("", String::as_str));
            let rows = ending(words).into_iter().chain(ending(&given)).flatten();
            rows.map(|at| &self.rows[*at]).find(|row| fits(row, words))
        };
        let long = (before.len() > words.len()).then(|| find(&before, &fits)).flatten();
        let row = long.filter(|row| row.phrase.len() > 1).or_else(|| find(&words, &fits)).or_else(|| {
            // `MIXPANEL_API_SECRET_ACME`: whose it is doesn't change what it is, where the phrase leaves no doubt.
            let (last, front) = words.split_last().filter(|_| own)?;
            let about = self.about.has(last);
            find(front, &fits).filter(|row| !about && row.phrase.len() > 1 && !row.kinds.is_empty())
        })?;
        used_at(row.row);
        Some(Meaning { kinds: row.kinds, own: own || row.own })
    }

    /// Whether a name can say anything at all: a cheap question, since most names can't.
    fn may_mean(&self, words: &[String]) -> bool {
        let vendor = |word: &String| self.vendor.iter().any(|vendor| word.contains(vendor.words[0].as_str()));
        words.iter().any(|word| self.by_last.contains_key(word) || vendor(word))
    }

    /// Whether a name is nothing but noise (`prod`, `value`, `0`), so that what is around it names the value.
    pub fn is_noise(&self, name: &str) -> bool {
        words(name).iter().all(|word| self.is_noise_word(word))
    }

    fn is_noise_word(&self, word: &str) -> bool {
        self.noise.has(word) || word.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Whether a function of this name gives what it is named after: `getToken`, `mixpanelToken`.
    pub fn asks(&self, name: &str) -> bool {
        words(name).first().is_some_and(|first| self.lead.has(first)) || self.is_vendor(name)
    }

    /// Whether a name is another vendor's.
    pub fn is_of_others(&self, name: &str) -> bool {
        self.is_others(&words(name))
    }

    /// Whether the last vendor in a name is another one.
    fn is_others(&self, words: &[String]) -> bool {
        let last = |vendors: &[Vendor]| {
            let ends = |vendor: &Vendor| {
                let own = vendor.words.as_slice();
                let at = words.windows(own.len()).rposition(|window| window == own)?;
                Some((at + own.len(), vendor.row))
            };
            vendors.iter().filter_map(ends).max_by_key(|(end, _)| *end)
        };
        let other = last(&self.others).filter(|(other, _)| last(&self.vendor).is_none_or(|(own, _)| own < *other));
        other.inspect(|(_, row)| used_at(*row)).is_some()
    }

    /// Takes the vendor's words out of a name, anywhere or only in front.
    fn take(&self, words: &mut Vec<String>, vendors: &[Vendor], anywhere: bool) -> bool {
        for Vendor { words: vendor, row } in vendors {
            let range = if anywhere { 0..words.len() } else { 0..1 };
            let found = range.into_iter().find(|at| words[*at..].starts_with(vendor));
            if let Some(at) = found {
                words.drain(at..at + vendor.len());
                used_at(*row);
                return true;
            }
            // A name written as one word: `mixpaneltoken`.
            if let Some(at) = words.iter().position(|word| anywhere && vendor.len() == 1 && word.contains(&vendor[0])) {
                let rest = words[at].replace(&vendor[0], " ");
                let rest: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
                words.splice(at..=at, rest);
                used_at(*row);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("mixpanelApiSecret"), ["mixpanel", "api", "secret"]);
        assert_eq!(words("MIXPANEL_SA_SECRET"), ["mixpanel", "sa", "secret"]);
        assert_eq!(words("MPSessionReplay.token2"), ["mp", "session", "replay", "token2"]);
        assert_eq!(words("$token"), ["token"]);
    }
}
