//! The simulated ECS through the real SDK: what `aws-sdk-ecs` makes of each answer, and what the core is told of it.
//!
//! Each test runs a server of its own on loopback, in lockstep: where the SDK would sleep, the simulated time passes.
//! Each names the fact that it holds; the sections are those of `reference/ecs.md`, where its sources stand.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

mod clusters;
mod commands;
mod completeness;
mod configuration;
mod definitions;
mod errors;
mod failing;
mod fixture;
mod instances;
mod launches;
mod log_links;
mod looks;
mod mocked;
mod outcomes;
mod providers;
mod rendered;
mod tags_and_settings;
mod tasks;
mod waiters_and_pages;
