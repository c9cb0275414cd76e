//! The end of everything of ours, when the operator asks for it.
//!
//! Nothing is launched any more, and each agent goes the way that agents go anyway. One that has a build finishes it first,
//! unless builds are to be stopped too. Agents that turn up late, found in Jenkins or back from a restart of the controller,
//! go as well.

use crate::{
    decision::{Cause, Phase},
    event::Drain,
    provisioner::{Provisioner, agents::Closed, handout::IDLE_READS},
};

impl Provisioner {
    /// The operator wants everything of ours to end.
    pub(super) fn drain(&mut self, how: Drain) {
        self.draining = self.draining.max(Some(how));
        if !self.start.is_ready() {
            return;
        }
        let slots: Vec<u32> = self.agents.iter().map(|(slot, _)| slot).collect();
        for slot in slots {
            if self.agents.known(slot) {
                self.drain_agent(slot);
            }
        }
        self.touch_waiting();
        self.plan();
    }

    /// Takes an agent out of service where everything is to end.
    pub(super) fn drain_agent(&mut self, slot: u32) {
        let Some(how) = self.draining else { return };
        let agent = self.agents.get_mut(slot);
        match (agent.phase, how) {
            (Phase::Spent | Phase::Gone | Phase::Orphan, _) => {}
            (Phase::Busy | Phase::Resuming, Drain::StopBuilds) => self.stop_build(slot),
            (Phase::Busy | Phase::Resuming, Drain::FinishBuilds) => {
                agent.cause.get_or_insert(Cause::Draining);
                self.advance(slot);
            }
            (
                Phase::Intended
                | Phase::Launching
                | Phase::Provisioning
                | Phase::Pulling
                | Phase::Connecting
                | Phase::Idle,
                _,
            ) => self.retire(slot, Cause::Draining),
        }
    }

    /// An agent has a build. It is stopped with it where builds are to be stopped; says whether it is.
    pub(super) fn stops_build(&mut self, slot: u32) -> bool {
        let stops = self.draining == Some(Drain::StopBuilds);
        if stops {
            self.stop_build(slot);
        }
        stops
    }

    /// Whether the node can take another build does not matter to one that is not to finish its own.
    fn stop_build(&mut self, slot: u32) {
        self.agents.get_mut(slot).closed = Closed::Yes { idle_reads: IDLE_READS };
        self.retire(slot, Cause::StopAll);
    }
}
