//! Builds that ran: what the state machine forgets and Jenkins keeps.

use crate::{BuildResult, Jenkins, JobId, Output};
use footman_core::{
    id::{NodeName, QueueItemId},
    time::{Millis, Timestamp},
};
use std::collections::BTreeMap;

/// How many builds of one job are kept, as a job that discards old builds would.
const BUILDS_PER_JOB_MAX: usize = 100;

/// The builds of every job.
#[derive(Debug, Default)]
pub(super) struct History {
    jobs: BTreeMap<JobId, BTreeMap<u32, Kept>>,
    /// Builds that run, by the item that they were.
    running: BTreeMap<QueueItemId, (JobId, u32)>,
}

/// One build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) item: QueueItemId,
    pub(super) node: NodeName,
    pub(super) started: Timestamp,
    /// How long it lasted and how it ended, once it has.
    pub(super) ended: Option<(Millis, BuildResult)>,
}

impl History {
    /// Takes note of something that happened.
    pub(super) fn heed(&mut self, jenkins: &Jenkins, output: &Output) {
        match output {
            Output::BuildStarted { item, node, at, .. } => {
                let Some(left) = jenkins.left_item(*item) else { return };
                let Some(number) = left.number else { return };
                // A `node` block is a part of its run, which is the build.
                if left.block {
                    return;
                }
                let build = Kept { item: *item, node: node.clone(), started: *at, ended: None };
                let builds = self.jobs.entry(left.job).or_default();
                builds.insert(number, build);
                while builds.len() > BUILDS_PER_JOB_MAX {
                    builds.pop_first();
                }
                self.running.insert(*item, (left.job, number));
            }
            Output::BuildFinished { item, result, at, .. } => {
                let Some((job, number)) = self.running.remove(item) else { return };
                let Some(builds) = self.jobs.get_mut(&job) else { return };
                if *result == BuildResult::Vanished {
                    builds.remove(&number);
                } else if let Some(build) = builds.get_mut(&number) {
                    build.ended = Some((at.since(build.started), *result));
                }
            }
            Output::ItemEntered { .. }
            | Output::ItemMerged { .. }
            | Output::ItemCancelled { .. }
            | Output::ContinuationEntered { .. }
            | Output::BuildResumed { .. }
            | Output::AgentDropped { .. }
            | Output::AgentConnected { .. }
            | Output::AgentExited { .. } => {}
        }
    }

    /// A build.
    pub(super) fn build(&self, job: JobId, number: u32) -> Option<&Kept> {
        self.jobs.get(&job)?.get(&number)
    }

    /// The builds of a job, the latest first.
    pub(super) fn builds(&self, job: JobId) -> impl Iterator<Item = (u32, &Kept)> {
        self.jobs.get(&job).into_iter().flatten().rev().map(|(&number, build)| (number, build))
    }
}
