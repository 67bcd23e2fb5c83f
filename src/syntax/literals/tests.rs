use super::*;
use crate::syntax::data::{Format, lower};
use crate::syntax::facts::{Arg, Call, Class, Ident, Method, Role};

const HEX: &str = "51f0a97c3e2b84d6f7091ac5be38d24f";
const SPAN: Span = Span { start: 0, end: 0 };

fn names(facts: &mut Facts, text: &str) -> Vec<(String, LiteralRole)> {
    collect(facts, text);
    let found = facts.literals.iter().filter(|literal| literal.text.as_ref() == HEX);
    found
        .map(|literal| {
            if !text.is_empty() {
                assert_eq!(&text[literal.span.range()], HEX);
            }
            (literal.names.iter().map(|name| name.as_ref()).collect::<Vec<_>>().join("<"), literal.role)
        })
        .collect()
}

fn yaml(text: &str) -> Vec<(String, LiteralRole)> {
    let text = text.replace('§', HEX);
    names(&mut lower(Format::Yaml, &text), &text)
}

#[test]
fn data_gives_keys_pairs_and_definitions() {
    use LiteralRole::{Comment, EnvDefault, Plain};
    assert_eq!(yaml("mixpanel:\n  api: {secret: §}"), [("secret<api<mixpanel".into(), Plain)]);
    assert_eq!(yaml("env:\n  - name: MP_SECRET\n    value: §\n"), [("MP_SECRET<value<env".into(), Plain)]);
    assert_eq!(yaml("env:\n  - value: '§'\n    name: MP_SECRET\n"), [("MP_SECRET<value<env".into(), Plain)]);
    assert_eq!(yaml("environment:\n  - MP_SECRET=§\n"), [("MP_SECRET<environment".into(), Plain)]);
    assert_eq!(yaml("a: ${MP_SECRET:-§}"), [("MP_SECRET<a".into(), EnvDefault)]);
    assert_eq!(yaml("a: # secret: §"), [("secret".into(), Comment)]);
    assert_eq!(
        yaml("data:\n  app.properties: |\n    x=1\n    mixpanel.secret=§\n")[0].0,
        "secret<mixpanel<app.properties<data"
    );
    assert_eq!(yaml("a: \"curl -u §: https://x\"")[0].0, "user<a");
}

#[test]
fn code_gives_variables_arguments_fields_and_scopes() {
    let text = || Expr::text(HEX, SPAN);
    let ident = |name: &str| Ident { name: name.into(), span: SPAN };
    let name = |name: &str| Expr::new(ExprKind::Name(name.into()), SPAN);
    let member =
        |object, key: &str| Expr::new(ExprKind::Member(Box::new(object), Box::new(Expr::text(key, SPAN))), SPAN);
    let call = |callee, args| Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), SPAN);
    let function = Function {
        name: "connect".into(),
        params: vec![Param {
            target: Target::Name(ident("secret")),
            name: "secret".into(),
            default: Some(text()),
            rest: false,
            field: false,
            class: None,
            span: SPAN,
        }],
        receiver: None,
        body: vec![Stmt::Return(text())],
        span: SPAN,
    };
    let class = Class {
        name: "Mixpanel".into(),
        bases: Vec::new(),
        fields: vec![(ident("token"), text())],
        methods: vec![Method { name: ident("connect"), function: 0, role: Role::Plain }],
        members_in_scope: false,
        span: SPAN,
    };
    let named = Arg { name: Some(ident("api_secret")), value: text() };
    let mut facts = Facts {
        body: vec![
            Stmt::Bind {
                target: Target::Member(member(name("this"), "config"), Expr::text("key", SPAN)),
                value: text(),
                env: false,
            },
            Stmt::Bind { target: Target::Name(ident("X")), value: text(), env: true },
            Stmt::Expr(call(member(name("mp"), "init"), vec![Arg { name: None, value: text() }, named])),
            Stmt::Class(ident("Mixpanel"), 0),
        ],
        functions: vec![function],
        classes: vec![class],
        ..Facts::default()
    };
    use LiteralRole::{EnvDefinition, Plain};
    let expected = [
        ("key<config", Plain),
        ("X", EnvDefinition),
        ("init<mp", Plain),
        ("api_secret<init<mp", Plain),
        ("token<Mixpanel", Plain),
        ("secret<connect<Mixpanel", Plain),
        ("connect<Mixpanel", Plain),
    ];
    assert_eq!(names(&mut facts, ""), expected.map(|(names, role)| (names.to_owned(), role)));
}

#[test]
fn towers_of_facts_do_not_overflow() {
    let mut expr = Expr::text(HEX, SPAN);
    for _ in 0..2_000 {
        expr = Expr::new(ExprKind::Spread(Box::new(expr)), SPAN);
    }
    let mut facts = Facts { body: vec![Stmt::Expr(expr)], ..Facts::default() };
    collect(&mut facts, "");
    assert!(facts.literals.is_empty());
}
