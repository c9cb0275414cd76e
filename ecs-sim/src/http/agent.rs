//! What container agents report and what reaches into containers: `SubmitTaskStateChange`, `SubmitContainerStateChange`,
//! `SubmitAttachmentStateChanges`, `DiscoverPollEndpoint`, `ExecuteCommand`, `GetTaskProtection`, `UpdateTaskProtection`.
//!
//! The simulator moves tasks on by itself, so that a report decides something in one case only: a container that has
//! stopped has ended here too.

use super::{
    Call,
    cluster::missing,
    model::{
        DiscoverPollEndpointRequest, DiscoverPollEndpointResponse, ExecuteCommandRequest,
        ExecuteCommandResponse, Failure, GetTaskProtectionRequest, GetTaskProtectionResponse,
        SubmitAttachmentStateChangesRequest, SubmitAttachmentStateChangesResponse,
        SubmitContainerStateChangeRequest, SubmitContainerStateChangeResponse, SubmitTaskStateChangeRequest,
        SubmitTaskStateChangeResponse, Text, UpdateTaskProtectionRequest, UpdateTaskProtectionResponse,
    },
    run::said,
    wire::Refusal,
};
use crate::{
    api::Operation,
    id::{ClusterId, TaskId},
};
use footman_core::event::TaskStatus;

/// What a report is answered with; agents do not look at it, and nobody published it.
const ACKNOWLEDGED: Text = Text::Borrowed("ACK");
/// The status of what has stopped, in a report.
const STOPPED: &str = "STOPPED";
/// Tasks of one UpdateTaskProtection (Amazon ECS API Reference, UpdateTaskProtection).
const PROTECT_MAX: usize = 10;
/// Tasks of one GetTaskProtection (Amazon ECS API Reference, GetTaskProtection).
const PROTECTION_MAX: usize = 100;

impl Call<'_> {
    pub(super) fn submit_task_state_change(
        &mut self,
        input: SubmitTaskStateChangeRequest,
    ) -> Result<SubmitTaskStateChangeResponse, Refusal> {
        self.admit(Operation::SubmitTaskStateChange)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let Some(task) = input.task.as_deref() else {
            return Ok(SubmitTaskStateChangeResponse { acknowledgment: Some(ACKNOWLEDGED) });
        };
        let task = self.known_task(cluster, task)?;
        let stopped = input.status.as_deref() == Some(STOPPED);
        for container in input.containers.iter().flatten() {
            if stopped || container.status.as_deref() == Some(STOPPED) {
                let place = self.place_of(task, container.container_name.as_deref());
                self.ecs.container_ended(self.now, task, place, container.exit_code.unwrap_or(0));
            }
        }
        if stopped {
            // Whatever the report does not name has ended with its task.
            for place in 0..self.containers_of(task) {
                self.ecs.container_ended(self.now, task, place, 0);
            }
        }
        Ok(SubmitTaskStateChangeResponse { acknowledgment: Some(ACKNOWLEDGED) })
    }

    pub(super) fn submit_container_state_change(
        &mut self,
        input: SubmitContainerStateChangeRequest,
    ) -> Result<SubmitContainerStateChangeResponse, Refusal> {
        self.admit(Operation::SubmitContainerStateChange)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        if let Some(task) = input.task.as_deref() {
            let task = self.known_task(cluster, task)?;
            if input.status.as_deref() == Some(STOPPED) {
                let place = self.place_of(task, input.container_name.as_deref());
                self.ecs.container_ended(self.now, task, place, input.exit_code.unwrap_or(0));
            }
        }
        Ok(SubmitContainerStateChangeResponse { acknowledgment: Some(ACKNOWLEDGED) })
    }

    /// The place of a container in its task's definition; the first one where it is not named, or not known.
    fn place_of(&self, task: TaskId, name: Option<&str>) -> usize {
        let view = self.ecs.task(self.now, task);
        let containers = view.map(|view| &self.ecs.task_definition(view.definition).containers);
        let place = containers.zip(name).and_then(|(all, name)| all.iter().position(|c| *c.name == *name));
        place.unwrap_or(0)
    }

    fn containers_of(&self, task: TaskId) -> usize {
        let view = self.ecs.task(self.now, task);
        view.map_or(0, |view| self.ecs.task_definition(view.definition).containers.len())
    }

    pub(super) fn submit_attachment_state_changes(
        &mut self,
        input: SubmitAttachmentStateChangesRequest,
    ) -> Result<SubmitAttachmentStateChangesResponse, Refusal> {
        self.admit(Operation::SubmitAttachmentStateChanges)?;
        self.cluster(input.cluster.as_deref())?;
        Ok(SubmitAttachmentStateChangesResponse { acknowledgment: Some(ACKNOWLEDGED) })
    }

    /// Where an agent would connect to: this server, at which nothing answers to that.
    pub(super) fn discover_poll_endpoint(
        &mut self,
        input: DiscoverPollEndpointRequest,
    ) -> Result<DiscoverPollEndpointResponse, Refusal> {
        self.admit(Operation::DiscoverPollEndpoint)?;
        self.cluster(input.cluster.as_deref())?;
        let region = &self.ecs.settings().region;
        let endpoint = |letter: char| match self.host {
            Some(host) => format!("http://{host}/"),
            // aws/amazon-ecs-agent issue 2169.
            None => format!("https://ecs-{letter}-1.{region}.amazonaws.com/"),
        };
        Ok(DiscoverPollEndpointResponse {
            endpoint: Some(endpoint('a').into()),
            telemetry_endpoint: Some(endpoint('t').into()),
            service_connect_endpoint: Some(endpoint('s').into()),
        })
    }

    pub(super) fn execute_command(
        &mut self,
        input: ExecuteCommandRequest,
    ) -> Result<ExecuteCommandResponse, Refusal> {
        self.admit(Operation::ExecuteCommand)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let task = self.known_task(cluster, input.task.as_deref().unwrap_or_default())?;
        let view = self.ecs.task(self.now, task);
        let ready = view.is_some_and(|view| {
            view.status == TaskStatus::Running && said(&view).enable_execute_command == Some(true)
        });
        if ready {
            return Err(Refusal::unsupported("The simulator runs no commands in containers."));
        }
        // fabfuel/ecs-deploy issue 193.
        Err(Refusal::invalid(
            "The execute command failed because execute command was not enabled when the task was run or the execute \
             command agent isn’t running. Wait and try again or run a new task with execute command enabled and try again.",
        ))
    }

    pub(super) fn get_task_protection(
        &mut self,
        input: GetTaskProtectionRequest,
    ) -> Result<GetTaskProtectionResponse, Refusal> {
        self.admit(Operation::GetTaskProtection)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let failures = self.unprotected(cluster, input.tasks.unwrap_or_default(), PROTECTION_MAX)?;
        Ok(GetTaskProtectionResponse { protected_tasks: Some(Vec::new()), failures: Some(failures) })
    }

    pub(super) fn update_task_protection(
        &mut self,
        input: UpdateTaskProtectionRequest,
    ) -> Result<UpdateTaskProtectionResponse, Refusal> {
        self.admit(Operation::UpdateTaskProtection)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let failures = self.unprotected(cluster, input.tasks.unwrap_or_default(), PROTECT_MAX)?;
        Ok(UpdateTaskProtectionResponse { protected_tasks: Some(Vec::new()), failures: Some(failures) })
    }

    /// Why these tasks have no protection: it is for tasks of services (Amazon ECS Developer Guide, "Task scale-in
    /// protection", `TASK_NOT_VALID`), of which there are none.
    fn unprotected(&self, cluster: ClusterId, tasks: Vec<Text>, max: usize) -> Result<Vec<Failure>, Refusal> {
        if tasks.len() > max {
            return Err(Refusal::invalid(format!("tasks can have at most {max} items.")));
        }
        let why = |task: Text| match self.known_task(cluster, &task) {
            Ok(_) => Failure {
                arn: Some(self.asked_arn(cluster, task).into()),
                reason: Some("TASK_NOT_VALID".into()),
                detail: Some("The specified task is not part of an Amazon ECS service.".into()),
            },
            Err(_) => missing(self.asked_arn(cluster, task)),
        };
        Ok(tasks.into_iter().map(why).collect())
    }
}
