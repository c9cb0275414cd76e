//! Jenkins labels: sets of them on nodes, expressions over them on jobs.

mod expression;
mod overrides;
mod parser;
mod set;

pub use expression::{LabelExpression, LabelSyntaxError, needs_quotes};
pub use overrides::OverrideRules;
pub use set::LabelSet;
