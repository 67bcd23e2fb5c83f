//! Patterns of paths, as `.gitignore` has them.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::at::At;

/// A list of patterns, ready to be asked. Two lists are equal if they are written alike.
#[derive(Clone, Debug)]
pub struct Patterns {
    /// As they are written.
    pub written: Vec<At<String>>,
    matcher: Gitignore,
}

impl Patterns {
    /// The patterns of a list.
    ///
    /// # Errors
    /// The first pattern that isn't one, and what is wrong with it.
    pub(super) fn new(written: Vec<At<String>>) -> Result<Self, (At<String>, String)> {
        let mut builder = GitignoreBuilder::new("");
        builder.allow_unclosed_class(false);
        for (at, pattern) in written.iter().enumerate() {
            let bare = pattern.value.trim_start_matches('!');
            let mistake = if bare.trim().is_empty() {
                Some("the pattern is empty".to_owned())
            } else if pattern.value.starts_with('#') {
                Some("a pattern that begins with `#` is a comment in .gitignore, and fits nothing".to_owned())
            } else if bare.split('/').any(|part| part == "..") {
                Some("the pattern leads out of the folder of the configuration file, where nothing fits".to_owned())
            } else if written[..at].contains(pattern) {
                Some("the pattern stands here twice".to_owned())
            } else {
                let bare = pattern.value.strip_prefix("./").unwrap_or(&pattern.value);
                let anchored = if bare == pattern.value { bare.to_owned() } else { format!("/{bare}") };
                match builder.add_line(None, &anchored) {
                    Ok(_) => None,
                    Err(ignore::Error::Glob { err, .. }) => Some(format!("this is no pattern: {err}")),
                    Err(error) => Some(format!("this is no pattern: {error}")),
                }
            };
            if let Some(mistake) = mistake {
                return Err((pattern.clone(), mistake));
            }
        }
        match builder.build() {
            Ok(matcher) => Ok(Self { written, matcher }),
            Err(error) => Err((written.into_iter().next().unwrap_or_default(), error.to_string())),
        }
    }

    /// The pattern that fits a file, given by its path from the configuration file's folder. A pattern that fits a
    /// folder fits all files in it.
    pub fn fits(&self, path: &str) -> Option<&str> {
        if self.written.is_empty() || path.starts_with('/') || path.split('/').any(|part| part == "..") {
            return None;
        }
        match self.matcher.matched_path_or_any_parents(path, false) {
            ignore::Match::Ignore(glob) => Some(glob.original()),
            _ => None,
        }
    }
}

impl Default for Patterns {
    fn default() -> Self {
        Self { written: Vec::new(), matcher: Gitignore::empty() }
    }
}

impl PartialEq for Patterns {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for Patterns {}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(written: &[&str]) -> Result<Patterns, String> {
        let all = written.iter().map(|text| At { value: (*text).to_owned(), span: Default::default() }).collect();
        Patterns::new(all).map_err(|(pattern, mistake)| format!("{}: {mistake}", pattern.value))
    }

    #[test]
    fn they_fit_as_in_gitignore() {
        let fits = |pattern: &str, path: &str| patterns(&[pattern]).unwrap().fits(path).is_some();
        for (pattern, path) in [
            ("legacy/", "app/legacy/a/b.js"),
            ("/src", "src/a.js"),
            ("./src", "src/a.js"),
            ("src/**", "src/a/b.js"),
            ("*.min.js", "a/b.min.js"),
            ("apps/{kiosk,tv}/**", "apps/tv/main.js"),
            ("a.js", "a.js"),
        ] {
            assert!(fits(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("/src", "lib/src/a.js"),
            ("src/**", "src2/a.js"),
            ("src/*.js", "src/a/b.js"),
            ("a.js", "../a.js"),
            ("a.js", "/a.js"),
        ] {
            assert!(!fits(pattern, path), "{pattern} {path}");
        }
        assert!(patterns(&["src/**", "!src/keep.js"]).unwrap().fits("src/keep.js").is_none());
        assert!(patterns(&[]).unwrap().fits("a").is_none());
    }

    #[test]
    fn what_is_no_pattern_is_said() {
        for (pattern, word) in [
            ("", "empty"),
            ("  ", "empty"),
            ("#a", "comment"),
            ("../a", "out of the folder"),
            ("a[", "no pattern"),
            ("{a,b", "no pattern"),
        ] {
            assert!(patterns(&[pattern]).unwrap_err().contains(word), "{pattern}");
        }
        assert!(patterns(&["a", "b", "a"]).unwrap_err().contains("twice"));
    }
}
