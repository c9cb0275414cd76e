//! The nested mappings and list entries of `footman.yaml`.

use crate::{
    footman::jobs::OverrideJobs,
    plugin::{CapacityProviderEntry, item::item, kind::Item},
    reader::{Field, Reader},
    yaml::{Node, Value},
};
use footman_core::{
    policy::{Bucket, Limit},
    time::Millis,
    units::{CpuUnits, Mib, MicroUsd},
};

/// Declares a nested mapping: an entry that stands by itself.
macro_rules! object {
    ($type:ident) => {
        impl Field for $type {
            const EXPECTED: &'static str = "mapping";

            fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
                <Self as Item>::read(node, reader)
            }

            fn is_blank(&self) -> bool {
                false
            }

            fn show(&self) -> String {
                <Self as Item>::show(self)
            }
        }
    };
}

/// `name value` for each of `parts` that has a value, with commas between.
fn join(parts: &[(&str, Option<String>)]) -> String {
    let given =
        parts.iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("{name} {value}")));
    given.collect::<Vec<_>>().join(", ")
}

item! {
    /// A limit.
    pub(crate) LimitKeys, "a limit" {
        /// How many agents.
        "agents" => agents: Option<u32> = None, Must;
        /// How much CPU.
        "cpu" => cpu: Option<CpuUnits> = None, Must;
        /// How much memory.
        "memory" => memory: Option<Mib> = None, Must;
        /// How much list price per hour.
        "spendPerHour" => spend_per_hour: Option<MicroUsd> = None, Must;
    }
    show |it| join(&[
        ("agents", it.agents.map(|n| n.to_string())),
        ("cpu", it.cpu.map(|n| n.to_string())),
        ("memory", it.memory.map(|n| n.to_string())),
        ("spend per hour", it.spend_per_hour.map(|n| n.to_string())),
    ])
}
object!(LimitKeys);

impl LimitKeys {
    /// The limit as the core has it.
    pub(crate) const fn limit(&self) -> Limit {
        Limit { agents: self.agents, cpu: self.cpu, memory: self.memory, spend_per_hour: self.spend_per_hour }
    }
}

item! {
    /// What labels may override.
    pub(crate) OverrideKeys, "overrides" {
        /// The most CPU.
        "cpuMax" => cpu_max: Option<CpuUnits> = None, Must;
        /// The most memory.
        "memoryMax" => memory_max: Option<Mib> = None, Must;
        /// The jobs whose labels may do so.
        "allowJobs" => allow_jobs: Option<OverrideJobs> = None, Must;
    }
    show |it| join(&[
        ("cpu up to", it.cpu_max.map(|n| n.to_string())),
        ("memory up to", it.memory_max.map(|n| n.to_string())),
        ("by jobs", it.allow_jobs.as_ref().map(Field::show)),
    ])
}
object!(OverrideKeys);

item! {
    /// How long an agent stays after a build, and for how many builds.
    pub(crate) RetainKeys, "`retain`" {
        /// Until it was idle that long.
        "idle" => idle: Option<Millis> = None, Must;
        /// Its last build is the one with this number.
        "builds" => builds: Option<u32> = None, Must;
    }
    show |it| join(&[("idle", it.idle.map(|n| n.to_string())), ("builds", it.builds.map(|n| n.to_string()))])
}

item! {
    /// Sessions that labels may ask for.
    pub(crate) SessionKeys, "`sessions`" {
        /// How long an agent stands idle between two builds.
        "idle" => idle: Option<Millis> = None, Must;
    }
    show |it| join(&[("idle", it.idle.map(|n| n.to_string()))])
}

/// The name of a template or cloud in a list, as a plain text.
impl Item for String {
    const NAME: &'static str = "names";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        reader.text(node, "a name")
    }

    fn show(&self) -> String {
        self.clone()
    }
}

item! {
    /// A limit that joins templates.
    pub(crate) SharedLimitKeys, "a shared limit" {
        /// Its name.
        "name" => name: String = String::new(), Must;
        /// The templates it joins: `cloud/template`, or `cloud` for all of a cloud's.
        "templates" => templates: Vec<String> = Vec::new(), Must;
        /// The limit.
        "limit" => limit: Option<LimitKeys> = None, Must;
    }
    show |it| format!(
        "{}: {} for {}",
        it.name,
        it.limit.as_ref().map_or_else(String::new, <LimitKeys as Item>::show),
        it.templates.join(", "),
    )
}

item! {
    /// A token bucket.
    pub(crate) BucketKeys, "a bucket" {
        /// How many calls at once.
        "burst" => burst: Option<u32> = None, Must;
        /// How many calls a second.
        "perSecond" => per_second: Option<u32> = None, Must;
    }
    show |it| join(&[
        ("burst", it.burst.map(|n| n.to_string())),
        ("per second", it.per_second.map(|n| n.to_string())),
    ])
}
object!(BucketKeys);

impl BucketKeys {
    /// The bucket as the core has it: `usual` where a key is left out.
    pub(crate) fn bucket(&self, usual: Bucket) -> Bucket {
        Bucket {
            burst: self.burst.unwrap_or(usual.burst),
            per_second: self.per_second.unwrap_or(usual.per_second),
        }
    }
}

item! {
    /// Container instances that are always there.
    pub(crate) InstanceKeys, "container instances" {
        /// Their type.
        "type" => kind: String = String::new(), Must;
        /// How many.
        "count" => count: u32 = 1, Must;
    }
    show |it| format!("{} {}", it.count, it.kind)
}

/// Managed scaling, or `false` for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ManagedScalingChoice {
    /// DISABLED.
    Off,
    /// ENABLED.
    On(ManagedScalingKeys),
}

item! {
    /// `managedScaling` of a capacity provider.
    pub(crate) ManagedScalingKeys, "managed scaling" {
        /// Percent.
        "targetCapacity" => target_capacity: u32 = 100, Must;
        /// The least instances that one step adds.
        "minStep" => min_step: u32 = 1, Must;
        /// The most instances that one step adds.
        "maxStep" => max_step: u32 = 10_000, Must;
        /// How long a new instance is not counted.
        "warmup" => warmup: Millis = Millis::from_secs(300), Must;
    }
    show |it| format!("target capacity {} %", it.target_capacity)
}

impl Field for ManagedScalingChoice {
    const EXPECTED: &'static str = "`false`, or a mapping";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            Value::Scalar(text) if text == "false" => Some(Self::Off),
            Value::Null | Value::Scalar(_) | Value::List(_) | Value::Map(_) => {
                <ManagedScalingKeys as Item>::read(node, reader).map(Self::On)
            }
        }
    }

    fn is_blank(&self) -> bool {
        false
    }

    fn show(&self) -> String {
        match self {
            Self::Off => "disabled".to_owned(),
            Self::On(keys) => <ManagedScalingKeys as Item>::show(keys),
        }
    }
}

item! {
    /// An auto-scaling group behind a capacity provider.
    pub(crate) AutoScalingGroupKeys, "an auto-scaling group" {
        /// The capacity provider's name.
        "capacityProvider" => capacity_provider: String = String::new(), Must;
        /// Its instance types, the preferred first.
        "instanceTypes" => instance_types: Vec<String> = Vec::new(), Must;
        /// The least instances.
        "min" => min: u32 = 0, Must;
        /// The most instances.
        "max" => max: u32 = 0, Must;
        /// Instances at the start.
        "desired" => desired: Option<u32> = None, Must;
        /// Whether they are EC2 Spot.
        "spot" => spot: bool = false, Must;
        /// Managed scaling.
        "managedScaling" => managed_scaling: Option<ManagedScalingChoice> = None, Must;
    }
    show |it| format!("{}: {} to {} of {}", it.capacity_provider, it.min, it.max, it.instance_types.join(", "))
}

item! {
    /// A cluster of the simulated world.
    pub(crate) ClusterKeys, "a cluster" {
        /// Container instances that are always there.
        "instances" => instances: Vec<InstanceKeys> = Vec::new(), Must;
        /// Auto-scaling groups behind capacity providers.
        "autoScalingGroups" => auto_scaling_groups: Vec<AutoScalingGroupKeys> = Vec::new(), Must;
        /// The cluster's default strategy.
        "defaultStrategy" => default_strategy: Vec<CapacityProviderEntry> = Vec::new(), Must;
    }
    show |it|
        [it.instances.show(), it.auto_scaling_groups.show(), it.default_strategy.show()]
            .iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join("; ")
}

item! {
    /// An instance type.
    pub(crate) InstanceTypeKeys, "an instance type" {
        /// What it registers.
        "cpu" => cpu: Option<CpuUnits> = None, Must;
        /// What it registers.
        "memory" => memory: Option<Mib> = None, Must;
        /// List price per hour.
        "pricePerHour" => price_per_hour: Option<MicroUsd> = None, Must;
        /// How many awsvpc tasks its network interfaces carry.
        "awsvpcTasks" => awsvpc_tasks: Option<u32> = None, Must;
    }
    show |it| join(&[
        ("cpu", it.cpu.map(|n| n.to_string())),
        ("memory", it.memory.map(|n| n.to_string())),
        ("price per hour", it.price_per_hour.map(|n| n.to_string())),
        ("awsvpc tasks", it.awsvpc_tasks.map(|n| n.to_string())),
    ])
}

item! {
    /// What Fargate costs on one platform.
    pub(crate) FargatePriceKeys, "a Fargate price" {
        /// One vCPU for an hour.
        "vcpuHour" => vcpu_hour: Option<MicroUsd> = None, Must;
        /// One GiB for an hour.
        "gibHour" => gib_hour: Option<MicroUsd> = None, Must;
    }
    show |it| join(&[
        ("vCPU-hour", it.vcpu_hour.map(|n| n.to_string())),
        ("GiB-hour", it.gib_hour.map(|n| n.to_string())),
    ])
}
object!(FargatePriceKeys);

item! {
    /// Prices that differ from the list.
    pub(crate) PriceKeys, "prices" {
        /// Fargate, Linux on x86-64.
        "linuxX86" => linux_x86: Option<FargatePriceKeys> = None, Must;
        /// Fargate, Linux on ARM64.
        "linuxArm" => linux_arm: Option<FargatePriceKeys> = None, Must;
        /// Fargate, Windows.
        "windowsX86" => windows_x86: Option<FargatePriceKeys> = None, Must;
        /// Fargate Spot, Linux on x86-64.
        "spotLinuxX86" => spot_linux_x86: Option<FargatePriceKeys> = None, Must;
        /// Fargate Spot, Linux on ARM64.
        "spotLinuxArm" => spot_linux_arm: Option<FargatePriceKeys> = None, Must;
    }
    show |_| String::new()
}
object!(PriceKeys);
