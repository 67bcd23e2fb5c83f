//! What a run shows of credentials.

use std::sync::Arc;

use super::shape::{Part, Shape};
use crate::catalog::{Entry, Handed};
use crate::source::Place;
use crate::syntax::facts::Resolution;

/// Something that happens in a run.
pub struct Event<'a> {
    /// What.
    pub what: What<'a>,
    /// The call or expression that does it.
    pub site: Place,
    /// The language family of the code there.
    pub language: &'static str,
    /// How imports of the code there are found.
    pub resolution: Resolution,
    /// What is called there, as it is written: `requests.get`.
    pub called: Arc<str>,
    /// The calls around it, outermost first; none where the code is reached without knowing any caller.
    pub calls: Vec<Place>,
}

/// What happens.
pub enum What<'a> {
    /// A request is sent, or configured and not sent here.
    Request {
        /// Its parts, in the order in which they were given.
        parts: Vec<Part>,
        /// Whether parts may be there that aren't seen.
        hidden: bool,
        /// Whether it is sent here.
        sent: bool,
    },
    /// An entry point of an SDK is called.
    Entry {
        /// The row.
        entry: &'a Entry,
        /// The arguments that are there: parameter's index, value, place.
        args: Vec<(usize, Argument)>,
        /// The host that it is told to send to.
        host: Option<Argument>,
        /// The scheme that it is told to send by.
        scheme: Option<Argument>,
    },
    /// Something is written to a log, or put into an exception.
    Log {
        /// `log`, `print` or `exception`.
        what: &'a str,
        /// What is written.
        args: Vec<Argument>,
    },
    /// A value is bound to a name that it isn't written at.
    Bound {
        /// The name, with the names around it in front.
        name: Arc<str>,
        /// The value.
        value: Shape,
    },
    /// Something is handed to clients.
    Handed {
        /// The row that says so.
        row: &'a Handed,
        /// What.
        value: Shape,
    },
    /// An environment variable is read.
    Read {
        /// The variable.
        name: Arc<str>,
        /// What it is read from: `process.env`.
        from: Arc<str>,
    },
}

/// An argument.
pub struct Argument {
    /// Its value.
    pub value: Shape,
    /// Where it stands.
    pub place: Place,
}
