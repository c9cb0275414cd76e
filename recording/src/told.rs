//! Who is told everything that the core is told.

use footman_core::{
    ActionId, Timestamp,
    decision::Decision,
    event::{Drain, JenkinsListing, Outcome, TaskListing},
};
use std::fmt::Debug;

/// What the core is told. Between its start and its end there is nothing else that it depends on.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// A poll of Jenkins came to this, or failed.
    Poll(Option<&'a JenkinsListing>),
    /// A look at ECS came to this.
    Look(&'a TaskListing),
    /// An action came to this.
    Reply(ActionId, &'a Outcome),
    /// The operator wants everything of ours to end.
    Drain(Drain),
    /// It is to do what is due.
    Timeout,
}

/// Is told all inputs of a core, each before the core is, and its decisions as they are taken.
pub trait Recorder: Debug {
    /// The core is told `input` at `now`.
    fn told(&mut self, now: Timestamp, input: Input<'_>);

    /// The core decided this.
    fn decided(&mut self, decision: &Decision);

    /// The core is told nothing more.
    fn ended(&mut self);
}
