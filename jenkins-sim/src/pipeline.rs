//! Runs of Pipelines: a flyweight task on the controller for as long as the run lasts, and its `node` blocks.
//!
//! A block is a task of its own (`ExecutorStepExecution.PlaceholderTask`, named "part of JOB #N"): it is queued without a
//! quiet period when the blocks before it have ended well, wants the label that is written in the Pipeline, and shows that
//! label in `why` alone. A block that ends otherwise takes those that come after it with it; blocks beside it go on, and
//! the run ends with the worst of the results.

use crate::{
    Jenkins,
    build::{Build, Phase, Slot, index},
    error::ScheduleError,
    job::{JobId, JobKind},
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

/// What a run will do.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) blocks: Vec<Block>,
    /// How it ends at best.
    pub(crate) result: BuildResult,
}

/// Which part of a run a build is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) run: RunKey,
    /// The place of a block; `None` for the flyweight task.
    pub(crate) block: Option<u32>,
}

/// The place of a run in the table, counted from 1.
pub(crate) type RunKey = NonZeroU32;

/// A run that has no result yet.
#[derive(Debug, Clone)]
struct Run {
    flyweight: Slot,
    blocks: Vec<Block>,
    /// How many of the blocks before a block have not ended well yet.
    missing: Vec<usize>,
    /// The blocks that come after a block.
    next: Vec<SmallVec<[u32; 1]>>,
    /// The slots of blocks that wait or run.
    live: SmallVec<[Slot; 1]>,
    /// A block that ends now because its agent is lost, and begins anew.
    again: Option<u32>,
    result: BuildResult,
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
        let course = Course { blocks, result: BuildResult::Success };
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
        self.request(job, request, Some(Course { blocks: Vec::new(), result: BuildResult::Failure }))
    }

    /// The run that a flyweight task stands for.
    pub(crate) fn enter_run(&mut self, flyweight: Slot, Course { blocks, result }: Course) {
        let mut next = vec![SmallVec::new(); blocks.len()];
        for (place, block) in (0..).zip(&blocks) {
            for &before in &block.after {
                next[before].push(place);
            }
        }
        let missing = blocks.iter().map(|block| block.after.len()).collect();
        let live = SmallVec::new();
        let run = self.runs.insert(Run { flyweight, blocks, missing, next, live, again: None, result });
        self.builds[flyweight].part = Some(Part { run, block: None });
    }

    /// A run's flyweight task has started: the blocks that come after none are queued. Without any it is over.
    pub(crate) fn run_begins(&mut self, run: RunKey) {
        let known = self.runs.get_mut(run);
        if known.blocks.is_empty() {
            let (flyweight, result) = (known.flyweight, known.result);
            self.finish(flyweight, result);
            return;
        }
        let first = (0..).zip(&known.missing).filter(|&(_, &missing)| missing == 0);
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
        let (outer, block) = (known.flyweight, &known.blocks[index(place)]);
        let (key, duration) = (block.key, block.duration);
        let text = match &block.label {
            Some(text) if !text.trim().is_empty() => LabelText::Expression(Arc::clone(text)),
            Some(_) | None => LabelText::Any,
        };
        let label = self.acquire_label(text);
        let (job, number) = (self.builds[outer].job, self.builds[outer].number);
        let phase = Phase::Waiting { until: self.now };
        let build = Build::new(item, key, duration, job, label, self.now, phase);
        let part = Some(Part { run, block: Some(place) });
        let slot = self.builds.insert(Build { parameters: Parameters::Unique, number, part, ..build });
        self.items.insert(item, slot);
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
            for &next in &known.next[index(place)] {
                known.missing[index(next)] -= 1;
                if known.missing[index(next)] == 0 {
                    ready.push(next);
                }
            }
        }
        if !ready.is_empty() {
            self.queue_blocks(run, &ready);
        } else if known.live.is_empty() {
            let (flyweight, result) = (known.flyweight, known.result);
            if result == BuildResult::Success {
                self.note_duration(flyweight);
            }
            self.finish(flyweight, result);
        }
    }

    /// A part of a run is over, and its slot free: what follows from that.
    pub(crate) fn part_ends(&mut self, slot: Slot, part: Option<Part>, result: BuildResult) {
        match part {
            Some(Part { run, block: Some(place) }) => self.block_ends(run, slot, place, result),
            Some(Part { run, block: None }) => self.runs.forget(run),
            None => {}
        }
    }

    /// A build ends because its agent is lost; as a block of a Pipeline it may begin anew.
    pub(crate) fn finish_lost(&mut self, slot: Slot) {
        if let Some(Part { run, block: Some(place) }) = self.builds[slot].part {
            let known = self.runs.get_mut(run);
            let retries = &mut known.blocks[index(place)].retries;
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
            Phase::Waiting { .. } | Phase::Blocked | Phase::Free => {
                unreachable!("a block has no quiet period and no build before it")
            }
        }
    }

    /// What a build's task is: a block of a Pipeline is of no kind of job.
    pub(crate) fn kind_of(&self, build: &Build) -> JobKind {
        match build.part {
            Some(Part { block: Some(_), .. }) => JobKind::Pipeline,
            Some(Part { block: None, .. }) | None => self.jobs[index(build.job)].kind,
        }
    }
}
