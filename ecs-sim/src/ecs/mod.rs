//! The state machine itself.

use crate::{
    api::{ApiError, ErrorCode, Operation, RunTask, RunTaskAnswer, StrategyItem},
    billing::Costs,
    capacity::{GroupProvider, InstanceSpec},
    definition::TaskDefinition,
    id::{ClusterId, DefinitionId, InstanceId, ProviderId, TaskId},
    output::Output,
    settings::Settings,
    task::TaskView,
};
use footman_core::time::Timestamp;
use std::{collections::VecDeque, sync::Arc};

/// A simulated ECS account in one region.
///
/// It is told what time it is and never asks; `now` never goes back. Whatever is due at `now` or before happens first.
#[derive(Debug)]
pub struct Ecs {
    settings: Settings,
    now: Timestamp,
    outputs: VecDeque<Output>,
}

/// What a deadline is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// A task moves on.
    Task(TaskId),
    /// An instance moves on.
    Instance(InstanceId),
    /// Managed scaling looks at its metric.
    Scaling(ProviderId),
}

/// How often an operation was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CallCount {
    /// Calls, throttled ones included.
    pub calls: u64,
    /// Calls that were throttled.
    pub throttled: u64,
}

impl Ecs {
    /// An account with nothing in it, at `now`.
    pub fn new(settings: Settings, seed: u64, now: Timestamp) -> Self {
        let _ = seed;
        Self { settings, now, outputs: VecDeque::new() }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Makes a cluster, outside of the API's buckets.
    ///
    /// # Errors
    ///
    /// Fails where ECS would refuse the name.
    pub fn create_cluster(&mut self, name: &str) -> Result<ClusterId, ApiError> {
        Err(pending(name))
    }

    /// Registers a revision of a task definition, outside of the API's buckets.
    ///
    /// # Errors
    ///
    /// Fails where ECS would refuse it.
    pub fn register_task_definition(&mut self, definition: TaskDefinition) -> Result<DefinitionId, ApiError> {
        Err(pending(&definition.family))
    }

    /// Adds `count` container instances that are simply there, registered and ACTIVE at once, until they are taken away.
    ///
    /// # Errors
    ///
    /// Fails where the type is unknown, or the cluster has as many instances as it may.
    pub fn add_instances(
        &mut self,
        now: Timestamp,
        cluster: ClusterId,
        spec: &InstanceSpec,
        count: u32,
    ) -> Result<Vec<InstanceId>, ApiError> {
        let _ = (now, cluster, count);
        Err(pending(&spec.instance_type))
    }

    /// Makes a capacity provider with the auto-scaling group behind it, outside of the API's buckets. The group's
    /// instances start to boot once the provider is associated with a cluster.
    ///
    /// # Errors
    ///
    /// Fails where ECS would refuse it.
    pub fn create_capacity_provider(&mut self, provider: GroupProvider) -> Result<ProviderId, ApiError> {
        Err(pending(&provider.name))
    }

    /// Associates capacity providers with a cluster and sets its default strategy, outside of the API's buckets
    /// (`PutClusterCapacityProviders`). `FARGATE` and `FARGATE_SPOT` are always associated.
    ///
    /// # Errors
    ///
    /// Fails where ECS would refuse it.
    pub fn put_cluster_capacity_providers(
        &mut self,
        now: Timestamp,
        cluster: ClusterId,
        providers: &[ProviderId],
        default_strategy: &[StrategyItem],
    ) -> Result<(), ApiError> {
        let _ = (now, cluster, providers, default_strategy);
        Err(pending("providers"))
    }

    /// `RunTask`.
    ///
    /// # Errors
    ///
    /// Fails as ECS does; what could not be placed is no error but an entry of `failures`.
    pub fn run_task(&mut self, now: Timestamp, request: RunTask) -> Result<RunTaskAnswer, ApiError> {
        let _ = (now, request);
        Err(pending("RunTask"))
    }

    /// `StopTask`: the task's `desiredStatus` is STOPPED from then on. Stopping a stopped task changes nothing.
    ///
    /// # Errors
    ///
    /// Fails where the task is unknown, or the call is throttled.
    pub fn stop_task(
        &mut self,
        now: Timestamp,
        task: TaskId,
        reason: Option<Arc<str>>,
    ) -> Result<TaskView<'_>, ApiError> {
        let _ = (now, task, reason);
        Err(pending("StopTask"))
    }

    /// Tells that the essential container of a task ended by itself. Nothing happens unless the task is RUNNING, or
    /// STOPPING, whose stop is then over early.
    pub fn container_exited(&mut self, now: Timestamp, task: TaskId, exit_code: i32) {
        let _ = (now, task, exit_code);
    }

    /// Draws `n` calls of `operation` from its bucket and says how many of them pass; the rest was throttled.
    ///
    /// For a world that is told of changes by outputs and would in truth have polled for them.
    pub fn charge(&mut self, now: Timestamp, operation: Operation, n: u32) -> u32 {
        let _ = (now, operation);
        n
    }

    /// The task as `DescribeTasks` would show it, or `None` where it would say MISSING; free of charge.
    pub fn task(&self, now: Timestamp, task: TaskId) -> Option<TaskView<'_>> {
        let _ = (now, task);
        None
    }

    /// The ARN of a task.
    pub fn task_arn(&self, task: TaskId) -> Arc<str> {
        task.to_string().into()
    }

    /// The task with this ARN or id text, if it is well formed and of this account.
    pub fn task_of_arn(&self, arn: &str) -> Option<TaskId> {
        let _ = arn;
        None
    }

    /// Makes happen what is due at `now` or before.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.now = now.max(self.now);
    }

    /// When to call [`Self::handle_timeout`] next, and what for.
    pub fn poll_timeout(&self) -> Option<(Timestamp, Timer)> {
        None
    }

    /// The next thing that happened, if any, in the order in which things happen.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// How often each operation was called, in the order of [`Operation::ALL`].
    pub fn calls(&self) -> [CallCount; Operation::COUNT] {
        [CallCount::default(); Operation::COUNT]
    }

    /// What everything cost until `now`, running tasks and instances included.
    pub fn costs(&self, now: Timestamp) -> Costs {
        let _ = now;
        Costs::default()
    }

    /// Bills what is still running as if it ended at `now`: at the end of a simulation.
    pub fn close_books(&mut self, now: Timestamp) {
        self.handle_timeout(now);
    }
}

fn pending(what: &str) -> ApiError {
    ApiError::new(ErrorCode::Server, format!("{what} is not carried out"))
}
