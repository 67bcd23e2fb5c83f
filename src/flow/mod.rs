//! Facts become values: constants, concatenation, wrappers, classes, clients and what they send.
//!
//! A file is run as if it were a program, with everything unknown that only a real run could know. Its functions run
//! too, each once with unknown arguments and wherever they are called with what they are called with. What the run
//! shows of credentials comes out as [`Event`]s. Work is bounded: past the bound values are unknown.

pub mod configured;
pub mod heap;
pub mod importers;
pub mod value;
mod words;

mod arguments;
mod ask;
mod call;
mod classes;
mod command;
mod elsewhere;
mod entries;
mod eval;
mod events;
mod exec;
mod folders;
mod foreign;
mod handed;
mod http;
mod library;
mod members;
mod modules;
mod naming;
mod params;
mod quiet;
mod reexports;
pub mod resolve;
mod shape;
mod slots;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

pub use events::{Argument, Event, What};
pub use modules::Modules;
pub use shape::{Member, Part, Shape, ShapeKind};

use crate::catalog::index::Index;
use crate::source::{Place, Span};
use crate::syntax::bounds::Stack;
use crate::syntax::document::{Document, Unit};
use crate::syntax::facts::Import;
use heap::{Heap, Object};
use value::{Closure, Core, Value};

/// How many expressions a function or method may evaluate, with all that it calls: the most, and the least that it may
/// in a file with so many functions that each gets only a share.
const FUEL: std::ops::RangeInclusive<u32> = 1_000..=30_000;
/// How many expressions the top level of a file may evaluate.
const TOP_FUEL: u32 = 1_000_000;
/// How many objects one file may make.
const MAX_OBJECTS: usize = 400_000;
/// How many expressions one file may evaluate in all.
const TOTAL_FUEL: u32 = 2_000_000;
/// How deep calls are followed.
const MAX_CALLS: usize = 12;
/// How many members one value hands to another: lists of lists of lists would double at each step.
const MOST_SPREAD: usize = 1_000;
/// How deep one expression may be.
const MAX_DEPTH: usize = 180;

/// A run of one file.
pub struct Run<'a> {
    pub(crate) index: &'a Index<'a>,
    modules: &'a dyn Modules,
    /// All objects and scopes.
    pub heap: Heap,
    /// What the run shows.
    pub events: Vec<Event<'a>>,
    units: Vec<Piece>,
    loaded: HashMap<Arc<str>, Option<modules::Loaded>>,
    /// Imports whose modules are loaded when a name of theirs is used: by scope and name, the unit and the import.
    later: HashMap<(usize, Arc<str>), (usize, Rc<Import>)>,
    /// What modules only pass on, by the object of their exports.
    passed_on: HashMap<usize, Rc<Vec<reexports::Reexport>>>,
    /// The names that are being looked for among what is passed on, by the object of the exports.
    asked: HashSet<(usize, Arc<str>)>,
    closures: Vec<Rc<Closure>>,
    classes: Vec<Rc<Closure>>,
    known_closures: HashSet<(usize, usize, bool)>,
    calls: Vec<CallFrame>,
    invoked: HashSet<(usize, usize, Option<usize>)>,
    /// Clients that libraries keep for all calls, by the library.
    foreign: HashMap<Arc<str>, usize>,
    /// Clients that classes are which extend a library's, by unit and index.
    class_clients: HashMap<(usize, usize), usize>,
    /// Names of other files that were looked for: language, folder where that matters, name.
    elsewhere: HashMap<elsewhere::Asked, Option<value::Value>>,
    /// Bare names that were looked for in the libraries that a unit imports all names of.
    wild: HashMap<(usize, Arc<str>), Option<Arc<str>>>,
    /// What is known of units whose functions may be quiet.
    hushed: HashMap<usize, quiet::Hush>,
    fuel: u32,
    total: u32,
    depth: usize,
    /// Where the stack was when the run began.
    stack: Stack,
    context: Vec<Arc<str>>,
    /// Whether work was left undone for its size.
    pub exhausted: bool,
    /// Whether the top level of the file runs, and not one of its functions by itself.
    top_level: bool,
    /// Whether the expression at hand is a whole statement, so that what it gives goes nowhere.
    statement: bool,
    /// The same for the function that is about to be called.
    called_as_statement: bool,
}

/// A unit that takes part in the run.
struct Piece {
    document: Arc<Document>,
    at: usize,
    exports: usize,
    /// Whether it takes part because another imports it.
    imported: bool,
    /// Libraries all of whose names are imported (`import okhttp3.*`).
    wild: Vec<Arc<str>>,
}

struct CallFrame {
    /// Where the call stands.
    site: Place,
    /// Which function runs: unit and index.
    function: (usize, usize),
    /// Whether nothing is known of the call: it only guards against recursion.
    root: bool,
    /// Whether what it gives goes nowhere.
    statement: bool,
}

/// Runs every unit of a document, and gives the run with its events.
pub fn run<'a>(index: &'a Index<'a>, modules: &'a dyn Modules, document: &Arc<Document>) -> Run<'a> {
    let mut run = Run {
        index,
        modules,
        heap: Heap::default(),
        events: Vec::new(),
        units: Vec::new(),
        loaded: HashMap::new(),
        later: HashMap::new(),
        passed_on: HashMap::new(),
        asked: HashSet::new(),
        closures: Vec::new(),
        classes: Vec::new(),
        known_closures: HashSet::new(),
        calls: Vec::new(),
        invoked: HashSet::new(),
        foreign: HashMap::new(),
        class_clients: HashMap::new(),
        elsewhere: HashMap::new(),
        wild: HashMap::new(),
        hushed: HashMap::new(),
        fuel: *FUEL.end(),
        total: TOTAL_FUEL,
        depth: 0,
        stack: Stack::here(),
        context: Vec::new(),
        exhausted: false,
        top_level: false,
        statement: false,
        called_as_statement: false,
    };
    crate::fault::here(crate::fault::Room::Flow, &|| document.source.text().to_owned());
    for at in 0..document.units.len() {
        run.root(document, at);
    }
    run
}

impl<'a> Run<'a> {
    /// Runs a unit, then each of its functions and methods with unknown arguments.
    fn root(&mut self, document: &Arc<Document>, at: usize) {
        self.fuel = TOP_FUEL.min(self.total);
        self.top_level = true;
        let unit = self.load_unit(document, at, false);
        self.top_level = false;
        if self.unit(unit).facts.data {
            self.described(unit);
        }
        let mut next = 0;
        // Functions make functions: the list grows while it is worked off.
        while next < self.closures.len() && self.total > 0 {
            let closure = self.closures[next].clone();
            next += 1;
            if closure.unit == unit && !self.is_quiet(&closure) {
                self.refuel_for(self.closures.len() - next + 1);
                let value = self.invoke_unknown(&closure, None);
                self.handed_back(&closure, &value);
            }
        }
        self.run_classes(unit);
        self.run_instances(unit);
        self.unsent();
        self.closures.clear();
        self.classes.clear();
    }

    /// Fuel for one of so many functions: its share of what is left.
    fn refuel_for(&mut self, functions: usize) {
        let share = self.total.saturating_sub(TOTAL_FUEL / 2) / u32::try_from(functions).unwrap_or(u32::MAX).max(1);
        self.refuel();
        self.fuel = self.fuel.min(share.clamp(*FUEL.start(), *FUEL.end()));
    }

    fn refuel(&mut self) {
        let room = self.heap.count() < MAX_OBJECTS;
        self.fuel = if room { (*FUEL.end()).min(self.total) } else { 0 };
    }

    /// Each class: an instance with unknown arguments, and all methods on it.
    fn run_classes(&mut self, unit: usize) {
        let mut next = 0;
        // Classes hold classes: the list grows while it is worked off.
        while let Some(class) = self.classes.get(next).cloned() {
            next += 1;
            if class.unit != unit {
                continue;
            }
            self.refuel();
            let place = self.place(unit, self.class(&class).span);
            let instance = self.construct(&class, None, &place);
            self.run_methods(&class, &instance, false);
        }
    }

    /// Each instance made with arguments that are known: the methods that nothing here calls on it.
    fn run_instances(&mut self, unit: usize) {
        const MAX: usize = 60;
        let objects = 0..self.heap.count().min(4000);
        let made: Vec<_> = objects
            .filter_map(|id| {
                let object = self.heap.object(id);
                // Not those that were received: nothing is known of how they were made.
                let known = !object.open || !object.entries.is_empty();
                object.class.clone().filter(|class| class.unit == unit && known).map(|class| (id, class))
            })
            .take(MAX)
            .collect();
        for (id, class) in made {
            self.refuel();
            self.run_methods(&class, &Value::new(Core::Object(id)), true);
        }
    }

    fn run_methods(&mut self, class: &Rc<Closure>, instance: &Value, made_here: bool) {
        let Core::Object(id) = instance.core else { return };
        let methods: Vec<usize> = self.class(class).methods.iter().map(|method| method.function).collect();
        let site = self.place(class.unit, self.class(class).span);
        let made = self.heap.object(id).clone();
        for function in methods {
            // Each on the instance as it was made: in which order they are called, nobody knows.
            *self.heap.change(id) = made.clone();
            if made_here && self.invoked.contains(&(class.unit, function, Some(id))) {
                continue;
            }
            if self.is_constructor(class, function) {
                continue;
            }
            let closure = Closure { unit: class.unit, index: function, scope: class.scope };
            // A frame around it says that what happens inside depends on how the instance was made.
            if made_here {
                self.calls.push(CallFrame {
                    site: site.clone(),
                    function: (usize::MAX, id),
                    root: false,
                    statement: true,
                });
            }
            self.invoke_method(&closure, class, instance.clone(), None, &site);
            if made_here {
                self.calls.pop();
            }
        }
    }

    /// Clients and requests that nothing sends here are judged as far as they are known.
    fn unsent(&mut self) {
        for id in 0..self.heap.count() {
            if !self.heap.object(id).sent && !self.heap.object(id).fills.is_empty() {
                self.emit_unsent(id);
            }
        }
    }

    /// The spans of all functions of the files that took part, by path.
    pub fn functions(&self) -> HashMap<Arc<str>, Vec<Span>> {
        let mut all: HashMap<Arc<str>, Vec<Span>> = HashMap::new();
        for unit in 0..self.units.len() {
            let spans = self.unit(unit).facts.functions.iter().map(|function| function.span);
            all.entry(self.units[unit].document.source.path().clone()).or_default().extend(spans);
        }
        all
    }

    fn unit(&self, unit: usize) -> &Unit {
        let piece = &self.units[unit];
        &piece.document.units[piece.at]
    }

    fn language(&self, unit: usize) -> &'static str {
        self.unit(unit).language
    }

    /// A span of a unit as a place.
    fn place(&self, unit: usize, span: Span) -> Place {
        Place { path: self.units[unit].document.source.path().clone(), span }
    }

    fn class(&self, closure: &Closure) -> &crate::syntax::facts::Class {
        &self.unit(closure.unit).facts.classes[closure.index]
    }

    /// A new object as a value.
    fn new_object(&mut self, object: Object) -> Value {
        Value::new(Core::Object(self.heap.add(object)))
    }
}

/// Decodes base64, standard or URL-safe, padded or not; `None` where it isn't base64 of UTF-8 text.
pub fn decode_base64(text: &str) -> Option<String> {
    use base64::Engine;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let url_safe = text.contains(['-', '_']);
    let alphabet = if url_safe { &base64::alphabet::URL_SAFE } else { &base64::alphabet::STANDARD };
    let bytes = GeneralPurpose::new(alphabet, config).decode(text).ok()?;
    String::from_utf8(bytes).ok()
}
