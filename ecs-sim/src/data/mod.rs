//! Tables of numbers that AWS publishes about its API, and what the simulated account pays. Each names its source and
//! date. Sizes, instance types and list prices stand in [`footman_core::catalogue`].

mod prices;
mod throttling;

pub use prices::Prices;
pub use throttling::{Bucket, FARGATE_LAUNCHES, FARGATE_RUN_TASK_CALLS, bucket};
