//! Tags of XML and HTML, and the text of their elements.

use std::ops::Range;
use std::sync::Arc;

use super::{MAX_BLOCKS, Reader, Tag};
use crate::syntax::lexical::names::Token;
use crate::syntax::lexical::shape::{self, is_name, is_value, is_word};

impl Reader<'_> {
    /// `<`: a tag, or just less than.
    pub(super) fn less(&mut self, at: usize, range: &Range<usize>) -> usize {
        let bytes = self.text.as_bytes();
        let rest = &self.text[at..range.end];
        self.host = None;
        if rest.starts_with("</") {
            self.elements.pop();
            self.tag = None;
            return rest.bytes().take(100).position(|byte| byte == b'>').map_or(at + 2, |length| at + length + 1);
        }
        let follows = rest[1..].bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
        if !follows || at > range.start && is_word(bytes[at - 1]) {
            self.context.push(Token::Other);
            return at + 1;
        }
        let length = rest[1..].bytes().take(80).take_while(|b| is_word(*b) || matches!(b, b'-' | b':' | b'.')).count();
        let Some(element) = rest.get(1..1 + length) else {
            return at + 1;
        };
        self.tag = Some(Tag { element: element.into(), name: None, value: None });
        self.context.push(Token::Other);
        at + 1 + length
    }

    /// The end of a tag, and the text of its element where that closes on the line.
    pub(super) fn greater(&mut self, at: usize, range: &Range<usize>) -> usize {
        let Some(tag) = self.tag.take() else {
            return at + 1;
        };
        self.context.push(Token::Other);
        if self.text.as_bytes()[at - 1] == b'/' {
            return at + 1;
        }
        let (mut start, limit) = (at + 1, range.end.min(at + 1 + shape::LONGEST));
        if self.text[start..range.end].starts_with("<![CDATA[") {
            start += "<![CDATA[".len();
        }
        let length = self.text.as_bytes()[start..limit.max(start)].iter().position(|byte| matches!(byte, b'<' | b']'));
        if let Some(raw) = length.and_then(|length| self.text.get(start..start + length)) {
            let trimmed = raw.trim();
            if tag.element.as_ref() == "key" {
                self.key = is_name(trimmed).then(|| trimmed.into());
            } else if is_value(trimmed) && !trimmed.contains(' ') {
                let from = start + raw.len() - raw.trim_start().len();
                let names = tag.name.into_iter().chain(self.key.take()).chain([tag.element.clone()]);
                let names = names.chain(self.elements.iter().rev().cloned()).collect();
                self.emit_as(from..from + trimmed.len(), names, self.role);
                self.elements_push(tag.element);
                return start + raw.len();
            }
        }
        self.elements_push(tag.element);
        start
    }

    fn elements_push(&mut self, element: Arc<str>) {
        if self.elements.len() < MAX_BLOCKS {
            self.elements.push(element);
        }
    }
}
