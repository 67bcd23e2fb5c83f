//! What annotations say to a program: which setting a field or parameter is filled with, and which request a method
//! without a body stands for.
//!
//! No annotation is known by name here. A setting shows by its text (`${name:default}`) or by its members (`name`,
//! `defaultValue`); a declared request is lowered to calls of its annotations, of which rows in `rules/http` know.

use super::facts::{Arg, Block, Call, Expr, ExprKind, Ident, Param, Stmt, Target};
use crate::source::Span;

/// `@Name(args)`.
pub struct Annotation {
    /// The name, as an expression.
    pub callee: Expr,
    /// What it is given.
    pub args: Vec<Arg>,
    /// Where it stands.
    pub span: Span,
}

/// The value of a setting that an annotation binds its target to: `@Value("${mixpanel.secret:default}")`,
/// `@ConfigProperty(name = "mixpanel.secret", defaultValue = "default")`.
pub fn setting(annotations: &[Annotation]) -> Option<Expr> {
    annotations.iter().find_map(|annotation| {
        let member = |wanted: &[&str]| {
            let named = |arg: &&Arg| arg.name.as_ref().is_some_and(|name| wanted.contains(&&*name.name));
            annotation.args.iter().find(named).map(|arg| &arg.value)
        };
        let given =
            annotation.args.iter().find(|arg| arg.name.is_none()).map(|arg| &arg.value).or_else(|| member(&["value"]));
        if let Some(value) = given
            && let Some(found) = placeholder(value)
        {
            return Some(found);
        }
        let (name, default) = (member(&["name"])?.as_text()?, member(&["defaultValue"])?);
        let read = Expr::new(ExprKind::Env(name.clone()), annotation.span);
        Some(Expr::new(ExprKind::Choice(vec![read, default.clone()]), annotation.span))
    })
}

/// `${name}` and `${name:default}`.
fn placeholder(value: &Expr) -> Option<Expr> {
    let text = value.as_text()?;
    let inside = text.trim().strip_prefix("${")?.strip_suffix('}')?;
    let (name, default) = inside.split_once(':').map_or((inside, None), |(name, default)| (name, Some(default)));
    if name.is_empty() || name.contains(['{', '}', ' ']) {
        return None;
    }
    let read = Expr::new(ExprKind::Env(name.into()), value.span);
    let Some(default) = default.filter(|default| !default.is_empty()) else { return Some(read) };
    let start = value.span.start as usize + text.find(default).unwrap_or_default();
    let default = Expr::text(default, Span::new(start, start + default.len()));
    Some(Expr::new(ExprKind::Choice(vec![read, default]), value.span))
}

/// The body of a method that only its annotations describe: the first of them that is given something makes the request,
/// with the receiver as its client; the others, and those of the parameters, are methods of it.
pub fn request(annotations: Vec<Annotation>, params: Vec<(Vec<Annotation>, &Param)>) -> Option<Block> {
    let first = annotations.iter().position(|annotation| !annotation.args.is_empty());
    if first.is_none() && params.iter().all(|(annotations, _)| annotations.is_empty()) {
        return None;
    }
    let mut annotations = annotations;
    let maker = (!annotations.is_empty()).then(|| annotations.remove(first.unwrap_or(0)))?;
    let span = maker.span;
    let local = |span: Span| Expr::new(ExprKind::Name("request".into()), span);
    let mut args = maker.args;
    args.push(Arg {
        name: Some(Ident { name: "client".into(), span }),
        value: Expr::new(ExprKind::Name("this".into()), span),
    });
    let value = call(maker.callee, args, span);
    let mut body = vec![Stmt::Bind { target: Target::Name(Ident { name: "request".into(), span }), value, env: false }];
    let mut set = |annotation: Annotation, given: Option<Expr>| {
        let name = last_segment(&annotation.callee);
        let callee = Expr::new(
            ExprKind::Member(Box::new(local(annotation.span)), Box::new(Expr::text(name, annotation.span))),
            annotation.span,
        );
        let mut args = annotation.args;
        args.extend(given.map(|value| Arg { name: None, value }));
        body.push(Stmt::Expr(call(callee, args, annotation.span)));
    };
    annotations.into_iter().for_each(|annotation| set(annotation, None));
    for (annotations, param) in params {
        let Target::Name(ident) = &param.target else { continue };
        for annotation in annotations {
            set(annotation, Some(Expr::new(ExprKind::Name(ident.name.clone()), ident.span)));
        }
    }
    body.push(Stmt::Return(local(span)));
    Some(body)
}

fn call(callee: Expr, args: Vec<Arg>, span: Span) -> Expr {
    Expr::new(ExprKind::Call(Box::new(Call { callee, args, construct: false })), span)
}

fn last_segment(callee: &Expr) -> std::sync::Arc<str> {
    match &callee.kind {
        ExprKind::Name(name) => name.clone(),
        ExprKind::Member(_, key) => key.as_text().cloned().unwrap_or_default(),
        _ => "".into(),
    }
}
