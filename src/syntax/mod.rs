//! Text becomes facts: grammars through one shared lowering, data formats, prose, and code inside other files.

pub mod data;
pub mod document;
pub mod embed;
pub mod env;
pub mod facts;
pub mod forms;
pub mod grammar;
pub mod html;
pub mod javascript;
pub mod language;
pub mod lexical;
pub mod literals;
pub mod lower;
pub mod objc;
pub mod properties;
pub mod python;
pub mod read;
pub mod shell;
pub mod strings;
pub mod swift;
pub mod visit;

pub use read::read;
