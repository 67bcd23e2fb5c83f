//! mpcheck: a linter for Mixpanel credentials.
pub mod catalog;
pub mod cli;
pub mod finding;
pub mod input;
pub mod report;
pub mod secret;
pub mod source;
pub mod syntax;
pub mod flow;
