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
    /// Whether the setup's own clusters are a candidate: they are where a configuration describes them.
    pub as_configured: bool,
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
    /// Searches, candidates in parallel, and reports.
    ///
    /// # Errors
    ///
    /// Fails at the first simulation that fails, and where somebody asks for the end.
    pub fn run(&self, record: Record) -> Result<PlanReport, TrialError> {
        let mut source = (self.source)()?;
        let mut summary = Summary::of(&mut *source)?;
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
        let executors = Executors::find(&bench, &mut summary, &self.slos)?;
        let candidates = Candidate::all(self);
        let rows: Result<Vec<Vec<Row>>, TrialError> =
            candidates.par_iter().map(|candidate| candidate.rows(&bench, &self.setup, &executors)).collect();
        let mut rows: Vec<Row> = rows?.into_iter().flatten().collect();
        rows.sort_by(|a, b| b.met.cmp(&a.met).then(a.cost_per_month_usd.total_cmp(&b.cost_per_month_usd)));
        let workload = WorkloadReport::of(&mut summary, &labels);
        Ok(PlanReport::new(self, workload, executors, rows, record))
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
