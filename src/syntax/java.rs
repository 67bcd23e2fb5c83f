//! Java. Its hooks serve Groovy too, whose grammar is built on Java's.

use tree_sitter::Node;

use super::annotations::{self, Annotation};
use super::facts::{
    Arg, Call, Expr, ExprKind, Function, Ident, Import, ImportName, Linkage, Param, Resolution, Stmt, Target, Traits,
};
use super::forms::{Field, Form, Operation, Spec, unescape_c};
use super::lower::Lower;
use super::strings;
use crate::source::Span;

mod branches;
mod classes;

use branches::{attempt, switch};
use classes::{class, empty_class, fill_class};

/// Forms that Groovy has too.
pub(super) const FORMS: &[(&str, Form)] = &[
    ("program", Form::Block),
    ("block", Form::Block),
    ("constructor_body", Form::Block),
    ("finally_clause", Form::Block),
    ("package_declaration", Form::Skip),
    ("import_declaration", Form::Own),
    ("expression_statement", Form::Effect),
    ("local_variable_declaration", Form::Own),
    ("class_declaration", Form::Own),
    ("interface_declaration", Form::Own),
    ("record_declaration", Form::Own),
    ("enum_declaration", Form::Own),
    ("annotation_type_declaration", Form::Skip),
    ("module_declaration", Form::Skip),
    ("method_declaration", Form::Own),
    ("explicit_constructor_invocation", Form::Own),
    ("return_statement", Form::Return),
    ("yield_statement", Form::Return),
    ("throw_statement", Form::Throw),
    ("if_statement", Form::Branch("condition", &["consequence", "alternative"])),
    ("switch_expression", Form::Own),
    ("try_statement", Form::Own),
    ("try_with_resources_statement", Form::Own),
    ("enhanced_for_statement", Form::Loop("name", "value", "body")),
    ("for_statement", Form::Own),
    ("while_statement", Form::Loop("condition", "condition", "body")),
    ("do_statement", Form::Loop("condition", "condition", "body")),
    ("line_comment", Form::Comment),
    ("block_comment", Form::Comment),
    ("string_literal", Form::Own),
    ("string_interpolation", Form::Inner("")),
    ("template_expression", Form::Inner("template_argument")),
    ("character_literal", Form::Own),
    ("decimal_integer_literal", Form::Number),
    ("hex_integer_literal", Form::Number),
    ("octal_integer_literal", Form::Number),
    ("binary_integer_literal", Form::Number),
    ("decimal_floating_point_literal", Form::Number),
    ("true", Form::Number),
    ("false", Form::Nothing),
    ("null_literal", Form::Nothing),
    ("identifier", Form::Name),
    ("type_identifier", Form::Name),
    ("this", Form::Name),
    ("super", Form::Name),
    ("scoped_identifier", Form::Member("scope", "name")),
    ("scoped_type_identifier", Form::Own),
    ("generic_type", Form::Inner("")),
    ("annotated_type", Form::Own),
    ("field_access", Form::Member("object", "field")),
    ("array_access", Form::Index("array", "index")),
    ("method_invocation", Form::Own),
    ("object_creation_expression", Form::Own),
    ("array_creation_expression", Form::Own),
    ("array_initializer", Form::List),
    ("element_value_array_initializer", Form::List),
    ("binary_expression", Form::Binary),
    ("ternary_expression", Form::Choice(&["consequence", "alternative"])),
    ("assignment_expression", Form::Own),
    ("cast_expression", Form::Inner("value")),
    ("parenthesized_expression", Form::Inner("")),
    ("lambda_expression", Form::Own),
    ("method_reference", Form::Own),
    ("class_literal", Form::Inner("")),
    ("annotation", Form::Skip),
    ("marker_annotation", Form::Skip),
    ("modifiers", Form::Skip),
    ("type_arguments", Form::Skip),
];

pub(super) const OPERATORS: &[(&str, Operation)] =
    &[("+", Operation::Concat), ("==", Operation::Equal), ("!=", Operation::Differ)];

pub(super) const OWN_KINDS: &[&str] = &[
    "asterisk",
    "variable_declarator",
    "field_declaration",
    "constant_declaration",
    "constructor_declaration",
    "compact_constructor_declaration",
    "static_initializer",
    "class_body",
    "enum_constant",
    "enum_body_declarations",
    "superclass",
    "formal_parameter",
    "spread_parameter",
    "inferred_parameters",
    "switch_block_statement_group",
    "switch_rule",
    "switch_label",
    "catch_clause",
    "resource",
    "element_value_pair",
];

pub(super) const OWN_FIELDS: &[Field] = &[
    "name",
    "value",
    "type",
    "body",
    "object",
    "arguments",
    "parameters",
    "declarator",
    "constructor",
    "left",
    "right",
    "operator",
    "key",
    "init",
    "resources",
];

/// Java's table.
pub static JAVA: Spec = Spec {
    name: "java",
    grammar: || tree_sitter_java::LANGUAGE.into(),
    forms: FORMS,
    fragments: &["string_fragment", "multiline_string_fragment"],
    escapes: &["escape_sequence"],
    unescape: unescape_c,
    operators: OPERATORS,
    declares: true,
    traits: Traits::NONE,
    linkage: Linkage::Named,
    resolution: Resolution::Nowhere,
    expr,
    stmt,
    target,
    own_kinds: OWN_KINDS,
    own_fields: OWN_FIELDS,
};

pub(super) fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "string_literal" => {
            let text = lower.string(node);
            let block = lower.slice(node).starts_with("\"\"\"");
            return Some(if block { strings::dedent(text) } else { text });
        }
        "character_literal" => {
            let inner = lower.inside(node, "'", "'");
            return Some(Expr::text(unescape_c(lower.text(inner.range())), inner));
        }
        "scoped_type_identifier" => {
            let parts = lower.children(node);
            let (first, last) = (parts.first()?, parts.last()?);
            let object = lower.expr(*first);
            ExprKind::Member(Box::new(object), Box::new(Expr::text(lower.slice(*last), lower.span(*last))))
        }
        "annotated_type" => {
            let last = *lower.children(node).last()?;
            return Some(lower.expr(last));
        }
        "method_invocation" => return method_call(lower, node),
        "object_creation_expression" => return Some(creation(lower, node)),
        "array_creation_expression" => {
            let value = lower.child(node, "value")?;
            return Some(lower.expr(value));
        }
        "assignment_expression" => assignment(lower, node)?,
        "lambda_expression" => {
            let index = lambda(lower, node);
            ExprKind::Function(index)
        }
        "method_reference" => {
            let parts = lower.children(node);
            let object = lower.expr(*parts.first()?);
            match parts.get(1) {
                Some(name) => {
                    ExprKind::Member(Box::new(object), Box::new(Expr::text(lower.slice(*name), lower.span(*name))))
                }
                // `Foo::new`
                None => return Some(object),
            }
        }
        "switch_expression" => {
            let mut block = Vec::new();
            switch(lower, node, &mut block, true);
            return Some(lower.block_value(block, span));
        }
        "class_declaration" | "interface_declaration" | "record_declaration" | "enum_declaration" => {
            ExprKind::Class(class(lower, node))
        }
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

fn call(callee: Expr, args: Vec<Arg>, construct: bool, span: Span) -> Expr {
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct })), span)
}

fn member(object: Expr, key: &str, at: Span) -> Expr {
    let span = Span { start: object.span.start, end: at.end };
    Expr::new(ExprKind::Member(Box::new(object), Box::new(Expr::text(key, at))), span)
}

fn method_call(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let name = lower.child(node, "name")?;
    let (text, at) = (lower.slice(name).to_owned(), lower.span(name));
    let callee = match lower.child(node, "object") {
        Some(object) => {
            let object = lower.expr(object);
            member(object, &text, at)
        }
        None => lower.expr(name),
    };
    let mut args = lower.child(node, "arguments").map_or_else(Vec::new, |list| arguments(lower, list));
    if let Some(body) = lower.child_of(node, &["closure"]) {
        let value = lower.expr(body);
        args.push(Arg { name: None, value });
    }
    Some(call(callee, args, false, span))
}

/// The arguments of a list; Groovy names some of them.
pub(super) fn arguments(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Arg> {
    let mut args = Vec::new();
    for argument in lower.children(list) {
        let named = lower.child(argument, "key").filter(|_| argument.kind() == "map_item");
        args.push(match (named, lower.child(argument, "value")) {
            (Some(key), Some(value)) => {
                let (text, span) = (lower.slice(key).trim_matches(['"', '\'']).into(), lower.span(key));
                Arg { name: Some(Ident { name: text, span }), value: lower.expr(value) }
            }
            _ => Arg { name: None, value: lower.expr(argument) },
        });
    }
    args
}

/// `new T(..)`, with the body of an anonymous class, or with one that only fills what is made (`{{ put(..); }}`).
fn creation(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let made = lower.expr_of(node, "type");
    let args = lower.child(node, "arguments").map_or_else(Vec::new, |list| arguments(lower, list));
    let Some(body) = lower.child_of(node, &["class_body"]) else { return call(made, args, true, span) };
    let members = lower.children(body);
    if !members.is_empty() && members.iter().all(|member| member.kind() == "block") {
        let mut block = Vec::new();
        members.into_iter().for_each(|member| lower.stmt(member, &mut block));
        let function =
            Function { name: "".into(), params: Vec::new(), receiver: None, body: block, span: lower.span(body) };
        let filled = Expr::new(ExprKind::Function(lower.function(function)), span);
        let value = call(made, args, true, span);
        let callee = member(value, "apply", span);
        return call(callee, vec![Arg { name: None, value: filled }], false, span);
    }
    let mut class = empty_class("".into(), lower.span(body));
    class.bases.push(made);
    fill_class(lower, body, &mut class);
    lower.facts.classes.push(class);
    let class = Expr::new(ExprKind::Class(lower.facts.classes.len() - 1), span);
    call(class, args, true, span)
}

fn assignment(lower: &mut Lower<'_>, node: Node<'_>) -> Option<ExprKind> {
    let operator = lower.child(node, "operator").map(|operator| lower.slice(operator).to_owned());
    let right = lower.expr_of(node, "right");
    let value = match operator.as_deref() {
        Some("=") | None => right,
        Some("+=") => {
            let left = lower.expr_of(node, "left");
            let span = lower.span(node);
            Expr::new(ExprKind::Concat(vec![left, right]), span)
        }
        Some("?=") => {
            let left = lower.expr_of(node, "left");
            let span = lower.span(node);
            Expr::new(ExprKind::Choice(vec![left, right]), span)
        }
        _ => return Some(lower.unknown(node)),
    };
    Some(ExprKind::Assign(Box::new(lower.target_of(node, "left")), Box::new(value)))
}

fn lambda(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let mut params = Vec::new();
    if let Some(list) = lower.child(node, "parameters") {
        match list.kind() {
            "identifier" => params.push(lower.plain_param(list)),
            "inferred_parameters" => {
                params.extend(lower.children(list).into_iter().map(|name| lower.plain_param(name)));
            }
            _ => params = parameters(lower, list).into_iter().map(|(_, param)| param).collect(),
        }
    }
    let body = match lower.child(node, "body") {
        Some(body) if body.kind() == "block" => lower.block(body),
        Some(body) => vec![Stmt::Return(lower.expr(body))],
        None => Vec::new(),
    };
    let span = lower.span(node);
    lower.function(Function { name: "".into(), params, receiver: None, body, span })
}

/// The parameters of a list, with the annotations of each.
pub(super) fn parameters(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<(Vec<Annotation>, Param)> {
    let mut params = Vec::new();
    for child in lower.children(list) {
        let name = match child.kind() {
            "formal_parameter" => lower.child(child, "name"),
            "spread_parameter" => {
                lower.child_of(child, &["variable_declarator"]).and_then(|name| lower.child(name, "name"))
            }
            _ => None,
        };
        let Some(name) = name else { continue };
        let annotations = annotations_of(lower, child);
        let mut param = lower.plain_param(name);
        param.rest = child.kind() == "spread_parameter";
        param.class = lower.child(child, "type").and_then(|class| declared(lower, class));
        param.default = annotations::setting(&annotations);
        // Groovy's `String x = "default"`.
        let extra = lower.children(child);
        if let Some(last) = extra.last()
            && last.start_byte() > name.end_byte()
            && last.kind() != "dimensions"
        {
            param.default = Some(lower.expr(*last));
        }
        param.span = lower.span(child);
        params.push((annotations, param));
    }
    params
}

/// A declared type that may be a class of the repository or of a library.
fn declared(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let known = matches!(node.kind(), "type_identifier" | "scoped_type_identifier" | "generic_type");
    let plain = matches!(lower.slice(node), "String" | "Object" | "var" | "def" | "Integer" | "Long" | "Boolean");
    (known && !plain).then(|| lower.expr(node))
}

/// The annotations of a declaration.
fn annotations_of(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Annotation> {
    let Some(modifiers) = lower.child_of(node, &["modifiers"]) else { return Vec::new() };
    let mut found = Vec::new();
    for child in modifiers.named_children(&mut modifiers.walk()).collect::<Vec<_>>() {
        let Some(name) = lower.child(child, "name") else { continue };
        let callee = lower.expr(name);
        let mut args = Vec::new();
        for argument in lower.child(child, "arguments").map_or_else(Vec::new, |list| lower.children(list)) {
            let named = lower.child(argument, "key").filter(|_| argument.kind() == "element_value_pair");
            match (named, lower.child(argument, "value")) {
                (Some(key), Some(value)) => args.push(Arg { name: Some(lower.ident(key)), value: lower.expr(value) }),
                _ => args.push(Arg { name: None, value: lower.expr(argument) }),
            }
        }
        found.push(Annotation { callee, args, span: lower.span(child) });
    }
    found
}

pub(super) fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "local_variable_declaration" => {
            let typed = lower.child(node, "type").and_then(|class| declared(lower, class));
            for declarator in lower.fields(node, "declarator") {
                let Some(name) = lower.child(declarator, "name") else { continue };
                let name = lower.ident(name);
                let value = match lower.child(declarator, "value") {
                    Some(value) => lower.expr(value),
                    None => match &typed {
                        Some(class) => Expr::new(ExprKind::Instance(Box::new(class.clone())), name.span),
                        None => Expr::opaque(name.span),
                    },
                };
                block.push(Stmt::Bind { target: Target::Name(name), value, env: false });
            }
        }
        "class_declaration" | "interface_declaration" | "record_declaration" | "enum_declaration" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, index) = (lower.ident(name), class(lower, node));
            block.push(Stmt::Class(name, index));
        }
        "method_declaration" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let name = lower.ident(name);
            let params = lower.child(node, "parameters").map_or_else(Vec::new, |list| parameters(lower, list));
            let params = params.into_iter().map(|(_, param)| param).collect();
            let body = lower.child(node, "body").map_or_else(Vec::new, |body| lower.block(body));
            let span = lower.span(node);
            let index = lower.function(Function { name: name.name.clone(), params, receiver: None, body, span });
            block.push(Stmt::Function(name, index));
        }
        "explicit_constructor_invocation" => {
            let Some(constructor) = lower.child(node, "constructor") else { return false };
            let (callee, span) = (lower.expr(constructor), lower.span(node));
            let args = lower.child(node, "arguments").map_or_else(Vec::new, |list| arguments(lower, list));
            let callee = match constructor.kind() {
                "this" => member(callee, "constructor", span),
                _ => callee,
            };
            block.push(Stmt::Expr(call(callee, args, false, span)));
        }
        "import_declaration" => import(lower, node, block),
        "switch_expression" => switch(lower, node, block, false),
        "try_statement" | "try_with_resources_statement" => attempt(lower, node, block),
        "for_statement" => {
            for init in lower.fields(node, "init") {
                lower.stmt(init, block);
            }
            let body = lower.child(node, "body").map_or_else(Vec::new, |body| lower.arm(body));
            block.push(Stmt::Loop { over: None, body });
        }
        _ => return false,
    }
    true
}

/// `import a.b.C` binds `C`; `import a.b.*` whatever is in there.
fn import(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let children = lower.children(node);
    let Some(path) = children.iter().find(|child| matches!(child.kind(), "scoped_identifier" | "identifier")) else {
        return;
    };
    let module = lower.ident(*path);
    let last = lower.child(*path, "name").unwrap_or(*path);
    // Groovy's `import a.B as C`.
    let alias = children.iter().rfind(|child| child.kind() == "identifier" && child != &path);
    let wild = children.iter().any(|child| child.kind() == "asterisk");
    let local = lower.ident(alias.copied().unwrap_or(last));
    // `import static a.B.C` is a member of a class.
    let scope = lower.child(*path, "scope").filter(|_| !wild && lower.child_of(node, &["static"]).is_some());
    let (module, exported) = match scope {
        Some(scope) => (lower.ident(scope), Some(lower.slice(last).into())),
        None => (module, None),
    };
    let names = if wild { Vec::new() } else { vec![ImportName { exported, local }] };
    if wild {
        block.push(Stmt::ExportAll(module.clone()));
    }
    block.push(Stmt::Import(Import { module, names, type_only: false }));
}

pub(super) fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    match node.kind() {
        "identifier" => Target::Name(lower.ident(node)),
        "field_access" | "array_access" => lower.target_from(node),
        _ => Target::Ignored,
    }
}

#[cfg(test)]
pub(super) mod tests;
