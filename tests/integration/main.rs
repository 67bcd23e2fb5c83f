//! Integration tests: one binary, one `check` function per kind of test, many data files.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says why on the terminal"
)]

mod advice;
mod cases;
mod cli;
mod config;
mod embedded;
mod git;
mod grammars;
mod history;
mod hostile;
mod house;
mod init;
mod inventory;
mod languages;
mod matchers;
mod matrix;
mod mutate;
mod pages;
mod programs;
mod rosetta;
mod rows;
mod sdks;
mod secrets;
mod shapes;
mod ships;
mod structure;
mod support;
mod terminal;
mod values;
mod why;
