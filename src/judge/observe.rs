//! What is observed in one file, before the whole tree is judged.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::inventory::Presentation;
use super::leaf::Leaf;
use super::side::Where;
use crate::catalog::names::KindSet;
use crate::finding::{Finding, Label};
use crate::flow::Event;
use crate::flow::value::How;
use crate::source::{Place, Span};

/// A finding that may turn out to be another's shadow.
pub struct Candidate {
    /// The finding.
    pub finding: Finding,
    /// Whether it holds whatever a caller passes.
    standalone: bool,
    /// Where it is made, before it was moved to a caller.
    site: Place,
    /// The arguments by which the value came, outermost first.
    passed: Vec<Place>,
    /// The environment variable that the value is read from.
    pub variable: Option<Arc<str>>,
}

impl Candidate {
    /// A finding about a credential that an expression presents.
    pub fn new(finding: Finding, event: &Event<'_>, site: Place, leaf: &Leaf) -> Self {
        let passed = leaf.steps.iter().filter(|step| step.how == How::Passed).map(|step| step.place.clone()).collect();
        let variable = leaf.variable.clone();
        Self { finding, standalone: event.calls.is_empty(), site, passed, variable }
    }

    /// The finding stays in the wrapper: what is passed doesn't matter.
    pub fn settled_inside(mut self) -> Self {
        self.passed.clear();
        self
    }

    /// A finding about a whole request.
    pub fn at(finding: Finding, event: &Event<'_>) -> Self {
        Self {
            site: event.site.clone(),
            finding,
            standalone: event.calls.is_empty(),
            passed: Vec::new(),
            variable: None,
        }
    }

    /// A finding that stands at what is written, whoever calls.
    pub fn at_place(finding: Finding, event: &Event<'_>) -> Self {
        Self {
            site: finding.primary.place.clone(),
            finding,
            standalone: event.calls.is_empty(),
            passed: Vec::new(),
            variable: None,
        }
    }

    /// A finding that doesn't depend on callers.
    pub fn plain(finding: Finding) -> Self {
        Self { site: finding.primary.place.clone(), finding, standalone: true, passed: Vec::new(), variable: None }
    }
}

/// What the place to which a literal flows says about it.
#[derive(Clone)]
pub struct Use {
    /// Where the literal is written.
    pub literal: Place,
    /// Its text.
    pub text: Arc<str>,
    /// What the evidence on its way says.
    pub kinds: KindSet,
    /// What the slot takes.
    pub slot: KindSet,
    /// The client code that it flows to, where it does.
    pub client: Option<Place>,
    /// Where a server hands it to clients, where one does.
    pub handed: Option<Place>,
    /// Whether a literal secret is presented with it.
    pub paired: bool,
}

impl Use {
    /// The use of a leaf, if it is a literal.
    pub fn of(leaf: &Leaf, slot: KindSet) -> Option<Self> {
        let (literal, text) = (leaf.literal.clone()?, leaf.text.clone()?);
        Some(Self { literal, text, kinds: leaf.kinds, slot, client: None, handed: None, paired: false })
    }
}

/// An environment variable at a place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variable {
    /// Where.
    pub place: Place,
    /// Its name.
    pub name: Arc<str>,
    /// Who inlines it, where the place itself says so.
    pub by: Option<Arc<str>>,
    /// Whether it is read by a way that only inlined values go.
    pub inlined_read: bool,
    /// The name under which its value is inlined, where that is another.
    pub under: Option<Arc<str>>,
}

/// What is observed in one file.
#[derive(Default)]
pub struct Observed {
    /// Findings so far.
    pub findings: Vec<Candidate>,
    /// Uses of literals.
    pub uses: Vec<Use>,
    /// Reads of environment variables.
    pub reads: Vec<Variable>,
    /// Definitions of environment variables, in `.env` files, pipelines, images.
    pub definitions: Vec<Variable>,
    /// Names that a build inlines into client code, in build configurations.
    pub inlined: Vec<Variable>,
    /// The sides of the code that took part, by path and language, once they have been asked for.
    pub sides: HashMap<(Arc<str>, &'static str), Where>,
    /// Modules of no side of their own that present a secret.
    pub presents: BTreeSet<Arc<str>>,
    /// What is handed to which API or SDK.
    pub presentations: Vec<Presentation>,
    /// The functions of the files that took part, to tell a wrapper from its callers.
    pub functions: HashMap<Arc<str>, Vec<Span>>,
}

impl Observed {
    /// Adds a finding; one inside a wrapper that holds only for what a caller passes moves to that caller.
    pub fn push(&mut self, mut candidate: Candidate) {
        let inside = self.function_of(&candidate.site);
        let outside = |place: &&Place| match &inside {
            Some(span) => place.path != candidate.site.path || !span.contains(place.span),
            None => place.path != candidate.site.path,
        };
        let wrapped = !candidate.standalone || inside.is_some();
        if let Some(caller) = candidate.passed.iter().find(outside).filter(|_| wrapped) {
            let presented = Label { place: candidate.site.clone(), text: "presented here".into() };
            candidate.finding.primary.place = caller.clone();
            candidate.finding.related.push(presented);
        }
        self.findings.push(candidate);
    }

    /// Adds a use, if there is one.
    pub fn use_of(&mut self, found: Option<Use>) {
        self.uses.extend(found);
    }

    /// The innermost function around a place.
    fn function_of(&self, place: &Place) -> Option<Span> {
        let spans = self.functions.get(&place.path)?;
        spans.iter().filter(|span| span.contains(place.span)).min_by_key(|span| span.end - span.start).copied()
    }

    /// The findings, each once: one that holds whatever is passed speaks for all callers.
    pub fn settle(&mut self) -> Vec<(Finding, Option<Arc<str>>)> {
        let standalone: HashSet<(&'static str, Place)> = self
            .findings
            .iter()
            .filter(|candidate| candidate.standalone && candidate.finding.primary.place == candidate.site)
            .map(|candidate| (candidate.finding.rule, candidate.site.clone()))
            .collect();
        let mut findings = Vec::new();
        for candidate in std::mem::take(&mut self.findings) {
            let moved = candidate.finding.primary.place != candidate.site;
            let spoken_for = standalone.contains(&(candidate.finding.rule, candidate.site.clone()));
            if (moved || !candidate.standalone) && spoken_for {
                continue;
            }
            findings.push((candidate.finding, candidate.variable));
        }
        findings
    }
}
