//! The only owner of a credential's text once it is known to be one.
//!
//! A [`Secret`] can't be printed, compared in a log or serialised. Its exits are a masked [hint](Secret::hint),
//! a one-way [digest](Secret::digest) and [`veil`](crate::report::veil), which needs the text in order to hide it.

use sha2::{Digest, Sha256};

/// A credential's text. Deliberately without `Debug`, `Display`, `Serialize` and public access.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Secret(String);

/// What stands for one hidden character in every output.
pub const MASK: char = '*';

impl Secret {
    /// Takes over a credential's text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The credential with all but its first characters masked: at most an eighth of it shows.
    pub fn hint(&self) -> String {
        let length = self.0.chars().count();
        let shown = (length / 8).min(4);
        let mut hint: String = self.0.chars().take(shown).collect();
        hint.extend(std::iter::repeat_n(MASK, (length - shown).min(12)));
        hint
    }

    /// A short one-way fingerprint of the credential: 16 hexadecimal digits of a domain-separated SHA-256.
    pub fn digest(&self) -> String {
        digest("mpcheck credential", &self.0)
    }

    /// How many bits an attacker who sees the [hint](Self::hint) would still have to guess, at most.
    /// Reports give away a hash over the credential's line only where this is 96 or more.
    pub fn hidden_bits(&self) -> u32 {
        let hidden = self.0.chars().count().saturating_sub((self.0.chars().count() / 8).min(4)) as u32;
        let hexadecimal = self.0.chars().all(|c| c.is_ascii_hexdigit());
        hidden * if hexadecimal { 4 } else { 5 }
    }

    /// The text, for hiding it (the veil) and nothing else.
    pub(crate) fn text_to_hide(&self) -> &str {
        &self.0
    }
}

/// The first 16 hexadecimal digits of SHA-256 over `domain`, a zero byte and `text`.
pub fn digest(domain: &str, text: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(domain.as_bytes());
    hash.update([0]);
    hash.update(text.as_bytes());
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_shows_at_most_an_eighth() {
        assert_eq!(Secret::new("a".repeat(32)).hint(), "aaaa************");
        assert_eq!(Secret::new("abcdefg").hint(), "*******");
    }

    #[test]
    fn digests_differ_by_domain_and_text() {
        assert_eq!(Secret::new("x").digest(), Secret::new("x").digest());
        assert_ne!(Secret::new("x").digest(), Secret::new("y").digest());
        assert_ne!(digest("a", "x"), digest("b", "x"));
    }
}
