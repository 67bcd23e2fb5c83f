//! HTTP clients: `rules/http/*.toml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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

/// A map in a data file that describes a request (a server in a configuration).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HttpData {
    /// Slots and the member paths that fill them, as in [`HttpCall::slots`]. A map is a request where `url` is there.
    pub slots: BTreeMap<String, Vec<String>>,
}
