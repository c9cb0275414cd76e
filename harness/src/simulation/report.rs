//! What a simulation reports, as programs read it: the document of `footman simulate --json`.
//!
//! `docs/simulate-json.md` documents every field. The schema's number grows when a field changes its meaning or goes;
//! new fields may come without that.

use crate::{record::Record, statistics::Distribution};
use footman_core::{Millis, units::MicroUsd};
use serde::Serialize;
use std::collections::BTreeMap;

/// The schema of [`Report`].
pub const SCHEMA: &str = "footman.simulation/1";

/// The result of one simulation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The seed; also in the record, and here because everybody looks for it.
    pub seed: u64,
    /// What a trace's label means in this run: `any` or `expressions`.
    pub labels_mode: &'static str,
    /// `done`, `stuck` or `interrupted`.
    pub ending: &'static str,
    /// Builds that started.
    pub builds: u64,
    /// Builds that never started: the run was stuck or interrupted before.
    pub unserved: u64,
    /// Builds that failed because their agent went away under them.
    pub failed: u64,
    /// From the workload's zero to the end of the last build, in seconds.
    pub span_s: f64,
    /// The wait from submission to start, in seconds.
    pub wait_s: Seconds,
    /// The share of builds that waited at all.
    pub waited_share: f64,
    /// How long builds ran, in seconds.
    pub run_s: Seconds,
    /// The waits of each label, in the order of the labels' first builds.
    pub labels: Vec<LabelReport>,
    /// What everything cost, in US dollars at list price.
    pub cost_usd: f64,
    /// The same, split; absent for a fixed pool, which costs nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<CostReport>,
    /// What the agents did; absent for a fixed pool, which has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agents: Option<AgentReport>,
    /// From an accepted `RunTask` to an agent online, in seconds: waiting for room, pull and start; absent for a fixed
    /// pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_s: Option<Seconds>,
    /// Hours of each instance type, billed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub instance_hours: BTreeMap<String, f64>,
    /// The share of the capacity paid for that builds used, from 0 to 1.
    pub utilisation: f64,
    /// API calls to ECS.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<CallReport>,
    /// Why builds were refused agents, and for how long.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<RefusalReport>,
    /// How to repeat it.
    pub record: Record,
}

/// A distribution in seconds; percentiles are nearest-rank.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Seconds {
    /// The mean.
    pub mean: f64,
    /// The median.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The largest.
    pub max: f64,
    /// Whether the percentiles are exact; beyond ten million builds they have three significant digits.
    pub exact: bool,
}

/// The waits of one label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelReport {
    /// The trace's label.
    pub label: String,
    /// Builds that started.
    pub builds: u64,
    /// Their wait.
    pub wait_s: Seconds,
    /// The share that waited at all.
    pub waited_share: f64,
}

/// What everything cost, in US dollars.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CostReport {
    /// While builds ran, for the part of the capacity that they used.
    pub busy_usd: f64,
    /// While instances booted and agents started.
    pub boot_usd: f64,
    /// The rest.
    pub idle_usd: f64,
    /// Per build that started.
    pub per_build_usd: f64,
    /// Per 730 hours.
    pub per_month_usd: f64,
}

/// What the agents did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
pub struct AgentReport {
    /// Agents whose task ECS accepted.
    pub launched: u64,
    /// Agents that came online.
    pub online: u64,
    /// Agents that never had a build.
    pub unused: u64,
    /// Builds whose agent came online only after they were submitted.
    pub cold_starts: u64,
    /// Builds that started on a one-shot agent which had had one already.
    pub one_shot_overruns: u64,
    /// The most agents at once.
    pub peak: u64,
}

/// Calls of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallReport {
    /// The operation.
    pub operation: &'static str,
    /// How many calls.
    pub calls: u64,
    /// How many of them were throttled.
    pub throttled: u64,
}

/// Builds of one label that were refused agents for one reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RefusalReport {
    /// The label that they asked Jenkins for.
    pub label: String,
    /// Why.
    pub reason: String,
    /// How often the reason came up.
    pub times: u64,
    /// The most builds that it held back at once.
    pub builds_max: u32,
    /// For how long, in seconds.
    pub lasted_s: f64,
}

impl From<&Distribution> for Seconds {
    fn from(distribution: &Distribution) -> Self {
        Self {
            mean: distribution.mean_s(),
            p50: seconds(distribution.p50),
            p95: seconds(distribution.p95),
            p99: seconds(distribution.p99),
            max: seconds(distribution.max),
            exact: distribution.exact,
        }
    }
}

/// Whole milliseconds as seconds.
pub fn seconds(span: Millis) -> f64 {
    float(span.as_millis()) / 1000.0
}

/// Whole millionths of a dollar as dollars.
pub fn dollars(amount: MicroUsd) -> f64 {
    float(amount.get()) / 1e6
}

/// A count as a float: exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "reports round anyway, and 2^53 of anything is out of reach")]
pub fn float(count: u64) -> f64 {
    count as f64
}
