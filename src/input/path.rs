//! Paths as mpcheck writes them: relative to where it was started, with forward slashes, `..` for what lies outside.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

/// A path without `.`, doubled slashes and needless `..`, judged by its letters alone: no link is followed.
/// The empty path is `.`.
pub fn normalise(path: &str) -> String {
    let path = if cfg!(windows) { Cow::Owned(path.replace('\\', "/")) } else { Cow::Borrowed(path) };
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".into(),
        (false, false) => parts.join("/"),
    }
}

/// Whether a path lies in a folder; all paths lie in the empty one.
pub fn is_inside(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// What a path that is written in a folder's file means: `..` and `.` are seen from the folder; the empty one is the root.
pub fn from_folder(folder: &str, path: &str) -> String {
    if folder.is_empty() { normalise(path) } else { normalise(&format!("{folder}/{path}")) }
}

/// The same, where one that begins with `/` is seen from the root.
pub fn from_root_or_folder(folder: &str, path: &str) -> String {
    path.strip_prefix('/').map_or_else(|| from_folder(folder, path), str::to_owned)
}

/// What the user typed, as seen from `root`: an absolute path or one that leaves `root` and comes back is made
/// relative to it. Where that can't be said (another drive), the path stays absolute.
pub fn relative(root: &Path, typed: &str) -> String {
    let Ok(root) = std::path::absolute(root) else { return normalise(typed) };
    let target = root.join(typed);
    let lexical = between(&root, &target);
    // `/tmp` may be a link, so that the same folder has two absolute names: only then does the disk decide.
    if Path::new(typed).is_absolute()
        && lexical.starts_with("..")
        && let (Ok(root), Ok(target)) = (root.canonicalize(), target.canonicalize())
        && let Ok(inside) = target.strip_prefix(&root)
    {
        return normalise(&inside.to_string_lossy());
    }
    lexical
}

/// The way from one absolute path to another.
fn between(from: &Path, to: &Path) -> String {
    let (from, to) = (plain(from), plain(to));
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return slashed(&to).into_owned();
    }
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to.components().skip(shared)).collect();
    normalise(&slashed(&way))
}

/// An absolute path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// A path of the file system as text with forward slashes; what isn't UTF-8 in it is replaced.
pub fn slashed(path: &Path) -> Cow<'_, str> {
    let text = path.to_string_lossy();
    if cfg!(windows) { Cow::Owned(text.replace('\\', "/")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_by_their_letters() {
        for (given, expected) in [
            ("./a/./b//c", "a/b/c"),
            ("a/../b", "b"),
            ("../a", "../a"),
            ("a/../../b", "../b"),
            ("../../x/..", "../.."),
            ("", "."),
            ("./", "."),
            ("/../etc/./x/", "/etc/x"),
            ("a\nb/c", "a\nb/c"),
        ] {
            assert_eq!(normalise(given), expected, "{given:?}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn paths_are_seen_from_the_root() {
        let root = Path::new("/home/me/project");
        for (typed, expected) in [
            ("src/a.js", "src/a.js"),
            ("../project/src", "src"),
            ("../other/x", "../other/x"),
            ("/home/me/project/src/", "src"),
            ("/home/me/project", "."),
            ("/opt/missing", "../../../opt/missing"),
            (".", "."),
        ] {
            assert_eq!(relative(root, typed), expected, "{typed:?}");
        }
    }
}
