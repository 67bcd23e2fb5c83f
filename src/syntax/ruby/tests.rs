use crate::syntax::facts::{ExprKind, Facts};
use crate::syntax::literals;
use crate::syntax::lower::Table;
use crate::syntax::visit;

fn facts(text: &str) -> Facts {
    let mut facts = Table::new(&super::RUBY).lower(text, &crate::catalog::builtin().functions);
    literals::collect(&mut facts, text);
    facts
}

/// Each literal as it is decoded, as it is written, and with its innermost name.
fn literals(text: &str) -> Vec<(String, String, String)> {
    let found = facts(text).literals;
    let one = |literal: &crate::syntax::facts::Literal| {
        let written = text[literal.span.range()].to_owned();
        (literal.text.to_string(), written, literal.names.first().map(|name| name.to_string()).unwrap_or_default())
    };
    found.iter().map(one).collect()
}

fn one(text: &str) -> (String, String, String) {
    literals(text).into_iter().next().unwrap_or_else(|| panic!("{text}: no literal"))
}

#[test]
fn strings_of_all_kinds() {
    let plain = |name: &str| ("0123abcd4567".to_owned(), "0123abcd4567".to_owned(), name.to_owned());
    assert_eq!(one("token = '0123abcd4567'"), plain("token"));
    assert_eq!(one("TOKEN = \"0123abcd4567\".freeze"), plain("TOKEN"));
    assert_eq!(one("@token ||= %q(0123abcd4567)"), plain("token"));
    assert_eq!(one("$token = %Q[0123abcd4567]"), plain("$token"));
    assert_eq!(one("x = { token: '0123abcd4567' }"), plain("token"));
    assert_eq!(one("x = { :token => '0123abcd4567' }"), plain("token"));
    assert_eq!(one("x['token'] = '0123abcd4567'"), plain("token"));
    assert_eq!(one("init(token: '0123abcd4567')"), plain("token"));
    assert_eq!(one("let(:token) { '0123abcd4567' }"), plain("token"));
    assert_eq!(one("ENV.fetch('TOKEN', '0123abcd4567')"), plain("TOKEN"));
    assert_eq!(one("def token = '0123abcd4567'"), plain("token"));
    assert_eq!(one("class A\n  TOKEN = '0123abcd4567'\nend"), plain("TOKEN"));
    assert_eq!(one("def call(token: '0123abcd4567'); end"), plain("token"));
    assert_eq!(one("x = \"a\\n\\u0062 '4567890\"").0, "a\nb '4567890");
    assert_eq!(literals("x = %w[0123abcd4567 89abcdef0123]").len(), 2);
}

#[test]
fn here_documents_stand_where_their_text_is() {
    let text = "x = call(<<~ONE.strip, <<-'TWO')\n  first line\n    second\nONE\n  third line\n  TWO\n";
    let found = literals(text);
    let words: Vec<_> = found[0].0.split_whitespace().collect();
    assert_eq!(words, ["first", "line", "second"]);
    assert!(found[0].1.starts_with("first line\n"), "{found:?}");
    assert_eq!(found[1].1.trim(), "third line");
    let text = "key = <<~KEY\n  a #{b} 89abcdef01\nKEY\n";
    assert!(literals(text).iter().any(|(text, ..)| text.trim() == "89abcdef01"));
}

#[test]
fn names_without_arguments_are_asked() {
    let mut asked = 0;
    visit::expressions(&facts("a.b&.c\nputs d\nE::F\ng(1)\n"), &mut |expr| {
        asked += usize::from(matches!(expr.kind, ExprKind::Ask(_)));
    });
    // `a`, `a.b`, `a.b&.c` and `d`.
    assert_eq!(asked, 4);
}

#[test]
fn modules_that_are_opened_again_are_one() {
    let found = facts("module A\n  X = 1\nend\nmodule A\n  def self.y; end\nend\nA = Struct.new(:b)\n");
    assert_eq!(found.classes.len(), 2);
    assert_eq!(found.classes[0].methods.len(), 1);
}

#[test]
fn deep_nesting_does_no_harm() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{a: ", "}"), ("f(", ")"), ("if a\n", "end\n"), ("\"#{", "}\""), ("a {", "}")]
    {
        facts(&format!("{}1{}", open.repeat(5_000), close.repeat(20_000)));
        facts(&open.repeat(100_000));
    }
    facts(&format!("x = {}1", "1 + ".repeat(100_000)));
    facts(&format!("x{}", ".y".repeat(100_000)));
    facts(&"class A\n".repeat(5_000));
}
