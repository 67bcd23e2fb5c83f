//! Hosts, APIs and what names mean in requests: `rules/apis.toml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
