//! Runs of Pipelines: a flyweight task on the controller for as long as the run lasts, and its `node` blocks.
//!
//! A block is a task of its own (`ExecutorStepExecution.PlaceholderTask`, named "part of JOB #N"): it is queued without a
//! quiet period when the blocks before it have ended well, wants the label that is written in the Pipeline, and shows that
//! label in `why` alone. A block that ends otherwise takes those that come after it with it; blocks beside it go on, and
//! the run ends with the worst of the results.
//!
//! A build of a matrix project is a run too: its parts are builds of its configurations, which are jobs of their own and
//! have the number of the project's build (`MatrixConfiguration.newBuild`). None of them comes after another.

use crate::{
    Jenkins,
    build::{Build, Phase, Slot, index},
    error::ScheduleError,
    job::{JobId, JobKind},
    left::Place,
    matching::LabelText,
    output::{BuildResult, Output},
    request::{BuildRequest, Parameters},
};
use footman_core::{
    id::QueueItemId,
    time::{Millis, Timestamp},
};
use smallvec::SmallVec;
use std::{num::NonZeroU32, sync::Arc};

/// A `node` block of a Pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its index in the trace; echoed in the outputs.
    pub key: u64,
    /// The label expression as written; `None` where any node will do.
    pub label: Option<Arc<str>>,
    /// How long it needs its executor.
    pub duration: Millis,
    /// The places of the blocks that must have ended well before it is queued, each before its own: with the one before
    /// it stages come one after another, with the same ones for several they are parallel.
    pub after: Vec<usize>,
    /// How often it is begun anew, as a new item of the same key, where it was lost with its agent
    /// (`retry(conditions: [agent()])`).
    pub retries: u32,
}

/// A build of a configuration of a matrix project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Configuration {
    /// The configuration, of kind [`JobKind::Matrix`].
    pub job: JobId,
    /// The build's index in the trace; echoed in the outputs.
    pub key: u64,
    /// How long it needs its executor.
    pub duration: Millis,
}

/// What a run will do.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) blocks: Vec<Block>,
    /// The jobs that the blocks are builds of, where they are not blocks of a Pipeline.
    pub(crate) configurations: Vec<JobId>,
    /// How it ends at best.
    pub(crate) result: BuildResult,
}

/// Which part of a run a build is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) run: RunKey,
    pub(crate) role: Role,
}

/// What a build is in its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The flyweight task.
    Flyweight,
    /// The `node` block at this place.
    Block(u32),
    /// The build of the configuration at this place.
    Configuration(u32),
}

/// The place of a run in the table, counted from 1.
pub(crate) type RunKey = NonZeroU32;

/// A run that has no result yet.
#[derive(Debug, Clone)]
struct Run {
    flyweight: Slot,
    steps: Vec<Step>,
    configurations: Vec<JobId>,
    /// The slots of blocks that wait or run.
    live: SmallVec<[Slot; 1]>,
    /// A block that ends now because its agent is lost, and begins anew.
    again: Option<u32>,
    result: BuildResult,
}

/// A block of a run, and how far it is.
#[derive(Debug, Clone)]
struct Step {
    block: Block,
    /// How many of the blocks before it have not ended well yet.
    missing: usize,
    /// The blocks that come after it and wait for it.
    next: SmallVec<[u32; 1]>,
    ended_well: bool,
}

impl Run {
    /// Adds a block that comes after none but such as are there; the answer is its place.
    fn add(&mut self, block: Block) -> u32 {
        let place = u32::try_from(self.steps.len()).expect("a run has fewer than 2^32 blocks");
        let mut missing = 0;
        for &before in &block.after {
            let before = &mut self.steps[before];
            if !before.ended_well {
                before.next.push(place);
                missing += 1;
            }
        }
        self.steps.push(Step { block, missing, next: SmallVec::new(), ended_well: false });
        place
    }
}

/// All runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Runs {
    places: Vec<Option<Run>>,
    free: Vec<RunKey>,
}

fn place_of(key: RunKey) -> usize {
    index(key.get() - 1)
}

impl Runs {
    fn insert(&mut self, run: Run) -> RunKey {
        if let Some(key) = self.free.pop() {
            self.places[place_of(key)] = Some(run);
            return key;
        }
        self.places.push(Some(run));
        let key = u32::try_from(self.places.len()).ok().and_then(RunKey::new);
        key.expect("there are fewer than 2^32 runs")
    }

    fn get_mut(&mut self, key: RunKey) -> &mut Run {
        self.places[place_of(key)].as_mut().expect("a build belongs to a run that has no result yet")
    }

    fn get(&self, key: RunKey) -> &Run {
        self.places[place_of(key)].as_ref().expect("a build belongs to a run that has no result yet")
    }

    /// Takes a run out of the table.
    fn forget(&mut self, key: RunKey) {
        self.places[place_of(key)] = None;
        self.free.push(key);
    }

    /// How many places there are.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.places.len()
    }
}

impl Jenkins {
    /// Schedules a run of a Pipeline, whose job is of kind [`JobKind::Flyweight`]; the answer is the item of its flyweight
    /// task. How long that lasts follows from the blocks. Where the request is merged into an older one its blocks are.
    ///
    /// # Errors
    ///
    /// Fails as [`Self::schedule`] does, for a job of another kind, and where a block comes after one that is not before
    /// it.
    pub fn schedule_pipeline(
        &mut self,
        now: Timestamp,
        job: JobId,
        request: BuildRequest,
        blocks: Vec<Block>,
    ) -> Result<QueueItemId, ScheduleError> {
        self.advance(now);
        let known = self.jobs.get(job.index()).ok_or(ScheduleError::UnknownJob)?;
        let is_ordered = |(place, block): (usize, &Block)| block.after.iter().all(|&before| before < place);
        if known.kind != JobKind::Flyweight || !blocks.iter().enumerate().all(is_ordered) {
            return Err(ScheduleError::NoPipeline);
        }
        let course = Course { blocks, configurations: Vec::new(), result: BuildResult::Success };
        self.request(job, request, (!course.blocks.is_empty()).then_some(course))
    }

    /// Schedules a run of a Pipeline whose script nobody can follow: it fails as soon as it starts.
    ///
    /// # Errors
    ///
    /// Fails as [`Self::schedule`] does, and for a job of another kind than [`JobKind::Flyweight`].
    pub fn schedule_broken_pipeline(
        &mut self,
        now: Timestamp,
        job: JobId,
        request: BuildRequest,
    ) -> Result<QueueItemId, ScheduleError> {
        self.advance(now);
        let known = self.jobs.get(job.index()).ok_or(ScheduleError::UnknownJob)?;
        if known.kind != JobKind::Flyweight {
            return Err(ScheduleError::NoPipeline);
        }
        let (blocks, configurations) = (Vec::new(), Vec::new());
        self.request(job, request, Some(Course { blocks, configurations, result: BuildResult::Failure }))
    }

    /// Schedules a build of a matrix project with those of its configurations; the answer is the item of the project's
    /// own task. How long that lasts follows from the configurations.
    ///
    /// # Errors
    ///
    /// Fails as [`Self::schedule`] does, and where a job is of another kind.
    pub fn schedule_matrix(
        &mut self,
        now: Timestamp,
        job: JobId,
        request: BuildRequest,
        configurations: &[Configuration],
    ) -> Result<QueueItemId, ScheduleError> {
        self.advance(now);
        let known = self.jobs.get(job.index()).ok_or(ScheduleError::UnknownJob)?;
        let is_configuration =
            |job: JobId| self.jobs.get(job.index()).is_some_and(|known| known.kind == JobKind::Matrix);
        if known.kind != JobKind::MatrixProject || !configurations.iter().all(|one| is_configuration(one.job))
        {
            return Err(ScheduleError::NoMatrix);
        }
        let block = |&Configuration { key, duration, .. }: &Configuration| Block {
            key,
            label: None,
            duration,
            after: Vec::new(),
            retries: 0,
        };
        let blocks = configurations.iter().map(block).collect();
        let configurations = configurations.iter().map(|one| one.job).collect();
        self.request(job, request, Some(Course { blocks, configurations, result: BuildResult::Success }))
    }

    /// Adds a block to a run that lasts, which is named by the item of its flyweight task; the answer is its place among
    /// the run's blocks. It is queued when the blocks before it have ended well, at once where they have, and never where
    /// one of them ended otherwise.
    ///
    /// A Pipeline's script says what comes next while it runs: so it is where a trace is read while it is played.
    ///
    /// # Errors
    ///
    /// Fails where the item is that of no run that lasts, where the block comes after one that the run does not have, and
    /// while the controller restarts.
    pub fn add_block(
        &mut self,
        now: Timestamp,
        run: QueueItemId,
        block: Block,
    ) -> Result<usize, ScheduleError> {
        self.advance(now);
        self.available()?;
        let Some(Place::Build(flyweight)) = self.items.place(run) else {
            return Err(ScheduleError::NoPipeline);
        };
        let Some(Part { run, role: Role::Flyweight }) = self.builds[flyweight].part else {
            return Err(ScheduleError::NoPipeline);
        };
        let known = self.runs.get_mut(run);
        let has = |&before: &usize| before < known.steps.len();
        if !known.configurations.is_empty() || !block.after.iter().all(has) {
            return Err(ScheduleError::NoPipeline);
        }
        let place = known.add(block);
        let is_ready = known.steps[index(place)].missing == 0;
        if is_ready && self.builds[flyweight].phase == Phase::Running {
            self.queue_blocks(run, &[place]);
        }
        self.drop_void();
        Ok(index(place))
    }

    /// The run that a flyweight task stands for.
    pub(crate) fn enter_run(&mut self, flyweight: Slot, course: Course) {
        let Course { blocks, configurations, result } = course;
        let (steps, live) = (Vec::with_capacity(blocks.len()), SmallVec::new());
        let mut run = Run { flyweight, steps, configurations, live, again: None, result };
        for block in blocks {
            run.add(block);
        }
        let run = self.runs.insert(run);
        self.builds[flyweight].part = Some(Part { run, role: Role::Flyweight });
    }

    /// A run's flyweight task has started: the blocks that come after none are queued. Without any it is over.
    pub(crate) fn run_begins(&mut self, run: RunKey) {
        let known = self.runs.get_mut(run);
        if known.steps.is_empty() {
            self.end_run(run);
            return;
        }
        let first = (0..).zip(&known.steps).filter(|(_, step)| step.missing == 0);
        let first: SmallVec<[u32; 4]> = first.map(|(place, _)| place).collect();
        self.queue_blocks(run, &first);
    }

    /// Queues these blocks. All are noted before the first of them can end, for in an instant world it ends at once.
    fn queue_blocks(&mut self, run: RunKey, places: &[u32]) {
        let slots: SmallVec<[Slot; 4]> = places.iter().map(|&place| self.enter_block(run, place)).collect();
        self.runs.get_mut(run).live.extend(slots.iter().copied());
        let stamps: SmallVec<[u64; 4]> = slots.iter().map(|&slot| self.builds[slot].stamp).collect();
        for (&slot, &stamp) in slots.iter().zip(&stamps) {
            if self.builds.is_current(slot, stamp) {
                self.leave_quiet(slot);
            }
        }
    }

    fn enter_block(&mut self, run: RunKey, place: u32) -> Slot {
        let item = self.items.next_id();
        let known = self.runs.get_mut(run);
        if let Some(&job) = known.configurations.get(index(place)) {
            let (outer, block) = (known.flyweight, &known.steps[index(place)].block);
            let (key, duration) = (block.key, block.duration);
            let (number, label) = (self.builds[outer].number, self.jobs[job.index()].label);
            let phase = Phase::Waiting { until: self.now };
            let build = Build::new(item, key, duration, job.0, label, self.now, phase);
            let part = Some(Part { run, role: Role::Configuration(place) });
            return self.enter_part(Build { number, part, ..build });
        }
        let (outer, block) = (known.flyweight, &known.steps[index(place)].block);
        let (key, duration) = (block.key, block.duration);
        let text = match &block.label {
            Some(text) if !text.trim().is_empty() => LabelText::Expression(Arc::clone(text)),
            Some(_) | None => LabelText::Any,
        };
        let label = self.acquire_label(text);
        let (job, number) = (self.builds[outer].job, self.builds[outer].number);
        let phase = Phase::Waiting { until: self.now };
        let build = Build::new(item, key, duration, job, label, self.now, phase);
        let part = Some(Part { run, role: Role::Block(place) });
        self.enter_part(Build { number, part, ..build })
    }

    /// Enters a part of a run into the queue.
    fn enter_part(&mut self, build: Build) -> Slot {
        let (item, key) = (build.item, build.key);
        let slot = self.builds.insert(Build { parameters: Parameters::Unique, ..build });
        self.items.insert(item, slot);
        if !self.builds[slot].is_block() {
            let job = index(self.builds[slot].job);
            self.jobs[job].queued.push(&mut self.builds, slot);
        }
        self.outputs.push_back(Output::ItemEntered { key, item, at: self.now });
        self.mark_item(slot);
        slot
    }

    /// A block has its result, or was cancelled: what comes after it is queued, or the run ends.
    fn block_ends(&mut self, run: RunKey, slot: Slot, place: u32, result: BuildResult) {
        let known = self.runs.get_mut(run);
        known.live.retain(|&mut other| other != slot);
        if known.again.take() == Some(place) {
            self.queue_blocks(run, &[place]);
            return;
        }
        known.result = known.result.max(result);
        let mut ready: SmallVec<[u32; 4]> = SmallVec::new();
        if result == BuildResult::Success {
            let step = &mut known.steps[index(place)];
            step.ended_well = true;
            for next in std::mem::take(&mut step.next) {
                let next_step = &mut known.steps[index(next)];
                next_step.missing -= 1;
                if next_step.missing == 0 {
                    ready.push(next);
                }
            }
        }
        if !ready.is_empty() {
            self.queue_blocks(run, &ready);
        } else if known.live.is_empty() {
            self.end_run(run);
        }
    }

    /// All blocks of a run have ended.
    fn end_run(&mut self, run: RunKey) {
        let known = self.runs.get_mut(run);
        let (flyweight, result) = (known.flyweight, known.result);
        if result == BuildResult::Success {
            self.note_duration(flyweight);
        }
        self.finish(flyweight, result);
    }

    /// A restart of the controller takes builds of matrix projects with it; items of their configurations stay in the
    /// queue, with nobody who waits for them (`ParentBuildAction.parent` is not kept, read 2026-11-26).
    pub(crate) fn restart_matrices(&mut self) {
        let is_running = |build: &Build| build.flyweight && !build.phase.is_queued();
        let running = self.builds.iter().filter(|(_, build)| {
            is_running(build) && self.jobs[index(build.job)].kind == JobKind::MatrixProject
        });
        let slots: Vec<(Slot, Option<Part>)> = running.map(|(slot, build)| (slot, build.part)).collect();
        for (slot, part) in slots {
            if let Some(Part { run, .. }) = part {
                for child in std::mem::take(&mut self.runs.get_mut(run).live) {
                    self.builds[child].part = None;
                }
            } else {
                self.void_timer();
            }
            self.finish(slot, BuildResult::Vanished);
        }
    }

    /// A part of a run is over, and its slot free: what follows from that.
    pub(crate) fn part_ends(&mut self, slot: Slot, part: Option<Part>, result: BuildResult) {
        match part {
            Some(Part { run, role: Role::Block(place) | Role::Configuration(place) }) => {
                self.block_ends(run, slot, place, result);
            }
            Some(Part { run, role: Role::Flyweight }) => self.runs.forget(run),
            None => {}
        }
    }

    /// A build ends because its agent is lost; as a block of a Pipeline it may begin anew.
    pub(crate) fn finish_lost(&mut self, slot: Slot) {
        if let Some(Part { run, role: Role::Block(place) }) = self.builds[slot].part {
            let known = self.runs.get_mut(run);
            let retries = &mut known.steps[index(place)].block.retries;
            if let Some(left) = retries.checked_sub(1) {
                *retries = left;
                known.again = Some(place);
            }
        }
        self.abandon(slot, BuildResult::Aborted);
    }

    /// A run is stopped, and its blocks with it: those that wait are cancelled, those that run aborted.
    pub(crate) fn stop_run(&mut self, run: RunKey) {
        let known = self.runs.get_mut(run);
        known.result = BuildResult::Aborted;
        // Nothing is queued after blocks that are aborted, so the last of them ends the run.
        for slot in known.live.clone() {
            self.stop_block(slot);
        }
    }

    fn stop_block(&mut self, slot: Slot) {
        match self.builds[slot].phase {
            Phase::Waiting { .. } | Phase::Blocked => self.drop_item(slot),
            Phase::Buildable if !self.builds[slot].continuation => self.drop_item(slot),
            Phase::Buildable | Phase::Hanging | Phase::Lost => self.abandon(slot, BuildResult::Aborted),
            Phase::Running => {
                self.void_timer();
                self.finish(slot, BuildResult::Aborted);
            }
            Phase::Pending => {
                // Its executor is interrupted before it has begun.
                self.start(slot);
                self.stop_block(slot);
            }
            Phase::Free => unreachable!("a run knows which of its parts have ended"),
        }
    }

    /// The job that the run of a build is of: its own, but for a configuration of a matrix project.
    pub(crate) fn job_of_run(&self, build: &Build) -> u32 {
        match build.part {
            Some(Part { run, role: Role::Configuration(_) }) => self.builds[self.runs.get(run).flyweight].job,
            Some(Part { role: Role::Block(_) | Role::Flyweight, .. }) | None => build.job,
        }
    }

    /// What a build's task is: a block of a Pipeline is of no kind of job.
    pub(crate) fn kind_of(&self, build: &Build) -> JobKind {
        match build.part {
            Some(Part { role: Role::Block(_), .. }) => JobKind::Pipeline,
            Some(Part { role: Role::Flyweight | Role::Configuration(_), .. }) | None => {
                self.jobs[index(build.job)].kind
            }
        }
    }
}
