//! What will happen in the world besides what the simulators and the core wait for themselves.
//!
//! Entries come out earliest first and, at the same instant, in the order in which they were put in, so that a run has
//! one order of events on every machine.
//!
//! Most entries are answers, each of which takes as long as the others of its kind. They come in the order in which
//! they are due, so that a first-in first-out lane per kind does for them what a heap would do, at a constant cost.

use footman_core::Timestamp;
use std::{
    cmp::Ordering,
    collections::{BinaryHeap, VecDeque},
};

/// How many lanes there are: one for the answers of each server.
const LANES: usize = 2;

/// A queue of things to happen, ordered by time and then by the order of their coming.
#[derive(Debug)]
pub(crate) struct Agenda<E> {
    /// When the first entry is due: it is asked for far more often than it changes.
    due: Option<Timestamp>,
    heap: BinaryHeap<Entry<E>>,
    lanes: [VecDeque<Entry<E>>; LANES],
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
        Self { due: None, heap: BinaryHeap::new(), lanes: std::array::from_fn(|_| VecDeque::new()), next: 0 }
    }

    /// Puts `what` in for `at`.
    pub(crate) fn put(&mut self, at: Timestamp, what: E) {
        let entry = self.entry(at, what);
        self.heap.push(entry);
    }

    /// Puts `what` in for `at` beside others that come, by and large, in the order in which they are due.
    pub(crate) fn put_in_turn(&mut self, at: Timestamp, what: E) {
        let entry = self.entry(at, what);
        let fits = |lane: &&mut VecDeque<Entry<E>>| lane.back().is_none_or(|last| last.at <= at);
        match self.lanes.iter_mut().find(fits) {
            Some(lane) => lane.push_back(entry),
            None => self.heap.push(entry),
        }
    }

    fn entry(&mut self, at: Timestamp, what: E) -> Entry<E> {
        let sequence = self.next;
        self.next += 1;
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
        Entry { at, sequence, what }
    }

    /// When the first entry is due.
    #[inline]
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.due
    }

    /// Takes the first entry out if it is due at `now`.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<E> {
        if self.due.is_none_or(|due| due > now) {
            return None;
        }
        let order = |entry: &Entry<E>| (entry.at, entry.sequence);
        let mut first = self.heap.peek().map(|entry| (order(entry), LANES));
        for (lane, entries) in self.lanes.iter().enumerate() {
            if let Some(front) = entries.front()
                && first.is_none_or(|(first, _)| order(front) < first)
            {
                first = Some((order(front), lane));
            }
        }
        let (_, lane) = first?;
        let entry = if lane < LANES { self.lanes[lane].pop_front() } else { self.heap.pop() };
        let fronts = self.lanes.iter().filter_map(VecDeque::front);
        self.due = fronts.chain(self.heap.peek()).map(|entry| entry.at).min();
        entry.map(|entry| entry.what)
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

    #[test]
    fn an_entry_put_in_turn_comes_out_when_it_would_have_come_out_otherwise() {
        // Two kinds of answers, which take 25 and 100, one that takes 60 and fits neither lane, and others beside them.
        let entries =
            [(0, 100), (0, 25), (10, 100), (10, 25), (10, 60), (10, 15), (25, 0), (85, 25), (90, 20)];
        let mut plain = Agenda::new();
        let mut turns = Agenda::new();
        for (number, (now, takes)) in entries.into_iter().enumerate() {
            let at = Timestamp::from_millis(now + takes);
            plain.put(at, number);
            if takes == 15 || takes == 0 { turns.put(at, number) } else { turns.put_in_turn(at, number) }
        }
        while let Some(at) = plain.due() {
            assert_eq!(turns.due(), Some(at));
            assert_eq!(turns.take_due(at), plain.take_due(at));
        }
        assert_eq!(turns.due(), None);
    }
}
