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
}
