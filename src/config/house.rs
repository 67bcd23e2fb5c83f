//! A house's own rows: those of a folder of rules, and those that the configuration makes.

use std::fmt;
use std::path::Path;

use super::Config;
use super::error::{masked, plain};
use crate::catalog::check::check;
use crate::catalog::reader::{self, Mistake};
use crate::catalog::{Catalog, Entry, Name, builtin};
use crate::syntax::language::Language;

/// What is wrong with a folder of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesError {
    /// The folder, as it was typed.
    pub folder: String,
    /// All mistakes in it, sorted by file and line.
    pub mistakes: Vec<Mistake>,
}

impl std::error::Error for RulesError {}

impl fmt::Display for RulesError {
    /// `rules/sdks/acme.toml:3: there is no kind of credential ..`, one a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, mistake) in self.mistakes.iter().enumerate() {
            let (slash, colon) = (if mistake.file.is_empty() { "" } else { "/" }, if at == 0 { "" } else { "\n" });
            write!(f, "{colon}{}{slash}{}", self.folder, mistake.file)?;
            if mistake.line > 0 {
                write!(f, ":{}", mistake.line)?;
            }
            write!(f, ": {}", masked(&plain(&mistake.message)))?;
        }
        Ok(())
    }
}

/// The rows of a folder, laid out as mpcheck's own `rules/`, all of them sound.
///
/// # Errors
/// Everything that can't be read or makes no sense in it.
pub fn rules(folder: &Path) -> Result<Catalog, RulesError> {
    rules_beside(folder, builtin())
}

/// The same, for a catalog that stands beside another.
fn rules_beside(folder: &Path, base: &Catalog) -> Result<Catalog, RulesError> {
    let read = reader::read(folder, false);
    // `http` is what requests that data describes are written in.
    let language = |name: &str| name == "http" || Language::named(name).is_some_and(|known| known.family() == name);
    let mistakes = check(&read, base, &language);
    match mistakes.is_empty() {
        true => Ok(read.catalog),
        false => Err(RulesError { folder: folder.display().to_string(), mistakes }),
    }
}

impl Config {
    /// The rows that the configuration makes: house names, wrappers and proxies.
    pub fn rows(&self) -> Catalog {
        let mut house = Catalog::default();
        house.kinds.name = self.names.iter().map(|name| Name::house(&name.value.words, &name.value.kind)).collect();
        let entry = |sdk: &super::At<super::Sdk>| {
            let sdk = &sdk.value;
            Entry::house(&sdk.call, &sdk.argument, &sdk.kind, &sdk.languages)
        };
        house.sdks = self.sdk.iter().map(entry).collect();
        house.apis.proxies = self.proxies.iter().map(|proxy| proxy.value.clone()).collect();
        house
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rows_are_sound() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        if let Err(error) = rules_beside(&folder, &Catalog::default()) {
            panic!("\n{error}");
        }
    }
}
