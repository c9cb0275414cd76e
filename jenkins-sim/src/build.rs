//! Builds: each request is one slot from its entry into the queue until its result.
//!
//! A slot is an item while it waits and a build while it runs. Slots are reused; a timer names a slot together with
//! its stamp, which changes with every phase, so that a timer of an earlier phase or an earlier build is void.

use crate::{
    pipeline::{Part, Role},
    queued::Links,
    request::Parameters,
};
use footman_core::{
    id::{NodeName, QueueItemId},
    time::{Millis, Timestamp},
};

/// A place in the table of builds.
pub(crate) type Slot = u32;

/// How far a build is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The slot holds no build.
    Free,
    /// `WaitingItem`.
    Waiting {
        /// The end of the quiet period.
        until: Timestamp,
    },
    /// `BlockedItem`.
    Blocked,
    /// `BuildableItem`.
    Buildable,
    /// `BuildableItem` that an executor has.
    Pending,
    /// It runs.
    Running,
    /// A Pipeline whose node is there but offline; it still has its executor.
    Hanging,
    /// A Pipeline whose node was deleted, or that waits for the controller to come up again.
    Lost,
}

impl Phase {
    /// Whether it is in the queue.
    pub(crate) const fn is_queued(self) -> bool {
        match self {
            Self::Waiting { .. } | Self::Blocked | Self::Buildable | Self::Pending => true,
            Self::Free | Self::Running | Self::Hanging | Self::Lost => false,
        }
    }

    /// Whether it has an executor.
    pub(crate) const fn has_executor(self) -> bool {
        match self {
            Self::Pending | Self::Running | Self::Hanging => true,
            Self::Free | Self::Waiting { .. } | Self::Blocked | Self::Buildable | Self::Lost => false,
        }
    }
}

/// One build, from request to result.
#[derive(Debug, Clone)]
pub(crate) struct Build {
    /// Changes with every phase; unique over all builds.
    pub(crate) stamp: u64,
    /// How far it is.
    pub(crate) phase: Phase,
    /// Its item; of a continuation the latest.
    pub(crate) item: QueueItemId,
    /// Its first item.
    pub(crate) first_item: QueueItemId,
    /// Its index in the trace.
    pub(crate) key: u64,
    /// How long it runs.
    pub(crate) duration: Millis,
    /// Its job.
    pub(crate) job: u32,
    /// The label that it waits for.
    pub(crate) label: u32,
    /// Its node, while it has an executor.
    pub(crate) node: u32,
    /// Its place among the node's builds.
    pub(crate) place: u32,
    /// The number of its executor.
    pub(crate) executor: u16,
    /// Whether it needs no executor of the node's own.
    pub(crate) flyweight: bool,
    /// What it is given besides its job.
    pub(crate) parameters: Parameters,
    /// Where it stands among the items of its job, while it is in the queue.
    pub(crate) links: Links,
    /// Which part of a Pipeline's run it is.
    pub(crate) part: Option<Part>,
    /// Whether it is a Pipeline that started before and wants its node back.
    pub(crate) continuation: bool,
    /// Whether it is in the list of what changed.
    pub(crate) changed: bool,
    /// Whether an observer has seen the item.
    pub(crate) seen: bool,
    /// Its number in its job, from its start on; of a part of a run that of the run.
    pub(crate) number: u32,
    /// `inQueueSince`.
    pub(crate) in_queue_since: Timestamp,
    /// `buildableStartMilliseconds`.
    pub(crate) buildable_since: Timestamp,
    /// Its rank in the queue: ascending in the order in which quiet periods ended.
    pub(crate) order: u64,
    /// When it started.
    pub(crate) started: Timestamp,
    /// When it ends if nothing happens to it.
    pub(crate) ends: Timestamp,
    /// When it gives up waiting for its node.
    pub(crate) gives_up: Option<Timestamp>,
    /// The node that it has lost.
    pub(crate) home: Option<NodeName>,
    /// The number of its record among the left items.
    pub(crate) left: u64,
}

impl Build {
    /// A build that has just been asked for.
    pub(crate) fn new(
        item: QueueItemId,
        key: u64,
        duration: Millis,
        job: u32,
        label: u32,
        now: Timestamp,
        phase: Phase,
    ) -> Self {
        Self {
            stamp: 0,
            phase,
            item,
            first_item: item,
            key,
            duration,
            job,
            label,
            node: 0,
            place: 0,
            executor: 0,
            flyweight: false,
            parameters: Parameters::None,
            links: Links::default(),
            part: None,
            continuation: false,
            changed: false,
            seen: false,
            number: 0,
            in_queue_since: now,
            buildable_since: now,
            order: 0,
            started: now,
            ends: now,
            gives_up: None,
            home: None,
            left: 0,
        }
    }

    /// Whether it is a `node` block of a Pipeline's run, which counts among no builds of its job.
    pub(crate) fn is_block(&self) -> bool {
        self.part.is_some_and(|part| matches!(part.role, Role::Block(_)))
    }
}

/// All builds that have no result yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Builds {
    slots: Vec<Build>,
    free: Vec<Slot>,
    stamps: u64,
}

impl Builds {
    /// Puts a build into a free slot. What observers know of the slot stays with the slot.
    pub(crate) fn insert(&mut self, mut build: Build) -> Slot {
        self.stamps += 1;
        build.stamp = self.stamps;
        match self.free.pop() {
            Some(slot) => {
                let place = &mut self.slots[index(slot)];
                build.changed = place.changed;
                *place = build;
                slot
            }
            None => {
                self.slots.push(build);
                u32::try_from(self.slots.len() - 1).expect("fewer than 2^32 builds are in the queue or run")
            }
        }
    }

    /// Frees a slot.
    pub(crate) fn remove(&mut self, slot: Slot) {
        self.set_phase(slot, Phase::Free);
        self[slot].home = None;
        self[slot].parameters = Parameters::None;
        self[slot].gives_up = None;
        self.free.push(slot);
    }

    /// Puts a build into another phase: its timers so far are void. The new stamp is returned.
    pub(crate) fn set_phase(&mut self, slot: Slot, phase: Phase) -> u64 {
        self.stamps += 1;
        let build = &mut self.slots[index(slot)];
        build.phase = phase;
        build.stamp = self.stamps;
        build.stamp
    }

    /// Whether the build in `slot` still is in the phase that had this stamp.
    pub(crate) fn is_current(&self, slot: Slot, stamp: u64) -> bool {
        self.slots[index(slot)].stamp == stamp
    }

    /// How many slots there are.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// The slots that hold a build, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Slot, &Build)> {
        (0..).zip(&self.slots).filter(|(_, build)| build.phase != Phase::Free)
    }
}

impl std::ops::Index<Slot> for Builds {
    type Output = Build;

    fn index(&self, slot: Slot) -> &Build {
        &self.slots[index(slot)]
    }
}

impl std::ops::IndexMut<Slot> for Builds {
    fn index_mut(&mut self, slot: Slot) -> &mut Build {
        &mut self.slots[index(slot)]
    }
}

/// A 32-bit number of a table as an index.
pub(crate) fn index(number: u32) -> usize {
    usize::try_from(number).expect("a usize has at least 32 bits on every supported target")
}
