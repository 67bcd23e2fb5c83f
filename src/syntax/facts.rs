//! The vocabulary of facts: all that is left of a file once it is lowered.
//!
//! No grammar type and no language name appears here; nothing after this knows which language it reads.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::source::Span;

/// A name in the source, with its span.
#[derive(Clone, PartialEq, Eq)]
pub struct Ident {
    /// The name.
    pub name: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// An expression with the span of its whole text.
#[derive(Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone)]
pub enum ExprKind {
    /// A string literal, decoded. The span of the expression covers the content, without the quotes.
    Text(Arc<str>),
    /// A number or another scalar literal that is no string.
    Number(Arc<str>),
    /// `null`, `undefined`, `None`, `false`: nothing is there.
    Nothing,
    /// A variable, or a global name.
    Name(Arc<str>),
    /// `object.key` and `object[key]`; a static key is a `Text`.
    Member(Box<Expr>, Box<Expr>),
    /// A call, or with `new` a construction.
    Call(Box<Call>),
    /// A [name](ExprKind::Name) or [member](ExprKind::Member) that is called without arguments where it is a function,
    /// and read where it isn't (Ruby's `x.token`).
    Ask(Box<Expr>),
    /// Strings put together: `+`, templates, f-strings, adjacent literals.
    Concat(Vec<Expr>),
    /// An object, dict, mapping or section.
    Map(Vec<Entry>),
    /// An array, list, tuple or sequence.
    List(Vec<Expr>),
    /// Several values that a function gives at once (Go's `return value, nil`), for [`Target::Results`].
    Results(Vec<Expr>),
    /// One of several values: `a ?? b`, `a || b`, `c ? a : b`.
    Choice(Vec<Expr>),
    /// A read of an environment variable whose name is known by syntax alone (shell `$X`, YAML `${X}`).
    Env(Arc<str>),
    /// A function literal: its index in [`Facts::functions`].
    Function(usize),
    /// A class literal: its index in [`Facts::classes`].
    Class(usize),
    /// `...x` or `**x` inside a map, list or argument list.
    Spread(Box<Expr>),
    /// An assignment used as an expression.
    Assign(Box<Target>, Box<Expr>),
    /// A value of which only the declared type is known (`private OkHttpClient client;`).
    Instance(Box<Expr>),
    /// Something whose value is unknown, with the expressions inside it, which still run.
    Opaque(Vec<Expr>),
}

/// `callee(args)`.
#[derive(Clone)]
pub struct Call {
    /// What is called.
    pub callee: Expr,
    /// With what, in order.
    pub args: Vec<Arg>,
    /// Whether the call is written as a construction (`new X()`).
    pub construct: bool,
}

/// One argument of a call.
#[derive(Clone)]
pub struct Arg {
    /// Its name, for keyword arguments.
    pub name: Option<Ident>,
    /// Its value.
    pub value: Expr,
}

/// One member of a [map](ExprKind::Map). A spread is an entry whose value is `Spread` and whose key is `Nothing`.
#[derive(Clone)]
pub struct Entry {
    /// The key; a static one is a `Text`.
    pub key: Expr,
    /// The value.
    pub value: Expr,
    /// Whether the entry defines an environment variable of that name (a line of `.env`, a workflow's `env`).
    pub env: bool,
}

/// What a value is bound to.
#[derive(Clone)]
pub enum Target {
    /// A variable.
    Name(Ident),
    /// A member of an object: `object.key = ...`.
    Member(Expr, Expr),
    /// The parts of a map: `{ key: target = default }`.
    Map(Vec<(Arc<str>, Target, Option<Expr>)>),
    /// The parts of a list.
    List(Vec<Target>),
    /// The results of a call (Go's `value, err :=`): those that it gives at once, or for any other value the first of
    /// them.
    Results(Vec<Target>),
    /// Several targets, each bound to the same value (`a = b = x`).
    All(Vec<Target>),
    /// Something that isn't followed.
    Ignored,
}

/// One step of a body.
#[derive(Clone)]
pub enum Stmt {
    /// A binding. `env` says that it defines an environment variable too (`export X=...`).
    Bind {
        /// What is bound.
        target: Target,
        /// To which value.
        value: Expr,
        /// Whether an environment variable of that name is defined.
        env: bool,
    },
    /// An assignment to a variable that is there already, here or further out, or to a member.
    Assign {
        /// What is assigned to.
        target: Target,
        /// Which value.
        value: Expr,
    },
    /// An expression run for its effect.
    Expr(Expr),
    /// `return`.
    Return(Expr),
    /// `throw` or `raise`.
    Throw(Expr),
    /// Alternatives of which one runs; `exhaustive` where none of them being run is impossible.
    Branch {
        /// What decides whether the first of them runs, where there is one question.
        test: Option<Expr>,
        /// The alternatives.
        arms: Vec<Block>,
        /// Whether one of the arms always runs.
        exhaustive: bool,
    },
    /// A body that runs any number of times, with the variable it gives values to.
    Loop {
        /// The loop variable and what is iterated, where there is one.
        over: Option<(Target, Expr)>,
        /// What is repeated.
        body: Block,
    },
    /// A function bound to its name before the block runs.
    Function(Ident, usize),
    /// A class bound to its name before the block runs.
    Class(Ident, usize),
    /// Names that come from another module.
    Import(Import),
    /// A value that the module gives to others under a name (`default` for the default export).
    Export(Arc<str>, Expr),
    /// `export * from 'x'`.
    ExportAll(Ident),
}

/// How a name that nothing in a file binds is found in the other files of its repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Linkage {
    /// It isn't: all that comes from elsewhere is imported by the path of its file (JavaScript, Python).
    #[default]
    Imports,
    /// A type stands in the file of its name, and a package path ends with that name (Java, Swift, C#, PHP, Ruby, Rust).
    Named,
    /// All files of a folder share their names, and a package path ends with the folder's (Go).
    Folder,
}

/// The name of a field, and its name where it is written as data.
pub type Renamed = (Arc<str>, Arc<str>);

/// A list of statements in order.
pub type Block = Vec<Stmt>;

/// An import of names from a module.
#[derive(Clone)]
pub struct Import {
    /// The module as it is written (`./config`, `mixpanel`, `.settings`).
    pub module: Ident,
    /// What is imported.
    pub names: Vec<ImportName>,
    /// Whether the import is for types only, and ships nothing.
    pub type_only: bool,
}

/// One imported name.
#[derive(Clone)]
pub struct ImportName {
    /// What the module calls it; `None` is the module itself (`import * as x`, `import x` in Python).
    pub exported: Option<Arc<str>>,
    /// What it is called here.
    pub local: Ident,
}

/// A parameter of a function.
#[derive(Clone)]
pub struct Param {
    /// What the argument is bound to.
    pub target: Target,
    /// What it is called at the call, for keyword arguments; empty where it can't be named.
    pub name: Arc<str>,
    /// The value without an argument.
    pub default: Option<Expr>,
    /// Whether it takes all remaining arguments.
    pub rest: bool,
    /// Whether the argument also becomes a field of the instance (TypeScript's `constructor(private x)`).
    pub field: bool,
    /// The type that it is declared with, where that is a name.
    pub class: Option<Expr>,
    /// Where it is declared.
    pub span: Span,
}

/// A function, method or lambda.
#[derive(Clone)]
pub struct Function {
    /// Its name; empty for a lambda.
    pub name: Arc<str>,
    /// Its parameters in order, without the receiver.
    pub params: Vec<Param>,
    /// The name that holds the receiver, if it is a parameter (`self`).
    pub receiver: Option<Arc<str>>,
    /// What it does. The value of an expression lambda is a `Return`.
    pub body: Block,
    /// Where it stands.
    pub span: Span,
}

/// Names of fields, each with what it is called where an instance is written as data.
pub type Written = Vec<(Arc<str>, Arc<str>)>;

/// A class.
#[derive(Clone)]
pub struct Class {
    /// Its name; empty for a class expression.
    pub name: Arc<str>,
    /// What it inherits from.
    pub bases: Vec<Expr>,
    /// Its fields with their initial values, in order. A field without a value is an empty `Opaque`, or an `Instance`
    /// where its declared type is a name.
    pub fields: Vec<(Ident, Expr)>,
    /// Its methods. Several of one name are told apart by how many arguments they take.
    pub methods: Vec<Method>,
    /// Whether its members are in scope inside it by their bare names (Java, Kotlin, Swift, C#, Dart).
    pub members_in_scope: bool,
    /// Where it stands.
    pub span: Span,
}

/// A method of a class.
#[derive(Clone)]
pub struct Method {
    /// Its name.
    pub name: Ident,
    /// Its index in [`Facts::functions`].
    pub function: usize,
    /// What calling it means.
    pub role: Role,
}

/// What a method is to its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An ordinary method.
    Plain,
    /// Runs at construction.
    Constructor,
    /// Runs at construction, where it is called by a name of its own (Dart's `Client.withSecret(..)`).
    NamedConstructor,
    /// Runs when the member is read (`get x()`, `@property`).
    Getter,
    /// Belongs to the class itself.
    Static,
}

/// A comment, with the text inside its marks.
#[derive(Clone)]
pub struct Comment {
    /// The text, without the comment marks.
    pub text: String,
    /// The span of the text.
    pub span: Span,
}

/// A string that stands somewhere in the file, with the names around it.
#[derive(Clone)]
pub struct Literal {
    /// The decoded text.
    pub text: Arc<str>,
    /// Where its content stands, without quotes.
    pub span: Span,
    /// The names it is bound to by syntax, innermost first: its key, the keys around it, the variable, the class.
    pub names: Vec<Arc<str>>,
    /// What the literal is part of.
    pub role: LiteralRole,
}

/// Where a literal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiteralRole {
    /// In code or data.
    Plain,
    /// The value in a definition of the environment variable that is its innermost name.
    EnvDefinition,
    /// The default of a read of the environment variable that is its innermost name.
    EnvDefault,
    /// In a comment or in prose.
    Comment,
}

/// How the file means the modules that it names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resolution {
    /// None of them is a file.
    #[default]
    Nowhere,
    /// Relative paths, with endings that bundlers try (JavaScript).
    Script,
    /// Dotted names of packages and modules (Python).
    Package,
    /// A path relative to the file (the shell's `source`).
    Path,
    /// A path without its ending, relative to the file or to a folder `lib` above it (Ruby).
    Library,
    /// Dotted paths from `crate`, `super` and `self` (Rust).
    Crate,
    /// A file that is included, or a class by its dotted path (PHP).
    Include,
    /// A relative path, or one in a package by its name (Dart).
    Pub,
}

/// What sets a language apart once its syntax is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// A call of a name that nothing defines runs the program of that name.
    pub programs: bool,
    /// To give is to write: what a function gives is shown where its call is a statement.
    pub writes: bool,
    /// An assignment sets the variable of a scope further out where that has one of the name.
    pub outer: bool,
}

impl Traits {
    /// None of them.
    pub const NONE: Self = Self { programs: false, writes: false, outer: false };
}

/// All that is known of a file's syntax.
#[derive(Clone, Default)]
pub struct Facts {
    /// What runs when the file is loaded; for data, one expression.
    pub body: Block,
    /// All functions, of which expressions name the index.
    pub functions: Vec<Function>,
    /// All classes, of which expressions name the index.
    pub classes: Vec<Class>,
    /// What fields of a class are called where an instance is written as data (Go's `json:"token"`, Rust's
    /// `#[serde(rename = "token")]`), by the index of the class. Such an instance holds what its fields hold, and no more.
    pub written: BTreeMap<usize, Vec<Renamed>>,
    /// All comments.
    pub comments: Vec<Comment>,
    /// Every string literal, and every value found by the lexical reading.
    pub literals: Vec<Literal>,
    /// Directives at the top (`"use client"`).
    pub directives: Vec<Arc<str>>,
    /// Ranges that the grammar could not read, or that lay deeper than the bound; they were read lexically.
    pub unread: Vec<Span>,
    /// Where in those ranges the grammar failed, as far as it is known: a range is all around an error, and where the
    /// error stands at the top it is the whole file.
    pub errors: Vec<Span>,
    /// How names that nothing in the file binds are found in other files.
    pub linkage: Linkage,
    /// The file as data: a document of keys and values rather than a program.
    pub data: bool,
    /// How its imports are resolved.
    pub resolution: Resolution,
    /// What sets its language apart.
    pub traits: Traits,
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Facts({} functions, {} literals)", self.functions.len(), self.literals.len())
    }
}

impl Expr {
    /// An expression of this kind at this span.
    pub fn new(kind: ExprKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// A string literal.
    pub fn text(text: impl Into<Arc<str>>, span: Span) -> Self {
        Self::new(ExprKind::Text(text.into()), span)
    }

    /// Nothing known, nothing inside.
    pub fn opaque(span: Span) -> Self {
        Self::new(ExprKind::Opaque(Vec::new()), span)
    }

    /// The text of a string literal.
    pub fn as_text(&self) -> Option<&Arc<str>> {
        match &self.kind {
            ExprKind::Text(text) => Some(text),
            _ => None,
        }
    }
}
