//! What a world tells while it runs: the facts that statistics, reports and tests are made from.
//!
//! A witness is told in the order of virtual time and may not change anything.

use crate::workload::Build;
use footman_core::{
    Millis, Timestamp, catalogue::InstanceType, decision::Decision, id::TemplateId, units::Size,
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

    /// An agent connected to Jenkins.
    fn agent_online(&mut self, at: Timestamp, task: TaskId, template: TemplateId) {
        let _ = (at, task, template);
    }

    /// An agent's task is no more; this was its life.
    fn agent_gone(&mut self, at: Timestamp, life: &AgentLife) {
        let _ = (at, life);
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
}

/// One that looks away.
impl Witness for () {}

macro_rules! both {
    ($self:ident.$call:ident($($argument:expr),*)) => {{
        $self.0.$call($($argument),*);
        $self.1.$call($($argument),*);
    }};
}

/// Two that are told the same.
impl<A: Witness, B: Witness> Witness for (&mut A, &mut B) {
    fn build_submitted(&mut self, at: Timestamp, build: &Build) {
        both!(self.build_submitted(at, build));
    }

    fn build_started(&mut self, at: Timestamp, build: &Build, wait: Millis, agent: Option<AgentSeen>) {
        both!(self.build_started(at, build, wait, agent));
    }

    fn build_finished(&mut self, at: Timestamp, build: &Build, ran: Millis, result: BuildResult) {
        both!(self.build_finished(at, build, ran, result));
    }

    fn task_accepted(&mut self, at: Timestamp, task: TaskId, template: TemplateId) {
        both!(self.task_accepted(at, task, template));
    }

    fn agent_online(&mut self, at: Timestamp, task: TaskId, template: TemplateId) {
        both!(self.agent_online(at, task, template));
    }

    fn agent_gone(&mut self, at: Timestamp, life: &AgentLife) {
        both!(self.agent_gone(at, life));
    }

    fn decided(&mut self, decision: &Decision) {
        both!(self.decided(decision));
    }

    fn instance_billed(&mut self, kind: &InstanceType, from: Timestamp, to: Timestamp) {
        both!(self.instance_billed(kind, from, to));
    }

    fn ecs(&mut self, output: &EcsOutput) {
        both!(self.ecs(output));
    }
}
