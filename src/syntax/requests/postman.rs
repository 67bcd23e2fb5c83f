//! Collections of Postman, versions 2 and 2.1.

use super::{File, MAX_DEPTH, Program, Request, get, text_of};
use crate::source::Span;
use crate::syntax::facts::{Entry, Expr, ExprKind};

/// Whether a document is a collection.
pub(super) fn is(document: &Expr) -> bool {
    let schema = |document: &Expr| {
        let known = get(document, "info").and_then(|info| text_of(info, "schema"));
        known.is_some_and(|schema| schema.contains("postman"))
    };
    let named = get(document, "info").is_some_and(|info| get(info, "_postman_id").is_some());
    matches!(get(document, "item").map(|item| &item.kind), Some(ExprKind::List(_))) && (named || schema(document))
}

/// Reads a collection.
pub(super) fn read(file: &File<'_>, document: &Expr, program: &mut Program) {
    folder(file, document, None, program, 0);
}

/// A collection, a folder, or a request with its examples. Authorization is handed down.
fn folder(file: &File<'_>, item: &Expr, outer: Option<&Expr>, program: &mut Program, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    let own = |expr| get(expr, "auth").filter(|auth: &&Expr| !matches!(auth.kind, ExprKind::Nothing));
    let auth = own(item).or(outer);
    if let Some(ExprKind::List(variables)) = get(item, "variable").map(|list| &list.kind) {
        for variable in variables {
            let name = text_of(variable, "key").or_else(|| text_of(variable, "id"));
            if let Some(value) = file.get(variable, "value") {
                program.variable(name, value);
            }
        }
    }
    if let Some(described) = get(item, "request") {
        request(file, described, own(described).or(auth), program);
    }
    if let Some(ExprKind::List(items)) = get(item, "item").map(|list| &list.kind) {
        items.iter().for_each(|item| folder(file, item, auth, program, depth + 1));
    }
}

fn request(file: &File<'_>, described: &Expr, auth: Option<&Expr>, program: &mut Program) {
    let mut request = Request::default();
    if !matches!(described.kind, ExprKind::Map(_)) {
        request.part("url", Some(file.value(described)));
        return request.send(described.span, program);
    }
    request.part("method", file.get(described, "method"));
    let Some(url) = get(described, "url") else { return };
    let url = match get(url, "raw") {
        Some(raw) => file.value(raw),
        None if matches!(url.kind, ExprKind::Map(_)) => parts(file, url),
        None => file.value(url),
    };
    let span = url.span;
    request.part("url", Some(url));
    request.headers = file.pairs(get(described, "header"));
    if let Some(auth) = auth {
        authorization(file, auth, &mut request);
    }
    if let Some(body) = get(described, "body") {
        let mode = text_of(body, "mode").unwrap_or("raw");
        match get(body, mode) {
            Some(raw) if mode == "raw" => request.part("body", Some(file.body(raw))),
            Some(form @ Expr { kind: ExprKind::List(_), .. }) => {
                let entries = file.pairs(Some(form)).into_iter();
                let entries = entries.map(|entry| Entry { value: file.body(&entry.value), ..entry }).collect();
                request.part("body", Some(Expr::new(ExprKind::Map(entries), form.span)));
            }
            Some(_) => request.open = true,
            None => {}
        }
    }
    request.send(span, program);
}

/// A URL that is given by its parts alone.
fn parts(file: &File<'_>, url: &Expr) -> Expr {
    let mut all = Vec::new();
    let glue = |text: &str| Expr::text(text, Span { start: url.span.start, end: url.span.start });
    let list = |key: &str, between: &str, all: &mut Vec<Expr>| match get(url, key) {
        Some(Expr { kind: ExprKind::List(items), .. }) => {
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    all.push(glue(between));
                }
                all.push(file.value(item));
            }
        }
        Some(text) => all.push(file.value(text)),
        None => {}
    };
    if let Some(protocol) = file.get(url, "protocol") {
        all.extend([protocol, glue("://")]);
    }
    list("host", ".", &mut all);
    all.push(glue("/"));
    list("path", "/", &mut all);
    for (at, entry) in file.pairs(get(url, "query")).into_iter().enumerate() {
        all.extend([glue(if at == 0 { "?" } else { "&" }), entry.key, glue("="), entry.value]);
    }
    Expr::new(ExprKind::Concat(all), url.span)
}

/// `{type: basic, basic: [{key: username, value: ..}, ..]}`; in version 2 the inner list is a map.
fn authorization(file: &File<'_>, auth: &Expr, request: &mut Request) {
    let kind = text_of(auth, "type").unwrap_or_default();
    let members = file.pairs(get(auth, kind));
    let member = |key: &str| {
        let fits = |entry: &&Entry| entry.key.as_text().is_some_and(|known| known.as_ref() == key);
        members.iter().find(fits).map(|entry| entry.value.clone())
    };
    match kind {
        "basic" => {
            request.part("user", member("username"));
            request.part("password", member("password"));
        }
        "bearer" => request.part("bearer", member("token")),
        "apikey" => {
            if let (Some(key), Some(value)) = (member("key"), member("value")) {
                let in_query = member("in").is_some_and(|place| place.as_text().is_some_and(|text| &**text == "query"));
                let list = if in_query { &mut request.query } else { &mut request.headers };
                list.push(Entry { key, value, env: false });
            }
        }
        "noauth" | "" => {}
        "oauth2" => {
            request.part("bearer", member("accessToken"));
            request.open = true;
        }
        _ => request.open = true,
    }
}
