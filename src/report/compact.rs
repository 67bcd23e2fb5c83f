//! `path:line:col: level[rule]: message`, one finding a line: what editors and problem matchers read.

use std::io::{self, Write};

use super::View;
use super::text::one_line;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &view.report.findings {
        let place = &finding.primary.place;
        let start = view.of(finding).place(place).start;
        let message = view.say(&finding.message);
        writeln!(
            out,
            "{}:{}:{}: {}[{}]: {}",
            one_line(&place.path),
            start.line,
            start.column,
            finding.level,
            finding.rule,
            one_line(&message)
        )?;
    }
    for one in &view.report.loosenings {
        let (path, start) = (one_line(&one.place.path), view.place(&one.place).start);
        let message = view.say(&one.message);
        writeln!(out, "{path}:{}:{}: note[loosening]: {}", start.line, start.column, one_line(&message))?;
    }
    Ok(())
}

pub(super) fn problems(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for problem in &view.report.problems {
        let path = one_line(&problem.path);
        let message = view.say(&problem.message);
        match problem.span.filter(|_| view.report.source(&problem.path).is_some()) {
            Some(span) => {
                let start = view.region(&problem.path, span).start;
                writeln!(out, "{path}:{}:{}: {}", start.line, start.column, one_line(&message))?;
            }
            None => writeln!(out, "{path}: {}", one_line(&message))?,
        }
    }
    Ok(())
}
