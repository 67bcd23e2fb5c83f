//! `mpcheck init`: sets a repository up, asks nothing that it can find out, overwrites nothing, and says what it did.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::input::git::Repository;

const CONFIG: &str = include_str!("init/mpcheck.toml");
const HOOK: &str = include_str!("init/pre-commit.sh");
const PRE_COMMIT: &str = include_str!("init/pre-commit.yaml");
const WORKFLOW: &str = include_str!("init/workflow.yml");

/// Why a repository could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The file system refused.
    #[error("`{0}` could not be written: {1}; nothing after it was set up")]
    File(String, io::Error),
    /// Standard output can't be written.
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// What is known of the place that is set up.
struct Ground {
    /// The repository's top folder, or the current one.
    top: PathBuf,
    /// Where git looks for hooks, if this is a repository.
    hooks: Option<PathBuf>,
    /// The branch to watch.
    branch: String,
    /// Whether it lives on GitHub.
    github: bool,
}

/// Sets up the repository around a folder: a hook, a configuration and a workflow, each unless it is there already.
///
/// # Errors
///
/// Fails if a file can't be written, or `out`.
pub fn init(folder: &Path, out: &mut dyn Write) -> Result<(), InitError> {
    let ground = survey(folder);
    config(&ground, out)?;
    hook(&ground, out)?;
    workflow(&ground, out)?;
    writeln!(out, "\nNext: `mpcheck` shows what is there today.")?;
    Ok(())
}

fn survey(folder: &Path) -> Ground {
    let none = Ground { top: folder.to_owned(), hooks: None, branch: "main".to_owned(), github: false };
    let Ok(repository) = Repository::open(folder) else { return none };
    let top = repository.top();
    let (hooks, branch, remote) = repository.with(|git| {
        let settings = git.config_snapshot();
        let text = |key: &str| settings.string(key).map(|value| value.to_string());
        // `core.hooksPath` counts from the top of the work tree.
        let hooks = match text("core.hooksPath") {
            Some(path) => top.join(path),
            None => git.common_dir().join("hooks"),
        };
        let remote_head = git.find_reference("refs/remotes/origin/HEAD").ok();
        let remote_head = remote_head.and_then(|head| Some(head.target().try_name()?.shorten().to_string()));
        let branch = remote_head.and_then(|name| Some(name.strip_prefix("origin/")?.to_owned()));
        let here = || git.head_name().ok().flatten().map(|name| name.shorten().to_string());
        (hooks, branch.or_else(here), text("remote.origin.url"))
    });
    let github = remote.is_some_and(|url| url.contains("github.com")) || top.join(".github").is_dir();
    Ground { top, hooks: Some(hooks), branch: branch.unwrap_or(none.branch), github }
}

/// Writes a file unless it is there.
fn write(ground: &Ground, path: &Path, text: &str, out: &mut dyn Write) -> Result<bool, InitError> {
    let shown = path.strip_prefix(&ground.top).unwrap_or(path).display().to_string();
    let failed = |error| InitError::File(shown.clone(), error);
    if path.symlink_metadata().is_ok() {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    // Whoever made the file meanwhile keeps it.
    let file = fs::OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)?;
    writeln!(out, "wrote    {shown}")?;
    Ok(true)
}

fn config(ground: &Ground, out: &mut dyn Write) -> Result<(), InitError> {
    if !write(ground, &ground.top.join("mpcheck.toml"), CONFIG, out)? {
        writeln!(out, "kept     mpcheck.toml, which is there already")?;
    }
    Ok(())
}

fn hook(ground: &Ground, out: &mut dyn Write) -> Result<(), InitError> {
    let Some(hooks) = &ground.hooks else {
        writeln!(out, "no hook: this is no git repository; `git init` makes it one")?;
        return Ok(());
    };
    let has = |name: &str| ground.top.join(name).exists();
    for name in [".pre-commit-config.yaml", ".pre-commit-config.yml"] {
        if has(name) {
            return pre_commit(ground, name, out);
        }
    }
    if has(".husky") {
        writeln!(out, "to do    add the line `mpcheck --staged` to .husky/pre-commit")?;
        return Ok(());
    }
    for name in ["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml"] {
        if has(name) {
            writeln!(out, "to do    add this to {name}:")?;
            writeln!(out, "\n    pre-commit:\n      commands:\n        mpcheck:\n          run: mpcheck --staged\n")?;
            return Ok(());
        }
    }
    let path = hooks.join("pre-commit");
    if write(ground, &path, HOOK, out)? {
        return executable(&path).map_err(|error| InitError::File(path.display().to_string(), error));
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    if there.contains("mpcheck") {
        writeln!(out, "kept     the pre-commit hook, which runs mpcheck already")?;
    } else {
        writeln!(
            out,
            "kept     the pre-commit hook that is there: add the line `mpcheck --staged` to {}",
            path.display()
        )?;
    }
    Ok(())
}

/// Adds the hook to the configuration of pre-commit, if its end is where hooks stand; else says what to add.
fn pre_commit(ground: &Ground, name: &str, out: &mut dyn Write) -> Result<(), InitError> {
    let path = ground.top.join(name);
    let failed = |error| InitError::File(name.to_owned(), error);
    let text = fs::read_to_string(&path).map_err(failed)?;
    if text.contains("mpcheck") {
        writeln!(out, "kept     {name}, which runs mpcheck already")?;
        return Ok(());
    }
    match with_hook(&text) {
        Some(longer) => {
            fs::write(&path, longer).map_err(failed)?;
            writeln!(out, "added    the hook mpcheck at the end of {name}; `pre-commit install` starts it")?;
        }
        None => writeln!(out, "to do    add this to `repos` in {name}:\n\n{PRE_COMMIT}")?,
    }
    Ok(())
}

/// The configuration with the hook at its end, where its last key is a list of repositories in block style.
fn with_hook(text: &str) -> Option<String> {
    let key = |line: &&str| !line.starts_with([' ', '-', '#', '\t']) && line.contains(':');
    let last = text.lines().rfind(key)?;
    if last.trim_end() != "repos:" {
        return None;
    }
    let (_, list) = text.split_at(text.rfind("repos:")?);
    let item = list.lines().find(|line| line.trim_start().starts_with("- repo:"))?;
    let indent = item.len() - item.trim_start().len();
    let mut longer = text.trim_end().to_owned();
    for line in PRE_COMMIT.lines() {
        longer.push('\n');
        longer.push_str(&" ".repeat(indent));
        longer.push_str(line.strip_prefix("  ").unwrap_or(line));
    }
    longer.push('\n');
    Some(longer)
}

fn workflow(ground: &Ground, out: &mut dyn Write) -> Result<(), InitError> {
    if !ground.github {
        writeln!(out, "no workflow: this repository isn't on GitHub; the README shows other ways")?;
        return Ok(());
    }
    let branch = serde_json::to_string(&ground.branch).map_err(io::Error::from)?;
    let text = WORKFLOW.replace("{BRANCH}", &branch).replace("{VERSION}", env!("CARGO_PKG_VERSION"));
    if !write(ground, &ground.top.join(".github/workflows/mpcheck.yml"), &text, out)? {
        writeln!(out, "kept     .github/workflows/mpcheck.yml, which is there already")?;
    }
    Ok(())
}

#[cfg(unix)]
fn executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn executable(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hook_is_added_only_where_that_is_safe() {
        let longer =
            with_hook("# ours\nrepos:\n- repo: https://x.example/y\n  rev: v1\n  hooks:\n  - id: z\n\n").unwrap();
        assert!(longer.ends_with("  - id: z\n- repo: local\n  hooks:\n    - id: mpcheck\n      name: mpcheck\n      entry: mpcheck --hook\n      language: system\n      types: [text]\n      require_serial: true\n"), "{longer}");
        let indented = with_hook("repos:\n  - repo: local\n    hooks: []\n").unwrap();
        assert!(indented.contains("\n  - repo: local\n    hooks:\n      - id: mpcheck\n"), "{indented}");
        assert_eq!(with_hook("repos: [{repo: local, hooks: []}]\n"), None);
        assert_eq!(with_hook("repos:\n- repo: local\nci:\n  autofix: false\n"), None);
    }
}
