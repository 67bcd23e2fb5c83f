//! Languages inside other files: fences of Markdown, scripts of components, commands of workflows.
//!
//! What is found is a slice of the outer text. The caller reads the slice as a file of its own and [`shift`]s the facts
//! to where the slice starts; positions are then those of the outer file.

use super::facts::{Entry, Expr, ExprKind, Facts};
use super::lexical::lines;
use super::visit;
use crate::catalog::coverage::used;
use crate::catalog::{Script, fits};
use crate::source::Span;

mod braced;
mod commands;
mod inner;
mod notebook;
mod prose;
mod samples;
mod shift;
mod tables;

pub use braced::braced;
pub use commands::{Command, lines_of, marked_in, marked_of};
pub use inner::Inner;
pub use notebook::{Cells, notebook};
pub use prose::{headings, prose_comments};
pub use samples::{Markup, samples};
pub use shift::{fill, place, place_expr, shift};
pub use tables::tables;

/// A range of a file in another language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Where it stands in the outer file.
    pub span: Span,
    /// The slug of its language (see [`super::language::Language::named`]).
    pub language: &'static str,
    /// Whether it runs on the server whatever is around it (Astro's front matter).
    pub server: bool,
    /// Whether it is the value of an attribute (a handler).
    pub in_tag: bool,
    /// Whether it runs in browsers of users whatever is around it.
    pub client: bool,
    /// Whether `{{Name}}` in it is a value that is filled in.
    pub filled: bool,
}

impl Embedded {
    /// A range that is as much client or server as the file around it.
    pub fn new(span: Span, language: &'static str) -> Self {
        Self { span, language, server: false, in_tag: false, client: false, filled: false }
    }
}

/// The fences of a Markdown text, by CommonMark: three or more backticks or tildes, up to three blanks in front (more
/// in a list item), and all of the text after one that never closes. A fence in a language without a reader of its own
/// is `lexical`; a `diff` is too. Front matter between lines of `---` comes first, as `yaml`.
pub fn fences(text: &str) -> Vec<Embedded> {
    let mut found = Vec::new();
    let mut open: Option<(u8, usize, usize, &'static str)> = None;
    let matter = front_matter(text);
    found.extend(matter.map(|span| Embedded::new(span, "yaml")));
    let from = matter.map_or(0, |span| span.end as usize);
    let mut lines = lines(text, Span::new(from, text.len())).peekable();
    if matter.is_some() {
        lines.next();
    }
    while let Some(line) = lines.next() {
        let raw = &text[line.range()];
        // Quotes and list items may stand in front of a fence.
        let trimmed = raw.trim_start_matches([' ', '\t', '>']);
        let item = trimmed.trim_start_matches(|c: char| c.is_ascii_digit());
        let trimmed = ["- ", "* ", "+ "].iter().find_map(|mark| trimmed.strip_prefix(mark)).unwrap_or(trimmed);
        let trimmed = item.strip_prefix(". ").filter(|_| item.len() < trimmed.len()).unwrap_or(trimmed).trim_start();
        let mark = trimmed.bytes().next().filter(|mark| matches!(mark, b'`' | b'~'));
        let length = trimmed.bytes().take_while(|byte| Some(*byte) == mark).count();
        match open {
            None => {
                let info = trimmed[length..].trim();
                let Some(mark) = mark.filter(|mark| length >= 3 && !(*mark == b'`' && info.contains('`'))) else {
                    continue;
                };
                let start = lines.peek().map_or(text.len(), |next| next.start as usize);
                open = Some((mark, length, start, fence_language(info)));
            }
            Some((opened, count, start, language)) => {
                if mark == Some(opened) && length >= count && trimmed[length..].trim().is_empty() {
                    found.push(Embedded::new(Span::new(start.min(line.start as usize), line.start as usize), language));
                    open = None;
                }
            }
        }
    }
    if let Some((_, _, start, language)) = open {
        found.push(Embedded::new(Span::new(start, text.len()), language));
    }
    found
}

/// The language of a fence's info string: `js`, `{.python}`, `ts title="a.ts"`, `yaml{1,3}`.
fn fence_language(info: &str) -> &'static str {
    let word = info.trim_start_matches(['{', '.', ' ']);
    let word = word.split([' ', '\t', '{', '}', ',', ':', '=', '(']).next().unwrap_or_default();
    slug(word)
}

/// The slug of a language's name; `lexical` where it has no reader.
pub(super) fn slug(name: &str) -> &'static str {
    super::language::Language::named(name).map_or("lexical", super::language::Language::name)
}

/// The range between lines of `---` at the top of a text.
pub fn front_matter(text: &str) -> Option<Span> {
    let start = text.len() - text.trim_start_matches(['\u{feff}', '\n', '\r', ' ']).len();
    let mut lines = lines(text, Span::new(start, text.len()));
    let fence = |line: &Span| text[line.range()].trim_end() == "---";
    let from = lines.next().filter(fence)?;
    let mut lines = lines.skip_while(|line| !fence(line));
    let to = lines.next()?;
    let after = text[from.end as usize..].find('\n').map_or(text.len(), |at| from.end as usize + at + 1);
    Some(Span::new(after, to.start as usize))
}

/// The scripts of a `.vue`, `.svelte` or `.astro` file, and Astro's front matter, which runs on the server.
pub fn vue_like(text: &str, astro: bool) -> Vec<Embedded> {
    let mut found = Vec::new();
    let mut from = 0;
    if astro && let Some(span) = front_matter(text) {
        found.push(Embedded { server: true, ..Embedded::new(span, "typescript") });
        from = span.end as usize;
    }
    found.extend(super::html::scripts_of(text, from));
    found
}

/// More nesting than this has no workflow.
const MAX_DEPTH: usize = 40;

/// The commands in a data file, by the rows of `rules/surfaces.toml`: `run:` of GitHub, `script:` of GitLab, `command`
/// of Terraform's `local-exec`, and lists of them. YAML's indentation does no harm to a shell. A step with another
/// `shell:` is in that language. Each list item is a range of its own.
pub fn scripts(facts: &Facts, path: &str, rows: &[Script]) -> Vec<Embedded> {
    let mut found = Vec::new();
    for row in rows {
        if !row.files.is_empty() && !fits(&row.files, path) {
            continue;
        }
        let steps = visit::steps(row.path.as_deref().unwrap_or_default());
        for document in visit::documents(facts) {
            match row.path {
                Some(_) => visit::at_path(document, &steps, &mut |map| commands_in(map, row, &mut found)),
                None => scripts_in(document, row, 0, &mut found),
            }
        }
    }
    found.sort_by_key(|piece| (piece.span.start, piece.span.end));
    found.dedup_by_key(|piece| piece.span);
    found
}

fn scripts_in(expr: &Expr, row: &Script, depth: usize, found: &mut Vec<Embedded>) {
    if depth > MAX_DEPTH {
        return;
    }
    match &expr.kind {
        ExprKind::List(items) => items.iter().for_each(|item| scripts_in(item, row, depth + 1, found)),
        ExprKind::Map(entries) => {
            commands_in(expr, row, found);
            // `run: { command: ... }`, `script: [ { ... } ]`
            entries.iter().for_each(|entry| scripts_in(&entry.value, row, depth + 1, found));
        }
        _ => {}
    }
}

/// The commands directly in a map.
fn commands_in(map: &Expr, row: &Script, found: &mut Vec<Embedded>) {
    let ExprKind::Map(entries) = &map.kind else { return };
    let key = |entry: &Entry| entry.key.as_text().map(|key| key.to_ascii_lowercase()).unwrap_or_default();
    if let Some((name, wanted)) = &row.having {
        let has = |entry: &&Entry| entry.key.as_text().is_some_and(|key| **key == **name);
        let value = entries.iter().find(has).and_then(|entry| entry.value.as_text());
        if value.is_none_or(|value| **value != **wanted) {
            return;
        }
    }
    let shell = entries.iter().find(|entry| matches!(key(entry).as_str(), "shell" | "interpreter"));
    let named = shell.and_then(|entry| match &entry.value.kind {
        ExprKind::List(words) => words.first().and_then(Expr::as_text),
        _ => entry.value.as_text(),
    });
    // `/usr/bin/python3.12`, `bash -e {0}`
    let program = named.map(|name| name.split(' ').next().unwrap_or(name));
    let program = program.map(|name| name.rsplit('/').next().unwrap_or(name));
    let program = program.map(|name| name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.'));
    let language = slug(program.filter(|name| !name.is_empty()).unwrap_or(&row.language));
    for entry in entries {
        if row.keys.iter().any(|known| known == "*" || *known == key(entry)) {
            used(row);
            commands(
                &entry.value,
                Embedded { client: row.client, filled: row.filled, ..Embedded::new(Span::default(), language) },
                found,
            );
        }
    }
}

/// The commands of an expression, each a piece like the one given.
fn commands(expr: &Expr, like: Embedded, found: &mut Vec<Embedded>) {
    let piece = Embedded { span: expr.span, ..like };
    match &expr.kind {
        ExprKind::Text(text) if text.contains([' ', '\n', '=']) => found.push(piece),
        ExprKind::Concat(_) => found.push(piece),
        ExprKind::List(items) => {
            for item in items.iter().filter(|item| !matches!(item.kind, ExprKind::List(_))) {
                commands(item, like, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::data::{Format, lower};

    fn slices<'a>(text: &'a str, found: &[Embedded]) -> Vec<(&'a str, &'static str)> {
        found.iter().map(|one| (&text[one.span.range()], one.language)).collect()
    }

    #[test]
    fn fences_by_commonmark() {
        let text = "---\ntitle: x\n---\n# T\r\n```js title=\"a\"\r\nlet a\r\n```\n\n- x\n  ~~~~ {.python}\n  b = 1\n  ~~~\n  ~~~~\n\
                    ````md\n```sh\n````\n```rust\nfn x\n```\n``` a`b\n```dotenv\nX=1";
        assert_eq!(
            slices(text, &fences(text)),
            [
                ("title: x\n", "yaml"),
                ("let a\r\n", "javascript"),
                ("  b = 1\n  ~~~\n", "python"),
                ("```sh\n", "markdown"),
                ("fn x\n", "rust"),
                ("X=1", "env"),
            ]
        );
        assert_eq!(slices("```\n```", &fences("```\n```")), [("", "lexical")]);
        assert!(fences("``` \u{1f600} ` x").is_empty());
    }

    #[test]
    fn components() {
        let text = "---\nconst a = 1\n---\n<h1>{a}</h1>\n<script>\nb()\n</script>\n<style>c {}</style>";
        let found = vue_like(text, true);
        assert_eq!(slices(text, &found), [("const a = 1\n", "typescript"), ("\nb()\n", "javascript")]);
        assert_eq!(found.iter().map(|one| one.server).collect::<Vec<_>>(), [true, false]);
        let text = "<template><p :a=\"1 < 2\"/></template>\r\n<script setup lang=\"ts\">\r\nlet a: X<Y>\r\n</script>\n<script lang='tsx'>x</SCRIPT >";
        assert_eq!(slices(text, &vue_like(text, false)), [("\r\nlet a: X<Y>\r\n", "typescript"), ("x", "tsx")]);
    }

    #[test]
    fn commands_of_workflows() {
        let text = "jobs:\n  a:\n    steps:\n      - run: |\n          curl -u \"$X:\" https://x\n          echo done\n      - run: print(1) + 2\n        shell: python\n\
                    \x20     - run:\n          name: x\n          command: curl b c\n  b:\n    script:\n      - curl d ${{ secrets.X }}\n      - e f\n";
        let facts = lower(Format::Yaml, text);
        let found = scripts(&facts, "ci.yml", &crate::catalog::builtin().surfaces.script);
        assert_eq!(
            slices(text, &found),
            [
                ("curl -u \"$X:\" https://x\n          echo done", "shell"),
                ("print(1) + 2", "python"),
                ("curl b c", "shell"),
                ("curl d ${{ secrets.X }}", "shell"),
                ("e f", "shell"),
            ]
        );
    }
}
