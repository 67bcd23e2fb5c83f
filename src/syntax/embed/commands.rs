//! Commands and scripts in files that are made of lines or parts: Procfiles, crontabs, recipes, templates of a tag manager.

use super::inner::Inner;
use super::slug;
use crate::catalog::coverage::used;
use crate::catalog::{Marked, fits};
use crate::source::Span;
use crate::syntax::facts::Facts;
use crate::syntax::lexical::lines;
use crate::syntax::visit;

/// A piece of code in a file, taken out.
pub struct Command {
    /// Its text.
    pub inner: Inner,
    /// The slug of its language.
    pub language: &'static str,
    /// Whether it runs in browsers of users.
    pub client: bool,
}

/// The code in texts of a JSON file that have marks around it: templates in the export of a tag manager.
pub fn marked_in(facts: &Facts, text: &str, rows: &[Marked]) -> Vec<Command> {
    let mut found = Vec::new();
    for row in rows {
        let Some(path) = &row.path else { continue };
        let steps = visit::steps(path);
        for document in visit::documents(facts) {
            visit::at_path(document, &steps, &mut |template| {
                let inner = Inner::json(text, template.span);
                if let Some(span) = between_marks(&inner.text, row) {
                    found.push(piece(inner.part(span, text), row));
                }
            });
        }
    }
    found
}

/// The code in a file that has marks around it.
pub fn marked_of(path: &str, text: &str, rows: &[Marked]) -> Vec<Command> {
    let rows = rows.iter().filter(|row| fits(&row.files, path));
    rows.filter_map(|row| Some(piece(Inner::slice(text, between_marks(text, row)?), row))).collect()
}

fn piece(inner: Inner, row: &Marked) -> Command {
    used(row);
    Command { inner, language: slug(&row.language), client: row.client }
}

/// From the line behind the first mark to the line that begins with the next.
fn between_marks(text: &str, row: &Marked) -> Option<Span> {
    let mark = text.find(&row.from)?;
    let from = mark + text[mark..].find('\n')? + 1;
    let end = text[from..].find(&format!("\n{}", row.until)).map_or(text.len(), |at| from + at);
    Some(Span::new(from, end))
}

/// The commands in a file that is made of lines: a Procfile, a crontab, the recipes of a Justfile.
pub fn lines_of(path: &str, text: &str) -> Vec<Command> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let name = file.to_ascii_lowercase();
    let command = |inner: Inner, language| Command { inner, language, client: false };
    let all = || lines(text, Span::new(0, text.len()));
    if name == "procfile" || name.starts_with("procfile.") {
        let after = |line: Span| Some((line, text[line.range()].find(':')? + 1));
        let found = all().filter_map(after).map(|(line, at)| Span { start: line.start + at as u32, end: line.end });
        return found.map(|span| command(Inner::slice(text, span), "shell")).collect();
    }
    if name == "crontab" || name.ends_with(".cron") || name.ends_with(".crontab") || path.contains("cron.d/") {
        return all()
            .filter_map(|line| scheduled(text, line))
            .map(|span| command(Inner::slice(text, span), "shell"))
            .collect();
    }
    if matches!(name.as_str(), "justfile" | ".justfile") || name.ends_with(".just") {
        return recipes(text).into_iter().map(|(inner, language)| command(inner, language)).collect();
    }
    Vec::new()
}

/// The command of a crontab's line: behind five fields, or behind `@daily`.
fn scheduled(text: &str, line: Span) -> Option<Span> {
    let row = &text[line.range()];
    let mut at = row.len() - row.trim_start().len();
    let fields = match row[at..].chars().next()? {
        '@' => 1,
        first if first.is_ascii_digit() || first == '*' => 5,
        _ => return None,
    };
    for _ in 0..fields {
        let rest = &row[at..];
        let word = rest.find([' ', '\t'])?;
        at += word + rest[word..].len() - rest[word..].trim_start().len();
    }
    Some(Span::new(line.start as usize + at, line.end as usize))
}

/// The recipes of a Justfile: indented lines below a line that ends with a colon.
fn recipes(text: &str) -> Vec<(Inner, &'static str)> {
    let mut found: Vec<(Inner, &'static str)> = Vec::new();
    let mut open = false;
    for row in text.split_inclusive('\n').scan(0, |at, row| {
        *at += row.len();
        Some(Span::new(*at - row.len(), *at))
    }) {
        let line = &text[row.range()];
        let trimmed = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - trimmed.len();
        if trimmed.trim().is_empty() {
            continue;
        }
        if indent == 0 {
            open = line.contains(':') && !line.contains(":=") && !line.starts_with('#');
            if open {
                found.push((Inner::default(), "shell"));
            }
        } else if let Some((inner, language)) = found.last_mut().filter(|_| open) {
            if let (true, Some(program)) = (inner.text.is_empty(), trimmed.strip_prefix("#!")) {
                let name = program.trim().rsplit(['/', ' ']).next().unwrap_or_default();
                *language = slug(name);
            }
            let quiet = trimmed.len() - trimmed.trim_start_matches(['@', '-']).len();
            let cut = if *language == "shell" { indent + quiet } else { indent.min(4) };
            inner.keep(text, Span { start: row.start + cut as u32, end: row.end });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &str) -> Vec<String> {
        lines_of(path, text).into_iter().map(|one| one.inner.text.trim_end().to_owned()).collect()
    }

    #[test]
    fn lines_hold_commands() {
        assert_eq!(of("Procfile", "web: node a.js\r\n# x\nworker: X=1 b\n"), [" node a.js", " X=1 b"]);
        assert_eq!(of("ops/crontab", "A=1\n# c\n0 3 * * 1  curl a\n@daily b c\nbroken\n"), ["curl a", "b c"]);
        assert_eq!(
            of("justfile", "x := 'a'\nrun a:\n    @curl \\\n      b\n\n    c\nnext:\n\td\n"),
            ["curl \\\nb\nc", "d"]
        );
    }
}
