//! Which file a new one was before it was moved and edited.

use std::collections::HashMap;

/// Two files are the same one, moved and edited, where they share at least this much of the larger: git's own measure.
const SHARED: f64 = 0.5;
/// Files of more bytes are never compared.
pub(super) const LARGEST: u64 = 1024 * 1024;
/// How many files that are gone are compared with a new one.
pub(super) const MOST: usize = 1000;

/// Pairs files of `new` with those of `old`, the most alike first: indexes into both.
pub(super) fn pairs(old: &[&[u8]], new: &[&[u8]]) -> Vec<(usize, usize)> {
    let bags: Vec<HashMap<&[u8], usize>> = old.iter().map(|bytes| bag(bytes)).collect();
    let mut alike: Vec<(f64, usize, usize)> = Vec::new();
    for (at, bytes) in new.iter().enumerate() {
        let lines = bag(bytes);
        for (before, known) in bags.iter().enumerate() {
            let (smaller, larger) = (bytes.len().min(old[before].len()), bytes.len().max(old[before].len()));
            if larger == 0 || (smaller as f64) < SHARED * larger as f64 {
                continue;
            }
            let both = |(line, bytes): (&&[u8], &usize)| known.get(line).map_or(0, |other| (*bytes).min(*other));
            let share = lines.iter().map(both).sum::<usize>() as f64 / larger as f64;
            if share >= SHARED {
                alike.push((share, before, at));
            }
        }
    }
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut olds, mut news) = (vec![false; old.len()], vec![false; new.len()]);
    let mut pairs = Vec::new();
    for (_, before, at) in alike {
        if !olds[before] && !news[at] {
            (olds[before], news[at]) = (true, true);
            pairs.push((before, at));
        }
    }
    pairs
}

/// How many bytes each distinct line of a text takes in all.
fn bag(bytes: &[u8]) -> HashMap<&[u8], usize> {
    let mut bag: HashMap<&[u8], usize> = HashMap::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        *bag.entry(line).or_default() += line.len();
    }
    bag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_alike_are_paired() {
        let old: [&[u8]; 3] = [b"a\nb\nc\nd\n", b"a\nb\nx\ny\n", b"other\n"];
        let new: [&[u8]; 3] = [b"a\nb\nc\nz\n", b"nothing\n", b"x\ny\nb\n"];
        assert_eq!(pairs(&old, &new), [(0, 0), (1, 2)]);
        assert_eq!(pairs(&[b""], &[b""]), []);
    }
}
