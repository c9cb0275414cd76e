//! A workload that is played into the queue of Jenkins, build by build as its time comes.
//!
//! A build that follows another one (`after`) enters the queue when that one has ended; while the controller restarts, it
//! tries again every 10 s, as whoever triggers builds from outside does. Played as Pipelines, the builds of one job and run
//! that follow one another are the `node` blocks of one run.

use super::twins::Twins;
use crate::{
    workload::{Build, Workload, WorkloadError},
    world::{Outstanding, TRIGGER_RETRY},
};
use footman_core::Timestamp;
use footman_jenkins_sim::{
    Block, CreateJobError, Jenkins, JobId, JobKind, JobSpec, NameError, Output, ScheduleError, http::Face,
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, VecDeque},
    ops::Range,
    sync::Arc,
};

/// What the jobs of builds without a job are called.
const NAMELESS: &str = "workload";

/// What is played, and how far it is.
#[derive(Debug)]
pub(super) struct Player {
    /// What has not come yet, in order; its times count from `start`. Of a Pipeline's run it is the first block.
    ahead: VecDeque<Build>,
    /// The further blocks of runs, by the index of the first one.
    blocks: BTreeMap<u64, Vec<Build>>,
    start: Timestamp,
    outstanding: Outstanding,
    jobs: Jobs,
    /// Builds that are in the queue or run, by their keys in Jenkins.
    keys: BTreeMap<u64, u64>,
    /// The keys of the blocks of runs that have not ended, by the key of the run.
    runs: BTreeMap<u64, Range<u64>>,
    progress: Progress,
}

/// The jobs of a workload: one for each of its jobs and labels.
#[derive(Debug)]
struct Jobs {
    kind: JobKind,
    labels: Vec<Arc<str>>,
    names: Vec<Arc<str>>,
    made: BTreeMap<(Option<u32>, u32), JobId>,
    /// The number behind the last name that was made of each of its jobs.
    numbers: BTreeMap<Option<u32>, u32>,
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
        kind: JobKind,
        start: Timestamp,
    ) -> Result<Self, WorkloadError> {
        let mut builds = Vec::new();
        while let Some(build) = workload.next_build() {
            builds.push(build?);
        }
        let progress = Progress { builds: builds.len(), submitted: 0, ended: 0, refused: 0 };
        let (ahead, blocks) = match kind {
            JobKind::Flyweight => by_runs(builds),
            JobKind::Freestyle
            | JobKind::Maven
            | JobKind::Matrix
            | JobKind::Pipeline
            | JobKind::MatrixProject => (builds.into(), BTreeMap::new()),
        };
        let (labels, names) = (workload.labels().to_vec(), workload.jobs().to_vec());
        let jobs = Jobs { kind, labels, names, made: BTreeMap::new(), numbers: BTreeMap::new() };
        let (outstanding, keys, runs) = (Outstanding::default(), BTreeMap::new(), BTreeMap::new());
        Ok(Self { ahead, blocks, start, outstanding, jobs, keys, runs, progress })
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
            if !self.outstanding.hold(build) {
                return Some(build);
            }
        }
        None
    }

    fn submit(&mut self, now: Timestamp, jenkins: &mut Jenkins, face: &mut Face, build: Build) {
        let blocks = self.blocks.get(&build.index).map_or(&[][..], Vec::as_slice);
        let builds: Vec<Build> = std::iter::once(build).chain(blocks.iter().copied()).collect();
        match self.enter(now, jenkins, face, &builds) {
            Ok(keys) => {
                for (key, build) in keys.zip(builds) {
                    self.keys.insert(key, build.index);
                    self.outstanding.submit(build, now);
                    self.progress.submitted += 1;
                }
                self.blocks.remove(&build.index);
            }
            Err(Refused::TryAgain) => self.outstanding.postpone(build, now + TRIGGER_RETRY),
            Err(Refused::ForGood) => {
                self.blocks.remove(&build.index);
                for build in builds {
                    self.progress.refused += 1;
                    self.release(now, build.index);
                }
            }
        }
    }

    /// Brings a build, or the blocks of a run, into the queue; the answer is their keys.
    fn enter(
        &mut self,
        now: Timestamp,
        jenkins: &mut Jenkins,
        face: &mut Face,
        builds: &[Build],
    ) -> Result<Range<u64>, Refused> {
        let Some(first) = builds.first() else { return Err(Refused::ForGood) };
        let job = self.jobs.of(now, jenkins, face, first)?;
        if self.jobs.kind != JobKind::Flyweight {
            let key = face.schedule_workload_build(jenkins, now, job, first.duration)?;
            return Ok(key..key + 1);
        }
        let place = |index: u64| builds.iter().position(|build| build.index == index);
        let block = |build: &Build| Block {
            key: 0,
            label: self.jobs.label(build),
            duration: build.duration,
            after: build.after.and_then(place).into_iter().collect(),
            retries: 0,
        };
        let blocks: Vec<Block> = builds.iter().map(block).collect();
        let count = u64::try_from(blocks.len()).unwrap_or(u64::MAX);
        let run = face.schedule_workload_run(jenkins, now, job, blocks)?;
        let keys = run + 1..run + 1 + count;
        self.runs.insert(run, keys.clone());
        Ok(keys)
    }

    /// Takes note of something that happened in Jenkins.
    pub(super) fn heed(&mut self, output: &Output) {
        let (Output::BuildFinished { key, at, .. } | Output::ItemCancelled { key, at, .. }) = output else {
            return;
        };
        self.end(*key, *at);
        // With its run a block ends that never entered the queue, because one before it did not end well.
        for key in self.runs.remove(key).into_iter().flatten() {
            self.end(key, *at);
        }
    }

    fn end(&mut self, key: u64, at: Timestamp) {
        let Some(index) = self.keys.remove(&key) else { return };
        self.outstanding.finish(index, at);
        self.progress.ended += 1;
        self.release(at, index);
    }

    /// Lets the builds come that waited for the end of another one.
    fn release(&mut self, now: Timestamp, ended: u64) {
        for build in self.outstanding.release(ended) {
            self.outstanding.postpone(build, now.max(self.at(&build)));
        }
    }
}

/// The runs of Pipelines in builds: the first block of each, and those that follow one of its blocks in the same job and
/// run.
fn by_runs(builds: Vec<Build>) -> (VecDeque<Build>, BTreeMap<u64, Vec<Build>>) {
    let mut first_of: BTreeMap<u64, Build> = BTreeMap::new();
    let (mut ahead, mut blocks) = (VecDeque::new(), BTreeMap::<u64, Vec<Build>>::new());
    for build in builds {
        let before = build.after.and_then(|after| first_of.get(&after)).copied();
        let same = |first: &Build| first.job == build.job && first.run == build.run && build.run.is_some();
        match before.filter(same) {
            Some(first) => {
                blocks.entry(first.index).or_default().push(build);
                first_of.insert(build.index, first);
            }
            None => {
                ahead.push_back(build);
                first_of.insert(build.index, build);
            }
        }
    }
    (ahead, blocks)
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
    /// The label that a build asks for.
    fn label(&self, build: &Build) -> Option<Arc<str>> {
        let label = &self.labels[build.label.index()];
        (!label.is_empty()).then(|| Arc::clone(label))
    }

    /// The job of a build, made where there is none.
    fn of(
        &mut self,
        now: Timestamp,
        jenkins: &mut Jenkins,
        face: &mut Face,
        build: &Build,
    ) -> Result<JobId, Refused> {
        let is_pipeline = self.kind == JobKind::Flyweight;
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
            let spec = JobSpec { kind: self.kind, ..JobSpec::replay(name, label.clone()) };
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
