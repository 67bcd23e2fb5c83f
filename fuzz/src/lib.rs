//! What the fuzz targets run, and what must hold whatever the input.
//!
//! Each target is two lines in `fuzz_targets/`; `fuzz/run` builds them, seeds them from the fixtures and runs them.

use std::sync::Arc;

use mpcheck::catalog::builtin;
use mpcheck::flow::resolve::Resolver;
use mpcheck::input::{Candidate, MemoryTree, decode};
use mpcheck::config::Config;
use mpcheck::pipeline::{self, Surroundings};
use mpcheck::policy::Policy;
use mpcheck::source::{Source, Span};
use mpcheck::syntax::{self, visit};

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

/// The whole way from bytes to findings, for a file in the language that the first byte chooses. A panic that mpcheck
/// caught is one all the same.
pub fn judge(data: &[u8]) {
    const PATHS: &[&str] = &[
        "a.js", "a.ts", "a.tsx", "a.py", "a.sh", "a.go", "a.rs", "a.java", "a.kt", "a.groovy", "a.cs", "a.ps1", "a.rb",
        "a.ex", "a.php", "a.dart", "a.swift", "a.m", "a.tf", "Dockerfile", "a.html", "a.json", "a.yaml", "a.toml",
        "a.xml", ".env", "a.md", "a.ipynb", "a.vue", "a.http",
    ];
    let Some((path, bytes)) = chosen(PATHS, data) else { return };
    let tree: MemoryTree = [(path, bytes)].into_iter().collect();
    let candidate = Candidate { path: path.into(), bytes: bytes.to_vec(), named: true };
    let around = Surroundings { folders: vec![String::new()], whole: true, roots: Vec::new() };
    let report = pipeline::check(Arc::new(tree), vec![candidate], &around, &Policy::default(), &mut Vec::new());
    let failed = report.problems.iter().find(|problem| problem.message.contains("mistake in mpcheck"));
    assert!(failed.is_none(), "{}", failed.map(|problem| problem.message.as_str()).unwrap_or_default());
}

/// The resolver, over a tree whose manifests are the input: parts between bytes of 0xff are an import, `package.json`,
/// `tsconfig.json`, the `package.json` of a package in the workspace, and `pnpm-workspace.yaml`.
pub fn resolve(data: &[u8]) {
    const FILES: &[&str] =
        &["package.json", "tsconfig.json", "packages/x/package.json", "pnpm-workspace.yaml", "apps/a/tsconfig.json"];
    let mut parts = data.split(|byte| *byte == 0xff);
    let specifier = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let sources = ["src/a.ts", "packages/x/src/index.ts", "apps/a/b.js", "lib/c.vue"].map(|path| (path, &b"x"[..]));
    let tree: MemoryTree = FILES.iter().copied().zip(parts).chain(sources).collect();
    let resolver = Resolver::new(Arc::new(tree), vec![String::new()], builtin().surfaces.alias.clone());
    for from in ["src/a.ts", "apps/a/b.js", "packages/x/src/index.ts"] {
        let _ = resolver.resolve(from, &specifier);
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
