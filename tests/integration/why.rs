//! `mpcheck why`: what it tells a stranger of a finding, of a silence and of a wrong side is enough to mend the code or
//! to write the right line of configuration.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::{files, read_folder, repository, write_folder};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mpcheck")).current_dir(folder).args(arguments).output().unwrap()
}

/// A copy of a case.
fn case(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut files = read_folder(&repository().join("fixtures/cases").join(name));
    files.remove("expected.txt");
    write_folder(folder.path(), &files);
    std::fs::create_dir_all(folder.path().join(".git")).unwrap();
    folder
}

/// What `why` says, on one line.
fn why(folder: &Path, target: &str) -> String {
    let output = run(folder, &["why", target]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(0) && error.is_empty(), "{target}: {error}");
    String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn tells(name: &str, target: &str, sentences: &[&str]) {
    let folder = case(name);
    let told = why(folder.path(), target);
    for sentence in sentences {
        assert!(told.contains(sentence), "{name} {target}: no `{sentence}` in:\n{told}");
    }
}

#[test]
fn ten_findings() {
    tells(
        "cs-next-import-chain",
        "lib/accounts.ts:5",
        &[
            "it is imported by client code, from components/RevenueTile.tsx on",
            "lib/reports.ts:1:33 imports it in turn",
            "a service account secret, by the name `secret`",
            "error[client-side-secret]",
            "Keep the new one on a server",
            "fingerprint = \"1c6969f0d159848b\", rule = \"client-side-secret\"",
        ],
    );
    tells(
        "pe-vite-dotenv",
        ".env.example:4",
        &[
            "the environment variable `VITE_MIXPANEL_SA_SECRET`, defined here - a service account secret, by its name",
            "public-env-secret speaks: the build puts its value into client code",
            "Rename the variable without the public prefix",
        ],
    );
    tells(
        "hs-mcp-json",
        ".mcp.json:7",
        &[
            "a service account username and secret, by its own shape",
            "client-side-secret silent: nothing says that this file runs on the client",
            "hardcoded-secret speaks: it is a secret, and it is written into the file",
        ],
    );
    tells(
        "mf-py-zero-width",
        "bot/track.py:4",
        &[
            "hardcoded-token speaks: it belongs into the environment or a build setting",
            "This project token has an invisible character around it",
        ],
    );
    tells(
        "wc-py-partial",
        "kpi/numbers.py",
        &[
            "as the user name of Basic authorization with an empty password: a project token by the name `MIXPANEL_TOKEN`",
            "The Query API takes: service account username and secret",
            "error[wrong-credential]: The Query API does not take a project token",
        ],
    );
    tells(
        "mc-js-track-no-token",
        "api/checkout.js:16",
        &[
            "a request to the Track API, https://api.mixpanel.com/track",
            "no credential in sight",
            "missing-credential speaks: every slot is in sight, and none is filled",
            "as `token` inside `properties`",
        ],
    );
    tells(
        "mi-axios-instance",
        "src/query.js:12",
        &[
            "missing-project-id speaks: no part of the request names the project",
            "Add the query parameter `project_id`",
        ],
    );
    tells(
        "mp-js-track-token-outside",
        "src/events/send.js:15",
        &[
            "error[misplaced-credential]",
            "read from the environment variable `MIXPANEL_TOKEN`",
            "as `properties.token` in the payload",
        ],
    );
    tells(
        "dc-py-session-query",
        "jql/run.py:13",
        &["a project secret, by its name", "warning[discouraged-credential]"],
    );
    tells(
        "it-sh-curl-track",
        "hooks/post-deploy:12",
        &["insecure-transport speaks: it goes over http", "A project token is sent to Mixpanel over plain HTTP"],
    );
}

#[test]
fn ten_silences() {
    tells(
        "ok-vendor-keys-beside-mixpanel",
        "src/analytics/vendors.ts",
        &[
            "its name `SEGMENT_WRITE_KEY` is another vendor's",
            "wrong-credential silent: this is what it takes here (`token`)",
            "public-env-secret silent: it names nothing that has to be kept secret",
        ],
    );
    tells(
        "ok-etl-manifest-md5",
        "export/manifest.json:8",
        &[
            "it has the shape of a credential, but nothing ties it to Mixpanel",
            "[[names]] name = \"md5\", kind = \"project-secret\"",
        ],
    );
    tells(
        "ok-credential-filled-elsewhere",
        "bin/fetch-day:5",
        &["missing-credential silent: a part of the request is out of sight, and may hold it"],
    );
    tells(
        "ok-next-gssp-imported-module",
        "lib/mixpanel.ts",
        &[
            "public-env-secret silent: no build is known to put a variable of this name into client code",
            "missing-project-id silent: the project is named",
            "wrong-credential silent: the Query API takes a service account username and secret as user name and password",
        ],
    );
    tells(
        "ok-ignored-with-reason",
        "config/legacy.yml:4",
        &["error[hardcoded-secret]", "ignored: a snapshot of the retired project"],
    );
    tells(
        "ok-header-by-mode",
        "etl/client.py:12",
        &["what is presented on a condition may be for other paths of the caller's alone"],
    );
    tells("ok-py-bearer-from-resolver", "app/client.py:16", &["an ambiguous name makes no contradiction"]);
    tells(
        "ok-out-of-sight-node",
        "src/a.ts:9",
        &["missing-credential silent: a part of the request is out of sight, and may hold it"],
    );
    tells(
        "ok-token-in-env-definitions",
        ".env:2",
        &["hardcoded-token silent: this defines an environment variable, where a token belongs"],
    );
    tells("ok-tests-fake-tokens", "src/client.ts", &["insecure-transport silent: the scheme is not in sight"]);
    tells(
        "ok-type-only-client-import",
        "src/app/dashboard/page.tsx",
        &[
            "the environment variable `MIXPANEL_PROJECT_TOKEN`, read here - a project token, by its name",
            "silent: it names nothing that has to be kept secret",
        ],
    );
}

#[test]
fn ten_sides_and_what_changes_them() {
    // The case, the file, what decides its side, and whether that is the client's.
    let cases = [
        ("cs-next-import-chain", "lib/accounts.ts", "it is imported by client code", true),
        ("cs-jsx-constants-member", "src/config/keys.js", "runs on the client: it belongs to a single-page app", true),
        ("cs-gtm-container", "gtm/container.json", "it is a Google Tag Manager container", true),
        ("cs-extension-private-field", "background.js", "it uses a browser extension's API", true),
        ("cs-electron-preload", "src/preload.js", "it runs inside a desktop app, which anybody can unpack", true),
        ("cs-fetched-account", "app/dashboard/active-users.tsx", "it opens with \"use client\"", true),
        ("hs-mcp-json", ".mcp.json", "gives no sign of where it runs, and is treated as a server's", false),
        ("hs-py-basic-blob", "", "runs on the server: it is a language of servers and scripts", false),
        ("hs-kt-getenv-elvis", "", "", false),
        ("hs-js-unnamed-secret", "", "", false),
    ];
    for (name, path, side, client) in cases {
        let folder = case(name);
        let path = match path {
            "" => {
                let compact = run(folder.path(), &["-f", "compact", "-q"]).stdout;
                let compact = String::from_utf8(compact).unwrap();
                let line = compact.lines().find(|line| line.contains("[hardcoded-secret]"));
                line.unwrap_or_else(|| panic!("{name}: {compact}")).split(':').next().unwrap().to_owned()
            }
            path => path.to_owned(),
        };
        let told = why(folder.path(), &path);
        assert!(told.contains(side), "{name}: {told}");
        // What it says that one can write does what it says.
        let other = if client { "server" } else { "client" };
        let advice = format!("[paths] {other} = [\"{path}\"]");
        assert!(told.contains(&advice), "{name}: {told}");
        std::fs::write(folder.path().join("mpcheck.toml"), advice.replace("] ", "]\n")).unwrap();
        let now = why(folder.path(), &path);
        assert!(now.contains(&format!("runs on the {other}: it is {other} code by `{path}` in mpcheck.toml")), "{now}");
        assert_eq!(now.contains("[client-side-secret]"), !client, "{name}: {now}");
    }
}

#[test]
fn what_it_says_to_write_works() {
    let md5 = "398e17c0d2b45f6a8e90b1c3d7f25a64";
    let folder = tempfile::tempdir().unwrap();
    let tree = files([
        ("a.py", "house_key = '398e17c0d2b45f6a8e90b1c3d7f25a64'\n"),
        (
            "b.js",
            "fetch('https://relay.acme.example/track', { method: 'POST', body: JSON.stringify([{ event: 'e', \
                  token: process.env.MIXPANEL_TOKEN }]) });\n",
        ),
        ("c.py", "MIXPANEL_API_SECRET = '7c41be09d35fa8260e9d1b4a76f3c852'\n"),
    ]);
    write_folder(folder.path(), &tree);
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    let told = why(folder.path(), "a.py:1");
    assert!(told.contains("It does not name Mixpanel in any spelling"), "{told}");
    assert!(told.contains("[[names]] name = \"house_key\", kind = \"project-secret\""), "{told}");
    assert!(!told.contains(md5), "{told}");
    let told = why(folder.path(), "b.js:1");
    assert!(told.contains("the host is none of Mixpanel's"), "{told}");
    assert!(told.contains("[hosts] proxy = [\"relay.acme.example\"]"), "{told}");
    let told = why(folder.path(), "c.py:1");
    let digits = told.split("fingerprint = \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let config = format!(
        "[[names]]\nname = \"house_key\"\nkind = \"project-secret\"\n[hosts]\nproxy = [\"relay.acme.example\"]\n\
         [[allow]]\nfingerprint = \"{digits}\"\nrule = \"hardcoded-secret\"\nreason = \"closed\"\n"
    );
    std::fs::write(folder.path().join("mpcheck.toml"), config).unwrap();
    let output = String::from_utf8(run(folder.path(), &["-f", "compact", "-q"]).stdout).unwrap();
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), 2, "{output}");
    assert!(lines[0].starts_with("a.py:1:") && lines[0].contains("[hardcoded-secret]"), "{output}");
    assert!(lines[1].starts_with("b.js:1:") && lines[1].contains("[misplaced-credential]"), "{output}");
    assert!(why(folder.path(), "c.py").contains("ignored: closed"));
}

#[test]
fn files_that_runs_pass_over_and_lines_that_say_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let leak = "import os\n\nMIXPANEL_API_SECRET = '7c41be09d35fa8260e9d1b4a76f3c852'\n";
    let tree = files([
        (".gitignore", "build/\n"),
        ("mpcheck.toml", "[paths]\nexclude = [\"gen/\"]\n"),
        ("build/a.py", leak),
        ("gen/a.py", leak),
        ("a.py", leak),
    ]);
    write_folder(folder.path(), &tree);
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    let told = why(folder.path(), "build/a.py:3");
    assert!(told.contains("A run passes over it, by an ignore file") && told.contains("[hardcoded-secret]"), "{told}");
    let told = why(folder.path(), "gen/a.py");
    assert!(told.contains("`gen/` in mpcheck.toml leaves it out"), "{told}");
    let told = why(folder.path(), "a.py:1");
    assert!(told.contains("In line 1 mpcheck sees no credential"), "{told}");
    assert!(told.contains("It sees something in line 3."), "{told}");
    // No secret shows whole, whatever is asked.
    for target in ["a.py", "build/a.py", "gen/a.py:3"] {
        assert!(!why(folder.path(), target).contains("7c41be09d35fa8260e9d1b4a76f3c852"));
    }
    let output = run(folder.path(), &["why", "gone.py:3"]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && error.contains("\"gone.py\" does not exist"), "{error}");
}

#[test]
fn no_case_shows_a_secret_in_what_is_known_of_it() {
    // A few of the files that hold most.
    for (name, path) in [
        ("cs-gtm-container", "gtm/container.json"),
        ("hs-mcp-json", ".mcp.json"),
        ("hs-notebook-output", ""),
        ("real-segment-destinations-export", ""),
    ] {
        let folder = case(name);
        let report = run(folder.path(), &["-f", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
        let first = report["findings"][0].to_string();
        let files = read_folder(folder.path());
        let paths: Vec<&String> = match path {
            "" => files.keys().filter(|known| first.contains(known.as_str())).collect(),
            path => files.keys().filter(|known| *known == path).collect(),
        };
        assert!(!paths.is_empty(), "{name}");
        for path in paths {
            let told = why(folder.path(), path);
            let long = |c: char| !c.is_ascii_alphanumeric();
            let text = String::from_utf8_lossy(&files[path]).into_owned();
            for run in text.split(long).filter(|run| run.len() >= 24 && run.bytes().any(|b| b.is_ascii_digit())) {
                assert!(!told.contains(run), "{name} {path}: {} characters show", run.len());
            }
        }
    }
}
