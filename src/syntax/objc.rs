//! Objective-C.

mod classes;
mod macros;

use tree_sitter::Node;

use super::facts::{
    Arg, Block, Call, Entry, Expr, ExprKind, Function, Ident, Import, Linkage, Param, Resolution, Stmt, Target, Traits,
};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::lower::Lower;
use crate::source::Span;

pub use macros::readable;

/// Objective-C's table.
pub static OBJC: Spec = Spec {
    name: "objc",
    grammar: || tree_sitter_objc::LANGUAGE.into(),
    forms: &[
        ("translation_unit", Form::Block),
        ("compound_statement", Form::Block),
        ("else_clause", Form::Block),
        ("preproc_else", Form::Own),
        ("preproc_if", Form::Own),
        ("preproc_ifdef", Form::Own),
        ("preproc_elif", Form::Own),
        ("preproc_include", Form::Own),
        ("module_import", Form::Own),
        ("preproc_def", Form::Own),
        ("preproc_function_def", Form::Skip),
        ("preproc_call", Form::Skip),
        ("expression_statement", Form::Effect),
        ("declaration", Form::Own),
        ("function_definition", Form::Own),
        ("class_implementation", Form::Own),
        ("class_interface", Form::Skip),
        ("protocol_declaration", Form::Skip),
        ("class_declaration", Form::Skip),
        ("type_definition", Form::Skip),
        ("return_statement", Form::Own),
        ("throw_statement", Form::Throw),
        ("if_statement", Form::Branch("condition", &["consequence", "alternative"])),
        ("switch_statement", Form::Own),
        ("for_statement", Form::Own),
        ("while_statement", Form::Loop("", "", "body")),
        ("do_statement", Form::Loop("", "", "body")),
        ("try_statement", Form::Own),
        ("comment", Form::Comment),
        ("string_literal", Form::Text),
        ("concatenated_string", Form::Own),
        ("number_literal", Form::Number),
        ("true", Form::Number),
        ("false", Form::Nothing),
        ("null", Form::Nothing),
        ("identifier", Form::Own),
        ("field_expression", Form::Member("argument", "field")),
        ("subscript_expression", Form::Index("argument", "index")),
        ("message_expression", Form::Own),
        ("call_expression", Form::Call("function", "arguments")),
        ("binary_expression", Form::Binary),
        ("conditional_expression", Form::Own),
        ("parenthesized_expression", Form::Inner("")),
        ("cast_expression", Form::Inner("value")),
        ("at_expression", Form::Inner("")),
        ("pointer_expression", Form::Inner("argument")),
        ("dictionary_literal", Form::Own),
        ("array_literal", Form::List),
        ("assignment_expression", Form::Assign("left", "right")),
        ("block_literal", Form::Own),
        ("type_identifier", Form::Name),
        ("selector_expression", Form::Skip),
    ],
    fragments: &["string_content"],
    escapes: &["escape_sequence"],
    unescape: unescape_c,
    operators: &[("==", Operation::Equal), ("!=", Operation::Differ)],
    declares: true,
    traits: Traits::NONE,
    linkage: Linkage::Named,
    resolution: Resolution::Path,
    expr,
    stmt,
    target: |lower, node| lower.target_from(node),
    own_kinds: &[
        "dictionary_pair",
        "implementation_definition",
        "method_definition",
        "method_parameter",
        "method_type",
        "type_name",
        "init_declarator",
        "pointer_declarator",
        "function_declarator",
        "parameter_declaration",
        "parameter_list",
        "catch_clause",
        "case_statement",
        "preproc_arg",
    ],
    own_fields: &[
        "receiver",
        "method",
        "declarator",
        "value",
        "type",
        "body",
        "path",
        "name",
        "alternative",
        "consequence",
    ],
};

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "identifier" => match lower.slice(node) {
            "self" => ExprKind::Name("this".into()),
            "nil" | "Nil" | "NULL" | "NO" => ExprKind::Nothing,
            "YES" => ExprKind::Number("YES".into()),
            // An instance variable is the property that it belongs to.
            name => match name.strip_prefix('_').filter(|rest| rest.starts_with(|c: char| c.is_lowercase())) {
                Some(property) => {
                    let this = Expr::new(ExprKind::Name("this".into()), span);
                    ExprKind::Member(Box::new(this), Box::new(Expr::text(property, span)))
                }
                None => ExprKind::Name(name.into()),
            },
        },
        "concatenated_string" => {
            let parts = lower.children(node);
            let parts = parts.into_iter().map(|part| lower.expr(part)).collect();
            return Some(super::strings::concat(parts, span));
        }
        "conditional_expression" => {
            // `a ?: b` has no middle.
            let first = if lower.child(node, "consequence").is_some() { "consequence" } else { "condition" };
            ExprKind::Choice(vec![lower.expr_of(node, first), lower.expr_of(node, "alternative")])
        }
        "dictionary_literal" => {
            let mut entries = Vec::new();
            for pair in lower.children(node) {
                let parts = lower.children(pair);
                let [key, value] = parts[..] else { continue };
                entries.push(Entry { key: lower.expr(key), value: lower.expr(value), env: false });
            }
            ExprKind::Map(entries)
        }
        "message_expression" => return message(lower, node),
        "block_literal" => {
            let params = lower.child_of(node, &["parameter_list"]).map_or_else(Vec::new, |list| params(lower, list));
            let body = lower.child_of(node, &["compound_statement"]).map_or_else(Vec::new, |body| lower.block(body));
            ExprKind::Function(lower.function(Function { name: "".into(), params, receiver: None, body, span }))
        }
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

/// `[object doThis:a withThat:b]`: the first argument goes with the name of the method, the others have names of
/// their own. Further arguments of one part (`stringWithFormat:@"..", a, b`) have none.
fn message(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let receiver = lower.child(node, "receiver")?;
    let mut cursor = node.walk();
    let children: Vec<_> = node.children(&mut cursor).collect();
    let mut selector: Option<Ident> = None;
    let mut label: Option<Ident> = None;
    let mut args = Vec::new();
    for (at, child) in children.iter().enumerate() {
        let field = u32::try_from(at).ok().and_then(|at| node.field_name_for_child(at));
        match field {
            Some("receiver") => {}
            Some("method") if selector.is_none() => selector = Some(lower.ident(*child)),
            Some("method") => label = Some(lower.ident(*child)),
            _ if child.is_named() && !child.is_extra() => {
                args.push(Arg { name: label.take(), value: lower.expr(*child) });
            }
            _ => {}
        }
    }
    let selector = selector?;
    let object = lower.expr(receiver);
    let construct =
        |callee: Expr, args| Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span);
    // `[Foo alloc]` is not made before its initialiser runs; without arguments that is a construction.
    let super_called = matches!(&object.kind, ExprKind::Name(name) if &**name == "super");
    match &*selector.name {
        "alloc" if args.is_empty() => return Some(object),
        "new" if args.is_empty() => return Some(construct(object, args)),
        "init" if args.is_empty() && lower.slice(receiver).ends_with(" alloc]") => {
            return Some(construct(object, args));
        }
        name if super_called && name.starts_with("init") => return Some(construct(object, args)),
        _ => {}
    }
    let key = Expr::text(selector.name, selector.span);
    let callee = Expr::new(ExprKind::Member(Box::new(object), Box::new(key)), span);
    Some(construct(callee, args))
}

/// The parameters of a block or a C function.
fn params(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Param> {
    let mut all = Vec::new();
    for part in lower.children(list).into_iter().filter(|part| part.kind() == "parameter_declaration") {
        let Some(name) = lower.child(part, "declarator").and_then(|declarator| declared(declarator)) else {
            continue;
        };
        let mut param = lower.plain_param(name);
        param.class = lower.child(part, "type").and_then(|class| classes::type_name(lower, class));
        param.name = "".into();
        all.push(param);
    }
    all
}

/// The name inside a declarator.
fn declared(mut node: Node<'_>) -> Option<Node<'_>> {
    for _ in 0..16 {
        match node.kind() {
            "identifier" => return Some(node),
            "parenthesized_declarator" | "block_pointer_declarator" => {
                node = node.child_by_field_name("declarator").or_else(|| node.named_child(0))?;
            }
            _ => node = node.child_by_field_name("declarator")?,
        }
    }
    None
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) -> bool {
    match node.kind() {
        "preproc_include" | "module_import" => {
            let Some(path) = lower.child(node, "path") else { return true };
            let mut module = lower.ident(path);
            let own = module.name.starts_with('"');
            module.name = module.name.trim_matches(['<', '>', '"']).into();
            block.push(Stmt::Import(Import { module: module.clone(), names: Vec::new(), type_only: false }));
            // A header of the program's own gives its constants.
            if own {
                block.push(Stmt::ExportAll(module));
            }
        }
        "preproc_def" => {
            let (Some(name), Some(value)) = (lower.child(node, "name"), lower.child(node, "value")) else {
                return true;
            };
            let name = lower.ident(name);
            let value = definition(lower, value);
            block.push(Stmt::Bind { target: Target::Name(name), value, env: false });
        }
        "preproc_if" | "preproc_ifdef" | "preproc_elif" | "preproc_else" => conditional(lower, node, block),
        "declaration" => {
            let class = lower.child(node, "type").and_then(|class| classes::type_name(lower, class));
            for declarator in lower.fields(node, "declarator") {
                let Some(name) = declared(declarator) else { continue };
                let (name, value) = (lower.ident(name), lower.child(declarator, "value"));
                let value = match (value, &class) {
                    (Some(value), _) => lower.expr(value),
                    // `extern NSString * const kToken;` says that it is somewhere else.
                    (None, None) => continue,
                    (None, Some(class)) => Expr::new(ExprKind::Instance(Box::new(class.clone())), class.span),
                };
                block.push(Stmt::Bind { target: Target::Name(name), value, env: false });
            }
        }
        "function_definition" => {
            let Some(declarator) = lower.child(node, "declarator") else { return false };
            let Some(name) = declared(declarator) else { return false };
            let name = lower.ident(name);
            let mut at = declarator;
            while at.kind() != "function_declarator" {
                let Some(next) = lower.child(at, "declarator") else { return false };
                at = next;
            }
            let params = lower.child(at, "parameters").map_or_else(Vec::new, |list| params(lower, list));
            let body = lower.child(node, "body").map_or_else(Vec::new, |body| lower.block(body));
            let span = lower.span(node);
            let index = lower.function(Function { name: name.name.clone(), params, receiver: None, body, span });
            block.push(Stmt::Function(name, index));
        }
        "class_implementation" => classes::implementation(lower, node, block),
        "return_statement" => {
            let value = match lower.field(node, "") {
                Some(value) => lower.expr(value),
                None => Expr::new(ExprKind::Nothing, lower.span(node)),
            };
            block.push(Stmt::Return(value));
        }
        "for_statement" => {
            // `for (T *x in xs)` has its variable and what it goes through as plain children.
            let parts = lower.children(node);
            let variable =
                parts.iter().find(|part| part.kind() == "pointer_declarator").and_then(|part| declared(*part));
            let iterated = parts.iter().rev().nth(1).copied().filter(|_| variable.is_some());
            let over = match (variable, iterated) {
                (Some(variable), Some(iterated)) => {
                    let iterated = lower.expr(iterated);
                    Some((Target::Name(lower.ident(variable)), iterated))
                }
                _ => None,
            };
            let body = parts.last().map_or_else(Vec::new, |body| lower.arm(*body));
            block.push(Stmt::Loop { over, body });
        }
        "switch_statement" => {
            let body = lower.child(node, "body").unwrap_or(node);
            let cases = lower.children(body).into_iter().filter(|child| child.kind() == "case_statement");
            let arms = cases.map(|case| lower.block(case)).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive: false });
        }
        "try_statement" => {
            let mut arms = Vec::new();
            for part in lower.children(node) {
                match part.kind() {
                    "compound_statement" => arms.push(lower.arm(part)),
                    "catch_clause" => {
                        let body = lower.child_of(part, &["compound_statement"]);
                        arms.extend(body.map(|body| lower.arm(body)));
                    }
                    _ => {}
                }
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
        }
        _ => return false,
    }
    true
}

/// `#if`: alternatives. What each defines may be what is defined.
fn conditional(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) {
    let mut arms = vec![Vec::new()];
    let mut exhaustive = false;
    let mut at = node;
    loop {
        let mut arm = Vec::new();
        let next = lower.child(at, "alternative");
        let condition = lower.child(at, "condition").or_else(|| lower.child(at, "name"));
        for child in lower.children(at) {
            if Some(child) != next && Some(child) != condition {
                lower.stmt(child, &mut arm);
            }
        }
        // What is defined in one of them is defined.
        let moved = |stmt: &Stmt| matches!(stmt, Stmt::Function(..) | Stmt::Class(..) | Stmt::Import(_));
        let (defined, run): (Block, Block) = arm.into_iter().partition(moved);
        block.extend(defined);
        arms.push(run);
        match next {
            Some(next) => at = next,
            None => break,
        }
        exhaustive = at.kind() == "preproc_else";
    }
    arms.remove(0);
    block.push(Stmt::Branch { test: None, arms, exhaustive });
}

/// What a `#define` stands for: the grammar gives it as text, which is read as an expression of its own.
fn definition(lower: &mut Lower<'_>, value: Node<'_>) -> Expr {
    const FRONT: &str = "id x=";
    let span = lower.span(value);
    let mut facts = lower.table.lower(&format!("{FRONT}{};", lower.slice(value).trim_end()), lower.rows);
    if !facts.unread.is_empty() || !facts.functions.is_empty() {
        return Expr::opaque(span);
    }
    // What the grammar makes up around the text stands at its ends.
    let outer = |at: u32| (span.start + at.saturating_sub(FRONT.len() as u32)).min(span.end);
    super::embed::place(&mut facts, &|inner| Span { start: outer(inner.start), end: outer(inner.end) });
    match facts.body.pop() {
        Some(Stmt::Bind { value, .. }) if facts.body.is_empty() => value,
        _ => Expr::opaque(span),
    }
}

#[cfg(test)]
mod tests;
