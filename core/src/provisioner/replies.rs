//! How actions ended, and what follows.

use crate::{
    action::ActionId,
    decision::{Cause, Phase},
    event::{Failure, Outcome},
    id::TaskArn,
    provisioner::{
        Provisioner,
        agents::{Closed, Doing, NodeState, Step, TaskState},
        handout::Subject,
    },
    time::Millis,
};
use std::sync::Arc;

impl Provisioner {
    /// Takes in the answer to an action; a second answer to the same one means nothing.
    pub(super) fn replied(&mut self, action: ActionId, outcome: Outcome) {
        let Some(subject) = self.handouts.take(action) else { return };
        match subject {
            Subject::Agent(slot) => {
                let Doing::InFlight(step) = self.agents.get(slot).doing else { return };
                self.agents.get_mut(slot).doing = Doing::Nothing;
                match step {
                    Step::Create | Step::Close | Step::Delete => self.turns.jenkins_answered(),
                    Step::Launch | Step::Stop => self.turns.ecs_answered(),
                }
                self.step_replied(slot, step, outcome);
                if self.agents.known(slot) {
                    self.advance(slot);
                }
            }
            Subject::Orphan(number) => {
                self.turns.ecs_answered();
                self.orphan_stop_replied(number, outcome);
            }
        }
    }

    fn step_replied(&mut self, slot: u32, step: Step, outcome: Outcome) {
        let failure = match outcome {
            Outcome::Launched { task } => return self.launched_as(slot, &[task]),
            Outcome::Conflict { tasks } => return self.launched_as(slot, &tasks),
            Outcome::Done => {
                self.agents.get_mut(slot).failures = 0;
                return match step {
                    Step::Create => self.created(slot),
                    Step::Close => self.closed(slot),
                    Step::Stop => self.stopping(slot),
                    Step::Delete => self.deleted(slot),
                    Step::Launch => self.launch_failed(slot, Failure::Unknown),
                };
            }
            Outcome::Failed(failure) => failure,
        };
        match step {
            Step::Create => self.create_failed(slot, failure),
            Step::Launch => self.launch_failed(slot, failure),
            Step::Close => self.close_failed(slot, &failure),
            Step::Stop => self.stop_failed(slot, &failure),
            Step::Delete => self.back_off(slot, Step::Delete),
        }
    }

    fn created(&mut self, slot: u32) {
        let agent = self.agents.get_mut(slot);
        if agent.node == NodeState::Absent {
            agent.node = NodeState::Present { online: false, idle: true };
        }
        if agent.phase == Phase::Intended {
            self.set_phase(slot, Phase::Launching);
        }
    }

    fn create_failed(&mut self, slot: u32, failure: Failure) {
        match failure {
            Failure::Refused { reason } => {
                let cause = Cause::NodeRefused(reason);
                self.failed_to_start(slot, &cause, true);
                self.retire(slot, cause);
            }
            Failure::Unknown => {
                let agent = self.agents.get_mut(slot);
                if agent.node == NodeState::Absent {
                    agent.node = NodeState::Present { online: false, idle: true };
                }
                self.back_off(slot, Step::Create);
            }
            Failure::Throttled { .. } | Failure::NoCapacity { .. } | Failure::Unavailable => {
                self.back_off(slot, Step::Create);
            }
        }
    }

    fn launched_as(&mut self, slot: u32, tasks: &[TaskArn]) {
        if tasks.is_empty() {
            return self.launch_failed(slot, Failure::Refused { reason: Arc::clone(&self.texts.conflict) });
        }
        for task in tasks {
            self.own_task(slot, task.clone());
        }
        let agent = self.agents.get_mut(slot);
        agent.failures = 0;
        if agent.phase == Phase::Launching {
            self.set_phase(slot, Phase::Provisioning);
            self.show_node(slot);
        }
    }

    fn launch_failed(&mut self, slot: u32, failure: Failure) {
        match failure {
            Failure::Throttled { retry_after } => {
                self.launch_throttled(slot, retry_after);
                if let Some(wait) = retry_after {
                    self.back_off_until(slot, Step::Launch, self.now + wait.max(Millis::new(1)));
                }
            }
            Failure::NoCapacity { .. } => {
                let agent = self.agents.get_mut(slot);
                // An earlier run of ours may have gone on to a later attempt, which the walk has yet to reach.
                let definite = !agent.recovered && !agent.reads_online() && !agent.reads_busy();
                if agent.task == TaskState::InDoubt && definite {
                    agent.task = TaskState::None;
                }
                match agent.attempt.next() {
                    Some(next) => agent.attempt = next,
                    None => self.retire(slot, Cause::AttemptsUsedUp),
                }
                if self.agents.known(slot) {
                    self.no_room(slot);
                }
            }
            Failure::Refused { reason } => {
                let cause = Cause::LaunchRefused(reason);
                self.failed_to_start(slot, &cause, true);
                self.retire(slot, cause);
            }
            Failure::Unavailable => self.back_off(slot, Step::Launch),
            Failure::Unknown => {
                let now = self.now;
                let agent = self.agents.get_mut(slot);
                agent.called_at = now;
                if agent.task == TaskState::None {
                    agent.task = TaskState::InDoubt;
                }
                match agent.phase {
                    Phase::Spent | Phase::Orphan => self.doubt(slot),
                    Phase::Intended
                    | Phase::Launching
                    | Phase::Provisioning
                    | Phase::Pulling
                    | Phase::Connecting
                    | Phase::Idle
                    | Phase::Busy
                    | Phase::Resuming
                    | Phase::Gone => self.back_off(slot, Step::Launch),
                }
            }
        }
    }

    fn closed(&mut self, slot: u32) {
        let observations = self.observations;
        let agent = self.agents.get_mut(slot);
        agent.closed_at_observation = observations;
        if agent.closed == Closed::No {
            agent.closed = Closed::Yes { idle_reads: 0 };
        }
        self.session_moves(slot);
        self.read_idleness(slot);
        self.watch_closed(slot);
    }

    /// Nothing can be closed that Jenkins never listed; anything else is tried again.
    fn close_failed(&mut self, slot: u32, failure: &Failure) {
        let refused = matches!(failure, Failure::Refused { .. });
        if refused && !self.agents.get(slot).listed {
            return self.closed(slot);
        }
        self.back_off(slot, Step::Close);
    }

    fn stopping(&mut self, slot: u32) {
        if let TaskState::Live { stopping, .. } = &mut self.agents.get_mut(slot).task {
            *stopping = true;
        }
    }

    fn stop_failed(&mut self, slot: u32, failure: &Failure) {
        match failure {
            Failure::Throttled { retry_after } => {
                self.turns.bucket.throttled(self.now, *retry_after);
                if let Some(wait) = *retry_after {
                    self.back_off_until(slot, Step::Stop, self.now + wait.max(Millis::new(1)));
                }
            }
            Failure::Refused { .. } => self.stopping(slot),
            Failure::NoCapacity { .. } | Failure::Unavailable | Failure::Unknown => {
                self.back_off(slot, Step::Stop);
            }
        }
    }

    /// A node that was listed is gone when the listings say so. One that never was may have been created and deleted
    /// between two polls, and no listing will ever say that it is gone; a poll on its way may still show it.
    fn deleted(&mut self, slot: u32) {
        let agent = self.agents.get_mut(slot);
        match (agent.node, agent.listed) {
            (NodeState::Gone, _) => {}
            (NodeState::Absent | NodeState::Present { .. } | NodeState::Deleted, true) => {
                agent.node = NodeState::Deleted;
            }
            (NodeState::Absent | NodeState::Present { .. } | NodeState::Deleted, false) => {
                agent.node = NodeState::Gone;
                self.start.remember_ghost(agent.name.node().clone(), self.now);
            }
        }
    }
}
