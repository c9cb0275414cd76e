//! What will happen in the world besides what the simulators and the core wait for themselves.
//!
//! Entries come out earliest first and, at the same instant, in the order in which they were put in, so that a run has
//! one order of events on every machine.

use footman_core::Timestamp;
use std::{cmp::Ordering, collections::BinaryHeap};

/// A queue of things to happen, ordered by time and then by the order of their coming.
#[derive(Debug)]
pub(crate) struct Agenda<E> {
    heap: BinaryHeap<Entry<E>>,
    next: u64,
}

#[derive(Debug)]
struct Entry<E> {
    at: Timestamp,
    sequence: u64,
    what: E,
}

impl<E> Agenda<E> {
    /// One without entries.
    pub(crate) fn new() -> Self {
        Self { heap: BinaryHeap::new(), next: 0 }
    }

    /// Puts `what` in for `at`.
    pub(crate) fn put(&mut self, at: Timestamp, what: E) {
        self.heap.push(Entry { at, sequence: self.next, what });
        self.next += 1;
    }

    /// When the first entry is due.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.heap.peek().map(|entry| entry.at)
    }

    /// Takes the first entry out if it is due at `now`.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<E> {
        if self.due()? > now {
            return None;
        }
        self.heap.pop().map(|entry| entry.what)
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    /// The greatest entry is the one due first: the heap is one of maxima.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.sequence).cmp(&(self.at, self.sequence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_out_by_time_and_then_by_the_order_of_their_coming() {
        let mut agenda = Agenda::new();
        for (at, what) in [(5, 'd'), (1, 'a'), (5, 'e'), (2, 'b'), (2, 'c')] {
            agenda.put(Timestamp::from_millis(at), what);
        }
        let mut order = String::new();
        assert_eq!(agenda.take_due(Timestamp::from_millis(0)), None, "nothing is due yet");
        while let Some(what) = agenda.take_due(Timestamp::from_millis(5)) {
            order.push(what);
        }
        assert_eq!(order, "abcde");
        assert_eq!(agenda.due(), None);
    }
}
