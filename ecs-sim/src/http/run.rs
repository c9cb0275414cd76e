//! `RunTask` and `StartTask`.
//!
//! The whole input but the token goes with the task as its memo: it is what the overrides and the network of a task are
//! shown from, and what a repeated token is compared by.

use super::{
    Call,
    definition::{gpus, task_cpu, task_memory},
    model::{
        self, ContainerOverride, KeyValuePair, NetworkConfiguration, PlacementConstraintType,
        PlacementStrategyType, PropagateTags, RunTaskRequest, RunTaskResponse, StartTaskRequest,
        StartTaskResponse, Tag, TaskOverride, Text,
    },
    tag::tags_of,
    wire::Refusal,
};
use crate::{
    Memo, Tagged,
    api::{
        ApiError, Capacity, Failure, FailureSubject, LaunchType, Network, Placement, RunTask, RunTaskAnswer,
        StartTask, Tags,
    },
    definition::NetworkMode,
    id::{ClusterId, DefinitionId, InstanceId},
    placement::{PlacementStrategy, Resource, SpreadField},
    query::Expression,
    task::TaskView,
};
use footman_core::event::TaskStatus;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What overrides may have, in characters (Amazon ECS API Reference, RunTask).
const OVERRIDES_MAX: usize = 8192;
/// Rules of one `placementStrategy` (Amazon ECS API Reference, RunTask).
const STRATEGY_RULES_MAX: usize = 5;
/// Items of one `placementConstraints` (Amazon ECS API Reference, RunTask).
const CONSTRAINTS_MAX: usize = 10;
/// What an expression may have, in characters (Amazon ECS API Reference, PlacementConstraint).
const EXPRESSION_MAX: usize = 2000;

/// What of a call's input is shown with its tasks.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Said {
    pub(super) overrides: Option<TaskOverride>,
    pub(super) network_configuration: Option<NetworkConfiguration>,
    pub(super) enable_execute_command: Option<bool>,
    pub(super) platform_version: Option<Text>,
}

/// The environment that the overrides of a task's call set.
pub(super) fn environment(task: &TaskView<'_>) -> Vec<(String, String)> {
    let overrides = said(task).overrides.unwrap_or_default();
    let containers = overrides.container_overrides.into_iter().flatten();
    let read = |pair: KeyValuePair| Some((pair.name?.into_owned(), pair.value?.into_owned()));
    containers.flat_map(|container| container.environment.into_iter().flatten()).filter_map(read).collect()
}

/// What the call that started a task said; empty where it did not come through the face.
pub(super) fn said(task: &TaskView<'_>) -> Said {
    task.memo.and_then(|memo| serde_json::from_str(memo).ok()).unwrap_or_default()
}

/// An input in one spelling for all that mean the same.
fn memo(input: &impl Serialize) -> Result<Memo, Refusal> {
    let text = serde_json::to_string(input);
    text.map(Into::into).map_err(|e| Refusal::wire("InternalFailure", e.to_string()))
}

/// A text of the wire in the state machine's hands.
fn shared(text: Text) -> Arc<str> {
    text.into()
}

impl Call<'_> {
    pub(super) fn run_task(&mut self, mut input: RunTaskRequest) -> Result<RunTaskResponse, Refusal> {
        let client_token = input.client_token.take();
        let cluster = self.cluster(input.cluster.as_deref())?;
        let definition =
            self.ecs.find_task_definition(input.task_definition.as_deref().unwrap_or_default())?;
        let overrides = input.overrides.as_ref();
        if let Some(overrides) = overrides {
            self.check_overrides(definition, overrides)?;
        }
        let mut request = RunTask::new(cluster, definition);
        request.count = match input.count {
            None => 1,
            // What does not fit is as far out of range as 0 is, and refused with the same words.
            Some(count) => u8::try_from(count).unwrap_or(0),
        };
        request.cpu = overrides.and_then(|o| o.cpu.as_deref()).map(task_cpu).transpose()?;
        request.memory = overrides.and_then(|o| o.memory.as_deref()).map(task_memory).transpose()?;
        request.gpus = self.gpus(definition, overrides)?;
        request.capacity = self.capacity(&input)?;
        self.check_platform_version(&request, input.platform_version.as_deref())?;
        request.tags =
            self.tags(definition, input.tags.as_deref().unwrap_or_default(), input.propagate_tags)?;
        request.network = input.network_configuration.as_ref().map(|given| self.network(given));
        request.placement = placement(&input)?;
        request.memo = Some(memo(&input)?);
        request.started_by = input.started_by.map(shared);
        request.group = input.group.map(shared);
        request.client_token = client_token.map(shared);
        let answer = self.ecs.run_task(self.now, request)?;
        let (tasks, failures) = self.started(cluster, &answer);
        Ok(RunTaskResponse { tasks: Some(tasks), failures: Some(failures) })
    }

    pub(super) fn start_task(&mut self, input: StartTaskRequest) -> Result<StartTaskResponse, Refusal> {
        let cluster = self.cluster(input.cluster.as_deref())?;
        let definition =
            self.ecs.find_task_definition(input.task_definition.as_deref().unwrap_or_default())?;
        let overrides = input.overrides.as_ref();
        if let Some(overrides) = overrides {
            self.check_overrides(definition, overrides)?;
        }
        let mut request = RunTask::new(cluster, definition);
        request.cpu = overrides.and_then(|o| o.cpu.as_deref()).map(task_cpu).transpose()?;
        request.memory = overrides.and_then(|o| o.memory.as_deref()).map(task_memory).transpose()?;
        request.gpus = self.gpus(definition, overrides)?;
        request.tags =
            self.tags(definition, input.tags.as_deref().unwrap_or_default(), input.propagate_tags)?;
        request.network = input.network_configuration.as_ref().map(|given| self.network(given));
        request.memo = Some(memo(&input)?);
        request.started_by = input.started_by.map(shared);
        request.group = input.group.map(shared);
        let texts = input.container_instances.unwrap_or_default();
        // moto's copy of ECS's words.
        if texts.is_empty() {
            return Err(ApiError::client("Container Instances cannot be empty.").into());
        }
        let known = |text: &Text| self.ecs.container_instance_of_arn(text);
        // A text that is no id at all is as unknown to ECS as the id of no instance.
        let instances = texts.iter().map(|text| known(text).unwrap_or(InstanceId(u32::MAX))).collect();
        let answer = self.ecs.start_task(self.now, StartTask { instances, request })?;
        let (tasks, mut failures) = self.started(cluster, &answer);
        let mut unknown = texts.into_iter().filter(|text| self.ecs.container_instance_of_arn(text).is_none());
        for (failure, shown) in answer.failures.iter().zip(&mut failures) {
            if failure.subject == FailureSubject::Instance(InstanceId(u32::MAX)) {
                shown.arn = unknown.next().map(|text| self.asked_instance_arn(cluster, text).into());
            }
        }
        Ok(StartTaskResponse { tasks: Some(tasks), failures: Some(failures) })
    }

    /// The tasks of a call, and why others were not started.
    pub(super) fn started(
        &self,
        cluster: ClusterId,
        answer: &RunTaskAnswer,
    ) -> (Vec<model::Task>, Vec<model::Failure>) {
        let task = |&id| {
            let view = self.ecs.truth(self.now, id)?;
            // A replayed token shows a task that has stopped in three members only (Amazon ECS API Reference,
            // "Ensuring idempotency", read 2026-11-23).
            let brief = answer.replayed && view.status == TaskStatus::Stopped;
            Some(if brief { self.brief_task_shape(&view) } else { self.task_shape(&view, true) })
        };
        let failures = answer.failures.iter().map(|failure| self.failure_shape(cluster, failure));
        (answer.tasks.iter().filter_map(task).collect(), failures.collect())
    }

    pub(super) fn failure_shape(&self, cluster: ClusterId, failure: &Failure) -> model::Failure {
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
        model::Failure {
            arn: arn.map(Into::into),
            reason: Some(failure.reason.to_string().into()),
            detail: None,
        }
    }

    /// Checks that overrides are for containers of the definition, and not too long.
    fn check_overrides(&self, definition: DefinitionId, overrides: &TaskOverride) -> Result<(), Refusal> {
        let containers = &self.ecs.task_definition(definition).containers;
        for given in overrides.container_overrides.iter().flatten() {
            let name = given.name.as_deref().unwrap_or_default();
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

    /// The GPUs of each container, where overrides change them.
    fn gpus(
        &self,
        definition: DefinitionId,
        overrides: Option<&TaskOverride>,
    ) -> Result<Option<Arc<[u32]>>, Refusal> {
        let mut changed = None;
        for given in
            overrides.into_iter().flat_map(|overrides| overrides.container_overrides.iter().flatten())
        {
            let name = given.name.as_deref().unwrap_or_default();
            let count = gpus(given.resource_requirements.as_deref()).map_err(|_| {
                Refusal::invalid(format!(
                    "The override of 'resourceRequirements' of container {name} is out of range."
                ))
            })?;
            let containers = &self.ecs.task_definition(definition).containers;
            let place = containers.iter().position(|container| &*container.name == name);
            if let (Some(count), Some(place)) = (count, place) {
                let asked = || -> Vec<u32> { containers.iter().map(|container| container.gpus).collect() };
                changed.get_or_insert_with(asked)[place] = count;
            }
        }
        Ok(changed.map(Into::into))
    }

    fn capacity(&self, input: &RunTaskRequest) -> Result<Capacity, Refusal> {
        let strategy = input.capacity_provider_strategy.as_deref().unwrap_or_default();
        if !strategy.is_empty() {
            if input.launch_type.is_some() {
                return Err(Refusal::invalid(
                    "Specifying both a launch type and capacity provider strategy is not supported. Remove one and \
                     try again.",
                ));
            }
            return Ok(Capacity::Strategy(self.strategy(strategy)?.into()));
        }
        match input.launch_type {
            None => Ok(Capacity::ClusterDefault),
            Some(model::LaunchType::Ec2) => Ok(Capacity::Launch(LaunchType::Ec2)),
            Some(model::LaunchType::Fargate) => Ok(Capacity::Launch(LaunchType::Fargate)),
            Some(other @ (model::LaunchType::External | model::LaunchType::ManagedInstances)) => {
                Err(Refusal::unsupported(format!("The simulator has no launch type {}.", other.name())))
            }
        }
    }

    /// The tags of the call, and those of the definition where they are to be propagated.
    pub(super) fn tags(
        &self,
        definition: DefinitionId,
        own: &[Tag],
        propagate: Option<PropagateTags>,
    ) -> Result<Tags, Refusal> {
        let mut tags = tags_of(own);
        match propagate {
            None | Some(PropagateTags::None) => {}
            Some(PropagateTags::TaskDefinition) => {
                for (key, value) in self.ecs.tags(Tagged::TaskDefinition(definition)) {
                    // A tag of the call is stronger than one of the definition.
                    if !tags.iter().any(|(own, _)| own == key) {
                        tags.push((Arc::clone(key), Arc::clone(value)));
                    }
                }
            }
            Some(PropagateTags::Service) => {
                return Err(Refusal::invalid("propagateTags must be TASK_DEFINITION or NONE."));
            }
        }
        Ok(tags)
    }

    fn network(&self, given: &NetworkConfiguration) -> Network {
        let vpc = given.awsvpc_configuration.as_ref();
        let count = |list: Option<&Vec<Text>>| u8::try_from(list.map_or(0, Vec::len)).unwrap_or(u8::MAX);
        let subnets = vpc.and_then(|vpc| vpc.subnets.as_ref());
        Network {
            subnets: count(subnets),
            security_groups: count(vpc.and_then(|vpc| vpc.security_groups.as_ref())),
            zones: self.ecs.zones_of(subnets.into_iter().flatten().map(|subnet| &**subnet)),
        }
    }

    /// The network mode of a task's definition.
    pub(super) fn has_interface(&self, definition: DefinitionId) -> bool {
        self.ecs.task_definition(definition).network_mode == NetworkMode::Awsvpc
    }
}

fn placement(input: &RunTaskRequest) -> Result<Option<Arc<Placement>>, Refusal> {
    let rules = input.placement_strategy.as_deref().unwrap_or_default();
    let constraints = input.placement_constraints.as_deref().unwrap_or_default();
    if rules.is_empty() && constraints.is_empty() {
        return Ok(None);
    }
    if rules.len() > STRATEGY_RULES_MAX {
        return Err(Refusal::invalid(format!(
            "A placement strategy has at most {STRATEGY_RULES_MAX} rules."
        )));
    }
    if constraints.len() > CONSTRAINTS_MAX {
        return Err(Refusal::invalid(format!("A task has at most {CONSTRAINTS_MAX} placement constraints.")));
    }
    let mut placement = Placement {
        strategies: rules.iter().map(strategy).collect::<Result<_, _>>()?,
        ..Placement::default()
    };
    for constraint in constraints {
        match constraint.r#type {
            Some(PlacementConstraintType::DistinctInstance) => placement.distinct_instance = true,
            Some(PlacementConstraintType::MemberOf) => {
                placement.member_of.push(member_of(constraint.expression.as_deref())?);
            }
            None => return Err(Refusal::invalid("Type can not be blank.")),
        }
    }
    Ok(Some(Arc::new(placement)))
}

/// The expression of a `memberOf`, or of a filter. ECS's words for one that is none are not known.
pub(super) fn member_of(text: Option<&str>) -> Result<Expression, Refusal> {
    let text = text.unwrap_or_default();
    if text.chars().count() > EXPRESSION_MAX {
        return Err(Refusal::invalid(format!("An expression has at most {EXPRESSION_MAX} characters.")));
    }
    Expression::parse(text).map_err(|error| {
        let help = error.help().map_or_else(String::new, |help| format!("; {help}"));
        Refusal::invalid(format!("The expression '{text}' is invalid: {error}{help}"))
    })
}

fn strategy(rule: &model::PlacementStrategy) -> Result<PlacementStrategy, Refusal> {
    let field = rule.field.as_deref().unwrap_or_default();
    match (rule.r#type, field) {
        (Some(PlacementStrategyType::Random), _) => Ok(PlacementStrategy::Random),
        (Some(PlacementStrategyType::Spread), "instanceId" | "host") => {
            Ok(PlacementStrategy::Spread(SpreadField::InstanceId))
        }
        (Some(PlacementStrategyType::Spread), _) => match field.strip_prefix("attribute:") {
            Some(name) => Ok(PlacementStrategy::Spread(SpreadField::Attribute(name.into()))),
            None => Err(Refusal::invalid(format!("`{field}` is no field to spread over."))),
        },
        (Some(PlacementStrategyType::Binpack), "cpu" | "CPU") => {
            Ok(PlacementStrategy::Binpack(Resource::Cpu))
        }
        (Some(PlacementStrategyType::Binpack), "memory" | "MEMORY") => {
            Ok(PlacementStrategy::Binpack(Resource::Memory))
        }
        (Some(PlacementStrategyType::Binpack), _) => {
            Err(Refusal::invalid(format!("`{field}` is no resource to binpack by.")))
        }
        (None, _) => Err(Refusal::invalid("Type can not be blank.")),
    }
}

/// An override for each container, as ECS shows it whether or not one was given.
pub(super) fn complete<'a>(
    overrides: Option<TaskOverride>,
    containers: impl Iterator<Item = &'a str>,
) -> TaskOverride {
    let mut overrides = overrides.unwrap_or_default();
    let given = overrides.container_overrides.get_or_insert_default();
    for container in containers {
        if !given.iter().any(|given| given.name.as_deref() == Some(container)) {
            given.push(ContainerOverride {
                name: Some(container.to_owned().into()),
                ..ContainerOverride::default()
            });
        }
    }
    overrides.inference_accelerator_overrides.get_or_insert_default();
    overrides
}
