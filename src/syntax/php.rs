//! PHP: one grammar for the code and the text around it, of which only the code is lowered here.
//!
//! Variables keep their `$`, so that `$config` and the function `config` are two names; members and named arguments
//! have none. Paths are written with dots: `GuzzleHttp\Client` is `GuzzleHttp.Client`.

mod classes;
mod imports;

use tree_sitter::Node;

use super::facts::{Arg, Block, Call, Entry, Expr, ExprKind, Function, Ident, Param, Stmt, Target};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::lower::Lower;
use super::strings::{concat, operator};


/// PHP's table.
pub static PHP: Spec = Spec {
    name: "php",
    grammar: || tree_sitter_php::LANGUAGE_PHP.into(),
    forms: &[
        ("program", Form::Block),
        ("compound_statement", Form::Block),
        ("colon_block", Form::Block),
        ("else_clause", Form::Block),
        ("else_if_clause", Form::Block),
        ("finally_clause", Form::Block),
        ("case_statement", Form::Block),
        ("default_statement", Form::Block),
        ("expression_statement", Form::Effect),
        ("echo_statement", Form::Own),
        ("exit_statement", Form::Own),
        ("namespace_definition", Form::Own),
        ("namespace_use_declaration", Form::Own),
        ("function_definition", Form::Own),
        ("class_declaration", Form::Own),
        ("interface_declaration", Form::Own),
        ("trait_declaration", Form::Own),
        ("enum_declaration", Form::Own),
        ("const_declaration", Form::Own),
        ("function_static_declaration", Form::Own),
        ("global_declaration", Form::Skip),
        ("return_statement", Form::Return),
        ("throw_expression", Form::Throw),
        ("if_statement", Form::Branch("condition", &["body", "alternative"])),
        ("switch_statement", Form::Own),
        ("try_statement", Form::Own),
        ("foreach_statement", Form::Own),
        ("for_statement", Form::Own),
        ("while_statement", Form::Loop("condition", "condition", "body")),
        ("do_statement", Form::Loop("condition", "condition", "body")),
        ("text", Form::Skip),
        ("text_interpolation", Form::Skip),
        ("php_tag", Form::Skip),
        ("attribute_list", Form::Skip),
        ("comment", Form::Comment),
        ("string", Form::Text),
        ("encapsed_string", Form::Text),
        ("heredoc", Form::Own),
        ("nowdoc", Form::Own),
        ("heredoc_body", Form::Text),
        ("nowdoc_body", Form::Text),
        ("integer", Form::Number),
        ("float", Form::Number),
        ("boolean", Form::Own),
        ("null", Form::Nothing),
        ("name", Form::Own),
        ("qualified_name", Form::Own),
        ("relative_name", Form::Own),
        ("relative_scope", Form::Own),
        ("variable_name", Form::Own),
        ("member_access_expression", Form::Own),
        ("nullsafe_member_access_expression", Form::Own),
        ("scoped_property_access_expression", Form::Own),
        ("class_constant_access_expression", Form::Own),
        ("subscript_expression", Form::Own),
        ("function_call_expression", Form::Own),
        ("member_call_expression", Form::Own),
        ("nullsafe_member_call_expression", Form::Own),
        ("scoped_call_expression", Form::Own),
        ("object_creation_expression", Form::Own),
        ("include_expression", Form::Own),
        ("include_once_expression", Form::Own),
        ("require_expression", Form::Own),
        ("require_once_expression", Form::Own),
        ("print_intrinsic", Form::Own),
        ("binary_expression", Form::Binary),
        ("conditional_expression", Form::Own),
        ("match_expression", Form::Own),
        ("assignment_expression", Form::Own),
        ("reference_assignment_expression", Form::Assign("left", "right")),
        ("augmented_assignment_expression", Form::Own),
        ("parenthesized_expression", Form::Inner("")),
        ("error_suppression_expression", Form::Inner("")),
        ("clone_expression", Form::Inner("")),
        ("by_ref", Form::Inner("")),
        ("cast_expression", Form::Inner("value")),
        ("sequence_expression", Form::Last),
        ("array_creation_expression", Form::Own),
        ("variadic_unpacking", Form::Spread),
        ("anonymous_function", Form::Own),
        ("arrow_function", Form::Own),
    ],
    fragments: &["string_content", "nowdoc_string"],
    escapes: &["escape_sequence"],
    unescape: unescape_c,
    operators: &[
        (".", Operation::Concat),
        ("??", Operation::Choice),
        ("===", Operation::Equal),
        ("==", Operation::Equal),
        ("!==", Operation::Differ),
        ("!=", Operation::Differ),
    ],
    declares: false,
    expr,
    stmt,
    target,
    own_kinds: &[
        "anonymous_class",
        "argument",
        "array_element_initializer",
        "base_clause",
        "catch_clause",
        "const_element",
        "enum_case",
        "list_literal",
        "match_conditional_expression",
        "match_default_expression",
        "method_declaration",
        "named_type",
        "namespace_name",
        "namespace_use_clause",
        "namespace_use_group",
        "optional_type",
        "pair",
        "property_declaration",
        "property_element",
        "property_promotion_parameter",
        "simple_parameter",
        "static_modifier",
        "static_variable_declaration",
        "use_declaration",
        "variadic_parameter",
    ],
    own_fields: &[
        "alias",
        "alternative",
        "arguments",
        "body",
        "condition",
        "default_value",
        "function",
        "initialize",
        "left",
        "name",
        "object",
        "operator",
        "parameters",
        "return_expression",
        "right",
        "scope",
        "type",
        "value",
    ],
};

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "variable_name" => match lower.slice(node) {
            "$this" => ExprKind::Name("this".into()),
            name => ExprKind::Name(name.into()),
        },
        "name" | "qualified_name" | "relative_name" | "relative_scope" => return Some(path(lower, node)),
        "boolean" if lower.slice(node).eq_ignore_ascii_case("false") => ExprKind::Nothing,
        "boolean" => ExprKind::Number(lower.slice(node).into()),
        "heredoc" | "nowdoc" => match node.child_by_field_name("value") {
            Some(body) => return Some(lower.string(body)),
            None => return Some(Expr::text("", span)),
        },
        "member_access_expression" | "nullsafe_member_access_expression" => {
            let object = lower.expr_of(node, "object");
            let key = node.child_by_field_name("name").map(|name| member_key(lower, name))?;
            ExprKind::Member(Box::new(object), Box::new(key))
        }
        "scoped_property_access_expression" => {
            let name = node.child_by_field_name("name")?;
            let scope = path(lower, node.child_by_field_name("scope")?);
            ExprKind::Member(Box::new(scope), Box::new(Expr::text(bare(lower, name), lower.span(name))))
        }
        "class_constant_access_expression" => {
            let [scope, name] = lower.children(node)[..] else { return None };
            let key = Expr::text(lower.slice(name), lower.span(name));
            ExprKind::Member(Box::new(path(lower, scope)), Box::new(key))
        }
        "subscript_expression" => {
            let parts = lower.children(node);
            let [object, key] = parts[..] else { return None };
            let object = lower.expr(object);
            // `"$row[token]"` is a text, `$row[TOKEN]` a constant.
            let quoted = key.kind() == "name"
                && node.parent().is_some_and(|around| matches!(around.kind(), "encapsed_string" | "heredoc_body"));
            let key = if quoted { Expr::text(lower.slice(key), lower.span(key)) } else { lower.expr(key) };
            ExprKind::Member(Box::new(object), Box::new(key))
        }
        "function_call_expression" => return function_call(lower, node),
        "member_call_expression" | "nullsafe_member_call_expression" => {
            let object = lower.expr_of(node, "object");
            let key = node.child_by_field_name("name").map(|name| member_key(lower, name))?;
            let callee = Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), span);
            call(callee, arguments(lower, node), false)
        }
        "scoped_call_expression" => {
            let (scope, name) = (node.child_by_field_name("scope")?, node.child_by_field_name("name")?);
            let args = arguments(lower, node);
            // `parent::__construct(..)` is the base's constructor.
            let callee = match (lower.slice(scope), lower.slice(name)) {
                ("parent", "__construct") => Expr::new(ExprKind::Name("super".into()), span),
                _ => {
                    let (scope, key) = (path(lower, scope), member_key(lower, name));
                    Expr::new(ExprKind::Member(Box::new(scope), Box::new(key)), span)
                }
            };
            call(callee, args, false)
        }
        "object_creation_expression" => {
            let class = lower.field(node, "")?;
            let holder = if class.kind() == "anonymous_class" { class } else { node };
            let list = lower.children(holder).into_iter().find(|child| child.kind() == "arguments");
            let args = list.map_or_else(Vec::new, |list| argument_list(lower, list));
            let callee = match class.kind() {
                "anonymous_class" => {
                    let index = classes::class(lower, class);
                    Expr::new(ExprKind::Class(index), lower.span(class))
                }
                _ => path(lower, class),
            };
            call(callee, args, true)
        }
        "include_expression" | "include_once_expression" | "require_expression" | "require_once_expression" => {
            let file = lower.expr_of(node, "");
            let callee = Expr::new(ExprKind::Name("require".into()), span);
            call(callee, vec![Arg { name: None, value: file }], false)
        }
        "print_intrinsic" => {
            let value = lower.expr_of(node, "");
            return Some(operator("print", vec![value], span));
        }
        "conditional_expression" => {
            // `a ?: b` gives `a` itself.
            let first = node.child_by_field_name("body").or_else(|| node.child_by_field_name("condition"))?;
            let other = node.child_by_field_name("alternative")?;
            ExprKind::Choice(vec![lower.expr(first), lower.expr(other)])
        }
        "match_expression" => {
            let body = node.child_by_field_name("body")?;
            let arms = lower.children(body);
            let arms = arms.into_iter().filter_map(|arm| arm.child_by_field_name("return_expression"));
            ExprKind::Choice(arms.collect::<Vec<_>>().into_iter().map(|arm| lower.expr(arm)).collect())
        }
        "assignment_expression" => return assignment(lower, node),
        "augmented_assignment_expression" => {
            let (left, value) = (node.child_by_field_name("left")?, lower.expr_of(node, "right"));
            let current = lower.expr(left);
            let value = match node.child_by_field_name("operator").map(|operator| lower.slice(operator)) {
                Some(".=") => concat(vec![current, value], span),
                Some("??=") => Expr::new(ExprKind::Choice(vec![current, value]), span),
                _ => Expr::new(ExprKind::Opaque(vec![current, value]), span),
            };
            ExprKind::Assign(Box::new(lower.target(left)), Box::new(value))
        }
        "array_creation_expression" => array(lower, node),
        "anonymous_function" | "arrow_function" => ExprKind::Function(function(lower, node)),
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

fn call(callee: Expr, args: Vec<Arg>, construct: bool) -> ExprKind {
    ExprKind::Call(Box::new(Call { callee, args, construct }))
}

/// A class or function by its name: `self` is the class around, `parent` what it inherits from.
fn path(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let text = lower.slice(node);
    let name = |name: &str| Expr::new(ExprKind::Name(name.into()), span);
    match node.kind() {
        "name" | "relative_scope" => match text {
            "self" | "static" => name("this"),
            "parent" => name("super"),
            // The folder of the file itself, of which paths of included files are made.
            "__DIR__" => Expr::text(".", span),
            text => name(text),
        },
        "qualified_name" if text.starts_with('\\') => name(&text[1..].replace('\\', ".")),
        "qualified_name" => {
            let mut parts = text.split('\\').map(str::trim);
            let first = name(parts.next().unwrap_or_default());
            parts.fold(first, |object, key| {
                Expr::new(ExprKind::Member(Box::new(object), Box::new(Expr::text(key, span))), span)
            })
        }
        "relative_name" => name(text.rsplit('\\').next().unwrap_or_default()),
        _ => lower.expr(node),
    }
}

/// A variable's name without its `$`.
fn bare<'l>(lower: &'l Lower<'_>, node: Node<'_>) -> &'l str {
    lower.slice(node).trim_start_matches(['&', '$'])
}

/// The key of a method or property: a name is its own text.
fn member_key(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    match node.kind() {
        "name" => Expr::text(lower.slice(node), lower.span(node)),
        _ => lower.expr(node),
    }
}

fn function_call(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let function = node.child_by_field_name("function")?;
    let args = arguments(lower, node);
    match (lower.slice(function).trim_start_matches('\\'), &args[..]) {
        // `define('NAME', value)` makes a constant.
        ("define", [name, value, ..]) => {
            if let Some(text) = name.value.as_text() {
                let target = Target::Name(Ident { name: text.clone(), span: name.value.span });
                return Some(Expr::new(ExprKind::Assign(Box::new(target), Box::new(value.value.clone())), span));
            }
        }
        ("constant", [name]) => {
            if let Some(text) = name.value.as_text() {
                return Some(Expr::new(ExprKind::Name(text.clone()), span));
            }
        }
        ("dirname", [folder, levels @ ..]) => {
            let up = levels.first().map(|levels| &levels.value.kind);
            let up = match up {
                Some(ExprKind::Number(levels)) => levels.parse().unwrap_or(1),
                _ => 1usize,
            };
            match folder.value.as_text().map(|text| &**text) {
                Some(text) if text.starts_with('.') => {
                    return Some(Expr::text(format!("{text}{}", "/..".repeat(up.min(8))), span));
                }
                _ if matches!(&folder.value.kind, ExprKind::Name(name) if &**name == "__FILE__") => {
                    return Some(Expr::text(format!(".{}", "/..".repeat(up.min(8) - 1)), span));
                }
                _ => {}
            }
        }
        _ => {}
    }
    let callee = path(lower, function);
    Some(Expr::new(call(callee, args, false), span))
}

/// The arguments of a call node.
fn arguments(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<Arg> {
    node.child_by_field_name("arguments").map_or_else(Vec::new, |list| argument_list(lower, list))
}

fn argument_list(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Arg> {
    let mut args = Vec::new();
    for argument in lower.children(list).into_iter().filter(|child| child.kind() == "argument") {
        let name = argument.child_by_field_name("name");
        let value = lower.children(argument).into_iter().rfind(|child| Some(*child) != name);
        let name = name.map(|name| lower.ident(name));
        if let Some(value) = value {
            args.push(Arg { name, value: lower.expr(value) });
        }
    }
    args
}

/// `$list[] = x` adds to a list, everything else assigns.
fn assignment(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let (left, right) = (node.child_by_field_name("left")?, node.child_by_field_name("right")?);
    let value = lower.expr(right);
    if left.kind() == "subscript_expression"
        && let [list] = lower.children(left)[..]
    {
        let list = lower.expr(list);
        let key = Expr::text("[]", lower.span(left));
        let callee = Expr::new(ExprKind::Member(Box::new(list), Box::new(key)), lower.span(left));
        return Some(Expr::new(call(callee, vec![Arg { name: None, value }], false), span));
    }
    let target = lower.target(left);
    Some(Expr::new(ExprKind::Assign(Box::new(target), Box::new(value)), span))
}

/// An array is a map where one of its elements has a key, or where it is empty and may become one.
fn array(lower: &mut Lower<'_>, node: Node<'_>) -> ExprKind {
    let mut entries = Vec::new();
    let mut keyed = false;
    for element in lower.children(node) {
        let parts = lower.children(element);
        match parts[..] {
            [key, value] => {
                keyed = true;
                entries.push(Entry { key: lower.expr(key), value: lower.expr(value), env: false });
            }
            [value] => {
                let key = Expr::new(ExprKind::Nothing, lower.span(element));
                entries.push(Entry { key, value: lower.expr(value), env: false });
            }
            _ => {}
        }
    }
    // `[...$defaults, 'a' => 1]` is a map, too; of spreads alone nothing is known.
    let spreads = entries.iter().all(|entry| matches!(entry.value.kind, ExprKind::Spread(_)));
    if keyed || spreads { ExprKind::Map(entries) } else { ExprKind::List(entries.into_iter().map(|e| e.value).collect()) }
}

/// A function, method or closure: its index.
fn function(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let name = node.child_by_field_name("name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let list = node.child_by_field_name("parameters");
    let mut params = Vec::new();
    for child in list.map_or_else(Vec::new, |list| lower.children(list)) {
        params.extend(param(lower, child));
    }
    let body = match node.child_by_field_name("body") {
        Some(body) if body.kind() == "compound_statement" => lower.block(body),
        Some(body) => vec![Stmt::Return(lower.expr(body))],
        None => Vec::new(),
    };
    let span = lower.span(node);
    lower.function(Function { name, params, receiver: None, body, span })
}

fn param(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Param> {
    if !matches!(node.kind(), "simple_parameter" | "variadic_parameter" | "property_promotion_parameter") {
        return None;
    }
    let mut name = node.child_by_field_name("name")?;
    if name.kind() == "by_ref" {
        name = lower.field(name, "")?;
    }
    let mut param = lower.plain_param(name);
    param.name = bare(lower, name).into();
    param.default = node.child_by_field_name("default_value").map(|value| lower.expr(value));
    param.rest = node.kind() == "variadic_parameter";
    param.field = node.kind() == "property_promotion_parameter";
    param.class = declared(lower, node);
    param.span = lower.span(node);
    Some(param)
}

/// The declared type, where it is a class.
fn declared(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let mut class = node.child_by_field_name("type")?;
    while matches!(class.kind(), "optional_type" | "type") {
        class = lower.field(class, "")?;
    }
    let name = if class.kind() == "named_type" { lower.field(class, "")? } else { return None };
    Some(path(lower, name))
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) -> bool {
    match node.kind() {
        "include_expression" | "include_once_expression" | "require_expression" | "require_once_expression" => {
            // What the file defines is there from now on.
            let file = lower.expr_of(node, "");
            if let Some(path) = file.as_text() {
                block.push(Stmt::ExportAll(Ident { name: path.clone(), span: file.span }));
            }
        }
        "echo_statement" => {
            // In a page (`<?php echo $x ?>`) it writes the page.
            let before = lower.text(node.start_byte().saturating_sub(12)..node.start_byte());
            let island = before.trim_end().ends_with("<?php");
            for value in lower.children(node) {
                let parts = if value.kind() == "sequence_expression" { lower.children(value) } else { vec![value] };
                let parts: Vec<_> = parts.into_iter().map(|part| lower.expr(part)).collect();
                let span = lower.span(node);
                let name = if island { "<?=" } else { "echo" };
                block.push(Stmt::Expr(operator(name, parts, span)));
            }
        }
        "exit_statement" => {
            let span = lower.span(node);
            let values: Vec<_> = lower.children(node).into_iter().map(|value| lower.expr(value)).collect();
            block.push(Stmt::Expr(operator("exit", values, span)));
        }
        "namespace_definition" => {
            imports::neighbours(lower, node, block);
            if let Some(body) = node.child_by_field_name("body") {
                lower.stmt(body, block);
            }
        }
        "namespace_use_declaration" => imports::uses(lower, node, block),
        "function_definition" => {
            let Some(name) = node.child_by_field_name("name") else { return false };
            let (name, index) = (lower.ident(name), function(lower, node));
            block.push(Stmt::Function(name, index));
        }
        "class_declaration" | "interface_declaration" | "trait_declaration" | "enum_declaration" => {
            let Some(name) = node.child_by_field_name("name") else { return false };
            let (name, index) = (lower.ident(name), classes::class(lower, node));
            block.push(Stmt::Class(name, index));
        }
        "const_declaration" => {
            for (name, value) in classes::constants(lower, node) {
                block.push(Stmt::Bind { target: Target::Name(name), value, env: false });
            }
        }
        "function_static_declaration" => {
            for variable in lower.children(node) {
                let (Some(name), Some(value)) =
                    (variable.child_by_field_name("name"), variable.child_by_field_name("value"))
                else {
                    continue;
                };
                let value = lower.expr(value);
                block.push(Stmt::Bind { target: Target::Name(lower.ident(name)), value, env: false });
            }
        }
        "switch_statement" => {
            let condition = lower.expr_of(node, "condition");
            block.push(Stmt::Expr(condition));
            let body = node.child_by_field_name("body").unwrap_or(node);
            let cases = lower.children(body);
            let exhaustive = cases.iter().any(|case| case.kind() == "default_statement");
            let arms = cases.into_iter().map(|case| lower.arm(case)).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive });
        }
        "try_statement" => {
            // A handler runs instead of some part of the body.
            let mut arms: Vec<_> = node.child_by_field_name("body").map(|body| lower.arm(body)).into_iter().collect();
            for clause in lower.children(node).into_iter().filter(|clause| clause.kind() == "catch_clause") {
                arms.extend(clause.child_by_field_name("body").map(|body| lower.arm(body)));
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
            for clause in lower.children(node).into_iter().filter(|clause| clause.kind() == "finally_clause") {
                lower.stmt(clause, block);
            }
        }
        "foreach_statement" => {
            let body = node.child_by_field_name("body");
            let parts: Vec<_> = lower.children(node).into_iter().filter(|part| Some(*part) != body).collect();
            let over = match parts[..] {
                [iterated, variable] => {
                    // `$key => $value`
                    let variable = match variable.kind() {
                        "pair" => lower.children(variable).last().copied().unwrap_or(variable),
                        _ => variable,
                    };
                    let iterated = lower.expr(iterated);
                    Some((lower.target(variable), iterated))
                }
                _ => None,
            };
            let body = body.map_or_else(Vec::new, |body| lower.arm(body));
            block.push(Stmt::Loop { over, body });
        }
        "for_statement" => {
            if let Some(start) = node.child_by_field_name("initialize") {
                lower.stmt(start, block);
            }
            let mut body = Vec::new();
            for part in lower.fields(node, "body") {
                lower.stmt(part, &mut body);
            }
            block.push(Stmt::Loop { over: None, body });
        }
        _ => return false,
    }
    true
}

fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    match node.kind() {
        "variable_name" => Target::Name(lower.ident(node)),
        "by_ref" | "parenthesized_expression" => lower.target_of(node, ""),
        "list_literal" | "array_creation_expression" => list_target(lower, node),
        _ => lower.target_from(node),
    }
}

/// `[$a, $b] = ..`, `['key' => $a] = ..`, `list($a, , $b) = ..`
fn list_target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    let (mut places, mut keyed) = (Vec::new(), Vec::new());
    let mut pending: Option<Node<'_>> = None;
    let mut key: Option<Node<'_>> = None;
    let parts: Vec<_> = node.children(&mut node.walk()).collect();
    for part in parts {
        match part.kind() {
            "=>" => key = pending.take(),
            "," | "]" | ")" => match (key.take(), pending.take()) {
                (Some(key), Some(place)) => {
                    if let Some(text) = lower.expr(key).as_text() {
                        let text = text.clone();
                        keyed.push((text, lower.target(place), None));
                    }
                }
                (None, Some(place)) => places.push(lower.target(place)),
                // A comma alone leaves an element out.
                _ if part.kind() == "," => places.push(Target::Ignored),
                _ => {}
            },
            // In the place of an expression the grammar reads an array.
            "array_element_initializer" => {
                let inside = lower.children(part);
                if let [name, place] = inside[..] {
                    (key, pending) = (Some(name), Some(place));
                } else {
                    pending = inside.first().copied();
                }
            }
            _ if part.is_named() => pending = Some(part),
            _ => {}
        }
    }
    if keyed.is_empty() { Target::List(places) } else { Target::Map(keyed) }
}


#[cfg(test)]
mod tests;
