//! What is wrong with a configuration file, and where.

use std::fmt;
use std::sync::Arc;

use crate::report::rules::near;
use crate::secret::Secret;
use crate::source::{Source, Span};

/// A mistake in a file of configuration: what is wrong at which place, and what to do. Nothing in it shows a text that
/// may be a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, as seen from where mpcheck was started.
    pub path: Arc<str>,
    /// The line, from 1; 0 where the mistake is about the whole file.
    pub line: u32,
    /// The column, from 1, in UTF-16 code units.
    pub column: u32,
    /// What is wrong and what to do, in a sentence without a full stop.
    pub message: String,
    /// The line and a mark below the place, each with its line break; empty where there is no line.
    excerpt: String,
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => {
                write!(f, "{}:{line}:{}: {}", self.path, self.column, self.message)?;
                if self.excerpt.is_empty() { Ok(()) } else { write!(f, "\n{}", self.excerpt.trim_end()) }
            }
        }
    }
}

impl ConfigError {
    /// A mistake at a place of a file.
    pub(crate) fn new(path: &str, text: &str, span: Span, message: impl Into<String>) -> Self {
        let source = Source::new(path, text.to_owned());
        let start = span.start.min(text.len() as u32);
        let position = source.position(start);
        let line = source.line_span(position.line);
        let shown = masked(source.slice(line));
        // The mistake may be the end of the line.
        let from = start.min(line.end);
        let before = source.slice(Span { start: line.start, end: from }).chars().count();
        let length = source.slice(Span { start: from, end: span.end.clamp(from, line.end) }).chars().count().max(1);
        let number = position.line.to_string();
        let gutter = " ".repeat(number.len());
        // Tabs keep their width, so that the mark stands below what it means.
        let indent: String = shown.chars().take(before).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let excerpt = match shown.chars().count() {
            0..=200 => format!("{gutter} |\n{number} | {shown}\n{gutter} | {indent}{}\n", "^".repeat(length)),
            _ => String::new(),
        };
        let message = masked(&message.into());
        Self { path: path.into(), line: position.line, column: position.column, message, excerpt }
    }

    /// A mistake about a whole file.
    pub(crate) fn whole(path: &str, message: impl Into<String>) -> Self {
        Self { path: path.into(), line: 0, column: 0, message: message.into(), excerpt: String::new() }
    }

    /// What the parser says of a text.
    pub(crate) fn parser(path: &str, text: &str, error: &toml::de::Error) -> Self {
        let range = error.span().unwrap_or(0..0);
        Self::new(path, text, Span::new(range.start, range.end), plain(error.message()))
    }
}

/// The parser's words, with the likeliest meaning of what it doesn't know.
pub(super) fn plain(message: &str) -> String {
    let message = message.trim_end().replace('\n', "; ");
    let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let known = |what: &str| message.strip_prefix(&format!("unknown {what} ")).map(quoted);
    let (what, names) = match (known("field"), known("variant")) {
        (Some(names), _) => ("key", names),
        (_, Some(names)) => ("value", names),
        _ => return message,
    };
    let Some((unknown, names)) = names.split_first() else { return message };
    unknown_name(&format!("there is no {what} `{unknown}` here"), unknown, names.iter().map(String::as_str))
}

/// A sentence about a name that doesn't exist, with those that are like it, or all that there are.
pub(crate) fn unknown_name<'n>(sentence: &str, typed: &str, names: impl Iterator<Item = &'n str> + Clone) -> String {
    let near = near(names.clone(), typed);
    if !near.is_empty() {
        return format!("{sentence}; did you mean `{}`?", near.join("` or `"));
    }
    let all: Vec<&str> = names.collect();
    match all.as_slice() {
        [] => sentence.to_owned(),
        all => format!("{sentence}; choose one of `{}`", all.join("`, `")),
    }
}

/// A text in which every run of letters and digits that is long enough for a credential is masked.
pub(crate) fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !is_of_credential(c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        // The names of rules and of columns have no digits in them.
        match run.len() >= 20 && run.bytes().any(|byte| byte.is_ascii_digit()) {
            true => {
                let hint = Secret::new(run).hint();
                shown.push_str(&hint);
                shown.extend(std::iter::repeat_n(crate::secret::MASK, run.len().saturating_sub(hint.len())));
            }
            false => shown.push_str(run),
        }
        let next = after.chars().next().map_or(0, char::len_utf8);
        shown.push_str(&after[..next]);
        rest = &after[next..];
    }
    shown
}

fn is_of_credential(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '=' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_shows_its_line_and_no_credential() {
        let text = "[[allow]]\n\tfingerprint = \"7c41be09d35fa8260e9d1b4a76f3c852\"\n";
        let start = text.find('"').unwrap();
        let error = ConfigError::new("mpcheck.toml", text, Span::new(start, start + 34), "no fingerprint").to_string();
        assert!(error.starts_with("mpcheck.toml:2:16: no fingerprint\n"), "{error}");
        assert!(error.contains("2 | \tfingerprint = \"7c41****************************\""), "{error}");
        assert!(error.ends_with(&format!("  | \t{}{}", " ".repeat(14), "^".repeat(34))), "{error}");
        let error = ConfigError::new("a", "", Span::new(9, 12), "empty");
        assert_eq!((error.line, error.column), (1, 1));
        // A text in quotes that ends with a line of Windows.
        let error = ConfigError::new("a", "'\r\n", Span::new(2, 3), "no end");
        assert!(error.to_string().ends_with("1 | '\n  |  ^"), "{error}");
        assert_eq!(masked("name = 4be21c.0123456789abcdefgh.mp"), "name = 4be*************************");
        assert!(masked("hardcoded-secret-and-more-words é").contains("hardcoded-secret-and-more-words é"));
    }

    #[test]
    fn the_parser_is_made_plain() {
        let one = plain("unknown field `ruels`, expected one of `rules`, `levels`, `paths`");
        assert_eq!(one, "there is no key `ruels` here; did you mean `rules` or `levels`?");
        let other = plain("unknown variant `fatal`, expected one of `off`, `note`");
        assert_eq!(other, "there is no value `fatal` here; choose one of `off`, `note`");
        assert_eq!(plain("duplicate key\n"), "duplicate key");
    }
}
