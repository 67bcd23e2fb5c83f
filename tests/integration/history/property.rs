//! Whatever is edited, renamed, removed, branched and merged: `--history` finds exactly the credentials that were ever
//! committed, and knows which of them are still there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use mpcheck::secret::Secret;
use proptest::prelude::*;

use super::repo::{CLEAN, Repo, leak, secret, try_git};

/// One step of somebody's work.
#[derive(Clone, Debug)]
enum Step {
    /// Writes a secret, or none, into a file.
    Edit(u8, Option<u32>),
    /// Moves a file.
    Rename(u8, u8),
    /// Removes one.
    Remove(u8),
    /// Commits all.
    Commit,
    /// Goes to a branch, made where needed.
    Branch(u8),
    /// Merges a branch; of what conflicts, one side is taken.
    Merge(u8),
    /// Packs all objects.
    Pack,
}

fn step() -> impl Strategy<Value = Step> {
    let file = 0..4u8;
    prop_oneof![
        5 => (file.clone(), prop::option::weighted(0.7, 0..12u32)).prop_map(|(file, secret)| Step::Edit(file, secret)),
        1 => (file.clone(), file.clone()).prop_map(|(from, to)| Step::Rename(from, to)),
        1 => file.prop_map(Step::Remove),
        4 => Just(Step::Commit),
        1 => (0..3u8).prop_map(Step::Branch),
        1 => (0..3u8).prop_map(Step::Merge),
        1 => Just(Step::Pack),
    ]
}

fn path(file: u8) -> &'static str {
    ["a.py", "src/b.py", "src/deep/c.py", ".env.py"][usize::from(file)]
}

/// The secrets that a commit's tree holds, as git has it.
fn held(repo: &Repo, numbers: &BTreeMap<String, u32>) -> BTreeSet<u32> {
    let output = try_git(&repo.path, "", &["grep", "-h", "-o", "-E", "[0-9a-f]{32}", "HEAD"]);
    String::from_utf8_lossy(&output.stdout).lines().filter_map(|text| numbers.get(text).copied()).collect()
}

fn check(steps: &[Step]) -> Result<(), TestCaseError> {
    let repo = Repo::new();
    let numbers: BTreeMap<String, u32> = (0..12).map(|number| (secret(number), number)).collect();
    let mut committed: BTreeSet<u32> = BTreeSet::new();
    let mut day = 0;
    let mut commit = |committed: &mut BTreeSet<u32>| {
        day += 1;
        repo.commit(&format!("2024-01-01T{:02}:{:02}:00+0000", day / 60, day % 60));
        committed.extend(held(&repo, &numbers));
    };
    repo.write("README.md", "A repository.\n");
    commit(&mut committed);
    for step in steps {
        match step {
            Step::Edit(file, number) => repo.write(path(*file), &number.map_or(CLEAN.to_owned(), leak)),
            Step::Rename(from, to) if repo.path.join(path(*from)).exists() => {
                fs::create_dir_all(repo.path.join(path(*to)).parent().unwrap()).unwrap();
                fs::rename(repo.path.join(path(*from)), repo.path.join(path(*to))).unwrap();
            }
            Step::Rename(..) => {}
            Step::Remove(file) => drop(fs::remove_file(repo.path.join(path(*file)))),
            Step::Commit => commit(&mut committed),
            Step::Branch(branch) => {
                commit(&mut committed);
                let name = format!("side{branch}");
                if !try_git(&repo.path, "", &["checkout", "-q", &name]).status.success() {
                    repo.git(&["checkout", "-q", "-b", &name]);
                }
            }
            Step::Merge(branch) => {
                commit(&mut committed);
                let name = format!("side{branch}");
                try_git(&repo.path, "2024-01-01T23:00:00+0000", &["merge", "-q", "-X", "ours", "--no-commit", &name]);
                commit(&mut committed);
            }
            Step::Pack => drop(repo.git(&["repack", "-a", "-d", "-f", "-q"])),
        }
    }
    let now = held(&repo, &numbers);
    let digests: BTreeMap<String, u32> =
        numbers.iter().map(|(text, number)| (Secret::new(text.clone()).digest(), *number)).collect();
    let report = repo.history();
    let found = |gone: bool| -> BTreeSet<u32> {
        let findings = report.findings.iter().filter(|one| (one.rule == "leaked-in-history") == gone);
        findings.map(|one| digests[&one.secret.as_ref().unwrap().digest()]).collect()
    };
    prop_assert_eq!(found(false), now.clone(), "in the tree");
    prop_assert_eq!(found(true), committed.difference(&now).copied().collect::<BTreeSet<u32>>(), "in history alone");
    prop_assert!(report.problems.is_empty(), "{:?}", report.problems);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn history_finds_exactly_what_was_ever_committed(steps in prop::collection::vec(step(), 1..18)) {
        check(&steps)?;
    }
}
