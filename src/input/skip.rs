//! What a walk passes over unless it is named on the command line: other people's code, what tools generate, and what
//! isn't text. Each table is sorted, so that it can be searched; a test holds it.

use std::ffi::OsStr;

/// Folders. All other hidden folders are walked: `.github`, `.vscode` and the like hold credentials too.
const FOLDERS: &[&str] = &[
    // Other people's code.
    "Carthage",
    "Pods",
    "bower_components",
    "jspm_packages",
    "node_modules",
    "third_party",
    "vendor",
    // Version control: its objects are compressed, and `--history` reads them properly.
    ".bzr",
    ".git",
    ".hg",
    ".jj",
    ".pijul",
    ".sl",
    ".svn",
    "CVS",
    "_darcs",
    // Caches and environments that a tool fills from elsewhere.
    ".dart_tool",
    ".direnv",
    ".eggs",
    ".gradle",
    ".mypy_cache",
    ".nox",
    ".parcel-cache",
    ".pnpm-store",
    ".pytest_cache",
    ".ruff_cache",
    ".terraform",
    ".tox",
    ".turbo",
    ".venv",
    "__pycache__",
];

/// Lock files: long, generated, and full of hashes.
const LOCK_FILES: &[&str] = &[
    ".terraform.lock.hcl",
    "Cargo.lock",
    "Cartfile.resolved",
    "Gemfile.lock",
    "MODULE.bazel.lock",
    "Package.resolved",
    "Pipfile.lock",
    "Podfile.lock",
    "bun.lock",
    "bun.lockb",
    "composer.lock",
    "conan.lock",
    "deno.lock",
    "flake.lock",
    "go.sum",
    "go.work.sum",
    "gradle.lockfile",
    "mix.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.lock.json",
    "paket.lock",
    "pdm.lock",
    "pixi.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pubspec.lock",
    "rebar.lock",
    "shard.lock",
    "uv.lock",
    "yarn.lock",
];

/// Endings of source maps and of what isn't text, in lower case. Only endings that text never has: `.obj`, `.lib`,
/// `.bin` and `.dat` are text at times, and a NUL tells the rest.
const ENDINGS: &[&str] = &[
    "7z", "a", "aab", "aac", "aar", "ai", "aiff", "apk", "avi", "avif", "blend", "bmp", "bz2", "class", "deb", "dex",
    "dll", "dmg", "doc", "docx", "dylib", "eot", "exe", "fbx", "flac", "flv", "gem", "gif", "glb", "gz", "heic",
    "icns", "ico", "ipa", "iso", "jar", "jpeg", "jpg", "jxl", "ko", "lz4", "lzma", "m4a", "m4v", "map", "mkv", "mov",
    "mp3", "mp4", "mpeg", "mpg", "msi", "nupkg", "o", "odt", "ogg", "ogv", "opus", "otf", "parquet", "pdb", "pdf",
    "png", "ppt", "pptx", "psd", "pyc", "pyo", "rar", "rlib", "rpm", "sketch", "snap", "so", "sqlite", "sqlite3",
    "tar", "tgz", "tif", "tiff", "ttc", "ttf", "war", "wasm", "wav", "webm", "webp", "whl", "wmv", "woff", "woff2",
    "xls", "xlsx", "xz", "zip", "zst",
];

/// The longest ending in the table.
const LONGEST_ENDING: usize = 7;

/// Whether a folder of this name is passed over.
pub fn folder(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| FOLDERS.contains(&name))
}

/// Whether a file of this name is passed over without a look inside.
pub fn file(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    binary_ending(name)
        || std::str::from_utf8(name).is_ok_and(|name| name == ".git" || LOCK_FILES.binary_search(&name).is_ok())
}

/// Whether what follows the last full stop is in the table. Without an allocation, since it is asked of every file.
fn binary_ending(name: &[u8]) -> bool {
    let Some(dot) = name.iter().rposition(|byte| *byte == b'.') else { return false };
    let ending = &name[dot + 1..];
    // `.map` and `.a` alone are the names of dotfiles, not endings.
    if dot == 0 || ending.is_empty() || ending.len() > LONGEST_ENDING {
        return false;
    }
    let mut lower = [0; LONGEST_ENDING];
    let lower = &mut lower[..ending.len()];
    lower.copy_from_slice(ending);
    lower.make_ascii_lowercase();
    ENDINGS.binary_search_by(|known| known.as_bytes().cmp(lower)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_fit() {
        assert!(LOCK_FILES.is_sorted());
        assert!(ENDINGS.is_sorted());
        assert!(ENDINGS.iter().all(|ending| ending.len() <= LONGEST_ENDING));
    }

    #[test]
    fn names_are_judged_whole() {
        for name in ["a.PNG", "app.js.map", "x.tar.gz", "yarn.lock", "Cargo.lock", ".git"] {
            assert!(file(OsStr::new(name)), "{name}");
        }
        for name in
            ["a.ts", ".env", ".map", "png", "a.", "my-yarn.lock", "map.js", "site.webmanifest", "a.svg", "mapping"]
        {
            assert!(!file(OsStr::new(name)), "{name}");
        }
        assert!(folder(OsStr::new("node_modules")) && folder(OsStr::new(".git")));
        assert!(!folder(OsStr::new(".github")) && !folder(OsStr::new("vendors")));
    }
}
