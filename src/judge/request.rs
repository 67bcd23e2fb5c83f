//! A request as Mixpanel would see it: the API, and each credential with its place in the request.

use super::Ground;
use super::leaf::Leaf;
use super::payload::{self, Payload};
use super::url::{Template, Url, assemble};
use crate::catalog::Api;
use crate::catalog::names::Around;
use crate::flow::value::How;
use crate::flow::{Member, Part, Shape, ShapeKind, decode_base64};
use crate::source::Place;

/// Where in a request a credential stands, as rows in `rules/apis.toml` write it: `basic-user`, `bearer`,
/// `query:token`, `body:properties.token`.
pub type Placement = String;

/// A credential in a request.
#[derive(Clone)]
pub struct Presented {
    /// What it is.
    pub what: Credential,
    /// Where it stands in the request.
    pub at: Placement,
    /// The expression that presents it.
    pub place: Place,
    /// Where the argument came from that makes it so, if a wrapper presents it.
    pub passed: Option<Place>,
}

/// One value, or a user name with a password.
#[derive(Clone)]
pub enum Credential {
    /// One value.
    One(Leaf),
    /// A user name and a password, both there.
    Pair(Box<Leaf>, Box<Leaf>),
    /// A user name with a password, encoded out of sight.
    Encoded(Leaf),
    /// A blob behind `Basic` that doesn't decode to a pair.
    Broken(Leaf),
}

/// A request to Mixpanel.
pub struct Request<'a> {
    /// The API.
    pub api: &'a Api,
    /// The URL.
    pub url: Url,
    /// What it presents.
    pub presented: Vec<Presented>,
    /// Whether a credential may be there that isn't seen.
    pub hidden: bool,
    /// Whether the project may be named where it isn't seen.
    pub project_hidden: bool,
    /// Whether the project is named.
    pub project_named: bool,
    /// Whether it is signed in the old way: with `sig` or `expire` in its query.
    pub signed: bool,
    /// Members of the payload with their paths.
    pub payload: Vec<Payload>,
    /// Where the URL is given.
    pub url_place: Option<Place>,
}

impl<'a> Ground<'a> {
    /// The requests to Mixpanel that the parts can make: one for each alternative of the URL.
    pub fn requests(&self, parts: &[Part], hidden: bool) -> Vec<Request<'a>> {
        let mut requests = Vec::new();
        for template in assemble(parts, false) {
            let url = Url::parse(template);
            let Some(api) = self.api(&url, parts) else { continue };
            requests.push(self.request(api, url, parts, hidden));
        }
        requests
    }

    /// Which API a URL means.
    fn api(&self, url: &Url, parts: &[Part]) -> Option<&'a Api> {
        let method = parts.iter().rev().find(|part| &*part.slot == "method").map(|part| part.value.text());
        let has_body = parts.iter().any(|part| part.slot.starts_with("body"));
        let method = match method {
            Some(Some(method)) => Some(method.to_uppercase()),
            Some(None) => None,
            None => Some(if has_body { "POST" } else { "GET" }.to_owned()),
        };
        if !self.is_host(url) {
            return None;
        }
        let host = url.host_pattern();
        let fits = |api: &'a Api| {
            let methods = api.methods.is_empty() || method.as_ref().is_none_or(|method| api.methods.contains(method));
            let hosts = api.hosts.is_empty() || api.hosts.iter().any(|known| host_fits(known, &host));
            if !methods || !hosts {
                return None;
            }
            api.paths.iter().filter_map(|pattern| path_score(pattern, &url.path)).max().map(|score| (score, api))
        };
        let best = self.catalog.apis.api.iter().filter_map(fits).max_by_key(|(score, api)| (*score, api.hosts.len()));
        best.map(|(_, api)| api).filter(|api| !api.ignored)
    }

    /// Whether a URL's host is Mixpanel's: by its name, or where it isn't known by what the value is called.
    pub fn is_host(&self, url: &Url) -> bool {
        let pattern = url.host_pattern();
        if self.catalog.apis.hosts.iter().any(|known| host_fits(known, &pattern)) {
            return true;
        }
        let unknown = pattern.is_empty() || pattern.starts_with('*') && !pattern.contains('.');
        unknown && url.host_names().iter().any(|name| self.names.is_vendor(name))
    }

    fn request(&self, api: &'a Api, url: Url, parts: &[Part], hidden: bool) -> Request<'a> {
        let url_place =
            parts.iter().rev().find(|part| matches!(&*part.slot, "url" | "path")).map(|part| part.place.clone());
        let at = url_place.clone().or_else(|| parts.first().map(|part| part.place.clone()));
        let mut request = Request {
            api,
            presented: Vec::new(),
            hidden,
            project_hidden: hidden,
            project_named: false,
            payload: Vec::new(),
            signed: is_signed(&url, parts),
            url_place,
            url,
        };
        if let Some(place) = at {
            self.read_url(&mut request, &place);
        }
        self.read_authorization(&mut request, parts);
        self.read_query(&mut request, parts);
        self.read_body(&mut request, parts);
        request
    }

    fn read_url(&self, request: &mut Request<'a>, place: &Place) {
        let url = request.url.clone();
        if let Some(userinfo) = &url.userinfo {
            let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
            let place = url.place().unwrap_or_else(|| place.clone());
            let (user, password) = (url.template.shape(user), url.template.shape(password));
            self.basic(request, &user, &password, &place);
        }
        for (name, value) in &url.query {
            let value = url.template.shape(value);
            self.parameter(request, name, &value, place);
        }
        for hole in url.query_holes() {
            self.query_value(request, &hole, place);
        }
    }

    fn read_query(&self, request: &mut Request<'a>, parts: &[Part]) {
        for part in parts {
            match &*part.slot {
                "query" => self.query_value(request, &part.value, &part.place),
                "query-value" => match part.name.as_ref().and_then(Shape::text) {
                    Some(name) => self.parameter(request, &name, &part.value, &part.place),
                    None => {
                        request.hidden = true;
                        request.project_hidden = true;
                    }
                },
                _ => {}
            }
        }
    }

    fn query_value(&self, request: &mut Request<'a>, value: &Shape, place: &Place) {
        for one in value.alternatives() {
            match &one.kind {
                ShapeKind::Map(members, open) => {
                    for member in members {
                        self.parameter(request, &member.key, &member.value, &member.place);
                    }
                    request.hidden |= open;
                    request.project_hidden |= open;
                }
                ShapeKind::List(members, open) => {
                    // A list of pairs.
                    for member in members {
                        if let ShapeKind::List(pair, _) = &member.value.kind
                            && let [name, value] = &pair[..]
                            && let Some(name) = name.value.text()
                        {
                            self.parameter(request, &name, &value.value, &value.place);
                        }
                    }
                    request.hidden |= open;
                    request.project_hidden |= open;
                }
                ShapeKind::Text(_) | ShapeKind::Concat(_) => {
                    for template in Template::all(one) {
                        for pair in template.text.trim_start_matches('?').split('&') {
                            if let Some((name, value)) = pair.split_once('=') {
                                self.parameter(request, name, &template.shape(value), place);
                            }
                        }
                    }
                }
                ShapeKind::Nothing => {}
                _ => {
                    request.hidden = true;
                    request.project_hidden = true;
                }
            }
        }
    }

    fn parameter(&self, request: &mut Request<'a>, name: &str, value: &Shape, place: &Place) {
        if name == "project_id" {
            request.project_named |= !value.is_empty();
            return;
        }
        let by_name = self.names.meaning(name, Around::Flow).map(|meaning| meaning.kinds).unwrap_or_default();
        let signature = name == "api_key" && request.signed;
        for one in value.alternatives() {
            let mut leaf = self.leaf(one, Around::Nothing);
            if leaf.empty {
                continue;
            }
            if leaf.kinds.is_empty() && !by_name.is_empty() && self.is_parameter(name) {
                leaf = self.leaf(one, Around::Flow);
                if leaf.kinds.is_empty() {
                    leaf.kinds = by_name;
                }
            }
            let own = leaf.kinds.iter().any(|kind| kind != self.kinds.project_id);
            if own && (self.is_parameter(name) || leaf.own) {
                let at = if signature { "signature".to_owned() } else { format!("query:{name}") };
                request.presented.push(Presented {
                    passed: leaf.passed().cloned(),
                    what: Credential::One(leaf),
                    at,
                    place: place.clone(),
                });
            }
        }
    }

    /// Whether a parameter of this name is one that presents a credential.
    fn is_parameter(&self, name: &str) -> bool {
        let kinds = self.names.meaning(name, Around::Flow).map(|meaning| meaning.kinds).unwrap_or_default();
        kinds.iter().any(|kind| kind != self.kinds.project_id && kind != self.kinds.username)
    }

    fn read_authorization(&self, request: &mut Request<'a>, parts: &[Part]) {
        let (mut user, mut password) = (None, None);
        for part in parts {
            match &*part.slot {
                "headers" => self.headers(request, &part.value, &part.place),
                "header-value" => match part.name.as_ref().and_then(Shape::text) {
                    Some(name) => self.header(request, &name, &part.value, &part.place),
                    None => request.hidden = true,
                },
                "header" => self.header_line(request, &part.value, &part.place),
                "auth" => self.auth(request, &part.value, &part.place),
                "bearer" => self.one_of(request, &part.value, "bearer", &part.place),
                "user" => user = Some(part),
                "password" => password = Some(part),
                _ => {}
            }
        }
        if user.is_some() || password.is_some() {
            let nothing = Shape { kind: ShapeKind::Nothing, trail: Default::default() };
            let place = user.or(password).map(|part| part.place.clone());
            let (user, password) = (user.map(|part| &part.value), password.map(|part| &part.value));
            if let Some(place) = place {
                self.basic(request, user.unwrap_or(&nothing), password.unwrap_or(&nothing), &place);
            }
        }
    }

    fn headers(&self, request: &mut Request<'a>, value: &Shape, place: &Place) {
        for one in value.alternatives() {
            match &one.kind {
                ShapeKind::Map(members, open) => {
                    for Member { key, value, place } in members {
                        self.header(request, key, value, place);
                    }
                    request.hidden |= open;
                }
                ShapeKind::List(members, open) => {
                    for member in members {
                        match &member.value.kind {
                            ShapeKind::List(pair, _) => {
                                if let [name, value] = &pair[..]
                                    && let Some(name) = name.value.text()
                                {
                                    self.header(request, &name, &value.value, &value.place);
                                }
                            }
                            _ => self.header_line(request, &member.value, &member.place),
                        }
                    }
                    request.hidden |= open;
                }
                ShapeKind::Nothing => {}
                _ => {
                    let _ = place;
                    request.hidden = true;
                }
            }
        }
    }

    /// `Name: value`.
    fn header_line(&self, request: &mut Request<'a>, value: &Shape, place: &Place) {
        for template in Template::all(value) {
            match template.text.split_once(':') {
                Some((name, rest)) => {
                    let value = template.shape(rest.trim_start());
                    self.header(request, name.trim(), &value, place);
                }
                None => request.hidden = true,
            }
        }
    }

    fn header(&self, request: &mut Request<'a>, name: &str, value: &Shape, place: &Place) {
        let place = setter(value).unwrap_or(place);
        if !name.eq_ignore_ascii_case("authorization") {
            for one in value.alternatives() {
                let leaf = self.leaf(one, Around::Nothing);
                let credential = leaf.kinds.iter().any(|kind| kind != self.kinds.project_id);
                if credential && !leaf.empty && leaf.own {
                    let at = format!("header:{}", name.to_lowercase());
                    let passed = leaf.passed().cloned();
                    request.presented.push(Presented { what: Credential::One(leaf), at, place: place.clone(), passed });
                }
            }
            return;
        }
        for one in value.alternatives() {
            if one.is_empty() {
                continue;
            }
            if matches!(one.kind, ShapeKind::List(..) | ShapeKind::Map(..)) {
                self.auth(request, one, place);
                continue;
            }
            for template in Template::all(one) {
                self.authorization(request, &template, place);
            }
        }
    }

    /// The value of an `Authorization` header.
    fn authorization(&self, request: &mut Request<'a>, template: &Template, place: &Place) {
        let text = template.text.trim();
        if let Some(rest) = strip_scheme(text, "Bearer") {
            if let Some(rest) = strip_scheme(rest, "Basic") {
                return self.basic_blob(request, template, rest, place, true);
            }
            return self.one_of(request, &template.shape(rest), "bearer", place);
        }
        if let Some(rest) = strip_scheme(text, "Basic") {
            return self.basic_blob(request, template, rest, place, false);
        }
        let whole = template.shape(text);
        if let ShapeKind::Base64(inner) = &whole.kind {
            return self.encoded(request, inner, place, false);
        }
        self.one_of(request, &whole, "header:authorization", place);
    }

    fn basic_blob(&self, request: &mut Request<'a>, template: &Template, rest: &str, place: &Place, bearer: bool) {
        let rest = rest.trim();
        let value = template.shape(rest);
        if let ShapeKind::Base64(inner) = &value.kind {
            return self.encoded(request, inner, place, bearer);
        }
        // Mixpanel takes the pair without base64, too.
        if let Some((user, password)) = rest.split_once(':') {
            let (user, password) = (template.shape(user), template.shape(password));
            return self.basic_at(request, &user, &password, place, bearer);
        }
        let leaf = self.leaf(&value, Around::Flow);
        if leaf.empty {
            return;
        }
        let passed = leaf.passed().cloned();
        let at = if bearer { "bearer-basic" } else { "basic" }.to_owned();
        let what = match leaf.text.clone() {
            Some(text) if self.kinds.is_placeholder(&text) => return,
            Some(text) => {
                if let Some((user, password)) = self.kinds.decode_pair(&text) {
                    let part = |text: String| Shape { kind: ShapeKind::Text(text.into()), trail: value.trail.clone() };
                    return self.basic_at(request, &part(user), &part(password), place, bearer);
                }
                match decode_base64(&text) {
                    Some(inner) if self.kinds.fits(self.kinds.token, &inner) => {
                        let inner = Shape { kind: ShapeKind::Text(inner.into()), trail: value.trail.clone() };
                        let nothing = Shape { kind: ShapeKind::Nothing, trail: Default::default() };
                        return self.basic_at(request, &inner, &nothing, place, bearer);
                    }
                    _ if self.kinds.fits(self.kinds.token, &text) => Credential::One(leaf),
                    _ => Credential::Broken(leaf),
                }
            }
            None => Credential::Encoded(leaf),
        };
        request.presented.push(Presented { what, at, place: place.clone(), passed });
    }

    /// What base64 behind `Basic` hides.
    fn encoded(&self, request: &mut Request<'a>, inner: &Shape, place: &Place, bearer: bool) {
        for template in Template::all(inner) {
            let (user, password) = match template.text.split_once(':') {
                Some((user, password)) => (template.shape(user), template.shape(password)),
                None => {
                    let whole = template.shape(&template.text);
                    let leaf = self.leaf(&whole, Around::Flow);
                    let alone =
                        leaf.kinds.iter().any(|kind| kind == self.kinds.token || kind == self.kinds.project_secret);
                    if leaf.text.is_none() && !alone {
                        // A value that holds the whole pair.
                        let passed = leaf.passed().cloned();
                        let at = if bearer { "bearer-basic" } else { "basic" }.to_owned();
                        let what = Credential::Encoded(leaf);
                        request.presented.push(Presented { what, at, place: place.clone(), passed });
                        continue;
                    }
                    (whole, Shape { kind: ShapeKind::Nothing, trail: Default::default() })
                }
            };
            self.basic_at(request, &user, &password, place, bearer);
        }
    }

    /// What an `auth` argument holds: a pair, a map with user name and password, a text, or an object of that sort.
    fn auth(&self, request: &mut Request<'a>, value: &Shape, place: &Place) {
        let place = setter(value).unwrap_or(place);
        let nothing = Shape { kind: ShapeKind::Nothing, trail: Default::default() };
        for one in value.alternatives() {
            match &one.kind {
                ShapeKind::Nothing => {}
                ShapeKind::List(members, false) => match &members[..] {
                    [user, password] => {
                        let swapped =
                            self.leaf(&password.value, Around::Flow).kinds.only() == Some(self.kinds.username);
                        let place = if swapped { &user.place } else { place };
                        self.basic(request, &user.value, &password.value, place);
                    }
                    [user] => self.basic(request, &user.value, &nothing, place),
                    _ => request.hidden = true,
                },
                ShapeKind::Map(members, _) => {
                    let find = |wanted: &[&str]| members.iter().find(|member| wanted.contains(&&*member.key));
                    let user = find(&["username", "user", "login"]);
                    let password = find(&["password", "pass", "secret"]);
                    if let Some(bearer) = find(&["bearer", "token"]) {
                        self.one_of(request, &bearer.value, "bearer", &bearer.place);
                    } else if user.is_some() || password.is_some() {
                        let at = user.or(password).map_or_else(|| place.clone(), |member| member.place.clone());
                        let user = user.map_or(&nothing, |member| &member.value);
                        self.basic(request, user, password.map_or(&nothing, |member| &member.value), &at);
                    } else {
                        request.hidden = true;
                    }
                }
                ShapeKind::Text(_) | ShapeKind::Concat(_) => {
                    for template in Template::all(one) {
                        let (user, password) = template.text.split_once(':').unwrap_or((&template.text, ""));
                        let (user, password) = (template.shape(user), template.shape(password));
                        self.basic(request, &user, &password, place);
                    }
                }
                ShapeKind::Base64(inner) => self.encoded(request, inner, place, false),
                ShapeKind::Env(_) => self.one_of(request, one, "basic", place),
                _ => request.hidden = true,
            }
        }
    }

    fn basic(&self, request: &mut Request<'a>, user: &Shape, password: &Shape, place: &Place) {
        self.basic_at(request, user, password, place, false);
    }

    fn basic_at(&self, request: &mut Request<'a>, user: &Shape, password: &Shape, place: &Place, bearer: bool) {
        for user in filled(user) {
            for password in filled(password) {
                let (user, password) = (self.leaf(user, Around::Flow), self.leaf(password, Around::Flow));
                let passed = user.passed().or_else(|| password.passed()).cloned();
                let (what, at) = match (user.empty, password.empty) {
                    (true, true) => continue,
                    (false, true) => (Credential::One(user), "basic-user"),
                    (true, false) => (Credential::One(password), "basic-password"),
                    (false, false) => (Credential::Pair(Box::new(user), Box::new(password)), "basic"),
                };
                let at = if bearer { "bearer-basic" } else { at }.to_owned();
                request.presented.push(Presented { what, at, place: place.clone(), passed });
            }
        }
    }

    fn one_of(&self, request: &mut Request<'a>, value: &Shape, at: &str, place: &Place) {
        for one in value.alternatives() {
            let leaf = self.leaf(one, Around::Flow);
            if leaf.empty || leaf.text.as_deref().is_some_and(|text| self.kinds.is_placeholder(text)) {
                continue;
            }
            let passed = leaf.passed().cloned();
            let what = Credential::One(leaf);
            request.presented.push(Presented { what, at: at.to_owned(), place: place.clone(), passed });
        }
    }

    fn read_body(&self, request: &mut Request<'a>, parts: &[Part]) {
        let wants_body = request.api.takes.values().flat_map(|takes| &takes.at).any(|at| at.starts_with("body:"));
        let mut seen = false;
        for part in parts {
            let payload = match &*part.slot {
                "body" => payload::read(&part.value, &part.place),
                "body-value" => match part.name.as_ref().and_then(Shape::text) {
                    Some(name) => payload::read_field(&name, &part.value, &part.place),
                    None => {
                        request.hidden = true;
                        continue;
                    }
                },
                _ => continue,
            };
            seen = true;
            request.hidden |= payload.open && wants_body;
            request.project_hidden |= payload.open && request.api.project_id == "query-or-body";
            request.payload.extend(payload.members);
        }
        // A payload in the query (`/track?data=...`), or none at all, says nothing about what is missing.
        if wants_body && !seen {
            request.hidden = true;
        }
        for member in request.payload.clone() {
            self.member(request, &member);
        }
    }

    fn member(&self, request: &mut Request<'a>, member: &Payload) {
        let key = member.path.rsplit('.').next().unwrap_or_default();
        if key == "project_id" {
            request.project_named |= !member.value.is_empty();
            return;
        }
        let slot = format!("body:{}", member.path);
        let is_slot = self.is_body_slot(key);
        for one in member.value.alternatives() {
            let mut leaf = self.leaf(one, Around::Nothing);
            if leaf.empty {
                // A slot that is there and empty is meant to be filled.
                request.hidden |= is_slot;
                continue;
            }
            if is_slot && !leaf.own {
                let flow = self.leaf(one, Around::Flow);
                if !flow.kinds.is_empty() {
                    leaf = flow;
                } else {
                    leaf.kinds = self.names.meaning(key, Around::Flow).map(|meaning| meaning.kinds).unwrap_or_default();
                }
            }
            let credential = leaf.kinds.iter().any(|kind| kind != self.kinds.project_id);
            if !credential || !(is_slot || (leaf.own && !leaf.kinds.has(self.kinds.username))) {
                continue;
            }
            let passed = leaf.passed().cloned();
            let what = Credential::One(leaf);
            request.presented.push(Presented { what, at: slot.clone(), place: member.place.clone(), passed });
        }
    }

    /// Whether a member of this name presents a credential in the body of some API.
    fn is_body_slot(&self, key: &str) -> bool {
        let bare = key.trim_start_matches('$');
        let slots = self.catalog.apis.api.iter().flat_map(|api| api.takes.values()).flat_map(|takes| &takes.at);
        slots
            .filter_map(|at| at.split_once(':'))
            .any(|(_, path)| path.rsplit('.').next().unwrap_or(path).trim_start_matches('$') == bare)
    }
}

/// Whether a query has the parameters of the old signature.
fn is_signed(url: &Url, parts: &[Part]) -> bool {
    let signs = |name: &str| matches!(name, "sig" | "expire");
    let in_maps = parts.iter().filter(|part| &*part.slot == "query").any(|part| match &part.value.kind {
        ShapeKind::Map(members, _) => members.iter().any(|member| signs(&member.key)),
        _ => false,
    });
    let in_holes = url.query_holes().iter().any(|hole| match &hole.kind {
        ShapeKind::Map(members, _) => members.iter().any(|member| signs(&member.key)),
        _ => false,
    });
    in_maps || in_holes || url.query.iter().any(|(name, _)| signs(name))
}

/// Where a value was set on an instance, if it comes from there: what presents it, however many requests do.
fn setter(value: &Shape) -> Option<&Place> {
    value.trail.last().filter(|step| step.how == How::Set).map(|step| &step.place)
}

/// The alternatives of a value; empty ones only where there are no others.
fn filled(value: &Shape) -> Vec<&Shape> {
    let all = value.alternatives();
    let filled: Vec<&Shape> = all.iter().filter(|one| !one.is_empty()).collect();
    if filled.is_empty() { all.iter().take(1).collect() } else { filled }
}

fn strip_scheme<'t>(text: &'t str, scheme: &str) -> Option<&'t str> {
    let head = text.get(..scheme.len())?;
    let rest = &text[scheme.len()..];
    (head.eq_ignore_ascii_case(scheme) && rest.starts_with([' ', '\t'])).then(|| rest.trim_start())
}

/// Whether a host pattern of the rules fits a host in which holes are stars.
fn host_fits(known: &str, host: &str) -> bool {
    if !host.contains('*') {
        return match known.strip_prefix("*.") {
            Some(domain) => host.ends_with(domain) && host.len() > domain.len(),
            None => known == host,
        };
    }
    // Each known piece of the host stands in the pattern, in order, the last at its end.
    let mut rest = known;
    let pieces: Vec<&str> = host.split('*').collect();
    for (at, piece) in pieces.iter().enumerate() {
        match rest.find(piece) {
            Some(0) => rest = &rest[piece.len()..],
            Some(found) if at > 0 => rest = &rest[found + piece.len()..],
            _ => return false,
        }
    }
    // Something of the vendor's name has to be known, or any host would do.
    let known_letters: usize = pieces.iter().map(|piece| piece.len()).sum();
    known_letters >= "mixpanel.com".len() && pieces.last().is_some_and(|last| known.ends_with(last))
}

/// How many literal segments of a pattern a path matches; `None` where it doesn't match.
fn path_score(pattern: &str, path: &[String]) -> Option<usize> {
    let segments: Vec<&str> = pattern.split('/').filter(|segment| !segment.is_empty()).collect();
    let (segments, any_tail) = match segments.split_last() {
        Some((&"**", front)) => (front, true),
        _ => (&segments[..], false),
    };
    if path.len() < segments.len() || (!any_tail && path.len() > segments.len()) {
        return None;
    }
    let mut score = 0;
    for (pattern, segment) in segments.iter().zip(path) {
        match *pattern {
            "*" => {}
            _ if segment == pattern => score += 2,
            _ => return None,
        }
    }
    // Of two patterns with the same literals, the one without a tail is closer.
    Some(score * 2 + usize::from(!any_tail))
}
