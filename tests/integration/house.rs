//! House rules: what a folder of rows and `mpcheck.toml` teach, at once and without Rust, and what is wrong with them.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::{files, repository, write_folder};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mpcheck")).current_dir(folder).args(arguments).output().unwrap()
}

fn folder(texts: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &files(texts.iter().copied()));
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    folder
}

/// `path:line rule` of all findings.
fn found(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let output = run(folder, &[&["-f", "compact", "-q"], arguments].concat());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().unwrap() < 2 && error.is_empty(), "{error}");
    let one = |line: &str| {
        let mut parts = line.split(':');
        let (path, number) = (parts.next().unwrap(), parts.next().unwrap());
        let rule = line.split_once('[').unwrap().1.split_once(']').unwrap().0;
        format!("{path}:{number} {rule}")
    };
    String::from_utf8(output.stdout).unwrap().lines().map(one).collect()
}

/// Judges one file without and with one more row: nothing is found without it, and `expected` with it.
fn teaches(row: (&str, &str), code: (&str, &str), expected: &[&str]) {
    let folder = folder(&[row, code]);
    let arguments: &[&str] = match row.0.strip_prefix("house/") {
        Some(_) => &["--rules", "house"],
        None => &[],
    };
    let plain = found(folder.path(), &["--no-config", code.0]);
    // A file that is named is read whatever it says, so a row that makes it a candidate shows in the whole run.
    assert!(plain.is_empty(), "{}: {plain:?}", row.0);
    assert_eq!(found(folder.path(), arguments), expected, "{}", row.0);
}

#[test]
fn a_row_teaches_a_builder_of_an_sdk() {
    let rows = "[[entry]]\ntitle = \"metrics.NewBuilder\"\nlanguages = [\"go\"]\non = [\"acme.example/metrics.NewBuilder\"]\n\
                args = []\nmakes = \"acme-builder\"\n\n\
                [[entry]]\ntitle = \"Builder.WithProject\"\nlanguages = [\"go\"]\non = [\"acme-builder.WithProject\"]\n\
                makes = \"acme-builder\"\n\n[[entry.args]]\nat = [\"0\"]\nkinds = [\"project-token\"]\nname = \"key\"\n";
    let code = "package main\n\nimport (\n\t\"os\"\n\n\t\"acme.example/metrics\"\n)\n\nfunc main() {\n\
                \tmetrics.NewBuilder().WithProject(os.Getenv(\"MIXPANEL_API_SECRET\")).Build()\n}\n";
    teaches(("house/sdks/acme.toml", rows), ("main.go", code), &["main.go:10 wrong-credential"]);
}

#[test]
fn a_row_teaches_a_host() {
    let rows = "hosts = [\"collect.acme.example\"]\n";
    let code = "import requests\n\nrequests.post('https://collect.acme.example/track', json=[{'event': 'e', \
                'properties': {'token': '9b1f06c2a47de83350c6e9f7128ad4b5'}}])\n";
    teaches(("house/apis.toml", rows), ("send.py", code), &["send.py:3 hardcoded-token"]);
}

#[test]
fn a_row_teaches_an_api() {
    let rows = "[[api]]\nid = \"acme-mirror\"\ntitle = \"the mirror\"\npaths = [\"/acme/mirror/*\"]\nproject-id = \"none\"\n\
                instead = \"Use the project token.\"\n\n[api.takes.project-token]\nverdict = \"accept\"\nat = [\"bearer\"]\n";
    let code = "import requests, os\n\nrequests.get('https://api.mixpanel.com/acme/mirror/1', \
                headers={'Authorization': 'Bearer ' + os.environ['MIXPANEL_API_SECRET']})\n";
    teaches(("house/apis.toml", rows), ("send.py", code), &["send.py:3 wrong-credential"]);
}

/// Judges one file without and with one more row: `expected` is found without it, and nothing with it.
fn clears(row: (&str, &str), code: (&str, &str), expected: &[&str]) {
    let folder = folder(&[row, code]);
    assert_eq!(found(folder.path(), &[]), expected, "{}", row.0);
    let taught = found(folder.path(), &["--rules", "house"]);
    assert!(taught.is_empty(), "{}: {taught:?}", row.0);
}

#[test]
fn a_row_teaches_what_wraps_a_payload() {
    let rows = "[[wrapper]]\non = [\"envelope\"]\n";
    let code = "import requests, os\n\nrequests.post('https://api.mixpanel.com/track', json={'envelope': [{'event': 'e', \
                'properties': {'token': os.environ['MIXPANEL_TOKEN']}}]})\n";
    clears(("house/apis.toml", rows), ("send.py", code), &["send.py:3 misplaced-credential"]);
}

#[test]
fn a_row_teaches_what_names_the_project() {
    let rows = "project-names = [\"workspace\"]\n";
    let code = "import requests, os\n\nrequests.get('https://data.mixpanel.com/api/2.0/export?workspace=1', \
                auth=(os.environ['MIXPANEL_SERVICE_ACCOUNT_USERNAME'], os.environ['MIXPANEL_SERVICE_ACCOUNT_SECRET']))\n";
    clears(("house/apis.toml", rows), ("export.py", code), &["export.py:3 missing-project-id"]);
}

#[test]
fn a_row_teaches_a_public_prefix() {
    let rows = "[[prefix]]\nprefix = \"ACME_OPEN_\"\nby = \"Acme's build\"\n";
    let code = "export const key = process.env.ACME_OPEN_MIXPANEL_API_SECRET;\n";
    teaches(("house/surfaces.toml", rows), ("key.js", code), &["key.js:1 public-env-secret"]);
}

#[test]
fn a_row_teaches_a_client_with_a_base_and_named_arguments() {
    let rows = "languages = [\"python\"]\n\n[[call]]\non = [\"acme_http.Endpoint\"]\nmakes = \"acme-endpoint\"\n\
                slots = { base = [\"root\"] }\n\n[[call]]\non = [\"acme-endpoint.fetch\"]\nsends = true\nmethod = \"GET\"\n\
                slots = { path = [\"route\"], user = [\"who\"], password = [\"pin\"] }\n";
    let code = "import os\nfrom acme_http import Endpoint\n\nmixpanel = Endpoint(root='https://data.mixpanel.com')\n\
                mixpanel.fetch(route='/api/2.0/export', who=os.environ['MIXPANEL_TOKEN'], pin='')\n";
    teaches(("house/http/acme.toml", rows), ("export.py", code), &["export.py:5 wrong-credential"]);
}

#[test]
fn a_row_teaches_a_function_and_a_log() {
    let rows = "languages = [\"ruby\"]\n\n[[log]]\non = [\"AcmeAudit.note\"]\nwhat = \"log\"\n";
    let code = "AcmeAudit.note(ENV['MIXPANEL_API_SECRET'])\n";
    teaches(("house/functions/acme.toml", rows), ("a.rb", code), &["a.rb:1 secret-in-log"]);
}

#[test]
fn a_row_teaches_a_manifest() {
    let rows = "[[manifest]]\nfiles = [\"acme.lock\"]\ncomment = \";\"\n\n\
                [[manifest.text]]\nwithin = '(?m)^use .*$'\nname = '([a-z-]+)@'\nmark = ['optional', \"?\"]\n\n\
                [[signal]]\nside = \"client\"\nbecause = \"is drawn by Acme\"\npackages = [\"acme-screen\"]\n";
    let code = "export const mixpanelSecret = '1d7f40b92ce85a63f08b94e6d2c713a5';\n";
    for (lock, expected) in [
        ("use acme-core@1, acme-screen@2\n", "client-side-secret"),
        ("use acme-screen@2 optional\n", "hardcoded-secret"),
        (";use acme-screen@2\nneed acme-screen@2\n", "hardcoded-secret"),
    ] {
        let folder = folder(&[("house/surfaces.toml", rows), ("app/acme.lock", lock), ("app/src/keys.js", code)]);
        let rule = [format!("app/src/keys.js:1 {expected}")];
        assert_eq!(found(folder.path(), &["--rules", "house"]), rule, "{lock}");
    }
}

#[test]
fn a_row_teaches_where_code_stands_between_marks() {
    let rows = "[[marked]]\nfiles = [\"**/*.acme\"]\nfrom = \"<<<code\"\nuntil = \">>>\"\nlanguage = \"javascript\"\n";
    let code = "about: mixpanel\n<<<code\nconst mixpanel = require('mixpanel');\n\
                mixpanel.init(process.env.MIXPANEL_API_SECRET);\n>>>\n";
    teaches(("house/surfaces.toml", rows), ("tag.acme", code), &["tag.acme:4 wrong-credential"]);
}

#[test]
fn the_configuration_teaches_a_name() {
    let row = "[[names]]\nname = \"ACME_ANALYTICS_KEY\"\nkind = \"project-secret\"\n";
    let code = "export const acmeAnalyticsKey = '7c41be09d35fa8260e9d1b4a76f3c852';\n";
    teaches(("mpcheck.toml", row), ("keys.ts", code), &["keys.ts:1 hardcoded-secret"]);
}

#[test]
fn the_configuration_teaches_wrappers() {
    let row = "[[sdk]]\ncall = \"@acme/analytics.start\"\nargument = \"0.credentials.key\"\nkind = \"project-token\"\n";
    let code = "import { start } from '@acme/analytics';\n\
                start({ credentials: { key: process.env.MIXPANEL_API_SECRET } });\n";
    teaches(("mpcheck.toml", row), ("app.js", code), &["app.js:2 wrong-credential"]);
    // A method of this name on anything, and an argument with a name.
    let row = "[[sdk]]\ncall = \"*.openTracking\"\nargument = \"withKey\"\nkind = \"project-token\"\nlanguages = [\"swift\"]\n";
    let code = "let secret = ProcessInfo.processInfo.environment[\"MIXPANEL_API_SECRET\"]!\nhub.openTracking(withKey: secret)\n";
    teaches(("mpcheck.toml", row), ("Main.swift", code), &["Main.swift:2 wrong-credential"]);
}

#[test]
fn the_configuration_teaches_a_proxy() {
    let row = "[hosts]\nproxy = [\"www.acme.example/mp\", \"relay.acme.example\"]\n";
    let code = "import axios from 'axios';\n\
                const relay = axios.create({ baseURL: 'https://www.acme.example/mp' });\n\
                relay.post('/track', [{ event: 'e', properties: { token: process.env.MIXPANEL_API_SECRET } }]);\n\
                relay.post('/track', [{ event: 'e' }]);\n\
                fetch('https://www.acme.example/other/track', { body: process.env.MIXPANEL_API_SECRET });\n";
    // The relay may add the token where there is none.
    teaches(("mpcheck.toml", row), ("relay.js", code), &["relay.js:3 wrong-credential"]);
    let code = "curl https://relay.acme.example/api/2.0/export -u \"$MIXPANEL_TOKEN:\"\n";
    teaches(("mpcheck.toml", row), ("export.sh", code), &["export.sh:1 wrong-credential"]);
}

#[test]
fn every_mistake_in_a_folder_of_rules_is_named_with_its_line() {
    let folder = folder(&[
        (
            "house/sdks/a.toml",
            "[[entry]]\ntitle = \"a\"\nlanguages = [\"klingon\"]\non = [\"a.b()\"]\n\n[[entry.args]]\nat = [\"0\"]\nkinds = [\"tokn\"]\nname = \"a\"\n",
        ),
        ("house/sdks/b.toml", "[[entry]]\ntitel = \"a\"\n\n[[entry]]\ntitle = 3\n"),
        ("house/sdks/c.toml", "[[entry]\n"),
        (
            "house/http/a.toml",
            "languages = [\"python\"]\n\n[[call]]\non = [\"a.b\"]\nslots = { uri = [\"0\"] }\n\n[[calls]]\n",
        ),
        (
            "house/apis.toml",
            "hosts = [\"https://a.example\"]\n\n[[api]]\nid = \"track\"\ntitle = \"a\"\npaths = [\"track\"]\nproject-id = \"somewhere\"\ninstead = \"\"\n\n[api.takes.project-token]\nverdict = \"maybe\"\nat = [\"head\"]\n",
        ),
        (
            "house/kinds.toml",
            "vendor = \"acme\"\n\n[[name]]\nwords = [\"Acme Key\"]\nkinds = [\"key\"]\n\n[[kind]]\nid = \"api-key\"\ntitle = \"a\"\nclass = \"secret\"\nshape = \"[0-9\"\ndanger = \"\"\nrotate = \"\"\n",
        ),
        ("house/surfaces.toml", "[[signal]]\nside = \"front\"\nbecause = \"x\"\n\n[[inlined]]\nby = \"x\"\n"),
        ("house/functions/a.toml", "[[function]]\non = [\"a.b\"]\nmakes = \"magic\"\n"),
        ("house/kind.toml", ""),
        ("house/README.md", "Ours.\n"),
        ("a.py", "MIXPANEL_API_SECRET = '7c41be09d35fa8260e9d1b4a76f3c852'\n"),
    ]);
    let output = run(folder.path(), &["rules", "check", "house"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    for (place, words) in [
        ("house/sdks/a.toml:3", "no language `klingon`"),
        ("house/sdks/a.toml:4", "parentheses"),
        ("house/sdks/a.toml:6", "no kind of credential `tokn`"),
        ("house/sdks/b.toml:2", "there is no key `titel` here; did you mean `title`"),
        ("house/sdks/b.toml:5", "invalid type: integer"),
        ("house/sdks/c.toml:1", ""),
        ("house/http/a.toml:5", "a slot is one of"),
        ("house/http/a.toml:7", "there is no key `calls`"),
        ("house/apis.toml: ", "leave the scheme off"),
        ("house/apis.toml:4", "an API `track` already"),
        ("house/apis.toml:6", "begins with a slash"),
        ("house/apis.toml:7", "the project's place is one of"),
        ("house/apis.toml:10", "a verdict is one of"),
        ("house/apis.toml:10", "`head` is no place"),
        ("house/kinds.toml:1", "invalid type: string"),
        ("house/kinds.toml:4", "small letters"),
        ("house/kinds.toml:5", "no kind of credential `key`"),
        ("house/kinds.toml:8", "a kind `api-key` already"),
        ("house/kinds.toml:11", "no regular expression"),
        ("house/surfaces.toml:2", "a side is one of"),
        ("house/surfaces.toml:2", "no condition"),
        ("house/surfaces.toml:5", "one of `path`, `call` and `option`"),
        ("house/functions/a.toml:3", "what a function makes is one of"),
        ("house/kind.toml", "no such file is read"),
    ] {
        let told = text.lines().any(|line| line.starts_with(place) && line.contains(words));
        assert!(told, "no `{place} .. {words}` in:\n{text}");
    }
    // A run with such a folder judges nothing and says the same.
    let output = run(folder.path(), &["--rules", "house", "-f", "json"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("house/sdks/b.toml:2: there is no key `titel`"));
    for arguments in [&["rules", "check", "gone"][..], &["--rules", "gone"]] {
        let output = run(folder.path(), arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.code() == Some(2) && error.starts_with("error: gone: the folder can't be read"),
            "{error}"
        );
    }
}

#[test]
fn sound_rules_are_said_to_be() {
    let folder =
        folder(&[("house/sdks/a.toml", "[[entry]]\ntitle = \"a\"\nlanguages = []\non = [\"a.b\"]\nargs = []\n")]);
    let output = run(folder.path(), &["rules", "check", "house"]);
    assert_eq!((output.status.code(), output.stdout), (Some(0), b"house: no mistake\n".to_vec()));
}

#[test]
fn the_schema_of_the_configuration_is_the_one_that_editors_find() {
    let schema = format!("{:#}\n", mpcheck::config::schema());
    let path = repository().join("rules/mpcheck.schema.json");
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(known == schema, "write it anew: mpcheck rules schema > rules/mpcheck.schema.json");
    let output = run(&repository(), &["rules", "schema"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), schema);
}
