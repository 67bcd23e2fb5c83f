//! Implementations of Objective-C's classes.

use tree_sitter::Node;

use crate::syntax::facts::{Block, Class, Expr, ExprKind, Function, Ident, Method, Param, Role, Stmt, Target};
use crate::syntax::lower::Lower;

/// `@implementation`: its methods, and the class that its interface says it inherits from, where that is in the file.
pub(super) fn implementation(lower: &mut Lower<'_>, node: Node<'_>, block: &mut Block) {
    let Some(name) = lower.child_of(node, &["identifier"]) else { return };
    let ident = lower.ident(name);
    let span = lower.span(node);
    let mut class = Class {
        name: ident.name.clone(),
        bases: Vec::new(),
        fields: Vec::new(),
        methods: Vec::new(),
        members_in_scope: true,
        span,
    };
    for part in lower.children(node).into_iter().filter(|part| part.kind() == "implementation_definition") {
        for inner in lower.children(part) {
            match inner.kind() {
                "method_definition" => method(lower, inner, &mut class),
                _ => lower.stmt(inner, block),
            }
        }
    }
    // A category adds to the class.
    if let Some(known) = lower.facts.classes.iter_mut().find(|known| known.name == class.name) {
        known.methods.extend(class.methods);
        return;
    }
    lower.facts.classes.push(class);
    block.push(Stmt::Class(ident, lower.facts.classes.len() - 1));
}

fn method(lower: &mut Lower<'_>, node: Node<'_>, class: &mut Class) {
    let mut selector: Option<Ident> = None;
    let mut label: Option<Ident> = None;
    let mut params: Vec<Param> = Vec::new();
    for part in lower.children(node) {
        match part.kind() {
            "identifier" if selector.is_none() => selector = Some(lower.ident(part)),
            "identifier" => label = Some(lower.ident(part)),
            "method_parameter" => {
                let name = lower.children(part).into_iter().rfind(|child| child.kind() == "identifier");
                let Some(name) = name else { continue };
                let mut param = lower.plain_param(name);
                param.name = label.take().map_or_else(|| "".into(), |label| label.name);
                let class = lower.child_of(part, &["method_type"]).and_then(|ty| lower.child_of(ty, &["type_name"]));
                param.class = class.and_then(|ty| lower.field(ty, "")).and_then(|class| type_name(lower, class));
                params.push(param);
            }
            _ => {}
        }
    }
    let Some(name) = selector else { return };
    let mut body = lower.child_of(node, &["compound_statement"]).map_or_else(Vec::new, |body| lower.block(body));
    let of_class = lower.slice(node).starts_with('+');
    let constructs = !of_class && name.name.starts_with("init");
    if constructs {
        without_self(&mut body);
    }
    let span = lower.span(node);
    let bare = params.is_empty();
    let function = lower.function(Function { name: name.name.clone(), params, receiver: None, body, span });
    let role = match (of_class, constructs) {
        (_, true) => Role::Constructor,
        // Read with a dot, too: `self.token`, `Config.apiSecret`.
        _ if bare => Role::Getter,
        (true, _) => Role::Static,
        _ => Role::Plain,
    };
    class.methods.push(Method { name, function, role });
}

/// `self = [super init]; if (self) { .. } return self;`: the instance is there already.
fn without_self(body: &mut Block) {
    let is_this = |target: &Target| matches!(target, Target::Name(name) if &*name.name == "this");
    let mut kept = Vec::new();
    for stmt in std::mem::take(body) {
        match stmt {
            Stmt::Assign { target, value } if is_this(&target) => kept.push(Stmt::Expr(value)),
            Stmt::Branch { test: Some(Expr { kind, span }), mut arms, exhaustive } if !arms.is_empty() => match kind {
                ExprKind::Name(name) if &*name == "this" => kept.extend(arms.swap_remove(0)),
                ExprKind::Assign(target, value) if is_this(&target) => {
                    kept.push(Stmt::Expr(*value));
                    kept.extend(arms.swap_remove(0));
                }
                kind => kept.push(Stmt::Branch { test: Some(Expr::new(kind, span)), arms, exhaustive }),
            },
            other => kept.push(other),
        }
    }
    *body = kept;
}

/// The name of a type that may be a client's or a class of the repository.
pub(super) fn type_name(lower: &mut Lower<'_>, node: Node<'_>) -> Option<Expr> {
    let plain = ["NSString", "NSDictionary", "NSArray", "NSData", "NSNumber", "NSError", "NSUInteger", "NSInteger"];
    if node.kind() != "type_identifier" || plain.contains(&lower.slice(node)) {
        return None;
    }
    Some(lower.expr(node))
}
