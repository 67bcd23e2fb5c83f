//! Names that PHP takes from elsewhere: `use`, and classes of the same namespace, which are there without it.

use std::collections::BTreeSet;
use std::sync::Arc;

use tree_sitter::Node;

use crate::syntax::facts::{Block, Ident, Import, ImportName, Stmt};
use crate::syntax::lower::Lower;

/// `use A\B;`, `use A\B as C;`, `use A\{B, C as D};`
pub(super) fn uses(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) {
    let prefix = lower.child_of(node, &["namespace_name"]).map(|name| format!("{}.", dotted(lower.slice(name))));
    let group = lower.child(node, "body").unwrap_or(node);
    for clause in lower.children(group).into_iter().filter(|child| child.kind() == "namespace_use_clause") {
        let Some(name) = lower.field(clause, "") else { continue };
        let module = format!("{}{}", prefix.as_deref().unwrap_or_default(), dotted(lower.slice(name)));
        let local: Arc<str> = match lower.child(clause, "alias") {
            Some(alias) => lower.slice(alias).into(),
            None => module.rsplit('.').next().unwrap_or_default().into(),
        };
        let span = lower.span(name);
        let names = vec![ImportName { exported: None, local: Ident { name: local, span } }];
        block.push(Stmt::Import(Import { module: Ident { name: module.into(), span }, names, type_only: false }));
    }
}

/// Classes that the file names and neither declares nor imports lie beside it, where they are in its namespace.
pub(super) fn neighbours(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) {
    /// More classes than this has no file that people write.
    const MOST: usize = 40;
    let mut root = node;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let (mut known, mut named) = (BTreeSet::new(), BTreeSet::new());
    let mut cursor = root.walk();
    loop {
        let here = cursor.node();
        match here.kind() {
            "namespace_use_clause" => {
                let name = lower.child(here, "alias").or_else(|| lower.field(here, ""));
                known.extend(name.map(|name| lower.slice(name).rsplit('\\').next().unwrap_or_default().to_owned()));
            }
            "class_declaration" | "interface_declaration" | "trait_declaration" | "enum_declaration" => {
                known.extend(lower.child(here, "name").map(|name| lower.slice(name).to_owned()));
            }
            "object_creation_expression"
            | "base_clause"
            | "use_declaration"
            | "scoped_call_expression"
            | "class_constant_access_expression"
            | "scoped_property_access_expression"
                if named.len() < MOST =>
            {
                let first = lower.field(here, "").filter(|first| first.kind() == "name");
                named.extend(
                    first
                        .map(|first| (lower.slice(first).to_owned(), first.byte_range()))
                        .map(|(n, r)| (n, r.start, r.end)),
                );
            }
            _ => {}
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                let mut last = String::new();
                for (name, start, end) in named {
                    if !known.contains(&name) && name != last && !matches!(name.as_str(), "self" | "static" | "parent")
                    {
                        let span = crate::source::Span::new(start, end);
                        block.push(Stmt::ExportAll(Ident { name: format!("./{name}.php").into(), span }));
                        last = name;
                    }
                }
                return;
            }
        }
    }
}

/// A path with dots.
fn dotted(path: &str) -> String {
    path.trim_start_matches('\\').split('\\').map(str::trim).collect::<Vec<_>>().join(".")
}
