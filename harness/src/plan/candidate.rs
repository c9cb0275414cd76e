//! What could carry the agents: Fargate, instances that are always there, an auto-scaling group.

use crate::{
    plan::{
        Executors, Plan, Row, TrialError,
        search::{Memory, least},
        trial::{Bench, Trial},
    },
    setup::{ClusterSpec, Setup},
};
use footman_core::units::Size;
use std::{ops::Range, sync::Arc};

/// How much larger than the peak of the workload a search goes before it says that capacity is not what is missing.
const AMPLE_PERCENT: u32 = 125;

/// The most that a workload is grown, in percent, and the steps of the search.
const GROWTH_MAX: u32 = 400;
const GROWTH_STEP: u32 = 5;

/// A kind of capacity to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Candidate {
    /// The clusters of the configuration, as they are.
    AsConfigured,
    /// Fargate, on demand.
    Fargate,
    /// The least number of instances of this type that are always there.
    Static(Arc<str>),
    /// An auto-scaling group of this type, with the least number of instances kept.
    Group(Arc<str>),
}

impl Candidate {
    /// What `plan` tries.
    pub(crate) fn all(plan: &Plan<'_>) -> Vec<Self> {
        let mut all = Vec::new();
        if plan.as_configured {
            all.push(Self::AsConfigured);
        }
        all.push(Self::Fargate);
        all.extend(plan.instance_types.iter().cloned().map(Self::Static));
        all.extend(plan.instance_types.iter().cloned().map(Self::Group));
        all
    }

    /// What this capacity comes to: a row, or two where more instances are needed to meet the goals in every week.
    /// `executors` is what a
    /// pool without start times takes: with them, nobody does with less.
    pub(crate) fn rows(
        &self,
        bench: &Bench<'_>,
        setup: &Setup,
        executors: &Executors,
    ) -> Result<Vec<Row>, TrialError> {
        match self {
            Self::AsConfigured => one(bench, "as configured".to_owned(), setup),
            Self::Fargate => one(bench, "Fargate".to_owned(), &setup.on(&ClusterSpec::Fargate)),
            Self::Static(of) => {
                let Some((floor, ample)) = bounds(setup, of, executors) else {
                    return Ok(vec![Row::too_small(of)]);
                };
                let named = |n| format!("{n} × {of}, always on");
                let spec = |n| ClusterSpec::Static { instance_type: Arc::clone(of), count: n };
                sized(bench, setup, floor..ample, &named, &spec)
            }
            Self::Group(of) => {
                let Some((_, ample)) = bounds(setup, of, executors) else {
                    return Ok(Vec::new());
                };
                let named = |n| format!("group of 0 to {ample} {of}, {} kept", n - 1);
                let named = |n| if n == 1 { format!("group of 0 to {ample} × {of}") } else { named(n) };
                let spec =
                    |n: u32| ClusterSpec::Group { instance_type: Arc::clone(of), min: n - 1, max: ample };
                sized(bench, setup, 0..ample, &named, &spec)
            }
        }
    }
}

fn one(bench: &Bench<'_>, name: String, setup: &Setup) -> Result<Vec<Row>, TrialError> {
    let trial = bench.world(setup, 0)?;
    let growth = growth(bench, setup, &trial)?;
    Ok(vec![Row::of(name, &trial, growth)])
}

/// The least size that meets the goals, and the least that does so in every week where that is another one; the
/// largest where none does. The sizes are those above the start of `range` up to its end.
fn sized(
    bench: &Bench<'_>,
    setup: &Setup,
    range: Range<u32>,
    named: &dyn Fn(u32) -> String,
    spec: &dyn Fn(u32) -> ClusterSpec,
) -> Result<Vec<Row>, TrialError> {
    let mut memory = Memory::new();
    let mut ask = |n: u32| memory.get(n, |n| bench.world(&setup.on(&spec(n)), 0));
    let Some(met) = least(range.start, range.end, &mut |n| ask(n).map(|trial: Trial| trial.met))? else {
        return Ok(vec![Row::of(named(range.end), &ask(range.end)?, None)]);
    };
    let safe = least(met - 1, range.end, &mut |n| ask(n).map(|trial: Trial| trial.safe))?;
    let mut rows = Vec::new();
    for n in [Some(met), safe.filter(|&safe| safe != met)].into_iter().flatten() {
        let trial = ask(n)?;
        let growth = growth(bench, &setup.on(&spec(n)), &trial)?;
        rows.push(Row::of(named(n), &trial, growth));
    }
    Ok(rows)
}

/// By how many percent more builds the goals are still met, in steps; `None` where they are not met to begin with.
fn growth(bench: &Bench<'_>, setup: &Setup, trial: &Trial) -> Result<Option<u32>, TrialError> {
    if !trial.met {
        return Ok(None);
    }
    // The first growth that breaks it, doubling first: most plans have little room.
    let mut step = 1;
    while step * GROWTH_STEP < GROWTH_MAX && bench.world(setup, step * GROWTH_STEP)?.met {
        step *= 2;
    }
    let (mut low, mut high) = (step / 2, step.min(GROWTH_MAX / GROWTH_STEP));
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if bench.world(setup, middle * GROWTH_STEP)?.met {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Some(low * GROWTH_STEP))
}

/// A number of instances of this type that is too small, or 0, and one that holds more builds than there ever are at
/// once; `None` where a build does not fit.
fn bounds(setup: &Setup, of: &str, executors: &Executors) -> Option<(u32, u32)> {
    let host = setup.described.instance_type(of)?.registered;
    let slots = || setup.policy.templates.iter().map(|template| slots(host, template.size));
    // If every build were of the smallest template it still took as many hosts; of the largest, no more.
    let too_few = executors.least.map_or(0, |least| u32::from(least) - 1);
    let peak = u32::from(executors.peak).saturating_mul(AMPLE_PERCENT).div_ceil(100);
    Some((too_few.checked_div(slots().max()?)?, peak.checked_div(slots().min()?)? + 1))
}

/// How many tasks of `need` fit on `host`.
fn slots(host: Size, need: Size) -> u32 {
    let of = |whole: u32, part: u32| whole.checked_div(part).unwrap_or(u32::MAX);
    of(host.cpu.get(), need.cpu.get()).min(of(host.memory.get(), need.memory.get()))
}
