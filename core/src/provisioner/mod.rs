//! The decision core: which agents to make, stop and delete, when, and why.
//!
//! A [`Provisioner`] is fed observations and replies, and is asked for actions, for the time of its next timeout and
//! for the reasons of what it did. It keeps nothing that it could not learn again from Jenkins' nodes and ECS's tasks,
//! so that a daemon may crash between any two actions.
//!
//! How to drive it: after each call of [`Provisioner::handle_event`] or [`Provisioner::handle_timeout`] take actions
//! until there are none, answer each one once with [`Event::Reply`], and call `handle_timeout` when the time that
//! [`Provisioner::poll_timeout`] says has come. The first observation of each kind must be everything there is: a
//! complete listing, or the changes from nothing; nothing is decided before both are in. One driver uses one kind of
//! observation throughout.

mod timers;

pub use timers::Timer;

use crate::{
    action::{Action, ActionId},
    decision::Decision,
    event::Event,
    policy::Policy,
    time::Timestamp,
};
use std::collections::VecDeque;

/// The decision core.
#[derive(Debug)]
pub struct Provisioner {
    policy: Policy,
    now: Timestamp,
    actions: VecDeque<(ActionId, Action)>,
    decisions: VecDeque<Decision>,
}

impl Provisioner {
    /// A provisioner for `policy` that knows nothing yet.
    pub fn new(policy: Policy, now: Timestamp) -> Self {
        Self { policy, now, actions: VecDeque::new(), decisions: VecDeque::new() }
    }

    /// Takes in what happened; `now` never goes back.
    pub fn handle_event(&mut self, now: Timestamp, event: Event) {
        self.now = now;
        drop(event);
    }

    /// Does what is due at `now`; a call before [`Self::poll_timeout`]'s time does nothing.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// The next action to carry out.
    pub fn poll_action(&mut self) -> Option<(ActionId, Action)> {
        self.actions.pop_front()
    }

    /// When [`Self::handle_timeout`] wants to be called, and why.
    pub fn poll_timeout(&self) -> Option<(Timestamp, Timer)> {
        None
    }

    /// The next entry of the decision log.
    pub fn poll_decision(&mut self) -> Option<Decision> {
        self.decisions.pop_front()
    }

    /// The policy that it follows.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}
