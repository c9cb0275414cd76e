//! How an account is set up: clusters, task definitions, capacity providers.

use super::{Ecs, index, instances::check_zones, providers::check_scaling, scaling::Group, tags::Tagged};
use crate::{
    api::{ApiError, ErrorCode, Placement, Provider, StrategyItem},
    capacity::GroupProvider,
    definition::{DefinitionStatus, Registered, TaskDefinition},
    fleet::{Fleet, GroupId, Slot},
    id::{ClusterId, DefinitionId, InstanceId, ProviderId},
    placement::{ConstraintId, RuleId},
    query::Expression,
};
use footman_core::time::Timestamp;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

/// What a rule is made of: what the call says, the provider whose instances are meant, and the definition, where that has
/// constraints.
pub(crate) type PlacementKey = (Option<Arc<Placement>>, Option<ProviderId>, Option<DefinitionId>);

/// A cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) name: Arc<str>,
    pub(crate) active: bool,
    pub(crate) fleet: Fleet,
    /// Which instance is in each slot of the fleet.
    pub(crate) in_slot: Vec<InstanceId>,
    /// Instances that boot or are registered.
    pub(crate) instances: u32,
    /// Tasks that have not stopped.
    pub(crate) tasks: u32,
    /// Tasks that wait for capacity.
    pub(crate) waiting: u32,
    pub(crate) providers: Vec<ProviderId>,
    pub(crate) default_strategy: Vec<StrategyItem>,
    /// What the fleet calls the expressions that were asked for, those by provider included.
    pub(crate) constraints: IndexMap<Expression, ConstraintId, FxBuildHasher>,
    /// Whether the fleet is told how many tasks run on each instance: whether an expression asks for it.
    pub(crate) counts_running: bool,
    /// What the fleet calls the placements that were asked for, the latest ones.
    pub(crate) rules: Vec<(PlacementKey, RuleId)>,
}

/// Capacity providers of a cluster ("Amazon ECS service quotas", read 2026-11-23); also items of a strategy.
pub(super) const PROVIDERS_PER_CLUSTER_MAX: usize = 20;
/// `weight` of a strategy item (Amazon ECS API Reference, CapacityProviderStrategyItem).
const WEIGHT_MAX: u32 = 1_000;
/// `base` of a strategy item (Amazon ECS API Reference, CapacityProviderStrategyItem).
const BASE_MAX: u32 = 100_000;

impl Cluster {
    fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            active: true,
            fleet: Fleet::new(),
            in_slot: Vec::new(),
            instances: 0,
            tasks: 0,
            waiting: 0,
            providers: Vec::new(),
            default_strategy: Vec::new(),
            constraints: IndexMap::default(),
            counts_running: false,
            rules: Vec::new(),
        }
    }

    /// The instance in a slot of the fleet.
    pub(super) fn instance_in(&self, slot: Slot) -> InstanceId {
        self.in_slot[index(slot.index())]
    }
}

impl Ecs {
    /// Makes a cluster, outside of the API's buckets. A cluster of that name that is there already is the answer, as
    /// with ECS.
    ///
    /// # Errors
    ///
    /// Fails where ECS would refuse the name: 1 to 255 letters, digits, `-` and `_`.
    pub fn create_cluster(&mut self, name: &str) -> Result<ClusterId, ApiError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || name.len() > 255 || !name.chars().all(allowed) {
            return Err(ApiError::invalid("Invalid identifier: Identifier is invalid."));
        }
        if let Some(known) = self.clusters.iter().position(|c| c.active && &*c.name == name) {
            return Ok(cluster_id(known));
        }
        let mut cluster = Cluster::new(name);
        for (number, group) in (0..).zip(&self.groups) {
            cluster.fleet.name_group(GroupId(number), Arc::clone(group));
        }
        self.clusters.push(cluster);
        Ok(cluster_id(self.clusters.len() - 1))
    }

    /// The ACTIVE cluster of this name or ARN.
    ///
    /// # Errors
    ///
    /// Fails with `ClusterNotFoundException` where there is none, or it was deleted.
    pub fn find_cluster(&self, name: &str) -> Result<ClusterId, ApiError> {
        let name = name.rsplit_once("cluster/").map_or(name, |(_, name)| name);
        let found = self.clusters.iter().rposition(|c| &*c.name == name);
        match found {
            Some(place) if self.clusters[place].active => Ok(cluster_id(place)),
            Some(_) => Err(ApiError::new(ErrorCode::ClusterNotFound, "The referenced cluster was inactive.")),
            None => Err(ApiError::new(ErrorCode::ClusterNotFound, "Cluster not found.")),
        }
    }

    /// The name of a cluster.
    pub fn cluster_name(&self, cluster: ClusterId) -> &str {
        &self.cluster(cluster).name
    }

    /// Deletes a cluster, outside of the API's buckets.
    ///
    /// # Errors
    ///
    /// Fails while the cluster has tasks or container instances.
    pub fn delete_cluster(&mut self, cluster: ClusterId) -> Result<(), ApiError> {
        let found = self.cluster_mut(cluster);
        if found.tasks > 0 {
            return Err(ApiError::new(
                ErrorCode::ClusterContainsTasks,
                "The Cluster cannot be deleted while Tasks are active.",
            ));
        }
        if found.instances > 0 {
            return Err(ApiError::new(
                ErrorCode::ClusterContainsContainerInstances,
                "The Cluster cannot be deleted while Container Instances are active or draining.",
            ));
        }
        found.active = false;
        found.providers = Vec::new();
        found.default_strategy = Vec::new();
        self.tags.remove(&Tagged::Cluster(cluster));
        Ok(())
    }

    /// Registers a revision of a task definition, outside of the API's buckets.
    ///
    /// # Errors
    ///
    /// Fails where ECS would refuse it.
    pub fn register_task_definition(&mut self, definition: TaskDefinition) -> Result<DefinitionId, ApiError> {
        let of_family = self.definitions.iter().filter(|d| d.definition.family == definition.family);
        let revision = of_family.map(|d| d.revision).max().unwrap_or(0) + 1;
        let mut images = std::mem::take(&mut self.images);
        let registered = Registered::new(definition, revision, &mut images, |name| self.intern_group(name));
        self.images = images;
        let mut registered = registered?;
        registered.times.registered = Some(self.now);
        self.definitions.push(registered);
        Ok(DefinitionId(number(self.definitions.len() - 1)))
    }

    /// Makes a task definition INACTIVE, outside of the API's buckets. One that is so already stays as it is.
    pub fn deregister_task_definition(&mut self, definition: DefinitionId) {
        let now = self.now;
        let registered = &mut self.definitions[index(definition.0)];
        if registered.status == DefinitionStatus::Active {
            registered.status = DefinitionStatus::Inactive;
            registered.times.deregistered = Some(now);
        }
    }

    /// Deletes an INACTIVE task definition, outside of the API's buckets.
    ///
    /// # Errors
    ///
    /// Fails where it is ACTIVE (Amazon ECS API Reference, DeleteTaskDefinitions).
    pub fn delete_task_definition(&mut self, definition: DefinitionId) -> Result<(), ApiError> {
        let now = self.now;
        let registered = &mut self.definitions[index(definition.0)];
        if registered.status == DefinitionStatus::Active {
            return Err(ApiError::client(
                "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
            ));
        }
        registered.status = DefinitionStatus::DeleteInProgress;
        registered.times.delete_requested.get_or_insert(now);
        Ok(())
    }

    /// The task definition of this `family`, `family:revision` or ARN; without a revision the latest ACTIVE one.
    ///
    /// # Errors
    ///
    /// Fails with `ClientException` where there is none.
    pub fn find_task_definition(&self, name: &str) -> Result<DefinitionId, ApiError> {
        let name = name.rsplit_once("task-definition/").map_or(name, |(_, name)| name);
        let (family, revision) = match name.rsplit_once(':') {
            Some((family, revision)) => (family, Some(revision)),
            None => (name, None),
        };
        self.definitions
            .iter()
            .rposition(|d| {
                &*d.definition.family == family
                    && match revision {
                        Some(revision) => revision.parse() == Ok(d.revision),
                        None => d.status == DefinitionStatus::Active,
                    }
            })
            .map(|place| DefinitionId(number(place)))
            .ok_or_else(|| ApiError::client("TaskDefinition not found."))
    }

    /// `FAMILY:REVISION` of a task definition.
    pub fn task_definition_name(&self, definition: DefinitionId) -> String {
        self.definition(definition).name()
    }

    /// A task definition as it was registered.
    pub fn task_definition(&self, definition: DefinitionId) -> &TaskDefinition {
        &self.definition(definition).definition
    }

    /// Makes a capacity provider with the auto-scaling group behind it, outside of the API's buckets. The group's
    /// instances start to boot once the provider is associated with a cluster.
    ///
    /// # Errors
    ///
    /// Fails where ECS would refuse it, or an instance type is unknown.
    pub fn create_capacity_provider(&mut self, provider: GroupProvider) -> Result<ProviderId, ApiError> {
        let lower = provider.name.to_ascii_lowercase();
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if !(1..=255).contains(&lower.len())
            || !lower.chars().all(allowed)
            || ["aws", "ecs", "fargate"].iter().any(|prefix| lower.starts_with(prefix))
        {
            // aws-samples/aws-cdk-examples issue 628.
            return Err(ApiError::client(
                "The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters \
                 (upper and lowercase), numbers, underscores, and hyphens. The name cannot be prefixed with \"aws\", \
                 \"ecs\", or \"fargate\".",
            ));
        }
        if self.find_group_provider(&provider.name).is_some() {
            return Err(ApiError::client(
                "The specified capacity provider already exists. To change the configuration of an existing \
                 capacity provider, update the capacity provider.",
            ));
        }
        if provider.instances.is_empty() || provider.min > provider.max {
            return Err(ApiError::invalid(
                "The auto-scaling group has no instance types, or min is above max.",
            ));
        }
        for spec in &provider.instances {
            check_zones(spec)?;
        }
        check_scaling(provider.managed_scaling.as_ref())?;
        if provider.managed_scaling.is_none() && provider.termination_protection {
            return Err(ApiError::client(
                "The managed termination protection setting for the capacity provider is invalid. To enable managed \
                 termination protection for a capacity provider, managed scaling must be enabled.",
            ));
        }
        let id = number(self.providers.len());
        self.providers.push(Group::new(provider));
        Ok(ProviderId(id))
    }

    /// The capacity provider of this name.
    ///
    /// # Errors
    ///
    /// Fails with `ClientException` where there is none.
    pub fn find_capacity_provider(&self, name: &str) -> Result<Provider, ApiError> {
        match name {
            "FARGATE" => return Ok(Provider::Fargate),
            "FARGATE_SPOT" => return Ok(Provider::FargateSpot),
            _ => {}
        }
        // terraform-aws-modules/terraform-aws-ecs issue 53.
        let missing =
            "The specified capacity provider was not found. Specify a valid capacity provider and try again";
        self.find_group_provider(name).map(Provider::Group).ok_or_else(|| ApiError::client(missing))
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
        self.handle_timeout(now);
        if providers.len() > PROVIDERS_PER_CLUSTER_MAX {
            // aws-cloudformation/cloudformation-coverage-roadmap issue 1086.
            return Err(ApiError::invalid(
                "The maximum number of capacity providers per cluster has been exceeded.",
            ));
        }
        let old = self.cluster(cluster).providers.clone();
        if old.iter().any(|id| !providers.contains(id) && self.provider(*id).is_in_use()) {
            return Err(ApiError::new(
                ErrorCode::ResourceInUse,
                // aws/aws-cdk issue 15366.
                "The specified capacity provider is in use and cannot be removed.",
            ));
        }
        if providers.iter().any(|id| self.provider(*id).cluster.is_some_and(|other| other != cluster)) {
            return Err(ApiError::client("The auto-scaling group belongs to another cluster."));
        }
        cluster_strategy_is_valid(default_strategy, |id| providers.contains(&id))?;
        let target = self.cluster_mut(cluster);
        target.providers = providers.to_vec();
        target.default_strategy = default_strategy.to_vec();
        for &id in providers {
            if self.provider(id).cluster.is_none() {
                self.start_group(id, cluster);
            }
        }
        Ok(())
    }
}

/// Checks a capacity provider strategy (Amazon ECS API Reference, RunTask and CapacityProviderStrategyItem).
pub(super) fn cluster_strategy_is_valid(
    strategy: &[StrategyItem],
    associated: impl Fn(ProviderId) -> bool,
) -> Result<(), ApiError> {
    if strategy.len() > PROVIDERS_PER_CLUSTER_MAX {
        return Err(ApiError::invalid("A capacity provider strategy has at most 20 items."));
    }
    if strategy.iter().any(|item| item.weight > WEIGHT_MAX || item.base > BASE_MAX) {
        return Err(ApiError::invalid("The weight or base of a capacity provider strategy is out of range."));
    }
    if strategy.iter().filter(|item| item.base > 0).count() > 1 {
        return Err(ApiError::invalid("Only one capacity provider of a strategy can have a base."));
    }
    if strategy.len() > 1 && strategy.iter().all(|item| item.weight == 0) {
        return Err(ApiError::invalid(
            "At least one capacity provider of a strategy must have a weight above 0.",
        ));
    }
    let of_group = |item: &StrategyItem| match item.provider {
        Provider::Group(id) => Some(id),
        Provider::Fargate | Provider::FargateSpot => None,
    };
    let groups = strategy.iter().filter(|item| of_group(item).is_some()).count();
    if groups != 0 && groups != strategy.len() {
        return Err(ApiError::invalid("A strategy cannot mix Fargate with auto-scaling groups."));
    }
    if !strategy.iter().filter_map(of_group).all(associated) {
        return Err(ApiError::invalid("The specified capacity provider is not associated with the cluster."));
    }
    Ok(())
}

fn cluster_id(place: usize) -> ClusterId {
    ClusterId(number(place))
}

fn number(place: usize) -> u32 {
    u32::try_from(place).expect("clusters, definitions and providers are bounded by memory")
}
