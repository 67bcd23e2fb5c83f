//! `.properties`, INI, `.cfg`, HOCON and their like: sections, blocks and dotted keys become nested maps.

use super::data::{Nest, References};
use super::facts::{Comment, Expr, ExprKind, Facts, Ident, Stmt};
use super::lexical::lines;
use crate::source::Span;

/// Spring, Maven and systemd put references into values; a bare `$` is one nowhere here.
const REFERENCES: References = References { bare: false, bare_any_case: false };

/// The facts of such a file: one map.
pub fn lower(text: &str) -> Facts {
    let mut facts = Facts { data: true, ..Facts::default() };
    let mut nest = Nest::default();
    let mut section: Vec<Ident> = Vec::new();
    // The sections around blocks in braces (HOCON).
    let mut blocks: Vec<Vec<Ident>> = Vec::new();
    // The key that stands alone in its line in a section, and how far it is indented: what is indented further is its.
    let mut alone: Option<(usize, Vec<Ident>)> = None;
    let mut lines = lines(text, Span::new(0, text.len()));
    while let Some(line) = lines.next() {
        let raw = &text[line.range()];
        let start = line.start as usize + raw.len() - raw.trim_start().len();
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            continue;
        }
        if trimmed.starts_with(['#', ';', '!']) || trimmed.starts_with("//") {
            let span = Span::new(start + 1, start + trimmed.len());
            facts.comments.push(Comment { text: text[span.range()].to_owned(), span });
            continue;
        }
        if let Some(inside) = trimmed.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(name, _)| name) {
            section = path(inside, start + 1);
            nest.at(&section);
            alone = None;
            continue;
        }
        if let Some(name) = block(trimmed).filter(|_| blocks.len() < MAX_BLOCKS) {
            blocks.push(section.clone());
            section.extend(path(name, start));
            continue;
        }
        if matches!(trimmed, "}" | "},")
            && let Some(around) = blocks.pop()
        {
            section = around;
            continue;
        }
        let Some(separator) = separator(trimmed) else {
            facts.unread.push(line);
            continue;
        };
        let key = trimmed[..separator.0].trim_end();
        let indent = start - line.start as usize;
        alone = alone.filter(|(outer, _)| indent > *outer);
        let mut steps = alone.as_ref().map_or_else(|| section.clone(), |(_, steps)| steps.clone());
        steps.extend(path(key, start));
        if alone.is_none() && !section.is_empty() && separator.1 >= trimmed.len() {
            alone = Some((indent, steps));
            continue;
        }
        let value_start = start + separator.1;
        // A backslash at the end goes on in the next line, whose indentation is no part of the value.
        let mut end = start + trimmed.len();
        while text[value_start.min(end)..end].ends_with('\\') {
            let Some(next) = lines.next() else { break };
            end = next.start as usize + text[next.range()].trim_end().len();
        }
        nest.put(&steps, value(text, Span::new(value_start.min(end), end)));
    }
    facts.body.push(Stmt::Expr(nest.into_map(Span::new(0, text.len()))));
    facts
}

/// Where a line's key ends and where its value starts.
fn separator(line: &str) -> Option<(usize, usize)> {
    let mut escaped = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            // `//registry.example/:_authToken=x`: a colon inside a path is part of the key.
            b':' if line[at..].starts_with("::") || (line.starts_with("//") && line[at..].contains('=')) => {}
            b'=' | b':' => {
                let arrow = usize::from(line[at + 1..].starts_with('>'));
                let rest = &line[at + 1 + arrow..];
                return (at > 0).then(|| (at, line.len() - rest.trim_start().len()));
            }
            // nginx, HAProxy and ssh put only a blank: two words are a key and a value.
            b' ' | b'\t' => {
                let rest = line[at..].trim_start();
                if !rest.starts_with(['=', ':']) && !line[..at].is_empty() {
                    return spaced(line, at);
                }
            }
            _ => {}
        }
    }
    None
}

/// A blank in a line: inside a key that has its `=` further on, or the separator itself.
fn spaced(line: &str, at: usize) -> Option<(usize, usize)> {
    if let Some(equals) = line.find(['=', ':']) {
        let rest = &line[equals + 1..];
        return Some((equals, line.len() - rest.trim_start().len()));
    }
    let rest = line[at..].trim_start();
    (!rest.contains([' ', '\t'])).then(|| (at, line.len() - rest.len()))
}

/// Deeper blocks than any configuration has.
const MAX_BLOCKS: usize = 64;

/// The name of a block that a line opens: `mixpanel {`, `"mixpanel" = {`.
fn block(line: &str) -> Option<&str> {
    let name = line.strip_suffix('{')?.trim_end().trim_end_matches(['=', ':']).trim_end();
    let plain = |c: char| c.is_alphanumeric() || "._-\"'".contains(c);
    (!name.is_empty() && name.chars().all(plain)).then_some(name)
}

fn path(key: &str, start: usize) -> Vec<Ident> {
    let mut steps = Vec::new();
    let mut at = start;
    for step in key.split('.') {
        let name = step.trim().trim_matches(['"', '\'']);
        if !name.is_empty() && steps.len() < 64 {
            let from = at + step.find(name).unwrap_or_default();
            steps.push(Ident { name: name.into(), span: Span::new(from, from + name.len()) });
        }
        at += step.len() + 1;
    }
    steps
}

fn value(text: &str, span: Span) -> Expr {
    let raw = &text[span.range()];
    let start = span.start as usize;
    for quote in ['"', '\''] {
        // `token = "x" ; comment`, `token="x";`
        let inside = raw.strip_prefix(quote).and_then(|rest| rest.split_once(quote));
        if let Some((inside, rest)) = inside
            && (rest.trim().is_empty() || rest.trim_start().starts_with([';', '#', ',']))
        {
            return REFERENCES.lower(inside, start + 1, &str::to_owned);
        }
    }
    let end = raw.find(" #").or_else(|| raw.find(" ;")).unwrap_or(raw.len());
    let raw = raw[..end].trim_end();
    if raw.is_empty() {
        return Expr::new(ExprKind::Nothing, span);
    }
    REFERENCES.lower(raw, start, &decode)
}

/// Joins continued lines and takes the escapes of `.properties` away.
fn decode(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for (at, line) in raw.split('\n').enumerate() {
        let line = line.trim_end_matches('\r');
        let line = if at == 0 { line } else { line.trim_start() };
        out.push_str(line.strip_suffix('\\').unwrap_or(line));
    }
    if out.contains('\\') { out.replace("\\:", ":").replace("\\=", "=").replace("\\\\", "\\") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::literals::collect;

    fn names(text: &str, value: &str) -> String {
        let mut facts = lower(text);
        collect(&mut facts, text);
        let literal = facts.literals.iter().find(|literal| literal.text.as_ref() == value);
        let literal = literal
            .unwrap_or_else(|| panic!("{:?}", facts.literals.iter().map(|l| l.text.clone()).collect::<Vec<_>>()));
        literal.names.iter().map(|name| name.as_ref()).collect::<Vec<_>>().join("<")
    }

    #[test]
    fn keys_sections_and_values() {
        let value = "a81c09e27b45";
        for (text, expected) in [
            ("mixpanel.api.secret=§", "secret<api<mixpanel"),
            ("mixpanel.secret: §\r\n", "secret<mixpanel"),
            ("[mixpanel]\r\nsecret = \"§\" ; old\r\n", "secret<mixpanel"),
            ("[prod.mixpanel]\nsecret=§ # old", "secret<mixpanel<prod"),
            ("secret §", "secret"),
            ("# secret = §", "secret"),
            ("; secret = §", "secret"),
            ("! mixpanel.secret = §", "secret<mixpanel"),
            ("a.b = ${X_Y:§}", "X_Y<b<a"),
            ("//npm.example.com/:_authToken=§", "_authToken"),
            ("a\u{1f600} = 1\nsecret\t=\t§\t", "secret"),
        ] {
            let found = names(&text.replace('§', value), value);
            assert!(found.starts_with(expected), "{text}: {found}");
        }
        assert_eq!(names("a = one\\\r\n   two3456\r\nb = x", "onetwo3456"), "a");
    }

    #[test]
    fn hostile_files() {
        for unit in ["a.", "a.=\n", "[a.b]\n", "\\\n", "a=\\\n", "[", "a ", "a\\:", "é\n"] {
            lower(&unit.repeat(1_000_000 / unit.len()));
        }
    }
}
