//! PowerShell.

mod commands;
mod strings;
mod types;

use std::sync::Arc;

use tree_sitter::Node;

use super::facts::{Arg, Block, Call, Entry, Expr, ExprKind, Function, Ident, Param, Stmt, Target};
use super::forms::{Form, Spec, unescape_c};
use super::lower::Lower;
use super::strings::{concat, operator};
use crate::source::Span;

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
    declares: false,
    expr,
    stmt,
    target,
    own_kinds: &[
        "argument_expression_list",
        "argument_list",
        "assignement_operator",
        "attributed_variable",
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

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "string_literal" => return strings::string(lower, node),
        "generic_token" => return Some(strings::token(lower, node)),
        "variable" => {
            let text = lower.slice(node).to_owned();
            return Some(variable_value(lower, &text, span));
        }
        "type_literal" => return Some(name(&types::short(lower.slice(node)), span)),
        "hash_literal_expression" => ExprKind::Map(entries(lower, node)),
        "array_literal_expression" => {
            let parts = lower.children(node);
            ExprKind::List(parts.into_iter().map(|part| value(lower, part)).collect())
        }
        "array_expression" => {
            let mut values = statements(lower, node).into_iter().map(|stmt| value(lower, stmt)).collect::<Vec<_>>();
            match &values[..] {
                [Expr { kind: ExprKind::List(_), .. }] => return values.pop(),
                _ => ExprKind::List(values),
            }
        }
        "sub_expression" => {
            return Some(match statements(lower, node)[..] {
                [only] => value(lower, only),
                _ => {
                    let body = lower.block(node.child_by_field_name("statements")?);
                    lower.block_value(body, span)
                }
            });
        }
        "parenthesized_expression" => return lower.field(node, "").map(|inside| value(lower, inside)),
        "script_block_expression" => ExprKind::Function(script_block(lower, node, "".into(), None)),
        "cast_expression" => return lower.children(node).pop().map(|inside| value(lower, inside)),
        "expression_with_unary_operator" | "unary_expression" => return unary(lower, node),
        "assignment_expression" => {
            let (target, value, _) = assignment(lower, node)?;
            ExprKind::Assign(Box::new(target), Box::new(value))
        }
        "pipeline_chain" => return Some(commands::pipeline(lower, node)),
        "pipeline" => {
            let chains: Vec<_> = lower.children(node);
            ExprKind::Opaque(chains.into_iter().map(|chain| value(lower, chain)).collect())
        }
        "command" => return Some(commands::command(lower, node, None)),
        "member_access" => {
            let children = lower.children(node);
            let object = value(lower, *children.first()?);
            let key = member_key(lower, *children.get(1)?);
            ExprKind::Member(Box::new(object), Box::new(key))
        }
        "element_access" => {
            let children = lower.children(node);
            let object = value(lower, *children.first()?);
            let key = value(lower, *children.get(1)?);
            ExprKind::Member(Box::new(object), Box::new(key))
        }
        "invokation_expression" => return types::call(lower, node),
        _ => return infix(lower, node),
    };
    Some(Expr::new(kind, span))
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
    let list = node.child_by_field_name("statements");
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

/// An assignment: target, value, and whether it reaches outwards (`$script:x = ..`).
fn assignment(lower: &mut Lower<'_>, node: Node<'_>) -> Option<(Target, Expr, bool)> {
    let left = peel(*lower.children(node).first()?);
    let left = if left.kind() == "left_assignment_expression" { peel(lower.field(left, "")?) } else { left };
    let given = node.child_by_field_name("value")?;
    let given = value(lower, given);
    let sign = lower.child_of(node, &["assignement_operator"]).map_or("=", |sign| lower.slice(sign)).to_owned();
    let span = lower.span(node);
    let given = match sign.as_str() {
        "=" => given,
        "%=" => Expr::new(ExprKind::Choice(vec![value(lower, left), given]), span),
        "+=" => concat(vec![value(lower, left), given], span),
        _ => Expr::new(ExprKind::Opaque(vec![given]), span),
    };
    let scoped = left.kind() == "variable" && lower.slice(left).contains(':');
    Some((lower.target(left), given, scoped))
}

/// Whether an assignment defines an environment variable: `$env:X = ..`.
fn is_environment(lower: &Lower<'_>, node: Node<'_>) -> bool {
    let text = lower.slice(node).trim_start_matches("${").trim_start_matches('$');
    text.get(..4).is_some_and(|front| front.eq_ignore_ascii_case("env:"))
}

/// A function, method or script block: parameters, and a body of which the last expression is what it gives.
fn script_block(lower: &mut Lower<'_>, node: Node<'_>, name: Arc<str>, list: Option<Node<'_>>) -> usize {
    let mut params = list.map_or_else(Vec::new, |list| parameters(lower, list));
    let mut body = Vec::new();
    for child in lower.children(node) {
        if let "script_block" | "param_block" = child.kind() {
            collect(lower, child, &mut params, &mut body);
        }
    }
    if params.is_empty() && name.is_empty() {
        // What comes through a pipe.
        let span = Span::new(node.start_byte(), node.start_byte());
        params.push(param("_".into(), span));
    }
    Lower::yields(&mut body);
    let span = lower.span(node);
    lower.function(Function { name, params, receiver: None, body, span })
}

fn collect(lower: &mut Lower<'_>, node: Node<'_>, params: &mut Vec<Param>, body: &mut Block) {
    if node.kind() == "param_block" {
        if let Some(list) = lower.child_of(node, &["parameter_list"]) {
            params.extend(parameters(lower, list));
        }
        return;
    }
    for child in lower.children(node) {
        match child.kind() {
            "param_block" => collect(lower, child, params, body),
            _ => lower.stmt(child, body),
        }
    }
}

fn param(name: Arc<str>, span: Span) -> Param {
    let target = Target::Name(Ident { name: name.clone(), span });
    Param { target, name, default: None, rest: false, field: false, class: None, span }
}

fn parameters(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Param> {
    let mut params = Vec::new();
    let nodes = lower.children(list);
    for node in nodes.into_iter().filter(|node| node.kind() == "script_parameter") {
        let Some(variable) = lower.child_of(node, &["variable"]) else { continue };
        let text = lower.slice(variable).trim_start_matches('$').to_owned();
        let mut param = param(spelled(lower, &text), lower.span(variable));
        param.span = lower.span(node);
        let default = lower.child_of(node, &["script_parameter_default"]).and_then(|node| lower.field(node, ""));
        param.default = default.map(|default| value(lower, default));
        params.push(param);
    }
    params
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "pipeline" | "pipeline_chain" | "assignment_expression" => effect(lower, node, block),
        "param_block" => {
            // Parameters of the script: variables with a default, or with what the caller gives.
            let Some(list) = lower.child_of(node, &["parameter_list"]) else { return true };
            for param in parameters(lower, list) {
                let value = param.default.unwrap_or_else(|| Expr::opaque(param.span));
                block.push(Stmt::Bind { target: param.target, value, env: false });
            }
        }
        "function_statement" => {
            let Some(word) = lower.child_of(node, &["function_name"]) else { return false };
            let text = lower.slice(word).rsplit(':').next().unwrap_or_default().to_owned();
            let spelled = commands::defined(lower, &text).unwrap_or_else(|| text.as_str().into());
            let ident = Ident { name: spelled, span: lower.span(word) };
            let list = lower.child_of(node, &["function_parameter_declaration"]);
            let list = list.and_then(|list| lower.child_of(list, &["parameter_list"]));
            let index = script_block(lower, node, ident.name.clone(), list);
            block.push(Stmt::Function(ident, index));
        }
        "class_statement" => return types::class(lower, node, block),
        "if_statement" => {
            let test = node.child_by_field_name("condition").map(|condition| value(lower, condition));
            let mut arms: Vec<Block> =
                lower.child_of(node, &["statement_block"]).map(|body| lower.arm(body)).into_iter().collect();
            let clauses = node.child_by_field_name("elseif_clauses");
            for clause in clauses.map_or_else(Vec::new, |clauses| lower.children(clauses)) {
                arms.extend(lower.child_of(clause, &["statement_block"]).map(|body| lower.arm(body)));
            }
            let otherwise = node.child_by_field_name("else_clause");
            arms.extend(otherwise.map(|clause| lower.arm(clause)));
            block.push(Stmt::Branch { test, arms, exhaustive: otherwise.is_some() });
        }
        "switch_statement" => {
            let body = lower.child_of(node, &["switch_body"]).and_then(|body| lower.field(body, ""));
            let clauses = body.map_or_else(Vec::new, |body| lower.children(body));
            let default = |clause: &Node<'_>| {
                lower.slice(*clause).get(..7).is_some_and(|front| front.eq_ignore_ascii_case("default"))
            };
            let exhaustive = clauses.iter().any(default);
            let bodies: Vec<_> =
                clauses.into_iter().filter_map(|clause| lower.child_of(clause, &["statement_block"])).collect();
            let arms = bodies.into_iter().map(|body| lower.arm(body)).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive });
        }
        "foreach_statement" => {
            let children = lower.children(node);
            let variable = children.iter().find(|child| child.kind() == "variable");
            let iterated = children.iter().find(|child| child.kind() == "pipeline");
            let over = match (variable, iterated) {
                (Some(variable), Some(iterated)) => {
                    let iterated = value(lower, *iterated);
                    Some((lower.target(*variable), iterated))
                }
                _ => None,
            };
            let body = lower.child_of(node, &["statement_block"]).map_or_else(Vec::new, |body| lower.arm(body));
            block.push(Stmt::Loop { over, body });
        }
        "for_statement" | "while_statement" | "do_statement" => {
            let initialiser = node.child_by_field_name("for_initializer").and_then(|first| lower.field(first, ""));
            if let Some(first) = initialiser {
                lower.stmt(first, block);
            }
            let body = lower.child_of(node, &["statement_block"]).map_or_else(Vec::new, |body| lower.arm(body));
            block.push(Stmt::Loop { over: None, body });
        }
        "try_statement" => {
            let mut arms: Vec<Block> =
                lower.child_of(node, &["statement_block"]).map(|body| lower.arm(body)).into_iter().collect();
            let clauses = lower.child_of(node, &["catch_clauses"]);
            for clause in clauses.map_or_else(Vec::new, |clauses| lower.children(clauses)) {
                arms.extend(lower.child_of(clause, &["statement_block"]).map(|body| lower.arm(body)));
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
            if let Some(finally) = lower.child_of(node, &["finally_clause"]) {
                lower.stmt(finally, block);
            }
        }
        "flow_control_statement" => {
            let word = lower.slice(node).split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
            let word = word.to_ascii_lowercase();
            let given = lower.child_of(node, &["pipeline"]).map(|given| value(lower, given));
            let nothing = || Expr::new(ExprKind::Nothing, lower.span(node));
            match word.as_str() {
                "throw" => block.push(Stmt::Throw(given.unwrap_or_else(nothing))),
                "return" => block.push(Stmt::Return(given.unwrap_or_else(nothing))),
                _ => block.extend(given.map(Stmt::Expr)),
            }
        }
        _ => return false,
    }
    true
}

/// A pipeline as a statement.
fn effect(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let here = peel(node);
    if here.kind() != "assignment_expression" {
        if here.kind() == "pipeline" {
            // `a && b`, `a || b`
            for chain in lower.children(here).into_iter().filter(|chain| chain.kind() == "pipeline_chain") {
                effect(lower, chain, block);
            }
            return;
        }
        let expr = value(lower, here);
        block.push(Stmt::Expr(expr));
        return;
    }
    let left = lower.children(here).first().copied();
    let env = left.is_some_and(|left| is_environment(lower, left));
    // `$a = $b = x`
    if let Some((target, value, scoped)) = assignment(lower, here) {
        block.push(match scoped && !env {
            true => Stmt::Assign { target, value },
            false => Stmt::Bind { target, value, env },
        });
    }
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
        "cast_expression" | "attributed_variable" | "expression_with_unary_operator" => {
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
