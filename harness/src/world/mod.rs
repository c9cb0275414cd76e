//! The world: core, simulated ECS, simulated Jenkins and a workload under one clock.
//!
//! [`World`] merges the deadlines of all of them in one loop: earliest first, and at the same instant in the order of
//! `Source`. The core sees the world on a grid, as a daemon that polls does: a change in Jenkins at the first poll
//! after it, a change in ECS at the first look after it. What the core wants done is carried out at once, and its
//! reply comes back after the time that a request takes.
//!
//! Nothing here decides anything: decisions are the core's, behaviour is the simulators'.

mod accident;
mod agenda;
mod agents;
mod arrivals;
mod by_task;
mod cloud;
mod controller;
mod draw;
mod outstanding;
mod process;
mod runs;
mod settings;
mod tick;
mod witness;

pub use accident::{Accident, Which};
pub(crate) use agenda::Agenda;
pub use agents::AgentView;
pub use cloud::CloudError;
pub(crate) use cloud::furnish;
pub(crate) use controller::NAMELESS;
pub(crate) use draw::AGENT_START;
pub(crate) use outstanding::{Outstanding, TRIGGER_RETRY};
pub(crate) use process::{ProcessChange, containers_run};
pub(crate) use runs::{Offered, Runs};
pub use settings::{Labels, Observation, Wire, WorldSettings};
pub use witness::{AgentLife, AgentSeen, Witness};

use crate::{
    cli::Interrupt,
    workload::{Build, Place, Workload, WorkloadError},
};
use agents::Agents;
use cloud::Cloud;
use controller::Controller;
use footman_core::{
    Action, ActionId, Event, Millis, Timestamp,
    event::{Outcome, TaskChange, TaskChanges, TaskListing, TaskStatus},
    hours::ActiveHours,
    provisioner::Provisioner,
};
use footman_ecs_sim::{CallCount, Ecs, Output as EcsOutput, id::TaskId};
use footman_jenkins_sim::{AgentSpec as ProcessSpec, BuildResult, Jenkins, JobKind, Output as JenkinsOutput};
use std::{collections::VecDeque, sync::Arc};
use thiserror::Error;
use tick::Tick;

/// Where a workload's zero lies when it does not say so itself: 2024-01-01T00:00:00Z, a Monday.
pub const ORIGIN: Timestamp = Timestamp::from_millis(1_704_067_200_000);

/// How long nothing may start, run or arrive while builds wait, before a run is ended as stuck, beside the time that templates
/// may be outside of their active hours.
const STALL_MAX: Millis = Millis::from_hours(24);

/// How long agents are given to go away after the last build, so that their cost is whole.
const WIND_DOWN_MAX: Millis = Millis::from_mins(15);

/// Core, simulators and workload under one clock.
pub struct World<'w> {
    core: Provisioner,
    /// When the core wants to be woken, or never.
    core_due: Timestamp,
    cloud: Cloud,
    controller: Controller,
    workload: &'w mut dyn Workload,
    wire: Wire,
    observation: Observation,
    seed: u64,
    origin: Timestamp,
    now: Timestamp,
    agenda: Agenda<Happening>,
    agents: Agents,
    outstanding: Outstanding,
    runs: Runs,
    next: Option<Build>,
    /// When `next` is submitted.
    arrival: Option<Timestamp>,
    /// How many cores there were before this one: what they asked for is answered to nobody.
    crashes: u32,
    /// What the core has yet to see in full, because it is new.
    unseen: Unseen,
    poll: Tick,
    look: Tick,
    /// The last of the sources from which something came at the present instant.
    reached: Source,
    /// Tasks that stopped and are still listed, oldest first.
    stopped: VecDeque<(Timestamp, TaskId)>,
    last_progress: Timestamp,
    /// How long nothing may start, run or arrive while builds wait.
    stall_max: Millis,
    last_charge: Timestamp,
}

/// What a core that was just started has not seen yet.
#[derive(Debug, Clone, Copy, Default)]
struct Unseen {
    jenkins: bool,
    tasks: bool,
}

/// Where the next thing comes from, in the order in which things of the same instant happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Ecs,
    Jenkins,
    Agenda,
    Arrival,
    Poll,
    Look,
    Core,
}

/// What the agenda holds.
#[derive(Debug)]
enum Happening {
    /// The answer to an action of the core after that many crashes arrives.
    Reply(u32, ActionId, Outcome),
    /// ECS shows a change of a task, some time after it happened.
    TaskShows(TaskId),
    /// An agent's process is ready to connect.
    AgentStarts(TaskId),
    /// An agent's process dies of the stop signal.
    AgentDies(TaskId),
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Every build ran, and the agents went away.
    Done,
    /// Builds wait that nothing will ever serve.
    Stuck {
        /// How many.
        builds: u64,
    },
    /// Somebody asked for it.
    Interrupted {
        /// How many builds had not ended.
        builds: u64,
    },
}

/// Why a world cannot be made or cannot go on.
#[derive(Debug, Error)]
pub enum WorldError {
    /// The described clusters cannot be simulated.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The workload is bad.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// A build asks for what no template offers.
    #[error(
        "{}the build asks for `{expression}`, which no template serves (label `{label}` of the trace)",
        stands(place.as_ref(), *index)
    )]
    Unservable {
        /// Where it stands in its source.
        place: Option<Place>,
        /// The build's place in the workload, counted from 0.
        index: u64,
        /// Its label in the trace.
        label: Arc<str>,
        /// What it asks Jenkins for.
        expression: Arc<str>,
    },
    /// Templates serve what a build asks for, and none of them is for its job.
    #[error(
        "{}the build of job `{job}` asks for `{expression}`, and the templates that serve that are for other jobs alone \
         (`allowJobs`)",
        stands(place.as_ref(), *index)
    )]
    NotAllowed {
        /// Where it stands in its source.
        place: Option<Place>,
        /// The build's place in the workload, counted from 0.
        index: u64,
        /// Its job.
        job: Arc<str>,
        /// What it asks Jenkins for.
        expression: Arc<str>,
    },
    /// The policy has no template.
    #[error("the policy has no template")]
    NoTemplate,
}

/// Where a build stands, as the start of a message.
fn stands(place: Option<&Place>, index: u64) -> String {
    match place {
        Some(place) => format!("{place}: "),
        None => format!("build {index}: "),
    }
}

impl<'w> World<'w> {
    /// A world at the workload's zero.
    ///
    /// # Errors
    ///
    /// Fails where the clusters cannot be simulated or the first build cannot be read.
    pub fn new(settings: WorldSettings, workload: &'w mut dyn Workload) -> Result<Self, WorldError> {
        let WorldSettings { seed, policy, described, ecs, jenkins, wire, observation, labels } = settings;
        if policy.templates.is_empty() {
            return Err(WorldError::NoTemplate);
        }
        let origin = workload.start().map_or(ORIGIN, |start| start.instant);
        let cloud = Cloud::new(ecs, &described, &policy, seed, origin)?;
        let has_hours = policy.templates.iter().any(|template| template.active_hours.is_some());
        let shut_max = if has_hours { ActiveHours::SHUT_MAX } else { Millis::ZERO };
        let stall_max = STALL_MAX.saturating_add(shut_max);
        let controller = Controller::new(jenkins, labels, &policy, origin);
        let (poll, look) = (Tick::new(policy.pace.poll), Tick::new(policy.pace.describe));
        let mut world = Self {
            core: Provisioner::new(policy, origin),
            core_due: Timestamp::MAX,
            cloud,
            controller,
            workload,
            wire,
            observation,
            seed,
            origin,
            now: origin,
            agenda: Agenda::new(),
            agents: Agents::default(),
            outstanding: Outstanding::default(),
            runs: Runs::default(),
            next: None,
            arrival: None,
            crashes: 0,
            unseen: Unseen::default(),
            poll,
            look,
            reached: Source::Ecs,
            stopped: VecDeque::new(),
            last_progress: origin,
            stall_max,
            last_charge: origin,
        };
        world.note_core_due();
        world.ask_poll();
        world.ask_look();
        world.fetch()?;
        Ok(world)
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Where the workload's zero lies.
    pub fn origin(&self) -> Timestamp {
        self.origin
    }

    /// The core, to be asked why.
    pub fn core(&self) -> &Provisioner {
        &self.core
    }

    /// The simulated ECS.
    pub fn ecs(&self) -> &Ecs {
        &self.cloud.ecs
    }

    /// The simulated Jenkins, for what happens to it from outside (a restart, a node deleted by hand).
    pub fn jenkins(&mut self) -> &mut Jenkins {
        &mut self.controller.jenkins
    }

    /// The simulated Jenkins, to be looked at.
    pub fn controller(&self) -> &Jenkins {
        &self.controller.jenkins
    }

    /// The agents whose tasks have not stopped, in the order of the tasks' numbers.
    pub fn agents(&self) -> Vec<AgentView<'_>> {
        self.agents.views(&self.controller.jenkins)
    }

    /// The same world, in which every build is a `node` block of a Pipeline: one that outlives a restart of the
    /// controller and, for a while, the loss of its agent. Builds of one job and run that come after one another are
    /// blocks of one run: where one does not end well, those after it never run.
    #[must_use]
    pub fn of_pipelines(mut self) -> Self {
        self.controller.kind = JobKind::Flyweight;
        self
    }

    /// How often each operation of ECS was called, reads of the daemon included.
    pub fn calls(&self) -> Vec<(&'static str, CallCount)> {
        self.cloud.calls()
    }

    /// The labels of the workload seen so far.
    pub fn labels(&self) -> &[Arc<str>] {
        self.workload.labels()
    }

    /// How many builds wait or run.
    pub fn builds_outstanding(&self) -> u64 {
        self.outstanding.len()
    }

    /// Runs until every build has run and the agents are gone, or until nothing will ever happen, or until somebody asks
    /// for the end. `progress` is told the number of builds submitted now and then.
    ///
    /// # Errors
    ///
    /// Fails at the first build that cannot be read or that no template serves.
    pub fn run(
        &mut self,
        witness: &mut impl Witness,
        interrupt: &Interrupt,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Ending, WorldError> {
        const STEPS_PER_LOOK: u32 = 1 << 14;
        let mut steps = 0_u32;
        loop {
            steps += 1;
            if steps == STEPS_PER_LOOK {
                steps = 0;
                progress(&Progress { now: self.now, submitted: self.outstanding.submitted() });
                if interrupt.is_set() {
                    return Ok(Ending::Interrupted { builds: self.outstanding.len() });
                }
            }
            if let Some(ending) = self.ended() {
                return Ok(ending);
            }
            if !self.step(witness)? {
                return Ok(match self.outstanding.len() {
                    0 => Ending::Done,
                    builds => Ending::Stuck { builds },
                });
            }
        }
    }

    /// Whether the run is at its end: every build ran and the agents are gone, or nothing has happened for too long.
    pub fn ended(&mut self) -> Option<Ending> {
        if self.next.is_some() {
            return None;
        }
        if self.outstanding.len() == 0 {
            if self.agents.len() == 0 {
                return Some(Ending::Done);
            }
            // The end is at the same instant whether or not something happens to be due just before it.
            let end = self.last_progress + WIND_DOWN_MAX;
            let wound_down = self.next_at().is_none_or(|next| next > end);
            if wound_down {
                self.now = self.now.max(end);
            }
            return wound_down.then_some(Ending::Done);
        }
        let stalls = self.outstanding.running() == 0 && self.now.since(self.last_progress) >= self.stall_max;
        stalls.then(|| Ending::Stuck { builds: self.outstanding.len() })
    }

    /// When the next thing happens, if anything ever will.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.due().map(|(at, _)| at)
    }

    /// Runs until `until`, that instant included.
    ///
    /// # Errors
    ///
    /// As [`Self::run`].
    pub fn run_until(&mut self, until: Timestamp, witness: &mut impl Witness) -> Result<(), WorldError> {
        while self.due().is_some_and(|(at, _)| at <= until) {
            self.step(witness)?;
        }
        if until >= self.now {
            self.reach(until, Source::Core);
        }
        Ok(())
    }

    /// Ends the accounts at the present: what still runs is billed as if it stopped.
    pub fn close_books(&mut self, until: Timestamp, witness: &mut impl Witness) {
        let until = until.max(self.now);
        self.charge_looks(until);
        self.cloud.ecs.close_books(until);
        while let Some(output) = self.cloud.ecs.poll_output() {
            self.tell_ecs(&output, witness);
        }
    }

    /// Does the next thing, whatever it is; `false` where nothing is left to do.
    ///
    /// # Errors
    ///
    /// As [`Self::run`].
    pub fn step(&mut self, witness: &mut impl Witness) -> Result<bool, WorldError> {
        let Some((at, source)) = self.due() else {
            return Ok(false);
        };
        self.reach(at, source);
        self.core.follow_agents(witness.follows_agents());
        match source {
            Source::Ecs => self.cloud.ecs.handle_timeout(at),
            Source::Jenkins => self.controller.jenkins.handle_timeout(at),
            Source::Agenda => {
                if let Some(what) = self.agenda.take_due(at) {
                    self.happen(what);
                }
            }
            Source::Arrival => self.arrive(witness)?,
            Source::Poll => self.poll_jenkins(),
            Source::Look => self.look_at_ecs(),
            Source::Core => {
                self.core.handle_timeout(at);
                self.note_core_due();
            }
        }
        self.settle(witness);
        Ok(true)
    }

    fn reach(&mut self, at: Timestamp, source: Source) {
        self.reached = if at == self.now { self.reached.max(source) } else { source };
        self.now = at;
    }

    /// Asks for a poll of Jenkins: what happens at the instant of a tick after its poll is seen at the next tick, whether
    /// that poll had something to tell or not.
    fn ask_poll(&mut self) {
        self.poll.ask(self.now, self.reached >= Source::Poll, self.origin);
    }

    /// Asks for a look at ECS, in the same way.
    fn ask_look(&mut self) {
        self.look.ask(self.now, self.reached >= Source::Look, self.origin);
    }

    fn tell_core(&mut self, event: Event) {
        self.core.handle_event(self.now, event);
        self.note_core_due();
    }

    /// Notes when the core wants to be woken: most steps do not touch it.
    fn note_core_due(&mut self) {
        self.core_due = self.core.poll_timeout().map_or(Timestamp::MAX, |(at, _)| at);
    }

    #[inline]
    fn due(&self) -> Option<(Timestamp, Source)> {
        const NEVER: Timestamp = Timestamp::MAX;
        let (mut at, mut source) = (self.core_due, Source::Core);
        // In the order of the sources from the last to the first, which has the instant that two of them share.
        let mut consider = |other: Option<Timestamp>, from| {
            if let Some(other) = other
                && other <= at
            {
                (at, source) = (other, from);
            }
        };
        consider(self.look.next, Source::Look);
        consider(self.poll.next, Source::Poll);
        consider(self.outstanding.postponed_until(), Source::Arrival);
        consider(self.arrival, Source::Arrival);
        consider(self.agenda.due(), Source::Agenda);
        consider(self.controller.jenkins.poll_timeout().map(|(at, _)| at), Source::Jenkins);
        consider(self.cloud.ecs.poll_timeout().map(|(at, _)| at), Source::Ecs);
        // A deadline that lies in the past is due now: time never goes back.
        (at < NEVER).then(|| (at.max(self.now), source))
    }

    fn poll_jenkins(&mut self) {
        self.poll.done(self.now);
        if self.controller.jenkins.available().is_err() {
            self.ask_poll();
            return;
        }
        let unseen = std::mem::take(&mut self.unseen.jenkins);
        let event = match self.observation {
            Observation::Changes if unseen => {
                Event::Jenkins(accident::as_changes(self.controller.jenkins.listing()))
            }
            Observation::Changes => {
                let mut changes = self.core.spare_jenkins_changes();
                self.controller.jenkins.changes_into(&mut changes);
                Event::Jenkins(changes)
            }
            Observation::Listings => {
                self.ask_poll();
                Event::JenkinsListing(self.controller.jenkins.listing())
            }
        };
        self.tell_core(event);
    }

    fn look_at_ecs(&mut self) {
        self.look.done(self.now);
        let unseen = std::mem::take(&mut self.unseen.tasks);
        let event = match self.observation {
            Observation::Changes if unseen => {
                let tasks = self.list_tasks().tasks.into_iter().map(TaskChange::Seen).collect();
                Event::Tasks(TaskChanges { tasks })
            }
            Observation::Changes => {
                let mut changes = self.core.spare_task_changes();
                self.cloud.changes_into(self.now, &mut changes.tasks);
                Event::Tasks(changes)
            }
            Observation::Listings => {
                self.ask_look();
                Event::TaskListing(self.list_tasks())
            }
        };
        self.tell_core(event);
    }

    fn list_tasks(&mut self) -> TaskListing {
        let retention = self.cloud.ecs.settings().stopped_retention;
        let oldest = self.now.saturating_sub(retention);
        while self.stopped.front().is_some_and(|&(stopped, _)| stopped < oldest) {
            self.stopped.pop_front();
        }
        let mut tasks = self.agents.tasks();
        tasks.extend(self.stopped.iter().map(|&(_, task)| task));
        tasks.sort_unstable();
        self.cloud.listing(self.now, tasks.into_iter())
    }

    /// Carries every consequence of a step to its end: outputs of the simulators and actions of the core.
    fn settle(&mut self, witness: &mut impl Witness) {
        loop {
            if let Some(output) = self.cloud.ecs.poll_output() {
                self.heed_ecs(&output, witness);
            } else if let Some(output) = self.controller.jenkins.poll_output() {
                self.heed_jenkins(output, witness);
            } else if let Some((id, action)) = self.core.poll_action() {
                self.execute(id, action, witness);
            } else {
                break;
            }
        }
        while let Some(decision) = self.core.poll_decision() {
            witness.decided(&decision);
        }
        if self.controller.jenkins.has_changes() || self.core.awaits_poll() {
            self.ask_poll();
        }
    }

    /// ECS shows that `task` changed, at the next look.
    fn show_task(&mut self, task: TaskId) {
        self.cloud.note_change(task);
        self.ask_look();
    }

    fn happen(&mut self, what: Happening) {
        match what {
            Happening::Reply(crashes, action, outcome) => {
                if crashes == self.crashes {
                    self.tell_core(Event::Reply { action, outcome });
                }
            }
            Happening::TaskShows(task) => self.show_task(task),
            Happening::AgentStarts(task) => self.start_agent(task),
            Happening::AgentDies(task) => self.end_agent(task),
        }
    }

    fn execute(&mut self, id: ActionId, action: Action, witness: &mut impl Witness) {
        let now = self.now;
        let jenkins = self.wire.jenkins_request;
        let (outcome, takes) = match action {
            Action::CreateNode { agent, spec, description } => {
                (self.controller.create_node(now, &agent, &spec, description), jenkins)
            }
            Action::CloseNode { node } => (self.controller.close_node(now, &node), jenkins),
            Action::DeleteNode { node } => {
                let outcome = self.controller.delete_node(now, &node);
                if outcome == Outcome::Done {
                    self.agents.node_deleted(&node);
                }
                (outcome, jenkins)
            }
            Action::StopTask { task, reason } => (self.cloud.stop(now, &task, reason), self.wire.ecs_request),
            Action::Launch { agent, spec, attempt, token } => {
                let key = self.agents.key(agent.node(), spec.template, attempt);
                self.charge_looks(now);
                let (outcome, task) = self.cloud.launch(now, &agent, &spec, &token, key);
                if let Some(task) = task
                    && self.agents.accept(now, task, agent.node().clone(), key, &spec)
                {
                    witness.task_accepted(now, task, spec.template);
                    witness.agent_accepted(now, task, &agent);
                }
                (outcome, self.wire.ecs_request)
            }
        };
        self.agenda.put_in_turn(now + takes, Happening::Reply(self.crashes, id, outcome));
    }

    /// Tells what the simulated ECS did, and of an instance that was paid for what it was.
    fn tell_ecs(&self, output: &EcsOutput, witness: &mut impl Witness) {
        witness.ecs(output);
        if let &EcsOutput::InstanceBilled { instance, from, to, .. } = output {
            witness.instance_billed(self.cloud.ecs.instance_type(instance), from, to);
        }
    }

    fn heed_ecs(&mut self, output: &EcsOutput, witness: &mut impl Witness) {
        self.tell_ecs(output, witness);
        let &EcsOutput::TaskChanged { at, task, status, stopping } = output else {
            return;
        };
        match self.cloud.ecs.settings().visibility_delay {
            Millis::ZERO => self.show_task(task),
            delay => self.agenda.put(at + delay, Happening::TaskShows(task)),
        }
        match ProcessChange::of(status, stopping) {
            Some(ProcessChange::Starts) => {
                if let Some(agent) = self.agents.of_task(task) {
                    let takes = self.wire.agent_start.sample(self.seed, AGENT_START, agent.key.0);
                    self.agenda.put(at + takes, Happening::AgentStarts(task));
                }
            }
            Some(ProcessChange::Dies) => {
                self.agenda.put(at + self.wire.agent_death, Happening::AgentDies(task));
            }
            Some(ProcessChange::Gone) => self.end_agent(task),
            None => {}
        }
        if status == TaskStatus::Stopped {
            self.task_stopped(at, task, witness);
        }
    }

    fn task_stopped(&mut self, at: Timestamp, task: TaskId, witness: &mut impl Witness) {
        self.charge_looks(self.now);
        if let Some(life) = self.agents.gone(task) {
            let life = self.cloud.placed(at, life);
            witness.agent_gone(at, &life);
        }
        self.stopped.push_back((at, task));
        let oldest = at.saturating_sub(self.cloud.ecs.settings().stopped_retention);
        if self.stopped.front().is_some_and(|&(stopped, _)| stopped < oldest) {
            self.stopped.pop_front();
        }
    }

    fn heed_jenkins(&mut self, output: JenkinsOutput, witness: &mut impl Witness) {
        match output {
            JenkinsOutput::BuildStarted { key, node, at, .. } => {
                self.last_progress = at;
                let agent = self.agents.build_started(at, &node);
                if let Some((build, submitted)) = self.outstanding.start(key, at) {
                    witness.build_started(at, &build, at.since(submitted), agent);
                }
            }
            JenkinsOutput::BuildFinished { key, item, result, node, at } => {
                self.last_progress = at;
                self.agents.build_finished(at, &node);
                self.runs.ended(key, result == BuildResult::Success);
                if let Some((build, ran)) = self.outstanding.finish(key, at) {
                    witness.build_finished(at, &build, ran, result);
                }
                self.submit_followers(key, witness);
                self.end_run(item, witness);
            }
            JenkinsOutput::ItemCancelled { key, item, .. } => {
                self.runs.ended(key, false);
                self.outstanding.finish(key, self.now);
                self.submit_followers(key, witness);
                self.end_run(item, witness);
            }
            JenkinsOutput::ItemEntered { key, at, .. } => {
                // The turn of a block has come.
                if let Some(build) = self.outstanding.take_joined(key) {
                    self.outstanding.submit(build, at);
                    witness.build_submitted(at, &build);
                }
            }
            JenkinsOutput::AgentConnected { agent, at, .. } => {
                if let Some((task, template)) = self.agents.connected(at, agent) {
                    witness.agent_online(at, task, template);
                }
            }
            JenkinsOutput::AgentExited { agent, code, .. } => {
                if let Some(task) = self.agents.exited(agent) {
                    self.cloud.ecs.container_exited(self.now, task, code.into());
                }
            }
            JenkinsOutput::ItemMerged { .. }
            | JenkinsOutput::ContinuationEntered { .. }
            | JenkinsOutput::BuildResumed { .. }
            // Its process knows, and tries again or exits.
            | JenkinsOutput::AgentDropped { .. } => {}
        }
    }

    /// The process of an agent is ready to connect, if its task runs still.
    fn start_agent(&mut self, task: TaskId) {
        if let Some(node) = self.agents.to_start(task)
            && containers_run(&self.cloud.ecs, self.now, task)
        {
            let process = self.controller.jenkins.start_agent(self.now, ProcessSpec::new(node.clone()));
            self.agents.started(task, process);
        }
    }

    /// The process of an agent is killed, if it runs.
    fn end_agent(&mut self, task: TaskId) {
        if let Some(process) = self.agents.ended(task) {
            self.controller.jenkins.kill_agent(self.now, process);
        }
    }

    /// Accounts for the looks at ECS since the last time the number of tasks changed: a daemon looks at every tick,
    /// whether something changed or not.
    fn charge_looks(&mut self, until: Timestamp) {
        let every = self.look.every.max(Millis::new(1)).as_millis();
        let ticks = |at: Timestamp| at.since(self.origin).as_millis() / every;
        let looks = ticks(self.last_charge)..ticks(until);
        if !looks.is_empty() {
            self.cloud.count_looks(self.agents.len(), &looks);
            self.last_charge = until;
        }
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The time in the world.
    pub now: Timestamp,
    /// How many builds were submitted.
    pub submitted: u64,
}
