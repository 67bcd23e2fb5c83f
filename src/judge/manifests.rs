//! The manifests of a file's project: where it begins, which packages it names, what it lists.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::flow::Modules;
use crate::syntax::document::Document;
use crate::syntax::facts::{Expr, ExprKind, Stmt};

/// The packages that manifests name, each folder asked once.
#[derive(Default)]
pub struct Manifests {
    known: Mutex<HashMap<String, Arc<HashSet<String>>>>,
}

impl Manifests {
    /// The packages that the nearest manifests of a file name.
    pub fn packages(&self, path: &str, modules: &dyn Modules) -> Arc<HashSet<String>> {
        let mut folder = path;
        let mut passed = Vec::new();
        let found = loop {
            folder = above(folder);
            if let Some(known) = self.known().get(folder) {
                break known.clone();
            }
            passed.push(folder);
            if let Some(found) = named_in(folder, modules) {
                break Arc::new(found);
            }
            if folder.is_empty() {
                break Arc::default();
            }
        };
        let mut known = self.known();
        passed.into_iter().for_each(|folder| {
            known.insert(folder.to_owned(), found.clone());
        });
        found
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Arc<HashSet<String>>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The folder that a path lies in; the root is empty, and lies in itself.
fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder of the nearest `package.json`, with a slash behind it; empty for the root.
pub fn project(path: &str, modules: &dyn Modules) -> String {
    let mut folder = path;
    loop {
        folder = above(folder);
        if folder.is_empty() {
            return String::new();
        }
        if modules.exists(&format!("{folder}/package.json")) {
            return format!("{folder}/");
        }
    }
}

/// The packages that the manifests in a folder name; `None` where there are none, and the folder above is to be asked.
fn named_in(folder: &str, modules: &dyn Modules) -> Option<HashSet<String>> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let mut found = HashSet::new();
    if let Some(document) = modules.document(&format!("{prefix}package.json")) {
        for section in ["dependencies", "devDependencies", "peerDependencies"] {
            keys_of(&document, section, &mut found);
        }
        return Some(found);
    }
    if let Some(document) = modules.document(&format!("{prefix}pubspec.yaml")) {
        for section in ["dependencies", "dev_dependencies"] {
            keys_of(&document, section, &mut found);
        }
        return Some(found);
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
    for file in modules.files_in(folder).iter().filter(|file| file.ends_with("proj")) {
        if let Some(document) = modules.document(file) {
            dotnet_project(&document, &mut found);
        }
    }
    (!found.is_empty()).then_some(found)
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
        folder = above(folder);
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
