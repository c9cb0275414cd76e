//! What is due when.
//!
//! Spans that differ (durations, quiet periods) go through a heap; spans that are the same for all go through a lane, in
//! which what is entered first is due first until somebody changes the span. Entries are not taken out when they become
//! void; they are dropped when they come to the front, and before they outnumber the others in the heap.

use crate::build::Slot;
use footman_core::time::Timestamp;
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

/// What happens first at one instant: completions come before everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// A build ends.
    End,
    /// A Pipeline gives up.
    GiveUp,
    /// A quiet period ends.
    Quiet,
    /// Executors become assignable.
    Executor,
    /// An item becomes assignable.
    Item,
    /// An assigned build starts.
    Start,
    /// An agent's process does something, or its channel breaks.
    Agent,
}

/// An entry of the heap; at one instant in the order of ranks, then of stamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Due {
    pub(crate) at: Timestamp,
    pub(crate) rank: Rank,
    pub(crate) stamp: u64,
    pub(crate) slot: Slot,
}

/// Executors of a node that become assignable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExecutorsDue {
    pub(crate) node: u32,
    pub(crate) epoch: u64,
    pub(crate) count: u16,
}

/// What is due, the first at the front.
pub(crate) type Lane<T> = VecDeque<(Timestamp, T)>;

/// Enters what is due at `at`, behind all that is due until then. As long as a latency is the same for all that is the end
/// of its lane.
pub(crate) fn enter<T>(lane: &mut Lane<T>, at: Timestamp, entry: T) {
    if lane.back().is_none_or(|&(last, _)| last <= at) {
        lane.push_back((at, entry));
    } else {
        lane.insert(lane.partition_point(|&(due, _)| due <= at), (at, entry));
    }
}

/// All that is due.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock {
    heap: BinaryHeap<Reverse<Due>>,
    /// Void entries that may still be in the heap; an upper bound is enough.
    void: usize,
    pub(crate) online: Lane<ExecutorsDue>,
    pub(crate) finished: Lane<ExecutorsDue>,
    /// Slots with the stamps of their phases.
    pub(crate) items: Lane<(Slot, u64)>,
    pub(crate) starts: Lane<(Slot, u64)>,
    pub(crate) give_ups: VecDeque<(Timestamp, Slot)>,
}

/// Below this many entries the heap is not cleaned.
const HEAP_CLEANED_FROM: usize = 256;

impl Clock {
    /// Enters `due` into the heap.
    pub(crate) fn push(&mut self, due: Due) {
        self.heap.push(Reverse(due));
    }

    /// The first entry of the heap.
    pub(crate) fn peek(&self) -> Option<&Due> {
        self.heap.peek().map(|Reverse(due)| due)
    }

    /// How many entries the heap has, void ones among them.
    #[cfg(test)]
    pub(crate) fn timers(&self) -> usize {
        self.heap.len()
    }

    /// Takes the first entry out of the heap.
    pub(crate) fn pop(&mut self) -> Option<Due> {
        self.heap.pop().map(|Reverse(due)| due)
    }

    /// Says that an entry of the heap became void, and drops all void ones where they may be half of it.
    pub(crate) fn note_void(&mut self, is_current: impl Fn(&Due) -> bool) {
        self.void += 1;
        if self.heap.len() >= HEAP_CLEANED_FROM && self.void * 2 > self.heap.len() {
            self.heap.retain(|Reverse(due)| is_current(due));
            self.void = 0;
        }
    }

    /// The first instant at which anything is due, and what; void entries at the fronts count.
    #[inline]
    pub(crate) fn next(&self) -> Option<(Timestamp, Rank)> {
        let mut first = self.peek().map(|due| (due.at, due.rank));
        // In the order of ranks, so that an earlier one has the instant that two share.
        if let Some(&(at, _)) = self.give_ups.front()
            && first.is_none_or(|first| (at, Rank::GiveUp) < first)
        {
            first = Some((at, Rank::GiveUp));
        }
        let mut consider = |at: Option<Timestamp>, rank| {
            if let Some(at) = at
                && first.is_none_or(|(first, _)| at < first)
            {
                first = Some((at, rank));
            }
        };
        consider(self.online.front().map(|due| due.0), Rank::Executor);
        consider(self.finished.front().map(|due| due.0), Rank::Executor);
        consider(self.items.front().map(|due| due.0), Rank::Item);
        consider(self.starts.front().map(|due| due.0), Rank::Start);
        first
    }
}
