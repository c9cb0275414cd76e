//! The world: core, simulators and workload under one clock, and what is built on it.

pub mod cli;
pub mod load;
pub mod packing;
pub mod plan;
pub mod pool;
pub mod queueing;
pub mod record;
pub mod scenario;
pub mod serve;
pub mod setup;
pub mod simulation;
pub mod statistics;
pub mod workload;
pub mod world;
