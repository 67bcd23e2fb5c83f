//! Loosenings: what a change alters in configuration, baseline, ignore files and ignore comments so that less is reported.
//! A change never loosens its own judgement in silence, so every report lists them.

mod rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ChangeError, ConfigFrom, Scope, States};
use crate::config::{self, Config};
use crate::finding::{Loosening, Report, Silence, Suppressed};
use crate::input::Tree;
use crate::input::git::{self, GitTree};
use crate::input::ignores::IGNORE_FILES;
use crate::known::KnownError;
use crate::source::{Place, Source, Span};
use crate::triage::Baseline;

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
        let is_one = |path: &str| IGNORE_FILES.contains(&path.rsplit('/').next().unwrap_or(path));
        let side =
            |side: &Option<git::Side>| side.as_ref().filter(|side| is_one(&side.path)).map(|side| side.path.clone());
        for change in changes {
            let (old, new) = (side(&change.old), side(&change.new));
            let Some(path) = new.clone().or(old.clone()) else { continue };
            let shown = states.repository().shown(&path);
            let read = |tree: &GitTree, path: &Option<String>| {
                let bytes = path.as_ref().and_then(|path| tree.read_inside(path).ok()).unwrap_or_default();
                String::from_utf8_lossy(&bytes).into_owned()
            };
            let moved = old.is_some() && new.is_some() && old != new;
            let before = if moved { String::new() } else { read(&states.old, &old) };
            let after = read(&states.new, &new);
            let (mut known, mut gone): (BTreeMap<&str, usize>, Vec<&str>) = (BTreeMap::new(), Vec::new());
            for (_, line) in patterns(&before) {
                *known.entry(line).or_default() += 1;
            }
            let mut fresh = Vec::new();
            for (span, line) in patterns(&after) {
                match known.get_mut(line) {
                    Some(count) if *count > 0 => *count -= 1,
                    _ => fresh.push((span, line)),
                }
            }
            gone.extend(known.iter().filter(|(_, count)| **count > 0).map(|(line, _)| *line));
            for (span, line) in fresh.iter().filter(|(_, line)| !line.starts_with('!')) {
                self.add(&shown, *span, format!("Files that fit `{line}` are no longer judged"));
            }
            for line in gone.iter().filter(|line| line.starts_with('!')) {
                self.add(
                    &shown,
                    Span::default(),
                    format!("The exception `{line}` is gone, so that more is passed over"),
                );
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
