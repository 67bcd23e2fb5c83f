//! What holds for all formats at once, over one made-up report.

use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::finding::{Counts, Fix, Label, Problem};
use crate::secret::Secret;
use crate::source::Source;

const ACCOUNT: &str = "Zk3vQ9xT1mB7nR5wL0cY8dH2sG6jP4aE";
const PROJECT: &str = "3f9b1c77d02e4a6585b1e0c94d7a2f63";
const VENDOR: &str = "sk_live_4eC39HqLyjWDarjtT1zdp7dcAb";

fn label(report: &Report, path: &str, needle: &str, text: &str) -> Label {
    let source = report.source(path).unwrap();
    let start = source.text().find(needle).unwrap();
    let span = Span::new(start, start + needle.len());
    Label { place: Place { path: source.path().clone(), span }, text: text.into() }
}

fn finding(rule: &'static str, level: Level, primary: Label, secret: Option<&str>) -> Finding {
    Finding {
        rule,
        level,
        message: "a service account's secret ships to every visitor".into(),
        why: "Whoever opens the developer tools can export every event of the project.".into(),
        help: "Move the call to a server, and rotate the secret in the project's settings".into(),
        primary,
        flow: Vec::new(),
        related: Vec::new(),
        fix: None,
        example: None,
        secret: secret.map(Secret::new),
        past: None,
    }
}

/// Findings with everything that a report can hold, in files with everything that makes them hard to show.
fn sample() -> Report {
    let app = format!(
        "import {{ user }} from './keys';\r\n\tconst x = '\u{1f600}é', secret = '{ACCOUNT}';\r\n// {VENDOR} \u{1b}[31m\r\n\
         fetch(url, {{\r\n  headers: {{ Authorization: `Basic ${{btoa(user + ':' + secret)}}` }},\r\n}});\r\n"
    );
    let keys =
        format!("// \u{4f60}\u{597d}\nexport const user = 'ci.4f2a9c.mp-service-account';\nconst old = '{PROJECT}';\n");
    let long = format!("{}mixpanel.init('{PROJECT}');{}", "var a=1;".repeat(40_000), "b();".repeat(40_000));
    let sources = [("a b/[id]#1.js", keys), ("dist/min.js", long), ("src/app.js", app)];
    let mut report = Report {
        sources: sources.into_iter().map(|(path, text)| Arc::new(Source::new(path, text))).collect(),
        secrets: vec![
            Secret::new(ACCOUNT),
            Secret::new(PROJECT),
            Secret::new(format!("ci.4f2a9c.mp-service-account:{ACCOUNT}")),
        ],
        files: Counts { seen: 12, parsed: 3 },
        ..Report::default()
    };
    let mut first = finding(
        "client-side-secret",
        Level::Error,
        label(&report, "src/app.js", ACCOUNT, "the secret stands here"),
        Some(ACCOUNT),
    );
    first.related.push(label(&report, "src/app.js", "headers", "it is sent here"));
    first.message = format!("the secret {ACCOUNT}\nships");
    let mut second = finding(
        "wrong-credential",
        Level::Warning,
        label(&report, "src/app.js", "`Basic ${btoa(user + ':' + secret)}`", "presented here"),
        Some(ACCOUNT),
    );
    second.flow = vec![
        label(&report, "a b/[id]#1.js", "'ci.4f2a9c.mp-service-account'", "the user name is written here"),
        label(&report, "src/app.js", ACCOUNT, "the secret is written here"),
    ];
    let token = |report: &Report, path| {
        finding("hardcoded-token", Level::Note, label(report, path, PROJECT, "a token"), Some(PROJECT))
    };
    let mut third = token(&report, "dist/min.js");
    third.fix = Some(Fix {
        title: "Read it from the environment".into(),
        place: third.primary.place.clone(),
        replacement: "process.env.X".into(),
    });
    let gone = Label { place: Place { path: "gone.js".into(), span: Span::new(3, 9) }, text: String::new() };
    report.findings = vec![
        token(&report, "a b/[id]#1.js"),
        third,
        finding("insecure-transport", Level::Error, gone, None),
        first.clone(),
        first,
        second,
    ];
    report.problems = vec![
        Problem { path: "bad,name:1%.py".into(), span: None, message: "it is no UTF-8; save it as UTF-8".into() },
        Problem { path: "src/app.js".into(), span: Some(Span::new(2, 4)), message: format!("near {PROJECT}") },
    ];
    report
}

fn written(report: &Report, format: Format, options: &Options) -> String {
    let mut out = Vec::new();
    write(report, format, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn human(color: bool, unicode: bool, width: usize) -> String {
    written(&sample(), Format::Human, &Options { color, width, unicode, ..Options::default() })
}

fn log() -> Value {
    serde_json::from_str(&written(&sample(), Format::Sarif, &Options::default())).unwrap()
}

#[test]
fn no_format_gives_a_credential_away() {
    let mut all = String::new();
    for format in Format::ALL {
        all += &written(&sample(), format, &Options::default());
    }
    let mut out = Vec::new();
    problems(&sample(), &mut out).unwrap();
    all += &String::from_utf8(out).unwrap();
    for secret in [ACCOUNT, PROJECT, &VENDOR["sk_live_".len()..]] {
        for from in 0..=secret.len() - 5 {
            assert!(!all.contains(&secret[from..from + 5]), "{} shows", &secret[from..from + 5]);
        }
    }
}

#[test]
fn formats_have_names_and_unknown_ones_are_told() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    let error = "xml".parse::<Format>().unwrap_err().to_string();
    assert_eq!(error, "there is no format `xml`; choose one of human, compact, json, sarif, github or markdown");
}

#[test]
fn compact_is_one_line_each() {
    let text = written(&sample(), Format::Compact, &Options::default());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 6);
    assert_eq!(
        lines[0],
        "a b/[id]#1.js:3:14: note[hardcoded-token]: a service account's secret ships to every visitor"
    );
    assert_eq!(lines[2], "gone.js:1:1: error[insecure-transport]: a service account's secret ships to every visitor");
    let secret = "Zk3v****************************";
    assert_eq!(lines[3], format!("src/app.js:2:29: error[client-side-secret]: the secret {secret}\\nships"));
    assert_eq!(lines[5].split(": ").next(), Some("src/app.js:5:29"));
    let mut out = Vec::new();
    problems(&sample(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(
        text,
        "bad,name:1%.py: it is no UTF-8; save it as UTF-8\nsrc/app.js:1:3: near 3f9b****************************\n"
    );
}

#[test]
fn github_gets_the_worst_first() {
    let text = written(&sample(), Format::Github, &Options::default());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 8);
    assert!(
        lines[0].starts_with(
            "::error file=gone.js,line=1,endLine=1,col=1,endColumn=1,title=mpcheck%3A insecure-transport::"
        )
    );
    assert!(
        lines[1].starts_with("::error file=src/app.js,line=2,endLine=2,col=29,endColumn=61,title="),
        "{}",
        lines[1]
    );
    assert!(lines[3].starts_with("::warning file=src/app.js"));
    assert!(lines[5].contains("%0AWhoever opens") && lines[5].ends_with("settings."));
    assert!(lines[6].starts_with("::warning file=bad%2Cname%3A1%25.py,title=mpcheck%3A not read wholly::"));
}

#[test]
fn json_is_versioned_and_regular() {
    let json: Value = serde_json::from_str(&written(&sample(), Format::Json, &Options::default())).unwrap();
    assert_eq!(
        (&json["version"], &json["summary"]["errors"], &json["summary"]["notes"]),
        (&1.into(), &3.into(), &2.into())
    );
    let findings = json["findings"].as_array().unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert!(findings.iter().all(|finding| keys(finding) == keys(&findings[0])));
    assert_eq!(findings[3]["range"]["start"], serde_json::json!({ "line": 2, "column": 29 }));
    assert_eq!(findings[3]["credential"]["hint"], "Zk3v************");
    assert_eq!(findings[4]["fingerprint"], format!("{}:2", findings[3]["fingerprint"].as_str().unwrap()));
    assert_eq!(findings[2]["range"], Value::Null);
    assert_eq!(json["problems"][1]["range"]["start"]["column"], 3);
}

#[test]
fn human_shows_source_steps_and_what_to_do() {
    let text = human(false, true, 80);
    for expected in [
        "error[client-side-secret]",
        "\u{256d}\u{2500}[src/app.js:2:29]",
        "secret = 'Zk3v****************************';",
        "\u{2570}\u{2500}\u{2524} the secret stands",
        "it is sent here",
        "[a b/[id]#1.js:2:21]",
        "1: the user name is written here",
        "2: the secret is",
        "3: presented here",
        "  why: Whoever opens",
        "  help: Move the call to a server, and rotate the secret in the project's\n        settings.",
        "  fix: Read it from the environment.",
        "in gone.js",
        "not read wholly: src/app.js:1:3",
        "3 errors, 1 warning and 2 notes in 12 files",
        "`mpcheck explain RULE`",
    ] {
        assert!(text.contains(expected), "{expected} is missing:\n{text}");
    }
    assert!(!text.contains('\u{1b}'));
    let quiet = written(&sample(), Format::Human, &Options { quiet: true, ..Options::default() });
    assert!(!quiet.contains("12 files") && quiet.contains("not read wholly"));
    let none = written(
        &Report { files: Counts { seen: 1, parsed: 0 }, ..Report::default() },
        Format::Human,
        &Options::default(),
    );
    assert_eq!(none, "Nothing found in 1 file.\n");
}

#[test]
fn human_is_narrow_plain_or_coloured_as_asked() {
    for width in [40, 60, 80, 120] {
        let text = human(false, true, width);
        // A label may run over the edge of a narrow terminal, a little.
        assert!(human::widest(&text) <= width + 4, "{width}:\n{text}");
    }
    let ascii = human(false, false, 80);
    let drawn = ascii.lines().filter(|line| !line.contains("const x") && !line.contains("// "));
    drawn.for_each(|line| assert!(line.is_ascii(), "{line}"));
    let colored = human(true, true, 80);
    assert!(colored.contains("\u{1b}[31m") && !colored.contains("\u{1b}]8"));
    assert!(colored.contains("\u{fffd}[31m"), "escape codes of a file are not passed on");
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let text = human(false, true, 80);
    let line = text.lines().find(|line| line.contains("mixpanel.init(")).unwrap();
    assert!(line.contains('\u{2026}') && line.ends_with('\u{2026}') && line.chars().count() <= 80, "{line}");
    let below = text.lines().skip_while(|line| !line.contains("mixpanel.init(")).nth(1).unwrap();
    let column = |line: &str, mark: char| line.chars().position(|c| c == mark);
    assert_eq!(column(line, '3'), column(below, '\u{2500}'), "{line}\n{below}");
    assert!(text.contains("[dist/min.js:1:320016]"));
}

#[test]
fn sarif_has_what_github_wants() {
    let log = log();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!((&run["columnKind"], &run["automationDetails"]["id"]), (&"utf16CodeUnits".into(), &"mpcheck/".into()));
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), crate::catalog::builtin().rules.len());
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 6);
    for result in results {
        let place = &result["locations"][0]["physicalLocation"];
        for key in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(place["region"][key].as_u64().unwrap() > 0);
        }
        assert!(result["partialFingerprints"]["mpcheck/v1"].is_string());
    }
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "a%20b/%5Bid%5D%231.js");
    assert_eq!(
        results[3]["locations"][0]["physicalLocation"]["region"]["snippet"]["text"],
        "Zk3v****************************"
    );
    let steps = results[5]["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    assert_eq!(steps.len(), 3);
    assert_eq!(
        steps[2]["location"]["physicalLocation"]["region"],
        results[5]["locations"][0]["physicalLocation"]["region"]
    );
    assert_eq!(results[5]["relatedLocations"][0]["id"], 1);
    assert_eq!(
        results[1]["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"],
        "process.env.X"
    );
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().len(), 2);
}

#[test]
fn the_line_hash_stands_only_where_it_tells_nothing() {
    let hash = |log: &Value, at: usize| {
        log["runs"][0]["results"][at]["partialFingerprints"]["primaryLocationLineHash"].clone()
    };
    let log = log();
    assert!(hash(&log, 0).is_string());
    assert!(hash(&log, 2).is_null(), "there is no text to hash");
    let mut short = sample();
    short.secrets.push(Secret::new("4f60597d"));
    let source = Source::new("src/app.js", "key = '4f60597d'\n// all right\n\n".to_owned() + &"x\n".repeat(60));
    short.sources[2] = Arc::new(source);
    short.findings = vec![
        finding("malformed-credential", Level::Note, label(&short, "src/app.js", "key", ""), None),
        finding("malformed-credential", Level::Note, label(&short, "src/app.js", "all right", ""), None),
        finding("malformed-credential", Level::Note, label(&short, "src/app.js", "all", ""), Some("4f60597d")),
    ];
    let short: Value = serde_json::from_str(&written(&short, Format::Sarif, &Options::default())).unwrap();
    assert!(hash(&short, 0).is_null() && hash(&short, 1).is_string() && hash(&short, 2).is_null());
}

#[test]
fn too_many_results_are_cut_from_below_and_told() {
    let mut report = sample();
    let note = report.findings[0].clone();
    report.findings.splice(0..1, std::iter::repeat_n(note, 25_000));
    let log: Value = serde_json::from_str(&written(&report, Format::Sarif, &Options::default())).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert_eq!(results.iter().filter(|result| result["level"] != "note").count(), 4);
    let told = log["runs"][0]["invocations"][0]["toolExecutionNotifications"][2]["message"]["text"].as_str().unwrap();
    assert!(told.starts_with("5 results"), "{told}");
}

#[test]
fn spans_that_fit_nowhere_harm_nothing() {
    let mut seed = 1_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % below
    };
    let pool: Vec<char> = "a \t\r\n\u{1f600}\u{e9}\u{4f60}\u{1b}'=9fQ\u{301}".chars().collect();
    for _ in 0..400 {
        let text: String = (0..next(300)).map(|_| pool[next(pool.len())]).collect();
        let mut report = Report { sources: vec![Arc::new(Source::new("x", text.clone()))], ..Report::default() };
        let mut place = || Place { path: "x".into(), span: Span::new(next(text.len() + 3), next(text.len() + 3)) };
        let mut label = || Label { place: place(), text: "several words about this place".into() };
        let mut odd = finding("odd", Level::Note, label(), None);
        odd.flow = vec![label(), label()];
        odd.related = vec![label()];
        report.findings = vec![odd];
        for width in [1, 40, 90] {
            for format in Format::ALL {
                written(&report, format, &Options { width, ..Options::default() });
            }
        }
    }
}
