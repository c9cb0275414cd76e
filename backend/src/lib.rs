//! The real Amazon ECS and the real Jenkins behind Footman: the clients through which actions of the core are carried
//! out, and what the answers mean to it.
//!
//! The one package that depends on an AWS crate, so that nobody who plans or runs a simulator compiles an SDK. It decides
//! nothing: whether, when and how often something is done again is the core's to say, and answers are told to it in its
//! own words ([`Outcome`](footman_core::event::Outcome), [`Failure`](footman_core::event::Failure)).

pub mod bundle;
pub mod cli;
pub mod doctor;
pub mod driver;
pub mod dry_run;
pub mod ecs;
pub mod guard;
pub mod jenkins;
pub mod services;
pub mod status;
pub mod token_secret;
