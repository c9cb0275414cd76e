//! The decision core: which agents to make, stop and delete, when, and why.
//!
//! A [`Provisioner`] is fed observations and replies, and is asked for actions, for the time of its next timeout and
//! for the reasons of what it did. It keeps nothing that it could not learn again from Jenkins' nodes and ECS's tasks,
//! so that a daemon may crash between any two actions.
//!
//! How to drive it: after each call of [`Provisioner::handle_event`] or [`Provisioner::handle_timeout`] take actions
//! until there are none, answer each one once with [`Event::Reply`], and call `handle_timeout` when the time that
//! [`Provisioner::poll_timeout`] says has come. The first observation of each kind must be everything there is: a
//! complete listing, or the changes from nothing; nothing is decided before both are in. One driver uses one kind of
//! observation throughout.
//!
//! Plans are made when Jenkins or the tasks were observed and when a timer says so, never per reply; a plan looks at
//! the labels whose demand or supply changed and at nothing else.

mod agents;
mod breaker;
mod clearance;
mod deadlines;
mod demand;
mod drain;
mod flow;
mod gate;
mod handout;
mod jenkins;
mod lifecycle;
mod limits;
mod market;
mod matching;
mod naming;
mod observation;
mod opening;
mod pace;
mod plan;
mod recovery;
mod reopened;
mod replies;
mod runs;
mod sessions;
mod supply;
mod tasks;
mod timers;
mod vanished;
mod views;
mod warm;

pub use timers::Timer;
pub use views::{AgentView, GroupView, TemplateView};

use crate::{
    action::{Action, ActionId},
    decision::{Cause, Decision, Phase, What},
    event::{Drain, Event, JenkinsChanges, TaskChanges},
    id::{NodeName, TemplateId},
    policy::{Deadlines, Policy},
    time::{Millis, Timestamp},
};
use agents::Agents;
use breaker::Health;
use clearance::Clearances;
use demand::Demand;
use handout::Handouts;
use indexmap::IndexMap;
use limits::Limits;
use matching::TemplateIndex;
use naming::Names;
use observation::Observation;
use opening::Opening;
use pace::Turns;
use recovery::{Orphans, Start};
use runs::Runs;
use rustc_hash::FxBuildHasher;
use sessions::Sessions;
use std::{collections::VecDeque, sync::Arc};
use supply::{Supplies, SupplyId};
use timers::{Special, Stamped, Timers};
use vanished::Vanished;
use warm::Warm;

/// The decision core.
#[derive(Debug)]
pub struct Provisioner {
    /// The policy as it was given.
    given: Policy,
    /// The same with one more template, for agents whose own is not in it.
    policy: Policy,
    started: Timestamp,
    now: Timestamp,
    start: Start,
    actions: VecDeque<(ActionId, Action)>,
    decisions: VecDeque<Decision>,
    handouts: Handouts,
    observation: Observation,
    agents: Agents,
    orphans: Orphans,
    foreign: IndexMap<NodeName, Foreign, FxBuildHasher>,
    supplies: Supplies,
    templates: TemplateIndex,
    clearances: Clearances,
    demand: Demand,
    runs: Runs,
    sessions: Sessions,
    /// Groups that no class can serve and that changed.
    stray: Vec<u32>,
    limits: Limits,
    health: Vec<Health>,
    opening: Opening,
    warm: Warm,
    /// Classes whose gates are not open.
    gates_shut: Vec<SupplyId>,
    /// Classes at whose gates something changed.
    gates_touched: Vec<SupplyId>,
    turns: Turns,
    timers: Timers,
    /// Agents whose idleness is being read.
    reading: Vec<Stamped>,
    /// Agents whose closed node was last seen to take builds.
    closing: Vec<Stamped>,
    /// What is planned again, kept to be used again.
    planned: Vec<SupplyId>,
    /// Components whose last plan left items without agents for want of room.
    short: Vec<SupplyId>,
    /// Whether room was made since the last plan.
    freed: bool,
    /// Whether Jenkins showed something since the last plan that followed a complete view of it.
    unplanned: bool,
    /// The same of ECS.
    tasks_unplanned: bool,
    /// How often Jenkins was observed.
    observations: u64,
    session: Option<u64>,
    /// When the controller was last seen to have been restarted.
    restarted_at: Option<Timestamp>,
    quieting_down: bool,
    /// How everything of ours is to end, once it is.
    draining: Option<Drain>,
    vanished: Vanished,
    names: Names,
    /// Counts the agents that were decided.
    launched: u64,
    texts: Texts,
    /// Where texts are put together.
    buffer: String,
    /// Whether the log follows each agent.
    follows_agents: bool,
    /// Changes that were taken in, emptied, for the driver to use their lists again.
    spare: Spare,
}

/// Lists of changes without entries.
#[derive(Debug, Default)]
struct Spare {
    jenkins: JenkinsChanges,
    tasks: TaskChanges,
}

/// Texts that are the same each time.
#[derive(Debug)]
struct Texts {
    build_done: Arc<str>,
    orphan: Arc<str>,
    conflict: Arc<str>,
    /// What the descriptions of nodes end with.
    since: Box<str>,
}

impl Texts {
    fn new(started: Timestamp) -> Self {
        Self {
            build_done: format!("Footman: {}", Cause::BuildDone).into(),
            orphan: format!("Footman: {}", Cause::Orphan).into(),
            conflict: "the token was used with other parameters, and for no task".into(),
            since: naming::describe_end(started),
        }
    }
}

/// A node that is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Foreign {
    supply: SupplyId,
    idle: u32,
}

fn spans(deadlines: &Deadlines) -> [Option<Millis>; Phase::COUNT] {
    Phase::ALL.map(|phase| match phase {
        Phase::Intended => Some(deadlines.create_node),
        Phase::Launching => Some(deadlines.launch),
        Phase::Provisioning => Some(deadlines.provisioning),
        Phase::Pulling => Some(deadlines.pulling),
        Phase::Connecting => Some(deadlines.connecting),
        Phase::Idle => Some(deadlines.idle),
        Phase::Busy => deadlines.build_max,
        Phase::Resuming => Some(deadlines.resuming),
        Phase::Spent | Phase::Orphan => Some(deadlines.spent),
        Phase::Gone => None,
    })
}

impl Provisioner {
    /// A provisioner for the policy `given` that knows nothing yet.
    ///
    /// # Panics
    ///
    /// Panics where [`Policy::check`] fails.
    pub fn new(given: Policy, now: Timestamp) -> Self {
        if let Err(error) = given.check() {
            panic!("the policy was not checked: {error}");
        }
        let given_templates = given.templates.len();
        let mut policy = given.clone();
        policy.templates.push(recovery::unknown_template());
        let templates = u32::try_from(policy.templates.len()).expect("fewer than 2^32 templates");
        let mut timers = Timers::new(spans(&policy.deadlines));
        let opening = Opening::new(&policy, now, &mut timers);
        Self {
            given,
            started: now,
            now,
            start: Start::default(),
            actions: VecDeque::new(),
            decisions: VecDeque::new(),
            handouts: Handouts::default(),
            observation: Observation::default(),
            agents: Agents::default(),
            orphans: Orphans::default(),
            foreign: IndexMap::default(),
            supplies: Supplies::new(&policy),
            templates: TemplateIndex::new(&policy, given_templates),
            clearances: Clearances::new(&policy),
            demand: Demand::default(),
            runs: Runs::default(),
            sessions: Sessions::default(),
            stray: Vec::new(),
            limits: Limits::new(&policy),
            warm: Warm::new(&policy),
            health: (0..templates).map(|index| Health::new(TemplateId(index))).collect(),
            gates_shut: Vec::new(),
            gates_touched: Vec::new(),
            turns: Turns::new(&policy.pace, now),
            opening,
            timers,
            reading: Vec::new(),
            closing: Vec::new(),
            planned: Vec::new(),
            short: Vec::new(),
            freed: false,
            unplanned: false,
            tasks_unplanned: false,
            observations: 0,
            session: None,
            restarted_at: None,
            quieting_down: false,
            draining: None,
            vanished: Vanished::default(),
            names: Names::new(&policy),
            launched: 0,
            texts: Texts::new(now),
            buffer: String::new(),
            follows_agents: true,
            spare: Spare::default(),
            policy,
        }
    }

    /// Takes in what happened; `now` never goes back.
    pub fn handle_event(&mut self, now: Timestamp, event: Event) {
        self.advance_clock(now);
        match event {
            Event::Jenkins(changes) => self.jenkins_changed(changes),
            Event::JenkinsListing(listing) => self.jenkins_listed(listing),
            Event::Tasks(changes) => self.tasks_changed(changes),
            Event::TaskListing(listing) => self.tasks_listed(listing),
            Event::Drain(how) => self.drain(how),
            Event::Reply { action, outcome } => self.replied(action, outcome),
        }
        self.hand_out();
    }

    /// Does what is due at `now`; a call before [`Self::poll_timeout`]'s time does nothing.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.advance_clock(now);
        let mut plan = false;
        loop {
            let agents = &self.agents;
            let Some((phase, agent)) = self.timers.pop_phase(now, |stamped| agents.alive(stamped)) else {
                break;
            };
            self.phase_lasted(phase, agent);
        }
        while let Some(special) = self.timers.pop_special(now) {
            plan |= self.special_due(special);
        }
        self.end_sessions();
        if plan {
            self.plan();
        }
        self.hand_out();
    }

    /// Says whether the decision log is to hold what is decided of each single agent (launches, phases, retirements, stops
    /// and deletions), as it does unless told otherwise, or only what holds builds back and what an operator should look
    /// at. Nothing that is decided depends on it.
    #[inline]
    pub fn follow_agents(&mut self, follow: bool) {
        self.follows_agents = follow;
    }

    /// Changes of Jenkins without entries, whose lists have the room of those that were taken in last: for a driver that
    /// fills them again rather than make new ones.
    #[inline]
    pub fn spare_jenkins_changes(&mut self) -> JenkinsChanges {
        std::mem::take(&mut self.spare.jenkins)
    }

    /// Changes of tasks without entries, in the same way.
    #[inline]
    pub fn spare_task_changes(&mut self) -> TaskChanges {
        std::mem::take(&mut self.spare.tasks)
    }

    /// The next action to carry out.
    #[inline]
    pub fn poll_action(&mut self) -> Option<(ActionId, Action)> {
        if self.start.gave_way() {
            return None;
        }
        self.actions.pop_front()
    }

    /// When [`Self::handle_timeout`] wants to be called, and why.
    #[inline]
    pub fn poll_timeout(&self) -> Option<(Timestamp, Timer)> {
        let next = self.timers.next();
        match (next, self.handouts.pace_at()) {
            (Some(next), Some(pace)) if next.0 <= pace => Some(next),
            (_, Some(pace)) => Some((pace, Timer::Pace)),
            (next, None) => next,
        }
    }

    /// The next entry of the decision log.
    #[inline]
    pub fn poll_decision(&mut self) -> Option<Decision> {
        self.decisions.pop_front()
    }

    fn advance_clock(&mut self, now: Timestamp) {
        debug_assert!(now >= self.now, "time went back from {} to {now}", self.now);
        self.now = self.now.max(now);
    }

    /// Enters a decision in the log; one on a single agent is entered only where `follows_agents` says so.
    fn decide(&mut self, what: What) {
        self.decisions.push_back(Decision { at: self.now, what });
    }

    /// Does what a timer with a span of its own asks for; says whether a plan is due.
    fn special_due(&mut self, special: Special) -> bool {
        match special {
            Special::Retry(stamped) => {
                self.retry(stamped);
                false
            }
            Special::Idle(stamped) => {
                if self.agents.alive(stamped) {
                    self.idle_lasted(stamped.slot);
                }
                true
            }
            Special::Missing(stamped) => {
                if self.agents.alive(stamped) {
                    self.still_missing(stamped.slot);
                }
                true
            }
            Special::Dead(stamped) => {
                if self.agents.alive(stamped) {
                    self.dead_lasted(stamped.slot);
                }
                false
            }
            Special::NotTaken { group } => self.not_taken(group),
            Special::Unblock { group } => self.unblock(group),
            Special::Lost { group } => {
                self.touch_group(group);
                true
            }
            Special::Breaker(template) => self.breaker_due(template),
            Special::Hours(template) => self.hours_due(template),
            Special::Gate(supply) => {
                self.gate_due(supply);
                true
            }
            Special::Refill(supply) => {
                self.refill(supply);
                true
            }
            Special::Orphans => {
                self.look_at_orphans();
                false
            }
            Special::Vanished => self.vanished_long_ago(),
        }
    }
}
