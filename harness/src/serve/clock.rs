//! The clock of the servers: what time it is in the simulation, and when to wake for a point of it.

use crate::world::ORIGIN;
use footman_core::Timestamp;
use std::{
    num::NonZeroU32,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::time::Instant;

/// How time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockMode {
    /// As on the wall, this many times as fast.
    Wall {
        /// 1 but for demonstrations.
        speed: NonZeroU32,
    },
    /// Only when somebody says so, from 2024-01-01T00:00:00Z on.
    Lockstep,
}

/// A clock that was started.
#[derive(Debug, Clone, Copy)]
pub(super) enum Clock {
    Wall { origin: Timestamp, started: Instant, speed: NonZeroU32 },
    Lockstep,
}

impl ClockMode {
    /// Starts a clock and says what time it is.
    pub(super) fn start(self) -> (Clock, Timestamp) {
        match self {
            Self::Lockstep => (Clock::Lockstep, ORIGIN),
            Self::Wall { speed } => {
                let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                let ms = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
                let origin = Timestamp::from_millis(ms);
                (Clock::Wall { origin, started: Instant::now(), speed }, origin)
            }
        }
    }
}

impl Clock {
    /// What time it is, where time passes by itself. It never goes back, whatever happens to the clock of the machine.
    pub(super) fn now(self) -> Option<Timestamp> {
        match self {
            Self::Lockstep => None,
            Self::Wall { origin, started, speed } => Some(passed(origin, started.elapsed(), speed)),
        }
    }

    /// When to wake for `at`, where time passes by itself.
    pub(super) fn wake(self, at: Timestamp) -> Option<Instant> {
        match self {
            Self::Lockstep => None,
            Self::Wall { origin, started, speed } => started.checked_add(until(origin, at, speed)),
        }
    }
}

/// The time after `elapsed` on the wall.
fn passed(origin: Timestamp, elapsed: Duration, speed: NonZeroU32) -> Timestamp {
    let ms = elapsed.as_micros().saturating_mul(u128::from(speed.get())) / 1000;
    origin.saturating_add(footman_core::Millis::new(u64::try_from(ms).unwrap_or(u64::MAX)))
}

/// How long on the wall from `origin` to `at`, rounded up, so that who wakes then is never too early.
fn until(origin: Timestamp, at: Timestamp, speed: NonZeroU32) -> Duration {
    let us = u128::from(at.since(origin).as_millis()) * 1000;
    let us = us.div_ceil(u128::from(speed.get()));
    Duration::from_micros(u64::try_from(us).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prop_assert, proptest};

    proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(256))]

        #[test]
        fn who_wakes_for_a_time_finds_that_it_has_come_and_not_long_ago(ms in 0_i64..10_000_000_000, speed in 1_u32..=10_000) {
            let speed = NonZeroU32::new(speed).expect("from 1");
            let origin = ORIGIN;
            let at = Timestamp::from_millis(origin.as_millis() + ms);
            let found = passed(origin, until(origin, at, speed), speed);
            prop_assert!(found >= at);
            prop_assert!(found.since(at).as_millis() <= u64::from(speed.get()) / 1000 + 1);
        }
    }
}
