//! What a run of characters looks like: a name, a value, the end of a bare word.

use std::sync::Arc;

/// Shorter texts are no credentials.
pub(super) const SHORTEST: usize = 8;
/// Nor are longer ones, in one word.
pub(super) const LONGEST: usize = 4_096;
/// A bare value that is looked at more than once is looked at no further than this.
pub(super) const LONGEST_BARE: usize = 400;

/// What self-identifying usernames end in.
pub(super) const SERVICE_ACCOUNT: &str = ".mp-service-account";

/// Whether a text is made of words, as names and sentences are, rather than of the letters and digits of a value.
pub(super) fn is_wordy(text: &str) -> bool {
    if text.find(SERVICE_ACCOUNT).is_some_and(|at| at > 0) {
        return false;
    }
    text.split(|c: char| !c.is_alphanumeric()).all(|word| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = word.len() - letters.len();
        digits <= 4 && letters.chars().all(char::is_alphabetic)
    })
}

/// Whether a text can be a name: a variable, a key, a path of them.
pub(super) fn is_name(text: &str) -> bool {
    (1..=80).contains(&text.len())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-:/$@ ".contains(&byte))
        && is_wordy(text)
}

/// Whether a text can be a credential.
pub(super) fn is_value(text: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&text.len()) && !is_wordy(text)
}

/// Whether a word has the shape that tokens and secrets have and words of prose never.
pub(crate) fn is_key_like(word: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| word.bytes().any(|byte| kind(&byte));
    word.len() == 32
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
}

/// Whether a name is written as environment variables are.
pub(super) fn is_screaming(name: &str) -> bool {
    name.len() > 1
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
}

/// The names of a path, innermost first: `self.config->api_secret` is `api_secret`, `config`.
pub(super) fn path(text: &str) -> Vec<Arc<str>> {
    let steps = text.rsplit(['.', ':', '?', '!', '>', '&', '*']).map(|step| {
        step.trim_matches(|c: char| matches!(c, '$' | '@' | '-' | '"' | '\'' | '`' | ' ' | '\\' | '%' | '/'))
    });
    let steps = steps.filter(|step| !step.is_empty() && !matches!(*step, "self" | "this"));
    steps.take(6).map(Arc::from).collect()
}

/// Whether the authority of a URL says which host it is, and not a variable that a template puts in its place.
pub(super) fn is_host(authority: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'_');
    authority.contains('.') && authority.bytes().all(plain)
}

/// The end of the bare value that starts at `at`: a word with all that may stand in one.
pub(super) fn bare_end(text: &str, at: usize, line_end: usize) -> usize {
    let bytes = text.as_bytes();
    let mut limit = line_end.min(at + LONGEST_BARE);
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let mut end = at;
    while end < limit {
        match bytes[end] {
            b' ' | b'\t' | b'"' | b'\'' | b'`' | b'<' | b'>' | b',' | b';' | b'(' | b')' | b'{' | b'}' | b'['
            | b']' | b'|' | b'\\' | b'&' => break,
            // Padding may end a value, an equals sign in the middle begins another one.
            b'=' if bytes[end + 1..limit].iter().find(|byte| **byte != b'=').is_some_and(is_inner) => {
                break;
            }
            _ => end += 1,
        }
    }
    // Prose puts a full stop behind a value, and code a colon.
    while end > at && matches!(bytes[end - 1], b'.' | b':' | b'!' | b'?' | b'*') {
        end -= 1;
    }
    end
}

fn is_inner(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'%' | b'/' | b'+')
}

/// Whether a byte may be part of a word token.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'@') || byte >= 0x80
}
