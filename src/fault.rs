//! Faults on demand: a test makes a room panic over the text at hand, and looks that nothing of it gets out.
//!
//! No input and no option reaches this; a run that no test arms asks one atomic for each file and room.

use std::sync::atomic::{AtomicU8, Ordering};

/// The rooms that a file's text goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Room {
    /// Bytes become text.
    Input = 1,
    /// Text becomes facts.
    Syntax,
    /// Facts become values.
    Flow,
    /// Values become findings, file by file.
    Judge,
    /// All files together.
    Tree,
    /// Findings become a report.
    Report,
}

static ARMED: AtomicU8 = AtomicU8::new(0);

/// Makes a room panic from now on; `None` disarms.
pub fn arm(room: Option<Room>) {
    ARMED.store(room.map_or(0, |room| room as u8), Ordering::Relaxed);
}

/// Panics over `text` if this room is armed.
pub(crate) fn here(room: Room, text: &dyn Fn() -> String) {
    if ARMED.load(Ordering::Relaxed) == room as u8 {
        panic!("armed: {}", text());
    }
}
