//! `DescribeContainerInstances`, `ListContainerInstances`.

use super::{
    Call,
    cluster::FailureShape,
    page::Page,
    wire::{Epoch, Refusal},
};
use crate::{
    ContainerInstanceView,
    api::{Operation, Provider},
    fleet::Registration,
    id::{ClusterId, InstanceId},
};
use footman_core::{event::TaskStatus, units::Size};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The most instances of one call (Amazon ECS API Reference, DescribeContainerInstances).
const DESCRIBE_MAX: usize = 100;
/// What the container agent says of itself; any recent one will do.
const AGENT_VERSION: &str = "1.89.1";
const DOCKER_VERSION: &str = "DockerVersion: 25.0.6";

/// What `DescribeContainerInstances` is given.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DescribeContainerInstances {
    cluster: Option<String>,
    container_instances: Vec<String>,
}

/// What `ListContainerInstances` is given.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ListContainerInstances {
    cluster: Option<String>,
    filter: Option<String>,
    status: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

/// What `DescribeContainerInstances` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InstancesAnswer {
    container_instances: Vec<InstanceShape>,
    failures: Vec<FailureShape>,
}

/// What `ListContainerInstances` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InstanceArns {
    container_instance_arns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `ContainerInstance`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InstanceShape {
    container_instance_arn: String,
    ec2_instance_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity_provider_name: Option<String>,
    version: u32,
    version_info: Value,
    remaining_resources: [Value; 4],
    registered_resources: [Value; 4],
    status: &'static str,
    agent_connected: bool,
    running_tasks_count: usize,
    pending_tasks_count: usize,
    attributes: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registered_at: Option<Epoch>,
    attachments: [(); 0],
    tags: [(); 0],
}

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
        input: DescribeContainerInstances,
    ) -> Result<InstancesAnswer, Refusal> {
        self.admit(Operation::DescribeContainerInstances)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        if input.container_instances.is_empty() {
            return Err(Refusal::invalid("Container instance list cannot be empty."));
        }
        if input.container_instances.len() > DESCRIBE_MAX {
            return Err(Refusal::invalid("At most 100 container instances can be described at once."));
        }
        let mut answer = InstancesAnswer { container_instances: Vec::new(), failures: Vec::new() };
        for text in input.container_instances {
            let known =
                self.known_instance(cluster, &text).ok().and_then(|id| self.ecs.container_instance(id));
            match known {
                Some(view) => answer.container_instances.push(self.instance_shape(&view)),
                None if text.starts_with("arn:") => answer.failures.push(FailureShape::missing(text)),
                None => {
                    let name = self.ecs.cluster_name(cluster);
                    let arn = self.arn(&format!("container-instance/{name}/{text}"));
                    answer.failures.push(FailureShape::missing(arn));
                }
            }
        }
        Ok(answer)
    }

    pub(super) fn list_container_instances(
        &mut self,
        input: ListContainerInstances,
    ) -> Result<InstanceArns, Refusal> {
        self.admit(Operation::ListContainerInstances)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        if input.filter.is_some() {
            return Err(Refusal::unsupported("The simulator has no filter for container instances."));
        }
        let draining = match input.status.as_deref() {
            None => None,
            Some("ACTIVE") => Some(false),
            Some("DRAINING") => Some(true),
            Some(other) => return Err(Refusal::invalid(format!("{other} is no status to list by."))),
        };
        let views = self.ecs.container_instances(cluster).filter_map(|id| self.ecs.container_instance(id));
        let wanted = views.filter(|view| draining.is_none_or(|draining| view.draining == draining));
        let name = self.ecs.cluster_name(cluster);
        let arns = wanted.map(|view| self.ecs.container_instance_arn(name, view.id).to_string()).collect();
        let page = Page { next_token: input.next_token.as_deref(), max_results: input.max_results };
        let (container_instance_arns, next_token) = page.cut(arns)?;
        Ok(InstanceArns { container_instance_arns, next_token })
    }

    fn instance_shape(&self, view: &ContainerInstanceView<'_>) -> InstanceShape {
        let tasks = view.tasks.iter().filter_map(|&id| self.ecs.task(self.now, id));
        let (running, others): (Vec<_>, Vec<_>) = tasks.partition(|task| task.status == TaskStatus::Running);
        let name = self.ecs.cluster_name(view.cluster);
        let attribute = |name: &str, value: &str| json!({ "name": name, "value": value });
        InstanceShape {
            container_instance_arn: self.ecs.container_instance_arn(name, view.id).to_string(),
            ec2_instance_id: self.ecs.ec2_instance_id(view.id),
            capacity_provider_name: view
                .provider
                .map(|id| self.ecs.provider_name(Provider::Group(id)).to_owned()),
            version: 1,
            version_info: json!({ "agentVersion": AGENT_VERSION, "dockerVersion": DOCKER_VERSION }),
            remaining_resources: resources(view.remaining),
            registered_resources: resources(view.registered),
            status: if view.draining { "DRAINING" } else { "ACTIVE" },
            agent_connected: true,
            running_tasks_count: running.len(),
            pending_tasks_count: others.iter().filter(|task| !task.stopping).count(),
            attributes: vec![
                attribute("ecs.availability-zone", view.zone),
                attribute("ecs.instance-type", view.instance_type),
                attribute("ecs.os-type", "linux"),
                attribute("ecs.os-family", "LINUX"),
                attribute("ecs.cpu-architecture", architecture(view.instance_type)),
            ],
            registered_at: view.registered_at.map(Epoch),
            attachments: [],
            tags: [],
        }
    }
}

/// The four resources with every member that ECS shows, used or not (a published answer of
/// DescribeContainerInstances).
fn resources(size: Size) -> [Value; 4] {
    let amount = |name: &str, value: u32| json!({ "name": name, "type": "INTEGER", "doubleValue": 0.0, "longValue": 0, "integerValue": value });
    let ports = |name: &str, ports: Vec<String>| {
        json!({
            "name": name, "type": "STRINGSET", "doubleValue": 0.0, "longValue": 0, "integerValue": 0,
            "stringSetValue": ports
        })
    };
    let reserved = Registration::PORTS_RESERVED.iter().map(u16::to_string).collect();
    [
        amount("CPU", size.cpu.get()),
        amount("MEMORY", size.memory.get()),
        ports("PORTS", reserved),
        ports("PORTS_UDP", Vec::new()),
    ]
}

/// Graviton families end in `g`, or have it before further letters (`m7g`, `c7gd`).
fn architecture(instance_type: &str) -> &'static str {
    let family = instance_type.split('.').next().unwrap_or_default();
    let letters = family.rsplit(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
    if letters.starts_with('g') { "arm64" } else { "x86_64" }
}
