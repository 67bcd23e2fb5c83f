//! Bytes to text: UTF-8, UTF-16 where a byte order mark says so, and the best that can be made of anything else.

/// How many bytes are looked at for a NUL, which text doesn't hold. Git looks at as many.
pub const BINARY_WINDOW: usize = 8 * 1024;

/// A file's text, and how well it could be read. `Debug` is left out, since text holds secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, as UTF-8 and without a byte order mark: offsets count from the first character after the mark, and for
    /// UTF-16 in the bytes of this text, not of the file. Lines and columns are those that an editor shows.
    pub text: String,
    /// What was wrong with the encoding, and what to do about it.
    pub problem: Option<String>,
    /// Whether this isn't text at all; then `text` is empty.
    pub binary: bool,
}

/// The encodings that begin with a mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mark {
    /// UTF-8 with its needless mark.
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}

/// The byte order mark at the start, if there is one, and its length.
pub(crate) fn mark(bytes: &[u8]) -> Option<(Mark, usize)> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some((Mark::Utf8, 3)),
        // The mark of UTF-32, which nobody writes source in; as UTF-16 it would be all NULs.
        [0xff, 0xfe, 0, 0, ..] => None,
        [0xff, 0xfe, ..] => Some((Mark::Utf16Le, 2)),
        [0xfe, 0xff, ..] => Some((Mark::Utf16Be, 2)),
        _ => None,
    }
}

/// Whether bytes look like anything but text.
pub fn is_binary(bytes: &[u8]) -> bool {
    if matches!(mark(bytes), Some((Mark::Utf16Le | Mark::Utf16Be, _))) {
        return false;
    }
    bytes[..bytes.len().min(BINARY_WINDOW)].contains(&0)
}

/// The text of a file's bytes.
pub fn decode(mut bytes: Vec<u8>) -> Decoded {
    if is_binary(&bytes) {
        return Decoded { text: String::new(), problem: None, binary: true };
    }
    match mark(&bytes) {
        Some((Mark::Utf16Le, length)) => utf16(&bytes[length..], u16::from_le_bytes),
        Some((Mark::Utf16Be, length)) => utf16(&bytes[length..], u16::from_be_bytes),
        Some((Mark::Utf8, length)) => {
            bytes.drain(..length);
            utf8(bytes)
        }
        None => utf8(bytes),
    }
}

fn utf8(bytes: Vec<u8>) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, problem: None, binary: false },
        Err(error) => {
            let line = line_at(error.as_bytes(), error.utf8_error().valid_up_to());
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let problem = format!(
                "the file is not UTF-8 (the first wrong byte is in line {line}); it was read with replacement characters \
                 in the place of what is wrong; save it as UTF-8"
            );
            Decoded { text, problem: Some(problem), binary: false }
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut wrong = !rest.is_empty();
    let mut text = String::with_capacity(pairs.len());
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        wrong |= character.is_err();
        text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    let problem = wrong.then(|| {
        "the file begins as UTF-16 but holds units that are none; it was read with replacement characters in their \
         place; save it as UTF-8"
            .into()
    });
    Decoded { text, problem, binary: false }
}

/// The line, from 1, in which a byte stands.
fn line_at(bytes: &[u8], at: usize) -> usize {
    bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
    }

    #[test]
    fn marks_are_stripped_and_utf16_is_decoded() {
        for bytes in [
            "a\u{1f600}é".as_bytes().to_vec(),
            "\u{feff}a\u{1f600}é".as_bytes().to_vec(),
            wide("a\u{1f600}é", u16::to_le_bytes),
            wide("a\u{1f600}é", u16::to_be_bytes),
        ] {
            let decoded = decode(bytes);
            assert_eq!(decoded.text, "a\u{1f600}é");
            assert!(decoded.problem.is_none() && !decoded.binary);
        }
        assert_eq!(decode(Vec::new()).text, "");
    }

    #[test]
    fn what_is_wrong_is_replaced_and_said() {
        let latin = decode(b"ok\n// caf\xe9\nkey".to_vec());
        assert_eq!(latin.text, "ok\n// caf\u{fffd}\nkey");
        assert!(latin.problem.unwrap().contains("line 2"));
        let mut odd = wide("ab", u16::to_le_bytes);
        odd.push(b'c');
        assert!(decode(odd).problem.is_some());
        let lone = decode(vec![0xff, 0xfe, 0x00, 0xd8, b'a', 0]);
        assert_eq!(lone.text, "\u{fffd}a");
        assert!(lone.problem.is_some());
    }

    #[test]
    fn a_nul_early_on_means_binary() {
        assert!(decode(b"\x7fELF\0\0".to_vec()).binary);
        assert!(decode(vec![0xff, 0xfe, 0, 0, b'a', 0, 0, 0]).binary);
        let mut late = vec![b'a'; BINARY_WINDOW];
        late.push(0);
        assert!(!decode(late).binary);
    }
}
