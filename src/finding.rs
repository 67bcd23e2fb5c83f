//! What a run comes to: findings, problems and the report that holds them.

use std::fmt;
use std::sync::Arc;

use crate::secret::Secret;
use crate::source::{Place, Position, Source, Span};

/// How bad a finding is, and what `--fail-on` compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing; never fails a run by default.
    Note,
    /// Should be mended; fails a run by default.
    Warning,
    /// A leak, or a request that can't work.
    Error,
}

impl Level {
    /// The level's name, as SARIF spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One place on the way of a credential, or one that explains a finding, with a sentence fragment about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is to be seen there, in a few words without a full stop.
    pub text: String,
}

/// A replacement of text that mends a finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// What is replaced.
    pub place: Place,
    /// By what.
    pub replacement: String,
}

/// One thing that is wrong at one place.
#[derive(Clone)]
pub struct Finding {
    /// The rule's slug, as in `rules/<slug>.md`.
    pub rule: &'static str,
    /// Its level here, after configuration.
    pub level: Level,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Why it matters for this kind of credential, in a sentence or two.
    pub why: String,
    /// The next step, for this language and this request.
    pub help: String,
    /// What to write instead, as code, where the next step is that plain.
    pub example: Option<String>,
    /// Where it is, and what stands there.
    pub primary: Label,
    /// How the credential came here, from its origin on; empty where it stands at the primary place itself.
    pub flow: Vec<Label>,
    /// Other places that explain the finding (the definition of a variable, the importers of a module).
    pub related: Vec<Label>,
    /// A mechanical correction, where one is safe.
    pub fix: Option<Fix>,
    /// The credential, where its text is known.
    pub secret: Option<Secret>,
    /// What history says of it, in a run that reads history.
    pub past: Option<Arc<Past>>,
}

/// What history says of a credential.
pub struct Past {
    /// The first commit that brought it; none where a ref points at its file and no commit does.
    pub commit: Option<Commit>,
    /// The file in which the finding stands, as it was in the commit that it is shown from.
    pub source: Arc<Source>,
    /// Whether the tree of `HEAD` still holds it.
    pub in_tree: bool,
    /// Each path at which it stood, the first first.
    pub places: Vec<Stood>,
}

/// A place where a credential stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stood {
    /// The file.
    pub path: Arc<str>,
    /// Where it began in the file of that commit.
    pub start: Position,
    /// One past its end.
    pub end: Position,
    /// The first commit that brought it there.
    pub commit: Option<Commit>,
}

impl Finding {
    /// An identity that survives moved lines and tells nothing of the credential: rule, path and a one-way digest
    /// of the credential or, where none is known, of the message.
    pub fn fingerprint(&self) -> String {
        let subject = self.secret.as_ref().map_or_else(|| self.message.clone(), Secret::digest);
        crate::secret::digest("mpcheck finding", &format!("{}\0{}\0{subject}", self.rule, self.primary.place.path))
    }

    /// The order of every report: path, place, rule.
    pub fn sort_key(&self) -> (&Place, &'static str, &str) {
        (&self.primary.place, self.rule, &self.message)
    }
}

impl Stood {
    /// `since 1a2b3c4d5e6f of 2024-05-31`.
    pub fn since(&self) -> String {
        match &self.commit {
            Some(commit) => format!("since commit {} of {}", commit.short(), commit.day()),
            None => "reached by a ref itself".into(),
        }
    }
}

/// A commit, as far as findings say which one it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Commit {
    /// Its id, in hexadecimal digits.
    pub id: String,
    /// When its author wrote it: seconds since the start of 1970.
    pub seconds: i64,
    /// The author's time zone: seconds east of Greenwich.
    pub offset: i32,
}

impl Commit {
    /// As much of the id as tells it apart.
    pub fn short(&self) -> &str {
        self.id.get(..12).unwrap_or(&self.id)
    }

    /// The day in the author's time zone, as in `2024-05-31`.
    pub fn day(&self) -> String {
        crate::time::day(self.seconds.saturating_add(self.offset.into()))
    }

    /// Day, time and time zone, as in `2024-05-31T18:03:05+02:00`.
    pub fn moment(&self) -> String {
        crate::time::moment(self.seconds, self.offset)
    }
}

/// A finding that somebody decided to ignore.
#[derive(Clone)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// Why, in the words of whoever ignored it; may be empty.
    pub reason: String,
    /// What ignores it.
    pub by: Silence,
}

/// What ignores a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// A comment, and where it stands.
    Comment(Place),
    /// An entry of the configuration.
    Entry,
    /// The baseline.
    Baseline,
}

/// Something that a change alters so that less is reported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loosening {
    /// Where it stands; the start of the file for something that was taken out.
    pub place: Place,
    /// What it does, in a sentence.
    pub message: String,
}

/// Something that kept mpcheck from reading or understanding a file wholly; never a secret in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file it is about.
    pub path: Arc<str>,
    /// Where, if it is about a part of the file.
    pub span: Option<Span>,
    /// What went wrong, whose mistake it is and what can be done, in a sentence or two.
    pub message: String,
}

/// A credential of the tree, whether or not anything is wrong with it: a text that is written into files, or an
/// environment variable whose value nobody wrote down.
#[derive(Clone)]
pub struct Credential {
    /// Its text, where it is written.
    pub secret: Option<Secret>,
    /// The environment variable that it is read from, where it is not.
    pub variable: Option<Arc<str>>,
    /// Its kind in words, as in `project secret`; alternatives are joined by `or`.
    pub kind: String,
    /// Whether it is certainly of a kind that has to be kept secret.
    pub is_secret: bool,
    /// Where its text is written; of a variable, where its value is presented. Sorted.
    pub places: Vec<Place>,
    /// Whether client code holds or presents it.
    pub client: bool,
    /// Whether other code or files do.
    pub server: bool,
    /// The APIs and SDKs that it is presented to, sorted.
    pub presented_to: Vec<Arc<str>>,
}

impl Credential {
    /// Who gets to see it, in words.
    pub fn side(&self) -> &'static str {
        match (self.client, self.server) {
            (true, true) => "client and server",
            (true, false) => "client",
            (false, _) => "server",
        }
    }
}

/// All that a run found.
#[derive(Default)]
pub struct Report {
    /// Findings, sorted by path, place and rule.
    pub findings: Vec<Finding>,
    /// Findings that comments, entries of the configuration and the baseline set aside, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// What the change that was judged alters so that less is reported, sorted.
    pub loosenings: Vec<Loosening>,
    /// Whether the findings were compared with a baseline.
    pub baseline: bool,
    /// Files that could not be read or understood wholly, sorted.
    pub problems: Vec<Problem>,
    /// Every source that a finding, a credential or a problem points into, sorted by path.
    pub sources: Vec<Arc<Source>>,
    /// Every credential text seen: no output may hold one of them.
    pub secrets: Vec<Secret>,
    /// The credentials that there are, those that are written into files first.
    pub credentials: Vec<Credential>,
    /// How many files were looked at, and how many of them were parsed; of a history, how many blobs.
    pub files: Counts,
    /// How many commits were read, where history was.
    pub history: Option<usize>,
}

/// How much a run looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Files walked.
    pub seen: usize,
    /// Files that speak of Mixpanel and were parsed.
    pub parsed: usize,
}

impl Report {
    /// Adds a file that something points into, unless it is there.
    pub fn add_source(&mut self, source: Arc<Source>) {
        if let Err(at) = self.sources.binary_search_by(|known| known.path().cmp(source.path())) {
            self.sources.insert(at, source);
        }
    }

    /// The source of a path, where a finding or a problem points into it.
    pub fn source(&self, path: &str) -> Option<&Arc<Source>> {
        self.sources.binary_search_by(|source| (**source.path()).cmp(path)).ok().map(|at| &self.sources[at])
    }
}
