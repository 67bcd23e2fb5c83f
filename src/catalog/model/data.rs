//! What stands where in data files: further tables of `rules/surfaces.toml`.

use serde::{Deserialize, Serialize};

/// Where a data file defines environment variables.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Environment {
    /// Path patterns of the files; empty for any data file.
    #[serde(default)]
    pub files: Vec<String>,
    /// A key and its value: `["kind", "ConfigMap"]`. The path starts at each map in the document that has it.
    #[serde(default)]
    pub when: Option<(String, String)>,
    /// Key path to the map of variables, or to the list of `name`/`value` maps or `NAME=value` texts. `*` is one
    /// key or index, `**` any number; empty is the document itself.
    pub path: String,
}

/// Where a data file holds commands: texts, or lists of texts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Script {
    /// Path patterns of the files; empty for any data file.
    #[serde(default)]
    pub files: Vec<String>,
    /// Key path to the maps that hold commands, as in [`Environment`]; any map without it.
    #[serde(default)]
    pub path: Option<String>,
    /// The keys of commands in such a map, in small letters; `*` is any key.
    pub keys: Vec<String>,
    /// The language they are written in, where nothing beside them (`shell: python`) names another.
    pub language: String,
    /// A member that the map must have, and its value: `["key", "html"]`.
    #[serde(default)]
    pub having: Option<(String, String)>,
    /// Whether it runs in browsers of users.
    #[serde(default)]
    pub client: bool,
    /// Whether `{{Name}}` in it stands for a value that is filled in by its name.
    #[serde(default)]
    pub filled: bool,
}

/// Where a text holds code between marks of its own (a template of a tag manager).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Marked {
    /// Path patterns of the files that are such a text.
    #[serde(default)]
    pub files: Vec<String>,
    /// Key path to such a text in JSON, as in [`Environment`].
    #[serde(default)]
    pub path: Option<String>,
    /// The mark in the line in front of the code.
    pub from: String,
    /// What the first line behind the code begins with; the code ends with the text where there is none.
    pub until: String,
    /// The language of the code.
    pub language: String,
    /// Whether it runs in browsers of users.
    #[serde(default)]
    pub client: bool,
}

/// Where a data file lists entries of many owners, each with a member that says whose it is (Terraform's state).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Section {
    /// Path patterns of the files.
    pub files: Vec<String>,
    /// Key path to the entries, as in [`Environment`].
    pub path: String,
    /// Key path in an entry to what names its owner (`type`, `metadata.name`).
    pub key: String,
    /// Key path in an entry to what is the owner's: where that is Mixpanel, all texts in it are in a section of
    /// Mixpanel's.
    pub holds: String,
}

/// Where a data file holds values in an encoding.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Encoded {
    /// A key and its value: `["kind", "Secret"]`. The path starts at each map in the document that has it.
    pub when: (String, String),
    /// The key path whose direct values are encoded.
    pub path: String,
    /// `base64`.
    pub encoding: String,
}
