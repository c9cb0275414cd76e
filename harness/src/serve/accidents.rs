//! What befell tasks and nodes, whose builds were hit, and which builds were lost: a log for those who want to know
//! whether a build was lost by an accident or by somebody's fault.

use super::{accounts::TaskKey, twins::Twins};
use footman_core::{Timestamp, event::StopCode, id::NodeName};
use footman_jenkins_sim::{BuildResult, JobKind, LeftItemView, Output};
use serde::Serialize;
use std::collections::BTreeMap;

/// Accidents and lost builds that are kept of each, the first ones; what comes after them is counted.
const KEPT_MAX: usize = 10_000;

/// The log, and which build runs where.
#[derive(Debug, Default)]
pub(super) struct Accidents {
    log: Vec<Accident>,
    lost: Vec<Lost>,
    left_off: u64,
    /// Builds that have an executor, or had it before the controller was restarted, by their keys.
    running: BTreeMap<u64, Running>,
    counts: BuildCounts,
}

/// What befell somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    /// A task stopped that nobody told to: `stopCode` and `stoppedReason` say why.
    TaskStopped,
    /// The controller was restarted.
    Restart,
    /// The configuration as code was reloaded.
    Casc,
}

/// An accident with those who were hit.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Accident {
    at: i64,
    what: Kind,
    #[serde(flatten)]
    task: Option<Stopped>,
    nodes: Vec<String>,
    /// What ran there. It may outlive it.
    builds: Vec<String>,
}

/// A task that stopped.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Stopped {
    task: String,
    stop_code: Option<&'static str>,
    stopped_reason: Option<String>,
}

/// A build that did not end well.
#[derive(Debug, Serialize)]
struct Lost {
    at: i64,
    build: String,
    node: String,
    result: &'static str,
}

#[derive(Debug)]
struct Running {
    build: String,
    node: NodeName,
}

/// Builds that take an executor, blocks of Pipelines each for itself; how often each of it happened.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct BuildCounts {
    started: u64,
    resumed: u64,
    succeeded: u64,
    lost: u64,
}

impl Accidents {
    /// Takes note of something that happened in Jenkins. A run of a Pipeline takes no executor and is left out; its blocks
    /// are not.
    pub(super) fn heed(&mut self, output: &Output, begun: Option<(&LeftItemView, &str, JobKind)>) {
        match output {
            Output::BuildStarted { key, node, .. } => {
                let Some((item, job, kind)) = begun else { return };
                if kind == JobKind::Flyweight && !item.block {
                    return;
                }
                let build = format!("{job} #{}", item.number.unwrap_or_default());
                self.running.insert(*key, Running { build, node: node.clone() });
                self.counts.started += 1;
            }
            Output::BuildResumed { .. } => self.counts.resumed += 1,
            Output::BuildFinished { key, result, at, .. } => {
                let Some(Running { build, node }) = self.running.remove(key) else { return };
                let result = match result {
                    BuildResult::Success => {
                        self.counts.succeeded += 1;
                        return;
                    }
                    BuildResult::Failure => "FAILURE",
                    BuildResult::Aborted => "ABORTED",
                    BuildResult::Vanished => "vanished",
                };
                self.counts.lost += 1;
                if self.lost.len() == KEPT_MAX {
                    self.left_off += 1;
                    return;
                }
                self.lost.push(Lost { at: at.as_millis(), build, node: node.to_string(), result });
            }
            Output::ItemEntered { .. }
            | Output::ItemMerged { .. }
            | Output::ItemCancelled { .. }
            | Output::ContinuationEntered { .. }
            | Output::AgentDropped { .. }
            | Output::AgentConnected { .. }
            | Output::AgentExited { .. } => {}
        }
    }

    /// Notes what befell these nodes.
    pub(super) fn befell(&mut self, at: Timestamp, what: Kind, nodes: Vec<NodeName>) {
        self.note(at, what, None, nodes);
    }

    fn note(&mut self, at: Timestamp, what: Kind, task: Option<Stopped>, nodes: Vec<NodeName>) {
        if self.log.len() == KEPT_MAX {
            self.left_off += 1;
            return;
        }
        let hit = self.running.values().filter(|running| nodes.contains(&running.node));
        let builds = hit.map(|running| running.build.clone()).collect();
        let nodes = nodes.iter().map(ToString::to_string).collect();
        self.log.push(Accident { at: at.as_millis(), what, task, nodes, builds });
    }

    /// What `GET /_sim/accidents` answers, of which the calls that were struck are not known here.
    pub(super) fn shown(&self) -> serde_json::Value {
        serde_json::json!({ "accidents": self.log, "lost": self.lost, "leftOff": self.left_off })
    }

    /// How many builds there were.
    pub(super) fn builds(&self) -> impl Serialize + use<> {
        self.counts
    }
}

impl Twins {
    /// Takes note of what happened in Jenkins.
    pub(super) fn log_build(&mut self, output: &Output) {
        let item = if let Output::BuildStarted { item, .. } = output { Some(*item) } else { None };
        let left = item.and_then(|item| self.jenkins.left_item(item));
        let begun = left.map(|left| (left, self.jenkins.job_name(left.job), self.jenkins.job_kind(left.job)));
        self.accidents.heed(output, begun);
    }

    /// Takes note of a task that stops, unless somebody asked for it.
    pub(super) fn log_stop(&mut self, at: Timestamp, task: TaskKey) {
        let Some(account) = self.accounts.get_mut(task.account) else { return };
        let ecs = &account.ecs;
        let Some(view) = ecs.truth(at, task.task) else { return };
        if view.stop_code == Some(StopCode::UserInitiated) {
            return;
        }
        let stopped = Stopped {
            task: ecs.task_arn(ecs.cluster_name(view.cluster), task.task).to_string(),
            stop_code: view.stop_code.map(StopCode::name),
            stopped_reason: view.stopped_reason.map(str::to_owned),
        };
        let nodes = self.agents.node_of(task).into_iter().collect();
        self.accidents.note(at, Kind::TaskStopped, Some(stopped), nodes);
    }
}
