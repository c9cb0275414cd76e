//! `footman serve`: the simulated ECS and the simulated Jenkins over HTTP, in one process and on one clock.
//!
//! [`Twins`] is both state machines with their faces and the agents that connect the one with the other, without a clock
//! and without a socket. One task owns it and answers letters one after the other; in wall time it also wakes for the
//! next thing that is due. The listeners do nothing but pass requests on.
//!
//! It listens on loopback only: whoever can reach it may do everything, for there is no login.

mod actor;
mod agents;
mod clock;
mod example;
mod listener;
mod server;
mod twins;

pub use clock::ClockMode;
pub use server::{AddressError, ServeError, ServeSettings, Server, loopback};
pub use twins::{Twins, TwinsSettings};
