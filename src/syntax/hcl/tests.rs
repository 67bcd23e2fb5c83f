use super::*;
use crate::syntax::literals::collect;

fn literals(text: &str) -> Vec<(String, String)> {
    let mut facts = lower(text);
    collect(&mut facts, text);
    let names = |names: &[Arc<str>]| names.iter().map(|name| name.as_ref()).collect::<Vec<_>>().join("<");
    facts.literals.iter().map(|one| (text[one.span.range()].to_owned(), names(&one.names))).collect()
}

#[test]
fn names_of_values() {
    let value = "a81c09e27b45";
    for (text, expected) in [
        ("mixpanel_secret = \"§\"", "mixpanel_secret"),
        ("variable \"mixpanel_secret\" {\n  type = string\n  default = \"§\"\n}", "var.mixpanel_secret"),
        ("locals {\n  mixpanel = { secret = \"§\" }\n}", "secret<local.mixpanel"),
        (
            "provider \"mixpanel\" {\n  service_account_secret = \"§\" # x\n}",
            "service_account_secret<provider.mixpanel",
        ),
        (
            "resource \"aws_ssm_parameter\" \"m\" {\n  name = \"/x/secret\"\n  value = \"§\"\n}",
            "/x/secret<value<aws_ssm_parameter.m",
        ),
        (
            "resource \"aws_lambda_function\" \"m\" {\n  environment {\n    variables = {\n      SECRET = \"§\"\n    }\n  }\n}",
            "SECRET<variables<environment<aws_lambda_function.m",
        ),
        (
            "resource \"x\" \"y\" {\n  dynamic \"env\" {\n    content {\n      name = \"SECRET\"\n      value = \"§\"\n    }\n  }\n}",
            "SECRET<value<content<env<x.y",
        ),
        ("a = <<-EOT\n  export SECRET=§\nEOT\n", "SECRET<a"),
        ("a = var.b ? \"§\" : local.c", "a"),
        ("inputs = { \"secret\" : \"§\" }", "secret<inputs"),
    ] {
        let found = literals(&text.replace('§', value));
        assert!(found.contains(&(value.to_owned(), expected.to_owned())), "{text}: {found:?}");
    }
}

#[test]
fn references_are_names() {
    let text = "variable \"user\" {}\nlocals {\n  p = 1\n}\ndata \"http\" \"x\" {}\nresource \"aws_x\" \"y\" {}\na = base64encode(\"${var.user} : ${local.p.q[0]}\")\nb = data.http.x.body\nc = aws_x.y.z\nd = var.other\ne = \"a$${b}\\n\"";
    let facts = lower(text);
    let Some(Stmt::Expr(Expr { kind: ExprKind::Map(entries), .. })) = facts.body.first() else { panic!() };
    let ExprKind::Call(call) = &entries[0].value.kind else { panic!() };
    let ExprKind::Concat(parts) = &call.args[0].value.kind else { panic!() };
    assert!(matches!(&parts[0].kind, ExprKind::Name(name) if &**name == "var.user"));
    assert_eq!(parts[1].as_text().map(|text| text.as_ref()), Some(" : "));
    assert_eq!(&text[parts[1].span.range()], " : ");
    let ExprKind::Member(object, _) = &parts[2].kind else { panic!() };
    let ExprKind::Member(object, key) = &object.kind else { panic!() };
    assert!(matches!(&object.kind, ExprKind::Name(name) if &**name == "local.p"));
    assert_eq!(key.as_text().map(|text| text.as_ref()), Some("q"));
    for (at, address) in [(1, "data.http.x"), (2, "aws_x.y")] {
        let ExprKind::Member(object, _) = &entries[at].value.kind else { panic!() };
        assert!(matches!(&object.kind, ExprKind::Name(name) if &**name == address));
    }
    // What another file declares goes by its address, too.
    assert!(matches!(&entries[3].value.kind, ExprKind::Name(name) if &**name == "var.other"));
    assert_eq!(entries[4].value.as_text().map(|text| text.as_ref()), Some("a${b}\n"));
}

#[test]
fn locals_come_after_what_they_refer_to() {
    let facts = lower(
        "locals {\n  a = local.b\n  b = \"${local.c}x\"\n  c = var.d\n  e = local.e\n}\nvariable \"d\" {\n  default = 1\n}\n",
    );
    let names: Vec<_> = facts
        .body
        .iter()
        .filter_map(|stmt| match stmt {
            Stmt::Bind { target: Target::Name(ident), .. } => Some(ident.name.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(names, ["var.d", "local.c", "local.b", "local.a", "local.e"]);
}

#[test]
fn comments_and_broken_text() {
    let facts = lower("# one\n// two\n/* three */\na = 1\n");
    let comments: Vec<_> = facts.comments.iter().map(|comment| comment.text.trim()).collect();
    assert_eq!(comments, ["one", "two", "three"]);
    for text in
        ["provider \"mixpanel\" {\n secret = \"a81c09e27b45\"\n", "a = \"a81c09e27b45", "}{ secret = \"a81c09e27b45\""]
    {
        let found = literals(text);
        assert!(found.iter().any(|(value, _)| value.contains("a81c09e27b45")), "{text}: {found:?}");
    }
}

#[test]
fn hostile_files() {
    for unit in [
        "a = (",
        "a = [",
        "a {",
        "a = \"${",
        "a = <<A\n",
        "a = -",
        "a.b",
        "a = f(",
        "# x\n",
        "a = 1 + ",
        "a = {b = ",
        "\"",
        "a = b ? ",
        "%{if a}",
    ] {
        // Ten times as much takes the grammar seconds where an operator has nothing behind it.
        lower(&unit.repeat(10_000 / unit.len()));
    }
    lower(&format!("a = {}1{}", "(".repeat(100_000), ")".repeat(100_000)));
    lower(&format!("a = 1{}", " + 1".repeat(100_000)));
}
