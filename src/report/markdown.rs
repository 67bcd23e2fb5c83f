//! A report in GitHub's Markdown, for the summary of a workflow's run: a table of findings and one of credentials.
//!
//! Names and paths come from whoever wrote the code, so nothing of them is let through that Markdown or HTML would read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::text::{count, list, one_line, sentence};
use super::{Summary, View};
use crate::catalog;
use crate::finding::{Credential, Finding, Level};

/// GitHub drops a summary of more than a mebibyte; so many rows of at most so many characters stay far below.
const FINDINGS: usize = 400;
/// As many credentials.
const CREDENTIALS: usize = 200;
/// As many problems.
const PROBLEMS: usize = 50;
/// How much of a text a cell shows.
const CELL: usize = 300;
/// How many places of a credential are named.
const PLACES: usize = 5;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = Summary::of(view);
    writeln!(out, "## mpcheck\n\n{}\n", words(&summary.sentence()))?;
    findings(view, out)?;
    what_to_do(view, out)?;
    credentials(view, out)?;
    loosenings(view, out)?;
    problems(view, out)
}

/// What the change alters so that less is reported.
fn loosenings(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let loosenings = &view.report.loosenings;
    if loosenings.is_empty() {
        return Ok(());
    }
    writeln!(out, "### Less is reported\n\nWhat this change alters so that mpcheck reports less.\n")?;
    writeln!(out, "| where | what |\n| --- | --- |")?;
    for one in loosenings.iter().take(PROBLEMS) {
        let at = format!("{}:{}", one.place.path, view.place(&one.place).start.line);
        writeln!(out, "| {} | {} |", code(&at), words(&sentence(&view.say(&one.message))))?;
    }
    cut(loosenings.len(), PROBLEMS, "loosening", out)?;
    writeln!(out)
}

fn findings(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = view.report.findings.iter().collect();
    if findings.is_empty() {
        return Ok(());
    }
    // Where not all fit, the worst do.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    writeln!(out, "| level | rule | where | what |\n| --- | --- | --- | --- |")?;
    for finding in findings.iter().take(FINDINGS) {
        let place = &finding.primary.place;
        let at = format!("{}:{}", place.path, view.of(finding).place(place).start.line);
        let rule = match super::rules::page_url(finding.rule) {
            Some(page) => format!("[`{}`]({page})", finding.rule),
            None => format!("`{}`", finding.rule),
        };
        let message = words(&sentence(&view.say(&finding.message)));
        writeln!(out, "| {} {} | {rule} | {} | {message} |", mark(finding.level), finding.level, code(&at))?;
    }
    cut(findings.len(), FINDINGS, "finding", out)?;
    writeln!(out)
}

/// For each rule that found something, what to do about it.
fn what_to_do(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &view.report.findings {
        *rules.entry(finding.rule).or_default() += 1;
    }
    let known: Vec<_> = rules.keys().filter_map(|rule| catalog::builtin().rule(rule)).collect();
    if known.is_empty() {
        return Ok(());
    }
    writeln!(out, "<details><summary>What to do</summary>\n")?;
    for rule in known {
        writeln!(out, "- `{}`: {} {}", rule.slug, words(&sentence(&rule.why)), words(&sentence(&rule.help)))?;
    }
    writeln!(out, "\n`mpcheck explain RULE` says more of a rule.\n\n</details>\n")
}

fn credentials(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let credentials = &view.report.credentials;
    if credentials.is_empty() {
        return Ok(());
    }
    writeln!(out, "### Credentials\n")?;
    writeln!(
        out,
        "Each credential once, whether or not anything is wrong with it. The fingerprint is one-way: it tells two \
         credentials apart and says nothing of either.\n"
    )?;
    writeln!(out, "| fingerprint | kind | where | side | presented to |\n| --- | --- | --- | --- | --- |")?;
    for credential in credentials.iter().take(CREDENTIALS) {
        let name = match (&credential.secret, &credential.variable) {
            (Some(secret), _) => code(&secret.digest()),
            (None, Some(variable)) => format!("environment variable {}", code(&view.say(variable))),
            (None, None) => String::new(),
        };
        let to: Vec<String> = credential.presented_to.iter().map(|to| words(&view.say(to))).collect();
        writeln!(
            out,
            "| {name} | {} | {} | {} | {} |",
            words(&credential.kind),
            places(view, credential),
            credential.side(),
            if to.is_empty() { "nothing in sight".to_owned() } else { to.join(", ") }
        )?;
    }
    cut(credentials.len(), CREDENTIALS, "credential", out)?;
    writeln!(out)
}

fn places(view: &View<'_>, credential: &Credential) -> String {
    let at = |place| {
        let place: &crate::source::Place = place;
        code(&format!("{}:{}", place.path, view.place(place).start.line))
    };
    let mut places: Vec<String> = credential.places.iter().take(PLACES).map(at).collect();
    places.dedup();
    if credential.places.len() > PLACES {
        places.push(format!("{} more", credential.places.len() - PLACES));
    }
    list(&places, "and")
}

fn problems(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let problems = &view.report.problems;
    if problems.is_empty() {
        return Ok(());
    }
    writeln!(out, "### Not read wholly\n")?;
    for problem in problems.iter().take(PROBLEMS) {
        writeln!(out, "- {}: {}", code(&problem.path), words(&sentence(&view.say(&problem.message))))?;
    }
    cut(problems.len(), PROBLEMS, "problem", out)
}

/// Says what was left out.
fn cut(all: usize, shown: usize, noun: &str, out: &mut dyn Write) -> io::Result<()> {
    match all.saturating_sub(shown) {
        0 => Ok(()),
        more => writeln!(out, "\n{} more are left out here; the other reports have them.", count(more, noun)),
    }
}

fn mark(level: Level) -> &'static str {
    match level {
        Level::Error => "\u{1f534}",
        Level::Warning => "\u{1f7e0}",
        Level::Note => "\u{1f535}",
    }
}

/// Words for a line or a cell. What stands between backticks is code; all else that Markdown and HTML read is escaped.
fn words(text: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let segments: Vec<&str> = text.split('`').collect();
    for (index, segment) in segments.iter().enumerate() {
        // A last backtick without a partner is one.
        let quoted = index % 2 == 1 && index + 1 < segments.len();
        match (quoted, index % 2 == 1) {
            (true, _) => parts.push(code(segment)),
            (false, true) => parts.push(format!("&#96;{}", escaped(segment))),
            (false, false) => parts.push(escaped(segment)),
        }
    }
    parts.concat()
}

/// Text that was written by whoever wrote the code.
fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

fn escaped(text: &str) -> String {
    let line = one_line(text);
    let mut escaped = String::with_capacity(line.len());
    for character in line.chars().take(CELL) {
        if "&<>|[]*_~\\`#@!$".contains(character) {
            // Writing into a string can't fail.
            let _ = write!(escaped, "&#{};", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    if line.chars().nth(CELL).is_some() {
        escaped.push('…');
    }
    // Addresses become links without any mark.
    escaped.replace("://", "&#58;//").replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hostile_is_left_to_markdown() {
        let hostile = "a|b <img src=x> [x](javascript:y) **b** \\| @who #1 https://evil.example www.evil.example\n# h";
        let safe = words(hostile);
        for mark in ["|", "<", ">", "[", "*", "@", "\n", "://", "www."] {
            assert!(!safe.contains(mark), "{mark}: {safe}");
        }
        assert_eq!(words("`A_B` is read"), "<code>A&#95;B</code> is read");
        assert_eq!(words("an `odd one"), "an &#96;odd one");
        assert_eq!(code("a`|b\r\n"), "<code>a&#96;&#124;b&#92;r&#92;n</code>");
        assert!(escaped(&"x".repeat(5000)).chars().count() <= CELL + 1);
    }
}
