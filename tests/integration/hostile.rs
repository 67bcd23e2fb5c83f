//! Input that would break a careless reader: each file comes to a clear message or a finding within bounded time and
//! memory, and hides nothing that stands in a file beside it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::{Files, files, write_folder};

mod fuzzed;
mod growth;
mod names;
mod nesting;
mod places;
mod size;

/// Processor time that a run may take, in seconds; unlike time on a clock it doesn't depend on what else is running.
const SECONDS: u32 = 20;
/// Memory that a run may take, in KiB.
const MEMORY: u32 = 1024 * 1024;

/// A secret in a file of its own, which every run must report whatever stands beside it.
const BESIDE: (&str, &str) = ("beside.py", "MIXPANEL_API_SECRET = '83f0b1c64d7e29a5f86c13d0e9427ba5'\n");

/// The binary to test: another one than this build's where `MPCHECK` names it.
fn binary() -> String {
    std::env::var("MPCHECK").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mpcheck").to_owned())
}

/// A command with its processor time and memory bounded.
fn bounded(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    let script = format!("ulimit -t {SECONDS}; ulimit -d {MEMORY}; exec \"$@\"");
    command.args(["-c", &script, "sh", &binary()]).args(arguments).current_dir(folder);
    command.stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL"] {
        command.env_remove(name);
    }
    command
}

/// What a run over a folder gives, which must have ended by itself.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = bounded(folder, arguments).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&stdout).into_owned(), String::from_utf8_lossy(&stderr).into_owned());
    let code = status.code().unwrap_or_else(|| panic!("{arguments:?} was killed ({status}): {err}"));
    assert!(!err.contains("panicked") && !err.contains("mistake in mpcheck"), "{arguments:?}: {err}");
    assert!(!out.contains("mistake in mpcheck"), "{arguments:?}: {out}");
    (code, out, err)
}

/// The lines of a compact report over a folder that also holds [`BESIDE`], without that file's; and standard error.
fn beside(folder: &Path) -> (Vec<String>, String) {
    write_folder(folder, &files([BESIDE]));
    let (code, out, err) = run(folder, &["--no-config", "-f", "compact", "."]);
    assert_eq!(code, 1, "{err}");
    let (own, others): (Vec<_>, Vec<_>) = out.lines().map(str::to_owned).partition(|line| line.starts_with(BESIDE.0));
    assert_eq!(own.len(), 1, "the secret beside is found: {out}{err}");
    assert!(own[0].starts_with("beside.py:1:24: error[hardcoded-secret]"), "{own:?}");
    (others, err)
}

/// The same for a tree.
fn beside_files(tree: &Files) -> (Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), tree);
    beside(folder.path())
}

/// Whether a report or standard error speaks of a file.
fn is_told(told: &(Vec<String>, String), path: &str) -> bool {
    told.0.iter().any(|line| line.starts_with(&format!("{path}:"))) || told.1.contains(path)
}

/// A secret as it stands in generated files, in a language's own way of binding a name.
const SECRET: &str = "1d94f7e05ab8c263d17f90a4be58362c";

/// Writes one file of bytes.
fn write(folder: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}
