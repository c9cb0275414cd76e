//! The processor time of the thread: what a benchmark costs, whoever else uses the machine.
//!
//! Time by the clock counts what other processes do on a busy machine; this does not, but for caches that they share.

use criterion::{
    Throughput,
    measurement::{Measurement, ValueFormatter, WallTime},
};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// How much processor time this thread has used.
pub fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).expect("a thread's time is not negative");
    let nanos = u32::try_from(time.tv_nsec).expect("a second has 10^9 nanoseconds");
    Duration::new(seconds, nanos)
}

/// What criterion measures with: the processor time of the thread.
#[derive(Debug, Clone, Copy)]
pub struct ThreadTime;

impl Measurement for ThreadTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        thread_time()
    }

    fn end(&self, started: Duration) -> Duration {
        thread_time().saturating_sub(started)
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

/// Elements for criterion's throughput.
pub fn elements(count: usize) -> Throughput {
    Throughput::Elements(u64::try_from(count).expect("a length fits 64 bits"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

    #[test]
    fn work_takes_time_and_time_adds_up() {
        let started = ThreadTime.start();
        let mut spent = ThreadTime.end(started);
        while spent.is_zero() {
            black_box((0..1_000_u64).map(black_box).sum::<u64>());
            spent = ThreadTime.end(started);
        }
        assert_eq!(ThreadTime.add(&spent, &ThreadTime.zero()), spent);
    }
}
