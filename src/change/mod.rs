//! What a change adds or causes: `--staged` compares the index with the last commit, `--diff` a head with its merge base.
//!
//! Both states of the files that differ are judged whole, each with what it imports from its own state, and what the new
//! state has and the old one had not is the change's: also where the line that a finding points at is an old one that a
//! changed line completed, and not where a line only moved.

mod error;
mod files;
mod loosen;
mod same;
mod similar;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

pub use error::ChangeError;
use files::{Files, Side};
use loosen::Loosenings;
use same::Pairing;

use crate::config::Config;
use crate::finding::{Finding, Problem, Report, Silence, Suppressed};
use crate::input::git::{self, GitTree, Repository};
use crate::input::{ReadError, Tree, WorkTree};
use crate::known::{Known, KnownError};
use crate::pipeline::{self, Surroundings};
use crate::policy::Policy;

/// How often files are added to what is judged, because findings turn up in them.
const ROUNDS: usize = 4;

/// Which change is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// What the next commit would add.
    Staged,
    /// What led from the merge base to a head: `BASE`, `BASE..HEAD` or `BASE...HEAD`.
    Diff(String),
}

/// Which state the configuration, the baseline and what ignores findings are taken from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConfigFrom {
    /// The state that the change leads to.
    #[default]
    Head,
    /// The state that it starts from, so that a change can't loosen its own judgement.
    Base,
}

/// What to look at, and how.
pub struct Scope<'a> {
    /// The change.
    pub which: Which,
    /// The files and folders that are looked at, as seen from where mpcheck was started; all where there is none.
    pub paths: Vec<String>,
    /// Where configuration comes from.
    pub config_from: ConfigFrom,
    /// The configuration file, where it isn't the one that is found; `None` within for none at all.
    pub config: Option<Option<String>>,
    /// The baseline, as seen from where mpcheck was started.
    pub baseline: Option<String>,
    /// What the run goes by, but for its configuration.
    pub policy: &'a Policy,
    /// How large a file may be.
    pub max_file_size: u64,
}

/// The two states of a change.
pub(crate) struct States {
    pub(crate) old: Arc<GitTree>,
    pub(crate) new: Arc<GitTree>,
}

impl States {
    fn open(root: &Path, which: &Which, max_file_size: u64) -> Result<Self, ChangeError> {
        let repository = Arc::new(Repository::open(root)?);
        let commit = |tree| GitTree::commit(repository.clone(), tree);
        let (mut old, mut new) = match which {
            Which::Staged => {
                let index = GitTree::index(repository.clone())?;
                (commit(repository.head_tree()?), index)
            }
            Which::Diff(range) => {
                let ends = repository.ends(range)?;
                (commit(Some(repository.tree_of(ends.base)?)), commit(Some(repository.tree_of(ends.head)?)))
            }
        };
        old.max_file_size = max_file_size;
        new.max_file_size = max_file_size;
        Ok(Self { old: Arc::new(old), new: Arc::new(new) })
    }

    pub(crate) fn repository(&self) -> &Repository {
        self.new.repository()
    }

    /// The state that the run's configuration is taken from.
    fn trusted(&self, from: ConfigFrom) -> &Arc<GitTree> {
        if from == ConfigFrom::Base { &self.old } else { &self.new }
    }
}

/// Runs mpcheck over a change.
///
/// # Errors
///
/// When there is no repository, a revision is unknown, a path lies outside, an object can't be read or the configuration
/// has a mistake in it.
pub fn run(root: &Path, scope: &Scope<'_>) -> Result<Report, ChangeError> {
    let states = States::open(root, &scope.which, scope.max_file_size)?;
    let config = config(root, states.trusted(scope.config_from), &scope.config)?;
    let policy = scope.policy.clone().with_config(config);
    let changes = git::changes(&states.old, &states.new)?;
    states.old.is_before(states.new.clone(), &changes);
    let mut loosenings = Loosenings::find(root, &states, scope, &changes)?;
    let files = Files::find(&states, &scope.paths, changes, &policy, scope.config_from)?;
    let mut report = judge(&states, files, &policy, scope.config_from, &mut loosenings)?;
    if let Some(path) = &scope.baseline {
        baseline(root, &states, path, scope.config_from)?.apply(&mut report, None);
    }
    loosenings.report(&mut report);
    report.problems.extend(conflicts(&states));
    report.problems.extend(states.new.faults());
    report.problems.sort();
    report.problems.dedup();
    Ok(report)
}

/// The configuration of a state. A file that is named and that the state doesn't know is read from disk: no change holds
/// it, so none can loosen it.
pub(crate) fn config(
    root: &Path,
    tree: &Arc<GitTree>,
    named: &Option<Option<String>>,
) -> Result<Config, crate::config::ConfigError> {
    match named {
        Some(None) => Ok(Config::default()),
        Some(Some(named)) if !tree.exists(named) => Config::load(root, &WorkTree::new(root), Some(named)),
        Some(Some(named)) => Config::load(root, &**tree, Some(named)),
        None => Config::load(root, &**tree, None),
    }
}

/// The baseline of a state, with the same exception.
fn baseline(root: &Path, states: &States, path: &str, from: ConfigFrom) -> Result<Known, KnownError> {
    let tree = states.trusted(from);
    if tree.exists(path) { Known::load(root, &**tree, path) } else { Known::load(root, &WorkTree::new(root), path) }
}

/// Judges both states, and keeps what only the new one has.
fn judge(
    states: &States,
    mut files: Files,
    policy: &Policy,
    from: ConfigFrom,
    loosenings: &mut Loosenings,
) -> Result<Report, ChangeError> {
    let around = Surroundings { folders: vec![states.repository().shown("")], whole: false, roots: Vec::new() };
    let problems = std::mem::take(&mut files.problems);
    let mut round = 1;
    loop {
        let mut found = problems.clone();
        let new = states.new.clone() as Arc<dyn Tree>;
        let mut report = pipeline::check(new, files.candidates(Side::New), &around, policy, &mut found);
        report.files.seen = files.seen;
        if report.findings.is_empty() && report.suppressed.is_empty() {
            return Ok(report);
        }
        let old = states.old.clone() as Arc<dyn Tree>;
        let before = pipeline::check(old, files.candidates(Side::Old), &around, policy, &mut Vec::new());
        let kept = fresh(&Pairing::new(&files, &before, &report), from);
        // A finding in a file that wasn't judged in the old state may have been there as well.
        let ignored = kept.suppressed.iter().map(|one| &one.finding);
        let paths = kept.findings.iter().chain(ignored).map(|finding| finding.primary.place.path.clone());
        if files.add(states, &paths.collect())? && round < ROUNDS {
            round += 1;
            continue;
        }
        loosenings.comments(kept.loosened.iter(), from);
        report.suppressed = kept.suppressed;
        report.findings = kept.findings;
        report.secrets.extend(before.secrets);
        report.secrets.sort();
        report.secrets.dedup();
        return Ok(report);
    }
}

/// What only the new state has.
struct Kept {
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
    /// What comments ignore that the change brought.
    loosened: Vec<Suppressed>,
}

fn fresh(pairing: &Pairing<'_>, from: ConfigFrom) -> Kept {
    let old: Vec<&Finding> = pairing.old.findings.iter().collect();
    let (old_silent, new_silent) = (&pairing.old.suppressed, &pairing.new.suppressed);
    let was_silent: Vec<&Finding> = old_silent.iter().map(|one| &one.finding).collect();
    let is_silent: Vec<&Finding> = new_silent.iter().map(|one| &one.finding).collect();
    let indexes = pairing.fresh(&was_silent, &is_silent);
    let newly: Vec<Suppressed> = indexes.into_iter().map(|at| new_silent[at].clone()).collect();
    let is_new = |one: &Suppressed| matches!(&one.by, Silence::Comment(place) if pairing.is_new(place));
    let loosened: Vec<Suppressed> = newly.iter().filter(|one| is_new(one)).cloned().collect();
    let mut new: Vec<&Finding> = pairing.new.findings.iter().collect();
    let mut suppressed = newly;
    if from == ConfigFrom::Base {
        // What the change itself says should be ignored is not.
        suppressed.retain(|one| !is_new(one));
        new.extend(loosened.iter().map(|one| &one.finding));
        new.sort_by_key(|finding| finding.sort_key());
    }
    let findings = pairing.fresh(&old, &new).into_iter().map(|at| new[at].clone()).collect();
    Kept { findings, suppressed, loosened }
}

/// Files of the index that no commit can be made of yet.
fn conflicts(states: &States) -> Vec<Problem> {
    let message = "the file has conflicts that aren't resolved, so what a commit will hold isn't known and was not judged; \
        resolve them, `git add` the file and run mpcheck again";
    let problem = |path: String| Problem {
        path: states.repository().shown(&path).into(),
        span: None,
        message: message.to_owned(),
    };
    states.new.conflicts().into_iter().map(problem).collect()
}

/// Old paths and the new ones of the files that a change moved, as seen from where mpcheck was started.
type Renamed = HashMap<String, String>;

/// Whether an error is of the repository and not of one file.
fn is_damage(error: &ReadError) -> bool {
    matches!(error, ReadError::Git(_))
}
