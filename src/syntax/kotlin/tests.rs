use crate::syntax::facts::{Expr, ExprKind, Stmt};
use crate::syntax::java::tests::{facts, literals};

fn value(text: &str) -> Expr {
    match facts("a.kt", text).body.into_iter().last() {
        Some(Stmt::Bind { value, .. } | Stmt::Expr(value)) => value,
        _ => panic!("no value in {text}"),
    }
}

#[test]
fn dollar_names_are_interpolated() {
    let text = "val a = \"Basic $secret:${x.y}\\$z\"";
    let ExprKind::Concat(parts) = value(text).kind else { panic!("no concatenation") };
    let shown: Vec<String> = parts
        .iter()
        .map(|part| match &part.kind {
            ExprKind::Text(text) => format!("'{text}'"),
            ExprKind::Name(name) => name.to_string(),
            ExprKind::Member(..) => "member".into(),
            _ => "?".into(),
        })
        .collect();
    assert_eq!(shown, ["'Basic '", "secret", "':'", "member", "'$z'"]);
    assert_eq!(&text[parts[1].span.range()], "secret");
}

#[test]
fn trailing_lambdas_are_arguments() {
    let ExprKind::Call(call) = value("client.get<String>(\"https://x\") { header(\"a\", it) }").kind else {
        panic!("no call")
    };
    assert_eq!(call.args.len(), 2);
    assert!(matches!(call.args[1].value.kind, ExprKind::Function(_)));
    let ExprKind::Call(call) = value("retrofit.create<Api>()").kind else { panic!("no call") };
    assert_eq!(call.args[0].name.as_ref().map(|name| &*name.name), Some("T"));
    let ExprKind::Call(call) = value("Config(secret = \"x\", token = y)").kind else { panic!("no call") };
    assert_eq!(call.args[1].name.as_ref().map(|name| &*name.name), Some("token"));
}

#[test]
fn raw_strings_and_properties() {
    let text = "class A(val secret: String = \"0123456789ab\") {\n  private val json = \"\"\"\n    {\"a\": 1,\n     \"b\": 2}\n  \"\"\".trimIndent()\n  companion object { const val TOKEN = \"ba9876543210\" }\n}";
    let found = literals("a.kt", text);
    let shown: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(shown, ["ba9876543210", "0123456789ab", "{\"a\": 1,\n \"b\": 2}\n"]);
    assert_eq!(found[0].1, "TOKEN<A");
    assert_eq!(found[1].1, "secret<A");
}
