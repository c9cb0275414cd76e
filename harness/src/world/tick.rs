//! When one side of the world is looked at next.

use footman_core::{Millis, Timestamp};

/// The grid on which one side of the world is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tick {
    pub(super) every: Millis,
    last: Option<Timestamp>,
    pub(super) next: Option<Timestamp>,
}

impl Tick {
    pub(super) const fn new(every: Millis) -> Self {
        Self { every, last: None, next: None }
    }

    /// Asks for a tick on the grid from `origin`: at `now` or after it, only after it where the tick of `now` has
    /// `passed`, and never twice at one point.
    pub(super) fn ask(&mut self, now: Timestamp, passed: bool, origin: Timestamp) {
        if self.next.is_some() {
            return;
        }
        let from = if passed { now + Millis::new(1) } else { now };
        let at = from.ceil_to_grid(origin, self.every);
        let earliest = self.last.map_or(at, |last| last + self.every.max(Millis::new(1)));
        self.next = Some(at.max(earliest));
    }

    pub(super) fn done(&mut self, now: Timestamp) {
        self.last = Some(now);
        self.next = None;
    }
}
