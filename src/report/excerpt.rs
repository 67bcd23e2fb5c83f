//! Excerpts of files: the lines around some places, masked, freed of control characters and cut to a window.
//!
//! All files of one finding stand in one [`Excerpt`], a text made for being shown. It knows which line of which file
//! each of its own lines is.

use std::ops::Range;
use std::sync::Arc;

use super::text;
use super::veil::{Veil, floor, part};
use crate::source::{Source, Span};

/// A place that is to be pointed at, and what is said there.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// Where in the source.
    pub(crate) span: Span,
    /// What to say, already without secrets.
    pub(crate) text: String,
    /// Whether it is the finding's own place.
    pub(crate) primary: bool,
}

/// A mark in the text of an excerpt.
#[derive(Debug)]
pub(crate) struct Placed {
    /// Where in the excerpt's text, in bytes.
    pub(crate) range: Range<usize>,
    /// On how many columns the text before it stands.
    pub(crate) indent: usize,
    /// What to say.
    pub(crate) text: String,
    /// Whether it is the finding's own place.
    pub(crate) primary: bool,
}

/// A line of an excerpt.
#[derive(Debug)]
pub(crate) struct Line {
    /// Its bytes in the excerpt's text, the line break included.
    pub(crate) range: Range<usize>,
    /// Its number in the file, from 1.
    pub(crate) number: u32,
    /// Its file.
    pub(crate) path: Arc<str>,
}

/// Lines of files, and marks in them.
#[derive(Debug, Default)]
pub(crate) struct Excerpt {
    /// The text that may be shown.
    pub(crate) text: String,
    /// Its lines.
    pub(crate) lines: Vec<Line>,
    /// The marks.
    pub(crate) marks: Vec<Placed>,
    /// The column that a mark has in its file, by where it starts in the text.
    pub(crate) columns: Vec<(usize, u32)>,
}

/// How an excerpt is cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    /// How many columns a line may have.
    pub(crate) width: usize,
    /// Whether `…` and its like may be used.
    pub(crate) unicode: bool,
}

/// Marks over more lines than this are cut to their first.
const TALL: u32 = 6;
/// What is left of marks and their indent on narrow terminals, so that there is room to say something.
const NARROW: usize = 12;

/// One line of a file, as far as it may be shown.
struct Window {
    /// First and last byte of the line that show, in the source.
    range: Range<usize>,
    /// Put in front where something was cut off.
    before: &'static str,
    /// The characters that show, masked.
    shown: Vec<char>,
}

impl Excerpt {
    /// Adds the lines of one file around these marks, in their order.
    pub(crate) fn add(&mut self, source: &Source, mut marks: Vec<Mark>, veil: &Veil, cut: Cut) {
        for mark in &mut marks {
            mark.span = clamped(source, mark.span, cut);
        }
        marks.sort_by_key(|mark| (mark.span, !mark.primary));
        let mut numbers: Vec<u32> = Vec::new();
        for mark in &marks {
            let (first, last) = (source.line(mark.span.start), source.line(mark.span.end));
            numbers.extend(first.saturating_sub(1).max(1)..=(last + 1).min(source.line_count()));
        }
        numbers.sort_unstable();
        numbers.dedup();
        // What stands behind the last line break is a line for nobody but the machine.
        let last = source.line_count();
        if source.line_span(last).range().is_empty() && marks.iter().all(|mark| source.line(mark.span.end) < last) {
            numbers.retain(|number| *number < last);
        }
        let mut windows = Vec::new();
        for number in numbers {
            let window = window(source, number, &marks, veil, cut);
            let start = self.text.len();
            self.text.push_str(window.before);
            self.text.extend(&window.shown);
            if window.range.end < source.line_span(number).end as usize {
                self.text.push_str(ellipsis(cut));
            }
            self.text.push('\n');
            self.lines.push(Line { range: start..self.text.len(), number, path: source.path().clone() });
            windows.push((number, start, window));
        }
        for mark in marks {
            let place = |byte: u32, line: u32| {
                let (_, start, window) = windows.iter().find(|(number, ..)| *number == line)?;
                let at = (byte as usize).clamp(window.range.start, window.range.end);
                let before = part(source.text(), window.range.start..at).chars().count();
                let within = window.shown[..before.min(window.shown.len())].iter();
                let (bytes, columns) = within.fold((0, 0), |(bytes, columns), character| {
                    (bytes + character.len_utf8(), columns + text::columns(*character))
                });
                Some((start + window.before.len() + bytes, text::width(window.before) + columns))
            };
            let start = place(mark.span.start, source.line(mark.span.start));
            let end = place(mark.span.end, source.line(mark.span.end));
            if let (Some((start, indent)), Some((end, _))) = (start, end) {
                self.columns.push((start, source.position(mark.span.start).column));
                self.put(Placed { range: start..end.max(start), indent, text: mark.text, primary: mark.primary });
            }
        }
    }

    /// Marks at one place become one.
    fn put(&mut self, placed: Placed) {
        match self.marks.iter_mut().find(|mark| mark.range == placed.range) {
            Some(mark) => {
                let (first, second) =
                    if placed.primary { (&mark.text, &placed.text) } else { (&placed.text, &mark.text) };
                mark.text = if first == second { first.clone() } else { format!("{first}; {second}") };
                mark.primary |= placed.primary;
            }
            None => self.marks.push(placed),
        }
    }
}

/// A span that lies in the source and isn't too tall or, on a narrow terminal, too wide to be pointed at.
fn clamped(source: &Source, span: Span, cut: Cut) -> Span {
    let start = floor(source.text(), span.start as usize);
    let mut end = floor(source.text(), span.end as usize).max(start);
    let line = source.line(start as u32);
    if source.line(end as u32) > line + TALL {
        end = (source.line_span(line).end as usize).max(start);
    }
    if cut.width < 50 && source.line(end as u32) == line {
        let narrow = part(source.text(), start..end).char_indices().nth(NARROW);
        end = narrow.map_or(end, |(at, _)| start + at);
    }
    Span::new(start, end.max(start))
}

/// The part of a line that shows the first of the marks on it.
fn window(source: &Source, number: u32, marks: &[Mark], veil: &Veil, cut: Cut) -> Window {
    let line = source.line_span(number).range();
    let here = |mark: &&Mark| source.line(mark.span.start) == number;
    let mark = marks.iter().filter(here).find(|mark| mark.primary).or_else(|| marks.iter().find(here));
    let focus = mark.map_or(line.start, |mark| (mark.span.start as usize).clamp(line.start, line.end));
    // However long the line is, look only at what could be shown.
    let near = (cut.width + NARROW) * 4;
    let from = floor(source.text(), focus.saturating_sub(near)).max(line.start);
    let to = floor(source.text(), focus.saturating_add(near)).min(line.end);
    let part: Vec<(usize, char)> = part(source.text(), from..to).char_indices().map(|(at, c)| (from + at, c)).collect();
    let columns = |part: &[(usize, char)]| part.iter().map(|(_, c)| text::columns(*c)).sum::<usize>();
    let at = part.partition_point(|(at, _)| *at < focus);
    let indent = columns(&part[..at]);
    let whole = from == line.start && to == line.end && columns(&part) <= cut.width;
    let roomy = cut.width >= 50 || mark.is_none() || indent <= NARROW;
    let (mut first, mut last) = (0, part.len());
    if !(whole && roomy) {
        let room = cut.width.saturating_sub(6).max(1);
        let lead = if roomy && indent + room / 2 <= room && from == line.start {
            indent
        } else if cut.width < 50 {
            NARROW / 2
        } else {
            room / 4
        };
        let mut cut_off = indent;
        while first < at && cut_off > lead {
            cut_off -= text::columns(part[first].1);
            first += 1;
        }
        let mut used = 0;
        last = first;
        while last < part.len() && used + text::columns(part[last].1) <= room {
            used += text::columns(part[last].1);
            last += 1;
        }
    }
    let start = part.get(first).map_or(to, |(at, _)| *at);
    let end = part.get(last).map_or(to, |(at, _)| *at).max(start);
    let shown = veil.slice(source.text(), start..end);
    let tame = |c: char| if c != '\t' && text::is_unruly(c) { if cut.unicode { '\u{fffd}' } else { '?' } } else { c };
    Window {
        range: start..end,
        before: if start > line.start { ellipsis(cut) } else { "" },
        shown: shown.chars().map(tame).collect(),
    }
}

/// What stands for what was cut off.
fn ellipsis(cut: Cut) -> &'static str {
    if cut.unicode { "…" } else { "..." }
}
