//! Jenkins labels: sets of them on nodes, expressions over them on jobs.

mod expression;
mod overrides;
mod parser;
mod set;

pub use expression::{LabelExpression, LabelSyntaxError, needs_quotes};
pub use overrides::{OverrideError, OverrideKey, OverrideRefusal, OverrideRules, Overrides, Requirement};
pub use set::{LabelField, LabelOddity, LabelOddityKind, LabelSet};
