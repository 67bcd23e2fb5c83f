//! Clients whose programs are written from a template: a file `tests/matrix/<client>.txt`.
//!
//! It opens with lines `@key value`, which say how the language writes values:
//!
//! - `@file src/send.go` - the program's file
//! - `@client` - such code runs in an app: that a secret stands in it is another rule's business
//! - `@env os.Getenv("{}")` - a read of an environment variable
//! - `@text "{}"`, `@number {}`, `@nothing ""` - literals; `@dollar \$` how a dollar sign stands in a text
//! - `@map-open`, `@map-entry "{key}": {value}`, `@map-close`, `@list-open`, `@list-entry {value}`, `@list-close`,
//!   `@separator ,` - collections, one entry a line; without a `@map-entry` the client isn't asked about bodies with members
//! - `@skip slot` - a slot that the client has no way to fill
//! - `@methods GET POST` - the methods that the client has, where it has not all
//!
//! Then, after a line `---`, the program. A line `?conditions| text` stands only where all conditions, joined by `&`, hold:
//! `basic`, `bearer`, `bearer-basic`, `query`, `body` (with members), `text` (a body that is a text), `get`, `post`, `put`,
//! `delete`; `!` in front is the opposite. Lines that begin with `?query` and follow one another are written once for
//! each member of the query. In a line: `{url}`, `{origin}` and `{path}` of it, `{METHOD}`, `{method}`, `{Method}`, `{user}`, `{password}`, `{bearer}`,
//! `{name}` and `{value}` of a query's member, `{body}`, `{text}`, and for clients without query parameters `{full-url}`:
//! the URL with its query as an expression, its parts joined by `@concat`.
//!
//! Where a line ends with `§` it presents the credential, where with `¤` it is the request itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use super::{Json, PRESENTS, Request, basic, bearer};
use crate::support::repository;

/// A client.
pub(super) struct Template {
    /// The stem of its file.
    pub(super) name: String,
    /// Where the program stands.
    pub(super) file: String,
    /// Whether the code is an app's.
    pub(super) client: bool,
    skip: Vec<String>,
    keys: BTreeMap<String, String>,
    lines: Vec<(Vec<String>, String)>,
}

/// All templates, by name.
pub(super) fn templates() -> Vec<Template> {
    let folder = repository().join("tests/matrix");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        Template::parse(&path.file_stem().unwrap().to_string_lossy(), &fs::read_to_string(path).unwrap())
    };
    paths.iter().map(read).collect()
}

impl Template {
    fn parse(name: &str, text: &str) -> Self {
        let (head, program) = text.split_once("\n---\n").unwrap_or_else(|| panic!("{name}: no line `---`"));
        let mut template = Self {
            name: name.to_owned(),
            file: String::new(),
            client: false,
            skip: Vec::new(),
            keys: BTreeMap::new(),
            lines: Vec::new(),
        };
        for line in head.lines().filter(|line| line.starts_with('@')) {
            let (key, value) = line[1..].split_once(' ').unwrap_or((&line[1..], ""));
            match key {
                "file" => template.file = value.to_owned(),
                "client" => template.client = true,
                "skip" => template.skip.push(value.to_owned()),
                "concat" => drop(template.keys.insert(key.to_owned(), format!(" {value} "))),
                _ => drop(template.keys.insert(key.to_owned(), value.to_owned())),
            }
        }
        assert!(!template.file.is_empty(), "{name}: no @file");
        for line in program.lines() {
            let condition = line.trim_start().strip_prefix('?').and_then(|rest| rest.split_once('|'));
            template.lines.push(match condition {
                Some((conditions, text)) => {
                    let indent = &line[..line.len() - line.trim_start().len()];
                    let text = format!("{indent}{}", text.strip_prefix(' ').unwrap_or(text));
                    (conditions.split('&').map(str::to_owned).collect(), text)
                }
                None => (Vec::new(), line.to_owned()),
            });
        }
        template
    }

    fn key(&self, key: &str) -> &str {
        let default = if key == "separator" { Some(",") } else { None };
        let known = self.keys.get(key).map(String::as_str).or(default);
        known.unwrap_or_else(|| panic!("{}: no @{key}", self.name))
    }

    fn text(&self, text: &str) -> String {
        let dollar = self.keys.get("dollar").map_or("$", String::as_str);
        self.key("text").replace("{}", &text.replace('$', dollar))
    }

    fn env(&self, variable: &str) -> String {
        self.key("env").replace("{}", variable)
    }

    /// Whether the client can say what a request needs.
    pub(super) fn can(&self, request: &Request<'_>) -> bool {
        let body = matches!(request.body, Some(Json::Map(_) | Json::List(_)));
        let method = self.keys.get("methods").is_none_or(|known| known.split(' ').any(|one| one == request.api.method));
        let slot = !self.skip.iter().any(|slot| slot == request.slot);
        method && slot && (!body || self.keys.contains_key("map-entry"))
    }

    /// The program, with marks.
    pub(super) fn program(&self, request: &Request<'_>) -> String {
        let mut out = String::new();
        let mut at = 0;
        while at < self.lines.len() {
            let (conditions, _) = &self.lines[at];
            if conditions.first().is_some_and(|first| first == "query") {
                let block = self.lines[at..]
                    .iter()
                    .take_while(|(conditions, _)| conditions.first().is_some_and(|first| first == "query"));
                let block: Vec<_> = block.collect();
                at += block.len();
                for member in &request.query {
                    for (conditions, line) in &block {
                        self.line(request, conditions, line, Some(member), &mut out);
                    }
                }
            } else {
                let (conditions, line) = &self.lines[at];
                self.line(request, conditions, line, None, &mut out);
                at += 1;
            }
        }
        out
    }

    fn holds(&self, request: &Request<'_>, condition: &str) -> bool {
        match condition {
            "basic" => basic(request).is_some(),
            "bearer" => bearer(request).is_some(),
            "bearer-basic" => request.slot == "bearer-basic",
            "query" => !request.query.is_empty(),
            "body" => matches!(request.body, Some(Json::Map(_) | Json::List(_))),
            "text" => matches!(request.body, Some(Json::Text(_))),
            "get" | "post" | "put" | "delete" => request.api.method.eq_ignore_ascii_case(condition),
            other => match other.strip_prefix('!') {
                Some(condition) => !self.holds(request, condition),
                None => panic!("{}: no condition `{other}`", self.name),
            },
        }
    }

    fn line(
        &self,
        request: &Request<'_>,
        conditions: &[String],
        line: &str,
        member: Option<&(&'static str, Json)>,
        out: &mut String,
    ) {
        if !conditions.iter().all(|condition| self.holds(request, condition)) {
            return;
        }
        let indent = line.len() - line.trim_start().len();
        let method = request.api.method.to_lowercase();
        let capital = format!("{}{}", &request.api.method[..1], &method[1..]);
        let mut text = line.replace("{url}", request.api.url).replace("{METHOD}", request.api.method);
        let path = request.api.url.match_indices('/').nth(2).map_or(request.api.url.len(), |(at, _)| at);
        let (origin, path) = request.api.url.split_at(path);
        text = text.replace("{origin}", origin).replace("{path}", path);
        text = text.replace("{method}", &method).replace("{Method}", &capital);
        let part = |variable: Option<&str>| match variable {
            Some(variable) => self.env(variable),
            None => self.key("nothing").to_owned(),
        };
        if let Some((user, password)) = basic(request) {
            text = text.replace("{user}", &part(user)).replace("{password}", &part(password));
        }
        if request.slot == "bearer-basic" {
            let (user, password) = (self.env(super::USERNAME), self.env(request.variable));
            text = text.replace("{user}", &user).replace("{password}", &password);
        }
        let mut presents = true;
        if let Some((variable, own)) = bearer(request) {
            presents = own || !conditions.iter().any(|condition| condition == "bearer");
            text = text.replace("{bearer}", &self.env(variable));
        }
        if let Some((name, value)) = member {
            let mut rendered = String::new();
            self.json(value, request.variable, indent, &mut rendered);
            presents = rendered.contains(PRESENTS);
            text = text.replace("{name}", name).replace("{value}", &rendered.replace(PRESENTS, ""));
        }
        if text.contains("{full-url}") {
            presents = request.query.iter().any(|(_, value)| matches!(value, Json::Credential));
            text = text.replace("{full-url}", &self.full_url(request));
        }
        if text.contains("{body}") {
            let mut rendered = String::new();
            if let Some(body) = &request.body {
                self.json(body, request.variable, indent, &mut rendered);
            }
            text = text.replace("{body}", &rendered);
            presents = false;
        }
        if let Some(Json::Text(body)) = &request.body {
            text = text.replace("{text}", &self.text(body));
        }
        if !presents && text.ends_with(PRESENTS) {
            text.pop();
        }
        writeln!(out, "{text}").unwrap();
    }

    fn full_url(&self, request: &Request<'_>) -> String {
        let mut parts = Vec::new();
        let mut written = request.api.url.to_owned();
        for (at, (name, value)) in request.query.iter().enumerate() {
            write!(written, "{}{name}=", if at == 0 { '?' } else { '&' }).unwrap();
            let variable = match value {
                Json::Text(text) => {
                    written.push_str(&text.replace(' ', "+"));
                    continue;
                }
                Json::Other(variable) => variable,
                _ => request.variable,
            };
            parts.extend([self.text(&std::mem::take(&mut written)), self.env(variable)]);
        }
        if !written.is_empty() {
            parts.push(self.text(&written));
        }
        if parts.len() == 1 { parts.remove(0) } else { parts.join(self.key("concat")) }
    }

    /// A value, one member a line; the line of the credential is marked.
    fn json(&self, value: &Json, variable: &str, indent: usize, out: &mut String) {
        let (kind, members): (&str, Vec<(&str, &Json)>) = match value {
            Json::Text(text) => return out.push_str(&self.text(text)),
            Json::Number(number) => return out.push_str(&self.key("number").replace("{}", number)),
            Json::Other(name) => return out.push_str(&self.env(name)),
            Json::Credential => return out.push_str(&format!("{}{PRESENTS}", self.env(variable))),
            Json::Map(members) => ("map", members.iter().map(|(key, value)| (*key, value)).collect()),
            Json::List(values) => ("list", values.iter().map(|value| ("", value)).collect()),
        };
        let dollar = self.keys.get("dollar").map_or("$", String::as_str);
        out.push_str(self.key(&format!("{kind}-open")));
        out.push('\n');
        for (at, (key, value)) in members.iter().enumerate() {
            let mut inner = String::new();
            self.json(value, variable, indent + 2, &mut inner);
            let marked = inner.ends_with(PRESENTS);
            let inner = if marked { inner.trim_end_matches(PRESENTS) } else { &inner };
            let entry = self.key(&format!("{kind}-entry")).replace("{key}", &key.replace('$', dollar));
            let separator = if at + 1 < members.len() { self.key("separator") } else { "" };
            let mark = if marked { PRESENTS.to_string() } else { String::new() };
            writeln!(out, "{}{}{separator}{mark}", " ".repeat(indent + 2), entry.replace("{value}", inner)).unwrap();
        }
        write!(out, "{}{}", " ".repeat(indent), self.key(&format!("{kind}-close"))).unwrap();
    }
}
