//! Both simulated services under one time, with their faces and the agents between them.
//!
//! Time comes from outside. What is due at one instant happens in the order ECS, Jenkins, agents, as in
//! [`world`](crate::world); requests come after everything that is due by then.

use super::{
    agents::{Agent, Agents},
    example,
    processes::ProcessSettings,
};
use crate::world::{AGENT_RETRY, AGENT_START, Agenda, CloudError, Wire, furnish};
use axum::{
    body::Bytes,
    http::{Request, Response},
};
use footman_config::SimulationSettings;
use footman_core::{Millis, Timestamp, catalogue::InstanceType, event::TaskStatus};
use footman_ecs_sim::{
    Ecs, Output as EcsOutput,
    call_fault::{CallFaultKind, CallFaults},
    http::{ContainerLaunch, Events, Face as EcsFace, Regions, iam::Policy},
    id::{InstanceId, TaskId},
    latency::{Distribution, Latency},
};
use footman_jenkins_sim::{
    ConnectError, Jenkins, Latencies, Output as JenkinsOutput, http::Face as JenkinsFace,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// The exit code of an agent that is refused (seen with Remoting 4.5 on Jenkins 2.263.4: wrong secret, unknown node).
const REFUSED: i32 = 255;

/// What both services are like.
#[derive(Debug, Clone)]
pub struct TwinsSettings {
    /// The seed of every random draw.
    pub seed: u64,
    /// The simulated AWS account.
    pub ecs: footman_ecs_sim::Settings,
    /// The simulated controller.
    pub jenkins: footman_jenkins_sim::Settings,
    /// How long agents take.
    pub wire: Wire,
    /// Whether the agents in tasks connect to Jenkins.
    pub agents: bool,
    /// Whether there is something to begin with: a cluster with instances, task definitions, a job.
    pub example: bool,
    /// Whether events are made from the start; they are from the first listener on anyway.
    pub events: bool,
    /// How containers run as processes, where they do.
    pub processes: Option<ProcessSettings>,
    /// Whether somebody is told when tasks start and stop.
    pub hook: bool,
    /// The clusters that are there from the start, and instance types besides those of the table.
    pub described: SimulationSettings,
    /// What clients may call of ECS, where that is limited.
    pub policy: Option<Policy>,
}

impl Default for TwinsSettings {
    /// Both services as they are by default, with the example in them.
    fn default() -> Self {
        Self {
            seed: 0,
            // A task that serves a build is in ACTIVATING and DEACTIVATING for no time at all, and events show it.
            ecs: footman_ecs_sim::Settings { zero_length_states: true, ..Default::default() },
            jenkins: footman_jenkins_sim::Settings::default(),
            wire: Wire::default(),
            agents: true,
            example: true,
            events: false,
            processes: None,
            hook: false,
            described: SimulationSettings::default(),
            policy: None,
        }
    }
}

impl TwinsSettings {
    /// Takes every latency away: what is due at once happens before the answer.
    pub fn make_instant(&mut self) {
        self.ecs.latency = Latency::INSTANT;
        self.jenkins.latencies = Latencies::NONE;
        self.wire = Wire::NONE;
    }
}

/// A simulated ECS and a simulated Jenkins under one time.
#[derive(Debug)]
pub struct Twins {
    pub(super) ecs: Ecs,
    pub(super) ecs_face: EcsFace,
    /// ECS in other regions; no agent of theirs connects.
    elsewhere: Regions,
    pub(super) jenkins: Jenkins,
    pub(super) jenkins_face: JenkinsFace,
    agents: Agents,
    agenda: Agenda<Happening>,
    pub(super) call_faults: CallFaults,
    /// `None` while nobody wants events.
    events: Option<Events>,
    event_outbox: Vec<Value>,
    orders: Vec<Order>,
    settings: TwinsSettings,
    root_url: String,
    now: Timestamp,
}

/// What is to be done outside, with processes and with the hook.
#[derive(Debug)]
pub(super) enum Order {
    /// Start the containers of a task, whose log has this name.
    Start { task: TaskId, name: String, containers: Vec<ContainerLaunch> },
    /// Send the stop signal to them.
    Stop(TaskId),
    /// Kill what is left of them.
    Kill(TaskId),
    /// Kill everything.
    KillAll,
    /// Tell the hook.
    Post(Post),
}

/// What the hook is told, which is secret.
pub(super) struct Post(pub(super) Value);

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Post")
    }
}

/// What will happen to an agent.
#[derive(Debug)]
enum Happening {
    /// Its process is ready to connect.
    Starts(TaskId),
    /// Its process dies of the stop signal.
    Dies(TaskId),
}

impl Twins {
    /// Both services at `now`, with what they begin with; Jenkins believes to be at `root_url`.
    ///
    /// # Errors
    ///
    /// Fails where a cluster that is described cannot be simulated.
    pub fn new(settings: TwinsSettings, root_url: &str, now: Timestamp) -> Result<Self, CloudError> {
        let seed = settings.seed;
        let mut account = settings.ecs.clone();
        if settings.processes.is_some() {
            // Real processes end when they end; those that do not are killed at their stopTimeout.
            account.latency.exit_on_signal = Distribution::Constant(Millis::from_hours(24));
        }
        let mut ecs = Ecs::new(account, seed, now);
        furnish(&mut ecs, &settings.described, now)?;
        let mut twins = Self {
            ecs,
            ecs_face: EcsFace::new(),
            elsewhere: Regions::new(settings.ecs.clone(), seed),
            jenkins: Jenkins::new(settings.jenkins.clone(), now),
            jenkins_face: JenkinsFace::new(root_url, seed),
            agents: Agents::default(),
            agenda: Agenda::new(),
            call_faults: CallFaults::new(seed),
            events: settings.events.then(|| Events::new(seed)),
            event_outbox: Vec::new(),
            orders: Vec::new(),
            settings,
            root_url: root_url.to_owned(),
            now,
        };
        if twins.settings.example {
            example::furnish(&mut twins);
        }
        // What is there from the start was put there by nobody who needs a permission.
        if let Some(policy) = twins.settings.policy.clone() {
            twins.elsewhere.enforce(policy.clone());
            twins.ecs_face.enforce(policy);
        }
        twins.settle();
        Ok(twins)
    }

    /// Begins anew, as at the start; the time stays what it is.
    pub fn reset(&mut self) {
        let again = Self::new(self.settings.clone(), &self.root_url, self.now);
        let again = again.expect("the same clusters were built before");
        let before = std::mem::replace(self, again);
        self.events = before.events.map(Events::begin_anew);
        self.event_outbox.splice(0..0, before.event_outbox);
        self.orders.splice(0..0, before.orders);
        self.orders.push(Order::KillAll);
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// When the next thing happens by itself.
    pub fn next(&self) -> Option<Timestamp> {
        let ecs = self.ecs.poll_timeout().map(|(at, _)| at);
        let jenkins = self.jenkins.poll_timeout().map(|(at, _)| at);
        let next = [ecs, self.elsewhere.next(), jenkins, self.agenda.due()].into_iter().flatten().min();
        next.map(|at| at.max(self.now))
    }

    /// Lets happen what is due until `to`, that instant included. A time that has passed changes nothing.
    pub fn advance(&mut self, to: Timestamp) {
        while let Some(at) = self.next().filter(|&at| at <= to) {
            self.now = at;
            self.ecs.handle_timeout(at);
            self.settle();
            self.elsewhere.advance(at);
            self.jenkins.handle_timeout(at);
            self.settle();
            while let Some(what) = self.agenda.take_due(at) {
                self.happen(what);
                self.settle();
            }
        }
        self.now = self.now.max(to);
    }

    /// What ECS answers now, or `None` where the answer is lost.
    pub fn ecs(&mut self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let fault = self.strike(request);
        if let Some(error) = fault.and_then(CallFaultKind::error) {
            return Some(self.ecs_face.refused(error));
        }
        let answer = if self.elsewhere.is_elsewhere(request) {
            self.elsewhere.answer(self.now, request)
        } else {
            self.ecs_face.answer(&mut self.ecs, self.now, request)
        };
        self.drain();
        answer.filter(|_| fault.is_none())
    }

    /// What befalls a call of ECS, if anything.
    fn strike(&mut self, request: &Request<Bytes>) -> Option<CallFaultKind> {
        let target = request.headers().get("x-amz-target")?.to_str().ok()?;
        let operation = target.rsplit_once('.')?.1;
        self.call_faults.strike(self.now, operation)
    }

    /// What Jenkins answers now, or `None` where it does not answer.
    pub fn jenkins(&mut self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let answer = self.jenkins_face.answer(&mut self.jenkins, self.now, request);
        self.drain();
        answer
    }

    /// Everything that there is, for those who look for a mistake; without secrets.
    pub fn state(&mut self) -> Value {
        let ecs = self.ecs_face.state(&mut self.ecs, self.now);
        let mut shown = |path: &'static str| {
            let request = Request::get(path).body(Bytes::new()).ok()?;
            let answer = self.jenkins_face.answer(&mut self.jenkins, self.now, &request)?;
            serde_json::from_slice::<Value>(answer.body()).ok()
        };
        let jenkins = self.settings.agents.then(|| {
            json!({
                "computers": shown("/computer/api/json?depth=2"),
                "queue": shown("/queue/api/json"),
                "jobs": shown("/api/json?depth=2"),
            })
        });
        json!({
            "now": self.now.as_millis(),
            "next": self.next().map(Timestamp::as_millis),
            "seed": self.settings.seed,
            "ecs": ecs,
            "jenkins": jenkins,
        })
    }

    /// Makes events from here on.
    pub(super) fn watch(&mut self) {
        let seed = self.settings.seed;
        self.events.get_or_insert_with(|| Events::new(seed));
    }

    /// The events that have not been taken yet.
    pub(super) fn take_events(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.event_outbox)
    }

    /// What is to be done outside, and was not taken yet.
    pub(super) fn take_orders(&mut self) -> Vec<Order> {
        std::mem::take(&mut self.orders)
    }

    /// A container of a task, by its place in the definition, has ended.
    pub(super) fn container_ended(&mut self, task: TaskId, container: usize, code: i32) {
        self.ecs.container_ended(self.now, task, container, code);
        self.drain();
    }

    /// Makes the event that a container instance has changed, where the state machine makes none.
    pub(super) fn note_instance(&mut self, instance: InstanceId) {
        if let Some(events) = &mut self.events {
            let event = events.instance(&mut self.ecs_face, &mut self.ecs, self.now, instance);
            self.event_outbox.extend(event);
        }
    }

    /// The instance type of this name: as it was described, or of the table.
    pub(super) fn instance_type(&self, name: &str) -> Option<Arc<InstanceType>> {
        self.settings.described.instance_type(name)
    }

    /// Carries every consequence to its end, and lets happen what takes no time.
    fn drain(&mut self) {
        self.settle();
        self.advance(self.now);
    }

    /// Carries every consequence to its end.
    pub(super) fn settle(&mut self) {
        loop {
            if let Some(output) = self.ecs.poll_output() {
                self.heed_ecs(output);
            } else if let Some(output) = self.jenkins.poll_output() {
                self.jenkins_face.heed(&self.jenkins, &output);
                self.heed_jenkins(&output);
            } else {
                return;
            }
        }
    }

    fn heed_ecs(&mut self, output: EcsOutput) {
        if let Some(events) = &mut self.events {
            self.event_outbox.extend(events.of(&mut self.ecs_face, &mut self.ecs, &output));
        }
        let EcsOutput::TaskChanged { at, task, status, stopping } = output else { return };
        self.order(at, task, status, stopping);
        match status {
            TaskStatus::Running if !stopping && self.settings.agents => {
                let view = self.ecs.task(self.now, task);
                if let Some(agent) = view.and_then(|view| Agent::in_task(&self.ecs_face, &view)) {
                    self.agents.insert(task, agent);
                    let takes =
                        self.settings.wire.agent_start.sample(self.settings.seed, AGENT_START, task.get());
                    self.agenda.put(at + takes, Happening::Starts(task));
                }
            }
            TaskStatus::Stopping => {
                self.agenda.put(at + self.settings.wire.agent_death, Happening::Dies(task))
            }
            TaskStatus::Deprovisioning => self.disconnect(task),
            TaskStatus::Stopped => {
                self.disconnect(task);
                self.agents.gone(task);
            }
            TaskStatus::Provisioning
            | TaskStatus::Pending
            | TaskStatus::Activating
            | TaskStatus::Running
            | TaskStatus::Deactivating => {}
        }
    }

    /// Orders what a change of a task leads to outside.
    fn order(&mut self, at: Timestamp, task: TaskId, status: TaskStatus, stopping: bool) {
        if self.settings.processes.is_none() && !self.settings.hook {
            return;
        }
        match status {
            TaskStatus::Provisioning | TaskStatus::Pending if !stopping => self.check_images(at, task),
            TaskStatus::Running if !stopping => {
                let Some(view) = self.ecs.task(at, task) else { return };
                let containers = self.ecs_face.launches(&self.ecs, &view);
                self.post(at, task, "started");
                if self.settings.processes.is_some() {
                    let name = self.ecs.task_id_text(task);
                    self.orders.push(Order::Start { task, name, containers });
                }
            }
            TaskStatus::Stopping => self.orders.push(Order::Stop(task)),
            TaskStatus::Deprovisioning => self.orders.push(Order::Kill(task)),
            TaskStatus::Stopped => {
                self.orders.push(Order::Kill(task));
                self.post(at, task, "stopped");
            }
            TaskStatus::Provisioning
            | TaskStatus::Pending
            | TaskStatus::Activating
            | TaskStatus::Running
            | TaskStatus::Deactivating => {}
        }
    }

    /// An image that no program stands for cannot be pulled.
    fn check_images(&mut self, at: Timestamp, task: TaskId) {
        let (Some(processes), Some(view)) = (&self.settings.processes, self.ecs.task(at, task)) else {
            return;
        };
        let containers = self.ecs_face.launches(&self.ecs, &view);
        let missing = containers.iter().position(|container| processes.program(&container.image).is_none());
        if let Some(place) = missing {
            self.ecs.miss_image(task, place);
        }
    }

    /// Orders a post to the hook, for a task that runs or ran.
    fn post(&mut self, at: Timestamp, task: TaskId, event: &str) {
        let Some(view) = self.ecs.task(at, task).filter(|view| view.started_at.is_some()) else { return };
        if !self.settings.hook {
            return;
        }
        let containers = self.ecs_face.launches(&self.ecs, &view);
        let variables = containers.iter().flat_map(|container| &container.environment);
        let environment: BTreeMap<&str, &str> = variables.map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let post = json!({
            "event": event,
            "taskArn": &*self.ecs.task_arn(self.ecs.cluster_name(view.cluster), task),
            "environment": environment,
            "command": containers.first().map(|container| &container.command),
        });
        self.orders.push(Order::Post(Post(post)));
    }

    fn heed_jenkins(&mut self, output: &JenkinsOutput) {
        match output {
            JenkinsOutput::AgentDropped { node, at } => {
                if let Some(task) = self.agents.dropped(node) {
                    self.agenda.put(*at + AGENT_RETRY, Happening::Starts(task));
                }
            }
            JenkinsOutput::ItemEntered { .. }
            | JenkinsOutput::ItemMerged { .. }
            | JenkinsOutput::ItemCancelled { .. }
            | JenkinsOutput::BuildStarted { .. }
            | JenkinsOutput::ContinuationEntered { .. }
            | JenkinsOutput::BuildResumed { .. }
            | JenkinsOutput::BuildFinished { .. } => {}
        }
    }

    fn happen(&mut self, what: Happening) {
        match what {
            Happening::Starts(task) => self.connect(task),
            Happening::Dies(task) => self.disconnect(task),
        }
    }

    fn connect(&mut self, task: TaskId) {
        let now = self.now;
        let view = self.ecs.task(now, task);
        let runs = view.is_some_and(|view| view.status == TaskStatus::Running && !view.stopping);
        let Some(agent) = self.agents.of_task(task).filter(|agent| runs && !agent.connected) else { return };
        let secret = self.jenkins_face.secret(agent.node.as_str());
        if agent.secret.as_ref().is_some_and(|given| !given.is(&secret)) {
            self.ecs.container_exited(now, task, REFUSED);
            return;
        }
        match self.jenkins.agent_connect(now, &agent.node) {
            Ok(()) => self.agents.connected(task),
            Err(ConnectError::Unavailable(_)) => self.agenda.put(now + AGENT_RETRY, Happening::Starts(task)),
            Err(ConnectError::UnknownNode | ConnectError::AlreadyConnected) => {
                self.ecs.container_exited(now, task, REFUSED);
            }
        }
    }

    fn disconnect(&mut self, task: TaskId) {
        if let Some(node) = self.agents.lost(task) {
            self.jenkins.agent_disconnect(self.now, &node);
        }
    }
}
