//! The shape of what `rules/` says. This file is compiled twice: into mpcheck, and into `build.rs`, which reads the
//! TOML rows and Markdown pages, checks them and packs them, so that nothing is parsed from text at start-up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Everything in `rules/`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Catalog {
    /// One per `rules/<slug>.md`, sorted by slug.
    pub rules: Vec<Rule>,
    /// `rules/kinds.toml`.
    pub kinds: Kinds,
    /// `rules/apis.toml`.
    pub apis: Apis,
    /// `rules/surfaces.toml`.
    pub surfaces: Surfaces,
    /// `rules/functions/*.toml`.
    pub functions: Functions,
    /// All rows of `rules/sdks/*.toml`.
    pub sdks: Vec<Entry>,
    /// All rows of `rules/http/*.toml`.
    pub http: Http,
    /// `rules/idioms.toml`.
    pub idioms: Idioms,
}

/// How languages say what a finding advises.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Idioms {
    /// How an environment variable is read; the first row that fits counts.
    pub variable: Vec<VariableIdiom>,
    /// How a service account is presented; the first row that fits counts.
    pub account: Vec<AccountIdiom>,
}

/// How a language, or a kind of file, reads an environment variable.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VariableIdiom {
    /// Languages (see `Language::family`).
    #[serde(default)]
    pub languages: Vec<String>,
    /// Globs of paths, for files that are no programs.
    #[serde(default)]
    pub files: Vec<String>,
    /// The expression, with `{NAME}` for the variable and `{name}` for it in lower case.
    pub read: String,
}

/// How a language presents a service account to a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AccountIdiom {
    /// Languages (see `Language::family`).
    pub languages: Vec<String>,
    /// Parts of the name of the call that the row is for; empty for all calls of the language.
    #[serde(default)]
    pub called: Vec<String>,
    /// The argument, option or line, with `{USERNAME}` and `{SECRET}` for the variables as the language reads them.
    pub form: String,
}

/// A rule: the front matter of its page, and the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    /// The file's stem; not written in the front matter.
    #[serde(default)]
    pub slug: String,
    /// `error`, `warning` or `note`.
    pub level: String,
    /// Name of a few words, for SARIF's `name` and headings.
    pub title: String,
    /// What the rule finds, in one sentence of at most 200 characters.
    pub short: String,
    /// Why it matters, in one to three sentences of plain text.
    pub why: String,
    /// The next step, in one to three sentences of plain text.
    pub help: String,
    /// SARIF tags: `security` and `external/cwe/cwe-NNN`, at most ten.
    pub tags: Vec<String>,
    /// SARIF `security-severity`, a number above 0 and up to 10.
    pub security_severity: String,
    /// SARIF `precision`: `very-high`, `high`, `medium` or `low`.
    pub precision: String,
    /// The Markdown after the front matter; not written in it.
    #[serde(default)]
    pub page: String,
}

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

/// `rules/apis.toml`: hosts and which API takes which credential.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Apis {
    /// Host names of Mixpanel's APIs; `*.` in front stands for any labels.
    pub hosts: Vec<String>,
    /// First-party proxies in front of Mixpanel: hosts, each with or without a path behind it. What comes behind that is
    /// the path of Mixpanel's API. No row of `rules/`: a house names its own.
    #[serde(default)]
    pub proxies: Vec<String>,
    /// The APIs.
    pub api: Vec<Api>,
    /// Members and parameters by which a request names its project: `project_id`.
    #[serde(default)]
    pub project_names: Vec<String>,
    /// Members of a payload that hold others, so that one whose value isn't known may hold anything: `properties`.
    #[serde(default)]
    pub structures: Vec<String>,
    /// Members and form fields around a payload.
    #[serde(default)]
    pub wrapper: Vec<PayloadWrapper>,
    /// How requests were signed.
    #[serde(default)]
    pub signature: Signature,
}

/// Members and form fields that only wrap a payload, or a list of them: `data` of a form, `batch`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PayloadWrapper {
    /// Their names.
    pub on: Vec<String>,
    /// Whether the name is also one of a plain text inside a payload (`event`), so that a value of which nothing is
    /// known says nothing of a payload.
    #[serde(default)]
    pub text: bool,
}

/// The signature that requests carried before there were service accounts: the place `signature` of [`Takes::at`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Signature {
    /// The parameters that present its credential: `api_key`.
    pub key: Vec<String>,
    /// The parameters beside it that say that a request is signed: `sig`, `expire`.
    pub beside: Vec<String>,
}

/// One API: a row of the table in spec section 5.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Api {
    /// Slug.
    pub id: String,
    /// What messages call it, with the article: `the Import API`.
    pub title: String,
    /// Path patterns: whole segments; `*` is one segment, a trailing `/**` any further ones (also none).
    /// The pattern with the most literal segments wins.
    pub paths: Vec<String>,
    /// Methods, in capitals; empty for all.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Hosts, where the path means this API on these alone.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Where a service account's project is named: `query`, `query-or-body` (of a form), `path`, or `none`.
    pub project_id: String,
    /// What is said to each kind. A kind without a row is rejected.
    #[serde(default)]
    pub takes: BTreeMap<String, Takes>,
    /// Nothing is judged here (`/oauth`).
    #[serde(default)]
    pub ignored: bool,
    /// Whether a visible request that presents no credential at all is `missing-credential`.
    #[serde(default)]
    pub needs_credential: bool,
    /// The place of a project token that each request must carry beside its authorization (GDPR: `query:token`).
    #[serde(default)]
    pub also_needs: Option<String>,
    /// Where roles of service accounts stand in bodies of this API, if they do: member names.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The roles that may do everything.
    #[serde(default)]
    pub powerful: Vec<String>,
    /// Which credential to use instead, as a sentence for help texts.
    pub instead: String,
}

impl Api {
    /// Whether it takes some credential in a payload.
    pub fn wants_body(&self) -> bool {
        self.takes.values().flat_map(|takes| &takes.at).any(|at| at.starts_with("body:"))
    }
}

/// How an API treats one kind of credential.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Takes {
    /// `accept`, `discourage` or `reject`.
    pub verdict: String,
    /// Level of the finding for `discourage`: `note` or `warning`.
    #[serde(default)]
    pub level: Option<String>,
    /// The places where the kind is taken; anywhere else it is misplaced. `basic-user` (user name with empty
    /// password), `basic` (user and password), `bearer`, `bearer-basic`, `query:NAME`, `body:PATH` (member names
    /// with dots, from the payload's event or profile on), `signature` (see [`Signature`]; a
    /// kind that is taken there alone is rejected elsewhere).
    #[serde(default)]
    pub at: Vec<String>,
    /// Places where the kind may stand as well, of which nothing is said because it authorises nothing there
    /// (`properties.token` of an imported event).
    #[serde(default)]
    pub beside: Vec<String>,
    /// Why, as a sentence for the message's `why`.
    #[serde(default)]
    pub why: Option<String>,
}

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

/// `rules/functions/*.toml`: what library functions make of their arguments. Calls are named by dotted paths, as the
/// code reaches them after imports are resolved: `Buffer.from`, `base64.b64encode`. `*.name` is a method of that name
/// on anything, `?` the receiver.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Functions {
    /// Rows.
    #[serde(default)]
    pub function: Vec<Function>,
    /// Foreign names whose members are environment variables: `process.env`, `os.environ`.
    #[serde(default)]
    pub environment: Vec<String>,
    /// Foreign names that stand for a text, by dotted path: `net/http.MethodPost` is `POST`.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Calls that write to a log, a terminal or an exception.
    #[serde(default)]
    pub log: Vec<Log>,
    /// Names of the global object, whose members are the global names: `window`, `globalThis`.
    #[serde(default)]
    pub globals: Vec<String>,
    /// Options of clients and requests that hand them to code out of sight, which may add any part: `hooks`,
    /// `transport`, as a named argument or a member of an options object.
    #[serde(default)]
    pub altering: Vec<String>,
    /// Words in the names of methods, and of what they are handed, that change nothing of what a request presents
    /// (`timeout`, `retry`), though no row knows the method; in small letters.
    #[serde(default)]
    pub harmless: Vec<String>,
    /// Prefixes of module names that say nothing: `node:`.
    #[serde(default)]
    pub module_prefixes: Vec<String>,
    /// Prefixes behind which the first segment alone names the module: `package:http/http.dart` is `http`.
    #[serde(default)]
    pub package_prefixes: Vec<String>,
    /// Programs that run others, or whose arguments define variables.
    #[serde(default)]
    pub program: Vec<Program>,
    /// Other names of commands, by which those are called where their parameters go by name: PowerShell's `curl`.
    #[serde(default)]
    pub aliases: BTreeMap<String, String>,
    /// Parameters of commands that take no value, in small letters: PowerShell's `-Force`.
    #[serde(default)]
    pub switches: Vec<String>,
    /// What tags and attributes say of a field.
    #[serde(default)]
    pub tag: Vec<Tag>,
    /// Types and namespaces that a lowering must know.
    #[serde(default)]
    pub types: Vec<Type>,
}

/// Types and namespaces of a library, `[[type]]` in a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Type {
    /// Languages; as in [`Function`].
    #[serde(default)]
    pub languages: Vec<String>,
    /// Their names, as code writes them.
    pub on: Vec<String>,
    /// What they are: `wrapper` (it stands for the type that it holds: Rust's `Arc<Client>`), `plain` (a variable of it
    /// holds no members before something is assigned: Go's `time.Duration`) or `namespace` (the front of a full name, in
    /// which the last name alone counts: `System.Net.Http`).
    pub is: String,
}

/// A program of the command line that is not what a command is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Program {
    /// Names of the program.
    pub on: Vec<String>,
    /// The word from which on its arguments are another command: `first` is the first that defines no variable, `--` the
    /// one behind that word, and with `-c` the word behind that option is a whole command line. Without it the program
    /// runs no other.
    #[serde(default)]
    pub runs: Option<String>,
    /// Whether its arguments `NAME=value` define environment variables.
    #[serde(default)]
    pub defines: bool,
}

/// Keys of a field's tag or attribute (Go's `env:"TOKEN"`, Rust's `#[arg(env = "TOKEN")]`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tag {
    /// Languages; as in [`Function`].
    #[serde(default)]
    pub languages: Vec<String>,
    /// The keys.
    pub on: Vec<String>,
    /// What their value says: `variable` (it names the environment variable that fills the field), `default` (the field's
    /// value where nothing fills it) or `key` (what the field is called where it is written as data).
    pub says: String,
}

/// What a function makes of its arguments.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Function {
    /// Languages (see `Language::family`), empty for all; written once at the top of a file of `rules/functions/`, copied
    /// into each row when packed.
    #[serde(default)]
    pub languages: Vec<String>,
    /// The calls.
    pub on: Vec<String>,
    /// An argument path and a text: the row holds only where that argument is this text (`["0", "base64"]`). Rows are
    /// tried in their order, so those with a condition stand before those without.
    #[serde(default)]
    pub when: Option<(String, String)>,
    /// What it gives, from `args` in their order:
    /// `same` (the first, unchanged: conversions, trimming, quoting, serialising), `concat` (all put together),
    /// `base64`, `unbase64`, `join` (separator, list), `format` (the format text, then all remaining arguments), `printf` (the same
    /// where braces are plain text),
    /// `merge` (changes the first map by the others, gives it), `map` (a new map from all of them and from keyword
    /// arguments), `set` (map, key, value: changes the map, gives it), `push` (list, value: changes the list, gives it),
    /// `append` (list, values: a list with them at its end; nothing is an empty list), `each` (list, function:
    /// the list of what the function gives), `member` (map, key, default), `environment` (name, default), `url`
    /// (base, reference: the reference resolved against the base), `apply` (value, function: runs the function with the
    /// value as its receiver and first argument, gives the value: Kotlin's `apply`), `run` (the same, gives what the
    /// function gives: `let`, `with`, `then`), `call` (function: calls it with the arguments of the call), `pair` (a list
    /// of all), `pairs` (a map of keys and values in turn), `entries` (a map of pairs), `named` (something unknown that
    /// goes by the texts of all), `build` (function: runs it with a new map as its receiver, gives the map), `instance`
    /// (class, client: an instance of a class of the repository that carries the client's parts), `choice` (one of all,
    /// where a function stands for what it gives), `basic` (the header for a user and password), `nothing`, `partial` (a
    /// function with the remaining arguments given), `command` (all put together are a command line: a text that a
    /// shell would split, or its words; what a known program of `rules/http` would send is a request), `drop` (nothing of the credential: lengths, hashes, slices, masks).
    pub makes: String,
    /// Argument paths that `makes` needs: `?` is the receiver, `0` a positional and `name` a named argument,
    /// `1.key` a member of one, `**` a map of all named arguments, `1..` all positional arguments from that one on; `a|b`
    /// is the first that is there, `'x'` the text x.
    #[serde(default)]
    pub args: Vec<String>,
    /// Whether it is read like a member, without a call (`text.utf8`).
    #[serde(default)]
    pub property: bool,
    /// The foreign type of the map that it gives, so that rows can name its methods.
    #[serde(default)]
    pub typed: Option<String>,
}

/// A call that writes to a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Log {
    /// Languages; as in [`Function`].
    #[serde(default)]
    pub languages: Vec<String>,
    /// The calls, by dotted path; `*.name` on any receiver, `*Name` any path that ends so (`*Error`).
    pub on: Vec<String>,
    /// For `*.name`: last words that the receiver's name must have one of (`logger`, `log`).
    #[serde(default)]
    pub receivers: Vec<String>,
    /// An argument path and a foreign name: the row holds only where that argument is this (`["0", "os.Stderr"]`).
    #[serde(default)]
    pub when: Option<(String, String)>,
    /// `log`, `print` or `exception`.
    pub what: String,
    /// Texts at the front of what is written that make it no log (`::add-mask::`).
    #[serde(default)]
    pub except: Vec<String>,
    /// Only where the call is a statement whose output goes nowhere else (the shell's `echo`).
    #[serde(default)]
    pub statement: bool,
}

/// An entry point of an SDK or tool: a call whose arguments take credentials of known kinds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Entry {
    /// What messages call it: `mixpanel.init`.
    pub title: String,
    /// Languages.
    pub languages: Vec<String>,
    /// Calls, by dotted path after imports are resolved: `mixpanel-browser.init`.
    pub on: Vec<String>,
    /// Arguments.
    pub args: Vec<Parameter>,
    /// Argument paths of the host that it sends to; without one it is Mixpanel's.
    #[serde(default)]
    pub host: Vec<String>,
    /// Argument paths of the scheme that it sends by.
    #[serde(default)]
    pub scheme: Vec<String>,
    /// The foreign type of what it gives, so that rows can name its methods: `mixpanel-node`.
    #[serde(default)]
    pub makes: Option<String>,
}

/// A parameter that takes a credential.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameter {
    /// Argument paths: `0` is the first positional argument, `token` a named one, `1.secret` a key of the second.
    /// The first that is there counts.
    pub at: Vec<String>,
    /// The kinds it takes.
    pub kinds: Vec<String>,
    /// What messages call it.
    pub name: String,
    /// Whether using it is discouraged (`note`), and why Where `kinds` also
    /// holds a kind that isn't retired (not a project secret or an API key), it is not discouraged for that kind.
    #[serde(default)]
    pub discouraged: Option<String>,
}

/// HTTP clients.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Http {
    /// Calls that make, configure or send a request.
    #[serde(default)]
    pub call: Vec<HttpCall>,
    /// Members of clients, sessions and requests that are slots when read or assigned.
    #[serde(default)]
    pub member: Vec<HttpMember>,
    /// Command-line clients.
    #[serde(default)]
    pub command: Vec<Command>,
    /// Requests that data describes.
    #[serde(default)]
    pub data: Vec<HttpData>,
}

/// A map in a data file that describes a request (a server in a configuration).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HttpData {
    /// Slots and the member paths that fill them, as in [`HttpCall::slots`]. A map is a request where `url` is there.
    pub slots: BTreeMap<String, Vec<String>>,
}

/// A call of an HTTP client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HttpCall {
    /// Languages; written once at the top of a file of `rules/http/`, copied into each row when packed.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Calls, by dotted path after imports are resolved (`axios.get`, `requests.Session`); a method of a value made
    /// by a row with `makes = "T"` is `T.method`.
    pub on: Vec<String>,
    /// Argument paths and texts: the row holds only where each of these arguments is its text, without regard to case
    /// (`[["0", "authorization"], ["1", "basic"]]`). Of the rows of one call the first that holds counts.
    #[serde(default)]
    pub when: Vec<(String, String)>,
    /// The argument path of what the call changes or sends, where that is no receiver: `0` of `curl_setopt`.
    #[serde(default)]
    pub target: Option<String>,
    /// The call makes a value of this foreign type, which carries the slots.
    #[serde(default)]
    pub makes: Option<String>,
    /// What it makes carries no part of a request by itself: one of which only the type is known hides nothing.
    #[serde(default)]
    pub bare: bool,
    /// The call sends the request.
    #[serde(default)]
    pub sends: bool,
    /// The call changes its receiver, and gives it back.
    #[serde(default)]
    pub sets: bool,
    /// What it makes may carry parts that were given elsewhere (a client that a factory is asked for by name).
    #[serde(default)]
    pub hidden: bool,
    /// Argument paths of a function that is called with the request (or what the call makes) as its first argument and
    /// as its receiver, to fill its slots (`0.intercept` is a method of an object that is handed over): Faraday's `do |req|`, Ktor's `client.get(url) { header(..) }`. What it is
    /// handed is of the type [`HttpCall::makes`], else of the type `<call>.block`.
    #[serde(default)]
    pub configures: Vec<String>,
    /// What the call sets up may change the request out of sight (an authenticator, an interceptor).
    #[serde(default)]
    pub hides: bool,
    /// The HTTP method, where the call fixes it; `name` stands for the last segment of the call in capitals.
    #[serde(default)]
    pub method: Option<String>,
    /// Slots that the call fills by itself with a text: the `scheme` of `Uri.http(..)`.
    #[serde(default)]
    pub gives: BTreeMap<String, String>,
    /// Slots and the argument paths that fill them. Slots: `url`, `base`, `host`, `path`, `scheme`, `method`,
    /// `headers` (a map), `header-name` with `header-value`, `authorization` (the value of that header), `auth` (a pair, or a text `user:password`), `user`,
    /// `password`, `bearer`, `query` (a map, list of pairs or text), `query-name` with `query-value`, `body`,
    /// `body-name` with `body-value`, `body-or-query` (a map goes into the query of a GET, anything else is the body),
    /// `segment` (goes behind the path), `header-lines` (a text `Name: value` or a list of them),
    /// `header-pairs` (from that argument on, a name and a value by turns), `request` (a request
    /// made elsewhere), `client` (a client made elsewhere),
    /// `insecure` (turns TLS off when it is false).
    #[serde(default)]
    pub slots: BTreeMap<String, Vec<String>>,
}

/// A member of a foreign type that is a slot.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HttpMember {
    /// Languages; as in [`HttpCall`].
    #[serde(default)]
    pub languages: Vec<String>,
    /// The members, by dotted path; `*` at the end is any other that is set, whose slot then is one with a name
    /// (`header-value`): `requests.Session.headers`, `axios.defaults.headers.common`.
    pub on: Vec<String>,
    /// The slot.
    pub slot: String,
}

/// A program that sends a request from its command line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Command {
    /// Names of the program.
    pub on: Vec<String>,
    /// Options with a value, and the slot it fills: `-u = "auth"`, `-H = "header"` (a line `Name: value`),
    /// `-d = "body"`, `--data-urlencode = "form"` (`name=value`), `-X = "method"`. Slot `skip` is an option whose
    /// value says nothing, `hidden` one whose value (a file, a store) may hold any part of the request, which then is
    /// not visible in full; `json` is a body that makes the method POST.
    pub options: BTreeMap<String, String>,
    /// Options without a value that matter: `-G = "body-is-query"`, `-I = "method:HEAD"`, `-n = "hidden"`.
    #[serde(default)]
    pub flags: BTreeMap<String, String>,
    /// What words that are no option mean: `url`, or `httpie` for HTTPie's request items.
    pub words: String,
    /// Options whose value is the scheme of `auth`, and which value of it means a bearer token.
    #[serde(default)]
    pub bearer: BTreeMap<String, String>,
}
