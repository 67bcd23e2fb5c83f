//! Text becomes facts.

pub mod document;
pub mod facts;
pub mod forms;
pub mod javascript;
pub mod lower;
pub mod python;
pub mod shell;
