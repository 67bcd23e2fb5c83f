//! TOML.

use tree_sitter::Node;

use super::json::hex;
use super::nest::Nest;
use super::references::References;
use crate::source::Span;
use crate::syntax::facts::{Comment, Expr, ExprKind, Facts, Ident, Stmt};
use crate::syntax::grammar::{self, MAX_DEPTH};

/// A key of more steps is none that anybody wrote.
const MAX_STEPS: usize = 64;

/// The facts of a TOML text.
pub(super) fn lower(text: &str) -> Facts {
    let mut toml = Toml { text, facts: Facts::default() };
    match grammar::parse(&tree_sitter_toml_ng::LANGUAGE.into(), text.as_bytes()) {
        Some(tree) => toml.document(tree.root_node()),
        None => toml.facts.unread.push(Span::new(0, text.len())),
    }
    toml.facts
}

struct Toml<'a> {
    text: &'a str,
    facts: Facts,
}

impl Toml<'_> {
    fn document(&mut self, root: Node<'_>) {
        let mut nest = Nest::default();
        if root.is_error() {
            self.unread(root);
        }
        let mut cursor = root.walk();
        for node in root.named_children(&mut cursor) {
            match node.kind() {
                "pair" => self.pair(node, &[], &mut nest, 0),
                "table" | "table_array_element" => self.table(node, &mut nest),
                _ => self.other(node),
            }
        }
        self.facts.body.push(Stmt::Expr(nest.into_map(Span::new(0, self.text.len()))));
    }

    fn table(&mut self, node: Node<'_>, nest: &mut Nest) {
        let (mut path, mut opened) = (Vec::new(), false);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "bare_key" | "quoted_key" | "dotted_key" if !opened => {
                    path = self.key(child);
                    opened = true;
                    if node.kind() == "table_array_element" {
                        nest.append(&path);
                    } else {
                        nest.at(&path);
                    }
                }
                "pair" => self.pair(child, &path, nest, 0),
                _ => self.other(child),
            }
        }
    }

    fn pair(&mut self, node: Node<'_>, table: &[Ident], nest: &mut Nest, depth: usize) {
        let (mut path, mut has_key) = (table.to_vec(), false);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "bare_key" | "quoted_key" | "dotted_key" if !has_key => {
                    path.extend(self.key(child));
                    has_key = true;
                }
                "comment" | "ERROR" => self.other(child),
                _ => {
                    let value = self.value(child, depth + 1);
                    nest.put(&path, value);
                }
            }
        }
    }

    fn value(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let span = grammar::span(node);
        if depth > MAX_DEPTH {
            self.facts.unread.push(span);
            return Expr::opaque(span);
        }
        let kind = match node.kind() {
            "string" => return self.string(span),
            "array" => {
                let (mut items, mut cursor) = (Vec::new(), node.walk());
                for child in node.named_children(&mut cursor) {
                    match child.kind() {
                        "comment" | "ERROR" => self.other(child),
                        _ => items.push(self.value(child, depth + 1)),
                    }
                }
                ExprKind::List(items)
            }
            "inline_table" => {
                let (mut nest, mut cursor) = (Nest::default(), node.walk());
                for child in node.named_children(&mut cursor) {
                    match child.kind() {
                        "pair" => self.pair(child, &[], &mut nest, depth),
                        _ => self.other(child),
                    }
                }
                return nest.into_map(span);
            }
            "boolean" if self.slice(span) == "false" => ExprKind::Nothing,
            _ => ExprKind::Number(self.slice(span).into()),
        };
        Expr::new(kind, span)
    }

    /// The steps of a key. The grammar nests dotted keys to the left, as deep as there are dots: no recursion here.
    fn key(&self, node: Node<'_>) -> Vec<Ident> {
        let mut steps = Vec::new();
        let mut cursor = node.walk();
        let mut down = true;
        loop {
            let here = cursor.node();
            if steps.len() >= MAX_STEPS {
                return steps;
            }
            if down && here.kind() == "dotted_key" && cursor.goto_first_child() {
                continue;
            }
            match here.kind() {
                "bare_key" => {
                    let span = grammar::span(here);
                    steps.push(Ident { name: self.slice(span).into(), span });
                }
                "quoted_key" => {
                    let Expr { kind, span } = self.string(grammar::span(here));
                    let ExprKind::Text(name) = kind else {
                        return steps;
                    };
                    steps.push(Ident { name, span });
                }
                _ => {}
            }
            down = cursor.goto_next_sibling();
            if !down && !cursor.goto_parent() {
                return steps;
            }
        }
    }

    fn string(&self, whole: Span) -> Expr {
        let raw = self.slice(whole);
        let (quote, basic) = match raw {
            _ if raw.starts_with("\"\"\"") => (3, true),
            _ if raw.starts_with("'''") => (3, false),
            _ => (1, raw.starts_with('"')),
        };
        if raw.len() < 2 * quote {
            return Expr::opaque(whole);
        }
        let mut start = whole.start as usize + quote;
        let mut inside = &raw[quote..raw.len() - quote];
        if quote == 3 {
            // A line break right after the opening quotes is no part of the value.
            let trimmed = inside.strip_prefix("\r\n").or_else(|| inside.strip_prefix('\n')).unwrap_or(inside);
            start += inside.len() - trimmed.len();
            inside = trimmed;
        }
        let decode: &dyn Fn(&str) -> String = if basic { &unescape } else { &str::to_owned };
        References::default().lower(inside, start, decode)
    }

    fn other(&mut self, node: Node<'_>) {
        let span = grammar::span(node);
        if node.kind() == "comment" {
            let span = grammar::inside(self.text, span, "#", "");
            let text = self.slice(span).to_owned();
            self.facts.comments.push(Comment { text, span });
        } else {
            self.unread(node);
        }
    }

    fn unread(&mut self, node: Node<'_>) {
        let span = grammar::span(node);
        if grammar::is_worth_reading(self.text, span) {
            self.facts.unread.push(span);
        }
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// Escapes that TOML, YAML and `.env` share. A backslash at the end of a line joins it with the next.
pub(in crate::syntax) fn unescape(raw: &str) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(mark) = rest.chars().next() else {
            break;
        };
        rest = &rest[mark.len_utf8()..];
        let length = match mark {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        match mark {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'a' => out.push('\u{7}'),
            'e' => out.push('\u{1b}'),
            'v' => out.push('\u{b}'),
            '0' => out.push('\0'),
            '\n' => rest = rest.trim_start(),
            '\r' if rest.starts_with('\n') => rest = rest.trim_start(),
            'x' | 'u' | 'U' => {
                if let Some(code) = hex(rest, length) {
                    rest = &rest[length..];
                    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
            other => out.push(other),
        }
    }
    out.push_str(rest);
    out
}
