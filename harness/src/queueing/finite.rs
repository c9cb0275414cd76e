//! Executors with a bounded queue: what finds it full is turned away (M/M/c/K).

use super::{QueueingError, SERVERS_MAX, erlang_b, load};

/// Executors with Poisson arrivals, exponential service and room for a bounded number of builds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FiniteRoom {
    blocked: f64,
    mean_waiting: f64,
    arrival_rate: f64,
}

impl FiniteRoom {
    /// `servers` executors with room for `room` builds, running ones included.
    ///
    /// Unlike an unbounded queue it has a steady state under any load.
    ///
    /// # Errors
    ///
    /// Fails where a rate is none, or there is less room than executors.
    pub fn new(servers: u32, room: u32, arrival_rate: f64, service_rate: f64) -> Result<Self, QueueingError> {
        let load = load(arrival_rate, service_rate)?;
        if servers == 0 || room < servers {
            return Err(QueueingError::Meaningless);
        }
        if room > SERVERS_MAX {
            return Err(QueueingError::TooMany { limit: SERVERS_MAX });
        }
        // The states with a queue, relative to the one where all executors are busy and nobody waits; scaled down on
        // the way where they grow, so that a load far above the executors does not overflow.
        let ratio = load / f64::from(servers);
        let (mut below, mut queued, mut waiting, mut last) = (1.0 / erlang_b(servers, load), 0.0, 0.0, 1.0);
        for ahead in 1..=(room - servers) {
            last *= ratio;
            queued += last;
            waiting += last * f64::from(ahead);
            if queued > 1e200 {
                (below, queued, waiting, last) =
                    (below / 1e200, queued / 1e200, waiting / 1e200, last / 1e200);
            }
        }
        let all = below + queued;
        Ok(Self { blocked: last / all, mean_waiting: waiting / all, arrival_rate })
    }

    /// The share of builds that are turned away.
    pub const fn blocked(&self) -> f64 {
        self.blocked
    }

    /// The mean wait of the builds that are taken in.
    pub fn mean_wait_of_accepted(&self) -> f64 {
        self.mean_waiting / (self.arrival_rate * (1.0 - self.blocked))
    }
}
