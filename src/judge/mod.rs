//! Values become observations, observations become findings. Rules look at observations alone.

pub mod account;
mod around;
pub mod authorization;
pub mod exposure;
pub mod fit;
mod handed;
pub mod history;
pub mod hygiene;
mod inlined;
mod inventory;
pub mod kinds;
pub mod leaf;
pub mod manifests;
pub mod observe;
mod options;
pub mod payload;
pub mod request;
pub mod rule;
mod same;
pub mod ships;
pub mod side;
pub mod stripped;
mod unused;
pub mod url;
pub mod variables;
mod words;

mod advice;
mod file;
mod tree;

pub use file::{Judged, judge_file};
pub use same::written_secrets;
pub use tree::{Verdict, judge_tree, unsettled};

use std::collections::HashMap;
use std::sync::Arc;

use crate::account::Notebook;
use crate::catalog::Catalog;
use crate::catalog::index::Index;
use crate::catalog::names::Names;
use crate::finding::{Finding, Label, Level};
use crate::flow::value::{How, Step};
use crate::secret::Secret;
use crate::source::Place;
use kinds::Kinds;
use leaf::Leaf;
use side::Sides;

/// The ground that all rules stand on: the catalog, ready for use.
pub struct Ground<'a> {
    /// All rows.
    pub catalog: &'a Catalog,
    /// The rows by the calls that they name.
    pub index: Index<'a>,
    /// What names say.
    pub names: Names,
    /// What texts can be.
    pub kinds: Kinds<'a>,
    /// Who gets to see files.
    pub sides: Sides<'a>,
    /// Where what is seen of one file is written down, where somebody asks.
    pub notebook: Option<&'a Notebook>,
}

impl<'a> Ground<'a> {
    /// Prepares a catalog.
    pub fn new(catalog: &'a Catalog) -> Self {
        Self {
            catalog,
            index: Index::new(catalog),
            names: Names::new(&catalog.kinds, &catalog.surfaces),
            kinds: Kinds::new(catalog),
            sides: Sides::new(&catalog.surfaces),
            notebook: None,
        }
    }

    /// The same ground, with the modules that ship because client code imports them.
    pub fn with_shipped(mut self, shipped: HashMap<Arc<str>, ships::Chain>) -> Self {
        self.sides.set_shipped(shipped);
        self
    }

    /// The ground of a run that sees all files there are.
    pub fn of_whole_tree(mut self, whole: bool) -> Self {
        self.sides.set_whole(whole);
        self
    }

    /// The ground with folders that are projects of their own.
    pub fn with_roots(mut self, roots: Vec<String>) -> Self {
        self.sides.set_roots(roots);
        self
    }

    /// The ground with a notebook about one file.
    pub fn with_notebook(mut self, notebook: Option<&'a Notebook>) -> Self {
        self.notebook = notebook;
        self
    }

    /// The ground with what the configuration says of the sides of files.
    pub fn with_told(mut self, told: side::Told<'a>) -> Self {
        self.sides.set_told(told);
        self
    }

    /// A finding of a rule at its own level, with what the rule's page says.
    pub fn finding(&self, rule: &'static str, message: String, place: Place, label: String) -> Finding {
        let page = self.catalog.rule(rule);
        let level = match page.map(|page| page.level.as_str()) {
            Some("error") => Level::Error,
            Some("note") => Level::Note,
            _ => Level::Warning,
        };
        Finding {
            rule,
            level,
            message,
            why: page.map(|page| page.why.clone()).unwrap_or_default(),
            help: page.map(|page| page.help.clone()).unwrap_or_default(),
            primary: Label { place, text: label },
            flow: Vec::new(),
            related: Vec::new(),
            fix: None,
            example: None,
            secret: None,
            past: None,
        }
    }

    /// The way of a value as labels; a value that never moved has none.
    pub fn flow(&self, leaf: &Leaf) -> Vec<Label> {
        let mut labels: Vec<Label> = Vec::new();
        for step in &leaf.steps {
            let label = Label { place: step.place.clone(), text: describe(step) };
            if labels.last().is_none_or(|last| last.place != label.place) {
                labels.push(label);
            }
        }
        if labels.len() < 2 { Vec::new() } else { labels }
    }

    /// The credential's text, where it is known and worth hiding.
    pub fn secret_of(&self, leaf: &Leaf) -> Option<Secret> {
        let text = leaf.text.as_deref()?;
        (text.len() >= 8 && leaf.literal.is_some()).then(|| Secret::new(text))
    }
}

/// A step in a few words. Names stand in it, values never do.
fn describe(step: &Step) -> String {
    let name = step.name.as_deref().unwrap_or_default();
    let short = name.rsplit('.').next().unwrap_or(name);
    match step.how {
        How::Written => "written here".into(),
        How::Read => format!("read from the environment variable `{name}`"),
        How::Named => format!("`{name}`"),
        How::Called if name.is_empty() => "given by a call".into(),
        How::Called => format!("given by `{name}`"),
        How::Bound => format!("bound to `{short}`"),
        How::Set => format!("set as the field `{short}`"),
        How::Passed if name.is_empty() => "passed on".into(),
        How::Passed => format!("passed as `{short}`"),
        How::Parameter => format!("the parameter `{short}`"),
        How::Returned if name.is_empty() => "returned".into(),
        How::Returned => format!("returned by `{short}`"),
    }
}
