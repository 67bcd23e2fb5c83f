//! Moving facts from an embedded text to the file around it, and filling in what that file writes into them.

use crate::source::Span;
use crate::syntax::facts::{Arg, Block, Call, Entry, Expr, ExprKind, Facts, Ident, ImportName, Stmt, Target};
use crate::syntax::page::{Island, filled};

/// Deeper facts than any lowering makes; what lies deeper keeps no place at all rather than a wrong one.
const MAX_DEPTH: usize = 1_000;

/// Moves every span by `offset` bytes.
pub fn shift(facts: &mut Facts, offset: usize) {
    place(facts, &|span| span.shifted(offset));
}

/// Moves every span to where `map` says that it stands.
pub fn place(facts: &mut Facts, map: &dyn Fn(Span) -> Span) {
    walk(facts, Shift { map, depth: 0, islands: &[] });
}

/// Puts what a server writes into its page in the place of the blanks.
pub fn fill(facts: &mut Facts, islands: &[Island]) {
    if !islands.is_empty() {
        walk(facts, Shift { map: &|span| span, depth: 0, islands });
    }
}

fn walk(facts: &mut Facts, mut shift: Shift<'_>) {
    shift.block(&mut facts.body);
    for function in &mut facts.functions {
        shift.span(&mut function.span);
        for param in &mut function.params {
            shift.span(&mut param.span);
            shift.target(&mut param.target);
            param.default.iter_mut().for_each(|default| shift.expr(default));
        }
        shift.block(&mut function.body);
    }
    for class in &mut facts.classes {
        shift.span(&mut class.span);
        class.bases.iter_mut().for_each(|base| shift.expr(base));
        for (name, value) in &mut class.fields {
            shift.ident(name);
            shift.expr(value);
        }
        class.methods.iter_mut().for_each(|method| shift.ident(&mut method.name));
    }
    facts.comments.iter_mut().for_each(|comment| shift.span(&mut comment.span));
    facts.literals.iter_mut().for_each(|literal| shift.span(&mut literal.span));
    facts.unread.iter_mut().chain(&mut facts.errors).for_each(|span| shift.span(span));
}

/// Moves every span of an expression.
pub fn place_expr(expr: &mut Expr, map: &dyn Fn(Span) -> Span) {
    Shift { map, depth: 0, islands: &[] }.expr(expr);
}

struct Shift<'a> {
    map: &'a dyn Fn(Span) -> Span,
    depth: usize,
    islands: &'a [Island],
}

impl Shift<'_> {
    fn span(&self, span: &mut Span) {
        *span = (self.map)(*span);
    }

    fn ident(&self, ident: &mut Ident) {
        self.span(&mut ident.span);
    }

    fn block(&mut self, block: &mut Block) {
        block.iter_mut().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            *stmt = Stmt::Expr(Expr::opaque(Span::default()));
        }
        match stmt {
            Stmt::Bind { target, value, env: _ } | Stmt::Assign { target, value } => {
                self.target(target);
                self.expr(value);
            }
            Stmt::Expr(expr) | Stmt::Return(expr) | Stmt::Throw(expr) | Stmt::Export(_, expr) => self.expr(expr),
            Stmt::Branch { test, arms, exhaustive: _ } => {
                test.iter_mut().for_each(|test| self.expr(test));
                arms.iter_mut().for_each(|arm| self.block(arm));
            }
            Stmt::Loop { over, body } => {
                if let Some((target, expr)) = over {
                    self.target(target);
                    self.expr(expr);
                }
                self.block(body);
            }
            Stmt::Function(ident, _) | Stmt::Class(ident, _) | Stmt::ExportAll(ident) => self.ident(ident),
            Stmt::Import(import) => {
                self.ident(&mut import.module);
                for ImportName { exported: _, local } in &mut import.names {
                    self.ident(local);
                }
            }
        }
        self.depth -= 1;
    }

    fn target(&mut self, target: &mut Target) {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            *target = Target::Ignored;
        }
        match target {
            Target::Name(ident) => self.ident(ident),
            Target::Member(object, key) => {
                self.expr(object);
                self.expr(key);
            }
            Target::Map(parts) => {
                for (_, target, default) in parts {
                    self.target(target);
                    default.iter_mut().for_each(|default| self.expr(default));
                }
            }
            Target::List(targets) | Target::Results(targets) | Target::All(targets) => {
                targets.iter_mut().for_each(|target| self.target(target))
            }
            Target::Ignored => {}
        }
        self.depth -= 1;
    }

    fn expr(&mut self, expr: &mut Expr) {
        self.depth += 1;
        self.span(&mut expr.span);
        if let Some(kind) = filled(expr, self.islands) {
            expr.kind = kind;
            self.depth -= 1;
            return;
        }
        if self.depth > MAX_DEPTH {
            expr.kind = ExprKind::Opaque(Vec::new());
        }
        match &mut expr.kind {
            ExprKind::Text(_) | ExprKind::Number(_) | ExprKind::Nothing | ExprKind::Name(_) | ExprKind::Env(_) => {}
            ExprKind::Function(_) | ExprKind::Class(_) => {}
            ExprKind::Member(object, key) => {
                self.expr(object);
                self.expr(key);
            }
            ExprKind::Call(call) => {
                let Call { callee, args, construct: _ } = call.as_mut();
                self.expr(callee);
                for Arg { name, value } in args {
                    name.iter_mut().for_each(|name| self.ident(name));
                    self.expr(value);
                }
            }
            ExprKind::Map(entries) => {
                for Entry { key, value, env: _ } in entries {
                    self.expr(key);
                    self.expr(value);
                }
            }
            ExprKind::Concat(parts)
            | ExprKind::List(parts)
            | ExprKind::Results(parts)
            | ExprKind::Choice(parts)
            | ExprKind::Opaque(parts) => {
                parts.iter_mut().for_each(|part| self.expr(part));
            }
            ExprKind::Spread(inside) | ExprKind::Instance(inside) | ExprKind::Ask(inside) => self.expr(inside),
            ExprKind::Assign(target, value) => {
                self.target(target);
                self.expr(value);
            }
        }
        self.depth -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::data::{Format, lower};
    use crate::syntax::literals::collect;

    #[test]
    fn a_shifted_text_has_the_places_of_the_longer_one() {
        let text = "a: {b: [\"4e1f7c20d9\", ${X:-9f2e7a11c4}]} # token 9f2e7a11c4\nc: *d\ne: |\n  f=0a1b2c3d4e\n";
        let before = "# \u{1f600}\r\n";
        let mut inner = lower(Format::Yaml, text);
        collect(&mut inner, text);
        shift(&mut inner, before.len());
        let whole = format!("{before}{text}");
        for literal in &inner.literals {
            assert_eq!(&whole[literal.span.range()], literal.text.as_ref());
        }
        assert!(inner.literals.len() >= 3);
        assert_eq!(&whole[inner.comments[0].span.range()], inner.comments[0].text);
    }
}
