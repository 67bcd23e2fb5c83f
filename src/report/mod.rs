//! What people and programs get to see of a run.
//!
//! One file per format; what they share: [`veil`], through which every string passes, `excerpt` for parts of files and
//! `text` for words. Nothing here decides what is a finding.

mod compact;
mod excerpt;
mod github;
mod human;
mod json;
mod line_hash;
mod markdown;
pub mod rules;
mod sarif;
mod shape;
mod summary;
mod text;
pub mod veil;
mod why;

pub use why::why;

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use crate::finding::{Finding, Level, Report};
use crate::source::{Place, Position, Source, Span};
use summary::Summary;
use veil::Veil;

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// For reading on a terminal: source, labels, why and what to do.
    #[default]
    Human,
    /// One finding a line, for editors and problem matchers.
    Compact,
    /// All there is to know, for scripts.
    Json,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// Workflow commands that GitHub turns into annotations.
    Github,
    /// Markdown with a table of findings and one of credentials, for the summary of a GitHub workflow.
    Markdown,
}

impl Format {
    /// All formats, in the order in which help texts list them.
    pub const ALL: [Self; 6] = [Self::Human, Self::Compact, Self::Json, Self::Sarif, Self::Github, Self::Markdown];

    /// The format's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Compact => "compact",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Markdown => "markdown",
        }
    }

    /// Whether the report holds problems too. Where it doesn't, [`problems`] must write them elsewhere.
    pub fn holds_problems(self) -> bool {
        self != Self::Compact
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A format that doesn't exist was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no format `{asked}`; choose one of {}", text::list(&Format::ALL.map(|format| format.name().to_owned()), "or"))]
pub struct UnknownFormat {
    asked: String,
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let found = Self::ALL.into_iter().find(|format| format.name() == name);
        found.ok_or_else(|| UnknownFormat { asked: name.to_owned() })
    }
}

/// What the output can show. Only [`Format::Human`] and the pages of rules look at it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether colours may be used.
    pub color: bool,
    /// How many columns a line has.
    pub width: usize,
    /// Whether the summary at the end is left out.
    pub quiet: bool,
    /// Whether characters beyond ASCII may be used for drawing.
    pub unicode: bool,
    /// Whether links may be hidden behind text.
    pub hyperlinks: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { color: false, width: 80, quiet: false, unicode: true, hyperlinks: false }
    }
}

/// Writes a report.
///
/// # Errors
///
/// Fails only if `out` can't be written to.
pub fn write(report: &Report, format: Format, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    crate::fault::here(crate::fault::Room::Report, &|| report.sources.iter().map(|source| source.text()).collect());
    let veil = Veil::new(&report.secrets);
    let view = View { report, veil: &veil, options, past: None };
    match format {
        Format::Human => human::write(&view, out),
        Format::Compact => compact::write(&view, out),
        Format::Json => json::write(&view, out),
        Format::Sarif => sarif::write(&view, out),
        Format::Github => github::write(&view, out),
        Format::Markdown => markdown::write(&view, out),
    }
}

/// Writes what kept mpcheck from reading files wholly, one problem a line: for standard error, beside a report that
/// doesn't [hold them](Format::holds_problems) or goes to a file.
///
/// # Errors
///
/// Fails only if `out` can't be written to.
pub fn problems(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let veil = Veil::new(&report.secrets);
    let view = View { report, veil: &veil, options: &Options::default(), past: None };
    compact::problems(&view, out)
}

/// Where a place is, in lines and columns; the end is one past the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Region {
    start: Position,
    end: Position,
}

/// A report that is being written.
#[derive(Clone, Copy)]
struct View<'r> {
    report: &'r Report,
    veil: &'r Veil,
    options: &'r Options,
    /// Of the finding at hand: the file of an earlier commit in which it stands.
    past: Option<&'r Source>,
}

impl<'r> View<'r> {
    /// The same report, as one of its findings sees it.
    fn of(&self, finding: &'r Finding) -> Self {
        Self { past: finding.past.as_ref().map(|past| &*past.source), ..*self }
    }

    /// The text of a file.
    fn source(&self, path: &str) -> Option<&'r Source> {
        let past = self.past.filter(|source| **source.path() == *path);
        past.or_else(|| self.report.source(path).map(|source| &**source))
    }

    /// Words that may leave.
    fn say(&self, text: &str) -> String {
        self.veil.hide(text).into_owned()
    }

    /// The next step of a finding, with what to write.
    fn help(&self, finding: &Finding) -> String {
        let help = text::sentence(&self.say(&finding.help));
        let example = finding.example.as_deref().map(|code| format!(" Here: `{}`.", self.say(code)));
        help + &example.unwrap_or_default()
    }

    /// Where a span of a file is; the file's beginning where its text isn't at hand.
    fn region(&self, path: &str, span: Span) -> Region {
        let start = Position { line: 1, column: 1 };
        let Some(source) = self.source(path) else { return Region { start, end: start } };
        let start = veil::floor(source.text(), span.start as usize) as u32;
        let end = veil::floor(source.text(), span.end as usize) as u32;
        let start = source.position(start);
        Region { start, end: source.position(end).max(start) }
    }

    fn place(&self, place: &Place) -> Region {
        self.region(&place.path, place.span)
    }

    /// What stands at a place, masked, and not more than `most` characters of it.
    fn snippet(&self, place: &Place, most: usize) -> Option<String> {
        let source = self.source(&place.path)?;
        let range = place.span.range();
        let end = range.end.min(range.start.saturating_add(most * 4));
        let snippet = self.veil.slice(source.text(), range.start..end);
        Some(snippet.chars().take(most).collect()).filter(|snippet: &String| !snippet.is_empty())
    }

    /// The way of a finding's credential, the finding's own place included, which may already be its last step.
    fn steps<'f>(&self, finding: &'f Finding) -> Vec<&'f crate::finding::Label> {
        let mut steps: Vec<_> = finding.flow.iter().collect();
        if steps.last().is_some_and(|last| last.place != finding.primary.place) {
            steps.push(&finding.primary);
        }
        steps
    }

    /// The fingerprints of all findings; equal ones are told apart by `:2`, `:3` in the order of the report.
    fn fingerprints(&self) -> Vec<String> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let number = |finding: &Finding| {
            let fingerprint = finding.fingerprint();
            let times = seen.entry(fingerprint.clone()).and_modify(|times| *times += 1).or_insert(1);
            if *times == 1 { fingerprint } else { format!("{fingerprint}:{times}") }
        };
        self.report.findings.iter().map(number).collect()
    }

    fn count(&self, level: Level) -> usize {
        self.report.findings.iter().filter(|finding| finding.level == level).count()
    }
}

#[cfg(test)]
mod tests;
