//! Jobs: what builds are made from.

use footman_core::time::Millis;
use std::sync::Arc;

/// A job's number: ascending in the order of creation, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub(crate) u32);

/// What is asked for when a job is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSpec {
    /// The full name, folders with `/` between them.
    pub name: Arc<str>,
    /// What kind of job.
    pub kind: JobKind,
    /// The label expression as typed, or a node's name; `None` where any node will do. A malformed expression is one
    /// label of that text, as in Jenkins (jenkins.md section 2).
    pub label: Option<Arc<str>>,
    /// How long an item waits for further requests before it becomes buildable; Jenkins' default is 5 s.
    pub quiet_period: Millis,
    /// Whether several builds of the job may run at the same time.
    pub concurrent: bool,
    /// Whether builds are refused (409).
    pub disabled: bool,
}

/// The kinds of jobs that differ in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    /// `FreeStyleProject`: a build dies with its agent and vanishes when the controller restarts.
    Freestyle,
    /// One `node` block of a Pipeline (`ExecutorStepExecution.PlaceholderTask`): it outlives a lost agent for 5 minutes
    /// and a restart of the controller.
    Pipeline,
    /// `MatrixConfiguration`: like freestyle, but REST does not export its label.
    Matrix,
    /// A task that needs no executor, such as the part of a Pipeline outside its `node` blocks.
    Flyweight,
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
        }
    }
}
