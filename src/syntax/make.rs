//! Makefiles and justfiles: variables, and recipes, which are commands of a shell.

use super::data::References;
use super::embed::Embedded;
use super::facts::{Comment, Entry, Expr, ExprKind, Facts, Stmt};
use super::lexical::lines;
use crate::source::Span;

const REFERENCES: References = References { bare: true, bare_any_case: true };

/// The variables of such a file as one map, and its recipes, each of which is to be read [plain](plain).
pub fn lower(text: &str) -> (Facts, Vec<Embedded>) {
    let mut facts = Facts { data: true, ..Facts::default() };
    let (mut entries, mut recipes): (Vec<Entry>, Vec<Embedded>) = Default::default();
    let mut within = false;
    for line in lines(text, Span::new(0, text.len())) {
        let raw = &text[line.range()];
        let start = line.start as usize + raw.len() - raw.trim_start().len();
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            continue;
        }
        if within && raw.starts_with(['\t', ' ']) {
            match recipes
                .last_mut()
                .filter(|recipe| text[recipe.span.end as usize..line.start as usize].trim().is_empty())
            {
                Some(recipe) => recipe.span.end = line.end,
                None => recipes.push(Embedded::new(line, "makefile")),
            }
            continue;
        }
        within = false;
        if trimmed.starts_with('#') {
            let span = Span::new(start + 1, start + trimmed.len());
            facts.comments.push(Comment { text: text[span.range()].to_owned(), span });
        } else if let Some(entry) = variable(trimmed, start) {
            entries.push(entry);
        } else if trimmed.contains(':') {
            within = true;
        } else if trimmed.contains('=') {
            facts.unread.push(line);
        }
    }
    facts.body.push(Stmt::Expr(Expr::new(ExprKind::Map(entries), Span::new(0, text.len()))));
    (facts, recipes)
}

/// `export NAME := value`, `NAME ?= value`
fn variable(line: &str, start: usize) -> Option<Entry> {
    let rest = line.strip_prefix("override ").unwrap_or(line).trim_start();
    let export = rest.strip_prefix("export ").map(str::trim_start);
    let rest = export.unwrap_or(rest);
    let at = line.len() - rest.len();
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte)).count();
    let after = rest[length..].trim_start();
    let value = ["::=", ":=", "?=", "+=", "="].iter().find_map(|sign| after.strip_prefix(sign))?.trim_start();
    if length == 0 {
        return None;
    }
    let from = start + line.len() - value.len();
    let value = value.find(" #").map_or(value, |end| value[..end].trim_end());
    let key = Expr::text(&rest[..length], Span::new(start + at, start + at + length));
    let quoted = value.strip_prefix(['"', '\'']).and_then(|inner| inner.strip_suffix(['"', '\'']));
    let value = match quoted {
        Some(inner) => REFERENCES.lower(inner, from + 1, &str::to_owned),
        None if value.is_empty() => Expr::new(ExprKind::Nothing, Span::new(from, from)),
        None => REFERENCES.lower(value, from, &str::to_owned),
    };
    Some(Entry { key, value, env: export.is_some() })
}

/// A recipe as a shell would read it, in as many bytes: without `@` and `-` in front of a command, with `$$x` as `$x`
/// and `$(X)` as `${X}`.
pub fn plain(recipe: &str) -> String {
    let mut out = String::with_capacity(recipe.len());
    let mut continued = false;
    for line in recipe.split_inclusive('\n') {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        let marks = if continued { 0 } else { body.len() - body.trim_start_matches(['@', '-', '+']).len() };
        out.push_str(&line[..indent]);
        out.push_str(&" ".repeat(marks));
        for word in body[marks..].split_inclusive(char::is_whitespace) {
            let single = word.replace("$$", "$");
            out.push_str(&" ".repeat(word.len() - single.len()));
            out.push_str(&braces(&single));
        }
        continued = line.trim_end().ends_with('\\');
    }
    out
}

/// `$(NAME)` as `${NAME}`; a call of a function stays what it is.
fn braces(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(at) = rest.find("$(") {
        out.push_str(&rest[..at]);
        let inside = &rest[at + 2..];
        let length = inside.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if length > 0 && inside[length..].starts_with(')') {
            out.push_str("${");
            out.push_str(&inside[..length]);
            out.push('}');
            rest = &inside[length + 1..];
        } else {
            out.push_str("$(");
            rest = inside;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_and_recipes() {
        let text = "# top\nexport TOKEN = abcdef0123 # note\nSECRET ?= $(shell op read x)\nname := \"q r\"\n.PHONY: a\na: b\n\t@curl -u \"$(TOKEN):\" x \\\n\t  -o y\n\n\techo $$HOME\nc:\n  run {{name}}\n";
        let (facts, recipes) = lower(text);
        let Some(Stmt::Expr(Expr { kind: ExprKind::Map(entries), .. })) = facts.body.first() else { panic!() };
        let found: Vec<_> = entries
            .iter()
            .map(|entry| (&text[entry.key.span.range()], &text[entry.value.span.range()], entry.env))
            .collect();
        assert_eq!(
            found,
            [("TOKEN", "abcdef0123", true), ("SECRET", "$(shell op read x)", false), ("name", "q r", false)]
        );
        let found: Vec<_> = recipes.iter().map(|recipe| text[recipe.span.range()].trim()).collect();
        assert_eq!(found, ["@curl -u \"$(TOKEN):\" x \\\n\t  -o y\n\n\techo $$HOME", "run {{name}}"]);
        let recipe = "\t@curl -u \"$(A):$$B\" $${C} \\\n\t  -x $(call f) -d \"$(D)\"\n";
        let plain = plain(recipe);
        assert_eq!(plain, "\t curl -u  \"${A}:$B\"  ${C} \\\n\t  -x $(call f) -d \"${D}\"\n");
        assert_eq!(plain.len(), recipe.len());
    }

    #[test]
    fn hostile_files() {
        for unit in ["a:\n", "\t$(", "a:\n\t$$", "x = $(\n", ":=", "\\\n"] {
            let text = unit.repeat(100_000);
            let (_, recipes) = lower(&text);
            recipes.iter().for_each(|recipe| drop(plain(&text[recipe.span.range()])));
        }
    }
}
