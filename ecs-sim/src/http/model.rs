//! @generated: the types of Amazon EC2 Container Service, API version 2014-11-13, and what is checked of requests.
//!
//! Made by `cargo run -p xtask -- generate-ecs-model --botocore 1.43.11 --model service-2.json` from the
//! model in botocore 1.43.11 (botocore/data/ecs/2014-11-13/service-2.json.gz; Apache-2.0, copyright
//! Amazon.com, Inc.). Only facts are taken: names, types, what is required, bounds. Do not edit: change the
//! generator in xtask/src/ecs_model.
//!
//! Every member is optional, whether ECS requires it or not: what it requires is checked before a request is
//! read, and what an answer does not have is left out of it.

use super::{
    Epoch,
    redact::debug_without_secrets,
    schema::{Bounds, List, Member, Request, Shape, Structure, closed_enum},
};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeMap};

/// A text: most are fixed, or built once.
pub type Text = Cow<'static, str>;

impl Request for CreateCapacityProviderRequest {
    type Answer = CreateCapacityProviderResponse;
    const OPERATION: &'static str = "CreateCapacityProvider";
    const SHAPE: &'static Structure = &CREATE_CAPACITY_PROVIDER_REQUEST;
}

impl Request for CreateClusterRequest {
    type Answer = CreateClusterResponse;
    const OPERATION: &'static str = "CreateCluster";
    const SHAPE: &'static Structure = &CREATE_CLUSTER_REQUEST;
}

impl Request for DeleteAccountSettingRequest {
    type Answer = DeleteAccountSettingResponse;
    const OPERATION: &'static str = "DeleteAccountSetting";
    const SHAPE: &'static Structure = &DELETE_ACCOUNT_SETTING_REQUEST;
}

impl Request for DeleteAttributesRequest {
    type Answer = DeleteAttributesResponse;
    const OPERATION: &'static str = "DeleteAttributes";
    const SHAPE: &'static Structure = &DELETE_ATTRIBUTES_REQUEST;
}

impl Request for DeleteCapacityProviderRequest {
    type Answer = DeleteCapacityProviderResponse;
    const OPERATION: &'static str = "DeleteCapacityProvider";
    const SHAPE: &'static Structure = &DELETE_CAPACITY_PROVIDER_REQUEST;
}

impl Request for DeleteClusterRequest {
    type Answer = DeleteClusterResponse;
    const OPERATION: &'static str = "DeleteCluster";
    const SHAPE: &'static Structure = &DELETE_CLUSTER_REQUEST;
}

impl Request for DeleteTaskDefinitionsRequest {
    type Answer = DeleteTaskDefinitionsResponse;
    const OPERATION: &'static str = "DeleteTaskDefinitions";
    const SHAPE: &'static Structure = &DELETE_TASK_DEFINITIONS_REQUEST;
}

impl Request for DeregisterContainerInstanceRequest {
    type Answer = DeregisterContainerInstanceResponse;
    const OPERATION: &'static str = "DeregisterContainerInstance";
    const SHAPE: &'static Structure = &DEREGISTER_CONTAINER_INSTANCE_REQUEST;
}

impl Request for DeregisterTaskDefinitionRequest {
    type Answer = DeregisterTaskDefinitionResponse;
    const OPERATION: &'static str = "DeregisterTaskDefinition";
    const SHAPE: &'static Structure = &DEREGISTER_TASK_DEFINITION_REQUEST;
}

impl Request for DescribeCapacityProvidersRequest {
    type Answer = DescribeCapacityProvidersResponse;
    const OPERATION: &'static str = "DescribeCapacityProviders";
    const SHAPE: &'static Structure = &DESCRIBE_CAPACITY_PROVIDERS_REQUEST;
}

impl Request for DescribeClustersRequest {
    type Answer = DescribeClustersResponse;
    const OPERATION: &'static str = "DescribeClusters";
    const SHAPE: &'static Structure = &DESCRIBE_CLUSTERS_REQUEST;
}

impl Request for DescribeContainerInstancesRequest {
    type Answer = DescribeContainerInstancesResponse;
    const OPERATION: &'static str = "DescribeContainerInstances";
    const SHAPE: &'static Structure = &DESCRIBE_CONTAINER_INSTANCES_REQUEST;
}

impl Request for DescribeTaskDefinitionRequest {
    type Answer = DescribeTaskDefinitionResponse;
    const OPERATION: &'static str = "DescribeTaskDefinition";
    const SHAPE: &'static Structure = &DESCRIBE_TASK_DEFINITION_REQUEST;
}

impl Request for DescribeTasksRequest {
    type Answer = DescribeTasksResponse;
    const OPERATION: &'static str = "DescribeTasks";
    const SHAPE: &'static Structure = &DESCRIBE_TASKS_REQUEST;
}

impl Request for DiscoverPollEndpointRequest {
    type Answer = DiscoverPollEndpointResponse;
    const OPERATION: &'static str = "DiscoverPollEndpoint";
    const SHAPE: &'static Structure = &DISCOVER_POLL_ENDPOINT_REQUEST;
}

impl Request for ExecuteCommandRequest {
    type Answer = ExecuteCommandResponse;
    const OPERATION: &'static str = "ExecuteCommand";
    const SHAPE: &'static Structure = &EXECUTE_COMMAND_REQUEST;
}

impl Request for GetTaskProtectionRequest {
    type Answer = GetTaskProtectionResponse;
    const OPERATION: &'static str = "GetTaskProtection";
    const SHAPE: &'static Structure = &GET_TASK_PROTECTION_REQUEST;
}

impl Request for ListAccountSettingsRequest {
    type Answer = ListAccountSettingsResponse;
    const OPERATION: &'static str = "ListAccountSettings";
    const SHAPE: &'static Structure = &LIST_ACCOUNT_SETTINGS_REQUEST;
}

impl Request for ListAttributesRequest {
    type Answer = ListAttributesResponse;
    const OPERATION: &'static str = "ListAttributes";
    const SHAPE: &'static Structure = &LIST_ATTRIBUTES_REQUEST;
}

impl Request for ListClustersRequest {
    type Answer = ListClustersResponse;
    const OPERATION: &'static str = "ListClusters";
    const SHAPE: &'static Structure = &LIST_CLUSTERS_REQUEST;
}

impl Request for ListContainerInstancesRequest {
    type Answer = ListContainerInstancesResponse;
    const OPERATION: &'static str = "ListContainerInstances";
    const SHAPE: &'static Structure = &LIST_CONTAINER_INSTANCES_REQUEST;
}

impl Request for ListTagsForResourceRequest {
    type Answer = ListTagsForResourceResponse;
    const OPERATION: &'static str = "ListTagsForResource";
    const SHAPE: &'static Structure = &LIST_TAGS_FOR_RESOURCE_REQUEST;
}

impl Request for ListTaskDefinitionFamiliesRequest {
    type Answer = ListTaskDefinitionFamiliesResponse;
    const OPERATION: &'static str = "ListTaskDefinitionFamilies";
    const SHAPE: &'static Structure = &LIST_TASK_DEFINITION_FAMILIES_REQUEST;
}

impl Request for ListTaskDefinitionsRequest {
    type Answer = ListTaskDefinitionsResponse;
    const OPERATION: &'static str = "ListTaskDefinitions";
    const SHAPE: &'static Structure = &LIST_TASK_DEFINITIONS_REQUEST;
}

impl Request for ListTasksRequest {
    type Answer = ListTasksResponse;
    const OPERATION: &'static str = "ListTasks";
    const SHAPE: &'static Structure = &LIST_TASKS_REQUEST;
}

impl Request for PutAccountSettingRequest {
    type Answer = PutAccountSettingResponse;
    const OPERATION: &'static str = "PutAccountSetting";
    const SHAPE: &'static Structure = &PUT_ACCOUNT_SETTING_REQUEST;
}

impl Request for PutAccountSettingDefaultRequest {
    type Answer = PutAccountSettingDefaultResponse;
    const OPERATION: &'static str = "PutAccountSettingDefault";
    const SHAPE: &'static Structure = &PUT_ACCOUNT_SETTING_DEFAULT_REQUEST;
}

impl Request for PutAttributesRequest {
    type Answer = PutAttributesResponse;
    const OPERATION: &'static str = "PutAttributes";
    const SHAPE: &'static Structure = &PUT_ATTRIBUTES_REQUEST;
}

impl Request for PutClusterCapacityProvidersRequest {
    type Answer = PutClusterCapacityProvidersResponse;
    const OPERATION: &'static str = "PutClusterCapacityProviders";
    const SHAPE: &'static Structure = &PUT_CLUSTER_CAPACITY_PROVIDERS_REQUEST;
}

impl Request for RegisterContainerInstanceRequest {
    type Answer = RegisterContainerInstanceResponse;
    const OPERATION: &'static str = "RegisterContainerInstance";
    const SHAPE: &'static Structure = &REGISTER_CONTAINER_INSTANCE_REQUEST;
}

impl Request for RegisterTaskDefinitionRequest {
    type Answer = RegisterTaskDefinitionResponse;
    const OPERATION: &'static str = "RegisterTaskDefinition";
    const SHAPE: &'static Structure = &REGISTER_TASK_DEFINITION_REQUEST;
}

impl Request for RunTaskRequest {
    type Answer = RunTaskResponse;
    const OPERATION: &'static str = "RunTask";
    const SHAPE: &'static Structure = &RUN_TASK_REQUEST;
}

impl Request for StartTaskRequest {
    type Answer = StartTaskResponse;
    const OPERATION: &'static str = "StartTask";
    const SHAPE: &'static Structure = &START_TASK_REQUEST;
}

impl Request for StopTaskRequest {
    type Answer = StopTaskResponse;
    const OPERATION: &'static str = "StopTask";
    const SHAPE: &'static Structure = &STOP_TASK_REQUEST;
}

impl Request for SubmitAttachmentStateChangesRequest {
    type Answer = SubmitAttachmentStateChangesResponse;
    const OPERATION: &'static str = "SubmitAttachmentStateChanges";
    const SHAPE: &'static Structure = &SUBMIT_ATTACHMENT_STATE_CHANGES_REQUEST;
}

impl Request for SubmitContainerStateChangeRequest {
    type Answer = SubmitContainerStateChangeResponse;
    const OPERATION: &'static str = "SubmitContainerStateChange";
    const SHAPE: &'static Structure = &SUBMIT_CONTAINER_STATE_CHANGE_REQUEST;
}

impl Request for SubmitTaskStateChangeRequest {
    type Answer = SubmitTaskStateChangeResponse;
    const OPERATION: &'static str = "SubmitTaskStateChange";
    const SHAPE: &'static Structure = &SUBMIT_TASK_STATE_CHANGE_REQUEST;
}

impl Request for TagResourceRequest {
    type Answer = TagResourceResponse;
    const OPERATION: &'static str = "TagResource";
    const SHAPE: &'static Structure = &TAG_RESOURCE_REQUEST;
}

impl Request for UntagResourceRequest {
    type Answer = UntagResourceResponse;
    const OPERATION: &'static str = "UntagResource";
    const SHAPE: &'static Structure = &UNTAG_RESOURCE_REQUEST;
}

impl Request for UpdateCapacityProviderRequest {
    type Answer = UpdateCapacityProviderResponse;
    const OPERATION: &'static str = "UpdateCapacityProvider";
    const SHAPE: &'static Structure = &UPDATE_CAPACITY_PROVIDER_REQUEST;
}

impl Request for UpdateClusterRequest {
    type Answer = UpdateClusterResponse;
    const OPERATION: &'static str = "UpdateCluster";
    const SHAPE: &'static Structure = &UPDATE_CLUSTER_REQUEST;
}

impl Request for UpdateClusterSettingsRequest {
    type Answer = UpdateClusterSettingsResponse;
    const OPERATION: &'static str = "UpdateClusterSettings";
    const SHAPE: &'static Structure = &UPDATE_CLUSTER_SETTINGS_REQUEST;
}

impl Request for UpdateContainerAgentRequest {
    type Answer = UpdateContainerAgentResponse;
    const OPERATION: &'static str = "UpdateContainerAgent";
    const SHAPE: &'static Structure = &UPDATE_CONTAINER_AGENT_REQUEST;
}

impl Request for UpdateContainerInstancesStateRequest {
    type Answer = UpdateContainerInstancesStateResponse;
    const OPERATION: &'static str = "UpdateContainerInstancesState";
    const SHAPE: &'static Structure = &UPDATE_CONTAINER_INSTANCES_STATE_REQUEST;
}

impl Request for UpdateTaskProtectionRequest {
    type Answer = UpdateTaskProtectionResponse;
    const OPERATION: &'static str = "UpdateTaskProtection";
    const SHAPE: &'static Structure = &UPDATE_TASK_PROTECTION_REQUEST;
}

/// Operations of ECS that are not answered.
pub(super) const UNANSWERED: [&str; 32] = [
    "ContinueServiceDeployment",
    "CreateDaemon",
    "CreateExpressGatewayService",
    "CreateService",
    "CreateTaskSet",
    "DeleteDaemon",
    "DeleteDaemonTaskDefinition",
    "DeleteExpressGatewayService",
    "DeleteService",
    "DeleteTaskSet",
    "DescribeDaemon",
    "DescribeDaemonDeployments",
    "DescribeDaemonRevisions",
    "DescribeDaemonTaskDefinition",
    "DescribeExpressGatewayService",
    "DescribeServiceDeployments",
    "DescribeServiceRevisions",
    "DescribeServices",
    "DescribeTaskSets",
    "ListDaemonDeployments",
    "ListDaemonTaskDefinitions",
    "ListDaemons",
    "ListServiceDeployments",
    "ListServices",
    "ListServicesByNamespace",
    "RegisterDaemonTaskDefinition",
    "StopServiceDeployment",
    "UpdateDaemon",
    "UpdateExpressGatewayService",
    "UpdateService",
    "UpdateServicePrimaryTaskSet",
    "UpdateTaskSet",
];

closed_enum! {
    /// `AcceleratorManufacturer`.
    AcceleratorManufacturer {
        AmazonWebServices = "amazon-web-services",
        Amd = "amd",
        Nvidia = "nvidia",
        Xilinx = "xilinx",
        Habana = "habana",
    }
}

closed_enum! {
    /// `AcceleratorName`.
    AcceleratorName {
        A100 = "a100",
        Inferentia = "inferentia",
        K520 = "k520",
        K80 = "k80",
        M60 = "m60",
        RadeonProV520 = "radeon-pro-v520",
        T4 = "t4",
        Vu9p = "vu9p",
        V100 = "v100",
        A10g = "a10g",
        H100 = "h100",
        T4g = "t4g",
    }
}

closed_enum! {
    /// `AcceleratorType`.
    AcceleratorType {
        Gpu = "gpu",
        Fpga = "fpga",
        Inference = "inference",
    }
}

closed_enum! {
    /// `AgentUpdateStatus`.
    AgentUpdateStatus {
        Pending = "PENDING",
        Staging = "STAGING",
        Staged = "STAGED",
        Updating = "UPDATING",
        Updated = "UPDATED",
        Failed = "FAILED",
    }
}

closed_enum! {
    /// `ApplicationProtocol`.
    ApplicationProtocol {
        Http = "http",
        Http2 = "http2",
        Grpc = "grpc",
    }
}

closed_enum! {
    /// `AssignPublicIp`.
    AssignPublicIp {
        Enabled = "ENABLED",
        Disabled = "DISABLED",
    }
}

closed_enum! {
    /// `AutoRepairActionsStatus`.
    AutoRepairActionsStatus {
        Enabled = "ENABLED",
        Disabled = "DISABLED",
    }
}

closed_enum! {
    /// `BareMetal`.
    BareMetal {
        Included = "included",
        Required = "required",
        Excluded = "excluded",
    }
}

closed_enum! {
    /// `BurstablePerformance`.
    BurstablePerformance {
        Included = "included",
        Required = "required",
        Excluded = "excluded",
    }
}

closed_enum! {
    /// `CPUArchitecture`.
    CpuArchitecture {
        X86_64 = "X86_64",
        Arm64 = "ARM64",
    }
}

closed_enum! {
    /// `CapacityOptionType`.
    CapacityOptionType {
        OnDemand = "ON_DEMAND",
        Spot = "SPOT",
        Reserved = "RESERVED",
    }
}

closed_enum! {
    /// `CapacityProviderField`.
    CapacityProviderField {
        Tags = "TAGS",
    }
}

closed_enum! {
    /// `CapacityProviderStatus`.
    CapacityProviderStatus {
        Provisioning = "PROVISIONING",
        Active = "ACTIVE",
        Deprovisioning = "DEPROVISIONING",
        Inactive = "INACTIVE",
    }
}

closed_enum! {
    /// `CapacityProviderType`.
    CapacityProviderType {
        Ec2Autoscaling = "EC2_AUTOSCALING",
        ManagedInstances = "MANAGED_INSTANCES",
        Fargate = "FARGATE",
        FargateSpot = "FARGATE_SPOT",
    }
}

closed_enum! {
    /// `CapacityProviderUpdateStatus`.
    CapacityProviderUpdateStatus {
        CreateInProgress = "CREATE_IN_PROGRESS",
        CreateComplete = "CREATE_COMPLETE",
        CreateFailed = "CREATE_FAILED",
        DeleteInProgress = "DELETE_IN_PROGRESS",
        DeleteComplete = "DELETE_COMPLETE",
        DeleteFailed = "DELETE_FAILED",
        UpdateInProgress = "UPDATE_IN_PROGRESS",
        UpdateComplete = "UPDATE_COMPLETE",
        UpdateFailed = "UPDATE_FAILED",
    }
}

closed_enum! {
    /// `CapacityReservationPreference`.
    CapacityReservationPreference {
        ReservationsOnly = "RESERVATIONS_ONLY",
        ReservationsFirst = "RESERVATIONS_FIRST",
        ReservationsExcluded = "RESERVATIONS_EXCLUDED",
    }
}

closed_enum! {
    /// `ClusterField`.
    ClusterField {
        Attachments = "ATTACHMENTS",
        Configurations = "CONFIGURATIONS",
        Settings = "SETTINGS",
        Statistics = "STATISTICS",
        Tags = "TAGS",
    }
}

closed_enum! {
    /// `ClusterSettingName`.
    ClusterSettingName {
        ContainerInsights = "containerInsights",
    }
}

closed_enum! {
    /// `Compatibility`.
    Compatibility {
        Ec2 = "EC2",
        Fargate = "FARGATE",
        External = "EXTERNAL",
        ManagedInstances = "MANAGED_INSTANCES",
    }
}

closed_enum! {
    /// `Connectivity`.
    Connectivity {
        Connected = "CONNECTED",
        Disconnected = "DISCONNECTED",
    }
}

closed_enum! {
    /// `ContainerCondition`.
    ContainerCondition {
        Start = "START",
        Complete = "COMPLETE",
        Success = "SUCCESS",
        Healthy = "HEALTHY",
    }
}

closed_enum! {
    /// `ContainerInstanceField`.
    ContainerInstanceField {
        Tags = "TAGS",
        ContainerInstanceHealth = "CONTAINER_INSTANCE_HEALTH",
    }
}

closed_enum! {
    /// `ContainerInstanceStatus`.
    ContainerInstanceStatus {
        Active = "ACTIVE",
        Draining = "DRAINING",
        Registering = "REGISTERING",
        Deregistering = "DEREGISTERING",
        RegistrationFailed = "REGISTRATION_FAILED",
    }
}

closed_enum! {
    /// `CpuManufacturer`.
    CpuManufacturer {
        Intel = "intel",
        Amd = "amd",
        AmazonWebServices = "amazon-web-services",
    }
}

closed_enum! {
    /// `DesiredStatus`.
    DesiredStatus {
        Running = "RUNNING",
        Pending = "PENDING",
        Stopped = "STOPPED",
    }
}

closed_enum! {
    /// `DeviceCgroupPermission`.
    DeviceCgroupPermission {
        Read = "read",
        Write = "write",
        Mknod = "mknod",
    }
}

closed_enum! {
    /// `EBSResourceType`.
    EbsResourceType {
        Volume = "volume",
    }
}

closed_enum! {
    /// `EFSAuthorizationConfigIAM`.
    EfsAuthorizationConfigIam {
        Enabled = "ENABLED",
        Disabled = "DISABLED",
    }
}

closed_enum! {
    /// `EFSTransitEncryption`.
    EfsTransitEncryption {
        Enabled = "ENABLED",
        Disabled = "DISABLED",
    }
}

closed_enum! {
    /// `EnvironmentFileType`.
    EnvironmentFileType {
        S3 = "s3",
    }
}

closed_enum! {
    /// `ExecuteCommandLogging`.
    ExecuteCommandLogging {
        None = "NONE",
        Default = "DEFAULT",
        Override = "OVERRIDE",
    }
}

closed_enum! {
    /// `FirelensConfigurationType`.
    FirelensConfigurationType {
        Fluentd = "fluentd",
        Fluentbit = "fluentbit",
    }
}

closed_enum! {
    /// `HealthStatus`.
    HealthStatus {
        Healthy = "HEALTHY",
        Unhealthy = "UNHEALTHY",
        Unknown = "UNKNOWN",
    }
}

closed_enum! {
    /// `InstanceGeneration`.
    InstanceGeneration {
        Current = "current",
        Previous = "previous",
    }
}

closed_enum! {
    /// `InstanceHealthCheckState`.
    InstanceHealthCheckState {
        Ok = "OK",
        Impaired = "IMPAIRED",
        InsufficientData = "INSUFFICIENT_DATA",
        Initializing = "INITIALIZING",
    }
}

closed_enum! {
    /// `InstanceHealthCheckType`.
    InstanceHealthCheckType {
        ContainerRuntime = "CONTAINER_RUNTIME",
        AcceleratedCompute = "ACCELERATED_COMPUTE",
        Daemon = "DAEMON",
    }
}

closed_enum! {
    /// `IpcMode`.
    IpcMode {
        Host = "host",
        Task = "task",
        None = "none",
    }
}

closed_enum! {
    /// `LaunchType`.
    LaunchType {
        Ec2 = "EC2",
        Fargate = "FARGATE",
        External = "EXTERNAL",
        ManagedInstances = "MANAGED_INSTANCES",
    }
}

closed_enum! {
    /// `LocalStorage`.
    LocalStorage {
        Included = "included",
        Required = "required",
        Excluded = "excluded",
    }
}

closed_enum! {
    /// `LocalStorageType`.
    LocalStorageType {
        Hdd = "hdd",
        Ssd = "ssd",
    }
}

closed_enum! {
    /// `LogDriver`.
    LogDriver {
        JsonFile = "json-file",
        Syslog = "syslog",
        Journald = "journald",
        Gelf = "gelf",
        Fluentd = "fluentd",
        Awslogs = "awslogs",
        Splunk = "splunk",
        Awsfirelens = "awsfirelens",
    }
}

closed_enum! {
    /// `ManagedAgentName`.
    ManagedAgentName {
        ExecuteCommandAgent = "ExecuteCommandAgent",
    }
}

closed_enum! {
    /// `ManagedDraining`.
    ManagedDraining {
        Enabled = "ENABLED",
        Disabled = "DISABLED",
    }
}

closed_enum! {
    /// `ManagedInstancesMonitoringOptions`.
    ManagedInstancesMonitoringOptions {
        Basic = "BASIC",
        Detailed = "DETAILED",
    }
}

closed_enum! {
    /// `ManagedScalingStatus`.
    ManagedScalingStatus {
        Enabled = "ENABLED",
        Disabled = "DISABLED",
    }
}

closed_enum! {
    /// `ManagedTerminationProtection`.
    ManagedTerminationProtection {
        Enabled = "ENABLED",
        Disabled = "DISABLED",
    }
}

closed_enum! {
    /// `NetworkMode`.
    NetworkMode {
        Bridge = "bridge",
        Host = "host",
        Awsvpc = "awsvpc",
        None = "none",
    }
}

closed_enum! {
    /// `OSFamily`.
    OsFamily {
        WindowsServer2019Full = "WINDOWS_SERVER_2019_FULL",
        WindowsServer2019Core = "WINDOWS_SERVER_2019_CORE",
        WindowsServer2016Full = "WINDOWS_SERVER_2016_FULL",
        WindowsServer2004Core = "WINDOWS_SERVER_2004_CORE",
        WindowsServer2022Core = "WINDOWS_SERVER_2022_CORE",
        WindowsServer2022Full = "WINDOWS_SERVER_2022_FULL",
        WindowsServer2025Core = "WINDOWS_SERVER_2025_CORE",
        WindowsServer2025Full = "WINDOWS_SERVER_2025_FULL",
        WindowsServer20H2Core = "WINDOWS_SERVER_20H2_CORE",
        Linux = "LINUX",
    }
}

closed_enum! {
    /// `PidMode`.
    PidMode {
        Host = "host",
        Task = "task",
    }
}

closed_enum! {
    /// `PlacementConstraintType`.
    PlacementConstraintType {
        DistinctInstance = "distinctInstance",
        MemberOf = "memberOf",
    }
}

closed_enum! {
    /// `PlacementStrategyType`.
    PlacementStrategyType {
        Random = "random",
        Spread = "spread",
        Binpack = "binpack",
    }
}

closed_enum! {
    /// `PlatformDeviceType`.
    PlatformDeviceType {
        Gpu = "GPU",
    }
}

closed_enum! {
    /// `PropagateMITags`.
    PropagateMiTags {
        CapacityProvider = "CAPACITY_PROVIDER",
        None = "NONE",
    }
}

closed_enum! {
    /// `PropagateTags`.
    PropagateTags {
        TaskDefinition = "TASK_DEFINITION",
        Service = "SERVICE",
        None = "NONE",
    }
}

closed_enum! {
    /// `ProxyConfigurationType`.
    ProxyConfigurationType {
        Appmesh = "APPMESH",
    }
}

closed_enum! {
    /// `ResourceType`.
    ResourceType {
        Gpu = "GPU",
        InferenceAccelerator = "InferenceAccelerator",
    }
}

closed_enum! {
    /// `Scope`.
    Scope {
        Task = "task",
        Shared = "shared",
    }
}

closed_enum! {
    /// `SettingName`.
    SettingName {
        ServiceLongArnFormat = "serviceLongArnFormat",
        TaskLongArnFormat = "taskLongArnFormat",
        ContainerInstanceLongArnFormat = "containerInstanceLongArnFormat",
        AwsvpcTrunking = "awsvpcTrunking",
        ContainerInsights = "containerInsights",
        FargateFipsMode = "fargateFIPSMode",
        TagResourceAuthorization = "tagResourceAuthorization",
        FargateTaskRetirementWaitPeriod = "fargateTaskRetirementWaitPeriod",
        GuardDutyActivate = "guardDutyActivate",
        DefaultLogDriverMode = "defaultLogDriverMode",
        FargateEventWindows = "fargateEventWindows",
    }
}

closed_enum! {
    /// `SettingType`.
    SettingType {
        User = "user",
        AwsManaged = "aws_managed",
    }
}

closed_enum! {
    /// `SortOrder`.
    SortOrder {
        Asc = "ASC",
        Desc = "DESC",
    }
}

closed_enum! {
    /// `TargetType`.
    TargetType {
        ContainerInstance = "container-instance",
    }
}

closed_enum! {
    /// `TaskDefinitionFamilyStatus`.
    TaskDefinitionFamilyStatus {
        Active = "ACTIVE",
        Inactive = "INACTIVE",
        All = "ALL",
    }
}

closed_enum! {
    /// `TaskDefinitionField`.
    TaskDefinitionField {
        Tags = "TAGS",
    }
}

closed_enum! {
    /// `TaskDefinitionPlacementConstraintType`.
    TaskDefinitionPlacementConstraintType {
        MemberOf = "memberOf",
    }
}

closed_enum! {
    /// `TaskDefinitionStatus`.
    TaskDefinitionStatus {
        Active = "ACTIVE",
        Inactive = "INACTIVE",
        DeleteInProgress = "DELETE_IN_PROGRESS",
    }
}

closed_enum! {
    /// `TaskField`.
    TaskField {
        Tags = "TAGS",
    }
}

closed_enum! {
    /// `TaskFilesystemType`.
    TaskFilesystemType {
        Ext3 = "ext3",
        Ext4 = "ext4",
        Xfs = "xfs",
        Ntfs = "ntfs",
    }
}

closed_enum! {
    /// `TaskStopCode`.
    TaskStopCode {
        TaskFailedToStart = "TaskFailedToStart",
        EssentialContainerExited = "EssentialContainerExited",
        UserInitiated = "UserInitiated",
        ServiceSchedulerInitiated = "ServiceSchedulerInitiated",
        SpotInterruption = "SpotInterruption",
        TerminationNotice = "TerminationNotice",
    }
}

closed_enum! {
    /// `TransportProtocol`.
    TransportProtocol {
        Tcp = "tcp",
        Udp = "udp",
    }
}

closed_enum! {
    /// `UlimitName`.
    UlimitName {
        Core = "core",
        Cpu = "cpu",
        Data = "data",
        Fsize = "fsize",
        Locks = "locks",
        Memlock = "memlock",
        Msgqueue = "msgqueue",
        Nice = "nice",
        Nofile = "nofile",
        Nproc = "nproc",
        Rss = "rss",
        Rtprio = "rtprio",
        Rttime = "rttime",
        Sigpending = "sigpending",
        Stack = "stack",
    }
}

closed_enum! {
    /// `VersionConsistency`.
    VersionConsistency {
        Enabled = "enabled",
        Disabled = "disabled",
    }
}

/// `AcceleratorCountRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AcceleratorCountRequest {
    /// `min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i32>,
    /// `max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i32>,
}

/// `AcceleratorTotalMemoryMiBRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AcceleratorTotalMemoryMibRequest {
    /// `min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i32>,
    /// `max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i32>,
}

/// `Attachment`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// `type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<Text>,
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Text>,
    /// `details`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Vec<KeyValuePair>>,
}

/// `AttachmentStateChange`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AttachmentStateChange {
    /// `attachmentArn`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_arn: Option<Text>,
    /// `status`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Text>,
}

/// `Attribute`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Attribute {
    /// `name`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
    /// `targetType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_type: Option<TargetType>,
    /// `targetId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_id: Option<Text>,
}

/// `AutoRepairConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoRepairConfiguration {
    /// `actionsStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actions_status: Option<AutoRepairActionsStatus>,
}

/// `AutoScalingGroupProvider`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoScalingGroupProvider {
    /// `autoScalingGroupArn`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scaling_group_arn: Option<Text>,
    /// `managedScaling`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_scaling: Option<ManagedScaling>,
    /// `managedTerminationProtection`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_termination_protection: Option<ManagedTerminationProtection>,
    /// `managedDraining`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_draining: Option<ManagedDraining>,
}

/// `AutoScalingGroupProviderUpdate`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoScalingGroupProviderUpdate {
    /// `managedScaling`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_scaling: Option<ManagedScaling>,
    /// `managedTerminationProtection`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_termination_protection: Option<ManagedTerminationProtection>,
    /// `managedDraining`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_draining: Option<ManagedDraining>,
}

/// `AwsVpcConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AwsVpcConfiguration {
    /// `subnets`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnets: Option<Vec<Text>>,
    /// `securityGroups`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_groups: Option<Vec<Text>>,
    /// `assignPublicIp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign_public_ip: Option<AssignPublicIp>,
}

/// `BaselineEbsBandwidthMbpsRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BaselineEbsBandwidthMbpsRequest {
    /// `min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i32>,
    /// `max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i32>,
}

/// `CapacityProvider`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CapacityProvider {
    /// `capacityProviderArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_provider_arn: Option<Text>,
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<CapacityProviderStatus>,
    /// `autoScalingGroupProvider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scaling_group_provider: Option<AutoScalingGroupProvider>,
    /// `managedInstancesProvider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_instances_provider: Option<ManagedInstancesProvider>,
    /// `updateStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_status: Option<CapacityProviderUpdateStatus>,
    /// `updateStatusReason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_status_reason: Option<Text>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// `type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<CapacityProviderType>,
}

/// `CapacityProviderStrategyItem`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CapacityProviderStrategyItem {
    /// `capacityProvider`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_provider: Option<Text>,
    /// `weight`; at most 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<i32>,
    /// `base`; at most 100000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<i32>,
}

/// `CapacityReservationRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CapacityReservationRequest {
    /// `reservationGroupArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservation_group_arn: Option<Text>,
    /// `reservationPreference`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservation_preference: Option<CapacityReservationPreference>,
}

/// `Cluster`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// `clusterArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_arn: Option<Text>,
    /// `clusterName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<Text>,
    /// `configuration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<ClusterConfiguration>,
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Text>,
    /// `registeredContainerInstancesCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered_container_instances_count: Option<i32>,
    /// `runningTasksCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_tasks_count: Option<i32>,
    /// `pendingTasksCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending_tasks_count: Option<i32>,
    /// `activeServicesCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_services_count: Option<i32>,
    /// `statistics`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics: Option<Vec<KeyValuePair>>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// `settings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Vec<ClusterSetting>>,
    /// `capacityProviders`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_providers: Option<Vec<Text>>,
    /// `defaultCapacityProviderStrategy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_capacity_provider_strategy: Option<Vec<CapacityProviderStrategyItem>>,
    /// `attachments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<Attachment>>,
    /// `attachmentsStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments_status: Option<Text>,
    /// `serviceConnectDefaults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_connect_defaults: Option<ClusterServiceConnectDefaults>,
}

/// `ClusterConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterConfiguration {
    /// `executeCommandConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execute_command_configuration: Option<ExecuteCommandConfiguration>,
    /// `managedStorageConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_storage_configuration: Option<ManagedStorageConfiguration>,
}

/// `ClusterServiceConnectDefaults`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterServiceConnectDefaults {
    /// `namespace`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Text>,
}

/// `ClusterServiceConnectDefaultsRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterServiceConnectDefaultsRequest {
    /// `namespace`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Text>,
}

/// `ClusterSetting`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterSetting {
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ClusterSettingName>,
    /// `value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
}

/// `Container`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    /// `containerArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_arn: Option<Text>,
    /// `taskArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_arn: Option<Text>,
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `image`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Text>,
    /// `imageDigest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_digest: Option<Text>,
    /// `runtimeId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_id: Option<Text>,
    /// `lastStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_status: Option<Text>,
    /// `exitCode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// `networkBindings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_bindings: Option<Vec<NetworkBinding>>,
    /// `networkInterfaces`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_interfaces: Option<Vec<NetworkInterface>>,
    /// `healthStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_status: Option<HealthStatus>,
    /// `managedAgents`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_agents: Option<Vec<ManagedAgent>>,
    /// `cpu`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Text>,
    /// `memory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Text>,
    /// `memoryReservation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_reservation: Option<Text>,
    /// `gpuIds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_ids: Option<Vec<Text>>,
}

/// `ContainerDefinition`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerDefinition {
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `image`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Text>,
    /// `repositoryCredentials`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_credentials: Option<RepositoryCredentials>,
    /// `cpu`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<i32>,
    /// `memory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<i32>,
    /// `memoryReservation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_reservation: Option<i32>,
    /// `links`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<Vec<Text>>,
    /// `portMappings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port_mappings: Option<Vec<PortMapping>>,
    /// `essential`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub essential: Option<bool>,
    /// `restartPolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_policy: Option<ContainerRestartPolicy>,
    /// `entryPoint`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<Vec<Text>>,
    /// `command`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<Text>>,
    /// `environment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Vec<KeyValuePair>>,
    /// `environmentFiles`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_files: Option<Vec<EnvironmentFile>>,
    /// `mountPoints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_points: Option<Vec<MountPoint>>,
    /// `volumesFrom`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volumes_from: Option<Vec<VolumeFrom>>,
    /// `linuxParameters`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linux_parameters: Option<LinuxParameters>,
    /// `secrets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets: Option<Vec<Secret>>,
    /// `dependsOn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<Vec<ContainerDependency>>,
    /// `startTimeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_timeout: Option<i32>,
    /// `stopTimeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_timeout: Option<i32>,
    /// `versionConsistency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_consistency: Option<VersionConsistency>,
    /// `hostname`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Text>,
    /// `user`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Text>,
    /// `workingDirectory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<Text>,
    /// `disableNetworking`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_networking: Option<bool>,
    /// `privileged`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
    /// `readonlyRootFilesystem`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readonly_root_filesystem: Option<bool>,
    /// `dnsServers`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_servers: Option<Vec<Text>>,
    /// `dnsSearchDomains`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_search_domains: Option<Vec<Text>>,
    /// `extraHosts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_hosts: Option<Vec<HostEntry>>,
    /// `dockerSecurityOptions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker_security_options: Option<Vec<Text>>,
    /// `interactive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive: Option<bool>,
    /// `pseudoTerminal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pseudo_terminal: Option<bool>,
    /// `dockerLabels`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker_labels: Option<BTreeMap<Text, Text>>,
    /// `ulimits`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ulimits: Option<Vec<Ulimit>>,
    /// `logConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_configuration: Option<LogConfiguration>,
    /// `healthCheck`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<HealthCheck>,
    /// `systemControls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_controls: Option<Vec<SystemControl>>,
    /// `resourceRequirements`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_requirements: Option<Vec<ResourceRequirement>>,
    /// `firelensConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firelens_configuration: Option<FirelensConfiguration>,
    /// `credentialSpecs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_specs: Option<Vec<Text>>,
}

/// `ContainerDependency`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerDependency {
    /// `containerName`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_name: Option<Text>,
    /// `condition`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<ContainerCondition>,
}

/// `ContainerInstance`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerInstance {
    /// `containerInstanceArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instance_arn: Option<Text>,
    /// `ec2InstanceId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ec2_instance_id: Option<Text>,
    /// `capacityProviderName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_provider_name: Option<Text>,
    /// `version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// `versionInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_info: Option<VersionInfo>,
    /// `remainingResources`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining_resources: Option<Vec<Resource>>,
    /// `registeredResources`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered_resources: Option<Vec<Resource>>,
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Text>,
    /// `statusReason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<Text>,
    /// `agentConnected`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_connected: Option<bool>,
    /// `runningTasksCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_tasks_count: Option<i32>,
    /// `pendingTasksCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending_tasks_count: Option<i32>,
    /// `agentUpdateStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_update_status: Option<AgentUpdateStatus>,
    /// `attributes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Vec<Attribute>>,
    /// `registeredAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered_at: Option<Epoch>,
    /// `attachments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<Attachment>>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// `healthStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_status: Option<ContainerInstanceHealthStatus>,
}

/// `ContainerInstanceHealthStatus`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerInstanceHealthStatus {
    /// `overallStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overall_status: Option<InstanceHealthCheckState>,
    /// `details`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Vec<InstanceHealthCheckResult>>,
}

/// `ContainerOverride`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerOverride {
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `command`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<Text>>,
    /// `environment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Vec<KeyValuePair>>,
    /// `environmentFiles`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_files: Option<Vec<EnvironmentFile>>,
    /// `cpu`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<i32>,
    /// `memory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<i32>,
    /// `memoryReservation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_reservation: Option<i32>,
    /// `resourceRequirements`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_requirements: Option<Vec<ResourceRequirement>>,
}

/// `ContainerRestartPolicy`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerRestartPolicy {
    /// `enabled`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// `ignoredExitCodes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored_exit_codes: Option<Vec<i32>>,
    /// `restartAttemptPeriod`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_attempt_period: Option<i32>,
}

/// `ContainerStateChange`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStateChange {
    /// `containerName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_name: Option<Text>,
    /// `imageDigest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_digest: Option<Text>,
    /// `runtimeId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_id: Option<Text>,
    /// `exitCode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// `networkBindings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_bindings: Option<Vec<NetworkBinding>>,
    /// `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Text>,
}

/// `CreateCapacityProviderRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateCapacityProviderRequest {
    /// `name`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `autoScalingGroupProvider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scaling_group_provider: Option<AutoScalingGroupProvider>,
    /// `managedInstancesProvider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_instances_provider: Option<CreateManagedInstancesProviderConfiguration>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
}

/// `CreateCapacityProviderResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateCapacityProviderResponse {
    /// `capacityProvider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_provider: Option<CapacityProvider>,
}

/// `CreateClusterRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateClusterRequest {
    /// `clusterName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<Text>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// `settings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Vec<ClusterSetting>>,
    /// `configuration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<ClusterConfiguration>,
    /// `capacityProviders`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_providers: Option<Vec<Text>>,
    /// `defaultCapacityProviderStrategy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_capacity_provider_strategy: Option<Vec<CapacityProviderStrategyItem>>,
    /// `serviceConnectDefaults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_connect_defaults: Option<ClusterServiceConnectDefaultsRequest>,
}

/// `CreateClusterResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateClusterResponse {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Cluster>,
}

/// `CreateManagedInstancesProviderConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateManagedInstancesProviderConfiguration {
    /// `infrastructureRoleArn`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infrastructure_role_arn: Option<Text>,
    /// `instanceLaunchTemplate`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_launch_template: Option<InstanceLaunchTemplate>,
    /// `propagateTags`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub propagate_tags: Option<PropagateMiTags>,
    /// `infrastructureOptimization`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infrastructure_optimization: Option<InfrastructureOptimization>,
    /// `autoRepairConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_repair_configuration: Option<AutoRepairConfiguration>,
}

/// `DeleteAccountSettingRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteAccountSettingRequest {
    /// `name`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<SettingName>,
    /// `principalArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_arn: Option<Text>,
}

/// `DeleteAccountSettingResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteAccountSettingResponse {
    /// `setting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<Setting>,
}

/// `DeleteAttributesRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteAttributesRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `attributes`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Vec<Attribute>>,
}

/// `DeleteAttributesResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteAttributesResponse {
    /// `attributes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Vec<Attribute>>,
}

/// `DeleteCapacityProviderRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteCapacityProviderRequest {
    /// `capacityProvider`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_provider: Option<Text>,
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
}

/// `DeleteCapacityProviderResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteCapacityProviderResponse {
    /// `capacityProvider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_provider: Option<CapacityProvider>,
}

/// `DeleteClusterRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteClusterRequest {
    /// `cluster`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
}

/// `DeleteClusterResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteClusterResponse {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Cluster>,
}

/// `DeleteTaskDefinitionsRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteTaskDefinitionsRequest {
    /// `taskDefinitions`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definitions: Option<Vec<Text>>,
}

/// `DeleteTaskDefinitionsResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteTaskDefinitionsResponse {
    /// `taskDefinitions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definitions: Option<Vec<TaskDefinition>>,
    /// `failures`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<Failure>>,
}

/// `DeregisterContainerInstanceRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeregisterContainerInstanceRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `containerInstance`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instance: Option<Text>,
    /// `force`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force: Option<bool>,
}

/// `DeregisterContainerInstanceResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeregisterContainerInstanceResponse {
    /// `containerInstance`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instance: Option<ContainerInstance>,
}

/// `DeregisterTaskDefinitionRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeregisterTaskDefinitionRequest {
    /// `taskDefinition`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<Text>,
}

/// `DeregisterTaskDefinitionResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeregisterTaskDefinitionResponse {
    /// `taskDefinition`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<TaskDefinition>,
}

/// `DescribeCapacityProvidersRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeCapacityProvidersRequest {
    /// `capacityProviders`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_providers: Option<Vec<Text>>,
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `include`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<CapacityProviderField>>,
    /// `maxResults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
}

/// `DescribeCapacityProvidersResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeCapacityProvidersResponse {
    /// `capacityProviders`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_providers: Option<Vec<CapacityProvider>>,
    /// `failures`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<Failure>>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
}

/// `DescribeClustersRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeClustersRequest {
    /// `clusters`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clusters: Option<Vec<Text>>,
    /// `include`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<ClusterField>>,
}

/// `DescribeClustersResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeClustersResponse {
    /// `clusters`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clusters: Option<Vec<Cluster>>,
    /// `failures`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<Failure>>,
}

/// `DescribeContainerInstancesRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeContainerInstancesRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `containerInstances`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instances: Option<Vec<Text>>,
    /// `include`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<ContainerInstanceField>>,
}

/// `DescribeContainerInstancesResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeContainerInstancesResponse {
    /// `containerInstances`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instances: Option<Vec<ContainerInstance>>,
    /// `failures`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<Failure>>,
}

/// `DescribeTaskDefinitionRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeTaskDefinitionRequest {
    /// `taskDefinition`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<Text>,
    /// `include`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<TaskDefinitionField>>,
}

/// `DescribeTaskDefinitionResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeTaskDefinitionResponse {
    /// `taskDefinition`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<TaskDefinition>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
}

/// `DescribeTasksRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeTasksRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `tasks`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<Text>>,
    /// `include`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<TaskField>>,
}

/// `DescribeTasksResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeTasksResponse {
    /// `tasks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<Task>>,
    /// `failures`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<Failure>>,
}

/// `Device`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Device {
    /// `hostPath`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_path: Option<Text>,
    /// `containerPath`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_path: Option<Text>,
    /// `permissions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<DeviceCgroupPermission>>,
}

/// `DiscoverPollEndpointRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DiscoverPollEndpointRequest {
    /// `containerInstance`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instance: Option<Text>,
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
}

/// `DiscoverPollEndpointResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DiscoverPollEndpointResponse {
    /// `endpoint`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Text>,
    /// `telemetryEndpoint`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telemetry_endpoint: Option<Text>,
    /// `serviceConnectEndpoint`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_connect_endpoint: Option<Text>,
}

/// `DockerVolumeConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DockerVolumeConfiguration {
    /// `scope`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// `autoprovision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoprovision: Option<bool>,
    /// `driver`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<Text>,
    /// `driverOpts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver_opts: Option<BTreeMap<Text, Text>>,
    /// `labels`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<Text, Text>>,
}

/// `EBSTagSpecification`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EbsTagSpecification {
    /// `resourceType`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<EbsResourceType>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// `propagateTags`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub propagate_tags: Option<PropagateTags>,
}

/// `EFSAuthorizationConfig`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EfsAuthorizationConfig {
    /// `accessPointId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_point_id: Option<Text>,
    /// `iam`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iam: Option<EfsAuthorizationConfigIam>,
}

/// `EFSVolumeConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EfsVolumeConfiguration {
    /// `fileSystemId`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_system_id: Option<Text>,
    /// `rootDirectory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_directory: Option<Text>,
    /// `transitEncryption`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transit_encryption: Option<EfsTransitEncryption>,
    /// `transitEncryptionPort`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transit_encryption_port: Option<i32>,
    /// `authorizationConfig`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_config: Option<EfsAuthorizationConfig>,
}

/// `EnvironmentFile`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvironmentFile {
    /// `value`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
    /// `type`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<EnvironmentFileType>,
}

/// `EphemeralStorage`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EphemeralStorage {
    /// `sizeInGiB`, required.
    #[serde(rename = "sizeInGiB", skip_serializing_if = "Option::is_none")]
    pub size_in_gib: Option<i32>,
}

/// `ExecuteCommandConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExecuteCommandConfiguration {
    /// `kmsKeyId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<Text>,
    /// `logging`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logging: Option<ExecuteCommandLogging>,
    /// `logConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_configuration: Option<ExecuteCommandLogConfiguration>,
}

/// `ExecuteCommandLogConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExecuteCommandLogConfiguration {
    /// `cloudWatchLogGroupName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_watch_log_group_name: Option<Text>,
    /// `cloudWatchEncryptionEnabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_watch_encryption_enabled: Option<bool>,
    /// `s3BucketName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_bucket_name: Option<Text>,
    /// `s3EncryptionEnabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_encryption_enabled: Option<bool>,
    /// `s3KeyPrefix`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_key_prefix: Option<Text>,
}

/// `ExecuteCommandRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExecuteCommandRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `container`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<Text>,
    /// `command`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Text>,
    /// `interactive`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive: Option<bool>,
    /// `task`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Text>,
}

/// `ExecuteCommandResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecuteCommandResponse {
    /// `clusterArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_arn: Option<Text>,
    /// `containerArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_arn: Option<Text>,
    /// `containerName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_name: Option<Text>,
    /// `interactive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive: Option<bool>,
    /// `session`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// `taskArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_arn: Option<Text>,
}

/// `FSxWindowsFileServerAuthorizationConfig`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FSxWindowsFileServerAuthorizationConfig {
    /// `credentialsParameter`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials_parameter: Option<Text>,
    /// `domain`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<Text>,
}

/// `FSxWindowsFileServerVolumeConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FSxWindowsFileServerVolumeConfiguration {
    /// `fileSystemId`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_system_id: Option<Text>,
    /// `rootDirectory`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_directory: Option<Text>,
    /// `authorizationConfig`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_config: Option<FSxWindowsFileServerAuthorizationConfig>,
}

/// `Failure`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// `arn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<Text>,
    /// `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// `detail`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Text>,
}

/// `FirelensConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FirelensConfiguration {
    /// `type`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<FirelensConfigurationType>,
    /// `options`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<BTreeMap<Text, Text>>,
}

/// `GetTaskProtectionRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GetTaskProtectionRequest {
    /// `cluster`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `tasks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<Text>>,
}

/// `GetTaskProtectionResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetTaskProtectionResponse {
    /// `protectedTasks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected_tasks: Option<Vec<ProtectedTask>>,
    /// `failures`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<Failure>>,
}

/// `HealthCheck`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HealthCheck {
    /// `command`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<Text>>,
    /// `interval`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<i32>,
    /// `timeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<i32>,
    /// `retries`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<i32>,
    /// `startPeriod`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_period: Option<i32>,
}

/// `HostEntry`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HostEntry {
    /// `hostname`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Text>,
    /// `ipAddress`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<Text>,
}

/// `HostVolumeProperties`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HostVolumeProperties {
    /// `sourcePath`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_path: Option<Text>,
}

/// `InferenceAccelerator`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InferenceAccelerator {
    /// `deviceName`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_name: Option<Text>,
    /// `deviceType`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_type: Option<Text>,
}

/// `InferenceAcceleratorOverride`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InferenceAcceleratorOverride {
    /// `deviceName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_name: Option<Text>,
    /// `deviceType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_type: Option<Text>,
}

/// `InfrastructureOptimization`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InfrastructureOptimization {
    /// `scaleInAfter`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_in_after: Option<i32>,
}

/// `InstanceHealthCheckResult`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceHealthCheckResult {
    /// `type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<InstanceHealthCheckType>,
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<InstanceHealthCheckState>,
    /// `statusReason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<Text>,
    /// `lastUpdated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_updated: Option<Epoch>,
    /// `lastStatusChange`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_status_change: Option<Epoch>,
}

/// `InstanceLaunchTemplate`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InstanceLaunchTemplate {
    /// `ec2InstanceProfileArn`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ec2_instance_profile_arn: Option<Text>,
    /// `networkConfiguration`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<ManagedInstancesNetworkConfiguration>,
    /// `storageConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_configuration: Option<ManagedInstancesStorageConfiguration>,
    /// `localStorageConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_storage_configuration: Option<ManagedInstancesLocalStorageConfiguration>,
    /// `monitoring`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<ManagedInstancesMonitoringOptions>,
    /// `capacityOptionType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_option_type: Option<CapacityOptionType>,
    /// `instanceMetadataTagsPropagation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_metadata_tags_propagation: Option<bool>,
    /// `instanceRequirements`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_requirements: Option<InstanceRequirementsRequest>,
    /// `fipsEnabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fips_enabled: Option<bool>,
    /// `capacityReservations`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_reservations: Option<CapacityReservationRequest>,
}

/// `InstanceLaunchTemplateUpdate`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InstanceLaunchTemplateUpdate {
    /// `ec2InstanceProfileArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ec2_instance_profile_arn: Option<Text>,
    /// `networkConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<ManagedInstancesNetworkConfiguration>,
    /// `storageConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_configuration: Option<ManagedInstancesStorageConfiguration>,
    /// `instanceMetadataTagsPropagation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_metadata_tags_propagation: Option<bool>,
    /// `localStorageConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_storage_configuration: Option<ManagedInstancesLocalStorageConfiguration>,
    /// `monitoring`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<ManagedInstancesMonitoringOptions>,
    /// `instanceRequirements`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_requirements: Option<InstanceRequirementsRequest>,
    /// `capacityReservations`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_reservations: Option<CapacityReservationRequest>,
}

/// `InstanceRequirementsRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InstanceRequirementsRequest {
    /// `vCpuCount`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub v_cpu_count: Option<VCpuCountRangeRequest>,
    /// `memoryMiB`, required.
    #[serde(rename = "memoryMiB", skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<MemoryMibRequest>,
    /// `cpuManufacturers`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_manufacturers: Option<Vec<CpuManufacturer>>,
    /// `memoryGiBPerVCpu`.
    #[serde(rename = "memoryGiBPerVCpu", skip_serializing_if = "Option::is_none")]
    pub memory_gib_per_v_cpu: Option<MemoryGibPerVCpuRequest>,
    /// `excludedInstanceTypes`; at most 400 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded_instance_types: Option<Vec<Text>>,
    /// `instanceGenerations`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_generations: Option<Vec<InstanceGeneration>>,
    /// `spotMaxPricePercentageOverLowestPrice`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spot_max_price_percentage_over_lowest_price: Option<i32>,
    /// `onDemandMaxPricePercentageOverLowestPrice`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_demand_max_price_percentage_over_lowest_price: Option<i32>,
    /// `bareMetal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bare_metal: Option<BareMetal>,
    /// `burstablePerformance`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burstable_performance: Option<BurstablePerformance>,
    /// `requireHibernateSupport`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_hibernate_support: Option<bool>,
    /// `networkInterfaceCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_interface_count: Option<NetworkInterfaceCountRequest>,
    /// `localStorage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_storage: Option<LocalStorage>,
    /// `localStorageTypes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_storage_types: Option<Vec<LocalStorageType>>,
    /// `totalLocalStorageGB`.
    #[serde(rename = "totalLocalStorageGB", skip_serializing_if = "Option::is_none")]
    pub total_local_storage_gb: Option<TotalLocalStorageGbRequest>,
    /// `baselineEbsBandwidthMbps`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_ebs_bandwidth_mbps: Option<BaselineEbsBandwidthMbpsRequest>,
    /// `acceleratorTypes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accelerator_types: Option<Vec<AcceleratorType>>,
    /// `acceleratorCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accelerator_count: Option<AcceleratorCountRequest>,
    /// `acceleratorManufacturers`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accelerator_manufacturers: Option<Vec<AcceleratorManufacturer>>,
    /// `acceleratorNames`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accelerator_names: Option<Vec<AcceleratorName>>,
    /// `acceleratorTotalMemoryMiB`.
    #[serde(rename = "acceleratorTotalMemoryMiB", skip_serializing_if = "Option::is_none")]
    pub accelerator_total_memory_mib: Option<AcceleratorTotalMemoryMibRequest>,
    /// `networkBandwidthGbps`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_bandwidth_gbps: Option<NetworkBandwidthGbpsRequest>,
    /// `allowedInstanceTypes`; at most 400 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_instance_types: Option<Vec<Text>>,
    /// `maxSpotPriceAsPercentageOfOptimalOnDemandPrice`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_spot_price_as_percentage_of_optimal_on_demand_price: Option<i32>,
}

/// `KernelCapabilities`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KernelCapabilities {
    /// `add`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add: Option<Vec<Text>>,
    /// `drop`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop: Option<Vec<Text>>,
}

/// `KeyValuePair`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KeyValuePair {
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
}

/// `LinuxParameters`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LinuxParameters {
    /// `capabilities`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<KernelCapabilities>,
    /// `devices`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub devices: Option<Vec<Device>>,
    /// `initProcessEnabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init_process_enabled: Option<bool>,
    /// `sharedMemorySize`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_memory_size: Option<i32>,
    /// `tmpfs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tmpfs: Option<Vec<Tmpfs>>,
    /// `maxSwap`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_swap: Option<i32>,
    /// `swappiness`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swappiness: Option<i32>,
}

/// `ListAccountSettingsRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListAccountSettingsRequest {
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<SettingName>,
    /// `value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
    /// `principalArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_arn: Option<Text>,
    /// `effectiveSettings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_settings: Option<bool>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
    /// `maxResults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
}

/// `ListAccountSettingsResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListAccountSettingsResponse {
    /// `settings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Vec<Setting>>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
}

/// `ListAttributesRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListAttributesRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `targetType`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_type: Option<TargetType>,
    /// `attributeName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_name: Option<Text>,
    /// `attributeValue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_value: Option<Text>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
    /// `maxResults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
}

/// `ListAttributesResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListAttributesResponse {
    /// `attributes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Vec<Attribute>>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
}

/// `ListClustersRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListClustersRequest {
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
    /// `maxResults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
}

/// `ListClustersResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListClustersResponse {
    /// `clusterArns`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_arns: Option<Vec<Text>>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
}

/// `ListContainerInstancesRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListContainerInstancesRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `filter`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Text>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
    /// `maxResults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ContainerInstanceStatus>,
}

/// `ListContainerInstancesResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListContainerInstancesResponse {
    /// `containerInstanceArns`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instance_arns: Option<Vec<Text>>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
}

/// `ListTagsForResourceRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListTagsForResourceRequest {
    /// `resourceArn`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_arn: Option<Text>,
}

/// `ListTagsForResourceResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTagsForResourceResponse {
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
}

/// `ListTaskDefinitionFamiliesRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListTaskDefinitionFamiliesRequest {
    /// `familyPrefix`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_prefix: Option<Text>,
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TaskDefinitionFamilyStatus>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
    /// `maxResults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
}

/// `ListTaskDefinitionFamiliesResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTaskDefinitionFamiliesResponse {
    /// `families`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub families: Option<Vec<Text>>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
}

/// `ListTaskDefinitionsRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListTaskDefinitionsRequest {
    /// `familyPrefix`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_prefix: Option<Text>,
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TaskDefinitionStatus>,
    /// `sort`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<SortOrder>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
    /// `maxResults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
}

/// `ListTaskDefinitionsResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTaskDefinitionsResponse {
    /// `taskDefinitionArns`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definition_arns: Option<Vec<Text>>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
}

/// `ListTasksRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListTasksRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `containerInstance`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instance: Option<Text>,
    /// `family`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<Text>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
    /// `maxResults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `startedBy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_by: Option<Text>,
    /// `serviceName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_name: Option<Text>,
    /// `desiredStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desired_status: Option<DesiredStatus>,
    /// `launchType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub launch_type: Option<LaunchType>,
    /// `daemonName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daemon_name: Option<Text>,
}

/// `ListTasksResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTasksResponse {
    /// `taskArns`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_arns: Option<Vec<Text>>,
    /// `nextToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<Text>,
}

/// `LogConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LogConfiguration {
    /// `logDriver`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_driver: Option<LogDriver>,
    /// `options`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<BTreeMap<Text, Text>>,
    /// `secretOptions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_options: Option<Vec<Secret>>,
}

/// `ManagedAgent`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagedAgent {
    /// `lastStartedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_started_at: Option<Epoch>,
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ManagedAgentName>,
    /// `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// `lastStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_status: Option<Text>,
}

/// `ManagedAgentStateChange`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedAgentStateChange {
    /// `containerName`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_name: Option<Text>,
    /// `managedAgentName`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_agent_name: Option<ManagedAgentName>,
    /// `status`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Text>,
    /// `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// `ManagedInstancesLocalStorageConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedInstancesLocalStorageConfiguration {
    /// `useLocalStorage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_local_storage: Option<bool>,
}

/// `ManagedInstancesNetworkConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedInstancesNetworkConfiguration {
    /// `subnets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnets: Option<Vec<Text>>,
    /// `securityGroups`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_groups: Option<Vec<Text>>,
}

/// `ManagedInstancesProvider`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagedInstancesProvider {
    /// `infrastructureRoleArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infrastructure_role_arn: Option<Text>,
    /// `instanceLaunchTemplate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_launch_template: Option<InstanceLaunchTemplate>,
    /// `propagateTags`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub propagate_tags: Option<PropagateMiTags>,
    /// `infrastructureOptimization`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infrastructure_optimization: Option<InfrastructureOptimization>,
    /// `autoRepairConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_repair_configuration: Option<AutoRepairConfiguration>,
}

/// `ManagedInstancesStorageConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedInstancesStorageConfiguration {
    /// `storageSizeGiB`; at least 1.
    #[serde(rename = "storageSizeGiB", skip_serializing_if = "Option::is_none")]
    pub storage_size_gib: Option<i32>,
}

/// `ManagedScaling`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedScaling {
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ManagedScalingStatus>,
    /// `targetCapacity`; 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_capacity: Option<i32>,
    /// `minimumScalingStepSize`; 1 to 10000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_scaling_step_size: Option<i32>,
    /// `maximumScalingStepSize`; 1 to 10000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_scaling_step_size: Option<i32>,
    /// `instanceWarmupPeriod`; at most 10000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_warmup_period: Option<i32>,
}

/// `ManagedStorageConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedStorageConfiguration {
    /// `kmsKeyId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<Text>,
    /// `fargateEphemeralStorageKmsKeyId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fargate_ephemeral_storage_kms_key_id: Option<Text>,
}

/// `MemoryGiBPerVCpuRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MemoryGibPerVCpuRequest {
    /// `min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// `max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// `MemoryMiBRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MemoryMibRequest {
    /// `min`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i32>,
    /// `max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i32>,
}

/// `MountPoint`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MountPoint {
    /// `sourceVolume`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_volume: Option<Text>,
    /// `containerPath`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_path: Option<Text>,
    /// `readOnly`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
}

/// `NetworkBandwidthGbpsRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkBandwidthGbpsRequest {
    /// `min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// `max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// `NetworkBinding`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkBinding {
    /// `bindIP`.
    #[serde(rename = "bindIP", skip_serializing_if = "Option::is_none")]
    pub bind_ip: Option<Text>,
    /// `containerPort`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_port: Option<i32>,
    /// `hostPort`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_port: Option<i32>,
    /// `protocol`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<TransportProtocol>,
    /// `containerPortRange`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_port_range: Option<Text>,
    /// `hostPortRange`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_port_range: Option<Text>,
}

/// `NetworkConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkConfiguration {
    /// `awsvpcConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awsvpc_configuration: Option<AwsVpcConfiguration>,
}

/// `NetworkInterface`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkInterface {
    /// `attachmentId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<Text>,
    /// `privateIpv4Address`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_ipv4_address: Option<Text>,
    /// `ipv6Address`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6_address: Option<Text>,
}

/// `NetworkInterfaceCountRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkInterfaceCountRequest {
    /// `min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i32>,
    /// `max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i32>,
}

/// `PlacementConstraint`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PlacementConstraint {
    /// `type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<PlacementConstraintType>,
    /// `expression`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<Text>,
}

/// `PlacementStrategy`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PlacementStrategy {
    /// `type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<PlacementStrategyType>,
    /// `field`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Text>,
}

/// `PlatformDevice`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PlatformDevice {
    /// `id`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// `type`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<PlatformDeviceType>,
}

/// `PortMapping`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PortMapping {
    /// `containerPort`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_port: Option<i32>,
    /// `hostPort`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_port: Option<i32>,
    /// `protocol`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<TransportProtocol>,
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `appProtocol`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_protocol: Option<ApplicationProtocol>,
    /// `containerPortRange`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_port_range: Option<Text>,
}

/// `ProtectedTask`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProtectedTask {
    /// `taskArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_arn: Option<Text>,
    /// `protectionEnabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protection_enabled: Option<bool>,
    /// `expirationDate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<Epoch>,
}

/// `ProxyConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProxyConfiguration {
    /// `type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<ProxyConfigurationType>,
    /// `containerName`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_name: Option<Text>,
    /// `properties`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<Vec<KeyValuePair>>,
}

/// `PutAccountSettingDefaultRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutAccountSettingDefaultRequest {
    /// `name`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<SettingName>,
    /// `value`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
}

/// `PutAccountSettingDefaultResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutAccountSettingDefaultResponse {
    /// `setting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<Setting>,
}

/// `PutAccountSettingRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutAccountSettingRequest {
    /// `name`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<SettingName>,
    /// `value`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
    /// `principalArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_arn: Option<Text>,
}

/// `PutAccountSettingResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutAccountSettingResponse {
    /// `setting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<Setting>,
}

/// `PutAttributesRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutAttributesRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `attributes`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Vec<Attribute>>,
}

/// `PutAttributesResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutAttributesResponse {
    /// `attributes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Vec<Attribute>>,
}

/// `PutClusterCapacityProvidersRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutClusterCapacityProvidersRequest {
    /// `cluster`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `capacityProviders`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_providers: Option<Vec<Text>>,
    /// `defaultCapacityProviderStrategy`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_capacity_provider_strategy: Option<Vec<CapacityProviderStrategyItem>>,
}

/// `PutClusterCapacityProvidersResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutClusterCapacityProvidersResponse {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Cluster>,
}

/// `RegisterContainerInstanceRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RegisterContainerInstanceRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `instanceIdentityDocument`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_identity_document: Option<Text>,
    /// `instanceIdentityDocumentSignature`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_identity_document_signature: Option<Text>,
    /// `totalResources`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_resources: Option<Vec<Resource>>,
    /// `versionInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_info: Option<VersionInfo>,
    /// `containerInstanceArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instance_arn: Option<Text>,
    /// `attributes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Vec<Attribute>>,
    /// `platformDevices`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_devices: Option<Vec<PlatformDevice>>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
}

/// `RegisterContainerInstanceResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterContainerInstanceResponse {
    /// `containerInstance`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instance: Option<ContainerInstance>,
}

/// `RegisterTaskDefinitionRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RegisterTaskDefinitionRequest {
    /// `family`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<Text>,
    /// `taskRoleArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_role_arn: Option<Text>,
    /// `executionRoleArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_role_arn: Option<Text>,
    /// `networkMode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_mode: Option<NetworkMode>,
    /// `containerDefinitions`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_definitions: Option<Vec<ContainerDefinition>>,
    /// `volumes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volumes: Option<Vec<Volume>>,
    /// `placementConstraints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement_constraints: Option<Vec<TaskDefinitionPlacementConstraint>>,
    /// `requiresCompatibilities`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires_compatibilities: Option<Vec<Compatibility>>,
    /// `cpu`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Text>,
    /// `memory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Text>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// `pidMode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid_mode: Option<PidMode>,
    /// `ipcMode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipc_mode: Option<IpcMode>,
    /// `proxyConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_configuration: Option<ProxyConfiguration>,
    /// `inferenceAccelerators`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inference_accelerators: Option<Vec<InferenceAccelerator>>,
    /// `ephemeralStorage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<EphemeralStorage>,
    /// `runtimePlatform`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_platform: Option<RuntimePlatform>,
    /// `enableFaultInjection`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_fault_injection: Option<bool>,
}

/// `RegisterTaskDefinitionResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterTaskDefinitionResponse {
    /// `taskDefinition`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<TaskDefinition>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
}

/// `RepositoryCredentials`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RepositoryCredentials {
    /// `credentialsParameter`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials_parameter: Option<Text>,
}

/// `Resource`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Resource {
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<Text>,
    /// `doubleValue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub double_value: Option<f64>,
    /// `longValue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub long_value: Option<i64>,
    /// `integerValue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integer_value: Option<i32>,
    /// `stringSetValue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string_set_value: Option<Vec<Text>>,
}

/// `ResourceRequirement`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceRequirement {
    /// `value`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
    /// `type`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<ResourceType>,
}

/// `RunTaskRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RunTaskRequest {
    /// `capacityProviderStrategy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_provider_strategy: Option<Vec<CapacityProviderStrategyItem>>,
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i32>,
    /// `enableECSManagedTags`.
    #[serde(rename = "enableECSManagedTags", skip_serializing_if = "Option::is_none")]
    pub enable_ecs_managed_tags: Option<bool>,
    /// `enableExecuteCommand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_execute_command: Option<bool>,
    /// `group`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Text>,
    /// `launchType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub launch_type: Option<LaunchType>,
    /// `networkConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// `overrides`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overrides: Option<TaskOverride>,
    /// `placementConstraints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement_constraints: Option<Vec<PlacementConstraint>>,
    /// `placementStrategy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement_strategy: Option<Vec<PlacementStrategy>>,
    /// `platformVersion`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_version: Option<Text>,
    /// `propagateTags`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub propagate_tags: Option<PropagateTags>,
    /// `referenceId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_id: Option<Text>,
    /// `startedBy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_by: Option<Text>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// `taskDefinition`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<Text>,
    /// `clientToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_token: Option<Text>,
    /// `volumeConfigurations`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_configurations: Option<Vec<TaskVolumeConfiguration>>,
}

/// `RunTaskResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunTaskResponse {
    /// `tasks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<Task>>,
    /// `failures`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<Failure>>,
}

/// `RuntimePlatform`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RuntimePlatform {
    /// `cpuArchitecture`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_architecture: Option<CpuArchitecture>,
    /// `operatingSystemFamily`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operating_system_family: Option<OsFamily>,
}

/// `S3FilesVolumeConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct S3FilesVolumeConfiguration {
    /// `fileSystemArn`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_system_arn: Option<Text>,
    /// `rootDirectory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_directory: Option<Text>,
    /// `transitEncryptionPort`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transit_encryption_port: Option<i32>,
    /// `accessPointArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_point_arn: Option<Text>,
}

/// `Secret`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Secret {
    /// `name`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `valueFrom`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_from: Option<Text>,
}

/// `Session`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// `sessionId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<Text>,
    /// `streamUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_url: Option<Text>,
    /// `tokenValue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_value: Option<Text>,
}

/// `Setting`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Setting {
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<SettingName>,
    /// `value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
    /// `principalArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_arn: Option<Text>,
    /// `type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<SettingType>,
}

/// `StartTaskRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StartTaskRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `containerInstances`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instances: Option<Vec<Text>>,
    /// `enableECSManagedTags`.
    #[serde(rename = "enableECSManagedTags", skip_serializing_if = "Option::is_none")]
    pub enable_ecs_managed_tags: Option<bool>,
    /// `enableExecuteCommand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_execute_command: Option<bool>,
    /// `group`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Text>,
    /// `networkConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// `overrides`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overrides: Option<TaskOverride>,
    /// `propagateTags`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub propagate_tags: Option<PropagateTags>,
    /// `referenceId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_id: Option<Text>,
    /// `startedBy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_by: Option<Text>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// `taskDefinition`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<Text>,
    /// `volumeConfigurations`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_configurations: Option<Vec<TaskVolumeConfiguration>>,
}

/// `StartTaskResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StartTaskResponse {
    /// `tasks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<Task>>,
    /// `failures`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<Failure>>,
}

/// `StopTaskRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StopTaskRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `task`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Text>,
    /// `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// `StopTaskResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StopTaskResponse {
    /// `task`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Task>,
}

/// `SubmitAttachmentStateChangesRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SubmitAttachmentStateChangesRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `attachments`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<AttachmentStateChange>>,
}

/// `SubmitAttachmentStateChangesResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubmitAttachmentStateChangesResponse {
    /// `acknowledgment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledgment: Option<Text>,
}

/// `SubmitContainerStateChangeRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SubmitContainerStateChangeRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `task`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Text>,
    /// `containerName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_name: Option<Text>,
    /// `runtimeId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_id: Option<Text>,
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Text>,
    /// `exitCode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// `networkBindings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_bindings: Option<Vec<NetworkBinding>>,
}

/// `SubmitContainerStateChangeResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubmitContainerStateChangeResponse {
    /// `acknowledgment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledgment: Option<Text>,
}

/// `SubmitTaskStateChangeRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SubmitTaskStateChangeRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `task`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Text>,
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Text>,
    /// `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// `containers`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub containers: Option<Vec<ContainerStateChange>>,
    /// `attachments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<AttachmentStateChange>>,
    /// `managedAgents`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_agents: Option<Vec<ManagedAgentStateChange>>,
    /// `pullStartedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_started_at: Option<Epoch>,
    /// `pullStoppedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_stopped_at: Option<Epoch>,
    /// `executionStoppedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_stopped_at: Option<Epoch>,
}

/// `SubmitTaskStateChangeResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubmitTaskStateChangeResponse {
    /// `acknowledgment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledgment: Option<Text>,
}

/// `SystemControl`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SystemControl {
    /// `namespace`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Text>,
    /// `value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
}

/// `Tag`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tag {
    /// `key`; 1 to 128 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Text>,
    /// `value`; at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
}

/// `TagResourceRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TagResourceRequest {
    /// `resourceArn`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_arn: Option<Text>,
    /// `tags`, required; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
}

/// `TagResourceResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TagResourceResponse {}

/// `Task`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// `attachments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<Attachment>>,
    /// `attributes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Vec<Attribute>>,
    /// `availabilityZone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<Text>,
    /// `capacityProviderName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_provider_name: Option<Text>,
    /// `clusterArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_arn: Option<Text>,
    /// `connectivity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connectivity: Option<Connectivity>,
    /// `connectivityAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connectivity_at: Option<Epoch>,
    /// `containerInstanceArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instance_arn: Option<Text>,
    /// `containers`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub containers: Option<Vec<Container>>,
    /// `cpu`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Text>,
    /// `createdAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Epoch>,
    /// `desiredStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desired_status: Option<Text>,
    /// `enableExecuteCommand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_execute_command: Option<bool>,
    /// `executionStoppedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_stopped_at: Option<Epoch>,
    /// `group`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Text>,
    /// `healthStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_status: Option<HealthStatus>,
    /// `inferenceAccelerators`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inference_accelerators: Option<Vec<InferenceAccelerator>>,
    /// `lastStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_status: Option<Text>,
    /// `launchType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub launch_type: Option<LaunchType>,
    /// `memory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Text>,
    /// `overrides`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overrides: Option<TaskOverride>,
    /// `platformVersion`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_version: Option<Text>,
    /// `platformFamily`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_family: Option<Text>,
    /// `pullStartedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_started_at: Option<Epoch>,
    /// `pullStoppedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_stopped_at: Option<Epoch>,
    /// `startedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Epoch>,
    /// `startedBy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_by: Option<Text>,
    /// `stopCode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_code: Option<TaskStopCode>,
    /// `stoppedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<Epoch>,
    /// `stoppedReason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_reason: Option<Text>,
    /// `stoppingAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopping_at: Option<Epoch>,
    /// `tags`; at most 50 items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// `taskArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_arn: Option<Text>,
    /// `taskDefinitionArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definition_arn: Option<Text>,
    /// `version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// `ephemeralStorage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<EphemeralStorage>,
    /// `fargateEphemeralStorage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fargate_ephemeral_storage: Option<TaskEphemeralStorage>,
}

/// `TaskDefinition`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskDefinition {
    /// `taskDefinitionArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definition_arn: Option<Text>,
    /// `containerDefinitions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_definitions: Option<Vec<ContainerDefinition>>,
    /// `family`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<Text>,
    /// `taskRoleArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_role_arn: Option<Text>,
    /// `executionRoleArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_role_arn: Option<Text>,
    /// `networkMode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_mode: Option<NetworkMode>,
    /// `revision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<i32>,
    /// `volumes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volumes: Option<Vec<Volume>>,
    /// `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TaskDefinitionStatus>,
    /// `requiresAttributes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires_attributes: Option<Vec<Attribute>>,
    /// `placementConstraints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement_constraints: Option<Vec<TaskDefinitionPlacementConstraint>>,
    /// `compatibilities`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compatibilities: Option<Vec<Compatibility>>,
    /// `runtimePlatform`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_platform: Option<RuntimePlatform>,
    /// `requiresCompatibilities`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires_compatibilities: Option<Vec<Compatibility>>,
    /// `cpu`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Text>,
    /// `memory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Text>,
    /// `inferenceAccelerators`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inference_accelerators: Option<Vec<InferenceAccelerator>>,
    /// `pidMode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid_mode: Option<PidMode>,
    /// `ipcMode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipc_mode: Option<IpcMode>,
    /// `proxyConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_configuration: Option<ProxyConfiguration>,
    /// `registeredAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered_at: Option<Epoch>,
    /// `deregisteredAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deregistered_at: Option<Epoch>,
    /// `deleteRequestedAt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_requested_at: Option<Epoch>,
    /// `registeredBy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered_by: Option<Text>,
    /// `ephemeralStorage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<EphemeralStorage>,
    /// `enableFaultInjection`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_fault_injection: Option<bool>,
}

/// `TaskDefinitionPlacementConstraint`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TaskDefinitionPlacementConstraint {
    /// `type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<TaskDefinitionPlacementConstraintType>,
    /// `expression`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<Text>,
}

/// `TaskEphemeralStorage`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskEphemeralStorage {
    /// `sizeInGiB`.
    #[serde(rename = "sizeInGiB", skip_serializing_if = "Option::is_none")]
    pub size_in_gib: Option<i32>,
    /// `kmsKeyId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<Text>,
}

/// `TaskManagedEBSVolumeConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TaskManagedEbsVolumeConfiguration {
    /// `encrypted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// `kmsKeyId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<Text>,
    /// `volumeType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_type: Option<Text>,
    /// `sizeInGiB`.
    #[serde(rename = "sizeInGiB", skip_serializing_if = "Option::is_none")]
    pub size_in_gib: Option<i32>,
    /// `snapshotId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_id: Option<Text>,
    /// `volumeInitializationRate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_initialization_rate: Option<i32>,
    /// `iops`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iops: Option<i32>,
    /// `throughput`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throughput: Option<i32>,
    /// `tagSpecifications`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag_specifications: Option<Vec<EbsTagSpecification>>,
    /// `roleArn`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Text>,
    /// `terminationPolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_policy: Option<TaskManagedEbsVolumeTerminationPolicy>,
    /// `filesystemType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filesystem_type: Option<TaskFilesystemType>,
}

/// `TaskManagedEBSVolumeTerminationPolicy`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TaskManagedEbsVolumeTerminationPolicy {
    /// `deleteOnTermination`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_on_termination: Option<bool>,
}

/// `TaskOverride`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TaskOverride {
    /// `containerOverrides`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_overrides: Option<Vec<ContainerOverride>>,
    /// `cpu`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Text>,
    /// `inferenceAcceleratorOverrides`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inference_accelerator_overrides: Option<Vec<InferenceAcceleratorOverride>>,
    /// `executionRoleArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_role_arn: Option<Text>,
    /// `memory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Text>,
    /// `taskRoleArn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_role_arn: Option<Text>,
    /// `ephemeralStorage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<EphemeralStorage>,
}

/// `TaskVolumeConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TaskVolumeConfiguration {
    /// `name`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `managedEBSVolume`.
    #[serde(rename = "managedEBSVolume", skip_serializing_if = "Option::is_none")]
    pub managed_ebs_volume: Option<TaskManagedEbsVolumeConfiguration>,
}

/// `Tmpfs`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tmpfs {
    /// `containerPath`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_path: Option<Text>,
    /// `size`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i32>,
    /// `mountOptions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_options: Option<Vec<Text>>,
}

/// `TotalLocalStorageGBRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TotalLocalStorageGbRequest {
    /// `min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// `max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// `Ulimit`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ulimit {
    /// `name`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<UlimitName>,
    /// `softLimit`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soft_limit: Option<i32>,
    /// `hardLimit`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hard_limit: Option<i32>,
}

/// `UntagResourceRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UntagResourceRequest {
    /// `resourceArn`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_arn: Option<Text>,
    /// `tagKeys`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag_keys: Option<Vec<Text>>,
}

/// `UntagResourceResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UntagResourceResponse {}

/// `UpdateCapacityProviderRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateCapacityProviderRequest {
    /// `name`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `autoScalingGroupProvider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scaling_group_provider: Option<AutoScalingGroupProviderUpdate>,
    /// `managedInstancesProvider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_instances_provider: Option<UpdateManagedInstancesProviderConfiguration>,
}

/// `UpdateCapacityProviderResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateCapacityProviderResponse {
    /// `capacityProvider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_provider: Option<CapacityProvider>,
}

/// `UpdateClusterRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateClusterRequest {
    /// `cluster`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `settings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Vec<ClusterSetting>>,
    /// `configuration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<ClusterConfiguration>,
    /// `serviceConnectDefaults`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_connect_defaults: Option<ClusterServiceConnectDefaultsRequest>,
}

/// `UpdateClusterResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateClusterResponse {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Cluster>,
}

/// `UpdateClusterSettingsRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateClusterSettingsRequest {
    /// `cluster`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `settings`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Vec<ClusterSetting>>,
}

/// `UpdateClusterSettingsResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateClusterSettingsResponse {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Cluster>,
}

/// `UpdateContainerAgentRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateContainerAgentRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `containerInstance`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instance: Option<Text>,
}

/// `UpdateContainerAgentResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateContainerAgentResponse {
    /// `containerInstance`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instance: Option<ContainerInstance>,
}

/// `UpdateContainerInstancesStateRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateContainerInstancesStateRequest {
    /// `cluster`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `containerInstances`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instances: Option<Vec<Text>>,
    /// `status`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ContainerInstanceStatus>,
}

/// `UpdateContainerInstancesStateResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateContainerInstancesStateResponse {
    /// `containerInstances`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_instances: Option<Vec<ContainerInstance>>,
    /// `failures`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<Failure>>,
}

/// `UpdateManagedInstancesProviderConfiguration`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateManagedInstancesProviderConfiguration {
    /// `infrastructureRoleArn`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infrastructure_role_arn: Option<Text>,
    /// `instanceLaunchTemplate`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_launch_template: Option<InstanceLaunchTemplateUpdate>,
    /// `propagateTags`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub propagate_tags: Option<PropagateMiTags>,
    /// `infrastructureOptimization`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infrastructure_optimization: Option<InfrastructureOptimization>,
    /// `autoRepairConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_repair_configuration: Option<AutoRepairConfiguration>,
}

/// `UpdateTaskProtectionRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateTaskProtectionRequest {
    /// `cluster`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Text>,
    /// `tasks`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<Text>>,
    /// `protectionEnabled`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protection_enabled: Option<bool>,
    /// `expiresInMinutes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in_minutes: Option<i32>,
}

/// `UpdateTaskProtectionResponse`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateTaskProtectionResponse {
    /// `protectedTasks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected_tasks: Option<Vec<ProtectedTask>>,
    /// `failures`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<Failure>>,
}

/// `VCpuCountRangeRequest`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VCpuCountRangeRequest {
    /// `min`, required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i32>,
    /// `max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i32>,
}

/// `VersionInfo`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VersionInfo {
    /// `agentVersion`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_version: Option<Text>,
    /// `agentHash`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_hash: Option<Text>,
    /// `dockerVersion`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker_version: Option<Text>,
}

/// `Volume`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Volume {
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// `host`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<HostVolumeProperties>,
    /// `dockerVolumeConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker_volume_configuration: Option<DockerVolumeConfiguration>,
    /// `efsVolumeConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub efs_volume_configuration: Option<EfsVolumeConfiguration>,
    /// `s3filesVolumeConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3files_volume_configuration: Option<S3FilesVolumeConfiguration>,
    /// `fsxWindowsFileServerVolumeConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fsx_windows_file_server_volume_configuration: Option<FSxWindowsFileServerVolumeConfiguration>,
    /// `configuredAtLaunch`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configured_at_launch: Option<bool>,
}

/// `VolumeFrom`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeFrom {
    /// `sourceContainer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_container: Option<Text>,
    /// `readOnly`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
}

/// Members that the model marks as sensitive, of whichever structure.
pub(super) const SENSITIVE: [&str; 3] = ["environment", "repositoryCredentials", "tokenValue"];

debug_without_secrets! {
    AcceleratorCountRequest,
    AcceleratorTotalMemoryMibRequest,
    Attachment,
    AttachmentStateChange,
    Attribute,
    AutoRepairConfiguration,
    AutoScalingGroupProvider,
    AutoScalingGroupProviderUpdate,
    AwsVpcConfiguration,
    BaselineEbsBandwidthMbpsRequest,
    CapacityProvider,
    CapacityProviderStrategyItem,
    CapacityReservationRequest,
    Cluster,
    ClusterConfiguration,
    ClusterServiceConnectDefaults,
    ClusterServiceConnectDefaultsRequest,
    ClusterSetting,
    Container,
    ContainerDefinition,
    ContainerDependency,
    ContainerInstance,
    ContainerInstanceHealthStatus,
    ContainerOverride,
    ContainerRestartPolicy,
    ContainerStateChange,
    CreateCapacityProviderRequest,
    CreateCapacityProviderResponse,
    CreateClusterRequest,
    CreateClusterResponse,
    CreateManagedInstancesProviderConfiguration,
    DeleteAccountSettingRequest,
    DeleteAccountSettingResponse,
    DeleteAttributesRequest,
    DeleteAttributesResponse,
    DeleteCapacityProviderRequest,
    DeleteCapacityProviderResponse,
    DeleteClusterRequest,
    DeleteClusterResponse,
    DeleteTaskDefinitionsRequest,
    DeleteTaskDefinitionsResponse,
    DeregisterContainerInstanceRequest,
    DeregisterContainerInstanceResponse,
    DeregisterTaskDefinitionRequest,
    DeregisterTaskDefinitionResponse,
    DescribeCapacityProvidersRequest,
    DescribeCapacityProvidersResponse,
    DescribeClustersRequest,
    DescribeClustersResponse,
    DescribeContainerInstancesRequest,
    DescribeContainerInstancesResponse,
    DescribeTaskDefinitionRequest,
    DescribeTaskDefinitionResponse,
    DescribeTasksRequest,
    DescribeTasksResponse,
    Device,
    DiscoverPollEndpointRequest,
    DiscoverPollEndpointResponse,
    DockerVolumeConfiguration,
    EbsTagSpecification,
    EfsAuthorizationConfig,
    EfsVolumeConfiguration,
    EnvironmentFile,
    EphemeralStorage,
    ExecuteCommandConfiguration,
    ExecuteCommandLogConfiguration,
    ExecuteCommandRequest,
    ExecuteCommandResponse,
    FSxWindowsFileServerAuthorizationConfig,
    FSxWindowsFileServerVolumeConfiguration,
    Failure,
    FirelensConfiguration,
    GetTaskProtectionRequest,
    GetTaskProtectionResponse,
    HealthCheck,
    HostEntry,
    HostVolumeProperties,
    InferenceAccelerator,
    InferenceAcceleratorOverride,
    InfrastructureOptimization,
    InstanceHealthCheckResult,
    InstanceLaunchTemplate,
    InstanceLaunchTemplateUpdate,
    InstanceRequirementsRequest,
    KernelCapabilities,
    KeyValuePair,
    LinuxParameters,
    ListAccountSettingsRequest,
    ListAccountSettingsResponse,
    ListAttributesRequest,
    ListAttributesResponse,
    ListClustersRequest,
    ListClustersResponse,
    ListContainerInstancesRequest,
    ListContainerInstancesResponse,
    ListTagsForResourceRequest,
    ListTagsForResourceResponse,
    ListTaskDefinitionFamiliesRequest,
    ListTaskDefinitionFamiliesResponse,
    ListTaskDefinitionsRequest,
    ListTaskDefinitionsResponse,
    ListTasksRequest,
    ListTasksResponse,
    LogConfiguration,
    ManagedAgent,
    ManagedAgentStateChange,
    ManagedInstancesLocalStorageConfiguration,
    ManagedInstancesNetworkConfiguration,
    ManagedInstancesProvider,
    ManagedInstancesStorageConfiguration,
    ManagedScaling,
    ManagedStorageConfiguration,
    MemoryGibPerVCpuRequest,
    MemoryMibRequest,
    MountPoint,
    NetworkBandwidthGbpsRequest,
    NetworkBinding,
    NetworkConfiguration,
    NetworkInterface,
    NetworkInterfaceCountRequest,
    PlacementConstraint,
    PlacementStrategy,
    PlatformDevice,
    PortMapping,
    ProtectedTask,
    ProxyConfiguration,
    PutAccountSettingDefaultRequest,
    PutAccountSettingDefaultResponse,
    PutAccountSettingRequest,
    PutAccountSettingResponse,
    PutAttributesRequest,
    PutAttributesResponse,
    PutClusterCapacityProvidersRequest,
    PutClusterCapacityProvidersResponse,
    RegisterContainerInstanceRequest,
    RegisterContainerInstanceResponse,
    RegisterTaskDefinitionRequest,
    RegisterTaskDefinitionResponse,
    RepositoryCredentials,
    Resource,
    ResourceRequirement,
    RunTaskRequest,
    RunTaskResponse,
    RuntimePlatform,
    S3FilesVolumeConfiguration,
    Secret,
    Session,
    Setting,
    StartTaskRequest,
    StartTaskResponse,
    StopTaskRequest,
    StopTaskResponse,
    SubmitAttachmentStateChangesRequest,
    SubmitAttachmentStateChangesResponse,
    SubmitContainerStateChangeRequest,
    SubmitContainerStateChangeResponse,
    SubmitTaskStateChangeRequest,
    SubmitTaskStateChangeResponse,
    SystemControl,
    Tag,
    TagResourceRequest,
    TagResourceResponse,
    Task,
    TaskDefinition,
    TaskDefinitionPlacementConstraint,
    TaskEphemeralStorage,
    TaskManagedEbsVolumeConfiguration,
    TaskManagedEbsVolumeTerminationPolicy,
    TaskOverride,
    TaskVolumeConfiguration,
    Tmpfs,
    TotalLocalStorageGbRequest,
    Ulimit,
    UntagResourceRequest,
    UntagResourceResponse,
    UpdateCapacityProviderRequest,
    UpdateCapacityProviderResponse,
    UpdateClusterRequest,
    UpdateClusterResponse,
    UpdateClusterSettingsRequest,
    UpdateClusterSettingsResponse,
    UpdateContainerAgentRequest,
    UpdateContainerAgentResponse,
    UpdateContainerInstancesStateRequest,
    UpdateContainerInstancesStateResponse,
    UpdateManagedInstancesProviderConfiguration,
    UpdateTaskProtectionRequest,
    UpdateTaskProtectionResponse,
    VCpuCountRangeRequest,
    VersionInfo,
    Volume,
    VolumeFrom,
}

static ACCELERATOR_COUNT_REQUEST: Structure = Structure {
    name: "AcceleratorCountRequest",
    members: &[
        Member::optional("min", Shape::Integer(Bounds::ANY)),
        Member::optional("max", Shape::Integer(Bounds::ANY)),
    ],
};

static ACCELERATOR_MANUFACTURER_SET: List =
    List { of: Shape::Enum(AcceleratorManufacturer::NAMES), length: Bounds::ANY };

static ACCELERATOR_NAME_SET: List = List { of: Shape::Enum(AcceleratorName::NAMES), length: Bounds::ANY };

static ACCELERATOR_TOTAL_MEMORY_MIB_REQUEST: Structure = Structure {
    name: "AcceleratorTotalMemoryMiBRequest",
    members: &[
        Member::optional("min", Shape::Integer(Bounds::ANY)),
        Member::optional("max", Shape::Integer(Bounds::ANY)),
    ],
};

static ACCELERATOR_TYPE_SET: List = List { of: Shape::Enum(AcceleratorType::NAMES), length: Bounds::ANY };

static ALLOWED_INSTANCE_TYPE_SET: List =
    List { of: Shape::String(Bounds::new(1, 30)), length: Bounds::new(0, 400) };

static ATTACHMENT_STATE_CHANGE: Structure = Structure {
    name: "AttachmentStateChange",
    members: &[
        Member::required("attachmentArn", Shape::String(Bounds::ANY)),
        Member::required("status", Shape::String(Bounds::ANY)),
    ],
};

static ATTACHMENT_STATE_CHANGES: List =
    List { of: Shape::Structure(&ATTACHMENT_STATE_CHANGE), length: Bounds::ANY };

static ATTRIBUTE: Structure = Structure {
    name: "Attribute",
    members: &[
        Member::required("name", Shape::String(Bounds::ANY)),
        Member::optional("value", Shape::String(Bounds::ANY)),
        Member::optional("targetType", Shape::Enum(TargetType::NAMES)),
        Member::optional("targetId", Shape::String(Bounds::ANY)),
    ],
};

static ATTRIBUTES: List = List { of: Shape::Structure(&ATTRIBUTE), length: Bounds::ANY };

static AUTO_REPAIR_CONFIGURATION: Structure = Structure {
    name: "AutoRepairConfiguration",
    members: &[Member::optional("actionsStatus", Shape::Enum(AutoRepairActionsStatus::NAMES))],
};

static AUTO_SCALING_GROUP_PROVIDER: Structure = Structure {
    name: "AutoScalingGroupProvider",
    members: &[
        Member::required("autoScalingGroupArn", Shape::String(Bounds::ANY)),
        Member::optional("managedScaling", Shape::Structure(&MANAGED_SCALING)),
        Member::optional("managedTerminationProtection", Shape::Enum(ManagedTerminationProtection::NAMES)),
        Member::optional("managedDraining", Shape::Enum(ManagedDraining::NAMES)),
    ],
};

static AUTO_SCALING_GROUP_PROVIDER_UPDATE: Structure = Structure {
    name: "AutoScalingGroupProviderUpdate",
    members: &[
        Member::optional("managedScaling", Shape::Structure(&MANAGED_SCALING)),
        Member::optional("managedTerminationProtection", Shape::Enum(ManagedTerminationProtection::NAMES)),
        Member::optional("managedDraining", Shape::Enum(ManagedDraining::NAMES)),
    ],
};

static AWS_VPC_CONFIGURATION: Structure = Structure {
    name: "AwsVpcConfiguration",
    members: &[
        Member::required("subnets", Shape::List(&STRING_LIST)),
        Member::optional("securityGroups", Shape::List(&STRING_LIST)),
        Member::optional("assignPublicIp", Shape::Enum(AssignPublicIp::NAMES)),
    ],
};

static BASELINE_EBS_BANDWIDTH_MBPS_REQUEST: Structure = Structure {
    name: "BaselineEbsBandwidthMbpsRequest",
    members: &[
        Member::optional("min", Shape::Integer(Bounds::ANY)),
        Member::optional("max", Shape::Integer(Bounds::ANY)),
    ],
};

static CAPACITY_PROVIDER_FIELD_LIST: List =
    List { of: Shape::Enum(CapacityProviderField::NAMES), length: Bounds::ANY };

static CAPACITY_PROVIDER_STRATEGY: List =
    List { of: Shape::Structure(&CAPACITY_PROVIDER_STRATEGY_ITEM), length: Bounds::ANY };

static CAPACITY_PROVIDER_STRATEGY_ITEM: Structure = Structure {
    name: "CapacityProviderStrategyItem",
    members: &[
        Member::required("capacityProvider", Shape::String(Bounds::ANY)),
        Member::optional("weight", Shape::Integer(Bounds::new(0, 1000))),
        Member::optional("base", Shape::Integer(Bounds::new(0, 100000))),
    ],
};

static CAPACITY_RESERVATION_REQUEST: Structure = Structure {
    name: "CapacityReservationRequest",
    members: &[
        Member::optional("reservationGroupArn", Shape::String(Bounds::ANY)),
        Member::optional("reservationPreference", Shape::Enum(CapacityReservationPreference::NAMES)),
    ],
};

static CLUSTER_CONFIGURATION: Structure = Structure {
    name: "ClusterConfiguration",
    members: &[
        Member::optional("executeCommandConfiguration", Shape::Structure(&EXECUTE_COMMAND_CONFIGURATION)),
        Member::optional("managedStorageConfiguration", Shape::Structure(&MANAGED_STORAGE_CONFIGURATION)),
    ],
};

static CLUSTER_FIELD_LIST: List = List { of: Shape::Enum(ClusterField::NAMES), length: Bounds::ANY };

static CLUSTER_SERVICE_CONNECT_DEFAULTS_REQUEST: Structure = Structure {
    name: "ClusterServiceConnectDefaultsRequest",
    members: &[Member::required("namespace", Shape::String(Bounds::ANY))],
};

static CLUSTER_SETTING: Structure = Structure {
    name: "ClusterSetting",
    members: &[
        Member::optional("name", Shape::Enum(ClusterSettingName::NAMES)),
        Member::optional("value", Shape::String(Bounds::ANY)),
    ],
};

static CLUSTER_SETTINGS: List = List { of: Shape::Structure(&CLUSTER_SETTING), length: Bounds::ANY };

static COMPATIBILITY_LIST: List = List { of: Shape::Enum(Compatibility::NAMES), length: Bounds::ANY };

static CONTAINER_DEFINITION: Structure = Structure {
    name: "ContainerDefinition",
    members: &[
        Member::optional("name", Shape::String(Bounds::ANY)),
        Member::optional("image", Shape::String(Bounds::ANY)),
        Member::optional("repositoryCredentials", Shape::Structure(&REPOSITORY_CREDENTIALS)),
        Member::optional("cpu", Shape::Integer(Bounds::ANY)),
        Member::optional("memory", Shape::Integer(Bounds::ANY)),
        Member::optional("memoryReservation", Shape::Integer(Bounds::ANY)),
        Member::optional("links", Shape::List(&STRING_LIST)),
        Member::optional("portMappings", Shape::List(&PORT_MAPPING_LIST)),
        Member::optional("essential", Shape::Boolean),
        Member::optional("restartPolicy", Shape::Structure(&CONTAINER_RESTART_POLICY)),
        Member::optional("entryPoint", Shape::List(&STRING_LIST)),
        Member::optional("command", Shape::List(&STRING_LIST)),
        Member::optional("environment", Shape::List(&ENVIRONMENT_VARIABLES)),
        Member::optional("environmentFiles", Shape::List(&ENVIRONMENT_FILES)),
        Member::optional("mountPoints", Shape::List(&MOUNT_POINT_LIST)),
        Member::optional("volumesFrom", Shape::List(&VOLUME_FROM_LIST)),
        Member::optional("linuxParameters", Shape::Structure(&LINUX_PARAMETERS)),
        Member::optional("secrets", Shape::List(&SECRET_LIST)),
        Member::optional("dependsOn", Shape::List(&CONTAINER_DEPENDENCIES)),
        Member::optional("startTimeout", Shape::Integer(Bounds::ANY)),
        Member::optional("stopTimeout", Shape::Integer(Bounds::ANY)),
        Member::optional("versionConsistency", Shape::Enum(VersionConsistency::NAMES)),
        Member::optional("hostname", Shape::String(Bounds::ANY)),
        Member::optional("user", Shape::String(Bounds::ANY)),
        Member::optional("workingDirectory", Shape::String(Bounds::ANY)),
        Member::optional("disableNetworking", Shape::Boolean),
        Member::optional("privileged", Shape::Boolean),
        Member::optional("readonlyRootFilesystem", Shape::Boolean),
        Member::optional("dnsServers", Shape::List(&STRING_LIST)),
        Member::optional("dnsSearchDomains", Shape::List(&STRING_LIST)),
        Member::optional("extraHosts", Shape::List(&HOST_ENTRY_LIST)),
        Member::optional("dockerSecurityOptions", Shape::List(&STRING_LIST)),
        Member::optional("interactive", Shape::Boolean),
        Member::optional("pseudoTerminal", Shape::Boolean),
        Member::optional("dockerLabels", Shape::Map(&Shape::String(Bounds::ANY))),
        Member::optional("ulimits", Shape::List(&ULIMIT_LIST)),
        Member::optional("logConfiguration", Shape::Structure(&LOG_CONFIGURATION)),
        Member::optional("healthCheck", Shape::Structure(&HEALTH_CHECK)),
        Member::optional("systemControls", Shape::List(&SYSTEM_CONTROLS)),
        Member::optional("resourceRequirements", Shape::List(&RESOURCE_REQUIREMENTS)),
        Member::optional("firelensConfiguration", Shape::Structure(&FIRELENS_CONFIGURATION)),
        Member::optional("credentialSpecs", Shape::List(&STRING_LIST)),
    ],
};

static CONTAINER_DEFINITIONS: List =
    List { of: Shape::Structure(&CONTAINER_DEFINITION), length: Bounds::ANY };

static CONTAINER_DEPENDENCIES: List =
    List { of: Shape::Structure(&CONTAINER_DEPENDENCY), length: Bounds::ANY };

static CONTAINER_DEPENDENCY: Structure = Structure {
    name: "ContainerDependency",
    members: &[
        Member::required("containerName", Shape::String(Bounds::ANY)),
        Member::required("condition", Shape::Enum(ContainerCondition::NAMES)),
    ],
};

static CONTAINER_INSTANCE_FIELD_LIST: List =
    List { of: Shape::Enum(ContainerInstanceField::NAMES), length: Bounds::ANY };

static CONTAINER_OVERRIDE: Structure = Structure {
    name: "ContainerOverride",
    members: &[
        Member::optional("name", Shape::String(Bounds::ANY)),
        Member::optional("command", Shape::List(&STRING_LIST)),
        Member::optional("environment", Shape::List(&ENVIRONMENT_VARIABLES)),
        Member::optional("environmentFiles", Shape::List(&ENVIRONMENT_FILES)),
        Member::optional("cpu", Shape::Integer(Bounds::ANY)),
        Member::optional("memory", Shape::Integer(Bounds::ANY)),
        Member::optional("memoryReservation", Shape::Integer(Bounds::ANY)),
        Member::optional("resourceRequirements", Shape::List(&RESOURCE_REQUIREMENTS)),
    ],
};

static CONTAINER_OVERRIDES: List = List { of: Shape::Structure(&CONTAINER_OVERRIDE), length: Bounds::ANY };

static CONTAINER_RESTART_POLICY: Structure = Structure {
    name: "ContainerRestartPolicy",
    members: &[
        Member::required("enabled", Shape::Boolean),
        Member::optional("ignoredExitCodes", Shape::List(&INTEGER_LIST)),
        Member::optional("restartAttemptPeriod", Shape::Integer(Bounds::ANY)),
    ],
};

static CONTAINER_STATE_CHANGE: Structure = Structure {
    name: "ContainerStateChange",
    members: &[
        Member::optional("containerName", Shape::String(Bounds::ANY)),
        Member::optional("imageDigest", Shape::String(Bounds::ANY)),
        Member::optional("runtimeId", Shape::String(Bounds::ANY)),
        Member::optional("exitCode", Shape::Integer(Bounds::ANY)),
        Member::optional("networkBindings", Shape::List(&NETWORK_BINDINGS)),
        Member::optional("reason", Shape::String(Bounds::ANY)),
        Member::optional("status", Shape::String(Bounds::ANY)),
    ],
};

static CONTAINER_STATE_CHANGES: List =
    List { of: Shape::Structure(&CONTAINER_STATE_CHANGE), length: Bounds::ANY };

static CPU_MANUFACTURER_SET: List = List { of: Shape::Enum(CpuManufacturer::NAMES), length: Bounds::ANY };

static CREATE_CAPACITY_PROVIDER_REQUEST: Structure = Structure {
    name: "CreateCapacityProviderRequest",
    members: &[
        Member::required("name", Shape::String(Bounds::ANY)),
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::optional("autoScalingGroupProvider", Shape::Structure(&AUTO_SCALING_GROUP_PROVIDER)),
        Member::optional(
            "managedInstancesProvider",
            Shape::Structure(&CREATE_MANAGED_INSTANCES_PROVIDER_CONFIGURATION),
        ),
        Member::optional("tags", Shape::List(&TAGS)),
    ],
};

static CREATE_CLUSTER_REQUEST: Structure = Structure {
    name: "CreateClusterRequest",
    members: &[
        Member::optional("clusterName", Shape::String(Bounds::ANY)),
        Member::optional("tags", Shape::List(&TAGS)),
        Member::optional("settings", Shape::List(&CLUSTER_SETTINGS)),
        Member::optional("configuration", Shape::Structure(&CLUSTER_CONFIGURATION)),
        Member::optional("capacityProviders", Shape::List(&STRING_LIST)),
        Member::optional("defaultCapacityProviderStrategy", Shape::List(&CAPACITY_PROVIDER_STRATEGY)),
        Member::optional(
            "serviceConnectDefaults",
            Shape::Structure(&CLUSTER_SERVICE_CONNECT_DEFAULTS_REQUEST),
        ),
    ],
};

static CREATE_MANAGED_INSTANCES_PROVIDER_CONFIGURATION: Structure = Structure {
    name: "CreateManagedInstancesProviderConfiguration",
    members: &[
        Member::required("infrastructureRoleArn", Shape::String(Bounds::ANY)),
        Member::required("instanceLaunchTemplate", Shape::Structure(&INSTANCE_LAUNCH_TEMPLATE)),
        Member::optional("propagateTags", Shape::Enum(PropagateMiTags::NAMES)),
        Member::optional("infrastructureOptimization", Shape::Structure(&INFRASTRUCTURE_OPTIMIZATION)),
        Member::optional("autoRepairConfiguration", Shape::Structure(&AUTO_REPAIR_CONFIGURATION)),
    ],
};

static DELETE_ACCOUNT_SETTING_REQUEST: Structure = Structure {
    name: "DeleteAccountSettingRequest",
    members: &[
        Member::required("name", Shape::Enum(SettingName::NAMES)),
        Member::optional("principalArn", Shape::String(Bounds::ANY)),
    ],
};

static DELETE_ATTRIBUTES_REQUEST: Structure = Structure {
    name: "DeleteAttributesRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::required("attributes", Shape::List(&ATTRIBUTES)),
    ],
};

static DELETE_CAPACITY_PROVIDER_REQUEST: Structure = Structure {
    name: "DeleteCapacityProviderRequest",
    members: &[
        Member::required("capacityProvider", Shape::String(Bounds::ANY)),
        Member::optional("cluster", Shape::String(Bounds::ANY)),
    ],
};

static DELETE_CLUSTER_REQUEST: Structure = Structure {
    name: "DeleteClusterRequest",
    members: &[Member::required("cluster", Shape::String(Bounds::ANY))],
};

static DELETE_TASK_DEFINITIONS_REQUEST: Structure = Structure {
    name: "DeleteTaskDefinitionsRequest",
    members: &[Member::required("taskDefinitions", Shape::List(&STRING_LIST))],
};

static DEREGISTER_CONTAINER_INSTANCE_REQUEST: Structure = Structure {
    name: "DeregisterContainerInstanceRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::required("containerInstance", Shape::String(Bounds::ANY)),
        Member::optional("force", Shape::Boolean),
    ],
};

static DEREGISTER_TASK_DEFINITION_REQUEST: Structure = Structure {
    name: "DeregisterTaskDefinitionRequest",
    members: &[Member::required("taskDefinition", Shape::String(Bounds::ANY))],
};

static DESCRIBE_CAPACITY_PROVIDERS_REQUEST: Structure = Structure {
    name: "DescribeCapacityProvidersRequest",
    members: &[
        Member::optional("capacityProviders", Shape::List(&STRING_LIST)),
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::optional("include", Shape::List(&CAPACITY_PROVIDER_FIELD_LIST)),
        Member::optional("maxResults", Shape::Integer(Bounds::ANY)),
        Member::optional("nextToken", Shape::String(Bounds::ANY)),
    ],
};

static DESCRIBE_CLUSTERS_REQUEST: Structure = Structure {
    name: "DescribeClustersRequest",
    members: &[
        Member::optional("clusters", Shape::List(&STRING_LIST)),
        Member::optional("include", Shape::List(&CLUSTER_FIELD_LIST)),
    ],
};

static DESCRIBE_CONTAINER_INSTANCES_REQUEST: Structure = Structure {
    name: "DescribeContainerInstancesRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::required("containerInstances", Shape::List(&STRING_LIST)),
        Member::optional("include", Shape::List(&CONTAINER_INSTANCE_FIELD_LIST)),
    ],
};

static DESCRIBE_TASK_DEFINITION_REQUEST: Structure = Structure {
    name: "DescribeTaskDefinitionRequest",
    members: &[
        Member::required("taskDefinition", Shape::String(Bounds::ANY)),
        Member::optional("include", Shape::List(&TASK_DEFINITION_FIELD_LIST)),
    ],
};

static DESCRIBE_TASKS_REQUEST: Structure = Structure {
    name: "DescribeTasksRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::required("tasks", Shape::List(&STRING_LIST)),
        Member::optional("include", Shape::List(&TASK_FIELD_LIST)),
    ],
};

static DEVICE: Structure = Structure {
    name: "Device",
    members: &[
        Member::required("hostPath", Shape::String(Bounds::ANY)),
        Member::optional("containerPath", Shape::String(Bounds::ANY)),
        Member::optional("permissions", Shape::List(&DEVICE_CGROUP_PERMISSIONS)),
    ],
};

static DEVICE_CGROUP_PERMISSIONS: List =
    List { of: Shape::Enum(DeviceCgroupPermission::NAMES), length: Bounds::ANY };

static DEVICES_LIST: List = List { of: Shape::Structure(&DEVICE), length: Bounds::ANY };

static DISCOVER_POLL_ENDPOINT_REQUEST: Structure = Structure {
    name: "DiscoverPollEndpointRequest",
    members: &[
        Member::optional("containerInstance", Shape::String(Bounds::ANY)),
        Member::optional("cluster", Shape::String(Bounds::ANY)),
    ],
};

static DOCKER_VOLUME_CONFIGURATION: Structure = Structure {
    name: "DockerVolumeConfiguration",
    members: &[
        Member::optional("scope", Shape::Enum(Scope::NAMES)),
        Member::optional("autoprovision", Shape::Boolean),
        Member::optional("driver", Shape::String(Bounds::ANY)),
        Member::optional("driverOpts", Shape::Map(&Shape::String(Bounds::ANY))),
        Member::optional("labels", Shape::Map(&Shape::String(Bounds::ANY))),
    ],
};

static EBS_TAG_SPECIFICATION: Structure = Structure {
    name: "EBSTagSpecification",
    members: &[
        Member::required("resourceType", Shape::Enum(EbsResourceType::NAMES)),
        Member::optional("tags", Shape::List(&TAGS)),
        Member::optional("propagateTags", Shape::Enum(PropagateTags::NAMES)),
    ],
};

static EBS_TAG_SPECIFICATIONS: List =
    List { of: Shape::Structure(&EBS_TAG_SPECIFICATION), length: Bounds::ANY };

static EFS_AUTHORIZATION_CONFIG: Structure = Structure {
    name: "EFSAuthorizationConfig",
    members: &[
        Member::optional("accessPointId", Shape::String(Bounds::ANY)),
        Member::optional("iam", Shape::Enum(EfsAuthorizationConfigIam::NAMES)),
    ],
};

static EFS_VOLUME_CONFIGURATION: Structure = Structure {
    name: "EFSVolumeConfiguration",
    members: &[
        Member::required("fileSystemId", Shape::String(Bounds::ANY)),
        Member::optional("rootDirectory", Shape::String(Bounds::ANY)),
        Member::optional("transitEncryption", Shape::Enum(EfsTransitEncryption::NAMES)),
        Member::optional("transitEncryptionPort", Shape::Integer(Bounds::ANY)),
        Member::optional("authorizationConfig", Shape::Structure(&EFS_AUTHORIZATION_CONFIG)),
    ],
};

static ENVIRONMENT_FILE: Structure = Structure {
    name: "EnvironmentFile",
    members: &[
        Member::required("value", Shape::String(Bounds::ANY)),
        Member::required("type", Shape::Enum(EnvironmentFileType::NAMES)),
    ],
};

static ENVIRONMENT_FILES: List = List { of: Shape::Structure(&ENVIRONMENT_FILE), length: Bounds::ANY };

static ENVIRONMENT_VARIABLES: List = List { of: Shape::Structure(&KEY_VALUE_PAIR), length: Bounds::ANY };

static EPHEMERAL_STORAGE: Structure = Structure {
    name: "EphemeralStorage",
    members: &[Member::required("sizeInGiB", Shape::Integer(Bounds::ANY))],
};

static EXCLUDED_INSTANCE_TYPE_SET: List =
    List { of: Shape::String(Bounds::new(1, 30)), length: Bounds::new(0, 400) };

static EXECUTE_COMMAND_CONFIGURATION: Structure = Structure {
    name: "ExecuteCommandConfiguration",
    members: &[
        Member::optional("kmsKeyId", Shape::String(Bounds::ANY)),
        Member::optional("logging", Shape::Enum(ExecuteCommandLogging::NAMES)),
        Member::optional("logConfiguration", Shape::Structure(&EXECUTE_COMMAND_LOG_CONFIGURATION)),
    ],
};

static EXECUTE_COMMAND_LOG_CONFIGURATION: Structure = Structure {
    name: "ExecuteCommandLogConfiguration",
    members: &[
        Member::optional("cloudWatchLogGroupName", Shape::String(Bounds::ANY)),
        Member::optional("cloudWatchEncryptionEnabled", Shape::Boolean),
        Member::optional("s3BucketName", Shape::String(Bounds::ANY)),
        Member::optional("s3EncryptionEnabled", Shape::Boolean),
        Member::optional("s3KeyPrefix", Shape::String(Bounds::ANY)),
    ],
};

static EXECUTE_COMMAND_REQUEST: Structure = Structure {
    name: "ExecuteCommandRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::optional("container", Shape::String(Bounds::ANY)),
        Member::required("command", Shape::String(Bounds::ANY)),
        Member::required("interactive", Shape::Boolean),
        Member::required("task", Shape::String(Bounds::ANY)),
    ],
};

static F_SX_WINDOWS_FILE_SERVER_AUTHORIZATION_CONFIG: Structure = Structure {
    name: "FSxWindowsFileServerAuthorizationConfig",
    members: &[
        Member::required("credentialsParameter", Shape::String(Bounds::ANY)),
        Member::required("domain", Shape::String(Bounds::ANY)),
    ],
};

static F_SX_WINDOWS_FILE_SERVER_VOLUME_CONFIGURATION: Structure = Structure {
    name: "FSxWindowsFileServerVolumeConfiguration",
    members: &[
        Member::required("fileSystemId", Shape::String(Bounds::ANY)),
        Member::required("rootDirectory", Shape::String(Bounds::ANY)),
        Member::required(
            "authorizationConfig",
            Shape::Structure(&F_SX_WINDOWS_FILE_SERVER_AUTHORIZATION_CONFIG),
        ),
    ],
};

static FIRELENS_CONFIGURATION: Structure = Structure {
    name: "FirelensConfiguration",
    members: &[
        Member::required("type", Shape::Enum(FirelensConfigurationType::NAMES)),
        Member::optional("options", Shape::Map(&Shape::String(Bounds::ANY))),
    ],
};

static GET_TASK_PROTECTION_REQUEST: Structure = Structure {
    name: "GetTaskProtectionRequest",
    members: &[
        Member::required("cluster", Shape::String(Bounds::ANY)),
        Member::optional("tasks", Shape::List(&STRING_LIST)),
    ],
};

static HEALTH_CHECK: Structure = Structure {
    name: "HealthCheck",
    members: &[
        Member::required("command", Shape::List(&STRING_LIST)),
        Member::optional("interval", Shape::Integer(Bounds::ANY)),
        Member::optional("timeout", Shape::Integer(Bounds::ANY)),
        Member::optional("retries", Shape::Integer(Bounds::ANY)),
        Member::optional("startPeriod", Shape::Integer(Bounds::ANY)),
    ],
};

static HOST_ENTRY: Structure = Structure {
    name: "HostEntry",
    members: &[
        Member::required("hostname", Shape::String(Bounds::ANY)),
        Member::required("ipAddress", Shape::String(Bounds::ANY)),
    ],
};

static HOST_ENTRY_LIST: List = List { of: Shape::Structure(&HOST_ENTRY), length: Bounds::ANY };

static HOST_VOLUME_PROPERTIES: Structure = Structure {
    name: "HostVolumeProperties",
    members: &[Member::optional("sourcePath", Shape::String(Bounds::ANY))],
};

static INFERENCE_ACCELERATOR: Structure = Structure {
    name: "InferenceAccelerator",
    members: &[
        Member::required("deviceName", Shape::String(Bounds::ANY)),
        Member::required("deviceType", Shape::String(Bounds::ANY)),
    ],
};

static INFERENCE_ACCELERATOR_OVERRIDE: Structure = Structure {
    name: "InferenceAcceleratorOverride",
    members: &[
        Member::optional("deviceName", Shape::String(Bounds::ANY)),
        Member::optional("deviceType", Shape::String(Bounds::ANY)),
    ],
};

static INFERENCE_ACCELERATOR_OVERRIDES: List =
    List { of: Shape::Structure(&INFERENCE_ACCELERATOR_OVERRIDE), length: Bounds::ANY };

static INFERENCE_ACCELERATORS: List =
    List { of: Shape::Structure(&INFERENCE_ACCELERATOR), length: Bounds::ANY };

static INFRASTRUCTURE_OPTIMIZATION: Structure = Structure {
    name: "InfrastructureOptimization",
    members: &[Member::optional("scaleInAfter", Shape::Integer(Bounds::ANY))],
};

static INSTANCE_GENERATION_SET: List =
    List { of: Shape::Enum(InstanceGeneration::NAMES), length: Bounds::ANY };

static INSTANCE_LAUNCH_TEMPLATE: Structure = Structure {
    name: "InstanceLaunchTemplate",
    members: &[
        Member::required("ec2InstanceProfileArn", Shape::String(Bounds::ANY)),
        Member::required("networkConfiguration", Shape::Structure(&MANAGED_INSTANCES_NETWORK_CONFIGURATION)),
        Member::optional("storageConfiguration", Shape::Structure(&MANAGED_INSTANCES_STORAGE_CONFIGURATION)),
        Member::optional(
            "localStorageConfiguration",
            Shape::Structure(&MANAGED_INSTANCES_LOCAL_STORAGE_CONFIGURATION),
        ),
        Member::optional("monitoring", Shape::Enum(ManagedInstancesMonitoringOptions::NAMES)),
        Member::optional("capacityOptionType", Shape::Enum(CapacityOptionType::NAMES)),
        Member::optional("instanceMetadataTagsPropagation", Shape::Boolean),
        Member::optional("instanceRequirements", Shape::Structure(&INSTANCE_REQUIREMENTS_REQUEST)),
        Member::optional("fipsEnabled", Shape::Boolean),
        Member::optional("capacityReservations", Shape::Structure(&CAPACITY_RESERVATION_REQUEST)),
    ],
};

static INSTANCE_LAUNCH_TEMPLATE_UPDATE: Structure = Structure {
    name: "InstanceLaunchTemplateUpdate",
    members: &[
        Member::optional("ec2InstanceProfileArn", Shape::String(Bounds::ANY)),
        Member::optional("networkConfiguration", Shape::Structure(&MANAGED_INSTANCES_NETWORK_CONFIGURATION)),
        Member::optional("storageConfiguration", Shape::Structure(&MANAGED_INSTANCES_STORAGE_CONFIGURATION)),
        Member::optional("instanceMetadataTagsPropagation", Shape::Boolean),
        Member::optional(
            "localStorageConfiguration",
            Shape::Structure(&MANAGED_INSTANCES_LOCAL_STORAGE_CONFIGURATION),
        ),
        Member::optional("monitoring", Shape::Enum(ManagedInstancesMonitoringOptions::NAMES)),
        Member::optional("instanceRequirements", Shape::Structure(&INSTANCE_REQUIREMENTS_REQUEST)),
        Member::optional("capacityReservations", Shape::Structure(&CAPACITY_RESERVATION_REQUEST)),
    ],
};

static INSTANCE_REQUIREMENTS_REQUEST: Structure = Structure {
    name: "InstanceRequirementsRequest",
    members: &[
        Member::required("vCpuCount", Shape::Structure(&V_CPU_COUNT_RANGE_REQUEST)),
        Member::required("memoryMiB", Shape::Structure(&MEMORY_MIB_REQUEST)),
        Member::optional("cpuManufacturers", Shape::List(&CPU_MANUFACTURER_SET)),
        Member::optional("memoryGiBPerVCpu", Shape::Structure(&MEMORY_GIB_PER_V_CPU_REQUEST)),
        Member::optional("excludedInstanceTypes", Shape::List(&EXCLUDED_INSTANCE_TYPE_SET)),
        Member::optional("instanceGenerations", Shape::List(&INSTANCE_GENERATION_SET)),
        Member::optional("spotMaxPricePercentageOverLowestPrice", Shape::Integer(Bounds::ANY)),
        Member::optional("onDemandMaxPricePercentageOverLowestPrice", Shape::Integer(Bounds::ANY)),
        Member::optional("bareMetal", Shape::Enum(BareMetal::NAMES)),
        Member::optional("burstablePerformance", Shape::Enum(BurstablePerformance::NAMES)),
        Member::optional("requireHibernateSupport", Shape::Boolean),
        Member::optional("networkInterfaceCount", Shape::Structure(&NETWORK_INTERFACE_COUNT_REQUEST)),
        Member::optional("localStorage", Shape::Enum(LocalStorage::NAMES)),
        Member::optional("localStorageTypes", Shape::List(&LOCAL_STORAGE_TYPE_SET)),
        Member::optional("totalLocalStorageGB", Shape::Structure(&TOTAL_LOCAL_STORAGE_GB_REQUEST)),
        Member::optional("baselineEbsBandwidthMbps", Shape::Structure(&BASELINE_EBS_BANDWIDTH_MBPS_REQUEST)),
        Member::optional("acceleratorTypes", Shape::List(&ACCELERATOR_TYPE_SET)),
        Member::optional("acceleratorCount", Shape::Structure(&ACCELERATOR_COUNT_REQUEST)),
        Member::optional("acceleratorManufacturers", Shape::List(&ACCELERATOR_MANUFACTURER_SET)),
        Member::optional("acceleratorNames", Shape::List(&ACCELERATOR_NAME_SET)),
        Member::optional(
            "acceleratorTotalMemoryMiB",
            Shape::Structure(&ACCELERATOR_TOTAL_MEMORY_MIB_REQUEST),
        ),
        Member::optional("networkBandwidthGbps", Shape::Structure(&NETWORK_BANDWIDTH_GBPS_REQUEST)),
        Member::optional("allowedInstanceTypes", Shape::List(&ALLOWED_INSTANCE_TYPE_SET)),
        Member::optional("maxSpotPriceAsPercentageOfOptimalOnDemandPrice", Shape::Integer(Bounds::ANY)),
    ],
};

static INTEGER_LIST: List = List { of: Shape::Integer(Bounds::ANY), length: Bounds::ANY };

static KERNEL_CAPABILITIES: Structure = Structure {
    name: "KernelCapabilities",
    members: &[
        Member::optional("add", Shape::List(&STRING_LIST)),
        Member::optional("drop", Shape::List(&STRING_LIST)),
    ],
};

static KEY_VALUE_PAIR: Structure = Structure {
    name: "KeyValuePair",
    members: &[
        Member::optional("name", Shape::String(Bounds::ANY)),
        Member::optional("value", Shape::String(Bounds::ANY)),
    ],
};

static LINUX_PARAMETERS: Structure = Structure {
    name: "LinuxParameters",
    members: &[
        Member::optional("capabilities", Shape::Structure(&KERNEL_CAPABILITIES)),
        Member::optional("devices", Shape::List(&DEVICES_LIST)),
        Member::optional("initProcessEnabled", Shape::Boolean),
        Member::optional("sharedMemorySize", Shape::Integer(Bounds::ANY)),
        Member::optional("tmpfs", Shape::List(&TMPFS_LIST)),
        Member::optional("maxSwap", Shape::Integer(Bounds::ANY)),
        Member::optional("swappiness", Shape::Integer(Bounds::ANY)),
    ],
};

static LIST_ACCOUNT_SETTINGS_REQUEST: Structure = Structure {
    name: "ListAccountSettingsRequest",
    members: &[
        Member::optional("name", Shape::Enum(SettingName::NAMES)),
        Member::optional("value", Shape::String(Bounds::ANY)),
        Member::optional("principalArn", Shape::String(Bounds::ANY)),
        Member::optional("effectiveSettings", Shape::Boolean),
        Member::optional("nextToken", Shape::String(Bounds::ANY)),
        Member::optional("maxResults", Shape::Integer(Bounds::ANY)),
    ],
};

static LIST_ATTRIBUTES_REQUEST: Structure = Structure {
    name: "ListAttributesRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::required("targetType", Shape::Enum(TargetType::NAMES)),
        Member::optional("attributeName", Shape::String(Bounds::ANY)),
        Member::optional("attributeValue", Shape::String(Bounds::ANY)),
        Member::optional("nextToken", Shape::String(Bounds::ANY)),
        Member::optional("maxResults", Shape::Integer(Bounds::ANY)),
    ],
};

static LIST_CLUSTERS_REQUEST: Structure = Structure {
    name: "ListClustersRequest",
    members: &[
        Member::optional("nextToken", Shape::String(Bounds::ANY)),
        Member::optional("maxResults", Shape::Integer(Bounds::ANY)),
    ],
};

static LIST_CONTAINER_INSTANCES_REQUEST: Structure = Structure {
    name: "ListContainerInstancesRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::optional("filter", Shape::String(Bounds::ANY)),
        Member::optional("nextToken", Shape::String(Bounds::ANY)),
        Member::optional("maxResults", Shape::Integer(Bounds::ANY)),
        Member::optional("status", Shape::Enum(ContainerInstanceStatus::NAMES)),
    ],
};

static LIST_TAGS_FOR_RESOURCE_REQUEST: Structure = Structure {
    name: "ListTagsForResourceRequest",
    members: &[Member::required("resourceArn", Shape::String(Bounds::ANY))],
};

static LIST_TASK_DEFINITION_FAMILIES_REQUEST: Structure = Structure {
    name: "ListTaskDefinitionFamiliesRequest",
    members: &[
        Member::optional("familyPrefix", Shape::String(Bounds::ANY)),
        Member::optional("status", Shape::Enum(TaskDefinitionFamilyStatus::NAMES)),
        Member::optional("nextToken", Shape::String(Bounds::ANY)),
        Member::optional("maxResults", Shape::Integer(Bounds::ANY)),
    ],
};

static LIST_TASK_DEFINITIONS_REQUEST: Structure = Structure {
    name: "ListTaskDefinitionsRequest",
    members: &[
        Member::optional("familyPrefix", Shape::String(Bounds::ANY)),
        Member::optional("status", Shape::Enum(TaskDefinitionStatus::NAMES)),
        Member::optional("sort", Shape::Enum(SortOrder::NAMES)),
        Member::optional("nextToken", Shape::String(Bounds::ANY)),
        Member::optional("maxResults", Shape::Integer(Bounds::ANY)),
    ],
};

static LIST_TASKS_REQUEST: Structure = Structure {
    name: "ListTasksRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::optional("containerInstance", Shape::String(Bounds::ANY)),
        Member::optional("family", Shape::String(Bounds::ANY)),
        Member::optional("nextToken", Shape::String(Bounds::ANY)),
        Member::optional("maxResults", Shape::Integer(Bounds::ANY)),
        Member::optional("startedBy", Shape::String(Bounds::ANY)),
        Member::optional("serviceName", Shape::String(Bounds::ANY)),
        Member::optional("desiredStatus", Shape::Enum(DesiredStatus::NAMES)),
        Member::optional("launchType", Shape::Enum(LaunchType::NAMES)),
        Member::optional("daemonName", Shape::String(Bounds::ANY)),
    ],
};

static LOCAL_STORAGE_TYPE_SET: List = List { of: Shape::Enum(LocalStorageType::NAMES), length: Bounds::ANY };

static LOG_CONFIGURATION: Structure = Structure {
    name: "LogConfiguration",
    members: &[
        Member::required("logDriver", Shape::Enum(LogDriver::NAMES)),
        Member::optional("options", Shape::Map(&Shape::String(Bounds::ANY))),
        Member::optional("secretOptions", Shape::List(&SECRET_LIST)),
    ],
};

static MANAGED_AGENT_STATE_CHANGE: Structure = Structure {
    name: "ManagedAgentStateChange",
    members: &[
        Member::required("containerName", Shape::String(Bounds::ANY)),
        Member::required("managedAgentName", Shape::Enum(ManagedAgentName::NAMES)),
        Member::required("status", Shape::String(Bounds::ANY)),
        Member::optional("reason", Shape::String(Bounds::ANY)),
    ],
};

static MANAGED_AGENT_STATE_CHANGES: List =
    List { of: Shape::Structure(&MANAGED_AGENT_STATE_CHANGE), length: Bounds::ANY };

static MANAGED_INSTANCES_LOCAL_STORAGE_CONFIGURATION: Structure = Structure {
    name: "ManagedInstancesLocalStorageConfiguration",
    members: &[Member::optional("useLocalStorage", Shape::Boolean)],
};

static MANAGED_INSTANCES_NETWORK_CONFIGURATION: Structure = Structure {
    name: "ManagedInstancesNetworkConfiguration",
    members: &[
        Member::optional("subnets", Shape::List(&STRING_LIST)),
        Member::optional("securityGroups", Shape::List(&STRING_LIST)),
    ],
};

static MANAGED_INSTANCES_STORAGE_CONFIGURATION: Structure = Structure {
    name: "ManagedInstancesStorageConfiguration",
    members: &[Member::optional("storageSizeGiB", Shape::Integer(Bounds::at_least(1)))],
};

static MANAGED_SCALING: Structure = Structure {
    name: "ManagedScaling",
    members: &[
        Member::optional("status", Shape::Enum(ManagedScalingStatus::NAMES)),
        Member::optional("targetCapacity", Shape::Integer(Bounds::new(1, 100))),
        Member::optional("minimumScalingStepSize", Shape::Integer(Bounds::new(1, 10000))),
        Member::optional("maximumScalingStepSize", Shape::Integer(Bounds::new(1, 10000))),
        Member::optional("instanceWarmupPeriod", Shape::Integer(Bounds::new(0, 10000))),
    ],
};

static MANAGED_STORAGE_CONFIGURATION: Structure = Structure {
    name: "ManagedStorageConfiguration",
    members: &[
        Member::optional("kmsKeyId", Shape::String(Bounds::ANY)),
        Member::optional("fargateEphemeralStorageKmsKeyId", Shape::String(Bounds::ANY)),
    ],
};

static MEMORY_GIB_PER_V_CPU_REQUEST: Structure = Structure {
    name: "MemoryGiBPerVCpuRequest",
    members: &[Member::optional("min", Shape::Double), Member::optional("max", Shape::Double)],
};

static MEMORY_MIB_REQUEST: Structure = Structure {
    name: "MemoryMiBRequest",
    members: &[
        Member::required("min", Shape::Integer(Bounds::ANY)),
        Member::optional("max", Shape::Integer(Bounds::ANY)),
    ],
};

static MOUNT_POINT: Structure = Structure {
    name: "MountPoint",
    members: &[
        Member::optional("sourceVolume", Shape::String(Bounds::ANY)),
        Member::optional("containerPath", Shape::String(Bounds::ANY)),
        Member::optional("readOnly", Shape::Boolean),
    ],
};

static MOUNT_POINT_LIST: List = List { of: Shape::Structure(&MOUNT_POINT), length: Bounds::ANY };

static NETWORK_BANDWIDTH_GBPS_REQUEST: Structure = Structure {
    name: "NetworkBandwidthGbpsRequest",
    members: &[Member::optional("min", Shape::Double), Member::optional("max", Shape::Double)],
};

static NETWORK_BINDING: Structure = Structure {
    name: "NetworkBinding",
    members: &[
        Member::optional("bindIP", Shape::String(Bounds::ANY)),
        Member::optional("containerPort", Shape::Integer(Bounds::ANY)),
        Member::optional("hostPort", Shape::Integer(Bounds::ANY)),
        Member::optional("protocol", Shape::Enum(TransportProtocol::NAMES)),
        Member::optional("containerPortRange", Shape::String(Bounds::ANY)),
        Member::optional("hostPortRange", Shape::String(Bounds::ANY)),
    ],
};

static NETWORK_BINDINGS: List = List { of: Shape::Structure(&NETWORK_BINDING), length: Bounds::ANY };

static NETWORK_CONFIGURATION: Structure = Structure {
    name: "NetworkConfiguration",
    members: &[Member::optional("awsvpcConfiguration", Shape::Structure(&AWS_VPC_CONFIGURATION))],
};

static NETWORK_INTERFACE_COUNT_REQUEST: Structure = Structure {
    name: "NetworkInterfaceCountRequest",
    members: &[
        Member::optional("min", Shape::Integer(Bounds::ANY)),
        Member::optional("max", Shape::Integer(Bounds::ANY)),
    ],
};

static PLACEMENT_CONSTRAINT: Structure = Structure {
    name: "PlacementConstraint",
    members: &[
        Member::optional("type", Shape::Enum(PlacementConstraintType::NAMES)),
        Member::optional("expression", Shape::String(Bounds::ANY)),
    ],
};

static PLACEMENT_CONSTRAINTS: List =
    List { of: Shape::Structure(&PLACEMENT_CONSTRAINT), length: Bounds::ANY };

static PLACEMENT_STRATEGIES: List = List { of: Shape::Structure(&PLACEMENT_STRATEGY), length: Bounds::ANY };

static PLACEMENT_STRATEGY: Structure = Structure {
    name: "PlacementStrategy",
    members: &[
        Member::optional("type", Shape::Enum(PlacementStrategyType::NAMES)),
        Member::optional("field", Shape::String(Bounds::ANY)),
    ],
};

static PLATFORM_DEVICE: Structure = Structure {
    name: "PlatformDevice",
    members: &[
        Member::required("id", Shape::String(Bounds::ANY)),
        Member::required("type", Shape::Enum(PlatformDeviceType::NAMES)),
    ],
};

static PLATFORM_DEVICES: List = List { of: Shape::Structure(&PLATFORM_DEVICE), length: Bounds::ANY };

static PORT_MAPPING: Structure = Structure {
    name: "PortMapping",
    members: &[
        Member::optional("containerPort", Shape::Integer(Bounds::ANY)),
        Member::optional("hostPort", Shape::Integer(Bounds::ANY)),
        Member::optional("protocol", Shape::Enum(TransportProtocol::NAMES)),
        Member::optional("name", Shape::String(Bounds::ANY)),
        Member::optional("appProtocol", Shape::Enum(ApplicationProtocol::NAMES)),
        Member::optional("containerPortRange", Shape::String(Bounds::ANY)),
    ],
};

static PORT_MAPPING_LIST: List = List { of: Shape::Structure(&PORT_MAPPING), length: Bounds::ANY };

static PROXY_CONFIGURATION: Structure = Structure {
    name: "ProxyConfiguration",
    members: &[
        Member::optional("type", Shape::Enum(ProxyConfigurationType::NAMES)),
        Member::required("containerName", Shape::String(Bounds::ANY)),
        Member::optional("properties", Shape::List(&PROXY_CONFIGURATION_PROPERTIES)),
    ],
};

static PROXY_CONFIGURATION_PROPERTIES: List =
    List { of: Shape::Structure(&KEY_VALUE_PAIR), length: Bounds::ANY };

static PUT_ACCOUNT_SETTING_DEFAULT_REQUEST: Structure = Structure {
    name: "PutAccountSettingDefaultRequest",
    members: &[
        Member::required("name", Shape::Enum(SettingName::NAMES)),
        Member::required("value", Shape::String(Bounds::ANY)),
    ],
};

static PUT_ACCOUNT_SETTING_REQUEST: Structure = Structure {
    name: "PutAccountSettingRequest",
    members: &[
        Member::required("name", Shape::Enum(SettingName::NAMES)),
        Member::required("value", Shape::String(Bounds::ANY)),
        Member::optional("principalArn", Shape::String(Bounds::ANY)),
    ],
};

static PUT_ATTRIBUTES_REQUEST: Structure = Structure {
    name: "PutAttributesRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::required("attributes", Shape::List(&ATTRIBUTES)),
    ],
};

static PUT_CLUSTER_CAPACITY_PROVIDERS_REQUEST: Structure = Structure {
    name: "PutClusterCapacityProvidersRequest",
    members: &[
        Member::required("cluster", Shape::String(Bounds::ANY)),
        Member::required("capacityProviders", Shape::List(&STRING_LIST)),
        Member::required("defaultCapacityProviderStrategy", Shape::List(&CAPACITY_PROVIDER_STRATEGY)),
    ],
};

static REGISTER_CONTAINER_INSTANCE_REQUEST: Structure = Structure {
    name: "RegisterContainerInstanceRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::optional("instanceIdentityDocument", Shape::String(Bounds::ANY)),
        Member::optional("instanceIdentityDocumentSignature", Shape::String(Bounds::ANY)),
        Member::optional("totalResources", Shape::List(&RESOURCES)),
        Member::optional("versionInfo", Shape::Structure(&VERSION_INFO)),
        Member::optional("containerInstanceArn", Shape::String(Bounds::ANY)),
        Member::optional("attributes", Shape::List(&ATTRIBUTES)),
        Member::optional("platformDevices", Shape::List(&PLATFORM_DEVICES)),
        Member::optional("tags", Shape::List(&TAGS)),
    ],
};

static REGISTER_TASK_DEFINITION_REQUEST: Structure = Structure {
    name: "RegisterTaskDefinitionRequest",
    members: &[
        Member::required("family", Shape::String(Bounds::ANY)),
        Member::optional("taskRoleArn", Shape::String(Bounds::ANY)),
        Member::optional("executionRoleArn", Shape::String(Bounds::ANY)),
        Member::optional("networkMode", Shape::Enum(NetworkMode::NAMES)),
        Member::required("containerDefinitions", Shape::List(&CONTAINER_DEFINITIONS)),
        Member::optional("volumes", Shape::List(&VOLUME_LIST)),
        Member::optional("placementConstraints", Shape::List(&TASK_DEFINITION_PLACEMENT_CONSTRAINTS)),
        Member::optional("requiresCompatibilities", Shape::List(&COMPATIBILITY_LIST)),
        Member::optional("cpu", Shape::String(Bounds::ANY)),
        Member::optional("memory", Shape::String(Bounds::ANY)),
        Member::optional("tags", Shape::List(&TAGS)),
        Member::optional("pidMode", Shape::Enum(PidMode::NAMES)),
        Member::optional("ipcMode", Shape::Enum(IpcMode::NAMES)),
        Member::optional("proxyConfiguration", Shape::Structure(&PROXY_CONFIGURATION)),
        Member::optional("inferenceAccelerators", Shape::List(&INFERENCE_ACCELERATORS)),
        Member::optional("ephemeralStorage", Shape::Structure(&EPHEMERAL_STORAGE)),
        Member::optional("runtimePlatform", Shape::Structure(&RUNTIME_PLATFORM)),
        Member::optional("enableFaultInjection", Shape::Boolean),
    ],
};

static REPOSITORY_CREDENTIALS: Structure = Structure {
    name: "RepositoryCredentials",
    members: &[Member::required("credentialsParameter", Shape::String(Bounds::ANY))],
};

static RESOURCE: Structure = Structure {
    name: "Resource",
    members: &[
        Member::optional("name", Shape::String(Bounds::ANY)),
        Member::optional("type", Shape::String(Bounds::ANY)),
        Member::optional("doubleValue", Shape::Double),
        Member::optional("longValue", Shape::Long(Bounds::ANY)),
        Member::optional("integerValue", Shape::Integer(Bounds::ANY)),
        Member::optional("stringSetValue", Shape::List(&STRING_LIST)),
    ],
};

static RESOURCE_REQUIREMENT: Structure = Structure {
    name: "ResourceRequirement",
    members: &[
        Member::required("value", Shape::String(Bounds::ANY)),
        Member::required("type", Shape::Enum(ResourceType::NAMES)),
    ],
};

static RESOURCE_REQUIREMENTS: List =
    List { of: Shape::Structure(&RESOURCE_REQUIREMENT), length: Bounds::ANY };

static RESOURCES: List = List { of: Shape::Structure(&RESOURCE), length: Bounds::ANY };

static RUN_TASK_REQUEST: Structure = Structure {
    name: "RunTaskRequest",
    members: &[
        Member::optional("capacityProviderStrategy", Shape::List(&CAPACITY_PROVIDER_STRATEGY)),
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::optional("count", Shape::Integer(Bounds::ANY)),
        Member::optional("enableECSManagedTags", Shape::Boolean),
        Member::optional("enableExecuteCommand", Shape::Boolean),
        Member::optional("group", Shape::String(Bounds::ANY)),
        Member::optional("launchType", Shape::Enum(LaunchType::NAMES)),
        Member::optional("networkConfiguration", Shape::Structure(&NETWORK_CONFIGURATION)),
        Member::optional("overrides", Shape::Structure(&TASK_OVERRIDE)),
        Member::optional("placementConstraints", Shape::List(&PLACEMENT_CONSTRAINTS)),
        Member::optional("placementStrategy", Shape::List(&PLACEMENT_STRATEGIES)),
        Member::optional("platformVersion", Shape::String(Bounds::ANY)),
        Member::optional("propagateTags", Shape::Enum(PropagateTags::NAMES)),
        Member::optional("referenceId", Shape::String(Bounds::ANY)),
        Member::optional("startedBy", Shape::String(Bounds::ANY)),
        Member::optional("tags", Shape::List(&TAGS)),
        Member::required("taskDefinition", Shape::String(Bounds::ANY)),
        Member::optional("clientToken", Shape::String(Bounds::ANY)),
        Member::optional("volumeConfigurations", Shape::List(&TASK_VOLUME_CONFIGURATIONS)),
    ],
};

static RUNTIME_PLATFORM: Structure = Structure {
    name: "RuntimePlatform",
    members: &[
        Member::optional("cpuArchitecture", Shape::Enum(CpuArchitecture::NAMES)),
        Member::optional("operatingSystemFamily", Shape::Enum(OsFamily::NAMES)),
    ],
};

static S3_FILES_VOLUME_CONFIGURATION: Structure = Structure {
    name: "S3FilesVolumeConfiguration",
    members: &[
        Member::required("fileSystemArn", Shape::String(Bounds::ANY)),
        Member::optional("rootDirectory", Shape::String(Bounds::ANY)),
        Member::optional("transitEncryptionPort", Shape::Integer(Bounds::ANY)),
        Member::optional("accessPointArn", Shape::String(Bounds::ANY)),
    ],
};

static SECRET: Structure = Structure {
    name: "Secret",
    members: &[
        Member::required("name", Shape::String(Bounds::ANY)),
        Member::required("valueFrom", Shape::String(Bounds::ANY)),
    ],
};

static SECRET_LIST: List = List { of: Shape::Structure(&SECRET), length: Bounds::ANY };

static START_TASK_REQUEST: Structure = Structure {
    name: "StartTaskRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::required("containerInstances", Shape::List(&STRING_LIST)),
        Member::optional("enableECSManagedTags", Shape::Boolean),
        Member::optional("enableExecuteCommand", Shape::Boolean),
        Member::optional("group", Shape::String(Bounds::ANY)),
        Member::optional("networkConfiguration", Shape::Structure(&NETWORK_CONFIGURATION)),
        Member::optional("overrides", Shape::Structure(&TASK_OVERRIDE)),
        Member::optional("propagateTags", Shape::Enum(PropagateTags::NAMES)),
        Member::optional("referenceId", Shape::String(Bounds::ANY)),
        Member::optional("startedBy", Shape::String(Bounds::ANY)),
        Member::optional("tags", Shape::List(&TAGS)),
        Member::required("taskDefinition", Shape::String(Bounds::ANY)),
        Member::optional("volumeConfigurations", Shape::List(&TASK_VOLUME_CONFIGURATIONS)),
    ],
};

static STOP_TASK_REQUEST: Structure = Structure {
    name: "StopTaskRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::required("task", Shape::String(Bounds::ANY)),
        Member::optional("reason", Shape::String(Bounds::ANY)),
    ],
};

static STRING_LIST: List = List { of: Shape::String(Bounds::ANY), length: Bounds::ANY };

static SUBMIT_ATTACHMENT_STATE_CHANGES_REQUEST: Structure = Structure {
    name: "SubmitAttachmentStateChangesRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::required("attachments", Shape::List(&ATTACHMENT_STATE_CHANGES)),
    ],
};

static SUBMIT_CONTAINER_STATE_CHANGE_REQUEST: Structure = Structure {
    name: "SubmitContainerStateChangeRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::optional("task", Shape::String(Bounds::ANY)),
        Member::optional("containerName", Shape::String(Bounds::ANY)),
        Member::optional("runtimeId", Shape::String(Bounds::ANY)),
        Member::optional("status", Shape::String(Bounds::ANY)),
        Member::optional("exitCode", Shape::Integer(Bounds::ANY)),
        Member::optional("reason", Shape::String(Bounds::ANY)),
        Member::optional("networkBindings", Shape::List(&NETWORK_BINDINGS)),
    ],
};

static SUBMIT_TASK_STATE_CHANGE_REQUEST: Structure = Structure {
    name: "SubmitTaskStateChangeRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::optional("task", Shape::String(Bounds::ANY)),
        Member::optional("status", Shape::String(Bounds::ANY)),
        Member::optional("reason", Shape::String(Bounds::ANY)),
        Member::optional("containers", Shape::List(&CONTAINER_STATE_CHANGES)),
        Member::optional("attachments", Shape::List(&ATTACHMENT_STATE_CHANGES)),
        Member::optional("managedAgents", Shape::List(&MANAGED_AGENT_STATE_CHANGES)),
        Member::optional("pullStartedAt", Shape::Timestamp),
        Member::optional("pullStoppedAt", Shape::Timestamp),
        Member::optional("executionStoppedAt", Shape::Timestamp),
    ],
};

static SYSTEM_CONTROL: Structure = Structure {
    name: "SystemControl",
    members: &[
        Member::optional("namespace", Shape::String(Bounds::ANY)),
        Member::optional("value", Shape::String(Bounds::ANY)),
    ],
};

static SYSTEM_CONTROLS: List = List { of: Shape::Structure(&SYSTEM_CONTROL), length: Bounds::ANY };

static TAG: Structure = Structure {
    name: "Tag",
    members: &[
        Member::optional("key", Shape::String(Bounds::new(1, 128))),
        Member::optional("value", Shape::String(Bounds::new(0, 256))),
    ],
};

static TAG_KEYS: List = List { of: Shape::String(Bounds::new(1, 128)), length: Bounds::ANY };

static TAG_RESOURCE_REQUEST: Structure = Structure {
    name: "TagResourceRequest",
    members: &[
        Member::required("resourceArn", Shape::String(Bounds::ANY)),
        Member::required("tags", Shape::List(&TAGS)),
    ],
};

static TAGS: List = List { of: Shape::Structure(&TAG), length: Bounds::new(0, 50) };

static TASK_DEFINITION_FIELD_LIST: List =
    List { of: Shape::Enum(TaskDefinitionField::NAMES), length: Bounds::ANY };

static TASK_DEFINITION_PLACEMENT_CONSTRAINT: Structure = Structure {
    name: "TaskDefinitionPlacementConstraint",
    members: &[
        Member::optional("type", Shape::Enum(TaskDefinitionPlacementConstraintType::NAMES)),
        Member::optional("expression", Shape::String(Bounds::ANY)),
    ],
};

static TASK_DEFINITION_PLACEMENT_CONSTRAINTS: List =
    List { of: Shape::Structure(&TASK_DEFINITION_PLACEMENT_CONSTRAINT), length: Bounds::ANY };

static TASK_FIELD_LIST: List = List { of: Shape::Enum(TaskField::NAMES), length: Bounds::ANY };

static TASK_MANAGED_EBS_VOLUME_CONFIGURATION: Structure = Structure {
    name: "TaskManagedEBSVolumeConfiguration",
    members: &[
        Member::optional("encrypted", Shape::Boolean),
        Member::optional("kmsKeyId", Shape::String(Bounds::ANY)),
        Member::optional("volumeType", Shape::String(Bounds::ANY)),
        Member::optional("sizeInGiB", Shape::Integer(Bounds::ANY)),
        Member::optional("snapshotId", Shape::String(Bounds::ANY)),
        Member::optional("volumeInitializationRate", Shape::Integer(Bounds::ANY)),
        Member::optional("iops", Shape::Integer(Bounds::ANY)),
        Member::optional("throughput", Shape::Integer(Bounds::ANY)),
        Member::optional("tagSpecifications", Shape::List(&EBS_TAG_SPECIFICATIONS)),
        Member::required("roleArn", Shape::String(Bounds::ANY)),
        Member::optional("terminationPolicy", Shape::Structure(&TASK_MANAGED_EBS_VOLUME_TERMINATION_POLICY)),
        Member::optional("filesystemType", Shape::Enum(TaskFilesystemType::NAMES)),
    ],
};

static TASK_MANAGED_EBS_VOLUME_TERMINATION_POLICY: Structure = Structure {
    name: "TaskManagedEBSVolumeTerminationPolicy",
    members: &[Member::required("deleteOnTermination", Shape::Boolean)],
};

static TASK_OVERRIDE: Structure = Structure {
    name: "TaskOverride",
    members: &[
        Member::optional("containerOverrides", Shape::List(&CONTAINER_OVERRIDES)),
        Member::optional("cpu", Shape::String(Bounds::ANY)),
        Member::optional("inferenceAcceleratorOverrides", Shape::List(&INFERENCE_ACCELERATOR_OVERRIDES)),
        Member::optional("executionRoleArn", Shape::String(Bounds::ANY)),
        Member::optional("memory", Shape::String(Bounds::ANY)),
        Member::optional("taskRoleArn", Shape::String(Bounds::ANY)),
        Member::optional("ephemeralStorage", Shape::Structure(&EPHEMERAL_STORAGE)),
    ],
};

static TASK_VOLUME_CONFIGURATION: Structure = Structure {
    name: "TaskVolumeConfiguration",
    members: &[
        Member::required("name", Shape::String(Bounds::ANY)),
        Member::optional("managedEBSVolume", Shape::Structure(&TASK_MANAGED_EBS_VOLUME_CONFIGURATION)),
    ],
};

static TASK_VOLUME_CONFIGURATIONS: List =
    List { of: Shape::Structure(&TASK_VOLUME_CONFIGURATION), length: Bounds::ANY };

static TMPFS: Structure = Structure {
    name: "Tmpfs",
    members: &[
        Member::required("containerPath", Shape::String(Bounds::ANY)),
        Member::required("size", Shape::Integer(Bounds::ANY)),
        Member::optional("mountOptions", Shape::List(&STRING_LIST)),
    ],
};

static TMPFS_LIST: List = List { of: Shape::Structure(&TMPFS), length: Bounds::ANY };

static TOTAL_LOCAL_STORAGE_GB_REQUEST: Structure = Structure {
    name: "TotalLocalStorageGBRequest",
    members: &[Member::optional("min", Shape::Double), Member::optional("max", Shape::Double)],
};

static ULIMIT: Structure = Structure {
    name: "Ulimit",
    members: &[
        Member::required("name", Shape::Enum(UlimitName::NAMES)),
        Member::required("softLimit", Shape::Integer(Bounds::ANY)),
        Member::required("hardLimit", Shape::Integer(Bounds::ANY)),
    ],
};

static ULIMIT_LIST: List = List { of: Shape::Structure(&ULIMIT), length: Bounds::ANY };

static UNTAG_RESOURCE_REQUEST: Structure = Structure {
    name: "UntagResourceRequest",
    members: &[
        Member::required("resourceArn", Shape::String(Bounds::ANY)),
        Member::required("tagKeys", Shape::List(&TAG_KEYS)),
    ],
};

static UPDATE_CAPACITY_PROVIDER_REQUEST: Structure = Structure {
    name: "UpdateCapacityProviderRequest",
    members: &[
        Member::required("name", Shape::String(Bounds::ANY)),
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::optional("autoScalingGroupProvider", Shape::Structure(&AUTO_SCALING_GROUP_PROVIDER_UPDATE)),
        Member::optional(
            "managedInstancesProvider",
            Shape::Structure(&UPDATE_MANAGED_INSTANCES_PROVIDER_CONFIGURATION),
        ),
    ],
};

static UPDATE_CLUSTER_REQUEST: Structure = Structure {
    name: "UpdateClusterRequest",
    members: &[
        Member::required("cluster", Shape::String(Bounds::ANY)),
        Member::optional("settings", Shape::List(&CLUSTER_SETTINGS)),
        Member::optional("configuration", Shape::Structure(&CLUSTER_CONFIGURATION)),
        Member::optional(
            "serviceConnectDefaults",
            Shape::Structure(&CLUSTER_SERVICE_CONNECT_DEFAULTS_REQUEST),
        ),
    ],
};

static UPDATE_CLUSTER_SETTINGS_REQUEST: Structure = Structure {
    name: "UpdateClusterSettingsRequest",
    members: &[
        Member::required("cluster", Shape::String(Bounds::ANY)),
        Member::required("settings", Shape::List(&CLUSTER_SETTINGS)),
    ],
};

static UPDATE_CONTAINER_AGENT_REQUEST: Structure = Structure {
    name: "UpdateContainerAgentRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::required("containerInstance", Shape::String(Bounds::ANY)),
    ],
};

static UPDATE_CONTAINER_INSTANCES_STATE_REQUEST: Structure = Structure {
    name: "UpdateContainerInstancesStateRequest",
    members: &[
        Member::optional("cluster", Shape::String(Bounds::ANY)),
        Member::required("containerInstances", Shape::List(&STRING_LIST)),
        Member::required("status", Shape::Enum(ContainerInstanceStatus::NAMES)),
    ],
};

static UPDATE_MANAGED_INSTANCES_PROVIDER_CONFIGURATION: Structure = Structure {
    name: "UpdateManagedInstancesProviderConfiguration",
    members: &[
        Member::required("infrastructureRoleArn", Shape::String(Bounds::ANY)),
        Member::required("instanceLaunchTemplate", Shape::Structure(&INSTANCE_LAUNCH_TEMPLATE_UPDATE)),
        Member::optional("propagateTags", Shape::Enum(PropagateMiTags::NAMES)),
        Member::optional("infrastructureOptimization", Shape::Structure(&INFRASTRUCTURE_OPTIMIZATION)),
        Member::optional("autoRepairConfiguration", Shape::Structure(&AUTO_REPAIR_CONFIGURATION)),
    ],
};

static UPDATE_TASK_PROTECTION_REQUEST: Structure = Structure {
    name: "UpdateTaskProtectionRequest",
    members: &[
        Member::required("cluster", Shape::String(Bounds::ANY)),
        Member::required("tasks", Shape::List(&STRING_LIST)),
        Member::required("protectionEnabled", Shape::Boolean),
        Member::optional("expiresInMinutes", Shape::Integer(Bounds::ANY)),
    ],
};

static V_CPU_COUNT_RANGE_REQUEST: Structure = Structure {
    name: "VCpuCountRangeRequest",
    members: &[
        Member::required("min", Shape::Integer(Bounds::ANY)),
        Member::optional("max", Shape::Integer(Bounds::ANY)),
    ],
};

static VERSION_INFO: Structure = Structure {
    name: "VersionInfo",
    members: &[
        Member::optional("agentVersion", Shape::String(Bounds::ANY)),
        Member::optional("agentHash", Shape::String(Bounds::ANY)),
        Member::optional("dockerVersion", Shape::String(Bounds::ANY)),
    ],
};

static VOLUME: Structure = Structure {
    name: "Volume",
    members: &[
        Member::optional("name", Shape::String(Bounds::ANY)),
        Member::optional("host", Shape::Structure(&HOST_VOLUME_PROPERTIES)),
        Member::optional("dockerVolumeConfiguration", Shape::Structure(&DOCKER_VOLUME_CONFIGURATION)),
        Member::optional("efsVolumeConfiguration", Shape::Structure(&EFS_VOLUME_CONFIGURATION)),
        Member::optional("s3filesVolumeConfiguration", Shape::Structure(&S3_FILES_VOLUME_CONFIGURATION)),
        Member::optional(
            "fsxWindowsFileServerVolumeConfiguration",
            Shape::Structure(&F_SX_WINDOWS_FILE_SERVER_VOLUME_CONFIGURATION),
        ),
        Member::optional("configuredAtLaunch", Shape::Boolean),
    ],
};

static VOLUME_FROM: Structure = Structure {
    name: "VolumeFrom",
    members: &[
        Member::optional("sourceContainer", Shape::String(Bounds::ANY)),
        Member::optional("readOnly", Shape::Boolean),
    ],
};

static VOLUME_FROM_LIST: List = List { of: Shape::Structure(&VOLUME_FROM), length: Bounds::ANY };

static VOLUME_LIST: List = List { of: Shape::Structure(&VOLUME), length: Bounds::ANY };
