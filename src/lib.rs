//! mpcheck: a linter for Mixpanel credentials.
//!
//! # Architecture
//!
//! Data flows one way, through rooms that never import from a later one:
//!
//! - [`input`] - where text comes from: the tree, the walk, the prefilter.
//! - [`syntax`] - text becomes facts, in one small vocabulary for every language.
//! - [`flow`] - facts become values: a file is run as if it were a program, with everything unknown that only a real
//!   run could know.
//! - [`judge`] - values become observations, observations become findings.
//! - [`report`] - findings become text for people and machines.
//!
//! Above the rooms stand the ways to run: [`pipeline`] over files, [`change`] over what a commit or a branch adds,
//! [`history`] over everything that was ever committed; and [`known`], which sets aside what a baseline knows.
//!
//! [`config`] (what `mpcheck.toml` says) and [`policy`] (what a run goes by) stand above the rooms, with [`pipeline`].
//! [`catalog`] (what `rules/` says), [`source`], [`secret`] and [`finding`] are the ground that all rooms stand on.
//!
//! # Invariants
//!
//! - Past [`input`] nothing touches the file system, the network or the environment but through
//!   [`input::Tree`]; and nothing fails: it returns what it found and a list of problems.
//! - No fact about Mixpanel, an SDK, a client or a framework stands in code: it is a row in `rules/`.
//! - A panic while one file is read becomes a problem named for that file; the run goes on.
//! - Walks over trees, values and calls are bounded in depth and in work; past the bound a value is unknown.
//! - A credential's text leaves only through [`secret::Secret`] and [`report`]'s veil.
//! - Output doesn't depend on threads, locale, machine or time.

pub mod account;
pub mod app;
pub mod catalog;
pub mod change;
pub mod cli;
pub mod config;
#[doc(hidden)]
pub mod fault;
pub mod finding;
pub mod flow;
mod guard;
pub mod history;
pub mod hook;
pub mod init;
pub mod input;
pub mod judge;
pub mod known;
pub mod pipeline;
pub mod policy;
pub mod progress;
pub mod report;
pub mod secret;
pub mod shelf;
pub mod source;
pub mod syntax;
pub mod time;
pub mod triage;
pub mod why;
