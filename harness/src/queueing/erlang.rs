//! Erlang's formulas: Poisson arrivals at executors that are lost, or wait, where none is idle.

use super::{QueueingError, SERVERS_MAX, carried_load, load};
use crate::statistics::Percentile;

/// The share of arrivals that find all of `servers` busy and are lost, for a `load` in executors (M/G/c/c).
///
/// Computed by the recursion over the number of executors, whose terms are all positive and below one, so it is
/// stable for any number of them.
pub fn erlang_b(servers: u32, load: f64) -> f64 {
    (1..=servers).fold(1.0, |blocked, n| {
        let offered = load * blocked;
        offered / (f64::from(n) + offered)
    })
}

/// Executors with Poisson arrivals and exponential service, first come first served (M/M/c), in steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Servers {
    servers: u32,
    /// Builds per unit of time that all executors together can end, less those that arrive.
    slack: f64,
    service_rate: f64,
    load: f64,
    wait_probability: f64,
}

impl Servers {
    /// `servers` executors at which `arrival_rate` builds arrive and of which each ends `service_rate` builds per unit
    /// of time.
    ///
    /// # Errors
    ///
    /// Fails where the executors cannot carry the load, or a rate is none.
    pub fn new(servers: u32, arrival_rate: f64, service_rate: f64) -> Result<Self, QueueingError> {
        let load = carried_load(servers, arrival_rate, service_rate)?;
        Ok(Self::with_blocking(servers, arrival_rate, service_rate, load, erlang_b(servers, load)))
    }

    fn with_blocking(servers: u32, arrival_rate: f64, service_rate: f64, load: f64, blocked: f64) -> Self {
        let count = f64::from(servers);
        let wait_probability = count * blocked / (count - load * (1.0 - blocked));
        Self { servers, slack: count * service_rate - arrival_rate, service_rate, load, wait_probability }
    }

    /// The share of builds that wait at all (Erlang C).
    pub const fn wait_probability(&self) -> f64 {
        self.wait_probability
    }

    /// The mean wait over all builds, also those that do not wait.
    pub fn mean_wait(&self) -> f64 {
        self.wait_probability / self.slack
    }

    /// The mean wait of the builds that do wait.
    pub fn mean_wait_of_waiting(&self) -> f64 {
        1.0 / self.slack
    }

    /// The share of builds that wait longer than `wait`.
    pub fn waits_longer_than(&self, wait: f64) -> f64 {
        if wait < 0.0 { 1.0 } else { self.wait_probability * (-self.slack * wait).exp() }
    }

    /// The wait that the share `percentile` of all builds does not exceed.
    pub fn wait_at(&self, percentile: Percentile) -> f64 {
        let beyond = 1.0 - percentile.share();
        if self.wait_probability <= beyond { 0.0 } else { (self.wait_probability / beyond).ln() / self.slack }
    }

    /// The mean share of time that an executor is busy.
    pub fn utilisation(&self) -> f64 {
        self.load / f64::from(self.servers)
    }

    /// The number of executors.
    pub const fn count(&self) -> u32 {
        self.servers
    }

    /// The mean waits of two classes of builds, of which the `first` per unit of time go before all others and nobody
    /// is interrupted, as a pair: theirs, and that of the others.
    ///
    /// Both classes have the same service; the formula is Cobham's (1954).
    ///
    /// # Errors
    ///
    /// Fails where `first` is not a part of the arrival rate.
    pub fn mean_waits_with_priority(&self, first: f64) -> Result<(f64, f64), QueueingError> {
        let capacity = f64::from(self.servers) * self.service_rate;
        let arrivals = self.load * self.service_rate;
        if !(first >= 0.0 && first <= arrivals) {
            return Err(QueueingError::Meaningless);
        }
        let (busy_with_first, busy) = (first / capacity, arrivals / capacity);
        let next_end = self.wait_probability / capacity;
        let of_first = next_end / (1.0 - busy_with_first);
        Ok((of_first, of_first / (1.0 - busy)))
    }
}

/// The least executors at which the wait at `percentile` is at most `wait`, by Erlang C.
///
/// # Errors
///
/// Fails where a rate is none, or more than [`SERVERS_MAX`] executors would be needed.
pub fn executors_for_wait(
    arrival_rate: f64,
    service_rate: f64,
    percentile: Percentile,
    wait: f64,
) -> Result<Servers, QueueingError> {
    let load = load(arrival_rate, service_rate)?;
    let mut blocked = 1.0;
    for servers in 1..=SERVERS_MAX {
        let offered = load * blocked;
        blocked = offered / (f64::from(servers) + offered);
        if load < f64::from(servers) {
            let found = Servers::with_blocking(servers, arrival_rate, service_rate, load, blocked);
            if found.wait_at(percentile) <= wait {
                return Ok(found);
            }
        }
    }
    Err(QueueingError::TooMany { limit: SERVERS_MAX })
}
