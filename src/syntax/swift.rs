//! Swift.

mod classes;

use tree_sitter::Node;

use super::facts::{Arg, Block, Call, Entry, Expr, ExprKind, Function, Ident, Import, Linkage, Param, Stmt, Target};
use super::forms::{Form, Spec, unescape_c};
use super::lower::Lower;
use crate::source::Span;

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
    linkage: Linkage::Named,
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

fn call(callee: Expr, args: Vec<Arg>, span: Span) -> Expr {
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span)
}

fn member(object: Expr, key: Expr) -> ExprKind {
    ExprKind::Member(Box::new(object), Box::new(key))
}

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
        "await_expression" => return node.child_by_field_name("expr").map(|inner| lower.expr(inner)),
        "nil_coalescing_expression" => coalescing(lower, node),
        "additive_expression" => return Some(sum(lower, node)),
        "equality_expression" | "infix_expression" => {
            let operator = lower.slice(node.child_by_field_name("op")?).to_owned();
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
            return node.child_by_field_name("value").filter(|_| !hidden).map(|value| lower.expr(value));
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

/// `a.b`, `a?.b`. `X.init` is `X`, and what only changes the dress of a text is the text.
fn navigation(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let object = lower.expr_of(node, "target");
    let suffix = node.child_by_field_name("suffix").and_then(|suffix| suffix.child_by_field_name("suffix"));
    let Some(suffix) = suffix else { return Expr::opaque(span) };
    let key = Expr::text(lower.slice(suffix).trim_matches('`'), lower.span(suffix));
    on_last(object, is_loose(node), |object| match key.as_text().map(|key| &**key) {
        Some("init") if !matches!(&object.kind, ExprKind::Name(name) if &**name == "this") => object,
        Some("self") => object,
        _ => Expr::new(member(object, key.clone()), span),
    })
}

/// Whether what a suffix stands behind is an operator's result: the grammar reads `a + b.c(d)` as `(a + b.c)(d)`.
fn is_loose(node: Node<'_>) -> bool {
    let mut at = node;
    for _ in 0..200 {
        at = match at.kind() {
            "navigation_expression" | "postfix_expression" => match at.child_by_field_name("target") {
                Some(next) => next,
                None => return false,
            },
            "call_expression" => match at.named_child(0) {
                Some(next) => next,
                None => return false,
            },
            kind => return matches!(kind, "additive_expression" | "nil_coalescing_expression" | "ternary_expression"),
        };
    }
    false
}

/// Puts a suffix behind an expression, or, where it is `loose`, behind the last of its operands.
fn on_last(expr: Expr, loose: bool, apply: impl FnOnce(Expr) -> Expr) -> Expr {
    let span = expr.span;
    match expr.kind {
        ExprKind::Concat(mut parts) if loose => {
            let last = parts.pop().map(apply);
            parts.extend(last);
            Expr::new(ExprKind::Concat(parts), span)
        }
        ExprKind::Choice(mut parts) if loose => {
            let last = parts.pop().map(apply);
            parts.extend(last);
            Expr::new(ExprKind::Choice(parts), span)
        }
        kind => apply(Expr::new(kind, span)),
    }
}

/// `.post` is a member of a type that isn't written; `&x` is `x`.
fn prefix(lower: &mut Lower<'_>, node: Node<'_>) -> Option<ExprKind> {
    let operation = node.child_by_field_name("operation")?;
    match lower.slice(operation) {
        "." => {
            let target = node.child_by_field_name("target")?;
            let key = Expr::text(lower.slice(target), lower.span(target));
            Some(member(Expr::opaque(lower.span(operation)), key))
        }
        "&" => Some(lower.expr_of(node, "target").kind),
        _ => None,
    }
}

/// A call, or a subscript, which the grammar doesn't tell apart from one. `implied` is the type of an `.init(..)`.
fn calling(lower: &mut Lower<'_>, node: Node<'_>, implied: Option<Expr>) -> Option<Expr> {
    let span = lower.span(node);
    let callee = lower.field(node, "")?;
    let suffix = lower.child_of(node, &["call_suffix"])?;
    let list = lower.child_of(suffix, &["value_arguments"]);
    if let Some(list) = list.filter(|list| lower.slice(*list).starts_with('[')) {
        let object = lower.expr(callee);
        let args = arguments(lower, list);
        let key = args.into_iter().next().map_or_else(|| Expr::opaque(span), |arg| arg.value);
        return Some(on_last(object, is_loose(node), |object| Expr::new(member(object, key), span)));
    }
    let args = call_arguments(lower, suffix);
    let implicit = callee.kind() == "prefix_expression" && lower.slice(callee).starts_with('.');
    let callee = match (callee.kind(), implied) {
        // `[String: String]()`
        ("dictionary_literal", _) => return Some(Expr::new(ExprKind::Map(Vec::new()), span)),
        ("array_literal", _) => return Some(Expr::new(ExprKind::List(Vec::new()), span)),
        (_, Some(class)) if implicit && lower.slice(callee) == ".init" => class,
        (_, Some(class)) if implicit => {
            let key = lower.slice(callee).trim_start_matches('.').to_owned();
            let at = lower.span(callee);
            Expr::new(member(class, Expr::text(key, at)), at)
        }
        _ => lower.expr(callee),
    };
    Some(on_last(callee, is_loose(node), |callee| call(callee, args, span)))
}

/// `[String: Any]()` and `Foo<Bar>(..)`.
fn constructing(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let Some(class) = node.child_by_field_name("constructed_type") else { return Expr::opaque(span) };
    match class.kind() {
        "dictionary_type" => return Expr::new(ExprKind::Map(Vec::new()), span),
        "array_type" => return Expr::new(ExprKind::List(Vec::new()), span),
        _ => {}
    }
    let callee = lower.expr(class);
    let args = lower.child_of(node, &["constructor_suffix"]).map_or_else(Vec::new, |list| call_arguments(lower, list));
    call(callee, args, span)
}

/// All arguments of a call: those in parentheses, then the trailing closures.
fn call_arguments(lower: &mut Lower<'_>, suffix: Node<'_>) -> Vec<Arg> {
    let mut args = Vec::new();
    let mut label = None;
    for part in suffix.named_children(&mut suffix.walk()).collect::<Vec<_>>() {
        match part.kind() {
            "value_arguments" => args.extend(arguments(lower, part)),
            "simple_identifier" => label = Some(lower.ident(part)),
            "lambda_literal" => args.push(Arg { name: label.take(), value: lower.expr(part) }),
            _ => {}
        }
    }
    args
}

fn arguments(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Arg> {
    let mut args = Vec::new();
    for part in lower.children(list) {
        let Some(value) = part.child_by_field_name("value") else { continue };
        let name = part.child_by_field_name("name").map(|label| lower.ident(label));
        args.push(Arg { name, value: lower.expr(value) });
    }
    args
}

/// `a ?? b ?? c` leans to the right, and is one choice.
fn coalescing(lower: &mut Lower<'_>, node: Node<'_>) -> ExprKind {
    let mut arms = Vec::new();
    let mut at = node;
    loop {
        arms.push(lower.expr_of(at, "value"));
        match at.child_by_field_name("if_nil") {
            Some(next) if next.kind() == "nil_coalescing_expression" => at = next,
            Some(last) => {
                arms.push(lower.expr(last));
                return ExprKind::Choice(arms);
            }
            None => return ExprKind::Choice(arms),
        }
    }
}

/// `a + b + c` leans to the left; it is unrolled.
fn sum(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut operands = Vec::new();
    let mut at = node;
    while at.kind() == "additive_expression" {
        let (Some(left), Some(right)) = (at.child_by_field_name("lhs"), at.child_by_field_name("rhs")) else { break };
        operands.push(right);
        at = left;
    }
    operands.push(at);
    let operands = operands.into_iter().rev().map(|operand| lower.expr(operand)).collect();
    super::strings::concat(operands, span)
}

/// A text of several lines begins after its first line break, and ends before its last.
fn without_margin(text: Expr) -> Expr {
    let trim = |part: &mut Expr, first: bool, last: bool| {
        let ExprKind::Text(text) = &part.kind else { return };
        let cut = if first { text.trim_start() } else { text };
        let start = text.len() - cut.len();
        let kept = if last { cut.trim_end() } else { cut };
        let lines: Vec<&str> =
            kept.split('\n').enumerate().map(|(at, line)| if at == 0 { line } else { line.trim_start() }).collect();
        part.span =
            Span { start: part.span.start + start as u32, end: part.span.end - (cut.len() - kept.len()) as u32 };
        part.kind = ExprKind::Text(lines.join("\n").into());
    };
    let mut text = text;
    match &mut text.kind {
        ExprKind::Text(_) => trim(&mut text, true, true),
        ExprKind::Concat(parts) => {
            let last = parts.len().saturating_sub(1);
            parts.iter_mut().enumerate().for_each(|(at, part)| trim(part, at == 0, at == last));
        }
        _ => {}
    }
    text
}

/// `#"raw \#(x)"#`: the marks stand inside the parts.
fn raw_string(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut parts = Vec::new();
    for child in lower.children(node) {
        let text = lower.slice(child);
        let mut at = lower.span(child);
        match child.kind() {
            "raw_str_part" | "raw_str_end_part" => {
                let mut cut = text;
                if child.start_byte() == node.start_byte() {
                    cut = cut.trim_start_matches('#').trim_start_matches('"');
                }
                at.start += (text.len() - cut.len()) as u32;
                let mut kept = cut;
                if child.end_byte() == node.end_byte() {
                    kept = kept.trim_end_matches('#').trim_end_matches('"');
                }
                at.end -= (cut.len() - kept.len()) as u32;
                parts.push(Expr::text(kept, at));
            }
            "raw_str_interpolation" => {
                let inner = child.child_by_field_name("interpolation");
                parts.push(inner.map_or_else(|| Expr::opaque(at), |inner| lower.expr(inner)));
            }
            _ => {}
        }
    }
    super::strings::concat(parts, span)
}

fn lambda(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let span = lower.span(node);
    let mut params = Vec::new();
    if let Some(list) = node.child_by_field_name("type").and_then(|ty| lower.field(ty, "")) {
        for part in lower.children(list).into_iter().filter(|part| part.kind() == "lambda_parameter") {
            if let Some(name) = part.child_by_field_name("name") {
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
    let target = lower.field(node.child_by_field_name("target")?, "")?;
    let operator = lower.slice(node.child_by_field_name("operator")?).to_owned();
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
    if let Some(bound) = node.child_by_field_name("bound_identifier") {
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

/// The statements of a body; what stands between `#if` and `#endif` are alternatives.
fn statements(lower: &mut Lower<'_>, node: Node<'_>) -> Block {
    let mut open: Vec<(Vec<Block>, bool)> = Vec::new();
    let mut block = Vec::new();
    for child in node.named_children(&mut node.walk()).collect::<Vec<_>>() {
        if child.kind() == "directive" {
            let text = lower.slice(child).trim_start_matches(['#', ' ']);
            let (start, other, end) = (text.starts_with("if"), text.starts_with("else"), text.starts_with("endif"));
            let last = other && !text.starts_with("elseif");
            if start {
                open.push((vec![std::mem::take(&mut block)], false));
            } else if other && let Some((arms, exhaustive)) = open.last_mut() {
                arms.push(std::mem::take(&mut block));
                *exhaustive |= last;
            } else if end && let Some((arms, exhaustive)) = open.pop() {
                block = alternatives(arms, exhaustive, block);
            }
            continue;
        }
        lower.stmt(child, &mut block);
    }
    while let Some((arms, exhaustive)) = open.pop() {
        block = alternatives(arms, exhaustive, block);
    }
    block
}

/// What stood before the alternatives, with them behind it.
fn alternatives(mut arms: Vec<Block>, exhaustive: bool, last: Block) -> Block {
    let mut before = arms.remove(0);
    arms.push(last);
    // What is defined in one of them is defined.
    for arm in &mut arms {
        let (defined, run): (Block, Block) = std::mem::take(arm)
            .into_iter()
            .partition(|stmt| matches!(stmt, Stmt::Function(..) | Stmt::Class(..) | Stmt::Import(_)));
        before.extend(defined);
        *arm = run;
    }
    before.push(Stmt::Branch { test: None, arms, exhaustive });
    before
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) -> bool {
    match node.kind() {
        "source_file" | "statements" | "function_body" => {
            let inner = statements(lower, node);
            block.extend(inner);
        }
        "import_declaration" => {
            let Some(module) = lower.child_of(node, &["identifier"]) else { return true };
            let module = lower.ident(module);
            block.push(Stmt::Import(Import { module, names: Vec::new(), type_only: false }));
        }
        "property_declaration" => {
            for (target, value, getter) in properties(lower, node) {
                match getter {
                    Some(getter) => {
                        let Target::Name(name) = target else { continue };
                        block.push(Stmt::Function(name, getter));
                    }
                    None => block.push(Stmt::Bind { target, value, env: false }),
                }
            }
        }
        "function_declaration" => {
            let Some(name) = node.child_by_field_name("name") else { return false };
            let (name, index) = (lower.ident(name), classes::function(lower, node));
            block.push(Stmt::Function(name, index));
        }
        "class_declaration" => classes::declaration(lower, node, block),
        "control_transfer_statement" => {
            let result = node.child_by_field_name("result");
            let text = lower.slice(node);
            if lower.child_of(node, &["throw_keyword"]).is_some() {
                let thrown = lower.children(node).into_iter().rfind(|child| child.kind() != "throw_keyword");
                let value = match thrown {
                    Some(thrown) => lower.expr(thrown),
                    None => Expr::opaque(lower.span(node)),
                };
                block.push(Stmt::Throw(value));
            } else if text.starts_with("return") {
                let value = match result {
                    Some(result) => lower.expr(result),
                    None => Expr::new(ExprKind::Nothing, lower.span(node)),
                };
                block.push(Stmt::Return(value));
            }
        }
        "if_statement" => branch(lower, node, block, false),
        "guard_statement" => branch(lower, node, block, true),
        "switch_statement" => {
            let asked = lower.expr_of(node, "expr");
            block.push(Stmt::Expr(asked));
            let entries = lower.children(node).into_iter().filter(|child| child.kind() == "switch_entry");
            let arms = entries.map(|entry| arm(lower, entry)).collect();
            // Swift's are exhaustive.
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
        }
        "for_statement" => {
            let over = lower.expr_of(node, "collection");
            let target = lower.target_of(node, "item");
            let body = arm(lower, node);
            block.push(Stmt::Loop { over: Some((target, over)), body });
        }
        "while_statement" | "repeat_while_statement" => {
            conditions(lower, node, block);
            let body = arm(lower, node);
            block.push(Stmt::Loop { over: None, body });
        }
        "do_statement" => {
            let mut arms = vec![arm(lower, node)];
            let catches = lower.children(node).into_iter().filter(|child| child.kind() == "catch_block");
            arms.extend(catches.map(|catch| arm(lower, catch)).collect::<Vec<_>>());
            match arms.len() {
                1 => block.extend(arms.remove(0)),
                _ => block.push(Stmt::Branch { test: None, arms, exhaustive: true }),
            }
        }
        _ => return false,
    }
    true
}

/// The statements directly inside a node.
fn arm(lower: &mut Lower<'_>, node: Node<'_>) -> Block {
    let mut block = Vec::new();
    for part in lower.children(node).into_iter().filter(|child| child.kind() == "statements") {
        block.extend(statements(lower, part));
    }
    block
}

/// `if` and `guard`: what their conditions bind is bound before. Gives the question, where there is but one.
fn conditions(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) -> Option<Expr> {
    let mut questions = Vec::new();
    let mut bound: Option<Ident> = None;
    let mut cursor = node.walk();
    let children: Vec<_> = node.children(&mut cursor).collect();
    for (at, child) in children.iter().enumerate() {
        let field = u32::try_from(at).ok().and_then(|at| node.field_name_for_child(at));
        match field {
            // `if let x` alone asks for the variable that is there.
            Some("bound_identifier") => bound = Some(lower.ident(*child)),
            Some("condition") if child.is_named() && child.kind() != "value_binding_pattern" => {
                let value = lower.expr(*child);
                match bound.take() {
                    Some(name) => block.push(Stmt::Bind { target: Target::Name(name), value, env: false }),
                    None => questions.push(value),
                }
            }
            _ if child.kind() == "," => bound = None,
            _ => {}
        }
    }
    if questions.len() == 1 && block.is_empty() {
        return questions.pop();
    }
    questions.into_iter().for_each(|question| block.push(Stmt::Expr(question)));
    None
}

fn branch(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block, guard: bool) {
    let mut before = Vec::new();
    let test = conditions(lower, node, &mut before);
    block.extend(before);
    let mut arms = Vec::new();
    let mut seen_else = false;
    for child in lower.children(node) {
        match child.kind() {
            "else" => seen_else = true,
            "statements" => arms.push((seen_else, statements(lower, child))),
            "if_statement" if seen_else => {
                let mut inner = Vec::new();
                lower.stmt(child, &mut inner);
                arms.push((true, inner));
            }
            _ => {}
        }
    }
    if guard {
        // What follows runs where the question is answered; the body leaves.
        let arms = arms.into_iter().map(|(_, arm)| arm).collect();
        block.push(Stmt::Branch { test: None, arms, exhaustive: false });
        return;
    }
    if arms.first().is_none_or(|(other, _)| *other) {
        arms.insert(0, (false, Vec::new()));
    }
    let exhaustive = arms.iter().any(|(other, _)| *other);
    block.push(Stmt::Branch { test, arms: arms.into_iter().map(|(_, arm)| arm).collect(), exhaustive });
}

/// What a declaration declares: targets with their values, or with the function that computes them.
fn properties(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<(Target, Expr, Option<usize>)> {
    let mut all: Vec<(Target, Option<Expr>, Option<usize>)> = Vec::new();
    let mut class: Option<Expr> = None;
    let mut cursor = node.walk();
    let children: Vec<_> = node.children(&mut cursor).collect();
    for (at, child) in children.iter().enumerate() {
        let field = u32::try_from(at).ok().and_then(|at| node.field_name_for_child(at));
        match (field, child.kind()) {
            (Some("name"), "pattern") => {
                class = None;
                all.push((lower.target(*child), None, None));
            }
            (_, "type_annotation") => class = classes::declared(lower, *child),
            (Some("value"), _) => {
                let value = match (child.kind(), &class) {
                    ("call_expression", Some(class)) => {
                        calling(lower, *child, Some(class.clone())).unwrap_or_else(|| lower.expr(*child))
                    }
                    _ => lower.expr(*child),
                };
                if let Some(last) = all.last_mut() {
                    last.1 = Some(value);
                }
            }
            (Some("computed_value"), _) => {
                let getter = classes::getter(lower, node, *child);
                if let Some(last) = all.last_mut() {
                    last.2 = getter;
                }
            }
            _ => {}
        }
        if let (Some(class), Some((target, value @ None, None))) = (&class, all.last_mut())
            && matches!(target, Target::Name(_))
            && !children[at + 1..].iter().any(|next| !next.is_extra() && next.kind() != "willset_didset_block")
        {
            let span = class.span;
            *value = Some(Expr::new(ExprKind::Instance(Box::new(class.clone())), span));
        }
    }
    let span = lower.span(node);
    all.into_iter()
        .map(|(target, value, getter)| (target, value.unwrap_or_else(|| Expr::opaque(span)), getter))
        .collect()
}

#[cfg(test)]
mod tests;
