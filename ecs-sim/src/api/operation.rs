//! The operations of the API and the groups in which they are throttled.

/// An operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Operation {
    /// `CreateCapacityProvider`.
    CreateCapacityProvider,
    /// `CreateCluster`.
    CreateCluster,
    /// `DeleteCluster`.
    DeleteCluster,
    /// `DeregisterContainerInstance`.
    DeregisterContainerInstance,
    /// `DeregisterTaskDefinition`.
    DeregisterTaskDefinition,
    /// `DescribeCapacityProviders`.
    DescribeCapacityProviders,
    /// `DescribeClusters`.
    DescribeClusters,
    /// `DescribeContainerInstances`.
    DescribeContainerInstances,
    /// `DescribeTaskDefinition`.
    DescribeTaskDefinition,
    /// `DescribeTasks`.
    DescribeTasks,
    /// `ListClusters`.
    ListClusters,
    /// `ListContainerInstances`.
    ListContainerInstances,
    /// `ListTaskDefinitions`.
    ListTaskDefinitions,
    /// `ListTasks`.
    ListTasks,
    /// `PutClusterCapacityProviders`.
    PutClusterCapacityProviders,
    /// `RegisterContainerInstance`.
    RegisterContainerInstance,
    /// `RegisterTaskDefinition`.
    RegisterTaskDefinition,
    /// `RunTask`.
    RunTask,
    /// `StartTask`.
    StartTask,
    /// `StopTask`.
    StopTask,
    /// `UpdateContainerInstancesState`.
    UpdateContainerInstancesState,
}

impl Operation {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Every operation, in the order of the names.
    pub const ALL: [Self; 21] = [
        Self::CreateCapacityProvider,
        Self::CreateCluster,
        Self::DeleteCluster,
        Self::DeregisterContainerInstance,
        Self::DeregisterTaskDefinition,
        Self::DescribeCapacityProviders,
        Self::DescribeClusters,
        Self::DescribeContainerInstances,
        Self::DescribeTaskDefinition,
        Self::DescribeTasks,
        Self::ListClusters,
        Self::ListContainerInstances,
        Self::ListTaskDefinitions,
        Self::ListTasks,
        Self::PutClusterCapacityProviders,
        Self::RegisterContainerInstance,
        Self::RegisterTaskDefinition,
        Self::RunTask,
        Self::StartTask,
        Self::StopTask,
        Self::UpdateContainerInstancesState,
    ];

    /// Its place in [`Self::ALL`].
    pub fn index(self) -> usize {
        usize::from(self as u8)
    }

    /// Its name, as in `X-Amz-Target`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateCapacityProvider => "CreateCapacityProvider",
            Self::CreateCluster => "CreateCluster",
            Self::DeleteCluster => "DeleteCluster",
            Self::DeregisterContainerInstance => "DeregisterContainerInstance",
            Self::DeregisterTaskDefinition => "DeregisterTaskDefinition",
            Self::DescribeCapacityProviders => "DescribeCapacityProviders",
            Self::DescribeClusters => "DescribeClusters",
            Self::DescribeContainerInstances => "DescribeContainerInstances",
            Self::DescribeTaskDefinition => "DescribeTaskDefinition",
            Self::DescribeTasks => "DescribeTasks",
            Self::ListClusters => "ListClusters",
            Self::ListContainerInstances => "ListContainerInstances",
            Self::ListTaskDefinitions => "ListTaskDefinitions",
            Self::ListTasks => "ListTasks",
            Self::PutClusterCapacityProviders => "PutClusterCapacityProviders",
            Self::RegisterContainerInstance => "RegisterContainerInstance",
            Self::RegisterTaskDefinition => "RegisterTaskDefinition",
            Self::RunTask => "RunTask",
            Self::StartTask => "StartTask",
            Self::StopTask => "StopTask",
            Self::UpdateContainerInstancesState => "UpdateContainerInstancesState",
        }
    }

    /// The group whose bucket it draws from (Amazon ECS API Reference, "Request throttling for the Amazon ECS API").
    pub const fn group(self) -> ActionGroup {
        match self {
            Self::CreateCluster | Self::DeleteCluster | Self::PutClusterCapacityProviders => {
                ActionGroup::ClusterModify
            }
            Self::DescribeClusters | Self::ListClusters => ActionGroup::ClusterRead,
            Self::RegisterTaskDefinition | Self::DeregisterTaskDefinition => {
                ActionGroup::TaskDefinitionModify
            }
            Self::DescribeTaskDefinition | Self::ListTaskDefinitions => ActionGroup::TaskDefinitionRead,
            Self::CreateCapacityProvider => ActionGroup::CapacityProviderModify,
            Self::DescribeCapacityProviders => ActionGroup::CapacityProviderRead,
            Self::RunTask
            | Self::StartTask
            | Self::StopTask
            | Self::DeregisterContainerInstance
            | Self::UpdateContainerInstancesState => ActionGroup::ClusterResourceModify,
            Self::DescribeTasks
            | Self::ListTasks
            | Self::DescribeContainerInstances
            | Self::ListContainerInstances => ActionGroup::ClusterResourceRead,
            Self::RegisterContainerInstance => ActionGroup::AgentModify,
        }
    }
}

/// The groups of operations that share a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ActionGroup {
    /// Clusters are made, changed, deleted.
    ClusterModify,
    /// Clusters are read.
    ClusterRead,
    /// Task definitions are registered and deregistered.
    TaskDefinitionModify,
    /// Task definitions are read.
    TaskDefinitionRead,
    /// Capacity providers are made and changed.
    CapacityProviderModify,
    /// Capacity providers are read.
    CapacityProviderRead,
    /// Tasks are run and stopped, instances drained and deregistered.
    ClusterResourceModify,
    /// Tasks and instances are read.
    ClusterResourceRead,
    /// Container agents report.
    AgentModify,
}

impl ActionGroup {
    /// Every group.
    pub const ALL: [Self; 9] = [
        Self::ClusterModify,
        Self::ClusterRead,
        Self::TaskDefinitionModify,
        Self::TaskDefinitionRead,
        Self::CapacityProviderModify,
        Self::CapacityProviderRead,
        Self::ClusterResourceModify,
        Self::ClusterResourceRead,
        Self::AgentModify,
    ];

    /// Its place in [`Self::ALL`].
    pub fn index(self) -> usize {
        usize::from(self as u8)
    }
}
