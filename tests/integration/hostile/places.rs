//! Files that are no files, that may not be read, that come and go; and nowhere to write to.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{BESIDE, beside, bounded, run, write};

#[test]
#[cfg(unix)]
fn loops_of_links_and_pipes_are_passed_over() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("src/deep")).unwrap();
    symlink("..", at("src/deep/up")).unwrap();
    symlink("b", at("a")).unwrap();
    symlink("a", at("b")).unwrap();
    symlink("nowhere", at("dangling.py")).unwrap();
    symlink("/", at("root")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(at("pipe.py")).status().unwrap().success());
    let (lines, _) = beside(folder.path());
    assert!(lines.is_empty(), "{lines:?}");
    // Named, each is told.
    for (name, words) in
        [("pipe.py", "named pipe"), ("a", "a: "), ("dangling.py", "does not exist"), ("/dev/zero", "device")]
    {
        let (code, out, err) = run(folder.path(), &["--no-config", "-f", "compact", name, "beside.py"]);
        assert!(err.contains(words), "{name}: {err}");
        assert!(code == 2 || (code == 1 && out.starts_with("beside.py:1:")), "{name}: {code} {out}");
    }
}

#[test]
#[cfg(unix)]
fn what_may_not_be_read_is_told() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let folder = tempfile::tempdir().unwrap();
    let allow = |name: &str, mode: u32| {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    write(folder.path(), "locked.py", BESIDE.1);
    write(folder.path(), "shut/a.py", BESIDE.1);
    write(folder.path(), BESIDE.0, BESIDE.1);
    allow("", 0o755);
    let mut command = bounded(folder.path(), &["--no-config", "-f", "compact", "."]);
    // To the superuser nothing is locked: become somebody else, with a binary that anybody may run.
    if fs::metadata(folder.path()).unwrap().uid() == 0 {
        let copy = folder.path().join("mpcheck.bin");
        fs::copy(super::binary(), &copy).unwrap();
        allow("mpcheck.bin", 0o755);
        let script = "exec ./mpcheck.bin --no-config -f compact .";
        command = std::process::Command::new("sh");
        command.args(["-c", script]).current_dir(folder.path()).uid(65534).gid(65534);
    }
    allow("locked.py", 0);
    allow("shut", 0);
    let output = command.output().unwrap();
    allow("shut", 0o755);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{out}{err}");
    assert!(out.starts_with("beside.py:1:24: ") && out.lines().count() == 1, "{out}");
    for name in ["locked.py", "shut"] {
        let told = err.lines().any(|line| line.contains(name) && line.contains("permission"));
        assert!(told, "{name} is named: {err}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_fails_while_it_is_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), BESIDE.0, BESIDE.1);
    let (code, out, err) = run(folder.path(), &["--no-config", "-f", "compact", "/proc/self/mem", "beside.py"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("/proc/self/mem") && err.contains("can't be read"), "{err}");
    assert!(out.contains("beside.py:1:24: "), "{out}");
}

#[test]
fn files_that_vanish_or_grow_harm_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut turn = 0_usize;
            while !done.load(Ordering::Relaxed) {
                turn += 1;
                let file = folder.path().join(format!("come-and-go-{}.py", turn % 40));
                let _ = fs::write(&file, "# mixpanel\n".repeat(turn % 9_000));
                let _ = fs::remove_file(folder.path().join(format!("come-and-go-{}.py", (turn + 17) % 40)));
                write(folder.path(), &format!("deep/{}/x.py", turn % 7), "mixpanel = 1\n");
                let _ = fs::remove_dir_all(folder.path().join(format!("deep/{}", (turn + 3) % 7)));
            }
        });
        for _ in 0..6 {
            let (lines, err) = beside(folder.path());
            assert!(lines.is_empty(), "{lines:?}");
            assert!(err.lines().all(|line| !line.contains("come-and-go") || line.contains("vanished")), "{err}");
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), BESIDE.0, BESIDE.1);
    for format in ["human", "compact", "json", "sarif", "github"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = bounded(folder.path(), &["--no-config", "-f", format, "."]).stdout(full).output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{format}: {err}");
        assert!(err.contains("could not be written") && err.contains("disk"), "{format}: {err}");
        let (code, out, err) =
            run(folder.path(), &["--no-config", "-f", "compact", "-o", &format!("{format}=/dev/full")]);
        assert_eq!(code, 2, "{format}: {err}");
        assert!(err.contains("`/dev/full` could not be written") && out.contains("beside.py:1:"), "{format}: {err}");
    }
}
