//! `StopTask`, `DescribeTasks`, `ListTasks`, and what a task looks like on the wire.
//!
//! What a task has not reached is absent, never null: clients tell the two apart.

use super::{
    Call, Epoch,
    cluster::{missing, number},
    model::{
        self, Attachment, Attribute, Connectivity, DescribeTasksRequest, DescribeTasksResponse,
        EphemeralStorage, HealthStatus, KeyValuePair, ListTasksRequest, ListTasksResponse, StopTaskRequest,
        StopTaskResponse, Task, TaskField, TaskStopCode, Text,
    },
    platform,
    run::{Said, complete, said},
    tag,
    wire::Refusal,
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

/// Storage of a task on Fargate where its definition asks for none.
const EPHEMERAL_STORAGE_GIB: u32 = 20;
/// `reason` of a container that exceeded its memory (a text that clients of ECS look for).
const OUT_OF_MEMORY: &str = "OutOfMemoryError: Container killed due to memory usage";

impl Call<'_> {
    pub(super) fn task_arn(&self, task: TaskId) -> String {
        let cluster =
            self.ecs.truth(self.now, task).map_or("default", |view| self.ecs.cluster_name(view.cluster));
        self.ecs.task_arn(cluster, task).to_string()
    }

    /// The task of this id or ARN, where the cluster has it.
    pub(super) fn known_task(&self, cluster: ClusterId, text: &str) -> Result<TaskId, Refusal> {
        let known = self
            .ecs
            .task_of_arn(text)
            .filter(|&id| self.ecs.task(self.now, id).is_some_and(|view| view.cluster == cluster));
        known.ok_or_else(|| Refusal::invalid("The referenced task was not found."))
    }

    pub(super) fn stop_task(&mut self, input: StopTaskRequest) -> Result<StopTaskResponse, Refusal> {
        let cluster = self.cluster(input.cluster.as_deref())?;
        let id = self.known_task(cluster, input.task.as_deref().unwrap_or_default())?;
        let answer = self.ecs.stop_task(self.now, id, input.reason.map(Into::into))?;
        let before = (answer.status, answer.version);
        let mut view = self.ecs.task(self.now, id).expect("a task that was stopped is still described");
        (view.status, view.version) = before;
        Ok(StopTaskResponse { task: Some(self.task_shape(&view, false)) })
    }

    pub(super) fn describe_tasks(
        &mut self,
        input: DescribeTasksRequest,
    ) -> Result<DescribeTasksResponse, Refusal> {
        let cluster = self.cluster(input.cluster.as_deref())?;
        let texts = input.tasks.unwrap_or_default();
        let asked: Vec<Option<TaskId>> = texts.iter().map(|text| self.ecs.task_of_arn(text)).collect();
        // A text that is no id at all is as unknown to ECS as the id of no task.
        let ids: Vec<TaskId> = asked.iter().map(|id| id.unwrap_or(TaskId(u64::MAX))).collect();
        self.ecs.describe_tasks(self.now, cluster, &ids)?;
        let tags = input.include.iter().flatten().any(|part| *part == TaskField::Tags);
        let (mut tasks, mut failures) = (Vec::new(), Vec::new());
        for (id, text) in asked.into_iter().zip(texts) {
            let view = id.and_then(|id| self.ecs.task(self.now, id)).filter(|view| view.cluster == cluster);
            match view {
                Some(view) => tasks.push(self.task_shape(&view, tags)),
                None => failures.push(missing(self.asked_arn(cluster, text))),
            }
        }
        Ok(DescribeTasksResponse { tasks: Some(tasks), failures: Some(failures) })
    }

    pub(super) fn list_tasks(&mut self, input: ListTasksRequest) -> Result<ListTasksResponse, Refusal> {
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
        request.launch_type = match input.launch_type {
            None => None,
            Some(model::LaunchType::Ec2) => Some(LaunchType::Ec2),
            Some(model::LaunchType::Fargate) => Some(LaunchType::Fargate),
            // There are none of these, whatever else is asked for.
            Some(model::LaunchType::External | model::LaunchType::ManagedInstances) => {
                return Ok(ListTasksResponse { task_arns: Some(Vec::new()), next_token: None });
            }
        };
        request.desired_status = match input.desired_status {
            None | Some(model::DesiredStatus::Running) => DesiredStatus::Running,
            Some(model::DesiredStatus::Pending) => DesiredStatus::Pending,
            Some(model::DesiredStatus::Stopped) => DesiredStatus::Stopped,
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
        let arns = page.tasks.iter().map(|&id| self.ecs.task_arn(name, id).to_string().into()).collect();
        Ok(ListTasksResponse {
            task_arns: Some(arns),
            next_token: page.next.map(|id| self.ecs.task_id_text(id).into()),
        })
    }

    /// The ARN of what was asked for by `text`.
    pub(super) fn asked_arn(&self, cluster: ClusterId, text: Text) -> String {
        if text.starts_with("arn:") {
            return text.into_owned();
        }
        self.arn("task", &[self.ecs.cluster_name(cluster), "/", &text].concat())
    }

    /// A task in the three members that a replayed token shows of one that has stopped.
    pub(super) fn brief_task_shape(&self, view: &TaskView<'_>) -> Task {
        let name = self.ecs.cluster_name(view.cluster);
        Task {
            task_arn: Some(self.ecs.task_arn(name, view.id).to_string().into()),
            last_status: Some(view.status.name().into()),
            desired_status: Some(if view.stopping { "STOPPED" } else { "RUNNING" }.into()),
            ..Task::default()
        }
    }

    /// A task, with its tags where they are wanted.
    pub(super) fn task_shape(&self, view: &TaskView<'_>, tags: bool) -> Task {
        let definition = self.ecs.task_definition(view.definition);
        let said = said(view);
        let instance = view.instance.and_then(|id| self.ecs.container_instance(id));
        let subnet = self.subnet(&said, instance.map(|instance| instance.zone));
        let fargate = view.launch_type == LaunchType::Fargate;
        let connected = view.pending_at.is_some();
        let epoch = |at: Option<Timestamp>| at.map(Epoch);
        let cluster = self.ecs.cluster_name(view.cluster);
        let storage = definition.ephemeral_gib.unwrap_or(EPHEMERAL_STORAGE_GIB);
        Task {
            attachments: Some(self.attachments(view, subnet)),
            attributes: Some(vec![architecture(definition.platform)]),
            availability_zone: match (instance, subnet.and_then(|subnet| self.ecs.zone_of_subnet(subnet))) {
                (Some(instance), _) => Some(instance.zone.to_owned().into()),
                (None, Some(zone)) if fargate => Some(zone.to_owned().into()),
                (None, _) => fargate.then(|| format!("{}a", self.ecs.settings().region).into()),
            },
            capacity_provider_name: view
                .provider
                .map(|provider| self.ecs.provider_name(provider).to_owned().into()),
            cluster_arn: Some(self.cluster_arn(view.cluster).into()),
            connectivity: connected.then_some(Connectivity::Connected),
            connectivity_at: epoch(view.pending_at),
            container_instance_arn: view
                .instance
                .map(|id| self.ecs.container_instance_arn(cluster, id).to_string().into()),
            containers: Some(self.containers(view, &definition.containers)),
            cpu: Some(view.size.cpu.get().to_string().into()),
            created_at: Some(Epoch(view.created_at)),
            enable_execute_command: Some(said.enable_execute_command.unwrap_or(false)),
            ephemeral_storage: fargate.then(|| EphemeralStorage { size_in_gib: Some(number(storage)) }),
            execution_stopped_at: epoch(view.execution_stopped_at),
            group: Some(view.group.to_owned().into()),
            health_status: Some(HealthStatus::Unknown),
            inference_accelerators: Some(Vec::new()),
            // A task that was placed by a strategy on Fargate shows both; one on a group shows the launch type EC2.
            launch_type: Some(if fargate { model::LaunchType::Fargate } else { model::LaunchType::Ec2 }),
            memory: Some(view.size.memory.get().to_string().into()),
            overrides: Some(complete(said.overrides, definition.containers.iter().map(|c| &*c.name))),
            platform_family: fargate.then(|| self.platform_family(view.definition)),
            platform_version: fargate.then(|| platform::shown(definition.platform, said.platform_version)),
            pull_started_at: epoch(view.pull_started_at),
            pull_stopped_at: epoch(view.pull_stopped_at),
            started_at: epoch(view.started_at),
            started_by: view.started_by.map(|owner| owner.to_owned().into()),
            stop_code: view.stop_code.map(stop_code),
            stopped_at: epoch(view.stopped_at),
            stopped_reason: view.stopped_reason.map(|reason| reason.to_owned().into()),
            stopping_at: epoch(view.stopping_at),
            tags: Some(if tags { view.tags.iter().map(tag::shown).collect() } else { Vec::new() }),
            task_definition_arn: Some(self.definition_arn(view.definition).into()),
            version: Some(view.version.into()),
            ..self.brief_task_shape(view)
        }
    }

    fn containers(&self, view: &TaskView<'_>, containers: &[Container]) -> Vec<model::Container> {
        // ECS shows none of a task that was stopped before it was launched (a published answer of StopTask).
        if view.stopping && view.status == TaskStatus::Provisioning {
            return Vec::new();
        }
        let cluster = self.ecs.cluster_name(view.cluster);
        let task_arn = self.ecs.task_arn(cluster, view.id);
        let id = self.ecs.task_id_text(view.id);
        let shape = |(nth, container): (usize, &Container)| model::Container {
            container_arn: Some(
                self.arn("container", &format!("{cluster}/{id}/{nth:08x}-0000-4000-8000-000000000000"))
                    .into(),
            ),
            task_arn: Some(task_arn.to_string().into()),
            name: Some(container.name.to_string().into()),
            image: Some(container.image.name.to_string().into()),
            last_status: Some(container_status_name(view, nth).into()),
            exit_code: view.container_exit_code(nth),
            reason: view.container_end(nth).filter(|end| end.out_of_memory).map(|_| OUT_OF_MEMORY.into()),
            network_bindings: Some(Vec::new()),
            network_interfaces: Some(Vec::new()),
            health_status: Some(HealthStatus::Unknown),
            cpu: Some(container.cpu.get().to_string().into()),
            memory: container.memory.map(|memory| memory.get().to_string().into()),
            memory_reservation: container.memory_reservation.map(|memory| memory.get().to_string().into()),
            gpu_ids: Some(gpu_ids(view, nth)).filter(|ids| !ids.is_empty()),
            ..model::Container::default()
        };
        containers.iter().enumerate().map(shape).collect()
    }

    /// The subnet of a task's network interface: the first one that is in the zone of its instance.
    fn subnet<'a>(&self, said: &'a Said, zone: Option<&str>) -> Option<&'a Text> {
        let vpc = said.network_configuration.as_ref()?.awsvpc_configuration.as_ref()?;
        let subnets = vpc.subnets.as_ref()?;
        let near = |subnet: &&Text| {
            zone.is_none_or(|zone| self.ecs.zone_of_subnet(subnet).is_none_or(|other| other == zone))
        };
        subnets.iter().find(near).or_else(|| subnets.first())
    }

    /// The network interface of a task that has one of its own.
    fn attachments(&self, view: &TaskView<'_>, subnet: Option<&Text>) -> Vec<Attachment> {
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
        let detail =
            |subnet: &Text| KeyValuePair { name: Some("subnetId".into()), value: Some(subnet.clone()) };
        let id = format!("{}-0000-4000-8000-000000000000", &self.ecs.task_id_text(view.id)[..8]);
        vec![Attachment {
            id: Some(id.into()),
            r#type: Some("ElasticNetworkInterface".into()),
            status: Some(status.into()),
            details: Some(subnet.map(detail).into_iter().collect()),
        }]
    }
}

fn gpu_ids(view: &TaskView<'_>, container: usize) -> Vec<Text> {
    view.container_gpus(container).iter().map(|id| id.to_string().into()).collect()
}

fn architecture(platform: Platform) -> Attribute {
    let value = match platform {
        Platform::LinuxX86 | Platform::WindowsX86 => "x86_64",
        Platform::LinuxArm => "arm64",
    };
    Attribute { name: Some("ecs.cpu-architecture".into()), value: Some(value.into()), ..Attribute::default() }
}

fn container_status_name(view: &TaskView<'_>, container: usize) -> &'static str {
    if view.container_end(container).is_some()
        || view.execution_stopped_at.is_some()
        || view.status == TaskStatus::Stopped
    {
        "STOPPED"
    } else if view.started_at.is_some() {
        "RUNNING"
    } else {
        "PENDING"
    }
}

fn stop_code(code: StopCode) -> TaskStopCode {
    match code {
        StopCode::TaskFailedToStart => TaskStopCode::TaskFailedToStart,
        StopCode::EssentialContainerExited => TaskStopCode::EssentialContainerExited,
        StopCode::UserInitiated => TaskStopCode::UserInitiated,
        StopCode::ServiceSchedulerInitiated => TaskStopCode::ServiceSchedulerInitiated,
        StopCode::SpotInterruption => TaskStopCode::SpotInterruption,
        StopCode::TerminationNotice => TaskStopCode::TerminationNotice,
    }
}
