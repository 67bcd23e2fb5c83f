use crate::syntax::facts::{ExprKind, Facts, Stmt};
use crate::syntax::literals;
use crate::syntax::lower::Table;
use crate::syntax::visit;

fn facts(text: &str) -> Facts {
    let mut facts = Table::new(&super::ELIXIR).lower(text, &crate::catalog::builtin().functions);
    literals::collect(&mut facts, text);
    facts
}

/// The first literal as it is decoded and written, and with all its names.
fn one(text: &str) -> (String, String, Vec<String>) {
    let found = facts(text);
    let literal = found.literals.first().unwrap_or_else(|| panic!("{text}: no literal"));
    let names = literal.names.iter().map(|name| name.to_string()).collect();
    (literal.text.to_string(), text[literal.span.range()].to_owned(), names)
}

#[test]
fn strings_have_the_names_around_them() {
    let cases = [
        ("token = \"0123abcd4567\"", "token"),
        ("%{token: \"0123abcd4567\"}", "token"),
        ("%{\"token\" => \"0123abcd4567\"}", "token"),
        ("[token: ~s(0123abcd4567)]", "token"),
        ("defmodule A do\n  @token \"0123abcd4567\"\nend", "token"),
        ("defmodule A do\n  def token, do: \"0123abcd4567\"\nend", "token"),
        ("def call(token \\\\ \"0123abcd4567\"), do: token", "token"),
        ("System.get_env(\"TOKEN\", \"0123abcd4567\")", "TOKEN"),
        ("%Client{token: '0123abcd4567'}", "token"),
    ];
    for (text, name) in cases {
        let (decoded, written, names) = one(text);
        assert_eq!((decoded.as_str(), written.as_str()), ("0123abcd4567", "0123abcd4567"), "{text}");
        assert_eq!(names.first().map(String::as_str), Some(name), "{text}");
    }
    let names = one("config :acme, Acme.Mixpanel, token: \"0123abcd4567\"").2;
    assert_eq!(names, ["token", "Acme.Mixpanel", "acme", "config"]);
    assert_eq!(one("x = \"a\\n\\\"b 4567890\"").0, "a\n\"b 4567890");
}

#[test]
fn a_pipe_hands_over_the_first_argument() {
    let found = facts("a |> B.c(1) |> d");
    let [Stmt::Expr(expr)] = &found.body[..] else { panic!("one expression") };
    let ExprKind::Call(outer) = &expr.kind else { panic!("a call") };
    assert!(matches!(&outer.callee.kind, ExprKind::Name(name) if &**name == "d"));
    let ExprKind::Call(inner) = &outer.args[0].value.kind else { panic!("a call") };
    assert_eq!(inner.args.len(), 2);
}

#[test]
fn clauses_and_branches_are_alternatives() {
    let text = "case x do\n  {:ok, y} -> y\n  _ -> nil\nend\nif a, do: b, else: c\nwith {:ok, d} <- e(), do: d\n";
    let branches = facts(text).body.iter().filter(|stmt| matches!(stmt, Stmt::Branch { .. })).count();
    assert_eq!(branches, 2);
    let mut functions = 0;
    visit::expressions(&facts("f = fn {:ok, a} -> a\n _ -> 1 end\ng = &String.trim(&1)"), &mut |expr| {
        functions += usize::from(matches!(expr.kind, ExprKind::Function(_)));
    });
    assert_eq!(functions, 2);
}

#[test]
fn deep_nesting_does_no_harm() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("%{a: ", "}"),
        ("f(", ")"),
        ("if a do\n", "end\n"),
        ("\"#{", "}\""),
        ("fn -> ", " end"),
    ] {
        facts(&format!("{}1{}", open.repeat(20_000), close.repeat(20_000)));
        facts(&open.repeat(100_000));
    }
    facts(&format!("x = {}1", "1 + ".repeat(100_000)));
    facts(&format!("x{}", " |> y()".repeat(100_000)));
    facts(&format!("{}x", "@".repeat(100_000)));
}
