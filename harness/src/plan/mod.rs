//! The planner: which capacity meets the goals, at what cost.

mod slo;

pub use slo::{Slo, SloError};
