//! Worlds without a configuration: one template that takes any build, on a cluster named in a word.

mod cluster;
pub mod example;

pub use cluster::{ClusterSpec, ClusterSpecError};

use crate::world::Labels;
use footman_config::Loaded;
use footman_config::simulation::{
    AutoScalingGroup, ClusterSettings, Compute, InstancePool, LaunchType, ManagedScaling, NetworkMode,
    PlacementStrategy, Platform, SimulationSettings, StrategyItem, TemplateSettings,
};
use footman_core::{
    Policy, catalogue,
    id::OwnerId,
    label::{LabelSet, OverrideRules},
    policy::{Breaker, Deadlines, Limit, Pace, Reuse, Template},
    units::{CpuUnits, Mib, MicroUsd, Size},
};
use std::sync::Arc;

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
    /// One template of `size` that takes any build, with an image of `image` MiB, on `cluster`.
    pub fn any(cluster: &ClusterSpec, size: Size, image: Mib) -> Self {
        let template = TemplateSettings {
            cluster: 0,
            family: "footman-any".into(),
            compute: Compute::ClusterDefault,
            network: NetworkMode::Bridge,
            platform: Platform::LinuxX86,
            placement: vec![PlacementStrategy::BinpackCpu],
            constraints: Vec::new(),
            image: "jenkins/inbound-agent".into(),
            image_size: image,
            ephemeral_storage_gib: 20,
            host_ports: Vec::new(),
        };
        let described = SimulationSettings { templates: vec![template], ..SimulationSettings::default() };
        Self { policy: policy(size), described, labels: Labels::Any }.on(cluster)
    }

    /// The same templates, all of them on `cluster` and nowhere else.
    ///
    /// On Fargate a template takes the smallest size offered that holds it.
    #[must_use]
    pub fn on(&self, cluster: &ClusterSpec) -> Self {
        let mut moved = self.clone();
        let (settings, compute) = described(cluster);
        let fargate = matches!(cluster, ClusterSpec::Fargate | ClusterSpec::FargateSpot);
        let sizes: Arc<[Size]> = if fargate { catalogue::fargate_sizes(false).into() } else { Arc::new([]) };
        for (template, asked) in moved.policy.templates.iter_mut().zip(&mut moved.described.templates) {
            let was_fargate = !template.overrides.sizes.is_empty();
            template.fargate = fargate;
            if fargate {
                template.size = catalogue::fargate_nearest(template.size, false);
                asked.network = NetworkMode::Awsvpc;
            } else if was_fargate {
                asked.network = NetworkMode::Bridge;
            }
            template.overrides.sizes = Arc::clone(&sizes);
            // All places are this one cluster.
            template.has_alternatives = false;
            asked.cluster = 0;
            asked.compute = compute.clone();
        }
        moved.described.clusters = vec![settings];
        moved
    }
}

impl From<Loaded> for Setup {
    /// What a configuration describes; a trace's labels are expressions then, mapped by its `labelMap`.
    fn from(loaded: Loaded) -> Self {
        let mapped = loaded.label_map.iter().map(|(from, to)| (Arc::clone(from), Arc::clone(&to.text)));
        let labels = Labels::Expressions { mapped: mapped.collect() };
        Self { policy: loaded.policy, described: loaded.simulation, labels }
    }
}

/// A policy without limits, of one template that takes builds of any size.
fn policy(size: Size) -> Policy {
    let template = Template {
        cloud: "footman".into(),
        name: ANY.into(),
        labels: LabelSet::new([ANY]),
        serves_unlabelled: true,
        fargate: false,
        rank: 0,
        size,
        price_per_hour: MicroUsd::ZERO,
        limit: Limit::default(),
        has_alternatives: false,
        min_idle: 0,
        reuse: Reuse::OneShot,
        overrides: OverrideRules {
            cpu_max: Some(CpuUnits::MAX),
            memory_max: Some(Mib::MAX),
            session_idle: None,
            sizes: Arc::new([]),
            ..OverrideRules::default()
        },
        allow_jobs: None,
        active_hours: None,
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

fn described(cluster: &ClusterSpec) -> (ClusterSettings, Compute) {
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
    let compute = match cluster {
        ClusterSpec::Fargate => Compute::LaunchType(LaunchType::Fargate),
        ClusterSpec::FargateSpot => strategy("FARGATE_SPOT"),
        ClusterSpec::Static { instance_type, count } => {
            settings.instances.push(InstancePool { instance_type: Arc::clone(instance_type), count: *count });
            Compute::LaunchType(LaunchType::Ec2)
        }
        ClusterSpec::Group { instance_type, min, max } => {
            settings.auto_scaling_groups.push(AutoScalingGroup {
                capacity_provider: "group".into(),
                instance_types: vec![Arc::clone(instance_type)],
                min: *min,
                max: *max,
                desired: *min,
                spot: false,
                managed_scaling: Some(ManagedScaling::default()),
            });
            strategy("group")
        }
    };
    (settings, compute)
}
