//! What credentials there are, what they look like and what people call them: `rules/kinds.toml`.

use serde::{Deserialize, Serialize};

/// `rules/kinds.toml`: what credentials there are, what they look like and what people call them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Kinds {
    /// The kinds of credential.
    pub kind: Vec<Kind>,
    /// What names say.
    pub name: Vec<Name>,
    /// Words that make a name Mixpanel's wherever it stands (`mixpanel`), each written as words with blanks.
    pub vendor: Vec<String>,
    /// Prefix words that make a name Mixpanel's only where its surroundings are (`mp`, `mx`).
    pub weak_vendor: Vec<String>,
    /// Words of other vendors and systems (`amplitude`, `snowflake`), written like `vendor`. The last vendor in a name
    /// owns it: `SEGMENT_MIXPANEL_TOKEN` is Mixpanel's, `MIXPANEL_SNOWFLAKE_PASSWORD` and `amplitude_api_key` are not.
    #[serde(default)]
    pub other_vendor: Vec<String>,
    /// Trailing words that say nothing about a kind: environments, regions, copies (`prod`, `eu`, `old`, `2`).
    pub noise: Vec<String>,
    /// Trailing words that make a name one for something about a credential, and not for the credential (`hash`, `file`).
    #[serde(default)]
    pub about: Vec<String>,
    /// Leading words that say nothing about a kind: verbs of reading (`get`, `load`), `my`, `default`.
    pub lead: Vec<String>,
    /// What stands for a value that is to be filled in.
    pub placeholder: Placeholders,
}

/// A kind of credential.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Kind {
    /// Its slug, one of those in spec section 1 (`project-token`, ...) or `project-id`.
    pub id: String,
    /// The environment variable that advice names for it; advice names none without it.
    #[serde(default)]
    pub variable: String,
    /// What people call it, with an article left off: `project secret`.
    pub title: String,
    /// `identifier` (public by design, or useless alone) or `secret`.
    pub class: String,
    /// A regular expression that a whole plausible value matches.
    pub shape: String,
    /// A regular expression that only this kind matches, for kinds whose shape identifies itself.
    #[serde(default)]
    pub own_shape: Option<String>,
    /// Why its leak matters, in one sentence.
    pub danger: String,
    /// How it is rotated and where in Mixpanel, in one or two sentences.
    pub rotate: String,
}

/// What a name says about the credential it names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Name {
    /// Phrases in lower-case words with blanks, compared with the end of a name split into words and freed of the
    /// vendor, noise and lead words. An empty phrase is a name that is nothing but the vendor's.
    pub words: Vec<String>,
    /// The kinds it can mean; more than one is an ambiguous name, none a name that is no credential's (`cache key`),
    /// though a shorter phrase would fit it.
    pub kinds: Vec<String>,
    /// Whether the phrase counts without the vendor's name in it, where the surroundings are Mixpanel's
    /// (`token` in a section `mixpanel`).
    #[serde(default)]
    pub generic: bool,
    /// Whether the phrase belongs to Mixpanel wherever it stands (`mp service account`).
    #[serde(default)]
    pub own: bool,
}

/// What a value that is to be filled in looks like.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Placeholders {
    /// Regular expressions; a value with a match is a placeholder. Matched without regard to case.
    pub patterns: Vec<String>,
    /// Digests (see `secret::digest`, domain `mpcheck sample`) of sample values in Mixpanel's own pages and SDKs.
    pub digests: Vec<String>,
}
