//! What rows about library functions and types say of a name, for those who see a name alone.

use super::coverage::used;
use super::index::{last_word, speaks};
use super::model::{Function, Functions, Program, Tag, Type};

impl Functions {
    /// The row of a program that runs others or defines variables.
    pub fn program(&self, name: &str) -> Option<&Program> {
        self.program.iter().find(|row| row.on.iter().any(|on| on == name)).inspect(|row| used(*row))
    }

    /// What a key of a field's tag or attribute says in a language.
    pub fn tag(&self, language: &str, key: &str) -> Option<&str> {
        let fits = |row: &&Tag| speaks(&row.languages, language) && row.on.iter().any(|on| on == key);
        self.tag.iter().find(fits).inspect(|row| used(*row)).map(|row| row.says.as_str())
    }

    /// Whether a type, by its name as it is written, is of a sort in a language.
    pub fn is_type(&self, language: &str, name: &str, sort: &str) -> bool {
        let fits =
            |row: &&Type| row.is == sort && speaks(&row.languages, language) && row.on.iter().any(|on| on == name);
        self.types.iter().find(fits).inspect(|row| used(*row)).is_some()
    }

    /// Whether a function whose path ends with this word gives what it is handed, as far as a text tells.
    pub fn gives_argument(&self, language: &str, word: &str) -> bool {
        let first = |row: &Function| row.args.first().is_some_and(|first| first.split('|').next() == Some("0"));
        self.has(language, |row, on| row.makes == "same" && first(row) && last_word(on) == word)
    }

    /// Whether a method gives what it is called on, as far as a text tells.
    pub fn gives_receiver(&self, language: &str, method: &str) -> bool {
        let of_receiver = |row: &Function| row.makes == "same" && row.args.first().is_some_and(|first| first == "?");
        self.has(language, |row, on| of_receiver(row) && on.strip_prefix("*.") == Some(method))
    }

    /// Whether a method gives a member of what it is called on.
    pub fn gives_member(&self, language: &str, method: &str) -> bool {
        self.has(language, |row, on| row.makes == "member" && on.strip_prefix("*.") == Some(method))
    }

    /// Whether a method puts members into what it is called on.
    pub fn puts_members(&self, language: &str, method: &str) -> bool {
        let puts = |row: &Function| matches!(row.makes.as_str(), "set" | "merge");
        self.has(language, |row, on| puts(row) && on.strip_prefix("*.") == Some(method))
    }

    /// Whether a call asks for an environment variable.
    pub fn asks_environment(&self, language: &str, path: &str) -> bool {
        self.has(language, |row, on| row.makes == "environment" && on == path)
    }

    fn has(&self, language: &str, fits: impl Fn(&Function, &str) -> bool) -> bool {
        let fits = |row: &&Function| speaks(&row.languages, language) && row.on.iter().any(|on| fits(row, on));
        self.function.iter().find(fits).inspect(|row| used(*row)).is_some()
    }
}
