//! `.http` and `.rest` files, as editors run them.

use super::{File, Program, Request, json_body};
use crate::source::Span;
use crate::syntax::embed::Inner;
use crate::syntax::facts::{Entry, Expr, ExprKind, Facts};
use crate::syntax::lexical::lines;

/// Methods that may stand in front of a URL.
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "GRAPHQL"];

/// The requests of a file.
pub fn rest(text: &str) -> Facts {
    let file = File { text };
    let mut program = Program::default();
    let all: Vec<Span> = lines(text, Span::new(0, text.len())).collect();
    for block in all.split(|line| text[line.range()].starts_with("###")) {
        one(&file, block, &mut program);
    }
    program.facts()
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#') || line.starts_with("//")
}

/// One request: variables and comments, the line with its URL, headers, an empty line, the body.
fn one(file: &File<'_>, block: &[Span], program: &mut Program) {
    let row = |line: &Span| &file.text[line.range()];
    let mut lines = block.iter().peekable();
    while let Some(line) = lines.peek() {
        let trimmed = row(line).trim();
        if let Some((name, value)) = row(line).strip_prefix('@').and_then(|rest| rest.split_once('=')) {
            let value = trim(file.text, Span::new(line.end as usize - value.len(), line.end as usize));
            program.variable(Some(name.trim()), file.raw(value));
        } else if trimmed.starts_with("< {%") {
            // A script before the request.
            while lines.peek().is_some_and(|line| !row(line).contains("%}")) {
                lines.next();
            }
        } else if !trimmed.is_empty() && !is_comment(trimmed) {
            break;
        }
        lines.next();
    }
    let Some(first) = lines.next() else { return };
    let mut request = Request::default();
    let mut span = trim(file.text, *first);
    let word = row(&span).split_whitespace().next().unwrap_or_default();
    if METHODS.contains(&word) {
        request.part("method", Some(Expr::text(word, Span { start: span.start, end: span.start + word.len() as u32 })));
        span = trim(file.text, Span { start: span.start + word.len() as u32, end: span.end });
    } else if !word.contains("://") && !word.starts_with("{{") {
        return;
    }
    if let Some(at) = row(&span).rfind(" HTTP/") {
        span = trim(file.text, Span { start: span.start, end: span.start + at as u32 });
    }
    // The query may go on in indented lines.
    let mut url = vec![file.raw(span)];
    while let Some(more) = lines.next_if(|line| {
        let line = row(line);
        line.starts_with([' ', '\t']) && line.trim_start().starts_with(['?', '&', '/'])
    }) {
        url.push(file.raw(trim(file.text, *more)));
    }
    let relative = row(&span).starts_with('/');
    while let Some(line) = lines.next_if(|line| !row(line).trim().is_empty()) {
        let Some((name, value)) = row(line).split_once(':').filter(|_| !is_comment(row(line).trim_start())) else {
            continue;
        };
        let value = trim(file.text, Span::new(line.end as usize - value.len(), line.end as usize));
        if !(name.trim().eq_ignore_ascii_case("authorization") && basic(file, value, &mut request)) {
            let key = Expr::text(name.trim(), Span { start: line.start, end: line.start + name.len() as u32 });
            request.headers.push(Entry { key, value: file.raw(value), env: false });
        }
    }
    if relative {
        // A request as it goes over the wire.
        let fits = |entry: &&Entry| entry.key.as_text().is_some_and(|name| name.eq_ignore_ascii_case("host"));
        let Some(host) = request.headers.iter().find(fits) else { return };
        let start = Span { start: span.start, end: span.start };
        url.splice(0..0, [Expr::text("https://", start), host.value.clone()]);
    }
    let url = if url.len() == 1 { url.remove(0) } else { Expr::new(ExprKind::Concat(url), span) };
    request.part("url", Some(url));
    let body: Vec<&Span> = lines
        .take_while(|line| !["> {%", "> ", "<> ", "HTTP/"].iter().any(|mark| row(line).starts_with(mark)))
        .filter(|line| !is_comment(row(line)))
        .skip_while(|line| row(line).trim().is_empty())
        .collect();
    if let (Some(start), Some(end)) = (body.first(), body.last()) {
        let whole = trim(file.text, Span { start: start.start, end: end.end });
        if row(&whole).starts_with("< ") || row(&whole).starts_with("<@") {
            request.open = true;
        } else {
            let json = json_body(Inner::slice(file.text, whole));
            request.part("body", Some(json.unwrap_or_else(|| file.raw(whole))));
        }
    }
    request.send(span, program);
}

/// `Basic user password` and `Basic user:password`, which editors encode. `false` where it is encoded already.
fn basic(file: &File<'_>, value: Span, request: &mut Request) -> bool {
    let text = &file.text[value.range()];
    let Some(rest) = text.get(..6).filter(|scheme| scheme.eq_ignore_ascii_case("basic ")).map(|_| &text[6..]) else {
        return false;
    };
    let span = trim(file.text, Span::new(value.end as usize - rest.len(), value.end as usize));
    let pair = &file.text[span.range()];
    let at = match pair.find([' ', '\t']).filter(|at| !pair[..*at].contains("{{") || pair[..*at].contains("}}")) {
        Some(at) => at,
        None => match pair.rfind("}}:").map(|at| at + 2).or_else(|| pair.find(':')) {
            Some(at) => at,
            None => return false,
        },
    };
    let user = Span { start: span.start, end: span.start + at as u32 };
    let password = trim(file.text, Span { start: user.end + 1, end: span.end });
    request.part("user", Some(file.raw(user)));
    request.part("password", Some(file.raw(password)));
    true
}

/// A span without blanks around it.
fn trim(text: &str, span: Span) -> Span {
    let slice = &text[span.range()];
    let start = span.start as usize + slice.len() - slice.trim_start().len();
    Span::new(start, start + slice.trim().len())
}
