//! Every call of the API in one type, for faces and recordings; each has a method of [`Ecs`](crate::Ecs) of its own too.

use crate::{
    api::{DescribedTasks, ListTasks, Operation, RunTask, RunTaskAnswer, StartTask, StrategyItem, TaskPage},
    capacity::GroupProvider,
    definition::TaskDefinition,
    id::{ClusterId, DefinitionId, InstanceId, ProviderId, TaskId},
    task::TaskView,
};
use std::sync::Arc;

/// A call of the API, its names resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// `CreateCluster`.
    CreateCluster {
        /// `clusterName`.
        name: Arc<str>,
    },
    /// `DeleteCluster`.
    DeleteCluster {
        /// `cluster`.
        cluster: ClusterId,
    },
    /// `RegisterTaskDefinition`.
    RegisterTaskDefinition(Box<TaskDefinition>),
    /// `DeregisterTaskDefinition`.
    DeregisterTaskDefinition {
        /// `taskDefinition`.
        definition: DefinitionId,
    },
    /// `CreateCapacityProvider`.
    CreateCapacityProvider(Box<GroupProvider>),
    /// `PutClusterCapacityProviders`.
    PutClusterCapacityProviders {
        /// `cluster`.
        cluster: ClusterId,
        /// `capacityProviders`, those of Fargate left out.
        providers: Vec<ProviderId>,
        /// `defaultCapacityProviderStrategy`.
        default_strategy: Vec<StrategyItem>,
    },
    /// `RunTask`.
    RunTask(Box<RunTask>),
    /// `StartTask`.
    StartTask(Box<StartTask>),
    /// `StopTask`.
    StopTask {
        /// `task`.
        task: TaskId,
        /// `reason`.
        reason: Option<Arc<str>>,
    },
    /// `DescribeTasks`.
    DescribeTasks {
        /// `cluster`.
        cluster: ClusterId,
        /// `tasks`.
        tasks: Vec<TaskId>,
    },
    /// `ListTasks`.
    ListTasks(ListTasks),
    /// `UpdateContainerInstancesState` of one instance, to DRAINING.
    DrainContainerInstance {
        /// `containerInstances`.
        instance: InstanceId,
    },
    /// `DeregisterContainerInstance`.
    DeregisterContainerInstance {
        /// `containerInstance`.
        instance: InstanceId,
        /// `force`.
        force: bool,
    },
}

/// What a call answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response<'a> {
    /// It is done, and there is nothing more to say.
    Done,
    /// The cluster.
    Cluster(ClusterId),
    /// The task definition.
    TaskDefinition(DefinitionId),
    /// The capacity provider.
    CapacityProvider(ProviderId),
    /// Of `RunTask` and `StartTask`.
    Started(RunTaskAnswer),
    /// Of `StopTask`.
    Task(Box<TaskView<'a>>),
    /// Of `DescribeTasks`.
    Tasks(DescribedTasks<'a>),
    /// Of `ListTasks`.
    Page(TaskPage),
}

impl Request {
    /// The operation, by which the call is counted and throttled.
    pub const fn operation(&self) -> Operation {
        match self {
            Self::CreateCluster { .. } => Operation::CreateCluster,
            Self::DeleteCluster { .. } => Operation::DeleteCluster,
            Self::RegisterTaskDefinition(_) => Operation::RegisterTaskDefinition,
            Self::DeregisterTaskDefinition { .. } => Operation::DeregisterTaskDefinition,
            Self::CreateCapacityProvider(_) => Operation::CreateCapacityProvider,
            Self::PutClusterCapacityProviders { .. } => Operation::PutClusterCapacityProviders,
            Self::RunTask(_) => Operation::RunTask,
            Self::StartTask(_) => Operation::StartTask,
            Self::StopTask { .. } => Operation::StopTask,
            Self::DescribeTasks { .. } => Operation::DescribeTasks,
            Self::ListTasks(_) => Operation::ListTasks,
            Self::DrainContainerInstance { .. } => Operation::UpdateContainerInstancesState,
            Self::DeregisterContainerInstance { .. } => Operation::DeregisterContainerInstance,
        }
    }
}
