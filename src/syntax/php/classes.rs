//! Classes, interfaces, traits and enumerations of PHP.

use tree_sitter::Node;

use super::expressions::{bare, path};
use super::functions::{declared, function};
use crate::syntax::facts::{Class, Entry, Expr, ExprKind, Ident, Method, Role};
use crate::syntax::lower::Lower;

/// A class with its constants and properties as fields: its index.
pub(super) fn class(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let span = lower.span(node);
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let mut class =
        Class { name, bases: Vec::new(), fields: Vec::new(), methods: Vec::new(), members_in_scope: false, span };
    if let Some(bases) = lower.child_of(node, &["base_clause"]) {
        class.bases = lower.children(bases).into_iter().map(|base| path(lower, base)).collect();
    }
    for member in lower.child(node, "body").map_or_else(Vec::new, |body| lower.children(body)) {
        match member.kind() {
            "const_declaration" => class.fields.extend(constants(lower, member)),
            "property_declaration" => properties(lower, member, &mut class),
            "enum_case" => class.fields.extend(case(lower, member)),
            "method_declaration" => method(lower, member, &mut class),
            // What a trait brings is there as if it were inherited.
            "use_declaration" => {
                let traits = lower.children(member);
                let traits = traits.into_iter().filter(|one| matches!(one.kind(), "name" | "qualified_name"));
                class.bases.extend(traits.collect::<Vec<_>>().into_iter().map(|one| path(lower, one)));
            }
            _ => {}
        }
    }
    lower.facts.classes.push(class);
    lower.facts.classes.len() - 1
}

/// The constants of a declaration with their values.
pub(super) fn constants(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<(Ident, Expr)> {
    let mut found = Vec::new();
    for element in lower.children(node).into_iter().filter(|child| child.kind() == "const_element") {
        if let [name, value] = lower.children(element)[..] {
            found.push((lower.ident(name), lower.expr(value)));
        }
    }
    found
}

fn properties(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    for element in lower.children(node).into_iter().filter(|child| child.kind() == "property_element") {
        let Some(name) = lower.child(element, "name") else { continue };
        let ident = Ident { name: bare(lower, name).into(), span: lower.span(name) };
        let value = match lower.child(element, "default_value") {
            Some(value) => lower.expr(value),
            None => match declared(lower, node) {
                Some(class) => Expr::new(ExprKind::Instance(Box::new(class)), lower.span(name)),
                None => Expr::opaque(lower.span(name)),
            },
        };
        class.fields.push((ident, value));
    }
}

/// `case Secret = '..'`: an object with a name and a value.
fn case(lower: &mut Lower<'_>, node: Node<'_>) -> Option<(Ident, Expr)> {
    let name = lower.ident(lower.child(node, "name")?);
    let value = lower.expr(lower.child(node, "value")?);
    let key = Expr::text("value", name.span);
    let span = value.span;
    Some((name, Expr::new(ExprKind::Map(vec![Entry { key, value, env: false }]), span)))
}

fn method(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let Some(name) = lower.child(node, "name") else { return };
    let name = lower.ident(name);
    let role = match &*name.name {
        "__construct" => Role::Constructor,
        _ if lower.child_of(node, &["static_modifier"]).is_some() => Role::Static,
        _ => Role::Plain,
    };
    let function = function(lower, node);
    class.methods.push(Method { name, function, role });
}
