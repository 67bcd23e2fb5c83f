//! YAML: several documents, block scalars, and the templates that people put into it.

mod scalar;
mod template;

use std::ops::Range;

use tree_sitter::Node;

use super::references::References;
use super::toml::unescape;
use crate::source::Span;
use crate::syntax::embed::shift;
use crate::syntax::facts::{Comment, Entry, Expr, ExprKind, Facts, Stmt};
use crate::syntax::grammar::{self, MAX_DEPTH};
use crate::syntax::lexical::lines;

const REFERENCES: References = References { bare: true, bare_any_case: false };

/// A plain number of so many digits is a credential that happens to have no letters.
const LONGEST_NUMBER: u32 = 20;

/// The grammar's scanner counts lines in sixteen bits.
const MAX_LINES: usize = 30_000;
const FULL_LINES: usize = 20_000;

/// The facts of a YAML text.
pub(super) fn lower(text: &str) -> Facts {
    let mut masked = template::mask(text);
    let mut all = Facts { unread: template::guard(text, &mut masked), ..Facts::default() };
    for piece in pieces(text) {
        let mut facts = lower_piece(&text[piece.clone()], &masked[piece.clone()]);
        shift(&mut facts, piece.start);
        all.body.append(&mut facts.body);
        all.comments.append(&mut facts.comments);
        all.unread.append(&mut facts.unread);
    }
    all
}

/// The text in pieces that the grammar can take, cut before a document, or else a key or item, at the left margin.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let (mut pieces, mut start, mut count) = (Vec::new(), 0, 0);
    for line in lines(text, Span::new(0, text.len())) {
        count += 1;
        let at = line.start as usize;
        let raw = &text[line.range()];
        let margin = raw.starts_with(|c: char| c.is_alphanumeric() || c == '-');
        if count > MAX_LINES || count > FULL_LINES && margin {
            pieces.push(start..at);
            (start, count) = (at, 0);
        }
    }
    pieces.push(start..text.len());
    pieces
}

fn lower_piece(text: &str, masked: &[u8]) -> Facts {
    let mut yaml = Yaml { text, facts: Facts::default() };
    match grammar::parse(&tree_sitter_yaml::LANGUAGE.into(), masked) {
        Some(tree) => yaml.stream(tree.root_node()),
        None => yaml.facts.unread.push(Span::new(0, text.len())),
    }
    yaml.facts
}

struct Yaml<'a> {
    text: &'a str,
    facts: Facts,
}

impl Yaml<'_> {
    fn stream(&mut self, root: Node<'_>) {
        if root.is_error() {
            self.broken(root, &mut Vec::new(), 0);
            return;
        }
        let mut cursor = root.walk();
        for document in root.named_children(&mut cursor) {
            if document.kind() != "document" {
                self.other(document);
                continue;
            }
            let mut inside = document.walk();
            for node in document.named_children(&mut inside) {
                match node.kind() {
                    "block_node" | "flow_node" => {
                        let value = self.node(node, 0);
                        self.facts.body.push(Stmt::Expr(value));
                    }
                    _ => self.other(node),
                }
            }
        }
    }

    /// A block or flow node: what is in it, without its anchor and tag.
    fn node(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let span = grammar::span(node);
        if depth > MAX_DEPTH {
            self.facts.unread.push(span);
            return Expr::opaque(span);
        }
        let (mut value, mut foreign) = (None, false);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "anchor" => {}
                "tag" => foreign = is_foreign(self.slice(grammar::span(child))),
                "comment" | "ERROR" => self.other(child),
                _ => value = Some(self.value(child, depth)),
            }
        }
        match value {
            Some(Expr { kind: ExprKind::Text(_) | ExprKind::Concat(_), span }) if foreign => Expr::opaque(span),
            Some(value) => value,
            None => Expr::new(ExprKind::Nothing, span),
        }
    }

    fn value(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let span = grammar::span(node);
        let kind = match node.kind() {
            "block_mapping" | "flow_mapping" => {
                let (mut entries, mut cursor) = (Vec::new(), node.walk());
                for child in node.named_children(&mut cursor) {
                    self.entry(child, &mut entries, depth);
                }
                ExprKind::Map(entries)
            }
            "block_sequence" | "flow_sequence" => {
                let (mut items, mut cursor) = (Vec::new(), node.walk());
                for child in node.named_children(&mut cursor) {
                    match child.kind() {
                        "block_sequence_item" => items.push(self.node_in(child, depth)),
                        "flow_node" => items.push(self.node(child, depth + 1)),
                        "flow_pair" => {
                            let mut entries = Vec::new();
                            self.entry(child, &mut entries, depth);
                            items.push(Expr::new(ExprKind::Map(entries), grammar::span(child)));
                        }
                        _ => self.other(child),
                    }
                }
                ExprKind::List(items)
            }
            "plain_scalar" => return self.plain(node),
            "double_quote_scalar" => return self.quoted(span, &|raw| unescape(&scalar::fold(raw))),
            "single_quote_scalar" => {
                return self.quoted(span, &|raw| scalar::fold(raw).replace("''", "'"));
            }
            "block_scalar" => {
                let (content, style) = scalar::block(self.text, span);
                let start = content.start as usize;
                return REFERENCES.lower(self.slice(content), start, &|raw| style.decode(raw));
            }
            _ => ExprKind::Opaque(Vec::new()),
        };
        Expr::new(kind, span)
    }

    /// The value of a sequence item, which may be empty.
    fn node_in(&mut self, item: Node<'_>, depth: usize) -> Expr {
        let mut value = None;
        let mut cursor = item.walk();
        for child in item.named_children(&mut cursor) {
            match child.kind() {
                "block_node" | "flow_node" => value = Some(self.node(child, depth + 1)),
                _ => self.other(child),
            }
        }
        value.unwrap_or_else(|| Expr::new(ExprKind::Nothing, grammar::span(item)))
    }

    fn entry(&mut self, pair: Node<'_>, entries: &mut Vec<Entry>, depth: usize) {
        if !matches!(pair.kind(), "block_mapping_pair" | "flow_pair") {
            // `{ a, b }`: keys without values.
            if pair.kind() == "flow_node" {
                let key = self.node(pair, depth + 1);
                let value = Expr::new(ExprKind::Nothing, key.span);
                entries.push(Entry { key, value, env: false });
            } else {
                self.other(pair);
            }
            return;
        }
        let span = grammar::span(pair);
        let (key, value) = (pair.child_by_field_name("key"), pair.child_by_field_name("value"));
        let mut cursor = pair.walk();
        for child in pair.named_children(&mut cursor) {
            if matches!(child.kind(), "comment" | "ERROR") {
                self.other(child);
            }
        }
        let key = key.map_or_else(|| Expr::opaque(Span { end: span.start, ..span }), |key| self.key(key, depth));
        let end = Span { start: span.end, end: span.end };
        let value = value.map_or_else(|| Expr::new(ExprKind::Nothing, end), |value| self.node(value, depth + 1));
        entries.push(Entry { key, value, env: false });
    }

    /// A key: `on`, `1` and `"x"` are all texts.
    fn key(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let key = self.node(node, depth + 1);
        match key.kind {
            ExprKind::Number(_) | ExprKind::Nothing => Expr::text(self.slice(key.span), key.span),
            _ => key,
        }
    }

    fn plain(&self, node: Node<'_>) -> Expr {
        let span = grammar::span(node);
        let kind = node.named_child(0).map_or("string_scalar", |child| child.kind());
        let raw = self.slice(span);
        let kind = match kind {
            "null_scalar" => ExprKind::Nothing,
            "boolean_scalar" if raw.eq_ignore_ascii_case("false") => ExprKind::Nothing,
            "boolean_scalar" => ExprKind::Number("true".into()),
            "integer_scalar" | "float_scalar" if span.end - span.start <= LONGEST_NUMBER => {
                ExprKind::Number(raw.into())
            }
            "timestamp_scalar" => ExprKind::Number(raw.into()),
            _ => return REFERENCES.lower(raw, span.start as usize, &scalar::fold),
        };
        Expr::new(kind, span)
    }

    fn quoted(&self, whole: Span, decode: &dyn Fn(&str) -> String) -> Expr {
        if whole.end - whole.start < 2 {
            return Expr::opaque(whole);
        }
        let span = Span { start: whole.start + 1, end: whole.end - 1 };
        REFERENCES.lower(self.slice(span), span.start as usize, decode)
    }

    /// A tree whose root is an error holds good pairs beside tokens that fit nowhere: the pairs are kept as one map,
    /// and what lies between them is read lexically.
    fn broken(&mut self, node: Node<'_>, entries: &mut Vec<Entry>, depth: usize) {
        let (mut from, end) = (node.start_byte(), node.end_byte());
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "block_mapping_pair" | "flow_pair" => self.entry(child, entries, depth),
                "block_node" | "document" | "block_mapping" if depth < 4 => self.broken(child, entries, depth + 1),
                "comment" => self.other(child),
                _ => continue,
            }
            self.gap(Span::new(from, child.start_byte()));
            from = child.end_byte();
        }
        self.gap(Span::new(from, end));
        if depth == 0 && !entries.is_empty() {
            let map = ExprKind::Map(std::mem::take(entries));
            self.facts.body.push(Stmt::Expr(Expr::new(map, grammar::span(node))));
        }
    }

    fn gap(&mut self, span: Span) {
        if grammar::is_worth_reading(self.text, span) {
            self.facts.unread.push(span);
        }
    }

    fn other(&mut self, node: Node<'_>) {
        let span = grammar::span(node);
        match node.kind() {
            // A masked template may look like a comment; it is none.
            "comment" if !self.slice(span).starts_with('#') => {}
            "comment" => {
                let span = grammar::inside(self.text, span, "#", "");
                let text = self.slice(span).to_owned();
                self.facts.comments.push(Comment { text, span });
            }
            "ERROR" => self.gap(span),
            _ => {}
        }
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// Whether a tag says that the text stands for something else: `!Ref x`, `!vault |`, `!secret x`. `!!str` doesn't,
/// nor does `!Sub`, whose text is the value with references in it.
fn is_foreign(tag: &str) -> bool {
    tag.len() > 1 && !tag.starts_with("!!") && !matches!(tag, "!Sub" | "!Join" | "!reference" | "!str")
}
