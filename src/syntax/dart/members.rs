//! Functions, classes and their members in Dart.

use tree_sitter::Node;

use super::expressions::{argument_list, arguments, name, type_path};
use crate::source::Span;
use crate::syntax::facts::{
    Arg, Block, Call, Class, Expr, ExprKind, Function, Ident, Method, Param, Role, Stmt, Target,
};
use crate::syntax::lower::Lower;

/// A function literal: its index.
pub(super) fn closure(lower: &mut Lower<'_>, node: Node<'_>) -> Option<usize> {
    let params = params(lower, node).0;
    let body = body(lower, lower.child(node, "body")?);
    let span = lower.span(node);
    Some(lower.function(Function { name: "".into(), params, receiver: None, body, span }))
}

/// A declared function: its name and index.
pub(super) fn function(lower: &mut Lower<'_>, node: Node<'_>) -> Option<(Ident, usize)> {
    let signature = lower.child(node, "signature").or_else(|| lower.child_of(node, &["function_signature"]))?;
    let ident = lower.ident(lower.child(signature, "name")?);
    let params = params(lower, signature).0;
    let body = lower.child(node, "body").or_else(|| lower.child_of(node, &["function_body"]));
    let body = body.map_or_else(Vec::new, |found| self::body(lower, found));
    let span = lower.span(node);
    let index = lower.function(Function { name: ident.name.clone(), params, receiver: None, body, span });
    Some((ident, index))
}

/// A body: a block, or `=> value`.
pub(super) fn body(lower: &mut Lower<'_>, node: Node<'_>) -> Block {
    match lower.field(node, "") {
        Some(block) if block.kind() == "block" => lower.block(block),
        Some(value) => vec![Stmt::Return(lower.expr(value))],
        None => Vec::new(),
    }
}

/// The parameters of a signature, and those that go on to the base (`super.key`).
fn params(lower: &mut Lower<'_>, node: Node<'_>) -> (Vec<Param>, Vec<Ident>) {
    let (mut params, mut onwards) = (Vec::new(), Vec::new());
    let list = lower.child(node, "parameters").filter(|list| list.kind() == "formal_parameter_list");
    let list = list.or_else(|| lower.child_of(node, &["formal_parameter_list"]));
    for child in list.map_or_else(Vec::new, |list| lower.children(list)) {
        match child.kind() {
            "formal_parameter" => param(lower, child, &mut params, &mut onwards),
            "optional_formal_parameters" => {
                let mut cursor = child.walk();
                let mut more = cursor.goto_first_child();
                while more {
                    let part = cursor.node();
                    if part.kind() == "formal_parameter" {
                        param(lower, part, &mut params, &mut onwards);
                    } else if cursor.field_name() == Some("default_value") {
                        let value = lower.expr(part);
                        if let Some(last) = params.last_mut() {
                            last.default = Some(value);
                        }
                    }
                    more = cursor.goto_next_sibling();
                }
            }
            _ => {}
        }
    }
    (params, onwards)
}

fn param(lower: &mut Lower<'_>, node: Node<'_>, params: &mut Vec<Param>, onwards: &mut Vec<Ident>) {
    let inner = lower.child_of(node, &["field_formal_parameter", "super_formal_parameter"]);
    let holder = inner.unwrap_or(node);
    let found = holder
        .child_by_field_name("name")
        .or_else(|| lower.children(holder).into_iter().find(|child| child.kind() == "identifier"));
    let Some(found) = found else { return };
    let mut param = lower.plain_param(found);
    param.field = holder.kind() == "field_formal_parameter";
    param.class = type_path(lower, holder);
    param.span = lower.span(node);
    if holder.kind() == "super_formal_parameter" {
        onwards.push(lower.ident(found));
    }
    params.push(param);
}

/// A class, mixin, extension or enumeration: its index.
pub(super) fn class(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let span = lower.span(node);
    let own = lower.child(node, "name");
    let own: std::sync::Arc<str> = own.map_or_else(|| "".into(), |found| lower.slice(found).into());
    let mut class =
        Class { name: own, bases: Vec::new(), fields: Vec::new(), methods: Vec::new(), members_in_scope: true, span };
    if let Some(base) = lower.child_of(node, &["superclass"]) {
        class.bases.extend(type_path(lower, base));
    }
    let body = lower.child_of(node, &["class_body", "extension_body", "enum_body"]);
    for member in body.map_or_else(Vec::new, |body| lower.children(body)) {
        match member.kind() {
            "enum_entry" => entry(lower, member, &mut class),
            "member_declaration" => {
                let annotation = lower.child_of(member, &["annotation"]);
                match lower.child_of(member, &["declaration", "method_declaration"]) {
                    Some(inner) if inner.kind() == "declaration" => declaration(lower, inner, annotation, &mut class),
                    Some(inner) => method(lower, inner, &mut class),
                    None => {}
                }
            }
            _ => {}
        }
    }
    lower.facts.classes.push(class);
    lower.facts.classes.len() - 1
}

/// `prod('https://..', '..')` of an enumeration: an instance of it.
fn entry(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let Some(found) = lower.child(node, "name") else { return };
    let ident = lower.ident(found);
    let args = arguments(lower, node);
    let callee = name(&class.name, ident.span);
    let value = match args.is_empty() {
        true => Expr::opaque(ident.span),
        false => Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: true })), lower.span(node)),
    };
    class.fields.push((ident, value));
}

/// Fields, and constructors without a body.
fn declaration(lower: &mut Lower<'_>, node: Node<'_>, annotation: Option<Node<'_>>, class: &mut Class) {
    if lower.child_of(node, &["constructor_signature", "constant_constructor_signature"]).is_some() {
        return constructor(lower, node, None, class);
    }
    let Some(list) =
        lower.child_of(node, &["static_final_declaration_list", "initialized_identifier_list", "identifier_list"])
    else {
        return;
    };
    for one in lower.children(list) {
        let found = lower.child(one, "name").unwrap_or(one);
        let ident = lower.ident(found);
        let value = match (annotation, lower.child(one, "value")) {
            // What an annotation says of a field may be where its value comes from (`@EnviedField(varName: ..)`).
            (Some(annotation), Some(value)) => {
                let value = lower.expr(value);
                annotated(lower, annotation, value)
            }
            (None, Some(value)) => lower.expr(value),
            (_, None) => match type_path(lower, node) {
                Some(class) => Expr::new(ExprKind::Instance(Box::new(class)), ident.span),
                None => Expr::opaque(ident.span),
            },
        };
        class.fields.push((ident, value));
    }
}

/// A value with what its annotation gives instead.
fn annotated(lower: &mut Lower<'_>, annotation: Node<'_>, value: Expr) -> Expr {
    let (Some(found), Some(list)) =
        (lower.child(annotation, "name"), lower.child_of(annotation, &["annotation_arguments"]))
    else {
        return value;
    };
    let span = lower.span(annotation);
    let callee = name(&format!("@{}", lower.slice(found)), span);
    let mut args = argument_list(lower, list);
    args.push(Arg { name: Some(Ident { name: "@".into(), span: value.span }), value });
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span)
}

/// Methods, accessors and constructors with a body.
fn method(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let Some(signature) = lower.child(node, "signature") else { return };
    let body = lower.child(node, "body");
    if lower.child_of(signature, &["constructor_signature"]).is_some() {
        return constructor(lower, signature, body, class);
    }
    let kinds = ["function_signature", "getter_signature", "factory_constructor_signature"];
    let Some(inner) = lower.child_of(signature, &kinds) else { return };
    let names = lower.fields(inner, "name");
    let (Some(first), Some(last)) = (names.first(), names.last()) else { return };
    let ident = lower.ident(*last);
    let fixed = lower.child_of(signature, &["static"]).is_some();
    let role = match inner.kind() {
        "getter_signature" => Role::Getter,
        // `factory Client() => ..` stands in for the constructor.
        "factory_constructor_signature" if first == last => Role::Constructor,
        "factory_constructor_signature" => Role::Static,
        _ if fixed => Role::Static,
        _ => Role::Plain,
    };
    let params = params(lower, inner).0;
    let body = body.map_or_else(Vec::new, |found| self::body(lower, found));
    let span = lower.span(node);
    let function = lower.function(Function { name: ident.name.clone(), params, receiver: None, body, span });
    class.methods.push(Method { name: ident, function, role });
}

/// `Client(this.a, {super.key}) : b = a, super(a) { .. }`; named ones are called by their own name.
fn constructor(lower: &mut Lower<'_>, node: Node<'_>, body: Option<Node<'_>>, class: &mut Class) {
    let Some(signature) = lower.child_of(node, &["constructor_signature", "constant_constructor_signature"]) else {
        return;
    };
    let names = lower.fields(signature, "name");
    let Some(last) = names.last() else { return };
    let ident = lower.ident(*last);
    let role = if names.len() > 1 { Role::NamedConstructor } else { Role::Constructor };
    let (params, onwards) = params(lower, signature);
    let mut block = Vec::new();
    let mut base = None;
    if let Some(list) = lower.child_of(node, &["initializers"]) {
        for entry in lower.children(list) {
            initialiser(lower, entry, &mut block, &mut base);
        }
    }
    if let Some(redirection) = lower.child_of(node, &["redirection"]) {
        let key = lower.children(redirection).into_iter().find(|part| part.kind() == "identifier");
        let key = key.map_or_else(|| class.name.clone(), |key| lower.slice(key).into());
        let args = arguments(lower, redirection);
        block.push(call_member("this", &key, args, lower.span(redirection)));
    }
    let handed = onwards.into_iter().map(|ident| {
        let value = Expr::new(ExprKind::Name(ident.name.clone()), ident.span);
        Arg { name: Some(ident), value }
    });
    let handed: Vec<_> = handed.collect();
    if base.is_some() || !handed.is_empty() {
        let (mut args, span) = base.unwrap_or((Vec::new(), ident.span));
        args.extend(handed);
        let callee = name("super", span);
        block.push(Stmt::Expr(Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span)));
    }
    block.extend(body.map_or_else(Vec::new, |found| self::body(lower, found)));
    let span = body.map_or_else(|| lower.span(node), |body| Span::new(node.start_byte(), body.end_byte()));
    let function = lower.function(Function { name: ident.name.clone(), params, receiver: None, body: block, span });
    class.methods.push(Method { name: ident, function, role });
}

/// One entry of a constructor's list: a field, or the call of the base's constructor.
fn initialiser(lower: &mut Lower<'_>, entry: Node<'_>, block: &mut Block, base: &mut Option<(Vec<Arg>, Span)>) {
    let span = lower.span(entry);
    if let Some(field) = lower.child_of(entry, &["field_initializer"]) {
        let Some(found) = lower.child(field, "name") else { return };
        let key = Expr::text(lower.slice(found), lower.span(found));
        let value = lower.expr_of(field, "value");
        block.push(Stmt::Assign { target: Target::Member(name("this", span), key), value });
    } else if lower.child_of(entry, &["super"]).is_some() {
        *base = Some((arguments(lower, entry), span));
    } else if lower.child_of(entry, &["this"]).is_some() {
        let key = lower.children(entry).into_iter().find(|part| part.kind() == "identifier");
        if let Some(key) = key {
            let key = lower.slice(key).to_owned();
            let args = arguments(lower, entry);
            block.push(call_member("this", &key, args, span));
        }
    }
}

fn call_member(object: &str, key: &str, args: Vec<Arg>, span: Span) -> Stmt {
    let callee = Expr::new(ExprKind::Member(Box::new(name(object, span)), Box::new(Expr::text(key, span))), span);
    Stmt::Expr(Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span))
}
