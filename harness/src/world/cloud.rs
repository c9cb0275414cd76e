//! The ECS side of the world: a simulated account built from what a configuration describes, and the core's actions
//! carried out on it.

use crate::world::{by_task::ByTask, witness::AgentLife};
use footman_config::{
    Place,
    simulation::{self as described, SimulationSettings},
};
use footman_core::{
    Timestamp,
    event::{Failure, Outcome, Task, TaskChange, TaskListing, TaskStatus, TaskStop},
    id::{NodeName, OwnerId, TaskArn},
    looks::{self, LOOKS_PER_LISTING},
    name::{AgentName, ClientToken},
    spec::AgentSpec,
};
use footman_ecs_sim::{
    ApiError, CallCount, Ecs, RunTask, RunTaskAnswer, Settings,
    api::{Capacity, ErrorCode, LaunchType, Network, Operation, Placement, Provider, StrategyItem},
    capacity::{GroupProvider, InstanceSpec, ManagedScaling},
    definition::{Container, Image, NetworkMode, PortMapping, TaskDefinition},
    fleet::Capabilities,
    id::{ClusterId, DefinitionId, EntityKey, ProviderId, TaskId},
    placement::{PlacementStrategy, Resource, SpreadField},
    query::{Expression, QueryError},
    task::TaskGlance,
};
use smallvec::SmallVec;
use std::{collections::BTreeMap, ops::Range, sync::Arc};
use thiserror::Error;

/// The tag that carries an agent's name.
const AGENT_TAG: &str = "footman:agent";

/// A simulated account, and what the policy's templates ask of it.
#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) ecs: Ecs,
    templates: Vec<Template>,
    owner: OwnerId,
    agent_tag: Arc<str>,
    /// The tasks that are not known to have stopped.
    known: ByTask<Known>,
    /// Tasks that changed since the core last looked.
    changed: Vec<TaskId>,
    pub(crate) list_calls: u64,
    pub(crate) describe_calls: u64,
}

/// What is asked for again and again of one task.
#[derive(Debug, Clone)]
struct Known {
    arn: TaskArn,
    agent: NodeName,
}

#[derive(Debug)]
struct Template {
    placement: Option<Arc<Placement>>,
    cluster: ClusterId,
    definition: DefinitionId,
    capacity: Capacity,
    network: Option<Network>,
}

/// Why a described cluster cannot be simulated.
#[derive(Debug, Error)]
pub enum CloudError {
    /// The simulated ECS refuses what was described.
    #[error("the simulated ECS refuses {what}")]
    Refused {
        /// What.
        what: String,
        /// In which words.
        source: ApiError,
    },
    /// A cluster has instances of a type that nobody describes.
    #[error("size and price of the instance type `{name}` are not known")]
    UnknownInstanceType {
        /// The type's name.
        name: Arc<str>,
    },
    /// A template names a capacity provider that its cluster does not have.
    #[error(
        "template family `{family}` names capacity provider `{provider}`, which its cluster does not have"
    )]
    UnknownProvider {
        /// The template's family.
        family: Arc<str>,
        /// The provider.
        provider: Arc<str>,
    },
    /// A placement constraint of a template is no expression of the cluster query language.
    #[error("a placement constraint of family `{family}` at {place} is no expression")]
    Expression {
        /// The template's family.
        family: Arc<str>,
        /// Where the expression stands.
        place: Place,
        /// What is wrong with it.
        source: QueryError,
    },
    /// The template runs on ECS Anywhere, which is not simulated.
    #[error("template family `{family}` has launch type EXTERNAL, which is not simulated")]
    External {
        /// The template's family.
        family: Arc<str>,
    },
}

impl Cloud {
    /// An account as `described`, with a definition for each of the policy's templates, whose sizes are `sizes`.
    pub(crate) fn new(
        settings: Settings,
        described: &SimulationSettings,
        policy: &footman_core::Policy,
        seed: u64,
        now: Timestamp,
    ) -> Result<Self, CloudError> {
        let mut ecs = Ecs::new(settings, seed, now);
        let mut clusters = Vec::with_capacity(described.clusters.len());
        for cluster in &described.clusters {
            clusters.push(build_cluster(&mut ecs, described, cluster, now)?);
        }
        let templates = described
            .templates
            .iter()
            .zip(&policy.templates)
            .map(|(template, agent)| build_template(&mut ecs, &clusters, template, agent.size))
            .collect::<Result<_, _>>()?;
        let owner = policy.owner.clone();
        Ok(Self {
            ecs,
            templates,
            owner,
            agent_tag: AGENT_TAG.into(),
            known: ByTask::default(),
            changed: Vec::new(),
            list_calls: 0,
            describe_calls: 0,
        })
    }

    /// Calls `RunTask` for one attempt of an agent; `key` is what its randomness is keyed by.
    pub(crate) fn launch(
        &mut self,
        now: Timestamp,
        agent: &AgentName,
        spec: &AgentSpec,
        token: &ClientToken,
        key: EntityKey,
    ) -> (Outcome, Option<TaskId>) {
        let template = &self.templates[spec.template.index()];
        let cluster = template.cluster;
        let mut request = RunTask::new(template.cluster, template.definition);
        request.capacity = template.capacity.clone();
        request.network = template.network;
        request.cpu = Some(spec.size.cpu);
        request.memory = Some(spec.size.memory);
        request.started_by = Some(self.owner.text());
        request.client_token = Some(token.text());
        request.tags.push((Arc::clone(&self.agent_tag), agent.node().text()));
        request.key = Some(key);
        request.placement = template.placement.clone();
        match self.ecs.run_task(now, request) {
            Ok(answer) => self.launched(agent, cluster, &answer),
            Err(error) => {
                // A task whose launch was not answered runs all the same, and its agent will connect.
                let task =
                    (error.code == ErrorCode::AnswerLost).then(|| error.tasks.first().copied()).flatten();
                if let Some(task) = task {
                    self.know(task, agent, cluster);
                }
                (self.refused(now, error), task)
            }
        }
    }

    fn know(&mut self, task: TaskId, agent: &AgentName, cluster: ClusterId) -> TaskArn {
        if let Some(known) = self.known.get(task) {
            return known.arn.clone();
        }
        let arn = TaskArn::new(self.ecs.task_arn(self.ecs.cluster_name(cluster), task));
        self.known.insert(task, Known { arn: arn.clone(), agent: agent.node().clone() });
        arn
    }

    fn launched(
        &mut self,
        agent: &AgentName,
        cluster: ClusterId,
        answer: &RunTaskAnswer,
    ) -> (Outcome, Option<TaskId>) {
        if let Some(&task) = answer.tasks.first() {
            let arn = self.know(task, agent, cluster);
            return (Outcome::Launched { task: arn }, Some(task));
        }
        let reasons = answer.failures.iter().map(|failed| &*failed.reason);
        (Outcome::Failed(Failure::of_reasons(reasons)), None)
    }

    /// Calls `StopTask`.
    pub(crate) fn stop(&mut self, now: Timestamp, task: &TaskArn, reason: Arc<str>) -> Outcome {
        let Some(id) = self.ecs.task_of_arn(task.as_str()) else {
            return Outcome::Failed(Failure::Refused { reason: "The referenced task was not found.".into() });
        };
        match self.ecs.request_stop(now, id, Some(reason)).map(drop) {
            Ok(()) => Outcome::Done,
            Err(error) => self.refused(now, error),
        }
    }

    fn refused(&self, now: Timestamp, error: ApiError) -> Outcome {
        let failure = match error.code {
            ErrorCode::Throttling => Failure::Throttled { retry_after: None },
            // Of a 500 AWS does not promise that nothing was done; the daemon takes it the same way.
            ErrorCode::Server | ErrorCode::AnswerLost => Failure::Unknown,
            ErrorCode::Conflict => {
                let tasks = error.tasks.iter().map(|&task| self.arn(now, task)).collect();
                return Outcome::Conflict { tasks };
            }
            ErrorCode::Blocked
            | ErrorCode::Client
            | ErrorCode::ClusterContainsCapacityProvider
            | ErrorCode::ClusterContainsContainerInstances
            | ErrorCode::ClusterContainsTasks
            | ErrorCode::ClusterNotFound
            | ErrorCode::InvalidParameter
            | ErrorCode::LimitExceeded
            | ErrorCode::PlatformUnknown
            | ErrorCode::ResourceInUse
            | ErrorCode::ResourceNotFound
            | ErrorCode::AttributeLimitExceeded
            | ErrorCode::NoUpdateAvailable
            | ErrorCode::TargetNotFound => Failure::of_exception(error.code.name(), &error.message),
        };
        Outcome::Failed(failure)
    }

    /// Remembers that `task` changed, for the next look at ECS.
    pub(crate) fn note_change(&mut self, task: TaskId) {
        self.changed.push(task);
    }

    /// What changed since the last look, in the order of the tasks' ARNs, in place of what `tasks` held.
    pub(crate) fn changes_into(&mut self, now: Timestamp, tasks: &mut Vec<TaskChange>) {
        let mut changed = std::mem::take(&mut self.changed);
        tasks.clear();
        if let &[id] = changed.as_slice() {
            tasks.push(self.change(now, id));
        } else {
            changed.sort_unstable();
            changed.dedup();
            for &id in &changed {
                tasks.push(self.change(now, id));
            }
            tasks.sort_unstable_by(|one, other| arn_of(one).cmp(arn_of(other)));
        }
        changed.clear();
        self.changed = changed;
    }

    #[inline]
    fn change(&mut self, now: Timestamp, id: TaskId) -> TaskChange {
        let Some(seen) = self.seen(now, id) else {
            return TaskChange::Gone(self.arn(now, id));
        };
        if seen.status == TaskStatus::Stopped {
            self.known.remove(id);
        }
        TaskChange::Seen(seen)
    }

    /// A task as it truly is, however late ECS shows it.
    fn truth(&self, now: Timestamp, task: TaskId) -> Option<TaskGlance<'_>> {
        self.ecs.glance(now + self.ecs.settings().visibility_delay, task)
    }

    /// The ARN of a task; its cluster is the first one where ECS no longer knows the task.
    fn arn(&self, now: Timestamp, task: TaskId) -> TaskArn {
        if let Some(known) = self.known.get(task) {
            return known.arn.clone();
        }
        let cluster = self.truth(now, task).map_or(self.templates[0].cluster, |view| view.cluster);
        TaskArn::new(self.ecs.task_arn(self.ecs.cluster_name(cluster), task))
    }

    /// Every task of ours that is not long stopped, in the order of the ARNs: what a full listing shows.
    pub(crate) fn listing(&mut self, now: Timestamp, known: impl Iterator<Item = TaskId>) -> TaskListing {
        self.changed.clear();
        let mut tasks: Vec<Task> = known.filter_map(|id| self.seen(now, id)).collect();
        tasks.sort_unstable_by(|one, other| one.arn.cmp(&other.arn));
        TaskListing { complete: true, tasks }
    }

    #[inline]
    fn seen(&self, now: Timestamp, id: TaskId) -> Option<Task> {
        let view = self.ecs.glance(now, id)?;
        let (arn, agent) = match self.known.get(id) {
            Some(known) => (known.arn.clone(), Some(known.agent.clone())),
            None => {
                let tag = view.tags.iter().find(|(key, _)| *key == self.agent_tag);
                (self.arn(now, id), tag.map(|(_, name)| NodeName::new(Arc::clone(name))))
            }
        };
        let reason = || view.stopped_reason().unwrap_or_default();
        let stop = view.stop_code().map(|code| TaskStop { code, reason: reason() });
        Some(Task {
            arn,
            owner: self.owner.clone(),
            agent,
            status: view.status,
            stopping: view.stopping,
            created_at: view.created_at,
            stop,
        })
    }

    /// `life` with what ECS knows of it.
    pub(crate) fn placed(&self, now: Timestamp, mut life: AgentLife) -> AgentLife {
        if let Some(view) = self.truth(now, life.task) {
            life.pull_started_at = view.pull_started_at;
            life.instance =
                view.instance.and_then(|id| Some((id, self.ecs.container_instance(id)?.registered)));
        }
        life
    }

    /// How often each operation was called, those of the daemon's looks included.
    pub(crate) fn calls(&self) -> Vec<(&'static str, CallCount)> {
        let looks = |operation| {
            let of =
                [(Operation::ListTasks, self.list_calls), (Operation::DescribeTasks, self.describe_calls)];
            of.into_iter().find(|&(look, _)| look == operation).map_or(0, |(_, calls)| calls)
        };
        let counts = Operation::ALL.into_iter().zip(self.ecs.calls().iter().copied());
        let with_looks = |(operation, count): (Operation, CallCount)| {
            let calls = count.calls + looks(operation);
            (operation.name(), CallCount { calls, ..count })
        };
        counts.map(with_looks).collect()
    }

    /// Accounts for looks at ECS, each named by its number, with `live` tasks: as if all of them were on their way, though a
    /// daemon leaves those alone that run.
    ///
    /// The calls are counted and not drawn from the account's bucket: a daemon paces its own reads below the refill.
    pub(crate) fn count_looks(&mut self, live: usize, looks: &Range<u64>) {
        let count = |calls: usize| u64::try_from(calls).expect("a usize fits");
        let every = u64::from(LOOKS_PER_LISTING);
        let pages = live.div_ceil(looks::TASKS_PER_CALL).max(1);
        // One more for a page of those that stopped.
        self.list_calls += count(pages + 1) * (looks.end / every - looks.start / every);
        self.describe_calls += count(looks::descriptions(live)) * (looks.end - looks.start);
    }
}

fn arn_of(change: &TaskChange) -> &TaskArn {
    match change {
        TaskChange::Seen(task) => &task.arn,
        TaskChange::Gone(arn) => arn,
    }
}

struct Built {
    cluster: ClusterId,
    providers: BTreeMap<Arc<str>, ProviderId>,
}

fn build_cluster(
    ecs: &mut Ecs,
    settings: &SimulationSettings,
    described: &described::ClusterSettings,
    now: Timestamp,
) -> Result<Built, CloudError> {
    let refused = |what: String| move |source| CloudError::Refused { what, source };
    let region = Arc::clone(&ecs.settings().region);
    let cluster =
        ecs.create_cluster(&described.name).map_err(refused(format!("cluster `{}`", described.name)))?;
    for pool in &described.instances {
        let spec = instance_spec(settings, &region, &pool.instance_type)?;
        let what = format!("{} instances of type {}", pool.count, pool.instance_type);
        ecs.add_instances(now, cluster, &spec, pool.count).map_err(refused(what))?;
    }
    let mut providers = BTreeMap::new();
    for group in &described.auto_scaling_groups {
        let what = format!("capacity provider `{}`", group.capacity_provider);
        let provider =
            ecs.create_capacity_provider(group_provider(settings, &region, group)?).map_err(refused(what))?;
        providers.insert(Arc::clone(&group.capacity_provider), provider);
    }
    let built = Built { cluster, providers };
    let strategy = strategy(&built, &described.name, &described.default_strategy)?;
    let ids: Vec<ProviderId> = built.providers.values().copied().collect();
    ecs.put_cluster_capacity_providers(now, cluster, &ids, &strategy)
        .map_err(refused(format!("the capacity providers of cluster `{}`", described.name)))?;
    Ok(built)
}

/// Puts the clusters that are described into an account, with their instances and capacity providers.
///
/// # Errors
///
/// Fails where ECS refuses one of them.
pub(crate) fn furnish(
    ecs: &mut Ecs,
    described: &SimulationSettings,
    now: Timestamp,
) -> Result<(), CloudError> {
    for cluster in &described.clusters {
        build_cluster(ecs, described, cluster, now)?;
    }
    Ok(())
}

/// Instances of the type called `name`, in the first zone of `region`.
fn instance_spec(
    settings: &SimulationSettings,
    region: &str,
    name: &Arc<str>,
) -> Result<InstanceSpec, CloudError> {
    let unknown = || CloudError::UnknownInstanceType { name: Arc::clone(name) };
    let spec = settings.instance_type(name).map(InstanceSpec::new).ok_or_else(unknown)?;
    Ok(InstanceSpec { zones: vec![format!("{region}a").into()], ..spec })
}

fn group_provider(
    settings: &SimulationSettings,
    region: &str,
    group: &described::AutoScalingGroup,
) -> Result<GroupProvider, CloudError> {
    let managed_scaling = group.managed_scaling.map(|scaling| ManagedScaling {
        target_percent: scaling.target_capacity.into(),
        step_min: scaling.step_min,
        step_max: scaling.step_max,
        warmup: scaling.warmup,
    });
    let spec = |name| Ok(InstanceSpec { spot: group.spot, ..instance_spec(settings, region, name)? });
    Ok(GroupProvider {
        name: Arc::clone(&group.capacity_provider),
        instances: group.instance_types.iter().map(spec).collect::<Result<_, CloudError>>()?,
        min: group.min,
        max: group.max,
        desired: group.desired,
        managed_scaling,
        termination_protection: managed_scaling.is_some(),
        managed_draining: true,
    })
}

fn strategy(
    cluster: &Built,
    family: &Arc<str>,
    described: &[described::StrategyItem],
) -> Result<SmallVec<[StrategyItem; 1]>, CloudError> {
    let item = |item: &described::StrategyItem| {
        let provider = match &*item.provider {
            "FARGATE" => Provider::Fargate,
            "FARGATE_SPOT" => Provider::FargateSpot,
            name => {
                Provider::Group(*cluster.providers.get(name).ok_or_else(|| CloudError::UnknownProvider {
                    family: Arc::clone(family),
                    provider: Arc::clone(&item.provider),
                })?)
            }
        };
        Ok(StrategyItem { provider, weight: item.weight, base: item.base })
    };
    described.iter().map(item).collect()
}

fn build_template(
    ecs: &mut Ecs,
    clusters: &[Built],
    described: &described::TemplateSettings,
    size: footman_core::units::Size,
) -> Result<Template, CloudError> {
    let cluster = &clusters[described.cluster];
    let (capacity, fargate) = match &described.compute {
        described::Compute::ClusterDefault => (Capacity::ClusterDefault, false),
        described::Compute::LaunchType(described::LaunchType::Ec2) => {
            (Capacity::Launch(LaunchType::Ec2), false)
        }
        described::Compute::LaunchType(described::LaunchType::Fargate) => {
            (Capacity::Launch(LaunchType::Fargate), true)
        }
        described::Compute::LaunchType(described::LaunchType::External) => {
            return Err(CloudError::External { family: Arc::clone(&described.family) });
        }
        described::Compute::Strategy(items) => {
            let fargate = items.iter().any(|item| item.provider.starts_with("FARGATE"));
            (Capacity::Strategy(strategy(cluster, &described.family, items)?), fargate)
        }
    };
    let awsvpc = fargate || described.network == described::NetworkMode::Awsvpc;
    let definition =
        ecs.register_task_definition(task_definition(described, size, fargate)).map_err(|source| {
            CloudError::Refused {
                what: format!("the task definition of family `{}`", described.family),
                source,
            }
        })?;
    let network = awsvpc.then_some(Network::new(1, 1));
    let placement = placement(described)?.filter(|_| !fargate);
    Ok(Template { placement, cluster: cluster.cluster, definition, capacity, network })
}

/// The placement strategies and constraints, or `None` for ECS's default and none.
fn placement(described: &described::TemplateSettings) -> Result<Option<Arc<Placement>>, CloudError> {
    let strategy = |strategy: &described::PlacementStrategy| match strategy {
        described::PlacementStrategy::BinpackCpu => PlacementStrategy::Binpack(Resource::Cpu),
        described::PlacementStrategy::BinpackMemory => PlacementStrategy::Binpack(Resource::Memory),
        described::PlacementStrategy::Random => PlacementStrategy::Random,
        described::PlacementStrategy::Spread(field) => {
            PlacementStrategy::Spread(match field.strip_prefix("attribute:") {
                Some(name) => SpreadField::Attribute(name.into()),
                None => SpreadField::InstanceId,
            })
        }
    };
    let mut placement =
        Placement { strategies: described.placement.iter().map(strategy).collect(), ..Placement::default() };
    for constraint in &described.constraints {
        match constraint {
            described::PlacementConstraint::DistinctInstance => placement.distinct_instance = true,
            described::PlacementConstraint::MemberOf(expression) => {
                let parsed =
                    Expression::parse(&expression.text).map_err(|source| CloudError::Expression {
                        family: Arc::clone(&described.family),
                        place: expression.place.clone(),
                        source,
                    })?;
                placement.member_of.push(parsed);
            }
        }
    }
    Ok((placement != Placement::default()).then(|| Arc::new(placement)))
}

fn task_definition(
    described: &described::TemplateSettings,
    size: footman_core::units::Size,
    fargate: bool,
) -> TaskDefinition {
    let port = |&port: &u16| PortMapping { container_port: port, host_port: port, udp: false };
    let image = Image { name: Arc::clone(&described.image), size: described.image_size };
    let container =
        Container { image, ports: described.host_ports.iter().map(port).collect(), ..Container::default() };
    TaskDefinition {
        family: Arc::clone(&described.family),
        cpu: Some(size.cpu),
        memory: Some(size.memory),
        network_mode: match described.network {
            _ if fargate => NetworkMode::Awsvpc,
            described::NetworkMode::Bridge => NetworkMode::Bridge,
            described::NetworkMode::Host => NetworkMode::Host,
            described::NetworkMode::Awsvpc => NetworkMode::Awsvpc,
            described::NetworkMode::None => NetworkMode::None,
        },
        requires_fargate: fargate,
        platform: described.platform,
        requires_platform: false,
        requires: Capabilities::NONE,
        ephemeral_gib: (described.ephemeral_storage_gib > 20).then_some(described.ephemeral_storage_gib),
        containers: vec![container],
        constraints: Vec::new(),
    }
}
