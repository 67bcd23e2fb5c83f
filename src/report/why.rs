//! `mpcheck why`: what is known of a file or of one of its lines, what rules made of it, and what to write in order to
//! change that.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::text::{one_line, sentence, wrap};
use super::veil::Veil;
use super::{Options, View};
use crate::account::{Account, Note};
use crate::finding::{Finding, Report};
use crate::secret::Secret;
use crate::source::Place;

/// Lines longer than this are hard to read, however wide the terminal is.
const WIDEST: usize = 110;

/// Writes what a run knows of the file that it was asked about, or of one of its lines (from 1).
///
/// # Errors
///
/// Fails only if `out` can't be written to.
pub fn why(
    report: &Report,
    account: &Account,
    line: Option<u32>,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let veil = Veil::new(&report.secrets);
    let view = View { report, veil: &veil, options, past: None };
    let page = Page { view, account, width: options.width.clamp(40, WIDEST) };
    page.file(out)?;
    page.lines(line, out)?;
    page.advice(line, out)
}

struct Page<'r> {
    view: View<'r>,
    account: &'r Account,
    width: usize,
}

/// What is to be said of one line.
#[derive(Default)]
struct Line<'r> {
    seen: Vec<&'r crate::account::Seen>,
    findings: Vec<&'r Finding>,
    /// Findings that somebody decided to ignore, and why.
    ignored: Vec<(&'r Finding, &'r str)>,
    /// Findings elsewhere on whose way the line is.
    passed: Vec<(&'r Finding, &'r str)>,
}

impl<'r> Page<'r> {
    fn say(&self, out: &mut dyn Write, text: &str, first: &str, rest: &str) -> io::Result<()> {
        let text = self.view.say(text);
        writeln!(out, "{}", wrap(&one_line(&text), self.width, first, rest))
    }

    fn line_of(&self, place: &Place) -> u32 {
        self.view.place(place).start.line
    }

    fn at(&self, place: &Place) -> String {
        let start = self.view.place(place).start;
        format!("{}:{}:{}", place.path, start.line, start.column)
    }

    /// The file as a whole.
    fn file(&self, out: &mut dyn Write) -> io::Result<()> {
        let account = self.account;
        self.say(out, &sentence(&format!("{} {}", account.path, account.side)), "", "  ")?;
        for (place, words) in &account.chain {
            self.say(out, &format!("{} {words}", self.at(place)), "  ", "    ")?;
        }
        for remark in &account.remarks {
            self.say(out, &sentence(remark), "", "  ")?;
        }
        for problem in self.view.report.problems.iter().filter(|problem| problem.path == account.path) {
            self.say(out, &sentence(&format!("Not read wholly: {}", problem.message)), "", "  ")?;
        }
        Ok(())
    }

    /// What is known line by line.
    fn lines(&self, only: Option<u32>, out: &mut dyn Write) -> io::Result<()> {
        let lines = self.collect();
        // A call that goes over several lines is a matter of each of them.
        let reaches =
            |line: &Line<'_>, only: u32| line.seen.iter().any(|seen| self.view.place(&seen.place).end.line >= only);
        let wanted = |(number, line): &(&u32, &Line<'_>)| {
            only.is_none_or(|only| only == **number || **number < only && reaches(line, only))
        };
        let shown: Vec<(&u32, &Line<'_>)> = lines.iter().filter(wanted).collect();
        if shown.is_empty() {
            writeln!(out)?;
            let where_ = only.map_or_else(|| "this file".to_owned(), |line| format!("line {line}"));
            self.say(
                out,
                &format!("In {where_} mpcheck sees no credential, no request to Mixpanel and no SDK of its."),
                "",
                "  ",
            )?;
            let near: Vec<String> = lines.keys().map(u32::to_string).collect();
            if only.is_some() && !near.is_empty() {
                self.say(out, &format!("It sees something in line {}.", near.join(", ")), "", "  ")?;
            }
        }
        for (number, line) in shown {
            writeln!(out)?;
            self.source_line(*number, out)?;
            self.line(line, out)?;
        }
        Ok(())
    }

    fn source_line(&self, number: u32, out: &mut dyn Write) -> io::Result<()> {
        let Some(source) = self.view.report.source(&self.account.path) else {
            return writeln!(out, "line {number}");
        };
        let text = self.view.veil.slice(source.text(), source.line_span(number).range());
        let text: String = one_line(text.trim()).chars().take(self.width.saturating_sub(12)).collect();
        writeln!(out, "line {number}: {text}")
    }

    fn line(&self, line: &Line<'_>, out: &mut dyn Write) -> io::Result<()> {
        for seen in &line.seen {
            self.say(out, &seen.what, "  ", "    ")?;
            for note in &seen.notes {
                let text = match note {
                    Note::Is(text) | Note::Has(text) => text.clone(),
                    Note::Rule(rule, text) => format!("{rule} {text}"),
                    Note::Hint(text) => format!("-> {text}"),
                };
                self.say(out, &text, "    - ", "      ")?;
            }
        }
        for finding in &line.findings {
            self.finding(finding, None, out)?;
        }
        for (finding, reason) in &line.ignored {
            self.finding(finding, Some(reason), out)?;
        }
        for (finding, words) in &line.passed {
            let message = format!("{words}, on the way to {}: {}", self.at(&finding.primary.place), finding.rule);
            self.say(out, &message, "  ", "    ")?;
        }
        Ok(())
    }

    fn finding(&self, finding: &Finding, ignored: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
        let head = format!("{}[{}]: {}", finding.level, finding.rule, finding.message);
        self.say(out, &head, "  ", "    ")?;
        if let Some(reason) = ignored {
            let reason = if reason.is_empty() { "no reason is given" } else { reason };
            return self.say(out, &format!("ignored: {reason}"), "    - ", "      ");
        }
        for step in self.view.steps(finding).iter().filter(|step| step.place != finding.primary.place) {
            self.say(out, &format!("{}: {}", self.at(&step.place), step.text), "    - ", "      ")?;
        }
        for words in [&finding.why, &finding.help] {
            if !words.is_empty() {
                self.say(out, &sentence(words), "    ", "    ")?;
            }
        }
        let fingerprint = finding.secret.as_ref().map(Secret::digest);
        let comment = format!("a comment `mpcheck:ignore[{}] reason` here or on the line above", finding.rule);
        let entry = fingerprint.map(|digits| {
            format!(
                " or, in mpcheck.toml, [[allow]] with fingerprint = \"{digits}\", rule = \"{}\" and a reason",
                finding.rule
            )
        });
        self.say(out, &format!("-> to let it stand: {comment}{}", entry.unwrap_or_default()), "    ", "      ")
    }

    /// What is to be said, by line.
    fn collect(&self) -> BTreeMap<u32, Line<'r>> {
        let mut lines: BTreeMap<u32, Line<'r>> = BTreeMap::new();
        let account = self.account;
        let here = |place: &Place| place.path == account.path;
        for seen in &account.seen {
            lines.entry(self.line_of(&seen.place)).or_default().seen.push(seen);
        }
        let report = self.view.report;
        for finding in &report.findings {
            if here(&finding.primary.place) {
                lines.entry(self.line_of(&finding.primary.place)).or_default().findings.push(finding);
            }
            let labels = finding.flow.iter().chain(&finding.related);
            for label in labels.filter(|label| here(&label.place) && label.place != finding.primary.place) {
                let passed = &mut lines.entry(self.line_of(&label.place)).or_default().passed;
                if !passed.iter().any(|(known, _)| std::ptr::eq(*known, finding)) {
                    passed.push((finding, &label.text));
                }
            }
        }
        for one in report.suppressed.iter().filter(|one| here(&one.finding.primary.place)) {
            let line = self.line_of(&one.finding.primary.place);
            lines.entry(line).or_default().ignored.push((&one.finding, &one.reason));
        }
        // A finding on the line itself says more than that it is on its own way.
        for line in lines.values_mut() {
            let own = &line.findings;
            line.passed.retain(|(finding, _)| !own.iter().any(|known| std::ptr::eq(*known, *finding)));
        }
        lines.retain(|_, line| {
            !(line.seen.is_empty() && line.findings.is_empty() && line.ignored.is_empty() && line.passed.is_empty())
        });
        lines
    }

    /// What to write in order to change what was decided.
    fn advice(&self, line: Option<u32>, out: &mut dyn Write) -> io::Result<()> {
        let path = one_line(&self.account.path).into_owned();
        writeln!(out)?;
        writeln!(out, "If that is not so, say it in mpcheck.toml:")?;
        for (pattern, about) in [
            ("[paths] client = [\"PATH\"]", "it runs on machines of users"),
            ("[paths] server = [\"PATH\"]", "it runs on servers alone"),
            ("[paths] exclude = [\"PATH\"]", "it is not to be judged"),
            ("[[names]] name = \"..\", kind = \"..\"", "a name of yours for a credential"),
            ("[[sdk]] call = \"..\", argument = \"..\", kind = \"..\"", "a function of yours that takes one"),
        ] {
            writeln!(out, "  {}  ({about})", pattern.replace("PATH", &path))?;
        }
        if line.is_none() {
            return Ok(());
        }
        writeln!(out, "`mpcheck why {path}` tells of the whole file, `mpcheck explain RULE` of a rule.")
    }
}
