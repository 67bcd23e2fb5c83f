//! What manifests and the configurations of builds say: further tables of `rules/surfaces.toml`.

use serde::{Deserialize, Serialize};

/// A file that says of a project which packages it uses: the names that `packages` in other rows asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Manifest {
    /// The files, seen from the project's folder; a name with a `*` is a pattern of names in the folder itself.
    pub files: Vec<String>,
    /// Whether the folder is a project because of it, and later rows are not asked there.
    #[serde(default)]
    pub alone: bool,
    /// Key paths to maps whose keys are packages.
    #[serde(default)]
    pub keys: Vec<String>,
    /// What names packages in its text.
    #[serde(default)]
    pub text: Vec<ManifestText>,
    /// What a line begins with that says nothing: `//`.
    #[serde(default)]
    pub comment: Option<String>,
    /// The name of a package that a file stands for by being there.
    #[serde(default)]
    pub gives: Option<String>,
}

/// What names packages in the text of a manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ManifestText {
    /// A regular expression for the stretches of text that names stand in: its group, or all of it. The whole text
    /// without it.
    #[serde(default)]
    pub within: Option<String>,
    /// A regular expression for a name: its group, or all of it.
    pub name: String,
    /// A regular expression and what is put behind the names in a stretch where it is found
    /// (`["apply false", " apply false"]`).
    #[serde(default)]
    pub mark: Option<(String, String)>,
}

/// A beginning of imports that a framework resolves to folders of the project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Alias {
    /// What the import begins with: `$lib`, `@`.
    pub from: String,
    /// The folders that it stands for, seen from the project's folder; the first that has the file counts.
    pub to: Vec<String>,
    /// Who sets it.
    pub by: String,
}

/// A key path in a build configuration to a map of aliases, or to a list of maps with `find` and `replacement`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BuildAlias {
    /// Path patterns of the configurations.
    pub files: Vec<String>,
    /// The key path, as in [`Inlined`].
    pub path: String,
    /// Who reads it.
    pub by: String,
}

/// Where a build configuration names modules of the client: the texts at a key path, or the values of the map that a
/// call is handed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BuildEntry {
    /// Path patterns of the configurations.
    pub files: Vec<String>,
    /// The key path, as in [`Inlined`].
    #[serde(default)]
    pub path: Option<String>,
    /// The call, as in [`Inlined`].
    #[serde(default)]
    pub call: Option<String>,
    /// A member of a map around it, and what its value begins with, that say that the build is not for clients:
    /// `["target", "node"]`.
    #[serde(default)]
    pub unless: Option<(String, String)>,
    /// Packages in the nearest manifest, of which one must be there; empty for any.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Who builds.
    pub by: String,
}

/// A key path in a build configuration to a prefix, or to a list of them, whose variables are inlined.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BuildPrefix {
    /// The configurations, seen from the folder of the nearest manifest.
    #[serde(default)]
    pub files: Vec<String>,
    /// The key path, as in [`Inlined`].
    #[serde(default)]
    pub path: String,
    /// A prefix that holds wherever one of the packages is in the nearest manifest; what follows it must be a secret's
    /// name itself.
    #[serde(default)]
    pub prefix: Option<String>,
    /// Packages for `prefix`.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Who inlines: `Vite's envPrefix`.
    pub by: String,
}

/// A place whose keys or entries become constants of client code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Inlined {
    /// Path patterns of the files it stands in; empty for any file.
    #[serde(default)]
    pub files: Vec<String>,
    /// Packages in the nearest manifest, of which one must be there; empty for any.
    #[serde(default)]
    pub packages: Vec<String>,
    /// A file in a folder above, the nearest of this name, and a key path in it to a list that must name the file, or a
    /// folder that it lies in: `["pubspec.yaml", "flutter.assets"]`.
    #[serde(default)]
    pub listed: Option<(String, String)>,
    /// The key path whose direct keys are inlined (`env`, `runtimeConfig.public`, `expo.extra`), at the top of the
    /// document or in the exported or configured object, at any depth of functions around it. Empty for the top
    /// itself; `*` is one key or index, `**` any number.
    #[serde(default)]
    pub path: Option<String>,
    /// A call whose argument's keys (of a map) or texts (of a list) are inlined: `webpack.DefinePlugin`, `*.name` on
    /// any receiver. An argument that is a text is the name itself.
    #[serde(default)]
    pub call: Option<String>,
    /// Which argument of the call, and the keys inside it that lead to the map (`0.define`).
    #[serde(default)]
    pub at: Option<String>,
    /// The argument that holds the value, where `at` is a name: `2` of `buildConfigField`.
    #[serde(default)]
    pub value: Option<String>,
    /// A command-line option whose value, `NAME=value`, is inlined: `--dart-define`.
    #[serde(default)]
    pub option: Option<String>,
    /// Whether the maps inside are inlined with it.
    #[serde(default)]
    pub nested: bool,
    /// Only keys whose value, or what it is called with, has this member: `["context", "client"]`.
    #[serde(default)]
    pub having: Option<(String, String)>,
    /// A member of a map around it, and what its value begins with, that say that the build is not for clients.
    #[serde(default)]
    pub unless: Option<(String, String)>,
    /// Prefix that the keys carry and that is no part of the variable's name (`process.env.`).
    #[serde(default)]
    pub strip: Vec<String>,
    /// Who inlines: `Vite's define`.
    pub by: String,
}
