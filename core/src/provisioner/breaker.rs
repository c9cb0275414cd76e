//! When a template is left alone for a while: it keeps failing, or ECS has no room for it.

use crate::{
    decision::{BreakerChange, Cause, Reason},
    id::TemplateId,
    policy::Breaker,
    time::{Millis, Timestamp},
};

/// How long a template waits after the first answer that there is no room; doubled each time.
const NO_ROOM_MIN: Millis = Millis::from_secs(1);
/// The longest that a template waits for room.
const NO_ROOM_MAX: Millis = Millis::from_secs(60);
/// Doublings after which a span does not grow any more, whatever its bound.
const DOUBLINGS_MAX: u32 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    Open {
        until: Timestamp,
    },
    /// One launch is let through; `true` once it was.
    HalfOpen {
        tried: bool,
    },
}

/// How a template fares.
#[derive(Debug)]
pub(super) struct Health {
    template: TemplateId,
    state: State,
    failures: u32,
    openings: u32,
    no_room_until: Option<Timestamp>,
    no_rooms: u32,
}

/// `first`, doubled `times` times, at most `most`.
pub(super) fn doubled(first: Millis, times: u32, most: Millis) -> Millis {
    first.saturating_mul(1 << times.min(DOUBLINGS_MAX)).min(most)
}

impl Health {
    pub(super) fn new(template: TemplateId) -> Self {
        Self { template, state: State::Closed, failures: 0, openings: 0, no_room_until: None, no_rooms: 0 }
    }

    /// How many launches may be decided at `now`, or why none.
    pub(super) fn allows(&self, now: Timestamp) -> Result<u32, Reason> {
        let template = self.template;
        match self.state {
            State::Open { until } => return Err(Reason::BreakerOpen { template, until }),
            State::HalfOpen { tried: true } => return Err(Reason::BreakerOpen { template, until: now }),
            State::HalfOpen { tried: false } | State::Closed => {}
        }
        match self.no_room_until {
            Some(until) if until > now => Err(Reason::NoCapacity { template, until }),
            Some(_) | None => Ok(if self.state == State::Closed { u32::MAX } else { 1 }),
        }
    }

    /// Until when `RunTask` calls are held back.
    pub(super) fn held_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.no_room_until.filter(|until| *until > now)
    }

    /// A launch was decided.
    pub(super) fn launched(&mut self) {
        if let State::HalfOpen { tried } = &mut self.state {
            *tried = true;
        }
    }

    /// ECS accepted a task.
    pub(super) fn has_room(&mut self) {
        self.no_room_until = None;
        self.no_rooms = 0;
    }

    /// ECS had no room; says until when to wait.
    pub(super) fn no_room(&mut self, now: Timestamp) -> Timestamp {
        if let Some(until) = self.held_until(now) {
            return until;
        }
        let until = now + doubled(NO_ROOM_MIN, self.no_rooms, NO_ROOM_MAX);
        self.no_rooms = self.no_rooms.saturating_add(1);
        self.no_room_until = Some(until);
        until
    }

    /// An agent came online.
    pub(super) fn succeeded(&mut self) -> Option<BreakerChange> {
        self.failures = 0;
        self.openings = 0;
        let was = std::mem::replace(&mut self.state, State::Closed);
        (was != State::Closed).then_some(BreakerChange::Closed)
    }

    /// An agent failed before it came online; `hopeless` if another try would fail the same way.
    pub(super) fn failed(
        &mut self,
        policy: &Breaker,
        now: Timestamp,
        cause: &Cause,
        hopeless: bool,
    ) -> Option<BreakerChange> {
        self.failures = self.failures.saturating_add(1);
        let opens = match self.state {
            State::Open { .. } => false,
            State::HalfOpen { .. } => true,
            State::Closed => hopeless || self.failures >= policy.failures.max(1),
        };
        if !opens {
            return None;
        }
        let until = now + doubled(policy.open_min, self.openings, policy.open_max);
        self.openings = self.openings.saturating_add(1);
        self.state = State::Open { until };
        Some(BreakerChange::Opened { until, cause: cause.clone() })
    }

    /// The time to try again has come.
    pub(super) fn timeout(&mut self, now: Timestamp) -> Option<BreakerChange> {
        match self.state {
            State::Open { until } if until <= now => {
                self.state = State::HalfOpen { tried: false };
                Some(BreakerChange::HalfOpened)
            }
            State::Open { .. } | State::HalfOpen { .. } | State::Closed => None,
        }
    }
}
