//! Types of Swift and their members: fields, methods, initialisers, computed properties, cases, extensions.

use tree_sitter::Node;

use super::statements::{properties, statements};
use super::yields_alone;
use crate::syntax::facts::{Block, Class, Expr, ExprKind, Function, Ident, Method, Param, Role, Stmt, Target};
use crate::syntax::lower::Lower;

/// A type, or an extension, whose members are those of the type.
pub(super) fn declaration(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) {
    let Some(name) = lower.child(node, "name") else { return };
    let span = lower.span(node);
    let mut ident = lower.ident(name);
    let extension = lower.child(node, "declaration_kind").is_some_and(|kind| lower.slice(kind) == "extension");
    let mut class = Class {
        name: ident.name.clone(),
        bases: Vec::new(),
        fields: Vec::new(),
        methods: Vec::new(),
        members_in_scope: true,
        span,
    };
    if extension {
        class.bases.push(Expr::new(ExprKind::Name(ident.name.clone()), ident.span));
        ident.name = format!("extension {}", ident.name).into();
    } else {
        for child in lower.children(node).into_iter().filter(|child| child.kind() == "inheritance_specifier") {
            let base = lower.expr_of(child, "inherits_from");
            class.bases.push(base);
        }
    }
    let Some(body) = lower.child(node, "body") else { return };
    for part in body.named_children(&mut body.walk()).collect::<Vec<_>>() {
        one_member(lower, part, &mut class, block);
    }
    let known = lower.facts.classes.iter_mut().find(|known| extension && known.name == class.name);
    if let Some(known) = known {
        class.fields.into_iter().for_each(|field| add_field(known, field));
        known.methods.extend(class.methods);
        return;
    }
    lower.facts.classes.push(class);
    block.push(Stmt::Class(ident, lower.facts.classes.len() - 1));
}

/// A field; one that is there already was declared under another condition (`#if DEBUG`).
fn add_field(class: &mut Class, (name, value): (Ident, Expr)) {
    match class.fields.iter_mut().find(|(known, _)| known.name == name.name) {
        Some((_, known)) => {
            let span = known.span;
            let before = std::mem::replace(known, Expr::opaque(span));
            *known = Expr::new(ExprKind::Choice(vec![before, value]), span);
        }
        None => class.fields.push((name, value)),
    }
}

fn one_member(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class, block: &mut Block) {
    match node.kind() {
        "property_declaration" => {
            for (target, value, getter) in properties(lower, node) {
                let Target::Name(name) = target else { continue };
                match getter {
                    Some(function) => class.methods.push(Method { name, function, role: Role::Getter }),
                    None => add_field(class, (name, value)),
                }
            }
        }
        "function_declaration" => {
            let Some(name) = lower.child(node, "name") else { return };
            let name = lower.ident(name);
            let modifiers = lower.child_of(node, &["modifiers"]).map(|modifiers| lower.slice(modifiers));
            let of_class =
                modifiers.is_some_and(|text| text.split_whitespace().any(|word| matches!(word, "static" | "class")));
            let role = if of_class { Role::Static } else { Role::Plain };
            let function = function(lower, node);
            class.methods.push(Method { name, function, role });
        }
        "init_declaration" => {
            let Some(name) = lower.child(node, "name") else { return };
            let name = lower.ident(name);
            let function = function(lower, node);
            class.methods.push(Method { name, function, role: Role::Constructor });
        }
        "enum_entry" => cases(lower, node, class),
        "class_declaration" => {
            // A type inside a type is a member of it.
            let before = block.len();
            declaration(lower, node, block);
            if let Some(Stmt::Class(name, index)) = block.get(before) {
                let value = Expr::new(ExprKind::Class(*index), lower.span(node));
                let name = name.clone();
                block.truncate(before);
                add_field(class, (name, value));
            }
        }
        _ => {}
    }
}

/// The cases of an enumeration: what stands for each is its raw value, or its name.
fn cases(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let mut cursor = node.walk();
    let children: Vec<_> = node.children(&mut cursor).collect();
    let mut last: Option<Ident> = None;
    for (at, child) in children.iter().enumerate() {
        let field = u32::try_from(at).ok().and_then(|at| node.field_name_for_child(at));
        match field {
            Some("name") => {
                class.fields.extend(last.take().map(named_case));
                last = Some(lower.ident(*child));
            }
            Some("raw_value") => {
                if let Some(name) = last.take() {
                    let value = lower.expr(*child);
                    class.fields.push((name, value));
                }
            }
            Some("data_contents") => last = None,
            _ => {}
        }
    }
    class.fields.extend(last.map(named_case));
}

fn named_case(name: Ident) -> (Ident, Expr) {
    let value = Expr::text(name.name.clone(), name.span);
    (name, value)
}

/// The function that computes a property, where it has a getter.
pub(super) fn getter(lower: &mut Lower<'_>, node: Node<'_>, computed: Node<'_>) -> Option<usize> {
    let parts = lower.children(computed);
    let body = match parts.iter().find(|part| part.kind() == "computed_getter") {
        Some(getter) => lower.child_of(*getter, &["statements"]),
        None => parts.iter().find(|part| part.kind() == "statements").copied(),
    };
    let mut body = body.map_or_else(Vec::new, |body| statements(lower, body));
    yields_alone(&mut body);
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let span = lower.span(node);
    Some(lower.function(Function { name, params: Vec::new(), receiver: None, body, span }))
}

/// A function, method or initialiser.
pub(super) fn function(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let mut params: Vec<Param> = Vec::new();
    let mut cursor = node.walk();
    let children: Vec<_> = node.children(&mut cursor).collect();
    for (at, child) in children.iter().enumerate() {
        let field = u32::try_from(at).ok().and_then(|at| node.field_name_for_child(at));
        if child.kind() == "parameter" {
            params.extend(parameter(lower, *child));
        } else if field == Some("default_value") {
            let default = lower.expr(*child);
            if let Some(last) = params.last_mut() {
                last.default = Some(default);
            }
        }
    }
    let mut body = lower.child(node, "body").map_or_else(Vec::new, |body| {
        let mut block = Vec::new();
        lower.stmt(body, &mut block);
        block
    });
    yields_alone(&mut body);
    let span = lower.span(node);
    lower.function(Function { name, params, receiver: None, body, span })
}

fn parameter(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Param> {
    // The first `name` is the parameter's, the second its type's.
    let name = lower.child(node, "name")?;
    let mut param = lower.plain_param(name);
    if let Some(label) = lower.child(node, "external_name") {
        param.name = match lower.slice(label) {
            "_" => "".into(),
            label => label.into(),
        };
    }
    param.class = lower.fields(node, "name").into_iter().nth(1).and_then(|class| type_name(lower, class));
    param.rest = lower.slice(node).ends_with("...");
    param.span = lower.span(node);
    Some(param)
}

/// The type of an annotation, where it is a name.
pub(super) fn declared(lower: &mut Lower<'_>, annotation: Node<'_>) -> Option<Expr> {
    let class = lower.child(annotation, "name")?;
    type_name(lower, class)
}

fn type_name(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let node = if node.kind() == "optional_type" { lower.child(node, "wrapped")? } else { node };
    if node.kind() != "user_type" || node.named_child_count() != 1 {
        return None;
    }
    let plain = ["String", "Int", "Bool", "Any", "Data", "Void", "Double", "Error", "Date"];
    let class = lower.field(node, "").filter(|class| !plain.contains(&lower.slice(*class)))?;
    Some(lower.expr(class))
}
