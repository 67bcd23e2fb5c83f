//! HTML: scripts to be read as code, and everything else lexically.

mod scripts;

use std::ops::Range;
use std::sync::Arc;

use tree_sitter::{Node, TreeCursor};

use super::embed::Embedded;
use super::facts::{Comment, Expr, ExprKind, Facts, Literal, LiteralRole, Stmt};
use super::grammar;
use super::lexical;
use crate::source::Span;

pub(super) use scripts::scripts_of;

/// What an HTML document is made of.
#[derive(Default)]
pub struct Document {
    /// Comments, the literals of attributes and of text, and the ranges that could not be read. The body is the
    /// reads of variables that a build writes into the page.
    pub facts: Facts,
    /// The scripts and inline handlers, which the caller reads as code.
    pub scripts: Vec<Embedded>,
}

/// Reads an HTML document. The literals are complete but for those of the scripts; comments become literals in
/// [`super::literals::collect`].
pub fn lower(text: &str) -> Document {
    let mut html = Html { text, document: Document::default() };
    html.document.scripts = scripts_of(text, 0);
    placeholders(text, &mut html.document.facts);
    if is_tower(text) {
        html.document.facts.unread.push(Span::new(0, text.len()));
        return html.document;
    }
    // A comment without an end would be sought again at each of its beginnings.
    let unclosed = text.rfind("<!--").filter(|at| !text[*at..].contains("-->"));
    let first = unclosed.map(|last| text[..last].rfind("-->").map_or(0, |at| at + 3));
    let end = first.and_then(|from| text[from..].find("<!--").map(|at| from + at)).unwrap_or(text.len());
    if end < text.len() {
        html.document.facts.unread.push(Span::new(end, text.len()));
    }
    match grammar::parse(&tree_sitter_html::LANGUAGE.into(), &text.as_bytes()[..end]) {
        Some(tree) => html.walk(tree.walk()),
        None => html.document.facts.unread.push(Span::new(0, end)),
    }
    html.document
}

/// Whether a text may have a script or a handler in it.
pub fn has_script(text: &str) -> bool {
    let is_handler = |(at, _)| {
        let name = text.get(at + " on".len()..).unwrap_or_default();
        let rest = name.trim_start_matches(|c: char| c.is_ascii_lowercase());
        let value = rest.strip_prefix('=').unwrap_or_default();
        name.len() - rest.len() > 2 && value.trim_start_matches('\\').starts_with(['"', '\''])
    };
    text.contains("<script") || [" on", "\non", "\ton"].iter().any(|start| text.match_indices(start).any(is_handler))
}

/// The variables that a build writes into a page: `%NAME%`, `<%= NAME %>`, `<%= process.env.NAME %>`.
fn placeholders(text: &str, facts: &mut Facts) {
    const MARKS: [(&str, &str); 2] = [("<%=", "%>"), ("%", "%")];
    for (open, close) in MARKS {
        let mut at = 0;
        while let Some(found) = text[at..].find(open) {
            at += found + open.len();
            let inside = &text[at..];
            let start = inside.len() - inside.trim_start_matches([' ', '-']).len();
            let inside = &inside[start..];
            let object =
                ["process.env.", "import.meta.env.", "env."].into_iter().find(|object| inside.starts_with(object));
            let from = at + start + object.map_or(0, str::len);
            let name = text[from..]
                .bytes()
                .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
            let end = from + name.count();
            if text[end..].trim_start_matches([' ', '-']).starts_with(close) && text[from..end].contains('_') {
                let span = Span::new(from, end);
                facts.body.push(Stmt::Expr(Expr::new(ExprKind::Env(text[span.range()].into()), span)));
            }
        }
    }
}

/// Whether more elements are open at once than any page has: the grammar's scanner copies them all at each token.
fn is_tower(text: &str) -> bool {
    const MAX_OPEN: usize = 2_000;
    const VOID: &[&[u8]] = &[b"br", b"hr", b"img", b"input", b"meta", b"link", b"source", b"col", b"wbr", b"area"];
    let bytes = text.as_bytes();
    let (mut open, mut at) = (0usize, 0);
    while let Some(length) = bytes[at..].iter().position(|byte| *byte == b'<') {
        at += length + 1;
        let name = bytes[at..].iter().take(12).position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(12);
        let name = &bytes[at..bytes.len().min(at + name)];
        match bytes.get(at) {
            Some(b'/') => open = open.saturating_sub(1),
            Some(byte) if byte.is_ascii_alphabetic() && !VOID.iter().any(|void| name.eq_ignore_ascii_case(void)) => {
                open += 1
            }
            _ => {}
        }
        if open > MAX_OPEN {
            return true;
        }
    }
    false
}

struct Html<'a> {
    text: &'a str,
    document: Document,
}

impl Html<'_> {
    /// Every node, without recursion: how deep a page nests its elements says nothing about what stands in them.
    fn walk(&mut self, mut cursor: TreeCursor<'_>) {
        let mut down = true;
        loop {
            if down {
                let node = cursor.node();
                let leaf = self.node(node);
                if !leaf && cursor.goto_first_child() {
                    continue;
                }
            }
            down = cursor.goto_next_sibling();
            if !down && !cursor.goto_parent() {
                return;
            }
        }
    }

    /// Reads a node; gives whether all that is inside it was read too.
    fn node(&mut self, node: Node<'_>) -> bool {
        let span = grammar::span(node);
        match node.kind() {
            "comment" => {
                let inside = self.slice(span.range());
                let start = span.start as usize + if inside.starts_with("<!--") { 4 } else { 0 };
                let end = span.end as usize - if inside.ends_with("-->") && inside.len() >= 7 { 3 } else { 0 };
                let span = Span::new(start.min(end), end);
                let text = self.slice(span.range()).to_owned();
                self.document.facts.comments.push(Comment { text, span });
                true
            }
            "start_tag" | "self_closing_tag" => {
                self.tag(node);
                true
            }
            "text" => {
                let literals = lexical::read(self.text, span, LiteralRole::Comment);
                self.document.facts.literals.extend(literals);
                true
            }
            // Scripts are code, styles hold nothing.
            "raw_text" => true,
            "ERROR" => {
                if grammar::is_worth_reading(self.text, span) {
                    self.document.facts.unread.push(span);
                }
                true
            }
            _ => false,
        }
    }

    /// The values of a tag's attributes, and its handlers.
    fn tag(&mut self, tag: Node<'_>) {
        let (mut element, mut attributes) = (Range::default(), Vec::new());
        let mut cursor = tag.walk();
        for child in tag.named_children(&mut cursor) {
            match child.kind() {
                "tag_name" => element = child.byte_range(),
                "attribute" => attributes.extend(attribute(child)),
                _ => {}
            }
        }
        // `<meta name="mixpanel-token" content="...">`, `<input name=... value=...>`
        let named = attributes.iter().find(|(name, _)| {
            matches!(self.slice(name.clone()).to_ascii_lowercase().as_str(), "name" | "property" | "itemprop" | "id")
        });
        let named: Option<Arc<str>> = named.map(|(_, value)| self.slice(value.clone()).into());
        let element: Arc<str> = self.slice(element).into();
        for (name, value) in attributes {
            let name = self.slice(name).to_ascii_lowercase();
            let span = Span::new(value.start, value.end);
            let text = self.slice(value);
            let url = text.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("javascript:"));
            let script = if url { Span { start: span.start + 11, end: span.end } } else { span };
            // A bound value without a call is a literal like any other, by the name of the attribute.
            if url || is_handler(&name) || is_bound(&name) && text.contains('(') {
                let span = script;
                let handler = Embedded { in_tag: true, ..Embedded::new(span, "javascript") };
                self.document.scripts.push(handler);
                continue;
            }
            if text.len() < 8 {
                continue;
            }
            let bound = is_bound(&name);
            let name = bare(&name).to_owned();
            let mut names: Vec<Arc<str>> = vec![name.as_str().into(), element.clone()];
            if matches!(name.as_str(), "content" | "value")
                && let Some(named) = &named
            {
                names.insert(0, named.clone());
            }
            for mut inner in lexical::read(self.text, span, LiteralRole::Plain) {
                if inner.span != span {
                    inner.names.extend(names.iter().cloned());
                    self.document.facts.literals.push(inner);
                }
            }
            if bound {
                continue;
            }
            let text: Arc<str> = self.slice(span.range()).into();
            self.document.facts.literals.push(Literal { text, span, names, role: LiteralRole::Plain });
        }
    }

    fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }
}

/// The ranges of an attribute's name and value.
fn attribute(node: Node<'_>) -> Option<(Range<usize>, Range<usize>)> {
    let (mut name, mut value) = (None, None);
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        match child.kind() {
            "attribute_name" => name = Some(child.byte_range()),
            "attribute_value" => value = Some(child.byte_range()),
            "quoted_attribute_value" => value = child.named_child(0).map(|inside| inside.byte_range()),
            _ => {}
        }
    }
    Some((name?, value?))
}

/// `onclick` and its like; in Alpine, Vue and others `@click`, `x-data`, `v-on:click`.
fn is_handler(name: &str) -> bool {
    let on = name
        .strip_prefix("on")
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphabetic()) && rest.len() > 2);
    on || name.starts_with("x-") || name.starts_with("v-on:") || name.starts_with('@')
}

/// `:token`, `v-bind:token`, `[token]`, `bind:token`, `(click)`, `on:click`, `v-if`: values that are expressions.
fn is_bound(name: &str) -> bool {
    name.starts_with([':', '[', '(', '*']) || ["v-", "bind:", "on:", "ng-"].iter().any(|start| name.starts_with(start))
}

/// The name of an attribute without what says that it is bound.
fn bare(name: &str) -> &str {
    let name = name.trim_start_matches([':', '[', '(', '*']).trim_end_matches([']', ')']);
    ["v-bind:", "bind:"].iter().find_map(|start| name.strip_prefix(start)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "7be83a5516fe0b92c7d4a83e9c41f0d2";

    #[test]
    fn scripts_handlers_and_attributes() {
        let text = format!(
            "<!doctype html>\r\n<html><head><meta content=\"{HEX}\" name=\"mixpanel-token\">\n<!-- old token: {HEX} <script>no()</script> -->\n\
             <script async src=\"x\"></script><SCRIPT type=\"text/babel\">\nmixpanel.init('{HEX}') // \u{1f600} a < b\n</SCRIPT>\n\
             <script type=application/json>{{\"a\": 1}}</script><script type='text/x-template'><b></script>\n\
             <body data-mixpanel-token='{HEX}' onload=\"init('a > b')\">Mixpanel secret: {HEX} &amp; more<br/></body></html>"
        );
        let document = lower(&text);
        let scripts: Vec<_> = document.scripts.iter().map(|one| (&text[one.span.range()], one.language)).collect();
        assert_eq!(scripts.len(), 4, "{scripts:?}");
        assert!(scripts[0].0.contains("a < b") && scripts[0].1 == "javascript");
        assert_eq!(scripts[1], ("{\"a\": 1}", "json"));
        assert_eq!(scripts[2], ("<b>", "lexical"));
        assert_eq!(scripts[3], ("init('a > b')", "javascript"));
        let literals: Vec<_> = document.facts.literals.iter().filter(|one| one.text.as_ref() == HEX).collect();
        let names: Vec<_> = literals.iter().map(|one| one.names[0].as_ref()).collect();
        assert_eq!(names, ["mixpanel-token", "data-mixpanel-token", "secret"]);
        assert!(literals.iter().all(|one| &text[one.span.range()] == HEX));
        assert_eq!(document.facts.comments.len(), 1);
        assert!(document.facts.comments[0].text.starts_with(" old token"));
    }

    #[test]
    fn hostile_documents() {
        for unit in ["<div>", "<", "<script>", "<!--", "<a b=\"", "</p>", "<script a='", "<svg a = '", "&", "{{"] {
            let text = unit.repeat(1_000_000 / unit.len());
            let start = std::time::Instant::now();
            let _ = lower(&text);
            assert!(start.elapsed().as_secs() < 20, "{unit}: {:?}", start.elapsed());
        }
    }
}
