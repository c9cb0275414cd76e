//! What AWS publishes about capacity: the sizes of Fargate, EC2 instance types, list prices.
//!
//! Pure data, said once: configuration derives prices and sizes from it, the simulated ECS places and bills by it, and
//! reports speak of it. Each table names its source and date. All of it is us-east-1, and whoever has other figures
//! passes values of their own: nothing looks a name up where a value can be given.

mod fargate;
mod instance_type;
mod price;

pub use fargate::{FargateSizeError, fargate_check, fargate_nearest, fargate_sizes};
pub use instance_type::{InstanceType, instance_type, instance_type_names};
pub use price::{FargatePrice, FargatePrices, Platform};
