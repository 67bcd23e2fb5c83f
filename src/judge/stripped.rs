//! What a framework strips from the client build of a client module: `getServerSideProps`, loaders, branches that only the
//! server takes, and what is used nowhere else.

use std::sync::Arc;

use super::side::Sides;
use crate::catalog::{Stripped, coverage};
use crate::flow::Modules;
use crate::source::Span;
use crate::syntax::document::{Document, Unit};
use crate::syntax::facts::{Block, Expr, ExprKind, Facts, Resolution, Stmt, Target};
use crate::syntax::visit;

impl Sides<'_> {
    /// The parts of a unit that never reach the client, though the rest of it may.
    pub fn stripped(&self, document: &Document, unit: &Unit, modules: &dyn Modules) -> Vec<Span> {
        let mut spans = Vec::new();
        if unit.facts.resolution != Resolution::Script || unit.server == Some(true) {
            return spans;
        }
        let mut known = None;
        for row in &self.surfaces.stripped {
            if !row.packages.is_empty() {
                let has = known.get_or_insert_with(|| self.manifests.packages(document.source.path(), modules));
                if !row.packages.iter().any(|package| has.contains(package)) {
                    continue;
                }
            }
            let before = spans.len();
            exported(&unit.facts, row, &mut spans);
            handed_over(&unit.facts, row, &mut spans);
            branches(document, &unit.facts, row, &mut spans);
            if spans.len() > before {
                coverage::used(row);
            }
        }
        if !spans.is_empty() {
            used_there_alone(&unit.facts, &mut spans);
        }
        spans
    }
}

/// Functions that the module exports under a name of the row.
fn exported(facts: &Facts, row: &Stripped, spans: &mut Vec<Span>) {
    let wanted = |name: &str| row.exports.iter().any(|export| export == name);
    let function = |expr: &Expr| match &expr.kind {
        ExprKind::Function(at) => facts.functions.get(*at).map(|function| function.span),
        // Wrapped: `withAuth(async () => ..)`.
        ExprKind::Call(_) => Some(expr.span),
        _ => None,
    };
    for stmt in &facts.body {
        match stmt {
            Stmt::Function(name, at) if wanted(&name.name) => {
                spans.extend(facts.functions.get(*at).map(|function| function.span));
            }
            Stmt::Export(name, value) if wanted(name) => spans.extend(function(value)),
            Stmt::Bind { target: Target::Name(name), value, .. } if wanted(&name.name) => spans.extend(function(value)),
            _ => {}
        }
    }
}

/// Functions that are handed to a call of the row.
fn handed_over(facts: &Facts, row: &Stripped, spans: &mut Vec<Span>) {
    if row.calls.is_empty() {
        return;
    }
    visit::expressions(facts, &mut |expr| {
        let ExprKind::Call(call) = &expr.kind else { return };
        let name: Option<&str> = match &call.callee.kind {
            ExprKind::Name(name) => Some(name),
            ExprKind::Member(_, key) => key.as_text().map(|key| &**key),
            _ => None,
        };
        let Some(name) = name else { return };
        let fits = |on: &String| on.rsplit('.').next() == Some(name);
        if row.calls.iter().any(fits) {
            for arg in &call.args {
                if let ExprKind::Function(at) = &arg.value.kind {
                    spans.extend(facts.functions.get(*at).map(|function| function.span));
                }
            }
        }
    });
}

/// Branches on what is true on one side alone.
fn branches(document: &Document, facts: &Facts, row: &Stripped, spans: &mut Vec<Span>) {
    if row.server.is_empty() && row.client.is_empty() {
        return;
    }
    let plain =
        |text: &str| text.replace(['"', '`'], "'").replace("===", "==").replace("!==", "!=").replace([' ', '\n'], "");
    let is = |rows: &[String], text: &str| rows.iter().any(|row| plain(row) == text);
    visit::statements(facts, &mut |stmt| {
        let Stmt::Branch { test: Some(test), arms, .. } = stmt else { return };
        let text = plain(document.source.slice(test.span));
        let text = text.trim_start_matches('(').trim_end_matches(')');
        let (bare, turned) = match text.strip_prefix('!') {
            Some(bare) => (bare, true),
            None => (text, false),
        };
        let server = is(&row.server, bare) != turned && (is(&row.server, bare) || is(&row.client, bare));
        let client = is(&row.client, bare) != turned && (is(&row.server, bare) || is(&row.client, bare));
        let there: &[Block] = match (server, client) {
            (true, false) => &arms[..arms.len().min(1)],
            (false, true) => arms.get(1..).unwrap_or_default(),
            _ => return,
        };
        spans.extend(there.iter().filter_map(cover));
    });
}

/// From the first to the last expression of a block.
fn cover(block: &Block) -> Option<Span> {
    let mut whole: Option<Span> = None;
    let facts = Facts { body: block.clone(), ..Facts::default() };
    visit::expressions(&facts, &mut |expr| {
        let span = whole.unwrap_or(expr.span);
        whole = Some(Span { start: span.start.min(expr.span.start), end: span.end.max(expr.span.end) });
    });
    whole
}

/// Constants and imports of the module that nothing but the stripped parts use go with them.
fn used_there_alone(facts: &Facts, spans: &mut Vec<Span>) {
    for _ in 0..4 {
        let mut found = Vec::new();
        for stmt in &facts.body {
            match stmt {
                Stmt::Bind { target: Target::Name(name), value, .. }
                    if !within(spans, value.span) && is_used_within(facts, &name.name, spans) =>
                {
                    found.push(value.span);
                }
                Stmt::Function(name, at) => {
                    let span = facts.functions.get(*at).map(|function| function.span).unwrap_or_default();
                    if !within(spans, span) && is_used_within(facts, &name.name, spans) {
                        found.push(span);
                    }
                }
                _ => {}
            }
        }
        if found.is_empty() {
            break;
        }
        spans.extend(found);
    }
}

/// Whether a place lies in one of these.
pub fn within(spans: &[Span], span: Span) -> bool {
    spans.iter().any(|around| around.contains(span))
}

/// Whether a name is used, and nowhere but within these parts. An export is a use.
pub fn is_used_within(facts: &Facts, name: &Arc<str>, spans: &[Span]) -> bool {
    let (mut inside, mut outside) = (false, false);
    visit::expressions(facts, &mut |expr| {
        if let ExprKind::Name(used) = &expr.kind
            && used == name
        {
            match within(spans, expr.span) {
                true => inside = true,
                false => outside = true,
            }
        }
    });
    inside && !outside
}
