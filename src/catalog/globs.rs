//! Lists of globs that many paths are asked about. Most globs hold a text that every path which fits them holds too
//! (`**/pages/api/**`: `pages/api`): those texts are looked for all at once, and only globs whose text is there are matched.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::coverage;

/// A text of fewer bytes stands in so many paths that it rules out nothing.
const SHORTEST: usize = 3;
/// With more texts than this a glob is as quickly matched.
const MOST_TEXTS: usize = 12;

/// Lists of globs, prepared.
pub struct Globs<'a> {
    /// The globs of all lists, and where each list stands among them.
    globs: Vec<&'a String>,
    lists: Vec<Range<usize>>,
    texts: Option<AhoCorasick>,
    /// The globs that a text stands for, by the text.
    behind: Vec<Vec<usize>>,
    /// Whether no text stands for a glob.
    always: Vec<bool>,
}

/// A path that is asked which of the lists it fits.
pub struct Fitting<'g, 'p> {
    globs: &'g Globs<'g>,
    path: &'p str,
    /// Whether a glob may fit.
    may: Vec<bool>,
}

impl Fitting<'_, '_> {
    /// Whether the path fits a list, by its place among the lists.
    pub fn has(&self, list: usize) -> bool {
        let mut globs = self.globs.lists[list].clone().filter(|at| self.may[*at]).map(|at| self.globs.globs[at]);
        globs.find(|glob| fast_glob::glob_match(glob, self.path)).inspect(|glob| coverage::used(*glob)).is_some()
    }
}

impl<'a> Globs<'a> {
    /// Prepares lists of globs.
    pub fn new(lists: impl IntoIterator<Item = &'a [String]>) -> Self {
        let (mut globs, mut always): (Vec<&String>, Vec<bool>) = Default::default();
        let mut ranges = Vec::new();
        let mut behind: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for list in lists {
            let start = globs.len();
            for glob in list {
                let texts = texts(glob);
                always.push(texts.is_empty());
                for text in texts {
                    behind.entry(text).or_default().push(globs.len());
                }
                globs.push(glob);
            }
            ranges.push(start..globs.len());
        }
        let texts = AhoCorasick::new(behind.keys()).ok();
        if texts.is_none() {
            always.fill(true);
        }
        Self { globs, lists: ranges, texts, behind: behind.into_values().collect(), always }
    }

    /// A path, to be asked which of the lists it fits.
    pub fn fitting<'p>(&'a self, path: &'p str) -> Fitting<'a, 'p> {
        let mut may = self.always.clone();
        let found = self.texts.iter().flat_map(|texts| texts.find_overlapping_iter(path));
        for text in found {
            self.behind[text.pattern().as_usize()].iter().for_each(|at| may[*at] = true);
        }
        Fitting { globs: self, path, may }
    }
}

/// Texts of which every path that fits a glob holds one; none where nothing is sure.
fn texts(glob: &str) -> Vec<String> {
    if glob.starts_with('!') || glob.contains('\\') {
        return Vec::new();
    }
    let mut best: Vec<String> = Vec::new();
    let mut better = |texts: Vec<String>| {
        let shortest = |texts: &[String]| texts.iter().map(String::len).min().unwrap_or_default();
        // Behind some length fewer texts are better than longer ones.
        let rank = |texts: &[String]| (shortest(texts).min(5), Reverse(texts.len()));
        if shortest(&texts) >= SHORTEST && texts.len() <= MOST_TEXTS && rank(&texts) > rank(&best) {
            best = texts;
        }
    };
    let mut rest = glob;
    while !rest.is_empty() {
        let end = rest.find(['*', '?', '[', '{']).unwrap_or(rest.len());
        let (run, special) = rest.split_at(end);
        // `**/` and `/**` may stand for nothing at all.
        better(vec![run.trim_matches('/').to_owned()]);
        let close = |open: char| special.find(open).map(|at| at + open.len_utf8());
        rest = match special.chars().next() {
            None => break,
            Some('[') => match close(']') {
                Some(end) => &special[end..],
                None => return Vec::new(),
            },
            Some('{') => match close('}') {
                Some(end) if !special[1..end].contains(['{', '*', '?', '[']) => {
                    let each = special[1..end - 1].split(',');
                    better(each.map(|one| format!("{run}{one}").trim_matches('/').to_owned()).collect());
                    &special[end..]
                }
                // What lies behind a nested group can't be told from what lies in it.
                _ => break,
            },
            Some(other) => &special[other.len_utf8()..],
        };
    }
    best
}

#[cfg(test)]
mod tests {
    use super::{Globs, texts};
    use crate::catalog::builtin;

    #[test]
    fn a_text_for_each_glob_that_has_one() {
        for (glob, wanted) in [
            ("**/pages/api/**", vec!["pages/api"]),
            ("**/*.{js,mjs}", vec![".js", ".mjs"]),
            ("**/{vite,vitest}.config.*", vec![".config."]),
            ("**/*.server.{js,jsx}", vec![".server."]),
            ("**/*", vec![]),
            ("**/.{env,envrc}{,.local}", vec![".env", ".envrc"]),
            ("!src/**", vec![]),
            ("a[bc]d/**/{x,yz*}", vec![]),
        ] {
            assert_eq!(texts(glob), wanted, "{glob}");
        }
    }

    #[test]
    fn it_says_what_matching_one_by_one_says() {
        let surfaces = &builtin().surfaces;
        let lists: Vec<&[String]> = surfaces.signal.iter().map(|row| &*row.paths).collect();
        let globs = Globs::new(lists.iter().copied());
        for path in [
            "pages/api/a.ts",
            "apps/web/pages/api/a.ts",
            "src/main.ts",
            "server.js",
            "lib/server/x.ts",
            "x/+page.server.ts",
            "App.vue",
            "api/a.js",
            "ios/Info.plist",
            "android/app/src/main/res/values-de/strings.xml",
            ".env",
            "a/.env.local",
            "Dockerfile.web",
            "scripts/a.mjs",
            "packages/api/src/a.ts",
            "app/routes/a.tsx",
            "src/environments/environment.prod.ts",
            "Views/Main.xaml.cs",
            "MauiProgram.cs",
            "a.component.ts",
            "",
        ] {
            let fitting = globs.fitting(path);
            for (at, list) in lists.iter().enumerate() {
                let one_by_one = list.iter().any(|glob| fast_glob::glob_match(glob, path));
                assert_eq!(fitting.has(at), one_by_one, "{path}: {list:?}");
            }
        }
    }
}
