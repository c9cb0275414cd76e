//! Which builds of a workload are the `node` blocks of one run of a Pipeline, while the workload is played.
//!
//! Builds of one job and run that come after one another are blocks of one run. Each of them comes at its own time, so
//! that a trace is never read ahead: it joins the run of the block that it follows while that waits or runs, goes on in a
//! run of its own where that has ended well, and never runs where that was lost.

use crate::{
    workload::{Build, JobIndex},
    world::Outstanding,
};
use footman_core::id::QueueItemId;
use footman_jenkins_sim::ScheduleError;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::collections::{BTreeMap, BTreeSet};

/// How many lost blocks are remembered, the latest ones: a block that follows an older one runs.
const LOST_MAX: usize = 1 << 16;

/// The runs that last, by the items of their flyweight tasks, and their blocks.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    /// The blocks that have not ended, by the indices of their builds.
    blocks: IndexMap<u64, Block, FxBuildHasher>,
    /// Their indices, by their run.
    unfinished: BTreeMap<QueueItemId, BTreeSet<u64>>,
    /// Blocks that did not end well, by the indices of their builds.
    lost: BTreeMap<u64, Option<Name>>,
}

/// What the trace calls a run: its job and its number.
type Name = (Option<JobIndex>, u64);

#[derive(Debug, Clone, Copy)]
struct Block {
    run: QueueItemId,
    /// Its place among the blocks of the run.
    place: usize,
    name: Option<Name>,
}

/// What becomes of a build whose time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offered {
    /// It is a block of a run that lasts, and is queued when the one before it has ended well.
    Joined,
    /// It is kept until the build that it follows has ended, or has entered the queue.
    Held,
    /// The block that it follows was lost with the rest of its run.
    Lost,
    /// It is the first block of a run that is to be scheduled.
    Begins,
    /// The controller does not answer.
    TryAgain,
}

fn name_of(build: &Build) -> Option<Name> {
    build.run.map(|run| (build.job, run))
}

impl Runs {
    /// The block that `build` follows in the same run, if that has not ended.
    fn before(&self, build: &Build) -> Option<Block> {
        let name = name_of(build)?;
        self.blocks.get(&build.after?).filter(|block| block.name == Some(name)).copied()
    }

    /// Whether `build` would join a run.
    pub(crate) fn joins(&self, build: &Build) -> bool {
        self.before(build).is_some()
    }

    /// Finds out what becomes of `build`, whose time has come; `add` adds it to a run, after the block at a place, and
    /// says its own place.
    pub(crate) fn offer(
        &mut self,
        build: Build,
        outstanding: &mut Outstanding,
        add: impl FnOnce(QueueItemId, usize) -> Result<usize, ScheduleError>,
    ) -> Offered {
        if let Some(Block { run, place, .. }) = self.before(&build) {
            match add(run, place) {
                Ok(place) => {
                    self.note(&build, run, place);
                    outstanding.join(build);
                    return Offered::Joined;
                }
                Err(ScheduleError::Unavailable(_)) => return Offered::TryAgain,
                // The run has ended, and nobody was told yet: as long as that is so, the block before has not ended.
                Err(
                    ScheduleError::NoPipeline
                    | ScheduleError::NoMatrix
                    | ScheduleError::UnknownJob
                    | ScheduleError::Disabled,
                ) => {}
            }
        }
        if outstanding.hold(build) {
            return Offered::Held;
        }
        let name = name_of(&build);
        let before = build.after.and_then(|after| self.lost.get(&after));
        if name.is_some() && before == Some(&name) {
            self.lose(build.index, name);
            return Offered::Lost;
        }
        Offered::Begins
    }

    /// Notes that a run of this first block was scheduled.
    pub(crate) fn begin(&mut self, build: &Build, run: QueueItemId) {
        self.note(build, run, 0);
    }

    fn note(&mut self, build: &Build, run: QueueItemId, place: usize) {
        self.blocks.insert(build.index, Block { run, place, name: name_of(build) });
        self.unfinished.entry(run).or_default().insert(build.index);
    }

    /// Notes that the build of this index has ended, if it is a block, and whether it ended well.
    pub(crate) fn ended(&mut self, index: u64, well: bool) {
        let Some(block) = self.blocks.swap_remove(&index) else { return };
        if let Some(unfinished) = self.unfinished.get_mut(&block.run) {
            unfinished.remove(&index);
        }
        if !well {
            self.lose(index, block.name);
        }
    }

    /// Notes that what this item was has ended; where it was a run, the answer is its blocks that never entered the queue.
    pub(crate) fn run_ended(&mut self, item: QueueItemId) -> BTreeSet<u64> {
        if self.unfinished.is_empty() {
            return BTreeSet::new();
        }
        let never = self.unfinished.remove(&item).unwrap_or_default();
        for &index in &never {
            let block = self.blocks.swap_remove(&index);
            self.lose(index, block.and_then(|block| block.name));
        }
        never
    }

    fn lose(&mut self, index: u64, name: Option<Name>) {
        self.lost.insert(index, name);
        if self.lost.len() > LOST_MAX {
            self.lost.pop_first();
        }
    }
}
