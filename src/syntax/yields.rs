//! Bodies in the place of values: what their last statement gives.

use super::facts::{Block, Call, Expr, ExprKind, Function, Stmt};
use super::lower::Lower;
use crate::source::Span;

impl Lower<'_> {
    /// Turns the value of a block's last statement into what the block gives, in each alternative of a final branch.
    pub fn yields(block: &mut Block) {
        match block.pop() {
            Some(Stmt::Expr(expr)) => block.push(Stmt::Return(expr)),
            Some(Stmt::Branch { test, mut arms, exhaustive }) => {
                arms.iter_mut().for_each(Self::yields);
                block.push(Stmt::Branch { test, arms, exhaustive });
            }
            Some(last) => block.push(last),
            None => {}
        }
    }

    /// Where a binding is an expression, it is what a block that ends with it gives.
    pub fn bindings_yield(block: &mut Block) {
        match block.pop() {
            Some(Stmt::Bind { target, value, env: false }) => {
                let span = value.span;
                let kind = ExprKind::Assign(Box::new(target), Box::new(value));
                block.push(Stmt::Expr(Expr::new(kind, span)));
            }
            Some(Stmt::Branch { test, mut arms, exhaustive }) => {
                arms.iter_mut().for_each(Self::bindings_yield);
                block.push(Stmt::Branch { test, arms, exhaustive });
            }
            Some(last) => block.push(last),
            None => {}
        }
    }

    /// A block in the place of an expression: a function that is called at once, and gives what the block [yields].
    ///
    /// [yields]: Self::yields
    pub fn block_value(&mut self, mut body: Block, span: Span) -> Expr {
        Self::yields(&mut body);
        let name: std::sync::Arc<str> = "".into();
        let index = self.function(Function { name, params: Vec::new(), receiver: None, body, span });
        let callee = Expr::new(ExprKind::Function(index), span);
        Expr::new(ExprKind::Call(Box::new(Call { callee, args: Vec::new(), construct: false })), span)
    }
}
