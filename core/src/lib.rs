//! The vocabulary and the decision core of Footman.
//!
//! This package says *what to do*: which agents to make, stop and delete, and why. It is a sans-IO state machine in
//! the manner of `quinn-proto`: it is told what happened ([`Event`]) and what time it is, and answers with what to do
//! ([`Action`]), when to wake it, and why it decided as it did. It does no I/O, reads no clock, draws no random
//! numbers, starts no threads, and logs nothing; the same inputs give the same outputs, on every machine and in every
//! build profile.
//!
//! The simulators use its vocabulary (units, times, ids, labels), never its decisions.

pub mod action;
pub mod catalogue;
pub mod decision;
pub mod description;
pub mod event;
mod failure;
pub mod hours;
pub mod id;
pub mod jobs;
pub mod label;
pub mod looks;
pub mod name;
pub mod policy;
pub mod provisioner;
pub mod spec;
pub mod text;
pub mod time;
pub mod units;

pub use action::{Action, ActionId};
pub use decision::Decision;
pub use event::Event;
pub use policy::Policy;
pub use provisioner::Provisioner;
pub use time::{Millis, Timestamp};
