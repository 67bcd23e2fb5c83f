//! A file becomes a document: its language is told, its text lowered, and code inside it lowered in turn.

use std::sync::OnceLock;

use super::data::{self, Format};
use super::document::{Document, Unit};
use super::embed::{self, Embedded};
use super::facts::{Facts, LiteralRole};
use super::forms::Spec;
use super::language::{Language, detect};
use super::lower::Table;
use super::{env, html, javascript, lexical, literals, objc, properties, python, shell, swift};
use crate::source::{Source, Span};

/// The languages with a grammar.
const PROGRAMS: &[(Language, &Spec)] = &[
    (Language::JavaScript, &javascript::JAVASCRIPT),
    (Language::TypeScript, &javascript::TYPESCRIPT),
    (Language::Tsx, &javascript::TSX),
    (Language::Python, &python::PYTHON),
    (Language::Shell, &shell::SHELL),
    (Language::Swift, &swift::SWIFT),
    (Language::ObjectiveC, &objc::OBJC),
];

/// The table of each, made when the first file of its language is read.
static TABLES: [OnceLock<Table>; PROGRAMS.len()] = [const { OnceLock::new() }; PROGRAMS.len()];

/// Every table, for whoever checks them.
pub fn specs() -> impl Iterator<Item = &'static Spec> {
    PROGRAMS.iter().map(|(_, spec)| *spec)
}

/// Reads a file. Nothing can fail: what can't be parsed is read lexically, and named in the facts.
pub fn read(source: Source) -> Document {
    let text = source.text();
    let language = detect(source.path(), text.lines().next().unwrap_or_default());
    let mut units = Vec::new();
    match language {
        Language::Html => {
            let page = html::lower(text);
            let mut facts = page.facts;
            literals::collect(&mut facts, text);
            units.extend(page.scripts.iter().filter_map(|script| embedded(text, script, Some(false))));
            units.push(Unit { language: "html", facts, environment: Vec::new(), server: None });
        }
        Language::Vue | Language::Svelte | Language::Astro => {
            for piece in embed::vue_like(text, language == Language::Astro) {
                units.extend(embedded(text, &piece, Some(piece.server)));
            }
            let mut page = html::lower(text);
            literals::collect(&mut page.facts, text);
            units.push(Unit { language: "html", facts: page.facts, environment: Vec::new(), server: None });
        }
        Language::Markdown => {
            units.push(Unit { language: "text", facts: prose(text), environment: Vec::new(), server: None });
        }
        Language::Yaml => {
            let facts = lower(language, text);
            let commands = embed::run_blocks(&facts);
            units.push(Unit { language: "yaml", facts, environment: Vec::new(), server: None });
            units.extend(commands.iter().filter_map(|piece| embedded(text, piece, None)));
        }
        _ => units.push(Unit {
            language: language.family(),
            facts: lower(language, text),
            environment: Vec::new(),
            server: None,
        }),
    }
    Document { source: source.into(), units }
}

/// Lowers a whole text in a language.
fn lower(language: Language, text: &str) -> Facts {
    let mut facts = match language {
        Language::Python if is_too_deep(text) => Facts { unread: vec![Span::new(0, text.len())], ..Facts::default() },
        Language::Json => data::lower(Format::Json, text),
        Language::Yaml => data::lower(Format::Yaml, text),
        Language::Toml => data::lower(Format::Toml, text),
        Language::Env => env::lower(text),
        Language::Properties => properties::lower(text),
        _ => match PROGRAMS.iter().position(|(known, _)| *known == language) {
            Some(at) => TABLES[at].get_or_init(|| Table::new(PROGRAMS[at].1)).lower(text),
            None => return prose(text),
        },
    };
    literals::collect(&mut facts, text);
    facts
}

/// Whether a Python text nests deeper than its grammar's scanner can count. It keeps its indentations in a buffer of
/// fixed size; far below that nobody writes.
fn is_too_deep(text: &str) -> bool {
    const DEEPEST: usize = 100;
    let mut levels: Vec<usize> = Vec::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start_matches([' ', '\t', '\u{c}']).len();
        if indent == line.len() {
            continue;
        }
        while levels.last().is_some_and(|last| *last >= indent) {
            levels.pop();
        }
        levels.push(indent);
        if levels.len() > DEEPEST {
            return true;
        }
    }
    false
}

/// A text without a grammar.
fn prose(text: &str) -> Facts {
    Facts { literals: lexical::read(text, Span::new(0, text.len()), LiteralRole::Plain), ..Facts::default() }
}

/// Lowers a piece of another file, and moves its spans to where it stands.
fn embedded(text: &str, piece: &Embedded, server: Option<bool>) -> Option<Unit> {
    let language = Language::named(piece.language)?;
    let slice = text.get(piece.span.range())?;
    let readable = if language == Language::Shell { without_expressions(slice) } else { slice.to_owned() };
    let mut facts = lower(language, &readable);
    embed::shift(&mut facts, piece.span.start as usize);
    Some(Unit { language: language.family(), facts, environment: Vec::new(), server })
}

/// A pipeline's `${{ secrets.X }}` as a shell would write it, in as many bytes: `${X#____}`. The name stays known.
fn without_expressions(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find("${{") {
        let Some(length) = rest[start..].find("}}").map(|end| end + 2) else { break };
        out.push_str(&rest[..start]);
        let inner = rest[start + 3..start + length - 2].trim();
        let name: String = match inner.rsplit_once('.') {
            Some((_, name)) if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => name.to_owned(),
            _ => "_".to_owned(),
        };
        let padding = length.saturating_sub(name.len() + 4);
        out.push_str(&format!("${{{name}#{}}}", "_".repeat(padding)));
        rest = &rest[start + length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_keep_their_length_and_name() {
        let script = "curl -u \"${{ secrets.MIXPANEL_API_SECRET }}:\" x";
        let plain = without_expressions(script);
        assert_eq!(plain.len(), script.len());
        assert!(plain.contains("${MIXPANEL_API_SECRET#"));
    }
}
