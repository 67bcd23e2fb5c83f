//! XML: an element is a map of its attributes and of the elements in it, or its text where there is nothing else. A
//! property list is what it lists.

use std::sync::Arc;

use tree_sitter::Node;

use super::data::References;
use super::facts::{Comment, Entry, Expr, ExprKind, Facts, Stmt};
use super::grammar::{self, MAX_DEPTH};
use crate::source::Span;

/// `$(X)` of Xcode and MSBuild, `${x}` of Maven and Spring.
const REFERENCES: References = References { bare: true, bare_any_case: false };

/// The key of an element's text beside attributes or other elements; what `name` says is then its name.
const TEXT: &str = "value";

/// The facts of an XML text.
pub fn lower(text: &str) -> Facts {
    let mut xml = Xml { text, facts: Facts { data: true, ..Facts::default() } };
    let parsed = (!is_tower(text)).then(|| grammar::parse(&tree_sitter_xml::LANGUAGE_XML.into(), text.as_bytes()));
    match parsed.flatten() {
        Some(tree) => xml.document(tree.root_node()),
        None => xml.facts.unread.push(Span::new(0, text.len())),
    }
    xml.facts
}

/// Whether more elements are open at once than the grammar's scanner has room for.
fn is_tower(text: &str) -> bool {
    const MAX_OPEN: usize = 150;
    let bytes = text.as_bytes();
    let (mut open, mut at) = (0usize, 0);
    while let Some(length) = bytes[at..].iter().position(|byte| *byte == b'<') {
        at += length + 1;
        match bytes.get(at) {
            Some(b'/') => open = open.saturating_sub(1),
            Some(b'!' | b'?') | None => {}
            Some(_) => {
                let end = bytes[at..].iter().position(|byte| *byte == b'>').map_or(bytes.len(), |end| at + end);
                open += usize::from(bytes[end - 1] != b'/');
            }
        }
        if open > MAX_OPEN {
            return true;
        }
    }
    false
}

struct Xml<'a> {
    text: &'a str,
    facts: Facts,
}

impl Xml<'_> {
    fn document(&mut self, root: Node<'_>) {
        self.survey(root);
        let mut entries = Vec::new();
        let list = self.elements(root, &mut entries, 0);
        let span = Span::new(0, self.text.len());
        match list {
            Some(list) => self.facts.body.push(Stmt::Expr(list)),
            None => self.facts.body.push(Stmt::Expr(Expr::new(ExprKind::Map(entries), span))),
        }
    }

    /// The elements directly inside a node, also in ranges with errors. A property list is given back as its value.
    fn elements(&mut self, node: Node<'_>, entries: &mut Vec<Entry>, depth: usize) -> Option<Expr> {
        let mut cursor = node.walk();
        let mut list = None;
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "element" => match self.element(child, depth) {
                    Some((name, value)) if depth == 0 && self.slice(name) == "plist" => list = Some(value),
                    Some((name, value)) => {
                        let key = Expr::text(local(self.slice(name)), name);
                        entries.push(Entry { key, value, env: false });
                    }
                    None => {}
                },
                "ERROR" if depth < 4 => list = self.elements(child, entries, depth + 1).or(list),
                _ => {}
            }
        }
        list
    }

    /// An element's name and value.
    fn element(&mut self, node: Node<'_>, depth: usize) -> Option<(Span, Expr)> {
        let span = grammar::span(node);
        let mut cursor = node.walk();
        let tag = node.named_children(&mut cursor).find(|child| matches!(child.kind(), "STag" | "EmptyElemTag"))?;
        let mut inside = tag.walk();
        let name = tag.named_children(&mut inside).find(|child| child.kind() == "Name").map(grammar::span)?;
        if depth > MAX_DEPTH {
            self.facts.unread.push(span);
            return Some((name, Expr::opaque(span)));
        }
        let content = node.named_children(&mut cursor).find(|child| child.kind() == "content");
        let value = match (self.slice(name), content) {
            ("dict", content) => self.dict(content, span, depth),
            ("plist", Some(content)) => self.items(content, depth).into_iter().next()?,
            ("array", Some(content)) => Expr::new(ExprKind::List(self.items(content, depth)), span),
            (_, content) => {
                let mut entries: Vec<Entry> = Vec::new();
                for attribute in tag.named_children(&mut inside).filter(|child| child.kind() == "Attribute") {
                    entries.extend(self.attribute(attribute));
                }
                let plain = entries.is_empty();
                let text = content.and_then(|content| {
                    self.elements(content, &mut entries, depth + 1);
                    self.content(content)
                });
                match text {
                    Some(text) if plain && entries.is_empty() => text,
                    Some(text) => {
                        entries.push(Entry { key: Expr::text(TEXT, name), value: text, env: false });
                        Expr::new(ExprKind::Map(entries), span)
                    }
                    None if entries.is_empty() => Expr::new(ExprKind::Nothing, span),
                    None => Expr::new(ExprKind::Map(entries), span),
                }
            }
        };
        Some((name, value))
    }

    /// The values in a property list's array.
    fn items(&mut self, content: Node<'_>, depth: usize) -> Vec<Expr> {
        let mut cursor = content.walk();
        let items: Vec<_> = content.named_children(&mut cursor).filter(|child| child.kind() == "element").collect();
        items.into_iter().filter_map(|item| self.element(item, depth + 1)).map(|(_, value)| value).collect()
    }

    /// `<key>Name</key><string>value</string>`
    fn dict(&mut self, content: Option<Node<'_>>, span: Span, depth: usize) -> Expr {
        let (mut entries, mut key) = (Vec::new(), None);
        let children = content.map_or_else(Vec::new, |content| {
            let mut cursor = content.walk();
            content.named_children(&mut cursor).collect::<Vec<_>>()
        });
        for child in children.into_iter().filter(|child| child.kind() == "element") {
            let Some((name, value)) = self.element(child, depth + 1) else { continue };
            if self.slice(name) == "key" {
                key = value.as_text().is_some().then_some(value);
            } else {
                let key = key.take().unwrap_or_else(|| Expr::text(local(self.slice(name)), name));
                entries.push(Entry { key, value, env: false });
            }
        }
        Expr::new(ExprKind::Map(entries), span)
    }

    fn attribute(&self, node: Node<'_>) -> Option<Entry> {
        let mut cursor = node.walk();
        let (mut name, mut value) = (None, None);
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "Name" => name = Some(grammar::span(child)),
                "AttValue" => value = Some(grammar::span(child)),
                _ => {}
            }
        }
        let (name, whole) = (name?, value?);
        let quote = if self.slice(whole).starts_with('\'') { "'" } else { "\"" };
        let inside = grammar::inside(self.text, whole, quote, quote);
        let value = REFERENCES.lower(self.slice(inside), inside.start as usize, &decode);
        Some(Entry { key: Expr::text(local(self.slice(name)), name), value, env: false })
    }

    /// The text of an element: what stands in it, or in its one CDATA section, without the blanks around it.
    fn content(&self, content: Node<'_>) -> Option<Expr> {
        let mut cursor = content.walk();
        let (mut from, mut to) = (None, 0);
        let mut verbatim = false;
        for child in content.named_children(&mut cursor) {
            let span = match child.kind() {
                "CharData" | "CharRef" | "EntityRef" => grammar::span(child),
                "CDSect" => {
                    let mut inside = child.walk();
                    verbatim = true;
                    match child.named_children(&mut inside).find(|part| part.kind() == "CData") {
                        Some(data) => grammar::span(data),
                        None => continue,
                    }
                }
                _ => continue,
            };
            let raw = self.slice(span);
            if raw.trim().is_empty() {
                continue;
            }
            from = from.or(Some(span.start as usize + raw.len() - raw.trim_start().len()));
            to = span.start as usize + raw.trim_end().len();
        }
        let span = Span::new(from?, to);
        let raw = self.slice(span);
        // Elements between two pieces of text make it prose.
        if raw.contains('<') && !raw.contains("<![CDATA[") && !verbatim {
            return Some(Expr::text(decode(raw), span));
        }
        let decode: &dyn Fn(&str) -> String = if verbatim { &str::to_owned } else { &decode };
        Some(REFERENCES.lower(raw, span.start as usize, decode))
    }

    /// Comments, wherever they stand, and what could not be read.
    fn survey(&mut self, root: Node<'_>) {
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            let span = grammar::span(node);
            match node.kind() {
                "Comment" => {
                    let span = grammar::inside(self.text, span, "<!--", "-->");
                    self.facts.comments.push(Comment { text: self.slice(span).to_owned(), span });
                }
                "ERROR" if grammar::is_worth_reading(self.text, span) => self.facts.unread.push(span),
                _ => {}
            }
            if !node.is_error() && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// A name without its namespace: `android:value` is a `value`.
fn local(name: &str) -> Arc<str> {
    name.rsplit(':').next().unwrap_or(name).into()
}

/// A text with the entities that every XML knows decoded; those that the document defines are never expanded.
fn decode(raw: &str) -> String {
    if !raw.contains('&') {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.find(';').filter(|end| *end <= 10) else {
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        let name = &rest[1..end];
        let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        });
        let decoded = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => number.and_then(char::from_u32),
        };
        match decoded {
            Some(decoded) => out.push(decoded),
            None => out.push_str(&rest[..=end]),
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
