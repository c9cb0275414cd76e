//! Every task that can be described, found by its number.
//!
//! Tasks that have not stopped live in slots that are used again; stopped ones move to a queue in the order in which
//! they stopped, and leave it at its front. A ring of four bytes per task, from the oldest that is left to the newest,
//! says where each is, so that nothing here is hashed or searched.

use crate::{
    id::TaskId,
    task::{Record, Task},
};
use footman_core::time::{Millis, Timestamp};
use std::collections::VecDeque;

/// Where a task is: a slot, or this bit and the lower bits of its place among all that ever stopped.
const STOPPED: u32 = 1 << 31;
/// The place of a task that is no more.
const GONE: u32 = u32::MAX;
/// Places among the stopped are counted modulo this, so that none of them looks like [`GONE`].
const STOPPED_PLACES: u32 = STOPPED - 1;

/// The tasks of an account.
#[derive(Debug, Default)]
pub(crate) struct TaskStore {
    /// Where the tasks `first..` are.
    places: VecDeque<u32>,
    first: u64,
    slots: Vec<Option<Task>>,
    free: Vec<u32>,
    stopped: VecDeque<Record>,
    /// When the first of them stopped.
    first_stopped: Option<Timestamp>,
    /// How many stopped tasks were dropped, modulo [`STOPPED_PLACES`].
    dropped: u32,
}

impl TaskStore {
    /// The number that the next task gets.
    pub(crate) fn next_id(&self) -> TaskId {
        TaskId(self.first + u64::try_from(self.places.len()).expect("a length fits 64 bits"))
    }

    /// Adds a task, whose number must be [`Self::next_id`].
    pub(crate) fn insert(&mut self, task: Task) {
        debug_assert_eq!(task.record.id, self.next_id());
        let slot = if let Some(slot) = self.free.pop() {
            self.slots[index(slot)] = Some(task);
            slot
        } else {
            let slot = u32::try_from(self.slots.len()).expect("tasks at once are bounded by memory");
            assert!(slot < STOPPED, "2^31 tasks at once cannot be told apart");
            self.slots.push(Some(task));
            slot
        };
        self.places.push_back(slot);
    }

    #[inline]
    fn place(&self, id: TaskId) -> Option<u32> {
        let offset = usize::try_from(id.0.checked_sub(self.first)?).ok()?;
        self.places.get(offset).copied().filter(|&place| place != GONE)
    }

    /// The task, unless it stopped.
    pub(crate) fn live(&self, id: TaskId) -> Option<&Task> {
        let place = self.place(id).filter(|place| place & STOPPED == 0)?;
        self.slots[index(place)].as_ref()
    }

    /// The task, unless it stopped.
    pub(crate) fn live_mut(&mut self, id: TaskId) -> Option<&mut Task> {
        let place = self.place(id).filter(|place| place & STOPPED == 0)?;
        self.slots[index(place)].as_mut()
    }

    /// What is kept of the task, stopped or not.
    #[inline]
    pub(crate) fn record(&self, id: TaskId) -> Option<&Record> {
        let place = self.place(id)?;
        if place & STOPPED == 0 {
            return self.slots[index(place)].as_ref().map(|task| &task.record);
        }
        let place = place & !STOPPED;
        let offset =
            if place >= self.dropped { place - self.dropped } else { place + STOPPED_PLACES - self.dropped };
        self.stopped.get(index(offset))
    }

    /// The same, to change what the API may change of a task that has stopped too.
    pub(crate) fn record_mut(&mut self, id: TaskId) -> Option<&mut Record> {
        let place = self.place(id)?;
        if place & STOPPED == 0 {
            return self.slots[index(place)].as_mut().map(|task| &mut task.record);
        }
        let place = place & !STOPPED;
        let offset =
            if place >= self.dropped { place - self.dropped } else { place + STOPPED_PLACES - self.dropped };
        self.stopped.get_mut(index(offset))
    }

    /// Moves a task to those that stopped; they must stop in the order of time.
    pub(crate) fn stop(&mut self, id: TaskId) -> Option<&Record> {
        let slot = self.place(id).filter(|place| place & STOPPED == 0)?;
        let task = self.slots[index(slot)].take()?;
        self.free.push(slot);
        let length = u32::try_from(self.stopped.len()).expect("stopped tasks are bounded by memory");
        assert!(length < STOPPED_PLACES, "2^31 stopped tasks at once cannot be told apart");
        let offset = usize::try_from(id.0 - self.first).expect("it was found there");
        self.places[offset] = STOPPED | ((self.dropped + length) % STOPPED_PLACES);
        self.first_stopped.get_or_insert(task.record.times.stopped);
        self.stopped.push_back(task.record);
        self.stopped.back()
    }

    /// Drops the first of the tasks that stopped, if that was `retention` or longer before `now`, and says whether it did.
    #[inline]
    pub(crate) fn expire(&mut self, now: Timestamp, retention: Millis) -> bool {
        let expires = self.first_stopped.is_some_and(|stopped| stopped + retention <= now);
        if expires {
            self.drop_first();
        }
        expires
    }

    fn drop_first(&mut self) {
        let Some(front) = self.stopped.front() else { return };
        let offset = usize::try_from(front.id.0 - self.first).expect("it is in the ring until it is dropped");
        self.stopped.pop_front();
        self.first_stopped = self.stopped.front().map(|front| front.times.stopped);
        self.dropped = (self.dropped + 1) % STOPPED_PLACES;
        self.places[offset] = GONE;
        while self.places.front() == Some(&GONE) {
            self.places.pop_front();
            self.first += 1;
        }
    }

    /// What is kept of every task, in the order of their numbers, from `from` on.
    pub(crate) fn records_from(&self, from: TaskId) -> impl Iterator<Item = &Record> {
        (from.0.max(self.first)..self.next_id().0).filter_map(|id| self.record(TaskId(id)))
    }

    /// What is kept of every task that has not stopped.
    pub(crate) fn live_records(&self) -> impl Iterator<Item = &Record> {
        self.slots.iter().flatten().map(|task| &task.record)
    }

    /// How many tasks are kept: those that have not stopped, and those that have.
    pub(crate) fn len(&self) -> (usize, usize) {
        (self.slots.len() - self.free.len(), self.stopped.len())
    }
}

#[inline]
fn index(place: u32) -> usize {
    usize::try_from(place).expect("a usize has at least 32 bits on every supported target")
}
