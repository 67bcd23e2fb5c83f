//! C#.

mod classes;
mod creation;
mod statements;
mod strings;

use tree_sitter::Node;

use super::facts::{Arg, Call, Expr, ExprKind, Function, Linkage, Param, Resolution, Stmt, Target, Traits};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::lower::Lower;
use creation::{anonymous, array, assigned, collection, creation, declared_value, implicit, initialiser, with};
use statements::stmt;

/// C#'s table.
pub static CSHARP: Spec = Spec {
    name: "csharp",
    grammar: || tree_sitter_c_sharp::LANGUAGE.into(),
    forms: &[
        ("compilation_unit", Form::Block),
        ("global_statement", Form::Block),
        ("declaration_list", Form::Block),
        ("block", Form::Block),
        ("finally_clause", Form::Block),
        ("expression_statement", Form::Effect),
        ("namespace_declaration", Form::Own),
        ("file_scoped_namespace_declaration", Form::Skip),
        ("using_directive", Form::Own),
        ("extern_alias_directive", Form::Skip),
        ("global_attribute", Form::Skip),
        ("attribute_list", Form::Skip),
        ("class_declaration", Form::Own),
        ("struct_declaration", Form::Own),
        ("record_declaration", Form::Own),
        ("interface_declaration", Form::Own),
        ("enum_declaration", Form::Skip),
        ("delegate_declaration", Form::Skip),
        ("local_function_statement", Form::Own),
        // A method outside a class: what a file of a script, or an excerpt in documentation, has.
        ("method_declaration", Form::Own),
        ("field_declaration", Form::Own),
        ("property_declaration", Form::Own),
        ("local_declaration_statement", Form::Own),
        ("variable_declaration", Form::Own),
        ("return_statement", Form::Own),
        ("yield_statement", Form::Effect),
        ("throw_statement", Form::Throw),
        ("if_statement", Form::Own),
        ("switch_statement", Form::Own),
        ("try_statement", Form::Own),
        ("for_statement", Form::Own),
        ("foreach_statement", Form::Loop("left", "right", "body")),
        ("while_statement", Form::Loop("", "", "body")),
        ("do_statement", Form::Loop("", "", "body")),
        ("preproc_if", Form::Own),
        ("comment", Form::Comment),
        ("string_literal", Form::Text),
        ("character_literal", Form::Text),
        ("verbatim_string_literal", Form::Own),
        ("raw_string_literal", Form::Own),
        ("interpolated_string_expression", Form::Own),
        ("interpolation", Form::Own),
        ("integer_literal", Form::Number),
        ("real_literal", Form::Number),
        ("boolean_literal", Form::Own),
        ("null_literal", Form::Nothing),
        ("default_expression", Form::Nothing),
        ("identifier", Form::Name),
        ("generic_name", Form::Own),
        ("qualified_name", Form::Own),
        ("alias_qualified_name", Form::Own),
        ("predefined_type", Form::Own),
        ("member_access_expression", Form::Own),
        ("conditional_access_expression", Form::Own),
        ("element_access_expression", Form::Own),
        ("invocation_expression", Form::Own),
        ("object_creation_expression", Form::Own),
        ("implicit_object_creation_expression", Form::Own),
        ("anonymous_object_creation_expression", Form::Own),
        ("array_creation_expression", Form::Own),
        ("implicit_array_creation_expression", Form::Own),
        ("initializer_expression", Form::Own),
        ("collection_expression", Form::Own),
        ("tuple_expression", Form::Own),
        ("with_expression", Form::Own),
        ("switch_expression", Form::Own),
        ("throw_expression", Form::Own),
        ("lambda_expression", Form::Own),
        ("anonymous_method_expression", Form::Own),
        ("assignment_expression", Form::Own),
        ("binary_expression", Form::Binary),
        ("conditional_expression", Form::Choice(&["consequence", "alternative"])),
        ("as_expression", Form::Inner("left")),
        ("cast_expression", Form::Inner("value")),
        ("checked_expression", Form::Inner("")),
        ("parenthesized_expression", Form::Own),
        ("postfix_unary_expression", Form::Inner("")),
        ("await_expression", Form::Inner("")),
        ("ref_expression", Form::Inner("")),
        ("declaration_expression", Form::Own),
        ("argument", Form::Own),
        ("typeof_expression", Form::Skip),
        ("sizeof_expression", Form::Skip),
    ],
    fragments: &["string_literal_content", "character_literal_content", "string_content"],
    escapes: &["escape_sequence"],
    unescape: unescape_c,
    operators: &[
        ("+", Operation::Concat),
        ("??", Operation::Choice),
        ("==", Operation::Equal),
        ("!=", Operation::Differ),
    ],
    linkage: Linkage::Named,
    resolution: Resolution::Nowhere,
    declares: true,
    traits: Traits::NONE,
    expr,
    stmt,
    target,
    own_kinds: &[
        "accessor_declaration",
        "argument_list",
        "arrow_expression_clause",
        "attribute",
        "base_list",
        "bracketed_argument_list",
        "catch_clause",
        "collection_element",
        "constructor_declaration",
        "constructor_initializer",
        "element_binding_expression",
        "implicit_parameter",
        "interpolation_brace",
        "interpolation_start",
        "member_binding_expression",
        "modifier",
        "nullable_type",
        "parameter",
        "parameter_list",
        "preproc_elif",
        "preproc_else",
        "primary_constructor_base_type",
        "raw_string_content",
        "spread_element",
        "switch_body",
        "switch_expression_arm",
        "switch_section",
        "tuple_pattern",
        "variable_declarator",
        "with_initializer",
    ],
    own_fields: &[
        "accessors",
        "alternative",
        "arguments",
        "body",
        "condition",
        "consequence",
        "expression",
        "function",
        "initializer",
        "left",
        "name",
        "operator",
        "parameters",
        "right",
        "subscript",
        "type",
        "value",
    ],
};

fn name(text: &str, lower: &Lower<'_>, node: Node<'_>) -> Expr {
    Expr::new(ExprKind::Name(text.into()), lower.span(node))
}

/// The value of a node that may also be one of the keywords `this` and `base`, which the grammar doesn't name.
fn value(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    match node.kind() {
        "this" => name("this", lower, node),
        "base" => name("super", lower, node),
        _ => lower.expr(node),
    }
}

/// The first value in a node.
fn inner(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let first = lower.field(node, "").or_else(|| lower.child_of(node, &["this", "base"]))?;
    Some(value(lower, first))
}

/// The name that a node names, without type arguments and qualifiers.
fn last_name<'t>(lower: &Lower<'_>, node: Node<'t>) -> Option<Node<'t>> {
    match node.kind() {
        "identifier" => Some(node),
        "generic_name" => lower.field(node, ""),
        "qualified_name" | "alias_qualified_name" => last_name(lower, lower.child(node, "name")?),
        "nullable_type" => last_name(lower, lower.child(node, "type")?),
        _ => None,
    }
}

/// A type, where it is a name: without its namespace and its type arguments.
fn type_name(lower: &Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let last = last_name(lower, node)?;
    Some(name(lower.slice(last), lower, node))
}

/// Each kind has a function of its own: one for all of them would take too much of the stack at each level.
fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    match node.kind() {
        "verbatim_string_literal" | "raw_string_literal" | "interpolated_string_expression" => {
            Some(strings::string(lower, node))
        }
        "boolean_literal" | "predefined_type" => Some(word(lower, node)),
        "generic_name" | "qualified_name" | "alias_qualified_name" => type_name(lower, node),
        "interpolation" => interpolated(lower, node),
        "parenthesized_expression" | "argument" => inner(lower, node),
        "member_access_expression" => member_access(lower, node),
        "conditional_access_expression" => conditional_access(lower, node),
        "element_access_expression" => element_access(lower, node),
        "invocation_expression" => call(lower, node),
        "object_creation_expression" => {
            let callee = type_name(lower, lower.child(node, "type")?)?;
            Some(creation(lower, node, callee))
        }
        "implicit_object_creation_expression" => Some(implicit(lower, node, None)),
        "anonymous_object_creation_expression" => Some(anonymous(lower, node)),
        "array_creation_expression" | "implicit_array_creation_expression" => Some(array(lower, node)),
        "initializer_expression" => Some(initialiser(lower, node)),
        "collection_expression" | "tuple_expression" => Some(collection(lower, node)),
        "with_expression" => with(lower, node),
        "switch_expression" => Some(switch(lower, node)),
        // `x ?? throw ..` gives nothing, but what is thrown is made.
        "throw_expression" => {
            let thrown = inner(lower, node)?;
            let span = lower.span(node);
            Some(lower.block_value(vec![Stmt::Throw(thrown)], span))
        }
        "lambda_expression" | "anonymous_method_expression" => {
            let kind = ExprKind::Function(function(lower, node, "".into()));
            Some(Expr::new(kind, lower.span(node)))
        }
        "assignment_expression" => assignment(lower, node),
        // `out var x`
        "declaration_expression" => {
            let span = lower.span(node);
            let name = lower.ident(lower.child(node, "name")?);
            let kind = ExprKind::Assign(Box::new(Target::Name(name)), Box::new(Expr::opaque(span)));
            Some(Expr::new(kind, span))
        }
        _ => None,
    }
}

fn word(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let kind = match lower.slice(node) {
        "false" => ExprKind::Nothing,
        "true" => ExprKind::Number("true".into()),
        "string" => ExprKind::Name("String".into()),
        other => ExprKind::Name(other.into()),
    };
    Expr::new(kind, lower.span(node))
}

/// What stands between the braces of a string.
fn interpolated(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let inside = lower.children(node).into_iter().find(|child| child.kind() != "interpolation_brace");
    let inside = inside.or_else(|| lower.child_of(node, &["this"]))?;
    Some(value(lower, inside))
}

fn member_access(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let object = lower.child(node, "expression")?;
    let key = last_name(lower, lower.child(node, "name")?)?;
    if matches!(lower.slice(object), "string" | "String") && lower.slice(key) == "Empty" {
        return Some(Expr::text("", lower.span(node)));
    }
    if is_namespace(lower, object) {
        return Some(name(lower.slice(key), lower, node));
    }
    let object = value(lower, object);
    Some(member_of(lower, object, key_text(lower, key), node))
}

fn member_of(lower: &Lower<'_>, object: Expr, key: Expr, node: Node<'_>) -> Expr {
    Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), lower.span(node))
}

fn conditional_access(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let object = lower.child(node, "condition")?;
    let object = value(lower, object);
    let rest = lower.children(node).pop()?;
    Some(bound(lower, object, rest))
}

fn element_access(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let object = lower.child(node, "expression")?;
    let object = value(lower, object);
    let key = subscript(lower, lower.child(node, "subscript")?);
    Some(member_of(lower, object, key, node))
}

fn switch(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let arms = lower.children(node).into_iter().filter(|arm| arm.kind() == "switch_expression_arm");
    let values: Vec<_> = arms.filter_map(|arm| lower.children(arm).pop()).collect();
    let values = values.into_iter().map(|arm| lower.expr(arm)).collect();
    Expr::new(ExprKind::Choice(values), lower.span(node))
}

fn assignment(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let (left, right) = (lower.child(node, "left")?, lower.child(node, "right")?);
    let operator = lower.child(node, "operator")?.kind();
    let given = assigned(lower, left, right);
    let given = match operator {
        "=" => given,
        "+=" => super::strings::concat(vec![value(lower, left), given], span),
        "??=" => Expr::new(ExprKind::Choice(vec![value(lower, left), given]), span),
        _ => Expr::new(ExprKind::Opaque(vec![given]), span),
    };
    Some(Expr::new(ExprKind::Assign(Box::new(lower.target(left)), Box::new(given)), span))
}

fn key_text(lower: &Lower<'_>, key: Node<'_>) -> Expr {
    Expr::text(lower.slice(key), lower.span(key))
}

/// Whether an expression is the front of a full name (`System.Text` of `System.Text.Encoding.UTF8`), as rows name them.
fn is_namespace(lower: &Lower<'_>, node: Node<'_>) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | ':');
    let name = lower.slice(node).trim_start_matches("global::");
    name.chars().all(plain) && lower.rows.is_type(lower.table.spec.name, name, "namespace")
}

/// What stands behind `?.`: members, indexes and calls of the object.
fn bound(lower: &mut Lower<'_>, object: Expr, rest: Node<'_>) -> Expr {
    let span = crate::source::Span { start: object.span.start, end: lower.span(rest).end };
    let key = match rest.kind() {
        "member_binding_expression" => {
            lower.child(rest, "name").and_then(|name| last_name(lower, name)).map(|key| key_text(lower, key))
        }
        "element_binding_expression" => Some(subscript(lower, rest)),
        _ => None,
    };
    match key {
        Some(key) => Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), span),
        None => Expr::opaque(span),
    }
}

/// The one key inside `[..]`.
fn subscript(lower: &mut Lower<'_>, list: Node<'_>) -> Expr {
    lower.expr_of(list, "")
}

fn call(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let callee = lower.child(node, "function")?;
    let list = lower.child(node, "arguments")?;
    if callee.kind() == "identifier" && lower.slice(callee) == "nameof" {
        let named = lower.slice(list).trim_matches(['(', ')', ' ']).to_owned();
        let last = named.rsplit('.').next().unwrap_or_default().to_owned();
        return Some(Expr::text(last, lower.span(list)));
    }
    let callee = value(lower, callee);
    let args = arguments(lower, list);
    Some(Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), lower.span(node)))
}

fn arguments(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Arg> {
    let mut args = Vec::new();
    for node in lower.children(list) {
        let name = lower.child(node, "name");
        let given = lower.children(node).into_iter().find(|child| Some(*child) != name);
        let given = given.or_else(|| lower.child_of(node, &["this", "base"]));
        let Some(given) = given else { continue };
        args.push(Arg { name: name.map(|name| lower.ident(name)), value: value(lower, given) });
    }
    args
}

/// A function, method, lambda or local function.
fn function(lower: &mut Lower<'_>, node: Node<'_>, name: std::sync::Arc<str>) -> usize {
    let mut params = Vec::new();
    if let Some(list) = lower.child(node, "parameters") {
        match list.kind() {
            "implicit_parameter" => params.push(lower.plain_param(list)),
            _ => params = parameters(lower, list),
        }
    }
    let body = lower.child(node, "body").or_else(|| lower.child_of(node, &["block"]));
    let returns = lower.child(node, "returns").or_else(|| lower.child(node, "type"));
    let body = match body {
        Some(body) if body.kind() == "block" => lower.block(body),
        Some(body) if body.kind() == "arrow_expression_clause" => arrow(lower, body, returns),
        Some(body) => vec![Stmt::Return(value(lower, body))],
        None => Vec::new(),
    };
    let span = lower.span(node);
    lower.function(Function { name, params, receiver: None, body, span })
}

/// `=> value`.
fn arrow(lower: &mut Lower<'_>, clause: Node<'_>, class: Option<Node<'_>>) -> Vec<Stmt> {
    let given = lower.field(clause, "").or_else(|| lower.child_of(clause, &["this"]));
    given.map_or_else(Vec::new, |given| vec![Stmt::Return(declared_value(lower, class, given))])
}

fn parameters(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Param> {
    let mut params: Vec<Param> = Vec::new();
    for node in lower.children(list).into_iter().filter(|child| child.kind() == "parameter") {
        let Some(ident) = lower.child(node, "name") else { continue };
        let class = lower.child(node, "type");
        let mut param = lower.plain_param(ident);
        param.class = class.and_then(|class| type_name(lower, class));
        param.span = lower.span(node);
        // The default is the one child behind a `=`.
        let default = lower.children(node).into_iter().rfind(|child| child.start_byte() > ident.end_byte());
        param.default = default.map(|default| declared_value(lower, class, default));
        params.push(param);
    }
    // `params string[] rest` is no node of its own.
    if let (Some(_), Some(ident)) = (lower.child_of(list, &["params"]), lower.child(list, "name")) {
        let mut param = lower.plain_param(ident);
        param.rest = true;
        params.push(param);
    }
    params
}

fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    match node.kind() {
        "identifier" => Target::Name(lower.ident(node)),
        "tuple_pattern" | "tuple_expression" => {
            let parts = lower.children(node);
            Target::List(parts.into_iter().map(|part| lower.target(part)).collect())
        }
        "argument" => lower.target_of(node, ""),
        "declaration_expression" => lower.target_of(node, "name"),
        "parenthesized_expression" => lower.target_of(node, ""),
        "member_access_expression" | "element_access_expression" => lower.target_from(node),
        _ => Target::Ignored,
    }
}

#[cfg(test)]
mod tests;
