//! One simulation, held against the goals.

use crate::{
    cli::Interrupt,
    plan::{Slo, growth::Grown},
    pool::FixedPool,
    setup::Setup,
    simulation::{Simulated, simulate, simulate_pool},
    statistics::{WaitLog, WindowWaits},
    workload::{Build, LabelIndex, Start, Workload, WorkloadError},
    world::{AgentSeen, Ending, Progress, Witness, WorldError, WorldSettings},
};
use footman_core::{Millis, Timestamp};
use serde::Serialize;
use std::sync::Arc;
use thiserror::Error;

/// Where workloads come from: each simulation reads its own.
pub type Source<'s> = dyn Fn() -> Result<Box<dyn Workload + Send>, WorkloadError> + Sync + 's;

/// What one simulation came to.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    /// Each goal, in their order.
    pub(crate) goals: Vec<Goal>,
    /// Whether all of them are met over the whole.
    pub(crate) met: bool,
    /// Whether all of them are met in every week too.
    pub(crate) safe: bool,
    /// What else it showed.
    pub(crate) simulated: Arc<Simulated>,
}

/// One goal in one simulation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Goal {
    /// The goal, as it is written.
    pub slo: String,
    /// The percentile that it is about, over the whole, in seconds.
    pub wait_s: f64,
    /// Whether that is within the goal.
    pub met: bool,
    /// Weeks with builds.
    pub weeks: usize,
    /// The weeks in which the percentile is over the goal.
    pub weeks_missed: Vec<String>,
    /// Days with builds.
    pub days: usize,
    /// How many days the percentile is over the goal.
    pub days_missed: usize,
}

/// Why a trial did not come to its end.
#[derive(Debug, Error)]
pub enum TrialError {
    /// The world could not be made or went wrong.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The workload is bad.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// A goal is about a label that no build has.
    #[error("no build has the label `{label}` of the goal `{slo}`; the labels are {}", .known.join(", "))]
    UnknownLabel {
        /// The goal.
        slo: String,
        /// Its label.
        label: Arc<str>,
        /// The labels there are.
        known: Vec<String>,
    },
    /// The workload has no builds.
    #[error("there are no builds to plan for")]
    NoBuilds,
    /// Somebody asked for the end.
    #[error("interrupted")]
    Interrupted,
}

/// Everything that the trials of one plan share.
pub(crate) struct Bench<'b> {
    pub(crate) source: &'b Source<'b>,
    pub(crate) slos: &'b [Slo],
    /// The label of each goal that is about one.
    pub(crate) goal_labels: &'b [Option<LabelIndex>],
    pub(crate) seed: u64,
    pub(crate) interrupt: &'b Interrupt,
    /// Told of each trial that ended.
    pub(crate) progress: &'b (dyn Fn() + Sync),
}

impl Bench<'_> {
    /// Runs the world of `setup` with `percent` more builds.
    pub(crate) fn world(&self, setup: &Setup, percent: u32) -> Result<Trial, TrialError> {
        let mut source = (self.source)()?;
        let mut grown = Grown::new(&mut *source, percent);
        let mut goals = GoalLogs::new(self.goal_labels, grown.start());
        let settings = WorldSettings::of(setup.clone(), self.seed);
        let simulated = simulate(settings, &mut grown, self.interrupt, &mut |_: &Progress| {}, &mut goals)?;
        self.ended(simulated, goals)
    }

    /// Runs a pool of `executors` that are always there.
    pub(crate) fn pool(&self, executors: u16) -> Result<Trial, TrialError> {
        let mut source = (self.source)()?;
        let mut goals = GoalLogs::new(self.goal_labels, source.start());
        let pool = FixedPool::new(executors).expect("a search never asks for a pool without executors");
        let simulated = simulate_pool(
            pool,
            &mut *source,
            self.seed,
            self.interrupt,
            &mut |_: &Progress| {},
            &mut |build, wait| goals.record(build, wait),
        )?;
        self.ended(simulated, goals)
    }

    fn ended(&self, simulated: Simulated, goals: GoalLogs) -> Result<Trial, TrialError> {
        (self.progress)();
        if matches!(simulated.ending, Ending::Interrupted { .. }) {
            return Err(TrialError::Interrupted);
        }
        let stuck = matches!(simulated.ending, Ending::Stuck { .. });
        let mut goals = goals.judge(self.slos, &simulated);
        // Builds that never start have no wait to be counted, and no goal is met without them.
        goals.iter_mut().for_each(|goal| goal.met &= !stuck);
        let met = goals.iter().all(|goal| goal.met);
        let safe = met && goals.iter().all(|goal| goal.weeks_missed.is_empty());
        Ok(Trial { goals, met, safe, simulated: Arc::new(simulated) })
    }
}

/// The waits of the labels that have goals of their own, in the order of the goals.
struct GoalLogs {
    labels: Vec<Option<(LabelIndex, WaitLog)>>,
}

impl GoalLogs {
    fn new(labels: &[Option<LabelIndex>], start: Option<&Start>) -> Self {
        let log = |label: &Option<LabelIndex>| label.map(|label| (label, WaitLog::new(start.cloned())));
        Self { labels: labels.iter().map(log).collect() }
    }

    fn record(&mut self, build: &Build, wait: Millis) {
        for (label, log) in self.labels.iter_mut().flatten() {
            if *label == build.label {
                log.record(build.index, build.label, build.submit, wait);
            }
        }
    }

    fn judge(&self, slos: &[Slo], simulated: &Simulated) -> Vec<Goal> {
        let own = |slo: usize| self.labels[slo].as_ref().map(|(_, log)| log);
        slos.iter().enumerate().map(|(n, slo)| judge(slo, own(n).unwrap_or(&simulated.waits))).collect()
    }
}

impl Witness for GoalLogs {
    fn follows_agents(&self) -> bool {
        false
    }

    fn build_started(&mut self, _at: Timestamp, build: &Build, wait: Millis, _agent: Option<AgentSeen>) {
        self.record(build, wait);
    }
}

fn judge(slo: &Slo, waits: &WaitLog) -> Goal {
    let missed = |window: &WindowWaits| window.at_percentile > slo.wait_max;
    let (weeks, days) = (waits.by_week(slo.percentile), waits.by_day(slo.percentile));
    let wait = waits.percentile(slo.percentile);
    Goal {
        slo: slo.to_string(),
        wait_s: crate::simulation::seconds(wait),
        met: wait <= slo.wait_max,
        weeks: weeks.len(),
        weeks_missed: weeks
            .iter()
            .filter(|week| missed(week))
            .map(|week| week.window.name.to_string())
            .collect(),
        days: days.len(),
        days_missed: days.iter().filter(|day| missed(day)).count(),
    }
}
