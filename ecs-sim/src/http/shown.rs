//! The account as JSON, for people who debug and for events: tasks and container instances as the API shows them,
//! without a call of it.
//!
//! What is secret is taken out (see [`redact()`]): none of this is an answer of the API.

use super::{Call, Face, redact::redact};
use crate::{
    Ecs,
    api::Provider,
    id::{InstanceId, TaskId},
};
use footman_core::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

impl Face {
    /// A task as DescribeTasks shows it, tags included, what is secret taken out; `None` where it would be MISSING.
    pub fn shown_task(&mut self, ecs: &mut Ecs, now: Timestamp, task: TaskId) -> Option<Value> {
        let call = self.call(ecs, now);
        let view = call.ecs.task(now, task)?;
        Some(shown(&call.task_shape(&view, true)))
    }

    /// A container instance as DescribeContainerInstances shows it; `None` where it is not registered.
    pub fn shown_instance(&mut self, ecs: &mut Ecs, now: Timestamp, instance: InstanceId) -> Option<Value> {
        let call = self.call(ecs, now);
        let view = call.ecs.container_instance(instance).filter(|view| view.registered_at.is_some())?;
        Some(shown(&call.instance_shape(&view, true)))
    }

    /// The whole account: clusters with their instances, task definitions, tasks, capacity providers.
    pub fn state(&mut self, ecs: &mut Ecs, now: Timestamp) -> Value {
        let call = self.call(ecs, now);
        let clusters: Vec<Value> =
            call.ecs.clusters().map(|id| shown(&call.cluster_shape(id, None))).collect();
        let instances: Vec<Value> = call
            .ecs
            .clusters()
            .flat_map(|cluster| call.ecs.container_instances(cluster))
            .filter_map(|id| call.ecs.container_instance(id))
            .map(|view| shown(&call.instance_shape(&view, true)))
            .collect();
        let definitions: Vec<Value> =
            call.ecs.task_definitions().map(|id| shown(&call.definition_shape(id))).collect();
        let tasks: Vec<Value> = call
            .ecs
            .task_ids()
            .filter_map(|id| call.ecs.task(now, id))
            .map(|view| shown(&call.task_shape(&view, true)))
            .collect();
        let group = |id| {
            let launched: Vec<String> =
                call.ecs.group_instances(id).iter().map(|&id| call.ecs.ec2_instance_id(id)).collect();
            json!({
                "name": call.ecs.provider_name(Provider::Group(id)),
                "desiredCapacity": call.ecs.desired_capacity(id),
                "instances": launched,
            })
        };
        let providers: Vec<Value> = call.ecs.capacity_providers().map(group).collect();
        let groups = call.ecs.auto_scaling_groups().iter();
        let groups: Vec<String> = groups.map(|group| call.ecs.auto_scaling_group_arn(&group.name)).collect();
        json!({
            "region": &*call.ecs.settings().region,
            "account": &*call.ecs.settings().account,
            "clusters": clusters,
            "containerInstances": instances,
            "taskDefinitions": definitions,
            "tasks": tasks,
            "capacityProviders": providers,
            "autoScalingGroups": groups,
        })
    }

    fn call<'a>(&'a mut self, ecs: &'a mut Ecs, now: Timestamp) -> Call<'a> {
        Call { ecs, kept: &mut self.kept, policy: None, now, host: None }
    }
}

/// What is shown of something that has a shape on the wire.
fn shown(shape: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(shape).unwrap_or_default();
    redact(&mut value);
    value
}
