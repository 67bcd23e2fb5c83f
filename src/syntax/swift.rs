//! Swift.

mod calls;
mod classes;
mod statements;
mod texts;

use tree_sitter::Node;

use super::facts::{Block, Entry, Expr, ExprKind, Function, Ident, Linkage, Param, Resolution, Target, Traits};
use super::forms::{Form, Spec, unescape_c};
use super::lower::Lower;
use crate::source::Span;
use calls::{calling, constructing, navigation, prefix};
use statements::{statements, stmt};
use texts::{raw_string, sum, without_margin};

/// Swift's table.
pub static SWIFT: Spec = Spec {
    name: "swift",
    grammar: || tree_sitter_swift::LANGUAGE.into(),
    forms: &[
        ("source_file", Form::Own),
        ("statements", Form::Own),
        ("function_body", Form::Own),
        ("property_declaration", Form::Own),
        ("function_declaration", Form::Own),
        ("class_declaration", Form::Own),
        ("protocol_declaration", Form::Skip),
        ("import_declaration", Form::Own),
        ("control_transfer_statement", Form::Own),
        ("if_statement", Form::Own),
        ("guard_statement", Form::Own),
        ("switch_statement", Form::Own),
        ("for_statement", Form::Own),
        ("while_statement", Form::Own),
        ("repeat_while_statement", Form::Own),
        ("do_statement", Form::Own),
        ("assignment", Form::Own),
        ("comment", Form::Comment),
        ("multiline_comment", Form::Comment),
        ("line_string_literal", Form::Text),
        ("multi_line_string_literal", Form::Own),
        ("raw_string_literal", Form::Own),
        ("interpolated_expression", Form::Own),
        ("integer_literal", Form::Number),
        ("hex_literal", Form::Number),
        ("real_literal", Form::Number),
        ("boolean_literal", Form::Own),
        ("nil_literal", Form::Nothing),
        ("simple_identifier", Form::Name),
        ("type_identifier", Form::Name),
        ("user_type", Form::Own),
        ("self_expression", Form::Own),
        ("super_expression", Form::Own),
        ("navigation_expression", Form::Own),
        ("call_expression", Form::Own),
        ("constructor_expression", Form::Own),
        ("prefix_expression", Form::Own),
        ("postfix_expression", Form::Inner("target")),
        ("try_expression", Form::Inner("expr")),
        ("await_expression", Form::Own),
        ("as_expression", Form::Inner("expr")),
        ("nil_coalescing_expression", Form::Own),
        ("ternary_expression", Form::Choice(&["if_true", "if_false"])),
        ("additive_expression", Form::Own),
        ("equality_expression", Form::Own),
        ("infix_expression", Form::Own),
        ("tuple_expression", Form::Own),
        ("dictionary_literal", Form::Own),
        ("array_literal", Form::List),
        ("lambda_literal", Form::Own),
        ("key_path_expression", Form::Skip),
        ("selector_expression", Form::Skip),
        ("directive", Form::Skip),
        ("modifiers", Form::Skip),
        ("type_annotation", Form::Skip),
        ("availability_condition", Form::Skip),
        ("value_binding_pattern", Form::Skip),
        ("typealias_declaration", Form::Skip),
        ("operator_declaration", Form::Skip),
    ],
    fragments: &["line_str_text", "multi_line_str_text"],
    escapes: &["str_escaped_char"],
    unescape: unescape_c,
    operators: &[],
    declares: true,
    traits: Traits::NONE,
    linkage: Linkage::Named,
    resolution: Resolution::Nowhere,
    expr,
    stmt,
    target: |lower, node| pattern(lower, node),
    own_kinds: &[
        "directly_assignable_expression",
        "catch_block",
        "switch_entry",
        "switch_pattern",
        "pattern",
        "call_suffix",
        "value_arguments",
        "value_argument",
        "lambda_function_type_parameters",
        "lambda_parameter",
        "raw_str_part",
        "raw_str_end_part",
        "raw_str_interpolation",
        "computed_property",
        "computed_getter",
        "willset_didset_block",
        "init_declaration",
        "enum_entry",
        "inheritance_specifier",
        "parameter",
        "optional_type",
        "throw_keyword",
        "throws",
        "identifier",
        "subscript_declaration",
    ],
    own_fields: &[
        "lhs",
        "rhs",
        "op",
        "operator",
        "target",
        "result",
        "suffix",
        "name",
        "value",
        "if_nil",
        "key",
        "element",
        "operation",
        "bound_identifier",
        "condition",
        "collection",
        "item",
        "body",
        "type",
        "external_name",
        "default_value",
        "computed_value",
        "raw_value",
        "declaration_kind",
        "inherits_from",
        "wrapped",
        "constructed_type",
        "expr",
    ],
};

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "self_expression" => ExprKind::Name("this".into()),
        "super_expression" => ExprKind::Name("super".into()),
        "boolean_literal" => match lower.slice(node) {
            "false" => ExprKind::Nothing,
            text => ExprKind::Number(text.into()),
        },
        "user_type" => return lower.field(node, "").map(|inner| lower.expr(inner)),
        "navigation_expression" => return Some(navigation(lower, node)),
        "prefix_expression" => prefix(lower, node)?,
        "call_expression" => return calling(lower, node, None),
        "constructor_expression" => return Some(constructing(lower, node)),
        "await_expression" => return lower.child(node, "expr").map(|inner| lower.expr(inner)),
        "nil_coalescing_expression" => coalescing(lower, node),
        "additive_expression" => return Some(sum(lower, node)),
        "equality_expression" | "infix_expression" => {
            let operator = lower.slice(lower.child(node, "op")?).to_owned();
            let operator = ["==", "!="].into_iter().find(|known| *known == operator)?;
            let operands = vec![lower.expr_of(node, "lhs"), lower.expr_of(node, "rhs")];
            return Some(super::strings::operator(operator, operands, span));
        }
        "tuple_expression" => {
            let values = lower.fields(node, "value");
            if values.len() == 1 {
                return Some(lower.expr(values[0]));
            }
            ExprKind::List(values.into_iter().map(|value| lower.expr(value)).collect())
        }
        "dictionary_literal" => {
            let (keys, values) = (lower.fields(node, "key"), lower.fields(node, "value"));
            let entry = |lower: &mut Lower<'_>, key, value| Entry {
                key: lower.expr(key),
                value: lower.expr(value),
                env: false,
            };
            ExprKind::Map(keys.into_iter().zip(values).map(|(key, value)| entry(lower, key, value)).collect())
        }
        "multi_line_string_literal" => return Some(without_margin(lower.string(node))),
        "raw_string_literal" => return Some(raw_string(lower, node)),
        "interpolated_expression" => {
            // A logger leaves out what is marked as private.
            let hidden =
                ["privacy: .private", "privacy: .sensitive"].iter().any(|mark| lower.slice(node).contains(mark));
            return lower.child(node, "value").filter(|_| !hidden).map(|value| lower.expr(value));
        }
        "lambda_literal" => ExprKind::Function(lambda(lower, node)),
        "assignment" => {
            let (target, value) = assignment(lower, node)?;
            ExprKind::Assign(Box::new(target), Box::new(value))
        }
        "if_statement" | "switch_statement" | "do_statement" => {
            let mut block = Vec::new();
            stmt(lower, node, &mut block);
            return Some(lower.block_value(block, span));
        }
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

/// `a ?? b ?? c` leans to the right, and is one choice.
fn coalescing(lower: &mut Lower<'_>, node: Node<'_>) -> ExprKind {
    let mut arms = Vec::new();
    let mut at = node;
    loop {
        arms.push(lower.expr_of(at, "value"));
        match lower.child(at, "if_nil") {
            Some(next) if next.kind() == "nil_coalescing_expression" => at = next,
            Some(last) => {
                arms.push(lower.expr(last));
                return ExprKind::Choice(arms);
            }
            None => return ExprKind::Choice(arms),
        }
    }
}

fn lambda(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let span = lower.span(node);
    let mut params = Vec::new();
    if let Some(list) = lower.child(node, "type").and_then(|ty| lower.field(ty, "")) {
        for part in lower.children(list).into_iter().filter(|part| part.kind() == "lambda_parameter") {
            if let Some(name) = lower.child(part, "name") {
                let mut param = lower.plain_param(name);
                param.name = "".into();
                params.push(param);
            }
        }
    }
    if params.is_empty() {
        for short in ["$0", "$1", "$2"] {
            if lower.slice(node).contains(short) {
                let name = Ident { name: short.into(), span };
                params.push(param(Target::Name(name), "", span));
            }
        }
    }
    let mut body = Vec::new();
    for part in lower.children(node).into_iter().filter(|part| part.kind() == "statements") {
        body.extend(statements(lower, part));
    }
    yields_alone(&mut body);
    lower.function(Function { name: "".into(), params, receiver: None, body, span })
}

/// A body of one expression gives it.
fn yields_alone(body: &mut Block) {
    if body.len() == 1 {
        Lower::yields(body);
    }
}

fn param(target: Target, name: &str, span: Span) -> Param {
    Param { target, name: name.into(), default: None, rest: false, field: false, class: None, span }
}

/// The target and the value of an assignment; `+=` adds.
fn assignment(lower: &mut Lower<'_>, node: Node<'_>) -> Option<(Target, Expr)> {
    let target = lower.field(lower.child(node, "target")?, "")?;
    let operator = lower.slice(lower.child(node, "operator")?).to_owned();
    let value = lower.expr_of(node, "result");
    let value = match operator.as_str() {
        "=" => value,
        "+=" => super::strings::concat(vec![lower.expr(target), value], lower.span(node)),
        _ => Expr::opaque(lower.span(node)),
    };
    Some((lower.target_from(target), value))
}

/// What a `let` binds: a name, or the parts of a tuple.
fn pattern(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    if let Some(bound) = lower.child(node, "bound_identifier") {
        return Target::Name(lower.ident(bound));
    }
    if node.kind() == "simple_identifier" {
        return Target::Name(lower.ident(node));
    }
    let parts = lower.children(node);
    match parts.len() {
        0 => Target::Ignored,
        1 => lower.target(parts[0]),
        // `let (data, response) = await ..`: what a call gives in one piece is the first of them.
        _ => Target::Results(parts.into_iter().map(|part| lower.target(part)).collect()),
    }
}

#[cfg(test)]
mod tests;
