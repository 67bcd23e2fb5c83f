//! Which rows of the catalog a run used: a test asks, and names those that no case ever hits.
//!
//! No input and no option reaches this; a run that no test watches asks one atomic for each row that it uses.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Catalog;

static WATCHED: AtomicBool = AtomicBool::new(false);
static USED: Mutex<Option<HashSet<usize>>> = Mutex::new(None);

/// Watches from now on.
pub fn watch() {
    WATCHED.store(true, Ordering::Relaxed);
}

/// Notes that a row was used.
pub(crate) fn used<T>(row: &T) {
    used_at(address(row));
}

/// The same, for a row that is known by its [address].
pub(crate) fn used_at(row: usize) {
    if WATCHED.load(Ordering::Relaxed) {
        USED.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(row);
    }
}

/// By what a row is known here.
pub(crate) fn address<T>(row: &T) -> usize {
    std::ptr::from_ref(row) as usize
}

/// The rows of the built-in catalog that were not used since it is watched: table and what the row is about.
pub fn unused() -> Vec<String> {
    let used = USED.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default();
    let rows = rows(super::builtin());
    rows.into_iter().filter(|(_, row)| !used.contains(row)).map(|(name, _)| name).collect()
}

fn rows(catalog: &Catalog) -> Vec<(String, usize)> {
    let mut rows = Vec::new();
    let mut add = |table: &str, languages: &[String], about: &str, row: usize| {
        rows.push((format!("{table} {}: {about}", languages.join(",")).replace(" :", ":"), row));
    };
    let first = |on: &[String]| on.first().cloned().unwrap_or_default();
    for row in &catalog.functions.function {
        let when = row.when.as_ref().map(|(at, text)| format!(" when {at} is {text}")).unwrap_or_default();
        add("functions", &row.languages, &format!("{} {}{when}", row.makes, first(&row.on)), address(row));
    }
    for row in &catalog.functions.log {
        add("log", &row.languages, &first(&row.on), address(row));
    }
    for row in &catalog.http.call {
        add("http call", &row.languages, &first(&row.on), address(row));
    }
    for row in &catalog.http.member {
        add("http member", &row.languages, &first(&row.on), address(row));
    }
    for row in &catalog.http.command {
        add("http command", &[], &first(&row.on), address(row));
    }
    for row in &catalog.sdks {
        add("sdk", &row.languages, &first(&row.on), address(row));
    }
    for row in &catalog.apis.api {
        add("api", &[], &row.id, address(row));
    }
    for row in &catalog.kinds.name {
        add("name", &[], &first(&row.words), address(row));
    }
    for row in &catalog.surfaces.prefix {
        add("prefix", &[], &row.prefix, address(row));
    }
    for row in &catalog.surfaces.signal {
        add("signal", &[], &format!("{} because it {}", row.side, row.because), address(row));
    }
    rows
}
