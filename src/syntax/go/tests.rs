use std::sync::Arc;

use super::*;
use crate::source::Span;
use crate::syntax::facts::{Facts, Literal};
use crate::syntax::{literals, lower::Table};

fn lower(text: &str) -> Facts {
    let mut facts = Table::new(&GO).lower(text, &crate::catalog::builtin().functions);
    literals::collect(&mut facts, text);
    facts
}

fn literal<'f>(facts: &'f Facts, text: &str) -> &'f Literal {
    facts.literals.iter().find(|literal| &*literal.text == text).unwrap()
}

fn names(facts: &Facts, text: &str) -> Vec<String> {
    literal(facts, text).names.iter().map(ToString::to_string).collect()
}

#[test]
fn strings_are_decoded_and_have_the_span_of_their_content() {
    let text =
        "package a\nconst Plain, Raw = \"5f0c\\x41\\n7d9e21\", `5f0c\\n7d9e22`\nvar Sum = \"5f0c7d\" + \"9e23\"\n";
    let facts = lower(text);
    assert_eq!(names(&facts, "5f0cA\n7d9e21"), ["Plain"]);
    let raw = literal(&facts, "5f0c\\n7d9e22");
    assert_eq!((&raw.names[..], &text[raw.span.range()]), (&[Arc::from("Raw")][..], "5f0c\\n7d9e22"));
    assert_eq!(names(&facts, "5f0c7d9e23"), ["Sum"]);
}

#[test]
fn literals_carry_the_names_of_fields_keys_and_tags() {
    let text = r#"package a
type Config struct {
	Secret string `env:"MIXPANEL_SECRET" envDefault:"5f0c7d9e21"`
}
var cfg = Config{Secret: "5f0c7d9e22"}
var table = map[string]string{"apiKey": "5f0c7d9e23"}
var tests = []struct{ token string }{{token: "5f0c7d9e24"}}
func init() { flag.StringVar(&x, "api-secret", "5f0c7d9e25", "usage of it") }
"#;
    let facts = lower(text);
    assert_eq!(names(&facts, "5f0c7d9e21"), ["MIXPANEL_SECRET", "Secret", "Config"]);
    assert_eq!(names(&facts, "5f0c7d9e22"), ["Secret", "Config", "cfg"]);
    assert_eq!(names(&facts, "5f0c7d9e23"), ["apiKey", "table"]);
    assert_eq!(names(&facts, "5f0c7d9e24"), ["token", "tests"]);
    assert_eq!(names(&facts, "5f0c7d9e25"), ["api-secret", "StringVar", "flag", "init"]);
}

#[test]
fn imports_bind_the_name_of_the_package() {
    let name = |path: &str| package(without_version(path));
    assert_eq!(name("github.com/mixpanel/mixpanel-go"), "mixpanel");
    assert_eq!(name("github.com/go-resty/resty/v2"), "resty");
    assert_eq!(name("gopkg.in/yaml.v3"), "yaml");
    assert_eq!(name("github.com/redis/go-redis/v9"), "redis");
    assert_eq!(name("net/http"), "http");
}

#[test]
fn methods_belong_to_their_type_and_fields_have_names_as_data() {
    let facts =
        lower("package a\nfunc (c *Client) Do() {}\ntype Client struct { Token string `json:\"$token,omitempty\"` }\n");
    assert_eq!(facts.classes[0].methods.len(), 1);
    assert_eq!(&*facts.written[&0][0].1, "$token");
    assert!(facts.unread.is_empty());
}

#[test]
fn deep_nesting_is_survived() {
    let deep =
        |open: &str, close: &str| format!("package a\nvar x = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
    for text in [
        deep("(", ")"),
        deep("[]any{", "}"),
        deep("f(", ")"),
        format!("package a\nvar x = \"a\"{}\n", " + \"a\"".repeat(100_000)),
        format!("package a\nfunc f() {}{}\n", "{".repeat(100_000), "}".repeat(100_000)),
        format!("package a\nfunc f() {{ {} }}\n", "if a { } else ".repeat(20_000)),
        "(".repeat(100_000),
        "/*".repeat(100_000),
        "`".repeat(100_001),
    ] {
        let facts = lower(&text);
        assert!(facts.unread.iter().all(|span: &Span| span.end as usize <= text.len()));
    }
}
