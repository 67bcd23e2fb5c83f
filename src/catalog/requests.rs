//! What names mean in requests, whatever the API.

use super::coverage::used;
use super::model::{Apis, PayloadWrapper};

/// Whether a name is one of a list, whose row then is used.
fn is_among(names: &[String], name: &str) -> bool {
    names.iter().find(|known| *known == name).inspect(|known| used(*known)).is_some()
}

impl Apis {
    /// The row of a member or form field that only wraps a payload.
    pub fn wrapper(&self, name: &str) -> Option<&PayloadWrapper> {
        self.wrapper.iter().find(|row| is_among(&row.on, name))
    }

    /// Whether a member of a payload holds others.
    pub fn holds_others(&self, name: &str) -> bool {
        is_among(&self.structures, name)
    }

    /// Whether a member or parameter names the project.
    pub fn names_project(&self, name: &str) -> bool {
        is_among(&self.project_names, name)
    }

    /// Whether a parameter presents the credential of a signed request.
    pub fn is_signature_key(&self, name: &str) -> bool {
        is_among(&self.signature.key, name)
    }

    /// Whether a parameter says that a request is signed.
    pub fn signs(&self, name: &str) -> bool {
        is_among(&self.signature.beside, name)
    }
}
