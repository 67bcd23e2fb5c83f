//! What has the shape of a credential, whoever's: excerpts of files may show other vendors' secrets.

use std::ops::Range;

use super::veil::part;

/// Runs of characters shorter than this are names and numbers.
const RUN: usize = 24;

/// The ranges of a text that look like credentials; in no order, and they may overlap.
pub(crate) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for run in runs(text, |byte| byte.is_ascii_alphanumeric()) {
        if is_key(part(text, run.clone())) {
            found.push(run);
        }
    }
    for run in runs(text, |byte| byte.is_ascii_alphanumeric() || b"+/_-".contains(&byte)) {
        let padding = part(text, run.end..text.len()).bytes().take(2).take_while(|byte| *byte == b'=').count();
        if is_blob(part(text, run.clone()), padding > 0) {
            found.push(run.start..run.end + padding);
        }
    }
    found.extend(operands(text));
    found.extend(passwords(text));
    found
}

/// Whether letters and digits are mixed as no word mixes them.
pub(crate) fn is_jumble(text: &str) -> bool {
    let digits = text.bytes().any(|byte| byte.is_ascii_digit());
    let letters = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    letters && (digits || changes(text) * 5 >= text.len() * 3)
}

/// Maximal runs of at least [`RUN`] bytes of one kind.
fn runs(text: &str, kind: impl Fn(u8) -> bool) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for (at, byte) in text.bytes().chain([0]).enumerate() {
        if !kind(byte) {
            if at - start >= RUN {
                runs.push(start..at);
            }
            start = at + 1;
        }
    }
    runs
}

/// 32 hexadecimal digits, letters mixed with digits, or capitals strewn as in no camelCase name.
fn is_key(run: &str) -> bool {
    let digits = run.bytes().any(|byte| byte.is_ascii_digit());
    let letters = run.bytes().any(|byte| byte.is_ascii_alphabetic());
    let hexadecimal = run.len() >= 32 && run.bytes().all(|byte| byte.is_ascii_hexdigit());
    hexadecimal || (letters && (digits || changes(run) * 5 >= run.len() * 2))
}

/// Base64 with its own marks in it, and UUIDs; no paths and no kebab-case names.
fn is_blob(run: &str, padded: bool) -> bool {
    let has = |kind: fn(&u8) -> bool| run.as_bytes().iter().any(kind);
    let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let strewn = changes(run) * 5 >= run.len() * 2;
    let groups: Vec<usize> = run.split('-').map(str::len).collect();
    let uuid = groups == [8, 4, 4, 4, 12] && run.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    uuid || (mixed && (padded || (strewn && has(u8::is_ascii_digit))))
}

/// How often the kind of character changes within a run.
fn changes(run: &str) -> usize {
    let kind = |byte: &u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    run.as_bytes().windows(2).filter(|pair| kind(&pair[0]) != kind(&pair[1])).count()
}

/// What stands behind `Basic ` and `Bearer `, unless it is a word.
fn operands(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    for scheme in [&b"basic"[..], b"bearer"] {
        for (at, window) in bytes.windows(scheme.len()).enumerate() {
            if !window.eq_ignore_ascii_case(scheme) {
                continue;
            }
            let behind = at + scheme.len();
            let blanks = bytes[behind..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'+')).count();
            let start = behind + blanks;
            let operand = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/_-.~=:".contains(byte);
            let length = bytes[start..].iter().take_while(operand).count();
            let run = &bytes[start..start + length];
            let capitals = run.iter().filter(|byte| byte.is_ascii_uppercase()).count();
            let word = !run.iter().any(|byte| byte.is_ascii_digit() || b"=:".contains(byte)) && capitals < 2;
            if blanks > 0 && length >= 6 && !word {
                found.push(start..start + length);
            }
        }
    }
    found
}

/// The password in `scheme://user:password@host`, unless it is filled in at run time.
fn passwords(text: &str) -> Vec<Range<usize>> {
    let userinfo = |(at, _): (usize, &str)| {
        let start = at + 3;
        let rest = part(text, start..text.len());
        let end = start + rest.find(|c: char| c.is_whitespace() || "/\"'`<>\\".contains(c)).unwrap_or(rest.len());
        let at_sign = start + part(text, start..end).rfind('@')?;
        let colon = start + part(text, start..at_sign).find(':')?;
        let password = colon + 1..at_sign;
        let template = part(text, password.clone()).contains(['$', '{', '}', '(']);
        (!password.is_empty() && !template).then_some(password)
    };
    text.match_indices("://").filter_map(userinfo).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let found = find(text);
        let hidden = |at: usize| found.iter().any(|range| range.contains(&at));
        text.char_indices().map(|(at, c)| if hidden(at) { '*' } else { c }).collect()
    }

    #[test]
    fn credentials_of_other_vendors_are_recognised() {
        for (text, masked) in [
            ("k = '9d1c7be04f6a2835c1d0e97ab3f48265'", "k = '********************************'"),
            ("sk_live_4eC39HqLyjWDarjtT1zdp7dcAb", "**********************************"),
            ("-H 'Authorization: Basic c3RyYXk6YmxhbmtzMQ=='", "-H 'Authorization: Basic ********************'"),
            ("authorization: bearer opaque-7-token", "authorization: bearer **************"),
            ("postgres://app:hunter2@db.example/x", "postgres://app:*******@db.example/x"),
            ("wJalrXUt/fEMIK7MDE+bPxRfiCYz1x/AbCd9", "************************************"),
            ("id: 0f8fad5b-d9cb-469f-a165-70867728950e;", "id: ************************************;"),
            ("'TWl4cGFuZWwgYWNjb3VudHMgYXJl+Q=='", "'********************************'"),
            ("QwErTyUiOpAsDfGhJkLzXcVb", "************************"),
        ] {
            assert_eq!(shown(text), masked);
        }
    }

    #[test]
    fn names_and_words_stay() {
        for text in [
            "const secret = process.env.NEXT_PUBLIC_MIXPANEL_SERVICE_ACCOUNT_SECRET_2;",
            "export async function getServerSidePropsForDashboard() {",
            "import x from 'src/components/dashboard/widgets/retention/Card'",
            "// Basic authentication, or a bearer token, with some-long-kebab-case-identifier",
            "`Basic ${btoa(pair)}`, `https://${user}:${secret}@data.mixpanel.com/api/2.0/export`",
            "https://api-eu.mixpanel.com/import?strict=1&project_id=3120421",
        ] {
            assert_eq!(shown(text), text);
        }
    }
}
