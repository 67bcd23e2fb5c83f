//! Classes and modules. Their body runs once, in a scope of its own that holds their constants, and gives the class.

use tree_sitter::Node;

use super::super::facts::{Arg, Call, Class, Expr, ExprKind, Function, Ident, Method, Role, Stmt, Target};
use super::super::lower::Lower;
use crate::source::Span;

/// Calls in a body that only say who may call what.
const MARKERS: &[&str] = &[
    "private",
    "public",
    "protected",
    "module_function",
    "private_class_method",
    "public_class_method",
    "private_constant",
    "attr_reader",
    "attr_accessor",
    "attr_writer",
];

/// What a body holds, while it is gathered.
struct Body {
    class: Class,
    /// Constants and inner classes, bound in the scope of the body.
    around: Vec<Stmt>,
}

/// `class X < Y` and `module X`. One that is opened again is the one that it was.
pub(super) fn declare(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Vec<Stmt>) -> bool {
    let Some(name) = lower.child(node, "name") else { return false };
    let span = lower.span(node);
    // `class A::B` goes by its last name.
    let name = lower.child(name, "name").unwrap_or(name);
    let ident = lower.ident(name);
    let class = Class {
        name: ident.name.clone(),
        bases: Vec::new(),
        fields: Vec::new(),
        methods: Vec::new(),
        members_in_scope: true,
        span,
    };
    let mut body = Body { class, around: Vec::new() };
    if let Some(base) = lower.child(node, "superclass") {
        let base = lower.expr_of(base, "");
        match base.kind {
            ExprKind::Class(index) => body.class.fields.extend(lower.facts.classes[index].fields.clone()),
            _ => body.class.bases.push(base),
        }
    }
    if let Some(inner) = lower.child(node, "body") {
        body.fill(lower, inner, Role::Plain);
    }
    let known = block.iter().find_map(|stmt| known(lower, stmt, &ident));
    if let Some((index, function)) = known {
        let class = &mut lower.facts.classes[index];
        class.bases.extend(body.class.bases);
        class.fields.extend(body.class.fields);
        class.methods.extend(body.class.methods);
        let inside = &mut lower.facts.functions[function].body;
        let at = inside.len().saturating_sub(1);
        inside.splice(at..at, body.around);
        return true;
    }
    lower.facts.classes.push(body.class);
    let index = lower.facts.classes.len() - 1;
    let mut inside = body.around;
    inside.push(Stmt::Return(Expr::new(ExprKind::Class(index), span)));
    let name = ident.name.clone();
    let function = lower.function(Function { name, params: Vec::new(), receiver: None, body: inside, span });
    let callee = Expr::new(ExprKind::Function(function), span);
    let value = Expr::new(ExprKind::Call(Box::new(Call { callee, args: Vec::new(), construct: false })), span);
    block.push(Stmt::Bind { target: Target::Name(ident), value, env: false });
    true
}

/// The class and the function around it, of a statement that declares it under this name.
fn known(lower: &Lower<'_>, stmt: &Stmt, ident: &Ident) -> Option<(usize, usize)> {
    let Stmt::Bind { target: Target::Name(name), value, .. } = stmt else { return None };
    let ExprKind::Call(call) = &value.kind else { return None };
    let ExprKind::Function(function) = call.callee.kind else { return None };
    match lower.facts.functions[function].body.last()? {
        Stmt::Return(Expr { kind: ExprKind::Class(index), .. }) if name.name == ident.name => Some((*index, function)),
        _ => None,
    }
}

/// `Struct.new(:a, :b) do .. end`, `Data.define(:a, :b)`: a class of these fields.
pub(super) fn record(lower: &mut Lower<'_>, args: Vec<Arg>, span: Span) -> Expr {
    let field = |arg: &Arg| {
        let name = arg.value.as_text().filter(|_| arg.name.is_none())?.clone();
        Some((Ident { name, span: arg.value.span }, Expr::opaque(arg.value.span)))
    };
    let fields = args.iter().filter_map(field).collect();
    let methods = args.iter().filter(|arg| arg.name.as_ref().is_some_and(|name| &*name.name == super::BLOCK));
    let mut methods = methods.flat_map(|arg| match arg.value.kind {
        ExprKind::Function(index) => lower.facts.functions[index].body.clone(),
        _ => Vec::new(),
    });
    let methods = methods.by_ref().filter_map(|stmt| match stmt {
        Stmt::Function(name, function) => Some(Method { name, function, role: Role::Plain }),
        _ => None,
    });
    let methods = methods.collect();
    let class = Class { name: "".into(), bases: Vec::new(), fields, methods, members_in_scope: true, span };
    lower.facts.classes.push(class);
    Expr::new(ExprKind::Class(lower.facts.classes.len() - 1), span)
}

impl Body {
    /// The members of a body; `role` is that of its methods.
    fn fill(&mut self, lower: &mut Lower<'_>, node: Node<'_>, role: Role) {
        for child in lower.children(node) {
            match child.kind() {
                "method" => self.method(lower, child, role),
                "singleton_method" => self.method(lower, child, Role::Static),
                "singleton_class" => {
                    if let Some(inner) = lower.child(child, "body") {
                        self.fill(lower, inner, Role::Static);
                    }
                }
                "class" | "module" => {
                    let before = self.around.len();
                    // Through the walk, which bounds how deep it goes.
                    lower.stmt(child, &mut self.around);
                    if let Some(Stmt::Bind { target: Target::Name(ident), .. }) = self.around.get(before) {
                        self.class.fields.push((ident.clone(), name_of(ident)));
                    }
                }
                "assignment" | "operator_assignment" => self.assignment(lower, child),
                "identifier" if MARKERS.contains(&lower.slice(child)) => {}
                "call" => self.call(lower, child, role),
                _ => self.effect(lower, child),
            }
        }
    }

    fn method(&mut self, lower: &mut Lower<'_>, node: Node<'_>, role: Role) {
        let Some(name) = lower.child(node, "name") else { return };
        let name = lower.ident(name);
        let role = if &*name.name == "initialize" && role == Role::Plain { Role::Constructor } else { role };
        let function = super::functions::function(lower, node);
        self.class.methods.push(Method { name, function, role });
    }

    /// A constant goes into the scope of the body, `@x` and `@@x` are members of the class.
    fn assignment(&mut self, lower: &mut Lower<'_>, node: Node<'_>) {
        let Some(left) = lower.child(node, "left") else { return };
        let ident = lower.ident(left);
        match left.kind() {
            "constant" => {
                let ExprKind::Assign(target, value) = lower.expr(node).kind else { return };
                self.around.push(Stmt::Bind { target: *target, value: *value, env: false });
                self.class.fields.push((ident.clone(), name_of(&ident)));
            }
            "instance_variable" | "class_variable" => {
                let ExprKind::Assign(_, value) = lower.expr(node).kind else { return };
                let name = ident.name.trim_start_matches('@').into();
                self.class.fields.push((Ident { name, span: ident.span }, *value));
            }
            _ => self.effect(lower, node),
        }
    }

    fn call(&mut self, lower: &mut Lower<'_>, node: Node<'_>, role: Role) {
        let bare = lower.child(node, "receiver").is_none();
        let name = lower.child(node, "method").map_or("", |method| lower.slice(method)).to_owned();
        let given = lower.child(node, "arguments").map_or_else(Vec::new, |list| lower.children(list));
        // `private def x`, `memoize def x`
        let methods: Vec<_> = given.iter().filter(|arg| matches!(arg.kind(), "method" | "singleton_method")).collect();
        if bare && !methods.is_empty() {
            for method in methods {
                let role = if method.kind() == "method" { role } else { Role::Static };
                self.method(lower, *method, role);
            }
        } else if bare && matches!(&*name, "include" | "extend" | "prepend") {
            let bases = given.into_iter().filter(|base| base.kind() != "self").map(|base| lower.expr(base));
            self.class.bases.extend(bases.collect::<Vec<_>>());
        } else if !(bare && MARKERS.contains(&&*name)) {
            self.effect(lower, node);
        }
    }

    /// What a body does besides: it runs for each instance, since that is where its effects are seen.
    fn effect(&mut self, lower: &mut Lower<'_>, node: Node<'_>) {
        let span = lower.span(node);
        let mut block = Vec::new();
        lower.stmt(node, &mut block);
        let value = match block.len() {
            0 => return,
            1 if matches!(block[0], Stmt::Expr(_)) => match block.remove(0) {
                Stmt::Expr(value) => value,
                _ => return,
            },
            _ => lower.block_value(block, span),
        };
        self.class.fields.push((Ident { name: "".into(), span }, value));
    }
}

fn name_of(ident: &Ident) -> Expr {
    Expr::new(ExprKind::Name(ident.name.clone()), ident.span)
}
