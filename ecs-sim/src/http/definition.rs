//! Task definitions: `RegisterTaskDefinition`, `DescribeTaskDefinition`, `ListTaskDefinitions`,
//! `ListTaskDefinitionFamilies`, `DeregisterTaskDefinition`, `DeleteTaskDefinitions`.
//!
//! What a definition says and what decides nothing in the simulator is kept as it was given and shown again.

use super::{
    Call, Epoch,
    cluster::number,
    model::{
        Attribute, Compatibility, ContainerDefinition, CpuArchitecture, DeleteTaskDefinitionsRequest,
        DeleteTaskDefinitionsResponse, DeregisterTaskDefinitionRequest, DeregisterTaskDefinitionResponse,
        DescribeTaskDefinitionRequest, DescribeTaskDefinitionResponse, EphemeralStorage, Failure,
        ListTaskDefinitionFamiliesRequest, ListTaskDefinitionFamiliesResponse, ListTaskDefinitionsRequest,
        ListTaskDefinitionsResponse, NetworkMode as Mode, PortMapping as Port, RegisterTaskDefinitionRequest,
        RegisterTaskDefinitionResponse, ResourceRequirement, ResourceType, RuntimePlatform, SortOrder,
        TaskDefinition as Shown, TaskDefinitionFamilyStatus, TaskDefinitionField, TaskDefinitionStatus, Text,
        TransportProtocol,
    },
    page::Page,
    requires,
    run::member_of,
    tag::tags_of,
    wire::Refusal,
};
use crate::{
    Ecs, Tagged,
    api::{ApiError, Operation},
    definition::{Container, DefinitionStatus, Image, NetworkMode, PortMapping, TaskDefinition},
    id::DefinitionId,
};
use footman_core::{
    catalogue::Platform,
    time::Millis,
    units::{CpuUnits, Mib},
};
use std::{collections::BTreeMap, num::ParseIntError, sync::Arc};

/// The docker label by which a container says how much of its image is pulled, in MiB. No part of ECS.
const IMAGE_SIZE_LABEL: &str = "footman.image-mib";
/// Task definitions of one DeleteTaskDefinitions (Amazon ECS API Reference, DeleteTaskDefinitions).
const DELETE_MAX: usize = 10;
/// How much of an image is pulled where nobody says: a Jenkins agent with a JDK and little else, compressed.
const IMAGE_SIZE: Mib = Mib::new(400);

/// The environment of a definition's containers.
pub(super) fn environment(
    definition: &RegisterTaskDefinitionRequest,
) -> impl Iterator<Item = (String, String)> {
    let containers = definition.container_definitions.iter().flatten();
    let listed = containers.flat_map(|container| container.environment.iter().flatten());
    listed.filter_map(|pair| Some((pair.name.as_deref()?.to_owned(), pair.value.as_deref()?.to_owned())))
}

/// The definition in the terms of the state machine.
fn read(input: &RegisterTaskDefinitionRequest) -> Result<TaskDefinition, Refusal> {
    // They are all `memberOf` (Amazon ECS API Reference, TaskDefinitionPlacementConstraint).
    let constraints = input.placement_constraints.iter().flatten();
    let constraints = constraints.map(|constraint| member_of(constraint.expression.as_deref()));
    let containers = input.container_definitions.iter().flatten();
    let compatible = input.requires_compatibilities.iter().flatten();
    Ok(TaskDefinition {
        family: input.family.as_deref().unwrap_or_default().into(),
        cpu: input.cpu.as_deref().map(task_cpu).transpose()?,
        memory: input.memory.as_deref().map(task_memory).transpose()?,
        network_mode: input.network_mode.map_or(NetworkMode::Bridge, network_mode),
        requires_fargate: compatible.copied().any(|name| name == Compatibility::Fargate),
        platform: platform(input.runtime_platform.as_ref()),
        requires_platform: input.runtime_platform.is_some(),
        requires: requires::of(input),
        ephemeral_gib: input.ephemeral_storage.as_ref().map(storage).transpose()?,
        containers: containers.map(container).collect::<Result<_, _>>()?,
        constraints: constraints.collect::<Result<_, _>>()?,
    })
}

fn platform(given: Option<&RuntimePlatform>) -> Platform {
    let family = given.and_then(|given| given.operating_system_family);
    let windows = family.is_some_and(|family| family.name().starts_with("WINDOWS"));
    match (given.and_then(|given| given.cpu_architecture), windows) {
        (None | Some(CpuArchitecture::X86_64), false) => Platform::LinuxX86,
        (None | Some(CpuArchitecture::X86_64), true) => Platform::WindowsX86,
        (Some(CpuArchitecture::Arm64), _) => Platform::LinuxArm,
    }
}

fn storage(given: &EphemeralStorage) -> Result<u32, Refusal> {
    let gib = given.size_in_gib.and_then(|gib| u32::try_from(gib).ok());
    gib.ok_or_else(|| ApiError::client("Invalid 'ephemeralStorage' setting for task.").into())
}

/// CPU at the task level: units, or vCPUs such as `.5 vCPU` (Amazon ECS API Reference, RegisterTaskDefinition).
pub(super) fn task_cpu(text: &str) -> Result<CpuUnits, Refusal> {
    let units = match scaled(text, "vcpu", 1024) {
        Some(units) => Some(units),
        None => text.trim().parse().ok(),
    };
    units.map(CpuUnits::new).ok_or_else(|| ApiError::client("Invalid 'cpu' setting for task.").into())
}

/// Memory at the task level: MiB, or GiB such as `0.5 GB` (Amazon ECS API Reference, RegisterTaskDefinition).
pub(super) fn task_memory(text: &str) -> Result<Mib, Refusal> {
    let mib = match scaled(text, "gb", 1024) {
        Some(mib) => Some(mib),
        None => text.trim().parse().ok(),
    };
    mib.map(Mib::new).ok_or_else(|| ApiError::client("Invalid 'memory' setting for task.").into())
}

/// `text` without its unit, times `scale`, where it has that unit; at most three decimals are read.
fn scaled(text: &str, unit: &str, scale: u32) -> Option<u32> {
    let lower = text.trim().to_ascii_lowercase();
    let number = lower.strip_suffix(unit)?.trim();
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if part.len() > 3 || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let whole: u32 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let thousandths: u32 = format!("{part:0<3}").parse().ok()?;
    whole.checked_mul(scale)?.checked_add(thousandths * scale / 1000)
}

fn network_mode(mode: Mode) -> NetworkMode {
    match mode {
        Mode::Bridge => NetworkMode::Bridge,
        Mode::Host => NetworkMode::Host,
        Mode::Awsvpc => NetworkMode::Awsvpc,
        Mode::None => NetworkMode::None,
    }
}

fn network_mode_shown(mode: NetworkMode) -> Mode {
    match mode {
        NetworkMode::Bridge => Mode::Bridge,
        NetworkMode::Host => Mode::Host,
        NetworkMode::Awsvpc => Mode::Awsvpc,
        NetworkMode::None => Mode::None,
    }
}

fn status_shown(status: DefinitionStatus) -> TaskDefinitionStatus {
    match status {
        DefinitionStatus::Active => TaskDefinitionStatus::Active,
        DefinitionStatus::Inactive => TaskDefinitionStatus::Inactive,
        DefinitionStatus::DeleteInProgress => TaskDefinitionStatus::DeleteInProgress,
    }
}

fn container(given: &ContainerDefinition) -> Result<Container, Refusal> {
    let labels = given.docker_labels.as_ref();
    let size = match labels.and_then(|labels| labels.get(IMAGE_SIZE_LABEL)).map(|size| size.parse()) {
        None => IMAGE_SIZE,
        Some(Ok(mib)) => Mib::new(mib),
        Some(Err(_)) => {
            return Err(ApiError::client(format!("The docker label {IMAGE_SIZE_LABEL} is no number.")).into());
        }
    };
    let text = |text: &Option<Text>| -> Arc<str> { text.as_deref().unwrap_or_default().into() };
    let (name, image) = (text(&given.name), text(&given.image));
    if name.is_empty() {
        return Err(ApiError::client("Container.name should not be null or empty.").into());
    }
    if image.is_empty() {
        return Err(ApiError::client("Container.image should not be null or empty.").into());
    }
    let invalid = |member: &str| -> Refusal {
        ApiError::client(format!("Invalid setting for container '{name}'. '{member}' is out of range."))
            .into()
    };
    let number = |value: Option<i32>, member: &str| {
        value.map(|value| u32::try_from(value).map_err(|_| invalid(member))).transpose()
    };
    let memory = number(given.memory, "memory")?;
    let reservation = number(given.memory_reservation, "memoryReservation")?;
    let stop_timeout = number(given.stop_timeout, "stopTimeout")?;
    let ports = given.port_mappings.iter().flatten();
    Ok(Container {
        gpus: gpus(given.resource_requirements.as_deref())
            .map_err(|_| invalid("resourceRequirements"))?
            .unwrap_or(0),
        image: Image { name: image, size },
        cpu: CpuUnits::new(number(given.cpu, "cpu")?.unwrap_or(0)),
        memory: memory.map(Mib::new),
        memory_reservation: reservation.map(Mib::new),
        ports: ports
            .map(|given| port(given).ok_or_else(|| invalid("portMappings")))
            .collect::<Result<_, _>>()?,
        essential: given.essential.unwrap_or(true),
        stop_timeout: stop_timeout
            .map_or_else(|| Container::default().stop_timeout, |seconds| Millis::from_secs(seconds.into())),
        name,
    })
}

/// How many GPUs `resourceRequirements` asks for, where it names GPUs at all.
pub(super) fn gpus(required: Option<&[ResourceRequirement]>) -> Result<Option<u32>, ParseIntError> {
    let required = required.unwrap_or_default().iter();
    let of_gpus = required.filter(|required| required.r#type == Some(ResourceType::Gpu));
    let mut total = None;
    for required in of_gpus {
        let count: u16 = required.value.as_deref().unwrap_or_default().parse()?;
        total = Some(total.unwrap_or(0) + u32::from(count));
    }
    Ok(total)
}

fn port(given: &Port) -> Option<PortMapping> {
    Some(PortMapping {
        container_port: u16::try_from(given.container_port.unwrap_or(0)).ok()?,
        host_port: u16::try_from(given.host_port.unwrap_or(0)).ok()?,
        udp: given.protocol == Some(TransportProtocol::Udp),
    })
}

/// A container of a definition that did not come through the face.
fn shown(container: &Container) -> ContainerDefinition {
    ContainerDefinition {
        name: Some(container.name.to_string().into()),
        image: Some(container.image.name.to_string().into()),
        cpu: Some(number(container.cpu.get())),
        essential: Some(container.essential),
        memory: container.memory.map(|memory| number(memory.get())),
        memory_reservation: container.memory_reservation.map(|memory| number(memory.get())),
        ..ContainerDefinition::default()
    }
}

/// An attribute without a value.
pub(super) fn named(name: &'static str) -> Attribute {
    Attribute { name: Some(name.into()), ..Attribute::default() }
}

/// The members that ECS fills in where they were not given.
fn complete(mut container: ContainerDefinition) -> ContainerDefinition {
    container.cpu.get_or_insert(0);
    container.essential.get_or_insert(true);
    container.port_mappings.get_or_insert_default();
    container.environment.get_or_insert_default();
    container.mount_points.get_or_insert_default();
    container.volumes_from.get_or_insert_default();
    container
}

impl Call<'_> {
    pub(super) fn definition_arn(&self, id: DefinitionId) -> String {
        self.arn("task-definition", &self.ecs.task_definition_name(id))
    }

    pub(super) fn register_task_definition(
        &mut self,
        mut input: RegisterTaskDefinitionRequest,
    ) -> Result<RegisterTaskDefinitionResponse, Refusal> {
        self.admit(Operation::RegisterTaskDefinition)?;
        let definition = read(&input)?;
        let given = input.tags.take().unwrap_or_default();
        let tags = tags_of(&given);
        Ecs::check_tags(&tags)?;
        let id = self.ecs.register_task_definition(definition)?;
        self.ecs.put_tags(Tagged::TaskDefinition(id), &tags)?;
        self.kept.definitions.insert(id, input);
        Ok(RegisterTaskDefinitionResponse {
            task_definition: Some(self.definition_shape(id)),
            tags: Some(given).filter(|tags| !tags.is_empty()),
        })
    }

    pub(super) fn describe_task_definition(
        &mut self,
        input: DescribeTaskDefinitionRequest,
    ) -> Result<DescribeTaskDefinitionResponse, Refusal> {
        self.admit(Operation::DescribeTaskDefinition)?;
        let found = self.ecs.find_task_definition(input.task_definition.as_deref().unwrap_or_default());
        let id = found.map_err(|_| ApiError::client("Unable to describe task definition."))?;
        let wants_tags = input.include.iter().flatten().any(|part| *part == TaskDefinitionField::Tags);
        let tags = wants_tags.then(|| self.tags_shown(Tagged::TaskDefinition(id)));
        Ok(DescribeTaskDefinitionResponse { task_definition: Some(self.definition_shape(id)), tags })
    }

    pub(super) fn deregister_task_definition(
        &mut self,
        input: DeregisterTaskDefinitionRequest,
    ) -> Result<DeregisterTaskDefinitionResponse, Refusal> {
        self.admit(Operation::DeregisterTaskDefinition)?;
        let id = self.revision(input.task_definition.as_deref().unwrap_or_default())?;
        self.ecs.deregister_task_definition(id);
        Ok(DeregisterTaskDefinitionResponse { task_definition: Some(self.definition_shape(id)) })
    }

    /// The task definition of a name that has to have its revision ("Revision is missing." is moto's copy of ECS's answer).
    fn revision(&self, name: &str) -> Result<DefinitionId, Refusal> {
        let bare = name.rsplit_once('/').map_or(name, |(_, bare)| bare);
        let Some((_, revision)) = bare.rsplit_once(':') else {
            return Err(ApiError::client("Revision is missing.").into());
        };
        if revision.parse::<u32>().is_err() {
            return Err(Refusal::invalid(format!("Invalid revision number. Number: {revision}")));
        }
        let found = self.ecs.find_task_definition(name);
        found.map_err(|_| ApiError::client("Unable to describe task definition.").into())
    }

    pub(super) fn delete_task_definitions(
        &mut self,
        input: DeleteTaskDefinitionsRequest,
    ) -> Result<DeleteTaskDefinitionsResponse, Refusal> {
        self.admit(Operation::DeleteTaskDefinitions)?;
        let names = input.task_definitions.unwrap_or_default();
        // Both texts are moto's copies of ECS's answers.
        if names.is_empty() {
            return Err(Refusal::invalid("size of TaskDefinition references list must be greater than 0"));
        }
        if names.len() > DELETE_MAX {
            return Err(Refusal::invalid("Size of TaskDefinition references list cannot exceed 10"));
        }
        let (mut deleted, mut failures) = (Vec::new(), Vec::new());
        for name in names {
            let done = self.revision(&name).and_then(|id| {
                self.ecs.delete_task_definition(id)?;
                Ok(id)
            });
            match done {
                Ok(id) => deleted.push(self.definition_shape(id)),
                Err(why) => failures.push(Failure {
                    arn: Some(if name.starts_with("arn:") {
                        name
                    } else {
                        self.arn("task-definition", &name).into()
                    }),
                    reason: Some(why.message().to_owned().into()),
                    detail: None,
                }),
            }
        }
        Ok(DeleteTaskDefinitionsResponse { task_definitions: Some(deleted), failures: Some(failures) })
    }

    pub(super) fn list_task_definition_families(
        &mut self,
        input: ListTaskDefinitionFamiliesRequest,
    ) -> Result<ListTaskDefinitionFamiliesResponse, Refusal> {
        self.admit(Operation::ListTaskDefinitionFamilies)?;
        let prefix = input.family_prefix.as_deref().unwrap_or_default();
        // Whether a family has an ACTIVE revision.
        let mut families: BTreeMap<&str, bool> = BTreeMap::new();
        for view in self.ecs.task_definitions().map(|id| self.ecs.task_definition_view(id)) {
            if view.definition.family.starts_with(prefix) {
                *families.entry(&view.definition.family).or_default() |=
                    view.status == DefinitionStatus::Active;
            }
        }
        // All of them where nobody says (Amazon ECS API Reference, ListTaskDefinitionFamilies).
        let wanted = |active: bool| match input.status {
            None | Some(TaskDefinitionFamilyStatus::All) => true,
            Some(TaskDefinitionFamilyStatus::Active) => active,
            Some(TaskDefinitionFamilyStatus::Inactive) => !active,
        };
        let names = families.into_iter().filter(|&(_, active)| wanted(active));
        let names: Vec<Text> = names.map(|(name, _)| name.to_owned().into()).collect();
        let (names, next_token) = Page::new(input.next_token.as_deref(), input.max_results).cut(names)?;
        Ok(ListTaskDefinitionFamiliesResponse { families: Some(names), next_token })
    }

    pub(super) fn list_task_definitions(
        &mut self,
        input: ListTaskDefinitionsRequest,
    ) -> Result<ListTaskDefinitionsResponse, Refusal> {
        self.admit(Operation::ListTaskDefinitions)?;
        let status = input.status.unwrap_or(TaskDefinitionStatus::Active);
        let views = self.ecs.task_definitions().map(|id| self.ecs.task_definition_view(id));
        let wanted = views.filter(|view| status_shown(view.status) == status).filter(|view| {
            // A prefix here is the whole name of the family (Amazon ECS API Reference, ListTaskDefinitions).
            input.family_prefix.as_deref().is_none_or(|family| *view.definition.family == *family)
        });
        let mut wanted: Vec<_> =
            wanted.map(|view| (&*view.definition.family, view.revision, view.id)).collect();
        wanted.sort_unstable();
        if input.sort == Some(SortOrder::Desc) {
            wanted.reverse();
        }
        let arns: Vec<Text> = wanted.into_iter().map(|(_, _, id)| self.definition_arn(id).into()).collect();
        let (arns, next_token) = Page::new(input.next_token.as_deref(), input.max_results).cut(arns)?;
        Ok(ListTaskDefinitionsResponse { task_definition_arns: Some(arns), next_token })
    }

    pub(super) fn definition_shape(&self, id: DefinitionId) -> Shown {
        let view = self.ecs.task_definition_view(id);
        let given = match self.kept.definitions.get(&id) {
            Some(given) => given.clone(),
            None => RegisterTaskDefinitionRequest {
                container_definitions: Some(view.definition.containers.iter().map(shown).collect()),
                network_mode: Some(network_mode_shown(view.definition.network_mode)),
                ..RegisterTaskDefinitionRequest::default()
            },
        };
        let containers = given.container_definitions.unwrap_or_default();
        let compatibilities = if view.fargate {
            vec![Compatibility::Ec2, Compatibility::Fargate]
        } else {
            vec![Compatibility::Ec2]
        };
        let storage = |gib| EphemeralStorage { size_in_gib: Some(number(gib)) };
        Shown {
            task_definition_arn: Some(self.definition_arn(id).into()),
            container_definitions: Some(containers.into_iter().map(complete).collect()),
            family: Some(view.definition.family.to_string().into()),
            task_role_arn: given.task_role_arn,
            execution_role_arn: given.execution_role_arn,
            network_mode: given.network_mode,
            revision: Some(number(view.revision)),
            volumes: Some(given.volumes.unwrap_or_default()),
            status: Some(status_shown(view.status)),
            requires_attributes: Some(view.requires.names().map(named).collect()),
            placement_constraints: Some(given.placement_constraints.unwrap_or_default()),
            compatibilities: Some(compatibilities),
            runtime_platform: given.runtime_platform,
            requires_compatibilities: given.requires_compatibilities,
            cpu: view.definition.cpu.map(|cpu| cpu.get().to_string().into()),
            memory: view.definition.memory.map(|memory| memory.get().to_string().into()),
            inference_accelerators: given.inference_accelerators,
            pid_mode: given.pid_mode,
            ipc_mode: given.ipc_mode,
            proxy_configuration: given.proxy_configuration,
            registered_at: view.times.registered.map(Epoch),
            deregistered_at: view.times.deregistered.map(Epoch),
            delete_requested_at: view.times.delete_requested.map(Epoch),
            ephemeral_storage: view.definition.ephemeral_gib.map(storage),
            enable_fault_injection: given.enable_fault_injection,
            ..Shown::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_tasks_are_read_in_both_spellings() {
        // text => units or MiB
        let table = [
            ("1024", Some(1024)),
            (" 256 ", Some(256)),
            ("1 vCPU", Some(1024)),
            (".5 vCPU", Some(512)),
            ("0.25vcpu", Some(256)),
            ("2.5 vcpu", Some(2560)),
            ("vcpu", None),
            ("-1", None),
            ("1.0001 vCPU", None),
            ("", None),
        ];
        for (text, want) in table {
            assert_eq!(task_cpu(text).ok(), want.map(CpuUnits::new), "{text:?}");
            let memory = text.to_ascii_lowercase().replace("vcpu", "GB");
            assert_eq!(task_memory(&memory).ok(), want.map(Mib::new), "{memory:?}");
        }
    }
}
