//! What enters the queue of the small world and leaves it, and the runs that its controller shows.

use super::World;
use footman_core::{
    Millis,
    event::{Executable, ItemLabel, ItemState, QueueItem, Run},
    id::{NodeName, QueueItemId},
    label::LabelExpression,
};
use smallvec::SmallVec;
use std::sync::Arc;

/// The controller's node, where the runs of Pipelines are.
const CONTROLLER: &str = "master";

/// A build that waits.
#[derive(Debug, Clone)]
pub(super) struct Build {
    pub(super) item: QueueItem,
    pub(super) expression: LabelExpression,
    pub(super) duration: Millis,
    /// What its executor shows of a run.
    pub(super) shows: Option<Executable>,
}

/// A run, or a part of it.
fn of_run((job, number): (&str, u32), part: bool) -> Executable {
    Executable { run: Run { job: job.into(), number }, part }
}

impl World {
    /// Puts builds into the queue.
    pub(crate) fn submit(&mut self, label: &str, builds: u32, duration: Millis) {
        self.submit_of(None, label, builds, duration);
    }

    /// Puts builds of a job into the queue.
    pub(crate) fn submit_of(&mut self, job: Option<&str>, label: &str, builds: u32, duration: Millis) {
        for _ in 0..builds {
            self.enter(job, None, label, duration);
        }
    }

    /// Puts a `node` block of a Pipeline's run into the queue.
    pub(crate) fn submit_block(&mut self, of: (&str, u32), label: &str, duration: Millis) {
        let build = self.enter(Some(of.0), Some(of_run(of, true)), label, duration);
        build.item.run = Some(of.1);
    }

    /// The same of a run that no node shows, for who may not read its job.
    pub(crate) fn submit_unseen_block(&mut self, of: (&str, u32), label: &str, duration: Millis) {
        let build = self.enter(Some(of.0), None, label, duration);
        build.item.run = Some(of.1);
    }

    /// Puts a build into the queue that is a run of its own once it has started.
    pub(crate) fn submit_build(&mut self, of: (&str, u32), label: &str, duration: Millis) {
        self.enter(Some(of.0), Some(of_run(of, false)), label, duration);
    }

    fn enter(
        &mut self,
        job: Option<&str>,
        shows: Option<Executable>,
        label: &str,
        duration: Millis,
    ) -> &mut Build {
        self.shortest_build = self.shortest_build.min(duration);
        let id = QueueItemId(self.next_item);
        self.next_item += 1;
        let item = QueueItem {
            id,
            label: ItemLabel::Expression(label.into()),
            state: ItemState::Buildable { since: self.now },
            in_queue_since: self.now,
            job: job.map(Arc::from),
            run: None,
        };
        let expression = LabelExpression::parse_or_atom(label);
        self.builds.entry(id).or_insert(Build { item, expression, duration, shows })
    }

    /// Takes every waiting build out of the queue.
    pub(crate) fn cancel_all(&mut self) {
        self.builds.clear();
    }

    /// A run of a Pipeline begins, or is shown again.
    pub(crate) fn begin_run(&mut self, of: (&str, u32)) {
        if !self.agents.contains_key(&NodeName::from(CONTROLLER)) {
            self.add_foreign(CONTROLLER, &[CONTROLLER], 0);
        }
        let runs = self.runs_of_controller();
        runs.push(of_run(of, false));
        runs.sort_unstable();
    }

    /// A run of a Pipeline ends, or is not shown.
    pub(crate) fn end_run(&mut self, of: (&str, u32)) {
        self.runs_of_controller().retain(|other| *other != of_run(of, false));
    }

    /// Whether something of a run waits or has an executor.
    pub(crate) fn has_blocks(&self, of: (&str, u32)) -> bool {
        let block = of_run(of, true);
        let running = self.agents.values().flat_map(|agent| &agent.node.runs);
        self.builds
            .values()
            .filter_map(|build| build.shows.as_ref())
            .chain(running)
            .any(|shown| *shown == block)
    }

    fn runs_of_controller(&mut self) -> &mut SmallVec<[Executable; 1]> {
        &mut self.agents.get_mut(&NodeName::from(CONTROLLER)).expect("a run has begun").node.runs
    }
}
