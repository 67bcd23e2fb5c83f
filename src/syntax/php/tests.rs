use std::fmt::Write as _;

use crate::source::Source;
use crate::syntax::facts::{Expr, ExprKind, Facts, Stmt, Target};
use crate::syntax::{read, visit};

fn facts(text: &str) -> Facts {
    let mut document = read(Source::new("a.php", text.to_owned()));
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
            let mut out = format!("{}{}(", if call.construct { "new " } else { "" }, short(&call.callee));
            for (at, arg) in call.args.iter().enumerate() {
                let name = arg.name.as_ref().map_or(String::new(), |name| format!("{}: ", name.name));
                write!(out, "{}{name}{}", if at > 0 { ", " } else { "" }, short(&arg.value)).unwrap();
            }
            out + ")"
        }
        ExprKind::Concat(parts) => format!("concat({})", list(parts)),
        ExprKind::List(parts) | ExprKind::Results(parts) => format!("[{}]", list(parts)),
        ExprKind::Ask(inner) => format!("ask({})", short(inner)),
        ExprKind::Choice(parts) => format!("choice({})", list(parts)),
        ExprKind::Opaque(parts) => format!("opaque({})", list(parts)),
        ExprKind::Map(entries) => {
            let entry = |entry: &crate::syntax::facts::Entry| format!("{}: {}", short(&entry.key), short(&entry.value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        ExprKind::Spread(inner) => format!("...{}", short(inner)),
        ExprKind::Instance(class) => format!("instance({})", short(class)),
        ExprKind::Function(_) => "function".into(),
        ExprKind::Class(_) => "class".into(),
        ExprKind::Assign(..) => "assign".into(),
        ExprKind::Env(name) => format!("env({name})"),
    }
}

/// What the variables of a text are bound to.
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
    let text = r#"<?php
$a = 'it\'s \n $x';
$b = "a\tb \$c {$d['e']} $f->g $h[i] ${j}";
$k = <<<EOT
    one $l
    EOT;
$m = <<<'EOT'
raw $n
EOT;
$o = 'a' . "b" . C . Foo::D;
"#;
    let found = bound(text);
    assert_eq!(found[0], r#"$a = "it's \\n $x""#);
    assert!(found[1].starts_with(r#"$b = concat("a\tb $c ", $d."e", " ", $f."g", " ", $h."i""#), "{}", found[1]);
    assert!(found[2].contains("concat(") && found[2].contains("$l"), "{}", found[2]);
    assert_eq!(found[3], r#"$m = "raw $n""#);
    assert_eq!(found[4], r#"$o = concat("ab", C, Foo."D")"#);
}

#[test]
fn values() {
    let text = r#"<?php
use GuzzleHttp\Client as Http;
$a = ['x' => 1, ...$rest];
$b = array('p', 'q');
$c = getenv('X') ?: 'd';
$d = $e ?? $f['g'] ?? null;
$h = match (true) { $i => 'j', default => 'k' };
$l = new Http(base_uri: 'm');
$n = \Foo\bar($this->o?->p(), self::Q, static::$r);
$s = (string) @$t;
$u .= 'v';
define('W', 'x');
const Y = 'z';
"#;
    assert_eq!(
        bound(text),
        [
            r#"$a = {"x": 1, nothing: ...$rest}"#,
            r#"$b = ["p", "q"]"#,
            r#"$c = choice(getenv("X"), "d")"#,
            r#"$d = choice($e, choice($f."g", nothing))"#,
            r#"$h = choice("j", "k")"#,
            r#"$l = new Http(base_uri: "m")"#,
            r#"$n = Foo.bar(this."o"."p"(), this."Q", this."r")"#,
            "$s = $t",
            r#"$u = concat($u, "v")"#,
            r#"W = "x""#,
            r#"Y = "z""#,
        ]
    );
}

#[test]
fn classes_and_literals() {
    let text = r#"<?php
namespace App;
final class Client extends Base {
    use Loggable;
    private const SECRET = '4be1c5f0a3d27e98b6014f7cd2a95e83';
    public static ?string $host = null;
    private Http $http;
    public function __construct(private string $token = '4be1c5f0a3d27e98', protected readonly ?Foo $foo = null) { parent::__construct($token); }
    public static function make(): static { return new static(); }
}
enum Kind: string { case Secret = 'abc'; }
"#;
    let facts = facts(text);
    let class = &facts.classes[0];
    let fields: Vec<_> = class.fields.iter().map(|(name, value)| format!("{}={}", name.name, short(value))).collect();
    assert_eq!(fields, [r#"SECRET="4be1c5f0a3d27e98b6014f7cd2a95e83""#, "host=nothing", "http=instance(Http)"]);
    assert_eq!(class.bases.iter().map(short).collect::<Vec<_>>(), ["Base", "Loggable"]);
    let constructor = &facts.functions[class.methods[0].function];
    assert!(constructor.params.iter().all(|param| param.field));
    assert_eq!(&*constructor.params[0].name, "token");
    let literal = facts.literals.iter().find(|literal| literal.text.len() == 32).unwrap();
    assert_eq!(&text[literal.span.range()], &*literal.text);
    assert_eq!(literal.names.iter().map(|name| &**name).collect::<Vec<_>>(), ["SECRET", "Client"]);
    // Classes of the same namespace may lie beside the file.
    let beside = facts.body.iter().any(|stmt| matches!(stmt, Stmt::ExportAll(path) if &*path.name == "./Base.php"));
    assert!(beside);
}

#[test]
fn deep_and_hostile_texts() {
    let deep = [
        format!("<?php $a = {}1{};", "(".repeat(100_000), ")".repeat(100_000)),
        format!("<?php $a = {}1{};", "[".repeat(100_000), "]".repeat(100_000)),
        format!("<?php {}{}", "{".repeat(100_000), "}".repeat(100_000)),
        format!("<?php $a = 1{};", " . 1".repeat(100_000)),
        format!("<?php $a = 1{};", " ?? 1".repeat(100_000)),
        format!("<?php $a{};", "->b()".repeat(100_000)),
        "<?= $a ?>".repeat(5_000),
        "<?php /*".repeat(100_000),
        format!("<?php $a = {}", "\"{$b".repeat(50_000)),
        "<b>{{".repeat(1_000),
    ];
    for text in deep {
        let start = std::time::Instant::now();
        let _ = facts(&text);
        let _ = read(Source::new("a.blade.php", text.clone()));
        assert!(start.elapsed().as_secs() < 30, "{}: {:?}", &text[..20], start.elapsed());
    }
}
