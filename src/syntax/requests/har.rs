//! Recordings of browsers and proxies: HAR files.

use super::{File, Program, Request, get};
use crate::syntax::facts::{Expr, ExprKind};

/// Whether a document is a recording.
pub(super) fn is(document: &Expr) -> bool {
    get(document, "log").and_then(|log| get(log, "entries")).is_some()
}

/// Reads a recording.
pub(super) fn read(file: &File<'_>, document: &Expr, program: &mut Program) {
    let entries = get(document, "log").and_then(|log| get(log, "entries"));
    let Some(ExprKind::List(entries)) = entries.map(|entries| &entries.kind) else { return };
    for described in entries.iter().filter_map(|entry| get(entry, "request")) {
        let Some(url) = file.get(described, "url") else { continue };
        let mut request = Request::default();
        let span = url.span;
        request.part("url", Some(url));
        request.part("method", file.get(described, "method"));
        request.headers = file.pairs(get(described, "headers"));
        if let Some(data) = get(described, "postData") {
            match get(data, "text") {
                Some(text) => request.part("body", Some(file.body(text))),
                None => {
                    let entries = file.pairs(get(data, "params"));
                    request.part("body", Some(Expr::new(ExprKind::Map(entries), data.span)));
                }
            }
        }
        request.send(span, program);
    }
}
