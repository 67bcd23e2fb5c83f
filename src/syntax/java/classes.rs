//! Classes, records and enumerations of Java: fields, methods, constructors and initialisers.

use tree_sitter::Node;

use super::{annotations_of, arguments, call, declared, member, parameters};
use crate::source::Span;
use crate::syntax::annotations;
use crate::syntax::facts::{Class, Expr, ExprKind, Function, Ident, Method, Param, Role, Stmt, Target};
use crate::syntax::lower::Lower;

fn has_modifier(lower: &Lower<'_>, node: Node<'_>, word: &str) -> bool {
    lower.child_of(node, &["modifiers"]).is_some_and(|modifiers| lower.child_of(modifiers, &[word]).is_some())
}

pub(super) fn empty_class(name: std::sync::Arc<str>, span: Span) -> Class {
    Class { name, bases: Vec::new(), fields: Vec::new(), methods: Vec::new(), members_in_scope: true, span }
}

pub(super) fn class(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let span = lower.span(node);
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let mut class = empty_class(name, span);
    if let Some(base) = lower.child_of(node, &["superclass"]) {
        class.bases.push(lower.expr_of(base, ""));
    }
    if node.kind() == "record_declaration" {
        record(lower, node, &mut class);
    }
    if let Some(body) = lower.child(node, "body") {
        fill_class(lower, body, &mut class);
    }
    lower.facts.classes.push(class);
    lower.facts.classes.len() - 1
}

/// A record's components are fields, parameters of its constructor and methods that read them.
fn record(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let Some(list) = lower.child(node, "parameters") else { return };
    let mut params: Vec<Param> = parameters(lower, list).into_iter().map(|(_, param)| param).collect();
    for param in &mut params {
        param.field = true;
        let Target::Name(ident) = param.target.clone() else { continue };
        class.fields.push((ident.clone(), Expr::opaque(ident.span)));
        let this = Expr::new(ExprKind::Name("this".into()), ident.span);
        let body = vec![Stmt::Return(member(this, &ident.name, ident.span))];
        let function =
            Function { name: ident.name.clone(), params: Vec::new(), receiver: None, body, span: ident.span };
        let function = lower.function(function);
        class.methods.push(Method { name: ident, function, role: Role::Plain });
    }
    let compact = node
        .child_by_field_name("body")
        .and_then(|body| lower.child_of(body, &["compact_constructor_declaration"]))
        .and_then(|compact| lower.child(compact, "body"));
    let body = compact.map_or_else(Vec::new, |body| lower.block(body));
    let span = lower.span(list);
    let function = lower.function(Function { name: "".into(), params, receiver: None, body, span });
    class.methods.push(Method { name: constructor_name(span), function, role: Role::Constructor });
}

pub(super) fn fill_class(lower: &mut Lower<'_>, body: Node<'_>, class: &mut Class) {
    for node in lower.children(body) {
        match node.kind() {
            "field_declaration" | "constant_declaration" => field(lower, node, class),
            "method_declaration" | "constructor_declaration" => method(lower, node, class),
            "class_declaration" | "interface_declaration" | "record_declaration" | "enum_declaration" => {
                let Some(name) = lower.child(node, "name") else { continue };
                let (name, value) = (lower.ident(name), lower.expr(node));
                class.fields.push((name, value));
            }
            "enum_constant" => enum_constant(lower, node, class),
            "enum_body_declarations" => fill_class(lower, node, class),
            "static_initializer" | "block" => initialiser(lower, node, class),
            _ => {}
        }
    }
}

fn field(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let annotations = annotations_of(lower, node);
    let typed = lower.child(node, "type").and_then(|class| declared(lower, class));
    for declarator in lower.fields(node, "declarator") {
        let Some(name) = lower.child(declarator, "name") else { continue };
        let name = lower.ident(name);
        let value = match lower.child(declarator, "value") {
            Some(value) => lower.expr(value),
            None => annotations::setting(&annotations).unwrap_or_else(|| match &typed {
                Some(class) => Expr::new(ExprKind::Instance(Box::new(class.clone())), name.span),
                None => Expr::opaque(name.span),
            }),
        };
        class.fields.push((name, value));
    }
}

/// A method, a constructor, or a request that annotations of a method without a body describe.
fn method(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let Some(name) = lower.child(node, "name") else { return };
    let name = lower.ident(name);
    let params = lower.child(node, "parameters").map_or_else(Vec::new, |list| parameters(lower, list));
    let (of_params, params): (Vec<_>, Vec<_>) = params.into_iter().unzip();
    let body = match lower.child(node, "body") {
        Some(body) => Some(lower.block(body)),
        None => {
            let own = annotations_of(lower, node);
            annotations::request(own, of_params.into_iter().zip(&params).collect())
        }
    };
    let Some(body) = body else { return };
    let role = match node.kind() {
        "constructor_declaration" => Role::Constructor,
        _ if has_modifier(lower, node, "static") => Role::Static,
        _ => Role::Plain,
    };
    let span = lower.span(node);
    let name = if role == Role::Constructor { constructor_name(name.span) } else { name };
    let own_name = if role == Role::Constructor { "".into() } else { name.name.clone() };
    let function = lower.function(Function { name: own_name, params, receiver: None, body, span });
    class.methods.push(Method { name, function, role });
}

/// Constructors go by this name, so that `this(..)` can call another.
fn constructor_name(span: Span) -> Ident {
    Ident { name: "constructor".into(), span }
}

/// A constant of an enumeration is made when it is read, since to make all of them for each of them has no end.
fn enum_constant(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let Some(name) = lower.child(node, "name") else { return };
    let (name, span) = (lower.ident(name), lower.span(node));
    let args = lower.child(node, "arguments").map_or_else(Vec::new, |list| arguments(lower, list));
    let callee = Expr::new(ExprKind::Name(class.name.clone()), name.span);
    let body = vec![Stmt::Return(call(callee, args, true, span))];
    let function = lower.function(Function { name: name.name.clone(), params: Vec::new(), receiver: None, body, span });
    class.methods.push(Method { name, function, role: Role::Getter });
}

/// What an initialiser assigns are values of fields; all else in it runs like a method.
fn initialiser(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let mut body = Vec::new();
    let block = lower.child_of(node, &["block"]).filter(|_| node.kind() == "static_initializer").unwrap_or(node);
    lower.stmt(block, &mut body);
    for stmt in &body {
        if let Stmt::Assign { target: Target::Name(ident), value } = stmt {
            class.fields.retain(|(known, value)| {
                known.name != ident.name || !matches!(value.kind, ExprKind::Opaque(_) | ExprKind::Instance(_))
            });
            class.fields.push((ident.clone(), value.clone()));
        }
    }
    let span = lower.span(node);
    let function = lower.function(Function { name: "".into(), params: Vec::new(), receiver: None, body, span });
    class.methods.push(Method { name: Ident { name: "".into(), span }, function, role: Role::Static });
}
