//! The authorization of a request: headers, `auth` arguments, Basic pairs and bearer tokens, as they are presented.

use super::Ground;
use super::request::{Credential, Presented, Request};
use super::url::Template;
use crate::catalog::names::Around;
use crate::flow::value::How;
use crate::flow::{Member, Part, Shape, ShapeKind, decode_base64};
use crate::source::Place;

/// Whether a value is this word.
fn says(value: &Shape, word: &str) -> bool {
    value.text().is_some_and(|text| text.eq_ignore_ascii_case(word))
}

impl<'a> Ground<'a> {
    pub(super) fn read_authorization(&self, request: &mut Request<'a>, parts: &[Part]) {
        let (mut user, mut password) = (None, None);
        // A URL that was put together from parts brings its user.
        let inside = parts.iter().filter(|part| &*part.slot == "url").flat_map(|part| match &part.value.kind {
            ShapeKind::Request(inner) => inner.as_slice(),
            _ => &[],
        });
        let inside = inside.filter(|part| matches!(&*part.slot, "auth" | "user" | "password"));
        for part in parts.iter().chain(inside) {
            let before = request.presented.len();
            match &*part.slot {
                "headers" => self.headers(request, &part.value),
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
            if may_be_left_out(part) {
                request.presented[before..].iter_mut().for_each(|presented| presented.optional = true);
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

    pub(super) fn headers(&self, request: &mut Request<'a>, value: &Shape) {
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
                _ => request.hidden = true,
            }
        }
    }

    /// `Name: value`, or several such lines.
    pub(super) fn header_line(&self, request: &mut Request<'a>, value: &Shape, place: &Place) {
        for template in Template::all(value) {
            for line in template.text.split(['\r', '\n']).filter(|line| !line.trim().is_empty()) {
                match line.split_once(':') {
                    Some((name, rest)) => {
                        let value = template.shape(rest.trim_start());
                        self.header(request, name.trim(), &value, place);
                    }
                    None => request.hidden = true,
                }
            }
        }
    }

    pub(super) fn header(&self, request: &mut Request<'a>, name: &str, value: &Shape, place: &Place) {
        let place = setter(value).unwrap_or(place);
        if !name.eq_ignore_ascii_case("authorization") {
            for one in value.alternatives() {
                let leaf = self.leaf(one, Around::Nothing);
                let credential = leaf.kinds.iter().any(|kind| kind != self.kinds.project_id);
                if credential && !leaf.empty && leaf.own {
                    let at = format!("header:{}", name.to_lowercase());
                    request.presented.push(Presented::new(Credential::One(leaf), at, place.clone()));
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
    pub(super) fn authorization(&self, request: &mut Request<'a>, template: &Template, place: &Place) {
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

    pub(super) fn basic_blob(
        &self,
        request: &mut Request<'a>,
        template: &Template,
        rest: &str,
        place: &Place,
        bearer: bool,
    ) {
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
        request.presented.push(Presented::new(what, at, place.clone()));
    }

    /// What base64 behind `Basic` hides.
    pub(super) fn encoded(&self, request: &mut Request<'a>, inner: &Shape, place: &Place, bearer: bool) {
        for template in Template::all(inner) {
            let (user, password) = match template.text.split_once(':') {
                Some((user, password)) => (template.shape(user), template.shape(password)),
                None => {
                    let whole = template.shape(&template.text);
                    let leaf = self.leaf(&whole, Around::Flow);
                    let is = |wanted: &[usize]| leaf.kinds.iter().any(|kind| wanted.contains(&kind));
                    // What may as well be a pair is one.
                    let alone = is(&[self.kinds.token, self.kinds.project_secret])
                        && !is(&[self.kinds.username, self.kinds.pair]);
                    if leaf.text.is_none() && !alone {
                        // A value that holds the whole pair.
                        let at = if bearer { "bearer-basic" } else { "basic" }.to_owned();
                        let what = Credential::Encoded(leaf);
                        request.presented.push(Presented::new(what, at, place.clone()));
                        continue;
                    }
                    (whole, Shape { kind: ShapeKind::Nothing, trail: Default::default() })
                }
            };
            self.basic_at(request, &user, &password, place, bearer);
        }
    }

    /// What an `auth` argument holds: a pair, a map with user name and password, a text, or an object of that sort.
    pub(super) fn auth(&self, request: &mut Request<'a>, value: &Shape, place: &Place) {
        let place = setter(value).unwrap_or(place);
        let nothing = Shape { kind: ShapeKind::Nothing, trail: Default::default() };
        for one in value.alternatives() {
            match &one.kind {
                ShapeKind::Nothing => {}
                // `{:basic, "user:password"}`, `[:bearer, token]`: the scheme, then what it is for.
                ShapeKind::List(members, false) => match &members[..] {
                    [scheme, given] if says(&scheme.value, "basic") => self.auth(request, &given.value, place),
                    [scheme, given] if says(&scheme.value, "bearer") => {
                        self.one_of(request, &given.value, "bearer", place);
                    }
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

    pub(super) fn basic(&self, request: &mut Request<'a>, user: &Shape, password: &Shape, place: &Place) {
        self.basic_at(request, user, password, place, false);
    }

    pub(super) fn basic_at(
        &self,
        request: &mut Request<'a>,
        user: &Shape,
        password: &Shape,
        place: &Place,
        bearer: bool,
    ) {
        for user in filled(user) {
            for password in filled(password) {
                let leaf = |value: &Shape| self.leaf_in(value, Around::Flow, Some(place));
                let (user, password) = (leaf(user), leaf(password));
                let (what, at) = match (user.empty, password.empty) {
                    (true, true) => continue,
                    (false, true) => (Credential::One(user), "basic-user"),
                    (true, false) => (Credential::One(password), "basic-password"),
                    (false, false) => (Credential::Pair(Box::new(user), Box::new(password)), "basic"),
                };
                let at = if bearer { "bearer-basic" } else { at }.to_owned();
                request.presented.push(Presented::new(what, at, place.clone()));
            }
        }
    }

    pub(super) fn one_of(&self, request: &mut Request<'a>, value: &Shape, at: &str, place: &Place) {
        for one in value.alternatives() {
            let leaf = self.leaf(one, Around::Flow);
            if leaf.empty || leaf.text.as_deref().is_some_and(|text| self.kinds.is_placeholder(text)) {
                continue;
            }
            let what = Credential::One(leaf);
            request.presented.push(Presented::new(what, at.to_owned(), place.clone()));
        }
    }
}

/// Whether what a part presents is there in some branches only.
fn may_be_left_out(part: &Part) -> bool {
    let some_empty = |value: &Shape| {
        let all = value.alternatives();
        all.iter().any(Shape::is_empty) && !all.iter().all(Shape::is_empty)
    };
    match &part.value.kind {
        ShapeKind::Map(members, _) => {
            members.iter().any(|member| member.key.eq_ignore_ascii_case("authorization") && some_empty(&member.value))
        }
        _ => some_empty(&part.value),
    }
}

/// Where a value was set on an instance, if it comes from there: what presents it, however many requests do.
fn setter(value: &Shape) -> Option<&Place> {
    value.trail.last().filter(|step| step.how == How::Set).map(|step| &step.place)
}

/// The alternatives of a value; empty ones only where there are no others.
fn filled(value: &Shape) -> Vec<&Shape> {
    let all = value.alternatives();
    // A list or map is no user name and no password.
    let plain = |one: &&Shape| !matches!(one.kind, ShapeKind::List(..) | ShapeKind::Map(..) | ShapeKind::Request(_));
    let filled: Vec<&Shape> = all.iter().filter(plain).filter(|one| !one.is_empty()).collect();
    if filled.is_empty() { all.iter().take(1).collect() } else { filled }
}

fn strip_scheme<'t>(text: &'t str, scheme: &str) -> Option<&'t str> {
    let head = text.get(..scheme.len())?;
    let rest = &text[scheme.len()..];
    (head.eq_ignore_ascii_case(scheme) && rest.starts_with([' ', '\t'])).then(|| rest.trim_start())
}
