//! `RunTask` and `StopTask`: what they are given and what they answer.

use crate::{
    Memo,
    fleet::Zones,
    id::{ClusterId, DefinitionId, EntityKey, InstanceId, ProviderId, TaskId},
    placement::PlacementStrategy,
    query::Expression,
};
use footman_core::units::{CpuUnits, Mib};
use smallvec::SmallVec;
use std::{borrow::Cow, sync::Arc};

/// A tag: key and value.
pub type Tag = (Arc<str>, Arc<str>);

/// The tags of a task; one is kept without an allocation.
pub type Tags = SmallVec<[Tag; 1]>;

/// What `RunTask` is given.
///
/// Made by [`RunTask::new`] and changed by its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunTask {
    /// `cluster`.
    pub cluster: ClusterId,
    /// `taskDefinition`.
    pub definition: DefinitionId,
    /// `count`: 1 to 10.
    pub count: u8,
    /// `launchType` or `capacityProviderStrategy`.
    pub capacity: Capacity,
    /// `overrides.cpu`, at the task level.
    pub cpu: Option<CpuUnits>,
    /// `overrides.memory`, at the task level.
    pub memory: Option<Mib>,
    /// `resourceRequirements` of type GPU of each container, in the order of the definition, where overrides change one;
    /// those of the definition where it is absent.
    pub gpus: Option<Arc<[u32]>>,
    /// `startedBy`: at most 128 of `[A-Za-z0-9-_/]`.
    pub started_by: Option<Arc<str>>,
    /// `group`; `family:FAMILY` where it is absent.
    pub group: Option<Arc<str>>,
    /// `clientToken`: at most 64 ASCII characters from 33 to 126.
    pub client_token: Option<Arc<str>>,
    /// `tags`.
    pub tags: Tags,
    /// `networkConfiguration`: required for `awsvpc`, refused otherwise.
    pub network: Option<Network>,
    /// `placementStrategy` and `placementConstraints`; `random` and none where it is absent. Calls that share one
    /// value are the cheapest.
    pub placement: Option<Arc<Placement>>,
    /// What else the caller gave that decides nothing here, such as the environment of a container: kept, shown with
    /// the task, and part of what a token is compared by.
    pub memo: Option<Memo>,
    /// What the randomness of the first task is keyed by; the others of one call follow it. The task's own number
    /// where it is absent. No parameter of AWS's, and no part of what a token is compared by.
    pub key: Option<EntityKey>,
}

impl RunTask {
    /// One task of `definition` in `cluster`, and the cluster's default capacity.
    pub fn new(cluster: ClusterId, definition: DefinitionId) -> Self {
        Self {
            cluster,
            definition,
            count: 1,
            capacity: Capacity::ClusterDefault,
            cpu: None,
            memory: None,
            gpus: None,
            started_by: None,
            group: None,
            client_token: None,
            tags: Tags::new(),
            network: None,
            placement: None,
            memo: None,
            key: None,
        }
    }

    /// The zones that its subnets are in.
    pub(crate) fn zones(&self) -> Zones {
        self.network.map_or(Zones::ANY, |network| network.zones)
    }
}

/// What `StartTask` is given: a `RunTask` that names its instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartTask {
    /// `containerInstances`: 1 to 10, a task on each.
    pub instances: Vec<InstanceId>,
    /// The rest; `count`, `capacity`, `placement` and `client_token` mean nothing here.
    pub request: RunTask,
}

/// Where a task is to run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Capacity {
    /// Neither is given: the cluster's default strategy, and EC2 where that is empty.
    ClusterDefault,
    /// `launchType`.
    Launch(LaunchType),
    /// `capacityProviderStrategy`.
    Strategy(SmallVec<[StrategyItem; 1]>),
}

/// `launchType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LaunchType {
    /// Container instances of the cluster.
    Ec2,
    /// Fargate, on demand.
    Fargate,
}

/// A capacity provider by what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    /// `FARGATE`.
    Fargate,
    /// `FARGATE_SPOT`.
    FargateSpot,
    /// An auto-scaling group.
    Group(ProviderId),
}

/// One item of a capacity provider strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StrategyItem {
    /// `capacityProvider`.
    pub provider: Provider,
    /// `weight`: 0 to 1,000.
    pub weight: u32,
    /// `base`: 0 to 100,000, and for one provider only.
    pub base: u32,
}

/// `networkConfiguration.awsvpcConfiguration`, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    /// How many subnets: 1 to 16.
    pub subnets: u8,
    /// How many security groups: 0 to 5.
    pub security_groups: u8,
    /// The zones that the subnets are in ([`Ecs::zones_of`](crate::Ecs::zones_of)).
    pub zones: Zones,
}

impl Network {
    /// So many subnets, which are in every zone, and security groups.
    pub const fn new(subnets: u8, security_groups: u8) -> Self {
        Self { subnets, security_groups, zones: Zones::ANY }
    }
}

/// How tasks are to be placed on container instances.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Placement {
    /// `placementStrategy`: at most 5.
    pub strategies: Vec<PlacementStrategy>,
    /// Whether `placementConstraints` has `distinctInstance`.
    pub distinct_instance: bool,
    /// The `memberOf` of `placementConstraints`, each of which must hold. With `distinctInstance` and those of the task
    /// definition at most 10.
    pub member_of: Vec<Expression>,
}

/// What `RunTask` answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunTaskAnswer {
    /// The tasks that were started, or that the token started before.
    pub tasks: SmallVec<[TaskId; 1]>,
    /// What could not be placed: one entry for each container instance tried.
    pub failures: Vec<Failure>,
    /// How many more failures there were when the token was first used; those older than an hour are only a number.
    pub failures_forgotten: u32,
    /// Whether this is the answer of an earlier call with the same token.
    pub replayed: bool,
}

/// One entry of `failures`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What `arn` names: what was tried or asked for, if anything.
    pub subject: FailureSubject,
    /// `reason`.
    pub reason: Cow<'static, str>,
}

/// What a failure is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailureSubject {
    /// Nothing in particular: Fargate as a whole.
    Nothing,
    /// A container instance.
    Instance(InstanceId),
    /// A task.
    Task(TaskId),
    /// Something that was asked for and cannot be read.
    Unknown(Arc<str>),
}
