//! `.netrc`: each machine is a map of what follows it.

use super::facts::{Comment, Entry, Expr, ExprKind, Facts, Stmt};
use super::lexical::lines;
use crate::source::Span;

/// The facts of a `.netrc` file: a list of machines.
pub fn lower(text: &str) -> Facts {
    let mut facts = Facts { data: true, ..Facts::default() };
    let (mut machines, mut machine): (Vec<Expr>, Vec<Entry>) = Default::default();
    let mut key: Option<Span> = None;
    let mut close = |machine: &mut Vec<Entry>| {
        if let (Some(first), Some(last)) = (machine.first(), machine.last()) {
            let span = Span { start: first.key.span.start, end: last.value.span.end };
            machines.push(Expr::new(ExprKind::Map(std::mem::take(machine)), span));
        }
    };
    for line in lines(text, Span::new(0, text.len())) {
        let mut at = line.start as usize;
        for word in text[line.range()].split_inclusive(char::is_whitespace) {
            let span = Span::new(at, at + word.trim_end().len());
            at += word.len();
            let word = word.trim_end();
            if word.is_empty() {
                continue;
            }
            if word.starts_with('#') && key.is_none() {
                let span = Span::new(span.start as usize + 1, line.end as usize);
                facts.comments.push(Comment { text: text[span.range()].to_owned(), span });
                break;
            }
            match key.take() {
                Some(name) => {
                    let (key, value) =
                        (Expr::text(&text[name.range()], name), Expr::text(word.trim_matches('"'), span));
                    machine.push(Entry { key, value, env: false });
                }
                None if word == "default" => close(&mut machine),
                None => {
                    if word == "machine" {
                        close(&mut machine);
                    }
                    key = Some(span);
                }
            }
        }
    }
    close(&mut machine);
    facts.body.push(Stmt::Expr(Expr::new(ExprKind::List(machines), Span::new(0, text.len()))));
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::literals::collect;

    #[test]
    fn machines() {
        let text = "# note\nmachine data.mixpanel.com login name.of.account\n\tpassword a81c09e27b45 # é\nmachine x.example.com\r\nlogin user-name-y password zzzzzzzz\ndefault login aaaaaaaaa";
        let mut facts = lower(text);
        let Some(Stmt::Expr(Expr { kind: ExprKind::List(machines), .. })) = facts.body.first() else { panic!() };
        assert_eq!(machines.len(), 3);
        collect(&mut facts, text);
        let found: Vec<_> = facts
            .literals
            .iter()
            .map(|one| (&text[one.span.range()], one.names.first().map(|name| name.as_ref()).unwrap_or_default()))
            .collect();
        for expected in [
            ("data.mixpanel.com", "machine"),
            ("a81c09e27b45", "password"),
            ("zzzzzzzz", "password"),
            ("aaaaaaaaa", "login"),
        ] {
            assert!(found.contains(&expected), "{found:?}");
        }
    }

    #[test]
    fn hostile_files() {
        for unit in ["machine ", "x\n", "\u{2003}", "# \n", "machine a login b\n"] {
            lower(&unit.repeat(100_000));
        }
    }
}
