//! Both simulated services under one time, with their faces and the agents between them.
//!
//! Time comes from outside. What is due at one instant happens in the order ECS, Jenkins, agents, as in
//! [`world`](crate::world); requests come after everything that is due by then.

use super::agents::{Agent, Agents};
use crate::world::{AGENT_RETRY, AGENT_START, Agenda, Wire};
use axum::{
    body::Bytes,
    http::{Request, Response},
};
use footman_core::{Timestamp, event::TaskStatus};
use footman_ecs_sim::{Ecs, Output as EcsOutput, http::Face as EcsFace, id::TaskId};
use footman_jenkins_sim::{ConnectError, Jenkins, Output as JenkinsOutput, http::Face as JenkinsFace};

/// The exit code of an agent that is refused (seen with Remoting 4.5 on Jenkins 2.263.4: wrong secret, unknown node).
const REFUSED: i32 = 255;

/// What both services are like.
#[derive(Debug, Clone, Default)]
pub struct TwinsSettings {
    /// The seed of every random draw.
    pub seed: u64,
    /// The simulated AWS account.
    pub ecs: footman_ecs_sim::Settings,
    /// The simulated controller.
    pub jenkins: footman_jenkins_sim::Settings,
    /// How long agents take.
    pub wire: Wire,
}

/// A simulated ECS and a simulated Jenkins under one time.
#[derive(Debug)]
pub struct Twins {
    pub(super) ecs: Ecs,
    pub(super) ecs_face: EcsFace,
    pub(super) jenkins: Jenkins,
    pub(super) jenkins_face: JenkinsFace,
    agents: Agents,
    agenda: Agenda<Happening>,
    wire: Wire,
    seed: u64,
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
    /// Both services at `now`, with nothing in them; Jenkins believes to be at `root_url`.
    pub fn new(settings: TwinsSettings, root_url: &str, now: Timestamp) -> Self {
        let TwinsSettings { seed, ecs, jenkins, wire } = settings;
        Self {
            ecs: Ecs::new(ecs, seed, now),
            ecs_face: EcsFace::new(),
            jenkins: Jenkins::new(jenkins, now),
            jenkins_face: JenkinsFace::new(root_url, seed),
            agents: Agents::default(),
            agenda: Agenda::new(),
            wire,
            seed,
            now,
        }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// When the next thing happens by itself.
    pub fn next(&self) -> Option<Timestamp> {
        let ecs = self.ecs.poll_timeout().map(|(at, _)| at);
        let jenkins = self.jenkins.poll_timeout().map(|(at, _)| at);
        let next = [ecs, jenkins, self.agenda.due()].into_iter().flatten().min();
        next.map(|at| at.max(self.now))
    }

    /// Lets happen what is due until `to`, that instant included. A time that has passed changes nothing.
    pub fn advance(&mut self, to: Timestamp) {
        while let Some(at) = self.next().filter(|&at| at <= to) {
            self.now = at;
            self.ecs.handle_timeout(at);
            self.settle();
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
        let answer = self.ecs_face.answer(&mut self.ecs, self.now, request);
        self.settle();
        answer
    }

    /// What Jenkins answers now, or `None` where it does not answer.
    pub fn jenkins(&mut self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let answer = self.jenkins_face.answer(&mut self.jenkins, self.now, request);
        self.settle();
        answer
    }

    /// Carries every consequence to its end.
    fn settle(&mut self) {
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
            TaskStatus::Running if !stopping => {
                let view = self.ecs.task(self.now, task);
                if let Some(agent) = view.and_then(|view| Agent::in_task(&self.ecs_face, &view)) {
                    self.agents.insert(task, agent);
                    let takes = self.wire.agent_start.sample(self.seed, AGENT_START, task.get());
                    self.agenda.put(at + takes, Happening::Starts(task));
                }
            }
            TaskStatus::Stopping => self.agenda.put(at + self.wire.agent_death, Happening::Dies(task)),
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
        if agent.secret.as_ref().is_some_and(|given| *given != secret) {
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
