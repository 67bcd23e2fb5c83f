use super::*;
use crate::syntax::java::tests::{facts, literals};

#[test]
fn what_the_grammar_lacks_is_rewritten_in_place() {
    let text = "def a = x ?: 'y?:z'\ndef b = c?.d('')\nif (a)\n  e()\n// f ?: g\nString h\nH(i,\n j)\n";
    let expected = "def a = x || 'y?:z';def b = c .d(\"\");if (a)\n  e()\n// f ?: g\nString h;H(i,\n j)\n";
    assert_eq!(readable(text), expected);
}

#[test]
fn strings_are_interpolated_and_commands_are_calls() {
    let found =
        literals("build.gradle", "android { buildConfigField \"String\", \"MIXPANEL_X\", \"\\\"0123456789ab\\\"\" }");
    assert_eq!(found.last().map(|(text, _)| text.as_str()), Some("\"0123456789ab\""));
    let facts = facts("a.groovy", "def a = \"Basic ${x.y}:$z!\"");
    let Some(Stmt::Bind { value: Expr { kind: ExprKind::Concat(parts), .. }, .. }) = facts.body.last() else {
        panic!("no concatenation")
    };
    assert_eq!(parts.len(), 5);
    assert!(matches!(&parts[3].kind, ExprKind::Name(name) if &**name == "z"));
}
