//! GitHub's line hash: what `primaryLocationLineHash` in SARIF holds, so that an alert follows a line that moves.
//!
//! A rolling hash over the 100 characters from the start of a line on, blanks and tabs left out, as the action that
//! uploads SARIF computes it. It is a hash over the credential's line, so [`window`] tells what goes into it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// How many UTF-16 code units are hashed.
const BLOCK: usize = 100;
const FACTOR: u64 = 37;
const LINE_FEED: u16 = 10;
const CARRIAGE_RETURN: u16 = 13;
const END_OF_FILE: u16 = 65535;

/// The hashes of these lines (from 1) of a text, in the form `hash:occurrence`.
pub(crate) fn line_hashes(text: &str, wanted: &BTreeSet<u32>) -> BTreeMap<u32, String> {
    let mut state = Rolling::new(wanted);
    let mut after_return = false;
    let mut line_start = true;
    for unit in text.encode_utf16().chain([END_OF_FILE]) {
        let skipped = unit == u16::from(b' ') || unit == u16::from(b'\t') || (after_return && unit == LINE_FEED);
        after_return = !skipped && unit == CARRIAGE_RETURN;
        if skipped {
            continue;
        }
        let unit = if unit == CARRIAGE_RETURN { LINE_FEED } else { unit };
        state.flush();
        if line_start {
            state.start_line();
        }
        line_start = unit == LINE_FEED;
        state.push(unit);
    }
    for _ in 0..BLOCK {
        state.flush();
        state.push(0);
    }
    state.hashes
}

/// The last [`BLOCK`] units, and the lines that began at each of them.
struct Rolling<'w> {
    wanted: &'w BTreeSet<u32>,
    hashes: BTreeMap<u32, String>,
    seen: HashMap<u64, u32>,
    units: [u16; BLOCK],
    lines: [u32; BLOCK],
    at: usize,
    line: u32,
    hash: u64,
    oldest: u64,
}

impl<'w> Rolling<'w> {
    fn new(wanted: &'w BTreeSet<u32>) -> Self {
        Self {
            wanted,
            hashes: BTreeMap::new(),
            seen: HashMap::new(),
            units: [0; BLOCK],
            lines: [0; BLOCK],
            at: 0,
            line: 0,
            hash: 0,
            oldest: (0..BLOCK).fold(1, |power: u64, _| power.wrapping_mul(FACTOR)),
        }
    }

    fn start_line(&mut self) {
        self.line += 1;
        self.lines[self.at] = self.line;
    }

    /// The line that began a block ago is complete.
    fn flush(&mut self) {
        let line = std::mem::take(&mut self.lines[self.at]);
        if line > 0 {
            let seen = self.seen.entry(self.hash).or_default();
            *seen += 1;
            if self.wanted.contains(&line) {
                self.hashes.insert(line, format!("{:x}:{seen}", self.hash));
            }
        }
    }

    fn push(&mut self, unit: u16) {
        let first = u64::from(std::mem::replace(&mut self.units[self.at], unit));
        let grown = self.hash.wrapping_mul(FACTOR).wrapping_add(u64::from(unit));
        self.hash = grown.wrapping_sub(self.oldest.wrapping_mul(first));
        self.at = (self.at + 1) % BLOCK;
    }
}

/// The bytes whose hash a line's hash is, for a line that begins at `start`.
pub(crate) fn window(text: &str, start: usize) -> Range<usize> {
    let start = super::veil::floor(text, start);
    let mut units = 0;
    for (at, character) in super::veil::part(text, start..text.len()).char_indices() {
        if units >= BLOCK {
            return start..start + at;
        }
        if !matches!(character, ' ' | '\t') {
            units += character.len_utf16();
        }
    }
    start..text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        line_hashes(text, &(1..100).collect()).into_values().collect()
    }

    #[test]
    fn hashes_are_those_of_the_upload_action() {
        assert_eq!(all(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            all(" a\nb\n  \t\tc\n d"),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
        assert_eq!(
            all(" hello; \t\nworld!!!\n\n\n  \t\tGreetings!\n End"),
            [
                "98e0b58404752343:1",
                "691518fae751d136:1",
                "841922f7df416a1d:1",
                "1f81e7cd4553c3c7:1",
                "95a65aa505fab959:1",
                "e6ceba753e1a442:1"
            ]
        );
    }

    #[test]
    fn line_breaks_and_characters_are_counted_as_there() {
        assert_eq!(
            all("x\r\nx\r\n\ryé😀\n"),
            [
                "85b32b9f68e205d6:1",
                "ab422f0b6512b324:1",
                "850b7b8305617942:1",
                "4288b3e9c7f5f420:1",
                "c129715d7a2bc9a3:1"
            ]
        );
        let repeated = all(&format!("{}last", "a = 1\n".repeat(30)));
        assert_eq!(repeated[..3], ["c4a34feabef9c0e9:1", "c4a34feabef9c0e9:2", "c4a34feabef9c0e9:3"]);
        assert_eq!(repeated[30], "58429ecce5a8d0db:1");
    }

    #[test]
    fn the_window_holds_a_hundred_units_that_count() {
        let text = format!("ab\n{}😀xyz", " 1".repeat(99));
        let start = 3;
        let window = window(&text, start);
        assert_eq!(&text[window.end..], "xyz");
        assert_eq!(super::window("short", 1), 1..5);
    }
}
