//! `RunTask`.
//!
//! The whole input but the token goes with the task as its memo: it is what the overrides and the network of a task are
//! shown from, and what a repeated token is compared by.

use super::{
    Call,
    cluster::{FailureShape, StrategyItemShape},
    definition::{task_cpu, task_memory},
    task::TaskShape,
    wire::{Refusal, decode},
};
use crate::{
    Memo,
    api::{Capacity, Failure, FailureSubject, LaunchType, Network, Placement, RunTask, RunTaskAnswer, Tags},
    definition::NetworkMode,
    id::{ClusterId, DefinitionId},
    placement::{PlacementStrategy, Resource, SpreadField},
    task::TaskView,
};
use footman_core::event::TaskStatus;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

/// What overrides may have, in characters (Amazon ECS API Reference, RunTask).
const OVERRIDES_MAX: usize = 8192;
/// Rules of one `placementStrategy` (Amazon ECS API Reference, RunTask).
const STRATEGY_RULES_MAX: usize = 5;

/// What `RunTask` is given.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RunTaskInput {
    cluster: Option<String>,
    task_definition: String,
    count: Option<i64>,
    launch_type: Option<String>,
    capacity_provider_strategy: Vec<StrategyItemShape>,
    pub(super) overrides: Overrides,
    started_by: Option<String>,
    group: Option<String>,
    client_token: Option<String>,
    tags: Vec<TagShape>,
    propagate_tags: Option<String>,
    pub(super) network_configuration: Option<NetworkConfiguration>,
    placement_strategy: Vec<StrategyRule>,
    placement_constraints: Vec<ConstraintRule>,
    pub(super) enable_execute_command: bool,
    pub(super) platform_version: Option<String>,
}

/// `TaskOverride`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Overrides {
    pub(super) container_overrides: Vec<Map<String, Value>>,
    pub(super) inference_accelerator_overrides: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// `Tag`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct TagShape {
    pub(super) key: String,
    pub(super) value: String,
}

/// `NetworkConfiguration`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct NetworkConfiguration {
    pub(super) awsvpc_configuration: AwsvpcConfiguration,
}

/// `AwsVpcConfiguration`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct AwsvpcConfiguration {
    pub(super) subnets: Vec<String>,
    security_groups: Vec<String>,
}

/// `PlacementStrategy`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StrategyRule {
    r#type: String,
    field: String,
}

/// `PlacementConstraint`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ConstraintRule {
    r#type: String,
}

/// What `RunTask` answers.
#[derive(Serialize)]
pub(super) struct RunTaskShape {
    tasks: Vec<TaskShape>,
    failures: Vec<FailureShape>,
}

/// The environment that the overrides of a task's call set.
pub(super) fn environment(task: &TaskView<'_>) -> Vec<(String, String)> {
    let containers = input_of(task).overrides.container_overrides;
    let listed = containers.iter().filter_map(|container| container.get("environment")?.as_array());
    let read = |pair: &Value| {
        let text = |member| pair.get(member)?.as_str().map(str::to_owned);
        Some((text("name")?, text("value")?))
    };
    listed.flatten().filter_map(read).collect()
}

/// The input of the call that started a task; empty where it did not come through the face.
pub(super) fn input_of(task: &TaskView<'_>) -> RunTaskInput {
    task.memo.and_then(|memo| serde_json::from_str(memo).ok()).unwrap_or_default()
}

/// The body without the token, in one spelling for all that mean the same.
fn memo(body: &[u8]) -> Result<Memo, Refusal> {
    let mut members: Map<String, Value> = decode(body)?;
    members.remove("clientToken");
    Ok(Value::Object(members).to_string().into())
}

impl Call<'_> {
    pub(super) fn run_task(&mut self, body: &[u8]) -> Result<RunTaskShape, Refusal> {
        let input: RunTaskInput = decode(body)?;
        let cluster = self.cluster(input.cluster.as_deref())?;
        let definition = self.ecs.find_task_definition(&input.task_definition)?;
        self.check_overrides(definition, &input.overrides)?;
        let mut request = RunTask::new(cluster, definition);
        request.count = match input.count {
            None => 1,
            // What does not fit is as far out of range as 0 is, and refused with the same words.
            Some(count) => u8::try_from(count).unwrap_or(0),
        };
        request.capacity = self.capacity(&input)?;
        request.cpu = input.overrides.cpu.as_deref().map(task_cpu).transpose()?;
        request.memory = input.overrides.memory.as_deref().map(task_memory).transpose()?;
        request.tags = self.tags(definition, &input)?;
        request.network = input.network_configuration.as_ref().map(network);
        request.placement = placement(&input)?;
        request.started_by = input.started_by.map(Into::into);
        request.group = input.group.map(Into::into);
        request.client_token = input.client_token.map(Into::into);
        request.memo = Some(memo(body)?);
        let answer = self.ecs.run_task(self.now, request)?;
        Ok(self.started(cluster, &answer))
    }

    fn started(&self, cluster: ClusterId, answer: &RunTaskAnswer) -> RunTaskShape {
        let task = |&id| {
            let view = self.ecs.task(self.now, id)?;
            // A replayed token shows a task that has stopped in three members only (Amazon ECS API Reference,
            // "Ensuring idempotency", read 2026-11-23).
            let brief = answer.replayed && view.status == TaskStatus::Stopped;
            Some(if brief { self.brief_task_shape(&view) } else { self.task_shape(&view, true) })
        };
        RunTaskShape {
            tasks: answer.tasks.iter().filter_map(task).collect(),
            failures: answer.failures.iter().map(|failure| self.failure_shape(cluster, failure)).collect(),
        }
    }

    pub(super) fn failure_shape(&self, cluster: ClusterId, failure: &Failure) -> FailureShape {
        let arn = match &failure.subject {
            FailureSubject::Nothing => None,
            FailureSubject::Instance(id) => {
                let name = self.ecs.cluster_name(cluster);
                Some(self.ecs.container_instance_arn(name, *id).to_string())
            }
            FailureSubject::Task(id) => {
                Some(self.ecs.task_arn(self.ecs.cluster_name(cluster), *id).to_string())
            }
            FailureSubject::Unknown(text) => Some(text.to_string()),
        };
        FailureShape { arn, reason: failure.reason.to_string() }
    }

    /// Checks that overrides are for containers of the definition, and not too long.
    fn check_overrides(&self, definition: DefinitionId, overrides: &Overrides) -> Result<(), Refusal> {
        let containers = &self.ecs.task_definition(definition).containers;
        for given in &overrides.container_overrides {
            let name = given.get("name").and_then(Value::as_str).unwrap_or_default();
            if !containers.iter().any(|container| &*container.name == name) {
                return Err(Refusal::invalid(format!(
                    "Override for container named {name} is not a container in the TaskDefinition."
                )));
            }
        }
        let length = serde_json::to_string(overrides).map_or(0, |text| text.chars().count());
        if length > OVERRIDES_MAX {
            return Err(Refusal::invalid(format!("Overrides length must be at most {OVERRIDES_MAX}.")));
        }
        Ok(())
    }

    fn capacity(&self, input: &RunTaskInput) -> Result<Capacity, Refusal> {
        if !input.capacity_provider_strategy.is_empty() {
            if input.launch_type.is_some() {
                return Err(Refusal::invalid(
                    "Specifying both a launch type and capacity provider strategy is not supported. Remove one and \
                     try again.",
                ));
            }
            let strategy = self.strategy(&input.capacity_provider_strategy)?;
            return Ok(Capacity::Strategy(strategy.into()));
        }
        match input.launch_type.as_deref() {
            None => Ok(Capacity::ClusterDefault),
            Some("EC2") => Ok(Capacity::Launch(LaunchType::Ec2)),
            Some("FARGATE") => Ok(Capacity::Launch(LaunchType::Fargate)),
            Some(other @ ("EXTERNAL" | "MANAGED_INSTANCES")) => {
                Err(Refusal::unsupported(format!("The simulator has no launch type {other}.")))
            }
            Some(other) => Err(Refusal::invalid(format!("{other} is no launch type."))),
        }
    }

    /// The tags of the call, and those of the definition where they are to be propagated.
    fn tags(&self, definition: DefinitionId, input: &RunTaskInput) -> Result<Tags, Refusal> {
        let own = input.tags.iter().map(|tag| (tag.key.as_str().into(), tag.value.as_str().into()));
        let mut tags: Tags = own.collect();
        match input.propagate_tags.as_deref() {
            None | Some("NONE") => {}
            Some("TASK_DEFINITION") => {
                let known = self.definitions.get(&definition).into_iter().flat_map(super::Kept::tags);
                for (key, value) in known {
                    // A tag of the call is stronger than one of the definition.
                    if !tags.iter().any(|(own, _)| **own == *key) {
                        tags.push((key.into(), value.into()));
                    }
                }
            }
            Some(_) => return Err(Refusal::invalid("propagateTags must be TASK_DEFINITION or NONE.")),
        }
        Ok(tags)
    }

    /// The network mode of a task's definition.
    pub(super) fn has_interface(&self, definition: DefinitionId) -> bool {
        self.ecs.task_definition(definition).network_mode == NetworkMode::Awsvpc
    }
}

fn network(given: &NetworkConfiguration) -> Network {
    let AwsvpcConfiguration { subnets, security_groups } = &given.awsvpc_configuration;
    Network {
        subnets: u8::try_from(subnets.len()).unwrap_or(u8::MAX),
        security_groups: u8::try_from(security_groups.len()).unwrap_or(u8::MAX),
    }
}

fn placement(input: &RunTaskInput) -> Result<Option<Arc<Placement>>, Refusal> {
    if input.placement_strategy.is_empty() && input.placement_constraints.is_empty() {
        return Ok(None);
    }
    if input.placement_strategy.len() > STRATEGY_RULES_MAX {
        return Err(Refusal::invalid(format!(
            "A placement strategy has at most {STRATEGY_RULES_MAX} rules."
        )));
    }
    let mut placement = Placement {
        strategies: input.placement_strategy.iter().map(strategy).collect::<Result<_, _>>()?,
        ..Placement::default()
    };
    for constraint in &input.placement_constraints {
        match constraint.r#type.as_str() {
            "distinctInstance" => placement.distinct_instance = true,
            "memberOf" => {
                return Err(Refusal::unsupported("The simulator has no placement constraint memberOf."));
            }
            other => return Err(Refusal::invalid(format!("{other} is no type of placement constraint."))),
        }
    }
    Ok(Some(Arc::new(placement)))
}

fn strategy(rule: &StrategyRule) -> Result<PlacementStrategy, Refusal> {
    match (rule.r#type.as_str(), rule.field.as_str()) {
        ("random", _) => Ok(PlacementStrategy::Random),
        ("spread", "instanceId" | "host") => Ok(PlacementStrategy::Spread(SpreadField::InstanceId)),
        ("spread", field) => match field.strip_prefix("attribute:") {
            Some(name) => Ok(PlacementStrategy::Spread(SpreadField::Attribute(name.into()))),
            None => Err(Refusal::invalid(format!("`{field}` is no field to spread over."))),
        },
        ("binpack", "cpu" | "CPU") => Ok(PlacementStrategy::Binpack(Resource::Cpu)),
        ("binpack", "memory" | "MEMORY") => Ok(PlacementStrategy::Binpack(Resource::Memory)),
        ("binpack", field) => Err(Refusal::invalid(format!("`{field}` is no resource to binpack by."))),
        (other, _) => Err(Refusal::invalid(format!("`{other}` is no type of placement strategy."))),
    }
}
