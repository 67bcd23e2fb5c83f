//! Small programs, each held to a verdict: what is too little for a case. Each file `tests/programs/<name>.txt` opens with
//! lines that start with `@`:
//!
//! - `@file app/send.rb` - where the programs stand, each in a folder of its own
//! - `@lead require 'faraday'` - a line in front of each program (repeatable)
//! - `@tail }` - a line behind each (repeatable)
//!
//! and goes on with programs, each behind a line `== what it shows`. A line that ends with `§ rule@level` is reported so,
//! one with several (`§ rule@level rule@level`) by each; no other is. A line `-- path` begins another file of the program.
//! In a program `@TOKEN@`, `@SECRET@`, `@ACCOUNT@` and `@PASSWORD@` are credentials that nobody has.

use std::collections::BTreeMap;
use std::fs;

use crate::support::{Files, Found, check, found, repository};

/// Made-up credentials, others for each program: what is known of a value in one must not be known in the next.
fn credentials(at: usize) -> [(&'static str, String); 4] {
    let mut state = at as u64;
    // SplitMix64: any numbers do, so long as each run has the same.
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb)
    };
    let token = format!("{:016x}{:016x}", next(), next());
    let secret = format!("{:016x}{:016x}", next(), next());
    let account = format!("nightly.{:06x}.mp-service-account", next() >> 40);
    let letters = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    let password = (0..32).map(|_| char::from(letters[(next() >> 33) as usize % letters.len()])).collect();
    [("@TOKEN@", token), ("@SECRET@", secret), ("@ACCOUNT@", account), ("@PASSWORD@", password)]
}

/// A program.
pub(crate) struct Program {
    /// `ruby: what it shows`.
    pub(crate) name: String,
    /// Its files.
    pub(crate) files: Files,
    /// What must be reported, in order: path, line, `rule@level`.
    pub(crate) expected: Vec<(String, u32, String)>,
}

/// All programs.
pub(crate) fn all() -> Vec<Program> {
    let folder = repository().join("tests/programs");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        all.extend(programs(&path.file_stem().unwrap().to_string_lossy(), &fs::read_to_string(&path).unwrap()));
    }
    all
}

fn programs(stem: &str, text: &str) -> Vec<Program> {
    let mut parts = text.split("\n== ");
    let head = parts.next().unwrap_or_default();
    let keys = |wanted: &str| -> Vec<&str> {
        let found = head.lines().filter_map(|line| line.strip_prefix(wanted));
        found.map(|rest| rest.strip_prefix(' ').unwrap_or(rest)).collect()
    };
    let file = *keys("@file").first().unwrap_or_else(|| panic!("tests/programs/{stem}.txt: no @file"));
    let (lead, tail) = (keys("@lead"), keys("@tail"));
    parts.enumerate().map(|(at, part)| program(stem, at, file, &lead, &tail, part)).collect()
}

fn program(stem: &str, at: usize, file: &str, lead: &[&str], tail: &[&str], text: &str) -> Program {
    let (title, text) = text.split_once('\n').unwrap_or((text, ""));
    let credentials = credentials(stem.bytes().fold(at, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())));
    let mut program = Program { name: format!("{stem}: {title}"), files: Files::new(), expected: Vec::new() };
    for (number, part) in format!("\n{text}").split("\n-- ").enumerate() {
        let (path, text) = match number {
            0 => (file, part.strip_prefix('\n').unwrap_or(part)),
            _ => part.split_once('\n').unwrap_or((part, "")),
        };
        let path = format!("{stem}-{at}/{path}");
        let text = text.trim_end_matches('\n');
        let around = if number == 0 { (lead, tail) } else { (&[] as &[&str], &[] as &[&str]) };
        let mut out = String::new();
        for line in around.0.iter().copied().chain(text.split('\n')).chain(around.1.iter().copied()) {
            let (code, marks) = line.split_once('§').unwrap_or((line, ""));
            let code = if marks.is_empty() { code } else { code.trim_end() };
            out.push_str(&credentials.iter().fold(code.to_owned(), |code, (name, value)| code.replace(name, value)));
            out.push('\n');
            let line = out.lines().count() as u32;
            program.expected.extend(marks.split_whitespace().map(|mark| (path.clone(), line, mark.to_owned())));
        }
        program.files.insert(path, out.into_bytes());
    }
    program.expected.sort();
    program
}

#[test]
fn programs_get_their_verdicts() {
    let all = all();
    let mut files = Files::new();
    for program in &all {
        files.extend(program.files.clone());
    }
    let report = check(&files);
    let mut by_folder: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for one in found(&report) {
        by_folder.entry(one.path.split('/').next().unwrap_or_default().to_owned()).or_default().push(one);
    }
    let mut faults: Vec<String> = report.problems.iter().map(|problem| format!("{problem:?}")).collect();
    for program in &all {
        let folder = program.files.keys().next().and_then(|path| path.split('/').next()).unwrap_or_default();
        let got = by_folder.get(folder).into_iter().flatten();
        let mut got: Vec<_> =
            got.map(|one| (one.path.clone(), one.line, format!("{}@{}", one.rule, one.level))).collect();
        got.sort();
        if got != program.expected {
            faults.push(format!("{}\n    wanted {:?}\n    got    {got:?}", program.name, program.expected));
        }
    }
    assert!(faults.is_empty(), "\n{}\n\n{} of {} disagree", faults.join("\n"), faults.len(), all.len());
}
