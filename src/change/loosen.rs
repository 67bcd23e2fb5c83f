//! Loosenings: what a change alters in configuration, baseline, ignore files and ignore comments so that less is reported.
//! A change never loosens its own judgement in silence, so every report lists them.

mod rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use ignore::gitignore::GitignoreBuilder;

use super::{ChangeError, ConfigFrom, Scope, States};
use crate::config::{self, Config};
use crate::finding::{Loosening, Report, Silence, Suppressed};
use crate::input::Tree;
use crate::input::git::{self, GitTree};
use crate::input::ignores::IGNORE_FILES;
use crate::known::KnownError;
use crate::source::{Place, Source, Span};
use crate::triage::Baseline;

/// The ignore file that says nothing of what git tracks, but to runs over the work tree.
const GITIGNORE: &str = ".gitignore";

/// What is added to a loosening that the run doesn't go by.
const NOT_IN_FORCE: &str = " (not in force here: --config-from base)";

/// Loosenings, and the files that they point into.
#[derive(Default)]
pub(super) struct Loosenings {
    pub(super) found: Vec<Loosening>,
    pub(super) sources: Vec<Arc<Source>>,
}

impl Loosenings {
    fn add(&mut self, path: &str, span: Span, message: String) {
        self.found.push(Loosening { place: Place { path: path.into(), span }, message });
    }

    /// Everything but comments, which [`comments`](Self::comments) adds once the files are judged.
    pub(super) fn find(
        root: &std::path::Path,
        states: &States,
        scope: &Scope<'_>,
        changes: &[git::Changed],
    ) -> Result<Self, ChangeError> {
        let mut all = Self::default();
        all.configuration(root, states, scope)?;
        all.ignore_files(states, changes);
        if let Some(path) = &scope.baseline {
            all.baseline(states, path)?;
        }
        if scope.config_from == ConfigFrom::Base {
            for one in &mut all.found {
                one.message.push_str(NOT_IN_FORCE);
            }
        }
        Ok(all)
    }

    fn configuration(&mut self, root: &std::path::Path, states: &States, scope: &Scope<'_>) -> Result<(), ChangeError> {
        let from = |tree: &Arc<GitTree>| match &scope.config {
            Some(None) => None,
            Some(Some(named)) => tree.exists(named).then(|| named.clone()),
            None => config::find(root, &**tree).map(|found| found.path),
        };
        let text = |tree: &GitTree, path: &Option<String>| text(tree, path.as_ref()?);
        let (old_path, new_path) = (from(&states.old), from(&states.new));
        if text(&states.old, &old_path) == text(&states.new, &new_path) && old_path == new_path {
            return Ok(());
        }
        // A state whose configuration has a mistake said nothing that could be loosened.
        let old = super::config(root, &states.old, &scope.config).unwrap_or_default();
        let new: Config = super::config(root, &states.new, &scope.config)?;
        let path = new_path.clone().or(old_path).unwrap_or_default();
        for (span, message) in rules::between(&old, &new) {
            self.add(&path, span, message);
        }
        if let Some(text) = text(&states.new, &new_path) {
            self.sources.push(Arc::new(Source::new(path, text)));
        }
        Ok(())
    }

    /// Patterns that were added to ignore files, and exceptions that were taken out.
    fn ignore_files(&mut self, states: &States, changes: &[git::Changed]) {
        for change in changes {
            let (old, new) = (ignore_file(&change.old), ignore_file(&change.new));
            let Some(path) = new.or(old) else { continue };
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let shown = states.repository().shown(path);
            // One that was moved speaks for another folder: all of it is new there.
            let before = if new.is_some() && new != old { String::new() } else { read(&states.old, old) };
            let after = read(&states.new, new);
            let (fresh, gone) = (beyond(&after, &before), beyond(&before, &after));
            for (span, line) in fresh.into_iter().filter(|(_, line)| !line.starts_with('!')) {
                match name == GITIGNORE {
                    false => self.add(&shown, span, format!("Files that fit `{line}` are no longer judged")),
                    true => {
                        if let Some(hidden) = hides(&states.new, folder, line) {
                            let hidden = states.repository().shown(&hidden);
                            self.add(
                                &shown,
                                span,
                                format!(
                                    "`{line}` hides files that git tracks from runs over the work tree, as {hidden}"
                                ),
                            );
                        }
                    }
                }
            }
            for (_, line) in gone.into_iter().filter(|(_, line)| line.starts_with('!') && name != GITIGNORE) {
                let message = format!("The exception `{line}` is gone, so that more is passed over");
                self.add(&shown, Span::default(), message);
            }
            self.sources.push(Arc::new(Source::new(shown, after)));
        }
    }

    fn baseline(&mut self, states: &States, path: &str) -> Result<(), KnownError> {
        let (Some(new_text), old_text) = (text(&states.new, path), text(&states.old, path)) else { return Ok(()) };
        let new = Baseline::parse(path, &new_text)?;
        let old = old_text.and_then(|text| Baseline::parse(path, &text).ok()).unwrap_or_default();
        for (entry, span) in new.beyond(&old) {
            self.add(path, *span, format!("A finding of `{}` in {} is set aside", entry.rule, entry.path));
        }
        self.sources.push(Arc::new(Source::new(path, new_text)));
        Ok(())
    }

    /// Comments that are new and ignore a finding. Where they aren't in force, the finding is reported nevertheless.
    pub(super) fn comments<'s>(&mut self, new: impl Iterator<Item = &'s Suppressed>, from: ConfigFrom) {
        for one in new {
            if let Silence::Comment(place) = &one.by {
                let mut message = format!("A comment ignores a finding of `{}`", one.finding.rule);
                if from == ConfigFrom::Base {
                    message.push_str(NOT_IN_FORCE);
                }
                self.found.push(Loosening { place: place.clone(), message });
            }
        }
    }

    /// Puts them into a report.
    pub(super) fn report(mut self, report: &mut Report) {
        self.found.sort();
        self.found.dedup();
        report.loosenings = self.found;
        self.sources.into_iter().for_each(|source| report.add_source(source));
    }
}

/// The path of an ignore file.
fn ignore_file(side: &Option<git::Side>) -> Option<&str> {
    let path = side.as_ref()?.path.as_str();
    let name = path.rsplit('/').next().unwrap_or(path);
    (IGNORE_FILES.contains(&name) || name == GITIGNORE).then_some(path)
}

fn read(tree: &GitTree, path: Option<&str>) -> String {
    let bytes = path.and_then(|path| tree.read_inside(path).ok()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A file that git tracks and that a pattern of a folder's `.gitignore` fits.
fn hides(tree: &GitTree, folder: &str, pattern: &str) -> Option<String> {
    let mut builder = GitignoreBuilder::new("");
    builder.add_line(None, pattern).ok()?;
    let matcher = builder.build().ok()?;
    let start = if folder.is_empty() { 0 } else { folder.len() + 1 };
    let fits = |path: &String| matcher.matched_path_or_any_parents(&path[start..], false).is_ignore();
    tree.tracked(folder).into_iter().find(fits)
}

/// The patterns of an ignore file that another state of it lacks, each with its place.
fn beyond<'t>(text: &'t str, other: &str) -> Vec<(Span, &'t str)> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, line) in patterns(other) {
        *known.entry(line).or_default() += 1;
    }
    let is_new = |(_, line): &(Span, &str)| match known.get_mut(*line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    patterns(text).filter(is_new).collect()
}

/// The lines of an ignore file that are patterns, each with its place.
fn patterns(text: &str) -> impl Iterator<Item = (Span, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let pattern = line.trim();
        let is_pattern = !pattern.is_empty() && !pattern.starts_with('#');
        is_pattern.then(|| (Span::new(start, start + line.trim_end().len()), pattern))
    })
}

/// The text of a file of a state.
pub(super) fn text(tree: &GitTree, path: &str) -> Option<String> {
    let bytes = tree.read_inside(&tree.repository().inside(path)?).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
