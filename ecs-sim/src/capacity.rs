//! Where EC2 capacity comes from: container instances that are simply there, and auto-scaling groups behind capacity
//! providers.

use footman_core::{
    catalogue::{self, InstanceType},
    time::Millis,
};
use std::sync::Arc;

/// Container instances of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceSpec {
    /// What they are, whether AWS has such a type or not.
    pub instance_type: Arc<InstanceType>,
    /// Whether they are EC2 Spot.
    pub spot: bool,
    /// Whether they carry the larger number of network interfaces (`awsvpcTrunking`).
    pub trunking: bool,
    /// The ids of its GPUs. No type has any by itself.
    pub gpus: Vec<Arc<str>>,
    /// The availability zones over which they are spread in turn; at least one.
    pub zones: Vec<Arc<str>>,
}

impl InstanceSpec {
    /// On-demand instances of this type in `us-east-1a`.
    pub fn new(instance_type: impl Into<Arc<InstanceType>>) -> Self {
        Self {
            instance_type: instance_type.into(),
            spot: false,
            trunking: false,
            gpus: Vec::new(),
            zones: vec!["us-east-1a".into()],
        }
    }

    /// On-demand instances of the listed type called `name` in `us-east-1a`; `None` where the list has no such type.
    pub fn listed(name: &str) -> Option<Self> {
        catalogue::instance_type(name).map(Self::new)
    }
}

/// An auto-scaling group and the capacity provider before it (`CreateCapacityProvider`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupProvider {
    /// `name`.
    pub name: Arc<str>,
    /// What it launches, in turn; at least one.
    pub instances: Vec<InstanceSpec>,
    /// The least size of the group.
    pub min: u32,
    /// The largest size of the group.
    pub max: u32,
    /// The size at the start.
    pub desired: u32,
    /// `managedScaling`, where its status is ENABLED.
    pub managed_scaling: Option<ManagedScaling>,
    /// Whether `managedTerminationProtection` is ENABLED: scale-in spares instances with tasks.
    pub termination_protection: bool,
    /// Whether `managedDraining` is ENABLED, its default: an instance with tasks that is to go takes no new ones, and
    /// goes when the last has ended.
    pub managed_draining: bool,
}

/// An auto-scaling group by itself, to which a capacity provider can be made (`autoScalingGroupProvider`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoScalingGroup {
    /// Its name.
    pub name: Arc<str>,
    /// What it launches, in turn; at least one.
    pub instances: Vec<InstanceSpec>,
    /// The least size of the group.
    pub min: u32,
    /// The largest size of the group.
    pub max: u32,
    /// The size at the start.
    pub desired: u32,
    /// Whether new instances are protected from scale-in, which managed termination protection requires.
    pub scale_in_protection: bool,
}

impl AutoScalingGroup {
    /// A capacity provider called `name` before this group, with managed draining and without managed scaling.
    pub fn provider(&self, name: impl Into<Arc<str>>) -> GroupProvider {
        GroupProvider {
            name: name.into(),
            instances: self.instances.clone(),
            min: self.min,
            max: self.max,
            desired: self.desired,
            managed_scaling: None,
            termination_protection: false,
            managed_draining: true,
        }
    }
}

/// `managedScaling`; the defaults are those of the API (Amazon ECS API Reference, ManagedScaling).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManagedScaling {
    /// `targetCapacity`, in percent: 1 to 100.
    pub target_percent: u32,
    /// `minimumScalingStepSize`: 1 to 10,000.
    pub step_min: u32,
    /// `maximumScalingStepSize`: 1 to 10,000.
    pub step_max: u32,
    /// `instanceWarmupPeriod`: at most 10,000 seconds.
    pub warmup: Millis,
}

impl Default for ManagedScaling {
    fn default() -> Self {
        Self { target_percent: 100, step_min: 1, step_max: 10_000, warmup: Millis::from_secs(300) }
    }
}

/// What a capacity provider adds to its auto-scaling group, and what `UpdateCapacityProvider` changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderSettings {
    /// `managedScaling`, where its status is ENABLED.
    pub managed_scaling: Option<ManagedScaling>,
    /// Whether `managedTerminationProtection` is ENABLED.
    pub termination_protection: bool,
    /// Whether `managedDraining` is ENABLED.
    pub managed_draining: bool,
}
