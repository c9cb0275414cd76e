//! One executor: Poisson arrivals with any service, arrivals by the clock, and an executor that must first be set up.

use super::{QueueingError, carried_load};

/// The mean wait at one executor with Poisson arrivals and any service (M/G/1), after Pollaczek and Khinchine.
///
/// `service_scv` is the squared coefficient of variation of the service: 0 where it is constant, 1 where it is
/// exponential, 1/k for Erlang's distribution of k stages.
///
/// # Errors
///
/// Fails where the executor cannot carry the load, or a rate is none.
pub fn pollaczek_khinchine(
    arrival_rate: f64,
    service_rate: f64,
    service_scv: f64,
) -> Result<f64, QueueingError> {
    let load = carried_load(1, arrival_rate, service_rate)?;
    Ok(load * (1.0 + service_scv) / (2.0 * (1.0 - load)) / service_rate)
}

/// The mean wait at one executor that is taken down whenever it is idle and takes an exponential time of mean
/// 1/`setup_rate` to come up again (M/M/1 with setup times).
///
/// The setup adds exactly its mean to the wait (Welch, 1964).
///
/// # Errors
///
/// Fails where the executor cannot carry the load, or a rate is none.
pub fn wait_with_setup(arrival_rate: f64, service_rate: f64, setup_rate: f64) -> Result<f64, QueueingError> {
    if !(setup_rate.is_finite() && setup_rate > 0.0) {
        return Err(QueueingError::Meaningless);
    }
    Ok(pollaczek_khinchine(arrival_rate, service_rate, 1.0)? + 1.0 / setup_rate)
}

/// One executor at which builds arrive by the clock, with exponential service (D/M/1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScheduledArrivals {
    /// The probability that a build waits: the root of x = exp(-(1 - x) / load) below 1.
    waits: f64,
    service_rate: f64,
}

impl ScheduledArrivals {
    /// An executor at which a build arrives every 1/`arrival_rate`.
    ///
    /// # Errors
    ///
    /// Fails where the executor cannot carry the load, or a rate is none.
    pub fn new(arrival_rate: f64, service_rate: f64) -> Result<Self, QueueingError> {
        let load = carried_load(1, arrival_rate, service_rate)?;
        // The function is convex and above the diagonal at 0; Newton's steps from there never overshoot the root.
        let mut waits = 0.0_f64;
        for _ in 0..Self::STEPS_MAX {
            let curve = (-(1.0 - waits) / load).exp();
            let step = (curve - waits) / (1.0 - curve / load);
            waits += step;
            if step.abs() <= f64::EPSILON {
                break;
            }
        }
        Ok(Self { waits, service_rate })
    }

    /// Newton's method doubles the digits in each step once it is near, and halves the distance far from it.
    const STEPS_MAX: u32 = 200;

    /// The share of builds that wait.
    pub const fn wait_probability(&self) -> f64 {
        self.waits
    }

    /// The mean wait over all builds.
    pub fn mean_wait(&self) -> f64 {
        self.waits / (self.service_rate * (1.0 - self.waits))
    }
}
