//! The load harness: builds that arrive whatever becomes of those before them, through core and both simulators.
//!
//! Behaviour is measured in virtual time and depends on nothing but the arguments; how fast the program itself is, is
//! measured in wall time and depends on the machine. The idea of measuring from the intended arrival is Gil Tene's
//! ("coordinated omission").

mod arrivals;
mod knee;
mod report;
mod table;
mod wall;
mod watch;

pub use arrivals::{Arrivals, ArrivalsError, BUILDS_MAX, Ramp, Rate, RateError};
pub use report::{
    AgentsReport, BucketReport, KneeReport, Latency, LoadReport, SCHEMA, WallReport, WindowReport,
};
pub use table::{render, render_measured};
pub use wall::core_launches_per_s;

use crate::{
    cli::Interrupt,
    record::Record,
    world::{Progress, World, WorldError, WorldSettings},
};
use arrivals::OpenLoop;
use footman_ecs_sim::latency::Distribution;
use std::{sync::Arc, time::Instant};
use thiserror::Error;
use watch::Watch;

/// A load.
#[derive(Debug, Clone)]
pub struct Load {
    /// When builds arrive.
    pub arrivals: Arrivals,
    /// How long they run.
    pub durations: Distribution,
    /// Their labels, in turn.
    pub labels: Vec<Arc<str>>,
}

/// Why a load did not run.
#[derive(Debug, Error)]
pub enum LoadError {
    /// There is nothing to run, or too much.
    #[error(transparent)]
    Arrivals(#[from] ArrivalsError),
    /// The world cannot be made or cannot go on.
    #[error(transparent)]
    World(#[from] WorldError),
}

impl Load {
    /// Runs the load in the world of `settings`; `record` says how to repeat it.
    ///
    /// # Errors
    ///
    /// Fails where there is nothing to run, or the world cannot be made or cannot serve a build.
    pub fn run(
        &self,
        settings: WorldSettings,
        record: Record,
        interrupt: &Interrupt,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<LoadReport, LoadError> {
        let builds = self.arrivals.builds()?;
        let mut workload = OpenLoop {
            arrivals: self.arrivals,
            builds,
            durations: self.durations,
            seed: settings.seed,
            labels: self.labels.clone(),
            next: 0,
        };
        let (seed, policy, asked) = (settings.seed, settings.policy.clone(), settings.labels.clone());
        let began = Instant::now();
        let mut world = World::new(settings, &mut workload)?;
        let mut watch = Watch::new(world.origin(), &self.arrivals, &policy, &asked, &self.labels);
        let ending = world.run(&mut watch, interrupt, progress)?;
        let took = began.elapsed();
        let wall = WallReport {
            core_launches_per_s: core_launches_per_s(),
            model_builds_per_s: crate::simulation::float(watch.started) / took.as_secs_f64().max(1e-9),
        };
        let calls = world.calls();
        Ok(report::Facts { load: self, builds, ending, seed, policy, calls, watch, wall }.report(record))
    }
}
