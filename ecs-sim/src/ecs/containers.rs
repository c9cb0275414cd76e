//! Single containers of a task: how each ends, and what that means for its task.
//!
//! An essential container that ends takes its task with it: the others get the stop signal, and the task is STOPPING
//! until the last of them has ended. One that is not essential ends alone (Amazon ECS Developer Guide, "Task definition
//! parameters", `essential`, read 2026-11-23). A task of one container needs none of this.

use super::Ecs;
use crate::{
    api::ApiError,
    id::TaskId,
    task::{ContainerEnd, Stop, StopText},
};
use footman_core::{
    event::{StopCode, TaskStatus},
    time::Timestamp,
    units::Mib,
};

/// What a container exits with that the kernel kills: 128 + 9.
const EXIT_OUT_OF_MEMORY: i32 = 137;

impl Ecs {
    /// Tells that one container of a task, by its place in the definition, ended by itself. Nothing happens where the
    /// task does not run, or the container has ended before.
    pub fn container_ended(&mut self, now: Timestamp, task: TaskId, container: usize, exit_code: i32) {
        let definition = self.tasks.live(task).map(|live| live.record.definition);
        let alone = definition.is_some_and(|id| self.definition(id).definition.containers.len() == 1);
        if alone && container == 0 {
            return self.container_exited(now, task, exit_code);
        }
        self.handle_timeout(now);
        self.end_container(task, container, exit_code, false);
    }

    /// Tells how much memory one container of a task uses from `now` on. One that exceeds its hard limit, or its task's
    /// memory where it has none of its own, is killed: exit code 137, and the reason of ECS beside it. Answers whether it
    /// was.
    ///
    /// # Errors
    ///
    /// Fails where no such container runs.
    pub fn use_memory(
        &mut self,
        now: Timestamp,
        task: TaskId,
        container: usize,
        used: Mib,
    ) -> Result<bool, ApiError> {
        self.handle_timeout(now);
        let Some(live) = self.tasks.live(task) else {
            return Err(ApiError::invalid("The referenced task was not found."));
        };
        let record = &live.record;
        let definition = &self.definition(record.definition).definition;
        let runs = record.times.status(now) == TaskStatus::Running
            && record.ends.as_ref().is_none_or(|ends| !ends.has(container));
        let Some(given) = definition.containers.get(container).filter(|_| runs) else {
            return Err(ApiError::invalid("The container does not run."));
        };
        // A container may have its hard limit, or all of the task's memory; without either its reservation limits nothing.
        let of_task = definition.memory.map(|_| record.size.memory);
        let Some(limit) = given.memory.into_iter().chain(of_task).min() else { return Ok(false) };
        if used <= limit {
            return Ok(false);
        }
        self.end_container(task, container, EXIT_OUT_OF_MEMORY, true);
        Ok(true)
    }

    /// Ends a container of a task that runs or stops.
    pub(super) fn end_container(
        &mut self,
        task: TaskId,
        container: usize,
        exit_code: i32,
        out_of_memory: bool,
    ) {
        let now = self.now;
        let Some(live) = self.tasks.live(task) else { return };
        let definition = self.definition(live.record.definition);
        let containers = &definition.definition.containers;
        let (all, Some(given)) = (containers.len(), containers.get(container)) else { return };
        let essential = given.essential;
        let status = live.record.times.status(now);
        if !matches!(status, TaskStatus::Running | TaskStatus::Stopping) {
            return;
        }
        let live = self.tasks.live_mut(task).expect("it was there just before");
        let record = &mut live.record;
        let ends = record.ends.get_or_insert_default();
        if ends.has(container) {
            return;
        }
        ends.own.push(ContainerEnd {
            container: u8::try_from(container).expect("a definition has ten containers at most"),
            at: now,
            exit_code,
            out_of_memory,
        });
        let last = ends.own.len() == all;
        if status == TaskStatus::Stopping {
            if last {
                self.stop_is_over(task);
            }
            return;
        }
        if !essential {
            return;
        }
        record.times.stopping = now;
        record.exit_code = Some(exit_code);
        let text = StopText::Fixed("Essential container in task exited");
        record.stop = Some(Stop { code: Some(StopCode::EssentialContainerExited), text });
        if last {
            self.ended_by_itself(task);
        } else {
            self.signal(task);
        }
    }
}
