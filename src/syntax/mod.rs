//! Text becomes facts.

pub mod facts;
