//! The fixed pool: executors that are always there and take any build, first come, first served.
//!
//! It is the simulated Jenkins with one connected node and nothing that takes time, so it ties the queue of the full
//! model to what is known exactly about such queues, and it is the baseline that others are held against.

use crate::{
    cli::Interrupt,
    workload::{Build, Workload, WorkloadError},
    world::{ORIGIN, Outstanding, Progress},
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
    /// How many builds had come and not started then.
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
            floor.take_in(build?, started);
            if floor.outstanding.submitted().is_multiple_of(BUILDS_PER_LOOK) {
                progress(&Progress { now: floor.now, submitted: floor.outstanding.submitted() });
                if interrupt.is_set() {
                    floor.run.interrupted = true;
                    floor.run.waiting = floor.outstanding.len() - floor.outstanding.running();
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
    outstanding: Outstanding,
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
        let outstanding = Outstanding::default();
        Self { jenkins, job, origin, now: origin, outstanding, waiting: VecDeque::new(), run }
    }

    /// When `build` is submitted, unless it must wait for the end of another one.
    fn own_time(&self, build: &Build) -> Timestamp {
        self.origin + build.submit.since(Timestamp::EPOCH)
    }

    /// Takes in the next build of the workload.
    fn take_in(&mut self, build: Build, started: &mut dyn FnMut(&Build, Millis)) {
        if self.outstanding.hold(build) {
            return;
        }
        let at = self.own_time(&build);
        self.advance(at, started);
        self.submit(at, build);
        self.heed(started);
    }

    /// Submits `build`, which is said to have been submitted then, whenever it might have been.
    fn submit(&mut self, at: Timestamp, mut build: Build) {
        build.submit = Timestamp::EPOCH + at.since(self.origin);
        self.outstanding.submit(build, at);
        self.waiting.push_back(build);
        self.jenkins
            .schedule(at, self.job, BuildRequest::new(build.index, build.duration))
            .expect("the job exists, is enabled, and the controller does not restart");
    }

    /// Lets everything happen that is due until `until`.
    fn advance(&mut self, until: Timestamp, started: &mut dyn FnMut(&Build, Millis)) {
        while let Some(at) = self.due().filter(|&at| at <= until) {
            self.now = at;
            if self.jenkins.poll_timeout().is_some_and(|(due, _)| due <= at) {
                self.jenkins.handle_timeout(at);
            } else if let Some(build) = self.outstanding.take_postponed() {
                self.submit(at, build);
            }
            self.heed(started);
        }
        self.now = until.max(self.now);
    }

    /// When something happens next besides an arrival.
    fn due(&self) -> Option<Timestamp> {
        let jenkins = self.jenkins.poll_timeout().map(|(at, _)| at);
        jenkins.into_iter().chain(self.outstanding.postponed_until()).min()
    }

    fn finish(&mut self, started: &mut dyn FnMut(&Build, Millis)) {
        while let Some(at) = self.due() {
            self.advance(at, started);
        }
        assert!(self.waiting.is_empty(), "a pool of at least one executor serves every build in the end");
    }

    /// Submits the builds that waited for the end of `key` and whose own time has come; later ones wait for theirs.
    fn submit_followers(&mut self, key: u64, at: Timestamp) {
        for build in self.outstanding.release(key) {
            let own_time = self.own_time(&build);
            if own_time <= at {
                self.submit(at, build);
            } else {
                self.outstanding.postpone(build, own_time);
            }
        }
    }

    fn heed(&mut self, started: &mut dyn FnMut(&Build, Millis)) {
        while let Some(output) = self.jenkins.poll_output() {
            match output {
                Output::BuildStarted { key, at, .. } => {
                    let build = self.waiting.pop_front().expect("only what waits can start");
                    assert_eq!(build.index, key, "a pool that takes any build starts them in their order");
                    self.outstanding.start(key, at);
                    self.run.builds += 1;
                    self.run.busy = self.run.busy.saturating_add(build.duration);
                    started(&build, at.since(self.own_time(&build)));
                }
                Output::BuildFinished { key, at, .. } => {
                    self.run.span = at.since(self.origin);
                    self.outstanding.finish(key, at);
                    self.submit_followers(key, at);
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::{LabelIndex, Listed};

    fn build(index: u64, submit_s: u64, duration_s: u64, after: Option<u64>) -> Build {
        Build {
            index,
            submit: Timestamp::EPOCH + Millis::from_secs(submit_s),
            duration: Millis::from_secs(duration_s),
            label: LabelIndex(0),
            cpu: None,
            memory: None,
            memory_peak: None,
            job: None,
            run: None,
            after,
        }
    }

    #[test]
    fn a_build_is_submitted_when_the_one_before_it_has_ended_and_not_before_its_own_time() {
        let builds = vec![
            build(0, 0, 10, None),
            build(1, 2, 10, Some(0)), // held to 10 s, and there is an executor
            build(2, 3, 4, None),     // the second executor takes it
            build(3, 4, 1, Some(2)),  // held to 7 s
            build(4, 30, 5, Some(0)), // long ended
            build(5, 31, 1, Some(4)), // held to 35 s
            build(6, 32, 20, None),
            build(7, 33, 1, Some(6)), // held to 52 s, where a third one waits for nothing
            build(8, 40, 1, Some(5)), // ended before its own time
        ];
        let mut workload = Listed::new(&["a"], builds);
        let mut seen = Vec::new();
        let pool = FixedPool::new(2).unwrap();
        let run = pool
            .run(&mut workload, &Interrupt::new(), &mut |_| {}, &mut |build, wait| {
                seen.push((build.index, build.submit.as_millis() / 1000, wait.as_millis()));
            })
            .unwrap();
        let want = [
            (0, 0, 0),
            (2, 3, 0),
            (3, 7, 0),
            (1, 10, 0),
            (4, 30, 0),
            (6, 32, 0),
            (5, 35, 0),
            (8, 40, 0),
            (7, 52, 0),
        ];
        assert_eq!(seen, want);
        assert_eq!((run.builds, run.span), (9, Millis::from_secs(53)));
    }
}
