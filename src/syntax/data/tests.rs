use super::*;
use crate::syntax::facts::{Expr, ExprKind, Stmt};

/// An expression as text: what is seen of it later, with the source slice of each text.
fn show(expr: &Expr, text: &str) -> String {
    let list = |items: &[Expr], open: &str, close: &str| {
        format!("{open}{}{close}", items.iter().map(|item| show(item, text)).collect::<Vec<_>>().join(", "))
    };
    match &expr.kind {
        ExprKind::Text(value) => {
            let raw = &text[expr.span.range()];
            if raw == value.as_ref() { format!("'{value}'") } else { format!("'{value}'/{raw}/") }
        }
        ExprKind::Number(value) => value.to_string(),
        ExprKind::Nothing => "-".into(),
        ExprKind::Env(name) => format!("${name}"),
        ExprKind::Concat(parts) => list(parts, "<", ">"),
        ExprKind::List(parts) => list(parts, "[", "]"),
        ExprKind::Choice(parts) => list(parts, "(", ")"),
        ExprKind::Map(entries) => {
            let entries =
                entries.iter().map(|entry| format!("{}: {}", show(&entry.key, text), show(&entry.value, text)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        _ => "?".into(),
    }
}

fn seen(format: Format, text: &str) -> (String, Facts) {
    let facts = lower(format, text);
    let documents = facts.body.iter().map(|stmt| match stmt {
        Stmt::Expr(expr) => show(expr, text),
        _ => "!".into(),
    });
    (documents.collect::<Vec<_>>().join(" | "), facts)
}

fn check(format: Format, text: &str, expected: &str) {
    let (found, facts) = seen(format, text);
    assert_eq!(found, expected, "{text}");
    assert!(facts.unread.is_empty(), "{text}: {:?}", facts.unread);
}

#[test]
fn json() {
    let json = |text, expected| check(Format::Json, text, expected);
    json(
        "{\"a\": \"x\\u00e9\\n\\ud83d\\ude00\", \"b\":\r\n[1, true, false, null]}",
        "{'a': 'xé\n😀'/x\\u00e9\\n\\ud83d\\ude00/, 'b': [1, true, -, -]}",
    );
    json("// one\n{\"a\": /* two */ \"\"}", "{'a': ''}");
    json("{\"a\":1}\n{\"a\":2}", "{'a': 1} | {'a': 2}");
    json(
        "{\"$x\": \"${X:-dflt}\", \"y\": \"Basic ${env:Y}\", \"z\": \"$identify {{t}}\"}",
        "{'$x': ($X, 'dflt'), 'y': <'Basic ', $Y>, 'z': <'$identify ', ?>}",
    );
    let (found, facts) = seen(Format::Json, "{\"a\": [\"b\",], \"c\": {\"d\": \"e\",},}");
    assert_eq!(found, "{'a': ['b'], 'c': {'d': 'e'}}");
    assert!(facts.unread.is_empty());
    let (found, facts) = seen(Format::Json, "{\"a\": \"b\", 'secret': 'deadbeefcafe', \"c\": \"d\"}");
    assert!(found.contains("'a': 'b'") && found.contains("'c': 'd'"), "{found}");
    assert!(!facts.unread.is_empty());
}

#[test]
fn yaml() {
    let yaml = |text, expected| check(Format::Yaml, text, expected);
    yaml(
        "a: b\r\nc:\r\n  - d: \"e\\tf\" # g\r\n    'h''i': 'j''k'\r\n",
        "{'a': 'b', 'c': [{'d': 'e\tf'/e\\tf/, 'h'i'/h''i/: 'j'k'/j''k/}]}",
    );
    yaml("---\na: 1\n---\nb: [x, {y: z}]\n...\n", "{'a': 1} | {'b': ['x', {'y': 'z'}]}");
    yaml("a: |\n  b\n    c\n\n  d\ne: >-\n  f\n  g\n", "{'a': 'b\n  c\n\nd'/b\n    c\n\n  d/, 'e': 'f g'/f\n  g/}");
    yaml("x: &a {b: c}\ny: *a\nz:\n  <<: *a\n", "{'x': {'b': 'c'}, 'y': ?, 'z': {'<<': ?}}");
    yaml(
        "on: true\n1: ~\nk:\nd: 2020-01-01\nt: 12345678901234567890123456789012\n",
        "{'on': true, '1': -, 'k': -, 'd': '2020-01-01', 't': '12345678901234567890123456789012'}",
    );
    yaml("a: !Ref B\nc: !!str d\ne: !vault |\n  f\n", "{'a': ?, 'c': 'd', 'e': ?}");
    yaml(
        "a: ${X}\nb: \"p${X:-q}r\"\nc: $LONG_NAME\nd: ${{ secrets.S }}\ne: $$X costs $5\n",
        "{'a': $X, 'b': <'p', ($X, 'q'), 'r'>, 'c': $LONG_NAME, 'd': $S, 'e': '$$X costs $5'}",
    );
    yaml(
        "a: ${{ secrets.S || 'dflt' }}\nb: <%= ENV[\"X\"] %>\nc: <%= ENV.fetch(\"Y\", \"z\") %>\nd: ${mixpanel.secret:e}\nf: $(AZURE)\n",
        "{'a': ($S, 'dflt'), 'b': $X, 'c': ($Y, 'z'), 'd': (?, 'e'), 'f': $AZURE}",
    );
    yaml("\u{feff}a: \u{1f600}\n", "{'a': '😀'}");
}

#[test]
fn templated_yaml_keeps_the_rest() {
    let text = "apiVersion: v1\n{{- if .Values.a }}\ndata:\n  token: {{ .Values.token | quote }}\n  {{- range $k, $v := .Values.x }}\n  {{ $k }}: {{ $v | b64enc }}\n  {{- end }}\n  secret: \"{{ .a }}:b\"\n  list: [{{ x }}, y]\n  {{- with .z }}\n  labels:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}\nkind: Secret\n{{- end }}\n";
    let (found, facts) = seen(Format::Yaml, text);
    assert_eq!(
        found,
        "{'apiVersion': 'v1', 'data': {'token': ?, ?: ?, 'secret': <?, ':b'>, 'list': [?, 'y'], 'labels': -}, 'kind': 'Secret'}"
    );
    assert!(facts.unread.is_empty() && facts.comments.is_empty());
}

#[test]
fn broken_yaml_keeps_what_is_whole() {
    let (found, facts) =
        seen(Format::Yaml, "a: b\nmixpanel:\n  secret: [deadbeef, cafe\nc: d\n\tx: y\nlast: value12345\n");
    assert!(found.contains("'a': 'b'") || !facts.unread.is_empty(), "{found}");
    assert!(!facts.unread.is_empty());
}

#[test]
fn long_yaml_is_read_to_its_end() {
    let mut text: String = (0..100_000).map(|n| format!("- a: {{b: c{n}}}\n")).collect();
    text.push_str("- last:\n  - deadbeef\n");
    let facts = lower(Format::Yaml, &text);
    assert!(facts.unread.is_empty(), "{:?}", facts.unread.first());
    let length = |stmt: &Stmt| match stmt {
        Stmt::Expr(Expr { kind: ExprKind::List(items), .. }) => items.len(),
        _ => 0,
    };
    assert_eq!(facts.body.iter().map(length).sum::<usize>(), 100_001);
    let text = format!("a: b\nlong: [{}]\nc: d\n", "{x: y}, ".repeat(10_000));
    let (found, facts) = seen(Format::Yaml, &text);
    assert_eq!(found, "{'a': 'b', 'c': 'd'}");
    assert_eq!(facts.unread.len(), 1);
}

#[test]
fn toml() {
    let toml = |text, expected| check(Format::Toml, text, expected);
    toml(
        "a = \"b\\n\" # c\r\n[x.y]\r\nz = 'q'\nn = 1\nt = true\nf = false\n[x]\n\"k l\".m = { o = \"p\", q.r = [\"s\", \"\"\"\nu\nv\"\"\"] }\n",
        "{'a': 'b\n'/b\\n/, 'x': {'y': {'z': 'q', 'n': 1, 't': true, 'f': -}, 'k l': {'m': {'o': 'p', 'q': {'r': ['s', 'u\nv']}}}}}",
    );
    toml(
        "[[e]]\nname = \"X\"\nvalue = \"${Y}\"\n[[e]]\nname = '''Z'''\n[e.in]\na = 1",
        "{'e': [{'name': 'X', 'value': $Y}, {'name': 'Z', 'in': {'a': 1}}]}",
    );
    let (found, facts) = seen(Format::Toml, "a = \"b\"\nsecret = deadbeefcafe0123\n[c]\nd = \"e\"\n");
    assert!(found.contains("'a': 'b'") && found.contains("'d': 'e'"), "{found}");
    assert!(!facts.unread.is_empty());
}

#[test]
fn hostile_data_on_a_small_stack() {
    let deep = 100_000;
    let cases = [
        (Format::Json, "[".repeat(deep)),
        (Format::Json, format!("{}{}", "[".repeat(deep), "]".repeat(deep))),
        (Format::Json, "{\"a\":".repeat(deep)),
        (Format::Json, format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep))),
        (Format::Json, format!("[{}1]", "1,".repeat(2_000_000))),
        (Format::Json, "\"".repeat(100_000)),
        (Format::Json, format!("\"{}\"", "${".repeat(1_000_000))),
        (Format::Yaml, "[".repeat(deep)),
        (Format::Yaml, format!("{}{}", "[".repeat(deep), "]".repeat(deep))),
        (Format::Yaml, "- ".repeat(deep)),
        (Format::Yaml, "a: ".repeat(deep)),
        (Format::Yaml, "? ".repeat(deep)),
        (Format::Yaml, "- a: b: - ? ".repeat(20).repeat(500)),
        (Format::Yaml, "- - - a: b: - ? x\n ".repeat(5_000)),
        (Format::Yaml, (0..20_000).map(|n| format!("{}- a:\n", " ".repeat(n % 250))).collect()),
        (Format::Yaml, (0..20_000).map(|n| format!("{}? |\n", " ".repeat(n % 250))).collect()),
        (Format::Yaml, "{{".repeat(deep)),
        (Format::Yaml, format!("a: {}", "x".repeat(5_000_000))),
        (Format::Yaml, "\t- x: [".repeat(10_000)),
        (Format::Yaml, (0..2_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect()),
        (Format::Toml, format!("a = {}", "[".repeat(deep))),
        (Format::Toml, format!("a = {}{}", "[".repeat(deep), "]".repeat(deep))),
        (Format::Toml, format!("[{}a]\nb = 1", "a.".repeat(deep))),
        (Format::Toml, format!("{}a = 1", "a.".repeat(deep))),
    ];
    let run = move || {
        for (format, text) in cases {
            let start = std::time::Instant::now();
            drop(lower(format, &text));
            let taken = start.elapsed();
            assert!(taken.as_secs() < 30, "{format:?} {}: {taken:?}", &text[..text.len().min(12)]);
        }
    };
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(run).expect("a thread");
    thread.join().expect("no overflow");
}
