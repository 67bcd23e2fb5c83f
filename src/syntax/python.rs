//! Python.

use tree_sitter::Node;

use super::facts::{
    Class, Expr, ExprKind, Function, Ident, Import, ImportName, Linkage, Method, Param, Resolution, Role, Stmt, Target,
    Traits,
};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::lower::Lower;

/// Python's table.
pub static PYTHON: Spec = Spec {
    name: "python",
    grammar: || tree_sitter_python::LANGUAGE.into(),
    forms: &[
        ("module", Form::Block),
        ("block", Form::Block),
        ("else_clause", Form::Block),
        ("elif_clause", Form::Block),
        ("finally_clause", Form::Block),
        ("expression_statement", Form::Effect),
        ("assignment", Form::Own),
        ("augmented_assignment", Form::Update("left", "right")),
        ("named_expression", Form::Assign("name", "value")),
        ("function_definition", Form::Own),
        ("class_definition", Form::Own),
        ("decorated_definition", Form::Own),
        ("import_statement", Form::Own),
        ("import_from_statement", Form::Own),
        ("return_statement", Form::Return),
        ("raise_statement", Form::Throw),
        ("if_statement", Form::Branch("condition", &["consequence", "alternative"])),
        ("try_statement", Form::Own),
        ("match_statement", Form::Own),
        ("for_statement", Form::Loop("left", "right", "body")),
        ("while_statement", Form::Loop("condition", "condition", "body")),
        ("with_statement", Form::Own),
        ("comment", Form::Comment),
        ("string", Form::Text),
        ("concatenated_string", Form::Own),
        ("interpolation", Form::Inner("expression")),
        ("integer", Form::Number),
        ("float", Form::Number),
        ("true", Form::Number),
        ("false", Form::Nothing),
        ("none", Form::Nothing),
        ("identifier", Form::Name),
        ("attribute", Form::Member("object", "attribute")),
        ("subscript", Form::Index("value", "subscript")),
        ("call", Form::Own),
        ("binary_operator", Form::Binary),
        ("boolean_operator", Form::Binary),
        ("comparison_operator", Form::Own),
        ("conditional_expression", Form::Own),
        ("parenthesized_expression", Form::Inner("")),
        ("await", Form::Inner("")),
        ("dictionary", Form::Map),
        ("dictionary_splat", Form::Spread),
        ("list_splat", Form::Spread),
        ("list", Form::List),
        ("tuple", Form::List),
        ("set", Form::List),
        ("expression_list", Form::List),
        ("list_comprehension", Form::Own),
        ("generator_expression", Form::Own),
        ("lambda", Form::Own),
        ("type", Form::Skip),
        ("global_statement", Form::Skip),
        ("nonlocal_statement", Form::Skip),
    ],
    fragments: &["string_content"],
    escapes: &["escape_sequence", "escape_interpolation"],
    unescape: |sequence| match sequence {
        "{{" | "}}" => sequence[1..].to_owned(),
        _ => unescape_c(sequence),
    },
    operators: &[("+", Operation::Concat), ("or", Operation::Choice), ("%", Operation::Format)],
    linkage: Linkage::Imports,
    resolution: Resolution::Package,
    declares: false,
    traits: Traits::NONE,
    expr,
    stmt,
    target,
    own_kinds: &[
        "aliased_import",
        "dotted_name",
        "relative_import",
        "wildcard_import",
        "with_clause",
        "with_item",
        "as_pattern",
        "as_pattern_target",
        "decorator",
        "except_clause",
        "default_parameter",
        "typed_parameter",
        "typed_default_parameter",
        "list_splat_pattern",
        "dictionary_splat_pattern",
        "pattern_list",
        "tuple_pattern",
        "list_pattern",
        "case_clause",
    ],
    own_fields: &[
        "function",
        "arguments",
        "name",
        "alias",
        "module_name",
        "superclasses",
        "definition",
        "parameters",
        "body",
        "left",
        "right",
        "type",
    ],
};

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "concatenated_string" => {
            let parts = lower.children(node);
            let parts = parts.into_iter().map(|part| lower.expr(part)).collect();
            return Some(super::strings::concat(parts, span));
        }
        "assignment" => {
            let value = lower.expr_of(node, "right");
            ExprKind::Assign(Box::new(lower.target_of(node, "left")), Box::new(value))
        }
        // `super()` is the receiver, of which what follows asks for a member of the base class.
        "call" if lower.child(node, "function").is_some_and(|name| lower.slice(name) == "super") => {
            ExprKind::Name("super".into())
        }
        "call" => lower.call(node, "function", "arguments", false),
        "conditional_expression" => {
            // `a if c else b`: the condition stands in the middle.
            let parts = lower.children(node);
            let [yes, _, no] = parts[..] else { return None };
            ExprKind::Choice(vec![lower.expr(yes), lower.expr(no)])
        }
        // `[f(x) for x in xs]` is a list of the one value that its body gives.
        "list_comprehension" | "generator_expression" => {
            let body = lower.child(node, "body")?;
            ExprKind::List(vec![lower.expr(body)])
        }
        "comparison_operator" => {
            let parts = lower.children(node);
            let [left, right] = parts[..] else { return None };
            let between = lower.text(left.end_byte()..right.start_byte()).trim().to_owned();
            let name = ["==", "!="].into_iter().find(|name| *name == between)?;
            let operands = vec![lower.expr(left), lower.expr(right)];
            return Some(super::strings::operator(name, operands, span));
        }
        "lambda" => ExprKind::Function(function(lower, node, false)),
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

fn function(lower: &mut Lower<'_>, node: Node<'_>, method: bool) -> usize {
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let mut params = Vec::new();
    for child in lower.child(node, "parameters").map_or_else(Vec::new, |list| lower.children(list)) {
        params.extend(param(lower, child));
    }
    let receiver = (method && !params.is_empty()).then(|| params.remove(0).name);
    let body = match lower.child(node, "body") {
        Some(body) if body.kind() == "block" => lower.block(body),
        Some(body) => vec![Stmt::Return(lower.expr(body))],
        None => Vec::new(),
    };
    let span = lower.span(node);
    lower.function(Function { name, params, receiver, body, span })
}

fn param(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Param> {
    let mut param = match node.kind() {
        "identifier" => lower.plain_param(node),
        "typed_parameter" => {
            let inner = lower.field(node, "")?;
            let mut param = param(lower, inner)?;
            param.class = declared(lower, node);
            param
        }
        "default_parameter" | "typed_default_parameter" => {
            let name = lower.child(node, "name")?;
            let mut param = lower.plain_param(name);
            param.default = Some(lower.expr_of(node, "value"));
            param.class = declared(lower, node);
            param
        }
        "list_splat_pattern" | "dictionary_splat_pattern" => {
            let name = lower.field(node, "")?;
            let mut param = lower.plain_param(name);
            param.rest = true;
            param
        }
        _ => return None,
    };
    param.span = lower.span(node);
    Some(param)
}

/// The declared type, where it is a plain name (`requests.Session`).
fn declared(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let class = lower.field(lower.child(node, "type")?, "")?;
    matches!(class.kind(), "identifier" | "attribute").then(|| lower.expr(class))
}

fn class(lower: &mut Lower<'_>, node: Node<'_>) -> usize {
    let span = lower.span(node);
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let mut class =
        Class { name, bases: Vec::new(), fields: Vec::new(), methods: Vec::new(), members_in_scope: false, span };
    if let Some(bases) = lower.child(node, "superclasses") {
        class.bases = lower.args(bases).into_iter().filter(|arg| arg.name.is_none()).map(|arg| arg.value).collect();
    }
    for member in lower.child(node, "body").map_or_else(Vec::new, |body| lower.children(body)) {
        match member.kind() {
            "function_definition" => method(lower, member, &[], &mut class),
            "decorated_definition" => {
                let decorators: Vec<String> = lower
                    .children(member)
                    .into_iter()
                    .filter(|child| child.kind() == "decorator")
                    .map(|child| lower.slice(child).trim_start_matches('@').to_owned())
                    .collect();
                if let Some(inner) = lower.child(member, "definition") {
                    method(lower, inner, &decorators, &mut class);
                }
            }
            _ => {
                let mut block = Vec::new();
                lower.stmt(member, &mut block);
                let mut found = Vec::new();
                fields(block, &mut found);
                for (ident, value) in found {
                    add_field(&mut class.fields, ident, value);
                }
            }
        }
    }
    lower.facts.classes.push(class);
    lower.facts.classes.len() - 1
}

/// What statements of a class's body bind, also where they run in some cases alone.
fn fields(block: Vec<Stmt>, found: &mut Vec<(Ident, Expr)>) {
    for stmt in block {
        match stmt {
            Stmt::Bind { target: Target::Name(ident), value, .. } => found.push((ident, value)),
            Stmt::Branch { arms, .. } => arms.into_iter().for_each(|arm| fields(arm, found)),
            Stmt::Loop { body, .. } => fields(body, found),
            _ => {}
        }
    }
}

/// A field that is bound twice has one of the values.
fn add_field(fields: &mut Vec<(Ident, Expr)>, ident: Ident, value: Expr) {
    let Some((_, before)) = fields.iter_mut().find(|(field, _)| field.name == ident.name) else {
        return fields.push((ident, value));
    };
    let span = before.span;
    let first = std::mem::replace(before, Expr::opaque(span));
    let values = match first.kind {
        ExprKind::Choice(mut values) => {
            values.push(value);
            values
        }
        _ => vec![first, value],
    };
    *before = Expr { kind: ExprKind::Choice(values), span };
}

fn method(lower: &mut Lower<'_>, node: Node<'_>, decorators: &[String], class: &mut Class) {
    let Some(name) = lower.child(node, "name") else { return };
    let name = lower.ident(name);
    let has = |wanted: &str| decorators.iter().any(|found| found.rsplit('.').next() == Some(wanted));
    let role = match &*name.name {
        "__init__" => Role::Constructor,
        _ if has("property") || has("cached_property") => Role::Getter,
        _ if has("staticmethod") || has("classmethod") => Role::Static,
        _ => Role::Plain,
    };
    // A static method has no receiver; a class method's `cls` is one.
    let function = function(lower, node, !has("staticmethod"));
    class.methods.push(Method { name, function, role });
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "assignment" => {
            // `x: str` declares without a value.
            let Some(mut right) = lower.child(node, "right") else { return true };
            let mut targets = vec![lower.target_of(node, "left")];
            while right.kind() == "assignment" {
                targets.push(lower.target_of(right, "left"));
                let Some(next) = lower.child(right, "right") else { break };
                right = next;
            }
            let value = lower.expr(right);
            let target = if targets.len() == 1 { targets.remove(0) } else { Target::All(targets) };
            block.push(Stmt::Bind { target, value, env: false });
        }
        "function_definition" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, index) = (lower.ident(name), function(lower, node, false));
            block.push(Stmt::Function(name, index));
        }
        "class_definition" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, index) = (lower.ident(name), class(lower, node));
            block.push(Stmt::Class(name, index));
        }
        "decorated_definition" => {
            for child in lower.children(node) {
                if child.kind() == "decorator" {
                    let decorator = lower.expr_of(child, "");
                    block.push(Stmt::Expr(decorator));
                } else {
                    lower.stmt(child, block);
                }
            }
        }
        "import_statement" => {
            for name in lower.fields(node, "name") {
                import_module(lower, name, block);
            }
        }
        "import_from_statement" => import_from(lower, node, block),
        "with_statement" => {
            for clause in lower.children(node) {
                match clause.kind() {
                    "with_clause" => {
                        for item in lower.children(clause) {
                            with_item(lower, item, block);
                        }
                    }
                    _ => lower.stmt(clause, block),
                }
            }
        }
        "try_statement" => {
            // A handler runs instead of some part of the body.
            let mut arms: Vec<_> = lower.child(node, "body").map(|body| lower.arm(body)).into_iter().collect();
            for clause in lower.children(node).into_iter().filter(|clause| clause.kind() == "except_clause") {
                let mut arm = Vec::new();
                for part in lower.children(clause).into_iter().filter(|part| part.kind() == "block") {
                    lower.stmt(part, &mut arm);
                }
                arms.push(arm);
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive: true });
            for clause in lower.children(node) {
                if matches!(clause.kind(), "else_clause" | "finally_clause") {
                    lower.stmt(clause, block);
                }
            }
        }
        "match_statement" => {
            let body = lower.child(node, "body").unwrap_or(node);
            let cases = lower.children(body).into_iter().filter(|child| child.kind() == "case_clause");
            let arms = cases.filter_map(|case| Some(lower.arm(lower.child(case, "consequence")?))).collect();
            block.push(Stmt::Branch { test: None, arms, exhaustive: false });
        }
        _ => return false,
    }
    true
}

/// `with open_it() as x` binds like an assignment.
fn with_item(lower: &mut Lower<'_>, item: Node<'_>, block: &mut Vec<Stmt>) {
    let Some(value) = lower.child(item, "value") else { return };
    if value.kind() != "as_pattern" {
        let value = lower.expr(value);
        block.push(Stmt::Expr(value));
        return;
    }
    let parts = lower.children(value);
    let (Some(opened), Some(alias)) = (parts.first(), parts.get(1)) else { return };
    let opened = lower.expr(*opened);
    let target = lower.field(*alias, "").map_or(Target::Ignored, |name| lower.target(name));
    block.push(Stmt::Bind { target, value: opened, env: false });
}

/// `import a.b` binds `a`; `import a.b as c` binds the inner module.
fn import_module(lower: &mut Lower<'_>, name: Node<'_>, block: &mut Vec<Stmt>) {
    let (module, local) = match name.kind() {
        "aliased_import" => {
            let (Some(module), Some(alias)) = (lower.child(name, "name"), lower.child(name, "alias")) else {
                return;
            };
            (lower.ident(module), lower.ident(alias))
        }
        _ => {
            let whole = lower.ident(name);
            let first: std::sync::Arc<str> = whole.name.split('.').next().unwrap_or_default().into();
            let local = Ident { name: first.clone(), span: whole.span };
            (Ident { name: first, span: whole.span }, local)
        }
    };
    let names = vec![ImportName { exported: None, local }];
    block.push(Stmt::Import(Import { module, names, type_only: false }));
}

fn import_from(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    let Some(module) = lower.child(node, "module_name") else { return };
    let module = lower.ident(module);
    let mut names = Vec::new();
    for name in lower.fields(node, "name") {
        let (exported, local) = match name.kind() {
            "aliased_import" => (lower.child(name, "name"), lower.child(name, "alias")),
            _ => (Some(name), Some(name)),
        };
        if let (Some(exported), Some(local)) = (exported, local) {
            names.push(ImportName { exported: Some(lower.slice(exported).into()), local: lower.ident(local) });
        }
    }
    if lower.child_of(node, &["wildcard_import"]).is_some() {
        block.push(Stmt::ExportAll(module));
        return;
    }
    block.push(Stmt::Import(Import { module, names, type_only: false }));
}

fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    match node.kind() {
        "identifier" => Target::Name(lower.ident(node)),
        "pattern_list" | "tuple_pattern" | "list_pattern" => {
            let parts = lower.children(node);
            Target::List(parts.into_iter().map(|part| lower.target(part)).collect())
        }
        "attribute" | "subscript" => lower.target_from(node),
        "as_pattern_target" => lower.target_of(node, ""),
        _ => Target::Ignored,
    }
}
