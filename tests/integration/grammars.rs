//! Every node kind and field that a language's table names exists in the linked grammar.

use std::collections::BTreeSet;

use mpcheck::syntax::forms::Spec;
use mpcheck::syntax::read::specs;

/// Kinds and fields that a table shares with a sister grammar, where alone they exist: language, name, reason.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("javascript", "field type", "TypeScript's `import type`; the two share their functions"),
    ("typescript", "kind jsx_attribute", "TSX's"),
    ("typescript", "kind jsx_element", "TSX's"),
    ("typescript", "kind jsx_expression", "TSX's"),
    ("typescript", "kind jsx_opening_element", "TSX's"),
    ("typescript", "kind jsx_self_closing_element", "TSX's"),
    ("typescript", "field attribute", "TSX's"),
    ("typescript", "field open_tag", "TSX's"),
];

/// What a table names and its grammar doesn't have.
fn unknown(spec: &Spec) -> Vec<String> {
    let grammar = (spec.grammar)();
    let kinds: BTreeSet<&str> = spec
        .forms
        .iter()
        .map(|(kind, _)| *kind)
        .chain([spec.fragments, spec.escapes, spec.own_kinds].into_iter().flatten().copied())
        .collect();
    let fields: BTreeSet<&str> =
        spec.forms.iter().flat_map(|(_, form)| form.fields()).chain(spec.own_fields.iter().copied()).collect();
    assert!(!kinds.is_empty() && !fields.is_empty(), "{}: an empty table", spec.name);
    let kinds = kinds.into_iter().filter(|kind| grammar.id_for_node_kind(kind, true) == 0);
    let fields = fields.into_iter().filter(|field| grammar.field_id_for_name(field).is_none());
    kinds.map(|kind| format!("kind {kind}")).chain(fields.map(|field| format!("field {field}"))).collect()
}

#[test]
fn tables_name_what_their_grammars_have() {
    let mut faults = Vec::new();
    let mut met = BTreeSet::new();
    for spec in specs() {
        for name in unknown(spec) {
            match ELSEWHERE.iter().find(|(language, known, _)| *language == spec.name && *known == name) {
                Some(entry) => drop(met.insert(entry)),
                None => faults.push(format!("{}: the grammar has no {name}", spec.name)),
            }
        }
    }
    for entry in ELSEWHERE.iter().filter(|entry| !met.contains(entry)) {
        faults.push(format!("{}: {} exists, or is no longer named: take it off ELSEWHERE", entry.0, entry.1));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn no_kind_has_two_forms() {
    for spec in specs() {
        let mut kinds = BTreeSet::new();
        for (kind, _) in spec.forms {
            assert!(kinds.insert(kind), "{}: {kind} has two forms", spec.name);
        }
    }
}
