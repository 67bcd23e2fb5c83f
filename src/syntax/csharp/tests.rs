//! Facts of C#.

use crate::source::Source;
use crate::syntax::facts::{Call, Expr, ExprKind, Facts, Role, Stmt, Target};
use crate::syntax::read;

fn facts(text: &str) -> Facts {
    let document = read(Source::new("src/App.cs", text.to_owned()));
    document.units[0].facts.clone()
}

/// The value that the first variable is bound to.
fn value(text: &str) -> Expr {
    let facts = facts(text);
    let bound = facts.body.into_iter().find_map(|stmt| match stmt {
        Stmt::Bind { value, .. } => Some(value),
        _ => None,
    });
    bound.unwrap_or_else(|| panic!("nothing is bound: {text}"))
}

fn call(text: &str) -> Call {
    let ExprKind::Call(call) = value(text).kind else { panic!("no call") };
    *call
}

/// A value in short: texts in quotes, other parts by what they are.
fn short(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Number(number) => number.to_string(),
        ExprKind::Nothing => "nothing".into(),
        ExprKind::Member(object, key) => format!("{}[{}]", short(object), short(key)),
        ExprKind::Call(call) => {
            let args = call.args.iter().map(|arg| match &arg.name {
                Some(name) => format!("{}: {}", name.name, short(&arg.value)),
                None => short(&arg.value),
            });
            format!("{}({})", short(&call.callee), args.collect::<Vec<_>>().join(", "))
        }
        ExprKind::Concat(parts) => parts.iter().map(short).collect::<Vec<_>>().join(" + "),
        ExprKind::Choice(parts) => parts.iter().map(short).collect::<Vec<_>>().join(" | "),
        ExprKind::List(parts) => format!("[{}]", parts.iter().map(short).collect::<Vec<_>>().join(", ")),
        ExprKind::Map(entries) => {
            let entries = entries.iter().map(|entry| format!("{}: {}", short(&entry.key), short(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        ExprKind::Spread(inner) => format!("..{}", short(inner)),
        ExprKind::Instance(class) => format!("a {}", short(class)),
        ExprKind::Function(_) => "function".into(),
        ExprKind::Assign(..) => "assign".into(),
        _ => "?".into(),
    }
}

#[test]
fn strings_of_every_kind_are_decoded() {
    let cases = [
        (r#"var x = "a\"b\n";"#, r#""a\"b\n""#),
        (r#"var x = @"C:\a""b";"#, r#""C:\\a\"b""#),
        (r#"var x = $"{user}:{secret,3:x}{{}}";"#, r#"user + ":" + secret + "{}""#),
        (r#"var x = $@"a\{b}";"#, r#""a\\" + b"#),
        ("var x = \"\"\"raw \"text\" here\"\"\";", r#""raw \"text\" here""#),
        ("var x = \"\"\"\n    {\n      \"a\": 1\n    }\n    \"\"\";", r#""{\n  \"a\": 1\n}""#),
        ("var x = $$\"\"\"{\"token\":\"{{t}}\"}\"\"\";", r#""{\"token\":\"" + t + "\"}""#),
        (r#"var x = "a" + "b" + c;"#, r#""ab" + c"#),
        (r#"var x = "abc"u8;"#, r#""abc""#),
        ("var x = string.Empty;", r#""""#),
    ];
    for (text, wanted) in cases {
        assert_eq!(short(&value(text)), wanted, "{text}");
    }
}

#[test]
fn spans_of_literals_are_their_content() {
    for text in [
        "var x = \"abcdefgh\";",
        "var x = @\"abcdefgh\";",
        "var x = \"\"\"abcdefgh\"\"\";",
        "var x = \"\"\"\n  abcdefgh\n  \"\"\";",
    ] {
        let span = value(text).span;
        assert_eq!(&text[span.range()], "abcdefgh", "{text}");
    }
}

#[test]
fn constructions_take_initialisers_as_arguments() {
    let cases = [
        ("var x = new A.B<C>(1) { D = e, F = { g, h } };", "B(1, D: e, F: [g, h])"),
        ("var x = new D { [\"a\"] = b, { \"c\", d } };", "D(a: b, ..{\"c\": d})"),
        ("var x = new List<string> { \"a\", b };", "List(\"a\", b)"),
        ("HttpClient x = new() { T = u };", "HttpClient(T: u)"),
        ("var x = new { a, b.C, d = 1 };", "{\"a\": a, \"C\": b[\"C\"], \"d\": 1}"),
        ("var x = new[] { a, b };", "[a, b]"),
        ("int[] x = [a, ..b];", "[a, ..b]"),
        ("var x = y with { A = b };", "{nothing: ..y, \"A\": b}"),
        ("var x = f(secret: a, out var b, this);", "f(secret: a, assign, this)"),
    ];
    for (text, wanted) in cases {
        assert_eq!(short(&value(text)), wanted, "{text}");
    }
    let facts = facts("a.Headers.Authorization = new(\"Basic\", b);");
    let [Stmt::Assign { target: Target::Member(..), value }] = &facts.body[..] else { panic!("no assignment") };
    assert_eq!(short(value), "Authorization.new(\"Basic\", b)");
}

#[test]
fn members_calls_and_choices() {
    let cases = [
        ("var x = a?.B(c)?.D[\"k\"];", "a[\"B\"](c)[\"D\"][\"k\"]"),
        ("var x = System.Text.Encoding.UTF8.GetBytes(a);", "Encoding[\"UTF8\"][\"GetBytes\"](a)"),
        ("var x = string.Format(\"{0}\", a);", "String[\"Format\"](\"{0}\", a)"),
        ("var x = c.GetValue<string>(\"A:B\");", "c[\"GetValue\"](\"A:B\")"),
        ("var x = a ?? b;", "a | b"),
        ("var x = a ? b : c;", "b | c"),
        ("var x = a switch { 1 => b, _ => c };", "b | c"),
        ("var x = (string)a!;", "a"),
        ("var x = nameof(a.Secret);", "\"Secret\""),
        ("var x = await f();", "f()"),
        ("var x = a == \"b\";", "==(a, \"b\")"),
    ];
    for (text, wanted) in cases {
        assert_eq!(short(&value(text)), wanted, "{text}");
    }
}

#[test]
fn classes_have_fields_getters_and_constructors() {
    let facts = facts(
        "namespace N;\npublic class A(string t) : Base<X>(t), IThing {\n  const string K = \"k\"; private readonly HttpClient c;\n  \
         public string P { get; set; } = \"p\"; public string G => K; string H { get { return K; } }\n  \
         static A() { S = \"s\"; } static string S;\n  void M(int a, params string[] r) { } static void T() { }\n  \
         public A() : this(\"x\") { }\n  class Inner { }\n}\nrecord R(string Token);",
    );
    let class = facts.classes.iter().find(|class| &*class.name == "A").unwrap();
    assert_eq!(class.bases.iter().map(short).collect::<Vec<_>>(), ["Base"]);
    let fields: Vec<_> = class.fields.iter().map(|(name, value)| format!("{}={}", name.name, short(value))).collect();
    assert_eq!(fields, ["t=?", "K=\"k\"", "c=a HttpClient", "P=\"p\"", "S=\"s\"", "S=?", "Inner=?"]);
    let methods: Vec<_> = class.methods.iter().map(|method| (&*method.name.name, method.role)).collect();
    let (c, g, s) = (Role::Constructor, Role::Getter, Role::Static);
    assert_eq!(methods, [("A", c), ("G", g), ("H", g), ("M", Role::Plain), ("T", s), ("A", c)]);
    let record = facts.classes.iter().find(|class| &*class.name == "R").unwrap();
    assert!(facts.functions[record.methods[0].function].params[0].field);
}

#[test]
fn imports_bind_only_aliases() {
    let facts =
        facts("using System.Net;\nglobal using UnityEngine;\nusing M = Mixpanel.MixpanelClient;\nusing static A.B;\n");
    let imports: Vec<_> = facts
        .body
        .iter()
        .filter_map(|stmt| match stmt {
            Stmt::Import(import) => Some((import.module.name.to_string(), import.names.len())),
            _ => None,
        })
        .collect();
    assert_eq!(imports.len(), 4);
    assert_eq!(imports[1], ("UnityEngine".into(), 0));
    assert_eq!(imports[2], ("Mixpanel.MixpanelClient".into(), 1));
}

#[test]
fn literals_carry_the_names_around_them() {
    let hex = "51f0a97c3e2b84d6f7091ac5be38d24f";
    let text = format!("class Mixpanel {{ void F() {{ var o = new Options {{ ApiSecret = \"{hex}\" }}; }} }}");
    let document = read(Source::new("src/App.cs", text.clone()));
    let literal = document.units[0].facts.literals.iter().find(|literal| &*literal.text == hex).unwrap();
    assert_eq!(
        literal.names.iter().map(|name| &**name).collect::<Vec<_>>(),
        ["ApiSecret", "Options", "o", "F", "Mixpanel"]
    );
    let _ = call("var x = f();");
}

#[test]
fn deep_nesting_is_survived() {
    let deep = 100_000;
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{", "}"), ("new A(", ")"), ("$\"{", "}\""), ("a.b(", ")"), ("/*", "*/")]
    {
        let text = format!("var x = {}1{};", open.repeat(deep), close.repeat(deep));

        facts(&text);
        facts(&open.repeat(deep));
    }

    facts(&format!("var x = {}1;", "1 + ".repeat(deep)));

    facts(&format!("var x = a{};", ".b()".repeat(deep)));
    facts(&"if (a) {".repeat(deep));
    facts(&"class A {".repeat(deep));
    facts(&"#if X\n".repeat(deep));
}
