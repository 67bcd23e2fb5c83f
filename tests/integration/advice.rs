//! What findings advise is the exact next step: in the language at hand, for the call at hand.

use crate::support::{check, files};

const SECRET: &str = "7c41be09d35fa8260e9d1b4a76f3c852";

/// The next step of the one finding of a rule, and the code that goes with it.
fn help(path: &str, text: &str, rule: &str) -> String {
    let report = check(&files([(path, text)]));
    let found: Vec<_> = report.findings.iter().filter(|finding| finding.rule == rule).collect();
    assert_eq!(found.len(), 1, "{path}: {:?}", report.findings.iter().map(|one| one.rule).collect::<Vec<_>>());
    format!("{} {}", found[0].help, found[0].example.as_deref().unwrap_or_default())
}

#[test]
fn a_written_secret_is_read_as_its_language_does() {
    for (path, text, read) in [
        ("a.js", "const MIXPANEL_API_SECRET = '{}';", "process.env.MIXPANEL_API_SECRET"),
        ("a.py", "mixpanel_api_secret = '{}'", "os.environ[\"MIXPANEL_API_SECRET\"]"),
        ("a.rb", "MIXPANEL_API_SECRET = '{}'", "ENV.fetch(\"MIXPANEL_API_SECRET\")"),
        ("a.go", "package a\nconst mixpanelApiSecret = \"{}\"", "os.Getenv(\"MIXPANEL_API_SECRET\")"),
        ("a.php", "<?php $mixpanelApiSecret = '{}';", "getenv('MIXPANEL_API_SECRET')"),
        ("A.java", "class A { String mixpanelApiSecret = \"{}\"; }", "System.getenv(\"MIXPANEL_API_SECRET\")"),
        ("a.rs", "const MIXPANEL_API_SECRET: &str = \"{}\";", "std::env::var(\"MIXPANEL_API_SECRET\")?"),
        ("a.cs", "class A { string MixpanelApiSecret = \"{}\"; }", "GetEnvironmentVariable(\"MIXPANEL_API_SECRET\")"),
        ("a.exs", "mixpanel_api_secret = \"{}\"", "System.fetch_env!(\"MIXPANEL_API_SECRET\")"),
        ("a.ps1", "$MixpanelApiSecret = '{}'", "$env:MIXPANEL_API_SECRET"),
        (".github/workflows/a.yml", "env:\n  MIXPANEL_API_SECRET: '{}'\n", "${{ secrets.MIXPANEL_API_SECRET }}"),
        (
            "compose.yml",
            "services:\n  a:\n    environment:\n      MIXPANEL_API_SECRET: '{}'\n",
            "${MIXPANEL_API_SECRET}",
        ),
    ] {
        let help = help(path, &text.replace("{}", SECRET), "hardcoded-secret");
        assert!(help.contains(read), "{path}: {help}");
        assert!(help.contains("In Mixpanel, open Settings"), "{path}: where it is rotated: {help}");
    }
}

#[test]
fn the_service_account_is_presented_as_this_call_does() {
    let python = "import os, requests\nrequests.get('https://data.mixpanel.com/api/2.0/export', auth=(os.environ['MIXPANEL_TOKEN'], ''))\n";
    let fetch = "fetch('https://data.mixpanel.com/api/2.0/export', \
                 { headers: { Authorization: 'Basic ' + btoa(process.env.MIXPANEL_TOKEN + ':') } });\n";
    let axios = "const axios = require('axios');\naxios.get('https://data.mixpanel.com/api/2.0/export', \
                 { auth: { username: process.env.MIXPANEL_TOKEN, password: '' } });\n";
    let curl = "curl -u \"$MIXPANEL_TOKEN:\" https://data.mixpanel.com/api/2.0/export\n";
    for (path, text, form) in [
        (
            "a.py",
            python,
            "auth=(os.environ[\"MIXPANEL_SERVICE_ACCOUNT_USERNAME\"], os.environ[\"MIXPANEL_SERVICE_ACCOUNT_SECRET\"])",
        ),
        ("a.js", fetch, "headers: { Authorization: `Basic ${btoa(`${process.env.MIXPANEL_SERVICE_ACCOUNT_USERNAME}:"),
        ("b.js", axios, "auth: { username: process.env.MIXPANEL_SERVICE_ACCOUNT_USERNAME, password:"),
        ("a.sh", curl, "-u \"${MIXPANEL_SERVICE_ACCOUNT_USERNAME}:${MIXPANEL_SERVICE_ACCOUNT_SECRET}\""),
    ] {
        let help = help(path, text, "wrong-credential");
        assert!(help.contains(form), "{path}: {help}");
    }
    // An API that takes no service account is not told to have one.
    let track = "import os, requests\nrequests.post('https://api.mixpanel.com/track', \
                 json=[{'event': 'x', 'properties': {'token': os.environ['MIXPANEL_API_SECRET']}}])\n";
    assert!(!help("a.py", track, "wrong-credential").contains("SERVICE_ACCOUNT"));
}

#[test]
fn code_that_ships_is_not_told_to_read_a_server_s_environment() {
    let page = "import mixpanel from 'mixpanel-browser';\nmixpanel.init('9b1f06c2a47de83350c6e9f7128ad4b5');\n";
    assert!(!help("page.js", page, "hardcoded-token").contains("process.env"));
}
