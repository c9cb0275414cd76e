//! Events as Amazon EventBridge delivers them: `ECS Task State Change` and `ECS Container Instance State Change`.
//!
//! Made of what the state machine tells of its own accord ([`Output`]) and of what it shows at that moment (Amazon ECS
//! Developer Guide, "Amazon ECS events", read 2026-11-23). Secrets are taken out, for events go to logs.

use super::{Epoch, Face};
use crate::{
    Ecs, Output,
    draw::mix,
    id::{InstanceId, TaskId, Uuid},
    output::InstanceChange,
};
use footman_core::{event::TaskStatus, time::Timestamp};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Keeps the ids of events apart from those of requests.
const EVENT_SEAL: u64 = 0x6576_656e_7473_6964;

/// Makes events of what happens in an account, and counts the versions of what they are about.
#[derive(Debug)]
pub struct Events {
    seed: u64,
    /// How many there were.
    count: u64,
    /// The version of each task that has not stopped, as its last event had it.
    tasks: BTreeMap<TaskId, u32>,
    /// The version and the last detail of each container instance.
    instances: BTreeMap<InstanceId, (u32, Value)>,
}

impl Events {
    /// None so far.
    pub fn new(seed: u64) -> Self {
        Self { seed, count: 0, tasks: BTreeMap::new(), instances: BTreeMap::new() }
    }

    /// The events that `output` leads to, in their order: none, one, or one of a task and one of its instance.
    pub fn of(&mut self, face: &mut Face, ecs: &mut Ecs, output: &Output) -> Vec<Value> {
        match *output {
            Output::TaskChanged { at, task, status, stopping } => {
                let mut events = Vec::with_capacity(2);
                events.extend(self.task(face, ecs, at, (task, status, stopping)));
                // What is left of its instance changes when it takes its place and when it frees it.
                if matches!(status, TaskStatus::Pending | TaskStatus::Stopped)
                    && let Some(instance) = ecs.truth(at, task).and_then(|view| view.instance)
                {
                    events.extend(self.instance(face, ecs, at, instance));
                }
                events
            }
            Output::InstanceChanged { at, instance, change } => match change {
                InstanceChange::Registered | InstanceChange::Draining | InstanceChange::Activated => {
                    self.instance(face, ecs, at, instance).into_iter().collect()
                }
                InstanceChange::Terminated => self.gone(ecs, at, instance).into_iter().collect(),
                // The cluster does not know an instance that boots, and EC2's warning is an event of EC2's.
                InstanceChange::Launched | InstanceChange::SpotWarning => Vec::new(),
            },
            Output::SpotWarning { .. }
            | Output::TaskBilled { .. }
            | Output::InstanceBilled { .. }
            | Output::GroupScaled { .. } => Vec::new(),
        }
    }

    fn task(
        &mut self,
        face: &mut Face,
        ecs: &mut Ecs,
        at: Timestamp,
        (task, status, stopping): (TaskId, TaskStatus, bool),
    ) -> Option<Value> {
        let Value::Object(mut detail) = face.shown_task(ecs, at, task)? else { return None };
        let shown = detail.get("version").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        let shown = shown.unwrap_or(1);
        // What is shown is the last of the changes of this instant, and right for the first event that is made of a task
        // and for the last.
        let version = match self.tasks.get(&task) {
            None => shown,
            Some(last) if status == TaskStatus::Stopped => shown.max(last + 1),
            Some(last) => last + 1,
        };
        if status == TaskStatus::Stopped {
            self.tasks.remove(&task);
        } else {
            self.tasks.insert(task, version);
        }
        // Several changes may fall into one millisecond, and what is shown is the last of them.
        detail.insert("lastStatus".to_owned(), status.name().into());
        detail.insert("desiredStatus".to_owned(), if stopping { "STOPPED" } else { "RUNNING" }.into());
        detail.insert("version".to_owned(), version.into());
        detail.remove("healthStatus");
        for container in detail.get_mut("containers").and_then(Value::as_array_mut).into_iter().flatten() {
            container["lastStatus"] = container_status(status).into();
        }
        let arn = detail.get("taskArn").cloned().unwrap_or_default();
        Some(self.envelope(ecs, at, "ECS Task State Change", arn, detail))
    }

    /// The event that a container instance has changed; `None` where it is not registered.
    pub fn instance(
        &mut self,
        face: &mut Face,
        ecs: &mut Ecs,
        at: Timestamp,
        instance: InstanceId,
    ) -> Option<Value> {
        let shown = face.shown_instance(ecs, at, instance)?;
        self.instance_event(ecs, at, instance, shown)
    }

    /// The event that a container instance is no more.
    fn gone(&mut self, ecs: &Ecs, at: Timestamp, instance: InstanceId) -> Option<Value> {
        let (_, mut last) = self.instances.get(&instance)?.clone();
        last["status"] = "INACTIVE".into();
        last["agentConnected"] = false.into();
        let event = self.instance_event(ecs, at, instance, last);
        self.instances.remove(&instance);
        event
    }

    fn instance_event(&mut self, ecs: &Ecs, at: Timestamp, id: InstanceId, shown: Value) -> Option<Value> {
        let version = self.instances.get(&id).map_or(0, |(version, _)| *version) + 1;
        self.instances.insert(id, (version, shown.clone()));
        let Value::Object(mut detail) = shown else { return None };
        detail.insert("version".to_owned(), version.into());
        let arn = detail.get("containerInstanceArn").cloned().unwrap_or_default();
        Some(self.envelope(ecs, at, "ECS Container Instance State Change", arn, detail))
    }

    fn envelope(
        &mut self,
        ecs: &Ecs,
        at: Timestamp,
        kind: &str,
        resource: Value,
        mut detail: Map<String, Value>,
    ) -> Value {
        self.count += 1;
        write_times(&mut detail);
        detail.insert("updatedAt".to_owned(), iso(at).into());
        json!({
            "version": "0",
            "id": event_id(self.seed, self.count),
            "detail-type": kind,
            "source": "aws.ecs",
            "account": &*ecs.settings().account,
            "time": format!("{:.0}", moment(at)),
            "region": &*ecs.settings().region,
            "resources": [resource],
            "detail": detail,
        })
    }
}

/// Writes the times of an object, which the API has as seconds since the epoch, as ISO 8601.
fn write_times(members: &mut Map<String, Value>) {
    for (name, value) in members {
        if name.ends_with("At")
            && value.is_number()
            && let Ok(Epoch(at)) = serde_json::from_value(value.clone())
        {
            *value = iso(at).into();
        }
    }
}

/// `2024-01-01T00:00:00.123Z`.
fn iso(at: Timestamp) -> String {
    format!("{:.3}", moment(at))
}

fn moment(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or(jiff::Timestamp::MAX)
}

/// An id that looks like EventBridge's, the same in every run for the `nth` event of a seed.
fn event_id(seed: u64, nth: u64) -> String {
    let high = mix(nth ^ mix(seed ^ EVENT_SEAL));
    Uuid { high, low: mix(high) }.to_string()
}

fn container_status(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Provisioning | TaskStatus::Pending | TaskStatus::Activating => "PENDING",
        TaskStatus::Running | TaskStatus::Deactivating | TaskStatus::Stopping => "RUNNING",
        TaskStatus::Deprovisioning | TaskStatus::Stopped => "STOPPED",
    }
}
