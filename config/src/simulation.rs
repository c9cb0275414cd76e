//! What the simulated world looks like: pure data, for those who build simulators from it.

pub use footman_core::catalogue::Platform;

use crate::source::Place;
use footman_core::{
    catalogue::{self, FargatePrices, InstanceType},
    time::Millis,
    units::Mib,
};
use std::sync::Arc;

/// The simulated world that a configuration describes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SimulationSettings {
    /// The ECS clusters that the templates run on.
    pub clusters: Vec<ClusterSettings>,
    /// What the policy's templates ask of ECS, in the policy's order.
    pub templates: Vec<TemplateSettings>,
    /// Every instance type that a cluster names or the configuration describes, and what it is.
    pub instance_types: Vec<Arc<InstanceType>>,
    /// What Fargate costs: the list prices, with the user's own in their place.
    pub fargate_prices: FargatePrices,
}

impl SimulationSettings {
    /// The instance type called `name`: as the configuration has it, else as it is known; `None` where nobody knows it.
    pub fn instance_type(&self, name: &str) -> Option<Arc<InstanceType>> {
        let own = self.instance_types.iter().find(|kind| *kind.name == *name).cloned();
        own.or_else(|| catalogue::instance_type(name).map(Arc::new))
    }
}

/// One ECS cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterSettings {
    /// Its name (the last part of its ARN).
    pub name: Arc<str>,
    /// Whether nobody described it, and what follows is an assumption that a warning names.
    pub assumed: bool,
    /// Container instances that are always there.
    pub instances: Vec<InstancePool>,
    /// Auto-scaling groups behind capacity providers.
    pub auto_scaling_groups: Vec<AutoScalingGroup>,
    /// `defaultCapacityProviderStrategy`: what a task without launch type and strategy runs by.
    pub default_strategy: Vec<StrategyItem>,
}

/// Container instances of one type that are always there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstancePool {
    /// Their type: a name in [`SimulationSettings::instance_types`].
    pub instance_type: Arc<str>,
    /// How many.
    pub count: u32,
}

/// An auto-scaling group behind a capacity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoScalingGroup {
    /// The capacity provider's name.
    pub capacity_provider: Arc<str>,
    /// The types it launches, the preferred first: names in [`SimulationSettings::instance_types`].
    pub instance_types: Vec<Arc<str>>,
    /// The least instances.
    pub min: u32,
    /// The most instances.
    pub max: u32,
    /// Instances at the start.
    pub desired: u32,
    /// Whether its instances are EC2 Spot.
    pub spot: bool,
    /// Managed scaling; `None` where it is DISABLED.
    pub managed_scaling: Option<ManagedScaling>,
}

/// `managedScaling` of a capacity provider.
///
/// Defaults are those of the Amazon ECS API Reference, "ManagedScaling", read 2026-11-23.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManagedScaling {
    /// `targetCapacity`, percent, 1 to 100.
    pub target_capacity: u8,
    /// `minimumScalingStepSize`.
    pub step_min: u32,
    /// `maximumScalingStepSize`.
    pub step_max: u32,
    /// `instanceWarmupPeriod`.
    pub warmup: Millis,
}

impl Default for ManagedScaling {
    fn default() -> Self {
        Self { target_capacity: 100, step_min: 1, step_max: 10_000, warmup: Millis::from_secs(300) }
    }
}

/// What a template asks of ECS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSettings {
    /// Its cluster's place in [`SimulationSettings::clusters`].
    pub cluster: usize,
    /// The task definition's family.
    pub family: Arc<str>,
    /// Where the task runs.
    pub compute: Compute,
    /// `networkMode` of the task definition.
    pub network: NetworkMode,
    /// The operating system and processor it needs.
    pub platform: Platform,
    /// `placementStrategy`, in order.
    pub placement: Vec<PlacementStrategy>,
    /// `placementConstraints`, each of which holds.
    pub constraints: Vec<PlacementConstraint>,
    /// The image, for the image cache of an instance.
    pub image: Arc<str>,
    /// How much of it is pulled.
    pub image_size: Mib,
    /// Ephemeral storage on Fargate, GiB; 20 is free.
    pub ephemeral_storage_gib: u32,
    /// Host ports that it holds exclusively, in bridge and host mode.
    pub host_ports: Vec<u16>,
}

/// Where a task runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compute {
    /// `launchType`.
    LaunchType(LaunchType),
    /// `capacityProviderStrategy`.
    Strategy(Vec<StrategyItem>),
    /// Neither is sent: the cluster's default strategy.
    ClusterDefault,
}

/// `launchType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum LaunchType {
    /// EC2 container instances.
    #[default]
    Ec2,
    /// Fargate.
    Fargate,
    /// ECS Anywhere.
    External,
}

/// One entry of a capacity provider strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrategyItem {
    /// The capacity provider; `FARGATE` and `FARGATE_SPOT` are AWS's own.
    pub provider: Arc<str>,
    /// How many tasks run on it before the weights count.
    pub base: u32,
    /// Its share of the others.
    pub weight: u32,
}

/// `networkMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum NetworkMode {
    /// Docker's bridge; ECS's default on Linux.
    #[default]
    Bridge,
    /// The instance's own network.
    Host,
    /// A network interface for each task.
    Awsvpc,
    /// No network.
    None,
}

/// One rule of `placementStrategy`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlacementStrategy {
    /// `binpack` on `cpu`.
    BinpackCpu,
    /// `binpack` on `memory`.
    BinpackMemory,
    /// `spread` over `instanceId`, `host` or `attribute:NAME`.
    Spread(Arc<str>),
    /// `random`.
    Random,
}

/// One entry of `placementConstraints`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlacementConstraint {
    /// `distinctInstance`: each task of the group on an instance of its own.
    DistinctInstance,
    /// `memberOf`: only instances for which the expression holds.
    MemberOf(PlacementExpression),
}

/// An expression of the cluster query language, as it stands in a file: whoever uses it reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementExpression {
    /// Its text.
    pub text: Arc<str>,
    /// Where it stands.
    pub place: Place,
}
