//! Jobs: what builds are made from.

use crate::{
    build::{Slot, index},
    queued::Queued,
    request::{Parameters, Values},
};
use footman_core::time::Millis;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::{collections::VecDeque, sync::Arc};

/// A job's number: ascending in the order of creation, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub(crate) u32);

impl JobId {
    /// The number of the job at this place of the table.
    pub(crate) fn at(place: usize) -> Self {
        Self(u32::try_from(place).expect("there are fewer than 2^32 jobs"))
    }

    /// The number as an index into the table of jobs.
    pub(crate) fn index(self) -> usize {
        index(self.0)
    }
}

/// What is asked for when a job is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSpec {
    /// The full name, folders with `/` between them.
    pub name: Arc<str>,
    /// What kind of job.
    pub kind: JobKind,
    /// The label expression as typed, or a node's name; `None` where any node will do. A malformed expression is one
    /// label of that text, as in Jenkins (seen on Jenkins 2.263.4).
    pub label: Option<Arc<str>>,
    /// How long an item waits for further requests before it becomes buildable; Jenkins' default is 5 s.
    pub quiet_period: Millis,
    /// Whether several builds of the job may run at the same time.
    pub concurrent: bool,
    /// Whether builds are refused (409).
    pub disabled: bool,
    /// The full name of the job that its items are seen to belong to, where that is not its own: of a configuration its
    /// matrix project.
    pub belongs_to: Option<Arc<str>>,
}

/// The kinds of jobs that differ in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    /// `FreeStyleProject`: a build dies with its agent and vanishes when the controller restarts.
    Freestyle,
    /// `MavenModuleSet`, which the queue treats like a freestyle project.
    Maven,
    /// One `node` block of a Pipeline (`ExecutorStepExecution.PlaceholderTask`): it outlives a lost agent for 5 minutes
    /// and a restart of the controller.
    Pipeline,
    /// `MatrixConfiguration`: like freestyle, but REST does not export its label.
    Matrix,
    /// A task that needs no executor, such as the part of a Pipeline outside its `node` blocks.
    Flyweight,
    /// `MatrixProject`: a flyweight task on any node that its label allows, which lasts as long as the builds of its
    /// configurations.
    MatrixProject,
}

impl JobKind {
    /// Whether its builds need no executor of a node's own (`Queue.FlyweightTask`).
    pub(crate) const fn is_flyweight(self) -> bool {
        match self {
            Self::Flyweight | Self::MatrixProject => true,
            Self::Freestyle | Self::Maven | Self::Pipeline | Self::Matrix => false,
        }
    }
}

impl JobSpec {
    /// A freestyle job for `label` with concurrent builds and no quiet period: what a trace of builds is replayed on.
    pub fn replay(name: impl Into<Arc<str>>, label: Option<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            kind: JobKind::Freestyle,
            label,
            quiet_period: Millis::ZERO,
            concurrent: true,
            disabled: false,
            belongs_to: None,
        }
    }
}

/// A job.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) name: Arc<str>,
    pub(crate) belongs_to: Option<Arc<str>>,
    pub(crate) kind: JobKind,
    pub(crate) label: u32,
    pub(crate) quiet_period: Millis,
    pub(crate) concurrent: bool,
    pub(crate) disabled: bool,
    /// The number of its last build.
    pub(crate) builds: u32,
    /// Its items in the queue; `node` blocks of its runs are tasks of their own.
    pub(crate) queued: Queued,
    /// The item that requests without parameters are merged into.
    pub(crate) identical: Option<Slot>,
    /// The items that requests with these parameters are merged into.
    pub(crate) with_parameters: IndexMap<Arc<Values>, Slot, FxBuildHasher>,
    /// Its items that are buildable or pending, and its builds that run; counted only where builds are not concurrent.
    pub(crate) busy: u32,
    /// Its build that runs, where builds are not concurrent.
    pub(crate) running: Option<Slot>,
    /// Its blocked items with their stamps, in the order in which their quiet periods ended.
    pub(crate) blocked: VecDeque<(Slot, u64)>,
    /// How long its last successful builds took, the latest first: what Jenkins estimates from.
    pub(crate) lasted: [Option<Millis>; 3],
}

impl Job {
    /// The full name of the job that its items are seen to belong to.
    pub(crate) fn seen_as(&self) -> &Arc<str> {
        self.belongs_to.as_ref().unwrap_or(&self.name)
    }

    /// The item that waits with these parameters: another request with them is merged into it, and one with others is an
    /// item of its own (seen on Jenkins 2.263.4: `WHO=other` beside an item that waits with the default).
    pub(crate) fn waits_with(&self, parameters: &Parameters) -> Option<Slot> {
        match parameters {
            Parameters::None => self.identical,
            Parameters::Given(values) => self.with_parameters.get(values).copied(),
            Parameters::Unique => None,
        }
    }

    /// Requests with these parameters are merged into the item in `slot`, unless they are into another.
    pub(crate) fn merge_into(&mut self, slot: Slot, parameters: &Parameters) {
        match parameters {
            Parameters::None => {
                self.identical.get_or_insert(slot);
            }
            Parameters::Given(values) => {
                self.with_parameters.entry(Arc::clone(values)).or_insert(slot);
            }
            Parameters::Unique => {}
        }
    }

    /// Nothing is merged into the item in `slot` any more.
    pub(crate) fn merge_no_more(&mut self, slot: Slot, parameters: &Parameters) {
        match parameters {
            Parameters::None => {
                self.identical.take_if(|waiting| *waiting == slot);
            }
            Parameters::Given(values) => {
                if self.with_parameters.get(values) == Some(&slot) {
                    self.with_parameters.swap_remove(values);
                }
            }
            Parameters::Unique => {}
        }
    }

    /// How long a build will probably take: the mean of the last three successful ones (`Job.getEstimatedDuration`).
    pub(crate) fn estimated_duration(&self) -> Option<Millis> {
        let known = self.lasted.iter().flatten();
        let count = u64::try_from(known.clone().count()).expect("three fit into 64 bits");
        let sum = known.fold(0_u64, |sum, lasted| sum.saturating_add(lasted.as_millis()));
        sum.checked_div(count).map(Millis::new)
    }
}
