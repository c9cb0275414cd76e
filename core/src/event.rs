//! What the core is told: what was seen in Jenkins and in ECS, and how its actions ended.
//!
//! The world is seen on a grid: Jenkins at every poll, nodes first and then the queue; tasks at every describe
//! interval. An observation is either a full listing or the changes since the last one; a full listing is turned into
//! changes against what is known, so both lead to the same decisions.

use crate::{
    action::ActionId,
    id::{NodeName, OwnerId, QueueItemId, TaskArn},
    label::LabelSet,
    time::{Millis, Timestamp},
};
use smallvec::SmallVec;
use std::sync::Arc;

/// Something that happened outside the core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// One poll of Jenkins saw these changes since the poll before.
    Jenkins(JenkinsChanges),
    /// One poll of Jenkins saw all this.
    JenkinsListing(JenkinsListing),
    /// One look at ECS saw these changes since the look before.
    Tasks(TaskChanges),
    /// One look at ECS saw all these tasks of ours.
    TaskListing(TaskListing),
    /// The operator wants everything of ours to end.
    Drain(Drain),
    /// An action ended.
    Reply {
        /// Which.
        action: ActionId,
        /// How.
        outcome: Outcome,
    },
}

/// How everything of ours ends, once the operator asks for it; what is asked later may only go further.
///
/// From then on nothing is launched, and agents are taken out of service as usual: closed, read idle twice, stopped, and
/// their nodes deleted last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Drain {
    /// Agents that have a build finish it and go then.
    FinishBuilds,
    /// Builds are stopped with their agents: the one exception from never stopping a busy agent.
    StopBuilds,
}

/// What changed in Jenkins between two polls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JenkinsChanges {
    /// `X-Jenkins-Session`: another value than before means that the controller was restarted.
    pub session: u64,
    /// Whether the controller is about to shut down (`quietingDown`): buildable items are then no demand.
    pub quieting_down: bool,
    /// Nodes that appeared, changed or vanished, in the order of their names.
    pub nodes: Vec<NodeChange>,
    /// Queue items that appeared, changed or left, in the order of their ids.
    pub items: Vec<ItemChange>,
}

/// A full listing of Jenkins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JenkinsListing {
    /// `X-Jenkins-Session`.
    pub session: u64,
    /// `quietingDown`.
    pub quieting_down: bool,
    /// Whether both listings are whole; from a partial one nothing is concluded to be gone.
    pub complete: bool,
    /// Every node.
    pub nodes: Vec<Node>,
    /// Every queue item.
    pub items: Vec<QueueItem>,
}

/// A change of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeChange {
    /// The node is there, as it is now.
    Seen(Node),
    /// The node is no longer listed.
    Gone(NodeName),
}

/// A Jenkins node (`/computer/api/json`), ours or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// `displayName`.
    pub name: NodeName,
    /// `description`: on nodes of ours it holds what [`crate::description`] reads.
    pub description: Option<Arc<str>>,
    /// `assignedLabels`, without the node's own name.
    pub labels: LabelSet,
    /// Whether only jobs whose label matches may run here (`Mode.EXCLUSIVE`).
    pub exclusive: bool,
    /// `offline` turned round: whether an agent is connected and nobody marked it offline.
    pub online: bool,
    /// `temporarilyOffline`.
    pub temporarily_offline: bool,
    /// `idle`, the field to trust: `currentExecutable` is empty for 20-60 ms at the start of a build.
    pub idle: bool,
    /// `numExecutors`.
    pub executors: u16,
    /// How many of `executors[currentExecutable]` are not null: executors that show that they run something, which a Pipeline's
    /// `node` block does without a `queueId` (`PlaceholderExecutable` of workflow-durable-task-step, source of 2025).
    pub busy: u16,
    /// `executors[currentExecutable[queueId]]`: the queue items that run here.
    pub running: SmallVec<[QueueItemId; 1]>,
    /// `currentExecutable[url]` of `executors` and `oneOffExecutors`: the runs of which something runs here. In order and none
    /// twice; empty where [`Policy::allows_sessions`] says that nobody needs to know.
    ///
    /// [`Policy::allows_sessions`]: crate::policy::Policy::allows_sessions
    pub runs: SmallVec<[Executable; 1]>,
}

/// What an executor shows of a run (`currentExecutable`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Executable {
    /// The run.
    pub run: Run,
    /// Whether it is a part of the run, a `node` block or a configuration, whose end is not the run's.
    pub part: bool,
}

/// A run: a build of a job with its number, a run of a Pipeline, a build of a matrix project with its configurations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Run {
    /// The full name of the job, in the form of [`QueueItem::job`].
    pub job: Arc<str>,
    /// Its number.
    pub number: u32,
}

/// A change of one queue item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemChange {
    /// The item is in the queue, as it is now.
    Seen(QueueItem),
    /// The item left the queue: it runs, or was cancelled.
    Gone(QueueItemId),
}

/// A Jenkins queue item (`/queue/api/json`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueItem {
    /// `id`.
    pub id: QueueItemId,
    /// Which label it wants.
    pub label: ItemLabel,
    /// How far it is.
    pub state: ItemState,
    /// `inQueueSince`.
    pub in_queue_since: Timestamp,
    /// The full name of the job that it belongs to, folders with `/` between them: of a configuration of a matrix project
    /// that project, of a `node` block its Pipeline. `None` where it could not be read: never taken for any job.
    pub job: Option<Arc<str>>,
    /// The number of the Pipeline's run whose `node` block it is; `None` for other jobs.
    pub run: Option<u32>,
}

impl QueueItem {
    /// The run whose `node` block it is.
    pub fn of_run(&self) -> Option<Run> {
        Some(Run { job: Arc::clone(self.job.as_ref()?), number: self.run? })
    }
}

/// The label that a queue item wants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemLabel {
    /// Any node in `Mode.NORMAL` will do.
    Any,
    /// A label expression, as Jenkins shows it.
    Expression(Arc<str>),
    /// It could not be read: never taken for [`Self::Any`].
    Unknown,
}

/// How far a queue item is; the item classes of Jenkins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemState {
    /// `WaitingItem`: in its quiet period until then.
    Waiting {
        /// The end of the quiet period.
        until: Timestamp,
    },
    /// `BlockedItem`.
    Blocked,
    /// `BuildableItem`.
    Buildable {
        /// `buildableStartMilliseconds`.
        since: Timestamp,
    },
    /// `BuildableItem` with `pending`: an executor has it already.
    Pending,
}

/// What changed among our tasks between two looks at ECS.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskChanges {
    /// Tasks that appeared or changed, and those that ECS no longer knows, in the order of their ARNs.
    pub tasks: Vec<TaskChange>,
}

/// A full listing of our tasks: `ListTasks` by `startedBy`, both desired states, then `DescribeTasks`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskListing {
    /// Whether every page was read and every task described.
    pub complete: bool,
    /// Every task of ours that ECS listed.
    pub tasks: Vec<Task>,
}

/// A change of one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskChange {
    /// The task is there, as it is now.
    Seen(Task),
    /// ECS no longer describes the task (`MISSING`): it stopped over an hour ago, or it is not visible yet.
    Gone(TaskArn),
}

/// An ECS task of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// `taskArn`.
    pub arn: TaskArn,
    /// `startedBy`.
    pub owner: OwnerId,
    /// The agent's name, from the tag; `None` where a task of ours lacks it.
    pub agent: Option<NodeName>,
    /// `lastStatus`.
    pub status: TaskStatus,
    /// Whether `desiredStatus` is STOPPED.
    pub stopping: bool,
    /// `createdAt`.
    pub created_at: Timestamp,
    /// `stopCode` and `stoppedReason`, once it stops.
    pub stop: Option<TaskStop>,
}

/// `lastStatus` of a task, in the order of its life (Amazon ECS Developer Guide, "Task lifecycle").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskStatus {
    /// Work before launch: a network interface, or waiting for capacity.
    Provisioning,
    /// Waiting for the container agent; includes the image pull.
    Pending,
    /// Work after launch.
    Activating,
    /// All essential containers run.
    Running,
    /// Deregistering from load balancers.
    Deactivating,
    /// The container agent was told to stop it.
    Stopping,
    /// The network interface is being removed.
    Deprovisioning,
    /// Final.
    Stopped,
}

impl TaskStatus {
    /// All of them, in the order of a task's life.
    pub const ALL: [Self; 8] = [
        Self::Provisioning,
        Self::Pending,
        Self::Activating,
        Self::Running,
        Self::Deactivating,
        Self::Stopping,
        Self::Deprovisioning,
        Self::Stopped,
    ];

    /// As ECS spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Activating => "ACTIVATING",
            Self::Running => "RUNNING",
            Self::Deactivating => "DEACTIVATING",
            Self::Stopping => "STOPPING",
            Self::Deprovisioning => "DEPROVISIONING",
            Self::Stopped => "STOPPED",
        }
    }
}

/// Why a task stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskStop {
    /// `stopCode`.
    pub code: StopCode,
    /// `stoppedReason`, as ECS words it.
    pub reason: Arc<str>,
}

/// `stopCode` of a task (Amazon ECS API Reference, Task).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StopCode {
    /// It never ran.
    TaskFailedToStart,
    /// An essential container exited.
    EssentialContainerExited,
    /// `StopTask` was called.
    UserInitiated,
    /// A service scaled in.
    ServiceSchedulerInitiated,
    /// Spot capacity was reclaimed.
    SpotInterruption,
    /// The instance was terminated.
    TerminationNotice,
}

impl StopCode {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::TaskFailedToStart,
        Self::EssentialContainerExited,
        Self::UserInitiated,
        Self::ServiceSchedulerInitiated,
        Self::SpotInterruption,
        Self::TerminationNotice,
    ];

    /// As ECS spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TaskFailedToStart => "TaskFailedToStart",
            Self::EssentialContainerExited => "EssentialContainerExited",
            Self::UserInitiated => "UserInitiated",
            Self::ServiceSchedulerInitiated => "ServiceSchedulerInitiated",
            Self::SpotInterruption => "SpotInterruption",
            Self::TerminationNotice => "TerminationNotice",
        }
    }
}

/// How an action ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// What was asked is so, by this action or already before it.
    Done,
    /// `RunTask` started this task, or a repeated token replayed that it did.
    Launched {
        /// The task.
        task: TaskArn,
    },
    /// The token was used with other parameters before (`ConflictException`); these are its tasks.
    Conflict {
        /// `resourceIds`.
        tasks: Vec<TaskArn>,
    },
    /// It did not happen, or nobody knows.
    Failed(Failure),
}

/// Why an action did not do what it was meant to do, split by what the core does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Too many requests; nothing was done. The core slows down and repeats with the same token.
    Throttled {
        /// How long the answer asked to wait, if it did.
        retry_after: Option<Millis>,
    },
    /// A definite answer that there is no room now (`RESOURCE:*`, no Fargate capacity, the PROVISIONING limit): the
    /// next attempt waits for capacity.
    NoCapacity {
        /// ECS's words.
        reason: Arc<str>,
    },
    /// A definite refusal that repeating will not change: a bad name, definition or permission. The breaker opens.
    Refused {
        /// The words of the answer.
        reason: Arc<str>,
    },
    /// The other side is known not to have acted (connection refused, 503): repeat later.
    Unavailable,
    /// The answer was lost: it may or may not have happened. The same action is repeated with the same bytes.
    Unknown,
}
