//! The log of a run: everything that a witness is told, one line each.
//!
//! Its digest tells whether two runs are the same, and its lines are the timeline that a failed expectation prints.

use crate::{
    workload::Build,
    world::{AgentLife, AgentSeen, Witness},
};
use footman_core::{Millis, Timestamp, decision::Decision, id::TemplateId};
use footman_ecs_sim::{Output as EcsOutput, id::TaskId};
use footman_jenkins_sim::BuildResult;
use sha2::{Digest, Sha256};
use std::fmt::{self, Write as _};

/// Everything that happened, in order.
#[derive(Debug, Clone, Default)]
pub struct Log {
    origin: Timestamp,
    lines: Vec<String>,
    /// The places of the lines that are decisions of the core.
    decisions: Vec<usize>,
}

impl Log {
    /// An empty log, whose times count from `origin`.
    pub fn new(origin: Timestamp) -> Self {
        Self { origin, ..Self::default() }
    }

    /// All lines.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The lines that are decisions of the core.
    pub fn decisions(&self) -> Vec<&str> {
        self.decisions.iter().map(|&place| self.lines[place].as_str()).collect()
    }

    /// SHA-256 over all lines, in hexadecimal digits.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for line in &self.lines {
            hash.update(line.as_bytes());
            hash.update(b"\n");
        }
        hash.finalize().iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a String takes whatever is written");
            text
        })
    }

    /// Adds a line.
    pub(crate) fn put(&mut self, at: Timestamp, what: fmt::Arguments<'_>) {
        let ms = at.since(self.origin).as_millis();
        let mut line = String::with_capacity(64);
        write!(line, "{:>9}.{:03} {what}", ms / 1000, ms % 1000).expect("a String takes whatever is written");
        self.lines.push(line);
    }
}

impl Witness for Log {
    fn build_submitted(&mut self, at: Timestamp, build: &Build) {
        self.put(at, format_args!("submitted build {}", build.index));
    }

    fn build_started(&mut self, at: Timestamp, build: &Build, wait: Millis, agent: Option<AgentSeen>) {
        let wait = wait.as_millis();
        match agent {
            Some(agent) => self.put(
                at,
                format_args!(
                    "started build {} after {wait} ms on task {} as its number {}",
                    build.index,
                    agent.task,
                    agent.builds_before + 1
                ),
            ),
            None => self.put(at, format_args!("started build {} after {wait} ms elsewhere", build.index)),
        }
    }

    fn build_finished(&mut self, at: Timestamp, build: &Build, ran: Millis, result: BuildResult) {
        let ran = ran.as_millis();
        self.put(at, format_args!("finished build {} after {ran} ms: {result:?}", build.index));
    }

    fn task_accepted(&mut self, at: Timestamp, task: TaskId, template: TemplateId) {
        self.put(at, format_args!("accepted task {task} of template {}", template.0));
    }

    fn agent_online(&mut self, at: Timestamp, task: TaskId, template: TemplateId) {
        self.put(at, format_args!("online task {task} of template {}", template.0));
    }

    fn agent_gone(&mut self, at: Timestamp, life: &AgentLife) {
        let busy = life.busy.as_millis();
        self.put(at, format_args!("gone task {} after {} builds, {busy} ms busy", life.task, life.builds));
    }

    fn decided(&mut self, decision: &Decision) {
        self.decisions.push(self.lines.len());
        self.put(decision.at, format_args!("decided {:?}", decision.what));
    }

    fn ecs(&mut self, output: &EcsOutput) {
        let at = match *output {
            EcsOutput::TaskChanged { at, .. }
            | EcsOutput::SpotWarning { at, .. }
            | EcsOutput::InstanceChanged { at, .. }
            | EcsOutput::GroupScaled { at, .. } => at,
            EcsOutput::TaskBilled { to, .. } | EcsOutput::InstanceBilled { to, .. } => to,
        };
        self.put(at, format_args!("ecs {output:?}"));
    }
}
