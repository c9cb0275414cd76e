//! A job's items in the queue, in the order in which they entered it.
//!
//! The list goes through the builds themselves, so that an item enters and leaves without a search and without memory of
//! its own, and a job with thousands of items is asked for its first one at no cost.

use crate::build::{Builds, Slot};

/// The items of one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Queued {
    ends: Option<Ends>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ends {
    first: Slot,
    last: Slot,
}

/// The neighbours of an item in the list of its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Links {
    previous: Option<Slot>,
    next: Option<Slot>,
}

impl Queued {
    /// The item that entered first.
    pub(crate) fn first(self) -> Option<Slot> {
        self.ends.map(|ends| ends.first)
    }

    /// An item enters the queue.
    pub(crate) fn push(&mut self, builds: &mut Builds, slot: Slot) {
        let previous = self.ends.map(|ends| ends.last);
        builds[slot].links = Links { previous, next: None };
        if let Some(previous) = previous {
            builds[previous].links.next = Some(slot);
        }
        self.ends = Some(Ends { first: self.first().unwrap_or(slot), last: slot });
    }

    /// An item that is in the list leaves the queue.
    pub(crate) fn remove(&mut self, builds: &mut Builds, slot: Slot) {
        let Links { previous, next } = std::mem::take(&mut builds[slot].links);
        if let Some(previous) = previous {
            builds[previous].links.next = next;
        }
        if let Some(next) = next {
            builds[next].links.previous = previous;
        }
        let ends = self.ends.expect("an item that leaves is in the list");
        let first = if previous.is_none() { next } else { Some(ends.first) };
        let last = if next.is_none() { previous } else { Some(ends.last) };
        self.ends = first.zip(last).map(|(first, last)| Ends { first, last });
    }
}
