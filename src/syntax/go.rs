//! Go.

use tree_sitter::Node;

use super::facts::{
    Expr, ExprKind, Function, Ident, Import, ImportName, Linkage, Param, Resolution, Stmt, Target, Traits,
};
use super::forms::{Form, Operation, Spec, unescape_c};
use super::lower::Lower;

mod types;

/// Go's table.
pub static GO: Spec = Spec {
    name: "go",
    grammar: || tree_sitter_go::LANGUAGE.into(),
    forms: &[
        ("source_file", Form::Own),
        ("block", Form::Block),
        ("statement_list", Form::Block),
        ("expression_statement", Form::Effect),
        ("go_statement", Form::Effect),
        ("defer_statement", Form::Effect),
        ("package_clause", Form::Skip),
        ("import_declaration", Form::Own),
        ("const_spec", Form::Own),
        ("var_spec", Form::Own),
        ("type_declaration", Form::Own),
        ("function_declaration", Form::Own),
        ("method_declaration", Form::Skip),
        ("func_literal", Form::Own),
        ("short_var_declaration", Form::Own),
        ("assignment_statement", Form::Own),
        ("return_statement", Form::Own),
        ("if_statement", Form::Own),
        ("for_statement", Form::Own),
        ("expression_switch_statement", Form::Own),
        ("type_switch_statement", Form::Own),
        ("select_statement", Form::Own),
        ("communication_case", Form::Block),
        ("inc_statement", Form::Skip),
        ("dec_statement", Form::Skip),
        ("goto_statement", Form::Skip),
        ("break_statement", Form::Skip),
        ("continue_statement", Form::Skip),
        ("comment", Form::Comment),
        ("interpreted_string_literal", Form::Text),
        ("raw_string_literal", Form::Text),
        ("rune_literal", Form::Number),
        ("int_literal", Form::Number),
        ("float_literal", Form::Number),
        ("true", Form::Number),
        ("false", Form::Nothing),
        ("nil", Form::Nothing),
        ("identifier", Form::Name),
        ("field_identifier", Form::Name),
        ("type_identifier", Form::Name),
        ("package_identifier", Form::Name),
        ("selector_expression", Form::Member("operand", "field")),
        ("qualified_type", Form::Member("package", "name")),
        ("index_expression", Form::Index("operand", "index")),
        ("call_expression", Form::Own),
        ("variadic_argument", Form::Spread),
        ("composite_literal", Form::Own),
        ("literal_element", Form::Inner("")),
        ("literal_value", Form::Own),
        ("type_conversion_expression", Form::Inner("operand")),
        ("type_assertion_expression", Form::Inner("operand")),
        ("parenthesized_expression", Form::Inner("")),
        ("unary_expression", Form::Own),
        ("binary_expression", Form::Binary),
        ("expression_list", Form::Own),
        ("pointer_type", Form::Inner("")),
        ("generic_type", Form::Inner("type")),
        ("slice_type", Form::Skip),
        ("array_type", Form::Skip),
        ("map_type", Form::Skip),
        ("channel_type", Form::Skip),
        ("struct_type", Form::Skip),
        ("interface_type", Form::Skip),
        ("function_type", Form::Skip),
    ],
    fragments: &["interpreted_string_literal_content", "raw_string_literal_content"],
    escapes: &["escape_sequence"],
    unescape: unescape_c,
    operators: &[("+", Operation::Concat), ("==", Operation::Equal), ("!=", Operation::Differ)],
    linkage: Linkage::Folder,
    resolution: Resolution::Nowhere,
    declares: true,
    traits: Traits::NONE,
    expr,
    stmt,
    target,
    own_kinds: &[
        "import_spec",
        "import_spec_list",
        "const_declaration",
        "var_declaration",
        "var_spec_list",
        "type_spec",
        "type_alias",
        "parameter_declaration",
        "variadic_parameter_declaration",
        "for_clause",
        "range_clause",
        "default_case",
        "keyed_element",
        "field_declaration",
        "field_declaration_list",
        "implicit_length_array_type",
    ],
    own_fields: &[
        "name",
        "path",
        "value",
        "type",
        "body",
        "parameters",
        "receiver",
        "left",
        "right",
        "operator",
        "initializer",
        "condition",
        "consequence",
        "alternative",
        "function",
        "arguments",
        "element",
        "tag",
        "key",
    ],
};

fn expr(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let span = lower.span(node);
    let kind = match node.kind() {
        "call_expression" => return Some(call(lower, node)),
        "composite_literal" => return types::composite(lower, lower.child(node, "type"), node),
        "literal_value" => return types::composite(lower, None, node),
        "func_literal" => ExprKind::Function(function(lower, node, None)),
        "unary_expression" => {
            let operator = lower.child(node, "operator")?;
            // A pointer is followed as what it points to, a receive as something unknown.
            return matches!(lower.slice(operator), "&" | "*").then(|| lower.expr_of(node, "operand"));
        }
        "expression_list" => match &lower.children(node)[..] {
            [one] => return Some(lower.expr(*one)),
            several => ExprKind::Results(several.iter().map(|one| lower.expr(*one)).collect()),
        },
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

/// A call; `make(T)` and `new(T)` give an empty `T`.
fn call(lower: &mut Lower<'_>, node: Node<'_>) -> Expr {
    let span = lower.span(node);
    let arguments = lower.child(node, "arguments");
    if let (Some(callee), Some(arguments)) = (lower.child(node, "function"), arguments)
        && matches!(lower.slice(callee), "make" | "new")
        && let Some(class) = lower.field(arguments, "")
    {
        return types::zero(lower, class).unwrap_or_else(|| Expr::opaque(span));
    }
    let callee = lower.expr_of(node, "function");
    let args = arguments.map_or_else(Vec::new, |list| lower.args(list));
    super::strings::call(callee, args, span)
}

fn function(lower: &mut Lower<'_>, node: Node<'_>, receiver: Option<&str>) -> usize {
    let name = lower.child(node, "name").map_or_else(|| "".into(), |name| lower.slice(name).into());
    let params = lower.child(node, "parameters").map_or_else(Vec::new, |list| params(lower, list));
    let body = lower.child(node, "body").map_or_else(Vec::new, |body| lower.block(body));
    let span = lower.span(node);
    lower.function(Function { name, params, receiver: receiver.map(Into::into), body, span })
}

fn params(lower: &mut Lower<'_>, list: Node<'_>) -> Vec<Param> {
    let mut params = Vec::new();
    for declaration in lower.children(list) {
        let rest = declaration.kind() == "variadic_parameter_declaration";
        for name in lower.fields(declaration, "name") {
            let mut param = lower.plain_param(name);
            // Arguments have no names in Go.
            param.rest = rest;
            param.class = lower.child(declaration, "type").and_then(|class| types::named(lower, class));
            params.push(param);
        }
    }
    params
}

fn stmt(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    match node.kind() {
        "source_file" => file(lower, node, block),
        "import_declaration" => {
            for spec in lower.children(node) {
                match spec.kind() {
                    "import_spec_list" => lower.children(spec).into_iter().for_each(|spec| import(lower, spec, block)),
                    _ => import(lower, spec, block),
                }
            }
        }
        "const_spec" | "var_spec" => {
            let names: Vec<_> = lower.fields(node, "name").into_iter().map(|name| lower.target(name)).collect();
            let value = match (lower.child(node, "value"), lower.child(node, "type")) {
                (Some(values), _) => lower.expr(values),
                (None, Some(class)) => match types::zero(lower, class) {
                    Some(value) => value,
                    None => return true,
                },
                // `iota` goes on.
                (None, None) => return true,
            };
            bind(names, value, block, |target, value| Stmt::Bind { target, value, env: false });
        }
        "short_var_declaration" => assign(lower, node, block, |target, value| Stmt::Bind { target, value, env: false }),
        "assignment_statement" => {
            let operator = lower.child(node, "operator").map_or("=", |operator| lower.slice(operator));
            if operator == "=" {
                assign(lower, node, block, |target, value| Stmt::Assign { target, value });
            } else {
                // `url += "..."` puts together; other operators are numbers'.
                let operands = vec![lower.expr_of(node, "left"), lower.expr_of(node, "right")];
                let value = super::strings::concat(operands, lower.span(node));
                let target = lower.field(node, "left").and_then(|left| lower.field(left, ""));
                let target = target.map_or(Target::Ignored, |target| lower.target(target));
                block.push(Stmt::Assign { target, value });
            }
        }
        "function_declaration" => {
            let Some(name) = lower.child(node, "name") else { return false };
            let (name, index) = (lower.ident(name), function(lower, node, None));
            // There may be many of `init` and `_`.
            block.push(match &*name.name {
                "init" | "_" => Stmt::Expr(Expr::new(ExprKind::Function(index), name.span)),
                _ => Stmt::Function(name, index),
            });
        }
        "type_declaration" => types::declare(lower, &[node], block),
        "return_statement" => {
            let value = match lower.field(node, "") {
                Some(value) => lower.expr(value),
                None => Expr::opaque(lower.span(node)),
            };
            block.push(Stmt::Return(value));
        }
        "if_statement" => {
            initialise(lower, node, block);
            let test = lower.child(node, "condition").map(|condition| lower.expr(condition));
            let arms = ["consequence", "alternative"].map(|field| lower.child(node, field));
            let exhaustive = arms[1].is_some();
            let arms = arms.into_iter().flatten().map(|arm| lower.arm(arm)).collect();
            block.push(Stmt::Branch { test, arms, exhaustive });
        }
        "for_statement" => {
            let mut over = None;
            for clause in lower.children(node) {
                match clause.kind() {
                    "for_clause" => initialise(lower, clause, block),
                    "range_clause" => over = range(lower, clause),
                    _ => {}
                }
            }
            let body = lower.child(node, "body").map_or_else(Vec::new, |body| lower.arm(body));
            block.push(Stmt::Loop { over, body });
        }
        "expression_switch_statement" | "type_switch_statement" | "select_statement" => {
            initialise(lower, node, block);
            let cases: Vec<_> =
                lower.children(node).into_iter().filter(|case| case.kind().ends_with("_case")).collect();
            let exhaustive = cases.iter().any(|case| case.kind() == "default_case");
            let mut arms = Vec::new();
            for case in cases {
                let mut arm = Vec::new();
                for part in lower.children(case) {
                    lower.stmt(part, &mut arm);
                }
                arms.push(arm);
            }
            block.push(Stmt::Branch { test: None, arms, exhaustive });
        }
        _ => return false,
    }
    true
}

/// The statement before the condition: `if v, ok := ..; ok`.
fn initialise(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) {
    if let Some(first) = lower.child(node, "initializer") {
        lower.stmt(first, block);
    }
}

/// `for _, value := range values`.
fn range(lower: &mut Lower<'_>, clause: Node<'_>) -> Option<(Target, Expr)> {
    let iterated = lower.expr_of(clause, "right");
    let names = lower.child(clause, "left").map_or_else(Vec::new, |left| lower.children(left));
    let target = names.get(1).map_or(Target::Ignored, |name| lower.target(*name));
    Some((target, iterated))
}

/// A whole file. Its packages, types and constants are there before anything runs, in whatever order they stand.
fn file(lower: &mut Lower<'_>, root: Node<'_>, block: &mut Vec<Stmt>) {
    let rank = |node: &Node<'_>| match node.kind() {
        "import_declaration" => 0,
        "const_declaration" => 1,
        "var_declaration" => 2,
        _ => 3,
    };
    let mut children = lower.children(root);
    children.sort_by_key(rank);
    types::declare(lower, &children, block);
    let first = children.iter().take_while(|child| rank(child) == 0).count();
    let mut imports = Vec::new();
    children[..first].iter().for_each(|child| lower.stmt(*child, &mut imports));
    block.splice(0..0, imports);
    let rest = children[first..].iter().filter(|child| child.kind() != "type_declaration");
    rest.for_each(|child| lower.stmt(*child, block));
}

/// `name := value`, `a, b = f()`, `a, b := x, y`.
fn assign(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>, make: fn(Target, Expr) -> Stmt) {
    let names = lower.child(node, "left").map_or_else(Vec::new, |left| lower.children(left));
    let value = lower.expr_of(node, "right");
    let targets = names.into_iter().map(|name| lower.target(name)).collect();
    bind(targets, value, block, make);
}

fn bind(mut targets: Vec<Target>, value: Expr, block: &mut Vec<Stmt>, make: fn(Target, Expr) -> Stmt) {
    match value.kind {
        ExprKind::Results(values) if values.len() == targets.len() => {
            block.extend(targets.into_iter().zip(values).map(|(target, value)| make(target, value)));
        }
        _ if targets.len() == 1 => block.push(make(targets.remove(0), value)),
        _ => block.push(make(Target::Results(targets), value)),
    }
}

fn target(lower: &mut Lower<'_>, node: Node<'_>) -> Target {
    match node.kind() {
        "identifier" if lower.slice(node) == "_" => Target::Ignored,
        "identifier" => Target::Name(lower.ident(node)),
        _ => lower.target_from(node),
    }
}

/// `import "path"` binds the package's name, `import name "path"` the name that is given.
fn import(lower: &mut Lower<'_>, spec: Node<'_>, block: &mut Vec<Stmt>) {
    let Some(path) = lower.child(spec, "path") else { return };
    let span = lower.span(path);
    let Some(whole) = lower.expr(path).as_text().cloned() else { return };
    let module = without_version(&whole);
    let local = match lower.child(spec, "name") {
        Some(name) if name.kind() == "package_identifier" => Some(lower.ident(name)),
        Some(_) => None,
        None => Some(Ident { name: package(module).into(), span }),
    };
    let names = local.into_iter().map(|local| ImportName { exported: None, local }).collect();
    let module = Ident { name: module.into(), span };
    block.push(Stmt::Import(Import { module, names, type_only: false }));
}

/// A module's path without its major version: `github.com/go-resty/resty/v2`, `gopkg.in/yaml.v3`.
fn without_version(path: &str) -> &str {
    let is_version = |text: &str| {
        text.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    match path.rsplit_once(['/', '.']) {
        Some((front, last)) if is_version(last) => front,
        _ => path,
    }
}

/// What a package is most likely called: the last segment, without the marks that say that it is Go.
fn package(module: &str) -> String {
    let last = module.rsplit('/').next().unwrap_or(module);
    let last = last.strip_prefix("go-").or_else(|| last.strip_suffix("-go")).unwrap_or(last);
    let last = last.strip_suffix(".go").unwrap_or(last);
    last.replace(['-', '.'], "")
}

#[cfg(test)]
mod tests;
