//! Builds that ran, and who asked for them: what the state machine forgets and Jenkins keeps.

use crate::{BuildResult, Jenkins, JobId, Output, Parameters, Values};
use footman_core::{
    id::{NodeName, QueueItemId},
    time::{Millis, Timestamp},
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// How many builds of one job are kept, as a job that discards old builds would.
const BUILDS_PER_JOB_MAX: usize = 100;
/// From how many successful builds Jenkins estimates, or, where those are too few, others that were not aborted
/// (`Job.getEstimatedDurationCandidates`; recordings c018 and c025).
const ESTIMATED_FROM: usize = 3;
/// How much is kept of what became of a run's `node` blocks.
const MOMENTS_MAX: usize = 4_000;
/// Users that one item names at most, however often it is asked for.
const ASKED_BY_MAX: usize = 100;

/// The builds of every job.
#[derive(Debug, Default)]
pub(super) struct History {
    jobs: BTreeMap<JobId, BTreeMap<u32, Kept>>,
    /// Builds that run, by the item that they were; and `node` blocks that do, with the run that they belong to.
    running: BTreeMap<QueueItemId, (JobId, u32)>,
    blocks: BTreeMap<QueueItemId, (JobId, u32)>,
    requests: BTreeMap<QueueItemId, Asked>,
    /// Items that left the queue, in the order in which they did: what is known of their requests is forgotten with
    /// them.
    left: VecDeque<QueueItemId>,
}

/// What is known of the requests that an item stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked {
    users: Vec<Arc<str>>,
    parameters: Parameters,
    /// Why its build fails.
    fails: Option<Arc<str>>,
}

/// What becomes of a `node` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Moment {
    /// It began on this node.
    Began(NodeName),
    Ended,
}

/// One build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) item: QueueItemId,
    pub(super) node: NodeName,
    pub(super) started: Timestamp,
    /// How long it lasted and how it ended, once it has.
    pub(super) ended: Option<(Millis, BuildResult)>,
    asked: Asked,
    /// What became of its `node` blocks, in order.
    blocks: Vec<Moment>,
}

impl Kept {
    /// Who asked for it.
    pub(super) fn users(&self) -> &[Arc<str>] {
        &self.asked.users
    }

    /// With which parameters.
    pub(super) fn parameters(&self) -> &Values {
        self.asked.parameters.values()
    }

    /// Why it fails, where that was known when it was asked for.
    pub(super) fn fails(&self) -> Option<&str> {
        self.asked.fails.as_deref()
    }

    /// What became of its `node` blocks, in order.
    pub(super) fn blocks(&self) -> &[Moment] {
        &self.blocks
    }
}

impl History {
    /// Takes note of something that happened.
    pub(super) fn heed(&mut self, jenkins: &Jenkins, output: &Output) {
        match output {
            Output::BuildStarted { item, node, at, .. } => self.begin(jenkins, *item, node, *at),
            Output::BuildFinished { item, result, at, .. } => self.end(*item, *result, *at),
            Output::ItemCancelled { item, .. } => self.leave(jenkins, *item),
            Output::ItemEntered { .. }
            | Output::ItemMerged { .. }
            | Output::ContinuationEntered { .. }
            | Output::BuildResumed { .. }
            | Output::AgentDropped { .. }
            | Output::AgentConnected { .. }
            | Output::AgentExited { .. } => {}
        }
    }

    fn begin(&mut self, jenkins: &Jenkins, item: QueueItemId, node: &NodeName, at: Timestamp) {
        let Some(left) = jenkins.left_item(item) else { return };
        let Some(number) = left.number else { return };
        // A `node` block is a part of its run, which is the build.
        if left.block {
            self.note_block(left.job, number, Moment::Began(node.clone()));
            self.blocks.insert(item, (left.job, number));
            return;
        }
        let asked = self.requests.get(&item).cloned().unwrap_or_default();
        let build = Kept { item, node: node.clone(), started: at, ended: None, asked, blocks: Vec::new() };
        let builds = self.jobs.entry(left.job).or_default();
        builds.insert(number, build);
        while builds.len() > BUILDS_PER_JOB_MAX {
            builds.pop_first();
        }
        self.running.insert(item, (left.job, number));
        self.leave(jenkins, item);
    }

    fn end(&mut self, item: QueueItemId, result: BuildResult, at: Timestamp) {
        if let Some((job, number)) = self.blocks.remove(&item) {
            self.note_block(job, number, Moment::Ended);
        }
        let Some((job, number)) = self.running.remove(&item) else { return };
        let Some(builds) = self.jobs.get_mut(&job) else { return };
        if result == BuildResult::Vanished {
            builds.remove(&number);
        } else if let Some(build) = builds.get_mut(&number) {
            build.ended = Some((at.since(build.started), result));
        }
    }

    fn note_block(&mut self, job: JobId, number: u32, moment: Moment) {
        let build = self.jobs.get_mut(&job).and_then(|builds| builds.get_mut(&number));
        if let Some(build) = build.filter(|build| build.blocks.len() < MOMENTS_MAX) {
            build.blocks.push(moment);
        }
    }

    /// An item left the queue; those that left long ago are forgotten.
    fn leave(&mut self, jenkins: &Jenkins, item: QueueItemId) {
        self.left.push_back(item);
        while let Some(&first) = self.left.front()
            && first != item
            && jenkins.left_item(first).is_none()
        {
            self.requests.remove(&first);
            self.left.pop_front();
        }
    }

    /// Somebody asked for a build, which this item stands for.
    pub(super) fn asked(&mut self, item: QueueItemId, user: &Arc<str>, parameters: Parameters) {
        let asked = self.requests.entry(item).or_default();
        if asked.users.is_empty() {
            asked.parameters = parameters;
        }
        if asked.users.len() < ASKED_BY_MAX {
            asked.users.push(Arc::clone(user));
        }
    }

    /// The build that this item becomes will fail for this reason.
    pub(super) fn fails(&mut self, item: QueueItemId, reason: &str) {
        self.requests.entry(item).or_default().fails = Some(reason.into());
    }

    /// Who asked for an item.
    pub(super) fn asked_by(&self, item: QueueItemId) -> &[Arc<str>] {
        self.requests.get(&item).map_or(&[], |asked| &asked.users)
    }

    /// `params`: each parameter on a line of its own (jenkins.md 1).
    pub(super) fn parameters_of(&self, item: QueueItemId) -> String {
        let asked = self.requests.get(&item).into_iter();
        asked
            .flat_map(|asked| asked.parameters.values())
            .map(|(name, value)| format!("\n{name}={value}"))
            .collect()
    }

    /// A build.
    pub(super) fn build(&self, job: JobId, number: u32) -> Option<&Kept> {
        self.jobs.get(&job)?.get(&number)
    }

    /// The builds of a job, the latest first.
    pub(super) fn builds(&self, job: JobId) -> impl Iterator<Item = (u32, &Kept)> {
        self.jobs.get(&job).into_iter().flatten().rev().map(|(&number, build)| (number, build))
    }

    /// The latest build of a job that ended in a way that is wanted.
    pub(super) fn latest(&self, job: JobId, wanted: impl Fn(BuildResult) -> bool) -> Option<u32> {
        let is_wanted = |kept: &Kept| kept.ended.is_some_and(|(_, result)| wanted(result));
        self.builds(job).find(|(_, kept)| is_wanted(kept)).map(|(number, _)| number)
    }

    /// `estimatedDuration`, where anything is known.
    pub(super) fn estimate(&self, job: JobId) -> Option<Millis> {
        let of = |wanted: BuildResult| {
            let ended = self.builds(job).filter_map(|(_, kept)| kept.ended);
            ended.filter(move |&(_, result)| result == wanted).map(|(lasted, _)| lasted.as_millis())
        };
        let known: Vec<u64> =
            of(BuildResult::Success).chain(of(BuildResult::Failure)).take(ESTIMATED_FROM).collect();
        let count = u64::try_from(known.len()).ok()?;
        let sum = known.into_iter().fold(0_u64, u64::saturating_add);
        // Rounded, as Jenkins rounds (`Math.round`).
        sum.saturating_add(count / 2).checked_div(count).map(Millis::new)
    }

    /// A job is deleted with its builds.
    pub(super) fn forget(&mut self, job: JobId) {
        self.jobs.remove(&job);
    }

    /// A build is deleted.
    pub(super) fn forget_build(&mut self, job: JobId, number: u32) {
        if let Some(builds) = self.jobs.get_mut(&job) {
            builds.remove(&number);
        }
    }
}
