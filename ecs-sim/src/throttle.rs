//! Token buckets in virtual time, and the count of calls.

use crate::{
    api::{ActionGroup, ApiError, ErrorCode, Operation},
    data::{self, Bucket},
};
use footman_core::time::Timestamp;

/// How often an operation was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CallCount {
    /// Calls, throttled ones included.
    pub calls: u64,
    /// Calls that were throttled.
    pub throttled: u64,
}

/// A bucket and what is in it, in thousandths of a token: at `r` tokens a second, `r` thousandths flow in each
/// millisecond, so that nothing is ever rounded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenBucket {
    size: Bucket,
    level_milli: u64,
    at: Timestamp,
}

impl TokenBucket {
    /// A full bucket.
    pub(crate) fn new(size: Bucket, now: Timestamp) -> Self {
        Self { size, level_milli: u64::from(size.burst) * 1000, at: now }
    }

    /// Takes up to `n` tokens and says how many there were.
    pub(crate) fn take(&mut self, now: Timestamp, n: u32) -> u32 {
        self.refill(now);
        let there = u32::try_from(self.level_milli / 1000).unwrap_or(u32::MAX).min(n);
        self.level_milli -= u64::from(there) * 1000;
        there
    }

    /// Takes `n` tokens, or none where there are fewer.
    pub(crate) fn take_all(&mut self, now: Timestamp, n: u32) -> bool {
        self.refill(now);
        let enough = self.level_milli >= u64::from(n) * 1000;
        if enough {
            self.level_milli -= u64::from(n) * 1000;
        }
        enough
    }

    fn refill(&mut self, now: Timestamp) {
        let inflow = now.since(self.at).as_millis().saturating_mul(u64::from(self.size.per_second));
        self.level_milli = self.level_milli.saturating_add(inflow).min(u64::from(self.size.burst) * 1000);
        self.at = self.at.max(now);
    }
}

/// The buckets of the account, and its count of calls.
#[derive(Debug)]
pub(crate) struct Throttle {
    enabled: bool,
    groups: [TokenBucket; ActionGroup::ALL.len()],
    fargate_calls: TokenBucket,
    fargate_launches: TokenBucket,
    fargate_spot_launches: TokenBucket,
    counts: [CallCount; Operation::COUNT],
}

impl Throttle {
    pub(crate) fn new(enabled: bool, now: Timestamp) -> Self {
        Self {
            enabled,
            groups: ActionGroup::ALL.map(|group| TokenBucket::new(data::bucket(group), now)),
            fargate_calls: TokenBucket::new(data::FARGATE_RUN_TASK_CALLS, now),
            fargate_launches: TokenBucket::new(data::FARGATE_LAUNCHES, now),
            fargate_spot_launches: TokenBucket::new(data::FARGATE_LAUNCHES, now),
            counts: [CallCount::default(); Operation::COUNT],
        }
    }

    /// Counts `n` calls and says how many of them pass.
    pub(crate) fn take(&mut self, now: Timestamp, operation: Operation, n: u32) -> u32 {
        let passed = if self.enabled { self.groups[operation.group().index()].take(now, n) } else { n };
        let count = &mut self.counts[operation.index()];
        count.calls += u64::from(n);
        count.throttled += u64::from(n - passed);
        passed
    }

    /// Counts one call.
    pub(crate) fn admit(&mut self, now: Timestamp, operation: Operation) -> Result<(), ApiError> {
        if self.take(now, operation, 1) == 1 { Ok(()) } else { Err(rate_exceeded()) }
    }

    /// Admits a `RunTask`, counted before, that launches so many tasks on Fargate and on Fargate Spot.
    pub(crate) fn admit_fargate(
        &mut self,
        now: Timestamp,
        on_demand: u32,
        spot: u32,
    ) -> Result<(), ApiError> {
        if !self.enabled || on_demand + spot == 0 {
            return Ok(());
        }
        // A refused launch has used up its call, as any throttled call may have.
        let admitted = self.fargate_calls.take_all(now, 1)
            && self.fargate_launches.take_all(now, on_demand)
            && self.fargate_spot_launches.take_all(now, spot);
        if admitted {
            return Ok(());
        }
        self.counts[Operation::RunTask.index()].throttled += 1;
        Err(rate_exceeded())
    }

    /// How often each operation was called.
    pub(crate) fn counts(&self) -> &[CallCount; Operation::COUNT] {
        &self.counts
    }
}

fn rate_exceeded() -> ApiError {
    ApiError::new(ErrorCode::Throttling, "Rate exceeded")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate_exactly() {
        let mut throttle = Throttle::new(true, at(0));
        // RunTask and StopTask share 100 and 40 a second.
        assert_eq!(throttle.take(at(0), Operation::RunTask, 70), 70);
        assert_eq!(throttle.take(at(0), Operation::StopTask, 70), 30);
        // A token each 25 ms, and never one early.
        assert_eq!(throttle.take(at(24), Operation::RunTask, 1), 0);
        assert_eq!(throttle.take(at(25), Operation::RunTask, 2), 1);
        // In an hour of one call per 10 ms, 40 a second pass, to the last one.
        let passed: u32 = (1..=360_000).map(|i| throttle.take(at(25 + i * 10), Operation::RunTask, 1)).sum();
        assert_eq!(passed, 40 * 3600);
        assert_eq!(throttle.counts()[Operation::StopTask.index()], CallCount { calls: 70, throttled: 40 });
        assert_eq!(throttle.counts()[Operation::RunTask.index()].calls, 70 + 1 + 2 + 360_000);
    }

    #[test]
    fn reads_and_writes_have_buckets_of_their_own() {
        let mut throttle = Throttle::new(true, at(0));
        assert_eq!(throttle.take(at(0), Operation::RunTask, 1000), 100);
        // Reads: 100 and 20 a second, DescribeTasks and ListTasks together.
        assert_eq!(throttle.take(at(0), Operation::DescribeTasks, 60), 60);
        assert_eq!(throttle.take(at(0), Operation::ListTasks, 60), 40);
        assert_eq!(throttle.take(at(1000), Operation::ListTasks, 60), 20);
    }

    #[test]
    fn fargate_launches_are_limited_on_top_on_demand_and_spot_each() {
        let mut throttle = Throttle::new(true, at(0));
        for call in 0..10 {
            assert!(throttle.admit_fargate(at(0), 10, 0).is_ok(), "call {call} of ten launches");
        }
        assert!(throttle.admit_fargate(at(0), 1, 0).is_err(), "the launches are used up");
        assert!(throttle.admit_fargate(at(0), 0, 10).is_ok(), "those of Spot are not");
        assert!(throttle.admit_fargate(at(50), 1, 0).is_ok(), "20 a second");
        assert!(throttle.admit_fargate(at(99), 1, 0).is_err());
    }
}
