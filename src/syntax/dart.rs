//! Dart: expressions and the table. Declarations are in [`members`], statements in [`statements`].

mod members;
mod statements;

use tree_sitter::Node;

use super::facts::{Arg, Call, Entry, Expr, ExprKind, Ident, Stmt, Target};
use super::forms::{Form, Spec, unescape_c};
use super::lower::Lower;
use super::strings::{concat, operator};
use crate::source::Span;

/// Dart's table.
pub static DART: Spec = Spec {
    name: "dart",
    grammar: || tree_sitter_dart::LANGUAGE.into(),
    forms: &[
        ("source_file", Form::Block),
        ("block", Form::Block),
        ("finally_clause", Form::Block),
        ("switch_statement_case", Form::Block),
        ("switch_statement_default", Form::Block),
        ("expression_statement", Form::Effect),
        ("library_import", Form::Own),
        ("library_export", Form::Own),
        ("part_directive", Form::Own),
        ("part_of_directive", Form::Own),
        ("library_name", Form::Skip),
        ("class_declaration", Form::Own),
        ("mixin_declaration", Form::Own),
        ("extension_declaration", Form::Own),
        ("extension_type_declaration", Form::Own),
        ("enum_declaration", Form::Own),
        ("type_alias", Form::Skip),
        ("function_declaration", Form::Own),
        ("local_function_declaration", Form::Own),
        ("getter_declaration", Form::Own),
        ("setter_declaration", Form::Skip),
        ("external_function_declaration", Form::Skip),
        ("top_level_variable_declaration", Form::Own),
        ("local_variable_declaration", Form::Own),
        ("annotation", Form::Skip),
        ("return_statement", Form::Return),
        ("throw_expression", Form::Throw),
        ("if_statement", Form::Branch("condition", &["consequence", "alternative"])),
        ("for_statement", Form::Own),
        ("while_statement", Form::Loop("condition", "condition", "body")),
        ("do_statement", Form::Loop("condition", "condition", "body")),
        ("switch_statement", Form::Own),
        ("try_statement", Form::Own),
        ("comment", Form::Comment),
        ("documentation_comment", Form::Comment),
        ("type", Form::Skip),
        ("type_arguments", Form::Skip),
        ("string_literal", Form::Own),
        ("decimal_integer_literal", Form::Number),
        ("hex_integer_literal", Form::Number),
        ("decimal_floating_point_literal", Form::Number),
        ("true", Form::Number),
        ("false", Form::Nothing),
        ("null_literal", Form::Nothing),
        ("symbol_literal", Form::Number),
        ("identifier", Form::Name),
        ("type_identifier", Form::Name),
        ("identifier_dollar_escaped", Form::Name),
        ("template_substitution", Form::Inner("")),
        ("assignable_expression", Form::Own),
        ("member_expression", Form::Own),
        ("null_aware_member_expression", Form::Own),
        ("index_expression", Form::Own),
        ("null_aware_index_expression", Form::Own),
        ("cascade_member_expression", Form::Own),
        ("cascade_null_aware_member_expression", Form::Own),
        ("cascade_index_expression", Form::Own),
        ("cascade_null_aware_index_expression", Form::Own),
        ("cascade_null_assertion_expression", Form::Inner("value")),
        ("cascade_selector", Form::Own),
        ("cascade_call_expression", Form::Own),
        ("cascade", Form::Own),
        ("call_expression", Form::Own),
        ("new_expression", Form::Own),
        ("const_object_expression", Form::Own),
        ("constructor_invocation", Form::Own),
        ("instantiation_expression", Form::Inner("function")),
        ("null_assertion_expression", Form::Inner("value")),
        ("parenthesized_expression", Form::Inner("")),
        ("type_cast_expression", Form::Inner("")),
        ("await_expression", Form::Inner("")),
        ("unary_expression", Form::Own),
        ("additive_expression", Form::Own),
        ("if_null_expression", Form::Own),
        ("equality_expression", Form::Own),
        ("conditional_expression", Form::Choice(&["consequence", "alternative"])),
        ("switch_expression", Form::Own),
        ("assignment_expression", Form::Own),
        ("list_literal", Form::Own),
        ("set_or_map_literal", Form::Own),
        ("record_literal", Form::List),
        ("record_field", Form::Own),
        ("spread_element", Form::Spread),
        ("if_element", Form::Own),
        ("function_expression", Form::Own),
    ],
    fragments: &[],
    escapes: &["escape_sequence"],
    unescape: unescape_c,
    operators: &[],
    declares: true,
    expr,
    stmt: statements::stmt,
    target,
    own_kinds: &[
        "additive_operator",
        "annotation_arguments",
        "arguments",
        "cascade_section",
        "catch_clause",
        "class_body",
        "combinator",
        "constant_constructor_signature",
        "constructor_signature",
        "declaration",
        "enum_body",
        "enum_entry",
        "equality_operator",
        "extension_body",
        "factory_constructor_signature",
        "field_formal_parameter",
        "field_initializer",
        "formal_parameter",
        "formal_parameter_list",
        "function_body",
        "function_expression_body",
        "function_signature",
        "getter_signature",
        "identifier_list",
        "import_specification",
        "initialized_identifier",
        "initialized_identifier_list",
        "initialized_variable_declaration",
        "initializer_list_entry",
        "initializers",
        "label",
        "map_element",
        "member_declaration",
        "method_declaration",
        "method_signature",
        "named_argument",
        "null_aware_map_element",
        "optional_formal_parameters",
        "redirection",
        "static_final_declaration",
        "static_final_declaration_list",
        "super_formal_parameter",
        "superclass",
        "switch_expression_case",
        "uri",
    ],
    own_fields: &[
        "alias",
        "alternative",
        "arguments",
        "body",
        "condition",
        "consequence",
        "constructor",
        "default_value",
        "function",
        "index",
        "init",
        "key",
        "left",
        "name",
        "object",
        "operator",
        "parameters",
        "property",
        "right",
        "signature",
        "type",
        "uri",
        "value",
    ],
};

/// The receiver of a cascade, inside it.
const CASCADE: &str = "..";

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "string_literal" => {
            let pieces = lower.children(node);
            let pieces = pieces.into_iter().map(|piece| string(lower, piece)).collect();
            return Some(concat(pieces, span));
        }
        "assignable_expression" | "member_expression" | "null_aware_member_expression" | "index_expression"
        | "null_aware_index_expression" | "cascade_member_expression" | "cascade_null_aware_member_expression"
        | "cascade_index_expression" | "cascade_null_aware_index_expression" => return member(lower, node),
        "cascade_selector" => {
            let key = lower.field(node, "")?;
            let key = if lower.slice(node).starts_with(['[', '?']) { lower.expr(key) } else { lower.key(key) };
            ExprKind::Member(Box::new(name(CASCADE, span)), Box::new(key))
        }
        "cascade_call_expression" => {
            let callee = match node.child_by_field_name("property") {
                Some(property) => {
                    let key = lower.key(property);
                    Expr::new(ExprKind::Member(Box::new(name(CASCADE, span)), Box::new(key)), span)
                }
                None => lower.expr_of(node, "function"),
            };
            call(callee, arguments(lower, node), false)
        }
        "cascade" => return Some(cascade(lower, node)),
        "call_expression" => {
            let callee = callee(lower, node.child_by_field_name("function")?);
            call(callee, arguments(lower, node), false)
        }
        "new_expression" | "const_object_expression" | "constructor_invocation" => {
            let mut class = type_path(lower, node)?;
            if let Some(constructor) = node.child_by_field_name("constructor").filter(|name| name.is_named()) {
                let key = lower.key(constructor);
                class = Expr::new(ExprKind::Member(Box::new(class), Box::new(key)), span);
            }
            call(class, arguments(lower, node), false)
        }
        "unary_expression" => match lower.field(node, "")? {
            inner if inner.kind() == "await_expression" => return Some(lower.expr(inner)),
            _ => return None,
        },
        "additive_expression" => return additive(lower, node),
        "if_null_expression" => {
            let (mut operands, mut here) = (Vec::new(), node);
            // It leans to the left.
            while here.kind() == "if_null_expression" {
                let [left, right] = lower.children(here)[..] else { return None };
                operands.push(right);
                here = left;
            }
            operands.push(here);
            ExprKind::Choice(operands.into_iter().rev().map(|operand| lower.expr(operand)).collect())
        }
        "equality_expression" => {
            let sign = node.child_by_field_name("operator")?;
            let operands: Vec<_> = lower.children(node).into_iter().filter(|part| *part != sign).collect();
            let operands = operands.into_iter().map(|operand| lower.expr(operand)).collect();
            return Some(operator(if lower.slice(sign) == "==" { "==" } else { "!=" }, operands, span));
        }
        "switch_expression" => {
            let cases = lower.children(node).into_iter().filter(|case| case.kind() == "switch_expression_case");
            let values: Vec<_> = cases.filter_map(|case| lower.children(case).pop()).collect();
            ExprKind::Choice(values.into_iter().map(|value| lower.expr(value)).collect())
        }
        "assignment_expression" => {
            let left = node.child_by_field_name("left")?;
            let sign = lower.text(left.end_byte()..node.child_by_field_name("right")?.start_byte()).trim().to_owned();
            let value = lower.expr_of(node, "right");
            let target = lower.target(left);
            return Some(assign(lower, &sign, left, target, value, span));
        }
        "list_literal" => {
            let elements = elements(lower, node);
            ExprKind::List(elements.into_iter().map(|element| lower.expr(element)).collect())
        }
        "set_or_map_literal" => {
            let elements = elements(lower, node);
            let keyed = elements.iter().all(|element| is_entry(lower, *element));
            match keyed {
                true => ExprKind::Map(elements.into_iter().flat_map(|element| entry(lower, element)).collect()),
                false => ExprKind::List(elements.into_iter().map(|element| lower.expr(element)).collect()),
            }
        }
        "record_field" => return lower.children(node).pop().map(|value| lower.expr(value)),
        // An element that may be there.
        "if_element" => {
            let arms = ["consequence", "alternative"].into_iter().filter_map(|field| node.child_by_field_name(field));
            let arms: Vec<_> = arms.collect();
            ExprKind::Choice(arms.into_iter().map(|arm| lower.expr(arm)).collect())
        }
        "function_expression" => ExprKind::Function(members::closure(lower, node)?),
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

fn name(text: &str, span: Span) -> Expr {
    Expr::new(ExprKind::Name(text.into()), span)
}

fn call(callee: Expr, args: Vec<Arg>, construct: bool) -> ExprKind {
    ExprKind::Call(Box::new(Call { callee, args, construct }))
}

/// What is called or asked for a member; `this` and `super` are words without a node of their own kind.
fn callee(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    match node.kind() {
        word @ ("this" | "super") => name(word, lower.span(node)),
        _ => lower.expr(node),
    }
}

/// `object.property`, `object[index]`, with or without `?`; or a plain name that is assigned to.
fn member(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let Some(object) = node.child_by_field_name("object") else {
        return lower.field(node, "").map(|name| lower.expr(name));
    };
    let object = callee(lower, object);
    let key = match node.child_by_field_name("property") {
        Some(property) => Expr::text(lower.slice(property), lower.span(property)),
        None => lower.expr_of(node, "index"),
    };
    Some(Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), span))
}

/// The path of a type: `http.Client`.
fn type_path(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let class = node.child_by_field_name("type").or_else(|| lower.child_of(node, &["type"]))?;
    if class.kind() == "type_identifier" {
        // `Foo.new(..)`: the fields name each part.
        return Some(name(lower.slice(class), lower.span(class)));
    }
    let parts: Vec<_> = lower.children(class).into_iter().filter(|part| part.kind() == "type_identifier").collect();
    let mut parts = parts.into_iter();
    let first = parts.next()?;
    let first = name(lower.slice(first), lower.span(first));
    Some(parts.fold(first, |object, part| {
        let key = Expr::text(lower.slice(part), lower.span(part));
        Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), lower.span(part))
    }))
}

/// The arguments of a call.
fn arguments(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Arg> {
    let list = node.child_by_field_name("arguments").or_else(|| lower.child_of(node, &["arguments"]));
    list.map_or_else(Vec::new, |list| argument_list(lower, list))
}

/// The arguments of a list: `value`, `name: value`.
fn argument_list(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Arg> {
    let mut args = Vec::new();
    for child in lower.children(list) {
        if child.kind() != "named_argument" {
            args.push(Arg { name: None, value: lower.expr(child) });
            continue;
        }
        if let [label, value] = lower.children(child)[..] {
            let label = lower.field(label, "").unwrap_or(label);
            let name = lower.ident(label);
            args.push(Arg { name: Some(name), value: lower.expr(value) });
        }
    }
    args
}

/// One quoted string: all between its quotes, with escapes decoded and values filled in.
fn string(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let whole = lower.span(node);
    let text = lower.slice(node);
    let raw = text.starts_with('r');
    let quotes = text.trim_start_matches('r');
    let width = if quotes.starts_with("'''") || quotes.starts_with("\"\"\"") { 3 } else { 1 };
    let start = node.start_byte() + usize::from(raw) + width;
    let end = node.end_byte().saturating_sub(width).max(start);
    let (mut parts, mut piece, mut from, mut at) = (Vec::new(), String::new(), start, start);
    let holes: Vec<_> = if raw { Vec::new() } else { node.named_children(&mut node.walk()).collect() };
    for hole in holes {
        match hole.kind() {
            "escape_sequence" => {
                piece.push_str(lower.text(at..hole.start_byte()));
                piece.push_str(&unescape(lower.slice(hole)));
                at = hole.end_byte();
            }
            "template_substitution" => {
                piece.push_str(lower.text(at..hole.start_byte()));
                if !piece.is_empty() {
                    parts.push(Expr::text(std::mem::take(&mut piece), Span::new(from, hole.start_byte())));
                }
                parts.push(lower.expr(hole));
                (from, at) = (hole.end_byte(), hole.end_byte());
            }
            _ => {}
        }
    }
    piece.push_str(lower.text(at..end));
    if !piece.is_empty() || parts.is_empty() {
        let span = if piece.is_empty() { whole } else { Span::new(from, end) };
        parts.push(Expr::text(piece, span));
    }
    if parts.len() == 1 && parts[0].as_text().is_some() {
        return parts.remove(0);
    }
    Expr::new(ExprKind::Concat(parts), whole)
}

/// An escape: what is no escape stands for itself (`\d` is `d`).
fn unescape(sequence: &str) -> String {
    let decoded = unescape_c(sequence);
    if decoded == sequence { decoded.trim_start_matches('\\').to_owned() } else { decoded }
}

/// `a + b + c` leans to the left: it is unrolled.
fn additive(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let (mut operands, mut here) = (Vec::new(), node);
    while here.kind() == "additive_expression" {
        let sign = here.child_by_field_name("operator")?;
        if lower.slice(sign) != "+" {
            break;
        }
        let parts: Vec<_> = lower.children(here).into_iter().filter(|part| *part != sign).collect();
        let [left, right] = parts[..] else { return None };
        operands.push(right);
        here = left;
    }
    if operands.is_empty() {
        return None;
    }
    operands.push(here);
    let operands = operands.into_iter().rev().map(|operand| lower.expr(operand)).collect();
    Some(concat(operands, span))
}

/// An assignment by its sign.
fn assign(lower: &mut Lower<'_>, sign: &str, left: Node<'_>, target: Target, value: Expr, span: Span) -> Expr {
    let value = match sign {
        "=" => value,
        "+=" => concat(vec![lower.expr(left), value], span),
        "??=" => Expr::new(ExprKind::Choice(vec![lower.expr(left), value]), span),
        _ => Expr::new(ExprKind::Opaque(vec![lower.expr(left), value]), span),
    };
    Expr::new(ExprKind::Assign(Box::new(target), Box::new(value)), span)
}

/// `a..b = 1..c()` does things to `a`, and is `a`: a block that binds it, runs the sections and gives it back.
fn cascade(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut body = Vec::new();
    let mut receiver = span;
    for part in lower.children(node) {
        if part.kind() != "cascade_section" {
            receiver = lower.span(part);
            let value = lower.expr(part);
            let target = Target::Name(Ident { name: CASCADE.into(), span: receiver });
            body.push(Stmt::Bind { target, value, env: false });
            continue;
        }
        match lower.children(part)[..] {
            [subject] => {
                let value = lower.expr(subject);
                body.push(Stmt::Expr(value));
            }
            [subject, value] => {
                let sign = lower.text(subject.end_byte()..value.start_byte()).trim().to_owned();
                let value = lower.expr(value);
                let target = lower.target_from(subject);
                let done = assign(lower, &sign, subject, target, value, span);
                if let ExprKind::Assign(target, value) = done.kind {
                    body.push(Stmt::Assign { target: *target, value: *value });
                }
            }
            _ => {}
        }
    }
    body.push(Stmt::Expr(name(CASCADE, receiver)));
    lower.block_value(body, span)
}

/// The elements of a collection, without its type arguments.
fn elements<'t>(lower: &Lower<'_>, node: Node<'t>) -> Vec<Node<'t>> {
    lower.children(node).into_iter().filter(|child| child.kind() != "type_arguments").collect()
}

/// Whether an element of `{..}` makes it a map; a spread may stand in a set or in a map.
fn is_entry(lower: &Lower<'_>, node: Node<'_>) -> bool {
    match node.kind() {
        "map_element" | "null_aware_map_element" | "spread_element" => true,
        "if_element" => node.child_by_field_name("consequence").is_some_and(|inner| is_entry(lower, inner)),
        "for_element" => node.child_by_field_name("body").is_some_and(|inner| is_entry(lower, inner)),
        _ => false,
    }
}

fn entry(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Entry> {
    let span = lower.span(node);
    let spread = |value: Expr| {
        let value = Expr::new(ExprKind::Spread(Box::new(value)), span);
        vec![Entry { key: Expr::new(ExprKind::Nothing, span), value, env: false }]
    };
    match node.kind() {
        "map_element" | "null_aware_map_element" => {
            let (key, value) = (lower.expr_of(node, "key"), lower.expr_of(node, "value"));
            vec![Entry { key, value, env: false }]
        }
        "spread_element" => {
            let value = lower.expr_of(node, "value");
            spread(value)
        }
        // Members that may be there.
        "if_element" => {
            let mut maps = Vec::new();
            for field in ["consequence", "alternative"] {
                if let Some(arm) = node.child_by_field_name(field) {
                    let span = lower.span(arm);
                    let entries = entry(lower, arm);
                    maps.push(Expr::new(ExprKind::Map(entries), span));
                }
            }
            spread(Expr::new(ExprKind::Choice(maps), span))
        }
        _ => spread(Expr::opaque(span)),
    }
}

fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    match node.kind() {
        "identifier" => Target::Name(lower.ident(node)),
        _ => lower.target_from(node),
    }
}

#[cfg(test)]
mod tests;
