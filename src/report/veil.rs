//! The last guard before anything is written: no report holds more than an eighth of a credential.
//!
//! Every string that leaves, whoever made it, passes through [`Veil::hide`]; every excerpt of a file through
//! [`Veil::excerpt`], which also masks what only has the look of a credential. Both keep the number of characters and
//! the line breaks, so that columns stay right.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::shape;
use crate::input::Texts as Search;
use crate::secret::{MASK, Secret};

/// Shorter texts are no credentials; hiding them would blot out words.
const SHORTEST: usize = 6;
/// A piece of a credential of this length is hidden too, where it looks like one.
const PIECE: usize = 6;
/// Only credentials of this length and more have pieces worth hiding.
const LONG: usize = 16;
/// Shapes are sought this far around an excerpt, so that its edges never cut one short of being recognised.
const MARGIN: usize = 512;

/// Knows every credential of a run, in order to hide it.
pub struct Veil {
    /// `None` where there is nothing to hide.
    search: Option<Search>,
    patterns: Vec<Pattern>,
    reach: usize,
}

/// What a text that must be hidden is.
#[derive(Clone, Copy)]
struct Pattern {
    /// How many of its first characters may show.
    shown: usize,
    /// How many bits it hides.
    bits: u32,
    /// Whether it is only a piece of a credential.
    piece: bool,
}

/// A range of bytes that must not show, but for its first `shown` characters.
struct Hidden {
    range: Range<usize>,
    shown: usize,
}

/// The texts to hide, each once.
#[derive(Default)]
struct Texts {
    index: HashMap<String, usize>,
    texts: Vec<String>,
    patterns: Vec<Pattern>,
}

impl Texts {
    fn add(&mut self, text: &str, pattern: Pattern) {
        if text.chars().count() < SHORTEST {
            return;
        }
        if let Some(at) = self.index.get(text) {
            let known = &mut self.patterns[*at];
            known.bits = known.bits.min(pattern.bits);
            known.piece &= pattern.piece;
            known.shown = known.shown.max(pattern.shown);
            return;
        }
        self.index.insert(text.to_owned(), self.texts.len());
        self.texts.push(text.to_owned());
        self.patterns.push(pattern);
    }

    fn add_secret(&mut self, secret: &Secret) {
        let text = secret.text_to_hide();
        let length = text.chars().count();
        let bits = secret.hidden_bits();
        let share = |part: &str| bits * part.chars().count() as u32 / length.max(1) as u32;
        let whole = |text: &str| Pattern { shown: eighth(text), bits: share(text), piece: false };
        // The credential itself, without stray blanks, and line by line.
        for text in std::iter::once(text).chain(text.lines()).flat_map(|line| [line, line.trim()]) {
            self.add(text, whole(text));
        }
        // Both halves of a pair; a user name that is a word gives nothing away, and hiding it would blot out words.
        if let Some((user, password)) = text.split_once(':') {
            if !user.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                self.add(user, whole(user));
            }
            self.add(password, whole(password));
        }
        // As it stands in a header or a URL.
        for encoded in base64_forms(text).into_iter().chain([super::text::percent_encoded(text, "")]) {
            if encoded != text {
                self.add(&encoded, Pattern { shown: 0, bits, piece: false });
            }
        }
        // What is left of it where it is put together from pieces.
        if length >= LONG {
            let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            for ends in starts.windows(PIECE + 1) {
                let piece = part(text, ends[0]..ends[PIECE]);
                if shape::is_jumble(piece) {
                    self.add(piece, Pattern { shown: 0, bits: share(piece), piece: true });
                }
            }
        }
    }
}

impl Veil {
    /// A veil over these credentials.
    pub fn new(secrets: &[Secret]) -> Self {
        let mut texts = Texts::default();
        secrets.iter().for_each(|secret| texts.add_secret(secret));
        let longest = texts.texts.iter().map(String::len).max().unwrap_or_default();
        let search = Search::new(texts.texts.iter().map(String::as_str));
        Self { search, patterns: texts.patterns, reach: longest.max(MARGIN) }
    }

    /// The text with every known credential masked.
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.cover(text, Vec::new())
    }

    /// A part of a file's text with every known credential masked, and all that has the shape of one.
    pub fn excerpt<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let shapes = shape::find(text).into_iter().map(|range| Hidden { range, shown: 0 });
        self.cover(text, shapes.collect())
    }

    /// `range` of a file's text as [`excerpt`](Self::excerpt) shows it, judged with what stands around it.
    pub(crate) fn slice(&self, text: &str, range: Range<usize>) -> String {
        let range = floor(text, range.start)..floor(text, range.end.max(range.start));
        let from = floor(text, range.start.saturating_sub(self.reach));
        let to = floor(text, range.end.saturating_add(self.reach));
        let before = part(text, from..range.start).chars().count();
        let within = part(text, range).chars().count();
        self.excerpt(part(text, from..to)).chars().skip(before).take(within).collect()
    }

    /// How many bits an attacker who knows all of `text[window]` but the credentials in it has to guess for the
    /// weakest of them; `None` if there is none.
    pub(crate) fn hidden_bits(&self, text: &str, window: Range<usize>) -> Option<u32> {
        let from = floor(text, window.start.saturating_sub(self.reach));
        let to = floor(text, window.end.saturating_add(self.reach));
        let matches = self.matches(part(text, from..to));
        let mut reached = 0;
        let bits = matches.into_iter().filter_map(|(found, pattern)| {
            // The half of a pair is no easier to guess than the pair.
            let contained = found.end <= reached;
            reached = found.end.max(reached);
            let found = from + found.start..from + found.end;
            let inside = found.end.min(window.end).checked_sub(found.start.max(window.start))?;
            (inside > 0 && !contained).then(|| pattern.bits as usize * inside / found.len())
        });
        bits.min().map(|bits| bits as u32)
    }

    /// Every occurrence of a text to hide, pieces only outside of whole ones.
    fn matches(&self, text: &str) -> Vec<(Range<usize>, Pattern)> {
        let found = self.search.as_ref().map(|search| search.places(text)).unwrap_or_default();
        let (pieces, mut matches): (Vec<_>, Vec<_>) =
            found.into_iter().map(|(range, at)| (range, self.patterns[at])).partition(|(_, pattern)| pattern.piece);
        matches.sort_by_key(by_place);
        let whole = merge(&matches);
        matches.extend(pieces.into_iter().filter(|(piece, _)| {
            let at = whole.partition_point(|hidden| hidden.range.start <= piece.start);
            at == 0 || whole[at - 1].range.end < piece.end
        }));
        matches.sort_by_key(by_place);
        matches
    }

    fn cover<'t>(&self, text: &'t str, mut hidden: Vec<Hidden>) -> Cow<'t, str> {
        hidden.extend(merge(&self.matches(text)));
        if hidden.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut masked: Vec<char> = Vec::with_capacity(text.len());
        let mut marks = vec![false; text.len()];
        hidden.iter().for_each(|hidden| marks[hidden.range.clone()].fill(true));
        for hidden in &hidden {
            let shown: usize = part(text, hidden.range.clone()).chars().take(hidden.shown).map(char::len_utf8).sum();
            marks[hidden.range.start..hidden.range.start + shown].fill(false);
        }
        for (at, character) in text.char_indices() {
            masked.push(if marks[at] && !matches!(character, '\n' | '\r') { MASK } else { character });
        }
        Cow::Owned(masked.into_iter().collect())
    }
}

/// The order in which occurrences are merged: of those that begin together, the longest first.
fn by_place((range, _): &(Range<usize>, Pattern)) -> (usize, Reverse<usize>) {
    (range.start, Reverse(range.end))
}

/// Overlapping occurrences as one, of which no more shows than may show of each.
fn merge(matches: &[(Range<usize>, Pattern)]) -> Vec<Hidden> {
    let mut merged: Vec<Hidden> = Vec::new();
    for (range, pattern) in matches {
        match merged.last_mut() {
            Some(last) if range.start < last.range.end => {
                last.shown = last.shown.min(range.start - last.range.start + pattern.shown);
                last.range.end = last.range.end.max(range.end);
            }
            _ => merged.push(Hidden { range: range.clone(), shown: pattern.shown }),
        }
    }
    merged
}

/// How many characters of a text may show, as [`Secret::hint`] has it.
fn eighth(text: &str) -> usize {
    (text.chars().count() / 8).min(4)
}

/// What base64 makes of a text, wherever the text stands in what is encoded: the characters that depend on it alone.
fn base64_forms(text: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for (lead, skipped) in [(0, 0), (1, 2), (2, 3)] {
        let mut bytes = vec![0; lead];
        bytes.extend_from_slice(text.as_bytes());
        let whole = bytes.len() * 8 / 6;
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&bytes);
            forms.push(encoded.get(skipped..whole).unwrap_or_default().to_owned());
        }
    }
    forms
}

/// A part of a text. Slicing would put the whole text into a panic's message; this is empty where there is no such part.
pub(crate) fn part(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// The last character boundary at or before a byte.
pub(crate) fn floor(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator of made-up credentials, the same in every run.
    fn made_up(seed: &mut u64, alphabet: &[u8], length: usize) -> String {
        let mut next = || {
            *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            char::from(alphabet[(*seed >> 33) as usize % alphabet.len()])
        };
        (0..length).map(|_| next()).collect()
    }

    const HEX: &[u8] = b"0123456789abcdef";
    const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// The longest part of `secret` in `text`, in bytes.
    fn longest_part(secret: &str, text: &str) -> usize {
        let parts = (0..secret.len()).flat_map(|from| (from + 1..=secret.len()).map(move |to| (from, to)));
        parts.filter(|(from, to)| text.contains(&secret[*from..*to])).map(|(from, to)| to - from).max().unwrap_or(0)
    }

    #[test]
    fn no_text_keeps_more_than_an_eighth_and_every_column_stays() {
        let mut seed = 7;
        for round in 0..300 {
            let alphabet = if round % 2 == 0 { HEX } else { MIXED };
            let secret = made_up(&mut seed, alphabet, 24 + round % 20);
            let other = made_up(&mut seed, MIXED, 32);
            let pair = format!("ci.{}.mp-service-account:{secret}", made_up(&mut seed, HEX, 6));
            let overlapped = format!("{}{}", &secret[12..], &other[..9]);
            let texts = [&secret, &other, &pair, &overlapped].map(|text| Secret::new(text.clone()));
            let veil = Veil::new(&texts);
            let text = format!("é😀 const a = '{secret}';\r\n\t# {pair} {secret}{other} \u{1f511}{other}{secret}\n");
            for hidden in [veil.hide(&text), veil.excerpt(&text)] {
                assert_eq!(hidden.chars().count(), text.chars().count());
                assert_eq!(hidden.matches('\n').count(), 2);
                assert!(longest_part(&secret, &hidden) <= secret.len() / 8, "{hidden}");
                assert!(longest_part(&other, &hidden) <= other.len() / 8, "{hidden}");
                assert!(hidden.starts_with("é😀 const a = '"));
            }
        }
    }

    #[test]
    fn a_masked_credential_is_as_wide_as_it_was() {
        let veil = Veil::new(&[Secret::new("3f9b1c77d02e4a6585b1e0c94d7a2f63")]);
        assert_eq!(veil.hide("k=3f9b1c77d02e4a6585b1e0c94d7a2f63;"), "k=3f9b****************************;");
        assert_eq!(veil.hide("nothing here"), "nothing here");
        assert!(matches!(veil.hide("nothing here"), Cow::Borrowed(_)));
    }

    #[test]
    fn encoded_and_torn_credentials_are_hidden_too() {
        let secret = "Zk3vQ9xT1mB7nR5wL0cY8dH2sG6jP4aE";
        let veil = Veil::new(&[Secret::new(secret)]);
        for lead in ["", "u", "us", "user.x:", "longer user:"] {
            let header = base64::engine::general_purpose::STANDARD.encode(format!("{lead}{secret}:"));
            let hidden = veil.hide(&header);
            let core = base64::engine::general_purpose::STANDARD_NO_PAD.encode(secret);
            assert!(longest_part(&core, &hidden) < 6, "{hidden}");
            assert!(hidden.contains("****************************************"), "{hidden}");
        }
        let torn = veil.excerpt("'Zk3vQ9xT1mB7' + 'nR5wL0cY8dH2' + 'sG6jP4aE'");
        assert_eq!(torn, "'************' + '************' + '********'");
        let spaced = Veil::new(&[Secret::new(format!(" {secret}\n"))]);
        assert!(!spaced.hide(&format!("x{secret}")).contains("Zk3vQ"));
    }

    #[test]
    fn a_slice_is_judged_by_what_stands_around_it() {
        let secret = "3f9b1c77d02e4a6585b1e0c94d7a2f63";
        let text = format!("{}{secret}{}", "é".repeat(700), "z".repeat(700));
        let veil = Veil::new(&[Secret::new(secret)]);
        assert_eq!(veil.slice(&text, 1410..1420), "**********");
        let unknown = Veil::new(&[]);
        assert_eq!(unknown.slice(&text, 1420..1430), "**********");
        let reversed = Range { start: 1399, end: 5 };
        assert_eq!(unknown.slice(&text, reversed), "");
    }

    #[test]
    fn a_credential_that_is_cut_off_hides_fewer_bits() {
        let secret = "3f9b1c77d02e4a6585b1e0c94d7a2f63";
        let veil = Veil::new(&[Secret::new(secret)]);
        let text = format!("key = {secret}");
        assert_eq!(veil.hidden_bits(&text, 0..text.len()), Some(112));
        assert_eq!(veil.hidden_bits(&text, 0..16), Some(35));
        assert_eq!(veil.hidden_bits(&text, 0..6), None);
    }
}
