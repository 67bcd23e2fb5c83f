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

/// What bytes are, going by how they begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Content {
    /// UTF-8, or one of the many encodings that hold ASCII as it is, behind a mark of so many bytes.
    Text(usize),
    /// UTF-16, the low byte first, behind a mark of so many bytes.
    Utf16Le(usize),
    /// UTF-16, the high byte first, behind a mark of so many bytes.
    Utf16Be(usize),
    /// No text.
    Binary,
}

impl Content {
    /// What bytes are that begin so. The answer for a file's first chunk is that for the whole file.
    pub(crate) fn of(start: &[u8]) -> Self {
        match start {
            // The mark of UTF-32, which nobody writes source in; as UTF-16 it would be all NULs.
            [0xff, 0xfe, 0, 0, ..] => return Self::Binary,
            [0xff, 0xfe, ..] => return Self::Utf16Le(2),
            [0xfe, 0xff, ..] => return Self::Utf16Be(2),
            _ => {}
        }
        let mark = if start.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
        let window = &start[..start.len().min(BINARY_WINDOW)];
        if !window.contains(&0) {
            return Self::Text(mark);
        }
        let (pairs, _) = window.as_chunks::<2>();
        let zeros = |half: usize| pairs.iter().filter(|pair| pair[half] == 0).count();
        let (first, second) = (zeros(0), zeros(1));
        // UTF-16 that lacks its mark: of text that is mostly ASCII, one half of nearly each unit is zero.
        let mostly = |count: usize| pairs.len() >= 8 && count * 10 >= pairs.len() * 7;
        match (first, second) {
            (0, low) if mostly(low) => Self::Utf16Le(0),
            (high, 0) if mostly(high) => Self::Utf16Be(0),
            _ if has_stray_nuls(window) => Self::Text(mark),
            _ => Self::Binary,
        }
    }

    pub(crate) fn is_wide(self) -> bool {
        matches!(self, Self::Utf16Le(_) | Self::Utf16Be(_))
    }
}

/// Whether bytes are text but for a few NULs: nothing else in them is unknown to text.
fn has_stray_nuls(window: &[u8]) -> bool {
    const SHARE: usize = 10;
    let nuls = window.iter().filter(|byte| **byte == 0).count();
    let plain = |byte: &u8| !byte.is_ascii_control() || matches!(byte, 0 | b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    let cut = |error: std::str::Utf8Error| error.error_len().is_none();
    nuls * SHARE <= window.len() && window.iter().all(plain) && std::str::from_utf8(window).map_or_else(cut, |_| true)
}

/// Whether bytes look like anything but text.
pub fn is_binary(bytes: &[u8]) -> bool {
    Content::of(bytes) == Content::Binary
}

/// The text of a file's bytes.
pub fn decode(mut bytes: Vec<u8>) -> Decoded {
    match Content::of(&bytes) {
        Content::Binary => Decoded { text: String::new(), problem: None, binary: true },
        Content::Utf16Le(mark) => utf16(&bytes[mark..], u16::from_le_bytes),
        Content::Utf16Be(mark) => utf16(&bytes[mark..], u16::from_be_bytes),
        Content::Text(mark) => {
            bytes.drain(..mark);
            let nuls = bytes[..bytes.len().min(BINARY_WINDOW)].contains(&0);
            let mut decoded = utf8(bytes);
            if nuls && decoded.problem.is_none() {
                decoded.problem = Some(
                    "the file holds NUL bytes, which text doesn't; it was read nevertheless; take them out".into(),
                );
            }
            decoded
        }
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
        // Archives and images hold more that is no text.
        assert!(decode([&b"PK\x03\x04\x14\0"[..], &[b'a'; 500]].concat()).binary);
    }

    #[test]
    fn stray_nuls_are_read_and_said() {
        let text = decode(b"key = 'x';\0\nother = 'y';\n".to_vec());
        assert_eq!(text.text, "key = 'x';\0\nother = 'y';\n");
        assert!(text.problem.is_some_and(|problem| problem.contains("NUL")));
        assert!(decode(b"key\0\0\0\0\0\0".to_vec()).binary);
    }

    #[test]
    fn utf16_without_a_mark_is_text() {
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> = wide("export const k = 'é€';\n", unit)[2..].to_vec();
            let decoded = decode(bytes);
            assert_eq!(decoded.text, "export const k = 'é€';\n");
            assert!(decoded.problem.is_none());
        }
    }
}
