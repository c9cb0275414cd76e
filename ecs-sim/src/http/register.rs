//! Container instances that come and go: `RegisterContainerInstance`, `DeregisterContainerInstance`,
//! `UpdateContainerInstancesState`, `UpdateContainerAgent`.

use super::{
    Call,
    attribute::attribute_of,
    cluster::missing,
    model::{
        ContainerInstanceStatus, DeregisterContainerInstanceRequest, DeregisterContainerInstanceResponse,
        RegisterContainerInstanceRequest, RegisterContainerInstanceResponse, Resource,
        UpdateContainerAgentRequest, UpdateContainerAgentResponse, UpdateContainerInstancesStateRequest,
        UpdateContainerInstancesStateResponse, VersionInfo,
    },
    tag::tags_of,
    wire::Refusal,
};
use crate::{
    AgentRegistration, Ecs, Tagged,
    api::{ApiError, ErrorCode, Operation},
    capacity::InstanceSpec,
    id::InstanceId,
};
use footman_core::{
    catalogue::{InstanceType, instance_type},
    units::{CpuUnits, Mib, NanoUsd, Size},
};
use indexmap::IndexSet;
use serde::Deserialize;
use std::sync::Arc;

/// Instances of one call of UpdateContainerInstancesState (minamijoyo/myaws pull request 25).
const STATES_MAX: usize = 10;
/// What an instance has of which nothing is known: as other simulators of ECS have it.
const SIZE_UNKNOWN: Size = Size::new(CpuUnits::new(4096), Mib::new(7482));
/// Tasks with a network interface of their own on a type that is not listed: an estimate, that of most types with four
/// vCPUs.
const AWSVPC_TASKS_UNKNOWN: u16 = 3;
/// More than any instance has, of CPU units and of MiB.
const RESOURCE_MAX: u32 = (1 << 24) - 1;

/// What a container instance shows and what decides nothing here.
#[derive(Debug, Default)]
pub(super) struct InstanceExtras {
    pub(super) version_info: Option<VersionInfo>,
}

/// What is read of an instance identity document (Amazon EC2 User Guide, "Instance identity documents"); its signature is
/// not checked.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct IdentityDocument {
    instance_id: Option<String>,
    instance_type: Option<String>,
    availability_zone: Option<String>,
}

impl Call<'_> {
    pub(super) fn register_container_instance(
        &mut self,
        input: RegisterContainerInstanceRequest,
    ) -> Result<RegisterContainerInstanceResponse, Refusal> {
        self.admit(Operation::RegisterContainerInstance)?;
        // aws/amazon-ecs-agent issue 750: a ClientException, where other calls have an exception of its own.
        let cluster = self.cluster(input.cluster.as_deref());
        let cluster = cluster.map_err(|_| ApiError::client("Cluster not found."))?;
        let tags = tags_of(input.tags.as_deref().unwrap_or_default());
        Ecs::check_tags(&tags)?;
        let document = identity(input.instance_identity_document.as_deref())?;
        let id = match &input.container_instance_arn {
            Some(arn) => self.known_instance(cluster, arn)?,
            None => {
                let zone = document.availability_zone.map(Into::into);
                let default = || format!("{}a", self.ecs.settings().region).into();
                let kind = kind(document.instance_type.as_deref(), input.total_resources.as_deref())?;
                let attributes = input.attributes.iter().flatten().map(attribute_of).collect();
                let spec = InstanceSpec {
                    zones: vec![zone.unwrap_or_else(default)],
                    gpus: gpus(input.total_resources.as_deref()),
                    ..InstanceSpec::new(kind)
                };
                let ec2_instance_id = document.instance_id.map(Into::into);
                let registration = AgentRegistration { spec, ec2_instance_id, attributes };
                self.ecs.register_container_instance(cluster, registration)?
            }
        };
        self.ecs.put_tags(Tagged::ContainerInstance(id), &tags)?;
        self.kept.instances.insert(id, InstanceExtras { version_info: input.version_info });
        let view = self.ecs.container_instance(id).expect("it was just registered");
        Ok(RegisterContainerInstanceResponse { container_instance: Some(self.instance_shape(&view, true)) })
    }

    pub(super) fn deregister_container_instance(
        &mut self,
        input: DeregisterContainerInstanceRequest,
    ) -> Result<DeregisterContainerInstanceResponse, Refusal> {
        self.admit(Operation::DeregisterContainerInstance)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let id = self.known_instance(cluster, input.container_instance.as_deref().unwrap_or_default())?;
        let view = self.ecs.container_instance(id).expect("the cluster has it");
        let mut shape = self.instance_shape(&view, false);
        self.ecs.deregister_instance(self.now, id, input.force.unwrap_or(false))?;
        self.kept.instances.remove(&id);
        shape.status = Some("INACTIVE".into());
        (shape.running_tasks_count, shape.pending_tasks_count) = (Some(0), Some(0));
        Ok(DeregisterContainerInstanceResponse { container_instance: Some(shape) })
    }

    pub(super) fn update_container_instances_state(
        &mut self,
        input: UpdateContainerInstancesStateRequest,
    ) -> Result<UpdateContainerInstancesStateResponse, Refusal> {
        self.admit(Operation::UpdateContainerInstancesState)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let drains = match input.status {
            Some(ContainerInstanceStatus::Active) => false,
            Some(ContainerInstanceStatus::Draining) => true,
            Some(
                ContainerInstanceStatus::Registering
                | ContainerInstanceStatus::Deregistering
                | ContainerInstanceStatus::RegistrationFailed,
            )
            // moto's copy of ECS's words.
            | None => {
                return Err(Refusal::invalid(
                    "Container instance status should be one of [ACTIVE, DRAINING]",
                ));
            }
        };
        let texts = input.container_instances.unwrap_or_default();
        if texts.is_empty() {
            return Err(ApiError::client("Container Instances cannot be empty.").into());
        }
        if texts.len() > STATES_MAX {
            return Err(Refusal::invalid("instanceIds can have at most 10 items."));
        }
        let (mut shapes, mut failures) = (Vec::new(), Vec::new());
        for text in texts {
            let Ok(id) = self.known_instance(cluster, &text) else {
                failures.push(missing(self.asked_instance_arn(cluster, text)));
                continue;
            };
            if drains {
                self.ecs.drain_instance(self.now, id)?;
            } else {
                self.ecs.activate_instance(id)?;
            }
            shapes.extend(self.ecs.container_instance(id).map(|view| self.instance_shape(&view, false)));
        }
        Ok(UpdateContainerInstancesStateResponse {
            container_instances: Some(shapes),
            failures: Some(failures),
        })
    }

    pub(super) fn update_container_agent(
        &mut self,
        input: UpdateContainerAgentRequest,
    ) -> Result<UpdateContainerAgentResponse, Refusal> {
        self.admit(Operation::UpdateContainerAgent)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let _: InstanceId =
            self.known_instance(cluster, input.container_instance.as_deref().unwrap_or_default())?;
        // Every agent is of the latest version here (aws/amazon-ecs-agent issue 2287 has the words).
        let none = "There is no update available for your container agent.";
        Err(ApiError::new(ErrorCode::NoUpdateAvailable, none).into())
    }
}

fn identity(document: Option<&str>) -> Result<IdentityDocument, Refusal> {
    let Some(text) = document else { return Ok(IdentityDocument::default()) };
    // aws/amazon-ecs-agent issue 3604.
    let invalid = "The identity document and identity document signature were not valid";
    serde_json::from_str(text).map_err(|_| ApiError::client(invalid).into())
}

/// What registers: what it says that it has wins over what is known of its type.
fn kind(name: Option<&str>, resources: Option<&[Resource]>) -> Result<InstanceType, Refusal> {
    let said = |resource: &str| -> Result<Option<u32>, Refusal> {
        let mut named = resources.into_iter().flatten();
        let Some(found) = named.find(|known| known.name.as_deref() == Some(resource)) else {
            return Ok(None);
        };
        let value = found.integer_value.and_then(|value| u32::try_from(value).ok());
        let value = value.filter(|&value| value <= RESOURCE_MAX);
        let refusal = || Refusal::invalid(format!("The resource {resource} is out of range."));
        value.map(Some).ok_or_else(refusal)
    };
    let listed = name.and_then(instance_type);
    let mut kind = listed.unwrap_or_else(|| InstanceType {
        name: name.unwrap_or("unknown").into(),
        registered: SIZE_UNKNOWN,
        price_per_hour: NanoUsd::new(0),
        awsvpc_tasks: AWSVPC_TASKS_UNKNOWN,
        awsvpc_tasks_trunked: AWSVPC_TASKS_UNKNOWN,
    });
    let cpu = said("CPU")?.map_or(kind.registered.cpu, CpuUnits::new);
    let memory = said("MEMORY")?.map_or(kind.registered.memory, Mib::new);
    kind.registered = Size::new(cpu, memory);
    Ok(kind)
}

/// The ids of its GPUs, each once: `totalResources` of the type STRINGSET.
fn gpus(resources: Option<&[Resource]>) -> Vec<Arc<str>> {
    let mut named = resources.into_iter().flatten();
    let found = named.find(|known| known.name.as_deref() == Some("GPU"));
    let ids = found.and_then(|known| known.string_set_value.as_ref()).into_iter().flatten();
    let ids: IndexSet<Arc<str>> = ids.map(|id| Arc::from(&**id)).collect();
    ids.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::{super::model::Text, *};

    #[test]
    fn what_an_instance_says_that_it_has_wins_over_its_type() {
        let resource = |name: &'static str, value| Resource {
            name: Some(Text::from(name)),
            integer_value: Some(value),
            ..Resource::default()
        };
        let said = [resource("CPU", 512), resource("MEMORY", 1000)];
        // type, said => CPU, MEMORY
        let table: [(Option<&str>, &[Resource], u32, u32); 5] = [
            (Some("m6i.large"), &[], 2048, 7817),
            (Some("m6i.large"), &said, 512, 1000),
            (Some("m6i.large"), &said[..1], 512, 7817),
            (Some("t2.nano"), &[], 4096, 7482),
            (None, &said, 512, 1000),
        ];
        for (name, resources, cpu, memory) in table {
            let size = kind(name, Some(resources)).unwrap().registered;
            assert_eq!((size.cpu.get(), size.memory.get()), (cpu, memory), "{name:?}");
        }
        assert!(kind(None, Some(&[resource("CPU", -1)])).is_err());
        assert!(kind(None, Some(&[resource("MEMORY", i32::MAX)])).is_err());
    }
}
