//! `RunTask` and `StopTask`.

use super::{Ecs, accident::TaskFault, setup::cluster_strategy_is_valid, tags::check_tags, waiting::Waited};
use crate::{
    api::{
        ApiError, Capacity, ErrorCode, Failure, FailureSubject, LaunchType, Operation, Provider, RunTask,
        RunTaskAnswer, StrategyItem,
    },
    definition::{DefinitionStatus, NO_GPUS_ON_FARGATE, Wants, fargate_size},
    draw::Entity,
    fleet::GroupId,
    id::{InstanceId, ProviderId, TaskId},
    placement::{Obstacle, PlacementFailure, RuleId},
    settings::PerMillion,
    task::{Host, NEVER, Record, Stop, StopText, Task, TaskGpus, TaskView, Times},
    timer::TimerSeq,
    token::{Kept, Started, Token},
};
use footman_core::{
    catalogue::Platform,
    event::{StopCode, TaskStatus},
    time::{Millis, Timestamp},
    units::CpuUnits,
};
use smallvec::SmallVec;
use std::{borrow::Cow, sync::Arc};

/// The kind of [`Entity`] that a task is.
pub(super) const TASK: u64 = 1;
/// The kind of [`Entity`] that a call is.
const CALL: u64 = 2;
/// How long a repeated token shows failures in full (Amazon ECS API Reference, "Ensuring idempotency").
const FAILURES_SHOWN: Millis = Millis::from_hours(1);

/// Where a task is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Fargate { by_strategy: bool },
    FargateSpot,
    Instances,
    Provider(ProviderId),
}

/// What the tasks of one call have in common, besides what it says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) token: Option<&'a Token>,
    pub(super) wants: Wants,
    pub(super) group: GroupId,
}

impl Ecs {
    /// `RunTask`.
    ///
    /// # Errors
    ///
    /// Fails as ECS does; what could not be placed is no error but an entry of `failures`.
    pub fn run_task(&mut self, now: Timestamp, mut request: RunTask) -> Result<RunTaskAnswer, ApiError> {
        let call = self.call_entity(&request, now);
        self.admit(now, Operation::RunTask, call)?;
        self.check(&request)?;
        let token = Token::of(&request);
        if let Some(token) = &token
            && let Some(answer) = self.replay(token)?
        {
            self.answer_of(call, &answer)?;
            return Ok(answer);
        }
        let answer = self.start(&mut request, token.as_ref())?;
        if let Some(token) = token {
            let tasks = &self.tasks;
            let since = now.saturating_sub(self.settings.token_life);
            self.tokens.sweep(since, |task| tasks.record(task).is_some());
            match answer.tasks.as_slice() {
                &[task] if answer.failures.is_empty() => self.tokens.insert_one(&token, task),
                [] if !self.settings.replay_failures => {}
                [..] => {
                    let (tasks, failures) = (answer.tasks.clone(), answer.failures.clone());
                    self.tokens.insert(Started::new(token, now, tasks, failures));
                }
            }
        }
        self.answer_of(call, &answer)?;
        Ok(answer)
    }

    /// Whether an answer is lost; the error then still says which tasks run.
    fn answer_of(&self, call: Entity, answer: &RunTaskAnswer) -> Result<(), ApiError> {
        self.answer_lost(call).map_err(|lost| ApiError { tasks: answer.tasks.clone(), ..lost })
    }

    /// Whom the faults of one call concern: the same call at another time may fare otherwise.
    fn call_entity(&self, request: &RunTask, now: Timestamp) -> Entity {
        let faults = &self.settings.faults;
        if faults.server_error == PerMillion(0) && faults.answer_lost == PerMillion(0) {
            return Entity::numbered(CALL, 0);
        }
        let entity = match request.key {
            Some(key) => Entity::keyed(key, usize::MAX),
            None => Entity::numbered(CALL, self.tasks.next_id().get()),
        };
        entity.at(now.as_millis().unsigned_abs())
    }

    /// The answer that the token had before, if it was used.
    fn replay(&self, token: &Token) -> Result<Option<RunTaskAnswer>, ApiError> {
        let (known, at, tasks, failures): (&Token, _, &[TaskId], &[Failure]) = match self.tokens.get(token) {
            Some(Kept::One(task)) => {
                let Some(record) = self.tasks.record(*task) else { return Ok(None) };
                let Some(known) = &record.token else { return Ok(None) };
                (known, record.times.created, std::slice::from_ref(task), &[])
            }
            Some(Kept::Several(started)) => {
                let described = |task: &TaskId| self.tasks.record(*task).is_some();
                if !started.tasks.is_empty() && !started.tasks.iter().any(described) {
                    return Ok(None);
                }
                (&started.token, started.at, &started.tasks, &started.failures)
            }
            None => return Ok(None),
        };
        let age = self.now.since(at);
        if known.text != token.text || age >= self.settings.token_life {
            return Ok(None);
        }
        let tasks = SmallVec::from_slice(tasks);
        if known.fingerprint != token.fingerprint {
            let text = "The clientToken was used before with other parameters.";
            return Err(ApiError { tasks, ..ApiError::new(ErrorCode::Conflict, text) });
        }
        let shown = age < FAILURES_SHOWN;
        Ok(Some(RunTaskAnswer {
            tasks,
            failures: if shown { failures.to_vec() } else { Vec::new() },
            failures_forgotten: if shown { 0 } else { u32::try_from(failures.len()).unwrap_or(u32::MAX) },
            replayed: true,
        }))
    }

    /// Checks what can be checked without looking for a place (Amazon ECS API Reference, RunTask).
    pub(super) fn check(&mut self, request: &RunTask) -> Result<(), ApiError> {
        if !(1..=10).contains(&request.count) {
            return Err(ApiError::invalid("count must be from 1 to 10."));
        }
        if let Some(started_by) = &request.started_by
            && !self.started_by_checked.as_ref().is_some_and(|known| Arc::ptr_eq(known, started_by))
        {
            let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
            if started_by.len() > 128 || !started_by.chars().all(allowed) {
                return Err(ApiError::invalid(
                    "startedBy has more than 128 characters, or others than A-Z a-z 0-9 - _ /.",
                ));
            }
            self.started_by_checked = Some(Arc::clone(started_by));
        }
        if let Some(token) = &request.client_token
            && (token.is_empty() || token.len() > 64 || !is_graphic(token))
        {
            return Err(ApiError::invalid(
                "clientToken has more than 64 characters, or others than ASCII 33 to 126.",
            ));
        }
        if request.group.as_ref().is_some_and(|group| group.len() > 255) {
            return Err(ApiError::invalid("group has more than 255 characters."));
        }
        check_tags(&request.tags)?;
        if request.placement.as_ref().is_some_and(|placement| placement.strategies.len() > 5) {
            return Err(ApiError::invalid("placementStrategy has at most 5 items."));
        }
        self.check_constraints(request)?;
        let cluster = self.cluster(request.cluster);
        if !cluster.active {
            return Err(ApiError::new(ErrorCode::ClusterNotFound, "The referenced cluster was inactive."));
        }
        let definition = self.definition(request.definition);
        if definition.status != DefinitionStatus::Active {
            return Err(ApiError::invalid("TaskDefinition is inactive"));
        }
        match (&request.network, definition.eni()) {
            (None, true) => Err(ApiError::invalid(
                "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            )),
            (Some(_), false) => Err(ApiError::invalid(
                "Network Configuration is not valid for the given networkMode of this task definition.",
            )),
            (Some(network), true) if !(1..=16).contains(&network.subnets) || network.security_groups > 5 => {
                Err(ApiError::invalid(
                    "awsvpcConfiguration takes 1 to 16 subnets and at most 5 security groups.",
                ))
            }
            (Some(_) | None, _) => Ok(()),
        }
    }

    /// Starts the tasks of a call that was found valid.
    fn start(&mut self, request: &mut RunTask, token: Option<&Token>) -> Result<RunTaskAnswer, ApiError> {
        let definition = self.definition(request.definition);
        let size = definition.size(request.cpu, request.memory)?;
        let gpus = definition.gpus(request.gpus.as_deref());
        let (fits_fargate, default_group) = (definition.fargate, definition.group);
        let platform = definition.definition.platform;
        let wanted = self.wanted(request)?;
        let on = |spot: bool| -> u32 {
            wanted.iter().filter(|(wanted, _)| wanted.is_fargate() == Some(spot)).map(|&(_, n)| n).sum()
        };
        let (on_demand, spot) = (on(false), on(true));
        if on_demand + spot > 0 {
            if !fits_fargate {
                return Err(ApiError::invalid("Task definition does not support launch_type FARGATE."));
            }
            if gpus > 0 {
                return Err(ApiError::client(NO_GPUS_ON_FARGATE));
            }
            self.check_fargate_placement(request)?;
            fargate_size(size, platform)?;
            // There is no Windows on Fargate Spot (Amazon ECS API Reference, CapacityProvider); the words are not known.
            if spot > 0 && platform == Platform::WindowsX86 {
                return Err(ApiError::invalid("Windows is not supported on FARGATE_SPOT."));
            }
            self.throttle.admit_fargate(self.now, on_demand, spot)?;
        }
        let group = match &request.group {
            Some(name) => self.intern_group(name),
            None => default_group,
        };
        let wants = Wants { size, gpus, zones: request.zones() };
        let mut answer = RunTaskAnswer::default();
        for (wanted, count) in wanted {
            for _ in 0..count {
                self.start_one(request, Terms { token, wants, group }, wanted, &mut answer)?;
            }
        }
        Ok(answer)
    }

    /// How many tasks of a call are wanted where.
    fn wanted(&self, request: &RunTask) -> Result<SmallVec<[(Wanted, u32); 1]>, ApiError> {
        let cluster = self.cluster(request.cluster);
        let count = u32::from(request.count);
        let strategy: &[StrategyItem] = match &request.capacity {
            Capacity::Launch(LaunchType::Fargate) => {
                return Ok(SmallVec::from_buf([(Wanted::Fargate { by_strategy: false }, count)]));
            }
            Capacity::Launch(LaunchType::Ec2) => {
                return Ok(SmallVec::from_buf([(Wanted::Instances, count)]));
            }
            Capacity::ClusterDefault if cluster.default_strategy.is_empty() => {
                return Ok(SmallVec::from_buf([(Wanted::Instances, count)]));
            }
            Capacity::ClusterDefault => &cluster.default_strategy,
            Capacity::Strategy(strategy) => {
                cluster_strategy_is_valid(strategy, |id| cluster.providers.contains(&id))?;
                strategy
            }
        };
        let shares = split(strategy, count);
        Ok(strategy.iter().zip(shares).map(|(item, n)| (Wanted::from(item.provider), n)).collect())
    }

    /// Starts one task, or says why not.
    fn start_one(
        &mut self,
        request: &mut RunTask,
        terms: Terms<'_>,
        wanted: Wanted,
        answer: &mut RunTaskAnswer,
    ) -> Result<(), ApiError> {
        let id = self.tasks.next_id();
        let entity = match request.key {
            Some(key) => Entity::keyed(key, answer.tasks.len()),
            None => Entity::numbered(TASK, id.get()),
        };
        match wanted {
            Wanted::Fargate { by_strategy } => {
                self.start_on_fargate(request, terms, entity, Host::Fargate { by_strategy }, answer);
            }
            Wanted::FargateSpot => self.start_on_fargate(request, terms, entity, Host::FargateSpot, answer),
            Wanted::Instances => {
                let rule = self.rule(request.cluster, request.placement.as_ref(), None, request.definition);
                match self.place(request, terms, rule, entity) {
                    Ok(instance) => {
                        let host = Host::Ec2 { provider: None, instance: Some(instance) };
                        self.create(request, terms, entity, host);
                        self.begin(id);
                        self.tasks_changed(instance);
                        answer.tasks.push(id);
                    }
                    Err(failure) => self.not_placed(request, terms, rule, failure, answer)?,
                }
            }
            Wanted::Provider(provider) => self.start_on_provider(request, terms, entity, provider, answer)?,
        }
        Ok(())
    }

    /// Starts a task on an instance of a capacity provider, or lets it wait for one.
    fn start_on_provider(
        &mut self,
        request: &mut RunTask,
        terms: Terms<'_>,
        entity: Entity,
        provider: ProviderId,
        answer: &mut RunTaskAnswer,
    ) -> Result<(), ApiError> {
        let Terms { wants, group, .. } = terms;
        let placement = request.placement.as_ref();
        let rule = self.rule(request.cluster, placement, Some(provider), request.definition);
        let distinct = placement.is_some_and(|placement| placement.distinct_instance);
        let follows_tasks = self.follows_tasks(placement, request.definition);
        let how = Waited { rule, group, distinct, follows_tasks, gpus: wants.gpus, zones: wants.zones };
        let placed = if self.has_waiting_like(provider, request.definition, wants, how) {
            Err(PlacementFailure::NoRoom)
        } else {
            self.place(request, terms, rule, entity)
        };
        let id = self.tasks.next_id();
        let managed = self.provider(provider).spec.managed_scaling.is_some();
        match placed {
            Ok(instance) => {
                let host = Host::Ec2 { provider: Some(provider), instance: Some(instance) };
                self.create(request, terms, entity, host);
                self.begin(id);
                self.tasks_changed(instance);
            }
            Err(failure) if !managed => return self.not_placed(request, terms, rule, failure, answer),
            Err(_) if self.cluster(request.cluster).waiting >= self.settings.quotas.provisioning_tasks => {
                let text = "Tasks provisioning capacity limit exceeded.";
                if answer.tasks.is_empty() {
                    return Err(ApiError::client(text));
                }
                answer.failures.push(Failure { subject: FailureSubject::Nothing, reason: text.into() });
                return Ok(());
            }
            Err(_) => {
                self.create(request, terms, entity, Host::Ec2 { provider: Some(provider), instance: None });
                self.wait(id, provider, how);
            }
        }
        answer.tasks.push(id);
        Ok(())
    }

    fn start_on_fargate(
        &mut self,
        request: &mut RunTask,
        terms: Terms<'_>,
        entity: Entity,
        host: Host,
        answer: &mut RunTaskAnswer,
    ) {
        let spot = usize::from(host == Host::FargateSpot);
        let quotas = &self.settings.quotas;
        let quota = if spot == 1 { quotas.fargate_spot_vcpus } else { quotas.fargate_vcpus };
        let cpu = self.fargate_cpu[spot].saturating_add(terms.wants.size.cpu);
        let moment = entity.at(self.now.as_millis().unsigned_abs());
        let reason = if quota.is_some_and(|vcpus| cpu > CpuUnits::from_vcpus(vcpus)) {
            "You've reached the limit on the number of vCPUs you can run concurrently"
        } else if self.befalls(TaskFault::FargateCapacity, moment) {
            "Capacity is unavailable at this time. Please try again later or in a different availability zone"
        } else {
            self.fargate_cpu[spot] = cpu;
            let id = self.create(request, terms, entity, host);
            self.begin(id);
            answer.tasks.push(id);
            return;
        };
        answer.failures.push(Failure { subject: FailureSubject::Nothing, reason: reason.into() });
    }

    /// Tells why a task was not placed: an entry for each instance that was tried, once per call.
    fn not_placed(
        &self,
        request: &RunTask,
        terms: Terms<'_>,
        rule: RuleId,
        failure: PlacementFailure,
        answer: &mut RunTaskAnswer,
    ) -> Result<(), ApiError> {
        let Terms { wants, group, .. } = terms;
        let cluster = self.cluster(request.cluster);
        match failure {
            PlacementFailure::NoInstance if answer.tasks.is_empty() => {
                return Err(ApiError::invalid("No Container Instances were found in your cluster."));
            }
            PlacementFailure::NoInstance | PlacementFailure::NoRoom => {}
        }
        if answer.failures.is_empty() {
            let need = self.definition(request.definition).need_of(wants);
            let refusals = cluster.fleet.failures(&need, rule, group);
            answer.failures.extend(refusals.into_iter().map(|refusal| Failure {
                subject: FailureSubject::Instance(cluster.instance_in(refusal.slot)),
                reason: Cow::Borrowed(Obstacle::reason(refusal.obstacle)),
            }));
        }
        Ok(())
    }

    /// Puts a new task into the books: PROVISIONING or, where nothing comes before the agent, nothing yet.
    pub(super) fn create(
        &mut self,
        request: &mut RunTask,
        terms: Terms<'_>,
        entity: Entity,
        host: Host,
    ) -> TaskId {
        let id = self.tasks.next_id();
        let Terms { token, wants, group } = terms;
        let only = request.count == 1;
        let record = Record {
            id,
            cluster: request.cluster,
            definition: request.definition,
            key: request.key,
            size: wants.size,
            host,
            times: Times::created(self.now),
            stop: None,
            exit_code: None,
            ends: None,
            gpus: self.gpus_asked(request).map(|asked| Box::new(TaskGpus::asked(asked))),
            // The only task of a call takes what the call brought.
            started_by: if only { request.started_by.take() } else { request.started_by.clone() },
            group,
            tags: if only { std::mem::take(&mut request.tags) } else { request.tags.clone() },
            token: token.cloned(),
            memo: if only { request.memo.take() } else { request.memo.clone() },
        };
        self.tasks.insert(Task {
            record,
            entity,
            timer: TimerSeq::NONE,
            doom: None,
            waits: None,
            interruption: false,
        });
        self.cluster_mut(request.cluster).tasks += 1;
        let on_instance = matches!(host, Host::Ec2 { instance: Some(_), .. });
        if let Some(instance) = host.instance() {
            self.join_instance(instance, id);
        }
        if !on_instance || self.definition(request.definition).eni() {
            self.emit(id, TaskStatus::Provisioning, false);
        }
        id
    }

    /// The GPUs that each container of a task asks for, where one asks for any.
    fn gpus_asked(&self, request: &RunTask) -> Option<Arc<[u32]>> {
        let of_definition = || self.definition(request.definition).gpus_by_container.as_ref();
        request.gpus.as_ref().or_else(of_definition).map(Arc::clone)
    }

    /// Takes room for a task on an instance.
    fn place(
        &mut self,
        request: &RunTask,
        terms: Terms<'_>,
        rule: RuleId,
        entity: Entity,
    ) -> Result<InstanceId, PlacementFailure> {
        self.place_in(request.cluster, request.definition, terms.wants, rule, terms.group, entity)
    }

    /// `StopTask`: the task's `desiredStatus` is STOPPED from then on. Stopping a task that stops or has stopped changes
    /// nothing. The answer has the `lastStatus` from before the call, as ECS's has.
    ///
    /// # Errors
    ///
    /// Fails where the task is unknown, or the call is throttled.
    pub fn stop_task(
        &mut self,
        now: Timestamp,
        task: TaskId,
        reason: Option<Arc<str>>,
    ) -> Result<TaskView<'_>, ApiError> {
        self.handle_timeout(now);
        let before = self.tasks.record(task).map_or(0, |record| {
            let times = &record.times;
            times.version(now) + u32::from(times.stopping == NEVER)
        });
        let status = self.request_stop(now, task, reason)?;
        let mut view = self.view(task, now).expect("its record stays for an hour at least");
        // Observed: the answer is one change ahead of the status, and what follows at once is not in it.
        (view.status, view.version) = (status, before);
        Ok(view)
    }

    /// `StopTask` for a caller who wants nothing of the answer but the `lastStatus` from before the call.
    ///
    /// # Errors
    ///
    /// As [`Self::stop_task`].
    pub fn request_stop(
        &mut self,
        now: Timestamp,
        task: TaskId,
        reason: Option<Arc<str>>,
    ) -> Result<TaskStatus, ApiError> {
        let call = Entity::numbered(TASK, task.get()).at(now.as_millis().unsigned_abs());
        self.admit(now, Operation::StopTask, call)?;
        let status = match self.tasks.record(task) {
            Some(record) => record.times.status(now),
            None => return Err(ApiError::invalid("The referenced task was not found.")),
        };
        if self.tasks.live(task).is_some_and(|task| task.record.times.stopping == NEVER) {
            let text = reason.map_or(StopText::Fixed("Task stopped by user"), StopText::Text);
            self.stop(task, Stop { code: Some(StopCode::UserInitiated), text });
            self.drop_stale_timers();
        }
        self.answer_lost(call)?;
        Ok(status)
    }
}

impl Wanted {
    /// Whether it is on Fargate, and whether on Spot there.
    fn is_fargate(self) -> Option<bool> {
        match self {
            Self::Fargate { .. } => Some(false),
            Self::FargateSpot => Some(true),
            Self::Instances | Self::Provider(_) => None,
        }
    }
}

impl From<Provider> for Wanted {
    fn from(provider: Provider) -> Self {
        match provider {
            Provider::Fargate => Self::Fargate { by_strategy: true },
            Provider::FargateSpot => Self::FargateSpot,
            Provider::Group(id) => Self::Provider(id),
        }
    }
}

/// Whether a text is of ASCII 33 to 126 only; without an early end, so that it is looked at in long steps.
fn is_graphic(text: &str) -> bool {
    text.bytes().fold(true, |so_far, byte| so_far & byte.is_ascii_graphic())
}

/// Splits the tasks of one call over a strategy: the base first, the rest by weight, what does not divide to the largest
/// remainders, ties in the order of the strategy.
///
/// AWS documents base and weights, and not how one call is split; this is the nearest whole-number split.
fn split(strategy: &[StrategyItem], count: u32) -> SmallVec<[u32; 4]> {
    let mut shares: SmallVec<[u32; 4]> = strategy.iter().map(|item| item.base.min(count)).collect();
    let rest = count - shares.iter().sum::<u32>();
    let weights: u32 = strategy.iter().map(|item| item.weight).sum();
    if weights == 0 {
        // A strategy of one item needs no weight (the console gives it 1).
        if let Some(first) = shares.first_mut() {
            *first += rest;
        }
        return shares;
    }
    let mut left = rest;
    for (share, item) in shares.iter_mut().zip(strategy) {
        let whole = rest * item.weight / weights;
        *share += whole;
        left -= whole;
    }
    let mut order: SmallVec<[usize; 4]> = (0..strategy.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(rest * strategy[i].weight % weights));
    for &i in order.iter().take(usize::try_from(left).expect("a call has ten tasks at most")) {
        shares[i] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_split_by_base_and_weights() {
        let item = |base, weight| StrategyItem { provider: Provider::Fargate, weight, base };
        // strategy, count => shares
        let table: [(&[StrategyItem], u32, &[u32]); 7] = [
            (&[item(0, 1)], 10, &[10]),
            (&[item(0, 0)], 3, &[3]),
            (&[item(0, 1), item(0, 1)], 10, &[5, 5]),
            (&[item(0, 1), item(0, 1)], 1, &[1, 0]),
            (&[item(0, 1), item(0, 4)], 10, &[2, 8]),
            (&[item(2, 0), item(0, 1)], 5, &[2, 3]),
            (&[item(9, 1), item(0, 1)], 5, &[5, 0]),
        ];
        for (strategy, count, shares) in table {
            assert_eq!(split(strategy, count).as_slice(), shares, "{strategy:?}, {count} tasks");
        }
    }
}
