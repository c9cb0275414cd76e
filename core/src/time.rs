//! Points in time and lengths of time, in whole milliseconds.
//!
//! Nothing here reads a clock: a point in time is always an argument.

use std::{fmt, ops};

/// A point in time: milliseconds since the Unix epoch, the resolution of Jenkins' and ECS's timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// A length of time, in milliseconds; never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(u64);

impl Timestamp {
    /// The Unix epoch, 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    /// The last point in time that can be said: a deadline that never comes.
    pub const MAX: Self = Self(i64::MAX);

    /// The point `ms` milliseconds after the Unix epoch.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The time passed since `earlier`; zero where `earlier` is the later one.
    pub const fn since(self, earlier: Self) -> Millis {
        if self.0 <= earlier.0 { Millis::ZERO } else { Millis(self.0.abs_diff(earlier.0)) }
    }

    /// The point `span` later, saturating at [`Self::MAX`].
    pub const fn saturating_add(self, span: Millis) -> Self {
        Self(self.0.saturating_add_unsigned(span.0))
    }

    /// The point `span` earlier, saturating.
    pub const fn saturating_sub(self, span: Millis) -> Self {
        Self(self.0.saturating_sub_unsigned(span.0))
    }

    /// The first point at or after this one on the grid of `step` that starts at `origin`.
    ///
    /// The world is observed on such a grid: a change is seen at the first tick at or after it. A `step` of zero is a
    /// grid without gaps, on which every point lies.
    pub fn ceil_to_grid(self, origin: Self, step: Millis) -> Self {
        if step.is_zero() || self <= origin {
            return self.max(origin);
        }
        let ticks = self.since(origin).as_millis().div_ceil(step.as_millis());
        origin.saturating_add(step.saturating_mul(ticks))
    }
}

impl ops::Add<Millis> for Timestamp {
    type Output = Self;

    /// The later point, saturating at [`Timestamp::MAX`].
    fn add(self, span: Millis) -> Self {
        self.saturating_add(span)
    }
}

impl fmt::Display for Timestamp {
    /// Seconds since the Unix epoch with three decimals; calendar dates are a matter of the edges.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let ms = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:03}", ms / 1000, ms % 1000)
    }
}

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest time that can be said.
    pub const MAX: Self = Self(u64::MAX);

    /// `ms` milliseconds.
    pub const fn new(ms: u64) -> Self {
        Self(ms)
    }

    /// `s` seconds, saturating.
    pub const fn from_secs(s: u64) -> Self {
        Self(s.saturating_mul(1000))
    }

    /// `m` minutes, saturating.
    pub const fn from_mins(m: u64) -> Self {
        Self::from_secs(m.saturating_mul(60))
    }

    /// `h` hours, saturating.
    pub const fn from_hours(h: u64) -> Self {
        Self::from_mins(h.saturating_mul(60))
    }

    /// Milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Whether it is no time at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, saturating.
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference; zero where `other` is the longer.
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// `times` times as long, saturating.
    pub const fn saturating_mul(self, times: u64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_point_is_seen_at_the_first_tick_at_or_after_it() {
        // (point, origin, step) => tick
        let table = [
            ((0, 0, 1000), 0),
            ((1, 0, 1000), 1000),
            ((1000, 0, 1000), 1000),
            ((7, 0, 0), 7),
            ((5, 9, 1000), 9),
        ];
        for ((point, origin, step), tick) in table {
            let seen =
                Timestamp::from_millis(point).ceil_to_grid(Timestamp::from_millis(origin), Millis::new(step));
            assert_eq!(seen, Timestamp::from_millis(tick), "{point} on {origin} + n x {step}");
        }
    }

    #[test]
    fn a_length_of_time_is_never_negative() {
        let (early, late) = (Timestamp::from_millis(-5), Timestamp::from_millis(10));
        assert_eq!(late.since(early), Millis::new(15));
        assert_eq!(early.since(late), Millis::ZERO);
        assert_eq!(Timestamp::MAX + Millis::new(1), Timestamp::MAX);
    }

    #[test]
    fn points_and_lengths_stop_at_their_ends() {
        assert_eq!(
            Timestamp::from_millis(i64::MIN).saturating_sub(Millis::new(1)),
            Timestamp::from_millis(i64::MIN)
        );
        assert_eq!(Timestamp::MAX.since(Timestamp::from_millis(i64::MIN)), Millis::MAX);
        assert_eq!(Timestamp::EPOCH + Millis::MAX, Timestamp::MAX);
        assert_eq!(Millis::from_hours(u64::MAX), Millis::MAX);
        assert_eq!(Millis::from_hours(2), Millis::from_mins(120));
        assert_eq!(Millis::new(1).saturating_sub(Millis::new(2)), Millis::ZERO);
        assert_eq!(Millis::MAX.saturating_add(Millis::new(1)), Millis::MAX);
    }

    #[test]
    fn a_point_prints_as_seconds_since_the_epoch() {
        let table = [
            (0, "0.000"),
            (1, "0.001"),
            (-1, "-0.001"),
            (-1500, "-1.500"),
            (1_795_500_000_123, "1795500000.123"),
        ];
        for (ms, printed) in table {
            assert_eq!(Timestamp::from_millis(ms).to_string(), printed);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn the_tick_that_sees_a_point_is_the_least_on_the_grid(
            point in -100_000_i64..100_000, origin in -1_000_i64..1_000, step in 1_u64..5_000,
        ) {
            let (point, origin) = (Timestamp::from_millis(point), Timestamp::from_millis(origin));
            let tick = point.ceil_to_grid(origin, Millis::new(step));
            prop_assert!(tick >= point && tick >= origin);
            prop_assert_eq!(tick.since(origin).as_millis() % step, 0, "on the grid");
            prop_assert!(tick == origin || tick.since(point) < Millis::new(step), "no earlier tick would do");
            prop_assert_eq!(tick.ceil_to_grid(origin, Millis::new(step)), tick, "a tick sees itself");
        }
    }
}
