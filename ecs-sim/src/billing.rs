//! What things cost, without drift: sums are kept in a unit so small that every price times every whole second is a
//! whole number of it.

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
    pub fn of(rate: u128, seconds: u64) -> Self {
        Self(rate.saturating_mul(u128::from(seconds)))
    }

    /// In millionths of a dollar, rounded half up.
    pub fn micro_usd(self) -> footman_core::units::MicroUsd {
        let micros = self.0.saturating_add(UNITS_PER_MICRO_USD / 2) / UNITS_PER_MICRO_USD;
        footman_core::units::MicroUsd::new(u64::try_from(micros).unwrap_or(u64::MAX))
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
