//! What a load reports, as programs read it: the document of `footman load --json`.
//!
//! `docs/load-json.md` documents every field. The schema's number grows when a field changes its meaning or goes; new
//! fields may come without that.

use crate::{
    load::{Load, knee::knee, watch::Watch},
    record::Record,
    simulation::{CallReport, float, seconds},
    statistics::{LatencyHistogram, Percentile},
    world::Ending,
};
use footman_core::{Millis, Policy};
use footman_ecs_sim::CallCount;
use serde::{Deserialize, Serialize};

/// The schema of [`LoadReport`].
pub const SCHEMA: &str = "footman.load/1";

/// The result of one load.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LoadReport {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The seed; also in the record.
    pub seed: u64,
    /// When builds arrived, in words.
    pub arrivals: String,
    /// `done`, `stuck` or `interrupted`.
    pub ending: &'static str,
    /// Builds that were to arrive.
    pub builds: u64,
    /// Builds that arrived before the end of the run.
    pub arrived: u64,
    /// Builds that started.
    pub started: u64,
    /// Builds that failed because their agent went away under them.
    pub failed: u64,
    /// The agents.
    pub agents: AgentsReport,
    /// From a build's intended arrival to an accepted `RunTask`, in seconds.
    pub run_task_s: Latency,
    /// From a build's intended arrival to an agent online, in seconds.
    pub online_s: Latency,
    /// From a build's intended arrival to its start, in seconds.
    pub build_s: Latency,
    /// How much of the bucket of `RunTask` and `StopTask` was used.
    pub bucket: BucketReport,
    /// API calls to ECS.
    pub calls: Vec<CallReport>,
    /// The share of `RunTask` and `StopTask` calls that were throttled, from 0 to 1.
    pub throttled_share: f64,
    /// Where the system began to fall behind; absent where it kept up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub knee: Option<KneeReport>,
    /// The time in which builds arrived, in parts of equal length.
    pub windows: Vec<WindowReport>,
    /// How fast this program is; the one part that depends on the machine.
    pub wall: WallReport,
    /// How to repeat it.
    pub record: Record,
}

/// What the agents of a load did.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AgentsReport {
    /// Agents whose task ECS accepted.
    pub accepted: u64,
    /// Agents that came online.
    pub online: u64,
    /// Accepted agents a second, from the first arrival to the last acceptance.
    pub per_s: f64,
    /// The same over the second half of that time, when bursts are used up; absent where that is below two seconds.
    pub sustained_per_s: Option<f64>,
}

/// A latency in seconds, of three significant digits; percentiles are nearest-rank.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// How many were measured.
    pub count: u64,
    /// The mean.
    pub mean: f64,
    /// The median.
    pub p50: f64,
    /// The 90th percentile.
    pub p90: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The 99.9th percentile.
    pub p999: f64,
    /// The largest.
    pub max: f64,
}

/// How much of the bucket that `RunTask` and `StopTask` share was used.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BucketReport {
    /// Calls at once.
    pub burst: u32,
    /// Calls a second.
    pub per_second: u32,
    /// `RunTask`s accepted and `StopTask`s sent a second, over the time of the sustained rate of agents.
    pub calls_per_s: Option<f64>,
    /// The same as a share of what flows in, from 0 to 1.
    pub share: Option<f64>,
}

/// Where the system began to fall behind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct KneeReport {
    /// When, in seconds from the first arrival.
    pub at_s: f64,
    /// At which rate of arrivals, in builds a second.
    pub offered_per_s: f64,
    /// The 99th percentile of arrival to `RunTask` that it had kept before, in seconds.
    pub floor_p99_s: f64,
}

/// A part of the time in which builds arrived.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct WindowReport {
    /// When it began, in seconds from the first arrival.
    pub from_s: f64,
    /// Builds a second that were to arrive.
    pub offered_per_s: f64,
    /// Builds a second that were given a task.
    pub served_per_s: f64,
    /// Builds without a task at its end.
    pub backlog: u64,
    /// The 99th percentile of arrival to `RunTask` of its builds, in seconds; absent where none was given a task.
    pub run_task_p99_s: Option<f64>,
}

/// How fast this program is, on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct WallReport {
    /// Launches that the core alone decides in a second, with 10,000 builds waiting.
    pub core_launches_per_s: f64,
    /// Builds that core, both simulators and the world get through in a second, in this run.
    pub model_builds_per_s: f64,
}

/// All that a report is made from.
pub(super) struct Facts<'l> {
    pub(super) load: &'l Load,
    pub(super) builds: u64,
    pub(super) ending: Ending,
    pub(super) seed: u64,
    pub(super) policy: Policy,
    pub(super) calls: Vec<(&'static str, CallCount)>,
    pub(super) watch: Watch,
    pub(super) wall: WallReport,
}

impl Facts<'_> {
    /// The report.
    pub(super) fn report(self, record: Record) -> LoadReport {
        let watch = &self.watch;
        let (agents, bucket) = self.rates();
        let windows = windows(watch);
        let calls: Vec<CallReport> = self
            .calls
            .iter()
            .filter(|(_, count)| count.calls > 0)
            .map(|&(operation, CallCount { calls, throttled })| CallReport { operation, calls, throttled })
            .collect();
        LoadReport {
            schema: SCHEMA,
            seed: self.seed,
            arrivals: self.load.arrivals.to_string(),
            ending: match self.ending {
                Ending::Done => "done",
                Ending::Stuck { .. } => "stuck",
                Ending::Interrupted { .. } => "interrupted",
            },
            builds: self.builds,
            arrived: watch.arrived,
            started: watch.started,
            failed: watch.failed,
            agents,
            run_task_s: Latency::of(&watch.to_run_task),
            online_s: Latency::of(&watch.to_online),
            build_s: Latency::of(&watch.to_build),
            bucket,
            throttled_share: throttled_share(&calls),
            calls,
            knee: if self.load.arrivals.lasts().is_zero() { None } else { knee(&windows) },
            windows,
            wall: self.wall,
            record,
        }
    }

    fn rates(&self) -> (AgentsReport, BucketReport) {
        let watch = &self.watch;
        let last = watch.last_accepted.unwrap_or(Millis::ZERO);
        // Whole seconds only: the one in which the last task was accepted is not full.
        let end = usize::try_from(last.as_millis() / 1000).unwrap_or(usize::MAX).min(watch.seconds.len());
        let half = &watch.seconds[end / 2..end];
        let length = float(u64::try_from(half.len()).expect("a length fits 64 bits"));
        let per_s = |count: u64| (half.len() >= 2).then(|| float(count) / length);
        let accepted: u64 = half.iter().map(|second| u64::from(second.accepted)).sum();
        let stops: u64 = half.iter().map(|second| u64::from(second.stops)).sum();
        let agents = AgentsReport {
            accepted: watch.accepted,
            online: watch.online,
            per_s: float(watch.accepted) / seconds(last).max(0.001),
            sustained_per_s: per_s(accepted),
        };
        let bucket = self.policy.pace.cluster_resource_modify;
        let calls_per_s = per_s(accepted + stops);
        let share = calls_per_s.map(|calls| calls / f64::from(bucket.per_second.max(1)));
        let (burst, per_second) = (bucket.burst, bucket.per_second);
        (agents, BucketReport { burst, per_second, calls_per_s, share })
    }
}

impl Latency {
    /// That of these milliseconds.
    pub fn of(histogram: &LatencyHistogram) -> Self {
        let at = |percentile| seconds(Millis::new(histogram.percentile(percentile)));
        let count = histogram.count();
        let sum = u64::try_from(histogram.sum()).unwrap_or(u64::MAX);
        Self {
            count,
            mean: if count == 0 { 0.0 } else { float(sum) / float(count) / 1000.0 },
            p50: at(Percentile::P50),
            p90: at(Percentile::P90),
            p99: at(Percentile::P99),
            p999: at(Percentile::P999),
            max: seconds(Millis::new(histogram.max())),
        }
    }
}

fn windows(watch: &Watch) -> Vec<WindowReport> {
    let length = seconds(watch.window);
    let (mut from_s, mut backlog) = (0.0, 0_u64);
    let mut reports = Vec::new();
    let arriving = watch.windows.iter().rposition(|window| window.arrived > 0).map_or(0, |last| last + 1);
    for window in &watch.windows[..arriving] {
        backlog = (backlog + window.arrived).saturating_sub(window.served);
        let p99 = seconds(Millis::new(window.to_run_task.percentile(Percentile::P99)));
        reports.push(WindowReport {
            from_s,
            offered_per_s: float(window.arrived) / length,
            served_per_s: float(window.served) / length,
            backlog,
            run_task_p99_s: (window.to_run_task.count() > 0).then_some(p99),
        });
        from_s += length;
    }
    reports
}

fn throttled_share(calls: &[CallReport]) -> f64 {
    let ours = || calls.iter().filter(|call| matches!(call.operation, "RunTask" | "StopTask"));
    let (all, throttled) =
        (ours().map(|call| call.calls).sum::<u64>(), ours().map(|call| call.throttled).sum());
    if all == 0 { 0.0 } else { float(throttled) / float(all) }
}
