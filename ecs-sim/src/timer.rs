//! Deadlines in the order of time, and among equals in the order in which they were set.

use crate::id::{InstanceId, ProviderId, TaskId};
use footman_core::time::Timestamp;
use std::{cmp::Ordering, collections::BinaryHeap};

/// What a deadline is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// A task moves on.
    Task(TaskId),
    /// The spot capacity of a task is reclaimed.
    TaskInterruption(TaskId),
    /// An instance moves on.
    Instance(InstanceId),
    /// The spot capacity of an instance is reclaimed.
    InstanceInterruption(InstanceId),
    /// The trunk network interface of an instance is attached.
    InstanceTrunk(InstanceId),
    /// Managed scaling looks at its metric.
    Scaling(ProviderId),
}

/// The number of a deadline, by which its owner knows whether it still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TimerSeq(u64);

impl TimerSeq {
    /// The number of no deadline.
    pub(crate) const NONE: Self = Self(0);
}

/// Every deadline that was set and has not come yet.
///
/// Nothing is ever taken out of the middle: the owner of a deadline remembers its number, and one with another number
/// is passed over when it comes.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    heap: BinaryHeap<Deadline>,
    last: u64,
    /// How many deadlines are still to come that mean nothing any more.
    cancelled: u32,
}

/// A deadline; the one that comes first is the greatest, as a heap of maxima wants it.
#[derive(Debug, Clone, Copy)]
struct Deadline {
    at: Timestamp,
    seq: TimerSeq,
    timer: Timer,
}

impl Ord for Deadline {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.seq).cmp(&(self.at, self.seq))
    }
}

impl PartialOrd for Deadline {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Deadline {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Deadline {}

impl Timers {
    /// Sets a deadline.
    pub(crate) fn set(&mut self, at: Timestamp, timer: Timer) -> TimerSeq {
        self.last += 1;
        let seq = TimerSeq(self.last);
        self.heap.push(Deadline { at, seq, timer });
        seq
    }

    /// The next deadline.
    #[inline]
    pub(crate) fn peek(&self) -> Option<(Timestamp, TimerSeq, Timer)> {
        self.heap.peek().map(|&Deadline { at, seq, timer }| (at, seq, timer))
    }

    /// Takes the next deadline away.
    pub(crate) fn pop(&mut self) {
        self.heap.pop();
    }

    /// Counts a deadline that means nothing any more.
    pub(crate) fn cancel(&mut self) {
        self.cancelled += 1;
    }

    /// Counts a deadline that meant nothing and was taken away.
    pub(crate) fn cancelled_gone(&mut self) {
        self.cancelled -= 1;
    }

    /// Whether some deadlines mean nothing any more.
    pub(crate) fn has_cancelled(&self) -> bool {
        self.cancelled > 0
    }
}
