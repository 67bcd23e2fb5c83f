//! Which file of the tree an import of JavaScript or TypeScript means: relative paths, `index`, endings, `exports` and
//! `imports` of `package.json`, the workspaces of npm, pnpm and yarn, `paths` of `tsconfig.json`, aliases of bundlers.
//!
//! `oxc_resolver` does it over a view of the [`Tree`]: what the tree holds stands below [`ROOT`], and each of its packages
//! a second time in a `node_modules` there, as an installed workspace would.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use oxc_resolver::{FileMetadata, FileSystem, ResolveError, ResolveOptions, ResolverGeneric, TsconfigDiscovery};

use super::configured::Configured;
use crate::catalog::Alias;
use crate::catalog::coverage::{address, used_at};
use crate::input::path::{from_folder, normalise};
use crate::input::{Listing, Tree};

/// Where the tree stands in the resolver's view.
const ROOT: &str = "/tree";

/// The endings that an import may leave off, in the order in which bundlers try them.
const ENDINGS: [&str; 11] = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cjs", ".cts", ".json", ".vue", ".svelte"];

/// The endings that an ending in an import may stand for, in that order: TypeScript is imported by what it becomes.
const TYPED: [(&str, &[&str]); 4] = [
    (".js", &[".ts", ".tsx", ".js", ".jsx"]),
    (".jsx", &[".tsx", ".jsx"]),
    (".mjs", &[".mts", ".mjs"]),
    (".cjs", &[".cts", ".cjs"]),
];

/// The file that an import by path means in a folder, where its name alone tells: not for folders, nor for what
/// configurations say.
pub fn by_path(folder: &str, specifier: &str, is_file: &dyn Fn(&str) -> bool) -> Option<String> {
    let bare =
        specifier.split(['?', '#']).next().filter(|bare| bare.starts_with(['.']) && !bare.ends_with(['.', '/']))?;
    let base = from_folder(folder, bare);
    if let Some((ending, typed)) = TYPED.iter().find(|(ending, _)| base.ends_with(ending)) {
        let stem = base.strip_suffix(ending)?;
        return typed.iter().map(|ending| format!("{stem}{ending}")).find(|path| is_file(path));
    }
    let endings = std::iter::once("").chain(ENDINGS);
    endings.map(|ending| format!("{base}{ending}")).find(|path| is_file(path))
}

/// Resolves imports.
pub struct Resolver {
    view: View,
    resolver: ResolverGeneric<View>,
    /// For where a `tsconfig.json` is broken: without any.
    plain: ResolverGeneric<View>,
    /// Each with its row in the catalog.
    aliases: Vec<(Alias, usize)>,
}

impl Resolver {
    /// A resolver over a tree, with the aliases that frameworks set by themselves.
    pub fn new(files: Arc<Listing>, aliases: &[Alias]) -> Self {
        let view = View { files: Some(files), packages: Arc::default() };
        let strings = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let options = ResolveOptions {
            tsconfig: Some(TsconfigDiscovery::Auto),
            condition_names: strings(&["browser", "import", "module", "require", "development", "node", "default"]),
            extensions: strings(&ENDINGS),
            extension_alias: TYPED.iter().map(|(ending, typed)| ((*ending).to_owned(), strings(typed))).collect(),
            alias_fields: vec![strings(&["browser"])],
            main_fields: strings(&["source", "browser", "module", "main"]),
            symlinks: false,
            node_path: false,
            allow_package_exports_in_directory_resolve: true,
            ..ResolveOptions::default()
        };
        let without = ResolveOptions { tsconfig: None, ..options.clone() };
        let plain = ResolverGeneric::new_with_file_system(view.clone(), without);
        let resolver = ResolverGeneric::new_with_file_system(view.clone(), options);
        let aliases = aliases.iter().map(|row| (row.clone(), address(row))).collect();
        Self { view, resolver, plain, aliases }
    }

    /// The file that `specifier` means in the file `from`; `None` where it is none of the tree.
    ///
    /// `configured` gives the aliases that the build configurations in a folder set, and is asked where nothing else
    /// leads to a file.
    pub fn resolve(
        &self,
        from: &str,
        specifier: &str,
        configured: &dyn Fn(&str) -> Arc<[Configured]>,
    ) -> Option<String> {
        let bare = specifier.split(['?', '#']).next().filter(|bare| !bare.is_empty()).unwrap_or(specifier);
        let specifier = if specifier.starts_with('#') { specifier } else { bare };
        if specifier.is_empty() || specifier.contains("://") || specifier.starts_with("node:") {
            return None;
        }
        let file = Path::new(ROOT).join(away(from));
        let found = match self.resolver.resolve_file(&file, specifier) {
            Err(error) if !matches!(error, ResolveError::NotFound(_)) => self.plain.resolve_file(&file, specifier),
            found => found,
        };
        if let Ok(found) = found
            && let Some(path) = self.view.real(found.path())
        {
            return Some(path);
        }
        // A tsconfig that can't be read must not hide the file next door.
        if specifier.starts_with('.') {
            return self.with_endings(&normalise(&format!("{}/{specifier}", folder(from))));
        }
        self.configured(from, specifier, configured)
            .or_else(|| self.aliased(from, specifier))
            .or_else(|| self.unbuilt(specifier))
    }

    /// By an alias of a build configuration; the nearest configuration goes first.
    fn configured(
        &self,
        from: &str,
        specifier: &str,
        configured: &dyn Fn(&str) -> Arc<[Configured]>,
    ) -> Option<String> {
        above(from).chain([""]).find_map(|folder| {
            let aliases = configured(folder);
            let mut fitting: Vec<&Configured> =
                aliases.iter().filter(|alias| alias.rest(specifier).is_some()).collect();
            fitting.sort_by_key(|alias| std::cmp::Reverse(alias.from.len()));
            fitting.into_iter().find_map(|alias| {
                let path = join(&alias.to, alias.rest(specifier)?.trim_start_matches('/'));
                self.with_endings(&path)
            })
        })
    }

    /// A file at this path, with an ending or as the index of a folder.
    fn with_endings(&self, base: &str) -> Option<String> {
        let tree = self.view.tree()?;
        let base = base.trim_start_matches("./");
        let endings = std::iter::once("").chain(ENDINGS);
        let stem = [".js", ".jsx", ".mjs"].iter().find_map(|ending| base.strip_suffix(ending));
        let typed = stem.into_iter().flat_map(|stem| [".ts", ".tsx", ".mts"].map(|ending| format!("{stem}{ending}")));
        let direct = endings.map(|ending| format!("{base}{ending}"));
        let index = ENDINGS.iter().map(|ending| format!("{base}/index{ending}"));
        direct.chain(typed).chain(index).find(|path| tree.exists(path))
    }

    /// By an alias that a framework or a bundler's configuration sets.
    fn aliased(&self, from: &str, specifier: &str) -> Option<String> {
        let tree = self.view.tree()?;
        let projects = above(from).filter(|folder| tree.exists(&join(folder, "package.json")));
        for project in projects.chain([""]) {
            for (row, at) in &self.aliases {
                let rest = specifier.strip_prefix(row.from.as_str());
                let Some(rest) =
                    rest.filter(|rest| rest.is_empty() || rest.starts_with('/') || row.from.ends_with('/'))
                else {
                    continue;
                };
                for to in &row.to {
                    let path = join(&join(project, to), rest.trim_start_matches('/'));
                    if let Some(found) = self.with_endings(path.trim_end_matches('/')) {
                        used_at(*at);
                        return Some(found);
                    }
                }
            }
        }
        None
    }

    /// A package of the repository whose `main` names what a build makes: its source.
    fn unbuilt(&self, specifier: &str) -> Option<String> {
        let (name, rest) = package_name(specifier);
        let folder = self.view.packages().get(name)?;
        let inside = if rest.is_empty() { "index" } else { rest };
        let places = [join(folder, "src"), join(folder, "lib"), folder.clone()];
        places.iter().find_map(|place| self.with_endings(&join(place, inside)))
    }
}

/// `@scope/name/sub/path` as name and the rest.
fn package_name(specifier: &str) -> (&str, &str) {
    let slashes = if specifier.starts_with('@') { 1 } else { 0 };
    match specifier.match_indices('/').nth(slashes) {
        Some((at, _)) => (&specifier[..at], &specifier[at + 1..]),
        None => (specifier, ""),
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or(".", |(folder, _)| folder)
}

fn join(folder: &str, name: &str) -> String {
    match (folder.is_empty(), name.is_empty()) {
        (true, _) => name.to_owned(),
        (false, true) => folder.to_owned(),
        (false, false) => normalise(&format!("{folder}/{name}")),
    }
}

/// The folders above a file, the nearest first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).collect::<Vec<_>>().into_iter().rev()
}

/// A path below the root, also for one that leads out of the tree's root.
fn away(path: &str) -> String {
    let ups = path.split('/').take_while(|segment| *segment == "..").count();
    match ups {
        0 => path.to_owned(),
        ups => format!("..{ups}/{}", &path[(ups * 3).min(path.len())..]),
    }
}

/// The tree as the resolver sees it.
#[derive(Clone)]
struct View {
    files: Option<Arc<Listing>>,
    packages: Arc<OnceLock<BTreeMap<String, String>>>,
}

impl View {
    fn tree(&self) -> Option<&dyn Tree> {
        self.files.as_ref().map(|files| files.tree())
    }

    /// The packages of the tree: name and folder.
    fn packages(&self) -> &BTreeMap<String, String> {
        self.packages.get_or_init(|| {
            let Some(files) = &self.files else { return BTreeMap::new() };
            let mut packages = BTreeMap::new();
            for path in files.named("package.json") {
                let manifest = files.tree().read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
                let manifest: serde_json::Value = manifest.unwrap_or_default();
                if let Some(name) = manifest.get("name").and_then(serde_json::Value::as_str) {
                    packages.entry(name.to_owned()).or_insert_with(|| folder(&path).trim_start_matches('.').to_owned());
                }
            }
            packages
        })
    }

    /// The path in the tree of a path of the view; `None` for one that stands for nothing in it.
    fn real(&self, path: &Path) -> Option<String> {
        let path = path.to_string_lossy().replace('\\', "/");
        let path = path.strip_prefix(ROOT)?.trim_start_matches('/');
        if let Some((before, inside)) = path.split_once("node_modules/").filter(|(before, _)| before.is_empty()) {
            debug_assert!(before.is_empty());
            let (name, rest) = package_name(inside);
            return Some(join(self.packages().get(name)?, rest)).filter(|path| !path.contains("node_modules/"));
        }
        if path.split('/').any(|segment| segment == "node_modules") {
            return None;
        }
        let Some(rest) = path.strip_prefix("..") else { return Some(path.to_owned()) };
        let (ups, rest) = rest.split_once('/').unwrap_or((rest, ""));
        Some(format!("{}{rest}", "../".repeat(ups.parse().ok()?)))
    }

    fn is_file(&self, path: &str) -> bool {
        self.tree().is_some_and(|tree| tree.exists(path))
    }

    /// A `jsconfig.json` is a `tsconfig.json` for JavaScript.
    fn stands_for(&self, path: &str) -> Option<String> {
        if self.is_file(path) {
            return Some(path.to_owned());
        }
        let script = path.strip_suffix("tsconfig.json").map(|folder| format!("{folder}jsconfig.json"))?;
        self.is_file(&script).then_some(script)
    }

    /// A configuration without what it extends and isn't there: the settings of packages that are not installed say
    /// nothing about paths.
    fn without_missing(&self, path: &str, text: String) -> String {
        let Some(at) = text.find("\"extends\"") else { return text };
        let Some(colon) = text[at..].find(':').map(|colon| at + colon + 1) else { return text };
        let value = text[colon..].trim_start();
        let end = match value.chars().next() {
            Some('"') => value[1..].find('"').map(|end| end + 2),
            Some('[') => value.find(']').map(|end| end + 1),
            _ => None,
        };
        let Some(end) = end else { return text };
        let start = text.len() - value.len();
        let value = &text[start..start + end];
        let kept: Vec<&str> = value.split('"').skip(1).step_by(2).filter(|one| self.is_there(path, one)).collect();
        let list: Vec<String> = kept.iter().map(|one| format!("\"{one}\"")).collect();
        format!("{}[{}]{}", &text[..start], list.join(","), &text[start + end..])
    }

    fn is_there(&self, from: &str, extended: &str) -> bool {
        if extended.starts_with('.') {
            let path = normalise(&format!("{}/{extended}", folder(from)));
            return self.is_file(&path) || self.is_file(&format!("{path}.json"));
        }
        let (name, rest) = package_name(extended);
        let Some(folder) = self.packages().get(name) else { return false };
        let path = join(folder, if rest.is_empty() { "tsconfig.json" } else { rest });
        self.is_file(&path) || self.is_file(&format!("{path}.json"))
    }
}

fn missing() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl FileSystem for View {
    fn new() -> Self {
        Self { files: None, packages: Arc::default() }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let path = self.real(path).and_then(|path| self.stands_for(&path)).ok_or_else(missing)?;
        let bytes = self.tree().ok_or_else(missing)?.read(&path).map_err(|_| missing())?;
        let file = path.rsplit('/').next().unwrap_or(&path);
        if file.contains("sconfig") && file.ends_with(".json") {
            return Ok(self.without_missing(&path, String::from_utf8_lossy(&bytes).into_owned()).into_bytes());
        }
        Ok(bytes)
    }

    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        String::from_utf8(self.read(path)?).map_err(|_| io::ErrorKind::InvalidData.into())
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        let text = path.to_string_lossy().replace('\\', "/");
        let inside = text.strip_prefix(ROOT).ok_or_else(missing)?.trim_start_matches('/');
        let modules = inside == "node_modules"
            || inside.strip_prefix("node_modules/").is_some_and(|name| name.starts_with('@') && !name.contains('/'));
        if inside.is_empty() || modules && !self.packages().is_empty() {
            return Ok(FileMetadata::new(false, true, false));
        }
        let real = self.real(path).ok_or_else(missing)?;
        let tree = self.tree().ok_or_else(missing)?;
        if self.stands_for(&real).is_some() {
            Ok(FileMetadata::new(true, false, false))
        } else if tree.is_folder(&real) {
            Ok(FileMetadata::new(false, true, false))
        } else {
            Err(missing())
        }
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.metadata(path)
    }

    fn read_link(&self, _: &Path) -> Result<PathBuf, ResolveError> {
        Err(missing().into())
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_path_buf())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::MemoryTree;

    fn resolver(files: &[(&str, &str)]) -> Resolver {
        let tree: MemoryTree = files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect();
        let alias = Alias { from: "$lib".into(), to: vec!["src/lib".into()], by: "SvelteKit".into() };
        Resolver::new(Arc::new(Listing::new(Arc::new(tree), vec![String::new()])), &[alias])
    }

    #[test]
    fn imports_lead_to_files() {
        let files = [
            ("package.json", r#"{ "workspaces": ["packages/*", "apps/*"] }"#),
            (
                "packages/config/package.json",
                r#"{ "name": "@acme/config", "exports": { ".": "./src/main.ts", "./keys": { "import": "./src/keys.ts" } } }"#,
            ),
            ("packages/config/src/main.ts", ""),
            ("packages/config/src/keys.ts", ""),
            ("packages/built/package.json", r#"{ "name": "built", "main": "dist/index.js" }"#),
            ("packages/built/src/index.ts", ""),
            ("apps/web/package.json", r##"{ "name": "web", "imports": { "#db": "./src/db.ts" } }"##),
            (
                "apps/web/tsconfig.json",
                "{ // comment\n \"extends\": \"expo/tsconfig.base\", \"compilerOptions\": { \"baseUrl\": \".\", \"paths\": { \"@/*\": [\"./src/*\"] } } }",
            ),
            ("apps/web/src/db.ts", ""),
            ("apps/web/src/page.tsx", ""),
            ("apps/web/src/util/index.ts", ""),
            ("apps/web/src/data.json", ""),
            ("apps/kit/package.json", r#"{ "name": "kit" }"#),
            ("apps/kit/src/lib/keys.js", ""),
            ("apps/kit/src/routes/+page.svelte", ""),
        ];
        let resolver = resolver(&files);
        for (from, specifier, to) in [
            ("apps/web/src/page.tsx", "./db", Some("apps/web/src/db.ts")),
            ("apps/web/src/page.tsx", "./db.js", Some("apps/web/src/db.ts")),
            ("apps/web/src/page.tsx", "./util", Some("apps/web/src/util/index.ts")),
            ("apps/web/src/page.tsx", "./data.json", Some("apps/web/src/data.json")),
            ("apps/web/src/page.tsx", "@/db", Some("apps/web/src/db.ts")),
            ("apps/web/src/page.tsx", "#db", Some("apps/web/src/db.ts")),
            ("apps/web/src/page.tsx", "@acme/config", Some("packages/config/src/main.ts")),
            ("apps/web/src/page.tsx", "@acme/config/keys", Some("packages/config/src/keys.ts")),
            ("apps/web/src/page.tsx", "built", Some("packages/built/src/index.ts")),
            ("apps/web/src/page.tsx", "react", None),
            ("apps/web/src/page.tsx", "node:fs", None),
            ("apps/web/src/page.tsx", "../missing", None),
            ("apps/kit/src/routes/+page.svelte", "$lib/keys", Some("apps/kit/src/lib/keys.js")),
            ("apps/kit/src/routes/+page.svelte", "../lib/keys.js?raw", Some("apps/kit/src/lib/keys.js")),
        ] {
            assert_eq!(resolver.resolve(from, specifier, &|_| Arc::new([])).as_deref(), to, "{specifier} in {from}");
        }
    }
}
