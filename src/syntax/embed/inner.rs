//! A text that was taken out of a file, with where each part of it stands there.

use crate::source::Span;
use crate::syntax::data::decode_escape;

/// A text inside another: freed of escapes, indentation, quote marks or prompts, or put together from several places.
/// It knows where every part of it stands in the outer text, so that what is found in it can be pointed at there.
#[derive(Clone, Debug, Default)]
pub struct Inner {
    /// The text as its own language reads it.
    pub text: String,
    parts: Vec<Part>,
    /// What stood in the place of the text, where it has characters of several bytes: none may be cut.
    before: Option<Box<str>>,
}

/// A run of bytes.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Where it starts in the inner text.
    inner: u32,
    /// Where it stands in the outer text. As long as the run where the bytes are the same; otherwise all of the run
    /// stands for all of this.
    outer: Span,
    /// Whether the bytes are the same.
    same: bool,
}

impl Inner {
    /// A range of the outer text as it is.
    pub fn slice(text: &str, span: Span) -> Self {
        let mut inner = Self::default();
        inner.keep(text, span);
        inner
    }

    /// The content of a JSON string, without its escapes.
    pub fn json(text: &str, span: Span) -> Self {
        let mut inner = Self::default();
        inner.keep_json(text, span);
        inner
    }

    /// The value of an attribute of HTML, without its entities; an object or list is made an expression.
    pub fn attribute(text: &str, span: Span) -> Self {
        const ENTITIES: &[(&str, &str)] = &[
            ("&quot;", "\""),
            ("&#34;", "\""),
            ("&apos;", "'"),
            ("&#39;", "'"),
            ("&#x27;", "'"),
            ("&amp;", "&"),
            ("&lt;", "<"),
            ("&gt;", ">"),
        ];
        let mut inner = Self::default();
        let raw = text.get(span.range()).unwrap_or_default();
        let start = span.start as usize;
        let is_value = raw.trim_start().starts_with(['{', '[']);
        if is_value {
            inner.put("(", Span { start: span.start, end: span.start });
        }
        let mut at = 0;
        while at < raw.len() {
            let plain = raw[at..].find('&').unwrap_or(raw.len() - at);
            inner.keep(text, Span::new(start + at, start + at + plain));
            at += plain;
            let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) else { break };
            match ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity)) {
                Some((entity, means)) => {
                    inner.put(means, Span::new(start + at, start + at + entity.len()));
                    at += entity.len();
                }
                None => {
                    inner.keep(text, Span::new(start + at, start + at + 1));
                    at += 1;
                }
            }
        }
        if is_value {
            inner.put(")", Span { start: span.end, end: span.end });
        }
        inner
    }

    /// A range whose further lines are indented as its first is: a block of YAML, a fence in a list.
    pub fn dedented(text: &str, span: Span) -> Self {
        let start = span.start as usize;
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let blank = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
        let lead = if text[line..start].trim().is_empty() { start - line } else { 0 };
        let mut inner = Self::default();
        let (mut at, mut first) = (start, true);
        for line in text[span.range()].split_inclusive('\n') {
            let cut = if first { 0 } else { blank(line.trim_end_matches(['\n', '\r'])).min(lead) };
            inner.keep(text, Span::new(at + cut, at + line.len()));
            at += line.len();
            first = false;
        }
        inner
    }

    /// Appends a range of the outer text as it is.
    pub fn keep(&mut self, text: &str, span: Span) {
        let Some(slice) = text.get(span.range()).filter(|slice| !slice.is_empty()) else { return };
        let inner = self.text.len() as u32;
        self.text.push_str(slice);
        match self.parts.last() {
            Some(last) if last.same && last.outer.end == span.start => {
                let end = self.parts.len() - 1;
                self.parts[end].outer.end = span.end;
            }
            _ => self.parts.push(Part { inner, outer: span, same: true }),
        }
    }

    /// Appends what a range of the outer text stands for.
    pub fn put(&mut self, piece: &str, outer: Span) {
        if !piece.is_empty() {
            self.parts.push(Part { inner: self.text.len() as u32, outer, same: false });
            self.text.push_str(piece);
        }
    }

    /// Appends the content of a JSON string, without its escapes.
    pub fn keep_json(&mut self, text: &str, span: Span) {
        let raw = text.get(span.range()).unwrap_or_default();
        let start = span.start as usize;
        let mut at = 0;
        while at < raw.len() {
            let plain = raw[at..].find('\\').unwrap_or(raw.len() - at);
            self.keep(text, Span::new(start + at, start + at + plain));
            at += plain;
            if at < raw.len() {
                let (decoded, length) = decode_escape(&raw[at..]);
                self.put(&decoded, Span::new(start + at, start + at + length));
                at += length;
            }
        }
    }

    /// A range of this text, as a text of its own inside the same outer text `outer`.
    pub fn part(&self, span: Span, outer: &str) -> Self {
        let mut inner = Self::default();
        inner.append(self, span, outer);
        inner
    }

    /// Appends a range of another text inside the same outer text `outer`.
    pub fn append(&mut self, source: &Self, span: Span, outer: &str) {
        for (piece, place) in source.pieces(span) {
            if outer.get(place.range()) == Some(piece) { self.keep(outer, place) } else { self.put(piece, place) }
        }
    }

    /// The same text in an outer one that has so many bytes more before it.
    pub fn shifted(mut self, by: u32) -> Self {
        for part in &mut self.parts {
            part.outer = part.outer.shifted(by as usize);
        }
        self
    }

    /// The same places with another text of the same length (what its language can't read is blanked out).
    pub fn with_text(mut self, text: String) -> Self {
        if text.len() == self.text.len() {
            let before = std::mem::replace(&mut self.text, text);
            self.before = Some(before).filter(|before| !before.is_ascii()).map(String::into_boxed_str);
        }
        self
    }

    /// Whether a part of it stands in this range of the outer text.
    pub fn covers(&self, outer: Span) -> bool {
        self.parts.iter().any(|part| outer.contains(part.outer))
    }

    /// Where a span of the inner text stands in the outer one.
    pub fn outer(&self, span: Span) -> Span {
        let span = self.whole(span);
        let start = match self.holding(span.start) {
            Some(part) if part.same => (part.outer.start + (span.start - part.inner)).min(part.outer.end),
            Some(part) if span.start as usize >= self.text.len() => part.outer.end,
            Some(part) => part.outer.start,
            None => return Span::default(),
        };
        if span.end <= span.start {
            return Span { start, end: start };
        }
        let end = match self.holding(span.end - 1) {
            Some(part) if part.same => (part.outer.start + (span.end - part.inner)).min(part.outer.end),
            Some(part) => part.outer.end,
            None => start,
        };
        Span { start, end: end.max(start) }
    }

    /// The pieces of a range: their text, and where they stand in the outer text.
    pub fn pieces(&self, span: Span) -> Vec<(&str, Span)> {
        let mut found = Vec::new();
        let from = self.parts.partition_point(|part| part.inner <= span.start).saturating_sub(1);
        let to = self.parts.partition_point(|part| part.inner < span.end);
        for at in from..to {
            let end = self.parts.get(at + 1).map_or(self.text.len() as u32, |next| next.inner);
            let cut = Span { start: self.parts[at].inner.max(span.start), end: end.min(span.end) };
            if cut.start < cut.end
                && let Some(piece) = self.text.get(cut.range())
            {
                found.push((piece, self.outer(cut)));
            }
        }
        found
    }

    /// A span with all of each character that it cuts.
    fn whole(&self, span: Span) -> Span {
        let Some(before) = &self.before else { return span };
        let is_edge = |at: &usize| before.is_char_boundary(*at);
        let start = (0..=span.start as usize).rev().find(is_edge).unwrap_or_default();
        let end = (span.end as usize..before.len()).find(is_edge).unwrap_or(before.len());
        Span::new(start.min(end), end)
    }

    /// The part that holds a byte.
    fn holding(&self, byte: u32) -> Option<&Part> {
        let after = self.parts.partition_point(|part| part.inner <= byte);
        after.checked_sub(1).and_then(|at| self.parts.get(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_survive_escapes_and_joins() {
        let text = "[\"a\\n\u{1f600} = '\\u0041b'\", \"\\ud83d\\ude00c\"]";
        let mut inner = Inner::json(text, Span::new(2, text.find("\",").unwrap()));
        let second = text.rfind("\\ud83d").unwrap();
        inner.keep_json(text, Span::new(second, text.len() - 2));
        assert_eq!(inner.text, "a\n\u{1f600} = 'Ab'\u{1f600}c");
        let place = |wanted: &str| {
            let at = inner.text.rfind(wanted).unwrap();
            &text[inner.outer(Span::new(at, at + wanted.len())).range()]
        };
        assert_eq!(place("Ab"), "\\u0041b");
        assert_eq!(place("b"), "b");
        assert_eq!(place("\n"), "\\n");
        assert_eq!(place("c"), "c");
        assert_eq!(place("\u{1f600}"), "\\ud83d\\ude00");
        assert_eq!(inner.outer(Span::new(inner.text.len(), inner.text.len())).start as usize, text.len() - 2);
    }

    #[test]
    fn indentation_is_taken_off() {
        let text = "run: x\n  - |\n    if a:\r\n      b\n\n    c\n";
        let inner = Inner::dedented(text, Span::new(text.find("if").unwrap(), text.len()));
        assert_eq!(inner.text, "if a:\r\n  b\n\nc\n");
        let at = inner.text.rfind('c').unwrap();
        assert_eq!(&text[inner.outer(Span::new(at, at + 1)).range()], "c");
    }
}
