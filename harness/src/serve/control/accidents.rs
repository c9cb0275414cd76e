//! Accidents: spot capacity that is reclaimed, instances that are terminated, agents that lose their connection.

use super::{Refusal, read};
use crate::serve::twins::Twins;
use footman_ecs_sim::id::{InstanceId, TaskId};
use serde::Deserialize;
use serde_json::{Value, json};

/// What `POST /_sim/interrupt` is given: one of the two.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Interrupt {
    task: Option<String>,
    container_instance: Option<String>,
}

/// What `POST /_sim/terminate` is given.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Terminate {
    container_instance: String,
}

/// What `POST /_sim/agent` is given.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ConnectAgent {
    container_instance: String,
    connected: bool,
}

/// Reclaims the spot capacity of a task or of a container instance.
pub(super) fn interrupt(twins: &mut Twins, body: &[u8]) -> Result<Value, Refusal> {
    const EXAMPLE: &str = r#"{"task": "arn:…"} or {"containerInstance": "arn:…"}"#;
    let now = twins.now();
    match read(body, EXAMPLE)? {
        Interrupt { task: Some(task), container_instance: None } => {
            let task = find_task(twins, &task)?;
            twins.ecs.interrupt_spot_task(now, task)?;
        }
        Interrupt { task: None, container_instance: Some(instance) } => {
            let instance = find_instance(twins, &instance)?;
            twins.ecs.interrupt_spot_instance(now, instance)?;
        }
        Interrupt { .. } => return Err(Refusal::bad(format!("expected either {EXAMPLE}"))),
    }
    twins.settle();
    Ok(json!({}))
}

/// Terminates an EC2 instance with its tasks; one of a group is replaced.
pub(super) fn terminate(twins: &mut Twins, body: &[u8]) -> Result<Value, Refusal> {
    let input: Terminate = read(body, r#"{"containerInstance": "arn:…"}"#)?;
    let instance = find_instance(twins, &input.container_instance)?;
    let now = twins.now();
    twins.ecs.terminate_instance(now, instance)?;
    twins.settle();
    Ok(json!({}))
}

/// Connects the container agent of an instance, or breaks its connection.
pub(super) fn connect_agent(twins: &mut Twins, body: &[u8]) -> Result<Value, Refusal> {
    let input: ConnectAgent = read(body, r#"{"containerInstance": "arn:…", "connected": false}"#)?;
    let instance = find_instance(twins, &input.container_instance)?;
    let now = twins.now();
    twins.ecs.connect_agent(now, instance, input.connected)?;
    twins.settle();
    twins.note_instance(instance);
    Ok(json!({}))
}

fn find_task(twins: &Twins, text: &str) -> Result<TaskId, Refusal> {
    let unknown = || Refusal::bad(format!("`{text}` is no task; expected its ARN or the last part of it"));
    twins.ecs.task_of_arn(text).ok_or_else(unknown)
}

fn find_instance(twins: &Twins, text: &str) -> Result<InstanceId, Refusal> {
    let found = twins.ecs.container_instance_of_arn(text);
    found.filter(|&id| twins.ecs.container_instance(id).is_some()).ok_or_else(|| {
        Refusal::bad(format!("`{text}` is no container instance; expected its ARN or the last part of it"))
    })
}
