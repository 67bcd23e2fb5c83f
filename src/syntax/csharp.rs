//! C#.

mod classes;
mod strings;

use tree_sitter::Node;

use super::facts::{Arg, Call, Entry, Expr, ExprKind, Function, Ident, Import, ImportName, Param, Stmt, Target};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::lower::Lower;

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
    declares: true,
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

/// Namespaces of the runtime, which a full name has in front of its type (`System.Text.Encoding.UTF8`).
const NAMESPACES: &[&str] = &["System", "Net", "Http", "Text", "Json", "Web", "IO", "Headers", "Diagnostics"];

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
        "qualified_name" | "alias_qualified_name" => last_name(lower, node.child_by_field_name("name")?),
        "nullable_type" => last_name(lower, node.child_by_field_name("type")?),
        _ => None,
    }
}

/// A type, where it is a name: without its namespace and its type arguments.
fn type_name(lower: &Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let last = last_name(lower, node)?;
    Some(name(lower.slice(last), lower, node))
}

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "verbatim_string_literal" | "raw_string_literal" | "interpolated_string_expression" => {
            return Some(strings::string(lower, node));
        }
        "boolean_literal" if lower.slice(node) == "false" => ExprKind::Nothing,
        "boolean_literal" => ExprKind::Number("true".into()),
        "predefined_type" => {
            let text = if lower.slice(node) == "string" { "String" } else { lower.slice(node) };
            return Some(name(text, lower, node));
        }
        "generic_name" | "qualified_name" | "alias_qualified_name" => return type_name(lower, node),
        "interpolation" => {
            let inside = lower.children(node).into_iter().find(|child| child.kind() != "interpolation_brace");
            return inside.or_else(|| lower.child_of(node, &["this"])).map(|inside| value(lower, inside));
        }
        "parenthesized_expression" | "argument" => return inner(lower, node),
        "member_access_expression" => {
            let object = node.child_by_field_name("expression")?;
            let key = last_name(lower, node.child_by_field_name("name")?)?;
            if is_namespace(lower, object) {
                return Some(name(lower.slice(key), lower, node));
            }
            ExprKind::Member(Box::new(value(lower, object)), Box::new(key_text(lower, key)))
        }
        "conditional_access_expression" => {
            let object = node.child_by_field_name("condition")?;
            let object = value(lower, object);
            let rest = lower.children(node).pop()?;
            return Some(bound(lower, object, rest));
        }
        "element_access_expression" => {
            let object = node.child_by_field_name("expression")?;
            let object = value(lower, object);
            let key = subscript(lower, node.child_by_field_name("subscript")?);
            ExprKind::Member(Box::new(object), Box::new(key))
        }
        "invocation_expression" => return call(lower, node),
        "object_creation_expression" => {
            let callee = type_name(lower, node.child_by_field_name("type")?)?;
            return Some(creation(lower, node, callee));
        }
        "implicit_object_creation_expression" => return Some(implicit(lower, node, None)),
        "anonymous_object_creation_expression" => ExprKind::Map(anonymous(lower, node)),
        "array_creation_expression" | "implicit_array_creation_expression" => {
            let elements = lower.child_of(node, &["initializer_expression"]);
            let elements = elements.map_or_else(Vec::new, |list| lower.children(list));
            ExprKind::List(elements.into_iter().map(|element| lower.expr(element)).collect())
        }
        "initializer_expression" => return Some(initialiser(lower, node)),
        "collection_expression" => {
            let elements = lower.children(node);
            ExprKind::List(elements.into_iter().map(|element| collected(lower, element)).collect())
        }
        "tuple_expression" => {
            let parts = lower.children(node);
            ExprKind::List(parts.into_iter().map(|part| lower.expr(part)).collect())
        }
        "with_expression" => {
            let mut parts = lower.children(node).into_iter();
            let first = value(lower, parts.next()?);
            let first_span = first.span;
            let nothing = Expr::new(ExprKind::Nothing, first_span);
            let spread = Expr::new(ExprKind::Spread(Box::new(first)), first_span);
            let mut entries = vec![Entry { key: nothing, value: spread, env: false }];
            for part in parts {
                if let [key, given] = lower.children(part)[..] {
                    entries.push(Entry { key: key_text(lower, key), value: lower.expr(given), env: false });
                }
            }
            ExprKind::Map(entries)
        }
        "switch_expression" => {
            let arms = lower.children(node).into_iter().filter(|arm| arm.kind() == "switch_expression_arm");
            let values: Vec<_> = arms.filter_map(|arm| lower.children(arm).pop()).collect();
            ExprKind::Choice(values.into_iter().map(|arm| lower.expr(arm)).collect())
        }
        // `x ?? throw ..` gives nothing, but what is thrown is made.
        "throw_expression" => {
            let thrown = inner(lower, node)?;
            return Some(lower.block_value(vec![Stmt::Throw(thrown)], span));
        }
        "lambda_expression" | "anonymous_method_expression" => ExprKind::Function(function(lower, node, "".into())),
        "assignment_expression" => {
            let (left, right) = (node.child_by_field_name("left")?, node.child_by_field_name("right")?);
            let operator = node.child_by_field_name("operator")?.kind();
            let given = assigned(lower, left, right);
            let given = match operator {
                "=" => given,
                "+=" => super::strings::concat(vec![value(lower, left), given], span),
                "??=" => Expr::new(ExprKind::Choice(vec![value(lower, left), given]), span),
                _ => Expr::new(ExprKind::Opaque(vec![given]), span),
            };
            ExprKind::Assign(Box::new(lower.target(left)), Box::new(given))
        }
        // `out var x`
        "declaration_expression" => {
            let name = lower.ident(node.child_by_field_name("name")?);
            ExprKind::Assign(Box::new(Target::Name(name)), Box::new(Expr::opaque(span)))
        }
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

fn key_text(lower: &Lower<'_>, key: Node<'_>) -> Expr {
    Expr::text(lower.slice(key), lower.span(key))
}

/// Whether an expression is the front of a full name of the runtime.
fn is_namespace(lower: &Lower<'_>, node: Node<'_>) -> bool {
    let mut here = node;
    loop {
        match here.kind() {
            "identifier" => return lower.slice(here) == "System",
            "member_access_expression" | "qualified_name" => {
                let last = here.child_by_field_name("name").map(|name| lower.slice(name));
                if !last.is_some_and(|last| NAMESPACES.contains(&last)) {
                    return false;
                }
                let front = here.child_by_field_name("expression").or_else(|| here.child_by_field_name("qualifier"));
                let Some(front) = front else { return false };
                here = front;
            }
            "alias_qualified_name" => {
                return here.child_by_field_name("name").is_some_and(|name| lower.slice(name) == "System");
            }
            _ => return false,
        }
    }
}

/// What stands behind `?.`: members, indexes and calls of the object.
fn bound(lower: &mut Lower<'_>, object: Expr, rest: Node<'_>) -> Expr {
    let span = crate::source::Span { start: object.span.start, end: lower.span(rest).end };
    let key = match rest.kind() {
        "member_binding_expression" => {
            rest.child_by_field_name("name").and_then(|name| last_name(lower, name)).map(|key| key_text(lower, key))
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
    let callee = node.child_by_field_name("function")?;
    let list = node.child_by_field_name("arguments")?;
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
        let name = node.child_by_field_name("name");
        let given = lower.children(node).into_iter().find(|child| Some(*child) != name);
        let given = given.or_else(|| lower.child_of(node, &["this", "base"]));
        let Some(given) = given else { continue };
        args.push(Arg { name: name.map(|name| lower.ident(name)), value: value(lower, given) });
    }
    args
}

/// `new X(..) { A = b, ["k"] = v, { "k", v }, element }`: the members become named arguments, the elements positional
/// ones.
fn creation(lower: &mut Lower<'_>, node: Node<'_>, callee: Expr) -> Expr {
    let list = lower.child_of(node, &["argument_list"]);
    let mut args = list.map_or_else(Vec::new, |list| arguments(lower, list));
    if let Some(list) = lower.child_of(node, &["initializer_expression"]) {
        let span = lower.span(list);
        let mut entries = Vec::new();
        for element in lower.children(list) {
            match member(lower, element) {
                Some(Entry { key, value, .. }) => match key.as_text() {
                    Some(name) if element.kind() == "assignment_expression" => {
                        let name = Some(Ident { name: name.clone(), span: key.span });
                        args.push(Arg { name, value });
                    }
                    _ => entries.push(Entry { key, value, env: false }),
                },
                None => args.push(Arg { name: None, value: lower.expr(element) }),
            }
        }
        if !entries.is_empty() {
            let map = Expr::new(ExprKind::Map(entries), span);
            args.push(Arg { name: None, value: Expr::new(ExprKind::Spread(Box::new(map)), span) });
        }
    }
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: true })), lower.span(node))
}

/// An element of an initialiser that has a key.
fn member(lower: &mut Lower<'_>, element: Node<'_>) -> Option<Entry> {
    let (key, given) = match element.kind() {
        "assignment_expression" => {
            let (left, right) = (element.child_by_field_name("left")?, element.child_by_field_name("right")?);
            let key = match left.kind() {
                "identifier" => key_text(lower, left),
                _ => subscript(lower, left),
            };
            (key, assigned(lower, left, right))
        }
        "initializer_expression" => {
            let [key, given] = lower.children(element)[..] else { return None };
            (lower.expr(key), lower.expr(given))
        }
        _ => return None,
    };
    Some(Entry { key, value: given, env: false })
}

/// `{ .. }` behind a `=`: members of an object that is there, or elements.
fn initialiser(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let mut entries = Vec::new();
    let mut elements = Vec::new();
    for element in lower.children(node) {
        match member(lower, element) {
            Some(entry) => entries.push(entry),
            None => elements.push(lower.expr(element)),
        }
    }
    let kind =
        if elements.is_empty() && !entries.is_empty() { ExprKind::Map(entries) } else { ExprKind::List(elements) };
    Expr::new(kind, span)
}

/// The right side of an assignment. What a `new(..)` without a type makes is told by what it is assigned to: it is a
/// call of `<member>.new`.
fn assigned(lower: &mut Lower<'_>, left: Node<'_>, right: Node<'_>) -> Expr {
    if right.kind() != "implicit_object_creation_expression" {
        return value(lower, right);
    }
    let key = match left.kind() {
        "member_access_expression" => left.child_by_field_name("name").and_then(|key| last_name(lower, key)),
        "identifier" => Some(left),
        _ => None,
    };
    let callee = key.map(|key| name(&format!("{}.new", lower.slice(key)), lower, key));
    implicit(lower, right, callee)
}

/// `new(..) { .. }` of a type that is told by what is around it.
fn implicit(lower: &mut Lower<'_>, node: Node<'_>, callee: Option<Expr>) -> Expr {
    match callee {
        Some(callee) => creation(lower, node, callee),
        None => {
            let callee = name("new", lower, node);
            creation(lower, node, callee)
        }
    }
}

/// A value for a variable or member of a declared type.
fn declared_value(lower: &mut Lower<'_>, class: Option<Node<'_>>, node: Node<'_>) -> Expr {
    match node.kind() {
        "implicit_object_creation_expression" => {
            let callee = class.and_then(|class| type_name(lower, class));
            implicit(lower, node, callee)
        }
        _ => value(lower, node),
    }
}

fn anonymous(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Entry> {
    let children: Vec<_> = node.children(&mut node.walk()).filter(|child| !child.is_extra()).collect();
    let mut entries = Vec::new();
    let mut at = 0;
    while let Some(child) = children.get(at) {
        at += 1;
        if !child.is_named() && !matches!(child.kind(), "this" | "base") {
            continue;
        }
        if children.get(at).is_some_and(|next| next.kind() == "=") {
            let Some(given) = children.get(at + 1) else { break };
            entries.push(Entry { key: key_text(lower, *child), value: value(lower, *given), env: false });
            at += 2;
            continue;
        }
        // `new { x, config.Token }` names the members after what is read.
        let key = match child.kind() {
            "member_access_expression" => child.child_by_field_name("name").unwrap_or(*child),
            _ => *child,
        };
        entries.push(Entry { key: key_text(lower, key), value: value(lower, *child), env: false });
    }
    entries
}

/// An element of `[a, ..b]`.
fn collected(lower: &mut Lower<'_>, element: Node<'_>) -> Expr {
    let mut here = element;
    while matches!(here.kind(), "collection_element" | "expression_element") {
        let Some(inside) = lower.field(here, "") else { break };
        here = inside;
    }
    let span = lower.span(here);
    match here.kind() {
        "spread_element" => {
            let spread = lower.expr_of(here, "");
            Expr::new(ExprKind::Spread(Box::new(spread)), span)
        }
        _ => lower.expr(here),
    }
}

/// A function, method, lambda or local function.
fn function(lower: &mut Lower<'_>, node: Node<'_>, name: std::sync::Arc<str>) -> usize {
    let mut params = Vec::new();
    if let Some(list) = node.child_by_field_name("parameters") {
        match list.kind() {
            "implicit_parameter" => params.push(lower.plain_param(list)),
            _ => params = parameters(lower, list),
        }
    }
    let body = node.child_by_field_name("body").or_else(|| lower.child_of(node, &["block"]));
    let returns = node.child_by_field_name("returns").or_else(|| node.child_by_field_name("type"));
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
        let Some(ident) = node.child_by_field_name("name") else { continue };
        let class = node.child_by_field_name("type");
        let mut param = lower.plain_param(ident);
        param.class = class.and_then(|class| type_name(lower, class));
        param.span = lower.span(node);
        // The default is the one child behind a `=`.
        let default =
            lower.children(node).into_iter().filter(|child| child.start_byte() > ident.end_byte()).next_back();
        param.default = default.map(|default| declared_value(lower, class, default));
        params.push(param);
    }
    // `params string[] rest` is no node of its own.
    if let (Some(_), Some(ident)) = (lower.child_of(list, &["params"]), list.child_by_field_name("name")) {
        let mut param = lower.plain_param(ident);
        param.rest = true;
        params.push(param);
    }
    params
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "using_directive" => import(lower, node, block),
        "namespace_declaration" => {
            if let Some(body) = node.child_by_field_name("body") {
                lower.stmt(body, block);
            }
        }
        "class_declaration" | "struct_declaration" | "record_declaration" | "interface_declaration" => {
            let Some(ident) = node.child_by_field_name("name") else { return false };
            let (ident, index) = (lower.ident(ident), classes::class(lower, node));
            block.push(Stmt::Class(ident, index));
        }
        "local_function_statement" | "method_declaration" => {
            let Some(ident) = node.child_by_field_name("name") else { return false };
            let ident = lower.ident(ident);
            let index = function(lower, node, ident.name.clone());
            block.push(Stmt::Function(ident, index));
        }
        "property_declaration" => {
            let (Some(ident), Some(given)) = (node.child_by_field_name("name"), node.child_by_field_name("value"))
            else {
                return true;
            };
            let given = if given.kind() == "arrow_expression_clause" {
                inner(lower, given)
            } else {
                Some(declared_value(lower, node.child_by_field_name("type"), given))
            };
            let target = Target::Name(lower.ident(ident));
            block.extend(given.map(|value| Stmt::Bind { target, value, env: false }));
        }
        "local_declaration_statement" | "field_declaration" => {
            if let Some(declaration) = lower.child_of(node, &["variable_declaration"]) {
                variables(lower, declaration, block);
            }
        }
        "variable_declaration" => variables(lower, node, block),
        "return_statement" => {
            let value = inner(lower, node).unwrap_or_else(|| Expr::new(ExprKind::Nothing, lower.span(node)));
            block.push(Stmt::Return(value));
        }
        "if_statement" => {
            let test = node.child_by_field_name("condition").map(|condition| lower.expr(condition));
            let arms = ["consequence", "alternative"].map(|field| node.child_by_field_name(field));
            let exhaustive = arms[1].is_some();
            let arms = arms.into_iter().flatten().map(|arm| lower.arm(arm)).collect();
            block.push(Stmt::Branch { test, arms, exhaustive });
        }
        "switch_statement" => {
            if let Some(asked) = node.child_by_field_name("value") {
                let asked = lower.expr(asked);
                block.push(Stmt::Expr(asked));
            }
            let sections = node.child_by_field_name("body").map_or_else(Vec::new, |body| lower.children(body));
            let exhaustive = sections.iter().any(|section| lower.child_of(*section, &["default"]).is_some());
            let arms = sections.into_iter().map(|section| section_arm(lower, section)).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive });
        }
        "try_statement" => {
            let mut arms: Vec<_> = node.child_by_field_name("body").map(|body| lower.arm(body)).into_iter().collect();
            for clause in lower.children(node).into_iter().filter(|clause| clause.kind() == "catch_clause") {
                arms.extend(clause.child_by_field_name("body").map(|body| lower.arm(body)));
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
            if let Some(finally) = lower.child_of(node, &["finally_clause"]) {
                lower.stmt(finally, block);
            }
        }
        "for_statement" => {
            for initialiser in lower.fields(node, "initializer") {
                lower.stmt(initialiser, block);
            }
            let body = node.child_by_field_name("body").map_or_else(Vec::new, |body| lower.arm(body));
            block.push(Stmt::Loop { over: None, body });
        }
        "preproc_if" => preprocessed(lower, node, block),
        _ => return false,
    }
    true
}

/// What stands between `#if` and `#else` runs, or what follows.
fn preprocessed(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let condition = node.child_by_field_name("condition");
    let alternative = node.child_by_field_name("alternative");
    let mut first = Vec::new();
    for child in
        lower.children(node).into_iter().filter(|child| Some(*child) != condition && Some(*child) != alternative)
    {
        lower.stmt(child, &mut first);
    }
    let mut second = Vec::new();
    if let Some(alternative) = alternative {
        preprocessed(lower, alternative, &mut second);
    }
    let declares = |stmt: &Stmt| matches!(stmt, Stmt::Class(..) | Stmt::Function(..) | Stmt::Import(_));
    if second.is_empty() || first.iter().chain(&second).any(declares) {
        block.extend(first);
        block.extend(second);
    } else {
        block.push(Stmt::Branch { test: None, arms: vec![first, second], exhaustive: true });
    }
}

/// The statements of `case x: ..`.
fn section_arm(lower: &mut Lower<'_>, section: Node<'_>) -> Vec<Stmt> {
    let mut arm = Vec::new();
    for child in lower.children(section) {
        if child.kind() == "block" || child.kind().ends_with("_statement") {
            lower.stmt(child, &mut arm);
        }
    }
    arm
}

/// `using A.B;` binds nothing; `using X = A.B;` binds X.
fn import(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let alias = node.child_by_field_name("name");
    let Some(module) = lower.children(node).into_iter().find(|child| Some(*child) != alias) else { return };
    let module = Ident { name: lower.slice(module).trim_start_matches("global::").into(), span: lower.span(module) };
    let names = alias.map(|alias| ImportName { exported: None, local: lower.ident(alias) }).into_iter().collect();
    block.push(Stmt::Import(Import { module, names, type_only: false }));
}

fn variables(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let class = node.child_by_field_name("type");
    for declarator in lower.children(node).into_iter().filter(|child| child.kind() == "variable_declarator") {
        let (target, value) = declarator_parts(lower, class, declarator);
        if let Some(value) = value {
            block.push(Stmt::Bind { target, value, env: false });
        } else if let Some(class) = class.and_then(|class| type_name(lower, class)) {
            let value = Expr::new(ExprKind::Instance(Box::new(class)), lower.span(declarator));
            block.push(Stmt::Bind { target, value, env: false });
        }
    }
}

/// What a declarator binds, and to which value.
fn declarator_parts(lower: &mut Lower<'_>, class: Option<Node<'_>>, node: Node<'_>) -> (Target, Option<Expr>) {
    let children = lower.children(node);
    let target = children.first().map_or(Target::Ignored, |target| lower.target(*target));
    let value = children.get(1..).and_then(<[_]>::last).filter(|value| value.kind() != "bracketed_argument_list");
    (target, value.map(|value| declared_value(lower, class, *value)))
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
