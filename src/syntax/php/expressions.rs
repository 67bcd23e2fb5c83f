//! Expressions of PHP.

use tree_sitter::Node;

use super::classes;
use super::functions::function;
use crate::source::Span;
use crate::syntax::facts::{Arg, Call, Entry, Expr, ExprKind, Ident, Target};
use crate::syntax::lower::Lower;
use crate::syntax::strings::{concat, dedent, operator};

/// The value of a node. The arms are functions of their own: what they need must not lie on the stack of all others.
pub(super) fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    match node.kind() {
        "variable_name" => Some(variable(lower, node)),
        "name" | "qualified_name" | "relative_name" | "relative_scope" => Some(path(lower, node)),
        "boolean" => Some(boolean(lower, node)),
        "heredoc" | "nowdoc" => Some(heredoc(lower, node)),
        "member_access_expression" | "nullsafe_member_access_expression" => member(lower, node),
        "scoped_property_access_expression" => static_property(lower, node),
        "class_constant_access_expression" => class_constant(lower, node),
        "subscript_expression" => subscript(lower, node),
        "function_call_expression" => function_call(lower, node),
        "member_call_expression" | "nullsafe_member_call_expression" => method_call(lower, node),
        "scoped_call_expression" => static_call(lower, node),
        "object_creation_expression" => construction(lower, node),
        "include_expression" | "include_once_expression" | "require_expression" | "require_once_expression" => {
            let value = lower.expr_of(node, "");
            Some(operator("require", vec![value], lower.span(node)))
        }
        "print_intrinsic" => {
            let value = lower.expr_of(node, "");
            Some(operator("print", vec![value], lower.span(node)))
        }
        "conditional_expression" => conditional(lower, node),
        "match_expression" => matching(lower, node),
        "assignment_expression" => assignment(lower, node),
        "augmented_assignment_expression" => update(lower, node),
        "array_creation_expression" => Some(array(lower, node)),
        "anonymous_function" | "arrow_function" => {
            let kind = ExprKind::Function(function(lower, node));
            Some(Expr::new(kind, lower.span(node)))
        }
        _ => None,
    }
}

fn variable(lower: &Lower<'_>, node: Node<'_>) -> Expr {
    let name = match lower.slice(node) {
        "$this" => "this",
        name => name,
    };
    Expr::new(ExprKind::Name(name.into()), lower.span(node))
}

fn boolean(lower: &Lower<'_>, node: Node<'_>) -> Expr {
    let text = lower.slice(node);
    let kind = if text.eq_ignore_ascii_case("false") { ExprKind::Nothing } else { ExprKind::Number(text.into()) };
    Expr::new(kind, lower.span(node))
}

fn heredoc(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let Some(body) = lower.child(node, "value") else { return Expr::text("", lower.span(node)) };
    let mut text = lower.string(body);
    if let ExprKind::Concat(parts) = &mut text.kind {
        // The grammar leaves out a line break behind what is interpolated.
        for at in 1..parts.len() {
            let gap = lower.text(parts[at - 1].span.end as usize..parts[at].span.start as usize);
            let Some(gap) = gap.find('\n').map(|at| gap[at..].to_owned()).filter(|gap| gap.trim().is_empty()) else {
                continue;
            };
            let start = parts[at].span.start - gap.len() as u32;
            if let ExprKind::Text(known) = &mut parts[at].kind {
                *known = format!("{gap}{known}").into();
                parts[at].span.start = start;
            }
        }
    }
    let closing = lower.slice(node).rsplit('\n').next().unwrap_or_default();
    if !closing.starts_with([' ', '\t']) {
        return text;
    }
    // What the closing mark is indented by is taken off each line; the first begins behind a line break, too.
    let first = match &mut text.kind {
        ExprKind::Concat(parts) => parts.first_mut(),
        _ => Some(&mut text),
    };
    if let Some(Expr { kind: ExprKind::Text(known), span }) = first {
        *known = format!("\n{known}").into();
        span.start = span.start.saturating_sub(1);
    }
    dedent(text)
}

fn member_of(object: Expr, key: Expr, span: Span) -> Expr {
    Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), span)
}

fn member(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let object = lower.expr_of(node, "object");
    let key = lower.child(node, "name").map(|name| member_key(lower, name))?;
    Some(member_of(object, key, lower.span(node)))
}

fn static_property(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let name = lower.child(node, "name")?;
    let scope = path(lower, lower.child(node, "scope")?);
    let key = Expr::text(bare(lower, name), lower.span(name));
    Some(member_of(scope, key, lower.span(node)))
}

fn class_constant(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let [scope, name] = lower.children(node)[..] else { return None };
    let key = Expr::text(lower.slice(name), lower.span(name));
    Some(member_of(path(lower, scope), key, lower.span(node)))
}

fn subscript(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let [object, key] = lower.children(node)[..] else { return None };
    let object = lower.expr(object);
    // `"$row[token]"` is a text, `$row[TOKEN]` a constant.
    let quoted = key.kind() == "name"
        && node.parent().is_some_and(|around| matches!(around.kind(), "encapsed_string" | "heredoc_body"));
    let key = if quoted { Expr::text(lower.slice(key), lower.span(key)) } else { lower.expr(key) };
    Some(member_of(object, key, lower.span(node)))
}

fn method_call(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let callee = member(lower, node)?;
    let args = arguments(lower, node);
    Some(Expr::new(call(callee, args, false), lower.span(node)))
}

/// `A::b()`; `parent::__construct(..)` is the base's constructor.
fn static_call(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let (scope, name) = (lower.child(node, "scope")?, lower.child(node, "name")?);
    let args = arguments(lower, node);
    let callee = match (lower.slice(scope), lower.slice(name)) {
        ("parent", "__construct") => Expr::new(ExprKind::Name("super".into()), span),
        _ => {
            let scope = path(lower, scope);
            let key = member_key(lower, name);
            member_of(scope, key, span)
        }
    };
    Some(Expr::new(call(callee, args, false), span))
}

fn construction(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let class = lower.field(node, "")?;
    let anonymous = class.kind() == "anonymous_class";
    let holder = if anonymous { class } else { node };
    let list = lower.children(holder).into_iter().find(|child| child.kind() == "arguments");
    let args = list.map_or_else(Vec::new, |list| argument_list(lower, list));
    let callee = if anonymous {
        let index = classes::class(lower, class);
        Expr::new(ExprKind::Class(index), lower.span(class))
    } else {
        path(lower, class)
    };
    Some(Expr::new(call(callee, args, true), lower.span(node)))
}

/// `a ? b : c`, and `a ?: b`, which gives `a` itself.
fn conditional(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let first = lower.child(node, "body").or_else(|| lower.child(node, "condition"))?;
    let other = lower.child(node, "alternative")?;
    let arms = vec![lower.expr(first), lower.expr(other)];
    Some(Expr::new(ExprKind::Choice(arms), lower.span(node)))
}

fn matching(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let arms = lower.children(lower.child(node, "body")?);
    let arms: Vec<_> = arms.into_iter().filter_map(|arm| lower.child(arm, "return_expression")).collect();
    let arms = arms.into_iter().map(|arm| lower.expr(arm)).collect();
    Some(Expr::new(ExprKind::Choice(arms), lower.span(node)))
}

fn update(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let (left, value) = (lower.child(node, "left")?, lower.expr_of(node, "right"));
    let current = lower.expr(left);
    let value = match lower.child(node, "operator").map(|operator| lower.slice(operator)) {
        Some(".=") => concat(vec![current, value], span),
        Some("??=") => Expr::new(ExprKind::Choice(vec![current, value]), span),
        _ => Expr::new(ExprKind::Opaque(vec![current, value]), span),
    };
    Some(Expr::new(ExprKind::Assign(Box::new(lower.target(left)), Box::new(value)), span))
}

fn call(callee: Expr, args: Vec<Arg>, construct: bool) -> ExprKind {
    ExprKind::Call(Box::new(Call { callee, args, construct }))
}

/// A class or function by its name: `self` is the class around, `parent` what it inherits from.
pub(super) fn path(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
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
pub(super) fn bare<'l>(lower: &'l Lower<'_>, node: Node<'_>) -> &'l str {
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
    let function = lower.child(node, "function")?;
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
    lower.child(node, "arguments").map_or_else(Vec::new, |list| argument_list(lower, list))
}

fn argument_list(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Arg> {
    let mut args = Vec::new();
    for argument in lower.children(list).into_iter().filter(|child| child.kind() == "argument") {
        let name = lower.child(argument, "name");
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
    let (left, right) = (lower.child(node, "left")?, lower.child(node, "right")?);
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
fn array(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
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
    let kind = match keyed || spreads {
        true => ExprKind::Map(entries),
        false => ExprKind::List(entries.into_iter().map(|entry| entry.value).collect()),
    };
    Expr::new(kind, lower.span(node))
}
