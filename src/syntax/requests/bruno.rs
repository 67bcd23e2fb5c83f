//! Bruno's `.bru` files: blocks of `key: value`, and blocks of text.

use super::{File, Program, Request, json_body};
use crate::source::Span;
use crate::syntax::embed::Inner;
use crate::syntax::facts::{Entry, Expr, ExprKind, Facts};
use crate::syntax::lexical::lines;

/// A block: its name, its lines, and what stands between its braces.
struct Block<'a> {
    name: &'a str,
    lines: Vec<Span>,
}

/// The request of a file, and the variables that it or an environment sets.
pub fn bruno(text: &str) -> Facts {
    let file = File { text };
    let mut program = Program::default();
    let blocks = blocks(text);
    let mut request = Request::default();
    let mut at = None;
    for block in &blocks {
        match block.name.split_once(':').unwrap_or((block.name, "")) {
            ("get" | "post" | "put" | "patch" | "delete" | "head" | "options", "") => {
                let method = block.name.to_uppercase();
                for (key, value) in pairs(text, block) {
                    match &text[key.range()] {
                        "url" => {
                            request.part("method", Some(Expr::text(method.as_str(), key)));
                            request.part("url", Some(file.raw(value)));
                            at = Some(value);
                        }
                        // The authorization of the folder or the collection, which stands in another file.
                        "auth" => request.open |= &text[value.range()] == "inherit",
                        _ => {}
                    }
                }
            }
            ("headers", "") => request.headers.extend(entries(&file, block)),
            // What the URL has, too.
            ("params" | "query", _) => {}
            ("vars", kind) if kind != "secret" => {
                for (key, value) in pairs(text, block) {
                    program.variable(text.get(key.range()), file.raw(value));
                }
            }
            ("auth", kind) => {
                for (key, value) in pairs(text, block) {
                    let part = match (kind, &text[key.range()]) {
                        ("basic", "username") => "user",
                        ("basic", "password") => "password",
                        ("bearer", "token") => "bearer",
                        _ => {
                            request.open = true;
                            continue;
                        }
                    };
                    request.part(part, Some(file.raw(value)));
                }
            }
            ("body", "json" | "text" | "") => {
                if let (Some(first), Some(last)) = (block.lines.first(), block.lines.last()) {
                    let span = Span { start: first.start, end: last.end };
                    let json = json_body(Inner::slice(text, span));
                    request.part("body", Some(json.unwrap_or_else(|| file.raw(span))));
                }
            }
            ("body", "form-urlencoded" | "multipart-form") => {
                let map = ExprKind::Map(entries(&file, block));
                let span = block.lines.first().copied().unwrap_or_default();
                request.part("body", Some(Expr::new(map, span)));
            }
            _ => {}
        }
    }
    if let Some(span) = at.filter(|_| request.has("url")) {
        request.send(span, &mut program);
    }
    program.facts()
}

/// The blocks of a file: `name {` and `}` at the start of a line.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    let mut open = false;
    for line in lines(text, Span::new(0, text.len())) {
        let row = &text[line.range()];
        if open {
            if row.trim_end() == "}" {
                open = false;
            } else if let Some(block) = found.last_mut() {
                block.lines.push(line);
            }
        } else if let Some(name) = row.trim_end().strip_suffix('{') {
            found.push(Block { name: name.trim(), lines: Vec::new() });
            open = true;
        }
    }
    found
}

/// The lines `key: value` of a block, without those that are switched off by `~`.
fn pairs(text: &str, block: &Block<'_>) -> Vec<(Span, Span)> {
    let mut found = Vec::new();
    for line in &block.lines {
        let row = &text[line.range()];
        if let Some((key, value)) = row.split_once(':').filter(|_| !row.trim_start().starts_with('~')) {
            let start = line.start as usize + key.len() - key.trim_start().len();
            let from = line.end as usize - value.trim_start().len();
            let end = from + value.trim().len();
            found.push((Span::new(start, start + key.trim().len()), Span::new(from.min(end), end)));
        }
    }
    found
}

fn entries(file: &File<'_>, block: &Block<'_>) -> Vec<Entry> {
    let entry = |(key, value): (Span, Span)| Entry {
        key: Expr::text(&file.text[key.range()], key),
        value: file.raw(value),
        env: false,
    };
    pairs(file.text, block).into_iter().map(entry).collect()
}
