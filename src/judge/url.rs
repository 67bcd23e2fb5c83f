//! The URL of a request: which host, which path, which parameters, as far as they are known.

use std::sync::Arc;

use crate::flow::value::{How, Trail};
use crate::flow::{Part, Shape, ShapeKind};
use crate::source::Place;

/// What stands for a value that isn't known inside an assembled text: this character, an index and this again.
const HOLE: char = '\u{1}';

/// A text in which some parts are values that aren't known.
#[derive(Clone, Default)]
pub struct Template {
    /// The text, with marks for the holes.
    pub text: String,
    /// The values in the holes.
    pub holes: Vec<Shape>,
    /// The literal pieces.
    pub pieces: Vec<Piece>,
}

/// A literal piece of an assembled text.
#[derive(Clone)]
pub struct Piece {
    /// Where in the text it begins.
    start: usize,
    /// Where it ends.
    end: usize,
    /// Where it is written.
    place: Place,
    /// The value that it is, with its history.
    shape: Shape,
}

/// How many alternatives of a text are looked at.
const MAX_ALTERNATIVES: usize = 12;

impl Template {
    /// All alternatives of a value as texts with holes.
    pub fn all(shape: &Shape) -> Vec<Template> {
        let mut all = vec![Template::default()];
        expand(shape, &mut all, 0);
        all
    }

    fn push_text(&mut self, text: &str, shape: &Shape) {
        let start = self.text.len();
        self.text.extend(text.chars().filter(|c| *c != HOLE));
        let written = shape.trail.steps().into_iter().find(|step| step.how == How::Written);
        if let Some(place) = written.map(|step| step.place.clone()) {
            self.pieces.push(Piece { start, end: self.text.len(), place, shape: shape.clone() });
        }
    }

    fn push_hole(&mut self, shape: &Shape) {
        self.text.push(HOLE);
        self.text.push_str(&self.holes.len().to_string());
        self.text.push(HOLE);
        self.holes.push(shape.clone());
    }

    /// Appends another template.
    pub fn append(&mut self, other: &Template) {
        let base = self.text.len();
        let shift = self.holes.len();
        let mut parts = other.text.split(HOLE);
        // Marks pair up: every second part is an index.
        if let Some(first) = parts.next() {
            self.text.push_str(first);
        }
        while let (Some(index), Some(text)) = (parts.next(), parts.next()) {
            let index = index.parse::<usize>().unwrap_or_default() + shift;
            self.text.push_str(&format!("{HOLE}{index}{HOLE}{text}"));
        }
        self.holes.extend(other.holes.iter().cloned());
        // Marks with other indexes may have other lengths: pieces behind them only keep their places.
        let grown = (self.text.len() - base) as isize - other.text.len() as isize;
        let moved = |at: usize| at + base;
        self.pieces.extend(other.pieces.iter().filter(|_| grown == 0).map(|piece| Piece {
            start: moved(piece.start),
            end: moved(piece.end),
            ..piece.clone()
        }));
        if grown != 0 {
            self.pieces.extend(other.pieces.iter().map(|piece| Piece { start: base, end: base, ..piece.clone() }));
        }
    }

    /// A stretch of the text, which cuts no hole.
    fn part(&self, start: usize, end: usize) -> Template {
        let cut = |piece: &Piece| Piece {
            start: piece.start.max(start) - start,
            end: piece.end.min(end) - start,
            ..piece.clone()
        };
        let inside = |piece: &&Piece| piece.start < end && piece.end > start;
        Template {
            text: self.text[start..end].to_owned(),
            holes: self.holes.clone(),
            pieces: self.pieces.iter().filter(inside).map(cut).collect(),
        }
    }

    /// The values of the holes in a part of the text.
    pub fn holes_in(&self, part: &str) -> Vec<&Shape> {
        part.split(HOLE).skip(1).step_by(2).filter_map(|index| self.holes.get(index.parse::<usize>().ok()?)).collect()
    }

    /// A part of the text as a shape: what was put there, with its history, and text that was cut with its place.
    pub fn shape(&self, part: &str) -> Shape {
        let mut shapes = Vec::new();
        // Where in the whole text the part stands; a text that isn't a part of it has no history.
        let from = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize);
        let from = from.filter(|from| from + part.len() <= self.text.len()).or_else(|| self.text.find(part));
        let mut at = 0;
        for (turn, piece) in part.split(HOLE).enumerate() {
            if turn % 2 == 1 {
                shapes.extend(piece.parse::<usize>().ok().and_then(|index| self.holes.get(index)).cloned());
            } else if !piece.is_empty() {
                match from {
                    Some(from) => self.cut(from + at, from + at + piece.len(), &mut shapes),
                    None => shapes.push(Shape { kind: ShapeKind::Text(piece.into()), trail: Trail::default() }),
                }
            }
            at += piece.len() + HOLE.len_utf8();
        }
        match shapes.len() {
            1 => shapes.remove(0),
            0 => Shape { kind: ShapeKind::Text("".into()), trail: Trail::default() },
            _ => Shape { kind: ShapeKind::Concat(shapes), trail: Trail::default() },
        }
    }

    /// The literal pieces in a range of the text, cut to it.
    fn cut(&self, start: usize, end: usize, shapes: &mut Vec<Shape>) {
        let mut at = start;
        while at < end {
            let inside = self.pieces.iter().find(|piece| piece.start <= at && at < piece.end);
            let next = self.pieces.iter().map(|piece| piece.start).filter(|start| *start > at).min().unwrap_or(end);
            let stop = inside.map_or(next, |piece| piece.end).min(end);
            let shape = match inside {
                Some(piece) if piece.start == at && piece.end == stop => piece.shape.clone(),
                Some(piece) => {
                    let trail = Trail::written(piece.place.clone());
                    Shape { kind: ShapeKind::Text(self.text[at..stop].into()), trail }
                }
                None => Shape { kind: ShapeKind::Text(self.text[at..stop].into()), trail: Trail::default() },
            };
            shapes.push(shape);
            at = stop;
        }
    }
}

fn expand(shape: &Shape, all: &mut Vec<Template>, depth: usize) {
    if depth > 12 {
        all.iter_mut().for_each(|one| one.push_hole(shape));
        return;
    }
    match &shape.kind {
        ShapeKind::Text(text) | ShapeKind::Number(text) => {
            all.iter_mut().for_each(|one| one.push_text(text, shape));
        }
        ShapeKind::Nothing => {}
        ShapeKind::Concat(parts) => parts.iter().for_each(|part| expand(part, all, depth + 1)),
        ShapeKind::Choice(arms) => {
            let before = std::mem::take(all);
            // An empty arm says nothing beside one that isn't.
            let filled = arms.iter().any(|arm| !arm.is_empty());
            for arm in arms.iter().filter(|arm| !filled || !arm.is_empty()) {
                let mut these = before.clone();
                expand(arm, &mut these, depth + 1);
                all.extend(these);
                if all.len() >= MAX_ALTERNATIVES {
                    break;
                }
            }
            all.truncate(MAX_ALTERNATIVES);
        }
        ShapeKind::Request(parts) => {
            let urls = assemble(parts, true);
            let before = std::mem::take(all);
            for one in before {
                for url in &urls {
                    let mut one = one.clone();
                    one.append(url);
                    all.push(one);
                }
            }
            all.truncate(MAX_ALTERNATIVES);
        }
        _ => all.iter_mut().for_each(|one| one.push_hole(shape)),
    }
}

/// The URLs that the parts of a request make, without parameters from elsewhere. `resolve`: a reference that begins
/// with a slash replaces the base's path, as in `new URL("/path", base)`.
pub fn assemble(parts: &[Part], resolve: bool) -> Vec<Template> {
    let last = |slot: &str| parts.iter().rev().find(|part| &*part.slot == slot).map(|part| Template::all(&part.value));
    let empty = || vec![Template::default()];
    let mut bases = last("base").unwrap_or_else(empty);
    if let Some(hosts) = last("host") {
        let schemes = last("scheme").unwrap_or_else(|| vec![literal("https://")]);
        bases = combine(&schemes, &hosts, |scheme, host| {
            if host.text.contains("://") {
                return host.clone();
            }
            let mut url = with_slashes(scheme);
            url.append(host);
            url
        });
    }
    let urls = last("url").unwrap_or_else(empty);
    let mut whole = combine(&bases, &urls, |base, url| join(base, url, resolve));
    // What is set on a whole URL afterwards takes the place of what it said.
    let index = |slot: &str| parts.iter().rposition(|part| &*part.slot == slot);
    let set_later = |slot: &str| index(slot).is_some() && index(slot) > index("url") && index("url").is_some();
    if let Some(hosts) = last("host").filter(|_| set_later("host")) {
        whole = combine(&whole, &hosts, with_host);
    }
    if let Some(schemes) = last("scheme").filter(|_| set_later("scheme")) {
        whole = combine(&whole, &schemes, with_scheme);
    }
    if let Some(paths) = last("path") {
        whole = combine(&whole, &paths, |base, path| join(base, path, true));
    }
    for query in parts.iter().filter(|part| &*part.slot == "query" && !matches!(part.value.kind, ShapeKind::Map(..))) {
        let queries = Template::all(&query.value);
        whole = combine(&whole, &queries, |url, query| {
            let mut url = url.clone();
            if !query.text.is_empty() {
                url.text.push(if url.text.contains('?') { '&' } else { '?' });
                let mut query = query.clone();
                if let Some(bare) = query.text.strip_prefix('?') {
                    query.text = bare.to_owned();
                }
                url.append(&query);
            }
            url
        });
    }
    whole
}

/// A scheme with what goes between it and the host; nothing where there is none.
fn with_slashes(scheme: &Template) -> Template {
    let mut scheme = scheme.clone();
    if !scheme.text.contains("://") && !scheme.text.is_empty() {
        let bare = scheme.text.trim_end_matches(':').len();
        scheme.text.truncate(bare);
        scheme.text.push_str("://");
    }
    scheme
}

/// A URL with another host.
fn with_host(url: &Template, host: &Template) -> Template {
    let Some(from) = url.text.find("://").map(|at| at + 3) else { return url.clone() };
    let end = url.text[from..].find(['/', '?', '#']).map_or(url.text.len(), |at| from + at);
    let mut whole = url.part(0, from);
    whole.append(host);
    whole.append(&url.part(end, url.text.len()));
    whole
}

/// A URL with another scheme.
fn with_scheme(url: &Template, scheme: &Template) -> Template {
    let Some(from) = url.text.find("://").map(|at| at + 3) else { return url.clone() };
    let mut whole = with_slashes(scheme);
    whole.append(&url.part(from, url.text.len()));
    whole
}

fn literal(text: &str) -> Template {
    Template { text: text.to_owned(), ..Template::default() }
}

fn combine(a: &[Template], b: &[Template], join: impl Fn(&Template, &Template) -> Template) -> Vec<Template> {
    let mut all: Vec<_> = a.iter().flat_map(|a| b.iter().map(|b| join(a, b)).collect::<Vec<_>>()).collect();
    all.truncate(MAX_ALTERNATIVES);
    all
}

fn join(base: &Template, url: &Template, resolve: bool) -> Template {
    if url.text.contains("://") || base.text.is_empty() {
        return url.clone();
    }
    if url.text.is_empty() {
        return base.clone();
    }
    let mut whole = base.clone();
    if resolve && url.text.starts_with('/') {
        let host = whole.text.find("://").map_or(0, |at| at + 3);
        if let Some(path) = whole.text[host..].find(['/', '?', '#']) {
            whole.text.truncate(host + path);
        }
    }
    while whole.text.ends_with('/') {
        whole.text.pop();
    }
    if !url.text.starts_with(['/', '?', HOLE]) {
        whole.text.push('/');
    }
    whole.append(url);
    whole
}

/// A URL taken apart.
#[derive(Clone, Default)]
pub struct Url {
    /// The whole as a text with holes.
    pub template: Template,
    /// The scheme in lower case; empty where it isn't known.
    pub scheme: String,
    /// What stands before `@`.
    pub userinfo: Option<String>,
    /// The host in lower case, with holes.
    pub host: String,
    /// The segments of the path, with holes.
    pub path: Vec<String>,
    /// The parameters, with holes.
    pub query: Vec<(String, String)>,
}

impl Url {
    /// Takes a text apart.
    pub fn parse(template: Template) -> Self {
        let text = template.text.clone();
        let mut url = Url { template, ..Url::default() };
        let (front, query) = match text.split_once('?') {
            Some((front, query)) => (front.to_owned(), query.to_owned()),
            None => (text, String::new()),
        };
        let front = front.split('#').next().unwrap_or_default();
        let rest = match front.split_once("://") {
            Some((scheme, rest)) => {
                url.scheme = scheme.to_lowercase();
                rest
            }
            None => front,
        };
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        match authority.rsplit_once('@') {
            Some((userinfo, host)) => {
                url.userinfo = Some(userinfo.to_owned());
                url.host = host.to_lowercase();
            }
            None => url.host = authority.to_lowercase(),
        }
        if let Some((host, port)) = url.host.clone().rsplit_once(':')
            && port.bytes().all(|byte| byte.is_ascii_digit())
        {
            url.host = host.to_owned();
        }
        url.path = path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
        for pair in query.split('#').next().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            if let Some((name, value)) = pair.split_once('=') {
                url.query.push((name.to_owned(), value.to_owned()));
            }
        }
        url
    }

    /// The values of holes that stand for whole parameters (`?${params}`).
    pub fn query_holes(&self) -> Vec<Shape> {
        let Some((_, query)) = self.template.text.split_once('?') else { return Vec::new() };
        let pairs = query.split('&').filter(|pair| !pair.contains('='));
        pairs.flat_map(|pair| self.template.holes_in(pair).into_iter().cloned().collect::<Vec<_>>()).collect()
    }

    /// Whether it ends with a path that isn't known, which may bring parameters (`/api/query/${path}`).
    pub fn is_open(&self) -> bool {
        self.template.text.ends_with(HOLE) && !self.template.text.contains('?')
    }

    /// The place of the literal that holds the host or, with no literal there, nothing.
    pub fn place(&self) -> Option<Place> {
        self.template.pieces.first().map(|piece| piece.place.clone())
    }

    /// Whether a segment is a hole.
    pub fn is_hole(segment: &str) -> bool {
        segment.contains(HOLE)
    }

    /// The host with each hole as a star.
    pub fn host_pattern(&self) -> String {
        let mut pattern = String::new();
        for (at, piece) in self.host.split(HOLE).enumerate() {
            pattern.push_str(if at % 2 == 1 { "*" } else { piece });
        }
        pattern
    }

    /// The names by which the first hole of the URL goes, where the host isn't known.
    pub fn host_names(&self) -> Vec<Arc<str>> {
        let front = self.template.text.split("/").next().unwrap_or_default();
        let holes = self.template.holes_in(if front.is_empty() { &self.host } else { front });
        let host_holes = self.template.holes_in(&self.host);
        let steps = holes.into_iter().chain(host_holes).flat_map(|hole| hole.trail.steps());
        steps.filter_map(|step| step.name.clone()).collect()
    }
}
