//! Statements of Swift: declarations, conditions that bind, alternatives that the compiler decides.

use tree_sitter::Node;

use super::calls::calling;
use super::classes;
use crate::syntax::facts::{Block, Expr, ExprKind, Ident, Import, Stmt, Target};
use crate::syntax::lower::Lower;

/// The statements of a body; what stands between `#if` and `#endif` are alternatives.
pub(super) fn statements(lower: &mut Lower<'_>, node: Node<'_>) -> Block {
    // Nobody nests them deeper; what lies there runs whatever its conditions say.
    const DEEPEST: usize = 40;
    let mut open: Vec<(Vec<Block>, bool)> = Vec::new();
    let mut deeper = 0_usize;
    let mut block = Vec::new();
    for child in node.named_children(&mut node.walk()).collect::<Vec<_>>() {
        if child.kind() == "directive" {
            let text = lower.slice(child).trim_start_matches(['#', ' ']);
            let (start, other, end) = (text.starts_with("if"), text.starts_with("else"), text.starts_with("endif"));
            let last = other && !text.starts_with("elseif");
            if deeper > 0 || (start && open.len() >= DEEPEST) {
                deeper = deeper + usize::from(start) - usize::from(end);
            } else if start {
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

pub(super) fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) -> bool {
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
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, index) = (lower.ident(name), classes::function(lower, node));
            block.push(Stmt::Function(name, index));
        }
        "class_declaration" => classes::declaration(lower, node, block),
        "control_transfer_statement" => {
            let result = lower.child(node, "result");
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
pub(super) fn properties(lower: &mut Lower<'_>, node: Node<'_>) -> Vec<(Target, Expr, Option<usize>)> {
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
