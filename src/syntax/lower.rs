//! The one lowering that all grammars share: a walk over the syntax tree that a language's table of forms steers.

use std::collections::HashMap;
use std::sync::Arc;

use tree_sitter::{Node, Parser};

use super::bounds::Stack;
use super::facts::{Arg, Block, Call, Comment, Entry, Expr, ExprKind, Facts, Function, Ident, Param, Stmt, Target};
use super::forms::{Form, Spec};
use super::grammar;
use crate::catalog::Functions;
use crate::source::Span;

/// How deep the walk goes: far deeper than people write, far shallower than a thread's stack.
const MAX_DEPTH: usize = 160;

/// A language ready to be used: its table by kind id.
pub struct Table {
    pub(super) spec: &'static Spec,
    forms: Vec<Option<Form>>,
    /// The names of the grammar's fields, by id.
    fields: Vec<&'static str>,
}

impl Table {
    /// Prepares a language's table.
    pub fn new(spec: &'static Spec) -> Self {
        let grammar = (spec.grammar)();
        let named: HashMap<&str, Form> = spec.forms.iter().copied().collect();
        let form = |id: usize| {
            let id = id as u16;
            grammar
                .node_kind_is_named(id)
                .then(|| grammar.node_kind_for_id(id).and_then(|kind| named.get(kind)))
                .flatten()
        };
        let field = |id: usize| grammar.field_name_for_id(id as u16).unwrap_or_default();
        Self {
            spec,
            forms: (0..grammar.node_kind_count()).map(|id| form(id).copied()).collect(),
            fields: (0..=grammar.field_count()).map(field).collect(),
        }
    }

    /// The facts of a text by the rows of `rules/functions`. What the grammar can't read is named in [`Facts::unread`].
    pub fn lower(&self, text: &str, rows: &Functions) -> Facts {
        let tree = grammar::parse(&(self.spec.grammar)(), text.as_bytes());
        let Spec { linkage, resolution, traits, .. } = *self.spec;
        let facts = Facts { linkage, resolution, traits, ..Facts::default() };
        let mut lower = Lower {
            table: self,
            text,
            rows,
            facts,
            depth: 0,
            stack: Stack::here(),
            methods: Vec::new(),
            spellings: HashMap::new(),
        };
        let Some(tree) = tree else {
            lower.facts.unread.push(Span::new(0, text.len()));
            return lower.facts;
        };
        let root = tree.root_node();
        lower.facts.body = match lower.form(root) {
            Some(Form::Own) => lower.arm(root),
            _ => lower.block(root),
        };
        lower.survey(root);
        lower.facts
    }
}

/// The walk over one tree.
pub struct Lower<'a> {
    pub(super) table: &'a Table,
    pub(super) text: &'a str,
    /// What is known of programs, tags and the like.
    pub(super) rows: &'a Functions,
    /// What has been found so far.
    pub facts: Facts,
    /// The methods around the node with their parameters, innermost last: what a bare `super` calls, and with what.
    pub methods: Vec<(std::sync::Arc<str>, Vec<Param>)>,
    depth: usize,
    /// Where the stack was when the walk began.
    stack: Stack,
    /// How each name is first written, by the name in lower case: for languages that don't tell cases apart.
    spellings: HashMap<String, Arc<str>>,
}

impl Lower<'_> {
    /// A name as it is first written in the file, in a language that doesn't tell cases apart.
    pub fn spelled(&mut self, name: &str) -> Arc<str> {
        self.spellings.entry(name.to_ascii_lowercase()).or_insert_with(|| name.into()).clone()
    }

    /// How a name that was seen before is written.
    pub fn known_spelling(&self, name: &str) -> Option<Arc<str>> {
        self.spellings.get(&name.to_ascii_lowercase()).cloned()
    }

    /// A node's text.
    pub fn slice(&self, node: Node<'_>) -> &str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// The text of a range of bytes.
    pub fn text(&self, range: std::ops::Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// How long the text is.
    pub fn length(&self) -> usize {
        self.text.len()
    }

    /// Parses the text, or those ranges of it that the parser is set to.
    pub fn parse(&self, parser: &mut Parser) -> Option<tree_sitter::Tree> {
        grammar::parse_with(parser, self.text.as_bytes())
    }

    /// The whole text.
    pub fn whole(&self) -> &str {
        self.text
    }

    /// A node's span.
    pub fn span(&self, node: Node<'_>) -> Span {
        Span::new(node.start_byte(), node.end_byte())
    }

    /// A node's text as a name.
    pub fn ident(&self, node: Node<'_>) -> Ident {
        Ident { name: self.slice(node).into(), span: self.span(node) }
    }

    /// The child that a field names; the empty field is the first named child that is no comment.
    pub fn field<'t>(&self, node: Node<'t>, field: &str) -> Option<Node<'t>> {
        if field.is_empty() { self.first(node) } else { self.child(node, field) }
    }

    /// The child that a field names. The grammar itself would compare the name with those of its fields anew for each
    /// node, by their letters.
    pub fn child<'t>(&self, node: Node<'t>, field: &str) -> Option<Node<'t>> {
        let id = self.table.fields.iter().position(|known| *known == field)?;
        node.child_by_field_id(u16::try_from(id).ok()?)
    }

    /// The first named child that is no comment.
    fn first<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        node.named_children(&mut node.walk()).find(|child| self.is_content(*child))
    }

    fn is_content(&self, node: Node<'_>) -> bool {
        !node.is_extra() || matches!(self.form(node), Some(Form::Own))
    }

    /// All children that a field names.
    pub fn fields<'t>(&self, node: Node<'t>, field: &str) -> Vec<Node<'t>> {
        node.children_by_field_name(field, &mut node.walk()).filter(|child| child.is_named()).collect()
    }

    /// The named children that are no comments.
    pub fn children<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        node.named_children(&mut node.walk()).filter(|child| self.is_content(*child)).collect()
    }

    /// The first child of one of these kinds, named or not.
    pub fn child_of<'t>(&self, node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
        node.children(&mut node.walk()).find(|child| kinds.contains(&child.kind()))
    }

    /// The form of a node.
    pub fn form(&self, node: Node<'_>) -> Option<Form> {
        self.table.forms.get(node.kind_id() as usize).copied().flatten()
    }

    /// The facts of the functions, once their bodies are known: gives a function its index.
    pub fn function(&mut self, function: Function) -> usize {
        self.facts.functions.push(function);
        self.facts.functions.len() - 1
    }

    /// Runs `go` one level deeper, or gives up on the node past the bound.
    pub(super) fn deeper<T>(&mut self, node: Node<'_>, go: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH || self.stack.is_deep() {
            let span = self.span(node);
            self.facts.unread.push(span);
            self.facts.errors.push(span);
            return None;
        }
        self.depth += 1;
        let result = go(self);
        self.depth -= 1;
        Some(result)
    }

    /// The value of a node.
    pub fn expr(&mut self, node: Node<'_>) -> Expr {
        let span = self.span(node);
        self.deeper(node, |this| this.expr_here(node, span)).unwrap_or_else(|| Expr::opaque(span))
    }

    /// The value of a field's node, or nothing known.
    pub fn expr_of(&mut self, node: Node<'_>, field: &str) -> Expr {
        match self.field(node, field) {
            Some(child) => self.expr(child),
            None => Expr::opaque(self.span(node)),
        }
    }

    fn expr_here(&mut self, node: Node<'_>, span: Span) -> Expr {
        let kind = match self.form(node) {
            Some(Form::Text) => return self.string(node),
            Some(Form::Inner(field)) => return self.expr_of(node, field),
            Some(Form::Number) => ExprKind::Number(self.slice(node).into()),
            Some(Form::Nothing) => ExprKind::Nothing,
            Some(Form::Name) => ExprKind::Name(self.slice(node).into()),
            Some(Form::Member(object, key)) => {
                let object = self.expr_of(node, object);
                let key = self.field(node, key).map_or_else(|| Expr::opaque(span), |key| self.key(key));
                ExprKind::Member(Box::new(object), Box::new(key))
            }
            Some(Form::Index(object, key)) => {
                let (object, key) = (self.expr_of(node, object), self.expr_of(node, key));
                ExprKind::Member(Box::new(object), Box::new(key))
            }
            Some(Form::Call(callee, args)) => self.call(node, callee, args, false),
            Some(Form::New(callee, args)) => self.call(node, callee, args, true),
            Some(Form::Binary) => return self.binary(node),
            Some(Form::Choice(fields)) => {
                let arms: Vec<_> = fields.iter().filter_map(|field| self.field(node, field)).collect();
                ExprKind::Choice(arms.into_iter().map(|arm| self.expr(arm)).collect())
            }
            Some(Form::Map) => ExprKind::Map(self.children(node).into_iter().filter_map(|c| self.entry(c)).collect()),
            Some(Form::List) => ExprKind::List(self.children(node).into_iter().map(|c| self.expr(c)).collect()),
            Some(Form::Spread) => ExprKind::Spread(Box::new(self.expr_of(node, ""))),
            Some(Form::Assign(target, value)) => {
                let value = self.expr_of(node, value);
                ExprKind::Assign(Box::new(self.target_of(node, target)), Box::new(value))
            }
            Some(Form::Update(target, value)) => {
                let (current, value) = (self.expr_of(node, target), self.expr_of(node, value));
                let target = self.target_of(node, target);
                let sum = Expr::new(ExprKind::Concat(vec![current, value]), span);
                ExprKind::Assign(Box::new(target), Box::new(sum))
            }
            Some(Form::Last) => match self.children(node).last() {
                Some(last) => return self.expr(*last),
                None => ExprKind::Nothing,
            },
            Some(Form::Skip | Form::Comment) => ExprKind::Opaque(Vec::new()),
            Some(Form::Own) => match (self.table.spec.expr)(self, node) {
                Some(expr) => return expr,
                None => self.unknown(node),
            },
            _ => self.unknown(node),
        };
        Expr::new(kind, span)
    }

    /// A node that the table doesn't speak of: its value is unknown, what is inside it still runs.
    pub(super) fn unknown(&mut self, node: Node<'_>) -> ExprKind {
        ExprKind::Opaque(self.children(node).into_iter().map(|child| self.expr(child)).collect())
    }

    /// A static key: a name is its own text.
    pub fn key(&mut self, node: Node<'_>) -> Expr {
        match self.form(node) {
            Some(Form::Name) | None if node.named_child_count() == 0 => Expr::text(self.slice(node), self.span(node)),
            _ => self.expr(node),
        }
    }

    fn entry(&mut self, node: Node<'_>) -> Option<Entry> {
        let span = self.span(node);
        let nothing = Expr::new(ExprKind::Nothing, span);
        match self.form(node) {
            Some(Form::Comment | Form::Skip) => None,
            Some(Form::Name) => {
                let key = Expr::text(self.slice(node), span);
                let value = Expr::new(ExprKind::Name(self.slice(node).into()), span);
                Some(Entry { key, value, env: false })
            }
            Some(Form::Spread) => Some(Entry { key: nothing, value: self.expr(node), env: false }),
            _ => {
                let (key, value) = (self.child(node, "key"), self.child(node, "value"));
                if let (Some(key), Some(value)) = (key, value) {
                    return Some(Entry { key: self.key(key), value: self.expr(value), env: false });
                }
                let value = self.expr(node);
                let name = match &value.kind {
                    ExprKind::Function(index) => self.facts.functions[*index].name.clone(),
                    _ => return Some(Entry { key: nothing, value: Self::spread(value), env: false }),
                };
                Some(Entry { key: Expr::text(name, span), value, env: false })
            }
        }
    }

    /// An unreadable member of a map: anything may stand there.
    fn spread(value: Expr) -> Expr {
        let span = value.span;
        Expr::new(ExprKind::Spread(Box::new(value)), span)
    }

    /// The call whose callee and arguments stand in these fields.
    pub fn call(&mut self, node: Node<'_>, callee: &str, args: &str, construct: bool) -> ExprKind {
        let callee = self.expr_of(node, callee);
        let args = self.field(node, args).filter(|_| !args.is_empty()).map_or_else(Vec::new, |list| self.args(list));
        ExprKind::Call(Box::new(Call { callee, args, construct }))
    }

    /// The arguments of an argument list; an argument with `name` and `value` is a named one.
    pub fn args(&mut self, list: Node<'_>) -> Vec<Arg> {
        if matches!(self.form(list), Some(Form::Text)) {
            return vec![Arg { name: None, value: self.expr(list) }];
        }
        let arg = |this: &mut Self, node: Node<'_>| match (
            this.child(node, "name"),
            this.child(node, "value"),
            this.form(node),
        ) {
            (Some(name), Some(value), None) => Arg { name: Some(this.ident(name)), value: this.expr(value) },
            _ => Arg { name: None, value: this.expr(node) },
        };
        self.children(list).into_iter().map(|node| arg(self, node)).collect()
    }

    /// The statements of a node that holds statements.
    pub fn block(&mut self, node: Node<'_>) -> Block {
        let mut block = Vec::new();
        for child in node.named_children(&mut node.walk()).collect::<Vec<_>>() {
            self.stmt(child, &mut block);
        }
        block
    }

    /// Lowers a statement into a block.
    pub fn stmt(&mut self, node: Node<'_>, block: &mut Block) {
        self.deeper(node, |this| this.stmt_here(node, block));
    }

    fn stmt_here(&mut self, node: Node<'_>, block: &mut Block) {
        match self.form(node) {
            Some(Form::Block) => {
                let inner = self.block(node);
                block.extend(inner);
            }
            Some(Form::Effect) => {
                for child in self.children(node) {
                    self.stmt(child, block);
                }
            }
            Some(Form::Return) => {
                let value = self.expr_of(node, "");
                block.push(Stmt::Return(value));
            }
            Some(Form::Throw) => {
                let value = self.expr_of(node, "");
                block.push(Stmt::Throw(value));
            }
            Some(Form::Branch(condition, fields)) => self.branch(node, condition, fields, block),
            Some(Form::Loop(variable, iterated, body)) => {
                let over = match (self.field(node, variable), self.field(node, iterated)) {
                    (Some(variable), Some(iterated)) if !variable.is_error() && variable != iterated => {
                        let iterated = self.expr(iterated);
                        Some((self.target(variable), iterated))
                    }
                    _ => None,
                };
                let body = self.field(node, body).map_or_else(Vec::new, |body| self.arm(body));
                block.push(Stmt::Loop { over, body });
            }
            Some(Form::Skip | Form::Comment) => {}
            Some(Form::Own) => {
                if !(self.table.spec.stmt)(self, node, block) {
                    self.effect(node, block);
                }
            }
            Some(_) => self.effect(node, block),
            // An unknown statement (a label, a namespace, a decorated definition): what is inside it counts.
            None => {
                for child in node.named_children(&mut node.walk()).collect::<Vec<_>>() {
                    self.stmt(child, block);
                }
            }
        }
    }

    fn effect(&mut self, node: Node<'_>, block: &mut Block) {
        let expr = self.expr(node);
        block.push(match expr.kind {
            ExprKind::Assign(target, value) if self.table.spec.declares => {
                Stmt::Assign { target: *target, value: *value }
            }
            ExprKind::Assign(target, value) => Stmt::Bind { target: *target, value: *value, env: false },
            _ => Stmt::Expr(expr),
        });
    }

    fn branch(&mut self, node: Node<'_>, condition: &str, fields: &[&str], block: &mut Block) {
        let test = self.field(node, condition).filter(|_| !condition.is_empty()).map(|condition| self.expr(condition));
        let mut arms = Vec::new();
        let mut exhaustive = false;
        for (at, field) in fields.iter().enumerate() {
            for arm in self.fields(node, field) {
                arms.push(self.arm(arm));
                // An arm with a condition of its own (`elif`) may not run either.
                exhaustive = at + 1 == fields.len() && self.child(arm, condition).is_none();
            }
        }
        block.push(Stmt::Branch { test, arms, exhaustive });
    }

    /// An arm or body, which may be a block or a single statement.
    pub fn arm(&mut self, node: Node<'_>) -> Block {
        let mut block = Vec::new();
        self.stmt(node, &mut block);
        block
    }

    /// Records a comment, with its marks left off.
    fn comment(&mut self, node: Node<'_>) {
        let text = self.slice(node);
        let body = text.trim_start_matches(['/', '*', '#', '!', '<', '-']);
        let start = node.start_byte() + (text.len() - body.len());
        let body = body.trim_end_matches(['*', '/', '>', '-']);
        let span = Span::new(start, start + body.len());
        self.facts.comments.push(Comment { text: body.to_owned(), span });
    }

    /// What a pattern binds.
    pub fn target(&mut self, node: Node<'_>) -> Target {
        self.deeper(node, |this| (this.table.spec.target)(this, node)).unwrap_or(Target::Ignored)
    }

    /// What the pattern of a field binds.
    pub fn target_of(&mut self, node: Node<'_>, field: &str) -> Target {
        self.field(node, field).map_or(Target::Ignored, |child| self.target(child))
    }

    /// The target that an ordinary expression is, when it is assigned to.
    pub fn target_from(&mut self, node: Node<'_>) -> Target {
        let expr = self.expr(node);
        match expr.kind {
            ExprKind::Name(name) => Target::Name(Ident { name, span: expr.span }),
            ExprKind::Member(object, key) => Target::Member(*object, *key),
            _ => Target::Ignored,
        }
    }

    /// A parameter that is just a name.
    pub fn plain_param(&self, node: Node<'_>) -> Param {
        let ident = self.ident(node);
        Param {
            name: ident.name.clone(),
            span: ident.span,
            target: Target::Name(ident),
            default: None,
            rest: false,
            field: false,
            class: None,
        }
    }

    /// Records every comment, wherever it stands, and where the tree has errors.
    fn survey(&mut self, root: Node<'_>) {
        let mut cursor = root.walk();
        // Kept along the way: asking a node for its parent walks down from the root, by recursion.
        let mut around: Vec<Span> = Vec::new();
        loop {
            let node = cursor.node();
            if node.is_error() || node.is_missing() {
                // What the parser made of the neighbourhood is no better than the error.
                let span = around.last().copied().unwrap_or_else(|| self.span(node));
                if !self.facts.unread.iter().rev().take(8).any(|known| known.contains(span)) {
                    self.facts.unread.push(span);
                }
                self.facts.errors.push(self.span(node));
            } else if matches!(self.form(node), Some(Form::Comment)) {
                self.comment(node);
            }
            if !node.is_error() && cursor.goto_first_child() {
                around.push(self.span(node));
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
                around.pop();
            }
        }
    }
}
