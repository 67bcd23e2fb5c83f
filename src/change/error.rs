//! Why a change can't be judged.

use crate::config::ConfigError;
use crate::input::git::GitError;
use crate::known::KnownError;

/// Why a change can't be judged. Every message names its remedy.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The repository, a revision or an object.
    #[error("{0}")]
    Git(#[from] GitError),
    /// The configuration of one of the states.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// The baseline of one of the states.
    #[error("{0}")]
    Known(#[from] KnownError),
    /// An object of the change itself can't be read, so that what the change does isn't known.
    #[error("{0}")]
    Object(String),
}
