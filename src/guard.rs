//! Panics while a file is judged: caught, and said without the text that was at hand.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// While a file is judged: where in mpcheck a panic came from, if there was one.
    static GUARDED: RefCell<Option<String>> = const { RefCell::new(None) };
    /// Whether a file is being judged on this thread.
    static JUDGING: Cell<bool> = const { Cell::new(false) };
}

/// A panic's message may quote the text that was at hand, and with it a secret: while a file is judged it is never
/// printed, only the place in mpcheck is kept.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if JUDGING.get() {
                let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
                GUARDED.set(place);
            } else {
                before(panic);
            }
        }));
    });
}

/// Judges with every panic caught: its message is never printed, only its place in mpcheck is kept for [`failure`].
pub(crate) fn guard<T>(judge: impl FnOnce() -> T) -> std::thread::Result<T> {
    quiet_panics();
    JUDGING.set(true);
    let result = catch_unwind(AssertUnwindSafe(judge));
    JUDGING.set(false);
    result
}

/// What is said of a panic that was caught: where in mpcheck it was, and what is lost by it.
pub(crate) fn failure(over: &str, lost: &str) -> String {
    let place = GUARDED.take().map(|place| format!(" (at {place})")).unwrap_or_default();
    format!("mpcheck failed{over}{place}; this is a mistake in mpcheck, and worth a report. {lost}")
}
