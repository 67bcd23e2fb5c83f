//! Every way of listing a state's files gives the same ones: from the index, from tree objects, from another state and
//! what differs, by name, and folder by folder.

use std::collections::BTreeSet;
use std::sync::Arc;

use mpcheck::input::Tree;
use mpcheck::input::git::{GitTree, Repository, changes};

use super::{Repo, mixed};

const FOLDERS: [&str; 9] = ["", "a", "a-b", "a/b", "a/vendor", "node_modules/x", "deep/er/still", "z", "a/b.c"];
const NAMES: [&str; 7] = ["package.json", "x.js", "x-y.js", "yarn.lock", "i.png", ".mpcheckignore", ".ignore"];
const PATTERNS: [&str; 6] = ["x.js\n", "b/\n!b/x.js\n", "/a/\n", "*.js\n!x-y.js\n", "still\n", "package.json\n"];

#[test]
fn all_ways_of_listing_agree() {
    let root = [String::new()];
    let (mut met, mut passed) = (0, 0);
    for seed in 0..12 {
        let repo = Repo::new();
        let pick = |number: u64| usize::try_from(mixed(seed * 1000 + number) % 1000).unwrap();
        let mut all = BTreeSet::new();
        let mut stage = |number: u64| {
            let (folder, name) = (FOLDERS[pick(number) % FOLDERS.len()], NAMES[pick(number + 100) % NAMES.len()]);
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            // In every third repository there are no ignore files: names alone decide there.
            if name.ends_with("ignore") && seed % 3 == 0 {
                return;
            }
            let text = if name.ends_with("ignore") { PATTERNS[pick(number + 200) % PATTERNS.len()] } else { "text" };
            repo.stage(&path, text);
            all.insert(path);
        };
        (0..20).for_each(&mut stage);
        repo.commit("first");
        (40..46).for_each(&mut stage);
        for path in all.iter().filter(|path| pick(path.len() as u64 + 300).is_multiple_of(5)) {
            repo.git(&["rm", "-q", "--cached", path]);
        }
        let repository = Arc::new(Repository::open(repo.path()).unwrap());
        let head = || GitTree::commit(repository.clone(), repository.head_tree().unwrap());
        let index = Arc::new(GitTree::index(repository.clone()).unwrap());
        let (walked, derived) = (head(), head());
        derived.is_before(index.clone(), &changes(&walked, &index).unwrap());
        assert_eq!(derived.list(&root), walked.list(&root), "{seed}");
        assert_eq!(derived.tracked("a"), walked.tracked("a"), "{seed}");
        for tree in [&*index, &walked, &derived] {
            let listed = tree.list(&root);
            let tracked = tree.tracked("");
            let expected: Vec<String> = tracked.iter().filter(|path| tree.meets(path)).cloned().collect();
            assert_eq!(listed, expected, "{seed}");
            met += listed.len();
            passed += tracked.len() - listed.len();
            for name in NAMES {
                let named = listed.iter().filter(|path| path.rsplit('/').next() == Some(name)).cloned().collect();
                assert_eq!(tree.named(&root, name), Some(named), "{name} in {seed}");
            }
            for folder in FOLDERS {
                let is_in = |path: &&String| path.rsplit_once('/').map_or("", |(folder, _)| folder) == folder;
                let directly = listed.iter().filter(is_in).cloned().collect();
                assert_eq!(tree.files_in(folder), Some(directly), "{folder} in {seed}");
            }
        }
    }
    assert!(met > 100 && passed > 50, "{met} met, {passed} passed over: both are to be seen");
}
