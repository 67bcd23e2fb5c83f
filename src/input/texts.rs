//! A search for many texts at once: tens of thousands are ready in no time, since all that is kept of each is how it
//! begins.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use super::prefilter::narrow;

/// How many bytes of each text are looked up; shorter texts are not searched for.
const START: usize = 6;
/// How many bits of the hash of four bytes the filter goes by.
const FILTER_BITS: u32 = 20;

/// Texts to search for, in other texts or in the bytes of files.
pub struct Texts {
    /// The texts by their first bytes: where in `order` they are.
    starts: HashMap<u64, Range<usize>>,
    /// The texts with their indices, those with the same first bytes together.
    order: Vec<(u64, usize, Box<str>)>,
    /// Whether a text may begin with four bytes of this hash: most places in a text are ruled out by it alone.
    filter: Vec<u64>,
    longest: usize,
}

impl Texts {
    /// A search for these texts; `None` where there is nothing to search for. Texts of less than six bytes are left out.
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Option<Self> {
        let texts = texts.into_iter().enumerate();
        let mut order: Vec<(u64, usize, Box<str>)> =
            texts.filter_map(|(at, text)| Some((start(text.as_bytes())?, at, text.into()))).collect();
        order.sort_unstable_by_key(|(start, at, _)| (*start, *at));
        let longest = order.iter().map(|(_, _, text)| text.len()).max()?;
        let mut filter = vec![0; (1 << FILTER_BITS) / 64];
        let mut starts = HashMap::new();
        for (at, (start, ..)) in order.iter().enumerate() {
            starts.entry(*start).or_insert(at..at).end = at + 1;
            let bit = hash(*start as u32);
            filter[bit / 64] |= 1 << (bit % 64);
        }
        Some(Self { starts, order, filter, longest })
    }

    /// Where the texts stand in another: each occurrence with the index of its text, also where they overlap; by place,
    /// and of those that begin together the longest first.
    pub fn places(&self, text: &str) -> Vec<(Range<usize>, usize)> {
        let mut places: Vec<_> = self.occurrences(text.as_bytes()).collect();
        places.sort_unstable_by_key(|(range, at)| (range.start, Reverse(range.end), *at));
        places
    }

    fn occurrences<'b>(&'b self, bytes: &'b [u8]) -> impl Iterator<Item = (Range<usize>, usize)> + 'b {
        let windows = bytes.windows(START).enumerate();
        windows.filter(|(_, window)| self.may_start(window)).flat_map(move |(at, window)| {
            let range = start(window).and_then(|start| self.starts.get(&start)).cloned().unwrap_or_default();
            self.order[range].iter().filter_map(move |(_, index, text)| {
                let end = at + text.len();
                (bytes.get(at..end) == Some(text.as_bytes())).then_some((at..end, *index))
            })
        })
    }

    fn may_start(&self, window: &[u8]) -> bool {
        let [a, b, c, d, ..] = window else { return false };
        let bit = hash(u32::from_le_bytes([*a, *b, *c, *d]));
        self.filter[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// More bytes than a text takes in any encoding.
    pub(crate) fn overlap(&self) -> usize {
        2 * self.longest + 2
    }

    /// Whether one of the texts stands in these bytes; `wide` where they are UTF-16.
    pub(crate) fn are_in(&self, bytes: &[u8], wide: bool) -> bool {
        match wide {
            true => self.occurrences(&narrow(bytes)).next().is_some(),
            false => self.occurrences(bytes).next().is_some(),
        }
    }
}

/// The first bytes of a text as a number; `None` where there are less.
fn start(bytes: &[u8]) -> Option<u64> {
    let start = bytes.first_chunk::<START>()?;
    Some(start.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn hash(four: u32) -> usize {
    (four.wrapping_mul(0x9e37_79b1) >> (32 - FILTER_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_occurrence_is_found() {
        let texts = Texts::new(["secret-value", "secret", "short", "value-\u{e9}t\u{e9}", "ret-value"]).unwrap();
        let text = "x secret-value-\u{e9}t\u{e9} secretsecret";
        let found: Vec<(&str, usize)> = texts.places(text).into_iter().map(|(range, at)| (&text[range], at)).collect();
        let expected = [
            ("secret-value", 0),
            ("secret", 1),
            ("ret-value", 4),
            ("value-\u{e9}t\u{e9}", 3),
            ("secret", 1),
            ("secret", 1),
        ];
        assert_eq!(found, expected);
        assert!(texts.are_in(b"..ret-value", false) && !texts.are_in(b"short ret-valu", false));
        let wide: Vec<u8> = "a secret".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(texts.are_in(&wide, true) && !texts.are_in(&wide, false));
        assert!(Texts::new([]).is_none() && Texts::new(["tiny"]).is_none());
    }

    #[test]
    fn many_texts_are_told_apart() {
        let many: Vec<String> = (0..20_000).map(|n| format!("common-start-{n:05}")).collect();
        let texts = Texts::new(many.iter().map(String::as_str)).unwrap();
        assert_eq!(texts.places("common-start-12345"), [(0..18, 12345)]);
        assert!(texts.places("common-start-99999").is_empty());
    }
}
