//! A file becomes a document: its language is told, its text lowered, and code inside it lowered in turn.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::bounds::{is_too_deep, is_unclosed, nests_too_deep};
use super::data::{self, Format};
use super::document::{Document, Unit};
use super::embed::{self, Embedded, Inner, Markup};
use super::facts::{ExprKind, Facts, LiteralRole, Stmt, Target};
use super::forms::Spec;
use super::language::{Language, detect};
use super::lower::Table;
use super::plain::{has_gaps, with_names, without_expressions, without_holes};
use super::shrink::shrink;
use super::{
    csharp, dart, dockerfile, elixir, env, go, groovy, hcl, html, java, javascript, kotlin, lexical, literals, make,
    netrc, objc, page, php, powershell, properties, python, requests, ruby, rust, shell, swift, typed, visit, xml,
};
use crate::catalog::{Catalog, Functions, builtin};
use crate::source::{Source, Span};

/// The languages with a grammar.
const PROGRAMS: &[(Language, &Spec)] = &[
    (Language::JavaScript, &javascript::JAVASCRIPT),
    (Language::TypeScript, &javascript::TYPESCRIPT),
    (Language::Tsx, &javascript::TSX),
    (Language::Python, &python::PYTHON),
    (Language::Shell, &shell::SHELL),
    (Language::Go, &go::GO),
    (Language::Rust, &rust::RUST),
    (Language::Java, &java::JAVA),
    (Language::Kotlin, &kotlin::KOTLIN),
    (Language::Groovy, &groovy::GROOVY),
    (Language::CSharp, &csharp::CSHARP),
    (Language::PowerShell, &powershell::POWERSHELL),
    (Language::Ruby, &ruby::RUBY),
    (Language::Elixir, &elixir::ELIXIR),
    (Language::Php, &php::PHP),
    (Language::Dart, &dart::DART),
    (Language::Swift, &swift::SWIFT),
    (Language::ObjectiveC, &objc::OBJC),
];

/// The table of each, made when the first file of its language is read.
static TABLES: [OnceLock<Table>; PROGRAMS.len()] = [const { OnceLock::new() }; PROGRAMS.len()];

/// Every table, for whoever checks them.
pub fn specs() -> impl Iterator<Item = &'static Spec> {
    PROGRAMS.iter().map(|(_, spec)| *spec)
}

/// How deep a language may stand inside another: HTML in a tag manager's JSON, a fence in a cell of a notebook.
const MAX_NESTING: usize = 4;

/// More pieces than this has no file that people write; what is left is read as text, if at all.
const MAX_PIECES: usize = 1_000;

/// Reads a file by the built-in rows. Nothing can fail: what can't be parsed is read lexically, and named in the facts.
pub fn read(source: Source) -> Document {
    read_by(source, builtin())
}

/// Reads a file by the rows of a catalog.
pub fn read_by(source: Source, catalog: &Catalog) -> Document {
    let text = source.text();
    let language = detect(source.path(), text.lines().next().unwrap_or_default());
    let mut units = units(language, source.path(), text, Inside { depth: 0, catalog });
    units.iter_mut().for_each(|unit| shrink(&mut unit.facts));
    Document { source: source.into(), units }
}

/// How deep in other texts a text stands, and what is needed to read it.
#[derive(Clone, Copy)]
struct Inside<'a> {
    depth: usize,
    catalog: &'a Catalog,
}

impl Inside<'_> {
    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

/// The pieces of a text.
fn units(language: Language, path: &str, text: &str, inside: Inside<'_>) -> Vec<Unit> {
    let mut units = Vec::new();
    if inside.depth > MAX_NESTING {
        return vec![Unit::new("text", prose(text))];
    }
    match language {
        Language::Html if let Some(code) = page::code_of(path) => marked_units(text, code, inside, &mut units),
        Language::Html => {
            let page = html::lower(text);
            let mut facts = page.facts;
            literals::collect(&mut facts, text);
            for script in &page.scripts {
                units.extend(nested(slice(text, script), script.language, Some(false), inside));
            }
            let facts = beside(facts, &units);
            units.push(Unit::new("html", facts));
        }
        Language::Vue | Language::Svelte | Language::Astro => {
            for piece in embed::vue_like(text, language == Language::Astro) {
                units.extend(nested(slice(text, &piece), piece.language, Some(piece.server), inside));
            }
            if language == Language::Svelte {
                for piece in embed::braced(text).into_iter().take(MAX_PIECES) {
                    units.extend(nested(slice(text, &piece), piece.language, Some(false), inside));
                }
            }
            let mut page = html::lower(text);
            literals::collect(&mut page.facts, text);
            for piece in page.scripts.iter().filter(|piece| piece.in_tag) {
                units.extend(nested(slice(text, piece), piece.language, Some(false), inside));
            }
            units.push(Unit::new("html", page.facts));
        }
        Language::Php => page_units(text, path.ends_with(".blade.php"), inside, &mut units),
        Language::Markdown => units = document(text, Markup::Markdown, inside),
        Language::Notebook => units = notebook(text, inside),
        Language::Http => {
            let comments = lexical::remarks(text);
            let facts = Facts { literals: prose(text).literals, comments, ..requests::rest(text) };
            units.push(Unit::new("http", facts));
        }
        Language::Dockerfile => {
            let (mut facts, commands) = dockerfile::lower(text);
            literals::collect(&mut facts, text);
            units.push(Unit::new("dockerfile", facts));
            for piece in commands.iter().take(MAX_PIECES) {
                units.extend(script(text, piece, language, inside));
            }
        }
        Language::Makefile => {
            let (mut facts, recipes) = make::lower(text);
            literals::collect(&mut facts, text);
            units.push(Unit::new("makefile", facts));
            for piece in recipes.iter().take(MAX_PIECES) {
                units.extend(script(text, piece, language, inside));
            }
        }
        Language::Yaml | Language::Json | Language::Toml | Language::Hcl => {
            let facts = lower(language, text, &inside.catalog.functions);
            let mut commands = match language {
                Language::Json => embed::marked_in(&facts, text, &inside.catalog.surfaces.marked),
                _ => Vec::new(),
            };
            commands.truncate(MAX_PIECES);
            let mut scripts = embed::scripts(&facts, path, &inside.catalog.surfaces.script);
            scripts.retain(|script| !commands.iter().any(|known| known.inner.covers(script.span)));
            let described = match language {
                Language::Json | Language::Yaml => requests::described(&facts, text),
                _ => None,
            };
            let nested =
                |piece: embed::Command| nested(piece.inner, piece.language, piece.client.then_some(false), inside);
            let mut inner: Vec<Unit> = commands.into_iter().flat_map(nested).collect();
            for piece in scripts.iter().take(MAX_PIECES) {
                inner.extend(script(text, piece, language, inside));
            }
            let facts = if language == Language::Json { beside(facts, &inner) } else { facts };
            units.push(Unit::new(language.family(), facts));
            units.extend(inner);
            units.extend(described.map(|(facts, partial)| Unit { partial, ..Unit::new("http", facts) }));
        }
        Language::Lexical => match Markup::of(path) {
            Some(markup) => units = document(text, markup, inside),
            None => {
                let marked = embed::marked_of(path, text, &inside.catalog.surfaces.marked);
                for piece in embed::lines_of(path, text).into_iter().chain(marked).take(MAX_PIECES) {
                    units.extend(nested(piece.inner, piece.language, piece.client.then_some(false), inside));
                }
                if path.ends_with(".bru") {
                    units.push(Unit::new("http", requests::bruno(text)));
                }
                // What stands in documentation and notebooks without a language is no code.
                let words = inside.depth > 0 || path.ends_with(".txt");
                let mut rest = beside(if words { written(text) } else { prose(text) }, &units);
                if !path.ends_with(".txt") && !path.ends_with(".log") {
                    rest.comments = lexical::remarks(text);
                }
                units.push(Unit::new(language.family(), rest));
            }
        },
        Language::Groovy => {
            let facts = lower(language, text, &inside.catalog.functions);
            let commands = groovy::steps(&facts);
            units.push(Unit::new("groovy", facts));
            for piece in &commands {
                units.extend(nested(groovy::script(text, piece.span), piece.language, None, inside));
            }
        }
        _ => {
            let facts = lower(language, text, &inside.catalog.functions);
            let pages = pages_in(&facts, text, inside);
            units.push(Unit::new(language.family(), beside(facts, &pages)));
            units.extend(pages);
        }
    }
    units
}

/// The scripts and handlers of pages that code writes as strings: what is in them ships, whoever writes them.
fn pages_in(facts: &Facts, text: &str, inside: Inside<'_>) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut strings: Vec<Span> = Vec::new();
    if html::has_script(text) {
        let is_page = |text: &Arc<str>| text.contains('<') && html::has_script(text);
        visit::expressions(facts, &mut |expr| match &expr.kind {
            ExprKind::Text(text) if is_page(text) => strings.push(expr.span),
            ExprKind::Concat(parts) if parts.iter().any(|part| part.as_text().is_some_and(is_page)) => {
                strings.push(expr.span);
            }
            _ => {}
        });
    }
    strings.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    for span in strings {
        if span.start < end || units.len() >= MAX_PIECES {
            continue;
        }
        end = span.end;
        // Escapes are much the same in all languages.
        let plain = without_holes(text.get(span.range()).unwrap_or_default());
        let page = Inner::json(&plain, Span::new(0, plain.len())).shifted(span.start);
        let scripts = nested(page, "html", Some(false), inside);
        units.extend(scripts.into_iter().filter(|unit| unit.language != "html"));
    }
    units
}

/// Documentation: its samples as code, and its prose.
fn document(text: &str, markup: Markup, inside: Inside<'_>) -> Vec<Unit> {
    let mut units = Vec::new();
    let headings = embed::headings(text);
    for (inner, language) in embed::samples(text, markup).into_iter().take(MAX_PIECES) {
        // Without a language it is text, and the prose below says more of it: words name values, headings are about them.
        if language == "lexical" {
            continue;
        }
        let at = inner.outer(Span::new(0, 0)).start;
        let section =
            headings.partition_point(|(start, _)| *start < at).checked_sub(1).map(|at| headings[at].1.clone());
        // What a sample in code leaves out is told elsewhere; a command is meant to be run as it stands.
        let whole = matches!(language, "shell" | "http") && !has_gaps(&inner.text);
        for mut unit in nested(inner, language, Some(true), inside) {
            unit.partial |= !whole;
            if language == "shell" {
                define(&mut unit.facts);
            }
            unit.facts.unread.clear();
            for literal in &mut unit.facts.literals {
                literal.names.extend(section.clone());
            }
            units.push(unit);
        }
    }
    if markup == Markup::Markdown {
        units.push(Unit::new("text", Facts { literals: embed::tables(text), ..Facts::default() }));
        let samples = embed::fences(text);
        for script in html::scripts_of(text, 0) {
            let before = samples.partition_point(|sample| sample.span.start <= script.span.start);
            let covered = before.checked_sub(1).is_some_and(|at| samples[at].span.contains(script.span));
            if !covered && !is_named(text, script.span) && units.len() < MAX_PIECES {
                units.extend(nested(slice(text, &script), script.language, Some(false), inside));
            }
        }
    }
    let mut rest = beside(written(text), &units);
    if markup == Markup::Markdown {
        rest.comments = embed::prose_comments(text);
    }
    units.push(Unit::new("text", rest));
    units
}

/// Whether the tag before a script is only named, in code within a sentence.
fn is_named(text: &str, script: Span) -> bool {
    let before = text.get(..script.start as usize).unwrap_or_default();
    let tag = &before[..before.rfind('<').unwrap_or(before.len())];
    let line = &tag[tag.rfind('\n').map_or(0, |at| at + 1)..];
    line.matches('`').count() % 2 == 1
}

/// In documentation a line `NAME=value` says how to set the environment.
fn define(facts: &mut Facts) {
    for stmt in &mut facts.body {
        if let Stmt::Bind { target: Target::Name(ident), env, .. } = stmt {
            *env |= !ident.name.bytes().any(|byte| byte.is_ascii_lowercase());
        }
    }
}

/// A notebook: one program, and what else stands in its cells.
fn notebook(text: &str, inside: Inside<'_>) -> Vec<Unit> {
    let facts = data::lower(Format::Json, text);
    let Some(cells) = embed::notebook(&facts, text).filter(|_| facts.unread.is_empty()) else {
        return vec![Unit::new("text", prose(text))];
    };
    let mut units = nested(cells.program, cells.language, Some(true), inside);
    for (inner, language) in cells.others.into_iter().take(MAX_PIECES) {
        units.extend(nested(inner, language, Some(true), inside));
    }
    for inner in cells.prose.into_iter().take(MAX_PIECES) {
        units.extend(nested(inner, "markdown", None, inside));
    }
    for inner in cells.outputs.into_iter().take(MAX_PIECES) {
        units.extend(nested(inner, "lexical", None, inside));
    }
    units
}

/// The facts of a text as far as its pieces don't say it better.
fn beside(mut facts: Facts, units: &[Unit]) -> Facts {
    let mut known: Vec<Span> = units.iter().flat_map(|unit| &unit.facts.literals).map(|literal| literal.span).collect();
    known.sort_unstable();
    // Spans of one text seldom overlap: the last that starts before an end is enough but for texts inside texts.
    facts.literals.retain(|literal| {
        let after = known.partition_point(|span| span.start < literal.span.end);
        !known[after.saturating_sub(8)..after].iter().any(|span| span.end > literal.span.start)
    });
    facts
}

fn slice(text: &str, piece: &Embedded) -> Inner {
    if piece.in_tag { Inner::attribute(text, piece.span) } else { Inner::slice(text, piece.span) }
}

/// The pieces of a text that stands inside another, with their places there.
fn nested(inner: Inner, language: &str, server: Option<bool>, inside: Inside<'_>) -> Vec<Unit> {
    let Some(language) = Language::named(language) else { return Vec::new() };
    let mut units = units(language, "", &inner.text, inside.deeper());
    for unit in &mut units {
        embed::place(&mut unit.facts, &|span| inner.outer(span));
        // A script of a page in a sample stays with the sample.
        if server.is_some() {
            unit.server = server;
        }
    }
    units
}

/// A page of PHP: its code, the page around it, and the scripts in that, into which the code may write.
fn page_units(text: &str, blade: bool, inside: Inside<'_>, units: &mut Vec<Unit>) {
    let page = page::read(text, blade);
    if page.markup.is_none() && !page.code.contains("<?") {
        units.push(Unit::new("text", prose(text)));
        return;
    }
    units.push(Unit::new("php", lower(Language::Php, &page.code, &inside.catalog.functions)));
    let Some(markup) = page.markup else { return };
    let mut around = html::lower(&markup);
    literals::collect(&mut around.facts, &markup);
    for script in &around.scripts {
        for mut unit in nested(slice(&markup, script), script.language, Some(false), inside) {
            embed::fill(&mut unit.facts, &page.islands);
            units.push(unit);
        }
    }
    units.push(Unit { server: Some(false), ..Unit::new("html", around.facts) });
}

/// A page with islands of code between `<%` and `%>`.
fn marked_units(text: &str, language: Language, inside: Inside<'_>, units: &mut Vec<Unit>) {
    let page = page::marked(text, language, &inside.catalog.functions);
    units.push(Unit {
        server: Some(true),
        ..Unit::new(language.family(), lower(language, &page.code, &inside.catalog.functions))
    });
    let markup = page.markup.unwrap_or_default();
    let mut around = html::lower(&markup);
    literals::collect(&mut around.facts, &markup);
    around.facts.comments.extend(page::comments(text));
    for script in &around.scripts {
        for mut unit in nested(slice(&markup, script), script.language, Some(false), inside) {
            embed::fill(&mut unit.facts, &page.islands);
            units.push(unit);
        }
    }
    units.push(Unit { server: Some(false), ..Unit::new("html", around.facts) });
}

/// Lowers a whole text in a language.
fn lower(language: Language, text: &str, rows: &Functions) -> Facts {
    let mut facts = match language {
        Language::Java | Language::Kotlin | Language::Groovy if nests_too_deep(text) => {
            Facts { unread: vec![Span::new(0, text.len())], ..Facts::default() }
        }
        Language::Python if is_too_deep(text) => Facts { unread: vec![Span::new(0, text.len())], ..Facts::default() },
        Language::Php | Language::Dart if is_unclosed(text) => {
            Facts { unread: vec![Span::new(0, text.len())], ..Facts::default() }
        }
        Language::Json => data::lower(Format::Json, text),
        Language::Yaml => data::lower(Format::Yaml, text),
        Language::Toml => data::lower(Format::Toml, text),
        Language::Env => env::lower(text),
        Language::Properties => properties::lower(text),
        Language::Netrc => netrc::lower(text),
        Language::Xml => xml::lower(text),
        Language::Hcl => hcl::lower(text),
        _ => match PROGRAMS.iter().position(|(known, _)| *known == language) {
            Some(at) => {
                let readable = match language {
                    Language::PowerShell => powershell::readable(text).into(),
                    Language::Groovy => groovy::readable(text).into(),
                    Language::ObjectiveC => objc::readable(text),
                    Language::TypeScript | Language::Tsx => typed::readable(text),
                    _ => Cow::Borrowed(text),
                };
                let facts = table(at).lower(&readable, rows);
                if language == Language::JavaScript && !facts.unread.is_empty() && typed::is_flow(text) {
                    flow_typed(text, facts, rows)
                } else {
                    facts
                }
            }
            None => return prose(text),
        },
    };
    literals::collect(&mut facts, text);
    facts
}

/// The table of a language, by its place in [`PROGRAMS`].
fn table(at: usize) -> &'static Table {
    TABLES[at].get_or_init(|| Table::new(PROGRAMS[at].1))
}

/// JavaScript with Flow's types, read as TypeScript where that says more than what plain JavaScript made of it.
fn flow_typed(text: &str, plain: Facts, rows: &Functions) -> Facts {
    let Some(at) = PROGRAMS.iter().position(|(known, _)| *known == Language::Tsx) else { return plain };
    let typed = table(at).lower(&typed::without_flow(text), rows);
    let lost = |facts: &Facts| facts.errors.iter().map(|span| span.range().len() + 1).sum::<usize>();
    if lost(&typed) < lost(&plain) { typed } else { plain }
}

/// A text without a grammar.
fn prose(text: &str) -> Facts {
    Facts { literals: lexical::read(text, Span::new(0, text.len()), LiteralRole::Plain), ..Facts::default() }
}

/// A text that is written for people.
fn written(text: &str) -> Facts {
    Facts { literals: lexical::read_prose(text, Span::new(0, text.len())), ..Facts::default() }
}

/// A script that a file of another kind holds.
fn script(text: &str, piece: &Embedded, around: Language, inside: Inside<'_>) -> Vec<Unit> {
    let (start, end) = (piece.span.start as usize, piece.span.end as usize);
    let quoted = text[..start].ends_with('"') && text[end..].starts_with('"');
    let inner = match around {
        _ if quoted => Inner::json(text, piece.span),
        Language::Yaml => Inner::dedented(text, piece.span),
        _ => Inner::slice(text, piece.span),
    };
    let (language, plain) = match piece.language {
        "shell" if quoted => ("shell", without_expressions(&inner.text)),
        "shell" => ("shell", without_expressions(&dockerfile::without_comments(&inner.text))),
        "makefile" => ("shell", without_expressions(&make::plain(&inner.text))),
        other if piece.filled => (other, with_names(&inner.text)),
        other => (other, inner.text.clone()),
    };
    nested(inner.with_text(plain), language, piece.client.then_some(false), inside)
}
