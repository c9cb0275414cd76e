//! Jenkins labels: sets of them on nodes, expressions over them on jobs.
//!
//! ```
//! use footman_core::label::{LabelExpression, LabelSet};
//!
//! let node = LabelSet::parse("linux docker").labels;
//! let wanted = LabelExpression::parse("docker && !(mac || windows)")?;
//! assert!(wanted.matches(&node, "n1"));
//! assert_eq!(wanted.to_string(), "docker&&!(mac||windows)");
//!
//! let sized = LabelExpression::parse("docker/cpu=2vcpu && linux")?.requirement()?;
//! assert!(sized.base.matches(&node, "n1"));
//! assert_eq!(sized.overrides.canonical("docker"), "docker/cpu=2048");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod expression;
mod overrides;
mod parser;
mod set;

pub use expression::{LabelExpression, LabelSyntaxError, needs_quotes};
pub use overrides::{
    OverrideError, OverrideKey, OverrideRefusal, OverrideRules, Overrides, Requirement, SessionId,
};
pub use set::{LabelField, LabelOddity, LabelOddityKind, LabelSet};
