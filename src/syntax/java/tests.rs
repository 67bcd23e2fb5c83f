use crate::source::Source;
use crate::syntax::facts::Facts;
use crate::syntax::read::read;

/// The facts of a text, by the ending of its file.
pub fn facts(path: &str, text: &str) -> Facts {
    let document = read(Source::new(path.to_owned(), text.to_owned()));
    document.units.into_iter().next().map(|unit| unit.facts).unwrap_or_default()
}

/// Each literal with its names, innermost first; the span must cover what it says.
pub fn literals(path: &str, text: &str) -> Vec<(String, String)> {
    let facts = facts(path, text);
    assert!(
        facts.unread.is_empty(),
        "unread: {:?}",
        facts.unread.iter().map(|span| &text[span.range()]).collect::<Vec<_>>()
    );
    let found = facts.literals.iter().map(|literal| {
        if !literal.text.contains(['\n', '"']) {
            assert_eq!(&text[literal.span.range()], &*literal.text);
        }
        (literal.text.to_string(), literal.names.iter().map(|name| &**name).collect::<Vec<_>>().join("<"))
    });
    found.collect()
}

fn pair(text: &str, names: &str) -> (String, String) {
    (text.into(), names.into())
}

#[test]
fn literals_carry_the_names_around_them() {
    let text = r#"
class Settings {
    static final String SECRET = "0123456789ab";
    @Value("${mixpanel.secret:abcdef987654}") private String secret;
    Settings(@Value("${mixpanel.token:fedcba123456}") String token) {
        this.token = token;
        send("Authorization", "Basic zzzzzzzz");
    }
}
enum Region { EU("https://api-eu"); }
"#;
    assert_eq!(
        literals("A.java", text),
        [
            pair("0123456789ab", "SECRET<Settings"),
            pair("abcdef987654", "mixpanel.secret<secret<Settings"),
            pair("fedcba123456", "mixpanel.token<token<Settings"),
            pair("Authorization", "send<Settings"),
            pair("Basic zzzzzzzz", "Authorization<send<Settings"),
            pair("https://api-eu", "Region<EU<Region"),
        ]
    );
}

#[test]
fn text_blocks_lose_their_indentation() {
    let text = "class A { String s = \"\"\"\n      {\n        \"a\": \"\\u0041b\"\n      }\n      \"\"\"; }";
    let found = literals("A.java", text);
    assert_eq!(found, [pair("{\n  \"a\": \"Ab\"\n}\n", "s<A")]);
}

#[test]
fn nothing_is_too_deep() {
    for (open, close) in [("(", ")"), ("{", "}"), ("f(", ")"), ("a[", "]"), ("/* ", ""), ("\"", ""), ("x -> ", "")] {
        for path in ["A.java", "a.kt", "a.groovy"] {
            let depth = 100_000;
            let text = format!("class A {{ Object x = {}1{}; }}", open.repeat(depth), close.repeat(depth));
            drop(facts(path, &text));
        }
    }
    let sum = format!("class A {{ String x = {}\"a\"; }}", "\"b\" + ".repeat(100_000));
    for path in ["A.java", "a.kt", "a.groovy"] {
        drop(facts(path, &sum));
    }
}
