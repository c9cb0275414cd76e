//! What things cost, without drift: sums are kept in a unit so small that every price times every whole second is a
//! whole number of it.

use crate::{data::Prices, definition::TaskDefinition};
use footman_core::{
    time::Timestamp,
    units::{MicroUsd, NanoUsd, Size},
};
use std::{fmt, iter, ops};

/// An amount of money, exact.
///
/// The unit is a billionth of a dollar divided by 3,600 (prices are per hour and time is billed per second) and by 1,024
/// (CPU units and MiB, where prices are per vCPU and GiB).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cost(u128);

/// How many units of [`Cost`] are one millionth of a dollar.
const UNITS_PER_MICRO_USD: u128 = 1_000 * 3_600 * 1_024;

impl Cost {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// What `seconds` cost at `rate` billionths of a dollar / 1,024 per hour.
    pub(crate) fn of(rate: u128, seconds: u64) -> Self {
        Self(rate.saturating_mul(u128::from(seconds)))
    }

    /// In millionths of a dollar, rounded half up.
    pub fn micro_usd(self) -> MicroUsd {
        let micros = self.0.saturating_add(UNITS_PER_MICRO_USD / 2) / UNITS_PER_MICRO_USD;
        MicroUsd::new(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

impl ops::Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl ops::AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl iter::Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::ZERO, |sum, cost| sum + cost)
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.micro_usd().get();
        write!(f, "${}.{:06}", micros / 1_000_000, micros % 1_000_000)
    }
}

/// What a simulated account cost so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Costs {
    /// Fargate, on demand.
    pub fargate: Cost,
    /// Fargate Spot.
    pub fargate_spot: Cost,
    /// EC2, on demand.
    pub ec2: Cost,
    /// EC2 Spot.
    pub ec2_spot: Cost,
}

impl Costs {
    /// All together.
    pub fn total(&self) -> Cost {
        self.fargate + self.fargate_spot + self.ec2 + self.ec2_spot
    }
}

/// The least that is billed of a task on Fargate and of an instance (AWS Fargate pricing, Amazon EC2 pricing, read
/// 2026-11-23).
const SECONDS_MIN: u64 = 60;

/// The seconds that are billed for `from..to`: whole ones, and a minute at least.
pub(crate) fn billed_seconds(from: Timestamp, to: Timestamp) -> u64 {
    to.since(from).as_millis().div_ceil(1000).max(SECONDS_MIN)
}

/// What a task on Fargate costs per hour, in billionths of a dollar / 1,024.
pub(crate) fn fargate_rate(prices: &Prices, definition: &TaskDefinition, size: Size, spot: bool) -> u128 {
    let ephemeral_gib = definition.ephemeral_gib.unwrap_or(0);
    prices.fargate.task_exact(size, definition.platform, spot, ephemeral_gib)
}

/// What an instance costs per hour, in billionths of a dollar / 1,024.
pub(crate) fn instance_rate(prices: &Prices, on_demand: NanoUsd, spot: bool) -> u128 {
    let per_mille = if spot { prices.ec2_spot_per_mille } else { 1000 };
    u128::from(on_demand.get()) * 1024 * u128::from(per_mille) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Image;
    use footman_core::units::{CpuUnits, Mib};

    #[test]
    fn fargate_bills_by_the_second_and_a_minute_at_least() {
        // cost = ceil(max(60 s, stoppedAt - pullStartedAt)) x (vCPU p + GB q + max(0, disk - 20) r), us-east-1.
        // (cpu, memory, disk, spot, ms) => billionths of a dollar, by hand
        let table = [
            ((2048, 4096, None, false, 3_600_000), 2 * 40_480_000 + 4 * 4_445_000),
            ((256, 512, None, false, 1), (40_480_000 / 4 + 4_445_000 / 2) / 60),
            ((1024, 2048, None, false, 60_001), (40_480_000 + 2 * 4_445_000) * 61 / 3600),
            ((1024, 2048, None, true, 3_600_000), 12_462_870 + 2 * 1_368_510),
            ((1024, 2048, Some(120), false, 3_600_000), 40_480_000 + 2 * 4_445_000 + 100 * 111_000),
        ];
        for ((cpu, memory, disk, spot, ms), nanos) in table {
            let size = Size::new(CpuUnits::new(cpu), Mib::new(memory));
            let image = Image { name: "image".into(), size: Mib::new(1) };
            let mut definition = TaskDefinition::new("agent", size.cpu, size.memory, image);
            definition.ephemeral_gib = disk;
            let rate = fargate_rate(&Prices::default(), &definition, size, spot);
            let seconds = billed_seconds(Timestamp::EPOCH, Timestamp::from_millis(ms));
            assert_eq!(
                Cost::of(rate, seconds).0 / (3600 * 1024),
                nanos,
                "{size}, {disk:?} GiB, {spot}, {ms} ms"
            );
        }
    }

    #[test]
    fn sums_of_costs_do_not_drift() {
        let rate = 40_480_000_u128 * 256;
        let one = Cost::of(rate, 61);
        assert_eq!((0..1_000_000).map(|_| one).sum::<Cost>(), Cost::of(rate, 61_000_000));
        assert_eq!(Cost::of(40_480_000 * 1024, 3600).micro_usd().get(), 40_480);
        assert_eq!(Cost::of(40_480_000 * 1024, 3600).to_string(), "$0.040480");
    }
}
