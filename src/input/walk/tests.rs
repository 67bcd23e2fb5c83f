//! What is walked and what isn't, on real folders.

use std::fs;
use std::sync::mpsc;

use super::*;

/// A folder with these files; each speaks of Mixpanel, so that it is a candidate if it is read.
fn folder(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for path in files {
        write(folder.path(), path, "mixpanel");
    }
    folder
}

fn write(root: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn run_with(root: &Path, paths: &[&str], options: WalkOptions) -> (Vec<String>, Walked) {
    let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    let found = Mutex::new(Vec::new());
    let walked = walk(root, &paths, options, &Default::default(), &|candidate| {
        let mark = if candidate.named { "!" } else { "" };
        found.lock().unwrap().push(format!("{mark}{}", candidate.path));
    });
    let mut found = found.into_inner().unwrap();
    found.sort();
    (found, walked.unwrap())
}

fn run(root: &Path, paths: &[&str]) -> (Vec<String>, Walked) {
    run_with(root, paths, WalkOptions::default())
}

/// The paths found, with nothing to complain of.
fn clean(root: &Path, paths: &[&str]) -> Vec<String> {
    let (found, walked) = run(root, paths);
    assert_eq!(walked.problems, []);
    found
}

#[test]
fn ignore_files_count_with_and_without_a_repository() {
    let folder = folder(&["a.js", "b.js", "c.js", "d.js", "sub/a.js", "sub/b.js", "build/x.js", ".env"]);
    write(folder.path(), ".gitignore", "/b.js\nbuild/\n.env\n");
    write(folder.path(), ".ignore", "c.js\n");
    write(folder.path(), ".mpcheckignore", "d.js\n");
    write(folder.path(), "sub/.gitignore", "/a.js\n");
    for repository in [false, true] {
        if repository {
            fs::create_dir(folder.path().join(".git")).unwrap();
        }
        assert_eq!(clean(folder.path(), &[]), ["a.js", "sub/b.js"]);
        // From below, what lies above counts too.
        assert_eq!(clean(&folder.path().join("sub"), &["."]), ["b.js"]);
        assert_eq!(clean(folder.path(), &["./sub/"]), ["sub/b.js"]);
    }
}

#[test]
fn what_lies_above_a_repository_ignores_nothing_in_it() {
    let folder = folder(&["project/a.js", "project/sub/b.js", "other.js"]);
    write(folder.path(), ".gitignore", "*\n");
    assert_eq!(clean(&folder.path().join("project"), &[]).len(), 0);
    fs::create_dir(folder.path().join("project/.git")).unwrap();
    assert_eq!(clean(&folder.path().join("project"), &[]), ["a.js", "sub/b.js"]);
    assert_eq!(clean(&folder.path().join("project/sub"), &[]), ["b.js"]);
}

#[test]
fn hidden_files_are_read_and_other_peoples_are_not() {
    let folder = folder(&[
        ".env.local",
        ".github/workflows/ci.yml",
        ".mcp.json",
        ".git/config",
        ".hg/hgrc",
        "node_modules/m/index.js",
        "web/node_modules/m/index.js",
        "vendor/x.go",
        "third_party/x.c",
        "Pods/x.m",
        "Carthage/x.m",
        ".venv/x.py",
        "package-lock.json",
        "web/yarn.lock",
        "app.js.map",
        "logo.PNG",
        "src/vendor.js",
        "x.lock.js",
    ]);
    write(folder.path(), "blob", b"mixpanel\0");
    let (found, walked) = run(folder.path(), &["."]);
    assert_eq!(found, [".env.local", ".github/workflows/ci.yml", ".mcp.json", "src/vendor.js", "x.lock.js"]);
    assert_eq!((walked.seen, walked.problems), (6, vec![]));
}

#[test]
fn what_is_named_is_read() {
    let folder = folder(&["vendor/v.js", "vendor/node_modules/n.js", "yarn.lock", "ignored.js", "out/o.js", "a.js"]);
    write(folder.path(), ".gitignore", "ignored.js\nout/\n");
    write(folder.path(), "plain.txt", "nothing");
    let named = ["vendor", "./yarn.lock", "ignored.js", "out/o.js", "plain.txt", "a.js", "a.js", "."];
    let expected = ["!a.js", "!ignored.js", "!out/o.js", "!plain.txt", "!yarn.lock", "vendor/v.js"];
    assert_eq!(clean(folder.path(), &named), expected);
    write(folder.path(), "logo.png", b"mixpanel\0");
    let (found, walked) = run(folder.path(), &["logo.png"]);
    assert!(found.is_empty());
    assert!(walked.problems[0].message.contains("not text"), "{:?}", walked.problems);
}

#[test]
fn paths_are_relative_to_the_start_however_they_are_typed() {
    let folder = folder(&["app/src/a.js", "lib/b.js"]);
    let app = folder.path().join("app");
    let absolute = app.join("src").to_str().unwrap().to_owned();
    assert_eq!(clean(&app, &["../lib"]), ["../lib/b.js"]);
    assert_eq!(clean(&app, &["../lib/b.js"]), ["!../lib/b.js"]);
    assert_eq!(clean(&app, &["../app/./src"]), ["src/a.js"]);
    assert_eq!(clean(&app, &[&absolute]), ["src/a.js"]);
}

#[test]
fn folders_within_one_another_are_met_once() {
    let folder = folder(&["a/x.js", "a/b/y.js"]);
    assert_eq!(clean(folder.path(), &["a/b", ".", "a"]), ["a/b/y.js", "a/x.js"]);
}

#[test]
fn a_missing_path_is_an_error() {
    let folder = folder(&["a.js"]);
    for missing in ["gone", "a.js/x"] {
        let error = walk(folder.path(), &[missing.to_owned()], WalkOptions::default(), &Default::default(), &|_| {})
            .unwrap_err();
        assert!(error.to_string().contains(missing), "{error}");
    }
}

#[test]
fn size_is_a_problem_only_where_there_is_something_to_read() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "silent.txt", vec![b'.'; 200_000]);
    write(folder.path(), "speaking.txt", [vec![b'.'; 200_000], b"mixpanel".to_vec()].concat());
    let (found, walked) = run_with(folder.path(), &[], WalkOptions { threads: Some(1), max_file_size: 100_000 });
    assert!(found.is_empty());
    let [problem] = &walked.problems[..] else { panic!("{:?}", walked.problems) };
    assert_eq!(&*problem.path, "speaking.txt");
    assert!(problem.message.contains("--max-file-size"));
    assert_eq!(clean(folder.path(), &[]), ["speaking.txt"]);
}

#[test]
fn a_pattern_that_is_not_understood_is_said() {
    let folder = folder(&["a.js"]);
    write(folder.path(), ".mpcheckignore", "b.js\na{b\n");
    let (found, walked) = run(folder.path(), &[]);
    assert_eq!(found, ["a.js"]);
    assert_eq!(walked.problems.len(), 1, "{:?}", walked.problems);
    assert_eq!(&*walked.problems[0].path, ".mpcheckignore");
}

#[test]
fn every_thread_count_finds_the_same() {
    let names: Vec<String> = (0..300).map(|n| format!("d{}/f{n}.js", n % 17)).collect();
    let folder = folder(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let one = run_with(folder.path(), &[], WalkOptions { threads: Some(1), ..Default::default() });
    let many = run_with(folder.path(), &[], WalkOptions { threads: Some(8), ..Default::default() });
    assert_eq!((one.0.len(), one.1.seen), (300, 300));
    assert_eq!((one.0, one.1.seen), (many.0, many.1.seen));
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_only_where_they_are_named() {
        let folder = folder(&["tree/a.js", "outside/b.js"]);
        let tree = folder.path().join("tree");
        symlink("../outside/b.js", tree.join("file")).unwrap();
        symlink("../outside", tree.join("dir")).unwrap();
        symlink(".", tree.join("loop")).unwrap();
        symlink("gone", tree.join("dangling")).unwrap();
        assert_eq!(clean(&tree, &[]), ["a.js"]);
        assert_eq!(clean(&tree, &["file"]), ["!file"]);
        assert_eq!(clean(&tree, &["dir"]), ["dir/b.js"]);
        assert!(walk(&tree, &["dangling".into()], WalkOptions::default(), &Default::default(), &|_| {}).is_err());
    }

    #[test]
    fn a_pipe_blocks_nothing() {
        let folder = folder(&["a.js"]);
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            let passed = clean(folder.path(), &[]);
            send.send((passed, run(folder.path(), &["pipe"]))).unwrap();
        });
        let (passed, (found, walked)) = receive.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
        assert_eq!(passed, ["a.js"]);
        assert!(found.is_empty() && walked.problems[0].message.contains("named pipe"), "{:?}", walked.problems);
    }

    #[test]
    fn names_may_be_anything() {
        let folder = folder(&["new\nline.js", "ünï/cödé.js", "-dash"]);
        fs::write(folder.path().join(OsStr::from_bytes(b"bad\xff.js")), "mixpanel").unwrap();
        fs::write(folder.path().join(OsStr::from_bytes(b"silent\xff.js")), "nothing").unwrap();
        let (found, walked) = run(folder.path(), &[]);
        assert_eq!(found, ["-dash", "bad\u{fffd}.js", "new\nline.js", "ünï/cödé.js"]);
        let [problem] = &walked.problems[..] else { panic!("{:?}", walked.problems) };
        assert_eq!(&*problem.path, "bad\u{fffd}.js");
    }

    /// A folder and a file that may not be read. To root all may be read, so this says nothing there.
    #[test]
    fn what_may_not_be_read_is_said() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder(&["a.js", "locked/b.js", "c.js"]);
        for path in ["locked", "c.js"] {
            fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(0o000)).unwrap();
        }
        let (_, walked) = run(folder.path(), &[]);
        if fs::read(folder.path().join("c.js")).is_err() {
            let paths: Vec<_> = walked.problems.iter().map(|problem| &*problem.path).collect();
            assert_eq!(paths, ["c.js", "locked"]);
        }
        fs::set_permissions(folder.path().join("locked"), fs::Permissions::from_mode(0o700)).unwrap();
    }

    /// One candidate removes another while the walk goes on.
    #[test]
    fn a_file_that_vanishes_is_said() {
        let folder = folder(&["a.js", "b.js"]);
        let options = WalkOptions { threads: Some(1), ..Default::default() };
        let walked = walk(folder.path(), &[], options, &Default::default(), &|candidate| {
            let other = if &*candidate.path == "a.js" { "b.js" } else { "a.js" };
            fs::remove_file(folder.path().join(other)).unwrap();
        });
        let problems = walked.unwrap().problems;
        assert!(problems.len() == 1 && problems[0].message.contains("vanished"), "{problems:?}");
    }
}
