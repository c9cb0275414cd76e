//! What a world tells while it runs: the facts that statistics, reports and tests are made from.
//!
//! A witness is told in the order of virtual time and may not change anything.

use crate::workload::Build;
use footman_core::{
    Millis, Timestamp, catalogue::InstanceType, decision::Decision, id::TemplateId, name::AgentName,
    units::Size,
};
use footman_ecs_sim::{
    Output as EcsOutput,
    id::{InstanceId, TaskId},
};
use footman_jenkins_sim::BuildResult;

/// Somebody who is told what happens in a world.
pub trait Witness {
    /// A build was submitted to Jenkins.
    fn build_submitted(&mut self, at: Timestamp, build: &Build) {
        let _ = (at, build);
    }

    /// A build started on an executor.
    fn build_started(&mut self, at: Timestamp, build: &Build, wait: Millis, agent: Option<AgentSeen>) {
        let _ = (at, build, wait, agent);
    }

    /// A build ended, `ran` after it had started.
    fn build_finished(&mut self, at: Timestamp, build: &Build, ran: Millis, result: BuildResult) {
        let _ = (at, build, ran, result);
    }

    /// ECS accepted a `RunTask` for an agent of this template.
    fn task_accepted(&mut self, at: Timestamp, task: TaskId, template: TemplateId) {
        let _ = (at, task, template);
    }

    /// The same, right after it: which agent the task is for.
    fn agent_accepted(&mut self, at: Timestamp, task: TaskId, agent: &AgentName) {
        let _ = (at, task, agent);
    }

    /// An agent connected to Jenkins.
    fn agent_online(&mut self, at: Timestamp, task: TaskId, template: TemplateId) {
        let _ = (at, task, template);
    }

    /// An agent's task is no more; this was its life.
    fn agent_gone(&mut self, at: Timestamp, life: &AgentLife) {
        let _ = (at, life);
    }

    /// Whether it wants to be told every decision on a single agent, and not only what holds builds back and what an
    /// operator should look at.
    fn follows_agents(&self) -> bool {
        true
    }

    /// The core decided something.
    fn decided(&mut self, decision: &Decision) {
        let _ = decision;
    }

    /// An instance of this type was paid for from its launch to its end.
    fn instance_billed(&mut self, kind: &InstanceType, from: Timestamp, to: Timestamp) {
        let _ = (kind, from, to);
    }

    /// The simulated ECS did something.
    fn ecs(&mut self, output: &EcsOutput) {
        let _ = output;
    }
}

/// The agent that a build started on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentSeen {
    /// Its task.
    pub task: TaskId,
    /// Its template.
    pub template: TemplateId,
    /// When it came online.
    pub online_at: Timestamp,
    /// How many builds it had started before.
    pub builds_before: u32,
    /// Whether it serves a session, and is meant to have several builds.
    pub in_session: bool,
}

/// The life of one agent, told when its task has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentLife {
    /// Its task.
    pub task: TaskId,
    /// Its template.
    pub template: TemplateId,
    /// CPU and memory of its task.
    pub size: Size,
    /// When `RunTask` was accepted.
    pub accepted_at: Timestamp,
    /// The container instance that it was on, if any, and what that had registered.
    pub instance: Option<(InstanceId, Size)>,
    /// When it began to pull its image, if it came so far.
    pub pull_started_at: Option<Timestamp>,
    /// When it came online, if it did.
    pub online_at: Option<Timestamp>,
    /// How long it had a build.
    pub busy: Millis,
    /// How many builds started on it.
    pub builds: u32,
    /// Whether it served a session, and was meant to have several.
    pub in_session: bool,
}

/// Nobody.
impl Witness for () {
    fn follows_agents(&self) -> bool {
        false
    }
}

/// Whoever is lent.
impl<W: Witness> Witness for &mut W {
    fn build_submitted(&mut self, at: Timestamp, build: &Build) {
        (**self).build_submitted(at, build);
    }

    fn build_started(&mut self, at: Timestamp, build: &Build, wait: Millis, agent: Option<AgentSeen>) {
        (**self).build_started(at, build, wait, agent);
    }

    fn build_finished(&mut self, at: Timestamp, build: &Build, ran: Millis, result: BuildResult) {
        (**self).build_finished(at, build, ran, result);
    }

    fn task_accepted(&mut self, at: Timestamp, task: TaskId, template: TemplateId) {
        (**self).task_accepted(at, task, template);
    }

    fn agent_accepted(&mut self, at: Timestamp, task: TaskId, agent: &AgentName) {
        (**self).agent_accepted(at, task, agent);
    }

    fn agent_online(&mut self, at: Timestamp, task: TaskId, template: TemplateId) {
        (**self).agent_online(at, task, template);
    }

    fn agent_gone(&mut self, at: Timestamp, life: &AgentLife) {
        (**self).agent_gone(at, life);
    }

    fn follows_agents(&self) -> bool {
        (**self).follows_agents()
    }

    fn decided(&mut self, decision: &Decision) {
        (**self).decided(decision);
    }

    fn instance_billed(&mut self, kind: &InstanceType, from: Timestamp, to: Timestamp) {
        (**self).instance_billed(kind, from, to);
    }

    fn ecs(&mut self, output: &EcsOutput) {
        (**self).ecs(output);
    }
}

/// Both are told, the first one first.
impl<A: Witness, B: Witness> Witness for (A, B) {
    fn build_submitted(&mut self, at: Timestamp, build: &Build) {
        self.0.build_submitted(at, build);
        self.1.build_submitted(at, build);
    }

    fn build_started(&mut self, at: Timestamp, build: &Build, wait: Millis, agent: Option<AgentSeen>) {
        self.0.build_started(at, build, wait, agent);
        self.1.build_started(at, build, wait, agent);
    }

    fn build_finished(&mut self, at: Timestamp, build: &Build, ran: Millis, result: BuildResult) {
        self.0.build_finished(at, build, ran, result);
        self.1.build_finished(at, build, ran, result);
    }

    fn task_accepted(&mut self, at: Timestamp, task: TaskId, template: TemplateId) {
        self.0.task_accepted(at, task, template);
        self.1.task_accepted(at, task, template);
    }

    fn agent_accepted(&mut self, at: Timestamp, task: TaskId, agent: &AgentName) {
        self.0.agent_accepted(at, task, agent);
        self.1.agent_accepted(at, task, agent);
    }

    fn agent_online(&mut self, at: Timestamp, task: TaskId, template: TemplateId) {
        self.0.agent_online(at, task, template);
        self.1.agent_online(at, task, template);
    }

    fn agent_gone(&mut self, at: Timestamp, life: &AgentLife) {
        self.0.agent_gone(at, life);
        self.1.agent_gone(at, life);
    }

    fn follows_agents(&self) -> bool {
        self.0.follows_agents() || self.1.follows_agents()
    }

    fn decided(&mut self, decision: &Decision) {
        self.0.decided(decision);
        self.1.decided(decision);
    }

    fn instance_billed(&mut self, kind: &InstanceType, from: Timestamp, to: Timestamp) {
        self.0.instance_billed(kind, from, to);
        self.1.instance_billed(kind, from, to);
    }

    fn ecs(&mut self, output: &EcsOutput) {
        self.0.ecs(output);
        self.1.ecs(output);
    }
}
