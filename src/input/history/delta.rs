//! A delta: how a pack writes an object as a list of pieces of another.

/// The sizes of the base and of the result, and the instructions behind them.
pub(super) fn sizes(delta: &[u8]) -> Option<(usize, usize, &[u8])> {
    let (base, rest) = number(delta)?;
    let (result, rest) = number(rest)?;
    Some((base, result, rest))
}

/// Seven bits to a byte, the lowest first; the eighth says whether more follow.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

/// The object that a delta makes of `base`; `None` where the delta is broken or was made for another base.
pub(super) fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let (from, size, mut rest) = sizes(delta)?;
    if from != base.len() {
        return None;
    }
    let mut result = Vec::with_capacity(size);
    while let Some((command, behind)) = rest.split_first() {
        rest = behind;
        if command & 0x80 != 0 {
            let mut part = |bit: u8, shift: u32| -> Option<usize> {
                if command & (1 << bit) == 0 {
                    return Some(0);
                }
                let (byte, behind) = rest.split_first()?;
                rest = behind;
                Some(usize::from(*byte) << shift)
            };
            let start = part(0, 0)? | part(1, 8)? | part(2, 16)? | part(3, 24)?;
            let length = part(4, 0)? | part(5, 8)? | part(6, 16)?;
            let length = if length == 0 { 0x10000 } else { length };
            result.extend_from_slice(base.get(start..start.checked_add(length)?)?);
        } else {
            let (new, behind) = rest.split_at_checked(usize::from(*command)).filter(|(new, _)| !new.is_empty())?;
            result.extend_from_slice(new);
            rest = behind;
        }
        if result.len() > size {
            return None;
        }
    }
    (result.len() == size).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_copied_and_inserted() {
        // 10 bytes become 9: copy 4 from 2, insert "xy", copy 3 from 0.
        let delta = [10, 9, 0b1001_0001, 2, 4, 2, b'x', b'y', 0b1001_0000, 3];
        assert_eq!(apply(b"0123456789", &delta).as_deref(), Some(&b"2345xy012"[..]));
        assert_eq!(sizes(&[0x80, 0x01, 5]).map(|(base, result, _)| (base, result)), Some((128, 5)));
    }

    #[test]
    fn broken_deltas_are_told() {
        let base = b"0123456789";
        for delta in [
            &[][..],
            &[10],
            &[9, 1, 1, b'a'],
            &[10, 1, 0],
            &[10, 4, 0b1001_0001, 8, 4],
            &[10, 2, 3, b'a'],
            &[10, 3, 2, b'a', b'b'],
            &[10, 1, 2, b'a', b'b'],
            &[10, 4, 0b1001_0001, 8],
            &[0xff; 12],
        ] {
            assert_eq!(apply(base, delta), None, "{delta:?}");
        }
        assert_eq!(apply(base, &[10, 0]), Some(Vec::new()));
    }
}
