//! What a simulated Jenkins reports, for statistics and for the agents it talks to.

use crate::agents::AgentId;
use footman_core::{
    id::{NodeName, QueueItemId},
    time::Timestamp,
};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// A request entered the queue as a new item.
    ItemEntered {
        /// The build's key.
        key: u64,
        /// Its item.
        item: QueueItemId,
        /// When.
        at: Timestamp,
    },
    /// A request was merged into an identical item that waits already; it makes no build of its own.
    ItemMerged {
        /// The request's key.
        key: u64,
        /// The item that stands for it.
        item: QueueItemId,
        /// When.
        at: Timestamp,
    },
    /// An item left the queue without a build.
    ItemCancelled {
        /// The build's key.
        key: u64,
        /// Its item.
        item: QueueItemId,
        /// When.
        at: Timestamp,
    },
    /// A build began to run.
    BuildStarted {
        /// The build's key.
        key: u64,
        /// The item that it was.
        item: QueueItemId,
        /// Where it runs.
        node: NodeName,
        /// When.
        at: Timestamp,
    },
    /// A running Pipeline asked for its node again, after a restart of the controller.
    ContinuationEntered {
        /// The build's key.
        key: u64,
        /// The item whose label is the node's name.
        item: QueueItemId,
        /// The node it wants back.
        node: NodeName,
        /// When.
        at: Timestamp,
    },
    /// A Pipeline that had lost its node has it back and goes on.
    BuildResumed {
        /// The build's key.
        key: u64,
        /// The node.
        node: NodeName,
        /// When.
        at: Timestamp,
    },
    /// A build ended.
    BuildFinished {
        /// The build's key.
        key: u64,
        /// The item that it was (the first one, not a continuation).
        item: QueueItemId,
        /// How it ended.
        result: BuildResult,
        /// Where it ran.
        node: NodeName,
        /// When.
        at: Timestamp,
    },
    /// Jenkins closed the channel of a connected agent: the node was deleted or disconnected, or the controller went
    /// down. What the agent does then (try again after 10 s, exit) is its own affair.
    AgentDropped {
        /// Its node.
        node: NodeName,
        /// When.
        at: Timestamp,
    },
    /// The process of an agent is connected.
    AgentConnected {
        /// The process.
        agent: AgentId,
        /// Its node.
        node: NodeName,
        /// When.
        at: Timestamp,
    },
    /// The process of an agent is over by itself.
    AgentExited {
        /// The process.
        agent: AgentId,
        /// The node that it was or wanted to be.
        node: NodeName,
        /// Its exit code; a supervisor has to start it again also after 0.
        code: u8,
        /// When.
        at: Timestamp,
    },
}

/// How a build ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuildResult {
    /// It ran for its duration.
    Success,
    /// Its agent died under it, or its node was deleted.
    Failure,
    /// It was stopped, or it is a Pipeline whose node did not come back in time.
    Aborted,
    /// The controller restarted under it: afterwards there is no such build (seen on Jenkins 2.263.4).
    Vanished,
}

/// What a simulated Jenkins wants to be woken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// A build ends.
    BuildEnd,
    /// A quiet period ends.
    QuietPeriod,
    /// An executor or an item can be assigned.
    Assignment,
    /// An assigned build starts.
    BuildStart,
    /// A Pipeline has waited long enough for its node.
    PipelineTimeout,
    /// An agent's process does something, or the channel of a frozen one breaks.
    Agent,
    /// The controller is up again.
    ControllerReady,
}
