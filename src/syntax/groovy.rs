//! Groovy, also Gradle's and Jenkins'. The grammar is Java's with closures, maps and calls without parentheses; it knows
//! no interpolation and no `?:`.

use tree_sitter::Node;

use super::embed::{Embedded, Inner};
use super::facts::{
    Arg, Call, Expr, ExprKind, Facts, Function, Ident, Linkage, Param, Resolution, Stmt, Target, Traits,
};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::java;
use super::lower::Lower;
use super::visit;
use crate::source::Span;

/// Forms of Groovy's own nodes.
const OWN: &[(&str, Form)] = &[
    ("shebang", Form::Skip),
    ("juxt_function_call", Form::Own),
    ("function_definition", Form::Own),
    ("closure", Form::Own),
    ("map_literal", Form::Map),
    ("array_literal", Form::List),
];

static FORMS: [(&str, Form); java::FORMS.len() + OWN.len()] = {
    let mut all = [("", Form::Skip); java::FORMS.len() + OWN.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < OWN.len() { OWN[at] } else { java::FORMS[at - OWN.len()] };
        at += 1;
    }
    all
};

static OWN_KINDS: [&str; java::OWN_KINDS.len() + 1] = {
    let mut all = ["map_item"; java::OWN_KINDS.len() + 1];
    let mut at = 0;
    while at < java::OWN_KINDS.len() {
        all[at] = java::OWN_KINDS[at];
        at += 1;
    }
    all
};

/// Groovy's table.
pub static GROOVY: Spec = Spec {
    name: "groovy",
    grammar: || tree_sitter_groovy::LANGUAGE.into(),
    forms: &FORMS,
    fragments: &["string_fragment", "multiline_string_fragment"],
    escapes: &["escape_sequence"],
    unescape: unescape_c,
    operators: &[
        ("+", Operation::Concat),
        ("||", Operation::Choice),
        ("==", Operation::Equal),
        ("!=", Operation::Differ),
        ("<<", Operation::Method("leftShift")),
    ],
    linkage: Linkage::Named,
    resolution: Resolution::Nowhere,
    declares: true,
    traits: Traits::NONE,
    expr,
    stmt,
    target: java::target,
    own_kinds: &OWN_KINDS,
    own_fields: java::OWN_FIELDS,
};

/// A shell's script inside a string: its own backslashes and dollar signs are escaped there, and `${env.X}` is what the
/// script finds in its environment, too.
pub fn script(text: &str, span: Span) -> Inner {
    let mut inner = Inner::default();
    let (start, end) = (span.start as usize, span.end as usize);
    let mut at = start;
    while at < end {
        let rest = &text[at..end];
        let plain = rest.find(['\\', '$']).unwrap_or(rest.len());
        inner.keep(text, Span::new(at, at + plain));
        at += plain;
        let rest = &text[at..end];
        if rest.is_empty() {
            break;
        }
        let (means, length) = match rest.strip_prefix("${").and_then(|inside| inside.split_once('}')) {
            Some((inside, _)) if inside.contains('.') && !inside.contains(['$', ':', '{', '"']) => {
                let name = inside.trim().rsplit('.').next().unwrap_or_default();
                let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                (if plain { format!("${{{name}}}") } else { "${_}".to_owned() }, inside.len() + 3)
            }
            _ if rest.starts_with("\\\\") => ("\\".to_owned(), 2),
            _ if rest.starts_with("\\$") => ("$".to_owned(), 2),
            _ if rest.starts_with("\\\"") => ("\"".to_owned(), 2),
            _ => (String::new(), 1),
        };
        match means.is_empty() {
            true => inner.keep(text, Span::new(at, at + length)),
            false => inner.put(&means, Span::new(at, at + length)),
        }
        at += length;
    }
    inner
}

/// The text with what the grammar doesn't know in words that it knows, of the same length: `a ?: b` as `a || b`, `a?.b`
/// as `a .b`, `''` as `""`, a line break that ends a statement as a semicolon, and one before a member as a blank.
pub fn readable(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let (mut at, mut line, mut depth) = (0, 0, 0_usize);
    let mut quote: Option<&[u8]> = None;
    let mut commented = false;
    while at < out.len() {
        let rest = &bytes[at..];
        match quote {
            Some(_) if rest[0] == b'\\' => at += 1,
            Some(mark) if rest.starts_with(mark) => {
                at += mark.len() - 1;
                quote = None;
            }
            Some(mark) if mark.len() == 1 && rest[0] == b'\n' => quote = None,
            Some(_) => {}
            None if rest.starts_with(b"//") => {
                at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                (line, commented) = (at + 1, false);
            }
            None if rest.starts_with(b"/*") => {
                at += rest.windows(2).skip(2).position(|two| two == b"*/").map_or(rest.len(), |end| end + 3);
                commented = true;
            }
            None if rest.starts_with(b"\"\"\"") || rest.starts_with(b"'''") => {
                quote = Some(&bytes[at..at + 3]);
                at += 2;
            }
            None if rest.starts_with(b"''") => {
                out[at..at + 2].copy_from_slice(b"\"\"");
                at += 1;
            }
            None if matches!(rest[0], b'"' | b'\'') => quote = Some(&bytes[at..at + 1]),
            None if rest.starts_with(b"?:") => out[at..at + 2].copy_from_slice(b"||"),
            None if rest.starts_with(b"?.") => out[at] = b' ',
            None if matches!(rest[0], b'(' | b'[') => depth += 1,
            None if matches!(rest[0], b')' | b']') => depth = depth.saturating_sub(1),
            None if rest[0] == b'\n' => {
                if depth == 0 && !commented && ends_statement(&text[line.min(at)..at], &text[at + 1..]) {
                    out[at] = b';';
                } else if continues(&text[at + 1..]) {
                    out[at] = b' ';
                }
                (line, commented) = (at + 1, false);
            }
            None => {}
        }
        at += 1;
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Whether a line goes on with a member of what the one before ends with: the grammar takes a break after `new X()` for
/// its end.
fn continues(rest: &str) -> bool {
    let next = rest.trim_start_matches([' ', '\t', '\r']);
    let member = next.strip_prefix('?').unwrap_or(next).strip_prefix('.');
    member.is_some_and(|member| member.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// Whether a line is a whole statement: it ends like one, and the next line begins like another.
fn ends_statement(line: &str, rest: &str) -> bool {
    const OPENS: [&str; 9] = ["@", "#", "if", "for", "while", "else", "case", "class", "}"];
    let line = line.trim();
    let next = rest.trim_start().chars().next();
    let first = line.split(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let opens = OPENS.iter().any(|open| first == *open || (open.len() == 1 && first.starts_with(open)));
    let whole = line.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '\'' | ')' | ']'));
    whole && !opens && next.is_some_and(|next| next.is_alphabetic() || matches!(next, '_' | '@' | '}'))
}

/// The scripts that a pipeline's `sh` steps run.
pub fn steps(facts: &Facts) -> Vec<Embedded> {
    let mut found = Vec::new();
    visit::expressions(facts, &mut |expr| {
        let ExprKind::Call(call) = &expr.kind else { return };
        if !matches!(&call.callee.kind, ExprKind::Name(name) if &**name == "sh") {
            return;
        }
        let script = |arg: &&Arg| arg.name.as_ref().is_none_or(|name| &*name.name == "script");
        let Some(arg) = call.args.iter().find(script) else { return };
        let span = match &arg.value.kind {
            ExprKind::Text(_) => arg.value.span,
            ExprKind::Concat(parts) => {
                let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
                Span { start: first.span.start, end: last.span.end }
            }
            _ => return,
        };
        found.push(Embedded::new(span, "shell"));
    });
    found
}

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    match node.kind() {
        "string_literal" if lower.slice(node).starts_with('"') => Some(interpolated(lower, node)),
        "string_literal" => Some(lower.string(node)),
        "closure" => Some(Expr::new(ExprKind::Function(closure(lower, node)), span)),
        "juxt_function_call" => {
            let callee = lower.expr_of(node, "name");
            let args = lower.child(node, "args").map_or_else(Vec::new, |list| java::arguments(lower, list));
            Some(Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span))
        }
        _ => {
            let given = java::expr(lower, node)?;
            environment(lower, &given);
            Some(given)
        }
    }
}

/// A pipeline's `environment { NAME = value }` defines environment variables.
fn environment(lower: &mut Lower<'_>, given: &Expr) {
    let ExprKind::Call(call) = &given.kind else { return };
    let (ExprKind::Name(name), [Arg { value: Expr { kind: ExprKind::Function(index), .. }, .. }]) =
        (&call.callee.kind, &call.args[..])
    else {
        return;
    };
    if &**name != "environment" {
        return;
    }
    for stmt in &mut lower.facts.functions[*index].body {
        if let Stmt::Assign { target: target @ Target::Name(_), value } = stmt {
            *stmt = Stmt::Bind { target: target.clone(), value: value.clone(), env: true };
        }
    }
}

/// A string with `${name}` and `$name` in it, which the grammar leaves as text.
fn interpolated(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let mut parts: Vec<Expr> = Vec::new();
    let text = |parts: &mut Vec<Expr>, text: String, span: Span| match parts.last_mut() {
        Some(Expr { kind: ExprKind::Text(known), span: last }) if last.end == span.start => {
            *known = format!("{known}{text}").into();
            last.end = span.end;
        }
        _ => parts.push(Expr::text(text, span)),
    };
    for child in node.named_children(&mut node.walk()).collect::<Vec<_>>() {
        let decoded = lower.fragment(child);
        if child.kind() == "escape_sequence" {
            text(&mut parts, decoded, lower.span(child));
            continue;
        }
        let raw = lower.slice(child).to_owned();
        let (mut at, mut plain) = (0, 0);
        let base = child.start_byte();
        while let Some(found) = raw[at..].find('$') {
            let start = at + found;
            let rest = &raw[start + 1..];
            let (name, length) = match rest.strip_prefix('{').and_then(|inner| Some((inner, inner.find('}')?))) {
                Some((inner, end)) => (inner[..end].trim(), end + 3),
                None => {
                    let end = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
                    (&rest[..end], end + 1)
                }
            };
            let is_name = !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit());
            if !is_name {
                at = start + 1;
                continue;
            }
            if plain < start {
                text(&mut parts, raw[plain..start].to_owned(), Span::new(base + plain, base + start));
            }
            parts.push(path(name, Span::new(base + start, base + start + length)));
            at = start + length;
            plain = at;
        }
        if plain < raw.len() {
            text(&mut parts, raw[plain..].to_owned(), Span::new(base + plain, base + raw.len()));
        }
    }
    match parts.len() {
        0 => Expr::text("", lower.span(node)),
        1 if parts[0].as_text().is_some() => parts.remove(0),
        _ => Expr::new(ExprKind::Concat(parts), lower.span(node)),
    }
}

/// `a.b` inside a string; anything else isn't followed.
fn path(name: &str, span: Span) -> Expr {
    let plain = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let mut names = name.split('.');
    let first = names.next().unwrap_or_default();
    if !name.split('.').all(plain) {
        return Expr::opaque(span);
    }
    let first = Expr::new(ExprKind::Name(first.into()), span);
    names
        .fold(first, |object, key| Expr::new(ExprKind::Member(Box::new(object), Box::new(Expr::text(key, span))), span))
}

/// A closure gives its last expression; without parameters of its own it has `it`.
fn closure(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let span = lower.span(node);
    let mut body = lower.block(node);
    // `{ a, b -> .. }` is read as a lambda inside a closure.
    if let [Stmt::Expr(Expr { kind: ExprKind::Function(index), .. })] = &body[..] {
        return *index;
    }
    Lower::yields(&mut body);
    let ident = Ident { name: "it".into(), span: Span { start: span.start, end: span.start } };
    let it = Param {
        target: Target::Name(ident.clone()),
        name: ident.name,
        default: None,
        rest: false,
        field: false,
        class: None,
        span: ident.span,
    };
    lower.function(Function { name: "".into(), params: vec![it], receiver: None, body, span })
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    if node.kind() != "function_definition" {
        return java::stmt(lower, node, block);
    }
    let Some(name) = lower.child(node, "name") else { return false };
    let name = lower.ident(name);
    let params = lower.child(node, "parameters").map_or_else(Vec::new, |list| java::parameters(lower, list));
    let params = params.into_iter().map(|(_, param)| param).collect();
    let mut body = lower.child(node, "body").map_or_else(Vec::new, |body| lower.block(body));
    Lower::yields(&mut body);
    let span = lower.span(node);
    let index = lower.function(Function { name: name.name.clone(), params, receiver: None, body, span });
    block.push(Stmt::Function(name, index));
    true
}

#[cfg(test)]
mod tests;
