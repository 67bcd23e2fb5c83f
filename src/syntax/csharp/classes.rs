//! Classes, records, structs and interfaces of C#.

use tree_sitter::Node;

use super::super::facts::{Call, Class, Expr, ExprKind, Function, Ident, Method, Role, Stmt, Target};
use super::super::lower::Lower;
use super::creation::declared_value;
use super::statements::declarator_parts;
use super::{arguments, arrow, function, inner, parameters, type_name};

/// A type with members.
pub(super) fn class(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let span = lower.span(node);
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let mut class =
        Class { name, bases: Vec::new(), fields: Vec::new(), methods: Vec::new(), members_in_scope: true, span };
    let base_arguments = bases(lower, node, &mut class);
    if let Some(list) = lower.child_of(node, &["parameter_list"]) {
        primary(lower, list, base_arguments, &mut class);
    }
    if let Some(body) = lower.child(node, "body") {
        members(lower, body, &mut class);
    }
    lower.facts.classes.push(class);
    lower.facts.classes.len() - 1
}

/// What the type inherits from, without interfaces; gives the argument list of the base, if it has one.
fn bases<'t>(lower: &mut Lower<'_>, node: Node<'t>, class: &mut Class) -> Option<Node<'t>> {
    let list = lower.child_of(node, &["base_list"])?;
    let mut given = None;
    for part in lower.children(list) {
        match part.kind() {
            "argument_list" => given = Some(part),
            "primary_constructor_base_type" => {
                let base = lower.child(part, "type").and_then(|base| type_name(lower, base));
                class.bases.extend(base);
                given = lower.child_of(part, &["argument_list"]);
            }
            _ => class.bases.extend(type_name(lower, part).filter(|base| !is_interface(base))),
        }
    }
    given
}

/// Whether a name is one for an interface: `IClient`.
fn is_interface(base: &Expr) -> bool {
    let ExprKind::Name(name) = &base.kind else { return false };
    let mut letters = name.chars();
    letters.next() == Some('I') && letters.next().is_some_and(char::is_uppercase)
}

/// The parameters behind the type's name are a constructor, and there for all members.
fn primary(lower: &mut Lower<'_>, list: Node<'_>, base: Option<Node<'_>>, class: &mut Class) {
    let mut params = parameters(lower, list);
    params.iter_mut().for_each(|param| param.field = true);
    for param in &params {
        if let Target::Name(ident) = &param.target {
            let value = param.class.clone().map_or_else(
                || Expr::opaque(ident.span),
                |declared| Expr::new(ExprKind::Instance(Box::new(declared)), ident.span),
            );
            class.fields.push((ident.clone(), value));
        }
    }
    let body = base.map(|base| handed_on(lower, base, "super")).into_iter().collect();
    let span = lower.span(list);
    let name: std::sync::Arc<str> = class.name.clone();
    let function = lower.function(Function { name: name.clone(), params, receiver: None, body, span });
    class.methods.push(Method { name: Ident { name, span }, function, role: Role::Constructor });
}

/// `: base(..)`, `: this(..)`.
fn handed_on(lower: &mut Lower<'_>, list: Node<'_>, to: &str) -> Stmt {
    let span = lower.span(list);
    let args = arguments(lower, list);
    let callee = Expr::new(ExprKind::Name(to.into()), span);
    Stmt::Expr(Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span))
}

fn members(lower: &mut Lower<'_>, body: Node<'_>, class: &mut Class) {
    for member in lower.children(body) {
        match member.kind() {
            "field_declaration" => {
                let Some(declaration) = lower.child_of(member, &["variable_declaration"]) else { continue };
                let declared = lower.child(declaration, "type");
                for declarator in lower.children(declaration) {
                    if declarator.kind() != "variable_declarator" {
                        continue;
                    }
                    let (target, value) = declarator_parts(lower, declared, declarator);
                    if let Target::Name(ident) = target {
                        let value = value.unwrap_or_else(|| empty(lower, declared, &ident));
                        class.fields.push((ident, value));
                    }
                }
            }
            "property_declaration" => property(lower, member, class),
            "method_declaration" => {
                let Some(name) = lower.child(member, "name") else { continue };
                let name = lower.ident(name);
                let role = if has(lower, member, "static") { Role::Static } else { Role::Plain };
                let function = function(lower, member, name.name.clone());
                class.methods.push(Method { name, function, role });
            }
            "constructor_declaration" => constructor(lower, member, class),
            "class_declaration" | "struct_declaration" | "record_declaration" | "interface_declaration" => {
                let Some(name) = lower.child(member, "name") else { continue };
                let name = lower.ident(name);
                let Some(index) = lower.deeper(member, |lower| self::class(lower, member)) else { continue };
                class.fields.push((name, Expr::new(ExprKind::Class(index), lower.span(member))));
            }
            // What stands between `#if` and `#else`, and behind it.
            "preproc_if" | "preproc_else" | "preproc_elif" => {
                lower.deeper(member, |lower| members(lower, member, class));
            }
            _ => {}
        }
    }
}

/// A member that has no value yet.
fn empty(lower: &Lower<'_>, declared: Option<Node<'_>>, ident: &Ident) -> Expr {
    match declared.and_then(|declared| type_name(lower, declared)) {
        Some(declared) => Expr::new(ExprKind::Instance(Box::new(declared)), ident.span),
        None => Expr::opaque(ident.span),
    }
}

fn has(lower: &Lower<'_>, member: Node<'_>, modifier: &str) -> bool {
    let modifiers = lower.children(member);
    modifiers.into_iter().any(|child| child.kind() == "modifier" && lower.slice(child) == modifier)
}

/// A property is a field, or where it is computed a getter.
fn property(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let Some(name) = lower.child(node, "name") else { return };
    let name = lower.ident(name);
    let declared = lower.child(node, "type");
    let getter = |lower: &mut Lower<'_>, body: Vec<Stmt>, class: &mut Class| {
        let span = lower.span(node);
        let function =
            lower.function(Function { name: name.name.clone(), params: Vec::new(), receiver: None, body, span });
        class.methods.push(Method { name: name.clone(), function, role: Role::Getter });
    };
    match lower.child(node, "value") {
        Some(value) if value.kind() == "arrow_expression_clause" => {
            let body = arrow(lower, value, declared);
            return getter(lower, body, class);
        }
        Some(value) => {
            let value = declared_value(lower, declared, value);
            class.fields.push((name, value));
            return;
        }
        None => {}
    }
    let accessors = lower.child(node, "accessors").map_or_else(Vec::new, |list| lower.children(list));
    for accessor in accessors {
        let reads = lower.child(accessor, "name").is_some_and(|word| lower.slice(word) == "get");
        if let (true, Some(body)) = (reads, lower.child(accessor, "body")) {
            let body = match body.kind() {
                "block" => lower.block(body),
                _ => arrow(lower, body, declared),
            };
            return getter(lower, body, class);
        }
    }
    let value = empty(lower, declared, &name);
    class.fields.push((name, value));
}

fn constructor(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let Some(name) = lower.child(node, "name") else { return };
    let name = lower.ident(name);
    if has(lower, node, "static") {
        return statics(lower, node, class);
    }
    let function = function(lower, node, name.name.clone());
    if let Some(initialiser) = lower.child_of(node, &["constructor_initializer"])
        && let Some(list) = lower.child_of(initialiser, &["argument_list"])
    {
        let to = if lower.child_of(initialiser, &["this"]).is_some() { "this" } else { "super" };
        let first = handed_on(lower, list, to);
        lower.facts.functions[function].body.insert(0, first);
    }
    class.methods.push(Method { name, function, role: Role::Constructor });
}

/// What a static constructor assigns is what static members are.
fn statics(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let Some(body) = lower.child(node, "body") else { return };
    let block = match body.kind() {
        "block" => lower.block(body),
        _ => inner(lower, body).map(Stmt::Expr).into_iter().collect(),
    };
    for stmt in block {
        if let Stmt::Assign { target: Target::Name(ident), value } = stmt {
            class.fields.retain(|(known, _)| known.name != ident.name);
            class.fields.push((ident, value));
        }
    }
}
