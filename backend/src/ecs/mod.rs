//! Amazon ECS through `aws-sdk-ecs`.
//!
//! [`client`] makes a client that does each call once and in bounded time; [`outcome`] and [`failure`] read
//! what came of it.

pub mod client;
pub mod failure;
pub mod outcome;
