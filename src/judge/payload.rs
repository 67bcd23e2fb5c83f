//! The payload of a request as members with paths, whether it is a map, JSON in a text, a form or base64 of one.

use crate::catalog::Apis;
use crate::flow::{Member, Shape, ShapeKind, decode_base64};
use crate::judge::url::Template;
use crate::source::Place;

/// A member of a payload.
#[derive(Clone)]
pub struct Payload {
    /// Its path from the event or profile on, list indexes left out: `properties.token`.
    pub path: String,
    /// Its value.
    pub value: Shape,
    /// Where the value stands.
    pub place: Place,
}

/// A payload, as far as it can be seen.
pub struct Read<'a> {
    apis: &'a Apis,
    /// Its members that hold no others.
    pub members: Vec<Payload>,
    /// Whether there may be more.
    pub open: bool,
}

const MAX_MEMBERS: usize = 400;

/// Reads a body.
pub fn read<'a>(apis: &'a Apis, value: &Shape, place: &Place) -> Read<'a> {
    read_below("", apis, value, place)
}

/// Reads one field of a form. A field that holds a payload (`data=...`) is that payload.
pub fn read_field<'a>(apis: &'a Apis, name: &str, value: &Shape, place: &Place) -> Read<'a> {
    read_below(if apis.wrapper(name).is_some() { "" } else { name }, apis, value, place)
}

fn read_below<'a>(path: &str, apis: &'a Apis, value: &Shape, place: &Place) -> Read<'a> {
    let mut read = Read { apis, members: Vec::new(), open: false };
    walk(value, place, path, &mut read, 0);
    read
}

fn walk(value: &Shape, place: &Place, path: &str, read: &mut Read<'_>, depth: usize) {
    if depth > 12 || read.members.len() > MAX_MEMBERS {
        read.open = true;
        return;
    }
    match &value.kind {
        ShapeKind::Map(members, open) => {
            read.open |= open;
            for Member { key, value, place } in members {
                let wraps = path.is_empty()
                    && is_container(value)
                    && read.apis.wrapper(key).is_some_and(|row| !row.text || !matches!(value.kind, ShapeKind::Unknown));
                let inner = match path.is_empty() {
                    true if wraps => String::new(),
                    true => key.to_string(),
                    false => format!("{path}.{key}"),
                };
                walk(value, place, &inner, read, depth + 1);
            }
        }
        // A form's field is a list of values in some libraries (`url.Values{"data": {payload}}`).
        ShapeKind::List(members, false) if !path.is_empty() && members.len() == 1 => {
            walk(&members[0].value, &members[0].place, path, read, depth + 1);
        }
        ShapeKind::List(members, open) => {
            read.open |= *open || (members.is_empty() && path.is_empty());
            // Inside a payload, a list of plain values is none of its fields.
            for member in members.iter().filter(|member| path.is_empty() || is_structure(&member.value)) {
                walk(&member.value, &member.place, path, read, depth + 1);
            }
        }
        ShapeKind::Choice(arms) if arms.iter().any(is_container) => {
            arms.iter().for_each(|arm| walk(arm, place, path, read, depth + 1));
        }
        ShapeKind::Base64(inner) => walk(inner, place, path, read, depth + 1),
        ShapeKind::Text(_) | ShapeKind::Concat(_) if path.is_empty() => text(value, place, read),
        _ if path.is_empty() || may_be_structure(path, value, read.apis) => {
            read.open = true;
            if !path.is_empty() {
                push(path, value, place, read);
            }
        }
        _ => push(path, value, place, read),
    }
}

fn push(path: &str, value: &Shape, place: &Place, read: &mut Read<'_>) {
    read.members.push(Payload { path: path.to_owned(), value: value.clone(), place: place.clone() });
}

fn is_structure(value: &Shape) -> bool {
    matches!(value.kind, ShapeKind::Map(..) | ShapeKind::List(..))
}

fn is_container(value: &Shape) -> bool {
    match &value.kind {
        ShapeKind::Map(..) | ShapeKind::List(..) | ShapeKind::Base64(_) => true,
        ShapeKind::Text(text) => text.trim_start().starts_with(['{', '[']) || encoded(text).is_some(),
        ShapeKind::Choice(arms) => arms.iter().any(is_container),
        ShapeKind::Unknown => true,
        _ => false,
    }
}

/// Whether an unknown value stands where a structure belongs, so that anything may be inside.
fn may_be_structure(path: &str, value: &Shape, apis: &Apis) -> bool {
    matches!(value.kind, ShapeKind::Unknown) && apis.holds_others(path)
}

/// The JSON that a text holds in base64.
pub fn encoded(text: &str) -> Option<String> {
    // What base64 makes of `{` and `[`.
    if !text.starts_with(['e', 'W']) || text.len() < 24 {
        return None;
    }
    let inner = decode_base64(&text.replace("%3D", "=").replace("%3d", "="))?;
    inner.trim_start().starts_with(['{', '[']).then_some(inner)
}

/// JSON or a form in a text with holes.
fn text(value: &Shape, place: &Place, read: &mut Read<'_>) {
    for template in Template::all(value) {
        let body = template.text.trim();
        if body.starts_with(['{', '[']) {
            json(&template, place, read);
        } else if let Some(inner) = encoded(body) {
            json(&Template { text: inner, ..template.clone() }, place, read);
        } else if body.contains('=') {
            for pair in body.split('&') {
                match pair.split_once('=') {
                    Some((_, value)) if value.trim_start().starts_with(['{', '[']) => {
                        let inner = Template { text: value.to_owned(), ..template.clone() };
                        json(&inner, place, read);
                    }
                    Some((name, value)) => {
                        let inner = read_field(read.apis, name, &template.shape(value), place);
                        read.members.extend(inner.members);
                        read.open |= inner.open;
                    }
                    None => read.open = true,
                }
            }
        } else {
            read.open |= !body.is_empty();
        }
    }
}

/// Reads JSON in which holes may stand inside or in place of strings. A scan, for text from a shell is seldom whole.
fn json(template: &Template, place: &Place, read: &mut Read<'_>) {
    let text = &template.text;
    let mut path: Vec<Option<String>> = Vec::new();
    let mut key: Option<String> = None;
    let mut at = 0;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => {
                path.push(if bytes[at] == b'{' { key.take() } else { None });
                at += 1;
            }
            b'}' | b']' => {
                path.pop();
                key = None;
                at += 1;
            }
            b'"' => {
                let end = string_end(bytes, at + 1);
                let content = &text[at + 1..end];
                at = (end + 1).min(bytes.len());
                let rest = text[at..].trim_start();
                if key.is_none() && rest.starts_with(':') {
                    key = Some(content.to_owned());
                } else if let Some(name) = key.take() {
                    leaf(template, &path, &name, content, place, read);
                }
            }
            b',' => {
                key = None;
                at += 1;
            }
            1 => {
                // A hole where a value belongs.
                let end = text[at + 1..].find('\u{1}').map_or(bytes.len(), |end| at + end + 2);
                match key.take() {
                    Some(name) => {
                        read.open |= read.apis.holds_others(&name);
                        leaf(template, &path, &name, &text[at..end], place, read);
                    }
                    None => read.open = true,
                }
                at = end;
            }
            b':' | b' ' | b'\n' | b'\t' | b'\r' => at += 1,
            _ => {
                let end = text[at..].find([',', '}', ']', '\n']).map_or(bytes.len(), |end| at + end.max(1));
                if let Some(name) = key.take() {
                    leaf(template, &path, &name, text[at..end].trim(), place, read);
                }
                at = end;
            }
        }
    }
}

fn leaf(template: &Template, path: &[Option<String>], name: &str, content: &str, place: &Place, read: &mut Read<'_>) {
    let outer = path.iter().flatten().filter(|part| read.apis.wrapper(part).is_none());
    let full: Vec<&str> = outer.map(String::as_str).chain(std::iter::once(name)).collect();
    let value = template.shape(content);
    push(&full.join("."), &value, place, read);
}

fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}
