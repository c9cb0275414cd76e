//! Recordings: everything that the core was told, and what it decided, so that it can be told again.
//!
//! The core is a function of its inputs, so a recording of them replays to the same decisions, bit for bit, on another machine
//! and without Jenkins and ECS. What is recorded is what the core is told, which holds no secret, and never what the clients
//! sent or received.
//!
//! A recording is a folder of JSON lines. [`Line`] is one of them; [`encode()`] and [`decode()`] are its form, written by hand, so
//! that it does not follow from names in the code (ADR 5): ECS' and Jenkins' words stand for what they have words for.
//! [`FileRecorder`] writes them as the machine is driven, [`Recording`] reads them, and [`replay()`] gives them to a new core.
//!
//! The policy is recorded as the core has it rather than as the texts of the configuration: those may hold secrets of the
//! controller's, and another version may read them otherwise.

mod decode;
mod encode;
mod file_recorder;
mod folder;
mod line;
mod player;
mod reader;
mod replay;
#[cfg(test)]
mod round_trip;
mod text;
mod told;
mod words;

pub use decode::{DecodeError, decode};
pub use encode::encode;
pub use file_recorder::{FileRecorder, Limits, RecordError};
pub use line::{Header, Line, Mark, Seen};
pub use player::{PlayError, Played, Player};
pub use reader::{OpenError, Place, ReadError, Recording};
pub use replay::{Ending, ReplayError, Replayed, replay, replay_under};
pub use text::{decision_line, parse_time};
pub use told::{Input, Recorder};

/// The version of the form. Another one is not read.
pub const VERSION: u64 = 1;
