//! Deadlines in the order of time, and among equals in the order in which they were set.

use crate::id::{InstanceId, ProviderId, TaskId};
use footman_core::time::Timestamp;
use std::{cmp::Reverse, collections::BinaryHeap};

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
    heap: BinaryHeap<Reverse<(Timestamp, TimerSeq, Timer)>>,
    last: u64,
    /// How many deadlines are still to come that mean nothing any more.
    cancelled: u32,
}

impl Timers {
    /// Sets a deadline.
    pub(crate) fn set(&mut self, at: Timestamp, timer: Timer) -> TimerSeq {
        self.last += 1;
        let seq = TimerSeq(self.last);
        self.heap.push(Reverse((at, seq, timer)));
        seq
    }

    /// The next deadline.
    #[inline]
    pub(crate) fn peek(&self) -> Option<(Timestamp, TimerSeq, Timer)> {
        self.heap.peek().map(|&Reverse(entry)| entry)
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
