//! What the fuzz targets run, and what must hold whatever the input.
//!
//! Each target is two lines in `fuzz_targets/`; `fuzz/run` builds them, seeds them from the fixtures and runs them.

use std::sync::{Arc, LazyLock};

use mpcheck::catalog::builtin;
use mpcheck::config::Config;
use mpcheck::finding::Report;
use mpcheck::flow::Modules;
use mpcheck::input::{MemoryTree, decode};
use mpcheck::judge::{Ground, Verdict, judge_file, judge_tree, unsettled, written_secrets};
use mpcheck::policy::Policy;
use mpcheck::report::{self, Format};
use mpcheck::shelf::Shelf;
use mpcheck::source::{Source, Span};
use mpcheck::syntax::{self, visit};
use mpcheck::triage::triage;

/// Reads a file of this name: its grammar or format, the lowering, and all code inside it. Every place that the facts
/// name is one of the text.
pub fn read(path: &str, data: &[u8]) {
    let decoded = decode(data.to_vec());
    if decoded.binary {
        return;
    }
    let document = syntax::read(Source::new(path, decoded.text));
    let text = document.source.text();
    let holds = |span: Span| {
        assert!(span.start <= span.end, "a span that ends before it starts");
        assert!(text.get(span.range()).is_some(), "a span that is none of the text");
    };
    for unit in &document.units {
        unit.facts.literals.iter().for_each(|literal| holds(literal.span));
        unit.facts.comments.iter().for_each(|comment| holds(comment.span));
        unit.facts.unread.iter().chain(&unit.facts.errors).for_each(|span| holds(*span));
        visit::expressions(&unit.facts, &mut |expr| holds(expr.span));
    }
}

/// Texts that need no grammar, and those that hold others: the first byte chooses.
pub fn texts(data: &[u8]) {
    const PATHS: &[&str] = &[
        ".env", "a.properties", ".netrc", "Makefile", "a.http", "a.bru", "a.md", "a.ipynb", "a.vue", "a.svelte",
        "a.astro", "a.ejs", "a.erb", "a.blade.php", "a.txt", "package.json", ".github/workflows/a.yml", "a.rst",
        ".bash_history", "a.postman_collection.json", "a.har", "crontab",
    ];
    if let Some((path, text)) = chosen(PATHS, data) {
        read(path, text);
    }
}

/// The whole way from bytes to every kind of report, for a file in the language that the first byte chooses; no report
/// holds a secret.
pub fn judge(data: &[u8]) {
    const PATHS: &[&str] = &[
        "a.js", "a.ts", "a.tsx", "a.py", "a.sh", "a.go", "a.rs", "a.java", "a.kt", "a.groovy", "a.cs", "a.ps1", "a.rb",
        "a.ex", "a.php", "a.dart", "a.swift", "a.m", "a.tf", "Dockerfile", "a.html", "a.json", "a.yaml", "a.toml",
        "a.xml", ".env", "a.md", "a.ipynb", "a.vue", "a.http",
    ];
    // To prepare the rows takes as long as to judge a hundred small files.
    static GROUND: LazyLock<Ground<'static>> = LazyLock::new(|| Ground::new(builtin()).of_whole_tree(true));
    let Some((path, bytes)) = chosen(PATHS, data) else { return };
    let decoded = decode(bytes.to_vec());
    if decoded.binary {
        return;
    }
    let tree: MemoryTree = [(path, bytes)].into_iter().collect();
    let shelf = Shelf::new(Arc::new(tree), vec![String::new()], builtin());
    let files = [judge_file(&GROUND, &shelf, shelf.judged(&path.into(), decoded.text))];
    let _ = (written_secrets(&GROUND, &files), unsettled(&GROUND, &files));
    let Verdict { mut findings, secrets, credentials } = judge_tree(&GROUND, &files);
    let suppressed = triage(builtin(), &[files[0].document.clone()], &[], &mut findings, true);
    if findings.is_empty() && suppressed.is_empty() {
        return;
    }
    let sources = vec![files[0].document.source.clone()];
    let report = Report { findings, suppressed, secrets, credentials, sources, ..Report::default() };
    let written = report.findings.iter().filter(|finding| matches!(finding.rule, "hardcoded-secret" | "client-side-secret"));
    let written: Vec<&str> = written
        .map(|finding| files[0].document.source.slice(finding.primary.place.span))
        .filter(|text| text.len() >= 24 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .collect();
    for format in Format::ALL {
        let mut out = Vec::new();
        report::write(&report, format, &report::Options::default(), &mut out).expect("memory takes all");
        let out = String::from_utf8(out).expect("a report is text");
        assert!(written.iter().all(|secret| !out.contains(secret)), "a {format} report holds a secret");
    }
}

/// Imports, over a tree whose manifests are the input: parts between bytes of 0xff are what is imported, `package.json`,
/// `tsconfig.json`, the `package.json` of a package in the workspace, `pnpm-workspace.yaml`, and so on.
pub fn resolve(data: &[u8]) {
    const FILES: &[&str] = &[
        "package.json", "tsconfig.json", "packages/x/package.json", "pnpm-workspace.yaml", "apps/a/tsconfig.json",
        "vite.config.js",
    ];
    let mut parts = data.split(|byte| *byte == 0xff);
    let specifier = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let sources = ["src/a.ts", "packages/x/src/index.ts", "apps/a/b.js", "lib/c.vue"].map(|path| (path, &b"x"[..]));
    let tree: MemoryTree = FILES.iter().copied().zip(parts).chain(sources).collect();
    let shelf = Shelf::new(Arc::new(tree), vec![String::new()], builtin());
    for from in ["src/a.ts", "apps/a/b.js", "packages/x/src/index.ts"] {
        if let Some(path) = Modules::resolve(&shelf, from, &specifier) {
            assert!(shelf.exists(&path), "an import leads to a file that is none");
        }
    }
}

/// A configuration file: a mistake in it is an error with a place, and one without is asked all that a run asks it.
pub fn config(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Config::parse("mpcheck.toml", text) {
        Ok(config) => {
            for path in ["src/a.ts", "a", "../x/\u{e9}.py", ""] {
                let _ = (config.excludes(path), config.side(path), config.setting_by_path("hardcoded-secret", path));
            }
            let _ = Policy::new(config, None);
        }
        Err(error) => drop(error.to_string()),
    }
}

fn chosen<'d>(paths: &[&'static str], data: &'d [u8]) -> Option<(&'static str, &'d [u8])> {
    let (first, rest) = data.split_first()?;
    Some((paths[*first as usize % paths.len()], rest))
}
