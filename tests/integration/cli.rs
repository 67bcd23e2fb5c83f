//! The program itself: exit codes, options, formats, and files that would break a careless reader.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Files, files, repository, write_folder};

const SECRET: &str = "7c41be09d35fa8260e9d1b4a76f3c852";
/// One error, in line 1.
const LEAK: &str = "MIXPANEL_API_SECRET = '7c41be09d35fa8260e9d1b4a76f3c852'\n";
/// One warning, in line 1.
const TOKEN: &str = "MIXPANEL_TOKEN = '9b1f06c2a47de83350c6e9f7128ad4b5'\n";
/// One note, in line 1.
const USERNAME: &str = "MIXPANEL_SA_USERNAME = 'reports.4be21c.mp-service-account'\n";

fn folder(files: &Files) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), files);
    folder
}

fn of(path: &str, text: &str) -> TempDir {
    folder(&files([(path, text)]))
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mpcheck"));
    command.current_dir(folder).args(arguments);
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL"] {
        command.env_remove(name);
    }
    command
}

fn mpcheck(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn code(folder: &Path, arguments: &[&str]) -> i32 {
    mpcheck(folder, arguments).status.code().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The lines of a compact report.
fn compact(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let output = mpcheck(folder, &[&["--no-config", "-f", "compact", "-q"], arguments].concat());
    assert!(output.status.code().unwrap() < 2, "{}", err(&output));
    out(&output).lines().map(str::to_owned).collect()
}

fn has(lines: &[String], start: &str, rule: &str) -> bool {
    lines.iter().any(|line| line.starts_with(start) && line.contains(&format!("[{rule}]")))
}

#[test]
fn clean_folders_exit_with_0() {
    let folder = of("a.py", "import os\nMIXPANEL_API_SECRET = os.environ['MIXPANEL_API_SECRET']\n");
    for arguments in [&[][..], &["."], &["a.py"], &["--fail-on", "note"]] {
        let output = mpcheck(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", out(&output));
        assert_eq!(err(&output), "", "{arguments:?}");
    }
}

#[test]
fn findings_exit_with_1_at_the_level_that_fails() {
    // The level found, and the exit code for each `--fail-on`.
    for (text, codes) in [(LEAK, [1, 1, 1, 0]), (TOKEN, [0, 1, 1, 0]), (USERNAME, [0, 0, 1, 0])] {
        let folder = of("a.py", text);
        let got = ["error", "warning", "note", "never"].map(|level| code(folder.path(), &["--fail-on", level]));
        assert_eq!(got, codes, "{text}");
        assert_eq!(code(folder.path(), &[]), codes[1], "the default is warning");
    }
}

#[test]
fn mistakes_exit_with_2_and_name_the_remedy() {
    let folder = of("a.py", LEAK);
    let cases: [(&[&str], &[&str]); 9] = [
        (&["no/such/path.py"], &["no/such/path.py", "does not exist"]),
        (&["a.py", "gone"], &["gone", "does not exist"]),
        (&["--no-such-option"], &["--no-such-option"]),
        (&["--select", "hardcoded-secrets"], &["hardcoded-secrets", "did you mean", "`hardcoded-secret`"]),
        (&["--ignore", "wrong-credentials"], &["did you mean", "`wrong-credential`"]),
        (&["explain", "secret-in-logs"], &["did you mean", "`secret-in-log`"]),
        (&["-f", "xml"], &["human", "sarif"]),
        (&["-o", "sarif"], &["FORMAT=FILE"]),
        (&["-o", "sarif=no/such/folder/x.sarif"], &["no/such/folder/x.sarif", "--output"]),
    ];
    for (arguments, words) in cases {
        let output = mpcheck(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let error = err(&output);
        assert!(error.starts_with("error: "), "{arguments:?}: {error}");
        for word in words {
            assert!(error.contains(word), "{arguments:?}: no `{word}` in: {error}");
        }
        assert!(!error.contains(SECRET));
    }
}

#[test]
fn rules_are_selected_and_ignored() {
    let text = format!("{LEAK}print(MIXPANEL_API_SECRET)\n{TOKEN}");
    let folder = of("a.py", &text);
    let rules = |arguments: &[&str]| {
        let lines = compact(folder.path(), arguments);
        ["hardcoded-secret", "secret-in-log", "hardcoded-token"].map(|rule| has(&lines, "a.py:", rule))
    };
    assert_eq!(rules(&[]), [true, true, true]);
    assert_eq!(rules(&["--select", "secret-in-log"]), [false, true, false]);
    assert_eq!(rules(&["--select", "secret-in-log,hardcoded-token"]), [false, true, true]);
    assert_eq!(rules(&["--ignore", "secret-in-log"]), [true, false, true]);
    assert_eq!(rules(&["--ignore", "secret-in-log", "--ignore", "hardcoded-token"]), [true, false, false]);
    assert_eq!(rules(&["--select", "secret-in-log", "--ignore", "secret-in-log"]), [false, false, false]);
    assert_eq!(code(folder.path(), &["--select", "insecure-transport"]), 0);
}

#[test]
fn every_format_is_written() {
    let folder = of("src/a b.py", &format!("{LEAK}print(MIXPANEL_API_SECRET)\n"));
    let report = |format: &str| {
        let output = mpcheck(folder.path(), &["--no-config", "-f", format]);
        assert_eq!(output.status.code(), Some(1), "{format}: {}", err(&output));
        let text = out(&output);
        assert!(!text.contains(SECRET) && !text.contains('\u{1b}'), "{format}");
        text
    };
    assert!(report("human").contains("src/a b.py:1:"));
    let compact = report("compact");
    assert!(compact.lines().any(|line| line.starts_with("src/a b.py:1:24: error[hardcoded-secret]: ")), "{compact}");
    assert!(report("github").lines().any(|line| line.starts_with("::error ") && line.contains("line=1")));
    let json: Value = serde_json::from_str(&report("json")).unwrap();
    assert!(json.to_string().contains("hardcoded-secret"));
    let sarif: Value = serde_json::from_str(&report("sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "src/a%20b.py");
    assert_eq!(place["region"]["startLine"], 1);
    assert!(results[0]["partialFingerprints"].as_object().is_some_and(|all| !all.is_empty()));
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let index = results[0]["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(rules[index]["id"], results[0]["ruleId"]);
}

#[test]
fn reports_go_to_files_beside_standard_output() {
    let folder = of("a.py", LEAK);
    let arguments = ["--no-config", "-f", "compact", "-o", "sarif=x.sarif", "--output", "json=out.json"];
    let output = mpcheck(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).starts_with("a.py:1:"));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let sarif: Value = serde_json::from_str(&read("x.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "hardcoded-secret");
    assert!(serde_json::from_str::<Value>(&read("out.json")).is_ok());
    // What goes to a file is what would go to standard output.
    assert_eq!(read("x.sarif"), out(&mpcheck(folder.path(), &["--no-config", "-f", "sarif", "a.py"])));
}

#[test]
fn standard_input_is_judged_as_the_file_that_it_is_said_to_be() {
    let folder = folder(&files([
        ("src/keys.js", "export const key = process.env.MIXPANEL_API_SECRET;\n"),
        ("src/app.js", LEAK),
    ]));
    let judged = |path: &str, text: &str| {
        let mut command = command(folder.path(), &["--no-config", "-f", "compact", "-q", "--stdin", path]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), out(&output), err(&output))
    };
    let (status, text, _) = judged("src/app.py", LEAK);
    assert!(status == 1 && text.starts_with("src/app.py:1:") && text.contains("[hardcoded-secret]"), "{text}");
    // The path decides what the text is: in an environment file a token is no finding.
    assert_eq!(judged(".env", "MIXPANEL_TOKEN=9b1f06c2a47de83350c6e9f7128ad4b5\n").1, "");
    // What is on the disk under that name doesn't count, and what is imported comes from it.
    let program = "import Mixpanel from 'mixpanel';\nimport { key } from './keys.js';\nMixpanel.init(key);\n";
    let (_, text, _) = judged("src/app.js", program);
    assert!(text.contains("src/app.js:3:") && text.contains("[wrong-credential]"), "{text}");
    assert!(!text.contains("hardcoded-secret"), "{text}");
    assert_eq!(judged("src/app.js", "").0, 0);
}

#[test]
fn reports_do_not_depend_on_the_number_of_threads() {
    let source = repository().join("fixtures/cases");
    let mut all = Files::new();
    for name in ["cs-ts-ternary-region", "mi-js-wrapper-callers", "hs-mcp-json", "wc-py-partial", "ht-yaml-config"] {
        for (path, bytes) in crate::support::read_folder(&source.join(name)) {
            all.insert(format!("{name}/{path}"), bytes);
        }
    }
    for number in 0..40 {
        all.insert(format!("many/{number}.py"), format!("{LEAK}print(MIXPANEL_API_SECRET)\n").into_bytes());
    }
    let folder = folder(&all);
    for format in ["human", "compact", "json", "sarif", "github"] {
        let run = |threads: &str| mpcheck(folder.path(), &["--no-config", "-f", format, "--threads", threads]);
        let (one, four, again) = (run("1"), run("4"), run("4"));
        assert!(one.stdout.len() > 1000 && one.status.code() == Some(1), "{format}");
        assert!(one.stdout == four.stdout && four.stdout == again.stdout, "{format}: standard output differs");
        assert_eq!(err(&one), err(&four), "{format}");
    }
}

#[test]
fn every_encoding_of_text_is_read() {
    let wide = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
    };
    let second = format!("# ä €\n{LEAK}");
    let mut all = Files::new();
    all.insert("le.py".into(), wide(&second, u16::to_le_bytes));
    all.insert("be.py".into(), wide(&second, u16::to_be_bytes));
    all.insert("bom.py".into(), format!("\u{feff}{second}").into_bytes());
    all.insert("crlf.py".into(), second.replace('\n', "\r\n").into_bytes());
    all.insert("cr-end.py".into(), second.trim_end().as_bytes().to_vec());
    all.insert("latin1.py".into(), [b"# caf\xe9\n", LEAK.as_bytes()].concat());
    let folder = folder(&all);
    let lines = compact(folder.path(), &[]);
    for name in all.keys() {
        assert!(has(&lines, &format!("{name}:2:24:"), "hardcoded-secret"), "{name}: {lines:#?}");
    }
    assert_eq!(lines.len(), all.len(), "{lines:#?}");
}

#[test]
fn bytes_that_are_no_text_break_nothing() {
    let mut all = Files::new();
    all.insert("nul.py".into(), [LEAK.as_bytes(), b"\0\0\0\0"].concat());
    all.insert("cut.js".into(), b"const mixpanel = { apiSecret: '\xff\xfe\xf0\x9f".to_vec());
    all.insert("odd.py".into(), [b"\xff\xfem\0i\0x\0p\0a\0n\0e\0l\0".as_slice(), b"x"].concat());
    all.insert("empty.py".into(), Vec::new());
    all.insert("deep.js".into(), format!("// mixpanel\n{}", "[".repeat(20_000)).into_bytes());
    all.insert("long.js".into(), format!("mixpanel.x = '{}';\n", "a+".repeat(50_000)).into_bytes());
    all.insert("open.yml".into(), b"mixpanel: {secret: [\"\n  a: &x *x\n".to_vec());
    all.insert("ok.py".into(), LEAK.as_bytes().to_vec());
    let folder = folder(&all);
    for format in ["human", "compact", "json", "sarif", "github"] {
        let output = mpcheck(folder.path(), &["--no-config", "-f", format]);
        assert_eq!(output.status.code(), Some(1), "{format}: {}", err(&output));
        assert!(out(&output).contains("ok.py"), "{format}");
        assert!(!err(&output).contains("panicked") && !err(&output).contains("mistake in mpcheck"), "{}", err(&output));
        assert!(!out(&output).contains("mistake in mpcheck"), "{format}");
    }
    // A file that is named and can't be read as text is never passed over in silence.
    let mut bytes = b"\x7fELF\0\0\0".to_vec();
    bytes.extend(b"mixpanel\0".repeat(8));
    fs::write(folder.path().join("binary.bin"), bytes).unwrap();
    let output = mpcheck(folder.path(), &["--no-config", "-f", "compact", "binary.bin"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(err(&output).contains("binary.bin"), "{}", err(&output));
}

#[test]
fn ignored_files_and_dependencies_are_passed_over_unless_named() {
    let tree = files([
        (".gitignore", "build/\n"),
        ("build/a.py", LEAK),
        ("node_modules/x/a.py", LEAK),
        ("vendor/a.py", LEAK),
        (".env", "MIXPANEL_API_SECRET=7c41be09d35fa8260e9d1b4a76f3c852\n"),
        (".github/workflows/a.yml", "env:\n  MIXPANEL_API_SECRET: 7c41be09d35fa8260e9d1b4a76f3c852\n"),
    ]);
    let folder = folder(&tree);
    let lines = compact(folder.path(), &[]);
    assert!(has(&lines, ".env:1:", "hardcoded-secret"), "{lines:#?}");
    assert!(has(&lines, ".github/workflows/a.yml:2:", "hardcoded-secret"), "{lines:#?}");
    assert_eq!(lines.len(), 2, "{lines:#?}");
    let named = compact(folder.path(), &["build/a.py", "node_modules/x", "vendor"]);
    assert_eq!(named.len(), 3, "{named:#?}");
}

#[test]
fn a_reader_that_stops_early_is_no_failure() {
    let mut all = Files::new();
    for number in 0..300 {
        all.insert(format!("{number}.py"), LEAK.as_bytes().to_vec());
    }
    let folder = folder(&all);
    let mut child = command(folder.path(), &["--no-config", "--fail-on", "never"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(0), ""));
}

#[test]
fn shells_complete_options_and_rules() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = mpcheck(folder.path(), &["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{shell}: {}", err(&output));
        let script = out(&output);
        // PowerShell's and elvish's scripts complete names of options and commands only.
        let values = if ["powershell", "elvish"].contains(&shell) { &[][..] } else { &["hardcoded-secret", "sarif"] };
        for word in ["max-file-size", "completions"].iter().chain(values) {
            assert!(script.contains(word), "{shell}: no `{word}`");
        }
    }
    let output = mpcheck(folder.path(), &["completions", "tcsh"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("[possible values: bash"), "{}", err(&output));
}

#[test]
fn the_manual_page_names_every_option_and_command() {
    let folder = tempfile::tempdir().unwrap();
    let page = out(&mpcheck(folder.path(), &["man"])).replace("\\-", "-");
    assert!(page.contains(".TH mpcheck 1") && page.contains(".SH \"EXIT STATUS\""), "{page}");
    let help = out(&mpcheck(folder.path(), &["--help"]));
    let options: Vec<&str> = help.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 3).collect();
    assert!(options.len() > 8, "{help}");
    for option in options {
        let option = option.trim_end_matches([',', ';', '.', ')', '`']);
        assert!(page.contains(option), "{option} is missing");
    }
    for command in ["rules", "explain", "completions"] {
        assert!(page.contains(&format!("\\fB{command}\\fR")), "{command} is missing");
    }
}
