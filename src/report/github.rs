//! Workflow commands, which GitHub turns into annotations on the lines of a pull request.

use std::io::{self, Write};

use super::View;
use super::text::{is_unruly, sentence};
use crate::finding::{Finding, Level};
use crate::source::Span;

/// GitHub shows no more annotations of one level for a step.
const SHOWN: usize = 10;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    // GitHub shows the first ten of a kind only: let them be the worst.
    let mut findings: Vec<&Finding> = view.report.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    for finding in findings {
        let place = &finding.primary.place;
        let [message, why] = [&finding.message, &finding.why].map(|text| sentence(&view.say(text)));
        let message = [message, why, view.help(finding)].join("\n").trim_end().to_owned();
        let level = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        command(&view.of(finding), level, (&place.path, Some(place.span)), finding.rule, &message, out)?;
    }
    let most = [Level::Error, Level::Warning, Level::Note].into_iter().map(|level| view.count(level)).max();
    if most.is_some_and(|most| most > SHOWN) {
        // A line that is no command: it stands in the log, and takes no annotation's place.
        writeln!(
            out,
            "GitHub shows the first {SHOWN} annotations of each level; this log and the other reports have all."
        )?;
    }
    for one in &view.report.loosenings {
        let message = view.say(&one.message);
        command(view, "notice", (&one.place.path, Some(one.place.span)), "loosening", &sentence(&message), out)?;
    }
    for problem in &view.report.problems {
        let message = view.say(&problem.message);
        command(view, "warning", (&problem.path, problem.span), "not read wholly", &message, out)?;
    }
    Ok(())
}

fn command(
    view: &View<'_>,
    level: &str,
    (path, span): (&str, Option<Span>),
    title: &str,
    message: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "::{level} file={}", property(path))?;
    if let Some(span) = span {
        let region = view.region(path, span);
        write!(out, ",line={},endLine={}", region.start.line, region.end.line)?;
        // Columns of a place on several lines make GitHub drop the annotation.
        if region.start.line == region.end.line {
            write!(out, ",col={},endColumn={}", region.start.column, region.end.column)?;
        }
    }
    writeln!(out, ",title={}::{}", property(&format!("mpcheck: {title}")), data(message))
}

/// What stands behind `::`, as GitHub's own toolkit escapes it.
fn data(text: &str) -> String {
    let text: String =
        text.chars().map(|c| if is_unruly(c) && !matches!(c, '\n' | '\r' | '\t') { '?' } else { c }).collect();
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_as_github_does() {
        assert_eq!(data("100%: a,b\r\nc\u{1b}[0m"), "100%25: a,b%0D%0Ac?[0m");
        assert_eq!(property("C:a,b%"), "C%3Aa%2Cb%25");
    }
}
