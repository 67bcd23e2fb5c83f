//! The report for people, and the only file that knows miette: the source with a label on the credential and on each
//! step of its way, then why it matters and what to do.

use std::fmt;
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};

use super::excerpt::{Cut, Excerpt, Mark};
use super::text::{count, one_line, sentence, wrap};
use super::{Summary, View};
use crate::finding::{Finding, Label, Level, Past};

/// Lines longer than this are hard to read, however wide the terminal is.
const WIDEST: usize = 120;
/// Below this nothing can be laid out.
const NARROWEST: usize = 30;
/// What the line number, the bar and the blanks around them take.
const GUTTER: usize = 8;
/// Of the places where a credential stood, so many are shown.
const PLACES: usize = 10;
/// The least a label gets, even if it then runs over the edge.
const LABEL: usize = 14;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let width = view.options.width.clamp(NARROWEST, WIDEST);
    let theme = match (view.options.unicode, view.options.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_context_lines(1)
        .with_urls(view.options.hyperlinks)
        .with_link_display_text("(page)")
        .without_syntax_highlighting();
    for finding in &view.report.findings {
        let view = &view.of(finding);
        let shown = Shown::new(view, finding, width);
        let mut rendered = String::new();
        if handler.render_report(&mut rendered, &shown).is_err() {
            // Nothing but a bug gets here; the finding still must be seen.
            rendered = format!("{}\n", wrap(&shown.message, width, "  ", "  "));
        }
        write!(out, "{rendered}")?;
        if shown.excerpt.lines.is_empty() {
            writeln!(out, "  in {}", one_line(&finding.primary.place.path))?;
        }
        if let Some(past) = &finding.past {
            history(view, past, width, out)?;
        }
        let fix = finding.fix.as_ref().map(|fix| fix.title.as_str()).unwrap_or_default();
        for (name, words) in [("why", finding.why.as_str()), ("help", &finding.help), ("fix", fix)] {
            if !words.is_empty() {
                let words =
                    wrap(&sentence(&view.say(words)), width, &format!("  {name}: "), &" ".repeat(name.len() + 4));
                let (name, words) = words.split_at(name.len() + 3);
                writeln!(out, "{}{words}", paint(view, "36", name))?;
            }
        }
        if let Some(code) = &finding.example {
            // Code stays on one line, so that it can be copied.
            writeln!(out, "{}{}", paint(view, "36", "  here: "), one_line(&view.say(code)))?;
        }
        writeln!(out)?;
    }
    loosenings(view, width, out)?;
    problems(view, width, out)?;
    if view.options.quiet { Ok(()) } else { summary(view, width, out) }
}

/// What the change alters so that less is reported.
fn loosenings(view: &View<'_>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    for one in &view.report.loosenings {
        let (path, start) = (one_line(&one.place.path), view.place(&one.place).start);
        writeln!(out, "{} {path}:{}:{}", paint(view, "33", "loosening:"), start.line, start.column)?;
        writeln!(out, "{}\n", wrap(&sentence(&view.say(&one.message)), width, "  ", "  "))?;
    }
    Ok(())
}

/// Where a credential stood, one place a line: paths stay whole, so that they can be copied.
fn history(view: &View<'_>, past: &Past, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let lead = paint(view, "36", "  history:");
    let now = if past.in_tree { "It is still in the tree." } else { "It is in the tree no more." };
    writeln!(out, "{lead} {}", wrap(now, width, "", ""))?;
    for stood in past.places.iter().take(PLACES) {
        writeln!(out, "    {}:{} {}", one_line(&stood.path), stood.start.line, stood.since())?;
    }
    match past.places.len().saturating_sub(PLACES) {
        0 => Ok(()),
        more => writeln!(out, "    and {}; --format json names them all", count(more, "further path")),
    }
}

fn problems(view: &View<'_>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    for problem in &view.report.problems {
        let known = problem.span.filter(|_| view.report.source(&problem.path).is_some());
        let place = known.map(|span| view.region(&problem.path, span).start);
        let place = place.map(|start| format!(":{}:{}", start.line, start.column)).unwrap_or_default();
        let path = one_line(&problem.path);
        writeln!(out, "{} {path}{place}", paint(view, "33", "not read wholly:"))?;
        writeln!(out, "{}\n", wrap(&view.say(&problem.message), width, "  ", "  "))?;
    }
    Ok(())
}

fn summary(view: &View<'_>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let summary = Summary::of(view);
    let mut line = wrap(&summary.sentence(), width, "", "");
    for (level, number) in &summary.levels {
        let color = match level {
            Level::Error => "1;31",
            Level::Warning => "1;33",
            Level::Note => "1;36",
        };
        let words = count(*number, level.name());
        line = line.replacen(&words, &paint(view, color, &words), 1);
    }
    writeln!(out, "{line}")?;
    summary.how_to_go_on().map_or(Ok(()), |hint| writeln!(out, "{}", wrap(&hint, width, "", "")))
}

fn paint(view: &View<'_>, color: &str, words: &str) -> String {
    if view.options.color { format!("\u{1b}[{color}m{words}\u{1b}[0m") } else { words.to_owned() }
}

/// A finding as miette wants it. Nothing in it is a secret any more.
#[derive(Debug)]
struct Shown {
    rule: &'static str,
    level: Level,
    message: String,
    excerpt: Excerpt,
    labels: Vec<LabeledSpan>,
}

impl Shown {
    fn new(view: &View<'_>, finding: &Finding, width: usize) -> Self {
        let cut = Cut { width: width - GUTTER, unicode: view.options.unicode };
        let mut excerpt = Excerpt::default();
        for (path, marks) in files(view, finding) {
            if let Some(source) = view.source(path) {
                excerpt.add(source, marks, view.veil, cut);
            }
        }
        let label = |mark: &super::excerpt::Placed| {
            let room = (cut.width.saturating_sub(mark.indent + mark.range.len() / 2 + 4)).max(LABEL);
            let words = Some(wrap(&mark.text, room, "", "")).filter(|words| !words.is_empty());
            let range = SourceSpan::from(mark.range.clone());
            if mark.primary {
                LabeledSpan::new_primary_with_span(words, range)
            } else {
                LabeledSpan::new_with_span(words, range)
            }
        };
        let labels = excerpt.marks.iter().map(label).collect();
        let message = one_line(view.say(&finding.message).trim_end_matches('.')).into_owned();
        Self { rule: finding.rule, level: finding.level, message, excerpt, labels }
    }
}

/// The marks of a finding by file, its own file first; the steps of the flow are numbered.
fn files<'f>(view: &View<'_>, finding: &'f Finding) -> Vec<(&'f str, Vec<Mark>)> {
    let mut files: Vec<(&str, Vec<Mark>)> = vec![(&finding.primary.place.path, Vec::new())];
    let mut add = |label: &'f Label, number: Option<usize>, primary: bool| {
        let words = view.say(&label.text);
        let text = number.map_or(words.clone(), |number| format!("{number}: {words}"));
        let mark = Mark { span: label.place.span, text, primary };
        match files.iter_mut().find(|(path, _)| *path == &*label.place.path) {
            Some((_, marks)) => marks.push(mark),
            None => files.push((&label.place.path, vec![mark])),
        }
    };
    let steps = view.steps(finding);
    if steps.is_empty() {
        add(&finding.primary, None, true);
    }
    for (index, step) in steps.iter().enumerate() {
        add(step, Some(index + 1), index + 1 == steps.len());
    }
    finding.related.iter().for_each(|label| add(label, None, false));
    files
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("{}[{}]", self.level, self.rule)))
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note => Severity::Advice,
        })
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        super::rules::page_url(self.rule).map(|url| Box::new(url) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as _)
    }
}

/// Gives miette the lines of an excerpt with the paths, numbers and columns they have in their files.
impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let line_at = |byte: usize| self.lines.iter().position(|line| line.range.contains(&byte));
        let last = (span.offset() + span.len()).saturating_sub(1).max(span.offset());
        let (Some(first), Some(last)) = (line_at(span.offset()), line_at(last)) else {
            return Err(MietteError::OutOfBounds);
        };
        // Lines between which others were left out are no text of a file.
        let adjoin = |above: usize| {
            let (above, below) = (&self.lines[above], &self.lines[above + 1]);
            above.path == below.path && above.number + 1 == below.number
        };
        if !(first..last).all(adjoin) {
            return Err(MietteError::OutOfBounds);
        }
        let from =
            (1..=before).take_while(|up| first >= *up && adjoin(first - up)).last().map_or(first, |up| first - up);
        let to = (1..=after).take_while(|down| last + down < self.lines.len() && adjoin(last + down - 1)).last();
        let to = last + to.unwrap_or(0);
        let range = self.lines[from].range.start..self.lines[to].range.end;
        let column = self.columns.iter().find(|(start, _)| *start == span.offset());
        Ok(Box::new(MietteSpanContents::new_named(
            one_line(&self.lines[first].path).into_owned(),
            &self.text.as_bytes()[range.clone()],
            (range.start, range.len()).into(),
            self.lines[from].number as usize - 1,
            column.filter(|_| before == 0).map_or(0, |(_, column)| *column as usize - 1),
            to - from + 1,
        )))
    }
}

/// How wide a rendered line is, for the tests.
#[cfg(test)]
pub(super) fn widest(rendered: &str) -> usize {
    rendered.lines().map(super::text::width).max().unwrap_or_default()
}
