//! Text becomes facts.

pub mod data;
pub mod embed;
pub mod env;
pub mod facts;
pub mod grammar;
pub mod html;
pub mod language;
pub mod lexical;
pub mod literals;
pub mod properties;
