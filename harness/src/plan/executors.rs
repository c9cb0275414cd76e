//! How many executors the workload takes if they are always there and start at once, and what Erlang C would have said.

use crate::{
    plan::{
        Goal, Slo, TrialError,
        search::{Memory, least},
        trial::{Bench, Trial},
    },
    queueing::executors_for_wait,
    simulation::{float, seconds},
    workload::Summary,
};
use serde::Serialize;

/// How many executors of a pool without start times meet the goals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Executors {
    /// The least that meet them over the whole; absent where no number does.
    pub least: Option<u16>,
    /// The least that meet them in every week too.
    pub least_in_every_week: Option<u16>,
    /// Every number from one below the first to the second.
    pub trials: Vec<ExecutorTrial>,
    /// The most builds that ran at once where no build ever waited.
    pub peak: u16,
    /// What Erlang C says.
    pub erlang: Erlang,
}

/// One number of executors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExecutorTrial {
    /// How many.
    pub executors: u16,
    /// Each goal.
    pub goals: Vec<Goal>,
    /// Whether all are met over the whole.
    pub met: bool,
}

/// What Erlang C says of the first goal: builds come by a Poisson process and take times of an exponential distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Erlang {
    /// At the mean rate of the whole.
    pub at_mean_load: Option<u32>,
    /// At the rate of the hour with the most builds.
    pub in_busiest_hour: Option<u32>,
}

impl Executors {
    /// Searches.
    pub(crate) fn find(bench: &Bench<'_>, summary: &mut Summary, slos: &[Slo]) -> Result<Self, TrialError> {
        let erlang = Erlang::of(summary, slos);
        let peak = peak(bench)?;
        let mut memory = Memory::new();
        let mut ask = |n: u32| {
            let executors = u16::try_from(n).expect("the peak is a u16 and nothing above it is asked");
            memory.get(n, |_| bench.pool(executors))
        };
        let met = least(0, u32::from(peak), &mut |n| ask(n).map(|trial: Trial| trial.met))?;
        let safe = match met {
            Some(met) => least(met - 1, u32::from(peak), &mut |n| ask(n).map(|trial| trial.safe))?,
            None => None,
        };
        let shown = met.map(|met| met.saturating_sub(1).max(1)..=safe.unwrap_or(met));
        for n in shown.clone().into_iter().flatten() {
            ask(n)?;
        }
        let trials = memory.all().filter(|(n, _)| shown.as_ref().is_some_and(|shown| shown.contains(n)));
        let trials = trials.map(|(n, trial)| ExecutorTrial {
            executors: narrow(n),
            goals: trial.goals.clone(),
            met: trial.met,
        });
        Ok(Self {
            least: met.map(narrow),
            least_in_every_week: safe.map(narrow),
            trials: trials.collect(),
            peak,
            erlang,
        })
    }
}

impl Erlang {
    fn of(summary: &mut Summary, slos: &[Slo]) -> Self {
        let Some(slo) = slos.iter().find(|slo| slo.label.is_none()) else {
            return Self { at_mean_load: None, in_busiest_hour: None };
        };
        let durations = summary.durations();
        let service_rate = 1.0 / durations.mean_s();
        let needed = |arrivals_per_s: f64| {
            let found =
                executors_for_wait(arrivals_per_s, service_rate, slo.percentile, seconds(slo.wait_max));
            found.ok().map(|servers| servers.count())
        };
        let (_, builds) = summary.busiest_hour();
        Self {
            at_mean_load: needed(float(durations.count) / seconds(summary.span())),
            in_busiest_hour: needed(float(builds) / 3600.0),
        }
    }
}

/// The most builds that run at once where none waits: the maximum of the number of overlapping builds.
fn peak(bench: &Bench<'_>) -> Result<u16, TrialError> {
    use std::{cmp::Reverse, collections::BinaryHeap};
    let mut source = (bench.source)()?;
    let mut ends = BinaryHeap::new();
    let mut peak = 0;
    while let Some(build) = source.next_build() {
        let build = build?;
        while ends.peek().is_some_and(|&Reverse(end)| end <= build.submit) {
            ends.pop();
        }
        ends.push(Reverse(build.submit + build.duration));
        peak = peak.max(ends.len());
    }
    // A pool of 65,535 executors is as large as one node can have.
    Ok(u16::try_from(peak).unwrap_or(u16::MAX).max(1))
}

fn narrow(n: u32) -> u16 {
    u16::try_from(n).expect("the search goes no further than a u16")
}
