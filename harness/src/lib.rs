//! The world: core, simulators and workload under one clock, and what is built on it.

pub mod cli;
pub mod packing;
pub mod queueing;
pub mod statistics;
pub mod workload;
