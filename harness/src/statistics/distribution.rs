//! Samples of a length of time, and what is reported of them.

use super::{EXACT_MAX, LatencyHistogram, Percentile};
use footman_core::Millis;

/// What is reported of many lengths of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Distribution {
    /// The number of samples.
    pub count: u64,
    /// The exact sum, in milliseconds.
    pub sum_ms: u128,
    /// The number of samples above zero: for waits, those that waited at all.
    pub positive: u64,
    /// The median.
    pub p50: Millis,
    /// The 95th percentile.
    pub p95: Millis,
    /// The 99th percentile.
    pub p99: Millis,
    /// The largest sample.
    pub max: Millis,
    /// Whether the percentiles are exact rather than of three significant digits.
    pub exact: bool,
}

impl Distribution {
    /// The mean, in seconds; 0 where there are no samples.
    ///
    /// The sum behind it is exact, and so is the quotient to the precision of a float.
    pub fn mean_s(&self) -> f64 {
        if self.count == 0 {
            return 0.0;
        }
        let count = u128::from(self.count);
        // The whole milliseconds and the rest are divided apart, so that a large sum loses no digits.
        to_f64(self.sum_ms / count) / 1000.0 + to_f64(self.sum_ms % count) / to_f64(count) / 1000.0
    }

    /// The mean rounded half up to whole microseconds, in integers.
    pub fn mean_us(&self) -> u128 {
        let count = u128::from(self.count.max(1));
        (self.sum_ms * 2000 + count) / (2 * count)
    }

    /// The share of samples above zero, from 0 to 1; 0 where there are no samples.
    pub fn positive_share(&self) -> f64 {
        if self.count == 0 { 0.0 } else { to_f64(self.positive.into()) / to_f64(self.count.into()) }
    }

    /// Reports a histogram of milliseconds.
    pub fn of_histogram(histogram: &LatencyHistogram) -> Self {
        let at = |percentile| Millis::new(histogram.percentile(percentile));
        Self {
            count: histogram.count(),
            sum_ms: histogram.sum(),
            positive: histogram.count() - histogram.zeros(),
            p50: at(Percentile::P50),
            p95: at(Percentile::P95),
            p99: at(Percentile::P99),
            max: Millis::new(histogram.max()),
            exact: histogram.count() == 0,
        }
    }

    /// Reports the exact samples in `values`, whose order it changes.
    pub(super) fn of_values<T: Sample>(values: &mut [T]) -> Self {
        Self {
            count: length(values),
            sum_ms: values.iter().map(|value| u128::from((*value).into())).sum(),
            positive: length(values)
                - values.iter().map(|value| u64::from((*value).into() == 0)).sum::<u64>(),
            // Each selection leaves what is larger behind its place, so the next one has less to look through.
            p50: at_rank(values, Percentile::P50),
            p95: at_rank(values, Percentile::P95),
            p99: at_rank(values, Percentile::P99),
            max: at_rank(values, Percentile::P100),
            exact: true,
        }
    }
}

/// A stored length of time, in milliseconds.
pub(super) trait Sample: Copy + Ord + Into<u64> {}

impl Sample for u32 {}
impl Sample for u64 {}

/// The sample of the nearest rank in `values`, whose order it changes; zero where there are none.
pub(super) fn at_rank<T: Sample>(values: &mut [T], percentile: Percentile) -> Millis {
    let rank =
        usize::try_from(percentile.rank(length(values))).expect("a rank is within the length of a slice");
    match rank.checked_sub(1) {
        None => Millis::ZERO,
        Some(place) => Millis::new((*values.select_nth_unstable(place).1).into()),
    }
}

pub(super) fn length<T>(values: &[T]) -> u64 {
    u64::try_from(values.len()).expect("a length fits 64 bits")
}

/// The nearest float, or one beside it where a number has more digits than a float.
pub(super) fn to_f64(number: u128) -> f64 {
    (0..4).rev().fold(0.0, |sum, word| {
        let part = u32::try_from((number >> (32 * word)) & 0xffff_ffff).expect("masked to 32 bits");
        sum * 4_294_967_296.0 + f64::from(part)
    })
}

/// Lengths of time that are all held, four bytes each while they are below 49 days, and counted beyond
/// [`EXACT_MAX`].
#[derive(Debug, Clone)]
pub struct Samples {
    held: Held,
}

#[derive(Debug, Clone)]
enum Held {
    Narrow(Vec<u32>),
    Wide(Vec<u64>),
    Counted(Box<LatencyHistogram>),
}

impl Samples {
    /// No samples yet.
    pub fn new() -> Self {
        Self { held: Held::Narrow(Vec::new()) }
    }

    /// Adds a sample.
    pub fn record(&mut self, sample: Millis) {
        let ms = sample.as_millis();
        if self.len() >= EXACT_MAX {
            self.count_instead();
        }
        match &mut self.held {
            Held::Narrow(values) => match u32::try_from(ms) {
                Ok(value) => values.push(value),
                Err(_) => {
                    let mut wide: Vec<u64> = values.iter().map(|value| u64::from(*value)).collect();
                    wide.push(ms);
                    self.held = Held::Wide(wide);
                }
            },
            Held::Wide(values) => values.push(ms),
            Held::Counted(histogram) => histogram.record(ms),
        }
    }

    /// The number of samples.
    pub fn len(&self) -> u64 {
        match &self.held {
            Held::Narrow(values) => length(values),
            Held::Wide(values) => length(values),
            Held::Counted(histogram) => histogram.count(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is reported of the samples.
    pub fn distribution(&mut self) -> Distribution {
        match &mut self.held {
            Held::Narrow(values) => Distribution::of_values(values),
            Held::Wide(values) => Distribution::of_values(values),
            Held::Counted(histogram) => Distribution::of_histogram(histogram),
        }
    }

    /// The sample of the nearest rank; zero where there are none.
    pub fn percentile(&mut self, percentile: Percentile) -> Millis {
        match &mut self.held {
            Held::Narrow(values) => at_rank(values, percentile),
            Held::Wide(values) => at_rank(values, percentile),
            Held::Counted(histogram) => Millis::new(histogram.percentile(percentile)),
        }
    }

    fn count_instead(&mut self) {
        let mut histogram = LatencyHistogram::new();
        match &self.held {
            Held::Narrow(values) => values.iter().for_each(|value| histogram.record(u64::from(*value))),
            Held::Wide(values) => values.iter().for_each(|value| histogram.record(*value)),
            Held::Counted(_) => return,
        }
        self.held = Held::Counted(Box::new(histogram));
    }
}

impl Default for Samples {
    fn default() -> Self {
        Self::new()
    }
}
