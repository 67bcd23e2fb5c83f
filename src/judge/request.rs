//! A request as Mixpanel would see it: the API, and each credential with its place in the request.

use super::Ground;
use super::leaf::Leaf;
use super::payload::{self, Payload};
use super::url::{Template, Url, assemble};
use crate::catalog::coverage::used;
use crate::catalog::names::Around;
use crate::catalog::{Api, Apis};
use crate::flow::{Part, Shape, ShapeKind};
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
    /// Whether there is an alternative in which nothing stands in its place.
    pub optional: bool,
}

impl Presented {
    /// A credential that is there whatever branch is taken.
    pub fn new(what: Credential, at: Placement, place: Place) -> Self {
        Self { what, at, place, optional: false }
    }
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
    /// Whether it is signed in the old way, as its query says.
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
        let proxy = self.behind_proxy(url);
        if proxy.is_none() && !self.is_host(url) {
            return None;
        }
        let path = &url.path[proxy.unwrap_or_default()..];
        let host = url.host_pattern();
        let fits = |api: &'a Api| {
            let methods = api.methods.is_empty() || method.as_ref().is_none_or(|method| api.methods.contains(method));
            let hosts = api.hosts.is_empty() || api.hosts.iter().any(|known| host_fits(known, &host));
            if !methods || !hosts {
                return None;
            }
            let scores = api.paths.iter().filter_map(|pattern| Some((path_score(pattern, path)?, pattern)));
            scores.max_by_key(|(score, _)| *score).map(|(score, pattern)| (score, pattern, api))
        };
        let apis = self.catalog.apis.api.iter().filter_map(fits);
        let (_, pattern, api) = apis.max_by_key(|(score, _, api)| (*score, api.hosts.len()))?;
        used(pattern);
        used(api);
        (!api.ignored).then_some(api)
    }

    /// How many segments of a URL's path lead to Mixpanel, where the house has a proxy in front of it there.
    fn behind_proxy(&self, url: &Url) -> Option<usize> {
        if self.catalog.apis.proxies.is_empty() {
            return None;
        }
        let pattern = url.host_pattern();
        let fits = |proxy: &String| {
            let (host, path) = proxy.split_once('/').unwrap_or((proxy, ""));
            let host = host.split(':').next().unwrap_or(host).to_lowercase();
            let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
            let below = url.path.len() >= segments.len() && segments.iter().zip(&url.path).all(|(a, b)| a == b);
            (below && host_fits(&host, &pattern)).then_some(segments.len())
        };
        self.catalog.apis.proxies.iter().filter_map(fits).max()
    }

    /// Whether a URL's host is Mixpanel's, or a proxy's in front of it: by its name, or where it isn't known by what the value is called.
    pub fn is_host(&self, url: &Url) -> bool {
        let pattern = url.host_pattern();
        if let Some(host) = self.catalog.apis.hosts.iter().find(|known| host_fits(known, &pattern)) {
            used(host);
            return true;
        }
        if self.behind_proxy(url).is_some() {
            return true;
        }
        let unknown = pattern.is_empty() || pattern.starts_with('*') && !pattern.contains('.');
        unknown && url.host_names().iter().any(|name| self.names.is_vendor(name))
    }

    fn request(&self, api: &'a Api, url: Url, parts: &[Part], hidden: bool) -> Request<'a> {
        // A proxy may add what it likes.
        let hidden = hidden || self.behind_proxy(&url).is_some();
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
            signed: is_signed(&self.catalog.apis, &url, parts),
            url_place,
            url,
        };
        if let Some(place) = at {
            self.read_url(&mut request, &place);
        }
        // A text of parameters stands in the URL as well: they are presented where they are given.
        let in_url = request.presented.len();
        self.read_query(&mut request, parts);
        let given: Vec<String> = request.presented[in_url..].iter().map(|one| one.at.clone()).collect();
        let mut at = 0;
        request.presented.retain(|one| {
            at += 1;
            at > in_url || !given.contains(&one.at)
        });
        self.read_authorization(&mut request, parts);
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
        request.project_hidden |= url.is_open();
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
        if self.catalog.apis.names_project(name) {
            request.project_named |= !value.is_empty();
            return;
        }
        // A request that is made by a link or an image has its payload there: `/track?data=...`.
        if request.api.wants_body() && self.catalog.apis.wrapper(name).is_some() {
            request.payload.extend(payload::read_field(&self.catalog.apis, name, value, place).members);
            return;
        }
        let by_name = self.names.meaning(name, Around::Flow).map(|meaning| meaning.kinds).unwrap_or_default();
        let signature = request.signed && self.catalog.apis.is_signature_key(name);
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
                request.presented.push(Presented::new(Credential::One(leaf), at, place.clone()));
            }
        }
    }

    /// Whether a parameter of this name is one that presents a credential.
    fn is_parameter(&self, name: &str) -> bool {
        let kinds = self.names.meaning(name, Around::Flow).map(|meaning| meaning.kinds).unwrap_or_default();
        kinds.iter().any(|kind| kind != self.kinds.project_id && kind != self.kinds.username)
    }

    fn read_body(&self, request: &mut Request<'a>, parts: &[Part]) {
        let wants_body = request.api.wants_body();
        let mut seen = false;
        for part in parts {
            let payload = match &*part.slot {
                "body" => payload::read(&self.catalog.apis, &part.value, &part.place),
                "body-value" => match part.name.as_ref().and_then(Shape::text) {
                    Some(name) => payload::read_field(&self.catalog.apis, &name, &part.value, &part.place),
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
        if self.catalog.apis.names_project(key) {
            request.project_named |= !member.value.is_empty();
            return;
        }
        let slot = format!("body:{}", member.path);
        let is_slot = self.is_body_slot(key);
        // A list or map is no credential, whatever it is called.
        let plain =
            |one: &&Shape| !matches!(one.kind, ShapeKind::List(..) | ShapeKind::Map(..) | ShapeKind::Request(_));
        for one in member.value.alternatives().iter().filter(plain) {
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
            let what = Credential::One(leaf);
            request.presented.push(Presented::new(what, slot.clone(), member.place.clone()));
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
fn is_signed(apis: &Apis, url: &Url, parts: &[Part]) -> bool {
    let signs = |name: &str| apis.signs(name);
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
    // Most of the name has to be known, or any host would do.
    let letters: usize = pieces.iter().map(|piece| piece.len()).sum();
    letters * 3 >= known.len() * 2 && pieces.last().is_some_and(|last| known.ends_with(last))
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
