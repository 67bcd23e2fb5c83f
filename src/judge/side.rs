//! Who gets to see a file: client or server.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::ships::Chain;
use crate::catalog::coverage::used;
use crate::catalog::{Signal, Surfaces, fits};
use crate::flow::Modules;
use crate::syntax::document::{Document, Unit};
use crate::syntax::facts::{Expr, ExprKind, Stmt};
use crate::syntax::visit;

/// Where code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Where {
    /// On machines of users.
    Client,
    /// On machines of the owner.
    Server,
    /// Nothing says where; it is treated as a server.
    Unknown,
}

/// Where code runs, and what says so.
#[derive(Clone, Debug)]
pub struct Side {
    /// Where.
    pub at: Where,
    /// What decides it, to go behind "the file".
    pub because: String,
    /// Whether its project ships, and it is to be asked who imports it.
    pub pending: bool,
}

/// What the configuration says of a file's side, by the file's path.
pub type Told<'a> = Box<dyn Fn(&str) -> Option<Side> + Send + Sync + 'a>;

/// The rows of `rules/surfaces.toml` about files, with their globs.
pub struct Sides<'a> {
    pub(super) surfaces: &'a Surfaces,
    told: Told<'a>,
    roots: Vec<String>,
    /// Modules that say nothing of their side, and the way by which client code imports them.
    shipped: HashMap<Arc<str>, Chain>,
    /// Whether all files there are take part, so that who imports a module can be told.
    whole: bool,
}

impl<'a> Sides<'a> {
    /// Prepares the rows.
    pub fn new(surfaces: &'a Surfaces) -> Self {
        Self { surfaces, told: Box::new(|_| None), roots: Vec::new(), shipped: HashMap::new(), whole: false }
    }

    /// Names the folders that are projects of their own: what lies above them says nothing about their files.
    pub fn set_roots(&mut self, roots: Vec<String>) {
        self.roots = roots;
    }

    /// Says whether all files there are take part.
    pub fn set_whole(&mut self, whole: bool) {
        self.whole = whole;
    }

    /// Takes over what the configuration says of files; it goes before all that they show.
    pub fn set_told(&mut self, told: Told<'a>) {
        self.told = told;
    }

    /// Names the modules that ship because client code imports them.
    pub fn set_shipped(&mut self, shipped: HashMap<Arc<str>, Chain>) {
        self.shipped = shipped;
    }

    /// The way by which client code imports a module that says nothing of its side by itself.
    pub fn shipped(&self, path: &str) -> Option<&Chain> {
        self.shipped.get(path)
    }

    /// A path from its project on.
    fn local<'p>(&self, path: &'p str) -> &'p str {
        let inside = |root: &String| path.strip_prefix(root.as_str()).and_then(|rest| rest.strip_prefix('/'));
        self.roots.iter().filter_map(inside).min_by_key(|rest| rest.len()).unwrap_or(path)
    }

    /// Whether a path is a test's.
    pub fn is_test(&self, path: &str) -> bool {
        fits(&self.surfaces.tests, self.local(path))
    }

    /// Whether a path is documentation's.
    pub fn is_doc(&self, path: &str) -> bool {
        fits(&self.surfaces.docs, self.local(path))
    }

    /// The side of a unit: what the configuration says of its file, else what its format says, else the first signal
    /// that fits.
    pub fn of(&self, document: &Document, unit: &Unit, modules: &dyn Modules) -> Side {
        if let Some(side) = (self.told)(document.source.path()) {
            return side;
        }
        if let Some(server) = unit.server {
            let at = if server { Where::Server } else { Where::Client };
            let because = if server { "runs on the server" } else { "is a script of the page" };
            return Side { at, because: because.into(), pending: false };
        }
        let path = document.source.path();
        let mut clues = Clues { unit, path, modules, imports: None, globals: None, exports: None, packages: None };
        let mut pending = None;
        for signal in &self.surfaces.signal {
            let here = signal.paths.is_empty() || fits(&signal.paths, self.local(path));
            if here && clues.fit(signal) {
                used(signal);
                // The project ships, and the module with it if anything imports it.
                let asks = !signal.entries.is_empty()
                    && (self.is_test(path) || self.whole && has_entry(path, &signal.entries, modules));
                if asks {
                    pending = Some(signal);
                    continue;
                }
                let at = if signal.side == "client" { Where::Client } else { Where::Server };
                return Side { at, because: signal.because.clone(), pending: false };
            }
        }
        if let Some(chain) = self.shipped.get(path) {
            let because = match (chain.first(), pending) {
                (Some(first), _) => format!("is imported by client code, from {} on", first.path),
                (None, Some(signal)) => signal.because.clone(),
                (None, None) => "ships with the client".into(),
            };
            return Side { at: Where::Client, because, pending: false };
        }
        let because = match pending {
            Some(_) => "lies in an app, but nothing that ships imports it",
            None => "gives no sign of where it runs",
        };
        Side { at: Where::Unknown, because: because.into(), pending: pending.is_some() }
    }
}

/// Whether the project of a file has one of these files.
fn has_entry(path: &str, entries: &[String], modules: &dyn Modules) -> bool {
    let prefix = project(path, modules);
    entries.iter().any(|entry| modules.exists(&format!("{prefix}{entry}")))
}

/// The folder of the nearest `package.json`, with a slash behind it; empty for the root.
pub fn project(path: &str, modules: &dyn Modules) -> String {
    let mut folder = path;
    loop {
        folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        if folder.is_empty() {
            return String::new();
        }
        if modules.exists(&format!("{folder}/package.json")) {
            return format!("{folder}/");
        }
    }
}

/// What a file shows, gathered when it is first asked for.
struct Clues<'a> {
    unit: &'a Unit,
    path: &'a str,
    modules: &'a dyn Modules,
    imports: Option<HashSet<Arc<str>>>,
    globals: Option<HashSet<String>>,
    exports: Option<HashSet<Arc<str>>>,
    packages: Option<HashSet<String>>,
}

impl Clues<'_> {
    fn fit(&mut self, signal: &Signal) -> bool {
        let any =
            |wanted: &[String], has: &dyn Fn(&str) -> bool| wanted.is_empty() || wanted.iter().any(|one| has(one));
        if !any(&signal.directives, &|wanted| directives(self.unit).any(|found| &*found == wanted)) {
            return false;
        }
        if !any(&signal.keys, &|wanted| has_key(self.unit, wanted)) {
            return false;
        }
        if !signal.imports.is_empty() {
            let imports = self.imports.get_or_insert_with(|| imports(self.unit));
            let from = |wanted: &str, found: &str| {
                found == wanted || found.strip_prefix(wanted).is_some_and(|rest| rest.starts_with(['/', '.']))
            };
            if !signal.imports.iter().any(|wanted| imports.iter().any(|found| from(wanted, found))) {
                return false;
            }
        }
        if !signal.globals.is_empty() {
            let globals = self.globals.get_or_insert_with(|| globals(self.unit));
            if !signal.globals.iter().any(|wanted| globals.contains(wanted)) {
                return false;
            }
        }
        if !signal.exports.is_empty() {
            let exports = self.exports.get_or_insert_with(|| exports(self.unit));
            if !signal.exports.iter().any(|wanted| exports.contains(&**wanted)) {
                return false;
            }
        }
        if signal.packages.is_empty() && signal.unless_packages.is_empty() {
            return true;
        }
        let packages = self.packages.get_or_insert_with(|| packages(self.path, self.modules));
        any(&signal.packages, &|wanted| packages.contains(wanted))
            && !signal.unless_packages.iter().any(|unwanted| packages.contains(unwanted))
    }
}

fn directives(unit: &Unit) -> impl Iterator<Item = Arc<str>> {
    let leading = unit.facts.body.iter().map_while(|stmt| match stmt {
        Stmt::Expr(Expr { kind: ExprKind::Text(text), .. }) => Some(text.clone()),
        _ => None,
    });
    leading.collect::<Vec<_>>().into_iter()
}

fn has_key(unit: &Unit, wanted: &str) -> bool {
    let Some(Stmt::Expr(Expr { kind: ExprKind::Map(entries), .. })) = unit.facts.body.first() else { return false };
    entries.iter().any(|entry| entry.key.as_text().is_some_and(|key| &**key == wanted))
}

fn imports(unit: &Unit) -> HashSet<Arc<str>> {
    let mut found = HashSet::new();
    visit::statements(&unit.facts, &mut |stmt| match stmt {
        Stmt::Import(import) if !import.type_only => {
            found.insert(import.module.name.clone());
        }
        _ => {}
    });
    visit::expressions(&unit.facts, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind
            && let ExprKind::Name(name) = &call.callee.kind
            && matches!(&**name, "require" | "import")
            && let Some(module) = call.args.first().and_then(|arg| arg.value.as_text())
        {
            found.insert(module.clone());
        }
    });
    found
}

/// Names and their members that the code uses: `window`, `window.location`.
fn globals(unit: &Unit) -> HashSet<String> {
    let mut found = HashSet::new();
    visit::expressions(&unit.facts, &mut |expr| match &expr.kind {
        ExprKind::Name(name) => {
            found.insert(name.to_string());
        }
        ExprKind::Member(object, key) => {
            if let (ExprKind::Name(name), Some(key)) = (&object.kind, key.as_text()) {
                found.insert(format!("{name}.{key}"));
            }
        }
        _ => {}
    });
    found
}

fn exports(unit: &Unit) -> HashSet<Arc<str>> {
    let mut found = HashSet::new();
    for stmt in &unit.facts.body {
        match stmt {
            Stmt::Export(name, _) => found.insert(name.clone()),
            Stmt::Function(name, _) | Stmt::Class(name, _) => found.insert(name.name.clone()),
            _ => false,
        };
    }
    found
}

/// The packages that the nearest manifests name.
pub(super) fn packages(path: &str, modules: &dyn Modules) -> HashSet<String> {
    let mut folder = path;
    loop {
        folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut found = HashSet::new();
        if let Some(document) = modules.document(&format!("{prefix}package.json")) {
            for section in ["dependencies", "devDependencies", "peerDependencies"] {
                keys_of(&document, section, &mut found);
            }
            return found;
        }
        if let Some(document) = modules.document(&format!("{prefix}pubspec.yaml")) {
            for section in ["dependencies", "dev_dependencies"] {
                keys_of(&document, section, &mut found);
            }
            return found;
        }
        for manifest in ["build.gradle.kts", "build.gradle"] {
            if let Some(document) = modules.document(&format!("{prefix}{manifest}")) {
                plugins(&document, &mut found);
            }
        }
        for manifest in ["src/main/AndroidManifest.xml", "AndroidManifest.xml"] {
            if modules.exists(&format!("{prefix}{manifest}")) {
                found.insert("AndroidManifest.xml".into());
            }
        }
        if let Some(document) = modules.document(&format!("{prefix}Cargo.toml")) {
            keys_of(&document, "dependencies", &mut found);
        }
        if let Some(document) = modules.document(&format!("{prefix}Package.swift")) {
            swift_package(&document, &mut found);
        }
        if [".cs", ".fs", ".vb"].iter().any(|ending| path.ends_with(ending)) {
            for file in modules.files_in(folder).iter().filter(|file| file.ends_with("proj")) {
                if let Some(document) = modules.document(file) {
                    dotnet_project(&document, &mut found);
                }
            }
        }
        if folder.is_empty() || !found.is_empty() {
            return found;
        }
    }
}

/// The plugins that a Gradle script applies: `id("com.android.application")`, `alias(libs.plugins.android.application)`.
/// A parent names plugins that only its children apply: those go by `.. apply false`.
fn plugins(document: &Document, found: &mut HashSet<String>) {
    for line in document.source.text().lines().map(str::trim_start) {
        if line.starts_with("//") {
            continue;
        }
        let deferred = line.contains("apply false") || line.starts_with("classpath");
        let mut add = |name: &str| {
            found.insert(if deferred { format!("{name} apply false") } else { name.to_owned() });
        };
        if let Some(alias) = line.split("libs.plugins.").nth(1) {
            let end = alias.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_'))).unwrap_or(alias.len());
            add(&format!("libs.plugins.{}", &alias[..end]));
        }
        if ["id", "apply", "kotlin", "java", "classpath"].iter().any(|word| line.starts_with(word)) {
            // `classpath "group:name:version"` goes by its group.
            let quoted = line.split(['"', '\'']).skip(1).step_by(2);
            quoted.for_each(|name| add(name.split(':').next().unwrap_or(name)));
        }
    }
}

/// What a Swift package depends on, by the last segment of each address, and the platforms and sorts of target that it
/// names: `vapor`, `.iOS`, `.executableTarget`.
fn swift_package(document: &Document, found: &mut HashSet<String>) {
    let lines = document.source.text().lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    for line in lines {
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '.').filter(|word| word.starts_with('.'));
        found.extend(words.map(str::to_owned));
        let quoted = line.split('"').skip(1).step_by(2).filter(|text| text.contains("://"));
        found.extend(
            quoted.filter_map(|url| url.rsplit('/').next()).map(|name| name.trim_end_matches(".git").to_owned()),
        );
    }
}

/// The SDK of a .NET project, the packages that it refers to, what it switches on (`UseMaui`) and the systems that it is
/// built for (`-android` of `net8.0-android`).
fn dotnet_project(document: &Document, found: &mut HashSet<String>) {
    for tag in document.source.text().split('<').skip(1) {
        let (head, content) = tag.split_once('>').unwrap_or((tag, ""));
        for attribute in ["Sdk=", "Include="] {
            let value = head.split_once(attribute).and_then(|(_, rest)| rest.split(['"', '\'']).nth(1));
            found.extend(value.map(|value| value.split('/').next().unwrap_or(value).to_owned()));
        }
        if content.trim() == "true" {
            found.insert(head.to_owned());
        } else if head.starts_with("TargetFramework") {
            let systems = content.trim().split(';').filter_map(|framework| framework.split_once('-'));
            found.extend(
                systems.map(|(_, system)| format!("-{}", system.trim_end_matches(|c: char| !c.is_alphabetic()))),
            );
        }
    }
}

/// Whether the list at a key path of the nearest `pubspec.yaml` names a file, or a folder that it lies in.
pub fn is_listed(list: &str, path: &str, modules: &dyn Modules) -> bool {
    let mut folder = path;
    loop {
        folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        if let Some(document) = modules.document(&format!("{prefix}pubspec.yaml")) {
            let local = &path[prefix.len()..];
            let Some(Stmt::Expr(whole)) = document.units.first().and_then(|unit| unit.facts.body.first()) else {
                return false;
            };
            let mut here = Some(whole);
            for key in list.split('.') {
                here = here.and_then(|here| match &here.kind {
                    ExprKind::Map(entries) => {
                        let fits = |found: &Arc<str>| **found == *key;
                        entries.iter().find(|entry| entry.key.as_text().is_some_and(fits)).map(|entry| &entry.value)
                    }
                    _ => None,
                });
            }
            let Some(ExprKind::List(items)) = here.map(|list| &list.kind) else { return false };
            let names = |item: &Arc<str>| **item == *local || item.ends_with('/') && local.starts_with(&**item);
            return items.iter().any(|item| item.as_text().is_some_and(names));
        }
        if folder.is_empty() {
            return false;
        }
    }
}

fn keys_of(document: &Document, section: &str, found: &mut HashSet<String>) {
    let Some(Stmt::Expr(Expr { kind: ExprKind::Map(entries), .. })) =
        document.units.first().and_then(|unit| unit.facts.body.first())
    else {
        return;
    };
    let inner = entries.iter().find(|entry| entry.key.as_text().is_some_and(|key| &**key == section));
    if let Some(ExprKind::Map(entries)) = inner.map(|entry| &entry.value.kind) {
        found.extend(entries.iter().filter_map(|entry| entry.key.as_text()).map(|key| key.to_string()));
    }
}
