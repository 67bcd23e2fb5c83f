//! Types, methods and classes of PowerShell.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::facts::{Arg, Class, Expr, ExprKind, Function, Ident, Method, Param, Role, Stmt};
use super::super::lower::Lower;
use super::statements::{collect, param};
use super::{call as make, member_key, name, spelled, value};

/// A type's own name, without namespace and type arguments, and with a capital: cases don't count, and the runtime's
/// types are written so in C#.
pub(super) fn short(text: &str) -> String {
    let bare = text.trim_matches(['[', ']', ' ']);
    let bare = bare.split(['[', '<']).next().unwrap_or_default();
    let last = bare.rsplit('.').next().unwrap_or_default();
    let mut letters = last.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `$x.Method(..)`, `[Type]::Method(..)`, `[Type]::new(..)`.
pub(super) fn call(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let children = lower.children(node);
    let first = *children.first()?;
    if first.kind() == "invokation_foreach_expression" {
        let parts = lower.children(first);
        let list = value(lower, *parts.first()?);
        let block = value(lower, *parts.last()?);
        let args = vec![Arg { name: None, value: block }, Arg { name: None, value: list }];
        return Some(make(name("foreach-object", span), args, false, span));
    }
    let object = value(lower, first);
    let key = member_key(lower, *children.get(1)?);
    let list = children.get(2).and_then(|list| lower.child(*list, "argument_expression_list"));
    let mut args = Vec::new();
    for argument in list.map_or_else(Vec::new, |list| lower.children(list)) {
        args.push(Arg { name: None, value: value(lower, argument) });
    }
    let makes = first.kind() == "type_literal" && key.as_text().is_some_and(|key| key.eq_ignore_ascii_case("new"));
    if makes {
        return Some(make(object, args, true, span));
    }
    Some(make(Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), span), args, false, span))
}

/// `class X : Y { .. }`
pub(super) fn class(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    let span = lower.span(node);
    let mut names = lower.children(node).into_iter().filter(|child| child.kind() == "simple_name");
    let Some(first) = names.next() else { return false };
    let ident = Ident { name: short(lower.slice(first)).into(), span: lower.span(first) };
    let bases = names.map(|base| name(&short(lower.slice(base)), lower.span(base))).collect();
    let mut class = Class {
        name: ident.name.clone(),
        bases,
        fields: Vec::new(),
        methods: Vec::new(),
        members_in_scope: false,
        span,
    };
    for member in lower.children(node) {
        match member.kind() {
            "class_property_definition" => {
                let Some(variable) = lower.child_of(member, &["variable"]) else { continue };
                let text: Arc<str> = lower.slice(variable).trim_start_matches('$').into();
                let given = lower.children(member).pop().filter(|given| *given != variable);
                let span = lower.span(variable);
                let given = given.map_or_else(|| Expr::opaque(span), |given| value(lower, given));
                class.fields.push((Ident { name: text, span }, given));
            }
            "class_method_definition" => method(lower, member, &mut class),
            _ => {}
        }
    }
    lower.facts.classes.push(class);
    block.push(Stmt::Class(ident, lower.facts.classes.len() - 1));
    true
}

fn method(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let Some(word) = lower.child_of(node, &["simple_name"]) else { return };
    let name = lower.ident(word);
    let attributes = lower.children(node).into_iter().filter(|child| child.kind() == "class_attribute");
    let is_static = attributes.into_iter().any(|child| lower.slice(child).eq_ignore_ascii_case("static"));
    let role = match is_static {
        true => Role::Static,
        false if name.name.eq_ignore_ascii_case(&class.name) => Role::Constructor,
        false => Role::Plain,
    };
    let mut params: Vec<Param> = Vec::new();
    let list = lower.child_of(node, &["class_method_parameter_list"]);
    for one in list.map_or_else(Vec::new, |list| lower.children(list)) {
        let Some(variable) = lower.child_of(one, &["variable"]) else { continue };
        let text = lower.slice(variable).trim_start_matches('$').to_owned();
        let mut param = param(spelled(lower, &text), lower.span(variable));
        // `[HttpClient]$client`
        let declared = lower.child_of(one, &["type_literal"]);
        param.class = declared.map(|declared| self::name(&short(lower.slice(declared)), lower.span(declared)));
        params.push(param);
    }
    let mut body = Vec::new();
    if let Some(block) = lower.child_of(node, &["script_block"]) {
        collect(lower, block, &mut params, &mut body);
    }
    let span = lower.span(node);
    let function = lower.function(Function { name: name.name.clone(), params, receiver: None, body, span });
    class.methods.push(Method { name, function, role });
}
