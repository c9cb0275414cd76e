//! Describes the simulated world: clusters as `footman.yaml` describes them, or as the templates need them.

use crate::{
    code::Code,
    diagnostic::Diagnostic,
    footman::{
        Settings,
        object::{AutoScalingGroupKeys, ClusterKeys, InstanceTypeKeys, ManagedScalingChoice},
    },
    launch::FARGATE_PROVIDERS,
    near,
    reader::Reader,
    simulation::{
        AutoScalingGroup, ClusterSettings, Compute, InstancePool, LaunchType, ManagedScaling, StrategyItem,
        TemplateSettings,
    },
    source::Place,
};
use footman_core::{
    catalogue::{self, InstanceType},
    units::{NanoUsd, Size},
};
use std::sync::Arc;

/// The most container instances of a cluster (Amazon ECS service quotas, read 2026-11-23: 5,000, fixed).
const INSTANCES_MAX: u32 = 5000;
/// Instances of an assumed cluster, always on where tasks run by launch type.
const ASSUMED_COUNT: u32 = 10;
/// The most instances of an assumed auto-scaling group.
const ASSUMED_MAX: u32 = 100;
/// Types to assume, the smallest first.
const ASSUMED_TYPES: [&str; 5] = ["m6i.large", "m6i.xlarge", "m6i.2xlarge", "m6i.4xlarge", "m6i.8xlarge"];

/// A template's needs, with where messages about it point.
pub(crate) struct Tenant<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Where it stands.
    pub(crate) place: &'a Place,
    /// CPU and memory of its task.
    pub(crate) size: Size,
    /// What it asks of ECS.
    pub(crate) settings: &'a TemplateSettings,
}

/// The instance types of `footman.yaml` and those that are known anyhow.
pub(crate) struct Types {
    own: Vec<Arc<InstanceType>>,
    used: Vec<Arc<InstanceType>>,
}

impl Types {
    /// Reads `simulation.instanceTypes`.
    pub(crate) fn read(settings: &Settings, reader: &mut Reader<'_>) -> Self {
        let mut own = Vec::new();
        for (name, place, keys) in &settings.instance_types {
            own.extend(own_type(name, place, keys, reader));
        }
        Self { own, used: Vec::new() }
    }

    /// The type called `name`, remembered as used; where nobody knows it, that is said at `place`.
    fn find(&mut self, name: &str, place: &Place, reader: &mut Reader<'_>) -> Option<Arc<InstanceType>> {
        let own = self.own.iter().find(|kind| *kind.name == *name).cloned();
        let found = own.or_else(|| catalogue::instance_type(name).map(Arc::new));
        let Some(kind) = found else {
            let mut names: Vec<&str> = self.own.iter().map(|kind| &*kind.name).collect();
            for listed in catalogue::instance_type_names() {
                names.push(listed);
            }
            let help = near::nearest(name, &names).map_or_else(
                || "describe it under `simulation.instanceTypes`: cpu, memory, pricePerHour".to_owned(),
                |near| {
                    format!("did you mean `{near}`? Others are described under `simulation.instanceTypes`")
                },
            );
            let message = format!("size and price of the instance type `{name}` are not known");
            reader.say(Diagnostic::new(Code::UnknownInstanceType, Some(place), message).help(help));
            return None;
        };
        if self.used.iter().all(|used| used.name != kind.name) {
            self.used.push(Arc::clone(&kind));
        }
        Some(kind)
    }

    /// The used type called `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&InstanceType> {
        self.used.iter().map(|kind| &**kind).find(|kind| *kind.name == *name)
    }

    /// Those that a cluster names, then those that the configuration describes and no cluster names.
    pub(crate) fn into_all(self) -> Vec<Arc<InstanceType>> {
        let mut all = self.used;
        for kind in self.own {
            if all.iter().all(|used| used.name != kind.name) {
                all.push(kind);
            }
        }
        all
    }
}

/// An instance type of the user's own: a known one with other figures, or one described in full.
fn own_type(
    name: &Arc<str>,
    place: &Place,
    keys: &InstanceTypeKeys,
    reader: &mut Reader<'_>,
) -> Option<Arc<InstanceType>> {
    let known = catalogue::instance_type(name);
    let listed = known.clone().unwrap_or_else(|| InstanceType {
        name: Arc::clone(name),
        registered: Size::default(),
        price_per_hour: NanoUsd::ZERO,
        awsvpc_tasks: 2,
        awsvpc_tasks_trunked: 2,
    });
    let most = |tasks: u32| u16::try_from(tasks).unwrap_or(u16::MAX);
    let awsvpc_tasks = keys.awsvpc_tasks.map_or(listed.awsvpc_tasks, most);
    let kind = InstanceType {
        name: Arc::clone(name),
        registered: Size::new(
            keys.cpu.unwrap_or(listed.registered.cpu),
            keys.memory.unwrap_or(listed.registered.memory),
        ),
        price_per_hour: keys.price_per_hour.map_or(listed.price_per_hour, NanoUsd::from),
        awsvpc_tasks,
        awsvpc_tasks_trunked: listed.awsvpc_tasks_trunked.max(awsvpc_tasks),
    };
    let priced = keys.price_per_hour.is_some() || known.is_some();
    if kind.registered.cpu.is_zero() || kind.registered.memory.is_zero() || !priced {
        let message = format!("`{name}` is not known, so it needs `cpu`, `memory` and `pricePerHour`");
        reader.say(Diagnostic::new(Code::MissingKey, Some(place), message));
        return None;
    }
    Some(Arc::new(kind))
}

/// The cluster called `name`, with `tenants` on it; described in `settings`, or assumed.
pub(crate) fn cluster(
    name: &Arc<str>,
    tenants: &[Tenant<'_>],
    settings: &Settings,
    types: &mut Types,
    reader: &mut Reader<'_>,
) -> ClusterSettings {
    let described = settings.clusters.iter().find(|(own, ..)| own == name);
    let cluster = match described {
        Some((_, place, keys)) => described_cluster(name, place, keys, types, reader),
        None => assumed_cluster(name, tenants, types, reader),
    };
    for tenant in tenants {
        check_tenant(&cluster, tenant, types, reader);
    }
    cluster
}

/// A cluster as `footman.yaml` describes it.
fn described_cluster(
    name: &Arc<str>,
    place: &Place,
    keys: &ClusterKeys,
    types: &mut Types,
    reader: &mut Reader<'_>,
) -> ClusterSettings {
    let mut cluster = empty_cluster(name);
    for pool in &keys.instances {
        if pool.count > INSTANCES_MAX {
            let message =
                format!("a cluster has at most {INSTANCES_MAX} container instances, not {}", pool.count);
            reader.say(Diagnostic::new(Code::BadValue, Some(place), message));
            continue;
        }
        if let Some(kind) = types.find(&pool.kind, place, reader) {
            cluster.instances.push(InstancePool { instance_type: Arc::clone(&kind.name), count: pool.count });
        }
    }
    for group in &keys.auto_scaling_groups {
        cluster.auto_scaling_groups.extend(auto_scaling_group(group, place, types, reader));
    }
    cluster.default_strategy = keys
        .default_strategy
        .iter()
        .map(|item| StrategyItem {
            provider: item.provider.as_str().into(),
            base: item.base,
            weight: item.weight,
        })
        .collect();
    cluster
}

/// One auto-scaling group, its numbers checked.
fn auto_scaling_group(
    keys: &AutoScalingGroupKeys,
    place: &Place,
    types: &mut Types,
    reader: &mut Reader<'_>,
) -> Option<AutoScalingGroup> {
    let name = &keys.capacity_provider;
    let desired = keys.desired.unwrap_or(keys.min);
    let managed_scaling = match &keys.managed_scaling {
        Some(ManagedScalingChoice::Off) => None,
        None => Some(ManagedScaling::default()),
        Some(ManagedScalingChoice::On(own)) => Some(ManagedScaling {
            target_capacity: u8::try_from(own.target_capacity).unwrap_or(u8::MAX),
            step_min: own.min_step,
            step_max: own.max_step,
            warmup: own.warmup,
        }),
    };
    let wrong = [
        (name.is_empty(), "`capacityProvider` is missing"),
        (FARGATE_PROVIDERS.contains(&name.as_str()), "this name is AWS's own"),
        (keys.instance_types.is_empty(), "`instanceTypes` is missing"),
        (keys.max == 0 || keys.max < keys.min, "`max` must be at least 1 and at least `min`"),
        (keys.max > INSTANCES_MAX, "`max` is above 5000, the most container instances of a cluster"),
        (desired < keys.min || desired > keys.max, "`desired` must lie between `min` and `max`"),
        (
            managed_scaling.is_some_and(|it| !(1..=100).contains(&it.target_capacity)),
            "`targetCapacity` must lie between 1 and 100",
        ),
        (
            managed_scaling.is_some_and(|it| it.step_min == 0 || it.step_min > it.step_max),
            "`minStep` must be at least 1 and at most `maxStep`",
        ),
    ];
    if let Some((_, why)) = wrong.iter().find(|(wrong, _)| *wrong) {
        let message = format!("auto-scaling group `{name}`: {why}");
        reader.say(Diagnostic::new(Code::BadValue, Some(place), message));
        return None;
    }
    let kinds = keys.instance_types.iter().filter_map(|kind| types.find(kind, place, reader));
    Some(AutoScalingGroup {
        capacity_provider: name.as_str().into(),
        instance_types: kinds.map(|kind| Arc::clone(&kind.name)).collect(),
        min: keys.min,
        max: keys.max,
        desired,
        spot: keys.spot,
        managed_scaling,
    })
}

/// A cluster without anything.
fn empty_cluster(name: &Arc<str>) -> ClusterSettings {
    ClusterSettings {
        name: Arc::clone(name),
        assumed: false,
        instances: Vec::new(),
        auto_scaling_groups: Vec::new(),
        default_strategy: Vec::new(),
    }
}

/// A cluster that nobody described, with what `tenants` need: of the smallest type that holds two of the largest.
fn assumed_cluster(
    name: &Arc<str>,
    tenants: &[Tenant<'_>],
    types: &mut Types,
    reader: &mut Reader<'_>,
) -> ClusterSettings {
    let mut cluster = empty_cluster(name);
    let place = tenants.first().map(|tenant| tenant.place);
    let mut largest = Size::default();
    let mut providers: Vec<Arc<str>> = Vec::new();
    let mut always_on = false;
    for tenant in tenants {
        let own = match &tenant.settings.compute {
            Compute::LaunchType(LaunchType::Fargate) => continue,
            Compute::LaunchType(LaunchType::Ec2 | LaunchType::External) | Compute::ClusterDefault => {
                always_on = true;
                Vec::new()
            }
            Compute::Strategy(items) => ec2_providers(items),
        };
        if own.is_empty() && matches!(tenant.settings.compute, Compute::Strategy(_)) {
            continue;
        }
        largest.cpu = largest.cpu.max(tenant.size.cpu);
        largest.memory = largest.memory.max(tenant.size.memory);
        providers
            .extend(own.into_iter().filter(|provider| !providers.contains(provider)).collect::<Vec<_>>());
    }
    if !always_on && providers.is_empty() {
        return cluster;
    }
    cluster.assumed = true;
    let Some(place) = place else { return cluster };
    let Some(kind) = assumed_type(largest) else {
        let message = format!("no instance type is known that holds {largest}, for the cluster `{name}`");
        let help = format!("describe the cluster in `footman.yaml` under `simulation.clusters.{name}`");
        reader.say(Diagnostic::new(Code::NeverFits, Some(place), message).help(help));
        return cluster;
    };
    let Some(kind) = types.find(kind, place, reader) else { return cluster };
    if always_on {
        cluster.instances.push(InstancePool { instance_type: Arc::clone(&kind.name), count: ASSUMED_COUNT });
    }
    cluster.auto_scaling_groups = providers
        .into_iter()
        .map(|capacity_provider| AutoScalingGroup {
            capacity_provider,
            instance_types: vec![Arc::clone(&kind.name)],
            min: 0,
            max: ASSUMED_MAX,
            desired: 0,
            spot: false,
            managed_scaling: Some(ManagedScaling::default()),
        })
        .collect();
    let message =
        format!("nobody describes the cluster `{name}`; {} is assumed", describe(&cluster, &kind.name));
    reader.say(
        Diagnostic::new(Code::AssumedCluster, Some(place), message)
            .help(format!("describe it in `footman.yaml` under `simulation.clusters.{name}`")),
    );
    cluster
}

/// The capacity providers of `items` that are not AWS's own.
fn ec2_providers(items: &[StrategyItem]) -> Vec<Arc<str>> {
    let own = items.iter().filter(|item| !FARGATE_PROVIDERS.contains(&&*item.provider));
    own.map(|item| Arc::clone(&item.provider)).collect()
}

/// The smallest type that holds two tasks of `size`, else the smallest that holds one.
fn assumed_type(size: Size) -> Option<&'static str> {
    let two = size.checked_add(size).unwrap_or(size);
    let holding = |need: Size| {
        ASSUMED_TYPES
            .into_iter()
            .find(|name| catalogue::instance_type(name).is_some_and(|kind| kind.registered.holds(need)))
    };
    holding(two).or_else(|| holding(size))
}

/// An assumed cluster in words.
fn describe(cluster: &ClusterSettings, kind: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(
        cluster.instances.iter().map(|pool| format!("{} always-on {}", pool.count, pool.instance_type)),
    );
    parts.extend(cluster.auto_scaling_groups.iter().map(|group| {
        format!("an auto-scaling group of 0 to {} {kind} behind `{}`", group.max, group.capacity_provider)
    }));
    parts.join(", and ")
}

/// Says where `tenant` can never run on `cluster`.
fn check_tenant(cluster: &ClusterSettings, tenant: &Tenant<'_>, types: &Types, reader: &mut Reader<'_>) {
    let named: &[StrategyItem] = match &tenant.settings.compute {
        Compute::Strategy(items) => items,
        Compute::ClusterDefault => &cluster.default_strategy,
        Compute::LaunchType(_) => &[],
    };
    for provider in ec2_providers(named) {
        if cluster.auto_scaling_groups.iter().all(|group| group.capacity_provider != provider)
            && !cluster.assumed
        {
            let names: Vec<&str> =
                cluster.auto_scaling_groups.iter().map(|it| &*it.capacity_provider).collect();
            let message = format!(
                "`{}` runs on the capacity provider `{provider}`, which cluster `{}` lacks",
                tenant.name, cluster.name
            );
            let diagnostic = Diagnostic::new(Code::UnknownProvider, Some(tenant.place), message);
            reader.say(match near::nearest(&provider, &names) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!(
                    "describe it in `footman.yaml` under `simulation.clusters.{}.autoScalingGroups`",
                    cluster.name
                )),
            });
        }
    }
    let kinds = instance_types(cluster, &tenant.settings.compute);
    let known: Vec<&InstanceType> = kinds.iter().filter_map(|name| types.get(name)).collect();
    if !known.is_empty() && !known.iter().any(|kind| kind.registered.holds(tenant.size)) {
        let message = format!(
            "no instance of cluster `{}` is large enough for `{}` ({})",
            cluster.name, tenant.name, tenant.size
        );
        let largest = known.iter().max_by_key(|kind| (kind.registered.memory, kind.registered.cpu));
        let help = largest.map_or_else(String::new, |kind| {
            format!(
                "the largest, {}, registers {} and {}",
                kind.name, kind.registered.cpu, kind.registered.memory
            )
        });
        reader.say(Diagnostic::new(Code::NeverFits, Some(tenant.place), message).help(help));
    }
}

/// The instance types of `cluster` that tasks of `compute` may run on, in the order in which they are preferred.
pub(crate) fn instance_types(cluster: &ClusterSettings, compute: &Compute) -> Vec<Arc<str>> {
    let of_groups = |items: &[StrategyItem]| {
        let groups = cluster.auto_scaling_groups.iter();
        let chosen = groups.filter(|group| items.iter().any(|item| item.provider == group.capacity_provider));
        chosen.flat_map(|group| group.instance_types.clone()).collect::<Vec<_>>()
    };
    let all = || {
        // A launch type places tasks on every instance of the cluster, whoever started it.
        let groups = cluster.auto_scaling_groups.iter().flat_map(|group| group.instance_types.clone());
        cluster.instances.iter().map(|pool| Arc::clone(&pool.instance_type)).chain(groups).collect()
    };
    match compute {
        Compute::LaunchType(LaunchType::Fargate) => Vec::new(),
        Compute::LaunchType(LaunchType::Ec2 | LaunchType::External) => all(),
        Compute::Strategy(items) => of_groups(items),
        Compute::ClusterDefault if cluster.default_strategy.is_empty() => all(),
        Compute::ClusterDefault => of_groups(&cluster.default_strategy),
    }
}
