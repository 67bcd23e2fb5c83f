//! One file: its run, its literals and its variables become what the tree is judged by.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::Ground;
use super::exposure::Sighting;
use super::fit::{article, capital, leaf_of};
use super::observe::{Candidate, Observed, Variable};
use super::rule;
use super::side::{Side, Where};
use super::stripped::within;
use crate::catalog::Reading;
use crate::catalog::coverage::used;
use crate::catalog::names::{Around, KindSet};
use crate::finding::{Finding, Problem};
use crate::flow::{self, Event, Modules, Shape, What};
use crate::secret::Secret;
use crate::source::{Place, Span};
use crate::syntax::document::Document;
use crate::syntax::facts::Resolution;
use crate::syntax::lexical;

/// What is known of a file before the tree is judged.
pub struct Judged {
    /// The file.
    pub document: Arc<Document>,
    /// Its side.
    pub side: Side,
    /// Fit and hygiene findings, wherever they stand, with the environment variable that the credential is read from.
    pub findings: Vec<(Finding, Option<Arc<str>>)>,
    /// Literals that may be credentials.
    pub sightings: Vec<Sighting>,
    /// Literals of files that it imports, which may not be judged themselves.
    pub borrowed: Vec<Sighting>,
    /// What the places to which literals flow say about them.
    pub uses: Vec<super::observe::Use>,
    /// Reads of environment variables.
    pub reads: Vec<Variable>,
    /// Definitions of environment variables.
    pub definitions: Vec<Variable>,
    /// Names that a build inlines.
    pub inlined: Vec<Variable>,
    /// Modules of no side of their own that present a secret.
    pub presents: BTreeSet<Arc<str>>,
    /// What is handed to which API or SDK.
    pub presentations: Vec<super::inventory::Presentation>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Judges one file by itself, with the modules that it imports.
pub fn judge_file(ground: &Ground<'_>, modules: &dyn Modules, mut document: Arc<Document>) -> Judged {
    let mut observed = Observed::default();
    ground.environment(&mut document, &mut observed);
    ground.inlined(&mut document, modules, &mut observed);
    let mut sightings = Vec::new();
    let mut file_side: Option<Side> = None;
    let mut sides: Vec<(Span, Where)> = Vec::new();
    for unit in &document.units {
        let side = ground.sides.of(&document, unit, modules);
        ground.sightings(&document, unit, side.at, modules, &mut sightings);
        for function in &unit.facts.functions {
            sides.push((function.span, side.at));
        }
        if file_side.as_ref().is_none_or(|known| known.at == Where::Unknown) {
            file_side = Some(side);
        }
    }
    let side = file_side.unwrap_or(Side { at: Where::Unknown, because: "is empty".into(), pending: false });
    ground.account_file(&document, &side);
    let run = flow::run(&ground.index, modules, &document);
    for (path, spans) in run.functions() {
        observed.functions.insert(path, spans);
    }
    for event in &run.events {
        ground.observe(event, &document, &side, modules, &mut observed);
    }
    ground.written_by_server(&document, &mut observed);
    let findings = observed.settle();
    let borrowed = ground.borrowed(&document, &observed.uses, modules);
    let mut problems = problems(&document);
    if run.exhausted {
        let message = "there is more to follow in this file than mpcheck does; findings may be missing".into();
        problems.push(Problem { path: document.source.path().clone(), span: None, message });
    }
    let Observed { uses, reads, definitions, inlined, presents, presentations, .. } = observed;
    Judged {
        document,
        side,
        findings,
        sightings,
        borrowed,
        uses,
        reads,
        definitions,
        inlined,
        presents,
        presentations,
        problems,
    }
}

impl Ground<'_> {
    fn observe(&self, event: &Event<'_>, document: &Document, side: &Side, modules: &dyn Modules, out: &mut Observed) {
        match &event.what {
            What::Request { parts, hidden, sent } => {
                let requests = self.requests(parts, *hidden);
                let at = match requests.is_empty() {
                    true => Where::Server,
                    false => self.side_at(event, document, side, modules, &mut out.sides),
                };
                let client = at == Where::Client && !self.is_stripped(event, document, modules);
                let secret = |request: &super::request::Request<'_>| {
                    request.presented.iter().any(|presented| self.is_secret_credential(&presented.what))
                };
                if at == Where::Unknown && event.resolution == Resolution::Script && requests.iter().any(secret) {
                    out.presents.insert(event.site.path.clone());
                }
                let before = out.uses.len();
                self.fit_requests(event, &requests, *sent, out);
                let runs = if at == Where::Client && !client { Where::Server } else { at };
                requests.iter().for_each(|request| self.presentations(request, runs, out));
                requests.iter().for_each(|request| self.account_request(event, request, runs));
                if requests.is_empty() {
                    self.account_strangers(event, parts);
                }
                if client {
                    requests.iter().for_each(|request| self.presented_by_client(event, request, out));
                }
                if client {
                    out.uses[before..].iter_mut().for_each(|used| used.client = Some(event.site.clone()));
                }
                self.hygiene_request(event, parts, &requests, out);
            }
            What::Entry { entry, args, host, scheme } => {
                let before = out.uses.len();
                self.fit_entry(event, entry, args, out);
                let at = self.side_at(event, document, side, modules, &mut out.sides);
                self.handed(entry, args, at, out);
                if at == Where::Client && !self.is_stripped(event, document, modules) {
                    out.uses[before..].iter_mut().for_each(|used| used.client = Some(event.site.clone()));
                }
                self.insecure_entry(event, host.as_ref(), scheme.as_ref(), out);
            }
            What::Log { what, args } => self.logged(event, what, args, out),
            What::Bound { name, value } => self.bound_literals(name, value, out),
            What::Handed { row, value } => {
                let at = match row.directives.is_empty() {
                    true => Where::Server,
                    false => self.side_at(event, document, side, modules, &mut out.sides),
                };
                // What client code passes to client code goes nowhere.
                if at != Where::Client || self.is_stripped(event, document, modules) {
                    self.handed_to_clients(event, row, value, modules, out);
                }
            }
            What::Read { name, from } => {
                let inlined_read = self.index.is_client_read(from);
                let reading = &self.catalog.surfaces.reading;
                let in_project = |row: &&Reading| {
                    row.packages.is_empty() || {
                        let known = self.sides.manifests.packages(&event.site.path, modules);
                        row.packages.iter().any(|package| known.contains(package))
                    }
                };
                let by = reading.iter().filter(|row| row.on.iter().any(|on| is_read_by(on, from))).find(in_project);
                let by = by.inspect(|row| used(*row)).map(|row| &row.by);
                let by = by.map(|by| by.as_str().into());
                let by = by.or_else(|| match inlined_read {
                    true => self.prefixed_by_build(&event.site.path, name, modules),
                    false => None,
                });
                out.reads.push(Variable {
                    place: event.site.clone(),
                    name: name.clone(),
                    by,
                    inlined_read,
                    under: None,
                });
            }
        }
    }

    /// Whether an event happens in a part of client code that never reaches the client.
    fn is_stripped(&self, event: &Event<'_>, document: &Document, modules: &dyn Modules) -> bool {
        let other = (event.site.path != *document.source.path()).then(|| modules.document(&event.site.path)).flatten();
        let document = other.as_deref().unwrap_or(document);
        let unit = document.units.iter().find(|unit| unit.language == event.language);
        unit.is_some_and(|unit| within(&self.sides.stripped(document, unit, modules), event.site.span))
    }

    /// The side of the code where an event happens, which may be a module that the file imports.
    fn side_at(
        &self,
        event: &Event<'_>,
        document: &Document,
        side: &Side,
        modules: &dyn Modules,
        known: &mut HashMap<(Arc<str>, &'static str), Where>,
    ) -> Where {
        let key = (event.site.path.clone(), event.language);
        if let Some(at) = known.get(&key) {
            return *at;
        }
        let at = self.side_of(event, document, side, modules);
        known.insert(key, at);
        at
    }

    fn side_of(&self, event: &Event<'_>, document: &Document, side: &Side, modules: &dyn Modules) -> Where {
        if event.site.path == *document.source.path() {
            let unit = document.units.iter().find(|unit| unit.language == event.language);
            return unit.map_or(side.at, |unit| self.sides.of(document, unit, modules).at);
        }
        match modules.document(&event.site.path) {
            Some(other) => other.units.first().map_or(Where::Unknown, |unit| self.sides.of(&other, unit, modules).at),
            None => Where::Unknown,
        }
    }

    /// Client code that presents a secret which isn't written anywhere: it was fetched, or came from a variable.
    fn presented_by_client(&self, event: &Event<'_>, request: &super::request::Request<'_>, out: &mut Observed) {
        for presented in &request.presented {
            let leaf = leaf_of(&presented.what);
            let inlined = leaf.variable.as_deref().is_some_and(|variable| self.names.inlined_by(variable).is_some());
            if leaf.literal.is_some() || inlined || !self.is_secret_credential(&presented.what) {
                continue;
            }
            let kind = self.what(&presented.what);
            let message = format!("Client code presents {}, so everybody who uses the client has it", article(&kind));
            let mut finding = self.finding(rule::CLIENT_SIDE_SECRET, capital(&message), presented.place.clone(), kind);
            finding.flow = self.flow(leaf);
            out.push(Candidate::new(finding, event, presented.place.clone(), leaf));
        }
    }

    /// A script of a page into which the server writes a secret: it ships with the page, whatever it is for.
    fn written_by_server(&self, document: &Document, out: &mut Observed) {
        for unit in document.units.iter().filter(|unit| unit.server == Some(false)) {
            let mut found: Vec<(&Arc<str>, Span)> = Vec::new();
            crate::syntax::visit::expressions(&unit.facts, &mut |expr| {
                if let crate::syntax::facts::ExprKind::Env(name) = &expr.kind {
                    found.push((name, expr.span));
                }
            });
            for (name, span) in found {
                let said = |candidate: &Candidate| {
                    candidate.finding.rule == rule::CLIENT_SIDE_SECRET && candidate.variable.as_ref() == Some(name)
                };
                let kinds = self.name_kinds(name, flow::value::How::Named, Around::Nothing);
                let secret = kinds.is_some_and(|(kinds, own)| own && self.kinds.all_secret(kinds));
                if !secret || self.names.inlined_by(name).is_some() || out.findings.iter().any(said) {
                    continue;
                }
                let place = Place { path: document.source.path().clone(), span };
                let message = "The server writes a secret into a script of the page".to_owned();
                let finding = self.finding(rule::CLIENT_SIDE_SECRET, message, place, "written into the page".into());
                out.findings.push(Candidate::plain(finding));
            }
        }
    }

    /// The literals of other files that flow into requests here: those files may never speak of Mixpanel.
    fn borrowed(&self, document: &Document, uses: &[super::observe::Use], modules: &dyn Modules) -> Vec<Sighting> {
        let mut found = Vec::new();
        let mut paths: Vec<&Arc<str>> = uses.iter().map(|used| &used.literal.path).collect();
        paths.sort();
        paths.dedup();
        for path in paths.into_iter().filter(|path| **path != *document.source.path()) {
            let Some(other) = modules.document(path) else { continue };
            for unit in &other.units {
                let side = self.sides.of(&other, unit, modules).at;
                self.sightings(&other, unit, side, modules, &mut found);
            }
        }
        found.retain(|sighting| uses.iter().any(|used| used.literal == sighting.place));
        found
    }

    /// Literals that are bound to a name which says what they are.
    fn bound_literals(&self, name: &str, value: &Shape, out: &mut Observed) {
        let Some((kinds, _)) = self.name_kinds(name, flow::value::How::Bound, Around::Nothing) else { return };
        if kinds.is_empty() {
            return;
        }
        for one in value.alternatives() {
            let leaf = self.leaf(one, Around::Nothing);
            let used = super::observe::Use::of(&leaf, KindSet::default());
            out.use_of(used.map(|used| super::observe::Use { kinds, ..used }));
        }
    }

    /// The credentials among the texts of sightings, to be hidden in every output.
    pub fn secrets(&self, sightings: &[Sighting]) -> Vec<Secret> {
        let known = sightings.iter().filter(|sighting| !sighting.kinds.is_empty());
        known.map(|sighting| Secret::new(&*sighting.text)).collect()
    }
}

/// Whether a foreign name is one that a row is about; `*.name` stands for one of any package.
fn is_read_by(on: &str, from: &str) -> bool {
    on == from || on.strip_prefix('*').is_some_and(|end| from.ends_with(end))
}

/// Ranges that could not be parsed are worth naming only where what went wrong touches Mixpanel: on a line of its own,
/// and not in a remark, an import or the head of a declaration, where nothing can be missed.
fn problems(document: &Document) -> Vec<Problem> {
    /// More of them tell nobody more; a file with more errors than this is asked about as a whole.
    const MOST: usize = 2_000;
    let source = &document.source;
    let touching = |span: Span| {
        let mut lines = lexical::telling_lines(source.text(), span);
        lines.find(|line| crate::input::is_candidate(source.slice(*line).as_bytes()))
    };
    let mut problems = Vec::new();
    let mut say = |line: Span| {
        problems.push(Problem {
            path: source.path().clone(),
            span: Some(line),
            message: "this part could not be parsed; it was read as plain text, so a finding may be missing".into(),
        });
    };
    for unit in &document.units {
        let (unread, errors) = (&unit.facts.unread, &unit.facts.errors);
        if unread.len().max(errors.len()) > MOST {
            let whole =
                unread.iter().copied().reduce(|a, b| Span { start: a.start.min(b.start), end: a.end.max(b.end) });
            whole.and_then(touching).into_iter().for_each(&mut say);
            continue;
        }
        // Many errors may stand in one line, which is looked at once.
        let mut asked: HashMap<(u32, u32), Option<Span>> = HashMap::new();
        let mut touching = |span: Span| {
            let lines = (source.line(span.start), source.line(span.end));
            *asked.entry(lines).or_insert_with(|| touching(span))
        };
        for span in unread {
            let mut errors = errors.iter().filter(|error| span.contains(**error)).peekable();
            let found = if errors.peek().is_none() { touching(*span) } else { errors.find_map(|at| touching(*at)) };
            found.into_iter().for_each(&mut say);
        }
    }
    problems
}
