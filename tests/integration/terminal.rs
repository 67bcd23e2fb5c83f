//! What a terminal shows while a long run works, and that nothing of it stays.
#![cfg(target_os = "linux")]

use std::fs;
use std::process::Command;

/// Whether a text says how far a run is.
fn tells(text: &str) -> bool {
    text.contains("judging ") || text.contains("looking for files")
}

#[test]
fn progress_is_shown_on_a_terminal_after_a_second_and_vanishes() {
    // Findings enough to keep a run busy for some seconds.
    let secret = |n: u128| (n + 77).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let text: String = (0..30_000).map(|n| format!("MIXPANEL_API_SECRET_{n} = '{:032x}'\n", secret(n))).collect();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("many.py"), text).unwrap();
    // `script` gives the command a terminal of its own.
    let command = format!("{} --no-config -f compact .", env!("CARGO_BIN_EXE_mpcheck"));
    let output = Command::new("script")
        .args(["-q", "-e", "-c", &command, "/dev/null"])
        .env("TERM", "xterm")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stdout);
    let report = text.find("many.py:1:").expect("the report follows");
    let (drawn, report) = text.split_at(report);
    assert!(!tells(report), "nothing is drawn into the report");
    assert!(tells(drawn), "{drawn:?}");
    let (_, left) = drawn.rsplit_once("\u{1b}[2K").expect("what was drawn is taken away");
    assert!(left.trim().is_empty(), "{left:?}");
}
