//! The imports of a JavaScript or TypeScript module (also in a component or a page), found without a parse: which modules
//! it may ship. What is found in a comment or a string is found too, so whoever acts on it looks again.

use std::sync::LazyLock;

use regex::Regex;

/// How many imports of a file are looked at, and how far the names of one may reach.
const MAX_IMPORTS: usize = 5000;
const MAX_NAMES: usize = 2000;
/// How long what names a module may be. Checked behind the match: a bound in the pattern would make it large.
const MAX_NAME: usize = 600;

/// The modules that a file imports, as they are written.
pub fn imports(text: &str) -> Vec<&str> {
    static IMPORTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?x)
            \b (?P<word> from | import ) \s* ['"] (?P<from> [^'"\n]+ ) ['"]
          | \b (?: import | require | importScripts | require\.resolve | URL | Worker | SharedWorker | register | addModule )
            \s* \( \s* (?: /\*[^*]*\*/ \s* )?
            (?: ['"] (?P<call> [^'"\n]+ ) ['"] | ` (?P<tick> [^`\n$]+ ) ` )
          | \b src \s* = \s* ['"] (?P<script> [^'"\n]+ ) ['"]
            "#,
        )
        .ok()
    });
    let Some(regex) = IMPORTS.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for captures in regex.captures_iter(text).take(MAX_IMPORTS) {
        let start = captures.get(0).map_or(0, |whole| whole.start());
        if captures.get(0).is_some_and(|whole| whole.len() > MAX_NAME) {
            continue;
        }
        if let Some(module) = captures.name("from") {
            let plain = captures.name("word").is_some_and(|word| word.as_str() == "import");
            if plain || names_before(text, start).is_some_and(|names| !is_type_only(names)) {
                found.push(module.as_str());
            }
        } else if let Some(module) = captures.name("call").or_else(|| captures.name("tick")) {
            found.push(module.as_str());
        } else if let Some(module) = captures.name("script") {
            let before = before(text, start, 400);
            let tag = before.rfind('<').map(|at| &before[at..]);
            if tag.is_some_and(|tag| tag.starts_with("<script") && !tag.contains('>')) {
                found.push(module.as_str());
            }
        }
    }
    found
}

/// The patterns that stand for all files which fit them: `import.meta.glob('./*.js')`, `require.context('./x')`,
/// `` import(`./${name}.js`) ``.
pub fn patterns(text: &str) -> Vec<String> {
    static PATTERNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?x)
            \b import\.meta\.glob (?: Eager )? \b (?P<glob> [^;]* )
          | \b require\.context \s* \( \s* ['"] (?P<folder> [^'"\n]+ ) ['"] (?P<rest> [^)]* )
          | \b (?: import | require ) \s* \( \s* (?: /\*[^*]*\*/ \s* )? ` (?P<template> \.[^`\n]* \$\{ [^`\n]* ) `
            "#,
        )
        .ok()
    });
    let Some(regex) = PATTERNS.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for captures in regex.captures_iter(text).take(MAX_IMPORTS) {
        if let Some(list) = captures.name("glob") {
            // Types may stand before the list, and options behind it.
            let list = list.as_str();
            let end = (0..=MAX_NAME.min(list.len())).rev().find(|at| list.is_char_boundary(*at)).unwrap_or(0);
            let texts = list[..end].split(['\'', '"', '`']).skip(1).step_by(2);
            found.extend(texts.filter(|text| text.starts_with(['.', '/'])).map(str::to_owned));
        } else if captures.get(0).is_some_and(|whole| whole.len() > MAX_NAMES) {
            continue;
        } else if let Some(folder) = captures.name("folder") {
            let deep = !captures.name("rest").is_some_and(|rest| rest.as_str().contains("false"));
            found.push(in_folder(folder.as_str(), deep));
        } else if let Some(template) = captures.name("template") {
            found.push(holes(template.as_str()));
        }
    }
    found
}

/// The pattern of all files in a folder, and in those below it.
pub fn in_folder(folder: &str, deep: bool) -> String {
    format!("{}/{}", folder.trim_end_matches('/'), if deep { "**/*" } else { "*" })
}

/// A template with `*` for each of its holes.
fn holes(template: &str) -> String {
    let mut parts = template.split("${");
    let mut pattern = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        pattern.push('*');
        pattern.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    pattern
}

/// What stands between `import` or `export` and the `from` at `end`; `None` where no import leads up to it.
fn names_before(text: &str, end: usize) -> Option<&str> {
    let before = before(text, end, MAX_NAMES);
    // `import` or `export`.
    let mut ports = before.rmatch_indices("port").map(|(at, port)| before.split_at(at + port.len()));
    let (_, names) = ports.find(|(word, _)| word.ends_with("import") || word.ends_with("export"))?;
    (!names.contains(['\'', '"', '`', '(', ')', ';', '='])).then_some(names)
}

/// At most so many bytes of the text before a place.
fn before(text: &str, end: usize, most: usize) -> &str {
    let mut start = end.saturating_sub(most);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..end]
}

/// `type X from`, `{ type X, type Y } from`: nothing of it is there at run time.
fn is_type_only(names: &str) -> bool {
    let names = names.trim_start();
    if let Some(rest) = names.strip_prefix("type").filter(|rest| rest.starts_with([' ', '\t', '\n', '{', '*'])) {
        // `import type from './type'` imports a value called `type`.
        return !rest.trim().is_empty() && !rest.trim_start().starts_with(',');
    }
    let Some((before, list)) = names.split_once('{') else { return false };
    let list = list.split('}').next().unwrap_or_default();
    let mut each = list.split(',').map(str::trim).filter(|name| !name.is_empty()).peekable();
    before.trim().is_empty() && each.peek().is_some() && each.all(|name| name.starts_with("type "))
}

#[cfg(test)]
mod tests {
    use super::{imports, patterns};

    #[test]
    fn patterns_of_every_form() {
        let text = r#"import.meta.glob('./many/*.js'); import.meta.glob<{ show(): void }>(['./a/**/*.ts', "!./a/no.ts"], { eager: true });
            require.context('./rooms', false, /\.js$/); require.context("../x"); import(`./lang/${name}.json`); import('./no')"#;
        assert_eq!(patterns(text), ["./many/*.js", "./a/**/*.ts", "./rooms/*", "../x/**/*", "./lang/*.json"]);
    }

    #[test]
    fn imports_of_every_form() {
        let text = r#"import a from './a';import{b}from"./b"
import * as c from './c'
import './d';
import type { E } from './types-e'; import { type F, type G } from './types-f'; import { type H, i } from './h';
import type from './type';
export { j } from './j'; export * from "./k"; export type { L } from './types-l'
const m = require('./m'), n = await import('$lib/n'), o = import(/* webpackChunkName: "o" */ './o');
import {
  p,
  q as r,
} from '@/p';
const page = lazy(() => import("./Page"));
<script type="module" src="/src/main.ts"></script>
important('./no'); const s = `./${x}`; from './no2'; export const T = './no3'; export default './no4 ok'
"#;
        assert_eq!(
            imports(text),
            [
                "./a",
                "./b",
                "./c",
                "./d",
                "./h",
                "./type",
                "./j",
                "./k",
                "./m",
                "$lib/n",
                "./o",
                "@/p",
                "./Page",
                "/src/main.ts"
            ]
        );
    }

    #[test]
    fn hostile_text_is_read_in_time() {
        let start = std::time::Instant::now();
        for text in [
            "import.meta.glob(",
            "require.context('a'",
            "import(`./${",
            "import ",
            "import {a,",
            "<script ",
            "from '",
            "import x from ",
            " src='a'",
            "é from 'a' ",
        ] {
            assert!(imports(&text.repeat(200_000)).len() <= 5000);
            assert!(patterns(&text.repeat(200_000)).len() <= 5000);
        }
        assert!(start.elapsed().as_secs() < 20);
    }
}
