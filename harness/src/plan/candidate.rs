//! What could carry the agents: Fargate, instances that are always there, an auto-scaling group.

use crate::{
    plan::{
        Executors, Plan, Row, TrialError,
        search::{Memory, least},
        trial::{Bench, Trial},
        unless_interrupted,
    },
    setup::{ClusterSpec, Setup},
};
use footman_core::units::Size;
use std::{ops::Range, sync::Arc};

/// How much larger than the peak of the workload a search goes before it says that capacity is not what is missing.
const AMPLE_PERCENT: u32 = 125;

/// The most that a workload is grown, in percent, and the steps of the search.
pub(crate) const GROWTH_MAX: u32 = 400;
const GROWTH_STEP: u32 = 5;

/// A kind of capacity to try.
#[derive(Debug, Clone)]
pub(crate) enum Candidate {
    /// The clusters as they are described, under this name.
    AsConfigured(String, Box<Setup>),
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
        all.extend(plan.as_configured.clone().map(|(name, own)| Self::AsConfigured(name, Box::new(own))));
        all.push(Self::Fargate);
        all.extend(plan.instance_types.iter().cloned().map(Self::Static));
        all.extend(plan.instance_types.iter().cloned().map(Self::Group));
        all
    }

    /// What this capacity comes to: a row, or two where more instances are needed to meet the goals in every week.
    /// `executors` is what a pool without start times takes: with them, nobody does with less.
    pub(crate) fn rows(
        &self,
        bench: &Bench<'_>,
        setup: &Setup,
        executors: &Executors,
    ) -> Result<Vec<Row>, TrialError> {
        match self {
            Self::AsConfigured(name, own) => one(bench, name.clone(), own),
            Self::Fargate => {
                let moved = setup.on(&ClusterSpec::Fargate);
                let pairs = setup.policy.templates.iter().zip(&moved.policy.templates);
                match pairs.into_iter().find(|(own, taken)| !taken.size.holds(own.size)) {
                    None => one(bench, "Fargate".to_owned(), &moved),
                    Some((own, largest)) => {
                        let (cloud, name, size) = (&own.cloud, &own.name, own.size);
                        let largest = largest.size;
                        let why = format!(
                            "its largest size has {largest}, and an agent of {cloud}/{name} takes {size}"
                        );
                        Ok(vec![Row::too_small("Fargate", why)])
                    }
                }
            }
            Self::Static(of) => {
                let Some((floor, ample)) = bounds(setup, of, executors) else {
                    return Ok(vec![Row::too_small(of, too_small(setup, of))]);
                };
                let named = |n| format!("{n} × {of}, always on");
                let spec = |n| ClusterSpec::Static { instance_type: Arc::clone(of), count: n };
                sized(bench, setup, floor..ample, &named, &spec)
            }
            Self::Group(of) => {
                let Some((_, ample)) = bounds(setup, of, executors) else {
                    return Ok(Vec::new());
                };
                let named = |n: u32| format!("{} to {ample} × {of}, auto-scaling", n - 1);
                let spec =
                    |n: u32| ClusterSpec::Group { instance_type: Arc::clone(of), min: n - 1, max: ample };
                sized(bench, setup, 0..ample, &named, &spec)
            }
        }
    }
}

fn one(bench: &Bench<'_>, name: String, setup: &Setup) -> Result<Vec<Row>, TrialError> {
    let trial = bench.world(setup, 0)?;
    let growth = unless_interrupted(growth(bench, setup, &trial))?.flatten();
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
    let safe = least(met - 1, range.end, &mut |n| ask(n).map(|trial: Trial| trial.safe));
    let safe = unless_interrupted(safe)?.flatten();
    let mut rows = Vec::new();
    for n in [Some(met), safe.filter(|&safe| safe != met)].into_iter().flatten() {
        let trial = ask(n)?;
        let growth = unless_interrupted(growth(bench, &setup.on(&spec(n)), &trial))?.flatten();
        rows.push(Row::of(named(n), &trial, growth));
    }
    Ok(rows)
}

/// By how many percent more builds the goals are still met, in steps and up to [`GROWTH_MAX`]; `None` where they are not met to begin with.
fn growth(bench: &Bench<'_>, setup: &Setup, trial: &Trial) -> Result<Option<u32>, TrialError> {
    if !trial.met {
        return Ok(None);
    }
    // The first growth that breaks it, doubling first: most plans have little room.
    let mut step = 1;
    while step * GROWTH_STEP < GROWTH_MAX && bench.world(setup, step * GROWTH_STEP)?.met {
        step *= 2;
    }
    let most = GROWTH_MAX / GROWTH_STEP;
    if step >= most && bench.world(setup, GROWTH_MAX)?.met {
        return Ok(Some(GROWTH_MAX));
    }
    let (mut low, mut high) = (step / 2, step.min(most));
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

/// Why no instance of this type carries the agents.
fn too_small(setup: &Setup, of: &str) -> String {
    let Some(kind) = setup.described.instance_type(of) else {
        return "size and price are not known".to_owned();
    };
    let large = setup.policy.templates.iter().find(|template| slots(kind.registered, template.size) == 0);
    let asked = large.map_or_else(String::new, |template| {
        format!(", and an agent of template {}/{} takes {}", template.cloud, template.name, template.size)
    });
    format!("too small: it registers {}{asked}", kind.registered)
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
