//! The daemon's driver against both servers, in lockstep: the SDK's client and the REST client on loopback, in simulated time.
//!
//! A story is a trace of builds, what befalls the servers meanwhile, and what must hold: while it runs, and at its end.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

mod budget;
mod builds;
mod canary;
mod differential;
mod doctor;
mod dry_run;
mod faults;
mod gates;
mod outage;
mod policy;
mod recordings;
mod reopened;
mod secrets;
mod sessions;
mod stage;
mod status;
