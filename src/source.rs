//! A file's text and the places in it.

use std::fmt;
use std::sync::Arc;

/// A range of bytes in one source's text: `start` is inside, `end` is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `start..end`, in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The span as a range that can index text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// This span moved by `offset` bytes: from an embedded text to the file around it.
    pub fn shifted(self, offset: usize) -> Self {
        Self { start: self.start + offset as u32, end: self.end + offset as u32 }
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A span in a file. The path is relative to where mpcheck was started, with forward slashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: Arc<str>,
    /// Where in it.
    pub span: Span,
}

/// A line and a column, both counted from 1; the column in UTF-16 code units, as SARIF and editors count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in UTF-16 code units, from 1.
    pub column: u32,
}

/// A file's decoded text: its only owner. `Debug` shows no text, since text holds secrets.
pub struct Source {
    path: Arc<str>,
    text: String,
    lines: Vec<u32>,
}

impl Source {
    /// A source of this path and text.
    pub fn new(path: impl Into<Arc<str>>, text: String) -> Self {
        let mut lines = vec![0];
        lines.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1));
        Self { path: path.into(), text, lines }
    }

    /// Relative path with forward slashes.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The whole decoded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of one span; empty where the span isn't one of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The line (from 1) in which a byte stands.
    pub fn line(&self, byte: u32) -> u32 {
        self.lines.partition_point(|start| *start <= byte) as u32
    }

    /// Line and UTF-16 column of a byte.
    pub fn position(&self, byte: u32) -> Position {
        let line = self.line(byte);
        let start = self.lines[line as usize - 1] as usize;
        let before = self.text.get(start..byte as usize).unwrap_or_default();
        Position { line, column: before.chars().map(char::len_utf16).sum::<usize>() as u32 + 1 }
    }

    /// The span of a line (from 1), without its line break.
    pub fn line_span(&self, line: u32) -> Span {
        let start = self.lines.get(line as usize - 1).map_or(self.text.len(), |start| *start as usize);
        let end = self.lines.get(line as usize).map_or(self.text.len(), |next| *next as usize);
        let text = &self.text[start..end];
        Span::new(start, start + text.trim_end_matches(['\n', '\r']).len())
    }

    /// How many lines there are.
    pub fn line_count(&self) -> u32 {
        self.lines.len() as u32
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({}, {} bytes)", self.path, self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_utf16_units_from_one() {
        let source = Source::new("a.js", "a\r\n\t\u{1f600}x\n".into());
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(8), Position { line: 2, column: 4 });
        assert_eq!(source.slice(source.line_span(1)), "a");
        assert_eq!(source.line_count(), 3);
    }
}
