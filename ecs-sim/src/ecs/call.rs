//! Calls by way of one type, each counted, throttled and subject to faults.

use super::Ecs;
use crate::{
    api::{ApiError, Request, Response},
    draw::Entity,
};
use footman_core::time::Timestamp;

/// The kind of [`Entity`] that a call is that concerns no task.
const CONTROL: u64 = 5;

impl Ecs {
    /// Carries out a call.
    ///
    /// # Errors
    ///
    /// Fails as ECS does.
    pub fn call(&mut self, now: Timestamp, request: Request) -> Result<Response<'_>, ApiError> {
        let operation = request.operation();
        // These count themselves.
        match request {
            Request::RunTask(request) => return self.run_task(now, *request).map(Response::Started),
            Request::StartTask(request) => return self.start_task(now, *request).map(Response::Started),
            Request::StopTask { task, reason } => {
                return self.stop_task(now, task, reason).map(|view| Response::Task(Box::new(view)));
            }
            Request::DescribeTasks { cluster, tasks } => {
                return self.describe_tasks(now, cluster, &tasks).map(Response::Tasks);
            }
            Request::ListTasks(request) => return self.list_tasks(now, &request).map(Response::Page),
            Request::CreateCluster { .. }
            | Request::DeleteCluster { .. }
            | Request::RegisterTaskDefinition(_)
            | Request::DeregisterTaskDefinition { .. }
            | Request::CreateCapacityProvider(_)
            | Request::PutClusterCapacityProviders { .. }
            | Request::DrainContainerInstance { .. }
            | Request::DeregisterContainerInstance { .. } => {}
        }
        let entity = Entity::numbered(CONTROL, now.as_millis().unsigned_abs());
        self.admit(now, operation, entity)?;
        let response = self.control(now, request)?;
        self.answer_lost(entity)?;
        Ok(response)
    }

    /// Carries out a call that was counted.
    fn control(&mut self, now: Timestamp, request: Request) -> Result<Response<'static>, ApiError> {
        Ok(match request {
            Request::CreateCluster { name } => Response::Cluster(self.create_cluster(&name)?),
            Request::DeleteCluster { cluster } => {
                self.delete_cluster(cluster)?;
                Response::Done
            }
            Request::RegisterTaskDefinition(definition) => {
                Response::TaskDefinition(self.register_task_definition(*definition)?)
            }
            Request::DeregisterTaskDefinition { definition } => {
                self.deregister_task_definition(definition);
                Response::Done
            }
            Request::CreateCapacityProvider(provider) => {
                Response::CapacityProvider(self.create_capacity_provider(*provider)?)
            }
            Request::PutClusterCapacityProviders { cluster, providers, default_strategy } => {
                self.put_cluster_capacity_providers(now, cluster, &providers, &default_strategy)?;
                Response::Done
            }
            Request::DrainContainerInstance { instance } => {
                self.drain_instance(now, instance)?;
                Response::Done
            }
            Request::DeregisterContainerInstance { instance, force } => {
                self.deregister_instance(now, instance, force)?;
                Response::Done
            }
            Request::RunTask(_)
            | Request::StartTask(_)
            | Request::StopTask { .. }
            | Request::DescribeTasks { .. }
            | Request::ListTasks(_) => unreachable!("these count themselves"),
        })
    }
}
