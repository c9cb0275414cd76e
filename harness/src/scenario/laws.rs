//! The laws that every world keeps, held against what truly is and not against what the core believes.
//!
//! They are the invariants of the architecture, as far as a world can show them: limits hold, no build is lost or run
//! twice, nobody's build is stopped by us, what nobody owns goes away in time, one agent has one task, one-shot agents
//! serve one build, and bills add up. Deadlines count from the first good listings, so that an accident gives a respite.

use crate::{
    scenario::{Scenario, money::Money},
    workload::Build,
    world::{Accident, AgentLife, AgentSeen, Ending, Witness, World},
};
use footman_core::{
    Millis, Policy, Timestamp,
    event::{Drain, StopCode, TaskStatus},
    id::{NodeName, TemplateId},
    policy::{Limit, Reuse},
};
use footman_ecs_sim::{Output as EcsOutput, id::TaskId, task::TaskView};
use footman_jenkins_sim::BuildResult;
use std::collections::{BTreeMap, BTreeSet};

/// Within which time an orphan task is gone.
const ORPHAN_MAX: Millis = Millis::from_secs(120);
/// Within which time a dead node is gone.
const DEAD_NODE_MAX: Millis = Millis::from_secs(60);
/// How often orphans and dead nodes are looked for: they are found that much too late at most.
const SURVEY_EVERY: Millis = Millis::from_secs(1);
/// From a restart of the controller until an agent that had a build is no longer spared for it: until the controller is
/// up again and was seen, and then six minutes, in which a Pipeline may continue.
const RESUMED_AFTER: Millis = Millis::from_secs(6 * 60 + 20);
/// How often at most the core is blinded in one run.
const BLINDS_MAX: usize = 64;

/// What is known of a run, and which laws it broke.
#[derive(Debug)]
pub(super) struct Laws {
    policy: Policy,
    /// How late ECS shows what was done.
    delay: Millis,
    money: Money,
    builds: BTreeMap<u64, Known>,
    /// The build that runs on a task.
    running: BTreeMap<TaskId, u64>,
    /// What served a one-shot agent's last build: when it started and ended.
    served: BTreeMap<TaskId, (Timestamp, Timestamp)>,
    /// Tasks that began to stop while they had a build.
    stopped_busy: Vec<TaskId>,
    /// Tasks on which a build failed.
    failed_on: Vec<(u64, TaskId)>,
    accepted: bool,
    had_task: BTreeSet<NodeName>,
    orphans: BTreeMap<TaskId, Timestamp>,
    dead: BTreeMap<NodeName, Timestamp>,
    surveyed: Timestamp,
    /// When the listings were last good for the first time: nothing needs to be cleared away that counts from before.
    listed_at: Timestamp,
    /// From when to when the core saw nothing, because it or the controller was away.
    blind: Vec<(Timestamp, Option<Timestamp>)>,
    /// When the controller was last restarted: a Pipeline's build that ran then may have lost its node.
    restarted: Option<Timestamp>,
    /// Agents that had a build when the controller was restarted, and until when they are spared for it.
    spared: BTreeMap<NodeName, Timestamp>,
    deleted_by_hand: u32,
    /// Whether the operator had builds stopped.
    stops_builds: bool,
    pub(super) overruns: u32,
    pub(super) broken: Vec<String>,
}

#[derive(Debug, Default)]
struct Known {
    started: u32,
    finished: u32,
    task: Option<TaskId>,
    started_at: Timestamp,
}

impl Laws {
    pub(super) fn new(scenario: &Scenario, policy: Policy, origin: Timestamp) -> Self {
        Self {
            policy,
            delay: scenario.ecs.visibility_delay,
            money: Money::default(),
            builds: BTreeMap::new(),
            running: BTreeMap::new(),
            served: BTreeMap::new(),
            stopped_busy: Vec::new(),
            failed_on: Vec::new(),
            accepted: false,
            had_task: BTreeSet::new(),
            orphans: BTreeMap::new(),
            dead: BTreeMap::new(),
            surveyed: origin,
            listed_at: origin,
            blind: Vec::new(),
            restarted: None,
            spared: BTreeMap::new(),
            deleted_by_hand: 0,
            stops_builds: false,
            overruns: 0,
            broken: Vec::new(),
        }
    }

    /// Notes what befalls the world.
    pub(super) fn befell(&mut self, accident: Accident, world: &World<'_>) {
        let now = world.now();
        match accident {
            Accident::RestartJenkins => {
                self.spare(world);
                self.restarted = Some(now);
                self.blind.push((now, None));
            }
            Accident::CrashCore => self.blind.push((now, None)),
            Accident::DeleteNode(_) => self.deleted_by_hand += 1,
            Accident::ReloadCasc => {
                let builds = u32::try_from(self.running.len()).unwrap_or(u32::MAX);
                self.deleted_by_hand = self.deleted_by_hand.saturating_add(builds);
            }
            Accident::Drain(Drain::StopBuilds) => self.stops_builds = true,
            Accident::Drain(Drain::FinishBuilds)
            | Accident::QuietDown
            | Accident::CancelQuietDown
            | Accident::KillTask(_)
            | Accident::TerminateInstance => {}
        }
        assert!(self.blind.len() <= BLINDS_MAX, "a scenario blinds its core {} times", self.blind.len());
    }

    /// Notes who has a build as the controller is restarted, or had one so lately that the core may think so.
    fn spare(&mut self, world: &World<'_>) {
        let (now, seen) = (world.now(), self.seen_after());
        for agent in world.agents() {
            let lately = self.served.get(&agent.task).is_some_and(|(_, to)| *to + seen >= now);
            if agent.busy || lately {
                self.spared.insert(agent.node.clone(), now + RESUMED_AFTER);
            }
        }
        // A Pipeline's build waits on its node for an agent that will never come back.
        for node in world.controller().nodes() {
            if world.controller().node(&node).is_some_and(|view| !view.running.is_empty()) {
                self.spared.insert(node, now + RESUMED_AFTER);
            }
        }
    }

    /// How long a build lasts at least that the core has seen, and whose agent it has closed: two polls and the request
    /// that closes the node.
    fn seen_after(&self) -> Millis {
        self.policy.pace.poll.saturating_mul(2).saturating_add(Millis::new(100))
    }

    /// Notes when core and controller are both there again.
    fn end_blindness(&mut self, world: &World<'_>) {
        if self.blind.last().is_some_and(|(_, to)| to.is_none())
            && world.core().is_ready()
            && world.controller().available().is_ok()
        {
            for (_, to) in self.blind.iter_mut().filter(|(_, to)| to.is_none()) {
                *to = Some(world.now());
            }
            self.listed_at = world.now();
        }
    }

    /// Checks what one step may have broken.
    pub(super) fn check(&mut self, world: &World<'_>) {
        let now = world.now();
        self.end_blindness(world);
        if std::mem::take(&mut self.accepted) {
            self.check_agents(world);
        }
        for task in std::mem::take(&mut self.stopped_busy) {
            let view = truth(world, task, self.delay);
            let by_us = view.is_some_and(|view| {
                view.stop_code == Some(StopCode::UserInitiated)
                    && view.stopped_reason.is_some_and(|reason| reason.starts_with("Footman"))
            });
            // A Pipeline outlives the node that somebody deleted under it; it does not run there any more.
            let agents = world.agents();
            let node = agents.iter().find(|agent| agent.task == task).map(|agent| agent.node);
            let there = node.is_some_and(|node| world.controller().node(node).is_some());
            self.hold(self.stops_builds || !(by_us && there), now, || {
                format!("task {task} was stopped while it had a build")
            });
        }
        for (build, task) in std::mem::take(&mut self.failed_on) {
            let alive = truth(world, task, self.delay)
                .is_some_and(|view| !view.stopping && view.status != TaskStatus::Stopped);
            if alive && self.deleted_by_hand > 0 {
                self.deleted_by_hand -= 1;
                continue;
            }
            self.hold(!alive, now, || format!("build {build} failed though its task {task} runs"));
        }
        if now.since(self.surveyed) >= SURVEY_EVERY {
            self.surveyed = now;
            self.survey(world);
        }
    }

    fn hold(&mut self, holds: bool, at: Timestamp, what: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(format!("at {at}: {}", what()));
        }
    }

    /// Every agent has one task, and all of them together are within every limit.
    fn check_agents(&mut self, world: &World<'_>) {
        let now = world.now();
        let agents = world.agents();
        let names: BTreeSet<&NodeName> = agents.iter().map(|agent| agent.node).collect();
        self.hold(names.len() == agents.len(), now, || "two tasks of one agent are alive".to_owned());
        self.had_task.extend(names.into_iter().cloned());
        let mut limits = vec![("the global limit".to_owned(), self.policy.limit, None)];
        for (index, template) in (0..).zip(&self.policy.templates) {
            limits.push((format!("template {index}'s limit"), template.limit, Some(vec![TemplateId(index)])));
        }
        for shared in &self.policy.shared_limits {
            limits.push((format!("limit `{}`", shared.name), shared.limit, Some(shared.templates.clone())));
        }
        for (whose, limit, templates) in limits {
            let counts = |template| templates.as_ref().is_none_or(|joined| joined.contains(&template));
            let counted = agents.iter().filter(|agent| counts(agent.template));
            let sizes: Vec<_> = counted.map(|agent| (agent.size, agent.template)).collect();
            let over = exceeds(limit, &sizes, &self.policy);
            self.hold(!over, now, || format!("{whose} is exceeded by {} agents", sizes.len()));
        }
    }

    /// Nothing without an owner stays.
    fn survey(&mut self, world: &World<'_>) {
        if self.blind.last().is_some_and(|(_, to)| to.is_none()) {
            return;
        }
        let now = world.now();
        self.spared.retain(|_, until| *until > now);
        let (listed_at, spared) = (self.listed_at, &self.spared);
        let since = |seen: Option<&Timestamp>, node: &NodeName| {
            let seen = seen.copied().unwrap_or(now).max(listed_at);
            spared.get(node).map_or(seen, |until| seen.max(*until))
        };
        let agents = world.agents();
        let mut orphans = BTreeMap::new();
        for agent in agents.iter().filter(|agent| world.controller().node(agent.node).is_none()) {
            orphans.insert(agent.task, since(self.orphans.get(&agent.task), agent.node));
        }
        let alive: BTreeSet<&NodeName> = agents.iter().map(|agent| agent.node).collect();
        let mut dead = BTreeMap::new();
        for node in world.controller().nodes() {
            if self.had_task.contains(&node) && !alive.contains(&node) {
                let at = since(self.dead.get(&node), &node);
                dead.insert(node, at);
            }
        }
        let slack = self.delay.saturating_add(SURVEY_EVERY);
        for (task, &at) in &orphans {
            let late = now.since(at) > ORPHAN_MAX.saturating_add(slack);
            self.hold(!late, now, || format!("task {task} is an orphan since {at}"));
        }
        for (node, &at) in &dead {
            let late = now.since(at) > DEAD_NODE_MAX.saturating_add(slack);
            self.hold(!late, now, || format!("node {node} is dead since {at}"));
        }
        self.orphans = orphans;
        self.dead = dead;
    }

    /// Checks what only the end shows.
    pub(super) fn check_end(&mut self, world: &World<'_>, ending: Ending, scenario: &Scenario) {
        let now = world.now();
        let mut broken = Vec::new();
        for (index, known) in &self.builds {
            let whole = ending != Ending::Done || known.finished == 1;
            if known.started > 1 || known.finished > 1 || !whole {
                broken.push(format!(
                    "build {index} started {} times and finished {} times",
                    known.started, known.finished
                ));
            }
        }
        broken.extend(self.money.audit(&scenario.cluster, &scenario.ecs, world.ecs().costs(now).total()));
        self.broken.extend(broken);
    }

    /// A one-shot agent that already served a build which the core had the time to see takes no other.
    fn served_again(&mut self, at: Timestamp, task: TaskId) {
        let Some(&(from, to)) = self.served.get(&task) else { return };
        let unseen = |(begin, end): &(Timestamp, Option<Timestamp>)| {
            end.unwrap_or(at).min(to).since((*begin).max(from)).as_millis()
        };
        let unseen: u64 = self.blind.iter().map(unseen).sum();
        let visible = Millis::new(to.since(from).as_millis().saturating_sub(unseen));
        self.hold(visible <= self.seen_after(), at, || {
            format!(
                "task {task} took another build after one that could be seen for {} ms",
                visible.as_millis()
            )
        });
    }
}

impl Witness for Laws {
    fn build_submitted(&mut self, at: Timestamp, build: &Build) {
        let twice = self.builds.insert(build.index, Known::default()).is_some();
        self.hold(!twice, at, || format!("build {} was submitted twice", build.index));
    }

    fn build_started(&mut self, at: Timestamp, build: &Build, _wait: Millis, agent: Option<AgentSeen>) {
        let known = self.builds.entry(build.index).or_default();
        known.started += 1;
        known.started_at = at;
        known.task = agent.map(|agent| agent.task);
        let Some(agent) = agent else { return };
        let before = self.running.insert(agent.task, build.index);
        // A Pipeline that lost its node to a restart may find another build there, which was first in the queue.
        let lost = before.and_then(|before| self.builds.get(&before)).map(|before| before.started_at);
        let alone = lost.is_none_or(|started| self.restarted.is_some_and(|restarted| started <= restarted));
        self.hold(alone, at, || format!("task {} has two builds", agent.task));
        let one_shot = self.policy.templates[agent.template.index()].reuse == Reuse::OneShot;
        if one_shot && !agent.in_session && agent.builds_before > 0 {
            self.overruns += 1;
            self.served_again(at, agent.task);
        }
    }

    fn build_finished(&mut self, at: Timestamp, build: &Build, _ran: Millis, result: BuildResult) {
        let known = self.builds.entry(build.index).or_default();
        known.finished += 1;
        let (task, started_at) = (known.task, known.started_at);
        let Some(task) = task else { return };
        if self.running.get(&task) == Some(&build.index) {
            self.running.remove(&task);
        }
        self.served.insert(task, (started_at, at));
        if result == BuildResult::Failure {
            self.failed_on.push((build.index, task));
        }
    }

    fn task_accepted(&mut self, _at: Timestamp, _task: TaskId, _template: TemplateId) {
        self.accepted = true;
    }

    fn agent_gone(&mut self, _at: Timestamp, life: &AgentLife) {
        self.money.note(life);
        self.served.remove(&life.task);
    }

    fn ecs(&mut self, output: &EcsOutput) {
        self.money.heed(output);
        if let EcsOutput::TaskChanged { task, stopping: true, .. } = *output
            && self.running.contains_key(&task)
        {
            self.stopped_busy.push(task);
        }
    }
}

/// The task as it truly is.
fn truth<'a>(world: &'a World<'_>, task: TaskId, delay: Millis) -> Option<TaskView<'a>> {
    world.ecs().task(world.now() + delay, task)
}

/// Whether agents of these sizes and templates are more than a limit allows.
fn exceeds(limit: Limit, agents: &[(footman_core::units::Size, TemplateId)], policy: &Policy) -> bool {
    let sum = |part: &dyn Fn(&(footman_core::units::Size, TemplateId)) -> u64| agents.iter().map(part).sum();
    let count: u64 = sum(&|_| 1);
    let cpu: u64 = sum(&|(size, _)| size.cpu.get().into());
    let memory: u64 = sum(&|(size, _)| size.memory.get().into());
    let spend: u64 = sum(&|(_, template)| policy.templates[template.index()].price_per_hour.get());
    limit.agents.is_some_and(|most| count > most.into())
        || limit.cpu.is_some_and(|most| cpu > most.get().into())
        || limit.memory.is_some_and(|most| memory > most.get().into())
        || limit.spend_per_hour.is_some_and(|most| spend > most.get())
}
