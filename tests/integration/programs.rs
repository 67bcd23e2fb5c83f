//! Small programs, each held to a verdict: what is too little for a case. Each file `tests/programs/<name>.txt` opens with
//! lines that start with `@`:
//!
//! - `@file app/send.rb` - where the programs stand
//! - `@lead require 'faraday'` - a line in front of each program (repeatable)
//! - `@tail }` - a line behind each (repeatable)
//!
//! and goes on with programs, each behind a line `== what it shows`. A line that ends with `§ rule@level` is reported so,
//! one with several (`§ rule@level rule@level`) by each; no other is. A line `-- path` begins another file of the program.
//! In a program `@TOKEN@`, `@SECRET@`, `@ACCOUNT@` and `@PASSWORD@` are credentials that nobody has, the same in the
//! whole program; `@+TOKEN@` and its like are others in each line.

use std::fs;

use rayon::prelude::*;

use crate::support::{Files, check, found, repository};

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
    let seed = stem.bytes().fold(at, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let whole = credentials(seed);
    let mut program = Program { name: format!("{stem}: {title}"), files: Files::new(), expected: Vec::new() };
    for (number, part) in format!("\n{text}").split("\n-- ").enumerate() {
        let (path, text) = match number {
            0 => (file, part.strip_prefix('\n').unwrap_or(part)),
            _ => part.split_once('\n').unwrap_or((part, "")),
        };
        let text = text.trim_end_matches('\n');
        if number == 0 && text.is_empty() {
            continue;
        }
        let around = if number == 0 { (lead, tail) } else { (&[] as &[&str], &[] as &[&str]) };
        let mut out = String::new();
        for line in around.0.iter().copied().chain(text.split('\n')).chain(around.1.iter().copied()) {
            let (code, marks) = line.split_once('§').unwrap_or((line, ""));
            let code = if marks.is_empty() { code } else { code.trim_end() };
            // A value of its own for each line, where that is asked for.
            let own = credentials(seed.wrapping_add(out.len() + 1));
            let code = own
                .iter()
                .fold(code.to_owned(), |code, (name, value)| code.replace(&name.replacen('@', "@+", 1), value));
            out.push_str(&whole.iter().fold(code, |code, (name, value)| code.replace(name, value)));
            out.push('\n');
            let line = out.lines().count() as u32;
            program.expected.extend(marks.split_whitespace().map(|mark| (path.to_owned(), line, mark.to_owned())));
        }
        program.files.insert(path.to_owned(), out.into_bytes());
    }
    program.expected.sort();
    program
}

#[test]
fn programs_get_their_verdicts() {
    let all = all();
    // Each by itself: what one program defines must say nothing of the next.
    let mut faults: Vec<String> = all.par_iter().filter_map(fault).collect();
    faults.sort();
    assert!(faults.is_empty(), "\n{}\n\n{} of {} disagree", faults.join("\n"), faults.len(), all.len());
}

/// What is wrong with the verdict on a program.
fn fault(program: &Program) -> Option<String> {
    let report = check(&program.files);
    let got = found(&report).into_iter();
    let mut got: Vec<_> = got.map(|one| (one.path, one.line, format!("{}@{}", one.rule, one.level))).collect();
    got.sort();
    let problems = report.problems;
    let right = got == program.expected && problems.is_empty();
    (!right).then(|| format!("{}\n    wanted {:?}\n    got    {got:?} {problems:?}", program.name, program.expected))
}
