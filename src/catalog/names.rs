//! What a name says: `NEXT_PUBLIC_MIXPANEL_API_SECRET` is the words `next public mixpanel api secret`.

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
    /// The kinds of which one must be named beside it, for `kinds` to be narrowed to `beside_kinds`.
    pub beside: KindSet,
}

/// Reads names by the rows of `rules/kinds.toml`.
pub struct Names {
    rows: Vec<Row>,
    vendor: Vec<Vec<String>>,
    weak: Vec<Vec<String>>,
    noise: Vec<String>,
    lead: Vec<String>,
    prefixes: Vec<(String, String)>,
}

struct Row {
    phrase: Vec<String>,
    kinds: KindSet,
    generic: bool,
    own: bool,
    beside: KindSet,
}

impl Names {
    /// Prepares the rows.
    pub fn new(kinds: &Kinds, surfaces: &Surfaces) -> Self {
        let set = |ids: &[String]| {
            let index = |id: &String| kinds.kind.iter().position(|kind| kind.id == *id);
            ids.iter().filter_map(index).fold(KindSet::default(), |set, kind| set.with(KindSet::one(kind)))
        };
        let split = |text: &String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let mut rows = Vec::new();
        for name in &kinds.name {
            for phrase in &name.words {
                rows.push(Row {
                    phrase: split(phrase),
                    kinds: set(&name.kinds),
                    generic: name.generic,
                    own: name.own,
                    beside: set(&name.beside),
                });
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.phrase.len()));
        Self {
            rows,
            vendor: kinds.vendor.iter().map(split).collect(),
            weak: kinds.weak_vendor.iter().map(split).collect(),
            noise: kinds.noise.clone(),
            lead: kinds.lead.clone(),
            prefixes: surfaces.prefix.iter().map(|row| (row.prefix.clone(), row.by.clone())).collect(),
        }
    }

    /// Whether a name has the vendor's name in it.
    pub fn is_vendor(&self, name: &str) -> bool {
        let words = words(name);
        self.vendor.iter().any(|vendor| words.windows(vendor.len()).any(|window| window == vendor.as_slice()))
            || self.vendor.iter().any(|vendor| vendor.len() == 1 && words.iter().any(|word| word.contains(&vendor[0])))
    }

    /// Who inlines an environment variable of this name into client code.
    pub fn inlined_by(&self, variable: &str) -> Option<&str> {
        let row = self.prefixes.iter().find(|(prefix, _)| variable.starts_with(prefix.as_str()));
        row.map(|(_, by)| by.as_str())
    }

    /// What a name says. `vendor` tells that the surroundings are Mixpanel's.
    pub fn meaning(&self, name: &str, vendor: bool) -> Option<Meaning> {
        let bare = self.prefixes.iter().find_map(|(prefix, _)| name.strip_prefix(prefix.as_str())).unwrap_or(name);
        let mut words = words(bare);
        if words.len() > 16 {
            return None;
        }
        let mut own = self.take(&mut words, &self.vendor, true);
        let weak = self.take(&mut words, &self.weak, false);
        own |= weak && vendor;
        while words.len() > 1 && words.last().is_some_and(|last| self.noise.contains(last)) {
            words.pop();
        }
        while words.len() > 1 && self.lead.contains(&words[0]) {
            words.remove(0);
        }
        let fits = |row: &&Row| {
            let phrase = &row.phrase;
            let whole = words.len() == phrase.len();
            words.ends_with(phrase)
                && (!phrase.is_empty() || words.is_empty())
                && (row.own || own || (vendor && row.generic && whole && !weak))
        };
        let row = self.rows.iter().find(fits)?;
        Some(Meaning { kinds: row.kinds, own: own || row.own, beside: row.beside })
    }

    /// Takes the vendor's words out of a name, anywhere or only in front.
    fn take(&self, words: &mut Vec<String>, vendors: &[Vec<String>], anywhere: bool) -> bool {
        for vendor in vendors {
            let range = if anywhere { 0..words.len() } else { 0..1 };
            let found = range.into_iter().find(|at| words[*at..].starts_with(vendor));
            if let Some(at) = found {
                words.drain(at..at + vendor.len());
                return true;
            }
            // A name written as one word: `mixpaneltoken`.
            if let Some(at) = words.iter().position(|word| anywhere && vendor.len() == 1 && word.contains(&vendor[0])) {
                let rest = words[at].replace(&vendor[0], " ");
                let rest: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
                words.splice(at..=at, rest);
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
