//! JavaScript, JSX, TypeScript and TSX.

use tree_sitter::{Language as Grammar, Node};

use super::facts::{
    Arg, Call, Class, Entry, Expr, ExprKind, Function, Ident, Import, ImportName, Linkage, Method, Param, Resolution,
    Role, Stmt, Target, Traits,
};
use super::forms::{Field, Form, Operation, Spec, unescape_c};
use super::lower::Lower;

/// Forms that both grammars have.
const FORMS: &[(&str, Form)] = &[
    ("program", Form::Block),
    ("statement_block", Form::Block),
    ("class_static_block", Form::Block),
    ("else_clause", Form::Block),
    ("finally_clause", Form::Block),
    ("switch_body", Form::Block),
    ("export_statement", Form::Own),
    ("import_statement", Form::Own),
    ("expression_statement", Form::Effect),
    ("lexical_declaration", Form::Effect),
    ("variable_declaration", Form::Effect),
    ("variable_declarator", Form::Own),
    ("function_declaration", Form::Own),
    ("generator_function_declaration", Form::Own),
    ("class_declaration", Form::Own),
    ("return_statement", Form::Return),
    ("throw_statement", Form::Throw),
    ("if_statement", Form::Branch("condition", &["consequence", "alternative"])),
    ("switch_statement", Form::Own),
    ("try_statement", Form::Own),
    ("for_in_statement", Form::Loop("left", "right", "body")),
    ("for_statement", Form::Own),
    ("while_statement", Form::Loop("condition", "condition", "body")),
    ("do_statement", Form::Loop("condition", "condition", "body")),
    ("comment", Form::Comment),
    ("html_comment", Form::Comment),
    ("hash_bang_line", Form::Skip),
    ("string", Form::Text),
    ("template_string", Form::Text),
    ("template_substitution", Form::Inner("")),
    ("number", Form::Number),
    ("true", Form::Number),
    ("regex", Form::Number),
    ("false", Form::Nothing),
    ("null", Form::Nothing),
    ("undefined", Form::Nothing),
    ("identifier", Form::Name),
    ("this", Form::Name),
    ("super", Form::Name),
    ("import", Form::Name),
    ("property_identifier", Form::Name),
    ("private_property_identifier", Form::Name),
    ("shorthand_property_identifier", Form::Name),
    ("meta_property", Form::Name),
    ("computed_property_name", Form::Inner("")),
    ("member_expression", Form::Member("object", "property")),
    ("subscript_expression", Form::Index("object", "index")),
    ("call_expression", Form::Call("function", "arguments")),
    ("new_expression", Form::New("constructor", "arguments")),
    ("binary_expression", Form::Binary),
    ("ternary_expression", Form::Choice(&["consequence", "alternative"])),
    ("assignment_expression", Form::Assign("left", "right")),
    ("augmented_assignment_expression", Form::Own),
    ("parenthesized_expression", Form::Inner("")),
    ("await_expression", Form::Inner("")),
    ("sequence_expression", Form::Last),
    ("object", Form::Map),
    ("array", Form::List),
    ("spread_element", Form::Spread),
    ("arrow_function", Form::Own),
    ("function_expression", Form::Own),
    ("generator_function", Form::Own),
    ("method_definition", Form::Own),
    ("class", Form::Own),
    ("jsx_element", Form::Own),
    ("jsx_self_closing_element", Form::Own),
    ("jsx_expression", Form::Inner("")),
];

/// Forms of TypeScript's own nodes.
const TYPED: &[(&str, Form)] = &[
    ("as_expression", Form::Inner("")),
    ("satisfies_expression", Form::Inner("")),
    ("non_null_expression", Form::Inner("")),
    ("instantiation_expression", Form::Inner("")),
    ("abstract_class_declaration", Form::Own),
    ("type_alias_declaration", Form::Skip),
    ("interface_declaration", Form::Skip),
    ("ambient_declaration", Form::Skip),
    ("function_signature", Form::Skip),
    ("type_annotation", Form::Skip),
    ("type_arguments", Form::Skip),
    ("enum_declaration", Form::Own),
];

/// The two tables joined, at compile time, since a `Spec` holds one slice.
static TYPESCRIPT_FORMS: [(&str, Form); FORMS.len() + TYPED.len()] = {
    let mut all = [("", Form::Skip); FORMS.len() + TYPED.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < FORMS.len() { FORMS[at] } else { TYPED[at - FORMS.len()] };
        at += 1;
    }
    all
};

const OPERATORS: &[(&str, Operation)] = &[
    ("+", Operation::Concat),
    ("||", Operation::Choice),
    ("??", Operation::Choice),
    ("===", Operation::Equal),
    ("==", Operation::Equal),
    ("!==", Operation::Differ),
    ("!=", Operation::Differ),
];

const OWN_KINDS: &[&str] = &[
    "import_clause",
    "namespace_import",
    "named_imports",
    "import_specifier",
    "export_clause",
    "export_specifier",
    "namespace_export",
    "formal_parameters",
    "class_heritage",
    "class_body",
    "object_pattern",
    "array_pattern",
    "pair_pattern",
    "object_assignment_pattern",
    "assignment_pattern",
    "rest_pattern",
    "shorthand_property_identifier_pattern",
    "jsx_opening_element",
    "jsx_attribute",
    "switch_case",
    "switch_default",
    "catch_clause",
];

const OWN_FIELDS: &[Field] = &[
    "name",
    "value",
    "alias",
    "source",
    "declaration",
    "body",
    "parameters",
    "parameter",
    "left",
    "right",
    "key",
    "attribute",
    "type",
    "open_tag",
    "handler",
    "finalizer",
    "initializer",
];

/// JavaScript with JSX.
pub static JAVASCRIPT: Spec = spec("javascript", || tree_sitter_javascript::LANGUAGE.into(), FORMS);

/// TypeScript without JSX.
pub static TYPESCRIPT: Spec =
    spec("typescript", || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(), &TYPESCRIPT_FORMS);

/// TypeScript with JSX.
pub static TSX: Spec = spec("tsx", || tree_sitter_typescript::LANGUAGE_TSX.into(), &TYPESCRIPT_FORMS);

/// What the three have in common.
const fn spec(name: &'static str, grammar: fn() -> Grammar, forms: &'static [(&'static str, Form)]) -> Spec {
    Spec {
        name,
        grammar,
        forms,
        fragments: &["string_fragment"],
        escapes: &["escape_sequence"],
        unescape: unescape_c,
        operators: OPERATORS,
        linkage: Linkage::Imports,
        resolution: Resolution::Script,
        declares: true,
        traits: Traits::NONE,
        expr,
        stmt,
        target,
        own_kinds: OWN_KINDS,
        own_fields: OWN_FIELDS,
    }
}

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "arrow_function"
        | "function_expression"
        | "generator_function"
        | "method_definition"
        | "function_declaration"
        | "generator_function_declaration" => ExprKind::Function(function(lower, node)),
        "class" | "class_declaration" | "abstract_class_declaration" => ExprKind::Class(class(lower, node)),
        "augmented_assignment_expression" => update(lower, node)?,
        "jsx_element" | "jsx_self_closing_element" => element(lower, node)?,
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

/// `a += b` puts together; `a ||= b` and `a ??= b` choose.
fn update(lower: &mut Lower<'_>, node: Node<'_>) -> Option<ExprKind> {
    let operator = lower.slice(lower.child(node, "operator")?).to_owned();
    let (left, right) = (lower.expr_of(node, "left"), lower.expr_of(node, "right"));
    let span = lower.span(node);
    let value = match operator.as_str() {
        "+=" => ExprKind::Concat(vec![left, right]),
        "||=" | "??=" => ExprKind::Choice(vec![left, right]),
        _ => ExprKind::Opaque(vec![left, right]),
    };
    let target = lower.target_of(node, "left");
    Some(ExprKind::Assign(Box::new(target), Box::new(Expr::new(value, span))))
}

/// `<X a="b">` is a call of `X` with its attributes as one map, and its children as further arguments.
fn element(lower: &mut Lower<'_>, node: Node<'_>) -> Option<ExprKind> {
    let open = lower.child(node, "open_tag").unwrap_or(node);
    let name = lower.child(open, "name")?;
    let callee = lower.expr(name);
    let mut entries = Vec::new();
    for attribute in lower.fields(open, "attribute") {
        let parts = lower.children(attribute);
        if attribute.kind() != "jsx_attribute" {
            let value = lower.expr(attribute);
            let key = Expr::new(ExprKind::Nothing, value.span);
            let span = value.span;
            let value = if matches!(value.kind, ExprKind::Spread(_)) { value } else { spread(value, span) };
            entries.push(Entry { key, value, env: false });
        } else if let [key, value] = parts[..] {
            entries.push(Entry { key: lower.key(key), value: lower.expr(value), env: false });
        }
    }
    let span = lower.span(open);
    let mut args = vec![Arg { name: None, value: Expr::new(ExprKind::Map(entries), span) }];
    if open != node {
        for child in lower.children(node).into_iter().filter(|child| *child != open) {
            if matches!(child.kind(), "jsx_expression" | "jsx_element" | "jsx_self_closing_element") {
                args.push(Arg { name: None, value: lower.expr(child) });
            }
        }
    }
    Some(ExprKind::Call(Box::new(Call { callee, args, construct: false })))
}

fn spread(value: Expr, span: crate::source::Span) -> Expr {
    Expr::new(ExprKind::Spread(Box::new(value)), span)
}

fn function(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let mut params = Vec::new();
    if let Some(list) = lower.child(node, "parameters") {
        for child in lower.children(list) {
            params.push(param(lower, child));
        }
    } else if let Some(single) = lower.child(node, "parameter") {
        params.push(param(lower, single));
    }
    let body = match lower.child(node, "body") {
        Some(body) if body.kind() == "statement_block" => lower.block(body),
        Some(body) => vec![Stmt::Return(lower.expr(body))],
        None => Vec::new(),
    };
    let span = lower.span(node);
    lower.function(Function { name, params, receiver: None, body, span })
}

fn param(lower: &mut Lower<'_>, node: Node<'_>) -> Param {
    let span = lower.span(node);
    // TypeScript wraps a parameter with its type; an accessibility modifier makes it a field.
    let (pattern, value) = match node.kind() {
        "required_parameter" | "optional_parameter" => (lower.child(node, "pattern"), lower.child(node, "value")),
        "assignment_pattern" => (lower.child(node, "left"), lower.child(node, "right")),
        _ => (Some(node), None),
    };
    let field = lower.child_of(node, &["accessibility_modifier", "readonly"]).is_some();
    let rest = pattern.is_some_and(|pattern| pattern.kind() == "rest_pattern");
    let pattern = pattern.and_then(|pattern| if rest { lower.field(pattern, "") } else { Some(pattern) });
    let target = pattern.map_or(Target::Ignored, |pattern| target(lower, pattern));
    let name = match &target {
        Target::Name(ident) => ident.name.clone(),
        _ => "".into(),
    };
    let default = value.map(|value| lower.expr(value));
    let class = lower.child(node, "type").and_then(|annotation| lower.field(annotation, ""));
    let class = class.filter(|class| class.kind() == "type_identifier");
    let class = class.map(|class| Expr::new(ExprKind::Name(lower.slice(class).into()), lower.span(class)));
    Param { target, name, default, rest, field, class, span }
}

fn class(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let span = lower.span(node);
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let mut class =
        Class { name, bases: Vec::new(), fields: Vec::new(), methods: Vec::new(), members_in_scope: false, span };
    if let Some(heritage) = lower.child_of(node, &["class_heritage"]) {
        // `extends X` is a clause of its own in TypeScript; `implements` has no value.
        let clause = lower.child_of(heritage, &["extends_clause"]).unwrap_or(heritage);
        if let Some(base) = lower.field(clause, "").filter(|base| base.kind() != "implements_clause") {
            class.bases.push(lower.expr(base));
        }
    }
    for member in lower.child(node, "body").map_or_else(Vec::new, |body| lower.children(body)) {
        let is =
            |word: &str| (0..member.child_count()).any(|at| member.child(at as u32).is_some_and(|c| c.kind() == word));
        match member.kind() {
            "method_definition" => {
                let Some(name) = lower.child(member, "name") else { continue };
                let name = lower.ident(name);
                let role = match &*name.name {
                    "constructor" => Role::Constructor,
                    _ if is("get") => Role::Getter,
                    _ if is("static") => Role::Static,
                    _ => Role::Plain,
                };
                let function = function(lower, member);
                class.methods.push(Method { name, function, role });
            }
            "field_definition" | "public_field_definition" => {
                let key = lower.child(member, "property").or_else(|| lower.child(member, "name"));
                let Some(key) = key else { continue };
                let name = lower.ident(key);
                let value = match lower.child(member, "value") {
                    Some(value) => lower.expr(value),
                    None => Expr::opaque(name.span),
                };
                class.fields.push((name, value));
            }
            _ => {}
        }
    }
    lower.facts.classes.push(class);
    lower.facts.classes.len() - 1
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "variable_declarator" => {
            let Some(value) = lower.child(node, "value") else { return true };
            let value = lower.expr(value);
            let target = lower.target_of(node, "name");
            block.push(Stmt::Bind { target, value, env: false });
        }
        "function_declaration" | "generator_function_declaration" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, index) = (lower.ident(name), function(lower, node));
            block.push(Stmt::Function(name, index));
        }
        "class_declaration" | "abstract_class_declaration" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, index) = (lower.ident(name), class(lower, node));
            block.push(Stmt::Class(name, index));
        }
        "import_statement" => import(lower, node, block),
        "export_statement" => export(lower, node, block),
        "switch_statement" => switch(lower, node, block),
        "try_statement" => {
            // The handler runs instead of some part of the body.
            let handler = lower.child(node, "handler").and_then(|handler| lower.child(handler, "body"));
            let bodies = [lower.child(node, "body"), handler];
            let arms = bodies.into_iter().flatten().map(|body| lower.arm(body)).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
            if let Some(last) = lower.child(node, "finalizer") {
                lower.stmt(last, block);
            }
        }
        "for_statement" => {
            if let Some(first) = lower.child(node, "initializer") {
                lower.stmt(first, block);
            }
            let body = lower.child(node, "body").map_or_else(Vec::new, |body| lower.arm(body));
            block.push(Stmt::Loop { over: None, body });
        }
        "enum_declaration" => enumeration(lower, node, block),
        _ => return false,
    }
    true
}

fn switch(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let Some(body) = lower.child(node, "body") else { return };
    let (mut arms, mut exhaustive) = (Vec::new(), false);
    for case in lower.children(body) {
        let mut arm = Vec::new();
        for statement in lower.fields(case, "body") {
            lower.stmt(statement, &mut arm);
        }
        exhaustive |= case.kind() == "switch_default";
        if !arm.is_empty() {
            arms.push(arm);
        }
    }
    block.push(Stmt::Branch { test: None, arms, exhaustive });
}

/// A TypeScript enum is a constant map.
fn enumeration(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let (Some(name), Some(body)) = (lower.child(node, "name"), lower.child(node, "body")) else { return };
    let mut entries = Vec::new();
    for member in lower.children(body) {
        if let (Some(key), Some(value)) = (lower.child(member, "name"), lower.child(member, "value")) {
            entries.push(Entry { key: lower.key(key), value: lower.expr(value), env: false });
        }
    }
    let value = Expr::new(ExprKind::Map(entries), lower.span(body));
    block.push(Stmt::Bind { target: Target::Name(lower.ident(name)), value, env: false });
}

/// Whether one of a node's own words is `word`, as in `import type`.
fn has_word(node: Node<'_>, word: &str) -> bool {
    node.children(&mut node.walk()).any(|child| child.kind() == word)
}

fn import(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let Some(source) = lower.child(node, "source") else { return };
    let module = module(lower, source);
    let mut names = Vec::new();
    let mut only_types = has_word(node, "type");
    let mut ships = false;
    for clause in lower.children(node).into_iter().filter(|child| child.kind() == "import_clause") {
        for part in lower.children(clause) {
            match part.kind() {
                "identifier" => {
                    names.push(ImportName { exported: Some("default".into()), local: lower.ident(part) });
                    ships = true;
                }
                "namespace_import" => {
                    if let Some(local) = lower.field(part, "") {
                        names.push(ImportName { exported: None, local: lower.ident(local) });
                    }
                    ships = true;
                }
                _ => {
                    for specifier in lower.children(part) {
                        let Some(name) = lower.child(specifier, "name") else { continue };
                        let local = lower.child(specifier, "alias").unwrap_or(name);
                        ships |= !has_word(specifier, "type");
                        names.push(ImportName { exported: Some(exported(lower, name)), local: lower.ident(local) });
                    }
                }
            }
        }
    }
    only_types |= !names.is_empty() && !ships;
    block.push(Stmt::Import(Import { module, names, type_only: only_types }));
}

fn module(lower: &mut Lower<'_>, source: Node<'_>) -> Ident {
    let text = lower.expr(source);
    Ident { name: text.as_text().cloned().unwrap_or_else(|| "".into()), span: text.span }
}

/// The name of an export, which may be written as a string.
fn exported(lower: &Lower<'_>, node: Node<'_>) -> std::sync::Arc<str> {
    lower.slice(node).trim_matches(['"', '\'']).into()
}

fn export(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let default = has_word(node, "default");
    if let Some(declaration) = lower.child(node, "declaration") {
        let start = block.len();
        lower.stmt(declaration, block);
        let mut exports = Vec::new();
        for stmt in &block[start..] {
            match stmt {
                Stmt::Bind { target, .. } => bound_names(target, &mut exports),
                Stmt::Function(ident, _) | Stmt::Class(ident, _) => exports.push(ident.clone()),
                _ => {}
            }
        }
        for ident in exports {
            let value = Expr::new(ExprKind::Name(ident.name.clone()), ident.span);
            block.push(Stmt::Export(if default { "default".into() } else { ident.name }, value));
        }
        // A default export without a name is an expression all the same.
        if default && block.len() == start {
            let value = lower.expr(declaration);
            block.push(Stmt::Export("default".into(), value));
        }
    } else if let Some(value) = lower.child(node, "value") {
        let value = lower.expr(value);
        block.push(Stmt::Export("default".into(), value));
    } else if let Some(source) = lower.child(node, "source") {
        reexport(lower, node, source, block);
    } else if let Some(clause) = lower.child_of(node, &["export_clause"]) {
        for specifier in lower.children(clause) {
            let Some(name) = lower.child(specifier, "name") else { continue };
            let alias = lower.child(specifier, "alias").unwrap_or(name);
            let value = Expr::new(ExprKind::Name(lower.slice(name).into()), lower.span(name));
            block.push(Stmt::Export(exported(lower, alias), value));
        }
    }
}

/// `export { a as b } from 'x'` imports under a name that code can't write, and exports it.
fn reexport(lower: &mut Lower<'_>, node: Node<'_>, source: Node<'_>, block: &mut Vec<Stmt>) {
    let module = module(lower, source);
    let type_only = has_word(node, "type");
    if let Some(clause) = lower.child_of(node, &["export_clause"]) {
        for specifier in lower.children(clause) {
            let Some(name) = lower.child(specifier, "name") else { continue };
            let alias = lower.child(specifier, "alias").unwrap_or(name);
            let span = lower.span(name);
            let local = Ident { name: format!("from {}", exported(lower, alias)).into(), span };
            let value = Expr::new(ExprKind::Name(local.name.clone()), span);
            let names = vec![ImportName { exported: Some(exported(lower, name)), local }];
            block.push(Stmt::Import(Import { module: module.clone(), names, type_only }));
            block.push(Stmt::Export(exported(lower, alias), value));
        }
    } else if let Some(alias) = lower.child_of(node, &["namespace_export"]).and_then(|all| lower.field(all, "")) {
        let local = lower.ident(alias);
        let value = Expr::new(ExprKind::Name(local.name.clone()), local.span);
        let export = exported(lower, alias);
        block.push(Stmt::Import(Import { module, names: vec![ImportName { exported: None, local }], type_only }));
        block.push(Stmt::Export(export, value));
    } else if !type_only {
        block.push(Stmt::ExportAll(module));
    }
}

fn bound_names(target: &Target, names: &mut Vec<Ident>) {
    match target {
        Target::Name(ident) => names.push(ident.clone()),
        Target::Map(parts) => parts.iter().for_each(|(_, part, _)| bound_names(part, names)),
        Target::List(parts) | Target::Results(parts) | Target::All(parts) => {
            parts.iter().for_each(|part| bound_names(part, names))
        }
        Target::Member(..) | Target::Ignored => {}
    }
}

fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    match node.kind() {
        "identifier" => Target::Name(lower.ident(node)),
        "object_pattern" => {
            let parts = lower.children(node);
            Target::Map(parts.into_iter().filter_map(|part| map_part(lower, part)).collect())
        }
        "array_pattern" => {
            let parts = lower.children(node);
            Target::List(parts.into_iter().map(|part| lower.target(part)).collect())
        }
        "assignment_pattern" => lower.target_of(node, "left"),
        "lexical_declaration" | "variable_declaration" | "variable_declarator" => lower.target_of(node, ""),
        "member_expression" | "subscript_expression" | "non_null_expression" | "parenthesized_expression" => {
            lower.target_from(node)
        }
        _ => Target::Ignored,
    }
}

fn map_part(lower: &mut Lower<'_>, part: Node<'_>) -> Option<(std::sync::Arc<str>, Target, Option<Expr>)> {
    match part.kind() {
        "shorthand_property_identifier_pattern" => {
            Some((lower.slice(part).into(), Target::Name(lower.ident(part)), None))
        }
        "object_assignment_pattern" => {
            let name = lower.child(part, "left")?;
            let default = lower.child(part, "right").map(|right| lower.expr(right));
            Some((lower.slice(name).into(), Target::Name(lower.ident(name)), default))
        }
        "pair_pattern" => {
            let key = lower.child(part, "key")?;
            let key = lower.key(key).as_text().cloned()?;
            let value = lower.child(part, "value")?;
            let default = match value.kind() {
                "assignment_pattern" => lower.child(value, "right").map(|right| lower.expr(right)),
                _ => None,
            };
            Some((key, lower.target(value), default))
        }
        _ => None,
    }
}
