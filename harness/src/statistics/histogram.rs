//! A histogram of three significant digits, for latencies without end and for more samples than are held exactly.

use super::Percentile;
use hdrhistogram::Histogram;

/// A histogram of whole numbers, of any unit, in which a percentile is at most 0.1 % above the exact one.
///
/// It is an HDR histogram whose size depends on the spread of the samples and not on their number.
#[derive(Debug, Clone)]
pub struct LatencyHistogram {
    counts: Histogram<u64>,
    sum: u128,
    /// HDR histograms start at 1; nothing is also a latency, and the shortest one.
    zeros: u64,
}

/// The significant decimal digits that a histogram keeps.
const DIGITS: u8 = 3;

impl LatencyHistogram {
    /// An empty histogram.
    pub fn new() -> Self {
        let counts = Histogram::new(DIGITS).expect("three digits are within what a histogram can keep");
        Self { counts, sum: 0, zeros: 0 }
    }

    /// Records `value` once.
    pub fn record(&mut self, value: u64) {
        self.sum += u128::from(value);
        if value == 0 {
            self.zeros += 1;
        } else {
            // Growing fails only where a value needs more cells than memory can address, which 64 bits never do.
            self.counts.record(value).expect("the histogram grows to hold any u64");
        }
    }

    /// The number of samples.
    pub fn count(&self) -> u64 {
        self.zeros + self.counts.len()
    }

    /// The number of samples that are zero.
    pub fn zeros(&self) -> u64 {
        self.zeros
    }

    /// The exact sum of the samples.
    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// The largest sample, to three digits, and 0 where there are none.
    pub fn max(&self) -> u64 {
        if self.counts.is_empty() { 0 } else { self.counts.max() }
    }

    /// The sample of the nearest rank, to three digits, and 0 where there are none.
    pub fn percentile(&self, percentile: Percentile) -> u64 {
        let rank = percentile.rank(self.count());
        if rank <= self.zeros {
            return 0;
        }
        let mut left = rank - self.zeros;
        for step in self.counts.iter_recorded() {
            let here = step.count_at_value();
            if left <= here {
                return step.value_iterated_to().min(self.counts.max());
            }
            left -= here;
        }
        self.max()
    }

    /// Adds the samples of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.counts.add(&other.counts).expect("the histogram grows to hold any u64");
        self.sum += other.sum;
        self.zeros += other.zeros;
    }
}

impl Default for LatencyHistogram {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_at_most_a_thousandth_above_the_exact_one() {
        let mut histogram = LatencyHistogram::new();
        for value in 0..100_000_u64 {
            histogram.record(value * value);
        }
        assert_eq!((histogram.count(), histogram.zeros()), (100_000, 1));
        for percentile in [Percentile::P50, Percentile::P95, Percentile::P99, Percentile::P100] {
            let exact = (percentile.rank(100_000) - 1).pow(2);
            let found = histogram.percentile(percentile);
            assert!(found >= exact && found - exact <= exact / 1000 + 1, "{percentile}: {found} for {exact}");
        }
    }

    #[test]
    fn the_ends_of_the_range_can_be_recorded() {
        let mut histogram = LatencyHistogram::new();
        assert_eq!((histogram.percentile(Percentile::P95), histogram.max()), (0, 0));
        histogram.record(0);
        histogram.record(u64::MAX);
        assert_eq!(histogram.sum(), u128::from(u64::MAX));
        assert_eq!(histogram.percentile(Percentile::P50), 0);
        let mut other = LatencyHistogram::new();
        other.record(7);
        other.merge(&histogram);
        assert_eq!((other.count(), other.percentile(Percentile::P50)), (3, 7));
    }
}
