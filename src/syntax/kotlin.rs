//! Kotlin, also Gradle's. Its grammar has few fields, so most nodes are the hook's.

use tree_sitter::Node;

use super::annotations::{self, Annotation};
use super::facts::{
    Arg, Call, Class, Expr, ExprKind, Function, Ident, Linkage, Method, Param, Resolution, Role, Stmt, Target, Traits,
};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::lower::Lower;
use super::strings;
use crate::source::Span;

mod classes;
mod statements;
mod text;

use statements::{property, stmt};
use text::string;

/// Kotlin's table.
pub static KOTLIN: Spec = Spec {
    name: "kotlin",
    grammar: || tree_sitter_kotlin_ng::LANGUAGE.into(),
    forms: &[
        ("source_file", Form::Block),
        ("block", Form::Block),
        ("finally_block", Form::Block),
        ("lambda_parameters", Form::Skip),
        ("package_header", Form::Skip),
        ("file_annotation", Form::Skip),
        ("import", Form::Own),
        ("class_declaration", Form::Own),
        ("object_declaration", Form::Own),
        ("function_declaration", Form::Own),
        ("property_declaration", Form::Own),
        ("type_alias", Form::Skip),
        ("assignment", Form::Own),
        ("return_expression", Form::Own),
        ("throw_expression", Form::Own),
        ("if_expression", Form::Own),
        ("when_expression", Form::Own),
        ("try_expression", Form::Own),
        ("for_statement", Form::Own),
        ("while_statement", Form::Own),
        ("do_while_statement", Form::Own),
        ("line_comment", Form::Comment),
        ("block_comment", Form::Comment),
        ("string_literal", Form::Own),
        ("multiline_string_literal", Form::Own),
        ("interpolation", Form::Inner("")),
        ("character_literal", Form::Own),
        ("number_literal", Form::Number),
        ("float_literal", Form::Number),
        ("identifier", Form::Own),
        ("this_expression", Form::Own),
        ("super_expression", Form::Own),
        ("user_type", Form::Own),
        ("nullable_type", Form::Inner("")),
        ("navigation_expression", Form::Own),
        ("index_expression", Form::Own),
        ("call_expression", Form::Own),
        ("callable_reference", Form::Own),
        ("infix_expression", Form::Own),
        ("binary_expression", Form::Binary),
        ("unary_expression", Form::Own),
        ("as_expression", Form::Inner("left")),
        ("parenthesized_expression", Form::Inner("")),
        ("annotated_expression", Form::Own),
        ("labeled_expression", Form::Own),
        ("annotated_lambda", Form::Own),
        ("lambda_literal", Form::Own),
        ("anonymous_function", Form::Own),
        ("object_literal", Form::Own),
        ("collection_literal", Form::List),
        ("spread_expression", Form::Spread),
        ("modifiers", Form::Skip),
        ("annotation", Form::Skip),
    ],
    fragments: &["string_content"],
    escapes: &["escape_sequence"],
    unescape: unescape_c,
    operators: &[
        ("+", Operation::Concat),
        ("?:", Operation::Choice),
        ("==", Operation::Equal),
        ("!=", Operation::Differ),
    ],
    declares: true,
    traits: Traits::NONE,
    linkage: Linkage::Named,
    resolution: Resolution::Nowhere,
    expr,
    stmt,
    target,
    own_kinds: &[
        "qualified_identifier",
        "value_arguments",
        "value_argument",
        "type_arguments",
        "type_projection",
        "lambda_literal",
        "function_value_parameters",
        "parameter",
        "parameter_modifiers",
        "function_body",
        "variable_declaration",
        "multi_variable_declaration",
        "property_delegate",
        "getter",
        "when_entry",
        "when_subject",
        "catch_block",
        "class_body",
        "enum_class_body",
        "enum_entry",
        "primary_constructor",
        "class_parameters",
        "class_parameter",
        "secondary_constructor",
        "constructor_delegation_call",
        "anonymous_initializer",
        "companion_object",
        "delegation_specifiers",
        "delegation_specifier",
        "constructor_invocation",
    ],
    own_fields: &["name", "left", "right", "operator", "condition", "argument"],
};

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "identifier" => match lower.slice(node) {
            "null" | "false" => ExprKind::Nothing,
            "true" => ExprKind::Number("true".into()),
            name => ExprKind::Name(name.trim_matches('`').into()),
        },
        "this_expression" => ExprKind::Name("this".into()),
        "super_expression" => ExprKind::Name("super".into()),
        "string_literal" | "multiline_string_literal" => return Some(string(lower, node)),
        "character_literal" => {
            let inner = lower.inside(node, "'", "'");
            return Some(Expr::text(unescape_c(lower.text(inner.range())), inner));
        }
        "user_type" => return Some(type_name(lower, node)),
        "navigation_expression" => return navigation(lower, node),
        "index_expression" => {
            let parts = lower.children(node);
            let (object, key) = (lower.expr(*parts.first()?), lower.expr(*parts.get(1)?));
            ExprKind::Member(Box::new(object), Box::new(key))
        }
        "call_expression" => return Some(call(lower, node)),
        "callable_reference" => {
            let parts = lower.children(node);
            let object = lower.expr(*parts.first()?);
            match parts.get(1) {
                Some(name) => return Some(member(object, lower.slice(*name), lower.span(*name))),
                None => return Some(object),
            }
        }
        "infix_expression" => {
            let parts = lower.children(node);
            let [left, name, right] = parts[..] else { return None };
            let (left, right) = (lower.expr(left), lower.expr(right));
            let callee = member(left, lower.slice(name), lower.span(name));
            return Some(made_call(callee, vec![Arg { name: None, value: right }], span));
        }
        "unary_expression" => {
            let operator = lower.child(node, "operator").map(|operator| lower.slice(operator).to_owned());
            if operator.as_deref() != Some("!!") {
                return None;
            }
            return Some(lower.expr_of(node, "argument"));
        }
        "annotated_expression" | "labeled_expression" | "annotated_lambda" => {
            let last = *lower.children(node).last()?;
            return Some(lower.expr(last));
        }
        "lambda_literal" => ExprKind::Function(lambda(lower, node)),
        "anonymous_function" | "function_declaration" => ExprKind::Function(function(lower, node)),
        "object_literal" => return Some(classes::object(lower, node)),
        "assignment" => {
            let operator = lower.child(node, "operator").map(|operator| lower.slice(operator).to_owned());
            let right = lower.expr_of(node, "right");
            let value = match operator.as_deref() {
                Some("+=") => {
                    let left = lower.expr_of(node, "left");
                    Expr::new(ExprKind::Concat(vec![left, right]), span)
                }
                Some("=") | None => right,
                _ => return None,
            };
            ExprKind::Assign(Box::new(lower.target_of(node, "left")), Box::new(value))
        }
        "if_expression" => {
            // `if (a) b else c` without blocks is a choice.
            let condition = lower.child(node, "condition")?;
            let arms: Vec<_> = lower.children(node).into_iter().filter(|child| *child != condition).collect();
            if let [yes, no] = arms[..]
                && yes.kind() != "block"
                && no.kind() != "block"
            {
                return Some(Expr::new(ExprKind::Choice(vec![lower.expr(yes), lower.expr(no)]), span));
            }
            return Some(in_block(lower, node));
        }
        "when_expression" | "try_expression" => return Some(in_block(lower, node)),
        // A jump in the place of a value gives none.
        "return_expression" | "throw_expression" => ExprKind::Nothing,
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

/// A statement in the place of an expression.
fn in_block(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut block = Vec::new();
    stmt(lower, node, &mut block);
    if let Some(Stmt::Branch { exhaustive, .. }) = block.first_mut() {
        *exhaustive = true;
    }
    lower.block_value(block, span)
}

fn member(object: Expr, key: &str, at: Span) -> Expr {
    let span = Span { start: object.span.start, end: at.end };
    Expr::new(ExprKind::Member(Box::new(object), Box::new(Expr::text(key.trim_matches('`'), at))), span)
}

fn made_call(callee: Expr, args: Vec<Arg>, span: Span) -> Expr {
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span)
}

/// `a.b.C<T>` as a path.
fn type_name(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let mut names = lower.children(node).into_iter().filter(|child| child.kind() == "identifier");
    let Some(first) = names.next() else { return Expr::opaque(lower.span(node)) };
    let first = Expr::new(ExprKind::Name(lower.slice(first).into()), lower.span(first));
    names.fold(first, |path, name| member(path, lower.slice(name), lower.span(name)))
}

/// A declared type that may be a class of the repository or of a library.
fn declared(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let found = lower.child_of(node, &["user_type", "nullable_type"])?;
    let inner = if found.kind() == "nullable_type" { lower.child_of(found, &["user_type"])? } else { found };
    let plain = ["String", "Int", "Long", "Boolean", "Any", "Unit"].contains(&lower.slice(inner));
    (!plain).then(|| type_name(lower, inner))
}

/// `a.b`; `X::class.java` is the class itself.
fn navigation(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let parts = lower.children(node);
    let (object, name) = (*parts.first()?, *parts.last()?);
    let of_class = lower.slice(object).ends_with("::class");
    let unwraps = of_class && matches!(lower.slice(name), "java" | "kotlin" | "javaObjectType");
    if unwraps || lower.slice(name) == "class" {
        return Some(lower.expr(object));
    }
    let object = lower.expr(object);
    Some(member(object, lower.slice(name), lower.span(name)))
}

/// A call: arguments in parentheses, a lambda behind them. What is written as one call may be two nodes.
fn call(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let parts = lower.children(node);
    let Some(first) = parts.first().copied() else { return Expr::opaque(span) };
    let values = parts.iter().copied().find(|part| part.kind() == "value_arguments");
    let trailing = parts.iter().copied().find(|part| part.kind() == "annotated_lambda");
    if let (None, Some(trailing), "call_expression") = (values, trailing, first.kind())
        && lower.child_of(first, &["annotated_lambda"]).is_none()
    {
        let mut inner = call(lower, first);
        if let ExprKind::Call(made) = &mut inner.kind {
            let value = lower.expr(trailing);
            made.args.push(Arg { name: None, value });
            inner.span = span;
            return inner;
        }
    }
    if let Some(text) = dedented(lower, first) {
        return text;
    }
    let callee = lower.expr(first);
    let mut args = values.map_or_else(Vec::new, |values| arguments(lower, values));
    // `create<Api>()` says by its type what others say by an argument.
    let lowercase = match &callee.kind {
        ExprKind::Name(name) => name.starts_with(char::is_lowercase),
        ExprKind::Member(_, key) => key.as_text().is_some_and(|key| key.starts_with(char::is_lowercase)),
        _ => false,
    };
    if let Some(types) = parts.iter().copied().find(|part| part.kind() == "type_arguments")
        && args.is_empty()
        && lowercase
        && let [only] = lower.children(types)[..]
        && let Some(value) = declared(lower, only)
    {
        args.push(Arg { name: Some(Ident { name: "T".into(), span: value.span }), value });
    }
    if let Some(trailing) = trailing {
        let value = lower.expr(trailing);
        args.push(Arg { name: None, value });
    }
    made_call(callee, args, span)
}

/// `"""..""".trimIndent()` is the text itself.
fn dedented(lower: &mut Lower<'_>, callee: Node<'_>) -> Option<Expr> {
    let parts = lower.children(callee);
    let (text, name) = (*parts.first()?, *parts.last()?);
    let trims = callee.kind() == "navigation_expression"
        && text.kind() == "multiline_string_literal"
        && matches!(lower.slice(name), "trimIndent" | "trimMargin");
    trims.then(|| strings::dedent(lower.expr(text)))
}

fn arguments(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Arg> {
    let mut args = Vec::new();
    for argument in lower.children(list) {
        let parts = lower.children(argument);
        let named = parts.len() > 1 && lower.child_of(argument, &["="]).is_some();
        let Some(value) = parts.last() else { continue };
        let name = named.then(|| lower.ident(parts[0]));
        args.push(Arg { name, value: lower.expr(*value) });
    }
    args
}

/// A lambda gives its last expression; without parameters of its own it has `it`.
fn lambda(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let mut params = Vec::new();
    let span = lower.span(node);
    match lower.child_of(node, &["lambda_parameters"]) {
        Some(list) => {
            for child in lower.children(list) {
                let target = target(lower, child);
                let mut param = lower.plain_param(child);
                param.name = match &target {
                    Target::Name(ident) => ident.name.clone(),
                    _ => "".into(),
                };
                param.target = target;
                params.push(param);
            }
        }
        None => {
            let ident = Ident { name: "it".into(), span: Span { start: span.start, end: span.start } };
            params.push(Param {
                target: Target::Name(ident.clone()),
                name: ident.name,
                default: None,
                rest: false,
                field: false,
                class: None,
                span: ident.span,
            });
        }
    }
    let mut body = lower.block(node);
    Lower::yields(&mut body);
    lower.function(Function { name: "".into(), params, receiver: None, body, span })
}

/// A function; one that extends a type has its receiver as `this`.
fn function(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let name = lower.child(node, "name");
    let extends = name.is_some_and(|name| {
        lower.children(node).iter().any(|child| {
            child.end_byte() <= name.start_byte()
                && matches!(child.kind(), "user_type" | "nullable_type" | "parenthesized_type")
        })
    });
    let params = parameters(lower, node).into_iter().map(|(_, param)| param).collect();
    let body = body(lower, node).unwrap_or_default();
    let (name, span) = (name.map_or_else(|| "".into(), |name| lower.slice(name).into()), lower.span(node));
    lower.function(Function { name, params, receiver: extends.then(|| "this".into()), body, span })
}

fn body(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Vec<Stmt>> {
    let body = lower.child_of(node, &["function_body"])?;
    let inner = lower.field(body, "")?;
    Some(match inner.kind() {
        "block" => lower.block(inner),
        _ => vec![Stmt::Return(lower.expr(inner))],
    })
}

/// The parameters of a function, with the annotations of each: modifiers, parameter and default stand side by side.
fn parameters(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<(Vec<Annotation>, Param)> {
    let Some(list) = lower.child_of(node, &["function_value_parameters"]) else { return Vec::new() };
    let mut params: Vec<(Vec<Annotation>, Param)> = Vec::new();
    let (mut annotations, mut rest) = (Vec::new(), false);
    for child in lower.children(list) {
        match child.kind() {
            "parameter_modifiers" => {
                rest = lower.slice(child).contains("vararg");
                annotations = annotations_in(lower, child);
            }
            "parameter" => {
                let Some(name) = lower.child_of(child, &["identifier"]) else { continue };
                let mut param = lower.plain_param(name);
                param.class = declared(lower, child);
                param.rest = std::mem::take(&mut rest);
                let annotations = std::mem::take(&mut annotations);
                param.default = annotations::setting(&annotations);
                params.push((annotations, param));
            }
            _ => {
                let value = lower.expr(child);
                if let Some((_, param)) = params.last_mut() {
                    param.default = Some(value);
                }
            }
        }
    }
    params
}

/// The annotations of a declaration.
fn annotations_of(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Annotation> {
    match lower.child_of(node, &["modifiers"]) {
        Some(modifiers) => annotations_in(lower, modifiers),
        None => Vec::new(),
    }
}

fn annotations_in(lower: &mut Lower<'_>, modifiers: Node<'_>) -> Vec<Annotation> {
    let mut found = Vec::new();
    for node in modifiers.named_children(&mut modifiers.walk()).collect::<Vec<_>>() {
        if node.kind() != "annotation" {
            continue;
        }
        let invoked = lower.child_of(node, &["constructor_invocation"]);
        let Some(name) = lower.child_of(invoked.unwrap_or(node), &["user_type"]) else { continue };
        let callee = type_name(lower, name);
        let values = invoked.and_then(|invoked| lower.child_of(invoked, &["value_arguments"]));
        let args = values.map_or_else(Vec::new, |values| arguments(lower, values));
        found.push(Annotation { callee, args, span: lower.span(node) });
    }
    found
}

fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    match node.kind() {
        "identifier" => Target::Name(lower.ident(node)),
        "variable_declaration" => {
            lower.child_of(node, &["identifier"]).map_or(Target::Ignored, |name| Target::Name(lower.ident(name)))
        }
        "multi_variable_declaration" => {
            let parts = lower.children(node);
            Target::List(parts.into_iter().map(|part| lower.target(part)).collect())
        }
        "navigation_expression" | "index_expression" => lower.target_from(node),
        _ => Target::Ignored,
    }
}

fn empty_class(name: std::sync::Arc<str>, span: Span) -> Class {
    Class { name, bases: Vec::new(), fields: Vec::new(), methods: Vec::new(), members_in_scope: true, span }
}

fn method(name: Ident, function: usize, role: Role) -> Method {
    Method { name, function, role }
}

#[cfg(test)]
mod tests;
