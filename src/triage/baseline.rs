//! The baseline: findings that a house knows of and has set aside, so that only new ones are reported.
//!
//! It is a list of lines, sorted: rule, one-way digest of the credential (of the message, where no credential is known)
//! and path. A finding that stands twice has two lines. No secret and no line number is in it, so that it changes when
//! findings come and go and not when code moves, and merges line by line.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::idle;
use crate::catalog::Catalog;
use crate::finding::{Finding, Silence, Suppressed};
use crate::judge::rule;
use crate::secret::{self, Secret};
use crate::source::{Place, Source, Span};

/// The first line of the file, which names its shape.
const HEADER: &str = "# mpcheck baseline 1";
/// What follows it.
const WORDS: &str =
    "# Known findings, set aside: rule, one-way digest, path. `mpcheck --baseline FILE --update-baseline` writes it.";

/// A finding that is set aside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Where it is, as seen from the baseline's folder.
    pub path: String,
    /// The rule's slug.
    pub rule: String,
    /// The digest of its credential or message.
    pub digest: String,
}

impl Entry {
    /// A finding's entry; `local` gives a path of the run as seen from the baseline's folder.
    fn of(finding: &Finding, local: &dyn Fn(&str) -> String) -> Self {
        let message = || secret::digest("mpcheck message", &finding.message);
        let digest = finding.secret.as_ref().map_or_else(message, Secret::digest);
        Self { path: local(&finding.primary.place.path), rule: finding.rule.to_owned(), digest }
    }

    /// Whether this entry stands for a finding of that entry: what sets one of the rules of exposure aside sets all.
    fn covers(&self, other: &Self) -> bool {
        self.path == other.path && self.digest == other.digest && rule::silences(&self.rule, &other.rule)
    }

    fn line(&self) -> String {
        format!("{} {} {}\n", self.rule, self.digest, escaped(&self.path))
    }
}

/// A baseline file.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// Where it is, as seen from where mpcheck was started.
    pub path: Arc<str>,
    /// Its entries, each with its place in the file, in the file's order.
    pub entries: Vec<(Entry, Span)>,
}

/// What is wrong with a baseline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}: {what}; `mpcheck --baseline {path} --update-baseline` writes the file anew")]
pub struct BaselineError {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl Baseline {
    /// Reads a baseline's text.
    ///
    /// # Errors
    ///
    /// The first line that is none of a baseline.
    pub fn parse(path: &str, text: &str) -> Result<Self, BaselineError> {
        let error =
            |line: usize, what: &str| BaselineError { path: path.to_owned(), line: line + 1, what: what.to_owned() };
        let mut entries = Vec::new();
        let mut at = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let start = at;
            at += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            if number == 0 && line.trim_start_matches('\u{feff}') != HEADER {
                let what = match line.contains("mpcheck baseline") {
                    true => "this version of mpcheck doesn't know this kind of baseline",
                    false => "this is no baseline: it has to begin with `# mpcheck baseline 1`",
                };
                return Err(error(number, what));
            }
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            if line.starts_with("<<<<<<<") || line.starts_with("=======") || line.starts_with(">>>>>>>") {
                return Err(error(number, "a merge left a conflict here; keep the lines of both sides"));
            }
            let mut parts = line.splitn(3, ' ');
            let (Some(rule), Some(digest), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
                return Err(error(number, "a line has a rule, a digest and a path"));
            };
            if digest.len() != 16 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(error(number, "the digest has to have 16 hexadecimal digits"));
            }
            let entry = Entry { path: unescaped(path), rule: rule.to_owned(), digest: digest.to_owned() };
            entries.push((entry, Span::new(start, start + line.len())));
        }
        Ok(Self { path: path.into(), entries })
    }

    /// Takes the findings out that the baseline knows, and gives them with the entries that nothing matches any more.
    pub fn set_aside(
        &self,
        findings: &mut Vec<Finding>,
        local: &dyn Fn(&str) -> String,
    ) -> (Vec<Suppressed>, Vec<&(Entry, Span)>) {
        let mut left: Vec<Option<&(Entry, Span)>> = self.entries.iter().map(Some).collect();
        let mut places: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for (at, (entry, _)) in self.entries.iter().enumerate() {
            places.entry((&entry.path, &entry.digest)).or_default().push(at);
        }
        let mut known = Vec::new();
        let mut take = |finding: &Finding, exactly: bool| {
            let entry = Entry::of(finding, local);
            let fits = |one: &Entry| if exactly { *one == entry } else { one.covers(&entry) };
            let near = places.get(&(entry.path.as_str(), entry.digest.as_str())).into_iter().flatten();
            let found = near.copied().find(|at| left[*at].is_some_and(|(one, _)| fits(one)));
            found.map(|at| left[at] = None).is_some()
        };
        // First what fits to the letter, so that an entry of another rule isn't taken from the finding it was made for.
        for exactly in [true, false] {
            let (mut taken, mut kept) = (Vec::new(), Vec::new());
            for finding in findings.drain(..) {
                if take(&finding, exactly) { taken.push(finding) } else { kept.push(finding) }
            }
            *findings = kept;
            known.extend(taken.into_iter().map(|finding| Suppressed {
                finding,
                reason: format!("in the baseline {}", self.path),
                by: Silence::Baseline,
            }));
        }
        known.sort_by(|a, b| a.finding.sort_key().cmp(&b.finding.sort_key()));
        (known, left.into_iter().flatten().collect())
    }

    /// The finding for an entry that nothing matches any more.
    pub fn unused(&self, catalog: &Catalog, (entry, span): &(Entry, Span)) -> Finding {
        let message = format!(
            "Nothing of `{}` in {} matches this entry any more; --update-baseline drops it",
            entry.rule, entry.path
        );
        idle(catalog, message, Place { path: self.path.clone(), span: *span }, "sets nothing aside")
    }

    /// The baseline's own text as a source, for reports.
    pub fn source(&self, text: &str) -> Arc<Source> {
        Arc::new(Source::new(self.path.clone(), text.to_owned()))
    }

    /// The entries of one baseline that another lacks, with their places here.
    pub fn beyond(&self, other: &Self) -> Vec<&(Entry, Span)> {
        let mut known: BTreeMap<&Entry, usize> = BTreeMap::new();
        for (entry, _) in &other.entries {
            *known.entry(entry).or_default() += 1;
        }
        let is_new = |(entry, _): &&(Entry, Span)| match known.get_mut(entry) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        };
        self.entries.iter().filter(is_new).collect()
    }
}

/// The text of a baseline of these findings. `kept` are entries that a partial run can say nothing of.
pub fn text<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    kept: impl Iterator<Item = Entry>,
    local: &dyn Fn(&str) -> String,
) -> String {
    let known = findings.filter(|finding| finding.rule != rule::UNUSED_IGNORE).map(|finding| Entry::of(finding, local));
    let mut entries: Vec<Entry> = known.chain(kept).collect();
    entries.sort();
    let lines: String = entries.iter().map(Entry::line).collect();
    format!("{HEADER}\n{WORDS}\n{lines}")
}

/// A path that fits on a line.
fn escaped(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            '%' | '\n' | '\r' => text.push_str(&format!("%{:02x}", c as u32)),
            c => text.push(c),
        }
    }
    text
}

fn unescaped(path: &str) -> String {
    path.replace("%0a", "\n").replace("%0d", "\r").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Label, Level};

    fn finding(rule: &'static str, path: &str, secret: &str) -> Finding {
        let place = Place { path: path.into(), span: Span::default() };
        Finding {
            rule,
            level: Level::Error,
            message: "something".into(),
            why: String::new(),
            help: String::new(),
            primary: Label { place, text: String::new() },
            flow: Vec::new(),
            related: Vec::new(),
            fix: None,
            example: None,
            secret: Some(Secret::new(secret)),
            past: None,
        }
    }

    fn local(path: &str) -> String {
        path.to_owned()
    }

    fn rules(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_baseline_is_read_as_it_is_written() {
        let known = [
            finding(rule::SECRET_IN_URL, "b c%\n.py", "0123456789abcdef"),
            finding(rule::HARDCODED_SECRET, "a.py", "0123456789abcdef"),
            finding(rule::HARDCODED_SECRET, "a.py", "0123456789abcdef"),
        ];
        let text = text(known.iter(), std::iter::empty(), &local);
        assert!(!text.contains("0123456789abcdef") && text.lines().count() == 5, "{text}");
        let baseline = Baseline::parse("x", &text).unwrap();
        let mut findings = known.to_vec();
        findings.push(finding(rule::HARDCODED_SECRET, "a.py", "0123456789abcdef"));
        let (set_aside, unused) = baseline.set_aside(&mut findings, &local);
        assert_eq!((set_aside.len(), unused.len(), rules(&findings)), (3, 0, vec![rule::HARDCODED_SECRET]));
    }

    #[test]
    fn an_exposure_speaks_for_the_others_of_its_literal_and_for_no_other_rule() {
        let text = text([finding(rule::HARDCODED_SECRET, "a.js", "s3cret")].iter(), std::iter::empty(), &local);
        let baseline = Baseline::parse("x", &text).unwrap();
        let mut findings = vec![
            finding(rule::SECRET_IN_URL, "a.js", "s3cret"),
            finding(rule::CLIENT_SIDE_SECRET, "a.js", "s3cret"),
            finding(rule::CLIENT_SIDE_SECRET, "b.js", "s3cret"),
            finding(rule::CLIENT_SIDE_SECRET, "a.js", "other"),
        ];
        baseline.set_aside(&mut findings, &local);
        assert_eq!(findings.len(), 3);
        let (_, unused) = baseline.set_aside(&mut findings, &local);
        assert_eq!(unused.len(), 1);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let error = |text: &str| Baseline::parse("b", text).map(|_| ()).unwrap_err().to_string();
        assert!(error("hardcoded-secret 0123456789abcdef a.py\n").starts_with("b:1: this is no baseline"));
        assert!(error("# mpcheck baseline 2\n").contains("doesn't know"));
        assert!(error("# mpcheck baseline 1\na b c\n").starts_with("b:2: the digest"));
        assert!(error("# mpcheck baseline 1\na\n").starts_with("b:2: a line has"));
        assert!(error("# mpcheck baseline 1\n<<<<<<< HEAD\n").contains("conflict"));
        assert!(Baseline::parse("b", "# mpcheck baseline 1\r\n\r\nx 0123456789abcdef a\r\n").is_ok());
    }
}
