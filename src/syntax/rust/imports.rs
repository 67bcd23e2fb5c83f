//! Rust's paths and `use` declarations, with dots between the segments as every language's paths have here.

use tree_sitter::Node;

use crate::source::Span;
use crate::syntax::facts::{Arg, Expr, ExprKind, Ident, Import, ImportName, Stmt};
use crate::syntax::lower::Lower;
use crate::syntax::strings;

/// The segments of a path; generic arguments are left off.
fn segments(lower: &Lower<'_>, node: Node<'_>) -> Vec<(String, Span)> {
    let mut segments = Vec::new();
    let mut here = Some(node);
    while let Some(node) = here {
        match node.kind() {
            "scoped_identifier" | "scoped_type_identifier" => {
                if let Some(name) = lower.child(node, "name") {
                    segments.push((lower.slice(name).to_owned(), lower.span(name)));
                }
                here = lower.child(node, "path");
            }
            "generic_type" | "generic_type_with_turbofish" | "qualified_type" => here = lower.child(node, "type"),
            "bracketed_type" => here = lower.field(node, ""),
            _ => {
                segments.push((lower.slice(node).to_owned(), lower.span(node)));
                here = None;
            }
        }
    }
    segments.reverse();
    segments
}

fn is_own(segment: &str) -> bool {
    matches!(segment, "crate" | "self" | "super")
}

fn is_module(segment: &str) -> bool {
    !segment.starts_with(|c: char| c.is_ascii_uppercase())
}

/// `a::b::c` as an expression. What belongs to the own crate is a module by its path, and a member of it.
pub(super) fn path(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let segments = segments(lower, node);
    let span = lower.span(node);
    let own = segments.first().is_some_and(|(first, _)| is_own(first));
    let modules = segments[..segments.len().saturating_sub(1)].iter().take_while(|(name, _)| is_module(name)).count();
    let (mut expr, rest) = if own && modules > 0 {
        let module: Vec<&str> = segments[..modules].iter().map(|(name, _)| name.as_str()).collect();
        let at = Span::new(span.start as usize, segments[modules - 1].1.end as usize);
        let name = Arg { name: None, value: Expr::text(module.join("."), at) };
        (strings::call(Expr::new(ExprKind::Name("import".into()), at), vec![name], at), modules)
    } else {
        let Some((first, at)) = segments.first() else { return Expr::opaque(span) };
        (Expr::new(ExprKind::Name(first.as_str().into()), *at), 1)
    };
    for (name, at) in &segments[rest..] {
        let whole = Span::new(span.start as usize, at.end as usize);
        let key = Expr::text(name.as_str(), *at);
        expr = Expr::new(ExprKind::Member(Box::new(expr), Box::new(key)), whole);
    }
    expr
}

/// `mod config;` is a file of its own.
pub(super) fn module(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let Some(name) = lower.child(node, "name") else { return };
    let local = lower.ident(name);
    let module = Ident { name: format!("self.{}", local.name).into(), span: local.span };
    let names = vec![ImportName { exported: None, local }];
    block.push(Stmt::Import(Import { module, names, type_only: false }));
}

/// `use a::{b, c as d};`.
pub(super) fn declare(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    if let Some(argument) = lower.child(node, "argument") {
        item(lower, argument, &[], block, 0);
    }
}

fn item(lower: &mut Lower<'_>, node: Node<'_>, front: &[String], block: &mut Vec<Stmt>, depth: usize) {
    if depth > 40 {
        return;
    }
    let joined = |lower: &Lower<'_>, path: Option<Node<'_>>| {
        let own = path.map_or_else(Vec::new, |path| segments(lower, path));
        front.iter().cloned().chain(own.into_iter().map(|(name, _)| name)).collect::<Vec<String>>()
    };
    match node.kind() {
        "scoped_use_list" => {
            let front = joined(lower, lower.child(node, "path"));
            for inner in lower.child(node, "list").map_or_else(Vec::new, |list| lower.children(list)) {
                item(lower, inner, &front, block, depth + 1);
            }
        }
        "use_list" => {
            for inner in lower.children(node) {
                item(lower, inner, front, block, depth + 1);
            }
        }
        "use_wildcard" => {
            let module = joined(lower, lower.field(node, ""));
            let module = Ident { name: module.join(".").into(), span: lower.span(node) };
            // `use super::*` in a module of the file itself has all its names anyway.
            block.push(match module.name.starts_with("crate.") {
                true => Stmt::ExportAll(module),
                false => Stmt::Import(Import { module, names: Vec::new(), type_only: false }),
            });
        }
        "use_as_clause" => {
            let path = joined(lower, lower.child(node, "path"));
            if let Some(alias) = lower.child(node, "alias") {
                bind(path, lower.ident(alias), block);
            }
        }
        "self" => {
            let path = front.to_vec();
            let local = Ident { name: path.last().map_or("self", String::as_str).into(), span: lower.span(node) };
            bind(path, local, block);
        }
        _ => {
            let path = joined(lower, Some(node));
            let local = Ident { name: path.last().map_or("", String::as_str).into(), span: lower.span(node) };
            bind(path, local, block);
        }
    }
}

/// Binds the last segment of a path. A macro of the name is bound too: only its call says that it is one.
fn bind(mut path: Vec<String>, local: Ident, block: &mut Vec<Stmt>) {
    let Some(last) = path.pop() else { return };
    let span = local.span;
    if path.is_empty() {
        let module = Ident { name: last.into(), span };
        block.push(Stmt::Import(Import {
            module,
            names: vec![ImportName { exported: None, local }],
            type_only: false,
        }));
        return;
    }
    let mut names = Vec::new();
    if is_module(&last) {
        let name = format!("{}!", local.name).into();
        names.push(ImportName { exported: Some(format!("{last}!").into()), local: Ident { name, span } });
    }
    names.push(ImportName { exported: Some(last.into()), local });
    let module = Ident { name: path.join(".").into(), span };
    block.push(Stmt::Import(Import { module, names, type_only: false }));
}
