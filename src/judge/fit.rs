//! Fit: is this kind of credential one that the API or SDK takes, and does it stand in the right place?

use super::leaf::Leaf;
use super::observe::{Candidate, Observed, Use};
use super::request::{Credential, Presented, Request};
use super::words::places;
use super::{Ground, rule};
use crate::catalog::coverage::used;
use crate::catalog::names::{Around, KindSet};
use crate::catalog::{Api, Entry, Takes};
use crate::finding::Level;
use crate::flow::value::How;
use crate::flow::{Argument, Event};
use crate::source::Place;

/// What is to be said of a credential at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing, or nothing is known.
    Fine,
    /// It works, but a better kind exists.
    Discouraged(Level, String),
    /// The right kind in the wrong place.
    Misplaced(String),
    /// A kind that isn't taken.
    Wrong(String),
}

impl Verdict {
    /// The rank by which one expression's one finding is chosen.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Discouraged(..) => 1,
            Self::Misplaced(_) => 2,
            Self::Wrong(_) => 3,
        }
    }
}

impl Ground<'_> {
    /// Judges what a request presents. Where its URL is a choice, each alternative is a request of its own: one
    /// expression is then only as wrong as the mildest of them finds.
    pub fn fit_requests(&self, event: &Event<'_>, requests: &[Request<'_>], sent: bool, out: &mut Observed) {
        let judged: Vec<_> =
            requests.iter().map(|request| self.verdicts(request, !event.calls.is_empty(), out)).collect();
        let mut mildest: Vec<(&Place, u8, usize)> = Vec::new();
        for (at, verdicts) in judged.iter().enumerate() {
            for (presented, verdict) in verdicts {
                match mildest.iter_mut().find(|(place, ..)| **place == presented.place) {
                    Some((_, rank, index)) if verdict.rank() < *rank => (*rank, *index) = (verdict.rank(), at),
                    Some(_) => {}
                    None => mildest.push((&presented.place, verdict.rank(), at)),
                }
            }
        }
        for (at, (request, verdicts)) in requests.iter().zip(&judged).enumerate() {
            let spoken = |place: &Place| mildest.iter().any(|(known, _, index)| *known == place && *index == at);
            for (presented, verdict) in verdicts.iter().filter(|(presented, _)| spoken(&presented.place)) {
                self.fit_presented(event, request, presented, verdict, out);
            }
            self.account_missing(event, request, sent);
            self.missing(event, request, sent, out);
        }
    }

    /// The verdict on each expression that presents something: the worst of its alternatives.
    /// `within`: a caller brought the path.
    fn verdicts<'r>(
        &self,
        request: &'r Request<'_>,
        within: bool,
        out: &mut Observed,
    ) -> Vec<(&'r Presented, Verdict)> {
        let mut by_place: Vec<(&Presented, Verdict)> = Vec::new();
        for presented in &request.presented {
            self.uses_of(request.api, presented, out);
            let mut verdict = self.verdict(request.api, presented);
            if within && presented.optional && verdict.rank() > 1 {
                // A wrapper that presents it on some condition may do so for other paths alone.
                verdict = Verdict::Fine;
            }
            match by_place.iter_mut().find(|(known, _)| known.place == presented.place) {
                Some((known, worst)) if verdict.rank() > worst.rank() => {
                    *known = presented;
                    *worst = verdict;
                }
                Some(_) => {}
                None => by_place.push((presented, verdict)),
            }
        }
        by_place
    }

    /// The finding, if any, on one expression that presents something.
    fn fit_presented(
        &self,
        event: &Event<'_>,
        request: &Request<'_>,
        presented: &Presented,
        verdict: &Verdict,
        out: &mut Observed,
    ) {
        let kind = self.what_at(request.api, presented);
        let title = &request.api.title;
        let (rule, level, message, why) = match verdict {
            Verdict::Fine => return self.account_fine(event, request, presented),
            Verdict::Discouraged(level, why) => (
                rule::DISCOURAGED_CREDENTIAL,
                *level,
                format!("{title} takes {} today, but there is a better credential for it", article(&kind)),
                why,
            ),
            Verdict::Misplaced(why) => {
                let message = format!("{} stands in the wrong place of a request to {title}", capital(&article(&kind)));
                (rule::MISPLACED_CREDENTIAL, Level::Error, message, why)
            }
            Verdict::Wrong(why) => {
                let message = format!("{title} does not take {}", article(&kind));
                (rule::WRONG_CREDENTIAL, Level::Error, capital(&message), why)
            }
        };
        let leaf = leaf_of(&presented.what);
        let mut finding =
            self.finding(rule, capital(&message), presented.place.clone(), format!("{kind} presented here"));
        finding.level = level;
        finding.why = why.clone();
        self.advise_request(&mut finding, request.api, event);
        finding.flow = self.flow(leaf);
        finding.secret = self.secret_of(leaf);
        let candidate = Candidate::new(finding, event, presented.place.clone(), leaf);
        out.push(if self.named_by_wrapper(leaf) { candidate.settled_inside() } else { candidate });
    }

    /// Whether a wrapper's parameter is named after the kind that the value is: the wrapper itself asks for it.
    fn named_by_wrapper(&self, leaf: &Leaf) -> bool {
        leaf.steps.iter().filter(|step| step.how == How::Passed).any(|step| {
            let name = step.name.as_deref().unwrap_or_default();
            let meaning = self.name_kinds(name, step.how, Around::Flow);
            meaning.is_some_and(|(kinds, _)| kinds.only().is_some() && kinds == leaf.kinds)
        })
    }

    fn missing(&self, event: &Event<'_>, request: &Request<'_>, sent: bool, out: &mut Observed) {
        let api = request.api;
        // A test's route is mocked, and to send nothing may be what it tests.
        let sent = sent && !self.sides.is_test(&event.site.path);
        if let Some(also) = &api.also_needs
            && sent
            && !request.hidden
        {
            let there = request.presented.iter().any(|presented| presented.at == *also);
            let elsewhere = request.presented.iter().any(|presented| match &presented.what {
                Credential::One(leaf) => leaf.kinds.has(self.kinds.token) && presented.at.starts_with("body:"),
                _ => false,
            });
            let placed =
                also.split_once(':').is_some_and(|(_, name)| request.url.query.iter().any(|(key, _)| key == name));
            if !there && !elsewhere && !placed {
                let message = format!("The request to {} does not name the project's token", api.title);
                let mut finding =
                    self.finding(rule::MISSING_CREDENTIAL, message, event.site.clone(), "no token in its query".into());
                finding.help = api.instead.clone();
                out.push(Candidate::at(finding, event));
                return;
            }
        }
        if !sent {
            return;
        }
        if request.presented.is_empty() && !request.hidden && api.needs_credential {
            let message = format!("The request to {} presents no credential", api.title);
            let mut finding =
                self.finding(rule::MISSING_CREDENTIAL, message, event.site.clone(), "no credential here".into());
            self.advise_request(&mut finding, api, event);
            out.push(Candidate::at(finding, event));
        }
        let account = request.presented.iter().any(|presented| self.is_account(presented));
        let right = request.presented.iter().all(|presented| self.verdict(api, presented) == Verdict::Fine);
        if account && right && api.project_id.starts_with("query") && !request.project_named && !request.project_hidden
        {
            let message = format!("The request to {} presents a service account without naming the project", api.title);
            let mut finding = self.finding(
                rule::MISSING_PROJECT_ID,
                message,
                event.site.clone(),
                "no `project_id` in its query".into(),
            );
            finding.help = "Add the query parameter `project_id` with the number of the project.".into();
            out.push(Candidate::at(finding, event));
        }
    }

    /// Whether a service account is presented.
    pub(super) fn is_account(&self, presented: &Presented) -> bool {
        match &presented.what {
            Credential::Pair(user, _) => user.kinds.is_empty() || user.kinds.has(self.kinds.username),
            Credential::Encoded(_) => true,
            _ => false,
        }
    }

    pub(super) fn verdict(&self, api: &Api, presented: &Presented) -> Verdict {
        let pair = KindSet::one(self.kinds.pair);
        match &presented.what {
            Credential::Broken(_) => Verdict::Fine,
            Credential::Encoded(_) => self.of_kinds(api, pair, &presented.at),
            Credential::Pair(user, password) => {
                let username = self.kinds.username;
                // `service_account` may be an account's name, or all of it.
                let swapped = password.kinds.only() == Some(username) && !user.kinds.has(username)
                    || password.kinds.has(username) && user.kinds.only() == Some(self.kinds.account_secret);
                let takes_pair = self.takes(api, self.kinds.pair).is_some_and(|takes| takes.verdict != "reject");
                if swapped && takes_pair {
                    return Verdict::Misplaced(
                        "User name and secret of the service account have changed places.".into(),
                    );
                }
                let other = user.own && !user.kinds.is_empty() && !user.kinds.has(self.kinds.username) && !swapped;
                if other && user.kinds.and(pair).is_empty() {
                    return self.of_kinds(api, user.kinds, "basic");
                }
                self.of_kinds(api, pair, &presented.at)
            }
            Credential::One(leaf) => {
                let mut kinds = self.without_project_id(leaf.kinds);
                let (username, secret) = (self.kinds.username, self.kinds.account_secret);
                if kinds.only().is_none() && !presented.at.starts_with("bearer") {
                    // A bare `token` is a bearer's only where one is asked for.
                    kinds = kinds.without(self.kinds.oauth).without(self.kinds.scim);
                }
                if presented.at == "basic-user" && kinds.only().is_none() {
                    // What goes alone before the colon is no half of an account and no bearer token.
                    kinds = kinds.without(secret).without(self.kinds.pair);
                }
                if let Some(part) = kinds.only().filter(|kind| *kind == username || *kind == secret) {
                    let takes_pair = self.takes(api, self.kinds.pair).is_some_and(|takes| takes.verdict != "reject");
                    return match (takes_pair, part == username) {
                        (true, true) => {
                            Verdict::Misplaced("A service account needs its secret beside its user name.".into())
                        }
                        (true, false) => {
                            Verdict::Misplaced("A service account's secret belongs behind its user name.".into())
                        }
                        (false, _) => self.of_kinds(api, pair, &presented.at),
                    };
                }
                if presented.at == "basic-password" {
                    // Whatever is taken is taken as the user name.
                    return match self.of_kinds(api, kinds, "basic-user") {
                        Verdict::Fine if kinds.is_empty() => Verdict::Fine,
                        Verdict::Fine | Verdict::Discouraged(..) => Verdict::Misplaced(
                            "It belongs in front of the colon, as the user name of Basic authorization.".into(),
                        ),
                        other => other,
                    };
                }
                self.of_kinds(api, kinds, &presented.at)
            }
        }
    }

    fn without_project_id(&self, kinds: KindSet) -> KindSet {
        kinds.without(self.kinds.project_id)
    }

    pub(super) fn takes<'c>(&self, api: &'c Api, kind: usize) -> Option<&'c Takes> {
        api.takes.get(self.kinds.id(kind)).inspect(|takes| used(*takes))
    }

    /// The verdict on a set of kinds: the mildest, for an ambiguous name never makes a contradiction.
    fn of_kinds(&self, api: &Api, kinds: KindSet, at: &str) -> Verdict {
        let ambiguous = kinds.only().is_none();
        let verdicts = kinds.iter().map(|kind| self.of_kind(api, kind, at));
        let mildest = verdicts.min_by_key(Verdict::rank).unwrap_or(Verdict::Fine);
        if ambiguous && mildest.rank() > 1 { Verdict::Fine } else { mildest }
    }

    fn of_kind(&self, api: &Api, kind: usize, at: &str) -> Verdict {
        let Some(takes) = self.takes(api, kind) else {
            return Verdict::Wrong(format!("{} knows no {}.", capital(&api.title), self.kinds.title(kind)));
        };
        let why = takes.why.clone();
        let placed = takes.at.is_empty() || takes.at.iter().any(|known| known == at);
        if takes.beside.iter().any(|known| known == at) {
            return Verdict::Fine;
        }
        match takes.verdict.as_str() {
            "reject" => Verdict::Wrong(why.unwrap_or_else(|| api.instead.clone())),
            // What is taken as part of an old signature alone is rejected elsewhere.
            _ if !placed && takes.at.iter().all(|known| known == "signature") => {
                Verdict::Wrong(why.unwrap_or_else(|| api.instead.clone()))
            }
            _ if !placed => Verdict::Misplaced(format!("It is taken {} alone.", places(&takes.at))),
            "discourage" => {
                let level = if takes.level.as_deref() == Some("warning") { Level::Warning } else { Level::Note };
                Verdict::Discouraged(level, why.unwrap_or_default())
            }
            _ => Verdict::Fine,
        }
    }

    /// What the place of a literal says about it: kinds that the API takes there.
    fn uses_of(&self, api: &Api, presented: &Presented, out: &mut Observed) {
        let taken = |at: &str| {
            let kinds = api
                .takes
                .iter()
                .filter(|(_, takes)| takes.verdict != "reject" && takes.at.iter().any(|known| known == at));
            self.kinds.set(&kinds.map(|(id, _)| id.clone()).collect::<Vec<_>>())
        };
        match &presented.what {
            Credential::Pair(user, password) => {
                let swapped = password.kinds.only() == Some(self.kinds.username);
                let (first, second) = (KindSet::one(self.kinds.username), KindSet::one(self.kinds.account_secret));
                let (first, second) = if swapped { (second, first) } else { (first, second) };
                let paired = user.literal.is_some() && password.literal.is_some();
                out.use_of(Use::of(user, first).map(|used| Use { paired, ..used }));
                out.use_of(Use::of(password, second).map(|used| Use { paired, ..used }));
            }
            Credential::One(leaf) => out.use_of(Use::of(leaf, taken(&presented.at))),
            Credential::Encoded(leaf) => out.use_of(Use::of(leaf, KindSet::one(self.kinds.pair))),
            Credential::Broken(leaf) => {
                if let Some(literal) = &leaf.literal {
                    let message = "The value behind `Basic` is no base64 of a user name and a password".to_owned();
                    let mut finding =
                        self.finding(rule::MALFORMED_CREDENTIAL, message, literal.clone(), "does not decode".into());
                    finding.secret = self.secret_of(leaf);
                    out.findings.push(Candidate::plain(finding));
                }
            }
        }
    }

    /// Judges the arguments of an SDK's entry point.
    pub fn fit_entry(&self, event: &Event<'_>, entry: &Entry, args: &[(usize, Argument)], out: &mut Observed) {
        let takes = |at: usize| self.kinds.set(&entry.args[at].kinds);
        let mut misplaced = false;
        for (at, arg) in args {
            let wanted = takes(*at);
            for one in arg.value.alternatives() {
                let mut leaf = self.leaf(one, Around::Flow);
                if leaf.empty || leaf.text.as_deref().is_some_and(|text| self.kinds.is_placeholder(text)) {
                    self.account_argument(
                        event,
                        entry,
                        *at,
                        &leaf,
                        (rule::WRONG_CREDENTIAL, "nothing, or a placeholder: nothing is judged"),
                    );
                    continue;
                }
                self.shape_evidence(&mut leaf, wanted);
                out.use_of(Use::of(&leaf, wanted));
                let kinds = leaf.kinds;
                let fits = kinds.is_empty() || !kinds.and(wanted).is_empty();
                let parameter = &entry.args[*at];
                let kind = match kinds.iter().next() {
                    Some(kind) => self.kinds.title(kind),
                    None => "credential",
                };
                let mut finding = if fits {
                    // What may also be a service account's half is none of what is retired, beside a user name or by
                    // its own name.
                    let current = if kinds.is_empty() { wanted } else { kinds.and(wanted) };
                    let current = current.without(self.kinds.project_secret).without(self.kinds.api_key);
                    let account = args.iter().any(|(other, _)| other != at && takes(*other).has(self.kinds.username));
                    let stays = !current.is_empty() && (account || kinds.only().is_some());
                    let discouraged =
                        parameter.discouraged.as_ref().filter(|_| !stays && !wanted.has(self.kinds.token));
                    let Some(why) = discouraged else {
                        self.account_argument(
                            event,
                            entry,
                            *at,
                            &leaf,
                            (rule::WRONG_CREDENTIAL, "silent: this is what it takes here"),
                        );
                        continue;
                    };
                    let message =
                        format!("`{}` takes {} that is on its way out", entry.title, article(&parameter.name));
                    let mut finding = self.finding(
                        rule::DISCOURAGED_CREDENTIAL,
                        message,
                        arg.place.clone(),
                        format!("{} here", parameter.name),
                    );
                    finding.level = Level::Note;
                    finding.why = why.clone();
                    finding
                } else if kinds.only().is_none() {
                    self.account_argument(
                        event,
                        entry,
                        *at,
                        &leaf,
                        (rule::WRONG_CREDENTIAL, "silent: an ambiguous name makes no contradiction"),
                    );
                    continue;
                } else if args.iter().any(|(other, _)| other != at && !takes(*other).and(kinds).is_empty()) {
                    if misplaced {
                        continue;
                    }
                    misplaced = true;
                    let message = format!(
                        "{} stands where `{}` takes {}",
                        capital(&article(kind)),
                        entry.title,
                        article(&parameter.name)
                    );
                    self.finding(rule::MISPLACED_CREDENTIAL, message, arg.place.clone(), format!("{kind} here"))
                } else if kinds.only() == Some(self.kinds.project_id) {
                    continue;
                } else {
                    let message = format!(
                        "`{}` takes {} here, and gets {}",
                        entry.title,
                        article(&parameter.name),
                        article(kind)
                    );
                    self.finding(rule::WRONG_CREDENTIAL, message, arg.place.clone(), format!("{kind} here"))
                };
                self.account_argument(event, entry, *at, &leaf, (finding.rule, "speaks"));
                finding.flow = self.flow(&leaf);
                finding.secret = self.secret_of(&leaf);
                let candidate = Candidate::new(finding, event, arg.place.clone(), &leaf);
                out.push(if self.named_by_wrapper(&leaf) { candidate.settled_inside() } else { candidate });
                break;
            }
        }
    }

    /// A literal without a telling name: what its shape alone says against a slot.
    fn shape_evidence(&self, leaf: &mut Leaf, wanted: KindSet) {
        let Some(text) = leaf.text.clone().filter(|_| leaf.kinds.is_empty()) else { return };
        if !self.kinds.fitting(wanted, &text).is_empty() {
            return;
        }
        if self.kinds.fits(self.kinds.account_secret, &text) {
            leaf.kinds = KindSet::one(self.kinds.account_secret);
        } else if self.kinds.fits(self.kinds.token, &text) && wanted.only() == Some(self.kinds.account_secret) {
            leaf.kinds = KindSet::one(self.kinds.project_secret);
        } else if self.kinds.fits(self.kinds.project_id, &text) {
            leaf.kinds = KindSet::one(self.kinds.project_id);
        }
    }

    /// What people call a credential that an API is presented with: of several kinds, the one that it takes there.
    fn what_at(&self, api: &Api, presented: &Presented) -> String {
        if let Credential::One(leaf) = &presented.what
            && leaf.kinds.only().is_none()
        {
            let taken = |kind: &usize| self.takes(api, *kind).is_some_and(|takes| takes.at.contains(&presented.at));
            if let Some(kind) = leaf.kinds.iter().find(taken) {
                return self.kinds.title(kind).to_owned();
            }
        }
        self.what(&presented.what)
    }

    /// What people call a credential.
    pub fn what(&self, credential: &Credential) -> String {
        match credential {
            Credential::Pair(user, _) if !user.kinds.is_empty() && !user.kinds.has(self.kinds.username) && user.own => {
                user.kinds.iter().next().map_or("credential", |kind| self.kinds.title(kind)).to_owned()
            }
            Credential::Pair(..) | Credential::Encoded(_) => "service account".to_owned(),
            Credential::One(leaf) | Credential::Broken(leaf) => {
                leaf.kinds.iter().next().map_or("credential", |kind| self.kinds.title(kind)).to_owned()
            }
        }
    }
}

/// The leaf that a credential's flow is shown of.
pub fn leaf_of(credential: &Credential) -> &Leaf {
    match credential {
        Credential::One(leaf) | Credential::Encoded(leaf) | Credential::Broken(leaf) => leaf,
        Credential::Pair(user, password) if password.text.is_none() && user.passed().is_some() => user,
        Credential::Pair(_, password) => password,
    }
}

/// A noun with its indefinite article.
pub fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'A', 'O', 'E', 'I']);
    if noun.starts_with("the ") { noun.to_owned() } else { format!("{} {noun}", if vowel { "an" } else { "a" }) }
}

/// A sentence with a capital at its front.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// What `hardcoded-secret` says of a credential that is called `title`.
pub fn written_into(title: &str) -> String {
    format!("{} is written into the file", capital(&article(title)))
}
