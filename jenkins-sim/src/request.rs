//! What can be asked of a simulated Jenkins, as one enum over the typed calls.

use crate::job::{JobId, JobSpec};
use footman_core::{
    id::{NodeName, QueueItemId},
    label::LabelSet,
    time::Millis,
};
use std::sync::Arc;

/// Names and values of a build's parameters, in the order of their definitions.
pub type Values = [(String, String)];

/// What a build is given besides its job. A request that is given the same as an item that waits is merged into it
/// (`Queue.scheduleInternal`, `ParametersAction.shouldSchedule`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Parameters {
    /// Nothing.
    #[default]
    None,
    /// These.
    Given(Arc<Values>),
    /// Something that no other request is given, so that it is never merged: a trace of builds does not tell what.
    Unique,
}

impl Parameters {
    /// What is given, as far as it is known.
    pub fn values(&self) -> &Values {
        match self {
            Self::Given(values) => values,
            Self::None | Self::Unique => &[],
        }
    }
}

impl From<Vec<(String, String)>> for Parameters {
    fn from(values: Vec<(String, String)>) -> Self {
        if values.is_empty() { Self::None } else { Self::Given(values.into()) }
    }
}

/// What is asked for when a build is scheduled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildRequest {
    /// The build's index in the trace; echoed in the outputs.
    pub key: u64,
    /// How long the build runs once it is started.
    pub duration: Millis,
    /// What it is given besides its job, which decides whether it is merged with an item that waits already.
    pub parameters: Parameters,
    /// The quiet period, where it is not the job's (`delay=`).
    pub delay: Option<Millis>,
}

impl BuildRequest {
    /// A build of its own, after the job's quiet period.
    pub const fn new(key: u64, duration: Millis) -> Self {
        Self { key, duration, parameters: Parameters::Unique, delay: None }
    }
}

/// What is asked for when a node is created (`/computer/doCreateItem`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeSpec {
    /// The name; it is trimmed, as Jenkins does.
    pub name: NodeName,
    /// `nodeDescription`.
    pub description: Option<Arc<str>>,
    /// `labelString`, split.
    pub labels: LabelSet,
    /// Whether the mode is EXCLUSIVE.
    pub exclusive: bool,
    /// `numExecutors`. A node with none is stored, but has no computer: it is not listed and cannot connect, yet counts
    /// among the nodes of its labels (seen on Jenkins 2.263.4).
    pub executors: u16,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// [`Jenkins::create_job`](crate::Jenkins::create_job).
    CreateJob(JobSpec),
    /// [`Jenkins::schedule`](crate::Jenkins::schedule).
    Schedule {
        /// The job.
        job: JobId,
        /// The build.
        build: BuildRequest,
    },
    /// [`Jenkins::cancel`](crate::Jenkins::cancel).
    Cancel {
        /// The item.
        item: QueueItemId,
    },
    /// [`Jenkins::stop_build`](crate::Jenkins::stop_build).
    StopBuild {
        /// The item that the build was.
        item: QueueItemId,
    },
    /// [`Jenkins::create_node`](crate::Jenkins::create_node).
    CreateNode(NodeSpec),
    /// [`Jenkins::delete_node`](crate::Jenkins::delete_node).
    DeleteNode {
        /// Its name.
        node: NodeName,
    },
    /// [`Jenkins::set_labels`](crate::Jenkins::set_labels).
    SetLabels {
        /// Its name.
        node: NodeName,
        /// The new labels.
        labels: LabelSet,
    },
    /// [`Jenkins::set_executors`](crate::Jenkins::set_executors).
    SetExecutors {
        /// Its name.
        node: NodeName,
        /// The new number.
        executors: u16,
    },
    /// [`Jenkins::change_offline_cause`](crate::Jenkins::change_offline_cause).
    ChangeOfflineCause {
        /// Its name.
        node: NodeName,
        /// `offlineMessage`.
        message: Arc<str>,
    },
    /// [`Jenkins::toggle_offline`](crate::Jenkins::toggle_offline).
    ToggleOffline {
        /// Its name.
        node: NodeName,
        /// `offlineMessage`.
        message: Arc<str>,
    },
    /// [`Jenkins::disconnect`](crate::Jenkins::disconnect).
    Disconnect {
        /// Its name.
        node: NodeName,
    },
    /// [`Jenkins::agent_connect`](crate::Jenkins::agent_connect).
    AgentConnect {
        /// Its name.
        node: NodeName,
    },
    /// [`Jenkins::agent_disconnect`](crate::Jenkins::agent_disconnect).
    AgentDisconnect {
        /// Its name.
        node: NodeName,
    },
    /// [`Jenkins::quiet_down`](crate::Jenkins::quiet_down).
    QuietDown,
    /// [`Jenkins::cancel_quiet_down`](crate::Jenkins::cancel_quiet_down).
    CancelQuietDown,
    /// [`Jenkins::restart`](crate::Jenkins::restart).
    Restart,
}

/// The answer to a [`Request`] that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// The job was created.
    Job(JobId),
    /// The build is in the queue as this item.
    Item(QueueItemId),
    /// Done; there is nothing to say.
    Done,
}
