//! Task definitions: what `RegisterTaskDefinition` is given.

mod registered;

pub(crate) use registered::{
    CONSTRAINTS_MAX, ImageId, Images, NO_GPUS_ON_FARGATE, Registered, Wants, fargate_size,
};
pub use registered::{DefinitionStatus, DefinitionTimes};

use crate::{fleet::Capabilities, query::Expression};
use footman_core::{
    catalogue::Platform,
    time::Millis,
    units::{CpuUnits, Mib},
};
use std::sync::Arc;

/// A task definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskDefinition {
    /// `family`.
    pub family: Arc<str>,
    /// `cpu`, at the task level.
    pub cpu: Option<CpuUnits>,
    /// `memory`, at the task level.
    pub memory: Option<Mib>,
    /// `networkMode`.
    pub network_mode: NetworkMode,
    /// Whether `requiresCompatibilities` names FARGATE.
    pub requires_fargate: bool,
    /// `runtimePlatform`, or what ECS takes it to be where it is not given.
    pub platform: Platform,
    /// Whether a container instance must be of that platform: so where `runtimePlatform` is given.
    pub requires_platform: bool,
    /// What else of the instance its tasks require: `requiresAttributes`, but for what follows from the network mode.
    pub requires: Capabilities,
    /// `ephemeralStorage.sizeInGiB`: 21 to 200; 20 are free where it is absent.
    pub ephemeral_gib: Option<u32>,
    /// `containerDefinitions`: 1 to 10.
    pub containers: Vec<Container>,
    /// `placementConstraints`, which are all `memberOf` here: at most 10, and none on Fargate.
    pub constraints: Vec<Expression>,
}

impl TaskDefinition {
    /// A definition of one container with this image, on Fargate or on EC2 alike, as agents of a Jenkins have it.
    pub fn new(family: impl Into<Arc<str>>, cpu: CpuUnits, memory: Mib, image: Image) -> Self {
        Self {
            family: family.into(),
            cpu: Some(cpu),
            memory: Some(memory),
            network_mode: NetworkMode::Awsvpc,
            requires_fargate: false,
            platform: Platform::LinuxX86,
            requires_platform: false,
            requires: Capabilities::NONE,
            ephemeral_gib: None,
            containers: vec![Container { image, ..Container::default() }],
            constraints: Vec::new(),
        }
    }
}

/// One container of a task definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// `name`.
    pub name: Arc<str>,
    /// `image`, and how large it is.
    pub image: Image,
    /// `cpu`.
    pub cpu: CpuUnits,
    /// `memory`: the hard limit.
    pub memory: Option<Mib>,
    /// `memoryReservation`: the soft limit.
    pub memory_reservation: Option<Mib>,
    /// `portMappings`.
    pub ports: Vec<PortMapping>,
    /// `resourceRequirements` of type GPU.
    pub gpus: u32,
    /// `essential`: whether the task ends with it; so unless it says otherwise.
    pub essential: bool,
    /// `stopTimeout`: 30 seconds where it is absent.
    pub stop_timeout: Millis,
}

impl Default for Container {
    fn default() -> Self {
        Self {
            name: "jnlp".into(),
            image: Image { name: "jenkins/inbound-agent".into(), size: Mib::new(400) },
            cpu: CpuUnits::ZERO,
            memory: None,
            memory_reservation: None,
            ports: Vec::new(),
            gpus: 0,
            essential: true,
            stop_timeout: Millis::from_secs(30),
        }
    }
}

/// A container image and what of it travels.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Image {
    /// Its name; images of one name are one image.
    pub name: Arc<str>,
    /// Its size, compressed.
    pub size: Mib,
}

/// One entry of `portMappings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortMapping {
    /// `containerPort`.
    pub container_port: u16,
    /// `hostPort`; 0 is a port that Docker chooses.
    pub host_port: u16,
    /// Whether the protocol is UDP; TCP otherwise.
    pub udp: bool,
}

/// `networkMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NetworkMode {
    /// `bridge`: the default on Linux.
    Bridge,
    /// `host`.
    Host,
    /// `awsvpc`: a network interface per task; the only one on Fargate.
    Awsvpc,
    /// `none`.
    None,
}
