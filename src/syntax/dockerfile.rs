//! Dockerfiles: `ENV` and `ARG` define environment variables, and `RUN`, `CMD` and their like are commands of a shell.

use tree_sitter::Node;

use super::data::{self, References};
use super::embed::Embedded;
use super::facts::{Comment, Entry, Expr, ExprKind, Facts, Stmt};
use super::grammar;
use super::strings::concat;
use crate::source::Span;

const REFERENCES: References = References { bare: true, bare_any_case: true };

/// A Dockerfile's facts, and the commands in it, which the caller reads as shell.
pub fn lower(text: &str) -> (Facts, Vec<Embedded>) {
    let mut file =
        Dockerfile { text, facts: Facts { data: true, ..Facts::default() }, entries: Vec::new(), scripts: Vec::new() };
    match grammar::parse(&tree_sitter_containerfile::LANGUAGE.into(), text.as_bytes()) {
        Some(tree) => file.walk(tree.root_node()),
        None => file.facts.unread.push(Span::new(0, text.len())),
    }
    let map = Expr::new(ExprKind::Map(file.entries), Span::new(0, text.len()));
    file.facts.body.push(Stmt::Expr(map));
    (file.facts, file.scripts)
}

struct Dockerfile<'a> {
    text: &'a str,
    facts: Facts,
    entries: Vec<Entry>,
    scripts: Vec<Embedded>,
}

impl Dockerfile<'_> {
    /// Every instruction, without recursion: `ONBUILD` holds another one, and so may what the grammar could not read.
    fn walk(&mut self, root: Node<'_>) {
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            if !self.node(node) && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// Reads a node; gives whether all that is inside it was read too.
    fn node(&mut self, node: Node<'_>) -> bool {
        let span = grammar::span(node);
        match node.kind() {
            "env_pair" => self.pair(node, "name", "value", true),
            "arg_pair" => self.pair(node, "name", "default", true),
            "label_pair" => self.pair(node, "key", "value", false),
            "shell_command" | "heredoc_content" => self.scripts.push(Embedded::new(span, "shell")),
            "json_string_array" => self.exec_form(node),
            "comment" => {
                let raw = self.slice(span).trim_end();
                let body = raw.trim_start_matches('#');
                let start = span.start as usize + raw.len() - body.len();
                self.facts.comments.push(Comment { text: body.to_owned(), span: Span::new(start, start + body.len()) });
            }
            "ERROR" => {
                if grammar::is_worth_reading(self.text, span) {
                    self.facts.unread.push(span);
                }
            }
            _ => return false,
        }
        true
    }

    fn pair(&mut self, node: Node<'_>, name: &str, value: &str, env: bool) {
        let Some(key) = node.child_by_field_name(name).map(grammar::span) else { return };
        let mut cursor = node.walk();
        let parts: Vec<Expr> = node
            .children_by_field_name(value, &mut cursor)
            .filter(Node::is_named)
            .map(|part| self.value(part))
            .collect();
        let end = Span { start: key.end, end: key.end };
        let value = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) => {
                let span = Span { start: first.span.start, end: last.span.end };
                if parts.len() == 1 {
                    parts.into_iter().next().unwrap_or(Expr::opaque(span))
                } else {
                    concat(parts, span)
                }
            }
            _ => Expr::new(ExprKind::Nothing, end),
        };
        self.entries.push(Entry { key: Expr::text(self.slice(key).trim_matches(['"', '\'']), key), value, env });
    }

    /// One piece of a value: bare, or in quotes.
    fn value(&self, node: Node<'_>) -> Expr {
        let span = grammar::span(node);
        match node.kind() {
            "single_quoted_string" => {
                let inside = grammar::inside(self.text, span, "'", "'");
                Expr::text(self.slice(inside), inside)
            }
            "double_quoted_string" => {
                let inside = grammar::inside(self.text, span, "\"", "\"");
                REFERENCES.lower(self.slice(inside), inside.start as usize, &unescape)
            }
            _ => REFERENCES.lower(self.slice(span), span.start as usize, &unescape),
        }
    }

    /// `["sh", "-c", "..."]`: the last word is a script.
    fn exec_form(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let words: Vec<Expr> = node
            .named_children(&mut cursor)
            .filter(|word| word.kind() == "json_string")
            .map(|word| {
                let inside = grammar::inside(self.text, grammar::span(word), "\"", "\"");
                Expr::text(data::unescape(self.slice(inside)), inside)
            })
            .collect();
        match &words[..] {
            [_, option, script]
                if option.as_text().is_some_and(|option| option.starts_with('-') && option.ends_with('c')) =>
            {
                self.scripts.push(Embedded::new(script.span, "shell"));
            }
            _ => {
                let list = Expr::new(ExprKind::List(words), grammar::span(node));
                self.facts.body.push(Stmt::Expr(list));
            }
        }
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// A backslash or backtick keeps the next character as it is, and joins lines.
fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' | '`' => text.extend(chars.next().filter(|next| !matches!(next, '\n' | '\r'))),
            _ => text.push(c),
        }
    }
    text
}

/// A command as a shell would read it: comment lines between its continued lines are blanked with their line breaks, in
/// as many bytes, so that the line before goes on in the line after.
pub fn without_comments(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    for line in script.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        if !out.is_empty() && body.trim_start().starts_with('#') && out.trim_end().ends_with('\\') {
            out.push_str(&" ".repeat(line.len()));
        } else {
            out.push_str(line);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::literals::collect;

    #[test]
    fn definitions_labels_and_commands() {
        let text = "# syntax=docker/dockerfile:1\nARG NEXT_PUBLIC_X\nARG Y=abcdef01 Z=\"q ${Y}\"\nFROM a AS b\nENV ONE=pre\"mid 1\"post \\\n    TWO='$lit'\n\
                    ENV OLD some value\nLABEL k=\"v1234567\"\nRUN set -e \\\n # no\n && curl x\nRUN <<EOF\necho hi\nEOF\nCMD [\"sh\", \"-c\", \"run $ONE\"]\n\
                    ENTRYPOINT [\"/bin/x\", \"--token=y\"]\nHEALTHCHECK CMD curl z || exit 1\nONBUILD ENV LATE=v\n";
        let (mut facts, scripts) = lower(text);
        let Some(Stmt::Expr(Expr { kind: ExprKind::Map(entries), .. })) = facts.body.last() else { panic!() };
        let found: Vec<_> = entries
            .iter()
            .map(|entry| {
                (
                    entry.key.as_text().map(|key| key.to_string()).unwrap_or_default(),
                    &text[entry.value.span.range()],
                    entry.env,
                )
            })
            .collect();
        let expected = [
            ("NEXT_PUBLIC_X", "", true),
            ("Y", "abcdef01", true),
            ("Z", "q ${Y}", true),
            ("ONE", "pre\"mid 1\"post", true),
            ("TWO", "$lit", true),
            ("OLD", "some value", true),
            ("k", "v1234567", false),
            ("LATE", "v", true),
        ];
        assert_eq!(found, expected.map(|(key, value, env)| (key.to_owned(), value, env)));
        let scripts: Vec<_> = scripts.iter().map(|script| text[script.span.range()].trim_end()).collect();
        assert_eq!(scripts, ["set -e \\\n # no\n && curl x", "<<EOF", "echo hi", "run $ONE", "curl z || exit 1"]);
        assert_eq!(without_comments("set -e \\\n # no\n && curl x"), "set -e \\\n       && curl x");
        collect(&mut facts, text);
        assert!(facts.literals.iter().any(|one| &*one.text == "abcdef01" && &*one.names[0] == "Y"));
    }

    #[test]
    fn hostile_files() {
        for unit in ["ENV A=${B:-", "RUN \\\n", "RUN <<A\n", "ENV A=\"", "ONBUILD ", "#\n", "ARG A=$", "CMD [\"a\","] {
            lower(&unit.repeat(200_000 / unit.len()));
        }
    }
}
