//! What Jenkins shows of items, nodes and builds.

use crate::{
    Jenkins,
    build::{Build, Phase, Slot, index},
    job::{JobId, JobKind},
    left::Place,
    node::CONTROLLER,
    words::Language,
};
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
    /// The job's full name; of a `node` block what its task is called: "part of JOB #N".
    pub job_name: Arc<str>,
    /// The number of the run that it is a `node` block of.
    pub run: Option<u32>,
    /// The job's kind.
    pub kind: JobKind,
    /// The label expression as typed, or a node's name for a continuation; `None` where any node will do.
    pub label: Option<Arc<str>>,
    /// `_class` with what comes with it.
    pub class: ItemClass,
    /// `why`, in the language that was asked for.
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
    /// Whether it was a `node` block of a Pipeline's run.
    pub block: bool,
    /// `executable.number`, of a block that of its run, or `None` where it was cancelled.
    pub number: Option<u32>,
    /// `inQueueSince`.
    pub in_queue_since: Timestamp,
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

impl Jenkins {
    /// An item that is in the queue.
    pub fn item(&self, item: QueueItemId) -> Option<ItemView> {
        self.item_in(item, Language::English)
    }

    /// An item that is in the queue, with its `why` in this language.
    pub fn item_in(&self, item: QueueItemId, language: Language) -> Option<ItemView> {
        let Some(Place::Build(slot)) = self.items.place(item) else { return None };
        let build = &self.builds[slot];
        let since = build.buildable_since;
        let class = match build.phase {
            Phase::Waiting { until } => ItemClass::Waiting { until },
            Phase::Blocked => ItemClass::Blocked { since },
            Phase::Buildable => ItemClass::Buildable { since, pending: false },
            Phase::Pending => ItemClass::Buildable { since, pending: true },
            Phase::Free | Phase::Running | Phase::Hanging | Phase::Lost => return None,
        };
        let job = &self.jobs[index(build.job)];
        let run = build.is_block().then_some(build.number);
        Some(ItemView {
            id: build.item,
            key: build.key,
            job: JobId(build.job),
            job_name: match run {
                Some(number) => format!("part of {} #{number}", job.name.replace('/', " » ")).into(),
                None => Arc::clone(&job.name),
            },
            run,
            kind: self.kind_of(build),
            label: self.matching.label(build.label).text().cloned(),
            class,
            why: self.why(build)?.words(language),
            stuck: self.is_stuck(build),
            in_queue_since: build.in_queue_since,
        })
    }

    /// An item that left the queue not long ago.
    pub fn left_item(&self, item: QueueItemId) -> Option<&LeftItemView> {
        let left = match self.items.place(item)? {
            Place::Left(left) => left,
            Place::Build(slot) if !self.builds[slot].phase.is_queued() => self.builds[slot].left,
            Place::Build(_) => return None,
        };
        self.items.record(left)
    }

    /// The items in the queue in the order in which Jenkins lists them (`Queue.getItems`): waiting ones by the end of
    /// their quiet period, blocked ones, then buildable and pending ones, the latest of each first.
    pub fn items(&self) -> Vec<QueueItemId> {
        let order = |build: &Build| match build.phase {
            Phase::Waiting { until } => Some((0, until.as_millis(), build.item)),
            Phase::Blocked => Some((1, 0, build.item)),
            Phase::Buildable => Some((2, 0, build.item)),
            Phase::Pending => Some((3, 0, build.item)),
            Phase::Free | Phase::Running | Phase::Hanging | Phase::Lost => None,
        };
        let queued = self.builds.iter().filter_map(|(_, build)| {
            let (class, until, item) = order(build)?;
            // Buildable and pending items stand in reverse.
            let rank = if class >= 2 { u64::MAX - build.order } else { build.order };
            Some((class, until, rank, item))
        });
        let mut queued: Vec<_> = queued.collect();
        queued.sort_unstable();
        queued.into_iter().map(|(_, _, _, item)| item).collect()
    }

    /// The item of a job that has been in the queue for the longest time (`queueItem`); no `node` block of its runs.
    pub fn queue_item(&self, job: JobId) -> Option<QueueItemId> {
        let slot = self.jobs.get(job.index())?.queued.first()?;
        Some(self.builds[slot].item)
    }

    /// A node that is listed.
    pub fn node(&self, node: &NodeName) -> Option<NodeView> {
        let node = &self.nodes[self.nodes.key(node)?];
        if !node.has_computer() {
            return None;
        }
        let slots = node.builds.iter().chain(&node.flyweights);
        let mut running: Vec<BuildView> = slots.filter_map(|&slot| self.build_view(slot)).collect();
        running.sort_unstable_by_key(|build| (build.executor.is_none(), build.executor, build.item));
        Some(NodeView {
            name: node.name.clone(),
            description: node.description.clone(),
            labels: node.labels.clone(),
            exclusive: node.exclusive,
            executors: node.executors,
            connected: node.connected,
            temporarily_offline: node.is_temporarily_offline(),
            offline_cause: node.cause.clone(),
            idle: node.is_idle(),
            running,
        })
    }

    /// The nodes in the order in which Jenkins lists them: the controller, then by name.
    pub fn nodes(&self) -> Vec<NodeName> {
        let listed = self.nodes.keys().filter(|&key| self.nodes[key].has_computer() || key == CONTROLLER);
        let mut listed: Vec<_> =
            listed.map(|key| (key != CONTROLLER, self.nodes[key].name.clone())).collect();
        listed.sort_unstable();
        listed.into_iter().map(|(_, name)| name).collect()
    }

    fn build_view(&self, slot: Slot) -> Option<BuildView> {
        let build = &self.builds[slot];
        let is_seen = matches!(build.phase, Phase::Running | Phase::Hanging);
        is_seen.then(|| BuildView {
            executor: (!build.flyweight).then_some(build.executor),
            key: build.key,
            job: JobId(build.job),
            item: build.item,
            number: build.number,
            started: build.started,
        })
    }
}
