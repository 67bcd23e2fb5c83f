//! Comments that ignore findings: `mpcheck:ignore[rule, rule] reason` on the line or the line above, and
//! `mpcheck:ignore-file[rule]` anywhere in the file.

use crate::source::Span;
use crate::syntax::document::Document;

/// What a comment speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The line on which it ends, and the next one.
    Line,
    /// All of its file.
    File,
}

/// A comment that ignores findings.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    /// What it speaks for.
    pub(super) reach: Reach,
    /// Its rules, in order.
    pub(super) rules: Vec<Named>,
    /// Why, in the words of whoever wrote it; may be empty.
    pub(super) reason: String,
    /// Where it stands, from its mark to its closing bracket.
    pub(super) span: Span,
    /// The first and the last of its lines.
    lines: (u32, u32),
    /// Whether code stands before it on its line, for which it then speaks first of all.
    trailing: bool,
}

/// A rule that a comment names.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Its slug, as it is written.
    pub(super) rule: String,
    /// Whether it has ignored something.
    pub(super) used: bool,
}

impl Comment {
    /// The rule that it names for a finding on this line, if it speaks for the line: what ignored something on the line
    /// that it stands behind doesn't reach the next one, too.
    pub(super) fn rule_for(&mut self, line: Option<u32>, fits: impl Fn(&str) -> bool) -> Option<&mut Named> {
        let (first, last) = self.lines;
        let (file, trailing) = (self.reach == Reach::File, self.trailing);
        let near = |used: bool| match line {
            _ if file => true,
            Some(line) if line == last + 1 => !(trailing && used),
            Some(line) => (first..=last).contains(&line),
            None => false,
        };
        self.rules.iter_mut().find(|named| fits(&named.rule) && near(named.used))
    }
}

const MARK: &str = "mpcheck:ignore";

/// The comments of a document that ignore findings. The mark stands at the start of the comment, or of one of its lines.
pub(super) fn comments(document: &Document) -> Vec<Comment> {
    let mut found: Vec<Comment> = Vec::new();
    let source = &document.source;
    for comment in document.units.iter().flat_map(|unit| &unit.facts.comments) {
        let text = source.slice(comment.span);
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let body = line.trim_start_matches([' ', '\t', '*', '/', '#', '-', '!', ';', '<', '\'', '"', '%']);
            let start = comment.span.start as usize + at + (line.len() - body.len());
            at += line.len();
            if let Some((reach, rules, reason, length)) = parse(body) {
                let span = Span::new(start, start + length);
                let last = source.position(comment.span.end).line;
                let lines = (source.position(span.start).line, last.max(source.position(span.start).line));
                let rules = rules.into_iter().map(|rule| Named { rule, used: false }).collect();
                let whole = source.text();
                let begin = whole[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
                let trailing = whole[begin..span.start as usize].contains(|c: char| c.is_alphanumeric());
                if !found.iter().any(|known| known.span == span) {
                    found.push(Comment { reach, rules, reason, span, lines, trailing });
                }
            }
        }
    }
    found
}

/// Reach, rules, reason, and how many bytes the mark with its brackets takes.
fn parse(text: &str) -> Option<(Reach, Vec<String>, String, usize)> {
    let rest = text.strip_prefix(MARK)?;
    let (reach, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (Reach::File, rest),
        None => (Reach::Line, rest),
    };
    if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_')) {
        return None;
    }
    let Some((rules, reason)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return Some((reach, Vec::new(), String::new(), text.len() - rest.len()));
    };
    let names = rules.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let ends = ["*/", "-->", "*@", "--}}", "%>", "-}", "*)", "#>"].iter().filter_map(|end| reason.find(end));
    let end = ends.min().unwrap_or(reason.len());
    let reason = reason[..end].trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-')).to_owned();
    Some((reach, names, reason, text.len() - rest.len() + rules.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::syntax::read;

    /// Reach, rules, reason and lines.
    type Found = (Reach, Vec<String>, String, (u32, u32));

    fn found(path: &str, text: &str) -> Vec<Found> {
        let comments = comments(&read(Source::new(path, text.to_owned())));
        let rules = |comment: &Comment| comment.rules.iter().map(|entry| entry.rule.clone()).collect();
        comments.iter().map(|one| (one.reach, rules(one), one.reason.clone(), one.lines)).collect()
    }

    #[test]
    fn comments_of_every_language() {
        let rules = vec!["secret-in-url".to_owned(), "hardcoded-token".to_owned()];
        let mark = "mpcheck:ignore[secret-in-url, hardcoded-token] kept for the old relay";
        for (path, text) in [
            ("a.js", format!("// {mark}\nf()\n")),
            ("a.ts", format!("/*\n * {mark}\n */\nf()\n")),
            ("a.py", format!("# {mark}\n")),
            ("a.sh", format!("# {mark}\n")),
            ("a.yml", format!("# {mark}\na: 1\n")),
            ("a.toml", format!("# {mark}\na = 1\n")),
            (".env", format!("# {mark}\nA=1\n")),
            ("a.properties", format!("# {mark}\na=1\n")),
            ("a.html", format!("<!-- {mark} -->\n<p>x</p>\n")),
            ("a.xml", format!("<a>\n<!-- {mark} -->\n</a>\n")),
            ("a.go", format!("package a\n// {mark}\nvar a = 1\n")),
            ("a.rb", format!("# {mark}\n")),
            ("a.php", format!("<?php\n// {mark}\n")),
            ("A.java", format!("// {mark}\nclass A {{}}\n")),
            ("a.kt", format!("// {mark}\nval a = 1\n")),
            ("a.swift", format!("// {mark}\nlet a = 1\n")),
            ("a.m", format!("// {mark}\nint a = 1;\n")),
            ("a.cs", format!("// {mark}\nclass A {{}}\n")),
            ("a.dart", format!("// {mark}\nvar a = 1;\n")),
            ("a.rs", format!("// {mark}\nfn a() {{}}\n")),
            ("a.ex", format!("# {mark}\n")),
            ("a.groovy", format!("// {mark}\ndef a = 1\n")),
            ("a.tf", format!("# {mark}\na = 1\n")),
            ("Dockerfile", format!("# {mark}\nFROM a\n")),
            ("a.ps1", format!("# {mark}\n$a = 1\n")),
            ("a.vue", format!("<script>\n// {mark}\n</script>\n")),
            ("a.jsonc", format!("// {mark}\n{{}}\n")),
            ("a.erb", format!("<%# {mark} %>\n<p>x</p>\n")),
            ("a.http", format!("# {mark}\nGET https://example.com\n")),
            ("a.sql", format!("-- {mark}\nSELECT 1;\n")),
            ("a.lua", format!("x = 1 -- {mark}\n")),
            ("a.bat", format!("REM {mark}\nset A=1\n")),
            ("a.vb", format!("' {mark}\nDim A\n")),
            ("a.clj", format!(";; {mark}\n(f)\n")),
            ("a.scala", format!("val a = 1 // {mark}\n")),
            ("a.c", format!("/* {mark} */\nint a;\n")),
            ("a.hs", format!("{{- {mark} -}}\na = 1\n")),
            ("a.ml", format!("(* {mark} *)\nlet a = 1\n")),
            ("a.pl", format!("# {mark}\n$a = 1;\n")),
            ("a.erl", format!("% {mark}\na() -> 1.\n")),
            ("a.css", format!("/* {mark} */\na {{}}\n")),
            ("a.md", format!("Words.\n\n<!-- {mark} -->\n\nMore.\n")),
            ("b.md", format!("Words.\n\n```sh\n# {mark}\ncurl x\n```\n")),
        ] {
            let got = found(path, &text);
            assert_eq!(got.len(), 1, "{path}: {got:?}");
            assert_eq!(
                (&got[0].0, &got[0].1, got[0].2.as_str()),
                (&Reach::Line, &rules, "kept for the old relay"),
                "{path}"
            );
        }
    }

    #[test]
    fn what_is_no_comment_ignores_nothing() {
        let mark = "mpcheck:ignore[hardcoded-secret]";
        for (path, text) in [
            ("a.js", format!("const a = '{mark}';")),
            ("a.md", format!("Write `{mark}` above the line.\n\n{mark}\n")),
            ("a.py", format!("\"\"\"\n{mark}\n\"\"\"\n")),
            ("a.json", format!("{{\"note\": \"// {mark}\"}}")),
            ("a.js", "// see mpcheck:ignored-things".to_owned()),
            ("a.lua", format!("x = '-- {mark}'\n")),
            ("a.txt", format!("# {mark}\n")),
        ] {
            assert_eq!(found(path, &text), [], "{path}");
        }
        assert_eq!(found("a.js", "// mpcheck:ignore\nf()"), [(Reach::Line, vec![], String::new(), (1, 1))]);
        assert_eq!(found("a.js", "// mpcheck:ignore-file[a-b]\n")[0].0, Reach::File);
    }
}
