//! When a template that keeps failing is left alone for a while.

use crate::{
    decision::{BreakerChange, Cause, Reason},
    id::TemplateId,
    policy::Breaker,
    time::{Millis, Timestamp},
};

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
}

/// `first`, doubled `times` times, at most `most`.
pub(super) fn doubled(first: Millis, times: u32, most: Millis) -> Millis {
    first.saturating_mul(1 << times.min(DOUBLINGS_MAX)).min(most)
}

impl Health {
    pub(super) fn new(template: TemplateId) -> Self {
        Self { template, state: State::Closed, failures: 0, openings: 0 }
    }

    /// How many launches may be decided at `now`, or why none.
    pub(super) fn allows(&self, now: Timestamp) -> Result<u32, Reason> {
        let template = self.template;
        match self.state {
            State::Open { until } => Err(Reason::BreakerOpen { template, until }),
            State::HalfOpen { tried: true } => Err(Reason::BreakerOpen { template, until: now }),
            State::HalfOpen { tried: false } => Ok(1),
            State::Closed => Ok(u32::MAX),
        }
    }

    /// A launch was decided.
    pub(super) fn launched(&mut self) {
        if let State::HalfOpen { tried } = &mut self.state {
            *tried = true;
        }
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

    /// An agent ended before it came online, and not by a failure of its template: another may be tried.
    pub(super) fn called_off(&mut self) {
        if let State::HalfOpen { tried } = &mut self.state {
            *tried = false;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Phase;

    const START: Timestamp = Timestamp::EPOCH;
    const CAUSE: Cause = Cause::Deadline(Phase::Connecting);

    fn rules() -> Breaker {
        Breaker { failures: 3, open_min: Millis::from_secs(30), open_max: Millis::from_mins(4) }
    }

    fn opened(change: Option<BreakerChange>) -> Option<Timestamp> {
        match change? {
            BreakerChange::Opened { until, .. } => Some(until),
            BreakerChange::HalfOpened | BreakerChange::Closed => None,
        }
    }

    #[test]
    fn failures_in_a_row_open_it_for_longer_each_time() {
        let mut health = Health::new(TemplateId(0));
        let mut now = START;
        assert_eq!(health.failed(&rules(), now, &CAUSE, false), None);
        assert_eq!(health.failed(&rules(), now, &CAUSE, false), None);
        for seconds in [30, 60, 120, 240, 240] {
            let until = opened(health.failed(&rules(), now, &CAUSE, false)).expect("it opens");
            assert_eq!(until, now + Millis::from_secs(seconds));
            assert_eq!(health.allows(now), Err(Reason::BreakerOpen { template: TemplateId(0), until }));
            assert_eq!(health.timeout(now), None, "too early");
            now = until;
            assert_eq!(health.timeout(now), Some(BreakerChange::HalfOpened));
            assert_eq!(health.allows(now), Ok(1), "one launch is let through");
            health.launched();
            assert!(health.allows(now).is_err(), "and one only");
            health.called_off();
            assert_eq!(health.allows(now), Ok(1), "unless that one says nothing");
        }
        assert_eq!(health.succeeded(), Some(BreakerChange::Closed));
        assert_eq!(health.allows(now), Ok(u32::MAX));
        assert_eq!(health.failed(&rules(), now, &CAUSE, false), None, "the count starts again");
        assert!(opened(health.failed(&rules(), now, &CAUSE, true)).is_some(), "hopeless: at once");
    }
}
