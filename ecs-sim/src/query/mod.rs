//! The cluster query language of ECS: what `memberOf` constraints and the filter of `ListContainerInstances` are
//! written in.
//!
//! [`Expression::parse`] reads a text, or says where it goes wrong; [`Expression::holds`] says whether a container
//! instance is selected. Expressions that mean the same by the rules of [`Expression`] are equal, so that they can share
//! what is kept for them. The grammar is that of the Amazon ECS Developer Guide, "Create expressions to define container
//! instances for Amazon ECS tasks" (`cluster-query-language.html`, read 2026-11-23); `docs/cluster-query-language.md` is
//! its reference, and lists what the guide leaves open and what is taken here.
//!
//! Must stay pure: an error is a value with a span, and whoever has a terminal renders it.

mod error;
mod explain;
mod expression;
mod instance;
mod operator;
mod parser;
mod pattern;
mod subject;
mod test;
mod value;

pub use error::{Problem, QueryError};
pub use expression::{Expression, Node};
pub use instance::QueriedInstance;
pub use operator::{Comparison, Operator, Order};
pub use pattern::{Pattern, PatternError, PatternProblem};
pub use test::{AttributeTest, GroupTest, Test, TextTest};
pub use value::{AgentVersion, NoDate, NoVersion, Second};
