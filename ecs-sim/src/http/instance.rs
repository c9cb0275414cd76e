//! `DescribeContainerInstances`, `ListContainerInstances`.

use super::{
    Call, Epoch,
    cluster::{count, missing, number},
    definition::named,
    model::{
        Attribute, ContainerInstance, ContainerInstanceField, ContainerInstanceStatus,
        DescribeContainerInstancesRequest, DescribeContainerInstancesResponse, ListContainerInstancesRequest,
        ListContainerInstancesResponse, Resource, Text, VersionInfo,
    },
    page::Page,
    run::member_of,
    wire::Refusal,
};
use crate::{
    ContainerInstanceView, Tagged,
    api::{Operation, Provider},
    ecs::{TRUNK_ATTRIBUTE, architecture_of, is_capability},
    fleet::{InstanceStatus, Registration},
    id::{ClusterId, InstanceId},
    query::AgentVersion,
};
use footman_core::{event::TaskStatus, units::Size};

/// The most instances of one call (Amazon ECS API Reference, DescribeContainerInstances).
const DESCRIBE_MAX: usize = 100;
/// The Docker that the container agent says it has; any recent one will do.
const DOCKER_VERSION: &str = "DockerVersion: 25.0.6";
/// Versions of its API that this Docker has and that no definition requires.
const DOCKER_API_BESIDES: [&str; 22] = [
    "com.amazonaws.ecs.capability.docker-remote-api.1.20",
    "com.amazonaws.ecs.capability.docker-remote-api.1.22",
    "com.amazonaws.ecs.capability.docker-remote-api.1.23",
    "com.amazonaws.ecs.capability.docker-remote-api.1.24",
    "com.amazonaws.ecs.capability.docker-remote-api.1.26",
    "com.amazonaws.ecs.capability.docker-remote-api.1.27",
    "com.amazonaws.ecs.capability.docker-remote-api.1.28",
    "com.amazonaws.ecs.capability.docker-remote-api.1.30",
    "com.amazonaws.ecs.capability.docker-remote-api.1.31",
    "com.amazonaws.ecs.capability.docker-remote-api.1.32",
    "com.amazonaws.ecs.capability.docker-remote-api.1.33",
    "com.amazonaws.ecs.capability.docker-remote-api.1.34",
    "com.amazonaws.ecs.capability.docker-remote-api.1.35",
    "com.amazonaws.ecs.capability.docker-remote-api.1.36",
    "com.amazonaws.ecs.capability.docker-remote-api.1.37",
    "com.amazonaws.ecs.capability.docker-remote-api.1.38",
    "com.amazonaws.ecs.capability.docker-remote-api.1.39",
    "com.amazonaws.ecs.capability.docker-remote-api.1.40",
    "com.amazonaws.ecs.capability.docker-remote-api.1.41",
    "com.amazonaws.ecs.capability.docker-remote-api.1.42",
    "com.amazonaws.ecs.capability.docker-remote-api.1.43",
    "com.amazonaws.ecs.capability.docker-remote-api.1.44",
];

impl Call<'_> {
    /// The instance of this ARN or id, where the cluster has it.
    pub(super) fn known_instance(&self, cluster: ClusterId, text: &str) -> Result<InstanceId, Refusal> {
        let found = self.ecs.container_instance_of_arn(text).and_then(|id| self.ecs.container_instance(id));
        match found {
            Some(view) if view.cluster == cluster && view.registered_at.is_some() => Ok(view.id),
            Some(_) | None => Err(Refusal::invalid("The referenced container instance was not found.")),
        }
    }

    pub(super) fn describe_container_instances(
        &mut self,
        input: DescribeContainerInstancesRequest,
    ) -> Result<DescribeContainerInstancesResponse, Refusal> {
        self.admit(Operation::DescribeContainerInstances)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let asked = input.container_instances.unwrap_or_default();
        if asked.is_empty() {
            return Err(Refusal::invalid("Container instance list cannot be empty."));
        }
        if asked.len() > DESCRIBE_MAX {
            return Err(Refusal::invalid("At most 100 container instances can be described at once."));
        }
        let tags = input.include.iter().flatten().any(|part| *part == ContainerInstanceField::Tags);
        let (mut container_instances, mut failures) = (Vec::new(), Vec::new());
        for text in asked {
            let known =
                self.known_instance(cluster, &text).ok().and_then(|id| self.ecs.container_instance(id));
            match known {
                Some(view) => container_instances.push(self.instance_shape(&view, tags)),
                None => match self.inactive_shape(cluster, &text, tags) {
                    Some(shape) => container_instances.push(shape),
                    None => failures.push(missing(self.asked_instance_arn(cluster, text))),
                },
            }
        }
        Ok(DescribeContainerInstancesResponse {
            container_instances: Some(container_instances),
            failures: Some(failures),
        })
    }

    /// An instance that has left the cluster not long ago.
    fn inactive_shape(&self, cluster: ClusterId, text: &str, tags: bool) -> Option<ContainerInstance> {
        let id = self.ecs.container_instance_of_arn(text)?;
        let view = self.ecs.inactive_instance(cluster, id)?;
        Some(ContainerInstance { status: Some("INACTIVE".into()), ..self.instance_shape(&view, tags) })
    }

    /// The ARN of what was asked for by `text`.
    pub(super) fn asked_instance_arn(&self, cluster: ClusterId, text: Text) -> String {
        if text.starts_with("arn:") {
            return text.into_owned();
        }
        self.arn("container-instance", &[self.ecs.cluster_name(cluster), "/", &text].concat())
    }

    pub(super) fn list_container_instances(
        &mut self,
        input: ListContainerInstancesRequest,
    ) -> Result<ListContainerInstancesResponse, Refusal> {
        self.admit(Operation::ListContainerInstances)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let filter = input.filter.as_deref().map(|text| member_of(Some(text))).transpose()?;
        let wanted = |view: &ContainerInstanceView<'_>| match input.status {
            None => true,
            Some(ContainerInstanceStatus::Active) => view.status == InstanceStatus::Active,
            Some(ContainerInstanceStatus::Draining) => view.status == InstanceStatus::Draining,
            Some(ContainerInstanceStatus::Registering) => view.status == InstanceStatus::Registering,
            // Nobody sees an instance on its way out, and none fails on its way in.
            Some(ContainerInstanceStatus::Deregistering | ContainerInstanceStatus::RegistrationFailed) => {
                false
            }
        };
        let ids: Vec<InstanceId> = match &filter {
            Some(filter) => self.ecs.container_instances_where(cluster, filter).collect(),
            None => self.ecs.container_instances(cluster).collect(),
        };
        let views = ids.into_iter().filter_map(|id| self.ecs.container_instance(id));
        let name = self.ecs.cluster_name(cluster);
        let arn = |id| Text::from(self.ecs.container_instance_arn(name, id).to_string());
        let arns: Vec<Text> = views.filter(wanted).map(|view| arn(view.id)).collect();
        let (arns, next_token) = Page::new(input.next_token.as_deref(), input.max_results).cut(arns)?;
        Ok(ListContainerInstancesResponse { container_instance_arns: Some(arns), next_token })
    }

    pub(super) fn instance_shape(&self, view: &ContainerInstanceView<'_>, tags: bool) -> ContainerInstance {
        let tasks = view.tasks.iter().filter_map(|&id| self.ecs.task(self.now, id));
        let (running, others): (Vec<_>, Vec<_>) = tasks.partition(|task| task.status == TaskStatus::Running);
        let name = self.ecs.cluster_name(view.cluster);
        let said = self.kept.instances.get(&view.id);
        let gpus = |free_only: bool| -> Option<Vec<Text>> {
            let shown = view.gpus.iter().filter(|gpu| !free_only || gpu.task.is_none());
            (!view.gpus.is_empty()).then(|| shown.map(|gpu| gpu.id.to_string().into()).collect())
        };
        ContainerInstance {
            container_instance_arn: Some(self.ecs.container_instance_arn(name, view.id).to_string().into()),
            ec2_instance_id: Some(self.ecs.ec2_instance_id(view.id).into()),
            capacity_provider_name: view
                .provider
                .map(|id| self.ecs.provider_name(Provider::Group(id)).to_owned().into()),
            version: Some(1),
            version_info: Some(said.and_then(|said| said.version_info.clone()).unwrap_or_else(version)),
            remaining_resources: Some(resources(view.remaining, gpus(true))),
            registered_resources: Some(resources(view.registered, gpus(false))),
            status: Some(status_name(view.status).into()),
            agent_connected: Some(view.agent_connected),
            running_tasks_count: Some(count(running.len())),
            pending_tasks_count: Some(count(others.iter().filter(|task| !task.stopping).count())),
            attributes: Some(attributes(view)),
            registered_at: view.registered_at.map(Epoch),
            attachments: Some(Vec::new()),
            tags: Some(if tags { self.tags_shown(Tagged::ContainerInstance(view.id)) } else { Vec::new() }),
            ..ContainerInstance::default()
        }
    }
}

fn status_name(status: InstanceStatus) -> &'static str {
    match status {
        InstanceStatus::Registering => "REGISTERING",
        InstanceStatus::Active => "ACTIVE",
        InstanceStatus::Draining => "DRAINING",
    }
}

fn version() -> VersionInfo {
    VersionInfo {
        agent_version: Some(AgentVersion::default().to_string().into()),
        docker_version: Some(DOCKER_VERSION.into()),
        ..VersionInfo::default()
    }
}

/// Every attribute of an instance: those that ECS gives to each, and its own.
pub(super) fn attributes(view: &ContainerInstanceView<'_>) -> Vec<Attribute> {
    let given = [
        ("ecs.availability-zone", view.zone),
        ("ecs.instance-type", view.instance_type),
        ("ecs.os-type", "linux"),
        ("ecs.os-family", "LINUX"),
        ("ecs.cpu-architecture", architecture_of(view.instance_type)),
    ];
    let given = given.into_iter().filter(|(name, _)| view.attributes.iter().all(|(own, _)| **own != **name));
    let own = view.attributes.iter().map(|(name, value)| Attribute {
        name: Some(name.to_string().into()),
        value: value.as_ref().map(|value| value.to_string().into()),
        ..Attribute::default()
    });
    let trunk = view.trunk.map(|trunk| attribute(TRUNK_ATTRIBUTE, &trunk.to_string()));
    let given = given.map(|(name, value)| attribute(name, value)).chain(trunk);
    // An agent that says what it can do is taken at its word; another is one of an ECS-optimized image.
    let says = view.attributes.iter().any(|(name, _)| is_capability(name));
    let able = view.capabilities.names().chain(DOCKER_API_BESIDES).map(named);
    given.chain(able.filter(|_| !says)).chain(own).collect()
}

fn attribute(name: &str, value: &str) -> Attribute {
    Attribute {
        name: Some(name.to_owned().into()),
        value: Some(value.to_owned().into()),
        ..Attribute::default()
    }
}

/// The resources, GPU only where there are any, with every member that ECS shows, used or not (a published answer of
/// DescribeContainerInstances).
fn resources(size: Size, gpus: Option<Vec<Text>>) -> Vec<Resource> {
    let blank = |name: &'static str, kind: &'static str| Resource {
        name: Some(name.into()),
        r#type: Some(kind.into()),
        double_value: Some(0.0),
        long_value: Some(0),
        integer_value: Some(0),
        string_set_value: None,
    };
    let amount = |name, value| Resource { integer_value: Some(number(value)), ..blank(name, "INTEGER") };
    let set = |name, items| Resource { string_set_value: Some(items), ..blank(name, "STRINGSET") };
    let reserved = Registration::PORTS_RESERVED.iter().map(|port| port.to_string().into()).collect();
    let mut resources = vec![
        amount("CPU", size.cpu.get()),
        amount("MEMORY", size.memory.get()),
        set("PORTS", reserved),
        set("PORTS_UDP", Vec::new()),
    ];
    if let Some(gpus) = gpus {
        resources.push(set("GPU", gpus));
    }
    resources
}
