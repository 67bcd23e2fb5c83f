//! What `rules/` says, checked and packed when mpcheck is built, unpacked once when it starts.

pub mod check;
pub mod coverage;
mod functions;
pub mod globs;
mod house;
pub mod index;
pub mod model;
pub mod names;
pub mod reader;
mod requests;
pub(crate) mod rows;

use std::sync::LazyLock;

pub use house::needles;
pub use model::*;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    // The bytes were written by build.rs from these very types; a mismatch is caught by the first test that runs.
    postcard::from_bytes(include_bytes!(concat!(env!("OUT_DIR"), "/catalog.bin"))).unwrap_or_default()
});

/// The built-in catalog.
pub fn builtin() -> &'static Catalog {
    &CATALOG
}

/// Whether a path fits one of the globs. They are matched as they are written: compiling them would cost more than all
/// else at the start of a run over a few files.
pub fn fits(globs: &[String], path: &str) -> bool {
    globs.iter().find(|glob| fast_glob::glob_match(glob, path)).inspect(|glob| coverage::used(*glob)).is_some()
}

impl Catalog {
    /// The rule of this slug.
    pub fn rule(&self, slug: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.slug == slug)
    }
}
