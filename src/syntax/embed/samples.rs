//! Code that documentation shows: fences of Markdown, blocks of reStructuredText and AsciiDoc, sessions of a terminal.

use super::inner::Inner;
use super::{Embedded, fences, slug};
use crate::source::Span;
use crate::syntax::lexical::lines;

/// A markup for prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// Markdown and its kin.
    Markdown,
    /// reStructuredText.
    Rst,
    /// AsciiDoc.
    AsciiDoc,
}

impl Markup {
    /// The markup of the file at this path, if its ending says that it is one without a language of its own.
    pub fn of(path: &str) -> Option<Self> {
        let ending = path.rsplit_once('.')?.1.to_ascii_lowercase();
        match ending.as_str() {
            "rst" => Some(Self::Rst),
            "adoc" | "asciidoc" | "asc" => Some(Self::AsciiDoc),
            _ => None,
        }
    }
}

/// The samples in a text with the slugs of their languages: free of quote marks, indentation, prompts and outputs.
pub fn samples(text: &str, markup: Markup) -> Vec<(Inner, &'static str)> {
    let found = match markup {
        Markup::Markdown => {
            let fences = fences(text);
            let commands = commands(text, &fences);
            fences.into_iter().chain(commands).collect()
        }
        Markup::Rst => directives(text),
        Markup::AsciiDoc => listings(text),
    };
    found.iter().map(|one| (sample(text, one), one.language)).collect()
}

/// Commands between backticks in a sentence: `` run `curl -u ..` ``. Other code in sentences is too short to be read.
fn commands(text: &str, fences: &[Embedded]) -> Vec<Embedded> {
    const PROGRAMS: [&str; 2] = ["curl ", "wget "];
    let mut found = Vec::new();
    for program in PROGRAMS {
        for (at, _) in text.match_indices(program) {
            if !text[..at].trim_end_matches([' ', '$']).ends_with('`') {
                continue;
            }
            let line = text[at..].split('\n').next().unwrap_or_default();
            let Some(length) = line.find('`') else { continue };
            let span = Span::new(at, at + length);
            let before = fences.partition_point(|fence| fence.span.start <= span.start);
            if before.checked_sub(1).is_none_or(|at| !fences[at].span.contains(span)) {
                found.push(Embedded::new(span, "shell"));
            }
        }
    }
    found.sort_by_key(|command| command.span.start);
    found
}

/// A sample without what stands in front of its lines.
fn sample(text: &str, one: &Embedded) -> Inner {
    let start = one.span.start as usize;
    let opening = text[..start].trim_end_matches(['\n', '\r']);
    let opening = &opening[opening.rfind('\n').map_or(0, |at| at + 1)..];
    let fence =
        opening.find(['`', '~']).filter(|at| opening[*at..].starts_with("```") || opening[*at..].starts_with("~~~"));
    let quotes = fence.map_or(0, |at| opening[..at].bytes().filter(|byte| *byte == b'>').count());
    let width = fence.map_or(usize::MAX, |at| at - opening[..at].rfind('>').map_or(0, |quote| quote + 2).min(at));
    let mut rows: Vec<Span> = Vec::new();
    for line in text[one.span.range()].split_inclusive('\n').scan(start, |at, line| {
        *at += line.len();
        Some(Span::new(*at - line.len(), *at))
    }) {
        let mut from = line.start as usize;
        for _ in 0..quotes {
            let rest = &text[from..line.end as usize];
            let trimmed = rest.trim_start_matches([' ', '\t']);
            if let Some(after) = trimmed.strip_prefix('>') {
                from = line.end as usize - after.len();
                from += usize::from(after.starts_with(' '));
            }
        }
        rows.push(Span::new(from, line.end as usize));
    }
    // What all lines are indented by, at most as deep as the fence is; a block without a fence has only that.
    let blank = |row: &Span| {
        let line = text[row.range()].trim_end_matches(['\n', '\r']);
        (!line.trim().is_empty()).then(|| line.len() - line.trim_start_matches([' ', '\t']).len())
    };
    let cut = rows.iter().filter_map(blank).min().unwrap_or(0).min(width);
    for row in &mut rows {
        let line = text[row.range()].trim_end_matches(['\n', '\r']);
        row.start += (line.len() - line.trim_start_matches([' ', '\t']).len()).min(cut) as u32;
    }
    let prompts: &[&str] = match one.language {
        "shell" => &["$ ", "% ", "# $ "],
        "python" => &[">>> "],
        _ => &[],
    };
    let mut inner = Inner::default();
    match session(text, &rows, prompts) {
        Some(rows) => rows.into_iter().for_each(|row| inner.keep(text, row)),
        None => rows.into_iter().for_each(|row| inner.keep(text, row)),
    }
    inner
}

/// What was typed in a session of a terminal; `None` where no line has a prompt.
fn session(text: &str, rows: &[Span], prompts: &[&str]) -> Option<Vec<Span>> {
    let prompt = |row: &Span| prompts.iter().find(|prompt| text[row.range()].starts_with(**prompt));
    let used = rows.iter().find_map(prompt)?;
    let more = if used.starts_with('>') { "... " } else { "> " };
    let (mut typed, mut open) = (Vec::new(), false);
    for row in rows {
        let line = &text[row.range()];
        let mut from = row.start as usize;
        if prompt(row).is_some() {
            from += used.len();
        } else if line.starts_with(more) {
            from += more.len();
        } else if !open {
            continue;
        }
        typed.push(Span::new(from, row.end as usize));
        open = line.trim_end().ends_with('\\');
    }
    Some(typed)
}

/// `.. code-block:: python` and what is indented below it.
fn directives(text: &str) -> Vec<Embedded> {
    let mut found = Vec::new();
    let all: Vec<Span> = lines(text, Span::new(0, text.len())).collect();
    let indent = |line: &Span| text[line.range()].len() - text[line.range()].trim_start().len();
    for (at, line) in all.iter().enumerate() {
        let directive = text[line.range()].trim_start();
        let language = [".. code-block::", ".. code::", ".. sourcecode::", ".. prompt::"]
            .iter()
            .find_map(|name| directive.strip_prefix(name));
        let Some(language) = language else { continue };
        let language = slug(language.split_whitespace().next().unwrap_or_default());
        let outer = indent(line);
        let inside = |line: &&Span| text[line.range()].trim().is_empty() || indent(line) > outer;
        let block: Vec<&Span> = all[at + 1..].iter().take_while(inside).collect();
        // Options stand before the first empty line.
        let body = block.iter().skip_while(|line| text[line.range()].trim_start().starts_with(':'));
        let body: Vec<&&Span> = body.skip_while(|line| text[line.range()].trim().is_empty()).collect();
        if let (Some(first), Some(last)) = (body.first(), body.last()) {
            found.push(Embedded::new(Span { start: first.start, end: last.end }, language));
        }
    }
    found
}

/// `[source,bash]` and what stands between the two lines of dashes below it.
fn listings(text: &str) -> Vec<Embedded> {
    let mut found = Vec::new();
    let mut language = None;
    let mut open: Option<(Span, &str)> = None;
    for line in lines(text, Span::new(0, text.len())) {
        let row = text[line.range()].trim_end();
        let fence = row.len() >= 4 && (row.bytes().all(|byte| byte == b'-') || row.bytes().all(|byte| byte == b'.'));
        if let Some((start, mark)) = open {
            if row == mark {
                let from = text[start.end as usize..].find('\n').map_or(text.len(), |at| start.end as usize + at + 1);
                let end = (line.start as usize).max(from);
                found.push(Embedded::new(Span::new(from, end), language.take().unwrap_or("lexical")));
                open = None;
            }
        } else if fence {
            open = Some((line, row));
        } else if let Some(inside) = row.strip_prefix('[').and_then(|row| row.strip_suffix(']')) {
            let mut words = inside.split(',').map(str::trim);
            let source = words.next().is_some_and(|word| word.is_empty() || word.starts_with("source"));
            language = words.next().filter(|_| source).map(slug);
        } else if !row.starts_with('.') {
            language = None;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, markup: Markup) -> Vec<(String, &'static str)> {
        let found = samples(text, markup);
        for (inner, _) in &found {
            for word in inner.text.split_whitespace() {
                let at = inner.text.find(word).unwrap();
                assert_eq!(&text[inner.outer(Span::new(at, at + word.len())).range()], word);
            }
        }
        found.into_iter().map(|(inner, language)| (inner.text, language)).collect()
    }

    #[test]
    fn samples_lose_what_stands_in_front_of_them() {
        let text = "1. Do:\n\n   ```python\n   if a:\n     b\n   ```\n\n> ~~~js\n> let a\n>\n>   b\n> ~~~\n\n\
                    ```console\n$ curl a \\\r\n    -u b\nout\n$ echo c\n```\n```py\n>>> if a:\n...     b\n1\n```\n";
        assert_eq!(
            texts(text, Markup::Markdown),
            [
                ("if a:\n  b\n".into(), "python"),
                ("let a\n\n  b\n".into(), "javascript"),
                ("curl a \\\r\n    -u b\necho c\n".into(), "shell"),
                ("if a:\n    b\n".into(), "python"),
            ]
        );
    }

    #[test]
    fn other_markup() {
        let text = "Text\n\n.. code-block:: bash\n   :linenos:\n\n   curl a\n     -b\n\nText\n\n.. code:: python\n\n    x = 1\n";
        assert_eq!(texts(text, Markup::Rst), [("curl a\n  -b\n".into(), "shell"), ("x = 1".into(), "python")]);
        let text = "= T\n\n[source,bash]\n.Title\n----\ncurl a\n----\n\n----\nplain\n----\n";
        assert_eq!(texts(text, Markup::AsciiDoc), [("curl a\n".into(), "shell"), ("plain\n".into(), "lexical")]);
    }
}
