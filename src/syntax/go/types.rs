//! Go's types: structs with their methods as classes, composite literals, zero values.

use std::collections::HashMap;

use tree_sitter::Node;

use super::function;
use crate::source::Span;
use crate::syntax::facts::{Arg, Class, Entry, Expr, ExprKind, Function, Ident, Method, Param, Role, Stmt, Target};
use crate::syntax::lower::Lower;
use crate::syntax::strings;

/// Declares the types of a file, with their methods, wherever they stand.
pub(super) fn declare(lower: &mut Lower<'_>, children: &[Node<'_>], block: &mut Vec<Stmt>) {
    let mut known: HashMap<String, usize> = HashMap::new();
    for declaration in children.iter().filter(|child| child.kind() == "type_declaration") {
        for spec in lower.children(*declaration) {
            let (Some(name), Some(class)) = (lower.child(spec, "name"), lower.child(spec, "type")) else {
                continue;
            };
            let name = lower.ident(name);
            match class.kind() {
                "struct_type" => {
                    let index = structure(lower, class, &name);
                    known.insert(name.name.to_string(), index);
                    block.push(Stmt::Class(name, index));
                }
                "interface_type" | "function_type" => {}
                // `type Props map[string]any`: a conversion gives what it is given.
                _ => {
                    let value = zero(lower, class);
                    let index = identity(lower, &name, value);
                    block.push(Stmt::Function(name, index));
                }
            }
        }
    }
    for method in children.iter().filter(|child| child.kind() == "method_declaration") {
        self::method(lower, *method, &known, block);
    }
}

fn structure(lower: &mut Lower<'_>, node: Node<'_>, name: &Ident) -> usize {
    let mut class = Class {
        name: name.name.clone(),
        bases: Vec::new(),
        fields: Vec::new(),
        methods: Vec::new(),
        members_in_scope: false,
        span: lower.span(node),
    };
    let mut written = Vec::new();
    let fields = lower.field(node, "").map_or_else(Vec::new, |list| lower.children(list));
    for field in fields.into_iter().filter(|field| field.kind() == "field_declaration") {
        let declared = lower.child(field, "type");
        let tags = lower.child(field, "tag").map_or_else(Vec::new, |tag| tags(lower, tag));
        let names = lower.fields(field, "name");
        if names.is_empty()
            && let Some(base) = declared.filter(|base| base.kind() == "type_identifier")
        {
            class.bases.push(lower.expr(base));
        }
        for name in names {
            let ident = lower.ident(name);
            if let Some((key, _)) = tagged(lower, &tags, "key") {
                let key = key.split(',').next().unwrap_or_default();
                if !key.is_empty() {
                    written.push((ident.name.clone(), key.into()));
                }
            }
            let value =
                configured(lower, &tags, ident.span).unwrap_or_else(|| match declared.and_then(|d| named(lower, d)) {
                    Some(class) => Expr::new(ExprKind::Instance(Box::new(class)), ident.span),
                    None => Expr::opaque(ident.span),
                });
            class.fields.push((ident, value));
        }
    }
    lower.facts.classes.push(class);
    let index = lower.facts.classes.len() - 1;
    if !written.is_empty() {
        lower.facts.written.insert(index, written);
    }
    index
}

/// The value that a tag gives its field: `env:"MIXPANEL_TOKEN" envDefault:"..."`.
fn configured(lower: &Lower<'_>, tags: &[(String, String, Span)], span: Span) -> Option<Expr> {
    let variable = tagged(lower, tags, "variable").map(|(name, at)| {
        let name = name.split(',').next().unwrap_or_default();
        Expr::new(ExprKind::Env(name.into()), at)
    });
    let default = tagged(lower, tags, "default").map(|(value, at)| Expr::text(value, at));
    match (variable, default) {
        (Some(variable), Some(default)) => Some(Expr::new(ExprKind::Choice(vec![variable, default]), span)),
        (variable, default) => variable.or(default),
    }
}

/// The value of the first key that says this of the field, by the rows of the catalog.
fn tagged<'t>(lower: &Lower<'_>, tags: &'t [(String, String, Span)], says: &str) -> Option<(&'t str, Span)> {
    let known = |key: &str| lower.rows.tag(lower.table.spec.name, key) == Some(says);
    let found = tags.iter().find(|(key, value, _)| !value.is_empty() && known(key));
    found.map(|(_, value, at)| (value.as_str(), *at))
}

/// The keys and values of a struct tag, with where the values stand.
fn tags(lower: &Lower<'_>, tag: Node<'_>) -> Vec<(String, String, Span)> {
    let text = lower.slice(tag);
    if !text.starts_with('`') {
        return Vec::new();
    }
    let mut tags = Vec::new();
    let mut at = 1;
    while let Some(colon) = text[at..].find(":\"") {
        let key = text[at..at + colon].trim().to_owned();
        let start = at + colon + 2;
        let Some(length) = text[start..].find('"') else { break };
        let span = Span::new(tag.start_byte() + start, tag.start_byte() + start + length);
        tags.push((key, text[start..start + length].to_owned(), span));
        at = start + length + 1;
    }
    tags
}

/// A function that gives what it is given, or without an argument an empty value.
fn identity(lower: &mut Lower<'_>, name: &Ident, empty: Option<Expr>) -> usize {
    let param = Param {
        target: Target::Name(Ident { name: "value".into(), span: name.span }),
        name: "".into(),
        default: empty,
        rest: false,
        field: false,
        class: None,
        span: name.span,
    };
    let body = vec![Stmt::Return(Expr::new(ExprKind::Name("value".into()), name.span))];
    lower.function(Function { name: name.name.clone(), params: vec![param], receiver: None, body, span: name.span })
}

fn method(lower: &mut Lower<'_>, node: Node<'_>, known: &HashMap<String, usize>, block: &mut Vec<Stmt>) {
    let Some(name) = lower.child(node, "name") else { return };
    let name = lower.ident(name);
    let receiver = lower.child(node, "receiver").and_then(|list| lower.field(list, ""));
    let class = receiver.and_then(|receiver| lower.child(receiver, "type")).map(|class| {
        let class = lower.slice(class).trim_start_matches('*');
        class.split('[').next().unwrap_or(class).to_owned()
    });
    let receiver = receiver.and_then(|receiver| lower.child(receiver, "name"));
    let receiver = receiver.map(|receiver| lower.slice(receiver).to_owned());
    let function = function(lower, node, receiver.as_deref());
    match class.and_then(|class| known.get(&class)) {
        Some(class) => lower.facts.classes[*class].methods.push(Method { name, function, role: Role::Plain }),
        // A method of a type in another file of the package still runs.
        None => {
            let span = name.span;
            block.push(Stmt::Expr(Expr::new(ExprKind::Function(function), span)));
        }
    }
}

/// The type as an expression, where it is a name: `*http.Client`, `Config`.
pub(super) fn named(lower: &mut Lower<'_>, class: Node<'_>) -> Option<Expr> {
    match class.kind() {
        "type_identifier" | "qualified_type" => Some(lower.expr(class)),
        "pointer_type" => named(lower, lower.field(class, "")?),
        _ => None,
    }
}

/// Types of the language whose values are no structures.
const PLAIN: &[&str] = &["string", "bool", "byte", "rune", "error", "any", "int", "int64", "float64"];

/// What a variable of a type holds before anything is assigned.
pub(super) fn zero(lower: &mut Lower<'_>, class: Node<'_>) -> Option<Expr> {
    let span = lower.span(class);
    let kind = match class.kind() {
        "map_type" => ExprKind::Map(Vec::new()),
        "slice_type" | "array_type" => ExprKind::List(Vec::new()),
        "struct_type" => ExprKind::Map(Vec::new()),
        "type_identifier" if PLAIN.contains(&lower.slice(class)) => return None,
        "qualified_type" if lower.rows.is_type(lower.table.spec.name, lower.slice(class), "plain") => return None,
        "type_identifier" | "qualified_type" => {
            let class = lower.expr(class);
            return Some(strings::construct(class, Vec::new(), span));
        }
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

/// A composite literal: `T{...}`, or `{...}` inside one whose element type is `class`.
pub(super) fn composite(lower: &mut Lower<'_>, class: Option<Node<'_>>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let body = if node.kind() == "literal_value" { node } else { lower.child(node, "body")? };
    let elements = lower.children(body);
    let keyed = elements.first().is_some_and(|first| first.kind() == "keyed_element");
    let of = |field: &str| class.and_then(|class| lower.child(class, field));
    let kind = match class.map(|class| class.kind()) {
        Some("map_type") => entries(lower, &elements, of("value")),
        Some("slice_type" | "array_type" | "implicit_length_array_type") => {
            let inner = of("element");
            ExprKind::List(elements.into_iter().map(|element| value(lower, element, inner)).collect())
        }
        Some("type_identifier" | "qualified_type" | "generic_type") => {
            // Keys that are no names are those of a map; names are fields.
            let first = elements.first().and_then(|first| lower.child(*first, "key"));
            if keyed && first.is_some_and(|key| !is_name(lower, key)) {
                entries(lower, &elements, None)
            } else {
                let callee = class.map(|class| lower.expr(class))?;
                let args = elements.into_iter().map(|element| arg(lower, element)).collect();
                return Some(strings::construct(callee, args, span));
            }
        }
        Some("pointer_type") => {
            let inner = lower.field(class?, "");
            return composite(lower, inner, node);
        }
        // `struct{...}{...}`, and a literal whose type is told further out.
        _ if keyed => entries(lower, &elements, None),
        _ => ExprKind::List(elements.into_iter().map(|element| value(lower, element, None)).collect()),
    };
    Some(Expr::new(kind, span))
}

fn is_name(lower: &Lower<'_>, key: Node<'_>) -> bool {
    lower.field(key, "").is_some_and(|key| key.kind() == "identifier")
}

fn arg(lower: &mut Lower<'_>, element: Node<'_>) -> Arg {
    let (key, inner) = (lower.child(element, "key"), lower.child(element, "value"));
    match (key, inner) {
        (Some(key), Some(inner)) => Arg { name: Some(lower.ident(key)), value: value(lower, inner, None) },
        _ => Arg { name: None, value: value(lower, element, None) },
    }
}

fn entries(lower: &mut Lower<'_>, elements: &[Node<'_>], class: Option<Node<'_>>) -> ExprKind {
    let mut entries = Vec::new();
    for element in elements {
        let (Some(key), Some(inner)) = (lower.child(*element, "key"), lower.child(*element, "value")) else {
            continue;
        };
        // In a map a name is a variable, in a structure it is a field.
        let field = class.is_none() && is_name(lower, key);
        let key = if field { Expr::text(lower.slice(key), lower.span(key)) } else { lower.expr(key) };
        entries.push(Entry { key, value: value(lower, inner, class), env: false });
    }
    ExprKind::Map(entries)
}

/// The value of an element; one without a type has that of the elements.
fn value(lower: &mut Lower<'_>, element: Node<'_>, class: Option<Node<'_>>) -> Expr {
    match lower.field(element, "") {
        Some(inner) if element.kind() == "literal_element" && inner.kind() == "literal_value" => {
            composite(lower, class, inner).unwrap_or_else(|| Expr::opaque(lower.span(inner)))
        }
        _ => lower.expr(element),
    }
}
