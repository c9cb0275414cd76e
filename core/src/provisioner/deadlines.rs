//! What happens when something has lasted too long: one corrective action per phase.

use crate::{
    decision::{Cause, Phase},
    event::StopCode,
    policy::Reuse,
    provisioner::{
        Provisioner,
        agents::{Closed, Doing, NodeState, TaskState},
        handout::IDLE_READS,
        lifecycle::TaskEnd,
        supply::SupplyId,
        timers::{Special, Stamped},
    },
    time::Millis,
};

impl Provisioner {
    /// An agent has been in `phase` for as long as it may.
    pub(super) fn phase_lasted(&mut self, phase: Phase, stamped: Stamped) {
        if !self.agents.alive(stamped) {
            return;
        }
        let slot = stamped.slot;
        let cause = Cause::Deadline(phase);
        match phase {
            // Waiting for its turn is nobody's failure; the deadline is for the answer.
            Phase::Intended | Phase::Launching if self.waits_for_turn(slot, phase) => {
                self.timers.enter(phase, self.now, stamped);
            }
            Phase::Intended | Phase::Launching => self.retire(slot, cause),
            // A task that waits in PROVISIONING waits for an instance of its capacity provider, or for an interface.
            Phase::Provisioning => {
                self.ended_early(slot, &cause, TaskEnd::LackedRoom);
                self.retire(slot, cause);
            }
            Phase::Pulling | Phase::Connecting => {
                self.failed_to_start(slot, &cause, false);
                self.retire(slot, cause);
            }
            Phase::Idle => self.idle_lasted(slot),
            Phase::Busy => {
                self.agents.get_mut(slot).closed = Closed::Yes { idle_reads: IDLE_READS };
                self.retire(slot, Cause::BuildTooLong);
            }
            Phase::Resuming => self.not_resumed(slot),
            Phase::Spent | Phase::Orphan => {
                self.timers.enter(phase, self.now, stamped);
                self.end_again(slot);
            }
            Phase::Gone => {}
        }
    }

    /// Whether the agent's first call of the phase has not been out for as long as the phase may last.
    fn waits_for_turn(&self, slot: u32, phase: Phase) -> bool {
        let agent = self.agents.get(slot);
        let span = match phase {
            Phase::Intended => self.policy.deadlines.create_node,
            Phase::Launching
            | Phase::Provisioning
            | Phase::Pulling
            | Phase::Connecting
            | Phase::Idle
            | Phase::Busy
            | Phase::Resuming
            | Phase::Spent
            | Phase::Gone
            | Phase::Orphan => self.policy.deadlines.launch,
        };
        match agent.doing {
            Doing::Queued(_) => true,
            Doing::InFlight(_) => agent.failures == 0 && self.now.since(agent.sent_at) < span,
            Doing::Nothing | Doing::Backoff { .. } => false,
        }
    }

    /// Nothing continued on an agent after the controller was restarted.
    fn not_resumed(&mut self, slot: u32) {
        match (self.reuse_of(slot), self.agents.get(slot).cause.clone()) {
            (Reuse::OneShot, _) => self.retire(slot, Cause::BuildDone),
            (Reuse::Retain { .. }, Some(cause)) => self.retire(slot, cause),
            (Reuse::Retain { .. }, None) => match self.agents.get(slot).task {
                TaskState::Stopped { .. } => self.retire(slot, Cause::TaskMissing),
                TaskState::Live { .. } | TaskState::None | TaskState::InDoubt => {
                    self.set_phase(slot, Phase::Connecting);
                    self.show_node(slot);
                }
            },
        }
    }

    /// An agent stood idle for as long as it may: it goes, unless its template keeps it warm.
    pub(super) fn idle_lasted(&mut self, slot: u32) {
        let agent = self.agents.get(slot);
        let template = self.template_of(slot);
        let class = self.supplies.get(agent.supply);
        let kept = &self.policy.templates[template.index()];
        if agent.supply == SupplyId::from(template) && class.idle + class.coming <= self.min_idle(template) {
            let again = match kept.reuse {
                Reuse::OneShot => self.policy.deadlines.idle,
                Reuse::Retain { idle, .. } => idle,
            };
            let stamped = self.agents.stamp(slot);
            self.timers.set(self.now + again, Special::Idle(stamped));
            return;
        }
        self.retire(slot, Cause::IdleTooLong);
    }

    /// What was asked for the end of an agent did not come about in time: it is asked again. A task that ECS does not
    /// list, or never listed, is not waited for any longer.
    fn end_again(&mut self, slot: u32) {
        let blind = self.tasks_are_stale();
        let agent = self.agents.get_mut(slot);
        let mut unknown = false;
        if let TaskState::Live { stopping, missing, status, .. } = &mut agent.task {
            *stopping = false;
            unknown = !blind && (*missing || status.is_none());
        }
        if agent.node == NodeState::Deleted {
            agent.node = NodeState::Present { online: false, idle: true };
        }
        if unknown {
            return self.task_over(slot, Cause::TaskMissing, TaskEnd::Other);
        }
        self.advance(slot);
    }

    /// Jenkins still shows a build on an agent whose task stopped a while ago: nothing runs there any more.
    pub(super) fn dead_lasted(&mut self, slot: u32) {
        let agent = self.agents.get_mut(slot);
        agent.closed = Closed::Yes { idle_reads: IDLE_READS };
        agent.node = NodeState::Present { online: false, idle: true };
        self.retire(slot, Cause::TaskStopped(StopCode::EssentialContainerExited));
    }

    /// A task was missing for as long as ECS may take to show it. Where ECS has not been listed completely of late that
    /// says nothing, and is looked at again after the next look at ECS.
    pub(super) fn still_missing(&mut self, slot: u32) {
        if self.tasks_are_stale() {
            let again = self.now + self.policy.pace.describe.max(Millis::new(1));
            let stamped = self.agents.stamp(slot);
            return self.timers.set(again, Special::Missing(stamped));
        }
        let agent = self.agents.get_mut(slot);
        match agent.task {
            TaskState::InDoubt => {
                agent.task = TaskState::None;
                self.advance(slot);
            }
            TaskState::Live { missing: true, .. } if !agent.reads_online() => {
                self.task_over(slot, Cause::TaskMissing, TaskEnd::Other);
            }
            TaskState::Live { .. } | TaskState::None | TaskState::Stopped { .. } => {}
        }
    }
}
