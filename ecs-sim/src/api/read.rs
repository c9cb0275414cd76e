//! `ListTasks` and `DescribeTasks`: what they are given and what they answer.

use crate::{
    api::{Failure, LaunchType},
    id::{ClusterId, InstanceId, TaskId},
    task::TaskView,
};
use std::sync::Arc;

/// What `ListTasks` is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListTasks {
    /// `cluster`.
    pub cluster: ClusterId,
    /// `startedBy`; no other filter may go with it but `desiredStatus`.
    pub started_by: Option<Arc<str>>,
    /// `family`.
    pub family: Option<Arc<str>>,
    /// `containerInstance`.
    pub instance: Option<InstanceId>,
    /// `launchType`.
    pub launch_type: Option<LaunchType>,
    /// `desiredStatus`.
    pub desired_status: DesiredStatus,
    /// `maxResults`: 1 to 100.
    pub max_results: u16,
    /// `nextToken` of the page before.
    pub next: Option<TaskId>,
}

impl ListTasks {
    /// The first page of the tasks of a cluster whose desired status is RUNNING, as ECS has it by default.
    pub fn new(cluster: ClusterId) -> Self {
        Self {
            cluster,
            started_by: None,
            family: None,
            instance: None,
            launch_type: None,
            desired_status: DesiredStatus::Running,
            max_results: Self::PAGE_MAX,
            next: None,
        }
    }

    /// The most tasks of one page (Amazon ECS API Reference, ListTasks).
    pub const PAGE_MAX: u16 = 100;
}

/// `desiredStatus`, as a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum DesiredStatus {
    /// RUNNING, and the default: a task vanishes from the list when it is told to stop, not when it has stopped.
    #[default]
    Running,
    /// PENDING, which ECS never sets: the list is empty.
    Pending,
    /// STOPPED.
    Stopped,
}

/// One page of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskPage {
    /// `taskArns`.
    pub tasks: Vec<TaskId>,
    /// `nextToken`, where there is more.
    pub next: Option<TaskId>,
}

/// What `DescribeTasks` answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DescribedTasks<'a> {
    /// `tasks`, in the order in which they were asked for.
    pub tasks: Vec<TaskView<'a>>,
    /// `failures`: MISSING for each task that is not there.
    pub failures: Vec<Failure>,
}
