//! Task definitions as they are registered: checked, and with everything worked out that a task needs of them.

use super::{Container, NetworkMode, TaskDefinition};
use crate::{
    api::ApiError,
    fleet::{Capabilities, GroupId, HostPort, Need, Zones},
    query::Expression,
};
use footman_core::{
    catalogue::{self, Platform},
    time::{Millis, Timestamp},
    units::{CpuUnits, Mib, Size},
};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;
use std::{borrow::Cow, sync::Arc};

/// An image, as a dense number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ImageId(pub(crate) u32);

/// The images that task definitions name: of one name, the size that was said last.
#[derive(Debug, Default)]
pub(crate) struct Images {
    sizes: IndexMap<Arc<str>, Mib, FxBuildHasher>,
}

impl Images {
    fn intern(&mut self, name: &Arc<str>, size: Mib) -> ImageId {
        let (index, _) = self.sizes.insert_full(Arc::clone(name), size);
        ImageId(u32::try_from(index).expect("images are bounded by task definitions"))
    }
}

/// The status of a task definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefinitionStatus {
    /// `ACTIVE`.
    Active,
    /// `INACTIVE`: it was deregistered.
    Inactive,
    /// `DELETE_IN_PROGRESS`: it was deleted. It stays so for ever here; ECS forgets it once nothing refers to it.
    DeleteInProgress,
}

/// When what happened to a task definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DefinitionTimes {
    /// `registeredAt`; absent where it was registered before time began.
    pub registered: Option<Timestamp>,
    /// `deregisteredAt`.
    pub deregistered: Option<Timestamp>,
    /// `deleteRequestedAt`.
    pub delete_requested: Option<Timestamp>,
}

/// One revision of a task definition.
#[derive(Debug)]
pub(crate) struct Registered {
    pub(crate) definition: TaskDefinition,
    pub(crate) revision: u32,
    pub(crate) status: DefinitionStatus,
    pub(crate) times: DefinitionTimes,
    /// `family:FAMILY`, the group of its tasks where none is given.
    pub(crate) group: GroupId,
    /// What a task needs of an instance, without overrides.
    pub(crate) need: Need,
    /// What its containers ask for together, which a task-level value must not fall short of.
    containers_cpu: CpuUnits,
    /// The GPUs of each container, where one has any.
    pub(crate) gpus_by_container: Option<Arc<[u32]>>,
    /// Its images, each once, and their sizes.
    pub(crate) images: SmallVec<[(ImageId, Mib); 1]>,
    /// The longest `stopTimeout` of its containers.
    pub(crate) stop_timeout: Millis,
    /// Whether it could run on Fargate.
    pub(crate) fargate: bool,
    /// All its constraints in one, where it has any.
    pub(crate) constraint: Option<Expression>,
}

/// What a task needs of an instance that its definition does not settle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Wants {
    pub(crate) size: Size,
    pub(crate) gpus: u32,
    /// The zones that its subnets are in.
    pub(crate) zones: Zones,
}

/// CPU units of a task on EC2 (Amazon ECS API Reference, RegisterTaskDefinition `cpu`, read 2026-11-23).
const EC2_TASK_CPU: std::ops::RangeInclusive<u32> = 128..=196_608;
/// `containerDefinitions` of one definition ("Amazon ECS service quotas", read 2026-11-23).
const CONTAINERS_MAX: usize = 10;
/// `placementConstraints` of a definition and a call together (Amazon ECS API Reference, RunTask, read 2026-11-23).
pub(crate) const CONSTRAINTS_MAX: usize = 10;
/// Amazon ECS Developer Guide, "Working with GPUs": not on Fargate. The words are not published.
pub(crate) const NO_GPUS_ON_FARGATE: &str = "GPUs are not supported on Fargate.";
/// `stopTimeout` on Fargate (Amazon ECS API Reference, ContainerDefinition).
const FARGATE_STOP_TIMEOUT_MAX: Millis = Millis::from_secs(120);

impl Registered {
    /// Checks a definition and works out what its tasks need.
    pub(crate) fn new(
        definition: TaskDefinition,
        revision: u32,
        images: &mut Images,
        group: impl FnOnce(&Arc<str>) -> GroupId,
    ) -> Result<Self, ApiError> {
        check_family(&definition.family)?;
        let on_fargate = check_fargate(&definition);
        if definition.requires_fargate {
            on_fargate.clone()?;
        }
        check_containers(&definition)?;
        if definition.constraints.len() > CONSTRAINTS_MAX {
            return Err(ApiError::client("A task definition has at most 10 placement constraints."));
        }
        if !definition.requires_fargate
            && let Some(cpu) = definition.cpu
            && !EC2_TASK_CPU.contains(&cpu.get())
        {
            return Err(ApiError::client("Invalid 'cpu' setting for task."));
        }
        let containers_cpu = total(&definition.containers, |c| c.cpu.get());
        if definition.cpu.is_some_and(|cpu| containers_cpu > cpu.get()) {
            return Err(ApiError::client("The sum of the containers' 'cpu' is more than the task's."));
        }
        let size = Size::new(
            definition.cpu.unwrap_or_else(|| CpuUnits::new(containers_cpu)),
            definition.memory.unwrap_or_else(|| {
                Mib::new(total(&definition.containers, |c| {
                    c.memory_reservation.or(c.memory).unwrap_or(Mib::ZERO).get()
                }))
            }),
        );
        let mut of_images = SmallVec::new();
        for container in &definition.containers {
            let image = images.intern(&container.image.name, container.image.size);
            if !of_images.iter().any(|&(known, _)| known == image) {
                of_images.push((image, container.image.size));
            }
        }
        Ok(Self {
            revision,
            status: DefinitionStatus::Active,
            times: DefinitionTimes::default(),
            group: group(&Arc::from(format!("family:{}", definition.family))),
            need: need(&definition, size),
            containers_cpu: CpuUnits::new(containers_cpu),
            gpus_by_container: gpus_by_container(&definition.containers),
            images: of_images,
            stop_timeout: definition.containers.iter().map(|c| c.stop_timeout).max().unwrap_or(Millis::ZERO),
            fargate: on_fargate.is_ok(),
            constraint: Expression::all(definition.constraints.iter().cloned()),
            definition,
        })
    }

    /// `FAMILY:REVISION`.
    pub(crate) fn name(&self) -> String {
        format!("{}:{}", self.definition.family, self.revision)
    }

    /// Whether its tasks have a network interface of their own.
    pub(crate) fn eni(&self) -> bool {
        self.need.eni
    }

    /// What a task of this definition needs of an instance.
    pub(crate) fn need_of(&self, wants: Wants) -> Cow<'_, Need> {
        let Wants { size, gpus, zones } = wants;
        if (self.need.size, self.need.gpus, self.need.zones) == (size, gpus, zones) {
            return Cow::Borrowed(&self.need);
        }
        let mut need = self.need.clone();
        (need.size, need.gpus, need.zones) = (size, gpus, zones);
        Cow::Owned(need)
    }

    /// The GPUs of a task, where overrides ask for these by container.
    pub(crate) fn gpus(&self, overrides: Option<&[u32]>) -> u32 {
        overrides.map_or(self.need.gpus, |gpus| gpus.iter().copied().fold(0, u32::saturating_add))
    }

    /// CPU and memory of a task with these overrides.
    pub(crate) fn size(&self, cpu: Option<CpuUnits>, memory: Option<Mib>) -> Result<Size, ApiError> {
        if cpu.is_none() && memory.is_none() {
            return Ok(self.need.size);
        }
        let size = Size::new(cpu.unwrap_or(self.need.size.cpu), memory.unwrap_or(self.need.size.memory));
        if size.cpu < self.containers_cpu {
            return Err(ApiError::client("The sum of the containers' 'cpu' is more than the task's."));
        }
        Ok(size)
    }
}

/// Checks that a size is one of Fargate's for this platform: Windows has 1, 2, and 4 vCPUs only (Amazon ECS Developer
/// Guide, "Task CPU and memory").
pub(crate) fn fargate_size(size: Size, platform: Platform) -> Result<(), ApiError> {
    catalogue::fargate_check(size).map_err(|e| ApiError::client(e.to_string()))?;
    if platform == Platform::WindowsX86 && !catalogue::fargate_sizes(true).contains(&size) {
        return Err(ApiError::client(catalogue::FargateSizeError::Memory.to_string()));
    }
    Ok(())
}

fn check_family(family: &str) -> Result<(), ApiError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if family.is_empty() || family.len() > 255 || !family.chars().all(allowed) {
        return Err(ApiError::client(
            "Family contains invalid characters when it should only contain letters, numbers, hyphens, and \
             underscores.",
        ));
    }
    Ok(())
}

fn check_containers(definition: &TaskDefinition) -> Result<(), ApiError> {
    let containers = &definition.containers;
    if containers.is_empty() {
        return Err(ApiError::client("Container list cannot be empty."));
    }
    if containers.len() > CONTAINERS_MAX {
        return Err(ApiError::client("Too many container definitions."));
    }
    if containers.iter().all(|container| !container.essential) {
        return Err(ApiError::client("A task definition must have at least one essential container."));
    }
    for (index, container) in containers.iter().enumerate() {
        let name = &container.name;
        if containers[..index].iter().any(|other| other.name == *name) {
            return Err(ApiError::client(format!("Container name '{name}' is not unique.")));
        }
        if definition.memory.is_none() && container.memory.is_none() && container.memory_reservation.is_none()
        {
            return Err(ApiError::client(format!(
                "Invalid setting for container '{name}'. At least one of 'memory' or 'memoryReservation' must be \
                 specified."
            )));
        }
        if let (Some(hard), Some(soft)) = (container.memory, container.memory_reservation)
            && soft > hard
        {
            return Err(ApiError::client(format!(
                "Invalid setting for container '{name}'. The 'memoryReservation' must not be more than the 'memory'."
            )));
        }
    }
    Ok(())
}

fn check_fargate(definition: &TaskDefinition) -> Result<(), ApiError> {
    if !definition.constraints.is_empty() {
        return Err(ApiError::client("Task placement constraints are not supported on Fargate."));
    }
    if definition.network_mode != NetworkMode::Awsvpc {
        return Err(ApiError::client("Fargate only supports network mode 'awsvpc'."));
    }
    if definition.containers.iter().any(|container| container.gpus > 0) {
        return Err(ApiError::client(NO_GPUS_ON_FARGATE));
    }
    let Some(cpu) = definition.cpu else {
        return Err(ApiError::client("Fargate requires that 'cpu' be defined at the task level."));
    };
    let Some(memory) = definition.memory else {
        return Err(ApiError::client("Fargate requires that 'memory' be defined at the task level."));
    };
    if definition.ephemeral_gib.is_some_and(|gib| !(21..=200).contains(&gib)) {
        return Err(ApiError::client("Ephemeral storage must be between 21 and 200 GiB."));
    }
    if definition.containers.iter().any(|c| c.stop_timeout > FARGATE_STOP_TIMEOUT_MAX) {
        return Err(ApiError::client("Fargate supports a 'stopTimeout' of at most 120 seconds."));
    }
    fargate_size(Size::new(cpu, memory), definition.platform)
}

fn need(definition: &TaskDefinition, size: Size) -> Need {
    let platform = match definition.platform {
        _ if !definition.requires_platform => Capabilities::NONE,
        Platform::LinuxX86 => Capabilities::LINUX.with(Capabilities::X86_64),
        Platform::LinuxArm => Capabilities::LINUX.with(Capabilities::ARM64),
        Platform::WindowsX86 => Capabilities::WINDOWS.with(Capabilities::X86_64),
    };
    let gpus = total(&definition.containers, |container| container.gpus);
    let need = Need::new(size).with_gpus(gpus).requiring(platform.with(definition.requires));
    let port = |udp: bool, port: u16| if udp { HostPort::Udp(port) } else { HostPort::Tcp(port) };
    let mappings = definition.containers.iter().flat_map(|container| &container.ports);
    match definition.network_mode {
        // A host port of 0 is one that Docker finds: never in the way.
        NetworkMode::Bridge => need
            .with_ports(mappings.filter(|mapping| mapping.host_port != 0).map(|m| port(m.udp, m.host_port))),
        NetworkMode::Host => need.with_ports(mappings.map(|m| port(m.udp, m.container_port))),
        NetworkMode::Awsvpc => {
            need.with_eni().requiring(Capabilities::TASK_ENI.with(Capabilities::DOCKER_API_1_18))
        }
        NetworkMode::None => need,
    }
}

fn gpus_by_container(containers: &[Container]) -> Option<Arc<[u32]>> {
    let any = containers.iter().any(|container| container.gpus > 0);
    any.then(|| containers.iter().map(|container| container.gpus).collect())
}

fn total(containers: &[Container], of: impl Fn(&Container) -> u32) -> u32 {
    containers.iter().map(of).fold(0, u32::saturating_add)
}
