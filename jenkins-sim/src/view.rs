//! What Jenkins shows of items, nodes and builds.

use crate::job::{JobId, JobKind};
use footman_core::{
    id::{NodeName, QueueItemId},
    label::LabelSet,
    time::Timestamp,
};
use std::sync::Arc;

/// A queue item as `/queue/item/N/api/json` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemView {
    /// `id`.
    pub id: QueueItemId,
    /// The build's key in the trace.
    pub key: u64,
    /// The job.
    pub job: JobId,
    /// The job's full name.
    pub job_name: Arc<str>,
    /// The job's kind.
    pub kind: JobKind,
    /// The label expression as typed, or a node's name for a continuation; `None` where any node will do.
    pub label: Option<Arc<str>>,
    /// `_class` with what comes with it.
    pub class: ItemClass,
    /// `why`, in English.
    pub why: String,
    /// `stuck`.
    pub stuck: bool,
    /// `inQueueSince`.
    pub in_queue_since: Timestamp,
}

/// The class of an item that is in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemClass {
    /// `WaitingItem`.
    Waiting {
        /// `timestamp`: the end of the quiet period.
        until: Timestamp,
    },
    /// `BlockedItem`.
    Blocked {
        /// `buildableStartMilliseconds`.
        since: Timestamp,
    },
    /// `BuildableItem`.
    Buildable {
        /// `buildableStartMilliseconds`.
        since: Timestamp,
        /// `pending`: an executor has it already.
        pending: bool,
    },
}

/// An item that left the queue not long ago (`LeftItem`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftItemView {
    /// `id`.
    pub id: QueueItemId,
    /// The job.
    pub job: JobId,
    /// `executable.number`, or `None` where it was cancelled.
    pub number: Option<u32>,
    /// When it left.
    pub at: Timestamp,
}

/// A node as `/computer/N/api/json` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeView {
    /// `displayName`.
    pub name: NodeName,
    /// `description`.
    pub description: Option<Arc<str>>,
    /// `assignedLabels` without the node's own name.
    pub labels: LabelSet,
    /// Whether the mode is EXCLUSIVE.
    pub exclusive: bool,
    /// `numExecutors`.
    pub executors: u16,
    /// Whether an agent is connected.
    pub connected: bool,
    /// `temporarilyOffline`.
    pub temporarily_offline: bool,
    /// `offlineCause`.
    pub offline_cause: Option<OfflineCause>,
    /// `idle`.
    pub idle: bool,
    /// `executors[currentExecutable]`, in the order of the executors' numbers.
    pub running: Vec<BuildView>,
}

impl NodeView {
    /// `offline`.
    pub fn offline(&self) -> bool {
        !self.connected || self.temporarily_offline
    }
}

/// A build that has an executor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BuildView {
    /// The executor's number; `None` for a flyweight task, which has none of the node's own.
    pub executor: Option<u16>,
    /// The build's key in the trace.
    pub key: u64,
    /// The job.
    pub job: JobId,
    /// `queueId`.
    pub item: QueueItemId,
    /// The build's number in its job.
    pub number: u32,
    /// When it started.
    pub started: Timestamp,
}

/// Why a node is offline (`offlineCause`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfflineCause {
    /// Somebody marked it (`OfflineCause$UserCause`).
    User {
        /// The message.
        message: Arc<str>,
        /// Since when.
        at: Timestamp,
    },
    /// The channel broke (`OfflineCause$ChannelTermination`).
    ChannelTermination {
        /// Since when.
        at: Timestamp,
    },
}
