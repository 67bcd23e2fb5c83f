//! `--staged`: what the next commit would add or cause, from the index.

use std::fs;

use super::change::{lines, problems, report, staged, staged_in};
use super::{Repo, leak, pair, secret};

#[test]
fn the_index_is_judged_and_not_the_work_tree() {
    let repo = Repo::new();
    repo.stage("a.py", "import os\n");
    repo.commit("first");
    repo.stage("a.py", format!("import os\n{}", leak(1)));
    repo.write("a.py", "import os\n");
    repo.write("b.py", leak(2));
    assert_eq!(staged(&repo), ["a.py:2 hardcoded-secret"], "what is staged counts, though the work tree is clean");
    repo.stage("a.py", "import os\n");
    repo.write("a.py", leak(1));
    assert_eq!(staged(&repo), [""; 0], "what isn't staged doesn't");
}

#[test]
fn a_file_staged_in_part_is_judged_as_staged() {
    let repo = Repo::new();
    repo.stage("a.py", "one = 1\n\n\ntwo = 2\n");
    repo.commit("first");
    repo.stage("a.py", format!("{}one = 1\n\n\ntwo = 2\n", leak(1)));
    repo.write("a.py", format!("{}one = 1\n\n\ntwo = 2\n{}", leak(1), leak(2)));
    assert_eq!(staged(&repo), ["a.py:1 hardcoded-secret"]);
}

#[test]
fn what_was_there_is_not_the_changes_even_where_it_moved() {
    let repo = Repo::new();
    repo.stage("a.py", format!("{}x = 1\n", leak(1)));
    repo.commit("first");
    repo.stage("a.py", format!("import os\n\n\nx = 1\n{}{}", leak(1), leak(2)));
    assert_eq!(staged(&repo), ["a.py:6 hardcoded-secret"]);
}

#[test]
fn a_second_copy_of_a_known_secret_is_new_on_its_line() {
    let repo = Repo::new();
    repo.stage("a.py", format!("x = 1\n{}", leak(1)));
    repo.commit("first");
    let copy = leak(1).replace("MIXPANEL_API_SECRET", "MIXPANEL_SECRET_TOO");
    repo.stage("a.py", format!("{copy}x = 1\n{}", leak(1)));
    assert_eq!(staged(&repo), ["a.py:1 hardcoded-secret"]);
}

#[test]
fn an_old_line_that_a_changed_one_completed_counts() {
    let repo = Repo::new();
    // The request's line stays; what changes is what it presents.
    let wrong = "import requests\nTOKEN = os.environ['MIXPANEL_TOKEN']\nrequests.get('https://data.mixpanel.com/api/2.0/export', auth=(KEY, ''))\n";
    repo.stage("b.py", format!("import os\nKEY = os.environ['MIXPANEL_API_SECRET']\n{wrong}"));
    repo.commit("second");
    repo.stage("b.py", format!("import os\nKEY = os.environ['MIXPANEL_TOKEN']\n{wrong}"));
    assert_eq!(staged(&repo), ["b.py:5 wrong-credential"]);
}

#[test]
fn imports_are_followed_in_the_index() {
    let repo = Repo::new();
    let keys = format!("export const SECRET = '{}';\n", secret(1));
    repo.stage("src/keys.js", "export const SECRET = process.env.S;\n");
    repo.stage("src/app.js", "import mixpanel from 'mixpanel-browser';\n");
    repo.commit("first");
    let app = "import mixpanel from 'mixpanel-browser';\nimport { SECRET } from './keys';\nfetch('https://data.mixpanel.com/api/2.0/export', { headers: { Authorization: 'Basic ' + btoa(SECRET + ':') } });\n";
    repo.stage("src/app.js", app);
    repo.stage("src/keys.js", &keys);
    repo.write("src/keys.js", "export const SECRET = process.env.S;\n");
    let found = staged(&repo);
    assert!(found.contains(&"src/keys.js:1 client-side-secret".to_owned()), "{found:?}");
}

#[test]
fn what_stands_in_an_unchanged_file_is_not_reported_again() {
    let repo = Repo::new();
    repo.stage("keys.py", format!("MIXPANEL_API_SECRET = '{}'\n", secret(1)));
    repo.commit("first");
    repo.stage("job.py", "from keys import MIXPANEL_API_SECRET\nimport requests\nrequests.get('https://data.mixpanel.com/api/2.0/export?project_id=1', auth=(MIXPANEL_API_SECRET, ''))\n");
    let found = staged(&repo);
    assert!(!found.iter().any(|line| line.starts_with("keys.py")), "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("job.py")), "{found:?}");
}

#[test]
fn renames_keep_what_was_known_and_show_what_was_added() {
    let repo = Repo::new();
    let body: String = (0..20).map(|at| format!("line_{at} = {at}\n")).collect();
    repo.stage("old/moved.py", format!("{}{body}", leak(1)));
    repo.stage("old/edited.py", format!("{body}{}", leak(2)));
    repo.commit("first");
    fs::create_dir(repo.at("new")).unwrap();
    repo.git(&["mv", "old/moved.py", "new/moved.py"]);
    repo.git(&["mv", "old/edited.py", "new/edited_too.py"]);
    assert_eq!(staged(&repo), [""; 0]);
    repo.stage("new/edited_too.py", format!("{body}# more\n{}{}", leak(2), leak(3)));
    assert_eq!(staged(&repo), ["new/edited_too.py:23 hardcoded-secret"]);
    // Of what passes for other people's code nothing was known.
    repo.commit("second");
    repo.stage("vendor/x.py", leak(4));
    assert_eq!(staged(&repo), [""; 0], "vendor is passed over");
    repo.commit("third");
    repo.git(&["mv", "vendor/x.py", "x.py"]);
    assert_eq!(staged(&repo), ["x.py:1 hardcoded-secret"]);
}

#[test]
fn new_and_deleted_files_and_modes() {
    let repo = Repo::new();
    repo.stage("gone.py", leak(1));
    repo.stage("mode.py", leak(2));
    repo.commit("first");
    repo.git(&["rm", "-q", "gone.py"]);
    repo.git(&["update-index", "--chmod=+x", "mode.py"]);
    repo.stage("new.py", leak(3));
    assert_eq!(staged(&repo), ["new.py:1 hardcoded-secret"]);
}

#[test]
fn before_the_first_commit_all_that_is_staged_is_new() {
    let repo = Repo::new();
    repo.stage("a.py", leak(1));
    assert_eq!(staged(&repo), ["a.py:1 hardcoded-secret"]);
}

#[test]
fn a_tracked_file_is_judged_though_gitignore_names_it_and_mpcheckignore_counts() {
    let repo = Repo::new();
    repo.stage(".gitignore", "*.local.py\n");
    repo.stage("a.local.py", leak(1));
    repo.stage("legacy/b.py", leak(2));
    repo.stage("c.py", leak(3));
    repo.stage(".mpcheckignore", "legacy/\n");
    repo.stage("mpcheck.toml", "[paths]\nexclude = [\"c.py\"]\n");
    assert_eq!(staged(&repo), ["a.local.py:1 hardcoded-secret"]);
    assert_eq!(
        lines(&report(&repo, &["legacy/b.py", "c.py"])),
        ["c.py:1 hardcoded-secret", "legacy/b.py:1 hardcoded-secret"]
    );
}

#[test]
fn paths_narrow_a_run_and_a_subfolder_shows_its_own() {
    let repo = Repo::new();
    repo.stage("app/a.py", leak(1));
    repo.stage("lib/b.py", leak(2));
    assert_eq!(lines(&report(&repo, &["lib"])), ["lib/b.py:1 hardcoded-secret"]);
    assert_eq!(staged_in(&repo, "app"), ["../lib/b.py:1 hardcoded-secret", "a.py:1 hardcoded-secret"]);
}

#[test]
fn encodings_and_line_ends_of_attributes_move_nothing() {
    let repo = Repo::new();
    repo.stage(".gitattributes", "*.py text eol=crlf\nwide.txt text working-tree-encoding=UTF-16LE-BOM eol=crlf\n");
    repo.git(&["commit", "-qm", "first"]);
    let text = format!("# ü\r\n\r\n{}", leak(1).replace('\n', "\r\n"));
    repo.stage("a.py", &text);
    let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    repo.stage("wide.txt", &wide);
    assert!(!repo.git(&["cat-file", "-p", ":wide.txt"]).contains('\0'), "git stores it as UTF-8");
    let index = staged(&repo);
    assert_eq!(index, ["a.py:3 hardcoded-secret", "wide.txt:3 hardcoded-secret"]);
    assert_eq!(super::change::whole(&repo), index, "the work tree has them at the same lines");
}

#[test]
fn stand_ins_submodules_links_and_conflicts_are_named_or_left_alone() {
    let inner = Repo::new();
    inner.stage("a.py", leak(1));
    inner.commit("inner");
    let repo = Repo::new();
    repo.commit("first");
    repo.git(&["submodule", "-q", "add", &format!("file://{}", inner.path().display()), "sub"]);
    repo.stage(
        "data.json",
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 9\n", "ab".repeat(32)),
    );
    repo.stage("secrets.env", b"\0GITCRYPT\0\x01\x02\x03");
    repo.write("outside.py", leak(2));
    std::os::unix::fs::symlink("outside.py", repo.at("link.py")).unwrap();
    repo.git(&["add", "link.py"]);
    let run = report(&repo, &[]);
    assert_eq!(lines(&run), [""; 0]);
    let named = problems(&run);
    assert_eq!(named.len(), 2, "{named:?}");
    assert!(named[0].starts_with("data.json: ") && named[0].contains("Git LFS"), "{named:?}");
    assert!(named[1].starts_with("secrets.env: ") && named[1].contains("git-crypt"), "{named:?}");
}

#[test]
fn a_merge_is_judged_as_the_commit_it_will_be() {
    let repo = Repo::new();
    repo.stage("a.py", "x = 1\n");
    repo.commit("base");
    repo.git(&["switch", "-qc", "topic"]);
    repo.stage("a.py", format!("x = 2\n{}", leak(1)));
    repo.commit("theirs");
    repo.git(&["switch", "-q", "main"]);
    repo.stage("a.py", "x = 3\n");
    repo.commit("ours");
    assert!(!repo.try_git(&["merge", "-q", "topic"]).status.success());
    let run = report(&repo, &[]);
    assert!(lines(&run).is_empty() && problems(&run)[0].contains("conflicts"), "{:?}", problems(&run));
    repo.stage("a.py", format!("x = 4\n{}", leak(1)));
    assert_eq!(staged(&repo), ["a.py:2 hardcoded-secret"]);
}

#[test]
fn announced_files_hold_nothing_yet() {
    let repo = Repo::new();
    repo.write("a.py", leak(1));
    repo.git(&["add", "--intent-to-add", "a.py"]);
    assert_eq!(staged(&repo), [""; 0]);
    repo.git(&["add", "a.py"]);
    assert_eq!(staged(&repo).len(), 1);
}

#[test]
fn a_level_that_rises_and_a_secret_that_begins_to_ship_are_the_changes() {
    let repo = Repo::new();
    repo.stage("tests/test_api.py", pair("requests.get", 1));
    repo.commit("first");
    let before = staged(&repo);
    assert!(before.is_empty());
    fs::create_dir(repo.at("app")).unwrap();
    repo.git(&["mv", "tests/test_api.py", "app/api.py"]);
    let found = staged(&repo);
    assert_eq!(found.iter().filter(|line| line.contains("hardcoded-secret")).count(), 1, "{found:?}");
}
