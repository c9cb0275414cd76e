//! `StopTask`, `DescribeTasks`, `ListTasks`, and what a task looks like on the wire.
//!
//! What a task has not reached is absent, never null: clients tell the two apart.

use super::{
    Call,
    cluster::FailureShape,
    definition::EphemeralStorage,
    run::{Overrides, TagShape, input_of},
    wire::{Epoch, Refusal},
};
use crate::{
    api::{DesiredStatus, LaunchType, ListTasks},
    definition::Container,
    id::{ClusterId, TaskId},
    task::TaskView,
};
use footman_core::{
    catalogue::Platform,
    event::{StopCode, TaskStatus},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What `StopTask` is given.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StopTask {
    cluster: Option<String>,
    task: String,
    reason: Option<String>,
}

/// What `DescribeTasks` is given.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DescribeTasks {
    cluster: Option<String>,
    tasks: Vec<String>,
    include: Vec<String>,
}

/// What `ListTasks` is given.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ListTasksInput {
    cluster: Option<String>,
    container_instance: Option<String>,
    family: Option<String>,
    started_by: Option<String>,
    service_name: Option<String>,
    desired_status: Option<String>,
    launch_type: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// What `StopTask` answers.
#[derive(Serialize)]
pub(super) struct TaskAnswer {
    task: TaskShape,
}

/// What `DescribeTasks` answers.
#[derive(Serialize)]
pub(super) struct TasksAnswer {
    tasks: Vec<TaskShape>,
    failures: Vec<FailureShape>,
}

/// What `ListTasks` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TaskArns {
    task_arns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `Task`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TaskShape {
    task_arn: String,
    last_status: &'static str,
    desired_status: &'static str,
    #[serde(flatten)]
    rest: Option<Box<TaskRest>>,
}

/// Every member of a task but the three that a replayed token shows of one that has stopped.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TaskRest {
    attachments: Vec<Value>,
    attributes: [Attribute; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    availability_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity_provider_name: Option<String>,
    cluster_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    connectivity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connectivity_at: Option<Epoch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container_instance_arn: Option<String>,
    containers: Vec<ContainerShape>,
    cpu: String,
    created_at: Epoch,
    enable_execute_command: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    ephemeral_storage: Option<EphemeralStorage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_stopped_at: Option<Epoch>,
    group: String,
    health_status: &'static str,
    inference_accelerators: [(); 0],
    launch_type: &'static str,
    memory: String,
    overrides: Overrides,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform_family: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pull_started_at: Option<Epoch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pull_stopped_at: Option<Epoch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<Epoch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_at: Option<Epoch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopping_at: Option<Epoch>,
    tags: Vec<TagShape>,
    task_definition_arn: String,
    version: u32,
}

/// `Container`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContainerShape {
    container_arn: String,
    task_arn: String,
    name: String,
    image: String,
    last_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<i32>,
    network_bindings: [(); 0],
    network_interfaces: [(); 0],
    health_status: &'static str,
    cpu: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_reservation: Option<String>,
}

/// `Attribute`.
#[derive(Serialize)]
struct Attribute {
    name: &'static str,
    value: &'static str,
}

/// The version that `LATEST` stands for (Amazon ECS Developer Guide, "Fargate Linux platform versions").
const PLATFORM_VERSION: &str = "1.4.0";
/// Storage of a task on Fargate where its definition asks for none.
const EPHEMERAL_STORAGE_GIB: u32 = 20;

impl Call<'_> {
    pub(super) fn task_arn(&self, task: TaskId) -> String {
        let cluster =
            self.ecs.task(self.now, task).map_or("default", |view| self.ecs.cluster_name(view.cluster));
        self.ecs.task_arn(cluster, task).to_string()
    }

    pub(super) fn stop_task(&mut self, input: StopTask) -> Result<TaskAnswer, Refusal> {
        let cluster = self.cluster(input.cluster.as_deref())?;
        let known = self
            .ecs
            .task_of_arn(&input.task)
            .filter(|&id| self.ecs.task(self.now, id).is_some_and(|view| view.cluster == cluster));
        let Some(id) = known else {
            return Err(Refusal::invalid("The referenced task was not found."));
        };
        let before = self.ecs.stop_task(self.now, id, input.reason.map(Into::into))?.status;
        let mut view = self.ecs.task(self.now, id).expect("a task that was stopped is still described");
        view.status = before;
        Ok(TaskAnswer { task: self.task_shape(&view, false) })
    }

    pub(super) fn describe_tasks(&mut self, input: DescribeTasks) -> Result<TasksAnswer, Refusal> {
        let cluster = self.cluster(input.cluster.as_deref())?;
        let asked: Vec<Option<TaskId>> = input.tasks.iter().map(|text| self.ecs.task_of_arn(text)).collect();
        // A text that is no id at all is as unknown to ECS as the id of no task.
        let ids: Vec<TaskId> = asked.iter().map(|id| id.unwrap_or(TaskId(u64::MAX))).collect();
        self.ecs.describe_tasks(self.now, cluster, &ids)?;
        let tags = input.include.iter().any(|part| part == "TAGS");
        let mut answer = TasksAnswer { tasks: Vec::new(), failures: Vec::new() };
        for (id, text) in asked.into_iter().zip(input.tasks) {
            let view = id.and_then(|id| self.ecs.task(self.now, id)).filter(|view| view.cluster == cluster);
            match view {
                Some(view) => answer.tasks.push(self.task_shape(&view, tags)),
                None => answer.failures.push(FailureShape::missing(self.asked_arn(cluster, text))),
            }
        }
        Ok(answer)
    }

    pub(super) fn list_tasks(&mut self, input: ListTasksInput) -> Result<TaskArns, Refusal> {
        let cluster = self.cluster(input.cluster.as_deref())?;
        let mut request = ListTasks::new(cluster);
        if input.service_name.is_some() {
            return Err(Refusal::wire("ServiceNotFoundException", "Service not found."));
        }
        request.started_by = input.started_by.map(Into::into);
        request.family = input.family.map(Into::into);
        request.instance = match input.container_instance {
            None => None,
            Some(text) => Some(self.known_instance(cluster, &text)?),
        };
        request.launch_type = match input.launch_type.as_deref() {
            None => None,
            Some("EC2") => Some(LaunchType::Ec2),
            Some("FARGATE") => Some(LaunchType::Fargate),
            Some(other) => return Err(Refusal::invalid(format!("{other} is no launch type."))),
        };
        request.desired_status = match input.desired_status.as_deref() {
            None | Some("RUNNING") => DesiredStatus::Running,
            Some("PENDING") => DesiredStatus::Pending,
            Some("STOPPED") => DesiredStatus::Stopped,
            Some(other) => return Err(Refusal::invalid(format!("{other} is no desired status."))),
        };
        if let Some(max) = input.max_results {
            request.max_results = u16::try_from(max).unwrap_or(0);
        }
        if let Some(token) = input.next_token {
            let next = self.ecs.task_of_arn(&token).ok_or_else(|| Refusal::invalid("Invalid token."))?;
            request.next = Some(next);
        }
        let page = self.ecs.list_tasks(self.now, &request)?;
        let name = self.ecs.cluster_name(cluster);
        Ok(TaskArns {
            task_arns: page.tasks.iter().map(|&id| self.ecs.task_arn(name, id).to_string()).collect(),
            next_token: page.next.map(|id| self.ecs.task_id_text(id)),
        })
    }

    /// The ARN of what was asked for by `text`.
    fn asked_arn(&self, cluster: ClusterId, text: String) -> String {
        if text.starts_with("arn:") {
            return text;
        }
        self.arn(&format!("task/{}/{text}", self.ecs.cluster_name(cluster)))
    }

    /// A task in the three members that a replayed token shows of one that has stopped.
    pub(super) fn brief_task_shape(&self, view: &TaskView<'_>) -> TaskShape {
        let name = self.ecs.cluster_name(view.cluster);
        TaskShape {
            task_arn: self.ecs.task_arn(name, view.id).to_string(),
            last_status: status_name(view.status),
            desired_status: if view.stopping { "STOPPED" } else { "RUNNING" },
            rest: None,
        }
    }

    /// A task, with its tags where they are wanted.
    pub(super) fn task_shape(&self, view: &TaskView<'_>, tags: bool) -> TaskShape {
        TaskShape { rest: Some(Box::new(self.task_rest(view, tags))), ..self.brief_task_shape(view) }
    }

    fn task_rest(&self, view: &TaskView<'_>, tags: bool) -> TaskRest {
        let definition = self.ecs.task_definition(view.definition);
        let input = input_of(view);
        let instance = view.instance.and_then(|id| self.ecs.container_instance(id));
        let fargate = view.launch_type == LaunchType::Fargate;
        let connected = view.pending_at.is_some();
        let epoch = |at: Option<Timestamp>| at.map(Epoch);
        let cluster = self.ecs.cluster_name(view.cluster);
        let architecture = match definition.platform {
            Platform::LinuxX86 | Platform::WindowsX86 => "x86_64",
            Platform::LinuxArm => "arm64",
        };
        let tag =
            |(key, value): &crate::api::Tag| TagShape { key: key.to_string(), value: value.to_string() };
        let overrides = complete(input.overrides.clone(), &definition.containers);
        TaskRest {
            attachments: self.attachments(view, &input),
            attributes: [Attribute { name: "ecs.cpu-architecture", value: architecture }],
            availability_zone: match instance {
                Some(instance) => Some(instance.zone.to_owned()),
                None => fargate.then(|| format!("{}a", self.ecs.settings().region)),
            },
            capacity_provider_name: view.provider.map(|provider| self.ecs.provider_name(provider).to_owned()),
            cluster_arn: self.cluster_arn(view.cluster),
            connectivity: connected.then_some("CONNECTED"),
            connectivity_at: epoch(view.pending_at),
            container_instance_arn: view
                .instance
                .map(|id| self.ecs.container_instance_arn(cluster, id).to_string()),
            containers: self.containers(view, &definition.containers),
            cpu: view.size.cpu.get().to_string(),
            created_at: Epoch(view.created_at),
            enable_execute_command: input.enable_execute_command,
            ephemeral_storage: fargate.then_some(EphemeralStorage {
                size_in_gib: definition.ephemeral_gib.unwrap_or(EPHEMERAL_STORAGE_GIB),
            }),
            execution_stopped_at: epoch(view.execution_stopped_at),
            group: view.group.to_owned(),
            health_status: "UNKNOWN",
            inference_accelerators: [],
            // A task that was placed by a strategy on Fargate shows both; one on a group shows the launch type EC2.
            launch_type: if fargate { "FARGATE" } else { "EC2" },
            memory: view.size.memory.get().to_string(),
            overrides,
            platform_family: fargate.then_some("Linux"),
            platform_version: fargate.then(|| match input.platform_version {
                Some(version) if version != "LATEST" => version,
                Some(_) | None => PLATFORM_VERSION.to_owned(),
            }),
            pull_started_at: epoch(view.pull_started_at),
            pull_stopped_at: epoch(view.pull_stopped_at),
            started_at: epoch(view.started_at),
            started_by: view.started_by.map(str::to_owned),
            stop_code: view.stop_code.map(stop_code_name),
            stopped_at: epoch(view.stopped_at),
            stopped_reason: view.stopped_reason.map(str::to_owned),
            stopping_at: epoch(view.stopping_at),
            tags: if tags { view.tags.iter().map(tag).collect() } else { Vec::new() },
            task_definition_arn: self.definition_arn(view.definition),
            version: view.version,
        }
    }

    fn containers(&self, view: &TaskView<'_>, containers: &[Container]) -> Vec<ContainerShape> {
        // ECS shows none of a task that was stopped before it was launched (a published answer of StopTask).
        if view.stopping && view.status == TaskStatus::Provisioning {
            return Vec::new();
        }
        let cluster = self.ecs.cluster_name(view.cluster);
        let task_arn = self.ecs.task_arn(cluster, view.id);
        let id = self.ecs.task_id_text(view.id);
        let shape = |(nth, container): (usize, &Container)| ContainerShape {
            container_arn: self
                .arn(&format!("container/{cluster}/{id}/{nth:08x}-0000-4000-8000-000000000000")),
            task_arn: task_arn.to_string(),
            name: container.name.to_string(),
            image: container.image.name.to_string(),
            last_status: container_status_name(view),
            exit_code: view.exit_code,
            network_bindings: [],
            network_interfaces: [],
            health_status: "UNKNOWN",
            cpu: container.cpu.get().to_string(),
            memory: container.memory.map(|memory| memory.get().to_string()),
            memory_reservation: container.memory_reservation.map(|memory| memory.get().to_string()),
        };
        containers.iter().enumerate().map(shape).collect()
    }

    /// The network interface of a task that has one of its own.
    fn attachments(&self, view: &TaskView<'_>, input: &super::run::RunTaskInput) -> Vec<Value> {
        if !self.has_interface(view.definition) {
            return Vec::new();
        }
        let status = match view.status {
            TaskStatus::Provisioning => "PRECREATED",
            TaskStatus::Pending
            | TaskStatus::Activating
            | TaskStatus::Running
            | TaskStatus::Deactivating
            | TaskStatus::Stopping => "ATTACHED",
            TaskStatus::Deprovisioning | TaskStatus::Stopped => "DELETED",
        };
        let subnet =
            input.network_configuration.as_ref().and_then(|n| n.awsvpc_configuration.subnets.first());
        let details: Vec<Value> =
            subnet.map(|subnet| json!({ "name": "subnetId", "value": subnet })).into_iter().collect();
        let id = format!("{}-0000-4000-8000-000000000000", &self.ecs.task_id_text(view.id)[..8]);
        vec![json!({ "id": id, "type": "ElasticNetworkInterface", "status": status, "details": details })]
    }
}

/// An override for each container, as ECS shows it whether or not one was given.
fn complete(mut overrides: Overrides, containers: &[Container]) -> Overrides {
    for container in containers {
        let is_there = overrides
            .container_overrides
            .iter()
            .any(|given| given.get("name").and_then(Value::as_str) == Some(&container.name));
        if !is_there {
            let name = ("name".to_owned(), Value::from(&*container.name));
            overrides.container_overrides.push(Map::from_iter([name]));
        }
    }
    overrides
}

fn container_status_name(view: &TaskView<'_>) -> &'static str {
    if view.execution_stopped_at.is_some() || view.status == TaskStatus::Stopped {
        "STOPPED"
    } else if view.started_at.is_some() {
        "RUNNING"
    } else {
        "PENDING"
    }
}

fn status_name(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Provisioning => "PROVISIONING",
        TaskStatus::Pending => "PENDING",
        TaskStatus::Activating => "ACTIVATING",
        TaskStatus::Running => "RUNNING",
        TaskStatus::Deactivating => "DEACTIVATING",
        TaskStatus::Stopping => "STOPPING",
        TaskStatus::Deprovisioning => "DEPROVISIONING",
        TaskStatus::Stopped => "STOPPED",
    }
}

fn stop_code_name(code: StopCode) -> &'static str {
    match code {
        StopCode::TaskFailedToStart => "TaskFailedToStart",
        StopCode::EssentialContainerExited => "EssentialContainerExited",
        StopCode::UserInitiated => "UserInitiated",
        StopCode::ServiceSchedulerInitiated => "ServiceSchedulerInitiated",
        StopCode::SpotInterruption => "SpotInterruption",
        StopCode::TerminationNotice => "TerminationNotice",
    }
}
