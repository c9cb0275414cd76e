//! What queueing theory says about executors: formulas to plan by, and to check the simulator against.
//!
//! Rates are per unit of time and waits are in that unit, whichever it is. A load that the executors cannot carry has
//! no steady state; [`Servers::new`] and its kin refuse it, so that no function here returns a number without
//! meaning. Floats are fine here: nothing that Footman decides depends on them.

mod approximate;
mod deterministic;
mod erlang;
mod finite;
mod single;
mod unlimited;

pub use approximate::{allen_cunneen, kingman};
pub use deterministic::DeterministicService;
pub use erlang::{Servers, erlang_b, executors_for_wait};
pub use finite::FiniteRoom;
pub use single::{ScheduledArrivals, pollaczek_khinchine, wait_with_setup};
pub use unlimited::Unlimited;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum QueueingError {
    /// More work arrives than can be done, so that the queue grows without end.
    #[error("{load:.3} executors' worth of work arrives for {servers}: the queue never settles")]
    Overloaded {
        /// The arrival rate over the service rate of one executor.
        load: f64,
        /// The executors.
        servers: u32,
    },
    /// A rate, a room or a number of executors is not one.
    #[error(
        "a rate must be positive and finite, and there must be at least one executor and room for all of them"
    )]
    Meaningless,
    /// The number is beyond what the formulas are computed for.
    #[error(
        "more than {limit} executors are needed or given, which is more than the formulas are computed for"
    )]
    TooMany {
        /// The limit.
        limit: u32,
    },
}

/// The most executors that a formula is computed for.
pub const SERVERS_MAX: u32 = 1_000_000;

/// The arrival rate over the service rate: the executors that are busy on average, if there are enough.
fn load(arrival_rate: f64, service_rate: f64) -> Result<f64, QueueingError> {
    let is_rate = |rate: f64| rate.is_finite() && rate > 0.0;
    let load = arrival_rate / service_rate;
    if is_rate(arrival_rate) && is_rate(service_rate) && is_rate(load) {
        Ok(load)
    } else {
        Err(QueueingError::Meaningless)
    }
}

/// The load, where `servers` can carry it.
fn carried_load(servers: u32, arrival_rate: f64, service_rate: f64) -> Result<f64, QueueingError> {
    let load = load(arrival_rate, service_rate)?;
    if servers == 0 {
        Err(QueueingError::Meaningless)
    } else if servers > SERVERS_MAX {
        Err(QueueingError::TooMany { limit: SERVERS_MAX })
    } else if load >= f64::from(servers) {
        Err(QueueingError::Overloaded { load, servers })
    } else {
        Ok(load)
    }
}
