//! A small world of its own for testing the decision core: a Jenkins and an ECS that do no more than what the core can
//! tell apart, and that check its invariants after every step.
//!
//! The simulators of Footman are far richer; this one is kept apart from them so that a mistake is not shared.

mod befalls;
mod counts;
mod queue;

use self::{counts::changes, queue::Build};
pub(crate) use crate::habits::{Habits, View};
use crate::{nodes, promises::Promises};
use footman_core::{
    Action, ActionId, Decision, Event, Millis, Policy, Provisioner, Timestamp,
    decision::{Demand, Phase, What},
    event::Failure,
    event::{
        ItemChange, ItemLabel, JenkinsChanges, JenkinsListing, Node, NodeChange, Outcome, QueueItem,
        StopCode, Task, TaskChange, TaskChanges, TaskListing, TaskStatus, TaskStop,
    },
    id::{NodeName, OwnerId, QueueItemId, TaskArn, TemplateId},
    label::{LabelSet, OverrideRules},
    name::ClientToken,
    policy::{Breaker, Deadlines, Limit, Pace, Reuse, Template},
    spec::AgentSpec,
    units::{CpuUnits, Mib, MicroUsd, Size},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The start of every test's time.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// A template with these labels and 1 vCPU / 2 GiB at 0.05 $ an hour.
pub(crate) fn template(name: &str, labels: &[&str]) -> Template {
    Template {
        cloud: "ecs".into(),
        name: name.into(),
        labels: LabelSet::new(labels.iter().copied()),
        serves_unlabelled: false,
        fargate: false,
        rank: 0,
        size: Size::new(CpuUnits::from_vcpus(1), Mib::from_gib(2)),
        price_per_hour: MicroUsd::new(50_000),
        limit: Limit::default(),
        has_alternatives: false,
        min_idle: 0,
        reuse: Reuse::OneShot,
        overrides: OverrideRules::default(),
        allow_jobs: None,
        active_hours: None,
    }
}

/// A policy of these templates without limits.
pub(crate) fn policy(templates: Vec<Template>) -> Policy {
    Policy {
        owner: OwnerId::new("footman-test"),
        templates,
        limit: Limit::default(),
        shared_limits: Vec::new(),
        pace: Pace::default(),
        deadlines: Deadlines::default(),
        breaker: Breaker::default(),
        attempts_max: 3,
    }
}

#[derive(Debug, Clone)]
struct Agent {
    node: Node,
    /// When the agent process connects; `None` while there is none.
    build: Option<(QueueItemId, Timestamp)>,
    closed: bool,
    builds: u32,
    foreign: bool,
    template: Option<TemplateId>,
    /// The label of the session that it serves.
    session: Option<Arc<str>>,
}

#[derive(Debug, Clone)]
struct Run {
    task: Task,
    next: Timestamp,
    /// Since when it is what it is.
    changed: Timestamp,
    /// As ECS lists it, which may be a while ago.
    listed: Option<Task>,
    dies: bool,
}

/// Something of the world's own that comes about in time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Move {
    Run(TaskArn),
    Build(NodeName),
}

/// What ECS says of a task for which it has no network interface.
const NO_INTERFACE: &str = "Timeout waiting for network interface provisioning to complete.";

/// Whether an agent is one of this template's, by its name.
fn is_of(name: &NodeName, template: Option<&str>) -> bool {
    template.is_some_and(|template| name.as_str().contains(&format!("-{template}-")))
}

/// The world.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) core: Provisioner,
    pub(crate) policy: Policy,
    pub(crate) habits: Habits,
    pub(crate) now: Timestamp,
    pub(crate) log: Vec<Decision>,
    agents: BTreeMap<NodeName, Agent>,
    runs: BTreeMap<TaskArn, Run>,
    by_token: BTreeMap<ClientToken, Result<TaskArn, ()>>,
    builds: BTreeMap<QueueItemId, Build>,
    answers: BTreeMap<(Timestamp, u64), (ActionId, Outcome)>,
    answered: u64,
    next_item: u64,
    next_task: u64,
    pub(crate) session: u64,
    pub(crate) complete: bool,
    pub(crate) polls: Timestamp,
    moves: BTreeSet<(Timestamp, Move)>,
    live: BTreeMap<NodeName, u32>,
    live_count: usize,
    foreign: usize,
    steps: u64,
    /// After how many more actions the core crashes, the next one not carried out.
    pub(crate) crash_in: Option<u64>,
    crashes: u64,
    made_for: BTreeMap<NodeName, ItemLabel>,
    orphaned: u64,
    seen_nodes: BTreeMap<NodeName, Node>,
    seen_items: BTreeMap<QueueItemId, QueueItem>,
    seen_tasks: BTreeMap<TaskArn, Task>,
    pub(crate) done: u64,
    pub(crate) created: u64,
    pub(crate) launches: u64,
    pub(crate) nodes_max: usize,
    /// Builds that died with their agents.
    pub(crate) killed: u64,
    /// Builds that Jenkins gave an agent that was made for another label.
    pub(crate) crossed: u64,
    /// Builds that Jenkins gave an agent that the core's plan had given to another label.
    pub(crate) taken_from_others: u64,
    promises: Promises,
    /// How long the shortest build runs.
    pub(crate) shortest_build: Millis,
    /// Agents that had more than one build.
    pub(crate) overruns: u64,
    /// The most builds that one agent had.
    pub(crate) builds_max: u32,
    /// The most nodes that one session had at a time that could take its next build.
    pub(crate) session_agents_max: usize,
}

impl World {
    pub(crate) fn new(policy: Policy, habits: Habits) -> Self {
        Self {
            core: Provisioner::new(policy.clone(), START),
            policy,
            habits,
            now: START,
            log: Vec::new(),
            agents: BTreeMap::new(),
            runs: BTreeMap::new(),
            by_token: BTreeMap::new(),
            builds: BTreeMap::new(),
            answers: BTreeMap::new(),
            answered: 0,
            next_item: 1,
            next_task: 1,
            session: 1,
            complete: true,
            polls: START,
            moves: BTreeSet::new(),
            live: BTreeMap::new(),
            live_count: 0,
            foreign: 0,
            steps: 0,
            crash_in: None,
            crashes: 0,
            made_for: BTreeMap::new(),
            orphaned: 0,
            seen_nodes: BTreeMap::new(),
            seen_items: BTreeMap::new(),
            seen_tasks: BTreeMap::new(),
            done: 0,
            created: 0,
            launches: 0,
            nodes_max: 0,
            killed: 0,
            overruns: 0,
            builds_max: 0,
            session_agents_max: 0,
            crossed: 0,
            taken_from_others: 0,
            promises: Promises::default(),
            shortest_build: Millis::MAX,
        }
    }

    /// A number below `below`, the same for the same entity and seed.
    fn draw(&self, what: u64, entity: u64, below: u64) -> u64 {
        let mut x = self.habits.seed
            ^ what.wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ entity.wrapping_mul(0xD1B5_4A32_D192_ED03);
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (x ^ (x >> 31)) % below.max(1)
    }

    /// A node of somebody else's.
    pub(crate) fn add_foreign(&mut self, name: &str, labels: &[&str], executors: u16) {
        self.foreign += 1;
        let node = nodes::foreign(name, labels, executors);
        self.agents.insert(
            node.name.clone(),
            Agent {
                node,
                build: None,
                closed: false,
                builds: 0,
                foreign: true,
                template: None,
                session: None,
            },
        );
    }

    /// Deletes a node behind the core's back.
    pub(crate) fn delete_node(&mut self, name: &NodeName) {
        self.remove_node(name);
    }

    fn remove_node(&mut self, name: &NodeName) {
        if let Some(agent) = self.agents.remove(name)
            && agent.build.is_some()
        {
            self.killed += 1;
        }
    }

    /// Forgets the core and what it awaits, and starts another; what is on its way to ECS and Jenkins still happens.
    pub(crate) fn crash(&mut self) {
        self.crash_in = None;
        self.crashes += 1;
        self.core = Provisioner::new(self.policy.clone(), self.now);
        self.see_anew();
    }

    /// Has the core told everything again, as one that was just started.
    pub(crate) fn see_anew(&mut self) {
        self.answers.clear();
        self.seen_nodes.clear();
        self.seen_items.clear();
        self.seen_tasks.clear();
    }

    /// Lets time pass.
    pub(crate) fn run_for(&mut self, span: Millis) {
        let end = self.now + span;
        while self.step(end) {}
        self.now = end;
    }

    /// Lets time pass until nothing is left to do, at most `span`.
    pub(crate) fn run_until(&mut self, span: Millis, mut done: impl FnMut(&Self) -> bool) -> bool {
        let end = self.now + span;
        while !done(self) {
            if !self.step(end) {
                return false;
            }
        }
        true
    }

    /// One thing that happens, if it happens before `end`.
    pub(crate) fn step(&mut self, end: Timestamp) -> bool {
        let world = self.next_of_world();
        let answer = self.answers.first_key_value().map(|((at, _), _)| *at);
        let wake = self.core.poll_timeout().map(|(at, _)| at.max(self.now));
        let next = [world, answer, wake, Some(self.polls)].into_iter().flatten().min();
        let Some(at) = next.filter(|at| *at <= end) else { return false };
        self.now = self.now.max(at);
        if world == Some(at) {
            self.world_moves();
        } else if answer == Some(at) {
            let (_, (action, outcome)) = self.answers.pop_first().unwrap();
            self.core.handle_event(self.now, Event::Reply { action, outcome });
        } else if self.polls == at {
            self.observe();
            self.polls = self.polls + self.policy.pace.poll;
        } else {
            self.core.handle_timeout(self.now);
        }
        self.carry_out();
        self.check();
        true
    }

    fn carry_out(&mut self) {
        while let Some(decision) = self.core.poll_decision() {
            if let What::Launch { agent, demand: Demand::Items(label), .. } = &decision.what {
                self.made_for.insert(agent.node().clone(), label.clone());
            }
            self.log.push(decision);
        }
        while let Some((id, action)) = self.core.poll_action() {
            match &mut self.crash_in {
                Some(0) => return self.crash(),
                Some(actions) => *actions -= 1,
                None => {}
            }
            self.act(id, action);
        }
    }

    /// Carries out an action at once and answers it later.
    fn act(&mut self, id: ActionId, action: Action) {
        self.answered += 1;
        let entity = self.answered;
        let lost = self.draw(1, entity, 1000) < self.habits.lost;
        let outcome = match action {
            Action::CreateNode { agent, spec, description } => self.create(agent.node(), &spec, description),
            Action::Launch { agent, spec: _, attempt: _, token } => {
                self.launches += 1;
                if self.draw(2, entity, 1000) < self.habits.throttled {
                    Outcome::Failed(Failure::Throttled { retry_after: None })
                } else {
                    self.run_task(agent.node(), token)
                }
            }
            Action::CloseNode { node } => {
                if let Some(agent) = self.agents.get_mut(&node) {
                    agent.closed = true;
                    agent.node.temporarily_offline = true;
                    agent.node.online = false;
                }
                Outcome::Done
            }
            Action::DeleteNode { node } => {
                if let Some(agent) = self.agents.get(&node) {
                    assert!(
                        agent.build.is_none() || self.habits.stops_builds,
                        "deleted `{node}` under its build"
                    );
                }
                self.remove_node(&node);
                Outcome::Done
            }
            Action::StopTask { task, reason: _ } => {
                if self.draw(3, entity, 1000) < self.habits.throttled {
                    Outcome::Failed(Failure::Throttled { retry_after: None })
                } else {
                    self.assert_may_stop(&task);
                    self.stop_run(&task, StopCode::UserInitiated, false);
                    Outcome::Done
                }
            }
        };
        let outcome = if lost { Outcome::Failed(Failure::Unknown) } else { outcome };
        let after = Millis::new(1 + self.draw(4, entity, self.habits.answer_max_ms));
        self.answers.insert((self.now + after, entity), (id, outcome));
    }

    fn assert_may_stop(&self, task: &TaskArn) {
        let Some(run) = self.runs.get(task) else { return };
        let Some(name) = &run.task.agent else { return };
        if let Some(agent) = self.agents.get(name) {
            assert!(
                agent.build.is_none() || self.habits.stops_builds,
                "stopped the task of `{name}` under its build"
            );
        }
    }

    fn create(&mut self, name: &NodeName, spec: &AgentSpec, description: Arc<str>) -> Outcome {
        if !self.agents.contains_key(name) {
            if let Some(label) = &spec.session {
                assert_eq!(
                    spec.labels,
                    LabelSet::new([Arc::clone(label)]),
                    "Jenkins could give it to others"
                );
                let open = |agent: &&Agent| agent.session.as_ref() == Some(label) && !agent.closed;
                let beside = self.agents.values().filter(open).count();
                self.session_agents_max = self.session_agents_max.max(beside + 1);
            }
            self.created += 1;
            self.nodes_max = self.nodes_max.max(self.nodes() + 1);
            let node = nodes::of_agent(name, description, &spec.labels);
            self.agents.insert(
                name.clone(),
                Agent {
                    node,
                    build: None,
                    closed: false,
                    builds: 0,
                    foreign: false,
                    template: Some(spec.template),
                    session: spec.session.clone(),
                },
            );
        }
        Outcome::Done
    }

    fn run_task(&mut self, name: &NodeName, token: ClientToken) -> Outcome {
        if let Some(known) = self.by_token.get(&token) {
            return match known {
                Ok(task) => Outcome::Launched { task: task.clone() },
                Err(()) => Outcome::Failed(Failure::NoCapacity { reason: "RESOURCE:MEMORY".into() }),
            };
        }
        let never = is_of(name, self.habits.full_for);
        let full = never || self.live_tasks() >= self.habits.capacity;
        if full || self.draw(5, self.next_task + self.answered, 1000) < self.habits.no_room {
            self.by_token.insert(token, Err(()));
            return Outcome::Failed(Failure::NoCapacity { reason: "RESOURCE:MEMORY".into() });
        }
        Outcome::Launched { task: self.start_task(Some(name.clone()), Some(token)) }
    }

    fn start_task(&mut self, agent: Option<NodeName>, token: Option<ClientToken>) -> TaskArn {
        let number = self.next_task;
        self.next_task += 1;
        let arn = TaskArn::new(format!("arn:aws:ecs:eu-central-1:123456789012:task/ci/{number:032x}"));
        let task = Task {
            arn: arn.clone(),
            owner: self.policy.owner.clone(),
            agent,
            status: TaskStatus::Provisioning,
            stopping: false,
            created_at: self.now,
            stop: None,
        };
        let next = self.now + self.start_span(number, 0);
        let lost = task.agent.as_ref().is_some_and(|name| is_of(name, self.habits.lost_for));
        let dies = lost || self.draw(6, number, 1000) < self.habits.dies;
        if let Some(token) = token {
            self.by_token.insert(token, Ok(arn.clone()));
        }
        self.count_live(task.agent.as_ref(), true);
        self.moves.insert((next, Move::Run(arn.clone())));
        self.runs.insert(arn.clone(), Run { task, next, changed: self.now, listed: None, dies });
        arn
    }

    fn start_span(&self, number: u64, stage: u64) -> Millis {
        Millis::new(1 + self.draw(7 + stage, number, self.habits.start_max_ms))
    }

    fn stop_run(&mut self, arn: &TaskArn, code: StopCode, at_once: bool) {
        let now = self.now;
        let Some(run) = self.runs.get_mut(arn) else { return };
        if run.task.status == TaskStatus::Stopped {
            return;
        }
        run.task.stopping = true;
        run.task.stop = Some(TaskStop { code, reason: "stopped".into() });
        run.changed = now;
        run.next = if at_once { now } else { now + Millis::new(2000) };
        self.moves.insert((run.next, Move::Run(arn.clone())));
    }

    fn next_of_world(&self) -> Option<Timestamp> {
        self.moves.first().map(|(at, _)| *at)
    }

    fn count_live(&mut self, name: Option<&NodeName>, more: bool) {
        let name = name.cloned().unwrap_or_else(|| NodeName::new("nobody's"));
        let count = self.live.entry(name.clone()).or_default();
        (*count, self.live_count) =
            if more { (*count + 1, self.live_count + 1) } else { (*count - 1, self.live_count - 1) };
        if *count == 0 {
            self.live.remove(&name);
        }
    }

    /// Moves everything on that is due.
    fn world_moves(&mut self) {
        let now = self.now;
        while let Some((at, _)) = self.moves.first()
            && *at <= now
        {
            match self.moves.pop_first().unwrap().1 {
                Move::Build(name) => {
                    let Some(agent) = self.agents.get_mut(&name) else { continue };
                    if agent.build.is_some_and(|(_, end)| end <= now) {
                        agent.build = None;
                        agent.node.idle = true;
                        agent.node.busy = 0;
                        agent.node.running.clear();
                        agent.node.runs.clear();
                        self.done += 1;
                    }
                }
                Move::Run(arn) => {
                    let run = &self.runs[&arn];
                    let moves = run.task.stopping || run.task.status != TaskStatus::Running;
                    if run.task.status != TaskStatus::Stopped && moves && run.next <= now {
                        self.move_run(&arn);
                    }
                }
            }
        }
        self.assign();
    }

    fn move_run(&mut self, arn: &TaskArn) {
        let now = self.now;
        let span = self.start_span(self.runs[arn].task.created_at.as_millis().unsigned_abs(), 1);
        let run = self.runs.get_mut(arn).unwrap();
        run.changed = now;
        run.next = now + span;
        let to = match (run.task.stopping, run.task.status) {
            (true, _) => TaskStatus::Stopped,
            (false, TaskStatus::Provisioning) => TaskStatus::Pending,
            (false, _) if run.dies => TaskStatus::Stopped,
            (false, _) => TaskStatus::Running,
        };
        run.task.status = to;
        let name = run.task.agent.clone();
        if to == TaskStatus::Pending {
            self.moves.insert((run.next, Move::Run(arn.clone())));
        }
        if to == TaskStatus::Stopped {
            self.count_live(name.as_ref(), false);
        }
        let run = self.runs.get_mut(arn).unwrap();
        if to == TaskStatus::Stopped {
            run.task.stopping = true;
            let lost = run.task.agent.as_ref().is_some_and(|name| is_of(name, self.habits.lost_for));
            let reason = if lost { NO_INTERFACE } else { "died" };
            run.task
                .stop
                .get_or_insert_with(|| TaskStop { code: StopCode::TaskFailedToStart, reason: reason.into() });
        }
        let Some(agent) = name.and_then(|name| self.agents.get_mut(&name)) else { return };
        match to {
            TaskStatus::Running => agent.node.online = !agent.closed,
            TaskStatus::Stopped => {
                agent.node.online = false;
                if agent.build.take().is_some() {
                    self.killed += 1;
                }
                agent.node.idle = true;
                agent.node.busy = 0;
                agent.node.running.clear();
                agent.node.runs.clear();
            }
            TaskStatus::Provisioning
            | TaskStatus::Pending
            | TaskStatus::Activating
            | TaskStatus::Deactivating
            | TaskStatus::Stopping
            | TaskStatus::Deprovisioning => {}
        }
    }

    /// Gives waiting builds to idle nodes, as Jenkins does.
    fn assign(&mut self) {
        if !self.habits.assigns {
            return;
        }
        let now = self.now;
        let mut free: Vec<&mut Agent> = self
            .agents
            .values_mut()
            .filter(|agent| agent.node.online && agent.node.idle && !agent.closed)
            .collect();
        if free.is_empty() {
            return;
        }
        let mut taken = Vec::new();
        for (id, build) in &self.builds {
            let fits =
                |agent: &&mut Agent| build.expression.matches(&agent.node.labels, agent.node.name.as_str());
            let Some(place) = free.iter().position(fits) else { continue };
            let agent = free.remove(place);
            let end = now + build.duration;
            agent.build = Some((*id, end));
            agent.builds += 1;
            if self.made_for.get(&agent.node.name).is_some_and(|label| *label != build.item.label) {
                self.crossed += 1;
            }
            if let Some(template) = agent.template {
                self.promises.assigned(template, build.item.label.clone());
            }
            match (&agent.session, &build.item.label) {
                (Some(session), ItemLabel::Expression(label)) => assert_eq!(session, label, "a guest"),
                (Some(session), ItemLabel::Any | ItemLabel::Unknown) => panic!("a guest in `{session}`"),
                (None, _) => {}
            }
            if !agent.foreign {
                self.overruns += u64::from(agent.builds > 1 && agent.session.is_none());
                self.builds_max = self.builds_max.max(agent.builds);
            }
            agent.node.idle = false;
            (agent.node.busy, agent.node.running) = (1, [*id].into_iter().collect());
            agent.node.runs = build.shows.iter().cloned().collect();
            self.moves.insert((end, Move::Build(agent.node.name.clone())));
            taken.push(*id);
            if free.is_empty() {
                break;
            }
        }
        for id in taken {
            self.builds.remove(&id);
        }
    }

    /// One poll: tasks, then Jenkins. A core that crashes in between has its own first poll later.
    fn observe(&mut self) {
        self.assign();
        let crashes = self.crashes;
        let tasks = self.tasks_event();
        self.core.handle_event(self.now, tasks);
        self.carry_out();
        if self.crashes == crashes {
            self.taken_from_others += self.promises.broken(&self.core);
            let jenkins = self.jenkins_event();
            self.core.handle_event(self.now, jenkins);
        }
    }

    fn tasks_event(&mut self) -> Event {
        let tasks = self.listed_tasks();
        match self.habits.view {
            View::Listings => Event::TaskListing(TaskListing {
                complete: self.complete,
                tasks: tasks.into_values().collect(),
            }),
            View::Changes => Event::Tasks(TaskChanges {
                tasks: changes(&mut self.seen_tasks, tasks)
                    .into_iter()
                    .map(|(key, value)| value.map_or(TaskChange::Gone(key), TaskChange::Seen))
                    .collect(),
            }),
        }
    }

    fn jenkins_event(&mut self) -> Event {
        let nodes: BTreeMap<NodeName, Node> =
            self.agents.values().map(|agent| (agent.node.name.clone(), agent.node.clone())).collect();
        let items: BTreeMap<QueueItemId, QueueItem> =
            self.builds.values().map(|build| (build.item.id, build.item.clone())).collect();
        let (session, complete) = (self.session, self.complete);
        match self.habits.view {
            View::Listings => Event::JenkinsListing(JenkinsListing {
                session,
                quieting_down: false,
                complete,
                nodes: nodes.into_values().collect(),
                items: items.into_values().collect(),
            }),
            View::Changes => Event::Jenkins(JenkinsChanges {
                session,
                quieting_down: false,
                nodes: changes(&mut self.seen_nodes, nodes)
                    .into_iter()
                    .map(|(key, value)| value.map_or(NodeChange::Gone(key), NodeChange::Seen))
                    .collect(),
                items: changes(&mut self.seen_items, items)
                    .into_iter()
                    .map(|(key, value)| value.map_or(ItemChange::Gone(key), ItemChange::Seen))
                    .collect(),
            }),
        }
    }

    /// The tasks as ECS shows them: each as it was some time ago.
    fn listed_tasks(&mut self) -> BTreeMap<TaskArn, Task> {
        let (now, stale) = (self.now, Millis::new(self.habits.stale_ms));
        for run in self.runs.values_mut() {
            if now.since(run.changed) >= stale {
                run.listed = Some(run.task.clone());
            }
        }
        self.runs.values().filter_map(|run| run.listed.clone()).map(|task| (task.arn.clone(), task)).collect()
    }
}
