//! What stands in a recording, line by line.

use footman_core::{
    ActionId, Policy, Timestamp,
    event::{Drain, JenkinsListing, Outcome, TaskListing},
};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The first line of each file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Which footmand wrote it.
    pub footmand: String,
    /// When that footmand started, which is the name of its run.
    pub run: Timestamp,
    /// Which file of the run it is, from 1.
    pub part: u32,
}

/// A line after the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The core begins. The second line of the first file, and nowhere else.
    Start {
        /// When.
        at: Timestamp,
        /// With which policy.
        policy: Box<Policy>,
    },
    /// A poll of Jenkins.
    Poll {
        /// When it was over.
        at: Timestamp,
        /// What was seen; `None` where it failed.
        listing: Option<Seen<JenkinsListing>>,
    },
    /// A look at ECS.
    Look {
        /// When it was over.
        at: Timestamp,
        /// What was seen.
        listing: Seen<TaskListing>,
    },
    /// An action ended.
    Reply {
        /// When.
        at: Timestamp,
        /// Which.
        action: ActionId,
        /// How.
        outcome: Outcome,
    },
    /// The operator wanted everything of ours to end.
    Drain {
        /// When.
        at: Timestamp,
        /// How.
        how: Drain,
    },
    /// The core was told to do what is due.
    Timeout {
        /// When.
        at: Timestamp,
    },
    /// The core decided something, as [`decision_line`](super::decision_line) says it.
    Decision(String),
    /// How far the recording is.
    Checkpoint(Mark),
    /// How far it was when the daemon ended.
    End(Mark),
}

impl Line {
    /// When it happened, where it is an input.
    pub fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Start { at, .. }
            | Self::Poll { at, .. }
            | Self::Look { at, .. }
            | Self::Reply { at, .. }
            | Self::Drain { at, .. }
            | Self::Timeout { at } => Some(*at),
            Self::Decision(_) | Self::Checkpoint(_) | Self::End(_) => None,
        }
    }
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen<T> {
    /// Something else than the time before, or the first in the file.
    New(T),
    /// The same as the time before.
    Same,
}

/// How far a recording is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// How many inputs there were, the start aside.
    pub inputs: u64,
    /// How many decisions were taken from the core.
    pub decisions: u64,
    /// SHA-256 of their lines, in hexadecimal digits.
    pub hash: String,
}

/// The hash of a decision log as it grows: SHA-256 of its lines, each with a line feed after it.
#[derive(Debug, Clone, Default)]
pub(super) struct LogHash {
    hash: Sha256,
    decisions: u64,
}

impl LogHash {
    /// Takes in a decision's line.
    pub(super) fn add(&mut self, line: &str) {
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
        self.decisions += 1;
    }

    /// How far a recording is with these decisions and so many inputs.
    pub(super) fn mark(&self, inputs: u64) -> Mark {
        let digest = self.hash.clone().finalize();
        let hash = digest.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a String takes whatever is written");
            text
        });
        Mark { inputs, decisions: self.decisions, hash }
    }
}
