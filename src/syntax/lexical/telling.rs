//! Whether the text of a JavaScript or TypeScript module can say on which side it runs, found without a parse: what can't
//! say it needn't be parsed for it. What stands in a comment or a string counts too, so whoever acts on it looks again.

use std::collections::{BTreeMap, HashSet};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::catalog::Signal;

/// What the rows about sides look for inside of modules.
pub struct Telling {
    /// Modules whose import says it.
    imports: HashSet<String>,
    /// The words of all names that say it, and other texts that do.
    words: Option<AhoCorasick>,
    /// The words of each name, all of which must be there, by one of its words.
    names: Vec<Vec<Vec<usize>>>,
}

/// A script in a text (of a page that the code writes) is client code, whatever surrounds it.
const SCRIPT: &str = "<script";

impl Telling {
    /// What these rows look for.
    pub fn new(signals: &[Signal]) -> Self {
        let mut words: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
        let globals = signals.iter().flat_map(|row| &row.globals).map(|name| name.split('.').collect());
        let plain = signals.iter().flat_map(|row| row.exports.iter().chain(&row.keys).chain(&row.directives));
        for name in globals.chain(plain.map(|text| vec![text.as_str()])).chain([vec![SCRIPT]]) {
            name.iter().for_each(|word| words.entry(word).or_default().push(name.clone()));
        }
        let at = |word: &&str| words.keys().position(|known| known == word).unwrap_or_default();
        let names = words.values().map(|names| names.iter().map(|name| name.iter().map(at).collect()).collect());
        let names = names.collect();
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words.keys());
        let imports = signals.iter().flat_map(|row| &row.imports).cloned().collect();
        Self { imports, words: search.ok(), names }
    }

    /// Whether a text with these imports can say it.
    pub fn is_in(&self, text: &str, imports: &[&str]) -> bool {
        imports.iter().any(|name| self.is_telling(name)) || self.has_name(text)
    }

    /// `react` is imported by `react/jsx-runtime`, too.
    fn is_telling(&self, import: &str) -> bool {
        let ends = import.match_indices(['/', '.']).map(|(at, _)| at).chain([import.len()]);
        ends.into_iter().any(|end| self.imports.contains(&import[..end]))
    }

    fn has_name(&self, text: &str) -> bool {
        let Some(words) = &self.words else { return true };
        let mut found = vec![false; self.names.len()];
        for word in words.find_iter(text) {
            let at = word.pattern().as_usize();
            if !found[at] && is_whole(text, word.range()) {
                found[at] = true;
                if self.names[at].iter().any(|name| name.iter().all(|word| found[*word])) {
                    return true;
                }
            }
        }
        false
    }
}

/// Whether a range is no part of a longer word.
fn is_whole(text: &str, range: std::ops::Range<usize>) -> bool {
    let in_word =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'));
    let bytes = text.as_bytes();
    let first = in_word(bytes.get(range.start)) && in_word(range.start.checked_sub(1).and_then(|at| bytes.get(at)));
    let last = in_word(bytes.get(range.end - 1)) && in_word(bytes.get(range.end));
    !first && !last
}

#[cfg(test)]
mod tests {
    use super::Telling;
    use crate::catalog::builtin;

    #[test]
    fn words_and_imports_that_say_it() {
        let telling = Telling::new(&builtin().surfaces.signal);
        for text in [
            "'use client';",
            "window.x = 1",
            "process?.['exit'](1)",
            "process\n  .argv",
            "const page = `<script>go()</script>`;",
            "// document",
            "typeof document",
        ] {
            assert!(telling.is_in(text, &[]), "{text}");
        }
        for text in ["process.env.X", "windows(documents, my_alert, $window)", "const exit = 1;", "use(client)"] {
            assert!(!telling.is_in(text, &[]), "{text}");
        }
        for (import, tells) in
            [("react", true), ("react/jsx-runtime", true), ("reactive", false), ("./react", false), ("node:fs", true)]
        {
            assert_eq!(telling.is_in("", &[import]), tells, "{import}");
        }
    }
}
