//! When builds arrive, whatever becomes of those before them: an open loop.
//!
//! Arrivals are evenly spaced at a rate, along a ramp of rates, or all at once. The n-th one is due where the integral
//! of the rate reaches n; latencies are measured from there, so that a system which falls behind cannot hide it by
//! being asked later (coordinated omission).

use crate::workload::{Build, LabelIndex, Start, Workload, WorkloadError};
use footman_core::{Millis, Timestamp};
use footman_ecs_sim::latency::Distribution;
use std::{fmt, str::FromStr, sync::Arc};
use thiserror::Error;

/// The most builds that one load may have.
pub const BUILDS_MAX: u64 = 100_000_000;

/// The concern of a build's duration.
const DURATION: u64 = 0x6c6f_6164_6475_7261;

/// A rate of arrivals, in builds per thousand seconds, so that 0.5 a second is a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(u32);

/// A rate that changes evenly from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ramp {
    /// The first one.
    pub from: Rate,
    /// The last one.
    pub to: Rate,
}

/// When builds arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrivals {
    /// Along a ramp; a constant rate is a ramp from itself to itself.
    Ramp {
        /// The rates.
        ramp: Ramp,
        /// For how long.
        lasts: Millis,
    },
    /// All at once.
    Burst {
        /// How many.
        builds: u64,
    },
}

/// A text that is no rate or no ramp.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is no rate: write for instance 50/s, 0.5/s, 600/m or 1000/h, and a ramp as 1/s..60/s")]
pub struct RateError {
    text: String,
}

/// A load that cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ArrivalsError {
    /// Nothing would arrive.
    #[error("no build would arrive: the rate or the time is zero")]
    None,
    /// More would arrive than a load may have.
    #[error("{builds} builds would arrive, and a load has at most {BUILDS_MAX}")]
    TooMany {
        /// How many.
        builds: u128,
    },
}

impl Rate {
    /// `n` builds a second.
    pub fn per_second(n: u16) -> Self {
        Self(u32::from(n) * 1000)
    }

    /// Builds a second.
    pub fn get(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let error = || RateError { text: text.to_owned() };
        let (number, unit) = text.split_once('/').ok_or_else(error)?;
        let seconds = match unit {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 3600,
            _ => return Err(error()),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > 3 {
            return Err(error());
        }
        let whole: u32 = whole.parse().map_err(|_| error())?;
        let thousandths: u32 = format!("{fraction:0<3}").parse().map_err(|_| error())?;
        let milli = whole.checked_mul(1000).and_then(|n| n.checked_add(thousandths)).ok_or_else(error)?;
        // A rate too small to be said is none.
        if milli > 0 && milli / seconds == 0 { Err(error()) } else { Ok(Self(milli / seconds)) }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s", self.get())
    }
}

impl FromStr for Ramp {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let (from, to) = text.split_once("..").ok_or_else(|| RateError { text: text.to_owned() })?;
        Ok(Self { from: from.parse()?, to: to.parse()? })
    }
}

impl fmt::Display for Ramp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { self.from.fmt(f) } else { write!(f, "{}..{}", self.from, self.to) }
    }
}

impl fmt::Display for Arrivals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ramp { ramp, lasts } => write!(f, "{ramp} for {lasts}"),
            Self::Burst { builds } => write!(f, "{builds} at once"),
        }
    }
}

impl Arrivals {
    /// At `rate` for `lasts`.
    pub const fn even(rate: Rate, lasts: Millis) -> Self {
        Self::Ramp { ramp: Ramp { from: rate, to: rate }, lasts }
    }

    /// How many builds arrive.
    ///
    /// # Errors
    ///
    /// Fails where there are none or more than [`BUILDS_MAX`].
    pub fn builds(&self) -> Result<u64, ArrivalsError> {
        let builds = match *self {
            Self::Ramp { ramp, lasts } => {
                let twice = u128::from(ramp.from.0) + u128::from(ramp.to.0);
                (twice * u128::from(lasts.as_millis())).div_ceil(2_000_000)
            }
            Self::Burst { builds } => u128::from(builds),
        };
        match u64::try_from(builds) {
            Ok(0) => Err(ArrivalsError::None),
            Ok(builds) if builds <= BUILDS_MAX => Ok(builds),
            Ok(_) | Err(_) => Err(ArrivalsError::TooMany { builds }),
        }
    }

    /// From the first arrival to the end of the last one's turn.
    pub fn lasts(&self) -> Millis {
        match *self {
            Self::Ramp { lasts, .. } => lasts,
            Self::Burst { .. } => Millis::ZERO,
        }
    }

    /// When the `n`-th build arrives, counted from 0.
    pub fn at(&self, n: u64) -> Millis {
        let Self::Ramp { ramp, lasts } = *self else {
            return Millis::ZERO;
        };
        let (mut early, mut late) = (0, lasts.as_millis());
        while early < late {
            let middle = early + (late - early) / 2;
            if arrived(ramp, lasts, middle) >= u128::from(n) * ARRIVAL * 2 * u128::from(lasts.as_millis()) {
                late = middle;
            } else {
                early = middle + 1;
            }
        }
        Millis::new(early)
    }

    /// The rate at `at`, in builds a second; none of a burst.
    pub fn rate_at(&self, at: Millis) -> f64 {
        match *self {
            Self::Ramp { ramp, lasts } => {
                let share = crate::simulation::seconds(at) / crate::simulation::seconds(lasts).max(0.001);
                ramp.from.get() + (ramp.to.get() - ramp.from.get()) * share.min(1.0)
            }
            Self::Burst { .. } => 0.0,
        }
    }
}

/// One arrival, in thousandths of a build per second times milliseconds.
const ARRIVAL: u128 = 1_000_000;

/// What has arrived `t` milliseconds after the start, in [`ARRIVAL`]s times twice the length of the ramp.
fn arrived(ramp: Ramp, lasts: Millis, t: u64) -> u128 {
    let (t, whole) = (u128::from(t), u128::from(lasts.as_millis()));
    let (from, to) = (u128::from(ramp.from.0), u128::from(ramp.to.0));
    // 2 a t T + (b - a) t^2, put so that no term is negative: t is at most T.
    2 * from * t * whole + to * t * t - from * t * t
}

/// The workload of a load.
#[derive(Debug)]
pub(super) struct OpenLoop {
    pub(super) arrivals: Arrivals,
    pub(super) builds: u64,
    pub(super) durations: Distribution,
    pub(super) seed: u64,
    pub(super) labels: Vec<Arc<str>>,
    pub(super) next: u64,
}

impl Workload for OpenLoop {
    fn next_build(&mut self) -> Option<Result<Build, WorkloadError>> {
        if self.next >= self.builds {
            return None;
        }
        let index = self.next;
        self.next += 1;
        let labels = u64::try_from(self.labels.len()).expect("a length fits 64 bits");
        let label = u32::try_from(index % labels).expect("there are fewer labels than 2^32");
        Some(Ok(Build {
            index,
            submit: Timestamp::EPOCH + self.arrivals.at(index),
            duration: self.durations.sample(self.seed, DURATION, index),
            label: LabelIndex(label),
            cpu: None,
            memory: None,
            memory_peak: None,
            job: None,
            run: None,
            after: None,
        }))
    }

    fn labels(&self) -> &[Arc<str>] {
        &self.labels
    }

    fn jobs(&self) -> &[Arc<str>] {
        &[]
    }

    fn start(&self) -> Option<&Start> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_rate_reads_as_people_write_it() {
        for (text, milli) in [("50/s", 50_000), ("0.5/s", 500), ("19.25/s", 19_250), ("600/m", 10_000)] {
            assert_eq!(text.parse(), Ok(Rate(milli)), "{text}");
        }
        for text in
            ["", "50", "/s", "x/s", "-1/s", "1e3/s", "1.2345/s", "1/d", "0.001/h", "9999999/s", "1./s"]
        {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
        let ramp: Ramp = "1/s..60/s".parse().unwrap();
        assert_eq!(ramp.to_string(), "1/s..60/s");
        assert!("1/s".parse::<Ramp>().is_err());
    }

    #[test]
    fn arrivals_are_spaced_by_the_rate() {
        let steady = Arrivals::even(Rate::per_second(50), Millis::from_mins(10));
        assert_eq!(steady.builds(), Ok(30_000));
        assert_eq!([0, 1, 2, 29_999].map(|n| steady.at(n).as_millis()), [0, 20, 40, 599_980]);
        // Half of the ramp's builds come in the last 29.3 % of its time: t = T / sqrt(2).
        let ramp = Ramp { from: Rate(0), to: Rate::per_second(10) };
        let climbing = Arrivals::Ramp { ramp, lasts: Millis::from_secs(100) };
        assert_eq!(climbing.builds(), Ok(500));
        assert_eq!(climbing.at(250).as_millis(), 70_711);
        assert_eq!(Arrivals::Burst { builds: 7 }.at(6), Millis::ZERO);
        assert_eq!(Arrivals::Burst { builds: 0 }.builds(), Err(ArrivalsError::None));
        assert!(matches!(
            Arrivals::Burst { builds: BUILDS_MAX + 1 }.builds(),
            Err(ArrivalsError::TooMany { .. })
        ));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn arrivals_are_in_order_and_within_the_time(from in 0..100_000_u32, to in 1..100_000_u32, secs in 1..600_u64) {
            let ramp = Ramp { from: Rate(from), to: Rate(to) };
            let arrivals = Arrivals::Ramp { ramp, lasts: Millis::from_secs(secs) };
            let builds = arrivals.builds().unwrap();
            let step = usize::try_from(builds / 50).unwrap().max(1);
            let times: Vec<_> = (0..builds).step_by(step).map(|n| arrivals.at(n)).collect();
            prop_assert!(times.is_sorted());
            prop_assert!(*times.last().unwrap() <= Millis::from_secs(secs));
        }
    }
}
