//! What a text can be: shapes, placeholders, encoded pairs and near misses.

use std::collections::HashSet;
use std::sync::OnceLock;

use regex::Regex;
use regex::bytes::RegexSet;

use crate::catalog::Catalog;
use crate::catalog::coverage::{self, used};
use crate::catalog::names::KindSet;
use crate::flow::decode_base64;

/// The kinds of credential, ready to be matched.
pub struct Kinds<'a> {
    catalog: &'a Catalog,
    shapes: Vec<Shape<'a>>,
    own_shapes: Vec<(usize, Shape<'a>)>,
    placeholders: OnceLock<Option<RegexSet>>,
    samples: HashSet<&'a String>,
    /// The project token.
    pub token: usize,
    /// The project secret.
    pub project_secret: usize,
    /// The legacy API key.
    pub api_key: usize,
    /// The name of a service account.
    pub username: usize,
    /// The secret of a service account.
    pub account_secret: usize,
    /// Name and secret of a service account together.
    pub pair: usize,
    /// The OAuth token.
    pub oauth: usize,
    /// The SCIM token.
    pub scim: usize,
    /// The project's number, which is no credential.
    pub project_id: usize,
}

/// A regular expression that is compiled when it is first asked: most runs over a few files ask none.
struct Shape<'a> {
    pattern: &'a str,
    compiled: OnceLock<Option<Regex>>,
}

impl<'a> Shape<'a> {
    fn new(pattern: &'a str) -> Self {
        Self { pattern, compiled: OnceLock::new() }
    }

    fn is_match(&self, text: &str) -> bool {
        self.compiled.get_or_init(|| Regex::new(self.pattern).ok()).as_ref().is_some_and(|shape| shape.is_match(text))
    }
}

/// Characters that people paste without seeing them.
const INVISIBLE: &[char] = &['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{a0}'];

impl<'a> Kinds<'a> {
    /// The kinds of a catalog.
    pub fn new(catalog: &'a Catalog) -> Self {
        let rows = &catalog.kinds.kind;
        let index = |id: &str| rows.iter().position(|kind| kind.id == id).unwrap_or(rows.len());
        let own = |(at, kind): (usize, &'a crate::catalog::Kind)| {
            kind.own_shape.as_ref().map(|shape| (at, Shape::new(shape)))
        };
        Self {
            catalog,
            shapes: rows.iter().map(|kind| Shape::new(&kind.shape)).collect(),
            own_shapes: rows.iter().enumerate().filter_map(own).collect(),
            placeholders: OnceLock::new(),
            samples: catalog.kinds.placeholder.digests.iter().collect(),
            token: index("project-token"),
            project_secret: index("project-secret"),
            api_key: index("api-key"),
            username: index("service-account-username"),
            account_secret: index("service-account-secret"),
            pair: index("service-account-pair"),
            oauth: index("oauth-token"),
            scim: index("scim-token"),
            project_id: index("project-id"),
        }
    }

    /// What people call a kind.
    pub fn title(&self, kind: usize) -> &'a str {
        self.catalog.kinds.kind.get(kind).map_or("credential", |kind| &kind.title)
    }

    /// The row of a kind.
    pub fn row(&self, kind: usize) -> Option<&'a crate::catalog::Kind> {
        self.catalog.kinds.kind.get(kind)
    }

    /// The slug of a kind.
    pub fn id(&self, kind: usize) -> &'a str {
        self.catalog.kinds.kind.get(kind).map_or("", |kind| &kind.id)
    }

    /// The kinds of these slugs.
    pub fn set(&self, ids: &[String]) -> KindSet {
        let find = |id: &String| self.catalog.kinds.kind.iter().position(|kind| kind.id == *id);
        ids.iter().filter_map(find).fold(KindSet::default(), |set, kind| set.with(KindSet::one(kind)))
    }

    /// Whether a kind is a secret.
    pub fn is_secret(&self, kind: usize) -> bool {
        self.catalog.kinds.kind.get(kind).is_some_and(|kind| kind.class == "secret")
    }

    /// Whether every kind of a set is a secret.
    pub fn all_secret(&self, kinds: KindSet) -> bool {
        !kinds.is_empty() && kinds.iter().all(|kind| self.is_secret(kind))
    }

    /// Whether a text has a kind's shape.
    pub fn fits(&self, kind: usize, text: &str) -> bool {
        let fits = self.shapes.get(kind).is_some_and(|shape| shape.is_match(text))
            && (kind != self.account_secret || is_mixed(text));
        if fits && let Some(row) = self.row(kind) {
            used(row);
        }
        fits
    }

    /// Those kinds of a set whose shape a text has.
    pub fn fitting(&self, kinds: KindSet, text: &str) -> KindSet {
        kinds
            .iter()
            .filter(|kind| self.fits(*kind, text))
            .fold(KindSet::default(), |set, kind| set.with(KindSet::one(kind)))
    }

    /// The kind whose shape identifies itself, if the text has one.
    pub fn own_kind(&self, text: &str) -> Option<usize> {
        let found = self.own_shapes.iter().find(|(_, shape)| shape.is_match(text)).map(|(kind, _)| *kind)?;
        if let Some(row) = self.row(found) {
            used(row);
        }
        Some(found)
    }

    /// Whether a text stands for a value that is to be filled in, or is a sample of Mixpanel's own pages.
    pub fn is_placeholder(&self, text: &str) -> bool {
        let text = text.trim();
        let patterns = || {
            let patterns = &self.catalog.kinds.placeholder.patterns;
            // Over bytes and ASCII: tables of Unicode would cost more than all else in a run over one file.
            RegexSet::new(patterns.iter().map(|pattern| format!("(?i-u){pattern}"))).ok()
        };
        let mut distinct: Vec<char> = text.chars().collect();
        distinct.sort_unstable();
        distinct.dedup();
        distinct.len() < 5
            || self.placeholders.get_or_init(patterns).as_ref().is_some_and(|patterns| self.is_pattern(patterns, text))
            || self.samples.get(&crate::secret::digest("mpcheck sample", text)).inspect(|row| used(**row)).is_some()
    }

    /// Whether one of the patterns for placeholders fits.
    fn is_pattern(&self, patterns: &RegexSet, text: &str) -> bool {
        if coverage::watched() {
            let rows = &self.catalog.kinds.placeholder.patterns;
            patterns.matches(text.as_bytes()).iter().for_each(|at| used(&rows[at]));
        }
        patterns.is_match(text.as_bytes())
    }

    /// A text freed of what doesn't belong into a credential, and what that was; `None` where it is clean.
    pub fn stray(&self, text: &str) -> Option<(String, &'static str)> {
        let mut bare = text.trim();
        let mut what = (bare.len() < text.len()).then_some("white space");
        if text.contains(['\n', '\r']) && what.is_some() {
            what = Some("a line break");
        }
        for prefix in ["Bearer ", "Basic ", "bearer ", "basic "] {
            if let Some(rest) = bare.strip_prefix(prefix) {
                bare = rest.trim();
                what = Some("a scheme in front");
            }
        }
        let unquoted = bare.trim_matches(['"', '\'', '`']);
        if unquoted.len() < bare.len() {
            what = Some("quotes");
            bare = unquoted.trim();
        }
        let visible: String = bare.chars().filter(|c| !INVISIBLE.contains(c)).collect();
        if visible.len() < bare.len() {
            what = Some("an invisible character");
        }
        what.map(|what| (visible, what))
    }

    /// Whether a text was plainly meant as a credential of these kinds and can't be one: its length is wrong.
    pub fn is_near_miss(&self, kinds: KindSet, text: &str) -> Option<String> {
        let length = text.len();
        if !(24..=80).contains(&length) || length == 32 || self.is_placeholder(text) {
            return None;
        }
        let hexadecimal = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let hex_kind = [self.token, self.project_secret, self.api_key].into_iter().any(|kind| kinds.has(kind));
        // Other well-known hexadecimal lengths are hashes, not slips.
        if hexadecimal && hex_kind && !matches!(length, 40 | 64) {
            return Some(format!("has {length} hexadecimal digits where 32 are right"));
        }
        let mixed = text.bytes().all(|byte| byte.is_ascii_alphanumeric()) && is_mixed(text);
        if mixed && kinds.only() == Some(self.account_secret) {
            return Some(format!("has {length} letters and digits where 32 are right"));
        }
        None
    }

    /// The user name and password that a base64 blob hides.
    pub fn decode_pair(&self, blob: &str) -> Option<(String, String)> {
        let text = blob.trim();
        if text.len() < 24 || text.len() > 400 || !text.bytes().all(is_base64_byte) {
            return None;
        }
        let decoded = decode_base64(text)?;
        let (user, password) = decoded.split_once(':')?;
        let printable = decoded.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        printable.then(|| (user.to_owned(), password.to_owned()))
    }
}

/// Whether a text is a base64 character's.
pub fn is_base64_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_')
}

/// Whether a text mixes upper case, lower case and digits, as random alphanumerics of 32 characters do.
fn is_mixed(text: &str) -> bool {
    let upper = text.bytes().filter(u8::is_ascii_uppercase).count();
    let lower = text.bytes().filter(u8::is_ascii_lowercase).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    upper >= 2 && lower >= 2 && digits >= 1
}
