//! The fixed pool: executors that are always there and take any build, first come, first served.
//!
//! It is the simulated Jenkins with one connected node and nothing that takes time, so it ties the queue of the full
//! model to what is known exactly about such queues, and it is the baseline that others are held against.

use crate::{
    cli::Interrupt,
    workload::{Build, Workload, WorkloadError},
    world::{ORIGIN, Progress},
};
use footman_core::{Millis, Timestamp, id::NodeName, label::LabelSet};
use footman_jenkins_sim::{BuildRequest, Jenkins, JobId, JobSpec, NodeSpec, Output, Settings};
use std::{collections::VecDeque, str::FromStr};
use thiserror::Error;

/// A number of executors that are always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FixedPool {
    executors: u16,
}

/// A text that names no pool.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is no pool: write fixed:16 for 16 executors, from 1 to {}", u16::MAX)]
pub struct PoolError {
    text: String,
}

/// How a run of a pool ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolRun {
    /// How many builds were started.
    pub builds: u64,
    /// The sum of their durations.
    pub busy: Millis,
    /// From the workload's zero to the end of the last build.
    pub span: Millis,
    /// Whether somebody asked for the end before it.
    pub interrupted: bool,
    /// How many builds were submitted and not started then.
    pub waiting: u64,
}

impl FixedPool {
    /// A pool of `executors`, or `None` of none.
    pub fn new(executors: u16) -> Option<Self> {
        (executors > 0).then_some(Self { executors })
    }

    /// How many executors there are.
    pub fn executors(self) -> u16 {
        self.executors
    }

    /// Replays `workload`; `started` is told each build and how long it waited.
    ///
    /// # Errors
    ///
    /// Fails at the first build that cannot be read.
    pub fn run(
        self,
        workload: &mut dyn Workload,
        interrupt: &Interrupt,
        progress: &mut dyn FnMut(&Progress),
        started: &mut dyn FnMut(&Build, Millis),
    ) -> Result<PoolRun, WorkloadError> {
        const BUILDS_PER_LOOK: u64 = 1 << 14;
        let origin = workload.start().map_or(ORIGIN, |start| start.instant);
        let mut floor = Floor::new(self, origin);
        while let Some(build) = workload.next_build() {
            floor.submit(build?, started);
            if floor.run.builds.is_multiple_of(BUILDS_PER_LOOK) {
                progress(&Progress { now: floor.now, submitted: floor.submitted });
                if interrupt.is_set() {
                    floor.run.interrupted = true;
                    floor.run.waiting = floor.submitted - floor.run.builds;
                    return Ok(floor.run);
                }
            }
        }
        floor.finish(started);
        Ok(floor.run)
    }
}

impl FromStr for FixedPool {
    type Err = PoolError;

    fn from_str(text: &str) -> Result<Self, PoolError> {
        let executors = text.strip_prefix("fixed:").and_then(|n| n.parse().ok()).and_then(Self::new);
        executors.ok_or_else(|| PoolError { text: text.to_owned() })
    }
}

/// A pool at work.
struct Floor {
    jenkins: Jenkins,
    job: JobId,
    origin: Timestamp,
    now: Timestamp,
    submitted: u64,
    /// Builds that wait. They start in the order in which they were submitted, so the first is always the next.
    waiting: VecDeque<Build>,
    run: PoolRun,
}

impl Floor {
    fn new(pool: FixedPool, origin: Timestamp) -> Self {
        let mut jenkins = Jenkins::new(Settings::instant(), origin);
        let name = NodeName::from("pool");
        let node = NodeSpec {
            name: name.clone(),
            description: None,
            labels: LabelSet::default(),
            exclusive: false,
            executors: pool.executors,
        };
        jenkins.create_node(origin, node).expect("the first node of this name, and the name is a good one");
        jenkins.agent_connect(origin, &name).expect("the node was made above and has no agent");
        let job = jenkins.create_job(origin, JobSpec::replay("replay", None)).expect("the first job");
        let run =
            PoolRun { builds: 0, busy: Millis::ZERO, span: Millis::ZERO, interrupted: false, waiting: 0 };
        Self { jenkins, job, origin, now: origin, submitted: 0, waiting: VecDeque::new(), run }
    }

    fn submit(&mut self, build: Build, started: &mut dyn FnMut(&Build, Millis)) {
        let at = self.origin + build.submit.since(Timestamp::EPOCH);
        self.advance(at, started);
        self.waiting.push_back(build);
        self.submitted += 1;
        self.jenkins
            .schedule(at, self.job, BuildRequest::new(build.index, build.duration))
            .expect("the job exists, is enabled, and the controller does not restart");
        self.heed(started);
    }

    /// Lets everything happen that is due until `until`.
    fn advance(&mut self, until: Timestamp, started: &mut dyn FnMut(&Build, Millis)) {
        while let Some((at, _)) = self.jenkins.poll_timeout().filter(|&(at, _)| at <= until) {
            self.now = at;
            self.jenkins.handle_timeout(at);
            self.heed(started);
        }
        self.now = until.max(self.now);
    }

    fn finish(&mut self, started: &mut dyn FnMut(&Build, Millis)) {
        while let Some((at, _)) = self.jenkins.poll_timeout() {
            self.advance(at, started);
        }
        assert!(self.waiting.is_empty(), "a pool of at least one executor serves every build in the end");
    }

    fn heed(&mut self, started: &mut dyn FnMut(&Build, Millis)) {
        while let Some(output) = self.jenkins.poll_output() {
            match output {
                Output::BuildStarted { key, at, .. } => {
                    let build = self.waiting.pop_front().expect("only what waits can start");
                    assert_eq!(build.index, key, "a pool that takes any build starts them in their order");
                    self.run.builds += 1;
                    self.run.busy = self.run.busy.saturating_add(build.duration);
                    started(&build, at.since(self.origin + build.submit.since(Timestamp::EPOCH)));
                }
                Output::BuildFinished { at, .. } => self.run.span = at.since(self.origin),
                Output::ItemEntered { .. }
                | Output::ItemMerged { .. }
                | Output::ItemCancelled { .. }
                | Output::ContinuationEntered { .. }
                | Output::BuildResumed { .. }
                | Output::AgentDropped { .. } => {}
            }
        }
    }
}
