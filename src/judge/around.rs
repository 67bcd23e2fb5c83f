//! What stands around a literal and may say that it is Mixpanel's: a comment, a section of data.

use std::collections::HashSet;

use super::Ground;
use crate::catalog::coverage::used;
use crate::catalog::fits;
use crate::source::Span;
use crate::syntax::document::{Document, Unit};
use crate::syntax::facts::{Expr, ExprKind};
use crate::syntax::visit;

/// A longer comment speaks of more than one thing, in bytes.
const LONGEST: usize = 4096;

impl Ground<'_> {
    /// The comments that speak of Mixpanel and of no other vendor, those that follow each other line by line as one.
    pub(super) fn remarks(&self, document: &Document, unit: &Unit) -> Vec<Span> {
        let mark = |byte: u8| byte.is_ascii_whitespace() || byte.is_ascii_punctuation();
        let mut blocks: Vec<Span> = Vec::new();
        for comment in &unit.facts.comments {
            let follows = |last: &Span| {
                last.end <= comment.span.start && {
                    let between = document.source.slice(Span { start: last.end, end: comment.span.start });
                    between.len() < 80 && between.bytes().all(mark) && between.matches('\n').count() <= 1
                }
            };
            match blocks.last_mut().filter(|last| follows(last)) {
                Some(last) => last.end = comment.span.end,
                None => blocks.push(comment.span),
            }
        }
        blocks.retain(|block| {
            let text = document.source.slice(*block);
            text.len() < LONGEST && self.names.is_vendor(text) && !self.names.is_of_others(text)
        });
        blocks
    }

    /// The texts of a data file that stand in a section which a value beside them calls Mixpanel's
    /// (`name: tap-mixpanel`).
    pub(super) fn sections(&self, path: &str, unit: &Unit) -> HashSet<Span> {
        let mut spans = HashSet::new();
        visit::expressions(&unit.facts, &mut |expr| {
            let ExprKind::Map(entries) = &expr.kind else { return };
            let names = |text: &str| text.len() <= 60 && !text.contains("://") && self.names.is_vendor(text);
            if entries.iter().any(|entry| entry.value.as_text().is_some_and(|text| names(text))) {
                within(expr, 2, &mut spans);
            }
        });
        for row in self.catalog.surfaces.section.iter().filter(|row| fits(&row.files, path)) {
            let [path, key, holds] = [&row.path, &row.key, &row.holds].map(|path| visit::steps(path));
            for document in visit::documents(&unit.facts) {
                visit::at_path(document, &path, &mut |entry| {
                    let mut own = false;
                    visit::at_path(entry, &key, &mut |owner| {
                        own |= owner.as_text().is_some_and(|owner| self.names.is_vendor(owner));
                    });
                    if own {
                        used(row);
                        visit::at_path(entry, &holds, &mut |part| {
                            visit::at_path(part, &["**"], &mut |inside| {
                                spans.insert(inside.span);
                            });
                        });
                    }
                });
            }
        }
        spans
    }
}

/// The innermost map around a place, but for those of two entries, which are often the name and the value of one thing.
pub(super) fn section_of(unit: &Unit, place: Span) -> Option<Span> {
    let mut innermost: Option<Span> = None;
    visit::expressions(&unit.facts, &mut |expr| {
        if let ExprKind::Map(entries) = &expr.kind
            && entries.len() > 2
            && expr.span.contains(place)
            && innermost.is_none_or(|known| known.contains(expr.span))
        {
            innermost = Some(expr.span);
        }
    });
    innermost
}

/// The spans of the texts in a map, and in maps in it, so many levels deep.
fn within(expr: &Expr, levels: usize, spans: &mut HashSet<Span>) {
    let ExprKind::Map(entries) = &expr.kind else { return };
    for entry in entries {
        match &entry.value.kind {
            ExprKind::Text(_) => {
                spans.insert(entry.value.span);
            }
            ExprKind::Map(_) if levels > 0 => within(&entry.value, levels - 1, spans),
            // `settings = jsonencode({ .. })`
            ExprKind::Call(call) if levels > 0 && call.args.len() == 1 => {
                within(&call.args[0].value, levels - 1, spans)
            }
            _ => {}
        }
    }
}
