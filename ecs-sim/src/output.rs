//! What the simulator tells of its own accord: changes and bills, in the order in which they happen.

use crate::{
    billing::Cost,
    id::{InstanceId, ProviderId, TaskId},
};
use footman_core::{
    event::TaskStatus,
    time::{Millis, Timestamp},
};

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// A task changed: what EventBridge calls "ECS Task State Change".
    TaskChanged {
        /// When.
        at: Timestamp,
        /// Which.
        task: TaskId,
        /// `lastStatus`.
        status: TaskStatus,
        /// Whether `desiredStatus` is STOPPED.
        stopping: bool,
    },
    /// A task's spot capacity is reclaimed: its containers get the stop signal at once, and two minutes.
    SpotWarning {
        /// When.
        at: Timestamp,
        /// Which.
        task: TaskId,
    },
    /// A container instance changed.
    InstanceChanged {
        /// When.
        at: Timestamp,
        /// Which.
        instance: InstanceId,
        /// To what.
        change: InstanceChange,
    },
    /// What a task on Fargate cost: from the start of its image pull to STOPPED, at least a minute.
    TaskBilled {
        /// Which.
        task: TaskId,
        /// The start of the interval.
        from: Timestamp,
        /// The end of the interval.
        to: Timestamp,
        /// Of all that, how long its containers ran (RUNNING until their exit).
        running: Millis,
        /// How much.
        cost: Cost,
    },
    /// What an instance cost: from its launch to its end, at least a minute.
    InstanceBilled {
        /// Which.
        instance: InstanceId,
        /// The start of the interval.
        from: Timestamp,
        /// When it was registered, if ever: what came before is boot.
        registered: Option<Timestamp>,
        /// The end of the interval.
        to: Timestamp,
        /// Of all that, how long at least one task was on it.
        occupied: Millis,
        /// How much.
        cost: Cost,
    },
    /// Managed scaling changed the size of an auto-scaling group.
    GroupScaled {
        /// When.
        at: Timestamp,
        /// Behind which capacity provider.
        provider: ProviderId,
        /// The desired capacity before.
        before: u32,
        /// The desired capacity after.
        after: u32,
    },
}

/// What became of a container instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceChange {
    /// It was launched and boots.
    Launched,
    /// It is in the cluster: ACTIVE, or REGISTERING until its trunk network interface is attached.
    Registered,
    /// It takes no new tasks.
    Draining,
    /// It was DRAINING or REGISTERING and is ACTIVE.
    Activated,
    /// Its spot capacity will be reclaimed in two minutes.
    SpotWarning,
    /// It is gone.
    Terminated,
}
