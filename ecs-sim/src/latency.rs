//! How long things take: distributions of latencies, sampled to whole milliseconds at once.

use crate::draw::{Concern, Draws, Entity};
use footman_core::time::Millis;

/// A distribution of a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distribution {
    /// Always this long.
    Constant(Millis),
    /// Any whole number of milliseconds from `min` to `max`, both included, equally likely.
    Uniform {
        /// The shortest.
        min: Millis,
        /// The longest; taken for `min` where it is the shorter.
        max: Millis,
    },
    /// Log-normal: half of the samples are shorter than `median`.
    LogNormal {
        /// The median.
        median: Millis,
        /// The standard deviation of the logarithm, in thousandths.
        sigma_milli: u32,
    },
}

impl Distribution {
    /// No time at all.
    pub const ZERO: Self = Self::Constant(Millis::ZERO);

    /// Always `s` seconds.
    pub const fn constant_secs(s: u64) -> Self {
        Self::Constant(Millis::from_secs(s))
    }

    /// From `min` to `max` seconds, equally likely.
    pub const fn uniform_secs(min: u64, max: u64) -> Self {
        Self::Uniform { min: Millis::from_secs(min), max: Millis::from_secs(max) }
    }

    /// A sample for `entity` in a matter of the caller's own: the same for the same three numbers, whatever else is
    /// drawn.
    pub fn sample(self, seed: u64, concern: u64, entity: u64) -> Millis {
        Draws::new(seed).length(self, Concern::Foreign, Entity::numbered(concern, entity))
    }
}

/// The latencies of the life of a task and of an instance.
///
/// The defaults follow start-up times seen in published API answers and events, 2016 to 2025 (collected 2026-11-23):
/// on Fargate 12-18 s from creation to the start of the image pull, of which about 4 s from the connection of the
/// agent on, then about 10 MiB of image per second, then 1-3 s; about 20 s of deprovisioning. On EC2 1-3 s from
/// placement to pull, 1 s to start, and 3-8 s for a network interface. Instance boot is from memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latency {
    /// Fargate: from creation to PENDING (network interface and machine).
    pub fargate_provisioning: Distribution,
    /// Fargate: from PENDING, when the agent connects, to the start of the image pull.
    pub fargate_connect: Distribution,
    /// Fargate: from the end of the pull to RUNNING.
    pub fargate_start: Distribution,
    /// Fargate: from the exit of the containers to STOPPED.
    pub fargate_deprovisioning: Distribution,
    /// EC2: from placement (and the network interface, if any) to the start of the image pull.
    pub ec2_placement: Distribution,
    /// EC2: from the end of the pull to RUNNING.
    pub ec2_start: Distribution,
    /// EC2 with `awsvpc`: attaching the network interface.
    pub ec2_eni_attach: Distribution,
    /// EC2 with `awsvpc`: detaching the network interface.
    pub ec2_eni_detach: Distribution,
    /// How long a container takes to exit after the stop signal; cut off at the definition's `stopTimeout`.
    pub exit_on_signal: Distribution,
    /// How fast an image arrives, in MiB per second; [`Self::PULL_AT_ONCE`] takes no time.
    pub pull_mib_per_s: u32,
    /// What a pull takes beyond the size of the image.
    pub pull_extra: Distribution,
    /// From the launch of an EC2 instance to its registration in the cluster.
    pub instance_boot: Distribution,
    /// From the registration of an EC2 instance with `awsvpcTrunking` to ACTIVE: attaching its trunk network interface. No
    /// figure was published; it is taken to be that of a task's interface.
    pub trunk_attach: Distribution,
}

impl Latency {
    /// The speed at which any image is there at once.
    pub const PULL_AT_ONCE: u32 = u32::MAX;

    /// Nothing takes any time.
    pub const INSTANT: Self = Self {
        fargate_provisioning: Distribution::ZERO,
        fargate_connect: Distribution::ZERO,
        fargate_start: Distribution::ZERO,
        fargate_deprovisioning: Distribution::ZERO,
        ec2_placement: Distribution::ZERO,
        ec2_start: Distribution::ZERO,
        ec2_eni_attach: Distribution::ZERO,
        ec2_eni_detach: Distribution::ZERO,
        exit_on_signal: Distribution::ZERO,
        pull_mib_per_s: Self::PULL_AT_ONCE,
        pull_extra: Distribution::ZERO,
        instance_boot: Distribution::ZERO,
        trunk_attach: Distribution::ZERO,
    };
}

impl Default for Latency {
    fn default() -> Self {
        Self {
            fargate_provisioning: Distribution::LogNormal { median: Millis::new(10_400), sigma_milli: 280 },
            fargate_connect: Distribution::Constant(Millis::new(4_300)),
            fargate_start: Distribution::uniform_secs(1, 3),
            fargate_deprovisioning: Distribution::constant_secs(20),
            ec2_placement: Distribution::uniform_secs(1, 3),
            ec2_start: Distribution::constant_secs(1),
            ec2_eni_attach: Distribution::uniform_secs(3, 8),
            ec2_eni_detach: Distribution::uniform_secs(3, 8),
            exit_on_signal: Distribution::uniform_secs(1, 3),
            pull_mib_per_s: 10,
            pull_extra: Distribution::ZERO,
            instance_boot: Distribution::uniform_secs(60, 120),
            trunk_attach: Distribution::uniform_secs(3, 8),
        }
    }
}
