//! Items by id: those in the queue, those that run, and those that left not long ago.

use crate::{build::Slot, job::JobId, view::LeftItemView};
use footman_core::{
    id::QueueItemId,
    time::{Millis, Timestamp},
};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::collections::VecDeque;

/// Where an item is to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the table of builds.
    Build(Slot),
    /// Among the left items, under that number.
    Left(u64),
}

/// The index of items by id.
#[derive(Debug, Clone)]
pub(crate) struct Items {
    kept: Millis,
    next_id: u64,
    places: IndexMap<u64, Place, FxBuildHasher>,
    left: VecDeque<LeftItemView>,
    /// The number of the first left item; they are numbered from 1.
    first: u64,
}

impl Items {
    /// No items; left ones will be kept for `kept`.
    pub(crate) fn new(kept: Millis) -> Self {
        Self { kept, next_id: 1, places: IndexMap::default(), left: VecDeque::new(), first: 1 }
    }

    /// The id of the next item; Jenkins counts from 1.
    pub(crate) fn next_id(&mut self) -> QueueItemId {
        let id = QueueItemId(self.next_id);
        self.next_id += 1;
        id
    }

    /// Says where an item is.
    pub(crate) fn insert(&mut self, id: QueueItemId, slot: Slot) {
        self.places.insert(id.0, Place::Build(slot));
    }

    /// Where an item is.
    pub(crate) fn place(&self, id: QueueItemId) -> Option<Place> {
        self.places.get(&id.0).copied()
    }

    /// Records that an item left the queue, and under which number.
    pub(crate) fn leave(&mut self, id: QueueItemId, job: JobId, number: Option<u32>, at: Timestamp) -> u64 {
        if self.kept.is_zero() {
            return 0;
        }
        self.left.push_back(LeftItemView { id, job, number, at });
        self.first + u64::try_from(self.left.len()).expect("a length fits into 64 bits") - 1
    }

    /// The item is no build any more; what is left of it is its record.
    pub(crate) fn forget_build(&mut self, id: QueueItemId, left: u64) {
        if left >= self.first {
            self.places.insert(id.0, Place::Left(left));
        } else {
            self.places.swap_remove(&id.0);
        }
    }

    /// The record of an item that left.
    pub(crate) fn record(&self, left: u64) -> Option<&LeftItemView> {
        let at = usize::try_from(left.checked_sub(self.first)?).ok()?;
        self.left.get(at)
    }

    /// Forgets what left long enough ago.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        while let Some(front) = self.left.front()
            && front.at + self.kept <= now
        {
            let id = front.id.0;
            if self.places.get(&id) == Some(&Place::Left(self.first)) {
                self.places.swap_remove(&id);
            }
            self.left.pop_front();
            self.first += 1;
        }
    }
}
