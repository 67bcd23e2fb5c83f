//! Where text comes from: the [tree] that every later room asks for files, the [walk] that finds those which speak of
//! Mixpanel, and the [decoding](decode) of their bytes.
//!
//! Past this room nothing touches the file system but through [`Tree`].

pub mod decode;
pub mod git;
pub mod history;
pub(crate) mod ignores;
pub mod listing;
pub mod path;
pub mod prefilter;
pub mod scan;
pub mod skip;
mod starts;
pub mod texts;
pub mod tree;
pub mod walk;

pub use decode::{Decoded, decode};
pub use listing::Listing;
pub use prefilter::{Prefilter, is_candidate, may_hold_secret};
pub use texts::Texts;
pub use tree::{MemoryTree, Overlay, ReadError, Tree, WorkTree};
pub use walk::{Candidate, WalkError, WalkOptions, Walked, walk};

/// Files larger than this (16 MiB) are not read whole unless `--max-file-size` says otherwise.
pub const DEFAULT_MAX_FILE_SIZE: u64 = 16 * 1024 * 1024;
