//! `RegisterTaskDefinition`, `DescribeTaskDefinition`, `ListTaskDefinitions`.
//!
//! What a definition says and what decides nothing in the simulator is kept as it was given and shown again.

use super::{
    Call,
    page::Page,
    wire::{Epoch, Refusal},
};
use crate::{
    api::{ApiError, Operation},
    definition::{Container, Image, NetworkMode, PortMapping, TaskDefinition},
    id::DefinitionId,
};
use footman_core::{
    catalogue::Platform,
    time::{Millis, Timestamp},
    units::{CpuUnits, Mib},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The docker label by which a container says how much of its image is pulled, in MiB. No part of ECS.
const IMAGE_SIZE_LABEL: &str = "footman.image-mib";
/// How much of an image is pulled where nobody says: a Jenkins agent with a JDK and little else, compressed.
const IMAGE_SIZE: Mib = Mib::new(400);

/// What `RegisterTaskDefinition` is given.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RegisterTaskDefinition {
    family: String,
    cpu: Option<String>,
    memory: Option<String>,
    network_mode: Option<String>,
    requires_compatibilities: Vec<String>,
    runtime_platform: Option<RuntimePlatform>,
    ephemeral_storage: Option<EphemeralStorage>,
    container_definitions: Vec<Map<String, Value>>,
    task_role_arn: Option<String>,
    execution_role_arn: Option<String>,
    volumes: Vec<Value>,
    placement_constraints: Vec<Value>,
    tags: Vec<Value>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RuntimePlatform {
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_architecture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operating_system_family: Option<String>,
}

impl RuntimePlatform {
    fn read(&self) -> Result<Platform, ApiError> {
        let family = self.operating_system_family.as_deref();
        let windows = family.is_some_and(|family| family.starts_with("WINDOWS"));
        match (self.cpu_architecture.as_deref(), windows) {
            (None | Some("X86_64"), false) => Ok(Platform::LinuxX86),
            (None | Some("X86_64"), true) => Ok(Platform::WindowsX86),
            (Some("ARM64"), false) => Ok(Platform::LinuxArm),
            (Some(_), _) => Err(ApiError::client("Invalid 'cpuArchitecture' setting for task.")),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct EphemeralStorage {
    #[serde(rename = "sizeInGiB")]
    pub(super) size_in_gib: u32,
}

/// What of a container definition decides something.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ContainerInput {
    name: String,
    image: String,
    cpu: u32,
    memory: Option<u32>,
    memory_reservation: Option<u32>,
    port_mappings: Vec<PortInput>,
    stop_timeout: Option<u64>,
    docker_labels: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PortInput {
    container_port: u16,
    host_port: u16,
    protocol: Option<String>,
}

/// What `DescribeTaskDefinition` is given.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DescribeTaskDefinition {
    task_definition: String,
    include: Vec<String>,
}

/// What `ListTaskDefinitions` is given.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ListTaskDefinitions {
    family_prefix: Option<String>,
    status: Option<String>,
    sort: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

/// What `RegisterTaskDefinition` and `DescribeTaskDefinition` answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DefinitionAnswer {
    task_definition: DefinitionShape,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<Value>>,
}

/// What `ListTaskDefinitions` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DefinitionArns {
    task_definition_arns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `TaskDefinition`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DefinitionShape {
    task_definition_arn: String,
    container_definitions: Vec<Map<String, Value>>,
    family: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_mode: Option<&'static str>,
    revision: u32,
    volumes: Vec<Value>,
    status: &'static str,
    placement_constraints: Vec<Value>,
    compatibilities: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    runtime_platform: Option<RuntimePlatform>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requires_compatibilities: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ephemeral_storage: Option<EphemeralStorage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registered_at: Option<Epoch>,
}

/// A definition as it was registered.
#[derive(Debug)]
pub(super) struct Kept {
    input: RegisterTaskDefinition,
    at: Timestamp,
}

impl Kept {
    /// The environment of its containers.
    pub(super) fn environment(&self) -> impl Iterator<Item = (String, String)> {
        let listed = self.input.container_definitions.iter().filter_map(|c| c.get("environment")?.as_array());
        listed.flatten().filter_map(|pair| {
            let text = |member| pair.get(member)?.as_str().map(str::to_owned);
            Some((text("name")?, text("value")?))
        })
    }

    /// Its tags.
    pub(super) fn tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.input
            .tags
            .iter()
            .filter_map(|tag| Some((tag.get("key")?.as_str()?, tag.get("value")?.as_str()?)))
    }
}

impl RegisterTaskDefinition {
    /// The definition in the terms of the state machine.
    fn read(&self) -> Result<TaskDefinition, Refusal> {
        if !self.placement_constraints.is_empty() {
            return Err(Refusal::unsupported(
                "The simulator has no placement constraints of task definitions.",
            ));
        }
        let platform =
            self.runtime_platform.as_ref().map_or(Ok(Platform::default()), RuntimePlatform::read)?;
        let fargate = self.requires_compatibilities.iter().any(|name| name == "FARGATE");
        Ok(TaskDefinition {
            family: self.family.as_str().into(),
            cpu: self.cpu.as_deref().map(task_cpu).transpose()?,
            memory: self.memory.as_deref().map(task_memory).transpose()?,
            network_mode: network_mode(self.network_mode.as_deref())?,
            requires_fargate: fargate,
            platform,
            ephemeral_gib: self.ephemeral_storage.map(|storage| storage.size_in_gib),
            containers: self.container_definitions.iter().map(container).collect::<Result<_, _>>()?,
        })
    }
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

fn network_mode(name: Option<&str>) -> Result<NetworkMode, Refusal> {
    match name {
        None | Some("bridge") => Ok(NetworkMode::Bridge),
        Some("host") => Ok(NetworkMode::Host),
        Some("awsvpc") => Ok(NetworkMode::Awsvpc),
        Some("none") => Ok(NetworkMode::None),
        Some(_) => Err(ApiError::client("Invalid 'networkMode' setting for task.").into()),
    }
}

fn network_mode_name(mode: NetworkMode) -> &'static str {
    match mode {
        NetworkMode::Bridge => "bridge",
        NetworkMode::Host => "host",
        NetworkMode::Awsvpc => "awsvpc",
        NetworkMode::None => "none",
    }
}

fn container(given: &Map<String, Value>) -> Result<Container, Refusal> {
    let read = serde_json::from_value::<ContainerInput>(Value::Object(given.clone()));
    let input = read.map_err(|e| Refusal::wire("SerializationException", e.to_string()))?;
    let size = input.docker_labels.get(IMAGE_SIZE_LABEL).and_then(Value::as_str);
    let size = match size.map(str::parse) {
        None => IMAGE_SIZE,
        Some(Ok(mib)) => Mib::new(mib),
        Some(Err(_)) => {
            return Err(ApiError::client(format!("The docker label {IMAGE_SIZE_LABEL} is no number.")).into());
        }
    };
    let port = |port: &PortInput| PortMapping {
        container_port: port.container_port,
        host_port: port.host_port,
        udp: port.protocol.as_deref() == Some("udp"),
    };
    let name: Arc<str> = input.name.into();
    if name.is_empty() || input.image.is_empty() {
        return Err(
            ApiError::client("Container.name and Container.image should not be null or empty.").into()
        );
    }
    Ok(Container {
        name,
        image: Image { name: input.image.into(), size },
        cpu: CpuUnits::new(input.cpu),
        memory: input.memory.map(Mib::new),
        memory_reservation: input.memory_reservation.map(Mib::new),
        ports: input.port_mappings.iter().map(port).collect(),
        stop_timeout: input.stop_timeout.map_or_else(|| Container::default().stop_timeout, Millis::from_secs),
    })
}

/// A container of a definition that did not come through the face.
fn shown(container: &Container) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("name".to_owned(), json!(&*container.name));
    shown.insert("image".to_owned(), json!(&*container.image.name));
    shown.insert("cpu".to_owned(), json!(container.cpu.get()));
    let memory = [("memory", container.memory), ("memoryReservation", container.memory_reservation)];
    for (member, mib) in memory {
        if let Some(mib) = mib {
            shown.insert(member.to_owned(), json!(mib.get()));
        }
    }
    shown
}

/// The members that ECS fills in where they were not given.
fn complete(mut container: Map<String, Value>) -> Map<String, Value> {
    let defaults = [
        ("cpu", json!(0)),
        ("portMappings", json!([])),
        ("essential", json!(true)),
        ("environment", json!([])),
        ("mountPoints", json!([])),
        ("volumesFrom", json!([])),
    ];
    for (member, value) in defaults {
        container.entry(member).or_insert(value);
    }
    container
}

impl Call<'_> {
    pub(super) fn definition_arn(&self, id: DefinitionId) -> String {
        self.arn(&format!("task-definition/{}", self.ecs.task_definition_name(id)))
    }

    pub(super) fn register_task_definition(
        &mut self,
        input: RegisterTaskDefinition,
    ) -> Result<DefinitionAnswer, Refusal> {
        self.admit(Operation::RegisterTaskDefinition)?;
        let definition = input.read()?;
        let id = self.ecs.register_task_definition(definition)?;
        let tags = (!input.tags.is_empty()).then(|| input.tags.clone());
        self.definitions.insert(id, Kept { input, at: self.now });
        Ok(DefinitionAnswer { task_definition: self.definition_shape(id), tags })
    }

    pub(super) fn describe_task_definition(
        &mut self,
        input: DescribeTaskDefinition,
    ) -> Result<DefinitionAnswer, Refusal> {
        self.admit(Operation::DescribeTaskDefinition)?;
        let found = self.ecs.find_task_definition(&input.task_definition);
        let id = found.map_err(|_| ApiError::client("Unable to describe task definition."))?;
        let wants_tags = input.include.iter().any(|part| part == "TAGS");
        let tags = wants_tags
            .then(|| self.definitions.get(&id).map_or_else(Vec::new, |kept| kept.input.tags.clone()));
        Ok(DefinitionAnswer { task_definition: self.definition_shape(id), tags })
    }

    pub(super) fn list_task_definitions(
        &mut self,
        input: ListTaskDefinitions,
    ) -> Result<DefinitionArns, Refusal> {
        self.admit(Operation::ListTaskDefinitions)?;
        let active = match input.status.as_deref() {
            None | Some("ACTIVE") => true,
            Some("INACTIVE") => false,
            Some(_) => return Err(Refusal::invalid("status must be ACTIVE or INACTIVE.")),
        };
        let views = self.ecs.task_definitions().map(|id| self.ecs.task_definition_view(id));
        let wanted = views.filter(|view| view.active == active).filter(|view| {
            // A prefix here is the whole name of the family (Amazon ECS API Reference, ListTaskDefinitions).
            input.family_prefix.as_deref().is_none_or(|family| *view.definition.family == *family)
        });
        let mut wanted: Vec<_> =
            wanted.map(|view| (&*view.definition.family, view.revision, view.id)).collect();
        wanted.sort_unstable();
        if input.sort.as_deref() == Some("DESC") {
            wanted.reverse();
        }
        let arns = wanted.into_iter().map(|(_, _, id)| self.definition_arn(id)).collect();
        let page = Page { next_token: input.next_token.as_deref(), max_results: input.max_results };
        let (task_definition_arns, next_token) = page.cut(arns)?;
        Ok(DefinitionArns { task_definition_arns, next_token })
    }

    fn definition_shape(&self, id: DefinitionId) -> DefinitionShape {
        let view = self.ecs.task_definition_view(id);
        let kept = self.definitions.get(&id);
        let given = kept.map(|kept| &kept.input);
        let containers = match given {
            Some(given) => given.container_definitions.clone(),
            None => view.definition.containers.iter().map(shown).collect(),
        };
        let compatibilities = if view.fargate { vec!["EC2", "FARGATE"] } else { vec!["EC2"] };
        let mode = view.definition.network_mode;
        DefinitionShape {
            task_definition_arn: self.definition_arn(id),
            container_definitions: containers.into_iter().map(complete).collect(),
            family: view.definition.family.to_string(),
            task_role_arn: given.and_then(|given| given.task_role_arn.clone()),
            execution_role_arn: given.and_then(|given| given.execution_role_arn.clone()),
            network_mode: given.is_none_or(|g| g.network_mode.is_some()).then(|| network_mode_name(mode)),
            revision: view.revision,
            volumes: given.map_or_else(Vec::new, |given| given.volumes.clone()),
            status: if view.active { "ACTIVE" } else { "INACTIVE" },
            placement_constraints: Vec::new(),
            compatibilities,
            runtime_platform: given.and_then(|given| given.runtime_platform.clone()),
            requires_compatibilities: given.map_or_else(Vec::new, |g| g.requires_compatibilities.clone()),
            cpu: view.definition.cpu.map(|cpu| cpu.get().to_string()),
            memory: view.definition.memory.map(|memory| memory.get().to_string()),
            ephemeral_storage: view
                .definition
                .ephemeral_gib
                .map(|size_in_gib| EphemeralStorage { size_in_gib }),
            registered_at: kept.map(|kept| Epoch(kept.at)),
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
