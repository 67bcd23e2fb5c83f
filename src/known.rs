//! The baseline of a run: where it is read from, what it does to a report, and how it is written anew.

use std::fs;
use std::path::{Path, PathBuf};

use crate::finding::Report;
use crate::input::path::{normalise, relative};
use crate::input::{Tree, WorkTree};
use crate::policy::Policy;
use crate::triage::baseline::{self, Baseline, BaselineError, Entry};

/// Why a run can't go by its baseline.
#[derive(Debug, thiserror::Error)]
pub enum KnownError {
    /// It can't be read.
    #[error("the baseline {0:?} can't be read: {1}; --update-baseline makes it")]
    Read(String, String),
    /// It is none.
    #[error("{0}")]
    Parse(#[from] BaselineError),
    /// It can't be written.
    #[error("the baseline {0:?} can't be written: {1}; choose another place with --baseline FILE")]
    Write(String, std::io::Error),
}

/// A baseline with its text.
pub struct Known {
    pub(crate) baseline: Baseline,
    text: String,
    /// The folder that its paths start from.
    folder: PathBuf,
    /// Where mpcheck was started.
    root: PathBuf,
}

/// What a run has seen of a tree, so that what it hasn't seen isn't missed.
pub struct Seen<'a> {
    /// The folders and files that it walked, as they were given.
    pub paths: &'a [String],
    /// What it went by.
    pub policy: &'a Policy,
}

impl Known {
    /// Reads a baseline, by its path from where mpcheck was started.
    ///
    /// # Errors
    ///
    /// When it can't be read or is none.
    pub fn load(root: &Path, tree: &dyn Tree, path: &str) -> Result<Self, KnownError> {
        let bytes = tree.read(path).map_err(|error| KnownError::Read(path.to_owned(), error.to_string()))?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Self::new(root, Baseline::parse(path, &text)?, text))
    }

    fn new(root: &Path, baseline: Baseline, text: String) -> Self {
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_path_buf());
        let folder = root.join(Path::new(&*baseline.path).parent().unwrap_or(Path::new("")));
        Self { baseline, text, folder, root }
    }

    /// A path of the run as seen from the baseline's folder, so that a run in a subfolder knows the same findings.
    fn local(&self, path: &str) -> String {
        relative(&self.folder, &self.root.join(path).to_string_lossy())
    }

    /// Sets known findings aside. With `seen`, entries that nothing matches any more are findings.
    pub fn apply(&self, report: &mut Report, seen: Option<&Seen<'_>>) {
        let (known, unused) = self.baseline.set_aside(&mut report.findings, &|path| self.local(path));
        report.suppressed.extend(known);
        report.suppressed.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
        report.baseline = true;
        let Some(seen) = seen.filter(|seen| seen.policy.judges_all()) else { return };
        let missed = unused.into_iter().filter(|(entry, _)| self.is_seen(entry, seen));
        for entry in missed {
            let mut finding = self.baseline.unused(&seen.policy.catalog, entry);
            if let Some(level) = seen.policy.level(&finding) {
                finding.level = level;
                report.findings.push(finding);
            }
        }
        report.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        report.add_source(self.baseline.source(&self.text));
    }

    /// Whether a run would have met what an entry stands for.
    fn is_seen(&self, entry: &Entry, seen: &Seen<'_>) -> bool {
        let inside = |path: &String| {
            let path = self.local(&normalise(path));
            path == "." || entry.path.strip_prefix(&path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        seen.policy.judges(&entry.rule) && seen.paths.iter().any(inside)
    }
}

/// Writes a baseline of all that a run reports, and sets it aside. Entries for what the run hasn't seen stay.
///
/// # Errors
///
/// When the old one is none, so that something else would be overwritten, or the file can't be written.
pub fn update(root: &Path, path: &str, report: &mut Report, seen: &Seen<'_>) -> Result<(), KnownError> {
    let disk = WorkTree::new(root);
    let old = match disk.exists(path) {
        true => Known::load(root, &disk, path)?,
        false => Known::new(root, Baseline { path: path.into(), entries: Vec::new() }, String::new()),
    };
    let kept = old.baseline.entries.iter().map(|(entry, _)| entry).filter(|entry| !old.is_seen(entry, seen)).cloned();
    let text = baseline::text(report.findings.iter(), kept, &|path| old.local(path));
    if text != old.text {
        fs::write(root.join(path), &text).map_err(|error| KnownError::Write(path.to_owned(), error))?;
    }
    Known::new(root, Baseline::parse(path, &text)?, text).apply(report, None);
    Ok(())
}
