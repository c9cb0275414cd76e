//! List prices of Fargate.
//!
//! US East (N. Virginia), on demand, Linux unless said otherwise, without tax and discounts: AWS Fargate pricing page as
//! of October 2026; the Spot prices are those of January 2024, and move.

use crate::units::{MicroUsd, NanoUsd, Size};

/// Ephemeral storage that Fargate does not bill, GiB (AWS Fargate pricing, read 2026-11-23).
const EPHEMERAL_FREE_GIB: u32 = 20;

/// The operating system and processor that a task needs: `runtimePlatform`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Platform {
    /// Linux on x86-64.
    #[default]
    LinuxX86,
    /// Linux on ARM64.
    LinuxArm,
    /// Windows on x86-64.
    WindowsX86,
}

/// What one vCPU and one GiB cost on Fargate for an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FargatePrice {
    /// One vCPU for an hour.
    pub vcpu_hour: NanoUsd,
    /// One GiB for an hour.
    pub gib_hour: NanoUsd,
}

/// What Fargate costs on each platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FargatePrices {
    /// Linux on x86-64.
    pub linux_x86: FargatePrice,
    /// Linux on ARM64.
    pub linux_arm: FargatePrice,
    /// Windows, licence included; one source only.
    pub windows_x86: FargatePrice,
    /// Spot, Linux on x86-64.
    pub spot_linux_x86: FargatePrice,
    /// Spot, Linux on ARM64: the x86 discount taken off ARM's price, for want of a table.
    pub spot_linux_arm: FargatePrice,
    /// One GiB of ephemeral storage, beyond the 20 that are free, for an hour.
    pub ephemeral_gib_hour: NanoUsd,
}

impl Default for FargatePrices {
    fn default() -> Self {
        let price = |vcpu, gib| FargatePrice { vcpu_hour: NanoUsd::new(vcpu), gib_hour: NanoUsd::new(gib) };
        Self {
            linux_x86: price(40_480_000, 4_445_000),
            linux_arm: price(32_380_000, 3_560_000),
            windows_x86: price(91_480_000, 10_050_000),
            spot_linux_x86: price(12_462_870, 1_368_510),
            spot_linux_arm: price(9_969_000, 1_096_000),
            ephemeral_gib_hour: NanoUsd::new(111_000),
        }
    }
}

impl FargatePrices {
    /// The prices of one platform. There is no Windows on Fargate Spot: it costs what it costs on demand.
    pub const fn of(&self, platform: Platform, spot: bool) -> FargatePrice {
        match (platform, spot) {
            (Platform::LinuxX86, false) => self.linux_x86,
            (Platform::LinuxX86, true) => self.spot_linux_x86,
            (Platform::LinuxArm, false) => self.linux_arm,
            (Platform::LinuxArm, true) => self.spot_linux_arm,
            (Platform::WindowsX86, _) => self.windows_x86,
        }
    }

    /// What a task costs per hour, exactly: in billionths of a dollar divided by 1,024, for prices are per vCPU and GiB
    /// and sizes in CPU units and MiB.
    pub fn task_exact(&self, size: Size, platform: Platform, spot: bool, ephemeral_gib: u32) -> u128 {
        let price = self.of(platform, spot);
        let storage = ephemeral_gib.saturating_sub(EPHEMERAL_FREE_GIB);
        u128::from(price.vcpu_hour.get()) * u128::from(size.cpu.get())
            + u128::from(price.gib_hour.get()) * u128::from(size.memory.get())
            + u128::from(self.ephemeral_gib_hour.get()) * u128::from(storage) * 1024
    }

    /// What a task of `size` costs per hour with the storage that is free, rounded up.
    pub fn task(&self, size: Size, platform: Platform, spot: bool) -> MicroUsd {
        let micros = self.task_exact(size, platform, spot, 0).div_ceil(1024 * 1000);
        MicroUsd::new(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{CpuUnits, Mib};

    #[test]
    fn a_fargate_task_costs_what_its_vcpus_and_gibibytes_cost() {
        let prices = FargatePrices::default();
        let size = Size::new(CpuUnits::from_vcpus(2), Mib::from_gib(4));
        // 2 x 0.04048 + 4 x 0.004445 = 0.09874 dollars (AWS Fargate pricing).
        assert_eq!(prices.task(size, Platform::LinuxX86, false), MicroUsd::new(98_740));
        assert!(prices.task(size, Platform::LinuxX86, true) < prices.task(size, Platform::LinuxArm, false));
        assert!(
            prices.task(size, Platform::LinuxX86, false) < prices.task(size, Platform::WindowsX86, false)
        );
        assert_eq!(
            prices.task(size, Platform::WindowsX86, true),
            prices.task(size, Platform::WindowsX86, false)
        );
    }

    #[test]
    fn storage_costs_beyond_what_is_free() {
        let prices = FargatePrices::default();
        let cost = |gib| prices.task_exact(Size::default(), Platform::LinuxX86, false, gib);
        // (GiB, billionths of a dollar per hour)
        for (gib, nanos) in [(0, 0), (20, 0), (21, 111_000), (200, 180 * 111_000)] {
            assert_eq!(cost(gib), nanos * 1024, "{gib} GiB");
        }
    }
}
