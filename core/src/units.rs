//! Quantities with their units in their types: memory, CPU, money.
//!
//! Every one is an integer: no float takes part in a decision.

use std::fmt;

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name($int);

        impl $name {
            /// None of it.
            pub const ZERO: Self = Self(0);
            /// The largest amount that can be said.
            pub const MAX: Self = Self(<$int>::MAX);

            /// `n` of the unit.
            pub const fn new(n: $int) -> Self {
                Self(n)
            }

            /// The bare number, in the unit.
            pub const fn get(self) -> $int {
                self.0
            }

            /// Whether there is none of it.
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// What is left after taking `other` away, or `None` where `other` is the larger.
            pub const fn checked_sub(self, other: Self) -> Option<Self> {
                match self.0.checked_sub(other.0) {
                    Some(n) => Some(Self(n)),
                    None => None,
                }
            }

            /// The sum, or `None` where it cannot be said.
            pub const fn checked_add(self, other: Self) -> Option<Self> {
                match self.0.checked_add(other.0) {
                    Some(n) => Some(Self(n)),
                    None => None,
                }
            }

            /// What is left after taking `other` away, and nothing where `other` is the larger.
            pub const fn saturating_sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }

            /// The sum, and the largest amount where it cannot be said.
            pub const fn saturating_add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }

            /// `times` times as much, and the largest amount where it cannot be said.
            pub const fn saturating_mul(self, times: $int) -> Self {
                Self(self.0.saturating_mul(times))
            }
        }
    };
}

quantity! {
    /// Memory, in mebibytes: the unit of `memory` and `memoryReservation` in a task definition.
    Mib(u32)
}

quantity! {
    /// CPU, in the unit of ECS: 1024 of them are one vCPU.
    CpuUnits(u32)
}

quantity! {
    /// Money, in millionths of a US dollar. As a price it is said per hour or per month by the name that holds it.
    MicroUsd(u64)
}

quantity! {
    /// Money, in billionths of a US dollar: the unit in which every list price is a whole number. As a price it is said
    /// per hour by the name that holds it.
    NanoUsd(u64)
}

impl From<MicroUsd> for NanoUsd {
    /// The same money, and the largest amount where it cannot be said.
    fn from(micros: MicroUsd) -> Self {
        Self(micros.0.saturating_mul(1000))
    }
}

impl CpuUnits {
    /// The CPU units of `n` whole vCPUs, saturating.
    pub const fn from_vcpus(n: u32) -> Self {
        Self(n.saturating_mul(1024))
    }
}

impl Mib {
    /// The mebibytes of `n` gibibytes, saturating.
    pub const fn from_gib(n: u32) -> Self {
        Self(n.saturating_mul(1024))
    }
}

impl fmt::Display for CpuUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} CPU units", self.0)
    }
}

impl fmt::Display for Mib {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB", self.0)
    }
}

/// What a task needs or an instance has: CPU and memory together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Size {
    /// CPU.
    pub cpu: CpuUnits,
    /// Memory.
    pub memory: Mib,
}

impl Size {
    /// `cpu` and `memory` together.
    pub const fn new(cpu: CpuUnits, memory: Mib) -> Self {
        Self { cpu, memory }
    }

    /// Whether `need` fits into this.
    pub const fn holds(self, need: Self) -> bool {
        self.cpu.get() >= need.cpu.get() && self.memory.get() >= need.memory.get()
    }

    /// What is left after taking `need` away, or `None` where it does not fit.
    pub const fn checked_sub(self, need: Self) -> Option<Self> {
        match (self.cpu.checked_sub(need.cpu), self.memory.checked_sub(need.memory)) {
            (Some(cpu), Some(memory)) => Some(Self { cpu, memory }),
            _ => None,
        }
    }

    /// Both sums, or `None` where one cannot be said.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match (self.cpu.checked_add(other.cpu), self.memory.checked_add(other.memory)) {
            (Some(cpu), Some(memory)) => Some(Self { cpu, memory }),
            _ => None,
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} CPU units / {} MiB", self.cpu.get(), self.memory.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_fits_only_where_both_quantities_fit() {
        let host = Size::new(CpuUnits::from_vcpus(4), Mib::from_gib(8));
        let table = [
            (Size::new(CpuUnits::new(4096), Mib::new(8192)), true),
            (Size::new(CpuUnits::new(4097), Mib::new(1)), false),
            (Size::new(CpuUnits::new(1), Mib::new(8193)), false),
        ];
        for (need, fits) in table {
            assert_eq!(host.holds(need), fits, "{need}");
            assert_eq!(host.checked_sub(need).is_some(), fits, "{need}");
        }
    }

    #[test]
    fn quantities_stop_at_their_ends_where_they_are_told_to() {
        let (few, many) = (Mib::new(3), Mib::new(5));
        assert_eq!(many.checked_sub(few), Some(Mib::new(2)));
        assert_eq!(few.checked_sub(many), None);
        assert_eq!(few.saturating_sub(many), Mib::ZERO);
        assert_eq!(Mib::MAX.checked_add(few), None);
        assert_eq!(Mib::MAX.saturating_add(few), Mib::MAX);
        assert_eq!(many.saturating_mul(2), Mib::new(10));
        assert_eq!(Mib::MAX.saturating_mul(2), Mib::MAX);
        assert_eq!(Mib::from_gib(u32::MAX), Mib::MAX);
        assert_eq!(CpuUnits::from_vcpus(2), CpuUnits::new(2048));
        assert_eq!(CpuUnits::from_vcpus(u32::MAX), CpuUnits::MAX);
    }

    #[test]
    fn a_sum_of_sizes_is_said_only_where_both_sums_can_be() {
        let one = Size::new(CpuUnits::new(1), Mib::new(1));
        let table = [
            (Size::new(CpuUnits::new(2), Mib::new(3)), Some(Size::new(CpuUnits::new(3), Mib::new(4)))),
            (Size::new(CpuUnits::MAX, Mib::ZERO), None),
            (Size::new(CpuUnits::ZERO, Mib::MAX), None),
        ];
        for (size, sum) in table {
            assert_eq!(size.checked_add(one), sum, "{size}");
        }
    }
}
