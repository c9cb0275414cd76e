//! Tables of numbers that AWS publishes: sizes, limits, prices. Each names its source and date.

mod ec2;
mod fargate;
mod prices;
mod throttling;

pub use ec2::{InstanceType, instance_type, instance_types, registered_memory};
pub use fargate::{FargateSize, FargateSizeError, check_fargate_size};
pub use prices::{FargatePrice, NanoUsd, Prices};
pub use throttling::{Bucket, FARGATE_LAUNCHES, FARGATE_RUN_TASK_CALLS, bucket};
