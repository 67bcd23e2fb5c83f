//! Random histories of edits, moves, partial staging and merges: what `--staged` reports before a commit is what
//! `--diff HEAD~` reports after it.

use std::fs;

use proptest::prelude::*;

use super::change::{diff, staged};
use super::{Repo, leak, secret};

/// The files of the histories.
const PATHS: [&str; 6] = ["a.py", "lib/b.py", "keys.js", "web/app.js", "deploy.sh", "lib/keys.js"];

/// What a line of a file says, by a number.
fn line(number: u8) -> String {
    match number % 12 {
        0..3 => leak(u64::from(number % 3)),
        3 => format!("export const SECRET = '{}';\n", secret(7)),
        4 => "import { SECRET } from './keys';\n".to_owned(),
        5 => "fetch('https://data.mixpanel.com/api/2.0/export', { headers: { Authorization: 'Basic ' + btoa(SECRET + ':') } });\n".to_owned(),
        6 => format!("curl -u {}: https://data.mixpanel.com/api/2.0/export\n", secret(8)),
        7 => "import mixpanel from 'mixpanel-browser';\n".to_owned(),
        8 => "// mpcheck:ignore[hardcoded-secret] known\n".to_owned(),
        other => format!("x{other} = {number}\n"),
    }
}

fn text(lines: &[u8]) -> String {
    lines.iter().map(|number| line(*number)).collect()
}

/// A step of a history.
#[derive(Clone, Debug)]
enum Step {
    /// Writes a file and stages it.
    Stage(usize, Vec<u8>),
    /// Writes a file, stages it, and writes something else.
    Part(usize, Vec<u8>, Vec<u8>),
    /// Adds lines at the start of a file, so that all of it moves, and stages it.
    Push(usize, Vec<u8>),
    /// Moves a file.
    Move(usize, usize),
    /// Deletes a file.
    Delete(usize),
    /// Commits what is staged.
    Commit,
    /// Lets a branch grow from the last commit but one, with these lines in a file, and merges it.
    Merge(usize, Vec<u8>),
}

fn step() -> impl Strategy<Value = Step> {
    let path = 0..PATHS.len();
    let lines = || proptest::collection::vec(any::<u8>(), 0..7);
    prop_oneof![
        4 => (path.clone(), lines()).prop_map(|(path, lines)| Step::Stage(path, lines)),
        2 => (path.clone(), lines(), lines()).prop_map(|(path, staged, left)| Step::Part(path, staged, left)),
        2 => (path.clone(), lines()).prop_map(|(path, lines)| Step::Push(path, lines)),
        2 => (path.clone(), path.clone()).prop_map(|(from, to)| Step::Move(from, to)),
        1 => path.clone().prop_map(Step::Delete),
        4 => Just(Step::Commit),
        1 => (path, lines()).prop_map(|(path, lines)| Step::Merge(path, lines)),
    ]
}

/// A repository that steps are taken in.
struct History {
    repo: Repo,
    commits: usize,
}

impl History {
    fn take(&mut self, step: &Step) {
        let repo = &self.repo;
        match step {
            Step::Stage(path, lines) => repo.stage(PATHS[*path], text(lines)),
            Step::Part(path, staged, left) => {
                repo.stage(PATHS[*path], text(staged));
                repo.write(PATHS[*path], text(left));
            }
            Step::Push(path, lines) => {
                let old = fs::read_to_string(repo.at(PATHS[*path])).unwrap_or_default();
                repo.stage(PATHS[*path], format!("{}{old}", text(lines)));
            }
            Step::Move(from, to) => {
                fs::create_dir_all(repo.at(PATHS[*to]).parent().unwrap()).unwrap();
                // What isn't there can't be moved.
                let _ = repo.try_git(&["mv", "-f", PATHS[*from], PATHS[*to]]);
            }
            Step::Delete(path) => drop(repo.try_git(&["rm", "-qf", "--ignore-unmatch", PATHS[*path]])),
            Step::Commit => self.commit(),
            Step::Merge(path, lines) if self.commits > 1 => {
                self.commit();
                let repo = &self.repo;
                repo.git(&["reset", "-q", "--hard"]);
                repo.git(&["switch", "-qC", "topic", "HEAD~"]);
                repo.stage(PATHS[*path], text(lines));
                repo.commit("on topic");
                repo.git(&["switch", "-q", "main"]);
                if !repo.try_git(&["merge", "-q", "--no-ff", "--no-commit", "topic"]).status.success() {
                    repo.git(&["add", "-A"]);
                }
                self.commit();
            }
            Step::Merge(..) => {}
        }
    }

    fn commit(&mut self) {
        let before = self.commits > 0;
        let staged = if before || self.repo.at(".git/index").exists() { staged(&self.repo) } else { Vec::new() };
        self.repo.commit("step");
        self.commits += 1;
        if before {
            assert_eq!(diff(&self.repo, "HEAD~"), staged, "after the commit and before it");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn what_is_staged_is_what_the_commit_differs_by(steps in proptest::collection::vec(step(), 4..16)) {
        let mut history = History { repo: Repo::new(), commits: 0 };
        for step in &steps {
            history.take(step);
        }
        history.commit();
    }
}
