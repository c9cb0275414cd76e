//! Watches a load: what happened to each build, measured from when it was to arrive.
//!
//! Agents are not made for one build each by name, so the k-th `RunTask` accepted for a label is held against the k-th
//! build of that label, and so is the k-th agent online; which build starts when is known exactly.

use crate::{
    load::arrivals::Arrivals,
    statistics::LatencyHistogram,
    workload::Build,
    world::{AgentSeen, Labels, Witness},
};
use footman_core::{
    Millis, Policy, Timestamp,
    decision::{Decision, Demand, What},
    event::ItemLabel,
    id::{NodeName, TemplateId},
    label::LabelExpression,
    name::AgentName,
};
use footman_ecs_sim::id::TaskId;
use footman_jenkins_sim::BuildResult;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::{collections::VecDeque, sync::Arc};

/// Into how many windows the time of the arrivals is divided, where each is a second or longer.
const WINDOWS: u64 = 60;

/// The counts of one load.
#[derive(Debug)]
pub(super) struct Watch {
    origin: Timestamp,
    pub(super) window: Millis,
    /// Which line each label of the workload waits in.
    line_of_label: Vec<usize>,
    lines: Vec<Line>,
    /// Agents that were decided and have no task, by their node.
    decided: IndexMap<NodeName, usize, FxBuildHasher>,
    /// Agents that have a task and are not online.
    starting: IndexMap<TaskId, usize, FxBuildHasher>,
    pub(super) to_run_task: LatencyHistogram,
    pub(super) to_online: LatencyHistogram,
    pub(super) to_build: LatencyHistogram,
    pub(super) windows: Vec<Window>,
    /// What happened in each second.
    pub(super) seconds: Vec<Second>,
    pub(super) arrived: u64,
    pub(super) accepted: u64,
    pub(super) online: u64,
    pub(super) started: u64,
    pub(super) failed: u64,
    pub(super) last_accepted: Option<Millis>,
}

/// The builds of one label, first come first.
#[derive(Debug)]
struct Line {
    expression: String,
    without_task: VecDeque<Timestamp>,
    without_agent: VecDeque<Timestamp>,
}

/// A part of the time in which builds arrive.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// Builds that were to arrive in it.
    pub(super) arrived: u64,
    /// Builds whose `RunTask` was accepted in it.
    pub(super) served: u64,
    /// From arrival to `RunTask`, of the builds that were to arrive in it.
    pub(super) to_run_task: LatencyHistogram,
}

/// One second of the world.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Second {
    /// Accepted `RunTask`s.
    pub(super) accepted: u32,
    /// `StopTask`s that the core asked for.
    pub(super) stops: u32,
}

impl Watch {
    /// One for a load of builds with these `labels`.
    pub(super) fn new(
        origin: Timestamp,
        arrivals: &Arrivals,
        policy: &Policy,
        asked: &Labels,
        labels: &[Arc<str>],
    ) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        let mut line_of_label = Vec::with_capacity(labels.len());
        for label in labels {
            let expression = normal(&expression(policy, asked, label));
            let line = lines.iter().position(|line| line.expression == expression).unwrap_or(lines.len());
            if line == lines.len() {
                let (without_task, without_agent) = (VecDeque::new(), VecDeque::new());
                lines.push(Line { expression, without_task, without_agent });
            }
            line_of_label.push(line);
        }
        let second = Millis::from_secs(1);
        let window = arrivals.lasts().as_millis().div_ceil(WINDOWS * 1000).max(1);
        Self {
            origin,
            window: second.saturating_mul(window),
            line_of_label,
            lines,
            decided: IndexMap::default(),
            starting: IndexMap::default(),
            to_run_task: LatencyHistogram::new(),
            to_online: LatencyHistogram::new(),
            to_build: LatencyHistogram::new(),
            windows: Vec::new(),
            seconds: Vec::new(),
            arrived: 0,
            accepted: 0,
            online: 0,
            started: 0,
            failed: 0,
            last_accepted: None,
        }
    }

    /// When a build was to arrive.
    fn intended(&self, build: &Build) -> Timestamp {
        self.origin + build.submit.since(Timestamp::EPOCH)
    }

    fn window(&mut self, at: Timestamp) -> &mut Window {
        let place = at.since(self.origin).as_millis() / self.window.as_millis();
        nth(&mut self.windows, place)
    }

    fn second(&mut self, at: Timestamp) -> &mut Second {
        let place = at.since(self.origin).as_millis() / 1000;
        nth(&mut self.seconds, place)
    }
}

/// The entry at `place`, made where it is not there.
fn nth<T: Default>(entries: &mut Vec<T>, place: u64) -> &mut T {
    let place = usize::try_from(place).expect("a run has fewer seconds than memory has bytes");
    if entries.len() <= place {
        entries.resize_with(place + 1, T::default);
    }
    &mut entries[place]
}

/// What builds with the label `label` ask Jenkins for.
fn expression(policy: &Policy, asked: &Labels, label: &Arc<str>) -> Arc<str> {
    match asked {
        Labels::Any => {
            let first = policy.templates.first().and_then(|template| template.labels.iter().next());
            first.cloned().unwrap_or_default()
        }
        Labels::Expressions { mapped } => {
            mapped.iter().find(|(from, _)| from == label).map_or(label, |(_, to)| to).clone()
        }
    }
}

/// One spelling of all that mean the same to Jenkins.
fn normal(expression: &str) -> String {
    if expression.trim().is_empty() {
        return String::new();
    }
    LabelExpression::parse_or_atom(expression).to_string()
}

impl Witness for Watch {
    fn build_submitted(&mut self, _at: Timestamp, build: &Build) {
        let intended = self.intended(build);
        self.arrived += 1;
        self.window(intended).arrived += 1;
        let line = &mut self.lines[self.line_of_label[build.label.index()]];
        line.without_task.push_back(intended);
        line.without_agent.push_back(intended);
    }

    fn build_started(&mut self, at: Timestamp, build: &Build, _wait: Millis, agent: Option<AgentSeen>) {
        self.started += 1;
        self.to_build.record(at.since(self.intended(build)).as_millis());
        // A build on an agent that had one before takes no launch; the first in line is as good as any other.
        if agent.is_some_and(|agent| agent.builds_before > 0) {
            let line = &mut self.lines[self.line_of_label[build.label.index()]];
            line.without_task.pop_front();
            line.without_agent.pop_front();
        }
    }

    fn build_finished(&mut self, _at: Timestamp, _build: &Build, _ran: Millis, result: BuildResult) {
        match result {
            BuildResult::Success => {}
            BuildResult::Failure | BuildResult::Aborted | BuildResult::Vanished => self.failed += 1,
        }
    }

    fn agent_accepted(&mut self, at: Timestamp, task: TaskId, agent: &AgentName) {
        self.accepted += 1;
        self.second(at).accepted += 1;
        self.last_accepted = Some(at.since(self.origin));
        let Some(line) = self.decided.swap_remove(agent.node()) else {
            return;
        };
        self.starting.insert(task, line);
        if let Some(intended) = self.lines[line].without_task.pop_front() {
            let took = at.since(intended).as_millis();
            self.to_run_task.record(took);
            self.window(intended).to_run_task.record(took);
            self.window(at).served += 1;
        }
    }

    fn agent_online(&mut self, at: Timestamp, task: TaskId, _template: TemplateId) {
        self.online += 1;
        let line = self.starting.swap_remove(&task);
        if let Some(intended) = line.and_then(|line| self.lines[line].without_agent.pop_front()) {
            self.to_online.record(at.since(intended).as_millis());
        }
    }

    fn decided(&mut self, decision: &Decision) {
        match &decision.what {
            What::Launch { agent, demand: Demand::Items(label), .. } => {
                let expression = match label {
                    ItemLabel::Any => String::new(),
                    ItemLabel::Expression(text) => normal(text),
                    ItemLabel::Unknown => return,
                };
                if let Some(line) = self.lines.iter().position(|line| line.expression == expression) {
                    self.decided.insert(agent.node().clone(), line);
                }
            }
            What::Stop { .. } => self.second(decision.at).stops += 1,
            What::Launch { demand: Demand::Warm, .. }
            | What::Refused { .. }
            | What::Provided { .. }
            | What::WarmRefused { .. }
            | What::WarmProvided { .. }
            | What::Phase { .. }
            | What::Retire { .. }
            | What::Delete { .. }
            | What::Breaker { .. }
            | What::Alarm(_) => {}
        }
    }
}
