//! The seeds' matrix: every API, every kind of credential, every client, right and wrong places. What must be reported
//! stands in `tests/matrix.txt`, written out from the specification; the requests are written here, from templates.

mod template;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use regex::Regex;

use crate::support::{Files, Found, check, found, repository};

/// Cells whose verdict is known to be wrong, as regular expressions over `api kind slot client`, with the reason.
/// A cell that comes right fails the test until it is taken off.
const KNOWN: &[(&str, &str)] = &[];

/// The HTTP clients that are written here, with the file of each; more are in `tests/matrix/*.txt`.
const CLIENTS: [(&str, &str); 4] = [
    ("fetch", "server/send.js"),
    ("axios", "server/send.js"),
    ("requests", "jobs/send.py"),
    ("curl", "scripts/send.sh"),
];

/// The kinds that each API is tried with.
const KINDS: [&str; 4] = ["token", "secret", "sa", "oauth"];

/// A request to an API, without its credential.
struct Api {
    name: &'static str,
    method: &'static str,
    url: &'static str,
    query: &'static [(&'static str, &'static str)],
    body: Body,
    /// Whether a service account needs a `project_id`.
    project_id: bool,
}

/// What a request carries.
#[derive(Clone, Copy, PartialEq)]
enum Body {
    None,
    /// Text that isn't JSON.
    Text(&'static str),
    /// An event.
    Event,
    /// An event for the import.
    Imported,
    /// A profile, of a user or a group.
    Profile(&'static str),
    /// A list of people to forget.
    Privacy,
    /// A call of a tool.
    Rpc,
}

const APIS: &[Api] = &[
    api("track", "POST", "https://api.mixpanel.com/track", Body::Event),
    api("engage", "POST", "https://api-eu.mixpanel.com/engage", Body::Profile("$distinct_id")),
    api("groups", "POST", "https://api.mixpanel.com/groups", Body::Profile("$group_id")),
    Api {
        query: &[("strict", "1")],
        project_id: true,
        ..api("import", "POST", "https://api.mixpanel.com/import", Body::Imported)
    },
    Api { project_id: true, ..api("lookup-get", "GET", "https://api.mixpanel.com/lookup-tables", Body::None) },
    Api {
        project_id: true,
        ..api("lookup-put", "PUT", "https://api-in.mixpanel.com/lookup-tables/8a1e5c", Body::Text("id,name"))
    },
    Api {
        query: &[("context", "%7B%7D")],
        project_id: true,
        ..api("flags", "GET", "https://api.mixpanel.com/flags", Body::None)
    },
    api("record", "POST", "https://api.mixpanel.com/record", Body::Text("bytes")),
    api("settings", "GET", "https://api.mixpanel.com/settings", Body::None),
    Api {
        query: &[("from_date", "2026-01-01"), ("to_date", "2026-01-02")],
        project_id: true,
        ..api("export", "GET", "https://data.mixpanel.com/api/2.0/export", Body::None)
    },
    Api {
        query: &[("name", "nightly")],
        project_id: true,
        ..api("pipelines", "GET", "https://data-eu.mixpanel.com/api/2.0/nessie/pipeline/status", Body::None)
    },
    Api {
        query: &[("bookmark_id", "1234")],
        project_id: true,
        ..api("query", "GET", "https://mixpanel.com/api/query/insights", Body::None)
    },
    Api {
        query: &[("event", "Signed Up")],
        project_id: true,
        ..api("query-old", "GET", "https://eu.mixpanel.com/api/2.0/segmentation", Body::None)
    },
    api("management", "GET", "https://mixpanel.com/api/app/projects/2415873/annotations", Body::None),
    api("me", "GET", "https://mixpanel.com/api/app/me", Body::None),
    api("gdpr-retrieval", "POST", "https://mixpanel.com/api/app/data-retrievals/v3.0/", Body::Privacy),
    api("gdpr-deletion", "POST", "https://eu.mixpanel.com/api/app/data-deletions/v3.0/", Body::Privacy),
    api("scim", "GET", "https://mixpanel.com/api/app/scim/v2/Users", Body::None),
    api("mcp", "POST", "https://mcp.mixpanel.com/mcp", Body::Rpc),
    api("oauth", "POST", "https://mixpanel.com/oauth/token/", Body::None),
];

/// More endpoints of the APIs above: each is judged by the same cells.
const ENDPOINTS: &[(&str, &str, &str)] = &[
    ("track", "POST", "https://api-js.mixpanel.com/track/"),
    ("engage", "POST", "https://api.mixpanel.com/engage#profile-set"),
    ("groups", "POST", "https://api-eu.mixpanel.com/groups#group-set"),
    ("lookup-put", "PUT", "https://api.mixpanel.com/lookup-tables/8a1e5c"),
    ("flags", "GET", "https://api-eu.mixpanel.com/flags/definitions"),
    ("record", "POST", "https://api-js.mixpanel.com/record/"),
    ("settings", "GET", "https://api-js.mixpanel.com/settings/"),
    ("export", "GET", "https://data-in.mixpanel.com/api/2.0/export/"),
    ("pipelines", "GET", "https://data.mixpanel.com/api/2.0/nessie/pipeline/jobs"),
    ("query", "GET", "https://eu.mixpanel.com/api/query/funnels"),
    ("query", "GET", "https://mixpanel.com/api/query/retention"),
    ("query", "GET", "https://mixpanel.com/api/query/segmentation/sum"),
    ("query", "GET", "https://mixpanel.com/api/query/events/properties/top"),
    ("query", "GET", "https://in.mixpanel.com/api/query/stream/query"),
    ("query", "POST", "https://mixpanel.com/api/query/jql"),
    ("query", "POST", "https://mixpanel.com/api/query/engage"),
    ("query", "POST", "https://mixpanel.com/api/query/cohorts/list"),
    ("query-old", "GET", "https://mixpanel.com/api/2.0/insights"),
    ("query-old", "GET", "https://mixpanel.com/api/2.0/funnels/list"),
    ("query-old", "GET", "https://mixpanel.com/api/2.0/events/names"),
    ("query-old", "POST", "https://mixpanel.com/api/2.0/jql"),
    ("query-old", "POST", "https://mixpanel.com/api/2.0/engage"),
    ("query-old", "GET", "https://mixpanel.com/api/2.0/cohorts/list"),
    ("management", "POST", "https://eu.mixpanel.com/api/app/projects/2415873/schemas"),
    ("management", "GET", "https://mixpanel.com/api/app/projects/2415873/workspaces/31/feature-flags"),
    ("management", "GET", "https://mixpanel.com/api/app/workspaces/31/experiments"),
    ("management", "GET", "https://mixpanel.com/api/app/organizations/77/service-accounts"),
    ("management", "GET", "https://mixpanel.com/api/app/projects/2415873/service-accounts"),
    ("management", "PUT", "https://mixpanel.com/api/app/projects/2415873/warehouse-sources/imports/9/manual-sync"),
    ("me", "GET", "https://in.mixpanel.com/api/app/me/"),
    ("gdpr-retrieval", "GET", "https://mixpanel.com/api/app/data-retrievals/v3.0/8a1e5c"),
    ("gdpr-deletion", "DELETE", "https://mixpanel.com/api/app/data-deletions/v3.0/8a1e5c"),
    ("scim", "GET", "https://mixpanel.com/api/app/scim/v2/Groups"),
    ("mcp", "POST", "https://mcp-eu.mixpanel.com/mcp"),
];

/// All requests: name, and what is sent.
fn endpoints() -> Vec<(String, Api)> {
    let mut all: Vec<(String, Api)> = APIS.iter().map(|api| (api.name.to_owned(), Api { ..*api })).collect();
    for (number, (name, method, url)) in ENDPOINTS.iter().enumerate() {
        let api = APIS.iter().find(|api| api.name == *name).unwrap_or_else(|| panic!("no API `{name}`"));
        // What a request that only reads carries is nothing.
        let body = if ["GET", "DELETE"].contains(method) { Body::None } else { api.body };
        all.push((format!("{name}+{number}"), Api { method, url, body, ..*api }));
    }
    all
}

const fn api(name: &'static str, method: &'static str, url: &'static str, body: Body) -> Api {
    Api { name, method, url, query: &[], body, project_id: false }
}

/// A row of `tests/matrix.txt`.
struct Cell {
    api: String,
    kind: String,
    slot: String,
    /// Rule and level.
    expected: Option<(String, String)>,
}

fn cells() -> Vec<Cell> {
    let text = std::fs::read_to_string(repository().join("tests/matrix.txt")).unwrap();
    let row = Regex::new(r"^(\S+) (\S+) (\S+) -> (?:ok|([a-z-]+)@(error|warning|note))$").unwrap();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let cell = |line: &str| {
        let parts = row.captures(line).unwrap_or_else(|| panic!("tests/matrix.txt: cannot read `{line}`"));
        let expected = parts.get(4).map(|rule| (rule.as_str().to_owned(), parts[5].to_owned()));
        Cell { api: parts[1].to_owned(), kind: parts[2].to_owned(), slot: parts[3].to_owned(), expected }
    };
    lines.map(cell).collect()
}

/// A value of the body.
enum Json {
    /// A string.
    Text(String),
    /// A number.
    Number(&'static str),
    /// An environment variable that isn't the cell's credential.
    Other(&'static str),
    /// The cell's credential.
    Credential,
    Map(Vec<(&'static str, Json)>),
    List(Vec<Json>),
}

/// A request with its credential in its slot, not yet in any language.
struct Request<'a> {
    api: &'a Api,
    slot: &'a str,
    /// The variable that holds the credential; for a service account its secret.
    variable: &'static str,
    /// Members of the query: name, and a text or a variable.
    query: Vec<(&'static str, Json)>,
    body: Option<Json>,
    /// Another credential that the API needs beside, as Bearer.
    bearer: Option<&'static str>,
}

const USERNAME: &str = "MIXPANEL_SERVICE_ACCOUNT_USERNAME";
const TOKEN: &str = "MIXPANEL_PROJECT_TOKEN";
const OAUTH: &str = "MIXPANEL_OAUTH_TOKEN";

fn request<'a>(api: &'a Api, kind: &str, slot: &'a str) -> Request<'a> {
    let variable = match kind {
        "token" => TOKEN,
        "secret" => "MIXPANEL_API_SECRET",
        "sa" => "MIXPANEL_SERVICE_ACCOUNT_SECRET",
        "oauth" => OAUTH,
        "scim" => "MIXPANEL_SCIM_TOKEN",
        "api-key" => "MIXPANEL_API_KEY",
        "none" => "",
        other => panic!("there is no kind `{other}`"),
    };
    let mut query: Vec<(&str, Json)> =
        api.query.iter().map(|(name, value)| (*name, Json::Text((*value).into()))).collect();
    if api.project_id && kind == "sa" && slot != "pair-nopid" {
        query.push(("project_id", Json::Other("MIXPANEL_PROJECT_ID")));
    }
    if slot == "query" {
        query.push(("token", Json::Credential));
    }
    let mut bearer = None;
    if api.name.starts_with("gdpr") {
        if slot != "query" && !(kind == "token" && slot == "body") && slot != "bearer-notoken" {
            query.push(("token", Json::Other(TOKEN)));
        }
        bearer = (kind == "token" && slot != "user").then_some(OAUTH);
    }
    Request { api, slot, variable, query, body: body(api.body, kind, slot), bearer }
}

fn body(body: Body, kind: &str, slot: &str) -> Option<Json> {
    let text = |text: &str| Json::Text(text.to_owned());
    Some(match body {
        Body::None => return None,
        Body::Text(words) => text(words),
        Body::Event => {
            let mut event = vec![("event", text("Signed Up"))];
            let mut properties = vec![("distinct_id", text("user-1"))];
            match slot {
                "beside" => event.push(("token", Json::Credential)),
                "payload" => properties.push(("token", Json::Credential)),
                _ => {}
            }
            event.push(("properties", Json::Map(properties)));
            Json::List(vec![Json::Map(event)])
        }
        Body::Imported => {
            let properties = vec![
                ("distinct_id", text("user-1")),
                ("$insert_id", text("order-17")),
                ("time", Json::Number("1735689600")),
            ];
            Json::List(vec![Json::Map(vec![("event", text("Ordered")), ("properties", Json::Map(properties))])])
        }
        Body::Profile(key) => {
            let mut profile = vec![(key, text("one"))];
            match slot {
                "beside" => profile.push(("token", Json::Credential)),
                "payload" => profile.push(("$token", Json::Credential)),
                _ => {}
            }
            profile.push(("$set", Json::Map(vec![("plan", text("gold"))])));
            Json::List(vec![Json::Map(profile)])
        }
        Body::Privacy => {
            let mut members =
                vec![("compliance_type", text("GDPR")), ("distinct_ids", Json::List(vec![text("user-1")]))];
            if slot == "body" {
                members.push((if kind == "token" { "token" } else { "access_token" }, Json::Credential));
            }
            Json::Map(members)
        }
        Body::Rpc => {
            Json::Map(vec![("jsonrpc", text("2.0")), ("id", Json::Number("1")), ("method", text("tools/list"))])
        }
    })
}

/// Marks a line on which the credential is presented.
const PRESENTS: char = '§';
/// Marks a line of the request itself: where the call begins, and its URL.
const REQUEST: char = '¤';

/// What a template writes into a program for a variable of the environment.
struct Language {
    variable: fn(&str) -> String,
    quote: char,
    /// Whether keys of maps are written bare.
    bare: bool,
}

const JAVASCRIPT: Language = Language { variable: |name| format!("process.env.{name}"), quote: '\'', bare: true };
const PYTHON: Language = Language { variable: |name| format!("os.environ[\"{name}\"]"), quote: '"', bare: false };

impl Language {
    fn text(&self, text: &str) -> String {
        format!("{0}{text}{0}", self.quote)
    }

    fn key(&self, key: &str) -> String {
        let bare = self.bare && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$');
        if bare { key.to_owned() } else { self.text(key) }
    }

    /// A value over several lines; the line of the credential is marked.
    fn json(&self, value: &Json, variable: &str, indent: usize, out: &mut String) {
        let (open, members, close) = match value {
            Json::Text(text) => return out.push_str(&self.text(text)),
            Json::Number(number) => return out.push_str(number),
            Json::Other(name) => return out.push_str(&(self.variable)(name)),
            Json::Credential => return out.push_str(&format!("{PRESENTS}{}", (self.variable)(variable))),
            Json::Map(members) => {
                ('{', members.iter().map(|(key, value)| (format!("{}: ", self.key(key)), value)).collect(), '}')
            }
            Json::List(values) => ('[', values.iter().map(|value| (String::new(), value)).collect::<Vec<_>>(), ']'),
        };
        out.push(open);
        out.push('\n');
        for (key, value) in members {
            write!(out, "{}{key}", " ".repeat(indent + 2)).unwrap();
            self.json(value, variable, indent + 2, out);
            out.push_str(",\n");
        }
        write!(out, "{}{close}", " ".repeat(indent)).unwrap();
    }

    fn value(&self, value: &Json, variable: &str, indent: usize) -> String {
        let mut out = String::new();
        self.json(value, variable, indent, &mut out);
        out
    }
}

/// User name and password of a Basic slot, as variables or nothing.
fn basic(request: &Request<'_>) -> Option<(Option<&'static str>, Option<&'static str>)> {
    match request.slot {
        "user" => Some((Some(request.variable), None)),
        "pass" => Some((None, Some(request.variable))),
        "pair" | "pair-nopid" => Some((Some(USERNAME), Some(request.variable))),
        "swapped" => Some((Some(request.variable), Some(USERNAME))),
        _ => None,
    }
}

/// The variable behind `Bearer `, and whether it is the cell's credential.
fn bearer(request: &Request<'_>) -> Option<(&'static str, bool)> {
    match request.slot {
        "bearer" | "bearer-notoken" => Some((request.variable, true)),
        _ => request.bearer.map(|variable| (variable, false)),
    }
}

/// The body as an expression of a program.
fn program_body(request: &Request<'_>, language: &Language, indent: usize) -> Option<(bool, String)> {
    let body = request.body.as_ref()?;
    Some((!matches!(body, Json::Text(_)), language.value(body, request.variable, indent)))
}

fn fetch(request: &Request<'_>) -> String {
    let env = JAVASCRIPT.variable;
    let mut pairs = Vec::new();
    for (name, value) in &request.query {
        pairs.push(match value {
            Json::Text(text) => format!("{name}={}", text.replace(' ', "+")),
            Json::Other(variable) => format!("{name}=${{{}}}", env(variable)),
            _ => format!("{PRESENTS}{name}=${{{}}}", env(request.variable)),
        });
    }
    let question = if pairs.is_empty() { "" } else { "?" };
    let mut out = String::from("async function send() {\n");
    writeln!(out, "  const response = await fetch({REQUEST}").unwrap();
    writeln!(out, "    `{}{question}{}`,{REQUEST}", request.api.url, pairs.join("&")).unwrap();
    writeln!(
        out,
        "    {{\n      method: '{}',\n      headers: {{\n        Accept: 'application/json',",
        request.api.method
    )
    .unwrap();
    let part = |variable: Option<&str>| variable.map_or(String::new(), |variable| format!("${{{}}}", env(variable)));
    if let Some((user, password)) = basic(request) {
        let pair = format!("`{}:{}`", part(user), part(password));
        writeln!(out, "        Authorization: 'Basic ' + Buffer.from({pair}).toString('base64'),{PRESENTS}").unwrap();
    }
    if let Some((variable, presents)) = bearer(request) {
        let mark = if presents { PRESENTS.to_string() } else { String::new() };
        writeln!(out, "        Authorization: `Bearer ${{{}}}`,{mark}", env(variable)).unwrap();
    }
    if request.slot == "bearer-basic" {
        let pair = format!("`{}:{}`", part(Some(USERNAME)), part(Some(request.variable)));
        writeln!(out, "        Authorization: `Bearer Basic ${{btoa({pair})}}`,{PRESENTS}").unwrap();
    }
    out.push_str("      },\n");
    if let Some((json, body)) = program_body(request, &JAVASCRIPT, 6) {
        let body = if json { format!("JSON.stringify({body})") } else { body };
        writeln!(out, "      body: {body},").unwrap();
    }
    out.push_str("    },\n  );\n  return response.json();\n}\n\nmodule.exports = { send };\n");
    out
}

fn axios(request: &Request<'_>) -> String {
    let env = JAVASCRIPT.variable;
    let method = request.api.method.to_lowercase();
    let mut out = String::from("const axios = require('axios');\n\nasync function send() {\n");
    writeln!(out, "  const response = await axios.{method}({REQUEST}").unwrap();
    writeln!(out, "    '{}',{REQUEST}", request.api.url).unwrap();
    if method != "get" && method != "delete" {
        let body = program_body(request, &JAVASCRIPT, 4).map_or("null".to_owned(), |(_, body)| body);
        writeln!(out, "    {body},").unwrap();
    }
    out.push_str("    {\n");
    if !request.query.is_empty() {
        out.push_str("      params: {\n");
        for (name, value) in &request.query {
            writeln!(out, "        {name}: {},", JAVASCRIPT.value(value, request.variable, 8)).unwrap();
        }
        out.push_str("      },\n");
    }
    let part = |variable: Option<&str>| variable.map_or("''".to_owned(), env);
    if let Some((user, password)) = basic(request) {
        writeln!(out, "      auth: {{ username: {}, password: {} }},{PRESENTS}", part(user), part(password)).unwrap();
    }
    if let Some((variable, presents)) = bearer(request) {
        let mark = if presents { PRESENTS.to_string() } else { String::new() };
        writeln!(out, "      headers: {{ Authorization: 'Bearer ' + {} }},{mark}", env(variable)).unwrap();
    }
    if request.slot == "bearer-basic" {
        let pair = format!("{} + ':' + {}", env(USERNAME), env(request.variable));
        let basic = format!("Buffer.from({pair}).toString('base64')");
        writeln!(out, "      headers: {{ Authorization: 'Bearer Basic ' + {basic} }},{PRESENTS}").unwrap();
    }
    out.push_str("    },\n  );\n  return response.data;\n}\n\nmodule.exports = { send };\n");
    out
}

fn requests(request: &Request<'_>) -> String {
    let env = PYTHON.variable;
    let method = request.api.method.to_lowercase();
    let mut out = String::from("import base64\nimport os\n\nimport requests\n\n\ndef send():\n");
    writeln!(out, "    response = requests.{method}({REQUEST}").unwrap();
    writeln!(out, "        \"{}\",{REQUEST}", request.api.url).unwrap();
    if !request.query.is_empty() {
        out.push_str("        params={\n");
        for (name, value) in &request.query {
            writeln!(out, "            \"{name}\": {},", PYTHON.value(value, request.variable, 12)).unwrap();
        }
        out.push_str("        },\n");
    }
    let part = |variable: Option<&str>| variable.map_or("\"\"".to_owned(), env);
    if let Some((user, password)) = basic(request) {
        writeln!(out, "        auth=({}, {}),{PRESENTS}", part(user), part(password)).unwrap();
    }
    if let Some((variable, presents)) = bearer(request) {
        let mark = if presents { PRESENTS.to_string() } else { String::new() };
        writeln!(out, "        headers={{\"Authorization\": f\"Bearer {{os.environ['{variable}']}}\"}},{mark}")
            .unwrap();
    }
    if request.slot == "bearer-basic" {
        let pair = format!("f\"{{os.environ['{USERNAME}']}}:{{os.environ['{}']}}\"", request.variable);
        let basic = format!("base64.b64encode({pair}.encode()).decode()");
        writeln!(out, "        headers={{\"Authorization\": \"Bearer Basic \" + {basic}}},{PRESENTS}").unwrap();
    }
    if let Some((json, body)) = program_body(request, &PYTHON, 8) {
        writeln!(out, "        {}={body},", if json { "json" } else { "data" }).unwrap();
    }
    out.push_str("        timeout=60,\n    )\n    return response.json()\n");
    out
}

fn shell_json(value: &Json, variable: &str, out: &mut String) {
    match value {
        Json::Text(text) => write!(out, "\\\"{}\\\"", text.replace('$', "\\$")).unwrap(),
        Json::Number(number) => out.push_str(number),
        Json::Other(name) => write!(out, "\\\"${{{name}}}\\\"").unwrap(),
        Json::Credential => write!(out, "{PRESENTS}\\\"${{{variable}}}\\\"").unwrap(),
        Json::Map(members) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                let comma = if index == 0 { "" } else { "," };
                write!(out, "{comma}\\\"{}\\\":", key.replace('$', "\\$")).unwrap();
                shell_json(value, variable, out);
            }
            out.push('}');
        }
        Json::List(values) => {
            out.push('[');
            values.iter().for_each(|value| shell_json(value, variable, out));
            out.push(']');
        }
    }
}

fn curl(request: &Request<'_>) -> String {
    let mut url = request.api.url.to_owned();
    for (index, (name, value)) in request.query.iter().enumerate() {
        url.push(if index == 0 { '?' } else { '&' });
        match value {
            Json::Text(text) => write!(url, "{name}={}", text.replace(' ', "+")).unwrap(),
            Json::Other(variable) => write!(url, "{name}=${{{variable}}}").unwrap(),
            _ => write!(url, "{PRESENTS}{name}=${{{}}}", request.variable).unwrap(),
        }
    }
    let mut parts = vec![format!("curl -sS -X {} \"{url}\"{REQUEST}", request.api.method)];
    let part = |variable: Option<&str>| variable.map_or(String::new(), |variable| format!("${{{variable}}}"));
    if let Some((user, password)) = basic(request) {
        parts.push(format!("-u \"{}:{}\"{PRESENTS}", part(user), part(password)));
    }
    if let Some((variable, presents)) = bearer(request) {
        let mark = if presents { PRESENTS.to_string() } else { String::new() };
        parts.push(format!("-H \"Authorization: Bearer ${{{variable}}}\"{mark}"));
    }
    if request.slot == "bearer-basic" {
        let pair = format!("$(printf '%s' \"${USERNAME}:${}\" | base64)", request.variable);
        parts.push(format!("-H \"Authorization: Bearer Basic {pair}\"{PRESENTS}"));
    }
    match &request.body {
        Some(Json::Text(text)) => parts.push(format!("--data-binary '{text}'")),
        Some(body) => {
            let mut json = String::new();
            shell_json(body, request.variable, &mut json);
            parts.push("-H 'Content-Type: application/json'".into());
            parts.push(format!("-d \"{json}\""));
        }
        None => {}
    }
    format!("#!/bin/sh\nset -eu\n{}\n", parts.join(" \\\n  "))
}

/// A program without its marks, and the lines that bear them.
struct Program {
    text: String,
    presents: BTreeSet<u32>,
    request: BTreeSet<u32>,
}

fn program(client: &str, request: &Request<'_>) -> Program {
    marked(match client {
        "fetch" => fetch(request),
        "axios" => axios(request),
        "requests" => requests(request),
        _ => curl(request),
    })
}

/// Takes the marks out of a program.
fn marked(marked: String) -> Program {
    let lines = |mark: char| {
        let marked = marked.lines().enumerate().filter(|(_, line)| line.contains(mark));
        marked.map(|(number, _)| number as u32 + 1).collect()
    };
    Program { text: marked.replace([PRESENTS, REQUEST], ""), presents: lines(PRESENTS), request: lines(REQUEST) }
}

/// What is wrong with a cell's findings. In an app's code, that it holds a secret is another rule's business.
fn disagreement(one: &Try<'_>, found: &[Found]) -> Option<String> {
    let (cell, program) = (one.cell, &one.program);
    let exposed = |one: &&Found| ["client-side-secret", "public-env-secret"].contains(&one.rule.as_str());
    let found: Vec<&Found> = found.iter().filter(|found| !(one.client && exposed(found))).collect();
    let fits = match &cell.expected {
        None => found.is_empty(),
        Some((rule, level)) => {
            let lines = if rule.starts_with("missing-") { &program.request } else { &program.presents };
            let right = |one: &Found| one.rule == *rule && one.level == *level && lines.contains(&one.line);
            found.len() == 1 && found.iter().all(|one| right(one))
        }
    };
    if fits {
        return None;
    }
    let show = |one: &Found| format!("{}@{} in line {}", one.rule, one.level, one.line);
    let got = if found.is_empty() {
        "ok".to_owned()
    } else {
        found.iter().map(|one| show(one)).collect::<Vec<_>>().join(", ")
    };
    let wanted = cell.expected.as_ref().map_or("ok".to_owned(), |(rule, level)| format!("{rule}@{level}"));
    Some(format!("{wanted:29} {got}"))
}

/// A cell at one endpoint by one client.
struct Try<'a> {
    /// `track token beside fetch`, `query+9 sa pair curl`.
    name: String,
    /// Its file in the tree of all.
    path: String,
    cell: &'a Cell,
    program: Program,
    /// Whether the code is an app's.
    client: bool,
}

/// Whether an endpoint has the place that a cell speaks of: one without a body has none in it.
fn has_place(api: &Api, cell: &Cell) -> bool {
    !(api.body == Body::None && ["payload", "beside", "body"].contains(&cell.slot.as_str()))
}

fn tries(cells: &[Cell]) -> Vec<Try<'_>> {
    let mut all = Vec::new();
    let templates = template::templates();
    for (endpoint, api) in endpoints() {
        for cell in cells.iter().filter(|cell| cell.api == api.name && has_place(&api, cell)) {
            for (client, file) in CLIENTS {
                let program = program(client, &request(&api, &cell.kind, &cell.slot));
                let name = format!("{endpoint} {} {} {client}", cell.kind, cell.slot);
                let path = format!("{}/{file}", name.replace(' ', "-"));
                assert_eq!(program.presents.is_empty(), cell.kind == "none", "{name}: what it presents");
                all.push(Try { name, path, cell, program, client: false });
            }
            // The further endpoints say nothing new about how a client is read.
            if endpoint.contains('+') {
                continue;
            }
            let request = request(&api, &cell.kind, &cell.slot);
            for template in templates.iter().filter(|template| template.can(&request)) {
                let name = format!("{endpoint} {} {} {}", cell.kind, cell.slot, template.name);
                let path = format!("{}/{}", name.replace(' ', "-"), template.file);
                let program = marked(template.program(&request));
                assert_eq!(program.presents.is_empty(), cell.kind == "none", "{name}: what it presents");
                all.push(Try { name, path, cell, program, client: template.client });
            }
        }
    }
    all
}

/// The programs of all cells.
pub(crate) fn all() -> Files {
    tries(&cells()).into_iter().map(|one| (one.path, one.program.text.into_bytes())).collect()
}

#[test]
fn every_cell_is_judged_as_the_specification_says() {
    let cells = cells();
    let tries = tries(&cells);
    let files: Files = tries.iter().map(|one| (one.path.clone(), one.program.text.clone().into_bytes())).collect();
    assert_eq!(files.len(), tries.len(), "a cell stands twice in tests/matrix.txt");
    let report = check(&files);
    assert_eq!(report.problems, []);
    let mut by_path: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for one in found(&report) {
        by_path.entry(one.path.clone()).or_default().push(one);
    }
    let known: Vec<Regex> = KNOWN.iter().map(|(cells, _)| Regex::new(&format!("^(?:{cells})$")).unwrap()).collect();
    let mut faults = Vec::new();
    for one in &tries {
        let got = by_path.get(&one.path).map_or(&[][..], Vec::as_slice);
        let mark = known.iter().any(|known| known.is_match(&one.name));
        match (disagreement(one, got), mark) {
            (Some(fault), false) => faults.push(format!("{:42} {fault}", one.name)),
            (None, true) => faults.push(format!("{:42} is on KNOWN and has come right: take it off", one.name)),
            _ => {}
        }
    }
    for (known, (cells, _)) in known.iter().zip(KNOWN) {
        assert!(tries.iter().any(|one| known.is_match(&one.name)), "KNOWN names no cell: {cells}");
    }
    // `MATRIX_SHOW='query sa pair curl'` prints that cell's program.
    if let Some(one) = std::env::var("MATRIX_SHOW").ok().and_then(|name| tries.iter().find(|one| one.name == name)) {
        eprintln!("{}", one.program.text);
    }
    let head = format!("{:42} {:29} got", "api kind slot client", "expected");
    assert!(faults.is_empty(), "\n{head}\n{}\n\n{} of {} cells disagree", faults.join("\n"), faults.len(), tries.len());
}

#[test]
fn the_matrix_is_complete() {
    let cells = cells();
    for api in APIS.iter().filter(|api| api.name != "oauth") {
        for kind in KINDS {
            let slots = cells.iter().filter(|cell| cell.api == api.name && cell.kind == kind).count();
            assert!(slots >= 2, "{} {kind}: a right and a wrong place are needed", api.name);
        }
        let without = |cell: &&Cell| cell.api == api.name && cell.slot == "pair-nopid";
        assert_eq!(cells.iter().any(|cell| without(&cell)), api.project_id, "{}: project_id", api.name);
    }
}
