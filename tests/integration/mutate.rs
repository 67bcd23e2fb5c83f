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
//! Blocks between two lines `~` (in a comment) don't depend on one another's order. What stands between `<` and `>` (in
//! comments) is the request, which can be put into a function of its own.

use std::collections::BTreeMap;
use std::fs;

use rayon::prelude::*;
use regex::{NoExpand, Regex};

use crate::support::{Files, check, found, repository};

/// Seeds and mutations known to change the verdict, with the reason. One that no longer does fails the test.
const KNOWN: &[(&str, &str, &str)] = &[];

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
    ("object and move", |seed| move_to_file(&boxed(seed)?)),
];

#[derive(Clone, Copy, PartialEq)]
enum Language {
    JavaScript,
    Python,
    Shell,
}
use Language::{JavaScript, Python, Shell};

#[derive(Clone)]
struct Seed {
    name: String,
    language: Language,
    path: String,
    finds: Vec<String>,
    rename: Vec<String>,
    split: Vec<String>,
    constants: Vec<String>,
    text: String,
}

impl Seed {
    fn read(name: &str, text: &str) -> Self {
        let language = match name.rsplit('.').next() {
            Some("py") => Python,
            Some("sh") => Shell,
            _ => JavaScript,
        };
        let mut keys: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut rest = text;
        while let Some((key, value, after)) = directive(rest) {
            keys.entry(key).or_default().extend(match key {
                "split" | "path" => vec![value.to_owned()],
                _ => value.split_whitespace().map(str::to_owned).collect(),
            });
            rest = after;
        }
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

    /// The module's endings: `export` or `module.exports`.
    fn is_module(&self) -> bool {
        self.text.contains("import ") || self.text.contains("export ")
    }

    /// The line `const NAME = value;`, and the value.
    fn definition(&self, name: &str) -> (String, String) {
        let pattern = match self.language {
            JavaScript => format!(r"(?m)^const {name} = (.*);$"),
            Python => format!(r"(?m)^{name} = (.*)$"),
            Shell => format!(r"(?m)^{name}=(.*)$"),
        };
        let found = Regex::new(&pattern).unwrap();
        let found = found.captures(&self.text).unwrap_or_else(|| panic!("{}: no constant {name}", self.name));
        (found[0].to_owned(), found[1].to_owned())
    }

    /// Where a further import goes: after those that are there.
    fn with_import(&self, text: &str, import: &str) -> String {
        let last = text.lines().take_while(|line| {
            line.is_empty()
                || ["import ", "from ", "const ", "#!", "set ", "'use", "\"use"]
                    .iter()
                    .any(|start| line.starts_with(start))
                    && (!line.starts_with("const ") || line.contains("require("))
        });
        let at: usize = last.map(|line| line.len() + 1).sum();
        let at = at.min(text.len());
        format!("{}{import}\n{}", &text[..at], &text[at..])
    }
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
            out += &match seed.language {
                JavaScript => format!("{indent}const doIt = async () => {{\n"),
                Python => format!("{indent}def do_it():\n"),
                Shell => format!("{indent}do_it() {{\n"),
            };
        } else if is_mark(line, ">") {
            inside = false;
            out += &match seed.language {
                JavaScript => format!("{indent}}};\n{indent}await doIt();\n"),
                Python => format!("\n{indent}do_it()\n"),
                Shell => format!("{indent}}}\n{indent}do_it\n"),
            };
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
        let prefix = if before[..opened].ends_with('f') { "f" } else { "" };
        let between = match seed.language {
            Shell => format!("{quote}{quote}"),
            _ => format!("{quote} + {prefix}{quote}"),
        };
        let half = at + literal.len() / 2;
        text = format!("{}{between}{}", &text[..half], &text[half..]);
    }
    (!seed.split.is_empty()).then(|| seed.tree(text))
}

/// Constants in a file of their own.
fn move_to_file(seed: &Seed) -> Option<Files> {
    let mut text = seed.text.clone();
    let mut shared = String::new();
    for name in &seed.constants {
        let (line, value) = seed.definition(name);
        text = text.replace(&format!("{line}\n"), "");
        shared += &match seed.language {
            JavaScript if seed.is_module() => format!("export const {name} = {value};\n"),
            JavaScript => format!("const {name} = {value};\n"),
            Python => format!("{name} = {value}\n"),
            Shell => format!("{name}={value}\n"),
        };
    }
    let names = seed.constants.join(", ");
    let (file, import) = match seed.language {
        JavaScript if seed.is_module() => ("shared.js", format!("import {{ {names} }} from './shared.js';")),
        JavaScript => {
            shared += &format!("module.exports = {{ {names} }};\n");
            ("shared.js", format!("const {{ {names} }} = require('./shared');"))
        }
        Python => {
            if value_needs_os(&shared) {
                shared.insert_str(0, "import os\n\n");
            }
            ("shared.py", format!("from shared import {names}"))
        }
        Shell => ("shared.sh", ". \"$(dirname \"$0\")/shared.sh\"".to_owned()),
    };
    let text = seed.with_import(&text, &import);
    (!seed.constants.is_empty()).then(|| seed.tree_with(text, Some((file, shared))))
}

fn value_needs_os(text: &str) -> bool {
    text.contains("os.environ") || text.contains("os.getenv")
}

/// Constants as members of an object.
fn object(seed: &Seed) -> Option<Files> {
    boxed(seed).map(|seed| seed.tree(seed.text.clone()))
}

/// The seed whose constants are members of one constant, `box`.
fn boxed(seed: &Seed) -> Option<Seed> {
    if seed.constants.is_empty() || seed.language == Shell {
        return None;
    }
    let mut text = seed.text.clone();
    let mut members = Vec::new();
    let mut first = None;
    for name in &seed.constants {
        let (line, value) = seed.definition(name);
        text = text.replacen(&format!("{line}\n"), if first.is_none() { "@box@\n" } else { "" }, 1);
        first.get_or_insert(());
        let (member, used) = match seed.language {
            Python => (format!("\"{name}\": {value}"), format!("box[\"{name}\"]")),
            _ => (format!("{name}: {value}"), format!("box.{name}")),
        };
        members.push(member);
        // Not where it is a member, a key or a part of a text.
        text = Regex::new(&format!(r#"(^|[^\w."'\[]){name}\b"#))
            .unwrap()
            .replace_all(&text, |found: &regex::Captures<'_>| format!("{}{used}", &found[1]))
            .into_owned();
    }
    let definition = match seed.language {
        Python => format!("box = {{{}}}", members.join(", ")),
        _ => format!("const box = {{ {} }};", members.join(", ")),
    };
    let text = text.replace("@box@", &definition);
    Some(Seed { text, constants: vec!["box".into()], ..seed.clone() })
}

/// Constants that a function gives.
fn returned(seed: &Seed) -> Option<Files> {
    let mut text = seed.text.clone();
    for (number, name) in seed.constants.iter().enumerate() {
        let (line, value) = seed.definition(name);
        let given = match seed.language {
            JavaScript => format!("function give{number}() {{\n  return {value};\n}}\nconst {name} = give{number}();"),
            Python => format!("def give{number}():\n    return {value}\n\n\n{name} = give{number}()"),
            Shell => format!("give{number}() {{\n  printf '%s' {value}\n}}\n{name}=$(give{number})"),
        };
        text = text.replace(&line, &given);
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
        let least = if seed.language == Shell { 5 } else { 6 };
        assert!(mutations >= least, "{}: only {mutations} mutations", seed.name);
    }
    let faults: Vec<String> = mutated
        .par_iter()
        .filter_map(|(seed, mutation, files)| {
            let known = KNOWN.iter().any(|(name, known, _)| *name == seed.name && known == mutation);
            match (fault(seed, files), known) {
                (Some(fault), false) => Some(format!("{} - {mutation}\n{fault}", seed.name)),
                (None, true) => {
                    Some(format!("{} - {mutation}\n  is on KNOWN and has come right: take it off\n", seed.name))
                }
                _ => None,
            }
        })
        .collect();
    for (name, mutation, _) in KNOWN {
        let is = mutated.iter().any(|(seed, known, _)| seed.name == *name && known == mutation);
        assert!(is, "KNOWN names what isn't there: {name} - {mutation}");
    }
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
