//! The operations of the API and the groups in which they are throttled.

/// An operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Operation {
    /// `CreateCapacityProvider`.
    CreateCapacityProvider,
    /// `CreateCluster`.
    CreateCluster,
    /// `DeleteAccountSetting`.
    DeleteAccountSetting,
    /// `DeleteAttributes`.
    DeleteAttributes,
    /// `DeleteCapacityProvider`.
    DeleteCapacityProvider,
    /// `DeleteCluster`.
    DeleteCluster,
    /// `DeleteTaskDefinitions`.
    DeleteTaskDefinitions,
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
    /// `DiscoverPollEndpoint`.
    DiscoverPollEndpoint,
    /// `ExecuteCommand`.
    ExecuteCommand,
    /// `GetTaskProtection`.
    GetTaskProtection,
    /// `ListAccountSettings`.
    ListAccountSettings,
    /// `ListAttributes`.
    ListAttributes,
    /// `ListClusters`.
    ListClusters,
    /// `ListContainerInstances`.
    ListContainerInstances,
    /// `ListTagsForResource`.
    ListTagsForResource,
    /// `ListTaskDefinitionFamilies`.
    ListTaskDefinitionFamilies,
    /// `ListTaskDefinitions`.
    ListTaskDefinitions,
    /// `ListTasks`.
    ListTasks,
    /// `PutAccountSetting`.
    PutAccountSetting,
    /// `PutAccountSettingDefault`.
    PutAccountSettingDefault,
    /// `PutAttributes`.
    PutAttributes,
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
    /// `SubmitAttachmentStateChanges`.
    SubmitAttachmentStateChanges,
    /// `SubmitContainerStateChange`.
    SubmitContainerStateChange,
    /// `SubmitTaskStateChange`.
    SubmitTaskStateChange,
    /// `TagResource`.
    TagResource,
    /// `UntagResource`.
    UntagResource,
    /// `UpdateCapacityProvider`.
    UpdateCapacityProvider,
    /// `UpdateCluster`.
    UpdateCluster,
    /// `UpdateClusterSettings`.
    UpdateClusterSettings,
    /// `UpdateContainerAgent`.
    UpdateContainerAgent,
    /// `UpdateContainerInstancesState`.
    UpdateContainerInstancesState,
    /// `UpdateTaskProtection`.
    UpdateTaskProtection,
}

impl Operation {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Every operation, in the order of the names.
    pub const ALL: [Self; 45] = [
        Self::CreateCapacityProvider,
        Self::CreateCluster,
        Self::DeleteAccountSetting,
        Self::DeleteAttributes,
        Self::DeleteCapacityProvider,
        Self::DeleteCluster,
        Self::DeleteTaskDefinitions,
        Self::DeregisterContainerInstance,
        Self::DeregisterTaskDefinition,
        Self::DescribeCapacityProviders,
        Self::DescribeClusters,
        Self::DescribeContainerInstances,
        Self::DescribeTaskDefinition,
        Self::DescribeTasks,
        Self::DiscoverPollEndpoint,
        Self::ExecuteCommand,
        Self::GetTaskProtection,
        Self::ListAccountSettings,
        Self::ListAttributes,
        Self::ListClusters,
        Self::ListContainerInstances,
        Self::ListTagsForResource,
        Self::ListTaskDefinitionFamilies,
        Self::ListTaskDefinitions,
        Self::ListTasks,
        Self::PutAccountSetting,
        Self::PutAccountSettingDefault,
        Self::PutAttributes,
        Self::PutClusterCapacityProviders,
        Self::RegisterContainerInstance,
        Self::RegisterTaskDefinition,
        Self::RunTask,
        Self::StartTask,
        Self::StopTask,
        Self::SubmitAttachmentStateChanges,
        Self::SubmitContainerStateChange,
        Self::SubmitTaskStateChange,
        Self::TagResource,
        Self::UntagResource,
        Self::UpdateCapacityProvider,
        Self::UpdateCluster,
        Self::UpdateClusterSettings,
        Self::UpdateContainerAgent,
        Self::UpdateContainerInstancesState,
        Self::UpdateTaskProtection,
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
            Self::DeleteAccountSetting => "DeleteAccountSetting",
            Self::DeleteAttributes => "DeleteAttributes",
            Self::DeleteCapacityProvider => "DeleteCapacityProvider",
            Self::DeleteCluster => "DeleteCluster",
            Self::DeleteTaskDefinitions => "DeleteTaskDefinitions",
            Self::DeregisterContainerInstance => "DeregisterContainerInstance",
            Self::DeregisterTaskDefinition => "DeregisterTaskDefinition",
            Self::DescribeCapacityProviders => "DescribeCapacityProviders",
            Self::DescribeClusters => "DescribeClusters",
            Self::DescribeContainerInstances => "DescribeContainerInstances",
            Self::DescribeTaskDefinition => "DescribeTaskDefinition",
            Self::DescribeTasks => "DescribeTasks",
            Self::DiscoverPollEndpoint => "DiscoverPollEndpoint",
            Self::ExecuteCommand => "ExecuteCommand",
            Self::GetTaskProtection => "GetTaskProtection",
            Self::ListAccountSettings => "ListAccountSettings",
            Self::ListAttributes => "ListAttributes",
            Self::ListClusters => "ListClusters",
            Self::ListContainerInstances => "ListContainerInstances",
            Self::ListTagsForResource => "ListTagsForResource",
            Self::ListTaskDefinitionFamilies => "ListTaskDefinitionFamilies",
            Self::ListTaskDefinitions => "ListTaskDefinitions",
            Self::ListTasks => "ListTasks",
            Self::PutAccountSetting => "PutAccountSetting",
            Self::PutAccountSettingDefault => "PutAccountSettingDefault",
            Self::PutAttributes => "PutAttributes",
            Self::PutClusterCapacityProviders => "PutClusterCapacityProviders",
            Self::RegisterContainerInstance => "RegisterContainerInstance",
            Self::RegisterTaskDefinition => "RegisterTaskDefinition",
            Self::RunTask => "RunTask",
            Self::StartTask => "StartTask",
            Self::StopTask => "StopTask",
            Self::SubmitAttachmentStateChanges => "SubmitAttachmentStateChanges",
            Self::SubmitContainerStateChange => "SubmitContainerStateChange",
            Self::SubmitTaskStateChange => "SubmitTaskStateChange",
            Self::TagResource => "TagResource",
            Self::UntagResource => "UntagResource",
            Self::UpdateCapacityProvider => "UpdateCapacityProvider",
            Self::UpdateCluster => "UpdateCluster",
            Self::UpdateClusterSettings => "UpdateClusterSettings",
            Self::UpdateContainerAgent => "UpdateContainerAgent",
            Self::UpdateContainerInstancesState => "UpdateContainerInstancesState",
            Self::UpdateTaskProtection => "UpdateTaskProtection",
        }
    }

    /// The group whose bucket it draws from (Amazon ECS API Reference, "Request throttling for the Amazon ECS API").
    /// `DiscoverPollEndpoint` is in no published group; here it is with the other calls of the container agent.
    pub const fn group(self) -> ActionGroup {
        match self {
            Self::CreateCluster
            | Self::DeleteCluster
            | Self::UpdateCluster
            | Self::UpdateClusterSettings
            | Self::PutClusterCapacityProviders => ActionGroup::ClusterModify,
            Self::DescribeClusters | Self::ListClusters => ActionGroup::ClusterRead,
            Self::RegisterTaskDefinition | Self::DeregisterTaskDefinition => {
                ActionGroup::TaskDefinitionModify
            }
            Self::DescribeTaskDefinition | Self::ListTaskDefinitions | Self::ListTaskDefinitionFamilies => {
                ActionGroup::TaskDefinitionRead
            }
            Self::DeleteTaskDefinitions => ActionGroup::TaskDefinitionDelete,
            Self::CreateCapacityProvider | Self::DeleteCapacityProvider | Self::UpdateCapacityProvider => {
                ActionGroup::CapacityProviderModify
            }
            Self::DescribeCapacityProviders => ActionGroup::CapacityProviderRead,
            Self::TagResource | Self::UntagResource => ActionGroup::TagModify,
            Self::ListTagsForResource => ActionGroup::TagRead,
            Self::PutAccountSetting | Self::PutAccountSettingDefault | Self::DeleteAccountSetting => {
                ActionGroup::SettingModify
            }
            Self::ListAccountSettings => ActionGroup::SettingRead,
            Self::RunTask
            | Self::StartTask
            | Self::StopTask
            | Self::ExecuteCommand
            | Self::PutAttributes
            | Self::DeleteAttributes
            | Self::DeregisterContainerInstance
            | Self::UpdateContainerAgent
            | Self::UpdateContainerInstancesState => ActionGroup::ClusterResourceModify,
            Self::DescribeTasks
            | Self::ListTasks
            | Self::DescribeContainerInstances
            | Self::ListContainerInstances
            | Self::ListAttributes => ActionGroup::ClusterResourceRead,
            Self::RegisterContainerInstance
            | Self::SubmitAttachmentStateChanges
            | Self::SubmitContainerStateChange
            | Self::SubmitTaskStateChange
            | Self::DiscoverPollEndpoint => ActionGroup::AgentModify,
            Self::GetTaskProtection | Self::UpdateTaskProtection => ActionGroup::TaskProtection,
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
    /// Task definitions are deleted.
    TaskDefinitionDelete,
    /// Capacity providers are made and changed.
    CapacityProviderModify,
    /// Capacity providers are read.
    CapacityProviderRead,
    /// Tags are set and taken off.
    TagModify,
    /// Tags are read.
    TagRead,
    /// Account settings are changed.
    SettingModify,
    /// Account settings are read.
    SettingRead,
    /// Tasks are run and stopped, instances drained and deregistered, attributes changed.
    ClusterResourceModify,
    /// Tasks, instances and attributes are read.
    ClusterResourceRead,
    /// Container agents register and report.
    AgentModify,
    /// The protection of tasks is read and changed.
    TaskProtection,
}

impl ActionGroup {
    /// Every group.
    pub const ALL: [Self; 15] = [
        Self::ClusterModify,
        Self::ClusterRead,
        Self::TaskDefinitionModify,
        Self::TaskDefinitionRead,
        Self::TaskDefinitionDelete,
        Self::CapacityProviderModify,
        Self::CapacityProviderRead,
        Self::TagModify,
        Self::TagRead,
        Self::SettingModify,
        Self::SettingRead,
        Self::ClusterResourceModify,
        Self::ClusterResourceRead,
        Self::AgentModify,
        Self::TaskProtection,
    ];

    /// Its place in [`Self::ALL`].
    pub fn index(self) -> usize {
        usize::from(self as u8)
    }
}
