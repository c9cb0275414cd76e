//! What was seen of our tasks in ECS, one change at a time.

use crate::{
    decision::{Cause, Phase},
    event::{StopCode, Task, TaskChange, TaskChanges, TaskStatus, TaskStop},
    id::TaskArn,
    provisioner::{Provisioner, agents::TaskState, lifecycle::TaskEnd, timers::Special},
};

impl Provisioner {
    /// Takes in what one look at ECS saw.
    pub(super) fn tasks_changed(&mut self, changes: TaskChanges) {
        self.observation.note_tasks(&changes);
        self.apply_tasks(changes, true);
    }

    /// Takes in changes; only a `complete` view lets anything be concluded from what it shows.
    /// Nothing new is nothing to plan for, as with Jenkins.
    pub(super) fn apply_tasks(&mut self, mut changes: TaskChanges, complete: bool) {
        self.tasks_unplanned |= !changes.tasks.is_empty();
        for change in &changes.tasks {
            match change {
                TaskChange::Seen(task) => self.task_seen(task),
                TaskChange::Gone(arn) => self.task_gone(arn),
            }
        }
        changes.tasks.clear();
        self.spare.tasks = changes;
        if complete {
            self.start.saw_tasks();
            let was_ready = self.start.is_ready();
            self.recover_when_listed();
            let new = std::mem::take(&mut self.tasks_unplanned);
            if was_ready {
                if new {
                    self.plan_if_freed();
                }
            } else {
                self.plan();
            }
        }
    }

    fn task_seen(&mut self, task: &Task) {
        if task.owner != self.policy.owner {
            return;
        }
        if let Some(slot) = self.agents.by_task(&task.arn) {
            return self.agent_task_seen(slot, task);
        }
        let agent = task.agent.as_ref().and_then(|name| self.agents.by_name(name));
        match agent {
            Some(slot) => self.new_task_seen(slot, task.clone()),
            None => self.loose_task_seen(task.clone()),
        }
    }

    /// A task that carries the name of an agent of ours and whose ARN is new.
    pub(super) fn new_task_seen(&mut self, slot: u32, task: Task) {
        let agent = self.agents.get(slot);
        match agent.task {
            TaskState::None | TaskState::InDoubt => {
                self.own_task(slot, task.arn.clone());
                if self.agents.get(slot).phase == Phase::Launching {
                    self.set_phase(slot, Phase::Provisioning);
                    self.show_node(slot);
                }
                self.agent_task_seen(slot, &task);
            }
            TaskState::Live { .. } | TaskState::Stopped { .. } => {
                if task.status != TaskStatus::Stopped {
                    self.own_task(slot, task.arn);
                }
            }
        }
    }

    /// Takes in what an agent's task shows.
    pub(super) fn agent_task_seen(&mut self, slot: u32, task: &Task) {
        let agent = self.agents.get_mut(slot);
        let TaskState::Live { status, stopping, missing, .. } = &mut agent.task else { return };
        *status = Some(task.status);
        *missing = false;
        if task.stopping {
            *stopping = true;
        }
        let code = task.stop.as_ref().map_or(StopCode::EssentialContainerExited, |stop| stop.code);
        let lacked_room = task.stop.as_ref().is_some_and(TaskStop::lacked_room);
        let end = if lacked_room { TaskEnd::LackedRoom } else { TaskEnd::Other };
        let ends = task.stopping || task.status > TaskStatus::Running;
        if task.status == TaskStatus::Stopped {
            self.task_over(slot, Cause::TaskStopped(code), end);
        } else if ends && agent.phase.is_supply() {
            let cause = Cause::TaskStopped(code);
            if agent.phase != Phase::Idle {
                self.ended_early(slot, &cause, end);
            }
            self.retire(slot, cause);
        } else {
            self.show_status(slot, task.status);
        }
        if self.agents.known(slot) {
            self.advance(slot);
        }
    }

    /// Moves an agent on to the phase that its task's status shows; never back.
    fn show_status(&mut self, slot: u32, status: TaskStatus) {
        let to = match status {
            TaskStatus::Provisioning => Phase::Provisioning,
            TaskStatus::Pending | TaskStatus::Activating => Phase::Pulling,
            TaskStatus::Running => Phase::Connecting,
            TaskStatus::Deactivating
            | TaskStatus::Stopping
            | TaskStatus::Deprovisioning
            | TaskStatus::Stopped => return,
        };
        let phase = self.agents.get(slot).phase;
        if matches!(phase, Phase::Launching | Phase::Provisioning | Phase::Pulling) && phase < to {
            self.set_phase(slot, to);
            self.show_node(slot);
        }
    }

    fn task_gone(&mut self, arn: &TaskArn) {
        let Some(slot) = self.agents.by_task(arn) else { return self.loose_task_gone(arn) };
        let stamped = self.agents.stamp(slot);
        if let TaskState::Live { missing, .. } = &mut self.agents.get_mut(slot).task {
            *missing = true;
            self.timers.set(self.now + self.policy.deadlines.ecs_visibility_bound, Special::Missing(stamped));
        }
    }
}
