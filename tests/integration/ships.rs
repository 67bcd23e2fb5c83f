//! What ships: the chain in every report, and trees that would hang or crash a careless walk of imports.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{files, write_folder};

const LEAK: &str = "export const mixpanelApiSecret = '4b0e7f1c93d85a26e07fb4c1d2983a6e';\n";
const NEXT: &str = r#"{ "name": "web", "dependencies": { "next": "16.0.0", "react": "19.0.0" } }"#;

fn folder(all: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &files(all.iter().copied()));
    folder
}

fn mpcheck(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mpcheck")).current_dir(folder).args(arguments).output().unwrap()
}

/// Path, line and rule of each finding.
fn found(folder: &Path) -> Vec<String> {
    let output = mpcheck(folder, &["--format", "compact"]);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("failed"), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let short = |line: &str| {
        let (place, rest) = line.split_once(": ").unwrap();
        let place = place.rsplit_once(':').unwrap().0;
        format!("{place} {}", rest.split(['[', ']']).nth(1).unwrap())
    };
    text.lines().map(short).collect()
}

fn chain() -> TempDir {
    folder(&[
        ("package.json", NEXT),
        (
            "pages/index.tsx",
            "import React from 'react';\nimport { start } from '../lib/analytics';\n\nexport default () => start();\n",
        ),
        ("lib/analytics.ts", "\nimport { header } from './request';\n\nexport const start = () => header();\n"),
        (
            "lib/request.ts",
            "// Requests.\n\nimport { mixpanelApiSecret } from './config';\n\nexport const header = () => mixpanelApiSecret;\n",
        ),
        ("lib/config.ts", &format!("\n\n\n{LEAK}")),
    ])
}

#[test]
fn the_chain_is_in_sarif_in_order_and_with_lines() {
    let folder = chain();
    let output = mpcheck(folder.path(), &["--format", "sarif"]);
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 1);
    let place = |location: &Value| {
        let physical = &location["physicalLocation"];
        let path = physical["artifactLocation"]["uri"].as_str().unwrap();
        format!("{path}:{}", physical["region"]["startLine"])
    };
    assert_eq!(results[0]["ruleId"], "client-side-secret");
    assert_eq!(place(&results[0]["locations"][0]), "lib/config.ts:4");
    let related: Vec<String> = results[0]["relatedLocations"].as_array().unwrap().iter().map(place).collect();
    let imports = ["pages/index.tsx:2", "lib/analytics.ts:2", "lib/request.ts:3"];
    assert_eq!(related, imports);
    let steps = results[0]["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    let steps: Vec<String> = steps.iter().map(|step| place(&step["location"])).collect();
    assert_eq!(steps[..3], imports);
    assert_eq!(steps.last().unwrap(), "lib/config.ts:4");
}

#[test]
fn the_chain_is_in_the_human_report() {
    let folder = chain();
    let output = mpcheck(folder.path(), &["--format", "human", "--color", "never"]);
    let text: String = String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    // Lines are broken where the terminal ends, paths included.
    let text = text.replace("│ ", "").replace(' ', "");
    assert!(text.contains("pages/index.tsx->lib/analytics.ts->lib/request.ts->lib/config.ts:4"), "{text}");
    for place in ["pages/index.tsx:2", "lib/analytics.ts:2", "lib/request.ts:3", "lib/config.ts:4"] {
        assert!(text.contains(place), "{place} in {text}");
    }
}

#[test]
fn an_unused_binding_is_said_to_be_kept_out_by_luck() {
    let with = |page: &str| {
        let folder = folder(&[
            ("package.json", NEXT),
            ("pages/index.tsx", page),
            ("lib/index.ts", "export * from './keys';\nexport * from './text';\n"),
            ("lib/keys.ts", LEAK),
            ("lib/text.ts", "export const trim = (text: string) => text.trim();\n"),
        ]);
        let output = mpcheck(folder.path(), &["--format", "json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["findings"][0]["rule"], "client-side-secret");
        report["findings"][0]["why"].as_str().unwrap().to_owned()
    };
    let unused = with("import { trim } from '../lib';\n\nexport default () => trim(' a ');\n");
    assert!(unused.contains("Nothing on that way uses it"), "{unused}");
    let used = with("import { mixpanelApiSecret } from '../lib';\n\nexport default () => mixpanelApiSecret.length;\n");
    assert!(!used.contains("Nothing on that way uses it"), "{used}");
    let whole = with("import * as all from '../lib';\n\nexport default () => Object.keys(all);\n");
    assert!(!whole.contains("Nothing on that way uses it"), "{whole}");
}

#[test]
fn cycles_missing_targets_and_packages_that_import_themselves_end() {
    let folder = folder(&[
        ("package.json", r#"{ "name": "web", "exports": "./src/a.ts", "dependencies": { "next": "16.0.0" } }"#),
        ("src/a.ts", "import './b';\nimport 'web';\nimport './missing';\nimport '@/nowhere';\n"),
        ("src/b.ts", "import './a';\nimport './b';\nimport './c';\n"),
        ("src/c.ts", &format!("import './a';\nimport 'web/deep';\n{LEAK}")),
        ("src/loop.ts", "export * from './loop';\n"),
        (
            "tsconfig.json",
            r#"{ "extends": "./tsconfig.json", "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }"#,
        ),
    ]);
    assert_eq!(found(folder.path()), ["src/c.ts:3 hardcoded-secret"]);
    // The same circle, with client code at its door.
    fs::write(folder.path().join("src/door.tsx"), "'use client';\nimport 'web';\n").unwrap();
    assert_eq!(found(folder.path()), ["src/c.ts:3 client-side-secret"]);
}

#[test]
fn names_that_differ_in_case_alone_are_different_files() {
    let folder = folder(&[
        ("package.json", NEXT),
        ("pages/index.js", "import './Keys';\n"),
        ("pages/api/hello.js", "import '../keys';\n"),
        ("pages/Keys.js", "export const n = 1;\n"),
    ]);
    if folder.path().join("pages/keys.js").exists() {
        return;
    }
    fs::write(folder.path().join("pages/keys.js"), "export const n = 2;\n").unwrap();
    fs::create_dir(folder.path().join("lib")).unwrap();
    fs::write(folder.path().join("lib/Config.js"), LEAK).unwrap();
    fs::write(folder.path().join("lib/config.js"), "export const size = 1;\n").unwrap();
    fs::write(folder.path().join("pages/index.js"), "import '../lib/config';\n").unwrap();
    fs::write(folder.path().join("pages/api/hello.js"), "import '../../lib/Config';\n").unwrap();
    assert_eq!(found(folder.path()), ["lib/Config.js:1 hardcoded-secret"]);
    fs::write(folder.path().join("pages/index.js"), "import '../lib/Config';\n").unwrap();
    assert_eq!(found(folder.path()), ["lib/Config.js:1 client-side-secret"]);
}

#[test]
fn a_chain_of_ten_thousand_is_followed_to_its_end() {
    const DEEP: usize = 10_000;
    let folder =
        folder(&[("package.json", NEXT), ("pages/index.js", "import '../lib/m0';\n\nexport default () => null;\n")]);
    fs::create_dir(folder.path().join("lib")).unwrap();
    for at in 0..DEEP {
        let text = format!("export * from './m{}';\n", at + 1);
        fs::write(folder.path().join(format!("lib/m{at}.js")), text).unwrap();
    }
    fs::write(folder.path().join(format!("lib/m{DEEP}.js")), LEAK).unwrap();
    let start = std::time::Instant::now();
    assert_eq!(found(folder.path()), [format!("lib/m{DEEP}.js:1 client-side-secret")]);
    assert!(start.elapsed().as_secs() < 300, "{:?}", start.elapsed());
}
