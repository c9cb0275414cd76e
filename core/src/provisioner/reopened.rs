//! Nodes that were closed and take builds again.
//!
//! Jenkins has no edit of a node that leaves alone what another one changed: whoever posts a configuration posts all of it. One
//! that was read before a node was closed and is carried out after it, for which nobody waits any more, brings the labels back.
//! So a closed node is one that was *seen* unable to take a build, and one that is seen with its labels is closed again.

use crate::{
    decision::{Cause, Phase},
    event::Node,
    provisioner::{
        Provisioner,
        agents::{Agent, Closed, TaskState},
    },
};

/// How often a node is closed again. There are as many late edits at most as there were launches, and where something else
/// gives it the labels of its template, closing it for ever would help nobody.
const CLOSED_AGAIN_MAX: u8 = 3;

/// How many observations after a node was closed show it as it is: one may have been on its way.
const FRESH_AFTER: u64 = 2;

impl Provisioner {
    /// Notes whether an agent's node is seen to take builds: with a label that it was made with, and without a mark.
    pub(super) fn note_open(&mut self, slot: u32, node: &Node) {
        let unmarked = !node.temporarily_offline && !node.labels.is_empty();
        let agent = self.agents.get(slot);
        let open = unmarked
            && match agent.closed {
                Closed::No => true,
                Closed::Yes { .. } => {
                    let (spec, _) = self.supplies.spec(agent.supply);
                    // Of an agent that was found closed the template alone knows its labels.
                    let own = &self.policy.templates[spec.template.index()].labels;
                    node.labels.iter().any(|label| own.contains(label) || spec.labels.contains(label))
                }
            };
        self.agents.get_mut(slot).open = open;
    }

    /// Looks at an agent with each observation until its closed node is seen to take no build.
    pub(super) fn watch_closed(&mut self, slot: u32) {
        let agent = self.agents.get(slot);
        if agent.open && agent.closed != Closed::No {
            let stamped = self.agents.stamp(slot);
            self.closing.push(stamped);
        }
    }

    /// Has nodes closed again that were closed and are seen to take builds.
    pub(super) fn close_reopened(&mut self) {
        if self.closing.is_empty() {
            return;
        }
        let mut closing = std::mem::take(&mut self.closing);
        closing.retain(|stamped| {
            if !self.agents.alive(*stamped) || !self.agents.get(stamped.slot).is_reopened() {
                return false;
            }
            let fresh =
                self.observations >= self.agents.get(stamped.slot).closed_at_observation + FRESH_AFTER;
            // A Pipeline goes on there, for which the mark was taken off.
            if !fresh || self.is_awaited(stamped.slot) {
                return true;
            }
            let agent = self.agents.get_mut(stamped.slot);
            agent.closed = Closed::No;
            agent.closed_again += 1;
            agent.reading = false;
            self.advance(stamped.slot);
            false
        });
        debug_assert!(self.closing.is_empty(), "watching starts with an event, not with an advance");
        self.closing = closing;
    }
}

impl Agent {
    /// Whether its closed node takes builds, as far as was seen, and that is worth anything.
    fn is_reopened(&self) -> bool {
        let stops = matches!(self.task, TaskState::Live { stopping: true, .. } | TaskState::Stopped { .. });
        let ends_builds = self.cause.as_ref().is_some_and(Cause::ends_a_build);
        self.open
            && self.closed != Closed::No
            && matches!(self.phase, Phase::Busy | Phase::Spent)
            && !stops
            && !ends_builds
            && self.closed_again < CLOSED_AGAIN_MAX
    }
}
