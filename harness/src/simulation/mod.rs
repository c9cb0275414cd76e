//! One simulation: a world or a fixed pool, run to its end, and what it showed.

mod costs;
mod explain;
mod report;
mod table;
mod tally;

pub use explain::{UnknownLabel, explain};
pub use report::{
    AgentReport, CallReport, CostReport, LabelReport, RefusalReport, Report, SCHEMA, Seconds, dollars, float,
    seconds,
};
pub use table::render;
pub(crate) use table::{count, share, span};

use crate::{
    cli::Interrupt,
    pool::FixedPool,
    record::Record,
    statistics::{Distribution, Percentile, Samples, WaitLog},
    workload::{Build, Workload, WorkloadError},
    world::{Ending, Labels, Progress, Witness, World, WorldError, WorldSettings},
};
use footman_core::Millis;
use std::{collections::BTreeMap, sync::Arc};
use tally::Tally;

/// How many hours a month of cost has: 730, as AWS counts them.
const HOURS_PER_MONTH: f64 = 730.0;

/// What one simulation showed.
#[derive(Debug)]
pub struct Simulated {
    /// How it ended.
    pub ending: Ending,
    /// The seed.
    pub seed: u64,
    /// Whether labels were expressions rather than groups.
    pub expressions: bool,
    /// The labels of the workload.
    pub labels: Vec<Arc<str>>,
    /// How long each build waited.
    pub waits: WaitLog,
    /// How long builds ran.
    pub runs: Distribution,
    /// Builds that failed because their agent went away under them.
    pub failed: u64,
    /// From the workload's zero to the end of the last build.
    pub span: Millis,
    /// What it cost; `None` for a fixed pool.
    pub cost: Option<CostReport>,
    /// What the agents did; `None` for a fixed pool.
    pub agents: Option<AgentReport>,
    /// From an accepted `RunTask` to an agent online.
    pub starts: Distribution,
    /// Hours of each instance type.
    pub instance_hours: BTreeMap<String, f64>,
    /// The share of the capacity paid for that builds used.
    pub utilisation: f64,
    /// API calls to ECS.
    pub calls: Vec<CallReport>,
    /// Why builds were refused agents.
    pub refusals: Vec<RefusalReport>,
}

/// Runs `workload` in the world of `settings`; `also` is told everything too.
///
/// # Errors
///
/// Fails where the world cannot be made, or a build cannot be read or served.
pub fn simulate(
    settings: WorldSettings,
    workload: &mut dyn Workload,
    interrupt: &Interrupt,
    progress: &mut dyn FnMut(&Progress),
    also: &mut impl Witness,
) -> Result<Simulated, WorldError> {
    let seed = settings.seed;
    let expressions = settings.labels != Labels::Any;
    let policy = settings.policy.clone();
    let start = workload.start().cloned();
    let mut world = World::new(settings, workload)?;
    let mut tally = Tally::new(&policy, start, world.origin());
    let mut both = (&mut tally, also);
    let ending = world.run(&mut both, interrupt, progress)?;
    // Capacity that is always there is paid for until the last build has ended, agents until they are gone.
    let until = world.now();
    world.close_books(until, &mut both);
    let calls = calls(&world);
    let (labels, origin) = (world.labels().to_vec(), world.origin());
    let refusals = tally.refusals(until);
    let (split, utilisation) = tally.costs();
    let span = tally.last_end.since(origin);
    let hours = seconds(until.since(origin)) / 3600.0;
    let builds = tally.waits.count();
    let cost = CostReport {
        busy_usd: split.busy,
        boot_usd: split.boot,
        idle_usd: split.idle,
        per_build_usd: if builds == 0 { 0.0 } else { split.total() / float(builds) },
        per_month_usd: if hours > 0.0 { split.total() / hours * HOURS_PER_MONTH } else { 0.0 },
    };
    Ok(Simulated {
        ending,
        seed,
        expressions,
        labels,
        runs: tally.runs.distribution(),
        failed: tally.failed,
        span,
        cost: Some(cost),
        agents: Some(tally.agents),
        starts: tally.starts.distribution(),
        instance_hours: tally.instance_hours(),
        waits: tally.waits,
        utilisation,
        calls,
        refusals,
    })
}

/// Runs `workload` on a fixed pool; `also` is told each build that starts and how long it waited.
///
/// # Errors
///
/// Fails at the first build that cannot be read.
pub fn simulate_pool(
    pool: FixedPool,
    workload: &mut dyn Workload,
    seed: u64,
    interrupt: &Interrupt,
    progress: &mut dyn FnMut(&Progress),
    also: &mut dyn FnMut(&Build, Millis),
) -> Result<Simulated, WorkloadError> {
    let mut waits = WaitLog::new(workload.start().cloned());
    let mut runs = Samples::new();
    let run = pool.run(workload, interrupt, progress, &mut |build, wait| {
        waits.record(build.index, build.label, build.submit, wait);
        runs.record(build.duration);
        also(build, wait);
    })?;
    let capacity = float(run.span.as_millis()) * f64::from(pool.executors());
    Ok(Simulated {
        ending: if run.interrupted { Ending::Interrupted { builds: run.waiting } } else { Ending::Done },
        seed,
        expressions: false,
        labels: workload.labels().to_vec(),
        waits,
        runs: runs.distribution(),
        failed: 0,
        span: run.span,
        cost: None,
        agents: None,
        starts: Distribution::default(),
        instance_hours: BTreeMap::new(),
        utilisation: if capacity > 0.0 { float(run.busy.as_millis()) / capacity } else { 0.0 },
        calls: Vec::new(),
        refusals: Vec::new(),
    })
}

fn calls(world: &World<'_>) -> Vec<CallReport> {
    let reports = world.calls().into_iter().map(|(operation, count)| CallReport {
        operation,
        calls: count.calls,
        throttled: count.throttled,
    });
    reports.filter(|report| report.calls > 0).collect()
}

impl Simulated {
    /// The report of this simulation, with `record` to repeat it.
    pub fn report(&self, record: Record) -> Report {
        let overall = self.waits.overall();
        let label =
            |&(index, ref waits, _): &(crate::workload::LabelIndex, Distribution, Millis)| LabelReport {
                label: self.labels[index.index()].as_ref().to_owned(),
                builds: waits.count,
                wait_s: Seconds::from(waits),
                waited_share: waits.positive_share(),
            };
        let (ending, unserved) = match self.ending {
            Ending::Done => ("done", 0),
            Ending::Stuck { builds } => ("stuck", builds),
            Ending::Interrupted { builds } => ("interrupted", builds),
        };
        Report {
            schema: SCHEMA,
            seed: self.seed,
            labels_mode: if self.expressions { "expressions" } else { "any" },
            ending,
            builds: overall.count,
            unserved,
            failed: self.failed,
            span_s: seconds(self.span),
            wait_s: Seconds::from(&overall),
            waited_share: overall.positive_share(),
            run_s: Seconds::from(&self.runs),
            labels: self.waits.by_label(Percentile::P95).iter().map(label).collect(),
            cost_usd: self.cost.map_or(0.0, |cost| cost.busy_usd + cost.boot_usd + cost.idle_usd),
            cost: self.cost,
            agents: self.agents,
            start_s: self.agents.map(|_| Seconds::from(&self.starts)),
            instance_hours: self.instance_hours.clone(),
            utilisation: self.utilisation,
            calls: self.calls.clone(),
            refusals: self.refusals.clone(),
            record,
        }
    }
}
