//! The prefilter: whether bytes can speak of Mixpanel at all. One pass, fast enough to keep pace with a plain search
//! for the word, since it runs over every file of a tree.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::decode::{Mark, mark};

/// What a file that matters to mpcheck holds at least one of, as regular expressions over bytes: the word in the
/// spellings that names use, the global name of the browser SDK's older snippets, and what ends every service account's
/// user name. Only rare strings belong here: a generic one (`token`) would have every file parsed.
const NEEDLES: [&str; 6] = [
    "(?i:mix[ _-]?panel)",
    "(?i:mxpnl)",
    "(?i:mp-service-account)",
    // `.mp-service` within base64, in each of the three ways in which it can fall on base64's groups of three bytes.
    // Cut to the characters that its neighbours don't change, and short, so that a wrapped line seldom breaks them.
    "Lm1wLXNlcnZp",
    "5tcC1zZXJ2aW",
    "ubXAtc2Vydml",
];

/// More than the longest match of any needle, in bytes: a search by chunks that overlap by this much misses none.
/// Twice as much as a plain needle needs, since UTF-16 has two bytes to a character.
pub(crate) const OVERLAP: usize = 64;

/// One regular expression, which searches for the needles' first bytes with vector instructions (Teddy). Measured over
/// a Linux tree against an `aho_corasick::packed` search for the rarest parts and a hand-written loop that the compiler
/// vectorises: it is the fastest of the three, by a half and by more than twice.
///
/// Without Unicode, since case folding beyond ASCII buys nothing here and makes the automaton larger.
static SEARCH: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("(?-u){}", NEEDLES.join("|"))).ok());

/// Whether these bytes, a whole file, speak of Mixpanel.
pub fn is_candidate(bytes: &[u8]) -> bool {
    has_needle(bytes, is_wide(bytes))
}

/// What a run looks for in files: what all runs do, and what a house's own rows need.
#[derive(Clone, Debug, Default)]
pub struct Prefilter {
    house: Option<Regex>,
}

/// The most characters of a house's word that are sought: with one that may join it to the next, no match is longer
/// than [`OVERLAP`] allows.
const MOST_OF_WORD: usize = 24;

impl Prefilter {
    /// Looks for these words, too: each entry is words that a blank, a dot, a hyphen, an underscore or nothing joins.
    /// Of a long entry its last words are sought, which says less, and never misses it.
    pub fn with_house(needles: &[Vec<String>]) -> Self {
        let entry = |words: &Vec<String>| {
            let mut sought: Vec<String> = Vec::new();
            let mut length = 0;
            for word in words.iter().rev().filter(|word| !word.is_empty()) {
                let cut: String = word.chars().take(MOST_OF_WORD).collect();
                length += cut.len() + 1;
                if length > OVERLAP / 2 && !sought.is_empty() {
                    break;
                }
                let whole = cut.len() == word.len();
                sought.insert(0, regex::escape(&cut));
                if !whole {
                    // What comes behind the cut isn't sought, so nothing can follow.
                    sought.truncate(1);
                }
            }
            sought.join("[ ._-]?")
        };
        let parts: Vec<String> = needles.iter().map(entry).filter(|part| !part.is_empty()).collect();
        if parts.is_empty() {
            return Self::default();
        }
        Self { house: Regex::new(&format!("(?i-u:{})", parts.join("|"))).ok() }
    }

    /// Whether these bytes, a whole file, are worth a closer look.
    pub fn is_candidate(&self, bytes: &[u8]) -> bool {
        self.has_needle(bytes, is_wide(bytes))
    }

    /// Whether a needle stands in these bytes, which may be a chunk of a file.
    pub(crate) fn has_needle(&self, bytes: &[u8], wide: bool) -> bool {
        if has_needle(bytes, wide) {
            return true;
        }
        let Some(house) = &self.house else { return false };
        if wide {
            let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
            return house.is_match(&narrow);
        }
        house.is_match(bytes)
    }
}

/// Whether a file that begins so is UTF-16.
pub(crate) fn is_wide(start: &[u8]) -> bool {
    matches!(mark(start), Some((Mark::Utf16Le | Mark::Utf16Be, _)))
}

/// Whether a needle stands in these bytes, which may be a chunk of a file; `wide` where the file is UTF-16.
pub(crate) fn has_needle(bytes: &[u8], wide: bool) -> bool {
    // A table that doesn't compile would pass every file: slow, and caught by a test, but never silent.
    let Some(search) = &*SEARCH else { return true };
    if wide {
        // Every needle is ASCII, so without their zero halves its units are the needle, whichever comes first.
        let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        return search.is_match(&narrow);
    }
    search.is_match(bytes)
}

/// How long a piece of a credential is that stands by itself: half of the shortest.
const PIECE: usize = 16;
/// A random text of this many letters has both cases in it, and a digit all but always.
const LONG: usize = 28;

/// Whether a file that speaks of Mixpanel can also hold a secret: somewhere in it letters and digits stand together as
/// they do in one. Far cheaper than a parse, and most files that speak of Mixpanel hold none.
pub fn may_hold_secret(bytes: &[u8]) -> bool {
    if is_wide(bytes) {
        let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        return narrow.split(|byte| !is_key_byte(*byte)).any(is_key_like);
    }
    bytes.split(|byte| !is_key_byte(*byte)).any(is_key_like)
}

fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'~')
}

fn is_key_like(run: &[u8]) -> bool {
    let has = |kind: fn(&u8) -> bool| run.iter().any(kind);
    run.len() >= PIECE
        && (has(u8::is_ascii_digit) || run.len() >= LONG && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn the_table_compiles_and_fits_the_overlap() {
        assert!(SEARCH.is_some());
        assert!(NEEDLES.iter().all(|needle| needle.len() * 2 <= OVERLAP));
    }

    #[test]
    fn every_spelling_is_seen() {
        for text in [
            "import mixpanel from 'x'",
            "MIXPANEL_TOKEN=",
            "MixPanel",
            "mix_panel",
            "mix-panel",
            "MIX_PANEL",
            "Mix Panel",
            "cdn.mxpnl.com",
            "name.1a2b3c.mp-service-account",
            "MP-SERVICE-ACCOUNT",
        ] {
            assert!(is_candidate(text.as_bytes()), "{text}");
            for unit in [u16::to_le_bytes, u16::to_be_bytes] {
                let wide: Vec<u8> =
                    "\u{feff}\u{4e00}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect();
                assert!(is_candidate(&wide), "{text} in UTF-16");
            }
        }
    }

    #[test]
    fn the_words_of_a_house_are_sought_too() {
        let words = |all: &[&[&str]]| -> Vec<Vec<String>> {
            all.iter().map(|words| words.iter().map(|word| (*word).to_owned()).collect()).collect()
        };
        let long = "averylongwordthatnobodywouldeverwritedown";
        let prefilter = Prefilter::with_house(&words(&[&["acme", "key"], &["www.example.com"], &[long, "x"]]));
        for text in ["ACME_KEY=1", "acmeKey", "acme-key", "https://WWW.example.com/mp", long, "mixpanel"] {
            assert!(prefilter.is_candidate(text.as_bytes()), "{text}");
        }
        let wide: Vec<u8> = "\u{feff}acmeKey".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(prefilter.is_candidate(&wide));
        for text in ["acme", "wwwXexample.com", "key"] {
            assert!(!prefilter.is_candidate(text.as_bytes()), "{text}");
        }
        assert!(!Prefilter::with_house(&[]).is_candidate(b"acmeKey"));
    }

    #[test]
    fn base64_is_seen_at_each_alignment() {
        for name in ["", "n", "na", "nam", "name"] {
            for end in ["", ":", ":s3cret", ":s3cret0"] {
                let pair = format!("{name}.1a2b3c.mp-service-account{end}");
                assert!(is_candidate(BASE64_STANDARD.encode(&pair).as_bytes()), "{pair}");
                assert!(is_candidate(BASE64_URL_SAFE_NO_PAD.encode(&pair).as_bytes()), "{pair}");
            }
        }
    }

    #[test]
    fn other_text_is_passed_over() {
        for text in
            ["", "mix", "a mixed panel", "token = 1", "temp-service", "lm1wlxnlcnzp", "mix\npanel", "x\0mixpane"]
        {
            assert!(!is_candidate(text.as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn secrets_are_never_ruled_out() {
        let mut seed = 5u64;
        let mut next = |alphabet: &[u8], length: usize| -> String {
            let mut one = || {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                char::from(alphabet[(seed >> 33) as usize % alphabet.len()])
            };
            (0..length).map(|_| one()).collect()
        };
        let mixed = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        for _ in 0..2000 {
            let (hex, secret) = (next(b"0123456789abcdef", 32), next(mixed, 32));
            let blob = BASE64_STANDARD.encode(format!("a.1a2b3c.mp-service-account:{secret}"));
            let torn = format!("'{}' + '{}'", &hex[..16], &hex[16..]);
            for text in [hex, secret, blob, torn] {
                assert!(may_hold_secret(format!("mixpanel = '{text}';").as_bytes()), "{text}");
            }
        }
        let wide: Vec<u8> = "\u{feff}k=0123456789abcdef".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(may_hold_secret(&wide));
        for text in [
            "mixpanel.init(process.env.MIXPANEL_TOKEN, { debug: true })",
            "https://api.mixpanel.com/api/2.0/export?a=1",
        ] {
            assert!(!may_hold_secret(text.as_bytes()), "{text}");
        }
    }
}
