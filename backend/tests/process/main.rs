//! `footmand` as a process: the binary on both simulated servers over loopback and by the clock on the wall, and what signals
//! make of it.
//!
//! Nothing here is timed. What is waited for is a condition: something that it says, shows or does, or its end.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

mod bundle;
mod daemon;
mod ends;
mod runs;
mod stage;
mod stops;
