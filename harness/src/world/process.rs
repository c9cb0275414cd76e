//! What becomes of an agent's process as its task goes on: the same in a world and over sockets.
//!
//! From its start until its end a process is simulated with Jenkins ([`footman_jenkins_sim::Jenkins::start_agent`]): it
//! connects, tries again and exits there. What is said here is when it starts and what ends it from outside.

use footman_core::{Timestamp, event::TaskStatus};
use footman_ecs_sim::{Ecs, id::TaskId};

/// What a change of its task means to an agent's process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProcessChange {
    /// The container runs: after the time that a JVM takes the process is ready to connect.
    Starts,
    /// It was sent the stop signal, and dies of it soon.
    Dies,
    /// The container is no more.
    Gone,
}

impl ProcessChange {
    /// What it means that a task is in `status` from here on, and whether it was told to stop.
    pub(crate) const fn of(status: TaskStatus, stopping: bool) -> Option<Self> {
        match status {
            TaskStatus::Running if !stopping => Some(Self::Starts),
            TaskStatus::Stopping => Some(Self::Dies),
            TaskStatus::Deprovisioning | TaskStatus::Stopped => Some(Self::Gone),
            TaskStatus::Provisioning
            | TaskStatus::Pending
            | TaskStatus::Activating
            | TaskStatus::Running
            | TaskStatus::Deactivating => None,
        }
    }
}

/// Whether the containers of a task truly run and were not told to stop, however late ECS shows it.
pub(crate) fn containers_run(ecs: &Ecs, now: Timestamp, task: TaskId) -> bool {
    let truth = ecs.glance(now + ecs.settings().visibility_delay, task);
    truth.is_some_and(|seen| seen.status == TaskStatus::Running && !seen.stopping)
}
