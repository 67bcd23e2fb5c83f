use super::*;
use crate::syntax::facts::{Facts, Literal};
use crate::syntax::{literals, lower::Table};

fn lower(text: &str) -> Facts {
    let mut facts = Table::new(&RUST).lower(text, &crate::catalog::builtin().functions);
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
    let text = "const A: &str = \"5f0c\\u{41}\\t7d9e21\";\nstatic B: &[u8] = br#\"5f0c\\n7d9e\"22\"#;\n";
    let facts = lower(text);
    assert_eq!(names(&facts, "5f0cA\t7d9e21"), ["A"]);
    let raw = literal(&facts, "5f0c\\n7d9e\"22");
    assert_eq!(&text[raw.span.range()], "5f0c\\n7d9e\"22");
}

#[test]
fn macros_are_read() {
    let text = r#"
fn f() {
    let body = json!([{ "token": "5f0c7d9e21", "properties": { "$token": format!("5f0c7d{}", x) } }]);
    let names = hashmap! { "apiSecret" => "5f0c7d9e22" };
    let list = vec!["5f0c7d9e23"; 2];
    info!(secret = %hidden("5f0c7d9e24"), "written {secret}");
    odd! { <a href="5f0c7d9e25"> }
}
lazy_static! {
    static ref MIXPANEL_SECRET: String = "5f0c7d9e26".to_string();
}
"#;
    let facts = lower(text);
    assert_eq!(names(&facts, "5f0c7d9e21"), ["token", "json!", "body", "f"]);
    assert_eq!(names(&facts, "5f0c7d9e22"), ["apiSecret", "hashmap!", "names", "f"]);
    assert_eq!(names(&facts, "5f0c7d9e23"), ["vec!", "list", "f"]);
    assert_eq!(names(&facts, "5f0c7d9e24"), ["hidden", "secret", "info!", "f"]);
    assert_eq!(literal(&facts, "5f0c7d9e25").span.start as usize, text.find("5f0c7d9e25").unwrap());
    assert_eq!(names(&facts, "5f0c7d9e26"), ["MIXPANEL_SECRET"]);
    assert!(facts.unread.is_empty());
}

#[test]
fn fields_carry_what_their_attributes_say() {
    let text = r#"
#[derive(Serialize)]
struct Args {
    #[arg(long, env = "MIXPANEL_SECRET", default_value = "5f0c7d9e21")]
    secret: String,
    #[serde(rename = "$token")]
    token: String,
}
fn f() -> Args { Args { secret: "5f0c7d9e22".into(), ..base() } }
"#;
    let facts = lower(text);
    assert_eq!(names(&facts, "5f0c7d9e21"), ["MIXPANEL_SECRET", "secret", "Args"]);
    assert_eq!(names(&facts, "5f0c7d9e22"), ["secret", "Args", "f"]);
    assert_eq!(&*facts.written[&0][0].1, "$token");
}

#[test]
fn deep_nesting_is_survived() {
    let deep = |open: &str, close: &str| format!("const X: u8 = {}1{};\n", open.repeat(100_000), close.repeat(100_000));
    for text in [
        deep("(", ")"),
        deep("[", "]"),
        deep("{", "}"),
        deep("f(", ")"),
        deep("m!(", ")"),
        deep("json!({\"a\": ", "})"),
        format!("fn f() {{ {} }}\n", "g!(h!(\"a\", i!(b), 1 + 2)); ".repeat(5_000)),
        format!("const X: u8 = 1{};\n", " + 1".repeat(100_000)),
        format!("fn f() {{ {} }}\n", "if a { } else ".repeat(20_000)),
        "/*".repeat(100_000),
        format!("r{}\"", "#".repeat(100_000)),
        "(".repeat(100_000),
    ] {
        let facts = lower(&text);
        assert!(facts.unread.iter().all(|span| span.end as usize <= text.len()));
    }
}
