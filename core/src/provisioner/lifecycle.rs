//! The life of an agent: from one phase to the next, and out of service.
//!
//! Whatever the reason, there is one way out: close the node, read it idle twice, stop the task, see it STOPPED, and
//! delete the node last, so that a crash at any point leaves a node that says what is to be done.

use crate::{
    decision::{Cause, Demand, Phase, What},
    event::ItemLabel,
    id::{Attempt, NodeName, TaskArn, TemplateId},
    name::AgentName,
    policy::Reuse,
    provisioner::{
        Provisioner,
        agents::{Agent, Closed, Doing, NodeState, Step, TaskState},
        breaker::doubled,
        gate::Pass,
        handout::IDLE_READS,
        supply::SupplyId,
        timers::{Special, Stamped},
    },
    time::{Millis, Timestamp},
};
use smallvec::SmallVec;
use std::sync::Arc;

/// How long a failed action waits the first time; doubled each time.
const RETRY_MIN: Millis = Millis::new(500);
/// The longest that a failed action waits.
const RETRY_MAX: Millis = Millis::from_secs(30);
/// How long Jenkins may show a build on an agent whose task has stopped.
const DEAD_GRACE: Millis = Millis::from_secs(30);

/// How a task came to its end, as far as its template is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TaskEnd {
    /// Its place had no room for it after all, or took it back.
    LackedRoom,
    /// Anything else.
    Other,
}

impl Provisioner {
    /// The template of an agent.
    pub(super) fn template_of(&self, slot: u32) -> TemplateId {
        self.supplies.spec(self.agents.get(slot).supply).0.template
    }

    /// What happens to an agent after a build: that of a session stays for the next one of it.
    pub(super) fn reuse_of(&self, slot: u32) -> Reuse {
        let (spec, _) = self.supplies.spec(self.agents.get(slot).supply);
        let template = &self.policy.templates[spec.template.index()];
        if spec.session.is_some() {
            let idle = template.overrides.session_idle.unwrap_or(self.policy.deadlines.idle);
            return Reuse::Retain { idle, builds: None };
        }
        template.reuse
    }

    /// Decides a new agent, for the items of a group or to be kept warm.
    pub(super) fn launch(&mut self, supply: SupplyId, group: Option<u32>) {
        let (spec, share) = self.supplies.spec(supply);
        let template = spec.template;
        let name = self.fresh_name(template);
        self.launched += 1;
        self.limits.add(template, share);
        self.health[template.index()].launched();
        if self.follows_agents {
            let items = |group| Demand::Items(self.demand.group(group).label.clone());
            let demand = group.map_or(Demand::Warm, items);
            self.decide(What::Launch { agent: name.clone(), template, demand });
        }
        let mut agent = self.fresh_agent(name, supply);
        agent.counted = true;
        let slot = self.adopt(agent);
        self.advance(slot);
    }

    /// A name that no agent has and no orphan: a daemon that was begun anew, or whose clock was set back, may decide at an
    /// instant at which agents were decided before.
    fn fresh_name(&mut self, template: TemplateId) -> AgentName {
        loop {
            let name = self.names.next(template, self.now);
            if self.agents.by_name(name.node()).is_none() && !self.is_orphaned(name.node()) {
                return name;
            }
        }
    }

    /// An agent of which nothing exists yet.
    pub(super) fn fresh_agent(&self, name: AgentName, supply: SupplyId) -> Agent {
        Agent {
            supply,
            phase: Phase::Intended,
            decided_at: name.decided_at(),
            name,
            since: self.now,
            node: NodeState::Absent,
            closed: Closed::No,
            task: TaskState::None,
            attempt: Attempt::FIRST,
            pass: Pass::Free,
            doing: Doing::Nothing,
            failures: 0,
            sent_at: self.now,
            called_at: self.now,
            cause: None,
            counted: false,
            ceded: false,
            open: true,
            closed_at_observation: 0,
            closed_again: 0,
            reading: false,
            listed: false,
            recovered: false,
            running: SmallVec::new(),
            builds: 0,
            unnamed: false,
        }
    }

    /// Takes an agent into the table, in the phase that it has.
    pub(super) fn adopt(&mut self, agent: Agent) -> u32 {
        let (phase, supply) = (agent.phase, agent.supply);
        let slot = self.agents.insert(agent);
        let stamped = self.agents.stamp(slot);
        self.timers.enter(phase, self.now, stamped);
        self.count_supply(supply, phase, 1);
        self.enter_gate(supply, phase);
        self.session_gains(slot);
        self.tell_phase(slot, None, phase);
        slot
    }

    /// Enters in the log that an agent changed its phase.
    fn tell_phase(&mut self, slot: u32, from: Option<Phase>, to: Phase) {
        if self.follows_agents {
            let agent = self.agents.get(slot).name.clone();
            self.decide(What::Phase { agent, from, to });
        }
    }

    fn count_supply(&mut self, supply: SupplyId, phase: Phase, sign: i32) {
        if !phase.is_supply() {
            return;
        }
        let class = self.supplies.get_mut(supply);
        if phase == Phase::Idle && class.idle == 0 {
            class.idle_since = self.now;
        }
        let count = if phase == Phase::Idle { &mut class.idle } else { &mut class.coming };
        *count = count.saturating_add_signed(sign);
        self.supplies.touch(supply);
    }

    /// Moves an agent to another phase.
    pub(super) fn set_phase(&mut self, slot: u32, to: Phase) {
        let stamped = self.agents.stamp(slot);
        let from = self.agents.set_phase(slot, to, self.now);
        let agents = &self.agents;
        self.timers.leave(from, stamped, |stamped| agents.alive(stamped));
        let supply = agents.get(slot).supply;
        // From one phase on the way to the next nothing changes for those who wait.
        if from.is_supply() != to.is_supply() || from == Phase::Idle || to == Phase::Idle {
            self.count_supply(supply, from, -1);
            self.count_supply(supply, to, 1);
        }
        self.leave_gate(slot, from, to);
        self.start_deadline(slot, to);
        self.tell_phase(slot, Some(from), to);
        self.session_moves(slot);
        if self.agents.get(slot).ceded && to == Phase::Busy {
            self.cedes(slot, false);
        }
        match to {
            Phase::Idle | Phase::Busy => self.came_online(slot),
            Phase::Spent | Phase::Orphan if from < Phase::Idle => self.never_came(slot),
            Phase::Intended
            | Phase::Launching
            | Phase::Provisioning
            | Phase::Pulling
            | Phase::Connecting
            | Phase::Resuming
            | Phase::Spent
            | Phase::Gone
            | Phase::Orphan => {}
        }
    }

    /// An agent ended before it came online.
    fn never_came(&mut self, slot: u32) {
        let template = self.template_of(slot);
        self.health[template.index()].called_off();
        self.freed = true;
    }

    fn start_deadline(&mut self, slot: u32, phase: Phase) {
        let stamped = self.agents.stamp(slot);
        if phase == Phase::Idle
            && let Reuse::Retain { idle, .. } = self.reuse_of(slot)
        {
            self.timers.set(self.now + idle, Special::Idle(stamped));
        } else {
            self.timers.enter(phase, self.now, stamped);
        }
    }

    fn came_online(&mut self, slot: u32) {
        let template = self.template_of(slot);
        self.supplies.get_mut(self.agents.get(slot).supply).gate.came_online();
        if let Some(change) = self.health[template.index()].succeeded() {
            self.decide(What::Breaker { template, change });
            self.freed = true;
        }
    }

    /// Notes that an agent failed before it came online.
    pub(super) fn failed_to_start(&mut self, slot: u32, cause: &Cause, hopeless: bool) {
        let template = self.template_of(slot);
        let change = self.health[template.index()].failed(&self.policy.breaker, self.now, cause, hopeless);
        let Some(change) = change else { return };
        if let crate::decision::BreakerChange::Opened { until, .. } = change {
            self.timers.set(until, Special::Breaker(template));
        }
        self.decide(What::Breaker { template, change });
    }

    /// Notes that an agent's task ended before it came online: for want of room, or by a failure of its template.
    pub(super) fn ended_early(&mut self, slot: u32, cause: &Cause, end: TaskEnd) {
        match end {
            TaskEnd::LackedRoom => self.room_lost(slot),
            TaskEnd::Other => self.failed_to_start(slot, cause, false),
        }
    }

    /// Takes an agent out of service. One that has a build keeps it, closed, and goes afterwards.
    pub(super) fn retire(&mut self, slot: u32, cause: Cause) {
        let agent = self.agents.get_mut(slot);
        if matches!(agent.phase, Phase::Spent | Phase::Orphan | Phase::Gone) {
            return self.advance(slot);
        }
        agent.cause = Some(cause.clone());
        agent.failures = 0;
        if let Doing::Backoff { .. } = agent.doing {
            agent.doing = Doing::Nothing;
        }
        if agent.reads_busy() && !cause.ends_a_build() {
            if agent.phase != Phase::Busy {
                self.set_phase(slot, Phase::Busy);
            }
            return self.advance(slot);
        }
        let in_doubt = agent.task == TaskState::InDoubt;
        if self.follows_agents {
            let agent = agent.name.clone();
            self.decide(What::Retire { agent, cause });
        }
        self.set_phase(slot, Phase::Spent);
        if in_doubt {
            self.doubt(slot);
        }
        self.read_idleness(slot);
        self.advance(slot);
    }

    /// Gives a task that may exist the time that ECS takes to show it, counted from the last call that may have
    /// started it.
    pub(super) fn doubt(&mut self, slot: u32) {
        let stamped = self.agents.stamp(slot);
        let shown_by = self.agents.get(slot).called_at + self.policy.deadlines.ecs_visibility_bound;
        self.timers.set(shown_by.max(self.now), Special::Missing(stamped));
    }

    /// Lists an agent among those whose idleness is read with each observation, if it is closed and on its way out.
    pub(super) fn read_idleness(&mut self, slot: u32) {
        let stamped = self.agents.stamp(slot);
        let agent = self.agents.get_mut(slot);
        let waits = matches!(agent.closed, Closed::Yes { idle_reads } if idle_reads < IDLE_READS);
        if agent.phase == Phase::Spent && waits && !agent.reading {
            agent.reading = true;
            self.reading.push(stamped);
        }
    }

    /// Whether an item waits for an agent by its name after a restart of the controller: a Pipeline goes on there that
    /// began unseen just before it, and for as long as that may take the agent is not idle however its node looks.
    pub(super) fn is_awaited(&self, slot: u32) -> bool {
        let resuming = self.restarted_at.is_some_and(|at| self.now < at + self.policy.deadlines.resuming);
        if !resuming || self.demand.continuations == 0 {
            return false;
        }
        let label = ItemLabel::Expression(self.agents.get(slot).name.node().text());
        self.groups_called(&label).into_iter().any(|group| self.demand.group(group).waiting > 0)
    }

    /// Counts one more observation that showed closed agents idle.
    pub(super) fn count_idle_reads(&mut self) {
        if self.reading.is_empty() {
            return;
        }
        let mut reading = std::mem::take(&mut self.reading);
        reading.retain(|stamped| {
            if !self.agents.alive(*stamped) {
                return false;
            }
            let awaited = self.is_awaited(stamped.slot);
            let agent = self.agents.get_mut(stamped.slot);
            let Closed::Yes { idle_reads } = &mut agent.closed else { return false };
            if awaited {
                *idle_reads = 0;
                return true;
            }
            *idle_reads += 1;
            let done = *idle_reads >= IDLE_READS;
            if done {
                agent.reading = false;
                self.advance(stamped.slot);
            }
            !done
        });
        debug_assert!(self.reading.is_empty(), "reading starts with an event, not with an advance");
        self.reading = reading;
    }

    /// Forgets an agent of which nothing is left.
    pub(super) fn forget(&mut self, slot: u32) {
        self.release(slot);
        self.session_loses(slot);
        let stamped = self.agents.stamp(slot);
        let agent = self.agents.remove(slot);
        let agents = &self.agents;
        self.timers.leave(agent.phase, stamped, |stamped| agents.alive(stamped));
        debug_assert!(!agent.phase.is_supply(), "an agent is forgotten on its way out");
        for id in &agent.running {
            self.item_runs_no_more(*id);
        }
        self.agent_forgotten(agent.name.node());
        if self.follows_agents {
            self.decide(What::Phase { agent: agent.name, from: Some(agent.phase), to: Phase::Gone });
        }
    }

    /// Takes an agent out of the limits' accounts.
    pub(super) fn release(&mut self, slot: u32) {
        if self.agents.get(slot).ceded {
            self.cedes(slot, false);
        }
        let agent = self.agents.get_mut(slot);
        if std::mem::replace(&mut agent.counted, false) {
            let (spec, share) = self.supplies.spec(agent.supply);
            self.limits.subtract(spec.template, share);
            self.freed = true;
        }
    }

    /// An agent's task is no more.
    pub(super) fn task_over(&mut self, slot: u32, cause: Cause, end: TaskEnd) {
        let agent = self.agents.get_mut(slot);
        let TaskState::Live { arn, .. } = &agent.task else { return };
        agent.task = TaskState::Stopped { arn: arn.clone() };
        let supply = agent.supply;
        // What it had no room in is not free for another.
        if end == TaskEnd::Other {
            self.room_freed(self.template_of(slot), supply);
        }
        self.release(slot);
        match self.agents.get(slot).phase {
            Phase::Intended | Phase::Launching | Phase::Provisioning | Phase::Pulling | Phase::Connecting => {
                self.ended_early(slot, &cause, end);
                self.retire(slot, cause);
            }
            Phase::Idle => self.retire(slot, cause),
            Phase::Busy => {
                let stamped = self.agents.stamp(slot);
                self.timers.set(self.now + DEAD_GRACE, Special::Dead(stamped));
            }
            Phase::Resuming | Phase::Gone => {}
            Phase::Spent | Phase::Orphan => self.advance(slot),
        }
    }

    /// Has an agent's failed action repeated later, each time after twice the time.
    pub(super) fn back_off(&mut self, slot: u32, step: Step) {
        let agent = self.agents.get_mut(slot);
        let until = self.now + doubled(RETRY_MIN, u32::from(agent.failures), RETRY_MAX);
        agent.failures = agent.failures.saturating_add(1);
        self.back_off_until(slot, step, until);
    }

    /// Has an agent's action repeated at `until`.
    pub(super) fn back_off_until(&mut self, slot: u32, step: Step, until: Timestamp) {
        self.agents.get_mut(slot).doing = Doing::Backoff { until, step };
        let stamped = self.agents.stamp(slot);
        self.timers.set(until, Special::Retry(stamped));
    }

    /// The time to repeat an action has come. The stamp is not looked at: the agent may have changed its phase while
    /// the same action is still to be repeated.
    pub(super) fn retry(&mut self, stamped: Stamped) {
        if !self.agents.known(stamped.slot) {
            return;
        }
        let agent = self.agents.get_mut(stamped.slot);
        if matches!(agent.doing, Doing::Backoff { until, .. } if until <= self.now) {
            agent.doing = Doing::Nothing;
            self.advance(stamped.slot);
        }
    }

    /// What ECS shows as the reason of a task's stop.
    pub(super) fn stop_reason(&self, slot: u32) -> Arc<str> {
        match &self.agents.get(slot).cause {
            None | Some(Cause::BuildDone) => Arc::clone(&self.texts.build_done),
            Some(cause) => format!("Footman: {cause}").into(),
        }
    }

    /// Notes the task of an agent; a second one is kept aside and stopped when the agent goes.
    pub(super) fn own_task(&mut self, slot: u32, arn: TaskArn) {
        let agent = self.agents.get(slot);
        match &agent.task {
            TaskState::None | TaskState::InDoubt => {
                let status = self.orphan_claimed(&arn);
                self.agents.get_mut(slot).task =
                    TaskState::Live { arn: arn.clone(), status, stopping: false, missing: false };
                self.agents.own_task(arn, slot);
            }
            TaskState::Live { arn: known, .. } | TaskState::Stopped { arn: known } => {
                if *known != arn {
                    let node: NodeName = agent.name.node().clone();
                    self.second_task(node, arn);
                }
            }
        }
    }
}
