//! The irregular shapes of grammars: what each language's string escapes, raw and multi-line strings, interpolation, trailing
//! closures, named arguments, safe calls, extensions, here-documents and attributes come to as facts.
//!
//! `tests/shapes.txt` holds them: behind a line `== language file: shape` stands a text that gives a variable or field `a`
//! its value, and behind `=>` what that value is. Texts are in double quotes, `f{..}` is a function with what its body comes
//! to, `?` something unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use mpcheck::source::Source;
use mpcheck::syntax::facts::{Expr, ExprKind, Facts, Stmt, Target};
use mpcheck::syntax::{read, visit};

use crate::support::repository;

/// Which shapes a language has; each has at least one text.
const SHAPES: &[(&str, &str)] = &[
    ("csharp", "escapes raw multi-line interpolation named safe extension attribute"),
    ("dart", "escapes raw multi-line interpolation named safe extension attribute"),
    ("dockerfile", "escapes"),
    ("elixir", "escapes raw multi-line interpolation named"),
    ("go", "escapes raw multi-line attribute"),
    ("groovy", "escapes raw multi-line interpolation closure named safe attribute"),
    ("hcl", "escapes interpolation heredoc"),
    ("java", "escapes multi-line attribute"),
    ("javascript", "escapes multi-line interpolation safe"),
    ("kotlin", "escapes raw multi-line interpolation closure named safe extension attribute"),
    ("objc", "escapes named"),
    ("php", "escapes raw interpolation named safe heredoc attribute"),
    ("powershell", "escapes raw interpolation named heredoc attribute"),
    ("python", "escapes raw multi-line interpolation named attribute"),
    ("ruby", "escapes raw interpolation closure named safe heredoc"),
    ("rust", "escapes raw multi-line attribute"),
    ("shell", "escapes raw interpolation heredoc"),
    ("swift", "escapes raw multi-line interpolation closure named safe extension attribute"),
    ("typescript", "escapes multi-line interpolation safe attribute"),
];

fn shown(facts: &Facts, expr: &Expr) -> String {
    let all = |list: &[Expr], between: &str| list.iter().map(|one| shown(facts, one)).collect::<Vec<_>>().join(between);
    match &expr.kind {
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Number(text) => text.to_string(),
        ExprKind::Nothing => "nothing".into(),
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Env(name) => format!("${name}"),
        ExprKind::Ask(inner) => shown(facts, inner),
        ExprKind::Member(object, key) => match key.as_text() {
            Some(key) => format!("{}.{key}", shown(facts, object)),
            None => format!("{}[{}]", shown(facts, object), shown(facts, key)),
        },
        ExprKind::Call(call) => {
            let args = call.args.iter().map(|arg| {
                let value = shown(facts, &arg.value);
                arg.name.as_ref().map_or(value.clone(), |name| format!("{}: {value}", name.name))
            });
            format!("{}({})", shown(facts, &call.callee), args.collect::<Vec<_>>().join(", "))
        }
        ExprKind::Concat(parts) => {
            let full = |part: &&Expr| part.as_text().is_none_or(|text| !text.is_empty());
            parts.iter().filter(full).map(|part| shown(facts, part)).collect::<Vec<_>>().join(" + ")
        }
        ExprKind::Choice(parts) => all(parts, " | "),
        ExprKind::List(items) | ExprKind::Results(items) => format!("[{}]", all(items, ", ")),
        ExprKind::Map(entries) => {
            let entry = |entry: &mpcheck::syntax::facts::Entry| {
                format!("{}: {}", shown(facts, &entry.key), shown(facts, &entry.value))
            };
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        ExprKind::Function(at) => {
            let last = match facts.functions[*at].body.last() {
                Some(Stmt::Expr(value) | Stmt::Return(value)) => shown(facts, value),
                _ => String::new(),
            };
            format!("f{{{last}}}")
        }
        ExprKind::Instance(class) => format!("a {}", shown(facts, class)),
        ExprKind::Spread(inner) => format!("..{}", shown(facts, inner)),
        ExprKind::Assign(_, value) => shown(facts, value),
        ExprKind::Class(_) => "class".into(),
        ExprKind::Opaque(inner) => format!("?{}", all(inner, " ")),
    }
}

/// The value of `a`: of a variable, a field or a member of the document.
fn value_of(facts: &Facts) -> Option<String> {
    let is = |name: &str| name.trim_start_matches(['$', '@']) == "a";
    let mut found = None;
    visit::statements(facts, &mut |stmt| {
        if let Stmt::Bind { target: Target::Name(name), value, .. } | Stmt::Assign { target: Target::Name(name), value } =
            stmt
            && is(&name.name)
        {
            found = Some(shown(facts, value));
        }
    });
    visit::expressions(facts, &mut |expr| match &expr.kind {
        ExprKind::Assign(target, value) if matches!(&**target, Target::Name(name) if is(&name.name)) => {
            found = Some(shown(facts, value));
        }
        ExprKind::Map(entries) => {
            let entry = entries.iter().find(|entry| entry.key.as_text().is_some_and(|key| is(key)));
            if let Some(entry) = entry.filter(|_| found.is_none()) {
                found = Some(shown(facts, &entry.value));
            }
        }
        _ => {}
    });
    let mut fields = facts.classes.iter().flat_map(|class| &class.fields);
    found.or_else(|| fields.find(|(name, _)| is(&name.name)).map(|(_, value)| shown(facts, value)))
}

#[test]
fn irregular_shapes_are_read() {
    let text = fs::read_to_string(repository().join("tests/shapes.txt")).unwrap();
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut faults = Vec::new();
    for sample in text.split("\n== ").skip(1) {
        let (head, rest) = sample.split_once('\n').unwrap();
        let (file, shape) = head.split_once(": ").unwrap_or_else(|| panic!("{head}: no shape"));
        let (language, path) = file.split_once(' ').unwrap_or_else(|| panic!("{head}: no file"));
        let (program, wanted) = rest.split_once("\n=> ").unwrap_or_else(|| panic!("{head}: no `=>`"));
        seen.entry(language.to_owned()).or_default().insert(shape.to_owned());
        let document = read(Source::new(path, format!("{program}\n")));
        let values: Vec<String> = document.units.iter().filter_map(|unit| value_of(&unit.facts)).collect();
        let unread = document.units.iter().any(|unit| !unit.facts.unread.is_empty());
        let got = values.last().map_or("no `a`", String::as_str);
        if got != wanted.trim_end() || unread {
            let unread = if unread { ", and a part is unread" } else { "" };
            faults.push(format!("{head}\n    wanted {}\n    got    {got}{unread}", wanted.trim_end()));
        }
    }
    for (language, shapes) in SHAPES {
        let known = seen.remove(*language).unwrap_or_default();
        let missing: Vec<&str> = shapes.split(' ').filter(|shape| !known.contains(*shape)).collect();
        if !missing.is_empty() {
            faults.push(format!("{language}: no text shows {}", missing.join(", ")));
        }
    }
    assert!(seen.is_empty(), "languages that SHAPES lacks: {:?}", seen.keys());
    assert!(faults.is_empty(), "\n{}\n{} faults", faults.join("\n"), faults.len());
}
