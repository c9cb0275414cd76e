//! Everything about the simulated account that is a choice: latencies, limits, rates, faults.

use crate::{data::Prices, latency::Distribution, latency::Latency};
use footman_core::time::Millis;
use std::sync::Arc;

/// A probability in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PerMillion(pub u32);

/// The settings of a simulated account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The region, as ARNs show it.
    pub region: Arc<str>,
    /// The account, as ARNs show it.
    pub account: Arc<str>,
    /// How long things take.
    pub latency: Latency,
    /// What things cost.
    pub prices: Prices,
    /// Whether API calls and Fargate launches are throttled at all; calls are counted either way.
    pub throttling: bool,
    /// What the account may have at once.
    pub quotas: Quotas,
    /// How often spot capacity is reclaimed.
    pub spot: Spot,
    /// What goes wrong, and how often.
    pub faults: Faults,
    /// How late a write shows in Describe and List calls.
    pub visibility_delay: Millis,
    /// How long a task waits for capacity before it is given up: 10 to 30 minutes
    /// (aws/containers-roadmap issue 2381).
    pub provisioning_timeout: Distribution,
    /// How long a stopped task stays describable: "at least one hour" (Amazon ECS API Reference, DescribeTasks).
    pub stopped_retention: Millis,
    /// How long `clientToken` is remembered at most: 24 hours (Amazon ECS API Reference, "Ensuring idempotency").
    pub token_life: Millis,
    /// Whether a repeated `clientToken` whose call started nothing gets its old failures again; otherwise the call is
    /// tried anew.
    pub replay_failures: bool,
    /// Whether the lowest of equal instances is taken, and not one drawn: ECS does not say.
    pub lowest_instance_first: bool,
    /// Whether EC2 Spot instances drain at the two-minute warning (`ECS_ENABLE_SPOT_INSTANCE_DRAINING`).
    pub spot_draining: bool,
    /// Whether states of no length (ACTIVATING and DEACTIVATING of a standalone task) show in the outputs.
    pub zero_length_states: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            region: "us-east-1".into(),
            account: "123456789012".into(),
            latency: Latency::default(),
            prices: Prices::default(),
            throttling: true,
            quotas: Quotas::default(),
            spot: Spot::default(),
            faults: Faults::default(),
            visibility_delay: Millis::ZERO,
            provisioning_timeout: Distribution::Uniform {
                min: Millis::from_mins(10),
                max: Millis::from_mins(30),
            },
            stopped_retention: Millis::from_hours(1),
            token_life: Millis::from_hours(24),
            replay_failures: true,
            lowest_instance_first: false,
            spot_draining: false,
            zero_length_states: false,
        }
    }
}

/// What the account may have at once.
///
/// "Amazon ECS service quotas" (read 2026-11-23) gives the defaults but for Fargate: six vCPUs are the documented
/// default and every real account had it raised, so that `None`, no limit, serves better here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Tasks of one cluster that wait for capacity: 500.
    pub provisioning_tasks: u32,
    /// Fargate on-demand vCPUs; `None` is no limit.
    pub fargate_vcpus: Option<u32>,
    /// Fargate Spot vCPUs; `None` is no limit.
    pub fargate_spot_vcpus: Option<u32>,
    /// Container instances per cluster: 5,000.
    pub instances_per_cluster: u32,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            provisioning_tasks: 500,
            fargate_vcpus: None,
            fargate_spot_vcpus: None,
            instances_per_cluster: 5_000,
        }
    }
}

/// How often spot capacity is reclaimed; off by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spot {
    /// Interruptions of one Fargate Spot task in a million hours of it.
    pub fargate_interruptions_per_million_hours: u32,
    /// Interruptions of one EC2 Spot instance in a million hours of it.
    pub ec2_interruptions_per_million_hours: u32,
}

/// What goes wrong, and how often; nothing by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// A task's image cannot be pulled.
    pub cannot_pull: PerMillion,
    /// A task's network interface does not come (0.15 % is a rate that users reported for Fargate).
    pub eni_timeout: PerMillion,
    /// Fargate has no capacity for a launch.
    pub fargate_capacity: PerMillion,
    /// A task's secrets, or the credentials of its registry, cannot be fetched.
    pub secrets: PerMillion,
    /// A task's log driver cannot be set up.
    pub log_driver: PerMillion,
    /// The disk of a task on Fargate does not come.
    pub ephemeral_storage: PerMillion,
    /// A call is answered by ServerException, and nothing was done.
    pub server_error: PerMillion,
    /// A call is carried out, and its answer is lost.
    pub answer_lost: PerMillion,
}

/// What goes wrong with the next tasks, besides what [`Faults`] draws: so many of each, and then no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlannedFaults {
    /// Tasks whose image cannot be pulled.
    pub cannot_pull: u32,
    /// Tasks whose network interface does not come.
    pub eni_timeout: u32,
    /// Launches for which Fargate has no capacity.
    pub fargate_capacity: u32,
    /// Tasks whose secrets, or the credentials of whose registry, cannot be fetched.
    pub secrets: u32,
    /// Tasks whose log driver cannot be set up.
    pub log_driver: u32,
    /// Tasks on Fargate whose disk does not come.
    pub ephemeral_storage: u32,
}
