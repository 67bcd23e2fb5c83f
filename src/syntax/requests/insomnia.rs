//! Exports of Insomnia: version 4 (a list of resources) and version 5 (a tree), in JSON or YAML.

use super::{File, MAX_DEPTH, Program, Request, get, text_of};
use crate::syntax::facts::{Entry, Expr, ExprKind};

/// Whether a document is an export.
pub(super) fn is(document: &Expr) -> bool {
    let version_4 = get(document, "__export_format").is_some() && get(document, "resources").is_some();
    version_4 || text_of(document, "type").is_some_and(|kind| kind.starts_with("collection.insomnia"))
}

/// Reads an export.
pub(super) fn read(file: &File<'_>, document: &Expr, program: &mut Program) {
    for key in ["resources", "collection", "environments"] {
        if let Some(part) = get(document, key) {
            walk(file, part, None, program, 0);
        }
    }
}

/// Resources, or folders with children. A folder's authentication is handed down.
fn walk(file: &File<'_>, expr: &Expr, outer: Option<&Expr>, program: &mut Program, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match &expr.kind {
        ExprKind::List(items) => items.iter().for_each(|item| walk(file, item, outer, program, depth + 1)),
        ExprKind::Map(_) => {
            let set = |auth: &&Expr| matches!(&auth.kind, ExprKind::Map(entries) if !entries.is_empty());
            let auth = get(expr, "authentication").filter(set).or(outer);
            if get(expr, "url").is_some() && get(expr, "method").is_some() {
                request(file, expr, auth, program);
            }
            for data in ["data", "environment"].iter().filter_map(|key| get(expr, key)) {
                for entry in file.pairs(Some(data)) {
                    program.variable(entry.key.as_text().map(|key| &**key), entry.value);
                }
            }
            for key in ["children", "subEnvironments"] {
                if let Some(children) = get(expr, key) {
                    walk(file, children, auth, program, depth + 1);
                }
            }
        }
        _ => {}
    }
}

fn request(file: &File<'_>, described: &Expr, auth: Option<&Expr>, program: &mut Program) {
    let mut request = Request::default();
    let Some(url) = file.get(described, "url") else { return };
    let span = url.span;
    request.part("url", Some(url));
    request.part("method", file.get(described, "method"));
    request.headers = file.pairs(get(described, "headers"));
    request.query = file.pairs(get(described, "parameters"));
    if let Some(auth) =
        auth.filter(|auth| !matches!(get(auth, "disabled").map(|off| &off.kind), Some(ExprKind::Number(_))))
    {
        match text_of(auth, "type").unwrap_or_default() {
            "basic" => {
                request.part("user", file.get(auth, "username"));
                request.part("password", file.get(auth, "password"));
            }
            "bearer" => request.part("bearer", file.get(auth, "token")),
            "apikey" => {
                if let (Some(key), Some(value)) = (file.get(auth, "key"), file.get(auth, "value")) {
                    let in_query = text_of(auth, "addTo") == Some("queryParams");
                    let list = if in_query { &mut request.query } else { &mut request.headers };
                    list.push(Entry { key, value, env: false });
                }
            }
            "none" | "" => {}
            _ => request.open = true,
        }
    }
    if let Some(body) = get(described, "body") {
        if let Some(text) = get(body, "text") {
            request.part("body", Some(file.body(text)));
        } else if let Some(form) = get(body, "params") {
            let entries = file.pairs(Some(form));
            request.part("body", Some(Expr::new(ExprKind::Map(entries), form.span)));
        }
    }
    request.send(span, program);
}
