//! Reasons: what is written down for `mpcheck why` while a file is judged. A run that nobody asks pays for one look at
//! an option.

use super::exposure::Sighting;
use super::fit::{article, capital};
use super::leaf::Leaf;
use super::request::{Credential, Presented, Request};
use super::side::{Side, Where};
use super::url::{Url, assemble};
use super::{Ground, rule};
use crate::account::{Note, Notebook};
use crate::catalog::Entry;
use crate::catalog::names::{Around, KindSet};
use crate::finding::Finding;
use crate::flow::{Argument, Event, Part};
use crate::secret::Secret;
use crate::source::Place;
use crate::syntax::document::Document;
use crate::syntax::facts::{Literal, LiteralRole};

/// By what a literal is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Because {
    /// Nothing says what it is.
    #[default]
    Nothing,
    /// A shape that identifies itself.
    Shape,
    /// The name that it is bound to.
    Name,
    /// A name that it passes on its way.
    Flow,
    /// What the API or SDK that it goes to takes.
    Slot,
    /// The same text stands elsewhere under stronger evidence.
    Elsewhere(Place),
}

/// Why a literal is no credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// It is too short or too long.
    Length,
    /// It is a URL without a credential of Mixpanel's in it.
    Url,
    /// It stands for a value that is to be filled in.
    Placeholder,
    /// It has no credential's shape.
    Shape,
}

impl Ground<'_> {
    /// The notebook, where somebody asks about this file.
    pub(super) fn book(&self, path: &str) -> Option<&Notebook> {
        self.notebook.filter(|book| **book.path() == *path)
    }

    /// Titles of kinds as words: `a project token or a project secret`.
    pub(super) fn any_of(&self, kinds: KindSet) -> String {
        let titles: Vec<String> = kinds.iter().map(|kind| article(self.kinds.title(kind))).collect();
        match titles.split_last() {
            None => "a credential of no known kind".to_owned(),
            Some((last, [])) => last.clone(),
            Some((last, most)) => format!("{} or {last}", most.join(", ")),
        }
    }

    /// What a value is, by which evidence, and where it comes from.
    pub(super) fn evidence(&self, leaf: &Leaf) -> String {
        let origin = match (&leaf.literal, &leaf.variable) {
            (Some(_), _) => "written into a file".to_owned(),
            (None, Some(name)) => format!("read from the environment variable `{name}`"),
            (None, None) if leaf.text.is_some() => "a text that stands for a value, or that is put together".to_owned(),
            (None, None) => "from out of sight".to_owned(),
        };
        if leaf.kinds.is_empty() {
            let mut names: Vec<String> = leaf.steps.iter().filter_map(|step| step.name.as_deref()).map(code).collect();
            names.dedup();
            names.truncate(4);
            return match names.is_empty() {
                true => format!("a value of unknown kind, {origin}, without any name"),
                false => format!("a value of unknown kind, {origin}; {} does not say which", names.join(", ")),
            };
        }
        let by = match &leaf.name {
            Some(name) => format!("by the name `{name}`"),
            None => "by its shape".to_owned(),
        };
        format!("{} {by}, {origin}", self.any_of(leaf.kinds))
    }

    /// Writes down a request: where it goes, who sends it, and what it presents.
    pub(super) fn account_request(&self, event: &Event<'_>, request: &Request<'_>, at: Where) {
        let Some(book) = self.book(&event.site.path) else { return };
        let what = self.request_words(request);
        let side = if at == Where::Client { "client code sends it" } else { "server code sends it" };
        book.add(&event.site, &what, Note::Is(side.to_owned()));
        for Presented { what: credential, at, .. } in &request.presented {
            let told = match credential {
                Credential::One(leaf) => self.evidence(leaf),
                Credential::Pair(user, password) => {
                    format!("user name: {}; password: {}", self.evidence(user), self.evidence(password))
                }
                Credential::Encoded(leaf) => format!("an encoded pair: {}", self.evidence(leaf)),
                Credential::Broken(leaf) => format!("what is no base64 of a pair: {}", self.evidence(leaf)),
            };
            book.add(&event.site, &what, Note::Has(format!("{}: {told}", super::words::slot_words(at))));
        }
        if request.presented.is_empty() {
            book.add(&event.site, &what, Note::Has("no credential in sight".to_owned()));
        }
        let takes: Vec<&str> = request
            .api
            .takes
            .iter()
            .filter(|(_, takes)| takes.verdict == "accept")
            .filter_map(|(id, _)| self.catalog.kinds.kind.iter().find(|kind| kind.id == *id))
            .map(|kind| kind.title.as_str())
            .collect();
        if !takes.is_empty() {
            let takes = format!("{} takes: {}", capital(&request.api.title), takes.join(", "));
            book.add(&event.site, &what, Note::Is(takes));
        }
    }

    /// `a request to the Import API, https://api.mixpanel.com/import`; parts that aren't known are stars.
    fn request_words(&self, request: &Request<'_>) -> String {
        format!("a request to {}, {}", request.api.title, url_words(&request.url))
    }

    /// Writes down where a file's code runs and why, and what else is to be said of it whole.
    pub(super) fn account_file(&self, document: &Document, side: &Side) {
        let path = document.source.path();
        let Some(book) = self.book(path) else { return };
        let words = match side.at {
            _ if side.because.starts_with("runs on") => side.because.clone(),
            Where::Client => format!("runs on the client: it {}", side.because),
            Where::Server => format!("runs on the server: it {}", side.because),
            Where::Unknown => format!("{}, and is treated as a server's", side.because),
        };
        let chain = self.sides.shipped(path).into_iter().flatten().enumerate();
        let chain = chain.map(|(at, place)| {
            let words = if at == 0 { "is client code and imports what leads here" } else { "imports it in turn" };
            (place.clone(), words.to_owned())
        });
        let mut remarks = Vec::new();
        if self.sides.is_test(path) {
            remarks.push("It is a test by its path: what is written into it weighs less".to_owned());
        }
        if self.sides.is_doc(path) {
            remarks.push("It is documentation by its path: what is written into it weighs less".to_owned());
        }
        book.tell(words, chain.collect(), remarks);
    }

    /// Writes down why nothing is said of a credential that a request presents.
    pub(super) fn account_fine(&self, event: &Event<'_>, request: &Request<'_>, presented: &Presented) {
        let Some(book) = self.book(&event.site.path) else { return };
        let kinds = match &presented.what {
            Credential::One(leaf) => leaf.kinds,
            Credential::Broken(_) => return,
            _ => KindSet::one(self.kinds.pair),
        };
        let what = self.request_words(request);
        let slot = super::words::slot_words(&presented.at);
        let words = match kinds.only() {
            _ if self.verdict(request.api, presented).rank() > 1 => {
                format!("silent {slot}: what is presented on a condition may be for other paths of the caller's alone")
            }
            Some(kind) => {
                format!("silent: {} takes {} {slot}", request.api.title, article(self.kinds.title(kind)))
            }
            None if kinds.is_empty() => {
                let hint = "a name that says its kind, as in `mixpanelProjectToken`, would let it be judged; [[names]] \
                            teaches a name of yours";
                book.add(&event.site, &what, Note::Hint(hint.to_owned()));
                format!("silent {slot}: nothing says which kind of credential it is")
            }
            None => format!("silent {slot}: an ambiguous name makes no contradiction"),
        };
        book.add(&event.site, &what, Note::Rule(rule::WRONG_CREDENTIAL, words));
    }

    /// Writes down why nothing is missing in a request, or that something is.
    pub(super) fn account_missing(&self, event: &Event<'_>, request: &Request<'_>, sent: bool) {
        if self.book(&event.site.path).is_none() {
            return;
        }
        const HIDDEN: &str = "silent: a part of the request is out of sight, and may hold it";
        let missing = if !sent {
            "silent: the request is set up here and sent elsewhere"
        } else if !request.presented.is_empty() {
            "silent: a credential is presented"
        } else if request.hidden {
            HIDDEN
        } else if !request.api.needs_credential {
            "silent: this API needs none"
        } else {
            "speaks: every slot is in sight, and none is filled"
        };
        self.account_rule(event, request, rule::MISSING_CREDENTIAL, missing);
        let account = request.presented.iter().any(|presented| self.is_account(presented));
        if account {
            let project = if !request.api.project_id.starts_with("query") {
                "silent: this API needs no `project_id` in its query"
            } else if request.project_named {
                "silent: the project is named"
            } else if request.project_hidden {
                HIDDEN
            } else if !sent {
                "silent: the request is set up here and sent elsewhere"
            } else {
                "speaks: no part of the request names the project"
            };
            self.account_rule(event, request, rule::MISSING_PROJECT_ID, project);
        }
        let transport = match request.url.scheme.as_str() {
            "https" => "silent: it goes over https",
            "http" => "speaks: it goes over http",
            _ => "silent: the scheme is not in sight",
        };
        self.account_rule(event, request, rule::INSECURE_TRANSPORT, transport);
    }

    fn account_rule(&self, event: &Event<'_>, request: &Request<'_>, rule: &'static str, words: &str) {
        if let Some(book) = self.book(&event.site.path) {
            book.add(&event.site, &self.request_words(request), Note::Rule(rule, words.to_owned()));
        }
    }

    /// Writes down an argument of an SDK, and what is made of it.
    pub(super) fn account_argument(
        &self,
        event: &Event<'_>,
        entry: &Entry,
        at: usize,
        leaf: &Leaf,
        (rule, words): (&'static str, &str),
    ) {
        let Some(book) = self.book(&event.site.path) else { return };
        let what = format!("a call of `{}`", entry.title);
        let parameter = &entry.args[at];
        let takes = self.any_of(self.kinds.set(&parameter.kinds));
        book.add(&event.site, &what, Note::Is(format!("its argument `{}` takes {takes}", parameter.name)));
        if !leaf.empty {
            let given = format!("it is handed as `{}`: {}", parameter.name, self.evidence(leaf));
            book.add(&event.site, &what, Note::Has(given));
        }
        let words = format!("{words} (`{}`)", parameter.name);
        book.add(&event.site, &what, Note::Rule(rule, words));
    }

    /// Writes down what is known of what is written to a log.
    pub(super) fn account_log(&self, event: &Event<'_>, args: &[Argument]) {
        let Some(book) = self.book(&event.site.path) else { return };
        for one in args.iter().flat_map(|arg| arg.value.alternatives()) {
            let leaf = self.leaf(one, Around::Nothing);
            if leaf.kinds.is_empty() || leaf.empty {
                continue;
            }
            let what = "a call that writes to a log, a terminal or an exception";
            book.add(&event.site, what, Note::Has(format!("it is handed {}", self.evidence(&leaf))));
            let words = match self.is_whole_secret(&leaf) {
                true => "speaks: a whole secret is written",
                false => "silent: it is no secret, or a placeholder",
            };
            book.add(&event.site, what, Note::Rule(rule::SECRET_IN_LOG, words.to_owned()));
        }
    }

    /// Writes down a request that isn't one to a known API of Mixpanel's, by each URL that it can have.
    pub(super) fn account_strangers(&self, event: &Event<'_>, parts: &[Part]) {
        if self.book(&event.site.path).is_some() {
            for template in assemble(parts, false) {
                self.account_stranger(event, &Url::parse(template));
            }
        }
    }

    fn account_stranger(&self, event: &Event<'_>, url: &Url) {
        let Some(book) = self.book(&event.site.path) else { return };
        let pattern = url.host_pattern();
        if pattern.is_empty() && url.path.is_empty() {
            return;
        }
        let known = pattern.trim_matches('*').len() > 1;
        let what = if known { format!("a request to {}", url_words(url)) } else { "a request".to_owned() };
        if self.is_host(url) {
            let note = "the host is Mixpanel's, but no API that mpcheck judges is known at this path".to_owned();
            return book.add(&event.site, &what, Note::Is(note));
        }
        let note = match !known {
            true => "its host is not in sight, so nothing says that it goes to Mixpanel".to_owned(),
            false => "the host is none of Mixpanel's, so what it presents is not judged".to_owned(),
        };
        book.add(&event.site, &what, Note::Is(note));
        if !pattern.contains('*') && !pattern.is_empty() {
            let hint = format!("if this host is your proxy in front of Mixpanel: [hosts] proxy = [\"{pattern}\"]");
            book.add(&event.site, &what, Note::Hint(hint));
        }
    }

    /// Writes down a literal that may look like a credential, and why it is none; `named` is what its names say.
    pub(super) fn account_literal(&self, literal: &Literal, place: &Place, named: KindSet, silence: Option<Silence>) {
        let (Some(book), Some(silence)) = (self.book(&place.path), silence) else { return };
        if named.is_empty() || literal.text.is_empty() {
            return;
        }
        let what = literal_words(literal.names.first().map(|name| &**name), &literal.text);
        let kinds = self.any_of(named);
        let note = match silence {
            Silence::Placeholder => format!("named like {kinds}, but a placeholder or a sample: nothing leaks"),
            Silence::Length => format!("named like {kinds}, but too short or too long to be one"),
            Silence::Shape => format!("named like {kinds}, but it does not have the shape of one"),
            Silence::Url => format!("named like {kinds}, but a URL without a credential in it"),
        };
        book.add(place, &what, Note::Is(note));
    }

    /// Writes down what a literal is held for, once all evidence is in.
    pub(super) fn account_sighting(&self, sighting: &Sighting) {
        let Some(book) = self.book(&sighting.place.path) else { return };
        let what = sighting_words(sighting);
        let kinds = self.any_of(sighting.kinds);
        let name = sighting.name.as_deref().map(code).unwrap_or_else(|| "its name".to_owned());
        let note = match &sighting.because {
            _ if sighting.kinds.is_empty()
                && sighting.name.as_deref().is_some_and(|name| self.names.is_of_others(name)) =>
            {
                format!("it has the shape of a credential, but its name {name} is another vendor's")
            }
            _ if sighting.kinds.is_empty() => {
                let note = "it has the shape of a credential, but nothing ties it to Mixpanel: no name, no API or SDK \
                            that it goes to, no such value elsewhere";
                if let Some(name) = &sighting.name {
                    let hint = format!(
                        "if `{name}` is what you call a credential of Mixpanel's: [[names]] name = \"{name}\", kind = \
                         \"project-secret\" (or another kind)"
                    );
                    book.add(&sighting.place, &what, Note::Hint(hint));
                }
                note.to_owned()
            }
            Because::Shape => format!("{kinds}, by its own shape"),
            Because::Name | Because::Nothing => format!("{kinds}, by the name {name}"),
            Because::Flow => format!("{kinds}, by a name that it passes on its way"),
            Because::Slot => format!("{kinds}, by what the API or SDK that it goes to takes"),
            Because::Elsewhere(place) => format!("{kinds}, as the same text is in {}", place.path),
        };
        book.add(&sighting.place, &what, Note::Is(note));
    }

    /// Writes down which of the rules of exposure speaks of a literal, and why the others don't; or why none does.
    pub(super) fn account_exposure(&self, sighting: &Sighting, finding: Option<&Finding>) {
        let Some(book) = self.book(&sighting.place.path) else { return };
        let what = sighting_words(sighting);
        let say = |rule, words: &str| book.add(&sighting.place, &what, Note::Rule(rule, words.to_owned()));
        let environment = sighting.role == LiteralRole::EnvDefinition;
        let kind = sighting.kinds.only();
        let Some(finding) = finding else {
            if sighting.near_miss {
                say(rule::MALFORMED_CREDENTIAL, "speaks for it: as it stands it can be no credential");
            } else if kind == Some(self.kinds.project_id) {
                say(rule::HARDCODED_TOKEN, "silent: a project's number is no credential");
            } else if kind == Some(self.kinds.username) && environment {
                say(rule::HARDCODED_USERNAME, "silent: this defines an environment variable, where it belongs");
            } else if kind == Some(self.kinds.username) {
                say(rule::HARDCODED_USERNAME, "silent: its secret stands beside it, and is reported for both");
            } else if environment {
                say(rule::HARDCODED_TOKEN, "silent: this defines an environment variable, where a token belongs");
            } else {
                say(rule::HARDCODED_TOKEN, "silent: the build puts it into client code, where a token is public");
            }
            return;
        };
        let client = sighting.side == Where::Client;
        match finding.rule {
            rule::PUBLIC_ENV_SECRET => {
                let by = sighting.inlined_by.as_deref().unwrap_or("the build");
                say(finding.rule, &format!("speaks: {by} puts the variable into client code"));
            }
            rule::CLIENT_SIDE_SECRET if !sighting.shipped_by.is_empty() => {
                let from = &sighting.shipped_by[0].path;
                say(finding.rule, &format!("speaks: it is a secret, and client code takes it from here: {from}"));
            }
            rule::CLIENT_SIDE_SECRET => say(finding.rule, "speaks: it is a secret, and the code runs on the client"),
            rule::HARDCODED_SECRET if client => say(finding.rule, "speaks: it is a secret, and a comment is stripped"),
            rule::HARDCODED_SECRET => {
                say(rule::CLIENT_SIDE_SECRET, "silent: nothing says that this file runs on the client");
                say(finding.rule, "speaks: it is a secret, and it is written into the file");
            }
            _ if sighting.test => say(finding.rule, "speaks, quietly: the file is a test"),
            _ if sighting.doc => say(finding.rule, "speaks, quietly: the file is documentation"),
            _ if client => say(finding.rule, "speaks, quietly: in client code a token is public by design"),
            _ => say(finding.rule, "speaks: it belongs into the environment or a build setting"),
        }
    }

    /// Writes down an environment variable that is read or defined.
    pub(super) fn account_variable(&self, place: &Place, name: &str, how: &str, by: Option<&str>, reported: bool) {
        let Some(book) = self.book(&place.path) else { return };
        let Some(meaning) = self.names.meaning(name, Around::Nothing) else { return };
        let what = format!("the environment variable `{name}`, {how} here");
        book.add(place, &what, Note::Is(format!("{}, by its name", self.any_of(meaning.kinds))));
        let words = match (reported, by, self.kinds.all_secret(meaning.kinds)) {
            (true, ..) => "speaks: the build puts its value into client code".to_owned(),
            (false, _, false) => "silent: it names nothing that has to be kept secret".to_owned(),
            (false, Some(by), true) => format!("silent: {by} would put it into client code, but this is server code"),
            (false, None, true) => {
                book.add(place, &what, Note::Hint(PREFIXES.to_owned()));
                "silent: no build is known to put a variable of this name into client code".to_owned()
            }
        };
        book.add(place, &what, Note::Rule(rule::PUBLIC_ENV_SECRET, words));
    }
}

/// How another prefix is taught.
const PREFIXES: &str = "if your build inlines it: a row [[prefix]] in DIR/surfaces.toml, and --rules DIR";

fn code(name: &str) -> String {
    format!("`{}`", veiled(name))
}

/// The least length of a run of letters and digits that may be a credential which nobody knows as one.
const LIKE_CREDENTIAL: usize = 24;

/// A name or a part of a URL, in which what may be a credential is masked: a map may have one as its key.
fn veiled(text: &str) -> String {
    let mut shown = String::new();
    for piece in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let run = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let masked = run.len() >= LIKE_CREDENTIAL && run.bytes().any(|byte| byte.is_ascii_digit());
        shown.push_str(&if masked { Secret::new(run).hint() } else { run.to_owned() });
        shown.push_str(&piece[run.len()..]);
    }
    shown
}

/// A URL without its parameters and user part; parts that aren't known are stars.
fn url_words(url: &Url) -> String {
    let scheme = if url.scheme.is_empty() { String::new() } else { format!("{}://", url.scheme) };
    let path: String = url
        .path
        .iter()
        .map(|segment| if Url::is_hole(segment) { "/*".into() } else { format!("/{}", veiled(segment)) })
        .collect();
    format!("{scheme}{}{path}", veiled(&url.host_pattern()))
}

/// `the text 5397************ at `mixpanelToken``.
fn literal_words(name: Option<&str>, text: &str) -> String {
    let hint = Secret::new(text.trim()).hint();
    match name {
        Some(name) => format!("the text {hint} at {}", code(name)),
        None => format!("the text {hint}"),
    }
}

fn sighting_words(sighting: &Sighting) -> String {
    literal_words(sighting.name.as_deref(), &sighting.text)
}
