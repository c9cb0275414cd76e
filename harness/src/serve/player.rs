//! A workload that is played into the queue of Jenkins, build by build as its time comes.
//!
//! A build that follows another one (`after`) enters the queue when that one has ended; while the controller restarts, it
//! tries again every 10 s, as whoever triggers builds from outside does. Played as Pipelines, the builds of one job and run
//! that follow one another are the `node` blocks of one run, as they are in [`crate::world`].

use super::twins::Twins;
use crate::{
    load::Latency,
    statistics::LatencyHistogram,
    workload::{Build, Workload, WorkloadError},
    world::{NAMELESS, Offered, Outstanding, Runs, TRIGGER_RETRY},
};
use footman_core::{Timestamp, id::QueueItemId};
use footman_jenkins_sim::{
    Block, BuildResult, CreateJobError, Jenkins, JobId, JobKind, JobSpec, NameError, Output, ScheduleError,
    http::Face,
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// What is played, and how far it is.
#[derive(Debug)]
pub(super) struct Player {
    /// What has not come yet, in order; its times count from `start`.
    ahead: VecDeque<Build>,
    start: Timestamp,
    outstanding: Outstanding,
    jobs: Jobs,
    /// Builds that are in the queue or run, by their keys in Jenkins.
    keys: BTreeMap<u64, u64>,
    runs: Runs,
    progress: Progress,
    /// How long builds were in the queue, in milliseconds.
    waits: LatencyHistogram,
}

/// The jobs of a workload: one for each of its jobs and labels.
#[derive(Debug)]
struct Jobs {
    kinds: Kinds,
    labels: Vec<Arc<str>>,
    names: Vec<Arc<str>>,
    made: BTreeMap<(Option<u32>, u32), JobId>,
    /// The number behind the last name that was made of each of its jobs.
    numbers: BTreeMap<Option<u32>, u32>,
}

/// What the jobs of a workload are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kinds {
    /// All but those that are named.
    pub(super) most: JobKind,
    /// Those of these names.
    pub(super) named: BTreeMap<String, JobKind>,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Progress {
    /// All of it.
    builds: usize,
    /// Those that entered the queue.
    submitted: u64,
    /// Those that ended, or left the queue without a build.
    ended: u64,
    /// Those whose job was disabled in the meantime.
    refused: u64,
}

impl Player {
    /// Reads a workload to its end, to be played from `start` on.
    ///
    /// # Errors
    ///
    /// Fails where it cannot be read, or a job's name is none that Jenkins takes.
    pub(super) fn read(
        workload: &mut dyn Workload,
        kinds: Kinds,
        start: Timestamp,
    ) -> Result<Self, WorkloadError> {
        let mut builds = Vec::new();
        while let Some(build) = workload.next_build() {
            builds.push(build?);
        }
        let progress = Progress { builds: builds.len(), submitted: 0, ended: 0, refused: 0 };
        let (labels, names) = (workload.labels().to_vec(), workload.jobs().to_vec());
        let jobs = Jobs { kinds, labels, names, made: BTreeMap::new(), numbers: BTreeMap::new() };
        let (outstanding, keys, runs) = (Outstanding::default(), BTreeMap::new(), Runs::default());
        let (ahead, waits) = (builds.into(), LatencyHistogram::new());
        Ok(Self { ahead, start, outstanding, jobs, keys, runs, progress, waits })
    }

    /// The first of its jobs whose name is none that Jenkins takes, and why.
    pub(super) fn bad_name(&self) -> Option<(&str, NameError)> {
        let name =
            |name: &Arc<str>| name.split('/').find_map(|part| footman_jenkins_sim::check_name(part).err());
        self.jobs.names.iter().find_map(|job| Some((&**job, name(job)?)))
    }

    /// How far it is.
    pub(super) fn progress(&self) -> Progress {
        self.progress
    }

    /// How long builds were in the queue.
    pub(super) fn waits(&self) -> Latency {
        Latency::of(&self.waits)
    }

    /// Whether every build has ended.
    pub(super) fn is_done(&self) -> bool {
        self.ahead.is_empty() && self.outstanding.len() == 0
    }

    /// When the next build comes.
    pub(super) fn due(&self) -> Option<Timestamp> {
        let ahead = self.ahead.front().map(|build| self.at(build));
        [ahead, self.outstanding.postponed_until()].into_iter().flatten().min()
    }

    fn at(&self, build: &Build) -> Timestamp {
        self.start + build.submit.since(Timestamp::EPOCH)
    }

    /// The next build that is due at `now` and waits for no other.
    fn take_due(&mut self, now: Timestamp) -> Option<Build> {
        if self.outstanding.postponed_until().is_some_and(|at| at <= now) {
            return self.outstanding.take_postponed();
        }
        while self.ahead.front().is_some_and(|build| self.at(build) <= now) {
            let build = self.ahead.pop_front()?;
            if self.runs.joins(&build) || !self.outstanding.hold(build) {
                return Some(build);
            }
        }
        None
    }

    fn submit(&mut self, now: Timestamp, jenkins: &mut Jenkins, face: &mut Face, build: Build) {
        if self.jobs.kind(&build) == JobKind::Flyweight {
            self.submit_block(now, jenkins, face, build);
            return;
        }
        let entered = self
            .jobs
            .of(now, jenkins, face, &build)
            .and_then(|job| Ok(face.schedule_workload_build(jenkins, now, job, build.duration)?));
        match entered {
            Ok(key) => self.entered(now, build, key),
            Err(refused) => self.refused(now, build, refused),
        }
    }

    fn submit_block(&mut self, now: Timestamp, jenkins: &mut Jenkins, face: &mut Face, build: Build) {
        let (jobs, keys) = (&mut self.jobs, &mut self.keys);
        let offered = self.runs.offer(build, &mut self.outstanding, |run, after| {
            let (key, place) = face.add_workload_block(jenkins, now, run, jobs.block(&build, Some(after)))?;
            keys.insert(key, build.index);
            Ok(place)
        });
        match offered {
            Offered::Held => return,
            Offered::TryAgain => return self.refused(now, build, Refused::TryAgain),
            Offered::Joined => {}
            Offered::Lost => self.progress.ended += 1,
            Offered::Begins => {
                let entered = self.jobs.of(now, jenkins, face, &build).and_then(|job| {
                    let block = self.jobs.block(&build, None);
                    Ok(face.schedule_workload_run(jenkins, now, job, block)?)
                });
                match entered {
                    Ok((key, run)) => {
                        self.runs.begin(&build, run);
                        self.entered(now, build, key);
                    }
                    Err(refused) => return self.refused(now, build, refused),
                }
            }
        }
        // What was held because this block had not come to its run either may join it.
        self.release(now, build.index);
    }

    fn entered(&mut self, now: Timestamp, build: Build, key: u64) {
        self.keys.insert(key, build.index);
        self.outstanding.submit(build, now);
        self.progress.submitted += 1;
    }

    fn refused(&mut self, now: Timestamp, build: Build, refused: Refused) {
        match refused {
            Refused::TryAgain => self.outstanding.postpone(build, now + TRIGGER_RETRY),
            Refused::ForGood => {
                self.progress.refused += 1;
                self.release(now, build.index);
            }
        }
    }

    /// Takes note of something that happened in Jenkins.
    pub(super) fn heed(&mut self, output: &Output) {
        match *output {
            Output::ItemEntered { key, at, .. } => {
                let joined = self.keys.get(&key).and_then(|&index| self.outstanding.take_joined(index));
                if let Some(build) = joined {
                    self.outstanding.submit(build, at);
                    self.progress.submitted += 1;
                }
            }
            Output::BuildFinished { key, item, result, at, .. } => {
                self.end(key, item, result == BuildResult::Success, at);
            }
            Output::ItemCancelled { key, item, at } => self.end(key, item, false, at),
            Output::BuildStarted { key, at, .. } => {
                let build = self.keys.get(&key).and_then(|&index| self.outstanding.start(index, at));
                if let Some((_, submitted)) = build {
                    self.waits.record(at.since(submitted).as_millis());
                }
            }
            Output::ItemMerged { .. }
            | Output::ContinuationEntered { .. }
            | Output::BuildResumed { .. }
            | Output::AgentDropped { .. }
            | Output::AgentConnected { .. }
            | Output::AgentExited { .. } => {}
        }
    }

    fn end(&mut self, key: u64, item: QueueItemId, well: bool, at: Timestamp) {
        if let Some(index) = self.keys.remove(&key) {
            self.runs.ended(index, well);
            self.outstanding.finish(index, at);
            self.progress.ended += 1;
            self.release(at, index);
        }
        let never = self.runs.run_ended(item);
        if !never.is_empty() {
            self.keys.retain(|_, index| !never.contains(index));
        }
        for index in never {
            self.outstanding.take_joined(index);
            self.progress.ended += 1;
            self.release(at, index);
        }
    }

    /// Lets the builds come that waited for the end of another one.
    fn release(&mut self, now: Timestamp, ended: u64) {
        for build in self.outstanding.release(ended) {
            self.outstanding.postpone(build, now.max(self.at(&build)));
        }
    }
}

/// Why a build did not enter the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    /// The controller does not answer.
    TryAgain,
    /// Its job takes no builds.
    ForGood,
}

impl From<ScheduleError> for Refused {
    fn from(error: ScheduleError) -> Self {
        match error {
            ScheduleError::Unavailable(_) => Self::TryAgain,
            ScheduleError::UnknownJob
            | ScheduleError::NoPipeline
            | ScheduleError::NoMatrix
            | ScheduleError::Disabled => Self::ForGood,
        }
    }
}

impl Jobs {
    /// What the job of a build is.
    fn kind(&self, build: &Build) -> JobKind {
        let name = build.job.map(|job| &self.names[job.index()]);
        let named = name.and_then(|name| self.kinds.named.get(&**name));
        named.copied().unwrap_or(self.kinds.most)
    }

    /// The label that a build asks for.
    fn label(&self, build: &Build) -> Option<Arc<str>> {
        let label = &self.labels[build.label.index()];
        (!label.is_empty()).then(|| Arc::clone(label))
    }

    /// The block that a build is, after the one at a place of its run; its key is set where it is scheduled.
    fn block(&self, build: &Build, after: Option<usize>) -> Block {
        let after = after.into_iter().collect();
        Block { key: 0, label: self.label(build), duration: build.duration, after, retries: 0 }
    }

    /// The job of a build, made where there is none.
    fn of(
        &mut self,
        now: Timestamp,
        jenkins: &mut Jenkins,
        face: &mut Face,
        build: &Build,
    ) -> Result<JobId, Refused> {
        let kind = self.kind(build);
        let is_pipeline = kind == JobKind::Flyweight;
        // The labels of a Pipeline are those of its blocks.
        let key = (build.job.map(|job| job.0), if is_pipeline { 0 } else { build.label.0 });
        if let Some(job) = self.made.get(&key) {
            return Ok(*job);
        }
        let name = build.job.map_or_else(|| NAMELESS.into(), |job| Arc::clone(&self.names[job.index()]));
        let label = if is_pipeline { None } else { self.label(build) };
        let number = self.numbers.entry(key.0).or_insert(0);
        // A job has one label, so that another label of the same job is another job; so is one that somebody else made.
        loop {
            let name =
                if *number == 0 { Arc::clone(&name) } else { format!("{name} {}", *number + 1).into() };
            let spec = JobSpec { kind, ..JobSpec::replay(name, label.clone()) };
            let made = face.create_workload_job(jenkins, now, spec);
            if !matches!(made, Err(CreateJobError::Unavailable(_))) {
                *number += 1;
            }
            match made {
                Ok(job) => {
                    self.made.insert(key, job);
                    return Ok(job);
                }
                Err(CreateJobError::Duplicate { .. }) => {}
                Err(CreateJobError::Unavailable(_)) => return Err(Refused::TryAgain),
                Err(CreateJobError::BadName(_)) => return Err(Refused::ForGood),
            }
        }
    }
}

impl Twins {
    /// Lets the builds of the workload come that are due.
    pub(super) fn play(&mut self) {
        let now = self.now();
        while let Some(player) = &mut self.player
            && let Some(build) = player.take_due(now)
        {
            player.submit(now, &mut self.jenkins, &mut self.jenkins_face, build);
            self.settle();
        }
    }
}
