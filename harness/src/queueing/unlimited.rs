//! Executors without end: how many run at once when no build ever waits (M/G/inf).

use super::{QueueingError, load};
use crate::statistics::Percentile;
use statrs::distribution::{DiscreteCDF, Poisson};

/// Poisson arrivals at executors of which there are always enough: what perfectly elastic agents would need.
///
/// The number that run has a Poisson distribution, whatever the distribution of the service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unlimited {
    running: Poisson,
    mean: f64,
}

impl Unlimited {
    /// `arrival_rate` builds per unit of time, of which one takes 1/`service_rate`.
    ///
    /// # Errors
    ///
    /// Fails where a rate is none.
    pub fn new(arrival_rate: f64, service_rate: f64) -> Result<Self, QueueingError> {
        let mean = load(arrival_rate, service_rate)?;
        let running = Poisson::new(mean).map_err(|_| QueueingError::Meaningless)?;
        Ok(Self { running, mean })
    }

    /// The mean number of builds that run at once.
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// The least number that at least the share `percentile` of moments does not exceed.
    pub fn at(&self, percentile: Percentile) -> u64 {
        self.running.inverse_cdf(percentile.share())
    }
}
