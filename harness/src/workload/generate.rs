//! A seeded generator of CI load as bursty as the real one.
//!
//! Builds do not come one by one. Somebody works for a while and pushes several times (a *spell* of pushes some minutes
//! apart), and each push starts a batch of builds at once. Spells follow the hours and days of a working week. Counted
//! by the hour this makes the variance some 40 to 90 times the mean, as in recorded histories (37 for linkerd's GitHub
//! Actions of 2020), where builds that come one by one would have 1.
//!
//! Each spell draws from sequences of its own, keyed by the seed and its number: a longer span or another label does
//! not move the spells. Results are whole milliseconds; the floats before them come from the platform's `exp` and `ln`.

use super::{
    Build, LabelIndex, Start, Workload, WorkloadError,
    names::{Kind, Names},
    random::{Concern, sequence},
};
use footman_core::{Millis, Timestamp, units::Size};
use rand::RngExt;
use rand_distr::{Distribution, Exp1, Geometric, LogNormal};
use rand_pcg::Pcg64;
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    sync::Arc,
    time::Duration,
};

/// The longest that a generated build may take: log-normal tails have no end, build timeouts have.
const DURATION_MAX: Millis = Millis::from_hours(12);
/// The shortest that a generated build takes.
const DURATION_MIN: Millis = Millis::from_secs(1);
/// The most pushes in a spell and builds in a push; only the last millionth of the draws would be larger.
const BATCH_MAX: u64 = 1_000;
/// How far apart the builds of one push are submitted, at most.
const PUSH_SPREAD_MS: u64 = 5_000;

/// What to generate.
#[derive(Debug, Clone, PartialEq)]
pub struct BurstyLoad {
    /// The seed; the same one makes the same workload.
    pub seed: u64,
    /// How long builds are submitted.
    pub span: Millis,
    /// The mean number of builds in a week.
    pub builds_per_week: f64,
    /// The mean number of pushes in a spell, at least 1.
    pub pushes_per_spell: f64,
    /// The mean number of builds that a push starts, at least 1.
    pub builds_per_push: f64,
    /// The mean time between the pushes of a spell.
    pub push_gap: Millis,
    /// How busy each hour of the day is against the others.
    pub hours: [f64; 24],
    /// How busy each day of the week is against the others, from Monday.
    pub days: [f64; 7],
    /// The labels.
    pub labels: Vec<LabelLoad>,
    /// Where the workload starts; without it, at midnight on a Monday that the calendar does not know.
    pub start: Option<Start>,
}

/// What the builds of one label are like.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelLoad {
    /// The label, or a label expression.
    pub label: String,
    /// How many of the builds have it, against the other labels.
    pub share: f64,
    /// The median of the log-normal distribution of their durations.
    pub median: Millis,
    /// The standard deviation of the durations' logarithm.
    pub sigma: f64,
    /// The CPU and memory they ask for, where the workload should say.
    pub size: Option<Size>,
}

/// Why a load cannot be generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A mean number of builds or pushes is too small or no number.
    #[error("{what} must be {least} or more, and at most a billion")]
    Mean {
        /// Which.
        what: &'static str,
        /// The least.
        least: u8,
    },
    /// The hours, days or shares have a negative one, or none above zero.
    #[error("{what} must be numbers from 0, and one of them above 0")]
    Weights {
        /// Which.
        what: &'static str,
    },
    /// A label's durations have no distribution.
    #[error("the durations of a label need a median of at least a millisecond and a sigma from 0 to 5")]
    Durations,
}

impl Default for BurstyLoad {
    /// Four weeks of a team of some dozens: two thousand builds a week in working hours.
    fn default() -> Self {
        let label = |label: &str, share, median_s, sigma| LabelLoad {
            label: label.to_owned(),
            share,
            median: Millis::from_secs(median_s),
            sigma,
            size: None,
        };
        Self {
            seed: 1,
            span: Millis::from_hours(4 * 7 * 24),
            builds_per_week: 2_000.0,
            pushes_per_spell: 4.0,
            builds_per_push: 6.0,
            push_gap: Millis::from_mins(8),
            hours: [
                0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1.5, 3.0, 4.5, 5.0, 4.5, 3.0, 4.0, 5.0, 5.0, 4.5, 3.0,
                2.0, 1.2, 0.8, 0.6, 0.4, 0.3,
            ],
            days: [1.0, 1.1, 1.1, 1.0, 0.8, 0.12, 0.1],
            labels: vec![
                label("linux", 6.0, 90, 1.0),
                label("docker", 3.0, 300, 0.8),
                label("large", 1.0, 900, 0.6),
            ],
            start: None,
        }
    }
}

impl BurstyLoad {
    /// The workload.
    ///
    /// # Errors
    ///
    /// Fails where a parameter is out of its range.
    pub fn generate(&self) -> Result<Generated, LoadError> {
        Generated::new(self)
    }
}

/// A generated workload: at any time it holds the spells that overlap, and no more.
#[derive(Debug)]
pub struct Generated {
    seed: u64,
    end_ms: u64,
    labels: Names,
    start: Option<Start>,
    kinds: Vec<LabelKind>,
    shares: f64,
    pushes: Geometric,
    builds: Geometric,
    push_gap_ms: f64,
    arrivals: Arrivals,
    /// When the next spell begins, or nothing after the end.
    spell_ms: Option<u64>,
    /// The number of the next spell.
    spell: u64,
    /// The builds of spells that began, by their submission, then the order in which they were drawn.
    waiting: BinaryHeap<Reverse<(u64, u64, Drawn)>>,
    drawn: u64,
    index: u64,
}

/// A build before it has its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Drawn {
    kind: usize,
    duration_ms: u64,
}

#[derive(Debug)]
struct LabelKind {
    label: LabelIndex,
    share: f64,
    durations: LogNormal<f64>,
    size: Option<Size>,
}

impl Generated {
    fn new(load: &BurstyLoad) -> Result<Self, LoadError> {
        let least_one = |what, mean: f64| {
            if (1.0..=1e9).contains(&mean) { Ok(()) } else { Err(LoadError::Mean { what, least: 1 }) }
        };
        least_one("the pushes in a spell", load.pushes_per_spell)?;
        least_one("the builds in a push", load.builds_per_push)?;
        if !(0.0..=1e9).contains(&load.builds_per_week) {
            return Err(LoadError::Mean { what: "the builds in a week", least: 0 });
        }
        let shares: Vec<f64> = load.labels.iter().map(|label| label.share).collect();
        check_weights("the shares of the labels", &shares)?;
        let mut labels = Names::default();
        let kinds =
            load.labels.iter().map(|label| LabelKind::new(label, &mut labels)).collect::<Result<_, _>>()?;
        let spells_per_week = load.builds_per_week / (load.pushes_per_spell * load.builds_per_push);
        let mut generated = Self {
            seed: load.seed,
            end_ms: load.span.as_millis(),
            labels,
            start: load.start.clone(),
            kinds,
            shares: shares.iter().sum(),
            pushes: further(load.pushes_per_spell)?,
            builds: further(load.builds_per_push)?,
            push_gap_ms: float_ms(load.push_gap),
            arrivals: Arrivals::new(load, spells_per_week)?,
            spell_ms: None,
            spell: 0,
            waiting: BinaryHeap::new(),
            drawn: 0,
            index: 0,
        };
        generated.spell_ms = generated.arrivals.next(load.seed, 0, generated.end_ms);
        Ok(generated)
    }

    /// Draws all builds of the spell that begins at `begin_ms`, and when the next one begins.
    fn draw_spell(&mut self, begin_ms: u64) {
        let mut random = sequence(self.seed, Concern::Burst, self.spell);
        let pushes = 1 + self.pushes.sample(&mut random).min(BATCH_MAX);
        let mut at_ms = begin_ms;
        for _ in 0..pushes {
            let builds = 1 + self.builds.sample(&mut random).min(BATCH_MAX);
            for _ in 0..builds {
                let submit_ms = at_ms.saturating_add(random.random_range(0..=PUSH_SPREAD_MS));
                let drawn = self.draw_build(&mut random);
                if submit_ms < self.end_ms {
                    self.waiting.push(Reverse((submit_ms, self.drawn, drawn)));
                    self.drawn += 1;
                }
            }
            let gap: f64 = Exp1.sample(&mut random);
            at_ms = at_ms.saturating_add(whole_ms(gap * self.push_gap_ms));
        }
        self.spell += 1;
        self.spell_ms = self.arrivals.next(self.seed, self.spell, self.end_ms);
    }

    fn draw_build(&self, random: &mut Pcg64) -> Drawn {
        let mut left = random.random::<f64>() * self.shares;
        let kind = self.kinds.iter().position(|kind| {
            left -= kind.share;
            left < 0.0
        });
        let kind = kind.unwrap_or(self.kinds.len() - 1);
        let duration_ms = whole_ms(self.kinds[kind].durations.sample(random));
        Drawn { kind, duration_ms: duration_ms.clamp(DURATION_MIN.as_millis(), DURATION_MAX.as_millis()) }
    }
}

impl LabelKind {
    fn new(load: &LabelLoad, labels: &mut Names) -> Result<Self, LoadError> {
        let median_ms = float_ms(load.median);
        if median_ms < 1.0 || !(0.0..=5.0).contains(&load.sigma) {
            return Err(LoadError::Durations);
        }
        let durations = LogNormal::new(median_ms.ln(), load.sigma).map_err(|_| LoadError::Durations)?;
        let place = labels.place(&load.label, Kind::Labels).map_err(|_| LoadError::Durations)?;
        Ok(Self { label: LabelIndex(place), share: load.share, durations, size: load.size })
    }
}

impl Workload for Generated {
    fn next_build(&mut self) -> Option<Result<Build, WorkloadError>> {
        // A build is final once no spell can begin before it.
        while let Some(begin_ms) = self.spell_ms
            && self.waiting.peek().is_none_or(|Reverse((submit_ms, ..))| begin_ms <= *submit_ms)
        {
            self.draw_spell(begin_ms);
        }
        let Reverse((submit_ms, _, drawn)) = self.waiting.pop()?;
        let kind = &self.kinds[drawn.kind];
        let build = Build {
            index: self.index,
            submit: Timestamp::EPOCH + Millis::new(submit_ms),
            duration: Millis::new(drawn.duration_ms),
            label: kind.label,
            cpu: kind.size.map(|size| size.cpu),
            memory: kind.size.map(|size| size.memory),
            memory_peak: None,
            job: None,
            run: None,
            after: None,
        };
        self.index += 1;
        Some(Ok(build))
    }

    fn labels(&self) -> &[Arc<str>] {
        self.labels.texts()
    }

    fn jobs(&self) -> &[Arc<str>] {
        &[]
    }

    fn start(&self) -> Option<&Start> {
        self.start.as_ref()
    }
}

/// When spells begin: a Poisson process whose rate changes by the hour of the week.
#[derive(Debug)]
struct Arrivals {
    /// The mean number of spells in each hour of the week, from the workload's first hour.
    hours: VecDeque<f64>,
    hour: u64,
    /// How much of the present hour has passed, from 0 to 1.
    passed: f64,
}

const HOUR_MS: u64 = 3_600_000;

impl Arrivals {
    fn new(load: &BurstyLoad, spells_per_week: f64) -> Result<Self, LoadError> {
        check_weights("the hours", &load.hours)?;
        check_weights("the days", &load.days)?;
        let weights: f64 = load.hours.iter().sum::<f64>() * load.days.iter().sum::<f64>();
        let week = load.days.iter().flat_map(|day| load.hours.iter().map(move |hour| day * hour));
        let mut hours: VecDeque<f64> = week.map(|weight| weight / weights * spells_per_week).collect();
        hours.rotate_left(load.start.as_ref().map_or(0, hour_of_week));
        Ok(Self { hours, hour: 0, passed: 0.0 })
    }

    /// When spell `number` begins, unless that is at or after `end_ms`.
    ///
    /// The gaps are exponential in the number of spells expected, and hours turn them into time.
    fn next(&mut self, seed: u64, number: u64, end_ms: u64) -> Option<u64> {
        let mut gap: f64 = Exp1.sample(&mut sequence(seed, Concern::Arrival, number));
        while self.hour.saturating_mul(HOUR_MS) < end_ms {
            let rate = self.hours[usize::try_from(self.hour % 168).ok()?];
            let left = (1.0 - self.passed) * rate;
            if gap < left {
                self.passed += gap / rate;
                let into_hour = whole_ms(self.passed * 3_600_000.0).min(HOUR_MS - 1);
                return Some(self.hour * HOUR_MS + into_hour).filter(|begin_ms| *begin_ms < end_ms);
            }
            gap -= left;
            self.hour += 1;
            self.passed = 0.0;
        }
        None
    }
}

/// The hours from Monday's midnight to `start`, in its zone.
fn hour_of_week(start: &Start) -> usize {
    let Ok(instant) = jiff::Timestamp::from_millisecond(start.instant.as_millis()) else { return 0 };
    let local = start.zone.to_datetime(instant);
    let hours = 24 * i32::from(local.weekday().to_monday_zero_offset()) + i32::from(local.hour());
    usize::try_from(hours).unwrap_or(0)
}

fn check_weights(what: &'static str, weights: &[f64]) -> Result<(), LoadError> {
    let fine = weights.iter().all(|weight| (0.0..=1e9).contains(weight))
        && weights.iter().any(|weight| *weight > 0.0);
    if fine { Ok(()) } else { Err(LoadError::Weights { what }) }
}

/// The distribution of how many follow the first, where there are `mean` on average.
fn further(mean: f64) -> Result<Geometric, LoadError> {
    Geometric::new(1.0 / mean).map_err(|_| LoadError::Mean { what: "the builds in a push", least: 1 })
}

/// The nearest whole number of milliseconds, for lengths that are not negative; what is too long is cut to a year.
fn whole_ms(ms: f64) -> u64 {
    const YEAR_MS: f64 = 366.0 * 86_400_000.0;
    let nearest = Duration::try_from_secs_f64((ms.clamp(0.0, YEAR_MS) + 0.5) / 1000.0).unwrap_or_default();
    u64::try_from(nearest.as_millis()).unwrap_or(u64::MAX)
}

fn float_ms(span: Millis) -> f64 {
    Duration::from_millis(span.as_millis()).as_secs_f64() * 1000.0
}
