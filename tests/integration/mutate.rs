//! The mutator: small programs are changed in ways that can't change a verdict, and the verdict is held to that.
//!
//! A seed is a file in `tests/mutate/`. It opens with lines `@key value` in comments, which are cut off:
//!
//! - `@path server/export.js` - where it stands in its tree
//! - `@finds hardcoded-secret@error discouraged-credential@note` - the multiset of its findings, in any file
//! - `@rename key` - a local variable whose name is no evidence
//! - `@split https://data.mixpanel.com/api/2.0/export` - a text that stands in a literal
//! - `@constant API_SECRET` - a constant, one line at the top level, that can move into an object or another file
//!
//! What is written where in which language is the table in `mutate/languages.rs`. The split text is best one without
//! Mixpanel's name, where nothing else in the seed has it: files without it aren't read at all.
//!
//! Blocks between two lines `~` (in a comment) don't depend on one another's order. What stands between `<` and `>` (in
//! comments) is the request, which can be put into a function of its own.

mod languages;

use std::collections::BTreeMap;
use std::fs;

use rayon::prelude::*;
use regex::{NoExpand, Regex};

use self::languages::{Container, LANGUAGES, Language};
use crate::support::{Files, check, found, repository};

/// A mutation: the changed tree, or nothing where a seed has nothing to change.
type Mutation = fn(&Seed) -> Option<Files>;

/// All mutations.
const MUTATIONS: [(&str, Mutation); 9] = [
    ("unchanged", |seed| Some(seed.tree(seed.text.clone()))),
    ("rename", rename),
    ("reorder", reorder),
    ("wrap", wrap),
    ("split", split),
    ("move", move_to_file),
    ("object", object),
    ("returned", returned),
    ("object and move", object_in_file),
];

struct Seed {
    name: String,
    language: &'static Language,
    path: String,
    finds: Vec<String>,
    rename: Vec<String>,
    split: Vec<String>,
    constants: Vec<String>,
    text: String,
}

impl Seed {
    fn read(name: &str, text: &str) -> Self {
        let mut keys: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut rest = text;
        while let Some((key, value, after)) = directive(rest) {
            keys.entry(key).or_default().extend(match key {
                "split" | "path" => vec![value.to_owned()],
                _ => value.split_whitespace().map(str::to_owned).collect(),
            });
            rest = after;
        }
        let ending = name.rsplit('.').next().unwrap();
        let fits = |language: &&Language| language.endings.contains(&ending) && rest.contains(language.when);
        let language = LANGUAGES.iter().find(fits).unwrap_or_else(|| panic!("{name}: no language"));
        let mut take = |key: &str| keys.remove(key).unwrap_or_default();
        let mut seed = Self {
            name: name.to_owned(),
            language,
            path: take("path").pop().unwrap_or_else(|| panic!("{name}: no @path")),
            finds: take("finds"),
            rename: take("rename"),
            split: take("split"),
            constants: take("constant"),
            text: rest.to_owned(),
        };
        seed.finds.sort();
        assert!(keys.is_empty(), "{name}: unknown keys {:?}", keys.keys());
        seed
    }

    fn tree(&self, text: String) -> Files {
        self.tree_with(text, None)
    }

    fn tree_with(&self, text: String, other: Option<(&str, String)>) -> Files {
        let mut files = Files::new();
        files.insert(self.path.clone(), bare(&text).into_bytes());
        if let Some((name, text)) = other {
            let folder = self.path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            files.insert(format!("{folder}{name}"), text.into_bytes());
        }
        files
    }

    /// The line that defines a constant, without its indentation, and the value.
    fn definition(&self, name: &str) -> (String, String) {
        let pattern = format!("(?m)^[ \\t]*({})$", self.language.definition.replace("NAME", name));
        let found = Regex::new(&pattern).unwrap();
        let found = found.captures(&self.text).unwrap_or_else(|| panic!("{}: no constant {name}", self.name));
        (found[1].to_owned(), found[2].to_owned())
    }

    /// The text with something else written for a constant, but not where its name is a member, a key or a part of a
    /// text.
    fn named(&self, text: &str, name: &str, used: &str) -> String {
        let reference = regex::escape(&fill(self.language.reference, name, "", 0));
        let bare = reference.starts_with(|c: char| c.is_alphanumeric());
        let before = if bare { r#"(^|[^\w."'\[]|\.\.\.|[(\[])"# } else { "()" };
        Regex::new(&format!("{before}{reference}\\b"))
            .unwrap()
            .replace_all(text, |found: &regex::Captures<'_>| format!("{}{used}", &found[1]))
            .into_owned()
    }

    /// The constants as members of something, in its words.
    fn container(&self, container: &Container) -> String {
        let members: Vec<String> =
            self.constants.iter().map(|name| fill(container.member, name, &self.definition(name).1, 0)).collect();
        let whole = format!("{}{}{}", container.open, members.join(container.between), container.close);
        whole.replace("{names}", &self.constants.join(", "))
    }

    /// The tree with the constants in a file of their own, imported under these names.
    fn moved(&self, container: &Container, names: &str) -> Option<Files> {
        let (file, _, import) = self.language.moved.as_ref().filter(|_| !self.constants.is_empty())?;
        let mut shared = self.container(container);
        // The folder's package, whatever the table calls it.
        if let Some(package) = self.text.lines().find(|line| line.starts_with("package ")) {
            shared = shared.replace("package shared", package);
        }
        let mut text = self.text.clone();
        for name in &self.constants {
            let line = Regex::new(&format!(r"(?m)^[ \t]*{}\n", regex::escape(&self.definition(name).0))).unwrap();
            text = line.replace(&text, "").into_owned();
        }
        for name in &self.constants {
            text = self.named(&text, name, &fill(container.used, name, "", 0));
        }
        if !import.is_empty() {
            text = self.with_import(&text, &import.replace("{names}", names));
        }
        Some(self.tree_with(text, Some((file, shared))))
    }

    /// Where a further import goes: after those that are there.
    fn with_import(&self, text: &str, import: &str) -> String {
        let head = |line: &&str| {
            line.is_empty()
                || self.language.heads.iter().any(|start| line.starts_with(start))
                    && (!line.starts_with("const ") || line.contains("require("))
        };
        let at: usize = text.lines().take_while(head).map(|line| line.len() + 1).sum();
        let at = at.min(text.len());
        format!("{}{import}\n{}", &text[..at], &text[at..])
    }
}

/// Fills a text of the table.
fn fill(template: &str, name: &str, value: &str, number: usize) -> String {
    template.replace("{name}", name).replace("{value}", value).replace("{number}", &number.to_string())
}

/// A line `// @key value` and what follows it.
fn directive(text: &str) -> Option<(&str, &str, &str)> {
    let (line, after) = text.split_once('\n')?;
    let line = line.trim_start_matches("//").trim_start_matches('#').trim_start();
    let line = line.strip_prefix('@')?;
    let (key, value) = line.split_once(' ').unwrap_or((line, ""));
    Some((key, value, after))
}

/// Whether a line is this mark in a comment.
fn is_mark(line: &str, mark: &str) -> bool {
    let line = line.trim();
    line.strip_prefix("//").or(line.strip_prefix('#')).is_some_and(|rest| rest.trim() == mark)
}

/// The text without its marks.
fn bare(text: &str) -> String {
    let lines = text.lines().filter(|line| !["~", "<", ">"].iter().any(|mark| is_mark(line, mark)));
    lines.map(|line| format!("{line}\n")).collect()
}

/// Every name that is no evidence becomes another that isn't.
fn rename(seed: &Seed) -> Option<Files> {
    let mut text = seed.text.clone();
    for (number, name) in seed.rename.iter().enumerate() {
        let word = Regex::new(&format!(r"\b{name}\b")).unwrap();
        assert!(word.is_match(&text), "{}: no name {name}", seed.name);
        text = word.replace_all(&text, NoExpand(&format!("thing{number}"))).into_owned();
    }
    (!seed.rename.is_empty()).then(|| seed.tree(text))
}

/// Independent blocks in the opposite order.
fn reorder(seed: &Seed) -> Option<Files> {
    let lines: Vec<&str> = seed.text.lines().collect();
    let mut blocks: Vec<Vec<&str>> = lines.split(|line| is_mark(line, "~")).map(<[_]>::to_vec).collect();
    if blocks.len() < 4 {
        return None;
    }
    let (first, last) = (blocks.remove(0), blocks.pop().unwrap());
    blocks.reverse();
    let all = std::iter::once(first).chain(blocks).chain(std::iter::once(last));
    let text: String = all.flatten().map(|line| format!("{line}\n")).collect();
    Some(seed.tree(text))
}

/// The request in a function of its own, which is called where the request was.
fn wrap(seed: &Seed) -> Option<Files> {
    let (mut out, mut inside, mut indent) = (String::new(), false, String::new());
    for line in seed.text.lines() {
        if is_mark(line, "<") {
            inside = true;
            indent = line.chars().take_while(|c| *c == ' ').collect();
            seed.language.wrap.0.lines().for_each(|line| out += &format!("{indent}{line}\n"));
        } else if is_mark(line, ">") {
            inside = false;
            seed.language.wrap.1.lines().for_each(|line| out += &format!("{indent}{line}\n"));
        } else {
            let deeper = if inside && !line.is_empty() { "    " } else { "" };
            out += &format!("{deeper}{line}\n");
        }
    }
    seed.text.lines().any(|line| is_mark(line, "<")).then(|| seed.tree(out))
}

/// Literals in two halves.
fn split(seed: &Seed) -> Option<Files> {
    let mut text = seed.text.clone();
    for literal in &seed.split {
        let at = text.find(literal.as_str()).unwrap_or_else(|| panic!("{}: no text {literal}", seed.name));
        let before = &text[..at];
        let quote = before.chars().rev().find(|c| ['"', '\'', '`'].contains(c)).unwrap();
        // An f-string goes on as one.
        let opened = before.rfind(quote).unwrap();
        let closed = at + text[at..].find(quote).unwrap();
        let (front, between, back) = seed.language.split;
        let between = between.replacen('Q', &quote.to_string(), 1);
        let prefix = if before[..opened].ends_with('f') { "f" } else { "" };
        let between = between.replacen('Q', &format!("{prefix}{quote}"), 1);
        let half = at + literal.len() / 2;
        text = format!(
            "{}{front}{}{between}{}{back}{}",
            &text[..opened],
            &text[opened..half],
            &text[half..=closed],
            &text[closed + 1..]
        );
    }
    (!seed.split.is_empty()).then(|| seed.tree(text))
}

/// Constants in a file of their own.
fn move_to_file(seed: &Seed) -> Option<Files> {
    seed.moved(&seed.language.moved.as_ref()?.1, &seed.constants.join(", "))
}

/// Constants in a file of their own, as members of an object there.
fn object_in_file(seed: &Seed) -> Option<Files> {
    let (name, container) = seed.language.moved_object.as_ref()?;
    seed.moved(container, name)
}

/// Constants as members of an object.
fn object(seed: &Seed) -> Option<Files> {
    let container = seed.language.object.as_ref().filter(|_| !seed.constants.is_empty())?;
    let mut text = seed.text.clone();
    for (number, name) in seed.constants.iter().enumerate() {
        let line = seed.definition(name).0;
        text = text.replacen(&line, if number == 0 { "@box@" } else { "" }, 1);
    }
    for name in &seed.constants {
        text = seed.named(&text, name, &fill(container.used, name, "", 0));
    }
    Some(seed.tree(text.replace("@box@", &seed.container(container))))
}

/// Constants that a function gives.
fn returned(seed: &Seed) -> Option<Files> {
    let mut text = seed.text.clone();
    for (number, name) in seed.constants.iter().enumerate() {
        let (line, value) = seed.definition(name);
        text = text.replace(&line, &format!("@give{number}@"));
        if let Some(used) = seed.language.given_use {
            text = seed.named(&text, name, &fill(used, name, "", number));
        }
        text = text.replace(&format!("@give{number}@"), &fill(seed.language.given, name, &value, number));
    }
    (!seed.constants.is_empty()).then(|| seed.tree(text))
}

fn seeds() -> Vec<Seed> {
    let folder = repository().join("tests/mutate");
    let mut names: Vec<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names.iter().map(|name| Seed::read(name, &fs::read_to_string(folder.join(name)).unwrap())).collect()
}

/// The trees of all seeds.
pub(crate) fn all() -> Vec<Files> {
    seeds().iter().map(|seed| seed.tree(seed.text.clone())).collect()
}

/// What is wrong with a mutated seed.
fn fault(seed: &Seed, files: &Files) -> Option<String> {
    let report = check(files);
    let found = found(&report);
    let mut rules: Vec<String> = found.iter().map(|found| format!("{}@{}", found.rule, found.level)).collect();
    rules.sort();
    if rules == seed.finds && report.problems.is_empty() {
        return None;
    }
    let mut text = format!("  expected {}\n  got      {}\n", seed.finds.join(" "), rules.join(" "));
    for found in &found {
        text += &format!("           {}:{} {}\n", found.path, found.line, found.rule);
    }
    for problem in &report.problems {
        text += &format!("  problem  {}: {}\n", problem.path, problem.message);
    }
    for (path, bytes) in files {
        text += &format!("  --- {path}\n");
        for line in String::from_utf8_lossy(bytes).lines() {
            text += &format!("  | {line}\n");
        }
    }
    Some(text)
}

#[test]
fn verdicts_survive_what_cannot_change_them() {
    let seeds = seeds();
    assert!(seeds.len() >= 12, "twelve seeds are wanted");
    let mutated: Vec<(&Seed, &str, Files)> = seeds
        .iter()
        .flat_map(|seed| MUTATIONS.iter().filter_map(move |(name, mutate)| Some((seed, *name, mutate(seed)?))))
        .collect();
    for seed in &seeds {
        let mutations = mutated.iter().filter(|(of, ..)| of.name == seed.name).count() - 1;
        let least = if seed.language.object.is_none() { 5 } else { 6 };
        assert!(mutations >= least, "{}: only {mutations} mutations", seed.name);
    }
    let faults: Vec<String> = mutated
        .par_iter()
        .filter_map(|(seed, mutation, files)| {
            fault(seed, files).map(|fault| format!("{} - {mutation}\n{fault}", seed.name))
        })
        .collect();
    assert!(
        faults.is_empty(),
        "\n{}\n{} of {} mutations change the verdict",
        faults.join("\n"),
        faults.len(),
        mutated.len()
    );
}

#[test]
fn mutations_change_what_they_say() {
    let seed = Seed::read(
        "x.js",
        "// @path a/x.js\n// @rename k\n// @split abcdef\n// @constant ONE\nconst axios = require('axios');\n\nconst ONE = 'abcdef';\n\
         // ~\nf();\n// ~\ng();\n// ~\n// <\nh(ONE, k.ONE);\n// >\n",
    );
    let main = |files: Option<Files>| String::from_utf8(files.unwrap()["a/x.js"].clone()).unwrap();
    assert!(main(rename(&seed)).contains("h(ONE, thing0.ONE)"));
    assert!(main(reorder(&seed)).contains("g();\nf();\nh("));
    assert!(main(wrap(&seed)).contains("const doIt = async () => {\n    h(ONE, k.ONE);\n};\nawait doIt();"));
    assert!(main(split(&seed)).contains("const ONE = 'abc' + 'def';"));
    assert!(main(object(&seed)).contains("const box = { ONE: 'abcdef' };\nf();\ng();\nh(box.ONE, k.ONE);"));
    assert!(main(returned(&seed)).contains("return 'abcdef';\n}\nconst ONE = give0();"));
    let moved = move_to_file(&seed).unwrap();
    assert_eq!(moved["a/shared.js"], b"const ONE = 'abcdef';\nmodule.exports = { ONE };\n");
    assert!(main(Some(moved)).starts_with("const axios = require('axios');\n\nconst { ONE } = require('./shared');\n"));
    assert!(!main(Some(seed.tree(seed.text.clone()))).contains('~'));
}
