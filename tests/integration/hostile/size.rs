//! Files that are large: one endless line, tens of thousands of findings.

use serde_json::Value;

use super::{SECRET, beside, is_told, run, write};

/// Ten megabytes in one line, with a secret at its end.
fn line(before: &str, filler: &str, after: &str) -> String {
    let mut text = String::from(before);
    while text.len() < 10_000_000 {
        text.push_str(filler);
    }
    text.push_str(&after.replace("SECRET", SECRET));
    text
}

#[test]
fn one_line_of_ten_megabytes() {
    let cases = [
        ("a.js", line("var a='", "abcdefgh0123456789", "';var mixpanelApiSecret='SECRET';")),
        ("a.json", line("{\"a\":[", "\"lorem ipsum dolor sit amet\",", "\"\"],\"mixpanel_api_secret\":\"SECRET\"}")),
        ("a.txt", line("", "lorem ipsum dolor sit amet, ", "mixpanel_api_secret=SECRET")),
        ("a.md", line("", "lorem *ipsum* dolor `sit` amet, ", "mixpanel_api_secret=SECRET")),
    ];
    for (path, text) in cases {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), path, text);
        let told = beside(folder.path());
        let at = format!("{path}:1:");
        assert!(told.0.iter().any(|line| line.starts_with(&at) && line.contains("-secret]")), "{path}: {told:?}");
        assert!(told.0.iter().all(|line| line.len() < 2_000), "{path}: a report holds the line");
    }
}

/// Code of nothing but short tokens, whose tree takes hundreds of bytes for each byte of it.
#[test]
fn code_that_is_dense_is_read_as_text() {
    for (path, before, after) in [
        ("a.js", "mixpanel(", "1);var mixpanelApiSecret='SECRET';"),
        ("a.py", "mixpanel(", "1);mixpanel_api_secret='SECRET'"),
        ("a.cs", "class A{void mixpanel(){f(", "1);}string mixpanelApiSecret=\"SECRET\";}"),
        ("a.json", "{\"mixpanel\":[", "1],\"mixpanel_api_secret\":\"SECRET\"}"),
        ("a.xml", "<mixpanel>", "<apiSecret>SECRET</apiSecret></mixpanel>"),
        ("a.html", "<p>", "<script>var mixpanelApiSecret='SECRET';</script>"),
    ] {
        let filler = match path.rsplit('.').next() {
            Some("json") => "[1],",
            Some("xml" | "html") => "<a/>",
            _ => "f(1),",
        };
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), path, line(before, filler, after));
        let told = beside(folder.path());
        let at = format!("{path}:1:");
        assert!(told.0.iter().any(|line| line.starts_with(&at) && line.contains("-secret]")), "{path}: {told:?}");
    }
    // As much as is still parsed.
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.js", format!("mixpanel({});", "f(1),".repeat(240_000)));
    beside(folder.path());
}

#[test]
fn more_than_is_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "huge.py", format!("{}MIXPANEL = 1\n", "# x\n".repeat(5_000_000)));
    assert!(is_told(&beside(folder.path()), "huge.py"));
}

#[test]
fn thirty_thousand_findings_in_one_file() {
    let secret = |n: u128| (n + 77).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let text = |count: u128| -> String {
        (0..count).map(|n| format!("MIXPANEL_API_SECRET_{n} = '{:032x}'\n", secret(n))).collect()
    };
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "many.py", text(30_000));
    let (code, out, err) = run(folder.path(), &["--no-config", "-f", "compact", "."]);
    assert_eq!(code, 1, "{err}");
    assert!(out.lines().filter(|line| line.contains("error[hardcoded-secret]")).count() >= 29_000, "{err}");
    assert!(err.is_empty(), "what shows how far a run is stands on terminals alone: {err}");
    // What a machine reads says more of each; a build without optimisation takes its time over that.
    write(folder.path(), "many.py", text(3_000));
    let (code, out, err) = run(folder.path(), &["--no-config", "-f", "sarif", "."]);
    assert_eq!(code, 1, "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert!(report["runs"][0]["results"].as_array().unwrap().len() >= 2_900);
}
