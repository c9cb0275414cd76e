//! `footman serve` over loopback, in lockstep: nothing here sleeps, and every run sees the same.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

mod client;
mod clock;
mod control;
#[cfg(unix)]
mod crowd;
mod docs;
mod errors;
mod events;
mod inbound;
mod jenkins_versions;
mod permissions;
#[cfg(unix)]
mod processes;
#[cfg(unix)]
mod program;
mod regions;
mod robust;
mod story;
mod workload;
