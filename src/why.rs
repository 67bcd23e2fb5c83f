//! `mpcheck why`: a run over the whole tree that writes down what it sees of one file.

use std::path::Path;
use std::sync::Arc;

use crate::account::{Account, Notebook};
use crate::finding::Report;
use crate::input::{Tree, WalkError, WalkOptions};
use crate::pipeline::{self, Scope};
use crate::policy::Policy;

/// A file, and one of its lines, as the command line names them: `src/app.js`, `src/app.js:12`, `src/app.js:12:7`.
pub fn target(tree: &dyn Tree, typed: &str) -> (String, Option<u32>) {
    if tree.exists(typed) {
        return (typed.to_owned(), None);
    }
    let number = |text: &str| text.parse::<u32>().ok();
    let Some((path, last)) = typed.rsplit_once(':').and_then(|(path, last)| Some((path, number(last)?))) else {
        return (typed.to_owned(), None);
    };
    // A line, or a line and a column.
    match path.rsplit_once(':').and_then(|(path, line)| Some((path, number(line)?))) {
        Some((path, line)) if !tree.exists(&format!("{path}:{line}")) => (path.to_owned(), Some(line)),
        _ => (path.to_owned(), Some(last)),
    }
}

/// Runs mpcheck over everything below `root` and gives, beside the report, what it saw of one file, which is read
/// whatever it says and whatever leaves it out.
///
/// # Errors
/// When there is no such file.
pub fn run(
    root: &Path,
    tree: Arc<dyn Tree>,
    walk: WalkOptions,
    path: &str,
    policy: Policy,
) -> Result<(Report, Account), WalkError> {
    if !tree.exists(path) {
        return Err(WalkError::Missing(path.to_owned()));
    }
    let notebook = Arc::new(Notebook::new(path));
    let policy = Policy { notebook: Some(notebook.clone()), ..policy };
    let scope = Scope { paths: vec![".".into(), path.to_owned()], walk, instead: None, policy: &policy };
    let report = pipeline::run(root, tree.clone(), &scope)?;
    let mut account = notebook.account();
    account.remarks.extend(passed_over(&*tree, path, &policy));
    if account.side.is_empty() {
        account.side = "could not be judged".into();
    }
    Ok((report, account))
}

/// Why a run that isn't told of a file may never look into it.
fn passed_over(tree: &dyn Tree, path: &str, policy: &Policy) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(pattern) = policy.config.excludes(path) {
        remarks
            .push(format!("`{pattern}` in {} leaves it out: it is judged only where it is named", policy.config.path));
    } else if !path.starts_with("..")
        && tree.list(&[String::new()]).binary_search_by(|known| (**known).cmp(path)).is_err()
    {
        let by = "an ignore file (.gitignore, .ignore, .mpcheckignore), or because it is foreign, generated or binary";
        remarks.push(format!("A run passes over it, by {by}: it is judged only where it is named"));
    } else if !tree.read(path).is_ok_and(|bytes| policy.prefilter.is_candidate(&bytes)) {
        let words = "It does not name Mixpanel in any spelling, so a run looks into it only where another file leads to \
                     it, or where it is named; house names, wrappers and hosts are looked for, too";
        remarks.push(words.to_owned());
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::MemoryTree;

    #[test]
    fn a_line_goes_behind_the_path() {
        let tree: MemoryTree = [("a.js", ""), ("odd:3", "")].into_iter().collect();
        assert_eq!(target(&tree, "a.js"), ("a.js".into(), None));
        assert_eq!(target(&tree, "a.js:12"), ("a.js".into(), Some(12)));
        assert_eq!(target(&tree, "a.js:12:7"), ("a.js".into(), Some(12)));
        assert_eq!(target(&tree, "odd:3"), ("odd:3".into(), None));
        assert_eq!(target(&tree, "odd:3:1"), ("odd:3".into(), Some(1)));
        assert_eq!(target(&tree, "C:/a.js"), ("C:/a.js".into(), None));
    }
}
