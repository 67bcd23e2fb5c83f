//! The reading of text without a grammar: other languages' code, prose, comments, and what a grammar could not read.
//!
//! One pass over the text. It keeps a handful of tokens, the brackets and tags that are open, and nothing else, so it
//! is linear and knows no language. What it looks for is a value that may be a credential, with the names around it.

pub mod imports;
mod names;
mod reader;
mod remarks;
mod shape;
pub mod telling;

use std::sync::Arc;

pub use remarks::remarks;

use super::facts::{Literal, LiteralRole};
pub(crate) use shape::is_key_like;

use crate::source::Span;

/// The values in a range of the text, with the names that stand around each on its line, and the section, block, tag
/// or call around that.
///
/// A value behind `Basic` or `Bearer` includes that word; one in a URL's user information has the names `userinfo` and
/// the host; one behind `-u` the name `user`. With the role [`LiteralRole::Comment`] every literal has it; otherwise
/// a line that defines an environment variable makes an [`LiteralRole::EnvDefinition`], and what stands in for a
/// variable that isn't there an [`LiteralRole::EnvDefault`].
pub fn read(text: &str, span: Span, role: LiteralRole) -> Vec<Literal> {
    all(text, span, reader::Reader::new(text, role, role == LiteralRole::Comment))
}

/// The same of prose, where the words in front of a value name it (`the project secret is ..`) and headings are about
/// what follows them.
pub fn read_prose(text: &str, span: Span) -> Vec<Literal> {
    all(text, span, reader::Reader::new(text, LiteralRole::Plain, true))
}

fn all(text: &str, span: Span, mut reader: reader::Reader<'_>) -> Vec<Literal> {
    for line in lines(text, span) {
        reader.line(line);
    }
    reader.literals
}

/// What a heading of Markdown says, as one name.
pub(super) fn heading(line: &str) -> Option<Arc<str>> {
    let words = line.starts_with('#').then(|| line.trim_start_matches('#').split_whitespace().take(6))?;
    Some(words.collect::<Vec<_>>().join("_").into())
}

/// The lines of a range, without their line breaks.
pub(super) fn lines(text: &str, span: Span) -> impl Iterator<Item = Span> {
    let mut at = span.start as usize;
    let range = text.get(span.range()).unwrap_or_default();
    range.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        Span::new(start, start + line.len())
    })
}

/// The whole lines that a range touches and that say something: a value, a call, an assignment. Remarks, imports
/// and the heads of declarations do not.
pub fn telling_lines(text: &str, span: Span) -> impl Iterator<Item = Span> {
    let start = text.get(..span.start as usize).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(span.end as usize..).and_then(|after| after.find('\n'));
    let end = end.map_or(text.len(), |length| span.end as usize + length);
    let mut remark = false;
    lines(text, Span::new(start, end)).filter(move |line| {
        let line = text.get(line.range()).unwrap_or_default().trim();
        let inside = remark;
        if let Some(open) = line.rfind("/*") {
            remark = !line[open..].contains("*/");
        } else if line.contains("*/") {
            remark = false;
        }
        let quoted = line.contains(['"', '\'', '`']);
        let head = REMARKS.iter().any(|start| line.starts_with(start)) && !line.starts_with("#define")
            || HEADS.iter().any(|start| line.starts_with(start))
            || !quoted && line.starts_with("import ");
        !inside && !head && (quoted || line.contains(['=', '(', ':']))
    })
}

/// How lines begin that are remarks or directives of a preprocessor, in whatever language.
const REMARKS: &[&str] = &["//", "/*", "*", "#", "--", "<!--"];
/// How lines begin that declare or import and give no value.
const HEADS: &[&str] = &["@interface", "@protocol", "@class", "@import", "@end", "using ", "package "];

#[cfg(test)]
mod tests;
