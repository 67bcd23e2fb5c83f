//! What a run comes to in two sentences, for people.

use super::View;
use super::text::{count, list};
use crate::finding::{Level, Silence};

/// The numbers of a run, and its worst rule.
pub(super) struct Summary {
    /// How many findings there are of each level that has some, the worst first.
    pub(super) levels: Vec<(Level, usize)>,
    files: usize,
    commits: Option<usize>,
    ignored: usize,
    set_aside: usize,
    loosenings: usize,
    problems: usize,
    /// The rule of the first of the worst findings, and how many rules found something.
    worst: Option<(&'static str, usize)>,
}

impl Summary {
    pub(super) fn of(view: &View<'_>) -> Self {
        let report = view.report;
        let numbers = [Level::Error, Level::Warning, Level::Note].map(|level| (level, view.count(level)));
        let levels: Vec<(Level, usize)> = numbers.into_iter().filter(|(_, number)| *number > 0).collect();
        let rules: std::collections::BTreeSet<_> = report.findings.iter().map(|finding| finding.rule).collect();
        let set_aside = report.suppressed.iter().filter(|one| one.by == Silence::Baseline).count();
        let worst = levels.first().and_then(|(worst, _)| report.findings.iter().find(|one| one.level == *worst));
        Self {
            levels,
            files: report.files.seen,
            ignored: report.suppressed.len() - set_aside,
            set_aside,
            loosenings: report.loosenings.len(),
            commits: report.history,
            problems: report.problems.len(),
            worst: worst.map(|finding| (finding.rule, rules.len())),
        }
    }

    /// `2 errors and 1 note`, or `nothing found`.
    fn found(&self) -> String {
        let numbers: Vec<String> = self.levels.iter().map(|(level, number)| count(*number, level.name())).collect();
        if numbers.is_empty() { "nothing found".to_owned() } else { list(&numbers, "and") }
    }

    /// `2 errors and 1 note in 12 files, 1 finding ignored.`
    pub(super) fn sentence(&self) -> String {
        let read = match self.commits {
            Some(commits) => format!("{} of {}", count(self.files, "blob"), count(commits, "commit")),
            None => count(self.files, "file"),
        };
        let mut parts = vec![format!("{} in {read}", capital(&self.found()))];
        if self.ignored > 0 {
            parts.push(format!("{} ignored", count(self.ignored, "finding")));
        }
        if self.set_aside > 0 {
            parts.push(format!("{} in the baseline", count(self.set_aside, "known finding")));
        }
        if self.loosenings > 0 {
            parts.push(count(self.loosenings, "loosening"));
        }
        if self.problems > 0 {
            parts.push(format!("{} with reading them", count(self.problems, "problem")));
        }
        format!("{}.", parts.join(", "))
    }

    /// What to do next, where something was found.
    pub(super) fn how_to_go_on(&self) -> Option<String> {
        let (rule, rules) = self.worst?;
        Some(match rules {
            1 => format!("`mpcheck explain {rule}` says more about it."),
            _ => format!("`mpcheck explain RULE` says more about a rule, as in `mpcheck explain {rule}`."),
        })
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
