//! How far a run is: counted by those who work, shown on a terminal by the only file that knows indicatif.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::ProgressBar;

/// Runs that take less than this show nothing.
const DELAY: Duration = Duration::from_secs(1);
/// How often what is shown changes.
const TICK: Duration = Duration::from_millis(120);

/// How far a run is.
#[derive(Debug, Default)]
pub struct Progress {
    found: AtomicUsize,
    total: AtomicUsize,
    judged: AtomicUsize,
}

impl Progress {
    /// A file was found that is to be judged.
    pub fn found(&self) {
        self.found.fetch_add(1, Ordering::Relaxed);
    }

    /// All files are found, and so many are to be judged.
    pub fn begin(&self, total: usize) {
        self.total.store(total, Ordering::Relaxed);
    }

    /// A file was judged.
    pub fn judged(&self) {
        self.judged.fetch_add(1, Ordering::Relaxed);
    }

    /// How far it is, in words.
    fn words(&self) -> String {
        let of = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        match (of(&self.total), of(&self.judged)) {
            (0, _) => format!("looking for files that speak of Mixpanel: {} so far", of(&self.found)),
            (total, judged) if judged < total => format!("judging {judged} of {total} files"),
            _ => "judging all files together".to_owned(),
        }
    }
}

/// Does some work, and shows on standard error how far it is once it takes long, if `visible`. Nothing of it is left
/// when the work is done.
pub fn shown<T>(progress: &Arc<Progress>, visible: bool, work: impl FnOnce() -> T) -> T {
    if !visible {
        return work();
    }
    let (done, wait) = channel::<()>();
    let watched = progress.clone();
    let thread = thread::spawn(move || {
        if wait.recv_timeout(DELAY) != Err(RecvTimeoutError::Timeout) {
            return;
        }
        let bar = ProgressBar::new_spinner();
        loop {
            bar.set_message(watched.words());
            bar.tick();
            if wait.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                break;
            }
        }
        bar.finish_and_clear();
    });
    let result = work();
    drop(done);
    // A thread that failed to draw has nothing to say to anybody.
    let _ = thread.join();
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_the_work() {
        let progress = Arc::new(Progress::default());
        progress.found();
        assert!(progress.words().ends_with("1 so far"));
        progress.begin(2);
        progress.judged();
        assert_eq!(progress.words(), "judging 1 of 2 files");
        progress.judged();
        assert_eq!(progress.words(), "judging all files together");
        assert_eq!(shown(&progress, false, || 3), 3);
        // Short work ends at once, and shows nothing.
        let start = std::time::Instant::now();
        assert_eq!(shown(&progress, true, || 4), 4);
        assert!(start.elapsed() < DELAY);
    }
}
