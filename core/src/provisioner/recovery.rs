//! How the core starts, and what it makes of what it did not make itself.
//!
//! There is no database: what was intended is written on the nodes, what was started is tagged on the tasks. Nothing
//! is decided before both were listed completely. A node of ours without a listed task is *unknown*, not unlaunched.

use crate::{
    decision::{Alarm, Cause, Phase, What},
    event::{Failure, Node, Outcome, Task, TaskStatus},
    id::{NodeName, TaskArn, TemplateId},
    label::{LabelSet, OverrideRules},
    policy::{Limit, Reuse, Template},
    provisioner::{
        Provisioner,
        agents::{NodeState, TaskState},
        handout::Subject,
        naming::{self, Found},
        pace::StopSubject,
        timers::Special,
    },
    time::{Millis, Timestamp},
    units::{MicroUsd, Size},
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// How long a task of ours may be listed without a node before it is taken for an orphan: nodes are created first, but
/// the two listings are not of one moment.
const ORPHAN_GRACE: Millis = Millis::from_secs(15);

/// How long a node that was deleted may still be listed, by a poll that was on its way.
const GHOST_SPAN: Millis = Millis::from_mins(2);

/// The template of agents whose own is not in the policy: they are taken out of service and count towards no limit but
/// the global one.
pub(super) fn unknown_template() -> Template {
    Template {
        cloud: "".into(),
        name: "".into(),
        labels: LabelSet::default(),
        serves_unlabelled: false,
        fargate: false,
        rank: u32::MAX,
        size: Size::default(),
        price_per_hour: MicroUsd::ZERO,
        limit: Limit::default(),
        has_alternatives: false,
        min_idle: 0,
        reuse: Reuse::OneShot,
        overrides: OverrideRules::default(),
        allow_jobs: None,
        active_hours: None,
    }
}

/// How far the start is.
#[derive(Debug, Default)]
pub(super) struct Start {
    jenkins: bool,
    tasks: bool,
    ready: bool,
    gave_way: bool,
    /// When decisions began.
    ready_at: Timestamp,
    /// Nodes that were deleted before a listing showed them, and when: a listing on its way may still do so.
    ghosts: VecDeque<(NodeName, Timestamp)>,
    /// The start of the younger daemon that was last complained of.
    younger: Option<Timestamp>,
    nodes: BTreeMap<NodeName, Node>,
    found: BTreeMap<TaskArn, Task>,
}

impl Start {
    pub(super) fn saw_jenkins(&mut self) {
        self.jenkins = true;
    }

    pub(super) fn saw_tasks(&mut self) {
        self.tasks = true;
    }

    /// Whether decisions may be made.
    pub(super) fn is_ready(&self) -> bool {
        self.ready && !self.gave_way
    }

    /// Notes a node that is deleted though no listing showed it.
    pub(super) fn remember_ghost(&mut self, node: NodeName, now: Timestamp) {
        while self.ghosts.front().is_some_and(|(_, at)| now.since(*at) > GHOST_SPAN) {
            self.ghosts.pop_front();
        }
        self.ghosts.push_back((node, now));
    }

    fn is_ghost(&self, node: &NodeName) -> bool {
        self.ghosts.iter().any(|(ghost, _)| ghost == node)
    }

    /// Whether another daemon works under our owner id and this one stopped.
    pub(super) fn gave_way(&self) -> bool {
        self.gave_way
    }
}

/// Tasks of ours that no agent stands for.
#[derive(Debug, Default)]
pub(super) struct Orphans {
    next: u64,
    by_number: BTreeMap<u64, Orphan>,
    by_task: BTreeMap<TaskArn, u64>,
}

#[derive(Debug)]
struct Orphan {
    task: TaskArn,
    /// Whose it says it is.
    agent: Option<NodeName>,
    /// As what it was first seen, if it was.
    status: Option<TaskStatus>,
    template: Option<TemplateId>,
    /// When its `StopTask` is queued, or repeated if it was.
    due: Timestamp,
    queued: bool,
    in_flight: bool,
    failures: u32,
}

impl Orphans {
    pub(super) fn is_queued(&self, number: u64) -> bool {
        self.by_number.get(&number).is_some_and(|orphan| orphan.queued)
    }

    pub(super) fn len(&self) -> usize {
        self.by_number.len()
    }
}

impl Provisioner {
    /// The template that stands for those that the policy does not have.
    fn unknown(&self) -> TemplateId {
        TemplateId(u32::try_from(self.given.templates.len()).expect("fewer than 2^32 templates"))
    }

    /// A node of ours that no agent stands for: found at the start, or just deleted, or made by another daemon, whose
    /// last call may have been on its way when it crashed.
    pub(super) fn stranger_seen(&mut self, node: Node) {
        if !self.start.ready {
            self.start.nodes.insert(node.name.clone(), node);
            return;
        }
        let Some(found) = naming::read(&self.policy, self.unknown(), &node) else { return };
        let ghost = self.start.is_ghost(&node.name);
        if !ghost && found.name.decided_at() > self.start.ready_at {
            self.other_daemon(&node.name, found.since);
        }
        let Some(slot) = self.adopt_node(&node, self.now) else { return };
        self.claim_orphan(slot);
        if ghost && self.agents.get(slot).task == TaskState::InDoubt {
            self.agents.get_mut(slot).task = TaskState::None;
            self.retire(slot, Cause::NodeWithoutTask);
        } else {
            self.judge_adopted(slot);
        }
    }

    /// A node that we never decided is younger than our first listings: somebody else works under our owner id. Of two
    /// daemons the one that was started later stops itself. The other takes care of all nodes; both do so safely
    /// meanwhile, for every call is idempotent and each counts the other's agents.
    fn other_daemon(&mut self, node: &NodeName, since: Option<Timestamp>) {
        let Some(since) = since.filter(|since| *since != self.started) else { return };
        if since < self.started {
            self.start.gave_way = true;
            self.decide(What::Alarm(Alarm::GaveWay { node: node.clone() }));
        } else if self.start.younger != Some(since) {
            self.start.younger = Some(since);
            self.decide(What::Alarm(Alarm::YoungerDaemon { node: node.clone() }));
        }
    }

    pub(super) fn stranger_gone(&mut self, name: &NodeName) {
        self.start.nodes.remove(name);
    }

    /// A task of ours that no agent stands for.
    pub(super) fn loose_task_seen(&mut self, task: Task) {
        if !self.start.ready {
            self.start.found.insert(task.arn.clone(), task);
            return;
        }
        if task.status == TaskStatus::Stopped {
            return self.loose_task_gone(&task.arn);
        }
        let template = task.agent.as_ref().and_then(|name| self.names.template(name.as_str()));
        // One that stops already counts until it is STOPPED, and is told again only if that takes too long.
        let grace = if task.stopping { self.policy.deadlines.spent } else { ORPHAN_GRACE };
        self.add_orphan(task.arn, task.agent, Some(task.status), template, self.now + grace);
    }

    pub(super) fn loose_task_gone(&mut self, arn: &TaskArn) {
        self.start.found.remove(arn);
        if let Some(template) = self.drop_orphan(arn).and_then(|orphan| orphan.template) {
            self.room_freed(template, template.into());
            self.freed = true;
        }
    }

    /// An orphan is none any more; it counts no longer.
    fn drop_orphan(&mut self, arn: &TaskArn) -> Option<Orphan> {
        let number = self.orphans.by_task.remove(arn)?;
        let orphan = self.orphans.by_number.remove(&number)?;
        if let Some(template) = orphan.template {
            let (_, share) = self.supplies.spec(template.into());
            self.limits.subtract(template, share);
        }
        Some(orphan)
    }

    /// A task that was taken for an orphan turns out to be an agent's; says as what it was seen.
    pub(super) fn orphan_claimed(&mut self, arn: &TaskArn) -> Option<TaskStatus> {
        self.drop_orphan(arn)?.status
    }

    /// Whether a task that no agent has is tagged with this name.
    pub(super) fn is_orphaned(&self, name: &NodeName) -> bool {
        self.orphans.by_number.values().any(|orphan| orphan.agent.as_ref() == Some(name))
    }

    /// Gives an agent whose node was seen late the task that was taken for an orphan.
    fn claim_orphan(&mut self, slot: u32) {
        let name = self.agents.get(slot).name.node();
        let mut orphans = self.orphans.by_number.values();
        let of_agent = orphans.find(|orphan| orphan.agent.as_ref() == Some(name) && !orphan.in_flight);
        if let Some(task) = of_agent.map(|orphan| orphan.task.clone()) {
            self.own_task(slot, task);
            if self.agents.get(slot).phase == Phase::Launching {
                self.set_phase(slot, Phase::Provisioning);
                self.show_node(slot);
            }
        }
    }

    /// A task that carries the name of an agent that has another one.
    pub(super) fn second_task(&mut self, node: NodeName, arn: TaskArn) {
        if !self.orphans.by_task.contains_key(&arn) {
            let template = self.names.template(node.as_str());
            self.decide(What::Alarm(Alarm::TwoTasks { agent: node.clone() }));
            let due = self.now + self.policy.deadlines.ecs_visibility_bound;
            self.add_orphan(arn, Some(node), None, template, due);
        }
    }

    /// An orphan counts towards the limits as what its name says it was made from.
    fn add_orphan(
        &mut self,
        task: TaskArn,
        agent: Option<NodeName>,
        status: Option<TaskStatus>,
        template: Option<TemplateId>,
        due: Timestamp,
    ) {
        if self.orphans.by_task.contains_key(&task) {
            return;
        }
        let number = self.orphans.next;
        self.orphans.next += 1;
        self.orphans.by_task.insert(task.clone(), number);
        if let Some(template) = template {
            let (_, share) = self.supplies.spec(template.into());
            self.limits.add(template, share);
        }
        let orphan =
            Orphan { task, agent, status, template, due, queued: false, in_flight: false, failures: 0 };
        self.orphans.by_number.insert(number, orphan);
        self.timers.set(due, Special::Orphans);
    }

    /// Has the tasks stopped that have been without a node for long enough.
    ///
    /// A view of Jenkins that is not of late does not show that a task has no node.
    pub(super) fn look_at_orphans(&mut self) {
        let now = self.now;
        if self.jenkins_is_stale() {
            let again = now + self.policy.pace.poll.max(Millis::new(1));
            return self.timers.set(again, Special::Orphans);
        }
        let mut stops = Vec::new();
        for (number, orphan) in &mut self.orphans.by_number {
            if orphan.due <= now && !orphan.queued && !orphan.in_flight {
                orphan.queued = true;
                stops.push((*number, orphan.task.clone()));
            }
        }
        for (number, task) in stops {
            self.turns.stops.push_back(StopSubject::Orphan(number));
            self.decide(What::Stop { task, cause: Cause::Orphan });
        }
    }

    pub(super) fn send_orphan_stop(&mut self, number: u64) {
        let Some(orphan) = self.orphans.by_number.get_mut(&number) else { return };
        orphan.queued = false;
        orphan.in_flight = true;
        let task = orphan.task.clone();
        let reason = Arc::clone(&self.texts.orphan);
        self.hand_out_action(Subject::Orphan(number), crate::Action::StopTask { task, reason });
    }

    pub(super) fn orphan_stop_replied(&mut self, number: u64, outcome: Outcome) {
        if let Outcome::Failed(Failure::Throttled { retry_after }) = &outcome {
            self.turns.bucket.throttled(self.now, *retry_after);
        }
        let Some(orphan) = self.orphans.by_number.get_mut(&number) else { return };
        orphan.in_flight = false;
        let wait = match outcome {
            Outcome::Done | Outcome::Launched { .. } | Outcome::Conflict { .. } => {
                self.policy.deadlines.spent
            }
            Outcome::Failed(_) => {
                orphan.failures = orphan.failures.saturating_add(1);
                super::breaker::doubled(Millis::new(500), orphan.failures, Millis::from_secs(30))
            }
        };
        orphan.due = self.now + wait;
        let due = orphan.due;
        self.timers.set(due, Special::Orphans);
    }

    /// Makes agents of what the first complete listings show.
    pub(super) fn recover_when_listed(&mut self) {
        if self.start.ready || !(self.start.jenkins && self.start.tasks) {
            return;
        }
        self.start.ready = true;
        self.start.ready_at = self.now;
        for (_, node) in std::mem::take(&mut self.start.nodes) {
            // Whoever made it had made its last call when this run of ours was started.
            self.adopt_node(&node, self.started);
        }
        for (_, task) in std::mem::take(&mut self.start.found) {
            let owner = task.agent.as_ref().and_then(|name| self.agents.by_name(name));
            match owner {
                Some(slot) => self.new_task_seen(slot, task),
                None => self.loose_task_seen(task),
            }
        }
        let slots: Vec<u32> = self.agents.iter().map(|(slot, _)| slot).collect();
        for slot in slots {
            self.judge_adopted(slot);
        }
        self.touch_waiting();
    }

    /// Makes an agent of a node that an earlier run of ours created, which called `RunTask` last at `called_at`.
    fn adopt_node(&mut self, node: &Node, called_at: Timestamp) -> Option<u32> {
        let Found { name, spec, .. } = naming::read(&self.policy, self.unknown(), node)?;
        let supply = self.own_class(&spec);
        let (_, share) = self.supplies.spec(supply);
        self.limits.add(spec.template, share);
        let mut agent = self.fresh_agent(name, supply);
        agent.counted = true;
        agent.listed = true;
        agent.recovered = true;
        agent.called_at = called_at;
        agent.phase = Phase::Launching;
        agent.task = TaskState::InDoubt;
        agent.node = NodeState::Present { online: node.online, idle: node.idle };
        let slot = self.adopt(agent);
        self.agent_node_seen(slot, node);
        Some(slot)
    }

    /// Decides what becomes of an adopted agent: one without a listed task is launched again by its tokens while its
    /// name is young, and taken out of service afterwards. By then every call that could have started a task has had its
    /// answer, and ECS the time to show what it did.
    fn judge_adopted(&mut self, slot: u32) {
        let unknown = self.template_of(slot) == self.unknown();
        let agent = self.agents.get_mut(slot);
        let young = self.now.since(agent.decided_at) <= self.policy.deadlines.replay_window;
        let in_doubt = agent.task == TaskState::InDoubt;
        if in_doubt && !young {
            agent.task = TaskState::None;
        }
        if agent.phase == Phase::Spent {
            if in_doubt && young {
                self.doubt(slot);
            }
        } else if unknown {
            self.retire(slot, Cause::TemplateUnknown);
        } else if in_doubt && !young && agent.phase == Phase::Launching {
            self.retire(slot, Cause::NodeWithoutTask);
        }
        if self.agents.known(slot) {
            self.drain_agent(slot);
        }
        if self.agents.known(slot) {
            self.advance(slot);
        }
    }
}
