//! What a simulated Jenkins is like: its controller, its latencies, its time limits.

use crate::Jenkins;
use footman_core::{
    id::NodeName,
    label::LabelSet,
    time::{Millis, Timestamp},
};
use std::sync::Arc;

/// How a simulated Jenkins behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The controller.
    pub controller: Controller,
    /// How long things take.
    pub latencies: Latencies,
    /// Which of several idle nodes gets an item.
    pub assignment: Assignment,
    /// How long an item can be asked for after it left the queue; Jenkins keeps it for 5 minutes
    /// (`Queue.leftItems`, Jenkins 2.263.4).
    pub left_item_kept: Millis,
    /// How long a Pipeline waits for its node to come back before it is aborted: 5 minutes
    /// (`ExecutorPickle.timeoutForNodeMillis`, `ExecutorStepDynamicContext`; source of 2026). Zero aborts it at once
    /// when its agent is lost, as where a guard file interrupts it with `RemovedNodeCause`.
    pub pipeline_node_timeout: Millis,
    /// Where the guard file is installed, the prefix of the names of the nodes that it lets run one build only
    /// (tried on Jenkins 2.263.4).
    pub guard: Option<Arc<str>>,
    /// The SHA-256 that the guard file says of itself; `unknown` unless given.
    pub guard_sha256: Option<Arc<str>>,
    /// The labels of the one template of an ECS plugin's cloud that is configured and makes nothing.
    pub plugin_cloud: Option<LabelSet>,
    /// Whether a node that is marked offline is online again as soon as its configuration is saved, as from 2.482 (#9855)
    /// until the fix of 2026-01 (#26154; seen on 2.492.1 and 2.528.3).
    pub config_unmarks: bool,
    /// Whether the guard file interrupts what runs on one of these nodes when it is deleted, with `RemovedNodeCause`: the
    /// Pipeline ends at once then, as on a cloud's own node, in place of waiting for its node (source of mid-2026).
    pub guard_interrupts: bool,
    /// Whether load statistics are kept ([`Jenkins::load_statistics`]), as Jenkins does; a replay needs none.
    pub load_statistics: bool,
}

/// Which of several idle nodes gets an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Assignment {
    /// The one that has had an executor ready for the longest time.
    #[default]
    LongestReady,
    /// The one that Jenkins would choose (`LoadBalancer.CONSISTENT_HASH`); every idle node is looked at.
    ConsistentHash,
}

/// The controller as a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Controller {
    /// `displayName` in `/computer/api`: `master` up to 2.306 (its source).
    pub name: NodeName,
    /// What `why` calls it where it says that it lacks a label or is reserved: `Jenkins` (seen on Jenkins 2.263.4).
    pub display_name: Arc<str>,
    /// Its labels besides its own name.
    pub labels: LabelSet,
    /// Its executors.
    pub executors: u16,
    /// Whether only jobs whose label matches run on it.
    pub exclusive: bool,
}

/// How long Jenkins takes from one step to the next.
///
/// The defaults together give what was measured on a running Jenkins 2.263.4: 0.1 s from an agent's
/// coming online to the start of a waiting build, 13-44 ms from the end of a build to the start of the next on the same
/// executor, 3-12 ms from scheduling a build to a busy executor where one is idle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latencies {
    /// From an item's becoming buildable until an executor can be assigned to it.
    pub buildable_to_assignable: Millis,
    /// From a node's coming online until its executors can be assigned.
    pub online_to_assignable: Millis,
    /// From the end of a build until its executor can be assigned again.
    pub finished_to_assignable: Millis,
    /// From the assignment of an executor (the item is pending, the executor no longer idle) to the start of the build.
    pub assigned_to_started: Millis,
    /// How long the controller refuses connections when it restarts.
    pub restart_refused: Millis,
    /// How long it then answers 503 before it is up.
    pub restart_starting: Millis,
}

impl Jenkins {
    /// How long things take at present.
    pub fn latencies(&self) -> Latencies {
        self.settings.latencies
    }

    /// Says how long things take that begin from here on; what has begun ends when it would have.
    pub fn change_latencies(&mut self, now: Timestamp, latencies: Latencies) {
        self.advance(now);
        self.settings.latencies = latencies;
    }
}

impl Latencies {
    /// Nothing takes any time.
    pub const NONE: Self = Self {
        buildable_to_assignable: Millis::ZERO,
        online_to_assignable: Millis::ZERO,
        finished_to_assignable: Millis::ZERO,
        assigned_to_started: Millis::ZERO,
        restart_refused: Millis::ZERO,
        restart_starting: Millis::ZERO,
    };
}

impl Default for Latencies {
    /// As measured: 8 ms, 80 ms, 8 ms, 20 ms, 4 s, 8 s (measured on Jenkins 2.263.4).
    fn default() -> Self {
        Self {
            buildable_to_assignable: Millis::new(8),
            online_to_assignable: Millis::new(80),
            finished_to_assignable: Millis::new(8),
            assigned_to_started: Millis::new(20),
            restart_refused: Millis::new(4_000),
            restart_starting: Millis::new(8_000),
        }
    }
}

impl Default for Controller {
    /// `master` without executors, as one-shot agents want it.
    fn default() -> Self {
        Self {
            name: "master".into(),
            display_name: "Jenkins".into(),
            labels: LabelSet::default(),
            executors: 0,
            exclusive: false,
        }
    }
}

impl Default for Settings {
    /// A controller without executors, with the latencies that were measured.
    fn default() -> Self {
        Self {
            controller: Controller::default(),
            latencies: Latencies::default(),
            assignment: Assignment::default(),
            left_item_kept: Millis::from_mins(5),
            pipeline_node_timeout: Millis::from_mins(5),
            guard: None,
            guard_sha256: None,
            plugin_cloud: None,
            config_unmarks: false,
            guard_interrupts: false,
            load_statistics: false,
        }
    }
}

impl Settings {
    /// A Jenkins in which nothing takes time: with static nodes it is a plain FIFO queue.
    pub fn instant() -> Self {
        Self { latencies: Latencies::NONE, left_item_kept: Millis::ZERO, ..Self::default() }
    }
}
