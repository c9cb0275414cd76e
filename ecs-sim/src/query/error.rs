//! Why a text is no expression, and where.

use super::{
    operator::Operator,
    pattern::{PatternError, PatternProblem},
};
use std::{fmt, ops::Range};
use thiserror::Error;

/// A text that is no expression of the cluster query language.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem} at byte {}", span.start)]
pub struct QueryError {
    /// Where, in bytes from the start of the text; its ends lie between two characters.
    pub span: Range<usize>,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// The text has more characters than ECS takes.
    #[error(
        "the expression has {characters} characters, at most {} are allowed,",
        super::Expression::CHARACTERS_MAX
    )]
    TooLong {
        /// How many it has.
        characters: usize,
    },
    /// Parentheses and negations stand too deep inside each other.
    #[error("more than {} parentheses and negations inside each other", super::Expression::NESTING_MAX)]
    TooDeep,
    /// Something else would have been right.
    #[error("expected {expected}")]
    Expected {
        /// What.
        expected: &'static str,
        /// The right spelling that is nearest to what stands there.
        nearest: Option<&'static str>,
    },
    /// The subject is none of ECS's.
    #[error("unknown subject `{found}`")]
    UnknownSubject {
        /// What stands there.
        found: String,
        /// The right spelling that is nearest to it.
        nearest: Option<String>,
    },
    /// The name of an attribute has a character that ECS refuses, or has none or too many of them.
    #[error(
        "an attribute's name has 1 to 128 letters, digits, `-`, `_`, `/`, `\\` and `.`; this one is wrong"
    )]
    AttributeName,
    /// The subject does not take the operator.
    #[error("`{subject}` does not take the operator `{operator}`")]
    WrongOperator {
        /// The subject.
        subject: &'static str,
        /// The operator.
        operator: Operator,
    },
    /// The argument is of the wrong type.
    #[error("expected {expected} for `{subject}`")]
    WrongValue {
        /// The subject.
        subject: &'static str,
        /// What the argument must be.
        expected: &'static str,
    },
    /// A parenthesis in an argument: "a single expression can't contain parentheses".
    #[error("a single expression has no parentheses, yet its argument holds `{0}`")]
    Parenthesis(char),
    /// A character that needs quotes.
    #[error("`{0}` cannot stand in an argument without quotes")]
    NeedsQuotes(char),
    /// The argument is no pattern.
    #[error("{0}")]
    Pattern(PatternProblem),
}

impl QueryError {
    pub(super) fn new(span: Range<usize>, problem: Problem) -> Self {
        Self { span, problem }
    }

    /// A wrong pattern in an argument that starts at `at`.
    pub(super) fn of_pattern(error: PatternError, at: usize) -> Self {
        Self::new(error.span.start + at..error.span.end + at, Problem::Pattern(error.problem))
    }

    /// What to do about it, where there is more to say.
    pub fn help(&self) -> Option<String> {
        let meant = |nearest: &dyn fmt::Display| format!("did you mean `{nearest}`?");
        match &self.problem {
            Problem::Expected { nearest, .. } => nearest.map(|nearest| meant(&nearest)),
            Problem::UnknownSubject { nearest: Some(nearest), .. } => Some(meant(nearest)),
            Problem::UnknownSubject { nearest: None, .. } => Some(
                "subjects are agentConnected, agentVersion, attribute:NAME, ec2InstanceId, registeredAt, \
                 runningTasksCount and task:group"
                    .to_owned(),
            ),
            Problem::WrongOperator { subject, .. } => {
                let taken = super::subject::operators(subject).map(|operator| format!("`{operator}`"));
                Some(format!("it takes {}", taken.collect::<Vec<_>>().join(", ")))
            }
            Problem::Parenthesis(_) => {
                Some("write alternatives as `a|b`, or as several expressions joined by `or`".to_owned())
            }
            Problem::NeedsQuotes(_) => {
                Some("put the argument into '…'; a pattern goes with `=~` or `!~`".to_owned())
            }
            Problem::TooDeep => Some("join expressions without parentheses where you can".to_owned()),
            Problem::Pattern(problem) => Some(problem.help().to_owned()),
            Problem::TooLong { .. } | Problem::AttributeName | Problem::WrongValue { .. } => None,
        }
    }
}

/// The one of `known` that is nearest to `word`, or `None` where none is near: where more than a third of the letters
/// would have to change.
pub(super) fn nearest(word: &str, known: &[&'static str]) -> Option<&'static str> {
    /// Nobody misspelt a longer word.
    const WORD_BYTES_MAX: usize = 64;
    if word.is_empty() || word.len() > WORD_BYTES_MAX {
        return None;
    }
    let word = word.to_ascii_lowercase();
    let measured = known.iter().filter_map(|&candidate| {
        let letters = candidate.to_ascii_lowercase();
        let (less, more) = (word.chars().count(), letters.chars().count());
        let distance = strsim::osa_distance(&word, &letters);
        // Something must have stayed as it is.
        let near = distance <= less.min(more).div_ceil(3) && distance < less.max(more);
        near.then_some((distance, candidate))
    });
    measured.min_by_key(|&(distance, _)| distance).map(|(_, candidate)| candidate)
}
