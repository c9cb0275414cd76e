//! The Jenkins client against canned answers, and against the simulated Jenkins over loopback.
//!
//! Canned answers are worded as those that were recorded of Jenkins 2.263.4; they show what each means to the core. The
//! simulated Jenkins shows that the calls lead where they should: each of its tests runs a server of its own, in lockstep.
//! Sections named in tests are those of `reference/jenkins.md`, where their sources stand.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

mod canned;
mod fixture;
mod polls;
mod rights;
mod simulated;
mod tls;
mod token;
