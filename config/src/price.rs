//! List prices: what a task and an instance cost per hour.
//!
//! US East (N. Virginia), on demand, Linux unless said otherwise, without tax and discounts. Fargate: AWS Fargate pricing
//! page as of October 2026; the Spot prices are those of January 2024, and move. EC2: Amazon EC2 on-demand pricing, agreed
//! by four public tables, read 2026-11-23.

use crate::simulation::{InstanceType, Platform};
use footman_core::units::{CpuUnits, Mib, MicroUsd, Size};

/// What one vCPU and one GiB cost on Fargate for an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FargatePrice {
    /// One vCPU for an hour.
    pub vcpu_hour: MicroUsd,
    /// One GiB for an hour.
    pub gib_hour: MicroUsd,
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
    /// Spot, Linux on ARM64: the x86 discount taken off ARM's price.
    pub spot_linux_arm: FargatePrice,
}

impl Default for FargatePrices {
    fn default() -> Self {
        let price = |vcpu, gib| FargatePrice { vcpu_hour: MicroUsd::new(vcpu), gib_hour: MicroUsd::new(gib) };
        Self {
            linux_x86: price(40_480, 4_445),
            linux_arm: price(32_380, 3_560),
            windows_x86: price(91_480, 10_050),
            spot_linux_x86: price(12_463, 1_369),
            spot_linux_arm: price(9_969, 1_096),
        }
    }
}

impl FargatePrices {
    /// What a task of `size` costs per hour, rounded up.
    pub fn task(&self, size: Size, platform: Platform, spot: bool) -> MicroUsd {
        let price = match (platform, spot) {
            (Platform::LinuxX86, false) => self.linux_x86,
            (Platform::LinuxX86, true) => self.spot_linux_x86,
            (Platform::LinuxArm, false) => self.linux_arm,
            (Platform::LinuxArm, true) => self.spot_linux_arm,
            // There is no Windows on Fargate Spot.
            (Platform::WindowsX86, _) => self.windows_x86,
        };
        let vcpu = price.vcpu_hour.get().saturating_mul(u64::from(size.cpu.get()));
        let gib = price.gib_hour.get().saturating_mul(u64::from(size.memory.get()));
        MicroUsd::new(vcpu.saturating_add(gib).div_ceil(1024))
    }
}

/// What a task of `size` costs on an instance of `kind` per hour: the larger of its shares of CPU and memory, rounded up.
///
/// That share is what nothing else can use; instances that stand empty are the cluster's cost, not a task's.
pub(crate) fn share(size: Size, kind: &InstanceType) -> MicroUsd {
    let part = |need: u32, have: u32| {
        let cost = kind.price_per_hour.get().saturating_mul(u64::from(need));
        cost.div_ceil(u64::from(have).max(1))
    };
    let share = part(size.cpu.get(), kind.cpu.get()).max(part(size.memory.get(), kind.memory.get()));
    MicroUsd::new(share)
}

/// An instance type of the table: name, vCPUs, GiB, price in micro-dollars per hour, awsvpc tasks.
type Listed = (&'static str, u32, u32, u64, u32);

/// Sizes, prices, and the awsvpc tasks that the network interfaces carry without trunking (Amazon ECS Developer Guide,
/// "Elastic network interface trunking", 2023-05: the interface limit less one).
const INSTANCE_TYPES: &[Listed] = &[
    ("c5.large", 2, 4, 85_000, 2),
    ("c5.xlarge", 4, 8, 170_000, 3),
    ("c5.2xlarge", 8, 16, 340_000, 3),
    ("c5.4xlarge", 16, 32, 680_000, 7),
    ("c5.9xlarge", 36, 72, 1_530_000, 7),
    ("c6i.large", 2, 4, 85_000, 2),
    ("c6i.xlarge", 4, 8, 170_000, 3),
    ("c6i.2xlarge", 8, 16, 340_000, 3),
    ("c6i.4xlarge", 16, 32, 680_000, 7),
    ("c6i.8xlarge", 32, 64, 1_360_000, 7),
    ("c7g.large", 2, 4, 72_500, 2),
    ("c7g.xlarge", 4, 8, 145_000, 3),
    ("c7g.2xlarge", 8, 16, 290_000, 3),
    ("c7g.4xlarge", 16, 32, 580_000, 7),
    ("m5.large", 2, 8, 96_000, 2),
    ("m5.xlarge", 4, 16, 192_000, 3),
    ("m5.2xlarge", 8, 32, 384_000, 3),
    ("m5.4xlarge", 16, 64, 768_000, 7),
    ("m6i.large", 2, 8, 96_000, 2),
    ("m6i.xlarge", 4, 16, 192_000, 3),
    ("m6i.2xlarge", 8, 32, 384_000, 3),
    ("m6i.4xlarge", 16, 64, 768_000, 7),
    ("m6i.8xlarge", 32, 128, 1_536_000, 7),
    ("m7g.medium", 1, 4, 40_800, 1),
    ("m7g.large", 2, 8, 81_600, 2),
    ("m7g.xlarge", 4, 16, 163_200, 3),
    ("m7g.2xlarge", 8, 32, 326_400, 3),
    ("m7g.4xlarge", 16, 64, 652_800, 7),
    ("r5.large", 2, 16, 126_000, 2),
    ("r5.xlarge", 4, 32, 252_000, 3),
    ("r5.2xlarge", 8, 64, 504_000, 3),
    ("r5.4xlarge", 16, 128, 1_008_000, 7),
];

/// The names of the instance types whose size and price are known.
pub fn instance_type_names() -> impl Iterator<Item = &'static str> {
    INSTANCE_TYPES.iter().map(|(name, ..)| *name)
}

/// The instance type called `name`, or `None` where its size and price are not known.
pub fn instance_type(name: &str) -> Option<InstanceType> {
    let (name, vcpus, gib, price, awsvpc_tasks) = INSTANCE_TYPES.iter().find(|(own, ..)| *own == name)?;
    Some(InstanceType {
        name: (*name).into(),
        cpu: CpuUnits::from_vcpus(*vcpus),
        memory: registered_memory(name, *gib),
        price_per_hour: MicroUsd::new(*price),
        awsvpc_tasks: *awsvpc_tasks,
    })
}

/// The memory that an instance registers: less than its nominal memory, for the kernel and the agent have theirs.
///
/// Two are measured (m6i.large: amazon-ecs-ami issue 597; c5.large: a published API answer of 2019); the others are an
/// estimate by a line near both, 98.4 % less 250 MiB.
fn registered_memory(name: &str, gib: u32) -> Mib {
    match name {
        "m6i.large" => Mib::new(7817),
        "c5.large" => Mib::new(3705),
        _ => Mib::new((gib.saturating_mul(1024).saturating_mul(984) / 1000).saturating_sub(250)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fargate_task_costs_what_its_vcpus_and_gibibytes_cost() {
        let prices = FargatePrices::default();
        let size = Size::new(CpuUnits::from_vcpus(2), Mib::from_gib(4));
        // 2 x 0.04048 + 4 x 0.004445 = 0.09874 dollars (AWS Fargate pricing).
        assert_eq!(prices.task(size, Platform::LinuxX86, false), MicroUsd::new(98_740));
        assert!(prices.task(size, Platform::LinuxX86, true) < prices.task(size, Platform::LinuxArm, false));
    }

    #[test]
    fn a_task_costs_the_larger_of_its_shares_of_an_instance() {
        let kind = instance_type("m6i.large").unwrap();
        let half_cpu = Size::new(CpuUnits::new(1024), Mib::new(100));
        assert_eq!(share(half_cpu, &kind), MicroUsd::new(48_000));
        let all_memory = Size::new(CpuUnits::new(1), Mib::new(7817));
        assert_eq!(share(all_memory, &kind), MicroUsd::new(96_000));
    }
}
