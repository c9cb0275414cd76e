//! How bursty arrivals are: the index of dispersion of their counts.

use super::distribution::to_f64;
use footman_core::{Millis, Timestamp};

/// Counts arrivals by windows of one length and says how much more the counts vary than those of single arrivals at
/// random.
///
/// The index is the variance of the counts over their mean, windows without arrivals included. Arrivals that come one
/// by one at a constant rate (Poisson) have 1; recorded CI has 37 to 93 in windows of an hour.
#[derive(Debug, Clone)]
pub struct Dispersion {
    window: Millis,
    /// The window of the last arrival, and its count so far.
    current: (u64, u64),
    sum: u128,
    square_sum: u128,
    busiest: (u64, u64),
}

impl Dispersion {
    /// Counts in windows of an hour.
    pub const HOUR: Millis = Millis::from_hours(1);

    /// No arrivals yet, counted in windows of `window`.
    ///
    /// # Panics
    ///
    /// Panics where the window has no length.
    pub fn new(window: Millis) -> Self {
        assert!(!window.is_zero(), "a window has a length");
        Self { window, current: (0, 0), sum: 0, square_sum: 0, busiest: (0, 0) }
    }

    /// Counts an arrival at `when`, which is not before the one before.
    pub fn record(&mut self, when: Timestamp) {
        let window = when.since(Timestamp::EPOCH).as_millis() / self.window.as_millis();
        debug_assert!(window >= self.current.0, "arrivals are in order");
        if window != self.current.0 {
            self.close();
            self.current = (window, 0);
        }
        self.current.1 += 1;
    }

    fn close(&mut self) {
        let (window, count) = self.current;
        self.sum += u128::from(count);
        self.square_sum += u128::from(count) * u128::from(count);
        if count > self.busiest.1 {
            self.busiest = (window, count);
        }
    }

    /// The index over all windows up to the last arrival's; 0 where there are no arrivals.
    pub fn index(&self) -> f64 {
        let mut closed = self.clone();
        closed.close();
        if closed.sum == 0 {
            return 0.0;
        }
        let windows = to_f64(u128::from(closed.current.0) + 1);
        let mean = to_f64(closed.sum) / windows;
        to_f64(closed.square_sum) / to_f64(closed.sum) - mean
    }

    /// When the window with the most arrivals begins, the first of several, and how many it has.
    pub fn busiest(&self) -> (Timestamp, u64) {
        let mut closed = self.clone();
        closed.close();
        let (window, count) = closed.busiest;
        (Timestamp::EPOCH + self.window.saturating_mul(window), count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(seconds: &[u64]) -> Dispersion {
        let mut dispersion = Dispersion::new(Millis::from_secs(10));
        for second in seconds {
            dispersion.record(Timestamp::EPOCH + Millis::from_secs(*second));
        }
        dispersion
    }

    #[test]
    fn the_index_is_the_variance_over_the_mean() {
        // Counts 1, 1, 1: no variance.
        assert!(counted(&[0, 10, 20]).index().abs() < 1e-12);
        // Counts 3, 0, 0, 1: mean 1, variance 6/4.
        assert!((counted(&[0, 1, 2, 39]).index() - 1.5).abs() < 1e-12);
        assert!(counted(&[]).index().abs() < 1e-12);
    }

    #[test]
    fn the_busiest_window_is_the_first_of_the_largest() {
        let (begin, count) = counted(&[5, 11, 12, 31, 32]).busiest();
        assert_eq!((begin, count), (Timestamp::EPOCH + Millis::from_secs(10), 2));
    }
}
