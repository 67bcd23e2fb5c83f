//! A report for scripts. Its shape is versioned: a change that breaks a reader raises [`VERSION`].

use std::io::{self, Write};

use serde::Serialize;

use super::{Region, View};
use crate::finding::{self, Finding, Label, Level, Loosening, Past, Problem, Silence};
use crate::source::Place;

/// The version of the shape.
const VERSION: u32 = 1;
/// The name of the shape.
const SCHEMA: &str = "urn:mpcheck:report:1";
/// How many characters of a place are quoted.
const QUOTED: usize = 400;

#[derive(Serialize)]
struct Document {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: u32,
    tool: Tool,
    findings: Vec<Entry>,
    credentials: Vec<Inventory>,
    problems: Vec<Trouble>,
    /// What the change that was judged alters so that less is reported.
    loosenings: Vec<Trouble>,
    summary: Summary,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Entry {
    rule: &'static str,
    level: &'static str,
    message: String,
    why: String,
    help: String,
    example: Option<String>,
    #[serde(flatten)]
    at: Spot,
    label: String,
    snippet: Option<String>,
    flow: Vec<Step>,
    related: Vec<Step>,
    fix: Option<Correction>,
    fingerprint: String,
    credential: Option<Credential>,
    history: Option<History>,
}

/// What history says of a credential.
#[derive(Serialize)]
struct History {
    in_tree: bool,
    commit: Option<Commit>,
    places: Vec<Stood>,
}

#[derive(Serialize)]
struct Commit {
    id: String,
    author_date: String,
}

/// A path at which a credential stood, with the first commit that brought it there.
#[derive(Serialize)]
struct Stood {
    path: String,
    range: Range,
    commit: Option<Commit>,
}

/// A place: its path, and its lines and columns where the file's text is at hand.
#[derive(Serialize)]
struct Spot {
    path: String,
    range: Option<Range>,
}

/// Lines and columns from 1, columns in UTF-16 code units; the end is one past the last character.
#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Step {
    #[serde(flatten)]
    at: Spot,
    text: String,
}

#[derive(Serialize)]
struct Correction {
    title: String,
    #[serde(flatten)]
    at: Spot,
    replacement: String,
}

/// A credential, by what tells it apart without giving it away.
#[derive(Serialize)]
struct Credential {
    hint: String,
    fingerprint: String,
}

/// A credential, whether or not anything is wrong with it.
#[derive(Serialize)]
struct Inventory {
    /// By its text, where it is written into a file.
    #[serde(flatten)]
    written: Option<Credential>,
    /// The environment variable that it is read from otherwise.
    variable: Option<String>,
    kind: String,
    secret: bool,
    side: &'static str,
    places: Vec<Spot>,
    presented_to: Vec<String>,
}

#[derive(Serialize)]
struct Trouble {
    #[serde(flatten)]
    at: Spot,
    message: String,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    ignored: usize,
    baselined: usize,
    loosenings: usize,
    problems: usize,
    files_seen: usize,
    files_parsed: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    commits: Option<usize>,
}

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = view.report.findings.iter().zip(view.fingerprints());
    let known = view.report.suppressed.iter().filter(|one| one.by == Silence::Baseline).count();
    let document = Document {
        schema: SCHEMA,
        version: VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        findings: findings.map(|(finding, fingerprint)| entry(view, finding, fingerprint)).collect(),
        credentials: view.report.credentials.iter().map(|credential| inventory(view, credential)).collect(),
        problems: view.report.problems.iter().map(|problem| trouble(view, problem)).collect(),
        loosenings: view.report.loosenings.iter().map(|one| loosening(view, one)).collect(),
        summary: Summary {
            errors: view.count(Level::Error),
            warnings: view.count(Level::Warning),
            notes: view.count(Level::Note),
            ignored: view.report.suppressed.len() - known,
            baselined: known,
            loosenings: view.report.loosenings.len(),
            problems: view.report.problems.len(),
            files_seen: view.report.files.seen,
            files_parsed: view.report.files.parsed,
            commits: view.report.history,
        },
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn entry(view: &View<'_>, finding: &Finding, fingerprint: String) -> Entry {
    let view = &view.of(finding);
    let steps = |labels: &[Label]| labels.iter().map(|label| step(view, label)).collect();
    let fix = finding.fix.as_ref().filter(|fix| view.veil.hide(&fix.replacement) == fix.replacement);
    Entry {
        rule: finding.rule,
        level: finding.level.name(),
        message: view.say(&finding.message),
        why: view.say(&finding.why),
        help: view.say(&finding.help),
        example: finding.example.as_deref().map(|code| view.say(code)),
        at: spot(view, &finding.primary.place),
        label: view.say(&finding.primary.text),
        snippet: view.snippet(&finding.primary.place, QUOTED),
        flow: steps(&finding.flow),
        related: steps(&finding.related),
        fix: fix.map(|fix| Correction {
            title: view.say(&fix.title),
            at: spot(view, &fix.place),
            replacement: fix.replacement.clone(),
        }),
        fingerprint,
        credential: finding
            .secret
            .as_ref()
            .map(|secret| Credential { hint: secret.hint(), fingerprint: secret.digest() }),
        history: finding.past.as_deref().map(history),
    }
}

fn history(past: &Past) -> History {
    let commit = |commit: &finding::Commit| Commit { id: commit.id.clone(), author_date: commit.moment() };
    let stood = |stood: &finding::Stood| Stood {
        path: stood.path.to_string(),
        range: range(Region { start: stood.start, end: stood.end }),
        commit: stood.commit.as_ref().map(commit),
    };
    History {
        in_tree: past.in_tree,
        commit: past.commit.as_ref().map(commit),
        places: past.places.iter().map(stood).collect(),
    }
}

fn inventory(view: &View<'_>, credential: &finding::Credential) -> Inventory {
    let written = credential.secret.as_ref();
    Inventory {
        written: written.map(|secret| Credential { hint: secret.hint(), fingerprint: secret.digest() }),
        variable: credential.variable.as_ref().map(|name| view.say(name)),
        kind: credential.kind.clone(),
        secret: credential.is_secret,
        side: credential.side(),
        places: credential.places.iter().map(|place| spot(view, place)).collect(),
        presented_to: credential.presented_to.iter().map(|to| view.say(to)).collect(),
    }
}

fn step(view: &View<'_>, label: &Label) -> Step {
    Step { at: spot(view, &label.place), text: view.say(&label.text) }
}

fn trouble(view: &View<'_>, problem: &Problem) -> Trouble {
    let range = problem.span.filter(|_| view.report.source(&problem.path).is_some());
    let range = range.map(|span| self::range(view.region(&problem.path, span)));
    Trouble { at: Spot { path: problem.path.to_string(), range }, message: view.say(&problem.message) }
}

fn loosening(view: &View<'_>, one: &Loosening) -> Trouble {
    Trouble { at: spot(view, &one.place), message: view.say(&one.message) }
}

fn spot(view: &View<'_>, place: &Place) -> Spot {
    let known = view.source(&place.path).is_some();
    Spot { path: place.path.to_string(), range: known.then(|| range(view.place(place))) }
}

fn range(region: Region) -> Range {
    let point = |position: crate::source::Position| Point { line: position.line, column: position.column };
    Range { start: point(region.start), end: point(region.end) }
}
