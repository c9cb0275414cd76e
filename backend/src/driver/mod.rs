//! What drives the core in production: observations come in, actions go out, and nothing is decided here.
//!
//! [`Machine`] says what is due next (a poll of Jenkins, a look at ECS, a timeout of the core) and is told what came of it;
//! it opens no connection and reads no clock. [`run()`] is the loop around it: one task owns the machine, what takes time runs
//! beside it within bounds and is told to it as it ends. [`lockstep()`] is the loop for servers whose time passes only when it
//! says so. [`Hands`] is the world that both act upon.

mod clock;
mod hands;
mod lockstep;
mod machine;
mod run;

pub use clock::WallClock;
pub use hands::{Hands, LeftOver};
pub use lockstep::{Servers, lockstep};
pub use machine::{Machine, Need, Rhythm};
pub use run::{End, Limits, Report, run};
