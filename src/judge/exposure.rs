//! Exposure: credentials written into files.

use std::collections::HashSet;
use std::sync::Arc;

use super::account::{Because, Silence};
use super::around::section_of;
use super::fit::written_into;
use super::handed::handed_label;
use super::kinds::is_base64_byte;
use super::side::Where;
use super::stripped::within as within_any;
use super::url::{Template, Url};
use super::{Ground, payload, rule};
use crate::catalog::names::{Around, KindSet};
use crate::finding::{Finding, Label, Level};
use crate::flow::{Modules, Shape, ShapeKind, decode_base64};
use crate::secret::Secret;
use crate::source::{Place, Span};
use crate::syntax::document::{Document, Unit};
use crate::syntax::facts::{Literal, LiteralRole};

/// A literal that may be a credential.
#[derive(Clone)]
pub struct Sighting {
    /// Where its text stands.
    pub place: Place,
    /// The language around it (see `Language::family`).
    pub language: &'static str,
    /// Its text, freed of what doesn't belong to it.
    pub text: Arc<str>,
    /// What its shape and names say; empty where nothing but its shape speaks.
    pub kinds: KindSet,
    /// Whether its shape or a name of Mixpanel's own says so.
    pub own: bool,
    /// What doesn't belong to it (`white space`), or what is wrong with it.
    pub malformed: Option<String>,
    /// Whether it can't be a credential at all, though it was meant as one.
    pub near_miss: bool,
    /// What it is part of.
    pub role: LiteralRole,
    /// The name that it is bound to, for messages and for definitions of variables.
    pub name: Option<Arc<str>>,
    /// Who inlines the variable that it defines.
    pub inlined_by: Option<Arc<str>>,
    /// Where it runs.
    pub side: Where,
    /// Whether the file is a test.
    pub test: bool,
    /// Whether the file is documentation.
    pub doc: bool,
    /// Why it ships though its own file says nothing: the imports that lead from client code to it, or the client code
    /// that it flows to.
    pub shipped_by: Vec<Place>,
    /// The line that it stands on, from 1.
    pub line: u32,
    /// Where a server hands it to clients.
    pub handed: Option<Place>,
    /// Whether nothing on that way uses it.
    pub unused: bool,
    /// Whether a literal secret is presented with it.
    pub paired: bool,
    /// Whether it stands in a URL's userinfo or query.
    pub in_url: bool,
    /// By what it is known.
    pub because: Because,
}

impl Ground<'_> {
    /// The literals of a unit that may be credentials, by their shapes and by the names around them.
    pub fn sightings(
        &self,
        document: &Document,
        unit: &Unit,
        side: Where,
        modules: &dyn Modules,
        out: &mut Vec<Sighting>,
    ) {
        let path = document.source.path();
        let stem = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or_default();
        let file = self.names.is_vendor(stem);
        let (test, doc) = (self.sides.is_test(path), self.sides.is_doc(path));
        let sections = if unit.facts.data { self.sections(path, unit) } else { HashSet::new() };
        // A service account's name is a strong sign that the password beside it is that account's.
        let names_account = |literal: &&Literal| {
            self.kinds.own_kind(&literal.text) == Some(self.kinds.username) && !self.kinds.is_placeholder(&literal.text)
        };
        let accounts: Vec<&Literal> = unit.facts.literals.iter().filter(names_account).collect();
        let data = unit.facts.data;
        // In data, sections of one name may follow each other: only what is in the same one counts.
        let around = |account: &Literal| if data { section_of(unit, account.span) } else { None };
        let accounts: Vec<(&Literal, Option<Span>)> =
            accounts.into_iter().map(|account| (account, around(account))).collect();
        let around_name = |literal: &Literal| -> Vec<Arc<str>> {
            literal.names.iter().skip_while(|name| self.names.is_noise(name)).skip(1).cloned().collect()
        };
        let beside = |literal: &Literal| {
            accounts.iter().any(|(account, within)| {
                let apart = account.span.start.abs_diff(literal.span.start);
                let same = account.names.get(1..) == literal.names.get(1..);
                let section = same && within.is_none_or(|within| within.contains(literal.span));
                // What stands in a section with a name of its own is that section's.
                let free = || {
                    let own = around_name(literal);
                    own.is_empty() || own == around_name(account)
                };
                (section && apart < NEAR) || (!data && apart < NEXT && free())
            })
        };
        let stripped = if side == Where::Client { self.sides.stripped(document, unit, modules) } else { Vec::new() };
        let chain = self.sides.shipped(path);
        let remarks = if unit.facts.literals.iter().any(|literal| literal.role == LiteralRole::Comment) {
            self.remarks(document, unit)
        } else {
            Vec::new()
        };
        for literal in &unit.facts.literals {
            // In a file named after Mixpanel, a section that is named after another vendor is that vendor's.
            let file = file && !(data && literal.names.iter().any(|name| self.names.is_of_others(name)));
            let section = sections.contains(&literal.span)
                || sections.len() <= MOST_SECTIONS && sections.iter().any(|span| span.contains(literal.span));
            let remark = literal.role == LiteralRole::Comment && remarks.iter().any(|span| span.contains(literal.span));
            let file = file || section || remark || beside(literal);
            let base = Sighting {
                place: Place { path: path.clone(), span: literal.span },
                language: unit.language,
                text: literal.text.clone(),
                kinds: KindSet::default(),
                own: false,
                malformed: None,
                near_miss: false,
                role: literal.role,
                name: literal.names.iter().find(|name| !self.names.is_noise(name)).cloned(),
                inlined_by: None,
                side: if within_any(&stripped, literal.span) { Where::Server } else { side },
                test,
                doc,
                line: document.source.line(literal.span.start),
                handed: None,
                unused: chain
                    .is_some_and(|chain| !chain.is_empty() && self.is_unused(chain, document, literal.span, modules)),
                shipped_by: chain.cloned().unwrap_or_default(),
                paired: false,
                in_url: false,
                because: Because::Nothing,
            };
            let place = base.place.clone();
            let silence = self.sight(literal, file, base, out);
            if silence.is_some() && self.book(path).is_some() {
                self.account_literal(literal, &place, self.named(literal, file).0, silence);
            }
        }
    }

    /// Adds a literal that may be a credential, or says why it is none.
    fn sight(&self, literal: &Literal, file: bool, base: Sighting, out: &mut Vec<Sighting>) -> Option<Silence> {
        let text = &*literal.text;
        if text.len() > 4096 || text.trim().len() < SHORTEST {
            return Some(Silence::Length);
        }
        if text.contains("://") {
            let before = out.len();
            self.sight_url(text, base, out);
            return (out.len() == before).then_some(Silence::Url);
        }
        // A whole line of a header: `@Headers("Authorization: Basic ..")`.
        let header = text.split_once(':').filter(|(name, _)| name.trim().eq_ignore_ascii_case("authorization"));
        let line = header.map_or(text, |(_, value)| value.trim_start());
        if self.is_pair(line) {
            let kinds = KindSet::one(self.kinds.pair);
            let text = if header.is_some() { line.into() } else { base.text.clone() };
            out.push(Sighting { kinds, own: true, because: Because::Shape, text, ..base });
            return None;
        }
        if let Some(user) = self.alone_in(line) {
            let (kinds, own) = self.named(literal, file);
            let kinds = self.kinds.fitting(kinds, &user);
            out.push(Sighting { kinds, own, text: user.into(), because: Because::Name, ..base });
            return None;
        }
        if let Some(payload) = payload::encoded(text.trim()) {
            let inside = self.credentials_in(payload, &base.place);
            out.extend(inside.into_iter().map(|(_, text)| Sighting { text, ..base.clone() }));
            return None;
        }
        // `user:`, with nothing or something from elsewhere behind the colon.
        let text = text.strip_suffix(':').unwrap_or(text);
        let (bare, stray) = match self.kinds.stray(text) {
            Some((bare, what)) => (bare, Some(what)),
            None => (text.to_owned(), None),
        };
        if self.kinds.is_placeholder(&bare) {
            return Some(Silence::Placeholder);
        }
        let ((kinds, own), because) = match self.kinds.own_kind(&bare) {
            Some(kind) => ((KindSet::one(kind), true), Because::Shape),
            None => (self.named(literal, file), Because::Name),
        };
        let near =
            if literal.role == LiteralRole::Comment || base.doc { None } else { self.kinds.is_near_miss(kinds, &bare) };
        // What a token can't be for its length, an OAuth token might be; but it was meant as the one that it nearly is.
        if let (Some(what), true) = (near, own) {
            let malformed = Some(what);
            out.push(Sighting { kinds, own, text: bare.into(), malformed, near_miss: true, because, ..base });
            return None;
        }
        let fitting = self.kinds.fitting(kinds, &bare);
        if !fitting.is_empty() {
            let malformed = stray.map(|what| format!("has {what} around it"));
            // Prose quotes and breaks lines as it likes.
            let malformed = malformed.filter(|_| literal.role != LiteralRole::Comment && !base.doc);
            out.push(Sighting { kinds: fitting, own, text: bare.into(), malformed, because, ..base });
            return None;
        }
        // A bare value with a credential's shape: what it is presented to, or the same value elsewhere, may tell.
        let shapes = [self.kinds.token, self.kinds.account_secret, self.kinds.oauth];
        let any = shapes.into_iter().any(|kind| self.kinds.fits(kind, &bare));
        // What a pair is made of goes by the pair's name, too: `credentials(Credential("name", "secret"))`.
        if any && (kinds.is_empty() || kinds.has(self.kinds.pair) || kinds.has(self.kinds.username)) {
            out.push(Sighting {
                text: bare.into(),
                malformed: stray.map(|what| format!("has {what} around it")),
                ..base
            });
            return None;
        }
        Some(Silence::Shape)
    }

    /// Whether a text is a pair of a service account, plain or encoded.
    fn is_pair(&self, text: &str) -> bool {
        let mut bare = text.trim();
        for prefix in ["Bearer ", "Basic ", "bearer ", "basic "] {
            if let Some(rest) = bare.strip_prefix(prefix) {
                bare = rest.trim();
            }
        }
        let real = |text: &str| self.kinds.own_kind(text) == Some(self.kinds.pair) && !self.is_sample_pair(text);
        let encoded = bare.len() >= 24 && bare.bytes().all(is_base64_byte);
        real(bare) || encoded && decode_base64(bare).is_some_and(|decoded| real(&decoded))
    }

    /// The one credential that a value behind `Basic` holds, with nothing behind the colon: token or secret, as where it
    /// goes decides.
    fn alone_in(&self, text: &str) -> Option<String> {
        let blob = text.trim().strip_prefix("Basic ").or_else(|| text.trim().strip_prefix("basic "))?;
        let (user, password) = self.kinds.decode_pair(blob)?;
        let alone =
            password.is_empty() && self.kinds.fits(self.kinds.token, &user) && !self.kinds.is_placeholder(&user);
        alone.then_some(user)
    }

    /// The credentials that a payload names, with their kinds.
    fn credentials_in(&self, payload: String, place: &Place) -> Vec<(KindSet, Arc<str>)> {
        let whole = Shape { kind: ShapeKind::Text(payload.into()), trail: Default::default() };
        let named = |member: payload::Payload| {
            let text = member.value.text().filter(|text| text.len() >= SHORTEST && !self.kinds.is_placeholder(text))?;
            let key = member.path.rsplit('.').next()?.trim_start_matches('$');
            let kinds = self.kinds.fitting(self.names.meaning(key, Around::Flow)?.kinds, &text);
            (!kinds.is_empty()).then(|| (kinds, text.into()))
        };
        payload::read(&self.catalog.apis, &whole, place).members.into_iter().filter_map(named).collect()
    }

    fn is_sample_pair(&self, pair: &str) -> bool {
        let (user, secret) = pair.split_once(':').unwrap_or((pair, ""));
        self.kinds.is_placeholder(user) || self.kinds.is_placeholder(secret)
    }

    /// Userinfo in a URL of Mixpanel's.
    fn sight_url(&self, text: &str, base: Sighting, out: &mut Vec<Sighting>) {
        let shape = Shape { kind: ShapeKind::Text(text.trim().into()), trail: Default::default() };
        let Some(template) = Template::all(&shape).into_iter().next() else { return };
        let url = Url::parse(template);
        if !self.is_host(&url) {
            return;
        }
        if let Some(userinfo) = &url.userinfo {
            let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
            let kinds = if self.kinds.own_kind(user) == Some(self.kinds.username)
                && self.kinds.fits(self.kinds.account_secret, password)
            {
                KindSet::one(self.kinds.pair)
            } else if password.is_empty() && self.kinds.fits(self.kinds.project_secret, user) {
                KindSet::one(self.kinds.project_secret)
            } else {
                return;
            };
            if !self.is_sample_pair(userinfo) {
                out.push(Sighting { kinds, own: true, text: userinfo.as_str().into(), in_url: true, ..base });
            }
            return;
        }
        for (name, value) in &url.query {
            if let Some(payload) = payload::encoded(value) {
                let inside = self.credentials_in(payload, &base.place).into_iter();
                out.extend(inside.map(|(kinds, text)| Sighting { kinds, own: true, text, ..base.clone() }));
            }
            let Some(meaning) = self.names.meaning(name, Around::Flow) else { continue };
            let kinds = self.kinds.fitting(meaning.kinds, value);
            if self.kinds.all_secret(kinds) && !self.kinds.is_placeholder(value) {
                out.push(Sighting { kinds, own: true, text: value.as_str().into(), in_url: true, ..base.clone() });
            }
        }
    }

    /// What the names around a literal say.
    fn named(&self, literal: &Literal, file: bool) -> (KindSet, bool) {
        let vendor = file || literal.names.iter().any(|name| self.names.is_vendor(name));
        let around = if vendor { Around::Section } else { Around::Nothing };
        let mut names = literal.names.iter().skip_while(|name| self.names.is_noise(name));
        let Some(first) = names.next() else { return Default::default() };
        let meaning = self.names.meaning(first, around).or_else(|| {
            let before = names.next()?;
            self.names.meaning(&format!("{before}_{first}"), around)
        });
        meaning.map_or_else(Default::default, |meaning| (meaning.kinds, true))
    }

    /// Whether a sighting is a secret, going by the kinds that are known of it.
    pub fn is_secret_sighting(&self, sighting: &Sighting) -> bool {
        self.kinds.all_secret(sighting.kinds)
    }

    /// The one exposure finding of a literal, if it earns one.
    pub fn exposure(&self, sighting: &Sighting, elsewhere_outside_tests: bool, secret_beside: bool) -> Option<Finding> {
        let kinds = sighting.kinds;
        let kind = kinds.iter().next().filter(|_| !sighting.near_miss)?;
        let title = self.kinds.title(kind);
        let environment = sighting.role == LiteralRole::EnvDefinition;
        let quiet_place = sighting.test || sighting.doc || sighting.role == LiteralRole::Comment;
        let mut finding = if self.is_secret_sighting(sighting) {
            let row = self.kinds.row(kind);
            let (rule, message) = if let Some(by) = &sighting.inlined_by {
                (rule::PUBLIC_ENV_SECRET, format!("{by} puts this {title} into client code"))
            } else if sighting.side == Where::Client && sighting.role != LiteralRole::Comment {
                (rule::CLIENT_SIDE_SECRET, format!("This {title} ships to everybody who uses the client"))
            } else {
                (rule::HARDCODED_SECRET, written_into(title))
            };
            let mut finding = self.finding(rule, message, sighting.place.clone(), title.to_owned());
            if rule == rule::HARDCODED_SECRET && sighting.test && !elsewhere_outside_tests {
                finding.level = Level::Warning;
            }
            if let Some(row) = row {
                finding.why = row.danger.clone();
                finding.help = format!("{} {}", finding.help, row.rotate);
            }
            if rule == rule::HARDCODED_SECRET {
                self.advise_variable(&mut finding, sighting, kind);
            }
            finding
        } else if kinds.only() == Some(self.kinds.username) {
            if environment || secret_beside || sighting.paired {
                return None;
            }
            let message = "A service account's user name is written into the file".to_owned();
            let mut finding = self.finding(rule::HARDCODED_USERNAME, message, sighting.place.clone(), title.to_owned());
            self.advise_variable(&mut finding, sighting, kind);
            finding
        } else if kinds.only() == Some(self.kinds.project_id) {
            return None;
        } else {
            if environment || sighting.inlined_by.is_some() {
                return None;
            }
            let message = "A project token is written into the file".to_owned();
            let mut finding =
                self.finding(rule::HARDCODED_TOKEN, message, sighting.place.clone(), "project token".into());
            if sighting.side == Where::Client || quiet_place {
                finding.level = Level::Note;
            }
            self.advise_variable(&mut finding, sighting, self.kinds.token);
            finding
        };
        finding.secret = Some(Secret::new(&*sighting.text));
        finding.flow.extend(shipped_labels(sighting));
        finding.flow.extend(sighting.handed.as_ref().map(handed_label));
        if let (true, Some(way)) = (finding.rule == rule::CLIENT_SIDE_SECRET, way(sighting)) {
            finding.why = format!("{} It gets there by {way}.", finding.why);
            if sighting.unused {
                finding.why.push_str(
                    " Nothing on that way uses it, so a production build may leave it out; a development build ships it, \
                     and so does the first build in which something keeps the module.",
                );
            }
        }
        Some(finding)
    }

    /// The finding that a literal is no well-formed credential.
    pub fn malformed(&self, sighting: &Sighting) -> Option<Finding> {
        let what = sighting.malformed.as_ref()?;
        let title = self.kinds.title(sighting.kinds.iter().next()?);
        let message = format!("This {title} {what}");
        let mut finding = self.finding(
            rule::MALFORMED_CREDENTIAL,
            message,
            sighting.place.clone(),
            "no such credential can work".into(),
        );
        finding.secret = Some(Secret::new(&*sighting.text));
        Some(finding)
    }
}

/// The imports by which a literal ships, each with a label.
fn shipped_labels(sighting: &Sighting) -> Vec<Label> {
    let labels = sighting.shipped_by.iter().enumerate().map(|(at, place)| match at {
        0 => label(place, "client code takes it from here"),
        _ => label(place, "which imports it here"),
    });
    labels.collect()
}

/// `pages/index.tsx -> lib/analytics.ts -> lib/config.ts`.
fn way(sighting: &Sighting) -> Option<String> {
    let mut paths: Vec<&str> = sighting.shipped_by.iter().map(|place| &*place.path).collect();
    paths.first()?;
    paths.push(&sighting.place.path);
    Some(format!("{}:{}", paths.join(" -> "), sighting.line))
}

/// A label at a place.
pub fn label(place: &Place, text: impl Into<String>) -> Label {
    Label { place: place.clone(), text: text.into() }
}

/// No credential is shorter, in bytes.
const SHORTEST: usize = 16;

/// How far apart two things may be that belong together, in bytes.
const NEAR: u32 = 700;
/// How far apart two lines of code may be that stand one after the other, in bytes.
const NEXT: u32 = 160;

/// With more texts in sections of Mixpanel's than these, what stands inside such a text isn't sought.
const MOST_SECTIONS: usize = 200;

/// Whether two places are near each other in one file, in bytes.
pub fn near(a: &Place, b: &Place) -> bool {
    let Span { start, .. } = a.span;
    a.path == b.path && start.abs_diff(b.span.start) < NEAR
}
