//! A task as `DescribeTasks` shows it.

use crate::{
    Memo,
    api::{LaunchType, Provider, Tag},
    id::{ClusterId, DefinitionId, EntityKey, InstanceId, TaskId},
    task::{Stop, StopText, TaskGpus},
};
use footman_core::{
    event::{StopCode, TaskStatus},
    time::Timestamp,
    units::Size,
};
use std::sync::Arc;

/// A task as it is seen at one point in time; what it has not reached yet is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskView<'a> {
    /// The number behind `taskArn`.
    pub id: TaskId,
    /// `clusterArn`.
    pub cluster: ClusterId,
    /// `taskDefinitionArn`.
    pub definition: DefinitionId,
    /// What its randomness is keyed by, where the caller gave a key.
    pub key: Option<EntityKey>,
    /// `lastStatus`.
    pub status: TaskStatus,
    /// Whether `desiredStatus` is STOPPED; RUNNING otherwise.
    pub stopping: bool,
    /// `cpu` and `memory`.
    pub size: Size,
    /// `launchType`, where it was asked for by that.
    pub launch_type: LaunchType,
    /// `capacityProviderName`, where it was placed by a strategy.
    pub provider: Option<Provider>,
    /// `containerInstanceArn`, on EC2 once it is placed.
    pub instance: Option<InstanceId>,
    /// `startedBy`.
    pub started_by: Option<&'a str>,
    /// `group`.
    pub group: &'a str,
    /// `tags`.
    pub tags: &'a [Tag],
    /// What the caller of `RunTask` wanted kept with it.
    pub memo: Option<&'a Memo>,
    /// `version`: grows by one with each change that emits an event.
    pub version: u32,
    /// `createdAt`.
    pub created_at: Timestamp,
    /// `connectivityAt`: the agent of its host connected, and it became PENDING.
    pub pending_at: Option<Timestamp>,
    /// `pullStartedAt`.
    pub pull_started_at: Option<Timestamp>,
    /// `pullStoppedAt`.
    pub pull_stopped_at: Option<Timestamp>,
    /// `startedAt`.
    pub started_at: Option<Timestamp>,
    /// `stoppingAt`.
    pub stopping_at: Option<Timestamp>,
    /// `executionStoppedAt`.
    pub execution_stopped_at: Option<Timestamp>,
    /// `stoppedAt`.
    pub stopped_at: Option<Timestamp>,
    /// `stopCode`.
    pub stop_code: Option<StopCode>,
    /// `stoppedReason`.
    pub stopped_reason: Option<&'a str>,
    /// The exit code of the container that ended the task, or of those that got the stop signal.
    pub exit_code: Option<i32>,
    /// The containers that ended by themselves, in that order, where that is not told by `exit_code` alone.
    pub ends: &'a [ContainerEnd],
    pub(crate) gpus: Option<&'a TaskGpus>,
    /// What the other containers ended with, where an essential one ended the task.
    pub(crate) rest_exit_code: Option<i32>,
}

/// How one container of a task ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerEnd {
    /// Its place in the definition.
    pub container: u8,
    /// When.
    pub at: Timestamp,
    /// `exitCode`.
    pub exit_code: i32,
    /// Whether it was killed for the memory that it used.
    pub out_of_memory: bool,
}

impl<'a> TaskView<'a> {
    /// `containers[].gpuIds` of the container in this place.
    pub fn container_gpus(&self, container: usize) -> &'a [Arc<str>] {
        self.gpus.map_or(&[], |gpus| gpus.of(container))
    }

    /// How the container in this place of the definition ended by itself, where it did.
    pub fn container_end(&self, container: usize) -> Option<ContainerEnd> {
        self.ends.iter().copied().find(|end| usize::from(end.container) == container)
    }

    /// `containers[].exitCode` of the container in this place; `None` where it has not ended.
    pub fn container_exit_code(&self, container: usize) -> Option<i32> {
        if let Some(end) = self.container_end(container) {
            return Some(end.exit_code);
        }
        self.execution_stopped_at.and_then(|_| self.rest_exit_code.or(self.exit_code))
    }
}

/// What changes of a task, seen at one point in time: the few fields that a caller wants who looks at it again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskGlance<'a> {
    /// `clusterArn`.
    pub cluster: ClusterId,
    /// `lastStatus`.
    pub status: TaskStatus,
    /// Whether `desiredStatus` is STOPPED; RUNNING otherwise.
    pub stopping: bool,
    /// `containerInstanceArn`, on EC2 once it is placed.
    pub instance: Option<InstanceId>,
    /// `createdAt`.
    pub created_at: Timestamp,
    /// `pullStartedAt`.
    pub pull_started_at: Option<Timestamp>,
    /// `tags`.
    pub tags: &'a [Tag],
    pub(crate) stop: Option<&'a Stop>,
}

impl TaskGlance<'_> {
    /// `stopCode`.
    pub fn stop_code(&self) -> Option<StopCode> {
        self.stop?.code
    }

    /// `stoppedReason`, shared with the task where somebody gave it.
    pub fn stopped_reason(&self) -> Option<Arc<str>> {
        Some(match &self.stop?.text {
            StopText::Fixed(text) => Arc::from(*text),
            StopText::Text(text) => Arc::clone(text),
        })
    }
}
