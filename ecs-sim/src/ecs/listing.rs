//! Listing what an account has: clusters, task definitions, container instances, and their ARNs.

use super::{Ecs, ProviderUpdate, index, read::digits_of, setup::Cluster};
use crate::{
    api::{Provider, StrategyItem},
    definition::{DefinitionStatus, DefinitionTimes, TaskDefinition},
    draw::mix,
    fleet::Capabilities,
    id::{ClusterId, DefinitionId, InstanceId, ProviderId, TaskId},
    task::TaskView,
};
use footman_core::event::TaskStatus;
use std::sync::Arc;

/// Keeps the ARNs of instances apart from those of tasks.
const INSTANCE_SEAL: u64 = 0x696e_7374_616e_6365;

/// A cluster as `DescribeClusters` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClusterView<'a> {
    /// The number behind `clusterArn`.
    pub id: ClusterId,
    /// `clusterName`.
    pub name: &'a str,
    /// Whether its status is ACTIVE; INACTIVE once it was deleted.
    pub active: bool,
    /// `runningTasksCount`.
    pub running_tasks: u32,
    /// `pendingTasksCount`: tasks that do not run yet and are not told to stop.
    pub pending_tasks: u32,
    /// `capacityProviders` with a group behind them, in the order in which they were associated.
    pub providers: &'a [ProviderId],
    /// `defaultCapacityProviderStrategy`.
    pub default_strategy: &'a [StrategyItem],
}

/// A task definition as `DescribeTaskDefinition` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefinitionView<'a> {
    /// The number behind `taskDefinitionArn`.
    pub id: DefinitionId,
    /// What was registered.
    pub definition: &'a TaskDefinition,
    /// `revision`.
    pub revision: u32,
    /// `status`.
    pub status: DefinitionStatus,
    /// When it was registered, deregistered, and deleted: `registeredAt`, `deregisteredAt`, `deleteRequestedAt`.
    pub times: DefinitionTimes,
    /// Whether `compatibilities` has FARGATE.
    pub fargate: bool,
    /// What its tasks require of an instance; those with a name are `requiresAttributes`.
    pub requires: Capabilities,
}

impl Ecs {
    /// Every ACTIVE cluster, in the order of creation.
    pub fn clusters(&self) -> impl Iterator<Item = ClusterId> {
        let numbered = (0_u32..).map(ClusterId).zip(&self.clusters);
        numbered.filter(|(_, cluster)| cluster.active).map(|(id, _)| id)
    }

    /// The tasks of a cluster that have not stopped, as they truly are.
    pub fn live_tasks(&self, cluster: ClusterId) -> impl Iterator<Item = TaskView<'_>> {
        let records = self.tasks.live_records().filter(move |record| record.cluster == cluster);
        records.filter_map(|record| self.view(record.id, self.now))
    }

    /// A cluster. Counting its tasks takes a look at every task that has not stopped.
    pub fn cluster_view(&self, id: ClusterId) -> ClusterView<'_> {
        let Cluster { name, active, providers, default_strategy, .. } = self.cluster(id);
        let (mut running_tasks, mut pending_tasks) = (0, 0);
        for record in self.tasks.live_records().filter(|record| record.cluster == id) {
            match record.times.status(self.now) {
                TaskStatus::Running => running_tasks += 1,
                TaskStatus::Provisioning | TaskStatus::Pending | TaskStatus::Activating => {
                    pending_tasks += u32::from(record.times.stopping > self.now);
                }
                TaskStatus::Deactivating
                | TaskStatus::Stopping
                | TaskStatus::Deprovisioning
                | TaskStatus::Stopped => {}
            }
        }
        ClusterView { id, name, active: *active, running_tasks, pending_tasks, providers, default_strategy }
    }

    /// Every task definition, INACTIVE ones included, in the order of registration.
    pub fn task_definitions(&self) -> impl Iterator<Item = DefinitionId> {
        (0_u32..).map(DefinitionId).zip(&self.definitions).map(|(id, _)| id)
    }

    /// A task definition.
    pub fn task_definition_view(&self, id: DefinitionId) -> DefinitionView<'_> {
        let registered = self.definition(id);
        DefinitionView {
            id,
            definition: &registered.definition,
            revision: registered.revision,
            status: registered.status,
            times: registered.times,
            fargate: registered.fargate,
            requires: registered.need.requires,
        }
    }

    /// Every task of which something is kept, the oldest first.
    pub fn task_ids(&self) -> impl Iterator<Item = TaskId> {
        self.tasks.records_from(TaskId(0)).map(|record| record.id)
    }

    /// Every capacity provider with a group behind it that was not deleted, in the order of creation.
    pub fn capacity_providers(&self) -> impl Iterator<Item = ProviderId> {
        let numbered = (0_u32..).map(ProviderId).zip(&self.providers);
        numbered.filter(|(_, group)| group.update != ProviderUpdate::Deleted).map(|(id, _)| id)
    }

    /// The name of a capacity provider.
    pub fn provider_name(&self, provider: Provider) -> &str {
        match provider {
            Provider::Fargate => "FARGATE",
            Provider::FargateSpot => "FARGATE_SPOT",
            Provider::Group(id) => &self.providers[index(id.0)].spec.name,
        }
    }

    /// The container instances that are registered in a cluster, in the order of launch.
    pub fn container_instances(&self, cluster: ClusterId) -> impl Iterator<Item = InstanceId> {
        let registered =
            move |instance: &super::Instance| instance.cluster == cluster && instance.slot.is_some();
        self.instances_there().filter(move |(_, instance)| registered(instance)).map(|(id, _)| id)
    }

    /// The ARN of a container instance; its end is its number in a disguise, as that of a task.
    pub fn container_instance_arn(&self, cluster: &str, instance: InstanceId) -> Arc<str> {
        let (region, account) = (&self.settings.region, &self.settings.account);
        let seal = self.instance_seal(instance);
        let number = u64::from(instance.0) ^ mix(seal);
        let digits = digits_of(seal, number);
        let digits = std::str::from_utf8(&digits).expect("digits are ASCII");
        ["arn:aws:ecs:", region, ":", account, ":container-instance/", cluster, "/", digits].concat().into()
    }

    /// The container instance with this ARN or last part of it, if it is well formed and of this account; it may be
    /// gone.
    pub fn container_instance_of_arn(&self, arn: &str) -> Option<InstanceId> {
        let text = arn.rsplit_once('/').map_or(arn, |(_, text)| text);
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        let (seal, number) = text.split_at(16);
        let seal = u64::from_str_radix(seal, 16).ok()?;
        let number = u64::from_str_radix(number, 16).ok()? ^ mix(seal);
        let id = InstanceId(u32::try_from(number).ok()?);
        (self.instance_seal(id) == seal).then_some(id)
    }

    fn instance_seal(&self, instance: InstanceId) -> u64 {
        mix(u64::from(instance.0) ^ mix(self.seed ^ INSTANCE_SEAL))
    }
}
