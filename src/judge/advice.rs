//! The exact next step: how the language at hand reads a variable and presents a service account, as rules/idioms.toml says.

use super::Ground;
use super::exposure::Sighting;
use super::side::Where;
use crate::catalog::{Api, fits};
use crate::finding::Finding;
use crate::flow::Event;

impl Ground<'_> {
    /// Adds to a finding how the literal's own language reads the variable that should take its place. Code that ships
    /// gets its values from its build, in ways that depend on the build.
    pub(super) fn advise_variable(&self, finding: &mut Finding, sighting: &Sighting, kind: usize) {
        let Some(row) = self.kinds.row(kind).filter(|_| sighting.side != Where::Client && !sighting.doc) else {
            return;
        };
        let own = sighting.name.as_deref().filter(|name| self.is_variable_of_mixpanel(name));
        let name = own.unwrap_or(&row.variable);
        let read = self.read(sighting.language, &sighting.place.path, name).filter(|_| !name.is_empty());
        finding.example = read;
    }

    /// Whether a name can be kept for an environment variable.
    fn is_variable_of_mixpanel(&self, name: &str) -> bool {
        let plain = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        plain && self.names.is_vendor(name) && self.names.inlined_by(name).is_none()
    }

    /// How a language, or a file that is no program, reads an environment variable.
    fn read(&self, language: &str, path: &str, name: &str) -> Option<String> {
        let mut rows = self.catalog.idioms.variable.iter();
        let row = rows.find(|row| row.languages.iter().any(|known| known == language) || fits(&row.files, path))?;
        Some(row.read.replace("{NAME}", name).replace("{name}", &name.to_lowercase()))
    }

    /// Adds to a finding what an API wants, and where that is a service account, what to write in this very call.
    pub(super) fn advise_request(&self, finding: &mut Finding, api: &Api, event: &Event<'_>) {
        let account = self.takes(api, self.kinds.pair);
        let basic = account.is_some_and(|takes| takes.verdict == "accept" && takes.at.iter().any(|at| at == "basic"));
        finding.help = api.instead.clone();
        finding.example = if basic { self.account_form(event) } else { None };
    }

    /// How a call presents a service account from the environment.
    fn account_form(&self, event: &Event<'_>) -> Option<String> {
        let fitting = |called: &[String]| called.is_empty() || called.iter().any(|part| event.called.contains(&**part));
        let mut rows = self.catalog.idioms.account.iter();
        let row = rows.find(|row| row.languages.iter().any(|known| known == event.language) && fitting(&row.called))?;
        let variable = |kind| self.kinds.row(kind).map_or("", |row| &row.variable);
        let read = |kind| self.read(event.language, &event.site.path, variable(kind));
        let (username, secret) = (read(self.kinds.username)?, read(self.kinds.account_secret)?);
        Some(row.form.replace("{USERNAME}", &username).replace("{SECRET}", &secret))
    }
}
