//! Both simulated services under one time, with their faces and the agents between them.
//!
//! Time comes from outside. What is due at one instant happens in the order ECS, Jenkins, agents, as in
//! [`world`](crate::world); requests come after everything that is due by then.

use super::{
    agents::{Agent, Agents},
    example,
};
use crate::world::{AGENT_RETRY, AGENT_START, Agenda, CloudError, Wire, furnish};
use axum::{
    body::Bytes,
    http::{Request, Response},
};
use footman_config::SimulationSettings;
use footman_core::{Timestamp, catalogue::InstanceType, event::TaskStatus};
use footman_ecs_sim::{
    Ecs, Output as EcsOutput,
    call_fault::{CallFaultKind, CallFaults},
    http::{Face as EcsFace, Regions},
    id::TaskId,
    latency::Latency,
};
use footman_jenkins_sim::{
    ConnectError, Jenkins, Latencies, Output as JenkinsOutput, http::Face as JenkinsFace,
};
use serde_json::{Value, json};
use std::sync::Arc;

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
    /// The clusters that are there from the start, and instance types besides those of the table.
    pub described: SimulationSettings,
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
            described: SimulationSettings::default(),
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
    settings: TwinsSettings,
    root_url: String,
    now: Timestamp,
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
        let mut ecs = Ecs::new(settings.ecs.clone(), seed, now);
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
            settings,
            root_url: root_url.to_owned(),
            now,
        };
        if twins.settings.example {
            example::furnish(&mut twins);
        }
        twins.settle();
        Ok(twins)
    }

    /// Begins anew, as at the start; the time stays what it is.
    pub fn reset(&mut self) {
        let again = Self::new(self.settings.clone(), &self.root_url, self.now);
        *self = again.expect("the same clusters were built before");
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
        let EcsOutput::TaskChanged { at, task, status, stopping } = output else { return };
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
