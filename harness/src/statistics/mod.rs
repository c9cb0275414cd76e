//! What is said about many builds at once: exact percentiles and means, per label, day and week, and burstiness.
//!
//! Percentiles are nearest-rank: the p-th percentile of n samples is the ceil(p n)-th smallest, so it is a value that
//! occurred. They are exact up to [`EXACT_MAX`] samples and come from a histogram of three significant digits beyond,
//! which every result says of itself. Sums are integers of 128 bits, so a mean is exact too.

mod calendar;
mod dispersion;
mod distribution;
mod histogram;
mod percentile;
mod wait_log;

pub use calendar::{Calendar, Window};
pub use dispersion::Dispersion;
pub use distribution::{Distribution, Samples};
pub use histogram::LatencyHistogram;
pub use percentile::{Percentile, PercentileError};
pub use wait_log::{WaitLog, WindowWaits};

/// The number of samples up to which percentiles are exact; four to eight bytes are held for each.
pub const EXACT_MAX: u64 = 10_000_000;
