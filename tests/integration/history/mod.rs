//! `--history` against repositories that the real git program built.

mod places;
mod property;
mod repo;
mod situations;
mod trouble;

use mpcheck::finding::Report;

pub(crate) use repo::Repo;

/// What a run over a small history says: each step is a day, a path, and the text that the day's commit writes there.
pub(crate) fn of_steps(steps: &[(String, String, String)], as_of: &str) -> Report {
    let repo = Repo::new();
    let mut rest = steps;
    while let Some((day, ..)) = rest.first() {
        let count = rest.iter().take_while(|(other, ..)| other == day).count();
        let (today, later) = rest.split_at(count);
        for (_, path, text) in today {
            repo.write(path, text);
        }
        repo.commit(&format!("{day}T12:00:00+0000"));
        rest = later;
    }
    repo.history_as_of(as_of)
}
