//! Hygiene: secrets in URLs and logs, plain HTTP, roles that are wider than needed.

use super::fit::{article, capital};
use super::leaf::Leaf;
use super::observe::{Candidate, Observed};
use super::request::{Credential, Request};
use super::url::{Url, assemble};
use super::{Ground, rule};
use crate::catalog::names::Around;
use crate::flow::value::How;
use crate::flow::{Argument, Event, Part, Shape, ShapeKind};
use crate::source::Place;

impl Ground<'_> {
    /// What a request's parts show, whichever host it goes to.
    pub fn hygiene_request(&self, event: &Event<'_>, parts: &[Part], requests: &[Request<'_>], out: &mut Observed) {
        for template in assemble(parts, false) {
            let url = Url::parse(template);
            self.secrets_in_url(event, &url, parts, out);
        }
        let mixpanels = !requests.is_empty();
        for part in parts.iter().filter(|part| &*part.slot == "query" || &*part.slot == "query-value") {
            let name = part.name.as_ref().and_then(Shape::text);
            let members: Vec<(Option<String>, &Shape, &Place)> = match &part.value.kind {
                ShapeKind::Map(members, _) => {
                    members.iter().map(|member| (Some(member.key.to_string()), &member.value, &member.place)).collect()
                }
                _ => vec![(name, &part.value, &part.place)],
            };
            for (name, value, place) in members {
                self.secret_in_query(event, name.as_deref(), value, place, mixpanels, out);
            }
        }
        for request in requests {
            self.insecure(event, request, parts, out);
            self.roles(event, request, out);
        }
    }

    fn secret_in_query(
        &self,
        event: &Event<'_>,
        name: Option<&str>,
        value: &Shape,
        place: &Place,
        mixpanels: bool,
        out: &mut Observed,
    ) {
        // The old signature hands over a key, never the secret: it is judged as what it is, once.
        let around = if mixpanels { Around::Flow } else { Around::Nothing };
        for one in value.alternatives() {
            let mut leaf = self.leaf(one, around);
            if leaf.kinds.is_empty()
                && mixpanels
                && !leaf.empty
                && let Some(meaning) = name.and_then(|name| self.names.meaning(name, around))
            {
                leaf.kinds = meaning.kinds;
            }
            if self.is_whole_secret(&leaf) && leaf.kinds.only() != Some(self.kinds.api_key) {
                let finding = self.in_url(&leaf, place.clone());
                out.push(Candidate::new(finding, event, place.clone(), &leaf));
                return;
            }
        }
    }

    fn secrets_in_url(&self, event: &Event<'_>, url: &Url, parts: &[Part], out: &mut Observed) {
        let at = parts.iter().rev().find(|part| &*part.slot == "url").map(|part| part.place.clone());
        let Some(fallback) = at.or_else(|| parts.first().map(|part| part.place.clone())) else { return };
        let place = url.place().unwrap_or(fallback);
        let around = if self.is_host(url) { Around::Flow } else { Around::Nothing };
        let mut texts: Vec<&str> = url.path.iter().map(String::as_str).collect();
        texts.extend(url.query.iter().map(|(_, value)| value.as_str()));
        if let Some(userinfo) = &url.userinfo {
            texts.extend(userinfo.split(':'));
        }
        for text in texts {
            let value = url.template.shape(text);
            let mut values: Vec<Shape> = url.template.holes_in(text).into_iter().cloned().collect();
            values.push(value);
            for value in values.iter().flat_map(|value| value.alternatives()) {
                let leaf = self.leaf(value, around);
                if self.is_whole_secret(&leaf) {
                    let finding = self.in_url(&leaf, place.clone());
                    out.push(Candidate::new(finding, event, place.clone(), &leaf));
                    return;
                }
            }
        }
    }

    fn in_url(&self, leaf: &Leaf, place: Place) -> crate::finding::Finding {
        let kind = leaf.kinds.iter().next().map_or("credential", |kind| self.kinds.title(kind));
        let message = format!("{} stands in a URL", capital(&article(kind)));
        let mut finding = self.finding(rule::SECRET_IN_URL, message, place, format!("{kind} in this URL"));
        finding.flow = self.flow(leaf);
        finding.secret = self.secret_of(leaf);
        finding
    }

    /// Whether a leaf is a secret of Mixpanel's, by evidence that counts, and no placeholder.
    pub fn is_whole_secret(&self, leaf: &Leaf) -> bool {
        let placeholder = leaf.text.as_deref().is_some_and(|text| self.kinds.is_placeholder(text));
        let plausible = leaf.text.as_deref().is_none_or(|text| !self.kinds.fitting(leaf.kinds, text).is_empty());
        !leaf.empty && !placeholder && plausible && self.kinds.all_secret(leaf.kinds)
    }

    fn insecure(&self, event: &Event<'_>, request: &Request<'_>, parts: &[Part], out: &mut Observed) {
        if request.presented.is_empty() {
            return;
        }
        let off = parts.iter().find(|part| &*part.slot == "insecure" && part.value.is_empty());
        let place = match off {
            Some(part) => part.place.clone(),
            None if request.url.scheme == "http" => {
                let scheme = parts.iter().rev().find(|part| matches!(&*part.slot, "scheme" | "url" | "base"));
                match request.url.place().or_else(|| scheme.map(|part| part.place.clone())) {
                    Some(place) => place,
                    None => return,
                }
            }
            None => return,
        };
        let kind = self.what(&request.presented[0].what);
        let message = format!("{} is sent to Mixpanel over plain HTTP", capital(&article(&kind)));
        let finding = self.finding(rule::INSECURE_TRANSPORT, message, place, "no TLS".into());
        out.findings.push(Candidate::at_place(finding, event));
    }

    /// An option of an SDK that turns TLS off.
    pub fn insecure_entry(
        &self,
        event: &Event<'_>,
        host: Option<&Argument>,
        scheme: Option<&Argument>,
        out: &mut Observed,
    ) {
        let text = |arg: Option<&Argument>| arg.and_then(|arg| arg.value.text());
        let url = text(host).map(|host| {
            let host = if host.contains("://") { host } else { format!("https://{host}") };
            let shape = Shape { kind: ShapeKind::Text(host.into()), trail: Default::default() };
            Url::parse(super::url::Template::all(&shape).into_iter().next().unwrap_or_default())
        });
        let mixpanels = match (&url, host) {
            (Some(url), _) => self.is_host(url),
            (None, host) => host.is_none(),
        };
        let place = match (&url, scheme) {
            (Some(url), _) if url.scheme == "http" => host.map(|host| host.place.clone()),
            (_, Some(scheme))
                if scheme.value.text().is_some_and(|scheme| scheme.trim_end_matches([':', '/']) == "http") =>
            {
                Some(scheme.place.clone())
            }
            _ => None,
        };
        if let Some(place) = place.filter(|_| mixpanels) {
            let message = "This option makes the SDK send to Mixpanel over plain HTTP".to_owned();
            let finding = self.finding(rule::INSECURE_TRANSPORT, message, place, "no TLS".into());
            out.findings.push(Candidate::at_place(finding, event));
        }
    }

    fn roles(&self, event: &Event<'_>, request: &Request<'_>, out: &mut Observed) {
        if request.api.roles.is_empty() {
            return;
        }
        for member in &request.payload {
            let key = member.path.rsplit('.').next().unwrap_or_default();
            if !request.api.roles.iter().any(|role| role == key) {
                continue;
            }
            for one in member.value.alternatives() {
                let Some(text) = one.text() else { continue };
                if !request.api.powerful.contains(&text.to_lowercase()) {
                    continue;
                }
                let steps = one.trail.steps();
                let written = steps.iter().find(|step| step.how == How::Written);
                let place = written.map_or_else(|| member.place.clone(), |step| step.place.clone());
                let message = format!("The service account gets the role `{text}`");
                let finding =
                    self.finding(rule::OVER_PRIVILEGED_ACCOUNT, message, place, "a role that may do everything".into());
                out.findings.push(Candidate::at_place(finding, event));
            }
        }
    }

    /// Something is written to a log.
    pub fn logged(&self, event: &Event<'_>, what: &str, args: &[Argument], out: &mut Observed) {
        self.account_log(event, args);
        for arg in args {
            if let Some(leaf) = self.secret_within(&arg.value, 0) {
                let kind = leaf.kinds.iter().next().map_or("credential", |kind| self.kinds.title(kind));
                let message = match what {
                    "exception" => format!("{} is put into an exception's message", capital(&article(kind))),
                    "print" => format!("{} is printed", capital(&article(kind))),
                    _ => format!("{} is written to a log", capital(&article(kind))),
                };
                let mut finding =
                    self.finding(rule::SECRET_IN_LOG, message, event.site.clone(), format!("{kind} goes out here"));
                finding.flow = self.flow(&leaf);
                finding.secret = self.secret_of(&leaf);
                out.push(Candidate::new(finding, event, event.site.clone(), &leaf));
                return;
            }
        }
    }

    /// A secret that a value holds whole.
    fn secret_within(&self, value: &Shape, depth: usize) -> Option<Leaf> {
        if depth > 8 {
            return None;
        }
        match &value.kind {
            ShapeKind::Concat(all) => {
                let parts = all.iter().find_map(|one| self.secret_within(one, depth + 1));
                parts.or_else(|| self.secret_behind_username(value))
            }
            ShapeKind::Choice(all) => all.iter().find_map(|one| self.secret_within(one, depth + 1)),
            ShapeKind::Base64(inner) => self.secret_within(inner, depth + 1),
            // An instance prints itself as its class likes.
            ShapeKind::Map(_, true) => None,
            ShapeKind::Map(members, _) | ShapeKind::List(members, _) => {
                members.iter().find_map(|member| self.secret_within(&member.value, depth + 1))
            }
            // Of a request that is printed, its URL is seen.
            ShapeKind::Request(parts) => {
                let hidden = ["header", "headers", "header-value", "auth", "bearer", "body", "body-value"];
                let seen = parts.iter().filter(|part| !hidden.contains(&&*part.slot));
                seen.into_iter().find_map(|part| self.secret_within(&part.value, depth + 1))
            }
            _ => {
                let leaf = self.leaf(value, Around::Nothing);
                self.is_whole_secret(&leaf).then_some(leaf)
            }
        }
    }

    /// `user:secret`, where the user name is a service account's: what stands behind it is its secret, whatever its name.
    fn secret_behind_username(&self, value: &Shape) -> Option<Leaf> {
        for template in super::url::Template::all(value) {
            let Some((user, password)) = template.text.split_once(':') else { continue };
            let user = self.leaf(&template.shape(user), Around::Nothing);
            let mut password = self.leaf(&template.shape(password), Around::Nothing);
            if user.kinds.only() == Some(self.kinds.username) && !password.empty {
                password.kinds = crate::catalog::names::KindSet::one(self.kinds.account_secret);
                return self.is_whole_secret(&password).then_some(password);
            }
        }
        None
    }

    /// Whether a credential is a secret that client code must not present.
    pub fn is_secret_credential(&self, credential: &Credential) -> bool {
        match credential {
            Credential::Pair(user, password) => {
                let account = user.kinds.is_empty() || user.kinds.has(self.kinds.username);
                account || self.kinds.all_secret(password.kinds)
            }
            Credential::Encoded(leaf) => {
                leaf.kinds.is_empty() || self.kinds.all_secret(leaf.kinds) || leaf.kinds.has(self.kinds.pair)
            }
            Credential::One(leaf) => self.kinds.all_secret(leaf.kinds),
            Credential::Broken(_) => false,
        }
    }
}
