//! Text becomes facts: grammars through one shared lowering, data formats, prose, and code inside other files.

pub mod annotations;
pub mod csharp;
pub mod data;
pub mod document;
pub mod embed;
pub mod env;
pub mod facts;
pub mod forms;
pub mod go;
pub mod grammar;
pub mod groovy;
pub mod html;
pub mod java;
pub mod javascript;
pub mod kotlin;
pub mod language;
pub mod lexical;
pub mod literals;
pub mod lower;
pub mod objc;
pub mod powershell;
pub mod properties;
pub mod python;
pub mod read;
pub mod requests;
pub mod rust;
pub mod shell;
pub mod strings;
pub mod swift;
pub mod visit;

pub use read::read;
