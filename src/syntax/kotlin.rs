//! Kotlin, also Gradle's. Its grammar has few fields, so most nodes are the hook's.

use tree_sitter::Node;

use super::annotations::{self, Annotation};
use super::facts::{
    Arg, Call, Class, Expr, ExprKind, Function, Ident, Import, ImportName, Linkage, Method, Param, Role, Stmt, Target,
};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::lower::Lower;
use super::strings;
use crate::source::Span;

mod classes;

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
    linkage: Linkage::Named,
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
            let start = span.start as usize + 1;
            let inner = Span::new(start, (span.end as usize).saturating_sub(1).max(start));
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
            let operator = node.child_by_field_name("operator").map(|operator| lower.slice(operator).to_owned());
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
            let operator = node.child_by_field_name("operator").map(|operator| lower.slice(operator).to_owned());
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
            let condition = node.child_by_field_name("condition")?;
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

/// A string. The grammar leaves `$name` as a dollar sign and the text behind it.
fn string(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let whole = lower.span(node);
    let mut dollar: Option<Span> = None;
    let mut pieces: Vec<(Option<Expr>, String, Span)> = Vec::new();
    for child in node.named_children(&mut node.walk()).collect::<Vec<_>>() {
        let span = lower.span(child);
        if child.kind() == "interpolation" {
            let value = lower.expr(child);
            pieces.push((Some(value), String::new(), span));
            continue;
        }
        let text = lower.fragment(child);
        if text == "$" && child.kind() == "string_content" {
            dollar = Some(span);
            pieces.push((None, text, span));
            continue;
        }
        let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let is_name = length > 0 && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if let Some(mark) = dollar.take()
            && mark.end == span.start
            && is_name
            && child.kind() == "string_content"
        {
            pieces.pop();
            let end = span.start as usize + length;
            let name = Span::new(span.start as usize, end);
            pieces.push((Some(Expr::new(ExprKind::Name(text[..length].into()), name)), String::new(), name));
            if length < text.len() {
                pieces.push((None, text[length..].to_owned(), Span::new(end, span.end as usize)));
            }
            continue;
        }
        pieces.push((None, text, span));
    }
    let mut joined: Vec<Expr> = Vec::new();
    for (value, text, span) in pieces {
        match value {
            Some(value) => joined.push(value),
            None => match joined.last_mut() {
                Some(Expr { kind: ExprKind::Text(known), span: known_span }) => {
                    *known = format!("{known}{text}").into();
                    known_span.end = span.end;
                }
                _ => joined.push(Expr::text(text, span)),
            },
        }
    }
    match joined.len() {
        0 => Expr::text("", whole),
        1 if joined[0].as_text().is_some() => joined.remove(0),
        _ => Expr::new(ExprKind::Concat(joined), whole),
    }
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
    let name = node.child_by_field_name("name");
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

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "import" => import(lower, node, block),
        "class_declaration" | "object_declaration" => {
            let Some(name) = node.child_by_field_name("name") else { return false };
            let (name, index) = (lower.ident(name), classes::class(lower, node));
            block.push(Stmt::Class(name, index));
        }
        "function_declaration" => {
            let Some(name) = node.child_by_field_name("name") else { return false };
            let (name, index) = (lower.ident(name), function(lower, node));
            block.push(Stmt::Function(name, index));
        }
        "property_declaration" => {
            let Some((target, value, _)) = property(lower, node) else { return true };
            block.push(Stmt::Bind { target, value, env: false });
        }
        "return_expression" => {
            let label = node.child_by_field_name("label");
            let value = lower.children(node).into_iter().find(|child| Some(*child) != label);
            let value = match value {
                Some(value) => lower.expr(value),
                None => Expr::new(ExprKind::Nothing, lower.span(node)),
            };
            block.push(Stmt::Return(value));
        }
        "throw_expression" => {
            let value = lower.expr_of(node, "");
            block.push(Stmt::Throw(value));
        }
        "if_expression" => {
            let Some(condition) = node.child_by_field_name("condition") else { return false };
            let test = lower.expr(condition);
            let arms: Vec<_> = lower.children(node).into_iter().filter(|child| *child != condition).collect();
            let arms: Vec<_> = arms.into_iter().map(|arm| lower.arm(arm)).collect();
            let exhaustive = arms.len() > 1;
            block.push(Stmt::Branch { test: Some(test), arms, exhaustive });
        }
        "when_expression" => when(lower, node, block),
        "try_expression" => {
            let (mut arms, mut last) = (Vec::new(), None);
            for part in lower.children(node) {
                match part.kind() {
                    "block" => arms.push(lower.arm(part)),
                    "catch_block" => arms.extend(lower.child_of(part, &["block"]).map(|body| lower.arm(body))),
                    _ => last = Some(part),
                }
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
            if let Some(last) = last {
                lower.stmt(last, block);
            }
        }
        "for_statement" => {
            let mut over = (None, None);
            let mut body = Vec::new();
            for part in lower.children(node) {
                match part.kind() {
                    "variable_declaration" | "multi_variable_declaration" => over.0 = Some(lower.target(part)),
                    "annotation" | "label" => {}
                    _ if over.1.is_none() => over.1 = Some(lower.expr(part)),
                    _ => lower.stmt(part, &mut body),
                }
            }
            block.push(Stmt::Loop { over: over.0.zip(over.1), body });
        }
        "while_statement" | "do_while_statement" => {
            let condition = node.child_by_field_name("condition");
            let mut body = Vec::new();
            for part in lower.children(node).into_iter().filter(|part| Some(*part) != condition) {
                lower.stmt(part, &mut body);
            }
            block.push(Stmt::Loop { over: None, body });
        }
        _ => return false,
    }
    true
}

/// What a property is bound to and its value: its initialiser, what its delegate gives, or what its getter returns.
fn property(lower: &mut Lower<'_>, node: Node<'_>) -> Option<(Target, Expr, bool)> {
    let declared_at = lower.child_of(node, &["variable_declaration", "multi_variable_declaration"])?;
    let target = lower.target(declared_at);
    let kinds = ["property_delegate", "getter", "setter", "modifiers", "type_constraints", "type_parameters"];
    let children = lower.children(node);
    let behind = |child: &&Node<'_>| child.start_byte() >= declared_at.end_byte() && !kinds.contains(&child.kind());
    let value = children.iter().find(behind).copied();
    if let Some(value) = value {
        return Some((target, lower.expr(value), true));
    }
    let span = lower.span(declared_at);
    if let Some(delegate) = lower.child_of(node, &["property_delegate"]) {
        let given = lower.expr_of(delegate, "");
        // `by lazy { .. }` gives what the block gives.
        if let ExprKind::Call(call) = &given.kind
            && let Some(Arg { value: Expr { kind: ExprKind::Function(index), span }, .. }) = call.args.last()
            && matches!(&call.callee.kind, ExprKind::Name(name) if &**name == "lazy")
        {
            let callee = Expr::new(ExprKind::Function(*index), *span);
            return Some((target, made_call(callee, Vec::new(), *span), true));
        }
    } else if let Some(getter) = lower.child_of(node, &["getter"])
        && let Some(body) = body(lower, getter)
    {
        return Some((target, lower.block_value(body, span), true));
    }
    let annotations = annotations_of(lower, node);
    let value = annotations::setting(&annotations);
    let known = value.is_some();
    let value = value.unwrap_or_else(|| match declared(lower, declared_at) {
        Some(class) => Expr::new(ExprKind::Instance(Box::new(class)), span),
        None => Expr::opaque(span),
    });
    Some((target, value, known))
}

/// Each entry is an alternative.
fn when(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let (mut arms, mut exhaustive) = (Vec::new(), false);
    for part in lower.children(node) {
        if part.kind() != "when_entry" {
            // The subject may bind a variable.
            for inner in lower.children(part) {
                let value = lower.expr(inner);
                block.push(Stmt::Expr(value));
            }
            continue;
        }
        let conditions = lower.fields(part, "condition");
        exhaustive |= conditions.is_empty();
        let body = lower.children(part).into_iter().rfind(|child| !conditions.contains(child));
        arms.push(body.map_or_else(Vec::new, |body| lower.arm(body)));
    }
    block.push(Stmt::Branch { test: None, arms, exhaustive });
}

/// `import a.b.C as D`; `import a.b.*` binds nothing.
fn import(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let children = lower.children(node);
    let Some(path) = children.iter().find(|child| child.kind() == "qualified_identifier") else { return };
    let module = lower.ident(*path);
    let last = lower.children(*path).last().copied().unwrap_or(*path);
    let alias = children.iter().find(|child| child.kind() == "identifier");
    let wild = lower.slice(node).trim_end().ends_with('*');
    let local = lower.ident(alias.copied().unwrap_or(last));
    let names = if wild { Vec::new() } else { vec![ImportName { exported: None, local }] };
    block.push(Stmt::Import(Import { module, names, type_only: false }));
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
