//! Notebooks: the code of all cells as one program, what other languages stand in them, prose and saved outputs.

use super::inner::Inner;
use super::slug;
use crate::source::Span;
use crate::syntax::facts::{Entry, Expr, ExprKind, Facts, Stmt};

/// What a notebook holds.
#[derive(Default)]
pub struct Cells {
    /// The code of all cells in order, in the language of the kernel.
    pub program: Inner,
    /// The slug of that language.
    pub language: &'static str,
    /// Cells and lines in other languages.
    pub others: Vec<(Inner, &'static str)>,
    /// Cells of Markdown.
    pub prose: Vec<Inner>,
    /// Saved outputs.
    pub outputs: Vec<Inner>,
}

/// Reads a notebook from its facts as data. `None` where it is none.
pub fn notebook(facts: &Facts, text: &str) -> Option<Cells> {
    let Some(Stmt::Expr(document)) = facts.body.first() else { return None };
    let ExprKind::List(cells) = &get(document, "cells")?.kind else { return None };
    let metadata = get(document, "metadata");
    let named = |outer: &str, key: &str| {
        metadata.and_then(|metadata| get(metadata, outer)).and_then(|inner| get(inner, key)).and_then(Expr::as_text)
    };
    let language = named("kernelspec", "language").or_else(|| named("language_info", "name"));
    let language = match language.map_or("python", |name| name.as_ref()) {
        name if slug(name) == "lexical" && name.to_ascii_lowercase().contains("python") => "python",
        name => slug(name),
    };
    let mut found = Cells { language, ..Cells::default() };
    for cell in cells {
        let mut source = Inner::default();
        if let Some(expr) = get(cell, "source").or_else(|| get(cell, "input")) {
            strings(expr, text, &mut source);
        }
        match get(cell, "cell_type").and_then(Expr::as_text).map_or("", |kind| kind.as_ref()) {
            "code" => code(source, text, &mut found),
            _ => found.prose.push(source),
        }
        if let Some(outputs) = get(cell, "outputs") {
            outputs_in(outputs, text, &mut found.outputs);
        }
    }
    Some(found)
}

/// The value of a key.
fn get<'f>(expr: &'f Expr, key: &str) -> Option<&'f Expr> {
    let ExprKind::Map(entries) = &expr.kind else { return None };
    let fits = |entry: &&Entry| entry.key.as_text().is_some_and(|known| known.as_ref() == key);
    entries.iter().find(fits).map(|entry| &entry.value)
}

/// A string, or the strings of a list one after another.
fn strings(expr: &Expr, text: &str, out: &mut Inner) {
    match &expr.kind {
        ExprKind::List(items) => items.iter().for_each(|item| strings(item, text, out)),
        ExprKind::Map(_) | ExprKind::Number(_) | ExprKind::Nothing => {}
        _ => out.keep_json(text, expr.span),
    }
}

/// All strings of an output; those in a list are one text. Pictures are none.
fn outputs_in(expr: &Expr, text: &str, out: &mut Vec<Inner>) {
    match &expr.kind {
        ExprKind::List(items) if items.iter().any(|item| matches!(item.kind, ExprKind::Map(_) | ExprKind::List(_))) => {
            items.iter().for_each(|item| outputs_in(item, text, out));
        }
        ExprKind::Map(entries) => {
            for entry in entries {
                if !entry.key.as_text().is_some_and(|key| key.starts_with("image/") && !key.contains("svg")) {
                    outputs_in(&entry.value, text, out);
                }
            }
        }
        _ => {
            let mut inner = Inner::default();
            strings(expr, text, &mut inner);
            out.push(inner);
        }
    }
}

/// A cell of code: `%%bash` makes all of it another language, `!curl` and `%env` a line of it.
fn code(source: Inner, text: &str, found: &mut Cells) {
    let first = source.text.lines().next().unwrap_or_default();
    if let Some(magic) = first.trim_start().strip_prefix("%%") {
        let mut words = magic.split_whitespace();
        let name = words.next().unwrap_or_default();
        let name = if name == "script" { words.next().unwrap_or_default() } else { name };
        let name = if name == "writefile" {
            words.next().and_then(|path| path.rsplit(['.', '/']).next()).unwrap_or_default()
        } else {
            name
        };
        // `%%time` and its like leave the cell as it is.
        if slug(name) != "lexical" || first.contains("writefile") {
            let rest = Span::new((first.len() + 1).min(source.text.len()), source.text.len());
            found.others.push((source.part(rest, text), slug(name)));
            return;
        }
    }
    if found.language != "python" {
        let whole = Span::new(0, source.text.len());
        found.program.append(&source, whole, text);
        found.program.put("\n", source.outer(Span { start: whole.end, end: whole.end }));
        return;
    }
    let mut at = 0;
    let mut shell: Option<Span> = None;
    for line in source.text.split_inclusive('\n') {
        let span = Span::new(at, at + line.len());
        at += line.len();
        let trimmed = line.trim_start();
        let lead = line.len() - trimmed.len();
        if let Some(open) = shell {
            shell = Some(Span { start: open.start, end: span.end });
        } else if trimmed.starts_with('!') || trimmed.starts_with("%sx ") || trimmed.starts_with("%system ") {
            let mark = if trimmed.starts_with('!') {
                trimmed.bytes().take_while(|byte| *byte == b'!').count()
            } else {
                trimmed.find(' ').map_or(0, |at| at + 1)
            };
            shell = Some(Span::new(span.start as usize + lead + mark, span.end as usize));
        } else if let Some(rest) = trimmed.strip_prefix("%env ").or_else(|| trimmed.strip_prefix("%set_env ")) {
            let from = span.end as usize - rest.len();
            found.others.push((source.part(Span::new(from, span.end as usize), text), "env"));
        } else if !trimmed.starts_with('%') {
            found.program.append(&source, span, text);
        }
        if let Some(open) = shell.filter(|_| !line.trim_end().ends_with('\\')) {
            found.others.push((source.part(open, text), "shell"));
            shell = None;
        }
        if trimmed.starts_with(['!', '%']) || shell.is_some() {
            // A block that consisted of the line keeps a body.
            let place = source.outer(Span { start: span.start, end: span.start });
            found.program.put(&format!("{}pass\n", " ".repeat(lead)), place);
        }
    }
    if let Some(open) = shell {
        found.others.push((source.part(open, text), "shell"));
    }
    let end = source.outer(Span::new(source.text.len(), source.text.len()));
    found.program.put("\n", end);
}
