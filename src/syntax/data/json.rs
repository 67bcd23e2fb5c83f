//! JSON, with comments, and JSON lines.

use tree_sitter::Node;

use super::references::References;
use crate::source::Span;
use crate::syntax::facts::{Comment, Entry, Expr, ExprKind, Facts, Stmt};
use crate::syntax::grammar::{self, MAX_DEPTH};

/// The facts of a JSON text.
pub(super) fn lower(text: &str) -> Facts {
    let mut json = Json { text, facts: Facts::default() };
    match grammar::parse(&tree_sitter_json::LANGUAGE.into(), text.as_bytes()) {
        Some(tree) => json.document(tree.root_node()),
        None => json.facts.unread.push(Span::new(0, text.len())),
    }
    json.facts
}

struct Json<'a> {
    text: &'a str,
    facts: Facts,
}

impl Json<'_> {
    fn document(&mut self, root: Node<'_>) {
        if root.is_error() {
            return self.unread(root);
        }
        let mut cursor = root.walk();
        for node in root.named_children(&mut cursor) {
            if let Some(value) = self.value(node, 0) {
                self.facts.body.push(Stmt::Expr(value));
            }
        }
    }

    /// The value of a node; `None` for a comment or an error, which are noted.
    fn value(&mut self, node: Node<'_>, depth: usize) -> Option<Expr> {
        let span = grammar::span(node);
        if depth > MAX_DEPTH {
            self.facts.unread.push(span);
            return Some(Expr::opaque(span));
        }
        let kind = match node.kind() {
            "object" => ExprKind::Map(self.object(node, depth)),
            "array" => {
                let mut cursor = node.walk();
                ExprKind::List(
                    node.named_children(&mut cursor).filter_map(|item| self.value(item, depth + 1)).collect(),
                )
            }
            "string" => return Some(self.string(node)),
            "number" => ExprKind::Number(self.slice(span).into()),
            "true" => ExprKind::Number("true".into()),
            "false" | "null" => ExprKind::Nothing,
            "comment" => {
                self.comment(span);
                return None;
            }
            _ => {
                self.unread(node);
                return None;
            }
        };
        Some(Expr::new(kind, span))
    }

    fn object(&mut self, node: Node<'_>, depth: usize) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut cursor = node.walk();
        for pair in node.named_children(&mut cursor) {
            if pair.kind() != "pair" {
                self.value(pair, depth);
                continue;
            }
            // A comment or an error may stand between a key and its value.
            let (mut inside, mut key) = (pair.walk(), None);
            for part in pair.named_children(&mut inside) {
                if key.is_none() && part.kind() == "string" {
                    // A key is its text: a dollar in it is no reference.
                    let span = self.content(part);
                    key = Some(Expr::text(decode(self.slice(span)), span));
                } else if let Some(value) = self.value(part, depth + 1) {
                    let key = key.take().unwrap_or_else(|| Expr::opaque(value.span));
                    entries.push(Entry { key, value, env: false });
                }
            }
        }
        entries
    }

    /// The span between the quotes of a string.
    fn content(&self, node: Node<'_>) -> Span {
        let whole = grammar::span(node);
        let closed = whole.end - whole.start >= 2 && self.slice(whole).ends_with('"');
        Span { start: whole.start + 1, end: whole.end - u32::from(closed) }
    }

    fn string(&self, node: Node<'_>) -> Expr {
        let span = self.content(node);
        References::default().lower(self.slice(span), span.start as usize, &decode)
    }

    fn comment(&mut self, span: Span) {
        let text = self.slice(span);
        let span = match text.strip_prefix("/*") {
            Some(inside) => {
                Span::new(span.start as usize + 2, span.end as usize - if inside.ends_with("*/") { 2 } else { 0 })
            }
            None => Span { start: span.start + 2, end: span.end },
        };
        self.facts.comments.push(Comment { text: self.slice(span).to_owned(), span });
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

/// A string without its escapes. A lone half of a surrogate pair becomes U+FFFD.
pub(super) fn decode(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (decoded, length) = decode_escape(&rest[at..]);
        out.push_str(&decoded);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}

/// What the escape at the start of `rest` means, and how long it is.
pub(in crate::syntax) fn decode_escape(rest: &str) -> (String, usize) {
    let Some(mark) = rest[1..].chars().next() else {
        return (String::new(), rest.len());
    };
    let after = 1 + mark.len_utf8();
    let one = |c: char| (c.to_string(), after);
    match mark {
        'n' => one('\n'),
        't' => one('\t'),
        'r' => one('\r'),
        'b' => one('\u{8}'),
        'f' => one('\u{c}'),
        'u' => {
            let Some(unit) = hex(&rest[after..], 4) else { return (String::new(), after) };
            let low = rest[after + 4..].strip_prefix("\\u").and_then(|rest| hex(rest, 4));
            let (code, length) = match (unit, low) {
                (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) => {
                    (0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), after + 10)
                }
                _ => (unit, after + 4),
            };
            (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER).to_string(), length)
        }
        other => one(other),
    }
}

/// The number of the first `length` hexadecimal digits.
pub(super) fn hex(text: &str, length: usize) -> Option<u32> {
    let digits = text.get(..length).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}
