//! Commands and pipelines of PowerShell.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::facts::{Arg, Expr, ExprKind, Ident};
use super::super::lower::Lower;
use super::{call, name, types, value};
use crate::catalog::Functions;
use crate::catalog::coverage::used;
use crate::source::Span;

/// How many commands of a pipeline are read.
const LONGEST: usize = 60;

/// `a | b | c`: what is handed on is the named argument `InputObject` of the next.
pub(super) fn pipeline(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut given: Option<Expr> = None;
    let mut redirected = false;
    for (at, child) in lower.children(node).into_iter().enumerate() {
        if at > LONGEST {
            // Each command stands inside the next.
            break;
        }
        match child.kind() {
            "command" => given = Some(command(lower, child, given)),
            "redirections" => redirected = true,
            "verbatim_command_argument" => {}
            _ => given = Some(value(lower, child)),
        }
    }
    let given = given.unwrap_or_else(|| Expr::opaque(span));
    if redirected { Expr::new(ExprKind::Opaque(vec![given]), span) } else { given }
}

/// A word of a command.
enum Word {
    /// `-Name`
    Parameter(String, Span),
    /// Anything else.
    Value(Expr),
}

/// A command with what comes to it through a pipe.
pub(super) fn command(lower: &mut Lower<'_>, node: Node<'_>, piped: Option<Expr>) -> Expr {
    let span = lower.span(node);
    let Some(word) = lower.child(node, "command_name") else { return Expr::opaque(span) };
    let (words, redirected) = words(lower, node);
    let expr = match word.kind() {
        "command_name" => {
            let text = lower.slice(word).trim_matches(['"', '\'']).to_owned();
            named(lower, &text, lower.span(word), words, piped, span)
        }
        // `& $block $x`, `& "C:\tools\curl.exe" -u ..`, `. ./config.ps1`
        _ => {
            let inside = lower.field(word, "").unwrap_or(word);
            let callee = value(lower, inside);
            match callee.as_text().cloned() {
                Some(text) => named(lower, &text, lower.span(word), words, piped, span),
                None => call(callee, arguments(lower.rows, words, piped, span), false, span),
            }
        }
    };
    // What goes into a file is shown to nobody.
    if redirected { Expr::new(ExprKind::Opaque(vec![expr]), span) } else { expr }
}

/// The words behind a command's name, and whether its output is redirected.
fn words(lower: &mut Lower<'_>, node: Node<'_>) -> (Vec<Word>, bool) {
    let mut words = Vec::new();
    let mut redirected = false;
    let elements = lower.child(node, "command_elements");
    for child in elements.map_or_else(Vec::new, |elements| lower.children(elements)) {
        match child.kind() {
            "command_argument_sep" | "stop_parsing" => {}
            "redirection" => redirected |= !lower.slice(child).contains('&'),
            "command_parameter" => words.push(Word::Parameter(lower.slice(child).to_owned(), lower.span(child))),
            // `New-Object X($a, $b)`
            "argument_list" => {
                let list = lower.child(child, "argument_expression_list");
                let values = list.map_or_else(Vec::new, |list| lower.children(list));
                let values = values.into_iter().map(|one| value(lower, one)).collect();
                words.push(Word::Value(Expr::new(ExprKind::List(values), lower.span(child))));
            }
            _ => words.push(Word::Value(value(lower, child))),
        }
    }
    (words, redirected)
}

/// A function of the file, as its definition spells it: cases don't count, and it may stand further down.
pub(super) fn defined(lower: &mut Lower<'_>, text: &str) -> Option<Arc<str>> {
    const WORD: &str = "function ";
    if lower.known_spelling(WORD).is_none() {
        lower.spelled(WORD);
        let whole = lower.whole().to_owned();
        for line in whole.lines().map(str::trim_start) {
            let (front, rest) = line.split_once(' ').unwrap_or((line, ""));
            if front.eq_ignore_ascii_case("function") || front.eq_ignore_ascii_case("filter") {
                let name = rest.trim_start().split([' ', '(', '{', '\t']).next().unwrap_or_default();
                let name = name.rsplit(':').next().unwrap_or(name);
                lower.spelled(&format!("{WORD}{name}"));
            }
        }
    }
    let known = lower.known_spelling(&format!("{WORD}{text}"))?;
    Some(known[WORD.len()..].into())
}

fn named(lower: &mut Lower<'_>, text: &str, at: Span, words: Vec<Word>, piped: Option<Expr>, span: Span) -> Expr {
    let last = text.rsplit(['/', '\\']).next().unwrap_or(text);
    let plain = last.to_ascii_lowercase();
    let plain = plain.strip_suffix(".exe").unwrap_or(&plain).to_owned();
    if let Some(known) = defined(lower, text) {
        return call(name(&known, at), arguments(lower.rows, words, piped, span), false, span);
    }
    if plain == "new-object" {
        return object(lower.rows, words, piped, span);
    }
    // A program takes its words as they are; a command of PowerShell by the names of its parameters.
    let capital = |word: &Word| match word {
        Word::Parameter(text, _) => text.len() > 3 && text.as_bytes().get(1).is_some_and(u8::is_ascii_uppercase),
        Word::Value(_) => false,
    };
    let first_is_option = matches!(words.first(), Some(Word::Parameter(..)));
    // Windows PowerShell calls some commands of its own by the names of programs.
    let alias = lower.rows.aliases.get(&plain).inspect(|command| used(*command)).cloned();
    let command = plain.contains('-') || words.iter().any(capital) || !first_is_option && alias.is_none();
    let plain = alias.filter(|_| command).unwrap_or(plain);
    match command {
        true => call(name(&plain, at), arguments(lower.rows, words, piped, span), false, span),
        false => {
            let args = words.into_iter().map(|word| Arg {
                name: None,
                value: match word {
                    Word::Parameter(text, span) => Expr::text(text, span),
                    Word::Value(value) => value,
                },
            });
            call(name(&plain, at), args.collect(), false, span)
        }
    }
}

/// `-Name value`, `-Switch`, and words without a name.
fn arguments(rows: &Functions, words: Vec<Word>, piped: Option<Expr>, span: Span) -> Vec<Arg> {
    let mut args = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        match word {
            Word::Value(value) => args.push(Arg { name: None, value }),
            Word::Parameter(text, at) => {
                let bare = text.trim_start_matches('-').to_owned();
                let ident = Ident { name: bare.as_str().into(), span: at };
                let switch = rows.switches.iter().find(|row| row.eq_ignore_ascii_case(&bare));
                let switch = switch.inspect(|row| used(*row)).is_some();
                let value = match words.next_if(|next| !switch && matches!(next, Word::Value(_))) {
                    Some(Word::Value(value)) => value,
                    _ => Expr::new(ExprKind::Number("true".into()), at),
                };
                args.push(Arg { name: Some(ident), value });
            }
        }
    }
    if let Some(value) = piped {
        let at = Span { start: span.start, end: span.start };
        args.push(Arg { name: Some(Ident { name: "InputObject".into(), span: at }), value });
    }
    args
}

/// `New-Object Type(..)`, `New-Object Type -ArgumentList a, b -Property @{ .. }`.
fn object(rows: &Functions, words: Vec<Word>, piped: Option<Expr>, span: Span) -> Expr {
    let mut class = None;
    let mut args = Vec::new();
    let take = |value: Expr, args: &mut Vec<Arg>| match value.kind {
        ExprKind::List(values) => args.extend(values.into_iter().map(|value| Arg { name: None, value })),
        _ => args.push(Arg { name: None, value }),
    };
    for arg in arguments(rows, words, piped, span) {
        let parameter = arg.name.as_ref().map(|name| name.name.to_ascii_lowercase());
        match parameter.as_deref() {
            None | Some("typename") if class.is_none() => class = Some(arg.value),
            None | Some("argumentlist" | "args") => take(arg.value, &mut args),
            Some("property") => {
                let span = arg.value.span;
                let value = Expr::new(ExprKind::Spread(Box::new(arg.value)), span);
                args.push(Arg { name: None, value });
            }
            _ => {}
        }
    }
    let Some(class) = class else { return Expr::opaque(span) };
    let callee = match class.as_text() {
        Some(text) => name(&types::short(text), class.span),
        None => class,
    };
    call(callee, args, true, span)
}
