//! Pages that a server writes: the islands of code in them, the page around those, and what they write into it.
//!
//! Everything keeps its place: the code is read from a text in which Blade's marks are PHP's, the page from one in
//! which the islands are blanked out, both as long as the file.

use std::sync::Arc;

use super::facts::{Comment, Expr, ExprKind};
use super::language::Language;
use crate::catalog::Functions;
use crate::source::Span;

/// A page taken apart.
pub struct Page {
    /// The text as PHP.
    pub code: String,
    /// The page with its islands blanked out, where there is a page at all.
    pub markup: Option<String>,
    /// What writes something into the page, in order.
    pub islands: Vec<Island>,
}

/// A range of a page that the server fills in.
#[derive(Clone, Debug)]
pub struct Island {
    /// Where it stands.
    pub span: Span,
    /// The name that what it writes goes by: a variable's, a constant's, that of the setting it asks for.
    pub name: Option<Arc<str>>,
}

/// Takes a page of PHP or Blade apart.
pub fn read(text: &str, blade: bool) -> Page {
    let code = if blade { as_php(text) } else { text.to_owned() };
    let mut markup = code.clone().into_bytes();
    let (mut islands, mut around, mut at) = (Vec::new(), false, 0);
    while let Some(length) = code[at..].find("<?") {
        let start = at + length;
        around |= has_tag(&code[at..start]);
        let rest = &code[start + 2..];
        if rest.starts_with("xml") {
            at = start + 2;
            continue;
        }
        let end = rest.find("?>").map_or(code.len(), |end| start + 2 + end + 2);
        let inside = rest[..end.saturating_sub(start + 2).min(rest.len())].trim_end_matches("?>");
        let written = written(inside);
        let blank = if written.is_some() { b'_' } else { b' ' };
        markup[start..end].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = blank);
        if let Some(value) = written {
            islands.push(Island { span: Span::new(start, end), name: name_of(value) });
        }
        at = end;
    }
    around |= has_tag(&code[at..]);
    // `@json($x)` and `@js($x)` write, but are no code that stands alone.
    if blade {
        let mut from = 0;
        while let Some(length) = code[from..].find("@js") {
            let start = from + length;
            from = start + 3;
            let open = code[start..].find('(').map(|open| start + open).filter(|open| *open <= start + 5);
            let Some(end) = open.and_then(|open| closing(&code, open)) else { continue };
            markup[start..end].fill(b'_');
            islands.push(Island { span: Span::new(start, end), name: name_of(&code[start + 3..end]) });
            from = end;
        }
        islands.sort_by_key(|island| island.span.start);
    }
    let markup = String::from_utf8(markup).ok().filter(|_| around);
    Page { code, markup, islands }
}

/// The language of the code between `<%` and `%>`, by the ending of a page's path.
pub fn code_of(path: &str) -> Option<Language> {
    match path.rsplit('.').next()? {
        "erb" | "rhtml" => Some(Language::Ruby),
        "eex" | "leex" | "heex" => Some(Language::Elixir),
        "ejs" => Some(Language::JavaScript),
        _ => None,
    }
}

/// Takes a page with `<% code %>` and `<%= value %>` apart, by the rows of `rules/functions`.
pub fn marked(text: &str, language: Language, rows: &Functions) -> Page {
    let known = Code { language: language.family(), rows };
    let blank = |byte: &mut u8| {
        if !matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    };
    let (mut code, mut markup) = (text.as_bytes().to_vec(), text.as_bytes().to_vec());
    let (mut islands, mut at) = (Vec::new(), 0);
    while let Some(length) = text[at..].find("<%") {
        let start = at + length;
        code[at..start].iter_mut().for_each(blank);
        let rest = &text[start + 2..];
        let end = rest.find("%>").map_or(text.len(), |end| start + 2 + end + 2);
        let inside = text[start + 2..end].trim_end_matches("%>");
        let comment = inside.starts_with(['#', '%', '!']);
        let written = inside.strip_prefix(['=', '-']).filter(|_| !inside.starts_with("-%")).filter(|_| !comment);
        let written = written.map(|value| value.trim_start_matches(['=', '-']));
        let fill = if written.is_some() { b'_' } else { b' ' };
        markup[start..end].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = fill);
        let body = if comment { 0 } else { inside.trim_end_matches('-').len() };
        let lead = if comment { 0 } else { inside.len() - inside.trim_start_matches(['=', '-']).len() };
        code[start..start + 2 + lead].iter_mut().for_each(blank);
        code[start + 2 + body.max(lead)..end].iter_mut().for_each(blank);
        if end > start + 2 + body {
            code[end - 1] = b';';
        }
        if let Some(value) = written {
            islands.push(Island { span: Span::new(start, end), name: known.path_of(value) });
        }
        at = end;
    }
    code[at..].iter_mut().for_each(blank);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_default();
    Page { code: text(code), markup: Some(text(markup)), islands }
}

/// What is known of a page's code.
struct Code<'a> {
    language: &'static str,
    rows: &'a Functions,
}

impl Code<'_> {
    /// The value that is written: without functions that give it as it is, or quoted (`raw x`, `x.to_json`).
    fn bare<'v>(&self, value: &'v str) -> &'v str {
        let mut value = value.trim().trim_end_matches('-').trim_end();
        loop {
            let end = value.find(|c: char| !(is_word(c) || matches!(c, '.' | '!' | '?'))).unwrap_or(value.len());
            let (path, rest) = value.split_at(end);
            if !rest.starts_with(['(', ' ']) || !self.rows.gives_argument(self.language, last(path)) {
                break;
            }
            let rest = rest.trim();
            value = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(rest).trim();
        }
        while let Some((front, method)) = value.rsplit_once('.') {
            if !self.rows.gives_receiver(self.language, method) {
                break;
            }
            value = front;
        }
        value
    }

    /// The name that a path of names goes by: `@x`, `a.b[:c]`, `ENV["X"]`, `ENV.fetch("X")`, `a.dig(:b, :c)`.
    fn path_of(&self, value: &str) -> Option<Arc<str>> {
        let value = self.bare(value);
        let plain = |c: char| c.is_ascii_alphanumeric() || "_.:@[]()'\", !".contains(c);
        if value.is_empty() || !value.chars().all(plain) {
            return None;
        }
        let (mut names, mut at) = (String::new(), 0);
        for (open, _) in value.match_indices('(') {
            let front = &value[at..open];
            let path = &front[front.rfind(|c: char| !(is_word(c) || matches!(c, '.' | '!'))).map_or(0, |at| at + 1)..];
            if self.rows.gives_member(self.language, last(path)) {
                names.push_str(&front[..front.len() - last(path).len()]);
            } else if self.rows.asks_environment(self.language, path) {
                names.push_str(&front[..front.len() - path.len()]);
            } else {
                // What another function makes of it nobody knows.
                return None;
            }
            at = open;
        }
        names.push_str(&value[at..]);
        // Where variables are kept is no part of their names.
        let known = self.rows.environment.iter().filter_map(|path| names.strip_prefix(path.as_str()));
        let rest = known.filter(|rest| rest.starts_with(['.', '['])).min_by_key(|rest| rest.len()).unwrap_or(&names);
        let words: Vec<&str> = rest.split(|c: char| !is_word(c)).filter(|word| !word.is_empty()).collect();
        (!words.is_empty()).then(|| words.join(".").into())
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The last name of a path.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The comments of a page between `<%#` or `<%--` and `%>`.
pub fn comments(text: &str) -> Vec<Comment> {
    let islands = text.match_indices("<%").filter_map(|(at, _)| {
        let inside = &text[at + 2..at + 2 + text[at + 2..].find("%>")?];
        let body = inside.strip_prefix('#').or_else(|| inside.strip_prefix("--"))?;
        let start = at + 2 + inside.len() - body.trim_start().len();
        let body = body.trim().trim_end_matches('-');
        Some(Comment { text: body.to_owned(), span: Span::new(start, start + body.len()) })
    });
    islands.take(MAX_COMMENTS).collect()
}

/// More comments than this no page has.
const MAX_COMMENTS: usize = 1_000;

/// Whether a text has a tag in it.
fn has_tag(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '!'))
}

/// Blade's `{{ x }}`, `{!! x !!}` and `@php .. @endphp` as PHP writes them, in as many bytes.
fn as_php(text: &str) -> String {
    const MARKS: &[(&str, &str, &str, &str)] = &[
        // A comment is left out.
        ("{{--", "--}}", "<?/*", "*/?>"),
        ("{!!", "!!}", "<?=", " ?>"),
        ("{{", "}}", "<?", "?>"),
        ("@php", "@endphp", "<?  ", ";?>    "),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // A mark that never closes again isn't sought again.
    let mut closes = [true; 4];
    'text: while !rest.is_empty() {
        for (at, (open, close, opened, closed)) in MARKS.iter().enumerate() {
            // `@{{ x }}` is a text of the client's own templates; `@php(..)` has no end.
            let Some(inside) = rest.strip_prefix(open).filter(|_| closes[at]) else { continue };
            if out.ends_with('@') || *open == "@php" && inside.starts_with('(') {
                continue;
            }
            let Some(end) = inside.find(close) else {
                closes[at] = false;
                continue;
            };
            out.push_str(opened);
            out.push_str(&inside[..end]);
            out.push_str(closed);
            rest = &inside[end + close.len()..];
            continue 'text;
        }
        let next = rest.char_indices().skip(1).find(|(_, c)| matches!(c, '{' | '@')).map_or(rest.len(), |(at, _)| at);
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    out
}

/// What an island writes, by the text between its marks: `= x`, `php echo x;`; Blade's has no word at all.
fn written(inside: &str) -> Option<&str> {
    if inside.starts_with("/*") {
        return None;
    }
    if let Some(value) = inside.strip_prefix('=') {
        return Some(value);
    }
    let Some(code) = inside.strip_prefix("php").or_else(|| inside.strip_prefix("PHP")) else {
        // `<? x ?>`: a statement that is a value alone.
        let words = inside.trim();
        let statement = words.is_empty() || words.contains(';') || words.ends_with([':', '{', '}']);
        return (!statement).then_some(inside);
    };
    let code = code.trim();
    let value = code.strip_prefix("echo").or_else(|| code.strip_prefix("print"))?;
    let single = !value.trim_end_matches(';').contains(';');
    // `_e($x)` and its like print by themselves; what they are called nobody knows.
    single.then_some(value)
}

/// The name that a value goes by: the first name in quotes that a function is asked for, else the first variable or
/// constant with its members.
fn name_of(value: &str) -> Option<Arc<str>> {
    let quoted = value.find(['\'', '"']).and_then(|open| {
        let quote = value[open..].chars().next()?;
        let name = value[open + 1..].split(quote).next()?;
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
        (plain && name.len() > 2).then_some((open, name))
    });
    let variable = variable(value);
    match (quoted, variable) {
        // `$config['secret']`
        (Some((open, key)), Some((at, end, name))) if at < open && value[end..open].trim() == "[" => {
            Some(format!("{name}.{key}").into())
        }
        (Some((open, key)), Some((at, ..))) if open < at => Some(key.into()),
        (_, Some((_, _, name))) => Some(name.into()),
        (Some((_, key)), None) => Some(key.into()),
        (None, None) => None,
    }
}

/// The first variable (`$a->b`) or constant (`A_B`, `A::B`) of a text: where it begins and ends, with dots.
fn variable(value: &str) -> Option<(usize, usize, String)> {
    let bytes = value.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut at = 0;
    while at < bytes.len() {
        if matches!(bytes[at], b'\'' | b'"') {
            // Past a text.
            at += 1 + bytes[at + 1..].iter().position(|byte| *byte == bytes[at]).unwrap_or(bytes.len() - at - 1) + 1;
            continue;
        }
        if bytes[at] != b'$' && !is_word(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        loop {
            at += 1;
            while at < bytes.len() && is_word(bytes[at]) {
                at += 1;
            }
            let rest = &value[at..];
            match ["?->$", "?->", "->", "::$", "::"].iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => at += sign.len() - 1,
                None => break,
            }
        }
        let text = &value[start..at.min(value.len())];
        let called = value[at.min(value.len())..].trim_start().starts_with('(');
        let constant = text.contains("::") || text.len() > 2 && !text.contains(|c: char| c.is_ascii_lowercase());
        if (text.starts_with('$') || constant) && !called {
            return Some((start, at, text.replace("?->", ".").replace("->", ".").replace("::", ".")));
        }
    }
    None
}

/// Where the bracket that opens at `open` closes, past it.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'\n' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// What an expression is once the islands inside it are filled in: a value of the server's, or a text around one.
pub fn filled(expr: &Expr, islands: &[Island]) -> Option<ExprKind> {
    let inside: Vec<&Island> = islands.iter().filter(|island| expr.span.contains(island.span)).collect();
    let first = inside.first()?;
    let value = |island: &Island| match &island.name {
        Some(name) => Expr::new(ExprKind::Env(name.clone()), island.span),
        None => Expr::opaque(island.span),
    };
    match &expr.kind {
        ExprKind::Name(_) if first.span == expr.span => Some(value(first).kind),
        ExprKind::Text(text) if text.len() == (expr.span.end - expr.span.start) as usize => {
            let (mut parts, mut at) = (Vec::new(), expr.span.start);
            let piece = |from: u32, to: u32| {
                let start = expr.span.start;
                text.get((from - start) as usize..(to - start) as usize).map(str::to_owned)
            };
            for island in &inside {
                if island.span.start > at {
                    parts.push(Expr::text(piece(at, island.span.start)?, Span { start: at, end: island.span.start }));
                }
                parts.push(value(island));
                at = island.span.end;
            }
            if at < expr.span.end {
                parts.push(Expr::text(piece(at, expr.span.end)?, Span { start: at, end: expr.span.end }));
            }
            Some(if parts.len() == 1 { parts.remove(0).kind } else { ExprKind::Concat(parts) })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn php_islands() {
        let text = "<h1>é <?php if ($a): ?>x<?php endif; ?></h1>\n<script>var t = '<?= $config['mixpanel_secret'] ?>', u = <?php echo json_encode($b->token); ?>;</script>";
        let page = read(text, false);
        let markup = page.markup.unwrap_or_default();
        assert_eq!(markup.len(), text.len());
        assert!(markup.contains("var t = '__") && !markup.contains("<?"));
        let names: Vec<_> = page.islands.iter().map(|island| island.name.clone().unwrap_or_default()).collect();
        assert_eq!(names, ["$config.mixpanel_secret".into(), Arc::<str>::from("$b.token")]);
    }

    #[test]
    fn blade_marks() {
        let text = "{{-- {{ $no }} --}}<b>{{ config('services.mixpanel.secret') }}</b>{!! $x !!}@php $a = 1; @endphp @{{ y }} @json($z) {{X}}";
        let page = read(text, true);
        assert_eq!(page.code.len(), text.len());
        let names: Vec<_> = page.islands.iter().map(|island| island.name.clone().unwrap_or_default()).collect();
        let names: Vec<&str> = names.iter().map(|name| &**name).collect();
        assert_eq!(names, ["services.mixpanel.secret", "$x", "$z", ""]);
    }

    #[test]
    fn erb_marks() {
        let text =
            "<%# é no %><b><%= ENV['MIXPANEL_API_SECRET'] -%></b><% if a %>é<% end %><%== raw @x.y %><%= f(a) %>";
        let rows = &crate::catalog::builtin().functions;
        let page = marked(text, Language::Ruby, rows);
        assert_eq!(page.code.len(), text.len());
        assert_eq!(page.markup.as_ref().map(String::len), Some(text.len()));
        let words: Vec<&str> = page.code.split_whitespace().collect();
        assert_eq!(words.join(" "), "; ENV['MIXPANEL_API_SECRET'] ; if a ; end ; raw @x.y ; f(a) ;");
        let names: Vec<_> = page.islands.iter().map(|island| island.name.clone().unwrap_or_default()).collect();
        let names: Vec<&str> = names.iter().map(|name| &**name).collect();
        assert_eq!(names, ["MIXPANEL_API_SECRET", "x.y", ""]);
        let known = Code { language: "ruby", rows };
        for (value, name) in [
            ("raw(@x.to_json.html_safe)", Some("x")),
            ("ENV.fetch('MIXPANEL_TOKEN')", Some("MIXPANEL_TOKEN")),
            (
                "Rails.application.credentials.dig(:mixpanel, :token)",
                Some("Rails.application.credentials.mixpanel.token"),
            ),
            ("Digest::SHA256.hexdigest(ENV['X'])", None),
        ] {
            assert_eq!(known.path_of(value).as_deref(), name, "{value}");
        }
        let known = Code { language: "javascript", rows };
        assert_eq!(known.path_of("JSON.stringify(process.env.MIXPANEL_TOKEN)").as_deref(), Some("MIXPANEL_TOKEN"));
        assert_eq!(marked("a <% b", Language::Ruby, rows).code.trim(), "b");
    }

    #[test]
    fn a_class_is_no_page() {
        assert!(read("<?php\nfinal class A { const B = '<script>'; }\n", false).markup.is_none());
        assert!(read("<?php\nreturn [];\n?>\n", false).markup.is_none());
    }
}
