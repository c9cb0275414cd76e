//! The planner: which capacity meets the goals, at what cost.
//!
//! Every figure comes from a simulation of the whole, with the core that provisions in production; the only model besides
//! is Erlang C, which stands beside the result to show what it would have said.

mod candidate;
mod executors;
mod growth;
mod report;
mod search;
mod slo;
mod table;
mod trial;

pub use executors::{Erlang, ExecutorTrial, Executors};
pub use report::{Binds, PlanReport, Row, SCHEMA, WorkloadReport};
pub use slo::{Slo, SloError};
pub use table::render;
pub use trial::{Goal, Source, TrialError};

use crate::{
    cli::Interrupt,
    record::Record,
    setup::Setup,
    workload::{LabelIndex, Summary},
};
use candidate::Candidate;
use rayon::prelude::*;
use std::sync::Arc;
use trial::Bench;

/// What a plan is made from.
pub struct Plan<'p> {
    /// The templates and how builds ask for them.
    pub setup: Setup,
    /// The clusters as they are described, where they are, with what they are called.
    pub as_configured: Option<(String, Setup)>,
    /// The instance types to try.
    pub instance_types: Vec<Arc<str>>,
    /// The goals.
    pub slos: Vec<Slo>,
    /// The seed of every random draw.
    pub seed: u64,
    /// The workload, anew for each simulation.
    pub source: &'p Source<'p>,
    /// Told of each simulation that ended.
    pub progress: &'p (dyn Fn() + Sync),
    /// Asks the search to end.
    pub interrupt: &'p Interrupt,
}

impl Plan<'_> {
    /// Searches, candidates in parallel, and reports; where somebody asks for the end, what was found until then.
    ///
    /// # Errors
    ///
    /// Fails at the first simulation that fails.
    pub fn run(&self, record: Record) -> Result<PlanReport, TrialError> {
        let mut source = (self.source)()?;
        let mut summary = Summary::of(&mut *source)?;
        if summary.builds() == 0 {
            return Err(TrialError::NoBuilds);
        }
        let labels = source.labels().to_vec();
        let goal_labels = goal_labels(&self.slos, &labels)?;
        let bench = Bench {
            source: self.source,
            slos: &self.slos,
            goal_labels: &goal_labels,
            seed: self.seed,
            interrupt: self.interrupt,
            progress: self.progress,
        };
        let executors = unless_interrupted(Executors::find(&bench, &mut summary, &self.slos))?;
        let candidates = if executors.is_some() { Candidate::all(self) } else { Vec::new() };
        let rows = |candidate: &Candidate| {
            let Some(executors) = &executors else { return Ok(None) };
            unless_interrupted(candidate.rows(&bench, &self.setup, executors))
        };
        let rows: Result<Vec<Option<Vec<Row>>>, TrialError> = candidates.par_iter().map(rows).collect();
        let mut rows: Vec<Row> = rows?.into_iter().flatten().flatten().collect();
        rows.sort_by(|a, b| b.met.cmp(&a.met).then(a.cost_per_month_usd.total_cmp(&b.cost_per_month_usd)));
        let workload = WorkloadReport::of(&mut summary, &labels);
        Ok(PlanReport::new(self, workload, executors, rows, record))
    }
}

/// What came out, or `None` where it was interrupted before.
fn unless_interrupted<T>(outcome: Result<T, TrialError>) -> Result<Option<T>, TrialError> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(TrialError::Interrupted) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The label of each goal that is about one, as the workload numbers it.
fn goal_labels(slos: &[Slo], labels: &[Arc<str>]) -> Result<Vec<Option<LabelIndex>>, TrialError> {
    let of = |slo: &Slo| {
        let Some(label) = &slo.label else {
            return Ok(None);
        };
        let place =
            labels.iter().position(|known| known == label).and_then(|place| u32::try_from(place).ok());
        let known = || labels.iter().map(|label| label.as_ref().to_owned()).collect();
        let unknown =
            || TrialError::UnknownLabel { slo: slo.to_string(), label: Arc::clone(label), known: known() };
        place.map(|place| Some(LabelIndex(place))).ok_or_else(unknown)
    };
    slos.iter().map(of).collect()
}
