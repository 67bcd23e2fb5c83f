//! One more pass over the tree: secrets that some files gave away, in files that say nothing of Mixpanel.

use std::collections::HashSet;

use rayon::prelude::*;

use super::guarded;
use crate::finding::Problem;
use crate::guard::{failure, guard};
use crate::input::{Candidate, Tree};
use crate::judge::{Ground, Judged, Known};
use crate::policy::Policy;
use crate::shelf::Shelf;

/// The files that say nothing of Mixpanel and hold a secret that others gave away: one more pass over the tree, for
/// exactly those values.
pub(super) fn elsewhere(
    ground: &Ground<'_>,
    shelf: &Shelf<'_>,
    files: &[Judged],
    (tree, folders, policy): (&dyn Tree, &[String], &Policy),
    problems: &mut Vec<Problem>,
) -> Vec<Judged> {
    let known = match guard(|| Known::of(ground, files)) {
        Ok(Some(known)) => known,
        Ok(None) => return Vec::new(),
        Err(_) => {
            let message = failure(" while it gathered what is known", "Other files were not searched for it");
            problems.push(Problem { path: ".".into(), span: None, message });
            return Vec::new();
        }
    };
    let judged: HashSet<&str> = files.iter().map(|file| &**file.document.source.path()).collect();
    let mut paths = tree.list(folders);
    paths.retain(|path| !judged.contains(path.as_str()) && policy.config.excludes(path).is_none());
    let look = |path: &String| {
        // What can't be read was named by the walk.
        let bytes = tree.read(path).ok().filter(|bytes| known.is_in(bytes))?;
        let (judged, problems) = guarded(ground, shelf, Candidate { path: path.as_str().into(), bytes, named: false });
        let judged = judged.map(|mut judged| {
            known.sight(ground, &mut judged);
            judged
        });
        Some((judged, problems))
    };
    let found: Vec<_> = paths.par_iter().filter_map(look).collect();
    let mut all = Vec::new();
    for (judged, said) in found {
        problems.extend(said);
        all.extend(judged);
    }
    all
}
