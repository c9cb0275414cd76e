//! The operations that are not answered, and how that is said.

use super::wire::Refusal;

/// Operations of ECS that the face does not answer (the model of botocore 1.43.11, read 2026-11-23); a name that is not
/// here and is not answered is none of ECS's.
#[rustfmt::skip]
const UNANSWERED: [&str; 76] = [
    "AssociateGatewayWithCluster", "ContinueServiceDeployment", "CreateCapacityProvider", "CreateDaemon",
    "CreateExpressGatewayService", "CreateGateway", "CreateService", "CreateTaskSet", "DeleteAccountSetting",
    "DeleteAttributes", "DeleteCapacityProvider", "DeleteCluster", "DeleteDaemon",
    "DeleteDaemonTaskDefinition", "DeleteExpressGatewayService", "DeleteGateway", "DeleteService",
    "DeleteTaskDefinitions", "DeleteTaskSet", "DeregisterContainerInstance", "DeregisterTaskDefinition",
    "DescribeCapacityProviders", "DescribeDaemon", "DescribeDaemonDeployments", "DescribeDaemonRevisions",
    "DescribeDaemonTaskDefinition", "DescribeExpressGatewayService", "DescribeGateway",
    "DescribeGatewayResources", "DescribeGatewayRoute", "DescribeServiceDeployments",
    "DescribeServiceRevisions", "DescribeServices", "DescribeTaskSets", "DisassociateGatewayFromCluster",
    "DiscoverPollEndpoint", "ExecuteCommand", "GetTaskProtection", "ListAccountSettings", "ListAttributes",
    "ListDaemonDeployments", "ListDaemonTaskDefinitions", "ListDaemons", "ListGatewayClusterAssociations",
    "ListGatewayRoutes", "ListGateways", "ListServiceDeployments", "ListServices", "ListServicesByNamespace",
    "ListTagsForResource", "ListTaskDefinitionFamilies", "PutAccountSetting", "PutAccountSettingDefault",
    "PutAttributes", "PutClusterCapacityProviders", "RegisterContainerInstance",
    "RegisterDaemonTaskDefinition", "StartTask", "StopServiceDeployment", "SubmitAttachmentStateChanges",
    "SubmitContainerStateChange", "SubmitTaskStateChange", "TagResource", "UntagResource",
    "UpdateCapacityProvider", "UpdateCluster", "UpdateClusterSettings", "UpdateContainerAgent",
    "UpdateContainerInstancesState", "UpdateDaemon", "UpdateExpressGatewayService", "UpdateGateway",
    "UpdateService", "UpdateServicePrimaryTaskSet", "UpdateTaskProtection", "UpdateTaskSet",
];

/// The answer to an operation that ECS does not have.
pub(super) fn unknown(name: &str) -> Refusal {
    Refusal::wire("UnknownOperationException", format!("ECS has no operation `{name}`."))
}

/// The answer to an operation that is not answered.
pub(super) fn unanswered(name: &str) -> Refusal {
    if UNANSWERED.contains(&name) {
        return Refusal::unsupported(format!("The simulator does not answer {name}."));
    }
    unknown(name)
}
