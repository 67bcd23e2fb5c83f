//! Tables of Markdown: a value is named by the first cell of its row, and by the head of its column.

use std::sync::Arc;

use crate::source::Span;
use crate::syntax::facts::{Literal, LiteralRole};
use crate::syntax::lexical::lines;

/// Shorter cells hold no credential.
const SHORTEST: usize = 16;

/// The values in the tables of a text.
pub fn tables(text: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut head: Vec<Span> = Vec::new();
    for line in lines(text, Span::new(0, text.len())) {
        let cells = cells(text, line);
        if cells.len() < 2 {
            head.clear();
            continue;
        }
        if head.is_empty() {
            head = cells;
            continue;
        }
        let first = name(&text[cells[0].range()]);
        for (at, cell) in cells.iter().enumerate().skip(1) {
            let value = &text[cell.range()];
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-:/+=".contains(&byte);
            if value.len() < SHORTEST || !value.bytes().all(plain) {
                continue;
            }
            let column = head.get(at).map(|head| name(&text[head.range()])).unwrap_or_default();
            let names: Vec<Arc<str>> = [&first, &column]
                .into_iter()
                .filter(|name| !name.is_empty())
                .map(|name| name.as_str().into())
                .collect();
            // A table of environment variables defines them.
            let variable = first.contains('_') && first.bytes().all(|byte| !byte.is_ascii_lowercase());
            let role = if variable { LiteralRole::EnvDefinition } else { LiteralRole::Plain };
            found.push(Literal { text: value.into(), span: *cell, names, role });
        }
    }
    found
}

/// The cells of a row, without blanks and backticks around them.
fn cells(text: &str, line: Span) -> Vec<Span> {
    let row = &text[line.range()];
    if !row.trim_start().starts_with('|') {
        return Vec::new();
    }
    let mut at = line.start as usize;
    let mut found = Vec::new();
    for cell in row.split('|') {
        let start = at + cell.len() - cell.trim_start_matches([' ', '\t', '`', '*', '"', '\'']).len();
        let inside = cell.trim_matches([' ', '\t', '`', '*', '"', '\'']);
        at += cell.len() + 1;
        found.push(Span::new(start, start + inside.len()));
    }
    // Nothing stands in front of the first bar.
    found.remove(0);
    found
}

/// The words of a cell as a name.
fn name(cell: &str) -> String {
    let words: Vec<&str> = cell.split(|c: char| !c.is_ascii_alphanumeric() && !"_.-".contains(c)).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).take(6).collect();
    words.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_name_values() {
        let hex = "c41d9a07b3f25e68d1907fa2be5c6347";
        let text = format!(
            "| Name | Value |\r\n|:--|--:|\n| `MP_SECRET` | `{hex}` |\n| Project token | {hex} | é |\n\n| {hex} | x |\n"
        );
        let found: Vec<_> = tables(&text)
            .iter()
            .map(|one| (text[one.span.range()].to_owned(), one.names.join("<"), one.role == LiteralRole::EnvDefinition))
            .collect();
        assert_eq!(
            found,
            [
                (hex.to_owned(), "MP_SECRET<Value".to_owned(), true),
                (hex.to_owned(), "Project_token<Value".to_owned(), false)
            ]
        );
    }
}
