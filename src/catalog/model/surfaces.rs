//! Who gets to see a file or a variable: `rules/surfaces.toml`.

use serde::{Deserialize, Serialize};

use super::{
    Alias, BuildAlias, BuildEntry, BuildPrefix, Encoded, Environment, Inlined, Manifest, Marked, Script, Section,
};

/// `rules/surfaces.toml`: who gets to see a file or a variable.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Surfaces {
    /// Prefixes of environment variables that a build inlines into client code.
    pub prefix: Vec<Prefix>,
    /// What says that a file is client or server code; the first row in the file that fits decides.
    pub signal: Vec<Signal>,
    /// Places in configuration files whose keys are inlined into client code.
    pub inlined: Vec<Inlined>,
    /// How client code reads an inlined variable: the foreign names whose members are variables. With `()` at the end
    /// it is a call whose first text argument names the variable.
    pub reads: Vec<String>,
    /// What frameworks let an import begin with that is no package.
    #[serde(default)]
    pub alias: Vec<Alias>,
    /// Calls that load the module which their first text names: `require`, `new Worker`. A member goes by its last name.
    pub loads: Vec<String>,
    /// Calls that load all modules which fit their first text: a pattern, or a folder for those that end in `/`.
    pub globs: Vec<String>,
    /// Where build configurations set beginnings of imports.
    #[serde(default)]
    pub build_alias: Vec<BuildAlias>,
    /// Where build configurations name the modules that a client starts with.
    #[serde(default)]
    pub build_entry: Vec<BuildEntry>,
    /// Where build configurations set prefixes of their own.
    #[serde(default)]
    pub build_prefix: Vec<BuildPrefix>,
    /// Those of them whose very way says that the value is in the client, whoever put it there.
    #[serde(default)]
    pub reading: Vec<Reading>,
    /// What a framework strips from the client build of a client module.
    #[serde(default)]
    pub stripped: Vec<Stripped>,
    /// What servers hand to clients.
    #[serde(default)]
    pub handed: Vec<Handed>,
    /// Where projects name their packages, and what they are built for; asked in this order.
    #[serde(default)]
    pub manifest: Vec<Manifest>,
    /// Files that make a folder a project of its own.
    #[serde(default)]
    pub projects: Vec<String>,
    /// Path patterns of tests.
    pub tests: Vec<String>,
    /// Path patterns of documentation and examples.
    pub docs: Vec<String>,
    /// Where data files define environment variables.
    pub environment: Vec<Environment>,
    /// Where data files hold encoded values.
    pub encoded: Vec<Encoded>,
    /// Where data files hold commands and scripts.
    #[serde(default)]
    pub script: Vec<Script>,
    /// Where texts hold code behind marks of their own.
    #[serde(default)]
    pub marked: Vec<Marked>,
    /// Where the entries of a data file say by their type whose they are.
    #[serde(default)]
    pub section: Vec<Section>,
}

/// A public prefix.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Prefix {
    /// The prefix: `NEXT_PUBLIC_`.
    pub prefix: String,
    /// Who inlines it: `Next.js`.
    pub by: String,
}

/// A signal about a file's side: all conditions that are given must hold, one of the list each.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Signal {
    /// `client` or `server`.
    pub side: String,
    /// What to tell people: `imports mixpanel-browser`, `is a Next.js API route`.
    pub because: String,
    /// Path patterns (globs over the whole relative path).
    #[serde(default)]
    pub paths: Vec<String>,
    /// Modules that the file imports (`react` also fits `react/jsx-runtime`).
    #[serde(default)]
    pub imports: Vec<String>,
    /// Directives at the top of the file.
    #[serde(default)]
    pub directives: Vec<String>,
    /// Global names, with members, that the code uses (`window`, `document.cookie`).
    #[serde(default)]
    pub globals: Vec<String>,
    /// Names that the module exports or defines at the top level.
    #[serde(default)]
    pub exports: Vec<String>,
    /// Packages in the nearest manifest (`package.json` and its like).
    #[serde(default)]
    pub packages: Vec<String>,
    /// Packages in the nearest manifest that make this row not hold.
    #[serde(default)]
    pub unless_packages: Vec<String>,
    /// Keys, with dots, that the document has at its top (a browser extension's `manifest_version`).
    #[serde(default)]
    pub keys: Vec<String>,
    /// Where the project (the folder of the nearest manifest) has one of these files, the row holds for modules that are
    /// reached from client code alone.
    #[serde(default)]
    pub entries: Vec<String>,
}

impl Signal {
    /// Whether it looks at what stands in a file, and not only at its path and its project.
    pub fn looks_inside(&self) -> bool {
        [&self.imports, &self.directives, &self.globals, &self.exports, &self.keys].iter().any(|all| !all.is_empty())
    }
}

/// Reads that only inlined variables are read by.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reading {
    /// Foreign names, as in [`Surfaces::reads`].
    pub on: Vec<String>,
    /// Packages in the nearest manifest, of which one must be there; empty for any.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Who inlines: `flutter_dotenv`.
    pub by: String,
}

/// What a framework strips from the client build: all that only runs inside it is server code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stripped {
    /// Functions that the module exports under these names (`getServerSideProps`, `loader`).
    #[serde(default)]
    pub exports: Vec<String>,
    /// Calls whose function arguments never reach the client (`*.handler`).
    #[serde(default)]
    pub calls: Vec<String>,
    /// Foreign names that are true on the server alone (`import.meta.env.SSR`), for branches on them.
    #[serde(default)]
    pub server: Vec<String>,
    /// Foreign names that are true in the client alone (`import.meta.client`).
    #[serde(default)]
    pub client: Vec<String>,
    /// Packages in the nearest manifest, of which one must be there; empty for any.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Who strips it: `Next.js`.
    pub by: String,
}

/// What a server hands to clients: what functions give back, or what is passed to the functions of modules that run in
/// browsers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Handed {
    /// The functions, by the names under which a module exports them.
    #[serde(default)]
    pub exports: Vec<String>,
    /// The member of what they give back that is handed on; all of it without.
    #[serde(default)]
    pub inside: Option<String>,
    /// What a module opens with whose functions are handed all that a server passes to them.
    #[serde(default)]
    pub directives: Vec<String>,
    /// Path patterns of the files; empty for any.
    #[serde(default)]
    pub files: Vec<String>,
    /// Packages in the nearest manifest, of which one must be there; empty for any.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Who hands it over: `Next.js`.
    pub by: String,
}
