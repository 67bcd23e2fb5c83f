//! What an expression comes to: a value in parts, and the steps by which it came.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use crate::source::Place;

/// A value with its history.
#[derive(Clone)]
pub struct Value {
    /// What it is.
    pub core: Core,
    /// How it came here.
    pub trail: Trail,
}

/// A method of a class of the repository with its receiver.
pub struct Method {
    /// The class that has it.
    pub class: Rc<Closure>,
    /// Its function.
    pub closure: Closure,
    /// The receiver.
    pub this: Value,
}

/// The index of an object in the interpreter's heap.
pub type ObjectId = usize;

/// What a value is.
#[derive(Clone)]
pub enum Core {
    /// A known text.
    Text(Arc<str>),
    /// A known number or another scalar, as it is written.
    Number(Arc<str>),
    /// Nothing: null, undefined, false.
    Nothing,
    /// Texts put together.
    Concat(Rc<[Value]>),
    /// Base64 of a text.
    Base64(Rc<Value>),
    /// A map, list, instance, client or request.
    Object(ObjectId),
    /// A function with the scope that it closes over.
    Function(Rc<Closure>),
    /// A class with the scope it is declared in.
    Class(Rc<Closure>),
    /// A method with its receiver.
    Method(Rc<Method>),
    /// A function with some of its arguments given.
    Partial(Rc<(Value, super::call::Arguments)>),
    /// Something of a library or the runtime, by its dotted path.
    Foreign(Arc<str>),
    /// What an environment variable holds.
    Env(Arc<str>),
    /// One of several values.
    Choice(Rc<[Value]>),
    /// Anything.
    Unknown,
}

/// A function or class and where it was made.
pub struct Closure {
    /// The unit that holds its facts: an index in the interpreter's list.
    pub unit: usize,
    /// Its index in the unit's functions or classes.
    pub index: usize,
    /// The scope around it.
    pub scope: usize,
}

/// One step on a value's way.
#[derive(Clone)]
pub struct Step {
    /// Where it happens.
    pub place: Place,
    /// What happens.
    pub how: How,
    /// The name that the value gets there, with the names around it in front (`mixpanel.token`).
    pub name: Option<Arc<str>>,
}

/// What happens to a value at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is written as a literal.
    Written,
    /// It is read from an environment variable.
    Read,
    /// It comes as a member of something unknown, or under a name that nothing here defines.
    Named,
    /// It is what an unknown function gives, which is called by this name or asked for this name.
    Called,
    /// It is bound to a variable or a member.
    Bound,
    /// It is set as a field of an instance.
    Set,
    /// It is an argument for a parameter.
    Passed,
    /// It is a parameter whose argument isn't known.
    Parameter,
    /// It is what a function returns.
    Returned,
}

/// The steps of a value, latest first; shared between values.
#[derive(Clone, Default)]
pub struct Trail(Option<Rc<Link>>);

struct Link {
    step: Step,
    before: Trail,
    length: u32,
}

/// Steps past this many are dropped: nobody reads them.
const MAX_STEPS: u32 = 40;

impl Trail {
    /// The trail of something that is written at a place.
    pub fn written(place: Place) -> Self {
        Self::default().with(Step { place, how: How::Written, name: None })
    }

    /// The trail with one more step.
    pub fn with(&self, step: Step) -> Self {
        let length = self.0.as_ref().map_or(0, |link| link.length);
        if length >= MAX_STEPS {
            return self.clone();
        }
        Self(Some(Rc::new(Link { step, before: self.clone(), length: length + 1 })))
    }

    /// The steps from the origin on.
    pub fn steps(&self) -> Vec<&Step> {
        let mut steps: Vec<_> =
            std::iter::successors(self.0.as_deref(), |link| link.before.0.as_deref()).map(|link| &link.step).collect();
        steps.reverse();
        steps
    }

    /// The latest step.
    pub fn last(&self) -> Option<&Step> {
        self.0.as_ref().map(|link| &link.step)
    }
}

impl Value {
    /// A value without history.
    pub fn new(core: Core) -> Self {
        Self { core, trail: Trail::default() }
    }

    /// Anything, from nowhere.
    pub fn unknown() -> Self {
        Self::new(Core::Unknown)
    }

    /// The value one step later.
    pub fn step(mut self, how: How, place: Place, name: Option<Arc<str>>) -> Self {
        self.trail = self.trail.with(Step { place, how, name });
        self
    }

    /// One of several values; choices are flattened, and only so many are kept.
    pub fn choice(values: impl IntoIterator<Item = Value>) -> Self {
        const MAX: usize = 16;
        let mut all: Vec<Value> = Vec::new();
        for value in values {
            value.alternatives().into_iter().for_each(|one| push_distinct(&mut all, one));
        }
        all.truncate(MAX);
        match all.len() {
            0 => Self::unknown(),
            1 => all.remove(0),
            _ => Self::new(Core::Choice(all.into())),
        }
    }

    /// The alternatives of a choice, or the value itself.
    pub fn alternatives(&self) -> Vec<Value> {
        match &self.core {
            Core::Choice(inner) => {
                let later: Vec<Step> = self.trail.steps().into_iter().cloned().collect();
                let with = |value: &Value| Value {
                    core: value.core.clone(),
                    trail: later.iter().fold(value.trail.clone(), |trail, step| trail.with(step.clone())),
                };
                inner.iter().map(with).collect()
            }
            _ => vec![self.clone()],
        }
    }

    /// Whether nothing is there: nothing, or an empty text.
    pub fn is_empty(&self) -> bool {
        self.is_empty_within(&mut { MOST_PARTS })
    }

    fn is_empty_within(&self, left: &mut usize) -> bool {
        *left = left.saturating_sub(1);
        match &self.core {
            _ if *left == 0 => false,
            Core::Nothing => true,
            Core::Text(text) => text.trim().is_empty(),
            Core::Concat(parts) => parts.iter().all(|part| part.is_empty_within(left)),
            _ => false,
        }
    }

    /// The text, where all of it is known, and it isn't one that doubled and doubled.
    pub fn text(&self) -> Option<Arc<str>> {
        match &self.core {
            Core::Text(text) | Core::Number(text) => Some(text.clone()),
            Core::Concat(_) => {
                let mut whole = String::new();
                self.write(&mut whole, &mut { MOST_PARTS })?;
                Some(whole.into())
            }
            _ => None,
        }
    }

    fn write(&self, whole: &mut String, left: &mut usize) -> Option<()> {
        *left = left.checked_sub(1)?;
        match &self.core {
            Core::Text(text) | Core::Number(text) => {
                whole.push_str(text);
                (whole.len() <= LONGEST).then_some(())
            }
            Core::Concat(parts) => parts.iter().try_for_each(|part| part.write(whole, left)),
            _ => None,
        }
    }
}

/// A value of more parts than this is no text that anybody wrote: parts may be shared, and stand for any number.
const MOST_PARTS: usize = 4_000;
/// A longer text, in bytes, is no credential and no URL.
const LONGEST: usize = 1 << 20;

fn push_distinct(all: &mut Vec<Value>, value: Value) {
    let same = |other: &Value| match (&other.core, &value.core) {
        (Core::Nothing, Core::Nothing) => true,
        (Core::Object(a), Core::Object(b)) => a == b,
        (Core::Unknown, Core::Unknown) => {
            other.trail.last().map(|step| &step.place) == value.trail.last().map(|step| &step.place)
        }
        (Core::Text(a), Core::Text(b)) => {
            a == b
                && other.trail.steps()[..].first().map(|s| &s.place)
                    == value.trail.steps()[..].first().map(|s| &s.place)
        }
        (Core::Env(a), Core::Env(b)) => a == b,
        _ => false,
    };
    if !all.iter().any(same) {
        all.push(value);
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.core {
            Core::Text(_) => "Text",
            Core::Number(_) => "Number",
            Core::Nothing => "Nothing",
            Core::Concat(_) => "Concat",
            Core::Base64(_) => "Base64",
            Core::Object(_) => "Object",
            Core::Function(_) => "Function",
            Core::Class(_) => "Class",
            Core::Partial(_) => "Partial",
            Core::Method(_) => "Method",
            Core::Foreign(_) => "Foreign",
            Core::Env(_) => "Env",
            Core::Choice(_) => "Choice",
            Core::Unknown => "Unknown",
        };
        write!(f, "Value({kind})")
    }
}
