//! The plan of the house: rooms import one way, and files stay small.

use std::fs;

use regex::Regex;

use crate::support::{read_folder, repository};

/// The rooms in the order in which data flows. None imports from a later one.
const ROOMS: [&str; 6] = ["input", "syntax", "flow", "judge", "triage", "report"];

/// What all rooms stand on, and what stands above them all. The ground imports only from the ground.
const GROUND: [&str; 7] = ["account", "catalog", "fault", "secret", "source", "time", "finding"];

/// Imports against the order, with the reason.
const ALLOWED_IMPORTS: &[(&str, &str, &str)] = &[];

/// How many lines a file may have.
const MOST_LINES: usize = 500;

/// Longer files, with the reason.
const ALLOWED_LENGTHS: &[(&str, &str)] =
    &[("src/syntax/javascript.rs", "a table, and the irregular forms of the largest grammar")];

/// The source files: path from the repository, and text without comments and unit tests.
fn sources() -> Vec<(String, String)> {
    let files = read_folder(&repository().join("src"));
    let rust = files.into_iter().filter(|(path, _)| path.ends_with(".rs"));
    rust.map(|(path, bytes)| (format!("src/{path}"), String::from_utf8(bytes).unwrap())).collect()
}

/// The rooms that a text names by a path from the crate's root.
fn rooms_named(text: &str) -> Vec<String> {
    let single = Regex::new(r"\bcrate::(\w+)").unwrap();
    let group = Regex::new(r"\bcrate::\{").unwrap();
    let mut rooms: Vec<String> = single.captures_iter(text).map(|found| found[1].to_owned()).collect();
    for found in group.find_iter(text) {
        // `use crate::{pipeline, report::{self, Format}}`: the names at depth one.
        let (mut depth, mut name, mut fresh) = (1, String::new(), true);
        for c in text[found.end()..].chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            match c {
                c if depth == 1 && fresh && (c.is_alphanumeric() || c == '_') => name.push(c),
                ',' if depth == 1 => fresh = true,
                c if c.is_whitespace() => {}
                _ => fresh = false,
            }
            if (!fresh || c == ',' || depth == 0) && !name.is_empty() {
                rooms.push(std::mem::take(&mut name));
            }
            if depth == 0 {
                break;
            }
        }
    }
    rooms
}

/// Text without comments and without what stands behind `#[cfg(test)]`, which in this house is a file's end.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..end].lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn imports_go_one_way() {
    let mut faults = Vec::new();
    let mut used = Vec::new();
    for (path, text) in sources() {
        if path.ends_with("tests.rs") || path.contains("/tests/") {
            continue;
        }
        let room = path.split('/').nth(1).unwrap().trim_end_matches(".rs").to_owned();
        let at = ROOMS.iter().position(|name| *name == room);
        let ground = GROUND.contains(&room.as_str());
        if at.is_none() && !ground {
            continue;
        }
        for named in rooms_named(&code(&text)) {
            let later = match ROOMS.iter().position(|name| *name == named) {
                Some(_) if ground => true,
                Some(other) => at.is_some_and(|at| other > at),
                None => ["app", "cli", "pipeline", "change", "known", "config", "policy"].contains(&named.as_str()),
            };
            let entry = ALLOWED_IMPORTS.iter().find(|(file, to, _)| *file == path && *to == named);
            match entry {
                Some(entry) if later => used.push(entry),
                None if later => faults.push(format!("{path} imports from {named}")),
                _ => {}
            }
        }
    }
    for entry in ALLOWED_IMPORTS.iter().filter(|entry| !used.contains(entry)) {
        faults.push(format!("{} no longer imports from {}: take it off ALLOWED_IMPORTS", entry.0, entry.1));
    }
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn names_of_rooms_are_read_from_imports() {
    let text = "use crate::flow::value;\nuse crate::{pipeline, report::{self, Format}, judge};\nlet x = crate::secret::digest();";
    assert_eq!(rooms_named(text), ["flow", "secret", "pipeline", "report", "judge"]);
    assert!(!code("// crate::report\nx\n#[cfg(test)]\nmod tests {\n use crate::report;\n").contains("report"));
}

#[test]
fn files_stay_small() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        let allowed = ALLOWED_LENGTHS.iter().any(|(file, _)| *file == path);
        match (lines > MOST_LINES, allowed) {
            (true, false) => {
                faults.push(format!("{path} has {lines} lines, more than {MOST_LINES}: split it, or say why not"))
            }
            (false, true) => faults.push(format!("{path} has {lines} lines: take it off ALLOWED_LENGTHS")),
            _ => {}
        }
    }
    for (path, _) in ALLOWED_LENGTHS {
        if !repository().join(path).is_file() {
            faults.push(format!("{path} is gone: take it off ALLOWED_LENGTHS"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    for (path, text) in sources() {
        assert!(
            path.ends_with("/tests.rs") || text.starts_with("//! "),
            "{path} doesn't open with a sentence on what it is for"
        );
        assert!(!text.contains("unsafe {") && !text.contains("todo!("), "{path}");
    }
}

#[test]
fn only_its_own_room_knows_a_report_crate() {
    for (krate, home) in [("miette::", "src/report/human.rs"), ("serde_sarif::", "src/report/sarif.rs")] {
        for (path, text) in sources() {
            assert!(path == home || !code(&text).contains(krate), "{path} uses {krate}, which belongs in {home}");
        }
        assert!(fs::read_to_string(repository().join(home)).unwrap().contains(krate), "{home} no longer uses {krate}");
    }
}
