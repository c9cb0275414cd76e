//! `footman serve`: the simulated ECS and the simulated Jenkins over HTTP, in one process and on one clock.
//!
//! [`Twins`] is both state machines with their faces and the agents that connect the one with the other, without a clock
//! and without a socket. One task owns it and answers letters one after the other; in wall time it also wakes for the
//! next thing that is due. The listeners do nothing but pass requests on.
//!
//! It listens on loopback only, unless it is told otherwise: whoever can reach it may do everything, for there is no
//! login.

mod accidents;
mod accounts;
mod actor;
mod address;
mod agents;
mod clock;
mod compression;
mod connections;
mod control;
mod events;
mod example;
mod hook;
mod limits;
mod listener;
mod player;
mod processes;
mod proxy;
mod server;
mod twins;
mod usage;

pub use address::{AddressError, address, loopback};
pub use clock::ClockMode;
pub use hook::{HookUrl, HookUrlError};
pub use limits::Limits;
pub(crate) use processes::STOP;
pub use processes::{ImageProgram, ProcessSettings};
pub use server::{ServeError, ServeSettings, Server};
pub use twins::{Twins, TwinsSettings};

/// Says something to whoever runs the servers.
fn note(text: &str) {
    use std::io::Write;
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}
