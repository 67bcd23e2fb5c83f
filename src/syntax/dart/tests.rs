use crate::source::Source;
use crate::syntax::facts::{Expr, ExprKind, Facts, Role, Stmt, Target};
use crate::syntax::{read, visit};

fn facts(text: &str) -> Facts {
    let mut document = read(Source::new("a.dart", text.to_owned()));
    document.units.remove(0).facts
}

/// An expression in short.
fn short(expr: &Expr) -> String {
    let list = |all: &[Expr]| all.iter().map(short).collect::<Vec<_>>().join(", ");
    match &expr.kind {
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Number(text) | ExprKind::Name(text) => text.to_string(),
        ExprKind::Nothing => "nothing".into(),
        ExprKind::Member(object, key) => format!("{}.{}", short(object), short(key)),
        ExprKind::Call(call) => {
            let arg = |arg: &crate::syntax::facts::Arg| {
                let name = arg.name.as_ref().map_or(String::new(), |name| format!("{}: ", name.name));
                name + &short(&arg.value)
            };
            format!("{}({})", short(&call.callee), call.args.iter().map(arg).collect::<Vec<_>>().join(", "))
        }
        ExprKind::Concat(parts) => format!("concat({})", list(parts)),
        ExprKind::List(parts) => format!("[{}]", list(parts)),
        ExprKind::Choice(parts) => format!("choice({})", list(parts)),
        ExprKind::Opaque(parts) => format!("opaque({})", list(parts)),
        ExprKind::Map(entries) => {
            let entry = |entry: &crate::syntax::facts::Entry| format!("{}: {}", short(&entry.key), short(&entry.value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        ExprKind::Spread(inner) => format!("...{}", short(inner)),
        ExprKind::Instance(class) => format!("instance({})", short(class)),
        ExprKind::Function(_) => "function".into(),
        _ => "other".into(),
    }
}

fn bound(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    visit::statements(&facts(text), &mut |stmt| {
        if let Stmt::Bind { target: Target::Name(name), value, .. } = stmt {
            found.push(format!("{} = {}", name.name, short(value)));
        }
    });
    found
}

#[test]
fn strings() {
    let text = r#"
const a = 'it\'s "x" \$y \u{41}\x42';
final b = r'raw \n $c' 'and' "more";
var d = '''multi
line ${e.f} $g''';
final h = 'x-$i:${j()}';
"#;
    assert_eq!(
        bound(text),
        [
            r#"a = "it's \"x\" $y AB""#,
            r#"b = "raw \\n $candmore""#,
            r#"d = concat("multi\nline ", e."f", " ", g)"#,
            r#"h = concat("x-", i, ":", j())"#,
        ]
    );
}

#[test]
fn values() {
    let text = r#"
final a = {'x': 1, ...?rest, if (b) 'y': 2 else 'z': 3};
final c = [1, ...d];
final e = const String.fromEnvironment('F', defaultValue: 'g');
final h = i?.j ?? k['l'] ?? '';
final m = await n<String>(o, p: this.q)!;
final r = s ? 't' : 'u';
final v = new http.Client();
final w = x as String;
final y = switch (z) { 1 => 'a', _ => 'b' };
http.Client client;
"#;
    assert_eq!(
        bound(text),
        [
            r#"a = {"x": 1, nothing: ...rest, nothing: ...choice({"y": 2}, {"z": 3})}"#,
            "c = [1, ...d]",
            r#"e = String."fromEnvironment"("F", defaultValue: "g")"#,
            r#"h = choice(i."j", k."l", "")"#,
            r#"m = n(o, p: this."q")"#,
            r#"r = choice("t", "u")"#,
            r#"v = http."Client"()"#,
            "w = x",
            r#"y = choice("a", "b")"#,
            r#"client = instance(http."Client")"#,
        ]
    );
}

#[test]
fn classes_and_literals() {
    let text = r#"
import 'package:http/http.dart' as http;
import 'config.dart' show Config;
class Api extends Base {
  Api(this.token, {required String secret, super.key}) : _secret = secret, super(token);
  Api.test() : this('x', secret: 'y');
  factory Api.of(Map m) => Api(m['a'], secret: m['b']);
  static const String host = '4be1c5f0a3d27e98b6014f7cd2a95e83';
  @EnviedField(varName: 'X')
  static final String env = _E.x;
  late final http.Client client;
  final String token;
  String get auth => 'Basic $token';
  static Future<Api> make() async { return Api('a', secret: 'b')..token = 'c'; }
}
"#;
    let facts = facts(text);
    let class = &facts.classes[0];
    let fields: Vec<_> = class.fields.iter().map(|(name, value)| format!("{}={}", name.name, short(value))).collect();
    assert_eq!(
        fields,
        [
            r#"host="4be1c5f0a3d27e98b6014f7cd2a95e83""#,
            r#"env=@EnviedField(varName: "X", @: _E."x")"#,
            r#"client=instance(http."Client")"#,
            "token=instance(String)",
        ]
    );
    let roles: Vec<_> = class.methods.iter().map(|method| (&*method.name.name, method.role)).collect();
    assert_eq!(
        roles,
        [
            ("Api", Role::Constructor),
            ("test", Role::NamedConstructor),
            ("of", Role::Static),
            ("auth", Role::Getter),
            ("make", Role::Static),
        ]
    );
    let first = &facts.functions[class.methods[0].function];
    let names: Vec<_> = first.params.iter().map(|param| (&*param.name, param.field)).collect();
    assert_eq!(names, [("token", true), ("secret", false), ("key", false)]);
    assert!(matches!(&first.body[1], Stmt::Expr(call) if short(call) == "super(token, key: key)"));
    let literal = facts.literals.iter().find(|literal| literal.text.len() == 32).unwrap();
    assert_eq!(&text[literal.span.range()], &*literal.text);
    let imports: Vec<_> = facts
        .body
        .iter()
        .filter_map(|stmt| match stmt {
            Stmt::Import(import) => Some((&*import.module.name, import.names.len())),
            _ => None,
        })
        .collect();
    assert_eq!(imports, [("package:http/http.dart", 1), ("config.dart", 1)]);
}

#[test]
fn deep_and_hostile_texts() {
    let deep = [
        format!("final a = {}1{};", "(".repeat(100_000), ")".repeat(100_000)),
        format!("final a = {}1{};", "[".repeat(100_000), "]".repeat(100_000)),
        format!("void f() {}{}", "{".repeat(100_000), "}".repeat(100_000)),
        format!("final a = 1{};", " + 1".repeat(100_000)),
        format!("final a = b{};", " ?? b".repeat(100_000)),
        format!("final a = b{};", ".c()".repeat(50_000)),
        format!("final a = b{};", "..c()".repeat(50_000)),
        "/*".repeat(100_000),
        "'${".repeat(50_000),
    ];
    for text in deep {
        let start = std::time::Instant::now();
        let _ = facts(&text);
        assert!(start.elapsed().as_secs() < 30, "{}: {:?}", &text[..20], start.elapsed());
    }
}
