//! PowerShell.

mod commands;
mod statements;
mod strings;
mod types;

use std::sync::Arc;

use tree_sitter::Node;

use super::facts::{Arg, Call, Entry, Expr, ExprKind, Ident, Linkage, Resolution, Target, Traits};
use super::forms::{Form, Spec, unescape_c};
use super::lower::Lower;
use super::strings::{concat, operator};
use crate::source::Span;
use statements::{assignment, script_block, stmt};

/// PowerShell's table.
pub static POWERSHELL: Spec = Spec {
    name: "powershell",
    grammar: || tree_sitter_powershell::LANGUAGE.into(),
    forms: &[
        ("program", Form::Block),
        ("statement_list", Form::Block),
        ("statement_block", Form::Block),
        ("named_block", Form::Block),
        ("finally_clause", Form::Block),
        ("else_clause", Form::Block),
        ("block_name", Form::Skip),
        ("param_block", Form::Own),
        ("pipeline", Form::Own),
        ("function_statement", Form::Own),
        ("class_statement", Form::Own),
        ("enum_statement", Form::Skip),
        ("if_statement", Form::Own),
        ("switch_statement", Form::Own),
        ("foreach_statement", Form::Own),
        ("for_statement", Form::Own),
        ("while_statement", Form::Own),
        ("do_statement", Form::Own),
        ("try_statement", Form::Own),
        ("flow_control_statement", Form::Own),
        ("empty_statement", Form::Skip),
        ("comment", Form::Comment),
        ("attribute_list", Form::Skip),
        ("attribute", Form::Skip),
        ("assignment_expression", Form::Own),
        ("pipeline_chain", Form::Own),
        ("command", Form::Own),
        ("logical_expression", Form::Own),
        ("bitwise_expression", Form::Own),
        ("comparison_expression", Form::Own),
        ("additive_expression", Form::Own),
        ("multiplicative_expression", Form::Own),
        ("format_expression", Form::Own),
        ("range_expression", Form::Own),
        ("array_literal_expression", Form::Own),
        ("argument_expression", Form::Own),
        ("logical_argument_expression", Form::Own),
        ("bitwise_argument_expression", Form::Own),
        ("comparison_argument_expression", Form::Own),
        ("additive_argument_expression", Form::Own),
        ("multiplicative_argument_expression", Form::Own),
        ("format_argument_expression", Form::Own),
        ("range_argument_expression", Form::Own),
        ("unary_expression", Form::Own),
        ("expression_with_unary_operator", Form::Own),
        ("cast_expression", Form::Own),
        ("parenthesized_expression", Form::Own),
        ("sub_expression", Form::Own),
        ("array_expression", Form::Own),
        ("script_block_expression", Form::Own),
        ("hash_literal_expression", Form::Own),
        ("integer_literal", Form::Number),
        ("real_literal", Form::Number),
        ("string_literal", Form::Own),
        ("generic_token", Form::Own),
        ("type_literal", Form::Own),
        ("variable", Form::Own),
        ("member_access", Form::Own),
        ("element_access", Form::Own),
        ("invokation_expression", Form::Own),
    ],
    fragments: &[],
    escapes: &[],
    unescape: unescape_c,
    operators: &[],
    linkage: Linkage::Imports,
    resolution: Resolution::Path,
    declares: false,
    traits: Traits { programs: true, ..Traits::NONE },
    expr,
    stmt,
    target,
    own_kinds: &[
        "argument_expression_list",
        "argument_list",
        "assignement_operator",
        "braced_variable",
        "catch_clause",
        "catch_clauses",
        "class_attribute",
        "class_method_definition",
        "class_method_parameter",
        "class_method_parameter_list",
        "class_property_definition",
        "command_argument_sep",
        "command_elements",
        "command_name",
        "command_parameter",
        "comparison_operator",
        "elseif_clause",
        "elseif_clauses",
        "expandable_here_string_literal",
        "expandable_string_literal",
        "format_operator",
        "function_name",
        "function_parameter_declaration",
        "hash_entry",
        "hash_literal_body",
        "invokation_foreach_expression",
        "key_expression",
        "left_assignment_expression",
        "member_name",
        "parameter_list",
        "redirection",
        "redirections",
        "script_block",
        "script_block_body",
        "script_parameter",
        "script_parameter_default",
        "simple_name",
        "switch_body",
        "switch_clause",
        "switch_clauses",
        "type_name",
        "verbatim_here_string_characters",
        "verbatim_string_characters",
    ],
    own_fields: &[
        "argument_expression_list",
        "command_elements",
        "command_name",
        "condition",
        "else_clause",
        "elseif_clauses",
        "statements",
        "value",
    ],
};

/// A text in which the operators that the grammar doesn't know are written as others of the same length that nobody
/// writes so: `??` as `-oR`, `??=` as `%=`.
pub fn readable(text: &str) -> String {
    text.replace(" ?? ", " -oR").replace(" ??= ", " %=  ")
}

/// The node inside those that only say how tightly an operator binds that isn't there.
fn peel(node: Node<'_>) -> Node<'_> {
    let mut here = node;
    loop {
        let wraps = here.kind().ends_with("_expression") && !is_closed(here.kind())
            || matches!(here.kind(), "pipeline" | "pipeline_chain" | "while_condition");
        let only = here.named_child_count() == 1 && here.child_count() == 1;
        match here.named_child(0) {
            Some(inside) if wraps && only => here = inside,
            _ => return here,
        }
    }
}

/// Expressions that mean something though they hold one other.
fn is_closed(kind: &str) -> bool {
    matches!(
        kind,
        "parenthesized_expression"
            | "sub_expression"
            | "array_expression"
            | "script_block_expression"
            | "hash_literal_expression"
            | "assignment_expression"
    )
}

/// The value of a node, whatever it is wrapped in.
fn value(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let mut here = peel(node);
    // Parentheses around one thing.
    while here.kind() == "parenthesized_expression" {
        let Some(inside) = lower.field(here, "") else { break };
        here = peel(inside);
    }
    match here.kind() {
        "if_statement" | "switch_statement" | "foreach_statement" | "try_statement" | "flow_control_statement" => {
            let body = lower.arm(here);
            let span = lower.span(here);
            lower.block_value(body, span)
        }
        _ => lower.expr(here),
    }
}

fn name(text: &str, span: Span) -> Expr {
    Expr::new(ExprKind::Name(text.into()), span)
}

/// The name of a variable as it is first written in the file: cases don't count.
fn spelled(lower: &mut Lower<'_>, text: &str) -> Arc<str> {
    lower.spelled(text)
}

/// A variable: what a `$` stands before.
enum Variable {
    /// `$true`
    True,
    /// `$false`, `$null`
    Nothing,
    /// `$env:X`
    Env(Arc<str>),
    /// Any other.
    Plain(Arc<str>),
}

fn variable(lower: &mut Lower<'_>, text: &str) -> Variable {
    let bare = text.trim_start_matches(['$', '@']).trim_start_matches('{').trim_end_matches('}');
    if let Some((scope, name)) = bare.split_once(':') {
        if scope.eq_ignore_ascii_case("env") {
            return Variable::Env(name.into());
        }
        let name = name.trim_start_matches(':');
        return Variable::Plain(spelled(lower, name));
    }
    match bare.to_ascii_lowercase().as_str() {
        "true" => Variable::True,
        "false" | "null" => Variable::Nothing,
        "this" => Variable::Plain("this".into()),
        _ => Variable::Plain(spelled(lower, bare)),
    }
}

fn variable_value(lower: &mut Lower<'_>, text: &str, span: Span) -> Expr {
    let kind = match variable(lower, text) {
        Variable::True => ExprKind::Number("true".into()),
        Variable::Nothing => ExprKind::Nothing,
        Variable::Env(name) => ExprKind::Env(name),
        Variable::Plain(name) => ExprKind::Name(name),
    };
    let value = Expr::new(kind, span);
    match text.starts_with('@') {
        // `@params` hands its members over as named arguments.
        true => Expr::new(ExprKind::Spread(Box::new(value)), span),
        false => value,
    }
}

/// Each kind has a function of its own: one for all of them would take too much of the stack at each level.
fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    match node.kind() {
        "string_literal" => strings::string(lower, node),
        "generic_token" => Some(strings::token(lower, node)),
        "variable" => {
            let text = lower.slice(node).to_owned();
            Some(variable_value(lower, &text, span))
        }
        "type_literal" => Some(name(&types::short(lower.slice(node)), span)),
        "hash_literal_expression" => {
            let entries = entries(lower, node);
            Some(Expr::new(ExprKind::Map(entries), span))
        }
        "array_literal_expression" => {
            let values = values(lower, node);
            Some(Expr::new(ExprKind::List(values), span))
        }
        "pipeline" => {
            let values = values(lower, node);
            Some(Expr::new(ExprKind::Opaque(values), span))
        }
        "array_expression" => Some(array(lower, node)),
        "sub_expression" => sub_expression(lower, node),
        "parenthesized_expression" => lower.field(node, "").map(|inside| value(lower, inside)),
        "script_block_expression" => {
            let function = script_block(lower, node, "".into(), None);
            Some(Expr::new(ExprKind::Function(function), span))
        }
        "cast_expression" => lower.children(node).pop().map(|inside| value(lower, inside)),
        "expression_with_unary_operator" | "unary_expression" => unary(lower, node),
        "assignment_expression" => {
            let (target, value, _) = assignment(lower, node)?;
            Some(Expr::new(ExprKind::Assign(Box::new(target), Box::new(value)), span))
        }
        "pipeline_chain" => Some(commands::pipeline(lower, node)),
        "command" => Some(commands::command(lower, node, None)),
        "member_access" => member_access(lower, node),
        "element_access" => element_access(lower, node),
        "invokation_expression" => types::call(lower, node),
        _ => infix(lower, node),
    }
}

fn values(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Expr> {
    lower.children(node).into_iter().map(|part| value(lower, part)).collect()
}

/// `@( .. )`: a list of what its statements give, or the one list that they give.
fn array(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let mut values: Vec<Expr> = statements(lower, node).into_iter().map(|stmt| value(lower, stmt)).collect();
    if let [Expr { kind: ExprKind::List(_), .. }] = &values[..] {
        return values.remove(0);
    }
    Expr::new(ExprKind::List(values), lower.span(node))
}

/// `$( .. )`
fn sub_expression(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    if let [only] = statements(lower, node)[..] {
        return Some(value(lower, only));
    }
    let body = lower.block(lower.child(node, "statements")?);
    let span = lower.span(node);
    Some(lower.block_value(body, span))
}

fn member_access(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let children = lower.children(node);
    let object = value(lower, *children.first()?);
    let key = member_key(lower, *children.get(1)?);
    let empty = key.as_text().is_some_and(|key| key.eq_ignore_ascii_case("empty"));
    if empty && matches!(&object.kind, ExprKind::Name(name) if &**name == "String") {
        return Some(Expr::text("", lower.span(node)));
    }
    Some(Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), lower.span(node)))
}

fn element_access(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let children = lower.children(node);
    let object = value(lower, *children.first()?);
    let key = value(lower, *children.get(1)?);
    Some(Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), lower.span(node)))
}

/// `-join $x`, `,$x`, `-not $x`.
fn unary(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let inside = lower.children(node).pop()?;
    let given = value(lower, inside);
    let sign = lower.text(node.start_byte()..inside.start_byte()).trim().to_ascii_lowercase();
    Some(match sign.as_str() {
        "" | "+" => given,
        "," => Expr::new(ExprKind::List(vec![given]), span),
        "-join" => operator("-join", vec![Expr::text("", span), given], span),
        _ => Expr::new(ExprKind::Opaque(vec![given]), span),
    })
}

/// Two values with an operator between them. A chain leans to the left: it is unrolled, so that a long sum isn't a
/// deep one.
fn infix(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let mut operands = Vec::new();
    let mut here = node;
    let mut outer: Option<String> = None;
    loop {
        let parts: Vec<_> = lower.children(here);
        let (first, last) = (*parts.first()?, *parts.last()?);
        if parts.len() < 2 {
            return None;
        }
        let sign = lower.text(first.end_byte()..last.start_byte()).trim().to_owned();
        if outer.as_ref().is_some_and(|outer| *outer != sign) {
            operands.push(here);
            break;
        }
        operands.push(last);
        outer = Some(sign);
        let next = peel(first);
        let plain =
            matches!(next.kind(), "additive_expression" | "additive_argument_expression" | "logical_expression");
        if !(plain && next.kind() == here.kind() && lower.children(next).len() >= 2) {
            operands.push(next);
            break;
        }
        here = next;
    }
    let values: Vec<Expr> = operands.into_iter().rev().map(|operand| value(lower, operand)).collect();
    let sign = outer.unwrap_or_default();
    if sign == "-oR" {
        return Some(Expr::new(ExprKind::Choice(values), span));
    }
    Some(match sign.to_ascii_lowercase().as_str() {
        "+" => concat(values, span),
        "-f" => operator("-f", values, span),
        "-eq" | "-ceq" | "-ieq" => operator("==", values, span),
        "-ne" | "-cne" | "-ine" => operator("!=", values, span),
        "-join" => operator("-join", values.into_iter().rev().collect(), span),
        // Line breaks are taken out of base64 this way.
        "-replace" | "-creplace" | "-ireplace" | "-as" => return values.into_iter().next(),
        _ => Expr::new(ExprKind::Opaque(values), span),
    })
}

/// The name behind a dot.
fn member_key(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    match lower.field(node, "") {
        Some(inside) if inside.kind() == "simple_name" => Expr::text(lower.slice(inside), lower.span(inside)),
        Some(inside) => value(lower, inside),
        None => Expr::text(lower.slice(node), lower.span(node)),
    }
}

/// The statements inside `$( )` and `@( )`.
fn statements<'t>(lower: &Lower<'_>, node: Node<'t>) -> Vec<Node<'t>> {
    let list = lower.child(node, "statements");
    let mut all = list.map_or_else(Vec::new, |list| lower.children(list));
    all.retain(|stmt| stmt.kind() != "empty_statement");
    all
}

/// The members of `@{ }`.
fn entries(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Entry> {
    let body = lower.child_of(node, &["hash_literal_body"]);
    let mut entries = Vec::new();
    for entry in body.map_or_else(Vec::new, |body| lower.children(body)) {
        let children = lower.children(entry);
        let (Some(key), Some(given)) = (children.first(), children.get(1)) else { continue };
        let key = match lower.field(*key, "") {
            Some(word) if word.kind() == "simple_name" => Expr::text(lower.slice(word), lower.span(word)),
            Some(word) => value(lower, word),
            None => Expr::text(lower.slice(*key), lower.span(*key)),
        };
        entries.push(Entry { key, value: value(lower, *given), env: false });
    }
    entries
}

fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    let node = peel(node);
    let span = lower.span(node);
    match node.kind() {
        "variable" => {
            let text = lower.slice(node).to_owned();
            match variable(lower, &text) {
                Variable::Env(name) | Variable::Plain(name) => Target::Name(Ident { name, span }),
                _ => Target::Ignored,
            }
        }
        "array_literal_expression" => {
            let parts = lower.children(node);
            Target::List(parts.into_iter().map(|part| lower.target(part)).collect())
        }
        "cast_expression" | "expression_with_unary_operator" => {
            lower.children(node).pop().map_or(Target::Ignored, |inside| lower.target(inside))
        }
        "member_access" | "element_access" => lower.target_from(node),
        _ => Target::Ignored,
    }
}

/// A call.
fn call(callee: Expr, args: Vec<Arg>, construct: bool, span: Span) -> Expr {
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct })), span)
}

#[cfg(test)]
mod tests;
