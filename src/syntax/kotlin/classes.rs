//! Classes, objects, companions and enumerations of Kotlin.

use tree_sitter::Node;

use super::{
    annotations_of, arguments, body, declared, empty_class, function, made_call, method, parameters, property,
    type_name,
};
use crate::source::Span;
use crate::syntax::annotations;
use crate::syntax::facts::{Arg, Call, Class, Expr, ExprKind, Function, Ident, Param, Role, Stmt, Target};
use crate::syntax::lower::Lower;

/// A class with all that its body declares. What a primary constructor takes is in scope where properties are
/// initialised, so these run as part of it.
pub(super) fn class(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let span = lower.span(node);
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let mut class = empty_class(name, span);
    let mut start = Vec::new();
    if let Some(base) = base(lower, node, &mut class) {
        start.push(base);
    }
    let primary = lower.child_of(node, &["primary_constructor"]);
    let params = primary.map(|primary| class_parameters(lower, primary, &mut class));
    let runs = params.is_some() || !start.is_empty();
    if let Some(body) = lower.child_of(node, &["class_body", "enum_class_body"]) {
        members(lower, body, &mut class, runs.then_some(&mut start), Role::Plain);
    }
    if runs {
        let at = primary.map_or(span, |primary| lower.span(primary));
        let made =
            Function { name: "".into(), params: params.unwrap_or_default(), receiver: None, body: start, span: at };
        let function = lower.function(made);
        // It stands first: of several that fit, the last is taken.
        class.methods.insert(0, method(constructor_name(at), function, Role::Constructor));
    }
    lower.facts.classes.push(class);
    lower.facts.classes.len() - 1
}

fn constructor_name(span: Span) -> Ident {
    Ident { name: "constructor".into(), span }
}

/// The class that is inherited from, and the call of its constructor.
fn base(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) -> Option<Stmt> {
    let list = lower.child_of(node, &["delegation_specifiers"])?;
    let specifiers = lower.children(list);
    let invoked = specifiers.iter().find_map(|one| lower.child_of(*one, &["constructor_invocation"]));
    let Some(invoked) = invoked else {
        // An interface: a secondary constructor may still call a base class's.
        let only = specifiers.first().and_then(|one| lower.child_of(*one, &["user_type"]))?;
        let anonymous = node.kind() == "object_literal";
        if anonymous || lower.child_of(node, &["primary_constructor"]).is_none() {
            let path = type_name(lower, only);
            class.bases.push(path);
        }
        return None;
    };
    let path = lower.child_of(invoked, &["user_type"])?;
    let path = type_name(lower, path);
    class.bases.push(path);
    let values = lower.child_of(invoked, &["value_arguments"]);
    let args = values.map_or_else(Vec::new, |values| arguments(lower, values));
    let span = lower.span(invoked);
    Some(Stmt::Expr(made_call(Expr::new(ExprKind::Name("super".into()), span), args, span)))
}

/// The parameters of a primary constructor; those with `val` or `var` are properties.
fn class_parameters(lower: &mut Lower<'_>, primary: Node<'_>, class: &mut Class) -> Vec<Param> {
    let Some(list) = lower.child_of(primary, &["class_parameters"]) else { return Vec::new() };
    let mut params = Vec::new();
    for node in lower.children(list) {
        let Some(name) = lower.child_of(node, &["identifier"]) else { continue };
        let mut param = lower.plain_param(name);
        param.class = declared(lower, node);
        param.field = lower.child_of(node, &["val", "var"]).is_some();
        let annotations = annotations_of(lower, node);
        let parts = lower.children(node);
        let types =
            ["modifiers", "user_type", "nullable_type", "function_type", "non_nullable_type", "parenthesized_type"];
        let default = parts.iter().find(|part| part.start_byte() >= name.end_byte() && !types.contains(&part.kind()));
        param.default = match default {
            Some(default) => Some(lower.expr(*default)),
            None => annotations::setting(&annotations),
        };
        if param.field {
            class.fields.push((lower.ident(name), Expr::opaque(param.span)));
        }
        params.push(param);
    }
    params
}

/// The members of a body. With `start`, initialisers run there; `role` is that of the functions.
fn members(
    lower: &mut Lower<'_>,
    body_node: Node<'_>,
    class: &mut Class,
    mut start: Option<&mut Vec<Stmt>>,
    role: Role,
) {
    for node in lower.children(body_node) {
        let span = lower.span(node);
        match node.kind() {
            "property_declaration" => {
                if lower.child_of(node, &["getter"]).is_some() && getter(lower, node, class) {
                    continue;
                }
                let Some((Target::Name(name), value, known)) = property(lower, node) else { continue };
                match start.as_deref_mut().filter(|_| known && role == Role::Plain) {
                    Some(start) => {
                        let this = Expr::new(ExprKind::Name("this".into()), name.span);
                        let target = Target::Member(this, Expr::text(name.name.clone(), name.span));
                        class.fields.push((name, Expr::opaque(value.span)));
                        start.push(Stmt::Assign { target, value });
                    }
                    None => class.fields.push((name, value)),
                }
            }
            "function_declaration" => {
                let Some(name) = lower.child(node, "name") else { continue };
                let name = lower.ident(name);
                let index = match lower.child_of(node, &["function_body"]) {
                    Some(_) => Some(function(lower, node)),
                    None => declared_request(lower, node),
                };
                class.methods.extend(index.map(|index| method(name, index, role)));
            }
            "class_declaration" | "object_declaration" => {
                let Some(name) = lower.child(node, "name") else { continue };
                let (name, index) = (lower.ident(name), self::class(lower, node));
                class.fields.push((name, Expr::new(ExprKind::Class(index), span)));
            }
            "companion_object" => {
                if let Some(body) = lower.child_of(node, &["class_body"]) {
                    members(lower, body, class, None, Role::Static);
                }
            }
            "anonymous_initializer" => {
                let mut block = Vec::new();
                for part in lower.children(node) {
                    lower.stmt(part, &mut block);
                }
                match start.as_deref_mut().filter(|_| role == Role::Plain) {
                    Some(start) => start.extend(block),
                    None => {
                        let made = Function { name: "".into(), params: Vec::new(), receiver: None, body: block, span };
                        let index = lower.function(made);
                        class.methods.push(method(Ident { name: "".into(), span }, index, role));
                    }
                }
            }
            "secondary_constructor" => secondary(lower, node, class),
            "enum_entry" => entry(lower, node, class),
            _ => {}
        }
    }
}

/// A property that a getter computes.
fn getter(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) -> bool {
    let name = lower.child_of(node, &["variable_declaration"]).and_then(|one| lower.child_of(one, &["identifier"]));
    let getter = lower.child_of(node, &["getter"]);
    let (Some(name), Some(getter)) = (name, getter) else { return false };
    let Some(body) = body(lower, getter) else { return false };
    let (name, span) = (lower.ident(name), lower.span(getter));
    let made = Function { name: name.name.clone(), params: Vec::new(), receiver: None, body, span };
    let index = lower.function(made);
    class.methods.push(method(name, index, Role::Getter));
    true
}

/// A request that annotations of a function without a body describe.
fn declared_request(lower: &mut Lower<'_>, node: Node<'_>) -> Option<usize> {
    let name = lower.slice(lower.child(node, "name")?).into();
    let (of_params, params): (Vec<_>, Vec<_>) = parameters(lower, node).into_iter().unzip();
    let own = annotations_of(lower, node);
    let body = annotations::request(own, of_params.into_iter().zip(&params).collect())?;
    let span = lower.span(node);
    Some(lower.function(Function { name, params, receiver: None, body, span }))
}

fn secondary(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let span = lower.span(node);
    let params = parameters(lower, node).into_iter().map(|(_, param)| param).collect();
    let mut block = Vec::new();
    if let Some(call) = lower.child_of(node, &["constructor_delegation_call"]) {
        let values = lower.child_of(call, &["value_arguments"]);
        let args = values.map_or_else(Vec::new, |values| arguments(lower, values));
        let at = lower.span(call);
        let callee = match lower.slice(call).starts_with("this") {
            true => super::member(Expr::new(ExprKind::Name("this".into()), at), "constructor", at),
            false => Expr::new(ExprKind::Name("super".into()), at),
        };
        block.push(Stmt::Expr(made_call(callee, args, at)));
    }
    if let Some(body) = lower.child_of(node, &["block"]) {
        block.extend(lower.block(body));
    }
    let index = lower.function(Function { name: "".into(), params, receiver: None, body: block, span });
    class.methods.push(method(constructor_name(span), index, Role::Constructor));
}

/// An entry of an enumeration is made when it is read, since to make all of them for each of them has no end.
fn entry(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let Some(name) = lower.child_of(node, &["identifier"]) else { return };
    let (name, span) = (lower.ident(name), lower.span(node));
    let values = lower.child_of(node, &["value_arguments"]);
    let args = values.map_or_else(Vec::new, |values| arguments(lower, values));
    let callee = Expr::new(ExprKind::Name(class.name.clone()), name.span);
    let body = vec![Stmt::Return(made_call(callee, args, span))];
    let made = Function { name: name.name.clone(), params: Vec::new(), receiver: None, body, span };
    let index = lower.function(made);
    class.methods.push(method(name, index, Role::Getter));
}

/// `object : Base(..) { .. }`
pub(super) fn object(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut class = empty_class("".into(), span);
    let args: Vec<Arg> = match base(lower, node, &mut class) {
        Some(Stmt::Expr(Expr { kind: ExprKind::Call(call), .. })) => call.args,
        _ => Vec::new(),
    };
    if let Some(body) = lower.child_of(node, &["class_body"]) {
        members(lower, body, &mut class, None, Role::Plain);
    }
    lower.facts.classes.push(class);
    let callee = Expr::new(ExprKind::Class(lower.facts.classes.len() - 1), span);
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: true })), span)
}
