//! Label expressions: what a job asks of a node's labels.
//!
//! The tree keeps the parentheses that the user wrote, as Jenkins does, so that [`LabelExpression`]'s `Display` is the
//! very text that Jenkins prints: `docker && (linux||mac)` becomes `docker&&(linux||mac)`. Queue items are told apart
//! by that text, so it must be Jenkins' to the letter (`hudson.model.labels.LabelExpression` and `LabelAtom`, read
//! 2026-11-23).

use crate::label::{LabelSet, parser};
use std::{collections::BTreeSet, fmt, sync::Arc};
use thiserror::Error;

/// A label expression, parsed.
///
/// Operators in the order of their precedence, loosest first: `<->`, `->`, `||`, `&&`, `!`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelExpression {
    /// One label, or the node's own name.
    Atom(Arc<str>),
    /// `(a)`: means what `a` means, and is kept because Jenkins prints it.
    Paren(Box<Self>),
    /// `!a`.
    Not(Box<Self>),
    /// `a&&b`.
    And(Box<Self>, Box<Self>),
    /// `a||b`.
    Or(Box<Self>, Box<Self>),
    /// `a->b`: `!a||b`.
    Implies(Box<Self>, Box<Self>),
    /// `a<->b`: both or neither.
    Iff(Box<Self>, Box<Self>),
}

/// A text that is no label expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("expected {expected} at byte {at}")]
pub struct LabelSyntaxError {
    /// Where, in bytes from the start of the text; at most its length, and always between two characters.
    pub at: usize,
    /// What would have been right there.
    pub expected: &'static str,
}

/// How tightly an expression binds; the order of `hudson.model.labels.LabelOperatorPrecedence`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Precedence {
    Atom,
    Not,
    And,
    Or,
    Implies,
    Iff,
}

impl LabelExpression {
    /// How many parentheses may stand inside each other; Jenkins has no bound but its stack.
    pub const NESTING_MAX: usize = 64;
    /// How many labels one expression may name, repetitions counted; Jenkins has no bound but its stack.
    pub const ATOMS_MAX: usize = 1000;

    /// Parses `text` by Jenkins' own grammar (`LabelExpressionParser.g4`).
    ///
    /// Blanks and tabs between the parts mean nothing; any other white space is part of a label, as it is to Jenkins.
    /// `->` does not chain and `!` is followed by a label or a parenthesis: `a->b->c` and `!!a` are errors. A `-` belongs
    /// to the label it touches, except in `->` (before JENKINS-66613 Jenkins failed on `a->b` without blanks).
    ///
    /// # Errors
    ///
    /// Fails where Jenkins' grammar refuses the text, and beyond [`Self::NESTING_MAX`] and [`Self::ATOMS_MAX`].
    pub fn parse(text: &str) -> Result<Self, LabelSyntaxError> {
        parser::parse(text)
    }

    /// Parses `text` as Jenkins does where it must have some label: a malformed expression is one label with that text.
    ///
    /// Jenkins does so in `Jenkins.getLabel`; it is also how the texts of `why` are read, where a single label stands
    /// without the quotes it has in an expression.
    pub fn parse_or_atom(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|_| Self::Atom(text.into()))
    }

    /// Whether a node with these labels and this name satisfies the expression.
    ///
    /// A node's own name is one of its labels (`hudson.model.Node.getSelfLabel`).
    pub fn matches(&self, labels: &LabelSet, node_name: &str) -> bool {
        self.matches_with(&mut |atom| atom == node_name || labels.contains(atom))
    }

    /// Whether the expression holds where `has` says which atoms do.
    pub fn matches_with(&self, has: &mut impl FnMut(&str) -> bool) -> bool {
        match self {
            Self::Atom(atom) => has(atom),
            Self::Paren(a) => a.matches_with(has),
            Self::Not(a) => !a.matches_with(has),
            Self::And(a, b) => a.matches_with(has) && b.matches_with(has),
            Self::Or(a, b) => a.matches_with(has) || b.matches_with(has),
            Self::Implies(a, b) => !a.matches_with(has) || b.matches_with(has),
            Self::Iff(a, b) => a.matches_with(has) == b.matches_with(has),
        }
    }

    /// The labels that the expression names, in byte order and each once.
    pub fn atoms(&self) -> BTreeSet<&Arc<str>> {
        let mut atoms = BTreeSet::new();
        self.for_each_atom(&mut |atom| {
            atoms.insert(atom);
        });
        atoms
    }

    /// Calls `visit` with each label that the expression names, from left to right.
    pub fn for_each_atom<'a>(&'a self, visit: &mut impl FnMut(&'a Arc<str>)) {
        match self {
            Self::Atom(atom) => visit(atom),
            Self::Paren(a) | Self::Not(a) => a.for_each_atom(visit),
            Self::And(a, b) | Self::Or(a, b) | Self::Implies(a, b) | Self::Iff(a, b) => {
                a.for_each_atom(visit);
                b.for_each_atom(visit);
            }
        }
    }

    fn precedence(&self) -> Precedence {
        match self {
            Self::Atom(_) | Self::Paren(_) => Precedence::Atom,
            Self::Not(_) => Precedence::Not,
            Self::And(..) => Precedence::And,
            Self::Or(..) => Precedence::Or,
            Self::Implies(..) => Precedence::Implies,
            Self::Iff(..) => Precedence::Iff,
        }
    }

    /// Writes this with parentheses if it binds more loosely than `loosest`.
    fn write_within(&self, loosest: Precedence, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.precedence() > loosest { write!(f, "({self})") } else { write!(f, "{self}") }
    }
}

impl fmt::Display for LabelExpression {
    /// The spelling of Jenkins: no blanks, the user's parentheses, quotes where [`needs_quotes`] says so.
    ///
    /// A tree that Jenkins' grammar cannot give, such as a negated negation, gets the parentheses without which it
    /// could not be read back; Jenkins leaves some of those out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, operator, right, loosest_left, loosest_right) = match self {
            Self::Atom(atom) if needs_quotes(atom) => return write_quoted(atom, f),
            Self::Atom(atom) => return f.write_str(atom),
            Self::Paren(a) => return write!(f, "({a})"),
            Self::Not(a) => {
                f.write_str("!")?;
                return a.write_within(Precedence::Atom, f);
            }
            Self::And(a, b) => (a, "&&", b, Precedence::And, Precedence::Not),
            Self::Or(a, b) => (a, "||", b, Precedence::Or, Precedence::And),
            Self::Implies(a, b) => (a, "->", b, Precedence::Or, Precedence::Or),
            Self::Iff(a, b) => (a, "<->", b, Precedence::Iff, Precedence::Implies),
        };
        left.write_within(loosest_left, f)?;
        f.write_str(operator)?;
        right.write_within(loosest_right, f)
    }
}

/// Whether Jenkins writes the label `name` with quotes in an expression (`LabelAtom.needsEscape`, `Jenkins.checkGoodName`).
///
/// The rule is stricter than the grammar: `a/b` parses without quotes and is printed with them. A name that ends in a
/// full stop is quoted since SECURITY-2424 (2021) and was not before. Jenkins forgets the quotes of a name that itself holds
/// `"` or `'`, and then cannot read what it printed; here such a name is quoted.
pub fn needs_quotes(name: &str) -> bool {
    // Java's `String.trim` takes away everything up to the blank.
    let trimmed = name.trim_matches(|c| c <= ' ');
    trimmed.is_empty()
        || trimmed.ends_with('.')
        || name.contains(|c: char| c.is_control() || "?*/\\%!@#$^&|<>[]:; ()\"'".contains(c))
}

/// Writes `name` as a string literal, as `hudson.util.QuotedStringTokenizer.quote` does.
fn write_quoted(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use fmt::Write as _;
    f.write_str("\"")?;
    for c in name.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '\u{c}' => f.write_str("\\f")?,
            '\u{8}' => f.write_str("\\b")?,
            other => f.write_char(other)?,
        }
    }
    f.write_str("\"")
}
