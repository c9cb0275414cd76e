//! Worlds without a configuration: one template that takes any build, on a cluster named in a word.

mod cluster;

pub use cluster::{ClusterSpec, ClusterSpecError};

use crate::world::Labels;
use footman_config::simulation::{
    AutoScalingGroup, ClusterSettings, Compute, InstancePool, LaunchType, ManagedScaling, NetworkMode,
    Platform, SimulationSettings, StrategyItem, TemplateSettings,
};
use footman_core::{
    Policy,
    id::OwnerId,
    label::{LabelSet, OverrideRules},
    policy::{Breaker, Deadlines, Limit, Pace, Reuse, Template},
    units::{CpuUnits, Mib, MicroUsd, Size},
};

/// The label of the one template.
const ANY: &str = "any";

/// The CPU and memory of a build where nothing says otherwise: 2 vCPU and 4 GiB.
pub const DEFAULT_SIZE: Size = Size::new(CpuUnits::from_vcpus(2), Mib::from_gib(4));

/// How much of an agent's image is pulled where nothing says otherwise: the size of a Jenkins agent image with a JDK
/// and little else, compressed.
pub const DEFAULT_IMAGE: Mib = Mib::new(400);

/// A policy, the clusters it runs on, and how builds ask for nodes.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What the core decides by.
    pub policy: Policy,
    /// The clusters, and what the templates ask of ECS.
    pub described: SimulationSettings,
    /// How builds ask for nodes.
    pub labels: Labels,
}

impl Setup {
    /// One template of `size` that takes any build, with an image of `image` MiB, on the cluster `cluster`.
    pub fn any(cluster: &ClusterSpec, size: Size, image: Mib) -> Self {
        let (settings, compute, network) = described(cluster);
        let sizes = match cluster {
            ClusterSpec::Fargate | ClusterSpec::FargateSpot => footman_config::fargate::sizes(false),
            ClusterSpec::Static { .. } | ClusterSpec::Group { .. } => Vec::new(),
        };
        let template = TemplateSettings {
            cluster: 0,
            family: "footman-any".into(),
            compute,
            network,
            platform: Platform::LinuxX86,
            placement: vec![footman_config::simulation::PlacementStrategy::BinpackCpu],
            image: "jenkins/inbound-agent".into(),
            image_size: image,
            ephemeral_storage_gib: 20,
            host_ports: Vec::new(),
        };
        let described = SimulationSettings {
            clusters: vec![settings],
            templates: vec![template],
            instance_types: Vec::new(),
        };
        Self { policy: policy(size, sizes), described, labels: Labels::Any }
    }
}

/// A policy without limits, of one template that takes builds of any size.
fn policy(size: Size, sizes: Vec<Size>) -> Policy {
    let template = Template {
        cloud: "footman".into(),
        name: ANY.into(),
        labels: LabelSet::new([ANY]),
        serves_unlabelled: true,
        rank: 0,
        size,
        price_per_hour: MicroUsd::ZERO,
        limit: Limit::default(),
        min_idle: 0,
        reuse: Reuse::OneShot,
        overrides: OverrideRules {
            cpu_max: Some(CpuUnits::MAX),
            memory_max: Some(Mib::MAX),
            sizes: sizes.into(),
        },
    };
    Policy {
        owner: OwnerId::from("footman"),
        templates: vec![template],
        limit: Limit::default(),
        shared_limits: Vec::new(),
        pace: Pace::default(),
        deadlines: Deadlines::default(),
        breaker: Breaker::default(),
        attempts_max: 10,
    }
}

fn described(cluster: &ClusterSpec) -> (ClusterSettings, Compute, NetworkMode) {
    let mut settings = ClusterSettings {
        name: "footman".into(),
        assumed: false,
        instances: Vec::new(),
        auto_scaling_groups: Vec::new(),
        default_strategy: Vec::new(),
    };
    let strategy = |provider: &str| {
        Compute::Strategy(vec![StrategyItem { provider: provider.into(), base: 0, weight: 1 }])
    };
    let (compute, network) = match cluster {
        ClusterSpec::Fargate => (Compute::LaunchType(LaunchType::Fargate), NetworkMode::Awsvpc),
        ClusterSpec::FargateSpot => (strategy("FARGATE_SPOT"), NetworkMode::Awsvpc),
        ClusterSpec::Static { instance_type, count } => {
            settings.instances.push(InstancePool { instance_type: instance_type.clone(), count: *count });
            (Compute::LaunchType(LaunchType::Ec2), NetworkMode::Bridge)
        }
        ClusterSpec::Group { instance_type, min, max } => {
            settings.auto_scaling_groups.push(AutoScalingGroup {
                capacity_provider: "group".into(),
                instance_types: vec![instance_type.clone()],
                min: *min,
                max: *max,
                desired: *min,
                spot: false,
                managed_scaling: Some(ManagedScaling::default()),
            });
            (strategy("group"), NetworkMode::Bridge)
        }
    };
    (settings, compute, network)
}
