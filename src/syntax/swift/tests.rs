use crate::source::Source;
use crate::syntax::facts::Literal;
use crate::syntax::lower::Table;

fn literals(text: &str) -> Vec<Literal> {
    let mut facts = Table::new(&super::SWIFT).lower(text, &crate::catalog::builtin().functions);
    crate::syntax::literals::collect(&mut facts, text);
    facts.literals
}

fn texts(text: &str) -> Vec<String> {
    literals(text).into_iter().map(|literal| literal.text.to_string()).collect()
}

#[test]
fn strings_are_decoded_and_spans_leave_out_the_quotes() {
    let text = "let a = \"one\\ttwo three\"\nlet b = #\"raw \\n \"text\" \"#\nlet c = \"\"\"\n    first line\n    second\n    \"\"\"\n";
    assert_eq!(texts(text), ["one\ttwo three", "raw \\n \"text\" ", "first line\nsecond"]);
    for literal in literals(text) {
        let written = &text[literal.span.range()];
        assert!(!written.starts_with(['"', '#', '\n']) && !written.ends_with(['#', '\n']), "{written:?}");
    }
}

#[test]
fn literals_carry_the_names_around_them() {
    let text = "enum Keys {\n  enum Mixpanel { static let apiSecret = \"0123456789\" }\n  case other = \"abcdefgh\"\n}\nfoo(token: \"ijklmnop\") { $0.bar = \"qrstuvwx\" }\nlet t = [\"k\": \"12345678\"]";
    let names = |at: usize| literals(text)[at].names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    let all = texts(text);
    let of = |wanted: &str| names(all.iter().position(|text| text == wanted).unwrap());
    assert_eq!(of("0123456789"), ["apiSecret", "Mixpanel", "Keys"]);
    assert_eq!(of("abcdefgh"), ["other", "Keys"]);
    assert_eq!(of("ijklmnop"), ["token", "foo"]);
    assert_eq!(of("12345678"), ["k", "t"]);
}

#[test]
fn an_extension_adds_to_its_type_and_conditions_give_a_choice() {
    let text = "struct A {\n  #if DEBUG\n  let a = \"debug1234\"\n  #else\n  let a = \"release12\"\n  #endif\n}\nextension A { var b: String { a } ; }\nextension URLRequest { func c() {} }";
    let facts = Table::new(&super::SWIFT).lower(text, &crate::catalog::builtin().functions);
    assert_eq!(facts.classes.len(), 2);
    assert_eq!((facts.classes[0].fields.len(), facts.classes[0].methods.len()), (1, 1));
    assert_eq!(facts.classes[1].bases.len(), 1);
}

#[test]
fn depth_is_no_danger() {
    let started = std::time::Instant::now();
    for (open, inner, close) in [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("if a { ", "b()", " }"),
        ("f(", "1", ")"),
        ("", "\"a\" + ", "\"b\""),
        ("{ ", "1", " }"),
        ("/*", " ", "*/"),
        ("a ?? ", "b", ""),
        ("\"\\(", "a", ")\""),
        ("#if A\n", "b()", "\n#endif"),
    ] {
        let text = format!("let x = {}{inner}{}", open.repeat(100_000), close.repeat(100_000));
        let source = Source::new("a.swift", text);
        crate::syntax::read(source);
    }
    assert!(started.elapsed().as_secs() < 120);
}
