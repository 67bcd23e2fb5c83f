//! The files that a change is judged by: those that differ and speak of Mixpanel, in both states, and those in which
//! findings turn up while they are judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{ChangeError, ConfigFrom, Renamed, States, is_damage, similar};
use crate::finding::Problem;
use crate::input::decode::{decode, is_binary};
use crate::input::git::{self, GitError, GitTree};
use crate::input::{Candidate, ReadError, is_candidate};
use crate::policy::Policy;

/// Blobs of more bytes are not inflated to see whether they speak of Mixpanel.
const LARGEST: u64 = 1 << 30;

/// One of the two states.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Before the change.
    Old,
    /// After it.
    New,
}

/// The files that are judged, by their paths from the repository's top.
pub(super) struct Files {
    /// What to judge in the old state.
    old: BTreeMap<String, Arc<Candidate>>,
    /// What to judge in the new state.
    new: BTreeMap<String, Arc<Candidate>>,
    /// All files that differ, by their new path, where they have one.
    changed: BTreeMap<String, git::Changed>,
    /// Files that are gone and that no new one is known to have been.
    gone: Vec<git::Side>,
    /// Old paths and new ones, as seen from where mpcheck was started.
    renamed: Renamed,
    /// How many files of the new state were looked into.
    pub(super) seen: usize,
    /// What couldn't be read.
    pub(super) problems: Vec<Problem>,
}

impl Files {
    /// The files of a change, narrowed to some paths.
    pub(super) fn find(
        states: &States,
        paths: &[String],
        changes: Vec<git::Changed>,
        policy: &Policy,
        from: ConfigFrom,
    ) -> Result<Self, ChangeError> {
        let scope = Narrow::new(states, paths)?;
        let mut files = Self {
            old: BTreeMap::new(),
            new: BTreeMap::new(),
            changed: BTreeMap::new(),
            gone: Vec::new(),
            renamed: Renamed::new(),
            seen: 0,
            problems: Vec::new(),
        };
        let repository = states.repository();
        for changed in changes {
            match (&changed.old, &changed.new) {
                (old, Some(new)) => {
                    if let Some(old) = old.as_ref().filter(|old| old.path != new.path) {
                        files.renamed.insert(repository.shown(&old.path), repository.shown(&new.path));
                    }
                    files.changed.insert(new.path.clone(), changed);
                }
                (Some(old), None) => files.gone.push(old.clone()),
                (None, None) => {}
            }
        }
        let mut fresh = Vec::new();
        for (path, changed) in &files.changed {
            let named = scope.names(path);
            let Some(new) = changed.new.as_ref().filter(|_| scope.holds(path)) else { continue };
            let meets =
                || states.trusted(from).meets(path) && policy.config.excludes(&repository.shown(path)).is_none();
            if !(named || meets()) {
                continue;
            }
            files.seen += 1;
            let read = read(&states.new, new, named)?;
            match read {
                Read::Silent => continue,
                Read::Problem(problem) => files.problems.push(problem),
                Read::Candidate(candidate) => drop(files.new.insert(path.clone(), candidate)),
            }
            if changed.old.is_none() {
                fresh.push(path.clone());
            }
        }
        files.pair(states, &fresh)?;
        let judged: Vec<String> = files.new.keys().cloned().collect();
        for path in judged {
            files.take_old(states, &path)?;
        }
        Ok(files)
    }

    /// What to judge in a state, sorted by path.
    pub(super) fn candidates(&self, side: Side) -> Vec<Candidate> {
        let files = if side == Side::Old { &self.old } else { &self.new };
        let copy = |candidate: &Arc<Candidate>| Candidate {
            path: candidate.path.clone(),
            bytes: candidate.bytes.clone(),
            named: candidate.named,
        };
        files.values().map(copy).collect()
    }

    /// Old paths and new ones, as seen from where mpcheck was started.
    pub(super) fn renamed(&self) -> &Renamed {
        &self.renamed
    }

    /// The text of a file's old state, by its new path as seen from where mpcheck was started, if that was judged.
    pub(super) fn old_text(&self, shown: &str) -> Option<String> {
        let old = self.renamed.iter().find(|(_, new)| *new == shown).map_or(shown, |(old, _)| old);
        let candidate = self.old.values().find(|candidate| &*candidate.path == old)?;
        Some(decode(candidate.bytes.clone()).text)
    }

    /// Has files judged that weren't, in both states; gives whether there are any.
    pub(super) fn add(&mut self, states: &States, shown: &BTreeSet<Arc<str>>) -> Result<bool, ChangeError> {
        let inside = shown.iter().filter_map(|path| states.repository().inside(path));
        let paths: Vec<String> = inside.filter(|path| !self.new.contains_key(path)).collect();
        let is_fresh = |path: &&String| self.changed.get(*path).is_some_and(|changed| changed.old.is_none());
        let fresh: Vec<String> = paths.iter().filter(is_fresh).cloned().collect();
        for path in &paths {
            let Ok(bytes) = states.new.read_inside(path) else { continue };
            self.new.insert(path.clone(), candidate(&states.new, path, bytes, false));
        }
        self.pair(states, &fresh)?;
        for path in &paths {
            self.take_old(states, path)?;
        }
        Ok(!paths.is_empty())
    }

    /// Has the old state of a file judged, if it has one that is met.
    fn take_old(&mut self, states: &States, path: &str) -> Result<(), ChangeError> {
        let changed = self.changed.get(path);
        let old = match changed {
            Some(changed) => changed.old.as_ref().map(|old| old.path.clone()),
            None => Some(path.to_owned()),
        };
        let named = self.new.get(path).is_some_and(|candidate| candidate.named);
        let Some(old) = old.filter(|old| named || states.old.meets(old)) else { return Ok(()) };
        match states.old.read_inside(&old) {
            Ok(bytes) => drop(self.old.insert(old.clone(), candidate(&states.old, &old, bytes, false))),
            Err(error) if is_damage(&error) => return Err(ChangeError::Object(error.to_string())),
            Err(_) => {}
        }
        Ok(())
    }

    /// Finds out which of the files that are gone some new ones were.
    fn pair(&mut self, states: &States, fresh: &[String]) -> Result<(), ChangeError> {
        let news: Vec<(String, Vec<u8>)> = fresh
            .iter()
            .filter_map(|path| Some((path.clone(), self.new.get(path)?.bytes.clone())))
            .filter(|(_, bytes)| bytes.len() as u64 <= similar::LARGEST)
            .collect();
        if news.is_empty() || self.gone.is_empty() {
            return Ok(());
        }
        let mut olds: Vec<(git::Side, Vec<u8>)> = Vec::new();
        for side in self.gone.iter().take(similar::MOST) {
            let repository = states.repository();
            if repository.size(side.id, Some(&side.path))? <= similar::LARGEST {
                olds.push((side.clone(), repository.object(side.id, Some(&side.path))?));
            }
        }
        let old_bytes: Vec<&[u8]> = olds.iter().map(|(_, bytes)| bytes.as_slice()).collect();
        let new_bytes: Vec<&[u8]> = news.iter().map(|(_, bytes)| bytes.as_slice()).collect();
        for (old, new) in similar::pairs(&old_bytes, &new_bytes) {
            let (side, path) = (&olds[old].0, &news[new].0);
            if let Some(changed) = self.changed.get_mut(path) {
                changed.old = Some(side.clone());
                self.renamed.insert(states.repository().shown(&side.path), states.repository().shown(path));
                self.gone.retain(|gone| gone != side);
            }
        }
        Ok(())
    }
}

/// What a blob turned out to be.
enum Read {
    Silent,
    Problem(Problem),
    Candidate(Arc<Candidate>),
}

/// Looks into a file of the new state.
fn read(tree: &GitTree, side: &git::Side, named: bool) -> Result<Read, ChangeError> {
    let repository = tree.repository();
    let problem = |error: &ReadError| {
        Read::Problem(Problem { path: repository.shown(&side.path).into(), span: None, message: error.to_string() })
    };
    let size = repository.size(side.id, Some(&side.path))?;
    let too_large = ReadError::TooLarge { size, limit: tree.max_file_size };
    if size > LARGEST.max(tree.max_file_size) {
        return Ok(problem(&too_large));
    }
    let bytes = repository.object(side.id, Some(&side.path))?;
    if let Some(error) = git::stand_in(&bytes) {
        return Ok(problem(&error));
    }
    let speaks = !is_binary(&bytes[..bytes.len().min(64 * 1024)]) && is_candidate(&bytes);
    if !(named || speaks) {
        return Ok(Read::Silent);
    }
    if size > tree.max_file_size {
        return Ok(problem(&too_large));
    }
    Ok(Read::Candidate(candidate(tree, &side.path, bytes, named)))
}

fn candidate(tree: &GitTree, path: &str, bytes: Vec<u8>, named: bool) -> Arc<Candidate> {
    Arc::new(Candidate { path: tree.repository().shown(path).into(), bytes, named })
}

/// The paths of the command line, from the repository's top.
struct Narrow(Vec<String>);

impl Narrow {
    fn new(states: &States, paths: &[String]) -> Result<Self, GitError> {
        let repository = states.repository();
        let mut inside = Vec::new();
        for path in paths {
            let Some(found) = repository.inside(path) else {
                return Err(GitError::Outside(path.clone(), repository.top()));
            };
            if !(states.new.knows(&found)? || states.old.knows(&found)?) {
                return Err(GitError::Untracked(path.clone()));
            }
            inside.push(found);
        }
        Ok(Self(inside))
    }

    /// Whether a file was named itself.
    fn names(&self, path: &str) -> bool {
        self.0.iter().any(|named| named == path)
    }

    /// Whether a file is to be looked at.
    fn holds(&self, path: &str) -> bool {
        let below = |named: &String| {
            named.is_empty()
                || path.strip_prefix(named.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.0.is_empty() || self.0.iter().any(below)
    }
}
