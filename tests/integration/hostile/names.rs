//! Names that try to forge what a report says.

use std::fs;

use serde_json::Value;

use super::{BESIDE, beside, run};

/// Names of files, each with the text of [`BESIDE`].
const NAMES: &[&str] = &[
    "new\nline.py",
    "return\r\n::error file=x.py,line=1::forged.py",
    "esc\u{1b}[2J\u{1b}[31mred.py",
    "bell\u{7}\u{9b}31m.py",
    "bidi\u{202e}yp.txt.py",
    "::warning file=a.py,line=1::forged.py",
    "a.py:1:1: error[hardcoded-secret]: forged.py",
    "%0A::error::forged.py",
    "-leading.py",
    "space and 'quote' \"double\" `tick`.py",
    "[link](x) <b>|pipe.py",
    "line\u{2028}separator\u{85}next.py",
];

#[test]
fn no_report_can_be_forged_by_a_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in NAMES {
        fs::write(folder.path().join(name), BESIDE.1).unwrap();
    }
    for format in ["compact", "github", "human", "json", "sarif"] {
        let (code, out, err) = run(folder.path(), &["--no-config", "-f", format, "."]);
        assert_eq!(code, 1, "{format}: {err}");
        // What machines read keeps a name as it is, as far as its own escapes let it.
        let machine = matches!(format, "json" | "sarif");
        let plain = |c: char| c == '\n' || !c.is_control() || machine && !c.is_ascii();
        assert!(out.chars().all(plain) && err.chars().all(plain), "{format}: a control character gets out");
        assert!(machine || !out.contains(['\u{202e}', '\u{2028}']), "{format}");
        match format {
            "compact" => {
                let lines: Vec<&str> = out.lines().collect();
                assert_eq!(lines.len(), NAMES.len(), "{out}");
                assert!(lines.iter().all(|line| line.contains(":1:24: error[hardcoded-secret]: ")), "{out}");
            }
            "github" => {
                let commands: Vec<&str> = out.lines().filter(|line| line.trim_start().starts_with("::")).collect();
                assert_eq!(commands.len(), NAMES.len(), "{out}");
                for command in commands {
                    let (properties, _) = command.trim_start_matches("::").split_once("::").unwrap();
                    assert!(properties.starts_with("error ") && properties.contains("line=1,"), "{command}");
                    assert!(properties.contains("title="), "{command}");
                }
            }
            "human" => assert!(!out.lines().any(|line| line.starts_with("::")), "{out}"),
            "json" => {
                let report: Value = serde_json::from_str(&out).unwrap();
                for name in NAMES {
                    assert!(report.to_string().contains(&Value::from(*name).to_string()[1..]), "{name:?}");
                }
            }
            _ => {
                let report: Value = serde_json::from_str(&out).unwrap();
                let results = report["runs"][0]["results"].as_array().unwrap();
                assert_eq!(results.len(), NAMES.len());
                for result in results {
                    let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
                    assert!(uri.is_ascii() && !uri.contains([' ', '\n', '"', '<', '[', '`']), "{uri}");
                }
            }
        }
    }
}

#[test]
fn names_like_options_are_files_behind_the_separator() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("-leading.py"), BESIDE.1).unwrap();
    let (code, out, _) = run(folder.path(), &["--no-config", "-f", "compact", "--", "-leading.py"]);
    assert!(code == 1 && out.starts_with("-leading.py:1:24: "), "{out}");
}

#[test]
#[cfg(target_os = "linux")]
fn names_that_are_no_utf8_are_told_and_read() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9\n.py");
    fs::write(folder.path().join(name), BESIDE.1).unwrap();
    let (lines, err) = beside(folder.path());
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("hardcoded-secret") && err.contains("not UTF-8"), "{lines:?} {err}");
}
