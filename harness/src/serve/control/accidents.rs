//! Accidents: spot capacity that is reclaimed, instances that are terminated, agents that lose their connection,
//! containers that use too much memory.

use super::{Refusal, read};
use crate::serve::{accounts::AccountId, twins::Twins};
use footman_core::units::Mib;
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

/// What `POST /_sim/container-agent` is given.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ConnectContainerAgent {
    container_instance: String,
    connected: bool,
}

/// What `POST /_sim/memory` is given.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UseMemory {
    task: String,
    /// The first one where it is absent.
    container: Option<String>,
    memory_mib: u32,
}

/// Reclaims the spot capacity of a task or of a container instance.
pub(super) fn interrupt(twins: &mut Twins, at: AccountId, body: &[u8]) -> Result<Value, Refusal> {
    const EXAMPLE: &str = r#"{"task": "arn:…"} or {"containerInstance": "arn:…"}"#;
    let now = twins.now();
    match read(body, EXAMPLE)? {
        Interrupt { task: Some(task), container_instance: None } => {
            let task = find_task(twins, at, &task)?;
            twins.accounts[at].ecs.interrupt_spot_task(now, task)?;
        }
        Interrupt { task: None, container_instance: Some(instance) } => {
            let instance = find_instance(twins, at, &instance)?;
            twins.accounts[at].ecs.interrupt_spot_instance(now, instance)?;
        }
        Interrupt { .. } => return Err(Refusal::bad(format!("expected either {EXAMPLE}"))),
    }
    twins.settle();
    Ok(json!({}))
}

/// Terminates an EC2 instance with its tasks; one of a group is replaced.
pub(super) fn terminate(twins: &mut Twins, at: AccountId, body: &[u8]) -> Result<Value, Refusal> {
    let input: Terminate = read(body, r#"{"containerInstance": "arn:…"}"#)?;
    let instance = find_instance(twins, at, &input.container_instance)?;
    let now = twins.now();
    twins.accounts[at].ecs.terminate_instance(now, instance)?;
    twins.settle();
    Ok(json!({}))
}

/// Connects the container agent of an instance, or breaks its connection.
pub(super) fn connect_container_agent(
    twins: &mut Twins,
    at: AccountId,
    body: &[u8],
) -> Result<Value, Refusal> {
    let input: ConnectContainerAgent = read(body, r#"{"containerInstance": "arn:…", "connected": false}"#)?;
    let instance = find_instance(twins, at, &input.container_instance)?;
    let now = twins.now();
    twins.accounts[at].ecs.connect_agent(now, instance, input.connected)?;
    twins.settle();
    twins.note_instance(at, instance);
    Ok(json!({}))
}

/// Says how much memory a container uses; one that exceeds its limit is killed.
pub(super) fn use_memory(twins: &mut Twins, at: AccountId, body: &[u8]) -> Result<Value, Refusal> {
    let input: UseMemory = read(body, r#"{"task": "arn:…", "container": "jnlp", "memoryMib": 4096}"#)?;
    let now = twins.now();
    let task = find_task(twins, at, &input.task)?;
    let ecs = &twins.accounts[at].ecs;
    let definition = ecs.task(now, task).map(|view| ecs.task_definition(view.definition));
    let containers = definition.map_or(&[][..], |definition| &definition.containers);
    let place = match &input.container {
        None => 0,
        Some(name) => containers.iter().position(|container| *container.name == **name).ok_or_else(|| {
            let known: Vec<&str> = containers.iter().map(|container| &*container.name).collect();
            Refusal::bad(format!(
                "`{name}` is no container of the task; expected one of {}",
                known.join(", ")
            ))
        })?,
    };
    let killed = twins.accounts[at].ecs.use_memory(now, task, place, Mib::new(input.memory_mib))?;
    twins.settle();
    Ok(json!({ "killed": killed }))
}

fn find_task(twins: &Twins, at: AccountId, text: &str) -> Result<TaskId, Refusal> {
    let unknown = || Refusal::bad(format!("`{text}` is no task; expected its ARN or the last part of it"));
    twins.accounts[at].ecs.task_of_arn(text).ok_or_else(unknown)
}

fn find_instance(twins: &Twins, at: AccountId, text: &str) -> Result<InstanceId, Refusal> {
    let found = twins.accounts[at].ecs.container_instance_of_arn(text);
    found.filter(|&id| twins.accounts[at].ecs.container_instance(id).is_some()).ok_or_else(|| {
        Refusal::bad(format!("`{text}` is no container instance; expected its ARN or the last part of it"))
    })
}
