//! Where the module lies that an import names, in languages whose modules follow folders and files.

use super::Run;
use crate::input::path::normalise;

impl Run<'_> {
    /// `crate.a.b`, `super.a` and `self.a` by the folders that modules lie in.
    pub(super) fn resolve_rust(&self, from: &str, name: &str) -> Option<String> {
        let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        let within = |folder: &str, rest: &str| match (folder.is_empty(), rest.is_empty()) {
            (true, _) => rest.to_owned(),
            (false, true) => folder.to_owned(),
            (false, false) => format!("{folder}/{rest}"),
        };
        let mut segments = name.split('.');
        let file = from.rsplit('/').next().unwrap_or(from);
        // Where the modules inside this one lie.
        let own = match file {
            "main.rs" | "lib.rs" | "mod.rs" => folder(from),
            _ => from.strip_suffix(".rs")?.to_owned(),
        };
        let base = match segments.next()? {
            "self" => own,
            "super" => folder(&own),
            "crate" => {
                let mut here = folder(from);
                while !here.is_empty() && here != "src" && !here.ends_with("/src") {
                    here = folder(&here);
                }
                here
            }
            _ => return None,
        };
        let path = segments.collect::<Vec<_>>().join("/");
        if path.is_empty() {
            return ["lib.rs", "main.rs", "mod.rs"]
                .into_iter()
                .map(|name| within(&base, name))
                .chain([format!("{base}.rs")])
                .find(|path| self.modules.exists(path));
        }
        let stem = within(&base, &path);
        [format!("{stem}.rs"), format!("{stem}/mod.rs")].into_iter().find(|path| self.modules.exists(path))
    }

    /// A path without its ending: beside the file, or in a folder `lib` above it.
    pub(super) fn resolve_library(&self, from: &str, name: &str) -> Option<String> {
        let find = |path: String| {
            [format!("{path}.rb"), path].into_iter().find(|path| self.modules.exists(path)).filter(|path| path != from)
        };
        if name.starts_with('.') {
            return join(from, name).and_then(find);
        }
        let mut folder = from;
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            if let Some(path) = find(format!("{folder}/lib/{name}")).or_else(|| find(format!("{folder}/{name}"))) {
                return Some(path);
            }
        }
        find(format!("lib/{name}"))
    }

    pub(super) fn resolve_python(&self, from: &str, name: &str) -> Option<String> {
        let dots = name.len() - name.trim_start_matches('.').len();
        let rest = name[dots..].replace('.', "/");
        let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        let find = |folder: &str| {
            let stem = match (folder.is_empty(), rest.is_empty()) {
                (true, _) => rest.clone(),
                (false, true) => folder.to_owned(),
                (false, false) => format!("{folder}/{rest}"),
            };
            [format!("{stem}.py"), format!("{stem}/__init__.py")].into_iter().find(|path| self.modules.exists(path))
        };
        let mut here = folder(from);
        if dots > 0 {
            for _ in 1..dots {
                here = folder(&here);
            }
            return find(&here);
        }
        // An absolute import starts at some folder above: the nearest that has it.
        loop {
            if let Some(path) = find(&here) {
                return Some(path).filter(|path| path != from);
            }
            if here.is_empty() {
                return None;
            }
            here = folder(&here);
        }
    }
}

impl Run<'_> {
    /// The file of a class by its dotted path: its last segments are folders and a file below some folder above.
    pub(super) fn resolve_class(&self, from: &str, name: &str, ending: &str) -> Option<String> {
        const MOST: usize = 6;
        let segments: Vec<&str> = name.split('.').collect();
        let mut here = from;
        for _ in 0..MOST {
            here = here.rsplit_once('/').map_or("", |(folder, _)| folder);
            let prefix = if here.is_empty() { String::new() } else { format!("{here}/") };
            for first in 0..segments.len() {
                let path = format!("{prefix}{}.{ending}", segments[first..].join("/"));
                // The last segment alone would be any file of that name.
                let enough = first + 1 < segments.len() || segments.len() == 1;
                let sources = format!("{prefix}src/{}.{ending}", segments[first..].join("/"));
                if let Some(path) = [path, sources].into_iter().find(|path| enough && self.modules.exists(path)) {
                    return Some(path).filter(|path| path != from);
                }
            }
            if here.is_empty() {
                break;
            }
        }
        None
    }

    /// A relative file, or one of the package itself (`package:app/config.dart` lies in its `lib`).
    pub(super) fn resolve_package(&self, from: &str, name: &str) -> Option<String> {
        let inner = match name.split_once(':') {
            None => return join(from, name).filter(|path| self.modules.exists(path) && path != from),
            Some(("package", inner)) => inner,
            Some(_) => return None,
        };
        let (package, file) = inner.split_once('/')?;
        let mut here = from;
        loop {
            here = here.rsplit_once('/').map_or("", |(folder, _)| folder);
            let prefix = if here.is_empty() { String::new() } else { format!("{here}/") };
            let sister = format!("{prefix}packages/{package}/lib/{file}");
            let own = format!("{prefix}lib/{file}");
            let manifest = format!("{prefix}pubspec.yaml");
            if self.modules.exists(&manifest) && self.modules.exists(&own) && self.is_package(&manifest, package) {
                return Some(own).filter(|path| path != from);
            }
            if self.modules.exists(&sister) {
                return Some(sister);
            }
            if here.is_empty() {
                return None;
            }
        }
    }

    /// Whether a manifest's `name` is this.
    fn is_package(&self, manifest: &str, package: &str) -> bool {
        use crate::syntax::facts::{ExprKind, Stmt};
        let Some(document) = self.modules.document(manifest) else { return false };
        let body = document.units.first().and_then(|unit| unit.facts.body.first());
        let Some(Stmt::Expr(whole)) = body else { return false };
        let ExprKind::Map(entries) = &whole.kind else { return false };
        entries.iter().any(|entry| {
            entry.key.as_text().is_some_and(|key| &**key == "name")
                && entry.value.as_text().is_some_and(|value| &**value == package)
        })
    }
}

/// A relative path from the folder of a file, with `.` and `..` worked out.
pub(super) fn join(from: &str, name: &str) -> Option<String> {
    let folder = from.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    Some(normalise(&format!("{folder}{name}"))).filter(|path| path != ".")
}
