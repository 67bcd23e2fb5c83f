//! How a grammar's nodes are described: a table of forms, one per node kind, that the shared lowering reads.

use tree_sitter::{Language as Grammar, Node};

use super::facts::{Expr, Linkage, Resolution, Stmt, Traits};
use super::lower::Lower;

/// The name of a grammar field; the empty name stands for the first named child.
pub type Field = &'static str;

/// What a node kind means.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A string: its fragments, escapes and interpolations are the kinds that the [`Spec`] lists.
    Text,
    /// The inside of an interpolation or another wrapper whose value is that of the field.
    Inner(Field),
    /// A number or another scalar.
    Number,
    /// A value that stands for nothing.
    Nothing,
    /// A name.
    Name,
    /// A member with a static key.
    Member(Field, Field),
    /// A member with a computed key.
    Index(Field, Field),
    /// A call: callee, argument list.
    Call(Field, Field),
    /// A construction: class, argument list.
    New(Field, Field),
    /// An operator with `left`, `operator` and `right`; what it does is in [`Spec::operators`].
    Binary,
    /// A choice between the values of these fields.
    Choice(&'static [Field]),
    /// A map; its children are pairs, spreads or shorthand names.
    Map,
    /// A list; its children are the elements.
    List,
    /// A spread.
    Spread,
    /// An assignment used as statement or expression: target, value.
    Assign(Field, Field),
    /// An assignment with an operator: target, value.
    Update(Field, Field),
    /// The last of several expressions.
    Last,
    /// A body of statements.
    Block,
    /// An expression run for its effect.
    Effect,
    /// `return`.
    Return,
    /// `throw`, `raise`.
    Throw,
    /// Alternatives: the condition, then the fields that hold arms. Exhaustive if the last field is there.
    Branch(Field, &'static [Field]),
    /// A loop: variable, what is iterated, body; empty names where there are none.
    Loop(Field, Field, Field),
    /// A comment.
    Comment,
    /// Something that says nothing: types, annotations.
    Skip,
    /// Irregular: the language's own [`Spec::expr`] or [`Spec::stmt`] knows.
    Own,
}

/// What an operator makes of its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Puts strings together.
    Concat,
    /// Gives one of the two.
    Choice,
    /// Fills a format string with values (Python's `%`).
    Format,
    /// Asks whether the two are equal.
    Equal,
    /// Asks whether the two differ.
    Differ,
    /// Puts maps together; of two entries with one key the left one stays (PHP's `+`).
    Union,
    /// Calls a method of the left one with the right one (Groovy's `out << text`).
    Method(&'static str),
}

/// A language: its grammar and what its nodes mean. Every kind and field named here is checked against the grammar
/// by a test.
pub struct Spec {
    /// The slug that rows in `rules/` use for the language.
    pub name: &'static str,
    /// The grammar.
    pub grammar: fn() -> Grammar,
    /// Node kinds and their forms.
    pub forms: &'static [(&'static str, Form)],
    /// Kinds of verbatim text inside a string.
    pub fragments: &'static [&'static str],
    /// Kinds of escape inside a string, or inside a fragment.
    pub escapes: &'static [&'static str],
    /// Decodes one escape sequence.
    pub unescape: fn(&str) -> String,
    /// Operators that make a value.
    pub operators: &'static [(&'static str, Operation)],
    /// How names are found in other files.
    pub linkage: Linkage,
    /// How modules that are imported by a path are found.
    pub resolution: Resolution,
    /// Whether variables are declared by a keyword or a type, so that an assignment alone never makes one.
    pub declares: bool,
    /// What else sets the language apart.
    pub traits: Traits,
    /// Lowers an [`Form::Own`] node in the place of an expression.
    pub expr: fn(&mut Lower<'_>, Node<'_>) -> Option<Expr>,
    /// Lowers an [`Form::Own`] node in the place of a statement, into the block.
    pub stmt: fn(&mut Lower<'_>, Node<'_>, &mut Vec<Stmt>) -> bool,
    /// Lowers a pattern that is bound to.
    pub target: fn(&mut Lower<'_>, Node<'_>) -> super::facts::Target,
    /// Kinds that only the functions above name.
    pub own_kinds: &'static [&'static str],
    /// Fields that only the functions above name.
    pub own_fields: &'static [&'static str],
}

impl Form {
    /// The fields that the form names.
    pub fn fields(self) -> Vec<Field> {
        let fields = match self {
            Self::Inner(a) => vec![a],
            Self::Member(a, b) | Self::Index(a, b) | Self::Call(a, b) | Self::New(a, b) => vec![a, b],
            Self::Assign(a, b) | Self::Update(a, b) => vec![a, b],
            Self::Loop(a, b, c) => vec![a, b, c],
            Self::Choice(all) => all.to_vec(),
            Self::Branch(condition, arms) => [&[condition], arms].concat(),
            Self::Binary => vec!["left", "operator", "right"],
            _ => Vec::new(),
        };
        fields.into_iter().filter(|field| !field.is_empty()).collect()
    }
}

/// Decodes the escapes that C-like languages share; a sequence that isn't known stays as it is.
pub fn unescape_c(sequence: &str) -> String {
    let mut chars = sequence.chars();
    if chars.next() != Some('\\') {
        return sequence.to_owned();
    }
    let rest = chars.as_str();
    let code = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).map(String::from);
    let decoded = match rest.chars().next() {
        Some('n') => Some("\n".into()),
        Some('t') => Some("\t".into()),
        Some('r') => Some("\r".into()),
        Some('0') if rest.len() == 1 => Some("\0".into()),
        Some('\n' | '\r') => Some(String::new()),
        Some('x' | 'u' | 'U') => code(rest[1..].trim_start_matches('{').trim_end_matches('}')),
        Some(c) if !c.is_alphanumeric() => Some(rest.to_owned()),
        _ => None,
    };
    decoded.unwrap_or_else(|| sequence.to_owned())
}
