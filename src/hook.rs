//! What a pre-commit hook judges: a range that it is told, what is staged, or the files that it is handed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::change::Which;
use crate::finding::Report;
use crate::input::git::{self, GitError, GitTree, Repository};

/// The change that a hook is started for; `None` where it is to look at the files themselves, as with
/// `pre-commit run --all-files`. `env` reads the environment, in which pre-commit says which range it runs for.
///
/// # Errors
///
/// When the repository can't be read.
pub fn change(root: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Which>, GitError> {
    let told = |name: &str| env(name).filter(|value| !value.is_empty());
    if let (Some(from), Some(to)) = (told("PRE_COMMIT_FROM_REF"), told("PRE_COMMIT_TO_REF")) {
        return Ok(Some(Which::Diff(format!("{from}..{to}"))));
    }
    let repository = Arc::new(Repository::open(root)?);
    let head = GitTree::commit(repository.clone(), repository.head_tree()?);
    let index = GitTree::index(repository)?;
    let staged = !git::changes(&head, &index)?.is_empty();
    Ok(staged.then_some(Which::Staged))
}

/// Keeps what a report of the whole tree says of some files: `.` stands for all.
pub fn limit(report: &mut Report, named: &BTreeSet<String>) {
    if named.contains(".") {
        return;
    }
    report.findings.retain(|finding| named.contains(&*finding.primary.place.path));
    report.suppressed.retain(|one| named.contains(&*one.finding.primary.place.path));
    report.problems.retain(|problem| named.contains(&*problem.path));
    report.credentials.retain(|one| one.places.iter().any(|place| named.contains(&*place.path)));
}
