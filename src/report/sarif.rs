//! SARIF 2.1.0, and the only file that knows `serde-sarif`: for code scanning and for editors.
//!
//! It keeps to what GitHub ingests: at most so many results and locations, four numbers to each region, no empty
//! texts, and the fingerprint by which GitHub follows an alert.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, ArtifactLocation, CodeFlow, Fix, Invocation, Location, Message,
    MultiformatMessageString, Notification, PhysicalLocation, PropertyBag, Region, Replacement, ReportingConfiguration,
    ReportingDescriptor, Result as Outcome, ResultLevel, Run, RunAutomationDetails, Sarif, Suppression, ThreadFlow,
    ThreadFlowLocation, Tool, ToolComponent,
};

use super::text::{percent_encoded, sentence};
use super::{View, line_hash};
use crate::catalog::{self, Rule};
use crate::finding::{Finding, Label, Level, Loosening, Problem, Silence, Stood, Suppressed};
use crate::source::{Place, Span};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const ROOT: &str = "%SRCROOT%";
/// GitHub rejects a run with more results.
const RESULTS: usize = 25_000;
/// GitHub rejects a result with more than a thousand locations: one is its own, the others are shared by two lists.
const LOCATIONS: usize = 499;
/// GitHub cuts or rejects longer descriptions.
const TEXT: usize = 1024;
/// How many characters of a place are quoted.
const QUOTED: usize = 400;
/// A hash over a credential's line may be seen where guessing the credential from it takes this many bits.
const BITS: u32 = 96;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (kept, cut) = kept(&view.report.findings);
    let room = RESULTS - kept.len();
    let suppressed: Vec<&Suppressed> = view.report.suppressed.iter().take(room).collect();
    // GitHub follows an alert in the files of the commit that it analyses; those of earlier commits have no lines there.
    let shown = kept.iter().map(|at| &view.report.findings[*at]).filter(|finding| finding.past.is_none());
    let dismissed = suppressed.iter().map(|one| &one.finding).filter(|finding| finding.past.is_none());
    let hashes = hashes(view, shown.chain(dismissed));
    let prints = view.fingerprints();
    let mut results: Vec<Outcome> =
        kept.iter().map(|at| result(view, &view.report.findings[*at], &prints[*at], &hashes)).collect();
    results.extend(suppressed.iter().map(|one| ignored(view, one, &hashes)));
    let run = Run::builder()
        .tool(tool())
        .invocations(vec![invocation(view, cut)])
        .original_uri_base_ids(BTreeMap::from([(
            ROOT.to_owned(),
            ArtifactLocation::builder().description(said("The folder in which mpcheck was started.")).build(),
        )]))
        .automation_details(RunAutomationDetails::builder().id("mpcheck/").build())
        .column_kind(json!("utf16CodeUnits"))
        .results(results)
        .build();
    let sarif = Sarif::builder().schema(SCHEMA.to_owned()).version(json!("2.1.0")).runs(vec![run]).build();
    serde_json::to_writer_pretty(&mut *out, &sarif)?;
    writeln!(out)
}

/// The findings that fit, in the order of the report, the worst levels first served; and how many don't.
fn kept(findings: &[Finding]) -> (Vec<usize>, usize) {
    let mut kept: Vec<usize> = (0..findings.len()).collect();
    kept.sort_by_key(|at| std::cmp::Reverse(findings[*at].level));
    kept.truncate(RESULTS);
    kept.sort_unstable();
    let cut = findings.len() - kept.len();
    (kept, cut)
}

/// GitHub's line hashes for the lines of these findings, by path and line.
fn hashes<'f>(view: &View<'_>, findings: impl Iterator<Item = &'f Finding>) -> BTreeMap<(String, u32), String> {
    let mut wanted: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for finding in findings {
        let place = &finding.primary.place;
        wanted.entry(&place.path).or_default().insert(view.place(place).start.line);
    }
    let mut hashes = BTreeMap::new();
    for (path, lines) in wanted {
        let Some(source) = view.report.source(path) else { continue };
        for (line, hash) in line_hash::line_hashes(source.text(), &lines) {
            let window = line_hash::window(source.text(), source.line_span(line).start as usize);
            if view.veil.hidden_bits(source.text(), window).is_none_or(|bits| bits >= BITS) {
                hashes.insert((path.to_owned(), line), hash);
            }
        }
    }
    hashes
}

fn tool() -> Tool {
    let driver = ToolComponent::builder()
        .name("mpcheck")
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .information_uri(super::rules::home())
        .rules(catalog::builtin().rules.iter().map(rule).collect::<Vec<_>>())
        .build();
    Tool::builder().driver(driver).build()
}

fn rule(rule: &Rule) -> ReportingDescriptor {
    let markdown = if rule.page.trim().is_empty() { &rule.help } else { &rule.page };
    let severity = if rule.level == "note" { "recommendation" } else { &rule.level };
    let properties = PropertyBag::builder()
        .tags(rule.tags.clone())
        .additional_properties(BTreeMap::from([
            ("precision".to_owned(), json!(rule.precision)),
            ("problem.severity".to_owned(), json!(severity)),
            ("security-severity".to_owned(), json!(rule.security_severity)),
        ]))
        .build();
    let mut descriptor = ReportingDescriptor::builder()
        .id(rule.slug.clone())
        .name(pascal(&rule.slug))
        .short_description(words(&rule.short))
        .full_description(words(&rule.why))
        .help(MultiformatMessageString::builder().text(clipped(&rule.help)).markdown(markdown.clone()).build())
        .default_configuration(ReportingConfiguration::builder().level(json!(rule.level)).build())
        .properties(properties)
        .build();
    descriptor.help_uri = super::rules::page_url(&rule.slug);
    descriptor
}

fn result(view: &View<'_>, finding: &Finding, print: &str, hashes: &BTreeMap<(String, u32), String>) -> Outcome {
    let view = &view.of(finding);
    let place = &finding.primary.place;
    let mut prints = BTreeMap::from([("mpcheck/v1".to_owned(), print.to_owned())]);
    let hash = hashes.get(&(place.path.to_string(), view.place(place).start.line));
    let strong = finding.secret.as_ref().is_none_or(|secret| secret.hidden_bits() >= BITS);
    if let Some(hash) = hash.filter(|_| strong) {
        prints.insert("primaryLocationLineHash".to_owned(), hash.clone());
    }
    let [message, why] = [&finding.message, &finding.why].map(|text| sentence(&view.say(text)));
    let text = [message, why, view.help(finding)].join(" ");
    let mut result = Outcome::builder()
        .rule_id(finding.rule)
        .level(match finding.level {
            Level::Note => ResultLevel::Note,
            Level::Warning => ResultLevel::Warning,
            Level::Error => ResultLevel::Error,
        })
        .message(said(&text))
        .locations(vec![location(view, place, None, None)])
        .partial_fingerprints(prints)
        .build();
    let index = catalog::builtin().rules.iter().position(|rule| rule.slug == finding.rule);
    result.rule_index = index.map(|index| index as i64);
    let related = finding.flow.iter().chain(&finding.related).take(LOCATIONS).zip(1..);
    let mut related: Vec<_> = related.map(|(label, id)| location(view, &label.place, Some(label), Some(id))).collect();
    let room = LOCATIONS.saturating_sub(related.len());
    let stood = finding.past.iter().flat_map(|past| &past.places).take(room).zip(related.len() as i64 + 1..);
    related.extend(stood.map(|(stood, id)| stood_at(stood, id)).collect::<Vec<_>>());
    result.related_locations = Some(related).filter(|related| !related.is_empty());
    result.baseline_state = view.report.baseline.then(|| json!("new"));
    result.code_flows = flow(view, finding).map(|flow| vec![flow]);
    result.fixes = fix(view, finding).map(|fix| vec![fix]);
    let mut properties = BTreeMap::new();
    if let Some(secret) = &finding.secret {
        properties.insert("credential".to_owned(), json!({ "fingerprint": secret.digest(), "hint": secret.hint() }));
    }
    if let Some(past) = &finding.past {
        properties.insert("inTree".to_owned(), json!(past.in_tree));
        if let Some(commit) = &past.commit {
            properties.insert("commit".to_owned(), json!({ "id": commit.id, "authorDate": commit.moment() }));
        }
    }
    if !properties.is_empty() {
        result.properties = Some(PropertyBag::builder().additional_properties(properties).build());
    }
    result
}

/// A place in an earlier commit.
fn stood_at(stood: &Stood, id: i64) -> Location {
    let region = Region::builder()
        .start_line(stood.start.line)
        .start_column(stood.start.column)
        .end_line(stood.end.line)
        .end_column(stood.end.column)
        .build();
    let physical = PhysicalLocation::builder().artifact_location(artifact(&stood.path)).region(region).build();
    let message = said(&super::text::sentence(&stood.since()));
    Location::builder().physical_location(physical).id(id).message(message).build()
}

/// A finding that is ignored or set aside: code scanning shows it as dismissed, with the reason.
fn ignored(view: &View<'_>, one: &Suppressed, hashes: &BTreeMap<(String, u32), String>) -> Outcome {
    let mut result = result(view, &one.finding, &one.finding.fingerprint(), hashes);
    let kind = if matches!(one.by, Silence::Comment(_)) { "inSource" } else { "external" };
    if one.by == Silence::Baseline {
        result.baseline_state = Some(json!("unchanged"));
    }
    let mut suppression = Suppression::builder().kind(json!(kind)).build();
    suppression.justification = Some(view.say(&one.reason)).filter(|reason| !reason.is_empty());
    result.suppressions = Some(vec![suppression]);
    result
}

/// The way of the credential, ending where the finding is.
fn flow(view: &View<'_>, finding: &Finding) -> Option<CodeFlow> {
    let steps = view.steps(finding);
    let skipped = steps.len().saturating_sub(LOCATIONS);
    let step = |label: &&Label| {
        ThreadFlowLocation::builder().location(location(view, &label.place, Some(label), None)).build()
    };
    let steps: Vec<_> = steps.iter().skip(skipped).map(step).collect();
    let thread = || ThreadFlow::builder().locations(steps.clone()).build();
    (!steps.is_empty()).then(|| CodeFlow::builder().thread_flows(vec![thread()]).build())
}

/// The fix, unless it holds a credential, which would come out masked and mend nothing.
fn fix(view: &View<'_>, finding: &Finding) -> Option<Fix> {
    let fix = finding.fix.as_ref().filter(|fix| view.veil.hide(&fix.replacement) == fix.replacement)?;
    view.source(&fix.place.path)?;
    let replacement = Replacement::builder()
        .deleted_region(region(view, &fix.place.path, fix.place.span, None))
        .inserted_content(ArtifactContent::builder().text(fix.replacement.clone()).build())
        .build();
    let change =
        ArtifactChange::builder().artifact_location(artifact(&fix.place.path)).replacements(vec![replacement]).build();
    Some(Fix::builder().description(said(&sentence(&view.say(&fix.title)))).artifact_changes(vec![change]).build())
}

fn location(view: &View<'_>, place: &Place, label: Option<&Label>, id: Option<i64>) -> Location {
    let region = region(view, &place.path, place.span, view.snippet(place, QUOTED));
    let physical = PhysicalLocation::builder().artifact_location(artifact(&place.path)).region(region).build();
    let mut location = Location::builder().physical_location(physical).build();
    location.id = id;
    location.message = label.map(|label| view.say(&label.text)).filter(|text| !text.is_empty()).map(|text| said(&text));
    location
}

fn region(view: &View<'_>, path: &str, span: Span, snippet: Option<String>) -> Region {
    let at = view.region(path, span);
    let mut region = Region::builder()
        .start_line(at.start.line)
        .start_column(at.start.column)
        .end_line(at.end.line)
        .end_column(at.end.column)
        .build();
    region.snippet = snippet.map(|text| ArtifactContent::builder().text(text).build());
    region
}

fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation::builder()
        .uri(percent_encoded(path.trim_start_matches("./"), "/!$&'()*+,;=@"))
        .uri_base_id(ROOT)
        .build()
}

fn invocation(view: &View<'_>, cut: usize) -> Invocation {
    let mut notifications: Vec<_> = view.report.problems.iter().map(|problem| trouble(view, problem)).collect();
    notifications.extend(view.report.loosenings.iter().map(|one| loosening(view, one)));
    if cut > 0 {
        notifications.push(notification(&format!(
            "{cut} results of the lowest levels were left out: code scanning takes {RESULTS} in one run. \
             Check fewer folders in one run, or choose rules with --select."
        )));
    }
    Invocation::builder().execution_successful(true).tool_execution_notifications(notifications).build()
}

fn trouble(view: &View<'_>, problem: &Problem) -> Notification {
    let mut physical = PhysicalLocation::builder().artifact_location(artifact(&problem.path)).build();
    if view.report.source(&problem.path).is_some() {
        physical.region = problem.span.map(|span| region(view, &problem.path, span, None));
    }
    let mut notification = notification(&sentence(&view.say(&problem.message)));
    notification.locations = Some(vec![Location::builder().physical_location(physical).build()]);
    notification
}

/// What the change alters so that less is reported.
fn loosening(view: &View<'_>, one: &Loosening) -> Notification {
    let known = view.report.source(&one.place.path).is_some();
    let mut physical = PhysicalLocation::builder().artifact_location(artifact(&one.place.path)).build();
    physical.region = known.then(|| region(view, &one.place.path, one.place.span, None));
    let mut notification = notification(&format!("Loosening: {}", sentence(&view.say(&one.message))));
    notification.locations = Some(vec![Location::builder().physical_location(physical).build()]);
    notification
}

fn notification(text: &str) -> Notification {
    Notification::builder().level(json!("warning")).message(said(text)).build()
}

fn said(text: &str) -> Message {
    Message::builder().text(text.to_owned()).build()
}

fn words(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(clipped(&sentence(text))).build()
}

/// A text that is no longer than GitHub allows.
fn clipped(text: &str) -> String {
    text.chars().take(TEXT).collect()
}

/// `client-side-secret` as `ClientSideSecret`, which is how SARIF wants names that people see.
fn pascal(slug: &str) -> String {
    let word =
        |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>();
    slug.split('-').map(word).collect()
}
