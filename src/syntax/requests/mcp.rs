//! Servers of MCP clients that are reached by a bridge on the command line: `npx mcp-remote URL --header "Name: value"`.
//!
//! Servers with a `url` of their own are rows of `rules/http/data.toml`.

use super::{File, MAX_DEPTH, Program, Request, get};
use crate::syntax::facts::{Expr, ExprKind};

/// Finds the servers in a document.
pub(super) fn read(file: &File<'_>, document: &Expr, program: &mut Program) {
    walk(file, document, program, 0);
}

fn walk(file: &File<'_>, expr: &Expr, program: &mut Program, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match &expr.kind {
        ExprKind::List(items) => items.iter().for_each(|item| walk(file, item, program, depth + 1)),
        ExprKind::Map(entries) => {
            if let Some(ExprKind::List(args)) = get(expr, "args").map(|args| &args.kind) {
                server(file, expr, args, program);
            }
            entries.iter().for_each(|entry| walk(file, &entry.value, program, depth + 1));
        }
        _ => {}
    }
}

fn server(file: &File<'_>, expr: &Expr, args: &[Expr], program: &mut Program) {
    let is_bridge = |arg: &Expr| {
        let name = arg.as_text().map_or("", |text| text.split('@').next().unwrap_or_default());
        matches!(name, "mcp-remote" | "mcp-proxy" | "supergateway")
    };
    let url = args.iter().find(|arg| {
        let text = match &arg.kind {
            ExprKind::Concat(parts) => parts.first().and_then(Expr::as_text),
            _ => arg.as_text(),
        };
        text.is_some_and(|text| text.starts_with("http"))
    });
    let (true, Some(url)) = (args.iter().any(is_bridge), url) else { return };
    for entry in file.pairs(get(expr, "env")) {
        program.variable(entry.key.as_text().map(|key| &**key), entry.value);
    }
    let is_header = |arg: &Expr| arg.as_text().is_some_and(|text| matches!(&**text, "--header" | "-H" | "--headers"));
    let headers = args.windows(2).filter(|pair| is_header(&pair[0])).map(|pair| file.value(&pair[1])).collect();
    // Without a header the bridge asks the user to log in.
    let mut request = Request { open: true, ..Request::default() };
    request.part("url", Some(file.value(url)));
    request.part("headers", Some(Expr::new(ExprKind::List(headers), url.span)));
    request.send(url.span, program);
}
