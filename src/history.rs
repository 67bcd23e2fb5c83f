//! `--history`: every credential that was ever committed, once, with all the places where it stood.
//!
//! Each blob that speaks of Mixpanel is judged by itself, under each of its names. What it gives away is gathered by
//! credential; then it is said of each whether `HEAD`'s tree still holds it.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use aho_corasick::AhoCorasick;

use crate::finding::{Counts, Finding, Past, Problem, Report, Silence, Stood, Suppressed};
use crate::guard::{failure, guard};
use crate::input::git::GitError;
use crate::input::history::{Found, History, HistoryOptions};
use crate::input::{decode, may_hold_secret};
use crate::judge::history::{Age, Sighted, secrets_in};
use crate::judge::{Ground, rule};
use crate::pipeline::set_level;
use crate::policy::Policy;
use crate::secret::Secret;
use crate::source::{Place, Source, Span};
use crate::triage::triage;

/// Reads a history and judges it.
///
/// # Errors
/// When there is no repository, or the range names what isn't there.
pub fn run(root: &Path, options: &HistoryOptions, age: Age, policy: &Policy) -> Result<Report, GitError> {
    let history = History::open(root, options)?;
    let ground = Ground::new(&policy.catalog).with_told(Box::new(|path: &str| policy.side(path)));
    let excluded = |path: &str| policy.config.excludes(path).is_some();
    let gathered = Mutex::new(Gathered::default());
    let wanted = |bytes: &[u8]| policy.prefilter.is_candidate(bytes) && may_hold_secret(bytes);
    let (volume, mut problems) = history.read(&wanted, &|found| gather(&ground, &found, &excluded, &gathered));
    problems.extend(history.problems().iter().cloned());
    let mut gathered = gathered.into_inner().unwrap_or_else(PoisonError::into_inner);
    if options.range.is_some() {
        // What no commit of the range brought is another run's business.
        gathered.credentials.retain(|_, credential| credential.places.values().any(|place| place.commit.is_some()));
    }
    problems.extend(still_there(&ground, &history, &excluded, &mut gathered));
    problems.append(&mut gathered.problems);
    problems.sort();
    problems.dedup();
    let mut report = Report::default();
    for credential in gathered.credentials.into_values() {
        credential.judge(&ground, &history, age, &mut report);
    }
    report.suppressed.extend(triage(ground.catalog, &[], &policy.allow(), &mut report.findings, false));
    report.findings.retain_mut(|finding| set_level(policy, finding));
    report.suppressed.retain_mut(|one| set_level(policy, &mut one.finding));
    report.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    report.suppressed.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
    gathered.secrets.sort();
    gathered.secrets.dedup();
    report.secrets = gathered.secrets;
    report.problems = problems;
    report.files = Counts { seen: volume.blobs, parsed: gathered.parsed };
    report.history = Some(volume.commits);
    Ok(report)
}

/// What all blobs came to.
#[derive(Default)]
struct Gathered {
    credentials: BTreeMap<Secret, Credential>,
    secrets: Vec<Secret>,
    problems: Vec<Problem>,
    parsed: usize,
}

/// One credential.
struct Credential {
    /// Where it first stood, and the text of that file.
    first: (Order, Sighted, Arc<Source>),
    /// Each path at which it stood.
    places: BTreeMap<Arc<str>, Spot>,
    /// Where it stands in `HEAD`'s tree.
    tree: Vec<Standing>,
    /// Why a comment beside it says that it may stay in history.
    excused: Option<String>,
}

/// What comes first: by commit, then by path and place.
type Order = (u32, Arc<str>, Span);

/// A place where a credential stood.
#[derive(Clone, Copy)]
struct Spot {
    commit: Option<u32>,
    start: crate::source::Position,
    end: crate::source::Position,
}

/// A place in `HEAD`'s tree.
struct Standing {
    sighted: Sighted,
    source: Arc<Source>,
    /// Why comments ignore what is said of it, by rule.
    ignored: HashMap<&'static str, String>,
    commit: Option<u32>,
}

/// Judges a blob under each of its names.
fn gather(ground: &Ground<'_>, found: &Found<'_>, excluded: &dyn Fn(&str) -> bool, gathered: &Mutex<Gathered>) {
    let decoded = decode(found.bytes.to_vec());
    if decoded.binary {
        return;
    }
    // Where a file ran doesn't matter once it is gone: one of each name is enough.
    let mut known: HashMap<&str, Arc<File>> = HashMap::new();
    for stood in found.stood.iter().filter(|stood| !excluded(&stood.path)) {
        let name = stood.path.rsplit('/').next().unwrap_or(&stood.path);
        let file = match known.get(name).filter(|_| !stood.in_tree) {
            Some(file) => file.clone(),
            None => match guard(|| File::read(ground, Source::new(stood.path.clone(), decoded.text.clone()))) {
                Ok(file) => Arc::new(file),
                Err(_) => {
                    let message = failure(" on this file of an earlier commit", "The file was not judged");
                    let problem = Problem { path: stood.path.clone(), span: None, message };
                    gathered.lock().unwrap_or_else(PoisonError::into_inner).problems.push(problem);
                    continue;
                }
            },
        };
        known.insert(name, file.clone());
        let mut gathered = gathered.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.parsed += 1;
        gathered.secrets.extend(file.secrets.iter().cloned());
        for (sighted, ignored) in &file.sighted {
            gathered.add(sighted, &file.source, ignored, stood);
        }
    }
}

/// A file of some commit with what it gives away.
struct File {
    source: Arc<Source>,
    sighted: Vec<(Sighted, HashMap<&'static str, String>)>,
    secrets: Vec<Secret>,
}

impl File {
    fn read(ground: &Ground<'_>, source: Source) -> Self {
        let (document, sighted, secrets) = secrets_in(ground, crate::syntax::read(source));
        let source = document.source.clone();
        // What comments say of each rule that could be found there.
        let ignored = |one: &Sighted| {
            let rules = [one.finding.rule, rule::STALE_CREDENTIAL, rule::LEAKED_IN_HISTORY];
            let mut probes: Vec<Finding> = rules.iter().map(|rule| Finding { rule, ..one.finding.clone() }).collect();
            let ignored = triage(ground.catalog, std::slice::from_ref(&document), &[], &mut probes, false);
            ignored.into_iter().map(|one| (one.finding.rule, one.reason)).collect()
        };
        let sighted = sighted.into_iter().map(|one| {
            let ignored = ignored(&one);
            (one, ignored)
        });
        Self { source, sighted: sighted.collect(), secrets }
    }
}

impl Gathered {
    fn add(
        &mut self,
        sighted: &Sighted,
        source: &Arc<Source>,
        ignored: &HashMap<&'static str, String>,
        stood: &crate::input::history::Stood,
    ) {
        let mut sighted = sighted.clone();
        sighted.finding.primary.place.path = stood.path.clone();
        let span = sighted.finding.primary.place.span;
        let order: Order = (stood.commit.unwrap_or(u32::MAX), stood.path.clone(), span);
        let spot = Spot { commit: stood.commit, start: source.position(span.start), end: source.position(span.end) };
        let credential = self.credentials.entry(sighted.core.clone()).or_insert_with(|| Credential {
            first: (order.clone(), sighted.clone(), source.clone()),
            places: BTreeMap::new(),
            tree: Vec::new(),
            excused: None,
        });
        if order < credential.first.0 {
            credential.first = (order, sighted.clone(), source.clone());
        }
        let number = |spot: &Spot| (spot.commit.unwrap_or(u32::MAX), spot.start);
        let known = credential.places.entry(stood.path.clone()).or_insert(spot);
        if number(&spot) < number(known) {
            *known = spot;
        }
        let excused = ignored.get(rule::LEAKED_IN_HISTORY);
        credential.excused = credential.excused.take().into_iter().chain(excused.cloned()).min();
        if stood.in_tree {
            let (source, ignored) = (source.clone(), ignored.clone());
            credential.tree.push(Standing { sighted, source, ignored, commit: stood.commit });
        }
    }
}

/// Looks for credentials that no file of `HEAD`'s tree gives away by its own words: the same characters may still stand
/// there, and then they are no thing of the past.
fn still_there(
    ground: &Ground<'_>,
    history: &History,
    excluded: &(dyn Fn(&str) -> bool + Sync),
    gathered: &mut Gathered,
) -> Vec<Problem> {
    let gone: Vec<Secret> =
        gathered.credentials.iter().filter(|(_, one)| one.tree.is_empty()).map(|(core, _)| core.clone()).collect();
    let Ok(search) = AhoCorasick::new(gone.iter().map(Secret::text_to_hide)) else { return Vec::new() };
    if gone.is_empty() {
        return Vec::new();
    }
    let met: Mutex<Vec<(usize, Standing)>> = Mutex::default();
    let visit = |found: Found<'_>| {
        let decoded = decode(found.bytes.to_vec());
        for stood in found.stood.iter().filter(|stood| stood.in_tree && !excluded(&stood.path)) {
            let source = Arc::new(Source::new(stood.path.clone(), decoded.text.clone()));
            for hit in search.find_overlapping_iter(&decoded.text) {
                let at = hit.pattern().as_usize();
                let Some(known) = gathered.credentials.get(&gone[at]) else { continue };
                let place = Place { path: stood.path.clone(), span: Span::new(hit.start(), hit.end()) };
                let sighted = ground.same_secret(&known.first.1, place);
                let standing =
                    Standing { sighted, source: source.clone(), ignored: HashMap::new(), commit: stood.commit };
                met.lock().unwrap_or_else(PoisonError::into_inner).push((at, standing));
            }
        }
    };
    let (_, problems) = history.read_tree(&|bytes| search.is_match(bytes), &visit);
    for (at, standing) in met.into_inner().unwrap_or_else(PoisonError::into_inner) {
        let Some(known) = gathered.credentials.get_mut(&gone[at]) else { continue };
        let place = &standing.sighted.finding.primary.place;
        let (start, end) = (standing.source.position(place.span.start), standing.source.position(place.span.end));
        known.places.entry(place.path.clone()).or_insert(Spot { commit: standing.commit, start, end });
        known.tree.push(standing);
    }
    problems
}

impl Credential {
    fn judge(mut self, ground: &Ground<'_>, history: &History, age: Age, report: &mut Report) {
        self.tree.sort_by(|a, b| {
            let key = |one: &Standing| (one.commit.unwrap_or(u32::MAX), one.sighted.finding.primary.place.clone());
            key(a).cmp(&key(b))
        });
        let commit = self.places.values().filter_map(|place| place.commit).min();
        let mut places: Vec<(u32, Stood)> = self
            .places
            .iter()
            .map(|(path, spot)| {
                let commit = spot.commit.map(|commit| history.commit(commit));
                let stood = Stood { path: path.clone(), start: spot.start, end: spot.end, commit };
                (spot.commit.unwrap_or(u32::MAX), stood)
            })
            .collect();
        places.sort_by(|a, b| (a.0, &a.1.path).cmp(&(b.0, &b.1.path)));
        let places: Vec<Stood> = places.into_iter().map(|(_, stood)| stood).collect();
        let past = |source: &Arc<Source>| {
            Arc::new(Past {
                commit: commit.map(|commit| history.commit(commit)),
                source: source.clone(),
                in_tree: !self.tree.is_empty(),
                places: places.clone(),
            })
        };
        let mut put = |finding: Finding, ignored: Option<&String>| match ignored {
            Some(reason) => {
                let by = Silence::Comment(finding.primary.place.clone());
                report.suppressed.push(Suppressed { finding, reason: reason.clone(), by });
            }
            None => report.findings.push(finding),
        };
        for standing in &self.tree {
            let mut finding = standing.sighted.finding.clone();
            finding.past = Some(past(&standing.source));
            let ignored = standing.ignored.get(finding.rule);
            put(finding, ignored);
        }
        if let Some(standing) = self.tree.first() {
            if let Some(finding) = ground.stale(&standing.sighted, past(&standing.source), age) {
                put(finding, standing.ignored.get(rule::STALE_CREDENTIAL));
            }
        } else {
            let (_, first, source) = &self.first;
            let finding = ground.leaked(first, past(source));
            put(finding, self.excused.as_ref());
        }
    }
}
