//! The same value in several files: what one of them shows it to be, it is everywhere.

use crate::support::{Files, check, check_folder, files, found, write_folder};

const SECRET: &str = "5d0e9b27c4f81a36e2705bd94c8f1ea3";
const OTHER: &str = "e18c3f605b9d47a2f0c6d1835ab92e74";

/// What a tree reports, in memory and on disk, as `path:line rule`.
fn reported(tree: &Files) -> Vec<String> {
    let shown = |report: &mpcheck::finding::Report| -> Vec<String> {
        found(report).iter().map(|found| format!("{}:{} {}", found.path, found.line, found.rule)).collect()
    };
    let in_memory = shown(&check(tree));
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), tree);
    assert_eq!(shown(&check_folder(folder.path()).unwrap()), in_memory);
    in_memory
}

#[test]
fn files_that_never_name_mixpanel_hold_the_same_secret() {
    let known = format!("MIXPANEL_API_SECRET = '{SECRET}'\n");
    let utf16 = format!("\u{feff}api = '{SECRET}'\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let far = format!("{}\nkey: {SECRET}\n", "# filler\n".repeat(30_000));
    let mut tree = files([
        ("known.py", known.as_str()),
        ("src/Button.tsx", &format!("import React from 'react';\nconst auth = '{SECRET}';\nexport default auth;\n")),
        ("notes/todo.txt", &format!("ask bob\nthe key is {SECRET}, he says\n")),
        ("deploy/values.yaml", &far),
        ("src/other.py", &format!("digest = '{OTHER}'\n")),
        ("docs/keys.md", &format!("Our key for Mixpanel\n\n*{SECRET}* is it, and `x{SECRET}` is not\n")),
    ]);
    tree.insert("wide.ps1".into(), utf16);
    tree.insert("image.bin".into(), [b"\x89PNG\0\0\0\0", SECRET.as_bytes(), &[0; 40]].concat());
    assert_eq!(
        reported(&tree),
        [
            "deploy/values.yaml:30002 hardcoded-secret",
            "docs/keys.md:3 hardcoded-secret",
            "known.py:1 hardcoded-secret",
            "notes/todo.txt:2 hardcoded-secret",
            "src/Button.tsx:2 client-side-secret",
            "wide.ps1:1 hardcoded-secret",
        ]
    );
}

#[test]
fn a_browser_file_that_holds_the_same_secret_ships_it() {
    let tree = files([
        ("server/report.py", &*format!("import requests\nMIXPANEL_SECRET = '{SECRET}'\n")),
        ("web/panel.jsx", &format!("'use client';\nexport const id = '{SECRET}';\n")),
    ]);
    assert_eq!(reported(&tree), ["server/report.py:2 hardcoded-secret", "web/panel.jsx:2 client-side-secret"]);
}

#[test]
fn tokens_and_placeholders_are_not_searched_for() {
    let tree = files([
        ("a.py", &*format!("MIXPANEL_TOKEN = '{SECRET}'\nMIXPANEL_API_SECRET = 'your_api_secret_goes_here_now'\n")),
        ("b.py", &format!("x = '{SECRET}'\ny = 'your_api_secret_goes_here_now'\n")),
    ]);
    assert_eq!(reported(&tree), ["a.py:1 hardcoded-token"]);
}

#[test]
fn a_name_is_taken_out_of_a_barrel_of_hundreds() {
    let api = "import { reportingId } from './lib';\nconst auth = 'Basic ' + btoa(reportingId + ':');\n\
               fetch('https://data.mixpanel.com/api/2.0/export', { headers: { Authorization: auth } });\n";
    let starred = |at: usize| format!("export * from './m{at}';\n");
    let named = |at: usize| format!("export {{ v{at} }} from './m{at}';\n");
    let barrels: [(&dyn Fn(usize) -> String, &str); 3] = [
        (&starred, "export * from './keys';\n"),
        (&named, "export { id as reportingId } from './keys';\n"),
        // Barrels that pass each other on.
        (&named, "export * from './round';\n"),
    ];
    for (line, last) in barrels {
        let mut tree = files([
            ("api.js", api),
            ("lib/keys.js", &*format!("export const id = '{SECRET}';\nexport const reportingId = id;\n")),
            ("lib/round.js", "export * from './index';\nexport * from './keys';\n"),
        ]);
        for at in 0..200 {
            tree.insert(format!("lib/m{at}.js"), format!("export const v{at} = {at};\n").into_bytes());
        }
        let lines: String = (0..200).map(line).chain([last.to_owned()]).collect();
        tree.insert("lib/index.js".into(), lines.into_bytes());
        let wanted = ["api.js:3 discouraged-credential", "lib/keys.js:1 hardcoded-secret"];
        assert_eq!(reported(&tree), wanted, "{last}");
    }
}
