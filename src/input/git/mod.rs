//! What git holds, read in process: the repository around the folder in which mpcheck was started, its revisions, and its
//! index and commits as [trees](crate::input::Tree).
//!
//! Content is judged as git stores it. `.gitattributes` that change it on its way into the work tree (`eol`,
//! `working-tree-encoding`) change neither lines nor characters: what git stores is the text in UTF-8 with plain line
//! breaks, which is what mpcheck decodes a work tree's file to. What git stores in place of a file (a Git LFS pointer, a
//! git-crypt cipher) is named and passed over.

mod changes;
mod entries;
mod error;
mod files;
mod repository;
mod revision;
mod tree;

pub use changes::{Changed, Side, changes};
pub use entries::{Entry, Kind};
pub(crate) use error::said;
pub use error::{GitError, Shallow};
pub use repository::Repository;
pub use revision::{Ends, parts};
pub use tree::{GitTree, stand_in};
