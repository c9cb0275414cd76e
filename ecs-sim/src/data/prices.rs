//! Prices, in billionths of a dollar per hour.

/// Money in billionths of a US dollar; as a price, per hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct NanoUsd(pub u64);

/// What Fargate takes per hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FargatePrice {
    /// For one vCPU.
    pub vcpu: NanoUsd,
    /// For one GiB of memory.
    pub gib: NanoUsd,
}

/// What things cost.
///
/// The default is us-east-1, Linux, on demand: Fargate as on the AWS price page in October 2026, Fargate Spot as in
/// January 2024 (it moves), ephemeral storage beyond 20 GiB. EC2 prices stand in the table of instance types; what
/// EC2 Spot costs is an assumption, for it moves by the hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prices {
    /// Fargate on demand, x86-64.
    pub fargate_x86: FargatePrice,
    /// Fargate on demand, ARM64.
    pub fargate_arm: FargatePrice,
    /// Fargate Spot, x86-64.
    pub fargate_spot_x86: FargatePrice,
    /// Fargate Spot, ARM64.
    pub fargate_spot_arm: FargatePrice,
    /// One GiB of ephemeral storage beyond the 20 that are free.
    pub ephemeral_gib: NanoUsd,
    /// EC2 Spot, in thousandths of the on-demand price.
    pub ec2_spot_per_mille: u32,
}

impl Default for Prices {
    fn default() -> Self {
        Self {
            fargate_x86: FargatePrice { vcpu: NanoUsd(40_480_000), gib: NanoUsd(4_445_000) },
            fargate_arm: FargatePrice { vcpu: NanoUsd(32_380_000), gib: NanoUsd(3_560_000) },
            fargate_spot_x86: FargatePrice { vcpu: NanoUsd(12_462_870), gib: NanoUsd(1_368_510) },
            // No table was found; the discount of x86-64 is assumed.
            fargate_spot_arm: FargatePrice { vcpu: NanoUsd(9_969_000), gib: NanoUsd(1_096_000) },
            ephemeral_gib: NanoUsd(111_000),
            ec2_spot_per_mille: 350,
        }
    }
}
