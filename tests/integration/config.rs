//! `mpcheck.toml`: what it changes, and how each mistake in it is told.

use std::path::Path;
use std::process::{Command, Output};

use mpcheck::config::Config;
use tempfile::TempDir;

use crate::support::{Files, files, write_folder};

const SECRET: &str = "7c41be09d35fa8260e9d1b4a76f3c852";
const LEAK: &str = "MIXPANEL_API_SECRET = '7c41be09d35fa8260e9d1b4a76f3c852'\n";
const TOKEN: &str = "MIXPANEL_TOKEN = '9b1f06c2a47de83350c6e9f7128ad4b5'\n";

fn folder(texts: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files: Files = files(texts.iter().copied());
    write_folder(folder.path(), &files);
    // Nothing above the folder has a say.
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mpcheck")).current_dir(folder).args(arguments).output().unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The lines of a compact report.
fn lines(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let output = run(folder, &[&["-f", "compact", "-q"], arguments].concat());
    assert!(output.status.code().unwrap() < 2, "{}", err(&output));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// `a.py:1 rule level` of each line of a compact report.
fn short(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let one = |line: &String| {
        let mut parts = line.splitn(4, ':');
        let (path, number, _) = (parts.next().unwrap(), parts.next().unwrap(), parts.next());
        let (level, rest) = parts.next().unwrap().trim().split_once('[').unwrap();
        format!("{path}:{number} {} {level}", rest.split_once(']').unwrap().0)
    };
    lines(folder, arguments).iter().map(one).collect()
}

/// The fingerprint of the only credential that a run reports, as its JSON report has it.
fn fingerprint(folder: &Path) -> String {
    let output = run(folder, &["-f", "json", "--no-config"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    report["findings"][0]["credential"]["fingerprint"].as_str().unwrap().to_owned()
}

#[test]
fn every_mistake_points_at_its_line() {
    let fp = "0123456789abcdef";
    let allow =
        |rule: &str, reason: &str| format!("[[allow]]\nfingerprint = '{fp}'\nrule = '{rule}'\nreason = '{reason}'\n");
    let sdk = |call: &str, argument: &str, kind: &str| {
        format!("[[sdk]]\ncall = '{call}'\nargument = '{argument}'\nkind = '{kind}'\n")
    };
    let twice = allow("hardcoded-secret", "x").repeat(2);
    let (bad_rule, bad_reason) = (allow("leaked", "x"), allow("hardcoded-secret", " "));
    let wrapper = sdk("acme.start", "0", "project-token");
    let cases: Vec<(&str, &str, &[&str])> = vec![
        ("[rules\n", "1:", &["]"]),
        ("# fine\nrules = 3\n", "2:9", &["invalid type", "map"]),
        ("ruels = 3\n", "1:1", &["there is no key `ruels`", "did you mean `rules`"]),
        ("[rules]\nhardcoded-tokn = 'off'\n", "2:1", &["no rule `hardcoded-tokn`", "did you mean `hardcoded-token`"]),
        ("[rules]\nhardcoded-token = 'on'\n", "2:19", &["no value `on`", "off"]),
        ("[rules]\nhardcoded-token = 'warn'\n", "2:19", &["did you mean `warning`"]),
        ("[rules]\nhardcoded-token = true\n", "2:19", &["hardcoded-token = true"]),
        ("[rules]\nhardcoded-token = 'off'\nhardcoded-token = 'note'\n", "3:1", &["duplicate key"]),
        ("[[levels]]\npaths = ['a']\n", "1:1", &["missing field `rules`"]),
        ("[[levels]]\npaths = []\nrules = {hardcoded-token='off'}\n", "1:1", &["no path"]),
        ("[[levels]]\npaths = ['a[']\nrules = {hardcoded-token='off'}\n", "2:10", &["no pattern", "unclosed"]),
        ("[paths]\nclients = ['a']\n", "2:1", &["did you mean `client`"]),
        ("[paths]\nclient = 'a'\n", "2:10", &["invalid type", "sequence"]),
        ("[paths]\nexclude = ['a', '{b']\n", "2:17", &["no pattern"]),
        ("[paths]\nexclude = ['']\n", "2:12", &["empty"]),
        ("[paths]\nexclude = ['../a']\n", "2:12", &["out of the folder"]),
        ("[paths]\nexclude = ['a', 'a']\n", "2:17", &["twice"]),
        ("[paths]\nclient = ['a']\nserver = ['a']\n", "3:11", &["among the paths of clients"]),
        ("[[allow]]\nfingerprint = '0123'\nrule = 'x'\nreason = 'x'\n", "2:15", &["16 hexadecimal digits"]),
        (
            "[[allow]]\nfingerprint = '7c41be09d35fa8260e9d1b4a76f3c852'\nrule = 'x'\nreason = 'x'\n",
            "2:15",
            &["never the credential itself"],
        ),
        (&bad_rule, "3:8", &["no rule `leaked`"]),
        (&bad_reason, "4:10", &["the reason is empty"]),
        ("[[allow]]\nfingerprint = '0123456789abcdef'\nrule = 'x'\n", "1:1", &["missing field `reason`"]),
        (&twice, "6:15", &["already in line 1"]),
        ("[[names]]\nname = 'ACME_KEY'\nkind = 'project-tokn'\n", "3:8", &["did you mean `project-token`"]),
        ("[[names]]\nname = '--'\nkind = 'project-token'\n", "2:8", &["no letter"]),
        (
            "[[names]]\nname = 'acmeKey'\nkind = 'api-key'\n[[names]]\nname = 'ACME_KEY'\nkind = 'api-key'\n",
            "5:8",
            &["already in line 2"],
        ),
        ("[[sdk]]\ncall = 'a()'\nargument = '0'\nkind = 'api-key'\n", "2:8", &["parentheses"]),
        ("[[sdk]]\ncall = 'a.b'\nargument = ''\nkind = 'api-key'\n", "3:12", &["no argument"]),
        ("[[sdk]]\ncall = 'a.b'\nargument = '0'\nkind = 'key'\n", "4:8", &["no kind of credential `key`"]),
        (
            "[[sdk]]\ncall = 'a.b'\nargument = '0'\nkind = 'api-key'\nlanguages = ['pyhton']\n",
            "5:14",
            &["did you mean `python`"],
        ),
        ("[hosts]\nproxy = ['https://mp.example.com']\n", "2:10", &["leave the scheme off"]),
        ("[hosts]\nproxy = ['mp.example.com/a?b']\n", "2:10", &["plain segments"]),
        ("[hosts]\nproxy = ['mp.example.com', 'mp.example.com']\n", "2:28", &["already in line 2"]),
        ("[history]\nmax-age = 0\n", "2:11", &["from 1 to"]),
        ("[history]\nmax-age = 'old'\n", "2:11", &["invalid type"]),
        ("[history]\nmax_age = 3\n", "2:1", &["did you mean `max-age`"]),
    ];
    for (text, place, words) in &cases {
        let error = Config::parse("mpcheck.toml", text).unwrap_err();
        let shown = error.to_string();
        assert!(shown.starts_with(&format!("mpcheck.toml:{place}")), "{text}: {shown}");
        for word in *words {
            assert!(shown.contains(word), "no `{word}` in: {shown}");
        }
        assert!(!shown.contains(SECRET), "{shown}");
    }
    assert!(Config::parse("mpcheck.toml", &wrapper).is_ok());
    // The program says the same, and judges nothing.
    let folder = folder(&[("mpcheck.toml", cases[2].0), ("a.py", LEAK)]);
    let output = run(folder.path(), &["-f", "json"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(err(&output).starts_with("error: mpcheck.toml:1:1: there is no key `ruels` here"), "{}", err(&output));
    assert!(err(&output).contains("1 | ruels = 3\n  | ^^^^^"), "{}", err(&output));
}

#[test]
fn a_configuration_that_cannot_be_read_is_a_mistake() {
    let folder = folder(&[("a.py", LEAK)]);
    let output = run(folder.path(), &["--config", "gone.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("gone.toml: the configuration can't be read: the file does not exist"));
    std::fs::write(folder.path().join("mpcheck.toml"), b"# \xff\n").unwrap();
    let output = run(folder.path(), &[]);
    assert!(output.status.code() == Some(2) && err(&output).contains("UTF-8"), "{}", err(&output));
    assert_eq!(run(folder.path(), &["--no-config"]).status.code(), Some(1));
    let output = run(folder.path(), &["--no-config", "--config", "x.toml"]);
    assert!(output.status.code() == Some(2) && err(&output).contains("cannot be used with"));
}

#[test]
fn levels_are_set_by_rule_and_by_path() {
    let text = "[rules]\nhardcoded-token = 'off'\nhardcoded-secret = 'note'\n\
                [[levels]]\npaths = ['old/']\nrules = { hardcoded-secret = 'warning', hardcoded-token = 'error' }\n\
                [[levels]]\npaths = ['old/worse/**']\nrules = { hardcoded-secret = 'off' }\n";
    let both = format!("{LEAK}{TOKEN}");
    let folder = folder(&[("mpcheck.toml", text), ("a.py", &both), ("old/a.py", &both), ("old/worse/a.py", &both)]);
    let expected = [
        "a.py:1 hardcoded-secret note",
        "old/a.py:1 hardcoded-secret warning",
        "old/a.py:2 hardcoded-token error",
        "old/worse/a.py:2 hardcoded-token error",
    ];
    assert_eq!(short(folder.path(), &[]), expected);
    assert_eq!(run(folder.path(), &["a.py"]).status.code(), Some(0), "a note fails no run");
    // The same from inside, where the file is found above and patterns still start from it.
    let inside = folder.path().join("old");
    assert_eq!(
        short(&inside, &[]),
        ["a.py:1 hardcoded-secret warning", "a.py:2 hardcoded-token error", "worse/a.py:2 hardcoded-token error"]
    );
    // What the command line selects is judged, though `[rules]` has it off.
    assert_eq!(short(folder.path(), &["--select", "hardcoded-token", "a.py"]), ["a.py:2 hardcoded-token warning"]);
    assert_eq!(short(folder.path(), &["--no-config", "a.py"]).len(), 2);
}

#[test]
fn a_repository_within_another_has_its_own_configuration() {
    let folder =
        folder(&[("mpcheck.toml", "[rules]\nhardcoded-secret = 'off'\n"), ("sub/a.py", LEAK), ("b/a.py", LEAK)]);
    std::fs::write(folder.path().join("sub/.git"), "gitdir: elsewhere\n").unwrap();
    assert_eq!(short(&folder.path().join("sub"), &[]), ["a.py:1 hardcoded-secret error"]);
    assert!(short(&folder.path().join("b"), &[]).is_empty());
}

#[test]
fn a_named_configuration_is_read_instead() {
    let folder = folder(&[
        ("mpcheck.toml", "[rules]\nhardcoded-secret = 'off'\n"),
        ("ci/strict.toml", "[paths]\nexclude = ['b/']\n"),
        ("a.py", LEAK),
        ("b/a.py", LEAK),
    ]);
    assert!(short(folder.path(), &[]).is_empty());
    assert_eq!(short(folder.path(), &["--config", "ci/strict.toml"]), ["a.py:1 hardcoded-secret error"]);
    let absolute = folder.path().join("ci/strict.toml");
    assert_eq!(short(folder.path(), &["--config", absolute.to_str().unwrap()]).len(), 1);
}

#[test]
fn excluded_files_are_judged_only_if_they_are_named() {
    let folder = folder(&[
        ("mpcheck.toml", "[paths]\nexclude = ['gen/', '*.snap.py']\n"),
        ("gen/keys.py", LEAK),
        ("a.snap.py", LEAK),
        // What is excluded is still read where a judged file uses it, but nothing is found there.
        (
            "app.py",
            "from gen.keys import MIXPANEL_API_SECRET\nimport mixpanel\nmixpanel.Mixpanel(MIXPANEL_API_SECRET)\n",
        ),
    ]);
    assert_eq!(short(folder.path(), &[]), ["app.py:3 wrong-credential error"]);
    assert_eq!(short(folder.path(), &["gen/keys.py"]), ["gen/keys.py:1 hardcoded-secret error"]);
}

#[test]
fn the_sides_of_paths_go_before_all_that_files_show() {
    let key = "import mixpanel from 'mixpanel-browser';\nexport const mixpanelApiSecret = '7c41be09d35fa8260e9d1b4a76f3c852';\n";
    let plain = "export const mixpanelApiSecret = '7c41be09d35fa8260e9d1b4a76f3c852';\n";
    let folder = folder(&[
        ("mpcheck.toml", "[paths]\nserver = ['bff/**']\nclient = ['kiosk/**', 'bff/public/page.js']\n"),
        ("bff/main.js", key),
        ("bff/public/page.js", plain),
        ("kiosk/keys.js", plain),
        ("web/main.js", key),
        ("lib/keys.js", plain),
        ("kiosk/main.js", "import { mixpanelApiSecret } from '../lib/keys.js';\nshow(mixpanelApiSecret);\n"),
    ]);
    assert_eq!(
        short(folder.path(), &[]),
        [
            "bff/main.js:2 hardcoded-secret error",
            "bff/public/page.js:1 client-side-secret error",
            "kiosk/keys.js:1 client-side-secret error",
            "lib/keys.js:1 client-side-secret error",
            "web/main.js:2 client-side-secret error",
        ]
    );
}

#[test]
fn a_credential_may_stay_by_its_fingerprint() {
    let folder = folder(&[("a.py", LEAK)]);
    let path = folder.path();
    let allow = |rule: &str| {
        let entry = format!(
            "# one\n[[allow]]\nfingerprint = '{}'\nrule = '{rule}'\nreason = 'a key of a closed project'\n",
            fingerprint(path)
        );
        std::fs::write(path.join("mpcheck.toml"), entry).unwrap();
    };
    // An entry for one of the rules about exposure is one for all of them.
    for rule in ["hardcoded-secret", "client-side-secret", "public-env-secret"] {
        allow(rule);
        assert!(short(path, &[]).is_empty(), "{rule}");
    }
    let output = run(path, &["-f", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let suppression = &sarif["runs"][0]["results"][0]["suppressions"][0];
    assert_eq!(suppression["justification"], "a key of a closed project");
    // One for another rule allows nothing, and is said to in a whole run with all rules.
    allow("secret-in-log");
    let unused = ["a.py:1 hardcoded-secret error", "mpcheck.toml:2 unused-ignore note"];
    assert_eq!(short(path, &[]), unused);
    assert_eq!(short(path, &["a.py"]), unused[..1]);
    assert_eq!(short(path, &["--ignore", "secret-in-log"]), unused[..1]);
}

#[test]
fn files_are_taken_and_refused_as_the_schema_does() {
    let folder = crate::support::repository().join("tests/config");
    let texts = |name: &str| {
        let files = crate::support::read_folder(&folder.join(name));
        files.into_iter().map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect::<Vec<_>>()
    };
    let (good, bad) = (texts("good"), texts("bad"));
    assert!(good.len() >= 2 && bad.len() >= 15);
    for (path, text) in good {
        assert!(Config::parse(&path, &text).is_ok(), "{path}: {}", Config::parse(&path, &text).unwrap_err());
    }
    for (path, text) in bad {
        let error = Config::parse(&path, &text).map(|_| ()).unwrap_err();
        assert!(error.line > 0, "{error}");
    }
}

#[test]
fn problems_fail_a_strict_run_alone() {
    let folder = folder(&[("a.py", "import mixpanel\n"), ("b.py", "import mixpanel as analytics\n")]);
    let code = |arguments: &[&str]| run(folder.path(), &[&["--max-file-size", "20"], arguments].concat()).status.code();
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--strict"]), Some(2));
    assert_eq!(code(&["--strict", "a.py"]), Some(0));
}
