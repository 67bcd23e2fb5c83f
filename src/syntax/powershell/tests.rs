//! Facts of PowerShell.

use crate::source::Source;
use crate::syntax::facts::{Expr, ExprKind, Facts, LiteralRole, Stmt};
use crate::syntax::read;

fn facts(text: &str) -> Facts {
    let document = read(Source::new("scripts/app.ps1", text.to_owned()));
    document.units[0].facts.clone()
}

/// The value that the first variable is bound to, in short.
fn value(text: &str) -> String {
    let facts = facts(text);
    let bound = facts.body.iter().find_map(|stmt| match stmt {
        Stmt::Bind { value, .. } | Stmt::Expr(value) => Some(short(value)),
        _ => None,
    });
    bound.unwrap_or_else(|| panic!("nothing is bound: {text}"))
}

fn short(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Number(number) => number.to_string(),
        ExprKind::Nothing => "nothing".into(),
        ExprKind::Env(name) => format!("env {name}"),
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
        ExprKind::Function(_) => "function".into(),
        ExprKind::Opaque(inner) => format!("?{}", inner.iter().map(short).collect::<Vec<_>>().join(" ")),
        _ => "?".into(),
    }
}

#[test]
fn strings_of_every_kind_are_decoded() {
    let cases = [
        ("$x = \"a`\"b`n\"", "\"a\\\"b\\n\""),
        ("$x = \"${user}:${env:S}\"", "user + \":\" + env S"),
        ("$x = \"a $($b.C) d\"", "\"a \" + b[\"C\"] + \" d\""),
        ("$x = 'it''s $x'", "\"it's $x\""),
        ("$x = @\"\n{ \"a\": \"$b\" }\n\"@", "\"{ \\\"a\\\": \\\"\" + b + \"\\\" }\""),
        ("$x = @'\na $b\n'@", "\"a $b\""),
        ("$x = \"`$token\"", "\"$token\""),
        ("$x = \"say \"\"hi\"\"\"", "\"say \\\"hi\\\"\""),
        ("$x = 'a' + 'b' + $c", "\"ab\" + c"),
        ("$x = \"{0}:{1}\" -f $a, $b", "-f(\"{0}:{1}\", [a, b])"),
        ("$x = $a, $b -join ':'", "-join(\":\", [a, b])"),
        ("$x = $env:A ?? 'b'", "env A | \"b\""),
    ];
    for (text, wanted) in cases {
        assert_eq!(value(text), wanted, "{text}");
    }
}

#[test]
fn spans_of_literals_are_their_content() {
    for text in
        ["$x = \"abcdefgh\"", "$x = 'abcdefgh'", "$x = @'\nabcdefgh\n'@", "$x = @\"\nabcdefgh\n\"@", "irm abcdefgh"]
    {
        let facts = facts(text);
        let span = facts.literals.iter().find(|literal| &*literal.text == "abcdefgh").unwrap().span;
        assert_eq!(&text[span.range()], "abcdefgh", "{text}");
    }
}

#[test]
fn commands_are_calls_with_named_arguments() {
    let cases = [
        (
            "Invoke-RestMethod -Uri $u -Method Post -UseBasicParsing -Body (a | ConvertTo-Json -Depth 5)",
            "invoke-restmethod(Uri: u, Method: \"Post\", UseBasicParsing: true, Body: convertto-json(Depth: 5, InputObject: a()))",
        ),
        ("irm https://x/$id/a @params", "irm(\"https://x/\" + id + \"/a\", ..params)"),
        ("curl.exe -u \"${s}:\" https://x", "curl(\"-u\", s + \":\", \"https://x\")"),
        ("curl -Uri $u -Headers $h", "invoke-webrequest(Uri: u, Headers: h)"),
        ("$x = New-Object A.PSCredential($u, $p)", "PSCredential(u, p)"),
        ("$x = New-Object PSCredential -ArgumentList $u, $p", "PSCredential(u, p)"),
        ("$x = [A.B]::new($u)", "B(u)"),
        (
            "$x = [convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($s))",
            "Convert[\"ToBase64String\"](Encoding[\"UTF8\"][\"GetBytes\"](s))",
        ),
        (
            "$x = ConvertTo-SecureString $s -AsPlainText -Force",
            "convertto-securestring(s, AsPlainText: true, Force: true)",
        ),
        ("$x | ForEach-Object { $_ }", "foreach-object(function, InputObject: x)"),
        ("echo $x > out.txt", "?echo(x)"),
    ];
    for (text, wanted) in cases {
        assert_eq!(value(text), wanted, "{text}");
    }
}

#[test]
fn tables_lists_and_conditions() {
    let cases = [
        ("$x = @{ A = 1; 'b' = $c\n d = @{} }", "{\"A\": 1, \"b\": c, \"d\": {}}"),
        ("$x = @('a', $b)", "[\"a\", b]"),
        ("$x = @(@{ a = 1 })", "[{\"a\": 1}]"),
        ("$x = @()", "[]"),
        ("$x = ($a)", "a"),
        ("$x = [string]$a", "a"),
        ("$x = $a.B['c']", "a[\"B\"][\"c\"]"),
        ("$x = $null", "nothing"),
    ];
    for (text, wanted) in cases {
        assert_eq!(value(text), wanted, "{text}");
    }
}

#[test]
fn names_are_spelled_as_first_written() {
    let facts = facts("function Get-It { param([string]$Secret)\n $secret }\nget-it -secret $X\n$x");
    assert_eq!(&*facts.functions[0].name, "Get-It");
    let calls: Vec<_> = facts
        .body
        .iter()
        .filter_map(|stmt| match stmt {
            Stmt::Expr(expr) => Some(short(expr)),
            _ => None,
        })
        .collect();
    assert_eq!(calls, ["Get-It(secret: X)", "X"]);
    let [Stmt::Return(given)] = &facts.functions[0].body[..] else { panic!("no result") };
    assert_eq!(short(given), "Secret");
}

#[test]
fn environment_definitions_are_told() {
    let hex = "51f0a97c3e2b84d6f7091ac5be38d24f";
    let facts = facts(&format!("$Env:MIXPANEL_TOKEN = \"{hex}\""));
    let literal = facts.literals.iter().find(|literal| &*literal.text == hex).unwrap();
    assert_eq!((literal.role, &*literal.names[0]), (LiteralRole::EnvDefinition, "MIXPANEL_TOKEN"));
}

#[test]
fn classes_have_fields_methods_and_constructors() {
    let facts = facts(
        "class A : B {\n  [string]$S = 'x'\n  A([HttpClient]$c) { $this.S = 'y' }\n  static [void] Go() { irm $u }\n}\n",
    );
    let class = &facts.classes[0];
    assert_eq!((&*class.name, class.fields.len(), class.methods.len(), class.bases.len()), ("A", 1, 2, 1));
    let class = facts.functions[class.methods[0].function].params[0].class.as_ref().map(short);
    assert_eq!(class.as_deref(), Some("HttpClient"));
}

#[test]
fn deep_nesting_is_survived() {
    let deep = 20_000;
    for (open, close) in [
        ("(", ")"),
        ("$(", ")"),
        ("@(", ")"),
        ("@{ a = ", "}"),
        ("{", "}"),
        ("\"$(", ")\""),
        ("<#", "#>"),
        ("[A]::b(", ")"),
    ] {
        facts(&format!("$x = {}1{}", open.repeat(deep), close.repeat(deep)));
        facts(&format!("$x = {}", open.repeat(deep)));
    }
    facts(&format!("$x = {}1", "1 + ".repeat(deep)));
    facts(&format!("$x = $a{}", ".b()".repeat(deep)));
    facts(&"if ($a) {\n".repeat(deep));
    facts(&format!("a {}", "| b ".repeat(deep)));
}

#[test]
fn scripts_that_are_taken_over_are_imports() {
    let module = |text: &str| {
        facts(text).body.iter().find_map(|stmt| match stmt {
            Stmt::ExportAll(module) => Some(module.name.to_string()),
            _ => None,
        })
    };
    assert_eq!(module(". \"$PSScriptRoot/lib/shared.ps1\"\n").as_deref(), Some("lib/shared.ps1"));
    assert_eq!(module(". $PSScriptRoot\\shared.ps1\n").as_deref(), Some("shared.ps1"));
    assert_eq!(module(". ./shared.ps1\n").as_deref(), Some("./shared.ps1"));
    assert_eq!(module(". (Join-Path $PSScriptRoot 'shared.ps1')\n").as_deref(), Some("shared.ps1"));
    assert_eq!(module(". $script\n"), None);
    assert_eq!(module("& ./shared.ps1\n"), None);
}
