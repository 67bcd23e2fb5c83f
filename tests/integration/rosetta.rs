//! One program in every language: the facts of each are those of the JavaScript program, and so are the findings, but
//! for the idioms of the language that `fixtures/rosetta/idioms.toml` lists.

mod listing;

use std::collections::BTreeMap;

use mpcheck::catalog::builtin;
use mpcheck::catalog::index::Index;
use mpcheck::source::Source;
use serde::Deserialize;

use crate::support::{Files, check, read_folder, repository};
use listing::Line;

/// What every other program is compared with.
const MODEL: &str = "javascript";

/// What is different in one language. A `-` or `+` in front of a line says that it is missing or added.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Idioms {
    #[serde(default)]
    idiom: Vec<Idiom>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Idiom {
    /// The languages.
    languages: Vec<String>,
    /// Why they write it so.
    reason: String,
    /// Names, in words, that are others there.
    #[serde(default)]
    names: BTreeMap<String, String>,
    /// Lines of the listing, or of the findings.
    #[serde(default)]
    lines: Vec<String>,
}

#[derive(Clone)]
struct Program {
    language: String,
    facts: Vec<String>,
    findings: Vec<String>,
}

fn programs() -> Vec<Program> {
    let index = Index::new(builtin());
    let mut programs = Vec::new();
    for (path, bytes) in read_folder(&repository().join("fixtures/rosetta")) {
        let Some((language, name)) = path.split_once('/') else { continue };
        let text = String::from_utf8(bytes.clone()).unwrap();
        let document = mpcheck::syntax::read(Source::new(name, text));
        let units = document.units.iter().filter(|unit| unit.language != "html");
        let lines: Vec<Line> = units.flat_map(|unit| listing::listing(&unit.facts, unit.language, &index)).collect();
        let files: Files = [(name.to_owned(), bytes)].into();
        let report = check(&files);
        assert!(report.problems.is_empty(), "{path}: {}", report.problems[0].message);
        let findings = report.findings.iter().map(|finding| {
            let at = finding.primary.place.span;
            // The smallest line of the listing that holds the finding names the statement.
            let holds =
                |line: &&Line| !line.0.starts_with("literal ") && line.1.start <= at.start && at.start <= line.1.end;
            let line = lines.iter().filter(holds).min_by_key(|(_, span)| span.end - span.start);
            let line = line.map_or("nowhere", |(text, _)| text.as_str());
            format!("{} {} at {line}", finding.rule, finding.level.name())
        });
        let mut findings: Vec<String> = findings.collect();
        let mut facts: Vec<String> = lines.iter().map(|(text, _)| text.clone()).collect();
        facts.sort();
        facts.dedup();
        findings.sort();
        programs.push(Program { language: language.to_owned(), facts, findings });
    }
    programs
}

/// Lines as a multiset.
fn counted(lines: &[String]) -> BTreeMap<&str, i32> {
    lines.iter().fold(BTreeMap::new(), |mut counts, line| {
        *counts.entry(line.as_str()).or_default() += 1;
        counts
    })
}

/// How lines differ: `- missing` and `+ added`.
fn differences(model: &[String], lines: &[String]) -> Vec<String> {
    let (wanted, got) = (counted(model), counted(lines));
    let mut out = Vec::new();
    for (mark, these, those) in [("-", &wanted, &got), ("+", &got, &wanted)] {
        for (line, count) in these {
            let more = count - those.get(line).copied().unwrap_or_default();
            (0..more).for_each(|_| out.push(format!("{mark} {line}")));
        }
    }
    out
}

#[test]
fn one_program_in_every_language() {
    let text = std::fs::read_to_string(repository().join("fixtures/rosetta/idioms.toml")).unwrap();
    let idioms: Idioms = toml::from_str(&text).unwrap();
    let mut programs = programs();
    let model = programs.iter().find(|program| program.language == MODEL).unwrap().clone();
    assert!(model.facts.len() >= 20 && model.findings.len() >= 3, "{:#?}\n{:#?}", model.facts, model.findings);
    let mut faults = Vec::new();
    for idiom in &idioms.idiom {
        let unknown = idiom.languages.iter().find(|name| !programs.iter().any(|program| program.language == **name));
        assert!(unknown.is_none() && !idiom.reason.is_empty(), "no program in {unknown:?}, or no reason");
    }
    for program in &mut programs {
        let mine = idioms.idiom.iter().filter(|idiom| idiom.languages.contains(&program.language));
        for (theirs, ours) in mine.flat_map(|idiom| &idiom.names) {
            let mut used = false;
            for line in program.facts.iter_mut().chain(&mut program.findings) {
                used |= line.contains(theirs);
                *line = line.replace(theirs, ours);
            }
            if !used {
                faults.push(format!("{}: is no name any more: {theirs}", program.language));
            }
        }
        let mut known: Vec<&String> = idioms
            .idiom
            .iter()
            .filter(|idiom| idiom.languages.contains(&program.language))
            .flat_map(|idiom| &idiom.lines)
            .collect();
        let all = differences(&model.facts, &program.facts)
            .into_iter()
            .chain(differences(&model.findings, &program.findings));
        for difference in all {
            match known.iter().position(|line| **line == difference) {
                Some(at) => drop(known.remove(at)),
                None => faults.push(format!("{}: {difference}", program.language)),
            }
        }
        faults.extend(known.iter().map(|line| format!("{}: is no idiom any more: {line}", program.language)));
    }
    assert!(
        faults.is_empty(),
        "\n{}\n\nthe program:\n{}\n{}",
        faults.join("\n"),
        model.facts.join("\n"),
        model.findings.join("\n")
    );
}
