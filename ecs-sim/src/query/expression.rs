//! Expressions in their normal form.

use super::{
    error::QueryError,
    instance::QueriedInstance,
    parser,
    test::{AttributeTest, GroupTest, Test},
};
use std::{fmt, str::FromStr, sync::Arc};

/// An expression of the cluster query language, in normal form.
///
/// In normal form `and` and `or` join any number of different expressions in one order, a negation is not of a negation
/// nor of `exists`, and a list of one argument is that argument. Texts that differ in such things, in blanks or in the
/// spelling of operators make equal expressions. A clone costs a counter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Expression(Arc<Node>);

/// What an expression is made of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// One comparison.
    Test(Test),
    /// `not`.
    Not(Expression),
    /// `and`: two expressions or more, none of which is an `and`, ascending and each once.
    All(Vec<Expression>),
    /// `or`: two expressions or more, none of which is an `or`, ascending and each once.
    Any(Vec<Expression>),
}

impl Expression {
    /// The characters that an expression may have (Amazon ECS API Reference, PlacementConstraint `expression`, read
    /// 2026-11-23). The reference gives no length for the filter of `ListContainerInstances`; it has the same here.
    pub const CHARACTERS_MAX: usize = 2_000;
    /// How many parentheses and negations may stand inside each other; ECS does not say.
    pub const NESTING_MAX: usize = 64;

    /// Reads an expression.
    ///
    /// # Errors
    ///
    /// Fails where the text is none, or is beyond [`Self::CHARACTERS_MAX`] or [`Self::NESTING_MAX`].
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parser::parse(text)
    }

    /// One comparison.
    pub fn test(test: Test) -> Self {
        Self(Arc::new(Node::Test(test)))
    }

    /// What `expression` does not select.
    #[expect(clippy::should_implement_trait, reason = "`not` is the word of the language; `!` would hide it")]
    pub fn not(expression: Self) -> Self {
        match &*expression.0 {
            Node::Not(inner) => inner.clone(),
            Node::Test(Test::Attribute(name, AttributeTest::Exists(exists))) => {
                Self::test(Test::Attribute(Arc::clone(name), AttributeTest::Exists(!exists)))
            }
            Node::Test(Test::TaskGroup(GroupTest::Exists(exists))) => {
                Self::test(Test::TaskGroup(GroupTest::Exists(!exists)))
            }
            Node::Test(_) | Node::All(_) | Node::Any(_) => Self(Arc::new(Node::Not(expression))),
        }
    }

    /// What each of `expressions` selects; `None` where there is none, which would be everything.
    pub fn all(expressions: impl IntoIterator<Item = Self>) -> Option<Self> {
        let flat = expressions.into_iter().flat_map(|expression| match &*expression.0 {
            Node::All(inner) => inner.clone(),
            Node::Test(_) | Node::Not(_) | Node::Any(_) => vec![expression],
        });
        Self::joined(flat.collect(), Node::All)
    }

    /// What one of `expressions` selects; `None` where there is none, which would be nothing.
    pub fn any(expressions: impl IntoIterator<Item = Self>) -> Option<Self> {
        let flat = expressions.into_iter().flat_map(|expression| match &*expression.0 {
            Node::Any(inner) => inner.clone(),
            Node::Test(_) | Node::Not(_) | Node::All(_) => vec![expression],
        });
        Self::joined(flat.collect(), Node::Any)
    }

    fn joined(mut parts: Vec<Self>, join: impl FnOnce(Vec<Self>) -> Node) -> Option<Self> {
        parts.sort_unstable();
        parts.dedup();
        if parts.len() < 2 { parts.pop() } else { Some(Self(Arc::new(join(parts)))) }
    }

    /// What it is made of.
    pub fn node(&self) -> &Node {
        &self.0
    }

    /// Whether it selects an instance.
    pub fn holds(&self, instance: &impl QueriedInstance) -> bool {
        match &*self.0 {
            Node::Test(test) => test.holds(instance),
            Node::Not(inner) => !inner.holds(instance),
            Node::All(parts) => parts.iter().all(|part| part.holds(instance)),
            Node::Any(parts) => parts.iter().any(|part| part.holds(instance)),
        }
    }

    /// Calls `visit` with each comparison in it, from left to right.
    pub fn for_each_test<'a>(&'a self, visit: &mut impl FnMut(&'a Test)) {
        match &*self.0 {
            Node::Test(test) => visit(test),
            Node::Not(inner) => inner.for_each_test(visit),
            Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| part.for_each_test(visit)),
        }
    }

    /// Whether what it selects depends on `runningTasksCount`.
    pub fn counts_running_tasks(&self) -> bool {
        let mut counts = false;
        self.for_each_test(&mut |test| counts |= matches!(test, Test::RunningTasksCount(..)));
        counts
    }

    /// Whether what it selects depends on the tasks of an instance.
    pub fn depends_on_tasks(&self) -> bool {
        let mut depends = self.counts_running_tasks();
        self.for_each_test(&mut |test| depends |= matches!(test, Test::TaskGroup(_)));
        depends
    }
}

impl FromStr for Expression {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        Self::parse(text)
    }
}

impl fmt::Display for Expression {
    /// An expression that was read is written as a text that is read as an equal one, where that is not longer than
    /// [`Self::CHARACTERS_MAX`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |parts: &[Self], word: &str, f: &mut fmt::Formatter<'_>| {
            for (place, part) in parts.iter().enumerate() {
                if place > 0 {
                    write!(f, " {word} ")?;
                }
                match &*part.0 {
                    // `and` binds tighter than `or`, so that only an `or` within an `and` needs them.
                    Node::Any(_) => write!(f, "({part})")?,
                    Node::Test(_) | Node::Not(_) | Node::All(_) => write!(f, "{part}")?,
                }
            }
            Ok(())
        };
        match &*self.0 {
            Node::Test(test) => write!(f, "{test}"),
            Node::Not(inner) => write!(f, "not({inner})"),
            Node::All(parts) => join(parts, "and", f),
            Node::Any(parts) => join(parts, "or", f),
        }
    }
}
