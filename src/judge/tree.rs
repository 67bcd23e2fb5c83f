//! The whole tree: evidence from one file settles literals of another, variables meet their definitions.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::account::Because;
use super::exposure::{Sighting, label, near};
use super::file::Judged;
use super::handed::handed_over;
use super::inventory::inventory;
use super::observe::Variable;
use super::side::Where;
use super::{Ground, rule, same};
use crate::catalog::names::KindSet;
use crate::finding::{Credential, Finding};
use crate::secret::Secret;
use crate::source::Place;
use crate::syntax::facts::LiteralRole;

/// What the files of a tree come to.
#[derive(Default)]
pub struct Verdict {
    /// All findings, sorted.
    pub findings: Vec<Finding>,
    /// The credential texts that no output may hold.
    pub secrets: Vec<Secret>,
    /// The credentials that there are.
    pub credentials: Vec<Credential>,
}

/// Judges a tree by what was seen in its files.
pub fn judge_tree(ground: &Ground<'_>, files: &[Judged]) -> Verdict {
    let sightings = settled(ground, files);
    let mut secrets: Vec<Secret> = ground.secrets(&sightings);
    let mut findings: Vec<Finding> = Vec::new();
    exposures(ground, &sightings, &mut findings);
    variables(ground, files, &sightings, &mut findings);
    // A secret that client code reads from an inlined variable is said once, where it is read.
    let mut inlined: HashSet<&str> =
        files.iter().flat_map(|file| &file.inlined).map(|variable| &*variable.name).collect();
    let reads = files.iter().flat_map(|file| &file.reads).filter(|variable| variable.by.is_some());
    inlined.extend(reads.map(|variable| &*variable.name));
    for (finding, variable) in files.iter().flat_map(|file| &file.findings) {
        let said = variable.as_ref().is_some_and(|variable| inlined.contains(&**variable));
        if finding.rule != rule::CLIENT_SIDE_SECRET || !said {
            findings.push(finding.clone());
        }
    }
    secrets.extend(findings.iter().filter_map(|finding| finding.secret.clone()));
    secrets.sort();
    secrets.dedup();
    drop_doubles(&mut findings);
    let credentials = inventory(ground, files, &sightings);
    Verdict { findings, secrets, credentials }
}

/// The modules that hold or present a secret and say nothing of their side, so that their importers have to be asked.
pub fn unsettled(ground: &Ground<'_>, files: &[Judged]) -> BTreeSet<Arc<str>> {
    let mut paths: BTreeSet<Arc<str>> = files.iter().flat_map(|file| file.presents.iter().cloned()).collect();
    // Whether a read of a secret's variable that a build inlines ships is a question of side, too.
    let secret = |variable: &&Variable| ground.is_secret_variable(&variable.name);
    let inlined: HashSet<&str> =
        files.iter().flat_map(|file| &file.inlined).filter(secret).map(|variable| &*variable.name).collect();
    let reads = |file: &&Judged| file.reads.iter().any(|read| inlined.contains(&*read.name));
    let asked = files.iter().filter(|file| file.side.at == Where::Unknown).filter(reads);
    paths.extend(asked.map(|file| file.document.source.path().clone()));
    // In an app it is to be settled for tokens, too: how bad they are depends on it.
    let pending: HashSet<&str> =
        files.iter().filter(|file| file.side.pending).map(|file| &**file.document.source.path()).collect();
    let holds = |sighting: &Sighting| {
        sighting.side == Where::Unknown
            && sighting.role != LiteralRole::Comment
            && !sighting.test
            && !sighting.near_miss
            && (ground.is_secret_sighting(sighting) || pending.contains(&*sighting.place.path))
    };
    paths.extend(settled(ground, files).iter().filter(|sighting| holds(sighting)).map(|s| s.place.path.clone()));
    paths
}

/// One finding of a rule at a place, and what an inlined variable's finding already says is not said again.
fn drop_doubles(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()).then(b.flow.len().cmp(&a.flow.len())));
    // One expression gets one finding of fit: wrong before misplaced before discouraged.
    const FIT: [&str; 3] = [rule::WRONG_CREDENTIAL, rule::MISPLACED_CREDENTIAL, rule::DISCOURAGED_CREDENTIAL];
    let rank = |finding: &Finding| FIT.iter().position(|rule| *rule == finding.rule);
    let mut best: HashMap<Place, usize> = HashMap::new();
    for finding in findings.iter() {
        if let Some(rank) = rank(finding) {
            let known = best.entry(finding.primary.place.clone()).or_insert(rank);
            *known = rank.min(*known);
        }
    }
    findings.retain(|finding| rank(finding).is_none_or(|rank| best.get(&finding.primary.place) == Some(&rank)));
    let mut seen = HashSet::new();
    findings.retain(|finding| seen.insert((finding.rule, finding.primary.place.clone())));
}

/// The literals of all files with the kinds that all evidence gives them.
pub(super) fn settled(ground: &Ground<'_>, files: &[Judged]) -> Vec<Sighting> {
    let mut uses: HashMap<&Place, (KindSet, KindSet)> = HashMap::new();
    for used in files.iter().flat_map(|file| &file.uses) {
        let (evidence, slot) = uses.entry(&used.literal).or_default();
        *evidence = evidence.with(used.kinds);
        *slot = slot.with(used.slot);
    }
    let mut clients: HashMap<&Place, &Place> = HashMap::new();
    let mut paired: HashSet<&Place> = HashSet::new();
    for used in files.iter().flat_map(|file| &file.uses) {
        if let Some(client) = &used.client {
            clients.entry(&used.literal).or_insert(client);
        }
        if used.paired {
            paired.insert(&used.literal);
        }
    }
    let handed = handed_over(files.iter().flat_map(|file| &file.uses));
    let mut sightings: Vec<Sighting> = Vec::new();
    let mut places: HashSet<(Place, Arc<str>)> = HashSet::new();
    let own = files.iter().flat_map(|file| &file.sightings);
    for sighting in own.chain(files.iter().flat_map(|file| &file.borrowed)) {
        if !places.insert((sighting.place.clone(), sighting.text.clone())) {
            continue;
        }
        let mut sighting = sighting.clone();
        sighting.paired = paired.contains(&sighting.place);
        // A module that client code takes a secret from ships with it.
        if let Some(client) = clients.get(&sighting.place).filter(|client| client.path != sighting.place.path)
            && sighting.side == Where::Unknown
        {
            sighting.side = Where::Client;
            sighting.shipped_by = vec![(*client).clone()];
        }
        // What a server hands to clients ships, wherever its own code runs.
        if let Some(place) = handed.get(&sighting.place) {
            sighting.side = Where::Client;
            sighting.handed = Some((*place).clone());
        }
        if let Some((evidence, slot)) = uses.get(&sighting.place) {
            narrow(ground, &mut sighting, *evidence, *slot);
        }
        sightings.push(sighting);
    }
    same::everywhere(ground, &mut sightings);
    same::occurrences(ground, files, &mut sightings);
    inlined(ground, files, &mut sightings);
    sightings.iter().for_each(|sighting| ground.account_sighting(sighting));
    sightings.retain(|sighting| !sighting.kinds.is_empty());
    sightings
}

/// What the flow says of a literal, behind what its own names say.
fn narrow(ground: &Ground<'_>, sighting: &mut Sighting, evidence: KindSet, slot: KindSet) {
    let named = if sighting.kinds.is_empty() { ground.kinds.fitting(evidence, &sighting.text) } else { sighting.kinds };
    if named.is_empty() {
        sighting.kinds = ground.kinds.fitting(slot, &sighting.text);
        sighting.because = Because::Slot;
        let near = ground.kinds.is_near_miss(slot, &sighting.text);
        if sighting.kinds.is_empty() && near.is_some() {
            sighting.kinds = slot;
            sighting.malformed = near;
            sighting.near_miss = true;
        }
        return;
    }
    if sighting.kinds.is_empty() {
        sighting.because = Because::Flow;
    }
    // A name that can mean several kinds is settled by where the value goes.
    let both = named.and(slot);
    sighting.kinds = if named.only().is_none() && !both.is_empty() { both } else { named };
}

/// Literals in definitions of variables that are inlined.
fn inlined(ground: &Ground<'_>, files: &[Judged], sightings: &mut [Sighting]) {
    let configured: Vec<&Variable> = files.iter().flat_map(|file| &file.inlined).collect();
    for sighting in sightings.iter_mut() {
        let Some(name) = &sighting.name else { continue };
        let by_prefix = ground.names.inlined_by(name).filter(|_| sighting.role != LiteralRole::Comment);
        let by_config =
            configured.iter().find(|variable| variable.place.path == sighting.place.path && variable.name == *name);
        let by = by_prefix.map(Arc::from).or_else(|| by_config.and_then(|variable| variable.by.clone()));
        if sighting.role == LiteralRole::EnvDefinition
            || by_config.is_some()
            || sighting.role == LiteralRole::EnvDefault
        {
            sighting.inlined_by = by;
        }
    }
}

fn exposures(ground: &Ground<'_>, sightings: &[Sighting], findings: &mut Vec<Finding>) {
    let outside: HashSet<&str> =
        sightings.iter().filter(|sighting| !sighting.test).map(|sighting| &*sighting.text).collect();
    let mut secrets_by_path: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for sighting in sightings.iter().filter(|sighting| ground.is_secret_sighting(sighting)) {
        secrets_by_path.entry(&sighting.place.path).or_default().push(&sighting.place);
    }
    secrets_by_path.values_mut().for_each(|places| places.sort_unstable());
    for sighting in sightings {
        let beside = secrets_by_path.get(&*sighting.place.path);
        let beside = beside.is_some_and(|places| {
            // The last before it and the first behind it are nearest.
            let behind = places.partition_point(|place| place.span.start < sighting.place.span.start);
            let nearest = places.get(behind).into_iter().chain(behind.checked_sub(1).and_then(|at| places.get(at)));
            nearest.into_iter().any(|place| near(place, &sighting.place))
        });
        let finding = ground.exposure(sighting, outside.contains(&*sighting.text), beside);
        ground.account_exposure(sighting, finding.as_ref());
        if let Some(finding) = finding {
            if sighting.in_url {
                let message = "A secret stands in a URL".to_owned();
                let mut url =
                    ground.finding(rule::SECRET_IN_URL, message, sighting.place.clone(), "in this URL".into());
                url.secret = finding.secret.clone();
                findings.push(url);
            }
            findings.push(finding);
        }
        findings.extend(ground.malformed(sighting));
    }
}

/// Secrets named by variables that are inlined: each definition and each read.
fn variables(ground: &Ground<'_>, files: &[Judged], sightings: &[Sighting], findings: &mut Vec<Finding>) {
    let literal: HashSet<(&str, u32)> = sightings
        .iter()
        .filter(|sighting| sighting.inlined_by.is_some() && ground.is_secret_sighting(sighting))
        .filter_map(|sighting| line_of(files, &sighting.place))
        .collect();
    let mut configured: HashMap<&str, &Variable> = HashMap::new();
    let mut places: BTreeSet<(Place, Arc<str>, Arc<str>, &'static str)> = BTreeSet::new();
    for variable in files.iter().flat_map(|file| &file.inlined) {
        if ground.is_secret_variable(&variable.name) {
            let by = variable.by.clone().unwrap_or_default();
            // What is read where the value is put in is inlined under its new name alone.
            let by = match &variable.under {
                Some(under) => format!("{by}, as `{under}`,").into(),
                None => {
                    configured.entry(&variable.name).or_insert(variable);
                    by
                }
            };
            places.insert((variable.place.clone(), variable.name.clone(), by, "defined"));
        }
    }
    for file in files {
        for (variable, how) in
            file.definitions.iter().map(|v| (v, "defined")).chain(file.reads.iter().map(|v| (v, "read")))
        {
            let account = |by, reported| ground.account_variable(&variable.place, &variable.name, how, by, reported);
            if !ground.is_secret_variable(&variable.name) {
                account(None, false);
                continue;
            }
            if let Some(by) = ground.names.inlined_by(&variable.name) {
                account(Some(by), true);
                places.insert((variable.place.clone(), variable.name.clone(), by.into(), how));
            } else if let Some(definition) = configured.get(&*variable.name)
                && how == "read"
                && (file.side.at == Where::Client || variable.inlined_read)
            {
                let by = definition.by.clone().unwrap_or_default();
                account(Some(&by), true);
                places.insert((variable.place.clone(), variable.name.clone(), by, how));
            } else if let Some(by) = variable.by.as_ref().filter(|_| how == "read" && file.side.at != Where::Server) {
                account(Some(by), true);
                places.insert((variable.place.clone(), variable.name.clone(), by.clone(), how));
            } else {
                account(configured.get(&*variable.name).and_then(|definition| definition.by.as_deref()), false);
            }
        }
    }
    let mut all: Vec<_> = places.iter().collect();
    // A key in a section goes by its own name and by the section's.
    all.dedup_by(|later, first| later.0 == first.0 && later.3 == first.3);
    for (place, name, by, how) in &all {
        if *how == "defined" && line_of(files, place).is_some_and(|line| literal.contains(&line)) {
            continue;
        }
        let message = match *how {
            "read" => format!("`{name}` is read here, and {by} puts its value into client code"),
            _ => format!("`{name}` names a secret, and {by} puts its value into client code"),
        };
        let mut finding = ground.finding(rule::PUBLIC_ENV_SECRET, message, place.clone(), format!("{how} here"));
        let others = all.iter().filter(|(other, same, ..)| same == name && other != place).take(20);
        finding.related = others.map(|(other, _, _, how)| label(other, format!("{how} here"))).collect();
        findings.push(finding);
    }
}

fn line_of<'f>(files: &'f [Judged], place: &Place) -> Option<(&'f str, u32)> {
    let at = files.binary_search_by(|file| file.document.source.path().as_ref().cmp(&place.path)).ok()?;
    let source = &files[at].document.source;
    Some((source.path(), source.line(place.span.start)))
}
