//! What people said of findings: comments that ignore them, allow entries of the configuration, the [baseline], and what
//! of all these silences nothing.

mod allow;
pub mod baseline;
mod ignore;

use std::collections::HashMap;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::finding::{Finding, Label, Level, Silence, Suppressed};
use crate::judge::rule;
use crate::source::Place;
use crate::syntax::document::Document;
pub use allow::Allow;
use allow::Allowed;
pub use baseline::{Baseline, BaselineError};
use ignore::Comment;

/// Rules that only a reading of history judges: a comment or an allow entry for one of them may be used there.
const HISTORY: [&str; 2] = [rule::LEAKED_IN_HISTORY, rule::STALE_CREDENTIAL];

/// Takes out the findings that a comment ignores or that an entry allows, and gives them. With `judge_unused`, the rules
/// in comments that ignored nothing and the entries that allowed nothing become findings: to say so, all of the tree has
/// to be seen, and all rules have to be judged.
pub fn triage(
    catalog: &Catalog,
    documents: &[Arc<Document>],
    allow: &[(Allow, Place)],
    findings: &mut Vec<Finding>,
    judge_unused: bool,
) -> Vec<Suppressed> {
    let mut comments: HashMap<Arc<str>, Vec<Comment>> = HashMap::new();
    for document in documents {
        let found = ignore::comments(document);
        if !found.is_empty() {
            comments.insert(document.source.path().clone(), found);
        }
    }
    if comments.is_empty() && allow.is_empty() {
        return Vec::new();
    }
    let mut allowed = Allowed::new(allow);
    let sources: HashMap<&Arc<str>, &Arc<Document>> =
        documents.iter().map(|document| (document.source.path(), document)).collect();
    let mut suppressed = Vec::new();
    let mut kept = Vec::new();
    for finding in findings.drain(..) {
        let place = &finding.primary.place;
        let line = sources.get(&place.path).map(|document| document.source.position(place.span.start).line);
        let found = comments.get_mut(&place.path).into_iter().flatten().find_map(|comment| {
            let entry = comment.rule_for(line, |named| rule::silences(named, finding.rule))?;
            entry.used = true;
            let place = Place { path: place.path.clone(), span: comment.span };
            Some((comment.reason.clone(), Silence::Comment(place)))
        });
        // An entry for what a comment ignores already is used, too: either may go without the other.
        let reason = allowed.reason(&finding);
        let found = found.or(reason.map(|reason| (reason, Silence::Entry)));
        match found {
            Some((reason, by)) => suppressed.push(Suppressed { finding, reason, by }),
            None => kept.push(finding),
        }
    }
    *findings = kept;
    if judge_unused {
        let mut paths: Vec<_> = comments.into_iter().collect();
        paths.sort_by(|a, b| a.0.cmp(&b.0));
        for (path, comments) in paths {
            findings.extend(comments.iter().flat_map(|comment| unused(catalog, &path, comment)));
        }
        findings.extend(allowed.unused(catalog));
        findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    }
    suppressed
}

/// A finding that something silences nothing.
fn idle(catalog: &Catalog, message: String, place: Place, label: &str) -> Finding {
    let page = catalog.rule(rule::UNUSED_IGNORE);
    Finding {
        rule: rule::UNUSED_IGNORE,
        level: Level::Note,
        message,
        why: page.map(|page| page.why.clone()).unwrap_or_default(),
        help: page.map(|page| page.help.clone()).unwrap_or_default(),
        primary: Label { place, text: label.to_owned() },
        flow: Vec::new(),
        related: Vec::new(),
        fix: None,
        secret: None,
        past: None,
    }
}

/// A finding for each rule in a comment that ignored nothing.
fn unused(catalog: &Catalog, path: &Arc<str>, comment: &Comment) -> Vec<Finding> {
    let place = Place { path: path.clone(), span: comment.span };
    let finding = |message: String, label: &str| idle(catalog, message, place.clone(), label);
    if comment.rules.is_empty() {
        return vec![finding("This comment names no rule, and ignores nothing".into(), "no rule in brackets")];
    }
    let idle = comment.rules.iter().filter(|entry| !entry.used && !HISTORY.contains(&entry.rule.as_str()));
    idle.map(|entry| {
        let known = catalog.rule(&entry.rule).is_some();
        let message = match known {
            true => format!("Nothing of `{}` is ignored here", entry.rule),
            false => format!("There is no rule `{}`", entry.rule),
        };
        finding(message, if known { "ignores nothing" } else { "no such rule" })
    })
    .collect()
}
