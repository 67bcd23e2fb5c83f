//! Repositories that the real git program builds in temporary folders, and what mpcheck makes of them in process.

mod repository;
mod trees;

pub(crate) use repository::Repo;
